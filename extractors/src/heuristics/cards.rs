//! Repeated records: the cards of an index, the rows of a result table.
//!
//! Elements with the same signature (tag and class, theirs and their ancestors') form a group. A group is a list of cards when its
//! members hold an address and a title that differ from card to card, and, on markets, a price.

mod lists;
mod menus;
mod plain;
mod sections;

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::rc::Rc;

use rustc_hash::FxBuildHasher;

use self::lists::{by_list, lone_card};
use self::menus::{is_counted_menu, only_actions};
use super::address::Address;
use super::aside::is_aside;
use super::fields;
use super::labels::label;
use super::links::Target;
use super::outline::{Break, Facts, Outline, join};
use super::reader::Reader;
use crate::html::attr;
use crate::money;
use crate::provenance::{Anchor, Origin};

/// Groups looked at closely.
const MAX_GROUPS: usize = 60;
/// Cards of one group.
const MAX_CARDS: usize = 1_000;
/// Elements of one card that are looked at.
pub(super) const MAX_INSIDE: usize = 600;

/// A list of cards.
#[derive(Debug)]
pub struct Group {
    /// Positions of the cards.
    pub cards: Vec<usize>,
    /// Share of the cards that show a price.
    pub priced: f64,
    /// Whether its titles lead to forum threads.
    pub threads: bool,
    /// Whether it stands beside what the page is about: similar, recommended, recently seen.
    pub aside: bool,
    /// How much this looks like a list of advertisements; about the number of good cards.
    pub score: f64,
    /// Whether most of it lies in what surrounds the page's own content.
    chrome: bool,
    pub(super) title: Slot,
}

/// Where in a card something stands: the n-th element of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Slot {
    pub(super) signature: u64,
    pub(super) nth: usize,
    /// Whether the slot is an anchor; else its text is the title and the address comes from elsewhere.
    anchor: bool,
}

/// Finds the lists of cards on a page with this title, best first; they do not overlap.
pub fn groups(outline: &Outline<'_>, reader: &Reader<'_>, page_title: &str) -> Vec<Group> {
    let mut by_signature: HashMap<u64, Vec<usize>, FxBuildHasher> = HashMap::default();
    let heading = sections::repeated(outline, page_title).or_else(|| main_heading(outline));
    let heading = heading.or_else(|| super::single::titled(outline, page_title));
    for (at, facts) in outline.elements.iter().enumerate() {
        // What holds the heading of the page is its main part, not one of several records.
        if heading.is_some_and(|heading| outline.holds(at, heading)) {
            continue;
        }
        let plausible = facts.links >= 1 && !facts.covered && (8..=6_000).contains(&facts.text) && facts.end - at > 1;
        // A link may be a whole card.
        let headed =
            || outline.inside(at).skip(1).take(12).any(|inner| outline.elements.get(inner).is_some_and(|inner| is_heading(inner.name)));
        let whole = facts.name != "a" || (facts.text >= 12 && facts.end - at > 2 && (facts.prices > 0 || facts.images > 0 && headed()));
        if plausible && whole && !matches!(facts.name, "body" | "html" | "select" | "option" | "form") {
            by_signature.entry(facts.signature).or_default().push(at);
        }
    }
    let headings = sections::Headings::of(outline);
    let alone = lone_card(outline, reader, &by_signature);
    let mut candidates: Vec<(usize, Vec<usize>)> = by_signature
        .into_values()
        .filter(|members| members.len() >= 2)
        .flat_map(|members| sections::parted(outline, &headings, members, heading))
        .filter(|members| members.len() >= 2)
        .flat_map(|members| by_list(outline, members))
        .map(|members| {
            let priced = members.iter().filter(|at| outline.elements.get(**at).is_some_and(|f| f.prices > 0)).count();
            (priced * 4 + members.len(), members)
        })
        .collect();
    let titles = Candidate::all(outline);
    candidates.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    candidates.truncate(MAX_GROUPS);
    let mut groups: Vec<Group> = candidates.into_iter().filter_map(|(_, members)| judge(outline, reader, &titles, members)).collect();
    groups.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.cards.cmp(&b.cards)));
    let mut chosen: Vec<Group> = Vec::new();
    let best = groups.first().map_or(0.0, |g| g.score);
    for group in groups {
        let overlaps = chosen.iter().any(|other| overlap(outline, &group.cards, &other.cards));
        if !overlaps && group.score >= best * 0.2 && (chosen.is_empty() || group.priced >= 0.5) {
            chosen.push(widen(outline, group));
        }
    }
    // A list in a side box is the page's own only where no other is as good.
    if chosen.first().is_some_and(|group| !group.aside && !group.chrome) {
        chosen.iter_mut().filter(|group| group.chrome).for_each(|group| group.aside = true);
    }
    if chosen.iter().all(|group| group.aside) {
        let free = alone.filter(|card| !chosen.iter().any(|group| overlap(outline, &[*card], &group.cards)));
        chosen.extend(free.and_then(|card| judge(outline, reader, &titles, vec![card])));
    }
    chosen
}

