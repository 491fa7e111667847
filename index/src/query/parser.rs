//! Lexemes to the tree: OR binds loosest, then AND (written or not), then NOT.

use super::ast::{Node, Test, What};
use super::error::QueryError;
use super::lexer::{Lexeme, Piece, lex};
use super::value::{fraction, money, time};
use super::{MAX_CLAUSES, MAX_DEPTH, MAX_QUERY_BYTES};
use crate::analysis::{Analysis, analyse};
use crate::fields::{FIELDS, FieldSpec, Kind, TEXT};
use crate::fold::{hexadecimal, keyword};

pub(super) struct Parsed {
    pub(super) root: Node,
    pub(super) unwatchable: Option<QueryError>,
}

pub(super) fn parse(text: &str, now: i64) -> Result<Parsed, QueryError> {
    if text.len() > MAX_QUERY_BYTES {
        return Err(QueryError::new(1, format!("the query has {} bytes, more than {MAX_QUERY_BYTES}", text.len()), "split it"));
    }
    let lexemes = lex(text)?;
    if lexemes.is_empty() {
        return Err(QueryError::new(1, "the query is empty", "write `*` for all listings"));
    }
    let end = text.chars().count() + 1;
    let mut parser = Parser { lexemes: &lexemes, at: 0, end, now, clauses: 0, unwatchable: None };
    let root = parser.any_of(None, 0)?;
    match parser.peek() {
        None => Ok(Parsed { root, unwatchable: parser.unwatchable }),
        Some(_) => Err(QueryError::new(parser.column(), "this parenthesis closes nothing", "remove it, or put it in quotes")),
    }
}

