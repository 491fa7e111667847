//! What the parser makes of a page, while it makes it: nodes may still be moved. In the end they are laid out in page order.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{ExpandedName, LocalName, Namespace, QualName, expanded_name, local_name, ns};

use super::parse::MAX_DEPTH;
use super::text::traits;
use super::tree::{Attribute, Html, Kind, Slot, Traits};

/// No node.
const NONE: u32 = u32::MAX;
/// How often the bytes of a page its attributes may be, since the parser repeats those of elements that were closed in the wrong order.
const MAX_REPEATED: usize = 16;

/// Attributes of an element that got some later.
const MAX_LATE: usize = 1_024;

static HTML: Namespace = ns!(html);
static SVG: Namespace = ns!(svg);
static MATHML: Namespace = ns!(mathml);

/// A node while the tree grows. The parser asks for names all the time, so they are carried along.
#[derive(Debug, Clone)]
pub(super) struct Handle {
    at: u32,
    name: LocalName,
    space: &'static Namespace,
}

#[derive(Clone, Copy)]
struct Links {
    parent: u32,
    before: u32,
    after: u32,
    first: u32,
    last: u32,
}

const LOOSE: Links = Links { parent: NONE, before: NONE, after: NONE, first: NONE, last: NONE };

/// Nodes in the order in which they were made.
struct Growing {
    links: Vec<Links>,
    kinds: Vec<Kind>,
    attributes: Vec<Attribute>,
    text: String,
    /// What belongs behind texts that were not the last to be read.
    more: HashMap<u32, String>,
    /// Attributes of the elements that got some later.
    late: Vec<(u32, Vec<Attribute>)>,
    /// Bytes that `text` may have.
    room: usize,
    cut: bool,
}

/// Takes nodes from the parser.
pub(super) struct Sink(RefCell<Growing>);

/// A tree with what became of it on the way.
pub(super) struct Built {
    pub(super) html: Html,
    /// For each node when it was made, if that was asked for.
    pub(super) made: Vec<u32>,
    /// Whether something was left out that lay too deep, or was repeated too often.
    pub(super) cut: bool,
}

impl Sink {
    /// For a page of so many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        let mut growing = Growing {
            links: Vec::with_capacity(bytes / 40),
            kinds: Vec::with_capacity(bytes / 40),
            attributes: Vec::with_capacity(bytes / 64),
            text: String::with_capacity(bytes),
            more: HashMap::new(),
            late: Vec::new(),
            room: bytes.saturating_mul(MAX_REPEATED) + (64 << 10),
            cut: false,
        };
        growing.add(Kind::Document);
        Sink(RefCell::new(growing))
    }

    /// Nodes made so far.
    pub(super) fn nodes(&self) -> usize {
        self.0.borrow().links.len()
    }

    /// The tree in page order. Nodes below [`MAX_DEPTH`] are left out, so that walks towards the root stay short.
    pub(super) fn settle(self, placed: bool) -> Built {
        self.0.into_inner().settle(placed)
    }

    fn make(&self, kind: Kind) -> Handle {
        Handle { at: self.0.borrow_mut().add(kind), name: local_name!(""), space: &HTML }
    }
}

impl Growing {
    fn add(&mut self, kind: Kind) -> u32 {
        self.links.push(LOOSE);
        self.kinds.push(kind);
        self.links.len() as u32 - 1
    }

    fn of(&self, at: u32) -> Links {
        self.links.get(at as usize).copied().unwrap_or(LOOSE)
    }

    fn set(&mut self, at: u32, change: impl FnOnce(&mut Links)) {
        if let Some(links) = self.links.get_mut(at as usize) {
            change(links);
        }
    }

    fn detach(&mut self, at: u32) {
        let Links { parent, before, after, .. } = self.of(at);
        if parent == NONE {
            return;
        }
        self.set(before, |links| links.after = after);
        self.set(after, |links| links.before = before);
        self.set(parent, |links| {
            if links.first == at {
                links.first = after;
            }
            if links.last == at {
                links.last = before;
            }
        });
        self.set(at, |links| (links.parent, links.before, links.after) = (NONE, NONE, NONE));
    }

