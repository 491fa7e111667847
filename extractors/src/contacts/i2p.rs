//! Hidden services of I2P: names, and hashes of destinations in base32 (I2P naming specification).

use std::sync::LazyLock;

use crate::pattern::Pattern;
use crate::record::Indicator;

/// Letters of the SHA-256 of a destination in base32; those of encrypted services have more.
const HASH: usize = 52;
const ENCRYPTED: usize = 56;

static NAME: LazyLock<Option<Pattern>> = LazyLock::new(|| {
    let dot = r"(?:\.|\[\.\]|\(\.\)|\{\.\}|\[dot\])";
    Pattern::new(&format!(r"(?i)(?:^|[^\w.@-])((?:[a-z0-9-]{{1,67}}{dot}){{1,5}}i2p)(?:[^\w.@-]|\.(?:\W|$)|$)"))
});

/// All names without subdomain, in lower case: `NAME.i2p`, `HASH.b32.i2p`. They carry no checksum.
pub(super) fn find(text: &str) -> Vec<Indicator> {
    let Some(pattern) = NAME.as_ref() else { return Vec::new() };
    pattern.captures_iter(text).filter_map(|found| found.get(1)).filter_map(|name| read(&name, text)).collect()
}

fn read(name: &regex::Match<'_>, text: &str) -> Option<Indicator> {
    let lower = name.as_str().to_ascii_lowercase().replace("dot", ".");
    let labels: Vec<&str> = lower.split(|c: char| !(c.is_ascii_alphanumeric() || c == '-')).filter(|label| !label.is_empty()).collect();
    let value = match labels.as_slice() {
        [.., hash, "b32", _] => is_hash(hash).then(|| format!("{hash}.b32.i2p"))?,
        [.., own, _] if *own != "b32" && !own.starts_with('-') && !own.ends_with('-') => format!("{own}.i2p"),
        _ => return None,
    };
    Some(super::indicator("i2p", value, false, text, name.start(), name.end()))
}

fn is_hash(label: &str) -> bool {
    (label.len() == HASH || label.len() >= ENCRYPTED) && label.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'2'..=b'7'))
}
