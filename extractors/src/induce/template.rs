//! Which pages are made from one template: alike in mark-up, in address, and in what the general reading takes them for.

use std::collections::{BTreeMap, HashMap};

use super::sheet::Sheet;
use crate::record::PageKind;

/// How alike the pages of a template are at least: common part of their features, with what kind and address add.
const ALIKE: f64 = 0.72;

/// Pages of one template.
#[derive(Debug)]
pub(super) struct Template {
    pub(super) kind: PageKind,
    pub(super) detail: Option<String>,
    /// Positions among the sheets.
    pub(super) pages: Vec<usize>,
}

/// Sorts pages into templates; each page belongs to one. The largest first.
pub(super) fn templates(sheets: &[Sheet<'_>]) -> Vec<Template> {
    let mut likeness: HashMap<(usize, usize), f64> = HashMap::new();
    for one in 0..sheets.len() {
        for other in one + 1..sheets.len() {
            if let (Some(a), Some(b)) = (sheets.get(one), sheets.get(other)) {
                likeness.insert((one, other), alike(a, b));
            }
        }
    }
    let between = |a: &[usize], b: &[usize]| {
        let all = a.iter().flat_map(|x| b.iter().map(|y| likeness.get(&(*x.min(y), *x.max(y))).copied().unwrap_or(0.0)));
        all.sum::<f64>() / (a.len() * b.len()).max(1) as f64
    };
    // Average linkage: the two nearest heaps are put together as long as they are near.
    let mut heaps: Vec<Vec<usize>> = (0..sheets.len()).map(|at| vec![at]).collect();
    loop {
        let mut best: Option<(f64, usize, usize)> = None;
        for (i, a) in heaps.iter().enumerate() {
            for (j, b) in heaps.iter().enumerate().skip(i + 1) {
                let near = between(a, b);
                if near >= ALIKE && best.is_none_or(|(top, ..)| near > top) {
                    best = Some((near, i, j));
                }
            }
        }
        let Some((_, i, j)) = best else { break };
        let moved = heaps.swap_remove(j);
        if let Some(heap) = heaps.get_mut(i) {
            heap.extend(moved);
            heap.sort_unstable();
        }
    }
    heaps.sort_by_key(|heap| (std::cmp::Reverse(heap.len()), heap.first().copied()));
    heaps.into_iter().flat_map(|pages| agreed(pages, sheets)).map(|pages| named(pages, sheets)).collect()
}

/// Pages that are made alike are of one kind only where the general reading says so of four in five; else each goes by what it says.
fn agreed(pages: Vec<usize>, sheets: &[Sheet<'_>]) -> Vec<Vec<usize>> {
    let mut kinds: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for at in &pages {
        let kind = sheets.get(*at).map_or("", |sheet| sheet.note.extraction.page_kind.code());
        kinds.entry(kind).or_default().push(*at);
    }
    let most = kinds.values().map(Vec::len).max().unwrap_or(0);
    if most * 5 >= pages.len() * 4 { vec![pages] } else { kinds.into_values().collect() }
}

/// A template is what most of its pages are taken for.
fn named(pages: Vec<usize>, sheets: &[Sheet<'_>]) -> Template {
    let mut votes: HashMap<(PageKind, Option<&str>), f64> = HashMap::new();
    let mut kinds: HashMap<PageKind, f64> = HashMap::new();
    for sheet in pages.iter().filter_map(|at| sheets.get(*at)) {
        let page = &sheet.note.extraction;
        *votes.entry((page.page_kind, page.page_detail.as_deref())).or_default() += page.page_kind_probability;
        *kinds.entry(page.page_kind).or_default() += page.page_kind_probability;
    }
    let kind =
        kinds.iter().max_by(|a, b| a.1.total_cmp(b.1).then_with(|| a.0.code().cmp(b.0.code()))).map_or(PageKind::Other, |(kind, _)| *kind);
    let details = votes.iter().filter(|((own, _), _)| *own == kind);
    let detail = details.max_by(|a, b| a.1.total_cmp(b.1).then_with(|| a.0.1.cmp(&b.0.1))).and_then(|((_, detail), _)| *detail);
    Template { kind, detail: detail.map(str::to_owned), pages }
}

fn alike(one: &Sheet<'_>, other: &Sheet<'_>) -> f64 {
    let common = one.features.intersection(&other.features).count();
    let all = one.features.len() + other.features.len() - common;
    let mark_up = common as f64 / all.max(1) as f64;
    let (a, b) = (&one.note.extraction, &other.note.extraction);
    let kind = if a.page_kind == b.page_kind && (a.page_detail == b.page_detail || a.page_kind != PageKind::Other) { 0.15 } else { -0.15 };
    // An address of which nothing is constant tells nothing.
    let told = |shape: &str| shape.bytes().any(|b| b.is_ascii_alphanumeric());
    let address = match one.shape == other.shape {
        true if told(&one.shape) => 0.1,
        false if told(&one.shape) && told(&other.shape) => -0.05,
        _ => 0.0,
    };
    mark_up + kind + address
}
