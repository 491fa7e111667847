//! Steps of reading that join the parts: privacy, page title, controls, declared and found cards.

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

use super::{problem, same_listing};
use crate::heuristics::card;
use crate::heuristics::cards::Group;
use crate::heuristics::outline::Outline;
use crate::heuristics::reader::Reader;
use crate::heuristics::single::Scene;
use crate::heuristics::subject::Subject;
use crate::heuristics::thread;
use crate::html::{Element, Html, Selector, Survey, attr, inline_text};
use crate::provenance::Draft;
use crate::record::{Listing, Problem};
use crate::structured::{self, Structured, Thing};

/// Takes out what belongs to the operator's own account.
pub(super) fn remove_private(html: &mut Html, selectors: &[String], problems: &mut Vec<Problem>) {
    for source in selectors {
        let Ok(selector) = Selector::parse(source) else {
            problems.push(problem("private", source, "no CSS selector; nothing was removed by it"));
            continue;
        };
        let doomed: Vec<crate::html::NodeId> = html.select(&selector).map(|element| element.id()).collect();
        html.remove(&doomed);
    }
}

/// Text of the `title` element.
pub(super) fn page_title(survey: &Survey<'_>) -> String {
    let titles = survey.titles.iter().copied();
    // A `title` inside an SVG picture names the picture.
    let own = titles.filter(|node| !node.ancestors().any(|a| a.value().as_element().is_some_and(|e| e.name() == "svg"))).take(1);
    own.map(|node| node.children().filter_map(|c| c.value().as_text().map(|t| t.to_string())).collect::<String>())
        .map(|t| crate::html::fold(&t))
        .next()
        .unwrap_or_default()
}

/// `html[lang]`, `xml:lang` or the Content-Language `meta`.
pub(super) fn declared_language(survey: &Survey<'_>) -> Option<String> {
    let of_root = survey.root.and_then(|root| attr(root, "lang").or_else(|| attr(root, "xml:lang")));
    let says = |meta: &&Element<'_>| attr(**meta, "http-equiv").is_some_and(|http| http.eq_ignore_ascii_case("content-language"));
    of_root.or_else(|| attr(*survey.metas.iter().find(says)?, "content")).map(str::to_owned)
}

#[rustfmt::skip]
const BUY: &[&str] = &[
    "add to cart",
    "add to basket",
    "add to bag",
    "buy now",
    "buy it now",
    "buy",
    "purchase",
    "order now",
    "order",
    "place order",
    "place bid",
    "bid now",
    "make offer",
    "make an offer",
    "checkout",
    "add item",
    "in den warenkorb",
    "kaufen",
    "jetzt kaufen",
    "sofort kaufen",
    "bestellen",
    "bieten",
    "ajouter au panier",
    "acheter",
    "commander",
    "enchérir",
    "añadir al carrito",
    "agregar al carrito",
    "comprar",
    "aggiungi al carrello",
    "acquista",
    "compra ora",
    "adicionar ao carrinho",
    "dodaj do koszyka",
    "kup teraz",
    "in winkelwagen",
    "in winkelmand",
    "koop nu",
    "в корзину",
    "купить",
    "заказать",
    "в кошик",
    "у кошик",
    "до кошика",
    "додати в кошик",
    "додати до кошика",
    "купити",
    "добавить в корзину",
    "положить в корзину",
    "купить в 1 клик",
    "sepete ekle",
    "satın al",
    "hemen al",
    "أضف إلى السلة",
    "أضف للسلة",
    "اشتر الآن",
    "اشتري الآن",
    "mettre au panier",
    "ajouter au sac",
    "añadir a la cesta",
    "añadir a la bolsa",
    "agregar al carro",
    "comprar ahora",
    "metti nel carrello",
    "aggiungi alla borsa",
    "adicionar à sacola",
    "adicionar ao cesto",
    "colocar no carrinho",
    "comprar agora",
    "do koszyka",
    "kup",
    "kupuję",
    "toevoegen aan winkelwagen",
    "toevoegen aan winkelmand",
    "in mijn winkelwagen",
    "bestel",
    "in den einkaufswagen",
    "in den einkaufskorb",
    "zum warenkorb hinzufügen",
    "jetzt bestellen",
    "gelince haber ver",
    "benachrichtigen",
    "prévenez-moi",
    "m'avertir",
    "avísame",
    "avise-me",
    "avvisami",
    "powiadom o dostępności",
    "сообщить о поступлении",
    "уведомить о поступлении",
    "повідомити про наявність",
    "add to quote",
    "backorder",
    "pre-order",
    "notify me",
    "contact seller",
    "contact the seller",
    "message seller",
    "email seller",
    "verkäufer kontaktieren",
    "anbieter kontaktieren",
    "contacter le vendeur",
    "contactar",
    "contatta",
    "skontaktuj się",
    "contact opnemen",
    "связаться с продавцом",
];

