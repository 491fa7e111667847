//! Rules that might read a field: made from the places where the general reading found it.

use std::collections::HashMap;

use crate::html::{attr, fold};
use crate::profile::{Field, Rule};
use crate::provenance::{Anchor, Origin};

use super::sheet::{Compound, Sheet, TAG_COST, Unit, compounds};
use crate::heuristics::labels::Label;

/// Candidates of one field that are tried.
const MOST: usize = 70;
/// Units whose places are looked at.
const SEEDED: usize = 40;

/// A rule with how readily a change of the site breaks it.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) rule: Rule,
    pub(super) cost: f64,
}

/// Where a value stands.
#[derive(Debug, Clone)]
struct Seed {
    at: usize,
    attr: Option<String>,
}

/// What might read a field in these units.
pub(super) fn of(field: Field, units: &[Unit<'_, '_>]) -> Vec<Candidate> {
    let mut found: HashMap<String, (usize, Candidate)> = HashMap::new();
    let known: Vec<&Unit<'_, '_>> = units.iter().filter(|unit| unit.known(field).is_some()).collect();
    let step = known.len().div_ceil(SEEDED).max(1);
    for unit in known.iter().step_by(step) {
        let mut own: HashMap<String, Candidate> = HashMap::new();
        let mut add = |candidate: Candidate| {
            own.entry(key(&candidate.rule)).or_insert(candidate);
        };
        for seed in seeds(field, unit) {
            for compound in selectors(unit.sheet, unit.scope, seed.at) {
                // On a whole page a tag alone is no place.
                if unit.scope == 0 && compound.cost >= TAG_COST && !compound.css.contains(' ') && compound.css != "h1" {
                    continue;
                }
                let rule = Rule { attr: seed.attr.clone(), ..Rule::at(&compound.css) };
                let several = field == Field::Category;
                add(Candidate { rule: rule.clone(), cost: compound.cost });
                if several {
                    add(Candidate { rule: Rule { all: true, ..rule.clone() }, cost: compound.cost + 0.1 });
                }
                if seed.attr.is_none() && has_own_text(unit.sheet, seed.at) {
                    add(Candidate { rule: Rule { attr: Some("own".to_owned()), ..rule }, cost: compound.cost + 0.2 });
                }
            }
        }
        for label in labels(field, unit) {
            add(Candidate { rule: Rule { label: Some(label), ..Rule::default() }, cost: 1.1 });
        }
        for (key, candidate) in own {
            found.entry(key).or_insert((0, candidate)).0 += 1;
        }
    }
    let mut all: Vec<(String, usize, Candidate)> = found.into_iter().map(|(key, (count, candidate))| (key, count, candidate)).collect();
    // What is made from most places first; then what lasts.
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.2.cost.total_cmp(&b.2.cost)).then_with(|| a.0.cmp(&b.0)));
    all.truncate(MOST);
    all.into_iter().map(|(_, _, candidate)| candidate).collect()
}

fn key(rule: &Rule) -> String {
    format!("{} {} {:?}", rule.place(), rule.all, rule.label)
}

fn has_own_text(sheet: &Sheet<'_>, at: usize) -> bool {
    let Some(facts) = sheet.outline.elements.get(at) else { return false };
    let own = sheet.outline.runs_of(at).iter().filter(|run| run.element == at).count();
    own > 0 && own < facts.last_run - facts.first_run
}

/// The name by which drafts note where a field was read.
fn slot(field: Field) -> &'static str {
    match field {
        Field::Category => "category_path",
        Field::Rating => "vendor.rating",
        Field::Sales => "vendor.sales",
        Field::Since => "vendor.since",
        Field::LastSeen => "vendor.last_seen",
        Field::VendorUrl => "vendor",
        Field::Quantity => "stock",
        field => field.code(),
    }
}

/// Where the general reading found a field; else where its value stands.
pub(super) fn origin<'a>(field: Field, unit: &Unit<'_, 'a>) -> Option<&'a Origin> {
    unit.draft.and_then(|draft| draft.origin(slot(field)))
}

fn seeds(field: Field, unit: &Unit<'_, '_>) -> Vec<Seed> {
    let sheet = unit.sheet;
    let element = |id| {
        let node = sheet.note.html.get(id)?;
        let own = if node.value().is_element() { Some(node) } else { node.parent() };
        own.and_then(|node| sheet.outline.position(node.id()))
    };
    let noted = origin(field, unit).and_then(|origin| match &origin.anchor {
        Anchor::Text(id) | Anchor::Element(id) => Some(Seed { at: element(*id)?, attr: None }),
        Anchor::Attribute(id, name) => Some(Seed { at: element(*id)?, attr: Some(name.clone()) }),
        _ => None,
    });
    let mut seeds: Vec<Seed> = noted.into_iter().collect();
    if seeds.is_empty() {
        let mut words: Vec<String> = unit.known(field).into_iter().collect();
        if field == Field::Category {
            words = unit.draft.map(|draft| draft.listing.category_path.clone()).unwrap_or_default();
        }
        seeds = words.iter().take(4).flat_map(|words| written(sheet, unit.scope, words)).map(|at| Seed { at, attr: None }).collect();
    }
    if field == Field::VendorUrl {
        let link = |seed: &Seed| {
            let within = sheet.outline.inside(seed.at).take(20);
            let around = sheet.outline.ancestors(seed.at).map(|(at, _)| at).take(4);
            around.chain(within).find(|at| sheet.outline.elements.get(*at).is_some_and(|f| attr(f.element(), "href").is_some()))
        };
        seeds = seeds.iter().filter_map(link).map(|at| Seed { at, attr: Some("href".to_owned()) }).collect();
    }
    // An element that holds nothing else is the same place.
    let around: Vec<Seed> = seeds
        .iter()
        .filter(|seed| seed.attr.is_none())
        .filter_map(|seed| {
            let own = sheet.outline.elements.get(seed.at)?;
            let parent = sheet.outline.elements.get(own.parent)?;
            (parent.text <= own.text + 40 && own.parent != seed.at).then_some(Seed { at: own.parent, attr: None })
        })
        .collect();
    seeds.extend(around);
    seeds.retain(|seed| sheet.outline.holds(unit.scope, seed.at) && seed.at != unit.scope);
    seeds.truncate(6);
    seeds
}

