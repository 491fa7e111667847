//! Who asks: a user signed in, the holder of a token, or nobody known yet.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::StatusCode;
use axum::http::request::Parts;

use super::desk::Desk;
use super::trouble::Trouble;
use super::words::Locale;
use crate::account::{Caller, Needs, Present, Right, Role};
use crate::audit::{self, Actor, Origin, Purpose};
use crate::dossier::Among;
use crate::search;
use crate::store::inbox::Reach;

/// Fields that tell who sells where.
pub(super) const NAMING: &[&str] = &["vendor", "account", "persona", "family", "source", "address", "pgp", "contact", "url", "key"];

/// Who asks. The guard makes one for each request.
#[derive(Clone)]
pub(super) struct Visitor {
    /// Name of the user; empty for nobody.
    pub(super) name: String,
    /// The user with all rights; `None` for nobody, and while a sign-in is not complete.
    pub(super) caller: Option<Caller>,
    /// The sign-in of a browser.
    pub(super) present: Option<Present>,
    /// What forms must bring back.
    pub(super) csrf: String,
    /// Why is read at present.
    pub(super) purpose: Purpose,
    pub(super) origin: Origin,
    pub(super) locale: Locale,
    /// `auto`, `light` or `dark`.
    pub(super) theme: String,
    /// Ids of the accounts that are closed to this visitor, because the use of what is held of them is restricted.
    pub(super) restricted: Arc<BTreeSet<String>>,
}

