//! A title, or the first words of a description, read as one names goods: the head noun is the goods, what follows *for* is what they
//! fit, what follows *with* comes along, and a number before a word makes it a measure ("4.5 in barrel") and not the goods.

use super::documents;
use crate::codebook::Codebook;
use crate::codebook::fold::Gap;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::{Reading, Zone};
use crate::codebook::schema::Noun;
use crate::firearm::{self, Named};

/// A noun met in a headline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mention<'a> {
    pub(crate) noun: &'a Noun,
    pub(crate) first: usize,
    pub(crate) last: usize,
    pub(crate) zone: Zone,
    pub(crate) segment: u32,
    /// A feature or measure of a whole arm, not goods of its own.
    pub(crate) feature: bool,
    /// A word of several trades, and nothing speaks of arms.
    pub(crate) faint: bool,
}

/// What a headline names.
#[derive(Debug)]
pub(crate) struct Headline<'a> {
    /// Nouns of firearms.
    pub(crate) arms: Vec<Mention<'a>>,
    /// All other nouns.
    pub(crate) things: Vec<Mention<'a>>,
    /// Models and makers.
    pub(crate) named: Vec<Named>,
    /// How much speaks for a whole arm: type noun, barrel length, capacity, action.
    pub(crate) whole: f32,
    /// Place in `things` of the goods, if they are no firearm.
    pub(crate) lead: Option<usize>,
}

/// Reads the first `most` tokens. `context` tells that arms are spoken of elsewhere, so that words of several trades are read as theirs.
pub(crate) fn read<'a>(codebook: &'a Codebook, reading: &Reading<'_>, most: usize, context: bool) -> Headline<'a> {
    // Nobody disguises the word of another trade.
    let evading = reading.folded.tokens.iter().take(most).any(|t| t.evading);
    let context = context || evading || arm_beside(codebook, reading, most);
    let named = firearm::named(codebook, reading);
    let mut head = Headline { arms: Vec::new(), things: Vec::new(), named: Vec::new(), whole: 0.0, lead: None };
    for hit in reading.hits.iter().filter(|h| h.first < most) {
        let Sense::Noun(index) = hit.sense else { continue };
        let Some(noun) = codebook.file.noun.get(index) else { continue };
        let noun = if noun.document.is_some() { documents::noun(codebook, reading, noun, most) } else { noun };
        // "A-Bolt" is no bolt.
        let of_model =
            named.iter().any(|n| n.model.is_some() && n.first <= hit.first && hit.last <= n.last) && !noun.of.starts_with("firearm.");
        if noun.of == "replica_airgun" && reading.denied(hit.first, hit.last) {
            continue;
        }
        if of_model || magnum(reading, hit.first, hit.last) || (noun.rules && noun.beside_arm && !context) {
            continue;
        }
        let mention = Mention {
            noun,
            first: hit.first,
            last: hit.last,
            zone: reading.zone(hit.first),
            segment: reading.segment(hit.first),
            feature: false,
            faint: noun.beside_arm && !context,
        };
        if noun.of.starts_with("firearm.") { head.arms.push(mention) } else { head.things.push(mention) }
    }
    head.named = named.into_iter().filter(|n| n.first < most).collect();
    head.whole = whole(codebook, reading, &head, most);
    for index in 0..head.things.len() {
        let feature = head.things.get(index).is_some_and(|m| is_feature(codebook, reading, &head, m));
        if let Some(mention) = head.things.get_mut(index) {
            mention.feature = feature;
        }
    }
    head.lead = lead(&head);
    head
}

/// The goods: the last noun of the first stretch that has one, stronger words before weaker ones.
fn lead(head: &Headline<'_>) -> Option<usize> {
    let free = |m: &&Mention<'_>| m.zone == Zone::Head && !m.feature;
    let first = head.things.iter().filter(free).map(|m| m.segment).min()?;
    let rank = |m: &Mention<'_>| {
        m.noun.weight * if m.faint { 0.35 } else { 1.0 } + if m.noun.rules { 4.0 } else { 0.0 } + if m.segment == first { 1.0 } else { 0.0 }
    };
    let mut best: Option<(usize, f32)> = None;
    for (index, mention) in head.things.iter().enumerate().filter(|(_, m)| free(m)) {
        let score = rank(mention);
        if best.is_none_or(|(_, top)| score >= top) {
            best = Some((index, score));
        }
    }
    best.map(|b| b.0)
}

