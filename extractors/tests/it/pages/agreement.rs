//! What a page declares and what it shows: which of the two is believed, case by case.

use vigie_extractors::record::Listing;

use super::read;

/// What is around in every case: a basket, a promise, goods beside.
fn page(head: &str, main: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=en><head><title>Ridge Pack 40 | Trail Post</title>{head}</head><body>\
         <header><a href=/cart>Basket: $0.00</a><p>Free shipping on orders over $75.00</p></header>\
         <main><h1>Ridge Pack 40</h1>{main}</main>\
         <section class=related><h2>You may also like</h2><a href=/p/1>Rain cover</a> <span class=price>$19.00</span></section>\
         <footer>Trail Post</footer></body></html>"
    )
}

fn declared(offer: &str) -> String {
    format!(
        "<script type=application/ld+json>{{\"@type\":\"Product\",\"name\":\"Ridge Pack 40\",\"sku\":\"RP-40\",\"offers\":{offer}}}</script>"
    )
}

fn listing(head: &str, main: &str) -> Listing {
    let read = read("https://trail.example/p/ridge-pack-40", page(head, main).as_bytes(), Some("text/html"), "shop", None);
    read.listings.into_iter().next().unwrap_or_default()
}

/// What the case is, what the head declares, what the page shows, price and currency.
type Priced<'a> = (&'a str, &'a str, &'a str, Option<(&'a str, &'a str)>);
/// The same with availability and how many are left.
type Stocked<'a> = (&'a str, &'a str, &'a str, Option<&'a str>, Option<u64>);

const BUY: &str = "<button>Add to cart</button>";

#[test]
fn the_price_is_the_one_asked_for() {
    let plain = declared("{\"price\":\"129.00\",\"priceCurrency\":\"USD\",\"availability\":\"InStock\"}");
    let range = declared("{\"@type\":\"AggregateOffer\",\"lowPrice\":\"99.00\",\"highPrice\":\"149.00\",\"priceCurrency\":\"USD\"}");
    let nought = declared("{\"price\":\"0\",\"priceCurrency\":\"USD\"}");
    let canada = declared("{\"price\":\"129.00\",\"priceCurrency\":\"CAD\"}");
    let named = "<meta property=og:type content=product><meta property=product:price:amount content=129.00><meta property=product:price:currency content=USD>";
    let cases: &[Priced<'_>] = &[
        ("both say the same", &plain, "<p class=price>$129.00</p>", Some(("129", "USD"))),
        ("declared before the sale", &plain, "<p class=price><s>$129.00</s> <b>$99.00</b></p>", Some(("99", "USD"))),
        ("declared and shown nowhere", &plain, "<p class=price>$119.00</p>", Some(("119", "USD"))),
        ("shown only by a script", &plain, "<p class=price></p>", Some(("129", "USD"))),
        ("the lowest of a range is nobody's", &range, "<p class=price>$119.00</p>", Some(("119", "USD"))),
        ("a range alone", &range, "", Some(("99", "USD"))),
        ("nought is no price", &nought, "<p class=price>Call for price</p>", None),
        ("a sign of many countries", &canada, "<p class=price>$129.00</p>", Some(("129", "CAD"))),
        ("an unmistakable code", &plain, "<p class=price>EUR 129.00</p>", Some(("129", "EUR"))),
        ("open graph alone", named, "<p>Only today</p>", Some(("129", "USD"))),
        ("nothing declared", "", "<p class=price>$129.00</p>", Some(("129", "USD"))),
        ("was and now in one text", "", "<p class=price>Was $149.00 Now $129.00</p>", Some(("129", "USD"))),
        (
            "struck by style",
            "",
            "<p><span style='text-decoration: line-through'>$149.00</span> <span>$129.00</span></p>",
            Some(("129", "USD")),
        ),
        ("a recommended price", "", "<div>RRP: $149.00</div><div class=price>$129.00</div>", Some(("129", "USD"))),
        ("what is saved", "", "<div class=price>$129.00</div><div class=price>You save $20.00</div>", Some(("129", "USD"))),
        (
            "instalments",
            "",
            "<div class=price>$129.00</div><div class=price>or 4 interest-free payments of $32.25</div>",
            Some(("129", "USD")),
        ),
        ("for a litre", "", "<div class=price>$3.22 / l</div><div class=price>$129.00</div>", Some(("129", "USD"))),
        ("without tax", "", "<div class=price>$107.50 excl. VAT</div><div class=price>$129.00 incl. VAT</div>", Some(("129", "USD"))),
        (
            "larger quantities",
            "",
            "<div class=price>$129.00</div><table><tr><td>5 or more</td><td>$119.00</td></tr><tr><td>10+</td><td>$109.00</td></tr></table>",
            Some(("129", "USD")),
        ),
        ("hidden by style", "", "<div class=price style='display:none'>$99.00</div><div class=price>$129.00</div>", Some(("129", "USD"))),
        ("hidden by class", "", "<div class='price d-none'>$99.00</div><div class=price>$129.00</div>", Some(("129", "USD"))),
        (
            "for screen readers",
            "",
            "<div class=price><span class=sr-only>Price: $129.00</span><span aria-hidden=true>$129<sup>00</sup></span></div>",
            Some(("129", "USD")),
        ),
        ("cents set small", "", "<div class=price>$129<sup>95</sup></div>", Some(("129.95", "USD"))),
        (
            "a choice that costs more",
            "",
            "<div class=price>$129.00</div><select><option>Black</option><option>Orange (+$8.00)</option></select>",
            Some(("129", "USD")),
        ),
        (
            "what others paid",
            "",
            "<div class=price>$129.00</div><div class=reviews><p>Paid $89.00 last year</p></div>",
            Some(("129", "USD")),
        ),
    ];
    for (what, head, main, want) in cases {
        let listing = listing(head, &format!("{main}{BUY}"));
        let got = listing.offers.first().map(|offer| (offer.amount.as_str(), offer.currency.as_deref().unwrap_or("")));
        assert_eq!(got, *want, "{what}");
    }
}

