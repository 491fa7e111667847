//! Codes of currencies and coins, by how far they can be told from words.

/// Coins whose codes are no words.
pub(super) const COINS: &[&str] = &["BTC", "XMR", "LTC", "ETH", "BCH", "ZEC", "DOGE", "USDT", "USDC", "TRX", "XRP", "XLM", "BNB"];
/// Coins whose codes are words: only behind an amount with decimals, or in a price field.
pub(super) const COIN_WORDS: &[&str] = &["DASH", "SOL", "ADA", "TON", "DOT", "ATOM", "ALGO"];
/// Coins of which a whole one is worth much: "1,234 XMR" has decimals.
pub(super) const DIVISIBLE: &[&str] = &["BTC", "XMR", "ETH", "BCH", "LTC", "ZEC", "BNB"];
/// Codes taken in lower case too: no words of the languages that we read.
pub(super) const LOWER_CODES: &[&str] =
    &["USD", "EUR", "GBP", "CHF", "AUD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RUB", "UAH", "BRL", "JPY", "CNY", "HKD"];
/// Codes that are words, parts of arms or technical terms: only behind an amount with cents.
pub(super) const WORD_CODES: &[&str] = &[
    "ALL", "TOP", "MOP", "CUP", "PEN", "GEL", "BAM", "MAD", "SOS", "LAK", "COP", "NIO", "ANG", "CAD", "TRY", "RON", "STN", "BOB", "BAR",
    "XXX", "XTS", "CHE", "CHW", "COU", "SLE", "LSL", "ERN", "ARS",
];
/// Those of them in daily use: read without cents, too, where nothing speaks against it.
pub(super) const USUAL_WORD_CODES: &[&str] = &["CAD", "TRY", "RON", "ARS", "MAD", "SAR"];
/// Codes in daily use: no cents needed. The others are too often model names ("30SAR", "6.8 WST").
pub(super) const USUAL_CODES: &[&str] = &[
    "USD", "EUR", "GBP", "CHF", "AUD", "NZD", "SEK", "NOK", "DKK", "ISK", "PLN", "CZK", "HUF", "BGN", "RSD", "RUB", "UAH", "ILS", "ZAR",
    "INR", "CNY", "JPY", "KRW", "HKD", "SGD", "TWD", "THB", "MXN", "CLP", "PHP", "IDR", "MYR", "VND", "AED", "KZT", "BYN", "BRL", "HRK",
    "EGP", "PKR", "MKD",
];
/// Codes that are no longer in ISO 4217 and still stand on old pages.
pub(super) const FORMER: &[&str] = &[
    "DEM", "FRF", "ITL", "ESP", "PTE", "ATS", "BEF", "NLG", "IEP", "FIM", "GRD", "LUF", "SIT", "SKK", "EEK", "LVL", "LTL", "CYP", "MTL",
    "HRK", "VEF", "VEB", "BYR", "ROL", "TRL", "MRO", "STD", "ZMK", "GHC", "AZM", "TMM",
];
/// Symbols that ISO 4217 has for it but that are no currency in a listing.
pub(super) const NO_CODES: &[&str] = &["XXX", "XTS", "XAG", "XAU", "XPD", "XPT", "XDR", "XBA", "XBB", "XBC", "XBD", "XUA", "XSU"];
/// Dollars, the most usual first.
pub(super) const DOLLARS: &[&str] = &[
    "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "CLP", "COP", "ARS", "TWD", "BBD", "BSD", "BMD", "BND", "BZD", "FJD", "GYD", "JMD",
    "KYD", "LRD", "NAD", "SBD", "SRD", "TTD", "UYU", "XCD", "ZWL", "DOP",
];
/// Pesos; none is usual.
pub(super) const PESOS: &[&str] = &["MXN", "ARS", "COP", "CLP", "PHP", "DOP", "UYU", "CUP"];
/// Crowns; none is usual.
pub(super) const KRONOR: &[&str] = &["SEK", "NOK", "DKK", "ISK", "CZK"];
