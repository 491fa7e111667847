//! Stellar: strkeys of SEP 23, base32 with a version byte and CRC-16.

use data_encoding::BASE32_NOPAD;

use super::{Address, crc16};

/// Reads an account (`G...`) or a muxed account (`M...`), which carries a number of 64 bits besides.
pub fn read(text: &str) -> Option<Address> {
    let (version, form) = match (text.as_bytes().first()?, text.len()) {
        (b'G', 56) => (6 << 3, "strkey"),
        (b'M', 69) => (12 << 3, "muxed"),
        _ => return None,
    };
    let bytes = BASE32_NOPAD.decode(text.as_bytes()).ok()?;
    let (body, sum) = bytes.split_last_chunk::<2>()?;
    let holds = body.first() == Some(&version) && crc16::of(body).to_le_bytes() == *sum;
    holds.then(|| Address { asset: "XLM", network: "mainnet", form, value: text.to_owned(), verified: true, also: &[] })
}
