//! The language of a text: what the page declares first, then a guess on longer texts.

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

use crate::html::prefix;

/// Letters below which a guess is worth nothing.
const LEAST_LETTERS: usize = 40;
/// Letters from which a sure guess outweighs what is declared.
const OUTWEIGHING_LETTERS: usize = 400;
/// Function words of the declared language that settle the question without a guess, if no other language has a quarter as many.
const SETTLING_WORDS: usize = 24;
/// Bytes that are looked at.
const WINDOW: usize = 16 * 1024;
/// Bytes of them given to the guesser.
const GUESSED: usize = 6 * 1024;
/// Languages whose function words no other language shares in number.
const UNMISTAKABLE: &[&str] = &["en", "de", "fr"];

/// Returns the ISO 639-1 code of a text. `declared` is an attribute such as `lang="de-AT"` or a Content-Language header; it is
/// believed unless the text is long and written in another script or surely in another language.
pub fn detect(text: &str, declared: Option<&str>) -> Option<String> {
    let declared = declared.and_then(primary);
    let window = window(text);
    let letters = window.chars().filter(|c| c.is_alphabetic()).take(OUTWEIGHING_LETTERS + 1).count();
    // A guess on little text is worth nothing, and on less than much it does not outweigh what is declared.
    if letters < LEAST_LETTERS || declared.is_some() && letters <= OUTWEIGHING_LETTERS {
        return declared;
    }
    let votes = votes(window);
    if speaks(&votes, declared.as_deref()) {
        return declared;
    }
    // The guesser is dear: where the words of a language without near kin leave no doubt, it is not asked.
    if let Some(plain) = UNMISTAKABLE.iter().find(|code| speaks(&votes, Some(**code))) {
        return Some((*plain).to_owned());
    }
    let guess = whatlang::detect(prefix(window, GUESSED)).filter(|info| info.confidence() > 0.5 || info.is_reliable());
    let code = guess.as_ref().and_then(|info| two_letters(info.lang().code()));
    match (declared, code, guess) {
        // Site templates declare `en` and carry other languages: a long, sure text outweighs them.
        (Some(declared), Some(code), Some(info)) if declared != code && letters > OUTWEIGHING_LETTERS && info.confidence() > 0.95 => {
            Some(code.to_owned())
        }
        (Some(declared), _, _) => Some(declared),
        (None, code, _) => code.map(str::to_owned),
    }
}

/// Letters from which the guesser may outweigh the page around a listing.
const SURE_LETTERS: usize = 120;

/// Words that hold sentences together, each in the list of the language that it gives away.
const FUNCTION_WORDS: &[(&str, &[&str])] = &[
    (
        "en",
        &[
            "the", "and", "with", "for", "of", "this", "is", "are", "you", "your", "will", "from", "not", "or", "have", "has", "all", "it",
            "be", "by",
        ],
    ),
    (
        "de",
        &[
            "und",
            "der",
            "das",
            "mit",
            "für",
            "nicht",
            "ist",
            "ein",
            "eine",
            "einen",
            "auch",
            "bei",
            "wird",
            "auf",
            "sehr",
            "zum",
            "zur",
            "nur",
            "oder",
            "aus",
            "den",
            "dem",
            "sind",
            "ich",
            "wie",
            "neu",
            "gebraucht",
            "kann",
            "bitte",
            "ohne",
            "nach",
            "von",
        ],
    ),
    (
        "fr",
        &[
            "le",
            "les",
            "des",
            "et",
            "avec",
            "pour",
            "est",
            "une",
            "du",
            "dans",
            "pas",
            "très",
            "sur",
            "vous",
            "état",
            "je",
            "au",
            "aux",
            "ou",
            "neuf",
            "vends",
            "sans",
            "qui",
            "sont",
            "par",
            "boîte",
            "livraison",
        ],
    ),
    ("es", &["el", "los", "las", "y", "con", "para", "una", "del", "muy", "por", "es", "se", "nuevo", "estado", "sin", "vendo", "como"]),
    ("it", &["il", "della", "del", "con", "per", "una", "non", "è", "di", "che", "gli", "nuovo", "stato", "sono", "vendo", "e"]),
    ("nl", &["het", "een", "en", "van", "met", "voor", "niet", "zijn", "ook", "nieuw", "bij", "wordt", "naar", "te", "deze"]),
    ("pl", &["i", "z", "na", "do", "się", "jest", "nie", "dla", "oraz", "stan", "nowy", "przez", "od", "sprzedam"]),
    ("pt", &["os", "as", "com", "para", "uma", "não", "da", "do", "em", "novo", "um", "é", "por", "são"]),
    ("ru", &["и", "в", "на", "с", "для", "не", "по", "от", "из", "или", "это", "за"]),
];

