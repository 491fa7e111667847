//! Marks: which account shows which indicator, where, and with what proof.

use std::collections::{BTreeMap, BTreeSet};

use vigie_extractors::record::Indicator;

use crate::persona::weights;

/// A longer value is no mark; an index of PostgreSQL takes no more.
const LONGEST: usize = 400;
/// The place of what stands on the account's own page.
pub const OWN_PAGE: &str = "";

/// What tells that an account holds a key. The codes stand in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Proof {
    /// It shows it, as anybody can.
    Shown,
    /// A text signed with it names the account, not the source, and stands at no other account of the name.
    InPart,
    /// A text signed with it names the account and the source.
    Signed,
}

impl Proof {
    /// Stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Shown => "shown",
            Self::InPart => "signed_in_part",
            Self::Signed => "signed",
        }
    }

    /// The proof of a code; an unknown one proves nothing.
    pub fn of_code(code: &str) -> Self {
        [Self::Signed, Self::InPart].into_iter().find(|one| one.code() == code).unwrap_or(Self::Shown)
    }
}

/// Kind and value of a mark.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    /// Kind of indicator.
    pub kind: String,
    /// Its normal form.
    pub value: String,
}

/// The mark that an indicator makes; `None` of one that links nobody. Escrow and multisig addresses belong to a deal, addresses in the link of
/// an explorer to anybody.
pub fn of(indicator: &Indicator) -> Option<Name> {
    let kind = weights::of(&indicator.kind)?.kind;
    let others = indicator.context.iter().any(|word| matches!(word.as_str(), "explorer" | "mixer" | "exchange" | "escrow" | "multisig"));
    let value = indicator.value.trim();
    (!others && !value.is_empty() && value.len() <= LONGEST).then(|| Name { kind: kind.to_owned(), value: value.to_owned() })
}

/// A mark of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What tells that it is the account's.
    pub proof: Proof,
    /// Where it stands: [`OWN_PAGE`], or what the texts of listings are known by.
    pub places: BTreeSet<String>,
    /// The capture that showed it first.
    pub capture: String,
    /// Time of that capture, microseconds.
    pub seen_at: i64,
}

/// An account with its marks, as far as others show them too; all its keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Account {
    /// Identity.
    pub id: String,
    /// Source id.
    pub source: String,
    /// Name as shown.
    pub name: String,
    /// Its marks.
    pub marks: BTreeMap<Name, Mark>,
}

impl Account {
    /// As people say it.
    pub fn called(&self) -> String {
        format!("{} on {}", self.name, self.source)
    }
}

/// Who shows a mark.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Spread {
    /// Accounts by source.
    pub accounts: BTreeMap<String, usize>,
    /// Sources on which it stands on a page that belongs to no seller, with a capture.
    pub unowned: BTreeMap<String, String>,
    /// Places, other than own pages, at which more than one account shows it: texts that somebody copied.
    pub common: BTreeSet<String>,
    /// Of a key, whether an account proves it.
    pub proved: bool,
}

impl Spread {
    /// Accounts on all sources.
    pub fn total(&self) -> usize {
        self.accounts.values().sum()
    }

    /// The same as far as these sources tell. A place where it is common names no source, and stays.
    pub fn within(&self, has: impl Fn(&str) -> bool) -> Self {
        let accounts = self.accounts.iter().filter(|(source, _)| has(source)).map(|(source, n)| (source.clone(), *n)).collect();
        let unowned = self.unowned.iter().filter(|(source, _)| has(source)).map(|(source, at)| (source.clone(), at.clone())).collect();
        Self { accounts, unowned, ..self.clone() }
    }

    /// Why the mark says nothing of an account of this source; `None` where it does.
    pub fn guard(&self, source: &str) -> Option<String> {
        let here = self.accounts.get(source).copied().unwrap_or(0);
        if self.total() > weights::MOST_ACCOUNTS {
            Some(format!("{} accounts show it, more than {}", self.total(), weights::MOST_ACCOUNTS))
        } else if self.unowned.contains_key(source) {
            Some(format!("it stands on a page of {source} that belongs to no seller"))
        } else if here > weights::MOST_OF_SOURCE {
            Some(format!("{here} accounts of {source} show it, more than {}", weights::MOST_OF_SOURCE))
        } else {
            None
        }
    }
}
