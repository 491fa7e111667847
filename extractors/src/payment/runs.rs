//! Cuts a text into runs of ASCII letters and digits and tells which of them only blanks part.

/// A maximal run of ASCII letters and digits.
#[derive(Debug, Clone, Copy)]
pub(super) struct Run<'a> {
    pub(super) text: &'a str,
    /// First byte in the text.
    pub(super) start: usize,
    /// Only white space or invisible characters, at most 64 bytes of them, stand between the run before and this one.
    pub(super) joins_previous: bool,
}

impl Run<'_> {
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

const WIDEST_GAP: usize = 64;

/// All runs of a text, in order.
pub(super) fn runs(text: &str) -> impl Iterator<Item = Run<'_>> {
    let mut at = 0;
    let mut previous_end = None;
    std::iter::from_fn(move || {
        let bytes = text.as_bytes();
        let start = at + bytes.get(at..)?.iter().position(u8::is_ascii_alphanumeric)?;
        let length = bytes.get(start..)?.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
        let gap = previous_end.and_then(|end| text.get(end..start));
        let joins_previous = gap.is_some_and(|gap| gap.len() <= WIDEST_GAP && gap.chars().all(is_blank));
        at = start + length;
        previous_end = Some(at);
        Some(Run { text: text.get(start..at)?, start, joins_previous })
    })
}

/// White space and characters without width.
pub(super) fn is_blank(ch: char) -> bool {
    ch.is_whitespace() || matches!(ch, '\u{ad}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}
