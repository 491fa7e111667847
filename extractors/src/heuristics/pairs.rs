//! Label and value pairs: `Label: value` lines, definition lists, two-column tables, columns under a header.

mod boxes;
mod placed;

use std::collections::HashMap;
use std::ops::Range;

use jiff::Timestamp;
use rustc_hash::FxBuildHasher;

use super::labels::{Label, begins, label, split};
use super::outline::{Break, Outline, Run, join_with_flags};
use crate::country::{only_places, parse_countries};
use crate::dates::parse_date;
use crate::html::attr;
use crate::provenance::{Anchor, Origin};

pub(super) use boxes::may_name;
pub(super) use placed::is_places;

/// Bytes of one value.
const MAX_VALUE: usize = 300;
/// Marks that part fields on one line.
pub(super) const SEPARATORS: &[char] = &['|', '•', '·', '‖'];

/// A field that the page names, with what stands there.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The field.
    pub label: Label,
    /// Its value on one line, never empty.
    pub value: String,
    /// Position of the element that holds the label.
    pub element: usize,
    /// Runs that hold the value.
    pub runs: Range<usize>,
    /// The run that holds the label.
    pub named: usize,
}

impl Pair {
    /// Where the value stands, by the words of its label.
    pub fn origin(&self, outline: &Outline<'_>) -> Origin {
        let line = outline.runs.get(self.named).map_or("", |run| run.text.as_str());
        // Several labels may share a line: "Vendor: a | Ships from: b".
        let own = |segment: &&str| split(segment).map(|(field, _, _)| field).or_else(|| label(segment)) == Some(self.label);
        let named = line.split(SEPARATORS).find(own).unwrap_or(line);
        let words = named.split([':', '：']).next().unwrap_or("");
        let anchor = outline.runs.get(self.runs.start).map_or(Anchor::Nowhere, |run| Anchor::Text(run.node));
        Origin { from: "label", place: crate::html::prefix(words, 48).trim().to_owned(), anchor, raw: self.value.clone() }
    }
}

/// All pairs of a page, in page order; `crypto` on pages of markets.
pub fn find(outline: &Outline<'_>, crypto: bool) -> Vec<Pair> {
    let page = Page::new(outline);
    let below = below(&page);
    let mut pairs = lines(&page, &below);
    pairs.extend(columns(outline));
    pairs.extend(counts(&page, &below));
    pairs.extend(siblings(&page));
    pairs.extend(below);
    pairs.extend(boxes::in_turn(&page));
    pairs.extend(boxes::under_heads(&page));
    pairs.extend(boxes::attributes(outline, crypto));
    pairs.extend(placed::find(&page, crypto));
    for pair in &mut pairs {
        // "From", over a place.
        if pair.label == Label::PriceFrom && pair.value.len() <= 60 && only_places(&pair.value) {
            pair.label = Label::ShipsFrom;
        }
    }
    pairs.sort_by_key(|pair| pair.runs.start);
    pairs
}

/// A page whose labels have been looked for.
struct Page<'o, 'a> {
    outline: &'o Outline<'a>,
    /// The field that each run names as a whole.
    labels: Vec<Option<Label>>,
}

impl<'o, 'a> Page<'o, 'a> {
    fn new(outline: &'o Outline<'a>) -> Self {
        Page { outline, labels: outline.runs.iter().map(|run| label(&run.text)).collect() }
    }

    fn label(&self, run: usize) -> Option<Label> {
        self.labels.get(run).copied().flatten()
    }
}