fn is_heading(name: &str) -> bool {
    matches!(name, "h2" | "h3" | "h4" | "h5" | "h6")
}

/// The words of a class: `item-card`, `ItemCard`, `item_card`.
pub(super) fn humps(value: &str) -> impl Iterator<Item = &str> {
    let mut rest = value;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        let mut last = '\0';
        let end = rest.char_indices().find(|(at, c)| {
            let ends = *at > 0 && (!c.is_ascii_alphanumeric() || (c.is_ascii_uppercase() && last.is_ascii_lowercase()));
            last = *c;
            ends
        });
        let (word, after) = rest.split_at(end.map_or(rest.len(), |(at, _)| at));
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

/// The only `h1` of a page that is no link to elsewhere.
fn main_heading(outline: &Outline<'_>) -> Option<usize> {
    let mut headings = outline.elements.iter().enumerate().filter(|(_, facts)| facts.name == "h1" && facts.text > 0);
    let (at, facts) = headings.next()?;
    (headings.next().is_none() && facts.links == 0 && !outline.in_link(at)).then_some(at)
}

fn overlap(outline: &Outline<'_>, one: &[usize], other: &[usize]) -> bool {
    // Both are in page order: one merge pass.
    let (mut a, mut b) = (one.iter().peekable(), other.iter().peekable());
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        if outline.holds(**x, **y) || outline.holds(**y, **x) {
            return true;
        }
        if x < y {
            a.next();
        } else {
            b.next();
        }
    }
    false
}

/// Takes the parents as long as each holds one card only, so that a card has all that belongs to it.
fn widen(outline: &Outline<'_>, mut group: Group) -> Group {
    for _ in 0..8 {
        let parents: Vec<usize> = group.cards.iter().filter_map(|at| outline.elements.get(*at)).map(|facts| facts.parent).collect();
        let distinct: HashSet<usize, FxBuildHasher> = parents.iter().copied().collect();
        let same = parents.windows(2).all(
            |pair| matches!(pair, [a, b] if outline.elements.get(*a).map(|f| f.signature) == outline.elements.get(*b).map(|f| f.signature)),
        );
        let small =
            parents.iter().all(|at| outline.elements.get(*at).is_some_and(|f| f.text <= 8_000 && !matches!(f.name, "body" | "html")));
        if distinct.len() != group.cards.len() || !small || !same || group.cards.len() < 2 {
            break;
        }
        group.cards = parents;
    }
    group
}

#[derive(Default)]
struct Column {
    present: usize,
    targets: HashSet<Rc<str>, FxBuildHasher>,
    texts: HashSet<Rc<str>, FxBuildHasher>,
    length: usize,
    weight: f64,
    in_order: usize,
}

/// What may be the title of a card: a link or something called so. Cards of many groups hold the same ones.
struct Candidate {
    at: usize,
    signature: u64,
    anchor: bool,
    read: OnceCell<Read>,
}

/// A candidate's text, how many characters that is, and where it leads.
struct Read {
    text: Rc<str>,
    length: usize,
    address: Option<Rc<Address>>,
}

