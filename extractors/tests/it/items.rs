//! Measures the items of advertisements with several goods, labelled by hand, good by good: see `tests/fixtures/items/README.md`.
//!
//! Rows without text are those of data sets that may not be shipped; they are read from the folder that `VIGIE_DATA` names, else left out.

use crate::classify::codebook;
use flate2::read::MultiGzDecoder;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;
use vigie_extractors::record::{Item, Listing};

/// Right, found too much, missed.
#[derive(Default, Clone, Copy)]
struct Counts([usize; 3]);

impl Counts {
    fn add(&mut self, right: usize, found: usize, known: usize) {
        self.0[0] += right;
        self.0[1] += found - right;
        self.0[2] += known - right;
    }

    fn f1(&self) -> f64 {
        let [right, wrong, missed] = self.0.map(|n| n as f64);
        if right == 0.0 { 0.0 } else { 2.0 * right / (2.0 * right + wrong + missed) }
    }
}

impl std::fmt::Display for Counts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [right, wrong, missed] = self.0;
        let share = |of: usize| if of == 0 { 1.0 } else { right as f64 / of as f64 };
        write!(
            f,
            "{right:>4} of {:>4} known, {:>4} found: precision {:.3} recall {:.3} F1 {:.3}",
            right + missed,
            right + wrong,
            share(right + wrong),
            share(right + missed),
            self.f1()
        )
    }
}

#[derive(Default)]
struct Measure {
    ads: usize,
    second: Counts,
    first: Counts,
    category_only: Counts,
    priced: Counts,
    state: [usize; 2],
    kinds: [usize; 2],
    intent: [usize; 2],
    sold: Counts,
    split: [usize; 2],
    payments: Counts,
    methods: Counts,
}

fn first_level(code: &str) -> &str {
    code.split('.').next().unwrap_or(code)
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or("")
}

fn same_amount(one: &str, other: &str) -> bool {
    matches!((one.parse::<f64>(), other.parse::<f64>()), (Ok(a), Ok(b)) if (a - b).abs() < 1e-9)
}

/// Pairs of a labelled and a found item, each used once: those with a labelled amount first, so that nothing takes their place.
fn pair(known: &[Value], found: &[Item], priced: bool, same: impl Fn(&str, &str) -> bool) -> Vec<(usize, usize)> {
    let lead = |value: &Value| value["offers"][0]["amount"].as_str().map(str::to_owned);
    let mut used = BTreeSet::new();
    let mut pairs = Vec::new();
    let mut order: Vec<usize> = (0..known.len()).collect();
    order.sort_by_key(|at| lead(&known[*at]).is_none());
    for at in order {
        let state = known[at]["state"].as_str().unwrap_or("available");
        let fits = |item: &Item| {
            same(text(&known[at], "category"), &item.category)
                && (!priced
                    || lead(&known[at]).is_none_or(|amount| item.offers.first().is_some_and(|offer| same_amount(&offer.amount, &amount))))
        };
        let mut best: Option<(i32, usize)> = None;
        for (place, item) in found.iter().enumerate().filter(|(place, item)| !used.contains(place) && fits(item)) {
            let rank = i32::from(item.category == text(&known[at], "category")) * 4
                + i32::from(lead(&known[at]).is_none() == item.offers.is_empty()) * 2
                + i32::from(item.availability.as_deref().unwrap_or("available") == state);
            if best.is_none_or(|(top, _)| rank > top) {
                best = Some((rank, place));
            }
        }
        if let Some((_, place)) = best {
            used.insert(place);
            pairs.push((at, place));
        }
    }
    pairs
}

