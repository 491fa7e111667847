//! Several files as one: a ZIP archive (PKWARE APPNOTE 6.3.10, method 8, names in UTF-8) whose bytes depend on names and contents alone.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use flate2::write::DeflateEncoder;
use flate2::{Compression, CrcReader};

/// The first day that the format can write, 1980-01-01: nobody learns from the archive when it was made.
const DAY: u16 = 0x21;
/// Names are UTF-8.
const UTF8: u16 = 0x0800;
/// Deflate.
const METHOD: u16 = 8;
/// Version that a reader must know, times ten.
const VERSION: u16 = 20;
/// The same where something is written in 64 bits (ZIP64).
const LONG_VERSION: u16 = 45;
/// Sizes and places from here on are written in 64 bits: less than 32 bits can hold, because packing may make a file a little larger.
const LIMIT: u64 = 0xFF00_0000;

/// Packs these files under their own names into the file `place`. They are read piece by piece and may be of any size.
///
/// # Errors
/// A file cannot be read or changes meanwhile, or the archive cannot be written.
pub fn zip(files: &[PathBuf], place: &Path) -> Result<()> {
    pack(files, place, LIMIT).with_context(|| format!("cannot pack {}; hint: is there room on the disk?", place.display()))
}

/// A file in the archive.
struct Entry {
    name: Vec<u8>,
    /// Where its header is.
    at: u64,
    crc: u32,
    size: u64,
    packed: u64,
    /// Whether its sizes, and its place, take 64 bits.
    is_long: bool,
    is_far: bool,
}

fn pack(files: &[PathBuf], place: &Path, limit: u64) -> Result<()> {
    let mut out = BufWriter::new(File::create(place)?);
    let mut entries = Vec::new();
    for path in files {
        let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file").as_bytes().to_vec();
        let at = out.stream_position()?;
        let is_long = file.metadata()?.len() >= limit;
        let mut entry = Entry { name, at, crc: 0, size: 0, packed: 0, is_long, is_far: at >= limit };
        out.write_all(&entry.header()?)?;
        let begin = out.stream_position()?;
        let mut reader = CrcReader::new(file);
        let mut packer = DeflateEncoder::new(&mut out, Compression::default());
        entry.size = io::copy(&mut reader, &mut packer)?;
        packer.finish()?;
        let end = out.stream_position()?;
        (entry.crc, entry.packed) = (reader.crc().sum(), end - begin);
        // Once more, now that all of it is known.
        out.seek(SeekFrom::Start(at))?;
        out.write_all(&entry.header()?)?;
        out.seek(SeekFrom::Start(end))?;
        entries.push(entry);
    }
    let at = out.stream_position()?;
    for entry in &entries {
        out.write_all(&entry.of_directory()?)?;
    }
    let end = out.stream_position()?;
    out.write_all(&ending(u16::try_from(entries.len())?, at, end - at, limit)?)?;
    out.flush()?;
    Ok(())
}

impl Entry {
    /// What stands in front of its content.
    fn header(&self) -> Result<Vec<u8>> {
        let more = if self.is_long { long(&[self.size, self.packed]) } else { Vec::new() };
        Ok([b"PK\x03\x04".as_slice(), &self.described(more.len())?, &self.name, &more].concat())
    }

    /// What stands of it in the directory.
    fn of_directory(&self) -> Result<Vec<u8>> {
        let mut values = if self.is_long { vec![self.size, self.packed] } else { Vec::new() };
        values.extend(self.is_far.then_some(self.at));
        let more = if values.is_empty() { Vec::new() } else { long(&values) };
        let at = short(self.at, self.is_far)?;
        let version = LONG_VERSION.to_le_bytes();
        // No comment, first disk, no attributes.
        let parts: [&[u8]; 7] = [b"PK\x01\x02", &version, &self.described(more.len())?, &[0; 10], &at, &self.name, &more];
        Ok(parts.concat())
    }

    fn described(&self, more: usize) -> Result<Vec<u8>> {
        let version = if self.is_long || self.is_far { LONG_VERSION } else { VERSION };
        let mut head: Vec<u8> = [version, UTF8, METHOD, 0, DAY].into_iter().flat_map(u16::to_le_bytes).collect();
        head.extend(self.crc.to_le_bytes());
        head.extend(short(self.packed, self.is_long)?);
        head.extend(short(self.size, self.is_long)?);
        head.extend(u16::try_from(self.name.len())?.to_le_bytes());
        head.extend(u16::try_from(more)?.to_le_bytes());
        Ok(head)
    }
}