impl Candidate {
    /// All of a page, in page order.
    fn all(outline: &Outline<'_>) -> Vec<Self> {
        let candidate = |(at, facts): (usize, &Facts<'_>)| {
            let anchor = facts.name == "a" && attr(facts.element(), "href").is_some();
            (anchor || facts.titled).then(|| Candidate { at, signature: facts.signature, anchor, read: OnceCell::new() })
        };
        outline.elements.iter().enumerate().filter_map(candidate).collect()
    }

    fn read(&self, outline: &Outline<'_>, reader: &Reader<'_>) -> &Read {
        self.read.get_or_init(|| {
            let text = title_text(outline, self.at);
            let href = outline.elements.get(self.at).filter(|_| self.anchor).and_then(|facts| attr(facts.element(), "href"));
            Read { length: text.chars().count(), text: text.into(), address: href.and_then(|href| reader.absolute(href)) }
        })
    }
}

fn judge(outline: &Outline<'_>, reader: &Reader<'_>, candidates: &[Candidate], members: Vec<usize>) -> Option<Group> {
    let cards: Vec<usize> = sections::alike(outline, members).into_iter().take(MAX_CARDS).collect();
    let mut columns: HashMap<Slot, Column, FxBuildHasher> = HashMap::default();
    let mut nth: HashMap<u64, usize, FxBuildHasher> = HashMap::default();
    for card in &cards {
        nth.clear();
        let inside = outline.inside(*card);
        let end = inside.end.min(inside.start + MAX_INSIDE);
        let first = candidates.partition_point(|candidate| candidate.at < inside.start);
        for candidate in candidates.iter().skip(first).take_while(|candidate| candidate.at < end) {
            let count = nth.entry(candidate.signature).or_default();
            *count += 1;
            if *count > 4 {
                continue;
            }
            let slot = Slot { signature: candidate.signature, nth: *count, anchor: candidate.anchor };
            let Read { text, length, address } = candidate.read(outline, reader);
            let column = columns.entry(slot).or_default();
            // The first of them may be a menu that is built alike.
            if column.present == 1 {
                column.weight = column.weight.max(slot_weight(outline, candidate.at, reader)).min(1.3 * column.weight.max(0.3));
            }
            if column.present == 0 {
                column.weight = slot_weight(outline, candidate.at, reader);
                column.in_order = candidate.at - card;
            }
            column.present += 1;
            column.length += length;
            column.texts.insert(Rc::clone(text));
            column.targets.extend(address.as_ref().map(|address| address.key()));
        }
    }
    let total = cards.len() as f64;
    let (slot, value) = columns.iter().map(|(slot, column)| (*slot, column_value(*slot, column, total))).max_by(|(a, x), (b, y)| {
        let first = |slot: &Slot| (columns.get(slot).map(|column| column.in_order), slot.signature, slot.nth, slot.anchor);
        // The order of a table says nothing: without a last word the same page would be read in one way now and in another later.
        x.total_cmp(y).then_with(|| first(b).cmp(&first(a)))
    })?;
    // Cards whose only links say "Details" are told by words that are no link.
    let plain = if value < 0.15 { Some(plain::titles(outline, &cards, &columns)?) } else { None };
    let (slot, value) = match plain {
        Some((slot, column)) => {
            let value = column_value(slot, &column, total);
            columns.insert(slot, column);
            (slot, value)
        }
        None => (slot, value),
    };
    let priced = cards.iter().filter(|at| outline.elements.get(**at).is_some_and(|f| f.prices > 0)).count() as f64 / total;
    let imaged = cards.iter().filter(|at| outline.elements.get(**at).is_some_and(|f| f.images > 0)).count() as f64 / total;
    let chrome = cards.iter().filter(|at| outline.elements.get(**at).is_some_and(|f| f.chrome)).count() as f64 / total;
    let hidden = cards.iter().filter(|at| outline.elements.get(**at).is_some_and(|f| f.hidden)).count() as f64 / total;
    let column = columns.get(&slot)?;
    let length = column.length as f64 / column.present.max(1) as f64;
    let text = cards.iter().filter_map(|at| outline.elements.get(*at)).map(|f| f.text).sum::<usize>() as f64 / total;
    let people = || {
        let first = cards.iter().take(20);
        first.filter(|card| fields::vendor_link(outline.inside(**card).take(MAX_INSIDE), outline, reader).is_some()).count()
    };
    let bare_menu = || imaged < 0.5 && text < length + 12.0 && people() * 2 < cards.len().min(20);
    // Rows of a forum are a title and a number: their addresses tell.
    let threads = column.targets.iter().filter(|target| super::thread::is_thread_address(target)).count() * 2 > column.targets.len();
    // Ways to buy one thing, and the menu of departments.
    if reader.crypto && (only_actions(outline, reader, &cards) || is_counted_menu(outline, &cards, slot)) {
        return None;
    }
    let few = match cards.len() {
        1 => priced < 1.0,
        // One of two may be sold on request.
        2 if priced >= 0.5 && likeness(outline, &cards) >= 0.8 => !alike(outline, &cards),
        2 => priced < 1.0 || !alike(outline, &cards) || likeness(outline, &cards) < 0.4,
        3 => (priced < 0.6 && !threads) || likeness(outline, &cards) < 0.4,
        _ => likeness(outline, &cards) < 0.2,
    };
    // Without prices only long, differing titles with something beside them tell a list of advertisements from a menu.
    let menu = priced < 0.34
        && !(threads && cards.len() >= 3 && length >= 6.0)
        && (cards.len() < 4 || length < 14.0 || bare_menu() || (imaged < 0.5 && beside_links(outline, &cards, reader) < 0.08));
    if few || menu || (length < 5.0 && imaged < 0.5) || (chrome > 0.5 && (priced < 0.8 || imaged < 0.5)) {
        return None;
    }
    let weight = if priced >= 0.34 { 0.4 + 0.6 * priced } else { 0.12 + 0.12 * imaged + if threads { 0.06 } else { 0.0 } };
    let score = total * value * weight * (1.0 - 0.6 * chrome) * (1.0 - 0.7 * hidden);
    let aside = is_aside(outline, &cards);
    (score >= 0.5).then_some(Group { cards, priced, threads, aside, chrome: chrome > 0.5, score, title: slot })
}

