//! Words of which parts are open, and words that are nearly the same.

/// A piece of a pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sign {
    /// This character.
    Plain(char),
    /// Any one character.
    One,
    /// Any characters, or none.
    Any,
}

/// A word or value of which parts are open.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Pattern(pub(crate) Vec<Sign>);

impl Pattern {
    /// Whether a word fits. Time is at most the product of both lengths.
    pub(crate) fn fits(&self, word: &str) -> bool {
        let signs = &self.0;
        let (mut rest, mut at) = (word.chars(), 0);
        // Where to go on when a guess of what `Any` stands for fails: one character later, behind that `Any`.
        let mut again: Option<(std::str::Chars<'_>, usize)> = None;
        loop {
            let mut next = rest.clone();
            match (signs.get(at), next.next()) {
                (Some(Sign::Any), _) => {
                    at += 1;
                    if at == signs.len() {
                        return true;
                    }
                    again = Some((rest.clone(), at));
                    continue;
                }
                (Some(Sign::Plain(sign)), Some(c)) if *sign == c => (rest, at) = (next, at + 1),
                (Some(Sign::One), Some(_)) => (rest, at) = (next, at + 1),
                (None, None) => return true,
                _ => {
                    let Some((from, behind)) = again.as_mut() else { return false };
                    if from.next().is_none() {
                        return false;
                    }
                    (rest, at) = (from.clone(), *behind);
                }
            }
        }
    }

    /// What every word that fits begins with.
    pub(crate) fn beginning(&self) -> String {
        plain(self.0.iter())
    }

    /// What every word that fits ends in.
    pub(crate) fn ending(&self) -> String {
        plain(self.0.iter().rev()).chars().rev().collect()
    }
}

fn plain<'a>(signs: impl Iterator<Item = &'a Sign>) -> String {
    signs.map_while(|sign| if let Sign::Plain(c) = sign { Some(*c) } else { None }).collect()
}

/// Whether two words differ by at most `edits` letters wrong, missing, too many, or two neighbours exchanged (optimal string alignment: no
/// letter is changed twice). Time is the product of both lengths.
pub(crate) fn near(left: &str, right: &str, edits: u8) -> bool {
    let edits = usize::from(edits);
    let right: Vec<char> = right.chars().collect();
    let left: Vec<char> = left.chars().collect();
    if left.len().abs_diff(right.len()) > edits {
        return false;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        for (j, b) in right.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX - 1);
            let mut best = (cell(&row, j) + usize::from(a != b)).min(cell(&row, j + 1) + 1).min(cell(&next, j) + 1);
            let exchanged = i > 0 && j > 0 && left.get(i - 1) == Some(b) && right.get(j - 1) == Some(a);
            if exchanged {
                best = best.min(cell(&before, j - 1) + 1);
            }
            next.push(best);
        }
        if next.iter().all(|steps| *steps > edits) {
            return false;
        }
        before = std::mem::replace(&mut row, next);
    }
    row.last().is_some_and(|steps| *steps <= edits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pattern(text: &str) -> Pattern {
        let sign = |c| match c {
            '*' => Sign::Any,
            '?' => Sign::One,
            c => Sign::Plain(c),
        };
        Pattern(text.chars().map(sign).collect())
    }

    #[test]
    fn patterns() {
        for (signs, fits, fails) in [
            ("*lock", vec!["lock", "glock", "lolock"], vec!["locks", ""]),
            ("gl?ck", vec!["glock", "glück"], vec!["glck", "gloock"]),
            ("g*c*k", vec!["gck", "glock", "gccckk"], vec!["glo", "kcg"]),
            ("a*", vec!["a", "ab"], vec!["ba"]),
            ("*", vec!["", "x"], vec![]),
            ("?*?", vec!["ab", "abc"], vec!["a"]),
            ("*ab*ab", vec!["abab", "xabyabab"], vec!["ab", "aba"]),
        ] {
            let signs = pattern(signs);
            fits.iter().for_each(|word| assert!(signs.fits(word), "{signs:?} {word}"));
            fails.iter().for_each(|word| assert!(!signs.fits(word), "{signs:?} {word}"));
        }
        assert_eq!((pattern("su*or").beginning(), pattern("su*or").ending()), ("su".to_owned(), "or".to_owned()));
        // A bad guess is not tried again and again.
        assert!(!pattern(&"a*".repeat(200)).fits(&format!("{}b", "a".repeat(199))));
    }

    #[test]
    fn nearness() {
        for (left, right, steps) in [
            ("glock", "glock", 0),
            ("glock", "golck", 1),
            ("glock", "glok", 1),
            ("glock", "block", 1),
            ("glock", "gluk", 2),
            ("ca", "abc", 3),
        ] {
            assert!(near(left, right, steps) && near(right, left, steps), "{left} {right}");
            assert!(steps == 0 || !near(left, right, steps - 1), "{left} {right}");
        }
    }
}
