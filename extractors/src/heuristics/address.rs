//! The addresses on a page, each resolved and judged once however often it is asked about.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};
use std::ops::Deref;
use std::rc::Rc;

use rustc_hash::FxBuildHasher;
use url::Url;

use super::links::{Target, target};
use crate::canonical::listing_key;

/// Addresses that are kept; what a page names beyond them is resolved each time.
const MAX_KNOWN: usize = 20_000;

/// An absolute address on the web.
#[derive(Debug)]
pub struct Address {
    url: Url,
    target: OnceCell<Target>,
    key: OnceCell<Rc<str>>,
    person: Cell<bool>,
}

impl Address {
    /// What it seems to lead to.
    pub fn target(&self) -> Target {
        if self.person.get() {
            return Target::Vendor;
        }
        *self.target.get_or_init(|| target(&self.url))
    }

    /// Its [`listing_key`].
    pub fn key(&self) -> Rc<str> {
        Rc::clone(self.key.get_or_init(|| listing_key(&self.url).into()))
    }
}

impl Deref for Address {
    type Target = Url;

    fn deref(&self) -> &Url {
        &self.url
    }
}

impl From<&Address> for String {
    fn from(address: &Address) -> String {
        address.url.as_str().to_owned()
    }
}

/// The addresses of one page, by how they are written there.
#[derive(Debug)]
pub struct Addresses {
    /// Address that relative ones count from.
    pub base: Url,
    known: RefCell<HashMap<Box<str>, Option<Rc<Address>>, FxBuildHasher>>,
}

impl Addresses {
    /// Of a page whose relative addresses count from `base`; none is known yet.
    pub fn new(base: Url) -> Self {
        Addresses { base, known: RefCell::default() }
    }

    /// Absolute form of an address on the page; only the web's two schemes.
    pub fn absolute(&self, href: &str) -> Option<Rc<Address>> {
        let href = href.trim();
        let mut known = self.known.borrow_mut();
        if let Some(found) = known.get(href) {
            return found.clone();
        }
        let url = self.base.join(href).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let address = url.map(|url| Rc::new(Address { url, target: OnceCell::new(), key: OnceCell::new(), person: Cell::new(false) }));
        if known.len() < MAX_KNOWN {
            known.insert(href.into(), address.clone());
        }
        address
    }

    /// Notes that addresses lead to people, though no word in them says so.
    pub fn to_people(&self, addresses: &HashSet<String, FxBuildHasher>) {
        for known in self.known.borrow().values().flatten().filter(|known| addresses.contains(known.as_str())) {
            known.person.set(true);
        }
    }
}
