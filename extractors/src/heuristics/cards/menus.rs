//! Lists that are built like goods and are none: menus of departments, ways to buy one thing.

use super::super::links::Target;
use super::super::outline::Outline;
use super::super::reader::Reader;
use super::{MAX_INSIDE, Slot};
use crate::html::attr;

/// Whether every link in the first cards is one to buy, to write or the like: the cards are ways to get one thing.
pub(super) fn only_actions(outline: &Outline<'_>, reader: &Reader<'_>, cards: &[usize]) -> bool {
    let links = || {
        let inside = cards.iter().take(6).flat_map(|card| outline.inside(*card).take(MAX_INSIDE));
        inside.filter_map(|at| outline.elements.get(at)).filter(|facts| facts.name == "a").filter_map(|facts| attr(facts.element(), "href"))
    };
    links().next().is_some() && links().all(|href| reader.absolute(href).is_some_and(|url| url.target() == Target::Action))
}

/// Whether most titles have nothing beside them but a number: the menu of departments, "Knives [40]".
pub(super) fn is_counted_menu(outline: &Outline<'_>, cards: &[usize], slot: Slot) -> bool {
    let (mut titles, mut bare) = (0, 0);
    for card in cards.iter().take(40) {
        let mut own =
            outline.inside(*card).take(MAX_INSIDE).filter(|at| outline.elements.get(*at).is_some_and(|f| f.signature == slot.signature));
        let Some(title) = slot.nth.checked_sub(1).and_then(|nth| own.nth(nth)) else { continue };
        let Some(facts) = outline.elements.get(title) else { continue };
        let first = outline.elements.get(*card).map_or(0, |f| f.first_run);
        let beside = outline.runs_of(*card).iter().enumerate().filter(|(at, _)| !(facts.first_run..facts.last_run).contains(&(first + at)));
        let mut counted = false;
        let plain = beside.into_iter().all(|(_, run)| {
            counted |= run.text.bytes().any(|byte| byte.is_ascii_digit());
            run.text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '[' | ']' | '(' | ')' | ',' | '.'))
        });
        titles += 1;
        bare += usize::from(plain && counted && facts.text <= 40);
    }
    titles >= 3 && bare * 5 >= titles * 4
}
