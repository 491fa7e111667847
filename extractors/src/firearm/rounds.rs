//! How many rounds a listing of ammunition offers: "50 rds", "box of 20", "20/bx", "5 x 50 Schuss", "пачка 16", a count at the end.

use crate::codebook::fold::Gap;
use crate::codebook::lexicon::{Hit, Sense};
use crate::codebook::reading::Reading;

use super::counted::{are_packs, is_container, is_of, is_pack, is_piece, is_round, usual};

/// Tokens of a field that are looked at.
const TOKENS: usize = 200;
/// Rounds of one listing at most.
const MOST: u32 = 100_000;

/// How sure it is that a number counts rounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    /// A usual number at the end.
    Place,
    /// Its neighbours: "x50", "(50)", "20/10".
    Form,
    /// A unit or a container.
    Word,
}

/// The rounds that a field counts. The surest sign decides, of equal ones the largest number; a description tells by words alone.
pub(super) fn rounds(reading: &Reading<'_>) -> Option<u32> {
    let title = reading.field == "title";
    let mut best: Option<(Sign, u32)> = None;
    let last = last(reading);
    for at in reading.numbers(TOKENS) {
        let Some((sign, count)) = count(reading, at, last) else { continue };
        if !title && sign < Sign::Word {
            continue;
        }
        best = match best {
            Some((known, most)) if known > sign || known == sign && (most >= count || !title || sign == Sign::Form) => Some((known, most)),
            _ => Some((sign, count)),
        };
    }
    let (sign, count) = best?;
    Some(if title && sign == Sign::Word { count.saturating_mul(boxes(reading, count)) } else { count })
}

/// How many boxes a title offers beside the count of one: "20 rds (10 boxes)", "50rd box - 5 pack".
fn boxes(reading: &Reading<'_>, rounds: u32) -> u32 {
    let boxes = |at: usize| {
        let count = reading.folded.whole(at).filter(|count| (2..=50).contains(count) && *count != rounds)?;
        let several =
            matches!(reading.word(at + 1), "boxes" | "packs" | "bxs") || reading.word(at + 1) == "pack" && !is_of(reading.word(at + 2));
        let of = is_of(reading.word(at + 2))
            || matches!(reading.word(at + 2), "per" | "or" | "minimum" | "limit" | "case" | "cs")
            || before(reading, at);
        (several && !of).then_some(count)
    };
    fn before(reading: &Reading<'_>, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|at| matches!(reading.word(at), "over" | "limit" | "of" | "min" | "buy" | "or"))
    }
    reading.numbers(TOKENS).find_map(boxes).filter(|boxes| rounds <= 100 && rounds * boxes <= 5_000).unwrap_or(1)
}

/// The last token that is no article number.
fn last(reading: &Reading<'_>) -> usize {
    let number = |at: &usize| reading.folded.number(*at).is_some() && reading.word(*at).len() >= 7;
    (0..reading.len()).rev().find(|at| !number(at)).unwrap_or_default()
}

