//! One-time codes after RFC 6238 (HMAC-SHA-1, 30 seconds, six digits), as every authenticator app makes them.

use std::fmt;

use anyhow::{Context, Result};
use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use qrcode::QrCode;
use qrcode::render::svg;
use sha1::Sha1;

use crate::archive::digest;

/// Seconds in which a code is the same.
const STEP: i64 = 30;
const DIGITS: usize = 6;
/// Steps before and after the present one whose codes are taken: clocks differ.
const DRIFT: i64 = 1;

/// A secret that an app is to be given.
#[derive(Clone)]
pub struct Enrolment {
    /// In base32, to be typed.
    pub secret: String,
    /// As an address that apps understand.
    pub uri: String,
    /// The address as a QR code: a whole SVG document, black on white.
    pub svg: String,
}

impl fmt::Debug for Enrolment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Enrolment (hidden)")
    }
}

/// A new secret of 160 bits, in base32.
pub(super) fn secret() -> Result<String> {
    Ok(BASE32_NOPAD.encode(&digest::random::<20>()?))
}

/// How a secret is given to an app. The address is of the form that authenticator apps agree on:
/// <https://github.com/google/google-authenticator/wiki/Key-Uri-Format>.
pub(super) fn enrolment(secret: &str, name: &str) -> Result<Enrolment> {
    let label: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    let uri = format!("otpauth://totp/Vigie:{label}?secret={secret}&issuer=Vigie&algorithm=SHA1&digits={DIGITS}&period={STEP}");
    let code = QrCode::new(uri.as_bytes()).context("cannot draw the QR code")?;
    let svg = code.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
    Ok(Enrolment { secret: secret.to_owned(), uri, svg })
}

/// The step whose code this is, if it is one near `now` and later than the last one that was accepted.
pub(super) fn step_of(secret: &str, code: &str, last_step: i64, now: Timestamp) -> Option<i64> {
    let key = BASE32_NOPAD.decode(secret.as_bytes()).ok().filter(|key| !key.is_empty())?;
    let typed: String = code.chars().filter(|c| !c.is_whitespace()).take(DIGITS + 1).collect();
    let present = now.as_second().div_euclid(STEP);
    (present - DRIFT..=present + DRIFT).find(|step| *step > last_step && code_at(&key, *step).is_some_and(|right| same(&right, &typed)))
}

/// The code of this moment, for tests and for whoever plays the part of an app.
///
/// # Errors
/// The secret is not base32.
pub fn code(secret: &str, now: Timestamp) -> Result<String> {
    let key = BASE32_NOPAD.decode(secret.as_bytes()).context("a secret of one-time codes is base32")?;
    code_at(&key, now.as_second().div_euclid(STEP)).context("no code")
}

/// RFC 4226, 5.3: four bytes of the MAC, from where its last half-byte points.
fn code_at(key: &[u8], step: i64) -> Option<String> {
    let mac = Hmac::<Sha1>::new_from_slice(key).ok()?.chain_update(step.to_be_bytes()).finalize().into_bytes();
    let from = usize::from(mac.last()? & 0xf);
    let [a, b, c, d] = *mac.get(from..from + 4)?.first_chunk::<4>()?;
    let number = u32::from_be_bytes([a & 0x7f, b, c, d]) % 10u32.pow(u32::try_from(DIGITS).ok()?);
    Some(format!("{number:0DIGITS$}"))
}

/// Whether two texts are the same, without telling by the time where they differ.
fn same(one: &str, other: &str) -> bool {
    one.len() == other.len() && one.bytes().zip(other.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::{BASE32_NOPAD, code, enrolment, step_of};
    use jiff::Timestamp;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn codes_are_those_of_the_rfc() {
        // RFC 6238, appendix B: the last six digits of those for SHA-1.
        let secret = BASE32_NOPAD.encode(b"12345678901234567890");
        for (second, wanted) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(&secret, at(second)).unwrap(), wanted);
            assert_eq!(step_of(&secret, wanted, 0, at(second)), Some(second / 30));
        }
    }

    #[test]
    fn a_code_is_taken_a_step_early_or_late_and_never_twice() {
        let secret = BASE32_NOPAD.encode(b"12345678901234567890");
        let code = code(&secret, at(3_000)).unwrap();
        for (now, taken) in [(2_939, false), (2_970, true), (3_000, true), (3_059, true), (3_060, false)] {
            assert_eq!(step_of(&secret, &code, 0, at(now)).is_some(), taken, "{now}");
        }
        assert_eq!(step_of(&secret, &format!(" {} {} ", &code[..3], &code[3..]), 99, at(3_000)), Some(100));
        assert_eq!(step_of(&secret, &code, 100, at(3_000)), None, "the same code again");
        for bad in ["", "12345", "1234567", "abcdef", &format!("{code}0")] {
            assert_eq!(step_of(&secret, bad, 0, at(3_000)), None);
        }
        assert_eq!(step_of("", &code, 0, at(3_000)), None, "without a secret no code is right");
        assert_eq!(step_of("not base32!", &code, 0, at(3_000)), None);
    }

    #[test]
    fn an_app_is_given_an_address_and_a_picture() {
        let one = enrolment("GEZDGNBVGY3TQOJQ", "anna@desk").unwrap();
        assert_eq!(one.uri, "otpauth://totp/Vigie:anna%40desk?secret=GEZDGNBVGY3TQOJQ&issuer=Vigie&algorithm=SHA1&digits=6&period=30");
        assert!(one.svg.starts_with("<?xml") && one.svg.trim_end().ends_with("</svg>"), "{}", one.svg);
    }
}