    fn append(&mut self, parent: u32, at: u32) {
        self.detach(at);
        let last = self.of(parent).last;
        self.set(at, |links| (links.parent, links.before) = (parent, last));
        self.set(last, |links| links.after = at);
        self.set(parent, |links| {
            links.last = at;
            if links.first == NONE {
                links.first = at;
            }
        });
    }

    fn insert_before(&mut self, sibling: u32, at: u32) {
        let Links { parent, before, .. } = self.of(sibling);
        self.set(at, |links| (links.parent, links.before, links.after) = (parent, before, sibling));
        self.set(sibling, |links| links.before = at);
        self.set(before, |links| links.after = at);
        self.set(parent, |links| {
            if links.first == sibling {
                links.first = at;
            }
        });
    }

    fn new_text(&mut self, text: &str) -> u32 {
        let from = self.text.len() as u32;
        self.text.push_str(text);
        let to = self.text.len() as u32;
        self.add(Kind::Text { from, to })
    }

    /// Adds to a text; says whether the node is one.
    fn lengthen(&mut self, at: u32, text: &str) -> bool {
        let Some(Kind::Text { to, .. }) = self.kinds.get_mut(at as usize) else { return false };
        if *to as usize == self.text.len() && (self.more.is_empty() || !self.more.contains_key(&at)) {
            self.text.push_str(text);
            *to = self.text.len() as u32;
        } else {
            self.more.entry(at).or_default().push_str(text);
        }
        true
    }

    fn attribute(&mut self, own: &html5ever::Attribute) -> Attribute {
        let from = self.text.len();
        self.text.push_str(&own.value);
        let plain = own.name.ns == ns!() && own.name.prefix.is_none();
        Attribute::new(own.name.local.clone(), from, self.text.len(), plain)
    }

    fn element(&mut self, name: LocalName, html: bool, own: Vec<html5ever::Attribute>) -> u32 {
        let first = self.attributes.len();
        if self.text.len() > self.room || first > self.room {
            self.cut |= !own.is_empty();
        } else {
            for one in own.iter().take(usize::from(u16::MAX)) {
                let one = self.attribute(one);
                self.attributes.push(one);
            }
        }
        let count = self.attributes.len() - first;
        if count > 1
            && let Some(own) = self.attributes.get_mut(first..)
        {
            own.sort_by(in_order);
        }
        let traits = if html { traits(&name).and(Traits::HTML) } else { traits(&name) };
        self.add(Kind::Element { name, first: first as u32, count: count as u16, traits })
    }

    /// Gives an element the attributes that it has not yet.
    fn complete(&mut self, at: u32, more: Vec<html5ever::Attribute>) {
        let known = self.late.iter().position(|(own, _)| *own == at);
        let known = known.unwrap_or_else(|| {
            let Some(Kind::Element { first, count, .. }) = self.kinds.get(at as usize) else { return usize::MAX };
            let first = *first as usize;
            let own = self.attributes.get(first..first + usize::from(*count)).unwrap_or(&[]).to_vec();
            self.late.push((at, own));
            self.late.len() - 1
        });
        for one in more {
            let one = self.attribute(&one);
            if let Some((_, own)) = self.late.get_mut(known)
                && let Err(place) = own.binary_search_by(|own| in_order(own, &one))
                && own.len() < MAX_LATE
            {
                own.insert(place, one);
            }
        }
    }

