//! Matrix user ids: `@user:server` (Matrix specification, identifier grammar).

use crate::record::Indicator;

/// Bytes of a whole id at most.
const LONGEST: usize = 255;
/// What follows "@" in style sheets and code.
const RULES: &[&str] = &["media", "import", "include", "supports", "font-face", "page", "param", "return"];

/// All user ids, the server in lower case.
pub(super) fn find(text: &str) -> Vec<Indicator> {
    memchr::memchr_iter(b'@', text.as_bytes()).filter_map(|at| user(text, at)).collect()
}

fn user(text: &str, at: usize) -> Option<Indicator> {
    let local = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'_' | b'=' | b'-' | b'/' | b'+');
    let rest = text.as_bytes().get(at + 1..)?;
    let colon = rest.iter().take(LONGEST).position(|byte| !local(*byte))?;
    let name = text.get(at + 1..at + 1 + colon)?;
    let before = super::text_before(text, at, 4);
    // In `matrix.to/#/@user:server` the id is the path.
    let begins = before.ends_with("#/") || !before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '@' | '/'));
    if rest.get(colon) != Some(&b':') || name.is_empty() || !begins || RULES.contains(&name) {
        return None;
    }
    let server = super::text_after(text, at + colon + 2, LONGEST);
    let server = server.split(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-'))).next()?.trim_end_matches(['.', '-']);
    if !super::email::is_domain(server) {
        return None;
    }
    let end = at + colon + 2 + server.len();
    Some(super::indicator("matrix", format!("@{name}:{}", server.to_ascii_lowercase()), false, text, at, end))
}
