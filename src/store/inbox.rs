//! Alerts as a person works through them: newest first, narrowed, and never those of sources or cases that are not the reader's, nor of accounts
//! whose use is restricted.

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Row};

use crate::database::select_in;
use crate::store::alerts::{self, AlertRow};

/// What has a notification that tells of it alone. The index `alert_told` has the same words.
const TOLD: &str = "covered_by IS NULL AND gathered_by IS NULL AND held = ''";
/// What nobody has closed.
const OPEN: &str = "state NOT IN ('closed_true', 'closed_false', 'closed_duplicate')";

/// What a reader may see of; `None` for all.
#[derive(Debug, Clone, Default)]
pub struct Reach {
    /// Sources by id.
    pub sources: Option<BTreeSet<String>>,
    /// Cases by reference; alerts without a case are everybody's.
    pub cases: Option<BTreeSet<String>>,
}

impl Reach {
    /// For a reader who may see nothing.
    pub fn nothing() -> Self {
        Self { sources: Some(BTreeSet::new()), cases: Some(BTreeSet::new()) }
    }

    /// Whether an alert of this source and case is in it.
    pub fn holds(&self, source: &str, case: &str) -> bool {
        let of_source = self.sources.as_ref().is_none_or(|sources| sources.contains(source));
        of_source && (case.is_empty() || self.cases.as_ref().is_none_or(|cases| cases.contains(case)))
    }
}

/// Which states are looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum States {
    /// Those of alerts that are not closed.
    #[default]
    Open,
    /// Any.
    Any,
    /// The one of this code.
    One(String),
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// States.
    pub states: States,
    /// Name of the watch; empty for any, and so on.
    pub watch: String,
    /// Code of the priority.
    pub priority: String,
    /// Source id.
    pub source: String,
    /// Who works on it.
    pub assignee: String,
    /// Raised at this time or later, microseconds.
    pub since: i64,
    /// Also what has no notification of its own: copies, what a digest gathered, what options of the watch held back.
    pub all: bool,
}

/// What is not of an account whose use is restricted.
const UNRESTRICTED: &str = "listing_id NOT IN (SELECT l.id FROM restriction r JOIN listing l ON l.vendor_id = r.vendor_id)";

/// Conditions in SQL with the values that stand in them.
#[derive(Default)]
struct Asking {
    conditions: Vec<String>,
    values: Vec<String>,
}

impl Asking {
    fn of(reach: &Reach) -> Self {
        let mut asking = Self { conditions: vec![UNRESTRICTED.to_owned()], ..Self::default() };
        if let Some(sources) = &reach.sources {
            asking.among("source", sources);
        }
        if let Some(cases) = &reach.cases {
            asking.among("case_ref", &cases.iter().cloned().chain([String::new()]).collect());
        }
        asking
    }

    fn place(&mut self, value: &str) -> String {
        self.values.push(value.replace('\0', ""));
        format!("${}", self.values.len())
    }

    fn among(&mut self, column: &str, values: &BTreeSet<String>) {
        let places: Vec<String> = values.iter().map(|value| self.place(value)).collect();
        // SQL has no empty list.
        self.conditions.push(if places.is_empty() { "1 = 0".into() } else { format!("{column} IN ({})", places.join(", ")) });
    }

    fn is(&mut self, column: &str, value: &str) {
        if !value.is_empty() {
            let place = self.place(value);
            self.conditions.push(format!("{column} = {place}"));
        }
    }

    fn wanted(mut self, wanted: &Wanted) -> Self {
        match &wanted.states {
            States::Open => self.conditions.push(OPEN.to_owned()),
            States::Any => {}
            States::One(code) => self.is("state", code),
        }
        self.is("watch", &wanted.watch);
        self.is("priority", &wanted.priority);
        self.is("source", &wanted.source);
        self.is("assignee", &wanted.assignee);
        if wanted.since > 0 {
            self.conditions.push(format!("created_at >= {}", wanted.since));
        }
        if !wanted.all {
            self.conditions.push(TOLD.to_owned());
        }
        self
    }

    async fn rows(self, connection: &mut AnyConnection, head: &str, tail: &str) -> Result<Vec<AnyRow>> {
        let conditions = self.conditions.join(" AND ");
        let query = sqlx::query(AssertSqlSafe(format!("{head} WHERE {conditions} {tail}")));
        Ok(self.values.into_iter().fold(query, |query, value| query.bind(value)).fetch_all(connection).await?)
    }
}

/// Those of these alerts that are in reach, in no particular order.
///
/// # Errors
/// The database does not answer.
pub async fn by_ids(connection: &mut AnyConnection, reach: &Reach, ids: &[String]) -> Result<Vec<AlertRow>> {
    let found = alerts::by_ids(connection, ids).await?;
    let mut found = unrestricted(connection, found).await?;
    found.retain(|alert| reach.holds(&alert.source, &alert.case_ref));
    Ok(found)
}

