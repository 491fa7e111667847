//! The codebook: categories, subtypes, traits and the lexicon that finds them, read from one TOML file.

pub(crate) mod alike;
pub(crate) mod vocabulary;
pub(crate) mod disguise;
pub mod fold;
pub(crate) mod spread;
pub(crate) mod finder;
pub(crate) mod writings;
pub mod schema;
pub mod grams;
pub(crate) mod lexicon;
mod parts;
pub(crate) mod reading;
pub mod model;

use lexicon::Lexicon;
use model::{Model, ModelError};
use schema::{Calibre, Category, File, Good, Maker, Risk, Subtype, Trait};
use std::collections::{BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

/// Why a codebook was refused: every problem with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodebookError {
    /// One sentence each.
    pub problems: Vec<String>,
}

impl fmt::Display for CodebookError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("\n"))
    }
}

impl std::error::Error for CodebookError {}

/// A codebook ready for use: immutable, to be shared between threads.
#[derive(Debug)]
pub struct Codebook {
    pub(crate) file: File,
    pub(crate) lexicon: Lexicon,
    /// What grams of a text add to the rules, where there is one.
    pub(crate) model: Option<Arc<Model>>,
    categories: HashMap<String, usize>,
    /// By category: the number of its first level.
    levels: Vec<usize>,
    calibres: HashMap<String, usize>,
}

impl Codebook {
    /// Reads a codebook. Unknown keys, codes that do not exist, doubled codes and impossible weights are errors.
    pub fn parse(toml: &str) -> Result<Self, CodebookError> {
        let mut file: File = toml::from_str(toml).map_err(|e| CodebookError { problems: vec![e.to_string().trim_end().to_owned()] })?;
        list_makers(&mut file);
        let problems = check(&file);
        if !problems.is_empty() {
            return Err(CodebookError { problems });
        }
        part_makers(&mut file);
        let lexicon = Lexicon::build(&file).map_err(|problems| CodebookError { problems })?;
        let categories = file.category.iter().enumerate().map(|(i, c)| (c.code.clone(), i)).collect();
        let calibres = file.calibre.iter().enumerate().map(|(i, c)| (c.id.clone(), i)).collect();
        let mut firsts: Vec<&str> = Vec::new();
        let levels =
            file.category.iter().map(|category| number(&mut firsts, category.code.split('.').next().unwrap_or_default())).collect();
        Ok(Self { file, lexicon, model: None, categories, levels, calibres })
    }

    /// The codebook with a model beside its rules.
    ///
    /// # Errors
    /// The model was trained for other categories.
    pub fn with_model(mut self, model: Model) -> Result<Self, ModelError> {
        self.model = Some(Arc::new(model.checked(&self)?));
        Ok(self)
    }

    /// Name of what decides, written on every classification: of the model, or of the rules where there is none.
    pub fn decider(&self) -> &str {
        self.model.as_ref().map_or("lexicon-1", |model| model.name())
    }

    /// Version written on every classification.
    pub fn version(&self) -> &str {
        &self.file.version
    }

    /// All categories in the file's order.
    pub fn categories(&self) -> &[Category] {
        &self.file.category
    }

    /// By category: the number of its first level, `firearm` of `firearm.pistol`.
    pub(crate) fn levels(&self) -> &[usize] {
        &self.levels
    }

    /// A category by its code.
    pub fn category(&self, code: &str) -> Option<&Category> {
        self.file.category.get(*self.categories.get(code)?)
    }

    /// A subtype by its codes.
    pub fn subtype(&self, category: &str, code: &str) -> Option<&Subtype> {
        self.category(category)?.subtype.iter().find(|s| s.code == code)
    }

    /// All traits in the file's order.
    pub fn traits(&self) -> &[Trait] {
        &self.file.traits
    }

    /// All calibres in the file's order.
    pub fn calibres(&self) -> &[Calibre] {
        &self.file.calibre
    }

    /// A calibre by its id.
    pub fn calibre(&self, id: &str) -> Option<&Calibre> {
        self.file.calibre.get(*self.calibres.get(id)?)
    }

    /// All coarse goods in the file's order.
    pub fn goods(&self) -> &[Good] {
        &self.file.good
    }

    /// All risk indicators in the file's order.
    pub fn risks(&self) -> &[Risk] {
        &self.file.risk
    }

