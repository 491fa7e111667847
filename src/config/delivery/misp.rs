//! `[[delivery.misp]]`: notifications as events of a MISP server.

use super::super::problem::Problems;
use super::super::raw::RawMisp;
use super::place::write_origin;
use super::{Channel, Names, Secret, place, secret};
use serde::Serialize;
use url::Url;

/// A MISP server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Misp {
    /// What all channels have.
    #[serde(flatten)]
    pub channel: Channel,
    /// Where the server is.
    #[serde(serialize_with = "write_origin")]
    pub url: Url,
    /// Where the key of the account on it is.
    pub key: Secret,
    /// How far an event may go, as MISP counts: 0 this organisation, 1 this community, 2 connected communities, 3 all.
    pub distribution: usize,
    /// Tags beside the marking.
    pub tags: Vec<String>,
}

pub(super) fn resolve(raw: RawMisp, names: &mut Names, problems: &mut Problems) -> Option<Misp> {
    let (channel, place) = names.channel("misp", (raw.name, raw.watches), (raw.details, raw.allow_private), problems)?;
    let Some(url) = raw.url else {
        problems.missing("url", "each [[delivery.misp]] has a url");
        return None;
    };
    let key = secret::resolve(raw.key_env, raw.key_file, "key", (&channel.shown(), place), problems)?;
    let url = place::url("misp", &url, channel.allow_private, problems)?;
    if let Some(wrong) = raw.distribution.as_ref().filter(|distribution| *distribution.get_ref() > 3) {
        let hint = "0 is this organisation, 1 this community, 2 connected communities, 3 all";
        problems.at(wrong.span().start, format!("`{}` is no distribution", wrong.get_ref()), hint);
    }
    let distribution = raw.distribution.map_or(0, toml::Spanned::into_inner);
    Some(Misp { channel, url, key, distribution, tags: raw.tags })
}
