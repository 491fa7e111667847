//! What the operator configured: TOML files in, resolved values out; nothing past this module sees raw text.
//!
//! Reading happens in two steps. `raw` mirrors the files key by key; `settings` and `source` turn that into meaning. Every
//! problem of every file is collected before anything is refused, each with its place and a hint.

mod problem;
mod document;
pub mod units;
pub mod database;
mod raw;
pub mod delivery;
pub mod run;
pub mod oidc;
pub mod web;
pub mod tor;
pub mod marking;
pub mod watch;
pub mod settings;
pub mod scope;
pub mod authority;
mod mirrors;
pub mod source;
mod resolve;
mod load;
#[cfg(test)]
mod tests;

pub use authority::{Access, Authority, Standing};
pub use database::{Database, Server};
pub use delivery::{Channel, Delivery, Feed, Format, Mail, Misp, Secret, Security, Syslog, Transport, Webhook};
pub use load::{DEFAULT_SETTINGS, EXAMPLE_SOURCE, EXAMPLE_WATCHES, load};
pub use marking::{Marking, Pap, Tlp};
pub use mirrors::{MirrorList, at_origin, same_origin};
pub use oidc::Oidc;
pub use problem::{ConfigError, Problem};
pub use scope::{HostPattern, Refusal, Scope};
pub use settings::{LogFormat, Settings};
pub use source::{Budget, Expectations, NO_REPLICA, Politeness, Recrawl, Robots, Route, Source, SourceType, Traps};
pub use tor::{I2p, Tor};
pub use watch::Watch;
pub use web::Web;

use serde::Serialize;
use std::path::PathBuf;

/// Everything that was configured, resolved.
#[derive(Debug, Clone, Serialize)]
pub struct Config {
    /// Of the instance as a whole, `vigie.toml`.
    pub settings: Settings,
    /// Sorted by id, one for each `sources/*.toml`.
    pub sources: Vec<Source>,
    /// The watches in `watches.toml`, in file order.
    pub watches: Vec<Watch>,
    /// Text of `codebook.toml`, from the folder or compiled in.
    #[serde(skip)]
    pub codebook: String,
    /// Bytes of `model.bin`, where the folder holds one.
    #[serde(skip)]
    pub model: Option<Vec<u8>>,
    /// Folder that was read; `None` when all values are the compiled-in defaults.
    pub dir: Option<PathBuf>,
}

impl Config {
    /// The source of this id.
    pub fn source(&self, id: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.id == id)
    }

    /// How what comes from this source is marked.
    pub fn marking(&self, id: &str) -> Marking {
        let Settings { tlp, pap, .. } = self.settings;
        self.source(id).map_or(Marking { tlp, pap }, |source| Marking { tlp: source.tlp, pap: source.pap })
    }
}
