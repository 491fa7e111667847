//! Whose categories the tables are in: the codebook's own, or those of a study or questionnaire that the codebook translates to.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use serde::Deserialize;

/// Another scheme of categories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// RAND Europe's study of the arms trade on the dark web, 2017.
    Rand,
    /// UNODC's Illicit Arms Flows Questionnaire.
    Iafq,
    /// Soska and Christin's study of anonymous marketplaces, 2015. Refused: the codebook holds no translation.
    Soska,
}

impl Profile {
    /// The word on the command line and in the manifest.
    pub fn name(self) -> &'static str {
        match self {
            Self::Rand => "rand",
            Self::Iafq => "iafq",
            Self::Soska => "soska",
        }
    }
}

/// Translates categories.
#[derive(Debug, Clone, Default)]
pub struct Crosswalk {
    /// Row for category and subtype, the subtype empty for the category as a whole. `None`: the codebook's own categories.
    rows: Option<BTreeMap<(String, String), String>>,
}

/// What the tables read of a codebook.
#[derive(Debug, Deserialize)]
struct Book {
    #[serde(default)]
    category: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    code: String,
    rand: Option<String>,
    iafq: Option<String>,
    #[serde(default)]
    subtype: Vec<Entry>,
}

impl Crosswalk {
    /// The translation that a codebook holds.
    ///
    /// # Errors
    /// It holds none for this profile, or leaves a category out: a table must not mix two schemes.
    pub fn read(codebook: &str, profile: Option<Profile>) -> Result<Self> {
        let Some(profile) = profile else { return Ok(Self::default()) };
        let name = profile.name();
        let of = |entry: &Entry| match profile {
            Profile::Rand => entry.rand.clone(),
            Profile::Iafq => entry.iafq.clone(),
            Profile::Soska => None,
        };
        let book: Book = toml::from_str(codebook)?;
        let mut rows = BTreeMap::new();
        let mut untold = Vec::new();
        for category in &book.category {
            match of(category) {
                Some(row) => rows.insert((category.code.clone(), String::new()), row),
                None => {
                    untold.push(category.code.as_str());
                    continue;
                }
            };
            for subtype in &category.subtype {
                if let Some(row) = of(subtype) {
                    rows.insert((category.code.clone(), subtype.code.clone()), row);
                }
            }
        }
        if rows.is_empty() {
            bail!("the codebook does not translate its categories to `{name}`; hint: leave --profile out to have the codebook's own");
        }
        if !untold.is_empty() {
            bail!(
                "the codebook does not say what these are in `{name}`: {}; hint: add `{name}` to them in codebook.toml",
                untold.join(", ")
            );
        }
        Ok(Self { rows: Some(rows) })
    }

    /// Category and subtype as the tables show them. In another scheme the subtype is empty; a category that the codebook does not know
    /// is `unmapped`.
    pub fn of(&self, category: &str, subtype: &str) -> (String, String) {
        let Some(rows) = &self.rows else { return (category.to_owned(), subtype.to_owned()) };
        let row = rows.get(&(category.to_owned(), subtype.to_owned())).or_else(|| rows.get(&(category.to_owned(), String::new())));
        (row.map_or_else(|| "unmapped".to_owned(), Clone::clone), String::new())
    }

    /// The translation as the manifest shows it: `category` or `category/subtype` and the row.
    pub fn shown(&self) -> BTreeMap<String, &str> {
        let name = |(category, subtype): &(String, String)| {
            if subtype.is_empty() { category.clone() } else { format!("{category}/{subtype}") }
        };
        self.rows.iter().flatten().map(|(codes, row)| (name(codes), row.as_str())).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOOK: &str = r#"
        version = "1.0"
        [[category]]
        code = "firearm.pistol"
        rand = "Pistols"
        [[category]]
        code = "design_file"
        rand = "Digital"
        [[category.subtype]]
        code = "guide_explosive"
        rand = "Manuals"
    "#;

    #[test]
    fn a_subtype_may_go_elsewhere_than_its_category() {
        let walk = Crosswalk::read(BOOK, Some(Profile::Rand)).unwrap();
        assert_eq!(walk.of("design_file", "guide_explosive").0, "Manuals");
        assert_eq!(walk.of("design_file", "print_file").0, "Digital");
        assert_eq!(walk.of("firearm.pistol", ""), ("Pistols".into(), String::new()));
        assert_eq!(walk.of("of.another.codebook", "").0, "unmapped");
        assert_eq!(walk.shown().len(), 3);
        assert_eq!(Crosswalk::read(BOOK, None).unwrap().of("a", "b"), ("a".into(), "b".into()));
    }

    #[test]
    fn what_the_codebook_cannot_translate_is_refused() {
        for profile in [Profile::Iafq, Profile::Soska] {
            let error = Crosswalk::read(BOOK, Some(profile)).unwrap_err().to_string();
            assert!(error.contains(profile.name()) && error.contains("hint"), "{error}");
        }
        let partial = format!("{BOOK}\n[[category]]\ncode = \"explosive\"\n");
        let error = Crosswalk::read(&partial, Some(Profile::Rand)).unwrap_err().to_string();
        assert!(error.contains("explosive"), "{error}");
    }
}
