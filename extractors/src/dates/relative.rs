//! "Yesterday at 14:05", "vor 3 Tagen", "неделю назад", "geçen ay".

use jiff::civil::DateTime;
use jiff::{Span, ToSpan};

use super::meaning::Word;
use super::{instant, with_time};

/// Parts of a span: "1 year, 2 months".
const MAX_PARTS: usize = 4;

pub(super) fn relative(text: &str, words: &[Word<'_>], now: DateTime) -> Option<String> {
    // A date with its year says more than "today's offer" before it.
    let dated = words.iter().any(|word| word.token.number.is_some_and(|year| (1990..=2100).contains(&year)));
    for (at, word) in words.iter().enumerate() {
        let short = words.len() <= 4;
        if let Some(days) = word.means.day_word.or((word.means.risky_today && short).then_some(0)).filter(|_| !dated) {
            // Polish "dzień" and the like are units, too: "3 days" is no day.
            let day = now.date().checked_add(days.days()).ok()?;
            return with_time(day, text.get(word.token.end..).unwrap_or_default()).or_else(|| with_time(day, ""));
        }
        if let Some(found) = ago(words.get(at..)?, now) {
            return Some(found);
        }
    }
    let alone = words.len() <= 3 || words.iter().all(|word| word.means.now || word.means.filler || word.means.around);
    words.iter().any(|word| word.means.now && (alone || word.token.text.contains(' '))).then(|| now.date().to_string())
}

/// A span that begins at the first word and lies back.
fn ago(words: &[Word<'_>], now: DateTime) -> Option<String> {
    let first = words.first()?;
    if first.means.ago_before {
        let rest = skip_fillers(words.get(1..)?);
        // "for 3 dager siden" is read by its end; "for", "da" and "من" alone prove nothing.
        let weak = matches!(first.token.text, "for" | "da" | "من" | "pre" | "seit" | "depuis" | "fa" | "ha");
        let (parts, left) = span(rest, !weak)?;
        let proven = !weak
            || left.first().is_some_and(|word| word.means.ago_behind)
            || (matches!(first.token.text, "ha" | "fa" | "pre")
                && rest.first().is_some_and(|word| word.token.number.is_some() || word.means.number.is_some()));
        return proven.then(|| before(now, &parts)).flatten();
    }
    if first.means.last {
        let unit = words.get(1)?.means.unit.filter(|unit| matches!(*unit, "day" | "week" | "month" | "year"))?;
        return before(now, &[(1, unit)]);
    }
    if let Some(unit) = first.means.unit.filter(|unit| matches!(*unit, "week" | "month" | "year"))
        && words.get(1).is_some_and(|next| next.means.last)
    {
        return before(now, &[(1, unit)]);
    }
    // "неделю назад": one is left out.
    if let Some(unit) = first.means.unit
        && first.token.text.chars().count() > 2
        && words.get(1).is_some_and(|next| next.means.ago_behind && next.token.text != "fa")
    {
        return before(now, &[(1, unit)]);
    }
    let (parts, left) = span(words, false)?;
    left.first().filter(|word| word.means.ago_behind)?;
    before(now, &parts)
}

fn skip_fillers<'w, 't>(mut words: &'w [Word<'t>]) -> &'w [Word<'t>] {
    while let [first, rest @ ..] = words {
        if !first.means.filler || first.means.number.is_some() && rest.first().is_some_and(|next| next.means.unit.is_some()) {
            break;
        }
        words = rest;
    }
    words
}

type Parts = Vec<(i64, &'static str)>;

/// Numbers with their units, and what follows; `bare` takes a unit without number for one.
fn span<'w, 't>(words: &'w [Word<'t>], bare: bool) -> Option<(Parts, &'w [Word<'t>])> {
    let mut parts = Parts::new();
    let mut rest = words;
    while parts.len() < MAX_PARTS {
        let own = if parts.is_empty() { rest } else { skip_fillers(rest) };
        let Some(first) = own.first() else { break };
        if let Some(found) = first.means.span {
            parts.push(found);
            rest = own.get(1..)?;
            continue;
        }
        let count = first.token.number.or(first.means.number).filter(|count| *count <= 9999);
        // "2 de ore": a joining word may stand between.
        let unit_at = if own.get(1).is_some_and(|word| word.token.text == "de" && word.means.unit.is_none()) { 2 } else { 1 };
        match (count, own.get(unit_at).and_then(|word| word.means.unit)) {
            (Some(count), Some(unit)) => {
                parts.push((count, unit));
                rest = own.get(unit_at + 1..)?;
            }
            _ => match first.means.unit.filter(|_| bare && parts.is_empty() && first.token.text.chars().count() > 2) {
                Some(unit) => {
                    parts.push((1, unit));
                    rest = own.get(1..)?;
                }
                None => break,
            },
        }
    }
    (!parts.is_empty()).then_some((parts, rest))
}

/// The day, or the moment where the smallest unit is less than one.
pub(super) fn before(now: DateTime, parts: &[(i64, &str)]) -> Option<String> {
    let mut at = now;
    for (count, unit) in parts {
        let count = *count;
        let span: Span = match *unit {
            "second" => count.seconds(),
            "minute" => count.minutes(),
            "hour" => count.hours(),
            "day" => count.days(),
            "week" => count.weeks(),
            "month" => count.months(),
            _ => count.years(),
        };
        at = at.checked_sub(span).ok()?;
    }
    let fine = parts.iter().any(|(_, unit)| matches!(*unit, "second" | "minute" | "hour"));
    (1900..=2200).contains(&at.year()).then(|| if fine { instant(at) } else { at.date().to_string() })
}
