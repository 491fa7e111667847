//! Links to people on sites whose addresses have no word for them: `/who/korsak`, `/quien/korsak`, `?d=korsak`.
//!
//! The text of such a link is the last part of its address. So are those of categories and tags; but these stand in menus and trails, in rows,
//! and beside others of their kind that are written otherwise, while a person stands once in a record, behind a word for a seller or before
//! a count of deals, and is called what no category is called: `iron_quill`, `Tern77`.

use std::collections::{BTreeMap, HashSet};

use rustc_hash::FxBuildHasher;
use url::Url;

use super::breadcrumbs::Crumb;
use super::byline;
use super::fields::{same_site, vendor_name};
use super::labels::{Label, label, split};
use super::links::Target;
use super::outline::{Break, Facts, Outline};
use super::reader::Reader;
use crate::html::attr;
use crate::money;

/// Links of one page that are looked at.
const MAX_LINKS: usize = 4_000;
/// Characters of a link that may be a name, with a count behind it.
const MAX_NAME: usize = 48;
/// Characters from which on a link is a title or a sentence.
const LONG: usize = 28;

/// What the links of one form of address have in common.
#[derive(Default)]
struct Form {
    /// Element and name of those that their address repeats.
    named: Vec<(usize, String)>,
    /// Their addresses.
    addresses: HashSet<String, FxBuildHasher>,
    /// Addresses of the others.
    others: HashSet<String, FxBuildHasher>,
    /// Whether one of the others reads as a title.
    titles: bool,
}

/// Finds the links to people on a page, and has their addresses lead to sellers from now on; `cards` in page order.
pub fn learn(outline: &Outline<'_>, cards: &[usize], crumbs: &[Crumb], reader: &Reader<'_>) {
    let links = || outline.elements.iter().enumerate().filter(|(_, facts)| facts.name == "a" && facts.text > 0).take(MAX_LINKS);
    let mut forms: BTreeMap<String, Form> = BTreeMap::new();
    for (at, facts) in links().filter(|(_, facts)| (2..=MAX_NAME).contains(&facts.text)) {
        let Some(url) = attr(facts.element(), "href").and_then(|href| reader.absolute(href)) else { continue };
        if matches!(url.target(), Target::Vendor | Target::Unknown)
            && same_site(&url, reader.base())
            && let Some((form, name)) = repeated(&url, &vendor_name(&outline.text_of(at, 80)))
        {
            let form = forms.entry(form).or_default();
            form.named.push((at, name));
            form.addresses.insert(String::from(&*url));
        }
    }
    if reader.crypto {
        rated(outline, cards, reader);
    }
    forms.retain(|_, form| form.named.iter().any(|(_, name)| byline::is_name(name) || name.contains(' ')));
    if forms.is_empty() {
        return;
    }
    for (_, facts) in links() {
        let Some(url) = attr(facts.element(), "href").and_then(|href| reader.absolute(href)) else { continue };
        for form in forms_of(&url) {
            let Some(form) = forms.get_mut(&form) else { continue };
            let address = String::from(&*url);
            if !form.addresses.contains(&address) {
                form.titles |= facts.text > LONG;
                form.others.insert(address);
            }
        }
    }
    let trail: Vec<String> = crumbs.iter().filter_map(|(_, url)| reader.absolute(url.as_deref()?)).flat_map(|url| forms_of(&url)).collect();
    forms.retain(|key, form| !trail.contains(key) && leads_to_people(form, outline, cards, reader));
    let people: HashSet<String, FxBuildHasher> = forms.into_values().flat_map(|form| form.addresses).collect();
    if !people.is_empty() {
        reader.addresses.to_people(&people);
    }
}

