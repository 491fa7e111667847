//! An advertisement's own page and a seller's page.

use super::structured::{Marking, head, marking};
use super::{document, missing, page, seller_slug, tile, words};
use crate::demo::catalogue::{Ad, Catalogue, Change};
use crate::demo::html::{escape, windows_1252, written_date};
use crate::demo::reply::{Asked, Reply};

pub(super) fn answer(catalogue: &Catalogue, asked: &Asked, file: &str) -> Reply {
    let id = file.strip_suffix(".html").and_then(|stem| stem.rsplit('-').next()).and_then(|id| id.parse().ok());
    let Some(ad) = id.and_then(|id| catalogue.by_id(2, id)) else { return missing() };
    if ad.path != asked.path {
        return Reply::redirect(301, &ad.path);
    }
    if !ad.shown(asked.visit) {
        return missing();
    }
    let changed = asked.visit > 1 && matches!(ad.change, Change::Price(_));
    let modified = if changed { "2026-03-10" } else { ad.posted.as_str() };
    let html = |charset: &str| document(&ad.language, charset, &ad.title, &head(catalogue, ad, asked), &body(catalogue, ad, asked));
    let reply = match charset(catalogue, ad) {
        Charset::Windows1252 => Reply::bytes(200, Some("text/html; charset=windows-1252"), windows_1252(&html("")).to_vec()),
        Charset::Undeclared => Reply::bytes(200, Some("text/html"), html("").into_bytes()),
        Charset::Utf8 => Reply::html(200, html("<meta charset=\"utf-8\">\n")),
    };
    reply.modified(modified)
}

enum Charset {
    Utf8,
    Windows1252,
    /// UTF-8 that nothing declares.
    Undeclared,
}

/// The first lasting German advertisement comes in windows-1252, the first French one declares nothing.
fn charset(catalogue: &Catalogue, ad: &Ad) -> Charset {
    let first = |language: &str| {
        let lasting = |other: &&Ad| other.site == 2 && other.language == language && other.since == 1 && other.change == Change::None;
        catalogue.ads.iter().find(lasting).is_some_and(|other| other.id == ad.id)
    };
    match ad.language.as_str() {
        "de" if first("de") => Charset::Windows1252,
        "fr" if first("fr") => Charset::Undeclared,
        _ => Charset::Utf8,
    }
}

fn body(catalogue: &Catalogue, ad: &Ad, asked: &Asked) -> String {
    let Some(vendor) = catalogue.vendor(ad) else { return String::new() };
    let (words, tables, language) = (words(&ad.language), &catalogue.tables, ad.language.as_str());
    let micro = matches!(marking(ad), Marking::Microdata);
    let itemprop = |name: &str| if micro { format!(" itemprop=\"{name}\"") } else { String::new() };
    let price = ad.price_on(asked.visit);
    let written = price.map_or_else(|| words.on_request.to_owned(), |price| price.written(language));
    let price = match price {
        Some(price) if micro => format!(
            "<span itemprop=\"offers\" itemscope itemtype=\"https://schema.org/Offer\"><meta itemprop=\"price\" content=\"{}\">\
             <meta itemprop=\"priceCurrency\" content=\"{}\">{}</span>",
            price.amount,
            price.currency,
            escape(&written)
        ),
        _ => escape(&written),
    };
    let to: Vec<&str> = vendor.to.iter().map(|code| tables.country(code, language)).collect();
    let mut facts = vec![
        (words.price, price),
        (words.seller, format!("<a href=\"/seller/{}\">{}</a>", seller_slug(&vendor.name), escape(&vendor.name))),
        (words.place, escape(tables.country(&vendor.from, language))),
        (words.ships_to, escape(&to.join(", "))),
        (words.payment, escape(&vendor.payments.join(", "))),
        (words.posted, written_date(&ad.posted, language)),
    ];
    if ad.stock > 0 {
        facts.push((words.stock, ad.stock.to_string()));
    }
    if let Some(shelf) = catalogue.shelf(2, &ad.shelf) {
        facts.push((words.category, format!("<a href=\"/ads/{}/\">{}</a>", shelf.slug, escape(&shelf.path.join(" > ")))));
    }
    let facts: String = facts.iter().map(|(label, value)| format!("<dt>{label}</dt><dd>{value}</dd>\n")).collect();
    let text: String = ad.paragraphs.iter().map(|text| format!("<p>{}</p>\n", escape(text))).collect();
    format!(
        "<article{scope}>\n<h1{name}>{title}</h1>\n<dl class=\"facts\">\n{facts}</dl>\n<div class=\"text\"{description}>\n{text}</div>\n</article>\n\
         <p><a href=\"/print/{id}\">{print}</a> <a href=\"/seller/{seller}\">{more}</a></p>",
        scope = if micro { " itemscope itemtype=\"https://schema.org/Product\"" } else { "" },
        name = itemprop("name"),
        title = escape(&ad.title),
        description = itemprop("description"),
        id = ad.id,
        print = words.print,
        seller = seller_slug(&vendor.name),
        more = words.more,
    )
}

pub(super) fn seller(catalogue: &Catalogue, asked: &Asked, name: &str) -> Reply {
    let Some(vendor) = catalogue.vendors(2).find(|vendor| seller_slug(&vendor.name) == name) else { return missing() };
    let language = vendor.languages.first().map_or("en", String::as_str);
    let contact: String = (vendor.email.iter().map(|email| format!("<p>E-mail: {}</p>\n", escape(email))))
        .chain(vendor.telegram.iter().map(|handle| format!("<p>Telegram: @{}</p>\n", escape(handle))))
        .collect();
    let key = (vendor.key.as_ref().and_then(|key| catalogue.tables.keys.get(key)))
        .map_or(String::new(), |armour| format!("<details><summary>PGP</summary><pre>{}</pre></details>\n", escape(armour)));
    let tiles: String = catalogue.of_vendor(vendor, asked.visit).map(|ad| tile(catalogue, ad, asked.visit)).collect();
    let main = format!(
        "<h1>{}</h1>\n<p class=\"about\">{}</p>\n<p>{} / 5 · {} · {}</p>\n{contact}{key}<ul class=\"tiles\">\n{tiles}</ul>",
        escape(&vendor.name),
        escape(&vendor.bio),
        vendor.rating,
        vendor.sales,
        written_date(&vendor.since, language)
    );
    page(language, &vendor.name, "", &main)
}
