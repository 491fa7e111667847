//! One walk over the whole tree, the head and what is never shown included: where the things are that later readers look for.

use html5ever::local_name;

use super::tree::{Element, Html, Node, NodeRef};

/// Bytes from which an attribute may hold an object.
const LEAST_OBJECT: usize = 20;

/// Elements by what they hold, each list in page order.
#[derive(Debug)]
pub struct Survey<'a> {
    /// The page.
    pub html: &'a Html,
    /// The `html` element.
    pub root: Option<Element<'a>>,
    /// `href` of the first `base` elements.
    pub bases: Vec<&'a str>,
    /// `a`, `area` and `link`.
    pub links: Vec<NodeRef<'a>>,
    /// `meta`.
    pub metas: Vec<Element<'a>>,
    /// `title`.
    pub titles: Vec<NodeRef<'a>>,
    /// `script`, and elements with an attribute of their own that begins as an object or a list does.
    pub scripts: Vec<NodeRef<'a>>,
    /// Elements with `itemscope`.
    pub scopes: Vec<NodeRef<'a>>,
    /// Elements that state something in RDFa, or declare names for it.
    pub stating: Vec<NodeRef<'a>>,
}

impl<'a> Survey<'a> {
    /// Walks over a page.
    pub fn of(html: &'a Html) -> Self {
        let mut survey = Survey {
            html,
            root: None,
            bases: Vec::new(),
            links: Vec::new(),
            metas: Vec::new(),
            titles: Vec::new(),
            scripts: Vec::new(),
            scopes: Vec::new(),
            stating: Vec::new(),
        };
        for node in html.nodes() {
            if let Node::Element(element) = node.value() {
                survey.see(node, element);
            }
        }
        survey
    }

    fn see(&mut self, node: NodeRef<'a>, element: Element<'a>) {
        let tag = element.local();
        match *tag {
            local_name!("a") | local_name!("area") | local_name!("link") => self.links.push(node),
            local_name!("html") => self.root = self.root.or(Some(element)),
            local_name!("base") => self.bases.extend(super::attr(element, "href").filter(|_| self.bases.len() < 8)),
            local_name!("meta") => self.metas.push(element),
            local_name!("title") => self.titles.push(node),
            _ => {}
        }
        let (mut scope, mut states, mut holds) = (false, false, *tag == local_name!("script"));
        for (own, value) in element.attributes() {
            match own.name {
                local_name!("class") | local_name!("href") | local_name!("id") | local_name!("src") | local_name!("style") => {}
                local_name!("itemscope") => scope = true,
                local_name!("property") | local_name!("rev") => states = true,
                // "nofollow" relates nothing.
                local_name!("rel") => states |= value.contains(':') || value.contains("icense"),
                ref own => {
                    let object = value.len() >= LEAST_OBJECT && value.trim_start().starts_with(['{', '[']);
                    holds |= object && (own.contains('-') || own.starts_with(':'));
                    states |= matches!(&**own, "about" | "prefix" | "resource" | "typeof" | "vocab") || own.starts_with("xmlns:");
                }
            }
        }
        if scope {
            self.scopes.push(node);
        }
        if states {
            self.stating.push(node);
        }
        if holds {
            self.scripts.push(node);
        }
    }
}
