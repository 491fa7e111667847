//! What stands beside an amount: its currency, the other end of a range, words that make it a price or a measure.

use rust_decimal::Decimal;

use super::Price;
use super::marks::{LONGEST_MARK, Mark, USUAL_WORD_CODES, Unit, ends_mark, match_before, unit_of};
use super::numeral::{Numeral, amount, is_space, letter_at};

pub(super) fn currency_before(text: &str, start: usize, taken: usize) -> Option<Mark> {
    let head = text.get(taken..start)?;
    let trimmed = head.trim_end_matches([':', '~']).trim_end_matches(is_space);
    if head.len() - trimmed.len() > 6 {
        return None;
    }
    let mut mark = match_before(trimmed).or_else(|| word_code_before(text, trimmed, start))?;
    mark.start += taken;
    mark.end += taken;
    let written = text.get(mark.start..mark.end)?;
    // "Rs 450" and "USD450", but "RS22" and "KR22" are models, and "THB .308" names a calibre.
    let short = written.len() < 3 && written.chars().all(char::is_alphabetic);
    let touches = mark.end == start && !written.ends_with('.');
    let model = mark.word && ((short && touches) || text.get(start..)?.starts_with('.'));
    (!model).then_some(mark)
}

/// "CAD 50" as a whole text or between other amounts. In prose the code may be a word ("CAD 2019", "try 5").
fn word_code_before(text: &str, head: &str, start: usize) -> Option<Mark> {
    let from = head.len().checked_sub(3)?;
    let code = USUAL_WORD_CODES.iter().find(|code| head.get(from..) == Some(**code))?;
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
    plain.then_some(Mark { unit: Unit::One(code, 1), start: from, end: head.len(), word: true })
}

pub(super) fn currency_after(text: &str, numeral: &Numeral, before: Option<&Mark>, next: Option<&Numeral>) -> Option<Mark> {
    let tail = text.get(numeral.end..)?;
    let lead = tail.chars().take_while(|c| is_space(*c)).take(2).map(char::len_utf8).sum::<usize>();
    let body = tail.get(lead..)?;
    let limit = body.char_indices().nth(*LONGEST_MARK).map_or(body.len(), |(at, _)| at);
    let mut best: Option<Mark> = None;
    for (at, ch) in body[..limit].char_indices().take_while(|(_, ch)| !ends_mark(*ch)) {
        let end = at + ch.len_utf8();
        let mark = &body[..end];
        let word = mark.ends_with(|c: char| c.is_alphanumeric());
        let touches = body[end..].starts_with(|c: char| c.is_alphabetic() || (c.is_ascii_digit() && word));
        if word && touches {
            continue;
        }
        let Some((unit, needs_cents)) = unit_of(mark) else { continue };
        let has_cents = numeral.digits(text).len() > 3 && matches!(numeral.digits(text).as_bytes().iter().rev().nth(2), Some(b'.' | b','));
        // CAD, ARS and TRY are common enough to count without cents, unless files are meant.
        let usual = USUAL_WORD_CODES.contains(&mark) && !followed_by_design(&body[end..]);
        if needs_cents && !has_cents && !usual {
            continue;
        }
        best = Some(Mark { unit, start: numeral.end + lead, end: numeral.end + lead + end, word });
    }
    let mark = best?;
    let gap_to_next = next.and_then(|next| text.get(mark.end..next.start)).filter(|gap| gap.chars().all(is_space));
    let Some(gap) = gap_to_next else { return Some(mark) };
    // A mark between two amounts: it belongs to the one it touches; a sign that comes first by habit to the second.
    let touches_next = gap.is_empty() && !mark.word;
    let comes_first = matches!(mark.unit, Unit::Shared(codes, true) if codes.contains(&"USD") || codes.contains(&"GBP"));
    let belongs_to_next = before.is_some() || (touches_next && lead > 0) || (comes_first && lead > 0);
    (!belongs_to_next).then_some(mark)
}

pub(super) fn followed_by_design(rest: &str) -> bool {
    let word: String = rest.trim_start().chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
    ["file", "files", "model", "models", "design", "designs", "drawing", "drawings", "plans", "datei", "dateien", "fichiers", "software"]
        .contains(&word.as_str())
}

