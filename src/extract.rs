//! Reads a capture: bytes in, records out. Pure; the work is done by `vigie-extractors`.

use jiff::Timestamp;
use url::Url;
use vigie_extractors::contacts::CardKey;
use vigie_extractors::page::{Page, extract, extract_explained};
use vigie_extractors::provenance::Explanation;
use vigie_extractors::record::{Extraction, SignedText};
use vigie_extractors::signed;

use crate::config::Source;

/// A decoded body with what its reading depends on.
#[derive(Debug, Clone)]
pub struct Body {
    /// Address it came from.
    pub url: Url,
    /// Content decoded, charset not yet.
    pub bytes: Vec<u8>,
    /// `Content-Type` as sent.
    pub content_type: Option<String>,
    /// Time of the capture.
    pub captured_at: Timestamp,
}

/// Reads one page with its source's profile and private selectors; without a source by the general extractor. Numbers of payment cards are
/// hashed under the key, and only cut without it.
pub fn page(body: &Body, source: Option<&Source>, cards: Option<&CardKey>) -> Extraction {
    let mut extraction = extract(&Page { cards, ..as_page(body, source) });
    extraction.signed = signed(body, source);
    extraction
}

/// [`page`] with where each field comes from.
pub fn page_explained(body: &Body, source: Option<&Source>) -> (Extraction, Vec<Explanation>) {
    let (mut extraction, explanations) = extract_explained(&as_page(body, source));
    extraction.signed = signed(body, source);
    (extraction, explanations)
}

/// The signed texts of a page, judged by the key that its source names.
fn signed(body: &Body, source: Option<&Source>) -> Vec<SignedText> {
    signed::read(&body.bytes, body.content_type.as_deref(), source.and_then(|source| source.mirror_list.key.as_ref()))
}

fn as_page<'a>(body: &'a Body, source: Option<&'a Source>) -> Page<'a> {
    Page {
        url: &body.url,
        body: &body.bytes,
        content_type: body.content_type.as_deref(),
        source_type: source.map(|source| source.kind.code()),
        profile: source.and_then(|source| source.profile.as_ref()),
        private: source.map_or(&[], |source| source.private.as_slice()),
        cards: None,
        fetched_at: body.captured_at,
    }
}
