//! From label and value pairs to fields of a listing or a vendor.

mod account;

pub(super) use account::same_site;
pub use account::{vendor_in, vendor_link, vendor_name};

use super::labels::Label;
use super::outline::{Outline, Run};
use super::pairs::Pair;
use super::phrases::{availability, escrow_in, payments, price_words};
use super::reader::Reader;
use crate::country::{Countries, may_be_places, only_places, parse_countries};
use crate::html::{fold, prefix};
use crate::money::{self, Price};
use crate::provenance::Draft;
use crate::quantity;
use crate::record::{Listing, Offer, Vendor};

/// Fills the empty fields of a listing from pairs; a field that is already there is kept.
pub fn fill_listing(pairs: &[Pair], outline: &Outline<'_>, reader: &Reader<'_>, draft: &mut Draft) {
    for pair in pairs {
        draft.read(|| pair.origin(outline), |listing| fill_one(pair, outline, reader, listing));
    }
    if draft.listing.vendor.is_some() {
        for pair in pairs {
            draft.read(
                || pair.origin(outline),
                |listing| {
                    if let Some(vendor) = &mut listing.vendor {
                        fill_vendor(std::slice::from_ref(pair), outline, reader, vendor);
                        // Where these goods leave from is the listing's, not the account's.
                        vendor.ships_from.clear();
                    }
                },
            );
        }
    }
}

/// Fills the field that a pair names, if it is empty.
pub fn fill_one(pair: &Pair, outline: &Outline<'_>, reader: &Reader<'_>, listing: &mut Listing) {
    let value = pair.value.as_str();
    match pair.label {
        Label::Vendor if listing.vendor.as_ref().is_none_or(|v| v.name.is_empty()) => listing.vendor = vendor_in(pair, outline, reader),
        Label::Price if listing.offers.is_empty() => {
            listing.offers.extend(offer(value, "fixed", reader));
            if listing.offers.is_empty() && listing.price_state.is_none() {
                listing.price_state = price_words(value);
            }
        }
        Label::UnitPrice => {
            let price = money::parse_price(value, reader.currency, reader.crypto);
            if let (Some(price), Some(offer)) = (price, listing.offers.first_mut())
                && offer.unit_amount.is_none()
                && offer.currency == price.currency
            {
                offer.unit_amount =
                    Some(price.per.and_then(|per| price.amount.checked_div(per.count)).unwrap_or(price.amount).normalize().to_string());
            }
        }
        // "from PL to EU" names no price.
        Label::PriceFrom if listing.ships_from.is_empty() && from_to(value).is_some() => {
            arrow(value, listing);
        }
        Label::PriceFrom if listing.offers.is_empty() => {
            listing.offers.extend(money::find_prices(value, None, reader.crypto).first().map(|p| offer_of(p, "from")));
        }
        // "Germany to Worldwide" stands where the origin alone is named.
        Label::ShipsFrom if listing.ships_to.is_empty() && arrow(value, listing) => {}
        Label::ShipsFrom if listing.ships_from.is_empty() && super::whence::goes_on(value, listing) => {
            note_shipping(listing, "from", value)
        }
        Label::ShipsFrom if listing.ships_from.is_empty() => {
            // Where the value goes on in other sentences, the first of them tells.
            let first = value.split(['.', ';', '(']).next().map(str::trim).filter(|first| value.len() > 32 && only_places(first));
            let places = parse_countries(first.unwrap_or(value)).codes;
            // What comes from a country and from the whole world goes there.
            let (wide, own): (Vec<String>, Vec<String>) = places.into_iter().partition(|code| code == "WW");
            let (own, beyond) = super::whence::one_origin(value, own);
            if listing.ships_to.is_empty() && !beyond.is_empty() {
                listing.ships_to = if wide.is_empty() { beyond } else { wide.clone() };
            }
            if own.is_empty() {
                listing.ships_from = wide;
            } else {
                // "Estonia, posted anywhere in EU"
                let head = value.split_once(',').map(|(head, _)| parse_countries(head).codes);
                let (from, mut to) =
                    match head.filter(|head| !wide.is_empty() && !head.is_empty() && head.iter().all(|code| own.contains(code))) {
                        Some(head) => {
                            let rest = own.into_iter().filter(|code| !head.contains(code)).collect();
                            (head, rest)
                        }
                        None => (own, Vec::new()),
                    };
                listing.ships_from = from;
                if !wide.is_empty() && listing.ships_to.is_empty() {
                    listing.ships_to = if to.is_empty() { wide } else { std::mem::take(&mut to) };
                }
            }
            note_shipping(listing, "from", value);
        }
        Label::ShipsTo if listing.ships_to.is_empty() => ships_to(listing, value),
        Label::ShipsExcept if listing.ships_except.is_empty() => listing.ships_except = parse_countries(value).codes,
        Label::Category if listing.category_path.is_empty() => listing.category_path = path(pair, outline),
        Label::Payments => payments(value, &mut listing.payments, &mut listing.escrow),
        Label::Escrow if listing.escrow.is_none() => {
            let name = outline.runs.get(pair.named).map_or("", |run| run.text.as_str());
            let name = name.find(value).and_then(|at| name.get(..at)).unwrap_or(name);
            listing.escrow = escrow_in(name, value).map(str::to_owned);
        }
        Label::Stock if listing.stock.is_none() => {
            listing.stock = quantity::left(value).or_else(|| counted(value));
            if listing.availability.is_none() {
                listing.availability =
                    availability(value).or(listing.stock.map(|n| if n > 0 { "in_stock" } else { "out_of_stock" })).map(str::to_owned);
            }
        }
        Label::Availability if listing.availability.is_none() => {
            let left = quantity::left(value)
                .or_else(|| quantity::find(value).filter(|own| own.unit == "piece").and_then(|own| u64::try_from(own.quantity).ok()));
            listing.availability = availability(value).or(left.map(|_| "in_stock")).map(str::to_owned);
            listing.stock = listing.stock.or(left);
        }
        Label::FeedbackCount if listing.feedback_n.is_none() => listing.feedback_n = count(value),
        Label::Posted if listing.posted_at.is_none() => listing.posted_at = reader.date(value),
        Label::Sku if listing.sku.is_none() => listing.sku = code(value),
        Label::Mpn if listing.mpn.is_none() => listing.mpn = code(value),
        Label::Gtin if listing.gtin.is_none() => {
            listing.gtin = code(value).filter(|c| (8..=14).contains(&c.len()) && c.bytes().all(|b| b.is_ascii_digit()));
        }
        Label::Brand if listing.brand.is_none() => listing.brand = short(value, 60),
        _ => {}
    }
}

