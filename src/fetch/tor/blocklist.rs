//! Onion services that are never fetched, as hashes, so that the list itself is no directory of them.

use crate::fetch::destination::OnionUrl;
use md5::Md5;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::path::Path;

/// Bytes of a list, at most: about a million entries.
const MOST_BYTES: u64 = 128 << 20;

/// The list of an instance; empty without a file.
///
/// One hash a line in hexadecimal digits: SHA-256, or MD5 as public lists have it, of `NAME.onion` in lower case without subdomains. What
/// follows the hash after a space is a remark; empty lines and lines that begin with `#` are left out.
#[derive(Debug, Default)]
pub(super) struct Blocklist {
    sha256: HashSet<[u8; 32]>,
    md5: HashSet<[u8; 16]>,
}

impl Blocklist {
    /// Reads a list.
    ///
    /// # Errors
    /// The file cannot be read, or a line of it is no hash: a sentence that names the place. A list with a hole protects nobody.
    pub(super) fn load(path: &Path) -> Result<Self, String> {
        let named = |what: String| format!("the blocklist {}: {what}", path.display());
        let length = std::fs::metadata(path).map_err(|error| named(error.to_string()))?.len();
        if length > MOST_BYTES {
            return Err(named(format!("{length} bytes, at most {MOST_BYTES} are read")));
        }
        let text = std::fs::read_to_string(path).map_err(|error| named(error.to_string()))?;
        Self::parse(&text).map_err(|(line, what)| named(format!("line {line}: {what}")))
    }

    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut list = Self::default();
        for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
            let Some(hash) = line.split_whitespace().next().filter(|hash| !hash.starts_with('#')) else { continue };
            let bytes = hex(hash).unwrap_or_default();
            if let Ok(sha256) = bytes.as_slice().try_into() {
                list.sha256.insert(sha256);
            } else if let Ok(md5) = bytes.as_slice().try_into() {
                list.md5.insert(md5);
            } else {
                let begun: String = hash.chars().take(12).collect();
                let hint = "write 64 hexadecimal digits (SHA-256) or 32 (MD5) of NAME.onion in lower case";
                return Err((number, format!("`{begun}...` is no hash; hint: {hint}")));
            }
        }
        Ok(list)
    }

    /// Whether the service of an address stands on the list.
    pub(super) fn holds(&self, to: &OnionUrl) -> bool {
        let service = to.service();
        let (sha256, md5): ([u8; 32], [u8; 16]) = (Sha256::digest(&service).into(), Md5::digest(&service).into());
        self.sha256.contains(&sha256) || self.md5.contains(&md5)
    }
}

fn hex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect::<Option<_>>()?;
    digits.chunks(2).map(|pair| Some(pair.first()? << 4 | pair.get(1)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::destination::Destination;

    #[test]
    fn a_service_is_known_by_either_hash_and_whatever_its_subdomain() {
        let name = "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion";
        let written = |digest: &[u8]| digest.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
        let onion = |host: &str| match Destination::of(&format!("http://{host}/").parse().unwrap()) {
            Ok(Destination::Onion(onion)) => onion,
            other => panic!("{other:?}"),
        };
        let other = onion("2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid.onion");
        for list in [
            format!("# abuse\n\n{} seen 2026\r\n", written(&Sha256::digest(name))),
            format!("\u{feff}{}\n", written(&Md5::digest(name)).to_lowercase()),
        ] {
            let list = Blocklist::parse(&list).unwrap();
            assert!(list.holds(&onion(name)) && list.holds(&onion(&format!("www.{}", name.to_uppercase()))), "{list:?}");
            assert!(!list.holds(&other));
        }
        assert!(!Blocklist::default().holds(&onion(name)));
    }

    #[test]
    fn a_line_that_is_no_hash_is_named() {
        assert_eq!(Blocklist::parse("# fine\nxyz\n").unwrap_err().0, 2);
        assert_eq!(Blocklist::parse(&"0".repeat(63)).unwrap_err().0, 1);
        assert_eq!(Blocklist::parse(&"é".repeat(32)).unwrap_err().0, 1);
        assert!(Blocklist::load(Path::new("/nowhere/list")).unwrap_err().contains("/nowhere/list"));
    }
}
