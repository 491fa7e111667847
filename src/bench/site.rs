//! The static site that benchmarks crawl: advertisements of one size that lead to one another, the same bytes on every machine.
//!
//! Each page is the own page of one listing: breadcrumbs, a table of facts, a description, links to twenty further offers. Page `n` leads
//! to the pages `20n + 1` to `20n + 20`, so that every page is found from the first one.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::dice::Dice;

/// Bytes of a page, nearly.
pub const PAGE_BYTES: usize = 8_000;
/// Links of a page to further offers.
const LINKS: usize = 20;
/// One page in so many holds the word that the benchmark's watch asks for.
const MARKED: usize = 100;
/// One page in so many names a payment address.
const PAID: usize = 10;

/// Name and question of the watch whose matches are known beforehand.
pub const WATCH: (&str, &str) = ("marked offers", "lanternmark");
/// What else watches ask, as on a working instance.
pub const WATCHES: &[(&str, &str)] = &[
    WATCH,
    ("converted", "trait:converted OR trait:reactivated"),
    ("cheap pistols", "category:firearm.pistol AND price:<300"),
    ("one wallet", "address:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"),
];

/// The generator point of the curve: the published test vector of BIP 173, nobody's wallet.
const ADDRESS: &str = "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4";

/// Breadcrumbs and titles of what is offered.
const GOODS: &[(&str, &str, &[&str])] = &[
    ("Firearms", "Pistols", &["Glock 19 Gen 5 9mm pistol", "CZ 75 B 9x19 pistol", "Walther P99 AS pistol 9mm", "Beretta 92FS 9mm pistol"]),
    ("Firearms", "Rifles", &["Tikka T3x Lite bolt-action rifle .308 Win", "Mauser M12 rifle .30-06", "CZ 457 rifle .22 LR"]),
    ("Firearms", "Revolvers", &["Smith & Wesson 686 revolver .357 Magnum", "Taurus 605 revolver .357 Magnum"]),
    (
        "Ammunition",
        "Cartridges",
        &["9mm Luger FMJ 124 gr, box of 50", ".308 Win soft point 150 gr, 20 rounds", ".22 LR subsonic, 500 rounds"],
    ),
    ("Parts", "Barrels", &["Glock 17 threaded barrel 9mm", "AR-15 barrel 5.56 16 inch"]),
    ("Accessories", "Optics", &["Red dot sight with mount", "Rifle scope 3-9x40"]),
    ("Household", "Lamps", &["Brass reading lamp", "Storm lantern, blue enamel"]),
    ("Household", "Books", &["Handbook of coastal birds", "Atlas of old harbours"]),
];

/// Words of the descriptions.
const WORDS: &[&str] = &[
    "offered",
    "from",
    "a",
    "private",
    "collection",
    "in",
    "very",
    "good",
    "condition",
    "with",
    "the",
    "original",
    "case",
    "and",
    "papers",
    "kept",
    "dry",
    "cleaned",
    "after",
    "each",
    "use",
    "light",
    "wear",
    "on",
    "left",
    "side",
    "shown",
    "pictures",
    "price",
    "is",
    "firm",
    "for",
    "now",
    "please",
    "ask",
    "before",
    "you",
    "order",
    "sent",
    "tracked",
    "within",
    "two",
    "days",
    "of",
    "payment",
    "well",
    "packed",
    "small",
    "marks",
    "near",
    "edge",
    "nothing",
    "that",
    "matters",
    "works",
    "as",
    "it",
    "should",
    "bought",
    "new",
    "at",
    "fair",
    "some",
    "years",
    "ago",
    "rarely",
    "taken",
    "out",
    "stored",
    "an",
    "oiled",
    "cloth",
    "comes",
    "spare",
    "parts",
    "manual",
    "buyer",
    "pays",
    "postage",
    "collection",
    "possible",
    "harbour",
    "town",
    "weekends",
    "questions",
    "answered",
    "daily",
    "trade",
    "considered",
    "no",
    "returns",
    "unless",
    "described",
    "wrongly",
    "serious",
    "buyers",
    "only",
    "thank",
    "reading",
];

/// The site.
#[derive(Debug, Clone, Copy)]
pub struct Site {
    /// How many pages it has, robots.txt not counted.
    pub pages: usize,
}

impl Site {
    /// Path of a page.
    pub fn path(n: usize) -> String {
        format!("/item/{n:06}.html")
    }

    /// Pages that match [`WATCH`].
    pub fn marked(&self) -> u64 {
        self.pages.div_ceil(MARKED) as u64
    }

    /// All pages by path, robots.txt too.
    pub fn all(&self) -> HashMap<String, Vec<u8>> {
        let pages = (0..self.pages).map(|n| (Self::path(n), self.page(n).into_bytes()));
        pages.chain([("/robots.txt".to_owned(), b"User-agent: *\nDisallow:\n".to_vec())]).collect()
    }

