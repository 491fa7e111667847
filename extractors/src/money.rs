//! Amounts of money in all their writings.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::LazyLock;

use rust_decimal::Decimal;

/// A price found in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// In units of the currency; mBTC and cents are converted.
    pub amount: Decimal,
    /// ISO 4217, or `BTC`, `XMR`, `LTC`, `ETH` ...; none where a sign fits several (`kr`) and no default says which.
    pub currency: Option<String>,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
    /// As written.
    pub raw: String,
    /// The lower end of a range, or introduced by "from", "ab", "à partir de".
    pub from: bool,
}

/// Every amount with a currency in a text, in order, and bare ones after words such as "price" or "asking".
///
/// `default_currency` decides signs that several currencies share and bare amounts; `crypto_market` decides the sign ฿
/// (BTC there or with three or more decimals, else THB). Percentages, measures and dates are no prices, as they have no currency.
pub fn find_prices(text: &str, default_currency: Option<&str>, crypto_market: bool) -> Vec<Price> {
    let mut prices: Vec<Price> = Vec::new();
    let mut taken = 0;
    let numerals = numerals(text);
    for (number, numeral) in numerals.iter().enumerate() {
        if numeral.start < taken {
            continue;
        }
        let before = currency_before(text, numeral.start, taken);
        let next = numerals.get(number + 1);
        let after = currency_after(text, numeral, before.as_ref(), next);
        let (unit, start, end) = match (before, after) {
            (Some(before), Some(after)) => (before.refined_by(after.unit), before.start, after.end),
            (Some(before), None) => (before.unit, before.start, numeral.end),
            (None, Some(after)) => (after.unit, numeral.start, after.end),
            (None, None) => match (shared_unit(text, numeral, next, prices.last()), default_currency) {
                (Some(unit), _) => (unit, numeral.start, numeral.end),
                (None, Some(default)) if after_price_word(text, numeral.start) && !is_measure(text, numeral.end) => {
                    (Unit::plain(default), numeral.start, numeral.end)
                }
                _ => continue,
            },
        };
        let Some(mut amount) = amount(numeral.digits(text), unit.is_crypto(default_currency, crypto_market)) else { continue };
        let mut end = end;
        if let Some((thousand_end, factor)) = thousands(text, numeral.end).filter(|_| end <= numeral.end) {
            end = thousand_end;
            amount = amount.checked_mul(factor).unwrap_or(amount);
        }
        if is_measure(text, end) {
            continue;
        }
        let decimals =
            numeral.digits(text).rsplit(['.', ',']).next().filter(|rest| rest.len() < numeral.digits(text).len()).map_or(0, str::len);
        let currency = unit.resolve(default_currency, crypto_market, decimals);
        let Some(amount) = amount.checked_mul(unit.factor()) else { continue };
        let upper_end = prices.last().is_some_and(|last| joined_by_dash(text, last.end, start));
        if upper_end && let Some(last) = prices.last_mut() {
            last.from = true;
        }
        taken = end;
        prices.push(Price {
            amount: amount.normalize(),
            currency,
            start,
            end,
            raw: text.get(start..end).unwrap_or_default().to_owned(),
            from: after_from_word(text, start),
        });
    }
    prices
}

/// The first price of a text; where it has no currency, the text as a whole must be an amount, perhaps behind a word.
///
/// `None` where there is no amount at all ("on request").
pub fn parse_price(text: &str, default_currency: Option<&str>, crypto_market: bool) -> Option<Price> {
    if let Some(price) = find_prices(text, default_currency, crypto_market).into_iter().next() {
        return Some(price);
    }
    let numerals = numerals(text);
    let [numeral] = numerals.as_slice() else { return None };
    let around = [&text[..numeral.start], &text[numeral.end..]].concat();
    let bare = around.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).all(|word| {
        let word = word.to_lowercase();
        PRICE_WORDS.contains(&word.as_str()) || FROM_WORDS.iter().any(|from| from.split(' ').any(|part| part == word))
    });
    if !bare || text[numeral.end..].trim_start().starts_with('%') {
        return None;
    }
    let crypto = default_currency.is_some_and(|code| CRYPTO.contains(&code));
    Some(Price {
        amount: amount(numeral.digits(text), crypto)?.normalize(),
        currency: default_currency.map(str::to_owned),
        start: numeral.start,
        end: numeral.end,
        raw: text[numeral.start..numeral.end].to_owned(),
        from: after_from_word(text, numeral.start),
    })
}