/// `below` holds the labels that name what stands before them.
fn lines(page: &Page<'_, '_>, below: &[Pair]) -> Vec<Pair> {
    let outline = page.outline;
    let mut pairs = Vec::new();
    for (at, run) in outline.runs.iter().enumerate() {
        if below.binary_search_by_key(&at, |pair| pair.named).is_ok() {
            continue;
        }
        // A colon in a run of its own belongs to the label before it.
        let next_is_colon = outline.runs.get(at + 1).is_some_and(|next| next.before == Break::Soft && next.text.starts_with([':', '：']));
        let mut segments = segments(&run.text).into_iter().peekable();
        while let Some(segment) = segments.next() {
            let is_last = segments.peek().is_none();
            let named = split(segment);
            let (field, start, has_colon) = match named {
                // "From: Austria" is no price.
                Some((Label::PriceFrom, _, value)) if only_places(value) => (Label::ShipsFrom, value, true),
                Some((field, _, value)) => (field, value, true),
                None if let Some((field, value)) = said(segment).or_else(|| pictured(segment)) => (field, value, true),
                None => match if segment.len() == run.text.len() { page.label(at) } else { label(segment) } {
                    Some(field) if is_last => (field, "", next_is_colon),
                    _ => continue,
                },
            };
            let follow = is_last.then_some(Follow { page, outline, label: at, has_colon });
            if start.is_empty() && follow.as_ref().is_none_or(|follow| !follow.may_have_value()) {
                continue;
            }
            let (value, runs) = match follow {
                Some(follow) => follow.value(start),
                None => (start.to_owned(), at..at + 1),
            };
            let value = value.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：' | '|' | '/' | '-' | ',')).to_owned();
            // Heads side by side name what stands below them.
            let headed = !has_colon && runs.len() == 1 && HEADS.contains(&field) && page.label(runs.start).is_some_and(|own| own != field);
            if !value.is_empty() && !headed {
                pairs.push(Pair { label: field, value, element: run.element, runs, named: at });
            }
        }
    }
    pairs
}

/// Fields whose value no other label can be.
const HEADS: &[Label] = &[Label::Vendor, Label::ShipsFrom, Label::ShipsTo, Label::Category];

/// The parts of a run that stand for themselves: between marks, and where another label begins behind a comma.
fn segments(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for part in text.split(SEPARATORS) {
        if text.len() > MAX_VALUE || part.matches([':', '：']).nth(1).is_none() {
            found.push(part);
            continue;
        }
        let mut from = 0;
        for (at, mark) in part.match_indices([',', ';', '/']).take(16) {
            let next = part.get(at + mark.len()..).unwrap_or("");
            let colon = next.find([':', '：']).filter(|colon| *colon <= 40);
            if colon.is_some_and(|colon| next.get(..colon).and_then(label).is_some()) {
                found.push(part.get(from..at).unwrap_or(""));
                from = at + mark.len();
            }
        }
        found.push(part.get(from..).unwrap_or(""));
    }
    found
}

/// What a picture in letters before a text says that the text is: "👤 korsak", "📍 Serbia".
fn pictured(segment: &str) -> Option<(Label, &str)> {
    let text = segment.trim_start();
    // A letter or a digit begins nearly all of them.
    let first = text.chars().next().filter(|c| *c as u32 >= 0x2600)?;
    let rest = text.get(first.len_utf8()..)?.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '\u{fe0f}' | '\u{200d}' | ':'));
    let rest = rest.split(|c: char| c >= '\u{1f300}').next().unwrap_or(rest).trim();
    let place = || rest.len() <= 60 && only_places(rest);
    match first {
        '👤' | '🧑' | '👨' | '👩' | '🙍' | '🏪' | '🏬' | '🧔' => {
            let name = rest.split_whitespace().count() <= 3 && rest.chars().filter(|c| c.is_alphabetic()).count() >= 2;
            (name && rest.len() <= 40).then_some((Label::Vendor, rest))
        }
        '📍' | '🛫' | '📤' | '🏠' | '🚩' | '📦' | '🚚' | '✈' | '🏳' | '📮' if place() => Some((Label::ShipsFrom, rest)),
        '🛬' | '📥' | '🎯' if place() => Some((Label::ShipsTo, rest)),
        _ => None,
    }
}

/// Fields that a line names without a colon.
const SAID: &[Label] = &[Label::Posted, Label::Since, Label::LastSeen, Label::ShipsFrom, Label::ShipsTo, Label::Stock];

/// A label without a colon before a value that cannot be mistaken: "Posted 3 days ago", "Ships from Germany".
pub(super) fn said(segment: &str) -> Option<(Label, &str)> {
    if segment.len() > 100 {
        return None;
    }
    let text = segment.trim_start_matches(|c: char| !c.is_alphanumeric());
    // "To: EU", where the line before says whence.
    const TO: &[&str] = &["To:", "TO:", "to:", "Nach:", "Vers:", "A:", "Naar:", "Do:", "В:", "До:", "إلى:"];
    if let Some(value) = TO.iter().find_map(|lead| text.strip_prefix(lead)).map(str::trim).filter(|value| only_places(value)) {
        return Some((Label::ShipsTo, value));
    }
    if !text.split(char::is_whitespace).next().is_some_and(|first| begins(first, SAID)) {
        return None;
    }
    let ends = text.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).take(4).collect::<Vec<_>>();
    ends.into_iter().rev().find_map(|end| {
        let (head, value) = (text.get(..end)?, text.get(end..)?.trim());
        match label(head)? {
            field @ Label::Stock if value.len() <= 6 && value.bytes().all(|byte| byte.is_ascii_digit()) => Some((field, value)),
            // A word such as "date" or "from" may begin any line; that the rest is a date or a place tells.
            field @ (Label::Posted | Label::Since | Label::LastSeen) if may_be_date(value) => Some((field, value)),
            field @ (Label::ShipsFrom | Label::ShipsTo) if head.contains(' ') && !parse_countries(value).codes.is_empty() => {
                Some((field, value))
            }
            _ => None,
        }
    })
}

