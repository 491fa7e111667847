//! Fields of records that the general reading does not find: by what the values in one place of all records are.
//!
//! A place where nearly every record names countries says where goods come from or go to; one whose own names speak of a seller, and which
//! holds account names that differ, names the seller. Nothing else confirms it, so the proposal says so.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::candidates::selectors;
use super::choose::{self, Choice};
use super::sheet::{TAG_COST, Unit};
use crate::country::parse_countries;
use crate::html::attr;
use crate::profile::{Field, Pattern, Rule, Rules};

/// Elements of one record that are looked at.
const MAX_INSIDE: usize = 300;
/// Records that are looked at.
const MAX_UNITS: usize = 200;

/// The n-th element of a signature in each record that has it.
type Place = Vec<(usize, usize)>;

/// Rules for a field that few records are known to have.
pub(super) fn choose(field: Field, units: &[Unit<'_, '_>], chosen: &[(Field, Choice)]) -> Option<Choice> {
    if units.len() < 4 || units.iter().any(|unit| unit.scope == 0) {
        return None;
    }
    let step = units.len().div_ceil(MAX_UNITS).max(1);
    let units: Vec<Unit<'_, '_>> = units.iter().step_by(step).copied().collect();
    let mut found: Vec<(f64, usize, Place)> = places(&units)
        .into_iter()
        .filter(|(_, place)| place.len() * 10 >= units.len() * 6)
        .filter_map(|(order, place)| Some((fit(field, &units, &place)?, order, place)))
        .collect();
    // The surest first; of equals the one that comes first, and where goods go to stands behind where they come from.
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    found.into_iter().take(6).find_map(|(_, _, place)| {
        let rules = Rules(vec![rule(field, &units, &place)?]);
        // What another field reads already is not read twice.
        let own = |rules: &Rules| units.iter().take(8).map(|unit| choose::raw(rules, unit)).collect::<Vec<_>>();
        let texts = own(&rules);
        if chosen.iter().any(|(other, choice)| *other != Field::VendorUrl && own(&choice.rules) == texts) {
            return None;
        }
        let tally = choose::tally(field, &rules, &units);
        let enough = tally.filled * 2 >= tally.units && (tally.distinct > 1 || field != Field::Vendor);
        (enough && tally.differ.len() * 4 <= tally.known).then_some(Choice { rules, tally, discovered: true })
    })
}

/// The places of the records, with the order in which they stand.
fn places(units: &[Unit<'_, '_>]) -> Vec<(usize, Place)> {
    let mut places: HashMap<(u64, usize), (usize, Place)> = HashMap::new();
    for (number, unit) in units.iter().enumerate() {
        let mut nth: HashMap<u64, usize> = HashMap::new();
        for at in unit.sheet.outline.inside(unit.scope).skip(1).take(MAX_INSIDE) {
            let Some(facts) = unit.sheet.outline.elements.get(at) else { break };
            if facts.text == 0 || facts.text > 60 || facts.hidden {
                continue;
            }
            let count = nth.entry(facts.signature).or_default();
            *count += 1;
            if *count <= 6 {
                places.entry((facts.signature, *count)).or_insert_with(|| (at - unit.scope, Vec::new())).1.push((number, at));
            }
        }
    }
    places.into_values().collect()
}

/// How well what stands in a place fits a field; nothing where it does not.
fn fit(field: Field, units: &[Unit<'_, '_>], place: &Place) -> Option<f64> {
    let texts: Vec<String> =
        place.iter().filter_map(|(number, at)| units.get(*number).map(|unit| unit.sheet.outline.text_of(*at, 80))).collect();
    let share = |holds: &dyn Fn(&str) -> bool| texts.iter().filter(|text| holds(text)).count() as f64 / texts.len().max(1) as f64;
    let names = names(units, place);
    let named = |words: &[&str]| words.iter().any(|word| names.contains(*word));
    match field {
        Field::ShipsFrom | Field::ShipsTo => {
            let fits = share(&is_place);
            let from = named(&[
                "from",
                "origin",
                "src",
                "source",
                "aus",
                "von",
                "herkunft",
                "depart",
                "origen",
                "origem",
                "provenance",
                "ausland",
            ]);
            let to = named(&["to", "dest", "destination", "nach", "ziel", "vers", "destino", "destinazione", "target"]);
            let side = match (field, from, to) {
                (Field::ShipsFrom, true, false) | (Field::ShipsTo, false, true) => 1.0,
                (Field::ShipsFrom, false, false) => 0.3,
                _ => return None,
            };
            (fits >= 0.85).then_some(fits + side)
        }
        Field::Vendor => {
            let seller = named(&[
                "vendor",
                "seller",
                "merchant",
                "dealer",
                "user",
                "username",
                "author",
                "member",
                "shop",
                "store",
                "verkaeufer",
                "anbieter",
                "haendler",
                "vendeur",
                "vendedor",
                "venditore",
                "verkoper",
                "sprzedawca",
                "satici",
                "prodavec",
                "prodavets",
                "magazin",
                "by",
                "owner",
                "poster",
                "usr",
            ]);
            let fits = share(&is_account);
            let distinct = texts.iter().collect::<HashSet<_>>().len();
            // A label or a button is the same everywhere.
            (seller && fits >= 0.85 && distinct > 1).then_some(fits)
        }
        _ => None,
    }
}