/// Fills the empty fields of a vendor from pairs.
pub fn fill_vendor(pairs: &[Pair], outline: &Outline<'_>, reader: &Reader<'_>, vendor: &mut Vendor) {
    for pair in pairs {
        let value = pair.value.as_str();
        match pair.label {
            Label::Vendor if vendor.name.is_empty() => {
                if let Some(found) = vendor_in(pair, outline, reader) {
                    *vendor = Vendor { name: found.name, url: vendor.url.take().or(found.url), ..std::mem::take(vendor) };
                }
            }
            Label::Rating if vendor.rating.is_none() => vendor.rating = rating(value),
            Label::Sales if vendor.sales.is_none() => vendor.sales = count(value),
            Label::PositivePercent if vendor.positive_percent.is_none() => vendor.positive_percent = percent(value),
            Label::Since if vendor.since.is_none() => vendor.since = reader.date(value).map(|d| prefix(&d, 10).to_owned()),
            Label::LastSeen if vendor.last_seen.is_none() => {
                vendor.last_seen = reader.date(value).map(|d| prefix(&d, 10).to_owned());
            }
            Label::ShipsFrom if vendor.ships_from.is_empty() => {
                // "DE to WW except JP"
                vendor.ships_from = from_to(value).map_or_else(|| parse_countries(value).codes, |(origin, _)| origin.codes);
                if vendor.ships_from.len() > 1 {
                    vendor.ships_from.retain(|code| code != "WW");
                }
            }
            _ => {}
        }
    }
}

