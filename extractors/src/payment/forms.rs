//! Every asset and form that can be read.

/// A form in which payments are asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Form {
    /// `BTC`, `LTC`, `XMR`, `ETH` ...
    pub asset: &'static str,
    /// As in [`super::Address::form`], or that of a payment URI.
    pub form: &'static str,
}

const fn form(asset: &'static str, form: &'static str) -> Form {
    Form { asset, form }
}

/// All of them; `docs/payment.md` has a row for each.
pub const FORMS: &[Form] = &[
    form("BTC", "p2pkh"),
    form("BTC", "p2sh"),
    form("BTC", "p2wpkh"),
    form("BTC", "p2wsh"),
    form("BTC", "p2tr"),
    form("BTC", "segwit_future"),
    form("BTC", "bolt11"),
    form("BTC", "xpub"),
    form("BTC", "ypub"),
    form("BTC", "Ypub"),
    form("BTC", "zpub"),
    form("BTC", "Zpub"),
    form("BTC", "tpub"),
    form("BTC", "upub"),
    form("BTC", "vpub"),
    form("BTC", "bip21"),
    form("LTC", "p2pkh"),
    form("LTC", "p2sh"),
    form("LTC", "p2wpkh"),
    form("LTC", "p2wsh"),
    form("LTC", "p2tr"),
    form("LTC", "segwit_future"),
    form("LTC", "mweb"),
    form("LTC", "Ltub"),
    form("LTC", "Mtub"),
    form("LTC", "bip21"),
    form("BCH", "cashaddr"),
    form("BCH", "cashaddr_bare"),
    form("BCH", "bip21"),
    form("DOGE", "p2pkh"),
    form("DOGE", "p2sh"),
    form("DOGE", "bip21"),
    form("DASH", "p2pkh"),
    form("DASH", "p2sh"),
    form("DASH", "bip21"),
    form("ZEC", "transparent_p2pkh"),
    form("ZEC", "transparent_p2sh"),
    form("ZEC", "sapling"),
    form("ZEC", "unified"),
    form("ZEC", "tex"),
    form("XMR", "standard"),
    form("XMR", "subaddress"),
    form("XMR", "integrated"),
    form("XMR", "view_key"),
    form("XMR", "monero"),
    form("ETH", "eip55"),
    form("ETH", "lower_case"),
    form("ETH", "upper_case"),
    form("ETH", "ethereum"),
    form("TRX", "base58"),
    form("XRP", "classic"),
    form("XRP", "x_address"),
    form("XLM", "strkey"),
    form("XLM", "muxed"),
    form("SOL", "base58"),
    form("ADA", "shelley"),
    form("ADA", "stake"),
    form("ADA", "byron"),
    form("DOT", "ss58"),
    form("KSM", "ss58"),
    form("ATOM", "bech32"),
    form("BNB", "bech32"),
    form("TON", "user_friendly"),
    form("TON", "raw"),
    form("ALGO", "base32"),
];
