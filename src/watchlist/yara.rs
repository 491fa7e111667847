//! Rules of YARA whose texts are plain: their condition becomes the question.

use anyhow::Result;

use super::WatchList;
use super::phrase::{phrase, says_anything};
use super::yara_condition::{Condition, refused};
use super::yara_lexer::{Lexer, Token};

/// Most texts of one rule.
const MOST_TEXTS: usize = 1_000;

pub(super) fn read(text: &str, list: &mut WatchList) -> Result<()> {
    list.notes.push(
        "texts are looked for as words, in any case: a word within a longer one is not found, and signs between words do not count"
            .to_owned(),
    );
    let mut lexer = Lexer::new(text);
    let mut private = false;
    loop {
        let line = lexer.line();
        match lexer.next() {
            Token::End => return Ok(()),
            Token::Word(word) if matches!(word.as_str(), "import" | "include") => {
                lexer.next();
            }
            Token::Word(word) if word == "global" => {}
            Token::Word(word) if word == "private" => private = true,
            Token::Word(word) if word == "rule" => {
                let Token::Word(name) = lexer.next() else {
                    list.refuse(&format!("line {line}"), "a rule without a name");
                    continue;
                };
                let at = format!("rule {}", super::cut(&name, 128));
                let read = rule(&mut lexer);
                // The rest of a rule that was given up.
                while read.is_err() && lexer.depth > 0 && !matches!(lexer.next(), Token::End) {}
                match read {
                    Ok(_) if private => list.refuse(&at, "it is private: only other rules use it"),
                    Ok(query) => list.take(&at, &name, query)?,
                    Err(reason) => list.refuse(&at, &reason),
                }
                (private, lexer.depth) = (false, 0);
            }
            token => {
                let reason = if let Token::Bad(why) = token { why } else { "no rule begins here" };
                list.refuse(&format!("line {}", lexer.line()), reason);
                while !matches!(lexer.peek(), Token::End) && !matches!(lexer.peek(), Token::Word(word) if begins(word)) {
                    lexer.next();
                }
                lexer.depth = 0;
            }
        }
    }
}

fn begins(word: &str) -> bool {
    matches!(word, "rule" | "private" | "global" | "import" | "include")
}

/// A rule behind its name, as a question.
fn rule(lexer: &mut Lexer<'_>) -> Result<String, String> {
    if lexer.sign(':') {
        while let Token::Word(_) = lexer.peek() {
            lexer.next();
        }
    }
    if !lexer.sign('{') {
        return Err("`{` is missing behind its name".to_owned());
    }
    let mut found = Vec::new();
    loop {
        let section = match lexer.next() {
            Token::Word(word) => word,
            Token::Sign('}') => return Err("it has no condition".to_owned()),
            Token::Bad(why) => return Err(why.to_owned()),
            Token::End => return Err("it is not closed".to_owned()),
            _ => return Err("a section is missing: meta, strings or condition".to_owned()),
        };
        if !lexer.sign(':') {
            return Err(format!("`:` is missing behind `{}`", super::cut(&section, 60)));
        }
        match section.as_str() {
            "meta" => meta(lexer)?,
            "strings" => found = texts(lexer)?,
            "condition" => {
                let query = Condition { lexer, texts: &found, built: 0 }.read(0)?;
                return match lexer.next() {
                    Token::Sign('}') => Ok(query),
                    token => Err(refused(&token)),
                };
            }
            other => return Err(format!("there is no section `{}`", super::cut(other, 60))),
        }
    }
}

/// Passes over what is told of a rule.
fn meta(lexer: &mut Lexer<'_>) -> Result<(), String> {
    while let Token::Word(word) = lexer.peek() {
        if matches!(word.as_str(), "strings" | "condition") {
            break;
        }
        lexer.next();
        let told = lexer.sign('=') && {
            lexer.sign('-');
            matches!(lexer.next(), Token::Text(_) | Token::Number(_) | Token::Word(_))
        };
        if !told {
            return Err("its meta section cannot be read".to_owned());
        }
    }
    Ok(())
}

/// Identifiers of texts with their questions.
fn texts(lexer: &mut Lexer<'_>) -> Result<Vec<(String, String)>, String> {
    let mut texts = Vec::new();
    while let Token::Id(_) = lexer.peek() {
        let Token::Id(id) = lexer.next() else { break };
        let short = super::cut(&id, 60).to_owned();
        if !lexer.sign('=') {
            return Err(format!("`=` is missing behind `{short}`"));
        }
        let bytes = match lexer.next() {
            Token::Text(bytes) => bytes,
            Token::Hex => return Err(format!("`{short}` is hexadecimal")),
            Token::Regex => return Err(format!("`{short}` is a regular expression")),
            Token::Bad(why) => return Err(why.to_owned()),
            _ => return Err(format!("`{short}` has no text")),
        };
        while let Token::Word(word) = lexer.peek() {
            match word.as_str() {
                "nocase" | "wide" | "ascii" | "fullword" | "private" => {}
                "xor" | "base64" | "base64wide" => return Err(format!("`{short}` is in disguise (`{word}`)")),
                _ => break,
            }
            lexer.next();
        }
        let text = String::from_utf8(bytes).map_err(|_| format!("`{short}` is no UTF-8"))?;
        if !says_anything(&text) {
            return Err(format!("`{short}` holds no letter or digit"));
        }
        if texts.len() >= MOST_TEXTS {
            return Err(format!("it has more than {MOST_TEXTS} texts"));
        }
        texts.push((id, phrase(&text)));
    }
    Ok(texts)
}