/// A price read from the value of a label. An amount without sign or default currency is kept without one.
pub fn offer(value: &str, kind: &str, reader: &Reader<'_>) -> Option<Offer> {
    let price = money::parse_price(value, reader.currency, reader.crypto)?;
    if price.amount.is_sign_negative() {
        return None;
    }
    Some(offer_of(&price, if price.from { "from" } else { kind }))
}

/// An offer of one price.
pub fn offer_of(price: &Price, kind: &str) -> Offer {
    let mut offer = Offer {
        kind: kind.to_owned(),
        amount: price.amount.to_string(),
        currency: price.currency.clone(),
        raw: price.raw.clone(),
        ..Offer::default()
    };
    // "$450 per 1000 rounds", "0,45 €/Schuss"; "each" tells nothing new.
    if let Some(per) = price.per.filter(|per| per.unit != "piece" || per.count > rust_decimal::Decimal::ONE) {
        offer.quantity = Some(per.count.normalize().to_string());
        offer.unit = Some(per.unit.to_owned());
        offer.unit_amount = price.amount.checked_div(per.count).map(|unit| unit.round_dp(8).normalize().to_string());
    }
    offer
}

/// Adds what a title says of the quantity to the first offer.
pub fn add_quantity(title: &str, offer: &mut Offer) {
    let Some(found) = quantity::find(title) else { return };
    offer.quantity = Some(found.quantity.normalize().to_string());
    offer.unit = Some(found.unit.to_owned());
    offer.pack_size = found.pack_size;
    let amount: Option<rust_decimal::Decimal> = offer.amount.parse().ok();
    if let Some(unit) = amount.and_then(|amount| amount.checked_div(found.quantity)) {
        offer.unit_amount = Some(unit.round_dp(8).normalize().to_string());
    }
}

fn ships_to(listing: &mut Listing, value: &str) {
    let countries = parse_countries(value);
    listing.ships_to = countries.codes;
    if listing.ships_except.is_empty() {
        listing.ships_except = countries.except;
    }
    note_shipping(listing, "to", value);
}

/// Keeps the words as written, one line each way.
fn note_shipping(listing: &mut Listing, way: &str, value: &str) {
    if !listing.ships_raw.is_empty() {
        listing.ships_raw.push_str("; ");
    }
    listing.ships_raw.push_str(&format!("{way}: {}", prefix(value, 300)));
}

/// Reads `NL → WW, EU` or `Germany to Worldwide`, as several markets write origin and destination.
pub fn arrow(text: &str, listing: &mut Listing) -> bool {
    // Two places and something between them.
    if !(5..=200).contains(&text.len()) || !listing.ships_from.is_empty() {
        return false;
    }
    let Some((origin, destination)) = from_to(text) else { return false };
    listing.ships_from = origin.codes;
    listing.ships_to = destination.codes;
    listing.ships_except = destination.except;
    listing.ships_raw = fold(text);
    true
}

