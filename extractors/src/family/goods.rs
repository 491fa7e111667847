//! What makes two listings different goods, whatever their texts say.

use serde::{Deserialize, Serialize};

use crate::record::Listing;

/// The category of a text that does not tell.
const UNKNOWN: &str = "unknown";

/// Fields that are the same throughout a family, as far as its listings tell them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Goods {
    pub(super) category: String,
    subtype: String,
    intent: String,
    part: u32,
    pub(super) model: String,
    pub(super) calibres: Vec<String>,
    serial: String,
}

impl Goods {
    pub(super) fn of(listing: &Listing) -> Self {
        let arm = listing.firearm.as_ref();
        let told = listing.classification.as_ref();
        let mut calibres = arm.map(|arm| arm.calibre_ids.clone()).unwrap_or_default();
        calibres.sort();
        Self {
            category: told.map(|told| told.category.clone()).unwrap_or_default(),
            subtype: told.and_then(|told| told.subtype.clone()).unwrap_or_default(),
            intent: listing.intent.clone(),
            part: listing.split.as_ref().map_or(0, |split| split.part),
            model: arm.and_then(|arm| arm.model.clone()).unwrap_or_default(),
            calibres,
            serial: arm.and_then(|arm| arm.serial.clone()).unwrap_or_default(),
        }
    }

    /// Whether no field that both tell differs. What kind of offer it is and which part of a split thing is always told.
    pub(super) fn agree(&self, other: &Self) -> bool {
        let same = |one: &str, other: &str| one.is_empty() || other.is_empty() || one == other;
        let known = |category: &str| if category == UNKNOWN { String::new() } else { category.to_owned() };
        same(&known(&self.category), &known(&other.category))
            && same(&self.subtype, &other.subtype)
            && self.intent == other.intent
            && self.part == other.part
            && same(&self.model, &other.model)
            && (self.calibres.is_empty() || other.calibres.is_empty() || self.calibres == other.calibres)
            && same(&self.serial, &other.serial)
    }

    /// Takes over what the other tells and this does not.
    pub(super) fn fill(&mut self, other: &Self) {
        if self.category == UNKNOWN {
            self.category.clone_from(&other.category);
        }
        for (own, told) in [(&mut self.subtype, &other.subtype), (&mut self.model, &other.model), (&mut self.serial, &other.serial)] {
            if own.is_empty() {
                own.clone_from(told);
            }
        }
        if self.calibres.is_empty() {
            self.calibres.clone_from(&other.calibres);
        }
    }

    /// Whether a weight in grains and a number of rounds are what counts, not grams.
    pub(super) fn shoots(&self) -> bool {
        ["ammunition", "firearm", "part", "light_weapon", "replica_airgun"].iter().any(|first| self.category.starts_with(first))
    }

    /// The fields as words, for a hash.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        let fields = [&self.category, &self.subtype, &self.intent, &self.model, &self.serial];
        let part = [if self.part == 0 { "" } else { "part" }];
        fields.into_iter().map(String::as_str).chain(part).chain(self.calibres.iter().map(String::as_str))
    }
}
