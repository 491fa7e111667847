//! Where in the text of a page its nodes begin, and where given words stand: the parser keeps no offsets.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use html5ever::data::NAMED_ENTITIES;

use super::tree::NodeId;

/// A page's text with the offsets of its nodes. Offsets count bytes of the decoded text.
#[derive(Debug)]
pub struct Source<'a> {
    text: &'a str,
    /// Shown text without white space, entities decoded.
    squeezed: String,
    /// Pairs of a byte in `squeezed` and the byte of `text` it comes from, wherever the two do not run in step.
    marks: Vec<(usize, usize)>,
    /// Byte of `text` after an entity, by the byte of `squeezed` that it became.
    entities: HashMap<usize, usize>,
    /// Bytes at which nodes begin, in page order.
    nodes: Vec<Option<usize>>,
    /// Values of the scripts of JSON that were asked for, by the byte at which the script begins.
    scripts: RefCell<HashMap<usize, Values>>,
    /// Bytes that may still be searched for words that do not stand where they should.
    searched: Cell<usize>,
}

/// Places of the values of a script, by the hashes of key and value, with the number of such pairs.
type Values = HashMap<(u64, u64), (Range<usize>, usize)>;

/// Bytes of the shown text that are searched for one page: some hundred times a large one.
const MAX_SEARCHED: usize = 1 << 30;

/// Elements whose content is no markup.
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "noembed", "noframes", "iframe"];

/// Where words were found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Bytes of the page's text.
    pub span: Range<usize>,
    /// How often they stand in the place that was searched; 1 where the place is exact.
    pub occurrences: usize,
}

impl<'a> Source<'a> {
    /// Indexes a text; `nodes` says where the nodes of its tree begin.
    pub(super) fn new(text: &'a str, nodes: Vec<Option<usize>>) -> Self {
        let mut source = Source {
            text,
            squeezed: String::new(),
            marks: Vec::new(),
            entities: HashMap::new(),
            nodes,
            scripts: RefCell::default(),
            searched: Cell::new(MAX_SEARCHED),
        };
        for piece in pieces(text).filter(|piece| piece.kind == Kind::Text) {
            source.squeeze(piece.range);
        }
        source
    }

    fn squeeze(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while let Some(rest) = self.text.get(at..range.end)
            && let Some(c) = rest.chars().next()
        {
            let entity = (c == '&').then(|| entity(rest)).flatten();
            let (chars, length) = entity.unwrap_or(([Some(c), None], c.len_utf8()));
            let here = self.squeezed.len();
            let kept: String = chars.into_iter().flatten().filter(|c| is_kept(*c)).collect();
            if !kept.is_empty() {
                let in_step = self.marks.last().is_some_and(|(squeezed, source)| here - squeezed + source == at);
                if !in_step {
                    self.marks.push((here, at));
                }
                self.squeezed.push_str(&kept);
                if kept.len() != length {
                    self.entities.insert(here, at + length);
                }
            }
            at += length;
        }
    }

    /// Byte at which a node begins: its start tag, or at the latest the tag before its text.
    pub fn node(&self, id: NodeId) -> Option<usize> {
        self.nodes.get(id.0 as usize).copied().flatten()
    }

    /// Finds words in the shown text from a byte on, white space and tags between them aside; else their first occurrence.
    pub fn words(&self, from: Option<usize>, words: &str) -> Option<Found> {
        let words = squeezed(words);
        if words.is_empty() {
            return None;
        }
        if let Some(from) = from {
            let start = self.squeezed_from(from);
            // What a node says stands near its beginning.
            let window = super::prefix(self.squeezed.get(start..)?, words.len() + (64 << 10));
            self.search(window.len())?;
            if let Some(at) = window.find(&words) {
                return Some(Found { span: self.span(start + at, words.len()), occurrences: 1 });
            }
        }
        self.search(self.squeezed.len())?;
        let first = self.squeezed.find(&words)?;
        let occurrences = self.squeezed.matches(words.as_str()).take(1_000).count();
        Some(Found { span: self.span(first, words.len()), occurrences })
    }

