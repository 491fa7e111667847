//! Texts that a key on the same page, or one that somebody holds, is proved to have signed.
//!
//! The keys of `fixtures/signed` were made with GnuPG for these tests and thrown away.

use vigie_extractors::contacts::signed::{Key, Signed, verified};
use vigie_extractors::indicators;

const SELLER: &str = include_str!("../fixtures/signed/seller.asc");
const LETTER: &str = include_str!("../fixtures/signed/seller.txt");
const DETACHED: &str = include_str!("../fixtures/signed/detached.asc");
const OLD: &str = include_str!("../fixtures/signed/old.asc");
const OLD_SHA1: &str = include_str!("../fixtures/signed/old_sha1.txt");
const OLD_MD5: &str = include_str!("../fixtures/signed/old_md5.txt");
const ENCRYPTED: &str = include_str!("../fixtures/signed/encrypted.asc");
const MARKET: &str = include_str!("../fixtures/signed/market.asc");
const FINGERPRINT: &str = "EF6F11BFF6D22DA4C43B2642FF41B2568DA15A7B";
const SUBKEY: &str = "7154E557160579343F008E8B7191B296AF322C68";
const SAID: &str = "I sell as Gunner99 here and as  GN99 on Lantern.\n\n- two rounds\n-- and no more\nFrom now on: bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq";

fn one(text: &str) -> Option<Signed> {
    let mut found = verified(text, &Key::read(SELLER));
    assert!(found.len() < 2, "{found:?}");
    found.pop()
}

#[test]
fn a_signed_text_is_told_exactly_with_its_key() {
    let signed = one(LETTER).unwrap();
    assert_eq!((signed.fingerprint.as_str(), signed.repaired), (FINGERPRINT, false), "its subkey signed");
    assert_eq!(signed.created_at.as_deref(), Some("2024-04-01T12:00:00Z"));
    assert_eq!(signed.text, SAID);
    let framed = format!("Before.\n{LETTER}After.\n");
    let place = one(&framed).unwrap().place;
    assert!(framed[place.clone()].starts_with("-----BEGIN PGP SIGNED") && framed[place].ends_with("END PGP SIGNATURE-----"));
    let old = verified(OLD_SHA1, &Key::read(OLD));
    assert_eq!((old.len(), old[0].text.as_str()), (1, "old words"));
}

#[test]
fn a_text_that_a_page_changed_holds_where_its_white_space_can_be_mended() {
    let lines: Vec<&str> = LETTER.lines().collect();
    let join = |with: &dyn Fn(&str) -> String| lines.iter().map(|line| with(line)).collect::<String>();
    assert!(!one(&join(&|line| format!("{}\r\n", line.trim_end()))).unwrap().repaired, "line ends and blanks before them are not signed");
    for text in [
        join(&|line| format!("    {line}\n")),
        join(&|line| format!("> {line}\n")),
        join(&|line| format!("| {}\n", line.replace("  ", "\u{a0}\u{a0}"))),
        join(&|line| format!("{line}\n\n")),
        LETTER.replace("Hash: SHA256\n\n", "Hash: SHA256\n"),
        LETTER.replace("Hash: SHA256\n", "Hash: SHA256\n\n"),
        LETTER.replace("-----BEGIN PGP SIGNATURE", "\n-----BEGIN PGP SIGNATURE"),
        LETTER.replace("Gunner99", "Gun\u{200b}ner99"),
        LETTER.replace("-----", "—–—"),
    ] {
        let signed = one(&text).unwrap_or_else(|| panic!("{text}"));
        assert_eq!((signed.text.as_str(), signed.fingerprint.as_str()), (SAID, FINGERPRINT), "{text}");
    }
}

