//! What is believed of an ID token: OpenID Connect Core 1.0, 3.1.3.7.

use data_encoding::BASE64URL_NOPAD;
use jiff::Timestamp;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::fault::{Fault, plain};
use super::keys::Keys;
use crate::config::Oidc;

/// Seconds by which clocks differ.
const DRIFT: f64 = 60.0;
/// Characters of what a provider knows somebody by, at most.
const LONGEST: usize = 255;

/// Who signed in at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// What it knows the person by, for ever: the claim `sub`.
    pub id: String,
    /// Whether it asked for a second factor, in the words of the configuration.
    pub second_factor: bool,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: Option<String>,
    /// What must be understood and is not (RFC 7515, 4.1.11).
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    aud: Several,
    exp: f64,
    iat: f64,
    nbf: Option<f64>,
    nonce: Option<String>,
    azp: Option<String>,
    acr: Option<String>,
    #[serde(default)]
    amr: Several,
}

/// One text, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Several {
    One(String),
    Many(Vec<String>),
}

impl Default for Several {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

impl Several {
    fn texts(&self) -> &[String] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }

    fn has_one_of(&self, wanted: &[String]) -> bool {
        self.texts().iter().any(|text| wanted.contains(text))
    }
}

/// Whether a text can be what a provider knows somebody by: up to 255 characters of ASCII that are seen.
pub fn is_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) && text.trim() == text
}

/// Who a token is about, if it is signed by one of these keys, for this desk, at this time, of this trip.
pub(super) fn believe(text: &str, keys: &Keys, oidc: &Oidc, nonce: &str, now: Timestamp) -> Result<Identity, Fault> {
    let parts: Vec<&str> = text.split('.').take(4).collect();
    let [head, claims, signature] = parts.as_slice() else { return Err(Fault::untrue("its token does not have three parts")) };
    let signed = text.get(..head.len() + 1 + claims.len()).unwrap_or_default();
    let head: Head = part(head)?;
    if head.crit.is_some() {
        return Err(Fault::untrue("its token asks for something that is not understood (crit)"));
    }
    keys.signed(&head.alg, head.kid.as_deref(), signed.as_bytes(), &bytes(signature)?)?;
    judge(&part(claims)?, oidc, nonce, now)
}

fn bytes(part: &str) -> Result<Vec<u8>, Fault> {
    BASE64URL_NOPAD.decode(part.as_bytes()).map_err(|_| Fault::untrue("its token cannot be read"))
}

fn part<T: DeserializeOwned>(part: &str) -> Result<T, Fault> {
    serde_json::from_slice(&bytes(part)?).map_err(|error| Fault::untrue(format!("its token cannot be read: {error}")))
}

fn judge(claims: &Claims, oidc: &Oidc, nonce: &str, now: Timestamp) -> Result<Identity, Fault> {
    let now = now.as_second() as f64;
    let audience = claims.aud.texts();
    let is_ours = |name: &String| *name == oidc.client_id;
    let untrue = |why: &str| Err(Fault::untrue(why));
    if claims.iss != oidc.issuer {
        return untrue("its token is of another issuer");
    }
    if !audience.iter().any(is_ours) {
        return untrue("its token is for somebody else (aud)");
    }
    // Whoever else a token is for could bring it here.
    if claims.azp.as_ref().map_or(audience.len() > 1, |azp| !is_ours(azp)) {
        return untrue("its token was given to somebody else (azp)");
    }
    if claims.nonce.as_deref() != Some(nonce) {
        return untrue("its token is of another trip (nonce)");
    }
    if now >= claims.exp + DRIFT {
        return untrue("its token has expired");
    }
    if claims.iat > now + DRIFT || claims.nbf.is_some_and(|nbf| nbf > now + DRIFT) {
        return untrue("its token is of the future; hint: compare the clocks");
    }
    if !is_id(&claims.sub) {
        return untrue("its token names nobody (sub)");
    }
    let acr = claims.acr.as_deref().unwrap_or_default();
    if !oidc.acr.is_empty() && !oidc.acr.iter().any(|wanted| wanted == acr) {
        return Err(Fault::Weak(format!("its class of authentication (acr) is {:?}, not {}", plain(acr), oidc.acr.join(" or "))));
    }
    if !oidc.amr.is_empty() && !claims.amr.has_one_of(&oidc.amr) {
        let had = plain(&claims.amr.texts().join(", "));
        return Err(Fault::Weak(format!("its methods of authentication (amr) are {had:?}, without {}", oidc.amr.join(" or "))));
    }
    let second_factor = claims.amr.has_one_of(&oidc.second_factor);
    Ok(Identity { issuer: claims.iss.clone(), id: claims.sub.clone(), second_factor })
}

