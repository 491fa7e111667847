//! Turns rows of the tables into advertisements: fills slots, picks vendors, closing words, dates and what changes later.

use super::price::Price;
use super::tables::{Family, Tables, Vendor};
use super::{Ad, Change};
use crate::demo::html::slug;
use crate::dice::Dice;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::io;

/// The day of the newest advertisement on visit 1; visit 2 is a fortnight later.
const LAST_DAY: jiff::civil::Date = jiff::civil::date(2026, 3, 1);

pub(super) fn all(seed: u64, tables: &Tables) -> io::Result<Vec<Ad>> {
    let mut order: Vec<(u32, u64, &Family, usize)> = Vec::new();
    for (at, family) in tables.families.iter().enumerate() {
        for row in 0..family.rows.len() {
            order.push((family.since, Dice::labelled(seed, &format!("order/{at}/{row}")).number(), family, row));
        }
    }
    order.sort_by_key(|(since, place, ..)| (*since, *place));
    let mut ads = Vec::with_capacity(order.len());
    for (at, (_, _, family, row)) in order.into_iter().enumerate() {
        ads.push(advertisement(seed, at as u32, tables, family, row)?);
    }
    change(seed, &mut ads);
    Ok(ads)
}

fn advertisement(seed: u64, at: u32, tables: &Tables, family: &Family, row: usize) -> io::Result<Ad> {
    let values = family.rows.get(row).map_or([].as_slice(), Vec::as_slice);
    if family.columns.len() != values.len() {
        return Err(wrong(format!(
            "a row of {} ({}) has {} values for {} columns",
            family.shelf,
            family.language,
            values.len(),
            family.columns.len()
        )));
    }
    let mut slots: BTreeMap<&str, String> = family.columns.iter().map(String::as_str).zip(values.iter().cloned()).collect();
    // The parts of one whole are alike in all but their number.
    let named: Vec<&str> = slots.iter().filter(|(name, _)| **name != "part").map(|(_, value)| value.as_str()).collect();
    let mut dice = Dice::labelled(seed, &format!("ad/{}/{}/{}/{}", family.site, family.category, family.language, named.join("/")));
    let vendor_at = vendor(seed, tables, family, row, slots.get("vendor").map(String::as_str))?;
    let vendor = tables.vendors.get(vendor_at).ok_or_else(|| wrong("no vendors".into()))?;
    let price = price(&slots, family, &mut dice)?;
    if let Some(price) = &price {
        slots.insert("price", price.written(&family.language));
        slots.insert("price5", price.bulk(5, 90).written(&family.language));
        slots.insert("price10", price.bulk(10, 85).written(&family.language));
    }
    let title = fill(dice.pick(&family.titles).map_or("", String::as_str), &slots)?;
    let body = fill(dice.pick(&family.bodies).map_or("", String::as_str), &slots)?;
    let mut paragraphs: Vec<String> = body.split("\n\n").map(str::to_owned).collect();
    let mut traits: Vec<String> = family.traits.clone();
    traits.extend(slots.get("traits").into_iter().flat_map(|list| list.split_whitespace().map(str::to_owned)));
    close(family, vendor, &mut paragraphs, &mut traits, &mut dice);
    let addresses = fill_addresses(tables, &mut paragraphs)?;
    let id = if family.site == 1 { 20_000 } else { 480_000 } + at * 7 + dice.below(7) as u32;
    let days = if family.since > 1 { dice.below(14) as i64 - 14 } else { dice.below(120) as i64 };
    let posted = LAST_DAY.checked_sub(jiff::Span::new().days(days)).unwrap_or(LAST_DAY).to_string();
    let path = if family.site == 1 { format!("/item/{id}/{}", slug(&title)) } else { format!("/ad/{}-{id}.html", slug(&title)) };
    let own = |name: &str| slots.get(name).filter(|value| !value.is_empty()).cloned();
    traits.sort();
    traits.dedup();
    Ok(Ad {
        id,
        site: family.site,
        path,
        shelf: own("shelf").unwrap_or_else(|| family.shelf.clone()),
        title,
        paragraphs,
        language: family.language.clone(),
        price,
        vendor: vendor_at,
        stock: if family.intent == "offer" { 1 + dice.below(if family.site == 1 { 24 } else { 3 }) as u32 } else { 0 },
        posted,
        since: family.since,
        change: Change::None,
        category: own("category").unwrap_or_else(|| family.category.clone()),
        subtype: own("subtype").or_else(|| family.subtype.clone()),
        good: own("good").or_else(|| family.good.clone()),
        intent: family.intent.clone(),
        traits,
        items: own("items").map_or_else(|| family.items.clone(), |list| list.split_whitespace().map(str::to_owned).collect()),
        split: split(&slots),
        addresses,
    })
}

