//! Cuts mark-up into tokens for html5ever's tree builder, as the standard has it and many times faster than a machine of states that looks
//! at each letter. Declarations of the type go through html5ever's own tokenizer.

use std::borrow::Cow;
use std::collections::HashMap;

use html5ever::buffer_queue::BufferQueue;
use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use html5ever::interface::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use memchr::{memchr, memchr2};
use rustc_hash::FxBuildHasher;

use super::build::{Handle, Sink};
use super::tame::{MAX_ATTRIBUTES, Tame};

/// Reads a page from token to token.
pub(super) struct Feeder<'t> {
    text: &'t str,
    /// The same, to cut pieces out of without copying.
    shared: StrTendril,
    at: usize,
    /// The element whose content is no mark-up, where one was opened last, and whether references are decoded in it.
    raw: Option<(LocalName, bool)>,
    /// Whether there is a carriage return.
    returns: bool,
    /// Longer names, as they are written.
    names: HashMap<&'t str, LocalName, FxBuildHasher>,
    tame: Tame,
    tokenizer: Tokenizer<TreeBuilder<Handle, Sink>>,
}

impl<'t> Feeder<'t> {
    /// Of a text without zeros.
    pub(super) fn new(text: &'t str, sink: Sink) -> Self {
        let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
        Feeder {
            text,
            shared: StrTendril::from_slice(text),
            at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 },
            raw: None,
            returns: text.contains('\r'),
            names: HashMap::default(),
            tame: Tame::default(),
            tokenizer: Tokenizer::new(TreeBuilder::new(sink, options), TokenizerOpts::default()),
        }
    }

    /// Byte of the text up to which it was read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Nodes made so far.
    pub(super) fn nodes(&self) -> usize {
        self.tokenizer.sink.sink.nodes()
    }

    /// The tree of what was read, and whether tags or attributes were left out.
    pub(super) fn finish(self) -> (Sink, bool) {
        self.tokenizer.end();
        (self.tokenizer.sink.sink, self.tame.cut)
    }

    /// Reads the next token.
    pub(super) fn step(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or("");
        if let Some((name, decoded)) = self.raw.take() {
            let length = if name == local_name!("script") { script_length(rest) } else { raw_length(rest, &name) };
            return self.characters(length, decoded);
        }
        match rest.as_bytes() {
            [b'<', b'!', b'-', b'-', ..] => self.comment(4 + comment_length(rest.get(4..).unwrap_or(""))),
            [b'<', b'!', b'[', ..] if rest.starts_with("<![CDATA[") && self.is_foreign() => {
                let content = rest.get(9..).unwrap_or("");
                let length = content.find("]]>");
                self.at += 9;
                self.characters(length.unwrap_or(content.len()), false);
                self.at += length.map_or(0, |_| 3);
            }
            [b'<', b'!', ..] if rest.get(2..9).is_some_and(|word| word.eq_ignore_ascii_case("doctype")) => {
                let length = rest.find('>').map_or(rest.len(), |end| end + 1);
                let queue = BufferQueue::default();
                queue.push_back(StrTendril::from_slice(rest.get(..length).unwrap_or("")));
                while !matches!(self.tokenizer.feed(&queue), TokenizerResult::Done) {}
                self.at += length;
            }
            [b'<', b'/', b'>', ..] => {
                let _ = self.send(Token::ParseError(Cow::Borrowed("")));
                self.at += 3;
            }
            [b'<', b'/', first, ..] if first.is_ascii_alphabetic() => self.tag_or_end(TagKind::EndTag, 2),
            [b'<', first, ..] if first.is_ascii_alphabetic() => self.tag_or_end(TagKind::StartTag, 1),
            [b'<', b'!' | b'?', ..] | [b'<', b'/', _, ..] => self.comment(rest.find('>').map_or(rest.len(), |end| end + 1)),
            _ => self.characters(text_length(rest), true),
        }
    }

    /// Whether what comes next lies in SVG or MathML.
    fn is_foreign(&self) -> bool {
        self.tokenizer.sink.adjusted_current_node_present_but_not_in_html_namespace()
    }

    fn send(&self, token: Token) -> TokenSinkResult<Handle> {
        self.tokenizer.sink.process_token(token, 1)
    }

    /// Sends a comment of so many bytes; nobody reads what it says.
    fn comment(&mut self, length: usize) {
        let _ = self.send(Token::CommentToken(StrTendril::new()));
        self.at += length;
    }

    /// Sends the next bytes as text.
    fn characters(&mut self, length: usize, decoded: bool) {
        if length > 0 {
            let text = self.cut(self.at, self.at + length, decoded.then_some(false));
            let _ = self.send(Token::CharacterTokens(text));
        }
        self.at += length;
    }

    /// A piece of the text, ends of lines made one; `attribute` says where it stands if it is to be decoded.
    fn cut(&self, from: usize, to: usize, attribute: Option<bool>) -> StrTendril {
        let piece = self.text.get(from..to).unwrap_or("");
        let special = match (attribute, self.returns) {
            (Some(_), true) => memchr2(b'&', b'\r', piece.as_bytes()).is_some(),
            (Some(_), false) => memchr(b'&', piece.as_bytes()).is_some(),
            (None, returns) => returns && memchr(b'\r', piece.as_bytes()).is_some(),
        };
        if special {
            return StrTendril::from_slice(&decode(piece, attribute));
        }
        self.shared.try_subtendril(from as u32, (to - from) as u32).unwrap_or_else(|_| StrTendril::from_slice(piece))
    }

    fn name(&mut self, name: &'t str) -> LocalName {
        let made = || match name.bytes().any(|byte| byte.is_ascii_uppercase()) {
            true => LocalName::from(Cow::Owned(name.to_ascii_lowercase())),
            false => LocalName::from(name),
        };
        // Short names are no more than their letters; others are looked for in a table of all pages.
        if name.len() <= 7 { made() } else { self.names.entry(name).or_insert_with(made).clone() }
    }

    /// Cuts a tag whose name begins so many bytes on. One without an end is nothing.
    fn tag_or_end(&mut self, kind: TagKind, begin: usize) {
        if self.tag(kind, self.at + begin).is_none() {
            self.at = self.text.len();
        }
    }

    fn tag(&mut self, kind: TagKind, mut at: usize) -> Option<()> {
        let (text, bytes) = (self.text, self.text.as_bytes());
        let begin = at;
        while !matches!(bytes.get(at)?, b'>' | b'/') && !is_space(*bytes.get(at)?) {
            at += 1;
        }
        let name = self.name(text.get(begin..at)?);
        let mut attrs: Vec<Attribute> = Vec::new();
        let (mut self_closing, mut had_duplicate_attributes) = (false, false);
        loop {
            match *bytes.get(at)? {
                b'>' => break,
                b'/' => {
                    at += 1;
                    self_closing = *bytes.get(at)? == b'>';
                }
                byte if is_space(byte) => at += 1,
                _ => {
                    let begin = at;
                    at += 1;
                    while !matches!(bytes.get(at)?, b'>' | b'/' | b'=') && !is_space(*bytes.get(at)?) {
                        at += 1;
                    }
                    let local = self.name(text.get(begin..at)?);
                    let (from, to);
                    (from, to, at) = value(text, at)?;
                    if attrs.len() >= MAX_ATTRIBUTES {
                        self.tame.cut = true;
                    } else if attrs.iter().any(|own| own.name.local == local) {
                        had_duplicate_attributes = true;
                    } else {
                        let value = if from == to { StrTendril::new() } else { self.cut(from, to, Some(true)) };
                        attrs.push(Attribute { name: QualName::new(None, ns!(), local), value });
                    }
                }
            }
        }
        at += 1;
        self.at = at;
        if self.tame.takes(kind, &name)
            && let TokenSinkResult::RawData(kind) =
                self.send(Token::TagToken(Tag { kind, name: name.clone(), self_closing, attrs, had_duplicate_attributes }))
        {
            self.raw = Some((name, kind == RawKind::Rcdata));
        }
        Some(())
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\t' | b'\r' | 0x0c)
}

