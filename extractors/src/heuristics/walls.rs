//! Pages that stand before a site: sign-in, proof of being human, a queue.
//!
//! Shops and forums speak of all of these, too. A wall is a page that holds little else, or whose main content is the form.

use super::outline::{Outline, Run};
use super::pagekind::{Points, Signs, main_text};
use super::reader::Reader;
use crate::record::PageKind;

/// Characters of text beyond which a page is no mere check or queue.
const MUCH: usize = 1_500;
/// Links beyond which a page is no mere check or queue.
const MANY: usize = 14;

const SIGN_IN: &[&str] = &[
    "login",
    "log in",
    "log-in",
    "sign in",
    "sign-in",
    "signin",
    "register",
    "sign up",
    "signup",
    "auth",
    "authentication",
    "anmelden",
    "anmeldung",
    "einloggen",
    "connexion",
    "se connecter",
    "iniciar sesión",
    "accedi",
    "accesso",
    "entrar",
    "inloggen",
    "zaloguj",
    "logowanie",
    "вход",
    "войти",
    "2fa",
];
/// What sites write where an account is needed.
const ACCOUNT_NEEDED: &[&str] = &[
    "you must be logged in",
    "you must be logged-in",
    "you need to be logged in",
    "you must log in",
    "you need to log in",
    "please log in to",
    "please login to",
    "please sign in to",
    "you are not logged in",
    "log in or register to",
    "sie müssen angemeldet sein",
    "sie müssen sich anmelden",
    "bitte melden sie sich an",
    "bitte anmelden",
    "vous devez être connecté",
    "veuillez vous connecter",
    "debe iniciar sesión",
    "inicia sesión para",
    "devi effettuare il login",
    "musisz być zalogowany",
    "je moet ingelogd zijn",
    "необходимо войти",
    "вы должны войти",
];
/// What a check says of itself; no shop or forum says it of others.
const CHECK: &[&str] = &[
    "checking your browser",
    "just a moment",
    "verify you are human",
    "verify that you are human",
    "verifying you are human",
    "are you a robot",
    "are you human",
    "i am not a robot",
    "i'm not a robot",
    "anti-bot",
    "browser check",
    "attention required",
    "prove you are human",
    "prove that you are human",
    "bot verification",
    "human verification",
    "security check",
];
/// What a check may say, and others, too: with a form only.
const CHECK_WITH_FORM: &[&str] =
    &["ddos", "captcha", "solve the", "type the letters", "enter the letters", "enter the characters", "enter the code", "what you see"];
const QUEUE: &[&str] = &[
    "waiting room",
    "in the queue",
    "warteschlange",
    "file d'attente",
    "your position",
    "you are in line",
    "place in line",
    "queue position",
    "you are in a queue",
    "you have been placed in a queue",
    "you have been placed in queue",
    "в очереди",
];
const QUEUE_WEAK: &[&str] = &["queue", "estimated wait", "please wait", "estimated time"];

/// What the forms of a page ask for.
#[derive(Default)]
struct Asked {
    passwords: usize,
    /// Forms with a password that are not part of the page's surroundings.
    main_passwords: usize,
    captchas: usize,
    /// Whether a captcha stands in a form that asks for more than its solution.
    captcha_beside_more: bool,
    forms: usize,
}

/// Adds the points of walls.
pub fn judge(signs: &Signs<'_, '_>, reader: &Reader<'_>, points: &mut Points) {
    let outline = signs.scene.outline;
    let (text, links) = outline.elements.first().map_or((0, 0), |root| (root.text, root.links));
    let title = signs.scene.page_title.to_lowercase();
    let asked = asked(outline);
    let content = has_content(signs);
    let bare = text < MUCH && links <= MANY && !content;
    let own: Vec<&Run> = outline
        .runs
        .iter()
        .take(200)
        .filter(|run| !outline.in_link(run.element) && outline.elements.get(run.element).is_some_and(|f| !f.hidden))
        .collect();
    let said: String = own.iter().map(|run| run.text.to_lowercase()).collect::<Vec<_>>().join(" ");
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| title.contains(phrase) || said.contains(phrase));
    if asked.passwords > 0 && !content {
        sign_in(reader, &title, &asked, (text, main_text(outline)), points);
    } else if !content && asked.passwords == 0 && main_text(outline) < 800 && says(ACCOUNT_NEEDED) {
        points.add(PageKind::Login, 3.5);
    }
    if !bare || asked.passwords > 0 {
        return;
    }
    if asked.captchas > 0 && !asked.captcha_beside_more {
        points.add(PageKind::Captcha, 5.0);
    }
    if says(CHECK) || (says(CHECK_WITH_FORM) && asked.forms > 0 && !asked.captcha_beside_more) {
        points.add(PageKind::Captcha, 3.0);
        points.detail("anti_ddos", PageKind::Captcha);
    }
    if says(QUEUE) || QUEUE_WEAK.iter().filter(|phrase| title.contains(**phrase) || said.contains(**phrase)).count() >= 2 {
        points.add(PageKind::Other, 4.0);
        points.detail("queue", PageKind::Other);
    }
}