/// Reads one amount without currency: `1.234,50`, `1,234.50`, `34.000`, `1 234,50`, `1'234.50`, `12,34,567.00`, `250,-`.
///
/// A single separator before exactly three digits groups thousands, except after a leading zero (`0.125`).
pub fn parse_amount(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let found = numerals(text);
    let [numeral] = found.as_slice() else { return None };
    (numeral.start == 0 && numeral.end == text.len()).then(|| amount(numeral.digits(text), false))?
}

/// A run of digits with its separators.
struct Numeral {
    start: usize,
    end: usize,
    /// Without a closing `,-`.
    digits_end: usize,
}

impl Numeral {
    fn digits<'a>(&self, text: &'a str) -> &'a str {
        text.get(self.start..self.digits_end).unwrap_or_default()
    }
}

fn is_space(ch: char) -> bool {
    matches!(ch, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\t')
}

fn digits_at(text: &str, at: usize) -> usize {
    text.as_bytes().get(at..).map_or(0, |rest| rest.iter().take_while(|byte| byte.is_ascii_digit()).count())
}

fn numerals(text: &str) -> Vec<Numeral> {
    let bytes = text.as_bytes();
    let mut out: Vec<Numeral> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if !byte.is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut start = at;
        let mut end = at + digits_at(text, at);
        let mut group = end - start;
        while let Some(ch) = text[end..].chars().next() {
            let next = end + ch.len_utf8();
            let digits = digits_at(text, next);
            let joins = match ch {
                '.' | ',' => digits > 0,
                '\'' | '’' => digits == 3 && group <= 3,
                ch if is_space(ch) => digits == 3 && group <= 3 && !text[start..end].contains(['.', ',']) && !letter_at(text, next + 3),
                _ => false,
            };
            if !joins {
                break;
            }
            group = digits;
            end = next + digits;
        }
        // ".50" after a currency sign or a space; not "a.50".
        if text[..start].ends_with('.') && !text[..start - 1].ends_with(|c: char| c.is_alphanumeric() || c == '.') {
            start -= 1;
        }
        let digits_end = end;
        for dash in [",--", ",-", ".--", ".-", ",—", ",–", ".–", ".—"] {
            if text[end..].starts_with(dash) && digits_at(text, end + dash.len()) == 0 {
                end += dash.len();
                break;
            }
        }
        at = end;
        if !glued(text, start) {
            out.push(Numeral { start, end, digits_end });
        }
    }
    out
}

fn letter_at(text: &str, at: usize) -> bool {
    text.get(at..).and_then(|rest| rest.chars().next()).is_some_and(char::is_alphanumeric)
}

/// Part of a word or of a longer number, such as the 19 of "G19"; a currency code may touch.
fn glued(text: &str, start: usize) -> bool {
    let head = &text[..start];
    match head.chars().next_back() {
        Some(ch) if ch.is_alphabetic() => match_before(head).is_none(),
        Some('_' | '#') => true,
        Some('/') => head[..head.len() - 1].ends_with(|c: char| c.is_ascii_digit()),
        _ => false,
    }
}

