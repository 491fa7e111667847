//! The stretch of a description around the matching words, and where they stand in it.

use std::collections::HashSet;

use crate::analysis::{Analysis, Word, analyse};
use crate::fields::{FIELDS, Kind};
use crate::query::pattern::{Pattern, near};
use crate::query::{Node, What};
use crate::results::Snippet;

/// Length of a snippet, bytes of the text.
const WINDOW_BYTES: usize = 240;
/// Text kept before the first highlighted word.
const LEAD_BYTES: usize = 60;

/// What of a query can be highlighted in a text.
#[derive(Default)]
pub(crate) struct Highlighter<'q> {
    words: HashSet<&'q str>,
    /// For each stemmer.
    stems: Vec<HashSet<&'q str>>,
    phrases: Vec<&'q [String]>,
    prefixes: Vec<(&'q [String], &'q str)>,
    open: Vec<&'q Pattern>,
    fuzzy: Vec<(&'q str, u8)>,
}

impl<'q> Highlighter<'q> {
    /// Takes what the query asks of texts, negations left out.
    pub(crate) fn new(root: &'q Node) -> Self {
        let mut out = Self { stems: vec![HashSet::new(); Analysis::stems().count()], ..Self::default() };
        out.add(root);
        out
    }

    fn add(&mut self, node: &'q Node) {
        match node {
            Node::All | Node::Not(_) => {}
            Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| self.add(node)),
            Node::Boost(node, _) => self.add(node),
            Node::Test(test) if !FIELDS.get(test.field).is_some_and(|spec| matches!(spec.kind, Kind::Text(_) | Kind::AllText)) => {}
            Node::Test(test) => match &test.what {
                What::Word { exact, stems } => {
                    self.words.insert(exact);
                    self.stems.iter_mut().zip(stems).for_each(|(set, stem)| {
                        set.insert(stem);
                    });
                }
                What::Phrase { words, slop } if *slop > 0 || words.len() == 1 => self.words.extend(words.iter().map(String::as_str)),
                What::Phrase { words, .. } => self.phrases.push(words),
                What::PhrasePrefix { words, prefix, whole } => {
                    self.prefixes.push((words, prefix));
                    if !whole.is_empty() {
                        self.prefixes.push((&[], whole));
                    }
                }
                What::Wild(pattern) => self.open.push(pattern),
                What::Fuzzy { word, edits } => self.fuzzy.push((word, *edits)),
                _ => {}
            },
        }
    }

    /// Cuts the snippet of a document. The description serves unless it is empty.
    pub(crate) fn snippet(&self, title: &str, description: &str, language: Option<&str>) -> Snippet {
        let text = if description.trim().is_empty() { title } else { description };
        let spans = self.spans(text, language);
        let (start, end) = window(text, &spans);
        let (before, after) = (if start > 0 { "… " } else { "" }, if end < text.len() { " …" } else { "" });
        let shift = |at: usize| at - start + before.len();
        let highlights =
            spans.iter().filter(|(from, to)| *from >= start && *to <= end).map(|(from, to)| (shift(*from), shift(*to))).collect();
        // Line ends and other control characters have one byte in UTF-8, as a space has, but for a few that are kept.
        let cut: String = text.get(start..end).unwrap_or_default().chars().map(|c| if c.is_ascii_control() { ' ' } else { c }).collect();
        Snippet { text: format!("{before}{cut}{after}"), highlights }
    }

    /// Byte ranges of matching words, ascending, none twice.
    pub(crate) fn spans(&self, text: &str, language: Option<&str>) -> Vec<(usize, usize)> {
        let words = analyse(Analysis::Exact, text);
        let mut hit = vec![false; words.len()];
        for (at, word) in words.iter().enumerate() {
            let rest = words.get(at..).unwrap_or_default();
            let mut mark = |length: usize| hit.iter_mut().skip(at).take(length).for_each(|hit| *hit = true);
            if self.words.contains(word.text.as_str())
                || self.open.iter().any(|pattern| pattern.fits(&word.text))
                || self.fuzzy.iter().any(|(wanted, edits)| near(wanted, &word.text, *edits))
            {
                mark(1);
            }
            for phrase in self.phrases.iter().filter(|phrase| begins_with(rest, phrase)) {
                mark(phrase.len());
            }
            for (phrase, prefix) in &self.prefixes {
                if begins_with(rest, phrase) && rest.get(phrase.len()).is_some_and(|next| next.text.starts_with(prefix)) {
                    mark(phrase.len() + 1);
                }
            }
        }
        let stem = Analysis::stem_for(language);
        let stems = if let Analysis::Stem(place) = stem { self.stems.get(place) } else { None };
        if let Some(stems) = stems.filter(|stems| !stems.is_empty()) {
            for word in analyse(stem, text).iter().filter(|word| stems.contains(word.text.as_str())) {
                if let Some(hit) = hit.get_mut(word.position) {
                    *hit = true;
                }
            }
        }
        words.iter().zip(hit).filter(|(_, hit)| *hit).map(|(word, _)| (word.start, word.end)).collect()
    }
}

