//! Zcash: transparent (base58check), Sapling (bech32), unified and TEX (bech32m) addresses.

use bech32::{Bech32, Bech32m};

use super::{Address, base58, bech, segwit, unified};

/// Reads a Zcash address of mainnet or testnet.
pub fn read(text: &str) -> Option<Address> {
    let (network, form) = match text.as_bytes().first()? {
        b't' | b'T' if segwit::has_prefix(text, "tex1") || segwit::has_prefix(text, "textest1") => tex(text)?,
        b't' => transparent(text)?,
        b'z' | b'Z' if segwit::has_prefix(text, "zs1") || segwit::has_prefix(text, "ztestsapling1") => sapling(text)?,
        b'u' | b'U' if segwit::has_prefix(text, "u1") || segwit::has_prefix(text, "utest1") => (unified::network(text)?, "unified"),
        _ => return None,
    };
    let value = if form.starts_with("transparent") { text.to_owned() } else { text.to_ascii_lowercase() };
    Some(Address { asset: "ZEC", network, form, value, verified: true, also: &[] })
}

fn transparent(text: &str) -> Option<(&'static str, &'static str)> {
    if text.len() != 35 {
        return None;
    }
    let bytes = base58::check(text)?;
    match bytes.as_slice() {
        [first, second, hash @ ..] if hash.len() == 20 => match (first, second) {
            (0x1c, 0xb8) => Some(("mainnet", "transparent_p2pkh")),
            (0x1c, 0xbd) => Some(("mainnet", "transparent_p2sh")),
            (0x1d, 0x25) => Some(("testnet", "transparent_p2pkh")),
            (0x1c, 0xba) => Some(("testnet", "transparent_p2sh")),
            _ => None,
        },
        _ => None,
    }
}

/// ZIP 173: diversifier (11 bytes) and transmission key (32).
fn sapling(text: &str) -> Option<(&'static str, &'static str)> {
    let (hrp, bytes) = bech::decode::<Bech32>(text)?;
    let network = match hrp.as_str() {
        "zs" => "mainnet",
        "ztestsapling" => "testnet",
        _ => return None,
    };
    (bytes.len() == 43).then_some((network, "sapling"))
}

/// ZIP 320: a key hash that only takes transparent money.
fn tex(text: &str) -> Option<(&'static str, &'static str)> {
    let (hrp, bytes) = bech::decode::<Bech32m>(text)?;
    let network = match hrp.as_str() {
        "tex" => "mainnet",
        "textest" => "testnet",
        _ => return None,
    };
    (bytes.len() == 20).then_some((network, "tex"))
}
