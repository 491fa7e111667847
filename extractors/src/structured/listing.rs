//! From a declared product to a listing, from a declared list to breadcrumbs.

use url::Url;

use super::{Structured, Thing, Value};
use crate::html::{block_text, fold, parse, prefix};
use crate::money;
use crate::provenance::{Anchor, Draft, Origin};
use crate::record::{Feedback, Offer, Vendor};

/// Types that are goods for sale. A `ProductGroup` holds variants of one good.
const PRODUCTS: &[&str] =
    &["Product", "ProductGroup", "ProductModel", "IndividualProduct", "SomeProducts", "Vehicle", "hProduct", "ClassifiedAd"];
/// Things looked at while searching for products; declared nesting may be wide.
const MAX_VISITS: usize = 20_000;

/// All products that a page declares, outermost first: its own, those of lists and those behind offers.
pub fn products(structured: &Structured) -> Vec<&Thing> {
    let mut found = Vec::new();
    let mut queue: Vec<&Thing> = structured.things.iter().rev().collect();
    let mut visits = 0;
    while let Some(thing) = queue.pop() {
        visits += 1;
        if visits > MAX_VISITS {
            break;
        }
        if thing.is(PRODUCTS) {
            found.push(thing);
            continue;
        }
        let inner = thing.properties.iter().filter(|(name, _)| {
            ["mainEntity", "mainEntityOfPage", "itemListElement", "item", "itemOffered", "about", "hasOfferCatalog"]
                .iter()
                .any(|known| name.eq_ignore_ascii_case(known))
        });
        let inner: Vec<&Thing> = inner.flat_map(|(_, values)| values).filter_map(as_thing).collect();
        queue.extend(inner.into_iter().rev());
    }
    found
}

fn as_thing(value: &Value) -> Option<&Thing> {
    match value {
        Value::Thing(thing) => Some(thing),
        Value::Text(_) => None,
    }
}

/// The products of a list, or several products side by side: cards with an address and a name.
pub fn item_list(structured: &Structured, base: &Url, currency: Option<&str>, traced: bool) -> Vec<Draft> {
    let cards = products(structured).into_iter().filter_map(|thing| listing(thing, base, currency, traced));
    cards.filter(|card| !card.listing.url.is_empty()).collect()
}

