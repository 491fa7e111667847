//! The addresses under which one source answers, and where it says so itself.

use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::path::PathBuf;
use std::time::Duration;
use url::Url;
use vigie_extractors::signed::Key;

use super::source::Source;
use super::units::write_duration;

/// Where markets publish their mirrors and their canary.
const USUAL_PATHS: [&str; 2] = ["/mirrors.txt", "/canary.txt"];

/// Texts in which a source names its mirrors, and the key that signs them.
#[derive(Debug, Clone, Serialize)]
pub struct MirrorList {
    /// Paths that are visited; the usual ones for a source with mirrors or a key, none for others.
    pub paths: Vec<String>,
    /// File that holds the key.
    pub key_file: Option<PathBuf>,
    /// The key, once its file was read.
    #[serde(serialize_with = "write_key")]
    pub key: Option<Key>,
    /// A canary whose signature is older is overdue.
    #[serde(serialize_with = "write_duration")]
    pub overdue_after: Duration,
}

impl MirrorList {
    /// What a source has that does not say at which paths; `asked` where it has mirrors or names a key.
    pub fn usual(asked: bool) -> Self {
        let paths = if asked { USUAL_PATHS.map(str::to_owned).to_vec() } else { Vec::new() };
        Self { paths, key_file: None, key: None, overdue_after: Duration::from_secs(30 * 86_400) }
    }
}

impl Source {
    /// The origins under which it answers, each once: that of the first seed, which is the primary, then those of the mirrors. A path of a
    /// mirror says nothing.
    pub fn origins(&self) -> Vec<Url> {
        let mut origins: Vec<Url> = Vec::new();
        for url in self.seeds.first().into_iter().chain(&self.mirrors) {
            if !origins.iter().any(|known| same_origin(known, url))
                && let Ok(origin) = url.join("/")
            {
                origins.push(origin);
            }
        }
        origins
    }

    /// An address as the frontier knows it: on a mirror's origin it becomes that of the primary, so that a page is one address whatever
    /// mirror shows it.
    pub fn at_primary<'u>(&self, url: &'u Url) -> Cow<'u, Url> {
        let on_mirror = self.mirrors.iter().any(|mirror| same_origin(mirror, url));
        match self.seeds.first().filter(|primary| on_mirror && !same_origin(primary, url)).and_then(|primary| at_origin(url, primary)) {
            Some(there) => Cow::Owned(there),
            None => Cow::Borrowed(url),
        }
    }
}

/// Whether two addresses have scheme, host and port in common.
pub fn same_origin(one: &Url, other: &Url) -> bool {
    one.host_str() == other.host_str() && one.scheme() == other.scheme() && one.port_or_known_default() == other.port_or_known_default()
}

/// The address with the scheme, host and port of another.
pub fn at_origin(url: &Url, origin: &Url) -> Option<Url> {
    let mut there = url.clone();
    // The port goes with the scheme: another scheme would drop one that is its default.
    there.set_port(None).ok()?;
    there.set_scheme(origin.scheme()).ok()?;
    there.set_host(origin.host_str()).ok()?;
    there.set_port(origin.port()).ok()?;
    Some(there)
}

fn write_key<S: Serializer>(key: &Option<Key>, serializer: S) -> Result<S::Ok, S::Error> {
    key.as_ref().map(Key::fingerprints).serialize(serializer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn url(text: &str) -> Url {
        Url::parse(text).unwrap()
    }

    #[test]
    fn an_address_on_any_mirror_is_one_address() {
        let source = Source {
            seeds: vec![url("http://one.example:8080/start"), url("http://forum.example/")],
            mirrors: vec![url("https://two.example/"), url("http://one.example:8080/again"), url("http://one.example/x")],
            ..Source::for_import("s", &Settings::default())
        };
        let origins: Vec<String> = source.origins().iter().map(Url::to_string).collect();
        assert_eq!(origins, ["http://one.example:8080/", "https://two.example/", "http://one.example/"]);
        let at = |text: &str| source.at_primary(&url(text)).to_string();
        for text in ["https://two.example/item/4?a=b", "http://one.example:80/item/4?a=b", "http://one.example:8080/item/4?a=b"] {
            assert_eq!(at(text), "http://one.example:8080/item/4?a=b");
        }
        for other in ["http://two.example/item/4", "http://forum.example/t/1", "https://one.example/"] {
            assert_eq!(at(other), other, "no mirror names this origin");
        }
        assert_eq!(at_origin(&url("http://one.example:8080/a"), &url("https://two.example/")).unwrap().as_str(), "https://two.example/a");
    }
}