/// Whether a text as short as a date holds a number, or one of the words for today and yesterday that dates are read from.
fn may_be_date(text: &str) -> bool {
    text.len() <= 48 && (text.chars().any(|c| c.is_numeric()) || parse_date(text, Timestamp::UNIX_EPOCH).is_some())
}

/// Looks for the value after a label.
struct Follow<'o, 'a> {
    page: &'o Page<'o, 'a>,
    outline: &'o Outline<'a>,
    label: usize,
    has_colon: bool,
}

impl Follow<'_, '_> {
    /// Without a colon only what looks like a label by its markup, or by standing before something on its line, is one.
    fn may_have_value(&self) -> bool {
        if self.has_colon {
            return true;
        }
        let Some(run) = self.outline.runs.get(self.label) else { return false };
        if is_label_element(self.outline, run) {
            return true;
        }
        let in_link = self.outline.ancestors(run.element).take(3).any(|(_, facts)| matches!(facts.name, "a" | "button" | "option"));
        let next = self.outline.runs.get(self.label + 1);
        !in_link && next.is_some_and(|next| next.before < Break::Line)
    }

    fn may_cross_line(&self) -> bool {
        let Some(run) = self.outline.runs.get(self.label) else { return false };
        let in_header = self.outline.ancestors(run.element).take(3).any(|(_, facts)| facts.name == "th");
        !in_header && (self.has_colon || is_label_element(self.outline, run))
    }

    fn value(&self, start: &str) -> (String, Range<usize>) {
        let mut out = start.to_owned();
        let mut first = if start.is_empty() { self.label + 1 } else { self.label };
        let mut end = self.label + 1;
        let mut crossed = !self.may_cross_line() || !start.is_empty();
        for (at, run) in self.outline.runs.iter().enumerate().skip(self.label + 1) {
            let filled = out.chars().any(char::is_alphanumeric) || out.chars().any(|c| !c.is_ascii_punctuation() && !c.is_whitespace());
            match run.before {
                Break::Line if filled || crossed => break,
                Break::Line => crossed = true,
                Break::Cell if filled => break,
                _ => {}
            }
            let placed = || matches!(self.page.label(at), Some(Label::ShipsFrom | Label::ShipsTo | Label::ShipsExcept));
            if out.len() > MAX_VALUE
                || filled && placed()
                || (at > self.label + 1 || run.before > Break::Soft) && is_label_run(self.page, at)
            {
                break;
            }
            if !filled {
                first = first.max(at);
            }
            let (text, ended) = match run.text.find(SEPARATORS) {
                Some(0) if filled => break,
                Some(cut) if cut > 0 => (run.text.get(..cut).unwrap_or(""), true),
                _ => (run.text.as_str(), false),
            };
            if !out.is_empty() && run.apart {
                out.push(' ');
            }
            out.push_str(text);
            end = at + 1;
            if ended {
                break;
            }
        }
        (out, first.min(end)..end)
    }
}

/// A run that begins another pair.
fn is_label_run(page: &Page<'_, '_>, at: usize) -> bool {
    let outline = page.outline;
    let Some(run) = outline.runs.get(at) else { return false };
    if split(&run.text).is_some() {
        return true;
    }
    page.label(at).is_some()
        && (run.text.ends_with([':', '：'])
            || is_label_element(outline, run)
            || outline.runs.get(at + 1).is_some_and(|next| next.before == Break::Soft && next.text.starts_with([':', '：'])))
}

fn is_label_element(outline: &Outline<'_>, run: &Run) -> bool {
    outline.ancestors(run.element).take(2).any(|(_, facts)| {
        matches!(facts.name, "dt" | "th" | "label") || outline.classes.get(facts.class_at).is_some_and(|class| class.labels)
    })
}

