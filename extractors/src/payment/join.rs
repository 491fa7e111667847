//! Addresses that blanks broke: runs are put together where a checksum then holds.
//!
//! Nearly all prose is told from addresses by alphabet, length and beginning, without being put together and decoded.

use std::ops::Range;

use super::{Address, read};
use crate::runs::{BASE32, BASE58, CASHADDR, Run, runs_from};

/// Shortest string that is worth joining.
const SHORTEST: usize = 25;
/// Longest one, but for invoices and unified addresses.
const LONGEST: usize = 130;
const LONGEST_INVOICE: usize = 1_600;
/// Runs that may make up one broken address.
const PIECES: usize = 8;

/// Beginnings of the forms that have a prefix, by the first letter.
const fn prefixes(head: u8) -> &'static [&'static str] {
    match head.to_ascii_lowercase() {
        b'a' => &["addr1"],
        b'b' => &["bc1", "bcrt1", "bnb1"],
        b'c' => &["cosmos1"],
        b'l' => &["ltc1", "ltcmweb1", "lnbc", "lntb"],
        b's' => &["stake1"],
        b't' => &["tb1", "tbnb1", "tltc1", "tmweb1", "tex1", "textest1"],
        b'u' => &["u1", "utest1"],
        b'z' => &["zs1", "ztestsapling1"],
        _ => &[],
    }
}

/// Whether what begins so may have more than [`LONGEST`] characters: invoices and unified addresses.
fn long(prefix: &str) -> bool {
    prefix.starts_with("ln") || prefix.starts_with('u')
}

/// What the pieces so far may be, beside the alphabets of [`Run`].
const HEX: u8 = 64;
const PREFIXED: u8 = 128;
const _: () = assert!((BASE58 | BASE32 | CASHADDR) & (HEX | PREFIXED) == 0);

/// By the first letter of a prefix, the low five bits of the second ones.
const SECONDS: [u32; 256] = {
    let mut table = [0; 256];
    let mut head = 0;
    while head < 128 {
        let known = prefixes(head as u8);
        let mut at = 0;
        while at < known.len() {
            table[head] |= 1 << (known[at].as_bytes()[1] & 31);
            at += 1;
        }
        head += 1;
    }
    table
};

/// What an address may be by its first letter.
const HEADS: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        let head = byte as u8;
        if matches!(head, b'1'..=b'9' | b'A'..=b'H' | b'J' | b'L' | b'M' | b'Q' | b'T' | b'X'..=b'Z' | b'm' | b'n' | b'r' | b't'..=b'v' | b'x'..=b'z')
        {
            table[byte] |= BASE58;
        }
        if matches!(head, b'A'..=b'Z' | b'2'..=b'7') {
            table[byte] |= BASE32;
        }
        table[byte] |= match head.to_ascii_lowercase() {
            b'q' | b'p' => CASHADDR,
            b'0' => HEX,
            b'b' | b'l' | b't' | b'z' | b'a' | b's' | b'c' | b'u' => PREFIXED,
            _ => 0,
        };
        byte += 1;
    }
    table
};

/// An address that begins with a run of the text and goes on in the next one and those behind it.
#[inline]
pub(super) fn broken(text: &str, first: &Run<'_>, second: &Run<'_>, budget: &mut usize) -> Option<(Address, Range<usize>, bool)> {
    let head = *first.text.as_bytes().first()?;
    let kinds = begins(head, first, second);
    if kinds == 0 { None } else { join(text, [first, second], head, kinds, budget) }
}

/// What may begin with the first run and go on in the second.
#[inline]
fn begins(head: u8, first: &Run<'_>, second: &Run<'_>) -> u8 {
    if !second.joins_previous() {
        return 0;
    }
    let mut kinds = HEADS.get(usize::from(head)).copied().unwrap_or(0) & alphabets(first);
    // Two words of prose are no beginning: of addresses that were cut into fives one in thirty looks so, of longer pieces none.
    if first.word() && second.word() {
        kinds &= PREFIXED;
    }
    if kinds & PREFIXED != 0 && !fits_prefix(head, first.text, second.text) {
        kinds &= !PREFIXED;
    }
    kinds
}