/// Words of the names that an element and the two around it carry, and of the way that a link there leads.
fn names(units: &[Unit<'_, '_>], place: &Place) -> HashSet<String> {
    let mut words = HashSet::new();
    if let Some((unit, at)) = place.first().and_then(|(number, at)| Some((units.get(*number)?, *at))) {
        for (above, facts) in unit.sheet.outline.ancestors(at).take(3) {
            if above <= unit.scope {
                break;
            }
            let element = facts.element();
            for value in ["class", "id", "itemprop", "data-field", "title", "data-label"].iter().filter_map(|name| attr(element, name)) {
                words.extend(value.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).take(12).map(str::to_lowercase));
            }
            if let Some(href) = attr(element, "href") {
                let path = href.split_once("://").map_or(href, |(_, rest)| rest);
                words.extend(path.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 1).take(12).map(str::to_lowercase));
            }
        }
    }
    words
}

fn is_place(text: &str) -> bool {
    let countries = parse_countries(text);
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).count();
    !countries.codes.is_empty()
        && words <= 3 * (countries.codes.len() + countries.except.len())
        && !text.bytes().any(|b| b.is_ascii_digit())
}

fn is_account(text: &str) -> bool {
    let words = text.split_whitespace().count();
    (1..=5).contains(&words)
        && text.len() <= 48
        && text.chars().any(char::is_alphabetic)
        && parse_countries(text).codes.is_empty()
        && !text.ends_with(':')
}

/// The selector that leads to the place in most records, with a pattern for words that are the same everywhere.
fn rule(field: Field, units: &[Unit<'_, '_>], place: &Place) -> Option<Rule> {
    let mut tried: BTreeMap<String, f64> = BTreeMap::new();
    for (number, at) in [place.first(), place.get(place.len() / 2), place.last()].into_iter().flatten() {
        let unit = units.get(*number)?;
        tried.extend(selectors(unit.sheet, unit.scope, *at).into_iter().filter(|one| one.cost != TAG_COST).map(|one| (one.css, one.cost)));
    }
    let leads = |css: &str| {
        let selector = crate::html::Selector::parse(css).ok()?;
        let hits = place.iter().filter(|(number, at)| {
            let found = units.get(*number).and_then(|unit| {
                let found = unit.sheet.element(unit.scope)?.select(&selector).next()?;
                unit.sheet.outline.position(found.id())
            });
            found == Some(*at)
        });
        Some(hits.count() as f64 / place.len().max(1) as f64)
    };
    let judged = tried.into_iter().filter_map(|(css, cost)| Some((leads(&css)? - 0.02 * cost, css)));
    let (score, css) = judged.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))?;
    let mut rule = Rule::at(&css);
    if field == Field::Vendor {
        // What an inner element adds to a name is a rating or a mark.
        let own: Vec<String> = place.iter().filter_map(|(number, at)| own_text(units.get(*number)?, *at)).collect();
        let texts = if own.len() * 5 >= place.len() * 4 {
            rule.attr = Some("own".to_owned());
            own
        } else {
            place.iter().filter_map(|(number, at)| units.get(*number).map(|unit| unit.sheet.outline.text_of(*at, 80))).collect()
        };
        rule.regex = around_name(&texts).map(Pattern::from);
    }
    (score >= 0.75).then_some(rule)
}

/// The text of an element outside of inner elements, where these hold some, too.
fn own_text(unit: &Unit<'_, '_>, at: usize) -> Option<String> {
    let runs = unit.sheet.outline.runs_of(at);
    let own: Vec<&str> = runs.iter().filter(|run| run.element == at).map(|run| run.text.as_str()).collect();
    (own.len() < runs.len() && own.iter().any(|text| text.chars().any(char::is_alphabetic))).then(|| own.join(" "))
}

/// A pattern that leaves out a mark or word before all names, and counts behind some.
fn around_name(texts: &[String]) -> Option<String> {
    let first = texts.first()?;
    let mut common: usize = first.len();
    for text in texts {
        common = common.min(first.bytes().zip(text.bytes()).take_while(|(a, b)| a == b).count());
    }
    while !first.is_char_boundary(common) {
        common -= 1;
    }
    // Only whole words and marks: names may begin alike.
    let head = first.get(..common)?;
    let cut = head
        .rfind(|c: char| !c.is_alphanumeric())
        .map_or(0, |at| at + head.get(at..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8));
    let head = regex::escape(head.get(..cut)?);
    let counted = texts.iter().filter(|text| text.contains(['(', '[', '★', '✓'])).count();
    let tail = if counted * 2 > texts.len() { r"\s*(?:[(\[★✓].*)?$" } else { "$" };
    (!head.is_empty() || tail.len() > 1).then(|| format!("^{head}(.+?){tail}"))
}
