//! `/`: question, facets, weeks, hits.

use askama::Template;
use axum::extract::State;
use serde::Deserialize;
use vigie_index::Sort;

use super::listing::seller_address;
use super::marked::{Piece, pieces};
use crate::account::Right;
use crate::search::{self, Found, Question};
use crate::shown;
use crate::web::chart::{self, Bar};
use crate::web::desk::Desk;
use crate::web::form;
use crate::web::frame::Frame;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::{self, Visitor};

/// Hits on a page.
const HITS: usize = 25;
/// Values of a facet that are shown at first.
const VALUES: usize = 8;
/// Weeks of the chart: at most, and at least, so that a bar is not as wide as the page.
const MOST_WEEKS: i64 = 104;
const LEAST_WEEKS: i64 = 26;
/// Fields beside the hits.
const FACETS: &[&str] = &["category", "source", "trait", "calibre", "ships_from", "currency", "intent", "vendor"];

/// Listings below which a value is not counted for research: few of them may be one seller's.
const LEAST: u64 = 5;

/// What is asked.
#[derive(Debug, Clone, Default, Deserialize)]
pub(in crate::web) struct Asked {
    /// In the query language; empty for all.
    #[serde(default)]
    q: String,
    /// First and last day, ISO 8601.
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    sort: String,
    /// Cursor of the last hit of the page before.
    #[serde(default)]
    after: String,
    /// Whether copies are joined.
    #[serde(default)]
    copies: String,
}

/// Orders of hits: code, what it is.
pub(in crate::web) const SORTS: &[(&str, Sort)] =
    &[("new", Sort::NewestFirst), ("best", Sort::Relevance), ("price", Sort::PriceAsc), ("dear", Sort::PriceDesc), ("risk", Sort::Risk)];

impl Asked {
    /// The address of the same question with something else in it.
    fn link(&self, changed: impl FnOnce(&mut Self)) -> String {
        let mut other = Self { after: String::new(), ..self.clone() };
        changed(&mut other);
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        let all = [
            ("q", &other.q),
            ("from", &other.from),
            ("to", &other.to),
            ("sort", &other.sort),
            ("copies", &other.copies),
            ("after", &other.after),
        ];
        for (name, value) in all.into_iter().filter(|(_, value)| !value.is_empty()) {
            pairs.append_pair(name, value);
        }
        let query = pairs.finish();
        if query.is_empty() { "/".to_owned() } else { format!("/?{query}") }
    }

    /// The question as other pages take it.
    fn as_watch(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new()).append_pair("query", &self.query()).finish()
    }

    fn sort(&self) -> Sort {
        let default = if self.q.trim().is_empty() { Sort::NewestFirst } else { Sort::Relevance };
        SORTS.iter().find(|(code, _)| *code == self.sort).map_or(default, |(_, sort)| *sort)
    }

    fn query(&self) -> String {
        let typed = if self.q.trim().is_empty() { "*" } else { self.q.trim() };
        let day = |day: &str| Some(day.to_owned()).filter(|day| day.parse::<jiff::civil::Date>().is_ok());
        search::within(typed, day(&self.from).as_deref(), day(&self.to).as_deref())
    }
}

/// A field with its commonest values.
struct Facet {
    name: String,
    values: Vec<Choice>,
    more: Vec<Choice>,
}

/// A value that narrows the question.
struct Choice {
    value: String,
    count: String,
    href: String,
    chosen: bool,
}

/// A listing among the hits.
struct Row {
    found: Found,
    title: String,
    snippet: Vec<Piece>,
    price: String,
    seen: String,
    sure: String,
    /// Name of the seller's account and where its dossier is.
    vendor: Option<(String, String)>,
}

impl Row {
    /// What is left of it for whoever may not know who sells where: no word of a page, no name, no address.
    fn without_names(self) -> Self {
        let found = Found {
            source: String::new(),
            url: String::new(),
            listing: String::new(),
            key: String::new(),
            vendor: None,
            snippet: None,
            ..self.found
        };
        Self { title: String::new(), snippet: Vec::new(), vendor: None, found, ..self }
    }
}

