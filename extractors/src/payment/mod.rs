//! Payment addresses, each proved by every checksum that its form has. `docs/payment.md` tells forms and checksums.
//!
//! A text is cut once into runs of letters and digits. A run, or a few runs that only white space or invisible characters part,
//! is shown to the coin families; what none of them can prove is no address. Forms without a checksum need a word beside them.

mod base58;
mod bech;
mod cbor;
mod crc16;
mod decimal;
mod near;
mod segwit;
pub mod ada;
pub mod algo;
pub mod bch;
pub mod btc;
pub mod cosmos;
pub mod dash;
pub mod doge;
pub mod dot;
pub mod eth;
pub mod extended;
pub mod lightning;
pub mod ltc;
pub mod ton;
pub mod trx;
mod unified;
pub mod xlm;
pub mod xmr;
pub mod xrp;
pub mod zec;
mod bare;
mod context;
mod forms;
mod join;
mod mended;
mod uri;

use std::ops::Range;

use crate::record::Indicator;
use crate::runs::Run;
use decimal::decimal;
pub use forms::{FORMS, Form};
use near::{Words, around, head};

/// What a string is proved to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `BTC`, `LTC`, `XMR`, `ETH` ...
    pub asset: &'static str,
    /// `mainnet`, `testnet`, `stagenet`, `regtest`.
    pub network: &'static str,
    /// Form after `records.md`, such as `p2wpkh`.
    pub form: &'static str,
    /// Normal form: bech32 in lower case, EVM addresses in EIP-55 writing, base64 in its URL-safe alphabet.
    pub value: String,
    /// Whether a checksum was there to prove it.
    pub verified: bool,
    /// Assets for which the same string is as valid.
    pub also: &'static [&'static str],
}

/// Reads a whole string as an address of any family. Forms that need a word beside them are not read here.
pub fn read(text: &str) -> Option<Address> {
    if text.len() < SHORTEST {
        return None;
    }
    if text.len() > LONGEST {
        return zec::read(text).or_else(|| lightning::read(text));
    }
    FAMILIES.iter().find_map(|read| read(text))
}

/// Where two families could read the same string, the first one names it and lists the other under `also`.
const FAMILIES: &[fn(&str) -> Option<Address>] = &[
    btc::read,
    ltc::read,
    xmr::read,
    eth::read,
    bch::read,
    doge::read,
    dash::read,
    zec::read,
    trx::read,
    xrp::read,
    xlm::read,
    ada::read,
    algo::read,
    dot::read,
    cosmos::read,
    ton::read,
    extended::read,
];

/// Shortest address of any family, bytes: SegWit's smallest program.
const SHORTEST: usize = 14;
/// Longest address of most families, bytes: unified addresses and Lightning invoices are longer.
const LONGEST: usize = 130;
/// Joined strings that are shown to the families for one text: hostile pages cannot buy more work.
const JOIN_BUDGET: usize = 50_000;

/// All addresses in a text, of which `source` gives the runs, whole or broken by white space, line ends, invisible characters, tags or
/// look-alike letters, with the URIs around them. `field` is left empty. In the order of the text; none overlaps another but a URI its address.
pub(crate) fn find<'t>(text: &'t str, source: impl Iterator<Item = Run<'t>>) -> Vec<Indicator> {
    let mut found = plain(text, source);
    if let Some(mended) = mended::Text::of(text) {
        mended.add_to(&mut found, text);
    }
    found
}

/// What can be read without mending the text.
fn plain<'t>(text: &'t str, source: impl Iterator<Item = Run<'t>>) -> Vec<Indicator> {
    let mut found: Vec<Indicator> = Vec::new();
    let mut budget = JOIN_BUDGET;
    let mut taken = 0;
    let mut runs = source.peekable();
    while let Some(run) = runs.next() {
        // A run that the address before took in is no beginning.
        if run.start < taken {
            continue;
        }
        // Most runs are words of prose.
        let short = run.text.len() < SHORTEST && !ton::begins(run.text.as_bytes());
        let read = if short { None } else { whole(text, &run) };
        let read = read.or_else(|| join::broken(text, &run, runs.peek()?, &mut budget));
        if let Some((address, place, repaired)) = read.filter(|(_, place, _)| place.start >= taken) {
            let (address, place) = prefixed(text, address, place);
            taken = place.end;
            found.extend(uri::around(text, place.start, place.end, &address));
            found.push(indicator(address, text, place, repaired));
        }
    }
    found
}

/// An address of which the run is the whole, or at least the beginning or end.
fn whole(text: &str, run: &Run<'_>) -> Option<(Address, Range<usize>, bool)> {
    if ton::begins(run.text.as_bytes())
        && let Some((address, end, broken)) = ton::at(text, run.start)
    {
        return Some((address, run.start..end, broken));
    }
    if let Some(address) = read(run.text) {
        return Some((address, run.start..run.end(), false));
    }
    if let Some(start) = ada::prefix_before(text, run) {
        return Some((read(text.get(start..run.end())?)?, start..run.end(), false));
    }
    let (address, start) = bare::read(text, run)?;
    Some((address, start..run.end(), false))
}

/// With the prefix that Bitcoin Cash writes before a colon.
fn prefixed(text: &str, mut address: Address, mut place: Range<usize>) -> (Address, Range<usize>) {
    let head = text.get(..place.start).unwrap_or_default();
    if let Some(prefix) = bch::prefix_before(head).filter(|_| address.asset == "BCH") {
        place.start -= prefix;
        address.form = "cashaddr";
    }
    (address, place)
}

/// Kind of a payment URI.
pub(crate) const URI: &str = "payment_uri";

fn kind(form: &str) -> &'static str {
    match form {
        "bolt11" => "lightning_invoice",
        "view_key" => "view_key",
        form if form.ends_with("pub") || form.ends_with("tub") => "extended_key",
        _ => "payment_address",
    }
}

fn indicator(address: Address, text: &str, place: Range<usize>, repaired: bool) -> Indicator {
    let invoice = if address.form == "bolt11" { lightning::invoice(&address.value) } else { None };
    let (amount, created_at, expires_at) = invoice.map_or((None, None, None), |one| (one.amount, one.created_at, one.expires_at));
    Indicator {
        kind: kind(address.form).to_owned(),
        asset: Some(address.asset.to_owned()),
        network: Some(address.network.to_owned()),
        form: Some(address.form.to_owned()),
        value: address.value,
        verified: address.verified,
        repaired,
        raw: text.get(place.clone()).unwrap_or_default().to_owned(),
        start: place.start,
        end: place.end,
        also: address.also.iter().map(|asset| (*asset).to_owned()).collect(),
        context: context::of(text, place),
        amount,
        created_at,
        expires_at,
        ..Indicator::default()
    }
}
