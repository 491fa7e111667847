//! One walk over the tree: facts of every element and the page as lines of runs, in page order.
//!
//! All later reading works on these two tables and touches the tree itself only for attributes.

mod boxes;
mod lines;

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::rc::Rc;

use html5ever::local_name;
use rustc_hash::{FxBuildHasher, FxHasher};

use super::class::{Class, is_chrome, names_title};
use super::flags;
use crate::html::{Edge, Element, Html, Node, NodeId, NodeRef, attr, is_cell, is_hidden, is_skipped, on_one_line, parts_lines, prefix};
use crate::provenance::{Anchor, Origin};

pub use boxes::{Wanted, moved};
pub use lines::{join, join_with_flags};

/// Facts of an element. Positions count elements in page order, so `inner` of an element is one range.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The element.
    pub node: NodeRef<'a>,
    own: Element<'a>,
    /// Its tag.
    pub name: &'a str,
    /// Its class attribute, empty without one.
    pub class: &'a str,
    /// Its id, empty without one.
    pub id: &'a str,
    /// Place of its class in [`Outline::classes`].
    pub class_at: usize,
    /// A heading, or something called title or name.
    pub titled: bool,
    /// Not shown, by style, attribute or a well-known class of its own or of what it lies in.
    pub unseen: bool,
    /// Position of the parent element; the root's is its own.
    pub parent: usize,
    /// Position after its last descendant.
    pub end: usize,
    /// Hash of tag, first stable class, and those of all ancestors.
    pub signature: u64,
    /// First run inside it.
    pub first_run: usize,
    /// Run after the last inside it.
    pub last_run: usize,
    /// Characters of shown text.
    pub text: usize,
    /// Anchors with an address inside it.
    pub links: usize,
    /// Pictures inside it.
    pub images: usize,
    /// Prices inside it; filled in by [`super::price::mark`].
    pub prices: usize,
    /// Inside `nav`, `header`, `footer`, `aside` or something called so.
    pub chrome: bool,
    /// It or an ancestor says of itself that it is not shown.
    pub hidden: bool,
    /// A table row that belongs to one before it, whose cells reach down into it.
    pub covered: bool,
}

impl<'a> Facts<'a> {
    /// The element itself.
    pub fn element(&self) -> Element<'a> {
        self.own
    }
}

/// What separates a run from the one before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Break {
    /// An inline element began or ended.
    Soft,
    /// A table cell began.
    Cell,
    /// A block began or ended, or a line break.
    Line,
}

/// A piece of text without an element boundary inside.
#[derive(Debug)]
pub struct Run {
    /// Position of the element that it stands in.
    pub element: usize,
    /// The text node.
    pub node: NodeId,
    /// Text, white space folded, trimmed, never empty.
    pub text: String,
    /// What stands before it.
    pub before: Break,
    /// Whether white space or a boundary parts it from the run before it.
    pub apart: bool,
    /// It is a picture, told in words: no part of what is written.
    pub flag: bool,
}

/// The page as tables.
#[derive(Debug)]
pub struct Outline<'a> {
    /// Elements in page order, from `body` on.
    pub elements: Vec<Facts<'a>>,
    /// Texts in page order.
    pub runs: Vec<Run>,
    /// The different classes on the page: what a class says is worked out once, not for every element that has it.
    pub classes: Vec<Class<'a>>,
    /// Elements with an `aria-label` or a `data-testid`.
    pub described: Vec<usize>,
    /// Attributes that may name what their element holds: the element, name and value.
    pub named: Vec<(usize, &'a str, &'a str)>,
    /// Marks of elements that have other ones than those of their class.
    marks: RefCell<HashMap<usize, Rc<[String]>, FxBuildHasher>>,
}