/// Applies the rules of [`parse_amount`]; `fine` reads a single point as the decimal one (0.123, 1.234 BTC).
fn amount(digits: &str, fine: bool) -> Option<Decimal> {
    if digits.len() > 40 {
        return None;
    }
    let plain: String = digits.chars().filter(|c| !is_space(*c) && *c != '\'' && *c != '’').collect();
    let grouped_otherwise = plain.len() != digits.len();
    let (dots, commas) = (plain.matches('.').count(), plain.matches(',').count());
    let decimal = match (dots, commas) {
        (0, 0) => None,
        (_, 0) | (0, _) => {
            let mark = if dots > 0 { '.' } else { ',' };
            let (head, tail) = plain.split_once(mark)?;
            let thousands =
                !grouped_otherwise && tail.len() == 3 && (1..=3).contains(&head.len()) && !head.starts_with('0') && !(fine && mark == '.');
            if dots + commas > 1 {
                if !well_grouped(&plain, mark) {
                    return None;
                }
                None
            } else if thousands {
                None
            } else {
                Some(mark)
            }
        }
        _ => {
            let (dot, comma) = (plain.rfind('.')?, plain.rfind(',')?);
            let (mark, other, at) = if dot > comma { ('.', ',', dot) } else { (',', '.', comma) };
            if plain.matches(mark).count() != 1 || !well_grouped(&plain[..at], other) {
                return None;
            }
            Some(mark)
        }
    };
    let mut normal = String::with_capacity(plain.len());
    for ch in plain.chars() {
        match ch {
            '.' | ',' if Some(ch) == decimal => normal.push('.'),
            '.' | ',' => {}
            digit => normal.push(digit),
        }
    }
    if normal.starts_with('.') {
        normal.insert(0, '0');
    }
    Decimal::from_str(&normal).ok()
}

/// Groups of three, or of two with a last one of three (lakh, crore).
fn well_grouped(text: &str, mark: char) -> bool {
    let groups: Vec<&str> = text.split(mark).collect();
    let [first, middle @ .., last] = groups.as_slice() else { return true };
    (1..=3).contains(&first.len())
        && last.len() == 3
        && (middle.iter().all(|group| group.len() == 3) || (first.len() <= 2 && middle.iter().all(|group| group.len() == 2)))
}

/// What a currency mark stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    /// One currency; the divisor is 1 for whole units, 100 for cents, 1000 for mBTC.
    One(&'static str, i64),
    /// Shared by several, the most usual first; `None` when no one is usual.
    Shared(&'static [&'static str], bool),
    /// ฿
    Baht,
    /// The default currency of the source.
    Default,
}

impl Unit {
    fn plain(_default: &str) -> Self {
        Self::Default
    }

    fn is_crypto(self, default: Option<&str>, crypto_market: bool) -> bool {
        match self {
            Self::One(code, _) => CRYPTO.contains(&code),
            Self::Baht => crypto_market,
            Self::Default => default.is_some_and(|code| CRYPTO.contains(&code)),
            Self::Shared(..) => false,
        }
    }

    fn factor(self) -> Decimal {
        match self {
            Self::One(_, 100) => Decimal::new(1, 2),
            Self::One(_, 1_000) => Decimal::new(1, 3),
            Self::One(_, 1_000_000) => Decimal::new(1, 6),
            Self::One(_, 100_000_000) => Decimal::new(1, 8),
            _ => Decimal::ONE,
        }
    }

    fn resolve(self, default: Option<&str>, crypto_market: bool, decimals: usize) -> Option<String> {
        match self {
            Self::One(code, _) => Some(code.to_owned()),
            Self::Shared(codes, usual) => match default.filter(|code| codes.contains(code)) {
                Some(code) => Some(code.to_owned()),
                None => codes.first().filter(|_| usual).map(|code| (*code).to_owned()),
            },
            Self::Baht => Some(if crypto_market || decimals >= 3 { "BTC" } else { "THB" }.to_owned()),
            Self::Default => default.map(str::to_owned),
        }
    }
}

struct Mark {
    unit: Unit,
    start: usize,
    end: usize,
    /// Written in letters: must not touch other letters.
    word: bool,
}

impl Mark {
    /// "$100 CAD": the code says which dollar.
    fn refined_by(&self, after: Unit) -> Unit {
        match (self.unit, after) {
            (Unit::Shared(..) | Unit::Baht, Unit::One(code, divisor)) => Unit::One(code, divisor),
            (own, _) => own,
        }
    }
}

