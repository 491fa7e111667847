//! Several goods in one advertisement: those of the title, each line of a list with its amounts, and what comes along.
//!
//! Title and text are read clause by clause (`heuristics::clauses`), each clause names goods (`goods.rs`), and an amount belongs to the goods
//! beside it, else to those named last (`joined.rs`).

use std::sync::LazyLock;

use regex::Regex;

use super::goods::{self, Named, Stretch};
use super::headline;
use super::joined::Joined;
use crate::codebook::Codebook;
use crate::codebook::reading::Reading;
use crate::heuristics::amounts::{self, Amount, Kind};
use crate::heuristics::clauses::{self, Clause, Mention, State, Text};
use crate::record::{Classification, Firearm, Item};

/// Traits of the way goods are offered, not of the goods.
const OF_THE_OFFER: [&str; 12] = [
    "no_questions",
    "stealth_shipping",
    "shipped_in_parts",
    "face_to_face",
    "trade",
    "escrow",
    "finalize_early",
    "bulk",
    "wanted",
    "custom_listing",
    "scam_suspected",
    "licence_required",
];

/// What is known of the whole advertisement.
#[derive(Debug, Clone, Copy)]
pub(super) struct Whole<'a> {
    pub(super) codebook: &'a Codebook,
    pub(super) title: &'a Reading<'a>,
    pub(super) description: &'a Reading<'a>,
    pub(super) lead: &'a Classification,
    pub(super) arm: Option<&'a Firearm>,
    pub(super) traits: &'a [String],
    pub(super) intent: &'a str,
    pub(super) language: Option<&'a str>,
    /// Currency of the listing's own price.
    pub(super) currency: Option<&'a str>,
}

/// Items by title and description; empty where the listing holds no goods of ours.
pub(super) fn find(whole: &Whole<'_>) -> Vec<Item> {
    let (title, description) = (whole.title, whole.description);
    let untold = matches!(whole.lead.category.as_str(), "unknown" | "non_weapon");
    let arms = || headline::arm_beside(whole.codebook, title, 60) || headline::arm_beside(whole.codebook, description, 400);
    if untold && !(matches!(whole.intent, "offer" | "wanted" | "trade") && arms()) {
        return Vec::new();
    }
    let mut joined = Joined::default();
    read_title(whole, title.written, &mut joined);
    let lead = joined.lead(whole);
    let wanted = whole.intent == "wanted";
    let text = clauses::read(description.written, wanted);
    let crypto = whole.currency.is_some_and(|code| matches!(code, "BTC" | "XMR"));
    let found = all_amounts(whole, &text, title.written, crypto);
    let own;
    let field = if text.plain == description.written {
        description
    } else {
        own = Reading::new(whole.codebook, description.field, &text.plain, whole.language);
        &own
    };
    let list = Shape::of(whole, description.written, &text, field, &found, lead);
    let mut next = 0;
    for (place, clause) in text.clauses.iter().enumerate() {
        let from = next;
        while found.get(next).is_some_and(|amount| amount.price.start < clause.range.end) {
            next += 1;
        }
        let own = found.get(from..next).unwrap_or(&[]);
        read_clause(whole, &text, field, place, clause, own, &list, &mut joined);
    }
    joined.settle();
    // Goods of other kinds, unless a list of ours says otherwise.
    if whole.lead.category == "non_weapon" && joined.listed() < 2 {
        return Vec::new();
    }
    joined.into_items(whole, |traits| traits.iter().filter(|t| !OF_THE_OFFER.contains(&t.as_str())).cloned().collect())
}