/// A vendor of the family's group who writes its language, the rows taking turns so that nobody is without goods; a row may name one.
fn vendor(seed: u64, tables: &Tables, family: &Family, row: usize, named: Option<&str>) -> io::Result<usize> {
    let fits = |vendor: &Vendor| match named {
        Some(name) if !name.is_empty() => vendor.name == name,
        _ => vendor.groups.contains(&family.group) && vendor.languages.contains(&family.language),
    };
    let at_site = |vendor: &Vendor| vendor.site == family.site && fits(vendor);
    let choices: Vec<usize> = tables.vendors.iter().enumerate().filter(|(_, vendor)| at_site(vendor)).map(|(at, _)| at).collect();
    let start =
        Dice::labelled(seed, &format!("vendor/{}/{}/{}", family.site, family.category, family.language)).below(choices.len() as u64);
    choices.get((start as usize + row) % choices.len().max(1)).copied().ok_or_else(|| {
        let Family { site, group, language, .. } = family;
        wrong(format!("vendors.toml: nobody on site {site} sells group {group:?} in {language} (or is called {named:?})"))
    })
}

fn price(slots: &BTreeMap<&str, String>, family: &Family, dice: &mut Dice) -> io::Result<Option<Price>> {
    let Some(figure) = slots.get("price").filter(|figure| !figure.is_empty()) else { return Ok(None) };
    let fiat: Decimal = figure.parse().map_err(|_| wrong(format!("{figure:?} is no price in a row of {}", family.shelf)))?;
    let currency = dice.pick(&family.currencies).map_or("EUR", String::as_str);
    Ok(Some(Price::thrown(fiat, currency, dice)))
}

/// Replaces `{name}` by the row's value; a name without value is an error of the tables.
fn fill(template: &str, slots: &BTreeMap<&str, String>) -> io::Result<String> {
    let mut out = String::with_capacity(template.len() + 64);
    let mut rest = template.trim();
    while let Some((before, after)) = rest.split_once('{') {
        let (name, tail) = after.split_once('}').ok_or_else(|| wrong(format!("an open brace in {template:?}")))?;
        out.push_str(before);
        if name.starts_with('@') {
            out.push_str(&format!("{{{name}}}"));
        } else {
            out.push_str(slots.get(name).ok_or_else(|| wrong(format!("no value for {{{name}}} in {template:?}")))?);
        }
        rest = tail;
    }
    out.push_str(rest);
    Ok(out)
}

/// Puts addresses in the place of `{@name}` and gives back the names.
fn fill_addresses(tables: &Tables, paragraphs: &mut [String]) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for paragraph in paragraphs {
        while let Some((before, after)) = paragraph.split_once("{@") {
            let (name, tail) = after.split_once('}').ok_or_else(|| wrong(format!("an open brace in {paragraph:?}")))?;
            let address = tables.address(name).ok_or_else(|| wrong(format!("addresses.toml has no {name:?}")))?;
            names.push(name.to_owned());
            *paragraph = format!("{before}{}{tail}", address.value);
        }
    }
    Ok(names)
}

fn close(family: &Family, vendor: &Vendor, paragraphs: &mut Vec<String>, traits: &mut Vec<String>, dice: &mut Dice) {
    if family.site == 1 && family.intent == "offer" && matches!(vendor.escrow.as_str(), "escrow" | "finalize_early") {
        traits.push(vendor.escrow.clone());
    }
    if !family.closing || family.intent != "offer" {
        return;
    }
    let fitting: Vec<_> = (vendor.closings.iter())
        .filter(|closing| closing.language == family.language && (closing.groups.is_empty() || closing.groups.contains(&family.group)))
        .collect();
    if let Some(closing) = dice.pick(&fitting) {
        paragraphs.push(closing.text.clone());
        traits.extend(closing.traits.iter().cloned());
    }
}

fn split(slots: &BTreeMap<&str, String>) -> Option<(u32, u32, String)> {
    Some((slots.get("part")?.parse().ok()?, slots.get("of")?.parse().ok()?, slots.get("group")?.clone()))
}

/// Six prices change and four advertisements go; which ones depends on the seed alone.
fn change(seed: u64, ads: &mut [Ad]) {
    for (site, prices, gone, unavailable) in [(1, 4, 2, 1), (2, 2, 1, 0)] {
        let mut dice = Dice::labelled(seed, &format!("change/{site}"));
        // An advertisement whose text repeats its price would contradict itself afterwards; parts of one whole belong together.
        let repeats = |ad: &Ad| {
            ad.price.as_ref().is_some_and(|price| {
                let written = price.written(&ad.language);
                ad.title.contains(&written) || ad.paragraphs.iter().any(|text| text.contains(&written))
            })
        };
        let mut places: Vec<(u64, usize)> = (ads.iter().enumerate())
            .filter(|(_, ad)| ad.site == site && ad.since == 1 && ad.price.is_some() && ad.split.is_none() && !repeats(ad))
            .map(|(at, _)| (dice.number(), at))
            .collect();
        places.sort_unstable();
        let chosen: Vec<usize> = places.into_iter().map(|(_, at)| at).take(prices + gone + unavailable).collect();
        for (nth, at) in chosen.into_iter().enumerate() {
            let Some(ad) = ads.get_mut(at) else { continue };
            ad.change = match (&ad.price, nth) {
                (Some(price), nth) if nth < prices => Change::Price(price.changed(&mut dice)),
                (_, nth) if nth < prices + gone => Change::Gone,
                _ => Change::Unavailable,
            };
        }
    }
}

fn wrong(what: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("src/demo/content: {what}"))
}
