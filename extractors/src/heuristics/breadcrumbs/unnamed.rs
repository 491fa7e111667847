//! Trails that nothing calls so: links side by side with marks between them, lists that lead from the front page to the heading.

use url::Url;

use super::{Crumb, MARKS, ONWARD, STEPS, is_front, read};
use crate::heuristics::cards::humps;
use crate::heuristics::links::{Target, target};
use crate::heuristics::outline::{Break, Outline};
use crate::html::{Node, NodeRef, attr, fold};

/// Whether all crumbs but the last are links with short names.
pub(super) fn are_links(crumbs: &[Crumb]) -> bool {
    let last = crumbs.len().saturating_sub(1);
    crumbs
        .iter()
        .enumerate()
        .all(|(at, (name, href))| (href.is_some() || at == last) && name.chars().count() <= if at == last { 160 } else { 60 })
}

/// Whether a class or id calls its element crumbs, and nothing else.
pub(super) fn is_called(value: &str) -> bool {
    const WORDS: &[&str] = &["bc", "crumb", "migas", "migajas", "kroshki", "krohi", "kirinti", "whereami", "navtrail", "ruta"];
    !value.is_empty() && humps(value).take(12).any(|word| WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)))
}

/// Whether the crumbs are few links in items of a list, or with marks between them.
pub(super) fn is_parted(outline: &Outline<'_>, at: usize, crumbs: &[Crumb]) -> bool {
    let Some(facts) = outline.elements.get(at).filter(|facts| facts.text <= 300) else { return false };
    let links = crumbs.len() <= 7 && are_links(crumbs) && crumbs.iter().any(|(_, href)| href.is_some());
    let items = outline.inside(at).take(60).filter(|at| outline.elements.get(*at).is_some_and(|facts| facts.name == "li")).count();
    let runs = outline.runs.get(facts.first_run..facts.last_run).unwrap_or(&[]);
    let marks = runs.iter().take(60).filter(|run| run.text.chars().all(|c| MARKS.contains(&c) || c.is_whitespace())).count();
    links && (items >= crumbs.len() || marks + 1 >= crumbs.len())
}

/// A list above the heading that leads from the front page to it, though nothing calls it a trail: of which the last item is the heading
/// itself, or which is in order.
fn in_list(outline: &Outline<'_>, heading: usize, base: &Url) -> Option<Vec<Crumb>> {
    let title = outline.text_of(heading, 300).to_lowercase();
    let first = outline.elements.get(heading)?.first_run;
    let lists = outline.elements.iter().take(heading).filter(|facts| {
        matches!(facts.name, "ul" | "ol") && (3..=300).contains(&facts.text) && facts.last_run <= first && first - facts.last_run <= 60
    });
    lists.take(40).find_map(|facts| {
        if !(1..=7).contains(&facts.links) {
            return None;
        }
        let crumbs = read(facts.node, base);
        let rooted = crumbs.first().is_some_and(|(name, href)| href.is_some() && is_front(name, href.as_deref(), base));
        let ends = crumbs.last().is_some_and(|(name, href)| {
            let name = name.trim_end_matches(['.', '…']).to_lowercase();
            href.is_none() && name.chars().count() >= 4 && title.starts_with(&name)
        });
        (crumbs.len() >= 2 && are_links(&crumbs) && rooted && (ends || facts.name == "ol" && !facts.chrome)).then_some(crumbs)
    })
}

