//! A data folder that was damaged: index, database, archive; and one that another process writes.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::hostile::{Host, html, listing, send};
use super::outing::{HEALTHY_PAGES, MEMORY, Outing};

/// A crawled instance.
fn crawled() -> Outing {
    let outing = Outing::new();
    outing.crawl(&[]).ended(&[0], MEMORY);
    assert_eq!(found(&outing), Some(HEALTHY_PAGES));
    outing
}

/// How many listings a search finds; `None` when it refuses, which it must do in words.
fn found(outing: &Outing) -> Option<usize> {
    let output = outing.place.run(&["search", "glock", "--json", "--limit", "1000"]);
    let said = String::from_utf8_lossy(&output.stderr);
    if output.status.code() == Some(0) {
        return Some(String::from_utf8_lossy(&output.stdout).lines().count());
    }
    assert!(output.stdout.is_empty(), "an answer that failed half-way: {said}");
    assert!(output.status.code() == Some(1) && said.contains("`vigie reindex`"), "{said}");
    None
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn copy(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).unwrap();
    for file in files(from) {
        fs::copy(&file, to.join(file.file_name().unwrap())).unwrap();
    }
}

fn cut_in_half(path: &Path) {
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    file.set_len(file.metadata().unwrap().len() / 2).unwrap();
}

#[test]
fn a_damaged_index_never_answers_wrongly_and_is_built_again() {
    let outing = crawled();
    let (index, whole) = (outing.place.data().join("index"), outing.place.folder.path().join("whole"));
    copy(&index, &whole);
    let mut damages: Vec<(String, Box<dyn Fn()>)> = vec![
        ("the folder is deleted".into(), Box::new(|| fs::remove_dir_all(&index).unwrap())),
        ("meta.json is garbage".into(), Box::new(|| fs::write(index.join("meta.json"), b"\0\xff{{{").unwrap())),
        ("meta.json is empty".into(), Box::new(|| fs::write(index.join("meta.json"), b"").unwrap())),
        ("meta.json is deleted".into(), Box::new(|| fs::remove_file(index.join("meta.json")).unwrap())),
        ("meta.json is a picture of another index".into(), Box::new(|| fs::write(index.join("meta.json"), b"{\"segments\":[]}").unwrap())),
    ];
    let ending = |path: &Path| path.extension().map(|ending| ending.to_string_lossy().into_owned()).unwrap_or_default();
    let mut endings: Vec<(String, PathBuf)> = files(&index)
        .into_iter()
        .filter(|path| path.file_name().is_some_and(|name| name.to_string_lossy().len() > 32))
        .map(|path| (ending(&path), path))
        .collect();
    endings.sort();
    endings.dedup_by(|one, other| one.0 == other.0);
    assert!(endings.len() >= 5, "parts of a segment: {endings:?}");
    for (ending, path) in endings {
        let (cut, gone) = (path.clone(), path);
        damages.push((format!("a .{ending} file is cut in half"), Box::new(move || cut_in_half(&cut))));
        damages.push((format!("a .{ending} file is deleted"), Box::new(move || fs::remove_file(&gone).unwrap())));
    }
    for (n, (what, damage)) in damages.iter().enumerate() {
        copy(&whole, &index);
        damage();
        let before = found_or_none(&outing);
        assert!(before.is_none() || before == Some(HEALTHY_PAGES), "{what}: {before:?} listings of {HEALTHY_PAGES} are found");
        // Both ways back: the command that the hint names, and the next crawl by itself.
        match n % 4 {
            0 => outing.run(&["reindex"]).ended(&[0], MEMORY),
            2 if n > 2 => outing.crawl(&[]).ended(&[0], MEMORY),
            // Once with all pages to fetch while it is built.
            2 => {
                let asked = outing.healthy.hits().len();
                outing.crawl(&["--revisit"]).ended(&[0], MEMORY);
                outing.healthy_kept_its_pace_since(asked);
            }
            _ => continue,
        }
        assert_eq!(found(&outing), Some(HEALTHY_PAGES), "{what}");
    }
}

/// As [`found`], where a deleted folder has a sentence of its own.
fn found_or_none(outing: &Outing) -> Option<usize> {
    if outing.place.data().join("index").exists() {
        return found(outing);
    }
    let said = outing.place.refusal(1, &["search", "glock", "--json"]);
    assert!(said.contains("`vigie reindex`"), "{said}");
    None
}

