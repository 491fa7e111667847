//! Where goods come from and where they go, told without the name of a field: a country alone, a flag, the tip of an icon,
//! "from Belgium", "depuis Belgique".

use super::fields;
use super::labels::Label;
use super::outline::{Outline, Run, join_with_flags};
use super::pairs::{SEPARATORS, said};
use super::single::{Scene, run_origin};
use super::subject::Subject;
use crate::country::{only_places, parse_countries};
use crate::html::{attr, prefix};
use crate::provenance::Draft;
use crate::record::Listing;

/// Bytes of a text that may be a place, with a word before it.
const MAX_PLACE: usize = 80;
/// Elements of one card whose tips are looked at.
const MAX_TIPS: usize = 120;

/// Words before the place that goods come from.
#[rustfmt::skip]
pub(super) const FROM: &[&str] = &[
    "from", "ex", "aus", "von", "ab", "de", "du", "des", "d'", "depuis", "quitte", "quittent", "desde", "da", "dalla", "dall'", "dal", "dai", "dagli", "uit", "vanuit", "z", "ze",
    "из", "с", "со", "от", "з", "зі", "із", "від", "من", "från", "fra", "origin", "origine", "origen", "herkunft", "pochodzenie", "çıkış", "country", "kraj",
];
/// Words before the place that goods go to.
#[rustfmt::skip]
pub(super) const TO: &[&str] = &[
    "to", "nach", "vers", "hacia", "verso", "naar", "para", "do", "na", "в", "во", "на", "до", "إلى", "till", "til", "destination",
    "destino", "destinazione", "ziel", "only to",
];
/// Parts of a class or file name that call an icon or a box one of origin, or of destination.
const FROM_NAMES: &[&str] = &["from", "origin", "shipfrom", "shipsfrom", "sfrom", "herkunft", "origine", "origen", "source"];
const TO_NAMES: &[&str] = &["to", "dest", "destination", "shipto", "shipsto", "sto", "ziel", "destino", "destinazione"];

/// A way: from a place, or to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Whence the goods come.
    From,
    /// Where they go.
    To,
}

/// Reads the places that a card or the part of a page under its heading tells; `card` is the element that holds the runs.
pub fn read(outline: &Outline<'_>, card: usize, runs: &[Run], titled: impl Fn(usize) -> bool, draft: &mut Draft) {
    if !draft.listing.ships_from.is_empty() && !draft.listing.ships_to.is_empty() {
        return;
    }
    let first = outline.elements.get(card).map_or(0, |facts| facts.first_run);
    let own = || runs.iter().enumerate().filter(|(at, run)| run.text.len() <= MAX_PLACE && !titled(first + at)).map(|(_, run)| run);
    // Words or names beside the place are surer than the place alone.
    for run in own() {
        for segment in run.text.split(SEPARATORS) {
            if let Some((way, place)) = told(segment) {
                draft.read(|| run_origin(outline, "card", run), |listing| note(way, place, listing));
            }
        }
    }
    for at in outline.inside(card).take(MAX_TIPS) {
        let Some(facts) = outline.elements.get(at).filter(|facts| facts.text <= 48 && facts.name != "a") else { continue };
        let element = facts.element();
        for name in ["title", "aria-label", "alt", "data-tooltip", "data-original-title"] {
            let Some(tip) = attr(element, name).map(str::trim).filter(|tip| (2..=MAX_PLACE).contains(&tip.len())) else { continue };
            if let Some((way, place)) = told(tip) {
                draft.read(|| outline.attribute_origin("card", at, name), |listing| note(way, place, listing));
            } else if tip.len() > 3 && only_places(tip) {
                draft.read(|| outline.attribute_origin("card", at, name), |listing| note(way_of(outline, card, at), tip, listing));
            }
        }
    }
    for run in own() {
        let text = bare(&run.text);
        let flag = run.flag || text.starts_with(|c: char| ('\u{1f1e6}'..='\u{1f1ff}').contains(&c));
        let long = text.chars().filter(|c| c.is_alphabetic()).count() >= 4
            || matches!(text, "USA" | "США" | "ABD" | "UAE" | "VAE" | "EUA" | "ОАЭ" | "U.S." | "UK");
        let elsewhere = || told(&run.text).is_some_and(|(way, _)| way == Way::To);
        if (long || flag) && !linked(outline, card, run.element) && only_places(text) && (flag || is_named(text)) && !elsewhere() {
            draft.read(|| run_origin(outline, "card", run), |listing| note(way_of(outline, card, run.element), text, listing));
        }
    }
}

