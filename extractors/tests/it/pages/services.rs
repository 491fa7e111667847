//! Pages by which a shop or a board serves its visitors, and what such pages do not say of goods.

use vigie_extractors::record::{Extraction, PageKind};

use super::read;

/// A shop's page: menu, teasers of departments, a main part, more teasers.
fn page(url: &str, title: &str, main: &str) -> Extraction {
    let departments: String = ["Outdoor coats", "Walking boots", "Camp kitchens", "Tents and tarps", "Maps and guides", "Head torches"]
        .iter()
        .enumerate()
        .map(|(n, name)| format!("<div class=teaser><a href=/department/{n}><img src=/t/{n}.jpg alt=\"\"></a><h4><a href=/department/{n}>{name}</a></h4></div>"))
        .collect();
    let html = format!(
        "<!doctype html><html lang=en><head><title>{title}</title></head><body><div id=head><form action=/find><input name=q></form></div>\
         <div id=content>{main}</div><div class=departments>{departments}</div></body></html>"
    );
    read(url, html.as_bytes(), Some("text/html; charset=utf-8"), "shop", None)
}

#[test]
fn pages_of_service_show_no_goods_and_no_seller() {
    for (url, title, main) in [
        (
            "https://hill.example/customer/account/create/",
            "Create New Customer Account | Hill",
            "<h1>Create an account</h1><form method=post><input name=firstname><input name=lastname><input type=email name=mail>\
             <input type=password name=p1><input type=password name=p2><button>Create account</button></form>",
        ),
        (
            "https://hill.example/user/password",
            "Hill",
            "<h2>Forgot your password?</h2><form method=post>E-mail <input name=name><input type=submit value=Send></form>",
        ),
        (
            "https://huegel.example/kontakt",
            "Kontakt - Hügel",
            "<h1>Kontakt</h1><p>Mitglied seit 1988 im Verband. Montag bis Freitag 9 bis 17 Uhr.</p><form method=post><input name=name><input name=email>\
             <textarea name=text></textarea><button>Absenden</button></form>",
        ),
        (
            "https://boutique.example/mot_de_passe_perdu.cfm",
            "Mot de passe oublié",
            "<h1>Mot de passe oublié ?</h1><form><input type=email name=e><button>Envoyer</button></form>",
        ),
    ] {
        let read = page(url, title, main);
        assert_eq!((read.page_kind, read.page_detail.as_deref()), (PageKind::Other, Some("service")), "{url}");
        assert!(read.listings.is_empty() && read.vendors.is_empty(), "{url}: {:?} {:?}", read.listings, read.vendors);
    }
    let form = "<form method=post><input name=login><input type=password name=pass><button>Sign in</button></form>";
    let entrance = page("https://hill.example/customer/login", "Customer login | Hill", &format!("<h1>Customer login</h1>{form}"));
    assert_eq!(entrance.page_kind, PageKind::Login);
}

#[test]
fn goods_named_like_a_service_are_goods() {
    let goods = "<h1>Netflix account, one year</h1><p class=price>$12.00</p><p>Seller: <a href=/vendor/quay>quay</a></p><p>Ships from: US</p>\
         <form method=post action=/order><button>Buy now</button></form><p>Delivered within a day, login and password by message.</p>";
    for url in ["http://m.example.onion/listing/netflix-account", "http://m.example.onion/item/password-list-2024"] {
        let read = page(url, "Netflix account, one year", goods);
        assert_eq!((read.page_kind, read.listings.len()), (PageKind::Listing, 1), "{url}");
    }
}

#[test]
fn what_is_said_of_something_else_tells_no_stock() {
    let shown = |extra: &str| {
        let main = format!(
            "<h1>Folding stove</h1><div class=buy><span class=price>$24.00</span>{extra}<form action=/cart/add method=post><button>Add to cart</button></form></div>"
        );
        page("https://hill.example/p/folding-stove", "Folding stove", &main).listings.remove(0).availability
    };
    assert_eq!(shown("").as_deref(), Some("in_stock"));
    for extra in [
        "<ul class=sizes><li><span class=\"meta sold_out\">S</span></li><li><span class=\"meta sold_out\">M</span></li><li><span class=\"meta in_stock\">L</span></li></ul>",
        "<input type=hidden name=gone value=\"Unfortunately the chosen colour is no longer available\">",
        "<div><b>30</b> <span>sold</span></div>",
        "<p>One full case. Not available in smaller quantities.</p>",
        "<p>Vendus par 8 pièces</p>",
    ] {
        assert_eq!(shown(extra).as_deref(), Some("in_stock"), "{extra}");
    }
    assert_eq!(shown("<p class=state>Not available in stock</p>").as_deref(), Some("out_of_stock"));
    assert_eq!(shown("<p class=state>Sold out</p>").as_deref(), Some("out_of_stock"));
}
