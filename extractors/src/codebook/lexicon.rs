//! All terms of the codebook, walked word by word: a text in, hits on whole tokens out, longest first.

use super::finder::{Finder, Found};
use super::fold::{Folded, Gap, fold};
use super::schema::{File, LinkKind, Terms};
use super::vocabulary::{CORE, STRONG, TELLING, Vocabulary};
use super::writings;
use std::collections::HashMap;

/// Languages that the lexicon may hold; the place in the list is the bit in a mask.
pub(crate) const LANGUAGES: [&str; 14] = ["en", "de", "fr", "es", "it", "pt", "nl", "ru", "uk", "pl", "tr", "ar", "xx", "cs"];
/// Mask of terms that belong to no language: names, calibres.
const ANY: u16 = u16::MAX;
/// Mask of Russian and Ukrainian.
const EAST: u16 = 1 << 7 | 1 << 8;

/// What a term stands for. Numbers are places in the codebook's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sense {
    /// Names goods.
    Noun(usize),
    /// Speaks for a category.
    Cue(usize),
    /// Hides what it covers.
    Neutral,
    /// Says a trait; `true` counts in a title only.
    Trait(usize, bool),
    /// Says an intent; `true` counts in a title only.
    Intent(usize, bool),
    /// Parts the goods from their surroundings.
    Link(LinkKind),
    /// Names a value of a field.
    Value(usize),
    /// Names a maker.
    Maker(usize),
    /// Names a model: place in [`Lexicon::models`]; `true` stands without its maker.
    Model(usize, bool),
    /// Names a calibre.
    Calibre(usize),
    /// Raises a risk indicator.
    Risk(usize),
    /// Shows a scam.
    Scam(usize),
}

/// A model of a maker.
#[derive(Debug, Clone)]
pub(crate) struct Model {
    pub(crate) maker: usize,
    pub(crate) name: String,
    /// Category code that it gives, with its subtype.
    pub(crate) category: &'static str,
    pub(crate) subtype: Option<&'static str>,
}

/// A term met in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Hit {
    pub(crate) sense: Sense,
    /// First token.
    pub(crate) first: usize,
    /// Token after the last.
    pub(crate) last: usize,
}

/// What a text holds.
#[derive(Debug, Default)]
pub(crate) struct Hits {
    /// Those that no longer one hides.
    pub(crate) shown: Vec<Hit>,
    /// Models that stand for themselves, wherever they are written: within the words for other goods too.
    pub(crate) models: Vec<Hit>,
}

/// Terms and what they stand for.
#[derive(Debug)]
pub(crate) struct Lexicon {
    terms: Finder,
    senses: Vec<Vec<(Sense, u16, bool)>>,
    pub(crate) models: Vec<Model>,
    /// Words of the lexicon, for reading disguised ones.
    pub(crate) vocabulary: Vocabulary,
}

struct Builder<'a> {
    file: &'a File,
    patterns: Vec<String>,
    places: HashMap<String, usize>,
    senses: Vec<Vec<(Sense, u16, bool)>>,
    vocabulary: Vocabulary,
    problems: Vec<String>,
}

