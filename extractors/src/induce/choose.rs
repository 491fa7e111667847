//! Which of the candidates reads a field best: it must give again what the general reading gave on most pages, and may repair the rest.

use std::collections::{BTreeMap, HashMap};

use regex::escape;

use super::candidates::{self, Candidate};
use super::sheet::Unit;
use crate::html::fold;
use crate::page::{profiled, rule};
use crate::profile::{Field, Pattern, Rule, Rules};

/// Units that every candidate is tried on before the best are tried on all.
const FIRST_TRY: usize = 16;
/// Candidates that are tried on all units.
const SECOND_TRY: usize = 12;
/// Of the values that a rule gives where the general reading gives one, too, so many must be the same. A selector that says little of what it
/// selects is not believed against the general reading.
const AGREE: f64 = 0.75;
const AGREE_IF_VAGUE: f64 = 0.95;
/// What it takes from the score of a rule that it reads from much text.
const EXCESS: f64 = 0.3;
/// From this cost on a selector is vague.
const VAGUE: f64 = 2.8;
/// Rules of one field, tried in order.
const MOST_RULES: usize = 3;

/// Rules for a field, with what speaks for them.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) rules: Rules,
    pub(super) tally: Tally,
    /// Whether the general reading had no part in it.
    pub(super) discovered: bool,
}

/// How rules did on the units.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub(super) units: usize,
    /// Units for which the general reading has a value.
    pub(super) known: usize,
    /// Units for which the rules give one.
    pub(super) filled: usize,
    /// Both, and the same.
    pub(super) agree: usize,
    /// Where they differ: unit, value of the rules, value of the general reading.
    pub(super) differ: Vec<(usize, String, String)>,
    /// Some values of the rules, each once.
    pub(super) samples: Vec<String>,
    /// How many different values they give, counted to ten.
    pub(super) distinct: usize,
}

impl Tally {
    fn score(&self, cost: f64) -> f64 {
        let extra = self.filled.saturating_sub(self.agree + self.differ.len());
        let gained = self.agree as f64 - 1.5 * self.differ.len() as f64;
        gained / self.known.max(1) as f64 + 0.08 * extra as f64 / self.units.max(1) as f64 - 0.015 * cost
    }

    /// Share of the values that agree, of those that can be compared.
    pub(super) fn precision(&self) -> f64 {
        let compared = self.agree + self.differ.len();
        if compared == 0 { 0.0 } else { self.agree as f64 / compared as f64 }
    }
}

/// The rules for a field in these units; nothing where none does.
pub(super) fn choose(field: Field, units: &[Unit<'_, '_>]) -> Option<Choice> {
    let known = units.iter().filter(|unit| unit.known(field).is_some()).count();
    if known < 2 && units.len() > 1 || known == 0 {
        return None;
    }
    let mut rules = Rules::default();
    let mut rest: Vec<Unit<'_, '_>> = units.to_vec();
    for round in 0..MOST_RULES {
        let Some(Candidate { rule: best, cost }) = best(field, &rest) else { break };
        let tally = try_rule(field, &best, &rest);
        let enough = match round {
            0 if field == Field::Description => (tally.known.min(2), AGREE_IF_VAGUE),
            0 => (tally.known.min(2), if cost < VAGUE { AGREE } else { AGREE_IF_VAGUE }),
            _ => (2 + units.len() / 20, 0.9),
        };
        if tally.agree < enough.0 || tally.precision() < enough.1 {
            break;
        }
        rest.retain(|unit| value(field, &Rules(vec![best.clone()]), unit).is_none());
        rules.0.push(best);
        if rest.iter().filter(|unit| unit.known(field).is_some()).count() < 2 {
            break;
        }
    }
    if rules.0.is_empty() {
        return None;
    }
    let tally = tally(field, &rules, units);
    Some(Choice { rules, tally, discovered: false })
}

fn best(field: Field, units: &[Unit<'_, '_>]) -> Option<Candidate> {
    let known: Vec<Unit<'_, '_>> = units.iter().filter(|unit| unit.known(field).is_some()).copied().collect();
    let step = known.len().div_ceil(FIRST_TRY).max(1);
    let few: Vec<Unit<'_, '_>> = known.iter().step_by(step).copied().collect();
    let mut tried: Vec<(f64, Candidate)> = Vec::new();
    for candidate in candidates::of(field, units) {
        let plain = try_rule(field, &candidate.rule, &few);
        let score = plain.score(candidate.cost);
        // What differs may have words around it that are always the same.
        if plain.agree < plain.known
            && plain.filled > 0
            && let Some(pattern) = around(field, &candidate.rule, &known)
        {
            let rule = Rule { regex: Some(Pattern::from(pattern)), ..candidate.rule.clone() };
            let cut = try_rule(field, &rule, &few).score(candidate.cost + 0.3);
            tried.push((cut, Candidate { rule, cost: candidate.cost + 0.3 }));
        }
        tried.push((score, candidate));
    }
    tried.sort_by(|a, b| b.0.total_cmp(&a.0));
    tried.truncate(SECOND_TRY);
    let judged = tried.into_iter().map(|(_, one)| {
        let score = try_rule(field, &one.rule, units).score(one.cost);
        (score - EXCESS * excess(field, &one.rule, &few), one)
    });
    judged.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cost.total_cmp(&a.1.cost))).map(|(_, one)| one)
}

