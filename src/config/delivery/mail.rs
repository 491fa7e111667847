//! `[[delivery.mail]]`: notifications by mail.

use super::super::problem::Problems;
use super::super::raw::RawMail;
use super::super::scope::is_loopback;
use super::{Channel, Names, Secret, place, secret};
use serde::{Deserialize, Serialize};
use toml::Spanned;

/// A channel that sends notifications by mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mail {
    /// What all channels have.
    #[serde(flatten)]
    pub channel: Channel,
    /// Name or IP address of the server that takes our mail.
    pub server: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub security: Security,
    /// Account on the server.
    pub user: Option<String>,
    /// Where its password is.
    pub password: Option<Secret>,
    /// Who it is from.
    pub from: String,
    /// Who gets it; all of them in one mail.
    pub to: Vec<String>,
}

/// How a connection to a mail server is encrypted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// From its first byte (RFC 8314).
    #[default]
    Tls,
    /// After a command, without which nothing is sent (RFC 3207).
    Starttls,
    /// Not at all; on this machine only.
    None,
}

impl Security {
    fn port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::Starttls => 587,
            Self::None => 25,
        }
    }
}

pub(super) fn resolve(raw: RawMail, names: &mut Names, problems: &mut Problems) -> Option<Mail> {
    let (channel, place) = names.channel("mail", (raw.name, raw.watches), (raw.details, raw.allow_private), problems)?;
    let (Some(server), Some(from)) = (raw.server, raw.from) else {
        problems.missing("server", "each [[delivery.mail]] has a server, from and to");
        return None;
    };
    let security = raw.security.unwrap_or_default();
    let host = place::host("mail server", server.get_ref(), server.span().start, channel.allow_private, problems)?;
    if security == Security::None && !(channel.allow_private && is_loopback(&host)) {
        let hint = "write \"tls\" or \"starttls\"; \"none\" is for a server on this machine, with allow_private = true";
        problems.at(server.span().start, format!("the mail `{}` is not encrypted", channel.name), hint);
    }
    let password = match (&raw.user, &raw.password_env, &raw.password_file) {
        (None, None, None) => None,
        (None, ..) => {
            problems.at(place, format!("the channel `{}` has a password and no user", channel.name), "name the account with user");
            None
        }
        _ => Some(secret::resolve(raw.password_env, raw.password_file, "password", (&channel.shown(), place), problems)?),
    };
    if raw.to.is_empty() {
        problems.at(place, format!("the mail `{}` goes to nobody", channel.name), "name addresses as in to = [\"desk@example.org\"]");
    }
    for address in raw.to.iter().chain([&from]).filter(|address| !is_address(address.get_ref())) {
        let hint = "write it as in \"desk@example.org\", without a name beside it";
        problems.at(address.span().start, format!("`{}` is no mail address", address.get_ref().escape_debug()), hint);
    }
    Some(Mail {
        channel,
        server: host.to_string(),
        port: raw.port.unwrap_or_else(|| security.port()),
        security,
        user: raw.user.filter(|_| password.is_some()),
        password,
        from: from.into_inner(),
        to: raw.to.into_iter().map(Spanned::into_inner).collect(),
    })
}

/// The plain form of RFC 5321, of which nothing can begin a new line or another command.
fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let part = |part: &str, more: &str| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || more.contains(c));
    text.len() <= 254
        && local.len() <= 64
        && local.split('.').all(|atom| part(atom, "!#$%&'*+/=?^_`{|}~-"))
        && domain.split('.').all(|label| part(label, "-") && !label.starts_with('-') && !label.ends_with('-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_an_address_is_one() {
        for good in ["desk@example.org", "a.b+c@mail.example", "vigie@localhost"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "desk",
            "@x.example",
            "a@",
            "a b@x.example",
            "a@x.example\r\nRCPT TO:<b@y>",
            "Desk <a@x.example>",
            "a@b@c",
            "a..b@c.d",
            "a@-b.c",
        ] {
            assert!(!is_address(bad), "{bad}");
        }
    }
}
