//! A listing's own page: breadcrumb, a table of labels and values, the description, feedback.

use super::{missing, moved, page};
use crate::demo::catalogue::tables::Vendor;
use crate::demo::catalogue::{Ad, Catalogue, Change};
use crate::demo::html::{escape, written_date};
use crate::demo::reply::{Asked, Reply};
use crate::dice::Dice;

pub(super) fn answer(catalogue: &Catalogue, asked: &Asked, id: &str) -> Reply {
    let Some(ad) = id.parse().ok().and_then(|id| catalogue.by_id(1, id)) else { return missing() };
    if ad.path != asked.path {
        return moved(catalogue, id);
    }
    if ad.since > asked.visit || (asked.visit > 1 && ad.change == Change::Gone) {
        return missing();
    }
    if asked.visit > 1 && ad.change == Change::Unavailable {
        let main =
            "<h1>Listing unavailable</h1>\n<p class=\"notice\">This listing is no longer available. It was removed by the vendor.</p>\n";
        return page(asked, "Listing unavailable", "", main, false);
    }
    let Some(vendor) = catalogue.vendor(ad) else { return missing() };
    let crumbs = catalogue.shelf(1, &ad.shelf).map_or(String::new(), |shelf| {
        let (last, above) = shelf.path.split_last().map_or(("", [].as_slice()), |(last, above)| (last.as_str(), above));
        let above: String = above.iter().map(|name| format!("{} &raquo; ", escape(name))).collect();
        format!("<a href=\"/\">Home</a> &raquo; {above}<a href=\"/c/{}\">{}</a>", shelf.slug, escape(last))
    });
    let body: String = ad.paragraphs.iter().map(|text| format!("<p>{}</p>\n", escape(text))).collect();
    let main = format!(
        "<div class=\"breadcrumb\">{crumbs}</div>\n<h1 class=\"item-title\">{title}</h1>\n{facts}\
         <h2>Description</h2>\n<div class=\"item-description\">\n{body}</div>\n{feedback}\
         <p class=\"actions\"><a href=\"/cart/add?item={id}\">Add to cart</a> <a href=\"/contact/{name}\">Contact vendor</a> \
         <a href=\"/item/{id}?sid={session:016x}\">Permanent link</a></p>\n",
        title = escape(&ad.title),
        facts = facts(catalogue, ad, vendor, asked.visit),
        feedback = feedback(catalogue, ad),
        id = ad.id,
        name = vendor.name,
        session = Dice::labelled(catalogue.seed, &ad.path).number(),
    );
    page(asked, &ad.title, "", &main, ad.id.is_multiple_of(2))
}

fn facts(catalogue: &Catalogue, ad: &Ad, vendor: &Vendor, visit: u32) -> String {
    let tables = &catalogue.tables;
    let names = |codes: &[String]| codes.iter().map(|code| tables.country(code, "en")).collect::<Vec<_>>().join(", ");
    let mut to = names(&vendor.to);
    if !vendor.except.is_empty() {
        to.push_str(&format!(" except {}", names(&vendor.except)));
    }
    let price = ad.price_on(visit).map_or("on request".to_owned(), |price| price.written("en"));
    let escrow = match vendor.escrow.as_str() {
        "escrow" => "Escrow",
        "multisig" => "Multisig 2/3",
        "finalize_early" => "Finalize early (FE)",
        _ => "Direct",
    };
    let mut rows = vec![
        ("Vendor", format!("<a href=\"/vendor/{0}\">{0}</a> ({1}% positive, {2} sales)", vendor.name, vendor.rating, vendor.sales)),
        ("Price", escape(&price)),
        ("Ships from", escape(tables.country(&vendor.from, "en"))),
        ("Ships to", escape(&to)),
        ("Payment", escape(&vendor.payments.join(", "))),
        ("Payment type", escrow.to_owned()),
    ];
    if ad.stock > 0 {
        rows.push(("In stock", format!("{} left", ad.stock)));
    }
    rows.push(("Listed", written_date(&ad.posted, "en")));
    let rows: String = rows.iter().map(|(label, value)| format!("<tr><th>{label}:</th><td>{value}</td></tr>\n")).collect();
    format!("<table class=\"item-facts\">\n{rows}</table>\n")
}

/// Up to four dated lines; buyers' names are masked, as such markets do.
fn feedback(catalogue: &Catalogue, ad: &Ad) -> String {
    let mut dice = Dice::labelled(catalogue.seed, &format!("feedback/{}", ad.path));
    let lines = dice.below(5);
    if lines == 0 || ad.intent != "offer" || ad.since > 1 {
        return String::from("<h2>Feedback</h2>\n<p>No feedback yet.</p>\n");
    }
    let rows: String = (0..lines).map(|_| feedback_row(catalogue, &ad.language, &ad.posted, &mut dice)).collect();
    format!("<h2>Feedback ({lines})</h2>\n<table class=\"feedback\">\n{rows}</table>\n")
}

/// One line of feedback, some days after `from`.
pub(super) fn feedback_row(catalogue: &Catalogue, language: &str, from: &str, dice: &mut Dice) -> String {
    let words = catalogue.tables.feedback.get(language).and_then(|words| dice.pick(words)).map_or("", String::as_str);
    let day = (from.parse::<jiff::civil::Date>().ok())
        .and_then(|date| date.checked_add(jiff::Span::new().days(3 + dice.below(20) as i64)).ok())
        .map_or_else(|| from.to_owned(), |date| date.to_string());
    let (first, last) = (b'a' + dice.below(26) as u8, b'a' + dice.below(26) as u8);
    let stars = if dice.below(8) == 0 { 3 } else { 5 };
    format!("<tr><td>{day}</td><td>{stars}/5</td><td>{}***{}</td><td>{}</td></tr>\n", char::from(first), char::from(last), escape(words))
}
