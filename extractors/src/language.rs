//! The language of a text: what the page declares first, then a guess on longer texts.

/// Letters below which a guess is worth nothing.
const LEAST_LETTERS: usize = 40;
/// Bytes given to the guesser.
const WINDOW: usize = 16 * 1024;

/// Returns the ISO 639-1 code of a text. `declared` is an attribute such as `lang="de-AT"` or a Content-Language header; it is
/// believed unless the text is long and written in another script or surely in another language.
pub fn detect(text: &str, declared: Option<&str>) -> Option<String> {
    let declared = declared.and_then(primary);
    let mut end = WINDOW.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let window = text.get(..end).unwrap_or("");
    let letters = window.chars().filter(|c| c.is_alphabetic()).count();
    if letters < LEAST_LETTERS {
        return declared;
    }
    let guess = whatlang::detect(window).filter(|info| info.confidence() > 0.5 || info.is_reliable());
    let code = guess.as_ref().and_then(|info| two_letters(info.lang().code()));
    match (declared, code, guess) {
        // Site templates declare `en` and carry other languages: a long, sure text outweighs them.
        (Some(declared), Some(code), Some(info)) if declared != code && letters > 400 && info.confidence() > 0.95 => Some(code.to_owned()),
        (Some(declared), _, _) => Some(declared),
        (None, code, _) => code.map(str::to_owned),
    }
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
