//! Keys, e-mail, onion services and messengers as sellers write them.

use std::path::Path;
use std::time::Instant;

use proptest::prelude::*;
use serde::Deserialize;
use vigie_extractors::indicators;
use vigie_extractors::record::Indicator;

const ED25519: &str = include_str!("../fixtures/pgp/ed25519.asc");
const RSA: &str = include_str!("../fixtures/pgp/rsa_with_subkey.asc");
const TWO: &str = include_str!("../fixtures/pgp/two_keys.asc");
const ED25519_FINGERPRINT: &str = "49E814F64B9750588A6B5A07F2D3DADA0427EBB8";

fn found(text: &str) -> Vec<Indicator> {
    let found = indicators::find(text, "page");
    let mut end = 0;
    for one in &found {
        assert_eq!(&text[one.start..one.end], one.raw);
        if one.kind == "url" {
            continue;
        }
        assert!(one.start >= end, "overlap in {text}");
        assert_eq!(one.field, "page");
        end = one.end;
    }
    found
}

fn shown(text: &str) -> Vec<String> {
    found(text).iter().map(|one| format!("{} {}", one.kind, one.value)).collect()
}

fn only_key(text: &str) -> Indicator {
    let mut all = found(text);
    assert_eq!(all.len(), 1, "{text}\n{all:?}");
    all.remove(0)
}

#[test]
fn keys_give_fingerprint_key_id_and_user_ids() {
    let key = only_key(&format!("My key:\n{ED25519}\nthanks"));
    assert_eq!((key.kind.as_str(), key.value.as_str(), key.verified), ("pgp_key", ED25519_FINGERPRINT, true));
    assert_eq!(key.key_id.as_deref(), Some("F2D3DADA0427EBB8"));
    assert_eq!(key.user_ids, ["Test Vendor <vendor@example.com>"]);
    assert_eq!(key.raw, ED25519.trim());
    assert!(key.created_at.is_some_and(|at| at.ends_with('Z')) && key.expires_at.is_none());
    let passing = only_key(include_str!("../fixtures/signed/seller.asc"));
    assert_eq!(passing.created_at.as_deref(), Some("2024-03-01T12:00:00Z"));
    assert_eq!(passing.expires_at.as_deref(), Some("2026-03-01T12:00:00Z"));

    let key = only_key(RSA);
    assert_eq!(key.user_ids.len(), 2);
    assert!(key.user_ids.contains(&"Other Name <other@example.org>".to_owned()));
    let pair = only_key(TWO);
    assert_eq!(pair.also.len(), 1);
}

#[test]
fn armour_as_web_pages_show_it() {
    let lines: Vec<&str> = ED25519.lines().collect();
    let indented: Vec<String> = lines.iter().map(|line| format!("    {line}")).collect();
    let quoted: Vec<String> = lines.iter().map(|line| format!("> {line}")).collect();
    let with_header =
        [&[lines[0], "Version: GnuPG v2.0.22 (MingW32)", "Comment: mQINBFaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"], &lines[2..]].concat();
    for text in [
        indented.join("\n"),
        quoted.join("\n"),
        lines.join("\r\n"),
        lines.join(" "),
        lines.join("\n\n"),
        lines.iter().filter(|line| !line.is_empty()).copied().collect::<Vec<_>>().join("\n"),
        lines.join("\n").replace("iJAE", "iJ\u{200b}AE"),
        lines.iter().filter(|line| !line.starts_with('=')).copied().collect::<Vec<_>>().join("\n"),
        with_header.join("\n").replace("Comment: mQ", "Comment: a mQ:"),
    ] {
        assert_eq!(only_key(&text).value, ED25519_FINGERPRINT, "{text}");
    }
}

#[test]
fn damaged_armour_is_no_key() {
    let wrong_sum = ED25519.replace("=YLLm", "=YLLn");
    let changed = ED25519.replacen("AdbtPL7f", "AdbtPL7g", 1);
    let cut = ED25519.replace("-----END PGP PUBLIC KEY BLOCK-----", "");
    let unsigned_change = changed.replace("=YLLm\n", "");
    for text in [wrong_sum, changed, cut, unsigned_change] {
        assert!(found(&text).iter().all(|one| one.kind != "pgp_key"), "{text}");
    }
}

#[test]
fn emails_plain_and_spelt_out() {
    let bob = "email bob@example.com";
    for text in [
        "bob@example.com",
        "<bob@example.com>",
        "mailto:bob@example.com?subject=x",
        "Bob@Example.COM.",
        "bob[@]example[.]com",
        "bob[at]example.com",
        "bob(at)example.com",
        "bob [at] example [dot] com",
        "bob (AT) example (DOT) com",
        "bob@example dot com",
        "bob at example dot com",
        "write to bob@example.com.Thanks",
        "bob{at}example{dot}com",
        "bob(arroba)example(punto)com",
        "bob@example(.)com",
    ] {
        assert_eq!(shown(text), [bob], "{text}");
    }
    assert_eq!(shown("joe.doe_99 at protonmail.com"), ["email joe.doe_99@protonmail.com"]);
    assert_eq!(shown("a@b.co, c@d.org"), ["email a@b.co", "email c@d.org"]);
}