/// The only link outside of cards with a rating right behind it, on its line: to who sells what the page is about.
fn rated(outline: &Outline<'_>, cards: &[usize], reader: &Reader<'_>) {
    let mut found: HashSet<String, FxBuildHasher> = HashSet::default();
    let mut elements =
        outline.elements.iter().enumerate().filter(|(_, facts)| facts.name == "a" && !facts.chrome && (2..=32).contains(&facts.text));
    let is_rated = |facts: &Facts<'_>| {
        let next = outline.runs.get(facts.last_run).filter(|next| next.before < Break::Line);
        next.is_some_and(|next| {
            let text = next.text.trim_start_matches(['(', '[', ' ']);
            text.starts_with(['★', '☆', '⭐']) && money::has_digit(text)
                || text.len() <= 12 && text.trim_end_matches([')', ']']).ends_with('%')
        })
    };
    while let Some((at, facts)) = elements.next().filter(|_| found.len() < 2) {
        let before = cards.partition_point(|card| *card <= at);
        let carded = before.checked_sub(1).and_then(|nth| cards.get(nth)).is_some_and(|card| outline.holds(*card, at));
        let name = vendor_name(&outline.text_of(at, 48));
        if carded
            || !is_rated(facts)
            || label(&name).is_some()
            || name.split_whitespace().count() > 3
            || !name.chars().any(char::is_alphabetic)
        {
            continue;
        }
        let url = attr(facts.element(), "href").and_then(|href| reader.absolute(href));
        if let Some(url) = url.filter(|url| url.target() == Target::Unknown && same_site(url, reader.base()) && url.path() != "/") {
            found.insert(String::from(&*url));
        }
    }
    if found.len() == 1 {
        reader.addresses.to_people(&found);
    }
}

/// The forms of an address: its path without the last part, its path with the name of each value asked for.
fn forms_of(url: &Url) -> Vec<String> {
    let asked = url.query_pairs().take(4).map(|(name, _)| format!("{}?{name}", url.path()));
    let within = parted(url).filter(|_| url.query().is_none()).map(|(within, _)| within.to_owned());
    within.into_iter().chain(asked).collect()
}

/// A path, and the last part of it.
fn parted(url: &Url) -> Option<(&str, &str)> {
    let path = url.path().trim_end_matches('/');
    let (within, last) = path.rsplit_once('/')?;
    let named = last.starts_with(['@', '~']) || last.starts_with("%40");
    (!within.is_empty() || named).then_some((within, last))
}

/// The form of an address that repeats a name, and the name as the page writes it.
fn repeated(url: &Url, name: &str) -> Option<(String, String)> {
    if name.chars().count() < 2 || !name.chars().any(char::is_alphabetic) {
        return None;
    }
    let lower = name.to_lowercase();
    let is_same = |value: &str| value.trim_start_matches(['@', '~']).to_lowercase() == lower;
    if let Some((key, _)) = url.query_pairs().take(4).find(|(_, value)| is_same(value)) {
        return Some((format!("{}?{key}", url.path()), name.to_owned()));
    }
    let (within, last) = parted(url).filter(|_| url.query().is_none())?;
    let last = super::vendor::decoded(last);
    let stem = [".html", ".htm", ".php"].iter().find_map(|ending| last.strip_suffix(ending)).unwrap_or(&last);
    is_same(stem).then(|| (within.to_owned(), name.to_owned()))
}

/// Whether the links of one form lead to people.
fn leads_to_people(form: &Form, outline: &Outline<'_>, cards: &[usize], reader: &Reader<'_>) -> bool {
    let facts = |at: usize| outline.elements.get(at);
    let own: Vec<&(usize, String)> = form.named.iter().filter(|(at, ..)| facts(*at).is_some_and(|facts| !facts.chrome)).collect();
    let names: HashSet<&str, FxBuildHasher> = form.named.iter().map(|(_, name)| name.as_str()).collect();
    if own.is_empty() || form.titles || form.others.len() * 2 > names.len() {
        return false;
    }
    let plain = names.iter().filter(|name| byline::is_name(name)).count();
    let marked = names.iter().filter(|name| byline::is_marked(name)).count();
    if plain * 4 < names.len() * 3 || in_rows(form, outline, cards) && marked * 2 < names.len() {
        return false;
    }
    let signs: Vec<Sign> = own.iter().filter_map(|(at, ..)| Some(sign(outline, facts(*at)?))).collect();
    let share = |sign: Sign| signs.iter().filter(|own| **own == sign).count();
    if share(Sign::Other) * 3 > signs.len() {
        return false;
    }
    let signed = form.addresses.iter().any(|url| url.contains("/@") || url.contains("/~"));
    if share(Sign::Seller) * 2 >= signs.len() || signed {
        return true;
    }
    // Elsewhere makers and towns are linked like that.
    if !reader.crypto {
        return false;
    }
    let within = |at: usize| {
        let before = cards.partition_point(|card| *card <= at);
        before.checked_sub(1).and_then(|nth| cards.get(nth)).filter(|card| outline.holds(**card, at)).copied()
    };
    let carded: Vec<usize> = own.iter().filter_map(|(at, ..)| within(*at)).collect();
    let distinct: HashSet<usize, FxBuildHasher> = carded.iter().copied().collect();
    let each = !carded.is_empty() && carded.len() * 10 <= distinct.len() * 11 && distinct.len() * 10 >= cards.len() * 6;
    let alone = names.len() == 1 && carded.is_empty() && form.others.is_empty();
    share(Sign::Counted) * 2 >= signs.len() || marked * 3 >= names.len() || each || alone
}