/// Reads what a card of a shop or of classified advertisements says in a line of its own with a word before the place: "aus Deutschland",
/// "Versand aus Polen".
pub fn read_told(outline: &Outline<'_>, runs: &[Run], draft: &mut Draft) {
    if !draft.listing.ships_from.is_empty() {
        return;
    }
    let named = |place: &str| place.chars().filter(|c| c.is_alphabetic()).count() >= 4 && is_named(place);
    let told = runs
        .iter()
        .take(60)
        .filter(|run| run.text.len() <= 48 && !run.flag)
        .find_map(|run| told(&run.text).filter(|(way, place)| *way == Way::From && named(place)).map(|(_, place)| (run, place)));
    if let Some((run, place)) = told {
        draft.read(|| run_origin(outline, "card", run), |listing| note(Way::From, place, listing));
    }
}

/// Reads the places that stand alone beside the goods of a page that is about one advertisement of a market: first whence, then whither.
pub fn of_page(scene: &Scene<'_, '_>, subject: &Subject, draft: &mut Draft) {
    if !draft.listing.ships_from.is_empty() || !draft.listing.ships_to.is_empty() {
        return;
    }
    let outline = scene.outline;
    let from = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.last_run);
    let own = outline.runs.iter().enumerate().skip(from).take(120).filter(|(_, run)| {
        let shown = |facts: &super::outline::Facts<'_>| {
            !facts.hidden && !facts.chrome && !matches!(facts.name, "option" | "button" | "h1" | "h2" | "h3" | "h4")
        };
        super::pairs::is_places(&run.text)
            && outline.elements.get(run.element).is_some_and(shown)
            && !scene.in_card(run.element)
            && !subject.is_foreign(run.element)
            && !outline.in_link(run.element)
    });
    let own: Vec<(usize, &Run)> = own.take(3).collect();
    let wide = |run: &Run| parse_countries(&run.text).codes.iter().any(|code| code == "WW" || code == "EU");
    // Three of them are a list of something.
    let told: &[(Way, &Run)] = match own.as_slice() {
        [(_, only)] => &[(if wide(only) { Way::To } else { Way::From }, *only)],
        [(first, one), (second, other)] if !wide(one) && second - first <= 6 => &[(Way::From, *one), (Way::To, *other)],
        _ => &[],
    };
    for (way, run) in told {
        draft.read(|| run_origin(outline, "heuristic", run), |listing| note(*way, &run.text, listing));
    }
}

/// Reads "Deutschland nach Österreich und in die Schweiz, versichert": a place of origin and a sentence that goes on.
pub(super) fn goes_on(value: &str, listing: &mut Listing) -> bool {
    if value.len() < 12 || only_places(value) {
        return false;
    }
    let told = super::ways::places(value.split(['.', ';']).next().unwrap_or(value), Some(Way::From));
    let of = |way: Way| {
        told.iter().find(|(own, _)| *own == way).map(|(_, places)| parse_countries(places)).filter(|found| !found.codes.is_empty())
    };
    let (Some(from), Some(to)) = (of(Way::From), of(Way::To)) else { return false };
    listing.ships_from = from.codes;
    if listing.ships_to.is_empty() {
        listing.ships_to = to.codes;
        if listing.ships_except.is_empty() {
            listing.ships_except = to.except;
        }
    }
    true
}

