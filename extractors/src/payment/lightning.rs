//! Lightning invoices (BOLT 11), proved by their bech32 checksum.

use bech32::Checksum;
use bech32::primitives::decode::UncheckedHrpstring;

use super::Address;

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

/// Reads an invoice; the form is `bolt11`.
pub fn read(text: &str) -> Option<Address> {
    let head = text.get(..4)?.to_ascii_lowercase();
    if !head.starts_with("ln") || text.len() > LONGEST {
        return None;
    }
    let unchecked = UncheckedHrpstring::new(text).ok()?;
    let hrp = unchecked.hrp().to_lowercase();
    // The currency prefix, then an amount: the longer prefixes first.
    let (network, amount) = [("lnbcrt", "regtest"), ("lntbs", "signet"), ("lntb", "testnet"), ("lnbc", "mainnet")]
        .iter()
        .find_map(|(prefix, network)| Some((*network, hrp.strip_prefix(prefix)?)))?;
    let digits = amount.trim_end_matches(['m', 'u', 'n', 'p']);
    if amount.len() - digits.len() > 1 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // A time stamp of 7 and a signature of 104 characters are in every invoice.
    let checked = unchecked.validate_and_remove_checksum::<LongBech32>().ok()?;
    (checked.data_part_ascii_no_checksum().len() >= 111).then(|| Address {
        asset: "BTC",
        network,
        form: "bolt11",
        value: text.to_ascii_lowercase(),
        verified: true,
        also: &[],
    })
}
