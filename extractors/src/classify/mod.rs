//! From the words of a listing to category, intent, items, traits, risk and signs of a scam, each with the spans that decided.
//!
//! Lexicon and rules end in one table of scores (log-odds by category, `scores.rs`), to which the linear model adds what the words of the
//! text tell, where the codebook has one ([`crate::codebook::model`]). Goods within a text are told by the rules alone.

mod category;
mod documents;
mod goods;
mod headline;
mod intent;
mod items;
mod joined;
mod risk;
mod scam;
mod scores;
mod signs;
mod split;
mod traits;

use crate::codebook::Codebook;
use crate::codebook::grams::grams;
use crate::codebook::model::Evidence;
use crate::codebook::reading::Reading;
use crate::firearm;
use crate::record::{Classification, Listing, Scam};
use scores::Wanted;

/// Spans that are given as reasons for a category.
const REASONS: usize = 12;
/// Of them those that the rules give.
const BY_RULES: usize = 8;
/// Categories that are given beside the likeliest one.
const ALTERNATIVES: usize = 3;

impl Codebook {
    /// What the model goes by in a listing; for training.
    pub fn evidence(&self, listing: &Listing) -> Evidence {
        let language = listing.language.as_deref();
        let path = listing.category_path.join(" > ");
        let title = Reading::new(self, "title", &listing.title, language);
        let description = Reading::new(self, "description", &listing.description, language);
        let path = Reading::new(self, "category_path", &path, language);
        let told = traits::find(self, &title, &description);
        let (scores, head) = category::score(self, &title, &description, &path, &told);
        let rules = scores.by_rules(self);
        let signs = signs::of(self, &title, &head, &scores, &rules);
        let grams = grams(self, &title, &description, &signs).iter().map(|gram| (gram.bucket, gram.value)).collect();
        Evidence { rules, grams }
    }

    /// The category that scores in the order of [`Codebook::categories`] decide for, and its probability.
    pub fn decide(&self, scores: &[f32]) -> (String, f64) {
        scores::shares(self, scores, 0, scores::SURE_LEARNT).first().map(|(code, share)| ((*code).to_owned(), *share)).unwrap_or_default()
    }

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

        listing.unmasked = unmasked(&title, &description);
        let mut told = traits::find(self, &title, &description);
        traits::evading(&mut told, [&title, &description]);
        let (scores, head) = category::score(self, &title, &description, &path, &told);
        let by_rules = scores.by_rules(self);
        let decided = match &self.model {
            None => scores.decide(self, &by_rules, &Wanted { least: scores::SURE, alternatives: ALTERNATIVES, reasons: BY_RULES }),
            Some(model) => {
                let signs = signs::of(self, &title, &head, &scores, &by_rules);
                let grams = grams(self, &title, &description, &signs);
                let wanted = Wanted { least: scores::SURE_LEARNT, alternatives: ALTERNATIVES, reasons: BY_RULES };
                let mut decided = scores.decide(self, &model.add(&by_rules, &grams), &wanted);
                let place = self.categories().iter().position(|category| category.code == decided.category).unwrap_or_default();
                let mut learnt = model.reasons(&grams, place, &title, &description);
                while decided.because.len() < REASONS
                    && let Some(span) = learnt.next()
                {
                    if !decided.because.iter().any(|other| other.meets(&span)) {
                        decided.because.push(span);
                    }
                }
                decided
            }
        };
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
        let firearm::Told { arm, spans, .. } =
            firearm::read(self, &[&title, &description], &decided.category, decided.subtype.as_deref(), &codes);
        let mut because = decided.because;
        for span in spans.into_iter().filter(|s| s.field == "title") {
            if because.len() < REASONS
                && !because.iter().any(|b: &crate::record::Span| b.field == span.field && b.start <= span.start && span.end <= b.end)
            {
                because.push(span);
            }
        }
        because.sort_by(|a, b| (a.field != "title", &a.field, a.start).cmp(&(b.field != "title", &b.field, b.start)));
        because.truncate(REASONS);
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
            model: self.decider().to_owned(),
        };
        let whole = items::Whole {
            codebook: self,
            title: &title,
            description: &description,
            lead: &classification,
            arm: listing.firearm.as_ref(),
            traits: &codes,
            intent: intent.code,
            language,
            currency: listing.offers.first().and_then(|offer| offer.currency.as_deref()),
        };
        let mut items = items::find(&whole);
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
        if listing.scam.as_ref().is_some_and(|s| s.score >= Scam::SUSPECTED) {
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

/// Both texts with disguises read, or nothing where no word is disguised.
fn unmasked(title: &Reading<'_>, description: &Reading<'_>) -> String {
    let evading = |reading: &Reading<'_>| reading.folded.tokens.iter().any(|token| token.evading);
    if !evading(title) && !evading(description) {
        return String::new();
    }
    format!("{}\n{}", title.folded.text.trim(), description.folded.text.trim())
}
