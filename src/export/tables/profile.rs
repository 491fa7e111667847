//! Whose categories the tables are in: the codebook's own, or those of a study or questionnaire that the codebook translates to.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use vigie_extractors::codebook::Codebook;

use crate::classify;
use crate::config::Config;

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
#[derive(Debug, Default)]
pub struct Crosswalk {
    /// `None`: the codebook's own categories.
    scheme: Option<(Profile, Codebook)>,
}

impl Crosswalk {
    /// The translation that the codebook of a configuration holds.
    ///
    /// # Errors
    /// It holds none for this profile, or is not valid.
    pub fn read(config: &Config, profile: Option<Profile>) -> Result<Self> {
        let Some(profile) = profile else { return Ok(Self::default()) };
        if profile == Profile::Soska {
            bail!(
                "the codebook does not translate its categories to `soska`: that study has weapons as one class among drugs; \
                 hint: leave --profile out, or take rand or iafq"
            );
        }
        Ok(Self { scheme: Some((profile, classify::codebook(config)?)) })
    }

    /// Category and subtype as the tables show them. In another scheme the subtype is empty; a category that the codebook does not know
    /// is `unmapped`.
    pub fn of(&self, category: &str, subtype: &str) -> (String, String) {
        let Some((profile, codebook)) = &self.scheme else { return (category.to_owned(), subtype.to_owned()) };
        let row = match profile {
            Profile::Rand => codebook.rand(category, Some(subtype)),
            Profile::Iafq => codebook.iafq(category, Some(subtype)),
            Profile::Soska => None,
        };
        (row.unwrap_or("unmapped").to_owned(), String::new())
    }

    /// The translation as the manifest shows it: `category` or `category/subtype`, and the row.
    pub fn shown(&self) -> BTreeMap<String, String> {
        let mut shown = BTreeMap::new();
        for category in self.scheme.iter().flat_map(|(_, codebook)| codebook.categories()) {
            let whole = self.of(&category.code, "").0;
            for subtype in &category.subtype {
                let row = self.of(&category.code, &subtype.code).0;
                if row != whole {
                    shown.insert(format!("{}/{}", category.code, subtype.code), row);
                }
            }
            shown.insert(category.code.clone(), whole);
        }
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn config() -> Config {
        let codebook = include_str!("../../../config/codebook.toml").to_owned();
        Config { settings: Settings::default(), sources: Vec::new(), watches: Vec::new(), codebook, model: None, dir: None }
    }

    #[test]
    fn categories_are_those_of_the_profile() {
        let rand = Crosswalk::read(&config(), Some(Profile::Rand)).unwrap();
        let iafq = Crosswalk::read(&config(), Some(Profile::Iafq)).unwrap();
        assert_eq!(rand.of("firearm.revolver", ""), ("firearms: pistols".into(), String::new()));
        assert_eq!(iafq.of("firearm.revolver", "any").0, "revolvers");
        assert_eq!(rand.of("of.another.codebook", "").0, "unmapped");
        assert_eq!(rand.shown()["firearm.revolver"], "firearms: pistols");
        assert!(rand.shown().len() >= 23 && !rand.shown().values().any(|row| row == "unmapped"));
        let own = Crosswalk::read(&config(), None).unwrap();
        assert_eq!((own.of("a", "b"), own.shown().len()), (("a".into(), "b".into()), 0));
    }

    #[test]
    fn what_the_codebook_cannot_translate_is_refused() {
        let error = Crosswalk::read(&config(), Some(Profile::Soska)).unwrap_err().to_string();
        assert!(error.contains("soska") && error.contains("hint"), "{error}");
    }
}
