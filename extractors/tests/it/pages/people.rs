//! Who sells, where no word on the page says so; and records that have no element of their own.

use vigie_extractors::record::{Extraction, PageKind};

use super::read;

fn onion(path: &str, body: &str) -> Extraction {
    let html =
        format!("<!doctype html><html><head><title>Tern Row</title></head><body><div><a href=/>Tern Row</a></div>{body}</body></html>");
    read(&format!("http://ternrow.example.onion{path}"), html.as_bytes(), Some("text/html; charset=utf-8"), "cryptomarket", None)
}

fn sellers(read: &Extraction) -> Vec<&str> {
    read.listings.iter().map(|listing| listing.vendor.as_ref().map_or("", |vendor| vendor.name.as_str())).collect()
}

/// A list of cards; each holds a line of its own besides title and price.
fn list(lines: &[&str]) -> Extraction {
    let goods = ["Folding stock, walnut", "Scope mount 30 mm", "Leather sling, worn", "Cleaning rod, brass", "Box of patches, 500"];
    let cards: String = lines
        .iter()
        .zip(goods)
        .enumerate()
        .map(|(n, (line, title))| format!("<div class=c><a href=/x/{n}>{title}</a><br><b>USD {}.00</b><br>{line}</div>", 20 + n))
        .collect();
    onion("/all", &format!("<h2>All</h2>{cards}"))
}

#[test]
fn a_link_that_its_address_repeats_leads_to_a_person() {
    let found = list(&[
        "in Parts, <a href=/chi/iron_quill>iron_quill</a> (241)",
        "in Optics, <a href=/chi/Tern77>Tern77</a> (12)",
        "in Parts, <a href=/chi/mudlark>mudlark</a> (9)",
        "in Parts, <a href=/chi/iron_quill>iron_quill</a> (241)",
    ]);
    assert_eq!(sellers(&found), ["iron_quill", "Tern77", "mudlark", "iron_quill"]);
    // Departments are linked like that, too; they stand in the menu.
    let menu = "<p><a href=/e/parts>Parts</a> <a href=/e/optics>Optics</a> <a href=/e/papers>Papers</a></p>";
    let card = |n: usize, name: &str| {
        format!("<div class=c><a href=/x/{n}>Folding stock, no. {n}</a><br><b>USD 20.00</b><br><a href=/e/{name}>{name}</a></div>")
    };
    let cards: String = ["parts", "optics", "papers", "parts"].iter().enumerate().map(|(n, name)| card(n, name)).collect();
    assert_eq!(sellers(&onion("/all", &format!("{menu}<h2>All</h2>{cards}"))), ["", "", "", ""]);
}

#[test]
fn tags_and_trails_lead_to_no_person() {
    let page = onion(
        "/x/7",
        "<p><a href=/>Home</a> / <a href=/e/parts>parts</a> / Folding stock</p><h1>Folding stock, walnut</h1><p>Price: USD 20.00</p>\
         <form><button>Buy now</button></form><p>Tags: <a href=/t/12>walnut wood</a> <a href=/t/stock>stock</a> <a href=/t/folding>folding</a></p>",
    );
    assert_eq!(sellers(&page), [""]);
    let page = onion(
        "/x/7",
        "<h1>Folding stock, walnut</h1><p><b>A cargo de</b> <a href=/quien/cuchillero>cuchillero</a> (51 entregas)</p><p>Price: USD 20.00</p>\
         <form><button>Buy now</button></form>",
    );
    assert_eq!(sellers(&page), ["cuchillero"]);
}

#[test]
fn the_same_words_around_a_name_in_every_card_tell_who_sells() {
    let found = list(&[
        "cuchillero lo manda desde Paraguay",
        "ombu_viejo lo manda desde Uruguay",
        "trasandino lo manda desde Chile",
        "cuchillero lo manda desde Paraguay",
    ]);
    assert_eq!(sellers(&found), ["cuchillero", "ombu_viejo", "trasandino", "cuchillero"]);
    let from: Vec<&str> = found.listings.iter().filter_map(|listing| listing.ships_from.first()).map(String::as_str).collect();
    assert_eq!(from, ["PY", "UY", "CL", "PY"]);
    let counted = list(&[
        "🥇 forge_du_rhone · 212 ventes",
        "🥈 lou_garrigou · 64 ventes",
        "🥉 brocantin · 19 ventes",
        "🥇 forge_du_rhone · 212 ventes",
    ]);
    assert_eq!(sellers(&counted), ["forge_du_rhone", "lou_garrigou", "brocantin", "forge_du_rhone"]);
}