/// Bytes of the longest function word.
const LONGEST_FUNCTION_WORD: usize = 16;

/// Letters and digits of ASCII in lower case, 0 for all other bytes.
const LOWER: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            table[byte] = (byte as u8).to_ascii_lowercase();
        }
        byte += 1;
    }
    table
};

/// A word of at most [`LONGEST_FUNCTION_WORD`] bytes as a number.
fn packed(word: &str) -> u128 {
    word.bytes().fold(0, |packed, byte| packed << 8 | u128::from(byte))
}

/// By function word, the places in [`FUNCTION_WORDS`] of the languages that have it, a bit each.
static LANGUAGES_OF: LazyLock<HashMap<u128, u16, FxBuildHasher>> = LazyLock::new(|| {
    let mut languages: HashMap<u128, u16, FxBuildHasher> = HashMap::default();
    for (place, (_, words)) in FUNCTION_WORDS.iter().enumerate() {
        for word in *words {
            *languages.entry(packed(word)).or_default() |= 1 << place;
        }
    }
    languages
});

/// Function words in a text, by language.
fn votes(window: &str) -> Vec<(usize, &'static str)> {
    let mut votes: Vec<(usize, &str)> = FUNCTION_WORDS.iter().map(|(code, _)| (0, *code)).collect();
    let known = &*LANGUAGES_OF;
    let mut vote = |word: u128| {
        let mut languages = known.get(&word).copied().unwrap_or(0);
        while languages != 0 {
            if let Some((count, _)) = votes.get_mut(languages.trailing_zeros() as usize) {
                *count += 1;
            }
            languages &= languages - 1;
        }
    };
    let bytes = window.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let (start, mut word) = (at, 0);
        while let Some(letter) = bytes.get(at).map(|byte| LOWER.get(usize::from(*byte)).copied().unwrap_or(0)).filter(|letter| *letter != 0)
        {
            word = word << 8 | u128::from(letter);
            at += 1;
        }
        if bytes.get(at).is_some_and(|byte| !byte.is_ascii()) {
            // A stretch with other letters in it: they may become ASCII, or part words, as they are folded.
            at += bytes.get(at..).unwrap_or_default().iter().take_while(|byte| !byte.is_ascii() || byte.is_ascii_alphanumeric()).count();
            let lower = window.get(start..at).unwrap_or_default().to_lowercase();
            let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| word.len() <= LONGEST_FUNCTION_WORD);
            words.map(packed).for_each(&mut vote);
        } else if (1..=LONGEST_FUNCTION_WORD).contains(&(at - start)) {
            vote(word);
        }
        at += 1;
    }
    votes
}

/// Whether a text is so plainly in the declared language that nothing needs to be guessed.
fn speaks(votes: &[(usize, &str)], declared: Option<&str>) -> bool {
    let own = votes.iter().find(|(_, code)| Some(*code) == declared).map_or(0, |(count, _)| *count);
    own >= SETTLING_WORDS && votes.iter().all(|(count, code)| Some(*code) == declared || count * 4 < own)
}

