//! Pages by which a site serves its own visitors: registration, a forgotten password, contact, basket, terms, help.
//!
//! They show the site's menus, teasers and sometimes an account's words, so that they look like lists or sellers. What they are about is
//! said three times: by the address, by the heading, and by the form in their middle. Two of these make one.

mod words;

use super::outline::Outline;
use super::pagekind::{Points, Signs};
use super::single;
use crate::html::{attr, fold};
use crate::record::PageKind;
use words::{ADDRESS, BEGINNINGS, BESIDE, HEADINGS, STEPS};

/// Characters of the longest heading that is looked at.
const LONGEST: usize = 60;
/// Words of the last part of an address, beyond which it is the name of an article or of goods.
const MOST_WORDS: usize = 4;

/// Adds the points of such pages.
pub(super) fn judge(signs: &Signs<'_, '_>, points: &mut Points) {
    let scene = signs.scene;
    if !crate::structured::products(signs.structured).is_empty() {
        return;
    }
    let address = if is_addressed(signs.reader.url) { 1.5 } else { 0.0 };
    let heading = if is_headed(signs) { 2.5 } else { 0.0 };
    let priced = || scene.prices.iter().any(|price| !price.other && !scene.in_card(price.element));
    if address + heading < 4.0 && !scene.controls.is_empty() && priced() {
        return;
    }
    let asks = asks(scene.outline);
    // An opinion is asked for below every article and thread, and a newsletter offered beside anything.
    let form = asks.account || (asks.message && signs.posts.is_empty()) || (asks.little && address > 0.0);
    let sum = address + heading + if form { 1.5 } else { 0.0 };
    if sum >= 3.0 {
        points.add(PageKind::Other, "service of the site", sum + 1.5);
        points.detail("service", PageKind::Other);
    }
}

/// Whether the last part of an address, or what a parameter asks the site to do, is a service.
pub(super) fn is_addressed(url: &url::Url) -> bool {
    const DOERS: &[&str] = &[
        "action",
        "act",
        "do",
        "mode",
        "page",
        "view",
        "route",
        "controller",
        "main_page",
        "module",
        "section",
        "s",
        "cmd",
        "m",
        "id",
        "content",
    ];
    let named = |text: &str| {
        let text = text.to_lowercase();
        let text = text.rsplit_once('.').filter(|(_, end)| end.len() <= 5).map_or(text.as_str(), |(stem, _)| stem);
        let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
        let whole = words.concat();
        let known = |word: &&str| ADDRESS.contains(word);
        // "netflix-account" is goods.
        words.len() <= MOST_WORDS
            && (ADDRESS.contains(&whole.as_str())
                || (words.iter().any(known) && words.iter().all(|word| known(word) || BESIDE.contains(word))))
    };
    let mut parts = url.path_segments().map(|parts| parts.filter(|part| !part.is_empty()).collect::<Vec<_>>()).unwrap_or_default();
    let last = parts.pop();
    let before = parts.pop().filter(|_| last.is_some_and(|last| STEPS.contains(&last.to_ascii_lowercase().as_str())));
    [last, before].into_iter().flatten().any(named)
        || url.query_pairs().take(12).any(|(name, value)| DOERS.contains(&&*name.to_ascii_lowercase()) && value.len() < 40 && named(&value))
}

/// Whether the page's heading, or the first part of its title, names a service.
fn is_headed(signs: &Signs<'_, '_>) -> bool {
    let outline = signs.scene.outline;
    let titled = single::title(signs.scene, signs.reader).as_ref().map(|(_, title)| title.clone());
    let headings =
        outline.elements.iter().enumerate().filter(|(_, facts)| matches!(facts.name, "h1" | "h2") && !facts.hidden && !facts.chrome);
    let shown = headings.take(2).map(|(at, _)| outline.text_of(at, LONGEST + 20));
    let of_page =
        signs.scene.page_title.split(['|', '»', '«', '–', '—', '·', ':']).flat_map(|part| part.split(" - ")).take(3).map(str::to_owned);
    titled.into_iter().chain(shown).chain(of_page).any(|text| names(&text))
}

/// Whether a heading names a service: the whole of it, or its beginning where it is short.
fn names(text: &str) -> bool {
    let text = fold(text).to_lowercase();
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    text.chars().count() <= LONGEST && (HEADINGS.contains(&text) || BEGINNINGS.iter().any(|words| text.starts_with(words)))
}

/// What the forms outside of navigation ask for.
#[derive(Debug, Default)]
struct Asks {
    /// A new account, or the way back to one.
    account: bool,
    /// A message to the site.
    message: bool,
    /// An address or a name, and not much else.
    little: bool,
}

fn asks(outline: &Outline<'_>) -> Asks {
    let mut asks = Asks::default();
    for (at, _) in outline.elements.iter().enumerate().filter(|(_, facts)| facts.name == "form" && !facts.chrome).take(20) {
        let (mut passwords, mut texts, mut mails, mut areas) = (0, 0, 0, 0);
        for facts in outline.inside(at).take(600).filter_map(|inner| outline.elements.get(inner)) {
            let element = facts.element();
            let named = |word: &str| {
                ["name", "id"].into_iter().filter_map(|name| attr(element, name)).any(|name| name.to_lowercase().contains(word))
            };
            match (element.name(), attr(element, "type").unwrap_or("text").to_ascii_lowercase().as_str()) {
                ("textarea", _) => areas += 1,
                ("input", "password") => passwords += 1,
                ("input", "email") => mails += 1,
                ("input", "text" | "tel") if named("mail") => mails += 1,
                ("input", "text" | "tel") => texts += 1,
                _ => {}
            }
        }
        asks.account |= passwords >= 2 || (passwords == 1 && texts + mails >= 4);
        asks.little |= areas == 0 && (1..=3).contains(&(passwords + texts + mails));
        asks.message |= areas > 0 && mails > 0 && texts > 0;
    }
    asks
}
