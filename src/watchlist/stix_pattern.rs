//! Patterns of STIX 2.1 (section 9 of the standard): comparisons joined by AND and OR, as a question of ours.

use std::iter::Peekable;
use std::vec::IntoIter;

use super::phrase::joined;
use super::stix_terms::Observable;

/// Longest pattern, bytes.
const MOST_BYTES: usize = 1 << 20;
/// Deepest nesting of parentheses.
const MOST_DEPTH: usize = 30;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A parenthesis, bracket, comma, or a sign that means nothing here.
    Sign(char),
    /// A keyword, an object path or a number.
    Word(String),
    /// `= != < > <= >= <>`
    Operator(String),
    Text(String),
    /// A literal of another type than text, such as `t'2026-01-01T00:00:00Z'`.
    Typed,
}

/// The question of a pattern, or why it cannot be asked.
pub(super) fn question(pattern: &str) -> Result<String, String> {
    if pattern.trim().is_empty() {
        return Err("it has no pattern".to_owned());
    }
    if pattern.len() > MOST_BYTES {
        return Err(format!("its pattern has {} bytes, more than {MOST_BYTES}", pattern.len()));
    }
    let mut parser = Parser { tokens: tokens(pattern)?.into_iter().peekable() };
    let query = parser.observations(0)?;
    match parser.tokens.next() {
        None => Ok(query),
        Some(token) => Err(unexpected(&token)),
    }
}

fn tokens(pattern: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = pattern;
    while let Some(c) = rest.trim_start().chars().next() {
        rest = rest.trim_start();
        let (token, length) = match c {
            '\'' => {
                let (text, length) = literal(rest)?;
                (Token::Text(text), length)
            }
            '=' | '!' | '<' | '>' => {
                let length = rest.chars().take(2).take_while(|c| matches!(c, '=' | '!' | '<' | '>')).count();
                (Token::Operator(rest.get(..length).unwrap_or_default().to_owned()), length)
            }
            c if c.is_ascii_alphanumeric() || c == '_' => {
                let length = word(rest)?;
                match rest.get(length..) {
                    Some(after) if after.starts_with('\'') && length == 1 => (Token::Typed, length + literal(after)?.1),
                    _ => (Token::Word(rest.get(..length).unwrap_or_default().to_owned()), length),
                }
            }
            c => (Token::Sign(c), c.len_utf8()),
        };
        tokens.push(token);
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(tokens)
}

/// The length of a word or object path; parts of it may be quoted, or be the place in a list.
fn word(text: &str) -> Result<usize, String> {
    let mut length = 0;
    loop {
        let rest = text.get(length..).unwrap_or_default();
        let part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '.');
        length += rest.find(|c| !part(c)).unwrap_or(rest.len());
        let (before, rest) = text.split_at_checked(length).unwrap_or_default();
        if rest.starts_with('\'') && before.ends_with(['.', ':']) {
            length += literal(rest)?.1;
        } else if let Some(index) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(index, _)| index)
            && (index == "*" || !index.is_empty() && index.len() < 8 && index.bytes().all(|b| b.is_ascii_digit()))
        {
            length += index.len() + 2;
        } else {
            return Ok(length);
        }
    }
}

/// A text in quotes and its length with them.
fn literal(text: &str) -> Result<(String, usize), String> {
    let mut out = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\\' if !escaped => escaped = true,
            '\'' if !escaped => return Ok((out, at + 1)),
            c => {
                out.push(c);
                escaped = false;
            }
        }
    }
    Err("a quote is not closed".to_owned())
}

fn unexpected(token: &Token) -> String {
    match token {
        Token::Word(word) if matches!(word.as_str(), "WITHIN" | "REPEATS" | "START") => {
            format!("{word}: a watch looks at one version of one listing, not at stretches of time")
        }
        Token::Word(word) if matches!(word.as_str(), "FOLLOWEDBY" | "AND") => {
            format!(
                "{word} between brackets asks for two observations, while a watch looks at one listing; within brackets AND can be said"
            )
        }
        Token::Word(word) | Token::Operator(word) => format!("`{}` is not expected there", super::cut(word, 60)),
        Token::Sign(sign) => format!("`{sign}` is not expected there"),
        Token::Text(_) | Token::Typed => "a value is not expected there".to_owned(),
    }
}

