//! The goods that a stretch of text names: its head, by the same scores as a listing's, and what comes along with it.

use std::ops::Range;

use super::headline;
use super::scores::{SURE, Wanted};
use super::{category, traits};
use crate::codebook::Codebook;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::{Reading, Zone};
use crate::firearm;
use crate::record::{Firearm, Span};

/// Tokens of a stretch that are looked at.
const MOST: usize = 120;
/// Spans that are given as reasons.
const REASONS: usize = 4;

/// Goods named in a stretch.
#[derive(Debug, Clone)]
pub(super) struct Named {
    pub(super) category: String,
    pub(super) subtype: Option<String>,
    pub(super) probability: f64,
    /// Bytes in the field.
    pub(super) range: Range<usize>,
    pub(super) because: Vec<Span>,
    pub(super) firearm: Option<Firearm>,
    pub(super) model: Option<usize>,
    pub(super) traits: Vec<String>,
    pub(super) quantity: Option<u32>,
    /// "the rifle", "this one": names what was named before.
    pub(super) refers: bool,
    /// Comes along with goods named before it.
    pub(super) along: bool,
    /// "spare", "extra", "original": goods of their own even where they are parts.
    pub(super) spare: bool,
    /// A part that stands for itself only as goods or as a spare: sights, stock, trigger.
    pub(super) feature: bool,
}

impl Named {
    pub(super) fn is_arm(&self) -> bool {
        self.category.starts_with("firearm.")
    }

    /// Place of the model in the lexicon: two mentions of one model have the same, however it is written.
    pub(super) fn model(&self) -> Option<usize> {
        self.model
    }
}

/// A stretch of a field whose addresses and marks are blank.
#[derive(Debug, Clone)]
pub(super) struct Stretch<'a> {
    pub(super) field: &'a Reading<'a>,
    /// Its bytes.
    pub(super) range: Range<usize>,
    pub(super) language: Option<&'a str>,
}

/// The head of a stretch, if it names goods, and what comes along, in order of place.
///
/// `all` names all of it as coming along: "Comes with two magazines and a holster".
pub(super) fn read(codebook: &Codebook, stretch: &Stretch<'_>, all: bool) -> (Option<Named>, Vec<Named>) {
    let names = |sense: Sense| matches!(sense, Sense::Noun(_) | Sense::Model(..) | Sense::Maker(_) | Sense::Calibre(_));
    let own;
    let reading = if stretch.range == (0..stretch.field.written.len()) {
        stretch.field
    } else if stretch.field.lacks(codebook, &stretch.range, names) {
        return (None, Vec::new());
    } else {
        own = stretch.field.part(codebook, stretch.range.clone(), stretch.language);
        &own
    };
    let rounds = rounds(reading);
    if !reading.hits.iter().any(|hit| names(hit.sense)) && rounds.is_empty() {
        return (None, Vec::new());
    }
    let head = headline::read(codebook, reading, MOST, true);
    let mut along: Vec<Named> = Vec::new();
    for mention in head
        .things
        .iter()
        .filter(|m| (all || m.zone == Zone::Extra) && m.zone != Zone::Fit && !matches!(m.noun.of.as_str(), "non_weapon" | "unknown"))
    {
        let near = mention.first.checked_sub(1).map_or("", |before| reading.word(before));
        if matches!(near, "no" | "without" | "less" | "minus" | "kein" | "ohne" | "sans" | "sin" | "без") {
            continue;
        }
        along.push(Named {
            category: mention.noun.of.clone(),
            subtype: mention.noun.subtype.clone(),
            probability: 0.6,
            feature: mention.noun.feature || mention.noun.of == "part.other",
            ..bare(reading, stretch, mention.first, mention.last, format!("lexicon:{}", mention.noun.of))
        });
    }
    for (first, last, count) in rounds {
        let sure = all
            || reading.zone(first) == Zone::Extra
            || matches!(reading.word(last), "of" | "von" | "de")
            || calibre_near(reading, first, last);
        if !sure {
            continue;
        }
        let known = along.iter().any(|named| named.category == "ammunition.cartridge" && near(reading, stretch, named, first, last));
        let is_head =
            reading.zone(first) == Zone::Head && head.things.iter().any(|m| m.noun.of == "ammunition.cartridge" && m.first <= last);
        if !known && !is_head {
            along.push(Named {
                category: "ammunition.cartridge".to_owned(),
                probability: 0.6,
                quantity: Some(count),
                ..bare(reading, stretch, first, last, "rounds".to_owned())
            });
        }
    }
    for named in &mut along {
        named.along = true;
    }
    along.sort_by_key(|named| named.range.start);
    along.dedup_by(|later, earlier| {
        let between = || {
            later.range.start.checked_sub(earlier.range.end).and_then(|_| stretch.field.written.get(earlier.range.end..later.range.start))
        };
        let ammunition = earlier.category == later.category && later.category == "ammunition.cartridge";
        let one =
            ammunition && between().is_some_and(|words| words.len() <= 60 && !words.contains([',', ';', '&']) && !words.contains(" and "));
        if one && earlier.quantity.is_none() {
            earlier.quantity = later.quantity;
        }
        one || later.range.start < earlier.range.end
    });
    let whole = if all && !along.is_empty() { None } else { whole(codebook, stretch, reading, &head) };
    (whole, along)
}