/// All amounts of the text. Where no price before them says otherwise, a currency that is named once counts for those without.
fn all_amounts(whole: &Whole<'_>, text: &Text, title: &str, crypto: bool) -> Vec<Amount> {
    let read = |currency: Option<&str>| -> Vec<Amount> {
        let mut found = Vec::new();
        for clause in &text.clauses {
            let Some(words) = text.plain.get(clause.range.clone()) else { continue };
            found.extend(amounts::find(words, currency, crypto).into_iter().map(|mut amount| {
                amount.price.start += clause.range.start;
                amount.price.end += clause.range.start;
                amount
            }));
        }
        found
    };
    let mut found = read(whole.currency);
    let named = whole.currency.map(str::to_owned).or_else(|| found.iter().find_map(|amount| amount.price.currency.clone()));
    let named = named.or_else(|| amounts::find(title, None, crypto).into_iter().find_map(|amount| amount.price.currency));
    let Some(currency) = named else { return found };
    if whole.currency.is_none() {
        found = read(Some(&currency));
    }
    let mut lines: Vec<Amount> = Vec::new();
    for (place, clause) in text.clauses.iter().enumerate() {
        let last = text.clauses.get(place + 1).is_none_or(|next| next.line != clause.line);
        let first = text.clauses.iter().take(place + 1).rev().take_while(|before| before.line == clause.line).last().unwrap_or(clause);
        let line = first.range.start..clause.range.end;
        let priced = found.iter().any(|amount| amount.kind != Kind::Aside && line.contains(&amount.price.start));
        if last && first.bullet && first.role == Mention::Goods && !priced {
            lines.extend(amounts::bare(&text.plain, clause.range.clone(), &currency));
        }
    }
    found.extend(lines);
    found.sort_by_key(|amount| amount.price.start);
    found
}

/// How a text is built.
#[derive(Debug, Default)]
struct Shape {
    /// Lines that name goods or amounts make a list of goods, not of the parts of one.
    goods: bool,
    /// Three lines or more that each end in a price: every one is an item, whatever it names.
    priced: bool,
    /// Several lines begin as with a heading that names goods.
    headed: bool,
}

impl Shape {
    fn of(whole: &Whole<'_>, written: &str, text: &Text, field: &Reading<'_>, amounts: &[Amount], lead_is_arm: bool) -> Self {
        let priced = |clause: &&Clause| {
            let line = text
                .clauses
                .iter()
                .filter(|other| other.line == clause.line)
                .map(|other| other.range.end)
                .max()
                .unwrap_or(clause.range.end);
            let own = |amount: &&Amount| {
                (clause.range.start..line).contains(&amount.price.start) && matches!(amount.kind, Kind::Price | Kind::For(_))
            };
            amounts.iter().filter(own).count() > 0
        };
        let bullets = text.clauses.iter().filter(|clause| clause.bullet).count();
        let priced_bullets = text.clauses.iter().filter(|clause| clause.bullet).filter(priced).count();
        let goods = if bullets >= 2 { priced_bullets * 2 >= bullets || !lead_is_arm } else { true };
        let lines = (0..text.clauses.len()).filter(|place| starts_line(text, *place)).filter_map(|place| text.clauses.get(place));
        let priced_lines = lines.filter(|clause| clause.range.len() >= 12).filter(priced).count();
        let headings = (0..text.clauses.len())
            .filter(|place| starts_line(text, *place))
            .filter_map(|place| text.clauses.get(place))
            .filter(|clause| clause.role == Mention::Goods)
            .filter_map(|clause| {
                let end = written.get(clause.range.clone()).and_then(clauses::heading_end)?;
                let range = clause.range.start..clause.range.start + end;
                goods::read(whole.codebook, &Stretch { field, range, language: whole.language }, false).0
            })
            .take(20)
            .count();
        Self { goods: goods || whole.intent == "wanted", priced: priced_lines >= 3, headed: headings >= 2 }
    }
}

