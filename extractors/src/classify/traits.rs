//! Traits: what the words say of the goods and of the way they are offered, each with its spans.

use super::scores::Decided;
use crate::codebook::Codebook;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::{Reading, Zone};
use crate::codebook::schema::CalibreKind;
use crate::record::{Listing, Span};
use std::collections::BTreeMap;

/// Spans of one trait that are kept.
const KEPT: usize = 4;

/// Traits with their spans.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    by: BTreeMap<String, Vec<Span>>,
}

impl Told {
    pub(crate) fn has(&self, code: &str) -> bool {
        self.by.contains_key(code)
    }

    pub(crate) fn of(&self, code: &str) -> Vec<Span> {
        self.by.get(code).cloned().unwrap_or_default()
    }

    pub(crate) fn add(&mut self, code: &str, spans: Vec<Span>) {
        let kept = self.by.entry(code.to_owned()).or_default();
        for span in spans {
            if kept.len() < KEPT {
                kept.push(span);
            }
        }
    }

    pub(crate) fn codes(&self) -> Vec<String> {
        self.by.keys().cloned().collect()
    }

    pub(crate) fn spans(&self) -> Vec<(String, Span)> {
        self.by.iter().flat_map(|(code, spans)| spans.iter().map(|s| (code.clone(), s.clone()))).collect()
    }
}

/// Words behind a licence that say that none is asked for.
const NEEDLESS: [&str; 12] =
    ["not", "не", "nicht", "niet", "nie", "non", "gerekmez", "gerekmiyor", "yok", "unnecessary", "needless", "free"];

/// What title and description say. A trait of the thing that the goods fit is not one of the goods.
pub(crate) fn find(codebook: &Codebook, title: &Reading<'_>, description: &Reading<'_>) -> Told {
    let mut told = Told::default();
    for reading in [title, description] {
        for hit in &reading.hits {
            if let Sense::Calibre(index) = hit.sense
                && reading.zone(hit.first) != Zone::Fit
                && codebook.file.calibre.get(index).is_some_and(|calibre| calibre.kind == CalibreKind::Flobert)
            {
                told.add("flobert", vec![reading.span(hit.first, hit.last, "trait:flobert")]);
            }
            let Sense::Trait(index, only_title) = hit.sense else { continue };
            let Some(found) = codebook.file.traits.get(index) else { continue };
            if (only_title && reading.field != "title") || reading.zone(hit.first) == Zone::Fit {
                continue;
            }
            let needless = found.code == "licence_required"
                && (hit.last..hit.last + 2)
                    .any(|i| NEEDLESS.contains(&reading.word(i)) && reading.segment(i) == reading.segment(hit.first));
            let denied = needless || reading.denied(hit.first, hit.last);
            if denied {
                continue;
            }
            told.add(&found.code, vec![reading.span(hit.first, hit.last, format!("trait:{}", found.code))]);
        }
    }
    told
}

/// Words of the trade in arms that are written so that filters miss them.
pub(crate) fn evading(told: &mut Told, readings: [&Reading<'_>; 2]) {
    for reading in readings {
        let hits = reading.hits.iter().filter(|h| matches!(h.sense, Sense::Noun(_) | Sense::Maker(_) | Sense::Model(..)));
        for hit in hits {
            if reading.folded.tokens.get(hit.first..hit.last).is_some_and(|tokens| tokens.iter().any(|t| t.evading)) {
                let span = reading.span(hit.first, hit.last, "trait:evasive_spelling");
                if !told.of("evasive_spelling").contains(&span) {
                    told.add("evasive_spelling", vec![span]);
                }
            }
        }
    }
}

/// Drops traits that the category rules out, adds those that it brings.
pub(crate) fn settle(mut told: Told, decided: &Decided) -> Told {
    let category = decided.category.as_str();
    let first = category.split('.').next().unwrap_or(category);
    // Words about arms mean something else on other goods; the way goods are offered is the same for all.
    const OF_ARMS: [&str; 25] = [
        "evasive_spelling",
        "printed_3d",
        "hybrid_3d",
        "converted",
        "convertible",
        "reactivated",
        "deactivated",
        "blank_firing",
        "craft_made",
        "kit",
        "unfinished",
        "modular",
        "polymer",
        "military_surplus",
        "full_auto",
        "antique",
        "muzzle_loader",
        "flobert",
        "disguised",
        "sawn_off",
        "threaded_barrel",
        "high_capacity",
        "armour_piercing",
        "no_serial",
        "serial_removed",
    ];
    if matches!(first, "non_weapon" | "unknown" | "other_weapon") {
        told.by.retain(|code, _| !OF_ARMS.contains(&code.as_str()));
    }
    if first != "ammunition" {
        told.by.remove("armour_piercing");
    } else {
        told.by.retain(|code, _| {
            !matches!(
                code.as_str(),
                "full_auto" | "polymer" | "threaded_barrel" | "kit" | "converted" | "sawn_off" | "unfinished" | "modular"
            )
        });
    }
    // What was blank-firing or deactivated fires now.
    if first == "firearm" && (told.has("converted") || told.has("reactivated") || told.has("flobert")) {
        told.by.retain(|code, _| !matches!(code.as_str(), "blank_firing" | "deactivated"));
    }
    // A device that makes arms automatic is one by its subtype; the trait is for arms that fire so.
    if category == "part.conversion_device" {
        told.by.remove("full_auto");
    }
    if first == "accessory" || category == "part.magazine" {
        told.by.retain(|code, _| !matches!(code.as_str(), "full_auto" | "converted" | "threaded_barrel" | "sawn_off"));
    }
    let because = decided.because.first().cloned().into_iter().collect::<Vec<_>>();
    match (category, decided.subtype.as_deref()) {
        ("replica_airgun", Some("blank_firing")) => told.add("blank_firing", because),
        ("replica_airgun", Some("deactivated")) => told.add("deactivated", because),
        ("part.frame_receiver", Some("unfinished")) => told.add("unfinished", because),
        _ => {}
    }
    if told.has("printed_3d") && told.has("kit") && first == "firearm" {
        let spans = told.of("printed_3d");
        told.add("hybrid_3d", spans);
    }
    told
}

/// What the fields of the record tell.
pub(crate) fn from_record(told: &mut Told, listing: &Listing) {
    match listing.escrow.as_deref() {
        Some("escrow" | "multisig") => told.add("escrow", Vec::new()),
        Some("finalize_early") => told.add("finalize_early", Vec::new()),
        _ => {}
    }
    if !listing.shipping.concealment.is_empty() {
        told.add("stealth_shipping", Vec::new());
    }
    if listing.offers.iter().any(|o| o.kind == "trade_value") {
        told.add("trade", Vec::new());
    }
}