    fn search(&self, bytes: usize) -> Option<()> {
        self.searched.set(self.searched.get().checked_sub(bytes)?);
        Some(())
    }

    fn squeezed_from(&self, byte: usize) -> usize {
        let after = self.marks.partition_point(|(_, source)| *source < byte);
        let before = after.checked_sub(1).and_then(|at| self.marks.get(at));
        let next = self.marks.get(after).map_or(self.squeezed.len(), |(squeezed, _)| *squeezed);
        let in_step = before.map_or(0, |(squeezed, source)| squeezed + byte - source);
        (in_step..=next).find(|at| self.squeezed.is_char_boundary(*at)).unwrap_or(next).min(next)
    }

    fn span(&self, start: usize, length: usize) -> Range<usize> {
        let source = |at: usize| {
            let after = self.marks.partition_point(|(squeezed, _)| *squeezed <= at);
            after.checked_sub(1).and_then(|at| self.marks.get(at)).map_or(at, |(squeezed, source)| at - squeezed + source)
        };
        let last = self.squeezed.get(start..start + length).and_then(|found| found.char_indices().next_back());
        let (last_at, last_len) = last.map_or((start, 0), |(at, c)| (start + at, c.len_utf8()));
        source(start)..self.entities.get(&last_at).copied().unwrap_or_else(|| source(last_at) + last_len)
    }

    /// The value of an attribute of an element, with its place.
    pub fn attribute(&self, id: NodeId, name: &str) -> Option<(Range<usize>, String)> {
        self.attributes(self.node(id)?).into_iter().find(|(own, ..)| own.eq_ignore_ascii_case(name)).map(|(_, range, value)| (range, value))
    }