/// Whether goods are sent within their own country.
pub(super) fn is_domestic(value: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "nur inland", "nur im inland", "innerhalb des landes", "im ganzen land", "domestic only", "inland only", "only domestic", "within the country",
        "across the country", "all over the country", "uniquement en métropole", "dans tout le pays", "solo península", "solo en territorio nacional",
        "en todo el país", "a todo el país", "solo in italia", "solo nazionale", "in tutto il paese", "somente nacional", "apenas nacional", "todo o país",
        "para qualquer estado", "alleen binnenland", "heel het land", "tylko kraj", "tylko na terenie kraju", "na terenie kraju", "w całym kraju",
        "только внутри страны", "по всей стране", "только по стране", "лише в межах країни", "по всій країні", "лише по країні", "sadece yurt içi",
        "داخل البلد",
    ];
    let lower = value.to_lowercase();
    lower.len() <= 120 && WORDS.iter().any(|word| lower.contains(word))
}

/// Whether an element lies in a link within the card; the card itself may be one.
fn linked(outline: &Outline<'_>, card: usize, at: usize) -> bool {
    outline.ancestors(at).take_while(|(inner, _)| *inner > card).any(|(_, facts)| facts.name == "a")
}

/// Whether places are left where small words are taken out: "by post" names no country whose code is BY.
pub(super) fn is_named(text: &str) -> bool {
    let small = |word: &str| word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
    if !text.split_whitespace().any(small) {
        return true;
    }
    let rest: Vec<&str> = text.split_whitespace().filter(|word| !small(word)).collect();
    only_places(&rest.join(" "))
}

/// Without the marks at the ends.
fn bare(text: &str) -> &str {
    text.trim_matches(|c: char| !c.is_alphanumeric() && !('\u{1f1e6}'..='\u{1f1ff}').contains(&c))
}

/// A place with a word before it that says which way.
pub(super) fn told(text: &str) -> Option<(Way, &str)> {
    if text.len() > MAX_PLACE {
        return None;
    }
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric()).trim();
    if let Some((label, value)) = super::labels::split(text).map(|(label, _, value)| (label, value)).or_else(|| said(text)) {
        return match label {
            Label::ShipsFrom => Some((Way::From, value)),
            Label::ShipsTo => Some((Way::To, value)),
            _ => None,
        };
    }
    let at = text.find([' ', ':', '\u{a0}', '\'', '’'])?;
    let (lead, rest) = text.split_at(at);
    if lead.len() > 16 {
        return None;
    }
    let place = rest.trim_start_matches([' ', ':', '\u{a0}', '\'', '’']);
    let lead = lead.to_lowercase();
    let is = |words: &[&str]| words.iter().any(|word| word.trim_end_matches('\'') == lead);
    let way = if is(FROM) {
        Way::From
    } else if is(TO) {
        Way::To
    } else {
        return None;
    };
    (place.len() >= 2 && only_places(place)).then_some((way, place))
}

/// What the names of an element and of those around it within the card say; without such a name it is whence the goods come.
fn way_of(outline: &Outline<'_>, card: usize, at: usize) -> Way {
    let named = |words: &[&str], class: &str| {
        super::cards::humps(class).take(8).any(|part| words.iter().any(|word| part.eq_ignore_ascii_case(word)))
    };
    for (_, facts) in outline.ancestors(at).take(3).take_while(|(inner, _)| *inner > card) {
        if named(FROM_NAMES, facts.class) {
            return Way::From;
        }
        if named(TO_NAMES, facts.class) {
            return Way::To;
        }
    }
    Way::From
}

