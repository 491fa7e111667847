//! `vigie subject`: those whom seller accounts are about.

use std::io::{self, Write};

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::audit::{self, Purpose};
use crate::cli::{Common, SubjectAction, SubjectArgs};
use crate::clock::from_micros;
use crate::commands::session::{headline, plain};
use crate::commands::{Usage, crawl, session};
use crate::config::Config;
use crate::database::{self, Connection, Pool, Turn};
use crate::dossier::persona;
use crate::dossier::subject::{self, Subject};
use crate::store::subjects::{self, Field, NO, Recipient, Said, YES};

pub(super) async fn run(common: &Common, action: SubjectAction) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    let pool = crawl::store(common, &config).await?;
    let done = act(&pool, &config, action, purpose).await;
    pool.close().await;
    done
}

async fn act(pool: &Pool, config: &Config, action: SubjectAction, purpose: Purpose) -> Result<u8> {
    match action {
        SubjectAction::Find { text, json } => find(pool, config, &text, json, &purpose).await,
        SubjectAction::List { json } => list(pool, json, &purpose).await,
        SubjectAction::Restrict(of) => say(pool, "restrict", &of, &[(Field::Restricted, YES)], &purpose).await,
        SubjectAction::Lift(of) => say(pool, "lift", &of, &[(Field::Restricted, NO)], &purpose).await,
        SubjectAction::Mark { of, category, basis, evaluation } => {
            let said = [(Field::Category, &category), (Field::Basis, &basis), (Field::Evaluation, &evaluation)];
            let said: Vec<(Field, &str)> = said.into_iter().filter_map(|(field, value)| Some((field, value.as_deref()?))).collect();
            if said.is_empty() {
                return Err(Usage("nothing is said; hint: --category, --basis or --evaluation".into()).into());
            }
            say(pool, "mark", &of, &said, &purpose).await
        }
        SubjectAction::Rectify { of, field, value } => {
            let field = Field::from_str(&field, false).map_err(anyhow::Error::msg)?;
            say(pool, "rectify", &of, &[(field, &value)], &purpose).await
        }
        SubjectAction::Recipients { text, told, json } => recipients(pool, &text, told, json, &purpose).await,
    }
}

async fn find(pool: &Pool, config: &Config, text: &str, json: bool, purpose: &Purpose) -> Result<u8> {
    audit::record(pool, "subject find", text, purpose).await?;
    let mut connection = pool.acquire().await?;
    let ids = subject::accounts(&mut connection, text).await?;
    if ids.is_empty() {
        bail!("no account of that name, address, key or contact is known; hint: `vigie search` finds what texts say");
    }
    let mut out = io::stdout().lock();
    for one in subject::subjects(&mut connection, &ids, config).await? {
        if json { writeln!(out, "{}", serde_json::to_string(&one)?)? } else { print(&mut out, &one)? }
    }
    Ok(0)
}

fn print(out: &mut impl Write, one: &Subject) -> Result<()> {
    writeln!(out, "{}  {} on {}", one.vendor, headline(&one.name), headline(&one.source))?;
    let role = &one.role;
    let restricted = if role.restricted { ", RESTRICTED" } else { "" };
    writeln!(out, "  {}, {}, {}{restricted}", role.subject_category, role.basis, role.evaluation)?;
    let seen = [&one.first_seen, &one.last_seen].map(|at| at.as_deref().unwrap_or("?"));
    writeln!(out, "  {} listings, {} to {}", one.listings, seen[0], seen[1])?;
    for (kind, value) in &one.indicators {
        writeln!(out, "  {kind:<16}{}", headline(value))?;
    }
    for case in &one.cases {
        writeln!(out, "  in case {}", headline(case))?;
    }
    for said in &one.statements {
        let (value, reason, author) = (plain(&said.value), plain(&said.reason), headline(&said.author));
        writeln!(out, "  {:.0} {} {value}: {reason} ({author})", from_micros(said.at), said.field)?;
    }
    one.recipients.iter().try_for_each(|one| print_recipient(out, one))
}

fn print_recipient(out: &mut impl Write, one: &Recipient) -> Result<()> {
    let export = &one.export;
    let told =
        one.told_at.map_or_else(|| "not told yet".to_owned(), |at| format!("told {:.0} by {}", from_micros(at), headline(&one.told_by)));
    let (recipient, at) = (headline(&export.recipient), from_micros(export.begun_at));
    writeln!(out, "  export {} of {at:.0} to {recipient}: {told}", export.id)?;
    Ok(())
}

async fn list(pool: &Pool, json: bool, purpose: &Purpose) -> Result<u8> {
    audit::record(pool, "subject list", "all", purpose).await?;
    let mut out = io::stdout().lock();
    for one in subjects::restricted(&mut *pool.acquire().await?).await? {
        if json {
            writeln!(out, "{}", serde_json::to_string(&one)?)?;
        } else {
            writeln!(out, "{}  {} on {}, since {:.0}", one.vendor, headline(&one.name), headline(&one.source), from_micros(one.since))?;
        }
    }
    Ok(0)
}

/// Logs what is said, then keeps it.
async fn say(pool: &Pool, verb: &str, of: &SubjectArgs, said: &[(Field, &str)], purpose: &Purpose) -> Result<u8> {
    let values: Vec<String> = said.iter().map(|(field, value)| format!("{} {value}", field.code())).collect();
    audit::record(pool, &format!("subject {verb}"), &format!("{}: {}", of.text, values.join(", ")), purpose).await?;
    let author = audit::actor();
    let mut transaction = database::begin_turn(pool, Turn::Cases).await?;
    let mut accounts = vec![meant(&mut transaction, &of.text).await?];
    if of.persona {
        accounts = subject::with_persona(&mut transaction, accounts).await?;
    }
    for (field, value) in said {
        let said = Said { field: *field, value, reason: &of.reason, case: purpose.case.as_deref(), author: &author };
        subjects::say(&mut transaction, &accounts, said).await?;
    }
    transaction.commit().await?;
    session::tell!("said of {}; `vigie subject recipients {}` lists who is to be told", accounts.join(", "), of.text);
    Ok(0)
}

async fn recipients(pool: &Pool, text: &str, told: Option<i64>, json: bool, purpose: &Purpose) -> Result<u8> {
    let action = if told.is_some() { "subject told" } else { "subject recipients" };
    let export = told.map(|export| format!(", export {export}")).unwrap_or_default();
    audit::record(pool, action, &format!("{text}{export}"), purpose).await?;
    let mut transaction = database::begin_turn(pool, Turn::Cases).await?;
    let accounts = [meant(&mut transaction, text).await?];
    if let Some(export) = told {
        subjects::told(&mut transaction, &accounts, export, &audit::actor()).await?;
    }
    let all = subjects::recipients(&mut transaction, &accounts).await?;
    transaction.commit().await?;
    let mut out = io::stdout().lock();
    for one in &all {
        if json { writeln!(out, "{}", serde_json::to_string(one)?)? } else { print_recipient(&mut out, one)? }
    }
    Ok(0)
}

/// The account that is meant.
async fn meant(connection: &mut Connection, asked: &str) -> Result<String> {
    match persona::accounts_named(connection, asked, None).await?.as_slice() {
        [] => bail!("no account {asked:?} is known; hint: `vigie subject find` shows the ids of accounts"),
        [id] => Ok(id.clone()),
        several => Err(Usage(format!("{asked:?} is an account on {} sources; hint: name it SOURCE:NAME", several.len())).into()),
    }
}
