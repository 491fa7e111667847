//! Links of a page, and what an address says of its target.

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;
use url::{Position, Url};

use super::address::Addresses;
use crate::html::{Survey, attr, inline_text};
use crate::record::Link;

/// Links kept from one page.
const MAX_LINKS: usize = 20_000;
/// Words by which sites name their "next page" link.
const NEXT: &[&str] = &[
    "next",
    "next page",
    "next »",
    "next ›",
    "next >",
    "next >>",
    "›",
    "»",
    ">",
    ">>",
    "→",
    "older",
    "weiter",
    "nächste",
    "nächste seite",
    "vor",
    "suivant",
    "suivante",
    "page suivante",
    "siguiente",
    "successivo",
    "successiva",
    "próximo",
    "próxima",
    "seguinte",
    "następna",
    "dalej",
    "volgende",
    "следующая",
    "вперед",
    "вперёд",
    "далее",
];

/// The address that relative links count from: the page's own, or its first `base href`.
pub fn base(survey: &Survey<'_>, url: &Url) -> Url {
    survey
        .bases
        .first()
        .and_then(|href| url.join(href.trim()).ok())
        .filter(|base| matches!(base.scheme(), "http" | "https"))
        .unwrap_or_else(|| url.clone())
}

/// Every `a[href]`, `area[href]` and `link[rel=next]` with a web address, each target once, in page order. Fragments are dropped.
pub fn find(survey: &Survey<'_>, addresses: &Addresses, url: &Url) -> Vec<Link> {
    let mut seen: HashMap<String, usize, FxBuildHasher> = HashMap::default();
    let mut links: Vec<Link> = Vec::new();
    for node in survey.links.iter().copied() {
        let Some(element) = node.value().as_element() else { continue };
        let is_anchor = element.name() != "link";
        let rel = attr(element, "rel").unwrap_or("").trim().to_ascii_lowercase();
        let is_next = rel.split_ascii_whitespace().any(|word| word == "next");
        if !is_anchor && !is_next {
            continue;
        }
        let Some(href) = attr(element, "href").map(str::trim).filter(|href| !href.is_empty() && !href.starts_with('#')) else { continue };
        let Some(address) = addresses.absolute(href) else { continue };
        let target = &address[..Position::AfterQuery];
        if target == &url[..Position::AfterQuery] || target.len() > 4096 {
            continue;
        }
        let text = inline_text(node, 300);
        let tip = attr(element, "title").or_else(|| attr(element, "aria-label")).unwrap_or("").trim();
        let rel = if is_next || names_next(&text) || names_next(tip) { "next".to_owned() } else { rel };
        match seen.get(target).and_then(|at: &usize| links.get_mut(*at)) {
            // "2" and "Next" lead to the same page: it is the next one.
            Some(Link { rel: known, .. }) if rel == "next" => *known = rel,
            Some(_) => {}
            None => {
                seen.insert(target.to_owned(), links.len());
                links.push(Link { url: target.to_owned(), text, rel });
            }
        }
        if links.len() >= MAX_LINKS {
            break;
        }
    }
    links
}

fn names_next(text: &str) -> bool {
    // None of the words is longer.
    text.len() <= 32 && NEXT.contains(&text.to_lowercase().as_str())
}

/// What an address seems to lead to, by the words in its path and query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// An advertisement.
    Listing,
    /// A seller.
    Vendor,
    /// A category or search.
    Category,
    /// Cart, order, message, report, help: nothing to read.
    Action,
    /// No word tells.
    Unknown,
}

/// `/v/name`: deeper ones are views of something else.
fn short_vendor(url: &Url) -> bool {
    url.path().strip_prefix("/v/").is_some_and(|name| !name.trim_end_matches('/').is_empty() && !name.trim_end_matches('/').contains('/'))
}

