//! What a headline is made of, as signs for the linear model: what stands as the goods, which arm, maker and calibre are named in which role,
//! which measures are given, and what the rules would say. It weighs them one by one and two by two, so that it learns what the words of a
//! text, counted one by one, do not tell: whether a barrel is the goods or a measure of them.

use super::headline::{self, Headline};
use super::scores::Scores;
use crate::codebook::Codebook;
use crate::codebook::fold::Gap;
use crate::codebook::grams::sign;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::{Reading, Zone};

/// Signs that are weighed two by two.
const PAIRED: usize = 12;
/// Tokens whose numbers are read.
const MOST: usize = 60;

/// The signs of a headline, and of what the rules would say.
pub(super) fn of(codebook: &Codebook, reading: &Reading<'_>, head: &Headline<'_>, scores: &Scores<'_>, rules: &[f32]) -> Vec<u64> {
    let mut signs = of_headline(codebook, reading, head);
    signs.extend(of_rules(codebook, scores, rules));
    signs
}

/// The signs of a headline.
fn of_headline(codebook: &Codebook, reading: &Reading<'_>, head: &Headline<'_>) -> Vec<u64> {
    let mut signs = Vec::with_capacity(96);
    let lead = head.lead.and_then(|at| head.things.get(at));
    match lead {
        Some(lead) => signs.push(sign(1, &[&lead.noun.of, lead.noun.subtype.as_deref().unwrap_or("")])),
        None => signs.push(sign(1, &[])),
    }
    let arm = head.arms.iter().rev().find(|arm| arm.zone == Zone::Head).or_else(|| head.arms.first());
    if let Some(arm) = arm {
        signs.push(sign(3 + u64::from(arm.zone != Zone::Head), &[&arm.noun.of]));
    }
    let model = head.named.iter().find_map(|named| Some((named.zone, codebook.lexicon.models.get(named.model?)?)));
    if let Some((zone, model)) = model {
        signs.push(sign(5 + u64::from(zone != Zone::Head), &[model.category, model.subtype.unwrap_or("")]));
    }
    if let Some(maker) = head.named.first().and_then(|named| codebook.file.maker.get(named.maker)) {
        signs.push(sign(7, &[&maker.makes.join(" ")]));
    }
    let calibre = reading.hits.iter().find_map(|hit| match hit.sense {
        Sense::Calibre(at) => codebook.file.calibre.get(at),
        _ => None,
    });
    match calibre {
        Some(calibre) => signs.push(sign(8 + calibre.kind as u64, &[calibre.arm.as_deref().unwrap_or("")])),
        None => signs.push(sign(8, &["none"])),
    }
    measures(reading, &mut signs);
    signs.truncate(PAIRED);
    let single = signs.len();
    for one in 0..single {
        for other in one + 1..single {
            if let (Some(one), Some(other)) = (signs.get(one), signs.get(other)) {
                let both = one.rotate_left(17) ^ other;
                signs.push(both);
            }
        }
    }
    // Where the goods stand, and what else is named as goods: weighed alone.
    if let Some(lead) = lead {
        let last = (lead.last..reading.len()).take_while(|at| reading.segment(*at) == lead.segment).count();
        signs.push(sign(40, &[&lead.noun.of, if last == 0 { "last" } else { "within" }]));
        let arms = match (head.arms.iter().find(|arm| arm.zone == Zone::Head), model) {
            (Some(arm), _) if arm.first < lead.first => "arm before",
            (Some(_), _) => "arm behind",
            (None, Some((Zone::Head, _))) => "model",
            _ => "none",
        };
        if headline::opens(reading, head, lead) {
            signs.push(sign(45, &[&lead.noun.of]));
        }
        signs.push(sign(41, &[&lead.noun.of, arms, if head.whole >= 2.0 { "whole" } else { "" }]));
    }
    signs.extend(
        head.things
            .iter()
            .filter(|thing| thing.zone == Zone::Head)
            .take(6)
            .map(|thing| sign(42 + u64::from(thing.feature), &[&thing.noun.of])),
    );
    let length =
        ["1", "3", "6", "10"].iter().zip([3, 6, 10, usize::MAX]).find(|(_, most)| reading.len() < *most).map_or("", |(name, _)| name);
    signs.push(sign(44, &[length]));
    signs
}

/// Numbers with their units, each kind once.
fn measures(reading: &Reading<'_>, signs: &mut Vec<u64>) {
    let mut seen = [false; 8];
    for at in reading.numbers(MOST) {
        let Some(number) = reading.folded.number(at) else { continue };
        let gap = reading.folded.tokens.get(at + 1).map(|token| token.gap);
        let kind = match reading.word(at + 1) {
            "gr" | "grain" | "grains" | "grn" | "grs" => 0,
            "rounds" | "round" | "rds" | "rd" | "rnd" | "rnds" | "schuss" | "coups" | "ct" | "box" | "bx" => {
                1 + usize::from(number >= 20.0)
            }
            "in" | "inch" | "inches" | "zoll" => 3,
            "mg" | "ug" | "mcg" | "ml" | "g" | "gram" | "grams" | "gm" | "kg" => 4,
            "oz" => 5,
            "1" if gap == Some(Gap::Plus) => 6,
            _ if at > 0 && reading.word(at - 1) == "x" => 7,
            _ => continue,
        };
        if let Some(seen) = seen.get_mut(kind).filter(|seen| !**seen) {
            *seen = true;
            signs.push(sign(20 + kind as u64, &[]));
        }
    }
}

/// What the rules would say, and how surely.
fn of_rules(codebook: &Codebook, scores: &Scores<'_>, rules: &[f32]) -> Vec<u64> {
    let codes = codebook.categories().iter().map(|category| category.code.as_str());
    let mut order: Vec<(&str, f32)> = codes.zip(rules.iter().copied()).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (Some(first), Some(second)) = (order.first(), order.get(1)) else { return Vec::new() };
    let sure = |margin: f32| match margin {
        ..0.7 => "a",
        ..1.8 => "b",
        ..3.5 => "c",
        _ => "d",
    };
    vec![
        sign(50, &[first.0]),
        sign(51, &[first.0, sure(first.1 - second.1)]),
        sign(52, &[first.0, second.0]),
        sign(53, &[first.0, sure(scores.strongest())]),
    ]
}
