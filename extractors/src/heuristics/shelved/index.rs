//! The category that a whole page of cards belongs to: the trail that leads to it, the entry of the menu that does, or its heading.

use std::collections::HashSet;

use rustc_hash::FxBuildHasher;
use url::Url;

use super::super::breadcrumbs::{self, is_list_of_all};
use super::super::links::Target;
use super::super::reader::Reader;
use super::super::single::Scene;
use super::{MAX_NAME, Menu, is_kind, name_of, shape, shelf};
use crate::provenance::{Draft, Origin};

/// Steps of a trail at most; a longer one is a list of links.
const MAX_STEPS: usize = 5;
/// Headings of a page that are looked at.
const MAX_HEADINGS: usize = 6;
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
    let mut trail = breadcrumbs::category_path(scene.crumbs, "");
    trail.extend(own_name(scene, reader, &trail));
    let named = |name: &str| !names_none(name) && !super::super::aside::names_aside(name) && !is_list_of_all(&name.to_lowercase());
    if trail.is_empty()
        && let Some(told) = super::sections::of_drafts(drafts, scene, reader, named)
    {
        for (draft, (at, name)) in drafts.iter_mut().zip(told) {
            draft.read(|| scene.outline.origin("heuristic", at, &name), |listing| listing.category_path = vec![name.clone()]);
            draft.listing.category_of_page = true;
        }
        return;
    }
    let (path, origin) = match trail.len() {
        1..=MAX_STEPS if trail.iter().all(|name| name.len() <= MAX_NAME && !names_none(name)) => {
            let origin = breadcrumbs::origin(&trail);
            (trail, origin)
        }
        0 => match told(scene, reader).filter(|(_, path)| !path.iter().any(|name| names_none(name))) {
            Some((at, path)) => {
                let origin = scene.outline.origin("heuristic", at, &path.join(" > "));
                (path, origin)
            }
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

/// The heading of a page whose trail ends with what it lies in: the last step leads elsewhere, and the page's title begins with the heading.
fn own_name(scene: &Scene<'_, '_>, reader: &Reader<'_>, trail: &[String]) -> Option<String> {
    let (last, href) = scene.crumbs.last()?;
    let url = Url::parse(href.as_deref()?).ok().filter(|_| trail.last() == Some(last))?;
    let elsewhere = url.path() != reader.url.path() || url.query() != reader.url.query();
    let outline = scene.outline;
    let mut headings = outline.elements.iter().enumerate().filter(|(at, facts)| facts.name == "h1" && !facts.hidden && !scene.in_card(*at));
    let (at, _) = headings.next().filter(|(_, facts)| elsewhere && (2..=MAX_NAME).contains(&facts.text) && facts.links == 0)?;
    let name = outline.text_of(at, MAX_NAME);
    let lower = name.to_lowercase();
    let first = parts(scene.page_title).len() > 1 && scene.page_title.to_lowercase().starts_with(&lower);
    let new = trail.iter().all(|step| step.to_lowercase() != lower);
    let named = !is_list_of_all(&lower) && !names_none(&name) && !breadcrumbs::is_site(&name, reader.url);
    (first && new && named && headings.next().is_none()).then_some(name)
}

fn names_none(name: &str) -> bool {
    name.to_lowercase().split(|c: char| !c.is_alphabetic()).any(|word| NO_CATEGORY.contains(&word))
}

/// Where no trail leads to the page: the entry of the menu that does, else its heading.
fn told(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Option<(usize, Vec<String>)> {
    let outline = scene.outline;
    let headings = outline.elements.iter().enumerate().filter(|(at, facts)| {
        matches!(facts.name, "h1" | "h2" | "h3" | "h4")
            && !facts.hidden
            && !facts.chrome
            && (2..=60).contains(&facts.text)
            && !scene.in_card(*at)
    });
    let headings: Vec<(usize, String)> = headings.take(MAX_HEADINGS).map(|(at, _)| (at, outline.text_of(at, MAX_NAME))).collect();
    let menu = Menu::of(outline, scene.cards, reader, usize::MAX);
    let entries: HashSet<&str, FxBuildHasher> = menu.entries.values().map(String::as_str).collect();
    let known = |name: &str| entries.contains(name.to_lowercase().as_str());
    own_entry(scene, reader, None, &headings)
        .or_else(|| headings.iter().find_map(|(at, text)| Some((*at, heading(text, known)?))))
        .or_else(|| chosen(scene, &menu))
        .or_else(|| super::slug::of_address(scene, reader))
        .or_else(|| titled(scene, reader, &menu, &headings))
        .or_else(|| own_entry(scene, reader, Some(&menu).filter(|_| reader.crypto), &headings))
        .or_else(|| headings.iter().find_map(|(at, text)| Some((*at, behind_word(text, known)?))))
}

/// The entry of a menu that leads to this page, and has the words of its title or of a heading; with the entry under which it stands. Of a given
/// menu any entry will do.
fn own_entry(
    scene: &Scene<'_, '_>,
    reader: &Reader<'_>,
    menu: Option<&Menu>,
    headings: &[(usize, String)],
) -> Option<(usize, Vec<String>)> {
    let outline = scene.outline;
    let title = scene.page_title.to_lowercase();
    let leads_here = |at: usize| {
        let url = Url::parse(&shelf(outline, at, reader)?).ok()?;
        let same = url.path() == reader.url.path() && url.query_pairs().all(|pair| reader.url.query_pairs().any(|own| own == pair));
        // Parameters for the order of a list, and for a page of it, have short names.
        let plain = url.query().is_some() || reader.url.query_pairs().all(|(name, _)| name.len() <= 5);
        (same && plain).then(|| name_of(outline, at)).flatten()
    };
    let links = outline.elements.iter().enumerate().filter(|(at, facts)| facts.name == "a" && !scene.in_card(*at)).take(super::MAX_LINKS);
    let listed = |at: usize| menu.is_some_and(|menu| shelf(outline, at, reader).is_some_and(|url| menu.entries.contains_key(&url)));
    let (at, name) = links.filter_map(|(at, _)| Some((at, leads_here(at)?))).find(|(at, name)| {
        let lower = name.to_lowercase();
        let said = title.contains(&lower) || headings.iter().any(|(_, text)| text.to_lowercase().contains(&lower));
        (said || listed(*at)) && is_kind(name) && !is_list_of_all(&lower)
    })?;
    let mut path = vec![name];
    // A list within an entry of the list above.
    for (above, _) in outline.ancestors(at).skip(1).take(6).filter(|(_, facts)| facts.name == "li") {
        let first = outline.inside(above).take(6).find(|at| outline.elements.get(*at).is_some_and(|facts| facts.name == "a"));
        let name = first.filter(|first| *first != at).and_then(|first| shelf(outline, first, reader).and(name_of(outline, first)));
        if let Some(name) = name.filter(|name| path.first() != Some(name) && is_kind(name)) {
            path.insert(0, name);
        }
    }
    // An item of a list under the last term before it.
    let term = outline.ancestors(at).skip(1).take(3).find(|(_, facts)| facts.name == "dd").and_then(|(item, facts)| {
        let terms = (facts.parent + 1..item).rev().take(200);
        terms.into_iter().find(|term| outline.elements.get(*term).is_some_and(|own| own.name == "dt" && own.parent == facts.parent))
    });
    if let Some(name) = term.map(|term| outline.text_of(term, MAX_NAME)).filter(|name| is_kind(bare(name))) {
        path.insert(0, bare(&name).to_owned());
    }
    // A part of the menu that opens and shuts, under its name.
    let shut = outline.ancestors(at).skip(1).take(6).find(|(_, facts)| facts.name == "details" && reader.crypto);
    let name =
        shut.and_then(|(shut, _)| outline.inside(shut).take(4).find(|at| outline.elements.get(*at).is_some_and(|f| f.name == "summary")));
    if let Some(name) = name.and_then(|at| outline.runs_of(at).first()).map(|run| bare(&run.text)).filter(|name| is_kind(name)) {
        path.insert(0, name.to_owned());
    }
    Some((at, path))
}

/// The words of a heading that entries of a menu have: all of them, or a trail.
fn heading(text: &str, known: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let trail: Vec<&str> = text.split(['»', '›', '>', '→', '❯']).map(bare).collect();
    if trail.len() > 1 {
        let path = trail.iter().all(|name| is_kind(name)) && trail.iter().any(|name| known(name));
        return path.then(|| trail.into_iter().map(str::to_owned).collect());
    }
    one(text, known)
}

/// "Reparto Banconote", "Drogen: neueste Angebote": the words of an entry behind another word, or before a colon.
fn behind_word(text: &str, known: impl Fn(&str) -> bool + Copy) -> Option<Vec<String>> {
    let (lead, rest) = text.split_once([':', ' '])?;
    let behind = || one(rest, known).filter(|_| lead.chars().all(char::is_alphabetic));
    behind().or_else(|| one(text.split_once(':')?.0, known))
}

fn one(name: &str, known: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let name = bare(name);
    (known(name) && is_kind(name) && !is_list_of_all(&name.to_lowercase())).then(|| vec![name.to_owned()])
}

/// A heading, or what stands behind its colon, that is a part of the page's title, where the address is one of a category.
fn titled(scene: &Scene<'_, '_>, reader: &Reader<'_>, menu: &Menu, headings: &[(usize, String)]) -> Option<(usize, Vec<String>)> {
    let shelved = super::super::links::target(reader.url) == Target::Category || menu.shapes.contains(&shape(reader.url.as_str()));
    if !shelved || reader.url.path().len() <= 1 && reader.url.query().is_none() {
        return None;
    }
    let parts = parts(scene.page_title);
    headings.iter().filter(|_| parts.len() > 1).find_map(|(at, text)| {
        let name = bare(text.split_once(':').map_or(text.as_str(), |(_, rest)| rest));
        let lower = name.to_lowercase();
        let site = breadcrumbs::is_site(name, reader.url);
        (parts.contains(&lower) && is_kind(name) && !is_list_of_all(&lower) && !site).then(|| (*at, vec![name.to_owned()]))
    })
}

/// The entry of a menu that leads nowhere, since it is that of the page, and is a part of the page's title.
fn chosen(scene: &Scene<'_, '_>, menu: &Menu) -> Option<(usize, Vec<String>)> {
    let outline = scene.outline;
    let parts = parts(scene.page_title);
    if parts.len() < 2 || menu.entries.is_empty() {
        return None;
    }
    let plain = outline.elements.iter().enumerate().filter(|(at, facts)| {
        facts.links == 0
            && facts.last_run == facts.first_run + 1
            && (3..=40).contains(&facts.text)
            && !facts.hidden
            && !matches!(facts.name, "option" | "label" | "button" | "title" | "h1" | "h2" | "h3")
            && !outline.in_link(*at)
            && !scene.in_card(*at)
    });
    // The smallest box with links around it is that list.
    let in_menu = |at: usize| {
        let list = outline.ancestors(at).skip(1).take(5).find(|(_, facts)| facts.links > 0);
        list.is_some_and(|(list, facts)| {
            let entries = outline.inside(list).filter(|at| outline.elements.get(*at).is_some_and(|facts| facts.name == "a"));
            // Over a menu stands the name of the site.
            let entries: Vec<usize> = entries.take(60).collect();
            let among = entries.first().is_some_and(|first| *first < at);
            let known = entries.iter().filter(|at| name_of(outline, **at).is_some_and(|name| menu.has(&name))).count();
            among && facts.links >= 3 && known * 3 >= facts.links.min(60) * 2
        })
    };
    plain.take(super::MAX_LINKS).map(|(at, _)| (at, outline.text_of(at, MAX_NAME))).find_map(|(at, text)| {
        let name = bare(&text);
        let own = parts.contains(&name.to_lowercase()) && is_kind(name) && !is_list_of_all(&name.to_lowercase());
        (own && in_menu(at)).then(|| (at, vec![name.to_owned()]))
    })
}

/// The parts of a page's title, in lower case.
pub(super) fn parts(page_title: &str) -> Vec<String> {
    page_title
        .split(['|', '»', '·', '•', '—', '–'])
        .flat_map(|part| part.split("::"))
        .flat_map(|part| part.split(": "))
        .flat_map(|part| part.split(" - "))
        .map(|part| part.trim().to_lowercase())
        .collect()
}

/// A name without the count behind it.
pub(super) fn bare(text: &str) -> &str {
    text.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | ',')).trim()
}
