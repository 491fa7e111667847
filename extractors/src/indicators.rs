//! Payment addresses, keys and contacts in a text, in order.

use std::cmp::Reverse;

use crate::record::Indicator;
use crate::runs::runs;
use crate::{contacts, payment};

/// All indicators of a text, sorted by their first byte, none overlapping another; but a payment URI stands beside the address within it.
///
/// Where two readings overlap the longer one stays (a key block over an e-mail address within it).
/// Offsets are bytes of `text`; `field` is copied into each.
pub fn find(text: &str, field: &str) -> Vec<Indicator> {
    let mut signs = contacts::Signs::of(text);
    let mut found = payment::find(text, runs(text).inspect(|run| signs.see(text, run)));
    let uris: Vec<Indicator> = found.extract_if(.., |one| one.kind == payment::URI).collect();
    found.extend(contacts::find(text, &signs));
    found.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    let mut kept: Vec<Indicator> = Vec::with_capacity(found.len());
    for indicator in found {
        match kept.last_mut().filter(|last| indicator.start < last.end) {
            Some(last) if indicator.end - indicator.start > last.end - last.start => *last = indicator,
            Some(_) => {}
            None => kept.push(indicator),
        }
    }
    if !uris.is_empty() {
        kept.extend(uris);
        kept.sort_by_key(|one| (one.start, Reverse(one.end)));
    }
    for indicator in &mut kept {
        indicator.field = field.to_owned();
    }
    kept
}
