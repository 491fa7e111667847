//! What the words of a date mean.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

use super::fold::{Token, fold, tokens};
use super::words::{AGO_BEFORE, AGO_BEHIND, AROUND, DAY_WORDS, FILLERS, LAST, MONTHS, NOW, NUMBERS, RISKY_TODAY, SPANS, UNITS, WEEKDAYS};

/// A word may mean several things: "mar" is a month, "sept" is seven, too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) month: Option<i8>,
    pub(super) day_word: Option<i64>,
    pub(super) risky_today: bool,
    pub(super) now: bool,
    pub(super) unit: Option<&'static str>,
    pub(super) number: Option<i64>,
    pub(super) span: Option<(i64, &'static str)>,
    pub(super) ago_behind: bool,
    pub(super) ago_before: bool,
    pub(super) filler: bool,
    pub(super) last: bool,
    pub(super) weekday: Option<i8>,
    pub(super) around: bool,
}

/// Most words in a phrase.
const LONGEST: usize = 4;

static WORDS: LazyLock<HashMap<String, Meaning, FxBuildHasher>> = LazyLock::new(|| {
    let mut words: HashMap<String, Meaning, FxBuildHasher> = HashMap::default();
    let mut add = |list: &str, set: &dyn Fn(&mut Meaning)| {
        for phrase in list.split('|') {
            let folded = fold(phrase);
            let key = tokens(&folded).iter().map(|token| token.text).collect::<Vec<_>>().join(" ");
            set(words.entry(key).or_default());
        }
    };
    for (number, list) in (1_i8..).zip(MONTHS) {
        add(list, &|own| own.month = own.month.or(Some(number)));
    }
    for number in 1..=12_i8 {
        // Vietnamese counts its months.
        add(&format!("tháng {number}|tháng {number:02}|thg {number}|thg {number:02}"), &|own| own.month = Some(number));
    }
    for (days, list) in DAY_WORDS {
        add(list, &|own| own.day_word = own.day_word.or(Some(*days)));
    }
    for (name, list) in UNITS {
        add(list, &|own| own.unit = own.unit.or(Some(name)));
    }
    for (count, list) in NUMBERS {
        add(list, &|own| own.number = own.number.or(Some(*count)));
    }
    for (count, unit, list) in SPANS {
        add(list, &|own| own.span = Some((*count, unit)));
    }
    for (day, list) in (0_i8..).zip(WEEKDAYS) {
        add(list, &|own| own.weekday = own.weekday.or(Some(day)));
    }
    add(RISKY_TODAY, &|own| own.risky_today = true);
    add(NOW, &|own| own.now = true);
    add(AGO_BEHIND, &|own| own.ago_behind = true);
    add(AGO_BEFORE, &|own| own.ago_before = true);
    add(FILLERS, &|own| own.filler = true);
    add(LAST, &|own| own.last = true);
    add(AROUND, &|own| own.around = true);
    words
});

/// First words of the phrases without which a text of ASCII is a date by its numbers alone, or none.
static TELLING: LazyLock<HashSet<&str, FxBuildHasher>> = LazyLock::new(|| {
    let tells =
        |means: &Meaning| *means != Meaning { filler: means.filler, number: means.number, around: means.around, ..Meaning::default() };
    WORDS.iter().filter(|(_, means)| tells(means)).filter_map(|(phrase, _)| phrase.split(' ').next()).collect()
});

/// A cheap look before a text is folded and its words are looked up: whether it has a word of a date, two numbers with a mark between
/// them, or a number as long as a date without marks.
pub(super) fn may_hold_date(text: &str) -> bool {
    if !text.is_ascii() {
        return true;
    }
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(first) = bytes.get(at) {
        let same = |byte: &&u8| if first.is_ascii_digit() { byte.is_ascii_digit() } else { byte.is_ascii_alphabetic() };
        let length = bytes.get(at..).unwrap_or_default().iter().take_while(same).count();
        if length == 0 {
            at += 1;
            continue;
        }
        let end = at + length;
        if first.is_ascii_digit() {
            let behind = bytes.get(end..).unwrap_or_default();
            let behind = behind.split_first().filter(|(first, _)| first.is_ascii_whitespace()).map_or(behind, |(_, rest)| rest);
            if length >= 8 || matches!(behind, [b'.' | b'/' | b'-', next, ..] if next.is_ascii_digit() || next.is_ascii_whitespace()) {
                return true;
            }
        } else {
            let mut lower = [0; 24];
            if let (Some(lower), Some(word)) = (lower.get_mut(..length), bytes.get(at..end)) {
                lower.copy_from_slice(word);
                lower.make_ascii_lowercase();
                if std::str::from_utf8(lower).is_ok_and(|word| TELLING.contains(word)) {
                    return true;
                }
            }
        }
        at = end;
    }
    false
}

/// A word or phrase of a text with what it means.
#[derive(Debug, Clone, Copy)]
pub(super) struct Word<'t> {
    pub(super) token: Token<'t>,
    pub(super) means: Meaning,
}

/// The text as words and known phrases, of which the longest counts.
pub(super) fn words<'t>(text: &'t str) -> Vec<Word<'t>> {
    let tokens = tokens(text);
    let mut out = Vec::with_capacity(tokens.len());
    let mut at = 0;
    let mut key = String::new();
    while let Some(token) = tokens.get(at) {
        let mut taken = 1;
        let mut means = Meaning::default();
        key.clear();
        for (length, next) in (1..=LONGEST).zip(tokens.get(at..).unwrap_or_default()) {
            if length > 1 {
                key.push(' ');
            }
            key.push_str(next.text);
            if let Some(found) = WORDS.get(key.as_str()) {
                taken = length;
                means = *found;
            }
        }
        let end = tokens.get(at + taken - 1).map_or(token.end, |last| last.end);
        let text = text.get(token.start..end).unwrap_or(token.text);
        let number = token.number.filter(|_| taken == 1);
        out.push(Word { token: Token { text, start: token.start, end, number }, means });
        at += taken;
    }
    out
}
