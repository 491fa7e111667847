//! Whether a text may tell a quantity at all: a look at its words, before the rules are tried.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

/// Beginnings of the words for packs and kits, in lower case: a number stands before them, behind them, or nowhere.
#[rustfmt::skip]
const PACKS: &[&str] = &[
    "box", "pack", "carton", "brick", "sleeve", "boit", "boît", "paquet", "schachtel", "päckchen", "karton", "caja", "estuche", "scatol",
    "confezion", "caixa", "pacote", "dozen", "пач", "короб", "упаков", "пудел", "opakowani", "paczk", "pude", "kutu", "علبة", "صندوق", "balen",
    "krabic", "doboz", "csomag", "cuti", "rasia", "kit", "bausatz", "coffret",
];
/// The same, of words with which many others begin: nothing but an `s` or `es` may follow.
const SHORT_PACKS: &[&str] = &["lot", "case", "bag", "tin", "can", "set", "vpe", "ve", "doos", "pak", "pakke", "pakkaus"];
/// Beginnings of the words for what stands behind a number.
#[rustfmt::skip]
const COUNTED: &[&str] = &[
    "round", "rnd", "rd", "cartridge", "shell", "ctg", "schu", "patron", "cartouche", "munition", "balle", "cartucho", "bala", "tiro",
    "colpi", "cartucce", "muniç", "kogel", "патрон", "набо", "nab", "náboj", "fişek", "mermi", "طلق", "رصاصة", "lőszer", "cartuş", "cartuș",
    "skott", "skudd", "patruun", "piece", "pièce", "pc", "unit", "count", "ct", "cnt", "st", "pieza", "unidad", "pezzi", "peça", "шт", "szt",
    "adet", "tane", "قطع", "حبة", "ks", "kus", "db", "darab", "buc", "kpl", "pk", "bx", "unité", "file", "datei", "fichier", "archivo", "файл",
    "kg", "kil", "кг", "كيلو", "g", "гр", "غرام", "جرام", "x", "×",
];

/// A cheap look before the rules are tried: whether a word for a pack stands in a text, something that is counted behind a number, a sign
/// for "times" beside one, or the whole says "per 100".
pub(super) fn may_count(text: &str) -> bool {
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(PACKS.iter().chain(SHORT_PACKS).chain(COUNTED)).ok());
    let Some(finder) = FINDER.as_ref() else { return true };
    let lower = text.to_lowercase();
    let per = lower.trim_start();
    finder.find_overlapping_iter(&lower).any(|found| {
        let (head, tail) = (lower.get(..found.start()).unwrap_or(""), lower.get(found.end()..).unwrap_or(""));
        let at = found.pattern().as_usize();
        if at < PACKS.len() + SHORT_PACKS.len() {
            let rest = tail.strip_prefix("es").or_else(|| tail.strip_prefix('s')).unwrap_or(tail);
            return !head.ends_with(char::is_alphabetic) && (at < PACKS.len() || !rest.starts_with(char::is_alphabetic));
        }
        let times = tail.trim_start().starts_with(|c: char| c.is_ascii_digit());
        let between = |c: char| c.is_whitespace() || matches!(c, '-' | '/' | 'x' | '×');
        head.trim_end_matches(between).ends_with(|c: char| c.is_ascii_digit())
            || (times && matches!(lower.get(found.range()), Some("x" | "×")))
    }) || ["per", "pro", "je", "par", "por", "за"].iter().any(|word| per.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::super::RULES;
    use super::{COUNTED, PACKS, SHORT_PACKS, may_count};

    #[test]
    fn the_look_misses_nothing_that_a_rule_would_read() {
        let words = PACKS.iter().chain(SHORT_PACKS).chain(COUNTED);
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
                        let rule = RULES.iter().find(|rule| rule.pattern.is_match(&text));
                        read += usize::from(rule.is_some());
                        assert!(rule.is_none_or(|_| may_count(&text)), "{text:?} is {:?} by a rule", rule.map(|rule| rule.unit));
                    }
                }
            }
        }
        assert!(read > 2_500, "{read} texts were read by a rule");
    }
}
