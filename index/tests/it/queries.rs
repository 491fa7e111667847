//! What each construct of the query language finds, and what it refuses.

use vigie_index::query::{EXAMPLES, MAX_CLAUSES};
use vigie_index::{Document, Index, Query, SearchOptions, syntax};

use crate::{NOW, amount, found, index_of};

const DAY: i64 = 86_400_000_000;

fn market() -> Index {
    let base = |id: &str, title: &str, description: &str| Document {
        id: id.to_owned(),
        title: title.to_owned(),
        description: description.to_owned(),
        language: Some("en".to_owned()),
        ..Document::default()
    };
    index_of(&[
        Document {
            category: "firearm.pistol".to_owned(),
            traits: vec!["full_auto".to_owned(), "new".to_owned()],
            makers: vec!["Glock".to_owned()],
            models: vec!["17 Gen5".to_owned()],
            calibre_ids: vec!["9x19-parabellum".to_owned()],
            calibres: vec!["9 mm Luger".to_owned()],
            vendor: Some("Gun Shop".to_owned()),
            account: Some("alpha/Gun Shop".to_owned()),
            assets: vec!["BTC".to_owned()],
            source: "alpha".to_owned(),
            price_amount: amount("499.99"),
            price_currency: Some("EUR".to_owned()),
            price_usd: amount("540"),
            ships_from: vec!["DE".to_owned()],
            ships_to: vec!["EU".to_owned(), "US".to_owned()],
            addresses: vec!["bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq".to_owned()],
            first_seen: NOW - 10 * DAY,
            last_seen: NOW - DAY,
            risk: 0.9,
            ..base("glock", "Glock 17 with switch", "A select-fire Glock. Pay to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq today")
        },
        Document {
            category: "part.suppressor".to_owned(),
            subtype: Some("solvent_trap".to_owned()),
            unmasked: "solvent cleaning silencer kit".to_owned(),
            family: "f1".to_owned(),
            vendor: Some("gunner".to_owned()),
            source: "alpha".to_owned(),
            price_amount: amount("0.00125"),
            price_currency: Some("BTC".to_owned()),
            pgp: vec!["EF6E286DDA85EA2A4BA7DE684E2C6E8793298290".to_owned(), "4E2C6E8793298290".to_owned()],
            ships_from: vec!["US".to_owned()],
            first_seen: NOW - 400 * DAY,
            last_seen: NOW - 300 * DAY,
            risk: 0.5,
            url: "http://127.0.0.1:8080/item/7?a=(b)".to_owned(),
            ..base("trap", "Solvent cleaning trap kit", "Threaded tubes for rifles, AK-47 and 7.62x39")
        },
        Document {
            category: "non_weapon".to_owned(),
            good: Some("drugs".to_owned()),
            source: "beta".to_owned(),
            contacts: vec!["telegram:@someone".to_owned()],
            first_seen: NOW,
            last_seen: NOW,
            risk: 0.1,
            ..base("tea", "The best of not and or", "Green tea and nothing else")
        },
    ])
}

#[track_caller]
fn check(index: &Index, cases: &[(&str, &[&str])]) {
    for (query, expected) in cases {
        assert_eq!(found(index, query), *expected, "{query}");
    }
}

#[test]
fn words_phrases_and_beginnings() {
    check(
        &market(),
        &[
            ("glock", &["glock"]),
            ("GLOCK switch", &["glock"]),
            ("rifle", &["trap"]),
            ("=rifle", &[]),
            ("=rifles", &["trap"]),
            ("\"rifle\"", &[]),
            ("\"solvent trap\"", &[]),
            ("\"solvent trap\"~1", &["trap"]),
            ("\"trap solvent\"~5", &[]),
            ("\"for rifles ak\"", &["trap"]),
            ("ak47", &["trap"]),
            ("AK-47", &["trap"]),
            ("7.62x39", &["trap"]),
            ("7.62*", &["trap"]),
            ("7.6*", &["trap"]),
            ("ak4*", &["trap"]),
            ("ak5*", &[]),
            ("gloc*", &["glock"]),
            ("bc1qar*", &["glock"]),
            ("BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ", &["glock"]),
            ("the", &["tea"]),
            ("and", &["tea", "trap"]),
            ("not or", &["tea"]),
            ("title:rifles", &[]),
            ("description:rifles", &["trap"]),
            ("title:(glock OR solvent)", &["glock", "trap"]),
            ("title:*", &["glock", "tea", "trap"]),
        ],
    );
}

