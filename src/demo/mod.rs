//! The mock market that ships with Vigie: two sites on loopback, with all that a crawl meets, for `vigie demo` and for tests.
//!
//! Everything in it is invented: goods, vendors, keys and addresses belong to nobody, and nothing in a description tells how anything
//! is made.

mod html;
mod reply;
mod request_log;
mod catalogue;
mod truth;
mod oddities;
mod encoding;
mod lantern;
mod feldmark;
mod serve;
pub mod market;
pub mod tornet;

pub use catalogue::tables::NamedAddress;
pub use market::{Market, MarketOptions, Site};
pub use request_log::{Counters, Hit};
pub use truth::{TrueListing, TrueState};

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Watches {
    watch: Vec<Named>,
    search: Vec<Named>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
    query: String,
}

/// The source files of the demo: `(file name, TOML)`, with the addresses that the market listens on, or the onion services that it is
/// published as.
pub fn sources(market: &Market) -> Vec<(String, String)> {
    let texts = [include_str!("lantern.toml"), include_str!("feldmark.toml")];
    let fill = |(site, text): (&Site, &str)| {
        let base = market.base(site);
        let onion = base.strip_prefix("http://").filter(|host| host.ends_with(".onion"));
        let host = onion.map_or_else(|| site.address.ip().to_string(), str::to_owned);
        let mut text = text.replace("{base}", &base).replace("{host}", &host).replace("{id}", site.id);
        if onion.is_some() {
            text = text.replace(CLEAR, "route = \"tor\"").replace(LISTENS, PACE);
        }
        (format!("{}.toml", site.id), text)
    };
    market.sites().iter().zip(texts).map(fill).collect()
}

/// What the source files say of the clear web of this machine, and of an onion service instead.
const CLEAR: &str = "route = \"clearnet\"";
const LISTENS: &str = "# it listens on loopback, which is refused without this line";
const PACE: &str = "# so small an interval is for hosts of one's own";

/// The watches of the demo: `(name, query)`.
pub fn watches() -> Vec<(String, String)> {
    named(|watches| watches.watch)
}

/// Example searches: `(what it shows, query)`.
pub fn searches() -> Vec<(String, String)> {
    named(|watches| watches.search)
}

// The file is compiled in and a test reads it: what does not parse here never ships.
fn named(which: fn(Watches) -> Vec<Named>) -> Vec<(String, String)> {
    let read = toml::from_str::<Watches>(include_str!("watches.toml"));
    read.map(which).unwrap_or_default().into_iter().map(|entry| (entry.name, entry.query)).collect()
}
