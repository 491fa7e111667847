//! What the names that a page gives its elements say of a title, and what in a heading is none of it.

use crate::heuristics::outline::{Break, Outline, Run};
use crate::html::fold;

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

/// The text of a heading without labels and what is not shown, where that leaves some of it.
pub(super) fn bare(outline: &Outline<'_>, at: usize) -> Option<String> {
    let first = outline.runs_of(at).first().map(|run| run.node);
    let marked = |run: &Run| {
        // "[Biete]" in an element of its own, before the title.
        run.element != at && Some(run.node) == first && run.text.starts_with('[') && run.text.ends_with(']')
            || run.element != at
                && outline.ancestors(run.element).take_while(|(up, _)| *up > at).any(|(_, facts)| {
                    facts.unseen
                        || crate::heuristics::cards::humps(facts.class).take(12).any(|word| {
                            ["label", "badge", "prefix", "tag", "hidden", "flair"].iter().any(|known| word.eq_ignore_ascii_case(known))
                        })
                })
    };
    let runs = outline.runs_of(at);
    if !runs.iter().any(marked) {
        return None;
    }
    let text = fold(&runs.iter().filter(|run| !marked(run)).map(|run| run.text.as_str()).collect::<Vec<_>>().join(" "));
    (text.chars().count() >= 4).then_some(text)
}

/// The text of an element without the article number in brackets that stands on a line of its own below it.
pub(super) fn without_code(outline: &Outline<'_>, at: usize) -> Option<String> {
    let (last, runs) = outline.runs_of(at).split_last()?;
    // "Ref. ALV-GTX-C" in small print behind the name.
    if last.element != at && !runs.is_empty() && crate::heuristics::numbers::is_whole(&last.text) {
        return Some(crate::heuristics::outline::join(runs, 300));
    }
    let code = last.text.strip_prefix(['[', '('])?.strip_suffix([']', ')'])?;
    let numbered = code.len() <= 40 && !code.contains(' ') && code.bytes().any(|b| b.is_ascii_digit());
    (last.before == Break::Line && numbered && !runs.is_empty()).then(|| crate::heuristics::outline::join(runs, 300))
}
