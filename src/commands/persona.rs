//! `vigie persona`: a person confirms or refuses that two accounts are one seller.

use anyhow::{Result, bail};

use crate::cli::{Common, PersonaAction};
use crate::commands::{Usage, crawl, session};
use crate::database::{Connection, Turn};
use crate::dossier::persona::accounts_named;
use crate::store::decisions::{CONFIRM, REFUSE, Said};
use crate::store::personas;
use crate::{audit, database};

pub(super) async fn run(common: &Common, action: PersonaAction) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    let (decision, args, tlp, pap) = match action {
        PersonaAction::Confirm { args, tlp, pap } => (CONFIRM, args, tlp, pap),
        PersonaAction::Refuse(args) => (REFUSE, args, None, None),
    };
    if args.reason.trim().is_empty() {
        return Err(Usage("a decision needs its reason; hint: --reason \"...\"".into()).into());
    }
    let pool = crawl::store(common, &config).await?;
    audit::record(&pool, &format!("persona {decision}"), &format!("{} {}", args.one, args.other), &purpose).await?;
    let mut transaction = database::begin_turn(&pool, Turn::Personas).await?;
    let (one, other) = (account(&mut transaction, &args.one).await?, account(&mut transaction, &args.other).await?);
    if one == other {
        return Err(Usage(format!("{:?} and {:?} are one account; hint: name two", args.one, args.other)).into());
    }
    let author = args.author.clone().unwrap_or_else(audit::actor);
    let said = Said { decision, reason: &args.reason, author: &author, tlp, pap };
    let united = personas::decide(&mut transaction, (&one, &other), said).await?;
    transaction.commit().await?;
    pool.close().await;
    let now = match (decision, united) {
        (_, true) => "one persona",
        (CONFIRM, false) => "still apart, because a person refused another pair between them",
        _ => "apart, and stay so",
    };
    session::tell!("{} and {} are {now}; `vigie show persona {one}` shows what is left", args.one, args.other);
    Ok(0)
}

/// The one account that is meant.
async fn account(connection: &mut Connection, asked: &str) -> Result<String> {
    match accounts_named(connection, asked, None).await?.as_slice() {
        [] => bail!("no account {asked:?} is known; hint: `vigie show vendor NAME` shows accounts, SOURCE:NAME names one"),
        [id] => Ok(id.clone()),
        several => Err(Usage(format!("{asked:?} is an account on {} sources; hint: name it SOURCE:NAME", several.len())).into()),
    }
}
