//! The selector of the records of a list: it must match the cards that the general reading found, on every page.

use std::collections::{HashMap, HashSet};

use super::MAX_UNITS;
use super::candidates::selectors;
use super::sheet::{Sheet, TAG_COST, Unit};
use crate::html::{NodeId, Selector};

/// Pages whose cards are looked at for selectors.
const SEEDED: usize = 12;
/// Selectors that are tried.
const MOST: usize = 60;

/// The selector, and the records that it matches.
pub(super) fn find<'s, 'a>(own: &[&'s Sheet<'a>]) -> Option<(String, Vec<Unit<'s, 'a>>)> {
    let mut seen: HashMap<String, (usize, f64)> = HashMap::new();
    for sheet in own.iter().filter(|sheet| !sheet.cards.is_empty()).take(SEEDED) {
        let (first, last) = (sheet.cards.first(), sheet.cards.last());
        let middle = sheet.cards.get(sheet.cards.len() / 2);
        let places: HashSet<usize> = [first, middle, last].into_iter().flatten().map(|(at, _)| *at).collect();
        for at in places {
            for compound in selectors(sheet, 0, at).into_iter().filter(|one| one.cost != TAG_COST && !one.css.contains(":nth")) {
                seen.entry(compound.css).or_insert((0, compound.cost)).0 += 1;
            }
        }
    }
    let mut tried: Vec<(String, usize, f64)> = seen.into_iter().map(|(css, (count, cost))| (css, count, cost)).collect();
    tried.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.2.total_cmp(&b.2)).then_with(|| a.0.cmp(&b.0)));
    tried.truncate(MOST);
    let best = tried.into_iter().filter_map(|(css, _, cost)| Some((judge(&css, own)? - 0.01 * cost, css)));
    let (score, css) = best.max_by(|a, b| a.0.total_cmp(&b.0).then_with(|| b.1.cmp(&a.1)))?;
    if score < 0.75 {
        return None;
    }
    let selector = Selector::parse(&css).ok()?;
    let mut units = Vec::new();
    // Of long lists some of each page, so that every page has its say.
    let of_each = (MAX_UNITS / own.len().max(1)).max(8);
    for sheet in own {
        let drafts: HashMap<usize, _> = sheet.cards.iter().copied().collect();
        let found: Vec<usize> = sheet.note.html.select(&selector).filter_map(|e| sheet.outline.position(e.id())).collect();
        // A card may be one step in or out of what the selector matches.
        let record = |at: usize| {
            let inner = || sheet.cards.iter().find(|(card, _)| sheet.outline.holds(at, *card)).map(|(_, draft)| *draft);
            let outer = || sheet.cards.iter().find(|(card, _)| sheet.outline.holds(*card, at)).map(|(_, draft)| *draft);
            drafts.get(&at).copied().or_else(inner).or_else(outer)
        };
        let step = found.len().div_ceil(of_each).max(1);
        units.extend(found.iter().step_by(step).map(|at| Unit { sheet, scope: *at, draft: record(*at), account: None }));
    }
    Some((css, units))
}

/// How well a selector matches the cards of all pages, from 0 to 1; nothing where its matches hold each other.
fn judge(css: &str, own: &[&Sheet<'_>]) -> Option<f64> {
    let selector = Selector::parse(css).ok()?;
    let (mut both, mut matched, mut cards) = (0, 0, 0);
    for sheet in own {
        let found: HashSet<NodeId> = sheet.note.html.select(&selector).take(2_000).map(|element| element.id()).collect();
        let mut places: Vec<usize> = found.iter().filter_map(|id| sheet.outline.position(*id)).collect();
        places.sort_unstable();
        if places.windows(2).any(|pair| matches!(pair, [a, b] if sheet.outline.holds(*a, *b))) {
            return None;
        }
        matched += places.len();
        cards += sheet.cards.len();
        // One match for a card, be it the card itself, an element in it or around it alone.
        both += sheet.cards.iter().filter(|(card, _)| places.binary_search(card).is_ok()).count();
    }
    let (precision, recall) = (both as f64 / matched.max(1) as f64, both as f64 / cards.max(1) as f64);
    (both > 0).then_some(0.8 * recall + 0.2 * precision)
}
