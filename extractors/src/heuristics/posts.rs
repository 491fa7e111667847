//! Where the posts of a page are: by the names that forum software gives them, else by their build, since each has an author, a date and a text.

use std::collections::BTreeMap;

use super::links::Target;
use super::outline::Outline;
use super::post::{is_date, is_name, signed};
use super::reader::Reader;
use crate::html::attr;

/// Classes of posts: phpBB, vBulletin, XenForo, SMF, MyBB, Invision, Discourse, Flarum, NodeBB, punBB, Reddit, imageboards, Telegram.
#[rustfmt::skip]
const CLASSES: &[&str] = &[
    "post", "message", "postbit", "postcontainer", "post_wrapper", "topic-post", "cpost", "forum-post", "post-container", "windowbg", "windowbg2", "blockpost",
    "post-row", "message--post", "postbitlegacy", "thread-post", "forumpost", "tpost", "reply", "postreply", "crawler-post", "commentpost", "poststream-item", "ipscomment",
    "tgme_widget_message", "gb-entry", "gbentry", "entry", "guestbook-entry", "postbody_wrap", "comment", "opcontainer", "replycontainer", "post--comment",
];
/// Names of ids before a number.
const IDS: &[&str] = &["post", "pid", "msg", "p", "edit", "post_id", "reply", "comment", "c", "postrow", "m"];
/// Elements that can be posts.
const TAGS: &[&str] = &["div", "article", "li", "tr", "table", "section", "tbody", "dl"];
/// Children of one element that are looked at.
const MOST: usize = 2_000;

/// Positions of the posts of a page, in its order.
pub fn find(outline: &Outline<'_>, reader: &Reader<'_>) -> Vec<usize> {
    let mut named = by_name(outline);
    if named.len() >= 2 && lead_on(outline, &named, reader) {
        named.clear();
    }
    if let Some(opener) = opener(outline, &named, reader) {
        named.insert(0, opener);
    }
    if named.len() >= 2 {
        return named;
    }
    let built = by_build(outline, reader);
    if built.len() >= 2 && named.iter().all(|at| built.iter().any(|post| outline.holds(*post, *at) || outline.holds(*at, *post))) {
        built
    } else if named.is_empty() && super::thread::is_thread_address(reader.url.as_str()) {
        by_article(outline)
    } else {
        named
    }
}

/// The text above comments that they are about, by a member and with a date, where it is built unlike them.
fn opener(outline: &Outline<'_>, posts: &[usize], reader: &Reader<'_>) -> Option<usize> {
    let first = *posts.first()?;
    let answers = |at: usize| {
        let class = outline.elements.get(at).map_or("", |facts| facts.class);
        super::cards::humps(class)
            .take(8)
            .any(|word| ["comment", "reply", "answer", "response"].iter().any(|own| word.eq_ignore_ascii_case(own)))
    };
    if !answers(first) {
        return None;
    }
    for (child, facts) in outline.ancestors(first).take(4).take_while(|(_, facts)| facts.name != "body") {
        let siblings = (facts.parent + 1..child).filter(|at| outline.elements.get(*at).is_some_and(|own| own.parent == facts.parent));
        let speaks = |at: &usize| {
            let Some(own) = outline.elements.get(*at).filter(|own| !own.chrome && own.text >= 60 && TAGS.contains(&own.name)) else {
                return false;
            };
            let head = outline.runs.get(own.first_run..own.last_run.min(own.first_run + 14)).unwrap_or(&[]);
            let member = || {
                outline.inside(*at).take(200).filter_map(|inner| outline.elements.get(inner)).filter(|f| f.name == "a" && f.text > 1).any(
                    |f| attr(f.element(), "href").and_then(|href| reader.absolute(href)).is_some_and(|url| url.target() == Target::Vendor),
                )
            };
            head.iter().any(|run| is_date(&run.text, reader)) && member()
        };
        if let Some(found) = siblings.filter(speaks).last() {
            return Some(found);
        }
    }
    None
}

/// Articles side by side, each under a name: a thread as search engines are shown it, without dates.
fn by_article(outline: &Outline<'_>) -> Vec<usize> {
    let mut found: Vec<usize> = Vec::new();
    let mut parent = None;
    for (at, facts) in outline.elements.iter().enumerate().filter(|(_, facts)| facts.name == "article" && !facts.chrome && facts.text >= 10)
    {
        let named = outline.runs.get(facts.first_run).is_some_and(|run| {
            is_name(&run.text)
                && outline.ancestors(run.element).take(3).any(|(_, f)| matches!(f.name, "h2" | "h3" | "h4" | "h5" | "b" | "strong"))
        });
        if named && *parent.get_or_insert(facts.parent) == facts.parent {
            found.push(at);
        }
    }
    if found.len() >= 2 { found } else { Vec::new() }
}

