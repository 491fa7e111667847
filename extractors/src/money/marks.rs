//! Currency signs, codes and words.

use std::collections::HashMap;
use std::sync::LazyLock;

use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;

/// What a currency mark stands for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
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
    pub(super) fn plain(_default: &str) -> Self {
        Self::Default
    }

    pub(super) fn is_fine(self, default: Option<&str>) -> bool {
        match self {
            Self::One(code, _) => CRYPTO.contains(&code),
            Self::Baht => true,
            Self::Default => default.is_some_and(|code| CRYPTO.contains(&code)),
            Self::Shared(..) => false,
        }
    }

    pub(super) fn factor(self) -> Decimal {
        match self {
            Self::One(_, 100) => Decimal::new(1, 2),
            Self::One(_, 1_000) => Decimal::new(1, 3),
            Self::One(_, 1_000_000) => Decimal::new(1, 6),
            Self::One(_, 100_000_000) => Decimal::new(1, 8),
            _ => Decimal::ONE,
        }
    }

    pub(super) fn resolve(self, default: Option<&str>, crypto_market: bool, decimals: usize) -> Option<String> {
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

pub(super) struct Mark {
    pub(super) unit: Unit,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Written in letters: must not touch other letters.
    pub(super) word: bool,
}

impl Mark {
    /// "$100 CAD": the code says which dollar.
    pub(super) fn refined_by(&self, after: Unit) -> Unit {
        match (self.unit, after) {
            (Unit::Shared(..) | Unit::Baht, Unit::One(code, divisor)) => Unit::One(code, divisor),
            (own, _) => own,
        }
    }
}

pub(super) const CRYPTO: &[&str] =
    &["BTC", "XMR", "LTC", "ETH", "BCH", "DASH", "ZEC", "DOGE", "USDT", "USDC", "TRX", "XRP", "SOL", "ADA", "BNB", "TON"];
pub(super) const DOLLARS: &[&str] = &["USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS", "TWD"];
pub(super) const KRONOR: &[&str] = &["SEK", "NOK", "DKK", "ISK"];

/// Folded to lower case. Signs and words, whole units or parts of them.
pub(super) const MARKS: &[(Unit, &str)] = &[
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
    (Unit::One("HUF", 1), "forint"),
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
pub(super) const LOWER_CODES: &[&str] =
    &["USD", "EUR", "GBP", "CHF", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RUB", "UAH", "BRL", "JPY", "CNY", "HKD"];
/// Codes that are words, parts of arms or technical terms: only behind an amount with cents.
pub(super) const WORD_CODES: &[&str] = &[
    "ALL", "TOP", "MOP", "CUP", "PEN", "GEL", "BAM", "MAD", "SOS", "LAK", "COP", "NIO", "ANG", "CAD", "TRY", "RON", "STN", "BOB", "BAR",
    "XXX", "XTS", "CHE", "CHW", "COU", "SLE", "LSL", "ERN", "ARS", "SOL", "ADA", "TON",
];
/// Those of them in daily use: read without cents, too, where nothing speaks against it.
pub(super) const USUAL_WORD_CODES: &[&str] = &["CAD", "TRY", "RON", "ARS"];
/// Codes in daily use: no cents needed. The others are too often model names ("30SAR", "6.8 WST").
pub(super) const USUAL_CODES: &[&str] = &[
    "USD", "EUR", "GBP", "CHF", "CAD", "AUD", "NZD", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF", "RON", "BGN", "RSD", "RUB", "UAH",
    "TRY", "ILS", "ZAR", "INR", "CNY", "JPY", "KRW", "HKD", "SGD", "TWD", "THB", "MXN", "ARS", "CLP", "PHP", "IDR", "MYR", "VND", "AED",
    "KZT", "GEL",
];
/// Letters that stand behind the amount, never before it: "KC02" and "TL 13746" are models, ether is a solvent.
pub(super) const BEHIND_ONLY: &[&str] = &[
    "kc",
    "kč",
    "tl",
    "zl",
    "zł",
    "ether",
    "ethereum",
    "bitcoin",
    "bitcoins",
    "monero",
    "litecoin",
    "litecoins",
    "sats",
    "satoshi",
    "satoshis",
    "cents",
    "bucks",
    "dollar",
    "dollars",
    "quid",
    "yen",
    "yuan",
    "lira",
    "lei",
    "din",
    "din.",
    "forint",
    "reais",
    "р.",
];
/// Read only as written: "1200 ft" is a distance.
pub(super) const AS_WRITTEN: &[(Unit, &str)] = &[(Unit::One("HUF", 1), "Ft")];
/// Symbols that ISO 4217 has for it but that are no currency in a listing.
pub(super) const NO_CODES: &[&str] = &["XXX", "XTS", "XAG", "XAU", "XPD", "XPT", "XDR", "XBA", "XBB", "XBC", "XBD", "XUA", "XSU"];

pub(super) static TABLE: LazyLock<HashMap<&'static str, Unit, FxBuildHasher>> =
    LazyLock::new(|| MARKS.iter().flat_map(|(unit, words)| words.split(' ').map(move |word| (word, *unit))).collect());
pub(super) static LONGEST_MARK: LazyLock<usize> = LazyLock::new(|| TABLE.keys().map(|mark| mark.chars().count()).max().unwrap_or(1));

/// The currency that a mark stands for, with whether it is a word that needs an amount with cents.
pub(super) fn unit_of(mark: &str) -> Option<(Unit, bool)> {
    if let Some(unit) = TABLE.get(mark.to_lowercase().as_str()) {
        return Some((*unit, false));
    }
    if let Some((unit, _)) = AS_WRITTEN.iter().find(|(_, written)| *written == mark) {
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
    let needs_cents = WORD_CODES.contains(&known.code()) || !USUAL_CODES.contains(&known.code());
    Some((Unit::One(known.code(), 1), needs_cents))
}

/// No mark holds blanks, digits or brackets.
pub(super) fn ends_mark(ch: char) -> bool {
    ch.is_whitespace() || ch.is_ascii_digit() || matches!(ch, ',' | '(' | ')' | '/' | ':' | ';' | '"')
}

/// The longest mark that ends `head`.
pub(super) fn match_before(head: &str) -> Option<Mark> {
    let mut best = None;
    for (count, (at, ch)) in head.char_indices().rev().enumerate() {
        if count >= *LONGEST_MARK || ends_mark(ch) {
            break;
        }
        let mark = &head[at..];
        let word = mark.starts_with(char::is_alphanumeric);
        let touches = head[..at].ends_with(|c: char| c.is_alphabetic() || (c.is_ascii_digit() && word));
        if word && touches {
            continue;
        }
        let Some((unit, needs_cents)) = unit_of(mark) else { continue };
        if !needs_cents && !BEHIND_ONLY.contains(&mark.to_lowercase().as_str()) {
            best = Some(Mark { unit, start: at, end: head.len(), word });
        }
    }
    best
}
