//! Secrets stay out of the evidence: cookie values, credentials and tokens in heads are replaced by a keyed hash before they are written.
//!
//! Equal secrets have equal hashes, so evidence still shows that two requests belonged to one session, and the operator, who has the
//! key and the secret, can prove which. This holds for requests and for answers (`Set-Cookie`): a live session must not be readable in
//! an archive that is passed on. Names, attributes and all bodies are untouched.

use crate::archive::{Error, digest, failed};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use vigie_extractors::contacts::CardKey;

/// The key of the hashes, 32 random bytes in a file of the data folder that only its owner may read.
#[derive(Clone)]
pub struct Key([u8; 32]);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(..)")
    }
}

impl Key {
    /// Reads the key, or makes it on first use.
    pub fn open(path: &Path) -> Result<Key, Error> {
        match fs::read(path) {
            Ok(bytes) => bytes.try_into().map(Key).map_err(|bytes: Vec<u8>| {
                Error::Secret(format!("{} holds {} bytes instead of 32; restore it from a copy", path.display(), bytes.len()))
            }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Key::create(path),
            Err(error) => Err(failed("read", path)(error)),
        }
    }

    fn create(path: &Path) -> Result<Key, Error> {
        let key = Key(digest::random()?);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(failed("create", path))?;
        file.write_all(&key.0).and_then(|()| file.sync_all()).map_err(failed("write", path))?;
        Ok(key)
    }

    /// What stands in the evidence for a secret: `masked-` and 128 bits of HMAC-SHA-256 in hexadecimal.
    pub fn mask(&self, secret: &[u8]) -> String {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return "masked".to_string() };
        mac.update(secret);
        let hash = mac.finalize().into_bytes();
        format!("masked-{}", digest::hex(hash.get(..16).unwrap_or_default()))
    }

    /// The key under which numbers of payment cards are hashed, made from this one.
    pub fn of_cards(&self) -> CardKey {
        let mut bytes = [0; 32];
        if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) {
            mac.update(b"card_number");
            bytes.copy_from_slice(&mac.finalize().into_bytes());
        }
        CardKey::new(bytes)
    }

    /// A head (start line and headers, CRLF) with its secrets masked, and the names of the headers concerned.
    pub fn mask_head(&self, head: &[u8]) -> (Vec<u8>, Vec<String>) {
        let mut masked = Vec::with_capacity(head.len());
        let mut names = Vec::new();
        for line in head.split_inclusive(|&b| b == b'\n') {
            let (content, end) = line.strip_suffix(b"\r\n").map_or((line, &b""[..]), |content| (content, &b"\r\n"[..]));
            match content.iter().position(|&b| b == b':') {
                Some(colon) => {
                    let (name, value) = content.split_at(colon);
                    let value = value.strip_prefix(b":").unwrap_or(value).trim_ascii();
                    let lower = String::from_utf8_lossy(name).to_ascii_lowercase();
                    match self.mask_value(&lower, value) {
                        Some(hidden) => {
                            masked.extend_from_slice(name);
                            masked.extend_from_slice(b": ");
                            masked.extend_from_slice(&hidden);
                            if !names.contains(&lower) {
                                names.push(lower);
                            }
                        }
                        None => masked.extend_from_slice(content),
                    }
                }
                None => masked.extend_from_slice(content),
            }
            masked.extend_from_slice(end);
        }
        (masked, names)
    }

    fn mask_value(&self, name: &str, value: &[u8]) -> Option<Vec<u8>> {
        match name {
            "cookie" => {
                Some(value.split(|&b| b == b';').map(|pair| self.mask_pair(pair.trim_ascii())).collect::<Vec<_>>().join(&b"; "[..]))
            }
            "set-cookie" => {
                let end = value.iter().position(|&b| b == b';').unwrap_or(value.len());
                let (pair, attributes) = value.split_at(end);
                Some([&self.mask_pair(pair), attributes].concat())
            }
            "authorization" | "proxy-authorization" => {
                let scheme = value.iter().position(|&b| b == b' ').map_or(0, |space| space + 1);
                let (scheme, secret) = value.split_at(scheme);
                Some([scheme, self.mask(secret).as_bytes()].concat())
            }
            _ if is_token_like(name) => Some(self.mask(value).into_bytes()),
            _ => None,
        }
    }

    /// `name=value` with the value masked; a pair without a name is masked as a whole.
    fn mask_pair(&self, pair: &[u8]) -> Vec<u8> {
        let start = pair.iter().position(|&b| b == b'=').map_or(0, |equals| equals + 1);
        let (name, value) = pair.split_at(start);
        if value.is_empty() { pair.to_vec() } else { [name, self.mask(value.trim_ascii()).as_bytes()].concat() }
    }
}

/// Headers such as `X-CSRF-Token`, `X-Api-Key` or `X-Auth-Session`, told by the words of their name.
fn is_token_like(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "token",
        "secret",
        "apikey",
        "auth",
        "session",
        "sessionid",
        "password",
        "credential",
        "credentials",
        "csrf",
        "xsrf",
        "csrftoken",
        "xsrftoken",
        "jwt",
        "bearer",
    ];
    name.split(['-', '_']).any(|word| WORDS.contains(&word)) || name.ends_with("api-key") || name.ends_with("access-key")
}
