//! Object literals of scripts, read as data: nothing is run, what is no literal becomes null.

use serde_json::{Map, Value as Json};

/// Objects within objects that are read.
const MAX_DEPTH: usize = 48;
/// Characters of one key.
const MAX_KEY: usize = 80;

/// Reads the value at the start of a text; gives it with the bytes that it takes. `None` where none begins or it never ends.
///
/// Besides JSON: bare keys and keys in single quotes, trailing commas, comments, `undefined`, `!0`, strings in three quotes,
/// `JSON.parse("...")`, and expressions, which are null.
pub(super) fn read(text: &str) -> Option<(Json, usize)> {
    reach(text).ok()
}

/// [`read`] that says of what it cannot read how many bytes it looked at.
pub(super) fn reach(text: &str) -> Result<(Json, usize), usize> {
    let mut reader = Reader { text, at: 0 };
    reader.blank();
    match reader.value(0) {
        Some(value) => Ok((value, reader.at)),
        None => Err(reader.at),
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blank(&mut self) {
        loop {
            let rest = self.rest();
            let trimmed = rest.trim_start();
            self.at += rest.len() - trimmed.len();
            let rest = self.rest();
            let skipped = if rest.starts_with("//") {
                rest.find('\n').unwrap_or(rest.len())
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else {
                return;
            };
            self.at += skipped;
        }
    }

    fn value(&mut self, depth: usize) -> Option<Json> {
        if depth > MAX_DEPTH {
            return None;
        }
        match self.peek()? {
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b'"' | b'\'' | b'`' => {
                let text = self.string()?;
                self.blank();
                // Joined strings and calls on one are expressions.
                if matches!(self.peek(), Some(b',' | b'}' | b']' | b')' | b';' | b':') | None) {
                    Some(Json::String(text))
                } else {
                    self.expression()
                }
            }
            _ => self.word(depth),
        }
    }

    fn object(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut map = Map::new();
        loop {
            self.blank();
            match self.peek()? {
                b'}' => {
                    self.at += 1;
                    return Some(Json::Object(map));
                }
                b',' => {
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            let key = match self.peek()? {
                b'"' | b'\'' => self.string()?,
                _ => {
                    let rest = self.rest();
                    let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$' | '-')).unwrap_or(rest.len());
                    if end == 0 || end > MAX_KEY {
                        return None;
                    }
                    let key = rest.get(..end)?.to_owned();
                    self.at += end;
                    key
                }
            };
            self.blank();
            if self.peek()? != b':' {
                return None;
            }
            self.at += 1;
            self.blank();
            let value = self.value(depth + 1)?;
            map.insert(key, value);
            self.blank();
            if !matches!(self.peek()?, b',' | b'}') {
                self.expression()?;
            }
        }
    }

    fn array(&mut self, depth: usize) -> Option<Json> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            self.blank();
            match self.peek()? {
                b']' => {
                    self.at += 1;
                    return Some(Json::Array(values));
                }
                b',' => {
                    self.at += 1;
                    continue;
                }
                _ => {}
            }
            values.push(self.value(depth + 1)?);
            self.blank();
            if !matches!(self.peek()?, b',' | b']') {
                self.expression()?;
                // An expression ends before any closing mark; one that closes no list would be met again and again.
                if !matches!(self.peek()?, b',' | b']') {
                    return None;
                }
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let read = self.quoted();
        // Whoever asks how far a reading came is told of the whole rest: at most so much was looked at.
        self.at = read.as_ref().map_or(self.text.len(), |(_, end)| *end);
        read.map(|(text, _)| text)
    }

    /// The string that begins here, and the byte after it.
    fn quoted(&self) -> Option<(String, usize)> {
        let quote = self.peek()?;
        let mut out = String::new();
        let mut chars = self.text.get(self.at + 1..)?.char_indices();
        let mut end = None;
        while let Some((at, c)) = chars.next() {
            if c == char::from(quote) {
                end = Some(at + 1);
                break;
            }
            if c != '\\' {
                out.push(c);
                continue;
            }
            match chars.next()?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                'r' | 'b' | 'f' => out.push(' '),
                'u' => {
                    let digits: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
                    let first = u32::from_str_radix(&digits, 16).ok()?;
                    let mut code = first;
                    if (0xd800..0xdc00).contains(&first) {
                        let second: String = chars.by_ref().take(6).map(|(_, c)| c).collect();
                        let low = second.strip_prefix("\\u").and_then(|hex| u32::from_str_radix(hex, 16).ok()).unwrap_or(0);
                        code = if (0xdc00..0xe000).contains(&low) { 0x10000 + ((first - 0xd800) << 10) + (low - 0xdc00) } else { 0xfffd };
                    }
                    out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
                }
                'x' => {
                    let digits: String = chars.by_ref().take(2).map(|(_, c)| c).collect();
                    out.push(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'));
                }
                '\n' => {}
                other => out.push(other),
            }
        }
        Some((out, self.at + 1 + end?))
    }

    fn word(&mut self, depth: usize) -> Option<Json> {
        let rest = self.rest();
        if rest.starts_with("JSON.parse(") {
            self.at += "JSON.parse(".len();
            self.blank();
            let text = if matches!(self.peek()?, b'"' | b'\'' | b'`') { self.string()? } else { return self.expression() };
            self.blank();
            if self.peek() == Some(b')') {
                self.at += 1;
            }
            return Some(serde_json::from_str(&text).unwrap_or(Json::Null)).filter(|_| depth <= MAX_DEPTH);
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '+' | '_' | '$' | '!')).unwrap_or(rest.len());
        let word = rest.get(..end)?;
        let value = match word {
            "true" | "!0" => Some(Json::Bool(true)),
            "false" | "!1" => Some(Json::Bool(false)),
            "null" | "undefined" | "NaN" => Some(Json::Null),
            // Kept as written: 12.90 stays 12.90.
            _ => serde_json::from_str::<serde_json::Number>(word).ok().map(|_| Json::String(word.to_owned())),
        };
        if let Some(value) = value {
            self.at += end;
            self.blank();
            if matches!(self.peek(), Some(b',' | b'}' | b']' | b')' | b';') | None) {
                return Some(value);
            }
        }
        self.expression()
    }

    /// Skips to the end of an expression, brackets and strings heeded.
    fn expression(&mut self) -> Option<Json> {
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'"' | b'\'' | b'`' => {
                    self.string()?;
                    continue;
                }
                b'(' | b'[' | b'{' => open += 1,
                b')' | b']' | b'}' if open == 0 => return Some(Json::Null),
                b')' | b']' | b'}' => open -= 1,
                b',' | b';' if open == 0 => return Some(Json::Null),
                _ => {}
            }
            let step = self.rest().chars().next().map_or(1, char::len_utf8);
            self.at += step;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_that_a_foreign_mark_closes_ends() {
        for text in ["[1 }", "[1 )", "[{\"a\": 1} ; 2]", "[a ) b]", "{\"a\": [1 } }", "[[[1 }"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read("[1, f(2)]").map(|(value, _)| value), Some(serde_json::json!(["1", null])));
    }
}