impl Measure {
    fn add(&mut self, row: &Value, listing: &Listing) {
        self.ads += 1;
        let known = row["items"].as_array().cloned().unwrap_or_default();
        let found = &listing.items;
        let pairs = pair(&known, found, true, |a, b| a == b);
        self.second.add(pairs.len(), found.len(), known.len());
        let count = |priced: bool, level: bool| {
            let same = |a: &str, b: &str| if level { a == b } else { first_level(a) == first_level(b) };
            pair(&known, found, priced, same).len()
        };
        self.first.add(count(true, false), found.len(), known.len());
        self.category_only.add(count(false, true), found.len(), known.len());
        let priced = |items: &[(usize, usize)]| items.iter().filter(|(at, _)| known[*at]["offers"].is_array()).count();
        let with_price = known.iter().filter(|item| item["offers"].is_array()).count();
        self.priced.add(priced(&pairs), found.iter().filter(|item| !item.offers.is_empty()).count().max(priced(&pairs)), with_price);
        for (at, place) in &pairs {
            let state = known[*at]["state"].as_str().unwrap_or("available");
            self.state[1] += 1;
            self.state[0] += usize::from(found[*place].availability.as_deref().unwrap_or("available") == state);
            for offer in known[*at]["offers"].as_array().into_iter().flatten() {
                self.kinds[1] += 1;
                let same = |own: &&vigie_extractors::record::Offer| {
                    own.kind == text(offer, "kind") && same_amount(&own.amount, text(offer, "amount"))
                };
                self.kinds[0] += usize::from(found[*place].offers.iter().any(|own| same(&own)));
            }
        }
        if let Some(intent) = row["intent"].as_str() {
            self.intent[1] += 1;
            self.intent[0] += usize::from(listing.intent == intent);
        }
        let (is, said) = (row["availability"] == "sold", listing.availability.as_deref() == Some("sold"));
        self.sold.add(usize::from(is && said), usize::from(said), usize::from(is));
        let split = listing.split.as_ref().map(|split| (u64::from(split.part), u64::from(split.of)));
        let known_split = row["split"]["part"].as_u64().map(|part| (part, row["split"]["of"].as_u64().unwrap_or(0)));
        if split.is_some() || known_split.is_some() {
            self.split[1] += 1;
            self.split[0] += usize::from(split == known_split);
        }
        let set =
            |value: &Value| value.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect::<BTreeSet<_>>();
        let of = |own: &[String]| own.iter().cloned().collect::<BTreeSet<_>>();
        for (counts, known, own) in [
            (&mut self.payments, set(&row["payments"]), of(&listing.payments)),
            (&mut self.methods, set(&row["methods"]), of(&listing.shipping.methods)),
        ] {
            if !known.is_empty() || row["title"].is_string() {
                counts.add(known.intersection(&own).count(), own.len(), known.len());
            }
        }
    }

    fn print(&self, name: &str) {
        println!("{name}: {} advertisements", self.ads);
        println!("  items, second level and lead amount  {}", self.second);
        println!("  items, first level and lead amount   {}", self.first);
        println!("  items, second level alone            {}", self.category_only);
        println!("  items with a labelled amount         {}", self.priced);
        println!("  sold, of the advertisement           {}", self.sold);
        println!("  payments                             {}", self.payments);
        println!("  ways of shipping                     {}", self.methods);
        for (what, [right, all]) in
            [("state of matched items", self.state), ("kinds of amounts", self.kinds), ("intent", self.intent), ("split", self.split)]
        {
            println!("  {what:<36} {right:>4} of {all:>4}");
        }
    }
}

/// Title and description by id, of the data sets that may not be shipped.
fn kept_apart() -> HashMap<String, (String, String)> {
    let Some(folder) = std::env::var_os("VIGIE_DATA") else { return HashMap::new() };
    let mut texts = HashMap::new();
    for file in ["armslist_a_m.jsonl.gz", "agora_gold_dev.jsonl", "agora_negatives.jsonl.gz"] {
        let path = Path::new(&folder).join("listings").join(file);
        let bytes = std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let mut all = String::new();
        if file.ends_with(".gz") {
            MultiGzDecoder::new(bytes.as_slice()).read_to_string(&mut all).expect("gzip");
        } else {
            all = String::from_utf8(bytes).expect("UTF-8");
        }
        for line in all.lines() {
            let row: Value = serde_json::from_str(line).expect("JSON");
            texts.insert(text(&row, "id").to_owned(), (text(&row, "title").to_owned(), text(&row, "description").to_owned()));
        }
    }
    texts
}

/// Reads an advertisement from its words alone.
pub(crate) fn read(title: &str, description: &str) -> Listing {
    let mut listing =
        Listing { title: title.to_owned(), description: description.to_owned(), language: Some("en".to_owned()), ..Listing::default() };
    vigie_extractors::heuristics::advert::fill(&mut listing, None, false);
    codebook().classify(&mut listing);
    listing
}

