//! Who sells and from where, told in one line of every card of a list without the name of a field: "hollow_oak from Serbia",
//! "stillwater_ (DE)", "PL · paperhaus · escrow". One such line may mean anything; that all cards have it in the same place tells.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use rustc_hash::FxBuildHasher;

use super::card::is_coin;
use super::fields::vendor_name;
use super::labels::{Label, label, split};
use super::links::Target;
use super::outline::{Break, Outline, Run};
use super::phrases;
use super::reader::Reader;
use super::whence::{FROM, Way, is_named, told};
use crate::country::only_places;
use crate::html::attr;

/// What a card tells in a line of its own.
#[derive(Debug, Default, Clone)]
pub struct Byline {
    /// Position of the element with the name, and the name.
    pub name: Option<(usize, String)>,
    /// Position of the element with the place, and the place that goods come from.
    pub from: Option<(usize, String)>,
    /// The same of places that goods go to.
    pub to: Option<(usize, String)>,
}

/// Runs of one card that are looked at.
const MAX_RUNS: usize = 80;
/// Cards of one list that are looked at.
const MAX_CARDS: usize = 300;
/// Bytes of a line that may hold a name and a place.
const MAX_LINE: usize = 90;

/// Words before the name of who sells, each of which may stand before anything else; longer ones first.
#[rustfmt::skip]
const BY: &[&str] = &[
    "by", "von", "par", "por", "di", "da", "door", "przez", "от", "від", "od", "vendor", "seller", "sold by", "offered by", "listed by", "posted by",
    "trader", "merchant", "verkäufer", "anbieter", "händler", "verkauft von", "vendeur", "vendu par", "vendedor", "vendido por", "venditore", "venduto da",
    "verkoper", "verkocht door", "sprzedawca", "sprzedaje", "wystawia", "wystawił", "продавец", "продаёт", "продает", "магазин", "продавець", "продає", "крамниця", "satıcı",
    "satan", "البائع", "المتجر", "بائع",
];
/// Words between a name and the place.
#[rustfmt::skip]
const BETWEEN: &[&str] = &[
    "from", "in", "ex", "of", "at", "aus", "von", "in", "ab", "de", "depuis", "desde", "en", "da", "dalla", "dal", "dai", "dagli", "uit", "vanuit", "z", "ze",
    "из", "с", "от", "з", "із", "від", "в", "من", "ships from", "sends from", "ship from", "shipping from", "verschickt aus", "versendet aus", "expédie de",
    "expédie depuis", "envía desde", "spedisce da", "wysyła z", "verstuurt vanuit", "отправляет из", "country", "land", "pays", "país", "paese", "kraj", "страна", "ülke",
    "çıkış", "origin", "location",
];

/// What one part of a line may be.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Name(String),
    /// With a word before it that says so.
    By(String),
    Place(String),
    Sent(Way, String),
    /// "korsak from Serbia", and whether the word between says that goods come from there.
    Both(String, String, bool),
    /// How often somebody sold, or what buyers think.
    Count,
    /// What comes from no place.
    Digital,
    Other,
}

/// A part with its element, and whether an arrow stands before it.
struct Atom {
    element: usize,
    part: Part,
    arrow: bool,
}

/// Where in a card a part stands: the line by its element, which of those alike, which part of it.
type Slot = (u64, usize, usize);