/// The smallest elements whose text these words are.
fn written(sheet: &Sheet<'_>, scope: usize, words: &str) -> Vec<usize> {
    let words = fold(words);
    let length = words.chars().count();
    let mut found: Vec<usize> = Vec::new();
    for at in sheet.outline.inside(scope) {
        let Some(facts) = sheet.outline.elements.get(at) else { break };
        if facts.hidden || facts.text + 8 < length || facts.text > length + 8 || found.len() > 8 {
            continue;
        }
        if sheet.outline.text_of(at, length * 4 + 16) == words {
            found.retain(|other| !sheet.outline.holds(*other, at));
            found.push(at);
        }
    }
    found.truncate(3);
    found
}

/// Words that the page puts before a field's value.
fn labels(field: Field, unit: &Unit<'_, '_>) -> Vec<String> {
    let named = match field {
        Field::Vendor => Label::Vendor,
        Field::Price => Label::Price,
        Field::ShipsFrom => Label::ShipsFrom,
        Field::ShipsTo => Label::ShipsTo,
        Field::Category => Label::Category,
        Field::Payments => Label::Payments,
        Field::Escrow => Label::Escrow,
        Field::Stock | Field::Quantity => Label::Stock,
        Field::Availability => Label::Availability,
        Field::Sales => Label::Sales,
        Field::Rating => Label::Rating,
        Field::PositivePercent => Label::PositivePercent,
        Field::PostedAt => Label::Posted,
        Field::Sku => Label::Sku,
        Field::Mpn => Label::Mpn,
        Field::Gtin => Label::Gtin,
        Field::Brand => Label::Brand,
        Field::Since => Label::Since,
        Field::LastSeen => Label::LastSeen,
        _ => return Vec::new(),
    };
    let outline = &unit.sheet.outline;
    let own = unit.sheet.pairs.iter().filter(|pair| pair.label == named && outline.holds(unit.scope, pair.element));
    let words = own.take(3).filter_map(|pair| {
        let run = outline.runs.get(pair.named)?;
        let words = fold(run.text.split([':', '：']).next().unwrap_or(""));
        (!words.is_empty() && words.len() <= 40).then_some(words)
    });
    words.collect()
}

/// Selectors of an element within a scope, by themselves and below what stands around it.
pub(super) fn selectors(sheet: &Sheet<'_>, scope: usize, at: usize) -> Vec<Compound> {
    let Some(facts) = sheet.outline.elements.get(at) else { return Vec::new() };
    let own = compounds(facts.element());
    let mut found = own.clone();
    let mut named = 0;
    for (steps, (above, around)) in sheet.outline.ancestors(at).skip(1).take(7).enumerate() {
        if above < scope || named >= 3 {
            break;
        }
        let outer: Vec<Compound> = compounds(around.element()).into_iter().filter(|one| one.cost < TAG_COST).take(2).collect();
        named += usize::from(!outer.is_empty());
        for outer in &outer {
            for inner in &own {
                let join = if steps == 0 { " > " } else { " " };
                // A tag below something with a name is a place.
                let own = if inner.cost >= TAG_COST { 0.6 * TAG_COST } else { inner.cost };
                let cost = own + 0.3 * outer.cost + 0.2;
                found.push(Compound { css: format!("{}{join}{}", outer.css, inner.css), cost });
            }
        }
        // A place among its siblings only where nothing else tells them apart.
        if own.len() == 1
            && steps == 0
            && let Some(nth) = nth_of_type(sheet, at)
        {
            let tag = facts.name;
            let outer = outer.first().map(|outer| format!("{} > ", outer.css)).unwrap_or_default();
            found.push(Compound { css: format!("{outer}{tag}:nth-of-type({nth})"), cost: 4.0 });
        }
    }
    // Without a name of its own: an element below the nearest that has one, step by step.
    if own.len() == 1
        && let Some(parent) = sheet.outline.elements.get(facts.parent).filter(|_| facts.parent >= scope)
        && compounds(parent.element()).len() == 1
    {
        let (tag, above) = (facts.name, parent.name);
        found.push(Compound { css: format!("{above} > {tag}"), cost: 3.4 });
        if let Some(nth) = nth_of_type(sheet, facts.parent).filter(|_| matches!(above, "td" | "li" | "div")) {
            found.push(Compound { css: format!("{above}:nth-of-type({nth}) > {tag}"), cost: 4.0 });
        }
    }
    found
}

fn nth_of_type(sheet: &Sheet<'_>, at: usize) -> Option<usize> {
    let facts = sheet.outline.elements.get(at)?;
    let tag = facts.name;
    let before = facts.node.prev_siblings().filter(|node| node.value().as_element().is_some_and(|e| e.name() == tag)).take(40).count();
    (before < 40).then_some(before + 1)
}