#[test]
fn a_price_that_stands_in_words_only_is_asked_for() {
    assert_eq!(listing("", &format!("<p class=price>Call for price</p>{BUY}")).price_state.as_deref(), Some("on_request"));
}

#[test]
fn whether_goods_are_there_is_weighed() {
    let there = declared("{\"price\":\"129.00\",\"priceCurrency\":\"USD\",\"availability\":\"https://schema.org/InStock\"}");
    let gone = declared("{\"price\":\"129.00\",\"priceCurrency\":\"USD\",\"availability\":\"https://schema.org/OutOfStock\"}");
    let cases: &[Stocked<'_>] = &[
        (
            "declared there, shown gone",
            &there,
            "<p class=stock>Out of stock</p><button disabled>Add to cart</button>",
            Some("out_of_stock"),
            None,
        ),
        ("declared gone, shown there", &gone, "<p class='stock in-stock'>In stock</p><button>Add to cart</button>", Some("in_stock"), None),
        ("declared alone", &gone, "<p>Fine pack</p>", Some("out_of_stock"), None),
        ("a button waits for a script", &there, "<button disabled>Add to cart</button>", Some("in_stock"), None),
        ("a message is promised", "", "<button>Notify me when available</button>", Some("out_of_stock"), None),
        (
            "words for all states",
            "",
            "<span style='display:none'>Sold out</span><p class=stock>In stock</p><button>Add to cart</button>",
            Some("in_stock"),
            None,
        ),
        (
            "a badge of a template",
            "",
            "<div class=price><span class=price__badge-sold-out>Sold out</span></div><button>Add to cart</button>",
            Some("in_stock"),
            None,
        ),
        ("a few are left", "", "<p>Only 3 left</p><button>Add to cart</button>", Some("in_stock"), Some(3)),
        ("counted", "", "<p class=stock>146 in stock</p><button>Add to cart</button>", Some("in_stock"), Some(146)),
        ("nought is counted", "", "<ul><li>0 Units in Stock</li></ul>", Some("out_of_stock"), None),
        (
            "sold out choices",
            "",
            "<label class='variant label-unavailable'>Red - sold out</label><p class=stock>In stock</p><button>Add to cart</button>",
            Some("in_stock"),
            None,
        ),
    ];
    for (what, head, main, code, stock) in cases {
        let listing = listing(head, &format!("<p class=price>$129.00</p>{main}"));
        assert_eq!((listing.availability.as_deref(), listing.stock), (*code, *stock), "{what}");
    }
}

