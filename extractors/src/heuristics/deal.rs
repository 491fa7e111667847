//! How goods are paid on a market, told without the name of a field that we know: values that cannot be mistaken.

use super::outline::{Outline, Run};
use super::phrases;
use super::single::{Scene, run_origin};
use super::subject::Subject;
use crate::html::attr;
use crate::provenance::Draft;

/// Names of coins as they stand in a list of what is taken.
#[rustfmt::skip]
const COINS: &[&str] = &[
    "btc", "xmr", "ltc", "eth", "bch", "dash", "zec", "doge", "usdt", "usdc", "bitcoin", "bitcoins", "monero", "litecoin", "ethereum", "zcash",
    "dogecoin", "tether", "биткоин", "биткойн", "монеро", "лайткоин", "біткоїн", "بيتكوين", "مونيرو", "lightning",
];
/// Words that may stand between coins.
#[rustfmt::skip]
const BETWEEN: &[&str] = &[
    "and", "or", "und", "oder", "et", "ou", "y", "o", "e", "en", "of", "i", "lub", "и", "или", "та", "або", "ve", "veya", "و", "أو", "only", "nur",
    "seulement", "solo", "tylko", "только", "trc20", "erc20", "ausschließlich", "uniquement", "sólo", "soltanto", "somente", "alleen", "тільки", "лише", "sadece",
];
/// Runs of a page that are looked at.
const MAX_RUNS: usize = 4_000;

/// Fills escrow and payments of the one listing of a page from texts that say nothing else.
pub fn read(scene: &Scene<'_, '_>, subject: &Subject, draft: &mut Draft) {
    let outline = scene.outline;
    let from = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.first_run);
    let own = || {
        let runs = outline.runs.iter().enumerate().skip(from).take(MAX_RUNS);
        runs.filter(|(_, run)| {
            (2..=60).contains(&run.text.len())
                && outline
                    .elements
                    .get(run.element)
                    .is_some_and(|facts| !facts.chrome && !facts.hidden && !matches!(facts.name, "option" | "h1" | "h2" | "title"))
        })
        .filter(|(_, run)| !scene.in_card(run.element) && !outline.in_link(run.element) && !subject.is_foreign(run.element))
    };
    if draft.listing.escrow.is_none() {
        let told = own().find_map(|(at, run)| Some((run, escrow_value(outline, at, run)?)));
        if let Some((run, code)) = told {
            draft.read(|| run_origin(outline, "heuristic", run), |listing| listing.escrow = Some(code.to_owned()));
        } else if let Some((at, code)) = scene.controls.iter().find_map(|at| Some((*at, on_control(outline, *at)?))) {
            draft.read(|| outline.attribute_origin("heuristic", at, "value"), |listing| listing.escrow = Some(code.to_owned()));
        }
    }
    if draft.listing.payments.is_empty() {
        let told = own().find(|(at, run)| (is_coins(&run.text) || is_deal(&run.text)) && !priced_beside(outline, *at));
        if let Some((at, first)) = told {
            // Badges side by side in one box.
            let line = outline.elements.get(first.element).map_or(first.element, |facts| facts.parent);
            let beside = outline.runs.iter().skip(at).take(8);
            let beside = beside.filter(|run| {
                (run.element == first.element || outline.holds(line, run.element)) && (is_coins(&run.text) || is_deal(&run.text))
            });
            let texts: Vec<&str> = beside.map(|run| run.text.as_str()).collect();
            let text = texts.join(", ");
            draft.read(|| run_origin(outline, "heuristic", first), |listing| phrases::payments(&text, &mut listing.payments, &mut None));
        } else {
            pictures(scene, from, draft);
        }
    }
    if draft.listing.payments.is_empty() {
        on_controls(scene, draft);
    }
    if draft.listing.payments.is_empty() {
        to_address(scene, subject, from, draft);
    }
}