/// Elements that call themselves posts: those of the name that most of them share, those within others left out.
fn by_name(outline: &Outline<'_>) -> Vec<usize> {
    let mut by_word: BTreeMap<&'static str, (usize, Vec<usize>)> = BTreeMap::new();
    for (at, facts) in outline.elements.iter().enumerate() {
        let element = facts.element();
        if !facts.chrome && facts.text >= 15 && is_custom(element) {
            let (end, found) = by_word.entry("#element").or_default();
            if at >= *end {
                *end = outline.inside(at).end;
                found.push(at);
            }
            continue;
        }
        if facts.chrome || facts.text < 15 || !TAGS.contains(&element.name()) {
            continue;
        }
        let id = attr(element, "id").unwrap_or("");
        let class = attr(element, "class").unwrap_or("");
        let words =
            class.split_ascii_whitespace().take(12).filter_map(|word| CLASSES.iter().find(|known| known.eq_ignore_ascii_case(word)));
        for word in words.copied().chain(is_numbered(id).then_some("#id")) {
            let (end, found) = by_word.entry(word).or_default();
            // An element within a post that calls itself post too is no second post.
            if at >= *end {
                *end = outline.inside(at).end;
                found.push(at);
            }
        }
    }
    let size = |found: &[usize]| found.iter().filter_map(|at| outline.elements.get(*at)).map(|facts| facts.text).sum::<usize>();
    // The first post of an imageboard and its answers go by different names: numbered ids join them.
    let best = by_word.into_values().map(|(_, found)| found).max_by(|a, b| a.len().cmp(&b.len()).then_with(|| size(a).cmp(&size(b))));
    best.unwrap_or_default()
}

/// Elements of a site's own that name their writer: `<x-post author="...">`, `<x-comment author="...">`.
fn is_custom(element: crate::html::Element<'_>) -> bool {
    let name = element.name();
    name.contains('-')
        && name.split('-').any(|word| matches!(word, "post" | "comment" | "message" | "reply" | "entry"))
        && ["author", "username", "user", "data-author"].iter().any(|name| attr(element, name).is_some())
}

/// `post123`, `post-123`, `p123`, `pid_123`, `msg123`.
fn is_numbered(id: &str) -> bool {
    IDS.iter().any(|lead| {
        id.get(..lead.len()).is_some_and(|start| start.eq_ignore_ascii_case(lead))
            && id.get(lead.len()..).is_some_and(|rest| {
                let digits = rest.trim_start_matches(['-', '_']);
                !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
            })
    })
}

