//! `vigie user`: who may use the desk, and how.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anyhow::{Result, anyhow};
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::account::manage::{self, Change};
use crate::account::{Access, Door, Refused, Right, SignIn, User, token};
use crate::audit::Purpose;
use crate::cli::{Common, UserAction, UserChange};
use crate::commands::{Usage, crawl, session, user_password};
use crate::config::Config;
use crate::database::Pool;
use crate::{audit, clock, database};

pub(super) async fn run(common: &Common, action: UserAction) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    let now = clock::now();
    let pool = match &action {
        // Users may be added before anything was crawled.
        UserAction::Add { .. } => database::open(&common.data, &config.settings.database).await?,
        _ => crawl::store(common, &config).await?,
    };
    let done = act(&pool, &config, action, &purpose, now).await;
    pool.close().await;
    // What was asked for wrongly is wrong usage, whichever part of the program says so.
    done.map_err(|error| match error.downcast::<Refused>() {
        Ok(refused) => Usage(refused.0).into(),
        Err(error) => error,
    })?;
    Ok(0)
}

async fn act(pool: &Pool, config: &Config, action: UserAction, purpose: &Purpose, now: Timestamp) -> Result<()> {
    match action {
        UserAction::Add { name, role, password_stdin } => {
            let password = if password_stdin { Some(user_password::from_stdin()?) } else { user_password::asked(&name)? };
            audit::record(pool, "user add", &format!("{name}: {}", role.code()), purpose).await?;
            let (user, one_time) = manage::add(pool, &name, role, password.as_deref(), now).await?;
            session::tell!("{} is added as {}", user.name, role.code());
            print_password(one_time)
        }
        UserAction::List { json } => {
            audit::record(pool, "user list", "", purpose).await?;
            let users = manage::list(pool).await?;
            if users.is_empty() && !json {
                session::tell!("there is no user; hint: `vigie user add NAME --role administrator`");
            }
            let mut out = io::stdout().lock();
            for (user, access) in users {
                if json {
                    writeln!(out, "{}", manage::told(&user, &access, now))?
                } else {
                    writeln!(out, "{}", as_line(&user, &access, now))?
                }
            }
            Ok(())
        }
        UserAction::Set(change) => set(pool, config, change, purpose, now).await,
        UserAction::Remove { name } => {
            audit::record(pool, "user remove", &name, purpose).await?;
            manage::remove(pool, &name, now).await?;
            session::tell!("{name} is removed; the name stays in the reading log and is not given again");
            Ok(())
        }
        UserAction::Signins { name, revoke, json } => {
            audit::record(pool, "user signins", &format!("{name}{}", if revoke { ": end all" } else { "" }), purpose).await?;
            let user = manage::find(pool, &name).await?;
            let door = Door::new(pool.clone(), config.settings.web.clone());
            if revoke {
                session::tell!("{} sign-ins of {} ended", door.end(user.id, None).await?, user.name);
                return Ok(());
            }
            let all = door.sign_ins(user.id, now).await?;
            if all.is_empty() && !json {
                session::tell!("{} is signed in nowhere", user.name);
            }
            let mut out = io::stdout().lock();
            for one in all {
                if json { writeln!(out, "{}", sign_in_json(&one))? } else { writeln!(out, "{}", sign_in_line(&one))? }
            }
            Ok(())
        }
        UserAction::Token { user, name: Some(name), scope, days, .. } => {
            let scopes = scope.iter().map(|code| right(code)).collect::<Result<Vec<_>>>()?;
            audit::record(pool, "user token", &format!("{user}: make {name:?} for {}, {days} days", scope.join(" ")), purpose).await?;
            let user = manage::find(pool, &user).await?;
            let (id, token) = token::make(pool, &user, &name, &scopes, days, now).await?;
            session::tell!("token {id} of {}, for {days} days; it is shown this once", user.name);
            writeln!(io::stdout(), "{token}")?;
            Ok(())
        }
        UserAction::Token { user, revoke: Some(id), .. } => {
            audit::record(pool, "user token", &format!("{user}: revoke {id}"), purpose).await?;
            token::revoke(pool, &manage::find(pool, &user).await?, id, now).await?;
            session::tell!("token {id} of {user} is revoked");
            Ok(())
        }
        UserAction::Token { user, json, .. } => {
            audit::record(pool, "user token", &format!("{user}: list"), purpose).await?;
            let user = manage::find(pool, &user).await?;
            let all = token::list(pool, user.id).await?;
            if all.is_empty() && !json {
                session::tell!("{} has no token; hint: `vigie user token {} --name NAME --scope SCOPE`", user.name, user.name);
            }
            let mut out = io::stdout().lock();
            for one in all {
                if json { writeln!(out, "{}", token_json(&one, now))? } else { writeln!(out, "{}", token_line(&one, now))? }
            }
            Ok(())
        }
    }
}

