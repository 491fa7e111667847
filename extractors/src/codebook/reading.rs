//! A field of a listing as the lexicon reads it: tokens, hits, and which stretches are the goods, what they fit, what comes along.

use std::cell::OnceCell;

use super::Codebook;
use super::fold::{Folded, Gap, Token, fold};
use super::lexicon::{Hit, Hits, Sense};
use super::schema::LinkKind;
use super::spread;
use crate::record::Span;

/// Role of a stretch of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Zone {
    /// The goods themselves.
    Head,
    /// What the goods fit or are about.
    Fit,
    /// What comes along.
    Extra,
}

/// One field, read.
#[derive(Debug)]
pub(crate) struct Reading<'a> {
    pub(crate) field: &'static str,
    pub(crate) written: &'a str,
    pub(crate) folded: Folded,
    pub(crate) hits: Vec<Hit>,
    /// Models that stand for themselves, those that other hits hide included.
    pub(crate) models: Vec<Hit>,
    /// By token.
    pub(crate) zones: Vec<Zone>,
    /// By token: number of the stretch between separators.
    pub(crate) segments: Vec<u32>,
    /// Tokens that begin with a digit: most are words, and many rules ask for numbers.
    numbers: Vec<usize>,
    /// Whether what stands between two blanks was read by itself, once somebody asked.
    pub(super) plain: OnceCell<bool>,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(codebook: &Codebook, field: &'static str, written: &'a str, language: Option<&str>) -> Self {
        if written.is_empty() {
            let folded = Folded { text: " ".to_owned(), ..Folded::default() };
            return Self::of(codebook, field, written, folded, Hits::default());
        }
        let mut folded = fold(written, &codebook.lexicon.vocabulary);
        let joined = spread::join(&mut folded, written, &codebook.lexicon.vocabulary);
        let hits = codebook.lexicon.find(&folded, language);
        let plain = if joined { OnceCell::from(false) } else { OnceCell::new() };
        Self { plain, ..Self::of(codebook, field, written, folded, hits) }
    }

    /// With tokens and hits that are known.
    pub(super) fn of(codebook: &Codebook, field: &'static str, written: &'a str, folded: Folded, hits: Hits) -> Self {
        let (zones, segments) = zones(codebook, &folded, &hits.shown);
        let text = folded.text.as_bytes();
        let number = |token: &Token| text.get(token.start).is_some_and(u8::is_ascii_digit);
        let numbers = folded.tokens.iter().enumerate().filter(|(_, token)| number(token)).map(|(at, _)| at).collect();
        Self { field, written, folded, hits: hits.shown, models: hits.models, zones, segments, numbers, plain: OnceCell::new() }
    }

    /// The span of tokens `first..last` in the text as written.
    pub(crate) fn span(&self, first: usize, last: usize, why: impl Into<String>) -> Span {
        let start = self.folded.tokens.get(first).map_or(0, |t| t.from);
        let end = self.folded.tokens.get(last.saturating_sub(1)).map_or(start, |t| t.to).max(start);
        let text = self.written.get(start..end).unwrap_or_default().to_owned();
        Span { field: self.field.to_owned(), start, end, text, why: why.into() }
    }

    pub(crate) fn zone(&self, token: usize) -> Zone {
        self.zones.get(token).copied().unwrap_or(Zone::Head)
    }

    pub(crate) fn segment(&self, token: usize) -> u32 {
        self.segments.get(token).copied().unwrap_or(0)
    }

    pub(crate) fn word(&self, token: usize) -> &str {
        self.folded.word(token)
    }

    /// Whether a number may stand among these tokens.
    pub(super) fn counts(&self, first: usize, last: usize) -> bool {
        self.numbers.get(self.numbers.partition_point(|at| *at < first)).is_some_and(|at| *at < last)
    }

    /// Of the first `most` tokens those that may be numbers, in order.
    pub(crate) fn numbers(&self, most: usize) -> impl Iterator<Item = usize> + '_ {
        self.numbers.iter().copied().take_while(move |at| *at < most)
    }

    /// Whether what begins at a token is denied by a word before it ("not converted", "ohne Umbau"), said of what was ("ex deactivated"), or
    /// denied by the Turkish word behind it.
    pub(crate) fn denied(&self, first: usize, last: usize) -> bool {
        let same = |i: &usize| self.segment(*i) == self.segment(first);
        (first.saturating_sub(2)..first).filter(same).any(|i| NOT.contains(&self.word(i)))
            || first > 0 && FORMER.contains(&self.word(first - 1))
            || first > 1 && self.word(first - 2) == "was" && matches!(self.word(first - 1), "a" | "an")
            || last < self.len() && same(&last) && self.word(last) == "degil"
    }

    pub(crate) fn len(&self) -> usize {
        self.folded.tokens.len()
    }
}

