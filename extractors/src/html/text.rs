//! The text of a tree, as a reader would see it.

use html5ever::{LocalName, local_name};

use super::tree::{Edge, Element, Node, NodeRef, Traits};

/// The value of an attribute of an element.
pub fn attr<'a>(element: Element<'a>, name: &str) -> Option<&'a str> {
    element.attr(name)
}

/// Whether the text of an element is never shown.
pub fn is_skipped(element: Element<'_>) -> bool {
    element.has(Traits::SKIPPED)
}

/// Whether an element says of itself that it is not shown.
pub fn is_hidden(element: Element<'_>) -> bool {
    if attr(element, "hidden").is_some() || attr(element, "aria-hidden") == Some("true") {
        return true;
    }
    let Some(style) = attr(element, "style") else { return false };
    prefix(style, 1000).split(';').filter_map(|declaration| declaration.split_once(':')).any(|(name, value)| {
        let (name, value) = (name.trim(), value.trim().to_ascii_lowercase());
        (name.eq_ignore_ascii_case("display") && value.starts_with("none"))
            || (name.eq_ignore_ascii_case("visibility") && value.starts_with("hidden"))
    })
}

/// Whether an element begins and ends a line.
pub(crate) fn is_block(element: Element<'_>) -> bool {
    element.has(Traits::BLOCK)
}

/// Whether an element is a cell of a table.
pub(crate) fn is_cell(element: Element<'_>) -> bool {
    element.has(Traits::CELL)
}

/// Whether an element begins or ends a line, or is the end of one.
pub(crate) fn parts_lines(element: Element<'_>) -> bool {
    element.has(Traits::BLOCK.and(Traits::BREAK))
}

/// What a name says of the text in and around its elements.
#[rustfmt::skip]
pub(super) fn traits(name: &LocalName) -> Traits {
    match *name {
        local_name!("script") | local_name!("style") | local_name!("template") | local_name!("head") | local_name!("svg") | local_name!("math") | local_name!("iframe") | local_name!("object") | local_name!("canvas") | local_name!("noframes") => Traits::SKIPPED,
        local_name!("br") => Traits::BREAK,
        local_name!("td") | local_name!("th") => Traits::CELL,
        local_name!("p") => Traits::BLOCK.and(Traits::PARAGRAPH),
        local_name!("pre") => Traits::BLOCK.and(Traits::PREFORMATTED),
        local_name!("textarea") => Traits::PREFORMATTED,
        local_name!("address") | local_name!("article") | local_name!("aside") | local_name!("blockquote") | local_name!("body") | local_name!("caption") | local_name!("center") | local_name!("dd") | local_name!("details") | local_name!("dialog") | local_name!("dir") | local_name!("div") | local_name!("dl") | local_name!("dt") | local_name!("fieldset") | local_name!("figcaption") | local_name!("figure") | local_name!("footer") | local_name!("form") | local_name!("h1") | local_name!("h2") | local_name!("h3") | local_name!("h4") | local_name!("h5") | local_name!("h6") | local_name!("header") | local_name!("hgroup") | local_name!("hr") | local_name!("legend") | local_name!("li") | local_name!("main") | local_name!("menu") | local_name!("nav") | local_name!("ol") | local_name!("option") | local_name!("search") | local_name!("section") | local_name!("select") | local_name!("summary") | local_name!("table") | local_name!("tbody") | local_name!("tfoot") | local_name!("thead") | local_name!("tr") | local_name!("ul") => Traits::BLOCK,
        _ => Traits::default(),
    }
}

/// Text with blocks on lines of their own, white space folded except in `pre` and `textarea`, at most one empty line in a row.
pub fn block_text(node: NodeRef<'_>) -> String {
    block_text_limited(node, usize::MAX, |_| false)
}

/// [`block_text`] that stops after about `limit` bytes and leaves out elements for which `skip` holds.
pub fn block_text_limited<'a>(node: NodeRef<'a>, limit: usize, skip: impl Fn(NodeRef<'a>) -> bool) -> String {
    write_blocks(node, limit, skip, false)
}