/// A listing as one product declares it; nothing without a name. `url` stays empty where the product names none.
pub fn listing(thing: &Thing, base: &Url, currency: Option<&str>, traced: bool) -> Option<Draft> {
    let path = thing.types.first().map_or("Product", String::as_str);
    let text = |names: &[&'static str]| {
        names.iter().find_map(|name| thing.text(name).map(clean_line).filter(|t| !t.is_empty()).map(|text| (*name, text)))
    };
    let mut draft = Draft::new(traced);
    let named = thing.text("name").map(|t| ("name", t)).or_else(|| thing.text("title").map(|t| ("title", t)));
    // What a platform writes for its own scripts may be nameless.
    let (name, title) = named.or((thing.written.syntax == "script").then_some(("name", "")))?;
    let title = clean_line(title);
    if title.is_empty() && thing.written.syntax != "script" {
        return None;
    }
    draft.read(|| thing.origin(path, name), |listing| listing.title = title);
    if let Some(url) = thing.plain("url").and_then(|href| base.join(href).ok()) {
        draft.read(|| thing.origin(path, "url"), |listing| listing.url = url.into());
    }
    if let Some(description) = thing.text("description") {
        draft.read(|| thing.origin(path, "description"), |listing| listing.description = clean(description));
    }
    read_codes(thing, path, &mut draft);
    if let Some((name, brand)) = text(&["brand", "manufacturer"]).filter(|(_, brand)| says_something(brand) && !brand.starts_with("http")) {
        draft.read(|| thing.origin(path, name), |listing| listing.brand = Some(brand));
    }
    if let Some(category) = thing.text("category") {
        draft.read(|| thing.origin(path, "category"), |listing| listing.category_path = split_path(category));
    }
    draft.read(|| thing.origin(path, "image"), |listing| listing.images = images(thing, base));
    let variants: Vec<&Thing> = thing.things("hasVariant").take(200).collect();
    let many = variants.len() > 1;
    // The variant that the address asks for, or the first: that is what the page shows.
    let shown = variants.iter().find(|variant| is_asked_for(variant, base)).or(variants.first());
    if let Some(variant) = shown {
        read_codes(variant, &format!("{path}.hasVariant"), &mut draft);
    }
    for (number, owner) in std::iter::once(thing).chain(variants).enumerate() {
        let path = if number == 0 { format!("{path}.offers") } else { format!("{path}.hasVariant.offers") };
        for offer in owner.things("offers").take(200) {
            read_offer(offer, &path, base, currency, &mut draft);
        }
    }
    if many {
        // What is left of one variant says nothing of the others.
        draft.withdraw("stock", |listing| listing.stock = None);
    }
    if draft.listing.offers.is_empty() {
        // Some shops write the price straight into the product.
        read_offer(thing, path, base, currency, &mut draft);
    }
    for rating in thing.things("aggregateRating") {
        let name = if rating.text("reviewCount").is_some() { "reviewCount" } else { "ratingCount" };
        let count = rating.text(name).and_then(|n| n.replace([',', '.', ' '], "").parse().ok());
        draft.read(|| rating.origin(&format!("{path}.aggregateRating"), name), |listing| listing.feedback_n = count);
    }
    let reviews = thing.things("review").chain(thing.things("reviews")).take(500);
    draft.listing.feedback = reviews
        .map(|review| Feedback {
            posted_at: review.text("datePublished").and_then(|d| d.get(..10)).filter(|d| is_date(d)).map(str::to_owned),
            rating: review.things("reviewRating").find_map(|r| r.text("ratingValue")).map(str::to_owned),
        })
        .filter(|feedback| feedback.posted_at.is_some() || feedback.rating.is_some())
        .collect();
    Some(draft)
}

/// Article numbers of a product, variant or offer, where none is known yet.
fn read_codes(thing: &Thing, path: &str, draft: &mut Draft) {
    for name in ["sku", "productID", "gtin13", "gtin", "gtin14", "gtin12", "gtin8", "isbn", "ean", "mpn"] {
        let Some(code) = thing.text(name).map(clean_line).filter(|code| says_something(code) && code.len() <= 80) else { continue };
        let code = match name {
            // A number of the shop's data base is no article number; some write one with its kind in front.
            "productID" => match code.split_once(':') {
                Some((kind, code)) if kind.eq_ignore_ascii_case("sku") => code.trim().to_owned(),
                _ => continue,
            },
            "sku" | "mpn" => code,
            _ => {
                let digits: String = code.chars().filter(|c| !c.is_whitespace() && *c != '-').collect();
                if !digits.bytes().all(|b| b.is_ascii_digit()) || !(8..=14).contains(&digits.len()) {
                    continue;
                }
                digits
            }
        };
        draft.read(
            || thing.origin(path, name),
            |listing| {
                let field = match name {
                    "sku" | "productID" => &mut listing.sku,
                    "mpn" => &mut listing.mpn,
                    _ => &mut listing.gtin,
                };
                field.get_or_insert(code);
            },
        );
    }
}

/// Templates fill what nobody entered with such words.
fn says_something(text: &str) -> bool {
    let text = text.trim().to_lowercase();
    !text.is_empty()
        && !matches!(
            text.as_str(),
            "n/a" | "na" | "null" | "none" | "undefined" | "-" | "--" | "0" | "n.a." | "not available" | "no brand" | "nan" | "false"
        )
}

/// Whether the address of the page names this variant.
fn is_asked_for(variant: &Thing, base: &Url) -> bool {
    let Some(asked) = base.query_pairs().find(|(name, _)| name == "variant").map(|(_, value)| value.into_owned()) else { return false };
    let inner = variant.things("offers").next();
    let names = [variant.id.as_deref(), variant.plain("url"), variant.plain("@id"), inner.and_then(|offer| offer.plain("url"))];
    names.into_iter().flatten().any(|name| name.contains(&asked))
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.bytes().enumerate().all(|(at, b)| if at == 4 || at == 7 { b == b'-' } else { b.is_ascii_digit() })
}

