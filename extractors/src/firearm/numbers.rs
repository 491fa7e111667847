//! Numbers of a field with what they measure: barrel, capacity, rounds, grains, year, serial.

use crate::codebook::fold::Gap;
use crate::codebook::reading::Reading;
use crate::record::{Firearm, Marking};

/// Barrel lengths, capacities, rounds, grains, years.
pub(super) fn numbers(reading: &Reading<'_>, category: &str, arm: &mut Firearm) {
    let ammunition = category.starts_with("ammunition");
    let gun = category.starts_with("firearm") || category.starts_with("part") || category == "replica_airgun";
    for index in 0..reading.len().min(4000) {
        let Some(value) = reading.folded.number(index) else { continue };
        let next = reading.word(index + 1);
        let after = reading.word(index + 2);
        let before = if index > 0 { reading.word(index - 1) } else { "" };
        let gap = reading.folded.tokens.get(index + 1).map_or(Gap::Sentence, |t| t.gap);
        match next {
            "in" | "inch" | "inches" | "zoll" | "pouces" | "pulgadas"
                if gun && (1.0..=34.0).contains(&value) && arm.barrel_mm.is_none() =>
            {
                let barrel = (index + 2..index + 6).any(|i| barrel_word(reading.word(i)))
                    || (index.saturating_sub(5)..index).any(|i| barrel_word(reading.word(i)));
                let spoken = next == "in"
                    && reading
                        .folded
                        .tokens
                        .get(index + 1)
                        .is_none_or(|t| reading.written.get(t.from..t.to).is_none_or(|w| w.eq_ignore_ascii_case("in")));
                // "22 in good condition" is no length; 24" without the word is, in a title.
                if barrel || (!spoken && reading.field == "title" && value >= 1.8) {
                    arm.barrel_mm = Some((value * 25.4).round() as u32);
                }
            }
            "mm" | "cm" if gun && arm.barrel_mm.is_none() => {
                let barrel = (index + 2..index + 4).any(|i| barrel_word(reading.word(i)))
                    || (index.saturating_sub(3)..index).any(|i| barrel_word(reading.word(i)));
                let mm = if next == "cm" { value * 10.0 } else { value };
                if barrel && (25.0..=900.0).contains(&mm) {
                    arm.barrel_mm = Some(mm.round() as u32);
                }
            }
            "rounds" | "round" | "rds" | "rd" | "rnd" | "rnds" | "schuss" | "coups" | "ct" | "count" | "cartridges" | "patronen"
            | "stuck" | "pcs" | "pieces" | "cartouches" | "shells" | "bx" | "box" | "pk" | "pack" | "patronow" | "cartuchos"
            | "cartucce" => {
                let Some(whole) = reading.folded.whole(index) else { continue };
                if ammunition {
                    if (1..=100_000).contains(&whole) && !matches!(after, "magazine" | "mag" | "fired") {
                        let packs = packs(reading, index);
                        arm.rounds = Some(arm.rounds.unwrap_or(0).max(whole.saturating_mul(packs)));
                    }
                } else if gun
                    && arm.capacity.is_none()
                    && (1..=200).contains(&whole)
                    && matches!(next, "round" | "rounds" | "rd" | "rds" | "schuss" | "coups" | "rnd")
                    && reading.field == "title"
                {
                    arm.capacity = Some(whole);
                }
            }
            "gr" | "grain" | "grains" | "grn" | "grs" if arm.grains.is_none() && (10.0..=1000.0).contains(&value) => {
                arm.grains = Some(value.round() as u32)
            }
            _ => {
                // 15+1
                if gun && gap == Gap::Plus && next == "1" && arm.capacity.is_none() {
                    arm.capacity = reading.folded.whole(index).filter(|n| (1..=100).contains(n));
                }
                // Box of 50, 20/box.
                if ammunition
                    && before == "of"
                    && index > 1
                    && matches!(reading.word(index - 2), "box" | "case" | "pack" | "bag" | "can")
                    && let Some(whole) = reading.folded.whole(index).filter(|n| (1..=100_000).contains(n))
                {
                    arm.rounds = Some(arm.rounds.unwrap_or(0).max(whole));
                }
                if ammunition
                    && before == "x"
                    && index > 0
                    && reading.folded.tokens.get(index).is_some_and(|t| t.gap != Gap::None)
                    && matches!(next, "")
                    && let Some(whole) = reading.folded.whole(index).filter(|n| (5..=100_000).contains(n))
                {
                    arm.rounds = arm.rounds.or(Some(whole));
                }
                let dated = matches!(
                    before,
                    "made" | "manufactured" | "mfg" | "year" | "baujahr" | "bj" | "annee" | "from" | "dated" | "in" | "mnfg" | "circa"
                );
                if gun && dated && arm.year.is_none() && (1850.0..=2035.0).contains(&value) && reading.word(index).len() == 4 {
                    arm.year = Some(value as u32);
                }
            }
        }
    }
}

/// `5 x 50 rounds`, `10 boxes of 50 rounds`.
fn packs(reading: &Reading<'_>, index: usize) -> u32 {
    if index < 2 {
        return 1;
    }
    let before = reading.word(index - 1);
    let count = match before {
        "x" => reading.folded.whole(index - 2),
        "of" if index >= 3 && matches!(reading.word(index - 2), "boxes" | "packs" | "cases" | "bags") => reading.folded.whole(index - 3),
        _ => None,
    };
    count.filter(|n| (1..=1000).contains(n)).unwrap_or(1)
}

fn barrel_word(word: &str) -> bool {
    matches!(
        word,
        "barrel"
            | "barrels"
            | "bbl"
            | "brl"
            | "barreled"
            | "lauf"
            | "lauflange"
            | "canon"
            | "canna"
            | "canon "
            | "cano"
            | "loop"
            | "lufa"
            | "ствол"
            | "namlu"
    )
}

/// A serial number, only where the text says that it is one.
pub(super) fn serial(reading: &Reading<'_>, arm: &mut Firearm) {
    for index in 0..reading.len().min(4000) {
        let mut at = index;
        match reading.word(index) {
            "serial" | "seriennummer" | "waffennummer" | "matricule" | "matricola" | "sn" => {
                at += 1;
                while matches!(reading.word(at), "number" | "no" | "num" | "nr" | "is" | "n" | "of" | "numbers" | "range" | "nummer") {
                    at += 1;
                }
            }
            "s" if reading.word(index + 1) == "n" && reading.folded.tokens.get(index + 1).is_some_and(|t| t.gap == Gap::Slash) => at += 2,
            "numero" if reading.word(index + 1) == "de" && reading.word(index + 2) == "serie" => at += 3,
            _ => continue,
        }
        if at <= index || arm.serial.is_some() {
            continue;
        }
        let Some(token) = reading.folded.tokens.get(at) else { continue };
        // As written, up to white space.
        let rest = reading.written.get(token.from..).unwrap_or_default();
        let text: String = rest.chars().take_while(|c| !c.is_whitespace() && !matches!(c, ',' | ';' | ')' | '(' | '<')).take(24).collect();
        let text = text.trim_end_matches(['.', ':', '!']).to_owned();
        let digits = text.chars().filter(char::is_ascii_digit).count();
        if digits >= 3 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '/' | '*' | 'x' | 'X')) {
            arm.markings.push(Marking { text: text.clone(), kind: "serial".into(), state: "shown".into() });
            arm.serial = Some(text);
        }
    }
}
