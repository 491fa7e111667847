//! The clauses of a post: lines, bullets and sentences, each with what marks it: struck out, sold, what comes along, what is sought.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use memchr::memmem;

use super::sentences::sentences;
use crate::html::prefix;
use crate::pattern::Pattern;

/// Bytes of a text that are read.
const MOST_TEXT: usize = 32 << 10;
/// Clauses of a text.
const MOST: usize = 400;

/// What the goods of a clause are to the author.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mention {
    /// Offered, or told of the goods.
    #[default]
    Goods,
    /// Comes along with what was named before.
    Along,
    /// Taken in trade, or sought.
    Sought,
    /// Told of the goods and no goods itself: specifications, pictures, terms.
    Told,
}

/// What became of goods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Still there, and said so.
    Available,
    /// "SPF", "pending".
    Reserved,
    /// Sold, or given in trade.
    Sold,
}

impl State {
    /// Code of `availability` of an item.
    pub fn code(self) -> &'static str {
        match self {
            Self::Available => "available",
            Self::Reserved => "reserved",
            Self::Sold => "sold",
        }
    }
}

/// A line, a bullet or a sentence of a text.
#[derive(Debug, Clone)]
pub struct Clause {
    /// Bytes in the text.
    pub range: Range<usize>,
    /// Number of its line.
    pub line: usize,
    /// An empty line stands before its line.
    pub apart: bool,
    /// The first clause of a line that begins with a bullet or number.
    pub bullet: bool,
    /// What its goods are.
    pub role: Mention,
    /// What it says became of the goods.
    pub state: Option<State>,
    /// Begins with "edit" or "update".
    pub edit: bool,
}

/// A text in clauses.
#[derive(Debug, Clone, Default)]
pub struct Text {
    /// As long as the text, with addresses and marks of emphasis and of striking out blank.
    pub plain: String,
    /// Bytes that are struck out.
    pub struck: Vec<Range<usize>>,
    /// In order.
    pub clauses: Vec<Clause>,
    /// Bytes at which words begin that may say what became of goods.
    stated: Vec<usize>,
}

impl Text {
    /// What words at these bytes say became of goods, with the byte of the words at which it is said.
    pub fn state_at(&self, words: &str, range: &Range<usize>) -> Option<(State, usize)> {
        state_within(&self.stated, words, range)
    }
}

fn state_within(stated: &[usize], words: &str, range: &Range<usize>) -> Option<(State, usize)> {
    let first = stated.partition_point(|at| *at < range.start);
    stated.get(first).filter(|at| **at < range.end).and_then(|_| state_at(words))
}

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::new($text));
    };
}

