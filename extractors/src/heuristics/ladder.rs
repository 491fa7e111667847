//! Prices by quantity: tables and lists with a number of units and what they cost.

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use super::fields;
use super::reader::Reader;
use super::single::Scene;
use crate::money::{self, Price};
use crate::provenance::Draft;
use crate::record::Offer;

/// Rungs of one ladder.
const MAX_RUNGS: usize = 30;

/// One line of a ladder.
struct Rung {
    element: usize,
    quantity: Decimal,
    unit: Option<&'static str>,
    price: Price,
}

/// Adds the rungs of the longest ladder outside of cards as offers of kind `ladder`.
pub fn read(scene: &Scene<'_, '_>, reader: &Reader<'_>, draft: &mut Draft) {
    let Some(rungs) = ladder(scene, reader) else { return };
    // Larger quantities cost more where the amount is the sum, less where it is the price of one.
    let sums = rungs.windows(2).all(|pair| matches!(pair, [a, b] if b.price.amount > a.price.amount));
    for rung in rungs {
        let (total, each) = if sums {
            (Some(rung.price.amount), rung.price.amount.checked_div(rung.quantity))
        } else {
            (rung.price.amount.checked_mul(rung.quantity), Some(rung.price.amount))
        };
        let (Some(total), Some(each)) = (total, each) else { continue };
        let offer = Offer {
            amount: total.round_dp(8).normalize().to_string(),
            quantity: Some(rung.quantity.normalize().to_string()),
            unit: Some(rung.unit.unwrap_or("piece").to_owned()),
            unit_amount: Some(each.round_dp(8).normalize().to_string()),
            ..fields::offer_of(&rung.price, "ladder")
        };
        let single = rung.quantity == Decimal::ONE;
        let known = draft.listing.offers.iter().any(|own| single && own.amount == offer.amount && own.currency == offer.currency);
        if !known {
            draft.read(|| scene.outline.origin("price_block", rung.element, &rung.price.raw), |listing| listing.offers.push(offer));
        }
    }
}

/// The longest run of neighbouring rows that read as quantity and price, quantities growing; at least two.
fn ladder(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Option<Vec<Rung>> {
    let outline = scene.outline;
    let mut ladders: Vec<(usize, Vec<Rung>)> = Vec::new();
    for (at, facts) in outline.elements.iter().enumerate() {
        let is_row = matches!(facts.name, "tr" | "li" | "option" | "td" | "div" | "p" | "dt") && (3..=80).contains(&facts.text);
        if !is_row || facts.chrome || scene.in_card(at) || super::shipping::is_option(outline, at) {
            continue;
        }
        let Some(rung) = rung(&outline.text_of(at, 160), at, reader) else { continue };
        let same = ladders.last_mut().filter(|(parent, rungs)| {
            let follows = |last: &Rung| last.quantity < rung.quantity && last.price.currency == rung.price.currency;
            *parent == facts.parent && rungs.len() < MAX_RUNGS && rungs.last().is_some_and(follows)
        });
        match same {
            Some((_, rungs)) => rungs.push(rung),
            None => ladders.push((facts.parent, vec![rung])),
        }
    }
    // Amounts that rise and fall are no ladder.
    let steady = |rungs: &[Rung]| {
        let mut steps = rungs.windows(2).map(|pair| matches!(pair, [a, b] if b.price.amount > a.price.amount));
        let first = steps.next();
        steps.all(|step| Some(step) == first)
    };
    let whole = ladders.into_iter().map(|(_, rungs)| rungs).filter(|rungs| rungs.len() >= 2 && steady(rungs));
    whole.max_by_key(Vec::len)
}

/// `10 pcs: $90`, `10+ | 9,50 €`, `5 x - $45`.
fn rung(text: &str, element: usize, reader: &Reader<'_>) -> Option<Rung> {
    static HEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix) ^\s* (?:from|ab|dès|qty:?|>=?)? \s* (?P<n>\d{1,6}) \s* (?: (?:-|–|to|bis) \s* \d{1,6} )? \s* \+? \s*
            (?P<u> x | × | pcs?\.? | pieces? | units? | stück | stk\.? | pi[eè]ces? | unidades | pezzi | szt\.? | шт\.? | rounds? | rds? | schuss
              | cartouches | box(?:es)? | boîtes? | g | grams? | kg )?
            \s* (?: \+ | or\ more | and\ more | and\ up | or\ above | oder\ mehr | und\ mehr | ou\ plus | et\ plus | o\ más | o\ più | ou\ mais | lub\ więcej | i\ więcej | of\ meer | en\ meer
              | или\ более | и\ более | или\ больше | або\ більше | і\ більше | ve\ üzeri | veya\ daha\ fazla | ve\ üstü | أو\ أكثر )?
            \s* (?: : | = | - | – | — | @ | \| | for | für | pour | à | za )? \s* $",
        )
        .ok()
    });
    let prices = money::find_prices(text, reader.currency, reader.crypto);
    let price = prices.first().filter(|price| price.currency.is_some() && !price.amount.is_zero())?;
    let head = HEAD.as_ref()?.captures(text.get(..price.start)?)?;
    let quantity: Decimal = head.name("n")?.as_str().parse().ok()?;
    let unit = head.name("u").and_then(|unit| match unit.as_str().to_lowercase().as_str() {
        "g" | "gram" | "grams" => Some("g"),
        "kg" => Some("kg"),
        "round" | "rounds" | "rd" | "rds" | "schuss" | "cartouches" => Some("round"),
        "box" | "boxes" | "boîte" | "boîtes" => Some("box"),
        _ => None,
    });
    (!quantity.is_zero()).then(|| Rung { element, quantity, unit, price: price.clone() })
}
