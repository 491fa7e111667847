//! The trail that leads from the front page to this one.

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::Node;
use url::Url;

use super::outline::Outline;
use crate::html::{attr, fold};

/// Crumbs of one trail.
const MAX_CRUMBS: usize = 20;
/// Marks between crumbs; text made of nothing else is no crumb.
#[rustfmt::skip]
const MARKS: &[char] =
    &['>', '»', '›', '/', '|', '→', '\\', '-', '–', '·', '•', ':', '<', '«', '‹', '❯', '⟩', '▸', '►', '+', ',', '⇒', '➜'];

/// A crumb: its name and, where it is a link, its address.
pub type Crumb = (String, Option<String>);

/// Finds an element that calls itself breadcrumb and reads it.
pub fn find(outline: &Outline<'_>, base: &Url) -> Vec<Crumb> {
    let named = |value: &str| {
        let value = value.to_ascii_lowercase();
        ["breadcrumb", "bread-crumb", "bread_crumb", "crumbs", "pathway", "navpath", "ariane"].iter().any(|word| value.contains(word))
    };
    let by_class: Vec<bool> = outline.classes.iter().map(|class| named(class.text)).collect();
    let trail =
        outline.elements.iter().position(|facts| by_class.get(facts.class_at) == Some(&true) || (!facts.id.is_empty() && named(facts.id)));
    let called = |at: &usize| {
        let element = outline.elements.get(*at)?.element();
        ["aria-label", "data-testid"].iter().any(|name| attr(element, name).is_some_and(named)).then_some(*at)
    };
    let trail = [trail, outline.described.iter().find_map(called)].into_iter().flatten().min().and_then(|at| outline.elements.get(at));
    let named = trail.map(|facts| read(facts.node, base)).unwrap_or_default();
    if named.len() > 1 { named } else { unnamed(outline, base).unwrap_or(named) }
}

/// A trail that nothing names: a short line of links with marks between them, of which the first leads to the front page.
fn unnamed(outline: &Outline<'_>, base: &Url) -> Option<Vec<Crumb>> {
    #[rustfmt::skip]
    const BEGINNINGS: &[&str] = &[
        "home", "homepage", "start", "startseite", "accueil", "inicio", "início", "strona główna", "главная", "головна", "anasayfa",
        "ana sayfa", "الرئيسية", "main", "store", "front page", "hem", "etusivu", "forside", "hjem", "thuis", "página inicial",
        "principal", "domů",
    ];
    for facts in outline.elements.iter().filter(|facts| facts.name == "a").take(400).filter(|facts| (1..=20).contains(&facts.text)) {
        let node = facts.node;
        let name = crate::html::inline_text(node, 60).to_lowercase();
        let home = BEGINNINGS.contains(&name.trim()) && attr(facts.element(), "href").is_some();
        let Some(line) = node.parent().filter(|_| home) else { continue };
        // The mark stands right behind the first link.
        let marked = node.next_sibling().and_then(|next| next.value().as_text().map(|text| text.trim().to_owned()));
        let marked = marked.is_some_and(|text| text.starts_with(['>', '»', '›', '/', '→', '|', '▸', ':', '\\', '-']));
        let links = line.children().filter(|child| child.value().as_element().is_some_and(|e| e.name() == "a")).take(9).count();
        if !marked || !(2..=8).contains(&links) || crate::html::inline_text(line, 400).len() > 300 {
            continue;
        }
        // Menus are written like that, too, but a trail ends in a name that is no link, or goes deeper with every step.
        let crumbs = read(line, base);
        let ends = crumbs.last().is_some_and(|(_, href)| href.is_none());
        let bars = crate::html::inline_text(line, 400).contains('|');
        if crumbs.len() > 1 && (ends || !bars) {
            return Some(crumbs);
        }
    }
    None
}
/// Reads the crumbs of an element: its links, and texts between or after them.
pub fn read(root: NodeRef<'_, Node>, base: &Url) -> Vec<Crumb> {
    let mut crumbs: Vec<Crumb> = Vec::new();
    let mut link: Option<(ego_tree::NodeId, String, Option<String>)> = None;
    let mut loose = String::new();
    let mut skip: Option<ego_tree::NodeId> = None;
    let mut visited = 0_usize;
    for edge in root.traverse() {
        visited += 1;
        // A trail is short; an element that holds a whole page is none.
        if visited > 2_000 || crumbs.len() > MAX_CRUMBS {
            break;
        }
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(text) if skip.is_none() => match &mut link {
                    Some((_, name, _)) => name.push_str(text),
                    None => loose.push_str(text),
                },
                Node::Element(element)
                    if matches!(element.name(), "ul" | "ol")
                        && link.is_none()
                        && skip.is_none()
                        && in_item(node, root)
                        && is_choice(node) =>
                {
                    // A menu that drops down from a crumb.
                    skip = Some(node.id());
                }
                _ if skip.is_some() => {}
                Node::Element(element) => match element.name() {
                    "a" if link.is_none() => {
                        settle(&mut loose, &mut crumbs);
                        let href = element
                            .attr("href")
                            .map(str::trim)
                            .filter(|href| !href.is_empty() && !href.starts_with(['#']) && !href.starts_with("javascript:"));
                        link = Some((node.id(), String::new(), href.and_then(|href| base.join(href).ok()).map(String::from)));
                    }
                    "li" | "div" | "br" | "p" | "td" | "h1" | "h2" | "ul" | "ol" if link.is_none() => settle(&mut loose, &mut crumbs),
                    "script" | "style" => break,
                    _ => {}
                },
                _ => {}
            },
            Edge::Close(node) if skip.is_some() => {
                if skip == Some(node.id()) {
                    skip = None;
                }
            }
            Edge::Close(node) => {
                if let Some((id, name, href)) = link.take() {
                    if id == node.id() {
                        // A picture of a house says what it is in its tip.
                        let tip =
                            || node.value().as_element().and_then(|e| attr(e, "title").or_else(|| attr(e, "aria-label"))).unwrap_or("");
                        let name = if name.trim().is_empty() { tip() } else { name.as_str() };
                        push(name, href, &mut crumbs);
                    } else {
                        link = Some((id, name, href));
                    }
                } else if node.value().as_element().is_some_and(|e| matches!(e.name(), "li" | "div" | "p" | "td" | "h1" | "h2")) {
                    settle(&mut loose, &mut crumbs);
                }
            }
        }
    }
    settle(&mut loose, &mut crumbs);
    // A way back at the end of the trail is no part of it.
    if crumbs.len() > 1
        && crumbs.last().is_some_and(|(name, _)| {
            matches!(name.to_lowercase().as_str(), "back" | "zurück" | "retour" | "volver" | "indietro" | "terug" | "wstecz" | "назад")
        })
    {
        crumbs.pop();
    }
    crumbs
}

