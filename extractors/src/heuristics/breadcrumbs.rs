//! The trail that leads from the front page to this one.

use ego_tree::NodeRef;
use ego_tree::iter::Edge;
use scraper::{Html, Node};
use url::Url;

use crate::html::fold;

/// Crumbs of one trail.
const MAX_CRUMBS: usize = 20;
/// Marks between crumbs; text made of nothing else is no crumb.
const MARKS: &[char] =
    &['>', '»', '›', '/', '|', '→', '\\', '-', '–', '·', '•', ':', '<', '«', '‹', '❯', '⟩', '▸', '►', '+', ',', '⇒', '➜'];

/// A crumb: its name and, where it is a link, its address.
pub type Crumb = (String, Option<String>);

/// Finds an element that calls itself breadcrumb and reads it.
pub fn find(html: &Html, base: &Url) -> Vec<Crumb> {
    let trail = html.tree.root().descendants().find(|node| {
        node.value().as_element().is_some_and(|element| {
            let named = |value: &str| {
                let value = value.to_ascii_lowercase();
                ["breadcrumb", "bread-crumb", "bread_crumb", "crumbs", "pathway", "navpath", "ariane"]
                    .iter()
                    .any(|word| value.contains(word))
            };
            ["class", "id", "aria-label", "data-testid"].iter().any(|name| element.attr(name).is_some_and(named))
        })
    });
    trail.map(|node| read(node, base)).unwrap_or_default()
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
                    if matches!(element.name(), "ul" | "ol") && link.is_none() && skip.is_none() && in_item(node, root) =>
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
                        let tip = || node.value().as_element().and_then(|e| e.attr("title").or_else(|| e.attr("aria-label"))).unwrap_or("");
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
    crumbs
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
    const HOME: &[&str] = &[
        "home",
        "homepage",
        "home page",
        "start",
        "startseite",
        "accueil",
        "inicio",
        "início",
        "pagina principale",
        "strona główna",
        "главная",
        "index",
        "forum",
        "forums",
        "board index",
        "forum index",
        "foren-übersicht",
        "index du forum",
        "shop",
        "all",
        "market",
        "etusivu",
        "forside",
        "hem",
        "hjem",
        "back",
        "zurück",
        "retour",
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