#[test]
fn records_of_running_text_are_found() {
    let text = "<b>all, newest last</b><pre>\n#31  <a href=/l/31>Folding stock, walnut</a>\n     1,250 USD  |  cinderpath  |  hardware  |  USA\n\
                #33  <a href=/l/33>Scope mount 30 mm</a>\n     480 USD  |  cinderpath  |  hardware  |  USA\n\
                #34  <a href=/l/34>Leather sling, worn</a>\n     70 USD  |  papermoth  |  hardware  |  UK\n\
                #36  <a href=/l/36>Cleaning rod, brass</a>\n     94 USD  |  hedgerow  |  plants  |  UK\n</pre>";
    let found = onion("/", text);
    assert_eq!(found.page_kind, PageKind::Index);
    let told: Vec<(&str, &str)> = found
        .listings
        .iter()
        .map(|listing| (listing.title.as_str(), listing.offers.first().map_or("", |offer| offer.amount.as_str())))
        .collect();
    assert_eq!(
        told,
        [("Folding stock, walnut", "1250"), ("Scope mount 30 mm", "480"), ("Leather sling, worn", "70"), ("Cleaning rod, brass", "94")]
    );
    let rows = "<h2>Goods</h2><div id=list>\
         <h4><a href=/l/1>Folding stock, walnut</a></h4><p>Solid, little used.</p><p>USD 20.00</p><hr>\
         <h4><a href=/l/2>Scope mount 30 mm</a></h4><p>As new.</p><p>USD 30.00</p><hr>\
         <h4><a href=/l/3>Leather sling, worn</a></h4><p>Old, but holds.</p><p>USD 40.00</p><hr></div>";
    let found = onion("/goods", rows);
    let told: Vec<&str> = found.listings.iter().filter_map(|listing| listing.offers.first()).map(|offer| offer.amount.as_str()).collect();
    assert_eq!(told, ["20", "30", "40"]);
}

#[test]
fn amounts_have_the_currency_that_the_head_of_their_column_names() {
    let row = |n: usize, title: &str, price: &str| format!("<tr><td>{n}</td><td><a href=/l/{n}>{title}</a></td><td>{price}</td></tr>");
    let rows = [
        row(1, "Приклад складной", "12 500"),
        row(2, "Кронштейн 30 мм", "6 500"),
        row(3, "Ремень кожаный", "900"),
        row(4, "Шомпол латунный", "1 100"),
    ]
    .concat();
    let found = onion("/vse", &format!("<h2>Прайс</h2><table border=1><tr><th>№</th><th>Лот</th><th>Цена, руб.</th></tr>{rows}</table>"));
    let told: Vec<(&str, Option<&str>)> = found
        .listings
        .iter()
        .filter_map(|listing| listing.offers.first())
        .map(|offer| (offer.amount.as_str(), offer.currency.as_deref()))
        .collect();
    assert_eq!(told, [("12500", Some("RUB")), ("6500", Some("RUB")), ("900", Some("RUB")), ("1100", Some("RUB"))]);
}

#[test]
fn the_writer_of_a_text_above_comments_offers_it() {
    let comment = |name: &str, text: &str| format!("<div class=comment><p><a href=/u/{name}>{name}</a> 2 days ago</p><p>{text}</p></div>");
    let comments =
        [comment("seventhgull", "Do they take the long slide?"), comment("dockrat", "Had two of them, both were fine.")].concat();
    let body = format!(
        "<div class=thing><p class=thing-title><span class=flair>offer</span> <a href=/h/stalls/a8>Nylon frames, black, in a batch</a></p>\
         <p>submitted 3 days ago by <a href=/u/kipinakone>kipinakone</a></p><div><p>Annealed, rails glued and pinned. 140 EUR each, paid in XMR.</p></div></div>\
         <h4>all 2 comments</h4>{comments}"
    );
    let html =
        format!("<!doctype html><html><head><title>Nylon frames, black, in a batch : stalls</title></head><body>{body}</body></html>");
    let found = read("http://harbour.example.onion/h/stalls/a8", html.as_bytes(), Some("text/html"), "forum", None);
    assert_eq!(found.page_kind, PageKind::Thread);
    assert_eq!(sellers(&found), ["kipinakone"]);
}