impl Builder<'_> {
    fn add(&mut self, place: &str, term: &str, sense: Sense, mask: u16) {
        let plural = term.ends_with('+');
        let bare = term.trim_end_matches('+');
        let (open_left, open_right) = (bare.starts_with('*'), bare.ends_with('*'));
        let bare = bare.trim_matches('*');
        let folded = fold(bare, &Vocabulary::default());
        let core = folded.text.trim();
        if core.is_empty() || (core.chars().count() < 3 && (open_left || open_right)) {
            self.problems.push(format!("{place}: term {term:?} is empty or too short for an open end"));
            return;
        }
        (0..folded.tokens.len()).for_each(|token| self.vocabulary.add(folded.word(token)));
        let telling = if open_left { None } else { self.telling(sense) };
        if let Some(bits) = telling {
            match folded.tokens.len() {
                1 => self.vocabulary.add_telling(core, bits),
                _ if matches!(sense, Sense::Model(..)) => self.vocabulary.add_compact(core),
                _ => {}
            }
        }
        let long = bare.chars().count() >= 8;
        self.put(core, open_left, open_right, sense, mask, long);
        if plural {
            let s = if core.ends_with(['s', 'x', 'h']) { "es" } else { "s" };
            let several = format!("{core}{s}");
            self.put(&several, open_left, open_right, sense, mask, long);
            if folded.tokens.len() == 1 {
                self.vocabulary.add(&several);
                telling.into_iter().for_each(|bits| self.vocabulary.add_telling(&several, bits));
            }
        }
        // German umlauts are also written with an e.
        if bare.contains(['ä', 'ö', 'ü', 'Ä', 'Ö', 'Ü']) {
            let spelt = bare.replace(['ä', 'Ä'], "ae").replace(['ö', 'Ö'], "oe").replace(['ü', 'Ü'], "ue");
            let folded = fold(&spelt, &Vocabulary::default());
            self.put(folded.text.trim(), open_left, open_right, sense, mask, long);
        }
    }

    /// What a word with this sense is good for, where it names goods of the trade in arms by itself.
    fn telling(&self, sense: Sense) -> Option<u8> {
        match sense {
            Sense::Noun(index) => {
                let noun = self.file.noun.get(index).filter(|n| n.of != "non_weapon" && n.of != "unknown")?;
                let strong = !noun.beside_arm && noun.of != "accessory" && noun.of != "other_weapon" && noun.weight >= 2.0;
                let core = strong && (noun.of.starts_with("firearm") || noun.of.starts_with("ammunition"));
                Some(TELLING | if strong { STRONG } else { 0 } | if core { CORE } else { 0 })
            }
            Sense::Maker(index) => self.file.maker.get(index).filter(|m| !m.common).map(|_| TELLING | STRONG | CORE),
            Sense::Model(_, true) => Some(TELLING | STRONG),
            _ => None,
        }
    }

    fn put(&mut self, core: &str, open_left: bool, open_right: bool, sense: Sense, mask: u16, long: bool) {
        let pattern = format!("{}{core}{}", if open_left { "" } else { " " }, if open_right { "" } else { " " });
        let place = *self.places.entry(pattern.clone()).or_insert_with(|| {
            self.patterns.push(pattern);
            self.senses.push(Vec::new());
            self.senses.len() - 1
        });
        if let Some(senses) = self.senses.get_mut(place) {
            match senses.iter_mut().find(|(s, ..)| *s == sense) {
                Some(known) => known.1 |= mask,
                None => senses.push((sense, mask, long)),
            }
        }
    }

    /// Other writings of the calibres' names, where no term has them yet.
    fn writings(&mut self) {
        let mut all: Vec<(String, usize)> = Vec::new();
        for (index, calibre) in self.file.calibre.iter().enumerate() {
            for name in std::iter::once(&calibre.name).chain(&calibre.saami).chain(&calibre.aliases) {
                let folded = fold(name, &Vocabulary::default());
                let others = writings::of(&folded.text).into_iter();
                all.extend(others.map(|written| (fold(&written, &Vocabulary::default()).text.trim().to_owned(), index)));
            }
        }
        for (written, index) in all {
            if !self.places.contains_key(&format!(" {written} ")) {
                written.split(' ').for_each(|word| self.vocabulary.add(word));
                self.put(&written, false, false, Sense::Calibre(index), ANY, false);
            }
        }
    }

    fn terms(&mut self, place: &str, terms: &Terms, sense: Sense) {
        for (language, words) in terms {
            let Some(bit) = LANGUAGES.iter().position(|l| l == language) else {
                self.problems.push(format!("{place}: {language:?} is none of the languages {LANGUAGES:?}"));
                continue;
            };
            let mask = match language.as_str() {
                "xx" => ANY,
                // Short texts in one are easily taken for the other, and most words of the trade are the same.
                "ru" | "uk" => EAST,
                _ => 1 << bit,
            };
            for word in words {
                self.add(place, word, sense, mask);
            }
        }
    }
}

/// Shorter words in Latin letters are other words.
const LEAST_LATIN: usize = 6;
/// Words of other languages that Russian ones become.
const OTHER_WORDS: [&str; 8] = ["patron", "patrony", "magazin", "priklad", "kultura", "kassir", "remont", "kamera"];

impl Builder<'_> {
    /// Russian and Ukrainian words as they are written without a Cyrillic keyboard, unless a term is written so already.
    fn in_latin_letters(&mut self, terms: &Terms, sense: Sense) {
        let words = terms.iter().filter(|(language, _)| matches!(language.as_str(), "ru" | "uk")).flat_map(|(_, words)| words);
        for word in words.filter(|word| !word.contains(['*', '+'])) {
            for [j, kh, x] in [["y", "kh", "y"], ["j", "h", "i"]] {
                let latin = latin(word, j, kh, x);
                let folded = fold(&latin, &Vocabulary::default());
                let core = folded.text.trim();
                if core.len() >= LEAST_LATIN && !OTHER_WORDS.contains(&core) && !self.places.contains_key(&format!(" {core} ")) {
                    self.put(core, false, false, sense, ANY, true);
                }
            }
        }
    }
}

