//! Whence all goods of a shop come, said once for the whole of it: at the foot of its pages, in a box about it, among its terms.

use super::super::outline::{Break, Outline, Run, join_with_flags};
use super::super::reader::Reader;
use super::super::sentences::sentences;
use super::super::single::{Scene, run_origin};
use super::super::ways::places;
use super::super::whence::{Way, note};
use super::{MAX_TEXT, NOT, SEND};
use crate::country::parse_countries;
use crate::html::prefix;
use crate::provenance::Draft;

/// Runs of a page that are looked at.
const MAX_RUNS: usize = 3_000;

/// Fills whence the goods of a page come, where none of them names a seller or a country of its own: a market sends nothing itself.
pub fn of_shop(drafts: &mut [Draft], scene: &Scene<'_, '_>, reader: &Reader<'_>) {
    let bare = |draft: &Draft| {
        let listing = &draft.listing;
        listing.vendor.is_none() && (listing.ships_from.is_empty() || listing.ships_from == ["EU"])
    };
    if !reader.crypto || drafts.is_empty() || !drafts.iter().all(bare) {
        return;
    }
    let outline = scene.outline;
    let told = said(scene);
    let Some((run, first)) = told.first() else { return };
    let codes = parse_countries(first).codes;
    // Of two countries nobody knows which goods come from where.
    if told.iter().any(|(_, place)| parse_countries(place).codes != codes) {
        return;
    }
    for draft in drafts {
        // A region yields to a country in it.
        draft.listing.ships_from.clear();
        draft.read(|| run_origin(outline, "heuristic", run), |listing| note(Way::From, first, listing));
    }
}

/// Countries that sentences beside the goods say they are sent from.
fn said<'s>(scene: &Scene<'s, '_>) -> Vec<(&'s Run, String)> {
    let outline = scene.outline;
    let Some(sends) = SEND.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    let runs = outline.runs.get(..outline.runs.len().min(MAX_RUNS)).unwrap_or(&[]);
    for line in runs.chunk_by(|_, next| next.before == Break::Soft) {
        let Some(run) = line.first().filter(|run| is_prose(outline, run) && !scene.in_card(run.element)) else { continue };
        let text = join_with_flags(line.get(..line.len().min(24)).unwrap_or(line), MAX_TEXT);
        let lower = prefix(&text, MAX_TEXT).to_lowercase();
        if lower.len() < 12 || lower.len() != prefix(&text, MAX_TEXT).len() || !sends.is_match(&lower) {
            continue;
        }
        for part in sentences(&lower, 0..lower.len()) {
            let (Some(sentence), Some(written)) = (lower.get(part.clone()), text.get(part)) else { continue };
            if sentence.ends_with('?') || !sends.is_match(sentence) {
                continue;
            }
            // "from the Netherlands, worldwide except Israel": what is taken out stands behind.
            let mark = |c: char| !c.is_alphanumeric() && c != '\'';
            let words = sentence.split_inclusive(mark).take_while(|word| !NOT.contains(&word.trim_end_matches(mark)));
            let end: usize = words.map(str::len).sum();
            let told = places(written.get(..end).unwrap_or(""), None).into_iter().filter(|(way, _)| *way == Way::From);
            found.extend(told.map(|(_, place)| (run, place)).filter(|(_, place)| {
                let codes = parse_countries(place).codes;
                !codes.is_empty() && codes.iter().all(|code| code != "WW" && code != "EU")
            }));
        }
    }
    found
}

fn is_prose(outline: &Outline<'_>, run: &Run) -> bool {
    outline
        .elements
        .get(run.element)
        .is_some_and(|facts| !facts.hidden && !matches!(facts.name, "a" | "option" | "button" | "label" | "textarea" | "h1" | "h2" | "h3"))
}
