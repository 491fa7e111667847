//! Words of the interface in the languages that it is written in, from the message files in `src/web/words`.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::Serialize;

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Locale {
    /// English.
    #[default]
    En,
    /// French.
    Fr,
    /// Spanish.
    Es,
}

/// The languages: code, own name, place in a line of the message files.
const LOCALES: [(Locale, &str, &str); 3] = [(Locale::En, "en", "English"), (Locale::Fr, "fr", "Français"), (Locale::Es, "es", "Español")];

/// Message files, one for each part of the desk: a key and its text in each language.
const FILES: &[&str] = &[
    include_str!("words/frame.toml"),
    include_str!("words/account.toml"),
    include_str!("words/search.toml"),
    include_str!("words/listing.toml"),
    include_str!("words/sources.toml"),
    include_str!("words/trends.toml"),
    include_str!("words/export.toml"),
    include_str!("words/users.toml"),
    include_str!("words/alerts.toml"),
    include_str!("words/watches.toml"),
    include_str!("words/cases.toml"),
    include_str!("words/subjects.toml"),
    include_str!("words/log.toml"),
    include_str!("words/dossier.toml"),
];

type Messages = HashMap<String, [String; LOCALES.len()]>;

/// All messages. A file that cannot be read has none, which a test forbids.
static WORDS: LazyLock<Messages> =
    LazyLock::new(|| FILES.iter().flat_map(|text| toml::from_str::<Messages>(text).unwrap_or_default()).collect());

impl Locale {
    /// ISO 639-1 code.
    pub(super) fn code(self) -> &'static str {
        LOCALES.iter().find(|(locale, _, _)| *locale == self).map_or("en", |(_, code, _)| *code)
    }

    /// All of them, with their own names.
    pub(super) fn all() -> impl Iterator<Item = (Self, &'static str)> {
        LOCALES.iter().map(|(locale, _, name)| (*locale, *name))
    }

    /// The locale of a code.
    pub(super) fn of(code: &str) -> Option<Self> {
        LOCALES.iter().find(|(_, known, _)| *known == code).map(|(locale, _, _)| *locale)
    }

    /// The first language of an `Accept-Language` header that the interface is written in. Browsers write them in the order of liking.
    pub(super) fn accepted(header: &str) -> Option<Self> {
        header.split(',').find_map(|part| Self::of(part.trim().get(..2)?.to_ascii_lowercase().as_str()))
    }

    /// The text under a key; the key itself where there is none, which a test forbids for those that templates name.
    pub(super) fn say(self, key: &str) -> &str {
        let place = LOCALES.iter().position(|(locale, _, _)| *locale == self).unwrap_or_default();
        WORDS.get(key).and_then(|texts| texts.get(place)).map_or(key, String::as_str)
    }

    /// The text under a key with `{}` replaced, one after the other.
    pub(super) fn tell(self, key: &str, with: &[&str]) -> String {
        let mut pieces = self.say(key).split("{}");
        let mut told = pieces.next().unwrap_or_default().to_owned();
        let mut with = with.iter();
        for piece in pieces {
            told.push_str(with.next().copied().unwrap_or_default());
            told.push_str(piece);
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every text that templates and pages ask for by its key.
    fn asked() -> Vec<String> {
        let mut keys = Vec::new();
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/web");
        let mut folders = vec![root];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder of the desk").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "html") {
                    let text = std::fs::read_to_string(&path).expect("a file of the desk");
                    let calls = text.split(".say(\"").skip(1).chain(text.split(".tell(\"").skip(1));
                    keys.extend(calls.filter_map(|rest| rest.split('"').next()).map(str::to_owned));
                }
            }
        }
        keys
    }

    #[test]
    fn every_text_is_there_in_every_language_with_as_many_places() {
        let read: usize = FILES.iter().map(|text| toml::from_str::<Messages>(text).expect("a message file").len()).sum();
        assert_eq!(read, WORDS.len(), "no key stands twice");
        for (key, texts) in WORDS.iter() {
            let places: Vec<usize> = texts.iter().map(|text| text.matches("{}").count()).collect();
            assert!(places.iter().all(|places| Some(places) == places_of_english(texts).as_ref()), "{key}: {places:?}");
            assert!(texts.iter().all(|text| !text.is_empty()), "{key}");
        }
        let asked = asked();
        assert!(asked.len() > 80, "keys are found: {}", asked.len());
        for key in asked.iter().filter(|key| !key.contains('{')) {
            assert!(WORDS.contains_key(key), "no words under {key:?}");
        }
    }

    fn places_of_english(texts: &[String; LOCALES.len()]) -> Option<usize> {
        texts.first().map(|text| text.matches("{}").count())
    }

    #[test]
    fn languages_are_taken_in_the_order_of_liking() {
        assert_eq!(Locale::accepted("de-DE,fr;q=0.8,en;q=0.5"), Some(Locale::Fr));
        assert_eq!(Locale::accepted("ES-mx"), Some(Locale::Es));
        assert_eq!(Locale::accepted("de, *"), None);
        assert_eq!(Locale::En.tell("hits.of", &["1", "2"]), "1 of 2 listings");
    }
}