#[test]
fn open_words_wrong_letters_weights_and_disguises() {
    let index = market();
    check(
        &index,
        &[
            ("*lock", &["glock"]),
            ("gl?ck", &["glock"]),
            ("gl?k", &[]),
            ("s*nt", &["trap"]),
            ("*esqr*", &[]),
            ("bc1q*zwf5mdq", &["glock"]),
            ("glokc~", &["glock"]),
            ("gloxc~1", &[]),
            ("gloxc~2", &["glock"]),
            ("vendor:gunshop~1", &["glock"]),
            ("vendor:*shop", &["glock"]),
            ("url:http://127.0.0.1:8080/item/7?a=\\(b\\)", &["trap"]),
            ("url:*/item/*", &["trap"]),
            ("account:alpha/*", &["glock"]),
            ("asset:btc", &["glock"]),
            ("week:2026-w23", &["glock"]),
            ("tea^2 OR (trap glock)^0.5", &["tea"]),
            ("threaded@disguised", &["trap"]),
            ("silencer", &[]),
            ("silencer@disguised", &["trap"]),
            ("\"silencer kit\"@disguised^2", &["trap"]),
            ("unmasked:silencer", &["trap"]),
            ("family:f1", &["trap"]),
        ],
    );
    let accounts = |persona: &str| (persona == "7").then(|| vec!["alpha/Gun Shop".to_owned(), "beta/none".to_owned()]);
    let query = Query::parse_with("persona:7", NOW, &accounts).unwrap();
    assert_eq!(index.searcher().unwrap().search(&query, &SearchOptions::default()).unwrap().total, 1);
    let first = |query: &str| {
        index.searcher().unwrap().search(&Query::parse(query, NOW).unwrap(), &SearchOptions::default()).unwrap().hits.remove(0).id
    };
    assert_eq!((first("tea^9 OR trap"), first("tea OR trap^9")), ("tea".to_owned(), "trap".to_owned()));
}

#[test]
fn dear_queries_say_so() {
    let index = Index::in_ram().unwrap();
    let title = |n: usize| if n % 10 < 7 { "and glock".to_owned() } else { format!("tea {n}") };
    let documents: Vec<Document> = (0..300).map(|n| Document { id: n.to_string(), title: title(n), ..Document::default() }).collect();
    index.writer().unwrap().apply(&documents, &[], 1).unwrap();
    let searcher = index.searcher().unwrap();
    let costs = |query: &str| searcher.costs(&Query::parse(query, NOW).unwrap()).join(" ");
    assert_eq!(Query::parse("and", NOW).unwrap().costs(), [""; 0]);
    for fine in ["trap", "the", "glo*", "NOT tea trap", "price:>5", "vendor:*", "(a OR b) c", "and trap", "and price:>5"] {
        assert_eq!(costs(fine), "", "{fine}");
    }
    for (dear, part) in [
        ("*", "every listing"),
        ("NOT tea", "judged for each"),
        ("a OR NOT b", "judged for each"),
        ("*lock OR ?it", "2 of its patterns"),
        ("risk:*", "judged"),
        ("and", "in 70 %"),
        ("\"and and\"", "in 70 %"),
        ("and OR trap", "in 70 %"),
    ] {
        assert!(costs(dear).contains(part), "{dear}: {}", costs(dear));
    }
    assert!(costs(&vec!["a"; 3_000].join(" OR ")).contains("too long for hits"));
}

