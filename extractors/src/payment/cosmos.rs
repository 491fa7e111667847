//! Chains made with the Cosmos SDK: the hash of a key in bech32 behind the prefix of the chain.

use bech32::Bech32;

use super::{Address, bech, segwit};

/// Prefix, asset, network.
const CHAINS: [(&str, &str, &str); 3] = [("cosmos", "ATOM", "mainnet"), ("bnb", "BNB", "mainnet"), ("tbnb", "BNB", "testnet")];

/// Reads an account of the Cosmos Hub or of the BNB Beacon Chain; the form is `bech32`. On the Hub modules and groups have 32 bytes.
pub fn read(text: &str) -> Option<Address> {
    if !["cosmos1", "bnb1", "tbnb1"].iter().any(|prefix| segwit::has_prefix(text, prefix)) {
        return None;
    }
    let (hrp, bytes) = bech::decode::<Bech32>(text)?;
    let (_, asset, network) = CHAINS.into_iter().find(|(prefix, ..)| *prefix == hrp)?;
    let sized = bytes.len() == 20 || asset == "ATOM" && bytes.len() == 32;
    sized.then(|| Address { asset, network, form: "bech32", value: text.to_ascii_lowercase(), verified: true, also: &[] })
}
