//! Bounds on what a server may make us hold or wait for, and decompression within them. Every route shares them.

use crate::fetch::headers::{Headers, find, text};
use crate::fetch::outcome::Outcome;
use std::io::{self, Read};
use std::time::Duration;

/// Bounds of one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of body as received.
    pub body: u64,
    /// Bytes of body after decompression, at every layer of it.
    pub decompressed: u64,
    /// Bytes of response headers.
    pub header_bytes: usize,
    /// Number of response headers; more than 512 are never accepted.
    pub header_count: usize,
    /// From the start of the request to the headers of the answer, connecting included.
    pub first_byte: Duration,
    /// Longest silence within a body.
    pub idle: Duration,
    /// The whole exchange; bounds bodies that drip.
    pub total: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body: 16 << 20,
            decompressed: 64 << 20,
            header_bytes: 64 << 10,
            header_count: 200,
            first_byte: Duration::from_secs(30),
            idle: Duration::from_secs(20),
            total: Duration::from_secs(120),
        }
    }
}

/// Value of `Accept-Encoding` for what [`decode`] reads.
pub const ACCEPT_ENCODING: &str = "gzip, deflate, br, zstd";

/// More layers of compression than this are taken for a bomb; one is usual, two happen by mistake.
const MOST_LAYERS: usize = 3;

/// The largest zstd window, 8 MiB, as RFC 9659 sets it for the web.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Removes the content codings that the headers name, the last one first.
///
/// Strict where it matters: a stream that ends early or fails its checksum is `decode_failed`, since half a page would look like
/// delisted goods (the bytes stay in the archive). Bytes after a complete gzip, deflate or brotli stream are ignored, as browsers do, and an empty body is
/// empty whatever its coding.
pub fn decode(headers: &Headers, body: &[u8], limits: &Limits) -> Result<Vec<u8>, Outcome> {
    let named: Vec<String> = find(headers, "content-encoding").map(text).collect();
    let codings = named.iter().flat_map(|value| value.split(',')).map(|coding| coding.trim().to_ascii_lowercase());
    // "utf-8", "none" and "binary" are no codings but are sent as such by mistake; the body is plain then.
    let codings: Vec<String> = codings.filter(|c| !matches!(c.as_str(), "" | "identity" | "none" | "utf-8" | "binary")).collect();
    if codings.len() > MOST_LAYERS {
        return Err(Outcome::DecompressedTooLarge);
    }
    if body.is_empty() || codings.is_empty() {
        return if body.len() as u64 > limits.decompressed { Err(Outcome::DecompressedTooLarge) } else { Ok(body.to_vec()) };
    }
    let mut layers = codings.iter().rev();
    let mut decoded = match layers.next() {
        Some(coding) => layer(coding, body, limits.decompressed)?,
        None => return Ok(body.to_vec()),
    };
    for coding in layers {
        decoded = layer(coding, &decoded, limits.decompressed)?;
    }
    Ok(decoded)
}

fn layer(coding: &str, body: &[u8], most: u64) -> Result<Vec<u8>, Outcome> {
    match coding {
        "gzip" | "x-gzip" => gzip(body, most),
        // Servers send both what the standard calls deflate (zlib) and the bare stream.
        "deflate" => match bounded(flate2::bufread::ZlibDecoder::new(body), most) {
            Err(Outcome::DecodeFailed) => bounded(flate2::bufread::DeflateDecoder::new(body), most),
            decided => decided,
        },
        "br" => bounded(brotli::Decompressor::new(body, 8 << 10), most),
        "zstd" => zstd(body, most),
        _ => Err(Outcome::DecodeFailed),
    }
}

/// One gzip member after another; what follows the last one is ignored.
fn gzip(body: &[u8], most: u64) -> Result<Vec<u8>, Outcome> {
    let mut rest = body;
    let mut out = Vec::new();
    while out.is_empty() && rest.len() == body.len() || rest.starts_with(&[0x1f, 0x8b]) {
        let mut member = flate2::bufread::GzDecoder::new(rest);
        let left = most.saturating_sub(out.len() as u64);
        append(&mut member, &mut out, left)?;
        rest = member.into_inner();
    }
    Ok(out)
}

fn zstd(body: &[u8], most: u64) -> Result<Vec<u8>, Outcome> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(body).map_err(|_| Outcome::DecodeFailed)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(|_| Outcome::DecodeFailed)?;
    bounded(decoder, most)
}

fn bounded(mut stream: impl Read, most: u64) -> Result<Vec<u8>, Outcome> {
    let mut out = Vec::new();
    append(&mut stream, &mut out, most)?;
    Ok(out)
}

/// Reads to the end of the stream, at most `most` bytes.
fn append(stream: &mut impl Read, out: &mut Vec<u8>, most: u64) -> Result<(), Outcome> {
    let read = stream.take(most.saturating_add(1)).read_to_end(out).map_err(|_: io::Error| Outcome::DecodeFailed)?;
    if read as u64 > most { Err(Outcome::DecompressedTooLarge) } else { Ok(()) }
}
