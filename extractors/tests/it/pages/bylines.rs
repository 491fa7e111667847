//! Who sells, from where and in what category, in writings that no field names: every page here is small and invented.

use super::read;
use vigie_extractors::record::Listing;

/// Goods of an invented market: title, seller, code and name of a country, price.
const GOODS: [(&str, &str, &str, &str, u32); 6] = [
    ("Walnut stock for a bolt action", "hollow_oak", "US", "United States", 400),
    ("Brass catcher with clamp", "stillwater_", "DE", "Germany", 58),
    ("Reloading press, turret", "RiverSmith", "NL", "Netherlands", 95),
    ("Leather sling, hand made", "paperhaus", "PL", "Poland", 120),
    ("Cleaning kit in a tin", "mossandbark", "CZ", "Czech Republic", 44),
    ("Slide, used, third generation", "korsak", "RS", "Serbia", 330),
];

/// The cards of a list in which each is written as `card` says, with `{v}`, `{c}` and `{n}` for seller, code and country.
fn cards(card: &str) -> Vec<Listing> {
    let cards: String = GOODS
        .iter()
        .enumerate()
        .map(|(at, (title, seller, code, country, price))| {
            let line = card.replace("{v}", seller).replace("{c}", code).replace("{n}", country);
            format!("<div class=it><h4><a href='/i/{}'>{title}</a></h4>{line}<b>${price}</b></div>", 4100 + at)
        })
        .collect();
    let page = format!("<title>All</title><ul><li><a href='/c/1'>Parts</a><li><a href='/c/2'>Optics</a></ul><div class=grid>{cards}</div>");
    let found = read("http://mk.example.onion/c/9", page.as_bytes(), None, "cryptomarket", None);
    assert_eq!(found.listings.len(), GOODS.len(), "{card}");
    found.listings
}

#[test]
fn seller_and_place_in_one_line_of_all_cards_are_read() {
    for card in [
        "<p>{v} from {n}</p>",
        "<p>{v} ({c})</p>",
        "<p>{v} · {n}</p>",
        "<p>{c} · {v} · escrow</p>",
        "<p>{v}, {n}</p>",
        "<p>{v} | {c}</p>",
        "<span>{v}@{c}</span>",
        "<small>by {v} in {n}</small>",
        "<p>Sold by {v}, ships from {n}</p>",
        "<p>Offered by {v}. Sent from {n}.</p>",
        "<p>👤 {v} &nbsp; 📍 {n}</p>",
        "<p><a href='/v/{v}'>{v}</a> <span>{c}</span></p>",
        "<p>Vendor {v} Country {n}</p>",
        "<span title='Seller'>{v}</span> <span title='Ships from'>{c}</span>",
        "<i data-label='Seller'>{v}</i> <i data-label='Ships from'>{c}</i>",
        "<div data-vendor='{v}' data-from='{c}'>buy</div>",
    ] {
        for (listing, (_, seller, code, _, _)) in cards(card).iter().zip(GOODS) {
            assert_eq!(listing.vendor.as_ref().map(|vendor| vendor.name.as_str()), Some(seller), "{card}");
            assert_eq!(listing.ships_from, [code], "{card}");
        }
    }
}

#[test]
fn a_line_of_another_kind_names_no_seller() {
    for card in [
        "<p>Parts · {n}</p>",
        "<p>imported from {n}</p>",
        "<p>new · {n}</p>",
        "<p>by post</p>",
        "<p>gram by weight</p>",
        "<p>escrow from {n}</p>",
        "<p>ships to {n}</p>",
        "<p>available ({c})</p>",
    ] {
        for listing in cards(card) {
            assert_eq!(listing.vendor, None, "{card}");
            assert!(!card.contains(" to ") || listing.ships_from.is_empty(), "{card}");
        }
    }
    let languages = cards("<p><span>EN</span> <span>DE</span></p>");
    assert!(languages.iter().all(|listing| listing.ships_from.is_empty()));
}

/// The one listing of a page on a market, with this under its heading.
fn item(block: &str) -> Listing {
    let page = format!(
        "<title>Reloading press - Market</title><h1>Reloading press</h1><p class=price>$95.00</p>{block}\
         <div class=desc><p>Cast iron, oiled before it was packed. Comes with a spare handle and the shell holders that are in the picture.</p></div>"
    );
    let found = read("http://mk.example.onion/i/4102", page.as_bytes(), None, "cryptomarket", None);
    found.listings.into_iter().next().unwrap()
}

#[test]
fn labels_in_boxes_in_turn_and_sentences_are_read() {
    for block in [
        "<div class=a>Vendor</div><div class=b>korsak</div><div class=a>Origin</div><div class=b>Serbia</div><div class=a>Destination</div><div class=b>Worldwide</div>",
        "<div class=a>Vendor</div><div class=b>korsak</div><div class=a>Origin</div><div class=b><img src=/f/rs.png alt=Serbia></div><div class=a>To</div><div class=b><img src=/f/ww.png alt=Worldwide></div>",
        "<table><tr><td>Vendor<td>Ships from<td>Ships to<tr><td>korsak<td>Serbia<td>Worldwide</table>",
        "<dl><dt>Trader<dd>korsak<dt>Country of dispatch<dd>Serbia<dt>Delivers to<dd>Worldwide</dl>",
        "<p>Sold by korsak and shipped from Serbia to the whole world.</p>",
        "<p>korsak sends this from Serbia, worldwide.</p>",
        "<p>Verkauft von korsak. Versand aus Serbien, weltweit.</p>",
        "<p>Vendu par korsak, expédié depuis la Serbie vers le monde entier.</p>",
        "<p>Продаёт korsak. Отправляем из Сербии по всему миру.</p>",
        "<p>Sprzedaje korsak. Wysyłamy z Serbii na cały świat.</p>",
    ] {
        let listing = item(block);
        assert_eq!(listing.vendor.as_ref().map(|vendor| vendor.name.as_str()), Some("korsak"), "{block}");
        assert_eq!((listing.ships_from.join(" "), listing.ships_to.join(" ")), ("RS".to_owned(), "WW".to_owned()), "{block}");
    }
    let home = item("<p>Saem do Brasil por encomenda simples. Enviamos somente dentro do Brasil. Aceitamos somente Bitcoin e Monero.</p>");
    assert_eq!(
        (home.ships_from, home.ships_to, home.payments),
        (vec!["BR".to_owned()], vec!["BR".to_owned()], vec!["BTC".to_owned(), "XMR".to_owned()])
    );
    let none =
        item("<p>I never ship to Germany. Sold by weight. Usually ships within two days. Do not pay from an exchange in Serbia.</p>");
    assert_eq!((none.vendor, none.ships_from, none.ships_to), (None, vec![], vec![]));
}

