//! Words around a price: the ends of a range, "from", what is added or taken off, and the unit that it is for.

use std::collections::HashSet;
use std::sync::LazyLock;

use rust_decimal::Decimal;
use rustc_hash::FxBuildHasher;

use super::numeral::{Numeral, digits_at, is_space};
use super::uses::{ADDING, FREE_BEFORE, LIMITS, LIMITS_BEHIND, NOT_ADDED, OFF_BEFORE, OFF_BEHIND, SHIPPING};
use super::{Effect, Per};

/// Bytes that are looked at on either side.
const WINDOW: usize = 48;

/// The end of a text before `at`, in lower case, without blanks and colons at its end.
fn head(text: &str, at: usize) -> String {
    let mut from = at.saturating_sub(WINDOW);
    while !text.is_char_boundary(from) {
        from += 1;
    }
    let head = text.get(from..at).unwrap_or_default().trim_end_matches(before_price);
    head.replace(is_space, " ").to_lowercase()
}

/// The start of a text behind `at`, in lower case, without blanks before it.
fn tail(text: &str, at: usize) -> String {
    let rest = text.get(at..).unwrap_or_default();
    crate::html::prefix(rest, WINDOW).trim_start_matches(is_space).replace(is_space, " ").to_lowercase()
}

/// Whether a text ends with one of these words or phrases.
fn ends(head: &str, words: &[&str]) -> bool {
    words.iter().any(|word| head.strip_suffix(word).is_some_and(|before| !before.ends_with(char::is_alphanumeric)))
}

/// What follows one of these words, if a text begins with it.
fn begins<'t>(tail: &'t str, words: &[&str]) -> Option<&'t str> {
    words.iter().filter_map(|word| tail.strip_prefix(word)).find(|rest| !rest.starts_with(char::is_alphanumeric))
}

#[rustfmt::skip]
const FROM: &[&str] = &[
    "from", "ab", "ab nur", "ab ca", "ab ca.", "à partir de", "a partir de", "à p. de", "dès", "des", "desde", "starting at", "start at", "starts at",
    "as low as", "vanaf", "va.", "v.a.", "da", "a partire da", "a partir da", "от", "від", "вiд", "починаючи від", "начиная от", "начиная с",
    "starting from", "prices from", "from only", "from just", "at least", "min.", "min", "mindestens", "minimum", "od", "już od", "de la", "från",
    "fra", "alkaen", "από", "en az", "من", "ابتداء من", "ابتداءً من", "يبدأ من", "almeno", "al menos",
];
#[rustfmt::skip]
const FROM_BEHIND: &[&str] = &[
    "and up", "& up", "and above", "or more", "'den başlayan", "'den itibaren", "'dan başlayan", "den başlayan", "’den başlayan", "-tól", "-től",
    "tól", "alkaen", "から", "～", "〜", "起", "oder mehr", "ou plus", "и выше", "'dan itibaren", "y más", "e oltre",
];
#[rustfmt::skip]
const UP_TO: &[&str] = &[
    "up to", "upto", "bis", "bis zu", "max.", "max", "maximal", "jusqu'à", "jusqu’à", "hasta", "fino a", "até", "tot", "до", "حتى", "at most",
    "no more than", "höchstens", "en fazla", "'e kadar", "upp till", "op til", "až",
];
/// Words that join the ends of a range wherever they stand between two amounts.
#[rustfmt::skip]
const JOINS: &[&str] = &[
    "-", "–", "—", "~", "〜", "～", "to", "bis", "до", "tot", "ile", "إلى", "الى", "至", "到", "till", "til", "až", "عن", "to:", "..", "...", "…",
];
/// Words that join them where the first is introduced.
#[rustfmt::skip]
const JOINS_INTRODUCED: &[(&[&str], &[&str])] = &[
    (&["between"], &["and"]),
    (&["zwischen"], &["und"]),
    (&["de", "da", "entre"], &["à", "a", "et", "y", "e"]),
    (&["tra", "fra"], &["e"]),
    (&["da", "dai"], &["a", "ai"]),
    (&["tussen", "van"], &["en"]),
    (&["between", "między", "pomiędzy"], &["a", "i"]),
    (&["od"], &["do"]),
    (&["от", "между", "між", "від"], &["и", "і", "та"]),
    (&["بين"], &["و"]),
];

