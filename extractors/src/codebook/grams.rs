//! Words and pieces of words of a listing as places in a table of fixed size, for the linear model ("hashing trick": Weinberger et al.,
//! "Feature hashing for large scale multitask learning", ICML 2009).

use super::Codebook;
use super::lexicon::Sense;
use super::reading::Reading;

/// Size of the table; a power of two.
pub const BUCKETS: usize = 1 << 16;
/// Tokens of a title that are read.
const TITLE: usize = 48;
/// Tokens of a description that are read.
const DESCRIPTION: usize = 160;
/// Characters of a word that are taken to pieces.
const LONGEST: usize = 24;
/// Length of all pieces together, where the grams of another kind have 1: what is written in a way that was not met before is known by them.
const WEIGHT_OF_PIECES: f32 = 1.5;

/// What a gram is made of; the same letters mean something else in another place.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Word,
    Pair,
    Piece,
    Told,
    ToldPair,
    Sense,
    SensePair,
    ToldSense,
    Sign,
}

/// A gram of a listing.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gram {
    /// Place in the table.
    pub(crate) bucket: usize,
    /// How much it counts: the grams of one kind together have length 1, pieces of words [`WEIGHT_OF_PIECES`].
    pub(crate) value: f32,
    /// Whether it stands in the description, not in the title.
    pub(crate) told: bool,
    /// First token.
    pub(crate) first: usize,
    /// Token after the last.
    pub(crate) last: usize,
}

/// The grams of title and description, and signs that the rules found. The site's categories are left out: labels are often made of them.
pub(crate) fn grams(codebook: &Codebook, title: &Reading<'_>, description: &Reading<'_>, signs: &[u64]) -> Vec<Gram> {
    let mut all = Vec::with_capacity(384);
    words(title, TITLE, [Kind::Word, Kind::Pair], false, &mut all);
    pieces(title, &mut all);
    words(description, DESCRIPTION, [Kind::Told, Kind::ToldPair], true, &mut all);
    senses(codebook, title, TITLE, Kind::Sense, &mut all);
    senses(codebook, description, DESCRIPTION, Kind::ToldSense, &mut all);
    let begin = all.len();
    all.extend(signs.iter().map(|&sign| Gram { bucket: bucket(step(seed(Kind::Sign), sign)), value: 0.0, told: false, first: 0, last: 0 }));
    level(&mut all, begin, 1.0);
    all
}

/// A sign by number and codes: places in tables change with each codebook.
pub(crate) fn sign(number: u64, codes: &[&str]) -> u64 {
    codes
        .iter()
        .fold(step(seed(Kind::Sign), number), |mixed, code| code.bytes().fold(step(mixed, 1), |mixed, byte| step(mixed, u64::from(byte))))
}

/// What the lexicon's terms stand for, which is the same in all languages, each with the role of its stretch; in a title two in a row, too.
fn senses(codebook: &Codebook, reading: &Reading<'_>, most: usize, kind: Kind, all: &mut Vec<Gram>) {
    let begin = all.len();
    let told = matches!(kind, Kind::ToldSense);
    let mut before: Option<(u64, usize)> = None;
    for hit in reading.hits.iter().filter(|hit| hit.first < most) {
        let Some(sense) = sense(codebook, hit.sense) else { continue };
        let one = step(sense, reading.zone(hit.first) as u64 + 1);
        all.push(Gram { bucket: bucket(step(seed(kind), one)), value: 0.0, told, first: hit.first, last: hit.last });
        if let Some((before, first)) = before.filter(|_| !told) {
            let both = step(seed(Kind::SensePair), before).rotate_left(21) ^ one;
            all.push(Gram { bucket: bucket(both), value: 0.0, told, first, last: hit.last });
        }
        before = Some((one, hit.first));
    }
    level(all, begin, 1.0);
}

