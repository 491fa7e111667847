//! Which accounts show which indicators, as pages tell: in their listings, and on their own pages.

use std::collections::HashSet;

use vigie_extractors::record::{Extraction, Indicator, Listing, PageKind, Vendor};

use crate::persona::mark::{self, OWN_PAGE};
use crate::persona::statement;
use crate::pipeline::writer::Taken;
use crate::store::captures::CaptureRow;
use crate::store::identity::{said, signed_text_id, vendor_id};
use crate::store::marks::{Marks, Seller, Shown, Stated, Unowned};

/// A signed text of more bytes is no statement about an account.
const LONGEST_MESSAGE: usize = 64 << 10;
/// Digits of a family that tell texts of one account apart.
const DIGITS: usize = 3;

/// The marks of pages.
pub(super) fn of_pages(taken: &[Taken]) -> Marks {
    let mut marks = Marks::default();
    for one in taken {
        if let Some(page) = &one.extraction {
            of_page(&one.capture, page, &mut marks);
        }
    }
    marks
}

fn of_page(capture: &CaptureRow, page: &Extraction, marks: &mut Marks) {
    for listing in &page.listings {
        let Some(seller) = seller(capture, listing.vendor.as_ref()) else { continue };
        if !listing.indicators.is_empty() {
            let place: String = said("", listing).chars().take(DIGITS).collect();
            show(capture, &seller, &listing.indicators, &place, marks);
        }
        state(capture, &seller, &listing.description, marks);
    }
    match (page.page_kind, page.vendors.as_slice(), page.listings.as_slice()) {
        (PageKind::Vendor, [vendor], _) => {
            let Some(seller) = seller(capture, Some(vendor)) else { return };
            show(capture, &seller, &page.indicators, OWN_PAGE, marks);
            page.signed.iter().for_each(|signed| state(capture, &seller, &signed.message, marks));
        }
        (PageKind::Listing, _, [Listing { vendor, .. }]) => {
            let Some(seller) = seller(capture, vendor.as_ref()) else { return };
            page.signed.iter().for_each(|signed| state(capture, &seller, &signed.message, marks));
        }
        // Buyers write on pages of feedback, anybody in threads.
        (PageKind::Index | PageKind::Login | PageKind::Captcha | PageKind::Other, ..)
            if page.page_detail.as_deref() != Some("feedback") =>
        {
            let of_cards: HashSet<&str> =
                page.listings.iter().flat_map(|listing| &listing.indicators).map(|indicator| indicator.value.as_str()).collect();
            let rest = page.indicators.iter().filter(|indicator| !of_cards.contains(indicator.value.as_str()));
            marks.unowned.extend(rest.filter_map(mark::of).map(|mark| Unowned {
                mark,
                source: capture.source.clone(),
                capture_id: capture.id.clone(),
            }));
        }
        _ => {}
    }
}

fn seller(capture: &CaptureRow, vendor: Option<&Vendor>) -> Option<Seller> {
    let name = vendor.map(|vendor| vendor.name.trim()).filter(|name| !name.is_empty())?;
    Some(Seller { id: vendor_id(&capture.source, name), source: capture.source.clone(), name: name.to_owned() })
}

fn show(capture: &CaptureRow, seller: &Seller, indicators: &[Indicator], place: &str, marks: &mut Marks) {
    marks.shown.extend(indicators.iter().filter_map(mark::of).map(|mark| Shown {
        seller: seller.clone(),
        mark,
        place: place.to_owned(),
        capture_id: capture.id.clone(),
        at: capture.captured_at,
    }));
}

fn state(capture: &CaptureRow, seller: &Seller, message: &str, marks: &mut Marks) {
    let of_account = |words: &String| message.len() <= LONGEST_MESSAGE && statement::names(words, &seller.name);
    // What does not name the account, such as a market's canary on all its pages, proves nothing of it.
    let Some(words) = statement::words(message).filter(of_account) else { return };
    let host = url::Url::parse(&capture.address).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    marks.stated.push(Stated {
        seller: seller.clone(),
        host,
        digest: signed_text_id(&words),
        message: message.to_owned(),
        capture_id: capture.id.clone(),
    });
}