fn count(reading: &Reading<'_>, at: usize, last: usize) -> Option<(Sign, u32)> {
    let gap = |at: usize| reading.folded.tokens.get(at).map_or(Gap::Sentence, |token| token.gap);
    let word = |at: usize| reading.word(at);
    let before = |back: usize| at.checked_sub(back).map_or("", &word);
    let number = reading.folded.whole(at).filter(|count| (1..=MOST).contains(count));
    let number = number.filter(|_| !reading.folded.tokens.get(at).is_some_and(|token| token.dotted))?;
    // Of a calibre, or of a product's code.
    let from = reading.hits.partition_point(|hit| hit.first + 8 < at);
    let near = reading.hits.iter().skip(from).take_while(|hit| hit.first <= at);
    let term = |hit: &Hit| matches!(hit.sense, Sense::Calibre(_) | Sense::Model(_, true)) && hit.last - hit.first > 1;
    let measure = near.into_iter().any(|hit| term(hit) && at < hit.last);
    let money = reading
        .folded
        .tokens
        .get(at)
        .and_then(|token| reading.written.get(..token.from))
        .is_some_and(|before| before.ends_with(['$', '€', '£']));
    let glued = |at: usize| at > 0 && gap(at) == Gap::None;
    let letters = |at: usize| word(at).starts_with(char::is_alphabetic);
    let times = matches!(before(1), "x" | "х" | "cx");
    if measure || money || glued(at) && at > 0 && letters(at - 1) && !times && !is_container(before(1)) {
        return None;
    }
    let (next, after) = (word(at + 1), word(at + 2));
    // "1k", "2 mil": thousands, where a number may be small.
    if matches!(next, "k" | "к" | "mil" | "тыс" | "тис" | "тысяч" | "bin" | "tys" | "الف")
        && number <= 50
        && !(next == "mil" && number == 9)
    {
        return Some((Sign::Word, number * 1000));
    }
    let rounds_next = is_round(next) || is_piece(next);
    // "20 per box", "20 / box", "20 rounds"
    if rounds_next || matches!((next, after), ("ammo" | "live", "rounds")) {
        let holds = matches!(after, "magazine" | "mag" | "mags" | "magazines" | "fired" | "capacity" | "drum" | "clip");
        if holds || next == "st" && glued(at + 1) || next == "shell" && gap(at + 1) != Gap::None && after == "holder" {
            return None;
        }
        // "50RDX20", "50 rounds x 20"
        let packs = match (next, after) {
            ("rdx" | "rdsx" | "rndx", _) => reading.folded.whole(at + 2),
            (_, "x") if usual(number) && gap(at + 2) != Gap::Break && !(glued(at + 4) && letters(at + 4)) => {
                reading.folded.whole(at + 3).filter(|packs| *packs <= 200)
            }
            _ => None,
        };
        let packs = packs.unwrap_or_else(|| packs_before(reading, at));
        return Some((Sign::Word, number.saturating_mul(packs)));
    }
    let sold_by = gap(at + 1) != Gap::Hyphen || number <= 1000;
    if next == "per" && is_container(after) && number <= 5000 {
        return Some((Sign::Word, number));
    }
    if is_pack(next) && sold_by && (3..=20_000).contains(&number) {
        // "20RD 25BX/CS": boxes in a case.
        let boxes = matches!(next, "bx" | "box" | "pk" | "pack") && matches!(after, "cs" | "case" | "cases" | "per");
        let suffix = matches!(next, "er" | "lik" | "luk" | "li" | "lu");
        let calibre = suffix && number < 10 && !is_container(after);
        let gauge = suffix && matches!(number, 12 | 16 | 20) && !is_container(after);
        // "10 Case" behind "20 Per Box" and "20/10 Case" counts boxes.
        let cases = matches!(next, "case") && gap(at + 1) != Gap::Slash && (gap(at) == Gap::Slash || is_container(before(1)));
        let odd = number > 100 && !usual(number);
        if !boxes && !calibre && !gauge && !cases && !odd {
            return Some((Sign::Word, number.saturating_mul(packs_before(reading, at))));
        }
        return None;
    }
    if matches!(next, "cs" | "cases") {
        return (gap(at + 1) == Gap::Slash && number >= 100 && usual(number)).then_some((Sign::Word, number));
    }
    // "box of 50", "case of 1000", "10 boxes of 50"
    let of = (1..=2).take_while(|back| is_of(before(*back))).count();
    if of > 0 && is_container(before(of + 1)) && !glued(at) {
        return Some((Sign::Word, number.saturating_mul(packs_before(reading, at))));
    }
    let unit = letters(at + 1) && glued(at + 1)
        || matches!(next, "gr" | "grain" | "grains" | "grn" | "in" | "mm" | "cal" | "ga" | "gauge" | "fps" | "oz" | "g" | "%" | "x");
    if unit {
        return None;
    }
    if is_container(before(1)) && usual(number) {
        return Some((Sign::Word, number));
    }
    if times
        && !before(2).starts_with(|c: char| c.is_ascii_digit() && before(2).contains('.'))
        && (usual(number) || number % 5 == 0 && number <= 1000)
    {
        let free = |packs: &u32| (2..=200).contains(packs) && usual(number) && !matches!(before(3), "x" | "х");
        let packs = at.checked_sub(2).and_then(|packs| reading.folded.whole(packs)).filter(free);
        return Some((Sign::Form, number.saturating_mul(packs.unwrap_or(1))));
    }
    if !usual(number) {
        return None;
    }
    let previous = at.checked_sub(1).and_then(|before| reading.folded.number(before));
    // "20/10", "20/200": rounds a box, boxes or rounds a case.
    let pair = gap(at + 1) == Gap::Slash
        && reading.folded.whole(at + 1).is_some_and(|other| usual(other) || other <= 40)
        && at > 0
        && gap(at) != Gap::Slash;
    let parted =
        |at: usize| at >= reading.len() || matches!(gap(at), Gap::Break | Gap::Bracket | Gap::Sentence | Gap::Comma) || word(at).len() >= 7;
    if pair && number >= 5 && (at + 3 >= last || parted(at + 2)) {
        return Some((Sign::Form, number));
    }
    let alone = matches!(gap(at), Gap::Slash | Gap::Break | Gap::Bracket | Gap::Comma | Gap::Sentence)
        && at > 0
        && !(gap(at) == Gap::Slash && previous.is_some());
    let ends = at == last || at + 1 == reading.len() || gap(at) == Gap::Slash && parted(at + 1);
    // "/50 (Buy 3 $41.82 Each)": the price is that of three.
    let bought = || reading.folded.whole(at + 2).filter(|packs| (2..=50).contains(packs) && (at + 3..at + 6).any(|at| word(at) == "each"));
    if alone
        && next == "buy"
        && let Some(packs) = bought()
    {
        return Some((Sign::Form, number.saturating_mul(packs)));
    }
    if alone && (ends || gap(at) == Gap::Bracket && gap(at + 1) == Gap::Bracket) {
        return Some((Sign::Form, number));
    }
    let named = matches!(
        before(1),
        "no" | "nr" | "#" | "size" | "shot" | "model" | "type" | "item" | "buck" | "cal" | "gauge" | "mark" | "№" | "номер"
    );
    // "500 for the nine", "rounds 640 in tin"
    if at == 0 && number >= 20 && letters(1) && gap(1) == Gap::Space || at > 0 && is_round(before(1)) && gap(at) <= Gap::Comma {
        return Some((Sign::Place, number));
    }
    (ends && at > 1 && !named && number >= 10 && gap(at) == Gap::Space).then_some((Sign::Place, number))
}

/// `5 x 50 rounds`, `10 boxes of 50 rounds`, `3 Päckchen à 20`.
fn packs_before(reading: &Reading<'_>, at: usize) -> u32 {
    let word = |back: usize| at.checked_sub(back).map_or("", |at| reading.word(at));
    let whole = |back: usize| at.checked_sub(back).and_then(|at| reading.folded.whole(at));
    let of = (1..=2).take_while(|back| is_of(word(*back))).count();
    let count = match word(1) {
        "x" | "х" => whole(2).filter(|_| !matches!(word(3), "x" | "х")),
        _ if of > 0 && are_packs(word(of + 1)) => whole(of + 2),
        _ => None,
    };
    count.filter(|packs| (1..=1000).contains(packs)).unwrap_or(1)
}
