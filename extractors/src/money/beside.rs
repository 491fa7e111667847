//! What stands beside an amount: its currency, what multiplies it, words that make it a price or a measure.

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

use super::codes::{COIN_WORDS, COINS, USUAL_WORD_CODES};
use super::marks::{Mark, Place, Strict, Unit, match_after, match_before, match_before_priced};
use super::numeral::{Numeral, digits_at, is_space, letter_at};
use super::words::MULTIPLIERS;

/// Whether cents or grouped thousands show that an amount is one of money.
fn is_priced(numeral: &Numeral, text: &str) -> bool {
    let digits = numeral.digits(text);
    let cents = digits.len() > 3 && matches!(digits.as_bytes().iter().rev().nth(2), Some(b'.' | b','));
    let grouped =
        digits.len() > 4 && digits.chars().any(|c| !c.is_ascii_digit()) && digits.bytes().rev().take_while(u8::is_ascii_digit).count() == 3;
    cents || grouped || numeral.dashed()
}

pub(super) fn currency_before(text: &str, numeral: &Numeral, taken: usize, strict: Strict) -> Option<Mark> {
    let start = numeral.start;
    let head = text.get(taken..start)?;
    let trimmed =
        head.trim_end_matches([':', '~', '=']).trim_end_matches(is_space).trim_end_matches([':', '~', '=']).trim_end_matches(is_space);
    if head.len() - trimmed.len() > 8 {
        return None;
    }
    // "Price (USD): 450".
    let (inner, bracketed) = match trimmed.strip_suffix([')', ']']) {
        Some(inner) => (inner, true),
        None => (trimmed, false),
    };
    let priced = is_priced(numeral, text);
    let mut mark = match_before_priced(inner, strict, priced).or_else(|| word_code_before(text, inner, start, priced))?;
    if bracketed && !inner.get(..mark.start)?.ends_with(['(', '[']) {
        return None;
    }
    // "CAD $99.95".
    if mark.unit.codes.len() > 1
        && let Some(code) = inner.get(..mark.start).map(|before| before.trim_end_matches(is_space)).and_then(code_before)
    {
        let refined = mark.unit.refined_by(code.unit);
        if refined != mark.unit {
            mark.unit = refined;
            mark.start = code.start;
        }
    }
    let written = inner.get(mark.start..mark.end)?.to_owned();
    mark.start += taken;
    mark.end += taken;
    // "Rs 450" and "USD450", but "RS22" and "KR 22" are models, and "THB .308" names a calibre.
    let short = written.chars().count() < 3 && written.chars().all(char::is_alphabetic);
    let touches = mark.end == start;
    let coin = mark.unit.codes.iter().all(|code| COINS.contains(code) || COIN_WORDS.contains(code));
    let shouted = short && written.chars().all(char::is_uppercase) && !coin && written != "DH" && mark.place != Place::Priced;
    let point = text.get(start..)?.starts_with('.') && !coin;
    let rupiah = coin || matches!(written.as_str(), "Rp" | "RM" | "R" | "Q" | "Dh");
    let model = mark.word && !priced && ((short && touches && !rupiah) || shouted) || (mark.word && point);
    (strict == Strict::Field || !model).then_some(mark)
}

/// A code at the end of a text, of any kind.
fn code_before(head: &str) -> Option<Mark> {
    let from = head.len().checked_sub(3)?;
    let code = head.get(from..).filter(|code| code.bytes().all(|b| b.is_ascii_uppercase()))?;
    let alone = !head.get(..from)?.ends_with(char::is_alphanumeric);
    (alone && !code.is_empty()).then(|| match_before(head, Strict::Field)).flatten().filter(|mark| mark.start == from)
}

/// "CAD 50" as a whole text or between other amounts. In prose the code may be a word ("CAD 2019", "try 5").
fn word_code_before(text: &str, head: &str, start: usize, priced: bool) -> Option<Mark> {
    let from = head.len().checked_sub(3)?;
    let code = head.get(from..).filter(|code| code.bytes().all(|byte| byte.is_ascii_uppercase()))?;
    if !priced && !USUAL_WORD_CODES.contains(&code) {
        return None;
    }
    let before = head.get(..from)?;
    let tail = text.get(start..)?;
    let end = tail.find(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ',' | '\'')).unwrap_or(tail.len());
    let after = tail.get(end..)?.trim_start_matches(is_space);
    let alone = !before.contains(char::is_alphanumeric) || before.trim_end().ends_with(':');
    let year = end == 4 && (tail.starts_with("19") || tail.starts_with("20"));
    let plain = alone
        && !year
        && !is_measure(text, start + end)
        && !followed_by_design(after)
        && !tail.get(end..)?.starts_with(char::is_alphabetic);
    plain.then(|| match_before(head, Strict::Field)).flatten()
}

