//! What every reading of a page needs to know besides the page.

use std::rc::Rc;

use url::Url;

use super::address::{Address, Addresses};
use crate::dates::{Order, parse_date_in};

/// Surroundings of a reading.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// Address of the page.
    pub url: &'a Url,
    /// The addresses that stand on the page.
    pub addresses: &'a Addresses,
    /// Currency of amounts without a sign.
    pub currency: Option<&'a str>,
    /// Whether a bare `฿` is Bitcoin.
    pub crypto: bool,
    /// When the page was received.
    pub fetched_at: jiff::Timestamp,
    /// Whether day or month comes first in the page's dates.
    pub order: Order,
    /// Whether drafts note where their fields come from.
    pub traced: bool,
}

impl<'a> Reader<'a> {
    /// Address that relative links count from.
    pub fn base(&self) -> &'a Url {
        &self.addresses.base
    }

    /// Whether the page is the front page of its host.
    pub fn is_front(&self) -> bool {
        self.url.path() == "/" && self.url.query().is_none()
    }

    /// The first date in a text of the page.
    pub fn date(&self, text: &str) -> Option<String> {
        parse_date_in(text, self.fetched_at, self.order)
    }

    /// Absolute form of an address on the page; only the web's two schemes.
    pub fn absolute(&self, href: &str) -> Option<Rc<Address>> {
        self.addresses.absolute(href)
    }
}