    fn settle(mut self, placed: bool) -> Built {
        for (at, more) in std::mem::take(&mut self.more) {
            if let Some(Kind::Text { from, to }) = self.kinds.get_mut(at as usize) {
                let own = self.text.get(*from as usize..*to as usize).unwrap_or("").to_owned();
                *from = self.text.len() as u32;
                self.text.extend([own, more]);
                *to = self.text.len() as u32;
            }
        }
        for (at, own) in std::mem::take(&mut self.late) {
            if let Some(Kind::Element { first, count, .. }) = self.kinds.get_mut(at as usize) {
                (*first, *count) = (self.attributes.len() as u32, own.len() as u16);
                self.attributes.extend(own);
            }
        }
        let mut slots: Vec<Slot> = Vec::with_capacity(self.links.len());
        let mut made = Vec::new();
        // The node, its new number, and how deep it lies.
        let (mut at, mut depth) = (0, 1);
        'nodes: loop {
            let mut number = slots.len() as u32;
            let links = self.of(at);
            slots.push(Slot { parent: 0, end: 0, kind: self.kinds.get_mut(at as usize).map(std::mem::take).unwrap_or_default() });
            if placed {
                made.push(at);
            }
            // The old place of a parent is not needed any more: it keeps the new one.
            let parent = self.of(links.parent).before;
            if let Some(slot) = slots.last_mut() {
                slot.parent = if parent == NONE { 0 } else { parent };
            }
            self.set(at, |links| links.before = number);
            if links.first != NONE {
                if depth + 1 < MAX_DEPTH {
                    (at, depth) = (links.first, depth + 1);
                    continue;
                }
                self.cut = true;
            }
            loop {
                let end = slots.len() as u32;
                let Some(slot) = slots.get_mut(number as usize) else { break 'nodes };
                slot.end = end;
                if at == 0 {
                    break 'nodes;
                }
                let links = self.of(at);
                if links.after != NONE {
                    at = links.after;
                    break;
                }
                (at, number, depth) = (links.parent, slot.parent, depth - 1);
            }
        }
        Built { html: Html { slots, attributes: self.attributes, text: self.text }, made, cut: self.cut }
    }
}

fn in_order(one: &Attribute, other: &Attribute) -> std::cmp::Ordering {
    (!one.is_plain(), &one.name).cmp(&(!other.is_plain(), &other.name))
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = Self;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn get_document(&self) -> Handle {
        Handle { at: 0, name: local_name!(""), space: &HTML }
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        one.at == other.at
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        ExpandedName { ns: target.space, local: &target.name }
    }

    fn create_element(&self, name: QualName, attributes: Vec<html5ever::Attribute>, _: ElementFlags) -> Handle {
        let space = match name.ns {
            ns!(svg) => &SVG,
            ns!(mathml) => &MATHML,
            _ => &HTML,
        };
        let template = name.expanded() == expanded_name!(html "template");
        let mut growing = self.0.borrow_mut();
        let at = growing.element(name.local.clone(), name.ns == ns!(html), attributes);
        if template {
            let content = growing.add(Kind::Other);
            growing.append(at, content);
        }
        Handle { at, name: name.local, space }
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        self.make(Kind::Comment)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Handle {
        self.make(Kind::Other)
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {
        let mut growing = self.0.borrow_mut();
        let at = growing.add(Kind::Other);
        growing.append(0, at);
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let mut growing = self.0.borrow_mut();
        match child {
            NodeOrText::AppendNode(node) => growing.append(parent.at, node.at),
            NodeOrText::AppendText(text) => {
                let last = growing.of(parent.at).last;
                if !growing.lengthen(last, &text) {
                    let at = growing.new_text(&text);
                    growing.append(parent.at, at);
                }
            }
        }
    }

    fn append_before_sibling(&self, sibling: &Handle, new: NodeOrText<Handle>) {
        let mut growing = self.0.borrow_mut();
        if let NodeOrText::AppendNode(node) = &new {
            growing.detach(node.at);
        }
        let links = growing.of(sibling.at);
        if links.parent == NONE {
            return;
        }
        match new {
            NodeOrText::AppendNode(node) => growing.insert_before(sibling.at, node.at),
            NodeOrText::AppendText(text) => {
                if !growing.lengthen(links.before, &text) {
                    let at = growing.new_text(&text);
                    growing.insert_before(sibling.at, at);
                }
            }
        }
    }

    fn append_based_on_parent_node(&self, element: &Handle, previous: &Handle, child: NodeOrText<Handle>) {
        let has_parent = self.0.borrow().of(element.at).parent != NONE;
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.0.borrow_mut().detach(target.at);
    }

    fn reparent_children(&self, node: &Handle, parent: &Handle) {
        let mut growing = self.0.borrow_mut();
        let mut child = growing.of(node.at).first;
        while child != NONE {
            let next = growing.of(child).after;
            growing.append(parent.at, child);
            child = next;
        }
    }

    fn add_attrs_if_missing(&self, target: &Handle, attributes: Vec<html5ever::Attribute>) {
        self.0.borrow_mut().complete(target.at, attributes);
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        // It was made right after its element.
        Handle { at: target.at + 1, name: local_name!(""), space: &HTML }
    }
}