/// Children of one element that each hold a date, a name before or beside it, and a text: at least two, most of its children.
fn by_build(outline: &Outline<'_>, reader: &Reader<'_>) -> Vec<usize> {
    // Each run is looked at once, however many elements hold it.
    let dates: Vec<bool> = outline.runs.iter().map(|run| may_be_date(&run.text) && is_date(&run.text, reader)).collect();
    if dates.iter().filter(|date| **date).count() < 2 {
        return Vec::new();
    }
    let dated: Vec<usize> = dates
        .iter()
        .scan(0, |sum, date| {
            *sum += usize::from(*date);
            Some(*sum)
        })
        .collect();
    // How many dates stand among the runs from `from` on before `to`.
    let count = |from: usize, to: usize| {
        let up_to = |end: usize| end.checked_sub(1).and_then(|last| dated.get(last)).copied().unwrap_or(0);
        up_to(to).saturating_sub(up_to(from))
    };
    // All children of an element; of a thread those built alike, too: a page without a frame has its posts beside menu and foot.
    let thread = super::thread::is_thread_address(reader.url.as_str());
    let mut children: BTreeMap<(usize, u64), Vec<usize>> = BTreeMap::new();
    for (at, facts) in outline.elements.iter().enumerate().skip(1) {
        if !facts.chrome && facts.text >= 30 && TAGS.contains(&facts.name) {
            children.entry((facts.parent, 0)).or_default().push(at);
            if thread {
                children.entry((facts.parent, facts.signature)).or_default().push(at);
            }
        }
    }
    let mut best: Option<(usize, Vec<usize>)> = None;
    for found in children.into_values().filter(|found| found.len() >= 2) {
        let is_post = |at: &usize| {
            let Some(facts) = outline.elements.get(*at) else { return false };
            let dated = count(facts.first_run, facts.last_run.min(facts.first_run + 14)) > 0;
            let runs = outline.runs_of(*at).iter().take(10).zip(dates.get(facts.first_run..).unwrap_or(&[]));
            dated && runs.into_iter().any(|(run, date)| if *date { signed(&run.text, reader).is_some() } else { is_name(&run.text) })
        };
        let kept: Vec<usize> = found.iter().copied().take(MOST).filter(is_post).collect();
        // A text of some length: rows of an index have dates and names too.
        let told = kept.iter().filter(|at| speaks(outline, **at, reader)).count();
        // The table of an old guestbook has rows for its head, form and foot, too.
        let rows = kept.len() >= 4 && kept.iter().all(|at| outline.elements.get(*at).is_some_and(|facts| facts.name == "tr"));
        let most = kept.len() * 3 >= found.len() * 2 || (rows && kept.len() * 2 > found.len());
        if kept.len() < 2 || !most || told * 2 < kept.len() || lead_on(outline, &kept, reader) {
            continue;
        }
        // Rows and cards of an index have dates, sellers and each a price; of posts few name one.
        let priced = kept.iter().filter(|at| outline.elements.get(**at).is_some_and(|facts| facts.prices > 0)).count();
        let linked = kept.iter().filter(|at| outline.elements.get(**at).is_some_and(|facts| facts.links > 0 || facts.images > 0)).count();
        if priced * 2 > kept.len() && linked * 2 > kept.len() && !super::thread::is_thread_address(reader.url.as_str()) {
            continue;
        }
        let links: usize = kept.iter().filter_map(|at| outline.elements.get(*at)).map(|facts| facts.links).sum();
        let text: usize = kept.iter().filter_map(|at| outline.elements.get(*at)).map(|facts| facts.text).sum();
        if links / kept.len() <= 14 && best.as_ref().is_none_or(|(size, _)| text > *size) {
            best = Some((text, kept));
        }
    }
    best.map(|(_, found)| found).unwrap_or_default()
}

/// Whether most of these elements have a heading or a thread's title that leads elsewhere, each to another place: rows or cards of an index.
fn lead_on(outline: &Outline<'_>, elements: &[usize], reader: &Reader<'_>) -> bool {
    let mut targets: Vec<String> = Vec::new();
    for at in elements {
        let leads = outline.inside(*at).skip(1).take(200).find_map(|inner| {
            let facts = outline.elements.get(inner).filter(|facts| facts.name == "a" && facts.text >= 8)?;
            let href = attr(facts.element(), "href").filter(|href| !href.contains('#'))?;
            let headed = outline
                .ancestors(inner)
                .skip(1)
                .take(3)
                .take_while(|(up, _)| up > at)
                .any(|(_, f)| matches!(f.name, "h1" | "h2" | "h3" | "h4" | "h5"));
            if !headed && !super::thread::is_thread_address(href) {
                return None;
            }
            let text = outline.text_of(inner, 100);
            let url = reader.absolute(href)?;
            (url.target() != Target::Vendor && url.path() != reader.url.path() && !is_date(&text, reader))
                .then(|| url.path().to_owned() + url.query().unwrap_or(""))
        });
        targets.extend(leads.filter(|target| !targets.contains(target)));
    }
    targets.len() * 3 >= elements.len() * 2
}

/// Whether the longest text of an element is no link: in a row of an index the title is the longest, and leads to what it names.
fn speaks(outline: &Outline<'_>, at: usize, reader: &Reader<'_>) -> bool {
    let longest = outline.runs_of(at).iter().take(200).max_by_key(|run| run.text.chars().count());
    longest.is_some_and(|run| run.text.chars().count() >= 18 && !outline.in_link(run.element) && !is_date(&run.text, reader))
}

/// Whether a text has the shape of a date: a number beside a word, or two numbers.
fn may_be_date(text: &str) -> bool {
    if !(6..=60).contains(&text.len()) || !text.bytes().any(|byte| byte.is_ascii_digit()) || text.contains(['$', '€', '£', '%']) {
        return false;
    }
    let numbers = text.split(|c: char| !c.is_ascii_digit()).filter(|part| !part.is_empty()).count();
    let words = text.split(|c: char| !c.is_alphabetic()).any(|part| part.chars().count() >= 3);
    numbers >= 2 || (numbers == 1 && words)
}
