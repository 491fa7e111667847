//! Pages that stand before a site: sign-in, proof of being human, a queue.
//!
//! Shops and forums speak of all of these, too. A wall is a page that holds little else, or whose main content is the form.

mod forms;
mod words;

use std::rc::Rc;

use url::Url;

use super::address::Address;
use super::links::Target;
use super::outline::{Outline, Run};
use super::pagekind::{Points, Signs, main_text};
use super::reader::Reader;
use crate::html::{Node, attr};
use crate::record::PageKind;
use forms::{Asked, Form, asked};
use words::{ACCOUNT_NEEDED, AT_WORK, CHECK, CHECK_WITH_FORM, DECRYPT, MARKS, MISSING, PICTURE, QUEUE, QUEUE_WEAK, SECOND_STEP, SIGN_IN};

/// Characters of text beyond which a page is no mere check or queue.
const MUCH: usize = 1_500;
/// Characters of text up to which a form alone tells what a page is for.
const LITTLE: usize = 400;
/// Links beyond which a page is no mere check or queue.
const MANY: usize = 14;
/// Links to advertisements or sellers from which a page shows something.
const SHOWN: usize = 3;
/// Characters of one text that are looked at.
const LONGEST_RUN: usize = 4_096;
/// Nodes that are looked through for the marks of a guard.
const LOOKED_THROUGH: usize = 20_000;

/// Adds the points of walls.
pub fn judge(signs: &Signs<'_, '_>, reader: &Reader<'_>, points: &mut Points) {
    let outline = signs.scene.outline;
    let (text, links) = outline.elements.first().map_or((0, 0), |root| (root.text, root.links));
    let title = folded(signs.scene.page_title);
    let asked = asked(outline);
    if has_content(signs) {
        // A shop shows its goods around the form; then address and title must both say what the page is for.
        let address = reader.url.path().to_ascii_lowercase();
        if asked.main_passwords > 0 && named(&address, SIGN_IN) && named(&title, SIGN_IN) {
            points.add(PageKind::Login, "page for signing in", 5.0);
        }
        return;
    }
    let own: Vec<&Run> = outline
        .runs
        .iter()
        .take(200)
        .filter(|run| !outline.in_link(run.element) && outline.elements.get(run.element).is_some_and(|f| !f.hidden))
        .collect();
    let said: String = own.iter().map(|run| folded(&run.text.chars().take(LONGEST_RUN).collect::<String>())).collect::<Vec<_>>().join(" ");
    let page = Page { reader, title, said, asked, text, links, main: main_text(outline) };
    if page.asked.passwords > 0 {
        sign_in(&page, points);
        return;
    }
    if page.main < 800 && page.says(ACCOUNT_NEEDED) {
        points.add(PageKind::Login, "form to sign in", 3.5);
    }
    if links > MANY {
        return;
    }
    // The second step of a sign-in shows a long message.
    let small = page.asked.forms.iter().any(|form| form.is_small() && form.texts + form.letters > 0);
    if small && page.said.contains("begin pgp message") {
        points.add(PageKind::Login, "asks to prove a key", if page.says(DECRYPT) || page.is_named(SIGN_IN) { 8.0 } else { 3.5 });
        return;
    }
    if text < MUCH {
        checks(&page, outline, points);
        queues(&page, outline, points);
    }
}

/// What is looked at on a page.
struct Page<'p, 'r> {
    reader: &'p Reader<'r>,
    title: String,
    /// Text that is no link.
    said: String,
    asked: Asked,
    text: usize,
    links: usize,
    /// Characters outside of navigation.
    main: usize,
}

impl Page<'_, '_> {
    fn says(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.title.contains(phrase) || self.said.contains(phrase))
    }

    /// Whether title or address have one of these words.
    fn is_named(&self, names: &[&str]) -> bool {
        named(&self.title, names) || named(&self.reader.url.path().to_ascii_lowercase(), names)
    }
}

/// Whether a text has one of these words; `_` parts words.
fn named(text: &str, names: &[&str]) -> bool {
    let text = format!(" {} ", text.split(|c: char| !c.is_alphanumeric() && c != '-').collect::<Vec<_>>().join(" "));
    names.iter().any(|name| text.contains(&format!(" {name} ")))
}