/// What the cards of one list tell, for each of them in their order; `titled` gives the runs of a card's title.
pub fn read(outline: &Outline<'_>, cards: &[usize], titled: impl Fn(usize) -> Range<usize>, reader: &Reader<'_>) -> Vec<Byline> {
    let mut known: HashMap<String, Part, FxBuildHasher> = HashMap::default();
    let own: Vec<Vec<(Slot, Atom)>> = cards.iter().take(MAX_CARDS).map(|card| atoms(outline, *card, &titled(*card), &mut known)).collect();
    let mut found = vec![Byline::default(); own.len()];
    let columns = Columns::of(&own);
    let taken = names_elsewhere(outline, cards, reader);
    let named = columns.names(&own, &taken);
    let placed = columns.places(&own);
    for (atoms, byline) in own.iter().zip(&mut found) {
        for (slot, atom) in atoms {
            match &atom.part {
                Part::Sent(Way::From, place) => note(&mut byline.from, atom.element, place),
                Part::Sent(Way::To, place) => note(&mut byline.to, atom.element, place),
                Part::Both(name, place, _) if named == Some(*slot) => {
                    note(&mut byline.name, atom.element, name);
                    note(&mut byline.from, atom.element, place);
                }
                Part::Both(_, place, true) => note(&mut byline.from, atom.element, place),
                Part::Name(name) | Part::By(name) if named == Some(*slot) => note(&mut byline.name, atom.element, name),
                Part::Place(place) if placed == Some(*slot) => note(&mut byline.from, atom.element, place),
                Part::Place(place) if atom.arrow && placed.is_some_and(|(line, nth, _)| (line, nth) == (slot.0, slot.1)) => {
                    match &mut byline.to {
                        Some((_, told)) => {
                            told.push_str(", ");
                            told.push_str(place);
                        }
                        None => note(&mut byline.to, atom.element, place),
                    }
                }
                _ => {}
            }
        }
    }
    found
}

fn note(field: &mut Option<(usize, String)>, element: usize, text: &str) {
    if field.is_none() {
        *field = Some((element, text.to_owned()));
    }
}

/// The parts of the lines of a card.
fn atoms(outline: &Outline<'_>, card: usize, titled: &Range<usize>, known: &mut HashMap<String, Part, FxBuildHasher>) -> Vec<(Slot, Atom)> {
    let mut atoms = Vec::new();
    let mut nth: HashMap<u64, usize, FxBuildHasher> = HashMap::default();
    let first = outline.elements.get(card).map_or(0, |facts| facts.first_run);
    let runs = outline.runs_of(card);
    let mut from = 0;
    while from < runs.len().min(MAX_RUNS) {
        let parted = |at: &usize| {
            let run = runs.get(*at);
            run.is_none_or(|run| run.before > Break::Soft) || titled.contains(&(first + at)) || titled.contains(&(first + at - 1))
        };
        let end = (from + 1..runs.len()).find(parted).unwrap_or(runs.len());
        let line = runs.get(from..end).unwrap_or(&[]);
        let is_title = titled.contains(&(first + from));
        from = end;
        let length: usize = line.iter().map(|run| run.text.len() + 1).sum();
        let Some(facts) = line.first().and_then(|run| outline.elements.get(run.element)).filter(|_| !is_title && length <= MAX_LINE) else {
            continue;
        };
        // By the box of the line: what it begins with may be a link or a flag.
        let boxed = outline.ancestors(line.first().map_or(card, |run| run.element)).take(3).find(|(at, facts)| {
            *at <= card || !matches!(facts.name, "a" | "b" | "i" | "em" | "strong" | "small" | "font" | "u" | "img" | "span")
        });
        let signature = boxed.map_or(facts.signature, |(_, facts)| facts.signature);
        let count = nth.entry(signature).or_default();
        *count += 1;
        let mut place = 0;
        let mut arrow = false;
        for run in line {
            for (mark, text) in parts(run) {
                arrow |= mark.contains(ARROWS);
                let bracketed =
                    mark.contains(['(', '[', '★', '☆']) && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
                let part = if bracketed {
                    Part::Count
                } else {
                    match known.get(text) {
                        Some(part) => part.clone(),
                        None => {
                            let part = part(text);
                            if known.len() < 4_000 {
                                known.insert(text.to_owned(), part.clone());
                            }
                            part
                        }
                    }
                };
                if part != Part::Other || text.chars().any(char::is_alphabetic) {
                    atoms.push(((signature, *count, place), Atom { element: run.element, part, arrow }));
                    place += 1;
                }
            }
        }
    }
    atoms
}

/// Marks between where goods come from and where they go.
const ARROWS: &[char] = &['>', '→', '➡', '➔', '➜', '⇒', '►', '▶', '⟶', '➝'];

