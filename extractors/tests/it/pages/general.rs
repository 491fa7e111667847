//! Small pages on which a general rule decides: lists of one card, forums, sellers without labels, languages, dates.

use vigie_extractors::record::{Extraction, PageKind};

use super::read;

fn page(url: &str, source_type: &str, lang: &str, title: &str, body: &str) -> Extraction {
    let html = format!("<!doctype html><html lang={lang}><head><title>{title}</title></head><body>{body}</body></html>");
    read(url, html.as_bytes(), Some("text/html; charset=utf-8"), source_type, None)
}

const CARD: &str = "<div class=card><a href=/item/7/notes><img src=/img/7.gif></a><a class=card-title href=/item/7/notes>Twenty banknotes, used</a>\
    <div class=by>by <a href=/vendor/quay>quay</a> (97%)</div><div class=price>$45.00</div></div>";

#[test]
fn a_category_of_one_card_is_an_index() {
    let body = format!(
        "<div id=main><h1>Banknotes</h1><div class=grid>{CARD}</div></div><div id=foot><a href=/mirrors>Mirrors</a> <a href=/new>New</a></div>"
    );
    let one = page("http://m.example.onion/c/banknotes", "cryptomarket", "en", "Banknotes, page 1 :: M", &body);
    assert_eq!((one.page_kind, one.listings.len()), (PageKind::Index, 1));
    let card = &one.listings[0];
    assert_eq!((card.title.as_str(), card.url.as_str()), ("Twenty banknotes, used", "http://m.example.onion/item/7/notes"));
    assert_eq!(card.vendor.as_ref().unwrap().name, "quay");
    // The same card below a product is not what the page is about.
    let below = format!(
        "<h1>Watch, gold</h1><span class=price>$900.00</span><button>Buy now</button><h3>Also bought</h3><div class=grid>{CARD}</div>"
    );
    let product = page("http://m.example.onion/item/9/watch", "cryptomarket", "en", "Watch, gold :: M", &below);
    assert_eq!((product.page_kind, product.listings[0].offers[0].amount.as_str()), (PageKind::Listing, "900"));
}

#[test]
fn a_short_list_of_threads_is_an_index() {
    let rows: String = ["Best oil for winter?", "Transport rules", "CZ 83 grips", "Range day"]
        .iter()
        .enumerate()
        .map(|(n, title)| format!("<tr><td><a href=/forum/t/70{n}>{title}</a></td><td>{}</td></tr>", n + 2))
        .collect();
    let forum = page(
        "https://f.example/forum/",
        "forum",
        "en",
        "Forum | F",
        &format!("<h1>Forum</h1><table class=threads><tr><th>Topic</th><th>Posts</th></tr>{rows}</table>"),
    );
    assert_eq!((forum.page_kind, forum.page_detail.as_deref()), (PageKind::Index, Some("threads")));
    assert!(forum.listings.is_empty() && forum.problems.is_empty(), "talk is no offer, and no fault");
}

#[test]
fn a_seller_is_known_by_the_name_in_the_address() {
    let tile = |n: u32| {
        format!("<li class=tile><h3><a href=/ad/rifle-{n}.html>Hunting rifle number {n}</a></h3><p>{n}50,00 €</p><p>Germany</p></li>")
    };
    let body = format!(
        "<h1>Büchsenmacher Müller</h1><p>Since three generations.</p><p>4.8 / 5 · 212</p><ul class=tiles>{}</ul>",
        (1..9).map(tile).collect::<String>()
    );
    let seller = page("https://f.example/seller/buechsenmacher-mueller", "classifieds", "de", "Büchsenmacher Müller | F", &body);
    assert_eq!((seller.page_kind, seller.vendors[0].name.as_str()), (PageKind::Vendor, "Büchsenmacher Müller"));
    assert_eq!((seller.listings.len(), seller.listings[3].vendor.as_ref().unwrap().name.as_str()), (8, "Büchsenmacher Müller"));
    let list = page("https://f.example/seller/list", "classifieds", "de", "All sellers | F", &body);
    assert_ne!(list.page_kind, PageKind::Vendor, "another name in the address");
}

#[test]
fn a_listing_speaks_its_own_language() {
    for (title, text, language) in [
        ("Zoraki 917, 9 mm P.A.K.", "Schreckschusspistole mit PTB, neu.", "de"),
        ("Carabine MAS 49/56", "Très bon état, vendue avec deux chargeurs.", "fr"),
        ("Blank gun", "Sold with the case and two magazines.", "en"),
        ("Glock 19 Gen 3 9x19", "", "en"),
        ("Beretta 92FS Centurion, Walther PPK, Mauser C96 Broomhandle", "", "en"),
    ] {
        let body = format!(
            "<nav><a href=/>Home</a> Log in to see all of your orders and the messages from the vendors</nav><h1>{title}</h1><p class=price>$50.00</p>\
            <button>Add to cart</button><div class=description>{text}</div><p>This market is for members. All of the prices are in USD.</p>"
        );
        let listing = page("http://m.example.onion/item/1", "cryptomarket", "en", &format!("{title} :: Market"), &body);
        assert_eq!(listing.listings[0].language.as_deref(), Some(language), "{title}");
    }
}

