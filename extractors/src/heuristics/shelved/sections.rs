//! Kinds of goods that headings name between the cards of one list.

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

use super::super::reader::Reader;
use super::super::single::Scene;
use super::{MAX_INSIDE, MAX_NAME, is_kind};
use crate::html::attr;
use crate::provenance::Draft;

/// For each draft the heading that its card stands under and the words of it: where headings of one rank divide all cards, and are
/// several.
pub(super) fn of_drafts(
    drafts: &[Draft],
    scene: &Scene<'_, '_>,
    reader: &Reader<'_>,
    named: impl Fn(&str) -> bool,
) -> Option<Vec<(usize, String)>> {
    let outline = scene.outline;
    let mut headings = outline.elements.iter().enumerate().filter(|(at, facts)| {
        matches!(facts.name, "h2" | "h3" | "h4" | "h5") && facts.text > 0 && !facts.hidden && !facts.chrome && !scene.in_card(*at)
    });
    let mut next = headings.next();
    let mut over: Option<usize> = None;
    let mut under: HashMap<String, usize, FxBuildHasher> = HashMap::default();
    for card in scene.cards {
        while let Some((at, _)) = next.filter(|(at, _)| at < card) {
            over = Some(at);
            next = headings.next();
        }
        let Some(over) = over else { continue };
        let links = outline.inside(*card).take(MAX_INSIDE).filter_map(|at| outline.elements.get(at)).filter(|facts| facts.name == "a");
        for url in links.filter_map(|facts| attr(facts.element(), "href")).filter_map(|href| reader.absolute(href)) {
            under.entry(url.key().to_string()).or_insert(over);
        }
    }
    let at: Vec<usize> = drafts.iter().map(|draft| under.get(&draft.listing.key).copied()).collect::<Option<_>>()?;
    let rank = |at: &usize| outline.elements.get(*at).map(|facts| facts.name);
    let several = at.iter().any(|own| Some(own) != at.first());
    let one_rank = at.iter().all(|own| at.first().map(rank) == Some(rank(own)));
    let told: Vec<(usize, String)> = at.into_iter().map(|at| (at, super::index::bare(&outline.text_of(at, MAX_NAME)).to_owned())).collect();
    (several && one_rank && told.iter().all(|(_, name)| is_kind(name) && named(name))).then_some(told)
}
