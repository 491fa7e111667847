//! Whoever asks for something: a user, what the user may see, and what the sign-in or token leaves of the rights.

use std::collections::BTreeSet;
use std::fmt;

use anyhow::{Context, Result};
use jiff::Timestamp;

use crate::account::role::{Right, Role};
use crate::clock;
use crate::database::Connection;
use crate::store::users::{self, UserRow};

/// What was asked for cannot be done as it was asked: a sentence with what to do. Any other error is a failure of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub String);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refused {}

/// A user, without anything secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Number.
    pub id: i64,
    /// Name, as it stands in the reading log.
    pub name: String,
    /// Role.
    pub role: Role,
    /// When the user was added.
    pub created_at: Timestamp,
    /// Since when the user is shut out.
    pub disabled_at: Option<Timestamp>,
    /// Since when for ever.
    pub removed_at: Option<Timestamp>,
    /// Failures to sign in since the last success.
    pub failures: i64,
    /// Until when the user waits after them; may be past.
    pub locked_until: Option<Timestamp>,
    /// Whether the next sign-in asks for a new password.
    pub must_change: bool,
    /// Whether there is a secret of one-time codes.
    pub has_totp: bool,
    /// Language tag of the pages; empty for the browser's.
    pub locale: String,
    /// Whether there is a password.
    pub has_password: bool,
    /// What the provider knows the user's account there by; empty where there is none.
    pub provider_id: String,
}

impl User {
    pub(super) fn of(row: &UserRow) -> Result<Self> {
        let role = Role::from_code(&row.role);
        let role = role.with_context(|| format!("the role {:?} of {} is not known to this version", row.role, row.name))?;
        Ok(Self {
            id: row.id,
            name: row.name.clone(),
            role,
            created_at: clock::from_micros(row.created_at),
            disabled_at: instant(row.disabled_at),
            removed_at: instant(row.removed_at),
            failures: row.failures,
            locked_until: instant(row.locked_until),
            must_change: row.must_change,
            has_totp: !row.totp_secret.is_empty(),
            locale: row.locale.clone(),
            has_password: !row.password.is_empty(),
            provider_id: row.provider_id.clone(),
        })
    }

    /// Whether the user may sign in at `now`, and if not, why: `active`, `locked_out`, `disabled` or `removed`.
    pub fn state(&self, now: Timestamp) -> &'static str {
        if self.removed_at.is_some() {
            "removed"
        } else if self.disabled_at.is_some() {
            "disabled"
        } else if self.locked_until.is_some_and(|until| until > now) {
            "locked_out"
        } else {
            "active"
        }
    }
}

/// The moment that was stored, if it happened.
pub(super) fn instant(micros: i64) -> Option<Timestamp> {
    Some(micros).filter(|micros| *micros != 0).map(clock::from_micros)
}

/// Which sources and cases a user may see; `None` for all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// Sources by id.
    pub sources: Option<BTreeSet<String>>,
    /// Cases by reference.
    pub cases: Option<BTreeSet<String>>,
}

impl Access {
    /// What a user may see.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn of(connection: &mut Connection, user_id: i64) -> Result<Self> {
        let mut access = Self::default();
        for (kind, reference) in users::access(connection, user_id).await? {
            // A kind of a newer version is none of those that this one asks about.
            let set = match kind.as_str() {
                users::SOURCE => &mut access.sources,
                users::CASE => &mut access.cases,
                _ => continue,
            };
            set.get_or_insert_default().insert(reference);
        }
        Ok(access)
    }

    /// Whether what comes from this source may be seen.
    pub fn to_source(&self, id: &str) -> bool {
        self.sources.as_ref().is_none_or(|sources| sources.contains(id))
    }

    /// Whether this case may be seen.
    pub fn to_case(&self, reference: &str) -> bool {
        self.cases.as_ref().is_none_or(|cases| cases.contains(reference))
    }
}

/// Whoever asks for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The user.
    pub user: User,
    /// What the user may see.
    pub access: Access,
    /// What a token was made for; `None` for a browser, which may do all that its user may.
    pub scopes: Option<Vec<Right>>,
}

impl Caller {
    /// Whether this may be done: the role must have the right, and a token must have been made for it.
    pub fn may(&self, right: Right) -> bool {
        self.user.role.may(right) && self.scopes.as_ref().is_none_or(|scopes| scopes.contains(&right))
    }
}