/// [`block_text_limited`] with `~~` around what is struck out, as in Markdown: in a post it is what was sold.
pub fn post_text<'a>(node: NodeRef<'a>, limit: usize, skip: impl Fn(NodeRef<'a>) -> bool) -> String {
    write_blocks(node, limit, skip, true)
}

fn is_struck(element: Element<'_>) -> bool {
    let by_style = || attr(element, "style").is_some_and(|style| prefix(style, 200).contains("line-through"));
    let by_class =
        || attr(element, "class").is_some_and(|class| matches!(class, "strike" | "strikethrough" | "line-through" | "bbc_strike"));
    matches!(element.name(), "del" | "s" | "strike") || (matches!(element.name(), "span" | "font") && (by_style() || by_class()))
}

fn write_blocks<'a>(node: NodeRef<'a>, limit: usize, skip: impl Fn(NodeRef<'a>) -> bool, marks: bool) -> String {
    let mut writer = Writer::default();
    let mut pre = 0_usize;
    walk(node, |edge| match edge {
        Edge::Open(node) => match node.value() {
            _ if writer.out.len() >= limit => Step::Stop,
            Node::Text(text) => {
                writer.push(text, pre > 0);
                Step::Into
            }
            Node::Element(element) => {
                if is_skipped(element) || skip(node) {
                    return Step::Over;
                }
                if parts_lines(element) {
                    writer.line();
                } else if is_cell(element) {
                    writer.gap();
                }
                if element.has(Traits::PARAGRAPH) {
                    writer.paragraph();
                }
                if marks && is_struck(element) {
                    writer.push("~~", false);
                }
                pre += usize::from(is_preformatted(element));
                Step::Into
            }
            _ => Step::Into,
        },
        Edge::Close(node) => {
            if let Node::Element(element) = node.value() {
                if marks && is_struck(element) {
                    writer.close("~~");
                }
                if is_block(element) {
                    writer.line();
                }
                if element.has(Traits::PARAGRAPH) {
                    writer.paragraph();
                }
                pre -= usize::from(is_preformatted(element));
            }
            Step::Into
        }
    });
    writer.finish()
}

fn is_preformatted(element: Element<'_>) -> bool {
    element.has(Traits::PREFORMATTED)
}

/// Text on one line, white space folded, at most `limit` bytes or a little more.
pub fn inline_text(node: NodeRef<'_>, limit: usize) -> String {
    let mut nodes = usize::MAX;
    inline_text_within(node, limit, &mut nodes)
}

/// [`inline_text`] that walks over no more than `nodes`, and takes those it walked over from them.
pub(crate) fn inline_text_within(node: NodeRef<'_>, limit: usize, nodes: &mut usize) -> String {
    let mut out = String::new();
    walk(node, |edge| match edge {
        Edge::Open(_) if *nodes == 0 || out.len() >= limit => Step::Stop,
        Edge::Open(node) => {
            *nodes -= 1;
            match node.value() {
                Node::Text(text) => push_folded(&mut out, text),
                Node::Element(element) => {
                    if parts_lines(element) || is_cell(element) {
                        push_folded(&mut out, " ");
                    }
                    if is_skipped(element) {
                        return Step::Over;
                    }
                }
                _ => {}
            }
            Step::Into
        }
        Edge::Close(node) => {
            if node.value().as_element().is_some_and(|e| is_block(e) || is_cell(e)) {
                push_folded(&mut out, " ");
            }
            Step::Into
        }
    });
    out.truncate(out.trim_end().len());
    out
}

/// A text without white space at its ends, each other stretch of it a blank.
pub(crate) fn on_one_line(text: &str) -> String {
    let trimmed = text.trim();
    // Most texts are that already.
    let mut last = 0;
    let plain = trimmed.bytes().all(|byte| {
        let single = byte.is_ascii_graphic() || byte == b' ' && last != b' ';
        last = byte;
        single
    });
    if plain {
        return trimmed.to_owned();
    }
    let mut folded = String::with_capacity(trimmed.len());
    push_folded(&mut folded, trimmed);
    folded.truncate(folded.trim_end().len());
    folded
}

