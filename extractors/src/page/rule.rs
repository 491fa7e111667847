//! What one rule of a profile gives: elements found, their texts, and what its transforms make of them.

use crate::country::parse_countries;
use crate::heuristics::beside;
use crate::heuristics::outline::Outline;
use crate::html::{ElementRef, block_text_limited};
use crate::profile::Rule;
use crate::provenance::Anchor;

/// Values of one rule on one page.
const MAX_VALUES: usize = 200;
/// Bytes of the text of one element, about.
const MAX_TEXT: usize = 64 << 10;

/// Values of a rule within an element, and the one place where they stand.
pub(crate) fn values(rule: &Rule, scope: ElementRef<'_>, outline: &Outline<'_>) -> (Vec<String>, Anchor) {
    let (raw, anchor) = raw(rule, scope, outline);
    let mut values = transformed(rule, raw);
    if values.is_empty() {
        values.extend(rule.default.clone());
        return (values, Anchor::Nowhere);
    }
    (values, anchor)
}

fn raw(rule: &Rule, scope: ElementRef<'_>, outline: &Outline<'_>) -> (Vec<String>, Anchor) {
    if let Some(label) = &rule.label {
        let found = outline.position(scope.id()).and_then(|at| beside::value(outline, at, label));
        return found.map_or((Vec::new(), Anchor::Nowhere), |(value, node)| (vec![value], Anchor::Text(node)));
    }
    let elements: Vec<ElementRef<'_>> = match &rule.select {
        // A rule that only has a default is a constant.
        None if rule.attr.is_none() && rule.regex.is_none() => Vec::new(),
        None => vec![scope],
        Some(css) => {
            let Some(selector) = css.selector() else { return (Vec::new(), Anchor::Nowhere) };
            let limit = if rule.all || rule.index.is_some() { MAX_VALUES } else { 1 };
            scope.select(selector).take(limit).collect()
        }
    };
    // Only a single element is one place; values from several are put together.
    let anchor = match (elements.as_slice(), rule.attr.as_deref()) {
        ([one], None | Some("own")) => Anchor::Text(one.id()),
        ([one], Some(name)) => Anchor::Attribute(one.id(), name.to_owned()),
        _ => Anchor::Nowhere,
    };
    (elements.into_iter().filter_map(|element| text(element, rule.attr.as_deref())).collect(), anchor)
}

/// What is read of an element: its text, its own text, or an attribute.
pub(crate) fn text(element: ElementRef<'_>, attr: Option<&str>) -> Option<String> {
    match attr {
        None => Some(block_text_limited(*element, MAX_TEXT, |_| false)),
        Some("own") => {
            Some(element.children().filter_map(|child| child.value().as_text().map(|t| t.to_string())).collect::<Vec<_>>().join(" "))
        }
        Some(name) => element.attr(name).map(str::to_owned),
    }
}

/// The transforms of a rule, in the order in which `docs/profiles.md` tells them.
pub(crate) fn transformed(rule: &Rule, raw: Vec<String>) -> Vec<String> {
    let mut values: Vec<String> = raw.into_iter().filter_map(|text| matched(rule, text)).collect();
    for (pattern, with) in &rule.replace {
        if let Some(regex) = pattern.regex() {
            values.iter_mut().for_each(|value| *value = regex.replace_all(value, with.as_str()).into_owned());
        }
    }
    if let Some(mark) = rule.split.as_deref().filter(|mark| !mark.is_empty()) {
        values = values.iter().flat_map(|text| text.split(mark).map(str::to_owned)).collect();
    }
    values.iter_mut().for_each(|value| *value = value.trim().to_owned());
    values.retain(|value| !value.is_empty());
    values.truncate(MAX_VALUES);
    if rule.reverse {
        values.reverse();
    }
    if let Some(index) = rule.index {
        let at = if index < 0 {
            usize::try_from(index.unsigned_abs()).ok().and_then(|back| values.len().checked_sub(back))
        } else {
            usize::try_from(index).ok()
        };
        values = at.and_then(|at| values.get(at).cloned()).into_iter().collect();
    }
    if !rule.map.is_empty() {
        let code = |value: &String| {
            let lower = value.to_lowercase();
            rule.map.iter().find(|(word, _)| word.to_lowercase() == lower).map(|(_, code)| code.clone())
        };
        values.iter_mut().for_each(|value| *value = code(value).unwrap_or_else(|| std::mem::take(value)));
    }
    if let Some(mark) = rule.number.as_deref().and_then(|mark| mark.chars().next()) {
        values.iter_mut().for_each(|value| *value = plain_numbers(value, mark));
    }
    if let Some(format) = &rule.date {
        values = values.iter().filter_map(|value| iso_date(format, value)).collect();
    }
    if rule.country {
        values = values.iter().flat_map(|value| parse_countries(value).codes).collect();
    }
    match &rule.join {
        Some(with) if values.len() > 1 => vec![values.join(with)],
        _ => values,
    }
}

fn matched(rule: &Rule, text: String) -> Option<String> {
    let Some(pattern) = &rule.regex else { return Some(text) };
    let found = pattern.regex()?.captures(&text)?;
    found.get(1).or_else(|| found.get(0)).map(|group| group.as_str().to_owned())
}

/// The numbers of a text without grouping and with a point before their decimals; what stands around them stays.
fn plain_numbers(text: &str, mark: char) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let between = out.ends_with(|c: char| c.is_ascii_digit()) && rest.peek().is_some_and(char::is_ascii_digit);
        match c {
            _ if c == mark && between => out.push('.'),
            '.' | ',' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2009}' if between => {}
            ' ' if between && rest.clone().take_while(char::is_ascii_digit).count() == 3 => {}
            _ => out.push(c),
        }
    }
    out
}

/// A date of this writing, as ISO 8601 has it.
fn iso_date(format: &str, text: &str) -> Option<String> {
    let parts = jiff::fmt::strtime::parse(format, text.trim()).ok()?;
    if let Ok(at) = parts.to_timestamp() {
        return Some(at.to_string());
    }
    let date = parts.to_date().ok()?;
    Some(match parts.to_time() {
        Ok(time) if parts.hour().is_some() => format!("{}Z", date.to_datetime(time)),
        _ => date.to_string(),
    })
}
