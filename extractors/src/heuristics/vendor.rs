//! The seller whom a vendor page describes.

mod column;
mod told;

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::cards::humps;
use super::fields;
use super::labels::Label;
use super::links::{Target, target};
use super::outline::{Break, Facts, Outline, Run};
use super::pairs::Pair;
use super::reader::Reader;
use super::single::{Scene, main_part, title};
use crate::html::attr;
use crate::record::Vendor;

pub use column::{column, under_heading};
pub use told::{facts, over_since};

/// Fills the empty fields of a vendor from what stands on the page.
pub fn fill(scene: &Scene<'_, '_>, reader: &Reader<'_>, vendor: &mut Vendor) {
    let pairs = scene.own_pairs();
    // What stands over the name of the account is said of who is looking, or of other goods.
    let address = name_in_address(reader);
    let named_at = title(scene, reader).and_then(|(at, _)| at).filter(|at| {
        let heads = scene.outline.elements.get(*at).is_some_and(|facts| matches!(facts.name, "h1" | "h2" | "h3"));
        let name = scene.outline.runs_of(*at).first().map(|run| fields::vendor_name(&run.text)).unwrap_or_default();
        let vouched = name.chars().count() >= 2 && scene.page_title.contains(&name);
        heads && (vouched || address.as_deref().is_some_and(|address| address.eq_ignore_ascii_case(&name)))
    });
    let (pairs, above): (Vec<Pair>, Vec<Pair>) = pairs.into_iter().partition(|pair| named_at.is_none_or(|at| pair.element >= at));
    let named = |pairs: &[Pair]| {
        pairs
            .iter()
            .filter(|pair| pair.label == Label::Vendor)
            .find_map(|pair| fields::vendor_in(pair, scene.outline, reader))
            .map(|own| own.name)
    };
    if vendor.name.is_empty() {
        vendor.name = named(&pairs).unwrap_or_default();
    }
    if vendor.name.is_empty() {
        vendor.name = name_in_address(reader)
            .and_then(|name| written(scene, &name))
            .or_else(|| named(&above))
            .or_else(|| heading(scene, reader))
            .or_else(|| name_in_address(reader))
            .unwrap_or_default();
    }
    if vendor.url.is_none() && target(reader.url) == Target::Vendor {
        vendor.url = Some(reader.url.to_string());
    }
    fields::fill_vendor(&pairs, scene.outline, reader, vendor);
    if vendor.since.is_none() {
        vendor.since = told::since(scene, reader);
    }
    if vendor.ships_from.is_empty() {
        vendor.ships_from = told::based(scene);
    }
    if vendor.sales.is_none() || vendor.rating.is_none() || vendor.positive_percent.is_none() {
        let told = told::told(scene);
        vendor.sales = vendor.sales.or(told.sales);
        vendor.rating = vendor.rating.take().or(told.rating);
        vendor.positive_percent = vendor.positive_percent.take().or(told.positive_percent);
    }
    fields::fill_vendor(&above, scene.outline, reader, vendor);
    for run in &scene.outline.runs {
        if vendor.sales.is_some() && vendor.rating.is_some() {
            break;
        }
        if scene.in_card(run.element) || run.text.len() > 40 {
            continue;
        }
        let Some(facts) = scene.outline.elements.get(run.element) else { continue };
        // Sites explain a bare number in the tip that the mouse brings up.
        let tip = attr(facts.element(), "title").unwrap_or("").to_lowercase();
        if vendor.sales.is_none()
            && ["transactions", "sales", "deals", "orders", "verkäufe", "ventes"].iter().any(|word| tip.contains(word))
        {
            vendor.sales = fields::count(&run.text);
        }
        if vendor.rating.is_none() && ["average rating", "rating out of", "bewertung", "note moyenne"].iter().any(|word| tip.contains(word))
        {
            vendor.rating = fields::rating(&run.text);
        }
    }
}

