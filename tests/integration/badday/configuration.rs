//! Wrong configuration beside a source that is right: nothing at all is crawled, and what is wrong is said with its place.

use super::hostile::{Host, html, listing, send};
use super::outing::Outing;

#[test]
fn wrong_configuration_is_refused_with_its_place_before_anything_is_sent_or_written() {
    let outing = Outing::new();
    let host = Host::start(|_, stream| send(stream, &html(&listing("Never asked for"))));
    outing.hostile("hostile", &[host.url("/")]);
    let folder = outing.place.config();
    let source = std::fs::read_to_string(folder.join("sources/hostile.toml")).unwrap();
    let changed = |from: &str, to: &str| {
        assert!(source.contains(from), "{from}");
        source.replacen(from, to, 1).into_bytes()
    };
    let deep = format!("a = {}", "[".repeat(200_000));
    // File, what stands in it, and what is said of it.
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("vigie.toml", b"user_agnet = \"x\"\n".to_vec(), "vigie.toml:1:1: unknown key `user_agnet`"),
        ("vigie.toml", b"[crawl]\nbatch_time = 8\n".to_vec(), "vigie.toml:2:14:"),
        ("vigie.toml", b"[crawl]\nconcurrency = 0\n".to_vec(), "vigie.toml:2:15: `concurrency` is below 1"),
        ("vigie.toml", b"[limits]\nbody = \"16MB\"\nin_flight = \"1MB\"\n".to_vec(), "vigie.toml:3:13: `in_flight` is below `body`"),
        ("vigie.toml", b"database = \"mysql://x\"\n".to_vec(), "vigie.toml:1:12:"),
        ("vigie.toml", b"[tls]\nextra_roots = \"nowhere.pem\"\n".to_vec(), "vigie.toml:2:15: cannot read"),
        ("vigie.toml", b"[crawl\n".to_vec(), "vigie.toml:1:7: not TOML"),
        ("vigie.toml", b"\xff\xfe\0".to_vec(), "vigie.toml:1:1: the text is not UTF-8"),
        ("vigie.toml", deep.into_bytes(), "vigie.toml:1:85: not TOML"),
        (
            "sources/hostile.toml",
            changed("id = \"hostile\"", "id = \"other\""),
            "hostile.toml:1:6: the id `other` is not the name of the file",
        ),
        ("sources/hostile.toml", changed("type = \"shop\"", ""), "hostile.toml: the key `type` is missing"),
        ("sources/hostile.toml", changed("type = \"shop\"", "type = \"shopp\""), "hostile.toml:3:8: unknown value `shopp`"),
        ("sources/hostile.toml", changed("allow_private = true", ""), "is out of scope: a private address"),
        ("sources/hostile.toml", changed("http://", "ftp://"), "is neither http nor https"),
        ("sources/hostile.toml", changed("reason = \"test\"", ""), "robots.txt is ignored without a reason"),
        ("sources/hostile.toml", changed("\"20ms\"", "\"20 fortnights\""), "20 fortnights"),
        ("sources/hostile.toml", changed("2099-01-01", "soon"), "`soon` is no date"),
        (
            "sources/hostile.toml",
            changed("[scope]", "[[extractor.page]]\nkind = \"listing\"\nfields.title = \"h1[\"\n[scope]"),
            "[extractor]",
        ),
        ("watches.toml", b"[[watch]]\nname = \"w\"\nquery = \"(a AND\"\n".to_vec(), "watches.toml:3:16: the query can't be watched"),
        ("watches.toml", b"[[watch]]\nname = \"w\"\nquery = \"a\"\n[[watch]]\nname = \"w\"\nquery = \"b\"\n".to_vec(), "watches.toml:5:8:"),
        ("codebook.toml", b"x = \n".to_vec(), "codebook.toml"),
    ];
    for (file, text, says) in cases {
        let path = folder.join(file);
        let before = std::fs::read(&path).ok();
        std::fs::write(&path, text).unwrap();
        let said = outing.refused(2, &["crawl", "--once", "--json"]);
        assert!(said.contains(says), "{file} should be {says}: {said}");
        match before {
            Some(before) => std::fs::write(&path, before).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
    }
    std::fs::create_dir(folder.join("watches.toml")).unwrap();
    assert!(outing.refused(2, &["crawl", "--once"]).contains("watches.toml: it can't be read"));
    std::fs::remove_dir(folder.join("watches.toml")).unwrap();
    assert!(!outing.place.data().exists(), "nothing is written, not even a folder");
    assert!(host.hits().is_empty(), "nothing is sent");

    // Mended, all of it is crawled.
    outing.crawl(&[]).ended(&[0], super::outing::MEMORY);
    outing.healthy_kept_its_pace();
    assert!(!host.hits().is_empty());
}