#[derive(Template)]
#[template(path = "search.html")]
struct Page<'a> {
    frame: Frame,
    asked: &'a Asked,
    summary: String,
    rows: Vec<Row>,
    facets: Vec<Facet>,
    chart: String,
    /// Why the question is not understood.
    problem: String,
    costs: Vec<String>,
    sorts: Vec<(&'static str, bool)>,
    next: String,
    /// Nothing was ever collected.
    empty: bool,
    fields: Vec<(&'static str, &'static str)>,
}

pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor, form::Asked(asked): form::Asked<Asked>) -> Answer {
    let frame = Frame::new(&visitor, "/", visitor.locale.say("nav.search"));
    let sorts = SORTS.iter().map(|(code, sort)| (*code, *sort == asked.sort())).collect();
    let mut page = Page {
        frame,
        asked: &asked,
        summary: String::new(),
        rows: Vec::new(),
        facets: Vec::new(),
        chart: String::new(),
        problem: String::new(),
        costs: Vec::new(),
        sorts,
        next: String::new(),
        empty: false,
        fields: vigie_index::fields().collect(),
    };
    let Some(index) = desk.index()? else {
        page.empty = true;
        return Frame::page(&page);
    };
    let named = visitor.may(Right::ReadNamed);
    if !visitor.may_ask(&asked.q) {
        page.problem = visitor.locale.say("ask.no_names").to_owned();
        return Frame::page(&page);
    }
    let query = visitor.within(&asked.query());
    if let Err(error) = search::parse(&query) {
        page.problem = format!("{error:#}");
        return Frame::page(&page);
    }
    visitor.log(&desk, "search", &query).await?;
    let after =
        if asked.after.is_empty() { None } else { Some(asked.after.parse().map_err(|error| Trouble::unclear(format!("{error}")))?) };
    let facets = FACETS.iter().filter(|field| named || !visitor::NAMING.contains(field));
    let count_by = facets.chain(&["week"]).map(|field| (*field).to_owned()).collect();
    let question = Question { query, limit: HITS, sort: asked.sort(), after, count_by, collapse: !asked.copies.is_empty() };
    let answer = match search::ask(&desk.pool, &index, &question).await {
        Ok(answer) => answer,
        Err(error) if error.chain().any(|cause| cause.is::<vigie_index::QueryError>()) => {
            page.problem = format!("{error:#}");
            return Frame::page(&page);
        }
        Err(error) => return Err(error.into()),
    };
    let locale = visitor.locale;
    page.summary = locale.tell("hits.of", &[&locale.number(answer.hits.len() as u64), &locale.number(answer.total)]);
    page.next = answer.hits.last().filter(|_| answer.more).map_or_else(String::new, |last| {
        let cursor = last.cursor.to_string();
        asked.link(|other| other.after = cursor)
    });
    // Whoever asks for nothing in particular knows that all is asked for.
    page.costs = if asked.q.trim().is_empty() { Vec::new() } else { answer.costs };
    for (field, mut counts) in answer.counts {
        if !named {
            counts.retain(|(_, count)| *count >= LEAST);
        }
        if field == "week" {
            page.chart = weeks(&asked, &counts, &page.frame);
        } else if !counts.is_empty() {
            page.facets.push(facet(&asked, field, counts, &page.frame));
        }
    }
    page.rows =
        answer.hits.into_iter().map(|found| row(found, &page.frame)).map(|row| if named { row } else { row.without_names() }).collect();
    Frame::page(&page)
}

fn row(found: Found, frame: &Frame) -> Row {
    let ranges: Vec<(usize, usize, String)> =
        found.snippet.iter().flat_map(|one| one.highlights.iter().map(|(start, end)| (*start, *end, "hit".to_owned()))).collect();
    let snippet = found.snippet.as_ref().map(|one| pieces(&one.text.replace('\n', " "), &ranges)).unwrap_or_default();
    let price = match (&found.price_amount, &found.price_currency) {
        (Some(amount), Some(currency)) => format!("{amount} {currency}"),
        (Some(amount), None) => amount.clone(),
        _ => String::new(),
    };
    Row {
        title: shown::headline(&found.title),
        snippet,
        price,
        seen: frame.locale.date(&found.last_seen),
        sure: frame.locale.percent(&found.probability),
        vendor: found.vendor.as_ref().map(|name| (shown::headline(name), seller_address(&found.source, name))),
        found,
    }
}

