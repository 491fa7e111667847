//! Lexemes to the tree: OR binds loosest, then AND (written or not), then NOT.

use super::asked::{self, Asked};
use super::ast::{Node, Test, What};
use super::error::QueryError;
use super::lexer::{Lexeme, Piece, Word, lex};
use super::{MAX_CLAUSES, MAX_DEPTH, MAX_QUERY_BYTES};
use crate::fields::{FIELDS, FieldSpec, TEXT, place_of};
use crate::fold::keyword;

pub(super) struct Parsed {
    pub(super) root: Node,
    pub(super) clauses: usize,
    pub(super) unwatchable: Option<QueryError>,
}

/// Gives the accounts of a persona as the field `account` holds them.
type Accounts<'a> = &'a dyn Fn(&str) -> Option<Vec<String>>;

pub(super) fn parse(text: &str, now: i64, accounts: Accounts<'_>) -> Result<Parsed, QueryError> {
    if text.len() > MAX_QUERY_BYTES {
        return Err(QueryError::new(1, format!("the query has {} bytes, more than {MAX_QUERY_BYTES}", text.len()), "split it"));
    }
    let lexemes = lex(text)?;
    if lexemes.is_empty() {
        return Err(QueryError::new(1, "the query is empty", "write `*` for all listings"));
    }
    let end = text.chars().count() + 1;
    let mut parser = Parser { lexemes: &lexemes, at: 0, end, now, accounts, clauses: 0, unwatchable: None };
    let root = parser.any_of(None, 0)?;
    match parser.peek() {
        None => Ok(Parsed { root, clauses: parser.clauses, unwatchable: parser.unwatchable }),
        Some(_) => Err(QueryError::new(parser.column(), "this parenthesis closes nothing", "remove it, or put it in quotes")),
    }
}

struct Parser<'a> {
    lexemes: &'a [Lexeme],
    at: usize,
    /// Column after the last character.
    end: usize,
    now: i64,
    accounts: Accounts<'a>,
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
        let mut node = self.single(field, depth)?;
        if let Some(&Piece::Boost(times)) = self.peek() {
            self.at += 1;
            node = Node::Boost(Box::new(node), times);
        }
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
            Piece::And | Piece::Or | Piece::Not | Piece::Boost(_) => Err(QueryError::new(
                column,
                "a word is missing before this operator",
                "add one, or put AND, OR, NOT in quotes to search for them",
            )),
            Piece::Word(word) if word.prefix && word.text.is_empty() => match field {
                None => Ok(Node::All),
                Some(field) => self.test(column, field, What::Present),
            },
            value => {
                let place = field.unwrap_or(TEXT);
                let Some(spec) = FIELDS.get(place) else { return Ok(Node::All) };
                if spec.name == "persona" {
                    return self.persona(column, value);
                }
                let Asked { what, unmasked } = asked::read(spec, column, value, self.now, &mut self.unwatchable)?;
                let test = self.test(column, place, what)?;
                let Some(words) = unmasked else { return Ok(test) };
                let unmasked = self.test(column, place_of("unmasked"), words)?;
                Ok(Node::Or(vec![test, unmasked]))
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
        // The value was just read, so the next lexeme begins behind it. Queries are far shorter than 2^32 characters.
        Ok(Node::Test(Test { field, what, columns: (column as u32, self.column() as u32) }))
    }

    /// The listings of all accounts of a persona.
    fn persona(&mut self, column: usize, value: &Piece) -> Result<Node, QueryError> {
        let (Piece::Word(Word { text, prefix: false, .. }) | Piece::Phrase { text, .. }) = value else {
            return Err(QueryError::new(column, "`persona:` takes one whole number", "`vigie show persona` lists them"));
        };
        let accounts = (self.accounts)(text)
            .ok_or_else(|| QueryError::new(column, format!("there is no persona `{text}`"), "`vigie show persona` lists them"))?;
        let place = place_of("account");
        let mut terms = Vec::with_capacity(accounts.len());
        for account in &accounts {
            let mut term = self.test(column, place, What::Term(keyword(account)))?;
            if let Node::Test(test) = &mut term {
                test.columns = (0, 0);
            }
            terms.push(term);
        }
        Ok(Node::Or(terms))
    }

    fn refuse(&mut self, column: usize, message: String, reason: &str) {
        self.unwatchable.get_or_insert_with(|| QueryError::new(column, message, reason));
    }
}

fn names(spec: &FieldSpec, name: &str) -> bool {
    std::iter::once(&spec.name).chain(spec.aliases).any(|known| known.eq_ignore_ascii_case(name))
}