/// The texts of a run between marks, and the marks before each.
fn parts(run: &Run) -> impl Iterator<Item = (&str, &str)> {
    let flag = |c: char| ('\u{1f1e6}'..='\u{1f1ff}').contains(&c);
    let within = move |c: char| {
        c.is_alphanumeric()
            || matches!(c, ' ' | '_' | '-' | '.' | '\'' | '’' | '&' | '+' | '!' | '$' | '€' | '£' | '%' | '\u{a0}')
            || flag(c)
    };
    let mut rest = run.text.as_str();
    std::iter::from_fn(move || {
        let start = rest.find(|c| within(c) && !matches!(c, ' ' | '-' | '.' | '\u{a0}'))?;
        let (mark, body) = rest.split_at(start);
        let end = body.find(|c| !within(c)).unwrap_or(body.len());
        let whole = body.get(..end)?;
        // "NL - EU", "Offered by korsak. Sent from Serbia", "🇷🇸 korsak"
        let dash = [" - ", " -- ", ". "].iter().filter_map(|dash| whole.find(dash)).min();
        let flags = if whole.starts_with(flag) { whole.char_indices().nth(2).map(|(at, _)| at) } else { None };
        let end = dash.into_iter().chain(flags).min().unwrap_or(end);
        let (text, more) = body.split_at(end);
        rest = more;
        let text = text.trim_end_matches(['-', ' ', '\u{a0}']);
        // A stop ends a sentence; in "M.J." and "U.S." it is a part of the word.
        let stop = text.strip_suffix('.').filter(|head| !head.contains('.') && head.chars().count() > 3);
        Some((mark, stop.unwrap_or(text)))
    })
}

fn part(text: &str) -> Part {
    if !(2..=60).contains(&text.len()) {
        return Part::Other;
    }
    if let Some((way, place)) = told(text) {
        return Part::Sent(way, place.to_owned());
    }
    if is_place(text) {
        return Part::Place(text.to_owned());
    }
    if is_count(text) {
        return Part::Count;
    }
    if ["digital", "download", "online", "instant", "file", "files", "digitale", "numérique", "cyfrowy", "цифровой", "цифровое"]
        .contains(&text.to_lowercase().as_str())
    {
        return Part::Digital;
    }
    if text.contains([' ', '\u{a0}']) {
        let lower = text.to_lowercase();
        let lower = if lower.len() == text.len() { lower.as_str() } else { text };
        let lead = BY.iter().filter(|lead| lower.strip_prefix(**lead).is_some_and(|rest| rest.starts_with([' ', '\u{a0}'])));
        if let Some(lead) = lead.max_by_key(|lead| lead.len()) {
            let rest = text.get(lead.len()..).unwrap_or("").trim();
            return match both(rest) {
                Some((name, place, sent)) => Part::Both(name, place, sent),
                None if is_name(rest) && !is_state(rest) => Part::By(rest.to_owned()),
                None => Part::Other,
            };
        }
        if let Some((name, place, sent)) = both(text) {
            return match (is_name(&name), sent) {
                (true, _) => Part::Both(name, place, sent),
                (false, true) => Part::Sent(Way::From, place),
                (false, false) => Part::Other,
            };
        }
    }
    if is_name(text) && !is_state(text) { Part::Name(text.to_owned()) } else { Part::Other }
}

/// "212 sales", "98.5 %", "4,9 stars"
fn is_count(text: &str) -> bool {
    const KNOWN: &[Label] = &[Label::Sales, Label::Rating, Label::FeedbackCount, Label::PositivePercent];
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.split_whitespace().count() <= 4
        && (text.ends_with('%') || text.split(|c: char| !c.is_alphabetic()).any(|word| label(word).is_some_and(|own| KNOWN.contains(&own))))
}

