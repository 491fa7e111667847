//! Why a sign-in through the provider does not go on.

use std::fmt;

/// Characters of what a provider said that are repeated.
const LONGEST: usize = 120;

/// Why a sign-in through the provider does not go on. Each holds a part of a sentence for whoever looks after the desk, with nothing secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It does not answer, or says that it cannot: what happened.
    Down(String),
    /// What is configured here does not fit what is there: what.
    Misfit(String),
    /// It refused: its code.
    Refused(String),
    /// What it says is not believed: why.
    Untrue(String),
    /// It did not ask the person for as much as this desk demands: what lacks.
    Weak(String),
}

impl Fault {
    pub(super) fn misfit(why: impl Into<String>) -> Self {
        Self::Misfit(why.into())
    }

    pub(super) fn untrue(why: impl Into<String>) -> Self {
        Self::Untrue(why.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Down(why) => write!(f, "the provider does not answer: {why}"),
            Self::Misfit(why) => write!(f, "the provider and [web.oidc] do not fit: {why}"),
            Self::Refused(code) => write!(f, "the provider refused: {}", plain(code)),
            Self::Untrue(why) => write!(f, "the provider is not believed: {why}"),
            Self::Weak(why) => write!(f, "the provider did not ask for enough: {why}"),
        }
    }
}

/// What others wrote, as it may stand in a sentence.
pub(super) fn plain(text: &str) -> String {
    crate::shown::headline(text).chars().take(LONGEST).collect()
}
