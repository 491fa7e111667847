//! Content encodings by `Accept-Encoding`, one of those accepted, chosen by path so that a crawl meets them all.

use flate2::{Compression, write::GzEncoder};
use std::io::{self, Write};

/// The coding to answer with: `None` is identity. Codings with `q=0` are never used.
pub(crate) fn choose(accept: &str, path: u64) -> Option<&'static str> {
    let accepted: Vec<&'static str> = ["gzip", "br", "zstd"].into_iter().filter(|coding| accepts(accept, coding)).collect();
    // One place in the row is left to identity: some servers do not compress everything.
    accepted.get((path % (accepted.len() as u64 + 1)) as usize).copied()
}

fn accepts(accept: &str, coding: &str) -> bool {
    accept.split(',').any(|part| {
        let mut words = part.split(';').map(str::trim);
        let named = words.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        let refused = words.any(|word| word.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok()).is_some_and(|q| q <= 0.0));
        named && !refused
    })
}

/// The body in that coding, at the fastest level: the market must never be what a crawl waits for.
pub(crate) fn encode(coding: &str, body: &[u8]) -> io::Result<Vec<u8>> {
    match coding {
        "gzip" => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            encoder.write_all(body)?;
            encoder.finish()
        }
        "br" => {
            let mut out = Vec::new();
            {
                let mut encoder = brotli::CompressorWriter::new(&mut out, 4096, 1, 18);
                encoder.write_all(body)?;
                encoder.flush()?;
            }
            Ok(out)
        }
        "zstd" => zstd::stream::encode_all(body, 1),
        other => Err(io::Error::new(io::ErrorKind::InvalidInput, format!("no such coding: {other}"))),
    }
}
