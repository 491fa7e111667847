//! One post: who wrote it, when, and what, without quotes, signatures and what the forum says of its author.

use std::sync::LazyLock;

use regex::Regex;

use super::fields;
use super::links::Target;
use super::outline::Outline;
use super::reader::Reader;
use crate::html::{attr, post_text};
use crate::record::Vendor;

/// Bytes of one post.
const MAX_POST: usize = 64 << 10;

/// A post.
#[derive(Debug, Clone, Default)]
pub struct Post {
    /// Position of its element.
    pub element: usize,
    /// Account of the writer.
    pub author: Option<Vendor>,
    /// When it was written.
    pub posted_at: Option<String>,
    /// That date as written.
    pub dated: String,
    /// What it calls itself.
    pub subject: Option<String>,
    /// Its text.
    pub text: String,
}

/// Whether a short text is a date.
pub fn is_date(text: &str, reader: &Reader<'_>) -> bool {
    (6..=60).contains(&text.len()) && text.bytes().any(|b| b.is_ascii_digit()) && reader.date(text).is_some()
}

/// Whether a short text can be the name of an account.
pub fn is_name(text: &str) -> bool {
    let name = text.trim();
    let words = name.split_whitespace().count();
    (2..=40).contains(&name.chars().count())
        && (1..=4).contains(&words)
        && name.chars().any(char::is_alphabetic)
        && !name.starts_with(['#', '@', '(', '['])
        && !name.ends_with([':', '.', '!', '?', ','])
        && super::labels::label(name).is_none()
}

/// Who wrote and when, in one text: "von rostfrei, 18.11.2026", "posted by korsak on 3 May 2026".
pub fn signed<'t>(text: &'t str, reader: &Reader<'_>) -> Option<&'t str> {
    if !(8..=90).contains(&text.len()) || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let rest = super::vendor::without_by(text)?;
    let end = [",", " | ", " · ", " » ", " - ", " – ", " on ", " am ", " le ", " el ", " il ", " op ", " em ", " dnia "]
        .iter()
        .filter_map(|mark| rest.find(mark))
        .min()?;
    let (name, date) = rest.split_at(end);
    (is_name(name) && name.split_whitespace().count() <= 3 && reader.date(date).is_some()).then(|| name.trim())
}

/// Words that say that a date is that of the account.
fn of_account(text: &str) -> bool {
    static JOINED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)joined|join date|registered|register|member since|mitglied|registriert|dabei seit|beigetreten|anmeldung|inscri|membre|registro|registrado|miembro|iscritto|membro|registado|desde|dołączył|rejestracj|lid sinds|geregistreerd|регистрац|зареєстр|на форуме|с нами|üyelik|kayıt|katılım|تاريخ التسجيل|انضم|last (?:seen|active|visit)|edited|bearbeitet|geändert|modifi|zuletzt|editad|modificat|edytowan|изменен|редакт",
        )
        .ok()
    });
    JOINED.as_ref().is_some_and(|joined| joined.is_match(text))
}