/// What stands between the ends of a range.
pub(super) fn joins(text: &str, before_first: usize, end: usize, start: usize) -> bool {
    let Some(gap) = text.get(end..start).filter(|gap| gap.len() <= 12) else { return false };
    let gap = gap.trim().to_lowercase();
    if JOINS.contains(&gap.as_str()) {
        return true;
    }
    let opening = || head(text, before_first);
    JOINS_INTRODUCED.iter().any(|(intro, words)| words.contains(&gap.as_str()) && ends(&opening(), intro))
}

/// What stands on both sides of a price; empty where no word there says anything.
pub(super) struct Around<'t> {
    text: &'t str,
    start: usize,
    end: usize,
    before: String,
    behind: String,
}

impl<'t> Around<'t> {
    pub(super) fn of(text: &'t str, start: usize, end: usize) -> Self {
        let raw = text.get(..start).unwrap_or_default().trim_end_matches(before_price);
        let spoken = raw.chars().next_back().is_some() && SPOKEN.before.contains(&last_key(raw));
        let before = if spoken { head(text, start) } else { String::new() };
        let raw = text.get(end..).unwrap_or_default().trim_start_matches(|c: char| is_space(c) || matches!(c, '*' | ')' | '('));
        let spoken = raw.chars().next().is_some_and(|first| first >= '\u{2e80}') || SPOKEN.behind.contains(&first_key(raw));
        let behind = if spoken { tail(text, end) } else { String::new() };
        Self { text, start, end, before, behind }
    }

    fn is_silent(&self) -> bool {
        self.before.is_empty() && self.behind.is_empty()
    }
}

fn before_price(ch: char) -> bool {
    is_space(ch) || matches!(ch, ':' | '(' | '~' | '-' | '–')
}

/// The last word of a text in lower case, or its last sign.
fn last_key(text: &str) -> String {
    match text.chars().next_back() {
        Some(last) if last.is_alphanumeric() => {
            let at = text.char_indices().rev().take(24).take_while(|(_, c)| c.is_alphanumeric()).last().map_or(0, |(at, _)| at);
            text.get(at..).unwrap_or_default().to_lowercase()
        }
        Some(last) => last.to_string(),
        None => String::new(),
    }
}

