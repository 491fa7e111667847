//! Makers and models of a field: a model that is a bare number counts only beside its maker, and not where it counts something else.

use std::cell::LazyCell;

use crate::codebook::Codebook;
use crate::codebook::fold::Gap;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::{Reading, Zone};

/// A maker with a model, as named in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Named {
    /// Place of the model in the lexicon, if one was named.
    pub(crate) model: Option<usize>,
    pub(crate) maker: usize,
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) zone: Zone,
}

/// Tokens between a maker and its model at most.
const REACH: usize = 5;
/// Tokens of a field in which makers and models are looked for: the goods are named at the head, and pairs cost the square of it.
const NAMING: usize = 600;

/// Models and makers of a field, in order of place. A model that does not stand for itself needs its maker at most a few words before it
/// or right behind it; where two readings share a place, the one whose maker is named wins.
pub(crate) fn named(codebook: &Codebook, reading: &Reading<'_>) -> Vec<Named> {
    let mut makers: Vec<(usize, usize, usize)> = Vec::new();
    for hit in &reading.hits {
        if let (Sense::Maker(m), true) = (hit.sense, hit.first < NAMING) {
            makers.push((m, hit.first, hit.last));
        }
    }
    let rounds = LazyCell::new(|| speaks_of_rounds(codebook, reading));
    let mut out: Vec<Named> = Vec::new();
    for hit in reading.hits.iter().filter(|h| h.first < NAMING) {
        let Sense::Model(index, alone) = hit.sense else { continue };
        let Some(model) = codebook.lexicon.models.get(index) else { continue };
        let numeric = (hit.first..hit.last).all(|i| reading.folded.number(i).is_some());
        let near = makers.iter().any(|&(m, first, last)| {
            let maker = codebook.file.maker.get(m);
            if m != model.maker && maker.and_then(|m| m.shares) != Some(model.maker) {
                return false;
            }
            let reach = if numeric { 2 } else { REACH };
            let beside = (last <= hit.first && hit.first - last <= reach)
                || (first == hit.last && !numeric)
                || (first <= hit.first && hit.last <= last)
                || (hit.first <= first && last <= hit.last);
            // Numbers behind the name of a maker of ammunition are weights and counts where the text speaks of rounds.
            beside && !(numeric && *rounds && maker.is_some_and(|m| m.makes.iter().any(|x| x == "ammunition")))
        });
        if !(near && !(numeric && counted(reading, hit.first, hit.last))) && !alone {
            continue;
        }
        let candidate = Named { model: Some(index), maker: model.maker, first: hit.first, last: hit.last, zone: reading.zone(hit.first) };
        match out.last_mut() {
            Some(before) if before.first <= hit.first && hit.last <= before.last => {
                // The same place: prefer the maker that is named, else the longer one that is there already.
                let wins = near && !makers.iter().any(|&(m, ..)| m == before.maker);
                if wins {
                    *before = candidate;
                }
            }
            Some(before) if hit.first <= before.first && before.last <= hit.last => *before = candidate,
            _ => out.push(candidate),
        }
    }
    for &(maker, first, last) in &makers {
        let shares = codebook.file.maker.get(maker).and_then(|m| m.shares);
        if !out.iter().any(|n| n.maker == maker || (Some(n.maker) == shares && n.model.is_none())) {
            out.push(Named { model: None, maker, first, last, zone: reading.zone(first) });
        }
    }
    out.sort_by_key(|n| (n.first, n.last));
    out
}

/// Whether a number belongs to something else than a model: "Glock, 19 rounds", "Ruger 22 in", "20/25".
fn counted(reading: &Reading<'_>, first: usize, last: usize) -> bool {
    const UNITS: [&str; 36] = [
        "rounds",
        "round",
        "rds",
        "rd",
        "in",
        "inch",
        "mm",
        "cal",
        "caliber",
        "gr",
        "grain",
        "grains",
        "grn",
        "x",
        "ga",
        "gauge",
        "lr",
        "acp",
        "pcs",
        "auto",
        "mag",
        "magnum",
        "%",
        "schuss",
        "coups",
        "spl",
        "special",
        "rem",
        "win",
        "winchester",
        "remington",
        "shot",
        "ct",
        "bx",
        "box",
        "lb",
    ];
    let gap = |i: usize| reading.folded.tokens.get(i).map_or(Gap::Space, |t| t.gap);
    UNITS.contains(&reading.word(last))
        || reading.folded.tokens.get(first).is_some_and(|t| t.dotted)
        || (last == first + 1
            && (gap(first) == Gap::Slash
                || (gap(last) == Gap::Slash && reading.folded.number(last).is_some())
                || gap(last) == Gap::Plus && reading.folded.number(last).is_some()))
}

/// Whether a title counts grains, names a projectile or says ammunition.
fn speaks_of_rounds(codebook: &Codebook, reading: &Reading<'_>) -> bool {
    reading.hits.iter().any(|h| match h.sense {
        Sense::Noun(n) => codebook.file.noun.get(n).is_some_and(|n| n.of.starts_with("ammunition")),
        Sense::Value(v) => codebook.file.value.get(v).is_some_and(|v| v.field == "projectile" || v.field == "casing"),
        _ => false,
    }) || reading.numbers(200).any(|i| {
        reading.folded.number(i).is_some() && matches!(reading.word(i + 1), "gr" | "grain" | "grains" | "grn" | "grs" | "box" | "bx")
    })
}