/// A Cyrillic text in Latin letters, as people type it; `j`, `kh` and `y` are habits.
fn latin(text: &str, j: &str, kh: &str, y: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut same = [0; 4];
    for letter in text.chars().flat_map(char::to_lowercase) {
        out.push_str(match letter {
            'а' => "a",
            'б' => "b",
            'в' => "v",
            'г' | 'ґ' => "g",
            'д' => "d",
            'е' | 'ё' | 'э' => "e",
            'є' => "ye",
            'ж' => "zh",
            'з' => "z",
            'и' => "i",
            'ы' => y,
            'і' => "i",
            'ї' => "yi",
            'й' => j,
            'к' => "k",
            'л' => "l",
            'м' => "m",
            'н' => "n",
            'о' => "o",
            'п' => "p",
            'р' => "r",
            'с' => "s",
            'т' => "t",
            'у' => "u",
            'ф' => "f",
            'х' => kh,
            'ц' => "ts",
            'ч' => "ch",
            'ш' => "sh",
            'щ' => "sch",
            'ю' => "yu",
            'я' => "ya",
            'ь' | 'ъ' | '\'' => "",
            other => other.encode_utf8(&mut same),
        });
    }
    out
}

/// A writing that is hardly anything but this model: letters and digits together.
fn distinctive(writing: &str) -> bool {
    writing.chars().filter(|c| c.is_alphabetic()).count() >= 2 && writing.chars().any(|c| c.is_ascii_digit())
}

impl Lexicon {
    /// Builds the automaton; the problems name their place in the file.
    pub(crate) fn build(file: &File) -> Result<Self, Vec<String>> {
        let mut b = Builder {
            file,
            patterns: Vec::new(),
            places: HashMap::new(),
            senses: Vec::new(),
            vocabulary: Vocabulary::new(&file.disguise.short),
            problems: Vec::new(),
        };
        for (i, n) in file.noun.iter().enumerate() {
            b.terms(&format!("noun[{i}] ({})", n.of), &n.terms, Sense::Noun(i));
        }
        for (i, c) in file.cue.iter().enumerate() {
            b.terms(&format!("cue[{i}] ({})", c.of), &c.terms, Sense::Cue(i));
        }
        for (i, n) in file.neutral.iter().enumerate() {
            b.terms(&format!("neutral[{i}]"), &n.terms, Sense::Neutral);
        }
        for (i, t) in file.traits.iter().enumerate() {
            b.terms(&format!("trait {}", t.code), &t.terms, Sense::Trait(i, false));
            b.terms(&format!("trait {}", t.code), &t.title_terms, Sense::Trait(i, true));
        }
        for (i, t) in file.intent.iter().enumerate() {
            b.terms(&format!("intent {}", t.code), &t.terms, Sense::Intent(i, false));
            b.terms(&format!("intent {}", t.code), &t.title_terms, Sense::Intent(i, true));
        }
        for (i, l) in file.link.iter().enumerate() {
            b.terms(&format!("link[{i}]"), &l.terms, Sense::Link(l.kind));
        }
        for (i, v) in file.value.iter().enumerate() {
            b.terms(&format!("value {} = {}", v.field, v.value), &v.terms, Sense::Value(i));
        }
        for (i, r) in file.risk.iter().enumerate() {
            b.terms(&format!("risk {}", r.code), &r.terms, Sense::Risk(i));
        }
        for (i, s) in file.scam.iter().enumerate() {
            b.terms(&format!("scam {}", s.code), &s.terms, Sense::Scam(i));
        }
        let mut models = Vec::new();
        for (i, maker) in file.maker.iter().enumerate() {
            let place = format!("maker {}", maker.name);
            let pattern = maker.is_pattern();
            if !maker.each && !pattern {
                b.add(&place, &maker.name, Sense::Maker(i), ANY);
            }
            for alias in &maker.aliases {
                b.add(&place, alias, Sense::Maker(i), ANY);
            }
            let tables: [(&[String], &'static str, Option<&'static str>); 10] = [
                (&maker.pistol, "firearm.pistol", None),
                (&maker.revolver, "firearm.revolver", None),
                (&maker.rifle, "firearm.rifle", None),
                (&maker.shotgun, "firearm.shotgun", None),
                (&maker.submachine_gun, "firearm.submachine_gun", None),
                (&maker.machine_gun, "firearm.machine_gun", None),
                (&maker.other, "firearm.other", None),
                (&maker.blank_firing, "replica_airgun", Some("blank_firing")),
                (&maker.airgun, "replica_airgun", Some("airgun")),
                (&maker.light_weapon, "light_weapon", None),
            ];
            for (names, category, subtype) in tables {
                for written in names {
                    // `!SP-01|SP01 Shadow`: writings of one model, the first is its name.
                    let alone = written.starts_with('!');
                    let mut writings = written.trim_start_matches('!').split('|');
                    let name = writings.next().unwrap_or_default().trim().to_owned();
                    let model = models.len();
                    b.add(&place, &name, Sense::Model(model, alone), ANY);
                    for other in writings {
                        // Numbers and common words stand for a model beside its maker only.
                        let marked = other.starts_with('!');
                        let other = other.trim_start_matches('!').trim();
                        b.add(&place, other, Sense::Model(model, marked || (alone && (pattern || distinctive(other)))), ANY);
                    }
                    models.push(Model { maker: i, name, category, subtype });
                }
            }
        }
        for (i, c) in file.calibre.iter().enumerate() {
            let place = format!("calibre {}", c.id);
            for name in std::iter::once(&c.name).chain(&c.saami).chain(&c.aliases) {
                b.add(&place, name, Sense::Calibre(i), ANY);
            }
        }
        for (i, n) in file.noun.iter().enumerate() {
            b.in_latin_letters(&n.terms, Sense::Noun(i));
        }
        for (i, t) in file.traits.iter().enumerate() {
            b.in_latin_letters(&t.terms, Sense::Trait(i, false));
        }
        b.writings();
        if !b.problems.is_empty() {
            return Err(b.problems);
        }
        let terms = Finder::build(&b.patterns).map_err(|e| vec![format!("the terms make no automaton: {e}")])?;
        Ok(Self { terms, senses: b.senses, models, vocabulary: b.vocabulary })
    }