/// Share of the text of cards that is no link, or the name of a person. Menus are links to places and nothing else.
fn beside_links(outline: &Outline<'_>, cards: &[usize], reader: &Reader<'_>) -> f64 {
    let (mut all, mut linked) = (0_usize, 0_usize);
    for card in cards.iter().take(20) {
        for run in outline.runs_of(*card).iter().take(200) {
            all += run.text.len();
            let link = outline.ancestors(run.element).take_while(|(at, _)| at >= card).find(|(_, f)| f.name == "a");
            let to = link
                .map(|(_, f)| attr(f.element(), "href").and_then(|href| reader.absolute(href)).map_or(Target::Unknown, |url| url.target()));
            linked += if to.is_some_and(|to| to != Target::Vendor) { run.text.len() } else { 0 };
        }
    }
    1.0 - linked as f64 / all.max(1) as f64
}

/// How much the first cards are built alike, 0 to 1: the mean share of signatures that neighbours have in common, of three or fewer the least.
/// Columns of a page that lie side by side have the same signature themselves and nothing in common inside.
fn likeness(outline: &Outline<'_>, cards: &[usize]) -> f64 {
    let inside =
        |card: &usize| outline.inside(*card).skip(1).take(80).filter_map(|at| outline.elements.get(at)).map(|f| f.signature).collect();
    let sets: Vec<HashSet<u64, FxBuildHasher>> = cards.iter().take(8).map(inside).collect();
    let shares = sets.windows(2).filter_map(|pair| -> Option<f64> {
        match pair {
            [a, b] => Some(a.intersection(b).count() as f64 / a.union(b).count().max(1) as f64),
            _ => None,
        }
    });
    let (least, sum, count) = shares.fold((1.0, 0.0, 0.0), |(least, sum, count), share| (share.min(least), sum + share, count + 1.0));
    match count {
        0.0 => 1.0,
        ..3.0 => least,
        _ => sum / count,
    }
}