struct Parser<'a> {
    lexemes: &'a [Lexeme],
    at: usize,
    /// Column after the last character.
    end: usize,
    now: i64,
    clauses: usize,
    unwatchable: Option<QueryError>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Piece> {
        self.lexemes.get(self.at).map(|lexeme| &lexeme.piece)
    }

    fn column(&self) -> usize {
        self.lexemes.get(self.at).map_or(self.end, |lexeme| lexeme.column)
    }

    /// `a b OR c`; `field` is the one whose parenthesis we are in.
    fn any_of(&mut self, field: Option<usize>, depth: usize) -> Result<Node, QueryError> {
        let mut nodes = vec![self.all_of(field, depth)?];
        while self.peek() == Some(&Piece::Or) {
            self.at += 1;
            nodes.push(self.all_of(field, depth)?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::Or(nodes) })
    }

    fn all_of(&mut self, field: Option<usize>, depth: usize) -> Result<Node, QueryError> {
        let mut nodes = vec![self.negated(field, depth)?];
        loop {
            match self.peek() {
                None | Some(Piece::Or | Piece::Close) => break,
                Some(Piece::And) => self.at += 1,
                Some(_) => {}
            }
            nodes.push(self.negated(field, depth)?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::And(nodes) })
    }

    fn negated(&mut self, field: Option<usize>, depth: usize) -> Result<Node, QueryError> {
        let mut negative = false;
        while self.peek() == Some(&Piece::Not) {
            negative = !negative;
            self.at += 1;
        }
        let node = self.single(field, depth)?;
        Ok(if negative { Node::Not(Box::new(node)) } else { node })
    }

    fn single(&mut self, field: Option<usize>, depth: usize) -> Result<Node, QueryError> {
        let column = self.column();
        let Some(piece) = self.peek() else {
            return Err(QueryError::new(
                column,
                "the query ends where a word is expected",
                "add a word, or put AND, OR, NOT in quotes to search for them",
            ));
        };
        self.at += 1;
        match piece {
            Piece::Open if depth >= MAX_DEPTH => {
                Err(QueryError::new(column, format!("more than {MAX_DEPTH} parentheses are nested"), "write it flatter"))
            }
            Piece::Open => {
                let node = self.any_of(field, depth + 1)?;
                if self.peek() != Some(&Piece::Close) {
                    return Err(QueryError::new(column, "this parenthesis is not closed", "add `)`, or put it in quotes"));
                }
                self.at += 1;
                Ok(node)
            }
            Piece::Field(name) => {
                let field = FIELDS.iter().position(|spec| names(spec, name)).ok_or_else(|| QueryError::unknown_field(column, name))?;
                if let Some((spec, reason)) = FIELDS.get(field).and_then(|spec| Some((spec, spec.unwatchable?))) {
                    self.refuse(column, format!("`{}:` cannot be watched", spec.name), reason);
                }
                self.single(Some(field), depth)
            }
            Piece::Close => Err(QueryError::new(column, "a word is missing before this parenthesis", "add one, or remove the parentheses")),
            Piece::And | Piece::Or | Piece::Not => Err(QueryError::new(
                column,
                "a word is missing before this operator",
                "add one, or put AND, OR, NOT in quotes to search for them",
            )),
            Piece::Word { text, prefix: true, .. } if text.is_empty() => match field {
                None => Ok(Node::All),
                Some(field) => self.test(column, field, What::Present),
            },
            value => {
                let place = field.unwrap_or(TEXT);
                let Some(spec) = FIELDS.get(place) else { return Ok(Node::All) };
                let what = match spec.kind {
                    Kind::Text(_) | Kind::AllText => self.words(column, value, true)?,
                    Kind::Words(_) => self.words(column, value, false)?,
                    Kind::Keyword(_) | Kind::Hexadecimal(_) | Kind::Hierarchy(_) => self.term(column, spec, value)?,
                    Kind::Money(_) | Kind::Score(_) | Kind::Time(_) => self.number(column, spec, value)?,
                };
                self.test(column, place, what)
            }
        }
    }

    fn test(&mut self, column: usize, field: usize, what: What) -> Result<Node, QueryError> {
        self.clauses += match &what {
            What::Phrase { words, .. } | What::PhrasePrefix { words, .. } => words.len().max(1),
            _ => 1,
        };
        if self.clauses > MAX_CLAUSES {
            return Err(QueryError::new(column, format!("the query has more than {MAX_CLAUSES} words and values"), "split it"));
        }
        Ok(Node::Test(Test { field, what }))
    }

    fn refuse(&mut self, column: usize, message: String, reason: &str) {
        self.unwatchable.get_or_insert_with(|| QueryError::new(column, message, reason));
    }

    fn words(&self, column: usize, value: &Piece, stemmed: bool) -> Result<What, QueryError> {
        let (text, slop, exact, prefix) = match value {
            Piece::Word { text, exact, prefix } => (text, 0, *exact, *prefix),
            Piece::Phrase { text, slop } => (text, *slop, true, false),
            _ => {
                return Err(QueryError::new(
                    column,
                    "a range needs a number or a date",
                    "ranges go with price, risk, first_seen ...; to search for brackets, use quotes",
                ));
            }
        };
        let found = analyse(Analysis::Exact, text);
        let one_run = found.windows(2).all(|pair| matches!(pair, [a, b] if a.end == b.start));
        let ends_in_word = found.last().is_some_and(|last| last.end == text.len());
        let mut words: Vec<String> = found.into_iter().map(|word| word.text).collect();
        let Some(last) = words.last().cloned() else {
            return Err(nothing(column, text));
        };
        if prefix {
            if !ends_in_word {
                return Err(QueryError::new(column, "no letter or digit stands before `*`", "write the beginning of a word, then `*`"));
            }
            let whole = if one_run && words.len() > 1 { words.concat() } else { String::new() };
            words.pop();
            return Ok(What::PhrasePrefix { words, prefix: last, whole });
        }
        if stemmed && !exact && words.len() == 1 {
            let stem = |analysis| analyse(analysis, text).into_iter().next().map(|word| word.text);
            if let Some(stems) = Analysis::stems().map(stem).collect() {
                return Ok(What::Word { exact: last, stems });
            }
        }
        Ok(What::Phrase { words, slop })
    }

    fn term(&self, column: usize, spec: &FieldSpec, value: &Piece) -> Result<What, QueryError> {
        let (text, prefix) = match value {
            Piece::Word { text, prefix, .. } => (text, *prefix),
            Piece::Phrase { text, slop: 0 } => (text, false),
            Piece::Phrase { .. } => {
                return Err(QueryError::new(
                    column,
                    format!("`{}:` holds whole values, which have no words between", spec.name),
                    "leave out `~`",
                ));
            }
            _ => {
                return Err(QueryError::new(
                    column,
                    format!("`{}:` has no ranges", spec.name),
                    "ranges go with price, risk, first_seen ...",
                ));
            }
        };
        let (text, prefix) = match spec.kind {
            Kind::Hierarchy(_) if prefix && text.ends_with('.') => (text.trim_end_matches('.'), false),
            _ => (text.as_str(), prefix),
        };
        let term = if matches!(spec.kind, Kind::Hexadecimal(_)) { hexadecimal(text) } else { keyword(text) };
        if term.is_empty() {
            return Err(nothing(column, text));
        }
        Ok(if prefix { What::TermPrefix(term) } else { What::Term(term) })
    }

    fn number(&mut self, column: usize, spec: &FieldSpec, value: &Piece) -> Result<What, QueryError> {
        let (low, high) = match value {
            Piece::Range { low, high, with_low, with_high } => {
                ((low != "*").then_some((low.as_str(), *with_low)), (high != "*").then_some((high.as_str(), *with_high)))
            }
            Piece::Word { text, prefix: false, .. } | Piece::Phrase { text, slop: 0 } => match text.as_bytes() {
                [b'>', b'=', ..] => (Some((text.get(2..).unwrap_or_default(), true)), None),
                [b'<', b'=', ..] => (None, Some((text.get(2..).unwrap_or_default(), true))),
                [b'>', ..] => (Some((text.get(1..).unwrap_or_default(), false)), None),
                [b'<', ..] => (None, Some((text.get(1..).unwrap_or_default(), false))),
                _ => (Some((text.as_str(), true)), Some((text.as_str(), true))),
            },
            _ => {
                return Err(QueryError::new(
                    column,
                    format!("`{}:` takes whole values only", spec.name),
                    "write a number or a date, `>100`, or `[100 TO 500]`",
                ));
            }
        };
        Ok(match spec.kind {
            Kind::Money(_) => {
                let amount =
                    |text: &str| money(text).ok_or_else(|| bad_value(column, text, "an amount", "1234.50, without separators or currency"));
                // An open end excludes nothing: the two extreme amounts are those that do not fit into 64 bits.
                let low = low.map(|(text, with)| amount(text).map(|low| if with { low } else { low.saturating_add(1) })).transpose()?;
                let high =
                    high.map(|(text, with)| amount(text).map(|high| if with { high } else { high.saturating_sub(1) })).transpose()?;
                What::Whole { low: low.unwrap_or(i64::MIN), high: high.unwrap_or(i64::MAX) }
            }
            Kind::Score(_) => {
                let number =
                    |(text, with)| fraction(text).map(|number| (number, with)).ok_or_else(|| bad_value(column, text, "a number", "0.5"));
                What::Fraction { low: low.map(number).transpose()?, high: high.map(number).transpose()? }
            }
            _ => {
                let mut bounds = (i64::MIN, i64::MAX);
                for (end, is_low) in [(low, true), (high, false)] {
                    let Some((text, with)) = end else { continue };
                    let stretch = time(text, self.now).ok_or_else(|| {
                        bad_value(column, text, "a date", "2026-01-31, 2026-01, 2026, 2026-01-31T12:00:00Z or an age such as 7d, 24h")
                    })?;
                    if stretch.relative {
                        let reason = "what it matches would change from day to day; write a date such as 2026-01-31";
                        self.refuse(column, format!("`{}` is counted from the moment of asking and cannot be watched", cut(text)), reason);
                    }
                    match (is_low, with) {
                        (true, true) => bounds.0 = stretch.start,
                        (true, false) => bounds.0 = stretch.end,
                        (false, true) => bounds.1 = stretch.end.saturating_sub(1),
                        (false, false) => bounds.1 = stretch.start.saturating_sub(1),
                    }
                }
                What::Whole { low: bounds.0, high: bounds.1 }
            }
        })
    }
}

fn names(spec: &FieldSpec, name: &str) -> bool {
    std::iter::once(&spec.name).chain(spec.aliases).any(|known| known.eq_ignore_ascii_case(name))
}

fn cut(text: &str) -> String {
    text.chars().take(40).collect()
}

fn nothing(column: usize, text: &str) -> QueryError {
    QueryError::new(column, format!("`{}` holds no letter or digit", cut(text)), "write a word, or leave it out")
}

fn bad_value(column: usize, text: &str, what: &str, example: &str) -> QueryError {
    QueryError::new(column, format!("`{}` is not {what}", cut(text)), format!("write {example}"))
}