/// The first word of a text in lower case, or its first sign.
fn first_key(text: &str) -> String {
    match text.chars().next() {
        Some(first) if first.is_alphanumeric() => {
            text.chars().take(24).take_while(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
        }
        Some(first) => first.to_string(),
        None => String::new(),
    }
}

struct Spoken {
    before: HashSet<String, FxBuildHasher>,
    behind: HashSet<String, FxBuildHasher>,
}

/// How all the words below end or begin: most prices stand beside none of them.
static SPOKEN: LazyLock<Spoken> = LazyLock::new(|| {
    let units = || UNITS.iter().flat_map(|(_, words)| words.iter());
    let before = [FROM, UP_TO, SHIPPING, ADDING, OFF_BEFORE, OVER, PIECE_PRICE, FOR, &["do", "free"]];
    let behind = [FROM_BEHIND, OFF_BEHIND, SHIPPING, TO_SHIP, NOT_ADDED, LIMITS_BEHIND, PER, BARE, &["~", "+", "gram", "grams", "g"]];
    Spoken {
        before: before.iter().flat_map(|list| list.iter()).chain(units()).map(|word| last_key(word)).collect(),
        behind: behind
            .iter()
            .flat_map(|list| list.iter())
            .chain(units())
            .map(|word| first_key(word))
            .filter(|key| !key.is_empty())
            .collect(),
    }
});

/// Introduced by "from", or followed by "and up" or a plus.
pub(super) fn is_from(around: &Around<'_>) -> bool {
    let Around { text, end, before, behind, .. } = around;
    if around.is_silent() {
        return false;
    }
    let plus = || {
        let rest = text.get(*end..).and_then(|rest| rest.strip_prefix('+'))?;
        let next = rest.trim_start_matches(is_space);
        let parted = rest.is_empty() || rest.len() > next.len() || rest.starts_with([')', ',', '!', '*']);
        let word = next.to_lowercase();
        let added = next.starts_with(|c: char| c.is_ascii_digit() || "$€£".contains(c))
            || is_shipping(&word).is_some()
            || begins(&word, TAXES).is_some();
        (parted && !added).then_some(())
    };
    ends(before, FROM) || FROM_BEHIND.iter().any(|words| behind.starts_with(words)) || behind.trim_end() == "~" || plus().is_some()
}

const TAXES: &[&str] = &["tax", "vat", "mwst", "iva", "tva", "s&h", "fees", "fee"];

/// Introduced by "up to".
pub(super) fn is_up_to(around: &Around<'_>, currency: Option<&str>) -> bool {
    let head = &around.before;
    // "do" is "of the" in Portuguese.
    ends(head, UP_TO) || (matches!(currency, Some("PLN" | "CZK" | "RSD" | "BAM" | "BGN" | "HRK")) && ends(head, &["do"]))
}

#[rustfmt::skip]
const OVER: &[&str] = &[
    "over", "above", "of", "on orders", "orders", "on", "über", "de plus de", "superiores a", "superiori a", "oltre", "boven", "свыше", "понад",
    "powyżej", "от", "від", "ab", "od", "dès", "desde", "da", "vanaf", "فوق",
];
const TO_SHIP: &[&str] = &["for ", "of ", "de ", "di ", "für ", "pour ", "por ", "за ", "voor ", "to ship", ""];

/// What follows the word for shipping, if a text begins with one.
fn is_shipping(tail: &str) -> Option<&str> {
    let rest = TO_SHIP.iter().find_map(|joining| begins(tail.strip_prefix(joining)?, SHIPPING))?;
    let next = rest.trim_start_matches([' ', ':', '(']);
    begins(next, NOT_ADDED).is_none().then_some(rest)
}

/// Whether an amount is asked for the goods, comes on top, or is taken off.
pub(super) fn role(around: &Around<'_>, follows: bool) -> Effect {
    let Around { before, behind, .. } = around;
    if around.is_silent() {
        return Effect::Asked;
    }
    let plain = behind.trim_start_matches(['*', ')']).trim_start();
    if begins(plain, OFF_BEHIND).is_some() {
        return Effect::Off;
    }
    if ends(before, OFF_BEFORE) {
        return Effect::Off;
    }
    let from = is_from(around);
    let limits = (from || ends(before, OVER)) && LIMITS.iter().any(|word| before.contains(word));
    if limits || (from && LIMITS_BEHIND.iter().any(|word| plain.starts_with(word))) {
        return Effect::Limit;
    }
    // "+$15"; "450 € + 5 €".
    if ends(before, ADDING) && (follows || !ends(before, &["plus", "add", "mais", "más"]) || is_shipping(plain).is_some()) {
        return Effect::Added;
    }
    let free = |word: &str| before.strip_suffix(word).is_some_and(|head| ends(head.trim_end(), FREE_BEFORE));
    if SHIPPING.iter().any(|word| ends(before, &[word]) && !free(word)) || (is_shipping(plain).is_some() && !follows_word(before)) {
        return Effect::Added;
    }
    Effect::Asked
}

/// "Glock 19 450 € Versand" would be odd; but "Preis 450 € Versand 5 €" names the next amount.
fn follows_word(before: &str) -> bool {
    ends(before, &["preis", "price", "prix", "precio", "prezzo", "цена", "cena", "fiyat", "vb"])
}

#[rustfmt::skip]
const PER: &[&str] = &[
    "/", "per", "pro", "je", "par", "por", "al", "alla", "la", "le", "les", "l'", "l’", "el", "cada", "za", "за", "на", "p/", "für", "for", "pour",
    "para", "per.", "à", "a", "an", "od", "ve", "لكل", "لل", "pr", "pr.", "het", "az", "o",
];
/// Units, by the code of records.md.
#[rustfmt::skip]
const UNITS: &[(&str, &[&str])] = &[
    ("round", &["round", "rounds", "rd", "rds", "rnd", "rnds", "schuss", "schuß", "patrone", "patronen", "cartouche", "cartouches", "coup", "balle",
    "cartucho", "cartuchos", "bala", "tiro", "colpo", "cartuccia", "munição", "patroon", "kogel", "патрон", "патрона", "патронов", "набій", "набоїв",
    "nabój", "naboi", "sztuka amunicji", "mermi", "fişek", "طلقة", "رصاصة", "náboj", "shot", "cartridge", "shell", "ctg"]), ("piece", &["piece",
    "pieces", "pc", "pcs", "pc.", "each", "ea", "ea.", "unit", "units", "item", "stück", "stueck", "stk", "stk.", "st.", "st", "stck", "stck.",
    "pièce", "pièces", "piece", "pce", "pcs.", "unité", "unidad", "ud", "ud.", "uds", "u.", "pieza", "pezzo", "pz", "pz.", "cad.", "cadauno",
    "unidade", "un", "un.", "peça", "stuk", "stuks", "шт", "шт.", "штука", "штуку", "штук", "ед.", "одиницю", "szt", "szt.", "sztuka", "sztukę",
    "sztuk", "adet", "tane", "قطعة", "للقطعة", "حبة", "للحبة", "ks", "kus", "db", "darab", "buc", "buc.", "bucată", "styck", "stykke", "kpl", "cent",
    "person", "kus.", "ком", "бр", "бр.", "个", "件"]), ("box", &["box", "boxes", "bx", "pack", "packs", "pk", "packung", "schachtel", "boîte", "boite",
    "paquet", "caja", "paquete", "scatola", "confezione", "caixa", "doos", "пачка", "пачку", "коробка", "коробку", "pudełko", "opakowanie", "kutu",
    "paket", "علبة", "case", "carton", "karton", "krabice", "doboz"]), ("kg", &["kg", "kg.", "kilo", "kilos", "kilogram", "kilogramm", "кг", "كيلو",
    "كغ"]), ("g", &["g", "gr", "gr.", "gram", "grams", "gramm", "gramme", "gramo", "grammo", "grama", "г", "г.", "гр", "грамм", "غرام", "جرام"]),
    ("other", &["oz", "ounce", "lb", "pound", "m", "meter", "l", "liter", "litre", "hour", "day", "month", "week", "year", "night", "monat", "tag",
    "mois", "jour", "mes", "día", "месяц", "день", "pair", "paar", "paire", "set", "satz", "mag", "magazine", "sheet", "blotter", "dozen", "pill",
    "tab", "ml", "mg"]),
];
/// Units that need no word before them.
#[rustfmt::skip]
const BARE: &[&str] = &[
    "each", "ea", "ea.", "apiece", "a piece", "pièce", "pce", "szt.", "szt", "c/u", "cada", "cada uno", "cada una", "cad.", "cadauno", "cadauna",
    "cpr", "ppr", "шт", "шт.", "p/st", "p/st.", "p/stk", "pz", "ks", "stk", "stk.", "للقطعة", "للحبة", "per head", "stück",
];

fn unit_at(tail: &str) -> Option<&'static str> {
    let matching = |words: &&[&str]| words.iter().filter(|word| begins(tail, &[word]).is_some()).map(|word| word.len()).max();
    UNITS.iter().filter_map(|(code, words)| Some((*code, matching(words)?))).max_by_key(|(_, length)| *length).map(|(code, _)| code)
}

