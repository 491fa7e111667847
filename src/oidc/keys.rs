//! The keys of a provider (RFC 7517), and whether one of them signed something. Algorithms are those of signatures by key pairs alone: a secret
//! that both sides know proves nothing of who signed, and `none` even less.

use data_encoding::BASE64URL_NOPAD;
use ring::signature::{self, RsaParameters, RsaPublicKeyComponents, UnparsedPublicKey, VerificationAlgorithm};
use serde::Deserialize;
use serde_json::Value;

use super::fault::Fault;

/// Keys that are looked at, at most.
const MOST: usize = 100;

/// How an algorithm verifies.
enum Verifies {
    Rsa(&'static RsaParameters),
    /// With the bytes of a coordinate.
    Ec(&'static dyn VerificationAlgorithm, usize),
    Edwards(&'static dyn VerificationAlgorithm),
}

/// An algorithm of RFC 7518 or 8037: name, type of key, curve, how it verifies.
type Algorithm = (&'static str, &'static str, Option<&'static str>, Verifies);

static ALGORITHMS: [Algorithm; 9] = [
    ("RS256", "RSA", None, Verifies::Rsa(&signature::RSA_PKCS1_2048_8192_SHA256)),
    ("RS384", "RSA", None, Verifies::Rsa(&signature::RSA_PKCS1_2048_8192_SHA384)),
    ("RS512", "RSA", None, Verifies::Rsa(&signature::RSA_PKCS1_2048_8192_SHA512)),
    ("PS256", "RSA", None, Verifies::Rsa(&signature::RSA_PSS_2048_8192_SHA256)),
    ("PS384", "RSA", None, Verifies::Rsa(&signature::RSA_PSS_2048_8192_SHA384)),
    ("PS512", "RSA", None, Verifies::Rsa(&signature::RSA_PSS_2048_8192_SHA512)),
    ("ES256", "EC", Some("P-256"), Verifies::Ec(&signature::ECDSA_P256_SHA256_FIXED, 32)),
    ("ES384", "EC", Some("P-384"), Verifies::Ec(&signature::ECDSA_P384_SHA384_FIXED, 48)),
    ("EdDSA", "OKP", Some("Ed25519"), Verifies::Edwards(&signature::ED25519)),
];

/// The keys of a provider.
#[derive(Debug)]
pub(super) struct Keys(Vec<Key>);

#[derive(Debug, Clone, Deserialize)]
struct Key {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    kid: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

#[derive(Deserialize)]
struct Raw {
    keys: Vec<Value>,
}

impl Keys {
    /// Reads a set of keys. Those of a kind that is not known are left out, as the RFC asks for.
    pub(super) fn read(body: &[u8]) -> Result<Self, Fault> {
        let raw: Raw = serde_json::from_slice(body).map_err(|error| Fault::misfit(format!("its keys cannot be read: {error}")))?;
        let keys: Vec<Key> = raw.keys.into_iter().take(MOST).filter_map(|key| serde_json::from_value(key).ok()).collect();
        let keys: Vec<Key> = keys.into_iter().filter(|key| ALGORITHMS.iter().any(|algorithm| key.suits(algorithm))).collect();
        if keys.is_empty() {
            return Err(Fault::misfit("it has no key that a signature could be checked with"));
        }
        Ok(Self(keys))
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether one of these signed `text` with the algorithm of this name; the one of `kid` where that is named.
    pub(super) fn signed(&self, algorithm: &str, kid: Option<&str>, text: &[u8], signature: &[u8]) -> Result<(), Fault> {
        let Some(algorithm) = ALGORITHMS.iter().find(|known| known.0 == algorithm) else {
            return Err(Fault::untrue(format!("its token is signed by {:?}, which is not taken", super::fault::plain(algorithm))));
        };
        let mut fitting = self.0.iter().filter(|key| key.suits(algorithm) && (kid.is_none() || key.kid.as_deref() == kid)).peekable();
        if fitting.peek().is_none() {
            return Err(Fault::untrue("its token is signed by a key that it does not have"));
        }
        if fitting.any(|key| key.verifies(algorithm, text, signature) == Some(true)) {
            return Ok(());
        }
        Err(Fault::untrue("the signature of its token is wrong"))
    }
}

impl Key {
    /// Whether the key is one for signatures by this algorithm.
    fn suits(&self, (name, kty, curve, _): &Algorithm) -> bool {
        self.kty == *kty
            && curve.is_none_or(|curve| self.crv.as_deref() == Some(curve))
            && self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self.alg.as_deref().is_none_or(|alg| alg == *name)
    }

    /// `None` where the key lacks something.
    fn verifies(&self, (_, _, _, how): &Algorithm, text: &[u8], signature: &[u8]) -> Option<bool> {
        let verified = match how {
            Verifies::Rsa(parameters) => {
                let (n, e) = (number(self.n.as_deref()?)?, number(self.e.as_deref()?)?);
                RsaPublicKeyComponents { n, e }.verify(parameters, text, signature)
            }
            Verifies::Ec(algorithm, size) => {
                let (x, y) = (padded(self.x.as_deref()?, *size)?, padded(self.y.as_deref()?, *size)?);
                // An uncompressed point: SEC 1, 2.3.3.
                UnparsedPublicKey::new(*algorithm, [vec![4], x, y].concat()).verify(text, signature)
            }
            Verifies::Edwards(algorithm) => {
                UnparsedPublicKey::new(*algorithm, BASE64URL_NOPAD.decode(self.x.as_deref()?.as_bytes()).ok()?).verify(text, signature)
            }
        };
        Some(verified.is_ok())
    }
}

/// A number without zeros in front, which some providers write.
fn number(text: &str) -> Option<Vec<u8>> {
    let bytes = BASE64URL_NOPAD.decode(text.as_bytes()).ok()?;
    Some(bytes.into_iter().skip_while(|byte| *byte == 0).collect())
}

/// A number with as many zeros in front as a coordinate has.
fn padded(text: &str, size: usize) -> Option<Vec<u8>> {
    let number = number(text)?;
    let lacking = size.checked_sub(number.len())?;
    Some([vec![0; lacking], number].concat())
}

#[cfg(test)]
mod tests {
    use super::{BASE64URL_NOPAD, Fault, Keys};
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
    use serde_json::{Value, json};

    fn written(bytes: &[u8]) -> String {
        BASE64URL_NOPAD.encode(bytes)
    }

    fn read(keys: &[Value]) -> Keys {
        Keys::read(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
    }

    fn why(told: Result<(), Fault>) -> String {
        told.unwrap_err().to_string()
    }

    #[test]
    fn what_a_key_signed_is_told_from_what_it_did_not() {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let point = pair.public_key().as_ref();
        let ec =
            json!({"kty": "EC", "crv": "P-256", "kid": "a", "x": written(&[&[0], &point[1..33]].concat()), "y": written(&point[33..])});
        let edwards = Ed25519KeyPair::from_pkcs8(Ed25519KeyPair::generate_pkcs8(&random).unwrap().as_ref()).unwrap();
        let okp = json!({"kty": "OKP", "crv": "Ed25519", "x": written(edwards.public_key().as_ref())});
        let keys = read(&[json!({"kty": "oct", "k": "AAAA"}), json!({"no": "key"}), ec.clone(), okp]);
        assert_eq!(keys.count(), 2);
        let signature = pair.sign(&random, b"text").unwrap();
        for kid in [Some("a"), None] {
            keys.signed("ES256", kid, b"text", signature.as_ref()).unwrap();
        }
        keys.signed("EdDSA", None, b"text", edwards.sign(b"text").as_ref()).unwrap();
        assert!(why(keys.signed("ES256", Some("a"), b"texT", signature.as_ref())).contains("wrong"));
        assert!(why(keys.signed("ES256", Some("a"), b"text", &[])).contains("wrong"));
        assert!(why(keys.signed("ES256", Some("b"), b"text", signature.as_ref())).contains("does not have"));
        assert!(why(keys.signed("ES384", Some("a"), b"text", signature.as_ref())).contains("does not have"));
        for algorithm in ["none", "HS256", "es256", ""] {
            assert!(why(keys.signed(algorithm, None, b"text", signature.as_ref())).contains("not taken"), "{algorithm}");
        }
        // A key for something else signs nothing.
        for (member, value) in [("use", "enc"), ("alg", "ES384")] {
            let mut other = ec.clone();
            other[member] = value.into();
            let body = json!({ "keys": [other] }).to_string();
            assert!(
                Keys::read(body.as_bytes())
                    .map(|keys| keys.signed("ES256", Some("a"), b"text", signature.as_ref()).is_err())
                    .unwrap_or(true)
            );
        }
        assert!(Keys::read(br#"{"keys": [{"kty": "oct", "k": "AAAA"}]}"#).is_err());
    }

    #[test]
    fn signatures_by_rsa_are_those_of_another_program() {
        // Key and signatures of "text" by OpenSSL 3.0.
        let rsa = json!({"kty": "RSA", "use": "sig", "kid": "r", "e": "AQAB", "n": include_str!("rsa/n").trim()});
        let keys = read(&[rsa]);
        for (algorithm, signature) in [("RS256", include_str!("rsa/rs256")), ("PS256", include_str!("rsa/ps256"))] {
            let signature = BASE64URL_NOPAD.decode(signature.trim().as_bytes()).unwrap();
            keys.signed(algorithm, Some("r"), b"text", &signature).unwrap();
            assert!(why(keys.signed(algorithm, Some("r"), b"tex", &signature)).contains("wrong"));
            assert!(why(keys.signed("RS512", Some("r"), b"text", &signature)).contains("wrong"), "one algorithm is not another");
        }
    }
}