pattern!(
    ADDRESS,
    r"(?i)\]\(\s*[^)\s]*\s*\)|\bhttps?://[^\s)\]]*|\bwww\.[^\s)\]]+|[(\[]?\b(?:pics?|pictures?|images?|photos?|album)\.example\S*"
);
pattern!(BULLET, r"^\s*(?:[-*•·●▪►>→✓✔☑+»]+\s+|[-•·●▪►→✓✔☑][^\W\d]?|\(?\d{1,2}[.)](?:\s|$)|#\d{1,2}\b|\(\d{1,2}\)|[a-h]\)\s)");
// "2x 20 round pmag" on a line of its own.
pattern!(COUNTED, r"^\s*[(]?\d{1,4}[)]?\s?x?\s+\S.{2,56}$");
pattern!(
    SOLD,
    r"(?x) (?P<caps> \bSOLD\b )
        | (?P<mark> (?i: (?: ^ | [-–—:*(\[/!.,>$~|] ) \s* (?:(?:now|all|both)\s+)? \b sold (?: \s*(?: $ | [-–—:)*\]/!.,;~<|] ) | \s+ (?:to\b | thanks | thank | elsewhere | local | on\b | for\ asking | within | in\ an | pending | already | and\ shipped | & ) ) ) )
        | (?P<said> (?i: \b (?: is | are | has\ been | have\ been | been | now | it | they | gun | guns | item | items | rifle | pistol | shotgun | one | has | was\ just | rail | just | all | everything | already | got ) \s+ (?:now\ |all\ |already\ |just\ )? sold\b ) )
        | (?P<other> (?i: \[s\] | \(s\) | \b no\ longer\ (?:available|for\ sale) | \b (?:has|have)\ been\ (?:traded|sold) | \b (?:is|are)\ gone\b | [-–—(:*]\s* (?:traded|gone)\b | \b (?:verkauft|vendus|vendues|vendue|vendid[oa]s?|vendut[oaie]|sprzedan[eyao]|verkocht|продан[оаы]?|satıldı)\b | (?:^|[-–—:(\[!.]\s*)vendu(?:\s*[-–—:)\]!.]|\s*$) ) | \bTRADED\b | تم\ البيع | مباع )"
);
pattern!(
    NOT_SOLD,
    r"(?ix) \b(?:not|isn'?t|hasn'?t|until|unless|if|when|nicht|pas|no|non|nie|niet|не|once|before)\s+(?:(?:yet|been|it|it's|is|are|this|they|sold|be|gets?|has|one|any|anything|item|items|something)\s+)*(?:sold|verkauft|vendue?|venduto|vendido|sprzedane|verkocht|продано)\b | \bfirst\s+(?:one\s+)?sold\b | \b(?:over|lot|lots|guns?)\s+i'?ve\s+sold | \bsold\s+(?:over|many|a\ lot|lots)\b"
);
pattern!(
    RESERVED,
    r"(?x) (?: \bSPF\b | (?i: \b (?: sale\ pending | sold\ pending | pending\ (?:sale|payment|deal|funds|pickup|trade|ffl) | payment\ pending | on\ hold | is\ pending | reserviert | réservée? | reservad[oa] | riservat[oa] | zarezerwowan[eaoy] | gereserveerd | забронирован\w* | заброньован\w* | rezerve ) \b ) | محجوز | (?i: (?:^|[-–—:*(\[~]) \s* (?:pending|reserved)\b ) | (?:^|\W)(?:бронь|резерв)(?:\W|$) )"
);
pattern!(
    AVAILABLE,
    r"(?i)\bstill\s+(?:available|for sale|have|got|here)|\bnoch\s+(?:da|verfügbar|zu haben)|\btoujours\s+(?:dispo|à vendre)|\bв наличии\b|\bone left\b|\bleft\s*$"
);
pattern!(
    EDIT,
    r"(?i)^[\s*_(\[]*(?:edit|edited|update|updated|upd|bearbeitet|nachtrag|aktualisiert|mise à jour|màj|actualización|aggiornamento|aktualizacja|обновлено|upd\.?)\b"
);
pattern!(
    ALONG_HEAD,
    r"(?ix) ^[\s*_]* (?: (?:(?:the|this|my)\s+)? (?:package|sale|price|deal|bundle|kit|lot|gun|rifle|pistol)?\s* (?:also\s+)? (?:includes? | included | including | comes?\ with | come\ with | will\ come\ with | you\ (?:will\ )?(?:get|receive)) \b | breakdown | what'?s\ included | extras | accessories\b | included\ (?:is|are|in|for|with)
        | (?:im\s+)?lieferumfang | dazu\ gibt | mit\ dabei | inklusive | fourni(?:e|s)?\ avec | inclus | vendu(?:e|s)?\ avec | incluye | se\ incluye | incluso | in\ dotazione | w\ zestawie | zestaw\ zawiera | inbegrepen | в\ комплекте | комплект\w* | у\ комплекті | dahil )"
);
// A sentence that begins with what comes along: "Comes with two magazines", "I will also throw in a holster".
pattern!(
    COMES_ALONG,
    r"(?ix) ^[\W_]* (?:(?:it|this|that|gun|guns|rifle|pistol|handgun|shotgun|also|will|and|i|i'll|ill|they|both|each|sale|price|package|the|has|edit|can|would|is|are|forgot|that|ammo|magazines?|which|have|plus|new|condition)[\s:,]+){0,6}
        (?: comes?\ (?:complete\ )?with | coming\ with | includes? | included\ (?:is|are|in|with|ammo|at) | including | throw(?:ing)?\ in | sold\ with | (?:also\ )?including | come\ with | has\ (?:two|three|four|\d+)\b | with\b | w/ | a?long\ with | dazu | mitgeliefert | inklusive | inkl\. | avec | livrée?\ avec | fournie?\ avec | vendue?\ avec | incluye | con\b | incluso | inclui | met\b | wordt\ geleverd | w\ zestawie | в\ комплекте | комплект | у\ комплекті | ile\ birlikte )"
);
pattern!(
    SOUGHT_HEAD,
    r"(?ix) ^[\s*_]* (?: (?:possible|preferred|acceptable|potential|would|will|i'?ll?|i|looking|open|interested)?\s* .{0,24} \b(?:trades?|trade\ (?:for|list|options|interests)|wanted|wants|looking\ for|in\ exchange|interested\ in|entertain|iso|wtb|wtt|tausch\w*|suche|échange|recherche|cambio|busco|scambio|cerco|wymiana|szukam|ruil|gezocht|обмен\w*|ищу|обмін\w*|takas)\b .{0,60} [:?] [\s*_]* $ )"
);
pattern!(
    TALK,
    r"(?ix) \b(?: asking | price[ds]? | i'?m | i | i'?ll | will | would | looking | shipped | shipping | ship | obo | local | ftf | pick\s?up | paypal | cash | total | both | all | everything | edit | update | value | paid | retail | msrp | preis | preisvorstellung | vb | prix | precio | prezzo | cena | prijs | цена | fiyat | السعر ) \b"
);
// "Wanted: ..." on the line itself.
pattern!(
    SOUGHT_LEAD,
    r"(?i)^[\s*_]*(?:wanted|trades?(?:\s+(?:wanted|list|value|interests?|i want))?|looking for|wants?|will trade for|in trade(?: for)?|trade for|suche|tausch(?:e)?|recherche|échange|busco|cerco|szukam|gezocht|ищу|обмен)\s*[*_]*\s*:"
);
pattern!(
    TOLD_HEAD,
    r"(?ix) ^[\s*_]* (?: (?:[\w'-]+\s+){0,2} (?: specs? | specifications? | details | features | pictures? | pics | photos | images | notes? | (?:\w+\s)?information | feedback | info | upper | lower | terms | disclaimer | why | payment(?:\s\w+){0,2} | statement | refs? | references | things | background | history | parts\ list | round\ count
        | technische\ daten | eigenschaften | bilder | caractéristiques | características | caratteristiche | cechy | dane\ techniczne | kenmerken | характеристики | описание | teknik ) \b .{0,24} [:?]? [\s*_]* $ )"
);
pattern!(
    GOODS_HEAD,
    r"(?ix) (?: \b for\ sale | selling | \b i\ (?:also\ )?have | available | individual\ prices? | prices?\b | items\b | options? | optional | following | zu\ verkaufen | verkaufe | biete | à\ vendre | je\ vends | vendo | en\ venta | in\ vendita | sprzedam | te\ koop | продам | продаю | satılık | للبيع ) .{0,60} : [\s*_]* $"
);
pattern!(
    SOUGHT,
    r"(?ix) \b(?: looking\ (?:for|to\ (?:trade|get|buy|pick))
        | (?:would|will|might|could|may|i'?d|i'?ll|can)\ (?:\w+\ ){0,3}(?:trade|swap) | trades?\ (?:for|toward) | trading\ for | interested\ in | in\ trade\b | towards?\ an? | wtb | wtt\b .{0,20}\ for | trade\ interests? | only\ trade | also\ like | even\ swap | want\ (?:a|an|to\ (?:get|buy))\b | in\ the\ market\ for | need\ an?\b | if\ you\ have
        | suche | tausche? | gegen | cherche | recherche | échange | contre | busco | cambio\ por | a\ cambio | cerco | scambio | procuro | troco | szukam | zamienię | gezocht | zoek | ruil\w* | ищу | меняю | обмен\w* | шукаю | обміняю | arıyorum | takas ) (?:$|[^\p{L}])"
);
// "Looking for around $300": a price, nothing sought.
pattern!(
    LOOKS_FOR_MONEY,
    r"(?i)\blooking\s+(?:for|to\s+get)\s+(?:(?:around|about|approx\w*|roughly|only|just|to\s+get|something|like|at\s+least)\s+)*(?:[$€£\d~]|best|offers)"
);
pattern!(OFFERED, r"(?i)\b(?:selling|for sale|sell|up for|wts|asking|verkaufe|biete|vends|vendo|sprzedam|продам|продаю|te koop|satılık)\b");