/// Leaves out the alerts of accounts whose use is restricted.
///
/// # Errors
/// The database does not answer.
pub async fn unrestricted(connection: &mut AnyConnection, mut rows: Vec<AlertRow>) -> Result<Vec<AlertRow>> {
    let listings: Vec<String> = rows.iter().map(|alert| alert.listing_id.clone()).collect();
    let head = "SELECT l.id FROM restriction r JOIN listing l ON l.vendor_id = r.vendor_id WHERE l.id IN";
    let found = select_in(connection, head, "", &listings).await?;
    let restricted = found.iter().map(|row| row.try_get("id")).collect::<Result<BTreeSet<String>, _>>()?;
    rows.retain(|alert| !restricted.contains(&alert.listing_id));
    Ok(rows)
}

/// The newest alerts that are wanted, of those raised before the one numbered `before` where it is given, at most `most`.
///
/// # Errors
/// The database does not answer.
pub async fn newest(
    connection: &mut AnyConnection,
    reach: &Reach,
    wanted: &Wanted,
    before: Option<i64>,
    most: usize,
) -> Result<Vec<AlertRow>> {
    let mut asking = Asking::of(reach).wanted(wanted);
    if let Some(before) = before {
        asking.conditions.push(format!("seq < {before}"));
    }
    let head = format!("SELECT {} FROM alert", alerts::COLUMNS);
    let rows = asking.rows(connection, &head, &format!("ORDER BY seq DESC LIMIT {most}")).await?;
    rows.iter().map(alerts::read).collect()
}

/// How many alerts are wanted.
///
/// # Errors
/// The database does not answer.
pub async fn count(connection: &mut AnyConnection, reach: &Reach, wanted: &Wanted) -> Result<u64> {
    let rows = Asking::of(reach).wanted(wanted).rows(connection, "SELECT COUNT(*) AS many FROM alert", "").await?;
    Ok(rows.first().map(|row| row.try_get::<i64, _>("many")).transpose()?.unwrap_or_default().unsigned_abs())
}

/// How many further alerts the notification of each of these tells of: copies that it covers, and what it gathered.
///
/// # Errors
/// The database does not answer.
pub async fn covered(connection: &mut AnyConnection, reach: &Reach, heads: &[AlertRow]) -> Result<HashMap<String, u64>> {
    let mut found = HashMap::new();
    // Copies are of the family of the alert that covers them, and there is an index by family alone.
    let families: BTreeSet<String> = heads.iter().map(|head| head.family.clone()).filter(|family| !family.is_empty()).collect();
    let ids: BTreeSet<String> = heads.iter().map(|head| head.id.clone()).collect();
    for (column, by) in [("covered_by", Some(("family", &families))), ("gathered_by", None)] {
        let mut asking = Asking::of(reach);
        asking.among(column, &ids);
        if let Some((column, values)) = by {
            asking.among(column, values);
        }
        let head = format!("SELECT {column} AS head, COUNT(*) AS many FROM alert");
        for row in asking.rows(connection, &head, &format!("GROUP BY {column}")).await? {
            *found.entry(row.try_get("head")?).or_default() += row.try_get::<i64, _>("many")?.unsigned_abs();
        }
    }
    Ok(found)
}

/// What a watch gave.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Notifications.
    pub all: u64,
    /// Those that nobody has closed.
    pub open: u64,
    /// Time of the last one, microseconds.
    pub last: i64,
}

/// What these watches gave, by name.
///
/// # Errors
/// The database does not answer.
pub async fn tallies(connection: &mut AnyConnection, reach: &Reach, watches: &[String]) -> Result<HashMap<String, Tally>> {
    let mut asking = Asking::of(reach);
    asking.among("watch", &watches.iter().cloned().collect());
    asking.conditions.push(TOLD.to_owned());
    let head =
        format!("SELECT watch, COUNT(*) AS many, COUNT(CASE WHEN {OPEN} THEN 1 END) AS open_ones, MAX(created_at) AS last_at FROM alert");
    let mut found = HashMap::new();
    for row in asking.rows(connection, &head, "GROUP BY watch").await? {
        let number = |name: &str| row.try_get::<i64, _>(name);
        let tally = Tally { all: number("many")?.unsigned_abs(), open: number("open_ones")?.unsigned_abs(), last: number("last_at")? };
        found.insert(row.try_get("watch")?, tally);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reach_without_sources_holds_nothing_and_cases_leave_alerts_without_one() {
        let some = |names: &[&str]| Some(names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>());
        let reach = Reach { sources: some(&["s1"]), cases: some(&["C-1"]) };
        assert!(reach.holds("s1", "") && reach.holds("s1", "C-1"));
        assert!(!reach.holds("s2", "") && !reach.holds("s1", "C-2"));
        let asking = Asking::of(&reach).wanted(&Wanted { watch: "w".into(), ..Wanted::default() });
        assert_eq!(asking.conditions, [UNRESTRICTED, "source IN ($1)", "case_ref IN ($2, $3)", OPEN, "watch = $4", TOLD]);
        assert_eq!(asking.values, ["s1", "", "C-1", "w"]);
        assert_eq!(Asking::of(&Reach { sources: some(&[]), cases: None }).conditions, [UNRESTRICTED, "1 = 0"]);
        assert!(Reach::default().holds("any", "C-9"));
    }
}
