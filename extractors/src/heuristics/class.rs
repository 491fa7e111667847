//! What the class of an element says of it, worked out once for all elements of a page that have it.

use std::cell::OnceCell;
use std::rc::Rc;

use super::{flags, stock};

/// A class attribute, as it is written on one or many elements.
#[derive(Debug)]
pub struct Class<'a> {
    /// The attribute.
    pub text: &'a str,
    /// Its first word that tells what an element is for, not which one it is.
    pub(super) stable: &'a str,
    /// Whether it calls its elements navigation or something else around the page's own content.
    pub(super) chrome: bool,
    /// Whether it calls its elements titles.
    pub(super) titled: bool,
    /// Whether it calls its elements labels of what stands beside them.
    pub labels: bool,
    /// Whether it may draw a flag or an arrow.
    pub(super) drawn: bool,
    /// Whether it hides its elements.
    pub(super) unseen: bool,
    /// Words of the class; see [`role::marks`](super::role::marks).
    pub(super) marks: OnceCell<Rc<[String]>>,
    stock: OnceCell<Option<(&'static str, f64)>>,
}

impl<'a> Class<'a> {
    /// What it says of the stock, with its weight.
    pub(super) fn stock(&self) -> Option<(&'static str, f64)> {
        *self.stock.get_or_init(|| stock::by_class(self.text))
    }

    pub(super) fn new(text: &'a str) -> Self {
        Class {
            text,
            stable: stable_word(text),
            chrome: is_chrome_name(text),
            titled: names_title(text),
            labels: names_label(text),
            drawn: flags::is_drawn(text),
            unseen: hides(text),
            marks: OnceCell::new(),
            stock: OnceCell::new(),
        }
    }
}

/// The first word of a class that tells what an element is for, not which one it is.
fn stable_word(class: &str) -> &str {
    const FLEETING: &[&str] =
        &["odd", "even", "first", "last", "active", "selected", "alt", "current", "new", "featured", "hover", "row1", "row2"];
    // "roweven", "row_odd", "bg-alt".
    let every_other =
        |class: &str| ["odd", "even", "-alt", "_alt"].iter().any(|tail| class.len() <= tail.len() + 8 && class.ends_with(tail));
    class
        .split_ascii_whitespace()
        .take(8)
        .find(|c| !c.bytes().any(|b| b.is_ascii_digit()) && !FLEETING.contains(c) && !every_other(c))
        .unwrap_or("")
}

/// Whether a class or id calls its element a title.
pub(super) fn names_title(value: &str) -> bool {
    value.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        ["title", "name", "subject", "headline", "titel", "titre", "heading"].iter().any(|known| word.eq_ignore_ascii_case(known))
    })
}

/// Whether a class calls its elements labels.
fn names_label(class: &str) -> bool {
    let class = class.to_ascii_lowercase();
    ["label", "-key", "term", "attr-name", "caption"].iter().any(|word| class.contains(word)) && !class.contains("label-")
}

/// Whether a class hides its elements by a word that style sheets commonly have for that.
fn hides(class: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "hidden", "hide", "d-none", "is-hidden", "js-hidden", "ng-hide", "u-hidden", "display-none", "is-none", "dn", "none",
        "invisible", "uk-hidden", "noshow", "no-display", "nodisplay", "x-hidden", "hidden-block",
    ];
    class.split_ascii_whitespace().take(24).any(|token| WORDS.iter().any(|known| token.eq_ignore_ascii_case(known)))
}

/// Whether a class or id calls its element a part of what surrounds the page's own content.
fn is_chrome_name(value: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "nav", "navbar", "navigation", "footer", "sidebar", "menu", "topbar", "breadcrumb", "breadcrumbs", "sidenav", "navi", "cookie",
        "masthead",
    ];
    // "product-footer" is the foot of the goods, not of the site.
    const PARTS: &[&str] =
        &["product", "entry", "post", "article", "card", "item", "listing", "panel", "summary", "offer", "content", "single"];
    let mut before = "";
    value.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
        let part = word.eq_ignore_ascii_case("footer") && PARTS.iter().any(|known| before.eq_ignore_ascii_case(known));
        before = word;
        !part && WORDS.iter().any(|known| word.eq_ignore_ascii_case(known))
    })
}

/// Whether an element surrounds the page's own content: by its tag, its class or role (`told`), or its id.
pub(super) fn is_chrome(tag: &str, told: bool, id: &str) -> bool {
    match tag {
        "nav" | "footer" | "aside" | "header" => true,
        "body" | "html" | "main" | "article" => false,
        _ => told || is_chrome_name(id),
    }
}
