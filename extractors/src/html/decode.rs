//! The charset of a page and its text.

use std::borrow::Cow;

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes that are searched for a `meta` declaration. Browsers take one that comes later than the standard's first 1024, too.
const META_WINDOW: usize = 4096;
/// Bytes given to the guesser; more does not change its mind and costs time.
const GUESS_WINDOW: usize = 64 * 1024;

/// Bytes of a body that are read; the rest is left out.
pub const MAX_BYTES: usize = 8 << 20;

/// A page's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The text; U+0000 is taken out.
    pub text: String,
    /// Name of the charset after the web's encoding standard.
    pub charset: &'static str,
    /// Whether bytes were no text of that charset and became U+FFFD.
    pub malformed: bool,
    /// Byte of the body at which reading stopped, where it is longer than [`MAX_BYTES`].
    pub cut_at: Option<usize>,
}

/// Decodes a body: byte order mark first, then the zeros of UTF-16, then the `charset` of the Content-Type header, then a `meta` element
/// or the declaration of XML, then a guess. A declaration that the bytes belie does not count.
pub fn decode(body: &[u8], content_type: Option<&str>) -> Decoded {
    let read = body.get(..MAX_BYTES).map_or(body, without_half_a_character);
    let encoding = match Encoding::for_bom(body) {
        Some((encoding, _)) => encoding,
        None => utf16_by_its_zeros(body)
            .or_else(|| content_type.and_then(header_charset).filter(|encoding| !is_belied(encoding, read)))
            .or_else(|| meta_charset(body).filter(|encoding| !is_belied(encoding, read)))
            .unwrap_or_else(|| guess(read)),
    };
    let (text, charset, malformed) = match body.get(..MAX_BYTES) {
        Some(beginning) if beginning.len() < body.len() => {
            let mut decoder = encoding.new_decoder();
            let mut text = String::with_capacity(decoder.max_utf8_buffer_length(beginning.len()).unwrap_or(MAX_BYTES));
            // Not the last of it: half a character at the cut is no fault of the page.
            let (_, _, malformed) = decoder.decode_to_string(beginning, &mut text, false);
            (Cow::Owned(text), decoder.encoding().name(), malformed)
        }
        _ => {
            let (text, used, malformed) = encoding.decode(body);
            (text, used.name(), malformed)
        }
    };
    let text = if text.contains('\0') { text.replace('\0', "") } else { text.into_owned() };
    Decoded { text, charset, malformed, cut_at: (body.len() > MAX_BYTES).then_some(MAX_BYTES) }
}

/// What was cut may end within a character of UTF-8, which makes it no other charset.
fn without_half_a_character(cut: &[u8]) -> &[u8] {
    let begun = cut.iter().rev().take(3).position(|byte| *byte >= 0xc0).map_or(0, |back| back + 1);
    cut.get(..cut.len() - begun).unwrap_or(cut)
}

/// UTF-16 whose byte order mark is missing: it begins with markup, which is ASCII, so that every other byte is zero, and which one tells
/// the order. A header that says `utf-16` does not.
fn utf16_by_its_zeros(body: &[u8]) -> Option<&'static Encoding> {
    const WINDOW: usize = 32;
    let window = body.get(..WINDOW.min(body.len()) & !1)?;
    let zeros = |parity: usize| window.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    match (zeros(0), zeros(1), window.len() / 2) {
        (_, _, units) if units < 4 => None,
        (0, odd, units) if odd * 2 > units => Some(UTF_16LE),
        (even, 0, units) if even * 2 > units => Some(UTF_16BE),
        _ => None,
    }
}

/// The charsets that servers and templates declare without looking.
fn is_western(encoding: &'static Encoding) -> bool {
    encoding == WINDOWS_1252 || encoding.name() == "ISO-8859-15"
}

/// Whether bytes cannot be what was declared: a legacy charset over valid UTF-8, UTF-8 over what is none, UTF-16 without a zero.
fn is_belied(declared: &'static Encoding, body: &[u8]) -> bool {
    // Western text is never UTF-8 by chance; a word or two in other charsets may be.
    let unlikely = if is_western(declared) { 1 } else { 4 };
    if declared == UTF_16LE || declared == UTF_16BE {
        return !body.get(..body.len().min(GUESS_WINDOW)).unwrap_or(body).contains(&0);
    }
    match std::str::from_utf8(body) {
        Ok(_) if body.is_ascii() || declared == UTF_8 || declared == REPLACEMENT => false,
        Ok(text) => text.chars().filter(|c| !c.is_ascii()).take(unlikely).count() == unlikely,
        Err(_) => declared == UTF_8 && !mostly_utf8(body),
    }
}

fn header_charset(content_type: &str) -> Option<&'static Encoding> {
    content_type.split(';').skip(1).find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches(['"', '\'']);
        name.trim().eq_ignore_ascii_case("charset").then(|| Encoding::for_label(value.as_bytes())).flatten()
    })
}

/// Reads `<meta charset=x>`, `<meta http-equiv=content-type content="...; charset=x">` and `<?xml encoding="x"?>` without parsing.
fn meta_charset(body: &[u8]) -> Option<&'static Encoding> {
    let window = body.get(..META_WINDOW.min(body.len()))?;
    let head = String::from_utf8_lossy(window).to_ascii_lowercase();
    let mut rest = head.trim_start();
    if let Some(declaration) = rest.strip_prefix("<?xml").and_then(|xml| xml.get(..xml.find('>')?))
        && let Some(encoding) = named(declaration, "encoding")
    {
        return Some(encoding);
    }
    while let Some(at) = rest.find('<') {
        rest = rest.get(at + 1..)?;
        if rest.starts_with("!--") {
            rest = rest.get(rest.find("-->")?..)?;
        } else if let Some(inner) = rest.strip_prefix("meta") {
            let tag = inner.get(..inner.find('>').unwrap_or(inner.len()))?;
            if let Some(encoding) = named(tag, "charset") {
                return Some(encoding);
            }
        }
    }
    None
}

/// The charset that stands behind a word and an equals sign.
fn named(tag: &str, word: &str) -> Option<&'static Encoding> {
    let value = tag.get(tag.find(word)? + word.len()..)?.trim_start().strip_prefix('=')?;
    let value = value.trim_start().trim_start_matches(['"', '\'']);
    let label = value.split(|c: char| c.is_ascii_whitespace() || matches!(c, '"' | '\'' | ';' | '/')).next().unwrap_or("");
    // The declaration could be read at all, so the page is no UTF-16; the standard says the same.
    Encoding::for_label(label.as_bytes()).map(|named| if named == UTF_16LE || named == UTF_16BE { UTF_8 } else { named })
}

fn guess(body: &[u8]) -> &'static Encoding {
    // A cut in the middle of a character or one stray byte far down must not turn a UTF-8 page into another charset.
    if std::str::from_utf8(body).is_ok() || mostly_utf8(body) {
        return UTF_8;
    }
    let window = body.get(..GUESS_WINDOW.min(body.len())).unwrap_or(body);
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(window, true);
    detector.guess(None, chardetng::Utf8Detection::Allow)
}

/// Whether valid multi-byte sequences outnumber the invalid ones by ten to one.
fn mostly_utf8(body: &[u8]) -> bool {
    let (mut valid, mut broken) = (0_usize, 0_usize);
    for chunk in body.utf8_chunks() {
        valid += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    valid > broken * 10
}
