//! Extended public keys (BIP 32, SLIP 132): whoever has one sees every address of a wallet.

use super::{Address, base58};

/// Version bytes, form, asset, network.
const VERSIONS: [([u8; 4], &str, &str, &str); 10] = [
    ([0x04, 0x88, 0xb2, 0x1e], "xpub", "BTC", "mainnet"),
    ([0x04, 0x9d, 0x7c, 0xb2], "ypub", "BTC", "mainnet"),
    ([0x02, 0x95, 0xb4, 0x3f], "Ypub", "BTC", "mainnet"),
    ([0x04, 0xb2, 0x47, 0x46], "zpub", "BTC", "mainnet"),
    ([0x02, 0xaa, 0x7e, 0xd3], "Zpub", "BTC", "mainnet"),
    ([0x04, 0x35, 0x87, 0xcf], "tpub", "BTC", "testnet"),
    ([0x04, 0x4a, 0x52, 0x62], "upub", "BTC", "testnet"),
    ([0x04, 0x5f, 0x1c, 0xf6], "vpub", "BTC", "testnet"),
    ([0x01, 0x9d, 0xa4, 0x62], "Ltub", "LTC", "mainnet"),
    ([0x01, 0xb2, 0x6e, 0xf6], "Mtub", "LTC", "mainnet"),
];

/// Reads an extended public key; the form is its prefix. Other coins use Bitcoin's `xpub` as well.
pub fn read(text: &str) -> Option<Address> {
    let prefix = text.get(..4)?;
    if !(107..=113).contains(&text.len()) || !VERSIONS.iter().any(|(_, form, ..)| *form == prefix) {
        return None;
    }
    let bytes = base58::check(text)?;
    let (version, rest) = bytes.split_at_checked(4)?;
    let (_, form, asset, network) = VERSIONS.iter().find(|(known, ..)| known == version)?;
    // Depth, parent (4), number (4), chain code (32), then a compressed public key.
    let public = rest.len() == 74 && matches!(rest.get(41), Some(2 | 3));
    public.then(|| Address { asset, network, form, value: text.to_owned(), verified: true, also: &[] })
}
