//! Numbers of payment cards (ISO/IEC 7812): the range of an issuer, the check digit, and words beside them that say card.
//!
//! A number is never told in clear: what is kept is the issuer's first six digits, the last four, and a keyed hash where there is a key.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::signs::Signs;
use super::{text_after, text_before};
use crate::record::Indicator;

/// The kind of these indicators.
pub(crate) const CARD: &str = "card_number";
/// Digits of a number, at least and at most.
const DIGITS: std::ops::RangeInclusive<usize> = 13..=19;
/// First and last digits that stay readable.
const SHOWN: (usize, usize) = (6, 4);
/// Bytes before and behind a number in which a word may say what it is.
const NEAR: (usize, usize) = (64, 32);

/// The key of an instance for the numbers of cards: who has it can tell equal numbers, and test a guess.
#[derive(Clone)]
pub struct CardKey([u8; 32]);

impl std::fmt::Debug for CardKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CardKey(..)")
    }
}

impl CardKey {
    /// A key of these bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// 128 bits of HMAC-SHA-256 (FIPS 198-1) in hexadecimal.
    fn hash(&self, digits: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        mac.update(digits.as_bytes());
        Some(mac.finalize().into_bytes().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
    }
}

/// The normal form of a number that somebody asks for, blanks and hyphens aside; nothing where it is none.
pub fn normal(text: &str, key: Option<&CardKey>) -> Option<String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let number = digits.bytes().all(|byte| byte.is_ascii_digit()) && DIGITS.contains(&digits.len());
    (number && issued(&digits) && luhn(&digits)).then(|| value(&digits, key))
}

/// The text with the numbers that were found in this field of it made unreadable; no byte changes its place.
pub(crate) fn conceal(text: &mut String, field: &str, found: &[Indicator]) {
    for one in found.iter().filter(|one| one.kind == CARD && one.field == field) {
        if text.get(one.start..one.end).is_some_and(|written| written.len() == one.raw.len()) {
            text.replace_range(one.start..one.end, &one.raw);
        }
    }
}

/// All numbers of a text.
pub(super) fn find(text: &str, signs: &Signs, key: Option<&CardKey>) -> Vec<Indicator> {
    signs.cards.iter().filter_map(|at| number(text, *at, key)).collect()
}

fn number(text: &str, at: usize, key: Option<&CardKey>) -> Option<Indicator> {
    let before = text.get(..at)?.chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || matches!(c, '+' | '-' | '.' | ',' | '_' | '/' | '*' | '$' | '€')) {
        return None;
    }
    let (digits, end) = written(text.get(at..)?)?;
    let end = at + end;
    let mut behind = text.get(end..)?.chars();
    let next = behind.next();
    let goes_on = next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '*' | '-'))
        || (matches!(next, Some('.' | ',')) && behind.next().is_some_and(|c| c.is_ascii_digit()));
    // A group of digits before it makes it a part of something longer.
    let within = before == Some(' ') && text.get(..at)?.trim_end().bytes().rev().take_while(u8::is_ascii_digit).count() > 2;
    let more = text.get(end..)?.strip_prefix([' ', '-']).is_some_and(|rest| rest.bytes().take_while(u8::is_ascii_digit).count() > 3);
    if goes_on || more || within || !issued(&digits) || !luhn(&digits) || !called_card(text, at, end) {
        return None;
    }
    let mut one = super::indicator(CARD, value(&digits, key), true, text, at, end);
    one.raw = masked(&one.raw);
    Some(one)
}

/// The digits at the beginning, in one piece or in the groups of cards, and where they end.
fn written(rest: &str) -> Option<(String, usize)> {
    let bytes = rest.as_bytes();
    let piece = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if DIGITS.contains(&piece) {
        return Some((rest.get(..piece)?.to_owned(), piece));
    }
    let between = bytes.get(piece).copied().filter(|byte| matches!(byte, b' ' | b'-'))?;
    for groups in [&[4_usize, 4, 4, 4][..], &[4, 6, 5], &[4, 6, 4], &[4, 4, 4, 4, 3]] {
        let (mut at, mut digits) = (0, String::new());
        let fits = groups.iter().enumerate().all(|(n, length)| {
            at += usize::from(n > 0 && bytes.get(at) == Some(&between));
            let group = rest.get(at..at + length).filter(|group| group.bytes().all(|byte| byte.is_ascii_digit()));
            let alone = n == 0 || at.checked_sub(1).and_then(|last| bytes.get(last)) == Some(&between);
            at += length;
            digits.push_str(group.unwrap_or_default());
            group.is_some() && alone
        });
        if fits && !bytes.get(at).is_some_and(u8::is_ascii_digit) && luhn(&digits) {
            return Some((digits, at));
        }
    }
    None
}

