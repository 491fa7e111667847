//! An index on disk or in memory: made, opened, judged, wiped.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tantivy::directory::error::{OpenDirectoryError, OpenReadError};
use tantivy::directory::{Directory, INDEX_WRITER_LOCK, META_LOCK, MmapDirectory};
use tantivy::index::SegmentComponent;
use tantivy::{IndexReader, ReloadPolicy, TantivyError};

use crate::error::IndexError;
use crate::schema::{Layout, settings};

/// An open index. Opening waits for no writer but while that one deletes files: any number of processes read beside the one that writes.
#[derive(Clone)]
pub struct Index {
    pub(crate) engine: tantivy::Index,
    pub(crate) reader: IndexReader,
}

/// What was found on opening.
pub enum Opened {
    /// An index of this version, perhaps empty.
    Ready {
        /// The index.
        index: Index,
        /// What the last commit was told; 0 when nothing was written yet.
        checkpoint: i64,
    },
    /// An index of another version, or a damaged one: [`Index::wipe`] it, open it again, and give it all documents.
    NeedsRebuild {
        /// Why.
        reason: String,
    },
}

/// What a commit carries.
#[derive(Serialize, Deserialize)]
pub(crate) struct Payload {
    pub(crate) checkpoint: i64,
}

impl Index {
    /// Opens the index in a folder, or makes an empty one there.
    pub fn open(dir: &Path) -> Result<Opened, IndexError> {
        let folder = |source| IndexError::Folder { dir: dir.to_owned(), source };
        std::fs::create_dir_all(dir).map_err(folder)?;
        let directory = match MmapDirectory::open(dir) {
            Ok(directory) => directory,
            Err(OpenDirectoryError::IoError { io_error, .. }) => {
                return Err(folder(std::io::Error::new(io_error.kind(), io_error.to_string())));
            }
            Err(other) => return Err(folder(std::io::Error::other(other.to_string()))),
        };
        match Self::open_engine(&directory).and_then(Self::ready) {
            Ok((index, checkpoint)) => Ok(Opened::Ready { index, checkpoint }),
            Err(error) => judge(error).map(|reason| Opened::NeedsRebuild { reason }),
        }
    }

    /// Whether there is an index in the folder, in whatever state.
    pub fn exists(dir: &Path) -> bool {
        dir.join("meta.json").exists()
    }

    /// An empty index that lives as long as the value.
    pub fn in_ram() -> Result<Self, IndexError> {
        let engine = tantivy::Index::builder().schema(Layout::get().schema.clone()).settings(settings()).tokenizers(Layout::tokenizers());
        Ok(Self::ready(engine.create_in_ram()?)?.0)
    }

    /// What the last commit was told; 0 when nothing was written yet. Reads the folder, so that it is right beside another writer.
    pub fn checkpoint(&self) -> Result<i64, IndexError> {
        Ok(checkpoint(&self.engine)?)
    }

    /// Deletes the files of an index, and nothing else that may lie in the folder. Fails when another process writes the index.
    pub fn wipe(dir: &Path) -> Result<(), IndexError> {
        let folder = |source| IndexError::Folder { dir: dir.to_owned(), source };
        if !dir.try_exists().map_err(folder)? {
            return Ok(());
        }
        let directory = MmapDirectory::open(dir).map_err(TantivyError::from)?;
        let _lock = directory.acquire_lock(&INDEX_WRITER_LOCK).map_err(|_| IndexError::Busy)?;
        // The list of what exists goes first: what is left after a kill in mid-wipe is an empty index with stray files.
        let mut doomed: Vec<PathBuf> = vec![dir.join("meta.json"), dir.join(".managed.json")];
        for entry in std::fs::read_dir(dir).map_err(folder)? {
            let path = entry.map_err(folder)?.path();
            let is_segment = path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| {
                let id = stem.split('.').next().unwrap_or_default();
                id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit())
            });
            if is_segment && path.is_file() {
                doomed.push(path);
            }
        }
        for path in doomed {
            match std::fs::remove_file(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(folder(error)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads every file and compares checksums; gives the names of those that are damaged.
    pub fn verify(&self) -> Result<Vec<String>, IndexError> {
        let mut damaged: Vec<String> = self.engine.validate_checksum()?.iter().map(|path| path.display().to_string()).collect();
        damaged.sort();
        Ok(damaged)
    }

    /// Files on disk, bytes.
    pub fn size_bytes(&self) -> Result<u64, IndexError> {
        self.reader.reload()?;
        Ok(self.reader.searcher().space_usage().map_err(TantivyError::from)?.total().get_bytes())
    }

    fn open_engine(directory: &MmapDirectory) -> Result<tantivy::Index, TantivyError> {
        if !tantivy::Index::exists(directory)? {
            // Two processes may come to an empty folder at once; the lock is the one that readers of the list of segments take.
            let _lock = directory.acquire_lock(&META_LOCK).map_err(|error| TantivyError::LockFailure(error, None))?;
            if !tantivy::Index::exists(directory)? {
                tantivy::Index::create(directory.clone(), Layout::get().schema.clone(), settings())?;
            }
        }
        let mut engine = tantivy::Index::open(directory.clone())?;
        if engine.schema() != Layout::get().schema {
            return Err(TantivyError::SchemaError("it was written by another version".to_owned()));
        }
        engine.set_tokenizers(Layout::tokenizers());
        Ok(engine)
    }

    fn ready(engine: tantivy::Index) -> Result<(Self, i64), TantivyError> {
        let checkpoint = checkpoint(&engine)?;
        {
            // A writer that has merged segments deletes the old ones under this lock.
            let lock = engine.directory().acquire_lock(&META_LOCK);
            let _lock = lock.map_err(|error| TantivyError::LockFailure(error, None))?;
            for segment in engine.searchable_segments()? {
                // The one file that a reader does without until a phrase is asked for.
                segment.open_read(SegmentComponent::Positions)?;
            }
        }
        let reader = engine.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok((Self { engine, reader }, checkpoint))
    }
}

fn checkpoint(engine: &tantivy::Index) -> Result<i64, TantivyError> {
    match engine.load_metas()?.payload {
        None => Ok(0),
        Some(text) => serde_json::from_str::<Payload>(&text)
            .map(|payload| payload.checkpoint)
            .map_err(|error| TantivyError::SchemaError(format!("its checkpoint cannot be read: {error}"))),
    }
}

/// Tells damage, which a rebuild heals, from trouble with the disk or its rights, which it does not.
fn judge(error: TantivyError) -> Result<String, IndexError> {
    match error {
        TantivyError::SchemaError(reason) => Ok(reason),
        TantivyError::OpenReadError(OpenReadError::FileDoesNotExist(path)) => Ok(format!("its file {} is missing", path.display())),
        TantivyError::OpenReadError(OpenReadError::IoError { .. }) | TantivyError::IoError(_) if is_disk_trouble(&error) => {
            Err(error.into())
        }
        TantivyError::LockFailure(..) => Err(error.into()),
        other => Ok(format!("it is damaged: {other}")),
    }
}

fn is_disk_trouble(error: &TantivyError) -> bool {
    use std::io::ErrorKind::{InvalidData, InvalidInput, NotFound, UnexpectedEof};
    let kind = match error {
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. }) => io_error.kind(),
        TantivyError::IoError(io_error) => io_error.kind(),
        _ => return false,
    };
    !matches!(kind, InvalidData | InvalidInput | NotFound | UnexpectedEof)
}
