//! Where prices stand on a page.

mod bare;
mod rates;

use std::cell::OnceCell;
use std::collections::HashSet;

use self::rates::COINS;
use super::labels::{Label, label, split};
use super::outline::{Break, Facts, Outline, Run};
use super::reader::Reader;
use super::role::{self, Role};
use crate::html::attr;
use crate::money::{self, Price};
use crate::quantity;

/// Characters of the largest element taken for a price with its surroundings.
const LABEL_SIZE: usize = 48;
/// Characters of the largest element whose words tell what a price in it is for.
const CONTEXT_SIZE: usize = 90;
/// Runs of one element that are looked through: elements lie in one another, and a price stands near the beginning of its own.
const MAX_RUNS: usize = 200;
/// Bytes of the line on which a price stands that are looked at on either side.
const MAX_LINE: usize = 200;
/// Prices looked for on one page.
const MAX_PRICES: usize = 20_000;

/// A price and the smallest element that holds it whole.
#[derive(Debug, Clone)]
pub struct PriceAt {
    /// Position of the element.
    pub element: usize,
    /// The first price in it.
    pub price: Price,
    /// What it is for.
    pub role: Role,
    /// Another price than the one asked for now.
    pub other: bool,
    /// Not shown, as far as the page itself says so.
    pub unseen: bool,
    /// Written without a currency; it has the page's.
    pub bare: bool,
    /// What stands before and after it, where its text holds several prices.
    beside: Option<(String, String)>,
    /// The run in which it begins.
    pub run: usize,
}

impl PriceAt {
    /// Whether it is what an empty account holds, "0.00", and no price of goods; gifts cost "0 €".
    pub fn is_balance(&self) -> bool {
        self.price.amount.is_zero() && self.price.raw.contains(['.', ','])
    }
}

