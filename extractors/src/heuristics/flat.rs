//! Lists whose records have no element of their own: titles with lines of text below them in one cell or one `pre`, headings with paragraphs
//! up to the next heading, pairs of table rows. What stands between two titles becomes a record where most of them name a price.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::ops::Range;

use rustc_hash::{FxBuildHasher, FxHasher};

use super::outline::{Break, Facts, Outline, Wanted, moved};
use super::price::PriceAt;
use crate::html::attr;

/// Titles from which on there is a list.
const LEAST: usize = 3;
/// Records of one list.
const MOST: usize = 1_000;
/// Characters that may stand before a title on its line: a number, a mark, a price.
const MAX_LEAD: usize = 40;
/// Characters and runs of one record.
const MAX_TEXT: usize = 3_000;
const MAX_RUNS: usize = 60;

/// Puts the records of such lists into boxes; `prices` stay with their elements.
pub fn box_records(outline: &mut Outline<'_>, prices: &mut [PriceAt]) {
    let mut lists: HashMap<(usize, u64), Vec<usize>, FxBuildHasher> = HashMap::default();
    for (at, facts) in outline.elements.iter().enumerate() {
        if facts.links == 1 && facts.prices == 0 && (5..=250).contains(&facts.text) && !facts.chrome && !facts.hidden && may_head(facts) {
            lists.entry((facts.parent, facts.signature)).or_default().push(at);
        }
    }
    lists.retain(|_, heads| heads.len() >= LEAST);
    if lists.is_empty() {
        return;
    }
    let mut priced: Vec<usize> = prices.iter().map(|price| price.run).collect();
    priced.sort_unstable();
    let mut found: Vec<Vec<Wanted>> =
        lists.into_iter().filter_map(|((parent, signature), heads)| records(outline, parent, signature, &heads, &priced)).collect();
    // Of two lists in one element the one of more records.
    found.sort_by_key(|list| (std::cmp::Reverse(list.len()), list.first().map(|own| own.elements.start)));
    let mut boxes: Vec<Wanted> = Vec::new();
    for list in found {
        let overlaps =
            |own: &Wanted| boxes.iter().any(|other| own.elements.start < other.elements.end && other.elements.start < own.elements.end);
        if boxes.len() + list.len() <= MOST && !list.iter().any(overlaps) {
            boxes.extend(list);
        }
    }
    boxes.sort_by_key(|own| own.elements.start);
    outline.put_in(&boxes);
    let starts: Vec<usize> = boxes.iter().map(|own| own.elements.start).collect();
    for price in prices.iter_mut() {
        let place = moved(&starts, price.element);
        // A price in the text itself stood in the element that holds the list.
        let nth = boxes.partition_point(|own| own.runs.start <= price.run).checked_sub(1);
        let own = nth
            .and_then(|nth| Some((nth, boxes.get(nth)?)))
            .filter(|(_, own)| own.parent == price.element && own.runs.contains(&price.run));
        price.element = own.map_or(place, |(nth, own)| own.elements.start + nth);
        if let Some(facts) = own.and_then(|_| outline.elements.get_mut(price.element)).filter(|_| !price.other) {
            facts.prices += 1;
        }
    }
    prices.sort_by_key(|price| price.element);
}

/// Whether an element may hold a title and nothing else.
fn may_head(facts: &Facts<'_>) -> bool {
    match facts.name {
        "a" => attr(facts.element(), "href").is_some_and(|href| href.len() > 1 && !href.starts_with('#')),
        name => is_inline(name) || matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "dt" | "p" | "div" | "tr"),
    }
}

fn is_inline(name: &str) -> bool {
    matches!(name, "a" | "b" | "strong" | "font" | "span" | "i" | "em" | "u" | "big" | "small" | "tt" | "code")
}