/// The value of an attribute whose name ends at a byte: where it begins, where it ends, and where the tag goes on.
fn value(text: &str, mut at: usize) -> Option<(usize, usize, usize)> {
    let bytes = text.as_bytes();
    let skip = |mut at: usize| {
        while bytes.get(at).is_some_and(|byte| is_space(*byte)) {
            at += 1;
        }
        at
    };
    at = skip(at);
    if *bytes.get(at)? != b'=' {
        return Some((at, at, at));
    }
    at = skip(at + 1);
    match *bytes.get(at)? {
        quote @ (b'"' | b'\'') => {
            let length = memchr(quote, bytes.get(at + 1..)?)?;
            Some((at + 1, at + 1 + length, at + 2 + length))
        }
        b'>' => Some((at, at, at)),
        _ => {
            let begin = at;
            while *bytes.get(at)? != b'>' && !is_space(*bytes.get(at)?) {
                at += 1;
            }
            Some((begin, at, at))
        }
    }
}

/// Bytes up to what may be a tag, a comment or a declaration; at least one.
fn text_length(text: &str) -> usize {
    let mut from = usize::from(text.starts_with('<'));
    while let Some(found) = text.as_bytes().get(from..).and_then(|rest| memchr(b'<', rest)) {
        let opens = match text.as_bytes().get(from + found + 1..).unwrap_or(&[]) {
            [b'/', rest @ ..] => !rest.is_empty(),
            [first, ..] => first.is_ascii_alphabetic() || matches!(first, b'!' | b'?'),
            [] => false,
        };
        if opens {
            return from + found;
        }
        from += found + 1;
    }
    text.len()
}

