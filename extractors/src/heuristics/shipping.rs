//! How the goods travel: options of delivery with their prices, carriers, days, tracking.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;
use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;

use super::fields;
use super::labels::{Label, label};
use super::outline::Outline;
use super::pairs::Pair;
use super::reader::Reader;
use super::single::Scene;
use crate::html::{attr, fold, prefix};
use crate::money;
use crate::provenance::Draft;
use crate::record::{Listing, Offer, Shipping};

/// Options read from one page.
const MAX_OPTIONS: usize = 24;
/// Bytes of one option.
const MAX_OPTION: usize = 300;
/// Elements between a label and the list that it names.
const REACH: usize = 12;

/// Names of carriers with the words by which they are known. Words in capitals count as written only: in small letters they are others.
#[rustfmt::skip]
const CARRIERS: &[(&str, &[&str])] = &[
    ("DHL", &["dhl"]), ("UPS", &["UPS"]), ("FedEx", &["fedex", "fed ex"]), ("USPS", &["usps"]), ("EMS", &["EMS"]), ("TNT", &["TNT"]),
    ("Royal Mail", &["royal mail"]), ("Parcelforce", &["parcelforce"]), ("Evri", &["evri"]), ("Hermes", &["hermes"]), ("DPD", &["DPD"]),
    ("GLS", &["GLS"]), ("Deutsche Post", &["deutsche post"]), ("PostNL", &["postnl"]), ("bpost", &["bpost"]), ("PostNord", &["postnord"]),
    ("La Poste", &["la poste", "lettre suivie"]), ("Colissimo", &["colissimo"]), ("Chronopost", &["chronopost"]),
    ("Mondial Relay", &["mondial relay"]), ("Correos", &["correos"]), ("SEUR", &["SEUR"]), ("Poste Italiane", &["poste italiane"]),
    ("BRT", &["BRT", "bartolini"]), ("CTT", &["CTT"]), ("InPost", &["inpost", "paczkomat", "paczkomaty"]), ("Poczta Polska", &["poczta polska"]),
    ("Packeta", &["packeta", "zásilkovna"]), ("Österreichische Post", &["österreichische post", "austrian post"]),
    ("Swiss Post", &["swiss post", "schweizerische post"]), ("An Post", &["an post"]), ("Canada Post", &["canada post"]),
    ("Purolator", &["purolator"]), ("Australia Post", &["australia post", "auspost"]), ("China Post", &["china post"]),
    ("Singapore Post", &["singpost", "singapore post"]), ("Nova Poshta", &["nova poshta", "нова пошта", "новая почта"]),
    ("Russian Post", &["почта россии", "russian post"]), ("CDEK", &["сдэк", "CDEK"]),
];

/// Codes of ways to travel with their words; capitals as in [`CARRIERS`].
#[rustfmt::skip]
const METHODS: &[(&str, &[&str])] = &[
    ("post", &[
        "letter", "mail", "first class", "post", "usps", "royal mail", "postnl", "brief", "warensendung", "lettre", "la poste", "carta",
        "lettera", "письмо", "почта", "EMS",
    ]),
    ("parcel", &[
        "parcel", "package", "packet", "paket", "päckchen", "colis", "colissimo", "paquete", "pacco", "paczka", "pakket", "посылка", "priority",
    ]),
    ("courier", &[
        "courier", "express", "dhl", "UPS", "fedex", "TNT", "DPD", "GLS", "hermes", "kurier", "coursier", "corriere", "mensajería", "курьер",
    ]),
    ("dead_drop", &["dead drop", "deaddrop", "dead-drop", "закладка", "клад", "тайник"]),
    ("pickup", &[
        "ftf", "f2f", "face-to-face", "en mano", "a mano", "mano a mano", "em mão", "em mãos", "brevi manu", "entrega en mano", "remise en main", "elden", "elden teslim", "личная встреча", "при встрече", "особиста зустріч", "باليد", "pickup", "pick up", "pick-up", "collection", "in person", "face to face", "local only", "abholung", "selbstabholung", "übergabe",
        "main propre", "retrait", "recogida", "ritiro", "odbiór osobisty", "afhalen", "самовывоз",
    ]),
    ("dealer_transfer", &["armería", "armería a armería", "armeiro", "armero", "armaiolo", "armeria", "rusznikarz", "sklep z bronią", "спецсвязь", "спецсвязью", "wapenhandelaar", "ffl", "dealer transfer", "rfd", "to your dealer", "büchsenmacher", "über händler", "via armurier", "chez un armurier"]),
];