fn read_offer(offer: &Thing, path: &str, base: &Url, currency: Option<&str>, draft: &mut Draft) {
    let specification = offer.things("priceSpecification").find(|s| s.text("price").is_some());
    let nested: Vec<&Thing> = offer.things("offers").take(200).collect();
    let low = || {
        let low = offer.text("lowPrice")?;
        let same = offer.text("highPrice").is_none_or(|high| high == low);
        Some((low, if same { "fixed" } else { "from" }, offer, "lowPrice"))
    };
    let price = offer
        .plain("price")
        .map(|p| (p, "fixed", offer, "price"))
        .or_else(|| specification.and_then(|s| Some((s.text("price")?, "fixed", s, "price"))))
        .or_else(low);
    let code = |own: &Thing| money::declared_currency(own.text("priceCurrency")?);
    let declared = [Some(offer), specification].into_iter().flatten().find_map(|own| Some((own, code(own)?)));
    let currency = declared.as_ref().map(|(_, code)| code.clone()).or_else(|| currency.map(str::to_owned));
    if let Some((raw, kind, own, name)) = price
        && let Some(found) = amount_offer(raw, currency.as_deref(), kind)
        && !draft.listing.offers.contains(&found)
    {
        draft.read(|| own.origin(path, name), |listing| listing.offers.push(found));
        if let Some((own, _)) = declared.filter(|_| draft.listing.offers.len() == 1) {
            draft.note_currency(|| own.origin(path, "priceCurrency"));
        }
    }
    if draft.listing.availability.is_none() {
        let code = offer.text("availability").and_then(availability).map(str::to_owned);
        draft.read(|| offer.origin(path, "availability"), |listing| listing.availability = code);
    }
    if draft.listing.stock.is_none() {
        let level = offer.things("inventoryLevel").find_map(|level| level.text("value")).or_else(|| offer.plain("inventoryLevel"));
        let stock = level.and_then(|level| level.parse().ok());
        draft.read(|| offer.origin(path, "inventoryLevel"), |listing| listing.stock = stock);
    }
    if draft.listing.vendor.is_none()
        && let Some(name) = offer.text("seller").map(clean_line).filter(|n| !n.is_empty())
    {
        let url = offer.things("seller").find_map(|s| s.plain("url")).and_then(|href| base.join(href).ok()).map(String::from);
        draft.read(|| offer.origin(path, "seller"), |listing| listing.vendor = Some(Vendor { name, url, ..Vendor::default() }));
    }
    read_codes(offer, path, draft);
    for inner in nested {
        if inner.things("offers").next().is_none() && draft.listing.offers.len() < 200 {
            read_offer(inner, &format!("{path}.offers"), base, currency.as_deref(), draft);
        }
    }
}

/// An offer from the text of an amount; a currency sign in the text outweighs nothing that is declared.
fn amount_offer(raw: &str, currency: Option<&str>, kind: &str) -> Option<Offer> {
    // Machines write a point before decimals: "411.000" is no 411 thousand here.
    let plain = raw.trim().bytes().all(|b| b.is_ascii_digit() || b == b'.').then(|| raw.trim().parse().ok()).flatten();
    let (amount, found) = match plain.or_else(|| money::parse_amount(raw)) {
        Some(amount) => (amount, None),
        None => money::parse_price(raw, currency, false).map(|price| (price.amount, price.currency))?,
    };
    // Shops declare nought where a price is hidden or asked for.
    if amount.is_zero() {
        return None;
    }
    let currency = currency.map(str::to_owned).or(found);
    Some(Offer { kind: kind.to_owned(), amount: amount.normalize().to_string(), currency, raw: fold(raw), ..Offer::default() })
}

