//! `/trends`: listings and prices over time, with the weeks shaded in which nothing was observed.

use std::collections::BTreeSet;

use askama::Template;
use axum::extract::State;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde::Deserialize;
use vigie_index::{SearchOptions, Searcher};

use crate::account::Right;
use crate::backtest::weeks;
use crate::database::Connection;
use crate::export::pseudonym::Pseudonyms;
use crate::export::trends::{self, Coverage, Line, Prices};
use crate::store::replicas::Replicas;
use crate::store::sources;
use crate::web::desk::Desk;
use crate::web::form;
use crate::web::frame::Frame;
use crate::web::plot;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;
use crate::{clock, search, shown};

/// Id of the chart, which legends refer to.
const CHART: &str = "trend";
/// Fields to split by, with the keys of their names.
const SPLITS: [(&str, &str); 3] = [("category", "facet.category"), ("source", "facet.source"), ("ships_from", "facet.ships_from")];
/// What can be measured, with the keys of the names.
const MEASURES: [(&str, &str); 3] = [("listings", "trends.listings"), ("once", "trends.once"), ("price", "trends.price")];
/// Weeks that can be looked back.
const SPANS: [usize; 4] = [13, 26, 52, 104];
/// Currencies that are offered beside those of the listings.
const CURRENCIES: [&str; 2] = ["EUR", "USD"];

/// What is asked.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    measure: String,
    split: String,
    weeks: String,
    /// Last day, ISO 8601.
    until: String,
    category: String,
    currency: String,
    /// A question of one's own, in the query language.
    q: String,
}

/// A choice in the form: value, name, whether it is in force.
type Choice = (String, String, bool);

/// A cell of a table.
struct Cell {
    text: String,
    /// The search that shows its listings; empty where there is none.
    href: String,
}

/// A row of a table.
struct Row {
    head: String,
    cells: Vec<Cell>,
}

/// A column of a table, with the swatch of its series where it has one.
struct Head {
    name: String,
    swatch: String,
}

#[derive(Template)]
#[template(path = "trends.html")]
struct Page {
    frame: Frame,
    measures: Vec<Choice>,
    splits: Vec<Choice>,
    spans: Vec<Choice>,
    categories: Vec<Choice>,
    currencies: Vec<Choice>,
    asked: Asked,
    /// Whether a question of one's own may be asked, and cells lead to the search.
    named: bool,
    problem: String,
    empty: bool,
    chart: String,
    ends: (String, String),
    heads: Vec<Head>,
    rows: Vec<Row>,
    notes: Vec<String>,
}

pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor, form::Asked(asked): form::Asked<Asked>) -> Answer {
    let frame = Frame::new(&visitor, "/trends", visitor.locale.say("nav.trends"));
    let named = visitor.may(Right::ReadNamed);
    let one_of = |known: &[(&str, &str)], given: &str| -> String {
        known.iter().find(|(code, _)| *code == given).or(known.first()).map(|(code, _)| (*code).to_owned()).unwrap_or_default()
    };
    let measure = one_of(&MEASURES, &asked.measure);
    let split = one_of(&SPLITS, &asked.split);
    let span = SPANS.into_iter().find(|weeks| weeks.to_string() == asked.weeks).unwrap_or(52);
    let named_choices = |known: &[(&str, &str)], chosen: &str| -> Vec<Choice> {
        known.iter().map(|(code, key)| ((*code).to_owned(), frame.say(key).to_owned(), *code == chosen)).collect()
    };
    let mut codes: BTreeSet<&str> = desk.categories.iter().map(String::as_str).collect();
    codes.extend(desk.categories.iter().filter_map(|code| Some(code.split_once('.')?.0)));
    let mut page = Page {
        measures: named_choices(&MEASURES, &measure),
        splits: named_choices(&SPLITS, &split),
        spans: SPANS.iter().map(|n| (n.to_string(), frame.tell("trends.weeks", &[&n.to_string()]), *n == span)).collect(),
        categories: codes.iter().map(|code| ((*code).to_owned(), (*code).to_owned(), *code == asked.category)).collect(),
        currencies: Vec::new(),
        named,
        problem: String::new(),
        empty: false,
        chart: String::new(),
        ends: (String::new(), String::new()),
        heads: Vec::new(),
        rows: Vec::new(),
        notes: Vec::new(),
        asked: asked.clone(),
        frame,
    };
    let Some(index) = desk.index()? else {
        page.empty = true;
        return Frame::page(&page);
    };
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let config = sources::complete(&mut connection, &desk.config).await?;
    let replicas = Replicas::load(&mut connection, &config).await?.originals();
    let category = Some(asked.category.as_str()).filter(|code| codes.contains(code));
    let query = base(if named { &asked.q } else { "" }, category, replicas.keys());
    let narrowed = visitor.within(&query);
    if let Err(error) = search::parse(&narrowed) {
        page.problem = format!("{error:#}");
        return Frame::page(&page);
    }
    visitor.log(&desk, "trends", &narrowed).await?;
    let searcher = index.searcher().map_err(anyhow::Error::from)?;
    let last = last_day(&searcher, &asked, span)?;
    let ours = trends::Asked {
        query: narrowed,
        split: split.clone(),
        weeks: trends::weeks(last, span),
        copies_once: measure == "once",
        protected: !named,
    };
    let coverage = Coverage::load(&mut connection, &ours.weeks).await?;
    let access = visitor.caller.as_ref().and_then(|caller| caller.access.sources.as_ref());
    let blind: Vec<bool> = ours.weeks.iter().map(|week| !coverage.any(access, *week)).collect();
    page.notes.push(page.frame.say("trends.note").to_owned());
    if ours.protected {
        page.notes.push(page.frame.say("trends.protected").to_owned());
    }
    if measure == "price" {
        let known = currencies(&mut connection, &searcher, &ours).await?;
        let currency = known.iter().find(|code| **code == asked.currency).or(known.first()).cloned().unwrap_or_default();
        page.currencies = known.into_iter().map(|code| (code.clone(), code.clone(), code == currency)).collect();
        let prices = trends::prices(&mut connection, &searcher, &ours, &config, &desk.rates, &currency).await?;
        by_month(&mut page, &prices, &query, &currency, |first| {
            !ours.weeks.iter().zip(&blind).any(|(week, blind)| !blind && touches(*week, first))
        });
    } else {
        page.currencies = CURRENCIES.iter().map(|code| ((*code).to_owned(), (*code).to_owned(), false)).collect();
        let lines = trends::count(&mut connection, &searcher, &ours).await?;
        let pseudonyms = if named { None } else { Some(Pseudonyms::open(&desk.data)?) };
        by_week(&mut page, &lines, &ours, &query, &Known { coverage: &coverage, blind: &blind, pseudonyms: pseudonyms.as_ref() });
    }
    Frame::page(&page)
}

