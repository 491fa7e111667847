//! Text to tree within bounds: a hostile page costs linear time and memory and never a deep stack.

use std::borrow::Cow;

use html5ever::ParseOpts;
use html5ever::driver::parse_document;
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::tree_builder::TreeBuilderOpts;

use super::build::{Built, Sink};
use super::source::{Source, tags};
use super::tame::tame;
use super::tree::Html;

/// Nodes that a tree may have; the rest of the page is left out.
pub const MAX_NODES: usize = 250_000;
/// Depth that is read; what lies deeper is left out.
pub const MAX_DEPTH: usize = 2_000;
/// Bytes fed between two looks at the size of the tree.
const STEP: usize = 4096;

/// A parsed page.
#[derive(Debug)]
pub struct Parsed {
    /// The tree, without elements below [`MAX_DEPTH`].
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
    let (sink, cut_at) = feed(&tame, steps, |_, _| {});
    parsed(sink.settle(false), cut_at, &tame)
}

/// [`parse`] that also says where the nodes of the tree begin in the text. The tree is the same.
pub fn parse_placed(text: &str) -> (Parsed, Source<'_>) {
    let tame = tame(text);
    // Fed tag by tag, every node that appears belongs to what was fed last.
    let mut steps: Vec<(usize, usize)> = Vec::new();
    let (sink, cut_at) = feed(&tame, tags(&tame, STEP).into_iter(), |nodes, from| steps.push((nodes, from)));
    let mut built = sink.settle(true);
    let mut nodes = Vec::new();
    if matches!(tame, Cow::Borrowed(_)) {
        let begin = |made: u32| steps.get(steps.partition_point(|(count, _)| *count <= made as usize)).map(|(_, from)| *from);
        nodes = std::mem::take(&mut built.made).into_iter().map(begin).collect();
    }
    (parsed(built, cut_at, &tame), Source::new(text, nodes))
}

fn parsed(built: Built, cut_at: Option<usize>, tame: &Cow<'_, str>) -> Parsed {
    Parsed { html: built.html, cut_at, tamed: built.cut || matches!(tame, Cow::Owned(_)) }
}

/// Feeds a text from step to step; `after` is told the number of nodes and where the step began. Gives the byte at which it stopped for want
/// of room.
fn feed(text: &str, steps: impl Iterator<Item = usize>, mut after: impl FnMut(usize, usize)) -> (Sink, Option<usize>) {
    let options =
        ParseOpts { tree_builder: TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() }, ..ParseOpts::default() };
    let mut parser = parse_document(Sink::new(text.len()), options);
    let mut cut_at = None;
    let mut from = 0;
    for step in steps.skip_while(|step| *step == 0).chain([text.len()]) {
        let mut end = step;
        while !text.is_char_boundary(end) {
            end += 1;
        }
        parser.process(StrTendril::from_slice(text.get(from..end).unwrap_or("")));
        let nodes = parser.tokenizer.sink.sink.nodes();
        after(nodes, from);
        from = end;
        if nodes > MAX_NODES && from < text.len() {
            cut_at = Some(from);
            break;
        }
    }
    (parser.finish(), cut_at)
}