/// Origin and destination that one text names: `NL → WW`, `Germany to Worldwide`, `From Austria; To EU`, `PL to EU, no CH`.
pub(super) fn from_to(text: &str) -> Option<(Countries, Countries)> {
    const ARROWS: &[&str] = &["→", "➡\u{fe0f}", "➡", "⟶", "➔", "➝", "➜", "⇒", "⇨", "⟹", "►", "▶", "->", "=>", ">>", "»"];
    const TO: &[&str] = &[" to", " nach", " vers", " hacia", " verso", " naar", " para", " do", " до", " в", " a", " à", " إلى"];
    const FROM: &[&str] = &[
        "ships from",
        "shipping from",
        "ship from",
        "shipped from",
        "sent from",
        "from",
        "versand aus",
        "versand von",
        "aus",
        "von",
        "envía desde",
        "envío desde",
        "desde",
        "expédié de",
        "expédié depuis",
        "depuis",
        "de",
        "spedito da",
        "da",
        "dall'",
        "verzending vanuit",
        "vanuit",
        "uit",
        "wysyłka z",
        "z",
        "отправка из",
        "из",
        "відправка з",
        "з",
        "від",
        "من",
    ];
    let told = |from: &str, to: &str| {
        let (origin, destination) = (parse_countries(from), parse_countries(to));
        (!origin.codes.is_empty() && !destination.codes.is_empty()).then_some((origin, destination))
    };
    let signed = text.contains(|c: char| matches!(c, '>' | '»' | '\u{2190}'..='\u{2bff}'));
    if let Some((to, from)) = ["←", "⬅", "<-"].iter().filter(|_| text.contains(['←', '⬅', '<'])).find_map(|mark| text.split_once(mark))
    {
        return told(from, to);
    }
    if let Some((from, to)) = ARROWS.iter().filter(|_| signed).find_map(|mark| text.split_once(mark)) {
        return told(from, to);
    }
    // "DE > EU", "Germany - Worldwide": marks that part other things, too.
    let may_part = text.contains(['>', '›', '▸', '⇢', '➞', '-', '–', '—']);
    let parted = [" > ", " › ", " ▸ ", " ⇢ ", " ➞ ", " - ", " – ", " — "]
        .iter()
        .filter(|mark| may_part && text.matches(**mark).count() == 1)
        .find_map(|mark| text.split_once(*mark));
    if let Some((from, to)) = parted.filter(|(from, to)| text.len() <= 120 && only_places(from) && only_places(to)) {
        return told(from, to).filter(|(from, _)| from.codes.len() == 1 && from.codes.iter().all(|code| code != "WW" && code != "EU"));
    }
    // In words only where nothing but two places is said.
    if text.len() > 160 || !text.contains(' ') {
        return None;
    }
    let lower = text.to_lowercase();
    let text = if lower.len() == text.len() { text } else { lower.as_str() };
    let start = FROM
        .iter()
        .find(|lead| lower.strip_prefix(**lead).is_some_and(|rest| rest.starts_with([' ', ':', '\u{a0}']) || lead.ends_with('\'')));
    let start = start.map_or(0, |lead| lead.len());
    // "DE to AT" begins with a code that is a word of leaving elsewhere.
    let starts = if start > 0 { [Some(start), Some(0)] } else { [Some(0), None] };
    let read = |start: usize| {
        TO.iter().find_map(|mark| {
            let at = start + lower.get(start..)?.find(mark)?;
            let (from, to) = (text.get(start..at)?, text.get(at + mark.len()..)?);
            let from = from.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | ';' | ',' | '.' | '|' | '/' | '–' | '-'));
            let parted = to.starts_with([' ', ':', '\u{a0}']);
            let to = to.trim_start_matches([' ', ':', '\u{a0}']);
            (parted && crate::country::only_places(from) && crate::country::only_places(to)).then(|| told(from, to)).flatten()
        })
    };
    starts.into_iter().flatten().filter(|start| text.get(*start..).is_some_and(may_be_places)).find_map(read)
}

fn path(pair: &Pair, outline: &Outline<'_>) -> Vec<String> {
    let runs = outline.runs.get(pair.runs.clone()).unwrap_or(&[]);
    let in_link = |run: &&Run| outline.ancestors(run.element).take(3).any(|(_, facts)| facts.name == "a");
    let links: Vec<String> =
        runs.iter().filter(in_link).map(|run| run.text.clone()).filter(|text| text.chars().any(char::is_alphanumeric)).collect();
    let parts = if links.is_empty() {
        pair.value.split(['>', '»', '›', '/']).map(fold).filter(|part| !part.is_empty()).collect()
    } else {
        links
    };
    parts.into_iter().filter(|part: &String| part.len() <= 80).take(8).collect()
}