/// Words right before a word that turn it round.
const NOT: [&str; 45] = [
    "not",
    "no",
    "non",
    "never",
    "cannot",
    "without",
    "isn't",
    "isnt",
    "nicht",
    "kein",
    "keine",
    "keinen",
    "keiner",
    "nie",
    "ohne",
    "sans",
    "pas",
    "jamais",
    "ni",
    "sin",
    "nunca",
    "senza",
    "mai",
    "nao",
    "sem",
    "niet",
    "geen",
    "zonder",
    "nooit",
    "не",
    "ни",
    "без",
    "никогда",
    "ні",
    "ніколи",
    "bez",
    "nigdy",
    "anti",
    "ليس",
    "ليست",
    "غير",
    "بدون",
    "مو",
    "مش",
    "لا",
];
/// Words right before a word that say it of the past.
const FORMER: [&str; 16] = [
    "ex",
    "former",
    "formerly",
    "once",
    "from",
    "ehemals",
    "ehemalige",
    "ehemaliger",
    "ancien",
    "ancienne",
    "exs",
    "бывший",
    "бывшая",
    "бывш",
    "из",
    "колишній",
];

/// Words that join goods of equal rank; what follows them comes along with what was named first.
fn joins(word: &str) -> bool {
    matches!(word, "&" | "and" | "plus" | "und" | "et" | "y" | "e" | "en" | "oraz" | "i" | "и" | "та" | "ve" | "inkl")
}

/// What the hits say of a token.
#[derive(Debug, Clone, Copy, Default)]
struct Marks {
    link: Option<LinkKind>,
    goods: bool,
    named: bool,
}

