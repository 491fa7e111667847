//! `POST /persona/decide`: a person says whether two accounts are one seller.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

use super::listing::seller_address;
use crate::database::{self, Connection, Turn};
use crate::dossier::persona::accounts_named;
use crate::store::decisions::{CONFIRM, REFUSE, Said};
use crate::store::personas;
use crate::store::trail::{self, Account};
use crate::web::desk::Desk;
use crate::web::form::Posted;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;

/// Characters of a reason, at most.
const LONGEST: usize = 500;

/// What a person says of two accounts.
#[derive(Debug, Deserialize)]
pub(in crate::web) struct Decided {
    one: String,
    other: String,
    /// `confirm` or `refuse`.
    decision: String,
    reason: String,
}

/// `POST /persona/decide`.
pub(in crate::web) async fn decide(State(desk): State<Desk>, visitor: Visitor, Posted(decided): Posted<Decided>) -> Answer {
    let decision = [CONFIRM, REFUSE].into_iter().find(|known| *known == decided.decision).ok_or_else(Trouble::not_found)?;
    let reason = decided.reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST {
        return Err(Trouble::unclear(visitor.locale.say("decide.reason")));
    }
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let one = account(&mut connection, &visitor, &decided.one).await?;
    let other = account(&mut connection, &visitor, &decided.other).await?;
    drop(connection);
    if one.id == other.id {
        return Err(Trouble::unclear(visitor.locale.say("decide.same")));
    }
    visitor.log(&desk, &format!("persona {decision}"), &format!("{} {}", one.id, other.id)).await?;
    let said = Said { decision, reason, author: &visitor.name, tlp: None, pap: None };
    let mut transaction = database::begin_turn(&desk.pool, Turn::Personas).await?;
    personas::decide(&mut transaction, (&one.id, &other.id), said).await?;
    let persona = personas::of_accounts(&mut transaction, std::slice::from_ref(&one.id)).await?.remove(&one.id);
    transaction.commit().await.map_err(anyhow::Error::from)?;
    let next = persona.map_or_else(|| seller_address(&one.source, &one.name), |id| format!("/persona/{id}"));
    Ok(Redirect::to(&next).into_response())
}

/// The one account that is meant, by its id, by `SOURCE:NAME`, or by a name that one source of the visitor has.
async fn account(connection: &mut Connection, visitor: &Visitor, asked: &str) -> Result<Account, Trouble> {
    let mut found = Vec::new();
    for id in accounts_named(connection, asked, None).await? {
        found.extend(trail::seller(connection, &id).await?.filter(|account| visitor.check_account(&account.source, &account.id).is_ok()));
    }
    match (found.pop(), found.is_empty()) {
        (Some(account), true) => Ok(account),
        (Some(_), false) => Err(Trouble::unclear(visitor.locale.say("decide.several"))),
        (None, _) => Err(Trouble::not_found()),
    }
}
