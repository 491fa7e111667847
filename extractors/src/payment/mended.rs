//! Texts with tags taken out and look-alike letters put back: what a checksum then proves was broken there.

use std::cmp::Reverse;

use unicode_normalization::UnicodeNormalization;

use super::{URI, plain};
use crate::record::Indicator;
use crate::runs::runs;

/// Tags that part no words; every other one is a blank.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "big", "code", "color", "del", "em", "font", "i", "ins", "kbd", "mark", "s", "samp", "size", "small",
    "span", "strike", "strong", "sub", "sup", "tt", "u", "url", "var", "wbr",
];

/// Longest tag that is taken out, bytes.
const LONGEST_TAG: usize = 300;

/// A text as it reads without what breaks words, and where its bytes come from.
pub(super) struct Text {
    clean: String,
    /// Of each stretch that was copied: its first byte in the clean text and in the written one, and there the first byte of the change before it.
    stretches: Vec<(usize, usize, usize)>,
}

impl Text {
    /// None where nothing is to be mended, as in nearly all texts.
    pub(super) fn of(text: &str) -> Option<Self> {
        let mut changes = tags(text);
        if !text.is_ascii() {
            disguised(text, &mut changes);
            changes.sort_unstable_by_key(|(start, ..)| *start);
        }
        if changes.is_empty() {
            return None;
        }
        let (mut clean, mut stretches, mut at) = (String::with_capacity(text.len()), vec![(0, 0, 0)], 0);
        for (start, end, instead) in changes {
            // A look-alike within a tag goes with the tag.
            let Some(copied) = text.get(at..start) else { continue };
            clean.push_str(copied);
            clean.extend(instead);
            at = end;
            stretches.push((clean.len(), at, start));
        }
        clean.push_str(text.get(at..).unwrap_or_default());
        Some(Self { clean, stretches })
    }

    /// Adds what is proved here and was not found in the text as it is written.
    pub(super) fn add_to(&self, found: &mut Vec<Indicator>, text: &str) {
        for mut one in plain(&self.clean, runs(&self.clean)) {
            let (start, end) = (self.first(one.start), self.end(one.end));
            let Some(raw) = text.get(start..end).filter(|raw| one.verified && *raw != one.raw) else { continue };
            (one.raw, one.start, one.end, one.repaired) = (raw.to_owned(), start, end, true);
            found.push(one);
        }
        found.sort_by_key(|one| (one.start, Reverse(one.end), one.repaired));
        let (mut address_end, mut uri_end) = (0, 0);
        found.retain(|one| {
            let last = if one.kind == URI { &mut uri_end } else { &mut address_end };
            let free = *last <= one.start;
            *last = if free { one.end } else { *last };
            free
        });
    }

    /// Where a byte of the clean text is in the written one; of a letter that was put there, the first byte of what it stands for.
    fn first(&self, clean: usize) -> usize {
        let after = self.stretches.partition_point(|(begin, ..)| *begin <= clean);
        let (begin, written, _) = self.stretches.get(after.saturating_sub(1)).copied().unwrap_or_default();
        let place = written + (clean - begin);
        self.stretches.get(after).map_or(place, |(.., change)| place.min(*change))
    }

    /// Where what ends before a byte of the clean text ends in the written one.
    fn end(&self, clean: usize) -> usize {
        let after = self.stretches.partition_point(|(begin, ..)| *begin < clean);
        let (begin, written, _) = self.stretches.get(after.saturating_sub(1)).copied().unwrap_or_default();
        let place = written + (clean - begin);
        self.stretches.get(after).map_or(place, |(_, next, change)| if place > *change { *next } else { place })
    }
}

/// First byte, byte after the last, what is put in place.
type Change = (usize, usize, Option<char>);

/// Tags of HTML and of bulletin boards.
fn tags(text: &str) -> Vec<Change> {
    let mut changes = Vec::new();
    let mut at = 0;
    while let Some(start) = text.as_bytes().get(at..).and_then(|rest| memchr::memchr2(b'<', b'[', rest)).map(|found| at + found) {
        at = start + 1;
        if let Some((end, inline)) = tag(text.as_bytes().get(start..).unwrap_or_default()) {
            at = start + end;
            changes.push((start, at, (!inline).then_some(' ')));
        }
    }
    changes
}