static BY_FIRST_WORD: LazyLock<HashMap<&str, Vec<&str>, FxBuildHasher>> = LazyLock::new(|| {
    let mut words: HashMap<&str, Vec<&str>, FxBuildHasher> = HashMap::default();
    for word in BUY {
        words.entry(word.split(' ').next().unwrap_or("")).or_default().push(word);
    }
    words
});

/// Buttons and links that buy, bid or write to the seller, outside of cards.
pub(super) fn controls(outline: &Outline<'_>, cards: &[usize]) -> Vec<usize> {
    let in_card = |at: usize| {
        let after = cards.partition_point(|card| *card <= at);
        after > 0 && cards.get(after - 1).is_some_and(|card| outline.holds(*card, at))
    };
    let mut found = Vec::new();
    for (at, facts) in outline.elements.iter().enumerate() {
        let element = facts.element();
        let text = match element.name() {
            "a" if facts.text == 0 && facts.images > 0 => {
                let mut pictures = outline.inside(at).skip(1).take(10).filter_map(|inner| outline.elements.get(inner)).map(|f| f.element());
                pictures.find_map(|e| attr(e, "alt").or_else(|| attr(e, "title"))).unwrap_or("").to_owned()
            }
            "button" | "a" if facts.text <= 60 => outline.text_of(at, 80),
            "input" if attr(element, "type").is_some_and(|t| matches!(t.to_ascii_lowercase().as_str(), "submit" | "button" | "image")) => {
                attr(element, "value").or_else(|| attr(element, "alt")).or_else(|| attr(element, "title")).unwrap_or("").to_owned()
            }
            _ => continue,
        };
        let text = text.trim().to_lowercase();
        let first = text.split(' ').next().unwrap_or("");
        let named = BY_FIRST_WORD.get(first).into_iter().flatten().any(|word| {
            text.strip_prefix(word)
                .is_some_and(|rest| rest.is_empty() || word.contains(' ') || (text.len() < 40 && rest.starts_with(" with ")))
        });
        let by_name = matches!(element.name(), "button" | "input")
            && ["name", "id", "class"].iter().any(|name| {
                attr(element, name).is_some_and(|v| {
                    let v = v.to_ascii_lowercase();
                    v.contains("add-to-cart")
                        || v.contains("add_to_cart")
                        || v.contains("addtocart")
                        || v.contains("buy-now")
                        || v.contains("buynow")
                })
            });
        if (named || by_name) && !facts.chrome && !in_card(at) {
            found.push(at);
        }
    }
    found
}

/// What the page declares of the product that it is about: markup, Open Graph, the platform's own data, the surest first.
pub(super) fn declared(structured: &Structured, scene: &Scene<'_, '_>, subject: &Subject, reader: &Reader<'_>) -> Vec<Draft> {
    let mut declared = Vec::new();
    let products = structured::products(structured);
    let readings: Vec<Draft> =
        products.into_iter().filter_map(|product| structured::listing(product, reader.base(), reader.currency, reader.traced)).collect();
    let title = subject.title.to_lowercase();
    let rate = |draft: &Draft| {
        let listing = &draft.listing;
        let addressed = url::Url::parse(&listing.url).is_ok_and(|u| u.path() == reader.url.path() && u.path() != "/");
        usize::from(is_named(&listing.title, &title)) * 4
            + usize::from(addressed) * 3
            + usize::from(!listing.offers.is_empty()) * 2
            + usize::from(!listing.description.is_empty())
            + usize::from(listing.sku.is_some())
    };
    let count = readings.len();
    let best = readings.into_iter().rev().max_by_key(rate).filter(|best| rate(best) >= if count == 1 { 2 } else { 3 });
    // One syntax may tell what the other leaves out; of two different goods only one is the page's.
    let is_product = structured::is_open_graph_product(structured);
    let has_best = best.is_some();
    declared.extend(best);
    if let Some(mut graph) = structured::open_graph_listing(structured, reader.base(), reader.traced).filter(|_| is_product) {
        if !has_best {
            // Texts are cut for sharing, and titles carry the site's name: only the fields of a product are taken.
            graph.listing.title.clear();
            graph.listing.description.clear();
        }
        declared.push(graph);
    }
    let platform: Vec<&Thing> = structured.embedded.iter().filter(|thing| is_own(thing, scene, subject, &title)).collect();
    let variants = platform.iter().filter(|thing| thing.is(&["Variant"])).count();
    let readings = platform.into_iter().filter_map(|thing| structured::listing(thing, reader.base(), reader.currency, reader.traced));
    declared.extend(readings.take(12).map(|mut draft| {
        // Names and texts of scripts are templates' as often as not; what only scripts tell is taken.
        draft.withdraw("title", |listing| listing.title.clear());
        draft.withdraw("url", |listing| listing.url.clear());
        if variants > 1 {
            draft.withdraw("stock", |listing| listing.stock = None);
        }
        draft
    }));
    declared
}

