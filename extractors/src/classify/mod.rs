//! From the words of a listing to category, intent, items, traits, risk and signs of a scam, each with the spans that decided.
//!
//! This is the first depth: lexicon and rules. They end in one table of scores (log-odds by category, `scores.rs`), where a trained
//! model adds its own later; everything after that table stays as it is.

mod category;
mod goods;
mod headline;
mod intent;
mod items;
mod joined;
mod risk;
mod scam;
mod scores;
mod split;
mod traits;

use crate::codebook::Codebook;
use crate::codebook::reading::Reading;
use crate::firearm;
use crate::record::{Classification, Listing};

/// Name of the rules that decide, written on every classification.
const MODEL: &str = "lexicon-1";

impl Codebook {
    /// Fills intent, classification, traits and their spans, firearm, items, split, risk and scam from what else the listing holds.
    ///
    /// What an earlier call filled is replaced, so that classifying twice gives the same. Linear in the length of the text, of which
    /// at most [`crate::codebook::fold::LONGEST`] bytes a field are read.
    pub fn classify(&self, listing: &mut Listing) {
        let language = listing.language.clone();
        let language = language.as_deref();
        let path = listing.category_path.join(" > ");
        let (title, description) = (listing.title.clone(), listing.description.clone());
        let title = Reading::new(self, "title", &title, language);
        let description = Reading::new(self, "description", &description, language);
        let path = Reading::new(self, "category_path", &path, language);

        let mut told = traits::find(self, &title, &description);
        traits::evading(&mut told, [&title, &description]);
        let scores = category::score(self, &title, &description, &path, &told);
        let decided = scores.decide(self);
        let mut told = traits::settle(told, &decided);

        let intent = intent::decide(self, &title, &description, listing, &decided);
        if intent.code == "wanted" {
            told.add("wanted", intent.because.clone());
        }
        if intent.code == "trade" || intent.also_trade {
            told.add("trade", intent.because.clone());
        }
        traits::from_record(&mut told, listing);

        let codes = told.codes();
        let (arm, spans) = firearm::read(self, &[&title, &description], &decided.category, &codes);
        let mut because = decided.because;
        for span in spans.into_iter().filter(|s| s.field == "title") {
            if because.len() < 12
                && !because.iter().any(|b: &crate::record::Span| b.field == span.field && b.start <= span.start && span.end <= b.end)
            {
                because.push(span);
            }
        }
        because.sort_by(|a, b| (a.field != "title", &a.field, a.start).cmp(&(b.field != "title", &b.field, b.start)));
        because.truncate(12);
        let weapon = !matches!(decided.category.as_str(), "non_weapon" | "unknown" | "other_weapon");
        listing.firearm = (weapon && arm != Default::default()).then_some(arm);
        let classification = Classification {
            category: decided.category,
            subtype: decided.subtype,
            good: decided.good,
            probability: decided.probability,
            alternatives: decided.alternatives,
            because,
            codebook: self.version().to_owned(),
            model: MODEL.to_owned(),
        };
        let whole = items::Whole {
            codebook: self,
            lead: &classification,
            arm: listing.firearm.as_ref(),
            traits: &codes,
            intent: intent.code,
            language,
            currency: listing.offers.first().and_then(|offer| offer.currency.as_deref()),
        };
        let mut items = items::find(&whole, &title, &description);
        // Items are read from a text without its addresses; what decided is shown as it is written.
        for span in items.iter_mut().flat_map(|item| &mut item.because) {
            let field = if span.field == "title" { &listing.title } else { &listing.description };
            if let Some(written) = field.get(span.start..span.end).filter(|_| matches!(span.field.as_str(), "title" | "description")) {
                written.clone_into(&mut span.text);
            }
        }
        listing.items = items;
        listing.split = split::find(&title, &description);
        listing.scam = scam::find(self, &title, &description, listing, &classification);
        if listing.scam.as_ref().is_some_and(|s| s.score >= scam::SUSPECTED) {
            let because = listing.scam.iter().flat_map(|s| s.because.clone()).take(3).collect();
            told.add("scam_suspected", because);
        }
        listing.intent = intent.code.to_owned();
        listing.traits = told.codes();
        listing.trait_spans = told.spans();
        listing.classification = Some(classification);
        listing.risk = risk::find(self, &title, &description, listing);
    }
}
