//! Whether the author offers, seeks, trades, serves, reviews or talks.

use super::scores::Decided;
use crate::codebook::Codebook;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::Reading;
use crate::record::{Listing, Span};

/// The intent with its words.
#[derive(Debug, Default)]
pub(crate) struct Intent {
    pub(crate) code: &'static str,
    pub(crate) because: Vec<Span>,
    /// Offered, and a trade is taken too.
    pub(crate) also_trade: bool,
}

const CODES: [&str; 6] = ["offer", "wanted", "trade", "service", "review", "discussion"];
/// Tokens of a description that tell the intent; further down people say what they would trade for.
const OPENING: usize = 60;

/// Words that hold sentences together and are rare in the names of goods.
const LITTLE: [&str; 38] = [
    "the", "a", "an", "is", "are", "was", "were", "be", "to", "that", "this", "it", "they", "he", "she", "my", "your", "our", "you", "we",
    "has", "have", "had", "will", "would", "can", "could", "should", "not", "on", "at", "from", "by", "about", "who", "what", "how", "i",
];

pub(crate) fn decide(codebook: &Codebook, title: &Reading<'_>, description: &Reading<'_>, listing: &Listing, decided: &Decided) -> Intent {
    let mut weights = [0f32; 6];
    let mut spans: [Vec<Span>; 6] = Default::default();
    for (reading, share, most) in [(title, 1.0, usize::MAX), (description, 0.4, OPENING)] {
        let mut seen = vec![false; codebook.file.intent.len()];
        for hit in reading.hits.iter().filter(|h| h.first < most) {
            let Sense::Intent(index, only_title) = hit.sense else { continue };
            // What opens a description counts as a title does: "Looking for a ..."
            if only_title
                && reading.field != "title"
                && (hit.first > 3 || codebook.file.intent.get(index).is_none_or(|i| i.code == "discussion"))
            {
                continue;
            }
            let (Some(found), Some(seen)) = (codebook.file.intent.get(index), seen.get_mut(index)) else { continue };
            // "Mark I" speaks of nobody.
            let numeral = reading.word(hit.first) == "i"
                && hit.first > 0
                && matches!(reading.word(hit.first - 1), "mk" | "mark" | "type" | "model" | "gen" | "class" | "series" | "mod");
            if numeral || std::mem::replace(seen, true) {
                continue;
            }
            let Some(place) = CODES.iter().position(|c| *c == found.code) else { continue };
            if let (Some(weight), Some(list)) = (weights.get_mut(place), spans.get_mut(place)) {
                // What opens a title says it; the same words further on may be said of something else.
                let opening = if reading.field == "title" && hit.first <= 2 { 1.3 } else { 1.0 };
                *weight += found.weight * share * opening;
                list.push(reading.span(hit.first, hit.last, format!("intent:{}", found.code)));
            }
        }
    }
    let priced = listing.offers.iter().any(|o| !o.amount.is_empty())
        || !listing.payments.is_empty()
        || listing.price_state.is_some()
        || listing.stock.is_some();
    // What the words say, before what a price makes likely: a trade may name what its goods are worth.
    let told = weights[0];
    let asks = title.written.trim_end().ends_with('?');
    if asks {
        weights[5] += 2.0;
    }
    if pixels(title) {
        weights[5] += 3.0;
    }
    if priced {
        weights[0] += 2.5;
    }
    if listing.vendor.is_some() || !listing.ships_from.is_empty() || !listing.ships_to.is_empty() {
        weights[0] += 1.0;
    }
    if matches!(listing.price_state.as_deref(), Some("on_request")) {
        weights[0] += 0.5;
    }
    let goods = decided.category != "unknown";
    // A bare name of goods is how a catalogue offers; a sentence is how people talk.
    if goods {
        weights[0] += if decided.because.iter().any(|s| s.field == "title") { 0.9 } else { 0.3 };
    }
    let little = (0..title.len()).filter(|&i| LITTLE.contains(&title.word(i))).count();
    if little >= 2 && title.len() >= 5 && !priced {
        weights[5] += (little as f32 - 1.0).min(3.0) * 0.6;
    }
    let best = (0..CODES.len()).max_by(|&a, &b| weights[a].total_cmp(&weights[b]).then(b.cmp(&a))).unwrap_or(0);
    if weights[best] < 0.8 {
        return Intent { code: "unknown", ..Intent::default() };
    }
    let also_trade = weights[2] >= 1.0;
    // "WTS/WTT": offered first.
    let best = if best == 2 && told >= 2.0 { 0 } else { best };
    Intent { code: CODES[best], because: std::mem::take(&mut spans[best]).into_iter().take(3).collect(), also_trade }
}

/// "[1600x1200]": somebody shows a picture.
fn pixels(title: &Reading<'_>) -> bool {
    (0..title.len()).any(|i| {
        let (Some(a), Some(b)) = (title.folded.whole(i), title.folded.whole(i + 2)) else { return false };
        a >= 300 && b >= 300 && a <= 20_000 && b <= 20_000 && title.word(i + 1) == "x"
    })
}