#[test]
fn dates_behind_feminine_labels_are_read() {
    let body = "<h1>Carabine de chasse</h1><dl><dt>Prix</dt><dd>450 €</dd><dt>Publiée le</dt><dd>3 mai 2024</dd><dt>Vendeur</dt><dd>jean</dd></dl>";
    let listing = page("https://a.example/annonce/1", "classifieds", "fr", "Carabine de chasse", body);
    assert_eq!(listing.listings[0].posted_at.as_deref(), Some("2024-05-03"));
}

#[test]
fn options_of_delivery_come_after_the_price() {
    let body = "<h1>Barrel 16 in</h1><p class=price>$189.00</p><button>Add to cart</button><dl><dt>Ships from</dt><dd>Germany</dd></dl>\
        <div class=head>Shipping options</div><table><tr><td>$12.50</td><td>DHL Express, tracked, 3-5 days</td><td><input type=radio></td></tr>\
        <tr><td>$0.00</td><td>Letter, untracked, 10 days</td><td><input type=radio></td></tr></table>\
        <div class=head>Pay with</div><table><tr><td>Bitcoin</td><td>$3.00 off</td></tr></table>";
    let page = page("http://m.example.onion/item/1", "cryptomarket", "en", "Barrel 16 in :: Market", body);
    let listing = &page.listings[0];
    let offers: Vec<(&str, &str, Option<&str>)> =
        listing.offers.iter().map(|o| (o.kind.as_str(), o.amount.as_str(), o.currency.as_deref())).collect();
    assert_eq!(offers, [("fixed", "189", Some("USD")), ("shipping", "12.5", Some("USD")), ("shipping", "0", Some("USD"))]);
    let shipping = &listing.shipping;
    assert_eq!((shipping.carriers.as_slice(), shipping.tracking), (["DHL".to_owned()].as_slice(), Some(true)));
    assert_eq!((shipping.days_min, shipping.days_max), (Some(3), Some(10)));
    assert_eq!(shipping.methods, ["courier", "post"]);
}

#[test]
fn a_choice_of_delivery_and_a_labelled_price_are_read() {
    let body = "<h1>Holster</h1><p class=price>40,00 €</p><label>Versandart</label><select name=v><option>Brief - 2 Tage - 3,00 EUR</option>\
        <option>Paket (DHL) - 4 Tage - 6,90 EUR</option></select><button>In den Warenkorb</button>";
    let choice = page("https://s.example/produkt/holster", "shop", "de", "Holster | S", body);
    let amounts: Vec<&str> = choice.listings[0].offers.iter().map(|o| o.amount.as_str()).collect();
    assert_eq!(amounts, ["40", "3", "6.9"]);
    let label = "<h1>Holster</h1><p class=price>$40.00</p><button>Add to cart</button><p>Shipping: $6.95 USPS Priority</p>";
    let one = page("https://s.example/product/holster", "shop", "en", "Holster | S", label);
    assert_eq!((one.listings[0].offers[1].kind.as_str(), one.listings[0].offers[1].amount.as_str()), ("shipping", "6.95"));
    assert_eq!(one.listings[0].shipping.carriers, ["USPS"]);
}

#[test]
fn prices_by_quantity_are_a_ladder() {
    let ladder = |rows: &[(&str, &str)]| {
        let rows: String = rows.iter().map(|(quantity, price)| format!("<tr><td>{quantity}</td><td>{price}</td></tr>")).collect();
        let body = format!(
            "<h1>Cartridges 9 mm</h1><p class=price>$10.00</p><button>Buy now</button><table><tr><th>Quantity</th><th>Price</th></tr>{rows}</table>"
        );
        let page = page("http://m.example.onion/item/1", "cryptomarket", "en", "Cartridges 9 mm :: Market", &body);
        let show = |o: &vigie_extractors::record::Offer| {
            format!(
                "{} {} for {}, {} each",
                o.kind,
                o.amount,
                o.quantity.as_deref().unwrap_or("-"),
                o.unit_amount.as_deref().unwrap_or("-")
            )
        };
        page.listings[0].offers.iter().map(show).collect::<Vec<_>>()
    };
    let sums = ladder(&[("1:", "$10"), ("10:", "$90"), ("100:", "$800")]);
    assert_eq!(sums, ["fixed 10 for -, - each", "ladder 10 for 1, 10 each", "ladder 90 for 10, 9 each", "ladder 800 for 100, 8 each"]);
    let each = ladder(&[("1 - 9", "$10.00"), ("10 - 49", "$9.50"), ("50+", "$9.00")]);
    assert_eq!(each, ["fixed 10 for -, - each", "ladder 10 for 1, 10 each", "ladder 95 for 10, 9.5 each", "ladder 450 for 50, 9 each"]);
    // Amounts that rise and fall, and quantities that do not grow, are no ladder.
    assert_eq!(ladder(&[("10", "$10"), ("20", "$12"), ("30", "$3")]).len(), 1);
    assert_eq!(ladder(&[("45", "$12"), ("22", "$3")]).len(), 1);
}