/// Finds prices in short texts and counts them in [`super::outline::Facts::prices`] of all ancestors.
///
/// `currency` is that of the page, where it declares one: it goes to amounts without a sign that stand where prices stand. `home` is
/// the one that a sign stands for which several share, where something tells.
pub fn mark(outline: &mut Outline<'_>, reader: &Reader<'_>, currency: Option<&str>, home: Option<&str>) -> Vec<PriceAt> {
    let reading = Reading { home: reader.currency.or(currency).or(home), crypto: reader.crypto };
    let reading = &reading;
    let mut seen: HashSet<usize> = HashSet::new();
    let mut found: Vec<PriceAt> = Vec::new();
    let mut bare: Vec<usize> = Vec::new();
    // Elements lie in one another, and each asks for the same runs.
    let priced: Vec<OnceCell<bool>> = outline.runs.iter().map(|_| OnceCell::new()).collect();
    let is_priced = |number: usize| {
        let short = outline.runs.get(number).filter(|run| run.text.len() <= 40).zip(priced.get(number));
        short.is_some_and(|(run, known)| *known.get_or_init(|| first_price(&run.text, reading).is_some()))
    };
    for (number, run) in outline.runs.iter().enumerate() {
        if run.text.len() > 200 || !money::has_digit(&run.text) || found.len() >= MAX_PRICES {
            continue;
        }
        if is_fraction(outline, number) || goes_on(outline, number) {
            continue;
        }
        // An amount and its currency, or its cents, may stand in neighbouring elements: look for the smallest that holds all.
        let split = is_fraction(outline, number + 1) || goes_on(outline, number + 1);
        let mut holder = run.element;
        let mut in_run = if split { Vec::new() } else { prices_of(&run.text, reading) };
        if in_run.len() > 1 {
            // "Was $479 now $425": each with the words around it.
            found.extend(several(number, run, in_run));
            continue;
        }
        let alone = !in_run.is_empty();
        let mut price = in_run.pop();
        // In a name with a number in it the currency of the price behind it is none of the number's.
        let wordy = run.text.chars().filter(|c| c.is_alphabetic()).count() > 12;
        let reach = match (alone, wordy) {
            (true, _) => 0,
            (false, true) => 1,
            (false, false) => 16,
        };
        for (at, facts) in outline.ancestors(run.element).take(reach) {
            if facts.text > LABEL_SIZE || facts.links > 1 || !seen.insert(at) {
                break;
            }
            // A number beside a price that is whole in itself: the pieces that it buys, the number of instalments.
            if !split && (facts.first_run..facts.last_run).any(|other| other != number && is_priced(other)) {
                break;
            }
            // Of an element with no other run that was asked already.
            let read = !split && facts.last_run == facts.first_run + 1;
            let whole = if read { None } else { first_price(&text_of(outline, at), reading) };
            price = whole.or_else(|| by_icon(outline, at, reading));
            if price.is_some() {
                holder = at;
                break;
            }
        }
        match price {
            Some(price) => found.push(found_at(holder, number, price, false)),
            None if run.text.len() <= 16 => bare.push(number),
            None => {}
        }
    }
    let single = {
        let mut known: Vec<&str> = found.iter().filter_map(|at| at.price.currency.as_deref()).collect();
        known.sort_unstable();
        known.dedup();
        if let [only] = known.as_slice() { Some((*only).to_owned()) } else { None }
    };
    if let Some(currency) = reader.currency.map(str::to_owned).or_else(|| currency.map(str::to_owned)).or(single) {
        let holders: HashSet<usize> = found.iter().map(|at| at.element).collect();
        let part = |number: &usize| {
            let run = outline.runs.get(*number);
            run.is_some_and(|run| outline.ancestors(run.element).take(5).any(|(at, _)| holders.contains(&at)))
        };
        let whole: Vec<PriceAt> =
            bare.into_iter().filter(|number| !part(number)).filter_map(|number| bare::price(outline, number, &currency)).collect();
        found.extend(whole);
    }
    found.extend(bare::in_columns(outline, &found, reader.crypto));
    found.sort_by_key(|at| at.element);
    let positions: Vec<usize> = found.iter().map(|at| at.element).collect();
    ranges(outline, &mut found);
    conversions(outline, &mut found);
    let runs: HashSet<usize> = found.iter().map(|at| at.run).collect();
    let mut marked = Vec::new();
    for at in found.iter_mut() {
        if matches!(at.role, Role::Upper | Role::Converted) {
            at.other = true;
            at.unseen = role::is_out_of_sight(outline, at.element);
            marked.push(false);
            continue;
        }
        let (role, by_mark) = role_of(outline, at, &positions, &runs);
        at.role = role;
        at.other = role != Role::Asked;
        at.unseen = role::is_out_of_sight(outline, at.element);
        marked.push(by_mark && role == Role::Old);
    }
    // "Regular price" and "normal price" are former ones only beside another.
    let asked: Vec<usize> = found.iter().filter(|at| !at.other && !at.unseen).map(|at| at.element).collect();
    for (at, _) in found.iter_mut().zip(marked).filter(|(_, marked)| *marked) {
        let count = |positions: &[usize], above: usize, end: usize| {
            positions.partition_point(|p| *p < end) - positions.partition_point(|p| *p < above)
        };
        let alone = |(above, facts): &(usize, &Facts<'_>)| count(&positions, *above, facts.end) <= 1;
        let shared = outline.ancestors(at.element).skip(1).take(8).find(|above| !alone(above));
        // What holds one price and a link is a record of its own: the prices of others are not beside it.
        let record = || outline.ancestors(at.element).take(8).take_while(alone).any(|(_, facts)| facts.links > 0);
        if shared.is_some_and(|(above, facts)| facts.text > 400 || count(&asked, above, facts.end) == 0 || record()) {
            at.role = Role::Asked;
            at.other = false;
        }
    }
    if found.iter().all(|at| at.other || at.unseen) {
        // "Regular price" is the price where nothing else is.
        for at in found.iter_mut().filter(|at| matches!(at.role, Role::Old | Role::Net | Role::PerUnit | Role::Means | Role::Tier)) {
            at.other = false;
        }
    }
    for at in found.iter().filter(|at| !at.other && !at.is_balance()) {
        let chain: Vec<usize> = outline.ancestors(at.element).map(|(at, _)| at).collect();
        for above in chain {
            if let Some(facts) = outline.elements.get_mut(above) {
                facts.prices += 1;
            }
        }
    }
    found
}

fn found_at(element: usize, run: usize, price: Price, bare: bool) -> PriceAt {
    PriceAt { element, price, role: Role::Asked, other: false, unseen: false, bare, beside: None, run }
}

/// Prices in neighbouring elements with nothing but a dash between them are the ends of a range.
fn ranges(outline: &Outline<'_>, found: &mut [PriceAt]) {
    for number in 1..found.len() {
        let Some([lower, upper]) = found.get_mut(number - 1..=number) else { continue };
        let (Some(left), Some(right)) = (outline.elements.get(lower.element), outline.elements.get(upper.element)) else { continue };
        let between = outline.runs.get(left.last_run..right.first_run).unwrap_or(&[]);
        let dash = |text: &str| matches!(text.trim(), "-" | "–" | "—" | "bis" | "to" | "à" | "a" | "do" | "до" | "tot" | "até" | "−");
        if matches!(between, [only] if dash(&only.text))
            && upper.price.amount > lower.price.amount
            && upper.price.currency == lower.price.currency
        {
            lower.price.from = true;
            upper.role = Role::Upper;
        }
    }
}

/// An amount in another currency right behind a price is the same once more: markets tell what it comes to in coins.
fn conversions(outline: &Outline<'_>, found: &mut [PriceAt]) {
    let coin = |at: &PriceAt| at.price.currency.as_deref().is_some_and(|code| COINS.contains(&code));
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_key(|number| found.get(*number).map(|at| (at.run, at.price.start)));
    let mut rates: HashSet<usize> = HashSet::new();
    rates::mark(outline, found);
    for pair in order.windows(2) {
        let [one, other] = pair else { continue };
        let (Some(first), Some(second)) = (found.get(*one), found.get(*other)) else { continue };
        if first.price.currency == second.price.currency {
            continue;
        }
        // "1 BTC = 27 050 €" is a rate: neither is a price.
        let behind = outline.runs.get(first.run).and_then(|run| run.text.get(run.text.find(&first.price.raw)? + first.price.raw.len()..));
        let equals = behind.is_some_and(|text| text.trim_start().starts_with(['=', '≈']));
        let rate = equals && first.run == second.run && first.price.amount == rust_decimal::Decimal::ONE;
        let near = second.run.abs_diff(first.run) <= 2
            && outline.ancestors(second.element).take(5).any(|(above, _)| outline.holds(above, first.element));
        let again = first.role == Role::Converted && coin(second);
        let converted = near && (coin(first) != coin(second) || again) && !rates.contains(one);
        if rate {
            rates.extend([*one, *other]);
        }
        for number in [rate.then_some(*one), (rate || converted).then_some(*other)].into_iter().flatten() {
            if let Some(at) = found.get_mut(number) {
                at.role = Role::Converted;
            }
        }
    }
}

/// Several prices in one text.
fn several(number: usize, run: &Run, prices: Vec<Price>) -> Vec<PriceAt> {
    let text = run.text.as_str();
    let ends: Vec<usize> = std::iter::once(0).chain(prices.iter().map(|price| price.end)).collect();
    let starts: Vec<usize> = prices.iter().map(|price| price.start).skip(1).chain(std::iter::once(text.len())).collect();
    let around = prices.into_iter().zip(ends.into_iter().zip(starts));
    around
        .map(|(price, (from, to))| {
            let before = text.get(from..price.start).unwrap_or("").to_owned();
            let after = text.get(price.end..to).unwrap_or("").to_owned();
            PriceAt { beside: Some((before, after)), ..found_at(run.element, number, price, false) }
        })
        .collect()
}

/// What a price is for, from the elements that hold it and no other price.
fn role_of(outline: &Outline<'_>, at: &PriceAt, positions: &[usize], runs: &HashSet<usize>) -> (Role, bool) {
    match at.price.role {
        money::Effect::Off => return (Role::Saving, false),
        money::Effect::Limit => return (Role::Shipping, false),
        money::Effect::Added => return (Role::Surcharge, false),
        money::Effect::Asked => {}
    }
    // "87 € / piece" is what one costs; anything else is for a measure, not for what is sold.
    if at.price.per.is_some_and(|per| per.unit != "piece" || per.count != rust_decimal::Decimal::ONE) {
        return (Role::PerUnit, false);
    }
    let mut around = Vec::new();
    let mut widest = at.element;
    for (above, facts) in outline.ancestors(at.element).take(6) {
        let inside = positions.partition_point(|p| *p < facts.end) - positions.partition_point(|p| *p < above);
        // The first element may hold several prices in one text.
        if inside > 1 && above != at.element {
            break;
        }
        around.push(above);
        if facts.text <= CONTEXT_SIZE {
            widest = above;
        }
    }
    // A stroke goes through all that it holds, the same price for screen readers included.
    if outline.ancestors(at.element).take(4).any(|(_, facts)| role::is_struck(facts.element())) {
        return (Role::Old, false);
    }
    if let Some((before, after)) = &at.beside {
        // "Regular price $24 Sale price $19".
        if label(before) == Some(Label::OldPrice) {
            return (Role::Old, false);
        }
        return role::read(outline, &around, before, after, "");
    }
    let (before, after, first) = line_around(outline, at, widest, runs);
    // A label in front of it, where nothing on its own line tells.
    let own_words = before.chars().any(char::is_alphabetic);
    let named = if own_words { None } else { first.checked_sub(1).and_then(|at| outline.runs.get(at)) };
    let breaks = outline.runs.get(first).map_or(Break::Line, |run| run.before);
    let inner = |run: &Run| outline.holds(widest, run.element) && run.text.split_whitespace().count() <= 4;
    let is_label = |run: &Run| {
        let priced = positions.binary_search(&run.element).is_ok();
        run.text.len() <= 60
            && !priced
            && (breaks < Break::Line || inner(run) || run.text.ends_with(':') || is_term(outline, run.element))
            && !is_statement(&run.text)
    };
    let named = named.filter(|run| is_label(run) && !role::is_out_of_sight(outline, run.element)).map_or("", |run| run.text.as_str());
    let row = if own_words || named.ends_with(':') { None } else { row_head(outline, at.element) };
    // "4 pcs" at the head of a row: what several cost, together or each.
    let several = row.as_deref().is_some_and(|head| quantity::pieces(head).is_some_and(|count| count > 1));
    if several || row.as_deref().is_some_and(|head| role::is_rung(head) && follows_rung(outline, at.element)) {
        return (Role::Tier, false);
    }
    let (role, by_mark) = role::read(outline, &around, &before, &after, row.as_deref().unwrap_or(named));
    (role, by_mark || role == Role::Old)
}

/// Whether a text says whence or whither the goods go: it is complete, and names no price that stands behind it.
fn is_statement(text: &str) -> bool {
    let told = split(text).is_some_and(|(label, _, value)| matches!(label, Label::ShipsFrom | Label::ShipsTo) && !value.is_empty());
    // "Versand: Spanien ➜ Europa"
    let leads = || text.split_once(':').is_some_and(|(_, rest)| super::fields::from_to(rest.trim()).is_some());
    told || leads() || (text.contains(' ') && !text.ends_with(':') && !super::ways::places(text, None).is_empty())
}

/// What stands before and after a price on its line, within an element; and the first run of that line.
fn line_around(outline: &Outline<'_>, at: &PriceAt, within: usize, priced: &HashSet<usize>) -> (String, String, usize) {
    let (Some(facts), Some(outer)) = (outline.elements.get(at.element), outline.elements.get(within)) else {
        return (String::new(), String::new(), 0);
    };
    // In one run, or put together from several.
    let own = outline.runs.get(at.run).filter(|run| run.text.contains(&at.price.raw));
    let (text, mut first, last) = match own {
        Some(run) => (run.text.clone(), at.run, at.run + 1),
        None => (text_of(outline, at.element), facts.first_run, facts.last_run),
    };
    let start = text.find(&at.price.raw).unwrap_or(0);
    let mut before = text.get(..start).unwrap_or("").to_owned();
    let mut after = text.get(start + at.price.raw.len()..).unwrap_or("").to_owned();
    while first > outer.first_run && before.len() < MAX_LINE && outline.runs.get(first).is_some_and(|run| run.before < Break::Line) {
        if priced.contains(&(first - 1)) {
            break;
        }
        first -= 1;
        before.insert(0, ' ');
        before.insert_str(0, outline.runs.get(first).map_or("", |run| run.text.as_str()));
    }
    let behind = outline.runs.get(last..outer.last_run.max(last)).unwrap_or(&[]).iter().enumerate();
    for (number, run) in behind.take_while(|(_, run)| run.before < Break::Line) {
        // What stands around another price speaks of that one.
        if after.len() > MAX_LINE || priced.contains(&(last + number)) {
            break;
        }
        after.push(' ');
        after.push_str(&run.text);
    }
    (before, after, first)
}

/// Whether the row before that of an element begins with a step of a ladder, too.
fn follows_rung(outline: &Outline<'_>, at: usize) -> bool {
    let Some((row, facts)) = outline.ancestors(at).take(6).find(|(_, facts)| facts.name == "tr") else { return false };
    let parent = facts.parent;
    let rows = (parent + 1..row).rev().filter(|above| outline.elements.get(*above).is_some_and(|f| f.name == "tr" && f.parent == parent));
    let before = rows.take(1).next();
    let cell =
        before.and_then(|row| (row + 1..).take(4).find(|at| outline.elements.get(*at).is_some_and(|f| matches!(f.name, "td" | "th"))));
    cell.is_some_and(|cell| role::is_rung(&outline.text_of(cell, 60)))
}

/// The first cell of the row in which an element stands, where it stands in a later one.
fn row_head(outline: &Outline<'_>, at: usize) -> Option<String> {
    let (cell, _) = outline.ancestors(at).take(4).find(|(_, facts)| matches!(facts.name, "td" | "th"))?;
    let (row, _) = outline.ancestors(cell).skip(1).take(2).find(|(_, facts)| facts.name == "tr")?;
    let first = (row + 1..cell).find(|inner| outline.elements.get(*inner).is_some_and(|f| matches!(f.name, "td" | "th")))?;
    (outline.elements.get(first)?.text <= 40).then(|| outline.text_of(first, 60))
}

/// Whether an element says that it names what follows.
fn is_term(outline: &Outline<'_>, at: usize) -> bool {
    outline.ancestors(at).take(2).any(|(_, facts)| {
        let element = facts.element();
        matches!(element.name(), "dt" | "th" | "label")
            || attr(element, "class").is_some_and(|class| {
                let class = class.to_ascii_lowercase();
                class.contains("label") || class.contains("hidden") || class.contains("sr-only") || class.contains("screen-reader")
            })
    })
}

/// Whether a run goes on with the number in which the one before it ends: a comment or an element parts the digits.
fn goes_on(outline: &Outline<'_>, number: usize) -> bool {
    let joined = outline.runs.get(number).filter(|run| run.before == Break::Soft && !run.apart);
    let before = number.checked_sub(1).and_then(|before| outline.runs.get(before));
    let digit = |c: char| c.is_ascii_digit() || matches!(c, '.' | ',');
    joined
        .zip(before)
        .is_some_and(|(run, before)| run.text.starts_with(digit) && before.text.ends_with(digit) && run.element == before.element)
}

/// Two digits in an element that is set smaller, behind digits: cents without a mark.
fn is_fraction(outline: &Outline<'_>, number: usize) -> bool {
    let Some(run) = outline.runs.get(number).filter(|run| run.before == Break::Soft) else { return false };
    let digits = run.text.trim_start_matches([',', '.']).trim_end_matches(|c: char| !c.is_ascii_digit());
    if digits.len() != 2 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let after_digit = number
        .checked_sub(1)
        .and_then(|before| outline.runs.get(before))
        .is_some_and(|before| before.text.trim_end_matches([',', '.', ' ']).ends_with(|c: char| c.is_ascii_digit()));
    after_digit
        && outline.ancestors(run.element).take(2).any(|(at, facts)| {
            matches!(facts.name, "sup" | "small" | "sub")
                || (at == run.element && glued(outline, number))
                || outline.marks(at).iter().any(|mark| {
                    ["cent", "decimal", "fraction", "centime", "kopek", "kurus", "penny", "grosz"].iter().any(|word| mark.starts_with(word))
                        || matches!(mark.as_str(), "dec" | "frac" | "cents" | "pence")
                })
        })
}

/// Two digits in an element of their own without a blank behind "$385" in the element around it.
fn glued(outline: &Outline<'_>, number: usize) -> bool {
    let Some(run) = outline.runs.get(number).filter(|run| !run.apart && run.text.len() == 2) else { return false };
    let around = outline.elements.get(run.element).map(|facts| facts.parent);
    let before = number.checked_sub(1).and_then(|before| outline.runs.get(before)).filter(|before| Some(before.element) == around);
    before.is_some_and(|before| before.text.starts_with(['$', '£', '€', '₺', '₽', '₴']) && !before.text.contains(['.']))
}

/// Text of an element, a decimal mark put before cents that have none.
fn text_of(outline: &Outline<'_>, at: usize) -> String {
    let Some(facts) = outline.elements.get(at) else { return String::new() };
    let range = facts.first_run..facts.last_run;
    if !range.clone().take(MAX_RUNS).skip(1).any(|number| is_fraction(outline, number)) {
        return outline.text_of(at, 200);
    }
    let mut out = String::new();
    for number in range {
        let Some(run) = outline.runs.get(number) else { break };
        if is_fraction(outline, number) {
            let end = out.trim_end_matches(' ').len();
            out.truncate(end);
            if !out.ends_with([',', '.']) && !run.text.starts_with([',', '.']) {
                let grouped = out.rsplit(|c: char| c.is_whitespace()).next().unwrap_or("").contains(',');
                out.push(if grouped { '.' } else { ',' });
            }
        } else if !out.is_empty() && run.apart {
            out.push(' ');
        }
        out.push_str(&run.text);
        if out.len() > 200 {
            break;
        }
    }
    out
}

/// An amount whose currency is a picture: an element inside names it for those who cannot see.
fn by_icon(outline: &Outline<'_>, at: usize, reading: &Reading<'_>) -> Option<Price> {
    let text = text_of(outline, at);
    if !text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | ' ' | '\u{a0}' | '\'')) {
        return None;
    }
    outline.inside(at).take(8).filter_map(|inner| outline.elements.get(inner)).find_map(|facts| {
        let element = facts.element();
        let name = ["aria-label", "alt", "title", "content", "data-currency"].iter().find_map(|name| attr(element, name))?;
        (name.len() <= 8).then(|| first_price(&format!("{text} {name}"), reading)).flatten()
    })
}

/// How signs are read.
struct Reading<'a> {
    home: Option<&'a str>,
    crypto: bool,
}

fn first_price(text: &str, reading: &Reading<'_>) -> Option<Price> {
    prices_of(text, reading).into_iter().next()
}

/// Prices with a currency; of a range the lower end.
fn prices_of(text: &str, reading: &Reading<'_>) -> Vec<Price> {
    if !money::has_digit(text) || !may_be_price(text) {
        return Vec::new();
    }
    let shared = || text.contains(['$', '£', '¥', '₨']) || text.contains("kr") || text.contains("Rs");
    let mut prices = money::find_prices(text, reading.home.filter(|_| shared()), reading.crypto);
    prices.retain(|price| price.currency.is_some());
    if prices.first().is_some_and(|first| first.from) {
        prices.truncate(1);
    }
    prices.truncate(6);
    prices
}

/// A cheap look before the patterns run: something beside digits must stand there.
fn may_be_price(text: &str) -> bool {
    text.chars().any(|c| !c.is_ascii_digit() && !c.is_ascii_whitespace() && !matches!(c, '.' | ',' | ':' | '-' | '/' | '(' | ')' | '%'))
}
