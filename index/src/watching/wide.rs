//! Watches for one of very many words, judged by looking a document's words up in theirs until one is found: nearly every document holds one,
//! and each word more that such a watch asks for by itself would cost every document that holds it.

use std::collections::HashSet;

use super::dictionary::Map;
use crate::query::{Node, Test, What};

/// Words from which on a watch is judged so.
const WIDE: usize = 200;

/// Words of which a document must hold one, as written or by their stems.
#[derive(Default)]
pub(crate) struct AnyWord {
    pub(crate) field: u8,
    written: HashSet<Box<str>, foldhash::fast::RandomState>,
    /// With the languages of the stem: bits are places of stemmers.
    stems: Map<Box<str>, u16>,
}

impl AnyWord {
    /// Takes the words of a field out of the parts of an OR, where they are so many; gives the other parts as well.
    pub(crate) fn among(nodes: &[Node]) -> Option<(Self, Vec<&Node>)> {
        let field = nodes.iter().find_map(|node| word(node).map(|(field, ..)| field))?;
        let (words, others): (Vec<&Node>, Vec<&Node>) = nodes.iter().partition(|node| word(node).is_some_and(|(of, ..)| of == field));
        if words.len() < WIDE {
            return None;
        }
        // There are few fields.
        let mut any = Self { field: field as u8, ..Self::default() };
        for (_, exact, stems) in words.into_iter().filter_map(word) {
            any.written.insert(exact.into());
            for (place, stem) in stems.iter().enumerate() {
                *any.stems.entry(stem.as_str().into()).or_default() |= 1 << place;
            }
        }
        Some((any, others))
    }

    /// Whether a word is among them; the stem is one of the stemmer with this place.
    pub(crate) fn holds(&self, word: &str, stem: Option<&str>, stemmer: usize) -> bool {
        self.written.contains(word) || stem.and_then(|stem| self.stems.get(stem)).is_some_and(|languages| languages >> stemmer & 1 == 1)
    }
}

fn word(node: &Node) -> Option<(usize, &str, &[String])> {
    match node {
        Node::Test(Test { field, what: What::Word { exact, stems }, .. }) => Some((*field, exact, stems)),
        _ => None,
    }
}
