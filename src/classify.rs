//! Says what each listing of an extraction offers, by the codebook. Pure.

use anyhow::{Context, Result};
use vigie_extractors::codebook::Codebook;
use vigie_extractors::codebook::model::Model;
use vigie_extractors::record::Extraction;

use crate::config::Config;

/// The model that is used beside a codebook of its categories where the configuration holds none.
const MODEL: &[u8] = include_bytes!("../config/model.bin");

/// The codebook of the configuration, with the model beside its rules.
///
/// The compiled-in model stands beside any codebook of the same categories; beside another one, the rules decide alone.
///
/// # Errors
/// Codebook or model are not valid; the sentence names the place.
pub fn codebook(config: &Config) -> Result<Codebook> {
    let rules = rules(config)?;
    let model = match &config.model {
        Some(bytes) => Some(Model::parse(bytes, &rules).context("model.bin is not valid")?),
        None => Model::parse(MODEL, &rules).ok(),
    };
    match model {
        Some(model) => rules.with_model(model).context("model.bin is not valid"),
        None => Ok(rules),
    }
}

/// The codebook of the configuration, with its rules alone.
///
/// # Errors
/// It is not valid; the sentence names the place.
pub fn rules(config: &Config) -> Result<Codebook> {
    Codebook::parse(&config.codebook).context("codebook.toml is not valid")
}

/// Classifies every listing of a page.
pub fn page(codebook: &Codebook, extraction: &mut Extraction) {
    for listing in &mut extraction.listings {
        codebook.classify(listing);
    }
}
