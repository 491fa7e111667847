//! The archive: what is written reads back, survives crashes, keeps secrets out and shows every change.

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use std::fs;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;
use vigie::archive::writer::ROTATE_AT;
use vigie::archive::{Archive, Context, Error, Key, Kind, Opened, Position, Previous, Record, exchange_of, read, scan, verify};
use vigie::fetch::{Exchange, Outcome, Request};

const RUN: Context<'static> = Context { source: "shop1", run: "run-1", previous: None, authority: None };

fn key(dir: &Path) -> Key {
    Key::open(&dir.join("secret.key")).unwrap()
}

fn open_at(dir: &Path, rotate_at: u64, committed: Option<&Position>) -> Result<Opened, Error> {
    Archive::open(&dir.join("archive"), key(dir), rotate_at, committed)
}

fn open(dir: &Path) -> Archive {
    open_at(dir, ROTATE_AT, None).unwrap().archive
}

/// An answer of 200 with that body.
fn page(url: &str, body: &[u8]) -> Exchange {
    let request = Request::get(url.parse().unwrap());
    let mut exchange = Exchange::unsent(&request, Outcome::Ok, "", "2026-11-01T12:00:00.123456Z".parse().unwrap());
    exchange.detail = None;
    exchange.status = Some(200);
    exchange.request_head =
        b"GET /a HTTP/1.1\r\ncookie: sid=TOPSECRET; lang=de\r\nauthorization: Bearer TOPSECRET\r\nhost: shop.test\r\n\r\n".to_vec();
    exchange.response_head =
        b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ntransfer-encoding: chunked\r\nset-cookie: sid=TOPSECRET; Path=/; HttpOnly\r\n\r\n"
            .to_vec();
    exchange.headers = vec![
        ("content-type".into(), b"text/html".to_vec()),
        ("transfer-encoding".into(), b"chunked".to_vec()),
        ("set-cookie".into(), b"sid=TOPSECRET; Path=/; HttpOnly".to_vec()),
    ];
    exchange.body = body.to_vec();
    exchange.protocol = "h2".into();
    exchange.remote = Some("127.0.0.1:443".parse().unwrap());
    exchange.first_byte_us = Some(10);
    exchange.duration_us = 20;
    exchange
}

fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(dir.join("archive")).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn assert_clean(dir: &Path) {
    let found = verify(&dir.join("archive"), |_, _| {}).unwrap();
    assert!(found.is_clean(), "{:?}", found.problems);
}

/// Inflated contents of all files, as any gzip reader sees them.
fn plain(dir: &Path) -> String {
    let mut all = Vec::new();
    for name in files(dir) {
        flate2::read::MultiGzDecoder::new(fs::File::open(dir.join("archive").join(name)).unwrap()).read_to_end(&mut all).unwrap();
    }
    String::from_utf8_lossy(&all).into_owned()
}