    /// A stretch of the page as it is written.
    pub fn text(&self, span: &Range<usize>) -> &'a str {
        self.text.get(span.clone()).unwrap_or("")
    }

    /// Attributes of the start tag at a byte: name, place of the value, value with entities decoded.
    pub fn attributes(&self, tag: usize) -> Vec<(&'a str, Range<usize>, String)> {
        let Some(rest) = self.text.get(tag..).and_then(|rest| rest.strip_prefix('<')) else { return Vec::new() };
        let name = tag_name(rest);
        let end = scan_attributes(rest, name.len());
        let inner = rest.get(..end).unwrap_or("");
        let (mut at, mut found) = (name.len(), Vec::new());
        let skip = |at: usize, set: fn(char) -> bool| inner.get(at..).map_or(at, |r| at + r.len() - r.trim_start_matches(set).len());
        while at < inner.len() && found.len() < 256 {
            at = skip(at, |c| c.is_ascii_whitespace() || matches!(c, '/' | '>'));
            let begin = at;
            at = skip(at, |c| !c.is_ascii_whitespace() && !matches!(c, '=' | '>' | '/'));
            let own = inner.get(begin..at).unwrap_or("");
            let equals = skip(at, |c| c.is_ascii_whitespace());
            if own.is_empty() {
                // A stray equals sign, or the end.
                at += inner.get(at..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8);
                continue;
            }
            let Some('=') = inner.get(equals..).and_then(|r| r.chars().next()) else { continue };
            let value = skip(equals + 1, |c| c.is_ascii_whitespace());
            let quote = inner.get(value..).and_then(|r| r.chars().next()).filter(|c| matches!(c, '"' | '\''));
            let (start, stop) = match quote {
                Some(quote) => {
                    let length = inner.get(value + 1..).and_then(|r| r.find(quote)).unwrap_or(inner.len().saturating_sub(value + 1));
                    at = value + 1 + length + 1;
                    (value + 1, value + 1 + length)
                }
                None => {
                    at = skip(value, |c| !c.is_ascii_whitespace() && c != '>');
                    (value, at)
                }
            };
            found.push((own, tag + 1 + start..tag + 1 + stop, decoded(inner.get(start..stop).unwrap_or(""))));
        }
        found
    }

    /// The content of the first `meta` element of a property.
    pub fn meta(&self, property: &str) -> Option<Range<usize>> {
        pieces(self.text).filter(|piece| piece.kind == Kind::Start).find_map(|piece| {
            let rest = self.text.get(piece.range.start + 1..)?;
            let attributes = tag_name(rest).eq_ignore_ascii_case("meta").then(|| self.attributes(piece.range.start))?;
            let named = attributes.iter().any(|(name, _, value)| {
                matches!(name.to_ascii_lowercase().as_str(), "property" | "name") && value.trim().eq_ignore_ascii_case(property)
            });
            let content = attributes.into_iter().find(|(name, ..)| name.eq_ignore_ascii_case("content"));
            content.filter(|_| named).map(|(_, range, _)| range)
        })
    }

    /// Finds the value of a key in a script of JSON.
    pub fn json(&self, script: NodeId, keys: &[&str], value: &str) -> Option<Found> {
        let start = self.node(script)?;
        let rest = self.text.get(start..)?;
        let mut scripts = self.scripts.borrow_mut();
        let values = scripts.entry(start).or_insert_with(|| {
            let end = 1 + raw_end(rest.get(1..).unwrap_or(""), "script");
            json_values(rest.get(..end).unwrap_or(""))
        });
        let wanted = hash(&squeezed(value));
        keys.iter()
            .find_map(|key| values.get(&(hash(key), wanted)))
            .map(|(span, occurrences)| Found { span: start + span.start..start + span.end, occurrences: (*occurrences).min(1_001) })
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Every scalar behind a key, read once: a list of a thousand offers is asked for each of its thousand prices.
fn json_values(block: &str) -> Values {
    let mut values = Values::new();
    for (quote, _) in block.match_indices('"') {
        let inner = block.get(quote + 1..).unwrap_or("");
        let length = inner.find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '@' | '_' | '-' | ':' | '.' | '/' | '#'));
        let Some(length) = length.filter(|length| (1..=64).contains(length) && inner.get(*length..).is_some_and(|r| r.starts_with('"')))
        else {
            continue;
        };
        let Some((span, read)) = json_value(block, quote + length + 2) else { continue };
        let key = hash(inner.get(..length).unwrap_or(""));
        for value in read {
            values.entry((key, value)).and_modify(|(_, count)| *count += 1).or_insert_with(|| (span.clone(), 1));
        }
    }
    values
}

/// The scalar after a key, and the hashes of what it reads as.
fn json_value(block: &str, after_key: usize) -> Option<(Range<usize>, Vec<u64>)> {
    let rest = block.get(after_key..)?.trim_start().strip_prefix(':')?.trim_start().trim_start_matches(['[', ' ', '\n', '\t', '\r']);
    let at = block.len() - rest.len();
    let Some(string) = rest.strip_prefix('"') else {
        let length = rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | '}' | ']' | '"' | '{')).unwrap_or(rest.len());
        return Some((at..at + length, vec![hash(rest.get(..length)?)]));
    };
    let mut escaped = false;
    let length = string.find(|c: char| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })?;
    let inner = string.get(..length)?;
    let plain: String = serde_json::from_str(&format!("\"{inner}\"")).unwrap_or_else(|_| inner.to_owned());
    let mut read = vec![hash(&squeezed(&plain)), hash(&squeezed(&decoded(&plain)))];
    read.dedup();
    Some((at + 1..at + 1 + length, read))
}

/// A text without white space and control characters, as [`Source`] compares them.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| is_kept(*c)).collect()
}

fn is_kept(c: char) -> bool {
    !c.is_whitespace() && c != '\u{a0}' && !super::text::is_unseen(c) && !matches!(c, '\u{200c}' | '\u{200d}')
}

