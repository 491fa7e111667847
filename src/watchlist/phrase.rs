//! Plain text to the query language.

/// Text as words side by side.
pub(super) fn phrase(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.trim().chars() {
        if matches!(c, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(if c.is_control() { ' ' } else { c });
    }
    quoted.push('"');
    quoted
}

/// Several questions as one, joined by `AND` or `OR`.
pub(super) fn joined(mut parts: Vec<String>, by: &str) -> String {
    if parts.len() == 1 { parts.remove(0) } else { format!("({})", parts.join(by)) }
}

/// Whether words would be found in the text: a letter or a digit.
pub(super) fn says_anything(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}
