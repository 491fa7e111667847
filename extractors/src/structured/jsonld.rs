//! JSON-LD blocks, also those that are slightly broken.

use serde_json::Value as Json;

use super::{MAX_THINGS, Thing, Value, short_name};
use crate::html::{Node, NodeId, Survey, attr};

/// Bytes of JSON-LD read from one page.
const MAX_BYTES: usize = 8 << 20;

/// All `application/ld+json` scripts of a page with their texts.
pub(super) fn blocks(survey: &Survey<'_>) -> Vec<(NodeId, String)> {
    let mut bytes = 0;
    let scripts = survey.scripts.iter().copied().filter(|node| {
        node.value().as_element().is_some_and(|e| {
            e.name() == "script" && attr(e, "type").is_some_and(|t| t.trim().to_ascii_lowercase().starts_with("application/ld+json"))
        })
    });
    scripts
        .map(|script| {
            let text = script.children().filter_map(|c| if let Node::Text(text) = c.value() { Some(text) } else { None });
            (script.id(), text.collect::<String>())
        })
        .take_while(|(_, block)| {
            bytes += block.len();
            bytes < MAX_BYTES
        })
        .collect()
}

/// Reads one block: an object, an array, several objects in a row, `@graph`. Comments, trailing commas, raw line ends in strings,
/// CDATA and comment marks are forgiven.
/// `None` where no JSON can be made of it.
pub fn parse(block: &str) -> Option<Vec<Thing>> {
    let trimmed = block.trim().trim_end_matches(';');
    if trimmed.is_empty() {
        return Some(Vec::new());
    }
    let values = match serde_json::from_str::<Json>(trimmed) {
        Ok(value) => vec![value],
        Err(_) => forgiving(trimmed)?,
    };
    let mut things = Vec::new();
    for value in &values {
        collect(value, &mut things);
    }
    Some(things)
}

fn forgiving(block: &str) -> Option<Vec<Json>> {
    let read = |text: &str| {
        let mut values = Vec::new();
        for value in serde_json::Deserializer::from_str(text).into_iter::<Json>() {
            match value {
                Ok(value) => values.push(value),
                // What stands after whole objects does not spoil them.
                Err(_) => break,
            }
            if values.len() > MAX_THINGS {
                break;
            }
        }
        (!values.is_empty()).then_some(values)
    };
    read(&mend(block)).or_else(|| block.contains("&quot;").then(|| read(&mend(&block.replace("&quot;", "\"")))).flatten())
}

/// Rewrites what people and templates write into JSON that is none.
fn mend(block: &str) -> String {
    let mut out = String::with_capacity(block.len());
    // What follows is looked for once, however often its beginning stands there.
    let (mut comment_ends, mut braces) = (Ahead::new(block, "-->"), Ahead::new(block, "{"));
    let mut rest = block;
    let mut in_string = false;
    while let Some(c) = rest.chars().next() {
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        rest = after;
        if in_string {
            match c {
                '"' => {
                    in_string = false;
                    out.push('"');
                }
                '\\' => {
                    let escaped = after.chars().next().unwrap_or(' ');
                    if matches!(escaped, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u') {
                        out.push('\\');
                    }
                    out.push(if escaped.is_control() { ' ' } else { escaped });
                    rest = after.get(escaped.len_utf8().min(after.len())..).unwrap_or("");
                }
                '\n' => out.push_str("\\n"),
                '\t' => out.push_str("\\t"),
                c if c.is_control() => {}
                c => out.push(c),
            }
            continue;
        }
        let skipped = match c {
            '/' if after.starts_with('/') => {
                // A CDATA mark in a comment is followed by JSON on the same line now and then.
                let mark = ["/<![CDATA[", "/]]>"].iter().find(|mark| after.starts_with(**mark));
                Some(mark.map_or_else(|| after.find('\n').unwrap_or(after.len()), |mark| mark.len()))
            }
            '/' if after.starts_with('*') => Some(after.find("*/").map_or(after.len(), |end| end + 2)),
            '<' if after.starts_with("!--") => {
                // A comment beside the JSON goes whole; one around it goes without what it holds.
                let here = block.len() - after.len();
                let end = comment_ends.from(here).map_or(3, |end| end + 3 - here);
                Some(if braces.from(here).is_some_and(|brace| brace < here + end) { 3 } else { end })
            }
            '<' if after.starts_with("![CDATA[") => Some(8),
            '-' if after.starts_with("->") => Some(2),
            ']' if after.starts_with("]>") => Some(2),
            _ => None,
        };
        if let Some(length) = skipped {
            rest = after.get(length..).unwrap_or("");
            continue;
        }
        match c {
            '"' => {
                in_string = true;
                out.push('"');
            }
            '}' | ']' => {
                let kept = out.trim_end();
                if kept.ends_with(',') {
                    out.truncate(kept.len() - 1);
                }
                out.push(c);
            }
            ';' => out.push(' '),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// The next place of some words, asked for from places that only go forward.
struct Ahead<'t> {
    text: &'t str,
    words: &'static str,
    /// Where they stand next, or the length of the text.
    next: Option<usize>,
}

impl<'t> Ahead<'t> {
    fn new(text: &'t str, words: &'static str) -> Self {
        Self { text, words, next: None }
    }

    fn from(&mut self, from: usize) -> Option<usize> {
        let next = self
            .next
            .filter(|next| *next >= from)
            .unwrap_or_else(|| self.text.get(from..).and_then(|rest| rest.find(self.words)).map_or(self.text.len(), |at| from + at));
        self.next = Some(next);
        Some(next).filter(|next| *next < self.text.len())
    }
}

/// Top-level things of a value: arrays and graphs are opened.
fn collect(value: &Json, things: &mut Vec<Thing>) {
    if things.len() > MAX_THINGS {
        return;
    }
    match value {
        Json::Array(values) => values.iter().for_each(|value| collect(value, things)),
        Json::Object(map) => {
            if let Some(graph) = map.get("@graph") {
                collect(graph, things);
            }
            if map.contains_key("@type") || !map.contains_key("@graph") {
                things.push(thing(map));
            }
        }
        _ => {}
    }
}

/// `serde_json` stops at a depth of 128, so this recursion is shallow.
fn thing(map: &serde_json::Map<String, Json>) -> Thing {
    let mut thing = Thing::default();
    for (key, value) in map {
        match key.as_str() {
            "@context" | "@graph" => {}
            "@type" | "type" if thing.types.is_empty() && is_type(value) => {
                let names = value.as_array().map_or_else(|| vec![value], |values| values.iter().collect());
                thing.types = names.into_iter().filter_map(Json::as_str).map(|name| short_name(name).to_owned()).collect();
            }
            "@id" => thing.id = value.as_str().map(str::to_owned),
            _ => {
                let values: Vec<&Json> = value.as_array().map_or_else(|| vec![value], |values| values.iter().collect());
                let name = if key.starts_with('@') { key.as_str() } else { short_name(key) };
                for value in values {
                    match value {
                        Json::String(text) => thing.push(name, Value::Text(text.clone())),
                        Json::Number(number) => thing.push(name, Value::Text(number.to_string())),
                        Json::Bool(truth) => thing.push(name, Value::Text(truth.to_string())),
                        Json::Object(map) => thing.push(name, Value::Thing(self::thing(map))),
                        Json::Array(_) | Json::Null => {}
                    }
                }
            }
        }
    }
    thing
}

fn is_type(value: &Json) -> bool {
    value.is_string() || value.as_array().is_some_and(|values| values.iter().all(Json::is_string))
}
