//! The one writer of the archive: whole captures are appended, made durable by [`Archive::sync`], and files rotate at a size.

use crate::archive::compose::{self, Context, Group};
use crate::archive::record::Kind;
use crate::archive::recover::{Cut, Recovered, recover};
use crate::archive::{Error, Key, Position, failed, member, segment};
use crate::clock;
use crate::fetch::Exchange;
use jiff::Timestamp;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A new file is begun once one has reached this size, in bytes.
pub const ROTATE_AT: u64 = 256 << 20;
/// Bytes that are put together to be written by one call.
const TOGETHER: usize = 1 << 20;

/// Writes captures into a folder. Only one may exist for a folder; the caller holds the lock of the data folder.
#[derive(Debug)]
pub struct Archive {
    dir: PathBuf,
    key: Key,
    rotate_at: u64,
    next_number: u64,
    current: Option<Current>,
    broken: Option<PathBuf>,
}

#[derive(Debug)]
struct Current {
    file: File,
    object: String,
    path: PathBuf,
    length: u64,
    unsynced: bool,
}

/// The archive and what was found when it was opened.
#[derive(Debug)]
pub struct Opened {
    /// Ready to append.
    pub archive: Archive,
    /// Whole captures past the committed position, oldest first, to be replayed.
    pub uncommitted: Vec<Recovered>,
    /// The incomplete capture that was cut off, if there was one.
    pub cut: Option<Cut>,
}

/// A capture as it lies in the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Id of the capture: the identifier of the record that stands for it, without `urn:uuid:`.
    pub capture_id: String,
    /// Type of that record: `response`, `revisit`, `resource`, or `metadata` where no answer came.
    pub kind: Kind,
    /// Name of the file.
    pub object: String,
    /// Offset of that record's gzip member.
    pub offset: u64,
    /// Length of that member in bytes.
    pub length: u64,
    /// Digest of the body as received; of a revisit that of the body referred to. `None` where no answer came.
    pub payload_digest: Option<String>,
    /// Hash of the authority under which it was fetched.
    pub authority: Option<String>,
    /// What a hash chain needs of each record written, in order.
    pub leaves: Vec<Leaf>,
}

impl Appended {
    /// Whether the body is in an earlier capture.
    pub fn revisit(&self) -> bool {
        self.kind == Kind::Revisit
    }
}

/// A capture composed and compressed, ready to be appended.
#[derive(Debug)]
pub struct Packed {
    bytes: Vec<u8>,
    /// As it will lie in the archive; file and offset count from the beginning of `bytes` until it is appended.
    appended: Appended,
}

/// The ingredients of a leaf of the hash chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Leaf {
    /// Identifier of the record, without `urn:uuid:`.
    pub record_id: String,
    /// Its type.
    pub kind: Kind,
    /// Labelled digest of its uncompressed block.
    pub block_digest: String,
}

