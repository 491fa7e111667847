//! Characters that stand for letters: compatibility forms, look-alikes of other scripts, small capitals, squares, digits and signs.
//!
//! Nothing here knows words: which reading of a character is meant is decided by the words of the lexicon.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters that show nothing, and the stroke that draws Arabic letters apart.
pub(super) fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{00ad}' | '\u{034f}' | '\u{180e}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{fe00}'..='\u{fe0f}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{17b4}' | '\u{17b5}' | 'ـ')
        || ('\u{e0000}'..='\u{e007f}').contains(&c)
}

/// Invisible characters that no typesetting puts within a word: soft hyphens, joiners of scripts and marks of direction are left out.
pub(super) fn hiding(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{034f}' | '\u{180e}' | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{0334}'..='\u{0338}')
        || ('\u{e0000}'..='\u{e007f}').contains(&c)
}

/// Letters, digits and the marks upon them.
pub(super) fn word_char(c: char) -> bool {
    match c.is_ascii() {
        true => c.is_ascii_alphanumeric(),
        false => c.is_alphanumeric() || is_combining_mark(c) || c == '×' || square(c).is_some(),
    }
}

/// One written character as plain lower-case ones.
pub(super) fn simple(written: char, mut give: impl FnMut(char)) {
    if written.is_ascii() {
        give(written.to_ascii_lowercase());
        return;
    }
    if let Some(digit) = digit(written) {
        give(digit);
        return;
    }
    if let Some(letter) = square(written).or_else(|| lettered(written)) {
        give(letter);
        return;
    }
    for c in std::iter::once(written).nfkd().filter(|&c| !is_combining_mark(c)).flat_map(char::to_lowercase) {
        match c {
            'ß' => "ss".chars().for_each(&mut give),
            'æ' => "ae".chars().for_each(&mut give),
            'œ' => "oe".chars().for_each(&mut give),
            'ø' => give('o'),
            'ł' => give('l'),
            'đ' | 'ð' => give('d'),
            'ı' => give('i'),
            'þ' => "th".chars().for_each(&mut give),
            '×' => give('x'),
            // Arabic letters that are written for each other.
            'ة' => give('ه'),
            'ى' | 'ی' => give('ي'),
            'ک' | 'گ' => give('ك'),
            // Compatibility forms such as a letter in brackets.
            '(' | ')' | '.' | ',' if written != c => {}
            c if is_combining_mark(c) => {}
            c => give(lettered(c).unwrap_or(c)),
        }
    }
}

/// A digit of any of the scripts that listings are written in, as an ASCII one.
pub(super) fn digit(c: char) -> Option<char> {
    let of = |first: u32| u32::from(c).checked_sub(first).filter(|by| *by < 10).and_then(|by| char::from_digit(by, 10));
    if c.is_ascii_digit() { Some(c) } else { [0x660, 0x6f0, 0x966].into_iter().find_map(of) }
}

/// Whether a character is a letter in a dress that plain text of its language does not wear: mathematical, circled, squared, full-width,
/// a small capital, or a letter of a script that is only ever put among Latin ones for its looks.
pub(super) fn dressed(c: char) -> bool {
    matches!(c, '\u{1d400}'..='\u{1d7ff}' | '\u{249c}'..='\u{24e9}' | '\u{ff21}'..='\u{ff5a}' | '\u{2102}'..='\u{2149}')
        || square(c).is_some()
        || lettered(c).is_some()
        || c.to_lowercase().any(|c| lettered(c).is_some())
}

/// The letter of a regional indicator, two of which make a flag.
pub(super) fn regional(c: char) -> Option<char> {
    offset('a', u32::from(c).checked_sub(0x1f1e6)?)
}

/// Letters in dark squares and circles, which have no compatibility form.
fn square(c: char) -> Option<char> {
    let code = u32::from(c);
    [0x1f130, 0x1f150, 0x1f170].iter().find_map(|first| offset('a', code.checked_sub(*first)?))
}