/// Length of the tag, and whether it parts no words.
fn tag(rest: &[u8]) -> Option<(usize, bool)> {
    let close = if rest.first()? == &b'<' { b'>' } else { b']' };
    let inside = rest.get(1..rest.len().min(LONGEST_TAG))?;
    let name = inside.strip_prefix(b"/").unwrap_or(inside);
    let length = name.iter().take(12).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let named = name.get(..length).filter(|name| name.first().is_some_and(u8::is_ascii_alphabetic))?;
    matches!(name.get(length)?, b' ' | b'=' | b'/' | b'>' | b']' | b'\n').then_some(())?;
    let end = inside.iter().position(|byte| *byte == close)?;
    let inline = INLINE.iter().any(|known| named.eq_ignore_ascii_case(known.as_bytes()));
    inside.get(..end)?.iter().all(|byte| !matches!(byte, b'<' | b'[')).then_some((end + 2, inline))
}

/// Letters that look like ASCII ones in words that also hold ASCII, and words that are all in a dress of ASCII.
fn disguised(text: &str, changes: &mut Vec<Change>) {
    let mut at = 0;
    while let Some(first) = text.as_bytes().get(at..).and_then(not_ascii).map(|found| at + found) {
        let before = text.as_bytes().get(first.wrapping_sub(1)).is_some_and(u8::is_ascii_alphanumeric);
        let (mut word, mut ascii, mut dressed) = (Vec::new(), before, false);
        at = text.len();
        for (from, ch) in text.get(first..).unwrap_or_default().char_indices().map(|(from, ch)| (first + from, ch)) {
            let to = from + ch.len_utf8();
            if ch.is_ascii_alphanumeric() {
                ascii = true;
            } else if let Some((plain, dress)) = look_alike(ch) {
                dressed |= dress;
                word.push((from, to, Some(plain)));
            } else {
                at = to;
                break;
            }
        }
        if ascii || dressed {
            changes.append(&mut word);
        }
    }
}

/// The first byte of the first character that is not of ASCII.
fn not_ascii(bytes: &[u8]) -> Option<usize> {
    const AT_ONCE: usize = 64;
    let stretch = bytes.chunks(AT_ONCE).position(|stretch| !stretch.is_ascii())? * AT_ONCE;
    bytes.get(stretch..)?.iter().position(|byte| !byte.is_ascii()).map(|found| stretch + found)
}

/// The ASCII letter or digit that a character looks like, and whether it is one in a dress that no script needs.
fn look_alike(ch: char) -> Option<(char, bool)> {
    if ch.is_ascii() {
        return None;
    }
    Some(match ch {
        'А' | 'Α' => ('A', false),
        'В' | 'Β' => ('B', false),
        'С' | 'Ϲ' => ('C', false),
        'Е' | 'Ε' => ('E', false),
        'Ԍ' => ('G', false),
        'Н' | 'Η' => ('H', false),
        'І' | 'Ι' | 'Ӏ' => ('I', false),
        'Ј' => ('J', false),
        'К' | 'Κ' => ('K', false),
        'М' | 'Μ' => ('M', false),
        'Ν' => ('N', false),
        'О' | 'Ο' => ('O', false),
        'Р' | 'Ρ' => ('P', false),
        'Ԛ' => ('Q', false),
        'Ѕ' => ('S', false),
        'Т' | 'Τ' => ('T', false),
        'Ѵ' => ('V', false),
        'Ԝ' => ('W', false),
        'Х' | 'Χ' => ('X', false),
        'Ү' | 'У' | 'Υ' => ('Y', false),
        'Ζ' => ('Z', false),
        'а' | 'α' => ('a', false),
        'Ь' => ('b', false),
        'с' | 'ϲ' => ('c', false),
        'ԁ' => ('d', false),
        'е' => ('e', false),
        'ɡ' => ('g', false),
        'һ' => ('h', false),
        'і' | 'ι' => ('i', false),
        'ј' => ('j', false),
        'κ' => ('k', false),
        'ӏ' => ('l', false),
        'п' => ('n', false),
        'о' | 'ο' => ('o', false),
        'р' | 'ρ' => ('p', false),
        'ԛ' => ('q', false),
        'ѕ' => ('s', false),
        'υ' => ('u', false),
        'ν' | 'ѵ' => ('v', false),
        'ԝ' => ('w', false),
        'х' | 'χ' => ('x', false),
        'у' | 'ү' => ('y', false),
        'З' | 'з' | 'Ʒ' => ('3', false),
        'б' => ('6', false),
        // Full-width, mathematical and circled letters.
        '\u{ff10}'..='\u{ff5a}' | '\u{1d400}'..='\u{1d7ff}' | '\u{2460}'..='\u{24e9}' => {
            let mut plain = std::iter::once(ch).nfkc();
            let letter = plain.next().filter(char::is_ascii_alphanumeric)?;
            plain.next().is_none().then_some((letter, true))?
        }
        _ => return None,
    })
}
