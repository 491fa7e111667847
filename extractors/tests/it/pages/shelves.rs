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
