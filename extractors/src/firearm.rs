//! Fields of an arm, part or round: maker, model, calibre, capacity, barrel and what else the text states.

mod naming;
mod numbers;

use crate::codebook::Codebook;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::{Reading, Zone};
use crate::record::{Firearm, Marking, Span};
pub(crate) use naming::{Named, named};
use numbers::{numbers, serial};

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