/// Ways to hide what is sent.
#[rustfmt::skip]
const HIDING: &[&str] = &[
    "stealth", "vacuum sealed", "vacuum-sealed", "discreet", "discreetly", "decoy", "getarnt", "diskret", "discret",
    "discrète",
];
/// Words for a way that nobody can follow.
#[rustfmt::skip]
const WITHOUT: &[&str] = &[
    "untracked", "no tracking", "not tracked", "non tracked", "non-tracked", "without tracking", "ohne sendungsverfolgung",
    "sans suivi", "sin seguimiento", "bez śledzenia", "без трека",
];
/// Words for a way that can be followed.
#[rustfmt::skip]
const WITH: &[&str] = &[
    "tracked", "tracking", "track", "registered", "signed for", "sendungsverfolgung", "sendungsnummer", "einschreiben",
    "suivi", "suivie", "recommandé", "seguimiento", "certificado", "tracciato", "tracciata", "raccomandata", "śledzenie",
    "polecony", "traceable", "с треком",
];
/// Words for a delivery of one day.
#[rustfmt::skip]
const ONE_DAY: &[&str] = &[
    "next day", "overnight",
];

/// What the words of this file are found by in one pass, and they themselves.
static FINDER: LazyLock<(Option<AhoCorasick>, Vec<&'static str>)> = LazyLock::new(|| {
    let named = CARRIERS.iter().chain(METHODS).flat_map(|(_, words)| words.iter());
    let mut words: Vec<&str> = named.chain(HIDING).chain(WITHOUT).chain(WITH).chain(ONE_DAY).copied().collect();
    words.sort_unstable();
    words.dedup();
    (AhoCorasick::new(words.iter().map(|word| word.to_lowercase())).ok(), words)
});

/// What is said of delivery in one text.
struct Said {
    lower: String,
    /// The words of this file that stand in it: those in capitals as written, others in any case.
    words: HashSet<&'static str, FxBuildHasher>,
}

impl Said {
    fn in_text(text: &str) -> Self {
        let text = prefix(text, MAX_OPTION);
        let lower = text.to_lowercase();
        let (finder, all) = &*FINDER;
        let mut words: HashSet<&str, FxBuildHasher> = HashSet::default();
        for found in finder.iter().flat_map(|finder| finder.find_overlapping_iter(&lower)) {
            let Some(word) = all.get(found.pattern().as_usize()) else { continue };
            let as_written = word.chars().any(char::is_uppercase);
            if if as_written { has_word(text, word) } else { is_apart(&lower, found.range()) } {
                words.insert(word);
            }
        }
        Said { lower, words }
    }

    fn has(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.words.contains(word))
    }
}

/// Reads the options of delivery and what is said of it, after the price.
pub fn read(scene: &Scene<'_, '_>, pairs: &[Pair], reader: &Reader<'_>, draft: &mut Draft) {
    for at in rows(scene) {
        let text = scene.outline.text_of(at, MAX_OPTION);
        let offer = offer(&text, reader);
        draft.read(
            || scene.outline.origin("price_block", at, &text),
            |listing| {
                tell(&text, &mut listing.shipping);
                add(offer, listing);
            },
        );
    }
    if reader.crypto && draft.listing.payments.is_empty() {
        coins(scene, draft);
    }
    let optional = draft.listing.offers.iter().any(|offer| offer.kind == "shipping");
    for pair in pairs.iter().filter(|pair| pair.label == Label::Shipping) {
        let prices = if optional { Vec::new() } else { money::find_prices(&pair.value, None, reader.crypto) };
        let offer = prices.first().map(|price| fields::offer_of(price, "shipping"));
        draft.read(
            || pair.origin(scene.outline),
            |listing| {
                tell(&pair.value, &mut listing.shipping);
                add(offer, listing);
            },
        );
    }
}

/// Coins to choose among: `<label><input type="radio"> BTC</label>`.
fn coins(scene: &Scene<'_, '_>, draft: &mut Draft) {
    let outline = scene.outline;
    let chosen = outline.runs.iter().filter(|run| super::card::is_coin(&run.text) && !scene.in_card(run.element));
    let chosen = chosen.filter(|run| outline.ancestors(run.element).take(2).any(|(_, facts)| matches!(facts.name, "label" | "option")));
    for run in chosen.take(12) {
        let code = run.text.to_uppercase();
        draft.read(
            || super::single::run_origin(outline, "heuristic", run),
            |listing| {
                if !listing.payments.contains(&code) {
                    listing.payments.push(code.clone());
                }
            },
        );
    }
}

fn add(offer: Option<Offer>, listing: &mut Listing) {
    // Without a price of the goods a price of their delivery would pass for it.
    if let Some(offer) = offer
        && !listing.offers.is_empty()
        && !listing.offers.contains(&offer)
        && listing.offers.len() < 100
    {
        listing.offers.push(offer);
    }
}