#[test]
fn a_capture_reads_back_as_it_was() {
    let dir = tempfile::tempdir().unwrap();
    let mut archive = open(dir.path());
    assert_eq!(archive.position(), None);
    // A body that looks chunked is still the body.
    let sent = page("https://shop.test/a?b=1", b"5\r\nhello\r\n0\r\n\r\n");
    let appended = archive.append_exchange(&sent, &RUN).unwrap();
    archive.sync().unwrap();
    assert_eq!((appended.kind, appended.revisit()), (Kind::Response, false));
    assert_eq!(appended.leaves.iter().map(|leaf| leaf.kind).collect::<Vec<_>>(), [Kind::Request, Kind::Response, Kind::Metadata]);
    assert_eq!(appended.leaves[1].record_id, appended.capture_id);

    let record = read(archive.dir(), &appended.object, appended.offset).unwrap();
    assert_eq!(record.id(), Some(appended.capture_id.as_str()));
    assert_eq!(record.field("WARC-Payload-Digest"), appended.payload_digest.as_deref());
    assert_eq!(record.field("WARC-Block-Digest"), Some(appended.leaves[1].block_digest.as_str()));
    let replayed = exchange_of(&record).unwrap();
    assert_eq!((&replayed.url, replayed.outcome, replayed.status, &replayed.body), (&sent.url, Outcome::Ok, Some(200), &sent.body));
    assert_eq!((replayed.started_at, replayed.protocol.as_str(), replayed.remote), (sent.started_at, "h2", sent.remote));
    assert_eq!(replayed.headers[..2], sent.headers[..2]);

    let next = read(archive.dir(), &appended.object, appended.offset + appended.length).unwrap();
    let facts: serde_json::Value = serde_json::from_slice(&next.block).unwrap();
    assert_eq!(next.field("WARC-Concurrent-To"), Some(format!("<urn:uuid:{}>", appended.capture_id).as_str()));
    assert_eq!((&facts["source"], &facts["outcome"], &facts["duration_us"]), (&"shop1".into(), &"ok".into(), &20.into()));
    assert_eq!(facts["masked_headers"], serde_json::json!(["cookie", "authorization", "set-cookie"]));

    let found = verify(archive.dir(), |done, total| assert!(done <= total)).unwrap();
    assert!(found.is_clean(), "{:?}", found.problems);
    assert_eq!((found.files, found.records, found.by_type["response"]), (1, 4, 1));
    let position = archive.position().unwrap();
    assert_eq!((found.bytes, position.object), (position.offset, appended.object.clone()));
    // Any other reader sees the same records.
    let scanned: Vec<(u64, Record)> = scan(&archive.dir().join(&appended.object), 1 << 20).unwrap().map(Result::unwrap).collect();
    assert_eq!(
        scanned.iter().filter_map(|(_, r)| r.kind()).collect::<Vec<_>>(),
        [Kind::Warcinfo, Kind::Request, Kind::Response, Kind::Metadata]
    );
    assert_eq!(scanned[2], (appended.offset, record));
}

#[test]
fn secrets_are_replaced_by_a_keyed_hash() {
    let dir = tempfile::tempdir().unwrap();
    let mut archive = open(dir.path());
    archive.append_exchange(&page("https://shop.test/", b"x"), &RUN).unwrap();
    let written = plain(dir.path());
    assert!(!written.contains("TOPSECRET"));
    let mask = key(dir.path()).mask(b"TOPSECRET");
    assert!(written.contains(&format!("cookie: sid={mask}; lang=masked-")), "{written}");
    assert!(written.contains(&format!("authorization: Bearer {mask}\r\n")));
    assert!(written.contains(&format!("set-cookie: sid={mask}; Path=/; HttpOnly\r\n")));
    let other = tempfile::tempdir().unwrap();
    assert_ne!(key(other.path()).mask(b"TOPSECRET"), mask);

    let (head, names) = key(dir.path()).mask_head(
        b"GET /token HTTP/1.1\r\nX-CSRF-Token: s3\r\nX-Api-Key: s3\r\nProxy-Authorization: s3\r\nx-author: Jo\r\nWWW-Authenticate: Basic realm=x\r\ncookie: flag; a=\r\n\r\n",
    );
    let head = String::from_utf8(head).unwrap();
    assert!(
        !head.contains("s3")
            && head.contains("x-author: Jo")
            && head.contains("Basic realm=x")
            && head.starts_with("GET /token HTTP/1.1\r\n")
    );
    assert_eq!(names, ["x-csrf-token", "x-api-key", "proxy-authorization", "cookie"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(dir.path().join("secret.key")).unwrap().permissions().mode() & 0o777, 0o600);
    }
    fs::write(dir.path().join("secret.key"), b"short").unwrap();
    assert!(Key::open(&dir.path().join("secret.key")).unwrap_err().to_string().contains("secret.key holds 5 bytes instead of 32"));
}

