//! Says what each listing of an extraction offers, by the codebook. Pure.

use anyhow::{Context, Result};
use vigie_extractors::codebook::Codebook;
use vigie_extractors::record::Extraction;

use crate::config::Config;

/// The codebook of the configuration.
///
/// # Errors
/// It is not valid; the sentence names the place.
pub fn codebook(config: &Config) -> Result<Codebook> {
    Codebook::parse(&config.codebook).context("codebook.toml is not valid")
}

/// Classifies every listing of a page.
pub fn page(codebook: &Codebook, extraction: &mut Extraction) {
    for listing in &mut extraction.listings {
        codebook.classify(listing);
    }
}