fn join(text: &str, [first, second]: [&Run<'_>; 2], head: u8, mut kinds: u8, budget: &mut usize) -> Option<(Address, Range<usize>, bool)> {
    let mut pieces = [first.text; PIECES];
    let mut length = first.text.len();
    let mut word = false;
    for (number, run) in (1..PIECES).zip(std::iter::once(*second).chain(runs_from(text, second.end()))) {
        kinds &= alphabets(&run);
        if word && run.word() {
            kinds &= !(BASE58 | BASE32);
        }
        word = run.word();
        length += run.text.len();
        if kinds == 0 || !run.joins_previous() || length > if kinds & PREFIXED == 0 { LONGEST } else { LONGEST_INVOICE } {
            return None;
        }
        *pieces.get_mut(number)? = run.text;
        let pieces = pieces.get(..=number)?;
        if length < SHORTEST || !may_be(pieces, kinds, head, length) {
            continue;
        }
        *budget = budget.checked_sub(1)?;
        // A form without checksum proves nothing about a join.
        if let Some(address) = read(&pieces.concat()).filter(|address| address.verified) {
            return Some((address, first.start..run.end(), true));
        }
    }
    None
}

/// Kinds of which the whole run can be a part.
fn alphabets(run: &Run<'_>) -> u8 {
    HEX | PREFIXED | run.alphabets()
}

/// Whether the two texts, joined, begin with a prefix or a prefix with them.
#[inline]
fn fits_prefix(head: u8, first: &str, second: &str) -> bool {
    let next = first.as_bytes().get(1).or(second.as_bytes().first()).map_or(0, |letter| letter & 31);
    let letters = || first.bytes().chain(second.bytes());
    SECONDS.get(usize::from(head)).is_some_and(|seconds| seconds >> next & 1 == 1)
        && prefixes(head).iter().any(|prefix| prefix.bytes().zip(letters()).all(|(own, letter)| own == letter.to_ascii_lowercase()))
}

/// Whether the pieces, joined, can be an address of one of the kinds.
fn may_be(pieces: &[&str], kinds: u8, head: u8, length: usize) -> bool {
    let letters = || pieces.iter().flat_map(|piece| piece.bytes());
    let count = |which: fn(&u8) -> bool| letters().filter(which).take(4).count();
    // Lengths are those of hashes of 20 bytes, Monero, XRP's accounts and X-addresses, extended keys, Cardano's Byron, SS58.
    if kinds & BASE58 != 0 {
        let sized = match head {
            b'1' => matches!(length, 25..=36 | 46..=48),
            b'2'..=b'9' | b'A' | b'B' => matches!(length, 33..=35 | 48 | 59 | 95 | 104 | 106),
            b'C'..=b'H' | b'J' => matches!(length, 33..=35 | 46..=48 | 104),
            b'Q' | b'm' | b'n' => matches!(length, 33..=35),
            b'X' | b'T' => matches!(length, 33..=35 | 46..=48),
            b'r' => matches!(length, 25..=50),
            _ => matches!(length, 33..=35 | 107..=113),
        };
        // One in a million addresses has neither, nearly all prose.
        if sized && (count(u8::is_ascii_uppercase) == 4 || letters().skip(1).any(|byte| byte.is_ascii_digit())) {
            return true;
        }
    }
    let digits = || letters().any(|byte| byte.is_ascii_digit());
    if kinds & BASE32 != 0 && matches!((head, length), (b'G', 56) | (b'M', 69) | (_, 58)) && digits() {
        return true;
    }
    // The sizes of hashes that cashaddr knows.
    if kinds & CASHADDR != 0 && matches!(length, 42 | 48 | 55 | 61 | 74 | 87 | 100 | 112) && digits() {
        return true;
    }
    if kinds & HEX != 0 && length == 42 && letters().nth(1).is_some_and(|second| second.eq_ignore_ascii_case(&b'x')) {
        return true;
    }
    let starts = |prefix: &str| letters().take(prefix.len()).map(|letter| letter.to_ascii_lowercase()).eq(prefix.bytes());
    kinds & PREFIXED != 0 && prefixes(head).iter().any(|prefix| (length <= LONGEST || long(prefix)) && starts(prefix))
}
