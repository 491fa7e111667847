//! Scores by category from title, description and the site's own category path; the text wins over the path.

use super::headline::{self, Headline};
use super::scores::{Ground, Scores, Why};
use super::traits::Told;
use crate::codebook::Codebook;
use crate::codebook::fold::Gap;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::{Reading, Zone};
use crate::codebook::schema::{CalibreKind, Noun};
use crate::record::Span;

/// Tokens of a title that are read: longer ones are descriptions.
const TITLE: usize = 120;
/// Tokens of a description that are read as a headline where the title tells little.
const OPENING: usize = 30;
/// Tokens of a description whose nouns weigh at all.
const BODY: usize = 400;

/// Scores a listing, with what its title names.
pub(crate) fn score<'a>(
    codebook: &'a Codebook,
    title: &'a Reading<'_>,
    description: &'a Reading<'_>,
    path: &'a Reading<'_>,
    told: &Told,
) -> (Scores<'a>, Headline<'a>) {
    let mut scores = Scores::default();
    let context = speaks_of_arms(codebook, path) || headline::arm_beside(codebook, description, BODY);
    let head = headline::read(codebook, title, TITLE, context);
    named_goods(codebook, title, &head, 1.0, &mut scores);
    measures(codebook, title, 1.0, &mut scores);
    cues(codebook, title, TITLE, 1.0, &mut scores);
    let clear = scores.strongest() >= 3.5;
    if description.len() > 0 {
        let share = if clear { 0.15 } else { 0.6 };
        let opening = headline::read(codebook, description, OPENING, context || !head.named.is_empty() || !head.arms.is_empty());
        named_goods(codebook, description, &opening, share, &mut scores);
        measures(codebook, description, share * 0.7, &mut scores);
        cues(codebook, description, BODY, if clear { 0.3 } else { 0.6 }, &mut scores);
        body(codebook, description, if clear { 0.06 } else { 0.2 }, &mut scores);
    }
    site_path(codebook, path, told.has("custom_listing"), &mut scores);
    let blank = [title, description].iter().any(|r| {
        r.hits
            .iter()
            .any(|h| matches!(h.sense, Sense::Calibre(c) if codebook.file.calibre.get(c).is_some_and(|c| c.kind == CalibreKind::Blank)))
    });
    converted(told, blank, &mut scores);
    settle_conversion(title, description, codebook, &mut scores);
    (scores, head)
}

/// Whether a site's category path names arms, parts, rounds or what belongs to them.
fn speaks_of_arms(codebook: &Codebook, path: &Reading<'_>) -> bool {
    path.hits.iter().any(|h| match h.sense {
        Sense::Noun(n) => codebook.file.noun.get(n).is_some_and(|n| n.of != "non_weapon"),
        Sense::Cue(c) => codebook.file.cue.get(c).is_some_and(|c| c.of != "non_weapon"),
        _ => false,
    })
}