#[test]
fn nothing_else_is_proved() {
    let other = Key::read(MARKET);
    assert_eq!(other.len(), 1);
    assert_eq!(verified(LETTER, &other), []);
    assert_eq!(verified(LETTER, &[]), []);
    assert_eq!(verified(OLD_MD5, &Key::read(OLD)), [], "MD5 proves nothing");
    // The header of a message says how it was hashed, and no text hides in it.
    let smuggled = LETTER.replacen("Hash: SHA256\n", "Hash: SHA256\nI am Mallory\n", 1);
    assert!(one(&smuggled).is_none_or(|signed| signed.text == SAID));
    for (from, to) in
        [("Gunner99", "Gunner98"), ("  GN99", " GN99"), ("- - two", "two"), ("no more\n", "no more\n\n"), ("SIGNED MESSAGE", "MESSAGE")]
    {
        assert_eq!(one(&LETTER.replace(from, to)), None, "{from} {to}");
    }
    let damaged = SELLER.replacen("mDME", "mDMF", 1);
    assert_eq!(Key::read(&damaged), []);
}

/// A key that lists the subkey of another as its own cannot claim what that one signed.
#[test]
fn a_stolen_subkey_claims_nothing() {
    use base64::Engine;
    let bytes = |armour: &str| {
        let lines: String = armour.lines().skip(2).take_while(|line| !line.starts_with('=')).collect();
        base64::engine::general_purpose::STANDARD.decode(lines).unwrap()
    };
    let own = bytes(SELLER);
    // Packet of a public subkey, old format, one byte of length, the key of 51 bytes; its binding signature follows.
    let subkey = own.windows(2).position(|head| head == [0xb8, 0x33]).unwrap();
    let stolen = [bytes(MARKET), own[subkey..].to_vec()].concat();
    let armour = base64::engine::general_purpose::STANDARD.encode(stolen);
    let keys = Key::read(&format!("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\n{armour}\n-----END PGP PUBLIC KEY BLOCK-----"));
    assert_eq!((keys.len(), keys[0].fingerprint() == FINGERPRINT), (1, false));
    assert_eq!(verified(LETTER, &keys), []);
}

#[test]
fn signatures_tell_their_maker_and_messages_nothing() {
    for (text, value, key_id, verified) in [
        (DETACHED.to_owned(), SUBKEY, "7191B296AF322C68", false),
        (DETACHED.replace('\n', " "), SUBKEY, "7191B296AF322C68", false),
        (OLD_SHA1.to_owned(), "CBBC0C3F401CE526D0825F1118F1E065B756B751", "18F1E065B756B751", false),
    ] {
        let found = indicators::find(&text, "page");
        assert_eq!(found.len(), 1, "{found:?}");
        let one = &found[0];
        assert_eq!((one.kind.as_str(), one.value.as_str(), one.verified), ("pgp_signature", value, verified));
        assert_eq!(one.key_id.as_deref(), Some(key_id));
        assert!(one.created_at.is_some() && one.expires_at.is_none());
        assert!(one.raw.starts_with("-----BEGIN PGP SIG") && one.raw.ends_with("SIGNATURE-----"));
    }
    // What stands in a signed text is read as well.
    let kinds: Vec<String> = indicators::find(LETTER, "page").into_iter().map(|one| one.kind).collect();
    assert_eq!(kinds, ["payment_address", "pgp_signature"]);
    assert_eq!(indicators::find(ENCRYPTED, "page"), []);
    assert_eq!(indicators::find(&DETACHED.replace("37k", "37l").replacen("iHUE", "iHUF", 1), "page"), []);
}

#[test]
fn large_and_many_messages_cost_little() {
    let keys = Key::read(SELLER);
    let begin = "-----BEGIN PGP SIGNED MESSAGE-----\n\n";
    assert_eq!(verified(&format!("{}{LETTER}", begin.repeat(20_000)), &keys).len(), 1);
    assert_eq!(verified(&LETTER.repeat(50), &keys).len(), 16);
    assert_eq!(verified(&LETTER.replace("Gunner", &"Gunner\n".repeat(300_000)), &keys), []);
    let empty = "-----BEGIN PGP SIGNATURE----- -----END PGP SIGNATURE-----\n";
    assert_eq!(verified(&format!("{begin}{}", empty.repeat(20_000)), &keys), []);
}