impl<'a> Outline<'a> {
    /// Walks over a page.
    pub fn new(html: &'a Html) -> Self {
        let mut outline = Outline {
            // Exactly: on the largest pages what a growing list reserves besides would be tens of megabytes.
            elements: Vec::with_capacity(html.elements()),
            runs: Vec::new(),
            classes: vec![Class::new("")],
            described: Vec::new(),
            named: Vec::new(),
            marks: RefCell::default(),
        };
        let mut known: HashMap<&'a str, usize, FxBuildHasher> = HashMap::default();
        let mut open: Vec<usize> = Vec::new();
        let mut skipping: Option<NodeId> = None;
        let mut pending = Break::Line;
        let mut apart = true;
        // Whether the last text ended where this one begins, comments aside: programs that write pages part words by them.
        let mut goes_on = false;
        for edge in html.root().traverse() {
            match edge {
                Edge::Open(node) if skipping.is_none() => match node.value() {
                    Node::Element(element) => {
                        goes_on = false;
                        if is_skipped(element) {
                            // A drawn icon may name the field beside it.
                            if *element.local() == local_name!("svg")
                                && let (Some(text), Some(at)) = (flags::words(element), open.last())
                            {
                                outline.runs.push(Run { element: *at, node: node.id(), text, before: pending, apart: true, flag: true });
                                pending = Break::Soft;
                            }
                            skipping = Some(node.id());
                            continue;
                        }
                        pending = pending.max(boundary(element));
                        let at = outline.push(node, element, open.last().copied(), &mut known);
                        open.push(at);
                        let drawn =
                            outline.elements.get(at).and_then(|facts| outline.classes.get(facts.class_at)).is_some_and(|class| class.drawn);
                        if flags::may_speak(element.name(), drawn)
                            && let Some(text) = flags::words(element)
                        {
                            outline.runs.push(Run { element: at, node: node.id(), text, before: pending, apart: true, flag: true });
                            pending = Break::Soft;
                        }
                    }
                    Node::Text(text) if text.contains('\n') && outline.is_preformatted(&open) => {
                        outline.push_lines(text, node.id(), open.last().copied(), &mut pending);
                        (apart, goes_on) = (true, false);
                    }
                    Node::Text(text) => {
                        let folded = on_one_line(text);
                        apart |= text.starts_with(|c: char| c.is_whitespace());
                        if let (false, Some(element)) = (folded.is_empty(), open.last()) {
                            if let Some(facts) = outline.elements.get_mut(*element) {
                                facts.text += folded.chars().count();
                            }
                            let apart_here = apart || pending > Break::Soft;
                            apart = text.ends_with(|c: char| c.is_whitespace());
                            if std::mem::replace(&mut goes_on, true)
                                && let Some(last) = outline.runs.last_mut()
                            {
                                if apart_here {
                                    last.text.push(' ');
                                }
                                last.text.push_str(&folded);
                                continue;
                            }
                            outline.runs.push(Run {
                                element: *element,
                                node: node.id(),
                                text: folded,
                                before: pending,
                                apart: apart_here,
                                flag: false,
                            });
                            pending = Break::Soft;
                        }
                    }
                    _ => {}
                },
                Edge::Close(node) => {
                    goes_on &= !node.value().is_element();
                    if skipping == Some(node.id()) {
                        skipping = None;
                    } else if skipping.is_none()
                        && let Node::Element(element) = node.value()
                    {
                        if parts_lines(element) {
                            pending = Break::Line;
                        } else if pending == Break::Soft {
                            pending = boundary(element).min(Break::Cell);
                        }
                        if let Some(at) = open.pop() {
                            outline.close(at);
                        }
                    }
                }
                Edge::Open(_) => {}
            }
        }
        outline.spread_chrome();
        outline.join_rows();
        outline
    }

    /// Whether the innermost open elements are preformatted text.
    fn is_preformatted(&self, open: &[usize]) -> bool {
        open.iter().rev().take(3).any(|at| self.elements.get(*at).is_some_and(|facts| *facts.element().local() == local_name!("pre")))
    }

