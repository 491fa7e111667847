//! Kills, damage, other versions, other processes.

use std::path::Path;
use std::process::{Command, Stdio};

use vigie_index::schema::SCHEMA_VERSION;
use vigie_index::{Document, Index, IndexError, Opened};

use crate::{found, titled};

fn open(dir: &Path) -> (Index, i64) {
    match Index::open(dir).unwrap() {
        Opened::Ready { index, checkpoint } => (index, checkpoint),
        Opened::NeedsRebuild { reason } => panic!("{reason}"),
    }
}

fn reason(dir: &Path) -> String {
    match Index::open(dir).unwrap() {
        Opened::Ready { .. } => panic!("opened"),
        Opened::NeedsRebuild { reason } => reason,
    }
}

fn batch(n: i64) -> Vec<Document> {
    (0..50).map(|k| titled(&format!("{n}-{k}"), &format!("glock {n}"))).collect()
}

#[test]
fn commits_carry_their_checkpoint() {
    let dir = tempfile::tempdir().unwrap();
    let (index, checkpoint) = open(dir.path());
    assert_eq!(checkpoint, 0);
    let mut writer = index.writer().unwrap();
    writer.apply(&[titled("a", "glock"), titled("a", "walther"), titled("b", "glock")], &["a".to_owned()], 7).unwrap();
    // Another opening, as another process would, beside the writer.
    let (reader, checkpoint) = open(dir.path());
    assert_eq!((checkpoint, found(&reader, "*")), (7, vec!["a".to_owned(), "b".to_owned()]));
    assert_eq!(found(&reader, "glock"), ["b"]);
    assert!(matches!(reader.writer(), Err(IndexError::Busy)));
    assert!(matches!(Index::wipe(dir.path()), Err(IndexError::Busy)));
    writer.apply(&[], &["b".to_owned()], 9).unwrap();
    assert_eq!((reader.checkpoint().unwrap(), found(&reader, "*")), (9, vec!["a".to_owned()]));
    writer.finish().unwrap();
    assert!(reader.writer().is_ok());
}

const CHILD: &str = "VIGIE_INDEX_WRITES_INTO";

/// Not a test of its own: the process that is killed below.
#[test]
fn writes_until_killed() {
    let Some(dir) = std::env::var_os(CHILD) else { return };
    let (index, checkpoint) = open(Path::new(&dir));
    let mut writer = index.writer().unwrap();
    for n in checkpoint + 1.. {
        writer.apply(&batch(n), &[], n).unwrap();
    }
}

#[expect(clippy::disallowed_methods, reason = "the writer is killed after a while")]
#[test]
fn a_kill_leaves_whole_batches() {
    let dir = tempfile::tempdir().unwrap();
    let mut last = 0;
    for round in 0..6_u64 {
        let child = || {
            Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "durability::writes_until_killed"])
                .env(CHILD, dir.path())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .unwrap()
        };
        let mut child = child();
        std::thread::sleep(std::time::Duration::from_millis(300 + 97 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        let (index, checkpoint) = open(dir.path());
        assert!(checkpoint >= last);
        last = checkpoint;
        assert_eq!(index.searcher().unwrap().len(), 50 * checkpoint as u64);
        assert_eq!(index.verify().unwrap(), [""; 0]);
    }
    assert!(last > 0);
}

#[test]
fn another_version_asks_for_a_rebuild() {
    let dir = tempfile::tempdir().unwrap();
    let (index, _) = open(dir.path());
    index.writer().unwrap().apply(&batch(1), &[], 1).unwrap();
    drop(index);
    let meta = dir.path().join("meta.json");
    let text = std::fs::read_to_string(&meta).unwrap();
    std::fs::write(&meta, text.replace(&format!("version_{SCHEMA_VERSION}"), "version_0")).unwrap();
    assert!(reason(dir.path()).contains("another version"));
    std::fs::write(dir.path().join("mine.txt"), "kept").unwrap();
    Index::wipe(dir.path()).unwrap();
    assert_eq!(open(dir.path()).1, 0);
    assert!(dir.path().join("mine.txt").exists());
}

#[test]
fn damage_is_noticed() {
    for how in 0..4 {
        let dir = tempfile::tempdir().unwrap();
        let (index, _) = open(dir.path());
        index.writer().unwrap().apply(&batch(1), &[], 1).unwrap();
        drop(index);
        let mut files: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.retain(|path| path.extension().is_some_and(|kind| kind != "lock" && kind != "json"));
        files.sort_by_key(|path| std::fs::metadata(path).unwrap().len());
        let largest = files.last().unwrap();
        match how {
            0 => std::fs::write(dir.path().join("meta.json"), "{").unwrap(),
            1 => std::fs::write(dir.path().join("meta.json"), [0_u8; 100]).unwrap(),
            2 => files.iter().for_each(|path| std::fs::write(path, "").unwrap()),
            _ => files.iter().for_each(|path| std::fs::remove_file(path).unwrap()),
        }
        assert!(!reason(dir.path()).is_empty(), "{how}: {largest:?}");
        Index::wipe(dir.path()).unwrap();
        assert_eq!(open(dir.path()).1, 0);
    }
}

#[test]
fn a_flipped_byte_is_found_by_verify() {
    let dir = tempfile::tempdir().unwrap();
    let (index, _) = open(dir.path());
    index.writer().unwrap().apply(&batch(1), &[], 1).unwrap();
    let file = std::fs::read_dir(dir.path())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|kind| kind == "store"));
    let file = file.unwrap();
    let mut bytes = std::fs::read(&file).unwrap();
    bytes[10] ^= 1;
    std::fs::write(&file, bytes).unwrap();
    assert_eq!(open(dir.path()).0.verify().unwrap(), [file.file_name().unwrap().to_str().unwrap()]);
}

#[test]
fn a_folder_that_cannot_be_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "x").unwrap();
    assert!(matches!(Index::open(&file.join("index")), Err(IndexError::Folder { .. })));
}
