//! Who alerts can be given to: users who work on alerts and may see these.

use anyhow::{Result, bail};

use crate::account::caller::{Access, Refused, User};
use crate::account::door::is_active;
use crate::account::role::Right;
use crate::database::{self, Pool};
use crate::store::{alerts, assignments, users};

/// Names of the users that alerts can be given to, in the order in which they were added.
///
/// # Errors
/// The database does not answer.
pub async fn workers(pool: &Pool) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for row in users::all(&mut *pool.acquire().await?).await?.iter().filter(|row| is_active(row)) {
        let user = User::of(row)?;
        if user.role.may(Right::Triage) {
            names.push(user.name);
        }
    }
    Ok(names)
}

/// Gives alerts to a user, or to nobody; gives the name as the user has it.
///
/// # Errors
/// [`Refused`]: there is no such user or alert, the user does not work on alerts, or may not see one of these. Else the database does not
/// answer. Nothing is written then.
pub async fn assign(pool: &Pool, ids: &[String], to: Option<&str>, author: &str) -> Result<String> {
    let mut transaction = database::begin(pool).await?;
    let found = alerts::by_ids(&mut transaction, ids).await?;
    if let Some(lacking) = ids.iter().find(|id| found.iter().all(|alert| alert.id != **id)) {
        bail!(Refused(format!("there is no alert {lacking:?}; hint: `vigie alerts --json` shows them")));
    }
    let mut name = String::new();
    if let Some(to) = to {
        let row = users::by_name(&mut transaction, to).await?.filter(is_active);
        let Some(row) = row else { bail!(Refused(format!("there is no user {to:?}; hint: `vigie user list` shows them"))) };
        let (user, access) = (User::of(&row)?, Access::of(&mut transaction, row.id).await?);
        if !user.role.may(Right::Triage) {
            bail!(Refused(format!("{} does not work on alerts; hint: an investigator or supervisor does", user.name)));
        }
        let hidden =
            found.iter().find(|alert| !access.to_source(&alert.source) || !alert.case_ref.is_empty() && !access.to_case(&alert.case_ref));
        if let Some(hidden) = hidden {
            bail!(Refused(format!("{} may not see the alert {}; hint: `vigie user set` gives sources and cases", user.name, hidden.id)));
        }
        name = user.name;
    }
    assignments::write(&mut transaction, ids, &name, author).await?;
    transaction.commit().await?;
    Ok(name)
}
