//! Least hashes in bands, by which copies are found without comparing everything with everything.

use super::goods::Goods;
use super::words::Title;

/// Numbers of a sketch, at most. Each is a row that a store finds and writes at a place of its own, so that they are few.
pub const BANDS: usize = if BY_TITLE > BESIDE_TEXT + BY_TEXT { BY_TITLE } else { BESIDE_TEXT + BY_TEXT } + BY_ARTICLE;
/// Bands of two least hashes of title words: two titles that share half of their words meet in four of five cases.
const BY_TITLE: usize = 6;
/// The same where a description tells of copies too.
const BESIDE_TEXT: usize = 3;
/// Bands of three least hashes of shingles.
const BY_TEXT: usize = 4;
/// Article numbers that are bands of their own.
const BY_ARTICLE: usize = 2;

/// FNV-1a of 64 bits, mixed: the same on every machine and in every version, as what is stored must be.
pub(super) fn hash(text: &str) -> u64 {
    mix(text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)))
}

/// The finalizer of SplitMix64.
fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

fn join(one: u64, other: u64) -> u64 {
    mix(one.rotate_left(23) ^ other.wrapping_add(0x9e37_79b9_7f4a_7c15))
}

/// A hash of words in their order.
pub(super) fn hash_all<'a>(words: impl Iterator<Item = &'a str>) -> u64 {
    words.fold(0, |all, word| join(all, hash(word)))
}

/// 31 bits tell millions of listings apart well enough: who meets by chance is compared once more than needed.
pub(super) fn of(goods: &Goods, title: &Title, shingles: &[u32]) -> Vec<u32> {
    let goods = hash_all(goods.parts());
    let words: Vec<u64> = title.words.iter().map(|word| hash(word)).collect();
    let by_title = if shingles.is_empty() { BY_TITLE } else { BESIDE_TEXT };
    let mut bands: Vec<u64> = least(&words, by_title, 2, join(goods, 1)).collect();
    let shingles: Vec<u64> = shingles.iter().map(|one| u64::from(*one)).collect();
    bands.extend(least(&shingles, BY_TEXT, 3, 2));
    bands.extend(title.articles.iter().take(BY_ARTICLE).map(|article| join(3, *article)));
    let mut bands: Vec<u32> = bands.into_iter().map(|band| band as u32 & 0x7fff_ffff).collect();
    bands.sort_unstable();
    bands.dedup();
    bands
}

/// `count` bands of `rows` least hashes each; none of an empty set.
fn least(set: &[u64], count: usize, rows: usize, seed: u64) -> impl Iterator<Item = u64> {
    let count = if set.is_empty() { 0 } else { count as u64 };
    (0..count).map(move |band| {
        let permuted = (0..rows as u64).map(|row| {
            let salt = mix(band * 8 + row + 1);
            set.iter().map(|one| mix(one ^ salt)).min().unwrap_or_default()
        });
        permuted.fold(join(seed, band), join)
    })
}
