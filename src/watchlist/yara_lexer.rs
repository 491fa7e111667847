//! Rules of YARA to tokens, one at a time: a file may hold millions.

/// A piece of a rule file.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A keyword, or the name of a rule, module or member.
    Word(String),
    /// `$a`, `$a*`, or `$` alone.
    Id(String),
    /// `#a`, `@a` or `!a`: how often, where and how long a text was found.
    Measure(char),
    Text(Vec<u8>),
    /// A hexadecimal text.
    Hex,
    /// A regular expression.
    Regex,
    Number(u64),
    Sign(char),
    /// What cannot be read; nothing comes after it.
    Bad(&'static str),
    End,
}

/// Reads a file from its beginning.
pub(super) struct Lexer<'a> {
    text: &'a str,
    at: usize,
    line: u64,
    /// Braces that are open.
    pub(super) depth: u32,
    /// A hexadecimal text or a regular expression may follow.
    value: bool,
    peeked: Option<Token>,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1, depth: 0, value: false, peeked: None }
    }

    /// The line up to which was read, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    pub(super) fn peek(&mut self) -> &Token {
        if self.peeked.is_none() {
            self.peeked = Some(self.read());
        }
        self.peeked.as_ref().unwrap_or(&Token::End)
    }

    pub(super) fn next(&mut self) -> Token {
        let token = match self.peeked.take() {
            Some(token) => token,
            None => self.read(),
        };
        match token {
            Token::Sign('{') => self.depth += 1,
            Token::Sign('}') => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        token
    }

    /// Takes the next token if it is this sign.
    pub(super) fn sign(&mut self, sign: char) -> bool {
        let here = *self.peek() == Token::Sign(sign);
        if here {
            self.next();
        }
        here
    }

    /// Takes the next token if it is this word.
    pub(super) fn word(&mut self, word: &str) -> bool {
        let here = matches!(self.peek(), Token::Word(found) if found == word);
        if here {
            self.next();
        }
        here
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes on by so many bytes.
    fn pass(&mut self, bytes: usize) {
        let passed = self.rest().get(..bytes).unwrap_or_else(|| self.rest());
        self.line += passed.bytes().filter(|byte| *byte == b'\n').count() as u64;
        self.at += passed.len();
    }

    fn end(&mut self, why: &'static str) -> Token {
        self.pass(usize::MAX);
        Token::Bad(why)
    }

    fn read(&mut self) -> Token {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            self.pass(blank);
            let rest = self.rest();
            if rest.starts_with("//") {
                self.pass(rest.find('\n').unwrap_or(rest.len()));
            } else if rest.starts_with("/*") {
                match rest.find("*/") {
                    Some(end) => self.pass(end + 2),
                    None => return self.end("a comment is not closed"),
                }
            } else {
                break;
            }
        }
        let value = std::mem::take(&mut self.value);
        let rest = self.rest();
        let name = |from: usize| from + rest.bytes().skip(from).take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let Some(first) = rest.chars().next() else { return Token::End };
        let (token, length) = match first {
            '"' => return self.read_text(),
            '{' if value => match rest.find('}') {
                Some(end) => (Token::Hex, end + 1),
                None => return self.end("a hexadecimal text is not closed"),
            },
            '/' if value => match closing(rest) {
                Some(end) => (Token::Regex, end),
                None => return self.end("a regular expression is not closed"),
            },
            '$' => {
                let length = name(1);
                let length = length + usize::from(rest.get(length..).is_some_and(|rest| rest.starts_with('*')));
                (Token::Id(rest.get(..length).unwrap_or_default().to_owned()), length)
            }
            '#' | '@' => (Token::Measure(first), name(1)),
            '!' if rest.get(1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')) => {
                (Token::Measure(first), name(1))
            }
            c if c.is_ascii_digit() => {
                let length = name(0);
                let number = rest.get(..length).and_then(|digits| digits.parse().ok());
                (number.map_or_else(|| Token::Word(rest.get(..length).unwrap_or_default().to_owned()), Token::Number), length)
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let length = name(0);
                let word = rest.get(..length).unwrap_or_default();
                self.value = word == "matches";
                (Token::Word(word.to_owned()), length)
            }
            '=' if !rest.starts_with("==") => {
                self.value = true;
                (Token::Sign('='), 1)
            }
            // Two are the sign of a comparison, behind which no text follows.
            '=' => (Token::Sign('≡'), 2),
            c => (Token::Sign(c), c.len_utf8()),
        };
        self.pass(length);
        token
    }

    /// A text in quotes with its escapes.
    fn read_text(&mut self) -> Token {
        let mut bytes = Vec::new();
        let mut rest = self.rest().bytes().enumerate().skip(1);
        while let Some((at, byte)) = rest.next() {
            match byte {
                b'"' => {
                    self.pass(at + 1);
                    return Token::Text(bytes);
                }
                b'\n' => break,
                b'\\' => match rest.next() {
                    Some((_, b'n')) => bytes.push(b'\n'),
                    Some((_, b't')) => bytes.push(b'\t'),
                    Some((_, b'r')) => bytes.push(b'\r'),
                    Some((_, b'x')) => {
                        let digits = [rest.next(), rest.next()].map(|digit| digit.and_then(|(_, digit)| char::from(digit).to_digit(16)));
                        let [Some(high), Some(low)] = digits else { break };
                        // Two hexadecimal digits.
                        bytes.push((high * 16 + low) as u8);
                    }
                    Some((_, byte @ (b'"' | b'\\'))) => bytes.push(byte),
                    _ => break,
                },
                byte => bytes.push(byte),
            }
        }
        self.end("a text is not closed, or holds an escape that there is not")
    }
}

/// The length of a regular expression with its slashes and modifiers; it ends on its line.
fn closing(text: &str) -> Option<usize> {
    let (mut escaped, mut class) = (false, false);
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return None,
            '/' if !escaped && !class => {
                let modifiers = text.bytes().skip(at + 1).take_while(|byte| matches!(byte, b'i' | b's')).count();
                return Some(at + 1 + modifiers);
            }
            '[' if !escaped => class = true,
            ']' if !escaped => class = false,
            _ => {}
        }
        escaped = c == '\\' && !escaped;
    }
    None
}