/// A trail that nothing names, whose links and marks lie in boxes of their own on one line.
fn on_line(outline: &Outline<'_>, base: &Url) -> Option<Vec<Crumb>> {
    let is_mark = |text: &str| text.len() <= 8 && text.chars().all(|c| MARKS.contains(&c) || c.is_whitespace());
    let link = |at: usize| {
        let run = outline.runs.get(at)?;
        let (_, facts) = outline.ancestors(run.element).take(4).find(|(_, facts)| facts.name == "a")?;
        let href = attr(facts.element(), "href").map(str::trim).filter(|href| !href.is_empty() && !href.starts_with(['#', 'j']))?;
        Some(base.join(href).ok()?.to_string())
    };
    let goes_on = |at: usize| outline.runs.get(at).is_some_and(|run| run.before == Break::Soft);
    let mut after = 0;
    for at in 1..outline.runs.len().min(600) {
        if at < after || !outline.runs.get(at).is_some_and(|run| is_mark(&run.text) && !run.flag) || !goes_on(at) {
            continue;
        }
        let Some(name) = outline.runs.get(at - 1).map(|run| run.text.clone()) else { continue };
        let mut crumbs: Vec<Crumb> = vec![(name, link(at - 1))];
        let (mut onward, mut other, mut bars) = (0, 0, false);
        let mut mark = at;
        while let Some(run) = outline.runs.get(mark).filter(|run| is_mark(&run.text) && goes_on(mark) && goes_on(mark + 1)) {
            let directed = run.text.contains(ONWARD) || run.text.contains("::");
            (onward, other) = (onward + usize::from(directed), other + usize::from(!directed));
            bars |= run.text.contains('|');
            let Some(next) = outline.runs.get(mark + 1) else { break };
            crumbs.push((next.text.clone(), link(mark + 1)));
            mark += 2;
        }
        after = mark;
        let whole = (2..=8).contains(&crumbs.len())
            && are_links(&crumbs)
            && crumbs.iter().all(|(name, _)| name.chars().any(char::is_alphabetic))
            && !goes_on(mark);
        if whole && is_way(&crumbs, onward, other, bars, base) {
            return Some(crumbs);
        }
    }
    None
}

/// Whether links with marks between them are a trail. Of marks that menus have, too, only where the first leads to the front page.
fn is_way(crumbs: &[Crumb], onward: usize, other: usize, bars: bool, base: &Url) -> bool {
    let front = crumbs.first().is_some_and(|(name, href)| is_front(name, href.as_deref(), base));
    let to = |crumb: &Crumb| crumb.1.as_deref().and_then(|href| Url::parse(href).ok()).map(|url| target(&url));
    let elsewhere = crumbs.iter().any(|crumb| matches!(to(crumb), Some(Target::Action | Target::Vendor | Target::Listing)));
    let ends = crumbs.last().is_some_and(|(_, href)| href.is_none());
    // The steps of a trail lead deeper; many links that all stand right below the front page are a menu.
    let shallow = |crumb: &Crumb| {
        let url = crumb.1.as_deref().and_then(|href| Url::parse(href).ok());
        url.is_some_and(|url| url.query().is_none() && !url.path().trim_matches('/').contains('/'))
    };
    let menu = crumbs.len() >= 4 && crumbs.iter().all(shallow);
    // What lies within what stands before it is a trail, wherever it begins.
    let path =
        |crumb: &Crumb| crumb.1.as_deref().and_then(|href| Url::parse(href).ok()).map(|url| url.path().trim_end_matches('/').to_owned());
    let within = |pair: &[Crumb]| match pair {
        [above, below] => path(above)
            .zip(path(below))
            .is_some_and(|(above, below)| above.len() > 1 && below.strip_prefix(above.as_str()).is_some_and(|rest| rest.starts_with('/'))),
        _ => false,
    };
    if other > 0 && !bars && crumbs.windows(2).all(within) {
        return !elsewhere;
    }
    if other > 0 { front && (ends || !bars) && !menu } else { onward > 0 && (front || !elsewhere) }
}

