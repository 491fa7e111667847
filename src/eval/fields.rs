//! Fields of an arm, part or round beside those that a person read: maker, model, calibres, rounds and what else is labelled.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use vigie_extractors::codebook::Codebook;
use vigie_extractors::record::Firearm;

use super::judged::Judged;
use super::tally::{Tally, Verdict};

/// Counts of one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Field {
    /// All listings that are labelled with it; spurious where a source labels the field, and not for this listing.
    pub tally: Tally,
    /// Of those whose text states the value: right ones.
    pub stated_right: usize,
    /// Listings whose text states the value.
    pub stated: usize,
}

impl Field {
    /// Share of right values where the text states them, 0 to 1; 1 where it never does.
    pub fn exact(&self) -> f64 {
        if self.stated == 0 { 1.0 } else { self.stated_right as f64 / self.stated as f64 }
    }
}

/// By name of the field.
pub type Fields = BTreeMap<String, Field>;

/// A field that was not read as a person reads it.
#[derive(Debug, Clone)]
pub struct Fault<'a> {
    /// The listing.
    pub judged: &'a Judged,
    /// Name of the field.
    pub field: &'a str,
    /// What a person read.
    pub expected: String,
    /// What was read.
    pub found: String,
    /// Whether the text states what was expected.
    pub stated: bool,
}

/// Fields that are compared as they stand in the records.
const PLAIN: [&str; 10] = ["capacity", "grains", "status", "make_mode", "condition", "action", "rounds", "casing", "calibre_basis", "year"];
/// Fields whose labels are seldom complete: what is not labelled is not called spurious.
const INCOMPLETE: [&str; 4] = ["status", "make_mode", "calibre_basis", "casing"];

/// Counts all fields of all listings.
pub fn count(codebook: &Codebook, judged: &[Judged]) -> Fields {
    let mut fields = Fields::new();
    compare(codebook, judged, |_, name, verdict, stated| {
        let field = fields.entry(name.to_owned()).or_default();
        field.tally.add(verdict);
        field.stated += usize::from(stated);
        field.stated_right += usize::from(stated && verdict == Verdict::Right);
    });
    fields
}

/// What was not read as a person reads it, those first whose text states the value; `most` of each field.
pub fn worst<'a>(codebook: &Codebook, judged: &'a [Judged], most: usize) -> Vec<Fault<'a>> {
    let mut faults: BTreeMap<&str, Vec<Fault<'a>>> = BTreeMap::new();
    compare(codebook, judged, |one, name, verdict, stated| {
        if verdict != Verdict::Right {
            let found = serde_json::to_value(&one.firearm).ok().and_then(|arm| arm.get(record(name)).map(shown)).unwrap_or_default();
            let expected = one.line.fields.get(name).map(shown).unwrap_or_default();
            faults.entry(name).or_default().push(Fault { judged: one, field: name, expected, found, stated });
        }
    });
    faults.values_mut().for_each(|faults| faults.sort_by_key(|fault| !fault.stated));
    faults.into_values().flat_map(|faults| faults.into_iter().take(most)).collect()
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Name in the records of a field as it is labelled.
fn record(name: &str) -> &str {
    if name == "barrel_in" { "barrel_mm" } else { name }
}

fn compare<'a>(codebook: &Codebook, judged: &'a [Judged], mut told: impl FnMut(&'a Judged, &'a str, Verdict, bool)) {
    let mut known: BTreeMap<&str, BTreeSet<&'a str>> = BTreeMap::new();
    for one in judged {
        known.entry(&one.line.source).or_default().extend(one.line.fields.keys().map(String::as_str));
    }
    for one in judged {
        let Ok(Value::Object(found)) = serde_json::to_value(&one.firearm) else { continue };
        for (name, expected) in &one.line.fields {
            let found = found.get(record(name));
            let verdict = match name.as_str() {
                "calibres" => calibres(codebook, expected, &one.firearm),
                "maker" => maker(codebook, expected, one.firearm.maker.as_deref()),
                "model" => model(expected, one.firearm.model.as_deref()),
                "barrel_mm" => length(expected.as_f64(), one.firearm.barrel_mm),
                "barrel_in" => length(expected.as_f64().map(|inches| inches * 25.4), one.firearm.barrel_mm),
                plain if PLAIN.contains(&plain) => plainly(expected, found),
                _ => continue,
            };
            told(one, name, verdict, states(codebook, one, name, expected));
        }
        // A label without any field says nothing of the others.
        let labelled = known.get(one.line.source.as_str()).filter(|_| !one.line.fields.is_empty()).into_iter().flatten();
        for name in labelled.filter(|name| !one.line.fields.contains_key(**name) && !INCOMPLETE.contains(*name)) {
            let compared = PLAIN.contains(name) || matches!(*name, "calibres" | "maker" | "model" | "barrel_mm" | "barrel_in");
            if compared && found.contains_key(record(name)) {
                told(one, name, Verdict::Spurious, false);
            }
        }
    }
}

