//! What an action is in the words of Directive (EU) 2016/680, Art. 25: one table, from which every row of the reading log has its kind.

use std::fmt;

use serde::Serialize;

/// What was done with personal data, or with the accounts of those who read them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Kind {
    /// Pages were fetched or rows taken in.
    Collection,
    /// Something that people say of the data was added, changed or made again.
    Alteration,
    /// Something was looked at.
    Consultation,
    /// Something was handed over: an export, a notification sent again.
    Disclosure,
    /// What was apart was brought together: accounts under one seller, styles compared.
    Combination,
    /// Something was erased.
    Erasure,
    /// Somebody signed in, or an account of a user was made, changed or closed: no processing of what was collected.
    Account,
}

/// First words of actions, and what these are; of several that fit the longest counts.
const ACTIONS: &[(&str, Kind)] = &[
    ("crawl", Kind::Collection),
    ("import", Kind::Collection),
    ("reextract", Kind::Alteration),
    ("reindex", Kind::Alteration),
    ("label", Kind::Alteration),
    ("label --list", Kind::Consultation),
    ("label --sample", Kind::Consultation),
    ("watch add", Kind::Alteration),
    ("watch set", Kind::Alteration),
    ("watch remove", Kind::Alteration),
    ("watch import", Kind::Alteration),
    ("session set", Kind::Alteration),
    ("session clear", Kind::Erasure),
    ("alerts set", Kind::Alteration),
    ("alerts assign", Kind::Alteration),
    ("case open", Kind::Alteration),
    ("case add", Kind::Alteration),
    ("case note", Kind::Alteration),
    ("case remove", Kind::Alteration),
    ("case close", Kind::Alteration),
    ("subject restrict", Kind::Alteration),
    ("subject lift", Kind::Alteration),
    ("subject rectify", Kind::Alteration),
    ("subject mark", Kind::Alteration),
    ("subject told", Kind::Alteration),
    ("audit review", Kind::Alteration),
    ("search", Kind::Consultation),
    ("trends", Kind::Consultation),
    ("show", Kind::Consultation),
    ("watch", Kind::Consultation),
    ("session", Kind::Consultation),
    ("alerts", Kind::Consultation),
    ("sources", Kind::Consultation),
    ("profile", Kind::Consultation),
    ("eval", Kind::Consultation),
    ("demo", Kind::Consultation),
    ("case", Kind::Consultation),
    ("subject", Kind::Consultation),
    ("audit", Kind::Consultation),
    ("export", Kind::Disclosure),
    ("alerts redeliver", Kind::Disclosure),
    ("persona", Kind::Combination),
    ("show --style", Kind::Combination),
    ("retain", Kind::Erasure),
    ("erase", Kind::Erasure),
    ("account", Kind::Account),
    ("sign", Kind::Account),
    ("token", Kind::Account),
    ("user", Kind::Account),
];

impl Kind {
    /// What an action is. One that the table does not have counts as a consultation, the least that a row can tell of.
    pub fn of(action: &str) -> Self {
        Self::listed(action).unwrap_or(Self::Consultation)
    }

    /// What the table says of an action.
    pub fn listed(action: &str) -> Option<Self> {
        let fits = |first: &str| action.strip_prefix(first).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        ACTIONS.iter().filter(|(first, _)| fits(first)).max_by_key(|(first, _)| first.len()).map(|(_, kind)| *kind)
    }

    /// The word that stands in the log.
    pub fn code(self) -> &'static str {
        match self {
            Self::Collection => "collection",
            Self::Alteration => "alteration",
            Self::Consultation => "consultation",
            Self::Disclosure => "disclosure",
            Self::Combination => "combination",
            Self::Erasure => "erasure",
            Self::Account => "account",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_words_that_fit_tell_what_an_action_is() {
        for (action, kind) in [
            ("show", Kind::Consultation),
            ("show persona", Kind::Consultation),
            ("show --style", Kind::Combination),
            ("showing", Kind::Consultation),
            ("watch", Kind::Consultation),
            ("watch add", Kind::Alteration),
            ("alerts", Kind::Consultation),
            ("alerts redeliver", Kind::Disclosure),
            ("sign in", Kind::Account),
            ("nobody knows", Kind::Consultation),
        ] {
            assert_eq!(Kind::of(action), kind, "{action}");
        }
        assert_eq!((Kind::listed("showing"), Kind::listed("export")), (None, Some(Kind::Disclosure)));
    }
}
