//! Structured data that a page carries for machines: JSON-LD, microdata, RDFa and Open Graph.
//!
//! Nothing is fetched: an `@context` is never looked up. Whatever the syntax, the result is the same kind of [`Thing`].

mod attributes;
mod embedded;
mod jsonld;
mod listing;
mod literal;
mod microdata;
mod opengraph;
mod prefixes;
mod rdfa;

use std::collections::HashMap;

use url::Url;

use crate::html::{NodeId, Survey};
use crate::provenance::{Anchor, Origin};

pub use embedded::embedded;
pub use jsonld::parse as parse_json_ld;
pub use listing::{breadcrumbs, currency, is_open_graph_product, item_list, listing, open_graph_listing, products};
pub use microdata::microdata;
pub use opengraph::open_graph;
pub use rdfa::rdfa;

/// Things that one page may declare; the rest is left out.
const MAX_THINGS: usize = 5_000;
/// Bytes of text that all properties of one syntax may take together: nested properties repeat each other's text.
const MAX_TEXT: usize = 16 << 20;
/// Bytes of one property.
const MAX_PROPERTY: usize = 64 << 10;
/// Names of one property that are kept.
const MAX_NAMES: usize = 32;
/// Nodes that may be walked over for the texts of properties, which lie in one another.
const MAX_WALKED: usize = 2_000_000;
/// Things within things that are followed.
const MAX_NESTING: usize = 24;
/// Distinct properties of one thing.
const MAX_PROPERTIES: usize = 500;

/// Something that a page declares, such as a product or an offer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Thing {
    /// Short type names, such as `Product`.
    pub types: Vec<String>,
    /// Identifier within the page, where there is one.
    pub id: Option<String>,
    /// Properties in page order, each with all its values.
    pub properties: Vec<(String, Vec<Value>)>,
    /// Where it is written.
    pub written: Written,
}

/// Where and how a thing is written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Written {
    /// Code of the syntax: `json_ld microdata rdfa script`.
    pub syntax: &'static str,
    /// The attribute that holds it, of things in `data-` attributes.
    pub attribute: Option<String>,
    /// For properties that are called otherwise where they are written: property and key.
    pub keys: Vec<(String, String)>,
    /// The script, or the element of the thing.
    pub node: Option<NodeId>,
    /// The element of each property, the first one where there are several.
    pub properties: Vec<(String, NodeId)>,
}

/// Value of a property.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Text, a number or an address as text.
    Text(String),
    /// Another thing.
    Thing(Thing),
}

impl Thing {
    /// Whether one of its types is among `names`; case does not matter.
    pub fn is(&self, names: &[&str]) -> bool {
        self.types.iter().any(|own| names.iter().any(|name| own.eq_ignore_ascii_case(name)))
    }

    /// All values of a property.
    pub fn values(&self, name: &str) -> &[Value] {
        self.properties.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map_or(&[], |(_, values)| values)
    }

    /// First text of a property; of a nested thing its `name`, `@value` or `url`.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values(name).iter().find_map(|value| match value {
            Value::Text(text) => Some(text.trim()).filter(|t| !t.is_empty()),
            Value::Thing(thing) => ["name", "@value", "value", "url"].iter().find_map(|inner| thing.plain(inner)),
        })
    }

    /// First text of a property that is a text itself.
    pub fn plain(&self, name: &str) -> Option<&str> {
        self.values(name).iter().find_map(|value| match value {
            Value::Text(text) => Some(text.trim()).filter(|t| !t.is_empty()),
            Value::Thing(_) => None,
        })
    }

    /// Nested things of a property.
    pub fn things(&self, name: &str) -> impl Iterator<Item = &Thing> {
        self.values(name).iter().filter_map(|value| match value {
            Value::Thing(thing) => Some(thing),
            Value::Text(_) => None,
        })
    }

    /// Where a property comes from, `path` being how the thing itself is reached.
    pub fn origin(&self, path: &str, name: &str) -> Origin {
        let raw = self.text(name).unwrap_or("").to_owned();
        let own = || self.written.properties.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, id)| *id);
        let anchor = match (self.written.syntax, self.written.node) {
            ("json_ld", Some(script)) => Anchor::Json(script, name.to_owned()),
            ("script", Some(element)) => {
                let key = self.written.keys.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map_or(name, |(_, key)| key);
                match &self.written.attribute {
                    Some(attribute) => Anchor::Attribute(element, attribute.clone()),
                    None => Anchor::Json(element, key.to_owned()),
                }
            }
            _ => own().or(self.written.node).map_or(Anchor::Nowhere, Anchor::Element),
        };
        Origin { from: self.written.syntax, place: format!("{path}.{name}"), anchor, raw }
    }

    /// Says of the thing and all within it that they are written in one script.
    fn write_in(&mut self, script: NodeId) {
        self.written = Written { syntax: "json_ld", node: Some(script), ..Written::default() };
        for value in self.properties.iter_mut().flat_map(|(_, values)| values) {
            if let Value::Thing(inner) = value {
                inner.write_in(script);
            }
        }
    }

    /// Adds a value to a property.
    pub fn push(&mut self, name: &str, value: Value) {
        let full = self.properties.len() >= MAX_PROPERTIES;
        match self.properties.iter_mut().find(|(own, _)| own == name) {
            Some((_, values)) => values.push(value),
            None if !full => self.properties.push((name.to_owned(), vec![value])),
            None => {}
        }
    }
}

