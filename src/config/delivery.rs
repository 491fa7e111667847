//! `[run]` and `[delivery]`: the daemon, and the channels that notifications are sent through.

use super::problem::{Problem, Problems};
use super::raw::{RawDelivery, RawRun, RawWebhook};
use super::resolve::{at_least, or, positive};
use super::source::{Source, is_id};
use super::units::write_duration;
use crate::config::scope::is_private_host;
use serde::{Serialize, Serializer};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;
use toml::Spanned;
use url::Url;

/// Bytes that a secret has at least.
pub const LEAST_SECRET: usize = 16;

/// `[run]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Where health and metrics are answered; `None` for nowhere.
    pub listen: Option<SocketAddr>,
    /// How often captures past their retention are counted.
    #[serde(serialize_with = "write_duration")]
    pub retention_check: Duration,
}

impl Default for Run {
    fn default() -> Self {
        Self { listen: Some(SocketAddr::from(([127, 0, 0, 1], 9464))), retention_check: Duration::from_secs(86_400) }
    }
}

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
    /// The webhooks.
    #[serde(rename = "webhook")]
    pub webhooks: Vec<Webhook>,
}

impl Default for Delivery {
    fn default() -> Self {
        Self { tries: 12, first_retry: Duration::from_secs(40), timeout: Duration::from_secs(10), webhooks: Vec::new() }
    }
}

/// A channel that sends notifications by POST.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Webhook {
    /// Name of the channel.
    pub name: String,
    /// Where to; shown without its path and query, which may hold a token.
    #[serde(serialize_with = "write_origin")]
    pub url: Url,
    /// Where the secret of the signature is.
    pub secret: Secret,
    /// Names of the watches whose notifications are sent; all when empty.
    pub watches: Vec<String>,
    /// Whether it may be at a loopback or private address.
    pub allow_private: bool,
}

/// The place of a secret; the secret itself never stands in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Secret {
    /// An environment variable.
    Env(String),
    /// A file; line ends at its end do not count.
    File(PathBuf),
}

impl Delivery {
    /// Takes relative paths of secrets from the folder of the configuration, wherever the program is started.
    pub(super) fn secrets_beside(&mut self, dir: &Path) {
        for webhook in &mut self.webhooks {
            if let Secret::File(path) = &mut webhook.secret {
                *path = dir.join(&*path);
            }
        }
    }
}

impl Secret {
    /// Reads the secret.
    ///
    /// # Errors
    /// It is not there, cannot be read or is too short: a sentence with the remedy, without the secret.
    pub fn read(&self) -> Result<Vec<u8>, String> {
        let secret = match self {
            Self::Env(name) => std::env::var_os(name)
                .ok_or_else(|| {
                    format!("the environment variable {name} with its secret is not set; hint: set it for the account that runs vigie")
                })?
                .into_encoded_bytes(),
            Self::File(path) => {
                let mut bytes =
                    std::fs::read(path).map_err(|error| format!("its secret cannot be read from {}: {error}", path.display()))?;
                while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                    bytes.pop();
                }
                bytes
            }
        };
        if secret.len() < LEAST_SECRET {
            return Err(format!(
                "its secret has {} bytes, at least {LEAST_SECRET} are asked for; hint: `openssl rand -hex 32` makes one",
                secret.len()
            ));
        }
        Ok(secret)
    }
}

/// Gives `raw` its meaning.
pub(super) fn resolve_run(raw: RawRun, problems: &mut Problems) -> Run {
    let default = Run::default();
    let listen = match raw.listen {
        None => default.listen,
        Some(text) if text.get_ref().is_empty() => None,
        Some(text) => match text.get_ref().parse::<SocketAddr>() {
            Ok(address) => {
                if !address.ip().is_loopback() && !raw.allow_remote.unwrap_or(false) {
                    let hint = "write 127.0.0.1, or allow_remote = true: whoever reaches the port then reads names of sources and counts";
                    problems.at(text.span().start, format!("`{address}` is not loopback"), hint);
                }
                Some(address)
            }
            Err(_) => {
                let hint = "write an IP address and a port, as in \"127.0.0.1:9464\", or \"\" for nowhere";
                problems.at(text.span().start, format!("`{}` is no address to listen on", text.get_ref()), hint);
                default.listen
            }
        },
    };
    let retention_check = positive(raw.retention_check, "retention_check", problems).map_or(default.retention_check, |period| period.0);
    Run { listen, retention_check }
}