/// What the headline names, by the rule of the head noun.
fn named_goods<'a>(codebook: &'a Codebook, reading: &'a Reading<'_>, head: &Headline<'a>, share: f32, scores: &mut Scores<'a>) {
    let lead = head.lead.and_then(|i| head.things.get(i));
    // Who disguises an arm calls it by the name of everyday goods; nobody disguises those.
    let hidden = reading.folded.tokens.iter().take(TITLE).any(|t| t.evading);
    let poses = |noun: &Noun| hidden && noun.rules && noun.of == "non_weapon";
    // How far the arm named beside other goods is only what they belong to.
    let arm = match lead {
        None => 1.0,
        Some(m) if poses(m.noun) => 0.6,
        Some(m) if m.noun.feature && head.whole >= 2.0 && !headline::opens(reading, head, m) => 0.8,
        Some(m) if m.noun.rules => 0.12,
        // "Canon Blaser R8", "Lauf P08": what stands first is the goods, what follows is what it belongs to.
        Some(m) if headline::opens(reading, head, m) => 0.15,
        Some(_) => 0.3,
    };
    for (index, m) in head.things.iter().enumerate() {
        let factor = match m.zone {
            Zone::Fit => 0.05,
            _ if m.feature => 0.1,
            Zone::Extra => 0.12,
            Zone::Head if head.lead == Some(index) => {
                if headline::opens(reading, head, m) {
                    1.4
                } else if m.noun.feature && head.whole >= 2.0 {
                    0.5
                } else {
                    1.2
                }
            }
            Zone::Head => 0.4,
        };
        let factor = if poses(m.noun) { factor * 0.5 } else { factor };
        let weight = m.noun.weight * factor * share * if m.faint { 0.35 } else { 1.0 };
        noun(m.noun, weight, ground(reading, m.first, m.last, why(m.noun)), scores);
    }
    // "PPU Standard Rifle": beside a maker of ammunition alone, the arm is what the rounds are for.
    let rounds_only =
        head.named.iter().any(|n| n.zone == Zone::Head && codebook.file.maker.get(n.maker).is_some_and(|m| m.makes == ["ammunition"]))
            && head.named.iter().all(|n| n.model.is_none());
    let arm = if rounds_only { arm * 0.35 } else { arm };
    let last_arm = head.arms.iter().rposition(|m| m.zone == Zone::Head);
    for (index, m) in head.arms.iter().enumerate() {
        let factor = match m.zone {
            Zone::Fit => 0.1,
            Zone::Extra => 0.2,
            Zone::Head if last_arm == Some(index) => 1.0,
            Zone::Head => 0.6,
        };
        let weight = m.noun.weight * factor * share * arm;
        let span = ground(reading, m.first, m.last, why(m.noun));
        if m.noun.of == "firearm.other" {
            scores.add("firearm", weight, Some(span));
        } else {
            scores.add("firearm", weight * 0.6, Some(span.clone()));
            scores.add(&m.noun.of, weight * 0.7, Some(span));
        }
    }
    // A type that is spelt out wins over the one of the model.
    let typed = head.arms.iter().any(|m| m.zone == Zone::Head && m.noun.of != "firearm.other");
    models(codebook, reading, head, share * arm, if typed { 0.6 } else { 1.6 }, scores);
}

fn models<'a>(
    codebook: &'a Codebook,
    reading: &'a Reading<'_>,
    head: &Headline<'a>,
    share: f32,
    type_weight: f32,
    scores: &mut Scores<'a>,
) {
    let mut makers = 0;
    let mut seen = 0;
    for n in head.named.iter().take(8) {
        // The first model is the goods; others are what it takes or resembles.
        let order = if n.model.is_some() && seen > 0 { 0.4 } else { 1.0 };
        seen += usize::from(n.model.is_some());
        let factor = share
            * order
            * match n.zone {
                Zone::Head => 1.0,
                Zone::Extra => 0.3,
                Zone::Fit => 0.1,
            };
        if let Some(model) = n.model.and_then(|m| codebook.lexicon.models.get(m)) {
            let span = ground(reading, n.first, n.last, Why::Word("model"));
            if model.category.starts_with("firearm.") {
                scores.add("firearm", 3.0 * factor, Some(span.clone()));
                scores.add(model.category, type_weight * factor, Some(span));
            } else {
                scores.add(model.category, 4.0 * factor, Some(span));
            }
            if let Some(subtype) = model.subtype {
                scores.subtype(model.category, subtype, 2.0 * factor);
            }
            continue;
        }
        makers += 1;
        let Some(maker) = codebook.file.maker.get(n.maker).filter(|_| makers <= 2) else { continue };
        let base = if maker.common { 0.5 } else { 1.0 };
        let sole = maker.makes.len() == 1;
        for makes in &maker.makes {
            let (code, weight) = match makes.as_str() {
                "firearm" => ("firearm", if sole { 2.6 } else { 1.0 }),
                "ammunition" => ("ammunition.cartridge", if sole { 2.0 } else { 0.8 }),
                "accessory" => ("accessory", 1.5),
                "part" => ("part.other", 0.8),
                "airgun" => ("replica_airgun", if sole { 2.0 } else { 0.8 }),
                _ => continue,
            };
            scores.add(code, weight * base * factor, Some(ground(reading, n.first, n.last, Why::Word("maker"))));
        }
    }
}