/// Whether a pattern of this file, or of one beside it, is met.
pub(super) fn says(pattern: &LazyLock<Option<Pattern>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// Byte after the words that a line begins with as with a heading: in bold, as a link, or before a colon.
pub fn heading_end(written: &str) -> Option<usize> {
    let start = written.find(|c: char| !c.is_whitespace() && c != '~')?;
    let rest = written.get(start..)?;
    let end = if let Some(bold) = rest.strip_prefix("**") {
        bold.find("**").filter(|end| *end >= 3)? + 2
    } else if let Some(link) = rest.strip_prefix('[') {
        link.find("](").filter(|end| *end >= 4)? + 1
    } else {
        let colon = rest.find(": ").or_else(|| rest.trim_end().ends_with(':').then(|| rest.trim_end().len() - 1))?;
        let head = rest.get(..colon)?;
        (head.split_whitespace().count() <= 6 && !head.contains(['.', '$', '!', '?'])).then_some(colon)?
    };
    (end <= 120).then_some(start + end)
}

/// Reads a text. `wanted`: its author seeks goods, so that what is sought is what it is about.
pub fn read(text: &str, wanted: bool) -> Text {
    let text = prefix(text, MOST_TEXT);
    let struck = struck(text);
    let plain = plain(text);
    let stated = stated(text);
    let mut clauses: Vec<Clause> = Vec::new();
    let (mut start, mut number, mut empty) = (0, 0, 0);
    let mut mode = Mention::Goods;
    for line in plain.split('\n') {
        let range = start..start + line.len();
        start = range.end + 1;
        let bare = line.trim();
        if !bare.chars().any(char::is_alphanumeric) && state_within(&stated, text.get(range.clone()).unwrap_or_default(), &range).is_none()
        {
            empty += 1;
            continue;
        }
        let marked = says(&BULLET, text.get(range.clone()).unwrap_or(line)) || says(&BULLET, line);
        let bullet = marked || says(&COUNTED, line);
        let heading = heading(bare, wanted).or_else(|| (!wanted && says(&SOUGHT_LEAD, bare)).then_some(Mention::Sought));
        match heading {
            Some(role) => mode = role,
            // A list ends where lines without bullets follow after an empty line.
            None if !bullet && empty > 0 => mode = Mention::Goods,
            None => {}
        }
        // The number of a line is no number of goods.
        let cut = BULLET.iter().find_map(|mark| mark.find(line)).map_or(0, |mark| mark.end());
        let range = range.start + if marked { cut } else { 0 }..range.end;
        for (order, part) in sentences(&plain, range).into_iter().enumerate() {
            if clauses.len() >= MOST {
                return Text { plain, struck, clauses, stated };
            }
            let words = plain.get(part.clone()).unwrap_or_default();
            let written = text.get(part.clone()).unwrap_or_default();
            let sought = !wanted && says(&SOUGHT, words) && !says(&LOOKS_FOR_MONEY, words) && !says(&OFFERED, words);
            let role = if sought {
                Mention::Sought
            } else if mode == Mention::Goods && says(&COMES_ALONG, words) {
                Mention::Along
            } else {
                mode
            };
            clauses.push(Clause {
                line: number,
                apart: order == 0 && (empty > 0 || number == 0),
                bullet: bullet && order == 0,
                role,
                state: state_within(&stated, written.trim(), &part).map(|(state, _)| state),
                edit: says(&EDIT, words),
                range: part,
            });
        }
        // A heading over bullets, not a sentence of its own.
        if heading.is_some() && !bare.ends_with(':') && bullet {
            mode = Mention::Goods;
        }
        number += 1;
        empty = 0;
    }
    Text { plain, struck, clauses, stated }
}

/// What a line of its own says of the lines below it.
fn heading(line: &str, wanted: bool) -> Option<Mention> {
    let bare = line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '_' | '#' | '='));
    let colon = bare.ends_with(':');
    if bare.len() > 120 || !(colon || bare.len() <= 40) {
        return None;
    }
    if colon && says(&SOUGHT_HEAD, bare) && !says(&OFFERED, bare) {
        return Some(if wanted { Mention::Goods } else { Mention::Sought });
    }
    let shouted = bare.split_whitespace().count() <= 2 && bare.chars().any(char::is_alphabetic) && !bare.chars().any(char::is_lowercase);
    if (colon || shouted) && says(&ALONG_HEAD, bare) && !bare.to_lowercase().starts_with("optional") {
        return Some(Mention::Along);
    }
    if colon && says(&GOODS_HEAD, bare) {
        return Some(Mention::Goods);
    }
    if (colon || bare.split_whitespace().count() <= 3) && says(&TOLD_HEAD, bare) {
        return Some(Mention::Told);
    }
    if colon && bare.to_lowercase().ends_with("following:") {
        return Some(if bare.to_lowercase().contains("with") || bare.to_lowercase().contains("includ") {
            Mention::Along
        } else {
            Mention::Goods
        });
    }
    None
}