/// Whether a declared name is that of the page. A category's name is often the beginning of its products' names: the lengths must be near, too.
fn is_named(name: &str, title: &str) -> bool {
    let name = name.to_lowercase();
    let near = name.len() * 10 >= title.len() * 6 && title.len() * 10 >= name.len() * 6;
    !name.is_empty() && (name == title || (near && (title.contains(&name) || name.contains(title))))
}

/// Whether a platform's object is about the page's product: by its name, by a variant's name that begins with it, or, without a name, by
/// standing in the main part of the page.
fn is_own(thing: &Thing, scene: &Scene<'_, '_>, subject: &Subject, title: &str) -> bool {
    let name = thing.plain("name").unwrap_or("");
    if is_named(name, title) || (title.len() > 5 && name.to_lowercase().starts_with(title)) {
        return true;
    }
    if thing
        .things("hasVariant")
        .any(|variant| variant.plain("name").is_some_and(|name| name.to_lowercase().starts_with(title)) && title.len() > 5)
    {
        return true;
    }
    if !name.is_empty() && !thing.is(&["Variant"]) {
        return false;
    }
    let outline = scene.outline;
    let Some(node) = thing.written.node.and_then(|id| outline.elements.first()?.node.tree().get(id)) else { return false };
    let place = std::iter::once(node).chain(node.ancestors()).find_map(|node| outline.position(node.id()));
    // In the head, or beside everything, it must tell a price that is shown.
    let told = thing.things("offers").find_map(|offer| offer.plain("price")).and_then(crate::money::parse_amount);
    let shown = told.is_some_and(|told| {
        let own = scene.prices.iter().filter(|at| !at.other && !scene.in_card(at.element) && !subject.is_foreign(at.element));
        own.take(200).any(|at| at.price.amount == told)
    });
    if shown && place.is_none_or(|at| !scene.in_card(at) && !subject.is_foreign(at)) {
        return true;
    }
    place.is_some_and(|at| {
        let near = subject.is_main(outline, at)
            || subject
                .title_at
                .is_some_and(|title| outline.ancestors(title).take(8).any(|(above, _)| outline.holds(above, at) && above != 0));
        near && !scene.in_card(at) && !subject.is_foreign(at)
    })
}

/// Fills what is empty in `draft` from `other`.
pub(super) fn merge(draft: &mut Draft, other: Option<Draft>) {
    if let Some(other) = other {
        draft.merge(other, complete);
    }
}

fn complete(listing: &mut Listing, other: Listing) {
    fn keep<T: Default + PartialEq>(own: &mut T, other: T) {
        if *own == T::default() {
            *own = other;
        }
    }
    keep(&mut listing.url, other.url);
    keep(&mut listing.title, other.title);
    keep(&mut listing.description, other.description);
    keep(&mut listing.category_path, other.category_path);
    keep(&mut listing.offers, other.offers);
    keep(&mut listing.price_state, other.price_state);
    keep(&mut listing.availability, other.availability);
    keep(&mut listing.stock, other.stock);
    keep(&mut listing.sku, other.sku);
    keep(&mut listing.gtin, other.gtin);
    keep(&mut listing.mpn, other.mpn);
    keep(&mut listing.brand, other.brand);
    keep(&mut listing.vendor, other.vendor);
    keep(&mut listing.ships_from, other.ships_from);
    keep(&mut listing.ships_to, other.ships_to);
    keep(&mut listing.ships_except, other.ships_except);
    keep(&mut listing.ships_raw, other.ships_raw);
    keep(&mut listing.payments, other.payments);
    keep(&mut listing.escrow, other.escrow);
    keep(&mut listing.feedback_n, other.feedback_n);
    keep(&mut listing.feedback, other.feedback);
    keep(&mut listing.posted_at, other.posted_at);
    keep(&mut listing.images, other.images);
}

