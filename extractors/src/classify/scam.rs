//! Signs that nothing will be delivered: an axis of its own, never mixed with risk.

use crate::codebook::Codebook;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::Reading;
use crate::record::{Classification, Listing, Scam, Span};

pub(crate) fn find(
    codebook: &Codebook,
    title: &Reading<'_>,
    description: &Reading<'_>,
    listing: &Listing,
    found: &Classification,
) -> Option<Scam> {
    let mut scam = Scam::default();
    let mut safe = 1.0f64;
    for (index, row) in codebook.file.scam.iter().enumerate() {
        let mut because: Vec<Span> = Vec::new();
        let mut raised = false;
        for reading in [title, description] {
            for hit in reading.hits.iter().filter(|h| h.sense == Sense::Scam(index)).take(2) {
                raised = true;
                because.push(reading.span(hit.first, hit.last, format!("scam:{}", row.code)));
            }
        }
        raised |= row.escrow.iter().any(|e| listing.escrow.as_deref() == Some(e));
        raised |= !row.only_payments.is_empty()
            && !listing.payments.is_empty()
            && listing.payments.iter().all(|p| row.only_payments.iter().any(|q| q.eq_ignore_ascii_case(p)));
        if let Some((price, floor)) = cheap(row.price_below.get(&found.category).copied(), listing) {
            raised = true;
            because.push(Span { text: price, why: format!("scam:{}: below {floor}", row.code), ..Span::default() });
        }
        if raised {
            safe *= 1.0 - row.weight;
            if because.is_empty() {
                because.push(Span { why: format!("scam:{}", row.code), ..Span::default() });
            }
            scam.because.extend(because);
        }
    }
    if scam.because.is_empty() {
        return None;
    }
    scam.because.truncate(12);
    scam.score = ((1.0 - safe) * 10_000.0).round() / 10_000.0;
    Some(scam)
}

/// The first offer where it is below the floor of its category in a major currency.
fn cheap(floor: Option<f64>, listing: &Listing) -> Option<(String, f64)> {
    let floor = floor?;
    let offer = listing.offers.iter().find(|o| matches!(o.kind.as_str(), "fixed" | "buy_now" | "from"))?;
    if !matches!(offer.currency.as_deref(), Some("EUR" | "USD" | "GBP" | "CHF")) {
        return None;
    }
    let amount: f64 = offer.unit_amount.as_ref().unwrap_or(&offer.amount).parse().ok()?;
    (amount > 0.0 && amount < floor).then(|| (offer.raw.clone(), floor))
}
