//! Payment URIs around an address: BIP 21 and its like, `monero:`, `ethereum:` (ERC-681).

use super::{Address, URI, decimal};
use crate::record::Indicator;

/// Scheme, form, asset, parameter of the amount, decimal places of the unit in which that is counted.
const SCHEMES: &[(&str, &str, &str, &str, usize)] = &[
    ("bitcoin", "bip21", "BTC", "amount", 0),
    ("litecoin", "bip21", "LTC", "amount", 0),
    ("dogecoin", "bip21", "DOGE", "amount", 0),
    ("dash", "bip21", "DASH", "amount", 0),
    ("bitcoincash", "bip21", "BCH", "amount", 0),
    ("bchtest", "bip21", "BCH", "amount", 0),
    ("monero", "monero", "XMR", "tx_amount", 0),
    ("ethereum", "ethereum", "ETH", "value", 18),
];

/// Longest URI that is read, bytes.
const LONGEST: usize = 2_000;

/// The URI of which `text[start..end]` is the address. A prefix that belongs to the address is a URI only with parameters.
pub(super) fn around(text: &str, start: usize, end: usize, address: &Address) -> Option<Indicator> {
    let (head, written) = (text.get(..start)?, text.get(start..end)?);
    let rest = parameters(text.get(end..)?);
    let own = written.split_once(':').map(|(scheme, _)| scheme);
    let before = head.strip_suffix("//").unwrap_or(head);
    // ERC-681 puts a word before the address that says what it is.
    let before = before.strip_suffix("pay-").unwrap_or(before);
    let begun = match own {
        Some(scheme) => (!rest.is_empty()).then_some(start + scheme.len())?,
        None => before.strip_suffix(':')?.len(),
    };
    let (scheme, form, asset, key, places) = SCHEMES.iter().copied().find(|(scheme, _, asset, ..)| {
        let from = begun.checked_sub(scheme.len());
        let named = from.and_then(|from| text.get(from..begun)).is_some_and(|name| name.eq_ignore_ascii_case(scheme));
        named && *asset == address.asset
    })?;
    let start = begun - scheme.len();
    if text.get(..start)?.ends_with(|ch: char| ch.is_alphanumeric() || matches!(ch, '+' | '-' | '.')) {
        return None;
    }
    let bare = address.value.rsplit_once(':').map_or(address.value.as_str(), |(_, bare)| bare);
    Some(Indicator {
        kind: URI.to_owned(),
        asset: Some(asset.to_owned()),
        network: Some(address.network.to_owned()),
        form: Some(form.to_owned()),
        value: format!("{scheme}:{bare}{rest}"),
        verified: address.verified,
        raw: text.get(start..end + rest.len())?.to_owned(),
        start,
        end: end + rest.len(),
        amount: amount(rest, key, places),
        ..Indicator::default()
    })
}

/// What follows the address: chain, function and query, up to where a sentence or markup goes on.
fn parameters(rest: &str) -> &str {
    if !rest.starts_with(['?', '@', '/']) {
        return "";
    }
    let ends = |ch: char| {
        ch.is_whitespace() || ch.is_control() || matches!(ch, '"' | '\'' | '<' | '>' | '`' | '(' | ')' | '[' | ']' | '{' | '}' | '|')
    };
    let end = rest.find(ends).unwrap_or(rest.len());
    let found = rest.get(..end).unwrap_or_default().trim_end_matches(['.', ',', ';', ':', '!', '?', '/']);
    if found.len() > LONGEST { "" } else { found }
}

/// The amount in whole units of the asset.
fn amount(rest: &str, key: &str, places: usize) -> Option<String> {
    let (_, query) = rest.split_once('?')?;
    let pairs = query.split(['&', ';']).filter_map(|pair| pair.split_once('='));
    let written = pairs.filter(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value).next()?;
    // "2.014e18" counts wei.
    let (digits, power) = written.split_once(['e', 'E']).unwrap_or((written, "0"));
    let power: usize = power.parse().ok().filter(|power| *power <= 60)?;
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let zeros = power.saturating_sub(part.len());
    decimal(&format!("{whole}{part}{}", "0".repeat(zeros)), (places + part.len()).checked_sub(power.min(part.len()))?)
}
