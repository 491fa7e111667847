//! One thing paid in parts: "Pt.1", "part 1 of 2", "1/2".

use crate::codebook::fold::Gap;
use crate::codebook::reading::Reading;
use crate::record::Split;

const PART: [&str; 13] =
    ["pt", "part", "prt", "teil", "partie", "parte", "deel", "часть", "частина", "czesc", "parca", "payment", "zahlung"];
const OF: [&str; 8] = ["of", "von", "sur", "de", "di", "van", "из", "z"];

/// Reads a title; the description may tell how many parts there are.
pub(crate) fn find(title: &Reading<'_>, description: &Reading<'_>) -> Option<Split> {
    let (part, of, from, to) = numbered(title, title.len())?;
    // "Part 2" of a book or kit is no payment: one of two says so, or the whole is told apart in the description.
    let told = numbered(description, 400);
    let of = of.or(told.and_then(|(_, of, ..)| of)).or_else(|| order(description));
    let short = matches!(title.word(from), "pt" | "prt" | "payment" | "zahlung");
    // "Slide part 1" that says no more is one of several payments.
    let bare = to == title.len() && description.len() == 0 && title.len() <= 6;
    if of.is_none() && !short && !bare {
        return None;
    }
    if of.is_some_and(|n| n < part || n > 24) || part == 0 || part > 24 {
        return None;
    }
    let group: Vec<&str> = (0..title.len()).filter(|i| !(from..to).contains(i)).map(|i| title.word(i)).collect();
    Some(Split { part, of: of.unwrap_or(0), group: group.join(" ") })
}

/// Part, how many, and the tokens that say so.
fn numbered(reading: &Reading<'_>, most: usize) -> Option<(u32, Option<u32>, usize, usize)> {
    for index in 0..reading.len().min(most) {
        if PART.contains(&reading.word(index)) {
            let mut at = index + 1;
            if matches!(reading.word(at), "no" | "nr" | "number") {
                at += 1;
            }
            let Some(part) = reading.folded.whole(at) else { continue };
            let slash = reading.folded.tokens.get(at + 1).is_some_and(|t| t.gap == Gap::Slash);
            if slash && reading.folded.whole(at + 1).is_some() {
                return Some((part, reading.folded.whole(at + 1), index, at + 2));
            }
            if OF.contains(&reading.word(at + 1)) {
                let of = reading.folded.whole(at + 2).or_else(|| numeral(reading.word(at + 2)));
                return Some((part, of, index, if of.is_some() { at + 3 } else { at + 1 }));
            }
            return Some((part, None, index, at + 1));
        }
    }
    // "... (1/2)" or "... 1 of 2" at the very end.
    let count = reading.len();
    if reading.field == "title" && count >= 3 {
        let (a, b) = (reading.folded.whole(count - 2), reading.folded.whole(count - 1));
        let slash = reading.folded.tokens.get(count - 1).is_some_and(|t| t.gap == Gap::Slash);
        let bracket = reading.folded.tokens.get(count - 2).is_some_and(|t| t.gap == Gap::Bracket);
        if let (Some(part), Some(of)) = (a, b)
            && slash
            && bracket
            && part <= of
            && of <= 12
        {
            return Some((part, Some(of), count - 2, count));
        }
        if OF.contains(&reading.word(count - 2))
            && count >= 4
            && let (Some(part), Some(of)) = (reading.folded.whole(count - 3), b)
            && part <= of
            && of <= 12
        {
            return Some((part, Some(of), count - 3, count));
        }
    }
    None
}

/// "a two part order"
fn order(reading: &Reading<'_>) -> Option<u32> {
    (0..reading.len().min(400)).find_map(|i| {
        let of = reading.folded.whole(i).or_else(|| numeral(reading.word(i)))?;
        (PART.contains(&reading.word(i + 1)) || reading.word(i + 1) == "parts").then_some(of).filter(|n| (2..=24).contains(n))
    })
}

fn numeral(word: &str) -> Option<u32> {
    Some(match word {
        "two" | "zwei" | "deux" => 2,
        "three" | "drei" | "trois" => 3,
        "four" | "vier" | "quatre" => 4,
        _ => return None,
    })
}
