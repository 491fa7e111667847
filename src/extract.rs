//! Reads a capture: bytes in, records out. Pure; the work is done by `vigie-extractors`.

use jiff::Timestamp;
use url::Url;
use vigie_extractors::page::{Page, extract};
use vigie_extractors::record::Extraction;

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

/// Reads one page with its source's profile and private selectors; without a source by the general extractor.
pub fn page(body: &Body, source: Option<&Source>) -> Extraction {
    extract(&Page {
        url: &body.url,
        body: &body.bytes,
        content_type: body.content_type.as_deref(),
        source_type: source.map(|source| source.kind.code()),
        profile: source.and_then(|source| source.profile.as_ref()),
        private: source.map_or(&[], |source| source.private.as_slice()),
        fetched_at: body.captured_at,
    })
}