    /// Preformatted text keeps its lines; wide gaps in a line part its columns.
    fn push_lines(&mut self, text: &str, node: NodeId, element: Option<usize>, pending: &mut Break) {
        let Some(element) = element else { return };
        for (number, line) in text.split('\n').enumerate() {
            if number > 0 {
                *pending = Break::Line;
            }
            let indented = line.starts_with("  ") && number > 0;
            for (column, cell) in line.split("  ").flat_map(|part| part.split('\t')).filter(|cell| !cell.trim().is_empty()).enumerate() {
                let folded = on_one_line(cell);
                if let Some(facts) = self.elements.get_mut(element) {
                    facts.text += folded.chars().count();
                }
                if column > 0 || (indented && *pending < Break::Line) {
                    *pending = (*pending).max(Break::Cell);
                }
                self.runs.push(Run { element, node, text: folded, before: *pending, apart: true, flag: false });
                *pending = Break::Soft;
            }
        }
    }

    /// A row with a cell of several rows takes the rows below it in: together they are one record.
    fn join_rows(&mut self) {
        let mut at = 0;
        while at < self.elements.len() {
            let spanned = self.elements.get(at).filter(|facts| is_cell(facts.element())).and_then(|cell| {
                let rows = attr(cell.element(), "rowspan")?.trim().parse::<usize>().ok().filter(|rows| (2..=6).contains(rows))?;
                Some((cell.parent, rows))
            });
            at += 1;
            let Some((row, rows)) = spanned else { continue };
            let Some(table) = self.elements.get(row).filter(|facts| facts.name == "tr" && !facts.covered).map(|f| f.parent) else {
                continue;
            };
            for _ in 1..rows {
                let Some(end) = self.elements.get(row).map(|facts| facts.end) else { break };
                let next = self.elements.get_mut(end).filter(|facts| facts.parent == table && facts.name == "tr" && !facts.covered);
                let Some(next) = next else { break };
                next.covered = true;
                let (end, last_run, text, links, images) = (next.end, next.last_run, next.text, next.links, next.images);
                if let Some(own) = self.elements.get_mut(row) {
                    (own.end, own.last_run) = (end, last_run);
                    (own.text, own.links, own.images) = (own.text + text, own.links + links, own.images + images);
                }
            }
        }
    }

    /// What lies in chrome is chrome. An element that holds much of the page is none, whatever it calls itself.
    fn spread_chrome(&mut self) {
        let whole = self.elements.first().map_or(0, |root| root.text);
        let named = |facts: &Facts<'_>| *facts.element().local() == local_name!("h1") && facts.links == 0;
        let headings: Vec<usize> = self.elements.iter().enumerate().filter(|(_, facts)| named(facts)).map(|(at, _)| at).take(4).collect();
        for at in 0..self.elements.len() {
            let above = self.elements.get(at).and_then(|facts| self.elements.get(facts.parent)).is_some_and(|parent| parent.chrome);
            if let Some(facts) = self.elements.get_mut(at) {
                // Where a page has little to say, its menu is most of it.
                let sure = matches!(*facts.element().local(), local_name!("nav") | local_name!("footer"));
                // The box beside the pictures, where the goods are named and sold.
                let own = headings.iter().any(|heading| (at..facts.end).contains(heading)) && is_sidebar(facts.element());
                facts.chrome = above && at > 0 || facts.chrome && (sure || facts.text * 10 < whole * 4) && !own;
            }
        }
    }

