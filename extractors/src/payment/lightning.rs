//! Lightning invoices (BOLT 11), proved by their bech32 checksum.

use bech32::primitives::decode::UncheckedHrpstring;
use bech32::{Checksum, Fe32};
use jiff::Timestamp;

use super::{Address, bech, decimal};

/// Bech32 without a limit: invoices outgrow the length that it was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LongBech32 {}

impl Checksum for LongBech32 {
    type MidstateRepr = u32;
    type CorrectionField = <bech32::Bech32 as Checksum>::CorrectionField;
    const ROOT_GENERATOR: Self::CorrectionField = bech32::Bech32::ROOT_GENERATOR;
    const ROOT_EXPONENTS: core::ops::RangeInclusive<usize> = bech32::Bech32::ROOT_EXPONENTS;
    const CODE_LENGTH: usize = usize::MAX;
    const CHECKSUM_LENGTH: usize = bech32::Bech32::CHECKSUM_LENGTH;
    const GENERATOR_SH: [u32; 5] = bech32::Bech32::GENERATOR_SH;
    const TARGET_RESIDUE: u32 = bech32::Bech32::TARGET_RESIDUE;
}

/// Longest invoice that is read, characters.
pub(super) const LONGEST: usize = 4096;

/// Characters of the time stamp and of the signature, which every invoice has.
const STAMP: usize = 7;
const SIGNATURE: usize = 104;

/// Seconds that an invoice holds where it does not say.
const EXPIRY: u64 = 3600;

/// What an invoice says beside where the money goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invoice {
    /// `mainnet`, `testnet`, `signet`, `regtest`.
    pub network: &'static str,
    /// In bitcoin, as a decimal number; none where the payer chooses.
    pub amount: Option<String>,
    /// When it was made, RFC 3339.
    pub created_at: Option<String>,
    /// Until when it can be paid, RFC 3339.
    pub expires_at: Option<String>,
}

/// Reads an invoice; the form is `bolt11`.
pub fn read(text: &str) -> Option<Address> {
    let network = invoice(text)?.network;
    Some(Address { asset: "BTC", network, form: "bolt11", value: text.to_ascii_lowercase(), verified: true, also: &[] })
}

/// Reads what an invoice says. The signature is not checked: the key that made it need not stand in the invoice.
pub fn invoice(text: &str) -> Option<Invoice> {
    if !text.get(..2)?.eq_ignore_ascii_case("ln") || text.len() > LONGEST || !bech::holds(text) {
        return None;
    }
    let unchecked = UncheckedHrpstring::new(text).ok()?;
    let hrp = unchecked.hrp().to_lowercase();
    // The currency prefix, then an amount: the longer prefixes first.
    let (network, amount) = [("lnbcrt", "regtest"), ("lntbs", "signet"), ("lntb", "testnet"), ("lnbc", "mainnet")]
        .iter()
        .find_map(|(prefix, network)| Some((*network, hrp.strip_prefix(prefix)?)))?;
    let amount = if amount.is_empty() { None } else { Some(bitcoin(amount)?) };
    let checked = unchecked.validate_and_remove_checksum::<LongBech32>().ok()?;
    let groups: Vec<u8> = checked.fe32_iter().map(Fe32::to_u8).collect();
    let (stamp, rest) = groups.split_at_checked(STAMP)?;
    let seconds = number(stamp);
    let expiry = expiry(rest.get(..rest.len().checked_sub(SIGNATURE)?)?)?;
    let time = |seconds: u64| Some(Timestamp::from_second(i64::try_from(seconds).ok()?).ok()?.to_string());
    Some(Invoice { network, amount, created_at: time(seconds), expires_at: seconds.checked_add(expiry).and_then(time) })
}

/// Seconds in the field `x`; none where the fields do not fill their place.
fn expiry(mut fields: &[u8]) -> Option<u64> {
    const X: u8 = 6;
    let mut seconds = EXPIRY;
    while let Some((head, rest)) = fields.split_first_chunk::<3>() {
        let [kind, high, low] = *head;
        let (data, rest) = rest.split_at_checked(usize::from(high) * 32 + usize::from(low))?;
        if kind == X && data.len() <= 12 {
            seconds = number(data);
        }
        fields = rest;
    }
    fields.is_empty().then_some(seconds)
}

/// Groups of five bits as a number, the highest first.
fn number(groups: &[u8]) -> u64 {
    groups.iter().fold(0, |sum, group| sum << 5 | u64::from(*group))
}

/// An amount with its multiplier in bitcoin. The smallest unit is ten picobitcoin, so that `p` goes in tens.
fn bitcoin(amount: &str) -> Option<String> {
    let places = match amount.as_bytes().last()? {
        b'm' => 3,
        b'u' => 6,
        b'n' => 9,
        b'p' => 12,
        _ => 0,
    };
    let digits = if places == 0 { amount } else { amount.get(..amount.len() - 1)? };
    if digits.starts_with('0') || places == 12 && !digits.ends_with('0') {
        return None;
    }
    decimal(digits, places)
}
