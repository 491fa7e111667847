//! Text to tree within bounds: a hostile page costs linear time and memory and never a deep stack.

use std::borrow::Cow;

use html5ever::ParseOpts;
use html5ever::driver::parse_document;
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use scraper::{Html, HtmlTreeSink};

use super::tame::tame;

/// Nodes that a tree may have; the rest of the page is left out.
pub const MAX_NODES: usize = 1_000_000;
/// Depth that is read; what lies deeper is left out.
pub const MAX_DEPTH: usize = 2_000;
/// Bytes fed between two looks at the size of the tree.
const STEP: usize = 4096;

/// A parsed page.
#[derive(Debug)]
pub struct Parsed {
    /// The tree. Elements below [`MAX_DEPTH`] are detached.
    pub html: Html,
    /// Byte at which reading stopped for want of room, if it did.
    pub cut_at: Option<usize>,
    /// Whether markup was left out because it nested too deep or had too many attributes.
    pub tamed: bool,
}

/// Parses a page as a browser without scripts would: `noscript` content is content.
pub fn parse(text: &str) -> Parsed {
    let tame = tame(text);
    let options =
        ParseOpts { tree_builder: TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() }, ..ParseOpts::default() };
    let mut parser = parse_document(HtmlTreeSink::new(Html::new_document()), options);
    let mut rest: &str = &tame;
    let mut cut_at = None;
    while !rest.is_empty() {
        let mut end = STEP.min(rest.len());
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (step, after) = rest.split_at(end);
        parser.process(StrTendril::from_slice(step));
        rest = after;
        let mut html = parser.tokenizer.sink.sink.0.borrow_mut();
        html.errors.clear();
        if html.tree.values().len() > MAX_NODES && !rest.is_empty() {
            cut_at = Some(tame.len() - rest.len());
            break;
        }
    }
    let mut html = parser.finish();
    html.errors = Vec::new();
    let deep = cut_deep(&mut html);
    Parsed { html, cut_at, tamed: deep || matches!(tame, Cow::Owned(_)) }
}

/// Detaches what lies too deep, so that walks towards the root stay short.
fn cut_deep(html: &mut Html) -> bool {
    let mut deep = Vec::new();
    let mut depth = 0_usize;
    for edge in html.tree.root().traverse() {
        match edge {
            ego_tree::iter::Edge::Open(node) => {
                depth += 1;
                if depth == MAX_DEPTH {
                    deep.push(node.id());
                }
            }
            ego_tree::iter::Edge::Close(_) => depth -= 1,
        }
    }
    for id in &deep {
        if let Some(mut node) = html.tree.get_mut(*id) {
            node.detach();
        }
    }
    !deep.is_empty()
}