/// Whether a word tells of what kind or in which state goods are, or how they are sent.
pub(super) fn is_state(text: &str) -> bool {
    #[rustfmt::skip]
    const STATES: &[&str] = &[
        "new", "used", "hot", "sale", "promo", "bulk", "sample", "samples", "physical", "digital", "product", "service", "premium", "standard", "trusted", "verified", "top", "featured",
        "sponsored", "sticky", "auto", "instant", "manual", "unlimited", "limited", "private", "public", "wholesale", "retail", "domestic", "international", "express", "tracked", "letter",
        "post", "mail", "courier", "drop", "deaddrop", "parcel", "pickup", "gram", "grams", "piece", "pieces", "pack", "batch", "bag", "box", "lot", "weight", "updated", "popular",
        "few", "plenty", "low", "high", "medium", "good", "mint", "excellent", "fair", "online", "offline", "neu", "gebraucht", "aktion", "physisch", "gramm", "stück", "brief", "paket",
        "nouveau", "neuf", "occasion", "physique", "numérique", "pièce", "nuevo", "usado", "físico", "oferta", "pieza", "nuovo", "usato", "fisico", "digitale", "novo", "peça", "nieuw",
        "gebruikt", "fysiek", "digitaal", "nowy", "nowe", "używany", "używane", "fizyczny", "cyfrowy", "sztuka", "новый", "новое", "бу", "физический", "цифровой", "грамм", "штука", "тайник",
        "прикоп", "магнит", "клад", "новий", "yeni", "ikinci", "fiziksel", "dijital", "جديد", "مستعمل",
    ];
    STATES.contains(&text.to_lowercase().as_str())
}

/// A mark or a digit within a name, or a capital behind a small letter.
pub(super) fn is_marked(name: &str) -> bool {
    name.contains(['_', '.'])
        || name.bytes().any(|byte| byte.is_ascii_digit())
        || name.as_bytes().windows(2).any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()))
}

/// A place in letters, a code in capitals, a flag.
fn is_place(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let code = letters <= 3 && text.chars().all(char::is_alphabetic);
    (text.len() <= 40 && (!code || text.chars().all(char::is_uppercase)) || !text.is_ascii()) && only_places(text) && is_named(text)
}

/// "korsak from Serbia", "korsak in RS"
fn both(text: &str) -> Option<(String, String, bool)> {
    let at = text.find([' ', '\u{a0}'])?;
    let (name, rest) = (text.get(..at)?, text.get(at..)?.trim_start());
    let rest = rest.trim_matches(['.', ',']);
    if rest.len() < 4 || name.len() < 2 {
        return None;
    }
    let lower = rest.to_lowercase();
    let between = BETWEEN.iter().filter(|word| lower.strip_prefix(**word).is_some_and(|tail| tail.starts_with([' ', '\u{a0}'])));
    let Some(between) = between.max_by_key(|word| word.len()) else {
        // "korsak lo manda desde Serbia": a sentence of few words that ends in where from.
        let (_, behind) = lower.match_indices(' ').take(4).find_map(|(at, _)| {
            let tail = lower.get(at + 1..)?;
            let word = FROM.iter().filter(|word| tail.strip_prefix(**word).is_some_and(|rest| rest.starts_with([' ', '\u{a0}'])));
            Some((word.max_by_key(|word| word.len())?, at)).map(|(word, at)| (word, at + 1 + word.len()))
        })?;
        let place = rest.get(behind..)?.trim();
        let said = lower.get(..behind)?.split(' ').all(|word| word.chars().all(char::is_alphabetic));
        return (rest.len() == lower.len() && said && is_place(place)).then(|| (name.to_owned(), place.to_owned(), true));
    };
    let place = rest.get(between.len()..)?.trim();
    let sent = *between != "в" && (FROM.contains(between) || between.contains(' '));
    is_place(place).then(|| (name.to_owned(), place.to_owned(), sent))
}

/// Whether a text ends with a word before the name of who sells or writes.
pub(super) fn ends_with_by(text: &str) -> bool {
    let lower = text.trim_end().trim_end_matches(':').to_lowercase();
    BY.iter().any(|word| lower.strip_suffix(word).is_some_and(|head| head.is_empty() || head.ends_with(|c: char| !c.is_alphanumeric())))
}