#[test]
fn a_damaged_database_says_so_with_a_remedy_that_works() {
    let outing = crawled();
    let before = outing.place.listings();
    let (file, whole) = (outing.place.data().join("vigie.sqlite"), outing.place.folder.path().join("vigie.sqlite"));
    fs::copy(&file, &whole).unwrap();
    let says = |what: &str, arguments: &[&str]| {
        let said = outing.refused(1, arguments);
        assert!(said.contains("vigie.sqlite in the data folder is damaged"), "{what}, {arguments:?}: {said}");
    };
    let damage = |at: u64, bytes: &[u8]| {
        use std::os::unix::fs::FileExt;
        fs::OpenOptions::new().write(true).open(&file).unwrap().write_all_at(bytes, at).unwrap();
    };
    damage(0, &[0xaa; 100]);
    says("its head is overwritten", &["crawl", "--once"]);
    says("its head is overwritten", &["search", "glock"]);
    fs::copy(&whole, &file).unwrap();
    let length = fs::metadata(&file).unwrap().len();
    damage(4_096, &vec![0xaa; usize::try_from(length).unwrap() - 4_096]);
    says("all behind its first page is overwritten", &["crawl", "--once"]);
    says("all behind its first page is overwritten", &["search", "glock"]);
    fs::write(&file, "this is no database, but it is long enough to look like one for a moment or two, up to its hundredth byte").unwrap();
    says("it is something else", &["crawl", "--once"]);
    says("it is something else", &["alerts"]);

    // What the hint says: moved away, the archive is read again.
    for name in ["vigie.sqlite", "vigie.sqlite-wal", "vigie.sqlite-shm"] {
        let _ = fs::rename(outing.place.data().join(name), outing.place.folder.path().join(format!("broken-{name}")));
    }
    outing.crawl(&[]).ended(&[0], MEMORY);
    let asked = outing.healthy.hits().len();
    outing.crawl(&["--revisit"]).ended(&[0], MEMORY);
    outing.healthy_kept_its_pace_since(asked);
    let titles = |rows: &[serde_json::Value]| {
        let mut titles: Vec<String> = rows.iter().map(|row| format!("{} {} {}", row["key"], row["title"], row["first_seen"])).collect();
        titles.sort();
        titles
    };
    assert_eq!(titles(&outing.place.listings()), titles(&before));
    outing.place.expect(0, &["verify"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_end_of_the_archive_is_cut_off_by_the_next_crawl_and_a_lost_one_is_said() {
    let outing = crawled();
    let segment = || files(&outing.place.data().join("archive")).pop().unwrap();
    let whole = fs::read(segment()).unwrap();
    let captures = outing.kept().await.len();
    let tails: [&[u8]; 4] = [b"garbage", &whole[..200], &[0; 5_000], &whole[whole.len() - 700..whole.len() - 1]];
    for tail in tails {
        fs::OpenOptions::new().append(true).open(segment()).unwrap().write_all(tail).unwrap();
        let run = outing.crawl(&[]);
        run.ended(&[0], MEMORY);
        assert_eq!(fs::read(segment()).unwrap().len(), whole.len(), "what was whole is kept: {}", run.said);
        assert!(run.said.contains("was cut off"), "{}", run.said);
        outing.place.expect(0, &["verify"]);
    }
    assert_eq!(outing.kept().await.len(), captures, "nothing is lost and nothing doubled");

    // The same where there is something to do.
    fs::OpenOptions::new().append(true).open(segment()).unwrap().write_all(&whole[..300]).unwrap();
    let asked = outing.healthy.hits().len();
    let run = outing.crawl(&["--revisit"]);
    run.ended(&[0], MEMORY);
    outing.healthy_kept_its_pace_since(asked);
    let now = fs::read(segment()).unwrap();
    assert!(run.said.contains("was cut off") && now.starts_with(&whole) && now.len() > whole.len(), "{}", run.said);
    outing.place.expect(0, &["verify"]);

    fs::write(segment(), &now[..now.len() - 100]).unwrap();
    let said = outing.refused(1, &["crawl", "--once", "--revisit"]);
    assert!(said.contains("restore the file from a copy"), "{said}");
}

#[test]
fn a_second_process_on_the_data_folder_is_sent_away_and_readers_are_not() {
    let looked = Arc::new(AtomicBool::new(false));
    let until = Arc::clone(&looked);
    let host = Host::start(move |_, stream| {
        // The first process is at work until everything was tried beside it.
        while !until.load(Ordering::Relaxed) {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        send(stream, &html(&listing("Slow and steady")));
    });
    let outing = Outing::within("first_byte = \"80s\"\n");
    outing.hostile("hostile", &[host.url("/slow")]);
    let begin = std::time::Instant::now();
    std::thread::scope(|scope| {
        let first = scope.spawn(|| outing.crawl(&[]));
        while outing.healthy.hits().len() < 10 {
            assert!(begin.elapsed() < std::time::Duration::from_secs(60), "the first process does not begin");
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        for arguments in [["crawl", "--once"].as_slice(), &["reindex"], &["reextract"]] {
            let second = outing.run(arguments);
            second.ended(&[1], MEMORY);
            let said = second.said;
            assert!(said.contains("another vigie process writes to") && said.contains("hint: wait for it"), "{arguments:?}: {said}");
        }
        for arguments in [["search", "glock"].as_slice(), &["watch", "add", "w", "glock"], &["watch", "list"], &["alerts"]] {
            outing.run(arguments).ended(&[0], MEMORY);
        }
        looked.store(true, Ordering::Relaxed);
        // It is not disturbed.
        first.join().unwrap().ended(&[0], MEMORY);
    });
    outing.healthy_kept_its_pace();
    assert_eq!(host.hits().iter().filter(|hit| hit.path == "/slow").count(), 1, "who was sent away sends nothing");
    assert_eq!(outing.place.listings().len(), HEALTHY_PAGES + 1);
}