/// All structured data of a page.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Structured {
    /// Top-level things; JSON-LD first, then microdata, then RDFa.
    pub things: Vec<Thing>,
    /// Open Graph and similar `meta` properties, in page order.
    pub open_graph: Vec<(String, String)>,
    /// Products that scripts and data attributes hold.
    pub embedded: Vec<Thing>,
    /// The currency that the shop's own settings name, as a script holds them.
    pub setting: Option<String>,
    /// Blocks of JSON-LD that could not be read, cut to 200 characters.
    pub broken: Vec<String>,
}

/// Reads all structured data of a page.
pub fn read(survey: &Survey<'_>, base: &Url) -> Structured {
    let mut structured = Structured { open_graph: open_graph(survey), ..Structured::default() };
    for (script, block) in jsonld::blocks(survey) {
        match jsonld::parse(&block) {
            Some(mut things) => {
                things.iter_mut().for_each(|thing| thing.write_in(script));
                structured.things.extend(things);
            }
            None => structured.broken.push(block.trim().chars().take(200).collect()),
        }
        if structured.things.len() > MAX_THINGS {
            break;
        }
    }
    structured.things.extend(microdata(survey, base));
    structured.things.extend(rdfa(survey, base));
    structured.things.truncate(MAX_THINGS);
    join_references(&mut structured.things);
    (structured.embedded, structured.setting) = embedded(survey);
    structured
}

/// What may still be built of what a page declares: a thing that others name is copied into each of them.
struct Room {
    things: usize,
    text: usize,
}

impl Room {
    fn new() -> Self {
        Self { things: MAX_THINGS, text: MAX_TEXT }
    }

    fn takes_thing(&mut self) -> bool {
        let room = self.things > 0;
        self.things = self.things.saturating_sub(1);
        room
    }

    fn takes(&mut self, bytes: usize) -> bool {
        let room = self.text >= bytes;
        self.text = self.text.saturating_sub(bytes);
        room
    }
}

/// Bytes that a thing takes, about.
fn weight(thing: &Thing) -> usize {
    let values = thing.properties.iter().flat_map(|(_, values)| values);
    values
        .map(|value| match value {
            Value::Text(text) => text.len() + 64,
            Value::Thing(inner) => weight(inner) + 256,
        })
        .sum()
}

/// Replaces `{"@id": ...}` stubs by the thing that they name, one level deep, so that a cycle cannot grow.
fn join_references(things: &mut [Thing]) {
    let named: HashMap<String, Thing> =
        things.iter().filter(|t| t.properties.len() > 1).filter_map(|t| Some((t.id.clone()?, t.clone()))).take(1_000).collect();
    if named.is_empty() {
        return;
    }
    // Copies may not outgrow what the page itself wrote by much.
    let (mut budget, mut room) = (10_000_usize, Room::new());
    let weights: HashMap<&String, usize> = named.iter().map(|(id, thing)| (id, weight(thing))).collect();
    for thing in things.iter_mut() {
        let own = thing.id.clone();
        for value in thing.properties.iter_mut().flat_map(|(_, values)| values) {
            if let Value::Thing(stub) = value
                && stub.properties.is_empty()
                && stub.id != own
                && let Some((id, full)) = stub.id.as_ref().and_then(|id| named.get_key_value(id))
                && budget > full.properties.len()
                && room.takes(weights.get(id).copied().unwrap_or(MAX_TEXT))
            {
                budget -= full.properties.len();
                *stub = full.clone();
            }
        }
    }
}

/// `http://schema.org/Product` and `schema:Product` become `Product`.
fn short_name(name: &str) -> &str {
    let name = name.trim().trim_end_matches('/');
    let name = name.rsplit(['/', '#']).next().unwrap_or(name);
    name.rsplit(':').next().unwrap_or(name)
}