/// Pictures that are called after coins and nothing else.
fn pictures(scene: &Scene<'_, '_>, from: usize, draft: &mut Draft) {
    let outline = scene.outline;
    let mut found: Vec<String> = Vec::new();
    let mut first = None;
    for (at, facts) in outline.elements.iter().enumerate() {
        if !matches!(facts.name, "img" | "i" | "svg") || facts.first_run < from || facts.chrome || scene.in_card(at) {
            continue;
        }
        let tip = ["alt", "title", "aria-label"].iter().find_map(|name| attr(facts.element(), name).map(|tip| (*name, tip.trim())));
        if let Some((name, tip)) = tip.filter(|(_, tip)| tip.len() <= 20 && is_coins(tip)) {
            first.get_or_insert((at, name));
            found.push(tip.to_owned());
        }
    }
    if let Some((at, name)) = first {
        let text = found.join(", ");
        draft
            .read(|| outline.attribute_origin("heuristic", at, name), |listing| phrases::payments(&text, &mut listing.payments, &mut None));
    }
}

/// A value that tells how the money is kept: the whole of a cell, badge or line.
fn escrow_value(outline: &Outline<'_>, at: usize, run: &Run) -> Option<&'static str> {
    let text = run.text.trim();
    if text.len() > 48 || text.split_whitespace().count() > 5 || text.ends_with(['?', ':', '.', '!']) {
        return None;
    }
    // "Multisig: not offered"
    if let Some((name, value)) = text.split_once(':') {
        let named = super::labels::label(name) == Some(super::labels::Label::Escrow);
        return if named { phrases::escrow_in(name, value) } else { phrases::escrow_words(value) };
    }
    // The name of a field has its value behind it, where it may say another thing: the last of both counts.
    let code = phrases::escrow_tag(text).or_else(|| phrases::escrow_words(text))?;
    let named = super::labels::label(text) == Some(super::labels::Label::Escrow);
    let next = outline.runs.get(at + 1).filter(|next| next.text.len() <= 48 && (named || next.before <= super::outline::Break::Cell));
    let later = next.and_then(|next| phrases::escrow_words(&next.text));
    Some(later.unwrap_or(code))
}

/// "Buy with escrow", "Order (FE)": what stands on the control to buy.
fn on_control(outline: &Outline<'_>, at: usize) -> Option<&'static str> {
    let facts = outline.elements.get(at)?;
    let text = outline.text_of(at, 80);
    let value = attr(facts.element(), "value").filter(|value| value.len() <= 80).unwrap_or("");
    let text = if text.is_empty() { value } else { text.as_str() };
    phrases::escrow_words(text)
}

/// Whether a text names coins and nothing else.
pub(super) fn is_coins(text: &str) -> bool {
    if text.len() > 60 {
        return false;
    }
    let lower = text.to_lowercase();
    let mut named = false;
    lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| {
        let coin = COINS.contains(&word);
        named |= coin;
        coin || BETWEEN.contains(&word)
    }) && named
}

/// Whether a value names coins, beside words for how the money is kept: "через гаранта, BTC", "Depozyt, Monero".
fn is_deal(text: &str) -> bool {
    let parts = || text.split([',', ';', '/', '+', '|']).map(str::trim).filter(|part| !part.is_empty());
    let kept = |part: &str| part.split_whitespace().count() <= 3 && phrases::escrow_words(part).is_some();
    text.len() <= 80 && parts().any(is_coins) && parts().any(kept) && parts().all(|part| is_coins(part) || kept(part))
}

/// Coins on the controls to buy: "Buy with BTC".
fn on_controls(scene: &Scene<'_, '_>, draft: &mut Draft) {
    let outline = scene.outline;
    for at in scene.controls.iter().take(12) {
        let Some(facts) = outline.elements.get(*at) else { continue };
        let text = outline.text_of(*at, 80);
        let value = attr(facts.element(), "value").filter(|value| value.len() <= 80).unwrap_or("");
        let text = if text.is_empty() { value } else { text.as_str() };
        let (lower, words) = (text.to_lowercase(), text.split_whitespace().count());
        let coined = words <= 6 && lower.split(|c: char| !c.is_alphanumeric()).any(|word| COINS.contains(&word));
        if coined {
            draft.read(|| outline.origin("heuristic", *at, text), |listing| phrases::payments(text, &mut listing.payments, &mut None));
        }
    }
}

/// The coin of an address to which the price is to be sent.
fn to_address(scene: &Scene<'_, '_>, subject: &Subject, from: usize, draft: &mut Draft) {
    const PAY: &[&str] = &[
        "send",
        "pay",
        "transfer",
        "deposit",
        "zahl",
        "überweis",
        "send",
        "sende",
        "schick",
        "envoy",
        "pay",
        "vers",
        "envía",
        "envia",
        "paga",
        "invia",
        "pag",
        "wyślij",
        "wpłać",
        "zapłać",
        "przelej",
        "betaal",
        "stuur",
        "перевед",
        "отправ",
        "оплат",
        "переказ",
        "надішл",
        "сплат",
        "gönder",
        "öde",
        "ادفع",
        "أرسل",
    ];
    let outline = scene.outline;
    let runs = outline.runs.iter().enumerate().skip(from).take(MAX_RUNS).filter(|(_, run)| (26..=120).contains(&run.text.len()));
    let told = runs.filter(|(_, run)| !scene.in_card(run.element) && !subject.is_foreign(run.element)).find_map(|(at, run)| {
        let coin = run.text.split_whitespace().find_map(coin_of)?;
        let before = at.checked_sub(2).unwrap_or(at)..at + 1;
        let words = outline.runs.get(before)?.iter().map(|run| run.text.to_lowercase()).collect::<Vec<_>>().join(" ");
        PAY.iter().any(|word| words.contains(word)).then_some((run, coin))
    });
    if let Some((run, coin)) = told {
        draft.read(|| run_origin(outline, "heuristic", run), |listing| listing.payments.push(coin.to_owned()));
    }
}

/// The coin whose addresses are written like a word.
fn coin_of(word: &str) -> Option<&'static str> {
    let word = word.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    let plain = || word.bytes().all(|byte| byte.is_ascii_alphanumeric() && !matches!(byte, b'0' | b'O' | b'I' | b'l'));
    let mixed = || {
        word.bytes().any(|byte| byte.is_ascii_digit())
            && word.bytes().any(|byte| byte.is_ascii_lowercase())
            && word.bytes().any(|byte| byte.is_ascii_uppercase())
    };
    match word.len() {
        38..=90 if word.starts_with("bc1") && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()) => Some("BTC"),
        95 | 106 if word.starts_with(['4', '8']) && plain() && mixed() => Some("XMR"),
        26..=35 if word.starts_with(['1', '3']) && plain() && mixed() => Some("BTC"),
        38..=90 if word.starts_with("ltc1") => Some("LTC"),
        _ => None,
    }
}

