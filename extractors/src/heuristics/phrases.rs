//! Words on a page that say whether goods are there, how they are paid, and what stands in place of a price.

mod words;

use std::collections::HashSet;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use rustc_hash::FxBuildHasher;

use crate::html::prefix;
use words::{AVAILABILITY, ESCROW, PAYMENTS, PRICE_STATE};

/// Codes with the phrases that stand for them; a phrase that ends with `*` may go on, one without code stands for nothing.
type Table = &'static [(&'static str, &'static str)];

/// Finds the phrases of one table.
struct Phrases {
    finder: Option<AhoCorasick>,
    /// For each phrase its row in the table, and whether it may go on.
    rows: Vec<(usize, bool)>,
    table: Table,
}

impl Phrases {
    fn new(table: Table) -> Self {
        let all = || table.iter().enumerate().flat_map(|(row, (_, phrases))| phrases.split('|').map(move |phrase| (row, phrase)));
        let rows = all().map(|(row, phrase)| (row, phrase.ends_with('*'))).collect();
        Self { finder: AhoCorasick::new(all().map(|(_, phrase)| phrase.trim_end_matches('*'))).ok(), rows, table }
    }

    /// Codes in the order of the text; where phrases overlap the first counts, of those that begin together the longest.
    fn find(&self, text: &str) -> Vec<(usize, &'static str)> {
        let Some(finder) = &self.finder else { return Vec::new() };
        let mut hits: Vec<(usize, usize, usize)> = finder
            .find_overlapping_iter(text)
            .filter_map(|hit| {
                let (row, open) = *self.rows.get(hit.pattern().as_usize())?;
                let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
                let first = text.get(hit.range())?.chars().next();
                // Chinese and Japanese do not part words.
                let parted = first.is_some_and(|c| c >= '\u{2e80}');
                let before = letter(text.get(..hit.start())?.chars().next_back()) && letter(first);
                let after = letter(text.get(hit.end()..)?.chars().next()) && letter(text.get(hit.range())?.chars().next_back());
                (parted || (!before && (open || !after))).then_some((hit.start(), hit.end(), row))
            })
            .collect();
        hits.sort_by_key(|(start, end, _)| (*start, std::cmp::Reverse(*end)));
        let mut taken = 0;
        hits.retain(|(start, end, _)| {
            let free = *start >= taken;
            if free {
                taken = *end;
            }
            free
        });
        hits.into_iter().filter_map(|(start, _, row)| Some((start, self.table.get(row)?.0))).filter(|(_, code)| !code.is_empty()).collect()
    }

    /// The code that stands first in the table.
    fn first(&self, text: &str) -> Option<&'static str> {
        let found = self.find(text);
        self.table.iter().map(|(code, _)| *code).find(|code| found.iter().any(|(_, own)| own == code))
    }
}

/// Lower case, typographic apostrophes as plain ones, white space as blanks.
fn folded(text: &str, bytes: usize) -> String {
    let text = prefix(text, bytes);
    let mut out = String::with_capacity(text.len());
    for ch in text.chars() {
        match ch {
            ch if ch.is_ascii_graphic() => out.push(ch.to_ascii_lowercase()),
            '’' | '‘' => out.push('\''),
            'İ' => out.push('i'),
            ch if ch.is_whitespace() => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            ch => out.extend(ch.to_lowercase()),
        }
    }
    out
}

/// Bytes of the longest answer.
const LONGEST_ANSWER: usize = 24;

type Answers = LazyLock<HashSet<&'static str, FxBuildHasher>>;

static YES: Answers = LazyLock::new(|| words::YES.split('|').collect());
static NO: Answers = LazyLock::new(|| words::NO.split('|').collect());
static GIVEN: Answers = LazyLock::new(|| words::GIVEN.split('|').collect());

fn is_answer(text: &str, answers: &Answers) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '✓' | '✔' | '✗' | '✘' | '❌' | '✅'));
    text.len() <= LONGEST_ANSWER && answers.contains(text)
}

/// Availability code of words on a page; "not in stock" is not taken for "in stock", nor "sold by" for "sold".
pub fn availability(text: &str) -> Option<&'static str> {
    static PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(AVAILABILITY));
    let text = folded(text, 200);
    let found = PHRASES.find(&text);
    // "120 sold" counts sales, "0 in stock" is none.
    let number_before = |at: usize| {
        let head = text.get(..at).unwrap_or_default().trim_end();
        let digits = head.chars().rev().take_while(char::is_ascii_digit).count();
        (digits > 0).then(|| head.get(head.len() - digits..).unwrap_or_default().bytes().all(|b| b == b'0'))
    };
    let codes: Vec<&str> = found
        .into_iter()
        .filter_map(|(at, code)| match (code, number_before(at)) {
            ("sold", Some(_)) => None,
            ("in_stock", Some(true)) => Some("out_of_stock"),
            _ => Some(code),
        })
        .collect();
    let listed = AVAILABILITY.iter().map(|(code, _)| *code).find(|code| !code.is_empty() && codes.contains(code));
    listed.or_else(|| is_answer(&text, &YES).then_some("in_stock")).or_else(|| is_answer(&text, &NO).then_some("out_of_stock"))
}