#[test]
fn an_unchanged_body_is_written_once() {
    let dir = tempfile::tempdir().unwrap();
    let mut archive = open(dir.path());
    let sent = page("https://shop.test/a", &[b'x'; 5000]);
    let first = archive.append_exchange(&sent, &RUN).unwrap();
    let previous = Previous {
        capture_id: first.capture_id.clone(),
        url: sent.url.to_string(),
        at: sent.started_at,
        payload_digest: first.payload_digest.clone().unwrap(),
    };
    let context = Context { previous: Some(&previous), ..RUN };
    let again = archive.append_exchange(&sent, &context).unwrap();
    assert!(again.revisit() && again.payload_digest == first.payload_digest);
    let record = read(archive.dir(), &again.object, again.offset).unwrap();
    assert_eq!(record.refers_to(), Some(first.capture_id.as_str()));
    assert_eq!(record.field("WARC-Refers-To-Date"), Some("2026-11-01T12:00:00.123456Z"));
    assert!(record.field("WARC-Profile").unwrap().ends_with("identical-payload-digest"));
    assert!(exchange_of(&record).is_some_and(|exchange| exchange.body.is_empty() && exchange.status == Some(200)));
    // A 304, and what must not become a revisit: another body, a body that was cut off, no body.
    let mut same = sent.clone();
    (same.outcome, same.status, same.body) = (Outcome::NotModified, Some(304), Vec::new());
    let not_modified = archive.append_exchange(&same, &context).unwrap();
    assert!(
        read(archive.dir(), &not_modified.object, not_modified.offset)
            .unwrap()
            .field("WARC-Profile")
            .unwrap()
            .ends_with("server-not-modified")
    );
    let mut cut = sent.clone();
    cut.truncated = Some("time");
    assert_eq!(archive.append_exchange(&cut, &context).unwrap().kind, Kind::Response);
    assert_eq!(archive.append_exchange(&page("https://shop.test/a", b"other"), &context).unwrap().kind, Kind::Response);
    assert_eq!(archive.append_exchange(&page("https://shop.test/a", b""), &context).unwrap().kind, Kind::Response);
    assert_clean(dir.path());
}

#[test]
fn a_fetch_without_an_answer_is_a_metadata_record_and_a_row_is_a_resource() {
    let dir = tempfile::tempdir().unwrap();
    let mut archive = open(dir.path());
    let request = Request::get("http://shop.test/".parse().unwrap());
    let failed = Exchange::unsent(&request, Outcome::ConnectRefused, "Connection\r\nrefused", "2026-11-01T12:00:00Z".parse().unwrap());
    let appended = archive.append_exchange(&failed, &RUN).unwrap();
    assert_eq!((appended.kind, appended.leaves.len(), &appended.payload_digest), (Kind::Metadata, 1, &None));
    let record = read(archive.dir(), &appended.object, appended.offset).unwrap();
    assert_eq!(record.id(), Some(appended.capture_id.as_str()));
    assert!(exchange_of(&record).is_none());

    let hostile = Context { source: "s\r\nWARC-Type: response", ..RUN };
    let row = archive.append_resource("urn:vigie:shop1:7", "application/json", b"{\"title\":\"x\"}", failed.started_at, &hostile).unwrap();
    let record = read(archive.dir(), &row.object, row.offset).unwrap();
    assert_eq!((record.kind(), record.target_uri()), (Some(Kind::Resource), Some("urn:vigie:shop1:7")));
    let exchange = exchange_of(&record).unwrap();
    assert_eq!((exchange.body.as_slice(), exchange.content_type().as_deref()), (&b"{\"title\":\"x\"}"[..], Some("application/json")));
    assert_clean(dir.path());
    assert!(matches!(
        archive.append_resource("urn:x:y", "a/b", &vec![0; (256 << 20) + 1], failed.started_at, &RUN),
        Err(Error::TooLarge(_))
    ));
}

