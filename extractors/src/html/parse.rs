//! Text to tree within bounds: a hostile page costs linear time and memory and never a deep stack.

use std::borrow::Cow;
use std::collections::HashMap;

use html5ever::ParseOpts;
use html5ever::driver::parse_document;
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;
use scraper::{Html, HtmlTreeSink};

use super::source::{Source, tags};
use super::tame::tame;

/// Nodes that a tree may have; the rest of the page is left out.
pub const MAX_NODES: usize = 250_000;
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
    let steps = (0..tame.len().div_ceil(STEP)).map(|step| step * STEP);
    let parsed = feed(&tame, steps, |_, _| {});
    Parsed { tamed: parsed.tamed || matches!(tame, Cow::Owned(_)), ..parsed }
}

/// [`parse`] that also says where the nodes of the tree begin in the text. The tree is the same.
pub fn parse_placed(text: &str) -> (Parsed, Source<'_>) {
    let tame = tame(text);
    // Fed tag by tag, every node that appears belongs to what was fed last.
    let mut made: Vec<(usize, usize)> = Vec::new();
    let parsed = feed(&tame, tags(&tame, STEP).into_iter(), |nodes, from| made.push((nodes, from)));
    let mut nodes = HashMap::new();
    if matches!(tame, Cow::Borrowed(_)) {
        let mut steps = made.into_iter().peekable();
        for (number, node) in parsed.html.tree.nodes().enumerate() {
            while steps.peek().is_some_and(|(count, _)| *count <= number) {
                steps.next();
            }
            nodes.extend(steps.peek().map(|(_, from)| (node.id(), *from)));
        }
    }
    (Parsed { tamed: parsed.tamed || matches!(tame, Cow::Owned(_)), ..parsed }, Source::new(text, nodes))
}

/// Feeds a text from step to step; `after` is told the number of nodes and where the step began.
fn feed(text: &str, steps: impl Iterator<Item = usize>, mut after: impl FnMut(usize, usize)) -> Parsed {
    let options =
        ParseOpts { tree_builder: TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() }, ..ParseOpts::default() };
    let mut parser = parse_document(HtmlTreeSink::new(Html::new_document()), options);
    let mut cut_at = None;
    let mut from = 0;
    for step in steps.skip_while(|step| *step == 0).chain([text.len()]) {
        let mut end = step;
        while !text.is_char_boundary(end) {
            end += 1;
        }
        parser.process(StrTendril::from_slice(text.get(from..end).unwrap_or("")));
        let mut html = parser.tokenizer.sink.sink.0.borrow_mut();
        html.errors.clear();
        let nodes = html.tree.values().len();
        after(nodes, from);
        from = end;
        if nodes > MAX_NODES && from < text.len() {
            cut_at = Some(from);
            break;
        }
    }
    let mut html = parser.finish();
    html.errors = Vec::new();
    let deep = cut_deep(&mut html);
    Parsed { html, cut_at, tamed: deep }
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