/// Folds white space to single blanks and trims.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len().min(1 << 16));
    push_folded(&mut out, text);
    out.truncate(out.trim_end().len());
    out
}

/// The first bytes of a text, cut at a character.
pub fn prefix(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// Plain text without markup: lines trimmed, at most one empty line in a row.
pub fn plain_text(text: &str) -> String {
    let mut writer = Writer::default();
    writer.push(text, true);
    writer.finish()
}

/// Adds a text to one line: white space folded, without what is not seen.
pub(crate) fn push_folded(out: &mut String, text: &str) {
    for (plain, end) in pieces(text) {
        out.push_str(plain);
        match end {
            Some(c) if c.is_whitespace() && (out.is_empty() || out.ends_with(' ')) => {}
            Some(c) if c.is_whitespace() => out.push(' '),
            // Joiners shape Persian letters and pictures of families; behind a Latin letter they hide a word.
            Some('\u{200c}' | '\u{200d}') if out.bytes().next_back().is_none_or(|byte| byte.is_ascii()) => {}
            Some(c) if !is_unseen(c) => out.push(c),
            _ => {}
        }
    }
}

/// Whether a character has no shape of its own and parts no words: soft hyphens, marks of width zero and of direction, controls.
pub(crate) fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
}

/// A text as stretches of visible ASCII with single blanks between, each with the character behind it.
fn pieces(text: &str) -> impl Iterator<Item = (&str, Option<char>)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let bytes = rest.as_bytes();
        let graphic = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_graphic);
        let mut length = 0;
        while graphic(length) || length > 0 && bytes.get(length) == Some(&b' ') && graphic(length + 1) {
            length += 1;
        }
        let (plain, tail) = rest.split_at_checked(length)?;
        let end = tail.chars().next();
        rest = tail.get(end.map_or(0, char::len_utf8)..)?;
        (length > 0 || end.is_some()).then_some((plain, end))
    })
}

/// Where a walk goes from an opening edge.
#[derive(PartialEq, Eq)]
enum Step {
    Into,
    Over,
    Stop,
}

/// Walks a subtree without recursion; `visit` of an opening edge says where to. The closing edge of a node
/// that was not entered is not visited.
fn walk<'a>(root: NodeRef<'a>, mut visit: impl FnMut(Edge<'a>) -> Step) {
    let mut node = root;
    loop {
        let step = visit(Edge::Open(node));
        if step == Step::Stop {
            return;
        }
        let enter = step == Step::Into;
        if enter && let Some(child) = node.first_child() {
            node = child;
            continue;
        }
        if enter {
            visit(Edge::Close(node));
        }
        loop {
            if node == root {
                return;
            }
            if let Some(next) = node.next_sibling() {
                node = next;
                break;
            }
            let Some(parent) = node.parent() else { return };
            node = parent;
            visit(Edge::Close(node));
        }
    }
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Line ends owed before the next word: 0, 1, or 2 for an empty line.
    lines: u8,
    gap: bool,
}

impl Writer {
    fn line(&mut self) {
        self.lines = self.lines.max(1);
    }

    fn paragraph(&mut self) {
        self.lines = 2;
    }

    fn gap(&mut self) {
        self.gap = true;
    }

    fn settle(&mut self) {
        if !self.out.is_empty() {
            match self.lines {
                0 if self.gap => self.out.push(' '),
                0 => {}
                1 => self.out.push('\n'),
                _ => self.out.push_str("\n\n"),
            }
        }
        self.lines = 0;
        self.gap = false;
    }

    fn push(&mut self, text: &str, preformatted: bool) {
        for (plain, end) in pieces(text) {
            if !plain.is_empty() {
                self.settle();
                self.out.push_str(plain);
            }
            match end {
                Some('\n') if preformatted => self.lines = (self.lines + 1).min(2),
                Some(c) if c.is_whitespace() => self.gap = true,
                Some(c) if !c.is_control() => {
                    self.settle();
                    self.out.push(c);
                }
                _ => {}
            }
        }
    }

    /// A mark right behind the last word.
    fn close(&mut self, mark: &str) {
        self.out.push_str(mark);
    }

    fn finish(self) -> String {
        self.out
    }
}
