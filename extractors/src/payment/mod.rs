//! Payment addresses, each proved by every checksum that its form has.
//!
//! A text is cut once into runs of letters and digits. A run, or a few runs that only white space or invisible characters part,
//! is shown to the coin families; what none of them can prove is no address.

mod base58;
pub mod bch;
pub mod btc;
pub mod dash;
pub mod doge;
pub mod eth;
pub mod extended;
pub mod lightning;
pub mod ltc;
mod segwit;
pub mod trx;
pub mod xmr;
pub mod xrp;
pub mod zec;

use crate::record::Indicator;
use crate::runs::Run;

/// What a string is proved to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `BTC`, `LTC`, `XMR`, `ETH` ...
    pub asset: &'static str,
    /// `mainnet`, `testnet`, `stagenet`, `regtest`.
    pub network: &'static str,
    /// Form after `records.md`, such as `p2wpkh`.
    pub form: &'static str,
    /// Normal form: bech32 in lower case, EVM addresses in EIP-55 writing.
    pub value: String,
    /// Whether a checksum was there to prove it.
    pub verified: bool,
    /// Assets for which the same string is as valid.
    pub also: &'static [&'static str],
}

/// Reads a whole string as an address of any family.
pub fn read(text: &str) -> Option<Address> {
    if text.len() < 14 {
        return None;
    }
    if text.len() > LONGEST {
        return lightning::read(text);
    }
    FAMILIES.iter().find_map(|read| read(text))
}

/// Where two families could read the same string, the first one names it and lists the other under `also`.
const FAMILIES: &[fn(&str) -> Option<Address>] =
    &[btc::read, ltc::read, xmr::read, eth::read, bch::read, doge::read, dash::read, zec::read, trx::read, xrp::read, extended::read];

/// Longest address of any family, bytes; only Lightning invoices are longer.
const LONGEST: usize = 130;
/// Shortest string that is worth joining.
const SHORTEST_JOINED: usize = 25;
/// Runs that may make up one broken address.
const PIECES: usize = 8;
/// Joined strings that are shown to the families for one text: hostile pages cannot buy more work.
const JOIN_BUDGET: usize = 200_000;

/// Runs that are cut ahead of the one that is looked at.
const AHEAD: usize = 256;

/// All addresses in a text, of which `source` gives the runs, whole or broken by white space, line ends or invisible characters. `field` is
/// left empty.
pub(crate) fn find<'t>(text: &'t str, mut source: impl Iterator<Item = Run<'t>>) -> Vec<Indicator> {
    let mut found: Vec<Indicator> = Vec::new();
    let mut budget = JOIN_BUDGET;
    // A run and what parts it from the next take two bytes: so few runs cannot use the budget up, and what begins nothing need not count.
    let within_budget = text.len() / 2 * (PIECES - 1) < JOIN_BUDGET / 2;
    let mut ahead: Vec<Run> = Vec::with_capacity(AHEAD);
    let mut at = 0;
    loop {
        if ahead.len() < at + PIECES {
            ahead.drain(..at);
            at = 0;
            ahead.extend(source.by_ref().take(AHEAD - ahead.len()));
        }
        let Some(window) = ahead.get(at..ahead.len().min(at + PIECES)) else { return found };
        let Some(first) = window.first() else { return found };
        let whole = read(first.text).map(|address| (address, 1));
        let broken = || if within_budget && !may_go_on(first) { None } else { join(window, &mut budget) };
        let Some((mut address, pieces)) = whole.or_else(broken) else {
            at += 1;
            continue;
        };
        let (mut start, end) = (first.start, window.get(pieces - 1).map_or(first.end(), Run::end));
        if let Some(prefix) = bch::prefix_before(&text[..start]).filter(|_| address.asset == "BCH") {
            start -= prefix;
            address.form = "cashaddr";
        }
        found.push(indicator(address, text, start, end, pieces > 1));
        at += pieces;
    }
}

/// The shortest sequence of runs from the first one that a family can prove.
fn join(window: &[Run], budget: &mut usize) -> Option<(Address, usize)> {
    let (first, rest) = window.split_first()?;
    let head = *first.text.as_bytes().first()?;
    if !may_begin(head) {
        return None;
    }
    let (mut length, mut base58, mut cashaddr) = (first.text.len(), first.base58(), first.cashaddr());
    for (number, run) in rest.iter().enumerate() {
        if !run.joins_previous() || length + run.text.len() > LONGEST {
            return None;
        }
        length += run.text.len();
        base58 &= run.base58();
        cashaddr &= run.cashaddr();
        if length < SHORTEST_JOINED {
            continue;
        }
        *budget = budget.checked_sub(1)?;
        let pieces = window.get(..number + 2)?;
        if !may_be(pieces, head, length, base58, cashaddr) {
            continue;
        }
        let joined: String = pieces.iter().map(|piece| piece.text).collect();
        // A form without checksum proves nothing about a join.
        if let Some(address) = read(&joined).filter(|address| address.verified) {
            return Some((address, number + 2));
        }
    }
    None
}