/// The mark behind an amount, and the power of ten that stands between.
pub(super) struct After {
    pub(super) mark: Mark,
    pub(super) power: i32,
}

pub(super) fn currency_after(
    text: &str,
    numeral: &Numeral,
    before: Option<&Mark>,
    next: Option<&Numeral>,
    default: Option<&str>,
    strict: Strict,
) -> Option<After> {
    let (from, power) = multiplier(text, numeral.end).unwrap_or((numeral.end, 0));
    let tail = text.get(from..)?;
    let lead = tail.chars().take_while(|c| is_space(*c)).take(2).map(char::len_utf8).sum::<usize>();
    let mut body = tail.get(lead..)?;
    let mut at = from + lead;
    let bracket = body.starts_with(['(', '[']);
    if bracket {
        body = body.get(1..)?;
        at += 1;
    } else if power > 0 {
        // "1,2 million d'euros", "2 millones de pesos".
        for joining in ["d'", "d’", "de "] {
            if let Some(rest) = body.strip_prefix(joining) {
                at += joining.len();
                body = rest;
            }
        }
    }
    let digits = numeral.digits(text);
    let priced = is_priced(numeral, text);
    let separated = digits.contains(['.', ',']) && !digits.starts_with('.');
    let may = |mark: &str, unit: Unit, place: Place| match place {
        Place::Any | Place::Behind => true,
        _ if strict == Strict::Field && place != Place::Pence => true,
        Place::Default => default.is_some_and(|code| unit.codes.contains(&code)),
        Place::Pence => lead == 0 && mark == "p" && digits.len() <= 2 && power == 0,
        Place::Priced => priced || (mark.len() == 3 && digits.len() >= 4 && lead > 0 && separated),
        Place::PricedBehind => {
            let rest = body.get(mark.len()..).unwrap_or_default();
            let coin = COIN_WORDS.contains(&mark);
            // CAD, ARS and TRY are common enough to count without cents, unless files are meant.
            let usual = USUAL_WORD_CODES.contains(&mark) && !followed_by_design(rest);
            priced || usual || (coin && separated)
        }
    };
    let mut mark = match_after(body, may)?;
    // "9:30-5:30 Sat 9-3": the day, not a satoshi.
    if body.get(..mark.end) == Some("Sat") {
        return None;
    }
    if bracket && !body.get(mark.end..)?.starts_with([')', ']']) {
        return None;
    }
    mark.start += at;
    mark.end += at + usize::from(bracket);
    let found = After { mark, power };
    let gap_to_next = next.and_then(|next| text.get(found.mark.end..next.start)).filter(|gap| gap.chars().all(is_space));
    let Some(gap) = gap_to_next else { return Some(found) };
    // A mark between two amounts: it belongs to the one it touches; a sign that comes first by habit to the second.
    let touches_next = gap.is_empty() && !found.mark.word;
    let first = found.mark.unit.codes.first().copied().unwrap_or("");
    let comes_first = found.mark.unit.codes.len() > 1 && matches!(first, "USD" | "GBP");
    let belongs_to_next = before.is_some() || (touches_next && lead > 0) || (comes_first && lead > 0);
    (!belongs_to_next).then_some(found)
}

/// "12€99": the cents behind the sign.
pub(super) fn cents_behind(text: &str, numeral: &Numeral) -> Option<usize> {
    let rest = text.get(numeral.end..)?.strip_prefix('€')?;
    let at = text.len() - rest.len();
    let plain = !numeral.digits(text).contains([',', '.']) && digits_at(text, at) == 2;
    let ends = rest.get(2..)?.chars().next().is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '€' | '$' | '£' | ',' | '.' | '-' | '%'));
    (plain && ends).then_some(at + 2)
}

static POWERS: LazyLock<HashMap<&'static str, i32, FxBuildHasher>> = LazyLock::new(|| {
    let words =
        |(power, words): &(i32, &'static str)| words.split('|').map(|word| (word.trim_end_matches('.'), *power)).collect::<Vec<_>>();
    MULTIPLIERS.iter().flat_map(words).collect()
});

/// "2.5k", "1,2 Mio", "15 тыс.": where the word ends, and its power of ten.
pub(super) fn multiplier(text: &str, end: usize) -> Option<(usize, i32)> {
    let tail = text.get(end..)?;
    let lead = tail.chars().next().filter(|c| is_space(*c)).map_or(0, char::len_utf8);
    let body = tail.get(lead..)?;
    let first = body.chars().next()?;
    if first.is_ascii_digit() || !first.is_alphabetic() {
        return None;
    }
    if first >= '\u{2e80}' {
        let word = body.get(..first.len_utf8())?;
        let power = *POWERS.get(word)?;
        return Some((end + lead + first.len_utf8(), power));
    }
    let letters = body.find(|c: char| !c.is_alphabetic() && !matches!(c, '\u{300}'..='\u{36f}')).unwrap_or(body.len());
    if letters > 40 {
        return None;
    }
    let word = body.get(..letters)?.to_lowercase();
    if body.get(letters..)?.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    // "$1.2M" touches; "k" may not be parted either.
    if word == "m" {
        return (lead == 0 && body.starts_with('M')).then_some((end + 1, 6));
    }
    if word == "k" && lead > 0 {
        return None;
    }
    let power = *POWERS.get(word.as_str())?;
    let dot = usize::from(word != "k" && body.get(letters..)?.starts_with('.'));
    Some((end + lead + letters + dot, power))
}