fn zones(codebook: &Codebook, folded: &Folded, hits: &[Hit]) -> (Vec<Zone>, Vec<u32>) {
    let count = folded.tokens.len();
    let mut marks: Vec<Marks> = vec![Marks::default(); count];
    for hit in hits {
        // Part of a term: no joining word.
        if matches!(hit.sense, Sense::Maker(_) | Sense::Calibre(_) | Sense::Neutral | Sense::Value(_)) {
            marks.iter_mut().take(hit.last).skip(hit.first).for_each(|mark| mark.named = true);
        }
        let Some(mark) = marks.get_mut(hit.first) else { continue };
        match hit.sense {
            Sense::Link(kind) => mark.link = Some(kind),
            Sense::Noun(_) | Sense::Model(_, true) => mark.goods = true,
            Sense::Maker(m) => mark.goods |= codebook.file.maker.get(m).is_some_and(|maker| !maker.common),
            _ => {}
        }
    }
    let mut zones = Vec::with_capacity(count);
    let mut segments = Vec::with_capacity(count);
    let (mut zone, mut segment, mut seen) = (Zone::Head, 0u32, false);
    for (index, token) in folded.tokens.iter().enumerate() {
        let mark = marks.get(index).copied().unwrap_or_default();
        let inside = mark.named && index > 0 && marks.get(index - 1).is_some_and(|before| before.named);
        if index > 0 {
            match token.gap {
                Gap::Break | Gap::Sentence => {
                    zone = Zone::Head;
                    segment += 1;
                }
                Gap::Comma | Gap::Bracket => {
                    if zone == Zone::Fit {
                        zone = Zone::Head;
                    }
                    segment += 1;
                }
                // 15+1 and +P are no second good.
                Gap::Plus if seen && folded.word(index) != "p" && !(folded.word(index) == "1" && folded.number(index - 1).is_some()) => {
                    zone = Zone::Extra;
                    segment += 1;
                }
                Gap::Slash if !inside => segment += 1,
                _ => {}
            }
        }
        // A letter behind a digit is part of a name: "69e", "98z".
        let glued = token.gap == Gap::None && index > 0;
        match mark.link.filter(|_| !glued) {
            Some(LinkKind::For) if index > 0 || count > 1 => zone = Zone::Fit,
            Some(LinkKind::With) if seen => {
                zone = Zone::Extra;
                segment += 1;
            }
            _ => {}
        }
        if seen && zone == Zone::Head && !inside && !glued && !mark.named && joins(folded.word(index)) {
            zone = Zone::Extra;
            segment += 1;
        }
        seen |= mark.goods && zone == Zone::Head;
        zones.push(zone);
        segments.push(segment);
    }
    (zones, segments)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::OnceLock;

    fn codebook() -> &'static Codebook {
        static CODEBOOK: OnceLock<Codebook> = OnceLock::new();
        CODEBOOK.get_or_init(|| Codebook::parse(include_str!("../../../config/codebook.toml")).expect("the shipped codebook"))
    }

    /// What is read, and the places of what evades as written.
    fn read(text: &str) -> (String, Vec<String>) {
        let reading = Reading::new(codebook(), "title", text, None);
        let evading = reading.folded.tokens.iter().filter(|t| t.evading).map(|t| text[t.from..t.to].to_owned()).collect();
        (reading.folded.text.trim().to_owned(), evading)
    }

    #[test]
    fn disguised_words_are_read_and_keep_their_place() {
        for (text, plain, evading) in [
            ("g1ock 6lock p157ol 4mmo", "glock glock pistol ammo", "g1ock|6lock|p157ol|4mmo"),
            ("gl0ck19 $hotgun @mmo r€volver", "glock 19 shotgun ammo revolver", "gl0ck|$hotgun|@mmo|r€volver"),
            ("g.l.o.c.k 17, G L O C K 1 9", "glock 17 glock 19", "g.l.o.c.k|G L O C K|1 9"),
            ("gl*ck f*rearm g*n p#stol", "glock firearm gun pistol", "gl*ck|f*rearm|g*n|p#stol"),
            ("pi-st-ol g_u_n re.vol.ver", "pistol gun revolver", "pi-st-ol|g_u_n|re.vol.ver"),
            ("A-K-4-7 a.k.4.7.", "ak 47 ak 47", "A-K-4-7|A-K-4-7|a.k.4.7|a.k.4.7"),
            ("gl ock, pis tol, re vol ver", "glock pistol revolver", "gl ock|pis tol|re vol ver"),
            ("gloooock pistolll AMMMMO", "glock pistol ammo", "gloooock|pistolll|AMMMMO"),
            ("g\u{200b}l\u{200b}ock pis\u{2060}tol", "glock pistol", "g\u{200b}l\u{200b}ock|pis\u{2060}tol"),
            ("Glосk рistоl АММО", "glock pistol ammo", "Glосk|рistоl|АММО"),
            ("𝗚𝗹𝗼𝗰𝗸 ｐｉｓｔｏｌ 𝖗𝖎𝖋𝖑𝖊 ⓖⓛⓞⓒⓚ ɢʟᴏᴄᴋ", "glock pistol rifle glock glock", "𝗚𝗹𝗼𝗰𝗸|ｐｉｓｔｏｌ|𝖗𝖎𝖋𝖑𝖊|ⓖⓛⓞⓒⓚ|ɢʟᴏᴄᴋ"),
            ("🅖🅛🅞🅒🅚 🇬 🇱 🇴 🇨 🇰", "glock glock", "🅖🅛🅞🅒🅚|🇬 🇱 🇴 🇨 🇰"),
            ("ЯIFLЕ gυn ρistοl", "rifle gun pistol", "ЯIFLЕ|gυn|ρistοl"),
            ("пиcтoлет п.и.с.т.о.л.е.т пист0лет", "пистолет пистолет пистолет", "пиcтoлет|п.и.с.т.о.л.е.т|пист0лет"),
            ("kcolG elfiR GIock", "glock rifle glock", "kcolG|elfiR|GIock"),
        ] {
            let (read, places) = read(text);
            assert_eq!(read, plain, "{text}");
            assert_eq!(places.join("|"), evading, "{text}");
        }
    }

    #[test]
    fn plain_words_codes_and_flags_stay_what_they_are() {
        for text in [
            "M1A M4A1 P365XL AR15A2 10mmAuto SR9c 357mag 4runner 1911s 50rds 500ml 100mg 9x19mm 7.62x39mm",
            "semi-auto hand-gun drop-in e-mail re-released well-made S&W U.S.A. e.g. www.glock.com foo@bar.com",
            "Oxy 30mg M-30 2cb 4-MMC 3-MMC 4mmc 6-apb a-pvp 5-MeO-DMT LSD-25 MDMA xtc",
            "🇩🇪 🇫🇷 🇬🇧🇺🇸 flags, f*ck, sh*t, price* note*",
            "Pistole Präzision à l'arme à canon scié où étui Mündungsdämpfer naïve",
            "пистолет макарова и автомат, кольт, ружьё на продажу",
            "a b c d e f, x y z, S M L XL, 1 2 3 4",
            "www III zzz AAA+ hmmm soooo goooood",
            "Level 3A plates, USB 3.0, Windows 10 Pro, 2021 iPhone12 case, C.O.D. only",
        ] {
            assert_eq!(read(text).1, Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn pictographs_are_words_where_the_lexicon_has_them() {
        let text = "🔫19 💊💊";
        assert!(Reading::new(codebook(), "title", text, None).hits.iter().any(|h| text[..4] == *"🔫" && h.first == 0));
    }
}
