//! What a provider says of itself (OpenID Connect Discovery 1.0), checked before anything is sent where it points.

use serde::Deserialize;
use url::Url;

use super::fault::{Fault, plain};
use crate::config::oidc::is_sealed;

/// What is used of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Metadata {
    /// Where browsers are sent to.
    pub(super) authorization: Url,
    /// Where codes are redeemed.
    pub(super) token: Url,
    /// Where its keys are.
    pub(super) keys: Url,
    /// Whether the desk says who it is in the head of a request, not in its form.
    pub(super) basic: bool,
    /// Whether each answer says which provider it comes from (RFC 9207).
    pub(super) names_itself: bool,
}

#[derive(Deserialize)]
struct Raw {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    code_challenge_methods_supported: Option<Vec<String>>,
    response_types_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

impl Metadata {
    /// Reads what came from below the address of `issuer`.
    pub(super) fn read(body: &[u8], issuer: &str) -> Result<Self, Fault> {
        let raw: Raw =
            serde_json::from_slice(body).map_err(|error| Fault::misfit(format!("what it says of itself cannot be read: {error}")))?;
        if raw.issuer != issuer {
            return Err(Fault::misfit(format!("it calls itself {:?}; hint: `issuer` is the same to the letter", plain(&raw.issuer))));
        }
        let lacks = |told: &Option<Vec<String>>, wanted: &str| told.as_ref().is_some_and(|told| !told.iter().any(|one| one == wanted));
        if lacks(&raw.response_types_supported, "code") {
            return Err(Fault::misfit("it does not offer the code flow"));
        }
        if lacks(&raw.code_challenge_methods_supported, "S256") {
            return Err(Fault::misfit("it does not offer PKCE with S256"));
        }
        let basic = !lacks(&raw.token_endpoint_auth_methods_supported, "client_secret_basic");
        if !basic && lacks(&raw.token_endpoint_auth_methods_supported, "client_secret_post") {
            return Err(Fault::misfit("it does not offer to know the desk by a secret"));
        }
        let plain_too = issuer.starts_with("http://");
        let place = |text: &str, what: &str| {
            let url = Url::parse(text).ok().filter(|url| is_sealed(url) && (plain_too || url.scheme() == "https"));
            url.ok_or_else(|| Fault::misfit(format!("its {what} is no address that is encrypted")))
        };
        Ok(Self {
            authorization: place(&raw.authorization_endpoint, "authorization_endpoint")?,
            token: place(&raw.token_endpoint, "token_endpoint")?,
            keys: place(&raw.jwks_uri, "jwks_uri")?,
            basic,
            names_itself: raw.authorization_response_iss_parameter_supported,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Metadata};

    const GOOD: &str = r#"{"issuer": "https://login.example", "authorization_endpoint": "https://login.example/auth?realm=a",
        "token_endpoint": "https://other.example/token", "jwks_uri": "https://login.example/keys", "unknown": [1]}"#;

    fn why(text: &str) -> String {
        match Metadata::read(text.as_bytes(), "https://login.example") {
            Err(Fault::Misfit(why)) => why,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_does_not_fit_is_said_before_anything_is_sent() {
        let good = Metadata::read(GOOD.as_bytes(), "https://login.example").unwrap();
        assert!(good.basic && !good.names_itself);
        for (from, to, said) in [
            ("\"issuer\": \"https://login.example\"", "\"issuer\": \"https://login.example/\"", "to the letter"),
            ("https://other.example/token", "http://other.example/token", "token_endpoint"),
            ("https://other.example/token", "http://127.0.0.1/token", "token_endpoint"),
            ("https://login.example/keys", "file:///keys", "jwks_uri"),
            ("https://login.example/auth?realm=a", "javascript:alert(1)", "authorization_endpoint"),
            ("\"unknown\": [1]", "\"response_types_supported\": [\"id_token\"]", "code flow"),
            ("\"unknown\": [1]", "\"code_challenge_methods_supported\": [\"plain\"]", "S256"),
            ("\"unknown\": [1]", "\"token_endpoint_auth_methods_supported\": [\"private_key_jwt\"]", "secret"),
            ("\"jwks_uri\"", "\"keys\"", "cannot be read"),
        ] {
            assert!(why(&GOOD.replace(from, to)).contains(said), "{to}");
        }
        let posts = GOOD.replace("\"unknown\": [1]", "\"token_endpoint_auth_methods_supported\": [\"client_secret_post\"]");
        assert!(!Metadata::read(posts.as_bytes(), "https://login.example").unwrap().basic);
    }
}
