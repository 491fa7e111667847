//! What SQLite says when its file or the disk is at fault, and what helps.

use sqlx::error::DatabaseError;

/// What to do about a database that failed, for the end of a message; `None` for other errors.
pub fn advice(error: &anyhow::Error) -> Option<&'static str> {
    let code = error.chain().find_map(|cause| cause.downcast_ref::<sqlx::Error>()?.as_database_error().and_then(primary))?;
    Some(match code {
        8 => "is the disk mounted read-only, and does the data folder belong to you?",
        10 => {
            "is the disk full? If it is not, it fails: look at the log of the system, and run `vigie verify` before you go on with this data folder"
        }
        11 | 26 => {
            "vigie.sqlite in the data folder is damaged: restore it from a copy, or move it away with its -wal and -shm; the next `vigie crawl` \
             then reads the archive again, but watches, the states of alerts and the reading log are gone"
        }
        13 => "the disk is full: free space and start again; what was archived is kept and read then",
        14 => "is the data folder there, may you write to it, and is the disk neither full nor mounted read-only?",
        _ => return None,
    })
}

/// SQLite's primary result code; the error carries the extended one.
fn primary(error: &dyn DatabaseError) -> Option<u32> {
    error.try_downcast_ref::<sqlx::sqlite::SqliteError>()?;
    Some(error.code()?.parse::<u32>().ok()? & 0xff)
}