#[test]
fn files_rotate_and_numbers_go_on() {
    let dir = tempfile::tempdir().unwrap();
    let mut archive = open_at(dir.path(), 5000, None).unwrap().archive;
    for n in 0..12 {
        archive.append_exchange(&page(&format!("https://shop.test/{n}"), b"x"), &RUN).unwrap();
    }
    archive.sync().unwrap();
    let before = files(dir.path());
    assert!(before.len() > 1 && before[0].ends_with("-000001.warc.gz") && before[0].starts_with("vigie-2"), "{before:?}");
    let committed = archive.position();
    drop(archive);
    let opened = open_at(dir.path(), 5000, committed.as_ref()).unwrap();
    assert!(opened.uncommitted.is_empty() && opened.cut.is_none());
    assert_eq!(opened.archive.position(), committed);
    assert_clean(dir.path());
    // All of it when nothing is known to be committed, and in the order of writing.
    let all = open_at(dir.path(), 5000, None).unwrap().uncommitted;
    let urls: Vec<String> = (0..12).map(|n| format!("https://shop.test/{n}")).collect();
    assert_eq!(all.iter().map(|recovered| recovered.url.clone()).collect::<Vec<_>>(), urls);
    assert!(all.iter().all(|recovered| recovered.source == "shop1" && recovered.run == "run-1"));
    // A missing or renamed file is seen.
    fs::rename(dir.path().join("archive").join(&before[1]), dir.path().join("archive/vigie-20200101T000000Z-000099.warc.gz")).unwrap();
    let found = verify(&dir.path().join("archive"), |_, _| {}).unwrap();
    assert!(
        found.problems.iter().any(|problem| problem.what.contains("missing"))
            && found.problems.iter().any(|problem| problem.what.contains("renamed"))
    );
}

#[test]
fn a_crash_at_any_byte_leaves_whole_captures() {
    let dir = tempfile::tempdir().unwrap();
    let mut archive = open(dir.path());
    let first = archive.append_exchange(&page("https://shop.test/1", b"one"), &RUN).unwrap();
    let committed = archive.position().unwrap();
    let second = archive.append_exchange(&page("https://shop.test/2", b"two"), &RUN).unwrap();
    let middle = archive.position().unwrap().offset;
    archive.append_exchange(&page("https://shop.test/3", b"three"), &RUN).unwrap();
    let end = archive.position().unwrap().offset;
    drop(archive);
    let path = dir.path().join("archive").join(&first.object);
    let whole = fs::read(&path).unwrap();
    for length in middle..=end {
        fs::write(&path, &whole[..usize::try_from(length).unwrap()]).unwrap();
        let opened = open_at(dir.path(), ROTATE_AT, Some(&committed)).unwrap();
        let expected = if length == end { 2 } else { 1 };
        assert_eq!(opened.uncommitted.len(), expected, "{length}");
        assert_eq!(opened.uncommitted[0].appended, second);
        assert_eq!(
            opened.cut.map(|cut| (cut.offset, cut.bytes)),
            (length != middle && length != end).then_some((middle, length - middle)),
            "{length}"
        );
        assert_eq!(opened.archive.position().unwrap().offset, if length == end { end } else { middle });
    }
    fs::write(&path, &whole[..whole.len() - 1]).unwrap();
    let mut archive = open_at(dir.path(), ROTATE_AT, Some(&committed)).unwrap().archive;
    archive.append_exchange(&page("https://shop.test/4", b"four"), &RUN).unwrap();
    assert_clean(dir.path());
    drop(archive);
    // Torn in the first record of all: the file goes, and its number is used again.
    fs::write(&path, &whole[..50]).unwrap();
    let mut opened = open_at(dir.path(), ROTATE_AT, None).unwrap();
    assert_eq!(opened.cut.as_ref().map(|cut| cut.offset), Some(0));
    opened.archive.append_exchange(&page("https://shop.test/5", b"five"), &RUN).unwrap();
    assert_clean(dir.path());
}

#[test]
fn lost_and_damaged_evidence_is_an_error_with_a_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let mut archive = open_at(dir.path(), 1, None).unwrap().archive;
    let first = archive.append_exchange(&page("https://shop.test/1", b"one"), &RUN).unwrap();
    archive.append_exchange(&page("https://shop.test/2", b"two"), &RUN).unwrap();
    let committed = archive.position().unwrap();
    drop(archive);
    let beyond = Position { offset: committed.offset + 1, ..committed.clone() };
    let error = open_at(dir.path(), 1, Some(&beyond)).unwrap_err();
    assert!(matches!(error, Error::Lost { .. }) && error.to_string().contains("restore the file"), "{error}");
    let missing = Position { object: "vigie-20200101T000000Z-000077.warc.gz".into(), offset: 1 };
    assert!(matches!(open_at(dir.path(), 1, Some(&missing)), Err(Error::Lost { length: 0, .. })));
    for (object, offset) in [("../secret.key", 0), (first.object.as_str(), 1), (first.object.as_str(), 1 << 40)] {
        assert!(matches!(read(&dir.path().join("archive"), object, offset), Err(Error::Damaged { .. })), "{object}");
    }
    let path = dir.path().join("archive").join(&first.object);
    let mut bytes = fs::read(&path).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    fs::write(&path, bytes).unwrap();
    let error = open_at(dir.path(), 1, None).unwrap_err().to_string();
    assert!(error.contains(&first.object) && error.contains("vigie verify"), "{error}");
}

