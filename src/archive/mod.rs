//! The archive: every capture as WARC 1.1 records, written before anything reads them and never changed.
//!
//! One folder of files `vigie-<UTC time>-<number>.warc.gz`, each record a gzip member of its own. A capture is a group of records:
//! `request`, then `response` (or `revisit` when the body is that of an earlier capture), then `metadata`; the metadata record ends
//! the group, so that a crash leaves whole captures or none. A fetch without an answer is a `metadata` record alone; an imported row
//! is a `resource` record alone.

pub mod digest;
pub mod authority;
pub mod mask;
pub mod record;
pub mod http;
pub mod member;
pub mod segment;
pub mod compose;
pub mod recover;
pub mod writer;
pub mod read;
pub mod replay;
pub mod verify;

use std::io;
use std::path::{Path, PathBuf};

pub use compose::{Context, Previous};
pub use http::HttpParts;
pub use mask::Key;
pub use read::{Scan, read, scan};
pub use record::{Kind, Record};
pub use recover::{Cut, Recovered, tail};
pub use replay::exchange_of;
pub use verify::{Problem, Verification, verify, verify_each};
pub use writer::{Appended, Archive, Leaf, Opened, Packed};

/// A place up to which the archive is written: an object (the file's name) and an offset within it, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// Name of the file.
    pub object: String,
    /// Bytes from its start.
    pub offset: u64,
}

/// Why the archive could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused.
    #[error("cannot {action} {}: {source}{}", path.display(), remedy(source))]
    Io {
        /// What was tried.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What is stored is not what was written.
    #[error("the archive is damaged: {object} at byte {offset}: {what}; run `vigie verify` and restore the file from a copy")]
    Damaged {
        /// Name of the file.
        object: String,
        /// Offset of the record.
        offset: u64,
        /// What is wrong.
        what: String,
    },
    /// The database knows captures that the archive has not.
    #[error("{object} ends at byte {length}, but captures up to byte {committed} are known; restore the file from a copy")]
    Lost {
        /// Name of the file.
        object: String,
        /// Its length, 0 if it is missing.
        length: u64,
        /// The committed offset.
        committed: u64,
    },
    /// A file that is read is no WARC, or not as it should be.
    #[error("{}: {what} at byte {offset}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Where.
        offset: u64,
        /// What is wrong.
        what: String,
    },
    /// A record is larger than the archive takes.
    #[error("a record of {0} bytes is larger than the archive takes ({max} bytes)", max = record::LARGEST_BLOCK)]
    TooLarge(u64),
    /// An earlier write failed and could not be undone.
    #[error("an earlier failure left {} in an unknown state; start again to repair it", path.display())]
    Broken {
        /// The file.
        path: PathBuf,
    },
    /// The system gave no random bytes, or the secret key is unusable.
    #[error("{0}")]
    Secret(String),
}

fn remedy(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
            "; free space, or move the data folder to a larger disk and name it with --data"
        }
        io::ErrorKind::PermissionDenied => "; check who owns the data folder",
        io::ErrorKind::ReadOnlyFilesystem => "; the disk is read-only",
        _ => "",
    }
}

fn failed(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_path_buf();
    move |source| Error::Io { action, path, source }
}
