//! Texts to indicators on one thread: prose that holds none, saved pages where `VIGIE_DATA` names their folder, and text that looks like
//! payment details throughout, in which all that is found is false.

use anyhow::{Result, ensure};
use vigie_extractors::{html, indicators};

use super::figure::Figure;
use super::site::Site;
use super::usage::{Stretch, rate};
use crate::dice::Dice;
use crate::extract::Body;

/// Rounds over the same texts in one process.
const ROUNDS: usize = 5;

/// Bytes of prose and of look-alikes.
const PROSE: usize = 4_000_000;
const LOOK_ALIKES: usize = 16_000_000;

/// What is asked of each: MB in a second of one core, and false ones in a GB.
pub(super) fn texts(saved: &[Body]) -> Result<Vec<Figure>> {
    let prose: Vec<String> = (0..PROSE / 5_000).map(|n| Site::offer(n).description).filter(|text| !text.contains('@')).collect();
    let (plain, found) = speed("plain", &prose);
    ensure!(found == 0, "{found} indicators came of prose that holds none");
    let mut figures = vec![plain];
    if !saved.is_empty() {
        let pages: Vec<String> =
            saved.iter().map(|page| html::decode(&page.bytes, page.content_type.as_deref()).text).map(|page| text(&page)).collect();
        figures.push(speed("saved", &pages).0);
    }
    let alike = look_alikes();
    let (figure, found) = speed("look_alikes", std::slice::from_ref(&alike));
    let work = [("bytes", alike.len() as u64), ("found", found)];
    figures.push(figure);
    figures.push(Figure::new("false_per_gb", found as f64 * 1e9 / alike.len() as f64, "a GB", &work));
    Ok(figures)
}

fn text(page: &str) -> String {
    html::block_text(html::parse(page).html.root())
}

/// MB in a second of the processor, which those beside us on the machine do not change, and how many payment details were found.
fn speed(figure: &str, texts: &[String]) -> (Figure, u64) {
    let stretch = Stretch::begin();
    let (mut all, mut paid) = (0, 0);
    for _ in 0..ROUNDS {
        (all, paid) = (0, 0);
        for found in texts.iter().map(|text| indicators::find(text, "text")) {
            all += found.len() as u64;
            paid += found.iter().filter(|one| one.asset.is_some()).count() as u64;
        }
    }
    let (_, seconds) = stretch.end();
    let bytes: usize = texts.iter().map(String::len).sum();
    let work = [("texts", texts.len() as u64), ("bytes", bytes as u64), ("indicators", all), ("rounds", ROUNDS as u64)];
    (Figure::new(figure, rate((bytes * ROUNDS) as u64, seconds) / 1e6, "MB/s", &work), paid)
}

const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BASE32: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BECH32: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const HEX: &str = "0123456789abcdef";

/// What is written around them, their alphabet, how many characters at least, and how many more at most.
const LOOKS: &[(&str, &str, u64, u64)] = &[
    ("", HEX, 32, 1),
    ("commit ", HEX, 40, 1),
    ("txid: ", HEX, 64, 1),
    ("", BASE64, 16, 240),
    ("-----BEGIN PGP MESSAGE-----\n\n", BASE64, 64, 1),
    ("", BASE32, 54, 17),
    ("", BASE58, 25, 90),
    ("", BASE58, 33, 3),
    ("", BASE58, 46, 3),
    ("1", BASE58, 46, 2),
    ("G", BASE32, 55, 1),
    ("EQ", BASE64, 46, 1),
    ("bc1q", BECH32, 38, 1),
    ("addr1q", BECH32, 97, 1),
    ("lnbc1p", BECH32, 150, 120),
];

/// Digests, ids, base64 and strings in the alphabets and lengths of addresses, drawn without a checksum.
fn look_alikes() -> String {
    let (mut dice, mut text) = (Dice(7), String::with_capacity(LOOK_ALIKES + 1_000));
    while text.len() < LOOK_ALIKES {
        let Some((head, alphabet, least, more)) = dice.pick(LOOKS) else { break };
        text.push_str(head);
        for _ in 0..least + dice.below(*more) {
            text.extend(dice.pick(alphabet.as_bytes()).map(|letter| char::from(*letter)));
        }
        text.push(if dice.below(4) == 0 { ' ' } else { '\n' });
    }
    text
}