fn folded(text: &str) -> String {
    text.to_lowercase().replace(['’', 'ʼ'], "'")
}

/// Whether a page shows goods or posts: a list, a price outside of navigation, something to buy, a declared product, links to such.
fn has_content(signs: &Signs<'_, '_>) -> bool {
    let outline = signs.scene.outline;
    let shown = |at: usize| outline.elements.get(at).is_some_and(|facts| !facts.chrome && !facts.hidden);
    signs.groups.iter().any(|group| group.cards.len() >= 3 || group.priced > 0.5)
        || signs.posts.iter().any(|at| super::thread::read(*at, outline, signs.reader).author.is_some())
        // One that a line of news speaks of is no goods.
        || signs.scene.prices.iter().any(|price| {
            let told = outline.elements.get(price.element).is_some_and(|facts| facts.text > price.price.raw.chars().count() + 16);
            !price.price.amount.is_zero() && !told && shown(price.element)
        })
        || signs.scene.controls.iter().any(|at| shown(*at))
        || !crate::structured::products(signs.structured).is_empty()
        || shown_goods(outline, signs.reader) >= SHOWN
}

/// Different advertisements and sellers that links outside of navigation lead to, up to [`SHOWN`].
fn shown_goods(outline: &Outline<'_>, reader: &Reader<'_>) -> usize {
    let mut found: Vec<Rc<Address>> = Vec::new();
    for facts in outline.elements.iter().filter(|facts| !facts.chrome && !facts.hidden && facts.name == "a").take(500) {
        let Some(url) = attr(facts.element(), "href").filter(|href| href.len() < 500).and_then(|href| reader.absolute(href)) else {
            continue;
        };
        if url.host() == reader.url.host()
            && matches!(url.target(), Target::Listing | Target::Vendor)
            && !found.iter().any(|known| known.as_str() == url.as_str())
        {
            found.push(url);
        }
        if found.len() >= SHOWN {
            break;
        }
    }
    found.len()
}

/// A small sign-in box stands on many pages of shops and forums: it is a wall only where little else is.
fn sign_in(page: &Page<'_, '_>, points: &mut Points) {
    let in_head = page.asked.main_passwords == 0;
    let bare = match (page.text, page.main) {
        (_, main) if in_head && main > 250 => 0.3,
        (..1_500, _) => 4.0,
        (..4_000, _) | (_, ..1_000) => 2.0,
        _ => 0.3,
    };
    points.add(PageKind::Login, "form to sign in", bare + if page.asked.passwords > 1 && page.text < 4_000 { 0.5 } else { 0.0 });
    if bare > 1.0 && page.is_named(SIGN_IN) {
        points.add(PageKind::Login, "words of signing in", 3.0);
    }
}

fn checks(page: &Page<'_, '_>, outline: &Outline<'_>, points: &mut Points) {
    let (asked, text) = (&page.asked, page.text);
    let small = || asked.forms.iter().filter(|form| form.is_small());
    if asked.captchas > 0 && !asked.captcha_beside_more {
        points.add(PageKind::Captcha, "asks for a proof of being human", 5.0);
    }
    let guarded = text < LITTLE && marks(outline);
    let with_form = page.says(CHECK_WITH_FORM) && small().next().is_some() && !asked.captcha_beside_more;
    if guarded || page.says(CHECK) || with_form {
        // A guard that refuses says so in the words of an error, too.
        points.add(PageKind::Captcha, "guard before the site", if guarded { 6.0 } else { 3.0 });
        points.detail("anti_ddos", PageKind::Captcha);
    }
    let boxes = |form: &Form| form.texts + form.letters;
    // A picture and one empty box tell enough in any language.
    let puzzle =
        |form: &Form| form.pictures > 0 && boxes(form) > 0 && form.texts <= 1 && form.selects == 0 && !form.account && text < LITTLE;
    let asks_about = page.says(PICTURE);
    let clock = |form: &Form| form.selects >= 2 && form.pictures > 0 && form.texts == 0;
    let points_at = |form: &Form| form.clicked > 0 || (form.checks >= 2 && form.pictures >= 2);
    let sum = text < LITTLE && asks_for_a_sum(&page.said);
    let missing = page.says(MISSING);
    if small().any(|form| {
        puzzle(form)
            || (asks_about && (boxes(form) > 0 && form.pictures > 0 || clock(form) || points_at(form)))
            || ((sum || missing) && boxes(form) > 0)
    }) {
        points.add(PageKind::Captcha, "captcha with little else", 4.0);
    } else if asked.captchas == 0 && text < LITTLE && page.says(SECOND_STEP) && small().any(|form| boxes(form) > 0) {
        points.add(PageKind::Login, "second step of signing in", 4.0);
    } else if asked.captchas == 0 && text < LITTLE && small().any(|form| form.account && form.texts == 1) && page.is_named(SIGN_IN) {
        // Some ask for the name first and for the password on the next page.
        points.add(PageKind::Login, "asks for a name first", 4.0);
    }
}