/// The records of one list, where most of them name a price.
fn records(outline: &Outline<'_>, parent: usize, signature: u64, heads: &[usize], priced: &[usize]) -> Option<Vec<Wanted>> {
    let whole = outline.elements.get(parent)?;
    let inline = outline.elements.get(*heads.first()?).is_some_and(|facts| is_inline(facts.name));
    // A title with what follows it up to the next.
    let mut starts: Vec<(usize, usize)> = Vec::new();
    let mut line = usize::MAX;
    for head in heads.iter().take(MOST) {
        let own = outline.elements.get(*head)?;
        // Rows that reach down into others are joined to them already.
        if outline.elements.get(own.end).is_some_and(|next| next.covered) {
            return None;
        }
        let start = if inline { line_start(outline, own) } else { Some(own.first_run) };
        if let Some(start) = start.filter(|start| *start != line) {
            starts.push((first_of(outline, parent, *head, start), start));
            line = start;
        }
    }
    let children = |range: Range<usize>| {
        let mut next = range.start;
        std::iter::from_fn(move || {
            let at = (next < range.end).then_some(next)?;
            next = outline.elements.get(at)?.end.max(at + 1);
            Some(at)
        })
    };
    let mut boxes: Vec<Wanted> = Vec::new();
    for (nth, (head, start)) in starts.iter().enumerate() {
        let (elements, runs) = match starts.get(nth + 1) {
            Some((next, from)) => (*head..*next, *start..*from),
            // The last goes as far as those before it did.
            None => {
                let longest = boxes.iter().map(|own| own.runs.len()).max()?;
                let parts = boxes.iter().map(|own| children(own.elements.clone()).count()).max()?;
                let to = whole.last_run.min(start + longest);
                let to = (to..whole.last_run)
                    .find(|at| outline.runs.get(*at).is_some_and(|run| run.before > Break::Cell))
                    .unwrap_or(whole.last_run)
                    .min(to.max(start + 1));
                let last = children(*head..whole.end)
                    .take(parts)
                    .take_while(|at| outline.elements.get(*at).is_some_and(|facts| facts.first_run < to));
                let end = last.last().and_then(|at| outline.elements.get(at)).map_or(head + 1, |facts| facts.end);
                let to = outline.elements.get(end.saturating_sub(1)).map_or(to, |facts| if inline { to.max(facts.last_run) } else { to });
                (*head..end, *start..to)
            }
        };
        boxes.push(Wanted { parent, elements, runs, signature: mixed(whole.signature, signature) });
    }
    let is_priced = |own: &Wanted| {
        let at = priced.partition_point(|run| *run < own.runs.start);
        priced.get(at).is_some_and(|run| *run < own.runs.end)
    };
    let is_small = |own: &Wanted| {
        own.runs.len() <= MAX_RUNS
            && outline.runs.get(own.runs.clone()).is_some_and(|runs| runs.iter().map(|run| run.text.len()).sum::<usize>() <= MAX_TEXT)
    };
    let count = boxes.iter().filter(|own| is_priced(own)).count();
    (boxes.len() >= LEAST && count * 10 >= boxes.len() * 6 && boxes.iter().all(is_small)).then_some(boxes)
}

/// The first child of an element that stands in the line of a title.
fn first_of(outline: &Outline<'_>, parent: usize, head: usize, start: usize) -> usize {
    let mut first = head;
    while let Some((before, _)) = first
        .checked_sub(1)
        .filter(|before| *before > parent)
        .and_then(|before| outline.ancestors(before).find(|(_, facts)| facts.parent == parent))
        .filter(|(_, facts)| facts.first_run >= start && facts.last_run > facts.first_run)
    {
        first = before;
    }
    first
}

/// The first run of the line that a title begins, little before it and no link.
fn line_start(outline: &Outline<'_>, head: &Facts<'_>) -> Option<usize> {
    let mut start = head.first_run;
    let mut lead = 0;
    while outline.runs.get(start).is_some_and(|run| run.before < Break::Line) {
        start = start.checked_sub(1)?;
        let run = outline.runs.get(start)?;
        lead += run.text.chars().count();
        if outline.in_link(run.element) || lead > MAX_LEAD {
            return None;
        }
    }
    Some(start)
}

fn mixed(one: u64, other: u64) -> u64 {
    let mut hasher = FxHasher::default();
    ("record", one, other).hash(&mut hasher);
    hasher.finish()
}
