//! What is done with alerts of the inbox: one or several are set to a state, or given to somebody.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

use super::alerts::Asked;
use crate::account::{Refused, Right, assignment};
use crate::database;
use crate::store::alerts::AlertRow;
use crate::store::inbox;
use crate::store::triage::{self, State as Stage};
use crate::web::desk::Desk;
use crate::web::form::Posted;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;

/// Alerts and what is done with them.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Done {
    /// Identities of alerts.
    id: Vec<String>,
    /// Code of a state.
    state: String,
    note: String,
    /// Name of a user; empty for nobody.
    to: String,
    /// What the inbox was asked for.
    back: String,
    /// The alert to go on with.
    next: String,
    /// Not empty: the page of this one alert.
    single: String,
}

impl Done {
    /// Where the visitor came from. What came with the form is read and written again, so that it leads nowhere else.
    fn way(&self) -> String {
        let is_id = |id: &str| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if let (false, [id]) = (self.single.is_empty(), self.id.as_slice())
            && is_id(id)
        {
            return format!("/alerts/{id}");
        }
        let inbox = serde_html_form::from_str::<Asked>(&self.back).unwrap_or_default().address();
        if is_id(&self.next) { format!("{inbox}#a{}", self.next) } else { inbox }
    }

    /// The alerts, all of which are for the visitor.
    async fn alerts(&self, desk: &Desk, visitor: &Visitor) -> Result<Vec<AlertRow>, Trouble> {
        if self.id.is_empty() {
            return Err(Trouble::unclear(visitor.locale.say("alerts.none_chosen")));
        }
        let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
        let found = inbox::by_ids(&mut connection, &visitor.reach(), &self.id).await?;
        let lacks = self.id.iter().any(|id| found.iter().all(|alert| alert.id != *id));
        if lacks { Err(Trouble::not_found()) } else { Ok(found) }
    }
}

/// `POST /alerts/set`.
pub(in crate::web) async fn set(State(desk): State<Desk>, visitor: Visitor, Posted(done): Posted<Done>) -> Answer {
    let state = Stage::of_code(&done.state).ok_or_else(|| Trouble::unclear(visitor.locale.say("alerts.which_state")))?;
    if done.note.len() > triage::LONGEST_NOTE {
        return Err(Trouble::unclear(visitor.locale.say("alerts.long_note")));
    }
    done.alerts(&desk, &visitor).await?;
    visitor.log(&desk, "alerts set", &format!("{} {}", done.id.join(" "), state.code())).await?;
    let mut transaction = database::begin(&desk.pool).await?;
    triage::step(&mut transaction, &done.id, state, &visitor.name, &done.note).await?;
    transaction.commit().await.map_err(anyhow::Error::from)?;
    Ok(Redirect::to(&done.way()).into_response())
}

/// `POST /alerts/assign`: whoever works on alerts takes them and lays them down; giving them to others takes a right.
pub(in crate::web) async fn assign(State(desk): State<Desk>, visitor: Visitor, Posted(done): Posted<Done>) -> Answer {
    let found = done.alerts(&desk, &visitor).await?;
    let own = if done.to.is_empty() { found.iter().all(|alert| alert.assignee == visitor.name) } else { done.to == visitor.name };
    if !own && !visitor.may(Right::Assign) {
        return Err(Trouble::forbidden());
    }
    let to = Some(done.to.as_str()).filter(|to| !to.is_empty());
    visitor.log(&desk, "alerts assign", &format!("{} {}", done.id.join(" "), to.unwrap_or("nobody"))).await?;
    match assignment::assign(&desk.pool, &done.id, to, &visitor.name).await {
        Ok(_) => Ok(Redirect::to(&done.way()).into_response()),
        Err(error) => match error.downcast::<Refused>() {
            Ok(refused) => Err(Trouble::unclear(refused.0)),
            Err(error) => Err(error.into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_back_stays_in_the_inbox() {
        let way = |back: &str, next: &str| Done { back: back.into(), next: next.into(), ..Done::default() }.way();
        assert_eq!(way("state=any&before=3", "0af"), "/alerts?state=any&before=3#a0af");
        assert_eq!(way("//evil.example/?x=1", "//evil"), "/alerts");
        let one = Done { id: vec!["0af".into()], single: "1".into(), ..Done::default() };
        assert_eq!(one.way(), "/alerts/0af");
    }
}