async fn set(pool: &Pool, config: &Config, args: UserChange, purpose: &Purpose, now: Timestamp) -> Result<()> {
    let only = |named: Vec<String>, all: bool| if all { Some(Vec::new()) } else { Some(named).filter(|named| !named.is_empty()) };
    if let Some(id) = args.only_source.iter().find(|id| config.source(id).is_none()) {
        // It may come later, or be one that rows were imported for; a slip would shut the user out of what was meant.
        session::tell!("no source {id:?} is configured; taken over as it stands");
    }
    let change = Change {
        role: args.role,
        disabled: if args.disable { Some(true) } else { args.enable.then_some(false) },
        reset_password: args.reset_password,
        reset_totp: args.reset_totp,
        sources: only(args.only_source, args.all_sources),
        cases: only(args.only_case, args.all_cases),
        locale: None,
        provider: match args.provider_id.as_deref().or(args.no_provider_id.then_some("")) {
            Some(id) => Some(manage::at_provider(&config.settings.web, id)?),
            None => None,
        },
        no_password: args.no_password,
    };
    let said = change.told();
    audit::record(pool, "user set", &format!("{}: {said}", args.name), purpose).await?;
    let one_time = manage::change(pool, &args.name, &change, now).await?;
    session::tell!("{}: {said}", args.name);
    print_password(one_time)
}

fn print_password(one_time: Option<String>) -> Result<()> {
    if let Some(password) = one_time {
        session::tell!("the password is shown this once and must be changed at the next sign-in:");
        writeln!(io::stdout(), "{password}")?;
    }
    Ok(())
}

fn right(code: &str) -> Result<Right> {
    let known = || Right::ALL.into_iter().filter(|right| right.is_scope()).map(Right::code).collect::<Vec<_>>().join(", ");
    Right::from_code(code).ok_or_else(|| anyhow!(Refused(format!("{code:?} is no scope; hint: there are {}", known()))))
}

fn as_line(user: &User, access: &Access, now: Timestamp) -> String {
    let listed = |set: &Option<BTreeSet<String>>| {
        set.as_ref().map_or("all".to_owned(), |set| set.iter().map(|one| session::plain(one)).collect::<Vec<_>>().join(", "))
    };
    let mut line = format!("{}  {}  {}", user.name, user.role.code(), user.state(now));
    if let Some(until) = user.locked_until.filter(|until| *until > now) {
        line.push_str(&format!(" until {until:.0}"));
    }
    if user.must_change {
        line.push_str("  must change the password");
    }
    line.push_str(if user.has_totp { "  one-time codes" } else { "  no one-time codes" });
    if !user.provider_id.is_empty() {
        line.push_str(if user.has_password { "  password or provider" } else { "  provider alone" });
    }
    format!("{line}  sources: {}; cases: {}", listed(&access.sources), listed(&access.cases))
}

fn sign_in_line(one: &SignIn) -> String {
    let code = match one {
        SignIn { totp: false, vouched: false, .. } => "  without a one-time code",
        SignIn { totp: false, .. } => "  second factor of the provider",
        _ => "",
    };
    let code = if one.provider { format!("  by the provider{code}") } else { code.to_owned() };
    format!("{}  since {:.0}  seen {:.0}  {}  {}{code}", one.id, one.created_at, one.seen_at, one.ip, session::headline(&one.agent))
}

fn sign_in_json(one: &SignIn) -> Value {
    json!({
        "id": one.id, "created_at": one.created_at, "seen_at": one.seen_at, "ends_at": one.ends_at, "ip": one.ip, "agent": one.agent,
        "one_time_code": one.totp, "provider": one.provider, "provider_second_factor": one.vouched,
    })
}

fn token_state(one: &token::Token, now: Timestamp) -> &'static str {
    match one.revoked_at {
        Some(_) => "revoked",
        None if one.expires_at <= now => "expired",
        None => "in_force",
    }
}

fn scopes(one: &token::Token) -> Vec<&'static str> {
    one.scopes.iter().map(|scope| scope.code()).collect()
}

fn token_line(one: &token::Token, now: Timestamp) -> String {
    let used = one.last_used_at.map_or("never used".to_owned(), |at| format!("used {at:.0}"));
    let (name, state) = (session::plain(&one.name), token_state(one, now));
    format!("{}  {name}  {}  {state}  ends {:.0}  {used}", one.id, scopes(one).join(" "), one.expires_at)
}

fn token_json(one: &token::Token, now: Timestamp) -> Value {
    json!({
        "id": one.id, "name": one.name, "scopes": scopes(one), "state": token_state(one, now), "created_at": one.created_at,
        "expires_at": one.expires_at, "last_used_at": one.last_used_at, "revoked_at": one.revoked_at,
    })
}
