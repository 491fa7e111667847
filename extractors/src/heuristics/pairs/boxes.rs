//! Pairs that only the boxes of a page tell: label and value one after the other in boxes of their own, a row of labels over rows of values,
//! and attributes that name what an element holds.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::{Label, MAX_VALUE, Page, Pair, label, split};
use crate::country::only_places;
use crate::heuristics::outline::{Break, Facts, Outline, Run, join_with_flags};

/// Fields that the tip of an element may name.
const TIPPED: &[Label] =
    &[Label::Vendor, Label::ShipsFrom, Label::ShipsTo, Label::Escrow, Label::Payments, Label::Category, Label::Posted, Label::Stock];
/// Boxes in a row of labels.
const MAX_COLUMNS: usize = 16;
/// Rows under a row of labels.
const MAX_ROWS: usize = 1_000;

/// The outermost element that holds one run and nothing else.
fn alone(outline: &Outline<'_>, run: usize) -> Option<usize> {
    let element = outline.runs.get(run)?.element;
    let own = outline.ancestors(element).take_while(|(_, facts)| facts.first_run == run && facts.last_run == run + 1).last()?;
    Some(own.0)
}

/// Whether something is chosen by what stands here, so that it names no field.
fn is_choice(outline: &Outline<'_>, at: usize) -> bool {
    outline.ancestors(at).take(4).any(|(_, facts)| matches!(facts.name, "a" | "button" | "option" | "nav" | "select"))
}

/// Labels and values in turn, each a box of its own: `<div>Ships from</div><div>Spain</div><div>Ships to</div><div>EU</div>`.
pub(super) fn in_turn(page: &Page<'_, '_>) -> Vec<Pair> {
    let outline = page.outline;
    let mut found: Vec<((usize, u64), Pair)> = Vec::new();
    for (at, named) in outline.runs.iter().enumerate() {
        let Some(field) = page.label(at).filter(|field| !matches!(field, Label::Title | Label::Description)) else { continue };
        let Some(next) = outline.runs.get(at + 1).filter(|next| next.before == Break::Line && !named.flag) else { continue };
        let Some(boxed) = alone(outline, at) else { continue };
        let Some(own) = outline.elements.get(boxed).filter(|own| !own.chrome && !is_choice(outline, boxed)) else { continue };
        let Some(value) = outline.elements.get(own.end).filter(|value| value.parent == own.parent && value.first_run == at + 1) else {
            continue;
        };
        let whole = value.text <= 240 && value.last_run > at + 1 && value.last_run <= at + 14 && outline.holds(own.end, next.element);
        if !whole || page.label(at + 1).is_some() || matches!(own.name, "dt" | "th" | "tr" | "h1") {
            continue;
        }
        let runs = at + 1..value.last_run;
        let text = outline.runs.get(runs.clone()).map(|runs| join_with_flags(runs, MAX_VALUE)).unwrap_or_default();
        if split(&text).is_none() {
            found.push(((own.parent, own.signature), Pair { label: field, value: text, element: named.element, runs, named: at }));
        }
    }
    // One such box may be a heading over anything; two that name different fields are none by chance.
    let mut fields: HashMap<(usize, u64), (Label, bool), FxBuildHasher> = HashMap::default();
    for (key, pair) in &found {
        fields.entry(*key).and_modify(|(first, several)| *several |= *first != pair.label).or_insert((pair.label, false));
    }
    let several = |key: &(usize, u64)| fields.get(key).is_some_and(|(_, several)| *several);
    found.into_iter().filter(|(key, _)| several(key)).map(|(_, pair)| pair).collect()
}

/// Boxes under a row of labels that is no row of a table.
pub(super) fn under_heads(page: &Page<'_, '_>) -> Vec<Pair> {
    let outline = page.outline;
    let mut pairs = Vec::new();
    let mut last = usize::MAX;
    for at in 0..outline.runs.len() {
        if page.label(at).is_none() {
            continue;
        }
        let Some(row) = alone(outline, at).and_then(|boxed| outline.elements.get(boxed)).map(|own| own.parent).filter(|row| *row != last)
        else {
            continue;
        };
        last = row;
        let Some(facts) = outline.elements.get(row).filter(|facts| !matches!(facts.name, "tr" | "dl" | "nav" | "select") && !facts.chrome)
        else {
            continue;
        };
        if !(3..=MAX_COLUMNS).contains(&(facts.last_run - facts.first_run)) || is_choice(outline, row) {
            continue;
        }
        let heads = children(outline, row);
        let fields: Vec<Option<Label>> = heads
            .iter()
            .map(|head| outline.elements.get(*head).filter(|f| f.last_run == f.first_run + 1).and_then(|f| page.label(f.first_run)))
            .collect();
        let count = fields.iter().flatten().count();
        if heads.len() < 3 || count < 2 || count * 2 < heads.len() {
            continue;
        }
        // Rows beside it, of as many boxes.
        let mut next = facts.end;
        for _ in 0..MAX_ROWS {
            let Some(other) = outline.elements.get(next).filter(|other| other.parent == facts.parent && other.name == facts.name) else {
                break;
            };
            let cells = children(outline, next);
            if cells.len() != heads.len() {
                break;
            }
            for ((field, cell), head) in fields.iter().zip(&cells).zip(&heads) {
                let (Some(field), Some(own), Some(head)) = (field, outline.elements.get(*cell), outline.elements.get(*head)) else {
                    continue;
                };
                let runs = own.first_run..own.last_run;
                let value = outline.runs.get(runs.clone()).map(|runs| join_with_flags(runs, MAX_VALUE)).unwrap_or_default();
                if !value.is_empty() && own.text <= 240 {
                    pairs.push(Pair { label: *field, value, element: *cell, runs, named: head.first_run });
                }
            }
            next = other.end;
        }
    }
    pairs
}