/// "100-200 €" and "$100-200": the other end of a range has the currency.
pub(super) fn shared_unit(text: &str, numeral: &Numeral, following: &[Numeral], last: Option<&Price>) -> Option<Unit> {
    if is_measure(text, numeral.end) || letter_at(text, numeral.end) {
        return None;
    }
    let own = amount(numeral.digits(text), false)?;
    if let Some(last) = last
        && joined_by_dash(text, last.end, numeral.start)
    {
        let written = text.get(last.start..last.end)?.trim_end_matches(|c: char| c.is_ascii_digit() || ".,'’ \u{a0}\u{202f}".contains(c));
        return match_before(written).map(|mark| mark.unit).filter(|_| own > last.amount);
    }
    let next = following.first()?;
    if !joined_by_dash(text, numeral.end, next.start) || own >= amount(next.digits(text), false)? {
        return None;
    }
    currency_after(text, next, None, following.get(1)).map(|mark| mark.unit)
}

pub(super) fn joined_by_dash(text: &str, end: usize, start: usize) -> bool {
    text.get(end..start).is_some_and(|gap| gap.len() <= 8 && matches!(gap.trim(), "-" | "–" | "—" | "to" | "bis" | "à" | "до" | "~"))
}

/// "$2k", "2.5k".
pub(super) fn thousands(text: &str, end: usize) -> Option<(usize, Decimal)> {
    let rest = text.get(end..)?;
    let factor = match rest.chars().next()? {
        'k' | 'K' => Decimal::ONE_THOUSAND,
        _ => return None,
    };
    (!rest[1..].starts_with(char::is_alphanumeric)).then_some((end + 1, factor))
}

/// Per cent, a fraction, or a unit of measure follows.
pub(super) fn is_measure(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default().trim_start_matches(is_space);
    if rest.starts_with(['%', '°', '"', '″']) {
        return true;
    }
    let word: String = rest.chars().take_while(|c| c.is_alphabetic()).take(12).collect::<String>().to_lowercase();
    MEASURES.contains(&word.as_str())
}

pub(super) const MEASURES: &[&str] = &[
    "mm", "cm", "kg", "mg", "g", "ml", "gr", "grain", "grains", "gauge", "ga", "rds", "rd", "rounds", "round", "pcs", "cal", "acp", "fps",
    "lbs", "lb", "oz", "inch", "inches", "schuss", "stück", "percent", "prozent",
];
pub(super) const PRICE_WORDS: &[&str] = &[
    "price",
    "prices",
    "asking",
    "ask",
    "preis",
    "prix",
    "precio",
    "prezzo",
    "preço",
    "prijs",
    "цена",
    "obo",
    "cost",
    "costs",
    "vb",
    "vhb",
    "fp",
    "festpreis",
    "sell",
    "selling",
    "only",
    "each",
    "shipped",
    "nur",
];
pub(super) const FROM_WORDS: &[&str] = &[
    "from",
    "ab",
    "à partir de",
    "a partir de",
    "dès",
    "desde",
    "starting at",
    "start at",
    "as low as",
    "vanaf",
    "da",
    "от",
    "starting from",
];

pub(super) fn last_word(text: &str, start: usize) -> String {
    let head = text.get(..start).unwrap_or_default().trim_end_matches(|c: char| is_space(c) || matches!(c, ':' | '=' | '~' | '\n'));
    let word: String = head.chars().rev().take_while(|c| c.is_alphabetic()).take(24).collect();
    word.chars().rev().collect::<String>().to_lowercase()
}

pub(super) fn after_price_word(text: &str, start: usize) -> bool {
    let word = last_word(text, start);
    PRICE_WORDS.iter().take(10).any(|known| *known == word)
}

pub(super) fn after_from_word(text: &str, start: usize) -> bool {
    let mut from = start.saturating_sub(24);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let head = text[from..start].trim_end().trim_end_matches(':').to_lowercase();
    FROM_WORDS.iter().any(|word| head.strip_suffix(word).is_some_and(|before| !before.ends_with(char::is_alphanumeric)))
}