/// Goods of a line whose words are not known.
pub(super) fn unnamed(field: &'static str, start: usize, words: &str, category: String) -> Named {
    let end = start + words.len();
    Named {
        category,
        subtype: None,
        probability: 0.2,
        range: start..end,
        because: vec![Span { field: field.to_owned(), start, end, text: words.to_owned(), why: "line of a price list".to_owned() }],
        firearm: None,
        model: None,
        traits: Vec::new(),
        quantity: None,
        refers: false,
        along: false,
        spare: false,
        feature: false,
    }
}

/// Whether a calibre stands beside a number of rounds.
fn calibre_near(reading: &Reading<'_>, first: usize, last: usize) -> bool {
    reading.hits.iter().any(|h| matches!(h.sense, Sense::Calibre(_)) && h.first >= first && h.first <= last + 1)
}

/// Whether rounds are those that a mention of ammunition stands for: "200 rounds of assorted target ammo".
fn near(reading: &Reading<'_>, stretch: &Stretch<'_>, named: &Named, first: usize, last: usize) -> bool {
    let place = |token: usize| reading.folded.tokens.get(token).map_or(0, |token| token.from) + stretch.range.start;
    named.range.start < place(last) + 40 && place(first) < named.range.end + 10
}

/// The goods as the scores of a listing tell them.
fn whole(codebook: &Codebook, stretch: &Stretch<'_>, reading: &Reading<'_>, head: &headline::Headline<'_>) -> Option<Named> {
    let noun = head.lead.and_then(|lead| head.things.get(lead)).map(|m| (m.first, m.last));
    let arm = head.arms.iter().find(|m| m.zone == Zone::Head).map(|m| (m.first, m.last));
    let model = head.named.iter().find(|n| n.zone == Zone::Head && n.model.is_some()).map(|n| (n.first, n.last));
    let maker = head.named.iter().find(|n| n.zone == Zone::Head).map(|n| (n.first, n.last));
    let calibre = reading.hits.iter().find(|h| matches!(h.sense, Sense::Calibre(_)) && reading.zone(h.first) == Zone::Head);
    let (first, last) = noun.or(model).or(arm).or(maker).or(calibre.map(|h| (h.first, h.last)))?;
    let empty = Reading::new(codebook, "description", "", None);
    let told = traits::find(codebook, reading, &empty);
    let (scores, _) = category::score(codebook, reading, &empty, &empty, &told);
    let mut decided = scores.decide(codebook, &scores.by_rules(codebook), &Wanted { least: SURE, alternatives: 0, reasons: REASONS });
    if matches!(decided.category.as_str(), "unknown" | "non_weapon") {
        // Words of several trades, in an advertisement of arms.
        let noun = head.lead.and_then(|lead| head.things.get(lead)).filter(|m| !matches!(m.noun.of.as_str(), "unknown" | "non_weapon"));
        let model = head.named.iter().filter(|n| n.zone == Zone::Head).find_map(|n| Some((n, codebook.lexicon.models.get(n.model?)?)));
        (decided.category, decided.subtype, decided.because) = match (noun, model) {
            (Some(noun), _) => (
                noun.noun.of.clone(),
                noun.noun.subtype.clone(),
                vec![reading.span(noun.first, noun.last, format!("lexicon:{}", noun.noun.of))],
            ),
            (None, Some((named, model))) => {
                (model.category.to_owned(), model.subtype.map(str::to_owned), vec![reading.span(named.first, named.last, "model")])
            }
            (None, None) => return None,
        };
        decided.probability = 0.4;
    }
    // "Ruger Mark I 9-round magazine", "Glock 19 night sights": the last word of the first stretch is the goods.
    if let Some(last_noun) = last_word(reading, head).filter(|noun| noun.noun.of != decided.category) {
        decided.category = last_noun.noun.of.clone();
        decided.subtype = last_noun.noun.subtype.clone();
        decided.probability = 0.6;
        decided.because = vec![reading.span(last_noun.first, last_noun.last, format!("lexicon:{}", last_noun.noun.of))];
    }
    let told = traits::settle(told, &decided);
    let codes = told.codes();
    let firearm::Told { arm: fields, model: of_model, .. } =
        firearm::read(codebook, &[reading], &decided.category, decided.subtype.as_deref(), &codes);
    let from = [noun, model, arm, maker].into_iter().flatten().map(|(first, _)| first).min().unwrap_or(first);
    let named = bare(reading, stretch, from, last.max(from + 1), String::new());
    // A bare word for an arm or part with an article before it speaks of what is known already.
    let known = model.is_none() && calibre.is_none() && named.refers;
    let mut because = decided.because;
    because.iter_mut().for_each(|span| shift(span, stretch));
    Some(Named {
        category: decided.category,
        subtype: decided.subtype,
        probability: decided.probability,
        because,
        firearm: (fields != Firearm::default()).then_some(fields),
        model: of_model,
        traits: codes,
        refers: known,
        feature: false,
        ..named
    })
}