/// Availability code of a schema.org address or of Open Graph's words.
pub(super) fn availability(text: &str) -> Option<&'static str> {
    let word: String = super::short_name(text).chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_ascii_lowercase();
    Some(match word.as_str() {
        "instock"
        | "limitedavailability"
        | "lowstock"
        | "limitedstock"
        | "onlineonly"
        | "instoreonly"
        | "preorder"
        | "presale"
        | "available"
        | "madetoorder" => "in_stock",
        "outofstock" | "backorder" | "oos" | "unavailable" => "out_of_stock",
        "soldout" | "sold" => "sold",
        "reserved" | "pending" => "reserved",
        "discontinued" => "removed",
        _ => return None,
    })
}

fn images(thing: &Thing, base: &Url) -> Vec<String> {
    let mut images = Vec::new();
    for value in thing.values("image").iter().take(50) {
        let href = match value {
            Value::Text(text) => Some(text.as_str()),
            Value::Thing(image) => image.plain("contentUrl").or_else(|| image.plain("url")),
        };
        if let Some(address) = href.and_then(|href| base.join(href.trim()).ok())
            && matches!(address.scheme(), "http" | "https")
            && !images.iter().any(|known: &String| known == address.as_str())
        {
            images.push(address.to_string());
        }
    }
    images
}

/// The breadcrumbs that a page declares: names with addresses, outermost first.
pub fn breadcrumbs(structured: &Structured, base: &Url) -> Vec<(String, Option<String>)> {
    let lists = structured.things.iter().flat_map(|thing| std::iter::once(thing).chain(thing.things("breadcrumb")));
    let list = lists.filter(|t| t.is(&["BreadcrumbList"])).max_by_key(|list| list.values("itemListElement").len());
    if let Some(list) = list {
        let mut elements: Vec<(usize, i64, &Thing)> = list
            .things("itemListElement")
            .enumerate()
            .map(|(at, element)| (at, element.text("position").and_then(|p| p.parse().ok()).unwrap_or(-1), element))
            .collect();
        // Where one step tells no place, it stands behind the one before it.
        let mut last = 0;
        for (_, position, _) in &mut elements {
            last = if *position < 0 { last } else { *position };
            *position = last;
        }
        elements.sort_by_key(|(at, position, _)| (*position, *at));
        let crumb = |element: &Thing| {
            let inner = element.things("item").next();
            let name = element.plain("name").or_else(|| inner.and_then(|i| i.text("name")));
            let href = element.plain("item").or_else(|| inner.and_then(|i| i.id.as_deref().or_else(|| i.plain("url"))));
            let name = clean_line(name?);
            let url = href.and_then(|href| base.join(href).ok()).map(String::from);
            (!name.is_empty()).then_some((name, url))
        };
        return elements.into_iter().filter_map(|(_, _, element)| crumb(element)).collect();
    }
    // The older vocabulary: one thing per crumb, side by side or each the child of the one before.
    let mut crumbs = Vec::new();
    let mut queue: Vec<&Thing> = structured.things.iter().filter(|t| t.is(&["Breadcrumb"])).rev().collect();
    while let Some(thing) = queue.pop() {
        if let Some(name) = thing.text("title").or_else(|| thing.text("name")).map(clean_line).filter(|n| !n.is_empty()) {
            crumbs.push((name, thing.plain("url").and_then(|href| base.join(href).ok()).map(String::from)));
        }
        queue.extend(thing.things("child"));
        if crumbs.len() > 50 {
            break;
        }
    }
    crumbs
}

