//! The classifier on listings of many kinds and languages, with their look-alikes.

use std::sync::OnceLock;
use vigie_extractors::codebook::Codebook;
use vigie_extractors::record::{Classification, Listing};

pub(crate) fn codebook() -> &'static Codebook {
    static CODEBOOK: OnceLock<Codebook> = OnceLock::new();
    CODEBOOK.get_or_init(|| Codebook::parse(include_str!("../../../config/codebook.toml")).expect("the shipped codebook"))
}

pub(crate) fn classify(title: &str, description: &str, path: &[&str]) -> Listing {
    let mut listing = Listing {
        title: title.to_owned(),
        description: description.to_owned(),
        category_path: path.iter().map(|p| p.to_string()).collect(),
        ..Listing::default()
    };
    codebook().classify(&mut listing);
    listing
}

pub(crate) fn found(listing: &Listing) -> &Classification {
    listing.classification.as_ref().expect("classified")
}

#[test]
fn shipped_codebook_is_whole() {
    let codebook = codebook();
    assert!(codebook.categories().len() >= 24);
}
