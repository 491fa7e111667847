//! The value that belongs to words which a profile names: behind them on their line, in the next cell, or in the column below.

use super::outline::{Break, Facts, Outline, join};
use crate::html::{NodeId, fold};

/// Bytes of a value.
const MAX_VALUE: usize = 2_000;
/// Elements that are looked through for rows.
const MAX_ELEMENTS: usize = 20_000;

/// The value of these words within an element, on one line, with the text node where it begins.
pub fn value(outline: &Outline<'_>, scope: usize, words: &str) -> Option<(String, NodeId)> {
    let words = bare(words);
    let facts = outline.elements.get(scope)?;
    let runs = facts.first_run..facts.last_run;
    let inside = runs.clone().find_map(|at| behind(outline, at, runs.end, &words));
    inside.or_else(|| below(outline, scope, &words))
}

/// Lower case, white space folded, without the colon at the end.
fn bare(words: &str) -> String {
    fold(words).trim_end_matches([':', '：', ' ']).to_lowercase()
}

fn behind(outline: &Outline<'_>, at: usize, end: usize, words: &str) -> Option<(String, NodeId)> {
    let run = outline.runs.get(at)?;
    let value = |text: &str, node| {
        let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：'));
        (!text.is_empty()).then(|| (text.to_owned(), node))
    };
    if bare(&run.text) != words {
        // Words and value in one run: only a colon parts them surely.
        let (head, tail) = run.text.split_once([':', '：'])?;
        return (bare(head) == words).then(|| value(tail, run.node)).flatten();
    }
    let next = outline.runs.get(at + 1).filter(|_| at + 1 < end)?;
    // The words fill this element; what stands beside it is the value, and nothing is where that is empty.
    let label = outline.ancestors(run.element).take_while(|(_, f)| f.first_run == at && f.last_run == at + 1).last();
    let beside = label.and_then(|(own, facts)| {
        let beside = outline.elements.get(outline.elements.get(own)?.end)?;
        (beside.parent == facts.parent && beside.first_run == at + 1 && beside.element().name() != "br").then_some(beside)
    });
    // Heads of columns stand side by side, and none is the value of another.
    let is_head = |facts: &Facts<'_>| facts.name == "th";
    if beside.is_some_and(is_head) && label.is_some_and(|(_, facts)| is_head(facts)) {
        return None;
    }
    let around = label.map_or(run.element, |(_, facts)| facts.parent);
    let last = match beside {
        Some(facts) => facts.last_run.min(end),
        None if !outline.holds(around, next.element) => return None,
        // Else the rest of the line.
        None => at + 2 + outline.runs.get(at + 2..end).unwrap_or(&[]).iter().take_while(|run| run.before < Break::Cell).count(),
    };
    value(&join(outline.runs.get(at + 1..last)?, MAX_VALUE), next.node)
}

/// The cell in the column that these words head: of the row that the scope is or lies in, else of the first row below them.
fn below(outline: &Outline<'_>, scope: usize, words: &str) -> Option<(String, NodeId)> {
    let table = |at: usize| outline.ancestors(at).take(6).find(|(_, facts)| facts.name == "table").map(|(at, _)| at);
    let rows = |within: usize| outline.inside(within).take(MAX_ELEMENTS).filter(|at| name(outline, *at) == "tr");
    let column = |head: usize| cells(outline, head).position(|cell| bare(&outline.text_of(cell, 200)) == words);
    let own =
        outline.inside(scope).take(50).find(|at| name(outline, *at) == "tr").filter(|row| table(*row).is_some_and(|table| table < scope));
    let (head, row) = match own {
        Some(row) => (rows(table(row)?).next()?, row),
        None => {
            let head = rows(scope).find(|row| column(*row).is_some())?;
            (head, rows(table(head)?).find(|row| *row > head)?)
        }
    };
    let cell = cells(outline, row).nth(column(head)?).filter(|_| row != head)?;
    let node = outline.runs_of(cell).first()?.node;
    Some((outline.text_of(cell, MAX_VALUE), node))
}

fn name<'o>(outline: &'o Outline<'_>, at: usize) -> &'o str {
    outline.elements.get(at).map_or("", |facts| facts.name)
}

/// The cells of a row, one as often as it is wide.
fn cells<'o>(outline: &'o Outline<'_>, row: usize) -> impl Iterator<Item = usize> + 'o {
    let own = move |at: &usize| outline.elements.get(*at).is_some_and(|facts| facts.parent == row && matches!(facts.name, "td" | "th"));
    outline.inside(row).take(2_000).filter(own).flat_map(|at| {
        let span = outline.elements.get(at).and_then(|facts| crate::html::attr(facts.element(), "colspan"));
        std::iter::repeat_n(at, span.and_then(|span| span.parse().ok()).unwrap_or(1).clamp(1, 16))
    })
}
