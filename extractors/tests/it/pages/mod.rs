//! Tests of reading pages.

mod agreement;
mod bylines;
mod encodings;
mod explain;
mod families;
mod fixtures;
mod general;
mod hostile;
mod induced;
mod kinds;
mod measure;
mod parts;
mod people;
mod profile;
mod samples;
mod services;
mod shelves;
mod structured;
mod wall_styles;
mod threads;
mod trees;
mod unseen;
mod walls;

use url::Url;
use vigie_extractors::page::{Page, extract};
use vigie_extractors::profile::Profile;
use vigie_extractors::record::Extraction;

/// Reads a page as the crawler would, fetched on a fixed day.
pub(crate) fn read(url: &str, body: &[u8], content_type: Option<&str>, source_type: &str, profile: Option<&Profile>) -> Extraction {
    let url = Url::parse(url).unwrap();
    let fetched_at = "2024-06-15T12:00:00Z".parse().unwrap();
    extract(&Page { url: &url, body, content_type, source_type: Some(source_type), profile, private: &[], cards: None, fetched_at })
}

/// The `[extractor]` table of an example source file.
pub(crate) fn example_profile(name: &str) -> Option<Profile> {
    let path = format!("{}/../config/sources/examples/{name}.toml", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).ok()?;
    let table: toml::Table = text.parse().unwrap();
    Some(table.get("extractor").unwrap().clone().try_into().unwrap())
}
