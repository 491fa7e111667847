//! Countries and regions named in a text, with those that are excepted.

mod names;
mod regions;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use crate::html::prefix;
use names::*;

pub(crate) use regions::is_region;

/// Where goods come from or go to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Countries {
    /// ISO 3166-1 alpha-2, `EU` (Europe or the Union) and `WW` (worldwide), in the order of the text, each once.
    pub codes: Vec<String>,
    /// Those after "except", "not to", "außer", "sauf" ...
    pub except: Vec<String>,
}

/// Reads country names in English, French, German, Spanish, Italian, Portuguese, Dutch, Russian, Ukrainian, Polish, Turkish, Arabic and
/// some twenty more languages, common short names, flags (🇩🇪), ISO codes and regions.
///
/// Adjectives ("Dutch"), states and large cities count only where the text holds nothing but places.
/// Two- and three-letter codes count where the text holds nothing but codes, names and joining words, whatever their case;
/// in running text only a few capital ones that are no words (`US`, `UK`, `DE`, `EU` ...) do.
/// Only the first 4 KiB are read.
pub fn parse_countries(text: &str) -> Countries {
    let words = words(prefix(text, 4096), usize::MAX);
    let mut found = Countries::default();
    if let [word] = words.as_slice()
        && let Some(codes) = CODES.get(&word.folded)
    {
        return Countries { codes: codes.iter().map(|code| (*code).to_owned()).collect(), except: Vec::new() };
    }
    let bare = scan(&words, true);
    let only_places = bare.iter().all(|step| !matches!(step, Step::Other));
    let steps = if only_places { bare } else { scan(&words, false) };
    let mut excepted = false;
    for step in steps {
        match step {
            Step::Places(codes) => {
                let list = if excepted { &mut found.except } else { &mut found.codes };
                for code in codes {
                    if !list.iter().any(|known| known == code) {
                        list.push((*code).to_owned());
                    }
                }
            }
            Step::Except => excepted = true,
            Step::ExceptBehind => {
                // Back to the region that holds them.
                let from = found.codes.iter().rposition(|code| code == "WW" || code == "EU").map_or(0, |at| at + 1);
                found.except.extend(found.codes.split_off(from));
            }
            Step::Stop => excepted = false,
            Step::Join | Step::Other => {}
        }
    }
    found
}

/// Whether a text holds names and codes of places and nothing else.
pub fn only_places(text: &str) -> bool {
    let text = prefix(text, 256);
    if !may_be_places(text) {
        return false;
    }
    let words = words(text, usize::MAX);
    let steps = scan(&words, true);
    steps.iter().any(|step| matches!(step, Step::Places(_))) && steps.iter().all(|step| !matches!(step, Step::Other))
}

/// Whether a text begins with a place or with what joins places: most texts end the question there.
pub(crate) fn may_be_places(text: &str) -> bool {
    let mut begin = words(text, 1);
    let longest = begin.first().map_or(1, longest).min(LONGEST);
    if longest > 1 {
        begin = words(text, longest);
    }
    !matches!(scan(&begin, true).first(), Some(Step::Other))
}

enum Step {
    Places(&'static [&'static str]),
    Except,
    ExceptBehind,
    Stop,
    Join,
    Other,
}

struct Word {
    folded: String,
    /// The name in another case, or without article.
    stem: Option<String>,
    lower: bool,
    capitals: bool,
    /// A sentence or line ends after it.
    stop: bool,
}