fn offset(first: char, by: u32) -> Option<char> {
    (by < 26).then(|| char::from_u32(u32::from(first) + by)).flatten()
}

/// Letters that mean themselves in no text about goods and look like a Latin one: small capitals, phonetic signs, Cherokee, Armenian.
fn lettered(c: char) -> Option<char> {
    Some(match c {
        'ᴀ' | 'ɑ' | 'ᗩ' | 'Ꭺ' | 'ꭺ' | 'ᴧ' => 'a',
        'ʙ' | 'ᏼ' | 'ᗷ' | 'ꮟ' => 'b',
        'ᴄ' | 'ᑕ' | 'ꮯ' | 'Ꮯ' | 'ꞓ' => 'c',
        'ᴅ' | 'ᗪ' | 'ꭰ' | 'ɖ' => 'd',
        'ᴇ' | 'ɛ' | 'ꭼ' | 'Ꭼ' | 'ǝ' => 'e',
        'ꜰ' | 'ᖴ' | 'ƒ' => 'f',
        'ɢ' | 'ɡ' | 'ꮐ' | 'Ꮐ' | 'ɠ' => 'g',
        'ʜ' | 'ꮋ' | 'ᕼ' | 'հ' => 'h',
        'ɪ' | 'ɩ' => 'i',
        'ᴊ' => 'j',
        'ᴋ' | 'ĸ' | 'ꮶ' | 'Ꮶ' => 'k',
        'ʟ' | 'ꮮ' | 'Ꮮ' | 'ᒪ' | 'ꓡ' => 'l',
        'ᴍ' | 'ꮇ' | 'Ꮇ' | 'ᗰ' => 'm',
        'ɴ' | 'ᑎ' | 'ո' | 'ꓠ' => 'n',
        'ᴏ' | 'օ' | 'ⲟ' | 'ꮎ' | 'ꓳ' => 'o',
        'ᴘ' | 'ꮲ' | 'Ꮲ' | 'ᑭ' | 'ꓑ' => 'p',
        'ʀ' | 'ꮢ' | 'Ꮢ' | 'ᖇ' | 'ꭱ' => 'r',
        'ꜱ' | 'ꮪ' | 'Ꮪ' | 'ꓢ' => 's',
        'ᴛ' | 'ꭲ' | 'Ꭲ' | 'ꓔ' => 't',
        'ᴜ' | 'ս' | 'ᑌ' | 'ʊ' => 'u',
        'ᴠ' | 'ꮩ' | 'Ꮩ' | 'ᐯ' => 'v',
        'ᴡ' | 'ꮃ' | 'Ꮃ' | 'ᗯ' => 'w',
        '᙭' | 'ꓫ' => 'x',
        'ʏ' | 'ꓬ' => 'y',
        'ᴢ' | 'ꮓ' | 'Ꮓ' => 'z',
        _ => return None,
    })
}

/// The Latin letter that a Greek or Cyrillic one looks like, in lower or upper case.
pub(super) fn latin(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'в' | 'β' => 'b',
        'с' | 'ϲ' => 'c',
        'ԁ' => 'd',
        'е' | 'ε' => 'e',
        'һ' | 'н' | 'η' => 'h',
        'і' | 'ι' | 'ӏ' => 'i',
        'ј' => 'j',
        'к' | 'κ' => 'k',
        'м' | 'μ' => 'm',
        'п' | 'ν' => 'n',
        'о' | 'ο' => 'o',
        'р' | 'ρ' => 'p',
        'ѕ' => 's',
        'т' | 'τ' => 't',
        'υ' | 'у' => 'y',
        'ԝ' => 'w',
        'х' | 'χ' => 'x',
        'ζ' => 'z',
        _ => return None,
    })
}

