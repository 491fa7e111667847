//! A field of a listing as the lexicon reads it: tokens, hits, and which stretches are the goods, what they fit, what comes along.

use super::Codebook;
use super::fold::{Folded, Gap, fold};
use super::lexicon::{Hit, Sense};
use super::schema::LinkKind;
use crate::record::Span;

/// Role of a stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// The goods themselves.
    Head,
    /// What the goods fit or are about.
    Fit,
    /// What comes along.
    Extra,
}

/// One field, read.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    pub(crate) field: &'static str,
    pub(crate) written: &'a str,
    pub(crate) folded: Folded,
    pub(crate) hits: Vec<Hit>,
    /// By token.
    pub(crate) zones: Vec<Zone>,
    /// By token: number of the stretch between separators.
    pub(crate) segments: Vec<u32>,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(codebook: &Codebook, field: &'static str, written: &'a str, language: Option<&str>) -> Self {
        let folded = fold(written, &codebook.lexicon.known);
        let hits = codebook.lexicon.find(&folded, language);
        let (zones, segments) = zones(codebook, &folded, &hits);
        Self { field, written, folded, hits, zones, segments }
    }

    /// The span of tokens `first..last` in the text as written.
    pub(crate) fn span(&self, first: usize, last: usize, why: impl Into<String>) -> Span {
        let start = self.folded.tokens.get(first).map_or(0, |t| t.from);
        let end = self.folded.tokens.get(last.saturating_sub(1)).map_or(start, |t| t.to).max(start);
        let text = self.written.get(start..end).unwrap_or_default().to_owned();
        Span { field: self.field.to_owned(), start, end, text, why: why.into() }
    }

    pub(crate) fn zone(&self, token: usize) -> Zone {
        self.zones.get(token).copied().unwrap_or(Zone::Head)
    }

    pub(crate) fn segment(&self, token: usize) -> u32 {
        self.segments.get(token).copied().unwrap_or(0)
    }

    pub(crate) fn word(&self, token: usize) -> &str {
        self.folded.word(token)
    }

    pub(crate) fn len(&self) -> usize {
        self.folded.tokens.len()
    }
}

/// Words that join goods of equal rank; what follows them comes along with what was named first.
const AND: [&str; 14] = ["&", "and", "plus", "und", "et", "y", "e", "en", "oraz", "i", "и", "та", "ve", "inkl"];

fn zones(codebook: &Codebook, folded: &Folded, hits: &[Hit]) -> (Vec<Zone>, Vec<u32>) {
    let count = folded.tokens.len();
    let mut links: Vec<Option<LinkKind>> = vec![None; count];
    let mut goods = vec![false; count];
    let mut named = vec![false; count];
    for hit in hits {
        match hit.sense {
            Sense::Link(kind) => {
                if let Some(slot) = links.get_mut(hit.first) {
                    *slot = Some(kind);
                }
            }
            Sense::Noun(_) | Sense::Model(_, true) => {
                if let Some(slot) = goods.get_mut(hit.first) {
                    *slot = true;
                }
            }
            Sense::Maker(m) => {
                for slot in named.iter_mut().take(hit.last).skip(hit.first) {
                    *slot = true;
                }
                if let (Some(slot), Some(maker)) = (goods.get_mut(hit.first), codebook.file.maker.get(m)) {
                    *slot |= !maker.common;
                }
            }
            // Part of a term: no joining word.
            Sense::Calibre(_) | Sense::Neutral | Sense::Value(_) => {
                for slot in named.iter_mut().take(hit.last).skip(hit.first) {
                    *slot = true;
                }
            }
            _ => {}
        }
    }
    let mut zones = Vec::with_capacity(count);
    let mut segments = Vec::with_capacity(count);
    let (mut zone, mut segment, mut seen) = (Zone::Head, 0u32, false);
    for (index, token) in folded.tokens.iter().enumerate() {
        let inside = named.get(index).copied().unwrap_or(false) && index > 0 && named.get(index - 1).copied().unwrap_or(false);
        if index > 0 {
            match token.gap {
                Gap::Break | Gap::Sentence => {
                    zone = Zone::Head;
                    segment += 1;
                }
                Gap::Comma | Gap::Bracket => {
                    if zone == Zone::Fit {
                        zone = Zone::Head;
                    }
                    segment += 1;
                }
                // 15+1 and +P are no second good.
                Gap::Plus if seen && folded.word(index) != "p" && !(folded.word(index) == "1" && folded.number(index - 1).is_some()) => {
                    zone = Zone::Extra;
                    segment += 1;
                }
                Gap::Slash if !inside => segment += 1,
                _ => {}
            }
        }
        // A letter behind a digit is part of a name: "69e", "98z".
        let glued = token.gap == Gap::None && index > 0;
        match links.get(index).copied().flatten().filter(|_| !glued) {
            Some(LinkKind::For) if index > 0 || count > 1 => zone = Zone::Fit,
            Some(LinkKind::With) if seen => {
                zone = Zone::Extra;
                segment += 1;
            }
            _ => {}
        }
        if seen
            && zone == Zone::Head
            && !inside
            && !glued
            && !named.get(index).copied().unwrap_or(false)
            && AND.contains(&folded.word(index))
        {
            zone = Zone::Extra;
            segment += 1;
        }
        seen |= goods.get(index).copied().unwrap_or(false) && zone == Zone::Head;
        zones.push(zone);
        segments.push(segment);
    }
    (zones, segments)
}