fn plainly(expected: &Value, found: Option<&Value>) -> Verdict {
    match found {
        None => Verdict::Missing,
        Some(found) if shown(found) == shown(expected) => Verdict::Right,
        Some(_) => Verdict::Wrong,
    }
}

/// Lengths are rounded to a millimetre on both sides.
fn length(expected: Option<f64>, found: Option<u32>) -> Verdict {
    match (expected, found) {
        (_, None) => Verdict::Missing,
        (Some(expected), Some(found)) if (expected - f64::from(found)).abs() <= 1.5 => Verdict::Right,
        _ => Verdict::Wrong,
    }
}

fn letters(text: &str) -> String {
    text.replace("&amp;", "&").chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Letters and digits decide; a maker's name may stand before a model's.
fn model(expected: &Value, found: Option<&str>) -> Verdict {
    let expected = letters(&shown(expected));
    match found.map(letters) {
        None => Verdict::Missing,
        Some(found) if found == expected || (!found.is_empty() && expected.ends_with(&found)) => Verdict::Right,
        Some(_) => Verdict::Wrong,
    }
}

/// A maker under any of its names: "HK" is Heckler & Koch.
fn maker(codebook: &Codebook, expected: &Value, found: Option<&str>) -> Verdict {
    let Some(found) = found else { return Verdict::Missing };
    let expected = letters(&shown(expected));
    let same = letters(found) == expected || codebook.maker_names(found).iter().any(|name| letters(name) == expected);
    if same { Verdict::Right } else { Verdict::Wrong }
}

fn names(expected: &Value) -> Vec<String> {
    match expected {
        Value::Array(all) => all.iter().map(shown).collect(),
        one => vec![shown(one)],
    }
}

/// Ids of a calibre that a person named; a bare number is a gauge where nothing else bears it.
fn ids<'c>(codebook: &'c Codebook, name: &str) -> Vec<&'c str> {
    let ids = codebook.calibre_ids(name);
    if ids.is_empty() && name.len() <= 2 && name.bytes().all(|byte| byte.is_ascii_digit()) {
        return codebook.calibre_ids(&format!("Cal. {name}"));
    }
    ids
}

/// One of the expected calibres, under any of its names, is among those that were found.
fn calibres(codebook: &Codebook, expected: &Value, arm: &Firearm) -> Verdict {
    if arm.calibre_ids.is_empty() {
        return Verdict::Missing;
    }
    let found = |id: &&str| arm.calibre_ids.iter().any(|found| found == id);
    let right = names(expected).iter().any(|name| ids(codebook, name).iter().any(found));
    if right { Verdict::Right } else { Verdict::Wrong }
}