    /// All names of the makers that are called `name`, by any of their names.
    pub fn maker_names(&self, name: &str) -> Vec<&str> {
        let names = |maker: &'_ Maker| std::iter::once(&maker.name).chain(&maker.aliases).any(|known| known.eq_ignore_ascii_case(name));
        let makers = self.file.maker.iter().filter(|maker| !maker.each && !maker.is_pattern() && names(maker));
        makers.flat_map(|maker| std::iter::once(maker.name.as_str()).chain(maker.aliases.iter().map(String::as_str))).collect()
    }

    /// Ids of the calibres that a name means, in any writing that the codebook knows; several where the writing is ambiguous.
    pub fn calibre_ids(&self, name: &str) -> Vec<&str> {
        let named = |hit: &lexicon::Hit| match hit.sense {
            lexicon::Sense::Calibre(index) => self.file.calibre.get(index).map(|calibre| calibre.id.as_str()),
            _ => None,
        };
        let exact = self.file.calibre.iter().find(|calibre| calibre.id == name || calibre.name == name);
        exact.map_or_else(
            || self.lexicon.find(&fold::fold(name, &self.lexicon.vocabulary), None).shown.iter().filter_map(named).collect(),
            |calibre| vec![calibre.id.as_str()],
        )
    }

    /// Whether a listing of it counts as controlled.
    pub fn is_controlled(&self, category: &str, subtype: Option<&str>) -> bool {
        let finer = subtype.and_then(|s| self.subtype(category, s)).and_then(|s| s.controlled);
        finer.unwrap_or_else(|| self.category(category).is_some_and(|c| c.controlled))
    }

    /// Whether it is watched: controlled, or of the kinds from which converted and reactivated arms begin.
    pub fn is_watched(&self, category: &str, subtype: Option<&str>, good: Option<&str>) -> bool {
        self.is_controlled(category, subtype)
            || subtype.and_then(|s| self.subtype(category, s)).is_some_and(|s| s.watched)
            || good.is_some_and(|g| self.file.good.iter().any(|known| known.code == g && known.watched))
    }

    /// Row of the RAND Europe study of 2017.
    pub fn rand(&self, category: &str, subtype: Option<&str>) -> Option<&str> {
        let finer = subtype.and_then(|s| self.subtype(category, s)).and_then(|s| s.rand.as_deref());
        finer.or_else(|| self.category(category).map(|c| c.rand.as_str()))
    }

    /// Row of UNODC's Illicit Arms Flows Questionnaire.
    pub fn iafq(&self, category: &str, subtype: Option<&str>) -> Option<&str> {
        let finer = subtype.and_then(|s| self.subtype(category, s)).and_then(|s| s.iafq.as_deref());
        finer.or_else(|| self.category(category).map(|c| c.iafq.as_str()))
    }
}

/// The number of a word among those that were met.
fn number<'w>(met: &mut Vec<&'w str>, word: &'w str) -> usize {
    met.iter().position(|known| *known == word).unwrap_or_else(|| {
        met.push(word);
        met.len() - 1
    })
}

/// Makes an entry of each row of the table of makers.
fn list_makers(file: &mut File) {
    for (country, kinds) in std::mem::take(&mut file.maker_table) {
        for (makes, rows) in kinds {
            for row in rows {
                let mut writings = row.trim_start_matches('~').split('|').map(|writing| writing.trim().to_owned());
                file.maker.push(Maker {
                    name: writings.next().unwrap_or_default(),
                    aliases: writings.collect(),
                    makes: makes.split('_').map(str::to_owned).collect(),
                    country: Some(country.clone()),
                    common: row.starts_with('~'),
                    ..Maker::default()
                });
            }
        }
    }
}

/// Makes each alias of an `each` entry a maker of its own.
fn part_makers(file: &mut File) {
    let mut parted = Vec::new();
    for (index, maker) in file.maker.iter_mut().enumerate().filter(|(_, m)| m.each) {
        for alias in std::mem::take(&mut maker.aliases) {
            let mut writings = alias.split('|').map(|writing| writing.trim().to_owned());
            let name = writings.next().unwrap_or_default();
            let aliases = writings.collect();
            parted.push(Maker { name, aliases, makes: maker.makes.clone(), common: maker.common, shares: Some(index), ..Maker::default() });
        }
    }
    file.maker.extend(parted);
}

