//! The command line: names, arguments, help.

mod oversight;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::account::Role;
use crate::config::watch::{AtLeast, Change, Digest, Event, Moment, Per, Percent, Priority, Quiet};
use crate::config::{Pap, Tlp};
use crate::export::{Format, codebook::Form, tables::Profile};
use crate::pipeline::import;
use crate::store::triage::State;
use crate::watchlist::Format as ListFormat;

pub use oversight::{AuditAction, AuditFilter, CaseAction, SubjectAction, SubjectArgs};

const EXAMPLES: &str = "Examples:
  vigie demo                                       crawl a bundled mock market, see what comes out
  vigie init my-config && vigie --config my-config check
  vigie --config my-config crawl --once            one polite pass over what is due
  vigie --config my-config import --source shop1 rows.jsonl
  vigie search 'category:firearm AND glock' --limit 10
  vigie watch add glocks 'glock AND price:<1500'

Data goes to stdout, log and progress to stderr. VIGIE_LOG sets the level of the log, NO_COLOR takes its colours.
Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 done but a source was skipped, an expectation missed or a watch refused.";

/// Heading of the options that every command takes.
const COMMON: &str = "Common options";

/// A lookout for the online and darknet trade in firearms, their parts and ammunition.
#[derive(Debug, Parser)]
#[command(name = "vigie", version, after_help = EXAMPLES, max_term_width = 120)]
pub struct Cli {
    /// Options of every command.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// Folder that holds all state of an instance
    #[arg(long, global = true, value_name = "DIR", default_value = "./vigie-data", help_heading = COMMON)]
    pub data: PathBuf,
    /// Folder of the configuration [default: ./config if it exists, else the compiled-in defaults]
    #[arg(long, global = true, value_name = "DIR", help_heading = COMMON)]
    pub config: Option<PathBuf>,
    /// Reference of the case, for the reading log
    #[arg(long, global = true, value_name = "REF", help_heading = COMMON)]
    pub case: Option<String>,
    /// Why this is read, for the reading log
    #[arg(long, global = true, value_name = "TEXT", help_heading = COMMON)]
    pub purpose: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Crawl the bundled mock market on loopback, offline, and show what comes out (in ./vigie-demo)
    #[command(after_help = "An earlier ./vigie-demo is removed. --data and --config are not used; the demo brings its own.")]
    #[command(after_help = "Examples:
  vigie demo
  vigie demo --tor                                 the same as onion services, over a private Tor network
  vigie demo --serve                               then look at it in a browser
  vigie demo --json
With --tor a Tor network is started on this machine, of the programs `tor` and `tor-gencert`; it takes some 20 seconds and 500 MB of
memory, and talks to nobody else.")]
    Demo {
        /// Crawl the market as two onion services of a private Tor network on this machine
        #[arg(long)]
        tor: bool,
        /// Leave the desk running afterwards, with users to sign in as
        #[arg(long, num_args = 0..=1, default_missing_value = "127.0.0.1:8080", value_name = "ADDRESS")]
        serve: Option<SocketAddr>,
        /// End with the run summary as one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Write a commented starter configuration: vigie.toml, watches.toml, sources/example.toml
    #[command(
        after_help = "Nothing is overwritten. The example source has no authority, so nothing is crawled before someone fills it in."
    )]
    #[command(after_help = "Examples:
  vigie init my-config && vigie --config my-config check")]
    Init {
        /// Folder to make
        dir: PathBuf,
    },
    /// Load the configuration, print resolved values, say what is wrong and where
    #[command(after_help = "Examples:
  vigie --config my-config check
  vigie check --json")]
    Check {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Serve the desk: the pages on which people search, read, triage and follow sellers
    #[command(after_help = "Examples:
  vigie user add ada --role administrator          first, prints a password to be changed at the first sign-in
  vigie serve                                      then open http://127.0.0.1:8080
Listens where `listen` under [web] says, on this machine alone unless a proxy that speaks TLS stands in front: docs/desk.md. `vigie run`
serves the desk too. Everything that is read goes into the reading log.")]
    Serve,
    /// Say how each source stands: state, reason, queue, next visit, last success, what to do
    #[command(after_help = "Examples:
  vigie sources
  vigie sources shop1                              one source in full; goes into the reading log
  vigie sources --json
States: ready, waiting, crawling, snoozed, paused, blocked, budget_spent, not_authorised, expired, import_only,
route_unavailable. Counts of due and refused addresses stop at 100,000. Works beside a crawl.")]
    Sources {
        /// This source only, in full
        id: Option<String>,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Manage sessions: cookies of an account, for sources whose authority allows one
    #[command(after_help = "Examples:
  vigie session set market1 --cookies cookies.txt      ends its pause
  vigie session list
  vigie session clear market1
Sessions work beside a crawl, which takes them up within seconds. docs/sessions.md says how they are kept and when they end.")]
    Session {
        /// What to do with sessions
        #[command(subcommand)]
        action: SessionAction,
    },
    /// Manage users of the desk: roles, what they may see, passwords, sign-ins, tokens
    #[command(after_help = "Examples:
  vigie user add anna --role investigator              asks for a password; without a terminal it prints one for the first sign-in
  vigie user set anna --only-source market1 --only-case C-7
  vigie user list
Roles: investigator, supervisor, researcher, auditor, administrator. Whoever may run these commands may do everything: they are the way back
in for an administrator who is locked out. All go into the reading log. docs/users.md says what each role may do.")]
    User {
        /// What to do with users
        #[command(subcommand)]
        action: UserAction,
    },
    /// Test what the instance needs, and say why nothing is happening
    #[command(after_help = "Examples:
  vigie doctor
  vigie doctor --offline --json
The first line is the conclusion. One request at most is made, to a host of a configured source, through its gate; where sources
take these routes, Tor is connected to and the I2P proxy asked, and nothing is requested over them. A provider under [web.oidc] is asked
what it says of itself, and for its keys.
Exit codes: 0 all is well, 3 there are warnings, 1 something fails.")]
    Doctor {
        /// Make no connection
        #[arg(long)]
        offline: bool,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Crawl what is due, politely: only configured sources, each under a valid authority
    #[command(after_help = "Examples:
  vigie crawl --once                               one pass over what is due now
  vigie crawl --once --source shop1                one source; ends its pause
  vigie crawl --once --revisit --max-pages 500     known addresses again, 500 requests at most
Without --once it goes on until SIGINT or SIGTERM; a second signal ends it at once.")]
    Crawl(CrawlArgs),
    /// The daemon: crawl what is due, index, match and deliver, until SIGTERM; health and metrics on loopback
    #[command(after_help = "Examples:
  vigie run
  vigie run --source shop1                         one source; ends its pause
Search, alerts, watch, export and verify work beside it. A run ends at midnight UTC and the next one begins; SIGHUP does the same
and reads the configuration again. docs/run.md says what it answers under /health and /metrics and what it does on a bad day.")]
    Run(RunArgs),
    /// Read one saved page, or a stream of pages, without network or state
    #[command(after_help = "Examples:
  vigie extract page.html --url https://shop.example/item/1
  vigie extract --jsonl < pages.jsonl
A stream has {\"url\",\"html\"} or {\"url\",\"text\"} a line; one object a line comes out, in order.")]
    Extract(ExtractArgs),
    /// Make and test profiles: selectors in a source file that read its pages exactly
    Profile {
        /// What to do with profiles
        #[command(subcommand)]
        action: ProfileAction,
    },
    /// Classify a stream of {"title","description"?,"category_path"?} lines
    #[command(after_help = "Examples:
  echo '{\"title\":\"Glock 19 gen 5\"}' | vigie classify --jsonl
One object a line comes out, in order: classification, intent, traits, firearm, items, risk, scam.")]
    Classify {
        /// One JSON object a line in and out
        #[arg(long, required = true)]
        jsonl: bool,
    },
    /// The codebook: what listings are coded as
    Codebook {
        /// What to do with it
        #[command(subcommand)]
        action: CodebookAction,
    },
    /// Find payment addresses, keys and contacts in a stream of {"text"} lines
    #[command(after_help = "Examples:
  echo '{\"text\":\"mail me: anna@example.org\"}' | vigie indicators --jsonl
One object a line comes out, in order: {\"indicators\": [...]}.")]
    Indicators {
        /// One JSON object a line in and out
        #[arg(long, required = true)]
        jsonl: bool,
    },
    /// Feed captures or listings of others through the same pipeline
    #[command(after_help = "Examples:
  vigie import listings.jsonl --source shop1       as `export listings` writes it
  vigie import ads.csv.gz --map ads.toml --source board2 --type classifieds
  vigie import crawl.warc.gz --source shop1
Each row or capture is archived first. What the source holds already adds nothing.
Rows may use the field names of the records and of `export listings`; --map names a TOML file that maps others:
  [fields]
  title = \"Product name\"
  price = \"details.price\"
  [defaults]
  currency = \"USD\"")]
    Import(ImportArgs),
    /// Search listings
    #[command(after_help = "Examples:
  vigie search 'glock 19' --limit 5
  vigie search 'category:ammunition price:[10 TO 50]' --json
  vigie search '*' --count-by category --count-by source
