//! Forms without a checksum: they are taken for addresses only beside a word that says so, and are never verified.

use std::sync::LazyLock;

use crate::runs::Run;

use super::{Address, Words, base58};

/// Bytes before and after the value where such a word may stand.
const BEFORE: usize = 64;
const AFTER: usize = 32;

static SOLANA: LazyLock<Words> = LazyLock::new(|| Words::new(["sol", "solana", "solscan", "phantom", "solflare", "spl"]));
static TON: LazyLock<Words> = LazyLock::new(|| Words::new(["ton", "toncoin", "tonkeeper", "tonhub", "tonscan", "tonviewer", "gram"]));
static VIEW_KEY: LazyLock<Words> =
    LazyLock::new(|| Words::new(["viewkey", "view key", "view-key", "view_key", "private view", "secret view"]));

/// Reads the run, and where its beginning is written before it, that too; gives the first byte.
pub(super) fn read(text: &str, run: &Run<'_>) -> Option<(Address, usize)> {
    let unproved = |asset, form, value| Address { asset, network: "mainnet", form, value, verified: false, also: &[] };
    if run.text.len() == 64 && run.text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let digits = run.text.to_ascii_lowercase();
        let before = text.get(..run.start)?;
        // The chain of users and that of the validators.
        if let Some(chain) = ["-1:", "0:"].into_iter().find(|chain| before.ends_with(chain)) {
            let start = run.start - chain.len();
            let alone = !text.get(..start)?.ends_with(|ch: char| ch.is_alphanumeric() || ch == ':' || ch == '.');
            return (alone && named(text, start, run.end(), &TON)).then(|| (unproved("TON", "raw", format!("{chain}{digits}")), start));
        }
        return named(text, run.start, run.start, &VIEW_KEY).then(|| (unproved("XMR", "view_key", digits), run.start));
    }
    if !matches!(run.text.len(), 32..=44) || !run.base58() || !base58::fills(run.text, b'1', 32) {
        return None;
    }
    // A word of one kind of letter is no key.
    let mixed = run.text.bytes().any(|byte| byte.is_ascii_digit()) && run.text.bytes().any(|byte| byte.is_ascii_lowercase());
    let key = mixed && named(text, run.start, run.end(), &SOLANA) && bs58::decode(run.text).into_vec().is_ok_and(|bytes| bytes.len() == 32);
    key.then(|| (unproved("SOL", "base58", run.text.to_owned()), run.start))
}

/// Whether one of the words stands alone near the value.
fn named(text: &str, start: usize, end: usize, words: &Words) -> bool {
    words.of(&super::around(text, start..end, BEFORE, AFTER)).next().is_some()
}
