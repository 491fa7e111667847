//! Bytes to text to tree: charset, a parser with bounds, and the text of a tree.

mod build;
mod relaid;
mod ruled;
mod decode;
mod parse;
mod select;
mod source;
mod survey;
mod tame;
mod text;
mod tokens;
mod tree;

pub use decode::{Decoded, MAX_BYTES, decode};
pub use parse::{MAX_DEPTH, MAX_NODES, Parsed, parse, parse_placed};
pub use select::{ElementRef, Selector, SelectorErrorKind};
pub use source::{Found, Source};
pub use survey::Survey;
pub use text::{attr, block_text, block_text_limited, fold, inline_text, is_hidden, is_skipped, plain_text, post_text, prefix};
pub(crate) use text::{inline_text_within, is_block, is_cell, on_one_line, parts_lines};
pub use tree::{Attribute, Edge, Element, Html, Node, NodeId, NodeRef};
