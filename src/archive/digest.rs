//! SHA-256 digests as WARC writes them, and identifiers.

use crate::archive::Error;
use crate::clock;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Labelled digest of the concatenated parts, such as `sha256:9f86d081...` in lower-case hexadecimal.
pub fn sha256(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    format!("sha256:{}", hex(&hash.finalize()))
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Fills a buffer from the operating system's source of randomness (through ring, the provider of cryptography).
pub fn random<const N: usize>() -> Result<[u8; N], Error> {
    let mut bytes = [0; N];
    let source = rustls::crypto::ring::default_provider().secure_random;
    source.fill(&mut bytes).map_err(|_| Error::Secret("the operating system gives no random bytes; check /dev/urandom".into()))?;
    Ok(bytes)
}

/// A new identifier (UUID version 7, RFC 9562) in its text form: the milliseconds since 1970, then random bits. Those made one after the other
/// lie together in every index, which costs a large store far less than random ones.
pub fn new_id() -> Result<String, Error> {
    let mut bytes = random::<16>()?;
    let [.., a, b, c, d, e, f] = clock::now().as_millisecond().to_be_bytes();
    let [one, two, three, four, five, six, version, _, variant, ..] = &mut bytes;
    (*one, *two, *three, *four, *five, *six) = (a, b, c, d, e, f);
    *version = (*version & 0x0f) | 0x70;
    *variant = (*variant & 0x3f) | 0x80;
    let text = hex(&bytes);
    let part = |from, to| text.get(from..to).unwrap_or_default();
    Ok(format!("{}-{}-{}-{}-{}", part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)))
}
