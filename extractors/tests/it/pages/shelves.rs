//! What a page of a market says once for all its goods: the category that it lists, the country that a shop sends from.

use vigie_extractors::record::Extraction;

use super::read;

const GOODS: [&str; 4] =
    ["Replica watch, steel strap", "Leather belt, brown, boxed", "Silk scarf, printed border", "Sunglasses, round, in case"];

/// A page of four cards, each with its own words beside title and price.
fn market(path: &str, title: &str, above: &str, words: [&str; 4], below: &str) -> Extraction {
    let cards: String = GOODS
        .iter()
        .zip(words)
        .enumerate()
        .map(|(n, (name, words))| {
            format!(
                "<div class=row><img src=/i/{n}.jpg><h4><a href=/listing/{n}0{n}>{name}</a></h4><p>${}5.00</p><div>{words}</div></div>",
                n + 2
            )
        })
        .collect();
    let html = format!(
        "<!doctype html><html lang=en><head><title>{title}</title></head><body>{above}<div id=main>{cards}</div><div class=note>{below}</div></body></html>"
    );
    read(&format!("http://quaymarket.onion{path}"), html.as_bytes(), Some("text/html; charset=utf-8"), "cryptomarket", None)
}

fn paths(page: &Extraction) -> Vec<String> {
    page.listings.iter().map(|listing| listing.category_path.join(" > ")).collect()
}

const MENU: &str = "<ul><li><a href=/c/fakes>Counterfeits</a> 12<ul><li><a href=/c/fakes/clothes>Clothing</a> 4</li><li><a href=/c/fakes/money>Money</a> 8\
    </li></ul></li><li><a href=/c/papers>Papers</a> 7</li><li><a href=/c/tools>Tools</a> 3</li></ul>";

#[test]
fn the_entry_that_leads_to_a_page_names_its_category() {
    let page = market("/c/fakes/clothes", "Clothing - Quay", MENU, ["a", "b", "c", "d"], "");
    assert_eq!(paths(&page), ["Counterfeits > Clothing"; 4]);
    let page = market("/browse", "All - Quay", &format!("{MENU}<h2>Shelf Papers</h2>"), ["a", "b", "c", "d"], "");
    assert_eq!(paths(&page), ["Papers"; 4]);
    let page = market("/browse", "All - Quay", &format!("{MENU}<h2>Counterfeits &raquo; Clothing</h2>"), ["a", "b", "c", "d"], "");
    assert_eq!(paths(&page), ["Counterfeits > Clothing"; 4]);
}

#[test]
fn words_of_a_card_that_a_filter_has_are_its_category() {
    let filter = "<form><select><option>all</option><option>Clothing</option><option>Jewellery</option></select></form>";
    let told = ["Jewellery", "Clothing", "Clothing", "Jewellery"];
    assert_eq!(paths(&market("/browse", "Quay", filter, told, "")), told);
    let lines =
        ["from Spain · shelf Jewellery", "from Spain · shelf Clothing", "from Italy · shelf Clothing", "from Italy · shelf Jewellery"];
    assert_eq!(paths(&market("/browse", "Quay", filter, lines, "")), told);
}

#[test]
fn a_shop_sends_all_its_goods_from_where_it_says() {
    let origins = |below: &str| -> Vec<String> {
        let page = market("/", "Quay", "", ["In stock: 4", "In stock: 7", "In stock: 2", "In stock: 9"], below);
        page.listings.iter().map(|listing| listing.ships_from.join(" ")).collect()
    };
    assert_eq!(origins("<p>Posted from the Netherlands in plain mail, worldwide except Israel.</p>"), ["NL"; 4]);
    assert_eq!(origins("<p>Wir verschicken nur innerhalb Deutschlands, aus Deutschland, per Brief.</p>"), ["DE"; 4]);
    assert_eq!(origins("<p>US domestic, vacuum sealed.</p>"), ["US"; 4]);
    for nothing in [
        "<p>We do not ship from Russia.</p>",
        "<p>Versand nach Österreich? Nein.</p>",
        "<p>We ship from Poland. Ammunition is sent from Serbia.</p>",
        "<p>Shipped to your door.</p>",
    ] {
        assert_eq!(origins(nothing), [""; 4], "{nothing}");
    }
}

#[test]
fn a_heading_in_the_words_of_the_address_is_the_category() {
    let heading = "<main><header><h1>Round Tins</h1></header></main><p><a href=/kitchen>Kitchen</a></p>";
    let page = market("/kitchen/round-tins", "Quay", heading, ["a", "b", "c", "d"], "");
    assert_eq!(paths(&page), ["Kitchen > Round Tins"; 4]);
    let page = market("/kitchen/square-tins", "Quay", heading, ["a", "b", "c", "d"], "");
    assert_eq!(paths(&page), [""; 4]);
}