fn ground<'a>(reading: &'a Reading<'_>, first: usize, last: usize, why: Why<'a>) -> Ground<'a> {
    Ground::Words { reading, first, last, why }
}

fn noun<'a>(noun: &'a Noun, weight: f32, span: Ground<'a>, scores: &mut Scores<'a>) {
    scores.add(&noun.of, weight, Some(span));
    if let Some(subtype) = &noun.subtype {
        scores.subtype(&noun.of, subtype, weight);
    }
    if let Some(good) = &noun.good {
        scores.good(good, weight);
    }
}

fn why(noun: &Noun) -> Why<'_> {
    Why::Lexicon(&noun.of, noun.subtype.as_deref())
}

/// Numbers with their units, calibres and values of fields.
fn measures<'a>(codebook: &'a Codebook, reading: &'a Reading<'_>, share: f32, scores: &mut Scores<'a>) {
    let mut calibres = 0;
    let mut gauge = false;
    for hit in reading.hits.iter().filter(|h| h.first < BODY) {
        match hit.sense {
            Sense::Calibre(index) => {
                let Some(calibre) = codebook.file.calibre.get(index) else { continue };
                let bare = hit.last == hit.first + 1 && !reading.folded.tokens.get(hit.first).is_some_and(|t| t.dotted);
                if calibre.ambiguous && bare && no_calibre(reading, hit.first) {
                    continue;
                }
                calibres += 1;
                if calibres > 2 {
                    continue;
                }
                let weight = share * if bare { 0.35 } else { 1.0 };
                let span = ground(reading, hit.first, hit.last, Why::Word("calibre"));
                let (ammo, arm, kind) = match calibre.kind {
                    CalibreKind::Blank => {
                        // An arm for blanks is no firearm, whatever model it copies.
                        let armed = scores.firearm >= 1.0 && scores.of("ammunition.cartridge") < 3.0;
                        scores.damp_firearms(0.2);
                        scores.add("replica_airgun", if armed { 4.0 } else { 0.6 } * weight, Some(span.clone()));
                        scores.subtype("replica_airgun", "blank_firing", 1.0);
                        scores.subtype("ammunition.cartridge", "blank", 1.5);
                        (1.2, 0.0, None)
                    }
                    CalibreKind::Airgun => {
                        scores.add("replica_airgun", 2.6 * weight, Some(span.clone()));
                        scores.subtype("replica_airgun", "airgun", 1.0);
                        (0.0, 0.0, None)
                    }
                    CalibreKind::Gauge => {
                        gauge = true;
                        (1.3, 1.0, Some("firearm.shotgun"))
                    }
                    CalibreKind::Muzzle => (0.2, 1.2, None),
                    _ => (1.3, 1.1, calibre.arm.as_deref()),
                };
                scores.add("ammunition.cartridge", ammo * weight, Some(span.clone()));
                scores.add("firearm", arm * weight, Some(span.clone()));
                match kind {
                    Some("pistol") => scores.add("firearm.pistol", 0.5 * weight, None),
                    Some("revolver") => scores.add("firearm.revolver", 0.9 * weight, None),
                    Some("rifle") => scores.add("firearm.rifle", 0.9 * weight, None),
                    Some("firearm.shotgun") => scores.add("firearm.shotgun", 1.2 * weight, None),
                    _ => {}
                }
            }
            Sense::Value(index) if share > 0.1 => {
                let Some(value) = codebook.file.value.get(index) else { continue };
                for (code, weight) in &value.speaks_for {
                    scores.add(code, weight * share, Some(ground(reading, hit.first, hit.last, Why::Word(value.field.as_str()))));
                }
            }
            _ => {}
        }
    }
    let maker = reading.hits.iter().any(
        |h| matches!(h.sense, Sense::Maker(m) if codebook.file.maker.get(m).is_some_and(|m| m.makes.iter().any(|x| x == "ammunition"))),
    );
    units(reading, share, calibres > 0, maker, gauge, scores);
}

