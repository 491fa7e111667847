//! `[web.oidc]`: a provider of OpenID Connect, through which people may sign in to the desk.

use super::delivery::{Secret, secret};
use super::problem::{Problem, Problems};
use super::raw::{Placed, RawOidc};
use super::scope::is_loopback;
use super::source::Source;
use serde::Serialize;
use std::path::Path;
use url::Url;

/// `[web.oidc]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Oidc {
    /// Who the provider is, to the letter: what it signs has the same.
    pub issuer: String,
    /// As whom the desk is registered there.
    pub client_id: String,
    /// Where the secret is by which the provider knows the desk.
    pub secret: Secret,
    /// What the button says.
    pub name: String,
    /// What the addresses of the desk begin with in a browser, without the slash at the end.
    pub desk: String,
    /// What the provider is asked to tell; `openid` is among it.
    pub scopes: Vec<String>,
    /// Classes of authentication (`acr`) of which a sign-in must be one; any where none is named.
    pub acr: Vec<String>,
    /// Methods of authentication (`amr`) of which a sign-in must have had one; any where none is named.
    pub amr: Vec<String>,
    /// Methods (`amr`) that stand for a one-time code of the desk.
    pub second_factor: Vec<String>,
}

/// Methods of RFC 8176 that are, or come with, a second factor.
const SECOND_FACTOR: [&str; 3] = ["mfa", "otp", "hwk"];

impl Oidc {
    /// Where the provider sends browsers back to; it is registered there.
    pub fn back(&self) -> String {
        format!("{}/signin/provider/back", self.desk)
    }
}

/// Whether what is sent to an address can be read by its receiver alone.
pub fn is_sealed(url: &Url) -> bool {
    url.scheme() == "https" || (url.scheme() == "http" && url.host().is_some_and(|host| is_loopback(&host)))
}

/// A provider whose host belongs to a watched source: nothing is ever sent there.
pub(super) fn watched(oidc: &Oidc, sources: &[Source], file: &Path) -> Option<Problem> {
    let url = Url::parse(&oidc.issuer).ok()?;
    let host = url.host()?;
    let source = sources.iter().find(|source| source.scope.hosts.iter().any(|pattern| pattern.matches(&host)))?;
    Some(Problem {
        file: file.to_owned(),
        line: 0,
        column: 0,
        what: format!("`issuer` of [web.oidc] is at a host of the source `{}`", source.id),
        hint: Some("nobody signs in through a site that is watched".to_owned()),
    })
}

/// Gives `raw` its meaning.
pub(super) fn resolve(raw: RawOidc, problems: &mut Problems) -> Option<Oidc> {
    let place = raw.issuer.as_ref().map_or(0, |issuer| issuer.span().start);
    let issuer = named(raw.issuer, "issuer", "write the provider as in issuer = \"https://login.example\"", problems);
    let issuer = issuer.filter(|(text, place)| address("issuer", text, *place, problems).is_some());
    let client_id = named(raw.client_id, "client_id", "it is the name under which the desk is registered with the provider", problems);
    let desk = named(raw.desk, "desk", "write where browsers find the desk, as in desk = \"https://desk.example\"", problems);
    let desk = desk.and_then(|(text, place)| {
        let url = address("desk", &text, place, problems)?;
        if url.path() != "/" {
            problems.at(place, format!("`{text}` is more than the beginning of an address"), "write it as in \"https://desk.example\"");
        }
        Some(url.origin().ascii_serialization())
    });
    let secret = secret::resolve(raw.secret_env, raw.secret_file, "secret", ("[web.oidc]", place), problems);
    let scopes = raw.scopes.unwrap_or_else(|| vec!["openid".to_owned()]);
    if !scopes.iter().any(|scope| scope == "openid") {
        problems.at(place, "`scopes` of [web.oidc] lacks \"openid\"", "without it the provider does not say who signed in");
    }
    let (issuer, client_id, desk, secret) = (issuer?.0, client_id?.0, desk?, secret?);
    let host = Url::parse(&issuer).ok().and_then(|url| url.host_str().map(str::to_owned));
    Some(Oidc {
        name: raw.name.filter(|name| !name.trim().is_empty()).or(host).unwrap_or_default(),
        issuer,
        client_id,
        secret,
        desk,
        scopes,
        acr: raw.acr.unwrap_or_default(),
        amr: raw.amr.unwrap_or_default(),
        second_factor: raw.second_factor.unwrap_or_else(|| SECOND_FACTOR.map(str::to_owned).to_vec()),
    })
}

/// The text of a key that must be there, and its place.
fn named(text: Placed<String>, key: &str, hint: &str, problems: &mut Problems) -> Option<(String, usize)> {
    let found = text.map(|text| (text.get_ref().clone(), text.span().start)).filter(|(text, _)| !text.is_empty());
    if found.is_none() {
        problems.missing(key, format!("[web.oidc] needs it; {hint}"));
    }
    found
}

/// An address that passwords and secrets may cross the network to.
fn address(key: &str, text: &str, place: usize, problems: &mut Problems) -> Option<Url> {
    let plain = |url: &Url| url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    let url = Url::parse(text).ok().filter(|url| url.has_host() && plain(url));
    let Some(url) = url else {
        problems.at(place, format!("`{key}` of [web.oidc] is no address"), "write it as in \"https://login.example\"");
        return None;
    };
    if !is_sealed(&url) {
        problems.at(place, format!("`{key}` of [web.oidc] is not encrypted"), "write https; http is for an address of this machine");
    }
    Some(url)
}
