//! Conditions of YARA: which of the texts must be found, as a question of ours.

use super::phrase::joined;
use super::yara_lexer::{Lexer, Token};

/// Deepest nesting of parentheses.
const MOST_DEPTH: usize = 30;
/// Texts in all combinations of `N of them` together, at most.
const MOST_COMBINED: u64 = 4_000;
/// Longest question that is put together, bytes, all its parts counted.
const MOST_BYTES: usize = 1 << 20;
/// Bytes that each mention of a text counts besides, as it is looked for among all.
const MENTION: usize = 16;

/// A condition as it is read.
pub(super) struct Condition<'l, 't> {
    pub(super) lexer: &'l mut Lexer<'t>,
    /// Identifiers with their questions.
    pub(super) texts: &'l [(String, String)],
    /// Bytes that were put together so far.
    pub(super) built: usize,
}

impl Condition<'_, '_> {
    /// Reads up to what no longer belongs to it.
    pub(super) fn read(&mut self, depth: usize) -> Result<String, String> {
        let mut parts = vec![self.all(depth)?];
        while self.lexer.word("or") {
            parts.push(self.all(depth)?);
        }
        Ok(joined(parts, " OR "))
    }

    fn all(&mut self, depth: usize) -> Result<String, String> {
        let mut parts = vec![self.one(depth)?];
        while self.lexer.word("and") {
            parts.push(self.one(depth)?);
        }
        Ok(joined(parts, " AND "))
    }

    fn one(&mut self, depth: usize) -> Result<String, String> {
        if depth > MOST_DEPTH {
            return Err(format!("its condition nests more than {MOST_DEPTH} parentheses"));
        }
        if self.lexer.word("not") {
            return Ok(format!("NOT {}", self.one(depth + 1)?));
        }
        if self.lexer.sign('(') {
            let inner = self.read(depth + 1)?;
            return if self.lexer.sign(')') { Ok(inner) } else { Err(refused(&self.lexer.next())) };
        }
        match self.lexer.next() {
            Token::Id(id) => {
                if let Token::Word(word) = self.lexer.peek()
                    && matches!(word.as_str(), "at" | "in")
                {
                    return Err(format!("its condition asks where a text stands (`{word}`)"));
                }
                self.built += MENTION;
                let found = self.texts.iter().find(|(known, _)| *known == id && id != "$").map(|(_, text)| text.clone());
                let text = found.ok_or_else(|| format!("its condition names `{}`, which is no text of it", super::cut(&id, 60)))?;
                self.build(text)
            }
            Token::Word(word) if matches!(word.as_str(), "any" | "all" | "none") && self.lexer.word("of") => {
                let texts = self.set()?;
                match word.as_str() {
                    "all" => self.build(joined(texts, " AND ")),
                    "any" => self.build(joined(texts, " OR ")),
                    _ => self.build(format!("NOT {}", joined(texts, " OR "))),
                }
            }
            Token::Number(count) if self.lexer.word("of") => {
                let texts = self.set()?;
                self.some(&texts, count)
            }
            Token::Number(_) if self.lexer.sign('%') => Err(refused(&Token::Sign('%'))),
            token => Err(refused(&token)),
        }
    }

    /// `them`, or `($a, $b*)`.
    fn set(&mut self) -> Result<Vec<String>, String> {
        let mut chosen: Vec<String> = Vec::new();
        if self.lexer.word("them") {
            self.choose("$*", &mut chosen)?;
        } else if self.lexer.sign('(') {
            loop {
                let id = match self.lexer.next() {
                    Token::Id(id) => id,
                    Token::Word(word) if word == "them" => "$*".to_owned(),
                    Token::Word(word) => return Err(format!("its condition asks for another rule, `{}`", super::cut(&word, 60))),
                    token => return Err(refused(&token)),
                };
                self.choose(&id, &mut chosen)?;
                match self.lexer.next() {
                    Token::Sign(',') => {}
                    Token::Sign(')') => break,
                    token => return Err(refused(&token)),
                }
            }
        } else {
            return Err(refused(&self.lexer.next()));
        }
        if chosen.is_empty() { Err("its condition asks for texts, and there are none".to_owned()) } else { Ok(chosen) }
    }

