//! Where prices stand on a page.

use std::collections::HashSet;

use super::outline::Outline;
use super::reader::Reader;
use crate::html::attr;
use crate::money::{self, Price, Role};

/// Characters of the largest element taken for a price with its surroundings.
const LABEL_SIZE: usize = 48;
/// Prices looked for on one page.
const MAX_PRICES: usize = 20_000;

/// A price and the smallest element that holds it whole.
#[derive(Debug, Clone)]
pub struct PriceAt {
    /// Position of the element.
    pub element: usize,
    /// The first price in it.
    pub price: Price,
    /// Struck out or named as a former price.
    pub old: bool,
}

/// Finds prices in short texts and counts them in [`super::outline::Facts::prices`] of all ancestors.
pub fn mark(outline: &mut Outline<'_>, reader: &Reader<'_>) -> Vec<PriceAt> {
    let mut seen: HashSet<usize> = HashSet::new();
    let mut found: Vec<PriceAt> = Vec::new();
    for run in &outline.runs {
        if run.text.len() > 200 || !money::has_digit(&run.text) || found.len() >= MAX_PRICES {
            continue;
        }
        // An amount and its currency may stand in neighbouring elements: look for the smallest element that holds both.
        let mut holder = run.element;
        let in_run = first_price(&run.text, reader);
        let alone = in_run.is_some();
        let mut price = in_run;
        for (at, facts) in outline.ancestors(run.element).take(if alone { 0 } else { 16 }) {
            if facts.text > LABEL_SIZE || facts.links > 1 || !seen.insert(at) {
                break;
            }
            price = first_price(&outline.text_of(at, 200), reader);
            if price.is_some() {
                holder = at;
                break;
            }
        }
        let Some(price) = price else { continue };
        found.push(PriceAt { element: holder, price, old: is_old(outline, holder, run.element) });
    }
    if found.iter().all(|at| at.old) {
        // "Regular price" is the price where nothing else is.
        found.iter_mut().for_each(|at| at.old = false);
    }
    found.sort_by_key(|at| at.element);
    for at in &found {
        if at.old {
            continue;
        }
        let chain: Vec<usize> = outline.ancestors(at.element).map(|(at, _)| at).collect();
        for above in chain {
            if let Some(facts) = outline.elements.get_mut(above) {
                facts.prices += 1;
            }
        }
    }
    found
}

fn first_price(text: &str, reader: &Reader<'_>) -> Option<Price> {
    if !may_be_price(text) {
        return None;
    }
    let mut asked = money::find_prices(text, None, reader.crypto);
    // What comes on top, is taken off, or must be spent for a favour, is no price.
    asked.retain(|price| price.currency.is_some() && price.role == Role::Asked);
    let whole = asked.iter().position(|price| price.per.is_none());
    (!asked.is_empty()).then(|| asked.swap_remove(whole.unwrap_or(0)))
}

/// A cheap look before the patterns run: something beside digits must stand there.
fn may_be_price(text: &str) -> bool {
    text.chars().any(|c| !c.is_ascii_digit() && !c.is_ascii_whitespace() && !matches!(c, '.' | ',' | ':' | '-' | '/' | '(' | ')' | '%'))
}

/// Struck out, or in an element that calls itself a former price.
fn is_old(outline: &Outline<'_>, holder: usize, inner: usize) -> bool {
    let inner_to_holder = outline.ancestors(inner).take_while(|(at, _)| *at >= holder);
    let around = outline.ancestors(holder).take(3);
    inner_to_holder.chain(around).any(|(_, facts)| {
        let element = facts.element();
        matches!(element.name(), "del" | "s" | "strike")
            || attr(element, "style").is_some_and(|style| style.contains("line-through"))
            || attr(element, "class").is_some_and(|class| {
                class.to_ascii_lowercase().split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
                    matches!(
                        word,
                        "old"
                            | "was"
                            | "regular"
                            | "msrp"
                            | "rrp"
                            | "strike"
                            | "striked"
                            | "crossed"
                            | "before"
                            | "uvp"
                            | "compare"
                            | "retail"
                    )
                })
            })
    })
}
