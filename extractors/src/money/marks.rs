//! Which currency a sign, a code or a word stands for, and where it may stand.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;

use super::codes::{COIN_WORDS, COINS, DIVISIBLE, FORMER, LOWER_CODES, NO_CODES, USUAL_CODES, WORD_CODES};
use super::numeral::is_space;
use super::words::{MARKS, WRITTEN};

/// What a currency mark stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Unit {
    /// Currencies that the mark may mean, the most usual first; empty for the default currency.
    pub(super) codes: &'static [&'static str],
    /// Whether the first is meant where nothing else is known.
    pub(super) usual: bool,
    /// Power of ten of the unit: -2 for cents, -8 for satoshi, 1 for toman.
    pub(super) power: i32,
}

/// Where a mark may stand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// Before or behind the amount.
    Any,
    /// Behind it: "KC02" and "TL 13746" are models, ether is a solvent.
    Behind,
    /// Before or behind an amount with cents or grouped thousands: "R 1,499", not "R 870".
    Priced,
    /// Behind an amount with cents: codes that are words, too.
    PricedBehind,
    /// Where the default currency is one of its own.
    Default,
    /// Behind a small amount that it touches: "99p".
    Pence,
}

/// Whether a text is a price field, where any code is one, or prose, where many codes are words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Strict {
    Prose,
    Field,
}

/// Where a single separator before three digits is the decimal one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fine {
    /// 1.234 and 1,234 are thousands.
    No,
    /// 1.234 has decimals: coins, dinars.
    Dot,
    /// 1,234 has, too: coins of which nobody asks a thousand.
    Both,
}

impl Fine {
    pub(super) fn is_decimal(self, mark: char, whole_digits: usize) -> bool {
        match self {
            Self::No => false,
            Self::Dot => mark == '.',
            Self::Both => mark == '.' || whole_digits <= 2,
        }
    }

    pub(super) fn of_code(code: &str) -> Self {
        if DIVISIBLE.contains(&code) {
            Self::Both
        } else if (COINS.contains(&code) || COIN_WORDS.contains(&code)) && !matches!(code, "USDT" | "USDC")
            || matches!(code, "KWD" | "BHD" | "OMR" | "TND" | "JOD" | "LYD")
        {
            Self::Dot
        } else {
            Self::No
        }
    }
}

/// ฿ is bitcoin in one market and baht in another.
pub(super) const BAHT: &[&str] = &["THB", "BTC"];

impl Unit {
    /// The default currency of the source.
    pub(super) const DEFAULT: Self = Self { codes: &[], usual: false, power: 0 };

    pub(super) fn fine(self, default: Option<&str>) -> Fine {
        match self.codes {
            _ if self.power != 0 => Fine::No,
            [] => default.map_or(Fine::No, Fine::of_code),
            BAHT => Fine::Dot,
            [code] => Fine::of_code(code),
            codes => default.filter(|own| codes.contains(own)).map_or(Fine::No, Fine::of_code),
        }
    }

    pub(super) fn resolve(self, default: Option<&str>, crypto_market: bool, decimals: usize) -> Option<String> {
        match self.codes {
            [] => default.map(str::to_owned),
            // "฿1,500" are baht, "฿0.015" bitcoin.
            BAHT => Some(if crypto_market || decimals >= 3 { "BTC" } else { "THB" }.to_owned()),
            codes => match default.filter(|code| codes.contains(code)) {
                Some(code) => Some(code.to_owned()),
                None => codes.first().filter(|_| self.usual).map(|code| (*code).to_owned()),
            },
        }
    }

    /// "$100 CAD": the code says which dollar.
    pub(super) fn refined_by(self, other: Self) -> Self {
        match (self.codes, other.codes) {
            ([_, _, ..], [one]) if self.codes.contains(one) => Self { power: self.power, ..other },
            _ => self,
        }
    }
}

/// Multiplies by a power of ten; `None` where digits would be lost.
pub(super) fn shifted(amount: Decimal, power: i32) -> Option<Decimal> {
    let mut amount = amount.normalize();
    if power < 0 {
        let scale = amount.scale().checked_add(power.unsigned_abs()).filter(|scale| *scale <= 28)?;
        amount.set_scale(scale).ok()?;
        return Some(amount);
    }
    amount.checked_mul(Decimal::from(10_u64.checked_pow(u32::try_from(power).ok()?)?))
}

pub(super) struct Mark {
    pub(super) unit: Unit,
    pub(super) place: Place,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Written in letters: must not touch other letters.
    pub(super) word: bool,
}

