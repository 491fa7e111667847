//! One record as one gzip member, in a single canonical form that any gzip reader takes and in which no bit can change unseen.
//!
//! The gzip header carries an extra field `VG` of 8 bytes, little-endian: length of the whole member (u32) and CRC-32 of everything
//! after the header (u32). All other header bytes are fixed. gzip's own checksum covers the plain bytes only: padding bits and
//! header bytes could otherwise change without a trace, and an incomplete last member would only be found by inflating it.

use flate2::Compression;
use flate2::{Compress, Crc, Decompress, FlushCompress, FlushDecompress, Status};
use std::cell::RefCell;
use std::io;

/// Bytes of the member's header.
pub const HEADER: usize = 24;
/// The fixed part: magic, deflate, FEXTRA, no time, no flags of the compressor, unknown system, 12 bytes extra, `VG`, 8 bytes.
pub const PREFIX: [u8; 16] = [0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 12, 0, b'V', b'G', 8, 0];

/// Largest record, head included, that is inflated.
const LARGEST: u64 = crate::archive::record::LARGEST_BLOCK + (1 << 20);

/// Length of the member and checksum of what follows the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Bytes of the whole member.
    pub length: u64,
    checksum: u32,
}

impl Header {
    /// Reads a header of [`HEADER`] bytes.
    pub fn parse(bytes: &[u8]) -> Result<Header, &'static str> {
        let Some((prefix, [a, b, c, d, e, f, g, h])) = bytes.split_at_checked(PREFIX.len()) else {
            return Err("the header of the gzip member is not complete");
        };
        if prefix != PREFIX {
            return Err("the gzip member is not in canonical form");
        }
        let header = Header { length: u64::from(u32::from_le_bytes([*a, *b, *c, *d])), checksum: u32::from_le_bytes([*e, *f, *g, *h]) };
        if header.length < (HEADER + 8) as u64 { Err("the length of the gzip member is impossible") } else { Ok(header) }
    }

    /// Whether `rest`, the member without its header, is as it was written.
    pub fn check(&self, rest: &[u8]) -> Result<(), &'static str> {
        if rest.len() as u64 + HEADER as u64 == self.length && crc(rest) == self.checksum {
            Ok(())
        } else {
            Err("the checksum of the gzip member does not match")
        }
    }
}

thread_local! {
    /// A compressor's tables are far larger than most records, and making them costs more than compressing one.
    static PRESS: RefCell<Compress> = RefCell::new(Compress::new(Compression::default(), false));
}

/// Appends the parts as one member.
pub fn append(out: &mut Vec<u8>, parts: &[&[u8]]) -> io::Result<()> {
    let start = out.len();
    out.extend_from_slice(&PREFIX);
    out.extend_from_slice(&[0; HEADER - PREFIX.len()]);
    let mut plain = Crc::new();
    parts.iter().for_each(|part| plain.update(part));
    PRESS.with_borrow_mut(|press| {
        press.reset();
        parts.iter().try_for_each(|part| feed(press, part, out, FlushCompress::None))?;
        feed(press, &[], out, FlushCompress::Finish)
    })?;
    out.extend_from_slice(&plain.sum().to_le_bytes());
    out.extend_from_slice(&plain.amount().to_le_bytes());
    let member = out.get_mut(start..).unwrap_or_default();
    let length = u32::try_from(member.len()).map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "a member is larger than 4 GiB"))?;
    let Some((header, rest)) = member.split_at_mut_checked(HEADER) else { return Ok(()) };
    let numbers = [length.to_le_bytes(), crc(rest).to_le_bytes()].concat();
    if let Some(place) = header.get_mut(PREFIX.len()..) {
        place.copy_from_slice(&numbers);
    }
    Ok(())
}

/// Compresses all of `part`; with [`FlushCompress::Finish`] up to the end of the stream.
fn feed(press: &mut Compress, mut part: &[u8], out: &mut Vec<u8>, flush: FlushCompress) -> io::Result<()> {
    loop {
        out.reserve(part.len() / 2 + 512);
        let before = press.total_in();
        let status = press.compress_vec(part, out, flush).map_err(io::Error::other)?;
        let taken = usize::try_from(press.total_in() - before).unwrap_or(usize::MAX);
        part = part.get(taken..).unwrap_or_default();
        let done = match flush {
            FlushCompress::Finish => status == Status::StreamEnd,
            _ => part.is_empty(),
        };
        if done {
            return Ok(());
        }
    }
}

/// Inflates what follows the header of a member.
pub fn inflate(rest: &[u8]) -> Result<Vec<u8>, &'static str> {
    let Some((data, [a, b, c, d, e, f, g, h])) = rest.split_last_chunk::<8>() else {
        return Err("the gzip member is too short");
    };
    let mut state = Decompress::new(false);
    let mut plain = Vec::with_capacity(data.len().saturating_mul(4).min(1 << 20));
    loop {
        let from = usize::try_from(state.total_in()).unwrap_or(usize::MAX);
        let before = (state.total_in(), state.total_out());
        plain.reserve(32 << 10);
        let status = state.decompress_vec(data.get(from..).unwrap_or_default(), &mut plain, FlushDecompress::Finish);
        match status {
            Ok(Status::StreamEnd) => break,
            Ok(_) if before == (state.total_in(), state.total_out()) => return Err("the compressed data is not complete"),
            Ok(_) if plain.len() as u64 > LARGEST => return Err("the record is larger than the archive takes"),
            Ok(_) => {}
            Err(_) => return Err("the compressed data is damaged"),
        }
    }
    let (sum, size) = (u32::from_le_bytes([*a, *b, *c, *d]), u32::from_le_bytes([*e, *f, *g, *h]));
    if state.total_in() != data.len() as u64 {
        Err("the gzip member holds more than its compressed data")
    } else if crc(&plain) != sum || u32::try_from(plain.len() as u64 & 0xffff_ffff) != Ok(size) {
        Err("the checksum of the record does not match")
    } else {
        Ok(plain)
    }
}

fn crc(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}