#[test]
fn operators() {
    check(
        &market(),
        &[
            ("*", &["glock", "tea", "trap"]),
            ("glock OR tea", &["glock", "tea"]),
            ("glock AND tea", &[]),
            ("glock OR green tea", &["glock", "tea"]),
            ("(glock OR green) tea", &["tea"]),
            ("NOT glock", &["tea", "trap"]),
            ("-glock -tea", &["trap"]),
            ("NOT (glock OR tea)", &["trap"]),
            ("NOT NOT glock", &["glock"]),
            ("glock OR NOT tea", &["glock", "trap"]),
            ("* NOT *", &[]),
            ("\"NOT\"", &["tea"]),
            ("category:(firearm OR part) -vendor:gunner", &["glock"]),
            ("(((((glock)))))", &["glock"]),
        ],
    );
}

#[test]
fn fields_of_values() {
    check(
        &market(),
        &[
            ("category:firearm", &["glock"]),
            ("category:firearm.*", &["glock"]),
            ("category:firearm.pistol", &["glock"]),
            ("category:fire", &[]),
            ("category:fire*", &["glock"]),
            ("Category:PART", &["trap"]),
            ("trait:full_auto", &["glock"]),
            ("vendor:\"gun shop\"", &["glock"]),
            ("vendor:gun", &[]),
            ("vendor:gun*", &["glock", "trap"]),
            ("vendor:*", &["glock", "trap"]),
            ("-vendor:*", &["tea"]),
            ("calibre:9x19", &["glock"]),
            ("caliber:\"9mm luger\"", &["glock"]),
            ("model:gen5 maker:glock", &["glock"]),
            ("ships_from:de", &["glock"]),
            ("ships_to:(US OR EU) ships_from:DE", &["glock"]),
            ("address:BC1QAR0SRRR7XFKVY5L643LYDNW9RE59GTZZWF5MDQ", &["glock"]),
            ("address:bc1*", &["glock"]),
            ("pgp:0x4e2c6e8793298290", &["trap"]),
            ("pgp:\"EF6E 286D DA85 EA2A 4BA7  DE68 4E2C 6E87 9329 8290\"", &["trap"]),
            ("pgp:ef6e286d*", &["trap"]),
            ("url:http://127.0.0.1:8080/item/*", &["trap"]),
            ("url:\"http://127.0.0.1:8080/item/7?a=(b)\"", &["trap"]),
            ("url:(http://127.0.0.1:8080/* OR x)", &["trap"]),
            ("contact:telegram:@someone", &["tea"]),
            ("subtype:solvent_trap", &["trap"]),
            ("good:drugs source:beta lang:en", &["tea"]),
        ],
    );
}

#[test]
fn numbers_and_dates() {
    check(
        &market(),
        &[
            ("price:499.99", &["glock"]),
            ("price:[100 TO 500]", &["glock"]),
            ("price:[499.99 TO *]", &["glock"]),
            ("price:{499.99 TO *]", &[]),
            ("price:[* TO 1]", &["trap"]),
            ("price:<=0.00125", &["trap"]),
            ("price:<0.00125", &[]),
            ("price:[500 TO 100]", &[]),
            ("price:*", &["glock", "trap"]),
            ("-price:*", &["tea"]),
            ("price:(>400 <500)", &["glock"]),
            ("price_usd:>500 currency:eur", &["glock"]),
            ("risk:>0.5", &["glock"]),
            ("risk:>=0.5", &["glock", "trap"]),
            ("risk:[0.9 TO 0.1]", &[]),
            ("risk:{0.1 TO 0.9}", &["trap"]),
            ("first_seen:2026-06-15", &["tea"]),
            ("first_seen:>2026-06-14", &["tea"]),
            ("first_seen:<2026-06-15", &["glock", "trap"]),
            ("first_seen:[2026-05 TO 2026-06]", &["glock", "tea"]),
            ("first_seen:2025", &["trap"]),
            ("last_seen:>7d", &["glock", "tea"]),
            ("last_seen:<1mo", &["trap"]),
            ("last_seen:today", &["tea"]),
            ("last_seen:>=2026-06-15T12:00:00Z", &["tea"]),
        ],
    );
}

