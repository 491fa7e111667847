//! The command line of those who look after the data: the reading log, cases, data subjects.

use clap::{Args, Subcommand};

use crate::audit::Kind;
use crate::store::cases;

/// What to do with the reading log.
#[derive(Debug, Subcommand)]
pub enum AuditAction {
    /// Show rows of the reading log, the latest first
    #[command(after_help = "Examples:
  vigie audit list --kind disclosure --since 2026-01-01
  vigie audit list --actor anna --case C-7 --json
Kinds are those of Directive (EU) 2016/680, Art. 25: collection, alteration, consultation, disclosure, combination, erasure; and account for
what concerns accounts of users. Looking is itself logged.")]
    List {
        /// Which rows
        #[command(flatten)]
        which: AuditFilter,
        /// Rows at most
        #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..))]
        limit: i64,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Draw rows at random for a review
    #[command(after_help = "Examples:
  vigie audit sample --since 2026-10-01 --until 2026-11-01
  vigie audit sample --share 0.05 --seed 7 --json      the same rows again
The seed is printed and logged, so that anybody can draw the same rows of the same log.")]
    Sample {
        /// Which rows are drawn from
        #[command(flatten)]
        which: AuditFilter,
        /// Share of them, 0 to 1; one row at least
        #[arg(long, value_name = "SHARE", default_value_t = 0.01)]
        share: f64,
        /// Draws the same rows again
        #[arg(long, value_name = "N")]
        seed: Option<u64>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Write down what was found of a row
    #[command(after_help = "Examples:
  vigie audit review 4711 --finding 'case and purpose fit; asked the colleague, 3 May'
Findings are only ever added, and are rows of the reading log themselves.")]
    Review {
        /// Number of the row
        id: i64,
        /// What was found
        #[arg(long, value_name = "TEXT")]
        finding: String,
    },
}

/// Which rows of the reading log.
#[derive(Debug, Args)]
pub struct AuditFilter {
    /// Of this account
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
    /// Of this kind
    #[arg(long)]
    pub kind: Option<Kind>,
    /// Written on this day or later: 2026-11-21, 2026-11-21T08:00:00Z or "2 days ago"
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Written before this moment or day
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
}

/// What to do with cases.
#[derive(Debug, Subcommand)]
pub enum CaseAction {
    /// Open a case, or one again that was closed
    #[command(after_help = "Examples:
  vigie case open C-7 --title 'Conversions from the north'")]
    Open {
        /// Its reference, as you file it
        reference: String,
        /// What it is about
        #[arg(long, value_name = "TEXT", default_value = "")]
        title: String,
        /// A few words more
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
    /// Show all cases, those that are open first
    #[command(after_help = "Examples:
  vigie case list --json")]
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Show what lies in a case, and its notes
    #[command(after_help = "Examples:
  vigie case show C-7 --json")]
    Show {
        /// Its reference
        reference: String,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Put something into a case
    #[command(after_help = "Examples:
  vigie case add C-7 listing 3f2a61c0 --note 'the converted one'
  vigie case add C-7 persona market1:anna
  vigie case add C-7 indicator bc1q...
An export that is made with --case puts itself there. docs/cases.md says how each thing is named.")]
    Add {
        /// Reference of the case
        reference: String,
        /// What it is
        kind: cases::Kind,
        /// Which one, as `vigie show` names it
        id: String,
        /// Why
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
    /// Write something down in a case; notes are only ever added
    #[command(after_help = "Examples:
  vigie case note C-7 'asked the platform for the account on 3 May'")]
    Note {
        /// Reference of the case
        reference: String,
        /// What
        text: String,
    },
    /// Take something out of a case; a note there says so
    #[command(after_help = "Examples:
  vigie case remove C-7 listing 3f2a61c0")]
    Remove {
        /// Reference of the case
        reference: String,
        /// What it is
        kind: cases::Kind,
        /// Which one
        id: String,
    },
    /// Close a case: nothing is put into it any more
    #[command(after_help = "Examples:
  vigie case close C-7 --note 'handed to the prosecutor'")]
    Close {
        /// Its reference
        reference: String,
        /// A few words
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
}

/// What to do about those whom seller accounts are about.
#[derive(Debug, Subcommand)]
pub enum SubjectAction {
    /// Show what is held behind a name, an address, a key or a contact, what people said of it, and who received it
    #[command(after_help = "Examples:
  vigie subject find market1:anna --purpose 'request of 3 May, ref. 12/26'
  vigie subject find bc1q... --json
An account is found by its id, its name with or without its source, its persona, or what it shows: address, key, contact. What texts of
others say of a name is found by `vigie search`. See docs/data-subjects.md.")]
    Find {
        /// Name, SOURCE:NAME, id of an account or persona, address, key or contact
        text: String,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Show whose use is restricted
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Restrict the use of what is held: no search, alert, graph or export shows it any more
    #[command(after_help = "Examples:
  vigie subject restrict market1:anna --reason 'accuracy contested, request 12/26' --case C-7
Captures and facts stay as they are, for evidence. A supervisor still opens such a listing or dossier, by its id.")]
    Restrict(SubjectArgs),
    /// Lift a restriction
    Lift(SubjectArgs),
    /// Say what somebody is in a case, whether that is fact or assessment, and how it is evaluated
    #[command(after_help = "Examples:
  vigie subject mark market1:anna --category suspect --basis assessment --evaluation B2 --reason 'test purchase, C-7/14'")]
    Mark {
        /// Whom, and why
        #[command(flatten)]
        of: SubjectArgs,
        /// suspect, convicted, victim, witness, other or unknown
        #[arg(long, value_name = "CODE")]
        category: Option<String>,
        /// fact or assessment
        #[arg(long, value_name = "CODE")]
        basis: Option<String>,
        /// Europol's 4x4: A1 to X4
        #[arg(long, value_name = "CODE")]
        evaluation: Option<String>,
    },
    /// Correct what pages say, beside it: the capture stays as it is
    #[command(after_help = "Examples:
  vigie subject rectify market1:anna name 'not Anna Berg of Lantern' --reason 'confused by the seller, proof in 12/26'
Of each field the last correction counts; all are kept.")]
    Rectify {
        /// Whom, and why
        #[command(flatten)]
        of: SubjectArgs,
        /// What is corrected
        #[arg(value_parser = ["name", "contact", "place", "goods", "other"])]
        field: String,
        /// What is right
        value: String,
    },
    /// Show who received data of somebody, to be told of a correction or restriction
    #[command(after_help = "Examples:
  vigie subject recipients market1:anna
  vigie subject recipients market1:anna --told 4711    the recipient of this export was told")]
    Recipients {
        /// Name that only one source has, SOURCE:NAME, or id of an account
        text: String,
        /// Notes that the recipient of the export of this number was told
        #[arg(long, value_name = "NUMBER")]
        told: Option<i64>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
}

/// Whom a statement is about, and why it is made.
#[derive(Debug, Args)]
pub struct SubjectArgs {
    /// Name that only one source has, SOURCE:NAME, or id of an account
    pub text: String,
    /// All accounts of its persona
    #[arg(long)]
    pub persona: bool,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}