/// The name in a box that calls itself the seller's, as on classified advertisements; and where it stands. With `sellers` not in one that may
/// be that of any member.
pub fn in_box(scene: &Scene<'_, '_>, reader: &Reader<'_>, sellers: bool) -> Option<(Vendor, usize)> {
    const SELLER: &[&str] = &[
        "seller",
        "advertiser",
        "owner",
        "user",
        "username",
        "member",
        "profile",
        "vendeur",
        "annonceur",
        "verkaeufer",
        "anbieter",
        "vendedor",
        "anunciante",
        "venditore",
        "inserzionista",
        "sprzedawca",
        "verkoper",
        "prodavec",
        "satici",
        "publisher",
        "author",
        "contact",
        "poster",
    ];
    const NAME: &[&str] = &["name", "username", "nick", "nickname", "login", "nom", "nombre", "nome", "isim", "imya", "title", "heading"];
    let outline = scene.outline;
    let words = |at: usize| -> Vec<String> {
        let Some(facts) = outline.elements.get(at) else { return Vec::new() };
        let values = ["class", "id", "data-marker", "data-testid", "data-qa-id", "data-test", "itemprop"]
            .into_iter()
            .filter_map(|name| attr(facts.element(), name));
        let mut own: Vec<String> = values.flat_map(humps).take(24).map(str::to_ascii_lowercase).collect();
        // "vendorcard", "sellerinfo"
        const TAILS: &[&str] = &["card", "box", "info", "panel", "block", "details", "profile", "name", "bar", "area", "data"];
        let stems = own.iter().filter_map(|word| TAILS.iter().find_map(|tail| word.strip_suffix(tail)).filter(|stem| stem.len() >= 4));
        let stems: Vec<String> = stems.map(str::to_owned).collect();
        own.extend(stems);
        own
    };
    const MEMBERS: &[&str] = &["user", "username", "member", "profile", "author", "contact", "poster", "owner", "publisher"];
    let any = |own: &[String], known: &[&str]| {
        let own: Vec<&String> =
            own.iter().filter(|word| !(sellers && MEMBERS.contains(&word.as_str()) && known.contains(&"seller"))).collect();
        own.iter().any(|word| known.contains(&word.as_str()) || reader.crypto && word.as_str() == "vendor" && known.contains(&"seller"))
    };
    let mut weak = None;
    for (at, facts) in outline.elements.iter().enumerate() {
        if !(2..=40).contains(&facts.text)
            || facts.hidden
            || scene.in_card(at)
            || matches!(facts.name, "button" | "label" | "option" | "title")
        {
            continue;
        }
        let own = words(at);
        let above: Vec<String> = outline.ancestors(at).skip(1).take(3).flat_map(|(at, _)| words(at)).collect();
        let boxed = any(&above, SELLER);
        let link = facts.name == "a"
            && attr(facts.element(), "href").and_then(|href| reader.absolute(href)).is_some_and(|url| url.target() == Target::Vendor);
        let strong = (any(&own, SELLER) && any(&own, NAME)) || (boxed && any(&own, NAME)) || (boxed && link);
        let heading = boxed && matches!(facts.name, "h2" | "h3" | "h4" | "h5" | "strong" | "b");
        if !strong && !heading {
            continue;
        }
        let name = fields::vendor_name(&outline.text_of(at, 80));
        let plain = name.chars().filter(|c| c.is_alphabetic()).count() >= 2 && name.split_whitespace().count() <= 4;
        // A box to search or write in is headed by what it is for.
        let filled = !strong
            && outline.elements.get(at).is_some_and(|facts| {
                outline
                    .inside(facts.parent)
                    .take(40)
                    .filter_map(|inner| outline.elements.get(inner))
                    .any(|f| matches!(f.name, "input" | "textarea"))
            });
        if !plain
            || filled
            || names_role(&name)
            || super::labels::label(&name).is_some()
            || outline.elements.get(at).is_some_and(|f| f.prices > 0)
        {
            continue;
        }
        let vendor = Vendor { name, ..Vendor::default() };
        // "All advertisements of the author" links to them, too, below the name.
        if strong && weak.is_some() && !any(&own, NAME) {
            return weak;
        }
        if strong {
            return Some((vendor, at));
        }
        weak.get_or_insert((vendor, at));
    }
    weak
}

/// Whether words speak of the part that somebody has in a deal, and name nobody: "Über diesen Verkäufer", "About the seller".
pub fn names_role(text: &str) -> bool {
    #[rustfmt::skip]
    const ROLES: &[&str] = &[
        "seller", "vendor", "advertiser", "merchant", "verkäufer", "anbieter", "inserent", "vendeur", "annonceur", "vendedor", "anunciante", "venditore",
        "inserzionista", "sprzedawc", "sprzedając", "ogłoszeniodawc", "verkoper", "adverteerder", "продавц", "продавец", "продавч", "satıcı", "البائع", "المعلن",
    ];
    let lower = text.to_lowercase();
    lower.contains(' ') && ROLES.iter().any(|role| lower.split(|c: char| !c.is_alphanumeric()).any(|word| word.starts_with(role)))
}

