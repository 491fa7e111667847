//! Several files as one: a ZIP archive (PKWARE APPNOTE 6.3.10, method 8, names in UTF-8) whose bytes depend on names and contents alone.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// The first day that the format can write, 1980-01-01: nobody learns from the archive when it was made.
const DAY: u16 = 0x21;
/// Names are UTF-8.
const UTF8: u16 = 0x0800;
/// Deflate.
const METHOD: u16 = 8;
/// Version that a reader must know, times ten.
const VERSION: u16 = 20;

/// Packs these files under their own names. At most `most` bytes come out of it, and none of the files may be larger than 4 GiB.
///
/// # Errors
/// A file cannot be read, or it is too much.
pub fn zip(files: &[PathBuf], most: usize) -> Result<Vec<u8>> {
    let (mut archive, mut directory) = (Vec::new(), Vec::new());
    for path in files {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or("file").as_bytes();
        let content = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        let mut crc = Crc::new();
        crc.update(&content);
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::default());
        packer.write_all(&content)?;
        let packed = packer.finish()?;
        let at = u32::try_from(archive.len())?;
        let mut head = Vec::new();
        for word in [VERSION, UTF8, METHOD, 0, DAY] {
            head.extend(word.to_le_bytes());
        }
        for long in [crc.sum(), u32::try_from(packed.len())?, u32::try_from(content.len()).context("a file of more than 4 GiB")?] {
            head.extend(long.to_le_bytes());
        }
        head.extend(u16::try_from(name.len())?.to_le_bytes());
        head.extend(0_u16.to_le_bytes());
        archive.extend(*b"PK\x03\x04");
        archive.extend(&head);
        archive.extend(name);
        archive.extend(&packed);
        ensure!(archive.len() <= most, "the archive would have more than {most} bytes");
        directory.extend(*b"PK\x01\x02");
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&head);
        // No comment, first disk, no attributes.
        directory.extend([0; 10]);
        directory.extend(at.to_le_bytes());
        directory.extend(name);
    }
    let (at, length, n) = (u32::try_from(archive.len())?, u32::try_from(directory.len())?, u16::try_from(files.len())?);
    archive.extend(&directory);
    archive.extend(*b"PK\x05\x06\0\0\0\0");
    archive.extend(n.to_le_bytes());
    archive.extend(n.to_le_bytes());
    archive.extend(length.to_le_bytes());
    archive.extend(at.to_le_bytes());
    archive.extend([0; 2]);
    Ok(archive)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn files_are_packed_whole_and_too_much_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let files = [folder.path().join("a.csv"), folder.path().join("b.jsonl")];
        fs::write(&files[0], "one\n".repeat(1_000)).unwrap();
        fs::write(&files[1], "").unwrap();
        let packed = zip(&files, 1 << 20).unwrap();
        assert_eq!(packed, zip(&files, 1 << 20).unwrap());
        assert!(packed.starts_with(b"PK\x03\x04") && packed.len() < 500, "{}", packed.len());
        let length = usize::try_from(u32::from_le_bytes(packed[18..22].try_into().unwrap())).unwrap();
        let mut text = String::new();
        flate2::read::DeflateDecoder::new(&packed[35..35 + length]).read_to_string(&mut text).unwrap();
        assert_eq!((&packed[30..35], text.len()), (b"a.csv".as_slice(), 4_000));
        let end = &packed[packed.len() - 22..];
        let at = usize::try_from(u32::from_le_bytes(end[16..20].try_into().unwrap())).unwrap();
        assert_eq!((&end[..4], end[10], &packed[at..at + 4]), (b"PK\x05\x06".as_slice(), 2, b"PK\x01\x02".as_slice()));
        assert!(zip(&files, 40).is_err());
    }
}
