//! Open Graph, Twitter and product `meta` properties.

use crate::html::{Survey, attr, fold};

/// Properties kept from one page.
const MAX_PROPERTIES: usize = 500;
/// Prefixes of properties that describe the page's subject, without a declaration.
const PREFIXES: &[&str] = &["og", "product", "twitter", "article", "profile", "book", "music", "video", "place", "business", "fb"];
/// Where full names of properties begin.
const SPACES: &[&str] =
    &["http://ogp.me/ns#", "https://ogp.me/ns#", "http://ogp.me/ns/", "https://ogp.me/ns/", "http://opengraphprotocol.org/schema/"];

/// Pairs of property and content, in page order. Prefixes that `html` or `head` declare count, too.
pub fn open_graph(survey: &Survey<'_>) -> Vec<(String, String)> {
    let head = survey.html.root().descendants().filter_map(|node| node.value().as_element());
    let mut prefixes: Vec<String> = PREFIXES.iter().map(|prefix| (*prefix).to_owned()).collect();
    for element in head.take(50).filter(|e| matches!(e.name(), "html" | "head")) {
        let spaces = element.attributes().filter_map(|(own, _)| own.name.strip_prefix("xmlns:"));
        let listed = attr(element, "prefix").unwrap_or("").split_ascii_whitespace().filter_map(|word| word.strip_suffix(':'));
        prefixes.extend(spaces.chain(listed).take(32).map(str::to_ascii_lowercase));
    }
    let metas = survey.metas.iter().copied();
    metas
        .filter_map(|meta| {
            let name = short(attr(meta, "property").or_else(|| attr(meta, "name"))?.trim());
            let known = name.split_once(':').is_some_and(|(prefix, _)| prefixes.iter().any(|own| own == prefix));
            known.then(|| (name, fold(attr(meta, "content").unwrap_or("")))).filter(|(_, content)| !content.is_empty())
        })
        .take(MAX_PROPERTIES)
        .collect()
}

/// The short form of a full name: `http://ogp.me/ns/product#price:amount` is `product:price:amount`.
fn short(name: &str) -> String {
    let rest = SPACES.iter().find_map(|space| name.strip_prefix(space));
    match rest.map(|rest| rest.split_once('#').unwrap_or(("og", rest))) {
        Some((prefix, property)) => format!("{prefix}:{property}").to_ascii_lowercase(),
        None => name.to_ascii_lowercase(),
    }
}