pub(super) static TABLE: LazyLock<HashMap<String, (Unit, Place), FxBuildHasher>> = LazyLock::new(|| {
    let entry = |(codes, usual, power, place, words): &(&'static [&'static str], bool, i32, Place, &'static str)| {
        let unit = Unit { codes, usual: *usual, power: *power };
        let place = *place;
        words.split('|').map(move |word| (word.to_lowercase(), (unit, place))).collect::<Vec<_>>()
    };
    MARKS.iter().flat_map(entry).collect()
});
/// Marks that are read only as written.
static EXACT: LazyLock<HashMap<&'static str, (Unit, Place), FxBuildHasher>> = LazyLock::new(|| {
    let mut marks: HashMap<&'static str, (Unit, Place), FxBuildHasher> = HashMap::default();
    for (codes, usual, place, words) in WRITTEN {
        for word in words.split('|') {
            // The first line that has a mark decides.
            marks.entry(word).or_insert((Unit { codes, usual: *usual, power: 0 }, *place));
        }
    }
    marks
});
/// The words and signs that marks begin and end with: most texts beside a number have none of them there.
struct Edges {
    first_words: HashSet<String, FxBuildHasher>,
    last_words: HashSet<String, FxBuildHasher>,
    first_signs: HashSet<char, FxBuildHasher>,
    last_signs: HashSet<char, FxBuildHasher>,
}

static EDGES: LazyLock<Edges> = LazyLock::new(|| {
    let exact = EXACT.keys().map(|mark| mark.to_lowercase());
    let codes = COINS.iter().chain(COIN_WORDS).chain(USUAL_CODES).chain(FORMER).copied().chain(ISO.keys().copied());
    let all: Vec<String> = TABLE.keys().cloned().chain(exact).chain(codes.map(str::to_lowercase)).collect();
    Edges {
        first_words: all.iter().map(|mark| first_word(mark).to_owned()).collect(),
        last_words: all.iter().map(|mark| last_word(mark).to_owned()).collect(),
        first_signs: all.iter().filter_map(|mark| mark.chars().next()).collect(),
        last_signs: all.iter().filter_map(|mark| mark.chars().next_back()).collect(),
    }
});

/// Letters that are parted from what follows by more than their script.
fn is_letter(ch: char) -> bool {
    // Some letters become two as they are made small, a mark that stands over them being the second.
    (ch.is_alphabetic() || matches!(ch, '\u{300}'..='\u{36f}')) && ch < '\u{2e80}'
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !is_letter(c)).next().unwrap_or("")
}

fn last_word(text: &str) -> &str {
    text.rsplit(|c: char| !is_letter(c)).next().unwrap_or("")
}

/// Whether a mark may stand at the edge of a text, by the word or sign there.
fn may_stand(word: &str, sign: Option<char>, words: &HashSet<String, FxBuildHasher>, signs: &HashSet<char, FxBuildHasher>) -> bool {
    if word.is_empty() {
        let Some(sign) = sign else { return false };
        return signs.contains(&sign) || sign.to_lowercase().any(|lower| signs.contains(&lower));
    }
    let mut lower = [0; 24];
    match lower.get_mut(..word.len()).filter(|_| word.is_ascii()) {
        Some(lower) => {
            lower.copy_from_slice(word.as_bytes());
            lower.make_ascii_lowercase();
            std::str::from_utf8(lower).is_ok_and(|lower| words.contains(lower))
        }
        None => word.len() <= 64 && words.contains(&word.to_lowercase()),
    }
}

static LONGEST_MARK: LazyLock<usize> = LazyLock::new(|| TABLE.keys().map(|mark| mark.chars().count()).max().unwrap_or(1));

/// The currency of a mark, as written and in lower case, with where it may stand.
fn unit_of(mark: &str, lower: &str) -> Option<(Unit, Place)> {
    if mark.len() <= 6
        && let Some(found) = EXACT.get(mark)
    {
        return Some(*found);
    }
    if let Some(found) = TABLE.get(lower) {
        return Some(*found);
    }
    if !mark.is_ascii() || !(3..=4).contains(&mark.len()) || !mark.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        return None;
    }
    let upper = mark.to_ascii_uppercase();
    let lower_case = mark != upper;
    let one = |codes: &'static [&'static str], place| Some((Unit { codes, usual: true, power: 0 }, place));
    let position = |list: &'static [&'static str]| list.iter().position(|code| *code == upper).and_then(|at| list.get(at..=at));
    if let Some(code) = position(COINS) {
        let allowed = !lower_case || matches!(upper.as_str(), "BTC" | "XMR" | "LTC" | "ETH" | "BCH" | "USDT");
        return allowed.then(|| one(code, Place::Any)).flatten();
    }
    if let Some(code) = position(COIN_WORDS) {
        return (!lower_case).then(|| one(code, Place::PricedBehind)).flatten();
    }
    if NO_CODES.contains(&upper.as_str()) || (lower_case && !LOWER_CODES.contains(&upper.as_str())) {
        return None;
    }
    if let Some(code) = position(USUAL_CODES) {
        return one(code, Place::Any);
    }
    if let Some(code) = position(FORMER) {
        return one(code, Place::Priced);
    }
    let place = if WORD_CODES.contains(&upper.as_str()) { Place::PricedBehind } else { Place::Priced };
    one(ISO.get(upper.as_str()).copied()?, place)
}