/// Whether a part opens a headline, whatever arm follows: "Canon Blaser R8", "WTS: Lauf P08".
pub(crate) fn opens(reading: &Reading<'_>, head: &Headline<'_>, m: &Mention<'_>) -> bool {
    let begin = (0..m.first).rev().take_while(|at| reading.segment(*at) == m.segment).last().unwrap_or(m.first);
    let free = |first: usize| first >= m.last;
    m.noun.of.starts_with("part.")
        && m.zone == Zone::Head
        && m.first - begin <= 1
        && reading.word(m.first) != "stock"
        && head.arms.iter().all(|arm| free(arm.first))
        && head.named.iter().all(|named| free(named.first))
        && !(head.arms.is_empty() && head.named.is_empty())
}

fn is_feature(codebook: &Codebook, reading: &Reading<'_>, head: &Headline<'_>, m: &Mention<'_>) -> bool {
    if m.noun.subtype.as_deref() == Some("operators_manual") {
        // "Glock 19, box, manual": it comes along.
        let arms = head.arms.iter().filter(|arm| arm.zone == Zone::Head).map(|arm| arm.segment);
        let models = head.named.iter().filter(|named| named.zone == Zone::Head && named.model.is_some());
        return arms.chain(models.map(|named| reading.segment(named.first))).any(|segment| segment < m.segment);
    }
    if m.noun.rules {
        return false;
    }
    let arm_before = head.arms.iter().any(|a| a.zone == Zone::Head && a.first < m.first);
    let model_before = head.named.iter().any(|n| n.model.is_some() && n.zone == Zone::Head && n.first < m.first);
    let before = if m.first > 0 { reading.word(m.first - 1) } else { "" };
    let number = if m.first > 1 { reading.folded.number(m.first - 2) } else { None };
    let part = m.noun.of.as_str();
    let of_model = m.first > 0 && head.named.iter().any(|n| n.first < m.first && m.first <= n.last);
    let count_before = m.first > 0 && !of_model && reading.folded.number(m.first - 1).is_some();
    // A compound ends in its head: "red dot pistol" is a pistol; but "Chargeur pistolet Glock" begins with it.
    if m.first > 0 && head.arms.iter().any(|a| a.zone == Zone::Head && a.first > m.first && a.segment == m.segment) {
        return true;
    }
    // Words of other trades beside a maker of arms and a calibre: colours and names of finishes.
    if m.noun.of == "non_weapon" {
        let maker = head.named.iter().any(|n| {
            n.zone == Zone::Head && codebook.file.maker.get(n.maker).is_some_and(|k| !k.common && k.makes.iter().any(|x| x == "firearm"))
        });
        let calibre = reading.hits.iter().any(|h| matches!(h.sense, Sense::Calibre(_)));
        return maker && calibre;
    }
    let calibre = reading.hits.iter().any(|h| matches!(h.sense, Sense::Calibre(_)));
    let maker_before = head.named.iter().any(|n| {
        n.zone == Zone::Head
            && n.first < m.first
            && codebook.file.maker.get(n.maker).is_some_and(|k| k.makes.iter().any(|x| x == "firearm"))
    });
    // 4.5 in barrel, 22" fluted bbl; "OEM factory 17 barrel" is sold by itself
    let spare =
        (m.first.saturating_sub(4)..m.first).any(|i| matches!(reading.word(i), "oem" | "factory" | "replacement" | "spare" | "takeoff"));
    if part == "part.barrel" && !spare {
        let measured = count_before
            || (m.first.saturating_sub(5)..m.first).any(|i| {
                matches!(reading.word(i), "in" | "inch" | "inches" | "mm" | "cm" | "zoll")
                    && i > 0
                    && reading.folded.number(i - 1).is_some()
                    // "28 inch Mossberg 930 barrel" is one of that arm.
                    && !head.named.iter().any(|n| n.model.is_some() && n.first > i && n.last <= m.first)
            });
        if measured && (arm_before || model_before || head.whole >= 2.0 || (maker_before && calibre)) {
            return true;
        }
    }
    // (2) 10rd mags, 2 mags behind an arm
    if part == "part.magazine" && (arm_before || model_before) {
        let rounds = matches!(before, "rd" | "rds" | "round" | "rounds" | "rnd" | "schuss") && number.is_some();
        let twice = reading.folded.tokens.get(m.first).is_some_and(|t| t.gap <= Gap::Space) && count_before;
        if (rounds && (arm_before || head.whole >= 3.0 || (head.whole >= 2.0 && calibre))) || twice {
            return true;
        }
    }
    // "Beretta 92, two magazines", "МР-153, ствол 710", "Tikka T3, canna 51"
    let counted = matches!(part, "part.magazine" | "part.barrel") && model_before;
    if counted && (few(before) || part == "part.barrel" && reading.folded.number(m.last).is_some_and(|n| (40.0..=900.0).contains(&n))) {
        return true;
    }
    // Sights, stock, grip and the like behind a whole arm.
    if m.noun.feature && (arm_before || (model_before && head.whole >= 2.0)) {
        return true;
    }
    // Behind a type noun and a comma: "Pistol, 15 round magazine".
    let typed_segment = head.arms.iter().filter(|a| a.zone == Zone::Head).map(|a| a.segment).min();
    let model_segment = head.named.iter().filter(|n| n.zone == Zone::Head && n.model.is_some()).map(|n| reading.segment(n.first)).min();
    let behind = |segment: Option<u32>| segment.is_some_and(|s| s < m.segment);
    part.starts_with("part.") && ((behind(typed_segment) && head.whole >= 3.0) || (behind(model_segment) && calibre && head.whole >= 2.0))
}

