//! Keyed pseudonyms: whoever has the key can make them again, nobody else can test a guess.

use std::path::Path;

use anyhow::Result;

use crate::archive::Key;

/// Makes the pseudonyms of one instance.
#[derive(Debug, Clone)]
pub struct Pseudonyms(Key);

impl Pseudonyms {
    /// Reads `pseudonym.key` of the data folder, or makes it on first use, readable by its owner alone. Data sets made with one key can
    /// be joined; a new key parts them for good.
    ///
    /// # Errors
    /// The key cannot be read or written, or is damaged.
    pub fn open(data: &Path) -> Result<Self> {
        Ok(Self(Key::open(&data.join("pseudonym.key"))?))
    }

    /// The pseudonym of a source: `src_` and 64 bits of HMAC-SHA-256 (FIPS 198-1) in hexadecimal.
    pub fn source(&self, id: &str) -> String {
        format!("src_{}", self.tag("source", id))
    }

    /// The pseudonym of a persona: `per_` and 64 bits of the same.
    pub fn persona(&self, id: &str) -> String {
        format!("per_{}", self.tag("persona", id))
    }

    /// Tells data sets apart that were made with different keys, without telling anything of the key.
    pub fn key_id(&self) -> String {
        format!("key_{}", self.tag("key", ""))
    }

    fn tag(&self, kind: &str, value: &str) -> String {
        let hash = self.0.mask(format!("{kind}\0{value}").as_bytes());
        hash.strip_prefix("masked-").unwrap_or(&hash).chars().take(16).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_key_gives_the_same_pseudonyms_and_another_key_others() {
        let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let first = Pseudonyms::open(one.path()).unwrap();
        let again = Pseudonyms::open(one.path()).unwrap();
        let stranger = Pseudonyms::open(other.path()).unwrap();
        assert_eq!(first.source("shop1"), again.source("shop1"));
        assert_ne!(first.source("shop1"), first.source("shop2"));
        assert_ne!(first.source("shop1"), stranger.source("shop1"));
        assert_ne!(first.key_id(), stranger.key_id());
        assert_ne!(first.persona("shop1").trim_start_matches("per_"), first.source("shop1").trim_start_matches("src_"));
        assert_eq!(first.source("shop1").len(), "src_".len() + 16);
    }

    #[cfg(unix)]
    #[test]
    fn the_key_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Pseudonyms::open(folder.path()).unwrap();
        let mode = std::fs::metadata(folder.path().join("pseudonym.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