/// The elements right below one, no more than [`MAX_COLUMNS`] and one.
fn children(outline: &Outline<'_>, above: usize) -> Vec<usize> {
    let Some(end) = outline.elements.get(above).map(|facts| facts.end) else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = above + 1;
    while let Some(facts) = outline.elements.get(at).filter(|_| at < end && found.len() <= MAX_COLUMNS) {
        found.push(at);
        at = facts.end.max(at + 1);
    }
    found
}

/// Fields that attributes name: `<td data-label="Ships from">NL</td>`, `<span title="Seller">korsak</span>`, on markets also
/// `<div data-vendor="korsak">`.
pub(super) fn attributes(outline: &Outline<'_>, crypto: bool) -> Vec<Pair> {
    let mut pairs = Vec::new();
    let mut push = |field: Label, value: String, at: usize, runs: std::ops::Range<usize>| {
        if !value.is_empty() {
            let named = runs.start;
            pairs.push(Pair { label: field, value, element: at, runs, named });
        }
    };
    for (number, (at, name, value)) in outline.named.iter().enumerate().filter(|(_, (_, _, value))| (2..=64).contains(&value.len())) {
        let Some(facts) = outline.elements.get(*at).filter(|facts| facts.text <= 240) else { continue };
        let runs = facts.first_run..facts.last_run;
        if *name == "title"
            && let Some((field, text, runs)) = beside_icon(outline, number, crypto)
        {
            push(field, text, *at, runs);
        } else if by_name(name).is_none() {
            let field = label(value).filter(|field| *name != "title" || TIPPED.contains(field));
            if let Some(field) = field {
                // A tip may say what the words of a link or button mean, too.
                let drawn = matches!(facts.name, "img" | "i" | "svg" | "input" | "button") || facts.name == "a" && field != Label::Vendor;
                let text = outline.runs.get(runs.clone()).map(|runs| join_with_flags(runs, MAX_VALUE)).unwrap_or_default();
                if !drawn && runs.len() <= 14 && label(&text).is_none() && split(&text).is_none() {
                    push(field, text, *at, runs);
                }
            } else if let Some((field @ (Label::Vendor | Label::ShipsFrom | Label::ShipsTo), _, own)) = split(value) {
                push(field, own.to_owned(), *at, runs);
            }
        } else if crypto && let Some(field) = by_name(name) {
            let named = || value.chars().any(char::is_alphabetic) && !value.contains(['/', '{', '[', '=']) && value.split(' ').count() <= 3;
            if if field == Label::Vendor { named() } else { only_places(value) } {
                push(field, (*value).to_owned(), *at, runs.start..runs.start);
            }
        }
    }
    pairs
}

/// What stands behind an icon whose tip names a field: `<i title="Ships from">✈</i> Spain`.
fn beside_icon(outline: &Outline<'_>, number: usize, crypto: bool) -> Option<(Label, String, std::ops::Range<usize>)> {
    let (at, _, tip) = outline.named.get(number)?;
    let facts = outline.elements.get(*at)?;
    let drawn = |facts: &Facts<'_>| facts.text <= 4 && !matches!(facts.name, "img" | "input" | "a" | "svg");
    let own = outline.runs.get(facts.first_run..facts.last_run)?;
    if !drawn(facts) || own.iter().any(|run| run.flag || run.text.chars().any(char::is_alphanumeric)) {
        return None;
    }
    let line = outline.runs.iter().enumerate().skip(facts.last_run).take(14);
    let around = outline.elements.get(facts.parent)?;
    // The next icon ends the value.
    let ends = |run: &Run| {
        !run.flag && !run.text.chars().any(char::is_alphanumeric) && run.text.chars().any(|c| !c.is_ascii() && !c.is_whitespace())
    };
    let own = line
        .take_while(|(number, run)| *number < around.last_run && (*number == facts.last_run || run.before == Break::Soft) && !ends(run));
    let end = own.last().map(|(number, _)| number + 1)?;
    let rest = outline.named.iter().skip(number + 1).take(8).take_while(|(next, _, _)| *next < around.end);
    let mut icons = rest.filter(|(_, name, _)| *name == "title").filter_map(|(next, _, _)| outline.elements.get(*next));
    let next = icons.find(|own| drawn(own) && own.first_run > facts.last_run);
    let end = next.map_or(end, |next| end.min(next.first_run));
    let text = join_with_flags(outline.runs.get(facts.last_run..end)?, MAX_VALUE);
    let field = label(tip).filter(|field| TIPPED.contains(field)).or_else(|| super::placed::tipped(tip, &text, crypto))?;
    (!text.is_empty() && label(&text).is_none() && split(&text).is_none()).then_some((field, text, facts.last_run..end))
}

/// The field whose value an attribute of this name holds.
fn by_name(name: &str) -> Option<Label> {
    match name.strip_prefix("data-")? {
        "vendor" | "seller" | "merchant" | "vendor-name" | "seller-name" | "vendorname" | "sellername" | "dealer" => Some(Label::Vendor),
        "from" | "origin" | "ships-from" | "ship-from" | "shipfrom" | "shipsfrom" | "country" | "from-country" | "origin-country"
        | "location" => Some(Label::ShipsFrom),
        "to" | "ships-to" | "ship-to" | "shipto" | "shipsto" | "destination" | "dest" => Some(Label::ShipsTo),
        _ => None,
    }
}

/// Whether an attribute may name what its element holds, so that [`attributes`] looks at it.
pub(in crate::heuristics) fn may_name(name: &str) -> bool {
    matches!(name, "data-label" | "data-title" | "data-th" | "data-header" | "data-column" | "data-field" | "data-caption")
        || by_name(name).is_some()
}