/// What a term stands for, by codes: places in tables change with each codebook.
fn sense(codebook: &Codebook, sense: Sense) -> Option<u64> {
    let file = &codebook.file;
    let codes = |kind: u64, codes: &[&str]| {
        codes.iter().fold(step(seed(Kind::Sense), kind), |mixed, code| {
            code.bytes().fold(step(mixed, 1), |mixed, byte| step(mixed, u64::from(byte)))
        })
    };
    Some(match sense {
        Sense::Noun(at) => file.noun.get(at).map(|noun| codes(1, &[&noun.of, noun.subtype.as_deref().unwrap_or("")]))?,
        Sense::Cue(at) => file.cue.get(at).map(|cue| codes(2, &[&cue.of]))?,
        Sense::Neutral => codes(3, &[]),
        Sense::Trait(at, _) => file.traits.get(at).map(|one| codes(4, &[&one.code]))?,
        Sense::Link(kind) => codes(5 + kind as u64, &[]),
        Sense::Value(at) => file.value.get(at).map(|value| codes(7, &[value.field.as_str(), &value.value]))?,
        Sense::Maker(at) => file.maker.get(at).map(|maker| codes(8 + u64::from(maker.common), &[&maker.makes.join(" ")]))?,
        Sense::Model(at, alone) => {
            let model = codebook.lexicon.models.get(at)?;
            codes(10 + u64::from(alone), &[model.category, model.subtype.unwrap_or("")])
        }
        Sense::Calibre(at) => file.calibre.get(at).map(|one| codes(12 + one.kind as u64, &[one.arm.as_deref().unwrap_or("")]))?,
        Sense::Intent(..) | Sense::Risk(_) | Sense::Scam(_) => return None,
    })
}

fn words(reading: &Reading<'_>, most: usize, [word, pair]: [Kind; 2], told: bool, all: &mut Vec<Gram>) {
    let begin = all.len();
    let seeds = (seed(word), seed(pair));
    let mut before: Option<u64> = None;
    for token in 0..reading.len().min(most) {
        let (one, paired) = hashes(seeds, shape(reading.word(token)));
        all.push(Gram { bucket: bucket(one), value: 0.0, told, first: token, last: token + 1 });
        if let Some(before) = before {
            let both = before.rotate_left(21) ^ paired;
            all.push(Gram { bucket: bucket(both), value: 0.0, told, first: token - 1, last: token + 1 });
        }
        before = Some(one);
    }
    level(all, begin, 1.0);
}

/// Pieces of three to five characters of the title's words, their ends marked, so that a word in another form or language resembles itself.
fn pieces(title: &Reading<'_>, all: &mut Vec<Gram>) {
    let begin = all.len();
    let mut letters: Vec<char> = Vec::with_capacity(LONGEST + 2);
    for token in 0..title.len().min(TITLE) {
        let word = title.word(token);
        if word.len() < 3 || word.starts_with(|c: char| c.is_ascii_digit()) {
            continue;
        }
        letters.clear();
        letters.push(' ');
        letters.extend(word.chars().take(LONGEST));
        letters.push(' ');
        for size in 3..=5 {
            for piece in letters.windows(size) {
                let mut mixed = seed(Kind::Piece);
                piece.iter().for_each(|&c| mixed = step(mixed, u64::from(u32::from(c))));
                all.push(Gram { bucket: bucket(mixed), value: 0.0, told: false, first: token, last: token + 1 });
            }
        }
    }
    level(all, begin, WEIGHT_OF_PIECES);
}

/// Gives the grams from `begin` on this length together.
fn level(all: &mut [Gram], begin: usize, length: f32) {
    let group = all.get_mut(begin..).unwrap_or_default();
    let value = length / (group.len().max(1) as f32).sqrt();
    group.iter_mut().for_each(|gram| gram.value = value);
}

/// Long numbers are article numbers: one is as good as another.
fn shape(word: &str) -> &str {
    if word.len() > 4 && word.bytes().all(|byte| byte.is_ascii_digit()) { "#" } else { word }
}

fn seed(kind: Kind) -> u64 {
    step(0xcbf2_9ce4_8422_2325, kind as u64 + 1)
}

fn step(mixed: u64, part: u64) -> u64 {
    (mixed ^ part).wrapping_mul(0x0000_0100_0000_01b3)
}

/// Two hashes of a word in one go.
fn hashes(seeds: (u64, u64), text: &str) -> (u64, u64) {
    text.bytes().fold(seeds, |(one, other), byte| (step(one, u64::from(byte)), step(other, u64::from(byte))))
}

/// The low bits of FNV are poor in short texts: the high ones are folded in.
fn bucket(mixed: u64) -> usize {
    let mixed = (mixed ^ (mixed >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed >> 48) as usize & (BUCKETS - 1)
}
