//! Numbers of a field with what they measure: barrel, capacity, rounds, grains, year, serial.

use crate::codebook::fold::Gap;
use crate::codebook::reading::{Reading, Zone};
use crate::record::{Firearm, Marking};

/// Barrel lengths, capacities, rounds, grains, years.
pub(super) fn numbers(reading: &Reading<'_>, category: &str, arm: &mut Firearm) {
    let ammunition = category.starts_with("ammunition");
    let gun = category.starts_with("firearm") || category.starts_with("part") || category == "replica_airgun";
    if ammunition && arm.rounds.is_none() {
        arm.rounds = super::rounds::rounds(reading);
    }
    for index in reading.numbers(4000) {
        let Some(value) = reading.folded.number(index) else { continue };
        let next = reading.word(index + 1);
        let before = if index > 0 { reading.word(index - 1) } else { "" };
        if gun && arm.barrel_mm.is_none() {
            arm.barrel_mm = barrel(reading, index, value, category);
        }
        if gun && arm.capacity.is_none() {
            arm.capacity = capacity(reading, index, category);
        }
        match next {
            "gr" | "grain" | "grains" | "grn" | "grs" | "grano" | "grs." | "гран"
                if arm.grains.is_none() && (10.0..=1000.0).contains(&value) =>
            {
                arm.grains = Some(value.round() as u32)
            }
            _ => {
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

/// What a magazine or a cylinder holds: "15+1", "17rd", "6 tiros", "10er", and behind a magazine's name "на 8", "18'lik".
fn capacity(reading: &Reading<'_>, at: usize, category: &str) -> Option<u32> {
    let gap = |at: usize| reading.folded.tokens.get(at).map_or(Gap::Sentence, |token| token.gap);
    let count = reading.folded.whole(at)?;
    let next = reading.word(at + 1);
    if gap(at + 1) == Gap::Plus && next == "1" {
        return (1..=100).contains(&count).then_some(count);
    }
    if reading.field != "title" || !(1..=200).contains(&count) {
        return None;
    }
    // "+ 120 rounds", "with 50 cartridges": what comes along.
    let along = gap(at) == Gap::Plus || reading.zone(at) == Zone::Extra && !category.starts_with("part.magazine") && count > 35;
    let of_gun = matches!(
        next,
        "round"
            | "rounds"
            | "rd"
            | "rds"
            | "rnd"
            | "rnds"
            | "schuss"
            | "schussig"
            | "coups"
            | "cps"
            | "tiros"
            | "disparos"
            | "colpi"
            | "shot"
            | "shots"
            | "nabojowy"
            | "nabojowa"
            | "naboi"
            | "зарядный"
            | "патронов"
            | "патрона"
            | "набоїв"
            | "طلقة"
            | "طلقات"
            | "schots"
    );
    if of_gun && !along {
        return Some(count);
    }
    let magazine = category == "part.magazine";
    let of_magazine =
        matches!(next, "cartuchos" | "cartouches" | "cartucce" | "patronen" | "fisek" | "r" | "er" | "lik" | "luk" | "li" | "lu" | "lü");
    let on = at > 0 && matches!(reading.word(at - 1), "на" | "for") && reading.word(at - 1) == "на";
    let small = (2..=100).contains(&count) && gap(at) != Gap::None;
    if magazine && small && (of_magazine || on) {
        return Some(count);
    }
    // "14'lü browning", "17 маслят в обойме"
    let pistol = category == "firearm.pistol" && (5..=35).contains(&count);
    (pistol && matches!(next, "lu" | "lü" | "маслят")).then_some(count)
}

/// A barrel's length in millimetres: "4.25in", "18.5 in.", "71 cm", "ствол 520", "20 BBL", a shotgun's "12/28".
fn barrel(reading: &Reading<'_>, at: usize, value: f64, category: &str) -> Option<u32> {
    let next = reading.word(at + 1);
    let title = reading.field == "title";
    let token = |at: usize| reading.folded.tokens.get(at);
    let gap = |at: usize| token(at).map_or(Gap::Sentence, |token| token.gap);
    let long = matches!(category, "firearm.shotgun" | "firearm.rifle" | "firearm.submachine_gun");
    let behind = |from: usize, to: usize| (from..to).any(|at| barrel_word(reading.word(at)));
    let before = |back: usize| behind(at.saturating_sub(back), at);
    // "3-1/2in" and "2 3/4": a chamber's length, never a barrel's.
    let fraction = at > 0
        && matches!(gap(at), Gap::Slash)
        && reading.folded.number(at - 1).is_some_and(|over| over < value && over < 16.0)
        && value <= 16.0;
    if fraction {
        return None;
    }
    let inches = |value: f64| Some((value * 25.4).round() as u32);
    match next {
        "in" | "inch" | "inches" | "zoll" | "zollig" | "zoellig" | "pouces" | "pulgadas" | "polegadas" | "pol" | "pollici" | "cali"
        | "cala" | "cale" | "calowy" | "calowa" | "дюймов" | "дюйма" | "дюймів" | "дюйм" | "duim" | "inc" | "bbl" | "brl" | "barrel"
            if (1.0..=34.0).contains(&value) =>
        {
            let beside = behind(at + 2, at + 6) || before(5) || barrel_word(next);
            let written = token(at + 1).and_then(|token| reading.written.get(token.from..token.to)).unwrap_or_default();
            let stop = token(at + 1).and_then(|token| reading.written.as_bytes().get(token.to)) == Some(&b'.');
            // "22 in good condition" is no length; 24" without the word is, in a title.
            let spoken = next == "in" && written.eq_ignore_ascii_case("in") && gap(at + 1) != Gap::None && !stop;
            let chamber = matches!(reading.word(at + 2), "chamber" | "chambers" | "magnum" | "mag")
                || long && value < 5.0 && !barrel_word(reading.word(at + 2));
            let sure = beside && !chamber && !(category == "firearm.shotgun" && value < 8.0);
            let likely = !spoken && title && !chamber && value >= 1.8;
            (sure || likely).then_some(value).and_then(inches)
        }
        "mm" | "cm" | "см" | "мм" => {
            let beside = behind(at + 2, at + 4) || before(3);
            let mm = if matches!(next, "cm" | "см") { value * 10.0 } else { value };
            let plain = title
                && matches!(next, "cm" | "см")
                && (category == "firearm.shotgun" || category == "part.barrel")
                && (350.0..=900.0).contains(&mm);
            ((beside && (25.0..=900.0).contains(&mm)) || plain).then_some(mm.round() as u32)
        }
        _ => {
            let beside = before(1) || barrel_word(next);
            let wide = category == "firearm.shotgun" || category == "part.barrel";
            let lik = matches!(next, "lik" | "luk") && wide && (45.0..=90.0).contains(&value);
            // "12/28": gauge and barrel.
            let gauge = at > 0 && reading.folded.whole(at - 1).is_some_and(|bore| matches!(bore, 10 | 12 | 16 | 20 | 28 | 410));
            if category == "firearm.shotgun" && title && gauge && gap(at) == Gap::Slash && (18.0..=34.0).contains(&value) {
                return inches(value);
            }
            if lik || beside && wide && (45.0..=90.0).contains(&value) && title {
                return Some((value * 10.0).round() as u32);
            }
            (beside && title && (90.0..=900.0).contains(&value) && !next.starts_with(char::is_alphabetic)).then_some(value.round() as u32)
        }
    }
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
            | "canhao"
            | "ствол"
            | "ствола"
            | "стволы"
            | "стволом"
            | "lauflaenge"
            | "namlu"
            | "namlulu"
            | "namlusu"
    )
}

/// A serial number, only where the text says that it is one.
pub(super) fn serial(reading: &Reading<'_>, arm: &mut Firearm) {
    if arm.serial.is_some() {
        return;
    }
    for index in 0..reading.len().min(4000) {
        // Most words begin otherwise.
        if !matches!(reading.folded.first(index), Some(b's' | b'w' | b'm' | b'n')) {
            continue;
        }
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