/// Whether two cards are of about the same length.
fn alike(outline: &Outline<'_>, cards: &[usize]) -> bool {
    let lengths: Vec<usize> = cards.iter().filter_map(|at| outline.elements.get(*at)).map(|f| f.text).collect();
    matches!(lengths.as_slice(), [a, b] if a.max(b) <= &(a.min(b) * 4))
}

/// How much a column looks like the titles of a list.
fn column_value(slot: Slot, column: &Column, total: f64) -> f64 {
    let present = column.present as f64;
    let length = column.length as f64 / present.max(1.0);
    let by_length = match length {
        l if l < 2.0 => 0.0,
        l if l < 6.0 => 0.25,
        l if l < 12.0 => 0.7,
        l if l < 160.0 => 1.0,
        _ => 0.4,
    };
    let texts = column.texts.len() as f64 / present.max(1.0);
    let targets = if slot.anchor { column.targets.len() as f64 / present.max(1.0) } else { 0.8 };
    // One vendor may list the same thing many times, so equal texts are a weaker sign than equal addresses.
    let base = (present / total).min(1.0) * by_length * (0.3 + 0.7 * texts) * targets;
    if column.present >= 3 && texts < 0.34 && column.texts.len() < 3 { 0.2 * base } else { base * column.weight }
}

fn slot_weight(outline: &Outline<'_>, at: usize, reader: &Reader<'_>) -> f64 {
    let Some(facts) = outline.elements.get(at) else { return 0.0 };
    let element = facts.element();
    let mut weight = 1.0;
    if facts.titled || outline.ancestors(at).skip(1).take(2).any(|(_, f)| f.titled) {
        weight *= 1.3;
    }
    if outline.inside(at).skip(1).take(20).any(|inner| outline.elements.get(inner).is_some_and(|f| f.titled)) {
        weight *= 1.2;
    }
    if let Some(url) = attr(element, "href").and_then(|href| reader.absolute(href)) {
        weight *= match url.target() {
            Target::Listing => 1.3,
            Target::Vendor => 0.3,
            Target::Category => 0.35,
            Target::Action => 0.15,
            Target::Unknown => 1.0,
        };
        if url.host_str() != reader.url.host_str() {
            weight *= 0.8;
        }
    }
    let class = attr(element, "class").unwrap_or("").to_ascii_lowercase();
    if ["vendor", "seller", "author", "user", "price", "category", "badge", "cart"].iter().any(|word| class.contains(word)) {
        weight *= 0.4;
    }
    weight
}

/// Title of an element: of the runs of [`title_runs`], else its `title`.
pub(super) fn title_text(outline: &Outline<'_>, at: usize) -> String {
    let inner = title_element(outline, at);
    let Some(facts) = outline.elements.get(inner) else { return String::new() };
    let text = outline.runs.get(title_runs(outline, at)).map(|runs| join(runs, 400)).unwrap_or_default();
    if text.is_empty() {
        return attr(facts.element(), "title").map(crate::html::fold).unwrap_or_default();
    }
    // What is cut short for display often stands whole in an attribute of the title, of the link or of its picture.
    let stem = text.trim_end_matches(['.', '…', ' ']);
    let cut = text.ends_with('…') || text.ends_with("...");
    let whole = |at: usize| {
        let element = outline.elements.get(at)?.element();
        let full = ["title", "aria-label", "alt"].iter().filter_map(|name| attr(element, name)).find(|full| {
            let longer = stem.len() < text.len() || full.len() > text.len();
            longer && stem.len() >= 8 && full.starts_with(stem)
        });
        full.map(crate::html::fold)
    };
    let near = || outline.ancestors(inner).take(4).map(|(at, _)| at).chain(outline.inside(at).take(24)).find_map(whole);
    whole(inner).filter(|_| cut || stem.len() < text.len()).or_else(|| cut.then(near).flatten()).unwrap_or(text)
}

