//! Places behind words that no table of labels knows: "Geht weg aus" over "Österreich", "Отправка: Россия". That the value is nothing but
//! places, and the grammar of the words before it, tell the way.

use super::{Label, MAX_VALUE, Page, Pair, label};
use crate::country::only_places;
use crate::heuristics::outline::{Break, Outline, Run, join_with_flags};
use crate::heuristics::pairs::SEPARATORS;
use crate::heuristics::ways::{self, Lead};
use crate::heuristics::whence::{Way, is_named};

/// Bytes of a list of places.
const MAX_PLACES: usize = 200;

/// Whether a text is nothing but places, and says so in names, flags or codes in capitals.
pub(in crate::heuristics) fn is_places(text: &str) -> bool {
    if !(2..=MAX_PLACES).contains(&text.len()) || text.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let mut letters = text.chars().filter(|c| c.is_alphabetic());
    let flag = text.contains(|c: char| ('\u{1f1e6}'..='\u{1f1ff}').contains(&c));
    let long = letters.clone().count() >= 4 && text.chars().any(char::is_uppercase) || !text.is_ascii();
    (flag || long || letters.all(char::is_uppercase)) && only_places(text) && is_named(text)
}

/// The field that a lead and the places behind it make; on markets alone one word for sending is enough.
fn field(lead: Lead, places: &str, crypto: bool) -> Option<Label> {
    // Nothing comes from the whole world.
    if crate::country::parse_countries(places).codes.iter().all(|code| code == "WW") {
        return Some(Label::ShipsTo);
    }
    match (ways::way(lead, places), lead) {
        (Way::From, Lead::Sends) if !crypto => None,
        (Way::From, _) => Some(Label::ShipsFrom),
        (Way::To, _) => Some(Label::ShipsTo),
    }
}

/// Whether a label is known to name something else.
fn is_taken(own: Option<Label>) -> bool {
    !matches!(own, None | Some(Label::Shipping | Label::PriceFrom | Label::ShipsFrom | Label::ShipsTo))
}

/// The field of places whose label is a tip.
pub(super) fn tipped(tip: &str, places: &str, crypto: bool) -> Option<Label> {
    if is_taken(label(tip)) || !is_places(places) {
        return None;
    }
    field(ways::lead(tip)?, places, crypto)
}

/// All such pairs of a page.
pub(super) fn find(page: &Page<'_, '_>, crypto: bool) -> Vec<Pair> {
    let outline = page.outline;
    let mut pairs = Vec::new();
    for (at, run) in outline.runs.iter().enumerate() {
        let segments = Some(&run.text).filter(|text| text.len() <= 240 && text.contains([':', '：']));
        for segment in segments.into_iter().flat_map(|text| text.split(SEPARATORS)) {
            let Some((head, value)) = segment.split_once([':', '：']) else { continue };
            let value = value.trim();
            let known = label(head);
            // Words of the table are read as the table says.
            if known.is_none_or(|own| own == Label::Shipping)
                && is_places(value)
                && let Some(field) = ways::lead(head).and_then(|lead| field(lead, value, crypto))
            {
                pairs.push(Pair { label: field, value: value.to_owned(), element: run.element, runs: at..at + 1, named: at });
            }
        }
        let Some(next) = outline.runs.get(at + 1) else { continue };
        let known = page.label(at);
        if run.text.len() > 64
            || run.flag
            || known.is_some_and(|own| own != Label::Shipping)
            || !may_be_place(next)
            || !stands_before(outline, at, next)
        {
            continue;
        }
        let own = outline.runs.iter().enumerate().skip(at + 2).take(24);
        let end = own
            .take_while(|(_, run)| run.before == Break::Soft && run.text.len() <= 80)
            .map_while(|(end, run)| may_be_place(run).then_some(end + 1));
        let ends = std::iter::once(at + 2).chain(end).collect::<Vec<_>>();
        let told = ends.into_iter().rev().find_map(|end| {
            let value = join_with_flags(outline.runs.get(at + 1..end)?, MAX_VALUE);
            is_places(&value).then_some((value, end))
        });
        // The grammar of the words is asked last: places are rarer.
        if let Some((value, end)) = told
            && let Some(lead) = ways::lead(&run.text)
            && let Some(field) = field(lead, &value, crypto)
        {
            pairs.push(Pair { label: field, value, element: run.element, runs: at + 1..end, named: at });
        }
    }
    pairs
}

/// Whether a run may be a part of a list of places: marks are, too.
fn may_be_place(run: &Run) -> bool {
    run.flag || run.text.len() <= MAX_PLACES && (!run.text.chars().any(char::is_alphanumeric) || is_places(&run.text))
}

/// Whether a run is the label of the one behind it: on its line, in the cell before, or in a box that is not chosen from.
fn stands_before(outline: &Outline<'_>, at: usize, next: &Run) -> bool {
    let Some(run) = outline.runs.get(at) else { return false };
    let chosen = |element: usize| {
        outline.ancestors(element).take(3).any(|(_, facts)| matches!(facts.name, "button" | "option" | "select" | "h1" | "h2" | "nav"))
    };
    let linked = next.before >= Break::Line && outline.in_link(run.element);
    !chosen(run.element) && !chosen(next.element) && !linked
}