#[test]
fn escrow_is_what_the_field_of_that_name_says() {
    for (block, code) in [
        ("<p>Escrow: yes (auto-finalize in 14 days)<br>Multisig: not offered</p>", Some("escrow")),
        ("<p>Escrow: in full</p>", Some("escrow")),
        ("<p>Multisig: yes</p>", Some("multisig")),
        ("<p>FE: no<br>Escrow: yes</p>", Some("escrow")),
        ("<p>Escrow: not available, direct pay</p>", Some("direct")),
        ("<p>Status: yes</p>", None),
    ] {
        assert_eq!(item(block).escrow.as_deref(), code, "{block}");
    }
}

#[test]
fn amounts_under_the_name_of_a_currency_are_a_ladder() {
    for block in [
        "<table><tr><th>Grams<th>USD<th>XMR<tr><td>5<td>95.00<td>0.271<tr><td>10<td>170.00<td>0.482<tr><td>25<td>390.00<td>1.106</table>",
        "<pre>\n  g      usd      xmr\n ---   ------   ------\n   5    95.00   0.2710\n  10   170.00   0.4820\n  25   390.00   1.1060\n</pre>",
        "<p>5g $95 / 10g $170 / 25g $390</p>",
    ] {
        let offers = item(block).offers;
        let rungs: Vec<(String, String)> = offers
            .into_iter()
            .filter(|offer| offer.kind == "ladder" && offer.currency.as_deref() == Some("USD"))
            .map(|offer| (offer.quantity.unwrap_or_default(), offer.amount))
            .collect();
        let expected = [("5", "95"), ("10", "170"), ("25", "390")].map(|(quantity, amount)| (quantity.to_owned(), amount.to_owned()));
        assert_eq!(rungs, expected, "{block}");
    }
}

#[test]
fn a_rate_of_a_coin_is_no_price() {
    let page = "<title>orange - Market</title><p>xmr/usd 352.71 - xmr/eur 305.02 - updated 11:40</p><h1>Brass, once fired</h1><p>price: 62.00 eur</p><p>In a tin.</p>";
    let found = read("http://mk.example.onion/l/9", page.as_bytes(), None, "cryptomarket", None);
    let first =
        found.listings.first().and_then(|listing| listing.offers.first()).map(|offer| (offer.amount.clone(), offer.currency.clone()));
    assert_eq!(first, Some(("62".to_owned(), Some("EUR".to_owned()))));
}

#[test]
fn trails_that_nothing_calls_so_are_read() {
    for trail in [
        "<ul class=x1><li><a href=/>Home</a><li><a href=/c/1>Parts</a><li><a href=/c/2>Presses</a><li>Reloading press</ul>",
        "<div class=x1><span><a href=/>Home</a></span><span> &gt; </span><span><a href=/c/1>Parts</a></span><span> &gt; </span><span><a href=/c/2>Presses</a></span></div>",
        "<div class=sw-crumb><a href=/all>All</a> <span>/</span> <a href=/c/1>Parts</a> <span>/</span> <a href=/c/2>Presses</a></div>",
        "<div class=bc><ul><li><a href=/c/0>All Categories</a><li><a href=/c/1>Parts</a><li><a href=/c/2>Presses</a><li>Item #1109334</ul></div>",
        "<nav aria-label='You are here'><ol><li><a href=/>Home</a><li><a href=/c/1>Parts</a><li><a href=/c/2>Presses</a></ol></nav>",
        "<ol><li><a href=/><svg></svg></a><li><a href=/c/1>Parts</a><li><a href=/c/2>Presses</a></ol>",
    ] {
        let page = format!(
            "<title>Reloading press - Shop</title>{trail}<h1>Reloading press</h1><p class=price>$95.00</p><button>Add to cart</button>"
        );
        let found = read("http://shop.example/reloading-press.html", page.as_bytes(), None, "shop", None);
        assert_eq!(found.listings.first().map(|listing| listing.category_path.join(" > ")), Some("Parts > Presses".to_owned()), "{trail}");
    }
    let menu = "<ul><li><a href=/>Home</a><li><a href=/c/1>Parts</a><li><a href=/contact>Contact</a></ul>";
    let page =
        format!("<title>Reloading press - Shop</title>{menu}<h1>Reloading press</h1><p class=price>$95.00</p><button>Add to cart</button>");
    let found = read("http://shop.example/reloading-press.html", page.as_bytes(), None, "shop", None);
    assert_eq!(found.listings.first().map(|listing| listing.category_path.len()), Some(0));
}
