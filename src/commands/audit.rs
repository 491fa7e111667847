//! `vigie audit` and `vigie verify --audit`: reading, reviewing and verifying the reading log.

use std::io::{self, Write};

use anyhow::Result;

use crate::audit::review::{self, Filter, Reviewed};
use crate::audit::{self, Actor};
use crate::cli::{AuditAction, AuditFilter, Common};
use crate::clock::{self, from_micros};
use crate::commands::alerts::moment;
use crate::commands::{Usage, crawl, session};

pub(super) async fn run(common: &Common, action: AuditAction) -> Result<u8> {
    let config = session::load(common)?;
    let mut purpose = session::purpose(common, &config)?;
    match action {
        AuditAction::List { which, limit, json } => {
            // Here --case is what is asked for, not why.
            let filter = filter(&which, purpose.case.take())?;
            let pool = crawl::store(common, &config).await?;
            audit::record(&pool, "audit list", &said(&filter), &purpose).await?;
            let rows = review::list(&mut *pool.acquire().await?, &filter, limit).await?;
            print(&rows, json)?;
            pool.close().await;
        }
        AuditAction::Sample { which, share, seed, json } => {
            if !(share > 0.0 && share <= 1.0) {
                return Err(Usage(format!("{share} is no share; hint: above 0, 1 at most, as in --share 0.01")).into());
            }
            let filter = filter(&which, purpose.case.take())?;
            // A seed that somebody could choose beforehand would be no better than a list.
            let seed = seed.unwrap_or_else(|| clock::micros(clock::now()).unsigned_abs());
            let pool = crawl::store(common, &config).await?;
            audit::record(&pool, "audit sample", &format!("share {share}, seed {seed}, {}", said(&filter)), &purpose).await?;
            let rows = review::sample(&mut *pool.acquire().await?, &filter, share, seed).await?;
            print(&rows, json)?;
            pool.close().await;
            session::tell!("{} rows, drawn with --seed {seed}; `vigie audit review ID --finding TEXT` keeps what is found", rows.len());
        }
        AuditAction::Review { id, finding } => {
            let pool = crawl::store(common, &config).await?;
            review::review(&pool, &Actor::of_command(), &purpose, id, &finding).await?;
            pool.close().await;
        }
    }
    Ok(0)
}

/// Verifies the reading log; exit code 1 where it does not fit.
pub(super) async fn verify(common: &Common, json: bool) -> Result<u8> {
    let config = session::load(common)?;
    let pool = crawl::store(common, &config).await?;
    let found = audit::verify::verify(&pool).await?;
    pool.close().await;
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(&found)?)?;
        return Ok(u8::from(!found.is_clean()));
    }
    if let Some(one) = &found.checkpoint {
        let at = from_micros(one.removed_at);
        writeln!(
            out,
            "rows up to {} were removed on {at} by {}, as their retention says",
            one.through,
            session::headline(&one.removed_by)
        )?;
    }
    writeln!(out, "{} rows up to {}, {} of them anchored; hash of the last: {}", found.rows, found.last, found.anchored, found.head)?;
    for one in &found.first_breaks {
        writeln!(out, "row {} of {}: {}", one.number, one.at.as_deref().unwrap_or("an unknown time"), one.what)?;
    }
    match found.breaks {
        0 => writeln!(out, "clean: every row follows the one before it")?,
        breaks => writeln!(out, "{breaks} places where the reading log is not what was written; docs/reading-log.md says what to do")?,
    }
    Ok(u8::from(!found.is_clean()))
}

fn filter(which: &AuditFilter, case: Option<String>) -> Result<Filter> {
    let time = |text: &Option<String>| text.as_deref().map(moment).transpose().map(|at| at.map(clock::micros));
    Ok(Filter { actor: which.actor.clone(), kind: which.kind, case, since: time(&which.since)?, until: time(&which.until)?, before: None })
}

/// The filter in words, for the log.
fn said(filter: &Filter) -> String {
    let words: Vec<String> = [
        filter.actor.as_ref().map(|actor| format!("actor {actor}")),
        filter.kind.map(|kind| format!("kind {kind}")),
        filter.case.as_ref().map(|case| format!("case {case}")),
        filter.since.map(|at| format!("since {}", from_micros(at))),
        filter.until.map(|at| format!("until {}", from_micros(at))),
    ]
    .into_iter()
    .flatten()
    .collect();
    if words.is_empty() { "all rows".to_owned() } else { words.join(", ") }
}

fn print(rows: &[Reviewed], json: bool) -> Result<()> {
    let mut out = io::stdout().lock();
    for one in rows {
        if json {
            writeln!(out, "{}", serde_json::to_string(one)?)?;
            continue;
        }
        let row = &one.row;
        write!(out, "{:>7}  {:.0}  {} ({})  ", row.id, from_micros(row.at), session::headline(&row.actor), row.origin)?;
        writeln!(out, "{}: {} {}", row.kind, row.action, session::headline(&row.subject))?;
        let told = [("case", &row.case), ("purpose", &row.purpose), ("recipient", &row.recipient)];
        for (name, text) in told.iter().filter_map(|(name, text)| text.as_ref().map(|text| (name, text))) {
            writeln!(out, "         {name}: {}", session::headline(text))?;
        }
        for finding in &one.findings {
            let (author, found) = (session::headline(&finding.author), session::headline(&finding.finding));
            writeln!(out, "         reviewed by {author} on {:.0}: {found}", from_micros(finding.at))?;
        }
    }
    Ok(())
}