/// Reads one post.
pub fn read(at: usize, outline: &Outline<'_>, reader: &Reader<'_>) -> Post {
    let mut post = Post { element: at, ..Post::default() };
    let mut body: Option<(u8, usize)> = None;
    // Elements that hold the author's name and the date.
    let (mut named_at, mut dated_at): (Option<usize>, Option<usize>) = (None, None);
    let mut sure = false;
    for inner in outline.inside(at).skip(1).take(2_000) {
        let Some(facts) = outline.elements.get(inner) else { continue };
        let element = facts.element();
        let class = attr(element, "class").unwrap_or("").to_ascii_lowercase();
        let id = attr(element, "id").unwrap_or("").to_ascii_lowercase();
        let words: Vec<&str> =
            class.split(|c: char| !c.is_ascii_alphanumeric()).chain(id.split(|c: char| !c.is_ascii_alphanumeric())).collect();
        let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
        let rank = if has(&[
            "content",
            "bbwrapper",
            "cooked",
            "postcontent",
            "postmsg",
            "postmessagebody",
            "messagetext",
            "bodytext",
            "messagecontent",
            "postmessage",
        ]) || class.contains("message_text")
            || id.starts_with("post_message_")
            || class == "md"
        {
            2
        } else if has(&["body", "postbody", "message", "text", "inner", "entry"]) {
            1
        } else {
            0
        };
        let other = has(&[
            "author",
            "user",
            "signature",
            "sig",
            "quote",
            "header",
            "meta",
            "footer",
            "attribution",
            "profile",
            "poster",
            "info",
            "userinfo",
            "avatar",
            "files",
            "name",
        ]);
        // An element within the body that holds nearly all of it is the body itself.
        let closer = |known: u8, outer: usize| {
            rank == known
                && outline.holds(outer, inner)
                && outline.elements.get(outer).is_some_and(|outer| facts.text * 10 >= outer.text * 8)
        };
        if rank > 0 && !other && facts.text >= 10 && body.is_none_or(|(known, outer)| rank > known || closer(known, outer)) {
            body = Some((rank, inner));
        }
        if (2..=48).contains(&facts.text) && !sure && body.is_none_or(|(_, body)| !outline.holds(body, inner)) {
            let url = (element.name() == "a").then(|| attr(element, "href").and_then(|href| reader.absolute(href))).flatten();
            let to_member = url.as_ref().is_some_and(|url| url.target() == Target::Vendor);
            let called = facts.links == 0
                && facts.text <= 40
                && has(&[
                    "author",
                    "username",
                    "poster",
                    "nickname",
                    "name",
                    "bigusername",
                    "member",
                    "usertext",
                    "creator",
                    "postername",
                    "katib",
                ]);
            if to_member || (post.author.is_none() && (called || itemprop(element, "author"))) {
                let name = account_name(&outline.text_of(inner, 64));
                if !name.is_empty() && super::labels::label(&name).is_none() && !is_date(&name, reader) {
                    sure = to_member;
                    post.author = Some(Vendor { name, url: url.filter(|_| to_member).map(|url| String::from(&*url)), ..Vendor::default() });
                    named_at = Some(inner);
                }
            }
        }
        if post.subject.is_none() && facts.text <= 200 && has(&["subject", "filetitle"]) {
            post.subject = Some(outline.text_of(inner, 200)).filter(|text| text.chars().count() >= 4);
        }
        if post.posted_at.is_none() {
            let machine = if element.name() == "time" { attr(element, "datetime") } else { None };
            let text = || ((6..=60).contains(&facts.text) && facts.links <= 1).then(|| outline.text_of(inner, 80));
            let mut date = |text: &str| {
                let found = reader.date(text);
                if found.is_some() {
                    post.dated = text.to_owned();
                }
                found
            };
            let own = || !joined(outline, at, inner);
            post.posted_at = machine.and_then(&mut date).filter(|_| own()).or_else(|| {
                let dated = has(&[
                    "date",
                    "time",
                    "postdate",
                    "posted",
                    "timestamp",
                    "author",
                    "keyinfo",
                    "meta",
                    "info",
                    "smalltext",
                    "header",
                    "datetime",
                    "permalink",
                    "datepermalink",
                    "timeago",
                    "postinfo",
                    "post_date",
                    "old",
                ]) || element.name() == "time";
                dated.then(text).flatten().filter(|_| own()).and_then(|text| date(&text))
            });
            if post.posted_at.is_some() {
                dated_at = Some(inner);
            }
        }
    }
    if post.posted_at.is_none() {
        for (number, run) in outline.runs_of(at).iter().enumerate().filter(|(_, run)| (8..=60).contains(&run.text.len())) {
            let before = number.checked_sub(1).and_then(|before| outline.runs_of(at).get(before)).map_or("", |run| run.text.as_str());
            // "dabei seit 01/2024" has its date already.
            let joined = of_account(before) && !before.bytes().any(|b| b.is_ascii_digit());
            if number > 40 || !run.text.bytes().any(|b| b.is_ascii_digit()) || joined || of_account(&run.text) {
                continue;
            }
            if let Some(date) = reader.date(&run.text) {
                (post.posted_at, post.dated, dated_at) = (Some(date), run.text.clone(), Some(run.element));
                break;
            }
        }
    }
    if post.author.is_none() {
        // A name set apart before the text: in bold, as a heading or a link.
        let mut runs = outline.runs_of(at).iter().take(12);
        let found = runs.find(|run| {
            let tag = outline.elements.get(run.element).map_or("", |facts| facts.name);
            matches!(tag, "b" | "strong" | "h3" | "h4" | "h5" | "a" | "dt" | "cite" | "th")
                && is_name(&run.text)
                && !is_date(&run.text, reader)
        });
        if let Some(run) = found {
            post.author = Some(Vendor { name: account_name(&run.text), ..Vendor::default() });
            named_at = Some(run.element);
        }
    }
    if post.author.is_none() {
        let found = outline.runs_of(at).iter().take(12).find_map(|run| Some((signed(&run.text, reader)?, run)));
        if let Some((name, run)) = found {
            post.author = Some(Vendor { name: account_name(name), ..Vendor::default() });
            named_at = Some(run.element);
        }
    }
    let node = body.filter(|(rank, _)| *rank > 1).or(body).map(|(_, inner)| inner);
    let node = node.or_else(|| text_block(outline, at, named_at, dated_at)).unwrap_or(at);
    if let Some(facts) = outline.elements.get(node) {
        let root = facts.node.id();
        let text = post_text(facts.node, MAX_POST, |node| {
            // The body of a post may itself be a quotation's element.
            node.id() != root
                && node.value().as_element().is_some_and(|element| {
                    let class = attr(element, "class").unwrap_or("").to_ascii_lowercase();
                    // Old vBulletin writes its posts into one.
                    (element.name() == "blockquote" && !class.contains("content"))
                        || class.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| {
                            matches!(
                                word,
                                "signature"
                                    | "sig"
                                    | "quote"
                                    | "quoteheader"
                                    | "quotetitle"
                                    | "bbcodeblock"
                                    | "quotelink"
                                    | "citation"
                                    | "firma"
                                    | "imza"
                                    | "tawqia"
                            )
                        })
                })
        });
        post.text = without_tail(&text);
    }
    post
}