    fn push(
        &mut self,
        node: NodeRef<'a>,
        element: Element<'a>,
        parent: Option<usize>,
        known: &mut HashMap<&'a str, usize, FxBuildHasher>,
    ) -> usize {
        let at = self.elements.len();
        let above = parent.and_then(|parent| self.elements.get(parent));
        let (mut class, mut id, mut linked, mut hidden, mut put_away, mut navigates, mut named) =
            ("", "", false, false, false, false, false);
        for (own, value) in element.attributes().filter(|(own, _)| own.is_plain()) {
            match own.name {
                local_name!("class") => class = value,
                local_name!("id") => id = value,
                local_name!("href") => linked = true,
                local_name!("hidden") => (hidden, put_away) = (true, true),
                local_name!("aria-hidden") => hidden |= value == "true",
                local_name!("style") => {
                    hidden |= is_hidden(element);
                    put_away |= is_put_away(value);
                }
                local_name!("role") => navigates = value == "navigation",
                local_name!("itemprop") => named = value == "name",
                local_name!("aria-label") | local_name!("itemtype") => self.described.push(at),
                local_name!("title") => self.named.push((at, "title", value)),
                _ if own.name.starts_with("data-") => {
                    if &*own.name == "data-testid" {
                        self.described.push(at);
                    } else if super::pairs::may_name(&own.name) {
                        self.named.push((at, &*own.name, value));
                    }
                }
                _ => {}
            }
        }
        let class_at = *known.entry(class).or_insert_with(|| {
            self.classes.push(Class::new(class));
            self.classes.len() - 1
        });
        let (stable, chrome, titled, unseen) =
            self.classes.get(class_at).map_or(("", false, false, false), |own| (own.stable, own.chrome, own.titled, own.unseen));
        let (name, tag) = (element.name(), element.local());
        let heading = matches!(
            *tag,
            local_name!("h1") | local_name!("h2") | local_name!("h3") | local_name!("h4") | local_name!("h5") | local_name!("h6")
        );
        let mut hasher = FxHasher::default();
        (above.map_or(0, |facts| facts.signature), name, stable).hash(&mut hasher);
        let facts = Facts {
            node,
            own: element,
            name,
            class,
            id,
            class_at,
            titled: titled || heading || names_title(id) || named,
            unseen: above.is_some_and(|facts| facts.unseen) || unseen || put_away,
            parent: parent.unwrap_or(at),
            end: at + 1,
            signature: hasher.finish(),
            first_run: self.runs.len(),
            last_run: self.runs.len(),
            text: 0,
            links: usize::from(linked && *tag == local_name!("a")),
            images: usize::from(*tag == local_name!("img")),
            prices: 0,
            chrome: is_chrome(name, chrome || navigates, id),
            hidden: above.is_some_and(|facts| facts.hidden) || hidden,
            covered: false,
        };
        self.elements.push(facts);
        at
    }

    fn close(&mut self, at: usize) {
        let end = self.elements.len();
        let last_run = self.runs.len();
        let Some(facts) = self.elements.get_mut(at) else { return };
        facts.end = end;
        facts.last_run = last_run;
        let (parent, text, links, images) = (facts.parent, facts.text, facts.links, facts.images);
        if parent != at
            && let Some(above) = self.elements.get_mut(parent)
        {
            above.text += text;
            above.links += links;
            above.images += images;
        }
    }

    /// Position of an element by its node.
    pub fn position(&self, node: NodeId) -> Option<usize> {
        // Both are numbered in page order.
        self.elements.binary_search_by_key(&node, |facts| facts.node.id()).ok()
    }

    /// Words of class, id and `data-` attributes' names of an element; see [`role::marks`](super::role::marks).
    pub fn marks(&self, at: usize) -> Rc<[String]> {
        let Some(facts) = self.elements.get(at) else { return Rc::from([]) };
        let marks = || Rc::from(super::role::marks(facts.element()));
        // Most elements have a class that others have, too, and nothing else that is a mark.
        let by_class = facts.own.attributes().all(|(own, _)| {
            let told = matches!(own.name, local_name!("id") | local_name!("itemprop"));
            !(told || own.name.starts_with("data-") && own.name.contains("price"))
        });
        match self.classes.get(facts.class_at).filter(|_| by_class) {
            Some(class) => Rc::clone(class.marks.get_or_init(marks)),
            None => Rc::clone(self.marks.borrow_mut().entry(at).or_insert_with(marks)),
        }
    }

