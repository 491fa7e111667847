//! `vigie session`: cookies of an account that a person gives for a source whose authority allows it.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Context, Result};

use crate::account::Refused;
use crate::cli::{Common, SessionAction};
use crate::commands::{Usage, crawl, session};
use crate::config::Source;
use crate::frontier::{sessions, source_state};
use crate::standing::account::{Account, Accounts, span};
use crate::standing::minute;
use crate::standing::renew::{self, Offered};
use crate::{audit, clock, database};

pub(super) async fn run(common: &Common, action: SessionAction) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    match action {
        SessionAction::Set { source, cookies } => {
            let now = clock::now();
            renew::allowed(&config, &source, now).map_err(usage)?;
            let offered = Offered::read(&config, &source, &read(&cookies)?, &cookies.display().to_string(), now).map_err(usage)?;
            warn_of_readers(&cookies);
            let pool = database::open(&common.data, &config.settings.database).await?;
            audit::record(&pool, "session set", &format!("{source}: {} cookies", offered.n()), &purpose).await?;
            let n = offered.set(&pool, &common.data, &audit::actor(), now).await?;
            session::tell!("session {n} of {source} set: {}; a running crawl takes it up within seconds", offered.counts());
            pool.close().await;
        }
        SessionAction::List { json } => {
            let pool = crawl::store(common, &config).await?;
            audit::record(&pool, "session list", "", &purpose).await?;
            let mut connection = pool.acquire().await?;
            let mut states = source_state::load(&mut connection).await?;
            let accounts = Accounts::load(&mut connection, &config, &mut states, clock::now()).await?;
            drop(connection);
            pool.close().await;
            let mut out = io::stdout().lock();
            let accounts = accounts.into_sorted();
            if accounts.is_empty() && !json {
                session::tell!("no session was ever set; hint: `vigie session set SOURCE --cookies FILE`");
            }
            for account in accounts {
                print(&mut out, &account, config.source(&account.source), json)?;
            }
        }
        SessionAction::Clear { source } => {
            let pool = crawl::store(common, &config).await?;
            let known = config.source(&source).is_some()
                || sessions::all(&mut *pool.acquire().await?).await?.iter().any(|one| one.source == source);
            if !known {
                return Err(Usage(renew::unknown(&config, &source).0).into());
            }
            audit::record(&pool, "session clear", &source, &purpose).await?;
            let was = renew::clear(&pool, &source, clock::now()).await?;
            let what = if was { "its session and what servers set" } else { "there was no session; what servers set" };
            session::tell!("cookies of {source} removed: {what}");
            pool.close().await;
        }
    }
    Ok(0)
}

/// The file, as far as one byte beyond what is taken.
fn read(path: &Path) -> Result<Vec<u8>> {
    let name = path.display();
    let mut file = Vec::new();
    let opened = File::open(path).with_context(|| format!("cannot open {name}"))?;
    opened.take(renew::LARGEST + 1).read_to_end(&mut file).with_context(|| format!("cannot read {name}"))?;
    Ok(file)
}

/// What was asked for wrongly is wrong usage, whichever part of the program says so.
fn usage(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Refused>() {
        Ok(refused) => Usage(refused.0).into(),
        Err(error) => error,
    }
}

/// Whoever can read the file has the account.
fn warn_of_readers(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let name = path.display();
    if std::fs::metadata(path).is_ok_and(|file| file.permissions().mode() & 0o077 != 0) {
        session::tell!(
            "warning: others may read {name}, and with it the account; hint: `chmod 600 {name}`, and delete it when you are done"
        );
    }
}

fn print(out: &mut impl Write, account: &Account, source: Option<&Source>, json: bool) -> Result<()> {
    let approved_by = source.and_then(|source| source.authority.as_ref()).map(|authority| authority.approved_by.as_str());
    if json {
        let mut row = serde_json::to_value(account)?;
        if let Some(row) = row.as_object_mut() {
            row.insert("hosts".to_owned(), serde_json::to_value(&account.hosts)?);
            row.insert("approved_by".to_owned(), approved_by.into());
            row.insert("approval".to_owned(), approved_by.map(|_| crate::config::authority::APPROVAL).into());
        }
        return Ok(writeln!(out, "{row}")?);
    }
    let hosts: Vec<String> = account.hosts.iter().map(|(host, n)| format!("{host} {n}")).collect();
    let age = span(jiff::SignedDuration::from_secs(account.age_s));
    writeln!(
        out,
        "{:<17} {:<12} session {}, set {} by {}, {age} old",
        account.source,
        account.standing.code(),
        account.sessions,
        minute(account.set_at),
        session::plain(&account.set_by)
    )?;
    if account.cookies + account.server_cookies > 0 {
        let ends = match (account.earliest_expiry, account.latest_expiry) {
            (Some(first), Some(last)) => format!("; they say that they end between {} and {}", minute(first), minute(last)),
            _ => "; they tell no end".to_owned(),
        };
        writeln!(out, "    {} cookies given ({}), {} added by servers{ends}", account.cookies, hosts.join(", "), account.server_cookies)?;
    }
    if let Some(approved_by) = approved_by {
        writeln!(out, "    approved by {} ({})", session::headline(approved_by), crate::config::authority::APPROVAL)?;
    }
    if let Some(warning) = &account.warning {
        super::sources::wrapped(out, warning)?;
    }
    Ok(())
}