/// The number in the few words that stand behind a label for how many are left; in a sentence, or before a unit of time, it counts days.
pub fn counted(value: &str) -> Option<u64> {
    #[rustfmt::skip]
    const TIMES: &[&str] = &[
        "day", "hour", "week", "business", "tag", "werktag", "arbeitstag", "stunde", "woche", "jour", "heure", "semaine", "día", "dia", "hora",
        "semana", "giorn", "ore", "settiman", "dag", "werkdag", "uur", "week", "дн", "день", "день", "час", "недел", "рабоч", "годин", "тиж",
        "dni", "dzień", "godz", "tydz", "gün", "saat", "hafta", "يوم", "أيام", "ساعة",
    ];
    let words = value.split_whitespace().count();
    let lower = value.to_lowercase();
    let timed = lower.split(|c: char| !c.is_alphabetic()).any(|word| !word.is_empty() && TIMES.iter().any(|time| word.starts_with(time)));
    let few = words <= 3 || (words <= 5 && value.starts_with(|c: char| c.is_ascii_digit()));
    (few && !timed).then(|| count(value)).flatten()
}

/// First whole number of a value; thousands separators are read.
pub fn count(value: &str) -> Option<u64> {
    let start = value.find(|c: char| c.is_ascii_digit())?;
    if value.get(..start)?.trim_end().ends_with('-') {
        return None;
    }
    let rest = value.get(start..)?;
    let mut end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.' | '\'' | '’')).unwrap_or(rest.len());
    // "6 712": three digits behind a blank are thousands.
    while end <= 7
        && rest.get(..end).is_some_and(|head| head.bytes().all(|byte| byte.is_ascii_digit() || byte == b' ') || head.contains('\u{a0}'))
        && let Some(blank) = rest.get(end..).and_then(|tail| tail.chars().next()).filter(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}'))
        && let Some(tail) = rest.get(end + blank.len_utf8()..)
        && tail.bytes().take_while(u8::is_ascii_digit).count() == 3
        && (1..=3).contains(&rest.get(..end).map_or(0, |head| head.rsplit([' ', '\u{a0}', '\u{202f}']).next().map_or(0, str::len)))
    {
        end += blank.len_utf8() + 3;
    }
    let digits = rest.get(..end)?.trim_end_matches(['.', ',', '\'', '’']);
    let number = money::parse_amount(digits)?;
    let thousand = rest.get(end..)?.starts_with(['k', 'K']);
    let number = if thousand { number.checked_mul(rust_decimal::Decimal::from(1000))? } else { number };
    u64::try_from(number.trunc()).ok()
}

fn decimal(value: &str) -> Option<String> {
    let start = value.find(|c: char| c.is_ascii_digit())?;
    let rest = value.get(start..)?;
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.')).unwrap_or(rest.len());
    let digits = rest.get(..end)?.trim_end_matches(['.', ',']).replace(',', ".");
    let number: rust_decimal::Decimal = digits.parse().ok()?;
    Some(number.normalize().to_string())
}

/// A rating on whatever scale the site has: its first number.
pub fn rating(value: &str) -> Option<String> {
    decimal(value).filter(|_| value.len() < 80)
}

fn percent(value: &str) -> Option<String> {
    let at = value.find('%')?;
    let head = value.get(..at)?.trim_end();
    let start = head
        .rfind(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | ','))
        .map_or(0, |at| at + head.get(at..).and_then(|r| r.chars().next()).map_or(1, char::len_utf8));
    decimal(head.get(start..)?)
}

fn code(value: &str) -> Option<String> {
    // "GW 1184".
    if let Some(whole) = super::numbers::alone(value).filter(|whole| whole.contains(' ')) {
        return Some(whole);
    }
    let token = value.split_whitespace().next()?.trim_matches(['#', ',', ';', '.', '(', ')']);
    let token = token.trim_matches(['[', ']']);
    // "TT-WBN" has no digit, and is no word either.
    let lettered = token.len() >= 4 && token.contains('-') && token.bytes().all(|b| b.is_ascii_uppercase() || b == b'-');
    (!token.is_empty() && token.len() <= 64 && (lettered || token.bytes().any(|b| b.is_ascii_digit()))).then(|| token.to_owned())
}

fn short(value: &str, limit: usize) -> Option<String> {
    let value = fold(value);
    (!value.is_empty() && value.len() <= limit).then_some(value)
}
