//! One page in, one extraction out.

use url::Url;

use crate::html;
use crate::language;
use crate::profile::Profile;
use crate::record::Extraction;

/// A captured page, as an extractor reads it.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// Address after redirects.
    pub url: &'a Url,
    /// Body with its content encoding undone.
    pub body: &'a [u8],
    /// Content-Type header as received.
    pub content_type: Option<&'a str>,
    /// `cryptomarket shop classifieds forum social`.
    pub source_type: Option<&'a str>,
    /// How the source's pages are read, where someone wrote it down.
    pub profile: Option<&'a Profile>,
    /// Selectors of what belongs to the operator's own account; removed before anything is read.
    pub private: &'a [String],
    /// When the page was received: relative dates count from here.
    pub fetched_at: jiff::Timestamp,
}

/// Reads a page. Never fails and never panics; what could not be read is in `problems`.
pub fn extract(page: &Page<'_>) -> Extraction {
    let decoded = html::decode(page.body, page.content_type);
    let parsed = html::parse(&decoded.text);
    let text = html::block_text(parsed.html.tree.root());
    Extraction { url: page.url.to_string(), language: language::detect(&text, None), ..Extraction::default() }
}

/// Reads a text without markup.
pub fn extract_text(url: &Url, text: &str, fetched_at: jiff::Timestamp) -> Extraction {
    let _ = fetched_at;
    Extraction { url: url.to_string(), language: language::detect(text, None), ..Extraction::default() }
}