struct Parser {
    tokens: Peekable<IntoIter<Token>>,
}

impl Parser {
    fn is(&mut self, word: &str) -> bool {
        self.tokens.next_if(|token| matches!(token, Token::Word(found) if found == word)).is_some()
    }

    fn sign(&mut self, sign: char) -> bool {
        self.tokens.next_if(|token| *token == Token::Sign(sign)).is_some()
    }

    fn must(&mut self, sign: char) -> Result<(), String> {
        if self.sign(sign) { Ok(()) } else { Err(self.wrong(&format!("`{sign}` is missing"))) }
    }

    /// What is wrong at the next token.
    fn wrong(&mut self, missing: &str) -> String {
        self.tokens.peek().map_or_else(|| missing.to_owned(), unexpected)
    }

    /// `[...] OR [...]`
    fn observations(&mut self, depth: usize) -> Result<String, String> {
        let mut parts = vec![self.observation(depth)?];
        while self.is("OR") {
            parts.push(self.observation(depth)?);
        }
        Ok(joined(parts, " OR "))
    }

    fn observation(&mut self, depth: usize) -> Result<String, String> {
        deep(depth)?;
        if self.sign('(') {
            let inner = self.observations(depth + 1)?;
            self.must(')')?;
            return Ok(inner);
        }
        self.must('[')?;
        let inner = self.any(depth + 1)?;
        self.must(']')?;
        Ok(inner)
    }

    fn any(&mut self, depth: usize) -> Result<String, String> {
        let mut parts = vec![self.all(depth)?];
        while self.is("OR") {
            parts.push(self.all(depth)?);
        }
        Ok(joined(parts, " OR "))
    }

    fn all(&mut self, depth: usize) -> Result<String, String> {
        let mut parts = vec![self.comparison(depth)?];
        while self.is("AND") {
            parts.push(self.comparison(depth)?);
        }
        Ok(joined(parts, " AND "))
    }

    fn comparison(&mut self, depth: usize) -> Result<String, String> {
        deep(depth)?;
        if self.sign('(') {
            let inner = self.any(depth + 1)?;
            self.must(')')?;
            return Ok(inner);
        }
        let mut negative = self.is("NOT");
        if self.is("EXISTS") {
            return Err("EXISTS cannot be said".to_owned());
        }
        let Some(Token::Word(path)) = self.tokens.next_if(|token| matches!(token, Token::Word(_))) else {
            return Err(self.wrong("a comparison is missing"));
        };
        negative ^= self.is("NOT");
        let asked = match self.tokens.next() {
            Some(Token::Operator(sign)) if matches!(sign.as_str(), "=" | "==" | "!=" | "<>") => {
                negative ^= matches!(sign.as_str(), "!=" | "<>");
                Observable::of(&path)?.equals(&self.text()?)?
            }
            Some(Token::Word(word)) if word == "LIKE" => Observable::of(&path)?.like(&self.text()?)?,
            Some(Token::Word(word)) if word == "IN" => {
                let observable = Observable::of(&path)?;
                self.must('(')?;
                let mut values = vec![observable.equals(&self.text()?)?];
                while self.sign(',') {
                    values.push(observable.equals(&self.text()?)?);
                }
                self.must(')')?;
                joined(values, " OR ")
            }
            Some(Token::Word(word)) if matches!(word.as_str(), "MATCHES" | "ISSUBSET" | "ISSUPERSET") => {
                return Err(format!("{word} cannot be said; `=`, `IN` and `LIKE` can"));
            }
            Some(Token::Operator(sign)) => return Err(format!("`{sign}` cannot be said; `=`, `IN` and `LIKE` can")),
            Some(token) => return Err(unexpected(&token)),
            None => return Err("a value is missing".to_owned()),
        };
        Ok(if negative { format!("NOT {asked}") } else { asked })
    }

    fn text(&mut self) -> Result<String, String> {
        match self.tokens.next() {
            Some(Token::Text(text)) => Ok(text),
            Some(Token::Typed | Token::Word(_)) => Err("only texts can be compared".to_owned()),
            Some(token) => Err(unexpected(&token)),
            None => Err("a value is missing".to_owned()),
        }
    }
}

fn deep(depth: usize) -> Result<(), String> {
    if depth > MOST_DEPTH { Err(format!("more than {MOST_DEPTH} parentheses are nested")) } else { Ok(()) }
}