/// A text with its entities decoded.
fn decoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (chars, length) = (c == '&').then(|| entity(rest)).flatten().unwrap_or(([Some(c), None], c.len_utf8()));
        out.extend(chars.into_iter().flatten());
        rest = rest.get(length..).unwrap_or("");
    }
    out
}

/// The characters of the entity at the beginning of a text, and its length in bytes.
fn entity(text: &str) -> Option<([Option<char>; 2], usize)> {
    let window = super::prefix(text, 40);
    let body = window.strip_prefix('&')?;
    if let Some(number) = body.strip_prefix('#') {
        let (digits, radix) = match number.strip_prefix(['x', 'X']) {
            Some(digits) => (digits, 16),
            None => (number, 10),
        };
        let length = digits.find(|c: char| !c.is_digit(radix)).unwrap_or(digits.len());
        let code = u32::from_str_radix(digits.get(..length)?, radix).ok()?;
        let end = window.len() - digits.len() + length;
        let end = end + usize::from(window.get(end..).is_some_and(|r| r.starts_with(';')));
        return Some(([char::from_u32(code), None], end));
    }
    let length = body.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(body.len());
    let closed = body.get(length..).is_some_and(|r| r.starts_with(';'));
    let known = |name: &str| NAMED_ENTITIES.get(name).copied().filter(|(first, _)| *first != 0);
    // Without its semicolon an old name may be the beginning of a word.
    let whole = closed.then(|| known(body.get(..=length)?).map(|codes| (codes, length + 2))).flatten();
    let begun = || (1..=length).rev().find_map(|end| known(body.get(..end)?).map(|codes| (codes, end + 1)));
    let ((first, second), end) = whole.or_else(begun)?;
    let second = if second == 0 { None } else { char::from_u32(second) };
    Some(([char::from_u32(first), second], end))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Start,
    /// An end tag, a comment, a declaration, the content of a script.
    Other,
}

struct Piece {
    kind: Kind,
    range: Range<usize>,
}

/// Cuts a text into tags and what stands between them, as the tokenizer would.
fn pieces(text: &str) -> impl Iterator<Item = Piece> {
    let mut at = 0;
    let mut unseen = None;
    std::iter::from_fn(move || {
        if let Some(range) = unseen.take() {
            return Some(Piece { kind: Kind::Other, range });
        }
        let rest = text.get(at..).filter(|rest| !rest.is_empty())?;
        let begin = at;
        let inner = rest.get(1..).filter(|_| rest.starts_with('<')).unwrap_or("");
        match inner.bytes().next() {
            Some(b) if b.is_ascii_alphabetic() => {
                let name = tag_name(inner);
                at = begin + 1 + scan_attributes(inner, name.len());
                let raw =
                    RAW.iter().any(|n| n.eq_ignore_ascii_case(name)) && !["title", "textarea"].iter().any(|n| n.eq_ignore_ascii_case(name));
                if raw {
                    let end = at + raw_end(text.get(at..).unwrap_or(""), name);
                    unseen = (end > at).then_some(at..end);
                    at = end;
                }
                Some(Piece { kind: Kind::Start, range: begin..at })
            }
            Some(b'!' | b'?' | b'/') => {
                let length = if inner.starts_with("!--") {
                    inner.get(3..).and_then(|r| r.find("-->")).map(|end| end + 7)
                } else {
                    inner.find('>').map(|end| end + 2)
                };
                at = length.map_or(text.len(), |length| begin + length);
                Some(Piece { kind: Kind::Other, range: begin..at })
            }
            _ => {
                // A "<" that opens nothing is text.
                let mut from = usize::from(rest.starts_with('<'));
                let end = loop {
                    match rest.get(from..).and_then(|r| r.find('<')) {
                        None => break rest.len(),
                        Some(found) => {
                            let next = rest.as_bytes().get(from + found + 1);
                            if next.is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'!' | b'?' | b'/')) {
                                break from + found;
                            }
                            from += found + 1;
                        }
                    }
                };
                at = begin + end;
                Some(Piece { kind: Kind::Text, range: begin..at })
            }
        }
    })
}