#[test]
fn errors_name_the_column_and_the_remedy() {
    let cases: &[(&str, usize, &str)] = &[
        ("", 1, "empty"),
        ("glock vender:x", 7, "`vendor:`"),
        ("é http://x", 3, "quotes"),
        ("glock AND", 10, "ends"),
        ("OR glock", 1, "before this operator"),
        ("glock AND OR x", 11, "before this operator"),
        ("a (b", 3, "not closed"),
        ("a b)", 4, "closes nothing"),
        ("()", 2, "missing"),
        ("\"abc", 1, "not closed"),
        ("gl!o*ck", 1, "other signs"),
        ("**", 1, "one letter"),
        ("glock~3", 6, "letters that may be wrong"),
        ("ak47~1", 1, "2 words"),
        ("it~1", 1, "3 to 32"),
        ("glo*~1", 1, "open parts"),
        ("glock^99", 6, "0.1 to 10"),
        ("vendor:shop@disguised", 8, "no disguises"),
        ("price:abc", 7, "amount"),
        ("price:1,5", 7, "1234.50"),
        ("risk:[0 TO", 6, "range"),
        ("risk:high", 6, "0.5"),
        ("first_seen:yesterday", 12, "2026-01-31"),
        ("title: x", 1, "no value"),
        ("title:", 1, "no value"),
        ("a !!! b", 3, "no letter"),
        ("a - b", 3, "no letter"),
        ("[WTS] glock", 1, "quotes"),
        ("vendor:[a TO b]", 8, "no ranges"),
        ("\"a b\"~x", 6, "number of words"),
        ("\"a b\"~999", 6, "at most"),
        ("\"a\"b", 4, "space"),
        ("persona:7", 9, "no persona"),
        ("vendor:\"a b\"~2", 8, "whole values"),
        ("foo-*", 1, "before `*`"),
    ];
    for (query, column, part) in cases {
        let error = Query::parse(query, NOW).expect_err(query);
        assert_eq!(error.column, *column, "{query}: {error}");
        assert!(error.to_string().contains(part), "{query}: {error}");
    }
}

#[test]
fn hostile_queries_are_bounded() {
    for query in ["(".repeat(60_000), "NOT ".repeat(15_000), "-".repeat(60_000), "(a OR ".repeat(10_000), "x".repeat(1_100_000)] {
        assert!(Query::parse(&query, NOW).is_err());
    }
    assert!(Query::parse(&vec!["a"; MAX_CLAUSES + 1].join(" "), NOW).unwrap_err().message.contains("more than"));
    let index = market();
    assert_eq!(found(&index, &format!("glock OR {}", vec!["zz*"; 400].join(" OR "))), ["glock"]);
    assert_eq!(found(&index, &format!("{}glock{}", "(".repeat(64), ")".repeat(64))), ["glock"]);
    assert_eq!(
        found(
            &index,
            &format!(
                "glock OR {}",
                (0..10_000_u32)
                    .map(|n| n.to_string().chars().map(|c| char::from(c as u8 + 49)).collect::<String>())
                    .collect::<Vec<_>>()
                    .join(" OR ")
            )
        ),
        ["glock"]
    );
    assert!(Query::parse(&format!("{}glock{}", "(".repeat(65), ")".repeat(65)), NOW).is_err());
}

#[test]
fn watches_refuse_what_moves() {
    let refused = |query: &str| Query::parse(query, NOW).unwrap().watchable().map_err(|error| (error.column, error.hint));
    for fine in ["glock -airsoft", "first_seen:>2026-01-01 price:>100", "NOT category:non_weapon", "*"] {
        assert_eq!(refused(fine), Ok(()), "{fine}");
    }
    for (query, column, part) in [
        ("a first_seen:>7d", 14, "date"),
        ("price_usd:>5", 1, "price:"),
        ("a (b OR last_seen:2026)", 9, "first_seen"),
        ("first_seen:[today TO *]", 12, "date"),
        ("family:f1", 1, "vendor"),
    ] {
        let (at, hint) = refused(query).expect_err(query);
        assert_eq!(at, column, "{query}");
        assert!(hint.contains(part), "{query}: {hint}");
    }
}

#[test]
fn every_example_of_the_reference_is_read() {
    let index = market();
    for (example, _) in EXAMPLES {
        found(&index, example);
        assert!(syntax().contains(example));
    }
}