/// The first words of a text, at most so many.
fn words(text: &str, most: usize) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    let mut start = None;
    let mut dots = false;
    let mut flag: Option<char> = None;
    for (at, ch) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = ch.is_alphanumeric() || ch == '\'' || !ch.is_ascii() && (ch == '’' || is_combining_mark(ch));
        // "U.S.A." is one word.
        let own = |s: usize| text.get(s..at).unwrap_or_default();
        let dotted = ch == '.' && start.is_some_and(|s: usize| at - s <= 5 && own(s).split('.').all(|part| part.len() == 1));
        dots |= dotted;
        match (start, inside || dotted) {
            (None, true) if ch != '.' => (start, dots) = (Some(at), false),
            (Some(s), false) => {
                let letters = match own(s) {
                    plain if !dots => Cow::Borrowed(plain),
                    dotted => Cow::Owned(dotted.replace('.', "")),
                };
                let capitals = letters.chars().all(char::is_uppercase);
                let folded = fold(&letters);
                out.push(Word {
                    stem: stem(&letters, &folded),
                    folded,
                    capitals,
                    lower: own(s).starts_with(char::is_lowercase),
                    stop: false,
                });
                start = None;
            }
            _ => {}
        }
        // A flag is a pair of letters of its own.
        let letter = ('🇦'..='🇿').contains(&ch).then(|| char::from_u32(u32::from(ch) - 0x1f1e6 + 0x61)).flatten();
        match (flag, letter) {
            (Some(first), Some(second)) => {
                let code = [first, second].iter().collect::<String>();
                let code = if code == "un" { "ww".to_owned() } else { code };
                out.push(Word { folded: code, stem: None, capitals: true, lower: false, stop: false });
                flag = None;
            }
            (_, next) => flag = next,
        }
        if matches!(ch, '🌍' | '🌎' | '🌏' | '🌐' | '🏴') {
            let code = if ch == '🏴' { "gb" } else { "ww" };
            out.push(Word { folded: code.to_owned(), stem: None, capitals: true, lower: false, stop: false });
        }
        // "EE.UU." is one name.
        let ends = ch != '.' || !text.get(at + 1..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
        if matches!(ch, '.' | ';' | '\n' | '!')
            && ends
            && !dotted
            && let Some(last) = out.last_mut()
        {
            last.stop = true;
        }
        if out.len() >= most {
            break;
        }
    }
    out
}

/// "Almanya'dan", "dall'Italia", "Deutschlands", "Australii", "Нидерландов": what the name itself may be.
fn stem(written: &str, folded: &str) -> Option<String> {
    if let Some((head, tail)) = written.split_once(['\'', '’']) {
        let article = matches!(head.to_lowercase().as_str(), "l" | "d" | "dall" | "dell" | "nell" | "all" | "sull" | "qu");
        return Some(fold(if article { tail } else { head })).filter(|name| name.chars().count() > 2);
    }
    if folded.len() < 6 {
        return None;
    }
    let turned = |ending: &str, with: &str| folded.strip_suffix(ending).map(|head| format!("{head}{with}"));
    turned("ii", "ia")
        .or_else(|| turned("ji", "ja"))
        .or_else(|| turned("ov", ""))
        .or_else(|| turned("ов", ""))
        .or_else(|| turned("ах", ""))
        .or_else(|| turned("ів", ""))
        .or_else(|| turned("s", ""))
        .or_else(|| turned("en", "e"))
}

/// Lower case without accents; words in Cyrillic lose their ending, so that all cases agree.
fn fold(text: &str) -> String {
    if text.is_ascii() {
        let lower = text.to_ascii_lowercase();
        return if lower.contains('\'') { lower.replace('\'', "") } else { lower };
    }
    let mut out = String::with_capacity(text.len());
    for ch in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match ch {
            'ß' => out.push_str("ss"),
            'ı' => out.push('i'),
            'ł' => out.push('l'),
            'ø' => out.push('o'),
            'đ' => out.push('d'),
            'ی' | 'ى' => out.push('ي'),
            'ک' => out.push('ك'),
            'ة' => out.push('ه'),
            '\'' | '’' | 'ـ' => {}
            other => out.push(other),
        }
    }
    let cyrillic = |c: char| ('а'..='я').contains(&c) || matches!(c, 'і' | 'є' | 'ґ' | 'ј');
    if out.chars().count() >= 5 && out.chars().all(cyrillic) {
        let stem = out.trim_end_matches(['а', 'е', 'и', 'о', 'у', 'ы', 'ь', 'э', 'ю', 'я', 'і', 'є', 'ј']).len();
        out.truncate(stem);
    }
    out
}

