//! The description: its sentences, those that stand under everything, and the shingles of the rest.

use serde::{Deserialize, Serialize};

use super::bands::{hash, hash_all};
use super::packed;
use crate::html::prefix;
use crate::record::Listing;

/// Bytes of a description that are read.
const LONGEST: usize = 32 << 10;
/// Shingles that are kept: the least, so that two long texts keep the same ones.
const SHINGLES: usize = 256;
/// Words of a shingle.
const WORDS: usize = 3;
/// Sentences that a [`Template`] remembers.
const REMEMBERED: usize = 128;

/// Sentences that one seller, or a source where no seller is told, writes under listings of different goods: shipping rules, addresses,
/// greetings.
///
/// It learns from listings in their order. At most 128 sentences are remembered; beyond that the oldest one that is no template yet is forgotten.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Template(#[serde(with = "packed::triples")] Vec<Seen>);

/// A sentence, and the first two titles that it stood under. The third one makes it a template: both are [`MANY`] then.
type Seen = [u32; 3];

/// In place of titles: there were three.
const MANY: u32 = u32::MAX;

impl Template {
    /// Learns the sentences of a listing; `title` is its [`super::Sketch::title_key`]: the steps of one price ladder count once. Returns
    /// whether there was anything new in them.
    pub fn learn(&mut self, title: u64, listing: &Listing) -> bool {
        let title = (title as u32).clamp(1, MANY - 1);
        let mut new = false;
        for sentence in sentences(listing) {
            match self.0.iter_mut().find(|seen| seen[0] == sentence as u32) {
                Some([_, one, two]) if *one != MANY && *one != title && *two != title => {
                    if *two == 0 {
                        *two = title
                    } else {
                        (*one, *two) = (MANY, MANY)
                    }
                }
                Some(_) => continue,
                None => self.remember([sentence as u32, title, 0]),
            }
            new = true;
        }
        new
    }

    /// Whether the sentence of this hash stands under three different goods.
    pub fn has(&self, sentence: u64) -> bool {
        self.0.iter().any(|[seen, one, _]| *one == MANY && *seen == sentence as u32)
    }

    fn remember(&mut self, seen: Seen) {
        if self.0.len() >= REMEMBERED {
            let oldest = self.0.iter().position(|[_, one, _]| *one != MANY).unwrap_or(0);
            self.0.remove(oldest);
        }
        self.0.push(seen);
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
pub(super) fn shingles(listing: &Listing, is_template: impl Fn(u64) -> bool) -> Vec<u32> {
    let words: Vec<u64> = split(listing).filter(|words| !is_template(hash_of(words))).flatten().map(|word| hash(&word)).collect();
    let row = |row: &[u64]| row.iter().fold(0, |all: u64, word| all.rotate_left(21) ^ word) as u32;
    let mut shingles: Vec<u32> = words.windows(WORDS).map(row).collect();
    shingles.sort_unstable();
    shingles.dedup();
    shingles.truncate(SHINGLES);
    shingles
}

/// Share of the smaller set that is in the other; nothing where one has fewer than `least`.
pub(super) fn contained(one: &[u32], other: &[u32], least: usize) -> Option<f64> {
    let smaller = one.len().min(other.len());
    if smaller < least {
        return None;
    }
    // Of a set that was cut only what lies below the cut of both can be compared.
    let cut = [one, other].into_iter().filter(|set| set.len() == SHINGLES).filter_map(|set| set.last()).min();
    let within = |set: &[u32]| cut.map_or(set.len(), |cut| set.partition_point(|value| value <= cut));
    let (one, other) = (one.get(..within(one)).unwrap_or(one), other.get(..within(other)).unwrap_or(other));
    let common = one.iter().filter(|value| other.binary_search(value).is_ok()).count();
    Some(common as f64 / one.len().min(other.len()).max(1) as f64)
}