/// The seller that a card names without a link or label: in a box called so, before the count of sales, or under the title of a thread.
pub fn of_card(outline: &Outline<'_>, card: usize, titled: &Range<usize>, crypto: bool, threads: bool) -> Option<(usize, String)> {
    const BOXES: &[&str] = &[
        "shop",
        "seller",
        "merchant",
        "store",
        "username",
        "author",
        "starter",
        "poster",
        "verkaeufer",
        "vendeur",
        "vendedor",
        "prodavec",
        "haendler",
        "anbieter",
        "annonceur",
        "inserent",
        "verkoper",
        "venditore",
        "sprzedawca",
        "prodavets",
        "satici",
        "dealer",
    ];
    let first = outline.elements.get(card)?.first_run;
    let runs = || {
        outline
            .runs_of(card)
            .iter()
            .take(120)
            .enumerate()
            .map(move |(at, run)| (first + at, run))
            .filter(|(at, run)| !titled.contains(at) && !run.flag)
    };
    let boxed = |at: usize| {
        outline.ancestors(at).take(2).take_while(|(inner, _)| *inner > card).any(|(_, facts)| {
            let class = attr(facts.element(), "class").unwrap_or("");
            facts.text <= 48
                && humps(class).take(12).any(|word| {
                    BOXES.iter().any(|known| word.eq_ignore_ascii_case(known)) || (crypto && word.eq_ignore_ascii_case("vendor"))
                })
        })
    };
    // "Sold by Blue Heron Pawn"
    let without_lead = |text: &str| {
        const LEADS: &[&str] = &[
            "sold by ",
            "offered by ",
            "by ",
            "seller ",
            "verkauft von ",
            "angeboten von ",
            "von ",
            "vendu par ",
            "par ",
            "vendido por ",
            "por ",
            "venduto da ",
            "da ",
            "verkocht door ",
            "door ",
            "sprzedawca ",
            "od ",
            "продавец ",
            "от ",
            "satıcı ",
        ];
        let lower = text.to_lowercase();
        let lead = LEADS.iter().find(|lead| lower.starts_with(**lead))?;
        let name = fields::vendor_name(text.get(lead.len()..)?.trim_start_matches([':', ' ']));
        ((2..=40).contains(&name.chars().count()) && name.split_whitespace().count() <= 5).then_some(name)
    };
    let named = |run: &Run| without_lead(&run.text).or_else(|| plain(&run.text));
    if let Some(found) =
        runs().filter(|(_, run)| run.text.len() <= 60 && boxed(run.element)).find_map(|(_, run)| Some((run.element, named(run)?)))
    {
        return Some(found);
    }
    // "@name"
    let at_sign = runs().find_map(|(_, run)| {
        let name = run.text.strip_prefix('@')?;
        plain(name).filter(|name| !name.contains(' ')).map(|name| (run.element, name))
    });
    if at_sign.is_some() {
        return at_sign;
    }
    // "name (41 sales)", "name ★★★★☆ (98 %)"
    let counted = runs().find_map(|(_, run)| {
        let at = run.text.find(['(', '[', '★', '☆'])?;
        let tail = run.text.get(at..)?.to_lowercase();
        let sales =
            tail.contains('%') || tail.split(|c: char| !c.is_alphabetic()).any(|word| super::labels::label(word) == Some(Label::Sales));
        let name = plain(run.text.get(..at)?).filter(|name| !name.contains(' '));
        name.filter(|_| sales && tail.bytes().any(|byte| byte.is_ascii_digit())).map(|name| (run.element, name))
    });
    if counted.is_some() || !threads {
        // "By KnotAndAwl": a word that is no maker's name.
        let by = || {
            let named = |(at, run): (usize, &Run)| (run.text.len() <= 40).then(|| by_in(outline, at, run)).flatten();
            runs().filter_map(named).find(|(_, name)| super::byline::is_marked(name) && super::byline::is_name(name))
        };
        return counted.or_else(by);
    }
    starter(outline, card, titled).or_else(|| runs().find_map(|(at, run)| by_in(outline, at, run)))
}

/// Words before the name of who began a thread.
const BY: &[&str] = &[
    "by",
    "started by",
    "written by",
    "geschrieben von",
    "verfasst von",
    "erstellt von",
    "écrit par",
    "posté par",
    "publié par",
    "escrito por",
    "publicado por",
    "scritto da",
    "inviato da",
    "geplaatst door",
    "napisał",
    "написал",
    "написал(а)",
    "posted by",
    "von",
    "par",
    "por",
    "iniciado por",
    "di",
    "da",
    "door",
    "przez",
    "от",
    "автор",
    "від",
    "yazan",
    "başlatan",
    "بواسطة",
    "كتبه",
];