/// A part, magazine or accessory whose word ends the first stretch, behind what it is for; not one that is counted behind an arm.
fn last_word<'h, 'a>(reading: &Reading<'_>, head: &'h headline::Headline<'a>) -> Option<&'h headline::Mention<'a>> {
    if reading.len() > 14 {
        return None;
    }
    let names = |sense: &Sense| matches!(sense, Sense::Noun(_) | Sense::Model(..) | Sense::Maker(_) | Sense::Calibre(_));
    let first = reading.hits.iter().find(|h| names(&h.sense))?.first;
    let segment = reading.segment(first);
    let end = (first..reading.len()).take_while(|at| reading.segment(*at) == segment).last()? + 1;
    let found = head.things.iter().find(|m| m.last == end && m.zone == Zone::Head && m.first > first)?;
    let counted = found.first > 0 && reading.folded.whole(found.first - 1).is_some() && found.noun.of == "part.magazine";
    let goods = ["part.magazine", "accessory", "part.other", "part.frame_receiver", "part.barrel"].contains(&found.noun.of.as_str());
    let typed = head.arms.iter().any(|m| m.zone == Zone::Head);
    (goods && !counted && !typed && found.noun.weight >= 2.0).then_some(found)
}

fn shift(span: &mut Span, stretch: &Stretch<'_>) {
    span.start += stretch.range.start;
    span.end += stretch.range.start;
}

/// What the words around a mention say of it.
fn bare(reading: &Reading<'_>, stretch: &Stretch<'_>, first: usize, last: usize, why: String) -> Named {
    let mut span = reading.span(first, last, why);
    shift(&mut span, stretch);
    let before = |back: usize| first.checked_sub(back).map_or("", |at| reading.word(at));
    let refers = (1..=2).any(|back| {
        matches!(
            before(back),
            "the"
                | "this"
                | "that"
                | "these"
                | "those"
                | "my"
                | "der"
                | "die"
                | "das"
                | "le"
                | "la"
                | "les"
                | "el"
                | "los"
                | "il"
                | "lo"
                | "de"
                | "het"
                | "этот"
                | "эта"
        )
    });
    let spare = (first.saturating_sub(5)..first).any(|at| {
        matches!(
            reading.word(at),
            "spare"
                | "extra"
                | "additional"
                | "original"
                | "second"
                | "replacement"
                | "ersatz"
                | "zusatzlich"
                | "zusatzliche"
                | "rechange"
                | "repuesto"
                | "ricambio"
                | "zapasowy"
                | "запасной"
                | "доп"
        )
    });
    Named {
        category: String::new(),
        subtype: None,
        probability: 0.0,
        range: span.start..span.end,
        because: vec![span],
        firearm: None,
        model: None,
        traits: Vec::new(),
        quantity: quantity(reading, first),
        refers,
        along: false,
        spare,
        feature: false,
    }
}

