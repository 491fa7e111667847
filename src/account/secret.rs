//! Random secrets, and the digests by which they are known afterwards.

use anyhow::Result;
use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};

use crate::archive::digest;

/// Thirty-two random bytes in the URL-safe alphabet of base64 (43 characters).
pub(super) fn token() -> Result<String> {
    Ok(BASE64URL_NOPAD.encode(&digest::random::<32>()?))
}

/// SHA-256 of a secret in hexadecimal. Enough for what is random and long; passwords are hashed slowly instead.
pub(super) fn digest_of(secret: &str) -> String {
    digest::sha256(&[secret.as_bytes()]).trim_start_matches("sha256:").to_owned()
}

/// A hundred random bits that a person can copy: four groups of five lower-case characters.
pub(super) fn written() -> Result<String> {
    let text = BASE32_NOPAD.encode(&digest::random::<13>()?).to_lowercase();
    let groups: Vec<&str> = (0..4).filter_map(|n| text.get(n * 5..n * 5 + 5)).collect();
    Ok(groups.join("-"))
}

/// What [`written`] gave, however a person typed it.
pub(super) fn retyped(text: &str) -> String {
    let kept: Vec<char> = text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).take(64).collect();
    kept.chunks(5).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::{digest_of, retyped, token, written};

    #[test]
    fn secrets_are_long_and_come_back_however_they_are_typed() {
        crate::fetch::clearnet::install_crypto_provider();
        let (one, other) = (token().unwrap(), token().unwrap());
        assert!(one.len() == 43 && one != other);
        let code = written().unwrap();
        assert_eq!(code.len(), 23);
        assert_eq!(retyped(&format!(" {} ", code.to_uppercase().replace('-', " "))), code);
        assert_eq!(digest_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