/// The runs of a title: those of [`title_element`], of a link around a whole card without a heading its longest line of words.
pub(super) fn title_runs(outline: &Outline<'_>, at: usize) -> Range<usize> {
    let inner = title_element(outline, at);
    let Some(facts) = outline.elements.get(inner) else { return 0..0 };
    let all = facts.first_run..facts.last_run;
    if facts.prices == 0 && facts.text <= 60 {
        return all;
    }
    let mut lines: Vec<Range<usize>> = Vec::new();
    for run in all.clone().take(60) {
        let before = outline.runs.get(run).map(|run| run.before);
        match lines.last_mut() {
            Some(line) if before == Some(Break::Soft) && !of_another_box(outline, inner, run) => line.end = run + 1,
            _ => lines.push(run..run + 1),
        }
    }
    if lines.len() < 2 {
        return all;
    }
    let words = |line: &Range<usize>| {
        let text = outline.runs.get(line.clone()).map(|runs| join(runs, 400)).unwrap_or_default();
        let letters = text.chars().filter(|c| c.is_alphabetic()).count();
        let priced = !money::find_prices(&text, None, true).is_empty();
        let named = label(&text).is_some() || super::labels::split(&text).is_some() || text.starts_with('@');
        if priced || named || letters < 3 { 0 } else { letters.min(80) }
    };
    // Among the first lines; further down a card tells of its seller and place.
    let best = lines.iter().take(5).map(|line| (words(line), line)).max_by(|(a, x), (b, y)| a.cmp(b).then(y.start.cmp(&x.start)));
    best.filter(|(letters, _)| *letters > 0).map_or(all, |(_, line)| line.clone())
}

/// Whether a run and the one before it stand in different children of an element, as where a card is made of `span`s.
fn of_another_box(outline: &Outline<'_>, card: usize, run: usize) -> bool {
    let child = |run: usize| {
        let element = outline.runs.get(run)?.element;
        let outermost = outline.ancestors(element).take_while(|(at, _)| *at > card).last()?;
        // Emphasis is no box.
        let emphasis = matches!(outermost.1.element().name(), "b" | "i" | "em" | "strong" | "u" | "font" | "mark" | "sup" | "sub");
        (!emphasis).then_some(outermost.0)
    };
    run.checked_sub(1).is_some_and(|before| child(before) != child(run))
}

pub(super) fn title_origin(outline: &Outline<'_>, at: usize, title: &str) -> Origin {
    let inner = title_element(outline, at);
    let runs = outline.runs.get(title_runs(outline, at)).unwrap_or(&[]);
    match runs.first() {
        Some(run) if join(runs, 400) == title => Origin { anchor: Anchor::Text(run.node), ..outline.origin("card", inner, title) },
        _ => outline.attribute_origin("card", inner, "title"),
    }
}

/// The heading within a link around a whole card, the link that is most of a heading; else the element itself.
pub(super) fn title_element(outline: &Outline<'_>, at: usize) -> usize {
    let Some(facts) = outline.elements.get(at) else { return at };
    if facts.name != "a" {
        // What stands in another line or links elsewhere is no part of it.
        let link = |inner: &usize| {
            outline.elements.get(*inner).is_some_and(|f| {
                let after = outline.runs.get(f.last_run).filter(|_| f.last_run < facts.last_run);
                let parted = facts.links > 1 || after.is_some_and(|run| run.before == Break::Line);
                let first =
                    f.first_run == facts.first_run && f.text * 3 >= facts.text && after.is_some_and(|run| run.before == Break::Line);
                f.name == "a" && (f.text * 2 >= facts.text || first) && parted
            })
        };
        return outline.inside(at).skip(1).take(20).find(link).filter(|_| facts.text > 0).unwrap_or(at);
    }
    if facts.text <= 60 && facts.prices == 0 {
        let headed = |inner: &usize| outline.elements.get(*inner).is_some_and(|f| f.text > 2 && f.text < facts.text && is_heading(f.name));
        return outline.inside(at).skip(1).take(20).find(headed).unwrap_or(at);
    }
    let heading =
        |inner: &usize| outline.elements.get(*inner).is_some_and(|f| f.text > 2 && f.text < facts.text && f.prices == 0 && f.titled);
    outline.inside(at).skip(1).take(60).find(heading).unwrap_or(at)
}