fn begins_with(words: &[Word], phrase: &[String]) -> bool {
    words.len() >= phrase.len() && words.iter().zip(phrase).all(|(word, wanted)| word.text == *wanted)
}

/// The window with most highlights, the first of equals; at char boundaries, and at white space where there is some near.
fn window(text: &str, spans: &[(usize, usize)]) -> (usize, usize) {
    if text.len() <= WINDOW_BYTES {
        return (0, text.len());
    }
    let (mut best, mut most, mut last) = (0, 0, 0);
    for (first, (from, _)) in spans.iter().enumerate() {
        last = last.max(first);
        while spans.get(last).is_some_and(|(_, to)| *to <= from + WINDOW_BYTES - LEAD_BYTES) {
            last += 1;
        }
        if last - first > most {
            (best, most) = (*from, last - first);
        }
    }
    let earliest = text.ceil_char_boundary(best.saturating_sub(LEAD_BYTES));
    let space = text.get(earliest..best).and_then(|lead| lead.char_indices().find(|(_, c)| c.is_whitespace()));
    let start = if earliest == 0 { 0 } else { space.map_or(earliest, |(at, c)| earliest + at + c.len_utf8()) };
    let latest = text.floor_char_boundary((start + WINDOW_BYTES).min(text.len()));
    if latest == text.len() {
        return (start, latest);
    }
    let tail = text.floor_char_boundary(latest.saturating_sub(LEAD_BYTES)).max(start);
    let space = text.get(tail..latest).and_then(|tail| tail.rfind(char::is_whitespace));
    let highlighted = spans.iter().filter(|(_, to)| *to <= latest).map(|(_, to)| *to).max().unwrap_or_default();
    (start, space.map(|at| tail + at).filter(|end| *end >= highlighted && *end > start).unwrap_or(latest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Query;

    fn cut(query: &str, text: &str, language: Option<&str>) -> (String, Vec<String>) {
        let query = Query::parse(query, 0).unwrap();
        let snippet = Highlighter::new(query.root()).snippet("a title", text, language);
        let words = snippet.highlights.iter().map(|(from, to)| snippet.text[*from..*to].to_owned()).collect();
        (snippet.text, words)
    }

    #[test]
    fn forms_phrases_and_beginnings_are_highlighted() {
        let text = "Zwei Gewehre,\nein GEWEHR. Glock 19 und Glock switch";
        assert_eq!(cut("gewehr", text, Some("de")).1, ["Gewehre", "GEWEHR"]);
        assert_eq!(cut("\"glock switch\" -zwei", text, None).1, ["Glock", "switch"]);
        assert_eq!(cut("glock1* OR swi*", text, None).1, ["Glock", "19", "switch"]);
        assert_eq!(cut("category:gewehr", text, None).1, [""; 0]);
        assert_eq!(cut("title", "", None), ("a title".to_owned(), vec!["title".to_owned()]));
    }

    #[test]
    fn windows_keep_whole_characters_and_the_densest_part() {
        let text = format!("{}glock {}glock glock é{}", "é".repeat(400), "ü ".repeat(300), "ж".repeat(500));
        let (snippet, words) = cut("glock", &text, None);
        assert_eq!(words, ["glock", "glock"]);
        assert!(snippet.starts_with("… ") && snippet.ends_with(" …"));
        for query in ["nothing", "\u{e9}*"] {
            cut(query, &text, None);
        }
    }
}
