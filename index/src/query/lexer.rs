//! Query text to lexemes, one pass, nothing nested.

use super::error::QueryError;
use super::pattern::Sign;

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
    /// A word.
    Word(Word),
    /// `"..."`, perhaps `~N`, perhaps `@disguised`.
    Phrase {
        text: String,
        slop: u32,
        disguised: bool,
    },
    /// `^N` behind a value or a parenthesis.
    Boost(f32),
    /// `[low TO high]`; braces leave the end out.
    Range {
        low: String,
        high: String,
        with_low: bool,
        with_high: bool,
    },
}

/// A word as written.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Word {
    /// Without the signs that mean something to the query, but with `?`.
    pub(super) text: String,
    /// After `=`.
    pub(super) exact: bool,
    /// Before the only `*`.
    pub(super) prefix: bool,
    /// The word with what is open in it, where a `*` stands elsewhere or a `?` anywhere.
    pub(super) signs: Option<Vec<Sign>>,
    /// Whether a `*` stands elsewhere than at the end.
    pub(super) starred: bool,
    /// Letters that may be wrong, after `~`.
    pub(super) edits: u8,
    /// Before `@disguised`.
    pub(super) disguised: bool,
}

/// A piece and where it begins, characters from 1.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lexeme {
    pub(super) column: usize,
    pub(super) piece: Piece,
}

/// What asks for a word in its disguises, too.
const DISGUISED: &str = "@disguised";
/// Most letters that may be wrong in a word.
const MAX_EDITS: u8 = 2;

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
                self.boost()?;
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
                self.phrase(start)?;
            }
            Some('"') => self.phrase(start)?,
            Some('[' | '{') => self.range(start)?,
            _ => return self.word(start),
        }
        self.boost()?;
        if self.ends(0) {
            return Ok(());
        }
        Err(QueryError::new(self.at + 1, "something sticks to this value", "put a space behind it"))
    }

    /// Whether a value ends here.
    fn ends(&self, ahead: usize) -> bool {
        self.peek(ahead).is_none_or(|c| c.is_whitespace() || c == ')')
    }

    /// `^N` at the end of a value.
    fn boost(&mut self) -> Result<(), QueryError> {
        let start = self.at;
        let digits: String = self.chars.iter().skip(start + 1).take(8).take_while(|c| c.is_ascii_digit() || **c == '.').collect();
        if self.peek(0) != Some('^') || digits.is_empty() || !self.ends(1 + digits.len()) {
            return Ok(());
        }
        let times = digits.parse().ok().filter(|times| (0.1..=10.0).contains(times)).ok_or_else(|| {
            QueryError::new(start + 1, format!("`^{digits}` is no weight"), "write a number from 0.1 to 10 behind `^`, such as `^3`")
        })?;
        self.at += 1 + digits.len();
        self.push(start, Piece::Boost(times));
        Ok(())
    }

    /// Passes over `@disguised` at the end of a value.
    fn disguised(&mut self) -> bool {
        let length = DISGUISED.chars().count();
        let here = DISGUISED.chars().enumerate().all(|(ahead, c)| self.peek(ahead) == Some(c));
        let found = here && (self.ends(length) || self.peek(length) == Some('^'));
        self.at += if found { length } else { 0 };
        found
    }

    /// `~` or `~N` at the end of a word: letters that may be wrong.
    fn edits(&mut self) -> Result<Option<u8>, QueryError> {
        let digits: String = self.chars.iter().skip(self.at + 1).take(4).take_while(|c| c.is_ascii_digit()).collect();
        let behind = 1 + digits.len();
        if self.peek(0) != Some('~') || !(self.ends(behind) || matches!(self.peek(behind), Some('^' | '@'))) {
            return Ok(None);
        }
        let edits = if digits.is_empty() { Some(1) } else { digits.parse().ok() };
        let edits = edits.filter(|edits| (1..=MAX_EDITS).contains(edits)).ok_or_else(|| {
            let hint = format!("write `~1` or `~{MAX_EDITS}`; to allow words between others, write `\"two words\"~{digits}`");
            QueryError::new(self.at + 1, format!("`~{digits}` is not a number of letters that may be wrong"), hint)
        })?;
        self.at += behind;
        Ok(Some(edits))
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
        let disguised = self.disguised();
        self.push(start, Piece::Phrase { text, slop, disguised });
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
        let mut word = Word { exact: self.peek(0) == Some('='), ..Word::default() };
        self.at += usize::from(word.exact);
        let (mut signs, mut escaped) = (Vec::new(), false);
        while let Some(c) = self.peek(0) {
            if c.is_whitespace() || matches!(c, '(' | ')' | '"') {
                break;
            }
            if !word.text.is_empty() || !signs.is_empty() {
                if let Some(edits) = self.edits()? {
                    word.edits = edits;
                    continue;
                }
                if c == '@' && self.disguised() {
                    word.disguised = true;
                    continue;
                }
                let boost = self.lexemes.len();
                if c == '^' {
                    self.boost()?;
                }
                if self.lexemes.len() > boost {
                    break;
                }
            }
            match c {
                '\\' if self.peek(1).is_some_and(|next| !next.is_alphanumeric()) => {
                    signs.extend(self.peek(1).map(Sign::Plain));
                    word.text.extend(self.peek(1));
                    self.at += 1;
                    escaped = true;
                }
                '*' => signs.push(Sign::Any),
                other => {
                    signs.push(if other == '?' { Sign::One } else { Sign::Plain(other) });
                    word.text.push(other);
                }
            }
            self.at += 1;
        }
        let plain = signs.iter().take_while(|sign| **sign != Sign::Any).count();
        word.prefix = plain + 1 == signs.len();
        word.starred = plain + 1 < signs.len();
        let marked = word.starred || signs.contains(&Sign::One);
        let open = word.prefix || marked;
        if open && word.edits > 0 {
            let hint = "leave out one of the two";
            return Err(QueryError::new(start + 1, "a word cannot have open parts and letters that may be wrong", hint));
        }
        word.signs = marked.then_some(signs);
        let bare = !(word.exact || escaped || open || word.disguised || word.edits > 0);
        let piece = match word.text.as_str() {
            "AND" if bare => Piece::And,
            "OR" if bare => Piece::Or,
            "NOT" if bare => Piece::Not,
            _ => Piece::Word(word),
        };
        if self.at == start {
            self.at += 1;
        }
        // A weight was read before the word that it belongs to was complete.
        let boost = self.lexemes.pop_if(|last| last.column > start + 1 && matches!(last.piece, Piece::Boost(_)));
        self.push(start, piece);
        self.lexemes.extend(boost);
        Ok(())
    }
}

fn no_value(start: usize, name: &str) -> QueryError {
    QueryError::new(start + 1, format!("`{name}:` has no value"), "write the value right after the colon, without a space")
}