#[test]
fn every_changed_bit_is_found_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    let mut archive = open(dir.path());
    let appended = archive.append_exchange(&page("https://shop.test/1", b"one"), &RUN).unwrap();
    archive.append_exchange(&page("https://shop.test/2", b"two"), &RUN).unwrap();
    drop(archive);
    let path = dir.path().join("archive").join(&appended.object);
    let whole = fs::read(&path).unwrap();
    let start = usize::try_from(appended.offset).unwrap();
    // Every bit of the header of a member and of its end, every 29th bit elsewhere.
    let header = (start * 8)..((start + 40) * 8);
    let end = start + usize::try_from(appended.length).unwrap();
    let bits: Vec<usize> = header.chain((end - 12) * 8..end * 8).chain((0..whole.len() * 8).step_by(29)).collect();
    for bit in bits {
        let mut changed = whole.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        fs::write(&path, &changed).unwrap();
        let found = verify(&dir.path().join("archive"), |_, _| {}).unwrap();
        assert!(!found.is_clean(), "bit {bit} of byte {}", bit / 8);
        // The first problem lies at the member that holds the bit, and the others are still read.
        assert!(found.problems[0].offset <= (bit / 8) as u64 && found.records >= 6, "bit {bit}: {:?}", found.problems);
    }
    // The same with whole bytes missing, added and doubled.
    for changed in [
        [&whole[..100], &whole[101..]].concat(),
        [&whole[..100], b"x", &whole[100..]].concat(),
        [&whole[..], b"\n"].concat(),
        [&whole[..], &whole[..]].concat(),
        Vec::new(),
    ] {
        fs::write(&path, &changed).unwrap();
        assert!(!verify(&dir.path().join("archive"), |_, _| {}).unwrap().is_clean());
    }
}

/// Runs in a process of its own with a limit on file size; see the next test.
#[test]
#[ignore = "run by a_full_disk_loses_nothing"]
fn full_disk_child() {
    let Some(dir) = std::env::var_os("VIGIE_TEST_FULL_DISK") else { return };
    let dir = Path::new(&dir);
    let mut archive = open(dir);
    let noise = |n: u32| (0..8000u32).map(|i| (i.wrapping_mul(2_654_435_761).wrapping_add(n) >> 13) as u8).collect::<Vec<u8>>();
    let mut written = 0;
    let error = loop {
        match archive.append_exchange(&page("https://shop.test/", &noise(written)), &RUN) {
            Ok(_) => written += 1,
            Err(error) => break error.to_string(),
        }
        assert!(written < 10_000, "the limit on file size did not hold");
    };
    assert!(error.contains("cannot write to") && error.contains("free space"), "{error}");
    let position = archive.position().unwrap();
    assert_eq!(fs::metadata(dir.join("archive").join(&position.object)).unwrap().len(), position.offset);
    // What is small enough still fits: the failure was undone.
    archive.sync().unwrap();
    let recovered = open_at(dir, ROTATE_AT, None).unwrap();
    assert_eq!((recovered.uncommitted.len(), recovered.cut), (written as usize, None));
    assert_clean(dir);
    println!("written {written}");
}

#[cfg(unix)]
#[test]
fn a_full_disk_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 150; exec \"$0\" --exact archive::full_disk_child --ignored --nocapture"])
        .arg(std::env::current_exe().unwrap())
        .env("VIGIE_TEST_FULL_DISK", dir.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.contains("written "), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
}

