//! The category that a whole page of cards belongs to: the trail that leads to it, or its heading where the menu has the same words.

use std::collections::HashSet;

use rustc_hash::FxBuildHasher;

use super::super::breadcrumbs::{self, is_list_of_all};
use super::super::reader::Reader;
use super::super::single::Scene;
use super::{MAX_NAME, Menu, is_kind};
use crate::provenance::{Draft, Origin};

/// Steps of a trail at most; a longer one is a list of links.
const MAX_STEPS: usize = 5;
/// Words of a step that leads to no category: what was searched for, a page of the list, a way to sort it, a list by time.
#[rustfmt::skip]
const NO_CATEGORY: &[&str] = &[
    "search", "results", "result", "suche", "suchergebnisse", "ergebnisse", "recherche", "résultats", "búsqueda", "resultados", "busca", "ricerca", "risultati",
    "zoeken", "zoekresultaten", "szukaj", "wyniki", "поиск", "результаты", "пошук", "результати", "arama", "sonuçlar", "بحث", "نتائج", "page", "seite",
    "página", "pagina", "strona", "страница", "сторінка", "sayfa", "new", "newest", "latest", "featured", "popular", "recent", "neu", "neueste", "nouveautés", "novedades",
    "novidades", "novità", "nieuw", "nowości", "новинки", "yeni", "جديد", "vendor", "vendors", "seller", "sellers", "tag", "tags", "feedback", "profile",
];

/// Fills the categories of an index page's cards where no card tells one.
pub fn of_index(drafts: &mut [Draft], scene: &Scene<'_, '_>, reader: &Reader<'_>) {
    if drafts.is_empty() || drafts.iter().any(|draft| !draft.listing.category_path.is_empty()) {
        return;
    }
    let names_none = |name: &str| name.to_lowercase().split(|c: char| !c.is_alphabetic()).any(|word| NO_CATEGORY.contains(&word));
    let trail = breadcrumbs::category_path(scene.crumbs, "");
    let (path, origin) = match trail.len() {
        1..=MAX_STEPS if trail.iter().all(|name| name.len() <= MAX_NAME && !names_none(name)) => {
            let origin = breadcrumbs::origin(&trail);
            (trail, origin)
        }
        0 => match heading(scene, reader).filter(|(_, name)| !names_none(name)) {
            Some((at, name)) => (vec![name.clone()], scene.outline.origin("heuristic", at, &name)),
            None => return,
        },
        _ => return,
    };
    for draft in drafts {
        // A card may show the name of the category that it leads to.
        if path.last() != Some(&draft.listing.title) {
            draft.read(|| Origin::clone(&origin), |listing| listing.category_path.clone_from(&path));
            draft.listing.category_of_page = true;
        }
    }
}

/// The page's heading, where an entry of the menu has its words.
fn heading(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Option<(usize, String)> {
    let outline = scene.outline;
    let headings = outline.elements.iter().enumerate().filter(|(_, facts)| matches!(facts.name, "h1" | "h2" | "h3") && !facts.hidden);
    let mut own = headings.filter(|(at, facts)| (2..=40).contains(&facts.text) && !facts.chrome && !scene.in_card(*at)).take(3);
    let menu = Menu::of(outline, scene.cards, reader, usize::MAX);
    let entries: HashSet<&str, FxBuildHasher> = menu.entries.values().map(String::as_str).collect();
    own.find_map(|(at, _)| {
        let text = outline.text_of(at, MAX_NAME);
        let name =
            text.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']')).to_owned();
        let lower = name.to_lowercase();
        (entries.contains(lower.as_str()) && is_kind(&name) && !is_list_of_all(&lower)).then_some((at, name))
    })
}