#[test]
fn a_link_back_over_the_goods_leads_to_their_category() {
    let own = |back: &str| {
        let html = format!(
            "<html><head><title>Tin, round - Quay</title></head><body><p><a href=/lists/tins>{back}</a></p><h1>Tin, round</h1><p>$12.00</p>\
            <p>Seller: korsak</p><button>Buy now</button></body></html>"
        );
        read("http://quaymarket.onion/listing/7", html.as_bytes(), Some("text/html; charset=utf-8"), "cryptomarket", None)
    };
    assert_eq!(paths(&own("‹ Back to Kitchen")), ["Kitchen"]);
    assert_eq!(paths(&own("« Terug naar Keuken")), ["Keuken"]);
    assert_eq!(paths(&own("‹ Back to results")), [""]);
}

#[test]
fn cards_whose_links_say_details_are_told_by_other_words() {
    let cards: String = GOODS
        .iter()
        .enumerate()
        .map(|(n, name)| {
            format!("<div class=z><b>{name}</b><p>Seller: <i>korsak</i></p><u>${}5.00</u> <a href=/a/{n}>Details</a></div>", n + 2)
        })
        .collect();
    let html = format!("<html><head><title>Quay</title></head><body><div>{cards}</div></body></html>");
    let page = read("http://quaymarket.onion/all", html.as_bytes(), Some("text/html; charset=utf-8"), "cryptomarket", None);
    assert_eq!(page.listings.iter().map(|listing| listing.title.as_str()).collect::<Vec<_>>(), GOODS);
    assert_eq!(page.listings[1].url, "http://quaymarket.onion/a/1");
}

#[test]
fn a_column_headed_by_a_currency_holds_prices() {
    let rows: String = GOODS
        .iter()
        .enumerate()
        .map(|(n, name)| {
            format!("<tr><td><a href=/listing/{n}>{name}, worth $5</a></td><td>{n}4.00</td><td>0.0{n}1</td><td>korsak</td></tr>")
        })
        .collect();
    let html = format!(
        "<html><head><title>Quay</title></head><body><table><tr><td>Item</td><td>EUR</td><td>XMR</td><td>Seller</td></tr>{rows}</table></body></html>"
    );
    let page = read("http://quaymarket.onion/all", html.as_bytes(), Some("text/html; charset=utf-8"), "cryptomarket", None);
    let price = |n: usize| page.listings[n].offers.first().map(|offer| (offer.amount.clone(), offer.currency.clone().unwrap_or_default()));
    assert_eq!(price(1), Some(("14".to_owned(), "EUR".to_owned())));
    assert_eq!(price(3), Some(("34".to_owned(), "EUR".to_owned())));
}

#[test]
fn the_link_of_a_title_is_no_category_though_its_address_lies_in_a_catalogue() {
    let card = |n: usize, name: &str| {
        format!(
            "<div class=bx_catalog_item><div class=bx_catalog_item_container><a href=/catalog/racii/{n}/ class=bx_catalog_item_images></a>\
             <div class=bx_catalog_item_title><a href=/catalog/racii/{n}/ title='{name}'>{name}</a></div><div class=bx_price>4 890 руб.</div></div></div>"
        )
    };
    let cards: String = GOODS.iter().enumerate().map(|(n, name)| card(n, name)).collect();
    let html = format!(
        "<title>Рации</title><div class=bx_breadcrumbs><ul><li><a href=/>Главная</a></li><li><a href=/catalog/>Каталог</a></li><li><span>Рации</span></li></ul></div>\
         <h1>Рации</h1><div>{cards}</div>"
    );
    let page = read("http://shop.example/catalog/racii/", html.as_bytes(), Some("text/html; charset=utf-8"), "shop", None);
    assert_eq!(paths(&page), ["Рации"; 4]);
}

#[test]
fn places_of_a_trail_are_no_categories() {
    for (trail, path) in [
        ("Toscana|Tempo libero|Caccia e pesca", "Tempo libero > Caccia e pesca"),
        ("South Africa|Sport and Hunting|Rifles", "Sport and Hunting > Rifles"),
        ("Chasse &amp; pêche|Nouvelle-Aquitaine", "Chasse & pêche"),
        ("Хобби|Охота|Тверская область|Ржев", "Хобби > Охота"),
        ("Ohio", "Ohio"),
    ] {
        let steps: String = trail.split('|').enumerate().map(|(n, step)| format!(" › <a href=/s/{n}>{step}</a>")).collect();
        let html = format!(
            "<title>Remington 700</title><nav class=breadcrumb><a href=/>Home</a>{steps}</nav><h1>Remington 700</h1><p class=price>$700</p><p>Seller: <b>hank</b></p><button>Buy now</button>"
        );
        let page = read("http://ads.example/ad/1", html.as_bytes(), Some("text/html; charset=utf-8"), "classifieds", None);
        assert_eq!(paths(&page), [path], "{trail}");
    }
}