/// A label and its value in boxes of their own, side by side in a box that begins with the label: `<div><div>Ships from</div><div>Spain</div></div>`.
fn siblings(page: &Page<'_, '_>) -> Vec<Pair> {
    let outline = page.outline;
    let mut pairs = Vec::new();
    for (at, pair) in outline.runs.windows(2).enumerate() {
        let [named, value] = pair else { continue };
        // On one line, or with a colon, the pair is found by itself.
        // Two labels one after the other are heads of what stands below.
        let heads = page.label(at).is_some_and(|field| HEADS.contains(&field)) && page.label(at + 1).is_some();
        if page.label(at).is_none()
            || heads
            || value.before != Break::Line
            || named.text.ends_with([':', '：'])
            || is_label_element(outline, named)
        {
            continue;
        }
        let Some(field) = page.label(at) else { continue };
        let Some((both, facts)) = outline.ancestors(named.element).find(|(above, _)| outline.holds(*above, value.element)) else {
            continue;
        };
        let boxed = outline.ancestors(named.element).take_while(|(inner, _)| *inner > both).last();
        let alone = boxed.is_some_and(|(_, own)| own.first_run == at && own.last_run == at + 1);
        let chosen = outline
            .ancestors(named.element)
            .take(4)
            .any(|(_, f)| matches!(f.name, "a" | "button" | "option" | "label" | "nav" | "h1" | "h2" | "h3"));
        if !alone || chosen || facts.first_run != at || facts.text > 240 || facts.last_run > at + 14 || facts.chrome {
            continue;
        }
        let Some(value) = outline.runs.get(at + 1..facts.last_run).map(|runs| join_with_flags(runs, MAX_VALUE)) else { continue };
        if label(&value).is_none() {
            pairs.push(Pair { label: field, value, element: named.element, runs: at + 1..facts.last_run, named: at });
        }
    }
    pairs
}

/// Labels that stand under or behind what they name, the last in boxes that are built alike: `<div><b>Spain</b><i>Ships from</i></div>`.
fn below(page: &Page<'_, '_>) -> Vec<Pair> {
    let outline = page.outline;
    let mut found: Vec<(u64, Pair)> = Vec::new();
    for (at, named) in outline.runs.iter().enumerate().skip(1) {
        let Some(field) = page.label(at).filter(|field| !matches!(field, Label::Title | Label::Description)) else { continue };
        if named.flag || !(2..=60).contains(&named.text.len()) || named.text.ends_with([':', '：']) {
            continue;
        }
        // The smallest element that holds what stands before the label, too, ends with it.
        let Some((both, facts)) = outline.ancestors(named.element).take(5).find(|(_, facts)| facts.first_run < at) else { continue };
        let alone = facts.last_run == at + 1 && facts.first_run + 6 >= at && both != named.element && !facts.chrome && facts.text <= 200;
        if !alone || outline.runs.get(at + 1).is_some_and(|next| next.before < Break::Cell) {
            continue;
        }
        let chosen = outline
            .ancestors(named.element)
            .take(4)
            .any(|(_, f)| matches!(f.name, "a" | "button" | "option" | "label" | "nav" | "th" | "h1" | "h2" | "h3"));
        let runs = facts.first_run..at;
        let value = outline.runs.get(runs.clone()).map(|runs| join_with_flags(runs, MAX_VALUE)).unwrap_or_default();
        // "Treuhand" is what a kind of deal is called, and a label of its own.
        let told =
            value.chars().any(char::is_alphanumeric) && label(&value).is_none_or(|own| own == field) && !value.ends_with([':', '：']);
        let first = page.label(facts.first_run).is_some_and(|own| own != field)
            || outline.runs.get(facts.first_run).is_some_and(|run| split(&run.text).is_some());
        if !chosen && told && !first {
            found.push((facts.signature, Pair { label: field, value, element: named.element, runs, named: at }));
        }
    }
    // One such box may be anything; several that name different fields are none by chance.
    let mut fields: HashMap<u64, (Label, bool), FxBuildHasher> = HashMap::default();
    for (signature, pair) in &found {
        fields.entry(*signature).and_modify(|(first, several)| *several |= *first != pair.label).or_insert((pair.label, false));
    }
    let several = |signature: u64| fields.get(&signature).is_some_and(|(_, several)| *several);
    found.into_iter().filter(|(signature, _)| several(*signature)).map(|(_, pair)| pair).collect()
}