/// Whether links of a form stand in rows outside of cards: in one line, or one after the other with next to nothing between them.
fn in_rows(form: &Form, outline: &Outline<'_>, cards: &[usize]) -> bool {
    let mut row: Vec<&str> = Vec::new();
    let mut last: Option<&Facts<'_>> = None;
    for (at, name) in &form.named {
        let Some(facts) = outline.elements.get(*at) else { continue };
        let near = last.is_some_and(|last| facts.first_run <= last.last_run + 2);
        let line = near
            && last.is_some_and(|last| {
                let between = outline.runs.get(last.last_run..=facts.first_run).unwrap_or(&[]);
                between.iter().all(|run| run.before < Break::Cell)
            });
        let before = cards.partition_point(|card| card <= at);
        let carded = before.checked_sub(1).and_then(|nth| cards.get(nth)).is_some_and(|card| outline.holds(*card, *at));
        if line && row.last().is_some_and(|last| last != name) {
            return true;
        }
        if !near || carded {
            row.clear();
        }
        if !carded && !row.contains(&name.as_str()) {
            row.push(name);
        }
        if row.len() >= 3 {
            return true;
        }
        last = Some(facts);
    }
    false
}

/// What stands beside a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    /// A word for who sells or writes, before it.
    Seller,
    /// A count of deals or a rating, behind it.
    Counted,
    /// The name of another field, before it.
    Other,
    Nothing,
}

fn sign(outline: &Outline<'_>, facts: &Facts<'_>) -> Sign {
    let first = outline.runs.get(facts.first_run);
    let before = facts.first_run.checked_sub(1).and_then(|at| outline.runs.get(at)).filter(|run| !run.flag);
    if let (Some(first), Some(before)) = (first, before) {
        let near = first.before < Break::Line;
        // A line of its own names what stands below it only where it is all that the line says.
        let field = label(&before.text).or_else(|| {
            // "Item # 90-31 - Weaponry - " has told what it names.
            let last = before.text.rsplit(['|', '·', '•', '—', ',']).next().and_then(|part| part.rsplit(" - ").next()).unwrap_or("").trim();
            label(last).or_else(|| split(last).filter(|(_, _, value)| value.is_empty()).map(|(field, ..)| field)).filter(|_| near)
        });
        match field {
            Some(Label::Vendor) => return Sign::Seller,
            Some(_) if near => return Sign::Other,
            _ => {}
        }
        if near && (byline::ends_with_by(&before.text) || before.text.ends_with('@')) {
            return Sign::Seller;
        }
    }
    let counted = |text: &str| {
        let text = text.trim_start();
        let mark = text.starts_with(['(', '[', '★', '☆', '⭐']);
        mark && text.chars().take(12).any(|c| c.is_ascii_digit() || matches!(c, '★' | '☆' | '⭐'))
            || text.split(char::is_whitespace).take(2).any(|word| word.ends_with('%'))
    };
    let own = outline.runs.get(facts.first_run..facts.last_run).unwrap_or(&[]).iter().any(|run| {
        let name = vendor_name(&run.text);
        run.text.find(&name).and_then(|at| run.text.get(at + name.len()..)).is_some_and(counted)
    });
    let next = outline.runs.get(facts.last_run).filter(|next| next.before < Break::Line);
    if own || next.is_some_and(|next| counted(&next.text)) { Sign::Counted } else { Sign::Nothing }
}
