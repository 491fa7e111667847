//! One WARC record: its fields and its block, read from any writer's output and written in ours.

use crate::archive::digest;
use std::io::{self, BufRead, Read};

/// Largest block that is written or read whole, in bytes.
pub const LARGEST_BLOCK: u64 = 256 << 20;
/// Largest header of a record, in bytes.
const LARGEST_HEADER: u64 = 64 << 10;

/// The record types of WARC 1.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the names are those of the standard")]
pub enum Kind {
    Warcinfo,
    Request,
    Response,
    Metadata,
    Revisit,
    Resource,
    Conversion,
    Continuation,
}

impl Kind {
    const ALL: [(Kind, &'static str); 8] = [
        (Kind::Warcinfo, "warcinfo"),
        (Kind::Request, "request"),
        (Kind::Response, "response"),
        (Kind::Metadata, "metadata"),
        (Kind::Revisit, "revisit"),
        (Kind::Resource, "resource"),
        (Kind::Conversion, "conversion"),
        (Kind::Continuation, "continuation"),
    ];

    /// The value of `WARC-Type`.
    pub fn as_str(self) -> &'static str {
        Kind::ALL.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// The type of that name.
    pub fn parse(name: &str) -> Option<Kind> {
        Kind::ALL.iter().find(|(_, known)| known.eq_ignore_ascii_case(name)).map(|(kind, _)| *kind)
    }
}

/// A record as it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// The fields in order, as text.
    pub fields: Vec<(String, String)>,
    /// The block; for responses the HTTP head and body.
    pub block: Vec<u8>,
    /// Whether the block was longer than the reader takes, and was cut off there.
    pub cut: bool,
}

impl Record {
    /// The first field of that name, in any case.
    pub fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The record's type; `None` for one that WARC 1.1 does not know.
    pub fn kind(&self) -> Option<Kind> {
        Kind::parse(self.field("WARC-Type")?)
    }

    /// The identifier without brackets and `urn:uuid:`: for our own records the capture id.
    pub fn id(&self) -> Option<&str> {
        self.field("WARC-Record-ID").map(bare_id)
    }

    /// The address that the record is about. (wget writes it in angle brackets.)
    pub fn target_uri(&self) -> Option<&str> {
        self.field("WARC-Target-URI").map(|uri| uri.trim_start_matches('<').trim_end_matches('>'))
    }

    /// When the capture began.
    pub fn date(&self) -> Option<jiff::Timestamp> {
        self.field("WARC-Date")?.parse().ok()
    }

    /// The capture whose body a revisit record shares.
    pub fn refers_to(&self) -> Option<&str> {
        self.field("WARC-Refers-To").map(bare_id)
    }
}

/// `<urn:uuid:X>` becomes `X`; other identifiers only lose their brackets.
pub fn bare_id(id: &str) -> &str {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    id.strip_prefix("urn:uuid:").unwrap_or(id)
}

/// The fields of a record to be written.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) id: String,
    fields: Vec<(&'static str, String)>,
}

impl Draft {
    pub(super) fn new(kind: Kind, id: &str, at: jiff::Timestamp) -> Draft {
        let mut draft = Draft { kind, id: id.to_string(), fields: Vec::with_capacity(20) };
        draft.set("WARC-Type", kind.as_str());
        draft.set("WARC-Record-ID", &format!("<urn:uuid:{id}>"));
        draft.set("WARC-Date", &format!("{at:.6}"));
        draft
    }

    /// Adds a field. Line ends and other control characters, which would forge fields, become spaces.
    pub(super) fn set(&mut self, name: &'static str, value: &str) -> &mut Draft {
        self.fields.push((name, value.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()));
        self
    }

    pub(super) fn set_if(&mut self, name: &'static str, value: Option<&str>) -> &mut Draft {
        if let Some(value) = value {
            self.set(name, value);
        }
        self
    }

    /// The head of the record with the digest and the length of its block, and that digest.
    pub(super) fn head(mut self, content_type: Option<&str>, block: &[&[u8]]) -> (Vec<u8>, String) {
        let block_digest = digest::sha256(block);
        self.set("WARC-Block-Digest", &block_digest).set_if("Content-Type", content_type);
        self.set("Content-Length", &block.iter().map(|part| part.len()).sum::<usize>().to_string());
        let mut head = String::from("WARC/1.1\r\n");
        for (name, value) in &self.fields {
            head.push_str(name);
            head.push_str(": ");
            head.push_str(value);
            head.push_str("\r\n");
        }
        head.push_str("\r\n");
        (head.into_bytes(), block_digest)
    }
}

/// Reads the record that begins here: `None` at the end. Bare line feeds and folded fields are understood. Of a block at most `most`
/// bytes are kept.
pub(super) fn next(input: &mut impl BufRead, most: u64) -> io::Result<Option<Record>> {
    let Some(version) = line(input, LARGEST_HEADER)? else { return Ok(None) };
    if !version.starts_with("WARC/") {
        return Err(malformed(format!("expected a WARC record, found {:?}", version.chars().take(40).collect::<String>())));
    }
    let mut record = Record::default();
    let mut left = LARGEST_HEADER;
    loop {
        let Some(line) = line(input, left)? else { return Err(malformed("the header of the record is not complete".into())) };
        left = left.saturating_sub(line.len() as u64 + 1);
        if line.is_empty() {
            break;
        }
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = record.fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            record.fields.push((name.trim().to_string(), value.trim().to_string()));
        } else {
            return Err(malformed("a line of the record's header is not a field".into()));
        }
    }
    let length: u64 = record
        .field("Content-Length")
        .and_then(|length| length.parse().ok())
        .ok_or_else(|| malformed("the record has no usable Content-Length".into()))?;
    let kept = length.min(most);
    let read = input.take(kept).read_to_end(&mut record.block)? as u64;
    let skipped = if read == kept { io::copy(&mut input.take(length - kept), &mut io::sink())? } else { 0 };
    if read + skipped < length {
        return Err(malformed(format!("the record ends after {} of {length} bytes", read + skipped)));
    }
    record.cut = length > kept;
    Ok(Some(record))
}

/// One line without its end; `None` at the end of the input.
fn line(input: &mut impl BufRead, most: u64) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    input.take(most.saturating_add(1)).read_until(b'\n', &mut bytes)?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.pop_if(|last| *last == b'\n').is_none() {
        let what =
            if bytes.len() as u64 > most { "the header of the record is too large" } else { "the header of the record is not complete" };
        return Err(malformed(what.into()));
    }
    bytes.pop_if(|last| *last == b'\r');
    Ok(Some(String::from_utf8(bytes).unwrap_or_else(|error| error.as_bytes().iter().map(|&b| char::from(b)).collect())))
}

fn malformed(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}
