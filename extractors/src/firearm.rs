//! Fields of an arm, part or round: maker, model, calibre, capacity, barrel and what else the text states.

use crate::codebook::Codebook;
use crate::codebook::fold::Gap;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::{Reading, Zone};
use crate::record::{Firearm, Marking, Span};

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
    let rounds = speaks_of_rounds(codebook, reading);
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
            beside && !(numeric && rounds && maker.is_some_and(|m| m.makes.iter().any(|x| x == "ammunition")))
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
    }) || (0..reading.len().min(200)).any(|i| {
        reading.folded.number(i).is_some() && matches!(reading.word(i + 1), "gr" | "grain" | "grains" | "grn" | "grs" | "box" | "bx")
    })
}

/// Reads the fields from title and description; the spans name what they rest on. `category` decides which numbers mean what.
pub(crate) fn read(codebook: &Codebook, readings: &[&Reading<'_>], category: &str, traits: &[String]) -> (Firearm, Vec<Span>) {
    let mut arm = Firearm::default();
    let mut spans = Vec::new();
    for (depth, reading) in readings.iter().enumerate() {
        makers(codebook, reading, depth, category, &mut arm, &mut spans);
        numbers(reading, category, &mut arm);
        values(codebook, reading, depth, category, &mut arm);
        serial(reading, &mut arm);
    }
    calibres(codebook, readings, category, &mut arm, &mut spans);
    status(category, traits, &mut arm);
    (arm, spans)
}

fn makers(codebook: &Codebook, reading: &Reading<'_>, depth: usize, category: &str, arm: &mut Firearm, spans: &mut Vec<Span>) {
    let ammunition = category.starts_with("ammunition");
    let all = named(codebook, reading);
    let suits = |n: &Named| {
        let makes = codebook.file.maker.get(n.maker).map(|m| m.makes.as_slice()).unwrap_or_default();
        let wanted = if ammunition { "ammunition" } else { "firearm" };
        makes.iter().any(|m| m == wanted)
    };
    // What the goods fit names no maker of theirs, but a part is described by the arm that it fits.
    let lead = if ammunition {
        all.iter().find(|n| n.zone != Zone::Fit && suits(n))
    } else {
        let head = all.iter().filter(|n| n.zone == Zone::Head);
        head.clone()
            .find(|n| n.model.is_some())
            .or_else(|| head.clone().find(|n| suits(n)))
            .or_else(|| all.iter().find(|n| n.model.is_some()))
            .or_else(|| all.iter().find(|n| suits(n)))
    };
    let lead = lead.or_else(|| all.first());
    let Some(lead) = lead else { return };
    let Some(maker) = codebook.file.maker.get(lead.maker) else { return };
    if maker.common && lead.model.is_none() && depth > 0 {
        return;
    }
    if arm.maker.is_none() {
        // A type of arm that many make carries no maker's name; one of several makers is named beside it, or not at all.
        if !maker.is_pattern() && !maker.each {
            arm.maker = Some(maker.name.clone());
        } else if let Some(beside) = all
            .iter()
            .filter_map(|n| codebook.file.maker.get(n.maker))
            .find(|m| !(m.is_pattern() || m.each || m.common && maker.is_pattern()))
        {
            arm.maker = Some(beside.name.clone());
        }
        spans.push(reading.span(lead.first, lead.last, if lead.model.is_some() { "model" } else { "maker" }));
    }
    if arm.model.is_none() && !ammunition {
        let same = |n: &&Named| {
            codebook
                .file
                .maker
                .get(n.maker)
                .is_some_and(|m| arm.maker.as_ref().is_none_or(|name| *name == m.name) || m.is_pattern() || m.each)
        };
        let with_model =
            if lead.model.is_some() { Some(lead) } else { all.iter().filter(|n| n.model.is_some() && n.zone == Zone::Head).find(same) };
        if let Some(named) = with_model {
            arm.model = named.model.and_then(|m| codebook.lexicon.models.get(m)).map(|m| m.name.clone());
        }
    }
}

/// A calibre as written, with what stands for it.
fn calibres(codebook: &Codebook, readings: &[&Reading<'_>], category: &str, arm: &mut Firearm, spans: &mut Vec<Span>) {
    let mut ambiguous: Vec<usize> = Vec::new();
    let mut stated: Vec<usize> = Vec::new();
    for (depth, reading) in readings.iter().enumerate() {
        if depth > 0 && (!stated.is_empty() || !ambiguous.is_empty()) {
            // The description may make an ambiguous writing of the title plain, no more.
            if !stated.is_empty() {
                break;
            }
        }
        let mut found_here = false;
        for hit in &reading.hits {
            let Sense::Calibre(index) = hit.sense else { continue };
            let Some(calibre) = codebook.file.calibre.get(index) else { continue };
            if !plausible(reading, hit.first, hit.last, category) {
                continue;
            }
            let list = if calibre.ambiguous { &mut ambiguous } else { &mut stated };
            if !list.contains(&index) && list.len() < 6 && (depth == 0 || !found_here || calibre.ambiguous) {
                list.push(index);
                found_here = true;
                spans.push(reading.span(hit.first, hit.last, "calibre"));
            }
        }
    }
    if !stated.is_empty() {
        for calibre in stated.iter().filter_map(|&i| codebook.file.calibre.get(i)) {
            arm.calibres.push(calibre.name.clone());
            arm.calibre_ids.push(calibre.id.clone());
        }
        arm.calibre_basis = Some("stated".into());
        return;
    }
    let Some(open) = ambiguous.first().and_then(|&i| codebook.file.calibre.get(i)) else { return };
    arm.calibres.push(open.name.clone());
    arm.calibre_ids.push(open.id.clone());
    arm.calibre_basis = Some("ambiguous".into());
    // A bare "9mm" beside a live-firing model or in a box of rounds is the Luger.
    let live = category.starts_with("firearm") || category.starts_with("part");
    let model = arm.model.is_some() || arm.maker.is_some();
    if open.id == "9mm"
        && ((live && model) || category == "ammunition.cartridge")
        && let Some(luger) = codebook.file.calibre.iter().find(|c| c.id == "9x19mm")
    {
        arm.calibres = vec![luger.name.clone()];
        arm.calibre_ids = vec![luger.id.clone()];
        arm.calibre_basis = Some("inferred".into());
    }
}

/// Bare numbers such as 22, 308 or 45 count only where the context speaks of calibre.
fn plausible(reading: &Reading<'_>, first: usize, last: usize, category: &str) -> bool {
    let bare = last == first + 1 && reading.folded.number(first).is_some();
    if !bare {
        return true;
    }
    let dotted = reading.folded.tokens.get(first).is_some_and(|t| t.dotted);
    let next = reading.word(last);
    let before = if first > 0 { reading.word(first - 1) } else { "" };
    if matches!(
        next,
        "in" | "inch"
            | "inches"
            | "rounds"
            | "round"
            | "rds"
            | "rd"
            | "pcs"
            | "gr"
            | "grain"
            | "grains"
            | "grn"
            | "%"
            | "fps"
            | "oz"
            | "g"
            | "grams"
            | "x"
            | "yards"
            | "years"
            | "per"
            | "box"
            | "ct"
            | "count"
            | "bx"
            | "shot"
            | "days"
            | "usd"
            | "euro"
            | "eur"
    ) || matches!(before, "x" | "of" | "$" | "model" | "mod" | "gen" | "#" | "part" | "pt" | "no")
    {
        return false;
    }
    let caliber =
        matches!(next, "cal" | "caliber" | "calibre" | "kaliber") || matches!(before, "cal" | "caliber" | "calibre" | "kaliber" | "in");
    dotted || caliber || category.starts_with("ammunition") || category.starts_with("firearm") || category.starts_with("part")
}

/// Barrel lengths, capacities, rounds, grains, years.
fn numbers(reading: &Reading<'_>, category: &str, arm: &mut Firearm) {
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

fn values(codebook: &Codebook, reading: &Reading<'_>, depth: usize, category: &str, arm: &mut Firearm) {
    let ammunition = category.starts_with("ammunition");
    for hit in &reading.hits {
        let Sense::Value(index) = hit.sense else { continue };
        let Some(value) = codebook.file.value.get(index) else { continue };
        if depth > 0 && reading.zone(hit.first) == Zone::Fit {
            continue;
        }
        let slot = match value.field.as_str() {
            "action" if !ammunition => &mut arm.action,
            "condition" => &mut arm.condition,
            "casing" if ammunition => &mut arm.casing,
            "projectile" if ammunition => &mut arm.projectile,
            "country_made" => &mut arm.country_made,
            _ => continue,
        };
        if slot.is_none() {
            *slot = Some(value.value.clone());
        }
    }
}

/// A serial number, only where the text says that it is one.
fn serial(reading: &Reading<'_>, arm: &mut Firearm) {
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

fn status(category: &str, traits: &[String], arm: &mut Firearm) {
    let has = |code: &str| traits.iter().any(|t| t == code);
    let gun = category.starts_with("firearm");
    if !gun && category != "replica_airgun" && !category.starts_with("part") {
        return;
    }
    let status = if has("converted") {
        Some("converted")
    } else if has("reactivated") {
        Some("reactivated")
    } else if has("deactivated") {
        Some("deactivated")
    } else if has("blank_firing") {
        Some("blank_firing")
    } else if category == "replica_airgun" {
        Some("replica")
    } else if gun {
        Some("live")
    } else {
        None
    };
    arm.status = status.map(str::to_owned);
    let mode = if has("hybrid_3d") {
        Some("hybrid")
    } else if has("printed_3d") {
        Some("printed")
    } else if has("craft_made") {
        Some("craft")
    } else if has("kit") {
        Some("kit")
    } else if gun && arm.maker.is_some() {
        Some("industrial")
    } else {
        None
    };
    arm.make_mode = mode.map(str::to_owned);
    for (code, state) in [("serial_removed", "removed"), ("serial_altered", "altered"), ("no_serial", "absent")] {
        if has(code) {
            arm.markings.push(Marking { text: String::new(), kind: "serial".into(), state: state.into() });
        }
    }
}