/// Judges an address. Later path segments and parameters count more, as they are the specific ones.
pub fn target(url: &Url) -> Target {
    const LISTING: &[&str] = &[
        "listing",
        "product",
        "products",
        "item",
        "offer",
        "p",
        "prod",
        "ad",
        "annonce",
        "anzeige",
        "anuncio",
        "artikel",
        "produkt",
        "produit",
        "producto",
        "lot",
        "viewproduct",
        "viewitem",
        "itm",
        "dp",
        "listingid",
        "productid",
        "itemid",
        "pid",
        "adid",
    ];
    const VENDOR: &[&str] = &[
        "vendor",
        "vendors",
        "seller",
        "sellers",
        "user",
        "users",
        "profile",
        "profiles",
        "member",
        "members",
        "merchant",
        "userinfo",
        "u",
        "contactmember",
        "vendeur",
        "haendler",
        "verkaeufer",
        "author",
        "memberlist",
        "viewprofile",
        "uid",
        "userid",
        "magaza",
        "satici",
        "kullanici",
        "vendedor",
        "venditore",
        "sprzedawca",
        "uzytkownik",
        "prodavec",
        "prodavets",
        "verkoper",
        "verkaufer",
        "anbieter",
        "mitglied",
        "usuario",
        "perfil",
        "profil",
        "profilo",
        "boutique",
        "tienda",
        "membre",
        "membres",
        "membro",
        "miembro",
        "utente",
        "utenti",
        "utilisateur",
        "nutzer",
        "benutzer",
        "lid",
        "leden",
        "uye",
        "verkopers",
        "sprzedajacy",
        "korisnik",
        "polzovatel",
    ];
    const CATEGORY: &[&str] = &[
        "category",
        "categories",
        "cat",
        "c",
        "subcategory",
        "search",
        "browse",
        "tag",
        "tags",
        "brand",
        "brands",
        "kategorie",
        "categorie",
        "rubrique",
        "collections",
        "collection",
        "catalog",
        "sc",
        "cid",
        "cat_id",
        "catid",
        "product-category",
        "cpath",
        "catalogsearch",
    ];
    const ACTION: &[&str] = &[
        "cart",
        "basket",
        "checkout",
        "order",
        "purchase",
        "buy",
        "message",
        "sendmessage",
        "compose",
        "conversation",
        "report",
        "login",
        "logout",
        "register",
        "signup",
        "account",
        "wishlist",
        "compare",
        "favorite",
        "favourites",
        "favorites",
        "help",
        "faq",
        "support",
        "contact",
        "feedback",
        "reviews",
        "review",
        "ratings",
        "flag",
        "share",
        "add-to-cart",
        "terms",
        "privacy",
        "settings",
        "inbox",
        "wallet",
        "reply",
        "quote",
        "img",
        "image",
        "images",
        "imgid",
        "lang",
        "currency",
        "smsg",
        "captcha",
        "add_to_cart",
        "sort",
    ];
    static WORDS: LazyLock<HashMap<&str, Target, FxBuildHasher>> = LazyLock::new(|| {
        let kinds = [(CATEGORY, Target::Category), (VENDOR, Target::Vendor), (LISTING, Target::Listing), (ACTION, Target::Action)];
        kinds.into_iter().flat_map(|(words, target)| words.iter().map(move |word| (*word, target))).collect()
    });
    // "index.php?action=profile;u=30"
    let parted = url.query().filter(|query| query.contains(';')).map(|query| query.replace(';', "&"));
    let pairs = url::form_urlencoded::parse(parted.as_deref().or(url.query()).unwrap_or("").as_bytes());
    let query: Vec<(String, String)> = pairs.take(12).map(|(n, v)| (n.to_ascii_lowercase(), v.to_ascii_lowercase())).collect();
    let judge = |word: &str| {
        let word = word.strip_suffix(".php").or_else(|| word.strip_suffix(".html")).or_else(|| word.strip_suffix(".aspx")).unwrap_or(word);
        let word = word.strip_suffix("_id").unwrap_or(word);
        // "user-41"
        let named = || word.rsplit_once('-').filter(|(_, id)| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()));
        let member = || named().and_then(|(head, _)| WORDS.get(head).copied()).filter(|target| *target == Target::Vendor);
        WORDS.get(word).copied().or_else(member)
    };
    let mut verdict = Target::Unknown;
    let mut last = false;
    for segment in url.path_segments().into_iter().flatten().filter(|segment| !segment.is_empty()) {
        let segment = segment.to_ascii_lowercase();
        let found = judge(&segment);
        last = found == Some(Target::Vendor) && matches!(segment.as_str(), "tienda" | "boutique" | "magaza");
        verdict = found.unwrap_or(verdict);
    }
    if last {
        // "/tienda/" with nothing behind it is the whole shop, not one of several.
        verdict = Target::Category;
    }
    // "/~name", "/@name"
    let own = |segment: &str| segment.len() > 2 && segment.starts_with(['~', '@']);
    if short_vendor(url) || url.path_segments().and_then(|mut all| all.next_back()).is_some_and(own) {
        verdict = Target::Vendor;
    }
    for (name, value) in &query {
        for word in [name.as_str(), value.as_str()] {
            match judge(word) {
                Some(Target::Action) => return Target::Action,
                Some(found) if verdict == Target::Unknown || found == Target::Listing => verdict = found,
                _ => {}
            }
        }
    }
    verdict
}
