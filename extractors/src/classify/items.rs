//! Several goods in one advertisement: the lead item, what comes along with it, and further lines that each name goods.

use super::headline;
use crate::codebook::Codebook;
use crate::codebook::reading::{Reading, Zone};
use crate::record::{Classification, Firearm, Item};

/// Items of one advertisement at most.
const MOST: usize = 24;

/// Items by title and description; empty where the listing holds no goods of ours.
pub(crate) fn find(
    codebook: &Codebook,
    title: &Reading<'_>,
    description: &Reading<'_>,
    lead: &Classification,
    arm: Option<&Firearm>,
    traits: &[String],
) -> Vec<Item> {
    if matches!(lead.category.as_str(), "non_weapon" | "unknown") {
        return Vec::new();
    }
    let of_goods: Vec<String> = traits.iter().filter(|t| !OF_THE_OFFER.contains(&t.as_str())).cloned().collect();
    let mut items = vec![Item {
        category: lead.category.clone(),
        subtype: lead.subtype.clone(),
        probability: lead.probability,
        because: lead.because.iter().filter(|s| s.field == "title").take(4).cloned().collect(),
        firearm: arm.cloned(),
        traits: of_goods,
        ..Item::default()
    }];
    along(codebook, title, 120, &mut items);
    along(codebook, description, 60, &mut items);
    items
}

/// Traits of the way goods are offered, not of the goods.
const OF_THE_OFFER: [&str; 12] = [
    "no_questions",
    "stealth_shipping",
    "shipped_in_parts",
    "face_to_face",
    "trade",
    "escrow",
    "finalize_early",
    "bulk",
    "wanted",
    "custom_listing",
    "scam_suspected",
    "licence_required",
];

/// Goods that come along, or that stand beside the lead in a stretch of their own.
fn along(codebook: &Codebook, reading: &Reading<'_>, most: usize, items: &mut Vec<Item>) {
    let head = headline::read(codebook, reading, most, true);
    for m in head.things.iter().filter(|m| m.zone == Zone::Extra) {
        if matches!(m.noun.of.as_str(), "non_weapon" | "unknown") || items.len() >= MOST {
            continue;
        }
        let count = if m.first > 0 { reading.folded.whole(m.first - 1) } else { None };
        let known = items.iter().any(|i| i.category == m.noun.of);
        if !known {
            items.push(Item {
                category: m.noun.of.clone(),
                subtype: m.noun.subtype.clone(),
                probability: 0.6,
                because: vec![reading.span(m.first, m.last, format!("lexicon:{}", m.noun.of))],
                quantity: count.filter(|n| (1..=1000).contains(n)).map(|n| n.to_string()),
                ..Item::default()
            });
        }
    }
    let mut seen = 0;
    for n in head.named.iter().filter(|n| n.zone != Zone::Fit) {
        let Some(model) = n.model.and_then(|m| codebook.lexicon.models.get(m)) else { continue };
        let Some(maker) = codebook.file.maker.get(n.maker) else { continue };
        seen += 1;
        let pattern = maker.is_pattern();
        let name = |i: &Item| i.firearm.as_ref().and_then(|f| f.model.clone());
        let known = items.iter().any(|i| name(i).as_deref() == Some(model.name.as_str()));
        // A part's arm is what it fits; a second model of the same stretch is another name for the first.
        let lead_is_arm = items.first().is_some_and(|i| i.category.starts_with("firearm"));
        let apart = reading.segment(n.first) != head.named.first().map_or(0, |f| reading.segment(f.first));
        if known || seen < 2 || !lead_is_arm || !apart || pattern || items.len() >= MOST || reading.field != "title" {
            continue;
        }
        items.push(Item {
            category: model.category.to_owned(),
            subtype: model.subtype.map(str::to_owned),
            probability: 0.7,
            because: vec![reading.span(n.first, n.last, "model")],
            firearm: Some(Firearm { maker: Some(maker.name.clone()), model: Some(model.name.clone()), ..Firearm::default() }),
            ..Item::default()
        });
    }
}