/// Whether title or description state a value: the number, the maker's or model's name, a number that the calibre's names begin with.
/// Words for a code, such as an action, are not looked for.
fn states(codebook: &Codebook, one: &Judged, name: &str, expected: &Value) -> bool {
    let text = format!("{} {}", one.line.title, one.line.description);
    let numbered = |number: &str| numbers(&text).iter().any(|stated| stated == number);
    match name {
        "rounds" | "grains" | "capacity" | "year" => numbered(&shown(expected)),
        "barrel_mm" | "barrel_in" => {
            let mm = expected.as_f64().map(|value| if name == "barrel_in" { value * 25.4 } else { value }).unwrap_or_default();
            let near = |stated: f64| [1.0, 10.0, 25.4].iter().any(|unit| (stated * unit - mm).abs() <= 1.5);
            numbers(&text).iter().filter_map(|stated| stated.parse().ok()).any(near)
        }
        "maker" | "model" => {
            let text = letters(&text);
            let expected = shown(expected);
            let named = |name: &str| !letters(name).is_empty() && text.contains(&letters(name));
            named(&expected) || name == "maker" && codebook.maker_names(&expected).iter().any(|name| name.len() > 2 && named(name))
        }
        "calibres" => names(expected).iter().any(|name| {
            let known = ids(codebook, name);
            let calibres = codebook.calibres().iter().filter(|calibre| known.contains(&calibre.id.as_str()));
            calibres
                .flat_map(|calibre| std::iter::once(&calibre.name).chain(&calibre.saami).chain(&calibre.aliases))
                .any(|writing| numbers(writing).first().is_some_and(|number| numbered(number)))
        }),
        _ => false,
    }
}

/// The numbers of a text; a comma parts thousands or decimals.
fn numbers(text: &str) -> Vec<String> {
    let mut numbers = Vec::new();
    let runs = text.split(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').map(|run| run.trim_matches(['.', ',']));
    for run in runs.filter(|run| !run.is_empty()) {
        let thousands = run.split(',').skip(1).all(|part| part.len() == 3);
        numbers.push(if thousands { run.replace(',', "") } else { run.replace(',', ".") });
    }
    numbers
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::eval::labelled::Labelled;

    fn codebook() -> Codebook {
        Codebook::parse(include_str!("../../config/codebook.toml")).unwrap()
    }

    fn judged(title: &str, expected: Value, arm: Firearm) -> Judged {
        let line = Labelled { title: title.to_owned(), fields: expected.as_object().cloned().unwrap_or_default(), ..Labelled::default() };
        Judged { line, firearm: arm, ..Judged::default() }
    }

    #[test]
    fn values_are_right_wrong_missing_or_spurious_and_stated_or_not() {
        let arm = Firearm {
            maker: Some("Heckler & Koch".into()),
            rounds: Some(50),
            calibres: vec!["9 mm Luger".into()],
            calibre_ids: vec!["9x19mm".into()],
            ..Firearm::default()
        };
        let all = [
            judged("HK 9mm, 50 rds", json!({"maker": "HK", "rounds": 50, "calibres": ["9 mm Luger"]}), arm.clone()),
            judged("Sig Sauer 20 rounds", json!({"maker": "SIG Sauer", "rounds": 20}), arm),
            judged("1,000 cartridges", json!({"rounds": 1000, "calibres": ["308 Win."]}), Firearm::default()),
        ];
        let fields = count(&codebook(), &all);
        let of = |name: &str| {
            let Field { tally: Tally { right, wrong, missing, spurious }, stated_right, stated } = fields[name];
            [right, wrong, missing, spurious, stated_right, stated]
        };
        assert_eq!(of("maker"), [1, 1, 0, 0, 1, 2]);
        assert_eq!(of("rounds"), [1, 1, 1, 0, 1, 3]);
        assert_eq!(of("calibres"), [1, 0, 1, 1, 1, 1]);
        assert!((fields["rounds"].exact() - 1.0 / 3.0).abs() < 1e-12);
        let worst = worst(&codebook(), &all, 1);
        assert_eq!(worst.iter().map(|fault| (fault.field, fault.expected.as_str())).collect::<Vec<_>>()[2], ("rounds", "20"));
    }

    #[test]
    fn lengths_bores_and_models_are_compared_as_they_are_written() {
        assert_eq!(length(Some(4.02 * 25.4), Some(102)), Verdict::Right);
        assert_eq!(model(&json!("Glock 19"), Some("19")), Verdict::Right);
        assert_eq!(ids(&codebook(), "12"), ["12-gauge"]);
        assert_eq!(numbers("1,000 rds 7,62x39 .45"), ["1000", "7.62", "39", "45"]);
    }
}
