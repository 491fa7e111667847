//! Text to tree within bounds: a hostile page costs linear time and memory and never a deep stack.

use std::borrow::Cow;

use super::build::{Built, Sink};
use super::source::Source;
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

/// Parses a page as a browser without scripts would: `noscript` content is content. Lists drawn in preformatted text become tables.
pub fn parse(text: &str) -> Parsed {
    let (built, cut_at) = feed(&without_zeros(text), None);
    Parsed { html: built.html, cut_at, tamed: built.cut }
}

/// [`parse`] that also says where the nodes of the tree begin in the text. The tree is the same.
pub fn parse_placed(text: &str) -> (Parsed, Source<'_>) {
    // Every node that appears belongs to what was read last.
    let mut steps: Vec<(usize, usize)> = Vec::new();
    let plain = without_zeros(text);
    let (built, cut_at) = feed(&plain, Some(&mut steps));
    let mut nodes = Vec::new();
    if matches!(plain, Cow::Borrowed(_)) {
        let begin = |made: u32| steps.get(steps.partition_point(|(count, _)| *count <= made as usize)).map(|(_, from)| *from);
        nodes = built.made.into_iter().map(begin).collect();
    }
    (Parsed { html: built.html, cut_at, tamed: built.cut }, Source::new(text, nodes))
}

/// A text without U+0000, which the standard mostly ignores.
fn without_zeros(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "")) } else { Cow::Borrowed(text) }
}

/// Reads a text from token to token; `steps` takes the number of nodes after each and where it began. Gives the byte at which it stopped for
/// want of room, too.
fn feed(text: &str, mut steps: Option<&mut Vec<(usize, usize)>>) -> (Built, Option<usize>) {
    let mut feeder = Feeder::new(text, Sink::new(text.len()));
    let mut cut_at = None;
    while feeder.at() < text.len() {
        let from = feeder.at();
        feeder.step();
        let nodes = feeder.nodes();
        if let Some(steps) = &mut steps {
            steps.push((nodes, from));
        }
        if nodes > MAX_NODES && feeder.at() < text.len() {
            cut_at = Some(feeder.at());
            break;
        }
    }
    let (sink, cut) = feeder.finish();
    let built = sink.settle(steps.is_some()).ruled();
    (Built { cut: cut || built.cut, ..built }, cut_at)
}