pub(super) fn followed_by_design(rest: &str) -> bool {
    let word: String = rest.trim_start().chars().take_while(|c| c.is_alphabetic()).take(12).collect::<String>().to_lowercase();
    ["file", "files", "model", "models", "design", "designs", "drawing", "drawings", "plans", "datei", "dateien", "fichiers", "software"]
        .contains(&word.as_str())
}

pub(super) fn is_measure(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default().trim_start_matches(is_space);
    if rest.starts_with(['%', '"', '″', '°', '×'])
        || (rest.starts_with(['x', '*']) && rest[1..].trim_start().starts_with(|c: char| c.is_ascii_digit()))
    {
        return true;
    }
    let word: String = rest.chars().take_while(|c| c.is_alphabetic()).take(12).collect::<String>().to_lowercase();
    MEASURES.contains(&word.as_str())
}

#[rustfmt::skip]
const MEASURES: &[&str] = &[
    "mm", "cm", "m", "kg", "mg", "g", "ml", "gr", "grain", "grains", "gauge", "ga", "rds", "rd", "rounds", "round", "pcs", "cal", "acp", "fps", "lbs",
    "lb", "oz", "inch", "inches", "schuss", "stück", "percent", "prozent", "мм", "см", "кг", "г", "шт", "x",
];
/// Words that make the bare amount behind them a price.
#[rustfmt::skip]
const ASKING: &[&str] = &[
    "price", "prices", "asking", "ask", "preis", "prix", "precio", "prezzo", "preço", "preco", "prijs", "цена", "ціна", "cena", "fiyat", "fiyatı",
    "السعر", "سعر", "ثمن", "الثمن", "cená", "ár", "preț", "pris", "hinta", "τιμή", "vb", "vhb", "fp", "festpreis", "מחיר",
];
/// Words that make the bare amount before them a price.
const FIRM: &[&str] = &["obo", "vb", "vhb", "ono", "торг"];
/// Words that may stand around a bare amount in a price field.
#[rustfmt::skip]
const AROUND: &[&str] = &[
    "obo", "ono", "cost", "costs", "sell", "selling", "only", "each", "shipped", "nur", "firm", "negotiable", "neg", "plus", "tax", "vat", "gst",
    "inc", "ttc", "ht", "incl", "inkl", "excl", "exkl", "mwst", "ust", "btw", "iva", "tva", "kdv", "moms", "dph", "vat", "ндс", "пдв", "à", "a",
    "débattre", "debattre", "négociable", "negociable", "negociables", "trattabile", "trattabili", "festpreis", "verhandlungsbasis", "fest", "fix",
    "fixe", "fijo", "fisso", "do", "negocjacji", "brutto", "netto", "pazarlık", "pazarlıklı", "olur", "sabit", "торг", "договорная", "договірна",
    "قابل", "للتفاوض", "نهائي", "only", "per", "from", "now", "jetzt", "our", "unser", "sale", "total", "ca", "about", "approx", "le", "la", "les",
    "und", "and", "or", "best", "offer",
];

fn last_word(text: &str, start: usize) -> String {
    let head = text.get(..start).unwrap_or_default().trim_end_matches(|c: char| is_space(c) || matches!(c, ':' | '=' | '~' | '\n'));
    let word: String = head.chars().rev().take_while(|c| c.is_alphabetic()).take(24).collect();
    word.chars().rev().collect::<String>().to_lowercase()
}

/// "asking 450", "I am asking 275", "600 obo".
pub(super) fn is_asked(text: &str, numeral: &Numeral) -> bool {
    let before = last_word(text, numeral.start);
    let behind = text.get(numeral.end..).unwrap_or_default().trim_start_matches(is_space);
    let behind: String = behind.chars().take_while(|c| c.is_alphabetic()).take(12).collect::<String>().to_lowercase();
    (ASKING.contains(&before.as_str()) || FIRM.contains(&behind.as_str()) && !letter_at(text, numeral.end))
        && !is_measure(text, numeral.end)
}

/// Whether a word may stand beside an amount in a price field without making it something else.
pub(super) fn may_stand_around(word: &str) -> bool {
    ASKING.contains(&word) || AROUND.contains(&word)
}
