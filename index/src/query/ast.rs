//! The tree of a query: sets of documents and how they combine.

use super::pattern::Pattern;

/// A set of documents.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    /// Every document.
    All,
    /// In each of them.
    And(Vec<Node>),
    /// In any of them.
    Or(Vec<Node>),
    /// Every document but these.
    Not(Box<Node>),
    /// The same documents; how well they match counts so many times as much.
    Boost(Box<Node>, f32),
    /// What passes a test.
    Test(Test),
}

/// A test on one field.
#[derive(Debug, Clone)]
pub(crate) struct Test {
    /// Place in [`crate::fields::FIELDS`].
    pub(crate) field: usize,
    pub(crate) what: What,
    /// Where the value stands in the query: first column and the one after the last; both 0 where it does not stand there.
    pub(crate) columns: (u32, u32),
}

/// What a field is asked for, already analysed.
#[derive(Debug, Clone)]
pub(crate) enum What {
    /// A word in any of its forms: folded, and its stem in each language.
    Word { exact: String, stems: Vec<String> },
    /// Words as written, in order, with at most `slop` other words between them.
    Phrase { words: Vec<String>, slop: u32 },
    /// Words as written, the last of which may go on. `whole` is the same without cuts between letters and digits.
    PhrasePrefix { words: Vec<String>, prefix: String, whole: String },
    /// A word as written, or a whole value, with at most so many letters wrong.
    Fuzzy { word: String, edits: u8 },
    /// A word as written, or a whole value, in which parts are open.
    Wild(Pattern),
    /// A whole value.
    Term(String),
    /// The beginning of a value.
    TermPrefix(String),
    /// Both ends included.
    Whole { low: i64, high: i64 },
    /// Both ends as said: value and whether it is included.
    Fraction { low: Option<(f64, bool)>, high: Option<(f64, bool)> },
    /// Any value at all.
    Present,
}