const LONGEST: usize = 6;

static NAMES: LazyLock<HashMap<String, &'static [&'static str], FxBuildHasher>> = LazyLock::new(|| {
    let mut names: HashMap<String, &'static [&'static str], FxBuildHasher> = HashMap::default();
    let phrase = |name: &str| words(name, usize::MAX).iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ");
    for line in include_str!("country_names.tsv").lines().filter(|line| !line.starts_with('#')) {
        if let Some((code, list)) = line.split_once('\t') {
            let code: &'static [&'static str] = Vec::leak(vec![code]);
            for name in list.split('|') {
                names.insert(phrase(name), code);
                // "Myanmar (Burma)" is known by either name.
                if let Some((before, inside)) = name.split_once(" (") {
                    names.entry(phrase(before)).or_insert(code);
                    // "(fr.)" is an abbreviation, and another country's code.
                    if inside.chars().filter(|c| c.is_alphabetic()).count() > 3 {
                        names.entry(phrase(inside)).or_insert(code);
                    }
                }
            }
        }
    }
    for (codes, list) in ALSO {
        for name in *list {
            names.insert(phrase(name), codes);
        }
    }
    names
});

/// Names that count only in a list of places.
static SOFT_NAMES: LazyLock<HashMap<String, &'static [&'static str], FxBuildHasher>> = LazyLock::new(|| {
    let phrase = |name: &str| words(name, usize::MAX).iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ");
    SOFT.iter().flat_map(|(codes, list)| list.split('|').map(move |name| (phrase(name), *codes))).collect()
});

static CODES: LazyLock<HashMap<String, &'static [&'static str], FxBuildHasher>> = LazyLock::new(|| {
    let mut codes: HashMap<String, &'static [&'static str], FxBuildHasher> = HashMap::default();
    for line in include_str!("country_names.tsv").lines().filter(|line| !line.starts_with('#')) {
        if let Some((code, _)) = line.split_once('\t') {
            codes.insert(code.to_lowercase(), Vec::leak(vec![code]));
        }
    }
    for (code, three) in THREE_LETTERS.iter().flat_map(|line| line.split(' ')).filter_map(|pair| pair.split_once('=')) {
        codes.insert(three.to_lowercase(), Vec::leak(vec![code]));
    }
    for (short, code) in
        [("uk", &["GB"]), ("eu", &["EU"]), ("ww", &["WW"]), ("row", &["WW"]), ("eea", &["EU"]), ("ue", &["EU"]), ("intl", &["WW"])]
    {
        codes.insert(short.to_owned(), code);
    }
    codes
});

/// What the phrases of the small lists do.
static TURNS: LazyLock<HashMap<&'static str, Turns, FxBuildHasher>> = LazyLock::new(|| {
    let mut turns: HashMap<&'static str, Turns, FxBuildHasher> = HashMap::default();
    NOTHING.iter().for_each(|phrase| turns.entry(phrase).or_default().nothing = true);
    EXCEPT_BEHIND.iter().for_each(|phrase| turns.entry(phrase).or_default().except_behind = true);
    EXCEPT.iter().for_each(|phrase| turns.entry(phrase).or_default().except = true);
    EXCEPT_IN_A_LIST.iter().for_each(|phrase| turns.entry(phrase).or_default().except_in_a_list = true);
    RESET.iter().for_each(|phrase| turns.entry(phrase).or_default().reset = true);
    JOINING.iter().for_each(|phrase| turns.entry(phrase).or_default().joining = true);
    turns
});

#[derive(Debug, Clone, Copy, Default)]
struct Turns {
    nothing: bool,
    except_behind: bool,
    except: bool,
    except_in_a_list: bool,
    reset: bool,
    joining: bool,
}

