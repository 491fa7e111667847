//! Roles and rights: one table says which role may do what.

use clap::ValueEnum;
use serde::Serialize;

use Role::{Administrator, Auditor, Investigator, Researcher, Supervisor};

/// What a user is for. Each user has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works on listings, alerts and cases.
    Investigator,
    /// An investigator who also hands out work and approves it.
    Supervisor,
    /// Sees pseudonyms in the place of names, and takes research exports out.
    Researcher,
    /// Reads the reading log, and nothing of what it is about.
    Auditor,
    /// Looks after users and sources, and sees no content.
    Administrator,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] = [Investigator, Supervisor, Researcher, Auditor, Administrator];

    /// The code used in the store and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Investigator => "investigator",
            Supervisor => "supervisor",
            Researcher => "researcher",
            Auditor => "auditor",
            Administrator => "administrator",
        }
    }

    /// The role of this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether a user of this role may do this.
    pub fn may(self, right: Right) -> bool {
        TABLE.iter().any(|(one, roles)| *one == right && roles.contains(&self))
    }

    /// All that a user of this role may do.
    pub fn rights(self) -> impl Iterator<Item = Right> {
        Right::ALL.into_iter().filter(move |right| self.may(*right))
    }
}

/// Declares the rights, their codes and the list of all of them from one table.
macro_rules! rights {
    ($($(#[$doc:meta])* $right:ident $code:literal: $($role:ident)+;)+) => {
        /// Something that a user may do or not. The set is closed: what has no right here cannot be done.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Right {
            $($(#[$doc])* $right,)+
        }

        impl Right {
            /// All rights.
            pub const ALL: [Self; [$($code),+].len()] = [$(Self::$right),+];

            /// The code used as a scope of tokens.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$right => $code,)+
                }
            }
        }

        /// Which roles have a right.
        const TABLE: &[(Right, &[Role])] = &[$((Right::$right, &[$($role),+])),+];
    };
}

rights! {
    /// Ask questions and see which listings answer them, their categories, traits, prices and times.
    Search "search": Investigator Supervisor Researcher;
    /// Open listings, dossiers, personas, graphs and trace sheets. Without `ReadNamed` names and indicators in them are pseudonyms, and texts of
    /// sources and addresses of pages are left out.
    ReadContent "read_content": Investigator Supervisor Researcher;
    /// See names of vendors, contacts, payment addresses, texts and addresses of pages as they stand.
    ReadNamed "read_named": Investigator Supervisor;
    /// Say what a listing is.
    CorrectLabels "correct_labels": Investigator Supervisor;
    /// Confirm or refuse that two accounts are one seller.
    DecideLinks "decide_links": Investigator Supervisor;
    /// See, add, change and remove watches.
    Watches "watches": Investigator Supervisor;
    /// See alerts and say how far the work on them has come.
    Triage "triage": Investigator Supervisor;
    /// Give alerts and cases to other users.
    Assign "assign": Supervisor;
    /// Approve what others ask for.
    Approve "approve": Supervisor;
    /// See, open, fill and close cases.
    Cases "cases": Investigator Supervisor;
    /// See how sources stand.
    SeeSources "see_sources": Investigator Supervisor Administrator;
    /// Give the cookies of an account for a source.
    RenewSessions "renew_sessions": Investigator Supervisor;
    /// See counts over time.
    Trends "trends": Investigator Supervisor Researcher;
    /// Take listings, dossiers and results of searches out.
    Export "export": Investigator Supervisor;
    /// Take the research tables out.
    ResearchExport "research_export": Investigator Supervisor Researcher;
    /// Find, restrict and rectify what is held of a person.
    DataSubjects "data_subjects": Investigator Supervisor;
    /// Open a listing or dossier of an account whose use is restricted, by its id.
    ReadRestricted "read_restricted": Supervisor;
    /// Read the reading log.
    ReadAudit "read_audit": Auditor;
    /// Draw a sample of the reading log and review it.
    SampleAudit "sample_audit": Auditor;
    /// Add, change and remove users, end their sign-ins and tokens.
    ManageUsers "manage_users": Administrator;
    /// Make and revoke tokens of one's own.
    OwnTokens "own_tokens": Investigator Supervisor Researcher Auditor Administrator;
}

impl Right {
    /// The right of this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|right| right.code() == code)
    }

    /// Whether a token may carry it. One that made tokens would outlive its own end.
    pub fn is_scope(self) -> bool {
        self != Self::OwnTokens
    }
}

#[cfg(test)]
mod tests {
    use super::{Right, Role};

    /// The whole table once more, as people would write it: I, S, R, U (auditor), A.
    const EXPECTED: &[(&str, &str)] = &[
        ("search", "ISR"),
        ("read_content", "ISR"),
        ("read_named", "IS"),
        ("correct_labels", "IS"),
        ("decide_links", "IS"),
        ("watches", "IS"),
        ("triage", "IS"),
        ("assign", "S"),
        ("approve", "S"),
        ("cases", "IS"),
        ("see_sources", "ISA"),
        ("renew_sessions", "IS"),
        ("trends", "ISR"),
        ("export", "IS"),
        ("research_export", "ISR"),
        ("data_subjects", "IS"),
        ("read_restricted", "S"),
        ("read_audit", "U"),
        ("sample_audit", "U"),
        ("manage_users", "A"),
        ("own_tokens", "ISRUA"),
    ];

    #[test]
    fn each_role_has_the_rights_of_the_table_and_no_other() {
        assert_eq!(EXPECTED.len(), Right::ALL.len());
        for (code, roles) in EXPECTED {
            let right = Right::from_code(code).unwrap();
            for (role, letter) in Role::ALL.into_iter().zip("ISRUA".chars()) {
                assert_eq!(role.may(right), roles.contains(letter), "{} {code}", role.code());
                assert_eq!(Role::from_code(role.code()), Some(role));
            }
        }
        assert_eq!(Right::from_code("everything"), None);
        assert_eq!(Role::from_code("Administrator"), None);
    }

    #[test]
    fn nobody_who_looks_after_users_or_logs_sees_content() {
        for role in Role::ALL.into_iter().filter(|role| role.may(Right::ManageUsers) || role.may(Right::ReadAudit)) {
            for right in
                [Right::Search, Right::ReadContent, Right::ReadNamed, Right::Triage, Right::Cases, Right::Export, Right::DataSubjects]
            {
                assert!(!role.may(right), "{} {}", role.code(), right.code());
            }
        }
        assert_eq!(Role::Auditor.rights().count(), 3);
    }
}