    /// Tokens of the longest term.
    pub(crate) fn longest(&self) -> usize {
        self.terms.longest
    }

    /// Hits in order of place. A hit that lies within a longer one is dropped, links and intents aside.
    pub(crate) fn find(&self, text: &Folded, language: Option<&str>) -> Hits {
        let own = language.and_then(|l| LANGUAGES.iter().position(|known| *known == l.get(..2).unwrap_or(l))).map(|bit| 1u16 << bit);
        let found = self.terms.find(text);
        let (mut hits, mut models) = (Vec::with_capacity(found.len()), Vec::new());
        let (mut covered, mut calibre) = (0usize, 0usize);
        let mut senses: Vec<Sense> = Vec::new();
        for same in found.chunk_by(|a, b| (a.first, a.last) == (b.first, b.last)) {
            let Some(&Found { first, last: std::cmp::Reverse(last), .. }) = same.first() else { continue };
            senses.clear();
            for &(sense, mask, long) in same.iter().filter_map(|found| self.senses.get(found.term)).flatten() {
                if let Sense::Model(_, true) = sense {
                    models.push(Hit { sense, first, last });
                }
                // A word of a foreign language counts where it is long enough to be no accident.
                let foreign = mask != ANY && mask & 1 == 0 && !long && own.is_some_and(|own| mask & own == 0);
                if !foreign && !senses.contains(&sense) {
                    senses.push(sense);
                }
            }
            // "1g 3-MeO" names no G3.
            let unit = first > 0
                && text.number(first - 1).is_some()
                && text.word(first).chars().count() == 1
                && text.tokens.get(first).is_some_and(|token| token.gap == Gap::None);
            let within = last <= covered;
            // Links and intents neither hide nor are hidden by goods; a maker is hidden by a calibre that bears its name alone.
            for &sense in senses.iter().filter(|sense| !(unit && matches!(sense, Sense::Model(..)))) {
                let free = match sense {
                    Sense::Intent(..) | Sense::Link(_) | Sense::Scam(_) | Sense::Risk(_) => true,
                    Sense::Maker(_) => last > calibre,
                    _ => false,
                };
                if !within || free {
                    hits.push(Hit { sense, first, last });
                }
            }
            if senses.iter().any(|s| matches!(s, Sense::Calibre(_))) {
                calibre = calibre.max(last);
            }
            if senses.iter().any(|s| !matches!(s, Sense::Intent(..) | Sense::Link(_) | Sense::Scam(_) | Sense::Risk(_) | Sense::Model(..)))
            {
                covered = covered.max(last);
            }
        }
        Hits { shown: hits, models }
    }
}