impl fmt::Debug for Visitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Visitor").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Visitor {
    /// Nobody known.
    pub(super) fn stranger(locale: Locale, theme: String) -> Self {
        Self {
            name: String::new(),
            caller: None,
            present: None,
            csrf: String::new(),
            purpose: Purpose::default(),
            origin: Origin::Web,
            locale,
            theme,
            restricted: Arc::default(),
        }
    }

    /// A browser that is signed in, whether completely or not.
    pub(super) fn of_browser(present: Present, locale: Locale, theme: String) -> Self {
        Self {
            name: present.caller.user.name.clone(),
            caller: Some(present.caller.clone()).filter(|_| present.needs == Needs::Nothing),
            csrf: present.form_token(),
            purpose: present.purpose.clone(),
            present: Some(present),
            ..Self::stranger(locale, theme)
        }
    }

    /// A program with a token, which says with each request why it reads.
    pub(super) fn of_program(caller: Caller, purpose: Purpose) -> Self {
        let name = caller.user.name.clone();
        Self { name, caller: Some(caller), purpose, origin: Origin::Api, ..Self::stranger(Locale::En, String::new()) }
    }

    /// Whether somebody is signed in who may do anything.
    pub(super) fn is_known(&self) -> bool {
        self.caller.is_some()
    }

    /// Whether role, and token where there is one, allow this.
    pub(super) fn may(&self, right: Right) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.may(right))
    }

    /// Whether the role allows this, whatever a token was made for.
    pub(super) fn role_may(&self, right: Right) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.user.role.may(right))
    }

    /// Whether what is known of a source is for this visitor.
    pub(super) fn may_see(&self, source: &str) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.access.to_source(source))
    }

    /// Whether what is known of an account is for this visitor.
    ///
    /// # Errors
    /// Its source is not, as if there were no such account; or its use is restricted, which is said.
    pub(super) fn check_account(&self, source: &str, vendor: &str) -> Result<(), Trouble> {
        if !self.may_see(source) {
            return Err(Trouble::not_found());
        }
        if self.restricted.contains(vendor) {
            return Err(Trouble { status: StatusCode::FORBIDDEN, why: self.locale.say("subjects.closed").to_owned() });
        }
        Ok(())
    }

    /// What is for this visitor, for dossiers.
    pub(super) fn among(&self) -> Among<'_> {
        Among { sources: self.caller.as_ref().and_then(|caller| caller.access.sources.as_ref()), restricted: Some(&self.restricted) }
    }

    /// Whether a case is for this visitor.
    pub(super) fn may_open(&self, case: &str) -> bool {
        self.caller.as_ref().is_some_and(|caller| caller.access.to_case(case))
    }

    /// Which alerts are for this visitor.
    pub(super) fn reach(&self) -> Reach {
        self.caller
            .as_ref()
            .map_or_else(Reach::nothing, |caller| Reach { sources: caller.access.sources.clone(), cases: caller.access.cases.clone() })
    }

    /// Whether a question may be asked: whoever may not know names asks no field of them. Words of a text may still be a name, of which nothing
    /// is shown but that some listing has it.
    pub(super) fn may_ask(&self, question: &str) -> bool {
        let question = question.to_lowercase();
        self.may(Right::ReadNamed) || !NAMING.iter().any(|field| question.contains(&format!("{field}:")))
    }

    /// A question narrowed to the sources that are for this visitor. One that cannot be understood stays as it is, to be refused with its own
    /// columns.
    pub(super) fn within(&self, query: &str) -> String {
        let Some(sources) = self.caller.as_ref().and_then(|caller| caller.access.sources.as_ref()) else { return query.to_owned() };
        // Brackets that close what they did not open would let the rest of the question out of the sources.
        if search::parse(query).is_err() {
            return query.to_owned();
        }
        let sources: Vec<String> = sources.iter().map(|source| format!("\"{}\"", source.replace(['"', '\\'], ""))).collect();
        format!("({query}) source:({})", sources.join(" OR "))
    }

    /// Key of the name of the role.
    pub(super) fn role_key(&self) -> &'static str {
        self.caller.as_ref().map_or("role.none", |caller| role_key(&caller.user.role))
    }

    /// Who acts, for the reading log.
    pub(super) fn actor(&self) -> Actor {
        Actor { name: self.name.clone(), origin: self.origin }
    }

    /// Writes the reading log. What is read is shown only after this.
    ///
    /// # Errors
    /// This instance asks why content is read and the visitor has not said, or the row could not be written.
    pub(super) async fn log(&self, desk: &Desk, action: &str, subject: &str) -> Result<(), Trouble> {
        if desk.config.settings.require_purpose && (self.purpose.case.is_none() || self.purpose.purpose.is_none()) {
            return Err(Trouble::unclear(self.locale.say("purpose.needed")));
        }
        audit::record_as(&desk.log, &self.actor(), action, subject, &self.purpose).await?;
        Ok(())
    }

    /// Writes into the log what a user does with the own account, for which nobody needs a purpose.
    ///
    /// # Errors
    /// The row could not be written.
    pub(super) async fn note(&self, desk: &Desk, action: &str) -> Result<(), Trouble> {
        audit::record_as(&desk.log, &self.actor(), action, &self.name, &Purpose::default()).await?;
        Ok(())
    }

    /// Writes into the log what shows nothing of what was collected, such as work on users, for which nobody needs a purpose.
    ///
    /// # Errors
    /// The row could not be written.
    pub(super) async fn remark(&self, desk: &Desk, action: &str, subject: &str) -> Result<(), Trouble> {
        audit::record_as(&desk.log, &self.actor(), action, subject, &self.purpose).await?;
        Ok(())
    }
}

/// Key of the name of a role.
pub(super) fn role_key(role: &Role) -> &'static str {
    match role {
        Role::Investigator => "role.investigator",
        Role::Supervisor => "role.supervisor",
        Role::Researcher => "role.researcher",
        Role::Auditor => "role.auditor",
        Role::Administrator => "role.administrator",
    }
}

/// Key of the name of a theme.
pub(super) fn theme_key(theme: &str) -> &'static str {
    match theme {
        "light" => "theme.light",
        "dark" => "theme.dark",
        _ => "theme.auto",
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        parts.extensions.get::<Self>().cloned().ok_or_else(Trouble::forbidden)
    }
}
