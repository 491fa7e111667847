//! Cuts mark-up into tokens for html5ever's tree builder. What the standard leaves no doubt about is cut here, many times faster than a
//! machine of states does it; the rest goes through html5ever's own tokenizer, up to the end of a tag that leaves it where it began.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;

use html5ever::buffer_queue::BufferQueue;
use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use html5ever::interface::TokenizerResult;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use rustc_hash::FxBuildHasher;

use super::build::{Handle, Sink};

/// The tree builder, and what the tokenizer gave it last.
struct Watched {
    builder: TreeBuilder<Handle, Sink>,
    tokens: Cell<usize>,
    /// Whether the last token leaves the tokenizer where a page begins.
    whole: Cell<bool>,
}

impl TokenSink for Watched {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        if matches!(token, Token::ParseError(_)) {
            return self.builder.process_token(token, line);
        }
        self.tokens.set(self.tokens.get() + 1);
        let closed = matches!(token, Token::TagToken(_) | Token::CommentToken(_) | Token::DoctypeToken(_));
        let result = self.builder.process_token(token, line);
        self.whole.set(closed && !matches!(result, TokenSinkResult::RawData(_) | TokenSinkResult::Plaintext));
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// Who cuts the next token.
enum Turn {
    Ours,
    /// What an element holds that is no mark-up, up to its end tag.
    Raw {
        name: LocalName,
        decoded: bool,
    },
    Theirs,
}

/// Reads a page from token to token.
pub(super) struct Feeder<'t> {
    text: &'t str,
    /// The same, to cut pieces out of without copying.
    shared: StrTendril,
    at: usize,
    turn: Turn,
    /// Whether there is a carriage return.
    returns: bool,
    /// Longer names, as they are written.
    names: HashMap<&'t str, LocalName, FxBuildHasher>,
    tokenizer: Tokenizer<Watched>,
    queue: BufferQueue,
}