impl Archive {
    /// Opens or begins the archive in a folder. An incomplete capture at the end is cut off; whole captures past `committed`
    /// (`None`: all) are returned. A file that is damaged elsewhere, or shorter than `committed`, is an error.
    pub fn open(dir: &Path, key: Key, rotate_at: u64, committed: Option<&Position>) -> Result<Opened, Error> {
        fs::create_dir_all(dir).map_err(failed("create", dir))?;
        if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            File::open(parent).and_then(|parent| parent.sync_all()).map_err(failed("make durable", parent))?;
        }
        let (uncommitted, cut) = recover(dir, committed)?;
        let files = segment::list(dir)?;
        let next_number = files.last().map_or(1, |(number, _)| number + 1);
        let mut archive = Archive { dir: dir.into(), key, rotate_at, next_number, current: None, broken: None };
        if let Some((_, object)) = files.last() {
            archive.current = Some(archive.reopen(object)?);
        }
        Ok(Opened { archive, uncommitted, cut })
    }

    /// Hands the archive to another thread. What stays behind knows the folder and refuses to be written; put the archive back in its place.
    pub fn lend(&mut self) -> Archive {
        let stays = Archive {
            dir: self.dir.clone(),
            key: self.key.clone(),
            rotate_at: self.rotate_at,
            next_number: self.next_number,
            current: None,
            broken: Some(self.dir.clone()),
        };
        std::mem::replace(self, stays)
    }

    fn reopen(&self, object: &str) -> Result<Current, Error> {
        let path = self.dir.join(object);
        let file = OpenOptions::new().append(true).open(&path).map_err(failed("open", &path))?;
        let length = file.metadata().map_err(failed("read", &path))?.len();
        Ok(Current { file, object: object.into(), path, length, unsynced: true })
    }

    /// Writes the capture of an exchange. It is durable after the next [`Archive::sync`].
    pub fn append_exchange(&mut self, exchange: &Exchange, context: &Context<'_>) -> Result<Appended, Error> {
        let packed = self.pack_exchange(exchange, context)?;
        self.append(packed)
    }

    /// Writes something that was not fetched, such as an imported row, as one `resource` record. Where it has no URL,
    /// `uri` is `urn:vigie:SOURCE:ID`.
    pub fn append_resource(
        &mut self,
        uri: &str,
        content_type: &str,
        body: &[u8],
        at: Timestamp,
        context: &Context<'_>,
    ) -> Result<Appended, Error> {
        let packed = self.pack_resource(uri, content_type, body, at, context)?;
        self.append(packed)
    }

    /// Composes and compresses the capture of an exchange, on any thread; nothing is written yet.
    pub fn pack_exchange(&self, exchange: &Exchange, context: &Context<'_>) -> Result<Packed, Error> {
        self.pack(&compose::exchange(exchange, context, &self.key)?)
    }

    /// The same for what [`Archive::append_resource`] writes.
    pub fn pack_resource(&self, uri: &str, content_type: &str, body: &[u8], at: Timestamp, context: &Context<'_>) -> Result<Packed, Error> {
        self.pack(&compose::resource(uri, content_type, body, at, context)?)
    }

    /// Writes packed captures in their order, by as few calls as the size of files allows. Durable after the next [`Archive::sync`].
    pub fn append_all(&mut self, packed: Vec<Packed>) -> Result<Vec<Appended>, Error> {
        let mut appended = Vec::with_capacity(packed.len());
        let mut left = packed.into_iter().peekable();
        while left.peek().is_some() {
            self.make_room()?;
            let mut length = self.current.as_ref().map_or(0, |current| current.length);
            let (mut bytes, mut together) = (Vec::new(), Vec::new());
            while let Some(one) = left
                .next_if(|one| together.is_empty() || length < self.rotate_at && bytes.len().saturating_add(one.bytes.len()) <= TOGETHER)
            {
                let start = bytes.len() as u64;
                together.push(Appended { offset: one.appended.offset + start, ..one.appended });
                length += one.bytes.len() as u64;
                if bytes.is_empty() {
                    bytes = one.bytes;
                } else {
                    bytes.extend_from_slice(&one.bytes);
                }
            }
            let (object, before) = self.write(&bytes)?;
            appended.extend(together.into_iter().map(|one| Appended { object: object.clone(), offset: one.offset + before, ..one }));
        }
        Ok(appended)
    }

    /// Makes durable all that was appended. After an error here the archive refuses further writing.
    pub fn sync(&mut self) -> Result<(), Error> {
        self.refuse_if_broken()?;
        let Some(current) = self.current.as_mut().filter(|current| current.unsynced) else { return Ok(()) };
        match current.file.sync_data() {
            Ok(()) => {
                current.unsynced = false;
                Ok(())
            }
            // What the kernel could not write it may have dropped, so a second attempt proves nothing.
            Err(error) => {
                self.broken = Some(current.path.clone());
                Err(failed("make durable", &current.path)(error))
            }
        }
    }

    /// The end of what was appended; `None` before the first capture.
    pub fn position(&self) -> Option<Position> {
        self.current.as_ref().map(|current| Position { object: current.object.clone(), offset: current.length })
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    fn append(&mut self, packed: Packed) -> Result<Appended, Error> {
        self.make_room()?;
        let (object, before) = self.write(&packed.bytes)?;
        Ok(Appended { object, offset: packed.appended.offset + before, ..packed.appended })
    }

    fn pack(&self, group: &Group<'_>) -> Result<Packed, Error> {
        let mut bytes = Vec::new();
        let mut places = Vec::with_capacity(group.records.len());
        for record in &group.records {
            let parts: Vec<&[u8]> = record.parts.iter().map(AsRef::as_ref).collect();
            let start = bytes.len() as u64;
            member::append(&mut bytes, &parts).map_err(failed("compress a record for", &self.dir))?;
            places.push((start, bytes.len() as u64 - start));
        }
        let (offset, length) = places.get(group.main).copied().unwrap_or_default();
        let main = group.records.get(group.main);
        let leaf = |record: &compose::Composed<'_>| Leaf {
            record_id: record.id.clone(),
            kind: record.kind,
            block_digest: record.block_digest.clone(),
        };
        let appended = Appended {
            capture_id: main.map(|record| record.id.clone()).unwrap_or_default(),
            kind: main.map_or(Kind::Metadata, |record| record.kind),
            object: String::new(),
            offset,
            length,
            payload_digest: group.payload_digest.clone(),
            authority: group.authority.clone(),
            leaves: group.records.iter().map(leaf).collect(),
        };
        Ok(Packed { bytes, appended })
    }

    /// Begins another file where the last one has its size.
    fn make_room(&mut self) -> Result<(), Error> {
        self.refuse_if_broken()?;
        if self.current.as_ref().is_none_or(|current| current.length >= self.rotate_at) {
            self.rotate()?;
        }
        Ok(())
    }

    /// Writes all of the bytes or none; returns the file's name and its length before.
    fn write(&mut self, bytes: &[u8]) -> Result<(String, u64), Error> {
        let Some(current) = self.current.as_mut() else { return Err(Error::Broken { path: self.dir.clone() }) };
        let before = current.length;
        if let Err(error) = current.file.write_all(bytes) {
            if current.file.set_len(before).is_err() {
                self.broken = Some(current.path.clone());
            }
            return Err(failed("write to", &current.path)(error));
        }
        current.length += bytes.len() as u64;
        current.unsynced = true;
        Ok((current.object.clone(), before))
    }

    /// Begins the next file. The one before is made durable first, so that only the last file can ever be incomplete.
    fn rotate(&mut self) -> Result<(), Error> {
        self.sync()?;
        let at = clock::now();
        let object = segment::name(self.next_number, at);
        let path = self.dir.join(&object);
        let info = compose::warcinfo(&object, at)?;
        let parts: Vec<&[u8]> = info.parts.iter().map(AsRef::as_ref).collect();
        let mut buffer = Vec::new();
        member::append(&mut buffer, &parts).map_err(failed("compress a record for", &path))?;
        let mut file = OpenOptions::new().append(true).create_new(true).open(&path).map_err(failed("create", &path))?;
        let begun = file.write_all(&buffer).and_then(|()| file.sync_all()).and_then(|()| File::open(&self.dir)?.sync_all());
        if let Err(error) = begun {
            if fs::remove_file(&path).is_err() {
                self.broken = Some(path.clone());
            }
            return Err(failed("write to", &path)(error));
        }
        self.next_number += 1;
        self.current = Some(Current { file, object, path, length: buffer.len() as u64, unsynced: false });
        Ok(())
    }

    fn refuse_if_broken(&self) -> Result<(), Error> {
        self.broken.as_ref().map_or(Ok(()), |path| Err(Error::Broken { path: path.clone() }))
    }
}