fn tag_name(rest: &str) -> &str {
    let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').unwrap_or(rest.len());
    rest.get(..end).unwrap_or("")
}

/// Byte after the `>` of a tag, as the tokenizer would find it: quotes count only after an equals sign.
fn scan_attributes(rest: &str, from: usize) -> usize {
    let bytes = rest.as_bytes();
    let mut at = from;
    // White space may stand before the equals sign, so the name before it still counts.
    let (mut in_name, mut after_name, mut after_equals) = (false, false, false);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => return at + 1,
            b'"' | b'\'' if after_equals => {
                let quote = char::from(byte);
                let Some(length) = rest.get(at + 1..).and_then(|r| r.find(quote)) else { break };
                at += length + 1;
                (in_name, after_equals) = (false, false);
            }
            b'=' if in_name || after_name => (in_name, after_name, after_equals) = (false, false, true),
            b' ' | b'\t' | b'\n' | b'\r' | 0x0c => (in_name, after_name) = (false, in_name || after_name),
            b'/' if !after_equals => (in_name, after_name) = (false, false),
            _ if after_equals => {
                let length = bytes.get(at..).and_then(|r| r.iter().position(|b| b.is_ascii_whitespace() || *b == b'>'));
                at += length.unwrap_or(bytes.len() - at);
                after_equals = false;
                continue;
            }
            _ if !in_name => (in_name, after_name) = (true, false),
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Bytes up to the end tag of a raw-text element.
fn raw_end(rest: &str, name: &str) -> usize {
    let mut from = 0;
    while let Some(found) = rest.get(from..).and_then(|r| r.find("</")) {
        let at = from + found;
        let candidate = rest.as_bytes().get(at + 2..at + 2 + name.len());
        if candidate.is_some_and(|c| c.eq_ignore_ascii_case(name.as_bytes())) {
            return at;
        }
        from = at + 2;
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(page: &str, from: Option<usize>, words: &str) -> Option<(String, usize)> {
        Source::new(page, Vec::new()).words(from, words).map(|found| (page[found.span].to_owned(), found.occurrences))
    }

    #[test]
    fn words_are_found_through_tags_and_entities() {
        assert_eq!(said("<p>9&nbsp;mm <b>Luger</b></p>", None, "9 mm Luger"), Some(("9&nbsp;mm <b>Luger".to_owned(), 1)));
        assert_eq!(said("<i title='&euro; 5'>x</i> 5 &euro; <s>5 &#8364;", None, "5 €"), Some(("5 &euro;".to_owned(), 2)));
        assert_eq!(said("<p>a<p>b<p>a", Some(6), "a"), Some(("a".to_owned(), 1)));
        assert_eq!(said("<script>var a = 'Glock'</script><!-- Glock --><p>none", None, "Glock"), None);
        assert_eq!(said("1 < 2 &amp 3 &unknown; é", None, "2 & 3 &unknown; é"), Some(("2 &amp 3 &unknown; é".to_owned(), 1)));
    }

    #[test]
    fn attributes_are_read_as_written() {
        let page = "<a\nHREF=/x?a=1&amp;b=2 title = \"a 'b' > c\" checked data-x='é'>t</a>";
        let source = Source::new(page, Vec::new());
        let read: Vec<(&str, &str, String)> = source.attributes(0).into_iter().map(|(n, r, v)| (n, &page[r], v)).collect();
        assert_eq!(read[0], ("HREF", "/x?a=1&amp;b=2", "/x?a=1&b=2".to_owned()));
        assert_eq!(read[1], ("title", "a 'b' > c", "a 'b' > c".to_owned()));
        assert_eq!(read[2].1, "é");
    }
}
