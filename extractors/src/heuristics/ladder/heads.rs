//! Ladders whose amounts stand under the name of a currency: `Grams | USD | XMR` over `5 | 95.00 | 0.271`, in a table or in columns of
//! preformatted text.

use rust_decimal::Decimal;

use super::{Break, MAX_RUNGS, Rung, Scene, unit_code, units};
use crate::heuristics::outline::Outline;
use crate::money;

/// Cells of one row.
const MAX_CELLS: usize = 12;
/// Rows that are looked at.
const MAX_ROWS: usize = 400;

/// A row: its cells, each with its text; and its place.
struct Row {
    element: usize,
    cells: Vec<String>,
}

/// The ladders under heads that name a currency, each with the place of its table.
pub(super) fn find(scene: &Scene<'_, '_>, crypto: bool) -> Vec<(usize, Vec<Rung>)> {
    let outline = scene.outline;
    let mut ladders = Vec::new();
    let mut rows: Vec<Row> = Vec::new();
    let mut table = usize::MAX;
    for (at, facts) in outline.elements.iter().enumerate() {
        let own = (3..=400).contains(&facts.text) && !facts.chrome && !scene.in_card(at);
        match facts.name {
            "tr" if own && rows.len() < MAX_ROWS => {
                let above = outline.ancestors(at).skip(1).take(3).find(|(_, facts)| facts.name == "table").map_or(at, |(at, _)| at);
                if above != table {
                    ladders.extend(read(&std::mem::take(&mut rows), crypto));
                    table = above;
                }
                rows.push(Row { element: at, cells: cells(outline, at, facts.end) });
            }
            "pre" if (12..=4_000).contains(&facts.text) && !facts.chrome && !scene.in_card(at) => {
                let runs = outline.runs_of(at);
                let lines = runs.chunk_by(|_, next| next.before != Break::Line).take(MAX_ROWS);
                let rows: Vec<Row> = lines
                    .map(|line| Row { element: at, cells: line.iter().map(|run| run.text.clone()).take(MAX_CELLS).collect() })
                    .collect();
                ladders.extend(read(&rows, crypto));
            }
            _ => {}
        }
    }
    ladders.extend(read(&rows, crypto));
    ladders
}

fn cells(outline: &Outline<'_>, row: usize, end: usize) -> Vec<String> {
    let mut found = Vec::new();
    let mut at = row + 1;
    while let Some(facts) = outline.elements.get(at).filter(|_| at < end && found.len() < MAX_CELLS) {
        if matches!(facts.name, "td" | "th") {
            found.push(outline.text_of(at, 60));
        }
        at = facts.end.max(at + 1);
    }
    found
}

/// A row of quantities over a row of prices.
fn across(rows: &[Row]) -> Option<(usize, Vec<Rung>)> {
    rows.windows(2).take(8).find_map(|pair| {
        let [heads, prices] = pair else { return None };
        if heads.cells.len() != prices.cells.len() || heads.cells.len() < 2 {
            return None;
        }
        let named = usize::from(!heads.cells.first()?.bytes().any(|byte| byte.is_ascii_digit()));
        let mut rungs: Vec<Rung> = Vec::new();
        for (head, cell) in heads.cells.iter().zip(&prices.cells).skip(named) {
            let (quantity, unit) = units(head)?;
            let price =
                money::find_prices(cell, None, false).into_iter().find(|price| price.currency.is_some() && price.amount > Decimal::ZERO)?;
            if rungs.last().is_some_and(|last| last.quantity >= quantity || last.price.currency != price.currency) {
                return None;
            }
            rungs.push(Rung { element: prices.element, quantity, unit: unit.and_then(unit_code), price });
        }
        (2..=MAX_RUNGS).contains(&rungs.len()).then_some((heads.element, rungs))
    })
}

/// The ladder of one table.
fn read(rows: &[Row], crypto: bool) -> Option<(usize, Vec<Rung>)> {
    if let Some(found) = across(rows) {
        return Some(found);
    }
    let named = |row: &Row| {
        let plain = row.cells.len() >= 2 && !row.cells.iter().any(|cell| cell.starts_with(|c: char| c.is_ascii_digit()));
        if plain { column(&row.cells) } else { None }
    };
    let (head, (priced, currency)) = rows.iter().enumerate().take(8).find_map(|(at, row)| Some((at, named(row)?)))?;
    let names = &rows.get(head)?.cells;
    let mut rungs: Vec<Rung> = Vec::new();
    for row in rows.iter().skip(head + 1) {
        // A line under the heads.
        if row.cells.iter().all(|cell| !cell.chars().any(char::is_alphanumeric)) {
            continue;
        }
        let Some(rung) = rung(row, names, priced, &currency, crypto) else { break };
        if rungs.last().is_some_and(|last| last.quantity >= rung.quantity) || rungs.len() >= MAX_RUNGS {
            break;
        }
        rungs.push(rung);
    }
    (rungs.len() >= 2).then(|| (rows.first().map_or(0, |row| row.element), rungs))
}

fn rung(row: &Row, names: &[String], priced: usize, currency: &str, crypto: bool) -> Option<Rung> {
    if row.cells.len() > names.len() + 1 || row.cells.len() <= priced {
        return None;
    }
    let (at, quantity, unit) = row.cells.iter().enumerate().take(priced.max(1)).find_map(|(at, cell)| {
        let (quantity, unit) = units(cell)?;
        Some((at, quantity, unit))
    })?;
    // "Grams", "Menge (g)"
    let over = || names.get(at)?.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).find_map(unit_code);
    let cell = row.cells.get(priced)?;
    let own = money::find_prices(cell, None, crypto).into_iter().find(|price| price.currency.is_some());
    let bare = || {
        let number = cell.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b' ' | b'\''));
        let told = format!("{} {currency}", cell.trim());
        if number { money::find_prices(&told, None, crypto).into_iter().next() } else { None }
    };
    let price = own.or_else(bare).filter(|price| price.amount > Decimal::ZERO)?;
    Some(Rung { element: row.element, quantity, unit: unit.and_then(unit_code).or_else(over), price })
}

/// The column under the name of a currency, of money by choice, else of a coin.
fn column(heads: &[String]) -> Option<(usize, String)> {
    const MONEY: &[&str] =
        &["USD", "EUR", "GBP", "CHF", "AUD", "CAD", "NZD", "PLN", "CZK", "RUB", "UAH", "TRY", "SEK", "NOK", "DKK", "BRL", "RON", "HUF"];
    const SIGNS: &[(char, &str)] = &[('$', "USD"), ('€', "EUR"), ('£', "GBP"), ('₽', "RUB"), ('₴', "UAH"), ('₺', "TRY")];
    const COINS: &[&str] = &["BTC", "XMR", "LTC", "ETH"];
    let of = |codes: &[&str]| {
        heads.iter().enumerate().filter(|(_, head)| head.len() <= 32).find_map(|(at, head)| {
            let words = head.split(|c: char| !c.is_ascii_alphabetic()).map(str::to_ascii_uppercase);
            words.into_iter().find(|word| codes.contains(&word.as_str())).map(|word| (at, word))
        })
    };
    let signed = || {
        heads
            .iter()
            .enumerate()
            .filter(|(_, head)| head.len() <= 32)
            .find_map(|(at, head)| SIGNS.iter().find(|(sign, _)| head.contains(*sign)).map(|(_, code)| (at, (*code).to_owned())))
    };
    of(MONEY).or_else(signed).or_else(|| of(COINS)).filter(|(at, _)| *at > 0)
}
