//! Lays a page out anew, with lines of preformatted text as rows of tables.

use html5ever::{LocalName, local_name};

use super::build::Built;
use super::text::traits;
use super::tree::{Html, Kind, Slot, Traits};

/// A stretch of a line, and the columns that it takes on the screen.
#[derive(Clone, Copy)]
pub(super) struct Piece {
    pub(super) part: Part,
    pub(super) from: usize,
    pub(super) to: usize,
}

#[derive(Clone, Copy)]
pub(super) enum Part {
    /// Bytes of the page's text, and the node that they lie in.
    Text { from: u32, to: u32, node: u32 },
    /// A node with all inside it.
    Node { at: u32, link: bool },
}

/// A line of preformatted text.
pub(super) type Line = Vec<Piece>;

/// What a line, or several, become.
pub(super) enum Block {
    Lines(std::ops::Range<usize>),
    Table { head: Vec<Vec<Piece>>, rows: Vec<Vec<Vec<Piece>>> },
}

/// Lays the page out anew.
pub(super) struct Builder {
    slots: Vec<Slot>,
    made: Vec<u32>,
    open: Vec<u32>,
    placed: bool,
}

impl Builder {
    /// The page with the lines of each list as blocks below its holder.
    pub(super) fn rebuild(built: Built, lists: &[(u32, Vec<Line>, Vec<Block>)]) -> Built {
        let Built { mut html, made, cut } = built;
        let room = html.slots.len() + 8;
        let mut builder = Self { slots: Vec::with_capacity(room), made: Vec::new(), open: Vec::new(), placed: !made.is_empty() };
        let mut lists = lists.iter().peekable();
        let (mut at, mut ends) = (0, Vec::new());
        while (at as usize) < html.slots.len() {
            while ends.pop_if(|end| *end <= at).is_some() {
                builder.close();
            }
            let end = html.slots.get(at as usize).map_or(at + 1, |slot| slot.end);
            builder.take(&mut html, &made, at);
            ends.push(end);
            at += 1;
            if let Some((holder, lines, blocks)) = lists.next_if(|(holder, ..)| *holder + 1 == at) {
                let first = made.get(*holder as usize).copied().unwrap_or_default();
                blocks.iter().for_each(|block| builder.block(&mut html, &made, lines, block, first));
                at = end;
            }
        }
        while ends.pop().is_some() {
            builder.close();
        }
        html.slots = builder.slots;
        Built { html, made: builder.made, cut }
    }

    fn open(&mut self, kind: Kind, made: u32) {
        let number = self.slots.len() as u32;
        self.slots.push(Slot { parent: self.open.last().copied().unwrap_or_default(), end: number + 1, kind });
        self.open.push(number);
        if self.placed {
            self.made.push(made);
        }
    }

    fn close(&mut self) {
        let end = self.slots.len() as u32;
        if let Some(slot) = self.open.pop().and_then(|at| self.slots.get_mut(at as usize)) {
            slot.end = end;
        }
    }

    /// Opens what a node was.
    fn take(&mut self, html: &mut Html, made: &[u32], at: u32) {
        let kind = html.slots.get_mut(at as usize).map(|slot| std::mem::take(&mut slot.kind)).unwrap_or_default();
        self.open(kind, made.get(at as usize).copied().unwrap_or_default());
    }

    fn element(&mut self, name: LocalName, made: u32) {
        let traits = traits(&name).and(Traits::HTML);
        self.open(Kind::Element { name, first: 0, count: 0, traits }, made);
    }

    fn block(&mut self, html: &mut Html, made: &[u32], lines: &[Line], block: &Block, first: u32) {
        match block {
            Block::Lines(range) => {
                // Lines of one text stay one text.
                let mut text: Option<(u32, u32, u32)> = None;
                for piece in lines.get(range.clone()).unwrap_or_default().iter().flatten() {
                    match (piece.part, &mut text) {
                        (Part::Text { to, node, .. }, Some((_, end, last))) if *last == node => *end = to,
                        (part, text) => {
                            self.text(html, made, text.take());
                            match part {
                                Part::Text { from, to, node } => *text = Some((from, to, node)),
                                Part::Node { .. } => self.piece(html, made, *piece),
                            }
                        }
                    }
                }
                self.text(html, made, text);
            }
            Block::Table { head, rows } => {
                self.element(local_name!("table"), first);
                self.element(local_name!("tbody"), first);
                let heads = (!head.is_empty()).then_some((head, local_name!("th")));
                for (cells, name) in heads.into_iter().chain(rows.iter().map(|row| (row, local_name!("td")))) {
                    self.element(local_name!("tr"), first);
                    for cell in cells {
                        self.element(name.clone(), first);
                        for (n, piece) in cell.iter().enumerate() {
                            if n > 0 {
                                self.blank(html, first);
                            }
                            self.piece(html, made, *piece);
                        }
                        self.close();
                    }
                    self.close();
                }
                self.close();
                self.close();
            }
        }
    }

    fn piece(&mut self, html: &mut Html, made: &[u32], piece: Piece) {
        match piece.part {
            Part::Text { from, to, node } => {
                self.open(Kind::Text { from, to }, made.get(node as usize).copied().unwrap_or_default());
                self.close();
            }
            Part::Node { at, .. } => {
                let end = html.slots.get(at as usize).map_or(at + 1, |slot| slot.end);
                let mut ends = Vec::new();
                for inner in at..end {
                    while ends.pop_if(|end| *end <= inner).is_some() {
                        self.close();
                    }
                    ends.push(html.slots.get(inner as usize).map_or(inner + 1, |slot| slot.end));
                    self.take(html, made, inner);
                }
                ends.iter().for_each(|_| self.close());
            }
        }
    }

    /// A text, with the end of its last line.
    fn text(&mut self, html: &Html, made: &[u32], text: Option<(u32, u32, u32)>) {
        let Some((from, to, node)) = text else { return };
        let ends = html.text.get(to as usize..).is_some_and(|rest| rest.starts_with('\n'));
        self.open(Kind::Text { from, to: to + u32::from(ends) }, made.get(node as usize).copied().unwrap_or_default());
        self.close();
    }

    fn blank(&mut self, html: &mut Html, made: u32) {
        let from = html.text.len() as u32;
        html.text.push(' ');
        self.open(Kind::Text { from, to: from + 1 }, made);
        self.close();
    }
}
