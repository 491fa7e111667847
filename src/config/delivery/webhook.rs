//! `[[delivery.webhook]]`: notifications by signed POST.

use super::super::problem::Problems;
use super::super::raw::RawWebhook;
use super::place::write_origin;
use super::{Channel, Names, Secret, place, secret};
use serde::Serialize;
use url::Url;

/// A channel that sends notifications by POST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Webhook {
    /// What all channels have.
    #[serde(flatten)]
    pub channel: Channel,
    /// Where to; shown without its path and query, which may hold a token.
    #[serde(serialize_with = "write_origin")]
    pub url: Url,
    /// Where the secret of the signature is.
    pub secret: Secret,
}

pub(super) fn resolve(raw: RawWebhook, names: &mut Names, problems: &mut Problems) -> Option<Webhook> {
    let (channel, place) = names.channel("webhook", (raw.name, raw.watches), (raw.details, raw.allow_private), problems)?;
    let Some(url) = raw.url else {
        problems.missing("url", "each [[delivery.webhook]] has a url");
        return None;
    };
    let secret = secret::resolve(raw.secret_env, raw.secret_file, "secret", (&channel.shown(), place), problems)?;
    let url = place::url("webhook", &url, channel.allow_private, problems)?;
    Some(Webhook { channel, url, secret })
}