/// Whether words before a price are about the price and not about goods: "Asking price", "I would like to get around".
pub fn is_talk(words: &str) -> bool {
    says(&TALK, words)
}

/// What a clause says became of goods.
pub fn state(text: &str) -> Option<State> {
    state_at(text).map(|(state, _)| state)
}

/// What each word of the patterns for a state holds; of letters that are not plain those whose case does not matter, or both cases.
#[rustfmt::skip]
const STATE_STEMS: [&str; 33] = [
    "sold", "[s]", "(s)", "no longer", "traded", "gone", "verkauf", "vendu", "vendid", "vendut", "sprzedan", "verkocht", "spf", "pending", "on hold", "serv", "zarezerw",
    "rezerve", "still", "noch", "toujours", "left", "atıld", "родан", "РОДАН", "аброн", "АБРОН", "рон", "РОН", "езерв", "ЕЗЕРВ", "аличии", "АЛИЧИИ",
];
const ARABIC_STATES: [&str; 3] = ["البيع", "مباع", "محجوز"];
static STATE_WORDS: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).kind(Some(AhoCorasickKind::DFA)).build(STATE_STEMS).ok());

/// Most texts say nothing of it, and a look for plain words costs a fraction of the patterns.
fn may_state(text: &str) -> bool {
    STATE_WORDS.as_ref().is_none_or(|words| words.is_match(text))
        || !text.is_ascii() && ARABIC_STATES.iter().any(|word| text.contains(word))
}