/// How many come along, in words.
fn few(word: &str) -> bool {
    const FEW: [&str; 38] = [
        "one",
        "two",
        "three",
        "four",
        "extra",
        "spare",
        "ein",
        "zwei",
        "drei",
        "vier",
        "deux",
        "trois",
        "quatre",
        "dos",
        "tres",
        "cuatro",
        "due",
        "tre",
        "quattro",
        "dois",
        "duas",
        "twee",
        "drie",
        "vier",
        "два",
        "две",
        "три",
        "дві",
        "чотири",
        "dwa",
        "dwoma",
        "trzy",
        "iki",
        "uc",
        "cift",
        "tek",
        "زوج",
        "مخزنين",
    ];
    FEW.contains(&word)
}

/// "Mag" behind a number or a word of calibres is Magnum.
fn magnum(reading: &Reading<'_>, first: usize, last: usize) -> bool {
    const BEFORE: [&str; 16] = [
        "win",
        "rem",
        "short",
        "maxi",
        "ultra",
        "weatherby",
        "wby",
        "norma",
        "super",
        "h",
        "ruger",
        "lapua",
        "winchester",
        "remington",
        "federal",
        "fed",
    ];
    if last != first + 1 || reading.word(first) != "mag" || first == 0 {
        return false;
    }
    BEFORE.contains(&reading.word(first - 1)) || reading.folded.number(first - 1).is_some()
}

/// Whether a headline names an arm, its maker or a calibre.
pub(crate) fn arm_beside(codebook: &Codebook, reading: &Reading<'_>, most: usize) -> bool {
    reading.hits.iter().filter(|h| h.first < most).any(|h| match h.sense {
        Sense::Noun(n) => codebook.file.noun.get(n).is_some_and(|n| n.of.starts_with("firearm.")),
        Sense::Model(_, alone) => alone,
        Sense::Maker(m) => codebook.file.maker.get(m).is_some_and(|m| !m.common),
        Sense::Calibre(c) => codebook.file.calibre.get(c).is_some_and(|c| !c.ambiguous && reading.folded.number(h.first).is_some()),
        _ => false,
    })
}

fn whole(codebook: &Codebook, reading: &Reading<'_>, head: &Headline<'_>, most: usize) -> f32 {
    let mut whole = 0.0;
    if head.arms.iter().any(|a| a.zone == Zone::Head) {
        whole += 2.0;
    }
    if head.named.iter().any(|n| n.zone == Zone::Head && n.model.is_some()) {
        whole += 1.0;
    }
    let action = reading
        .hits
        .iter()
        .any(|h| h.first < most && matches!(h.sense, Sense::Value(v) if codebook.file.value.get(v).is_some_and(|v| v.field == "action")));
    if action {
        whole += 1.0;
    }
    let length = reading
        .numbers(most)
        .any(|i| reading.folded.number(i).is_some_and(|n| (1.8..=34.0).contains(&n)) && matches!(reading.word(i + 1), "in" | "inch"));
    if length {
        whole += 1.0;
    }
    let capacity = reading.numbers(most).any(|i| {
        reading.folded.whole(i).is_some()
            && reading.word(i + 1) == "1"
            && reading.folded.tokens.get(i + 1).is_some_and(|t| t.gap == Gap::Plus)
    });
    if capacity {
        whole += 1.0;
    }
    whole
}
