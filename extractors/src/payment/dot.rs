//! Polkadot and its kin: SS58, base58 with a network prefix and two bytes of BLAKE2b.

use std::sync::LazyLock;

use blake2b_simd::Params;

use super::Address;
use super::base58::{Span, fills};

/// Prefix, asset, network: those of Polkadot, of Kusama, and the one that wallets show where no network is chosen.
/// Each further one would let as many more look-alikes pass the short checksum.
const PREFIXES: [(u8, &str, &str); 3] = [(0, "DOT", "mainnet"), (2, "KSM", "mainnet"), (42, "DOT", "generic")];

/// Prefix, account and checksum, bytes.
const LENGTH: usize = 35;
/// Of the prefixes other than zero.
static SPANS: LazyLock<Vec<Span>> =
    LazyLock::new(|| PREFIXES.iter().filter(|(prefix, ..)| *prefix > 0).map(|(prefix, ..)| Span::of(&[*prefix], LENGTH)).collect());

/// Reads an account of 32 bytes; the form is `ss58`.
pub fn read(text: &str) -> Option<Address> {
    let zero = || text.starts_with('1') && fills(text, b'1', LENGTH);
    if !(46..=48).contains(&text.len()) || !(zero() || SPANS.iter().any(|span| span.holds(text))) {
        return None;
    }
    let bytes = bs58::decode(text).into_vec().ok()?;
    let (body, sum) = bytes.split_last_chunk::<2>()?;
    let (_, asset, network) = PREFIXES.into_iter().find(|(prefix, ..)| body.len() == 33 && body.first() == Some(prefix))?;
    let digest = Params::new().hash_length(64).to_state().update(b"SS58PRE").update(body).finalize();
    digest.as_bytes().starts_with(sum).then(|| Address { asset, network, form: "ss58", value: text.to_owned(), verified: true, also: &[] })
}