`vigie syntax` explains the query language.")]
    Search(SearchArgs),
    /// Explain the query language
    #[command(after_help = "Examples:
  vigie syntax | less")]
    Syntax,
    /// Manage watches: saved questions, asked of every new listing version
    #[command(after_help = "Examples:
  vigie watch add converted 'trait:converted OR trait:reactivated'
  vigie watch list
Watches of the configuration (watches.toml) are taken over by the next crawl or import.")]
    Watch {
        /// What to do with watches
        #[command(subcommand)]
        action: WatchAction,
    },
    /// List alerts, or set the state of one
    Alerts(AlertsArgs),
    /// Export listings for operations, or tables for research
    Export(ExportArgs),
    /// Check every record and digest of the archive, and every capture that the store knows; exit code 1 if something is wrong
    #[command(after_help = "Examples:
  vigie verify
  vigie verify copy-of-archive/ --json
  vigie verify --audit                             the reading log: docs/reading-log.md says what is compared")]
    Verify {
        /// Another folder of WARC files than the archive of --data
        bundle: Option<PathBuf>,
        /// Check the reading log instead: every row against the one before it and against its anchor
        #[arg(long, conflicts_with = "bundle")]
        audit: bool,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Read and review the reading log: who searched, viewed, exported, changed what, when and why
    Audit {
        /// What to do with it
        #[command(subcommand)]
        action: AuditAction,
    },
    /// Keep cases: folders of listings, personas, indicators, exports and notes under a reference
    Case {
        /// What to do with cases
        #[command(subcommand)]
        action: CaseAction,
    },
    /// Answer those whom the data are about: find, restrict, correct, and tell who received it
    Subject {
        /// What to do
        #[command(subcommand)]
        action: SubjectAction,
    },
    /// Remove rows of the reading log that are older than it is kept; count captures past the retention of their source, and erase none
    #[command(after_help = "Examples:
  vigie retain
  vigie retain --json
What is left of the reading log still verifies: a checkpoint stands for what was removed. How long it is kept says [reading_log] of vigie.toml.")]
    Retain {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Delete derived facts, read the archive again and build the index; raises no alert
    #[command(after_help = "Examples:
  vigie reextract                                  after a change of profiles or of the codebook")]
    Reextract,
    /// Measure this build on this machine: crawl, polite, extract, classify, frontier, import, search, alerts, desk, reindex, tor
    #[command(after_help = "Examples:
  vigie bench
  vigie bench crawl import --runs 5 --json > figures.jsonl
  vigie bench --write-site site/                   the pages that `crawl` asks for, for another server
  vigie bench crawl --base http://127.0.0.1:8080/  asks that server instead
  vigie bench tor --pages 300 --concurrency 10     over a private Tor network, beside curl; needs tor and curl
  vigie bench alerts/1m --watches 1000000          a million watches
  vigie bench import/growth --listings 1000000 --runs 1   what the last of a million listings cost, beside the first ones
  vigie bench search/listings --listings 1000000 --runs 1 questions to a million listings, beside the bare engine
  vigie bench polite desk --listings 1000000 --runs 1     fifty people at the desk during a crawl, beside the crawl alone
Only loopback addresses are asked; nowhere else can the interval between requests be left out. Each run of each part is a process of its
own that counts its work; one that did less ends the benchmark with exit code 1. VIGIE_DATA may name a folder with pages/ and listings/ to
measure on too. --data and --config are not used.")]
    Bench(BenchArgs),
    /// Measure how well pages are read, listings classified and sellers linked, against what is known of them
    Eval {
        /// What to measure
        #[command(subcommand)]
        action: EvalAction,
    },
    /// Show what is known of a listing, vendor, persona or indicator, each statement with its capture; prepare a request to trace an arm
    #[command(after_help = "Examples:
  vigie show listing 3f2a61c0
  vigie show listing http://shop.example/item/7 --currency USD
  vigie show vendor \"Iron Dave\" --source market1
  vigie show persona market1:anna                  her accounts, and why they are taken for one seller
  vigie show persona market1:anna --style --case C-7
  vigie show indicator bc1q... --json
  vigie show trace 3f2a61c0 --html sheet.html      to print; what only the seized arm can tell stays blank
A listing is named by its id (eight digits or more), its address or SOURCE:KEY. Prices are converted at the rate of their day, from the
files rates/*.csv beside the configuration: the European Central Bank's eurofxref-hist.csv, or date,code,price,currency for coins.
A persona is named by its id, or by an account of it. A persona is judged, not found: docs/personas.md has the weights and their reasons.
--style compares how accounts write and price, and prints hints; it takes a case. Goes into the reading log.")]
    Show(ShowArgs),
    /// Decide whether two seller accounts are one seller
    Persona {
        /// What is decided
        #[command(subcommand)]
        action: PersonaAction,
    },
    /// Say what a listing is, for the classifier's training and its error estimates; the classification itself stays as it is
    #[command(after_help = "Examples:
  vigie label 3f2a... firearm.pistol
  vigie label 3f2a... replica_airgun --subtype blank_firing --note \"P.A.K. on the second picture\"
  vigie label --list > labels.jsonl && vigie train labels.jsonl more.jsonl
  vigie label --sample 200 > to-judge.jsonl       what `vigie export tables` needs to estimate errors
LISTING is what `vigie search --json` shows as `listing`. The last label of a version counts; all are kept with author and time.")]
    Label(LabelArgs),
    /// Fit the classifier's model to labelled listings, and measure it on those that were kept apart
    #[command(after_help = "Examples:
  vigie train labelled.jsonl
  vigie train market.jsonl.gz shop.jsonl --model my-config/model.bin --card MODEL_CARD.md --name mine-1
The lines are those of `vigie eval classify`. The same lines give the same model, to the byte.")]
    Train(TrainArgs),
    /// Circuits and state of the route over Tor
    Tor {
        /// What to do
        #[command(subcommand)]
        action: TorAction,
    },
    /// Delete the index and build it from the store
    #[command(after_help = "Examples:
  vigie reindex")]
    Reindex,
}

/// What to do with the codebook.
#[derive(Debug, Subcommand)]
pub enum CodebookAction {
    /// Print the codebook in force as a data set
    #[command(after_help = "Examples:
  vigie codebook export --format json > codebook.json
  vigie codebook export --format csv > codebook.csv
  vigie codebook export --format skos > codebook.ttl
Categories and subtypes with definitions, what belongs where and the rows of the Firearms Protocol, RAND and IAFQ; goods, traits,
calibres, risk indicators. The words that find them are in codebook.toml alone.")]
    Export {
        /// Form of the data set
        #[arg(long, value_enum)]
        format: Form,
    },
}

/// What a person decides of two accounts.
#[derive(Debug, Subcommand)]
pub enum PersonaAction {
    /// They are one seller, whatever links them
    #[command(after_help = "Examples:
  vigie persona confirm market1:anna market2:anna88 --reason \"same parcel, see C-7/12\" --case C-7
  vigie persona confirm market1:anna market2:anna88 --reason \"under surveillance\" --tlp red --pap red
An account is named by its id, as `vigie show persona --json` prints it, by SOURCE:NAME, or by a name that only one source has. The last
decision about a pair counts; all are kept, with author and time. A persona is marked as strictly as the strictest of its accounts' sources;
--tlp and --pap make it stricter, never less so.")]
    Confirm {
        /// What is decided
        #[command(flatten)]
        args: PersonaDecideArgs,
        /// How far the persona may be passed on (Traffic Light Protocol)
        #[arg(long)]
        tlp: Option<Tlp>,
        /// What may be done about it (Permissible Actions Protocol)
        #[arg(long)]
        pap: Option<Pap>,
    },
    /// They are not one seller, and never come together by whatever links
    #[command(after_help = "Examples:
  vigie persona refuse market1:anna market2:anna --reason \"the second one copies the key of the first\"
Where a chain of links would bring them together, its weakest link gives way.")]
    Refuse(PersonaDecideArgs),
}

/// Arguments of a decision.
#[derive(Debug, Args)]
pub struct PersonaDecideArgs {
    /// The one account
    pub one: String,
    /// The other one
    pub other: String,
    /// Why, in a sentence
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// Who says so [default: the account of the operating system]
    #[arg(long)]
    pub author: Option<String>,
}

/// What to do with the route over Tor.
#[derive(Debug, Subcommand)]
pub enum TorAction {
    /// Give a source new circuits: the crawl under way does so within seconds
    #[command(after_help = "Examples:
  vigie tor renew market1")]
    Renew {
        /// The source
        source: String,
    },
    /// Show which sources take it, where it keeps its state, and how it was when it was last used
    #[command(after_help = "Examples:
  vigie tor status --json")]
    Status {
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Arguments of `crawl`.
#[derive(Debug, Args)]
pub struct CrawlArgs {
    /// This source only; may be repeated. Ends its pause
    #[arg(long, value_name = "ID")]
    pub source: Vec<String>,
    /// End when nothing is due now
    #[arg(long)]
    pub once: bool,
    /// Take every known address as due
    #[arg(long)]
    pub revisit: bool,
    /// End after so many requests
    #[arg(long, value_name = "N")]
    pub max_pages: Option<u64>,
    /// End with the run summary as one JSON object
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `run`.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// This source only; may be repeated. Ends its pause
    #[arg(long, value_name = "ID")]
    pub source: Vec<String>,
    /// Print the summary of each run as one JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `extract`.
#[derive(Debug, Args)]
pub struct ExtractArgs {
    /// The saved page
    #[arg(required_unless_present = "jsonl", requires = "url")]
    pub file: Option<PathBuf>,
    /// Its address
    #[arg(long)]
    pub url: Option<String>,
    /// Read as a page of this configured source
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// Add where each field was read: rule, place, words and bytes of the page's text
    #[arg(long)]
    pub explain: bool,
    /// One JSON object a line in and out
    #[arg(long, conflicts_with = "file")]
    pub jsonl: bool,
}

/// Arguments of `import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// Files: .warc, .jsonl or .csv, also with .gz
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Source that they belong to; made, for import only, where it is not configured
    #[arg(long, value_name = "ID")]
    pub source: String,
    /// What a source is that no file configures
    #[arg(long = "type", value_name = "TYPE", value_parser = ["cryptomarket", "shop", "classifieds", "forum", "social"])]
    pub kind: Option<String>,
    /// What the files hold [default: by their names]
    #[arg(long)]
    pub format: Option<import::Format>,
    /// TOML file that says which column is which field
    #[arg(long, value_name = "FILE")]
    pub map: Option<PathBuf>,
    /// End with the run summary as one JSON object
    #[arg(long)]
    pub json: bool,
}

/// What to do with profiles.
#[derive(Debug, Subcommand)]
pub enum ProfileAction {
    /// Propose a profile from captured pages of a source: what is the same on all pages of a kind, and what varies
    #[command(after_help = "Examples:
  vigie profile induce shop1 --out shop1-profile.toml
  vigie profile induce market1 --from saved/market1/
  vigie profile induce market1 --from saved/item1.html saved/item2.html --url https://market.example/item/
  vigie profile induce market1 --from crawl.warc.gz
Three to thirty pages of each kind are enough. What comes out is [extractor] for the source file, with what speaks for each line: how often the
field was found, how often the general reading says the same, samples, doubts. Nothing is written into the configuration: read it, test it, put it in.
Exit code 3: nothing can be proposed.")]
    Induce(ProfileInduceArgs),
    /// Say how far a profile reads captured pages: by page kind and field what is filled, what differs, which problems there are
    #[command(after_help = "Examples:
  vigie profile test shop1
  vigie profile test shop1 --profile shop1-profile.toml
  vigie profile test market1 --from saved/market1/ --json
Exit code 3: the pages miss something that the profile requires or expects.")]
    Test(ProfileTestArgs),
}

/// Where pages of a source are taken from.
#[derive(Debug, Clone, Args)]
pub struct FromArgs {
    /// Saved pages, .warc files, lists (.jsonl with {"file","url"} a line), or folders of these [default: the captures in --data]
    #[arg(long, value_name = "CAPTURES", num_args = 1..)]
    pub from: Vec<PathBuf>,
    /// Address that names of saved pages are joined to, where neither a list nor the page tells its own
    #[arg(long, value_name = "ADDRESS", requires = "from")]
    pub url: Option<String>,
}

/// Arguments of `vigie profile induce`.
#[derive(Debug, Args)]
pub struct ProfileInduceArgs {
    /// The source; with --from it need not be configured yet
    pub source: String,
    /// Where its pages are
    #[command(flatten)]
    pub from: FromArgs,
    /// Write the proposal into a new file instead of to stdout
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// Arguments of `vigie profile test`.
#[derive(Debug, Args)]
pub struct ProfileTestArgs {
    /// The source
    pub source: String,
    /// Where its pages are
    #[command(flatten)]
    pub from: FromArgs,
    /// A file with a table `extractor` instead of the profile in the source file
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// What `vigie eval` measures.
#[derive(Debug, Subcommand)]
pub enum EvalAction {
    /// Score extraction on saved pages by field and family, with and without profiles
    #[command(after_help = "Examples:
  vigie eval extract --pages saved/
  vigie eval extract --pages saved/shop1 --worst 20
  vigie --config my-config eval extract --pages saved/ --profile shop1_pages=shop1 --json
A folder, or each folder below it, holds pages and expected.jsonl, a page a line:
  {\"file\":\"item.html\",\"url\":\"https://shop.example/item/1\",\"page_kind\":\"listing\",
   \"listings\":[{\"title\":\"...\",\"price\":\"12.50\",\"currency\":\"EUR\",\"brand\":null}]}
A field that is left out is not compared, null says that the page does not tell it. A wrong value counts against precision and recall.")]
    Extract(EvalExtractArgs),
    /// Score categories, traits and fields on labelled listings, with intervals, calibration and the worst mistakes
    #[command(after_help = "Examples:
  vigie eval classify labelled.jsonl
  vigie eval classify market.jsonl.gz shop.jsonl --by source --worst 30
  vigie eval classify labelled.jsonl --svg reliability.svg --json
A listing a line; near-duplicates share a family, and only `title` and `label` are needed:
  {\"id\":\"1\",\"source\":\"market1\",\"lang\":\"de\",\"title\":\"Glock 17 Gen 4\",\"label\":\"firearm.pistol\",\"family\":\"f1\",
   \"subtype\":null,\"traits\":[\"used\"],\"not_traits\":[\"converted\"],\"fields\":{\"maker\":\"Glock\",\"calibres\":[\"9 mm Luger\"]}}
Intervals hold 95 of 100 resamples of families. An answer `unknown` counts as no answer. Fields are those of the records, and barrel_in;
`exact` is the share that is right of the values that title or description state. A field counts as spurious where its source labels it
for other listings. --worst prints a quarter as many mistakes of each field; with --json, all of them under `worst_fields`.")]
    Classify(EvalClassifyArgs),
    /// Score families on pairs of listings that a person called copies of one another or not
    #[command(after_help = "Examples:
  vigie eval families pairs.jsonl --listings listings/
  VIGIE_DATA=data vigie eval families pairs.jsonl --worst 30
A pair a line names two listings by file and id; half and site, the rows of the table, may be left out:
  {\"a\":[\"market.jsonl.gz\",\"1\"],\"b\":[\"market.jsonl.gz\",\"2\"],\"label\":\"same\",\"half\":\"held\",\"site\":\"same\",\"why\":\"quantity\"}
The files hold listings as for `vigie eval classify`; without `label` will do. Copies are one advertisement in the same words, whatever
the quantity and price. A pair counts as joined where both are told to be copies and would be found as such.")]
    Families(EvalFamiliesArgs),
    /// Score the linking of sellers' accounts in a simulated world, whose sellers are known
    #[command(after_help = "Examples:
  vigie eval linkage
  vigie eval linkage --vendors 200 --sources 3 --seed 7 --json
  vigie eval linkage --listings agora.jsonl.gz     style alone, on halves of real sellers' listings
The world is brought into a temporary store as all data is. Some sellers share keys with signed texts, addresses or contacts over sources; some copy
texts with what is in them, some play another seller with his key; escrow, support and example keys stand on everybody's pages.")]
    Linkage(EvalLinkageArgs),
    /// Score watches by what people closed their alerts as
    #[command(after_help = "Examples:
  vigie eval alerts
  vigie eval alerts --worst 30 --json
Precision is the share of closed_true among closed_true and closed_false, with Wilson's interval. False alarms follow, the last one first;
`vigie label` says what such a listing is, and `vigie label --list` has the labels in the form that `vigie eval classify` and `vigie train` read.")]
    Alerts(EvalAlertsArgs),
}

/// Arguments of `vigie eval alerts`.
#[derive(Debug, Args)]
pub struct EvalAlertsArgs {
    /// False alarms to print
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub worst: u32,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `vigie eval linkage`.
#[derive(Debug, Args)]
pub struct EvalLinkageArgs {
    /// Sellers of the world
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(10..=50_000))]
    pub vendors: u32,
    /// Sources of the world
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(2..=100))]
    pub sources: u32,
    /// Another seed is another world
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Listings with vendors, as for `vigie eval classify`, plain or .gz: instead of the world, each seller's are parted in halves, to be found again by
    /// style
    #[arg(long, value_name = "FILE")]
    pub listings: Vec<PathBuf>,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `vigie eval families`.
#[derive(Debug, Args)]
pub struct EvalFamiliesArgs {
    /// Judged pairs
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Folder with the files of listings [default: listings/ in the folder that VIGIE_DATA names]
    #[arg(long, value_name = "DIR")]
    pub listings: Option<PathBuf>,
    /// Mistakes to print, false joins first
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub worst: usize,
    /// One JSON object for each half and site
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `vigie eval classify`.
#[derive(Debug, Args)]
pub struct EvalClassifyArgs {
    /// Labelled listings, plain or .gz
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Show the main figures for each source or language, too
    #[arg(long, value_name = "WHAT")]
    pub by: Option<EvalBy>,
    /// Worst mistakes to print, with the spans that decided
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub worst: usize,
    /// Write the reliability diagram
    #[arg(long, value_name = "FILE")]
    pub svg: Option<PathBuf>,
    /// One JSON object with all figures
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `vigie show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// What to show
    pub kind: Dossier,
    /// Which one: id or address of a listing, name of a vendor, id of a persona, value of an indicator
    pub id: String,
    /// Vendors and accounts of this source only
    #[arg(long, value_name = "ID")]
    pub source: Option<String>,
    /// Currency that prices are converted to
    #[arg(long, value_name = "CODE", default_value = "EUR")]
    pub currency: String,
    /// Compare how the accounts of a persona write and price with those of all others; hints only, and only in a case
    #[arg(long)]
    pub style: bool,
    /// Open also what is held of accounts whose use is restricted
    #[arg(long)]
    pub include_restricted: bool,
    /// Write the trace sheet as a page to print
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    pub html: Option<PathBuf>,
    /// One JSON object
    #[arg(long)]
    pub json: bool,
}

/// What a dossier is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Dossier {
    /// An advertisement: versions, prices, timeline
    Listing,
    /// An account on one source: listings, goods, routes, indicators
    Vendor,
    /// Accounts that are taken for one seller: links, evidence, what speaks against them
    Persona,
    /// A payment address, key or contact: pages and vendors that name it
    Indicator,
    /// The sheet that prepares a request to trace the arm of a listing
    Trace,
}

/// Arguments of `vigie label`.
#[derive(Debug, Args)]
pub struct LabelArgs {
    /// Id of the listing, `listing` of `vigie search --json`
    #[arg(required_unless_present_any = ["list", "sample"], requires = "category")]
    pub listing: Option<String>,
    /// Code of the category
    pub category: Option<String>,
    /// Code of the subtype
    #[arg(long)]
    pub subtype: Option<String>,
    /// Why, in a few words
    #[arg(long)]
    pub note: Option<String>,
    /// Who says so [default: the account of the operating system]
    #[arg(long)]
    pub author: Option<String>,
    /// Print all labels that count, one JSON object a line
    #[arg(long, conflicts_with_all = ["listing", "category", "subtype", "note", "author"])]
    pub list: bool,
    /// Print the next listings to be judged, so that the machine's errors can be estimated; not what the machine said of them
    #[arg(long, value_name = "N", conflicts_with_all = ["list", "listing", "category", "subtype", "note", "author"],
          value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub sample: Option<u32>,
}

/// Arguments of `vigie train`.
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Labelled listings, plain or .gz
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Where the model goes; it is used from the folder of the configuration
    #[arg(long, value_name = "FILE", default_value = "model.bin")]
    pub model: PathBuf,
    /// Write the model card: data, figures by split and category, limits
    #[arg(long, value_name = "FILE")]
    pub card: Option<PathBuf>,
    /// Name that every classification carries
    #[arg(long, default_value = "linear-1")]
    pub name: String,
}

/// Parts of a labelled set that are shown apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EvalBy {
    /// Each source
    Source,
    /// Each language
    Lang,
}

/// Arguments of `vigie eval extract`.
#[derive(Debug, Args)]
pub struct EvalExtractArgs {
    /// Folder with expected.jsonl, or with folders that have one: a family each
    #[arg(long, value_name = "DIR")]
    pub pages: PathBuf,
    /// Read a family by the profile of a configured source, too [default: the source of the same name]
    #[arg(long, value_name = "FAMILY=SOURCE", value_parser = pair)]
    pub profile: Vec<String>,
    /// Worst pages to print, with what was not right on them
    #[arg(long, value_name = "N", default_value_t = 10)]
    pub worst: usize,
    /// One JSON object for each family and field
    #[arg(long)]
    pub json: bool,
}

fn pair(text: &str) -> Result<String, String> {
    if text.contains('=') { Ok(text.to_owned()) } else { Err("it is no FAMILY=SOURCE".to_owned()) }
}

/// Arguments of `bench`.
#[derive(Debug, Clone, Args)]
pub struct BenchArgs {
    /// What to measure: a benchmark, or one part of it as in crawl/full [default: everything but tor]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Runs of each; the median counts
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    pub runs: u32,
    /// One JSON object a figure
    #[arg(long)]
    pub json: bool,
    /// Pages of the site that is crawled; pages of the mock market that are read, at most
    #[arg(long, value_name = "N", default_value_t = 6_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub pages: u32,
    /// Rows that are imported
    #[arg(long, value_name = "N", default_value_t = 30_000, value_parser = clap::value_parser!(u32).range(1..))]
    pub rows: u32,
    /// Listings of the instance that grows in `import/growth`, 10,000 by 10,000, of the index of `search/listings`, and of `desk`
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(10..))]
    pub listings: u32,
    /// Addresses that `frontier` remembers
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    pub urls: u32,
    /// Most watches that `alerts` measures, but for a part that is named
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u32).range(1_000..))]
    pub watches: u32,
    /// Seconds that `polite` and `desk` measure
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..))]
    pub seconds: u32,
    /// Fetches in flight
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..))]
    pub concurrency: u32,
    /// A server on loopback that shows the pages of --write-site, instead of the bundled one
    #[arg(long, value_name = "URL")]
    pub base: Option<String>,
    /// Write the site's pages into a folder and end
    #[arg(long, value_name = "DIR")]
    pub write_site: Option<PathBuf>,
    /// Measure one part once, in this process, in --folder
    #[arg(long, hide = true, requires = "folder")]
    pub part: Option<String>,
    /// Where the process of a part works
    #[arg(long, hide = true)]
    pub folder: Option<PathBuf>,
}

/// Order of hits.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
pub enum Order {
    /// Best match first
    #[default]
    Relevance,
    /// First seen last
    Date,
    /// Cheapest first
    Price,
    /// Dearest first
    PriceDesc,
    /// Highest risk first
    Risk,
}

/// Arguments of `search`.
#[derive(Debug, Args)]
pub struct SearchArgs {
    /// The question
    pub query: String,
    /// Most hits
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// Order of hits: relevance, date (newest first), price, price-desc or risk
    #[arg(long, value_enum, default_value_t)]
    pub sort: Order,
    /// Begin behind this hit: its \"cursor\" in the answer before, asked in the same order
    #[arg(long, value_name = "CURSOR")]
    pub after: Option<String>,
    /// Print counts by this field instead of hits; may be repeated
    #[arg(long, value_name = "FIELD")]
    pub count_by: Vec<String>,
    /// Seen on or after this day
    #[arg(long, value_name = "DATE")]
    pub from: Option<String>,
    /// Seen on or before this day
    #[arg(long, value_name = "DATE")]
    pub to: Option<String>,
    /// One hit for all copies of an advertisement
    #[arg(long)]
    pub collapse: bool,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
}

/// What to do with watches.
#[derive(Debug, Subcommand)]
pub enum WatchAction {
    /// Save a question
    #[command(after_help = "Examples:
  vigie watch add glocks 'glock AND price:<1500'
  vigie watch add cheaper 'glock' --on changed --changes price --price-by 10% --digest 'daily 08:00 Europe/Paris'
  vigie watch add wave 'trait:printed_3d' --at-least '5 in 7d' --priority high --owner anna --case C-7
  vigie watch add moved 'category:firearm' --on vendor_moved --on indicator_moved --priority urgent
  vigie watch add market1-down 'source:market1' --on source_down --on source_back
Whatever the options let through, every match is stored: vigie alerts shows it. docs/watches.md tells what each option does.")]
    Add {
        /// Its name
        name: String,
        /// The question, as one argument
        query: String,
        /// What it fires on, and when
        #[command(flatten)]
        options: Box<WatchOptions>,
    },
    /// Give a watch other options; its question stays
    #[command(after_help = "Examples:
  vigie watch set glocks --mute-until 2026-12-24
  vigie watch set glocks --reset --priority high      what is not named is as it was at first
A running daemon takes it up with the next commit.")]
    Set {
        /// Its name
        name: String,
        /// First gives every option its default
        #[arg(long)]
        reset: bool,
        /// What it fires on, and when
        #[command(flatten)]
        options: Box<WatchOptions>,
    },
    /// Show all watches
    #[command(after_help = "Examples:
  vigie watch list --json")]
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Remove one; its alerts stay
    #[command(after_help = "Examples:
  vigie watch remove glocks")]
    Remove {
        /// Its name
        name: String,
    },
    /// Try a question on the archive: what it finds, how often it would notify, what would narrow it
    #[command(after_help = "Examples:
  vigie watch try 'glock AND price:<1500'
  vigie watch try 'trait:converted OR trait:reactivated' --samples 20 --weeks 52
  vigie watch try suppressor --json

Changes nothing; the question itself goes into the reading log. docs/watches.md says how notifications are estimated.")]
    Try {
        /// The question, as one argument; `vigie syntax` explains the language
        query: String,
        /// Listings to show, the newest
        #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(0..=1000))]
        samples: u32,
        /// Weeks to show, the latest
        #[arg(long, value_name = "N", default_value_t = 12, value_parser = clap::value_parser!(u32).range(1..=520))]
        weeks: u32,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Say why a watch matches a listing, or does not: its question piece by piece, with what the listing says there
    #[command(after_help = "Examples:
  vigie watch explain glocks shop1:4711
  vigie watch explain glocks http://127.0.0.1:8080/item/7 --versions
  vigie watch explain --query 'glock price:<1500' 3f2a9c01 --json

A listing is named by its id, the first digits of it, its address, or SOURCE:KEY.")]
    Explain {
        /// Name of the watch; left out with --query
        watch: String,
        /// The listing
        #[arg(required_unless_present = "query")]
        listing: Option<String>,
        /// A question in place of a watch
        #[arg(long, value_name = "QUERY")]
        query: Option<String>,
        /// Each version of the listing, not the latest alone
        #[arg(long)]
        versions: bool,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
    /// Take over a list of watches: a table of keywords, patterns of STIX 2.1, or rules of YARA
    #[command(after_help = "Examples:
  vigie watch import keywords.csv --prefix 'unit4/'
  vigie watch import indicators.json --dry-run
  vigie watch import rules.txt --format yara --json

A table has a column `keyword` (words side by side) or `query` (the query language), and may have `name`; without a header each line is a
keyword. What a watch cannot say is refused with its reason, the rest is taken over at once; exit code 3 when something was refused. Names
that exist already stay as they are. docs/watches.md says what is understood of each format.")]
    Import {
        /// The file, 64 MB and 100,000 watches at most
        file: PathBuf,
        /// What it is written in [default: told from its extension, or from how it begins]
        #[arg(long, value_enum)]
        format: Option<ListFormat>,
        /// Put before each name
        #[arg(long, value_name = "TEXT", default_value = "")]
        prefix: String,
        /// Show what would be added, and add nothing; the store is not asked, so names that exist already are not told
        #[arg(long)]
        dry_run: bool,
        /// One JSON object
        #[arg(long)]
        json: bool,
    },
}

/// Options of a watch; those that are not given stay as they are. The case is that of `--case`.
#[derive(Debug, Default, Args)]
pub struct WatchOptions {
    /// What notifies, without it new and changed; several times for several
    #[arg(long, value_name = "EVENT")]
    pub on: Vec<Event>,
    /// Which changes of a listing notify, without it any; several times for several
    #[arg(long, value_name = "WHAT")]
    pub changes: Vec<Change>,
    /// Least change of a price, as in 10%
    #[arg(long, value_name = "SHARE")]
    pub price_by: Option<Percent>,
    /// What is notified once: copies of a family together, each listing, or each version
    #[arg(long)]
    pub per: Option<Per>,
    /// Nothing is notified before so many families match in so long, as in "5 in 7d"
    #[arg(long, value_name = "MANY")]
    pub at_least: Option<AtLeast>,
    /// Nothing is notified of what is raised before: 2026-12-01 or 2026-12-01T08:00:00Z
    #[arg(long, value_name = "TIME")]
    pub mute_until: Option<Moment>,
    /// Hours in which notifications wait, as in "22:00-07:00 Europe/Paris"; UTC without a zone
    #[arg(long, value_name = "HOURS")]
    pub quiet: Option<Quiet>,
    /// Gather notifications into one: hourly, daily, or "daily 08:00 Europe/Paris"
    #[arg(long, value_name = "WHEN")]
    pub digest: Option<Digest>,
    /// How soon somebody should look; what is urgent waits for no hour and no digest
    #[arg(long)]
    pub priority: Option<Priority>,
    /// When the watch ends: 2026-12-01 or 2026-12-01T08:00:00Z
    #[arg(long, value_name = "TIME")]
    pub expires: Option<Moment>,
    /// Who answers for it
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
    /// How far its alerts may be passed on; they are marked at least as strictly as their source
    #[arg(long)]
    pub tlp: Option<Tlp>,
    /// Lets its notifications carry what the listing says, beside a link and an id
    #[arg(long, num_args = 0..=1, default_missing_value = "true")]
    pub details: Option<bool>,
}

/// What to do with sessions.
#[derive(Debug, Subcommand)]
pub enum SessionAction {
    /// Give the cookies of an account; refused unless the authority of the source says access = "account"
    #[command(after_help = "Examples:
  vigie session set market1 --cookies cookies.txt
The file is in the Netscape format (cookies.txt), as browsers and their exporters write it. Cookies of other hosts than those in the
scope of the source are left out. Values are never shown.")]
    Set {
        /// The source
        source: String,
        /// File with the cookies
        #[arg(long, value_name = "FILE")]
        cookies: PathBuf,
    },
    /// Show sessions: hosts, counts, age, end; no values
    #[command(after_help = "Examples:
  vigie session list --json")]
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Remove the cookies of a source: its session, and what servers set
    #[command(after_help = "Examples:
  vigie session clear market1")]
    Clear {
        /// The source
        source: String,
    },
}

/// What to do with users.
#[derive(Debug, Subcommand)]
pub enum UserAction {
    /// Add a user
    #[command(after_help = "Examples:
  vigie user add anna --role investigator
  vigie user add bert --role auditor --password-stdin < password.txt
On a terminal it asks for the password twice, without showing it. Without a terminal, or where the password is left empty, it prints one that
must be changed at the first sign-in.")]
    Add {
        /// Name, as it will stand in the reading log; names are never given twice
        name: String,
        /// What the user is for
        #[arg(long)]
        role: Role,
        /// Take the first line of stdin as the password
        #[arg(long)]
        password_stdin: bool,
    },
    /// Show users: role, state, what they may see
    #[command(after_help = "Examples:
  vigie user list --json")]
    List {
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Change a user
    #[command(after_help = "Examples:
  vigie user set anna --role supervisor
  vigie user set anna --enable                         ends a lock-out too
  vigie user set anna --reset-password --reset-totp    lost both; prints a password that must be changed
  vigie user set bert --only-source market1 --only-source shop1 --all-cases
  vigie user set anna --provider-id 248289761001 --no-password    signs in through the provider alone")]
    Set(UserChange),
    /// Shut a user out for ever; the name stays in the reading log and is not given again
    #[command(after_help = "Examples:
  vigie user remove anna")]
    Remove {
        /// The user
        name: String,
    },
    /// Show in which browsers a user is signed in, or end that
    #[command(after_help = "Examples:
  vigie user signins anna
  vigie user signins anna --revoke")]
    Signins {
        /// The user
        name: String,
        /// End them all
        #[arg(long)]
        revoke: bool,
        /// One JSON object a line
        #[arg(long, conflicts_with = "revoke")]
        json: bool,
    },
    /// Make, list or revoke tokens, with which programs of a user sign in
    #[command(after_help = "Examples:
  vigie user token anna --name dashboard --scope search --scope triage --days 30
  vigie user token anna                                lists them
  vigie user token anna --revoke 3
A token is shown once. Scopes are the codes of rights in docs/users.md; a token has none that its user has not.")]
    Token {
        /// The user
        user: String,
        /// What the token is for; makes one
        #[arg(long, requires = "scope")]
        name: Option<String>,
        /// What may be done with it; may be given again
        #[arg(long, value_name = "SCOPE", requires = "name")]
        scope: Vec<String>,
        /// Days after which it ends
        #[arg(long, default_value_t = crate::account::token::DAYS, value_parser = clap::value_parser!(u16).range(1..=i64::from(crate::account::token::MOST_DAYS)))]
        days: u16,
        /// End the token of this number
        #[arg(long, value_name = "ID", conflicts_with = "name")]
        revoke: Option<i64>,
        /// List them as one JSON object a line
        #[arg(long, conflicts_with_all = ["name", "revoke"])]
        json: bool,
    },
}

/// Arguments of `user set`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("change").required(true).multiple(true))]
pub struct UserChange {
    /// The user
    pub name: String,
    /// Another role
    #[arg(long, group = "change")]
    pub role: Option<Role>,
    /// Shut out, and end all sign-ins; tokens do nothing meanwhile
    #[arg(long, group = "change", conflicts_with = "enable")]
    pub disable: bool,
    /// Let in again; ends a lock-out too
    #[arg(long, group = "change")]
    pub enable: bool,
    /// Print another password, which must be changed at once
    #[arg(long, group = "change")]
    pub reset_password: bool,
    /// Take one-time codes and recovery codes away: the next sign-in sets up new ones
    #[arg(long, group = "change")]
    pub reset_totp: bool,
    /// Signs in by this account of the provider under [web.oidc], which is its `sub` there
    #[arg(long, value_name = "SUB", group = "change")]
    pub provider_id: Option<String>,
    /// Signs in by no account of a provider any more
    #[arg(long, group = "change", conflicts_with = "provider_id")]
    pub no_provider_id: bool,
    /// Take the password away: the provider is the only way in
    #[arg(long, group = "change", conflicts_with = "reset_password")]
    pub no_password: bool,
    /// May see this source and no other; may be given again
    #[arg(long, value_name = "ID", group = "change")]
    pub only_source: Vec<String>,
    /// May see all sources
    #[arg(long, group = "change", conflicts_with = "only_source")]
    pub all_sources: bool,
    /// May see this case and no other; may be given again
    #[arg(long, value_name = "REF", group = "change")]
    pub only_case: Vec<String>,
    /// May see all cases
    #[arg(long, group = "change", conflicts_with = "only_case")]
    pub all_cases: bool,
}

/// Arguments of `alerts`.
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Examples:
  vigie alerts --since 2026-11-01
  vigie alerts --json
  vigie alerts set ID in_work
  vigie alerts --undelivered
  vigie alerts redeliver --all
Without --json only notifications are shown: alerts that no earlier one covers."
)]
pub struct AlertsArgs {
    /// Raised since this day or moment
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Of this watch only
    #[arg(long, value_name = "NAME")]
    pub watch: Option<String>,
    /// In this state only
    #[arg(long)]
    pub state: Option<State>,
    /// Notifications that a channel did not send yet: waiting, or dead, with the reason
    #[arg(long)]
    pub undelivered: bool,
    /// One JSON object a line
    #[arg(long)]
    pub json: bool,
    /// Triage
    #[command(subcommand)]
    pub action: Option<AlertsAction>,
}

/// Triage of alerts.
#[derive(Debug, Subcommand)]
pub enum AlertsAction {
    /// Set the state of alerts; every step is kept with its author, time and note
    #[command(after_help = "Examples:
  vigie alerts set 5313296470c617fb6bb57daae5160c71 in_work --note 'asked the platform for the account'
  vigie alerts set 5313296470c617fb6bb57daae5160c71 9e5f0d31c2b84a6f closed_false --note 'a toy'
What is closed as true, false or a duplicate tells `vigie eval alerts` how good a watch is.")]
    Set {
        /// Identities of the alerts, as `alerts --json` prints them
        #[arg(required = true, num_args = 1.., value_name = "ID")]
        ids: Vec<String>,
        /// The state
        state: State,
        /// Why, in a few words
        #[arg(long, default_value = "")]
        note: String,
        /// Who says so; the account that runs the command without it
        #[arg(long, value_name = "NAME")]
        author: Option<String>,
    },
    /// Give an alert to a user, who then works on it; every assignment is kept with its author and time
    #[command(after_help = "Examples:
  vigie alerts assign 5313296470c617fb6bb57daae5160c71 anna
  vigie alerts assign 5313296470c617fb6bb57daae5160c71       to nobody
`vigie user list` shows the users; investigators and supervisors work on alerts.")]
    Assign {
        /// Identity of the alert
        id: String,
        /// Name of the user; nobody without it
        user: Option<String>,
    },
    /// Show the steps of triage of an alert, and to whom it was given
    #[command(after_help = "Examples:
  vigie alerts log 5313296470c617fb6bb57daae5160c71 --json")]
    Log {
        /// Identity of the alert
        id: String,
        /// One JSON object a line
        #[arg(long)]
        json: bool,
    },
    /// Have notifications sent again through channels, with the same idempotency key
    #[command(after_help = "Examples:
  vigie alerts redeliver --all                     whatever is dead
  vigie alerts redeliver 5313296470c617fb6bb57daae5160c71 --channel desk
A running daemon sends them within seconds; else the next run, crawl or import does.")]
    Redeliver {
        /// Identity of the alert, whether it was sent before or not
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        id: Option<String>,
        /// All that are dead
        #[arg(long)]
        all: bool,
        /// Through this channel only
        #[arg(long, value_name = "NAME")]
        channel: Option<String>,
    },
}

/// Arguments of `export`.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  vigie export listings --out out/                 one row per listing, names vendors: operational
  vigie export tables --out out/                   trend tables for research: pseudonyms, small cells suppressed
  vigie export listings --out out/ --case C-7 --recipient 'Police of Lantern, unit 4'
An export is a disclosure: who received which listings is kept, and an open case of that reference takes it up.")]
pub struct ExportArgs {
    /// What to export
    pub what: Format,
    /// Folder to write to
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
    /// Categories of the tables as a study or questionnaire has them
    #[arg(long)]
    pub profile: Option<Profile>,
    /// Who it is for, for the reading log [default: the account that runs the command]
    #[arg(long, value_name = "TEXT")]
    pub recipient: Option<String>,
}
