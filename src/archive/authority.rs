//! Under which authority a capture was made: the hash on its records, and the record that holds the text behind it.

use crate::archive::{digest, record::Record};
use crate::config::Source;

/// The field of `response`, `revisit` and `metadata` records that holds the hash.
pub const FIELD: &str = "Vigie-Authority";
/// Media type of the record that holds the text.
pub const TYPE: &str = "text/plain;charset=utf-8";
/// Stands in the address of that record between source and hash.
const MARK: &str = ":authority:";

/// The canonical text of a source's authority and its hash, `sha256:` and hexadecimal digits; `None` where it has none.
pub fn of(source: &Source) -> Option<(String, String)> {
    let text = source.authority.as_ref()?.canonical(&source.id);
    let hash = digest::sha256(&[text.as_bytes()]);
    Some((text, hash))
}

/// The address of the record that holds the text.
pub fn address(source: &str, hash: &str) -> String {
    format!("urn:vigie:{source}{MARK}{hash}")
}

/// Source, hash and text of a record that [`address`] names; `None` for other records, and where text and hash do not agree.
pub fn text_of(record: &Record) -> Option<(&str, &str, &str)> {
    let (source, hash) = record.target_uri()?.strip_prefix("urn:vigie:")?.split_once(MARK)?;
    let text = std::str::from_utf8(&record.block).ok()?;
    (record.field("Content-Type") == Some(TYPE) && digest::sha256(&[text.as_bytes()]) == hash).then_some((source, hash, text))
}
