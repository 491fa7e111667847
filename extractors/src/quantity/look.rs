//! Which kinds of words for quantities a text has: a look at them, before the rules are tried.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Kinds of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Words(u8);

impl Words {
    pub(super) const PACK: Self = Self(1);
    pub(super) const ROUND: Self = Self(2);
    pub(super) const PIECE: Self = Self(4);
    pub(super) const FILE: Self = Self(8);
    pub(super) const KILO: Self = Self(16);
    pub(super) const GRAM: Self = Self(32);
    pub(super) const TIMES: Self = Self(64);
    pub(super) const PER: Self = Self(128);
    const ALL: Self = Self(255);

    /// Whether some of these are of a kind.
    pub(super) fn has(self, kind: Self) -> bool {
        self.0 & kind.0 != 0
    }

    fn add(&mut self, kind: Self) {
        self.0 |= kind.0;
    }
}

/// Beginnings of the words for packs and kits, in lower case: a number stands before them, behind them, or nowhere.
#[rustfmt::skip]
const PACKS: &[&str] = &[
    "box", "pack", "carton", "brick", "sleeve", "boit", "boît", "paquet", "schachtel", "päckchen", "karton", "caja", "estuche", "scatol",
    "confezion", "caixa", "pacote", "dozen", "пач", "короб", "упаков", "пудел", "opakowani", "paczk", "pude", "kutu", "علبة", "صندوق", "balen",
    "krabic", "doboz", "csomag", "cuti", "rasia", "kit", "bausatz", "coffret",
];
/// The same, of words with which many others begin: nothing but an `s` or `es` may follow.
const SHORT_PACKS: &[&str] = &["lot", "case", "bag", "tin", "can", "set", "vpe", "ve", "doos", "pak", "pakke", "pakkaus"];
/// Beginnings of the words for what stands behind a number, by kind.
#[rustfmt::skip]
const COUNTED: &[(Words, &[&str])] = &[
    (Words::ROUND, &[
        "round", "rnd", "rd", "cartridge", "shell", "ctg", "schu", "patron", "cartouche", "munition", "balle", "cartucho", "bala", "tiro",
        "colpi", "cartucce", "muniç", "kogel", "патрон", "набо", "nab", "náboj", "fişek", "mermi", "طلق", "رصاصة", "lőszer", "cartuş", "cartuș",
        "skott", "skudd", "patruun",
    ]),
    (Words::PIECE, &[
        "piece", "pièce", "pc", "unit", "count", "ct", "cnt", "st", "pieza", "unidad", "pezzi", "peça", "шт", "szt", "adet", "tane", "قطع",
        "حبة", "ks", "kus", "db", "darab", "buc", "kpl", "pk", "bx", "unité",
    ]),
    (Words::FILE, &["stl", "file", "datei", "fichier", "archivo", "файл"]),
    (Words::KILO, &["kg", "kil", "кг", "كيلو"]),
    (Words::GRAM, &["g", "гр", "غرام", "جرام"]),
    (Words::TIMES, &["x", "×"]),
];

/// The kinds of words that a text has; none where no word for a pack stands in it, nothing that is counted behind a number, no sign for
/// "times" beside one, and the whole does not say "per 100".
pub(super) fn told(text: &str) -> Words {
    static FINDER: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::new(PACKS.iter().chain(SHORT_PACKS).chain(COUNTED.iter().flat_map(|(_, words)| *words))).ok());
    static KINDS: LazyLock<Vec<Words>> = LazyLock::new(|| COUNTED.iter().flat_map(|(kind, words)| words.iter().map(|_| *kind)).collect());
    let Some(finder) = FINDER.as_ref() else { return Words::ALL };
    let lower = text.to_lowercase();
    let mut told = Words::default();
    let mut counted = false;
    for found in finder.find_overlapping_iter(&lower) {
        let (head, tail) = (lower.get(..found.start()).unwrap_or(""), lower.get(found.end()..).unwrap_or(""));
        let at = found.pattern().as_usize();
        let Some(kind) = at.checked_sub(PACKS.len() + SHORT_PACKS.len()).and_then(|at| KINDS.get(at)) else {
            told.add(Words::PACK);
            let rest = tail.strip_prefix("es").or_else(|| tail.strip_prefix('s')).unwrap_or(tail);
            counted |= !head.ends_with(char::is_alphabetic) && (at < PACKS.len() || !rest.starts_with(char::is_alphabetic));
            continue;
        };
        let between = |c: char| c.is_whitespace() || matches!(c, '-' | '/' | 'x' | '×');
        let behind = head.trim_end_matches(between).ends_with(|c: char| c.is_ascii_digit());
        let times = *kind == Words::TIMES && tail.trim_start().starts_with(|c: char| c.is_ascii_digit());
        counted |= behind || times;
        // Pieces may stand between a number and its rounds; "g" is in many words.
        if behind || times || !matches!(*kind, Words::GRAM | Words::KILO | Words::TIMES) {
            told.add(*kind);
        }
    }
    let per = lower.trim_start();
    if ["per", "pro", "je", "par", "por", "за"].iter().any(|word| per.starts_with(word)) {
        counted = true;
        told.add(Words::PER);
    }
    match counted {
        // The old form of "s" is no other letter to the rules, and stays itself in lower case.
        true if text.contains('ſ') => Words::ALL,
        true => told,
        false => Words::default(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::RULES;
    use super::{COUNTED, PACKS, SHORT_PACKS, told};

    #[test]
    fn the_look_misses_nothing_that_a_rule_would_read() {
        let words = PACKS.iter().chain(SHORT_PACKS).chain(COUNTED.iter().flat_map(|(_, words)| *words));
        let endings = ["", "s", "es", "en", "er", "a", "i", "а", "ов", "ка", "owanie", "elle", "elo"];
        let mut read = 0;
        for word in words.flat_map(|word| endings.iter().map(move |ending| format!("{word}{ending}"))) {
            for number in ["50", "1.000"] {
                for between in ["", " ", "-", " - ", "/", " x ", "x", " per "] {
                    for text in [
                        format!("{number}{between}{word}"),
                        format!("Magtech {}{between}{number} FMJ", word.to_uppercase()),
                        format!("9x19 {number}{between}{word} of 20"),
                        format!("{number} pcs. {word}{between}{number}"),
                    ] {
                        for rule in RULES.iter().filter(|rule| rule.pattern().is_some_and(|pattern| pattern.is_match(&text))) {
                            read += 1;
                            assert!(told(&text).has(rule.words), "{text:?} is {:?} by a rule", rule.unit);
                        }
                    }
                }
            }
        }
        assert!(read > 2_500, "{read} texts were read by a rule");
    }
}