/// The unit that a price is for: "/St.", "per 1000", "a box", and before it "per round:", "2 for".
///
/// `last` is the numeral before the price.
pub(super) fn per(around: &Around<'_>, last: Option<&Numeral>) -> Option<Per> {
    per_behind(around).or_else(|| per_before(around, last))
}

fn per_behind(around: &Around<'_>) -> Option<Per> {
    let (text, end) = (around.text, around.end);
    let raw = text.get(end..)?;
    let written = text.get(..end)?;
    if written.ends_with("cpr") {
        return Some(Per { count: Decimal::ONE, unit: "round" });
    }
    let touches = raw.starts_with(char::is_alphabetic);
    let tail = around.behind.as_str();
    let one = |unit| Some(Per { count: Decimal::ONE, unit });
    for bare in BARE {
        if begins(tail, &[bare]).is_some() {
            return one(if matches!(*bare, "cpr" | "ppr") { "round" } else { "piece" });
        }
    }
    if touches && ["gram", "g"].iter().any(|gram| begins(tail, &[gram]).is_some() || tail.starts_with("gram")) {
        return one("g");
    }
    let opening = PER.iter().filter(|word| tail.starts_with(**word)).filter(|word| {
        let rest = tail.get(word.len()..).unwrap_or_default();
        !word.ends_with(char::is_alphanumeric) || !rest.starts_with(char::is_alphanumeric)
    });
    let opening = opening.max_by_key(|word| word.len())?;
    let rest = tail.get(opening.len()..)?.trim_start();
    let loose = matches!(
        *opening,
        "a" | "an"
            | "la"
            | "le"
            | "el"
            | "o"
            | "for"
            | "for."
            | "für"
            | "pour"
            | "à"
            | "de"
            | "al"
            | "na"
            | "na "
            | "на"
            | "за"
            | "za"
            | "por"
            | "par"
            | "para"
            | "les"
            | "od"
            | "az"
            | "het"
    );
    let digits = digits_at(rest, 0);
    if digits > 0 {
        let joined: String =
            rest.chars().take_while(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | ' ')).filter(char::is_ascii_digit).take(7).collect();
        let written = rest.get(..digits)?;
        let count: Decimal = if joined.ends_with("000") && joined.len() > digits { joined.parse().ok()? } else { written.parse().ok()? };
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ',' | '.' | ' '));
        let unit = unit_at(after);
        let plain = after.is_empty() || !after.starts_with(|c: char| c.is_alphanumeric() || "$€£%/".contains(c));
        let fits = !loose || unit.is_some() || (*opening == "les" && plain);
        let round = count >= Decimal::TEN || unit.is_some();
        return (fits && round && count > Decimal::ZERO && count <= Decimal::from(1_000_000) && (unit.is_some() || plain))
            .then_some(Per { count, unit: unit.unwrap_or("piece") });
    }
    if matches!(*opening, "/" | "per") && begins(rest, &["m", "thousand"]).is_some() {
        return Some(Per { count: Decimal::ONE_THOUSAND, unit: "piece" });
    }
    if matches!(*opening, "le" | "al" | "el") && begins(rest, &["cent", "100"]).is_some() {
        return Some(Per { count: Decimal::ONE_HUNDRED, unit: "piece" });
    }
    if rest.starts_with("1 ") {
        return None;
    }
    let unit = unit_at(rest)?;
    // "a day", "for day": too loose.
    (!(loose && unit == "other")).then_some(Per { count: Decimal::ONE, unit })
}

