//! Payment addresses, keys and contacts in a text, in order.

use std::cmp::Reverse;

use crate::contacts::{CardKey, card};
use crate::record::{Indicator, Listing};
use crate::runs::runs;
use crate::{contacts, payment};

/// All indicators of a text, sorted by their first byte, none overlapping another; but payment URIs and links
/// stand beside what is read within them.
///
/// Where two readings overlap the longer one stays (a key block over an e-mail address within it).
/// Offsets are bytes of `text`; `field` is copied into each.
pub fn find(text: &str, field: &str) -> Vec<Indicator> {
    find_with(text, field, None)
}

/// [`find`], with the key under which numbers of payment cards are hashed.
pub fn find_with(text: &str, field: &str, cards: Option<&CardKey>) -> Vec<Indicator> {
    let mut signs = contacts::Signs::of(text);
    let mut found = payment::find(text, runs(text).inspect(|run| signs.see(text, run)));
    found.extend(contacts::find(text, &signs, cards));
    let mut wholes: Vec<Indicator> = found.extract_if(.., |one| one.kind == payment::URI || one.kind == contacts::URL).collect();
    found.sort_by(|a, b| a.start.cmp(&b.start).then(b.end.cmp(&a.end)));
    let mut kept: Vec<Indicator> = Vec::with_capacity(found.len());
    for indicator in found {
        match kept.last_mut().filter(|last| indicator.start < last.end) {
            Some(last) if indicator.end - indicator.start > last.end - last.start => *last = indicator,
            Some(_) => {}
            None => kept.push(indicator),
        }
    }
    if !wholes.is_empty() {
        wholes.retain(|whole| {
            let first = kept.partition_point(|one| one.end <= whole.start);
            let parts = kept.iter().skip(first).take_while(|one| one.start < whole.end);
            whole.kind == payment::URI || contacts::says_more(whole, parts)
        });
        kept.extend(wholes);
        kept.sort_by_key(|one| (one.start, Reverse(one.end)));
    }
    for indicator in &mut kept {
        indicator.field = field.to_owned();
    }
    kept
}

/// Finds what stands in title and description of a listing, and makes numbers of payment cards unreadable there.
pub fn fill(listing: &mut Listing, cards: Option<&CardKey>) {
    listing.indicators = find_with(&listing.title, "title", cards);
    listing.indicators.extend(find_with(&listing.description, "description", cards));
    card::conceal(&mut listing.title, "title", &listing.indicators);
    card::conceal(&mut listing.description, "description", &listing.indicators);
}
