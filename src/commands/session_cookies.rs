//! `vigie session`: cookies of an account that a person gives for a source whose authority allows it.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;

use anyhow::{Context, Result};
use jiff::Timestamp;

use crate::cli::{Common, SessionAction};
use crate::commands::{Usage, crawl, session};
use crate::config::{Config, Source, Standing};
use crate::database::{self, Turn};
use crate::fetch::cookies::netscape::{self, Given};
use crate::frontier::source_state::{self, date_of};
use crate::frontier::{sessions, settle};
use crate::standing::account::{Account, Accounts, span};
use crate::standing::{self, minute};
use crate::{audit, clock};

pub(super) async fn run(common: &Common, action: SessionAction) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    match action {
        SessionAction::Set { source, cookies } => {
            let now = clock::now();
            let given = allowed(&config, &source, now).and_then(|source| usable(source, &cookies, now))?;
            warn_of_readers(&cookies);
            let pool = database::open(&common.data, &config.settings.database).await?;
            audit::record(&pool, "session set", &format!("{source}: {} cookies", given.jar.len()), &purpose).await?;
            let text = serde_json::to_string(&given.jar)?;
            let mut transaction = database::begin_turn(&pool, Turn::Sessions).await?;
            let n = sessions::set(&mut transaction, &source, &text, &audit::actor(), clock::micros(now)).await?;
            // A crawl under way does it when it takes the session up.
            if standing::writing(None, &common.data).await?.is_none() {
                settle::visit_walled(&mut transaction, &source, clock::micros(now)).await?;
            }
            transaction.commit().await?;
            session::tell!("session {n} of {source} set: {}; a running crawl takes it up within seconds", counts(&given));
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
                return Err(unknown(&config, &source).into());
            }
            audit::record(&pool, "session clear", &source, &purpose).await?;
            let mut transaction = database::begin_turn(&pool, Turn::Sessions).await?;
            let was = sessions::clear(&mut transaction, &source, clock::micros(clock::now())).await?;
            transaction.commit().await?;
            let what = if was { "its session and what servers set" } else { "there was no session; what servers set" };
            session::tell!("cookies of {source} removed: {what}");
            pool.close().await;
        }
    }
    Ok(0)
}

/// The source, if its authority allows an account today.
fn allowed<'c>(config: &'c Config, id: &str, now: Timestamp) -> Result<&'c Source> {
    let source = config.source(id).ok_or_else(|| unknown(config, id))?;
    let refused = |why: &str, hint: &str| Usage(format!("no session is taken for {id}: {why}; hint: {hint}"));
    let today = date_of(now);
    match source.standing(today) {
        _ if source.admits_account(today) => Ok(source),
        Standing::ImportOnly => Err(refused("it is never crawled", "it takes imports alone").into()),
        standing @ (Standing::NoAuthority(_) | Standing::Expired(_)) => Err(refused(&standing.sentence(), &standing.hint()).into()),
        _ => {
            let hint = "have reading with an account authorised, then write access = \"account\" under [authority] in its file";
            Err(refused("its authority is for what is public", hint).into())
        }
    }
}

fn unknown(config: &Config, id: &str) -> Usage {
    let known: Vec<&str> = config.sources.iter().map(|source| source.id.as_str()).collect();
    Usage(format!("no source {id:?} is configured; hint: there are {}", known.join(", ")))
}

/// Reads the file; refuses one that holds nothing for this source.
fn usable(source: &Source, path: &Path, now: Timestamp) -> Result<Given> {
    let name = path.display();
    let mut file = Vec::new();
    let opened = File::open(path).with_context(|| format!("cannot open {name}"))?;
    opened.take(netscape::LARGEST + 1).read_to_end(&mut file).with_context(|| format!("cannot read {name}"))?;
    if file.len() as u64 > netscape::LARGEST {
        return Err(Usage(format!("{name} has more than {} bytes; hint: export the cookies of this site alone", netscape::LARGEST)).into());
    }
    let given = netscape::read(&file, |domain, host_only| source.scope.gets_cookies_of(domain, host_only), now).map_err(|bad| {
        let lines: Vec<String> = bad
            .iter()
            .map(|one| if one.line == 0 { format!("{name}: {}", one.what) } else { format!("{name}:{}: {}", one.line, one.what) })
            .collect();
        Usage(format!(
            "this is no cookie file that can be used, and nothing was stored:\n{}\nhint: export again, or mend these lines",
            lines.join("\n")
        ))
    })?;
    if given.jar.is_empty() {
        let hint = "log in with a browser, then export the cookies of that site in the Netscape format";
        return Err(Usage(format!("{name} holds no cookie for {}: {}; hint: {hint}", source.id, counts(&given))).into());
    }
    Ok(given)
}

fn counts(given: &Given) -> String {
    let mut text = format!("{} cookies", given.jar.len());
    if given.foreign > 0 {
        text.push_str(&format!(", {} of other hosts left out", given.foreign));
    }
    if given.expired > 0 {
        text.push_str(&format!(", {} whose end is over left out", given.expired));
    }
    text
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