/// Whether a bare number that could be a calibre counts money or packs: "20 x 50 EUR", "x 50 pcs".
fn no_calibre(reading: &Reading<'_>, token: usize) -> bool {
    let money = matches!(
        reading.word(token + 1),
        "usd" | "eur" | "euro" | "euros" | "gbp" | "dollar" | "dollars" | "bucks" | "pcs" | "pack" | "gr" | "g" | "mg" | "ml"
    );
    money || reading.word(token + 1) == "x" || token > 0 && reading.word(token - 1) == "x"
}

fn units<'a>(reading: &'a Reading<'_>, share: f32, calibre: bool, maker: bool, gauge: bool, scores: &mut Scores<'a>) {
    let (mut grains, mut rounds, mut length, mut mass, mut power) = (0, 0, 0, 0, 0);
    for index in reading.numbers(BODY) {
        let Some(value) = reading.folded.number(index) else { continue };
        let next = reading.word(index + 1);
        let span = |why: &'static str| Some(ground(reading, index, index + 2, Why::Word(why)));
        match next {
            "gr" | "grain" | "grains" | "grn" | "grs"
                if grains == 0 && (10.0..=1000.0).contains(&value) && (calibre || maker || next.len() > 3 || value > 100.0) =>
            {
                grains += 1;
                let weight = if calibre {
                    2.4
                } else if next.len() > 3 {
                    1.8
                } else {
                    0.4
                };
                scores.add("ammunition.cartridge", weight * share, span("grains"));
            }
            "rounds" | "round" | "rds" | "rd" | "rnd" | "rnds" | "schuss" | "coups" if rounds == 0 => {
                rounds += 1;
                if value >= 20.0 && calibre {
                    scores.add("ammunition.cartridge", 1.6 * share, span("rounds"));
                } else if value < 20.0 {
                    scores.add("firearm", 0.5 * share, span("capacity"));
                    if calibre {
                        scores.add("ammunition.cartridge", 0.5 * share, None);
                    }
                }
            }
            "box" | "bx" | "ct" | "count" | "pcs" | "pack" | "pk" | "case" | "stuck" | "fps" | "oz" if calibre && rounds == 0 => {
                rounds += 1;
                scores.add("ammunition.cartridge", 1.5 * share, span("rounds"));
            }
            "in" | "inch" | "inches" | "zoll" if length == 0 && (1.8..=34.0).contains(&value) && (calibre || scores.firearm > 0.5) => {
                length += 1;
                // `2 1/2"` ends in a fraction.
                let fraction = reading.folded.tokens.get(index).is_some_and(|t| t.gap == Gap::Slash);
                let shell = gauge && (fraction || value == 2.75 || value == 3.0 || value == 3.5 || value == 2.5);
                if shell {
                    scores.add("ammunition.cartridge", 0.6 * share, None);
                } else {
                    scores.add("firearm", 1.2 * share, span("length"));
                }
            }
            _ if rounds == 0
                && calibre
                && value >= 5.0
                && index > 0
                && reading.word(index - 1) == "x"
                && reading.folded.tokens.get(index).is_some_and(|t| t.gap != Gap::None) =>
            {
                rounds += 1;
                scores.add("ammunition.cartridge", 2.2 * share, span("rounds"));
            }
            // "1 1/8 oz": a load of shot.
            "oz" | "ounce" if calibre && grains == 0 && reading.folded.tokens.get(index).is_some_and(|t| t.gap == Gap::Slash) => {
                grains += 1;
                scores.add("ammunition.cartridge", 2.4 * share, span("load"));
            }
            // What is told of machines, vehicles and devices.
            "v" | "volt" | "w" | "watt" | "kw" | "ah" | "mah" | "cc" | "hp" | "km" | "litre" | "litres" | "liter" | "litri" | "litros"
            | "lt" | "ltr" | "gb" | "tb" | "rpm" | "tdi" | "cdti" | "dci" | "hdi" | "lpg" | "вт" | "л" | "квт" | "км" | "m2" | "м2"
                if power == 0 && !calibre && reading.field == "title" =>
            {
                power += 1;
                scores.add("non_weapon", 2.4 * share, span("measure"));
            }
            "g" | "gram" | "grams" | "gramm" | "ounce" | "ounces" | "oz" | "kg" | "kilo" | "lb" | "lbs" | "mg" | "ml" | "ug" | "mcg"
            | "gm" | "gms" | "gr" | "grammes"
                if mass == 0 && !calibre && !maker =>
            {
                mass += 1;
                scores.add("non_weapon", 2.2 * share, span("mass"));
                scores.good("drugs", 0.8 * share);
                // A model's name beside a mass is a strain's.
                if reading.field == "title" && scores.firearm < 5.0 {
                    scores.damp_firearms(0.35);
                }
            }
            "1" if reading.folded.tokens.get(index + 1).is_some_and(|t| t.gap == Gap::Plus) && (2.0..=50.0).contains(&value) => {
                scores.add("firearm", 1.5 * share, span("capacity"));
            }
            _ => {}
        }
    }
}