/// A trail that nothing names: links side by side with marks between them, or, above the heading, one text with such marks.
pub(super) fn unnamed(outline: &Outline<'_>, base: &Url) -> Option<Vec<Crumb>> {
    let h1 = outline.elements.iter().position(|facts| facts.name == "h1");
    let heading = h1.and_then(|at| outline.elements.get(at)).map_or(usize::MAX, |facts| facts.first_run);
    let texts = outline.runs.iter().take(heading).filter(|run| (8..=160).contains(&run.text.len()) && run.text.contains(STEPS));
    let text = texts.take(40).find_map(|run| plain(&run.text, base));
    let mut end = None;
    let links = || {
        let links = outline.elements.iter().enumerate().filter(|(_, facts)| facts.name == "a").take(400);
        let chains = links
            // What stands at the foot of the page leads to no goods.
            .filter(|(at, facts)| facts.text <= 80 && !(facts.chrome && in_footer(outline, *at)))
            .filter_map(|(_, facts)| if Some(facts.node.id()) == end { None } else { chain(facts.node, base, &mut end) });
        // Many a menu has points or dashes between its links, and stands over the trail.
        let (mut first, mut ways) = (None, chains.take(6));
        let directed = ways.find_map(|(crumbs, directed)| {
            let front = || crumbs.first().is_some_and(|(name, href)| href.is_some() && is_front(name, href.as_deref(), base));
            if directed && (first.is_none() || front()) {
                return Some(crumbs);
            }
            first.get_or_insert(crumbs);
            None
        });
        directed.or(first)
    };
    text.or_else(links)
        .or_else(|| in_list(outline, h1?, base))
        .or_else(|| on_line(outline, base))
        .or_else(|| marked(outline, base))
        .or_else(|| in_nav(outline, heading, base))
}

/// Whether an element lies at the foot of the page.
fn in_footer(outline: &Outline<'_>, at: usize) -> bool {
    let called = |name: &str| {
        name.len() <= 60
            && humps(name)
                .take(6)
                .any(|word| ["foot", "footer", "fuss", "pie", "rodape", "stopka"].iter().any(|own| word.eq_ignore_ascii_case(own)))
    };
    outline.ancestors(at).take(8).any(|(_, facts)| facts.name == "footer" || called(facts.class) || called(facts.id))
}

/// A list whose items end with a mark that leads to the next one.
fn marked(outline: &Outline<'_>, base: &Url) -> Option<Vec<Crumb>> {
    let lists = outline
        .elements
        .iter()
        .filter(|facts| matches!(facts.name, "ul" | "ol") && (8..=400).contains(&facts.text) && (2..=8).contains(&facts.links));
    lists.take(40).find_map(|facts| {
        let runs = outline.runs.get(facts.first_run..facts.last_run)?;
        let marks = runs.iter().take(40).filter(|run| run.text.chars().count() <= 2 && run.text.contains(ONWARD)).count();
        let crumbs = if marks > 0 { read(facts.node, base) } else { Vec::new() };
        let front = || crumbs.first().is_some_and(|(name, href)| is_front(name, href.as_deref(), base));
        (crumbs.len() >= 2 && marks + 1 >= crumbs.len() && marks <= crumbs.len() && are_links(&crumbs) && front()).then_some(crumbs)
    })
}

/// Links in a row that nothing parts, within the page's own part and over its heading: the first leads to the front page, none to what is done
/// on the site.
fn in_nav(outline: &Outline<'_>, heading: usize, base: &Url) -> Option<Vec<Crumb>> {
    let navs = outline.elements.iter().enumerate().filter(|(_, facts)| {
        facts.name == "nav"
            && (2..=6).contains(&facts.links)
            && (8..=200).contains(&facts.text)
            && facts.last_run <= heading
            && heading != usize::MAX
    });
    navs.take(8).find_map(|(at, facts)| {
        let own = outline.ancestors(at).skip(1).any(|(_, up)| matches!(up.name, "main" | "article"));
        let crumbs = if own { read(facts.node, base) } else { return None };
        let to = |crumb: &Crumb| crumb.1.as_deref().and_then(|href| Url::parse(href).ok()).map(|url| target(&url));
        let front = crumbs.first().is_some_and(|(name, href)| href.is_some() && is_front(name, href.as_deref(), base));
        let elsewhere = crumbs.iter().skip(1).any(|crumb| matches!(to(crumb), Some(Target::Action | Target::Vendor | Target::Listing)));
        (crumbs.len() >= 2 && front && !elsewhere && crumbs.iter().all(|(name, href)| href.is_some() && name.chars().count() <= 60))
            .then_some(crumbs)
    })
}