/// The one country that goods come from, of several that a value names side by side, and the others: nothing parts whence from whither in
/// "DE EU", as commas part the countries of a list.
pub(super) fn one_origin(value: &str, mut codes: Vec<String>) -> (Vec<String>, Vec<String>) {
    let head = value.split([',', ';', '/', '&', '+']).next().unwrap_or(value);
    let listed = [" and ", " und ", " et ", " y ", " e ", " i ", " и ", " та ", " ve ", " or ", " oder ", " ou "]
        .iter()
        .any(|word| head.contains(word));
    let joined = codes.len() > 1 && !listed && parse_countries(head).codes.len() > 1;
    // "Germany, EU"
    let region = codes.len() > 1 && codes.first().is_some_and(|first| first != "EU") && codes.iter().skip(1).all(|code| code == "EU");
    let rest = if joined || region { codes.split_off(1) } else { Vec::new() };
    (codes, if joined { rest } else { Vec::new() })
}

pub(super) fn note(way: Way, place: &str, listing: &mut Listing) {
    if way == Way::From
        && let Some((origin, destination)) = fields::from_to(place)
    {
        // "Serbia to Europe"
        let to = std::mem::take(&mut listing.ships_to);
        listing.ships_to = if to.is_empty() { destination.codes } else { to };
        if listing.ships_from.is_empty() {
            listing.ships_from = origin.codes;
        }
        return;
    }
    let places = parse_countries(place);
    // Goods come from one place: "worldwide" is where they go.
    let wide = places.codes.iter().all(|code| code == "WW");
    if way == Way::From && !wide && places.codes.iter().any(|code| code == "WW") {
        // "the Netherlands, worldwide"
        let (to, from): (Vec<String>, Vec<String>) = places.codes.into_iter().partition(|code| code == "WW");
        if listing.ships_from.is_empty() {
            listing.ships_from = from;
        }
        if listing.ships_to.is_empty() {
            listing.ships_to = to;
        }
        return;
    }
    match way {
        Way::From if !wide && listing.ships_from.is_empty() => {
            let (from, to) = one_origin(place, places.codes);
            listing.ships_from = from;
            if listing.ships_to.is_empty() {
                listing.ships_to = to;
            }
        }
        Way::To if listing.ships_to.is_empty() => listing.ships_to = places.codes,
        Way::From if wide && listing.ships_to.is_empty() => listing.ships_to = places.codes,
        _ => return,
    }
    if listing.ships_except.is_empty() {
        listing.ships_except = places.except;
    }
    if !listing.ships_raw.is_empty() {
        listing.ships_raw.push_str("; ");
    }
    listing.ships_raw.push_str(prefix(place, MAX_PLACE));
}

/// The line around an arrow, flags told in words: `🇦🇹 → 🌐`.
pub fn around_arrow(outline: &Outline<'_>, card: usize, run: &Run, at: usize) -> Option<String> {
    let line = outline
        .ancestors(run.element)
        .take(4)
        .find(|(inner, facts)| *inner > card && facts.first_run <= at && facts.last_run > at && facts.last_run - facts.first_run > 1)?;
    let runs = outline.runs_of(line.0);
    let own = at.checked_sub(line.1.first_run)?;
    // The places stand beside the arrow; what a card says of prices behind them is another matter.
    let near = runs.get(own.saturating_sub(1)..(own + 2).min(runs.len()))?;
    Some(join_with_flags(near, 200))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_before_a_place_says_which_way() {
        for (text, expected) in [
            ("from Belgium", Some((Way::From, "Belgium"))),
            ("Depuis Belgique", Some((Way::From, "Belgique"))),
            ("Ships from Czech Republic", Some((Way::From, "Czech Republic"))),
            ("to Worldwide", Some((Way::To, "Worldwide"))),
            ("nach Österreich", Some((Way::To, "Österreich"))),
            ("из Польши", Some((Way::From, "Польши"))),
            ("from 48.00 €", None),
            ("De Luxe", None),
            ("to the buyer", None),
        ] {
            assert_eq!(told(text), expected, "{text}");
        }
    }
}
