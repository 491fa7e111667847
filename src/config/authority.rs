//! Under what mandate a source is watched, and whether it may be crawled today.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// The mandate to watch a source. All parts are given, none is blank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authority {
    /// Case or mandate.
    pub reference: String,
    /// The law or order that it rests on.
    pub legal_basis: String,
    /// Who approved it.
    pub approved_by: String,
    /// Last day on which it holds.
    pub expires: Date,
    /// What may be read.
    pub access: Access,
}

/// What an authority allows to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// What anyone sees.
    #[default]
    Public,
    /// Also what an account shows; its session cookie comes from the operator.
    Account,
}

/// Whether a source may be crawled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It may.
    Crawlable,
    /// No authority, or one with blanks: the named keys are missing.
    NoAuthority(Vec<&'static str>),
    /// The authority ended on this day.
    Expired(Date),
    /// The source takes imports alone.
    ImportOnly,
}

impl Standing {
    /// Whether the source may be crawled.
    pub fn is_crawlable(&self) -> bool {
        *self == Self::Crawlable
    }

    /// A code for records and summaries.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Crawlable => "crawlable",
            Self::NoAuthority(_) => "no_authority",
            Self::Expired(_) => "expired",
            Self::ImportOnly => "import_only",
        }
    }

    /// A sentence without its full stop.
    pub fn sentence(&self) -> String {
        match self {
            Self::Crawlable => "it may be crawled".to_owned(),
            Self::NoAuthority(_) => "it is not crawled: no authority is given".to_owned(),
            Self::Expired(day) => format!("it is not crawled: its authority expired on {day}"),
            Self::ImportOnly => "it is not crawled: it takes imports only".to_owned(),
        }
    }

    /// How to change that; empty where nothing needs changing.
    pub fn hint(&self) -> String {
        match self {
            Self::Crawlable | Self::ImportOnly => String::new(),
            Self::NoAuthority(blank) => format!("fill in {} under [authority]", blank.join(", ")),
            Self::Expired(_) => "have the authority renewed, then set expires under [authority]".to_owned(),
        }
    }
}