/// How many are named, by the number before the words: "2 mags", "three 15 round magazines", "4x 13rd".
fn quantity(reading: &Reading<'_>, noun: usize) -> Option<u32> {
    const MEASURE: [&str; 28] = [
        "round",
        "rounds",
        "rd",
        "rds",
        "rnd",
        "rnds",
        "shot",
        "shots",
        "capacity",
        "mm",
        "gr",
        "grain",
        "grains",
        "in",
        "inch",
        "cal",
        "acp",
        "ga",
        "gauge",
        "lb",
        "lbs",
        "moa",
        "schuss",
        "coups",
        "colpi",
        "tiros",
        "патронов",
        "r",
    ];
    for at in (noun.saturating_sub(7)..noun).rev() {
        if reading.segment(at) != reading.segment(noun) && at + 2 < noun {
            return None;
        }
        let word = reading.word(at);
        if let Some(count) = numeral(word) {
            return Some(count);
        }
        let Some(count) = reading.folded.whole(at).filter(|count| (1..=20_000).contains(count)) else { continue };
        let token = reading.folded.tokens.get(at);
        if token.is_some_and(|token| token.dotted) {
            continue;
        }
        let next = reading.word(at + 1);
        let rounds_of = MEASURE.contains(&next) && matches!(reading.word(at + 2), "of" | "von" | "de");
        let of_term = reading.hits.iter().any(|h| {
            h.first <= at
                && at < h.last
                && (matches!(h.sense, Sense::Model(..)) && at > 0
                    || matches!(h.sense, Sense::Calibre(_) | Sense::Maker(_)) && h.last - h.first > 1)
        });
        // "x 2", "4x", "2 - mags"
        if rounds_of || (!MEASURE.contains(&next) && !of_term && count <= 2_000) {
            return Some(count);
        }
    }
    None
}

fn numeral(word: &str) -> Option<u32> {
    Some(match word {
        "two" | "zwei" | "deux" | "dos" | "due" | "dois" | "twee" | "dwa" | "два" | "две" | "два магазина" | "iki" => 2,
        "three" | "drei" | "trois" | "tres" | "tre" | "drie" | "trzy" | "три" | "uc" => 3,
        "four" | "vier" | "quatre" | "cuatro" | "quattro" | "cztery" | "четыре" => 4,
        "five" | "funf" | "cinq" | "cinco" | "cinque" | "пять" => 5,
        "six" | "sechs" | "seis" | "sei" | "шесть" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" | "zehn" | "dix" | "diez" => 10,
        "twelve" => 12,
        "twenty" => 20,
        _ => return None,
    })
}

/// Rounds that are offered by their number: "480 rounds", "50 rds"; not those that were fired, nor what a magazine holds.
fn rounds(reading: &Reading<'_>) -> Vec<(usize, usize, u32)> {
    let mut found = Vec::new();
    for at in reading.numbers(MOST * 3) {
        let Some(count) = reading.folded.whole(at).filter(|count| (5..=100_000).contains(count)) else { continue };
        let plus = usize::from(reading.word(at + 1) == "+");
        let unit = reading.word(at + 1 + plus);
        if !matches!(
            unit,
            "rounds" | "rds" | "rnds" | "rnd" | "rd" | "schuss" | "cartouches" | "coups" | "cartuchos" | "cartucce" | "naboi" | "патронов"
        ) {
            continue;
        }
        let after: Vec<&str> = (at + 2 + plus..at + 9 + plus).map(|at| reading.word(at)).collect();
        let fired = after.iter().take(6).any(|word| {
            matches!(
                *word,
                "through"
                    | "thru"
                    | "fired"
                    | "down"
                    | "shot"
                    | "on"
                    | "old"
                    | "without"
                    | "capacity"
                    | "ago"
                    | "downrange"
                    | "put"
                    | "count"
                    | "before"
                    | "abgegeben"
                    | "geschossen"
                    | "in"
            )
        });
        let holds = after.iter().take(5).any(|word| {
            matches!(
                *word,
                "mag"
                    | "mags"
                    | "magazine"
                    | "magazines"
                    | "clip"
                    | "clips"
                    | "drum"
                    | "pmag"
                    | "pmags"
                    | "cylinder"
                    | "tube"
                    | "capacity"
                    | "extended"
                    | "steel"
            )
        });
        let told = (at.saturating_sub(6)..at).any(|at| {
            matches!(
                reading.word(at),
                "fired" | "shot" | "than" | "under" | "only" | "put" | "maybe" | "has" | "had" | "ran" | "run" | "with" if reading.word(at) != "with"
            )
        });
        let of = matches!(reading.word(at + 2 + plus), "of" | "von" | "de");
        if !holds && (of || (!fired && !told)) && !(fired && told) {
            found.push((at, (at + 2 + plus).min(reading.len()), count));
        }
    }
    found
}
