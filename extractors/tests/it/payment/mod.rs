//! Payment addresses against published vectors, mutations and look-alikes.

mod forms;
mod said;

use proptest::prelude::*;
use serde::Deserialize;
use sha2::Sha256;
use sha3::{Digest, Keccak256};
use vigie_extractors::indicators;
use vigie_extractors::payment;
use vigie_extractors::record::Indicator;

#[derive(Deserialize)]
struct Vector {
    asset: String,
    network: String,
    form: String,
    value: String,
    valid: bool,
}

fn vectors() -> Vec<Vector> {
    include_str!("../../fixtures/vectors/addresses.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Forms that the vectors call by a coarser name.
fn same_form(asset: &str, ours: &str, theirs: &str) -> bool {
    ours == theirs
        || match theirs {
            "lower_case" => ours == "upper_case",
            "bech32" => ours.starts_with("p2"),
            "transparent" => ours.starts_with("transparent_"),
            "p2pkh" | "p2sh" if asset == "ZEC" => ours.strip_prefix("transparent_") == Some(theirs),
            _ => false,
        }
}

fn agrees(found: &Indicator, vector: &Vector) -> bool {
    let own = found.asset.as_deref() == Some(vector.asset.as_str());
    (own || found.also.contains(&vector.asset))
        && found.network.as_deref() == Some(vector.network.as_str())
        && same_form(&vector.asset, found.form.as_deref().unwrap_or_default(), &vector.form)
        && found.raw == vector.value
}

#[test]
fn valid_vectors_are_found_and_invalid_ones_are_not() {
    let (mut valid, mut invalid, mut wrong) = (0, 0, Vec::new());
    for vector in vectors() {
        // What has no checksum needs a word beside it.
        let text = format!("Send {} to {} please.", vector.asset, vector.value);
        let found = indicators::find(&text, "description");
        if vector.valid {
            valid += 1;
            if !matches!(found.as_slice(), [one] if agrees(one, &vector)) {
                wrong.push(format!("{} {} {} {}: {found:?}", vector.asset, vector.network, vector.form, vector.value));
            }
        } else {
            invalid += 1;
            if found.iter().any(|one| one.asset.as_deref() == Some(&vector.asset)) {
                wrong.push(format!("accepted {} {}: {found:?}", vector.asset, vector.value));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!((valid, invalid), (239, 113));
}

/// Base58 by long multiplication, apart from the crates that the product uses.
fn base58(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    let mut bytes: Vec<u8> = Vec::new();
    for letter in text.chars() {
        let mut carry = ALPHABET.find(letter)?;
        for byte in bytes.iter_mut().rev() {
            carry += usize::from(*byte) * 58;
            *byte = (carry & 255) as u8;
            carry >>= 8;
        }
        while carry > 0 {
            bytes.insert(0, (carry & 255) as u8);
            carry >>= 8;
        }
    }
    let zeros = text.chars().take_while(|c| *c == '1').count();
    Some([vec![0; zeros], bytes].concat())
}

fn base58check_holds(text: &str) -> bool {
    base58(text).filter(|bytes| bytes.len() == 25).is_some_and(|bytes| {
        let (body, sum) = bytes.split_at(21);
        Sha256::digest(Sha256::digest(body)).starts_with(sum)
    })
}

/// BIP 173's polynomial, written anew; 1 stands for bech32, 0x2bc830a3 for bech32m.
fn bech32_residue(text: &str) -> Option<u32> {
    const CHARSET: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    if text.chars().any(char::is_lowercase) && text.chars().any(char::is_uppercase) {
        return None;
    }
    let lower = text.to_lowercase();
    let (hrp, data) = lower.rsplit_once('1')?;
    let mut values: Vec<u32> = hrp.bytes().map(|b| u32::from(b >> 5)).collect();
    values.push(0);
    values.extend(hrp.bytes().map(|b| u32::from(b & 31)));
    for letter in data.chars() {
        values.push(CHARSET.find(letter)? as u32);
    }
    let mut chk = 1_u32;
    for value in values {
        let top = chk >> 25;
        chk = (chk & 0x1ff_ffff) << 5 ^ value;
        for (bit, generator) in [0x3b6a_57b2, 0x2650_8e6d, 0x1ea1_19fa, 0x3d42_33dd, 0x2a14_62b3].into_iter().enumerate() {
            if top >> bit & 1 == 1 {
                chk ^= generator;
            }
        }
    }
    Some(chk)
}

fn eip55_holds(text: &str) -> bool {
    let digits = &text[2..];
    let hash = Keccak256::digest(digits.to_lowercase().as_bytes());
    digits.char_indices().all(|(at, c)| {
        let nibble = hash[at / 2] >> (if at % 2 == 0 { 4 } else { 0 }) & 15;
        c.is_ascii_digit() || c.is_ascii_uppercase() == (nibble >= 8)
    })
}

fn independently_valid(text: &str) -> bool {
    if let Some(digits) = text.strip_prefix("0x") {
        let hex = digits.len() == 40 && digits.bytes().all(|b| b.is_ascii_hexdigit());
        let one_case = digits.to_lowercase() == digits || digits.to_uppercase() == digits;
        return hex && (one_case || eip55_holds(text));
    }
    base58check_holds(text) || matches!(bech32_residue(text), Some(1 | 0x2bc8_30a3))
}

#[test]
fn every_single_mutation_is_refused_or_valid_by_another_reckoning() {
    let mut tried = 0;
    for vector in vectors().iter().filter(|v| v.valid && matches!(v.asset.as_str(), "BTC" | "LTC" | "ETH" | "XMR") && v.form != "bolt11") {
        for at in 0..vector.value.len() {
            for with in ["1", "z", "A", "q", "7", "f", "0", "l", "é", ""] {
                let mutated = format!("{}{with}{}", &vector.value[..at], &vector.value[at + 1..]);
                if mutated == vector.value {
                    continue;
                }
                tried += 1;
                if let Some(found) = payment::read(&mutated) {
                    assert!(independently_valid(&mutated), "{mutated} from {}: {found:?}", vector.value);
                }
            }
        }
    }
    assert!(tried > 20_000, "{tried}");
}

#[test]
fn broken_addresses_are_joined_where_the_checksum_holds() {
    for vector in
        vectors().iter().filter(|v| v.valid && matches!(v.asset.as_str(), "BTC" | "LTC" | "XMR") && (25..110).contains(&v.value.len()))
    {
        let half = vector.value.len() / 2;
        let (head, tail) = vector.value.split_at(half);
        for gap in [" ", "\n", "\r\n    ", "\u{200b}", "\u{ad}", "\u{a0}"] {
            let text = format!("pay: {head}{gap}{tail} now");
            let found = indicators::find(&text, "page");
            let [one] = found.as_slice() else { panic!("{text}: {found:?}") };
            assert!(one.repaired && one.verified);
            assert_eq!(one.raw, format!("{head}{gap}{tail}"));
            assert_eq!(one.value.to_lowercase(), vector.value.to_lowercase());
        }
        let wrong = format!("pay: {head}x {tail} now");
        assert_eq!(indicators::find(&wrong, "page"), [], "{wrong}");
    }
}

#[test]
fn addresses_inside_links_and_punctuation() {
    let btc = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2";
    for text in [
        format!("({btc})"),
        format!("BTC:{btc},"),
        format!("https://example.com/address/{btc}"),
        format!("<b>{btc}</b>"),
        format!("地址{btc}。"),
        format!("{btc}\n{btc}"),
    ] {
        let mut found = indicators::find(&text, "page");
        found.retain(|one| one.kind != "url");
        assert!(!found.is_empty() && found.iter().all(|one| one.value == btc && &text[one.start..one.end] == btc), "{text}: {found:?}");
    }
}

#[test]
fn mweb_addresses_carry_two_keys() {
    let address =
        "ltcmweb1qq20e2arnhvxw97katjkmsd35agw3capxjkrkh7dk8d30rczm8ypxuq329nwh2twmchhqn3jqh7ua4ps539f6aazh79jy76urqht4qa59ts3at6gf";
    let found = payment::read(address).expect("valid");
    assert_eq!((found.asset, found.form, found.network), ("LTC", "mweb", "mainnet"));
    assert_eq!(bech32_residue(address), Some(1));
    assert_eq!(payment::read(&address.replace("qq20e", "qq20f")), None);
}

#[test]
fn extended_public_keys() {
    // BIP 32, test vector 1, chain m.
    let key = "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8";
    let found = indicators::find(&format!("watch {key}."), "page");
    assert_eq!((found[0].kind.as_str(), found[0].form.as_deref()), ("extended_key", Some("xpub")));
    assert_eq!(indicators::find(&key.replace("Rbc", "Rbd"), "page"), []);
    // The private counterpart is none of our business and no payment address.
    let private = "xprv9s21ZrQH143K3QTDL4LXw2F7HEK3wJUD2nW2nRk4stbPy6cq3jPPqjiChkVvvNKmPGJxWUtg6LnF5kejMRNNU3TGtRBeJgk33yuGBxrMPHi";
    assert_eq!(indicators::find(private, "page"), []);
}

#[test]
fn look_alikes_give_nothing() {
    for text in [
        // digests, transaction and commit ids
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "6757d04aa1b2c3d4e5f60718293a4b5c6d7e8f90",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "0xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "4a5e1e4baab89f3a32518a88c31bc87f618f76673e2cc77ab2127b7afdeda33b",
        // base64, UUIDs, onion names, extended keys cut short
        "TWFuIGlzIGRpc3Rpbmd1aXNoZWQsIG5vdCBvbmx5IGJ5IGhpcyByZWFzb24=",
        "550e8400-e29b-41d4-a716-446655440000",
        "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad",
        "xpub661MyMwAqRbcFtXgS5sYJABqqG9YLmC4Q1Rdap9gSE8NqtwybGhePY2gZ29ESFjqJoCu1Rupje8YtGqsefD265TMg7usUDFdp6W1EGMcet8",
        "1234567890123456789012345678901234",
        "3333333333333333333333333333333333",
        "bc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq",
        "0x1234",
    ] {
        let found: Vec<_> = indicators::find(text, "page").into_iter().filter(|one| one.kind == "payment_address").collect();
        assert_eq!(found, [], "{text}");
    }
}

proptest! {
    #[test]
    fn any_text_is_survived(text in "\\PC{0,120}") {
        for one in indicators::find(&text, "page") {
            prop_assert_eq!(&text[one.start..one.end], &one.raw);
        }
    }

    #[test]
    fn invented_base58_is_no_address(text in "[1-9A-HJ-NP-Za-km-z]{25,106}") {
        prop_assert!(payment::read(&text).is_none() || independently_valid(&text));
    }
}
