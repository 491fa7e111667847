//! Risk indicators of the codebook's table: a sort order for people, shown with its parts.

use crate::codebook::Codebook;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::Reading;
use crate::record::{Listing, Risk, RiskIndicator, Span};

/// Indicators of a classified listing; `1 - product of (1 - weight)`, nothing where none is raised.
pub(crate) fn find(codebook: &Codebook, title: &Reading<'_>, description: &Reading<'_>, listing: &Listing) -> Option<Risk> {
    let found = listing.classification.as_ref()?;
    let (subtype, good) = (found.subtype.as_deref(), found.good.as_deref());
    let watched = codebook.is_watched(&found.category, subtype, good);
    let first = found.category.split('.').next().unwrap_or_default();
    let finer = format!("{}/{}", found.category, subtype.unwrap_or_default());
    let mut risk = Risk::default();
    let mut safe = 1.0f64;
    for (index, row) in codebook.file.risk.iter().enumerate() {
        let concerned = if row.categories.is_empty() {
            watched
        } else {
            row.categories.iter().any(|c| *c == found.category || c == first || *c == finer)
        };
        let by_good = good.is_some_and(|g| row.goods.iter().any(|known| known == g));
        if !concerned && !by_good {
            continue;
        }
        let mut because: Vec<Span> = Vec::new();
        let mut raised = by_good;
        if row.by_category {
            raised = true;
            because.extend(found.because.iter().take(2).cloned());
        }
        for code in row.traits.iter().filter(|t| listing.traits.contains(t)) {
            raised = true;
            because.extend(listing.trait_spans.iter().filter(|(c, _)| c == code).take(2).map(|(_, s)| s.clone()));
        }
        if row.payments.iter().any(|p| listing.payments.iter().any(|q| q.eq_ignore_ascii_case(p)))
            || (!row.payments.is_empty() && listing.indicators.iter().any(|i| i.kind == "payment_address"))
        {
            raised = true;
            because.extend(listing.indicators.iter().filter(|i| i.kind == "payment_address").take(2).map(|i| Span {
                field: i.field.clone(),
                start: i.start,
                end: i.end,
                text: i.raw.clone(),
                why: "payment address".to_owned(),
            }));
        }
        raised |= row.escrow.iter().any(|e| listing.escrow.as_deref() == Some(e));
        raised |= row.methods.iter().any(|m| listing.shipping.methods.contains(m));
        raised |= row.cross_border && crosses(listing);
        for reading in [title, description] {
            for hit in reading.hits.iter().filter(|h| h.sense == Sense::Risk(index)).take(3) {
                raised = true;
                because.push(reading.span(hit.first, hit.last, format!("risk:{}", row.code)));
            }
        }
        if raised {
            safe *= 1.0 - row.weight;
            because.truncate(4);
            risk.indicators.push(RiskIndicator { code: row.code.clone(), because });
        }
    }
    if risk.indicators.is_empty() {
        return None;
    }
    risk.score = ((1.0 - safe) * 10_000.0).round() / 10_000.0;
    Some(risk)
}

/// Sent from one country to others.
fn crosses(listing: &Listing) -> bool {
    listing.ships_from.iter().any(|from| listing.ships_to.iter().any(|to| to == "WW" || to == "EU" || to != from))
}
