//! The tables under `content/` that every listing is written from.

use serde::Deserialize;
use std::collections::BTreeMap;

/// Rows of goods of one kind with the ways sellers describe them.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Family {
    pub(crate) site: usize,
    pub(crate) language: String,
    pub(crate) category: String,
    pub(crate) subtype: Option<String>,
    pub(crate) good: Option<String>,
    #[serde(default = "offer")]
    pub(crate) intent: String,
    /// Where the site files it; sites misfile.
    pub(crate) shelf: String,
    /// The group of vendors who sell such goods.
    pub(crate) group: String,
    pub(crate) currencies: Vec<String>,
    #[serde(default)]
    pub(crate) traits: Vec<String>,
    /// Categories of all goods when an advertisement holds several.
    #[serde(default)]
    pub(crate) items: Vec<String>,
    /// The visit from which it is there.
    #[serde(default = "first")]
    pub(crate) since: u32,
    /// Whether the vendor's closing words follow.
    #[serde(default = "yes")]
    pub(crate) closing: bool,
    /// Names of the slots that the rows fill. `price, category, subtype, good, traits,
    /// items, shelf, vendor, part, of, group` also set the listing's own values.
    pub(crate) columns: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) titles: Vec<String>,
    pub(crate) bodies: Vec<String>,
}

/// A seller account on one site.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Vendor {
    pub(crate) site: usize,
    pub(crate) name: String,
    pub(crate) groups: Vec<String>,
    pub(crate) languages: Vec<String>,
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    #[serde(default)]
    pub(crate) except: Vec<String>,
    pub(crate) payments: Vec<String>,
    #[serde(default)]
    pub(crate) escrow: String,
    pub(crate) rating: String,
    pub(crate) sales: u32,
    pub(crate) since: String,
    pub(crate) bio: String,
    pub(crate) email: Option<String>,
    pub(crate) telegram: Option<String>,
    /// The name of an armoured key in `keys.asc`.
    pub(crate) key: Option<String>,
    /// Names in `addresses.toml`, shown on the vendor's page.
    #[serde(default)]
    pub(crate) addresses: Vec<String>,
    #[serde(default)]
    pub(crate) closings: Vec<Closing>,
}

/// Words that a vendor puts under an advertisement.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Closing {
    pub(crate) language: String,
    pub(crate) text: String,
    #[serde(default)]
    pub(crate) traits: Vec<String>,
    /// Written only under goods of these groups; empty means all.
    #[serde(default)]
    pub(crate) groups: Vec<String>,
}

/// A category of a site with its address and its path of names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shelf {
    pub(crate) site: usize,
    pub(crate) slug: String,
    pub(crate) path: Vec<String>,
}

/// A payment address that belongs to nobody, or an onion name; see the comments in `addresses.toml`.
#[derive(Debug, Clone, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct NamedAddress {
    /// The name by which vendors and advertisements refer to it.
    pub name: String,
    /// `BTC`, `LTC`, `XMR`, `ETH` or `onion`.
    pub asset: String,
    /// The form, as in the codes of payment addresses.
    pub form: String,
    /// Whether its checksum holds; a false one must never be reported.
    pub valid: bool,
    /// The address itself.
    pub value: String,
}

/// A conversation in the forum of site 2.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Thread {
    pub(crate) language: String,
    pub(crate) title: String,
    pub(crate) posts: Vec<Post>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Post {
    pub(crate) by: String,
    pub(crate) on: String,
    pub(crate) text: String,
}

/// Everything that was written for the market.
#[derive(Debug, Clone)]
pub(crate) struct Tables {
    pub(crate) families: Vec<Family>,
    pub(crate) vendors: Vec<Vendor>,
    pub(crate) shelves: Vec<Shelf>,
    pub(crate) addresses: Vec<NamedAddress>,
    pub(crate) threads: Vec<Thread>,
    /// Country names by code and language (`DE.fr`).
    pub(crate) countries: BTreeMap<String, BTreeMap<String, String>>,
    /// Words of buyers by language.
    pub(crate) feedback: BTreeMap<String, Vec<String>>,
    /// Armoured keys by the local part of their user id.
    pub(crate) keys: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Goods {
    family: Vec<Family>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    vendor: Vec<Vendor>,
    countries: BTreeMap<String, BTreeMap<String, String>>,
    feedback: BTreeMap<String, Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Places {
    shelf: Vec<Shelf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Addresses {
    address: Vec<NamedAddress>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Forum {
    thread: Vec<Thread>,
}

const GOODS: [(&str, &str); 4] = [
    ("lantern_arms.toml", include_str!("../content/lantern_arms.toml")),
    ("lantern_other.toml", include_str!("../content/lantern_other.toml")),
    ("feldmark_arms.toml", include_str!("../content/feldmark_arms.toml")),
    ("feldmark_other.toml", include_str!("../content/feldmark_other.toml")),
];

impl Tables {
    /// Reads the compiled-in tables; an error names the file, the line and what is wrong there.
    pub(crate) fn read() -> std::io::Result<Self> {
        let mut families = Vec::new();
        for (name, text) in GOODS {
            families.extend(parse::<Goods>(name, text)?.family);
        }
        let people: People = parse("vendors.toml", include_str!("../content/vendors.toml"))?;
        let places: Places = parse("shelves.toml", include_str!("../content/shelves.toml"))?;
        let addresses: Addresses = parse("addresses.toml", include_str!("../content/addresses.toml"))?;
        let forum: Forum = parse("forum.toml", include_str!("../content/forum.toml"))?;
        Ok(Tables {
            families,
            vendors: people.vendor,
            countries: people.countries,
            feedback: people.feedback,
            shelves: places.shelf,
            addresses: addresses.address,
            threads: forum.thread,
            keys: keys(include_str!("../content/keys.asc")),
        })
    }

    /// A country or region by code, in the language of the reader; the code itself where no name is known.
    pub(crate) fn country<'a>(&'a self, code: &'a str, language: &str) -> &'a str {
        self.countries.get(code).and_then(|names| names.get(language)).map_or(code, String::as_str)
    }

    pub(crate) fn address(&self, name: &str) -> Option<&NamedAddress> {
        self.addresses.iter().find(|address| address.name == name)
    }
}

fn parse<T: for<'a> Deserialize<'a>>(name: &str, text: &str) -> std::io::Result<T> {
    toml::from_str(text).map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, format!("src/demo/content/{name}: {error}")))
}

/// Armoured blocks, each under a line `## name`.
fn keys(text: &str) -> BTreeMap<String, String> {
    text.split("## ")
        .filter_map(|block| block.split_once('\n'))
        .filter(|(_, armour)| armour.contains("BEGIN PGP PUBLIC KEY BLOCK"))
        .map(|(name, armour)| (name.trim().to_owned(), armour.trim().to_owned()))
        .collect()
}

fn offer() -> String {
    "offer".into()
}

fn first() -> u32 {
    1
}

fn yes() -> bool {
    true
}