/// One word that may be the name of an account.
pub(super) fn is_name(text: &str) -> bool {
    let length = text.chars().count();
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (2..=28).contains(&length)
        && letters >= 2
        && digits <= letters
        && !text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '\'' | '!'))
        && vendor_name(text) == text
        && label(text).is_none()
        && split(text).is_none()
        && !only_places(text)
        && !is_coin(text)
        && phrases::availability(text).is_none()
        && phrases::escrow_words(text).is_none()
        && phrases::escrow_tag(text).is_none()
        && phrases::price_words(text).is_none()
}

/// The place that stands in one line with the name of a seller: "by korsak · RS".
pub(super) fn beside(outline: &Outline<'_>, name: &str, from: usize) -> Option<(usize, String)> {
    let runs = outline.runs.get(from..outline.runs.len().min(from + 200))?;
    runs.chunk_by(|_, next| next.before == Break::Soft).find_map(|line| {
        let length: usize = line.iter().map(|run| run.text.len() + 1).sum();
        if length > MAX_LINE || !line.iter().any(|run| run.text.contains(name)) {
            return None;
        }
        let mut atoms = line
            .iter()
            .filter(|run| !outline.in_link(run.element))
            .flat_map(|run| parts(run).map(move |(mark, text)| (run, mark.contains(ARROWS), text)));
        atoms.find_map(|(run, arrow, text)| match part(text) {
            Part::Place(place) | Part::Both(_, place, _) | Part::Sent(Way::From, place) if !arrow => Some((run.element, place)),
            _ => None,
        })
    })
}

/// Whether a word in a sentence can be the name of an account and is no common word.
pub(super) fn is_handle(text: &str) -> bool {
    const COMMON: &[&str] = &[
        "weight",
        "gram",
        "grams",
        "piece",
        "pieces",
        "the",
        "me",
        "us",
        "order",
        "it",
        "this",
        "that",
        "hand",
        "mail",
        "post",
        "request",
        "stück",
        "gewicht",
        "uns",
        "mir",
        "nous",
        "moi",
        "pièce",
        "nosotros",
        "peso",
        "me",
        "noi",
        "pezzo",
        "nós",
        "peça",
        "ons",
        "mij",
        "stuk",
        "nas",
        "mnie",
        "sztuki",
        "нас",
        "нами",
        "вес",
        "штука",
        "a",
        "an",
        "our",
        "trusted",
        "verified",
        "usually",
        "who",
        "which",
        "she",
        "he",
        "they",
        "we",
        "i",
        "seller",
        "everything",
        "all",
        "item",
        "items",
        "market",
        "marketplace",
        "several",
        "one",
    ];
    is_name(text) && text.chars().count() >= 3 && !COMMON.contains(&text.to_lowercase().as_str())
}

/// What stands in each slot of all cards.
struct Columns {
    slots: HashMap<Slot, Vec<(usize, usize)>, FxBuildHasher>,
    cards: usize,
}

impl Columns {
    fn of(own: &[Vec<(Slot, Atom)>]) -> Self {
        let mut slots: HashMap<Slot, Vec<(usize, usize)>, FxBuildHasher> = HashMap::default();
        for (card, atoms) in own.iter().enumerate() {
            for (at, (slot, _)) in atoms.iter().enumerate() {
                slots.entry(*slot).or_default().push((card, at));
            }
        }
        Columns { slots, cards: own.len() }
    }

