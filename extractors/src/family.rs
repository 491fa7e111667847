//! Families: listings that are copies of one another - re-posts, quantities of one good, copies by other sellers, mirrors.
//!
//! Two questions, in this order. What makes goods differ: kind, model, calibre, strength, article number and every word that one
//! title has in place of a word of the other; a single such difference parts two listings, however alike the rest is. Then what makes
//! texts copies: the words of the titles, and the shingles of the descriptions without the sentences that a seller writes under
//! everything (Broder, "On the resemblance and containment of documents", 1997: resemblance of sets of shingles, estimated by the
//! least of a permutation). Fingerprints of one bit a feature (Charikar 2002; Manku and others 2007) were left aside: they need texts
//! of some length, and most advertisements are a title.
//!
//! Copies are found by bands: least hashes of title words and of shingles, joined two and three at a time, so that listings which may
//! be copies share at least one of [`BANDS`] numbers. Whether they are copies is then asked exactly, of the two sketches.
//!
//! A family is kept as the sketch of its first listing: a copy is compared with that one alone, which learns what it did not tell. So all
//! that a family's listings tell of model, calibre, subtype and serial agrees, whatever their order. The language is not asked: words of
//! another one are other words.
//!
//! Cost of a listing: at most 512 bytes of title and 32 KiB of description are read, 256 shingles kept; a question compares at most
//! 64 words with 64 words and two sorted lists.

mod alike;
mod bands;
mod goods;
mod lexicon;
mod numbers;
mod packed;
mod text;
mod tokens;
mod words;

use serde::{Deserialize, Serialize};

use crate::record::Listing;

use alike::Overlap;
use goods::Goods;
use words::Title;

pub use bands::BANDS;
pub use text::{Template, sentences};

/// Share of the smaller description's shingles that is in the other one, from which on descriptions are copies.
const COPIED: f64 = 0.5;
/// The same, where the titles speak of other things.
const WHOLE: f64 = 0.8;
/// Below this share the descriptions are of other writing.
const UNLIKE: f64 = 0.2;
/// Fewer shingles tell nothing.
const TELLING: usize = 8;
/// Share of the words of both titles that must be common where no description speaks.
const TITLES: f64 = 0.75;
/// The same for titles of one seller.
const OWN_TITLES: f64 = 0.6;
/// Words that titles of different sellers share, at least: the bare name of a good is no copy.
const BY_OTHERS: usize = 4;

/// What is kept of a listing to tell its copies.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sketch {
    goods: Goods,
    title: Title,
    #[serde(with = "packed")]
    shingles: Vec<u32>,
    source: u64,
    seller: Option<u64>,
}

impl Sketch {
    /// The sketch of a classified listing. `seller` names its seller over all sources, where one is told; `is_template` tells of the hash
    /// of a sentence whether this seller or source writes it under everything: see [`Template`].
    pub fn of(listing: &Listing, source: &str, seller: Option<&str>, is_template: impl Fn(u64) -> bool) -> Self {
        let goods = Goods::of(listing);
        let title = Title::of(listing, &goods);
        Self { shingles: text::shingles(listing, is_template), source: bands::hash(source), seller: seller.map(bands::hash), goods, title }
    }

    /// Numbers of 31 bits of which copies share at least one, mostly; sorted, each once.
    pub fn bands(&self) -> Vec<u32> {
        bands::of(&self.goods, &self.title, &self.shingles)
    }

    /// What the title says without quantities: the same for the steps of a price ladder.
    pub fn title_key(&self) -> u64 {
        bands::hash_all(self.title.words.iter().chain(&self.title.figures).map(String::as_str))
    }

    /// Whether both are copies of one advertisement. The same either way round.
    pub fn is_copy(&self, other: &Self) -> bool {
        if !self.goods.agree(&other.goods) {
            return false;
        }
        match numbers::same_article(&self.title.articles, &other.title.articles) {
            Some(true) => return self.title.agrees(&other.title),
            // A box and a case of the same have numbers of their own.
            Some(false) if !self.title.shares_code(&other.title) => return false,
            _ => {}
        }
        if !self.title.agrees_wholly(&other.title) {
            return false;
        }
        let overlap = Overlap::of(&self.title, &other.title);
        let shared = text::contained(&self.shingles, &other.shingles, TELLING);
        let copied = shared.is_some_and(|share| share >= COPIED);
        let same_goods = self.goods == other.goods;
        let (same_seller, other_seller) = match (self.seller, other.seller) {
            (Some(one), Some(other)) => (one == other, one != other),
            _ => (false, false),
        };
        if overlap.replaces() {
            // Where the codebook knows the model, or another seller took the whole text, a copied description tells more than another
            // headline; so does a maker's number.
            let whole = shared.is_some_and(|share| share >= WHOLE);
            return same_goods
                && (copied && !self.goods.model.is_empty()
                    || whole && other_seller
                    || self.title.shares_code(&other.title) && overlap.common > 1);
        }
        if copied {
            return overlap.common > 0;
        }
        if !same_goods {
            return false;
        }
        if shared.is_some_and(|share| share < UNLIKE) {
            return same_seller && overlap.share() >= 1.0 && overlap.common > 1;
        }
        if same_seller || shared.is_some() {
            let alike = if same_seller { OWN_TITLES } else { TITLES };
            return overlap.common > 0 && (overlap.share() >= alike || self.title.shares_code(&other.title));
        }
        let unknown = self.seller.is_none() && other.seller.is_none() && self.source == other.source;
        if unknown && self.title.wording == other.title.wording {
            // Sellers are not told, but praise and terms are in the same words: one price ladder.
            return self.told(other, overlap) > 1;
        }
        let enough = match overlap.share() >= 1.0 {
            false if other_seller => BY_OTHERS + 1,
            true if other_seller && !self.title.figures.is_empty() => BY_OTHERS + 1,
            _ => BY_OTHERS,
        };
        let told = self.told(other, overlap) + 2 * usize::from(!self.goods.calibres.is_empty());
        told >= enough && (overlap.share() >= TITLES || self.title.shares_code(&other.title))
    }

    /// Takes over what a copy tells and this sketch, the first of the family, does not: a later copy must agree with both. Returns whether
    /// there was such a thing.
    pub fn learn(&mut self, copy: &Self) -> bool {
        let before = (self.goods.clone(), self.title.figures.is_empty());
        self.goods.fill(&copy.goods);
        self.title.fill(&copy.title);
        before != (self.goods.clone(), self.title.figures.is_empty())
    }

    /// How much both titles tell alike beyond the name of an arm.
    fn told(&self, other: &Self, overlap: Overlap) -> usize {
        let named = self.title.naming.min(other.title.naming);
        overlap.common.saturating_sub(named) + self.title.figures.len()
    }
}