/// Whether the pieces, joined, can be an address of some family, by alphabet, length and beginning: nearly all prose cannot, and is told
/// so without being joined and decoded.
fn may_be(pieces: &[Run], head: u8, length: usize, base58: bool, cashaddr: bool) -> bool {
    // Nearly all words differ in the second letter.
    let mut letters = pieces.iter().flat_map(|piece| piece.text.bytes()).map(|byte| byte.to_ascii_lowercase());
    let second = letters.nth(1);
    let begins =
        |prefix: &str| second == prefix.as_bytes().get(1).copied() && letters.clone().take(prefix.len() - 2).eq(prefix.bytes().skip(2));
    // Hashes of 20 bytes, Monero, XRP's accounts and X-addresses, extended keys.
    let in_base58 = match head {
        b'1' => matches!(length, 25..=36),
        b'2'..=b'9' | b'A' | b'B' => matches!(length, 33..=35 | 95 | 106),
        b'D' | b'Q' | b'm' | b'n' => matches!(length, 33..=35),
        b'X' | b'T' => matches!(length, 33..=35 | 46..=48),
        b'r' => matches!(length, 33 | 34) || matches!(length, 25..=50) && begins("rr"),
        b'L' | b'M' | b'Y' | b'Z' | b't' | b'u' | b'v' | b'x' | b'y' | b'z' => matches!(length, 33..=35 | 107..=113),
        _ => false,
    };
    if base58 && in_base58 {
        return true;
    }
    match head.to_ascii_lowercase() {
        b'q' | b'p' => cashaddr && (42..=112).contains(&length),
        b'0' => length == 42,
        b'b' => begins("bc1") || begins("bcrt1"),
        b'l' => begins("ltc1") || begins("ltcmweb1"),
        b't' => ["tb1", "tltc1", "tmweb1", "tex1", "textest1"].into_iter().any(begins),
        b'z' => begins("zs1") || begins("ztestsapling1"),
        _ => false,
    }
}

/// Whether an address of some family can begin with this run and go on in the next.
fn may_go_on(first: &Run<'_>) -> bool {
    let [head, rest @ ..] = first.text.as_bytes() else { return false };
    // A run of one letter leaves the second one open.
    let second = |known: &[u8]| rest.first().is_none_or(|second| known.contains(&second.to_ascii_lowercase()));
    let by_prefix = match head.to_ascii_lowercase() {
        b'q' | b'p' => first.cashaddr(),
        b'0' => second(b"x"),
        b'b' => second(b"c"),
        b'l' => second(b"t"),
        b't' => second(b"blme"),
        b'z' => second(b"st"),
        _ => false,
    };
    by_prefix || first.base58() && may_begin(*head) && !matches!(head, b'b' | b'd' | b'p' | b'q')
}

/// Whether an address of some family can begin with this letter.
fn may_begin(head: u8) -> bool {
    matches!(head, b'0'..=b'9' | b'A' | b'B' | b'D' | b'L' | b'M' | b'Q' | b'T' | b'X'..=b'Z')
        || matches!(head, b'b' | b'd' | b'l'..=b'n' | b'p'..=b'r' | b't'..=b'v' | b'x'..=b'z')
}

fn kind(form: &str) -> &'static str {
    match form {
        "bolt11" => "lightning_invoice",
        form if form.ends_with("pub") || form.ends_with("tub") => "extended_key",
        _ => "payment_address",
    }
}

fn indicator(address: Address, text: &str, start: usize, end: usize, repaired: bool) -> Indicator {
    Indicator {
        kind: kind(address.form).to_owned(),
        asset: Some(address.asset.to_owned()),
        network: Some(address.network.to_owned()),
        form: Some(address.form.to_owned()),
        value: address.value,
        verified: address.verified,
        repaired,
        raw: text.get(start..end).unwrap_or_default().to_owned(),
        start,
        end,
        also: address.also.iter().map(|asset| (*asset).to_owned()).collect(),
        ..Indicator::default()
    }
}