/// The question of the form: what is typed, a category, and nothing of replicas, which are counted once.
fn base<'r>(typed: &str, category: Option<&str>, replicas: impl Iterator<Item = &'r String>) -> String {
    let mut query = if typed.trim().is_empty() { "*".to_owned() } else { typed.trim().to_owned() };
    if let Some(category) = category {
        query = format!("({query}) category:{category}");
    }
    let replicas: Vec<String> = replicas.map(|id| format!("\"{}\"", id.replace(['"', '\\'], ""))).collect();
    if replicas.is_empty() { query } else { format!("({query}) NOT source:({})", replicas.join(" OR ")) }
}

/// The last day of the chart: the one asked for, today, or the last week in which something new was seen where that is long ago.
fn last_day(searcher: &Searcher, asked: &Asked, span: usize) -> Result<Date, Trouble> {
    let today = clock::now().to_zoned(TimeZone::UTC).date();
    if let Ok(day) = asked.until.parse::<Date>() {
        return Ok(day.min(today).max(jiff::civil::date(1990, 1, 1)));
    }
    let newest = tokio::task::block_in_place(|| weeks::observed(searcher, "*"))?.last().copied();
    let first = trends::weeks(today, span).first().copied();
    Ok(newest.filter(|newest| first.is_some_and(|first| *newest < first)).unwrap_or(today))
}

/// Currencies of the listings that match, the commonest first, then those that are always offered.
async fn currencies(connection: &mut Connection, searcher: &Searcher, asked: &trends::Asked) -> Result<Vec<String>, Trouble> {
    let query = search::understand(connection, &asked.query).await?;
    let options = SearchOptions { limit: 0, count_by: vec!["currency".to_owned()], ..SearchOptions::default() };
    let counts = tokio::task::block_in_place(|| searcher.search(&query, &options)).map_err(anyhow::Error::from)?.counts;
    let mut known: Vec<String> = counts.into_values().flatten().map(|(code, _)| code).take(8).collect();
    known.extend(CURRENCIES.iter().map(|code| (*code).to_owned()).filter(|code| !known.contains(code)).collect::<Vec<_>>());
    Ok(known)
}

/// Whether a week has a day in the month that begins then.
fn touches(week: Date, first: Date) -> bool {
    let end = week.saturating_add(6.days());
    week.first_of_month() == first || end.first_of_month() == first
}

/// The address of a search.
fn link(query: &str) -> String {
    format!("/?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("q", query).finish())
}

/// What is known beside the counts.
struct Known<'a> {
    coverage: &'a Coverage,
    /// Weeks in which nothing was observed.
    blind: &'a [bool],
    /// In place of the names of sources.
    pseudonyms: Option<&'a Pseudonyms>,
}