/// Where such words begin, in order.
fn stated(text: &str) -> Vec<usize> {
    let mut found: Vec<usize> = STATE_WORDS.iter().flat_map(|words| words.find_overlapping_iter(text)).map(|found| found.start()).collect();
    if !text.is_ascii() {
        found.extend(ARABIC_STATES.iter().flat_map(|word| text.match_indices(word)).map(|(at, _)| at));
    }
    found.sort_unstable();
    found
}

/// [`state`] with the byte at which it is said.
pub fn state_at(text: &str) -> Option<(State, usize)> {
    if !may_state(text) {
        return None;
    }
    let find = |pattern: &LazyLock<Option<Pattern>>| pattern.as_ref().and_then(|pattern| pattern.find(text)).map(|found| found.start());
    if let Some(at) = find(&RESERVED) {
        return Some((State::Reserved, at));
    }
    if says(&NOT_SOLD, text) {
        return None;
    }
    let sold = SOLD.iter().flat_map(|sold| sold.captures_iter(text)).find_map(|found| {
        let whole = found.get(0)?;
        let said = found.name("said").is_some();
        let end = if found.name("caps").is_some() || said { whole.end() } else { return Some(whole.start()) };
        let after = text.get(end..)?.trim_start().to_lowercase();
        let goes_on = text.get(end..)?.starts_with(' ');
        let both = ["as ", "as-", "separately", "out", "in the", "with", "to fund", "by ", "together"];
        let more = ["for ", "new", "at ", "the ", "my ", "a ", "me ", "it ", "them ", "these ", "this "];
        let talk = both.iter().any(|word| after.starts_with(word)) || (said && more.iter().any(|word| after.starts_with(word)));
        (!(goes_on && talk)).then_some(whole.start())
    });
    if let Some(at) = sold {
        return Some((State::Sold, at));
    }
    find(&AVAILABLE).map(|at| (State::Available, at))
}

