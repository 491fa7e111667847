//! What the names that a page gives its elements say of a title.

/// What class, id or itemprop call an element.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Called {
    /// A title.
    pub(super) named: bool,
    /// Something of the goods.
    pub(super) product: bool,
    /// Something of the site, or a box over it.
    pub(super) site: bool,
    /// In one word the name of the goods.
    pub(super) whole: bool,
}

impl Called {
    pub(super) fn of(value: &str) -> Self {
        let mut called = Called::default();
        for word in value.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| (2..=16).contains(&word.len())).take(24) {
            let is = |words: &[&str]| words.iter().any(|known| word.eq_ignore_ascii_case(known));
            called.named |= is(&["title", "name", "headline", "subject"]);
            // "pageHeading", "ProductName".
            #[rustfmt::skip]
            let whole = is(&[
                "pageheading", "pagetitle", "productname", "producttitle", "productheading", "itemname", "itemtitle", "prodname",
                "prodtitle", "listingtitle", "adtitle", "offertitle", "lottitle", "maintitle", "urunadi", "nazwaproduktu", "artikelname",
            ]);
            called.named |= whole;
            called.product |= whole;
            called.whole |= whole && word.len() > 7;
            called.product |= is(&["product", "listing", "item", "offer", "ad", "entry"]);
            called.site |= is(&["logo", "site", "brand", "sitename", "widget", "modal"]);
        }
        called
    }

    pub(super) fn or(self, other: Self) -> Self {
        Called {
            named: self.named || other.named,
            product: self.product || other.product,
            site: self.site || other.site,
            whole: self.whole || other.whole,
        }
    }
}
