//! Fields of an arm, part or round: maker, model, calibre, capacity, barrel and what else the text states.

mod calibres;
mod counted;
mod models;
mod naming;
mod numbers;
mod rounds;

use crate::codebook::Codebook;
use crate::codebook::lexicon::Sense;
use crate::codebook::reading::{Reading, Zone};
use crate::record::{Firearm, Marking, Span};
pub(crate) use naming::{Named, named};
use numbers::{numbers, serial};

/// What is told of an arm, part or round.
#[derive(Debug, Default)]
pub(crate) struct Told {
    pub(crate) arm: Firearm,
    /// What the fields rest on.
    pub(crate) spans: Vec<Span>,
    /// Place of the model in the lexicon: the same whatever way it is written.
    pub(crate) model: Option<usize>,
}

/// Reads the fields from title and description. `category` and `subtype` decide which numbers mean what.
pub(crate) fn read(codebook: &Codebook, readings: &[&Reading<'_>], category: &str, subtype: Option<&str>, traits: &[String]) -> Told {
    let mut told = Told::default();
    for (depth, reading) in readings.iter().enumerate() {
        makers(codebook, reading, depth, category, &mut told);
        numbers(reading, category, &mut told.arm);
        values(codebook, reading, depth, category, &mut told.arm);
        serial(reading, &mut told.arm);
    }
    let has = |code: &str| traits.iter().any(|known| known == code);
    let blank = matches!(subtype, Some("blank_firing" | "blank" | "acoustic")) || has("blank_firing") && !has("converted");
    calibres::calibres(codebook, readings, &calibres::Goods { category, blank }, &mut told.arm, &mut told.spans);
    status(category, traits, &mut told.arm);
    told
}

fn makers(codebook: &Codebook, reading: &Reading<'_>, depth: usize, category: &str, told: &mut Told) {
    let ammunition = category.starts_with("ammunition");
    let all = named(codebook, reading);
    let entry = |n: &Named| codebook.file.maker.get(n.maker);
    let suits = |n: &Named| {
        let makes = entry(n).map(|m| m.makes.as_slice()).unwrap_or_default();
        let wanted: &[&str] = match category {
            "accessory" => &["accessory", "part"],
            "replica_airgun" => &["airgun", "firearm", "accessory"],
            _ if ammunition => &["ammunition"],
            _ if category.starts_with("part.") => &["part", "firearm", "accessory"],
            _ => &["firearm"],
        };
        makes.iter().any(|m| wanted.contains(&m.as_str()))
    };
    // What the goods fit names no maker of theirs, but a part is described by the arm that it fits.
    let lead = if ammunition {
        let suited = || all.iter().filter(|n| n.zone != Zone::Fit && suits(n));
        // "Federal American Eagle": the brand says more than the house.
        let lead = suited().next();
        let house = lead.and_then(entry).map(|maker| maker.name.as_str());
        suited().find(|n| house.is_some() && entry(n).and_then(|maker| maker.brand_of.as_deref()) == house).or(lead)
    } else {
        let head = all.iter().filter(|n| n.zone == Zone::Head);
        head.clone()
            .find(|n| n.model.is_some())
            .or_else(|| head.clone().find(|n| suits(n)))
            .or_else(|| all.iter().find(|n| n.model.is_some()))
            .or_else(|| all.iter().find(|n| suits(n)))
    };
    // A common word that names no maker of such goods names none.
    if lead.is_none() && depth == 0 && !ammunition {
        told.model = models::within(codebook, reading, &mut told.arm);
    }
    let lead = lead.or_else(|| all.first().filter(|n| (!ammunition || depth == 0) && !entry(n).is_some_and(|maker| maker.common)));
    let Some(lead) = lead else { return };
    let Some(maker) = entry(lead) else { return };
    if maker.common && lead.model.is_none() && depth > 0 {
        return;
    }
    let arm = &mut told.arm;
    // A magazine by one maker for the arm of another, a toy after a real arm: who makes nothing else made it.
    let gun = category.starts_with("firearm");
    let others = !ammunition && !category.starts_with("firearm");
    let special = |n: &&Named| {
        n.zone != Zone::Fit
            && suits(n)
            && entry(n).is_some_and(|m| category != "replica_airgun" || m.makes.iter().any(|makes| makes == "airgun"))
            && entry(n)
                .is_some_and(|m| !m.is_pattern() && !m.each && !m.makes.iter().any(|makes| makes == "firearm" || makes == "ammunition"))
    };
    let special = all.iter().filter(|_| others && depth == 0).find(special);
    if let (Some(maker), None) = (special.and_then(entry), &arm.maker) {
        arm.maker = Some(maker.name.clone());
        told.spans.extend(special.map(|named| reading.span(named.first, named.last, "maker")));
    }
    if arm.maker.is_none() {
        // A type of arm that many make carries no maker's name; one of several makers is named beside it, or not at all.
        if !maker.is_pattern() && !maker.each {
            arm.maker = Some(maker.name.clone());
        } else if let Some(beside) = all
            .iter()
            .filter(|n| !gun || suits(n))
            .filter_map(entry)
            .find(|m| !(m.is_pattern() || m.each || m.common && maker.is_pattern()))
        {
            arm.maker = Some(beside.name.clone());
        }
        told.spans.push(reading.span(lead.first, lead.last, if lead.model.is_some() { "model" } else { "maker" }));
    }
    if arm.model.is_none() && !ammunition {
        let same = |n: &&Named| {
            entry(n).is_some_and(|m| special.is_some() || arm.maker.as_ref().is_none_or(|name| *name == m.name) || m.is_pattern() || m.each)
        };
        let with_model =
            if lead.model.is_some() { Some(lead) } else { all.iter().filter(|n| n.model.is_some() && n.zone == Zone::Head).find(same) };
        if let Some(named) = with_model {
            arm.model = models::written(codebook, reading, named);
            told.model = named.model;
        } else if depth == 0 && lead.zone == Zone::Head && maker.makes.iter().any(|makes| makes == "firearm" || makes == "airgun") {
            arm.model = models::unlisted(codebook, reading, lead);
            if arm.model.is_none() {
                told.model = models::within(codebook, reading, arm);
            }
        }
    }
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
