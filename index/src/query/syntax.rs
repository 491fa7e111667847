//! The reference of the query language; each example in it is read by a test.

use std::sync::LazyLock;

use crate::fields::FIELDS;

/// Queries with what they find.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("glock 17", "both words, in title or description, in any order and form"),
    ("rifles", "rifle, rifles: stems are matched in the language of each listing"),
    ("AK-47", "the same as AK47 and \"ak 47\": words are cut where letters meet digits"),
    ("=rifles", "this very form only (case and accents never count)"),
    ("\"solvent trap\"", "these words side by side, as written"),
    ("\"glock switch\"~2", "in this order, with at most two other words between"),
    ("gloc*", "words that begin so"),
    ("*lock OR gl?ck", "words that end so; `?` stands for one letter; a pattern is one word, and words are cut where letters meet digits"),
    ("glock~1", "words with at most one letter wrong, missing, too many, or exchanged with its neighbour; `~2` for two"),
    (
        "glock@disguised",
        "also where it is written to evade filters (gl0ck, g.l.o.c.k, GIock): words of the lexicon; also \"glock 19\"@disguised",
    ),
    ("glock^3 walther", "the first counts three times as much in the order of hits; which are found stays the same"),
    ("glock OR walther", "any of them; AND, OR and NOT are operators in capitals only"),
    ("glock -airsoft", "without the second; the same as `glock NOT airsoft`"),
    ("(glock OR walther) (p80 OR \"80 %\")", "parentheses; side by side means AND, which binds closer than OR"),
    ("NOT category:non_weapon", "all but these"),
    ("*", "all listings"),
    ("title:suppressor", "a word in one field"),
    ("title:(suppressor OR silencer)", "several in one field"),
    ("category:firearm", "the category and all below it; also `category:firearm.*`"),
    ("category:part.conversion_device trait:full_auto", "codes"),
    ("vendor:\"Gun Shop\"", "a whole value, in any case; `vendor:gun*` for its beginning"),
    ("calibre:9x19 maker:glock model:\"17 gen5\"", "words of a value"),
    ("ships_from:(DE OR AT) -ships_to:US", "countries"),
    ("source:(market1 OR shop2)", "a set of values"),
    ("vendor:*shop contact:*@example.org", "values that end so; also vendor:gunshop~1"),
    ("account:market1/gunshop", "a seller on one source; `persona:` takes the number of a persona"),
    ("week:2026-W47", "first seen in that week; `asset:XMR`: with an address of that asset"),
    ("address:bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "a payment address, in any case"),
    ("pgp:\"EF6E 286D DA85 EA2A 4BA7  DE68 4E2C 6E87 9329 8290\"", "a fingerprint or key id, with or without spaces"),
    ("url:http://127.0.0.1/item/*", "the beginning of an address"),
    ("price:[100 TO 500] currency:EUR", "a range with both ends; `{100 TO 500}` without them"),
    ("price:>100 risk:>=0.8", "open ranges: > >= < <="),
    ("price_usd:[* TO 500]", "an open end"),
    ("price:*", "any value at all"),
    ("first_seen:>2026-01-01", "after that day, UTC; also 2026, 2026-01, 2026-01-01T12:00:00Z"),
    ("first_seen:[2026-01 TO 2026-03]", "from January to the end of March"),
    ("last_seen:>7d", "within the last seven days; s min h d w mo (30 days) y (365 days), now, today"),
    ("\"AND\"", "quotes make any word a plain word; \\ before a sign makes it a plain sign"),
];

/// The reference as plain text.
pub fn syntax() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let mut out = String::from("Examples\n\n");
        let widest = EXAMPLES.iter().map(|(query, _)| query.len()).filter(|length| *length <= 44).max().unwrap_or_default();
        for (query, meaning) in EXAMPLES {
            out.push_str(&format!("  {query:<widest$}  {meaning}\n"));
        }
        out.push_str("\nFields\n\n");
        for spec in FIELDS {
            let aliases = if spec.aliases.is_empty() { String::new() } else { format!(" (also {})", spec.aliases.join(", ")) };
            out.push_str(&format!("  {:<14}{}{aliases}\n", spec.name, spec.meaning));
        }
        out.push_str(
            "\nIn a watch, last_seen, price_usd, persona, family and ages such as 7d are refused: a watch looks at values that do not move.\n",
        );
        out
    });
    &TEXT
}
