//! Sellers that nothing names but their place: the same box of every card, the line under the heading "Seller".

use std::collections::{HashMap, HashSet};

use rustc_hash::FxBuildHasher;

use super::super::fields;
use super::super::labels::{Label, label, split};
use super::super::outline::{Facts, Outline};
use super::super::reader::Reader;
use super::super::single::Scene;
use crate::country::only_places;
use crate::html::attr;
use crate::record::Vendor;

/// A card, an element in it, and the name that stands there.
type Found = (usize, usize, String);

/// Elements of one card that are looked at.
const MAX_INSIDE: usize = 200;
/// Cards that are looked at before a column is chosen.
const MAX_CARDS: usize = 200;

/// The names of accounts in the cards of one list, where the same box of nearly all of them holds one word that reads as an account's
/// name, and some of them more than once: card, element, name.
pub fn column(outline: &Outline<'_>, cards: &[usize], crypto: bool) -> Vec<Found> {
    let mut columns: HashMap<(u64, usize), Vec<Found>, FxBuildHasher> = HashMap::default();
    for card in cards.iter().take(MAX_CARDS) {
        let mut nth: HashMap<u64, usize, FxBuildHasher> = HashMap::default();
        for at in outline.inside(*card).take(MAX_INSIDE) {
            let Some(facts) = outline.elements.get(at).filter(|facts| is_word(facts)) else { continue };
            let count = nth.entry(facts.signature).or_default();
            *count += 1;
            let Some(run) = outline.runs.get(facts.first_run) else { continue };
            if is_handle(&run.text) {
                columns.entry((facts.signature, *count)).or_default().push((*card, at, run.text.clone()));
            }
        }
    }
    let cards = cards.len().min(MAX_CARDS);
    let told = |found: &Vec<Found>| {
        let names: HashSet<&str> = found.iter().map(|(_, _, name)| name.as_str()).collect();
        let marked = found.iter().filter(|(_, _, name)| is_marked(name)).count();
        // Words of a menu or states are the same again and again, or capitalised nouns.
        let several = names.len() >= 2 && names.len() * 5 >= found.len();
        // Shops put makers there, whose names have capitals.
        let small = names.iter().filter(|name| name.starts_with(|c: char| c.is_lowercase())).count();
        found.len() * 10 >= cards * 9
            && several
            && (crypto || small * 3 >= names.len() && names.iter().any(|name| is_marked(name)) && names.len() >= 3)
            && (marked * 3 >= found.len() || found.iter().all(|(_, _, name)| name.chars().all(|c| c.is_lowercase())))
    };
    let mut whole: Vec<Vec<Found>> = columns.into_values().filter(told).collect();
    whole.sort_by_key(|found| {
        (std::cmp::Reverse(found.iter().filter(|(_, _, name)| is_marked(name)).count()), found.first().map(|(_, at, _)| *at))
    });
    whole.into_iter().next().unwrap_or_default()
}

/// One run and nothing inside.
fn is_word(facts: &Facts<'_>) -> bool {
    (3..=24).contains(&facts.text)
        && facts.last_run == facts.first_run + 1
        && facts.prices == 0
        && matches!(facts.name, "span" | "div" | "td" | "p" | "b" | "i" | "em" | "small" | "strong" | "li")
}

/// One word of letters, digits and the marks that names of accounts have.
fn is_handle(text: &str) -> bool {
    (3..=24).contains(&text.len())
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))
        && text.chars().any(char::is_alphabetic)
        && text.chars().filter(char::is_ascii_digit).count() * 2 <= text.len()
        && label(text).is_none()
        && !only_places(text)
        && super::super::phrases::availability(text).is_none()
        && super::super::phrases::escrow_words(text).is_none()
        && !super::super::card::is_coin(text)
}

/// A mark or a digit within a name, or a capital behind a small letter.
fn is_marked(name: &str) -> bool {
    name.contains(['_', '.'])
        || name.bytes().any(|byte| byte.is_ascii_digit())
        || name.as_bytes().windows(2).any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
}

/// The name under a heading that says "Seller", "Verkäufer" or the like, behind the title of the goods.
pub fn under_heading(scene: &Scene<'_, '_>, title_at: Option<usize>, reader: &Reader<'_>) -> Option<(Vendor, usize)> {
    let outline = scene.outline;
    let from = title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.first_run);
    for (at, run) in outline.runs.iter().enumerate().skip(from).take(4_000) {
        if !(3..=40).contains(&run.text.len())
            || label(&run.text) != Some(Label::Vendor)
            || scene.in_card(run.element)
            || outline.in_link(run.element)
        {
            continue;
        }
        let headed = outline
            .ancestors(run.element)
            .take(3)
            .any(|(_, facts)| matches!(facts.name, "h2" | "h3" | "h4" | "h5" | "h6" | "legend" | "header") || facts.titled);
        let Some(next) = outline.runs.get(at + 1).filter(|_| headed) else { continue };
        let name = fields::vendor_name(&next.text);
        let letters = name.chars().filter(|c| c.is_alphabetic()).count();
        let plain = letters >= 2 && name.chars().count() <= 40 && name.split_whitespace().count() <= 4 && !name.ends_with([':', '?', '!']);
        if !plain
            || label(&name).is_some()
            || split(&next.text).is_some()
            || outline
                .elements
                .get(next.element)
                .is_some_and(|facts| facts.prices > 0 || matches!(facts.name, "button" | "label" | "option"))
        {
            continue;
        }
        let link = outline.ancestors(next.element).take(3).find(|(_, facts)| facts.name == "a");
        let url = link.and_then(|(_, facts)| reader.absolute(attr(facts.element(), "href")?)).map(|url| String::from(&*url));
        return Some((Vendor { name, url, ..Vendor::default() }, next.element));
    }
    None
}
