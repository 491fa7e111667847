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
    pub(super) whatsapp: bool,
    pub(super) signal: bool,
    pub(super) signal_link: bool,
    pub(super) viber: bool,
    pub(super) threema: bool,
    pub(super) discord: bool,
    pub(super) icq: bool,
    pub(super) simplex: bool,
    pub(super) vk: bool,
    pub(super) i2p: bool,
    /// First letters behind two slashes.
    pub(super) schemes: Vec<usize>,
    /// First letters of "www", and of last labels of hosts before a path or a port.
    pub(super) hosts: Vec<usize>,
    /// First digits behind "+", and of numbers that begin with "00".
    pub(super) dialled: Vec<usize>,
    /// First letters of what begins as an IBAN does.
    pub(super) accounts: Vec<usize>,
    /// First digits of what begins as the number of a payment card does.
    pub(super) cards: Vec<usize>,
    /// Byte after the run that was looked at last.
    end: usize,
}

impl Signs {
    /// Those that no run of ASCII shows.
    pub(crate) fn of(text: &str) -> Self {
        let mut signs = Self::default();
        if !text.is_ascii() {
            // "телеграм" and "тг", also in letters of old prints, by their first byte; a long s is an "s" for patterns.
            signs.telegram = memchr::memchr3(0xd0, 0xd1, 0xe1, text.as_bytes()).is_some();
            signs.session = text.contains('\u{17f}');
            signs.signal_link = signs.session;
        }
        signs
    }

    /// Looks at the next run of a text and at what stands before it.
    #[inline]
    pub(crate) fn see(&mut self, text: &str, run: &Run<'_>) {
        // Most runs are words of prose.
        if !(run.word() && run.follows() && !may_name(run.text.as_bytes())) {
            self.look(text, run);
        }
        self.end = run.end();
    }

    fn look(&mut self, text: &str, run: &Run<'_>) {
        let bytes = text.as_bytes();
        let rest = bytes.get(run.end()..).unwrap_or_default();
        let word = run.text;
        let is = |known: &str| word.eq_ignore_ascii_case(known);
        let begins = |known: &str| word.get(..known.len()).is_some_and(|head| head.eq_ignore_ascii_case(known));
        match word.as_bytes().first().map_or(0, u8::to_ascii_lowercase) {
            b'a' if is("at") => self.free_at.push(run.start),
            b'0' if begins("00") => self.dialled.push(run.start),
            b'0'..=b'9' if run.start > 0 && bytes.get(run.start - 1) == Some(&b'+') => self.dialled.push(run.start),
            b'd' => self.discord |= begins("discord"),
            b'i' => {
                self.icq |= begins("icq");
                self.i2p |= is("i2p");
            }
            b'o' => self.onion |= is("onion"),
            b'p' => self.armour |= word == "PGP",
            b's' => {
                self.session |= is("session");
                let linked = |next: &[u8]| next.eq_ignore_ascii_case(b".me") || next.eq_ignore_ascii_case(b".gr");
                let named = is("signal");
                self.signal |= named;
                self.signal_link |= named && rest.get(..3).is_some_and(linked);
                self.simplex |= is("simplex");
            }
            b't' => {
                self.threema |= is("threema");
                let named = begins("telegram");
                self.telegram |= named || is("tg");
                let dotted = |next: &[u8]| next.eq_ignore_ascii_case(b".me") || next.eq_ignore_ascii_case(b".do");
                self.telegram_link |= (named || word.len() == 1) && rest.get(..3).is_some_and(dotted);
            }
            // Behind the second one comes a letter that is a "k" for patterns, but not of ASCII.
            b'w' => {
                self.wickr |= begins("wickr") || is("wic");
                self.whatsapp |= is("whatsapp") || (is("wa") && rest.starts_with(b".me/"));
                if is("www") {
                    self.hosts.push(run.start);
                }
            }
            b'v' => {
                self.viber |= is("viber");
                self.vk |= is("vk") && rest.first() == Some(&b'.');
            }
            _ => {}
        }
        match word.len() {
            76 => self.tox |= word.bytes().all(|byte| byte.is_ascii_hexdigit()),
            4 | 15..=34 if begins_account(word.as_bytes()) => self.accounts.push(run.start),
            4 | 13..=19 if begins_card(word.as_bytes(), rest) => self.cards.push(run.start),
            _ => {}
        }
        match bytes.get(self.end..run.start).unwrap_or_default() {
            b" " => {}
            gap => {
                self.bracketed_at |= opens_at(gap, word, rest);
                if gap.ends_with(b"//") {
                    self.schemes.push(run.start);
                }
                if gap.ends_with(b".") && rest.first().is_some_and(|byte| matches!(byte, b'/' | b':')) {
                    self.hosts.push(run.start);
                }
            }
        }
    }
}

/// The words that [`Signs::look`] asks for, and whether longer ones count that begin so.
const WORDS: &[(&str, bool)] = &[
    ("at", false),
    ("discord", true),
    ("icq", true),
    ("onion", false),
    ("session", false),
    ("signal", false),
    ("simplex", false),
    ("t", false),
    ("tg", false),
    ("telegram", true),
    ("threema", false),
    ("viber", false),
    ("vk", false),
    ("wa", false),
    ("wic", false),
    ("wickr", true),
    ("whatsapp", false),
    ("www", false),
];

/// Letters of words that are looked at whatever they are.
const LONG: usize = 15;

/// By the first letter of [`WORDS`] in either case, a bit for each length that they have, the highest for all from [`LONG`] on.
const LENGTHS: [u16; 256] = {
    let mut table = [1 << LONG; 256];
    let mut at = 0;
    while at < WORDS.len() {
        let (word, begins) = WORDS[at];
        let head = word.as_bytes()[0];
        let lengths = if begins { u16::MAX << word.len() } else { 1 << word.len() };
        table[head as usize] |= lengths;
        table[head.to_ascii_uppercase() as usize] |= lengths;
        at += 1;
    }
    table
};

/// Whether a word of letters has the first letter and the length of one that a sign is.
#[inline]
fn may_name(word: &[u8]) -> bool {
    let lengths = word.first().and_then(|head| LENGTHS.get(usize::from(*head))).copied().unwrap_or(u16::MAX);
    lengths >> word.len().min(LONG) & 1 == 1
}

/// Two capitals and two digits.
fn begins_account(word: &[u8]) -> bool {
    matches!(word, [a, b, c, d, ..] if c.is_ascii_digit() && d.is_ascii_digit() && a.is_ascii_uppercase() && b.is_ascii_uppercase())
}

/// Digits, the first of which issuers have; four of them with more behind a blank or hyphen.
fn begins_card(word: &[u8], rest: &[u8]) -> bool {
    let more = || matches!(rest, [b' ' | b'-', next, ..] if next.is_ascii_digit());
    matches!(word.first(), Some(b'2'..=b'6' | b'9')) && word.iter().all(u8::is_ascii_digit) && (word.len() > 4 || more())
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