/// First words of known phrases, with the number of words of the longest.
static OPENINGS: LazyLock<HashMap<String, usize, FxBuildHasher>> = LazyLock::new(|| {
    let mut openings: HashMap<String, usize, FxBuildHasher> = HashMap::default();
    let phrases = NAMES.keys().map(String::as_str).chain(SOFT_NAMES.keys().map(String::as_str)).chain(TURNS.keys().copied());
    for phrase in phrases {
        let (first, length) = (phrase.split(' ').next().unwrap_or_default(), phrase.split(' ').count());
        let longest = openings.entry(first.to_owned()).or_default();
        *longest = length.max(*longest);
    }
    openings
});

/// Words of the longest phrase that begins with a word.
fn longest(word: &Word) -> usize {
    let opening = |first: &str| OPENINGS.get(first).copied().unwrap_or(1);
    opening(&word.folded).max(without_article(&word.folded).map_or(1, opening))
}

fn scan(words: &[Word], codes_count: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = 0;
    'words: while let Some(word) = words.get(at) {
        for length in (1..=longest(word).min(LONGEST).min(words.len() - at)).rev() {
            let slice = &words[at..at + length];
            if slice[..length - 1].iter().any(|w| w.stop) {
                continue;
            }
            let phrase = match slice {
                [word] => Cow::Borrowed(word.folded.as_str()),
                _ => Cow::Owned(slice.iter().map(|w| w.folded.as_str()).collect::<Vec<_>>().join(" ")),
            };
            let phrase = &*phrase;
            // "U.S." is a name, "us" a word.
            let short = phrase.chars().count() <= 3 && phrase.is_ascii() && !word.capitals && !codes_count;
            let short = short || (!codes_count && word.lower && HOMOGRAPHS.contains(&phrase));
            let turns = TURNS.get(phrase).copied().unwrap_or_default();
            let named = |phrase: &str| NAMES.get(phrase).or_else(|| SOFT_NAMES.get(phrase).filter(|_| codes_count)).copied();
            let stemmed =
                || slice.last().and_then(|last| last.stem.as_deref()).and_then(|stem| if length == 1 { named(stem) } else { None });
            let step = if let Some(codes) =
                named(phrase).or_else(stemmed).or_else(|| without_article(phrase).and_then(named)).filter(|_| !short)
            {
                Some(Step::Places(codes))
            } else if turns.nothing {
                Some(Step::Join)
            } else if turns.except_behind
                && steps
                    .iter()
                    .rev()
                    .find(|step| !matches!(step, Step::Join))
                    .is_some_and(|step| matches!(step, Step::Places(codes) if !matches!(codes, ["WW"] | ["EU"])))
            {
                Some(Step::ExceptBehind)
            } else if turns.except || (codes_count && turns.except_in_a_list) {
                Some(Step::Except)
            } else if turns.reset {
                Some(Step::Stop)
            } else if length == 1 && !word.capitals && turns.joining {
                Some(Step::Join)
            } else if length == 1 && (codes_count || (word.capitals && SAFE_CODES.contains(&phrase))) {
                CODES.get(phrase).map(|codes| Step::Places(codes))
            } else {
                None
            };
            let step = step.or_else(|| (length == 1 && turns.joining).then_some(Step::Join));
            if let Some(step) = step {
                steps.push(step);
                if slice.last().is_some_and(|w| w.stop) {
                    steps.push(Step::Stop);
                }
                at += length;
                continue 'words;
            }
        }
        steps.push(Step::Other);
        if word.stop {
            steps.push(Step::Stop);
        }
        at += 1;
    }
    steps
}

/// Arabic writes "and", "for" and "in" together with the name.
fn without_article(phrase: &str) -> Option<&str> {
    phrase.strip_prefix(['و', 'ل', 'ب', 'ف']).filter(|rest| rest.chars().count() > 2)
}
