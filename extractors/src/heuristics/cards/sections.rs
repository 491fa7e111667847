//! Where one list ends and another begins, though their members are built alike: at the heading of the page, at headings between them,
//! at what has nothing in common with the rest.

use std::collections::HashSet;
use std::ops::Range;

use rustc_hash::FxBuildHasher;

use crate::heuristics::outline::Outline;

/// Members of lists so small that each of them counts.
const SMALL: usize = 8;
/// Characters of a part of a title that stands in a heading by no chance.
const LEAST_TITLE: usize = 8;
/// Parts of a title that are looked at.
const MAX_PARTS: usize = 12;
/// Elements within a member that are compared.
const COMPARED: usize = 80;

/// Places of the headings of a page, by the element that they stand in.
pub(super) struct Headings(Vec<(usize, usize)>);

impl Headings {
    pub(super) fn of(outline: &Outline<'_>) -> Self {
        let all = outline.elements.iter().enumerate().filter(|(_, f)| matches!(f.name.as_bytes(), [b'h', b'1'..=b'6']) && f.text > 0);
        let mut found: Vec<(usize, usize)> = all.map(|(at, facts)| (facts.parent, at)).collect();
        found.sort_unstable();
        Headings(found)
    }

    fn between(&self, parent: usize, places: Range<usize>) -> bool {
        let next = self.0.partition_point(|place| *place < (parent, places.start));
        self.0.get(next).is_some_and(|(own, at)| *own == parent && places.contains(at))
    }
}

/// The only heading, outside of links, that has in it what a part of the page's title says; of several parts the longest tells.
pub(super) fn repeated(outline: &Outline<'_>, page_title: &str) -> Option<usize> {
    let title = page_title.to_lowercase();
    let parts = title.split(['|', '»', '·', '•', '—', '–']).flat_map(|part| part.split("::")).flat_map(|part| part.split(" - "));
    let mut parts: Vec<&str> = parts.map(str::trim).filter(|part| part.chars().count() >= LEAST_TITLE).take(MAX_PARTS).collect();
    parts.sort_by_key(|part| std::cmp::Reverse(part.len()));
    let headings = outline.elements.iter().enumerate().filter(|(at, facts)| {
        matches!(facts.name, "h1" | "h2" | "h3" | "h4")
            && facts.links == 0
            && !facts.hidden
            && (LEAST_TITLE..=250).contains(&facts.text)
            && !outline.in_link(*at)
    });
    let headings: Vec<(usize, String)> = headings.take(200).map(|(at, _)| (at, outline.text_of(at, 300).to_lowercase())).collect();
    parts.into_iter().find_map(|part| {
        let mut named = headings.iter().filter(|(_, text)| text.contains(part)).map(|(at, _)| *at);
        named.next().filter(|_| named.next().is_none())
    })
}

/// Parts members at the page's heading, and where headings stand between them at those under which none shows a price while others do.
pub(super) fn parted(outline: &Outline<'_>, headings: &Headings, members: Vec<usize>, heading: Option<usize>) -> Vec<Vec<usize>> {
    let (above, below): (Vec<usize>, Vec<usize>) = members.into_iter().partition(|at| heading.is_some_and(|heading| *at < heading));
    [above, below].into_iter().flat_map(|part| by_heading(outline, headings, part)).collect()
}

fn by_heading(outline: &Outline<'_>, headings: &Headings, members: Vec<usize>) -> Vec<Vec<usize>> {
    let Some(parent) = members.first().and_then(|at| outline.elements.get(*at)).map(|facts| facts.parent) else { return Vec::new() };
    let shows = |at: &usize| outline.elements.get(*at).is_some_and(|facts| facts.prices > 0);
    let priced = members.iter().filter(|at| shows(at)).count();
    let siblings = members.iter().all(|at| outline.elements.get(*at).is_some_and(|facts| facts.parent == parent));
    if !siblings || priced == 0 || priced == members.len() {
        return vec![members];
    }
    let mut sections: Vec<Vec<usize>> = Vec::new();
    for at in members {
        let last = sections.last().and_then(|section| section.last()).and_then(|last| outline.elements.get(*last)).map(|facts| facts.end);
        match sections.last_mut().filter(|_| last.is_some_and(|end| !headings.between(parent, end..at))) {
            Some(section) => section.push(at),
            None => sections.push(vec![at]),
        }
    }
    let (bare, full): (Vec<_>, Vec<_>) = sections.into_iter().partition(|section| !section.iter().any(shows));
    bare.into_iter().chain([full.into_iter().flatten().collect()]).filter(|list: &Vec<usize>| list.len() >= 2).collect()
}

/// Takes out of a small list the members that have next to nothing in common with any other and stand beside none, where the others are
/// built alike. Two that are left are no list.
pub(super) fn alike(outline: &Outline<'_>, members: Vec<usize>) -> Vec<usize> {
    if !(3..=SMALL).contains(&members.len()) {
        return members;
    }
    let inside = |at: &usize| -> HashSet<u64, FxBuildHasher> {
        outline.inside(*at).skip(1).take(COMPARED).filter_map(|at| outline.elements.get(at)).map(|facts| facts.signature).collect()
    };
    let sets: Vec<HashSet<u64, FxBuildHasher>> = members.iter().map(inside).collect();
    let share = |a: &HashSet<u64, FxBuildHasher>, b: &HashSet<u64, FxBuildHasher>| {
        if a.is_empty() && b.is_empty() { 1.0 } else { a.intersection(b).count() as f64 / a.union(b).count().max(1) as f64 }
    };
    let nearest = |at: usize| {
        let own = sets.get(at);
        let others = sets.iter().enumerate().filter(|(other, _)| *other != at);
        others.filter_map(|(_, other)| Some(share(own?, other))).fold(0.0, f64::max)
    };
    let near: Vec<f64> = (0..sets.len()).map(nearest).collect();
    let kept: Vec<usize> = members.iter().zip(&near).filter(|(_, near)| **near >= 0.5).map(|(at, _)| *at).collect();
    let end = |at: usize| outline.elements.get(at).map_or(at, |facts| facts.end);
    // One of the goods may be on sale, and built otherwise.
    let beside = |at: usize| kept.iter().any(|own| end(*own) == at || end(at) == *own);
    if kept.len() < 2 || members.iter().zip(&near).any(|(at, near)| *near < 0.5 && (*near >= 0.3 || beside(*at))) {
        return members;
    }
    if kept.len() < 3 && kept.len() < members.len() { Vec::new() } else { kept }
}
