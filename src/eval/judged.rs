//! Listings with the answers that people gave beside those of the program.

use vigie_extractors::codebook::Codebook;
use vigie_extractors::record::{Firearm, Span};

use super::labelled::Labelled;
use crate::pipeline::stage::on_all_cores;

/// A listing's answers beside those of the program.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// What a person said.
    pub line: Labelled,
    /// Category found.
    pub category: String,
    /// Subtype found.
    pub subtype: Option<String>,
    /// Coarse good found.
    pub good: Option<String>,
    /// Probability of the category.
    pub probability: f64,
    /// Intent found.
    pub intent: String,
    /// Traits found.
    pub traits: Vec<String>,
    /// Fields found.
    pub firearm: Firearm,
    /// Spans that decided.
    pub because: Vec<Span>,
}

impl Judged {
    /// The label; lines without one are never judged.
    pub fn expected(&self) -> &str {
        self.line.label.as_deref().unwrap_or("unknown")
    }

    pub(super) fn wanted_controlled(&self, codebook: &Codebook) -> bool {
        codebook.is_controlled(self.expected(), self.line.subtype.as_deref())
    }

    pub(super) fn found_controlled(&self, codebook: &Codebook) -> bool {
        codebook.is_controlled(&self.category, self.subtype.as_deref())
    }
}

/// Classifies all lines, on all cores, in order.
pub fn judge(codebook: &Codebook, lines: &[Labelled]) -> Vec<Judged> {
    on_all_cores(lines, |line| {
        let mut listing = line.listing();
        codebook.classify(&mut listing);
        let told = listing.classification.unwrap_or_default();
        Judged {
            line: line.clone(),
            category: told.category,
            subtype: told.subtype,
            good: told.good,
            probability: told.probability,
            intent: listing.intent,
            traits: listing.traits,
            firearm: listing.firearm.unwrap_or_default(),
            because: told.because,
        }
    })
}