    /// Positions of an element and all inside it.
    pub fn inside(&self, at: usize) -> std::ops::Range<usize> {
        at..self.elements.get(at).map_or(at, |facts| facts.end)
    }

    /// Whether `outer` is `inner` or holds it.
    pub fn holds(&self, outer: usize, inner: usize) -> bool {
        self.inside(outer).contains(&inner)
    }

    /// The runs inside an element.
    pub fn runs_of(&self, at: usize) -> &[Run] {
        let range = self.elements.get(at).map_or(0..0, |facts| facts.first_run..facts.last_run);
        self.runs.get(range).unwrap_or(&[])
    }

    /// Text of an element on one line, cut after about `limit` bytes.
    pub fn text_of(&self, at: usize, limit: usize) -> String {
        join(self.runs_of(at), limit)
    }

    /// Whether an element is, or lies within, a link.
    pub fn in_link(&self, at: usize) -> bool {
        self.ancestors(at).take(6).any(|(_, facts)| facts.name == "a")
    }

    /// An origin in the text of an element.
    pub fn origin(&self, from: &'static str, at: usize, raw: &str) -> Origin {
        let anchor = self.elements.get(at).map_or(Anchor::Nowhere, |facts| Anchor::Text(facts.node.id()));
        Origin { from, place: self.selector(at), anchor, raw: raw.to_owned() }
    }

    /// An origin in an attribute of an element.
    pub fn attribute_origin(&self, from: &'static str, at: usize, name: &str) -> Origin {
        let facts = self.elements.get(at);
        let anchor = facts.map_or(Anchor::Nowhere, |facts| Anchor::Attribute(facts.node.id(), name.to_owned()));
        let raw = facts.and_then(|facts| attr(facts.element(), name)).unwrap_or("").to_owned();
        Origin { from, place: format!("{}[{name}]", self.selector(at)), anchor, raw }
    }

    /// A selector for people: the element and the two around it, by tag, id and first class.
    pub fn selector(&self, at: usize) -> String {
        let mut parts: Vec<String> = self.ancestors(at).take(3).map(|(_, facts)| describe(facts.element())).collect();
        parts.reverse();
        parts.join(" > ")
    }

    /// The element and its ancestors, innermost first.
    pub fn ancestors(&self, at: usize) -> impl Iterator<Item = (usize, &Facts<'a>)> {
        let mut next = Some(at);
        std::iter::from_fn(move || {
            let at = next?;
            let facts = self.elements.get(at)?;
            next = (facts.parent != at).then_some(facts.parent);
            Some((at, facts))
        })
    }
}

fn describe(element: Element<'_>) -> String {
    let name = |value: &str| value.chars().take(40).collect::<String>();
    let id = attr(element, "id").filter(|id| !id.is_empty()).map(|id| format!("#{}", name(id)));
    let class = || attr(element, "class").and_then(|class| class.split_ascii_whitespace().next()).map(|class| format!(".{}", name(class)));
    format!("{}{}", element.name(), id.or_else(class).unwrap_or_default())
}

fn boundary(element: Element<'_>) -> Break {
    if is_cell(element) {
        Break::Cell
    } else if parts_lines(element) {
        Break::Line
    } else {
        Break::Soft
    }
}

fn is_sidebar(element: Element<'_>) -> bool {
    element.name() == "aside" || attr(element, "class").is_some_and(|class| class.to_ascii_lowercase().contains("sidebar"))
}

/// Whether a style does not show its element.
fn is_put_away(style: &str) -> bool {
    let style: String = prefix(style, 400).chars().filter(|c| !c.is_whitespace()).collect::<String>().to_ascii_lowercase();
    style.contains("display:none") || style.contains("visibility:hidden")
}
