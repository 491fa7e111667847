//! Watches as investigators might write them, drawn from the words of listings: for speed, mostly plain ones; for equality, the whole language.

use vigie_index::Document;

use crate::dice::Dice;

/// What watches are drawn from.
pub(super) struct Drawer {
    dice: Dice,
    /// Words of the listings, each once, without digits.
    words: Vec<String>,
    /// Two words that stand side by side somewhere, and three.
    pairs: Vec<String>,
    vendors: Vec<String>,
    categories: Vec<String>,
}

impl Drawer {
    /// From listings; the same ones give the same watches.
    pub(super) fn new(seed: u64, documents: &[Document]) -> Self {
        let (mut words, mut pairs) = (Vec::new(), Vec::new());
        for document in documents {
            let plain = |word: &&str| word.chars().count() > 2 && word.chars().all(char::is_alphabetic);
            let all: Vec<&str> = document.title.split_whitespace().chain(document.description.split_whitespace()).filter(plain).collect();
            words.extend(all.iter().map(|word| word.to_lowercase()));
            let title: Vec<&str> = document.title.split_whitespace().collect();
            pairs.extend(title.windows(2).chain(title.windows(3)).map(|side| side.join(" ")).filter(|pair| !pair.contains(['"', '\\'])));
        }
        let each_once = |mut values: Vec<String>| {
            values.retain(|value| !value.is_empty());
            values.sort();
            values.dedup();
            values
        };
        let vendors = documents.iter().filter_map(|document| document.vendor.clone()).collect();
        let categories = documents.iter().map(|document| document.category.clone()).collect();
        Self {
            dice: Dice::labelled(seed, "watches"),
            words: each_once(words),
            pairs: each_once(pairs),
            vendors: each_once(vendors),
            categories: each_once(categories),
        }
    }

    /// A word of the listings.
    pub(super) fn word(&mut self) -> String {
        self.dice.pick(&self.words).cloned().unwrap_or_default()
    }

    fn pair(&mut self) -> String {
        self.dice.pick(&self.pairs).cloned().unwrap_or_default()
    }

    /// Half keywords, a quarter phrases and combinations, the rest ranges, beginnings and exclusions in equal parts; one in fifty of the
    /// exclusions needs no word at all.
    pub(super) fn plain(&mut self) -> String {
        match self.dice.below(12) {
            0..6 => self.word(),
            6 => format!("\"{}\"", self.pair()),
            7 => format!("{} {}", self.word(), self.word()),
            8 => format!("({} OR {} OR {}) {}", self.word(), self.word(), self.word(), self.word()),
            9 => {
                let low = self.dice.below(2_000);
                format!("price:[{low} TO {}]", low + 1 + self.dice.below(50))
            }
            10 => self.beginning(4),
            _ if self.dice.below(50) == 0 => format!("NOT {}", self.word()),
            _ => format!("{} -{}", self.word(), self.word()),
        }
    }

    fn beginning(&mut self, least: usize) -> String {
        let word = self.word();
        let length = least.max(word.chars().count() / 2);
        format!("{}*", word.chars().take(length).collect::<String>())
    }

    /// Anything that the language has.
    pub(super) fn any(&mut self, depth: u32) -> String {
        let joined = |drawer: &mut Self, with: &str| {
            let parts: Vec<String> = (0..2 + drawer.dice.below(3)).map(|_| drawer.any(depth - 1)).collect();
            format!("({})", parts.join(with))
        };
        match self.dice.below(if depth == 0 { 14 } else { 20 }) {
            0..3 => self.word(),
            3 => format!("={}", self.word()),
            4 => format!("\"{}\"~{}", self.pair(), self.dice.below(4)),
            5 => self.beginning(1),
            6 => self.open(),
            7 => {
                let word = self.word();
                let edits = 1 + u64::from(word.chars().count() > 6) * self.dice.below(2);
                if (3..20).contains(&word.chars().count()) { format!("{word}~{edits}") } else { word }
            }
            8 => format!("{}@disguised^{}", self.word(), 1 + self.dice.below(9)),
            9 => {
                let sign = self.dice.pick(&[">", ">=", "<", "<=", ""]).copied().unwrap_or_default();
                format!("price:{sign}{}", self.dice.below(1_500))
            }
            10 => format!("risk:[0.{} TO 0.{}}}", self.dice.below(5), 5 + self.dice.below(5)),
            11 => {
                let category = self.dice.pick(&self.categories).cloned().unwrap_or_else(|| "firearm".to_owned());
                let above = category.split('.').next().unwrap_or_default().to_owned();
                if self.dice.below(2) == 0 { format!("category:{category}") } else { format!("category:{above}") }
            }
            12 => {
                let vendor = self.dice.pick(&self.vendors).cloned().unwrap_or_else(|| "anna".to_owned());
                if self.dice.below(2) == 0 { format!("vendor:\"{vendor}\"") } else { "vendor:*".to_owned() }
            }
            13 => format!("title:{} -description:{}", self.word(), self.word()),
            14 | 15 => format!("NOT {}", self.any(depth - 1)),
            16 | 17 => joined(self, " OR "),
            _ => joined(self, " "),
        }
    }

    /// A word with a letter or more left open.
    fn open(&mut self) -> String {
        let mut signs: Vec<char> = self.word().chars().collect();
        let at = self.dice.below(signs.len().max(1) as u64) as usize;
        let sign = if self.dice.below(2) == 0 { '*' } else { '?' };
        if let Some(place) = signs.get_mut(at) {
            *place = sign;
        }
        signs.into_iter().collect()
    }
}