/// The Latin letter that a Greek or Cyrillic one is put for, where it is not the one of [`latin`]: "ЯIFLЕ", "gυn", "ρisτσl".
pub(super) fn passing(c: char) -> Option<char> {
    Some(match c {
        'я' | 'г' => 'r',
        'и' | 'й' | 'η' | 'л' => 'n',
        'ц' | 'υ' | 'µ' | 'μ' => 'u',
        'ш' | 'щ' | 'ω' => 'w',
        'ф' | 'σ' | 'θ' | 'δ' => 'o',
        'ь' | 'ъ' | 'б' => 'b',
        'д' | 'λ' => 'a',
        'э' | 'з' | 'є' | 'ξ' => 'e',
        'ν' | 'ѵ' => 'v',
        'γ' | 'ү' | 'ұ' | 'ч' => 'y',
        'ԍ' => 'g',
        'ӏ' | 'ι' | 'ԏ' => 'l',
        'π' => 'n',
        'ς' => 's',
        c => return latin(c),
    })
}

/// The Cyrillic letter that a Latin one looks like.
pub(super) fn cyrillic(c: char) -> Option<char> {
    Some(match c {
        'a' => 'а',
        'b' => 'в',
        'c' => 'с',
        'e' => 'е',
        'h' => 'н',
        'i' => 'і',
        'j' => 'ј',
        'k' => 'к',
        'm' => 'м',
        'n' => 'п',
        'o' => 'о',
        'p' => 'р',
        's' => 'ѕ',
        't' => 'т',
        'u' => 'и',
        'x' => 'х',
        'y' => 'у',
        '0' => 'о',
        '3' => 'з',
        '4' => 'ч',
        '6' => 'б',
        '@' => 'а',
        _ => return None,
    })
}

/// Letters for which a digit or sign is written, the usual one first.
pub(super) fn letters_of(c: char) -> &'static [char] {
    match c {
        '0' => &['o'],
        '1' => &['i', 'l'],
        '2' => &['z'],
        '3' => &['e'],
        '4' => &['a'],
        '5' => &['s'],
        '6' => &['g', 'b'],
        '7' => &['t'],
        '8' => &['b'],
        '9' => &['g'],
        '@' => &['a'],
        '$' => &['s'],
        '!' => &['i', 'l'],
        '€' => &['e'],
        '£' => &['l'],
        '¢' => &['c'],
        _ => &[],
    }
}

/// A pictograph, which is a word of its own where the lexicon has it.
pub(super) fn pictograph(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f300}'..='\u{1faff}')
}

/// Letters spelt with regional indicators, with what parts them so that they make no flags, and their length in bytes.
pub(super) fn spelt(rest: &str) -> Option<(String, usize)> {
    let (mut word, mut length) = (String::new(), 0);
    let mut before = ' ';
    for (at, c) in rest.char_indices().take(64) {
        if let Some(letter) = regional(c) {
            word.push(letter);
            length = at + c.len_utf8();
        } else if !(invisible(c) || c == ' ' && before != ' ') {
            break;
        }
        before = c;
    }
    (word.len() >= 3).then_some((word, length))
}

/// Whether letters of two scripts meet in one word, or all of its letters look Latin and are not.
pub(super) fn mixed(word: &[(char, usize, usize)]) -> bool {
    let (mut plain, mut twins, mut other) = (0usize, 0usize, 0usize);
    for &(c, ..) in word {
        if c.is_ascii() {
            plain += usize::from(c.is_ascii_alphabetic());
        } else if latin(c).is_some() {
            twins += 1;
        } else if c.is_alphabetic() {
            other += 1;
        }
    }
    twins + other > 0 && (plain > 0 || other == 0)
}

/// Length of one number at the head of `rest`: a second point begins another.
pub(super) fn number_length(rest: &[(char, usize, usize)], length: usize) -> usize {
    let mut seen = false;
    for (index, w) in rest.iter().take(length).enumerate() {
        if w.0 == '.' && index > 0 {
            if seen {
                return index;
            }
            seen = true;
        }
    }
    length
}

/// Digits and what parts them.
pub(super) fn number_char(c: char) -> bool {
    c.is_ascii_digit() || c == '.' || c == ','
}