/// Stretches between pairs of `~~`; a mark without its second before an empty line strikes nothing.
fn struck(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut open: Option<usize> = None;
    for at in memmem::find_iter(text.as_bytes(), "~~") {
        match open {
            Some(from) if !text.get(from..at).is_some_and(|inside| inside.contains("\n\n")) => {
                found.push(from..at);
                open = None;
            }
            _ => open = Some(at + 2),
        }
    }
    found
}

/// The text with addresses and marks blank, byte for byte as long.
fn plain(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    let mut blank = |range: Range<usize>| {
        if let Some(slice) = bytes.get_mut(range) {
            slice.iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
        }
    };
    for found in ADDRESS.iter().flat_map(|address| address.find_iter(text)) {
        // The bracket of a link's words stays: it parts them from what follows.
        blank(found.start() + usize::from(found.as_str().starts_with(']'))..found.end());
    }
    for mark in ["~~", "**", "__"] {
        for at in memmem::find_iter(text.as_bytes(), mark) {
            blank(at..at + mark.len());
        }
    }
    // Only whole characters were blanked.
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_one() {
        for pattern in [
            &ADDRESS,
            &BULLET,
            &SOLD,
            &NOT_SOLD,
            &RESERVED,
            &AVAILABLE,
            &EDIT,
            &ALONG_HEAD,
            &SOUGHT_HEAD,
            &TOLD_HEAD,
            &GOODS_HEAD,
            &SOUGHT,
            &LOOKS_FOR_MONEY,
            &COUNTED,
            &OFFERED,
        ] {
            assert!(pattern.is_some());
        }
    }

    #[test]
    fn a_mark_of_sale_is_told_from_talk_of_selling() {
        for (text, expected) in [
            ("**SOLD** - Magpul CTR stock - $50", Some(State::Sold)),
            ("EDIT: Sold in an hour! Thanks.", Some(State::Sold)),
            ("It has sold locally.", Some(State::Sold)),
            ("HK P2000 SK - SOLD", Some(State::Sold)),
            ("Sold as a package.", None),
            ("will not be sold separately", None),
            ("These are sold out almost everywhere.", None),
            ("before I sold the rifle", None),
            ("not sold yet", None),
            ("SPF to a buyer", Some(State::Reserved)),
            ("Sale pending", Some(State::Reserved)),
            ("Ist verkauft", Some(State::Sold)),
            ("Продано", Some(State::Sold)),
            ("réservé", Some(State::Reserved)),
            ("still available", Some(State::Available)),
        ] {
            assert_eq!(state(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_falls_into_clauses() {
        let text = "Comes with:\n\n* 2 mags\n* a [holster](http://pics.example/a)\n\nI would trade for a CZ 75. Asking $450.It is $500Sig P226 nice";
        let read = read(text, false);
        let words: Vec<(&str, Mention)> = read.clauses.iter().map(|c| (text[c.range.clone()].trim(), c.role)).collect();
        assert_eq!(
            words,
            [
                ("Comes with:", Mention::Along),
                ("2 mags", Mention::Along),
                ("a [holster](http://pics.example/a)", Mention::Along),
                ("I would trade for a CZ 75.", Mention::Sought),
                ("Asking $450.", Mention::Goods),
                ("It is $500", Mention::Goods),
                ("Sig P226 nice", Mention::Goods),
            ]
        );
        assert_eq!(read.plain.len(), text.len());
        assert!(!read.plain.contains("http"));
    }

    #[test]
    fn what_is_struck_out_is_known() {
        let text = "~~gone $5~~ kept ~~\n\n~~ also gone~~";
        assert_eq!(struck(text).iter().map(|r| &text[r.clone()]).collect::<Vec<_>>(), ["gone $5", " also gone"]);
    }
}
