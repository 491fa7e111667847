//! robots.txt: the cases of Google's own parser, our known failures among them, and what the cases leave out.

use serde_json::Value;
use std::time::Duration;
use url::Url;
use vigie::frontier::robots::{MOST_BYTES, Rules, product_token};

const CASES: &str = include_str!("../fixtures/vectors/robots.jsonl");

/// Cases that we knowingly fail, as (line of the file, why).
const KNOWN_FAILURES: &[(usize, &str)] = &[
    (1, "asks about an empty address; ours are parsed addresses"),
    (2, "asks about an empty address"),
    (3, "asks about an empty address"),
    (4, "asks about an empty address"),
    (41, "an agent with a space in it matches nothing there; we take the whole User-Agent header and cut it to its product token"),
    (64, "an address that is not percent-encoded; ours always are, and RFC 9309 2.2.2 then compares octets as equal"),
    (66, "as line 64"),
    (67, "%62%61%7A differs from baz there; RFC 9309 2.2.2 says that encoded unreserved characters are equal to plain ones"),
    (79, "takes /index.html for its folder, which is Google's custom and not in RFC 9309"),
];

#[test]
fn google_cases_but_for_the_known_failures() {
    let mut failed = Vec::new();
    for (line, case) in (1..).zip(CASES.lines()) {
        let case: Value = serde_json::from_str(case).unwrap();
        let text = |key: &str| case[key].as_str().unwrap();
        let rules = Rules::parse(text("robots").as_bytes(), text("agent"));
        let allowed = Url::parse(text("url")).ok().map(|url| rules.allows(&url));
        if allowed != case["allowed"].as_bool() {
            println!("line {line}: {allowed:?} for {case}");
            failed.push(line);
        }
    }
    let known: Vec<usize> = KNOWN_FAILURES.iter().map(|(line, _)| *line).collect();
    assert_eq!(failed, known, "lines that fail, against those known to fail");
}

fn allows(rules: &Rules, path: &str) -> bool {
    rules.allows(&Url::parse("http://shop.example/").unwrap().join(path).unwrap())
}

#[test]
fn a_group_for_our_name_with_a_version_is_ours() {
    for line in ["User-agent: Vigie/2.1", "user-agent:Vigie", "USERAGENT : vIGIE # us", "User Agent Vigie bot", "\u{feff}User-agent: Vigie"]
    {
        let text = format!("{line}\nDisallow: /private\n\nUser-agent: *\nDisallow: /\n");
        let rules = Rules::parse(text.as_bytes(), "Vigie/0.1.0 (archiving crawler)");
        assert!(allows(&rules, "/open") && !allows(&rules, "/private/x"), "{line}");
    }
    let others = Rules::parse(b"User-agent: VigieExtra\nDisallow: /\n\nUser-agent: *\nDisallow: /all", "Vigie");
    assert!(allows(&others, "/open") && !allows(&others, "/all"));
    assert_eq!(product_token("Vigie/0.1.0 (x)"), "Vigie");
}

#[test]
fn everyone_with_words_behind_and_all_line_ends() {
    let rules = Rules::parse(
        b"User-agent: * all of you\rDisallow: /a\r\nDisallow: /b\nCrawl-delay: 2.5\nSitemap: http://shop.example/map.xml",
        "Vigie",
    );
    assert!(!allows(&rules, "/a") && !allows(&rules, "/b") && allows(&rules, "/c"));
    assert_eq!(rules.crawl_delay(), Some(Duration::from_millis(2500)));
    assert_eq!(rules.sitemaps().len(), 1);
}

#[test]
fn without_a_file_the_status_decides() {
    for (status, allowed) in [(404, true), (403, true), (410, true), (301, true), (429, false), (500, false), (503, false), (0, false)] {
        assert_eq!(allows(&Rules::from_status(status), "/x"), allowed, "{status}");
    }
    assert!(allows(&Rules::disallow_all(), "/robots.txt"));
}

#[test]
fn hostile_files_are_read_in_bounds() {
    let mut huge = b"User-agent: *\nDisallow: /early\n".to_vec();
    huge.resize(MOST_BYTES, b'#');
    huge.extend_from_slice(b"\nDisallow: /late\n");
    huge.resize(64 << 20, 0xff);
    let rules = Rules::parse(&huge, "Vigie");
    assert!(!allows(&rules, "/early") && allows(&rules, "/late"));

    let stars = format!("User-agent: *\nDisallow: /{}\n", "*a".repeat(100_000));
    assert!(allows(&Rules::parse(stars.as_bytes(), "Vigie"), &format!("/{}", "a".repeat(2_000))));
}

proptest::proptest! {
    #[test]
    fn any_bytes_are_read(body: Vec<u8>, agent: String, path: String) {
        let mut url = Url::parse("http://shop.example/").unwrap();
        url.set_path(&path);
        let _ = Rules::parse(&body, &agent).allows(&url);
    }
}
