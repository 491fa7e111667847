//! Boxes that a page does not have: what stands between two titles in running text is put into an element of its own, so that it is
//! found and read as any other record.

use std::ops::Range;

use super::{Facts, Outline};

/// A box to be put in.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The element that its parts lie in.
    pub parent: usize,
    /// Its elements: children of the parent, with all inside them.
    pub elements: Range<usize>,
    /// Its runs.
    pub runs: Range<usize>,
    /// Hash that all boxes of one list share.
    pub signature: u64,
}

impl Outline<'_> {
    /// Puts boxes in, given in page order and apart from each other. The position of an element moves by the number of boxes that begin at or
    /// before it, which [`moved`] tells.
    pub fn put_in(&mut self, boxes: &[Wanted]) {
        if boxes.is_empty() {
            return;
        }
        let starts: Vec<usize> = boxes.iter().map(|wanted| wanted.elements.start).collect();
        let end = |old: usize| old + starts.partition_point(|start| *start < old);
        let mut elements: Vec<Facts<'_>> = Vec::with_capacity(self.elements.len() + boxes.len());
        let mut wanted = boxes.iter().peekable();
        // The box that is open, and the old position after it.
        let mut open: Option<(usize, &Wanted)> = None;
        for (at, mut facts) in std::mem::take(&mut self.elements).into_iter().enumerate() {
            if open.is_some_and(|(_, own)| own.elements.end <= at) {
                open = None;
            }
            let old_parent = facts.parent;
            (facts.parent, facts.end) = (moved(&starts, facts.parent), end(facts.end));
            if let Some(own) = wanted.next_if(|own| own.elements.start == at) {
                open = Some((elements.len(), own));
                elements.push(Facts {
                    node: facts.node,
                    own: facts.own,
                    name: "div",
                    class: "",
                    id: "",
                    class_at: 0,
                    titled: false,
                    unseen: facts.unseen,
                    parent: facts.parent,
                    end: end(own.elements.end),
                    signature: own.signature,
                    first_run: own.runs.start,
                    last_run: own.runs.end,
                    text: 0,
                    links: 0,
                    images: 0,
                    prices: 0,
                    chrome: false,
                    hidden: facts.hidden,
                    covered: false,
                });
            }
            if let Some((place, own)) = open.filter(|(_, own)| own.parent == old_parent) {
                facts.parent = place;
                if let Some(outer) = elements.get_mut(place).filter(|_| own.elements.contains(&at)) {
                    outer.links += facts.links;
                    outer.images += facts.images;
                    outer.prices += facts.prices;
                }
            }
            elements.push(facts);
        }
        self.elements = elements;
        for run in &mut self.runs {
            run.element = moved(&starts, run.element);
        }
        for (nth, own) in boxes.iter().enumerate() {
            let (place, parent) = (own.elements.start + nth, moved(&starts, own.parent));
            let mut text = 0;
            for run in self.runs.get_mut(own.runs.clone()).unwrap_or(&mut []) {
                text += run.text.chars().count();
                if run.element == parent {
                    run.element = place;
                }
            }
            if let Some(outer) = self.elements.get_mut(place) {
                outer.text = text;
            }
        }
        let places = self.described.iter_mut().chain(self.named.iter_mut().map(|(at, ..)| at));
        places.for_each(|at| *at = moved(&starts, *at));
        self.marks.borrow_mut().clear();
    }
}

/// Where an element stands after boxes were put in that begin at `starts`.
pub fn moved(starts: &[usize], old: usize) -> usize {
    old + starts.partition_point(|start| *start <= old)
}