/// A text that may be the name of an account, and no field's.
fn plain(text: &str) -> Option<String> {
    let name = fields::vendor_name(text);
    let known = super::labels::label(&name).is_some() || super::labels::split(&name).is_some();
    let word = name.chars().any(char::is_alphabetic) && (2..=32).contains(&name.chars().count()) && name.split_whitespace().count() <= 3;
    (word && !known && !name.ends_with(':') && !name.starts_with(['(', '['])).then_some(name)
}

/// What follows a word such as "by" at the beginning of a text.
pub(super) fn without_by(text: &str) -> Option<&str> {
    let lower = text.to_lowercase();
    let lead = BY.iter().filter(|lead| lower.starts_with(**lead)).max_by_key(|lead| lead.len())?;
    let rest = text.get(lead.len()..).filter(|rest| rest.is_empty() || rest.starts_with([' ', ':', '\u{a0}']))?;
    Some(rest.trim_start_matches([' ', ':', '\u{a0}']))
}

/// The name behind a word such as "by", in a run or in the one after it.
fn by_in(outline: &Outline<'_>, at: usize, run: &Run) -> Option<(usize, String)> {
    let rest = without_by(&run.text)?.split([',', '»', '|', '·']).next()?.trim();
    if !rest.is_empty() {
        return plain(rest).map(|name| (run.element, name));
    }
    let next = outline.runs.get(at + 1).filter(|next| next.before < Break::Line)?;
    plain(&next.text).map(|name| (next.element, name))
}

/// Who began a thread: the line under its title, in its cell; elsewhere in the row stands who wrote last.
pub fn starter(outline: &Outline<'_>, card: usize, titled: &Range<usize>) -> Option<(usize, String)> {
    let (cell, facts) = cell_of(outline, card, titled)?;
    let run = outline.runs.get(titled.end).filter(|run| titled.end < facts.last_run && run.before == Break::Line && cell >= card)?;
    let dated = run.text.bytes().any(|byte| byte.is_ascii_digit()) && run.text.split_whitespace().count() > 1;
    by_in(outline, titled.end, run).or_else(|| plain(&run.text).filter(|_| run.text.len() <= 40 && !dated).map(|name| (run.element, name)))
}

/// The box of a title that holds something below it.
fn cell_of<'o, 'a>(outline: &'o Outline<'a>, card: usize, titled: &Range<usize>) -> Option<(usize, &'o Facts<'a>)> {
    let title = outline.runs.get(titled.start)?;
    let holds = |f: &Facts<'_>| matches!(f.name, "td" | "li" | "dt" | "div") && f.last_run > titled.end;
    outline.ancestors(title.element).take_while(|(at, _)| *at >= card).find(|(_, f)| holds(f))
}

/// Whether a name stands beside a date in a cell other than the title's: who wrote last in a thread.
pub fn wrote_last(outline: &Outline<'_>, card: usize, titled: &Range<usize>, at: usize, reader: &Reader<'_>) -> bool {
    let own = outline.runs.get(titled.start).is_some_and(|title| {
        outline.ancestors(title.element).take_while(|(up, _)| *up > card).any(|(up, f)| outline.holds(up, at) && f.name != "tr")
    });
    let cell = outline.ancestors(at).skip(1).take_while(|(up, _)| *up > card).find(|(_, f)| f.text > 8);
    !own && cell.is_some_and(|(up, _)| outline.runs_of(up).iter().take(8).any(|run| super::post::is_date(&run.text, reader)))
}

/// The account that the address of the page names.
fn name_in_address(reader: &Reader<'_>) -> Option<String> {
    let url = reader.url;
    if target(url) != Target::Vendor {
        return None;
    }
    let named = |name: &str| {
        ["user", "vendor", "seller", "member", "u", "name", "username", "profile", "u_id", "id", "merchant", "shop", "store"]
            .contains(&name.to_ascii_lowercase().as_str())
    };
    let query = url.query_pairs().find(|(name, value)| named(name) && !value.is_empty()).map(|(_, value)| value.into_owned());
    query
        .or_else(|| url.path_segments()?.rfind(|s| !s.is_empty()).map(str::to_owned))
        .filter(|name| name.len() <= 64 && !name.contains('.'))
}

