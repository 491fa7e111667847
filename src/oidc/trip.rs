//! A trip of a browser to the provider: what goes along with it, made of two secrets, of which the desk keeps digests alone.

use std::fmt;

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use sha2::{Digest, Sha256};

/// What goes along with a trip.
#[derive(Clone)]
pub struct Trip {
    /// What the provider sends back, so that the desk knows the trip again.
    pub state: String,
    /// What stands in the token, so that it is one of this trip.
    pub nonce: String,
    /// What shows the provider that who redeems the code began the trip (RFC 7636).
    pub verifier: String,
}

impl Trip {
    /// The trip of this state by the browser that holds this secret. Neither nonce nor verifier tells of the secret, or of one another.
    pub fn of(state: &str, browser: &str) -> Self {
        let made = |purpose: &str| HEXLOWER.encode(&Sha256::digest(format!("{purpose}:{state}:{browser}")));
        Self { state: state.to_owned(), nonce: made("nonce"), verifier: made("verifier") }
    }

    /// What the provider is told of the verifier beforehand.
    pub(super) fn challenge(&self) -> String {
        BASE64URL_NOPAD.encode(&Sha256::digest(self.verifier.as_bytes()))
    }
}

// It holds secrets, which must not come into a log by accident.
impl fmt::Debug for Trip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Trip (hidden)")
    }
}

#[cfg(test)]
mod tests {
    use super::Trip;

    #[test]
    fn what_goes_along_hangs_on_both_secrets_and_is_long_enough() {
        let one = Trip::of("state", "browser");
        let again = Trip::of("state", "browser");
        assert_eq!((&one.nonce, &one.verifier), (&again.nonce, &again.verifier));
        for other in [Trip::of("state", "another"), Trip::of("another", "browser")] {
            assert!(one.nonce != other.nonce && one.verifier != other.verifier);
        }
        assert!(one.nonce != one.verifier && (43..=128).contains(&one.verifier.len()));
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        assert_eq!(Trip { verifier, ..one }.challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
