//! CSS selectors over a page's tree. The grammar is that of `scraper`, so that profiles say the same as before.

use std::fmt;
use std::ops::Deref;

use html5ever::{Namespace, local_name};
use scraper::selector::{CssLocalName, CssString, NonTSPseudoClass, Parser, PseudoElement, Simple};
use selectors::attr::{AttrSelectorOperation, CaseSensitivity, NamespaceConstraint};
use selectors::bloom::BloomFilter;
use selectors::matching::{
    ElementSelectorFlags, MatchingContext, MatchingForInvalidation, MatchingMode, NeedsSelectorFlags, QuirksMode, SelectorCaches,
    matches_selector,
};
use selectors::parser::{ParseRelative, SelectorList};
use selectors::{Element as _, OpaqueElement};

use super::tree::{Element, Html, Node, NodeRef};

/// What is wrong with a selector.
pub use scraper::error::SelectorErrorKind;

/// Selectors with commas between them.
#[derive(Debug, Clone)]
pub struct Selector(SelectorList<Simple>);

impl Selector {
    /// Reads selectors.
    ///
    /// # Errors
    /// What is no selector.
    pub fn parse(css: &str) -> Result<Self, SelectorErrorKind> {
        let mut parser = cssparser::Parser::new(css);
        SelectorList::parse(&Parser, &mut parser, ParseRelative::No).map(Selector).map_err(SelectorErrorKind::from)
    }

    fn matches(&self, element: ElementRef<'_>, scope: Option<OpaqueElement>, caches: &mut SelectorCaches) -> bool {
        let mut context = MatchingContext::new(
            MatchingMode::Normal,
            None,
            caches,
            QuirksMode::NoQuirks,
            NeedsSelectorFlags::No,
            MatchingForInvalidation::No,
        );
        context.scope_element = scope;
        self.0.slice().iter().any(|one| matches_selector(one, 0, None, &element, &mut context))
    }
}

impl Html {
    /// The elements that a selector means, in page order.
    pub fn select<'a, 's>(&'a self, selector: &'s Selector) -> impl Iterator<Item = ElementRef<'a>> + use<'a, 's> {
        let mut caches = SelectorCaches::default();
        self.nodes().filter_map(ElementRef::wrap).filter(move |element| selector.matches(*element, None, &mut caches))
    }

    /// The `html` element; the page itself where it was taken out.
    pub fn root_element(&self) -> ElementRef<'_> {
        self.root().children().find_map(ElementRef::wrap).unwrap_or(ElementRef(self.root()))
    }
}

/// A node that is an element.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ElementRef<'a>(NodeRef<'a>);

impl<'a> ElementRef<'a> {
    /// The node as an element, if it is one.
    pub fn wrap(node: NodeRef<'a>) -> Option<Self> {
        node.value().is_element().then_some(ElementRef(node))
    }

    /// The value of an attribute.
    pub fn attr(self, name: &str) -> Option<&'a str> {
        self.own()?.attr(name)
    }

    /// The elements inside it that a selector means, in page order; `:scope` is the element itself.
    pub fn select<'s>(self, selector: &'s Selector) -> impl Iterator<Item = ElementRef<'a>> + use<'a, 's> {
        let mut caches = SelectorCaches::default();
        let scope = Some(self.opaque());
        let inside = self.0.descendants().skip(1).filter_map(ElementRef::wrap);
        inside.filter(move |element| selector.matches(*element, scope, &mut caches))
    }

    fn own(self) -> Option<Element<'a>> {
        self.0.value().as_element()
    }
}

impl<'a> Deref for ElementRef<'a> {
    type Target = NodeRef<'a>;

    fn deref(&self) -> &NodeRef<'a> {
        &self.0
    }
}

impl fmt::Debug for ElementRef<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl selectors::Element for ElementRef<'_> {
    type Impl = Simple;

    fn opaque(&self) -> OpaqueElement {
        // A place in memory that no other element has.
        self.own().map_or_else(|| OpaqueElement::new(self.0.tree()), |own| OpaqueElement::new(own.own))
    }

    fn parent_element(&self) -> Option<Self> {
        self.0.parent().and_then(ElementRef::wrap)
    }

    fn parent_node_is_shadow_root(&self) -> bool {
        false
    }

    fn containing_shadow_host(&self) -> Option<Self> {
        None
    }

    fn is_pseudo_element(&self) -> bool {
        false
    }

    fn prev_sibling_element(&self) -> Option<Self> {
        self.0.prev_siblings().find_map(ElementRef::wrap)
    }

    fn next_sibling_element(&self) -> Option<Self> {
        self.0.next_siblings().find_map(ElementRef::wrap)
    }

    fn first_element_child(&self) -> Option<Self> {
        self.0.children().find_map(ElementRef::wrap)
    }

    fn is_html_element_in_html_document(&self) -> bool {
        self.own().is_some_and(Element::is_html)
    }

    fn has_local_name(&self, name: &CssLocalName) -> bool {
        self.own().is_some_and(|own| *own.local() == name.0)
    }

    fn has_namespace(&self, _: &Namespace) -> bool {
        // No prefix can be declared, so none is ever asked for.
        false
    }

    fn is_same_type(&self, other: &Self) -> bool {
        let kind = |element: &Self| element.own().map(|own| (own.local(), own.is_html()));
        kind(self) == kind(other)
    }

    fn attr_matches(
        &self,
        space: &NamespaceConstraint<&Namespace>,
        name: &CssLocalName,
        operation: &AttrSelectorOperation<&CssString>,
    ) -> bool {
        let any = matches!(space, NamespaceConstraint::Any);
        self.own().is_some_and(|own| {
            own.attributes().any(|(own, value)| (any || own.is_plain()) && own.name == name.0 && operation.eval_str(value))
        })
    }

    fn match_non_ts_pseudo_class(&self, class: &NonTSPseudoClass, _: &mut MatchingContext<'_, Simple>) -> bool {
        match *class {}
    }

    fn match_pseudo_element(&self, element: &PseudoElement, _: &mut MatchingContext<'_, Simple>) -> bool {
        match *element {}
    }

    fn apply_selector_flags(&self, _: ElementSelectorFlags) {}

    fn is_link(&self) -> bool {
        self.own().is_some_and(|own| *own.local() == local_name!("link"))
    }

    fn is_html_slot_element(&self) -> bool {
        true
    }

    fn has_id(&self, id: &CssLocalName, case: CaseSensitivity) -> bool {
        self.attr("id").is_some_and(|own| case.eq(id.0.as_bytes(), own.as_bytes()))
    }

    fn has_class(&self, class: &CssLocalName, case: CaseSensitivity) -> bool {
        let own = self.attr("class").unwrap_or("");
        own.split_ascii_whitespace().any(|own| case.eq(class.0.as_bytes(), own.as_bytes()))
    }

    fn has_custom_state(&self, _: &CssLocalName) -> bool {
        false
    }

    fn imported_part(&self, _: &CssLocalName) -> Option<CssLocalName> {
        None
    }

    fn is_part(&self, _: &CssLocalName) -> bool {
        false
    }

    fn is_empty(&self) -> bool {
        !self.0.children().any(|child| matches!(child.value(), Node::Element(_) | Node::Text(_)))
    }

    fn is_root(&self) -> bool {
        self.0.parent().is_some_and(|parent| matches!(parent.value(), Node::Document))
    }

    fn add_element_unique_hashes(&self, _: &mut BloomFilter) -> bool {
        false
    }
}