/// Whether the page's heading is the name in its address: the page of an account, whatever list it holds. The address may tell of no account.
pub fn is_headed(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> bool {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let last = || reader.url.path_segments().and_then(|mut segments| segments.rfind(|s| !s.is_empty())).map(decoded);
    let Some(name) = name_in_address(reader).or_else(last).map(|name| plain(&name)).filter(|name| name.len() >= 2) else { return false };
    // Addresses are often written without accents, German ones with an e in place of the dots.
    let same = |text: &str| {
        let text = plain(text);
        let spelled = text.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue").replace('ß', "ss");
        text == name || ascii(&text) == name || ascii(&spelled) == name
    };
    let headings = scene.outline.elements.iter().enumerate().filter(|(_, facts)| matches!(facts.name, "h1" | "h2"));
    let begins = |at: usize| scene.outline.runs_of(at).first().is_some_and(|run| same(&fields::vendor_name(&run.text)));
    headings.take(6).any(|(at, _)| same(&scene.outline.text_of(at, 100)) || begins(at))
        || main_part(scene.page_title).is_some_and(|title| same(&title))
}

/// Part of an address as it is read.
pub(super) fn decoded(segment: &str) -> String {
    let bytes = segment.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let code = segment.get(at + 1..at + 3).filter(|_| *byte == b'%').and_then(|hex| u8::from_str_radix(hex, 16).ok());
        out.push(code.unwrap_or(*byte));
        at += if code.is_some() { 3 } else { 1 };
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Letters without their marks.
fn ascii(text: &str) -> String {
    text.nfd().filter(char::is_ascii).collect()
}

/// The name as the page writes it.
fn written(scene: &Scene<'_, '_>, name: &str) -> Option<String> {
    let found = scene.outline.runs.iter().find(|run| fields::vendor_name(&run.text).eq_ignore_ascii_case(name))?;
    Some(fields::vendor_name(&found.text))
}

/// What the heading begins with, before marks and counts, where a part of the page's title is the same: "Moravan (241) Vendor level 6".
fn named_twice(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Option<String> {
    let at = title(scene, reader)?
        .0
        .filter(|at| scene.outline.elements.get(*at).is_some_and(|facts| matches!(facts.name, "h1" | "h2" | "h3")))?;
    let name = scene.outline.runs_of(at).iter().find(|run| !run.flag).map(|run| fields::vendor_name(&run.text))?;
    let parts = scene
        .page_title
        .split(['|', '–', '—', '»', '•', '·'])
        .flat_map(|part| part.split(" - "))
        .flat_map(|part| part.split("//"))
        .flat_map(|part| part.split("::"));
    let same = parts.map(|part| fields::vendor_name(part)).any(|part| part == name);
    (same && (2..=40).contains(&name.chars().count()) && name.split_whitespace().count() <= 3).then_some(name)
}

fn heading(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Option<String> {
    const LEADS: &[&str] = &[
        "feedback for",
        "feedback of",
        "feedback about",
        "reviews of",
        "reviews for",
        "ratings of",
        "bewertungen für",
        "bewertungen von",
        "avis sur",
        "évaluations de",
        "opiniones de",
        "opiniones sobre",
        "recensioni di",
        "avaliações de",
        "opinie o",
        "beoordelingen van",
        "отзывы о",
        "отзывы на",
        "відгуки про",
        "vendor profile",
        "seller profile",
        "user profile",
        "profile of",
        "profile",
        "vendor",
        "seller",
        "user",
        "member",
        "store of",
        "shop of",
        "about",
        "contact vendor",
        "contact seller",
        "verkäufer",
        "profil von",
        "profil de",
        "profil",
        "vendeur",
        "boutique de",
        "vendedor",
        "perfil de",
        "venditore",
        "profilo di",
        "sprzedawca",
        "verkoper",
        "mitglied",
        "профиль",
        "продавец",
    ];
    if let Some(name) = named_twice(scene, reader) {
        return Some(name);
    }
    let text = title(scene, reader).map(|(_, text)| text).or_else(|| main_part(scene.page_title))?;
    let lower = text.to_lowercase();
    let lead = LEADS.iter().find(|lead| {
        lower.starts_with(**lead) && lower.get(lead.len()..).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', ' ', '-', '–']))
    });
    let rest = lead.and_then(|lead| text.get(lead.len()..)).unwrap_or(&text);
    let name = fields::vendor_name(rest.trim_start_matches([':', '-', '–', ' ']));
    let name = name.strip_suffix("'s profile").or_else(|| name.strip_suffix("'s store")).unwrap_or(&name).to_owned();
    (!name.is_empty() && name.len() <= 48 && name.split_whitespace().count() <= 4).then_some(name)
}