/// Ranges of issuers as the networks publish them: first digits from, to, and lengths.
const ISSUERS: &[(u32, u32, &[usize])] = &[
    (4, 4, &[13, 16, 19]),                       // Visa
    (51, 55, &[16]),                             // Mastercard
    (2221, 2720, &[16]),                         // Mastercard
    (34, 34, &[15]),                             // American Express
    (37, 37, &[15]),                             // American Express
    (6011, 6011, &[16, 17, 18, 19]),             // Discover
    (644, 649, &[16, 17, 18, 19]),               // Discover
    (65, 65, &[16, 17, 18, 19]),                 // Discover, RuPay
    (300, 305, &[14, 16, 17, 18, 19]),           // Diners Club
    (36, 36, &[14, 15, 16, 17, 18, 19]),         // Diners Club
    (38, 39, &[16, 17, 18, 19]),                 // Diners Club
    (3528, 3589, &[16, 17, 18, 19]),             // JCB
    (62, 62, &[16, 17, 18, 19]),                 // UnionPay
    (2200, 2204, &[16, 17, 18, 19]),             // Mir
    (9792, 9792, &[16]),                         // Troy
    (5018, 5018, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (5020, 5020, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (5038, 5038, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (5893, 5893, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (6304, 6304, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
    (6759, 6763, &[13, 14, 15, 16, 17, 18, 19]), // Maestro
];

fn issued(digits: &str) -> bool {
    ISSUERS.iter().any(|(from, to, lengths)| {
        let first = digits.get(..from.to_string().len()).and_then(|first| first.parse::<u32>().ok());
        first.is_some_and(|first| (*from..=*to).contains(&first)) && lengths.contains(&digits.len())
    })
}

/// The check of ISO/IEC 7812-1, annex B: every second digit from the right counts twice, its digits added up.
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(place, byte)| {
            let digit = u32::from(byte.saturating_sub(b'0'));
            if place % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Words of which the nearest before a number says that it is a card's; without any, one behind it.
const CARDS: &str = "card cards cardnumber cc visa mastercard maestro amex diners jcb unionpay credit debit cvv cvc \
    kreditkarte karte kartennummer carte tarjeta carta cartao cartão kart karta karty kaart карта карты карту карте картой \
    картка картку сбер сбербанк сбербанка тинькофф приватбанк sberbank tinkoff";
/// Words that say that it is something else.
const OTHERS: &str = "imei phone tel mobile tracking track parcel order invoice sku ean gtin isbn upc barcode serial id item listing article \
    ref reference iccid sim gift loyalty membership business memory graphics video sd key account wallet txid hash \
    sendungsnummer bestellnummer artikelnummer трек заказ телефон артикул";

fn called_card(text: &str, start: usize, end: usize) -> bool {
    let says = |word: &str| {
        let word = word.to_lowercase();
        let known = |list: &str| list.split_whitespace().any(|one| one == word);
        if known(CARDS) { Some(true) } else { known(OTHERS).then_some(false) }
    };
    let words = |text: &'_ str| text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(says).collect::<Vec<_>>();
    let before = words(text_before(text, start, NEAR.0));
    let mut told = before.iter().rev().flatten();
    match told.next() {
        // "Gift card", "SIM card": a card that pays for nothing.
        Some(true) => told.next() != Some(&false) || !follows(&before),
        Some(false) => false,
        None => words(text_after(text, end, NEAR.1)).into_iter().flatten().next() == Some(true),
    }
}

/// Whether the last word that says card stands right behind one that says something else.
fn follows(before: &[Option<bool>]) -> bool {
    let at = before.iter().rposition(Option::is_some).unwrap_or_default();
    at.checked_sub(1).and_then(|last| before.get(last).copied().flatten()) == Some(false)
}

fn value(digits: &str, key: Option<&CardKey>) -> String {
    let shown = masked(digits);
    key.and_then(|key| key.hash(digits)).map_or_else(|| shown.clone(), |hash| format!("{shown}-{hash}"))
}

/// All digits but the first six and the last four replaced; blanks and hyphens stay.
fn masked(written: &str) -> String {
    let digits = written.bytes().filter(u8::is_ascii_digit).count();
    let mut place = 0;
    let hidden = |c: char| {
        if !c.is_ascii_digit() {
            return c;
        }
        place += 1;
        if place > SHOWN.0 && place + SHOWN.1 <= digits { '*' } else { c }
    };
    written.chars().map(hidden).collect()
}