/// The goods that a title names: parted by commas, slashes and joining words.
fn read_title(whole: &Whole<'_>, title: &str, joined: &mut Joined) {
    let mut plain: Vec<u8> = title.as_bytes().to_vec();
    // Tags such as [WTS] [TX] name no goods.
    let mut open = None;
    for (at, byte) in title.bytes().enumerate() {
        match byte {
            b'[' => open = Some(at),
            b']' => {
                if let Some(from) = open.take().filter(|from| at - from <= 24) {
                    plain.get_mut(from..=at).into_iter().flatten().for_each(|byte| *byte = b' ');
                }
            }
            _ => {}
        }
    }
    let plain = String::from_utf8(plain).unwrap_or_else(|_| title.to_owned());
    let prices = amounts::find(&plain, whole.currency, false);
    let parts = !whole.lead.category.starts_with("firearm")
        && ["parts", "accessories", "gear"].iter().any(|word| title.to_lowercase().contains(word));
    let sold = clauses::state(title).filter(|state| *state != State::Available);
    let own;
    let field = if plain == title {
        whole.title
    } else {
        own = Reading::new(whole.codebook, whole.title.field, &plain, whole.language);
        &own
    };
    let mut start = 0;
    let mut with = false;
    for end in title_ends(whole, field) {
        let (Some(words), from) = (plain.get(start..end.at), start) else { break };
        let (head, along) = goods::read(whole.codebook, &Stretch { field, range: from..end.at, language: whole.language }, false);
        let carried = with && head.as_ref().is_some_and(|head| !(head.is_arm() && head.model().is_some()));
        if let Some(mut head) = head {
            head.refers = false;
            // Parts for an arm: the arm is what they are for.
            if head.is_arm() && parts && !carried {
                with = false;
                start = end.next;
                continue;
            }
            let extra = joined.lead(whole) && joined.any() && !head.is_arm() && whole.lead.category.starts_with("firearm");
            if carried || extra {
                joined.along(head, true, false);
            } else {
                joined.announce(head, words);
            }
        }
        let comes_with = words.to_lowercase();
        with = ["w/", " with ", " inkl", " mit ", " avec ", " con "].iter().any(|word| comes_with.contains(word)) || (with && carried);
        for named in along {
            joined.along(named, true, false);
        }
        start = end.next;
    }
    joined.title_amounts(&prices);
    joined.whole_state = sold;
}

struct End {
    at: usize,
    next: usize,
}

/// Slashes of a title whose sides are read, and bytes of a title in which they are: each costs a reading of the whole.
const MOST_SLASHES: usize = 8;
const LONGEST: usize = 1_000;

/// Ends of the parts of a title, the last one included.
fn title_ends(whole: &Whole<'_>, field: &Reading<'_>) -> Vec<End> {
    let title = field.written;
    let lower = title.to_ascii_lowercase();
    let mut ends = Vec::new();
    let (mut at, mut slashes) = (0, 0);
    while at < lower.len() {
        let Some(rest) = lower.get(at..) else {
            at += 1;
            continue;
        };
        // A joiner begins with one of these.
        if !matches!(lower.as_bytes().get(at), Some(b' ' | b',' | b';' | b'.' | b'/')) {
            at += 1;
            continue;
        }
        let joiner = [" / ", ", ", " & ", " and ", " + ", "; ", " und ", " et ", " y ", " plus ", " и ", ". "]
            .iter()
            .find(|joiner| rest.starts_with(**joiner));
        let arm = |range: std::ops::Range<usize>| {
            let named = || goods::read(whole.codebook, &Stretch { field, range: range.clone(), language: whole.language }, false).0;
            range.len() >= 3 && named().is_some_and(|head| head.is_arm())
        };
        // "Predator Pursuit/Howa 1500": arms on both sides.
        let begin = ends.last().map_or(0, |end: &End| end.next);
        slashes += usize::from(rest.starts_with('/'));
        let slash =
            rest.starts_with('/') && slashes <= MOST_SLASHES && title.len() <= LONGEST && arm(begin..at) && arm(at + 1..title.len());
        let either =
            [" or ", " oder ", " ou ", " o ", " или "].iter().find(|joiner| whole.intent == "wanted" && rest.starts_with(**joiner));
        let joiner = joiner.or(either).or_else(|| slash.then_some(&"/"));
        if let Some(joiner) = joiner {
            ends.push(End { at, next: at + joiner.len() });
            at += joiner.len();
        } else {
            at += 1;
        }
    }
    ends.push(End { at: title.len(), next: title.len() });
    ends
}