/// The price of an option; "free" is a price of nought.
fn offer(text: &str, reader: &Reader<'_>) -> Option<Offer> {
    let price = money::find_prices(text, None, reader.crypto).into_iter().find(|price| price.currency.is_some());
    match price {
        Some(price) => Some(Offer { raw: fold(text), ..fields::offer_of(&price, "shipping") }),
        None if says_free(text) => {
            Some(Offer { kind: "shipping".to_owned(), amount: Decimal::ZERO.to_string(), raw: fold(text), ..Offer::default() })
        }
        None => None,
    }
}

fn says_free(text: &str) -> bool {
    const FREE: &[&str] = &[
        "free",
        "gratis",
        "kostenlos",
        "versandkostenfrei",
        "gratuit",
        "gratuite",
        "gratuita",
        "offert",
        "offerte",
        "бесплатно",
        "бесплатная",
    ];
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|word| FREE.contains(&word))
}

/// Rows of the lists of options, in page order.
fn rows(scene: &Scene<'_, '_>) -> Vec<usize> {
    let outline = scene.outline;
    let mut rows: Vec<usize> = Vec::new();
    for list in lists(scene) {
        let own = outline.inside(list).skip(1).take(400).filter(|at| {
            outline.elements.get(*at).is_some_and(|facts| {
                matches!(facts.name, "tr" | "li" | "option") && (3..=MAX_OPTION).contains(&facts.text) && facts.links <= 1
            })
        });
        for row in own.take(MAX_OPTIONS) {
            let text = outline.text_of(row, MAX_OPTION);
            let priced = || money::find_prices(&text, None, true).iter().any(|price| price.currency.is_some());
            let sent = || {
                let said = Said::in_text(&text);
                days(&said).is_some() || carriers(&said).next().is_some()
            };
            if (says_free(&text) || sent() || priced()) && !rows.contains(&row) {
                rows.push(row);
            }
        }
        if rows.len() >= MAX_OPTIONS {
            break;
        }
    }
    rows.sort_unstable();
    rows.truncate(MAX_OPTIONS);
    rows
}

/// Tables, lists and selects that a label or their own name calls options of delivery.
fn lists(scene: &Scene<'_, '_>) -> Vec<usize> {
    let outline = scene.outline;
    let is_list = |at: usize| outline.elements.get(at).is_some_and(|f| matches!(f.name, "table" | "ul" | "ol" | "select"));
    let own = |at: usize| outline.elements.get(at).is_some_and(|facts| !facts.chrome) && !scene.in_card(at);
    let mut found: Vec<usize> = Vec::new();
    for (at, run) in outline.runs.iter().enumerate() {
        if label(&run.text) != Some(Label::Shipping) || !own(run.element) {
            continue;
        }
        // Another label before the list begins is about something else.
        let following = outline.runs.iter().skip(at + 1).take(50);
        let limit = following
            .clone()
            .find(|run| label(&run.text).is_some_and(|other| other != Label::Shipping))
            .map_or(usize::MAX, |run| run.element);
        let after = outline.elements.get(run.element).map_or(run.element, |facts| facts.end);
        found.extend((after..after + REACH).take_while(|next| *next < limit).find(|next| is_list(*next) && own(*next)));
        if found.len() >= MAX_OPTIONS {
            break;
        }
    }
    for at in 0..outline.elements.len() {
        if found.len() >= MAX_OPTIONS {
            break;
        }
        if is_list(at) && is_named(outline, at) && own(at) && !found.iter().any(|list| outline.holds(*list, at) || outline.holds(at, *list))
        {
            found.push(at);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether an element calls itself one of delivery.
fn is_named(outline: &Outline<'_>, at: usize) -> bool {
    let Some(facts) = outline.elements.get(at) else { return false };
    ["class", "id", "name"].iter().filter_map(|name| attr(facts.element(), name)).any(|value| {
        let value = value.to_ascii_lowercase();
        ["shipping", "postage", "delivery", "versand", "livraison"].iter().any(|word| value.contains(word))
            && !["address", "country", "info"].iter().any(|word| value.contains(word))
    })
}

/// Whether a row lies in a list that calls itself one of delivery.
pub fn is_option(outline: &Outline<'_>, at: usize) -> bool {
    outline.ancestors(at).take(8).any(|(at, _)| is_named(outline, at))
}

/// Adds what a text says of delivery.
pub fn tell(text: &str, shipping: &mut Shipping) {
    fn note(list: &mut Vec<String>, word: &str) {
        if !list.iter().any(|known| known == word) {
            list.push(word.to_owned());
        }
    }
    let said = Said::in_text(text);
    carriers(&said).for_each(|carrier| note(&mut shipping.carriers, carrier));
    METHODS.iter().filter(|(_, words)| said.has(words)).for_each(|(code, _)| note(&mut shipping.methods, code));
    HIDING.iter().filter(|phrase| said.words.contains(*phrase)).for_each(|phrase| note(&mut shipping.concealment, phrase));
    // One tracked option is enough to say that tracking is offered.
    shipping.tracking = match (shipping.tracking, tracking(&said)) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (known, told) => told.or(known),
    };
    if let Some((least, most)) = days(&said) {
        shipping.days_min = Some(shipping.days_min.map_or(least, |known| known.min(least)));
        shipping.days_max = Some(shipping.days_max.map_or(most, |known| known.max(most)));
    }
}

fn tracking(said: &Said) -> Option<bool> {
    if said.has(WITHOUT) {
        return Some(false);
    }
    said.has(WITH).then_some(true)
}

fn carriers(said: &Said) -> impl Iterator<Item = &'static str> {
    CARRIERS.iter().filter(|(_, words)| said.has(words)).map(|(name, _)| *name)
}

/// Whether a word or phrase stands in a text, not within a longer word.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, word)| is_apart(text, at..at + word.len()))
}

