//! Advertisements of an invented market of any size: each is made from its number alone, so that nothing is held of the others.
//!
//! Six of ten are new. Three are posted again by their seller, with another quantity, other praise or an edited text; one is taken over by
//! another seller. Every seller writes the same rules under everything.

use serde_json::{Value, json};

use crate::dice::Dice;

/// How far back one that is posted again was posted, at most.
const RECENT: u64 = 200_000;
/// Words that are invented.
const WORDS: u64 = 20_000;
const SYLLABLES: &[&str] = &[
    "ba", "be", "bi", "bo", "da", "de", "di", "do", "fa", "fe", "ga", "go", "ka", "ke", "ki", "ko", "la", "le", "li", "lo", "ma", "me",
    "mi", "mo", "na", "ne", "ni", "no", "ra", "re", "ri", "ro", "sa", "se", "si", "so", "ta", "te", "ti", "to", "va", "vi", "za", "zo",
];
const COMMON: &[&str] = &[
    "the",
    "and",
    "with",
    "for",
    "from",
    "you",
    "your",
    "this",
    "that",
    "are",
    "was",
    "not",
    "have",
    "will",
    "all",
    "our",
    "new",
    "used",
    "very",
    "good",
    "condition",
    "quality",
    "shipping",
    "order",
    "before",
    "after",
    "please",
    "message",
    "delivery",
    "days",
    "price",
    "stock",
    "photo",
    "original",
    "box",
    "case",
    "clean",
    "fast",
    "safe",
    "best",
    "only",
    "also",
    "one",
    "two",
    "three",
];
const ARMS: &[&str] = &[
    "Glock 17 9x19",
    "Glock 19 9mm Luger",
    "Glock 26 9x19",
    "Beretta 92FS 9x19",
    "SIG Sauer P226 9x19",
    "Smith & Wesson 686 .357 Magnum",
    "Remington 870 12/70",
    "Remington 700 .308 Win",
    "Ruger 10/22 .22 LR",
    "CZ 75 9x19",
    "Zoraki 914 9mm P.A.K.",
    "Walther PPK .380 ACP",
];
const KINDS: &[&str] = &["tablets", "powder", "resin", "oil", "seeds", "watch", "cards", "guide", "account", "hoodie", "kit", "batteries"];
const PRAISE: &[&str] = &["", "NEW ", "TOP ", "*BEST* ", "100% ", "Original "];
const ENDS: &[&str] = &["", "!!!", " (again)"];
const COUNTS: &[&str] = &["2", "5", "10", "25"];

/// Where an advertisement comes from.
enum Origin {
    New,
    /// Posted again by its seller.
    Again(u64),
    /// Taken over by another seller.
    Taken(u64),
}

/// The row of an import for advertisement `n` of a market of so many sellers.
pub(super) fn row(n: u64, sellers: u64) -> Value {
    let (origin, mut dice) = origin(n);
    let mut root = n;
    while let (Origin::Again(earlier) | Origin::Taken(earlier), _) = self::origin(root) {
        root = earlier;
    }
    let (mut title, mut sentences, mut price) = first(root);
    match origin {
        Origin::New => {}
        Origin::Taken(_) => title = format!("{}{title}", pick(&mut dice, PRAISE)),
        Origin::Again(_) => {
            title = match dice.below(10) {
                0..4 => format!("{} x {title}", pick(&mut dice, COUNTS)),
                4..7 => format!("{}{title}{}", pick(&mut dice, PRAISE), pick(&mut dice, ENDS)),
                _ => title,
            };
            price = (price * (80 + dice.below(40)) / 100).max(5);
            let at = dice.below(sentences.len() as u64) as usize;
            if let Some(edited) = sentences.get_mut(at).filter(|_| dice.below(10) < 6) {
                *edited = sentence(&mut dice);
            }
            if dice.below(10) < 3 {
                sentences.push(sentence(&mut dice));
            }
        }
    }
    let seller = seller(n, sellers);
    let mut rules = Dice::labelled(seller, "rules");
    for _ in 0..=rules.below(4) {
        sentences.push(sentence(&mut rules));
    }
    json!({
        "id": n.to_string(), "title": title, "description": sentences.join("\n"), "price": price, "currency": "USD",
        "vendor": format!("seller{seller}"), "category_path": ["Goods"],
        "observed_at": format!("2026-01-02T03:{:02}:{:02}Z", n / 60_000 % 60, n / 1_000 % 60),
    })
}

fn origin(n: u64) -> (Origin, Dice) {
    let mut dice = Dice::labelled(n, "origin");
    let kind = dice.below(10);
    let earlier = n.saturating_sub(1 + dice.below(n.min(RECENT)));
    let origin = match kind {
        0..3 if n > 0 => Origin::Again(earlier),
        3 if n > 0 => Origin::Taken(earlier),
        _ => Origin::New,
    };
    (origin, dice)
}

fn seller(mut n: u64, sellers: u64) -> u64 {
    while let (Origin::Again(earlier), _) = origin(n) {
        n = earlier;
    }
    Dice::labelled(n, "seller").below(sellers)
}

/// Title, sentences and price of a new advertisement.
fn first(n: u64) -> (String, Vec<String>, u64) {
    let mut dice = Dice::labelled(n, "advertisement");
    let title = if dice.below(100) < 35 {
        let more = ["", " pistol", " with two magazines", " like new", &format!(" {}", word(&mut dice))];
        format!("{}{}", pick(&mut dice, ARMS), pick(&mut dice, &more))
    } else {
        let more = ["", " 2mg", " 50mg", " 5g", &format!(" {}", word(&mut dice))];
        format!("{} {} {}{}", capital(&word(&mut dice)), capital(&word(&mut dice)), pick(&mut dice, KINDS), pick(&mut dice, &more))
    };
    let mut sentences = Vec::new();
    while sentences.len() < 30 && dice.below(6) > 0 {
        sentences.push(sentence(&mut dice));
    }
    (title, sentences, 10 + dice.below(1_990))
}

fn sentence(dice: &mut Dice) -> String {
    let words = (0..6 + dice.below(11)).map(|_| if dice.below(100) < 45 { pick(dice, COMMON).to_owned() } else { word(dice) });
    let words: Vec<String> = words.collect();
    format!("{}.", capital(&words.join(" ")))
}

/// An invented word; few of them are common.
fn word(dice: &mut Dice) -> String {
    let share = dice.below(1_000).pow(3);
    let mut spelling = Dice::labelled(share * WORDS / 1_000_000_000 + dice.below(20), "word");
    (0..2 + spelling.below(3)).map(|_| pick(&mut spelling, SYLLABLES)).collect()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn pick<'a>(dice: &mut Dice, choices: &[&'a str]) -> &'a str {
    dice.pick(choices).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_is_the_same_in_each_run_and_repeats_itself() {
        let rows: Vec<Value> = (0..2_000).map(|n| row(n, 100)).collect();
        assert_eq!(row(1_234, 100), rows[1_234]);
        let bytes = rows.iter().map(|row| row["description"].as_str().unwrap().len()).sum::<usize>() / rows.len();
        assert!((400..1_200).contains(&bytes), "{bytes}");
        let new = (0..2_000).filter(|n| matches!(origin(*n).0, Origin::New)).count();
        assert!((1_100..1_300).contains(&new), "{new}");
    }
}
