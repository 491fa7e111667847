//! Microdata: things written into the attributes of elements.

use std::collections::HashMap;

use url::Url;

use super::{MAX_NAMES, MAX_NESTING, MAX_PROPERTY, MAX_TEXT, MAX_THINGS, MAX_WALKED, Room, Thing, Value, Written, short_name};
use crate::html::{Edge, Element, NodeId, NodeRef, Survey, attr, inline_text_within};

/// Bytes that a property counts for at the least.
const LEAST: usize = 64;

enum Found {
    Text(String),
    Item(usize),
}

struct Item {
    node: NodeId,
    types: Vec<String>,
    id: Option<String>,
    properties: Vec<(String, NodeId, Found)>,
    is_property: bool,
}

/// Things written as microdata (`itemscope`, `itemprop`, `itemref`).
pub fn microdata(survey: &Survey<'_>, base: &Url) -> Vec<Thing> {
    let references = references(survey);
    // All items first: one may refer to a part of the page that stands before it.
    let scopes = survey.scopes.iter().filter_map(|node| Some((node.id(), node.value().as_element()?)));
    let mut items: Vec<Item> = scopes.take(MAX_THINGS).map(|(id, element)| describe(id, element, base)).collect();
    if items.is_empty() {
        return Vec::new();
    }
    let mut met = 0;
    // For each open element that changes it: which items the properties inside belong to.
    let mut owners: Vec<(crate::html::NodeId, Vec<usize>)> = Vec::new();
    let (mut budget, mut nodes) = (MAX_TEXT, MAX_WALKED);
    for edge in survey.html.root().traverse() {
        let node = match edge {
            Edge::Close(node) => {
                if owners.last().is_some_and(|(id, _)| *id == node.id()) {
                    owners.pop();
                }
                continue;
            }
            Edge::Open(node) => node,
        };
        let Some(element) = node.value().as_element() else { continue };
        let mut current = owners.last().map(|(_, items)| items.clone()).unwrap_or_default();
        if let Some(referring) = attr(element, "id").and_then(|id| references.get(id)) {
            current.extend(referring);
            current.truncate(32);
            owners.push((node.id(), current.clone()));
        }
        let names = attr(element, "itemprop").unwrap_or("");
        let mut found = None;
        if is_scope(element) {
            if let Some(item) = items.get_mut(met) {
                item.is_property = !names.trim().is_empty() && !current.is_empty();
                found = Some(Found::Item(met));
            }
            met += 1;
        }
        if !current.is_empty() && !names.trim().is_empty() {
            let value = match &found {
                Some(Found::Item(item)) => Found::Item(*item),
                _ => Found::Text(property_text(node, element, base, &mut nodes)),
            };
            for name in names.split_whitespace().map(short_name).take(MAX_NAMES) {
                for owner in &current {
                    let size = if let Found::Text(text) = &value { text.len() + LEAST } else { LEAST };
                    if budget < size {
                        break;
                    }
                    budget -= size;
                    if let Some(item) = items.get_mut(*owner) {
                        item.properties.push((name.to_owned(), node.id(), copy(&value)));
                    }
                }
            }
        }
        if let Some(Found::Item(item)) = found.take() {
            match owners.last_mut() {
                Some((id, own)) if *id == node.id() => *own = vec![item],
                _ => owners.push((node.id(), vec![item])),
            }
        }
    }
    let mut room = Room::new();
    let tops: Vec<usize> = (0..items.len()).filter(|at| items.get(*at).is_some_and(|item| !item.is_property)).collect();
    tops.into_iter().filter_map(|top| build(&items, top, 0, &mut room)).collect()
}

fn copy(found: &Found) -> Found {
    match found {
        Found::Text(text) => Found::Text(text.clone()),
        Found::Item(item) => Found::Item(*item),
    }
}

/// For each element id: which items, counted in page order, refer to it by `itemref`.
fn references(survey: &Survey<'_>) -> HashMap<String, Vec<usize>> {
    let mut references: HashMap<String, Vec<usize>> = HashMap::new();
    let elements = survey.scopes.iter().filter_map(|node| node.value().as_element());
    for (item, element) in elements.take(MAX_THINGS).enumerate() {
        for id in attr(element, "itemref").unwrap_or("").split_whitespace().take(32) {
            let referring = references.entry(id.to_owned()).or_default();
            // A part shared by more things than this is no real page's.
            if referring.len() < 32 && !referring.contains(&item) {
                referring.push(item);
            }
        }
    }
    references
}

fn is_scope(element: Element<'_>) -> bool {
    attr(element, "itemscope").is_some()
}

fn describe(node: NodeId, element: Element<'_>, base: &Url) -> Item {
    Item {
        node,
        types: attr(element, "itemtype").unwrap_or("").split_whitespace().map(|t| short_name(t).to_owned()).collect(),
        id: attr(element, "itemid").map(|id| base.join(id.trim()).map_or_else(|_| id.trim().to_owned(), String::from)),
        properties: Vec::new(),
        is_property: false,
    }
}

/// The value of a property after the microdata rules, `content` going first as search engines read it.
fn property_text(node: NodeRef<'_>, element: Element<'_>, base: &Url, nodes: &mut usize) -> String {
    let address = |name: &str| attr(element, name).map(|href| base.join(href.trim()).map_or_else(|_| href.trim().to_owned(), String::from));
    let attribute = attr(element, "content").map(|content| content.trim().to_owned()).or_else(|| match element.name() {
        "a" | "area" | "link" => address("href"),
        "img" | "audio" | "embed" | "iframe" | "source" | "track" | "video" => address("src"),
        "object" => address("data"),
        "data" | "meter" => attr(element, "value").map(|v| v.trim().to_owned()),
        "time" => attr(element, "datetime").map(|v| v.trim().to_owned()),
        _ => None,
    });
    attribute.unwrap_or_else(|| inline_text_within(node, MAX_PROPERTY, nodes))
}

fn build(items: &[Item], at: usize, nesting: usize, room: &mut Room) -> Option<Thing> {
    let item = items.get(at)?;
    if nesting > MAX_NESTING || !room.takes_thing() {
        return None;
    }
    let written = Written { syntax: "microdata", node: Some(item.node), ..Written::default() };
    let mut thing = Thing { types: item.types.clone(), id: item.id.clone(), properties: Vec::new(), written };
    for (name, node, found) in &item.properties {
        let value = match found {
            Found::Text(text) => room.takes(text.len()).then(|| Value::Text(text.clone())),
            Found::Item(inner) => build(items, *inner, nesting + 1, room).map(Value::Thing),
        };
        if let Some(value) = value {
            if thing.values(name).is_empty() {
                thing.written.properties.push((name.clone(), *node));
            }
            thing.push(name, value);
        }
    }
    Some(thing)
}