const CRYPTO: &[&str] =
    &["BTC", "XMR", "LTC", "ETH", "BCH", "DASH", "ZEC", "DOGE", "USDT", "USDC", "TRX", "XRP", "SOL", "ADA", "BNB", "TON"];
const DOLLARS: &[&str] = &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS", "TWD"];
const KRONOR: &[&str] = &["SEK", "NOK", "DKK", "ISK"];

/// Folded to lower case. Signs and words, whole units or parts of them.
const MARKS: &[(Unit, &str)] = &[
    (Unit::Shared(DOLLARS, true), "$ ＄ dollar dollars bucks"),
    (Unit::One("USD", 1), "us$ usd$ $us $usd u$s u$d usdollar us-dollar"),
    (Unit::One("CAD", 1), "ca$ c$ cad$ cdn$ can$"),
    (Unit::One("AUD", 1), "a$ au$ aud$ aus$"),
    (Unit::One("NZD", 1), "nz$ nzd$"),
    (Unit::One("HKD", 1), "hk$"),
    (Unit::One("SGD", 1), "s$ sg$"),
    (Unit::One("TWD", 1), "nt$"),
    (Unit::One("MXN", 1), "mx$ mex$"),
    (Unit::One("BRL", 1), "r$ reais"),
    (Unit::One("EUR", 1), "€ euro euros eur. eurs евро"),
    (Unit::Shared(&["GBP", "EGP", "LBP", "SYP"], true), "£ ￡ quid"),
    (Unit::Shared(&["JPY", "CNY"], true), "¥ ￥ yen"),
    (Unit::One("CNY", 1), "yuan rmb cn¥"),
    (Unit::One("CHF", 1), "sfr sfr. fr. chf."),
    (Unit::Shared(KRONOR, false), "kr kr."),
    (Unit::One("PLN", 1), "zł zl złotych zlotych"),
    (Unit::One("CZK", 1), "kč kc"),
    (Unit::One("HUF", 1), "ft forint"),
    (Unit::One("RON", 1), "lei"),
    (Unit::One("BGN", 1), "лв лв. лева"),
    (Unit::One("RUB", 1), "₽ руб руб. р. рублей рубля рубль rubles roubles"),
    (Unit::One("UAH", 1), "₴ грн грн. гривень гривен hrn"),
    (Unit::One("TRY", 1), "₺ tl lira"),
    (Unit::One("INR", 1), "₹ rs rs."),
    (Unit::One("KRW", 1), "₩"),
    (Unit::One("ILS", 1), "₪"),
    (Unit::One("VND", 1), "₫"),
    (Unit::One("PHP", 1), "₱"),
    (Unit::One("NGN", 1), "₦"),
    (Unit::One("RSD", 1), "din din. dinara"),
    (Unit::One("USD", 100), "¢ cents"),
    (Unit::One("BTC", 1), "₿ bitcoin bitcoins xbt"),
    (Unit::One("BTC", 1_000), "mbtc m฿ m₿"),
    (Unit::One("BTC", 1_000_000), "µbtc ubtc μbtc"),
    (Unit::One("BTC", 100_000_000), "sats satoshi satoshis"),
    (Unit::One("XMR", 1), "ɱ monero"),
    (Unit::One("LTC", 1), "ł litecoin litecoins"),
    (Unit::One("ETH", 1), "ξ ether ethereum"),
    (Unit::Baht, "฿"),
];