    /// At least so many of the texts: all combinations of that size.
    fn some(&mut self, texts: &[String], count: u64) -> Result<String, String> {
        let all = texts.len() as u64;
        if count == 0 || count > all {
            return Err(format!("its condition asks for {count} of {all} texts"));
        }
        if combinations(all, count).saturating_mul(count) > MOST_COMBINED {
            return Err(format!("{count} of {all} texts are too many combinations; at most {MOST_COMBINED} texts in all of them together"));
        }
        let mut places: Vec<usize> = (0..texts.len()).take(usize::try_from(count).unwrap_or(usize::MAX)).collect();
        let mut ways = Vec::new();
        loop {
            let way: Vec<String> = places.iter().filter_map(|place| texts.get(*place)).cloned().collect();
            ways.push(self.build(joined(way, " AND "))?);
            if !next_combination(&mut places, texts.len()) {
                return Ok(joined(ways, " OR "));
            }
        }
    }

    /// Counts what is put together, so that a short condition cannot make a question without end.
    fn build(&mut self, part: String) -> Result<String, String> {
        self.built = self.built.saturating_add(part.len());
        if self.built > MOST_BYTES { Err(format!("its question would have more than {MOST_BYTES} bytes")) } else { Ok(part) }
    }

    /// Adds the texts that an identifier names; `$a*` names all that begin so.
    fn choose(&mut self, id: &str, chosen: &mut Vec<String>) -> Result<(), String> {
        self.built += MENTION;
        for (known, text) in self.texts {
            if id.strip_suffix('*').map_or(known == id, |beginning| known.starts_with(beginning)) {
                chosen.push(self.build(text.clone())?);
            }
        }
        Ok(())
    }
}

/// How many ways there are to choose so many of all; as far as 64 bits carry.
fn combinations(all: u64, count: u64) -> u64 {
    let mut ways: u64 = 1;
    for n in 0..count.min(all - count) {
        ways = ways.saturating_mul(all - n) / (n + 1);
        if ways > MOST_COMBINED {
            return ways;
        }
    }
    ways
}

/// The next choice of places in order; false after the last one.
fn next_combination(places: &mut [usize], all: usize) -> bool {
    let count = places.len();
    let Some(at) = (0..count).rev().find(|at| places.get(*at).is_some_and(|place| *place < all - (count - at))) else { return false };
    let first = places.get(at).map_or(0, |place| place + 1);
    for (next, place) in (first..).zip(places.iter_mut().skip(at)) {
        *place = next;
    }
    true
}

/// Why a condition with this token cannot be said.
pub(super) fn refused(token: &Token) -> String {
    match token {
        Token::Measure('#') => "its condition counts how often a text is found".to_owned(),
        Token::Measure(_) => "its condition asks where a text stands, or how long it is".to_owned(),
        Token::Word(word) if matches!(word.as_str(), "filesize" | "entrypoint") => {
            format!("its condition asks for `{word}`; a listing is no file")
        }
        Token::Word(word) if word == "for" => "its condition has a loop (`for`)".to_owned(),
        Token::Word(word) if matches!(word.as_str(), "true" | "false") => format!("its condition says `{word}`, whatever the text"),
        Token::Word(word) => format!("its condition asks for `{}`, a module or another rule", super::cut(word, 60)),
        Token::Sign('%') => "its condition asks for a share of texts".to_owned(),
        Token::Sign('≡') => "its condition compares (`==`)".to_owned(),
        Token::Sign('}') => "its condition ends too early".to_owned(),
        Token::Sign(sign) => format!("its condition holds `{sign}`"),
        Token::Number(_) => "its condition compares numbers".to_owned(),
        Token::Id(_) | Token::Text(_) => "its condition cannot be read: `and` or `or` is missing".to_owned(),
        Token::Hex | Token::Regex => "its condition holds a pattern".to_owned(),
        Token::Bad(why) => (*why).to_owned(),
        Token::End => "it is not closed".to_owned(),
    }
}