#[test]
fn names_and_numbers_are_as_shown() {
    let head = "<meta property=og:site_name content='Trail Post'><script type=application/ld+json>{\"@type\":\"Product\",\
        \"name\":\"Ridge Pack 40 - Trail Post\",\"sku\":\"3110\",\"brand\":\"Trail Post\",\"category\":\"Apparel > Bags\",\
        \"description\":\"Forty litres.\",\"offers\":{\"price\":\"129.00\",\"priceCurrency\":\"USD\"}}</script>";
    let main = "<nav class=breadcrumb><a href=/>Home</a> / <a href=/packs>Packs</a> / <span>Ridge Pack 40</span></nav>\
        <p class=price>$129.00</p><button>Add to cart</button><p>SKU: RP-40-GRN</p><p>Brand: Corrie</p><p>EAN: 4006381333931</p>\
        <div class=description><p>Forty litres. Roll top, two side pockets and a frame of aluminium.</p></div>";
    let listing = listing(head, main);
    assert_eq!(listing.title, "Ridge Pack 40");
    assert_eq!(listing.sku.as_deref(), Some("RP-40-GRN"));
    assert_eq!(listing.brand.as_deref(), Some("Corrie"));
    assert_eq!(listing.gtin.as_deref(), Some("4006381333931"));
    assert_eq!(listing.category_path, ["Packs"]);
    assert!(listing.description.contains("frame of aluminium"));
}

#[test]
fn platforms_data_is_read_without_running_it() {
    let cases: &[(&str, &str, &str, &str)] = &[
        (
            "json in a script",
            "<script type=application/json>{\"product\":{\"name\":\"Ridge Pack 40\",\"sku\":\"A-1\",\"price\":\"129.00\",\"currency\":\"USD\"}}</script>",
            "A-1",
            "129",
        ),
        (
            "an assignment",
            "<script>var x = 1; window.__STATE__ = {a: f(1, {b: 2}), product: {name: 'Ridge Pack 40', sku: 'A-2', price: 129, currency: 'USD', },}; run();</script>",
            "A-2",
            "129",
        ),
        (
            "json in a string",
            "<script>window.data = JSON.parse(\"{\\\"name\\\":\\\"Ridge Pack 40\\\",\\\"sku\\\":\\\"A-3\\\",\\\"price\\\":\\\"129.00\\\",\\\"currency\\\":\\\"USD\\\"}\");</script>",
            "A-3",
            "129",
        ),
        (
            "a layer of events",
            "<script>dataLayer.push({ecommerce:null});dataLayer.push({event:'view_item',ecommerce:{currency:'USD',items:[{item_name:'Ridge Pack 40',sku:'A-4',price:129.0}]}})</script>",
            "A-4",
            "129",
        ),
        (
            "cents",
            "<script>var meta = {\"product\":{\"gid\":\"gid://shopify/Product/1\",\"variants\":[{\"price\":12900,\"name\":\"Ridge Pack 40 - Green\",\"sku\":\"A-5\"}]}};ShopifyAnalytics.meta.currency = 'USD';</script>",
            "A-5",
            "129",
        ),
        (
            "something else of the same shop",
            "<script>var p = {name:'Rain cover', sku:'B-9', price:'19.00', currency:'USD'};</script>",
            "",
            "",
        ),
        ("a basket", "<script>var cart = {name:'Ridge Pack 40', price:'4.00', subtotal:'4.00', sku:'C-1'};</script>", "", ""),
        ("broken", "<script>var p = {name:'Ridge Pack 40', sku:'D-1', price: [[[{{{((( \"</script>", "", ""),
    ];
    for (what, head, sku, price) in cases {
        let listing = listing(head, BUY);
        assert_eq!(listing.sku.as_deref().unwrap_or(""), *sku, "{what}");
        assert_eq!(listing.offers.first().map_or("", |offer| offer.amount.as_str()), *price, "{what}");
    }
}