    /// The slot that holds names: nearly always one, of at least two accounts, with a place or a word in its line that vouches for it.
    fn names(&self, own: &[Vec<(Slot, Atom)>], taken: &HashSet<String, FxBuildHasher>) -> Option<Slot> {
        let mut best: Option<(usize, Slot)> = None;
        for (slot, members) in &self.slots {
            let mut names: HashSet<&str> = HashSet::new();
            let (mut count, mut sure, mut beside, mut foreign, mut marked) = (0, 0, 0, 0, 0);
            for (card, at) in members {
                let Some(atoms) = own.get(*card) else { continue };
                let name = match atoms.get(*at).map(|(_, atom)| &atom.part) {
                    Some(Part::Both(name, ..) | Part::By(name)) if !is_state(name) => {
                        sure += 1;
                        name
                    }
                    Some(Part::Name(name)) => name,
                    _ => continue,
                };
                count += 1;
                foreign += usize::from(taken.contains(&name.to_lowercase()));
                marked += usize::from(is_marked(name));
                names.insert(name);
                let line = |other: &Slot| other.0 == slot.0;
                let placed = |part: &Part| matches!(part, Part::Place(_) | Part::Sent(..) | Part::Digital);
                let next = atoms.get(at + 1).is_some_and(|(other, atom)| line(other) && atom.part == Part::Count);
                beside += usize::from(next || atoms.iter().any(|(other, atom)| line(other) && placed(&atom.part)));
            }
            let whole = count * 10 >= members.len() * 9 && count * 10 >= self.cards * 7;
            let vouched = sure * 10 >= count * 9 || beside * 10 >= count * 8;
            // Kinds and states are few, and plain words.
            let several = names.len() >= 2
                && if marked * 3 >= count {
                    names.len() * 6 >= count
                } else {
                    names.len() >= 3 && names.len() * 4 >= count || sure == count
                };
            if whole && vouched && foreign * 5 <= count && several {
                let value = (sure * 4 + beside * 2 + count, *slot);
                // The first of the card, where two are alike.
                if best.is_none_or(|(own, other)| value.0 > own || value.0 == own && (slot.2, slot.0, slot.1) < (other.2, other.0, other.1))
                {
                    best = Some(value);
                }
            }
        }
        best.map(|(_, slot)| slot)
    }

    /// The slot that holds places in nearly all cards that have it, the first of a line.
    fn places(&self, own: &[Vec<(Slot, Atom)>]) -> Option<Slot> {
        let place = |(card, at): &&(usize, usize)| {
            own.get(*card).and_then(|atoms| atoms.get(*at)).is_some_and(|(_, atom)| matches!(atom.part, Part::Place(_)) && !atom.arrow)
        };
        let slots = self.slots.iter().filter(|(_, members)| {
            let count = members.iter().filter(place).count();
            // A code that is the same everywhere is the language, or anything.
            let text = |(card, at): &(usize, usize)| match own.get(*card).and_then(|atoms| atoms.get(*at)).map(|(_, atom)| &atom.part) {
                Some(Part::Place(place)) => Some(place.as_str()),
                _ => None,
            };
            let mut texts = members.iter().filter_map(text);
            let first = texts.next();
            let told = first.is_some_and(|first| first.len() > 3) || texts.any(|other| Some(other) != first);
            told && count >= 2 && count * 10 >= members.len() * 9 && count * 10 >= self.cards * 7
        });
        slots.map(|(slot, _)| *slot).min_by_key(|slot| (slot.2, slot.1, slot.0))
    }
}

/// Texts of links outside of the cards that lead to no seller: names of categories, words of the menu.
fn names_elsewhere(outline: &Outline<'_>, cards: &[usize], reader: &Reader<'_>) -> HashSet<String, FxBuildHasher> {
    let mut names: HashSet<String, FxBuildHasher> = HashSet::default();
    let inside = |at: usize| {
        let before = cards.partition_point(|card| *card <= at);
        before.checked_sub(1).and_then(|nth| cards.get(nth)).is_some_and(|card| outline.holds(*card, at))
    };
    for (at, facts) in outline.elements.iter().enumerate() {
        if facts.name != "a" || !(2..=30).contains(&facts.text) || names.len() > 400 || inside(at) {
            continue;
        }
        let seller =
            || attr(facts.element(), "href").and_then(|href| reader.absolute(href)).is_some_and(|url| url.target() == Target::Vendor);
        if let Some(run) = outline.runs.get(facts.first_run)
            && !seller()
        {
            names.insert(run.text.to_lowercase());
        }
    }
    names
}