/// All codes of ISO 4217, each as a list of one.
static ISO: LazyLock<HashMap<&'static str, &'static [&'static str], FxBuildHasher>> = LazyLock::new(|| {
    let known = ('A'..='Z').flat_map(|a| ('A'..='Z').flat_map(move |b| ('A'..='Z').map(move |c| [a, b, c].iter().collect::<String>())));
    let codes = known.filter_map(|code| iso_currency::Currency::from_code(&code)).map(|currency| currency.code());
    codes.map(|code| (code, &*Vec::leak(vec![code]))).collect()
});

/// The code that a text is, in any case of letters: of ISO 4217, of a currency before it, or of a coin.
pub(super) fn code_of(text: &str) -> Option<&'static str> {
    let upper = text.to_ascii_uppercase();
    let listed = COINS.iter().chain(COIN_WORDS).chain(FORMER).copied().find(|code| *code == upper);
    listed.or_else(|| ISO.get(upper.as_str())?.first().copied())
}

/// No mark holds digits or brackets.
fn ends_mark(ch: char) -> bool {
    ch.is_ascii_digit() || matches!(ch, ',' | '(' | ')' | '[' | ']' | ':' | ';' | '\n' | '*' | '|' | '+' | '=' | '<' | '>')
}

fn lowered(ch: char, out: &mut String) {
    if is_space(ch) {
        out.push(' ');
    } else {
        out.extend(ch.to_lowercase());
    }
}

/// The longest mark that ends `head`.
pub(super) fn match_before(head: &str, strict: Strict) -> Option<Mark> {
    match_before_priced(head, strict, false)
}

/// [`match_before`]; `priced` where the amount has cents or grouped thousands.
pub(super) fn match_before_priced(head: &str, strict: Strict, priced: bool) -> Option<Mark> {
    if !may_stand(last_word(head), head.chars().next_back(), &EDGES.last_words, &EDGES.last_signs) {
        return None;
    }
    let mut from = head.len();
    for (at, ch) in head.char_indices().rev().take(*LONGEST_MARK) {
        if ends_mark(ch) {
            break;
        }
        from = at;
    }
    let tail = head.get(from..)?;
    let mut lower = String::with_capacity(tail.len());
    let mut steps: Vec<(usize, usize)> = Vec::with_capacity(tail.len());
    for (at, ch) in tail.char_indices() {
        steps.push((at, lower.len()));
        lowered(ch, &mut lower);
    }
    // The longest first.
    for (at, lower_at) in steps {
        let (mark, lower) = (tail.get(at..)?, lower.get(lower_at..)?);
        let word = mark.starts_with(char::is_alphanumeric);
        let before = head.get(..from + at)?;
        if mark.starts_with(is_space) || (word && before.ends_with(|c: char| c.is_alphabetic() || c == '\'')) {
            continue;
        }
        let Some((unit, place)) = unit_of(mark, lower) else { continue };
        let fits = match place {
            Place::Any => true,
            Place::Priced => priced || strict == Strict::Field,
            Place::PricedBehind => strict == Strict::Field,
            Place::Behind | Place::Default | Place::Pence => false,
        };
        if fits {
            return Some(Mark { unit, place, start: from + at, end: head.len(), word });
        }
    }
    None
}

/// The longest mark that begins `body`, with the amount before it and the default currency deciding whether it may.
pub(super) fn match_after(body: &str, may: impl Fn(&str, Unit, Place) -> bool) -> Option<Mark> {
    if !may_stand(first_word(body), body.chars().next(), &EDGES.first_words, &EDGES.first_signs) {
        return None;
    }
    let mut lower = String::with_capacity(64);
    let mut best = None;
    for (at, ch) in body.char_indices().take(*LONGEST_MARK) {
        if ends_mark(ch) {
            break;
        }
        lowered(ch, &mut lower);
        let end = at + ch.len_utf8();
        let word = ch.is_alphanumeric();
        let next = body.get(end..)?.chars().next();
        // Signs of East Asia touch what follows.
        let touches = word && ch < '\u{2e80}' && next.is_some_and(|c| c.is_alphanumeric() && c < '\u{2e80}');
        if touches || is_space(ch) {
            continue;
        }
        let Some(mark) = body.get(..end) else { continue };
        if let Some((unit, place)) = unit_of(mark, &lower)
            && may(mark, unit, place)
        {
            best = Some(Mark { unit, place, start: 0, end, word });
        }
    }
    best
}