/// Words that speak for a category, each once.
fn cues<'a>(codebook: &'a Codebook, reading: &'a Reading<'_>, most: usize, share: f32, scores: &mut Scores<'a>) {
    let mut seen = vec![0u8; codebook.file.cue.len()];
    for hit in reading.hits.iter().filter(|h| h.first < most) {
        let Sense::Cue(index) = hit.sense else { continue };
        let (Some(cue), Some(times)) = (codebook.file.cue.get(index), seen.get_mut(index)) else { continue };
        *times = times.saturating_add(1);
        let factor = match (*times, reading.zone(hit.first)) {
            (1, Zone::Fit) => 0.4,
            (1, _) => 1.0,
            (2, _) => 0.4,
            _ => continue,
        };
        scores.add(&cue.of, cue.weight * share * factor, Some(ground(reading, hit.first, hit.last, Why::Lexicon(&cue.of, None))));
        if let Some(good) = &cue.good {
            scores.good(good, cue.weight * share);
        }
    }
}

/// Nouns anywhere in a description: each once, lightly.
fn body<'a>(codebook: &'a Codebook, reading: &'a Reading<'_>, share: f32, scores: &mut Scores<'a>) {
    let mut seen = vec![false; codebook.file.noun.len()];
    for hit in reading.hits.iter().filter(|h| h.first < BODY) {
        let Sense::Noun(index) = hit.sense else { continue };
        let (Some(found), Some(seen)) = (codebook.file.noun.get(index), seen.get_mut(index)) else { continue };
        let denied = found.of == "replica_airgun" && reading.denied(hit.first, hit.last);
        if denied || std::mem::replace(seen, true) || reading.zone(hit.first) != Zone::Head {
            continue;
        }
        let share = if found.beside_arm { share * 0.5 } else { share };
        let span = ground(reading, hit.first, hit.last, why(found));
        if found.of == "firearm.other" {
            scores.add("firearm", found.weight * share, Some(span));
        } else {
            noun(found, found.weight * share, span, scores);
            if found.of.starts_with("firearm.") {
                scores.add("firearm", found.weight * share, None);
            }
        }
    }
}

