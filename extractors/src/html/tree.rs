//! The tree of a page, laid out in page order: what lies inside a node follows it at once, so a subtree is a range and a walk a scan.

use std::fmt;

use html5ever::LocalName;

use super::prefix;

/// Number of a node among those of its page, in page order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub(super) u32);

/// A page as a tree. Text and values of attributes stand in one string, attributes in one list.
pub struct Html {
    pub(super) slots: Vec<Slot>,
    pub(super) attributes: Vec<Attribute>,
    pub(super) text: String,
}

/// A node in its place; the root is its own parent.
pub(super) struct Slot {
    pub(super) parent: u32,
    /// Number after that of the last node inside.
    pub(super) end: u32,
    pub(super) kind: Kind,
}

/// What a node is.
#[derive(Default)]
pub(super) enum Kind {
    Document,
    Comment,
    /// A doctype, an instruction, the content of a template.
    #[default]
    Other,
    Text {
        from: u32,
        to: u32,
    },
    Element {
        name: LocalName,
        /// Where its attributes begin.
        first: u32,
        count: u16,
        traits: Traits,
    },
}

/// What the name of an element says of the text in and around it: looked up once, since it is asked for on every walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Traits(u8);

impl Traits {
    /// Neither SVG nor MathML.
    pub(super) const HTML: Traits = Traits(1);
    /// It begins and ends a line.
    pub(super) const BLOCK: Traits = Traits(2);
    /// Its text is never shown.
    pub(super) const SKIPPED: Traits = Traits(4);
    /// `td` and `th`.
    pub(super) const CELL: Traits = Traits(8);
    /// `br`.
    pub(super) const BREAK: Traits = Traits(16);
    /// `p`.
    pub(super) const PARAGRAPH: Traits = Traits(32);
    /// Its white space is shown.
    pub(super) const PREFORMATTED: Traits = Traits(64);

    /// These and those.
    pub(super) const fn and(self, other: Traits) -> Traits {
        Traits(self.0 | other.0)
    }

    /// Whether any of them is among these.
    fn has(self, other: Traits) -> bool {
        self.0 & other.0 != 0
    }
}

/// An attribute of an element.
#[derive(Clone)]
pub struct Attribute {
    /// Its name without a prefix.
    pub name: LocalName,
    from: u32,
    /// With [`FOREIGN`].
    to: u32,
}

/// Bit of attributes that belong to a namespace, as `xlink:href` in SVG does.
const FOREIGN: u32 = 1 << 31;

impl Attribute {
    pub(super) fn new(name: LocalName, from: usize, to: usize, plain: bool) -> Self {
        Attribute { name, from: from as u32, to: to as u32 | if plain { 0 } else { FOREIGN } }
    }

    /// Whether it belongs to no namespace, as nearly all do.
    pub fn is_plain(&self) -> bool {
        self.to & FOREIGN == 0
    }

    fn value<'a>(&self, tree: &'a Html) -> &'a str {
        tree.text.get(self.from as usize..(self.to & !FOREIGN) as usize).unwrap_or("")
    }
}