/// How much more than the value a rule takes in, from 0 to 1: what is read from much text is read by chance.
fn excess(field: Field, rule: &Rule, units: &[Unit<'_, '_>]) -> f64 {
    if field == Field::Description || rule.all {
        return 0.0;
    }
    let lengths = units.iter().filter_map(|unit| {
        let whole = Rule { regex: None, ..rule.clone() };
        let found = raw(&Rules(vec![whole]), unit)?.chars().count() as f64;
        let value = words(field, unit).or_else(|| unit.known(field))?.chars().count() as f64;
        Some(((found - value - 12.0) / 60.0).clamp(0.0, 1.0))
    });
    let lengths: Vec<f64> = lengths.collect();
    lengths.iter().sum::<f64>() / lengths.len().max(1) as f64
}

fn try_rule(field: Field, rule: &Rule, units: &[Unit<'_, '_>]) -> Tally {
    tally(field, &Rules(vec![rule.clone()]), units)
}

/// How rules do on units.
pub(super) fn tally(field: Field, rules: &Rules, units: &[Unit<'_, '_>]) -> Tally {
    let mut tally = Tally { units: units.len(), ..Tally::default() };
    let mut values: HashMap<String, ()> = HashMap::new();
    for (at, unit) in units.iter().enumerate() {
        let (known, found) = (unit.known(field), value(field, rules, unit));
        tally.known += usize::from(known.is_some());
        let Some(found) = found else { continue };
        tally.filled += 1;
        if values.len() < 10 && values.insert(found.clone(), ()).is_none() && tally.samples.len() < 3 {
            tally.samples.push(found.clone());
        }
        match known {
            Some(known) if same(field, &known, &found) => tally.agree += 1,
            Some(known) => tally.differ.push((at, found, known)),
            None => {}
        }
    }
    tally.distinct = values.len();
    tally
}

/// What rules read in a unit, in normal form.
pub(super) fn value(field: Field, rules: &Rules, unit: &Unit<'_, '_>) -> Option<String> {
    let scope = unit.sheet.element(unit.scope)?;
    let listing = profiled::reading(&BTreeMap::from([(field, rules.clone())]), scope, &unit.sheet.outline, &unit.sheet.reader);
    field.of(&listing)
}

/// What rules read in a unit, as it is written.
pub(super) fn raw(rules: &Rules, unit: &Unit<'_, '_>) -> Option<String> {
    let scope = unit.sheet.element(unit.scope)?;
    rules.0.iter().find_map(|rule| rule::values(rule, scope, &unit.sheet.outline).0.into_iter().next())
}

fn same(field: Field, known: &str, found: &str) -> bool {
    match field {
        // Where a description ends is a matter of taste.
        Field::Description => {
            let (known, found) = (fold(known), fold(found));
            known == found || (found.contains(&known) || known.contains(&found)) && known.len().abs_diff(found.len()) * 5 < known.len()
        }
        Field::Title => fold(known) == fold(found),
        _ => known == found,
    }
}

/// A pattern that cuts the value out of words that are the same in all units.
fn around(field: Field, rule: &Rule, units: &[Unit<'_, '_>]) -> Option<String> {
    let mut before: Option<String> = None;
    let mut after: Option<String> = None;
    let mut ends = 0;
    let mut seen = 0;
    let step = units.len().div_ceil(24).max(1);
    for unit in units.iter().step_by(step) {
        let scope = unit.sheet.element(unit.scope)?;
        let (values, _) = rule::values(rule, scope, &unit.sheet.outline);
        let (Some(text), Some(known)) = (values.first(), words(field, unit)) else { continue };
        let Some((head, tail)) = text.split_once(known.as_str()) else { continue };
        seen += 1;
        before = Some(before.map_or_else(|| head.to_owned(), |own| common_end(&own, head)));
        if tail.trim().is_empty() {
            ends += 1;
        } else {
            after = Some(after.map_or_else(|| tail.to_owned(), |own| common_start(&own, tail)));
        }
    }
    let (before, after) = (before?, after.unwrap_or_default());
    if seen < 2 || (before.trim().is_empty() && after.trim().is_empty()) {
        return None;
    }
    let words = |text: &str| text.split_whitespace().map(escape).collect::<Vec<_>>().join(r"\s+");
    let head = if before.trim().is_empty() { String::from("^") } else { format!("{}\\s*", words(&before)) };
    let tail = match (after.trim().is_empty(), ends > 0) {
        (true, _) => r"\s*$".to_owned(),
        // Only the first mark: what follows it differs.
        (false, false) => format!(r"\s*{}", first_word(&after)),
        (false, true) => format!(r"\s*(?:{}|$)", first_word(&after)),
    };
    Some(format!("(?s){head}(.+?){tail}"))
}

fn first_word(text: &str) -> String {
    let word: String = text.trim().chars().take_while(|c| !c.is_whitespace()).collect();
    escape(&word)
}

/// The value as the page writes it.
fn words(field: Field, unit: &Unit<'_, '_>) -> Option<String> {
    let known = unit.known(field)?;
    match field {
        Field::Price => {
            unit.draft.and_then(|draft| draft.listing.offers.first()).map(|offer| offer.raw.clone()).filter(|raw| !raw.is_empty())
        }
        Field::Title | Field::Vendor | Field::Sku | Field::Mpn | Field::Gtin | Field::Brand | Field::Category => Some(known),
        _ => candidates::origin(field, unit).map(|origin| origin.raw.clone()).filter(|raw| !raw.is_empty()),
    }
}

fn common_end(one: &str, other: &str) -> String {
    let same: Vec<char> = one.chars().rev().zip(other.chars().rev()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
    let text: String = same.into_iter().rev().collect();
    // Half a word is none.
    if text.len() < one.len().min(other.len()) && !text.starts_with(|c: char| !c.is_alphanumeric()) {
        text.split_once(|c: char| !c.is_alphanumeric()).map(|(_, rest)| rest.to_owned()).unwrap_or_default()
    } else {
        text
    }
}

fn common_start(one: &str, other: &str) -> String {
    one.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect()
}