/// Whether an amount stands beside a run: then it is its currency.
fn priced_beside(outline: &Outline<'_>, at: usize) -> bool {
    // "12.11.2026" is a day.
    let day = |text: &str| (8..=10).contains(&text.len()) && text.matches(['.', '/', '-']).count() == 2;
    let number = |run: &Run| {
        !day(run.text.trim())
            && run
                .text
                .trim_matches(|c: char| !c.is_alphanumeric())
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b' '))
    };
    let before = at
        .checked_sub(1)
        .and_then(|at| outline.runs.get(at))
        .is_some_and(|run| number(run) || run.text.ends_with(|c: char| c.is_ascii_digit()));
    let after = outline.runs.get(at + 1).is_some_and(|run| run.before < super::outline::Break::Line && number(run));
    before || after
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_coins_are_told_from_other_words() {
        for text in ["Bitcoin, Monero", "BTC", "XMR only", "BTC / LTC / XMR", "Bitcoin und Monero"] {
            assert!(is_coins(text), "{text}");
        }
        for text in ["Bitcoin wallet", "0.02 BTC", "only", "Coin desk"] {
            assert!(!is_coins(text), "{text}");
        }
        for text in ["через гаранта, BTC", "Depozyt, Monero", "Bitcoin oder Monero, Treuhand"] {
            assert!(is_deal(text), "{text}");
        }
        assert!(!is_deal("escrow, Germany, BTC"));
        assert_eq!(coin_of("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"), Some("BTC"));
        assert_eq!(coin_of("3fa85f6457174562b3fc2c963f66afa6"), None);
    }
}
