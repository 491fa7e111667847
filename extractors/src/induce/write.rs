//! The proposal as TOML, with what speaks for each line and against it.

use std::fmt::Write;

use super::choose::Choice;
use super::{Proposal, count};
use crate::profile::{Field, Rule, Rules};

/// Characters of a sample.
const SAMPLE: usize = 60;

/// The section of a source file. Pages are named by their numbers, from 1.
pub(super) fn toml(proposals: &[Proposal], skipped: &[String], pages: usize) -> String {
    let mut out = String::new();
    let read = if proposals.is_empty() { "nothing can be proposed" } else { "look at the samples before you take it over" };
    line(&mut out, &format!("# Proposed from {}; {read}.", count(pages, "page")));
    for why in skipped {
        line(&mut out, &format!("# No rules for {why}."));
    }
    for one in proposals {
        page(&mut out, one);
    }
    out
}

fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

fn page(out: &mut String, one: &Proposal) {
    let rules = &one.rules;
    let records = if rules.record.is_some() { format!(", {}", count(one.units, "record")) } else { String::new() };
    let numbers: Vec<String> = one.pages.iter().take(12).map(|n| (n + 1).to_string()).collect();
    let more = if one.pages.len() > 12 { " ..." } else { "" };
    line(out, &format!("\n# {}{records}: {}{more}.", count(one.pages.len(), "page"), numbers.join(" ")));
    for note in &one.notes {
        line(out, &format!("# {note}."));
    }
    line(out, "[[extractor.page]]");
    line(out, &format!("kind = \"{}\"", rules.kind.code()));
    if let Some(detail) = &rules.detail {
        line(out, &format!("detail = {}", quoted(detail)));
    }
    for (key, value) in [
        ("when", rules.when.as_ref().map(|css| &css.source)),
        ("url", rules.url.as_ref().map(|pattern| &pattern.source)),
        ("record", rules.record.as_ref().map(|css| &css.source)),
    ] {
        if let Some(value) = value {
            line(out, &format!("{key} = {}", quoted(value)));
        }
    }
    if !rules.required.is_empty() {
        let names: Vec<String> = rules.required.iter().map(|field| format!("\"{}\"", field.code())).collect();
        line(out, &format!("required = [{}]", names.join(", ")));
    }
    if let Some(least) = rules.min_records {
        line(out, &format!("min_records = {least}"));
    }
    for (field, expect) in &rules.expect {
        line(out, &format!("expect.{} = {{ share = {} }}", field.code(), expect.share));
    }
    group(out, "fields", &one.choices);
    group(out, "vendor", &one.account);
}

fn group(out: &mut String, name: &str, choices: &[(Field, Choice)]) {
    for (field, choice) in choices {
        said(out, *field, choice);
        line(out, &format!("{name}.{} = {}", field.code(), rules(&choice.rules)));
    }
}

fn said(out: &mut String, field: Field, choice: &Choice) {
    let tally = &choice.tally;
    if tally.units == 0 {
        return line(out, &format!("# {}: the same everywhere", field.code()));
    }
    let samples: Vec<String> = tally.samples.iter().map(|sample| sampled(sample)).collect();
    let compared = tally.agree + tally.differ.len();
    line(
        out,
        &format!(
            "# {}: on {} of {}, as the general reading {} of {compared}: {}",
            field.code(),
            tally.filled,
            tally.units,
            tally.agree,
            samples.join(" | ")
        ),
    );
    for (_, own, general) in tally.differ.iter().take(2) {
        line(out, &format!("#   doubt: {} here, {} in the general reading", sampled(own), sampled(general)));
    }
    if choice.discovered {
        line(out, "#   doubt: the general reading does not find it here; taken for what its values look like");
    }
    if tally.distinct == 1 && tally.filled > 3 {
        line(out, "#   doubt: always the same value");
    }
}

/// A value on one line that no terminal and no TOML reader stumbles over.
fn sampled(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).collect();
    let folded = crate::html::fold(&plain);
    let cut: String = folded.chars().take(SAMPLE).collect();
    let shown: String = cut
        .chars()
        .filter(|c| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'))
        .collect();
    if folded.chars().count() > SAMPLE { format!("{shown}…") } else { shown }
}

fn rules(rules: &Rules) -> String {
    match rules.0.as_slice() {
        [one] => rule(one),
        several => format!("[{}]", several.iter().map(rule).collect::<Vec<_>>().join(", ")),
    }
}

fn rule(rule: &Rule) -> String {
    let mut keys = Vec::new();
    let mut text = |key: &str, value: Option<&String>| {
        if let Some(value) = value {
            keys.push(format!("{key} = {}", quoted(value)));
        }
    };
    let select = rule.select.as_ref().map(|css| &css.source);
    text("select", select);
    text("label", rule.label.as_ref());
    text("attr", rule.attr.as_ref());
    text("regex", rule.regex.as_ref().map(|pattern| &pattern.source));
    text("default", rule.default.as_ref());
    if rule.all {
        keys.push("all = true".to_owned());
    }
    match (keys.len(), select) {
        (1, Some(select)) => quoted(select),
        _ => format!("{{ {} }}", keys.join(", ")),
    }
}

/// A TOML string.
fn quoted(text: &str) -> String {
    if !text.contains(['\'', '\n', '\r', '\t']) && !text.chars().any(char::is_control) && text.contains(['"', '\\']) {
        return format!("'{text}'");
    }
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                // Writing to a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
