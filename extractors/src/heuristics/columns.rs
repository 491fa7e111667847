//! Cards that are rows of a table: what stands in a cell is what the head of its column says.

use super::labels::{Label, label};
use super::numbers::{self, Kind};
use super::outline::Outline;
use super::stock;
use crate::html::attr;
use crate::money;
use crate::provenance::Draft;

/// Cells of a row that are looked at.
const MOST: usize = 24;

/// Heads over what is left, besides the labels that elsewhere say so.
#[rustfmt::skip]
const STOCK: &[&str] = &[
    "avail", "avail.", "available", "qty avail", "qty. avail.", "avail qty", "qty on hand", "on hand", "o/h", "qoh", "in stock", "in-stock", "instock",
    "stock", "stk", "stock?", "in stock?", "status", "left", "on shelf", "verf.", "verfügb.", "best.", "bestand", "lager", "lagerbest.", "vorrat", "dispo",
    "dispo.", "disp.", "stock dispo", "disponib.", "disponibilité", "existencias", "giac.", "giacenza", "estoque", "voorr.", "voorraad", "op voorraad",
    "налич.", "нал.", "наличие", "в наличии", "остаток", "остатки", "склад", "наявн.", "наявність", "залишок", "dost.", "dostępność", "stan", "na stanie",
    "stok", "stok durumu", "durum", "التوفر", "المخزون", "الحالة", "skladem", "raktáron", "stoc", "lager?", "saldo",
];

fn cells<'s>(outline: &'s Outline<'_>, row: usize) -> impl Iterator<Item = usize> + 's {
    let end = outline.elements.get(row).map_or(row, |facts| facts.end);
    (row + 1..end)
        .filter(move |at| outline.elements.get(*at).is_some_and(|facts| facts.parent == row && matches!(facts.name, "td" | "th")))
        .take(MOST)
}

/// The row above all others of the table in which a row stands.
fn head(outline: &Outline<'_>, row: usize) -> Option<usize> {
    let (table, facts) = outline.ancestors(row).skip(1).take(3).find(|(_, facts)| facts.name == "table")?;
    let first = (table + 1..facts.end.min(table + 60)).find(|at| {
        // A caption over the whole width heads no column.
        outline.elements.get(*at).is_some_and(|facts| facts.name == "tr") && cells(outline, *at).nth(1).is_some()
    })?;
    outline.elements.get(first).filter(|facts| first < row && facts.prices == 0).map(|_| first)
}

/// How many columns a cell is wide.
fn width(outline: &Outline<'_>, cell: usize) -> usize {
    let span = outline.elements.get(cell).and_then(|facts| attr(facts.element(), "colspan"));
    span.and_then(|span| span.trim().parse().ok()).unwrap_or(1_usize).clamp(1, 16)
}

/// The cell that heads the column in which an element of a row stands.
pub(super) fn over(outline: &Outline<'_>, row: usize, at: usize) -> Option<usize> {
    outline.elements.get(row).filter(|facts| facts.name == "tr")?;
    let head = head(outline, row)?;
    let before = cells(outline, row).take_while(|cell| !outline.holds(*cell, at));
    let place: usize = before.map(|cell| width(outline, cell)).sum();
    let mut start = 0;
    cells(outline, head).find(|cell| {
        start += width(outline, *cell);
        start > place
    })
}

/// Fills numbers, stock and availability of a card from the columns of its table.
pub fn fill(outline: &Outline<'_>, card: usize, draft: &mut Draft) {
    let wanted = draft.listing.sku.is_none() || draft.listing.availability.is_none() || draft.listing.mpn.is_none();
    if !wanted || outline.elements.get(card).is_none_or(|facts| facts.name != "tr") {
        return;
    }
    let Some(head) = head(outline, card) else { return };
    for (name, cell) in cells(outline, head).zip(cells(outline, card)) {
        let (Some(over), Some(facts)) = (outline.elements.get(name), outline.elements.get(cell)) else { continue };
        if over.text > 32 || facts.text > 48 {
            continue;
        }
        let named = outline.text_of(name, 48);
        let lower = named.trim().to_lowercase();
        let field = label(&named);
        let number = match field {
            Some(Label::Sku) => Some(Kind::Article),
            Some(Label::Mpn) => Some(Kind::Part),
            None | Some(Label::Other) => numbers::name(&named, true),
            Some(_) => None,
        };
        if let Some(kind) = number {
            let code = numbers::alone(&outline.text_of(cell, 48));
            let place = || outline.origin("card", cell, code.as_deref().unwrap_or(""));
            match kind {
                Kind::Article if draft.listing.sku.is_none() => draft.read(place, |listing| listing.sku.clone_from(&code)),
                Kind::Part if draft.listing.mpn.is_none() => draft.read(place, |listing| listing.mpn.clone_from(&code)),
                _ => {}
            }
        } else if matches!(field, Some(Label::Stock | Label::Availability)) || STOCK.contains(&lower.as_str()) {
            let text = outline.text_of(cell, 48);
            let told = told(&text, outline, cell);
            if draft.listing.availability.is_none() {
                draft.read(|| outline.origin("card", cell, &text), |listing| listing.availability = told.0.map(str::to_owned));
            }
            if draft.listing.stock.is_none() {
                draft.read(|| outline.origin("card", cell, &text), |listing| listing.stock = told.1.filter(|count| *count > 0));
            }
        }
    }
}

/// What a cell below a head of stock says: a count, words, a mark, a picture.
fn told(text: &str, outline: &Outline<'_>, cell: usize) -> (Option<&'static str>, Option<u64>) {
    let state = |count: u64| if count > 0 { "in_stock" } else { "out_of_stock" };
    let bare = text.trim().trim_matches(|c: char| matches!(c, '+' | '>' | '<' | '~' | '≥')).trim();
    let count = crate::quantity::pieces(bare).or_else(|| crate::quantity::left(text).filter(|_| money::has_digit(text)));
    if let Some(count) = count {
        return (Some(state(count)), Some(count));
    }
    let lower = text.trim().to_lowercase();
    let word = match lower.as_str() {
        "" => None,
        "y" | "x" | "✓" | "✔" | "●" | "•" | "🟢" | "+" | "in" => Some("in_stock"),
        "n" | "-" | "–" | "—" | "✗" | "✘" | "○" | "🔴" | "out" | "oos" | "o/s" | "b/o" | "bo" => Some("out_of_stock"),
        other => stock::said(other),
    };
    let pictured = || {
        outline.inside(cell).take(8).filter_map(|at| outline.elements.get(at)).find_map(|facts| {
            let element = facts.element();
            let name =
                ["alt", "title", "aria-label"].into_iter().find_map(|name| attr(element, name).filter(|value| !value.trim().is_empty()));
            name.and_then(|name| stock::said(&name.to_lowercase())).or_else(|| stock::by_class(facts.class).map(|(code, _)| code))
        })
    };
    (word.or_else(pictured), None)
}