#[test]
fn what_is_no_email() {
    for text in [
        "logo@2x.png",
        "look at example.com",
        "contact us at gmail.com",
        "foo@bar",
        "@handle",
        "a@b@c.com@",
        "price @ 5.00 each",
        "5@10.00",
        "meet (at) the range",
        "9mm @ 115 gr",
        "x@-a.com",
        "git@",
        "M&P@15.22",
    ] {
        assert_eq!(shown(text), Vec::<String>::new(), "{text}");
    }
    assert_eq!(shown("https://user:pass@example.com/"), ["url https://user:pass@example.com/"]);
}

#[test]
fn jabber_by_server_or_word() {
    assert_eq!(shown("foo@swissjabber.de"), ["jabber foo@swissjabber.de"]);
    assert_eq!(shown("Jabber: foo@example.com"), ["jabber foo@example.com"]);
    assert_eq!(shown("xmpp:foo@example.com"), ["jabber foo@example.com"]);
    assert_eq!(shown("foo@exploit.im me@example.com"), ["jabber foo@exploit.im", "email me@example.com"]);
}

#[test]
fn onion_names_with_a_right_checksum() {
    let name = "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad";
    let expected = format!("onion {name}.onion");
    let page = format!("http://{name}.onion/path");
    assert_eq!(shown(&page), [format!("url {page}"), expected.clone()]);
    for text in [
        format!("http://{name}.onion/"),
        format!("{name}.onion"),
        format!("see www.{name}.onion:8080."),
        format!("{}.ONION", name.to_uppercase()),
        format!("{name}[.]onion"),
        format!("{}\u{200b}{}.onion", &name[..20], &name[20..]),
    ] {
        assert_eq!(shown(&text), [expected.as_str()], "{text}");
    }
    let mut wrong = name.replace("duckduck", "duckducl");
    wrong.push_str(".onion");
    for text in [wrong.as_str(), "expyuzz4wqqyqhjn.onion", &format!("a{name}.onion"), &format!("{name}.onions"), name] {
        assert_eq!(shown(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn messengers() {
    let cases: &[(&str, &[&str])] = &[
        ("https://t.me/Some_Seller", &["telegram some_seller"]),
        ("Telegram: @Some_Seller", &["telegram some_seller"]),
        ("tg @some_seller", &["telegram some_seller"]),
        ("telegram : some_seller", &["telegram some_seller"]),
        ("t.me/+AbCdEf123456", &["telegram +AbCdEf123456"]),
        ("Wickr: gunner99", &["wickr gunner99"]),
        ("wickr me - gunner99", &["wickr gunner99"]),
        ("Telegram: contact below", &[]),
        ("our telegram channel", &[]),
        ("cat.me/about_us", &["url cat.me/about_us"]),
        (
            "Session: 05aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            &["session 05aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
        ),
        ("0505aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", &[]),
    ];
    for (text, expected) in cases {
        assert_eq!(shown(text), *expected, "{text}");
    }
    // All-zero key, nospam 1; the last two bytes are the XOR of all pairs before.
    let tox = format!("{}000000010001", "0".repeat(64));
    assert_eq!(shown(&tox), [format!("tox {tox}")]);
    assert_eq!(shown(&tox.replace("010001", "010002")), Vec::<String>::new());
}

/// A quarter of a MiB each, made to be slow: any quadratic step would take minutes. The limit is generous for unoptimised code on a busy machine.
#[test]
fn hostile_text_takes_linear_time() {
    let kinds: [(&str, String); 14] = [
        ("one base58 run", "1".repeat(1 << 18)),
        ("base58 letters", "4AZLMbc1qz3".repeat(25_000)),
        ("blanks", " ".repeat(1 << 18)),
        ("at signs", "@".repeat(1 << 18)),
        ("at and letters", "a@".repeat(1 << 17)),
        ("short runs", "1 ".repeat(1 << 17)),
        ("five letters", "1abcd ".repeat(45_000)),
        ("begin titles", "-----BEGIN PGP PUBLIC KEY BLOCK-----".repeat(7_500)),
        ("onion", "a.onion".repeat(37_000)),
        ("hex", "0xabcdef".repeat(32_000)),
        ("domains", "a@b.c.d.e.f.".repeat(22_000)),
        ("one long number", "123 ".repeat(64_000)),
        ("one long decimal", "123.".repeat(64_000)),
        ("digits", "05 1.000,00 € ".repeat(17_000)),
    ];
    for (name, text) in kinds {
        let start = Instant::now();
        let count = indicators::find(&text, "page").len();
        let halfway = start.elapsed().as_secs_f64();
        let prices = vigie_extractors::money::find_prices(&text, Some("EUR"), true).len();
        let seconds = start.elapsed().as_secs_f64();
        println!("{name}: {} KiB in {halfway:.2} + {:.2} s, {count} indicators, {prices} prices", text.len() / 1024, seconds - halfway);
        assert!(seconds < 20.0, "{name} took {seconds} s");
    }
}

#[derive(Deserialize)]
struct Case {
    text: String,
    expected: Vec<Expected>,
    complete_for: Vec<String>,
}

#[derive(Deserialize)]
struct Expected {
    kind: String,
    value: String,
}

#[test]
fn agreement_with_published_cases() {
    let Ok(folder) = std::env::var("VIGIE_DATA") else {
        println!("skipped: VIGIE_DATA names no folder with vectors/indicators.jsonl");
        return;
    };
    let text = std::fs::read_to_string(Path::new(&folder).join("vectors/indicators.jsonl")).expect("vectors/indicators.jsonl");
    let (mut agreed, mut cases) = (0, 0);
    for line in text.lines() {
        let case: Case = serde_json::from_str(line).unwrap();
        let kinds = &case.complete_for;
        let mut ours: Vec<String> =
            found(&case.text).iter().filter(|one| kinds.contains(&one.kind)).map(|one| format!("{} {}", one.kind, one.value)).collect();
        let mut theirs: Vec<String> =
            case.expected.iter().filter(|one| kinds.contains(&one.kind)).map(|one| format!("{} {}", one.kind, one.value)).collect();
        ours.sort();
        theirs.sort();
        cases += 1;
        if ours == theirs {
            agreed += 1;
        } else {
            println!("ours {ours:?}\ntheirs {theirs:?}");
        }
    }
    println!("{agreed} of {cases} cases agree");
    assert!(agreed + 2 >= cases, "{agreed} of {cases}");
}

#[test]
fn keys_on_saved_pages() {
    let Ok(folder) = std::env::var("VIGIE_DATA") else {
        println!("skipped: VIGIE_DATA names no folder with pages/");
        return;
    };
    let (mut blocks, mut keys) = (0, 0);
    for family in ["magnublo_dream", "magnublo_apollon"] {
        for entry in std::fs::read_dir(Path::new(&folder).join("pages").join(family)).expect("pages") {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|suffix| suffix == "html") {
                let page = String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned();
                blocks += page.matches("BEGIN PGP PUBLIC KEY").count();
                keys += found(&page).iter().filter(|one| one.kind == "pgp_key").count();
            }
        }
    }
    println!("{keys} keys of {blocks} blocks");
    assert!(keys * 10 >= blocks * 9, "{keys} of {blocks}");
}

proptest! {
    #[test]
    fn mutated_armour_is_survived(at in 0usize..2400, with in "[ -~]", key in 0usize..3, drop_sum in any::<bool>()) {
        let armour = [ED25519, RSA, TWO][key];
        let mut bytes = armour.as_bytes().to_vec();
        let at = at % bytes.len();
        bytes[at] = with.as_bytes()[0];
        let mut text = String::from_utf8(bytes).unwrap();
        if drop_sum {
            text = text.lines().filter(|line| !line.starts_with('=')).collect::<Vec<_>>().join("\n");
        }
        found(&text);
    }

    #[test]
    fn invented_packets_are_survived(bytes in proptest::collection::vec(any::<u8>(), 24..200)) {
        use base64::Engine;
        let mut bytes = bytes;
        bytes[0] = 0x99;
        let body = base64::engine::general_purpose::STANDARD.encode(bytes);
        found(&format!("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{body}\n-----END PGP PUBLIC KEY BLOCK-----"));
    }

    #[test]
    fn text_of_contact_pieces_is_survived(text in "(bob|@|Now|точка|\\[точка\\]|\\[at\\]| at |\\.|dot|com|onion|telegram|: |/|é|\u{200b}|xmpp|t\\.me/|BEGIN PGP PUBLIC KEY BLOCK|END |-----){0,16}") {
        found(&text);
    }

    #[test]
    fn text_of_handle_pieces_is_survived(text in "(\\+49|00|170 |\\(0\\)|1234567|whatsapp|wa\\.me/|: |@bob|:matrix|\\.org|hxxp|s?\\[:\\]//|://|www\\.|\\[\\.\\]|/|é|\u{200b}|discord|#1234|\\.i2p|DE89|37040044|icq|threema|vk\\.com/|,a|\\)){0,16}") {
        found(&text);
    }
}