/// Whether a page shows goods or posts: a list, a price outside of navigation, something to buy, a declared product.
fn has_content(signs: &Signs<'_, '_>) -> bool {
    let outline = signs.scene.outline;
    let shown = |at: usize| outline.elements.get(at).is_some_and(|facts| !facts.chrome && !facts.hidden);
    signs.groups.iter().any(|group| group.cards.len() >= 3 || group.priced > 0.5)
        || signs.posts.iter().any(|at| super::thread::read(*at, outline, signs.reader).author.is_some())
        || signs.scene.prices.iter().any(|price| !price.price.amount.is_zero() && shown(price.element))
        || signs.scene.controls.iter().any(|at| shown(*at))
        || !crate::structured::products(signs.structured).is_empty()
}

/// A small sign-in box stands on many pages of shops and forums: it is a wall only where little else is.
fn sign_in(reader: &Reader<'_>, title: &str, asked: &Asked, (text, main): (usize, usize), points: &mut Points) {
    let in_head = asked.main_passwords == 0;
    let bare = match (text, main) {
        _ if in_head && main > 250 => 0.3,
        (..1_500, _) => 4.0,
        (..4_000, _) | (_, ..1_000) => 2.0,
        _ => 0.3,
    };
    points.add(PageKind::Login, bare + if asked.passwords > 1 && text < 4_000 { 0.5 } else { 0.0 });
    let words = |text: &str| format!(" {} ", text.split(|c: char| !c.is_alphanumeric() && c != '-').collect::<Vec<_>>().join(" "));
    let named = |text: &str| SIGN_IN.iter().any(|word| words(text).contains(&format!(" {word} ")));
    let address = reader.url.path().to_ascii_lowercase();
    if bare > 1.0 && (named(title) || named(&address.replace('_', " "))) {
        points.add(PageKind::Login, 3.0);
    }
}

fn asked(outline: &Outline<'_>) -> Asked {
    let mut asked = Asked::default();
    for (at, facts) in outline.elements.iter().enumerate() {
        let element = facts.element();
        let says = |name: &str| element.attr(name).is_some_and(|value| value.to_ascii_lowercase().contains("captcha"));
        let kind = element.attr("type").unwrap_or("").to_ascii_lowercase();
        match element.name() {
            "form" => asked.forms += 1,
            "input" if kind == "password" => {
                asked.passwords += 1;
                asked.main_passwords += usize::from(!facts.chrome);
            }
            "input" | "img" | "div" | "label" | "iframe"
                if !facts.hidden && ["name", "id", "class", "src", "alt"].iter().any(|n| says(n)) =>
            {
                asked.captchas += 1;
                asked.captcha_beside_more |= asks_more(outline, at);
            }
            _ => {}
        }
    }
    asked
}

/// Whether the form around a captcha has fields for a message, an address or a search.
fn asks_more(outline: &Outline<'_>, at: usize) -> bool {
    let Some((form, _)) = outline.ancestors(at).find(|(_, facts)| facts.element().name() == "form") else { return false };
    let fields = outline.inside(form).take(400).filter_map(|inner| outline.elements.get(inner)).map(|facts| facts.element());
    let mut texts = 0;
    for field in fields {
        let kind = field.attr("type").unwrap_or("text").to_ascii_lowercase();
        match field.name() {
            "textarea" | "select" => return true,
            "input" if matches!(kind.as_str(), "email" | "tel" | "search" | "file" | "url") => return true,
            // A solution may have a box for each letter.
            "input" if matches!(kind.as_str(), "text" | "number") && field.attr("maxlength") != Some("1") => texts += 1,
            _ => {}
        }
    }
    texts > 2
}