fn itemprop(element: crate::html::Element<'_>, name: &str) -> bool {
    attr(element, "itemprop").is_some_and(|own| own == name)
}

/// Whether an element is said to be about the account: by the label before it, or by the block that holds it.
fn joined(outline: &Outline<'_>, post: usize, at: usize) -> bool {
    let Some(facts) = outline.elements.get(at) else { return false };
    let before = facts.first_run.checked_sub(1).and_then(|before| outline.runs.get(before));
    if before.is_some_and(|run| outline.holds(post, run.element) && run.text.chars().count() <= 40 && of_account(&run.text)) {
        return true;
    }
    if of_account(&outline.text_of(at, 120)) {
        return true;
    }
    outline.ancestors(at).take_while(|(up, _)| *up != post).take(8).any(|(_, facts)| {
        let class = attr(facts.element(), "class").unwrap_or("").to_ascii_lowercase();
        ["userinfo", "extrauserinfo", "user_info", "postprofile", "user-details", "userdetails", "useruserinfo", "message-user"]
            .iter()
            .any(|word| class.contains(word))
    })
}

/// The block of the post's longest text that holds neither its author nor its date.
fn text_block(outline: &Outline<'_>, post: usize, named: Option<usize>, dated: Option<usize>) -> Option<usize> {
    let beside = |element: usize| {
        named.is_some_and(|named| outline.elements.get(named).is_some_and(|facts| facts.parent == element || named == element))
    };
    let quoted = |element: usize| {
        outline.ancestors(element).take_while(|(up, _)| *up != post).any(|(_, facts)| {
            let class = attr(facts.element(), "class").unwrap_or("").to_ascii_lowercase();
            facts.name == "blockquote" || class.contains("quote") || class.contains("signature")
        })
    };
    let runs = outline.runs_of(post).iter().filter(|run| !beside(run.element) && Some(run.element) != dated && !quoted(run.element));
    let longest = runs.max_by_key(|run| run.text.chars().count())?;
    let holds = |at: usize| [named, dated].iter().flatten().any(|marker| outline.holds(at, *marker));
    let mut block = longest.element;
    if holds(block) {
        return None;
    }
    for (up, _) in outline.ancestors(longest.element).take_while(|(up, _)| *up != post) {
        if holds(up) {
            break;
        }
        block = up;
    }
    Some(block)
}

/// Without "by" before it and marks behind it.
fn account_name(text: &str) -> String {
    let name = fields::vendor_name(text);
    let lower = name.to_lowercase();
    let lead = ["by ", "von ", "par ", "por ", "da ", "od ", "door ", "posted by ", "автор: ", "от "]
        .iter()
        .find(|lead| lower.starts_with(**lead));
    lead.and_then(|lead| name.get(lead.len()..)).unwrap_or(&name).trim().to_owned()
}

/// A post without the signature below a line of its own, and without lines that quote another.
fn without_tail(text: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut size = 0;
    for line in text.lines() {
        let bare = line.trim();
        let rule = bare.len() >= 4 && bare.chars().all(|c| matches!(c, '_' | '-' | '=' | '—'));
        if (bare == "--" || rule) && size > 0 {
            let rest = text.len().saturating_sub(line.as_ptr() as usize - text.as_ptr() as usize);
            if rest < 400 && rest < text.len() / 2 {
                break;
            }
        }
        size += bare.len();
        if !(bare.starts_with(">>") && bare.get(2..).is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit())) && bare.len() > 2) {
            kept.push(line);
        }
    }
    kept.join("\n").trim().to_owned()
}