/// A trail in one text: "Market → Arms → Flares".
fn plain(text: &str, base: &Url) -> Option<Vec<Crumb>> {
    // "Vous êtes ici : Accueil > Billets", "You are in > Currency"
    let text = text.split_once(':').filter(|(lead, _)| !lead.contains(STEPS)).map_or(text, |(_, rest)| rest);
    let parts: Vec<String> = text.split(STEPS).map(fold).filter(|part| !part.is_empty()).collect();
    let whole = parts.iter().all(|part| {
        let length = part.chars().count();
        (2..=60).contains(&length) && part.chars().any(char::is_alphabetic) && !part.contains(['.', ':', ';', '!', '?', '='])
    });
    let first = parts.first().is_some_and(|first| is_front(first, None, base));
    let onward = text.contains(ONWARD);
    (whole && (onward || first) && (parts.len() >= 3 || (parts.len() == 2 && first)) && parts.len() <= 8)
        .then(|| parts.into_iter().map(|part| (part, None)).collect())
}

/// A trail that nothing names: links side by side with marks between them, and whether all marks lead onward. Of marks that menus have, too,
/// only where the first leads to the front page.
fn chain(first: NodeRef<'_>, base: &Url, end: &mut Option<crate::html::NodeId>) -> Option<(Vec<Crumb>, bool)> {
    let link = |node: NodeRef<'_>| {
        let element = node.value().as_element().filter(|element| element.name() == "a")?;
        let href = attr(element, "href").map(str::trim).filter(|href| !href.is_empty() && !href.starts_with("javascript:"))?;
        let name = fold(&crate::html::inline_text(node, 100));
        let url = base.join(href).ok()?;
        (name.chars().count() <= 80 && name.chars().any(char::is_alphabetic)).then(|| (name, Some(String::from(url))))
    };
    // Where nothing stands behind a link, as in most of a page, there is no trail.
    first.next_sibling()?;
    // A trail begins with its first link.
    let before = first.prev_sibling();
    let mark = before
        .and_then(|node| node.value().as_text())
        .is_some_and(|text| !text.trim().is_empty() && text.trim().chars().all(|c| MARKS.contains(&c)));
    let goes_on =
        before.and_then(|node| node.prev_sibling()).is_some_and(|node| node.value().as_element().is_some_and(|e| e.name() == "a"));
    if mark && goes_on {
        return None;
    }
    let is_mark = |text: &str| {
        let text = text.trim();
        !text.is_empty() && text.chars().all(|c| MARKS.contains(&c) || c.is_whitespace())
    };
    let mut crumbs: Vec<Crumb> = Vec::new();
    let (mut onward, mut other, mut marked) = (0, 0, false);
    for node in first.next_siblings().take(24) {
        let text = match node.value() {
            Node::Text(text) => fold(text),
            Node::Element(element) if element.name() == "a" && marked => {
                if crumbs.is_empty() {
                    crumbs.push(link(first)?);
                }
                crumbs.push(link(node)?);
                *end = Some(node.id());
                marked = false;
                continue;
            }
            Node::Element(element) if matches!(element.name(), "span" | "b" | "strong" | "i" | "em" | "font" | "small") => {
                fold(&crate::html::inline_text(node, 120))
            }
            Node::Comment => continue,
            _ => break,
        };
        if text.is_empty() {
            continue;
        }
        let lead = text.trim_start_matches(|c: char| (MARKS.contains(&c) && !matches!(c, ',' | '+')) || c.is_whitespace());
        let mark = text.get(..text.len() - lead.len()).unwrap_or("");
        let directed = mark.contains(ONWARD) || mark.contains("::");
        if !mark.trim().is_empty() {
            (onward, other) = (onward + usize::from(directed), other + usize::from(!directed));
        }
        if is_mark(&text) {
            marked = true;
        } else if (marked || !mark.trim().is_empty()) && lead.chars().count() <= 160 {
            if crumbs.is_empty() {
                crumbs.push(link(first)?);
            }
            // The last part; behind it a menu goes on in another way.
            crumbs.push((lead.trim_end_matches(|c: char| MARKS.contains(&c) || c.is_whitespace()).to_owned(), None));
            break;
        } else {
            break;
        }
    }
    if !(2..=8).contains(&crumbs.len()) {
        return None;
    }
    let bars = other > 0 && first.next_sibling().is_some_and(|next| next.value().as_text().is_some_and(|text| text.contains('|')));
    is_way(&crumbs, onward, other, bars, base).then_some((crumbs, onward > 0 && other == 0))
}
