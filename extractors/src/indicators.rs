//! Payment addresses, keys and contacts in a text, in order.

use crate::record::Indicator;
use crate::runs::runs;
use crate::{contacts, payment};

/// All indicators of a text, sorted by their first byte, none overlapping another.
///
/// Where two readings overlap the longer one stays (a key block over an e-mail address within it).
/// Offsets are bytes of `text`; `field` is copied into each.
pub fn find(text: &str, field: &str) -> Vec<Indicator> {
    let mut signs = contacts::Signs::of(text);
    let mut found = payment::find(text, runs(text).inspect(|run| signs.see(text, run)));
    found.extend(contacts::find(text, &signs));
    found.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    let mut kept: Vec<Indicator> = Vec::with_capacity(found.len());
    for mut indicator in found {
        if let Some(last) = kept.last_mut().filter(|last| indicator.start < last.end) {
            if indicator.end - indicator.start > last.end - last.start {
                indicator.field = field.to_owned();
                *last = indicator;
            }
            continue;
        }
        indicator.field = field.to_owned();
        kept.push(indicator);
    }
    kept
}
