//! Whence all goods of a shop or of one seller come and where they go, said once for all of them: at the foot of its pages, in a box about it, among its terms.

use super::super::outline::{Break, Outline, Run, join_with_flags};
use super::super::reader::Reader;
use super::super::sentences::sentences;
use super::super::single::{Scene, run_origin};
use super::super::ways::places;
use super::super::whence::{Way, is_domestic, note};
use super::{MAX_TEXT, NOT, SEND};
use crate::country::parse_countries;
use crate::html::prefix;
use crate::provenance::Draft;

/// Runs of a page that are looked at.
const MAX_RUNS: usize = 3_000;

/// Fills whence the goods of a page come and where they go, where none of them names a seller or a country of its own: a market sends
/// nothing itself. With `account` the page is about one seller, whose words speak for all of them.
pub fn of_shop(drafts: &mut [Draft], scene: &Scene<'_, '_>, reader: &Reader<'_>, account: bool) {
    if !reader.crypto || drafts.is_empty() || !(account || drafts.iter().all(|draft| draft.listing.vendor.is_none())) {
        return;
    }
    let bare = |draft: &Draft, way: Way| match way {
        Way::From => draft.listing.ships_from.is_empty() || draft.listing.ships_from == ["EU"],
        Way::To => draft.listing.ships_to.is_empty(),
    };
    let whence = drafts.iter().all(|draft| bare(draft, Way::From));
    let whither = drafts.iter().all(|draft| bare(draft, Way::To));
    if !whence && !whither {
        return;
    }
    let outline = scene.outline;
    let told = said(scene);
    let of = |way: Way| told.iter().filter(move |(_, own, _)| *own == way);
    for way in [Way::From, Way::To].into_iter().filter(|way| if *way == Way::From { whence } else { whither }) {
        let Some((run, _, first)) = of(way).next() else { continue };
        let codes = parse_countries(first).codes;
        // Of two countries nobody knows which goods come from where; and who does not say whence speaks of one parcel or of another's.
        let sure = of(way).all(|(_, _, place)| parse_countries(place).codes == codes);
        if !sure || (way == Way::To && whence && of(Way::From).next().is_none()) {
            continue;
        }
        for draft in drafts.iter_mut() {
            if way == Way::From {
                // A region yields to a country in it.
                draft.listing.ships_from.clear();
            }
            draft.read(|| run_origin(outline, "heuristic", run), |listing| note(way, first, listing));
        }
    }
}

/// Places that sentences beside the goods say they are sent from and to.
fn said<'s>(scene: &Scene<'s, '_>) -> Vec<(&'s Run, Way, String)> {
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
            let told = places(written.get(..end).unwrap_or(""), None).into_iter();
            found.extend(told.map(|(way, place)| (run, way, place)).filter(|(_, way, place)| {
                let codes = parse_countries(place).codes;
                !codes.is_empty() && (*way == Way::To || codes.iter().all(|code| code != "WW" && code != "EU"))
            }));
            // "Лише по країні"
            let home =
                found.iter().rev().find(|(own, way, _)| *way == Way::From && std::ptr::eq(*own, run)).map(|(.., place)| place.clone());
            found.extend(home.filter(|_| is_domestic(sentence)).map(|place| (run, Way::To, place)));
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
