//! A pattern that finds handles of one kind, and when it is worth running.

use super::signs::Signs;
use crate::pattern::Pattern;
use crate::record::Indicator;

/// The normal form of what was written, and whether a checksum proved it; nothing where it is no handle.
pub(super) type Accept = fn(&str) -> Option<(String, bool)>;
/// Whether a text may match the pattern at all.
pub(super) type Due = fn(&Signs) -> bool;

pub(super) struct Rule {
    kind: &'static str,
    due: Due,
    /// Group 1 is the handle.
    pattern: Pattern,
    accept: Accept,
}

/// The rules of a table: kind, when due, pattern, what is accepted.
pub(super) fn rules<const N: usize>(table: [(&'static str, Due, &str, Accept); N]) -> Vec<Rule> {
    table.into_iter().filter_map(|(kind, due, pattern, accept)| Some(Rule { kind, due, pattern: Pattern::new(pattern)?, accept })).collect()
}

/// What the rules find, one after the other; each pattern runs in linear time.
pub(super) fn find(rules: &[Rule], text: &str, signs: &Signs) -> Vec<Indicator> {
    let due = rules.iter().filter(|rule| (rule.due)(signs));
    due.flat_map(|rule| rule.pattern.captures_iter(text).filter_map(|found| rule.read(found.get(1)?, text))).collect()
}

impl Rule {
    fn read(&self, handle: regex::Match<'_>, text: &str) -> Option<Indicator> {
        // The stop of a sentence is no part of what it ends with.
        let written = handle.as_str().trim_end_matches(['.', ',', ';', '!']);
        let (value, verified) = (self.accept)(written)?;
        Some(super::indicator(self.kind, value, verified, text, handle.start(), handle.start() + written.len()))
    }
}

/// Whether a word of running text, or of a form, stands where a handle could.
pub(super) fn is_no_handle(word: &str) -> bool {
    NO_HANDLES.contains(&word)
}

const NO_HANDLES: &[&str] = &[
    "only",
    "below",
    "telegram",
    "email",
    "signal",
    "available",
    "contact",
    "just",
    "add",
    "the",
    "and",
    "for",
    "here",
    "message",
    "send",
    "please",
    "chat",
    "text",
    "write",
    "ask",
    "see",
    "use",
    "you",
    "our",
    "handle",
    "username",
    "server",
    "link",
    "invite",
    "join",
    "https",
    "http",
    "www",
    "icon",
    "none",
    "null",
    "user",
    "name",
    "tag",
    "channel",
    "group",
    "wickr",
    "session",
    "whatsapp",
    "click",
    "on",
    "in",
    "is",
    "it",
    "or",
    "to",
    "me",
    "us",
    "my",
    "at",
    "by",
    "of",
    "via",
    "yes",
    "no",
    "not",
    "app",
    "id",
    "new",
    "soon",
];