/// Escrow code of the words for it, whatever else a text says.
fn kept_by(text: &str) -> Option<&'static str> {
    static PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(ESCROW));
    PHRASES.first(&folded(text, 400))
}

/// Escrow code of words on a page.
pub fn escrow(text: &str) -> Option<&'static str> {
    const OFFERED: &[&str] =
        &["full", "in full", "held", "offered", "enabled", "supported", "included", "required", "on", "active", "always", "mandatory"];
    const REFUSED: &[&str] =
        &["not offered", "not available", "not supported", "unavailable", "disabled", "off", "not used", "never", "not possible"];
    let listed = kept_by(text);
    let text = folded(text, 300);
    // "yes (auto-finalize in 14 days)", "not available, direct pay"
    let answer = text.split(['(', ',', ';', '.', '–']).next().unwrap_or("").trim();
    listed.or_else(|| (is_answer(answer, &YES) || OFFERED.contains(&answer)).then_some("escrow")).or_else(|| match answer {
        "fe" => Some("finalize_early"),
        answer => (is_answer(answer, &NO) || REFUSED.contains(&answer)).then_some("direct"),
    })
}

/// Escrow code of the value of a field that is called after one way to keep the money: "Multisig: no" tells nothing of the others.
pub fn escrow_in(name: &str, value: &str) -> Option<&'static str> {
    let own = kept_by(name).or_else(|| (name.trim().trim_end_matches(':').trim() == "FE").then_some("finalize_early"));
    match (own, escrow(value)) {
        (Some(way @ ("multisig" | "finalize_early")), Some("escrow")) => Some(way),
        (Some("multisig" | "finalize_early"), Some("direct")) => None,
        (_, told) => told,
    }
}

/// Escrow code of words that can mean nothing else, in a short text.
pub fn escrow_words(text: &str) -> Option<&'static str> {
    let text = text.trim();
    if text.len() > 80 || text.len() < 2 {
        return None;
    }
    // "FE" in capitals, as a word of its own.
    let early = text.contains("FE") && text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "FE");
    kept_by(text).or(early.then_some("finalize_early"))
}

/// Escrow code of a text that says nothing else, as on the badge of a card.
pub fn escrow_tag(text: &str) -> Option<&'static str> {
    const TAGS: &[&str] = &[
        "escrow",
        "treuhand",
        "multisig",
        "séquestre",
        "tiers de confiance",
        "finalize early",
        "finalise early",
        "depósito en garantía",
        "garanzia",
        "powiernik",
        "гарант",
        "эскроу",
        "ескроу",
        "emanet",
        "ضمان",
    ];
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(TAGS).ok());
    if text.split_whitespace().nth(3).is_some() {
        return None;
    }
    let lower = text.trim().to_lowercase();
    let tag = lower == "fe" || (lower.len() <= 40 && FINDER.as_ref().is_some_and(|finder| finder.is_match(&lower)));
    tag.then(|| escrow(&lower).unwrap_or("escrow"))
}

/// State of a price of which words stand in place of an amount.
pub fn price_words(value: &str) -> Option<String> {
    static PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(PRICE_STATE));
    let text = folded(value, 120);
    PHRASES.first(&text).or_else(|| is_answer(&text, &GIVEN).then_some("free")).map(str::to_owned)
}

/// Payment codes of words on a page, and what they say of escrow.
pub fn payments(text: &str, found: &mut Vec<String>, escrow_code: &mut Option<String>) {
    static PHRASES: LazyLock<Phrases> = LazyLock::new(|| Phrases::new(PAYMENTS));
    let hits = PHRASES.find(&folded(text, 400));
    for (code, _) in PAYMENTS {
        if hits.iter().any(|(_, own)| own == code) && !found.iter().any(|own| own == code) {
            found.push((*code).to_owned());
        }
    }
    if escrow_code.is_none() {
        *escrow_code = kept_by(text).map(str::to_owned);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_answer_is_longer_than_what_is_compared() {
        assert!([&YES, &NO, &GIVEN].into_iter().flat_map(|answers| answers.iter()).all(|word| word.len() <= LONGEST_ANSWER));
    }
}
