//! Open Graph, Twitter and product `meta` properties.

use scraper::Html;

use crate::html::fold;

/// Properties kept from one page.
const MAX_PROPERTIES: usize = 500;
/// Prefixes of properties that describe the page's subject.
const PREFIXES: &[&str] = &["og:", "product:", "twitter:", "article:", "profile:", "book:", "music:", "video:", "place:", "business:"];

/// Pairs of property and content, in page order.
pub fn open_graph(html: &Html) -> Vec<(String, String)> {
    let metas = html.tree.root().descendants().filter_map(|node| node.value().as_element()).filter(|e| e.name() == "meta");
    metas
        .filter_map(|meta| {
            let name = meta.attr("property").or_else(|| meta.attr("name"))?.trim();
            let known = PREFIXES.iter().any(|prefix| name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix)));
            known.then(|| (name.to_ascii_lowercase(), fold(meta.attr("content").unwrap_or("")))).filter(|(_, content)| !content.is_empty())
        })
        .take(MAX_PROPERTIES)
        .collect()
}
