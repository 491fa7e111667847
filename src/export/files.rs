//! Files that take their place only when all of them are whole: an export that is killed leaves none of its names half written.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, anyhow, bail};

/// Added to the name of a file that is being written.
const PARTIAL: &str = ".partial";

/// A file being written under another name. Dropped before [`finish`], it is deleted.
#[derive(Debug)]
pub struct Partial {
    path: PathBuf,
    place: PathBuf,
    file: Option<BufWriter<File>>,
}

impl Partial {
    /// Begins the file `name` of the folder, which is made where it is missing.
    ///
    /// # Errors
    /// The folder cannot be written, or another export writes the same file.
    pub fn create(folder: &Path, name: &str) -> Result<Self> {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot make the folder {}; hint: name one that can be written with --out", folder.display()))?;
        let path = folder.join(format!("{name}{PARTIAL}"));
        // What a killed export left is taken over, but never the file of one that still runs: its lock tells.
        let open = OpenOptions::new().create(true).truncate(false).write(true).open(&path);
        let file = open.map_err(|error| refused(error, &path))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => bail!("another export writes {}; hint: wait for it, or name another folder", path.display()),
            Err(TryLockError::Error(error)) => return Err(refused(error, &path)),
        }
        file.set_len(0).map_err(|error| refused(error, &path))?;
        Ok(Self { path, place: folder.join(name), file: Some(BufWriter::new(file)) })
    }

    /// Appends.
    ///
    /// # Errors
    /// The disk is full, or does not answer.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let Some(file) = &mut self.file else { bail!("{} was closed before it was written", self.path.display()) };
        file.write_all(bytes).map_err(|error| refused(error, &self.path))
    }

    /// Makes what was written durable.
    fn sync(&mut self) -> Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.flush().and_then(|()| file.get_ref().sync_all()).map_err(|error| refused(error, &self.path))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if let Some(file) = self.file.take() {
            // The buffer of a file that is thrown away need not be flushed, and a full disk would not take it.
            drop(file.into_parts());
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Puts whole files in their places, in this order; those of an earlier export are replaced. The last one should be the one that
/// describes the others.
///
/// # Errors
/// The disk is full, or the folder does not let itself be written.
pub fn finish(mut files: Vec<Partial>) -> Result<Vec<PathBuf>> {
    for file in &mut files {
        file.sync()?;
    }
    let mut placed = Vec::with_capacity(files.len());
    for mut file in files {
        fs::rename(&file.path, &file.place).map_err(|error| refused(error, &file.place))?;
        file.file = None;
        placed.push(file.place.clone());
    }
    Ok(placed)
}

fn refused(error: io::Error, path: &Path) -> anyhow::Error {
    let hint = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            "the disk is full; make room, or name a folder on another disk with --out (nothing half written is left)"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "name a folder that can be written with --out",
        _ => "is the disk well, and is everything in the folder a plain file?",
    };
    anyhow!(error).context(format!("cannot write {}: {hint}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_appear_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("a.csv");
        fs::write(&place, "old").unwrap();
        let mut file = Partial::create(folder.path(), "a.csv").unwrap();
        file.write(b"new").unwrap();
        assert_eq!(fs::read_to_string(&place).unwrap(), "old");
        let busy = Partial::create(folder.path(), "a.csv").unwrap_err();
        assert!(busy.to_string().contains("another export writes"), "{busy}");
        drop(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::write(folder.path().join("a.csv.partial"), "left by a killed process, and longer").unwrap();
        let mut file = Partial::create(folder.path(), "a.csv").unwrap();
        file.write(b"new").unwrap();
        assert_eq!(finish(vec![file]).unwrap(), std::slice::from_ref(&place));
        assert_eq!(fs::read_to_string(&place).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_named() {
        let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
        let path = PathBuf::from("/nonexistent/listings.csv.partial");
        let mut file = Partial { place: path.clone(), path, file: Some(BufWriter::new(full)) };
        file.write(b"a row").unwrap();
        let error = finish(vec![file]).unwrap_err();
        assert!(format!("{error:#}").contains("the disk is full"), "{error:#}");
    }
}
