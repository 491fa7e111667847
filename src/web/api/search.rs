//! `/api/v1/search`: question, hits page by page, counts, weeks.

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Value, json};
use vigie_index::Sort;

use super::body::{Asked, answer};
use super::{Answer, cursor, limit, log, veil};
use crate::account::Right;
use crate::search::{self, Found, Question};
use crate::web::desk::Desk;
use crate::web::pages::search::SORTS;
use crate::web::problem::Problem;
use crate::web::visitor::Visitor;

/// Name of the list in its cursors.
const LIST: &str = "search";
/// Fields that tell no names.
const NAMELESS: &[&str] = &["category", "source", "trait", "calibre", "ships_from", "ships_to", "currency", "intent", "week"];
/// What of a hit tells names, texts or addresses.
const NAMES: &[&str] = &["title", "url", "key", "vendor", "snippet"];

/// What is asked.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::web) struct Query {
    #[serde(default)]
    q: String,
    from: Option<jiff::civil::Date>,
    to: Option<jiff::civil::Date>,
    sort: Option<String>,
    after: Option<String>,
    limit: Option<usize>,
    #[serde(default)]
    join_copies: bool,
    #[serde(default)]
    count_by: Vec<String>,
}

impl Query {
    fn sort(&self) -> Result<Sort, Problem> {
        let Some(asked) = &self.sort else {
            return Ok(if self.q.trim().is_empty() { Sort::NewestFirst } else { Sort::Relevance });
        };
        let known = || SORTS.iter().map(|(code, _)| *code).collect::<Vec<_>>().join(", ");
        let sort = SORTS.iter().find(|(code, _)| code == asked).map(|(_, sort)| *sort);
        sort.ok_or_else(|| {
            Problem::unclear("unknown_value", format!("no order is called {asked:?}; hint: {}", known())).with("member", "sort")
        })
    }

    fn check_fields(&self, visitor: &Visitor) -> Result<(), Problem> {
        if !visitor.may_ask(&self.q) {
            return Err(Problem::lacks(Right::ReadNamed, visitor.role_may(Right::ReadNamed)));
        }
        for field in &self.count_by {
            if !search::countable().any(|known| known == field.as_str()) {
                let known = search::countable().collect::<Vec<_>>().join(", ");
                let detail = format!("nothing is counted by {field:?}; hint: {known}");
                return Err(Problem::unclear("unknown_value", detail).with("member", "count_by"));
            }
            if !visitor.may(Right::ReadNamed) && !NAMELESS.contains(&field.as_str()) {
                return Err(Problem::lacks(Right::ReadNamed, visitor.role_may(Right::ReadNamed)));
            }
        }
        Ok(())
    }
}

/// `GET /api/v1/search`.
pub(in crate::web) async fn ask(State(desk): State<Desk>, visitor: Visitor, Asked(asked): Asked<Query>) -> Answer {
    let named = visitor.may(Right::ReadNamed);
    let (limit, sort) = (limit(asked.limit)?, asked.sort()?);
    asked.check_fields(&visitor)?;
    let typed = if asked.q.trim().is_empty() { "*" } else { asked.q.as_str() };
    // As it was asked, so that a problem names the asker's own column.
    search::parse(typed)?;
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    let query = visitor.within(&search::within(typed, day(asked.from).as_deref(), day(asked.to).as_deref()));
    let after = asked.after.as_deref().map(|after| cursor::read(LIST, after)?.parse().map_err(|_| cursor::unknown())).transpose()?;
    log(&desk, &visitor, "search", &query).await?;
    let Some(index) = desk.index()? else {
        return answer(&json!({"total": 0, "items": [], "counts": {}, "costs": []}));
    };
    let question = Question { query, limit, sort, after, count_by: asked.count_by, collapse: asked.join_copies };
    let found = search::ask(&desk.pool, &index, &question).await?;
    let next = found.hits.last().filter(|_| found.more).map(|last| cursor::written(LIST, &last.cursor.to_string()));
    let items = found.hits.iter().map(|one| hit(one, named)).collect::<Result<Vec<_>, _>>()?;
    let mut told = super::page(items, next);
    told["total"] = found.total.into();
    told["costs"] = found.costs.into();
    told["counts"] = found.counts.into_iter().map(|(field, counts)| (field, counted(counts))).collect();
    if let Some(families) = found.families {
        told["families"] = families.into();
    }
    answer(&told)
}

fn counted(counts: Vec<(String, u64)>) -> Value {
    counts.into_iter().map(|(value, count)| json!({"value": value, "count": count})).collect()
}

/// A hit as a program reads it.
pub(super) fn hit(found: &Found, named: bool) -> Result<Value, Problem> {
    let mut hit = serde_json::to_value(found).map_err(anyhow::Error::from)?;
    veil(&mut hit, &["cursor"]);
    if !named {
        veil(&mut hit, NAMES);
    }
    Ok(hit)
}