/// Numbers that stand over or before their label in a box of their own: `<b>63</b><span>Sales</span>`.
fn counts(page: &Page<'_, '_>, below: &[Pair]) -> Vec<Pair> {
    let outline = page.outline;
    let mut pairs = Vec::new();
    for (at, pair) in outline.runs.windows(2).enumerate() {
        let [number, named] = pair else { continue };
        if named.text.len() > 40 || !is_number(&number.text) || below.binary_search_by_key(&(at + 1), |pair| pair.named).is_ok() {
            continue;
        }
        let Some(field) = page.label(at + 1).filter(|field| COUNTED.contains(field)) else { continue };
        // The smallest element that holds both holds nothing else.
        let both = outline.ancestors(named.element).find(|(above, _)| outline.holds(*above, number.element));
        let alone = both.is_some_and(|(_, facts)| facts.first_run == at && facts.last_run == at + 2);
        if alone && !named.text.ends_with([':', '：']) && !is_label_element(outline, number) {
            pairs.push(Pair { label: field, value: number.text.clone(), element: named.element, runs: at..at + 1, named: at + 1 });
        }
    }
    pairs
}

const COUNTED: [Label; 5] = [Label::Sales, Label::Rating, Label::PositivePercent, Label::FeedbackCount, Label::Stock];

/// `63`, `4,2`, `96 %`, `1 902`, `4.8/5`.
fn is_number(text: &str) -> bool {
    text.len() <= 16
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || c.is_whitespace() || matches!(c, '.' | ',' | '%' | '/' | '+' | '\'' | '’'))
}

/// Cells below a header row that names fields.
fn columns(outline: &Outline<'_>) -> Vec<Pair> {
    let mut pairs = Vec::new();
    // For each table: which columns hold which field.
    let mut headers: HashMap<usize, Vec<(Option<Label>, usize)>> = HashMap::new();
    for (at, facts) in outline.elements.iter().enumerate().filter(|(_, facts)| facts.name == "tr") {
        let Some(table) = outline.ancestors(at).skip(1).take(4).find(|(_, f)| f.name == "table").map(|(table, _)| table) else {
            continue;
        };
        let cells = cells(outline, at, facts.end);
        let named: Vec<(Option<Label>, usize)> = cells
            .iter()
            .map(|cell| (label(&outline.text_of(*cell, 64)), outline.elements.get(*cell).map_or(0, |facts| facts.first_run)))
            .collect();
        let count = named.iter().filter(|(field, _)| field.is_some()).count();
        let headed = cells.iter().all(|cell| outline.elements.get(*cell).is_some_and(|f| f.name == "th"));
        if count >= 2 && (headed || count * 2 >= cells.len()) && cells.len() >= 3 {
            headers.insert(table, named);
            continue;
        }
        let Some(columns) = headers.get(&table) else { continue };
        for (cell, (field, named)) in cells.iter().zip(columns) {
            let (Some(field), Some(facts)) = (field, outline.elements.get(*cell)) else { continue };
            let runs = facts.first_run..facts.last_run;
            let mut value = join_with_flags(outline.runs.get(runs.clone()).unwrap_or(&[]), MAX_VALUE);
            if *field == Label::Price && value.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',' | b' ')) {
                // "Price (USD)"
                let head = outline.runs.get(*named).map_or("", |run| run.text.as_str());
                let mut words = head.split(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '[' | ']' | '/' | ','));
                if let Some(unit) = words.find(|word| {
                    matches!(
                        *word,
                        "USD"
                            | "EUR"
                            | "GBP"
                            | "CHF"
                            | "AUD"
                            | "CAD"
                            | "PLN"
                            | "RUB"
                            | "UAH"
                            | "TRY"
                            | "BTC"
                            | "XMR"
                            | "LTC"
                            | "$"
                            | "€"
                            | "£"
                            | "₽"
                            | "₴"
                            | "zł"
                    )
                }) {
                    value.push(' ');
                    value.push_str(unit);
                }
            }
            if !value.is_empty() {
                pairs.push(Pair { label: *field, value, element: *cell, runs, named: *named });
            }
        }
    }
    pairs
}

fn cells(outline: &Outline<'_>, row: usize, end: usize) -> Vec<usize> {
    let mut cells = Vec::new();
    let mut at = row + 1;
    while at < end && cells.len() < 64 {
        let Some(facts) = outline.elements.get(at) else { break };
        if matches!(facts.name, "td" | "th") {
            let span = attr(facts.element(), "colspan").and_then(|s| s.parse::<usize>().ok()).unwrap_or(1).clamp(1, 16);
            cells.extend(std::iter::repeat_n(at, span));
        }
        at = facts.end.max(at + 1);
    }
    cells
}
