//! One writer per data folder.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};

/// How often the lock is tried: whoever looks who writes holds it for a moment.
const TRIES: usize = 1_000;

/// Held while a process writes; the operating system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// Takes the lock of a data folder.
///
/// # Errors
/// Another process holds it, or the folder cannot be written.
pub fn take(data: &Path) -> Result<Lock> {
    std::fs::create_dir_all(data).with_context(|| format!("cannot make the data folder {}", data.display()))?;
    let path = data.join("lock");
    let mut file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&path)
        .with_context(|| format!("cannot open {}", path.display()))?;
    for left in (0..TRIES).rev() {
        match file.try_lock() {
            Ok(()) => {
                // Who holds it is for people; the lock itself does not depend on it.
                let _ = file.set_len(0).and_then(|()| file.write_all(format!("{}\n", std::process::id()).as_bytes()));
                return Ok(Lock { _file: file });
            }
            Err(TryLockError::WouldBlock) if left > 0 => std::thread::yield_now(),
            Err(TryLockError::WouldBlock) => break,
            Err(TryLockError::Error(error)) => return Err(error).with_context(|| format!("cannot lock {}", path.display())),
        }
    }
    bail!(
        "another vigie process writes to {}; hint: wait for it, stop it, or name another folder with --data (search, alerts and watch work beside it)",
        data.display()
    )
}

/// Who writes to a data folder now: the number of the process, 0 where it is not known. `None` when nobody does.
///
/// # Errors
/// The lock cannot be looked at.
pub fn holder(data: &Path) -> Result<Option<u32>> {
    let path = data.join("lock");
    let file = match File::open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        opened => opened.with_context(|| format!("cannot open {}", path.display()))?,
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(None),
        Err(TryLockError::WouldBlock) => {
            let mut text = String::new();
            // A number that cannot be read is one that is not known.
            let _ = file.take(32).read_to_string(&mut text);
            Ok(Some(text.trim().parse().unwrap_or(0)))
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(|| format!("cannot look at {}", path.display())),
    }
}