#[expect(clippy::too_many_arguments, reason = "one step of the loop above")]
fn read_clause(
    whole: &Whole<'_>,
    text: &Text,
    field: &Reading<'_>,
    place: usize,
    clause: &Clause,
    amounts: &[Amount],
    shape: &Shape,
    joined: &mut Joined,
) {
    let Some(words) = text.plain.get(clause.range.clone()) else { return };
    joined.begin(clause);
    if clause.role == Mention::Sought {
        return;
    }
    // A list of what an arm is built of names no goods, but what it costs may stand there.
    let told = clause.role == Mention::Told && !amounts.iter().any(|amount| amount.kind == Kind::Price);
    let counted = words.trim_start().starts_with(|c: char| c.is_ascii_digit());
    let prices: Vec<&Amount> = amounts.iter().filter(|amount| matches!(amount.kind, Kind::Price | Kind::For(_) | Kind::All)).collect();
    let before = prices.first().and_then(|price| text.plain.get(clause.range.start..price.price.start)).unwrap_or(words);
    let listed = clause.bullet || (starts_line(text, place) || counted) && !clauses::is_talk(before);
    let mut named: Vec<Named> = Vec::new();
    let mut headed = false;
    if !told {
        // "**Surefire M900:** like new ...": the heading names the goods, the rest tells of them.
        let heading =
            starts_line(text, place).then(|| whole.description.written.get(clause.range.clone()).and_then(clauses::heading_end)).flatten();
        let heading = heading.map(|end| clause.range.start + end).filter(|end| (clause.range.start..=clause.range.end).contains(end));
        headed = heading.is_some() && shape.headed;
        let mut parts = stretches(whole, field, clause, words, &prices);
        if let (Some(end), 1) = (heading, parts.len())
            && clause.role == Mention::Goods
        {
            parts = vec![(clause.range.start, end), (end, clause.range.end)];
        }
        for (number, (from, to)) in parts.iter().copied().enumerate() {
            let tail = heading.is_some() && number == 1 && parts.len() == 2;
            let stretch = Stretch { field, range: from..to, language: whole.language };
            let (mut head, along) = goods::read(whole.codebook, &stretch, clause.role == Mention::Along);
            if tail && named.iter().any(|named| !named.along) {
                head = None;
            }
            // "Taurus magazines: 3 - 10 round PT24/7": lines of a list of magazines name what these are for.
            if let Some(head) = head.as_mut().filter(|head| listed && whole.lead.category == "part.magazine" && head.is_arm()) {
                head.category = whole.lead.category.clone();
                head.subtype = None;
                head.probability = 0.5;
            }
            let alone = head.as_ref().map(|head| (head.is_arm(), head.category.clone()));
            let untold = head.is_none() && along.is_empty();
            named.extend(head);
            // What belongs to a part is part of it.
            named.extend(along.into_iter().filter(|named| match &alone {
                Some((arm, category)) => *arm || (prices.is_empty() && named.category != *category),
                None => true,
            }));
            let chain = prices.len() >= 3 && parts.len() >= 3;
            let line = listed && (shape.priced || clause.bullet && shape.goods);
            if untold
                && (line || chain)
                && clause.role == Mention::Goods
                && prices.iter().any(|price| (from..to).contains(&price.price.start))
            {
                named.extend(unnamed(whole, &text.plain, from, prices.first().map_or(to, |price| price.price.start)));
            }
        }
    }
    named.sort_by_key(|named| named.range.start);
    let offers = !named.is_empty() && says_offer(words);
    let mut resolved: Vec<(usize, usize)> = Vec::new();
    for goods in named {
        let start = goods.range.start;
        let model = goods.is_arm() && goods.model().is_some();
        let at = if goods.along || clause.role == Mention::Along {
            joined.along(goods, false, clause.role == Mention::Along && !clause.bullet)
        } else if clause.bullet && !shape.goods && prices.is_empty() {
            joined.along_in_list(goods)
        } else {
            joined.head(
                goods,
                clause,
                listed && !prices.is_empty() || clause.bullet && shape.goods || headed,
                offers || headed || !prices.is_empty() && (listed || model),
                whole,
            )
        };
        if let Some(at) = at {
            joined.strike(at, start, &text.struck, clause);
            resolved.push((start, at));
        }
    }
    joined.mark(clause, text, words, &resolved);
    joined.amounts(clause, text, amounts, &resolved, listed);
}

