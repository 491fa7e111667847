//! Bare amounts in the column of a table whose head names a price and its currency: "Цена, руб.", "Preis (EUR)".

use super::{PriceAt, found_at};
use crate::heuristics::labels::{Label, label};
use crate::heuristics::outline::Outline;
use crate::money::{self, Effect, Price};

/// Cells of one row that are looked at.
const MOST: usize = 24;
/// Tables of one page.
const TABLES: usize = 40;

/// The prices in such columns, of tables in which no other price was found.
pub(super) fn read(outline: &Outline<'_>, found: &[PriceAt], crypto: bool) -> Vec<PriceAt> {
    let mut prices = Vec::new();
    let tables = outline.elements.iter().enumerate().filter(|(_, facts)| facts.name == "table").take(TABLES);
    for (table, facts) in tables {
        let inside = table..facts.end;
        let rows: Vec<usize> = (table + 1..facts.end).filter(|at| outline.elements.get(*at).is_some_and(|row| row.name == "tr")).collect();
        let Some((head, rows)) = rows.split_first() else { continue };
        let heads = cells(outline, *head);
        let Some((column, currency)) = heads.iter().enumerate().find_map(|(nth, cell)| Some((nth, currency(outline, *cell, crypto)?)))
        else {
            continue;
        };
        if rows.len() < 2 || found.iter().any(|price| inside.contains(&price.element)) {
            continue;
        }
        for row in rows {
            let own = cells(outline, *row);
            let Some(cell) = own.get(column).filter(|_| own.len() == heads.len()) else { continue };
            let text = outline.text_of(*cell, 24);
            let Some(run) = outline.elements.get(*cell).map(|facts| facts.first_run) else { continue };
            let Some(amount) = money::parse_amount(text.trim()).filter(|amount| amount.is_sign_positive() && !amount.is_zero()) else {
                continue;
            };
            let price = Price {
                amount: amount.normalize(),
                currency: Some(currency.clone()),
                start: 0,
                end: text.len(),
                raw: text,
                from: false,
                up_to: false,
                per: None,
                role: Effect::Asked,
            };
            prices.push(found_at(*cell, run, price, true));
        }
    }
    prices
}

fn cells(outline: &Outline<'_>, row: usize) -> Vec<usize> {
    let end = outline.elements.get(row).map_or(row, |facts| facts.end);
    let is_cell = |at: &usize| outline.elements.get(*at).is_some_and(|facts| facts.parent == row && matches!(facts.name, "td" | "th"));
    (row + 1..end).filter(is_cell).take(MOST).collect()
}

/// The currency that a head names behind the word for a price.
fn currency(outline: &Outline<'_>, cell: usize, crypto: bool) -> Option<String> {
    let text = outline.elements.get(cell).filter(|facts| facts.text <= 32).map(|_| outline.text_of(cell, 48))?;
    let (name, unit) = text.split_once([',', '(', '[', '/']).or_else(|| text.rsplit_once(' '))?;
    let unit = unit.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']'));
    let named = label(name) == Some(Label::Price) && (1..=12).contains(&unit.chars().count()) && !money::has_digit(unit);
    named.then(|| money::parse_price(&format!("1 {unit}"), None, crypto)?.currency).flatten()
}
