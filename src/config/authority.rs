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

impl Authority {
    /// Whether it holds on this day.
    pub fn holds(&self, today: Date) -> bool {
        self.expires >= today
    }

    /// The text whose SHA-256 stands on every capture made under it: version 1 of a form that never changes. One line for each key, in this
    /// order, each ended by a line feed; within a value every run of white space and control characters is one space.
    pub fn canonical(&self, source: &str) -> String {
        let words = |value: &str| -> Vec<String> {
            value.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        let line = |key: &str, value: &str| format!("{key}: {}\n", words(value).join(" "));
        [
            "vigie-authority: 1\n".to_owned(),
            line("source", source),
            line("reference", &self.reference),
            line("legal_basis", &self.legal_basis),
            line("approved_by", &self.approved_by),
            line("expires", &self.expires.to_string()),
            line("access", self.access.code()),
        ]
        .concat()
    }
}

/// What is known of an approval: nobody has signed it, as there are no users yet who could.
pub const APPROVAL: &str = "declared, not verified";

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

impl Access {
    /// The code used in files, and in the canonical form of an authority.
    pub fn code(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Account => "account",
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_form_is_what_the_document_says() {
        let authority = Authority {
            reference: "Az. 12 Js 345/26".into(),
            legal_basis: "§ 110c StPO\n\tund Beschluss".into(),
            approved_by: "Anna  Muster".into(),
            expires: "2027-12-31".parse().unwrap(),
            access: Access::Account,
        };
        let text = "vigie-authority: 1\nsource: shop1\nreference: Az. 12 Js 345/26\nlegal_basis: § 110c StPO und Beschluss\n\
                    approved_by: Anna Muster\nexpires: 2027-12-31\naccess: account\n";
        assert_eq!(authority.canonical("shop1"), text);
        let public = Authority { access: Access::Public, ..authority.clone() };
        assert!(public.canonical("shop1").ends_with("access: public\n"));
        let day = |text: &str| text.parse::<Date>().unwrap();
        assert!(authority.holds(day("2027-12-31")) && !authority.holds(day("2028-01-01")));
    }
}
