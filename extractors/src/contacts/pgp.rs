//! OpenPGP public keys in ASCII armour (RFC 9580), also as pages mangle it: indented, quoted, on one line, without blank lines.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use pgp::composed::{Deserializable, SignedPublicKey};
use pgp::types::KeyDetails;

use crate::record::Indicator;

/// Armour above this size is no seller's key and is left alone.
const LARGEST: usize = 1 << 20;
/// Keys read from one block.
const KEYS: usize = 16;
const TITLE: &str = "PGP PUBLIC KEY BLOCK";

/// Padding is often lost together with line ends.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// All armoured public keys. The value is the fingerprint of the first key of a block, those of further ones stand in `also`.
pub(super) fn find(text: &str) -> Vec<Indicator> {
    let mut found = Vec::new();
    let mut begin = None;
    for (at, _) in text.match_indices(TITLE) {
        let head = super::text_before(text, at, 8);
        let after = at + TITLE.len();
        if head.ends_with("BEGIN ") {
            begin = Some((at - "BEGIN ".len(), after));
        } else if head.ends_with("END ")
            && let Some((begin_title, body)) = begin.take()
            && at - body <= LARGEST
        {
            let end_title = at - "END ".len();
            let end = after + dashes(text.get(after..).unwrap_or_default().chars());
            let start = begin_title - dashes(text.get(..begin_title).unwrap_or_default().chars().rev());
            found.extend(text.get(body..end_title).and_then(read).map(|key| Indicator {
                verified: true,
                start,
                end,
                raw: text.get(start..end).unwrap_or_default().to_owned(),
                ..key
            }));
        }
    }
    found
}

fn dashes(chars: impl Iterator<Item = char>) -> usize {
    chars.take(8).take_while(|ch| matches!(ch, '-' | '–' | '—')).map(char::len_utf8).sum()
}

/// The key between the two title lines, where its checksum or, if it carries none, its own signatures prove it.
fn read(body: &str) -> Option<Indicator> {
    let (data, checksum) = payload(body);
    let bytes = BASE64.decode(data).ok()?;
    let checked = match checksum {
        Some(expected) if expected != crc24(&bytes) => return None,
        checksum => checksum.is_some(),
    };
    let mut keys = SignedPublicKey::from_bytes_many(bytes.as_slice()).ok()?.take(KEYS).map_while(Result::ok);
    let key = keys.next()?;
    if !checked && key.verify_bindings().is_err() {
        return None;
    }
    let fingerprint = |key: &SignedPublicKey| hex(key.fingerprint().as_bytes());
    let user_ids = key.details.users.iter().take(64).map(|user| {
        let text = String::from_utf8_lossy(user.id.id()).into_owned();
        text.chars().filter(|c| !c.is_control()).take(256).collect()
    });
    Some(Indicator {
        kind: "pgp_key".to_owned(),
        value: fingerprint(&key),
        key_id: Some(hex(key.legacy_key_id().as_ref())),
        user_ids: user_ids.collect(),
        also: keys.map(|other| fingerprint(&other)).collect(),
        ..Indicator::default()
    })
}

/// The base64 text without blanks and headers, and the checksum of the last line.
fn payload(body: &str) -> (String, Option<u32>) {
    let mut data = String::with_capacity(body.len());
    let mut checksum = None;
    let visible = |ch: char| !matches!(ch, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    for word in body.split(|ch: char| ch.is_whitespace() || ch == '>' || ch == '|') {
        let word: String = word.chars().filter(|ch| visible(*ch)).collect();
        let word = word.trim_end_matches('-');
        if word.is_empty() {
            continue;
        }
        if let Some(sum) = word.strip_prefix('=').filter(|sum| sum.len() == 4 && !data.is_empty()) {
            checksum = BASE64.decode(sum).ok().map(|bytes| bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)));
            break;
        }
        let is_base64 = word.trim_end_matches('=').bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/');
        // A key packet begins with tag 6: `m` in the old format, `x` in the new one. Before it stand armour headers.
        let begins = word.starts_with(['m', 'x']) && word.len() >= 32;
        match (data.is_empty(), is_base64) {
            (true, _) if !(begins && is_base64) => {}
            (_, true) => data.push_str(word),
            (_, false) => break,
        }
    }
    (data, checksum)
}

/// RFC 9580, 6.1.1.
fn crc24(bytes: &[u8]) -> u32 {
    let mut crc = 0x00b7_04ce_u32;
    for byte in bytes {
        crc ^= u32::from(*byte) << 16;
        for _ in 0..8 {
            crc <<= 1;
            if crc & 0x0100_0000 != 0 {
                crc ^= 0x0186_4cfb;
            }
        }
    }
    crc & 0x00ff_ffff
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