/// A node's content.
#[derive(Debug, Clone, Copy)]
pub enum Node<'a> {
    /// The page.
    Document,
    /// A comment.
    Comment,
    /// A doctype, an instruction, the content of a template.
    Other,
    /// Text, entities decoded, as far as nothing stands between.
    Text(&'a str),
    /// An element.
    Element(Element<'a>),
}

impl<'a> Node<'a> {
    /// The element that it is.
    pub fn as_element(self) -> Option<Element<'a>> {
        match self {
            Node::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The text that it is.
    pub fn as_text(self) -> Option<&'a str> {
        match self {
            Node::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is an element.
    pub fn is_element(self) -> bool {
        matches!(self, Node::Element(_))
    }
}

/// An element: its name and its attributes.
#[derive(Clone, Copy)]
pub struct Element<'a> {
    tree: &'a Html,
    pub(super) own: &'a Slot,
    name: &'a LocalName,
}

impl<'a> Element<'a> {
    /// Its tag, in lower case but for some of SVG.
    pub fn name(self) -> &'a str {
        self.name
    }

    /// [`Self::name`] to compare with `local_name!`.
    pub fn local(self) -> &'a LocalName {
        self.name
    }

    /// Whether it is one of HTML, not of SVG or MathML.
    pub fn is_html(self) -> bool {
        self.has(Traits::HTML)
    }

    /// Whether its name says any of this.
    pub(super) fn has(self, traits: Traits) -> bool {
        matches!(self.own.kind, Kind::Element { traits: own, .. } if own.has(traits))
    }

    /// Its attributes with their values, those without a namespace first, by name.
    pub fn attributes(self) -> impl Iterator<Item = (&'a Attribute, &'a str)> {
        self.list().iter().map(move |one| (one, one.value(self.tree)))
    }

    /// The value of an attribute without a namespace.
    pub fn attr(self, name: &str) -> Option<&'a str> {
        let own = self.list().iter().find(|own| *own.name == *name && own.is_plain());
        own.map(|own| own.value(self.tree))
    }

    fn list(self) -> &'a [Attribute] {
        let Kind::Element { first, count, .. } = self.own.kind else { return &[] };
        let first = first as usize;
        self.tree.attributes.get(first..first + usize::from(count)).unwrap_or(&[])
    }
}

impl fmt::Debug for Element<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "<{}", self.name())?;
        self.attributes().try_for_each(|(own, value)| write!(out, " {}={:?}", &*own.name, prefix(value, 80)))?;
        write!(out, ">")
    }
}

impl Html {
    /// The page itself.
    pub fn root(&self) -> NodeRef<'_> {
        NodeRef { tree: self, at: 0 }
    }

    /// A node by its number.
    pub fn get(&self, id: NodeId) -> Option<NodeRef<'_>> {
        ((id.0 as usize) < self.slots.len()).then_some(NodeRef { tree: self, at: id.0 })
    }

    /// How many of its nodes are elements.
    pub(crate) fn elements(&self) -> usize {
        self.slots.iter().filter(|slot| matches!(slot.kind, Kind::Element { .. })).count()
    }

    /// Its nodes in page order.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = NodeRef<'_>> {
        (0..self.slots.len()).map(|at| NodeRef { tree: self, at: at as u32 })
    }

    /// Takes nodes out, with all inside them.
    pub(crate) fn remove(&mut self, doomed: &[NodeId]) {
        let mut doomed: Vec<u32> = doomed.iter().map(|id| id.0).collect();
        doomed.sort_unstable();
        let mut doomed = doomed.into_iter().peekable();
        // For each old number how many nodes before it are left.
        let mut left: Vec<u32> = Vec::with_capacity(self.slots.len() + 1);
        let (mut gone, mut count) = (0, 0);
        for (at, slot) in (0..).zip(&self.slots) {
            left.push(count);
            while doomed.next_if(|one| *one <= at).is_some_and(|one| one == at && at > 0) {
                gone = gone.max(slot.end);
            }
            count += u32::from(at >= gone);
        }
        left.push(count);
        let number = |old: u32| left.get(old as usize).copied().unwrap_or(count);
        let kept = |at: u32| number(at) < number(at + 1);
        let slots = std::mem::take(&mut self.slots);
        let slots = (0..).zip(slots).filter(|(at, _)| kept(*at));
        self.slots = slots.map(|(_, slot)| Slot { parent: number(slot.parent), end: number(slot.end), ..slot }).collect();
    }
}

impl fmt::Debug for Html {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a page of {} nodes", self.slots.len())
    }
}

/// A node of a tree.
#[derive(Clone, Copy)]
pub struct NodeRef<'a> {
    tree: &'a Html,
    at: u32,
}

impl PartialEq for NodeRef<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at && std::ptr::eq(self.tree, other.tree)
    }
}

impl Eq for NodeRef<'_> {}

impl fmt::Debug for NodeRef<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {:?}", self.at, self.value())
    }
}

impl<'a> NodeRef<'a> {
    /// Its number.
    pub fn id(self) -> NodeId {
        NodeId(self.at)
    }

