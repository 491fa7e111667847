//! Takes the sting out of markup that costs a parser quadratic time: tags with a great many attributes, and deep nesting.

use std::borrow::Cow;

/// Attributes kept in one tag; the parser compares each with all before it.
const MAX_ATTRIBUTES: usize = 256;
/// Open elements beyond which further start tags are left out. Browsers stop at 512.
const MAX_OPEN: usize = 256;

/// Elements whose content is no markup.
pub(super) const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "noembed", "noframes", "iframe"];

/// Returns the text with surplus attributes and over-deep start tags left out; borrowed when there was nothing to do.
pub(super) fn tame(text: &str) -> Cow<'_, str> {
    let mut scan = Scan { text, at: 0, open: Vec::new(), kept: 0, out: None };
    while scan.step() {}
    match scan.out {
        None => Cow::Borrowed(text),
        Some(mut out) => {
            out.push_str(text.get(scan.kept..).unwrap_or(""));
            Cow::Owned(out)
        }
    }
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    open: Vec<&'a str>,
    /// First byte not yet copied to `out`.
    kept: usize,
    out: Option<String>,
}

impl<'a> Scan<'a> {
    fn step(&mut self) -> bool {
        let Some(found) = self.text.get(self.at..).and_then(|rest| rest.find('<')) else { return false };
        let start = self.at + found;
        let rest = self.text.get(start + 1..).unwrap_or("");
        let bytes = rest.as_bytes();
        self.at = start + 1;
        match bytes.first() {
            Some(b'!') if rest.starts_with("!--") => {
                // Without an end the rest is one comment, for a parser too.
                let end = rest.get(3..).and_then(|r| r.find("-->"));
                self.at = end.map_or(self.text.len(), |end| start + 4 + end);
            }
            Some(b'/') => {
                let name = tag_name(rest.get(1..).unwrap_or(""));
                self.close(name);
            }
            Some(first) if first.is_ascii_alphabetic() => self.open_tag(start, rest),
            _ => {}
        }
        true
    }

    fn open_tag(&mut self, start: usize, rest: &'a str) {
        let name = tag_name(rest);
        let tag = scan_attributes(rest, name.len());
        let end = start + 1 + tag.end;
        self.at = end;
        let mut lower = [0; LONGEST];
        let lower = lower_case(name, &mut lower);
        if let Some(cut) = tag.cut {
            self.leave_out(start + 1 + cut, end.saturating_sub(usize::from(tag.closed)));
        }
        if RAW.iter().any(|raw| raw.as_bytes() == lower) {
            self.at = end + raw_end(self.text.get(end..).unwrap_or(""), name);
        } else if lower == b"plaintext" {
            self.leave_out(start, end);
        } else if !is_flat(lower) {
            if self.open.len() >= MAX_OPEN {
                self.leave_out(start, end);
            } else {
                self.open.push(name);
            }
        } else if matches!(lower, b"tr" | b"td" | b"th") {
            self.back_to_table();
        }
    }

    /// A new cell closes whatever an earlier cell left open.
    fn back_to_table(&mut self) {
        if let Some(at) = self.open.iter().rposition(|n| n.eq_ignore_ascii_case("table")) {
            self.open.truncate(at + 1);
        }
    }

    fn close(&mut self, name: &str) {
        const WALLS: &[&str] = &["table", "object", "applet", "marquee", "template", "button", "svg", "math", "caption"];
        let depth = self.open.len();
        for (at, open) in self.open.iter().enumerate().rev() {
            if open.eq_ignore_ascii_case(name) {
                self.open.truncate(at);
                return;
            }
            let is_wall = WALLS.iter().any(|wall| wall.eq_ignore_ascii_case(open));
            if (is_wall && !name.eq_ignore_ascii_case("table")) || depth - at > 64 {
                return;
            }
        }
    }

    fn leave_out(&mut self, from: usize, to: usize) {
        let out = self.out.get_or_insert_with(String::new);
        if from >= self.kept {
            out.push_str(self.text.get(self.kept..from).unwrap_or(""));
        }
        self.kept = self.kept.max(to);
    }
}

/// Bytes of the longest name that is known here.
const LONGEST: usize = 16;

/// A tag's name in lower case; empty where it is longer than all that are known.
fn lower_case<'b>(name: &str, buffer: &'b mut [u8; LONGEST]) -> &'b [u8] {
    let Some(lower) = buffer.get_mut(..name.len()) else { return &[] };
    lower.copy_from_slice(name.as_bytes());
    lower.make_ascii_lowercase();
    lower
}

/// Elements whose end tag is usually left out or that hold nothing; they do not nest in themselves.
fn is_flat(name: &[u8]) -> bool {
    #[rustfmt::skip]
    let flat = matches!(
        name,
        b"a" | b"area" | b"base" | b"body" | b"br" | b"col" | b"colgroup" | b"dd" | b"dt" | b"embed" | b"head" | b"hr" | b"html" | b"img"
            | b"input" | b"li" | b"link" | b"meta" | b"optgroup" | b"option" | b"p" | b"param" | b"rp" | b"rt" | b"source" | b"tbody"
            | b"td" | b"tfoot" | b"th" | b"thead" | b"tr" | b"track" | b"wbr"
    );
    flat
}

pub(super) fn tag_name(rest: &str) -> &str {
    let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').unwrap_or(rest.len());
    rest.get(..end).unwrap_or("")
}

pub(super) struct Tag {
    /// Byte after the `>`.
    pub(super) end: usize,
    /// Where the first surplus attribute begins.
    cut: Option<usize>,
    /// Whether a `>` was there.
    closed: bool,
}

/// Walks over the attributes as the tokenizer would: quotes count only after an equals sign.
pub(super) fn scan_attributes(rest: &str, from: usize) -> Tag {
    let bytes = rest.as_bytes();
    let (mut at, mut attributes, mut cut) = (from, 0_usize, None);
    // White space may stand before the equals sign, so the name before it still counts.
    let (mut in_name, mut after_name, mut after_equals) = (false, false, false);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' => return Tag { end: at + 1, cut, closed: true },
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
            _ if !in_name => {
                (in_name, after_name) = (true, false);
                attributes += 1;
                if attributes > MAX_ATTRIBUTES && cut.is_none() {
                    cut = Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    Tag { end: bytes.len(), cut, closed: false }
}

/// Bytes up to the end tag of a raw-text element.
pub(super) fn raw_end(rest: &str, name: &str) -> usize {
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