#[cfg(test)]
mod tests {
    use super::{Fault, Identity, is_id, judge};
    use crate::config::{Oidc, Secret};
    use jiff::Timestamp;
    use serde_json::{Value, json};

    fn oidc() -> Oidc {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        Oidc {
            issuer: "https://login.example".into(),
            client_id: "vigie".into(),
            secret: Secret::Env("NONE".into()),
            name: String::new(),
            desk: String::new(),
            scopes: texts(&["openid"]),
            acr: Vec::new(),
            amr: Vec::new(),
            second_factor: texts(&["mfa", "otp"]),
        }
    }

    fn judged(changed: &[(&str, Value)], oidc: &Oidc) -> Result<Identity, Fault> {
        let mut claims = json!({"iss": "https://login.example", "sub": "42", "aud": "vigie", "exp": 1_000, "iat": 900, "nonce": "n"});
        for (name, value) in changed {
            claims[*name] = value.clone();
        }
        judge(&serde_json::from_value(claims).unwrap(), oidc, "n", Timestamp::from_second(950).unwrap())
    }

    #[test]
    fn each_claim_must_be_the_one_that_it_should_be() {
        let oidc = oidc();
        assert_eq!(judged(&[], &oidc).unwrap(), Identity { issuer: oidc.issuer.clone(), id: "42".into(), second_factor: false });
        for (name, value, why) in [
            ("iss", json!("https://login.example/"), "another issuer"),
            ("iss", json!("https://evil.example"), "another issuer"),
            ("aud", json!("other"), "aud"),
            ("aud", json!([]), "aud"),
            ("aud", json!(["vigie", "other"]), "azp"),
            ("azp", json!("other"), "azp"),
            ("nonce", json!("m"), "nonce"),
            ("nonce", Value::Null, "nonce"),
            ("exp", json!(890), "expired"),
            ("exp", json!(889.5), "expired"),
            ("iat", json!(1_011), "future"),
            ("nbf", json!(1_011), "future"),
            ("sub", json!(""), "sub"),
            ("sub", json!("4\u{0}2"), "sub"),
            ("sub", json!("x".repeat(256)), "sub"),
        ] {
            match judged(&[(name, value.clone())], &oidc) {
                Err(Fault::Untrue(said)) => assert!(said.contains(why), "{name} {value}: {said}"),
                other => panic!("{name} {value}: {other:?}"),
            }
        }
        for (name, value) in
            [("aud", json!(["vigie"])), ("exp", json!(891)), ("iat", json!(1_010)), ("nbf", json!(1_010)), ("azp", json!("vigie"))]
        {
            judged(&[(name, value)], &oidc).unwrap();
        }
        judged(&[("aud", json!(["other", "vigie"])), ("azp", json!("vigie"))], &oidc).unwrap();
    }

    #[test]
    fn how_somebody_signed_in_is_weighed_as_configured() {
        let mut oidc = oidc();
        for (amr, twice) in [(json!(["pwd", "otp"]), true), (json!("mfa"), true), (json!(["pwd"]), false), (json!([]), false)] {
            assert_eq!(judged(&[("amr", amr.clone())], &oidc).unwrap().second_factor, twice, "{amr}");
        }
        oidc.amr = vec!["hwk".into(), "otp".into()];
        assert!(judged(&[("amr", json!(["otp"]))], &oidc).is_ok());
        assert!(matches!(judged(&[("amr", json!(["pwd"]))], &oidc), Err(Fault::Weak(_))));
        oidc.amr.clear();
        oidc.acr = vec!["gold".into()];
        assert!(judged(&[("acr", json!("gold"))], &oidc).is_ok());
        for acr in [Value::Null, json!("silver"), json!("")] {
            assert!(matches!(judged(&[("acr", acr)], &oidc), Err(Fault::Weak(_))));
        }
    }

    #[test]
    fn an_id_is_what_can_be_told_from_every_other() {
        assert!(is_id("1fSsTrieonWiSIlm") && is_id("anna@login.example") && is_id("auth0|5f7c 8"));
        for none in ["", " a", "a ", "a\n", "a\u{202e}b", "é"] {
            assert!(!is_id(none), "{none:?}");
        }
    }
}