    /// The tree that it is in.
    pub fn tree(self) -> &'a Html {
        self.tree
    }

    fn slot(self) -> Option<&'a Slot> {
        self.tree.slots.get(self.at as usize)
    }

    /// Its number and that after the last node inside it.
    fn range(self) -> (u32, u32) {
        (self.at, self.slot().map_or(self.at + 1, |slot| slot.end))
    }

    fn to(self, at: u32) -> Self {
        NodeRef { at, ..self }
    }

    /// What it is.
    pub fn value(self) -> Node<'a> {
        let tree = self.tree;
        let Some(own) = self.slot() else { return Node::Other };
        match &own.kind {
            Kind::Document => Node::Document,
            Kind::Comment => Node::Comment,
            Kind::Other => Node::Other,
            Kind::Text { from, to } => Node::Text(tree.text.get(*from as usize..*to as usize).unwrap_or("")),
            Kind::Element { name, .. } => Node::Element(Element { tree, own, name }),
        }
    }

    /// The node that it lies in; none of the page itself.
    pub fn parent(self) -> Option<Self> {
        self.slot().filter(|_| self.at > 0).map(|slot| self.to(slot.parent))
    }

    /// The nodes that it lies in, innermost first.
    pub fn ancestors(self) -> impl Iterator<Item = Self> + use<'a> {
        std::iter::successors(self.parent(), |node| node.parent())
    }

    /// The first node inside it.
    pub fn first_child(self) -> Option<Self> {
        let (at, end) = self.range();
        (at + 1 < end).then_some(self.to(at + 1))
    }

    /// The node behind it that lies in the same one.
    pub fn next_sibling(self) -> Option<Self> {
        let (_, end) = self.range();
        let (_, last) = self.parent()?.range();
        (end < last).then_some(self.to(end))
    }

    /// The nodes behind it that lie in the same one.
    pub fn next_siblings(self) -> impl Iterator<Item = Self> + use<'a> {
        std::iter::successors(self.next_sibling(), |node| node.next_sibling())
    }

    /// The node before it that lies in the same one.
    pub fn prev_sibling(self) -> Option<Self> {
        let parent = self.parent()?;
        let before = self.to(self.at - 1);
        if before == parent {
            return None;
        }
        std::iter::successors(Some(before), |node| node.parent()).find(|node| node.parent() == Some(parent))
    }

    /// The nodes before it that lie in the same one, nearest first.
    pub fn prev_siblings(self) -> impl Iterator<Item = Self> + use<'a> {
        std::iter::successors(self.prev_sibling(), |node| node.prev_sibling())
    }

    /// The nodes that lie in it and in no other one inside it.
    pub fn children(self) -> impl Iterator<Item = Self> + use<'a> {
        let (at, last) = self.range();
        let mut next = at + 1;
        std::iter::from_fn(move || {
            let child = (next < last).then_some(self.to(next))?;
            next = child.range().1;
            Some(child)
        })
    }

    /// It and all nodes inside it, in page order.
    pub fn descendants(self) -> impl Iterator<Item = Self> + use<'a> {
        let (at, end) = self.range();
        (at..end).map(move |at| self.to(at))
    }

    /// [`Self::descendants`] with the places where they end.
    pub fn traverse(self) -> impl Iterator<Item = Edge<'a>> + use<'a> {
        let (root, last) = self.range();
        // The nodes that are open are the ancestors of the last one opened.
        let mut next = root;
        let mut open: Option<(u32, u32)> = None;
        std::iter::from_fn(move || {
            if let Some((at, end)) = open
                && end <= next
            {
                let parent = self.to(at).parent().filter(|_| at > root);
                open = parent.map(NodeRef::range);
                return Some(Edge::Close(self.to(at)));
            }
            let node = (next < last).then_some(self.to(next))?;
            next += 1;
            open = Some(node.range());
            Some(Edge::Open(node))
        })
    }
}

/// An end of a node, on a walk through a tree.
#[derive(Debug, Clone, Copy)]
pub enum Edge<'a> {
    /// It begins.
    Open(NodeRef<'a>),
    /// It ends, after all inside it.
    Close(NodeRef<'a>),
}