fn facet(asked: &Asked, field: String, counts: Vec<(String, u64)>, frame: &Frame) -> Facet {
    let choice = |(value, count): (String, u64)| {
        let term = format!("{field}:{}", quoted(&value));
        let chosen = asked.q.contains(&term);
        let q = if chosen { asked.q.replacen(&term, "", 1) } else { format!("{} {term}", asked.q) };
        let href = asked.link(|other| other.q = q.split_whitespace().collect::<Vec<_>>().join(" "));
        Choice { value: shown::headline(&value), count: frame.locale.number(count), href, chosen }
    };
    let mut values: Vec<Choice> = counts.into_iter().take(VALUES * 5).map(choice).collect();
    let more = values.split_off(values.len().min(VALUES));
    Facet { name: field, values, more }
}

/// A value as the query language takes it, whole.
fn quoted(value: &str) -> String {
    if !value.is_empty() && value.chars().all(|c| c.is_ascii_alphanumeric() || "._-".contains(c)) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The listings by the week in which they were first seen, without gaps, the latest last.
fn weeks(asked: &Asked, counts: &[(String, u64)], frame: &Frame) -> String {
    let mut found: Vec<(jiff::civil::Date, u64)> = counts.iter().filter_map(|(week, count)| Some((monday(week)?, *count))).collect();
    found.sort_unstable();
    let (Some((first, _)), Some((last, _))) = (found.first().copied(), found.last().copied()) else { return String::new() };
    let mut bars = Vec::new();
    let before = |weeks: i64| last.saturating_sub(jiff::Span::new().weeks(weeks - 1));
    let mut monday = first.max(before(MOST_WEEKS)).min(before(LEAST_WEEKS));
    while monday <= last {
        let value = found.binary_search_by_key(&monday, |(week, _)| *week).ok().and_then(|at| found.get(at)).map_or(0, |(_, count)| *count);
        let sunday = monday.saturating_add(jiff::Span::new().days(6));
        let href = asked.link(|other| (other.from, other.to) = (monday.to_string(), sunday.to_string()));
        let said = frame.tell("week.of", &[&monday.to_string(), &frame.locale.number(value)]);
        bars.push(Bar { label: monday.to_string(), value, href, said });
        monday = monday.saturating_add(jiff::Span::new().weeks(1));
    }
    chart::bars(&bars, frame.say("weeks.title"))
}

/// The first day of a week in ISO 8601 writing, `2026-W47`.
pub(super) fn monday(week: &str) -> Option<jiff::civil::Date> {
    let (year, week) = week.split_once("-W")?;
    let week = jiff::civil::ISOWeekDate::new(year.parse().ok()?, week.parse().ok()?, jiff::civil::Weekday::Monday).ok()?;
    Some(week.date())
}

/// Key of the name of an order.
pub(in crate::web) fn sort_key(code: &str) -> &'static str {
    match code {
        "new" => "sort.new",
        "price" => "sort.price",
        "dear" => "sort.dear",
        "risk" => "sort.risk",
        _ => "sort.best",
    }
}

/// Key of the name of a facet.
pub(in crate::web) fn facet_key(field: &str) -> &'static str {
    match field {
        "category" => "facet.category",
        "source" => "facet.source",
        "trait" => "facet.trait",
        "calibre" => "facet.calibre",
        "ships_from" => "facet.ships_from",
        "currency" => "facet.currency",
        "intent" => "facet.intent",
        _ => "facet.vendor",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_where_the_language_needs_it() {
        assert_eq!(quoted("firearm.pistol"), "firearm.pistol");
        assert_eq!(quoted("Iron \"Dave\" \\"), "\"Iron \\\"Dave\\\" \\\\\"");
        assert_eq!(monday("2026-W47").map(|date| date.to_string()).as_deref(), Some("2026-11-16"));
    }
}