fn by_week(page: &mut Page, lines: &[Line], asked: &trends::Asked, query: &str, known: &Known<'_>) {
    let frame = page.frame.clone();
    let series: Vec<Vec<u64>> = lines.iter().map(|line| line.counts.iter().map(|count| count.unwrap_or_default()).collect()).collect();
    page.chart = plot::stacks(CHART, &series, known.blind, frame.say("trends.chart"));
    let of_source = asked.split == "source";
    for (n, line) in lines.iter().enumerate() {
        let name = match known.pseudonyms {
            _ if line.value.is_empty() => frame.say("trends.others").to_owned(),
            Some(pseudonyms) if of_source => pseudonyms.source(&line.value),
            _ => shown::headline(&line.value),
        };
        page.heads.push(Head { name, swatch: plot::swatch(CHART, n) });
    }
    let day = |week: Option<&Date>| week.map(ToString::to_string).unwrap_or_default();
    page.ends = (day(asked.weeks.first()), day(asked.weeks.last()));
    for (place, week) in asked.weeks.iter().enumerate().rev() {
        let sunday = week.saturating_add(6.days());
        let cell = |line: &Line| {
            let unseen = known.blind.get(place).copied().unwrap_or_default()
                || (of_source && !line.value.is_empty() && !known.coverage.of(&line.value, *week));
            let text = match line.counts.get(place).copied().flatten() {
                None => frame.say("trends.withheld").to_owned(),
                Some(0) if unseen => frame.say("trends.blind").to_owned(),
                Some(count) => frame.locale.number(count),
            };
            let leads = page.named && !line.value.is_empty() && line.counts.get(place).copied().flatten().is_some_and(|count| count > 0);
            let narrowed = || trends::of_value(&trends::first_seen(query, *week, sunday), &asked.split, &line.value);
            Cell { text, href: if leads { link(&narrowed()) } else { String::new() } }
        };
        let cells = lines.iter().map(cell).collect();
        page.rows.push(Row { head: week.to_string(), cells });
    }
}

fn by_month(page: &mut Page, prices: &Prices, query: &str, currency: &str, is_blind: impl Fn(Date) -> bool) {
    let frame = page.frame.clone();
    let number = |value: Option<Decimal>| value?.to_string().parse::<f64>().ok();
    let point = |month: &trends::Month| {
        let prices = month.prices.as_ref()?;
        Some((number(prices.q1)?, number(prices.median)?, number(prices.q3)?))
    };
    let points: Vec<_> = prices.months.iter().map(point).collect();
    let blind: Vec<bool> = prices.months.iter().map(|month| is_blind(month.first)).collect();
    page.chart = plot::band(&points, &blind, &frame.tell("trends.price.chart", &[currency]));
    let label = |month: Option<&trends::Month>| month.map(|month| month.first.strftime("%Y-%m").to_string()).unwrap_or_default();
    page.ends = (label(prices.months.first()), label(prices.months.last()));
    for key in ["trends.prices", "trends.q1", "trends.median", "trends.q3"] {
        page.heads.push(Head { name: frame.say(key).to_owned(), swatch: String::new() });
    }
    for (month, blind) in prices.months.iter().zip(&blind).rev() {
        let end = month.first.last_of_month();
        let leads = page.named && month.n.is_some_and(|n| n > 0);
        let href = if leads { link(&trends::first_seen(query, month.first, end)) } else { String::new() };
        let n = match month.n {
            None => frame.say("trends.withheld").to_owned(),
            Some(0) if *blind => frame.say("trends.blind").to_owned(),
            Some(n) => frame.locale.number(n),
        };
        let figure = |value: Option<Decimal>| Cell {
            text: value.map(|value| value.round_dp(2).to_string()).unwrap_or_default(),
            href: String::new(),
        };
        let figures = month.prices.as_ref().map(|prices| [prices.q1, prices.median, prices.q3]).unwrap_or_default();
        let mut cells = vec![Cell { text: n, href }];
        cells.extend(figures.map(figure));
        page.rows.push(Row { head: month.first.strftime("%Y-%m").to_string(), cells });
    }
    let told = [prices.read as u64, prices.matching, prices.unpriced as u64, prices.unrated as u64].map(|n| frame.locale.number(n));
    // Of few listings these counts would tell what is withheld.
    if page.named {
        page.notes.push(frame.tell("trends.read", &[&told[0], &told[1], &told[2], &told[3]]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_question_leaves_replicas_out_and_takes_a_category() {
        let replicas = ["copy\"1".to_owned(), "copy2".to_owned()];
        assert_eq!(base(" ", None, [].iter()), "*");
        assert_eq!(base("a OR b", Some("firearm"), replicas.iter()), "((a OR b) category:firearm) NOT source:(\"copy1\" OR \"copy2\")");
        for query in
            [base("", Some("firearm.pistol"), replicas.iter()), trends::of_value(&base("", None, replicas.iter()), "source", "x\\\"y")]
        {
            assert!(search::parse(&query).is_ok(), "{query}");
        }
        assert_eq!(link("a b&c"), "/?q=a+b%26c");
    }

    #[test]
    fn weeks_belong_to_the_months_that_they_touch() {
        let week = date(2026, 6, 29);
        assert!(touches(week, date(2026, 6, 1)) && touches(week, date(2026, 7, 1)) && !touches(week, date(2026, 8, 1)));
    }
}
