//! The categories that a trail leads through.

use url::Url;

use super::site::is_host;
use super::{ALL, Crumb, ITSELF, is_list_of_all, is_root};
use crate::country::{is_region, only_places};

/// The category path within a trail: without the front page and without the page's own title.
pub fn category_path(crumbs: &[Crumb], title: &str) -> Vec<String> {
    #[rustfmt::skip]
    const HOME: &[&str] = &[
        "home", "homepage", "home page", "start", "startseite", "accueil", "inicio", "início", "pagina principale", "strona główna",
        "strona glowna", "главная", "главная страница", "головна", "anasayfa", "ana sayfa", "الرئيسية", "página inicial", "thuis",
        "domů", "index", "forum", "forums", "board index", "forum index", "foren-übersicht", "index du forum", "shop", "all", "market",
        "etusivu", "forside", "hem", "hjem", "back", "zurück", "retour",
    ];
    let title = title.to_lowercase();
    let code = |name: &str| {
        name.len() >= 5
            && name.bytes().any(|byte| byte.is_ascii_digit())
            && !name.contains(char::is_whitespace)
            && !name.contains(char::is_lowercase)
    };
    let front = |href: &Option<String>| href.as_deref().and_then(|href| Url::parse(href).ok()).is_some_and(|url| is_root(&url));
    // Where every step leads to the front page, its address says nothing of a step.
    let all_front = crumbs.iter().filter(|(_, href)| front(href)).count() > 2;
    // A title is cut at some length or with dots; that it begins with the word of its category says nothing.
    let begins = |name: &str| {
        let cut = name.trim_end_matches(['.', '…']);
        title.starts_with(cut) && (cut.len() < name.len() || cut.len() * 2 > title.len() || cut.contains(' '))
    };
    // Some write a number or a word before it or behind it.
    let held = |name: &str| title.chars().count() >= 12 && name.contains(title.as_str());
    let itself = |name: &str| name.chars().count() >= 4 && (name == title || held(name));
    // Behind the page's own name stands what leads elsewhere: its pages, a way back.
    let last = crumbs.iter().skip(1).position(|(name, _)| itself(&name.to_lowercase())).map_or(crumbs.len(), |at| at + 2);
    // A title with marks of its own is cut into steps.
    let tail = crumbs.iter().rev().take_while(|(name, href)| href.is_none() && title.contains(&name.to_lowercase())).count();
    let starts = |at: &usize| crumbs.get(*at).is_some_and(|(name, _)| title.starts_with(&name.to_lowercase()));
    let whole = crumbs.last().is_some_and(|(name, _)| title.starts_with(&name.to_lowercase()));
    let last = if tail >= 2 && !whole { (crumbs.len() - tail..crumbs.len() - 1).find(starts).unwrap_or(last) } else { last };
    let mut path: Vec<String> = Vec::new();
    for (at, (name, href)) in crumbs.iter().take(last).enumerate() {
        let lower = name.to_lowercase();
        let is_home = path.is_empty()
            && (at == 0
                && (is_list_of_all(&lower)
                    || href.as_deref().and_then(|href| Url::parse(href).ok()).is_some_and(|url| is_host(name, &url)))
                || at == 1 && ALL.contains(&lower.as_str())
                || front(href) && (at == 0 || !all_front));
        let is_self = at + 1 == last && (at > 0 && href.is_none() && ITSELF.contains(&lower.as_str()))
            || at + 1 == last
                && (lower == title
                    || at > 0 && held(&lower)
                    || (at > 1 && (code(name) || href.is_none() && (numbered(name) || name.bytes().all(|byte| byte.is_ascii_digit()))))
                    || (href.is_none() && (begins(&lower) || !title.is_empty() && lower.starts_with(&title))));
        if href.as_deref().and_then(|href| Url::parse(href).ok()).is_some_and(|url| is_of_place(&url)) {
            continue;
        }
        // A category of a forum may be called so, and lies deeper.
        let deep = matches!(lower.as_str(), "market" | "shop")
            && href.as_deref().and_then(|href| Url::parse(href).ok()).is_some_and(|url| {
                let board = url.query_pairs().any(|(_, value)| !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()));
                url.path().trim_matches('/').matches('/').count() > 1 || !crypto_host(&url) && board
            });
        if !is_home && !is_self && (deep || !HOME.contains(&lower.as_str())) {
            path.push(name.clone());
        }
    }
    without_places(path)
}

/// Without the places by which classified advertisements are parted beside their kinds: before the categories, or behind them.
fn without_places(mut path: Vec<String>) -> Vec<String> {
    if path.len() > 1 && path.first().is_some_and(|name| is_region(name) || only_places(name)) {
        path.remove(0);
    }
    if let Some(region) = path.iter().skip(1).position(|name| is_region(name)) {
        path.truncate(region + 1);
    }
    path
}

/// Whether an address asks for the goods of a place.
fn is_of_place(url: &Url) -> bool {
    const PLACES: &[&str] = &["location", "city", "region", "state", "county", "loc", "province", "ort", "ville", "ciudad", "citta"];
    url.query_pairs().any(|(name, _)| PLACES.contains(&name.to_ascii_lowercase().as_str()))
}

/// Whether a host is a hidden service; markets there call their front page a market.
fn crypto_host(url: &Url) -> bool {
    url.host_str().is_some_and(|host| host.ends_with(".onion") || host.ends_with(".i2p"))
}

/// Whether a crumb is a word and a number: "Item 4471", "Oferta nr 3120", "Angebot #88".
fn numbered(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let digits = words
        .last()
        .map(|word| word.trim_start_matches('#'))
        .filter(|word| word.len() >= 2 && word.bytes().all(|byte| byte.is_ascii_digit()));
    digits.is_some() && (2..=3).contains(&words.len()) && words.iter().rev().skip(1).all(|word| word.chars().all(|c| !c.is_ascii_digit()))
}