/// Measures the rows whose text there is: all, and those that are shipped with their text. `VIGIE_ITEMS` names a row, or `all`, to be printed
/// with what is labelled and what was found.
fn measure(name: &str, rows: &str) -> (Measure, Measure) {
    let apart = kept_apart();
    let mut all = Measure::default();
    let mut by_set: BTreeMap<&str, Measure> = BTreeMap::new();
    let wanted = std::env::var("VIGIE_ITEMS").ok();
    for line in rows.lines() {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let id = text(&row, "id");
        let own = row["title"].as_str().map(|title| (title.to_owned(), text(&row, "description").to_owned()));
        let Some((title, description)) = own.or_else(|| apart.get(id).cloned()) else { continue };
        let listing = read(&title, &description);
        if let Some(wanted) = &wanted
            && (id.contains(wanted.as_str()) || wanted == "all")
        {
            show(&row, &listing);
            if std::env::var_os("VIGIE_CLAUSES").is_some() {
                show_clauses(&listing);
            }
        }
        all.add(&row, &listing);
        by_set.entry(if id.starts_with("gunsforsale") { "forum" } else { "classifieds and market" }).or_default().add(&row, &listing);
    }
    all.print(name);
    for (set, measure) in &by_set {
        println!("  {set:<36} {}", measure.second);
    }
    (all, by_set.remove("forum").unwrap_or_default())
}

/// Lowest figures that are accepted, a little below what was measured: a fall is a fault.
fn floors(measured: &(Measure, Measure), all: f64, forum: f64) {
    assert!(measured.1.second.f1() >= forum, "items of posts: {}", measured.1.second);
    if measured.0.ads > measured.1.ads {
        assert!(measured.0.second.f1() >= all, "items: {}", measured.0.second);
    }
    assert!(measured.1.sold.f1() >= 0.8, "sold: {}", measured.1.sold);
    assert!(measured.1.payments.f1() >= 0.8, "payments: {}", measured.1.payments);
    assert!(measured.1.methods.f1() >= 0.8, "ways of shipping: {}", measured.1.methods);
}

/// Prints how a text was cut, where `VIGIE_CLAUSES` is set.
fn show_clauses(listing: &Listing) {
    let text = vigie_extractors::heuristics::clauses::read(&listing.description, listing.intent == "wanted");
    for clause in &text.clauses {
        let words = &text.plain[clause.range.clone()];
        println!(
            "    {:?}{}{} {:?} {:?}",
            clause.role,
            if clause.bullet { " bullet" } else { "" },
            if clause.apart { " apart" } else { "" },
            clause.state,
            words.trim()
        );
        for amount in vigie_extractors::heuristics::amounts::find(words, None, false) {
            println!(
                "        {} {:?} unit {:?} replaces {} asked {}",
                amount.price.raw, amount.kind, amount.unit, amount.replaces, amount.asked
            );
        }
    }
}

/// Prints what is labelled and what was found, one above the other.
fn show(row: &Value, listing: &Listing) {
    let known = row["items"].as_array().cloned().unwrap_or_default();
    let pairs = pair(&known, &listing.items, true, |a, b| a == b);
    println!("== {} {} ({} / {:?})", text(row, "id"), listing.title, listing.intent, listing.availability);
    for (at, item) in known.iter().enumerate() {
        let mark = if pairs.iter().any(|(own, _)| *own == at) { "ok " } else { "MISSED" };
        println!("  {mark:<7}{:<22}{:<10}{:<40} {}", text(item, "category"), text(item, "state"), text(item, "what"), item["offers"]);
    }
    for (place, item) in listing.items.iter().enumerate() {
        let mark = if pairs.iter().any(|(_, own)| *own == place) { "   " } else { "WRONG" };
        let words: Vec<&str> = item.because.iter().map(|span| span.text.as_str()).collect();
        let offers: Vec<String> = item.offers.iter().map(|o| format!("{} {} {:?} {:?}", o.kind, o.amount, o.quantity, o.unit)).collect();
        println!(
            "  {mark:<7}{:<22}{:<10}{:<40} {offers:?} x{:?}",
            item.category,
            item.availability.as_deref().unwrap_or(""),
            words.join(" | "),
            item.quantity
        );
    }
}

#[test]
fn items_of_advertisements_that_rules_were_made_on() {
    floors(&measure("development", include_str!("../fixtures/items/dev.jsonl")), 0.66, 0.68);
}

#[test]
fn items_of_advertisements_that_were_not_looked_at() {
    floors(&measure("held", include_str!("../fixtures/items/held.jsonl")), 0.67, 0.69);
}

/// Each slash of a title once cost two readings of the whole: 7,000 of them minutes.
#[test]
fn a_title_of_slashes_is_read_once() {
    let mut listing = Listing { title: "Glock 17/Walther PPK/".repeat(3_500), ..Listing::default() };
    codebook().classify(&mut listing);
    assert!(listing.classification.is_some());
}
