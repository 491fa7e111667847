//! Text to tree within bounds: a hostile page costs linear time and memory and never a deep stack.

use std::borrow::Cow;

use super::build::{Built, Sink};
use super::source::Source;
use super::tame::tame;
use super::tokens::Feeder;
use super::tree::Html;

/// Nodes that a tree may have; the rest of the page is left out.
pub const MAX_NODES: usize = 250_000;
/// Depth that is read; what lies deeper is left out.
pub const MAX_DEPTH: usize = 2_000;

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
    let (sink, cut_at) = feed(&tame, |_, _| {});
    parsed(sink.settle(false), cut_at, &tame)
}

/// [`parse`] that also says where the nodes of the tree begin in the text. The tree is the same.
pub fn parse_placed(text: &str) -> (Parsed, Source<'_>) {
    let tame = tame(text);
    // Every node that appears belongs to what was read last.
    let mut steps: Vec<(usize, usize)> = Vec::new();
    let (sink, cut_at) = feed(&tame, |nodes, from| steps.push((nodes, from)));
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

/// Reads a text from token to token; `after` is told the number of nodes and where the token began. Gives the byte at which it stopped for
/// want of room.
fn feed(text: &str, mut after: impl FnMut(usize, usize)) -> (Sink, Option<usize>) {
    let mut feeder = Feeder::new(text, Sink::new(text.len()));
    let mut cut_at = None;
    while feeder.at() < text.len() {
        let from = feeder.at();
        feeder.step();
        let nodes = feeder.nodes();
        after(nodes, from);
        if nodes > MAX_NODES && feeder.at() < text.len() {
            cut_at = Some(feeder.at());
            break;
        }
    }
    (feeder.finish(), cut_at)
}
