//! The description: its sentences, those that stand under everything, and the shingles of the rest.

use std::collections::HashMap;

use super::bands::{hash, hash_all};
use crate::html::prefix;
use crate::record::Listing;

/// Bytes of a description that are read.
const LONGEST: usize = 32 << 10;
/// Shingles that are kept: the least, so that two long texts keep the same ones.
const SHINGLES: usize = 2_048;
/// Words of a shingle.
const WORDS: usize = 3;
/// Listings of other goods that make a sentence a template.
const LISTINGS: usize = 3;
/// Sentences that a [`Template`] remembers.
const REMEMBERED: usize = 1 << 16;

/// Sentences that a seller or a source writes under listings of different goods: shipping rules, addresses, greetings.
///
/// It learns from listings in their order and forgets nothing; when 65,536 sentences are remembered it learns no further ones.
#[derive(Debug, Clone, Default)]
pub struct Template {
    seen: HashMap<(u64, u64), Vec<u64>>,
}

impl Template {
    /// Learns the sentences of a listing. `seller` is the seller, or the source where no seller is told; `title` is the listing's
    /// [`super::Sketch::title_key`]: the steps of one price ladder count once.
    pub fn learn(&mut self, seller: &str, title: u64, listing: &Listing) {
        for sentence in sentences(listing) {
            let key = (hash(seller), sentence);
            if self.seen.len() >= REMEMBERED && !self.seen.contains_key(&key) {
                continue;
            }
            let titles = self.seen.entry(key).or_default();
            if titles.len() < LISTINGS && !titles.contains(&title) {
                titles.push(title);
            }
        }
    }

    /// Whether the sentence of this hash stands under three different goods of the seller.
    pub fn has(&self, seller: &str, sentence: u64) -> bool {
        self.seen.get(&(hash(seller), sentence)).is_some_and(|titles| titles.len() >= LISTINGS)
    }
}

/// Hashes of the sentences of a description, in order; at most 32 KiB are read.
pub fn sentences(listing: &Listing) -> Vec<u64> {
    split(listing).map(|words| hash_of(&words)).collect()
}

fn hash_of(words: &[String]) -> u64 {
    hash_all(words.iter().map(String::as_str))
}

/// The words of each sentence, without figures; one that repeats the title is left out.
fn split(listing: &Listing) -> impl Iterator<Item = Vec<String>> {
    let text = prefix(&listing.description, LONGEST);
    let text = text.strip_prefix(listing.title.as_str()).unwrap_or(text);
    let title = words(&listing.title);
    let ends = |character: char| matches!(character, '\n' | '\r' | '.' | '!' | '?' | '•' | '►' | '*' | '…' | '。');
    text.split(ends).map(words).filter(move |words| !words.is_empty() && *words != title)
}

fn words(text: &str) -> Vec<String> {
    text.split(|character: char| !character.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Hashes of three words in a row, over sentences that are no template; sorted, each once.
pub(super) fn shingles(listing: &Listing, is_template: impl Fn(u64) -> bool) -> Vec<u64> {
    let words: Vec<u64> = split(listing).filter(|words| !is_template(hash_of(words))).flatten().map(|word| hash(&word)).collect();
    let mut shingles: Vec<u64> = words.windows(WORDS).map(|row| row.iter().fold(0, |all: u64, word| all.rotate_left(21) ^ word)).collect();
    shingles.sort_unstable();
    shingles.dedup();
    shingles.truncate(SHINGLES);
    shingles
}

/// Share of the smaller set that is in the other; nothing where one has fewer than `least`.
pub(super) fn contained(one: &[u64], other: &[u64], least: usize) -> Option<f64> {
    let smaller = one.len().min(other.len());
    if smaller < least {
        return None;
    }
    // Of a set that was cut only what lies below the cut of both can be compared.
    let cut = [one, other].into_iter().filter(|set| set.len() == SHINGLES).filter_map(|set| set.last()).min();
    let within = |set: &[u64]| cut.map_or(set.len(), |cut| set.partition_point(|value| value <= cut));
    let (one, other) = (one.get(..within(one)).unwrap_or(one), other.get(..within(other)).unwrap_or(other));
    let common = one.iter().filter(|value| other.binary_search(value).is_ok()).count();
    Some(common as f64 / one.len().min(other.len()).max(1) as f64)
}