    /// Writes the site into a folder, for another server.
    ///
    /// # Errors
    /// The folder cannot be written.
    pub fn write(&self, dir: &Path) -> Result<()> {
        fs::create_dir_all(dir.join("item")).with_context(|| format!("cannot make {}", dir.display()))?;
        for (path, body) in self.all() {
            let file = dir.join(path.trim_start_matches('/'));
            fs::write(&file, body).with_context(|| format!("cannot write {}", file.display()))?;
        }
        Ok(())
    }

    /// What a page offers.
    pub fn offer(n: usize) -> Offer {
        let mut dice = Dice(n as u64 + 1);
        let (family, kind, titles) = dice.pick(GOODS).copied().unwrap_or_default();
        let mark = if n.is_multiple_of(MARKED) { " lanternmark" } else { "" };
        let title = format!("{}, lot {n}{mark}", dice.pick(titles).copied().unwrap_or_default());
        let mut description = String::new();
        while description.len() < 5_000 {
            description.push_str(&sentence(&mut dice));
            description.push_str(if dice.below(6) == 0 { ".\n" } else { ". " });
        }
        if n.is_multiple_of(PAID) {
            let _ = write!(description, "Payment in advance to {ADDRESS} or by mail to seller{}@mail.example.org.", n % 97);
        }
        Offer {
            title,
            price: format!("{}.{:02}", 20 + dice.below(1_900), 5 * dice.below(20)),
            vendor: format!("harbour{:02}", dice.below(60)),
            category: [family, kind],
            description,
        }
    }

    /// A page with the own page of one listing, and links to those of the pages it leads to that exist.
    pub(super) fn page(&self, n: usize) -> String {
        let offer = Self::offer(n);
        let mut links = String::new();
        for next in (LINKS * n + 1..=LINKS * n + LINKS).filter(|next| *next < self.pages) {
            let _ = writeln!(links, "<li><a href=\"{}\">Offer {next}</a></li>", Self::path(next));
        }
        let [family, kind] = offer.category;
        let (title, price, vendor) = (offer.title.replace('&', "&amp;"), &offer.price, &offer.vendor);
        let head = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>{title} - Quayside Exchange</title>\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<link rel=\"stylesheet\" href=\"/style.css\">\n</head>\n<body>\n\
             <header><a href=\"{home}\">Quayside Exchange</a></header>\n\
             <ol class=\"breadcrumb\"><li><a href=\"{home}\">Home</a></li><li>{family}</li><li class=\"category\">{kind}</li></ol>\n\
             <main>\n<h1>{title}</h1>\n<p class=\"price\">USD {price}</p>\n<table class=\"facts\">\n\
             <tr><th>Seller</th><td class=\"vendor\">{vendor}</td></tr>\n<tr><th>Ships from</th><td>Germany</td></tr>\n\
             <tr><th>Ships to</th><td>Worldwide</td></tr>\n<tr><th>Condition</th><td>used</td></tr>\n<tr><th>Stock</th><td>1</td></tr>\n</table>\n\
             <h2>Description</h2>\n<div class=\"description\">\n",
            home = Self::path(0),
        );
        let tail = format!(
            "</div>\n</main>\n<aside><h2>Further offers</h2>\n<ul>\n{links}</ul>\n</aside>\n<footer><p>Quayside Exchange</p></footer>\n</body>\n</html>\n"
        );
        let paragraphs: String = offer.description.lines().fold(String::new(), |text, line| text + "<p>" + line + "</p>\n");
        // Every page is brought to one size, whatever it leads to.
        let room = PAGE_BYTES.saturating_sub(head.len() + tail.len() + paragraphs.len());
        let (mut dice, mut notice) = (Dice(!(n as u64)), String::new());
        while notice.len() + 60 < room {
            notice += &sentence(&mut dice);
            notice.push_str(". ");
        }
        format!("{head}{paragraphs}<p>{notice}</p>\n{tail}")
    }
}

/// An advertisement.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Its title.
    pub title: String,
    /// Decimal, in USD.
    pub price: String,
    /// The seller.
    pub vendor: String,
    /// Outermost first.
    pub category: [&'static str; 2],
    /// Lines of sentences.
    pub description: String,
}

/// Eight to seventeen words, without a point.
fn sentence(dice: &mut Dice) -> String {
    let words: Vec<&str> = (0..8 + dice.below(10)).filter_map(|_| dice.pick(WORDS).copied()).collect();
    let mut sentence = words.join(" ");
    if let Some(first) = sentence.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_reached_and_has_the_size() {
        let site = Site { pages: 500 };
        let all = site.all();
        let mut seen = std::collections::BTreeSet::from([Site::path(0)]);
        let mut next = vec![Site::path(0)];
        while let Some(path) = next.pop() {
            let page = String::from_utf8(all[&path].clone()).unwrap();
            assert!((7_800..8_300).contains(&page.len()), "{path} has {} bytes", page.len());
            for link in page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).filter(|link| link.starts_with("/item/")) {
                if seen.insert(link.to_owned()) {
                    next.push(link.to_owned());
                }
            }
        }
        assert_eq!(seen.len(), 500);
        assert_eq!(seen, all.into_keys().filter(|path| path != "/robots.txt").collect());
    }
}
