//! What a coin costs, told in the head of every page of a market: no price of goods.

use super::{PriceAt, Role};
use crate::heuristics::outline::Outline;

/// Currencies that are coins.
pub(super) const COINS: &[&str] = &["BTC", "XMR", "LTC", "ETH", "BCH", "DASH", "ZEC", "DOGE", "USDT", "XRP", "TRX"];

/// Marks the amounts that stand behind the code of a coin alone.
pub(super) fn mark(outline: &Outline<'_>, found: &mut [PriceAt]) {
    let coin = |at: &PriceAt| at.price.currency.as_deref().is_some_and(|code| COINS.contains(&code));
    for at in found.iter_mut().filter(|at| !coin(at)) {
        // "xmr/usd 352.71", "BTC $91,175", "BTC price: 91180 USD": what a coin costs.
        let head = outline.runs.get(at.run).and_then(|run| run.text.get(..run.text.find(&at.price.raw)?)).unwrap_or("");
        let head = head.trim_end_matches([' ', '/', '=', ':', '≈', '(']);
        if head.is_empty() || !head.ends_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let mut words = head.rsplit(|c: char| !c.is_alphanumeric() && c != '.').filter(|word| !word.is_empty());
        let last = words.next().filter(|word| !matches!(word.to_ascii_lowercase().as_str(), "price" | "rate" | "kurs" | "course" | "prix"));
        let coin = last.or_else(|| words.next()).is_some_and(|word| COINS.contains(&word.to_ascii_uppercase().as_str()));
        if coin && words.next().is_none_or(|before| before == "1" || !before.ends_with(|c: char| c.is_ascii_digit())) {
            at.role = Role::Converted;
        }
    }
}
