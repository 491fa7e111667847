//! Words that would narrow a query: they part its hits, and they stand out in them.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use tantivy::TantivyDocument;
use tantivy::schema::{Field, Value};

use crate::analysis::{Analysis, each_word};
use crate::best::Gather;
use crate::error::IndexError;
use crate::fold::cut;
use crate::query::{Node, Query, What};
use crate::results::Sort;
use crate::schema::Layout;
use crate::searcher::Searcher;

/// Hits whose words are counted: the first by id.
pub const SAMPLE: usize = 2_000;
/// What is read of a text, bytes.
const READ: usize = 16 << 10;
/// Different words that are counted; those that come later are rare.
const MOST_WORDS: usize = 200_000;
/// Words whose hits are counted exactly.
const TRIED: usize = 40;
/// Of the hits, what a word that parts them is in: from a tenth to six tenths.
const PARTS: std::ops::RangeInclusive<f64> = 0.1..=0.6;
/// Odds of the word among the hits, over its odds among all other documents, at least.
const STANDS_OUT: f64 = 2.0;

/// A word and what it would leave.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Narrowing {
    /// Folded; as a query it finds all forms of the word.
    pub word: String,
    /// Hits that hold it; exact.
    pub left: u64,
    /// Documents of the whole index that hold it; exact.
    pub held: u64,
    /// The logarithm of the odds ratio between hits and all other documents, over its standard error (Woolf's method, with one half added
    /// to each count after Haldane and Anscombe).
    pub z: f64,
}

impl Searcher {
    /// Words that would narrow a query, those that stand out most first, at most `most`. Words are looked for in [`SAMPLE`] hits; how many
    /// hits each leaves is counted in all.
    pub fn narrowing(&self, query: &Query, most: usize) -> Result<Vec<Narrowing>, IndexError> {
        let gather = Gather { sort: Sort::Id, keep: SAMPLE, after: None, collapse: false, count_by: Vec::new() };
        let gathered = self.gather(query, &gather)?;
        let (all, hits, sampled) = (self.len(), gathered.total, gathered.kept.len());
        let mut words: HashMap<String, Counted> = HashMap::new();
        for (number, kept) in (1..).zip(&gathered.kept) {
            count(&self.engine.doc(kept.address)?, number, &mut words);
        }
        let mut asked = HashSet::new();
        asks(query.root(), &mut asked);
        let scale = hits as f64 / sampled.max(1) as f64;
        let mut tried: Vec<(f64, String)> = words
            .into_values()
            .filter(|word| word.documents > 1 && PARTS.contains(&(word.documents as f64 / sampled as f64)) && !asked.contains(&word.form))
            .map(|word| {
                let held = self.share(&word.form).unwrap_or_default() * all as f64;
                (odds(word.documents as f64 * scale, hits as f64, held, all as f64).1, word.form)
            })
            .collect();
        tried.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
        let mut found = Vec::new();
        for (_, word) in tried.into_iter().take(TRIED) {
            let Some(asking) = Query::parse(&word, 0).ok().filter(|query| is_word(query.root())) else { continue };
            let (left, held) = (self.count(&query.and(&asking))?, self.count(&asking)?);
            let (ratio, z) = odds(left as f64, hits as f64, held as f64, all as f64);
            if PARTS.contains(&(left as f64 / hits as f64)) && ratio >= STANDS_OUT {
                found.push(Narrowing { word, left, held, z });
            }
        }
        found.sort_by(|one, other| other.z.total_cmp(&one.z).then_with(|| one.word.cmp(&other.word)));
        found.truncate(most);
        Ok(found)
    }
}

/// A word in all its forms.
struct Counted {
    /// The shortest one.
    form: String,
    documents: usize,
    /// Number of the last one, so that each counts once.
    last: u32,
}

/// Counts the words of a document.
fn count(document: &TantivyDocument, number: u32, words: &mut HashMap<String, Counted>) {
    let layout = Layout::get();
    let read = |field: Field| document.get_first(field).and_then(|value| value.as_str()).unwrap_or_default();
    let stem = Analysis::stem_for(Some(read(layout.language)).filter(|code| !code.is_empty()));
    for field in ["title", "description"].into_iter().filter_map(|name| layout.kept_text(name)) {
        each_word(cut(read(field), READ), Some(stem), |word, stemmed| {
            if word.chars().nth(1).is_none() {
                return;
            }
            let key = stemmed.filter(|stem| !stem.is_empty()).unwrap_or(word);
            let room = words.len() < MOST_WORDS;
            match words.get_mut(key) {
                Some(known) => {
                    known.documents += usize::from(known.last != number);
                    known.last = number;
                    if (word.len(), word) < (known.form.len(), known.form.as_str()) {
                        known.form = word.to_owned();
                    }
                }
                None if room => {
                    words.insert(key.to_owned(), Counted { form: word.to_owned(), documents: 1, last: number });
                }
                None => {}
            }
        });
    }
}

/// The odds ratio of a word between hits and all others, and its logarithm over its standard error.
fn odds(left: f64, hits: f64, held: f64, all: f64) -> (f64, f64) {
    let half = |count: f64| count.max(0.0) + 0.5;
    let (a, b) = (half(left), half(hits - left));
    let (c, d) = (half(held - left), half(all - hits - (held - left).max(0.0)));
    let ratio = a * d / (b * c);
    (ratio, ratio.ln() / (1.0 / a + 1.0 / b + 1.0 / c + 1.0 / d).sqrt())
}

/// Words that a query asks for itself.
fn asks(node: &Node, words: &mut HashSet<String>) {
    match node {
        Node::All => {}
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| asks(node, words)),
        Node::Not(node) | Node::Boost(node, _) => asks(node, words),
        Node::Test(test) => match &test.what {
            What::Word { exact, .. } => words.extend([exact.clone()]),
            What::Phrase { words: phrase, .. } => words.extend(phrase.iter().cloned()),
            _ => {}
        },
    }
}

/// Whether a query is one plain word.
fn is_word(node: &Node) -> bool {
    match node {
        Node::Test(test) => match &test.what {
            What::Word { .. } => true,
            What::Phrase { words, .. } => words.len() == 1,
            _ => false,
        },
        _ => false,
    }
}
