//! What SQLite says when its file or the disk is at fault, and what helps.

use sqlx::error::DatabaseError;

/// The remedy for an error of the database that has one, for people.
pub fn remedy(error: &anyhow::Error) -> Option<&'static str> {
    let code = error.chain().find_map(|cause| cause.downcast_ref::<sqlx::Error>()?.as_database_error().and_then(primary))?;
    Some(match code {
        8 => "the data folder cannot be written: is the disk mounted read-only, and does the folder belong to you?",
        10 => "the disk fails: look at the log of the system, and run `vigie verify` before you trust the data folder again",
        11 | 26 => {
            "vigie.sqlite in the data folder is damaged: restore it from a copy, or move it away with its -wal and -shm; the next `vigie crawl` \
             then reads the archive again, but watches, the states of alerts and the reading log are gone"
        }
        13 => "the disk is full: free space and start again; what was archived is kept and read then",
        14 => "is the data folder there, may you write to it, and is the disk not full?",
        _ => return None,
    })
}

/// SQLite's primary result code; the error carries the extended one.
fn primary(error: &dyn DatabaseError) -> Option<u32> {
    error.try_downcast_ref::<sqlx::sqlite::SqliteError>()?;
    Some(error.code()?.parse::<u32>().ok()? & 0xff)
}