/// Gives `raw` its meaning.
pub(super) fn resolve(raw: RawDelivery, problems: &mut Problems) -> Delivery {
    let default = Delivery::default();
    let mut webhooks: Vec<Webhook> = Vec::new();
    for one in raw.webhook {
        let place = one.name.as_ref().map_or(0, |name| name.span().start);
        let Some(webhook) = webhook(one, problems) else { continue };
        if webhooks.iter().any(|other| other.name == webhook.name) {
            problems.at(place, format!("a second webhook named `{}`", webhook.name), "names of channels differ");
        }
        webhooks.push(webhook);
    }
    Delivery {
        tries: raw.tries.map_or(default.tries, |tries| at_least(*tries.get_ref(), 1, "tries", tries.span().start, problems)),
        first_retry: or(raw.first_retry, default.first_retry),
        timeout: positive(raw.timeout, "timeout", problems).map_or(default.timeout, |period| period.0),
        webhooks,
    }
}

fn webhook(raw: RawWebhook, problems: &mut Problems) -> Option<Webhook> {
    let (Some(name), Some(url)) = (raw.name, raw.url) else {
        problems.missing("webhook.name or webhook.url", "each [[delivery.webhook]] has a name and a url");
        return None;
    };
    if !is_id(name.get_ref()) {
        let hint = "lower-case letters, digits, - and _, at most 64 of them";
        problems.at(name.span().start, format!("`{}` is no name of a channel", name.get_ref()), hint);
    }
    let allow_private = raw.allow_private.unwrap_or(false);
    let secret = match (raw.secret_env, raw.secret_file) {
        (Some(variable), None) => Secret::Env(variable.into_inner()),
        (None, Some(file)) => Secret::File(PathBuf::from(file.into_inner())),
        _ => {
            let hint = "name either the environment variable (secret_env) or the file (secret_file) that holds it";
            problems.at(name.span().start, format!("the webhook `{}` needs one place of its secret", name.get_ref()), hint);
            return None;
        }
    };
    let url = address(&url, allow_private, problems)?;
    Some(Webhook { name: name.into_inner(), url, secret, watches: raw.watches, allow_private })
}

/// The address of a webhook; its path is not repeated in what is said, as it may hold a token.
fn address(text: &Spanned<String>, allow_private: bool, problems: &mut Problems) -> Option<Url> {
    let place = text.span().start;
    let mut wrong = |what: &str, hint: &str| problems.at(place, what.to_owned(), hint);
    let Some((url, host)) = Url::parse(text.get_ref()).ok().and_then(|url| url.host().map(|host| host.to_owned()).map(|host| (url, host)))
    else {
        wrong("the url of the webhook is no address", "write it as in \"https://desk.example/vigie\"");
        return None;
    };
    let private = is_private_host(&host);
    match url.scheme() {
        "https" | "http" if !url.username().is_empty() || url.password().is_some() => {
            wrong("the url of the webhook holds a user name or password", "the receiver knows us by the signature");
        }
        "https" | "http" if private && !allow_private => {
            wrong("the webhook is at a loopback or private address", "set allow_private = true if that is meant");
        }
        "https" => {}
        "http" if allow_private => {}
        "http" => wrong("the webhook is not encrypted", "write https; http is for private addresses, with allow_private = true"),
        _ => wrong("the url of the webhook is neither https nor http", "write it as in \"https://desk.example/vigie\""),
    }
    Some(url)
}

/// Webhooks whose host belongs to a watched source: nothing is ever posted there.
pub(super) fn watched(delivery: &Delivery, sources: &[Source], file: &Path) -> Vec<Problem> {
    let mut problems = Vec::new();
    for webhook in &delivery.webhooks {
        let Some(host) = webhook.url.host().map(|host| host.to_owned()) else { continue };
        if let Some(source) = sources.iter().find(|source| source.scope.hosts.iter().any(|pattern| pattern.matches(&host))) {
            problems.push(Problem {
                file: file.to_owned(),
                line: 0,
                column: 0,
                what: format!("the webhook `{}` goes to {host}, a host of the source `{}`", webhook.name, source.id),
                hint: Some("nothing is ever posted to a watched site; name another receiver".to_owned()),
            });
        }
    }
    problems
}

fn write_origin<S: Serializer>(url: &Url, serializer: S) -> Result<S::Ok, S::Error> {
    let more = if url.path().len() > 1 || url.query().is_some() { "/..." } else { "" };
    serializer.serialize_str(&format!("{}{more}", url.origin().ascii_serialization()))
}
