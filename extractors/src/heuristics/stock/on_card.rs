//! Whether the goods of a card are there.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

use super::super::outline::Outline;
use super::super::{card, role, single};
use super::{WAITS, code};
use crate::html::attr;
use crate::money;
use crate::provenance::{Draft, Origin};
use crate::quantity::left;

/// Words of class and id that say that stock is told.
#[rustfmt::skip]
const STOCK_MARKS: &[&str] = &[
    "stock", "avail", "dispo", "lager", "inventory", "stok", "nalich", "voorraad", "giacenza", "estoque", "delivery", "liefer", "dostep", "nayavn",
    "verfuegbar", "verfugbar", "skladem", "existenc",
];

/// Whether the goods of a card are there: a count, marks of class, words where stock is told, a button that only promises a message.
pub fn of_card(outline: &Outline<'_>, at_card: usize, titled: &Range<usize>, draft: &mut Draft) {
    if draft.listing.availability.is_some() || card::title_state(&draft.listing.title).is_some() {
        return;
    }
    let mut found: Option<(f64, &'static str, Origin)> = None;
    let mut keep = |weight: f64, code: &'static str, origin: Origin| {
        if found.as_ref().is_none_or(|(most, ..)| weight > *most) {
            found = Some((weight, code, origin));
        }
    };
    for at in outline.inside(at_card).take(400) {
        let Some((facts, class)) = outline.elements.get(at).and_then(|facts| Some((facts, outline.classes.get(facts.class_at)?))) else {
            continue;
        };
        let button = matches!(facts.name, "button" | "input")
            || (facts.name == "a" && (class.text.contains("btn") || class.text.contains("button")));
        if button && facts.text <= 40 {
            let text =
                if facts.name == "input" { attr(facts.element(), "value").unwrap_or("").to_owned() } else { outline.text_of(at, 60) };
            let lower = text.to_lowercase();
            let waits = WAITS.as_ref().is_some_and(|words| words.is_match(&lower));
            if waits && !role::is_out_of_sight(outline, at) {
                keep(1.5, "out_of_stock", outline.origin("card", at, &text));
            }
            continue;
        }
        let Some((code, _)) = class.stock() else { continue };
        let other = matches!(facts.name, "option" | "label" | "a") || (facts.name == "li" && at != at_card);
        if other || (facts.text > 120 && at != at_card) || role::is_out_of_sight(outline, at) {
            continue;
        }
        // A mark on the whole card is what the shop's own program says.
        keep(if at == at_card { 1.0 } else { 2.0 }, code, outline.attribute_origin("card", at, "class"));
    }
    let first = outline.elements.get(at_card).map_or(0, |facts| facts.first_run);
    let mut counted: Option<(u64, Origin)> = None;
    for (_, run) in outline.runs_of(at_card).iter().enumerate().take(120).filter(|(at, _)| !titled.contains(&(first + at))) {
        if run.text.len() > 80 || run.flag || !run.text.chars().any(char::is_alphabetic) {
            continue;
        }
        let origin = || single::run_origin(outline, "card", run);
        let count = if money::has_digit(&run.text) && run.text.len() <= 48 { left(&run.text) } else { None };
        if let Some(count) = count {
            keep(3.0, if count > 0 { "in_stock" } else { "out_of_stock" }, origin());
            counted = counted.or_else(|| (count > 0).then(|| (count, origin())));
            continue;
        }
        let marked = outline
            .ancestors(run.element)
            .take_while(|(at, _)| *at > at_card)
            .take(2)
            .any(|(at, _)| outline.marks(at).iter().any(|mark| STOCK_MARKS.iter().any(|word| mark.starts_with(word))));
        let short = run.text.len() <= 40 && run.text.split_whitespace().count() <= 4 && !run.text.ends_with([':', '?']);
        if !(marked || short) {
            continue;
        }
        let lower = run.text.to_lowercase();
        let told = if marked { code(&lower, true) } else { short_state(&lower) };
        if let Some(code) = told
            && !role::is_out_of_sight(outline, run.element)
        {
            keep(if marked { 3.0 } else { 2.5 }, code, origin());
        }
    }
    if let Some((_, code, origin)) = found {
        draft.read(|| origin, |listing| listing.availability = Some(code.to_owned()));
        if let Some((count, origin)) = counted.filter(|_| code == "in_stock" && draft.listing.stock.is_none()) {
            draft.read(|| origin, |listing| listing.stock = Some(count));
        }
    }
}

/// What some shops write on a badge instead of "in stock" and "out of stock"; nothing else may stand beside it.
pub(super) fn short_state(lower: &str) -> Option<&'static str> {
    #[rustfmt::skip]
    static STATES: LazyLock<HashMap<&'static str, &'static str, FxBuildHasher>> = LazyLock::new(|| {
        let table = [
            ("in_stock", "ready|ready now|in the case|in the case today|on the rack|on the shelf|in hand|on hand|here now|in house|in the shop|abholbereit|vorrätig im laden|im laden|sofort abzuholen|sofort mitzunehmen|en magasin|prêt|prêt à partir|en tienda|listo para enviar|pronto|in negozio|na loja|pronto para enviar|klaar|in de winkel|готово к отправке|готов к отправке|в магазине|на витрине|готово до відправки|gotowe do wysyłki|od ręki|hazır|hemen kargoda|aynı gün kargo|جاهز للشحن"),
            ("out_of_stock", "gone|all gone|sold through|oos|o/s|waiting list|join waitlist|alles weg|leider weg|tous partis|plus rien|volado|finiti|acabou|tijdelijk op|кончилось|закончилось|разобрали|скінчилось|wyszło|bitti|kalmadı|خلص"),
        ];
        table.iter().flat_map(|(code, words)| words.split('|').map(move |word| (word, *code))).collect()
    });
    let bare = lower.trim_matches(|c: char| !c.is_alphanumeric());
    STATES.get(bare).copied()
}
