//! Finds thousands of terms in a folded text: whole words one after the other by a tree of words, terms with an open end by an automaton.

use std::collections::HashMap;

use aho_corasick::automaton::Automaton;
use aho_corasick::dfa::DFA;
use aho_corasick::{Anchored, BuildError, MatchKind, StartKind};
use rustc_hash::FxBuildHasher;

use super::fold::Folded;

/// Terms ready to be found. Words and steps are only ever asked for, so that no text can make their tables slow.
#[derive(Debug)]
pub(crate) struct Finder {
    /// The number of each word of a term, by its bytes as one number.
    words: HashMap<u128, u32, FxBuildHasher>,
    /// The same of words above [`PACKED`] bytes.
    long_words: HashMap<Box<str>, u32, FxBuildHasher>,
    /// By the number of a word: the place in `nodes` of the terms that begin with it, or 0.
    first: Vec<u32>,
    /// From a node by the next word to another.
    steps: HashMap<(u32, u32), u32, FxBuildHasher>,
    nodes: Vec<Node>,
    open: DFA,
    /// Numbers of the terms in `open`.
    open_terms: Vec<usize>,
    /// Tokens of the longest term.
    pub(super) longest: usize,
}

#[derive(Debug, Clone, Copy, Default)]
struct Node {
    /// The term that ends here.
    term: Option<u32>,
    /// Whether longer terms go on.
    inner: bool,
}

/// Bytes of a word that make one number.
const PACKED: usize = size_of::<u128>();

/// A term met in a text. The order of the fields is the order in which terms are given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Found {
    /// First token.
    pub(crate) first: usize,
    /// Token after the last; the longest term first.
    pub(crate) last: std::cmp::Reverse<usize>,
    /// Bytes of the term, its blanks included: on the same tokens the one that ends first goes first, then the longer one.
    end: usize,
    start: usize,
    /// Its number.
    pub(crate) term: usize,
}

impl Finder {
    /// Builds the tree and the automaton. A term with a blank at both ends is whole words, one blank between two.
    pub(crate) fn build(terms: &[String]) -> Result<Self, BuildError> {
        let mut finder = Self {
            words: HashMap::default(),
            long_words: HashMap::default(),
            first: Vec::new(),
            steps: HashMap::default(),
            nodes: vec![Node::default()],
            open: DFA::new([""; 0])?,
            open_terms: Vec::new(),
            longest: terms.iter().map(|term| term.trim().split(' ').count()).max().unwrap_or_default(),
        };
        let mut open: Vec<&str> = Vec::new();
        for (number, term) in terms.iter().enumerate() {
            match term.strip_prefix(' ').and_then(|term| term.strip_suffix(' ')) {
                Some(words) => finder.put(words, number),
                None => {
                    open.push(term);
                    finder.open_terms.push(number);
                }
            }
        }
        // Few enough for a table of all steps.
        finder.open = DFA::builder().match_kind(MatchKind::Standard).start_kind(StartKind::Unanchored).build(open)?;
        Ok(finder)
    }

    fn put(&mut self, words: &str, term: usize) {
        let mut at: Option<u32> = None;
        for word in words.split(' ') {
            let unknown = self.first.len() as u32;
            let word = *match word.len() {
                0..=PACKED => self.words.entry(word.bytes().fold(0, pack)).or_insert(unknown),
                _ => self.long_words.entry(word.into()).or_insert(unknown),
            };
            if word == unknown {
                self.first.push(0);
            }
            let next = self.nodes.len() as u32;
            let step = match at {
                None => self.first.get_mut(word as usize).map(|first| {
                    *first = if *first == 0 { next } else { *first };
                    *first
                }),
                Some(at) => {
                    self.nodes.get_mut(at as usize).into_iter().for_each(|node| node.inner = true);
                    Some(*self.steps.entry((at, word)).or_insert(next))
                }
            };
            if step == Some(next) {
                self.nodes.push(Node::default());
            }
            at = step;
        }
        if let Some(node) = at.and_then(|at| self.nodes.get_mut(at as usize)) {
            node.term = u32::try_from(term).ok();
        }
    }

    /// All terms of a text, those within others included.
    pub(crate) fn find(&self, text: &Folded) -> Vec<Found> {
        let mut found = Vec::with_capacity(text.tokens.len());
        // First byte and byte after the last of each word, and its number.
        let mut read: Vec<(usize, usize, Option<u32>)> = Vec::with_capacity(text.tokens.len());
        let (mut start, mut packed) = (1, 0);
        for (at, byte) in text.text.bytes().enumerate().skip(1) {
            if byte != b' ' {
                packed = pack(packed, byte);
                continue;
            }
            let known = match at - start {
                0..=PACKED => self.words.get(&packed),
                _ => text.text.get(start..at).and_then(|word| self.long_words.get(word)),
            };
            read.push((start, at, known.copied()));
            (start, packed) = (at + 1, 0);
        }
        for (number, (start, _, word)) in read.iter().enumerate() {
            let mut at = word.and_then(|word| self.first.get(word as usize)).copied().filter(|node| *node != 0);
            let mut following = read.iter().enumerate().skip(number);
            while let (Some((last, (_, end, _))), Some(node)) = (following.next(), at.and_then(|at| self.nodes.get(at as usize))) {
                if let Some(term) = node.term {
                    let (first, last) = (text.token_near(number, *start), text.token_near(last, end.saturating_sub(1)) + 1);
                    found.push(Found { first, last: std::cmp::Reverse(last), end: end + 1, start: start - 1, term: term as usize });
                }
                let next = read.get(last + 1).and_then(|(_, _, word)| *word).filter(|_| node.inner);
                at = next.and_then(|word| self.steps.get(&(at?, word))).copied();
            }
        }
        self.open(text, &mut found);
        found.sort();
        found
    }
}

impl Finder {
    /// Terms with an open end, all of them, those within others included.
    fn open(&self, text: &Folded, found: &mut Vec<Found>) {
        let bytes = text.text.as_bytes();
        let Ok(mut state) = self.open.start_state(Anchored::No) else { return };
        for (at, byte) in bytes.iter().enumerate() {
            state = self.open.next_state(Anchored::No, state, *byte);
            if !self.open.is_special(state) || !self.open.is_match(state) {
                continue;
            }
            let until = at + 1;
            for number in 0..self.open.match_len(state) {
                let pattern = self.open.match_pattern(state, number);
                let Some(term) = self.open_terms.get(pattern.as_usize()) else { continue };
                let from = until - self.open.pattern_len(pattern);
                let start = from + usize::from(bytes.get(from) == Some(&b' '));
                let end = until - usize::from(*byte == b' ');
                let (first, last) = (text.token_at(start), text.token_at(end.saturating_sub(1)) + 1);
                found.push(Found { first, last: std::cmp::Reverse(last), end: until, start: from, term: *term });
            }
        }
    }
}

fn pack(packed: u128, byte: u8) -> u128 {
    packed << 8 | u128::from(byte)
}