/// The site's own categories, the innermost one most.
fn site_path<'a>(codebook: &'a Codebook, path: &'a Reading<'_>, custom: bool, scores: &mut Scores<'a>) {
    let deepest = path.segments.last().copied().unwrap_or(0);
    let told = scores.strongest();
    let trust = if told >= 3.5 {
        0.7
    } else if told >= 1.8 {
        1.0
    } else {
        1.8
    };
    // A path that names no arms: most of a market is something else.
    if path.len() > 0 && told < 1.0 && !custom && !speaks_of_arms(codebook, path) {
        scores.add("non_weapon", 2.4, None);
    }
    let everyday = !speaks_of_arms(codebook, path);
    for hit in &path.hits {
        let share = if path.segment(hit.first) == deepest { 0.55 } else { 0.35 } * trust;
        match hit.sense {
            Sense::Noun(index) => {
                let Some(found) = codebook.file.noun.get(index) else { continue };
                let span = ground(path, hit.first, hit.last, why(found));
                if found.of.starts_with("firearm.") {
                    scores.add("firearm", found.weight * share * if told < 3.5 { 0.8 } else { 0.6 }, Some(span.clone()));
                    if found.of != "firearm.other" {
                        scores.add(&found.of, found.weight * share * 0.6, Some(span));
                    }
                } else {
                    noun(found, found.weight * share, span, scores);
                }
            }
            Sense::Cue(index) => {
                let Some(cue) = codebook.file.cue.get(index) else { continue };
                let share = if cue.of == "non_weapon" && everyday { share * 2.0 } else { share };
                scores.add(&cue.of, cue.weight * share, Some(ground(path, hit.first, hit.last, Why::Lexicon(&cue.of, None))));
                if let Some(good) = &cue.good {
                    scores.good(good, cue.weight * share);
                }
            }
            Sense::Calibre(_) => scores.add("ammunition.cartridge", 0.3, None),
            _ => {}
        }
    }
}

/// A blank-firing or air arm that is offered as converted to live fire is a firearm; so is one for Flobert cartridges, if it is not for
/// blank ones.
fn converted(told: &Told, blank: bool, scores: &mut Scores<'_>) {
    if told.has("converted") || told.has("reactivated") || told.has("flobert") && !blank {
        let replica = scores.of("replica_airgun");
        if replica > 0.0 {
            scores.add("replica_airgun", -replica * 0.8, None);
            scores.add("firearm", replica * 0.8 + 1.5, None);
            // Most of them are pistols.
            if told.has("converted") && scores.typed() <= 0.3 {
                scores.add("firearm.pistol", 0.8, None);
            }
        }
        let spans: Vec<Span> = told.of("converted").into_iter().chain(told.of("reactivated")).collect();
        for span in spans.into_iter().take(2) {
            scores.add("firearm", 0.5, Some(Ground::Span(span)));
        }
    }
}

/// A kit that changes the calibre is never taken for one that makes an arm automatic: without words for automatic fire,
/// a conversion kit beside a calibre changes the calibre.
fn settle_conversion(title: &Reading<'_>, description: &Reading<'_>, codebook: &Codebook, scores: &mut Scores<'_>) {
    if scores.of("part.conversion_device") <= 0.0 {
        return;
    }
    let calibre = [title, description].iter().any(|r| r.hits.iter().any(|h| h.first < 60 && matches!(h.sense, Sense::Calibre(_))));
    let named = |want: &str| {
        [title, description].iter().any(|r| {
            r.hits.iter().any(|h| matches!(h.sense, Sense::Noun(i) if codebook.file.noun.get(i).is_some_and(|n| n.of == "part.conversion_device" && n.subtype.as_deref() == Some(want))))
        })
    };
    if calibre && !named("to_auto") && !named("to_live") && !named("rate_increase") {
        scores.subtype("part.conversion_device", "calibre_change", 2.0);
    }
}
