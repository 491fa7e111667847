//! Onion services of version 3, proved by the checksum in their name (Tor rend-spec-v3, 6).

use std::sync::LazyLock;

use regex::Regex;
use sha3::{Digest, Sha3_256};

use crate::record::Indicator;

/// Letters of a version 3 name: 32 bytes of key, 2 of checksum, 1 of version in base32.
const NAME: usize = 56;

static SUFFIX: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let dot = r"(?:\.|\[\.\]|\(\.\)|\{\.\}|\s?[\[({]\s?dot\s?[\])}]\s?)";
    Regex::new(&format!(r"(?i){dot}onion(?:[^a-z0-9]|$)")).ok()
});

/// All onion names whose checksum holds, with or without a scheme. The value is `NAME.onion` in lower case, without subdomain.
pub(super) fn find(text: &str) -> Vec<Indicator> {
    let Some(suffix) = SUFFIX.as_ref() else { return Vec::new() };
    suffix.find_iter(text).filter_map(|found| at_suffix(text, found.start())).collect()
}

/// Whether a host is an onion service of version 3, with or without subdomains before its name, and the checksum in the name holds.
pub fn is_onion_service(host: &str) -> bool {
    let mut labels = host.trim_end_matches('.').rsplit('.');
    let (last, name) = (labels.next().unwrap_or_default(), labels.next().unwrap_or_default());
    last.eq_ignore_ascii_case("onion") && checksum_holds(&name.to_ascii_lowercase())
}

fn at_suffix(text: &str, dot: usize) -> Option<Indicator> {
    let head = super::text_before(text, dot, NAME * 4 + 4);
    let mut name = Vec::with_capacity(NAME);
    let (mut start, mut repaired) = (dot, false);
    for (at, ch) in head.char_indices().rev() {
        if ch.is_ascii_alphanumeric() {
            if name.len() == NAME {
                return None;
            }
            name.push(ch.to_ascii_lowercase());
            start = dot - head.len() + at;
        } else if matches!(ch, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}') {
            // Invisible characters before the name are not part of it.
            repaired |= name.len() < NAME;
        } else {
            break;
        }
    }
    let name: String = name.into_iter().rev().collect();
    if !checksum_holds(&name) {
        return None;
    }
    let tail = super::text_after(text, dot, 24);
    let end = dot + tail.to_ascii_lowercase().find("onion")? + "onion".len();
    let mut found = super::indicator("onion", format!("{name}.onion"), true, text, start, end);
    found.repaired = repaired;
    Some(found)
}

fn checksum_holds(name: &str) -> bool {
    if name.len() != NAME {
        return false;
    }
    let mut bytes = Vec::with_capacity(35);
    let (mut bits, mut held) = (0_u32, 0);
    for letter in name.bytes() {
        let five = match letter {
            b'a'..=b'z' => letter - b'a',
            b'2'..=b'7' => letter - b'2' + 26,
            _ => return false,
        };
        bits = bits << 5 | u32::from(five);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from(bits >> held & 0xff).unwrap_or_default());
        }
    }
    let Some((key, [first, second, 3])) = bytes.split_at_checked(32) else { return false };
    let digest = Sha3_256::new().chain_update(b".onion checksum").chain_update(key).chain_update([3]).finalize();
    digest.starts_with(&[*first, *second])
}
