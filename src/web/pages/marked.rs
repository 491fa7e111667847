//! Captured text in pieces, some of them marked, so that templates escape each.

use crate::shown;

/// A piece of text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::web) struct Piece {
    pub(in crate::web) text: String,
    /// Why it is marked; empty where it is not.
    pub(in crate::web) why: String,
}

/// Cuts a text at ranges of bytes with the reason of each. Ranges may overlap or be wrong: the first holds, and what does not fit is left out.
pub(in crate::web) fn pieces(text: &str, ranges: &[(usize, usize, String)]) -> Vec<Piece> {
    let mut ranges: Vec<&(usize, usize, String)> = ranges.iter().collect();
    ranges.sort();
    let mut pieces = Vec::new();
    let mut at = 0;
    for (start, end, why) in ranges {
        let Some(inside) = text.get(*start..*end).filter(|inside| *start >= at && !inside.is_empty()) else { continue };
        push(&mut pieces, text.get(at..*start).unwrap_or_default(), "");
        push(&mut pieces, inside, why);
        at = *end;
    }
    push(&mut pieces, text.get(at..).unwrap_or_default(), "");
    pieces
}

fn push(pieces: &mut Vec<Piece>, text: &str, why: &str) {
    if !text.is_empty() {
        // Line ends stay: the style shows them.
        let lines: Vec<String> = text.split('\n').map(shown::plain).collect();
        pieces.push(Piece { text: lines.join("\n"), why: why.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_ranges_and_wrong_ones_are_left_out() {
        let range = |start, end| (start, end, "x".to_owned());
        let cut = |text: &str, ranges: &[(usize, usize, String)]| -> Vec<(String, bool)> {
            pieces(text, ranges).into_iter().map(|piece| (piece.text, !piece.why.is_empty())).collect()
        };
        let told = |pieces: &[(&str, bool)]| -> Vec<(String, bool)> { pieces.iter().map(|(text, on)| ((*text).to_owned(), *on)).collect() };
        assert_eq!(
            cut("glock 19 é", &[range(6, 8), range(0, 5), range(3, 7)]),
            told(&[("glock", true), (" ", false), ("19", true), (" é", false)])
        );
        assert_eq!(cut("é", &[range(1, 2), range(5, 9), range(0, 0)]), told(&[("é", false)]));
        assert_eq!(cut("", &[]), told(&[]));
    }
}