/// Goods that a priced line names with words that are not known: like those of the title, where that tells of parts or accessories.
fn unnamed(whole: &Whole<'_>, text: &str, from: usize, to: usize) -> Option<Named> {
    let words = text.get(from..to)?;
    let start = from + words.find(char::is_alphanumeric)?;
    let words = text.get(start..to)?.trim_end_matches(|c: char| !c.is_alphanumeric() && c != ')');
    if words.chars().filter(|c| c.is_alphabetic()).count() < 4 || clauses::is_talk(words) {
        return None;
    }
    let of_title = matches!(whole.lead.category.as_str(), "part.other" | "accessory" | "ammunition.cartridge" | "part.magazine");
    let category = if of_title { whole.lead.category.clone() } else { "unknown".to_owned() };
    Some(goods::unnamed("description", start, words, category))
}

/// Whether a clause is the first of its line.
fn starts_line(text: &Text, place: usize) -> bool {
    let line = text.clauses.get(place).map(|clause| clause.line);
    place.checked_sub(1).and_then(|before| text.clauses.get(before)).map(|before| before.line) != line
}

/// Words that say that what follows is for sale as well.
fn says_offer(words: &str) -> bool {
    static OFFERS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix) (?:^|[^\p{L}]) (?: also\ (?:have|selling|got|for|has) | selling | for\ sale | looking\ to\ sell | up\ for | sell\ my | verkaufe | biete | habe\ noch | außerdem | vends | j'ai\ aussi | vendo | también
              | vendesi | sprzedam | mam\ też | te\ koop | verkoop | продам | продаю | также | також | satılık | ayrıca | للبيع ) (?:$|[^\p{L}])",
        )
        .ok()
    });
    OFFERS.as_ref().is_some_and(|offers| offers.is_match(words))
}

/// A clause cut at its amounts where goods stand before or after each of several.
fn stretches(whole: &Whole<'_>, field: &Reading<'_>, clause: &Clause, words: &str, prices: &[&Amount]) -> Vec<(usize, usize)> {
    let range = (clause.range.start, clause.range.end);
    let (Some(first), true) = (prices.first(), prices.len() >= 2) else { return vec![range] };
    let names = |from: usize, to: usize| {
        field.part(whole.codebook, from..to, whole.language).hits.iter().any(|hit| {
            use crate::codebook::lexicon::Sense;
            matches!(hit.sense, Sense::Noun(_) | Sense::Model(..) | Sense::Maker(_))
        })
    };
    let before = names(range.0, first.price.start);
    let mut parts = Vec::new();
    if before {
        let mut start = range.0;
        for (number, price) in prices.iter().enumerate() {
            let end = if number + 1 == prices.len() { range.1 } else { price.price.end };
            parts.push((start, end));
            start = end;
        }
    } else {
        for (number, price) in prices.iter().enumerate() {
            // "$500 for the Glock": the goods are what it is for.
            let lead = words.get(price.price.end - range.0..).map_or(0, |rest| {
                let bare = rest.trim_start();
                let bare = ["for the ", "for my ", "for ", "each for "].iter().find_map(|word| bare.strip_prefix(word)).unwrap_or(rest);
                rest.len() - bare.len()
            });
            let start = price.price.end + lead;
            parts.push((start, prices.get(number + 1).map_or(range.1, |next| next.price.start)));
        }
    }
    parts
}