/// Everything that TOML alone cannot tell.
fn check(file: &File) -> Vec<String> {
    let mut problems = Vec::new();
    let mut doubled = |kind: &str, codes: &mut dyn Iterator<Item = String>| {
        let mut seen = BTreeSet::new();
        for code in codes {
            if !seen.insert(code.clone()) {
                problems.push(format!("{kind} {code:?} is there twice: remove one"));
            }
        }
        seen
    };
    let categories = doubled("category", &mut file.category.iter().map(|c| c.code.clone()));
    let subtypes = doubled("subtype", &mut file.category.iter().flat_map(|c| c.subtype.iter().map(|s| format!("{}/{}", c.code, s.code))));
    let traits = doubled("trait", &mut file.traits.iter().map(|t| t.code.clone()));
    let goods = doubled("good", &mut file.good.iter().map(|g| g.code.clone()));
    let calibres = doubled("calibre", &mut file.calibre.iter().map(|c| c.id.clone()));
    doubled("maker", &mut file.maker.iter().map(|m| m.name.clone()));
    doubled("risk", &mut file.risk.iter().map(|r| r.code.clone()));
    doubled("scam", &mut file.scam.iter().map(|s| s.code.clone()));
    let level = |code: &str| categories.contains(code) || categories.iter().any(|c| c.split('.').next() == Some(code));
    for (i, n) in file.noun.iter().enumerate() {
        if !categories.contains(&n.of) {
            problems.push(format!("noun[{i}]: category {:?} does not exist", n.of));
        }
        if n.subtype.as_ref().is_some_and(|s| !subtypes.contains(&format!("{}/{s}", n.of))) {
            problems.push(format!("noun[{i}]: subtype {:?} does not exist in {:?}", n.subtype, n.of));
        }
        if n.good.as_ref().is_some_and(|g| !goods.contains(g)) {
            problems.push(format!("noun[{i}]: good {:?} does not exist", n.good));
        }
    }
    for (i, c) in file.cue.iter().enumerate() {
        if !level(&c.of) {
            problems.push(format!("cue[{i}]: category {:?} does not exist", c.of));
        }
        if c.good.as_ref().is_some_and(|g| !goods.contains(g)) {
            problems.push(format!("cue[{i}]: good {:?} does not exist", c.good));
        }
    }
    for c in &file.calibre {
        for other in c.confusable_with.iter().filter(|o| !calibres.contains(*o)) {
            problems.push(format!("calibre {:?}: confusable_with {other:?} does not exist", c.id));
        }
    }
    for c in &file.calibre {
        for other in c.beside.keys().filter(|o| !calibres.contains(*o)) {
            problems.push(format!("calibre {:?}: beside {other:?} does not exist", c.id));
        }
    }
    for m in &file.maker {
        if m.country.as_ref().is_some_and(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase())) {
            problems.push(format!("maker {:?}: country {:?} is no ISO 3166-1 code", m.name, m.country));
        }
        if m.brand_of.as_ref().is_some_and(|of| !file.maker.iter().any(|other| other.name == *of)) {
            problems.push(format!("maker {:?}: brand_of {:?} does not exist", m.name, m.brand_of));
        }
    }
    for v in &file.value {
        for code in v.speaks_for.keys().filter(|c| !level(c)) {
            problems.push(format!("value {} = {}: category {code:?} does not exist", v.field, v.value));
        }
    }
    const INTENTS: [&str; 6] = ["offer", "wanted", "trade", "service", "review", "discussion"];
    for i in file.intent.iter().filter(|i| !INTENTS.contains(&i.code.as_str())) {
        problems.push(format!("intent {:?} is none of {INTENTS:?}", i.code));
    }
    for r in &file.risk {
        if !(0.0..=1.0).contains(&r.weight) {
            problems.push(format!("risk {:?}: weight {} is not between 0 and 1", r.code, r.weight));
        }
        for t in r.traits.iter().filter(|t| !traits.contains(*t)) {
            problems.push(format!("risk {:?}: trait {t:?} does not exist", r.code));
        }
        for g in r.goods.iter().filter(|g| !goods.contains(*g)) {
            problems.push(format!("risk {:?}: good {g:?} does not exist", r.code));
        }
        for c in r.categories.iter().filter(|c| !level(c) && !subtypes.contains(*c)) {
            problems.push(format!("risk {:?}: category {c:?} does not exist", r.code));
        }
    }
    for s in file.scam.iter().filter(|s| !(0.0..=1.0).contains(&s.weight)) {
        problems.push(format!("scam {:?}: weight {} is not between 0 and 1", s.code, s.weight));
    }
    problems
}