/// Codes taken in lower case too: no words of the languages that we read.
const LOWER_CODES: &[&str] =
    &["USD", "EUR", "GBP", "CHF", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RUB", "UAH", "BRL", "JPY", "CNY", "HKD"];
/// Codes that are words, parts of arms or technical terms: only behind an amount with cents.
const WORD_CODES: &[&str] = &[
    "ALL", "TOP", "MOP", "CUP", "PEN", "GEL", "BAM", "MAD", "SOS", "LAK", "COP", "NIO", "ANG", "CAD", "TRY", "RON", "STN", "BOB", "BAR",
    "XXX", "XTS", "CHE", "CHW", "COU", "SLE", "LSL", "ERN", "ARS", "SOL", "ADA", "TON",
];
/// Symbols that ISO 4217 has for it but that are no currency in a listing.
const NO_CODES: &[&str] = &["XXX", "XTS", "XAG", "XAU", "XPD", "XPT", "XDR", "XBA", "XBB", "XBC", "XBD", "XUA", "XSU"];

static TABLE: LazyLock<HashMap<&'static str, Unit>> =
    LazyLock::new(|| MARKS.iter().flat_map(|(unit, words)| words.split(' ').map(move |word| (word, *unit))).collect());
static LONGEST_MARK: LazyLock<usize> = LazyLock::new(|| TABLE.keys().map(|mark| mark.chars().count()).max().unwrap_or(1));

/// The currency that a mark stands for, with whether it is a word that needs an amount with cents.
fn unit_of(mark: &str) -> Option<(Unit, bool)> {
    if let Some(unit) = TABLE.get(mark.to_lowercase().as_str()) {
        return Some((*unit, false));
    }
    if !mark.is_ascii() || !(3..=4).contains(&mark.len()) {
        return None;
    }
    let upper = mark.to_ascii_uppercase();
    let lower_case = mark != upper;
    if let Some(code) = CRYPTO.iter().find(|code| **code == upper) {
        let allowed = !lower_case || matches!(*code, "BTC" | "XMR" | "LTC" | "ETH" | "BCH" | "USDT");
        return allowed.then_some((Unit::One(code, 1), WORD_CODES.contains(code)));
    }
    if NO_CODES.contains(&upper.as_str()) || (lower_case && !LOWER_CODES.contains(&upper.as_str())) {
        return None;
    }
    let known = iso_currency::Currency::from_code(&upper)?;
    Some((Unit::One(known.code(), 1), WORD_CODES.contains(&known.code())))
}

/// The longest mark that ends `head`.
fn match_before(head: &str) -> Option<Mark> {
    let mut best = None;
    for (count, (at, _)) in head.char_indices().rev().enumerate() {
        if count >= *LONGEST_MARK {
            break;
        }
        let mark = &head[at..];
        let Some((unit, needs_cents)) = unit_of(mark) else { continue };
        let word = mark.starts_with(char::is_alphanumeric);
        let touches = head[..at].ends_with(|c: char| c.is_alphabetic() || (c.is_ascii_digit() && word));
        if !needs_cents && !(word && touches) {
            best = Some(Mark { unit, start: at, end: head.len(), word });
        }
    }
    best
}

fn currency_before(text: &str, start: usize, taken: usize) -> Option<Mark> {
    let head = text.get(taken..start)?;
    let trimmed = head.trim_end_matches([':', '~']).trim_end_matches(is_space);
    if head.len() - trimmed.len() > 6 {
        return None;
    }
    let mut mark = match_before(trimmed)?;
    mark.start += taken;
    mark.end += taken;
    // "Rs 450" but not "12rs 450"; words that close a sentence are no marks: "fr. 20".
    (!(mark.word && text[..mark.start].ends_with(|c: char| c.is_ascii_digit()))).then_some(mark)
}

fn currency_after(text: &str, numeral: &Numeral, before: Option<&Mark>, next: Option<&Numeral>) -> Option<Mark> {
    let tail = text.get(numeral.end..)?;
    let lead = tail.chars().take_while(|c| is_space(*c)).take(2).map(char::len_utf8).sum::<usize>();
    let body = tail.get(lead..)?;
    let limit = body.char_indices().nth(*LONGEST_MARK).map_or(body.len(), |(at, _)| at);
    let mut best: Option<Mark> = None;
    for (at, ch) in body[..limit].char_indices() {
        let end = at + ch.len_utf8();
        let mark = &body[..end];
        let Some((unit, needs_cents)) = unit_of(mark) else { continue };
        let word = mark.ends_with(|c: char| c.is_alphanumeric());
        let touches = body[end..].starts_with(|c: char| c.is_alphabetic() || (c.is_ascii_digit() && word));
        let has_cents = numeral.digits(text).len() > 3 && matches!(numeral.digits(text).as_bytes().iter().rev().nth(2), Some(b'.' | b','));
        // CAD, ARS and TRY are common enough to count without cents, unless files are meant.
        let usual = matches!(mark, "CAD" | "TRY" | "RON" | "ARS") && !followed_by_design(&body[end..]);
        if (needs_cents && !has_cents && !usual) || (word && touches) {
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

fn followed_by_design(rest: &str) -> bool {
    let word: String = rest.trim_start().chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
    ["file", "files", "model", "models", "design", "designs", "drawing", "drawings", "plans", "datei", "dateien", "fichiers", "software"]
        .contains(&word.as_str())
}

/// "100-200 €" and "$100-200": the other end of a range has the currency.
fn shared_unit(text: &str, numeral: &Numeral, next: Option<&Numeral>, last: Option<&Price>) -> Option<Unit> {
    if let Some(last) = last
        && joined_by_dash(text, last.end, numeral.start)
        && !is_measure(text, numeral.end)
    {
        return match_before(
            text.get(last.start..last.end)?.trim_end_matches(|c: char| c.is_ascii_digit() || ".,'’ \u{a0}\u{202f}".contains(c)),
        )
        .map(|mark| mark.unit);
    }
    let next = next?;
    if !joined_by_dash(text, numeral.end, next.start) {
        return None;
    }
    currency_after(text, next, None, None).map(|mark| mark.unit)
}

fn joined_by_dash(text: &str, end: usize, start: usize) -> bool {
    text.get(end..start).is_some_and(|gap| gap.len() <= 8 && matches!(gap.trim(), "-" | "–" | "—" | "to" | "bis" | "à" | "до" | "~"))
}

/// "$2k", "2.5k".
fn thousands(text: &str, end: usize) -> Option<(usize, Decimal)> {
    let rest = text.get(end..)?;
    let factor = match rest.chars().next()? {
        'k' | 'K' => Decimal::ONE_THOUSAND,
        _ => return None,
    };
    (!rest[1..].starts_with(char::is_alphanumeric)).then_some((end + 1, factor))
}

/// Per cent, a fraction, or a unit of measure follows.
fn is_measure(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default().trim_start_matches(is_space);
    if rest.starts_with(['%', '°', '"', '″']) {
        return true;
    }
    let word: String = rest.chars().take_while(|c| c.is_alphabetic()).take(12).collect::<String>().to_lowercase();
    MEASURES.contains(&word.as_str())
}

const MEASURES: &[&str] = &[
    "mm", "cm", "kg", "mg", "gr", "grain", "grains", "gauge", "ga", "rds", "rd", "rounds", "round", "pcs", "cal", "acp", "fps", "lbs",
    "lb", "oz", "inch", "inches", "schuss", "stück", "percent", "prozent",
];
const PRICE_WORDS: &[&str] = &[
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
const FROM_WORDS: &[&str] = &[
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

fn last_word(text: &str, start: usize) -> String {
    let head = text.get(..start).unwrap_or_default().trim_end_matches(|c: char| is_space(c) || matches!(c, ':' | '=' | '~' | '\n'));
    let word: String = head.chars().rev().take_while(|c| c.is_alphabetic()).take(24).collect();
    word.chars().rev().collect::<String>().to_lowercase()
}

fn after_price_word(text: &str, start: usize) -> bool {
    let word = last_word(text, start);
    PRICE_WORDS.iter().take(10).any(|known| *known == word)
}

fn after_from_word(text: &str, start: usize) -> bool {
    let mut from = start.saturating_sub(24);
    while !text.is_char_boundary(from) {
        from -= 1;
    }
    let head = text[from..start].trim_end().trim_end_matches(':').to_lowercase();
    FROM_WORDS.iter().any(|word| head.strip_suffix(word).is_some_and(|before| !before.ends_with(char::is_alphanumeric)))
}
