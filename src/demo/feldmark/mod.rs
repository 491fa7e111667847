//! Site 2, "Feldmark": the layout of clear-web classifieds with a forum. Advertisements in three languages, JSON-LD, microdata or
//! OpenGraph, conditional requests, other charsets. No counters: what did not change is byte for byte the same.

mod ad;
mod forum;
mod index;
mod structured;

use crate::demo::catalogue::{Ad, Catalogue};
use crate::demo::html::{escape, slug};
use crate::demo::reply::{Asked, Reply};

/// Advertisements on one page of a shelf.
const PER_PAGE: usize = 10;

const ROBOTS: &str = "User-agent: *\nDisallow: /print/\nDisallow: /admin/\nAllow: /print/imprint\n\nUser-agent: GreedyBot\nDisallow: /\n";

pub(crate) fn answer(catalogue: &Catalogue, asked: &Asked) -> Reply {
    let parts: Vec<&str> = asked.path.split('/').skip(1).collect();
    match parts.as_slice() {
        [""] => index::home(catalogue, asked),
        ["robots.txt"] => Reply::text(ROBOTS),
        ["ads", shelf, ""] => index::shelf(catalogue, asked, shelf, 1),
        // Without the slash, and the first page by its number: one place, one address.
        ["ads", shelf] | ["ads", shelf, "page", "1", ""] => Reply::redirect(301, &format!("/ads/{shelf}/")),
        ["ads", shelf, "page", number, ""] => {
            number.parse().map_or_else(|_| missing(), |number| index::shelf(catalogue, asked, shelf, number))
        }
        ["ad", file] => ad::answer(catalogue, asked, file),
        ["seller", name] => ad::seller(catalogue, asked, name),
        ["forum", ""] => forum::index(catalogue, asked),
        ["forum", "t", number] => forum::thread(catalogue, asked, number),
        ["print", "imprint"] => page("en", "Imprint", "", "<h1>Imprint</h1><p>Feldmark is a place that exists in this program only.</p>"),
        ["print", ..] => page("en", "Print view", "", "<h1>Print view</h1><p>For members.</p>"),
        _ => missing(),
    }
}

fn page(language: &str, title: &str, head: &str, main: &str) -> Reply {
    Reply::html(200, document(language, "<meta charset=\"utf-8\">\n", title, head, main))
}

fn document(language: &str, charset: &str, title: &str, head: &str, main: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head>\n{charset}<title>{} | Feldmark</title>\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n{head}</head>\n<body>\n<header><a href=\"/\">Feldmark</a> <nav><a href=\"/forum/\">Forum</a> \
         <a href=\"/print/imprint\">Imprint</a></nav></header>\n<main>\n{main}\n</main>\n\
         <footer>Feldmark, classifieds for collectors, hunters and sport shooters</footer>\n</body>\n</html>\n",
        escape(title)
    )
}

/// The last part of a seller's address.
fn seller_slug(name: &str) -> String {
    slug(name)
}

/// An advertisement as one entry of a list.
fn tile(catalogue: &Catalogue, ad: &Ad, visit: u32) -> String {
    let Some(vendor) = catalogue.vendor(ad) else { return String::new() };
    let price = ad.price_on(visit).map_or_else(|| words(&ad.language).on_request.to_owned(), |price| price.written(&ad.language));
    format!(
        "<li class=\"tile\" data-ad=\"{}\"><h3><a href=\"{}\">{}</a></h3><p class=\"tile-price\">{}</p>\
         <p class=\"tile-meta\"><span class=\"place\">{}</span> · <a class=\"seller\" href=\"/seller/{}\">{}</a></p></li>\n",
        ad.id,
        ad.path,
        escape(&ad.title),
        escape(&price),
        catalogue.tables.country(&vendor.from, &ad.language),
        seller_slug(&vendor.name),
        escape(&vendor.name),
    )
}

fn missing() -> Reply {
    Reply::html(404, "<!doctype html>\n<html lang=\"en\"><head><title>404 | Feldmark</title></head><body><h1>Page not found</h1><p><a href=\"/\">Feldmark</a></p></body></html>\n".into())
}

/// The labels of an advertisement's page.
struct Words {
    price: &'static str,
    seller: &'static str,
    place: &'static str,
    ships_to: &'static str,
    posted: &'static str,
    stock: &'static str,
    payment: &'static str,
    category: &'static str,
    on_request: &'static str,
    print: &'static str,
    more: &'static str,
}

fn words(language: &str) -> &'static Words {
    match language {
        "de" => &Words {
            price: "Preis",
            seller: "Verkäufer",
            place: "Versand aus",
            ships_to: "Versand nach",
            posted: "Eingestellt am",
            stock: "Verfügbar",
            payment: "Zahlung",
            category: "Kategorie",
            on_request: "Preis auf Anfrage",
            print: "Drucken",
            more: "Weitere Anzeigen des Verkäufers",
        },
        "fr" => &Words {
            price: "Prix",
            seller: "Vendeur",
            place: "Expédié depuis",
            ships_to: "Livraison vers",
            posted: "Publiée le",
            stock: "Disponible",
            payment: "Paiement",
            category: "Catégorie",
            on_request: "Prix sur demande",
            print: "Imprimer",
            more: "Autres annonces du vendeur",
        },
        _ => &Words {
            price: "Price",
            seller: "Seller",
            place: "Ships from",
            ships_to: "Ships to",
            posted: "Posted",
            stock: "Available",
            payment: "Payment",
            category: "Category",
            on_request: "Price on request",
            print: "Print",
            more: "More from this seller",
        },
    }
}
