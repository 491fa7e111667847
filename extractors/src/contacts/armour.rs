//! Blocks of ASCII armour (RFC 9580, 6.2), also as pages mangle them: indented, quoted, on one line, without blank lines.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

/// Armour above this size is no seller's and is left alone, bytes.
pub(crate) const LARGEST: usize = 1 << 20;
/// Packets of one kind that are read from one block.
pub(super) const MOST: usize = 16;

/// Titles of the blocks that are told apart.
const TITLES: [&str; 4] = [KEY, SIGNATURE, "PGP MESSAGE", "PGP PRIVATE KEY BLOCK"];
pub(super) const KEY: &str = "PGP PUBLIC KEY BLOCK";
pub(super) const SIGNATURE: &str = "PGP SIGNATURE";

/// Padding is often lost together with line ends.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent).with_decode_allow_trailing_bits(true),
);

/// What stands between two title lines of the same name.
#[derive(Debug)]
pub(super) struct Block<'t> {
    /// One of [`TITLES`].
    pub(super) title: &'static str,
    /// First byte of the dashes before the first title.
    pub(super) start: usize,
    /// Byte after the dashes behind the last title.
    pub(super) end: usize,
    body: &'t str,
}

/// All blocks that end, in order, none within another.
pub(super) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut begin = None;
    for at in memchr::memmem::find_iter(text.as_bytes(), "PGP ") {
        let head = super::text_before(text, at, 8);
        let rest = text.get(at..).unwrap_or_default();
        let Some(title) = TITLES.into_iter().find(|title| rest.starts_with(title)) else { continue };
        let after = at + title.len();
        if head.ends_with("BEGIN ") {
            begin = Some((title, at - "BEGIN ".len(), after));
        } else if head.ends_with("END ")
            && let Some((_, begin_title, body)) = begin.take().filter(|(begun, ..)| *begun == title)
        {
            found.extend(text.get(body..at - "END ".len()).map(|body| Block {
                title,
                start: begin_title - dashes(text.get(..begin_title).unwrap_or_default().chars().rev()),
                end: after + dashes(text.get(after..).unwrap_or_default().chars()),
                body,
            }));
        }
    }
    found
}

/// Bytes of the dashes that a title stands between, some of which pages join into longer ones.
pub(super) fn dashes(chars: impl Iterator<Item = char>) -> usize {
    chars.take(8).take_while(|ch| matches!(ch, '-' | '–' | '—')).map(char::len_utf8).sum()
}

impl Block<'_> {
    /// The packets of a block, and whether it carries a checksum that holds; none where that fails or nothing can be decoded.
    pub(super) fn decode(&self) -> Option<(Vec<u8>, bool)> {
        if self.body.len() > LARGEST {
            return None;
        }
        let (data, checksum) = self.payload();
        let bytes = BASE64.decode(data).ok()?;
        match checksum {
            Some(expected) if expected != crc24(&bytes) => None,
            checksum => Some((bytes, checksum.is_some())),
        }
    }

    /// The base64 text without blanks and headers, and the checksum of the last line.
    fn payload(&self) -> (String, Option<u32>) {
        let mut data = String::with_capacity(self.body.len());
        let mut checksum = None;
        // The first packet is a public key or a signature, in the old format or the new one.
        let heads = if self.title == KEY { ['m', 'x'] } else { ['i', 'w'] };
        for word in self.body.split(|ch: char| ch.is_whitespace() || ch == '>' || ch == '|') {
            let word: String = word.chars().filter(|ch| !is_invisible(*ch)).collect();
            let word = word.trim_end_matches('-');
            if word.is_empty() {
                continue;
            }
            if let Some(sum) = word.strip_prefix('=').filter(|sum| sum.len() == 4 && !data.is_empty()) {
                checksum = BASE64.decode(sum).ok().map(|bytes| bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)));
                break;
            }
            let is_base64 = word.trim_end_matches('=').bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+' || b == b'/');
            // Before the first packet stand armour headers.
            let begins = word.starts_with(heads) && word.len() >= 32;
            match (data.is_empty(), is_base64) {
                (true, _) if !(begins && is_base64) => {}
                (_, true) => data.push_str(word),
                (_, false) => break,
            }
        }
        (data, checksum)
    }
}

/// Whether a character shows nothing and was put into armour by a page.
pub(super) fn is_invisible(ch: char) -> bool {
    matches!(ch, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
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
