//! Bounds on what a server may make us hold or wait for, and decompression within them. Every route shares them.

use crate::fetch::headers::{Headers, find, text};
use crate::fetch::outcome::Outcome;
use std::io::{self, BufRead, BufReader, Read};
use std::time::Duration;

/// Bounds of one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of body as received.
    pub body: u64,
    /// Bytes of body after decompression. Under several codings what one of them leaves for the next counts against `body`.
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

/// Bytes beyond which what is unpacked gets all the room that it may take.
const FEW: u64 = 2 << 20;

/// The largest zstd window, 8 MiB, as RFC 9659 sets it for the web.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Removes the content codings that the headers name, the last one first.
///
/// Strict where it matters: a stream that ends early or fails its checksum is `decode_failed`, since half a page would look like
/// delisted goods (the bytes stay in the archive). Bytes after a complete gzip, deflate or brotli stream are ignored, as browsers do, and an empty body is
/// empty whatever its coding.
pub fn decode(headers: &Headers, body: &[u8], limits: &Limits) -> Result<Vec<u8>, Outcome> {
    let codings = codings(headers);
    if codings.len() > MOST_LAYERS {
        return Err(Outcome::DecompressedTooLarge);
    }
    let Some(((last, outer), false)) = codings.split_first().map(|split| (split, body.is_empty())) else {
        return if body.len() as u64 > limits.decompressed { Err(Outcome::DecompressedTooLarge) } else { Ok(body.to_vec()) };
    };
    let mut between: Option<Vec<u8>> = None;
    for coding in outer.iter().rev() {
        between = Some(layer(coding, between.as_deref().unwrap_or(body), limits.body.min(limits.decompressed))?);
    }
    layer(last, between.as_deref().unwrap_or(body), limits.decompressed)
}

/// The first `most` bytes behind the content codings, as far as they can be had: of a body that was cut off or damaged, what stands before
/// that. For robots.txt, whose beginning counts whatever comes after it.
pub fn beginning(headers: &Headers, body: &[u8], most: u64) -> Vec<u8> {
    let codings = codings(headers);
    if codings.len() > MOST_LAYERS {
        return Vec::new();
    }
    let mut reader: Box<dyn BufRead + '_> = Box::new(body);
    for coding in codings.iter().rev() {
        reader = match coding.as_str() {
            "gzip" | "x-gzip" => Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(reader))),
            "deflate" => Box::new(BufReader::new(flate2::bufread::ZlibDecoder::new(reader))),
            "br" => Box::new(BufReader::new(brotli::Decompressor::new(reader, 8 << 10))),
            "zstd" => match zstd_reader(reader) {
                Ok(decoder) => Box::new(BufReader::new(decoder)),
                Err(_) => return Vec::new(),
            },
            _ => return Vec::new(),
        };
    }
    let mut out = Vec::new();
    // What was read before an error stays in `out`.
    let _ = reader.take(most).read_to_end(&mut out);
    out
}

/// The codings that the headers name, in the order of encoding.
fn codings(headers: &Headers) -> Vec<String> {
    let named: Vec<String> = find(headers, "content-encoding").map(text).collect();
    let codings = named.iter().flat_map(|value| value.split(',')).map(|coding| coding.trim().to_ascii_lowercase());
    // "utf-8", "none" and "binary" are no codings but are sent as such by mistake; the body is plain then.
    codings.filter(|c| !matches!(c.as_str(), "" | "identity" | "none" | "utf-8" | "binary")).collect()
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
    bounded(zstd_reader(body).map_err(|_| Outcome::DecodeFailed)?, most)
}

fn zstd_reader<R: BufRead>(body: R) -> io::Result<zstd::stream::read::Decoder<'static, R>> {
    let mut decoder = zstd::stream::read::Decoder::with_buffer(body)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG)?;
    Ok(decoder)
}

fn bounded(mut stream: impl Read, most: u64) -> Result<Vec<u8>, Outcome> {
    let mut out = Vec::new();
    append(&mut stream, &mut out, most)?;
    Ok(out)
}

/// Reads to the end of the stream, at most `most` bytes.
fn append(stream: &mut impl Read, out: &mut Vec<u8>, most: u64) -> Result<(), Outcome> {
    let mut stream = stream.take(most.saturating_add(1));
    let mut read = 0;
    if out.len() as u64 <= FEW {
        read = (&mut stream).take(FEW).read_to_end(out).map_err(|_: io::Error| Outcome::DecodeFailed)?;
    }
    if out.len() as u64 >= FEW {
        // Growing by doubling would hold half of it twice. What stays unused is never touched.
        out.reserve_exact(usize::try_from(stream.limit()).unwrap_or(0).saturating_add(32));
        read += stream.read_to_end(out).map_err(|_: io::Error| Outcome::DecodeFailed)?;
    }
    if read as u64 > most { Err(Outcome::DecompressedTooLarge) } else { Ok(()) }
}
