//! What lists become, what is refused, and that no file makes the reader panic.

use proptest::prelude::*;

use super::*;

/// `name | query` of each watch, then `! place: reason` of each refusal.
fn told_of(format: Format, text: &str) -> Vec<String> {
    let list = read(format, text, "").unwrap();
    assert_eq!(list.refused, list.refusals.len() as u64);
    let watches = list.watches.iter().map(|one| format!("{} | {}", one.name, one.query));
    watches.chain(list.refusals.iter().map(|one| format!("! {}: {}", one.at, one.reason))).collect()
}

#[test]
fn tables_of_keywords_and_questions() {
    let text = "name,keyword,Comment,query\nswitches,\"glock \"\"switch\"\"\",x,\n,solvent trap,,\nbig,,y,glock price:>1000\nbad,,,vender:x\n,,,\nonly,,,\n,solvent trap,,\n";
    assert_eq!(
        told_of(Format::Csv, text),
        [
            r#"switches | "glock \"switch\"""#,
            r#"solvent trap | "solvent trap""#,
            "big | glock price:>1000",
            "! line 5: column 1: there is no field `vender`; did you mean `vendor:`? To search for the text, put it in quotes",
            "! line 7: it has a name, but neither keyword nor query",
        ]
    );
    let list = read(Format::Csv, text, "old/").unwrap();
    assert_eq!((list.repeated, list.watches[0].name.as_str()), (1, "old/switches"));
    assert_eq!(list.notes, ["columns that are not read: Comment"]);
    assert_eq!(told_of(Format::Csv, "\u{feff}keyword;name\nauto sear;sears\n"), [r#"sears | "auto sear""#]);
    let bare = told_of(Format::Csv, "ghost gun\n\n80 % lower\na, b\n?!\n\"c, d\"\n");
    assert_eq!(bare[..3], [r#"ghost gun | "ghost gun""#, r#"80 % lower | "80 % lower""#, r#"c, d | "c, d""#]);
    assert!(bare[3].starts_with("! line 4: 2 columns") && bare[4].contains("holds no letter or digit"), "{bare:?}");
    assert_eq!(told_of(Format::Csv, "name,query\na,glock\na,walther\n"), ["a | glock", "a (line 3) | walther"]);
    assert!(told_of(Format::Csv, "query\nlast_seen:>7d\n")[0].contains("cannot be watched"));
}

#[test]
fn patterns_of_stix() {
    for (pattern, query) in [
        ("[url:value = 'http://x.example/a/']", r#"(url:"http://x.example/a/" OR "x.example/a")"#),
        ("[domain-name:value='x.example']", r#"(contact:"x.example" OR "x.example")"#),
        ("[email-addr:value IN ('a@x.example', 'b')]", r#"((contact:"a@x.example" OR "a@x.example") OR (contact:"b" OR "b"))"#),
        ("[user-account:account_login = 'Gun \\'Shop']", r#"vendor:"Gun 'Shop""#),
        ("[user-account:display_name LIKE 'gun%']", "vendor:gun*"),
        ("[x-wallet:address = 'bc1qar0srrr7xfkvy5l643']", r#"address:"bc1qar0srrr7xfkvy5l643""#),
        ("[cryptocurrency-wallet:value = 'abc'] OR [file:name = 'lower.stl']", r#"(address:"abc" OR "lower.stl")"#),
        ("[artifact:name LIKE '%auto sear%']", r#""auto sear""#),
        (
            "[user-account:account_login = 'a' AND (file:name = 'b' OR NOT file:name = 'c') AND file:name != 'd']",
            r#"(vendor:"a" AND ("b" OR NOT "c") AND NOT "d")"#,
        ),
    ] {
        assert_eq!(told_of(Format::Stix, pattern), [format!("{} | {query}", cut(query, 120))], "{pattern}");
    }
    for (pattern, why) in [
        ("[ipv4-addr:value = '10.0.0.1']", "addresses of machines"),
        ("[file:hashes.'SHA-256' = 'aa']", "no hashes"),
        ("[file:hashes.MD5 = 'aa' OR file:name = 'b']", "no hashes"),
        ("[file:size > 3]", "`>` cannot be said"),
        ("[file:name MATCHES 'a.*']", "MATCHES cannot be said"),
        ("[file:name = 'a'] FOLLOWEDBY [file:name = 'b']", "two observations"),
        ("[file:name = 'a'] AND [file:name = 'b']", "two observations"),
        ("[file:name = 'a'] WITHIN 5 SECONDS", "stretches of time"),
        ("[file:created = t'2026-01-01T00:00:00Z']", "nothing that a listing tells"),
        ("[url:value = 5]", "only texts"),
        ("[x-thing[*].part:value = 'a']", "nothing that a listing tells"),
        ("[file:name LIKE 'a%b']", "within a text"),
        ("[file:name LIKE 'a_b']", "one sign"),
        ("[file:name = 'a'", "`]` is missing"),
        ("[file:name = 'a", "quote is not closed"),
        ("[file:name = '!!']", "no letter or digit"),
        ("[]", "`]` is not expected"),
        ("file:name", "not expected there"),
    ] {
        let told = told_of(Format::Stix, pattern);
        assert!(told.len() == 1 && told[0].starts_with("! line 1: ") && told[0].contains(why), "{pattern}: {told:?}");
    }
    let deep = format!("[{}file:name = 'a'{}]", "(".repeat(100_000), ")".repeat(100_000));
    assert!(told_of(Format::Stix, &deep)[0].contains("nested"));
}

#[test]
fn bundles_of_stix() {
    let bundle = r#"{"type": "bundle", "id": "bundle--1", "objects": [
        {"type": "indicator", "id": "indicator--1", "name": "Sears", "pattern_type": "stix", "pattern": "[file:name = 'sear']", "labels": ["x"]},
        {"type": "indicator", "id": "indicator--2", "name": "Sears", "pattern": "[file:name = 'switch']", "confidence": 5},
        {"type": "indicator", "id": "indicator--3", "pattern_type": "snort", "pattern": "alert"},
        {"type": "indicator", "id": "indicator--4", "revoked": true, "pattern": "[file:name = 'x']"},
        {"type": "indicator", "id": "indicator--5", "name": {"not": ["a", "text"]}, "pattern": null},
        {"type": "malware", "name": "y"}, {"type": 7}
    ]}"#;
    assert_eq!(
        told_of(Format::Stix, bundle),
        [
            r#"Sears | "sear""#,
            r#"Sears (indicator--2) | "switch""#,
            r#"! indicator--3: its pattern is written in "snort""#,
            "! indicator--4: it is revoked",
            "! indicator--5: it has no pattern",
        ]
    );
    assert_eq!(read(Format::Stix, bundle, "").unwrap().notes, ["objects that are no indicators, not read: 2"]);
    let one = r#"{"type": "indicator", "id": "i", "pattern": "[file:name = 'sear']"}"#;
    assert_eq!(told_of(Format::Stix, one), [r#"i | "sear""#]);
    for (bad, why) in [
        ("{", "no STIX object"),
        (r#"{"type": "report"}"#, "of type \"report\""),
        (r#"{"type": "bundle", "objects": 5}"#, "no STIX object"),
    ] {
        assert!(read(Format::Stix, bad, "").unwrap_err().to_string().contains(why), "{bad}");
    }
}

#[test]
fn rules_of_yara() {
    let rules = r##"
        import "pe"
        /* a rule in a remark: rule no { } */
        rule any_word : tag1 tag2 {
            meta: author = "x" // rule
                  level = -5
                  good = true
            strings:
                $a = "glock switch" nocase wide ascii
                $b = "auto\x20sear\"" fullword
                $ = "third"
            condition: any of them
        }
        global rule mixed { strings: $a = "a1" $b1 = "b1" $b2 = "b2" condition: $a and (any of ($b*) or not $b2) }
        rule two { strings: $a = "a" $b = "b" $c = "c" condition: 2 of them }
        rule every { strings: $a = "a" $b = "b" condition: all of ($a, $b) and none of ($b) }
        private rule hidden { strings: $a = "a" condition: $a }
        rule hexadecimal { strings: $a = { E2 34 ?? } condition: $a }
        rule expression { strings: $a = /gl[o0\/]ck}/i condition: $a }
        rule counts { strings: $a = "a" condition: #a > 3 }
        rule placed { strings: $a = "a" condition: $a at 0 }
        rule size { strings: $a = "a" condition: $a and filesize < 1MB }
        rule module { condition: pe.is_dll() }
        rule looped { strings: $a = "a" condition: for any of them : ( $ at 5 ) }
        rule disguised { strings: $a = "a" xor condition: $a }
        rule empty { strings: $a = "!!" condition: $a }
        rule share { strings: $a = "a" condition: 50% of them }
        rule none { condition: any of them }
        rule three { strings: $a = "a" condition: 3 of them }
        rule lacks { strings: $a = "a" condition: $b }
        rule last { strings: $z = "z" condition: $z }
    "##;
    let told = told_of(Format::Yara, rules);
    let expected = [
        r#"any_word | ("glock switch" OR "auto sear\"" OR "third")"#,
        r#"mixed | ("a1" AND (("b1" OR "b2") OR NOT "b2"))"#,
        r#"two | (("a" AND "b") OR ("a" AND "c") OR ("b" AND "c"))"#,
        r#"every | (("a" AND "b") AND NOT "b")"#,
        r#"last | "z""#,
    ];
    assert_eq!(told[..5], expected);
    let reasons = [
        ("hidden", "private"),
        ("hexadecimal", "hexadecimal"),
        ("expression", "regular expression"),
        ("counts", "how often"),
        ("placed", "where a text stands"),
        ("size", "filesize"),
        ("module", "`pe`, a module"),
        ("looped", "loop"),
        ("disguised", "disguise"),
        ("empty", "no letter or digit"),
        ("share", "share of texts"),
        ("none", "there are none"),
        ("three", "3 of 1"),
        ("lacks", "no text of it"),
    ];
    assert_eq!(told.len(), expected.len() + reasons.len(), "{told:?}");
    for ((rule, why), told) in reasons.iter().zip(&told[5..]) {
        assert!(told.starts_with(&format!("! rule {rule}: ")) && told.contains(why), "{rule}: {told}");
    }
    assert!(read(Format::Yara, rules, "").unwrap().notes[0].contains("as words"));
    for (broken, why) in [
        ("rule a { strings: $a = \"x condition: $a }", "not closed"),
        ("rule a { strings: $a = \"x\" condition: $a", "not closed"),
        ("words and words", "no rule begins here"),
        ("rule a { condition: ", "not closed"),
        ("/* rule", "comment is not closed"),
        ("rule { }", "without a name"),
    ] {
        let told = told_of(Format::Yara, broken);
        assert!(told[0].starts_with("! ") && told[0].contains(why), "{broken}: {told:?}");
    }
}

#[test]
fn what_would_never_end_is_refused() {
    let texts: String = (0..40).map(|n| format!("$t{n} = \"w{n}\" ")).collect();
    let told = told_of(Format::Yara, &format!("rule many {{ strings: {texts} condition: 20 of them }}"));
    assert!(told[0].contains("too many combinations"), "{told:?}");
    let told = told_of(Format::Yara, &format!("rule few {{ strings: {texts} condition: 39 of them }}"));
    assert!(told[0].starts_with("few | (("), "{told:?}");
    let long = "x ".repeat(1_000);
    let again = "all of them or ".repeat(1_000);
    let told = told_of(Format::Yara, &format!("rule long {{ strings: $a = \"{long}\" condition: {again} $a }}"));
    assert!(told[0].contains("more than"), "{told:?}");
    let deep = "(".repeat(1_000_000);
    assert!(told_of(Format::Yara, &format!("rule deep {{ strings: $a = \"a\" condition: {deep}"))[0].contains("nests"));
    let rows = "keyword\n".to_owned() + &(0..=MOST_WATCHES).map(|n| format!("word{n}\n")).collect::<String>();
    assert!(read(Format::Csv, &rows, "").unwrap_err().to_string().contains("100000"));
    assert!(told_of(Format::Csv, &format!("name,query\n{},glock\n", "n".repeat(600)))[0].contains("bytes"));
}

#[test]
fn formats_are_told_by_extension_and_content() {
    for (name, text, format) in [
        ("a.csv", "{", Format::Csv),
        ("a.JSON", "", Format::Stix),
        ("a.yar", "", Format::Yara),
        ("a.txt", " {\"type\": 1}", Format::Stix),
        ("a", "[url:value = 'x']", Format::Stix),
        ("a.txt", "// x\nprivate rule a {", Format::Yara),
        ("a.txt", "rule\nof law\n", Format::Csv),
    ] {
        assert_eq!(told(Path::new(name), text), format, "{name} {text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_file_makes_it_panic_and_what_it_takes_can_be_watched(
        format in prop::sample::select(vec![Format::Csv, Format::Stix, Format::Yara]),
        text in "\\PC{0,200}|((rule|private|global|a|\\{|\\}|strings|condition|meta|:|=|\\$a|\\$|\\$\\*|\"|\\\\x4|'|any|2|of|them|\\(|\\)|and|or|not|#a|@|!b|/|\\*|//|\n|é|,|%|[0-9a-z]{1,3}) ?){0,60}\
                |\\[?((file:name|url:value|x-wallet:value|=|!=|LIKE|IN|'[a%_é\\\\]{0,3}'|\\(|\\)|AND|OR|NOT|\\[|\\]|,|'|t'x'|\\[\\*\\]) ?){0,40}\
                |(name|keyword|query|,|;|\"|\n|\r\n|glock|é|-|\\(){0,40}",
    ) {
        if let Ok(list) = read(format, &text, "p/") {
            for one in &list.watches {
                let query = Query::parse(&one.query, 0).unwrap();
                prop_assert!(query.watchable().is_ok() && one.name.starts_with("p/") && one.name.len() <= LONGEST_NAME);
            }
            prop_assert!(list.refusals.iter().all(|one| !one.at.is_empty() && !one.reason.is_empty()));
        }
    }

    #[test]
    fn what_is_quoted_is_looked_for_as_it_stands(text in "[a-z \"\\\\~*^@()\\[\\]:=-]{1,20}|\\PC{1,20}") {
        // The words of the phrase are the words of the text, whatever signs stand between.
        if let Ok(list) = read(Format::Yara, &format!("rule a {{ strings: $a = \"{}\" condition: $a }}", text.replace('\\', "\\\\").replace('"', "\\\"")), "")
            && let [one] = list.watches.as_slice()
        {
            let document = vigie_index::Document { title: format!("x {text} y"), ..Default::default() };
            prop_assert!(Query::parse(&one.query, 0).unwrap().explain(&document).matched, "{}", one.query);
        }
    }
}
