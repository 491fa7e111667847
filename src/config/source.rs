//! One marketplace, shop, forum or board that is watched, resolved from its file.

use super::authority::{Access, Authority, Standing};
use super::marking::{Pap, Tlp};
use super::mirrors::MirrorList;
use super::scope::Scope;
use super::units::{write_duration, write_optional_duration, write_optional_size};
use jiff::civil::Date;
use serde::{Deserialize, Serialize, Serializer};
use std::time::Duration;
use url::Url;

pub use vigie_extractors::profile::Profile;

/// What `replica_of` says of a source that is nobody's replica, whatever its catalogue looks like.
pub const NO_REPLICA: &str = "none";

/// A source.
#[derive(Debug, Clone, Serialize)]
pub struct Source {
    /// Name of its file; letters, digits, `-` and `_`.
    pub id: String,
    /// Name for people.
    pub name: String,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: SourceType,
    /// How it is reached.
    pub route: Route,
    /// Where crawling begins.
    #[serde(serialize_with = "write_urls")]
    pub seeds: Vec<Url>,
    /// Other addresses of the same source: their origins serve what that of the first seed serves.
    #[serde(serialize_with = "write_urls")]
    pub mirrors: Vec<Url>,
    /// Texts in which it names its mirrors.
    pub mirror_list: MirrorList,
    /// The source whose replica it is, or [`NO_REPLICA`]; without a word the catalogues tell.
    pub replica_of: Option<String>,
    /// Takes imports alone, is never crawled.
    pub import_only: bool,
    /// Which addresses belong to it.
    pub scope: Scope,
    /// Under what mandate it is watched, if that is given whole.
    pub authority: Option<Authority>,
    /// Keys of `[authority]` that are missing or blank.
    #[serde(skip)]
    pub authority_blanks: Vec<&'static str>,
    /// How gently it is treated.
    pub politeness: Politeness,
    /// How much is fetched a day.
    pub budget: Budget,
    /// Whether robots.txt is obeyed.
    pub robots: Robots,
    /// Sent with every request. Serialised without the values that open an account.
    #[serde(serialize_with = "write_headers")]
    pub headers: Vec<(String, String)>,
    /// Instead of the instance's.
    pub user_agent: Option<String>,
    /// Selectors; without them pages are read by the general extractor.
    #[serde(serialize_with = "write_profile", rename = "extractor")]
    pub profile: Option<Profile>,
    /// When pages are visited again.
    pub recrawl: Recrawl,
    /// A complete pass this often, beside the visits above.
    #[serde(serialize_with = "write_optional_duration")]
    pub sweep: Option<Duration>,
    /// What a run should find.
    pub expectations: Expectations,
    /// CSS selectors of what is masked before anything is read: own account name, balance, messages.
    pub private: Vec<String>,
    /// How long its captures are kept.
    #[serde(serialize_with = "write_duration")]
    pub retention: Duration,
    /// How far what comes from it may be passed on.
    pub tlp: Tlp,
    /// What may be done about it.
    pub pap: Pap,
    /// Bounds that tell a crawler trap.
    pub traps: Traps,
    /// Currency of bare numbers: ISO 4217 or a coin.
    pub currency: Option<String>,
    /// Language of its pages, ISO 639-1, where pages do not tell.
    pub language: Option<String>,
}

impl Source {
    /// Whether it may be crawled on this day.
    pub fn standing(&self, today: Date) -> Standing {
        match &self.authority {
            _ if self.import_only => Standing::ImportOnly,
            None => Standing::NoAuthority(self.authority_blanks.clone()),
            Some(authority) if authority.expires < today => Standing::Expired(authority.expires),
            Some(_) => Standing::Crawlable,
        }
    }

    /// Whether it may be read with an account on this day.
    pub fn admits_account(&self, today: Date) -> bool {
        self.authority.as_ref().is_some_and(|authority| authority.access == Access::Account && authority.holds(today)) && !self.import_only
    }

    /// A source that takes imports alone: made for `vigie import --source ID` where the id is not configured. The caller checks the id
    /// with [`is_id`].
    pub fn for_import(id: &str, settings: &super::Settings) -> Self {
        Self {
            id: id.to_owned(),
            name: id.to_owned(),
            kind: SourceType::Cryptomarket,
            route: Route::Clearnet,
            seeds: Vec::new(),
            mirrors: Vec::new(),
            mirror_list: MirrorList::usual(false),
            replica_of: None,
            import_only: true,
            scope: Scope { hosts: Vec::new(), allow: Vec::new(), deny: Vec::new(), max_depth: 0, allow_private: false },
            authority: None,
            authority_blanks: Vec::new(),
            politeness: settings.politeness,
            budget: Budget::default(),
            robots: Robots::Obey,
            headers: Vec::new(),
            user_agent: None,
            profile: None,
            recrawl: Recrawl::default(),
            sweep: None,
            expectations: Expectations::default(),
            private: Vec::new(),
            retention: settings.retention,
            tlp: settings.tlp,
            pap: settings.pap,
            traps: Traps::default(),
            currency: None,
            language: None,
        }
    }
}

/// Whether a text can be the id of a source: 1 to 64 lower-case letters, digits, `-` and `_`, beginning with a letter or digit.
pub fn is_id(text: &str) -> bool {
    let safe = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (1..=64).contains(&text.len()) && text.starts_with(safe) && text.chars().all(|c| safe(c) || c == '-' || c == '_')
}

