//! From an exchange to the records of its capture.

use crate::archive::http::ORIGINAL_TRANSFER_ENCODING;
use crate::archive::record::{Draft, Kind, LARGEST_BLOCK};
use crate::archive::{Error, Key, authority, digest};
use crate::fetch::{Exchange, Outcome};
use jiff::Timestamp;
use serde_json::json;
use std::borrow::Cow;

/// What the archive notes about a capture besides the exchange.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Id of the source.
    pub source: &'a str,
    /// Id of the run.
    pub run: &'a str,
    /// The capture that may hold the same body already.
    pub previous: Option<&'a Previous>,
    /// Hash of the authority under which it was fetched; `None` for what was not fetched by us.
    pub authority: Option<&'a str>,
}

/// An earlier capture with a body of its own (never itself a revisit record).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Previous {
    /// Its id.
    pub capture_id: String,
    /// Its address.
    pub url: String,
    /// When it began.
    pub at: Timestamp,
    /// Digest of its body as received, as [`crate::archive::Appended::payload_digest`] gave it.
    pub payload_digest: String,
}

/// A record ready to be written.
pub(super) struct Composed<'a> {
    pub(super) kind: Kind,
    pub(super) id: String,
    pub(super) block_digest: String,
    /// Head of the record, block and closing lines, in pieces.
    pub(super) parts: Vec<Cow<'a, [u8]>>,
}

/// The records of one capture in the order of writing.
pub(super) struct Group<'a> {
    pub(super) records: Vec<Composed<'a>>,
    /// The record that stands for the capture.
    pub(super) main: usize,
    pub(super) payload_digest: Option<String>,
    pub(super) authority: Option<String>,
}

const IDENTICAL: &str = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest";
const NOT_MODIFIED: &str = "http://netpreserve.org/warc/1.1/revisit/server-not-modified";

/// The capture of an exchange. Without an answer it is a metadata record alone.
pub(super) fn exchange<'a>(exchange: &'a Exchange, context: &Context<'_>, key: &Key) -> Result<Group<'a>, Error> {
    refuse_oversize(exchange.body.len() + exchange.request_head.len() + exchange.response_head.len())?;
    let url = exchange.url.as_str();
    let remote = exchange.remote.map(|remote| remote.ip().to_string());
    let (request_head, mut masked) = key.mask_head(&exchange.request_head);
    let (response_head, masked_too) = key.mask_head(&exchange.response_head);
    masked.extend(masked_too.into_iter().filter(|name| !masked.contains(name)).collect::<Vec<_>>());
    let mut records = Vec::with_capacity(3);
    let mut payload_digest = None;
    let answered = exchange.status.is_some() && !response_head.is_empty();
    let main_id = digest::new_id()?;
    if answered {
        let mut draft = Draft::new(Kind::Request, &digest::new_id()?, exchange.started_at);
        draft.set("WARC-Target-URI", url).set_if("WARC-IP-Address", remote.as_deref()).set("WARC-Concurrent-To", &urn(&main_id));
        records.push(compose(draft, Some("application/http;msgtype=request"), vec![Cow::Owned(request_head)]));

        let digest = digest::sha256(&[&exchange.body]);
        let revisit = context.previous.and_then(|previous| Some((previous, profile(exchange, &digest, previous)?)));
        let kind = if revisit.is_some() { Kind::Revisit } else { Kind::Response };
        let mut draft = Draft::new(kind, &main_id, exchange.started_at);
        draft.set("WARC-Target-URI", url).set_if("WARC-IP-Address", remote.as_deref()).set_if("WARC-Truncated", exchange.truncated);
        draft.set("WARC-Protocol", &exchange.protocol);
        let head = Cow::Owned(keep_apart_from_chunks(response_head));
        let block = match revisit {
            Some((previous, profile)) => {
                draft.set("WARC-Profile", profile).set("WARC-Refers-To", &urn(&previous.capture_id));
                draft.set("WARC-Refers-To-Target-URI", &previous.url).set("WARC-Refers-To-Date", &format!("{:.6}", previous.at));
                draft.set("WARC-Payload-Digest", &previous.payload_digest);
                payload_digest = Some(previous.payload_digest.clone());
                vec![head]
            }
            None => {
                draft.set("WARC-Payload-Digest", &digest);
                payload_digest = Some(digest);
                vec![head, Cow::Borrowed(exchange.body.as_slice())]
            }
        };
        note(&mut draft, context, exchange);
        records.push(compose(draft, Some("application/http;msgtype=response"), block));
    }
    let metadata_id = if answered { digest::new_id()? } else { main_id.clone() };
    let mut draft = Draft::new(Kind::Metadata, &metadata_id, exchange.started_at);
    draft.set("WARC-Target-URI", url).set_if("WARC-IP-Address", remote.as_deref());
    if answered {
        draft.set("WARC-Concurrent-To", &urn(&main_id));
    }
    note(&mut draft, context, exchange);
    let facts = json!({
        "source": context.source, "run": context.run, "method": exchange.method.as_str(), "route": exchange.route.code(), "outcome": exchange.outcome.code(),
        "detail": exchange.detail, "status": exchange.status, "protocol": exchange.protocol,
        "remote": exchange.remote.map(|remote| remote.to_string()), "started_at": format!("{:.6}", exchange.started_at),
        "first_byte_us": exchange.first_byte_us, "duration_us": exchange.duration_us, "body_bytes": exchange.body.len(),
        "truncated": exchange.truncated, "masked_headers": masked, "authority": context.authority,
    });
    records.push(compose(draft, Some("application/json"), vec![Cow::Owned(facts.to_string().into_bytes())]));
    Ok(Group { main: usize::from(answered), records, payload_digest, authority: context.authority.map(str::to_owned) })
}