impl<'t> Feeder<'t> {
    pub(super) fn new(text: &'t str, sink: Sink) -> Self {
        let options = TreeBuilderOpts { scripting_enabled: false, ..TreeBuilderOpts::default() };
        let watched = Watched { builder: TreeBuilder::new(sink, options), tokens: Cell::new(0), whole: Cell::new(true) };
        Feeder {
            text,
            shared: StrTendril::from_slice(text),
            at: if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 },
            // Tokens of zeros are special.
            turn: if text.contains('\0') { Turn::Theirs } else { Turn::Ours },
            returns: text.contains('\r'),
            names: HashMap::default(),
            tokenizer: Tokenizer::new(watched, TokenizerOpts { discard_bom: false, ..TokenizerOpts::default() }),
            queue: BufferQueue::default(),
        }
    }

    /// Byte of the text up to which it was read.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Nodes made so far.
    pub(super) fn nodes(&self) -> usize {
        self.tokenizer.sink.builder.sink.nodes()
    }

    /// The tree of what was read.
    pub(super) fn finish(self) -> Sink {
        self.tokenizer.end();
        self.tokenizer.sink.builder.sink
    }

    /// Reads on, by a token or so.
    pub(super) fn step(&mut self) {
        match std::mem::replace(&mut self.turn, Turn::Ours) {
            Turn::Raw { name, decoded } => {
                let rest = self.text.get(self.at..).unwrap_or("");
                self.characters(raw_length(rest, &name), decoded);
            }
            Turn::Ours if self.token().is_some() => {}
            _ => self.feed(),
        }
    }

    /// Gives html5ever's tokenizer a text or what may be a tag.
    fn feed(&mut self) {
        let rest = self.text.get(self.at..).unwrap_or("");
        let tag = rest.starts_with('<');
        let end = if tag { rest.find('>') } else { rest.find('<') };
        let (piece, tail) = rest.split_at(end.unwrap_or(rest.len()));
        self.push(piece);
        self.at += piece.len();
        self.turn = Turn::Theirs;
        if tag && !tail.is_empty() {
            let before = self.tokenizer.sink.tokens.get();
            self.push(">");
            self.at += 1;
            // One token at this very byte, and nothing is left to wait for.
            let whole = self.tokenizer.sink.tokens.get() == before + 1 && self.tokenizer.sink.whole.get();
            if whole && !self.text.contains('\0') {
                self.turn = Turn::Ours;
            }
        }
    }

    fn push(&self, piece: &str) {
        self.queue.push_back(StrTendril::from_slice(piece));
        while !matches!(self.tokenizer.feed(&self.queue), TokenizerResult::Done) {}
    }

    fn send(&self, token: Token) -> TokenSinkResult<Handle> {
        self.tokenizer.sink.builder.process_token(token, 1)
    }

    /// Cuts the next token, if it is an ordinary one.
    fn token(&mut self) -> Option<()> {
        let rest = self.text.get(self.at..)?;
        match rest.as_bytes() {
            [b'<', b'!', ..] => {
                let length = 4 + comment_length(rest.strip_prefix("<!--")?)?;
                // Nobody reads what it says.
                let _ = self.send(Token::CommentToken(StrTendril::new()));
                self.at += length;
            }
            [b'<', b'/', first, ..] if first.is_ascii_alphabetic() => self.tag(TagKind::EndTag, self.at + 2)?,
            [b'<', b'/' | b'?', ..] => return None,
            [b'<', first, ..] if first.is_ascii_alphabetic() => self.tag(TagKind::StartTag, self.at + 1)?,
            _ => self.characters(text_length(rest), true),
        }
        Some(())
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
        if attribute.is_some() && piece.contains('&') || self.returns && piece.contains('\r') {
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

    /// Cuts a tag whose name begins at a byte; none where it has no end.
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
                    if attrs.iter().any(|own| own.name.local == local) {
                        had_duplicate_attributes = true;
                    } else {
                        let value = if from == to { StrTendril::new() } else { self.cut(from, to, Some(true)) };
                        attrs.push(Attribute { name: QualName::new(None, ns!(), local), value });
                    }
                }
            }
        }
        at += 1;
        let script = kind == TagKind::StartTag && name == local_name!("script");
        if script && hides_its_end(text.get(at..)?) {
            return None;
        }
        let result = self.send(Token::TagToken(Tag { kind, name: name.clone(), self_closing, attrs, had_duplicate_attributes }));
        self.at = at;
        match result {
            TokenSinkResult::RawData(kind) => self.turn = Turn::Raw { name, decoded: kind == RawKind::Rcdata },
            TokenSinkResult::Plaintext => {
                self.tokenizer.set_plaintext_state();
                self.turn = Turn::Theirs;
            }
            _ => {}
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
            let length = text.get(at + 1..)?.find(char::from(quote))?;
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
    while let Some(found) = text.get(from..).and_then(|rest| rest.find('<')) {
        let next = text.as_bytes().get(from + found + 1);
        if next.is_some_and(|byte| byte.is_ascii_alphabetic() || matches!(byte, b'!' | b'/' | b'?')) {
            return from + found;
        }
        from += found + 1;
    }
    text.len()
}

/// Bytes of a comment behind its `<!--`; none where it has no end.
fn comment_length(text: &str) -> Option<usize> {
    if text.starts_with('>') {
        return Some(1);
    }
    if text.starts_with("->") {
        return Some(2);
    }
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.find("--")?;
        match text.as_bytes().get(at + 2..)? {
            [b'>', ..] => return Some(at + 3),
            [b'!', b'>', ..] => return Some(at + 4),
            _ => from = at + 1,
        }
    }
}

/// Bytes up to the end tag of an element that holds no mark-up.
fn raw_length(text: &str, name: &str) -> usize {
    let ends = |at: &usize| {
        let rest = text.as_bytes().get(at + 2..).unwrap_or(&[]);
        let own = rest.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()));
        own && rest.get(name.len()).is_some_and(|byte| matches!(byte, b'>' | b'/') || is_space(*byte))
    };
    text.match_indices("</").map(|(at, _)| at).find(ends).unwrap_or(text.len())
}

/// Whether a script may hold an end tag that is none, as it can behind a comment's beginning and a script's.
fn hides_its_end(text: &str) -> bool {
    let content = text.get(..raw_length(text, "script")).unwrap_or(text);
    let inner = content.find("<!--").and_then(|at| content.get(at..)).unwrap_or("");
    inner.match_indices('<').any(|(at, _)| inner.as_bytes().get(at + 1..at + 7).is_some_and(|name| name.eq_ignore_ascii_case(b"script")))
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
