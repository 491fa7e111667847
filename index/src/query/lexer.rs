//! Query text to lexemes, one pass, nothing nested.

use super::error::QueryError;

/// A piece of a query.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Piece {
    Open,
    Close,
    And,
    Or,
    Not,
    /// `name:`, its value follows at once.
    Field(String),
    /// A word; `exact` after `=`, `prefix` before `*`.
    Word {
        text: String,
        exact: bool,
        prefix: bool,
    },
    /// `"..."`, perhaps `~N`.
    Phrase {
        text: String,
        slop: u32,
    },
    /// `[low TO high]`; braces leave the end out.
    Range {
        low: String,
        high: String,
        with_low: bool,
        with_high: bool,
    },
}

/// A piece and where it begins, characters from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lexeme {
    pub(super) column: usize,
    pub(super) piece: Piece,
}

/// Most words that may stand between the words of a phrase, all together.
const MAX_SLOP: u32 = 100;

pub(super) fn lex(text: &str) -> Result<Vec<Lexeme>, QueryError> {
    let chars: Vec<char> = text.chars().collect();
    let mut lexer = Lexer { chars: &chars, at: 0, groups: Vec::new(), lexemes: Vec::new() };
    while lexer.step()? {}
    Ok(lexer.lexemes)
}

struct Lexer<'a> {
    chars: &'a [char],
    at: usize,
    /// For each open parenthesis: whether it holds values of a field, in which no further field is looked for.
    groups: Vec<bool>,
    lexemes: Vec<Lexeme>,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn push(&mut self, start: usize, piece: Piece) {
        self.lexemes.push(Lexeme { column: start + 1, piece });
    }

    fn step(&mut self) -> Result<bool, QueryError> {
        while self.peek(0).is_some_and(char::is_whitespace) {
            self.at += 1;
        }
        let start = self.at;
        let Some(c) = self.peek(0) else { return Ok(false) };
        match c {
            '(' => {
                self.groups.push(self.groups.last().copied().unwrap_or_default());
                self.at += 1;
                self.push(start, Piece::Open);
            }
            ')' => {
                self.groups.pop();
                self.at += 1;
                self.push(start, Piece::Close);
            }
            '-' if self.peek(1).is_some_and(|next| !next.is_whitespace() && next != ')') => {
                self.at += 1;
                self.push(start, Piece::Not);
            }
            _ => match (self.groups.last() != Some(&true)).then(|| self.field_name()).flatten() {
                Some(name) => {
                    self.at += name.chars().count() + 1;
                    self.push(start, Piece::Field(name.clone()));
                    match self.peek(0) {
                        None | Some(')') => return Err(no_value(start, &name)),
                        Some(c) if c.is_whitespace() => return Err(no_value(start, &name)),
                        Some('(') => {
                            self.groups.push(true);
                            let open = self.at;
                            self.at += 1;
                            self.push(open, Piece::Open);
                        }
                        Some(_) => self.value()?,
                    }
                }
                None => self.value()?,
            },
        }
        Ok(true)
    }

    /// The name before a colon, when one begins here.
    fn field_name(&self) -> Option<String> {
        let rest = self.chars.get(self.at..)?;
        if !rest.first()?.is_ascii_alphabetic() {
            return None;
        }
        let length = rest.iter().position(|c| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-')))?;
        (rest.get(length) == Some(&':')).then(|| rest.iter().take(length).collect())
    }

    fn value(&mut self) -> Result<(), QueryError> {
        let start = self.at;
        match self.peek(0) {
            Some('=') if self.peek(1) == Some('"') => {
                self.at += 1;
                self.phrase(start)
            }
            Some('"') => self.phrase(start),
            Some('[' | '{') => self.range(start),
            _ => self.word(start),
        }
    }

    fn phrase(&mut self, start: usize) -> Result<(), QueryError> {
        let quote = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            match self.peek(0) {
                None => {
                    return Err(QueryError::new(
                        quote + 1,
                        "the quote is not closed",
                        "add a `\"`, or write `\\\"` for a quote in the text",
                    ));
                }
                Some('"') => break,
                Some('\\') if matches!(self.peek(1), Some('"' | '\\')) => {
                    text.extend(self.peek(1));
                    self.at += 2;
                }
                Some(c) => {
                    text.push(c);
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        let mut slop = 0;
        if self.peek(0) == Some('~') {
            let mark = self.at;
            self.at += 1;
            let digits: String = self.chars.iter().skip(self.at).take_while(|c| c.is_ascii_digit()).take(4).collect();
            self.at += digits.len();
            slop = digits.parse().ok().filter(|slop| *slop <= MAX_SLOP).ok_or_else(|| {
                QueryError::new(
                    mark + 1,
                    "`~` needs a number of words",
                    format!("write `~2` to allow two other words between, at most {MAX_SLOP}"),
                )
            })?;
        }
        if self.peek(0).is_some_and(|c| !c.is_whitespace() && c != ')') {
            return Err(QueryError::new(self.at + 1, "something sticks to the phrase", "put a space after the closing quote"));
        }
        self.push(start, Piece::Phrase { text, slop });
        Ok(())
    }

    fn range(&mut self, start: usize) -> Result<(), QueryError> {
        let bad = || {
            QueryError::new(
                start + 1,
                "this range cannot be read",
                "write `[100 TO 500]`, with `*` for an open end; to search for brackets, use quotes",
            )
        };
        let with_low = self.peek(0) == Some('[');
        self.at += 1;
        let inner = self.chars.get(self.at..).unwrap_or_default();
        let length = inner.iter().take(200).position(|c| matches!(c, ']' | '}')).ok_or_else(bad)?;
        let with_high = inner.get(length) == Some(&']');
        let inner: String = inner.iter().take(length).collect();
        self.at += length + 1;
        let (low, high) = inner.split_once(" TO ").ok_or_else(bad)?;
        let (low, high) = (low.trim().to_owned(), high.trim().to_owned());
        if low.is_empty() || high.is_empty() {
            return Err(bad());
        }
        self.push(start, Piece::Range { low, high, with_low, with_high });
        Ok(())
    }

    fn word(&mut self, start: usize) -> Result<(), QueryError> {
        let exact = self.peek(0) == Some('=');
        self.at += usize::from(exact);
        let mut text = String::new();
        let mut star = None;
        let mut escaped = false;
        while let Some(c) = self.peek(0) {
            if c.is_whitespace() || matches!(c, '(' | ')' | '"') {
                break;
            }
            if let Some(star) = star {
                return Err(QueryError::new(star + 1, "`*` stands only at the end of a word", "write `\\*` for a star in the text"));
            }
            match c {
                '\\' if self.peek(1).is_some_and(|next| !next.is_alphanumeric()) => {
                    text.extend(self.peek(1));
                    self.at += 1;
                    escaped = true;
                }
                '*' => star = Some(self.at),
                other => text.push(other),
            }
            self.at += 1;
        }
        let piece = match text.as_str() {
            _ if exact || escaped || star.is_some() => Piece::Word { text, exact, prefix: star.is_some() },
            "AND" => Piece::And,
            "OR" => Piece::Or,
            "NOT" => Piece::Not,
            _ => Piece::Word { text, exact, prefix: false },
        };
        if self.at == start {
            self.at += 1;
        }
        self.push(start, piece);
        Ok(())
    }
}

fn no_value(start: usize, name: &str) -> QueryError {
    QueryError::new(start + 1, format!("`{name}:` has no value"), "write the value right after the colon, without a space")
}
