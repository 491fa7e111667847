//! Who began a thread that a list shows: named under its title, or behind a word such as "by".

use std::ops::Range;

use crate::heuristics::fields;
use crate::heuristics::outline::{Break, Facts, Outline, Run};
use crate::heuristics::reader::Reader;

/// Words before the name of who began a thread.
const BY: &[&str] = &[
    "by",
    "started by",
    "written by",
    "geschrieben von",
    "verfasst von",
    "erstellt von",
    "écrit par",
    "posté par",
    "publié par",
    "escrito por",
    "publicado por",
    "scritto da",
    "inviato da",
    "geplaatst door",
    "napisał",
    "написал",
    "написал(а)",
    "posted by",
    "von",
    "par",
    "por",
    "iniciado por",
    "di",
    "da",
    "door",
    "przez",
    "от",
    "автор",
    "від",
    "yazan",
    "başlatan",
    "بواسطة",
    "كتبه",
];

/// A text that may be the name of an account, and no field's.
pub(super) fn plain(text: &str) -> Option<String> {
    let name = fields::vendor_name(text);
    let known = crate::heuristics::labels::label(&name).is_some() || crate::heuristics::labels::split(&name).is_some();
    let word = name.chars().any(char::is_alphabetic) && (2..=32).contains(&name.chars().count()) && name.split_whitespace().count() <= 3;
    (word && !known && !name.ends_with(':') && !name.starts_with(['(', '['])).then_some(name)
}

/// What follows a word such as "by" at the beginning of a text.
pub(in crate::heuristics) fn without_by(text: &str) -> Option<&str> {
    let lower = text.to_lowercase();
    let lead = BY.iter().filter(|lead| lower.starts_with(**lead)).max_by_key(|lead| lead.len())?;
    let rest = text.get(lead.len()..).filter(|rest| rest.is_empty() || rest.starts_with([' ', ':', '\u{a0}']))?;
    Some(rest.trim_start_matches([' ', ':', '\u{a0}']))
}

/// The name behind a word such as "by", in a run or in the one after it.
pub(super) fn by_in(outline: &Outline<'_>, at: usize, run: &Run) -> Option<(usize, String)> {
    let rest = without_by(&run.text)?.split([',', '»', '|', '·']).next()?.trim();
    if !rest.is_empty() {
        return plain(rest).map(|name| (run.element, name));
    }
    let next = outline.runs.get(at + 1).filter(|next| next.before < Break::Line)?;
    plain(&next.text).map(|name| (next.element, name))
}

/// Who began a thread: the line under its title, in its cell; elsewhere in the row stands who wrote last.
pub fn starter(outline: &Outline<'_>, card: usize, titled: &Range<usize>) -> Option<(usize, String)> {
    let (cell, facts) = cell_of(outline, card, titled)?;
    let run = outline.runs.get(titled.end).filter(|run| titled.end < facts.last_run && run.before == Break::Line && cell >= card)?;
    let dated = run.text.bytes().any(|byte| byte.is_ascii_digit()) && run.text.split_whitespace().count() > 1;
    by_in(outline, titled.end, run).or_else(|| plain(&run.text).filter(|_| run.text.len() <= 40 && !dated).map(|name| (run.element, name)))
}

/// The box of a title that holds something below it.
fn cell_of<'o, 'a>(outline: &'o Outline<'a>, card: usize, titled: &Range<usize>) -> Option<(usize, &'o Facts<'a>)> {
    let title = outline.runs.get(titled.start)?;
    let holds = |f: &Facts<'_>| matches!(f.name, "td" | "li" | "dt" | "div") && f.last_run > titled.end;
    outline.ancestors(title.element).take_while(|(at, _)| *at >= card).find(|(_, f)| holds(f))
}

/// Whether a name stands beside a date in a cell other than the title's: who wrote last in a thread.
pub fn wrote_last(outline: &Outline<'_>, card: usize, titled: &Range<usize>, at: usize, reader: &Reader<'_>) -> bool {
    let own = outline.runs.get(titled.start).is_some_and(|title| {
        outline.ancestors(title.element).take_while(|(up, _)| *up > card).any(|(up, f)| outline.holds(up, at) && f.name != "tr")
    });
    let cell = outline.ancestors(at).skip(1).take_while(|(up, _)| *up > card).find(|(_, f)| f.text > 8);
    !own && cell.is_some_and(|(up, _)| outline.runs_of(up).iter().take(8).any(|run| crate::heuristics::post::is_date(&run.text, reader)))
}