/// What Open Graph says of a product: title, description, price, availability.
pub fn open_graph_listing(structured: &Structured, base: &Url, traced: bool) -> Option<Draft> {
    let get = |names: &[&'static str]| {
        let found = names.iter().find_map(|name| structured.open_graph.iter().find(|(own, _)| own == name));
        found.map(|(name, content)| (name.as_str(), content.as_str()))
    };
    let origin = |(name, content): (&str, &str)| Origin {
        from: "open_graph",
        place: format!("meta[property=\"{name}\"]"),
        anchor: Anchor::Meta(name.to_owned()),
        raw: content.to_owned(),
    };
    let mut draft = Draft::new(traced);
    if let Some(title) = get(&["og:title", "twitter:title"]) {
        draft.read(|| origin(title), |listing| listing.title = clean_line(title.1));
    }
    if let Some(found) = get(&["og:description", "twitter:description"]) {
        draft.read(|| origin(found), |listing| listing.description = clean(found.1));
    }
    if let Some(found) = get(&["product:brand", "og:brand"]) {
        draft.read(|| origin(found), |listing| listing.brand = Some(found.1.to_owned()));
    }
    if let Some(found) = get(&["product:retailer_item_id"]) {
        draft.read(|| origin(found), |listing| listing.sku = Some(found.1.to_owned()));
    }
    if let Some(found) = get(&["product:gtin", "product:upc", "product:ean"]) {
        draft.read(|| origin(found), |listing| listing.gtin = Some(found.1.to_owned()));
    }
    if let Some(found) = get(&["product:mfr_part_no"]) {
        draft.read(|| origin(found), |listing| listing.mpn = Some(found.1.to_owned()));
    }
    if let Some(found) = get(&["product:category"]) {
        draft.read(|| origin(found), |listing| listing.category_path = split_path(found.1));
    }
    if let Some(found) = get(&["product:availability", "og:availability"]) {
        draft.read(|| origin(found), |listing| listing.availability = availability(found.1).map(str::to_owned));
    }
    if let Some(found) = get(&["og:image"]) {
        draft.read(|| origin(found), |listing| listing.images.extend(base.join(found.1).ok().map(String::from)));
    }
    let currency = get(&["product:price:currency", "og:price:currency", "og:product:price:currency"]);
    let code = currency.and_then(|(_, code)| money::declared_currency(code));
    if let Some(found) = get(&["product:sale_price:amount", "product:price:amount", "og:price:amount", "og:product:price:amount"]) {
        draft.read(|| origin(found), |listing| listing.offers.extend(amount_offer(found.1, code.as_deref(), "fixed")));
        if let Some(currency) = currency.filter(|_| code.is_some()) {
            draft.note_currency(|| origin(currency));
        }
    }
    Some(draft)
}

/// The currency that a page declares anywhere for its goods. What the shop itself writes prices in outweighs declarations: they are often
/// a template's.
pub fn currency(structured: &Structured) -> Option<String> {
    if structured.setting.is_some() {
        return structured.setting.clone();
    }
    let of = |thing: &Thing| {
        let offers = || thing.things("offers").chain(thing.things("hasVariant").flat_map(|variant| variant.things("offers")));
        let code = |offer: &Thing| {
            let specified = || offer.things("priceSpecification").find_map(|s| s.plain("priceCurrency").map(str::to_owned));
            offer.plain("priceCurrency").map(str::to_owned).or_else(specified)
        };
        offers().find_map(code).or_else(|| thing.plain("priceCurrency").map(str::to_owned))
    };
    let graph = || {
        let named = |name: &str| matches!(name, "product:price:currency" | "og:price:currency" | "og:product:price:currency");
        structured.open_graph.iter().find(|(name, _)| named(name)).map(|(_, code)| code.clone())
    };
    let code = products(structured).into_iter().find_map(of).or_else(graph).or_else(|| structured.embedded.iter().find_map(of))?;
    money::declared_currency(&code)
}

/// Whether Open Graph calls the page a product.
pub fn is_open_graph_product(structured: &Structured) -> bool {
    structured.open_graph.iter().any(|(name, content)| {
        name.starts_with("product:price")
            || name == "og:price:amount"
            || (name == "og:type" && content.to_ascii_lowercase().contains("product"))
    })
}

fn split_path(text: &str) -> Vec<String> {
    text.split(['>', '/', '›', '»']).map(clean_line).filter(|part| !part.is_empty()).collect()
}

fn clean_line(text: &str) -> String {
    fold(&clean(text))
}

/// Takes out markup and entities that generators leave in texts meant to be plain.
fn clean(text: &str) -> String {
    let has_entity = text.contains('&') && text.contains(';');
    if has_entity || (text.contains('<') && text.contains('>')) {
        block_text(parse(prefix(text, 256 << 10)).html.root())
    } else {
        crate::html::plain_text(text)
    }
}
