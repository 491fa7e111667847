//! What the words around an address say of it: an explorer's link, a mixer, an exchange, escrow, several signers.

use std::ops::Range;
use std::sync::LazyLock;

use super::Words;

/// Bytes before and after an address that are looked at.
const BEFORE: usize = 160;
const AFTER: usize = 96;

const EXPLORER: &str = "explorer";

/// Word or site, what it says. Sites of explorers count where the address stands in their link.
const WORDS: &[(&str, &str)] = &[
    ("mixer", "mixer"),
    ("mixers", "mixer"),
    ("mixing", "mixer"),
    ("tumbler", "mixer"),
    ("tumble", "mixer"),
    ("tumbling", "mixer"),
    ("coinjoin", "mixer"),
    ("whirlpool", "mixer"),
    ("wasabi", "mixer"),
    ("joinmarket", "mixer"),
    ("tornado cash", "mixer"),
    ("tornado.cash", "mixer"),
    ("chipmixer", "mixer"),
    ("sinbad", "mixer"),
    ("blender.io", "mixer"),
    ("helix", "mixer"),
    ("миксер", "mixer"),
    ("миксера", "mixer"),
    ("mélangeur", "mixer"),
    ("mezclador", "mixer"),
    ("exchange", "exchange"),
    ("exchanger", "exchange"),
    ("binance", "exchange"),
    ("coinbase", "exchange"),
    ("kraken", "exchange"),
    ("bitfinex", "exchange"),
    ("bitstamp", "exchange"),
    ("kucoin", "exchange"),
    ("huobi", "exchange"),
    ("htx", "exchange"),
    ("bybit", "exchange"),
    ("okx", "exchange"),
    ("bitget", "exchange"),
    ("gate.io", "exchange"),
    ("poloniex", "exchange"),
    ("bittrex", "exchange"),
    ("localbitcoins", "exchange"),
    ("localmonero", "exchange"),
    ("paxful", "exchange"),
    ("bisq", "exchange"),
    ("hodl hodl", "exchange"),
    ("changenow", "exchange"),
    ("fixedfloat", "exchange"),
    ("sideshift", "exchange"),
    ("morphtoken", "exchange"),
    ("trocador", "exchange"),
    ("garantex", "exchange"),
    ("bestchange", "exchange"),
    ("börse", "exchange"),
    ("обменник", "exchange"),
    ("биржа", "exchange"),
    ("escrow", "escrow"),
    ("treuhand", "escrow"),
    ("treuhänder", "escrow"),
    ("séquestre", "escrow"),
    ("fideicomiso", "escrow"),
    ("depósito en garantía", "escrow"),
    ("гарант", "escrow"),
    ("гаранта", "escrow"),
    ("эскроу", "escrow"),
    ("multisig", "multisig"),
    ("multi-sig", "multisig"),
    ("multi sig", "multisig"),
    ("multisignature", "multisig"),
    ("2-of-3", "multisig"),
    ("2 of 3", "multisig"),
    ("2/3 multisig", "multisig"),
    ("redeem script", "multisig"),
    ("redeemscript", "multisig"),
    ("мультиподпись", "multisig"),
    ("blockchain.com", EXPLORER),
    ("blockchain.info", EXPLORER),
    ("blockchair.com", EXPLORER),
    ("blockstream.info", EXPLORER),
    ("mempool.space", EXPLORER),
    ("blockcypher.com", EXPLORER),
    ("btc.com", EXPLORER),
    ("bitinfocharts.com", EXPLORER),
    ("walletexplorer.com", EXPLORER),
    ("oxt.me", EXPLORER),
    ("litecoinspace.org", EXPLORER),
    ("dogechain.info", EXPLORER),
    ("explorer.dash.org", EXPLORER),
    ("insight.dash.org", EXPLORER),
    ("zcashblockexplorer.com", EXPLORER),
    ("xmrchain.net", EXPLORER),
    ("etherscan.io", EXPLORER),
    ("bscscan.com", EXPLORER),
    ("polygonscan.com", EXPLORER),
    ("arbiscan.io", EXPLORER),
    ("tronscan.org", EXPLORER),
    ("xrpscan.com", EXPLORER),
    ("bithomp.com", EXPLORER),
    ("stellar.expert", EXPLORER),
    ("solscan.io", EXPLORER),
    ("explorer.solana.com", EXPLORER),
    ("cardanoscan.io", EXPLORER),
    ("cexplorer.io", EXPLORER),
    ("subscan.io", EXPLORER),
    ("mintscan.io", EXPLORER),
    ("tonscan.org", EXPLORER),
    ("tonviewer.com", EXPLORER),
    ("allo.info", EXPLORER),
];

static KNOWN: LazyLock<Words> = LazyLock::new(|| Words::new(WORDS.iter().map(|(word, _)| *word)));

/// The codes of all words near the address, in the order of their names.
pub(super) fn of(text: &str, address: Range<usize>) -> Vec<String> {
    let link = super::head(text, address.start, BEFORE).rsplit(char::is_whitespace).next().unwrap_or_default().to_lowercase();
    let near = super::around(text, address, BEFORE, AFTER);
    let codes = |text| KNOWN.of(text).filter_map(|number| WORDS.get(number)).map(|(_, code)| *code);
    let said = codes(&near).filter(|code| *code != EXPLORER).chain(codes(&link).filter(|code| *code == EXPLORER));
    let mut codes: Vec<String> = said.map(str::to_owned).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}
