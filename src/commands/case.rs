//! `vigie case`: folders of what belongs to one investigation.

use std::io::{self, Write};

use anyhow::{Result, bail};
use serde_json::json;

use crate::audit::{self, Purpose};
use crate::cli::{CaseAction, Common};
use crate::clock::from_micros;
use crate::commands::session::{headline, plain};
use crate::commands::{Usage, crawl, session};
use crate::database::{self, Connection, Pool, Transaction, Turn};
use crate::dossier::{self, indicator};
use crate::store::cases::{self, Case, Kind};

pub(super) async fn run(common: &Common, action: CaseAction) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    let pool = match &action {
        CaseAction::Open { .. } => database::open(&common.data, &config.settings.database).await?,
        _ => crawl::store(common, &config).await?,
    };
    let done = act(&pool, common, action, purpose).await;
    pool.close().await;
    done
}

async fn act(pool: &Pool, common: &Common, action: CaseAction, purpose: Purpose) -> Result<u8> {
    let author = audit::actor();
    match action {
        CaseAction::Open { reference, title, note } => {
            let mut turn = begin(pool, "open", &reference, "", purpose).await?;
            let new = cases::open(&mut turn, &reference, &title, &note, &author).await?;
            turn.commit().await?;
            session::tell!("the case {reference} is open{}", if new { "" } else { " again" });
        }
        CaseAction::List { json } => {
            audit::record(pool, "case list", "all", &purpose).await?;
            let mut out = io::stdout().lock();
            for one in cases::list(&mut *pool.acquire().await?).await? {
                if json {
                    writeln!(out, "{}", of_case(&one))?;
                } else {
                    let closed = one.closed_at.map(|at| format!(", closed {:.0}", from_micros(at))).unwrap_or_default();
                    let opened = from_micros(one.opened_at);
                    writeln!(out, "{}  {} (opened {opened:.0}{closed})", headline(&one.reference), headline(&one.title))?;
                }
            }
        }
        CaseAction::Show { reference, json } => {
            audit::record(pool, "case show", &reference, &of(&reference, purpose)).await?;
            show(&mut *pool.acquire().await?, &reference, json).await?;
        }
        CaseAction::Add { reference, kind, id, note } => {
            let id = kept(common, kind, id)?;
            let mut turn = begin(pool, "add", &reference, &format!("{} {id}", kind.code()), purpose).await?;
            let id = named(&mut turn, kind, &id).await?;
            let new = cases::add(&mut turn, &reference, kind, &id, &note, &author).await?;
            turn.commit().await?;
            session::tell!("{} {id} {} in {reference}", kind.code(), if new { "lies now" } else { "lay already" });
        }
        CaseAction::Note { reference, text } => {
            let mut turn = begin(pool, "note", &reference, "", purpose).await?;
            cases::note(&mut turn, &reference, &text, &author).await?;
            turn.commit().await?;
        }
        CaseAction::Remove { reference, kind, id } => {
            let id = kept(common, kind, id)?;
            let mut turn = begin(pool, "remove", &reference, &format!("{} {id}", kind.code()), purpose).await?;
            // What is no longer known may still lie there, under the identity that it had.
            let id = named(&mut turn, kind, &id).await.unwrap_or(id);
            if !cases::remove(&mut turn, &reference, kind, &id, &author).await? {
                bail!("no {} {id} lies in {reference}; hint: `vigie case show {reference}` shows what does", kind.code());
            }
            turn.commit().await?;
        }
        CaseAction::Close { reference, note } => {
            let mut turn = begin(pool, "close", &reference, "", purpose).await?;
            cases::close(&mut turn, &reference, &note, &author).await?;
            turn.commit().await?;
        }
    }
    Ok(0)
}

/// Logs a change of a case and begins it.
async fn begin(pool: &Pool, verb: &str, reference: &str, what: &str, purpose: Purpose) -> Result<Transaction> {
    let subject = format!("{reference} {what}");
    audit::record(pool, &format!("case {verb}"), subject.trim_end(), &of(reference, purpose)).await?;
    database::begin_turn(pool, Turn::Cases).await
}

/// Whoever works on a case does it for that case, unless another is named.
fn of(reference: &str, purpose: Purpose) -> Purpose {
    Purpose { case: purpose.case.or_else(|| Some(reference.to_owned())), ..purpose }
}

/// The form in which an indicator is kept: the number of a payment card must not stand in the reading log.
fn kept(common: &Common, kind: Kind, asked: String) -> Result<String> {
    if kind == Kind::Indicator { indicator::as_kept(&common.data, &asked) } else { Ok(asked) }
}

/// The identity of what a person means.
async fn named(connection: &mut Connection, kind: Kind, asked: &str) -> Result<String> {
    let found = dossier::named(connection, kind, asked).await?;
    match found.as_slice() {
        [] => bail!("no {} {asked:?} is known; hint: docs/cases.md says how it is named", kind.code()),
        [id] => Ok(id.clone()),
        several => Err(Usage(format!("{asked:?} may be any of {}; hint: name one of them", several.join(", "))).into()),
    }
}

fn of_case(one: &Case) -> serde_json::Value {
    json!({
        "reference": one.reference, "title": one.title, "opened_by": one.opened_by, "opened_at": from_micros(one.opened_at).to_string(),
        "closed_at": one.closed_at.map(|at| from_micros(at).to_string()), "note": one.note,
    })
}

async fn show(connection: &mut Connection, reference: &str, json: bool) -> Result<()> {
    let Some(case) = cases::one(connection, reference).await? else {
        bail!("there is no case {reference:?}; hint: `vigie case list` shows all");
    };
    let (items, notes) = (cases::items(connection, reference).await?, cases::notes(connection, reference).await?);
    let mut out = io::stdout().lock();
    if json {
        let mut shown = of_case(&case);
        let time = |at| from_micros(at).to_string();
        shown["items"] = items
            .iter()
            .map(
                |one| json!({"kind": one.kind, "reference": one.reference, "added_by": one.added_by, "at": time(one.at), "note": one.note}),
            )
            .collect();
        shown["notes"] = notes.iter().map(|one| json!({"n": one.n, "author": one.author, "at": time(one.at), "note": one.note})).collect();
        return Ok(writeln!(out, "{shown}")?);
    }
    writeln!(out, "{}  {}", headline(&case.reference), headline(&case.title))?;
    let closed = case.closed_at.map(|at| format!(", closed {:.0}", from_micros(at))).unwrap_or_default();
    writeln!(out, "opened {:.0} by {}{closed}", from_micros(case.opened_at), headline(&case.opened_by))?;
    if !case.note.is_empty() {
        writeln!(out, "{}", plain(&case.note))?;
    }
    for one in &items {
        let note = if one.note.is_empty() { String::new() } else { format!(": {}", headline(&one.note)) };
        let (what, by) = (headline(&one.reference), headline(&one.added_by));
        writeln!(out, "  {:<10}{what}  ({by}, {:.0}){note}", one.kind, from_micros(one.at))?;
    }
    for one in &notes {
        writeln!(out, "  note {}, {}, {:.0}: {}", one.n, headline(&one.author), from_micros(one.at), plain(&one.note))?;
    }
    Ok(())
}