/// A number in 32 bits, or the sign that it stands elsewhere in 64.
fn short(value: u64, elsewhere: bool) -> Result<[u8; 4]> {
    Ok(if elsewhere { u32::MAX } else { u32::try_from(value).context("a file grew while it was packed")? }.to_le_bytes())
}

/// The extra field with numbers of 64 bits.
fn long(values: &[u64]) -> Vec<u8> {
    let length = u16::try_from(8 * values.len()).unwrap_or_default();
    let numbers = values.iter().flat_map(|value| value.to_le_bytes());
    1_u16.to_le_bytes().into_iter().chain(length.to_le_bytes()).chain(numbers).collect()
}

/// What ends an archive of `n` files with a directory of `length` bytes at `at`.
fn ending(n: u16, at: u64, length: u64, limit: u64) -> Result<Vec<u8>> {
    let mut end = Vec::new();
    let is_far = at >= limit || length >= limit;
    if is_far {
        end.extend(*b"PK\x06\x06");
        end.extend(44_u64.to_le_bytes());
        end.extend([LONG_VERSION.to_le_bytes(), LONG_VERSION.to_le_bytes()].concat());
        end.extend([0; 8]);
        end.extend([u64::from(n), u64::from(n), length, at].into_iter().flat_map(u64::to_le_bytes));
        end.extend(*b"PK\x06\x07\0\0\0\0");
        end.extend((at + length).to_le_bytes());
        end.extend(1_u32.to_le_bytes());
    }
    end.extend(*b"PK\x05\x06\0\0\0\0");
    end.extend([n.to_le_bytes(), n.to_le_bytes()].concat());
    end.extend(short(length, is_far)?);
    end.extend(short(at, is_far)?);
    end.extend([0; 2]);
    Ok(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::io::Read;

    fn number(bytes: &[u8], at: usize) -> usize {
        usize::try_from(u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())).unwrap()
    }

    #[test]
    fn files_are_packed_whole() {
        let folder = tempfile::tempdir().unwrap();
        let files = [folder.path().join("a.csv"), folder.path().join("b.jsonl")];
        fs::write(&files[0], "one\n".repeat(100_000)).unwrap();
        fs::write(&files[1], "").unwrap();
        let place = folder.path().join("packed.zip");
        zip(&files, &place).unwrap();
        let packed = fs::read(&place).unwrap();
        assert!(packed.starts_with(b"PK\x03\x04") && packed.len() < 4_000, "{}", packed.len());
        let mut text = String::new();
        flate2::read::DeflateDecoder::new(&packed[35..35 + number(&packed, 18)]).read_to_string(&mut text).unwrap();
        assert_eq!((&packed[30..35], text.len(), number(&packed, 22)), (b"a.csv".as_slice(), 400_000, 400_000));
        let end = &packed[packed.len() - 22..];
        let at = number(end, 16);
        assert_eq!((&end[..4], end[10], &packed[at..at + 4]), (b"PK\x05\x06".as_slice(), 2, b"PK\x01\x02".as_slice()));
        zip(&files, &place).unwrap();
        assert_eq!(fs::read(&place).unwrap(), packed, "the same bytes whenever it is made");
        assert!(zip(&files, &folder.path().join("none/packed.zip")).is_err());
    }

    #[test]
    fn what_is_too_much_for_32_bits_stands_in_64() {
        let folder = tempfile::tempdir().unwrap();
        let files = [folder.path().join("a.csv"), folder.path().join("b.csv")];
        files.iter().for_each(|file| fs::write(file, "one\n".repeat(100)).unwrap());
        let place = folder.path().join("packed.zip");
        // As if 32 bits held no more than forty.
        pack(&files, &place, 40).unwrap();
        let packed = fs::read(&place).unwrap();
        assert_eq!((packed[4], number(&packed, 18), number(&packed, 22)), (45, 0xFFFF_FFFF, 0xFFFF_FFFF));
        let long = |bytes: &[u8], at: usize| usize::try_from(u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())).unwrap();
        assert_eq!((&packed[30..39], long(&packed, 39)), (b"a.csv\x01\0\x10\0".as_slice(), 400));
        let end = packed.len() - 22;
        let whole = long(&packed, end - 20 + 8);
        assert_eq!((&packed[end - 20..end - 16], &packed[whole..whole + 4]), (b"PK\x06\x07".as_slice(), b"PK\x06\x06".as_slice()));
        let directory = long(&packed, whole + 48);
        assert_eq!((&packed[directory..directory + 4], long(&packed, whole + 24)), (b"PK\x01\x02".as_slice(), 2));
    }
}
