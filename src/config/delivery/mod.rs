//! `[delivery]`: the channels that notifications are sent through.

mod feed;
mod mail;
mod misp;
mod place;
pub(super) mod secret;
mod syslog;
mod webhook;

pub use feed::Feed;
pub use mail::{Mail, Security};
pub use misp::Misp;
pub use secret::{LEAST_SECRET, Secret};
pub use syslog::{Format, Syslog, Transport};
pub use webhook::Webhook;

use super::problem::{Problem, Problems};
use super::raw::{Placed, RawDelivery};
use super::resolve::{at_least, or, positive};
use super::source::{Source, is_id};
use super::units::write_duration;
use serde::Serialize;
use std::path::Path;
use std::time::Duration;
use url::{Host, Url};

/// `[delivery]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Delivery {
    /// Tries at most for each notification and channel.
    pub tries: usize,
    /// Wait after the first failure; it doubles with each further one.
    #[serde(serialize_with = "write_duration")]
    pub first_retry: Duration,
    /// Time that one try may take.
    #[serde(serialize_with = "write_duration")]
    pub timeout: Duration,
    /// What links to alerts begin with, without a slash at its end.
    pub desk: Option<String>,
    /// The Atom feed.
    pub feed: Option<Feed>,
    /// The webhooks.
    #[serde(rename = "webhook")]
    pub webhooks: Vec<Webhook>,
    /// Mail.
    #[serde(rename = "mail")]
    pub mails: Vec<Mail>,
    /// Syslog.
    #[serde(rename = "syslog")]
    pub syslogs: Vec<Syslog>,
    /// MISP servers.
    #[serde(rename = "misp")]
    pub misps: Vec<Misp>,
}

/// What channels of all kinds have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Channel {
    /// Its name; no other channel, of whatever kind, has it.
    pub name: String,
    /// Names of the watches whose notifications are sent; all when empty.
    pub watches: Vec<String>,
    /// Whether titles, vendors and addresses of listings are sent; otherwise an id and a link.
    pub details: bool,
    /// Whether it may be at a loopback or private address, or unencrypted.
    pub allow_private: bool,
}

impl Default for Delivery {
    fn default() -> Self {
        Self {
            tries: 12,
            first_retry: Duration::from_secs(40),
            timeout: Duration::from_secs(10),
            desk: None,
            feed: None,
            webhooks: Vec::new(),
            mails: Vec::new(),
            syslogs: Vec::new(),
            misps: Vec::new(),
        }
    }
}

impl Delivery {
    /// All channels, each with the host that it sends to.
    fn places(&self) -> impl Iterator<Item = (&Channel, Option<Host>)> {
        let of_url = |url: &Url| url.host().map(|host| host.to_owned());
        let of_text = |text: &str| Host::parse(text).ok();
        let webhooks = self.webhooks.iter().map(move |one| (&one.channel, of_url(&one.url)));
        let mails = self.mails.iter().map(move |one| (&one.channel, of_text(&one.server)));
        let syslogs = self.syslogs.iter().map(move |one| (&one.channel, of_text(&one.host)));
        let misps = self.misps.iter().map(move |one| (&one.channel, of_url(&one.url)));
        webhooks.chain(mails).chain(syslogs).chain(misps)
    }

    /// All channels.
    pub fn channels(&self) -> impl Iterator<Item = &Channel> {
        self.places().map(|(channel, _)| channel)
    }

    /// Takes relative paths of secrets from the folder of the configuration, wherever the program is started.
    pub(super) fn secrets_beside(&mut self, dir: &Path) {
        let webhooks = self.webhooks.iter_mut().map(|one| &mut one.secret);
        let mails = self.mails.iter_mut().filter_map(|one| one.password.as_mut());
        let misps = self.misps.iter_mut().map(|one| &mut one.key);
        for secret in webhooks.chain(mails).chain(misps) {
            secret.beside(dir);
        }
    }
}

impl Channel {
    /// The channel, in a sentence about it.
    fn shown(&self) -> String {
        format!("the channel `{}`", self.name)
    }
}

/// Gives `raw` its meaning.
pub(super) fn resolve(raw: RawDelivery, problems: &mut Problems) -> Delivery {
    let default = Delivery::default();
    let mut names = Names(Vec::new());
    Delivery {
        tries: raw.tries.map_or(default.tries, |tries| at_least(*tries.get_ref(), 1, "tries", tries.span().start, problems)),
        first_retry: or(raw.first_retry, default.first_retry),
        timeout: positive(raw.timeout, "timeout", problems).map_or(default.timeout, |period| period.0),
        desk: raw.desk.and_then(|text| desk(text.get_ref(), text.span().start, problems)),
        feed: raw.feed.map(|one| feed::resolve(one, problems)),
        webhooks: raw.webhook.into_iter().filter_map(|one| webhook::resolve(one, &mut names, problems)).collect(),
        mails: raw.mail.into_iter().filter_map(|one| mail::resolve(one, &mut names, problems)).collect(),
        syslogs: raw.syslog.into_iter().filter_map(|one| syslog::resolve(one, &mut names, problems)).collect(),
        misps: raw.misp.into_iter().filter_map(|one| misp::resolve(one, &mut names, problems)).collect(),
    }
}

/// Names of channels so far.
struct Names(Vec<String>);

impl Names {
    /// What a table has in common with those of other kinds, and where its name stands.
    fn channel(
        &mut self,
        kind: &str,
        (name, watches): (Placed<String>, Vec<String>),
        (details, allow_private): (Option<bool>, Option<bool>),
        problems: &mut Problems,
    ) -> Option<(Channel, usize)> {
        let Some(name) = name else {
            problems.missing("name", format!("each [[delivery.{kind}]] has a name"));
            return None;
        };
        let place = name.span().start;
        let name = name.into_inner();
        if !is_id(&name) {
            let hint = "lower-case letters, digits, - and _, at most 64 of them";
            problems.at(place, format!("`{name}` is no name of a channel"), hint);
        }
        if self.0.contains(&name) {
            problems.at(place, format!("a second channel named `{name}`"), "names of channels differ, whatever their kind");
        }
        self.0.push(name.clone());
        let channel = Channel { name, watches, details: details.unwrap_or(false), allow_private: allow_private.unwrap_or(false) };
        Some((channel, place))
    }
}

/// The base of links, without the slash at its end.
fn desk(text: &str, place: usize, problems: &mut Problems) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| {
        matches!(url.scheme(), "https" | "http") && url.query().is_none() && url.fragment().is_none() && url.username().is_empty()
    });
    if url.is_none() {
        problems.at(place, format!("`{text}` is no address that links can begin with"), "write it as in \"https://desk.example\"");
    }
    url.map(|url| url.as_str().trim_end_matches('/').to_owned())
}

/// Channels whose host belongs to a watched source: nothing is ever sent there.
pub(super) fn watched(delivery: &Delivery, sources: &[Source], file: &Path) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (channel, host) in delivery.places() {
        let Some(host) = host else { continue };
        if let Some(source) = sources.iter().find(|source| source.scope.hosts.iter().any(|pattern| pattern.matches(&host))) {
            problems.push(Problem {
                file: file.to_owned(),
                line: 0,
                column: 0,
                what: format!("the channel `{}` goes to {host}, a host of the source `{}`", channel.name, source.id),
                hint: Some("nothing is ever sent to a watched site but requests for its pages; name another receiver".to_owned()),
            });
        }
    }
    problems
}