/// Two records as wget writes them: addresses in brackets, the body still in chunks, LF after the block.
fn foreign() -> Vec<Vec<u8>> {
    let http = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7\r\n, world\r\n0\r\n\r\n";
    let record = |kind: &str, block: &str| {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:0-{kind}>\r\nWARC-Target-URI: <http://shop.test/a>\r\nWARC-Date: 2026-11-01T12:00:00Z\r\n\
             WARC-IP-Address: 127.0.0.1\r\nContent-Type: application/http;\r\n msgtype=response\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        )
        .into_bytes()
    };
    vec![record("warcinfo", "software: Wget/1.21\r\n"), record("response", http), record("resource", "log")]
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn files_of_other_writers_are_read_in_every_packing() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("other.warc.gz");
    let members: Vec<Vec<u8>> = foreign().iter().map(|record| gzip(record)).collect();
    let lengths = |parts: &[Vec<u8>]| vec![0, parts[0].len() as u64, (parts[0].len() + parts[1].len()) as u64];
    let cases = [(members.concat(), lengths(&members)), (gzip(&foreign().concat()), vec![0; 3]), (foreign().concat(), lengths(&foreign()))];
    for (bytes, offsets) in cases {
        fs::write(&path, &bytes).unwrap();
        let mut records = Vec::new();
        let mut scanning = scan(&path, 1 << 20).unwrap();
        for found in &mut scanning {
            records.push(found.unwrap());
        }
        assert_eq!(scanning.bytes_read(), bytes.len() as u64);
        assert_eq!(records.iter().map(|(offset, _)| *offset).collect::<Vec<_>>(), offsets);
        let exchange = exchange_of(&records[1].1).unwrap();
        assert_eq!(
            (exchange.url.as_str(), exchange.body.as_slice(), exchange.outcome),
            ("http://shop.test/a", &b"hello, world"[..], Outcome::Ok)
        );
        assert_eq!(records[1].1.field("content-type"), Some("application/http; msgtype=response"));
    }
    // Only so much of a block is kept; the rest is passed over.
    let cut: Vec<(u64, Record)> = scan(&path, 10).unwrap().map(Result::unwrap).collect();
    assert!(cut[1].1.cut && cut[1].1.block.len() == 10 && cut.len() == 3);
    // A damaged member costs its record only.
    let damaged = [members[0].clone(), gzip(b"WARC/1.0\r\nContent-Length: nonsense\r\n\r\n"), members[1].clone()].concat();
    fs::write(&path, damaged).unwrap();
    let results: Vec<bool> = scan(&path, 1 << 20).unwrap().map(|found| found.is_ok()).collect();
    assert_eq!(results, [true, false, true]);
    // A length that lies claims no memory and ends the file with an error.
    fs::write(&path, b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 18446744073709551615\r\n\r\nabc").unwrap();
    let results: Vec<String> = scan(&path, u64::MAX).unwrap().map(|found| found.unwrap_err().to_string()).collect();
    assert!(results.len() == 1 && results[0].contains("ends after 3 of"), "{results:?}");
    fs::write(&path, b"<html>").unwrap();
    assert!(scan(&path, 100).unwrap().next().unwrap().unwrap_err().to_string().contains("at byte 0"));
    fs::write(&path, b"").unwrap();
    assert!(scan(&path, 100).unwrap().next().is_none());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn hostile_files_never_panic(noise in prop::collection::vec(any::<u8>(), 0..200), at in 0usize..900, bit in 0u8..8, packed: bool) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        let mut bytes = foreign().concat();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        bytes.splice(at..at, noise.iter().copied().take(usize::from(bit) * 20));
        for bytes in [if packed { gzip(&bytes) } else { bytes }, noise, [&b"WARC/1.1\r\n"[..], b"Content-Length: 5\r\n\r\nab"].concat()] {
            fs::write(&path, bytes).unwrap();
            for (_, record) in scan(&path, 500).unwrap().flatten() {
                let _ = (record.http(), exchange_of(&record), record.id().map(str::len), record.date());
            }
        }
    }

    #[test]
    fn any_body_survives_the_archive(body in prop::collection::vec(any::<u8>(), 0..2000)) {
        let dir = tempfile::tempdir().unwrap();
        let mut archive = open(dir.path());
        let appended = archive.append_exchange(&page("https://shop.test/", &body), &RUN).unwrap();
        let record = read(archive.dir(), &appended.object, appended.offset).unwrap();
        prop_assert_eq!(exchange_of(&record).unwrap().body, body);
    }
}