const PER_BEFORE: &[&str] = &["per", "pro", "je", "par", "por", "al", "за", "за один", "price per", "preis pro", "preis je", "prix par"];
#[rustfmt::skip]
const PIECE_PRICE: &[&str] = &[
    "stückpreis", "tanesi", "adet fiyatı", "birim fiyat", "birim fiyatı", "unit price", "prix unitaire", "precio unitario", "prezzo unitario",
    "preço unitário", "stuksprijs", "цена за шт", "цена за шт.", "ціна за шт", "ціна за шт.", "cena za szt", "cena za szt.", "cena za ks",
];
const FOR: &[&str] = &["for", "für", "pour", "por", "per", "за", "za", "voor", "para", "x"];

fn per_before(around: &Around<'_>, last_number: Option<&Numeral>) -> Option<Per> {
    let Around { text, start, before, .. } = around;
    if ends(before, PIECE_PRICE) {
        return Some(Per { count: Decimal::ONE, unit: "piece" });
    }
    // "per round: $0.45".
    let (opening, last) = before.rsplit_once(' ')?;
    let last = last.trim_start_matches('/');
    if ends(opening.trim_end(), PER_BEFORE) && last.chars().all(char::is_alphabetic) {
        let unit = unit_at(last)?;
        return Some(Per { count: Decimal::ONE, unit });
    }
    // "2 for $30".
    let joins = FOR.iter().find(|word| ends(before, &[word]) && **word != "x")?;
    let number = last_number?;
    let gap = text.get(number.end..*start).filter(|gap| gap.len() <= WINDOW)?.trim().to_lowercase();
    let gap = gap.trim_end_matches(|c: char| !c.is_alphabetic());
    let (gap, unit) = match gap.strip_suffix(joins) {
        Some(inner) if inner.trim().is_empty() => ("", "piece"),
        Some(inner) => ("", unit_at(inner.trim()).filter(|_| inner.trim().chars().all(char::is_alphabetic))?),
        None => (gap, "piece"),
    };
    let count: Decimal = number.digits(text).parse().ok()?;
    (gap.is_empty() && count > Decimal::ONE && count <= Decimal::from(100_000)).then_some(Per { count, unit })
}

/// Whether a word may introduce the lowest price.
pub(super) fn is_from_word(word: &str) -> bool {
    FROM.iter().any(|from| from.split(' ').any(|part| part == word))
}
