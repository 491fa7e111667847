//! Which words two titles share, where one abbreviates what the other writes out.

use super::words::Title;

/// Words of two titles, counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overlap {
    /// Words of the shorter side that the other has too.
    pub(super) common: usize,
    only_one: usize,
    only_other: usize,
}

impl Overlap {
    pub(super) fn of(one: &Title, other: &Title) -> Self {
        let mut left: Vec<&str> = one.words.iter().map(String::as_str).collect();
        let mut right: Vec<&str> = other.words.iter().map(String::as_str).collect();
        let common = left.iter().filter(|word| right.contains(word)).count();
        let rest = left.clone();
        left.retain(|word| !right.contains(word));
        right.retain(|word| !rest.contains(word));
        // Catalogues abbreviate; elsewhere three letters are a name of their own.
        let abbreviates = one.catalogue && other.catalogue;
        let abbreviated = stand(&mut left, &mut right, abbreviates)
            + stand(&mut right, &mut left, abbreviates)
            + pair(&mut left, &mut right, abbreviates);
        Self { common: common + abbreviated, only_one: left.len(), only_other: right.len() }
    }

    /// Whether each title has words that the other lacks: those of one stand in place of those of the other.
    pub(super) fn replaces(self) -> bool {
        self.only_one > 0 && self.only_other > 0
    }

    /// Share of the common words in all.
    pub(super) fn share(self) -> f64 {
        self.common as f64 / (self.common + self.only_one + self.only_other).max(1) as f64
    }
}

/// Takes out words of which one is another writing of the other. Returns how many pairs.
fn pair(left: &mut Vec<&str>, right: &mut Vec<&str>, abbreviates: bool) -> usize {
    let before = left.len();
    left.retain(|word| match right.iter().position(|other| is_writing(word, other, abbreviates)) {
        Some(at) => {
            right.remove(at);
            false
        }
        None => true,
    });
    before - left.len()
}

/// Takes out words of `short` that stand for two to four words in a row of `long`. Returns how many.
fn stand<'a>(short: &mut Vec<&'a str>, long: &mut Vec<&'a str>, abbreviates: bool) -> usize {
    let before = short.len();
    short.retain(|word| {
        for length in (2..=4).rev() {
            let at = long.windows(length).position(|row| stands_for(word, row, abbreviates));
            if let Some(at) = at {
                long.drain(at..at + length);
                return false;
            }
        }
        true
    });
    before - short.len()
}

/// "licence" and "license", "seed" and "seeds"; in catalogues "rem" and "remington", "wby" and "weatherby".
pub(super) fn is_writing(one: &str, other: &str, abbreviates: bool) -> bool {
    let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
    let figures = |word: &str| word.bytes().any(|byte| byte.is_ascii_digit());
    if figures(short) || figures(long) || short.chars().next() != long.chars().next() {
        return false;
    }
    let (letters, most) = (short.chars().count(), long.chars().count());
    let plural = letters >= 3 && long.strip_suffix('s') == Some(short);
    let shortened = abbreviates && letters >= 2 && letters < most && most >= 4 && (letters <= 5 || long.starts_with(short));
    plural || (letters >= 6 && one_edit(short, long)) || (shortened && is_read_off(short, long))
}

/// Whether the letters of one are in the other, in order.
fn is_read_off(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().all(|letter| rest.any(|other| other == letter))
}

/// "accubond" for "accu bond"; in catalogues "sst" for "super shock tip", "ftx" for "flex tip expanding".
pub(super) fn stands_for(word: &str, row: &[&str], abbreviates: bool) -> bool {
    if word.chars().count() < row.len() || word.chars().next() != row.first().and_then(|first| first.chars().next()) {
        return false;
    }
    row.concat() == word || (abbreviates && word.chars().count() <= 5 && spends(word, row))
}

/// Whether `word` can be read off `row`, one letter or more of each word, in order.
fn spends(word: &str, row: &[&str]) -> bool {
    let Some((first, rest)) = row.split_first() else { return word.is_empty() };
    let starts = word.char_indices().map(|(at, _)| at).skip(1).chain([word.len()]);
    starts.into_iter().any(|at| {
        let (head, tail) = word.split_at(at);
        is_read_off(head, first) && spends(tail, rest)
    })
}

/// Whether one letter was changed, put in or left out.
fn one_edit(short: &str, long: &str) -> bool {
    let (short, long): (Vec<char>, Vec<char>) = (short.chars().collect(), long.chars().collect());
    if long.len() - short.len() > 1 {
        return false;
    }
    let same = short.iter().zip(&long).take_while(|(one, other)| one == other).count();
    let (tail, rest) = (short.len() - same, long.len() - same);
    let skipped = usize::from(tail == rest).min(tail);
    short.get(same + skipped..).is_some_and(|end| long.get(same + 1..).is_some_and(|other| end == other)) || rest == 0
}