/// The capture of something that was not fetched: an imported row or file.
pub(super) fn resource<'a>(
    uri: &str,
    content_type: &str,
    body: &'a [u8],
    at: Timestamp,
    context: &Context<'_>,
) -> Result<Group<'a>, Error> {
    refuse_oversize(body.len())?;
    let digest = digest::sha256(&[body]);
    let mut draft = Draft::new(Kind::Resource, &digest::new_id()?, at);
    draft.set("WARC-Target-URI", uri).set("WARC-Payload-Digest", &digest).set("Vigie-Source", context.source).set("Vigie-Run", context.run);
    let record = compose(draft, Some(content_type), vec![Cow::Borrowed(body)]);
    Ok(Group { records: vec![record], main: 0, payload_digest: Some(digest), authority: None })
}

/// The record that opens every file and tells readers how it was written.
pub(super) fn warcinfo(object: &str, at: Timestamp) -> Result<Composed<'static>, Error> {
    let mut draft = Draft::new(Kind::Warcinfo, &digest::new_id()?, at);
    draft.set("WARC-Filename", object);
    let text = format!(
        "software: Vigie/{}\r\nformat: WARC File Format 1.1\r\n\
         conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n\
         description: Heads are reconstructed (names in lower case, HTTP/2 as HTTP/1.1); bodies are kept content-encoded without transfer \
         coding (its header is renamed {ORIGINAL_TRANSFER_ENCODING}); values of cookies, credentials and tokens in heads are replaced \
         by a keyed hash (masked-...)\r\n",
        env!("CARGO_PKG_VERSION")
    );
    Ok(compose(draft, Some("application/warc-fields"), vec![Cow::Owned(text.into_bytes())]))
}

/// Why the body need not be written again, if so.
fn profile(exchange: &Exchange, digest: &str, previous: &Previous) -> Option<&'static str> {
    match exchange.outcome {
        Outcome::NotModified => Some(NOT_MODIFIED),
        _ if exchange.truncated.is_none() && !exchange.body.is_empty() && digest == previous.payload_digest => Some(IDENTICAL),
        _ => None,
    }
}

/// Our own fields, so that a capture can be replayed from its main record alone.
fn note(draft: &mut Draft, context: &Context<'_>, exchange: &Exchange) {
    draft.set("Vigie-Source", context.source).set("Vigie-Run", context.run);
    draft.set("Vigie-Outcome", exchange.outcome.code()).set("Vigie-Method", exchange.method.as_str());
    draft.set("Vigie-Route", exchange.route.code());
    draft.set_if(authority::FIELD, context.authority);
}

fn compose<'a>(draft: Draft, content_type: Option<&str>, block: Vec<Cow<'a, [u8]>>) -> Composed<'a> {
    let pieces: Vec<&[u8]> = block.iter().map(AsRef::as_ref).collect();
    let (kind, id) = (draft.kind, draft.id.clone());
    let (head, block_digest) = draft.head(content_type, &pieces);
    let mut parts = vec![Cow::Owned(head)];
    parts.extend(block);
    parts.push(Cow::Borrowed(b"\r\n\r\n"));
    Composed { kind, id, block_digest, parts }
}

/// The room left is for what masking adds to heads.
fn refuse_oversize(length: usize) -> Result<(), Error> {
    if length as u64 > LARGEST_BLOCK - (1 << 20) { Err(Error::TooLarge(length as u64)) } else { Ok(()) }
}

fn urn(id: &str) -> String {
    format!("<urn:uuid:{id}>")
}

/// Renames `Transfer-Encoding`, which no longer holds for the body as it is kept.
fn keep_apart_from_chunks(head: Vec<u8>) -> Vec<u8> {
    const NAME: &[u8] = b"transfer-encoding:";
    let mut kept = Vec::with_capacity(head.len() + 32);
    for line in head.split_inclusive(|&b| b == b'\n') {
        match line.split_at_checked(NAME.len()) {
            Some((name, value)) if name.eq_ignore_ascii_case(NAME) => {
                kept.extend_from_slice(ORIGINAL_TRANSFER_ENCODING.as_bytes());
                kept.push(b':');
                kept.extend_from_slice(value);
            }
            _ => kept.extend_from_slice(line),
        }
    }
    kept
}
