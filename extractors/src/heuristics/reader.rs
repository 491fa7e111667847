//! What every reading of a page needs to know besides the page.

use url::Url;

/// Surroundings of a reading.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Address of the page.
    pub url: &'a Url,
    /// Address that relative links count from.
    pub base: &'a Url,
    /// Currency of amounts without a sign.
    pub currency: Option<&'a str>,
    /// Whether a bare `฿` is Bitcoin.
    pub crypto: bool,
    /// When the page was received.
    pub fetched_at: jiff::Timestamp,
    /// Whether drafts note where their fields come from.
    pub traced: bool,
}

impl Reader<'_> {
    /// Absolute form of an address on the page; only the web's two schemes.
    pub fn absolute(&self, href: &str) -> Option<Url> {
        let url = self.base.join(href.trim()).ok()?;
        (matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(url)
    }
}