/// `7 + 4 =`, as a question.
fn asks_for_a_sum(said: &str) -> bool {
    let mut parts = said.split('=');
    let Some(before) = parts.next().filter(|_| parts.next().is_some()) else { return false };
    let sign = |c: char| matches!(c, '+' | '-' | '−' | '*' | '×' | 'x');
    let Some((first, second)) = before.rsplit_once(sign) else { return false };
    let number = |text: &str| !text.is_empty() && text.len() <= 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    let first = first.trim_end().rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    number(first) && number(second.trim())
}

/// Whether scripts, frames or forms of a page are called as those of known guards.
fn marks(outline: &Outline<'_>) -> bool {
    let Some(root) = outline.elements.first() else { return false };
    let marked = |text: &str| {
        let text: String = text.chars().take(4_000).flat_map(char::to_lowercase).collect();
        MARKS.iter().any(|mark| text.contains(mark))
    };
    root.node.tree().root().descendants().take(LOOKED_THROUGH).any(|node| match node.value() {
        Node::Element(element) if matches!(element.name(), "script" | "iframe" | "form" | "div" | "link") => {
            ["src", "href", "action", "id", "class"].iter().filter_map(|name| attr(element, name)).any(marked)
        }
        Node::Text(text) => {
            let in_script = node.parent().and_then(|parent| parent.value().as_element()).is_some_and(|element| element.name() == "script");
            in_script && marked(text)
        }
        _ => false,
    })
}

fn queues(page: &Page<'_, '_>, outline: &Outline<'_>, points: &mut Points) {
    let weak = QUEUE_WEAK.iter().filter(|phrase| page.title.contains(**phrase) || page.said.contains(**phrase)).count();
    // A page that reloads itself and shows nothing to read or press waits for something, in whatever language.
    let empty = page.links == 0 && page.asked.forms.is_empty();
    let waits = page.text < LITTLE && page.links <= 3 && (weak > 0 || empty) && asks_again(outline, page.reader.url);
    let at_work = page.says(AT_WORK);
    if page.says(QUEUE) || ((weak >= 2 || waits) && !at_work) {
        points.add(PageKind::Other, "queue", 4.0);
        points.detail("queue", PageKind::Other);
    }
}

/// Whether the page asks to be loaded again by itself, and does not lead elsewhere.
fn asks_again(outline: &Outline<'_>, own: &Url) -> bool {
    let Some(root) = outline.elements.first() else { return false };
    let again = |content: &str| match content.split_once([';', ',']) {
        None => true,
        Some((_, rest)) => {
            let address = rest.trim().trim_start_matches(|c: char| c.is_ascii_alphabetic()).trim_start().trim_start_matches('=');
            own.join(address.trim().trim_matches(['"', '\''])).is_ok_and(|to| to.host() == own.host() && to.path() == own.path())
        }
    };
    root.node.tree().root().descendants().take(LOOKED_THROUGH).filter_map(|node| node.value().as_element()).any(|element| {
        element.name() == "meta"
            && attr(element, "http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("refresh"))
            && attr(element, "content").is_some_and(again)
    })
}