/// Cards of all lists; what the page declares of the same advertisement completes them, or stands in where no list was found.
pub(super) fn cards(groups: &[Group], structured: &Structured, scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Vec<Draft> {
    let mut found: Vec<Draft> = Vec::new();
    let mut positions: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    // What stands beside the list of a page is on other pages' lists.
    let beside = groups.iter().any(|group| !group.aside);
    let lists = groups.iter().filter(|group| !(group.aside && beside));
    for draft in lists.flat_map(|group| card::read(group, scene.outline, scene.pairs, scene.prices, reader)) {
        match positions.get(&draft.listing.key).and_then(|at| found.get_mut(*at)) {
            // The same advertisement twice, as where one list is for small screens: they complete each other.
            Some(own) => merge(own, Some(draft)),
            None => {
                positions.insert(draft.listing.key.clone(), found.len());
                found.push(draft);
            }
        }
    }
    // "0 TL - 2.500 TL" leads to part of the list.
    found.retain(|draft| !is_range(&draft.listing.title));
    // Most threads of a forum are talk: without a price only those marked as advertisements count, but for boards that trade.
    let trades = thread::is_trading_board(scene.page_title, scene.crumbs, found.iter().map(|draft| draft.listing.title.as_str()));
    found.retain(|Draft { listing: card, .. }| {
        !card.offers.is_empty()
            || !thread::is_thread_address(&card.url)
            || (trades && !thread::is_notice(&card.title))
            || thread::reads_as_advertisement(&card.title, "", false)
    });
    declared_cards(found, structured, reader)
}

/// Whether a title is amounts and nothing else.
fn is_range(title: &str) -> bool {
    if !title.starts_with(|c: char| !c.is_alphabetic()) || title.len() > 60 {
        return false;
    }
    let prices = crate::money::find_prices(title, None, false);
    let rest = prices.iter().fold(title.to_owned(), |rest, price| rest.replace(&price.raw, " "));
    !prices.is_empty() && rest.chars().filter(|c| c.is_alphabetic()).count() <= 4
}

/// Completes cards by what the page declares of the same advertisement; without cards that stands in.
pub(super) fn declared_cards(mut found: Vec<Draft>, structured: &Structured, reader: &Reader<'_>) -> Vec<Draft> {
    let declared = structured::item_list(structured, reader.base(), reader.currency, reader.traced);
    if found.is_empty() {
        return declared;
    }
    let positions: std::collections::HashMap<String, usize> =
        found.iter().enumerate().map(|(at, card)| (card.listing.key.clone(), at)).collect();
    for draft in declared {
        let listing = &draft.listing;
        let key = url::Url::parse(&listing.url).map(|url| crate::canonical::listing_key(&url)).unwrap_or_default();
        if let Some(own) = positions
            .get(&key)
            .and_then(|at| found.get_mut(*at))
            .filter(|own| same_listing(&own.listing, listing) || own.listing.title == listing.title)
        {
            merge(own, Some(draft));
        }
    }
    found
}

/// The currency that a page names once beside no goods, or that is chosen among those in which it shows its prices.
pub(super) fn currency(survey: &Survey<'_>, outline: &Outline<'_>) -> Option<String> {
    let code =
        |text: &str| Some(text.trim()).filter(|text| text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())).map(str::to_owned);
    let mut named = survey
        .metas
        .iter()
        .filter(|meta| attr(**meta, "itemprop") == Some("priceCurrency"))
        .filter_map(|meta| code(attr(*meta, "content")?));
    if let Some(first) = named.next() {
        return named.all(|other| other == first).then_some(first);
    }
    let called = |value: &str| value.to_ascii_lowercase().contains("currenc");
    let select = outline.elements.iter().enumerate().find(|(_, facts)| {
        facts.name == "select" && (called(facts.id) || called(facts.class) || attr(facts.element(), "name").is_some_and(called))
    });
    let options =
        |at: usize| outline.inside(at).take(60).filter(|at| outline.elements.get(*at).is_some_and(|facts| facts.name == "option"));
    let chosen =
        options(select?.0).find(|at| outline.elements.get(*at).is_some_and(|facts| attr(facts.element(), "selected").is_some()))?;
    let text = outline.text_of(chosen, 60);
    let value = outline.elements.get(chosen).and_then(|facts| attr(facts.element(), "value")).unwrap_or("");
    #[rustfmt::skip]
    const NAMES: &[(&str, &str)] = &[
        ("australian dollar", "AUD"), ("canadian dollar", "CAD"), ("new zealand dollar", "NZD"), ("us dollar", "USD"), ("u.s. dollar", "USD"),
        ("singapore dollar", "SGD"), ("hong kong dollar", "HKD"), ("mexican peso", "MXN"), ("peso mexicano", "MXN"), ("peso argentino", "ARS"),
        ("swedish kron", "SEK"), ("svenska kron", "SEK"), ("norwegian kron", "NOK"), ("norske kron", "NOK"), ("danish kron", "DKK"), ("danske kron", "DKK"),
    ];
    let lower = text.to_lowercase();
    let by_name = || NAMES.iter().find(|(name, _)| lower.contains(name)).map(|(_, code)| (*code).to_owned());
    text.split(|c: char| !c.is_ascii_alphabetic()).find_map(code).or_else(|| code(value)).or_else(by_name)
}

/// Text of an element on one line.
pub(super) fn text(element: crate::html::ElementRef<'_>) -> String {
    inline_text(*element, 64 << 10)
}
