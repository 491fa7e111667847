//! Small pages on which their build alone says what they are: what stands under which heading, and what is built like what.

use vigie_extractors::record::{Extraction, PageKind};

use super::read;

fn page(path: &str, title: &str, body: &str) -> Extraction {
    let html = format!("<!doctype html><html lang=en><head><title>{title}</title></head><body>{body}</body></html>");
    let url = format!("http://quietpotter7nonsense.onion{path}");
    read(&url, html.as_bytes(), Some("text/html; charset=utf-8"), "cryptomarket", None)
}

const MENU: &str = "<p><a href=/>Home</a> <a href=/terms>Terms</a> <a href=/key>Key</a> <a href=/basket>Basket</a></p>";

#[test]
fn the_heading_over_the_menu_is_the_site_s() {
    for (site, title) in [("Slow Kiln", "Slow Kiln - Blue bowl, glazed"), ("Quiet Potter", "Quiet Potter - Blue bowl, glazed")] {
        let body = format!("<h1>{site}</h1>{MENU}<h2>Blue bowl, glazed</h2><p>$30</p><p>Thrown by hand.</p>");
        let found = page("/bowl", title, &body);
        assert_eq!((found.page_kind, found.listings[0].title.as_str()), (PageKind::Listing, "Blue bowl, glazed"), "{site}");
    }
    // What is sold stands over tabs, too: its price comes before them.
    let tabs = "<h1>Blue bowl, glazed</h1><p>$30</p><p><a href=#a>Text</a> <a href=#b>Size</a> <a href=#c>Words</a></p><h2>Slow Kiln</h2>";
    assert_eq!(page("/bowl", "Blue bowl, glazed - Slow Kiln", tabs).listings[0].title, "Blue bowl, glazed");
}

#[test]
fn what_is_built_like_the_goods_beside_them_is_none_of_them() {
    let body = "<div class=m><div class=u><a href=/s/1>Pots</a> &raquo; <a href=/s/2>Bowls</a></div><h1>Blue bowl, glazed</h1>\
        <div class=q><div><img src=/b.jpg></div><div><div class=k>$30</div><div>Sold by <a href=/v/kiln>kiln</a></div><button>Take it</button></div></div>\
        <h3>Words</h3><p>Fine.</p><h3>Perhaps these</h3><div class=u><a href=/i/4>Red bowl</a> $28</div><div class=u><a href=/i/5>Green bowl</a> $31</div></div>";
    let found = page("/i/3", "Blue bowl, glazed | Kilns", body);
    assert_eq!(found.page_kind, PageKind::Listing);
    assert_eq!((found.listings[0].title.as_str(), found.listings[0].offers[0].amount.as_str()), ("Blue bowl, glazed", "30"));
}

#[test]
fn a_balance_is_no_price_and_a_list_under_the_heading_is_one() {
    let rows: String = ["Blue bowl", "Red bowl, small", "Green jug", "Tall vase"]
        .iter()
        .enumerate()
        .map(|(n, name)| format!("<div class=o><big>&euro;{}0</big><a href=/i/{n}><b>{name}</b></a><br><small>Ready</small></div>", n + 2))
        .collect();
    let glance = "<h3>At a glance</h3><table><tr><th>What<th>Price<tr><td>Bowls<td>&euro;20<tr><td>Jugs<td>&euro;40</table>";
    let body = format!("<div>Balance: 0.00000 BTC | <a href=/out>Leave</a></div><h1>Slow Kiln</h1>{MENU}<h2>All pots</h2>{rows}{glance}");
    let found = page("/pots", "Slow Kiln - All pots", &body);
    assert_eq!((found.page_kind, found.listings.len()), (PageKind::Index, 4));
}

#[test]
fn a_regular_price_alone_on_its_card_is_the_price() {
    let card =
        |n: usize, price: &str| format!("<li class=i><h3><a href=/i/{n}>Bowl of kind {n}</a></h3><div class=price>{price}</div></li>");
    let hidden = "<span class=visually-hidden>Regular price</span>";
    let sale = format!("{hidden}<s>$30.00</s><span class=visually-hidden>Sale price</span><span>$24.00</span>");
    let body: String = (2..6).map(|n| card(n, &format!("{hidden}<span>${n}9.00</span>"))).collect();
    let found = page("/collections/bowls", "Bowls", &format!("<h1>Bowls</h1><ul class=grid>{}{body}</ul>", card(1, &sale)));
    let amounts: Vec<&str> = found.listings.iter().map(|own| own.offers[0].amount.as_str()).collect();
    assert_eq!(amounts, ["24", "29", "39", "49", "59"]);
}

#[test]
fn headings_between_cards_name_their_kinds() {
    let card = |n: usize| format!("<div class=o><a href=/i/{n}>Pot of kind number {n}</a> <b>$1{n}.00</b></div>");
    let shelf = |name: &str, first: usize| format!("<h2>{name}</h2>{}{}", card(first), card(first + 1));
    let found = page("/list", "List", &format!("<h1>List</h1>{}{}", shelf("Bowls", 1), shelf("Jugs", 3)));
    let kinds: Vec<&[String]> = found.listings.iter().map(|own| own.category_path.as_slice()).collect();
    assert_eq!(kinds, [["Bowls"], ["Bowls"], ["Jugs"], ["Jugs"]]);
    // "Best sellers" is no kind of goods.
    let found = page("/list", "List", &format!("<h1>List</h1>{}{}", shelf("Bowls", 1), shelf("Best sellers", 3)));
    assert!(found.listings.iter().all(|own| own.category_path.is_empty()));
}

#[test]
fn who_sells_alone_says_whither_once_for_all() {
    let card = |n: usize| format!("<div class=o><a href=/i/{n}>Pot of kind number {n}</a> <b>$1{n}.00</b></div>");
    let cards: String = (1..5).map(card).collect();
    let body = |terms: &str| format!("<h1>Pots</h1>{cards}<p>{terms}</p>");
    let of = |terms: &str| {
        let found = page("/pots", "Pots", &body(terms));
        let own = &found.listings[0];
        (own.ships_from.join(" "), own.ships_to.join(" "))
    };
    assert_eq!(of("We ship from Portugal to anywhere in the EU."), ("PT".to_owned(), "EU".to_owned()));
    assert_eq!(of("Shipped by us from Portugal, within the country."), ("PT".to_owned(), "PT".to_owned()));
    assert_eq!(of("It took nine days to Denmark. We ship on Mondays."), (String::new(), String::new()));
}
