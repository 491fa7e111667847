//! A stretch of a field, taken from the reading of the whole: folding and finding are paid for once.

use std::ops::Range;

use super::Codebook;
use super::fold::{Folded, Gap, LONGEST, Token};
use super::lexicon::{Hit, Hits, Sense};
use super::reading::Reading;
use super::spread;

impl<'a> Reading<'a> {
    /// The stretch of these bytes as [`Reading::new`] reads it: what stands around it has no part in it.
    pub(crate) fn part(&self, codebook: &Codebook, range: Range<usize>, language: Option<&str>) -> Reading<'a> {
        let Some(words) = self.written.get(range.clone()) else { return Self::new(codebook, self.field, "", language) };
        match self.cut(codebook, range) {
            Some((folded, hits)) => Self::of(codebook, self.field, words, folded, hits),
            None => Self::new(codebook, self.field, words, language),
        }
    }

    /// Whether a stretch is known to hold no number and no hit that `names` takes: nothing needs to be cut then.
    pub(crate) fn lacks(&self, codebook: &Codebook, range: &Range<usize>, names: impl Fn(Sense) -> bool) -> bool {
        let Some((first, last)) = self.within(codebook, range) else { return false };
        let from = self.hits.partition_point(|hit| hit.first + codebook.lexicon.longest() < first);
        let mut near = self.hits.iter().skip(from).take_while(|hit| hit.first < last).filter(|hit| hit.last > first);
        near.all(|hit| first <= hit.first && hit.last <= last && !names(hit.sense)) && !self.counts(first, last)
    }

    /// Tokens of a stretch, where they are those of the whole.
    fn within(&self, codebook: &Codebook, range: &Range<usize>) -> Option<(usize, usize)> {
        if !self.is_plain(codebook) || !self.parts_at(range.start) || !self.parts_at(range.end) {
            return None;
        }
        let tokens = &self.folded.tokens;
        let first = tokens.partition_point(|token| token.from < range.start);
        let last = tokens.partition_point(|token| token.to <= range.end);
        (first <= last).then_some((first, last))
    }

    /// Tokens and hits of a stretch, where those of the whole are what it has alone.
    fn cut(&self, codebook: &Codebook, range: Range<usize>) -> Option<(Folded, Hits)> {
        let (first, last) = self.within(codebook, &range)?;
        let tokens = &self.folded.tokens;
        let within = tokens.get(first..last)?;
        let near = |hits: &'_ [Hit]| {
            let from = hits.partition_point(|hit| hit.first + codebook.lexicon.longest() < first);
            from..from + hits.get(from..).map_or(0, |rest| rest.iter().take_while(|hit| hit.first < last).count())
        };
        let inner = |hit: &&Hit| first <= hit.first && hit.last <= last;
        let moved = |hit: &Hit| Hit { sense: hit.sense, first: hit.first - first, last: hit.last - first };
        let shown = self.hits.get(near(&self.hits))?;
        // A term over the edge hides others.
        if shown.iter().any(|hit| !inner(&hit) && hit.last > first) {
            return None;
        }
        let models = self.models.get(near(&self.models))?;
        let hits =
            Hits { shown: shown.iter().filter(inner).map(moved).collect(), models: models.iter().filter(inner).map(moved).collect() };
        let (Some(begin), Some(end)) = (within.first(), within.last()) else {
            return Some((Folded { text: " ".to_owned(), ..Folded::default() }, hits));
        };
        let offset = begin.start - 1;
        let moved = |token: &Token| Token {
            start: token.start - offset,
            end: token.end - offset,
            from: token.from - range.start,
            to: token.to - range.start,
            ..*token
        };
        let mut tokens: Vec<Token> = within.iter().map(moved).collect();
        if let Some(first) = tokens.first_mut() {
            first.gap = Gap::Sentence;
        }
        Some((Folded { text: self.folded.text.get(offset..=end.end)?.to_owned(), tokens, ..Folded::default() }, hits))
    }

    /// Whether what stands between two blanks was read by itself. Words may be spread over several; flags and other pictographs are read over
    /// blanks, repeated letters where the text has any.
    fn is_plain(&self, codebook: &Codebook) -> bool {
        let wide = || self.written.bytes().any(|byte| byte >= 0xf0);
        let spread = || spread::any(&self.folded, self.written, &codebook.lexicon.vocabulary);
        *self.plain.get_or_init(|| self.written.len() <= LONGEST && !self.folded.triples && !wide() && !spread())
    }

    /// Whether no character on one side of this byte changes how the other side is read.
    fn parts_at(&self, at: usize) -> bool {
        let bytes = self.written.as_bytes();
        let (before, behind) = (at.checked_sub(1).and_then(|at| bytes.get(at)), bytes.get(at));
        let blank = |byte: Option<&u8>| byte.is_none_or(|byte| matches!(byte, b' ' | b'\n' | b'\t'));
        // ", " and ". " join what a title names.
        blank(before) || blank(behind) || matches!(behind, Some(b',' | b'.')) && blank(bytes.get(at + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stretch_reads_as_it_does_alone() {
        let codebook = Codebook::parse(include_str!("../../../config/codebook.toml")).expect("the shipped codebook");
        for text in [
            "Glock 19 Gen 5 9mm pistol, lot 17. Comes with the original case / 2 mags, 15+1, and a holster for it",
            "Selling my CZ 75 B, 9 x 19. Smith & Wesson 686\n- two spare magazines: $40\n- .357 magnum, 50 rds 158 gr",
            "Smith. Wesson, part one. 15 round Glock. 19 of them, S&W; M&P 1,000 rds @ $0.45, 4.5\" barrel w/ sight",
            "a g.l.o.c.k 1 9, gl ock and pis. tol, P I S T O L. kcolg, gloooock 🔫 19, пистолет Макарова, «ТТ» – 500 €",
            "Words enough before: one two three four five six seven eight nine ten one two three four five six seven eight nine ten one two \
             three four five six seven eight nine ten one two three four five six seven eight nine ten, then a gl ock and an elfir",
        ] {
            let whole = Reading::new(&codebook, "title", text, Some("en"));
            let edges: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
            for (number, from) in edges.iter().enumerate().step_by(3) {
                for to in edges.iter().skip(number).step_by(7) {
                    let part = whole.part(&codebook, *from..*to, Some("en"));
                    let alone = Reading::new(&codebook, "title", &text[*from..*to], Some("en"));
                    assert_eq!((&part.folded.text, &part.folded.tokens), (&alone.folded.text, &alone.folded.tokens), "{}", alone.written);
                    assert_eq!((&part.hits, &part.models), (&alone.hits, &alone.models), "{}", alone.written);
                    assert_eq!((&part.zones, &part.segments), (&alone.zones, &alone.segments), "{}", alone.written);
                }
            }
        }
    }
}
