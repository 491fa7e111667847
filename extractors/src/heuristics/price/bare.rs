//! Amounts without a currency: where prices stand, and in the column of a table whose head names a price and its currency, or
//! a currency alone: "Цена, руб.", "Preis (EUR)", "USD".

use rust_decimal::Decimal;

use super::{LABEL_SIZE, PriceAt, found_at, is_fraction, text_of};
use crate::heuristics::labels::{Label, label};
use crate::heuristics::outline::Outline;
use crate::money::{self, Effect, Price};

/// Cells of one row that are looked at.
const MOST: usize = 24;
/// Tables of one page.
const TABLES: usize = 40;

/// The prices in such columns, of rows in which no other price was found but in the words of a link.
pub(super) fn in_columns(outline: &Outline<'_>, found: &[PriceAt], crypto: bool) -> Vec<PriceAt> {
    let mut prices = Vec::new();
    let mut known: Vec<usize> = found.iter().map(|price| price.element).filter(|at| !outline.in_link(*at)).collect();
    known.sort_unstable();
    let tables = outline.elements.iter().enumerate().filter(|(_, facts)| facts.name == "table").take(TABLES);
    for (table, facts) in tables {
        let own =
            |at: &usize| outline.ancestors(*at).skip(1).take(3).find(|(_, above)| above.name == "table").is_some_and(|(at, _)| at == table);
        let rows: Vec<usize> =
            (table + 1..facts.end).filter(|at| outline.elements.get(*at).is_some_and(|row| row.name == "tr") && own(at)).collect();
        let Some((head, rows)) = rows.split_first() else { continue };
        let heads = cells(outline, *head);
        if rows.len() < 2 || heads.len() < 2 {
            continue;
        }
        // Of "USD" and "BTC" side by side the first is what the site reckons in.
        let told = heads.iter().enumerate().find_map(|(nth, cell)| {
            let (currency, sure) = currency(outline, *cell, crypto)?;
            let amounts = column(outline, rows, nth, heads.len());
            // A head of one word means money only over amounts, in rows that lead to goods: tables of rates have such heads, too.
            let linked = |(row, ..): &&(usize, usize, Decimal, String)| outline.elements.get(*row).is_some_and(|facts| facts.links > 0);
            let fits = sure || amounts.iter().filter(linked).count() * 3 >= rows.len() * 2;
            (fits && !amounts.is_empty()).then_some((currency, amounts))
        });
        let Some((currency, amounts)) = told else { continue };
        for (row, cell, amount, raw) in amounts {
            let Some(run) = outline.elements.get(cell).map(|facts| facts.first_run) else { continue };
            let end = outline.elements.get(row).map_or(row, |facts| facts.end);
            let next = known.partition_point(|element| *element < row);
            if known.get(next).is_some_and(|element| *element < end) {
                continue;
            }
            let price = Price {
                amount: amount.normalize(),
                currency: Some(currency.clone()),
                start: 0,
                end: raw.len(),
                raw,
                from: false,
                up_to: false,
                per: None,
                role: Effect::Asked,
            };
            prices.push(found_at(cell, run, price, true));
        }
    }
    prices
}

/// The amounts of a column: row, cell, amount and text, of rows with as many cells as the head.
fn column(outline: &Outline<'_>, rows: &[usize], nth: usize, width: usize) -> Vec<(usize, usize, Decimal, String)> {
    let read = |row: &usize| {
        let own = cells(outline, *row);
        let cell = own.get(nth).filter(|_| own.len() == width)?;
        let text = outline.text_of(*cell, 24);
        // "1.950,-" and "1.200,- VB" are whole amounts.
        let bare = text.split(",-").next().unwrap_or(&text).trim();
        let amount = money::parse_amount(bare).filter(|amount| amount.is_sign_positive() && !amount.is_zero())?;
        Some((*row, *cell, amount, text))
    };
    rows.iter().filter_map(read).collect()
}

fn cells(outline: &Outline<'_>, row: usize) -> Vec<usize> {
    let end = outline.elements.get(row).map_or(row, |facts| facts.end);
    let is_cell = |at: &usize| outline.elements.get(*at).is_some_and(|facts| facts.parent == row && matches!(facts.name, "td" | "th"));
    (row + 1..end).filter(is_cell).take(MOST).collect()
}

/// The currency that a head names, and whether a word for a price stands before it.
fn currency(outline: &Outline<'_>, cell: usize, crypto: bool) -> Option<(String, bool)> {
    let text = outline.elements.get(cell).filter(|facts| (1..=32).contains(&facts.text)).map(|_| outline.text_of(cell, 48))?;
    let read = |unit: &str| {
        let unit = unit.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']'));
        let short = (1..=12).contains(&unit.chars().count()) && !money::has_digit(unit);
        short.then(|| money::parse_price(&format!("1 {unit}"), None, crypto)?.currency).flatten()
    };
    let parts = text.split_once([',', '(', '[', '/']).or_else(|| text.rsplit_once(' '));
    let behind = parts.filter(|(name, _)| label(name) == Some(Label::Price)).and_then(|(_, unit)| read(unit));
    // Small words such as "all" or "top" are codes only in capitals.
    let whole = || read(&text).filter(|_| !text.contains(char::is_whitespace) && (text.len() > 3 || !text.contains(char::is_lowercase)));
    behind.map(|currency| (currency, true)).or_else(|| Some((whole()?, false)))
}

/// An amount without a currency where the page's marks say that a price stands.
pub(super) fn price(outline: &Outline<'_>, number: usize, currency: &str) -> Option<PriceAt> {
    let run = outline.runs.get(number)?;
    let named = outline.ancestors(run.element).take(2).any(|(at, facts)| {
        let marks = outline.marks(at);
        let priced = marks
            .iter()
            .any(|m| matches!(m.as_str(), "price" | "preis" | "prix" | "precio" | "prezzo" | "preco" | "cena" | "prijs" | "fiyat"));
        let counts =
            marks.iter().any(|m| matches!(m.as_str(), "range" | "filter" | "slider" | "count" | "qty" | "quantity" | "min" | "max"));
        priced && !counts && facts.text <= LABEL_SIZE
    });
    let facts = outline.elements.get(run.element)?;
    if !named || facts.chrome {
        return None;
    }
    let split = is_fraction(outline, number + 1);
    let holder = if split { outline.ancestors(run.element).find(|(_, facts)| facts.last_run > number + 1)?.0 } else { run.element };
    let text = if split { text_of(outline, holder) } else { run.text.clone() };
    let amount = money::parse_amount(text.trim())?;
    let price = Price {
        amount: amount.normalize(),
        currency: Some(currency.to_owned()),
        start: 0,
        end: text.len(),
        raw: text,
        from: false,
        up_to: false,
        per: None,
        role: Effect::Asked,
    };
    Some(found_at(holder, number, price, true))
}
