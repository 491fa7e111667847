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
pub mod lightning;
pub mod ltc;
mod runs;
mod segwit;
pub mod trx;
pub mod xmr;
pub mod xrp;
pub mod zec;

use crate::record::Indicator;
use runs::{Run, runs};

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
    &[btc::read, ltc::read, xmr::read, eth::read, bch::read, doge::read, dash::read, zec::read, trx::read, xrp::read];

/// Longest address of any family, bytes; only Lightning invoices are longer.
const LONGEST: usize = 130;
/// Runs that may make up one broken address.
const PIECES: usize = 8;
/// Joined strings that are shown to the families for one text: hostile pages cannot buy more work.
const JOIN_BUDGET: usize = 200_000;

/// All addresses in a text, whole or broken by white space, line ends or invisible characters. `field` is left empty.
pub fn find(text: &str) -> Vec<Indicator> {
    let mut found: Vec<Indicator> = Vec::new();
    let mut budget = JOIN_BUDGET;
    let mut window: Vec<Run> = Vec::new();
    let mut source = runs(text);
    loop {
        while window.len() < PIECES {
            match source.next() {
                Some(run) => window.push(run),
                None => break,
            }
        }
        let Some(first) = window.first() else { return found };
        let whole = read(first.text).map(|address| (address, 1));
        match whole.or_else(|| join(&window, &mut budget)) {
            Some((mut address, pieces)) => {
                let (mut start, end) = (first.start, window[pieces - 1].end());
                if let Some(prefix) = bch::prefix_before(&text[..start]).filter(|_| address.asset == "BCH") {
                    start -= prefix;
                    address.form = "cashaddr";
                }
                found.push(indicator(address, text, start, end, pieces > 1));
                window.drain(..pieces);
            }
            None => {
                window.remove(0);
            }
        }
    }
}

/// The shortest sequence of runs from the first one that a family can prove.
fn join(window: &[Run], budget: &mut usize) -> Option<(Address, usize)> {
    let (first, rest) = window.split_first()?;
    if !may_begin(first.text) {
        return None;
    }
    let mut joined = String::new();
    for (number, run) in rest.iter().enumerate() {
        if !run.joins_previous || joined.len().max(first.text.len()) + run.text.len() > LONGEST {
            return None;
        }
        if joined.is_empty() {
            joined.push_str(first.text);
        }
        joined.push_str(run.text);
        if joined.len() < 25 {
            continue;
        }
        *budget = budget.checked_sub(1)?;
        // A form without checksum proves nothing about a join.
        if let Some(address) = read(&joined).filter(|address| address.verified) {
            return Some((address, number + 2));
        }
    }
    None
}

/// Whether an address of some family can begin with this run.
fn may_begin(run: &str) -> bool {
    let head = run.get(..1).unwrap_or_default();
    "123456789ABDLMQTXbdlmnpqrtxyzBC0".contains(head)
}

fn indicator(address: Address, text: &str, start: usize, end: usize, repaired: bool) -> Indicator {
    Indicator {
        kind: if address.form == "bolt11" { "lightning_invoice" } else { "payment_address" }.to_owned(),
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
