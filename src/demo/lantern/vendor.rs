//! A vendor's page with rating, sales, PGP key and goods; feedback; the form by which buyers write.

use super::item::feedback_row;
use super::{card, missing, page};
use crate::demo::catalogue::Catalogue;
use crate::demo::catalogue::tables::Vendor;
use crate::demo::html::{escape, written_date};
use crate::demo::reply::{Asked, Reply};
use crate::dice::Dice;

fn named<'a>(catalogue: &'a Catalogue, name: &str) -> Option<&'a Vendor> {
    catalogue.vendors(1).find(|vendor| vendor.name == name)
}

pub(super) fn profile(catalogue: &Catalogue, asked: &Asked, name: &str) -> Reply {
    let Some(vendor) = named(catalogue, name) else { return missing() };
    let tables = &catalogue.tables;
    let mut rows = vec![
        ("Rating", format!("{}% positive", vendor.rating)),
        ("Sales", vendor.sales.to_string()),
        ("Member since", written_date(&vendor.since, "en")),
        ("Ships from", tables.country(&vendor.from, "en").to_owned()),
    ];
    rows.extend(vendor.email.iter().map(|email| ("E-mail", email.clone())));
    rows.extend(vendor.telegram.iter().map(|handle| ("Telegram", format!("@{handle}"))));
    for address in vendor.addresses.iter().filter_map(|name| tables.address(name)) {
        rows.push(("Direct payment", format!("{}: {}", address.asset, address.value)));
    }
    let rows: String = rows.iter().map(|(label, value)| format!("<tr><th>{label}</th><td>{}</td></tr>\n", escape(value))).collect();
    let key = (vendor.key.as_ref().and_then(|key| tables.keys.get(key)))
        .map_or(String::new(), |armour| format!("<h2>PGP public key</h2>\n<pre class=\"pgp\">{}</pre>\n", escape(armour)));
    let cards: String = catalogue.of_vendor(vendor, asked.visit).map(|ad| card(catalogue, ad, asked.visit, "")).collect();
    let main = format!(
        "<div class=\"breadcrumb\"><a href=\"/\">Home</a> &raquo; Vendors &raquo; {name}</div>\n<h1 class=\"vendor-name\">{name}</h1>\n\
         <table class=\"vendor-facts\">\n{rows}</table>\n<div class=\"vendor-about\"><p>{}</p></div>\n{key}\
         <p><a href=\"/vendor/{name}/feedback\">All feedback</a> <a href=\"/contact/{name}\">Contact vendor</a></p>\n\
         <h2>Listings</h2>\n<div class=\"grid\">\n{cards}</div>\n",
        escape(&vendor.bio)
    );
    page(asked, &format!("Vendor {name}"), "", &main, false)
}

pub(super) fn feedback(catalogue: &Catalogue, asked: &Asked, name: &str) -> Reply {
    let Some(vendor) = named(catalogue, name) else { return missing() };
    let mut dice = Dice::labelled(catalogue.seed, &format!("vendor feedback/{name}"));
    let language = vendor.languages.first().map_or("en", String::as_str);
    let rows: String = (0..8 + dice.below(8)).map(|_| feedback_row(catalogue, language, "2026-01-20", &mut dice)).collect();
    let main = format!("<h1>Feedback for <a href=\"/vendor/{name}\">{name}</a></h1>\n<table class=\"feedback\">\n{rows}</table>\n");
    page(asked, &format!("Feedback for {name}"), "", &main, false)
}

pub(super) fn contact(catalogue: &Catalogue, asked: &Asked, name: &str) -> Reply {
    if named(catalogue, name).is_none() {
        return missing();
    }
    let main = format!(
        "<h1>Write to {name}</h1>\n<form action=\"/contact/{name}\" method=\"post\"><textarea name=\"message\"></textarea>\
         <label><input type=\"checkbox\" name=\"encrypt\"> Encrypt with the vendor's key</label><button>Send</button></form>\n"
    );
    page(asked, &format!("Contact {name}"), "", &main, false)
}