/// Bytes of a comment behind its `<!--`.
fn comment_length(text: &str) -> usize {
    if text.starts_with('>') {
        return 1;
    }
    if text.starts_with("->") {
        return 2;
    }
    let mut from = 0;
    while let Some(found) = text.get(from..).and_then(|rest| rest.find("--")) {
        let end = from + found + 2;
        match text.as_bytes().get(end..) {
            Some([b'>', ..]) => return end + 1,
            Some([b'!', b'>', ..]) => return end + 2,
            _ => from = end - 1,
        }
    }
    text.len()
}

/// Whether a tag's name stands at the beginning.
fn names(text: &[u8], name: &str) -> bool {
    let own = text.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()));
    own && text.get(name.len()).is_some_and(|byte| matches!(byte, b'>' | b'/') || is_space(*byte))
}

/// Bytes up to the end tag of an element that holds no mark-up.
fn raw_length(text: &str, name: &str) -> usize {
    let ends = |at: &usize| names(text.as_bytes().get(at + 2..).unwrap_or(&[]), name);
    text.match_indices("</").map(|(at, _)| at).find(ends).unwrap_or(text.len())
}

/// [`raw_length`] of a script: behind the beginning of a comment and of another script an end tag ends that one only.
fn script_length(text: &str) -> usize {
    let length = raw_length(text, "script");
    let mut at = match text.get(..length).and_then(|content| content.find("<!--")) {
        Some(at) => at,
        None => return length,
    };
    let (mut hidden, mut inner) = (false, false);
    while let Some(found) = text.get(at..).and_then(|rest| rest.find(['<', '-'])) {
        at += found;
        let rest = text.as_bytes().get(at..).unwrap_or(&[]);
        match rest {
            [b'<', b'!', b'-', b'-', ..] if !hidden => {
                hidden = true;
                at += 1;
            }
            [b'-', b'-', b'>', ..] => (hidden, inner) = (false, false),
            [b'<', b'/', end @ ..] if names(end, "script") => {
                if !inner {
                    return at;
                }
                inner = false;
            }
            [b'<', begin @ ..] if hidden && !inner => inner = names(begin, "script"),
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Ends of lines made one, and character references decoded: `attribute` says where they stand, none that there are none.
fn decode(text: &str, attribute: Option<bool>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['&', '\r']) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut length = 1;
        if tail.starts_with('\r') {
            out.push('\n');
            length += usize::from(tail.starts_with("\r\n"));
        } else if let Some((chars, bytes)) = attribute.and_then(|attribute| reference(tail, attribute)) {
            out.extend(chars.into_iter().filter(|c| *c != '\0'));
            length = bytes;
        } else {
            out.push('&');
        }
        rest = tail.get(length..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// What the reference at the beginning of a text means, and its bytes.
fn reference(text: &str, attribute: bool) -> Option<([char; 2], usize)> {
    /// Bytes of the longest name.
    const LONGEST: usize = 40;
    let body = text.get(1..)?;
    if let Some(number) = body.strip_prefix('#') {
        let (digits, radix) = number.strip_prefix(['x', 'X']).map_or((number, 10), |digits| (digits, 16));
        let length = digits.bytes().take_while(|byte| char::from(*byte).is_digit(radix)).count();
        let add = |code: u32, digit: char| code.saturating_mul(radix).saturating_add(digit.to_digit(radix).unwrap_or(0));
        let code = digits.get(..length).filter(|digits| !digits.is_empty())?.chars().fold(0, add);
        let old = code.checked_sub(0x80).and_then(|at| *C1_REPLACEMENTS.get(at as usize)?);
        let c = old.or_else(|| char::from_u32(code)).filter(|c| *c != '\0').unwrap_or('\u{fffd}');
        let end = text.len() - digits.len() + length;
        return Some(([c, '\0'], end + usize::from(text.as_bytes().get(end) == Some(&b';'))));
    }
    let known = |end: usize| {
        let (first, second) = *NAMED_ENTITIES.get(body.get(..end)?)?;
        let first = char::from_u32(first).filter(|c| *c != '\0')?;
        Some(([first, char::from_u32(second).unwrap_or('\0')], end + 1))
    };
    let length = body.bytes().take(LONGEST).take_while(u8::is_ascii_alphanumeric).count();
    let next = body.as_bytes().get(length);
    if next == Some(&b';')
        && let Some(whole) = known(length + 1)
    {
        return Some(whole);
    }
    // Old names need no semicolon; in an address they may be names of its query.
    if attribute && (length == LONGEST || next == Some(&b'=')) {
        return None;
    }
    let end = (1..=length).rev().find(|end| known(*end).is_some())?;
    known(end).filter(|_| !attribute || end == length)
}
