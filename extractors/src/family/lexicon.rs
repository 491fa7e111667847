//! Words of titles that do not name the good, from `lexicon.txt`.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

static LISTS: LazyLock<HashMap<&str, HashSet<&str>>> = LazyLock::new(|| {
    let mut lists = HashMap::<&str, HashSet<&str>>::new();
    let mut name = "";
    for line in include_str!("lexicon.txt").lines().filter(|line| !line.starts_with('#')) {
        match line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            Some(next) => name = next,
            None => lists.entry(name).or_default().extend(line.split_ascii_whitespace()),
        }
    }
    lists
});

/// A list of the lexicon.
#[derive(Debug, Clone, Copy)]
pub(super) enum List {
    /// How many, or how it travels.
    Filler,
    /// How good.
    Praise,
    /// Units by which goods are counted.
    Counted,
    /// Weights and volumes.
    Weighed,
    /// Currencies.
    Money,
    /// Countries.
    Country,
    /// Words of selling and shipping.
    Way,
    /// Steps of a price ladder.
    Step,
}

impl List {
    /// Whether the word is in this list.
    pub(super) fn has(self, word: &str) -> bool {
        let name = match self {
            Self::Filler => "filler",
            Self::Praise => "praise",
            Self::Counted => "counted",
            Self::Weighed => "weighed",
            Self::Money => "money",
            Self::Country => "country",
            Self::Way => "way",
            Self::Step => "step",
        };
        LISTS.get(name).is_some_and(|list| list.contains(word))
    }
}
