//! One walk over a text that tells which contacts it may name: most texts name none, and no pattern needs to run over them.

use crate::runs::Run;

/// Words without which a contact cannot be there. Each may be set where there is no contact, but is never clear where there is one.
#[derive(Debug, Default)]
pub(crate) struct Signs {
    pub(super) armour: bool,
    pub(super) onion: bool,
    /// Something in brackets that may be an "at" for "@".
    pub(super) bracketed_at: bool,
    /// First bytes of the words "at" that stand alone.
    pub(super) free_at: Vec<usize>,
    pub(super) telegram: bool,
    pub(super) telegram_link: bool,
    pub(super) wickr: bool,
    pub(super) session: bool,
    pub(super) tox: bool,
    /// Byte after the run that was looked at last.
    end: usize,
}

impl Signs {
    /// Those that no run of ASCII shows.
    pub(crate) fn of(text: &str) -> Self {
        let mut signs = Self::default();
        if !text.is_ascii() {
            // "телеграм" and "тг", also in letters of old prints, by their first byte; a long s is an "s" for patterns.
            signs.telegram = text.bytes().any(|byte| matches!(byte, 0xd0 | 0xd1 | 0xe1));
            signs.session = text.contains('\u{17f}');
        }
        signs
    }

    /// Looks at the next run of a text and at what stands before it.
    pub(crate) fn see(&mut self, text: &str, run: &Run<'_>) {
        let bytes = text.as_bytes();
        let rest = bytes.get(run.end()..).unwrap_or_default();
        let word = run.text;
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        let begins = |known: &str| word.get(..known.len()).is_some_and(|head| head.eq_ignore_ascii_case(known));
        match word.as_bytes().first().map_or(0, u8::to_ascii_lowercase) {
            b'a' if is("at") => self.free_at.push(run.start),
            b'o' => self.onion |= is("onion"),
            b'p' => self.armour |= word == "PGP",
            b's' => self.session |= is("session"),
            b't' => {
                let named = begins("telegram");
                self.telegram |= named || is("tg");
                let dotted = |next: &[u8]| next.eq_ignore_ascii_case(b".me") || next.eq_ignore_ascii_case(b".do");
                self.telegram_link |= (named || word.len() == 1) && rest.get(..3).is_some_and(dotted);
            }
            // Behind the second one comes a letter that is a "k" for patterns, but not of ASCII.
            b'w' => self.wickr |= begins("wickr") || is("wic"),
            _ => {}
        }
        if word.len() == 76 {
            self.tox |= word.bytes().all(|byte| byte.is_ascii_hexdigit());
        }
        match bytes.get(self.end..run.start).unwrap_or_default() {
            b" " => {}
            gap => self.bracketed_at |= opens_at(gap, word, rest),
        }
        self.end = run.end();
    }
}

/// Whether what stands before a word has a bracket that it, or a letter not of ASCII, may follow as an "at".
fn opens_at(gap: &[u8], word: &str, rest: &[u8]) -> bool {
    let is_at = || {
        ["at", "a", "et", "arroba", "arobase"].iter().any(|known| word.eq_ignore_ascii_case(known))
            || rest.first().is_some_and(|byte| !byte.is_ascii())
    };
    gap.iter().enumerate().filter(|(_, byte)| matches!(byte, b'[' | b'(' | b'{' | b'<')).any(|(bracket, _)| {
        let mut inside = gap
            .iter()
            .skip(bracket + 1)
            .enumerate()
            .skip_while(|(number, byte)| *number < 2 && char::from(**byte).is_whitespace() && byte.is_ascii());
        inside.next().map_or_else(is_at, |(_, byte)| *byte == b'@' || !byte.is_ascii())
    })
}