/// Whether a list offers more than one way on; trails are written as lists within lists, too.
fn is_choice(list: NodeRef<'_, Node>) -> bool {
    list.children().filter(|child| child.value().as_element().is_some_and(|e| e.name() == "li")).take(2).count() > 1
}

/// Whether a list hangs within an item of the trail.
fn in_item(node: NodeRef<'_, Node>, root: NodeRef<'_, Node>) -> bool {
    node.ancestors()
        .take_while(|above| above.id() != root.id())
        .take(6)
        .any(|above| above.value().as_element().is_some_and(|e| e.name() == "li"))
}

/// Loose text may hold several crumbs with marks between them.
fn settle(loose: &mut String, crumbs: &mut Vec<Crumb>) {
    let text = std::mem::take(loose);
    if text.trim_end().ends_with([':', '?', '：']) && crumbs.is_empty() {
        return;
    }
    for part in text.split(['>', '»', '›', '→', '|', '❯', '▸', '►']) {
        push(part, None, crumbs);
    }
}

fn push(text: &str, href: Option<String>, crumbs: &mut Vec<Crumb>) {
    let name = fold(text);
    let name = name.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '>' | '»' | '›' | '→' | '/' | '|' | '<' | '«' | '‹' | '❯' | '⟩' | '▸' | '►' | '⇒' | '➜')
    });
    // The closing mark of a quotation is none between crumbs.
    let quoted = name.matches('«').count() > name.matches('»').count() && fold(text).trim_end().ends_with('»');
    let closed = quoted.then(|| format!("{name}»"));
    let name = closed.as_deref().unwrap_or(name);
    let name = name.strip_suffix(" -").or_else(|| name.strip_suffix(" –")).unwrap_or(name);
    let says_something = name.chars().any(|c| !MARKS.contains(&c) && !c.is_whitespace());
    let is_lead = crumbs.is_empty()
        && [
            "you are here",
            "sie sind hier",
            "vous êtes ici",
            "usted está aquí",
            "estás en",
            "back",
            "return",
            "zurück",
            "retour",
            "volver",
            "indietro",
            "tilbage",
            "tillbaka",
            "terug",
            "wstecz",
            "назад",
            "вы здесь",
            "вы находитесь здесь",
            "ви тут",
            "jesteś tutaj",
            "tu jesteś",
            "buradasınız",
            "u bent hier",
            "je bent hier",
            "sei qui",
            "ti trovi in",
            "você está aqui",
            "você está em",
            "está aquí",
            "أنت هنا",
            "customer service",
        ]
        .iter()
        .any(|lead| name.trim_end_matches(':').to_lowercase() == *lead);
    let repeats = crumbs.last().is_some_and(|(last, _)| last == name);
    if says_something && !is_lead && !repeats && name.len() <= 200 {
        crumbs.push((name.to_owned(), href));
    }
}

/// The category path within a trail: without the front page and without the page's own title.
pub fn category_path(crumbs: &[Crumb], title: &str) -> Vec<String> {
    #[rustfmt::skip]
    const HOME: &[&str] = &[
        "home", "homepage", "home page", "start", "startseite", "accueil", "inicio", "início", "pagina principale", "strona główna",
        "strona glowna", "главная", "главная страница", "головна", "anasayfa", "ana sayfa", "الرئيسية", "página inicial", "thuis",
        "domů", "index", "forum", "forums", "board index", "forum index", "foren-übersicht", "index du forum", "shop", "all", "market",
        "etusivu", "forside", "hem", "hjem", "back", "zurück", "retour",
    ];
    let title = title.to_lowercase();
    let mut path: Vec<String> = Vec::new();
    for (at, (name, href)) in crumbs.iter().enumerate() {
        let lower = name.to_lowercase();
        let is_home = at == 0
            && (HOME.contains(&lower.as_str())
                || href.as_deref().and_then(|h| Url::parse(h).ok()).is_some_and(|u| u.path() == "/" && u.query().is_none()));
        let is_self = at + 1 == crumbs.len()
            && (lower == title || (href.is_none() && (title.starts_with(lower.trim_end_matches(['.', '…'])) || lower.starts_with(&title))));
        if !is_home && !is_self && !HOME.contains(&lower.as_str()) {
            path.push(name.clone());
        }
    }
    path
}