/// What a source is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceType {
    /// A market of many vendors, paid in coins.
    Cryptomarket,
    /// One seller.
    Shop,
    /// Advertisements of private persons.
    Classifieds,
    /// Threads of posts.
    Forum,
    /// Channels and walls.
    Social,
}

impl SourceType {
    /// All types.
    pub const ALL: [Self; 5] = [Self::Cryptomarket, Self::Shop, Self::Classifieds, Self::Forum, Self::Social];

    /// The type of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The code used in files, records and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Cryptomarket => "cryptomarket",
            Self::Shop => "shop",
            Self::Classifieds => "classifieds",
            Self::Forum => "forum",
            Self::Social => "social",
        }
    }
}

/// How a source is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Route {
    /// Directly.
    #[default]
    Clearnet,
    /// Over Tor.
    Tor,
    /// Over I2P.
    I2p,
}

impl Route {
    /// The route of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        [Self::Clearnet, Self::Tor, Self::I2p].into_iter().find(|route| route.code() == code)
    }

    /// The code used in files, records and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Clearnet => "clearnet",
            Self::Tor => "tor",
            Self::I2p => "i2p",
        }
    }
}

/// How gently hosts are treated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Politeness {
    /// Least time between the starts of two requests to one host.
    #[serde(serialize_with = "write_duration")]
    pub interval: Duration,
    /// Requests to one host at a time.
    pub concurrency: usize,
    /// The interval grows to this at most when a host struggles.
    #[serde(serialize_with = "write_duration")]
    pub max_interval: Duration,
}

/// How much is fetched from a source a day (UTC); `None` is no bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Budget {
    /// Requests, of whatever outcome.
    pub pages_per_day: Option<u64>,
    /// Body bytes as received.
    #[serde(serialize_with = "write_optional_size")]
    pub bytes_per_day: Option<u64>,
}

/// Whether robots.txt is obeyed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "policy", rename_all = "snake_case")]
pub enum Robots {
    /// It is.
    Obey,
    /// It is not, and why.
    Ignore {
        /// Never blank.
        reason: String,
    },
}

/// When pages of a kind are visited again, at first; visits adapt to how often a page changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Recrawl {
    /// Listing pages.
    #[serde(serialize_with = "write_duration")]
    pub listing: Duration,
    /// Category grids and search results.
    #[serde(serialize_with = "write_duration")]
    pub index: Duration,
    /// Vendor pages.
    #[serde(serialize_with = "write_duration")]
    pub vendor: Duration,
    /// Threads.
    #[serde(serialize_with = "write_duration")]
    pub thread: Duration,
    /// Everything else.
    #[serde(serialize_with = "write_duration")]
    pub other: Duration,
}

impl Recrawl {
    /// The interval for a page kind, by its code.
    pub fn of(&self, page_kind: &str) -> Duration {
        match page_kind {
            "listing" => self.listing,
            "index" => self.index,
            "vendor" => self.vendor,
            "thread" => self.thread,
            _ => self.other,
        }
    }
}

impl Default for Recrawl {
    fn default() -> Self {
        let hours = |n: u64| Duration::from_secs(n * 3_600);
        Self { listing: hours(24), index: hours(6), vendor: hours(168), thread: hours(24), other: hours(168) }
    }
}

/// What a run should find; a run that misses it ends with exit code 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Expectations {
    /// At least so many listings.
    pub min_listings: Option<u64>,
    /// At most so many.
    pub max_listings: Option<u64>,
    /// Whether pages should give what those of earlier runs gave.
    pub notice_layout: bool,
}

impl Default for Expectations {
    fn default() -> Self {
        Self { min_listings: None, max_listings: None, notice_layout: true }
    }
}

/// Bounds that tell a crawler trap: addresses beyond them are noted and not fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Traps {
    /// Bytes of an address.
    pub max_url_length: usize,
    /// Segments of its path.
    pub max_path_segments: usize,
    /// Times that one segment stands in a path.
    pub max_repeated_segments: usize,
    /// Parameters of its query.
    pub max_parameters: usize,
    /// Addresses of the source.
    pub max_urls: u64,
    /// Addresses that differ in digits alone.
    pub max_per_pattern: u64,
}

impl Default for Traps {
    fn default() -> Self {
        Self {
            max_url_length: 2_000,
            max_path_segments: 16,
            max_repeated_segments: 3,
            max_parameters: 10,
            max_urls: 1_000_000,
            max_per_pattern: 100_000,
        }
    }
}

/// Links followed from a seed unless the source says otherwise: long paginations are reached page by page.
pub const MAX_DEPTH: u32 = 200;

fn write_profile<S: Serializer>(profile: &Option<Profile>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(if profile.is_some() { "profile" } else { "auto" })
}

fn write_urls<S: Serializer>(urls: &[Url], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(urls.iter().map(Url::as_str))
}

/// `check` prints to terminals and logs; a session does not belong there.
fn write_headers<S: Serializer>(headers: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    let secret = |name: &str| ["auth", "cookie", "key", "secret", "session", "token"].iter().any(|word| name.contains(word));
    let shown = |value: &str, name: &str| if secret(&name.to_ascii_lowercase()) { "(hidden)".to_owned() } else { value.to_owned() };
    serializer.collect_map(headers.iter().map(|(name, value)| (name, shown(value, name))))
}