/// The language of a listing's own words, `around` being the language of its page. Sites in one language carry listings in others,
/// so clear words go before what the page says; a title without such words says nothing.
pub fn of_listing(text: &str, around: Option<&str>) -> Option<String> {
    let window = window(text);
    let votes = votes(window);
    let of = |code: &str| votes.iter().find(|(_, own)| *own == code).map_or(0, |(count, _)| *count);
    let around = around.and_then(primary);
    let mut ranked = votes.clone();
    ranked.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    if let [(best, code), (second, _), ..] = ranked.as_slice()
        && *best >= 2
        && *best >= second * 2
        && around.as_deref().is_none_or(|around| *best >= of(around) * 3 || *best >= of(around) + 6 && *best > of(around) * 2)
    {
        return Some((*code).to_owned());
    }
    let Some(declared) = &around else { return detect(text, None) };
    // The guess is dear and counts only against a page none of whose words the text has.
    if of(declared) > 0 || window.chars().filter(|c| c.is_alphabetic()).take(SURE_LETTERS).count() < SURE_LETTERS {
        return around;
    }
    let guess = whatlang::detect(prefix(window, GUESSED)).filter(|info| info.is_reliable() && info.confidence() > 0.9);
    let code = guess.and_then(|info| two_letters(info.lang().code()));
    Some(code.map_or_else(|| declared.clone(), str::to_owned))
}

/// The beginning of a text, as far as it is looked at.
fn window(text: &str) -> &str {
    let mut end = WINDOW.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or("")
}

/// The primary subtag, when it is a two-letter code or has one.
fn primary(declared: &str) -> Option<String> {
    let subtag = declared.trim().split(['-', '_', ',', ' ', ';']).next()?.to_ascii_lowercase();
    match subtag.len() {
        2 if subtag.bytes().all(|b| b.is_ascii_lowercase()) => Some(subtag),
        3 => two_letters(&subtag).map(str::to_owned),
        _ => None,
    }
}

/// ISO 639-3 to 639-1 for the languages that the guesser knows.
fn two_letters(code: &str) -> Option<&'static str> {
    const CODES: &[(&str, &str)] = &[
        ("afr", "af"),
        ("aka", "ak"),
        ("amh", "am"),
        ("ara", "ar"),
        ("aze", "az"),
        ("bel", "be"),
        ("ben", "bn"),
        ("bul", "bg"),
        ("cat", "ca"),
        ("ces", "cs"),
        ("cmn", "zh"),
        ("cym", "cy"),
        ("dan", "da"),
        ("deu", "de"),
        ("ell", "el"),
        ("eng", "en"),
        ("epo", "eo"),
        ("est", "et"),
        ("fin", "fi"),
        ("fra", "fr"),
        ("guj", "gu"),
        ("heb", "he"),
        ("hin", "hi"),
        ("hrv", "hr"),
        ("hun", "hu"),
        ("hye", "hy"),
        ("ind", "id"),
        ("ita", "it"),
        ("jav", "jv"),
        ("jpn", "ja"),
        ("kan", "kn"),
        ("kat", "ka"),
        ("khm", "km"),
        ("kor", "ko"),
        ("lat", "la"),
        ("lav", "lv"),
        ("lit", "lt"),
        ("mal", "ml"),
        ("mar", "mr"),
        ("mkd", "mk"),
        ("mya", "my"),
        ("nep", "ne"),
        ("nld", "nl"),
        ("nob", "nb"),
        ("ori", "or"),
        ("pan", "pa"),
        ("pes", "fa"),
        ("pol", "pl"),
        ("por", "pt"),
        ("ron", "ro"),
        ("rus", "ru"),
        ("sin", "si"),
        ("slk", "sk"),
        ("slv", "sl"),
        ("sna", "sn"),
        ("spa", "es"),
        ("srp", "sr"),
        ("swe", "sv"),
        ("tam", "ta"),
        ("tel", "te"),
        ("tgl", "tl"),
        ("tha", "th"),
        ("tuk", "tk"),
        ("tur", "tr"),
        ("ukr", "uk"),
        ("urd", "ur"),
        ("uzb", "uz"),
        ("vie", "vi"),
        ("yid", "yi"),
        ("zul", "zu"),
        ("msa", "ms"),
        ("swa", "sw"),
    ];
    CODES.iter().find(|(three, _)| *three == code).map(|(_, two)| *two)
}
