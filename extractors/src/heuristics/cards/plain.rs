//! Titles of cards that are no link: where the links of all cards say the same, as "Details" does.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::super::aside::is_aside;
use super::super::labels::{label, split};
use super::super::outline::Outline;
use super::{Column, MAX_INSIDE, Slot, column_value};

/// The words that differ from card to card, of cards that each lead somewhere else by links of the same words. What is emphasised or stands
/// first goes before the rest.
pub(super) fn titles(outline: &Outline<'_>, cards: &[usize], links: &HashMap<Slot, Column, FxBuildHasher>) -> Option<(Slot, Column)> {
    let total = cards.len();
    let worded = |column: &Column| column.texts.iter().all(|text| text.chars().filter(|c| c.is_alphabetic()).count() >= 3);
    let led = links.iter().any(|(slot, column)| slot.anchor && column.targets.len() == total && column.texts.len() == 1 && worded(column));
    let priced = cards.iter().filter(|at| outline.elements.get(**at).is_some_and(|facts| facts.prices > 0)).count();
    if !led || total < 3 || priced * 10 < total * 6 || is_aside(outline, cards) {
        return None;
    }
    let mut columns: HashMap<Slot, Column, FxBuildHasher> = HashMap::default();
    let mut nth: HashMap<u64, usize, FxBuildHasher> = HashMap::default();
    for card in cards {
        nth.clear();
        for at in outline.inside(*card).skip(1).take(MAX_INSIDE) {
            let Some(facts) = outline.elements.get(at) else { continue };
            let count = nth.entry(facts.signature).or_default();
            *count += 1;
            let alone = facts.links == 0 && facts.prices == 0 && facts.last_run == facts.first_run + 1 && (4..=200).contains(&facts.text);
            let Some(run) = outline.runs.get(facts.first_run).filter(|_| alone && *count <= 4) else { continue };
            if label(&run.text).is_some() || split(&run.text).is_some() || !run.text.chars().any(char::is_alphabetic) {
                continue;
            }
            let column = columns.entry(Slot { signature: facts.signature, nth: *count, anchor: false }).or_default();
            if column.present == 0 {
                column.in_order = at - card;
                column.weight = if facts.titled || matches!(facts.name, "b" | "strong" | "font" | "big") { 1.2 } else { 1.0 };
            }
            column.present += 1;
            column.length += run.text.chars().count();
            column.texts.insert(run.text.as_str().into());
        }
    }
    let told = columns.into_iter().filter(|(_, column)| column.present == total && column.texts.len() * 10 >= total * 8);
    told.max_by(|(a, x), (b, y)| {
        let value = |slot: &Slot, column: &Column| column_value(*slot, column, total as f64);
        let last = |slot: &Slot, column: &Column| (column.in_order, slot.signature, slot.nth);
        value(a, x).total_cmp(&value(b, y)).then_with(|| last(b, y).cmp(&last(a, x)))
    })
}