/// Whether no letter and no digit stands right before or behind a part of a text.
fn is_apart(text: &str, part: Range<usize>) -> bool {
    let before = text.get(..part.start).and_then(|head| head.chars().next_back());
    let after = text.get(part.end..).and_then(|tail| tail.chars().next());
    !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
}

/// Least and most days of a delivery.
fn days(said: &Said) -> Option<(u32, u32)> {
    static DAYS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix) (?:^|[^\d.,]) (?P<a>\d{1,3}) \s* (?: (?:-|–|—|~|to|bis|à|a|do|до|/) \s* (?P<b>\d{1,3}) )? \s*-?
            (?: (?:working|business|work|week|werk|arbeits) [\s-]* )?
            (?: (?P<hours> hours? | hrs? | h | stunden | heures ) | (?P<weeks> weeks? | wochen? | semaines? | semanas? | settimane )
              | days? | day/s | tage?n? | werktage?n? | arbeitstage?n? | jours?(?:\s+ouvr\w+)? | d[ií]as? | giorni | dni | dagen | дн\w* )
            (?:$|[^\p{L}\d])",
        )
        .ok()
    });
    if said.has(ONE_DAY) {
        return Some((1, 1));
    }
    let found = DAYS.as_ref()?.captures(&said.lower)?;
    let number = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<u32>().ok());
    let first = number("a")?;
    let second = number("b").unwrap_or(first);
    let scale = |n: u32| {
        if found.name("hours").is_some() {
            n.div_ceil(24)
        } else if found.name("weeks").is_some() {
            n * 7
        } else {
            n
        }
    };
    let (least, most) = (scale(first.min(second)), scale(first.max(second)));
    (most <= 365).then_some((least, most))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Shipping {
        let mut shipping = Shipping::default();
        tell(text, &mut shipping);
        shipping
    }

    #[test]
    fn days_are_read() {
        for (text, expected) in [
            ("EMS-12 to 14 Working Days", Some((12, 14))),
            ("USPS Priority TRACKED - 10 Day/s - 11.00 USD", Some((10, 10))),
            ("Versand 3-5 Werktage", Some((3, 5))),
            ("2 à 4 jours ouvrés", Some((2, 4))),
            ("24-48h", Some((1, 2))),
            ("1-2 weeks", Some((7, 14))),
            ("Next day delivery", Some((1, 1))),
            ("EU Shipping 5.27", None),
            ("$25 only", None),
        ] {
            assert_eq!(days(&Said::in_text(text)), expected, "{text}");
        }
    }

    #[test]
    fn words_of_delivery_are_read() {
        let dhl = told("DHL Paket mit Sendungsverfolgung");
        assert_eq!(
            (dhl.carriers, dhl.methods, dhl.tracking),
            (vec!["DHL".to_owned()], vec!["parcel".to_owned(), "courier".to_owned()], Some(true))
        );
        let letter = told("free USPS letter UNTRACKED no reships");
        assert_eq!((letter.carriers, letter.methods, letter.tracking), (vec!["USPS".to_owned()], vec!["post".to_owned()], Some(false)));
        assert_eq!(told("Sold in sealed tins, two ups and downs"), Shipping::default());
        assert_eq!(told("FFL transfer or local pick up").methods, ["pickup", "dealer_transfer"]);
    }
}
