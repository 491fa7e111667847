//! Countries and regions named in a text, with those that are excepted.

use std::collections::HashMap;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Where goods come from or go to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Countries {
    /// ISO 3166-1 alpha-2, `EU` (Europe or the Union) and `WW` (worldwide), in the order of the text, each once.
    pub codes: Vec<String>,
    /// Those after "except", "not to", "außer", "sauf" ...
    pub except: Vec<String>,
}

/// Reads country names in English, French, German, Spanish, Italian, Portuguese, Dutch and Russian, common short names,
/// ISO codes and regions.
///
/// Two- and three-letter codes count where the text holds nothing but codes, names and joining words, whatever their case;
/// in running text only a few capital ones that are no words (`US`, `UK`, `DE`, `EU` ...) do.
/// Only the first 4 KiB are read.
pub fn parse_countries(text: &str) -> Countries {
    let mut end = text.len().min(4096);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let words = words(&text[..end]);
    let mut found = Countries::default();
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
            Step::Stop => excepted = false,
            Step::Join | Step::Other => {}
        }
    }
    found
}

enum Step {
    Places(&'static [&'static str]),
    Except,
    Stop,
    Join,
    Other,
}

struct Word {
    folded: String,
    capitals: bool,
    /// A sentence or line ends after it.
    stop: bool,
}

fn words(text: &str) -> Vec<Word> {
    let mut out: Vec<Word> = Vec::new();
    let mut start = None;
    for (at, ch) in text.char_indices().chain([(text.len(), ' ')]) {
        let inside = ch.is_alphanumeric() || is_combining_mark(ch) || (ch == '\'' || ch == '’');
        // "U.S.A." is one word.
        let dotted = ch == '.' && start.is_some_and(|s: usize| at - s <= 5 && text[s..at].split('.').all(|part| part.len() == 1));
        match (start, inside || dotted) {
            (None, true) if ch != '.' => start = Some(at),
            (Some(s), false) => {
                let raw = &text[s..at];
                let letters: String = raw.chars().filter(|c| *c != '.').collect();
                let capitals = letters.chars().all(char::is_uppercase);
                out.push(Word { folded: fold(&letters), capitals, stop: false });
                start = None;
            }
            _ => {}
        }
        if matches!(ch, '.' | ';' | '\n' | '!')
            && !dotted
            && let Some(last) = out.last_mut()
        {
            last.stop = true;
        }
    }
    out
}

/// Lower case without accents; Russian words lose their ending, so that all cases agree.
fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for ch in text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match ch {
            'ß' => out.push_str("ss"),
            '\'' | '’' => {}
            other => out.push(other),
        }
    }
    if out.chars().count() >= 5 && out.chars().all(|c| ('а'..='я').contains(&c)) {
        let stem = out.trim_end_matches(['а', 'е', 'и', 'о', 'у', 'ы', 'ь', 'э', 'ю', 'я']).len();
        out.truncate(stem);
    }
    out
}

const LONGEST: usize = 6;

static NAMES: LazyLock<HashMap<String, &'static [&'static str]>> = LazyLock::new(|| {
    let mut names = HashMap::new();
    let phrase = |name: &str| words(name).iter().map(|word| word.folded.as_str()).collect::<Vec<_>>().join(" ");
    for line in include_str!("country_names.tsv").lines().filter(|line| !line.starts_with('#')) {
        if let Some((code, list)) = line.split_once('\t') {
            let code: &'static [&'static str] = Vec::leak(vec![code]);
            for name in list.split('|') {
                names.insert(phrase(name), code);
                // "Myanmar (Burma)" is known by either name.
                if let Some((before, inside)) = name.split_once(" (") {
                    names.entry(phrase(before)).or_insert(code);
                    names.entry(phrase(inside)).or_insert(code);
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

static CODES: LazyLock<HashMap<String, &'static [&'static str]>> = LazyLock::new(|| {
    let mut codes: HashMap<String, &'static [&'static str]> = HashMap::new();
    for line in include_str!("country_names.tsv").lines().filter(|line| !line.starts_with('#')) {
        if let Some((code, _)) = line.split_once('\t') {
            codes.insert(code.to_lowercase(), Vec::leak(vec![code]));
        }
    }
    for (code, three) in THREE_LETTERS.iter().flat_map(|line| line.split(' ')).filter_map(|pair| pair.split_once('=')) {
        codes.insert(three.to_lowercase(), Vec::leak(vec![code]));
    }
    for (short, code) in [("uk", &["GB"]), ("eu", &["EU"]), ("ww", &["WW"]), ("row", &["WW"]), ("eea", &["EU"])] {
        codes.insert(short.to_owned(), code);
    }
    codes
});

fn scan(words: &[Word], codes_count: bool) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut at = 0;
    'words: while let Some(word) = words.get(at) {
        for length in (1..=LONGEST.min(words.len() - at)).rev() {
            let slice = &words[at..at + length];
            if slice[..length - 1].iter().any(|w| w.stop) {
                continue;
            }
            let phrase = slice.iter().map(|w| w.folded.as_str()).collect::<Vec<_>>().join(" ");
            // "U.S." is a name, "us" a word.
            let short = phrase.chars().count() <= 3 && !word.capitals && !codes_count;
            let step = if let Some(codes) = NAMES.get(&phrase).filter(|_| !short) {
                Some(Step::Places(codes))
            } else if EXCEPT.contains(&phrase.as_str()) || (codes_count && EXCEPT_IN_A_LIST.contains(&phrase.as_str())) {
                Some(Step::Except)
            } else if RESET.contains(&phrase.as_str()) {
                Some(Step::Stop)
            } else if length == 1 && !word.capitals && JOINING.contains(&phrase.as_str()) {
                Some(Step::Join)
            } else if length == 1 && (codes_count || (word.capitals && SAFE_CODES.contains(&phrase.as_str()))) {
                CODES.get(&phrase).map(|codes| Step::Places(codes))
            } else {
                None
            };
            let step = step.or_else(|| (length == 1 && JOINING.contains(&phrase.as_str())).then_some(Step::Join));
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

/// Codes that are hardly ever words when written in capitals.
const SAFE_CODES: &[&str] =
    &["us", "usa", "uk", "gb", "eu", "de", "nl", "fr", "au", "nz", "ru", "cn", "hk", "ww", "gbr", "ch", "pl", "ua", "se", "dk"];

/// Folded as words are: no accents, no ß.
const EXCEPT: &[&str] = &[
    "except",
    "except to",
    "except for",
    "excepted",
    "excluding",
    "excludes",
    "excl",
    "exclude",
    "but not",
    "not to",
    "no shipping to",
    "does not ship to",
    "do not ship to",
    "dont ship to",
    "wont ship to",
    "will not ship to",
    "not shipping to",
    "not ship to",
    "other than",
    "ausser",
    "ausgenommen",
    "nicht nach",
    "kein versand nach",
    "sauf",
    "excepte",
    "a lexception de",
    "a lexclusion de",
    "pas en",
    "excepto",
    "salvo",
    "tranne",
    "eccetto",
    "escluso",
    "escluse",
    "exceto",
    "behalve",
    "uitgezonderd",
    "кром",
    "кроме",
    "исключая",
];
/// Too common in running text, telling in a list of places.
const EXCEPT_IN_A_LIST: &[&str] = &["no", "not", "without", "outside", "ohne", "nicht", "hors", "menos", "non", "niet", "не"];
const RESET: &[&str] = &["only to", "ships to", "shipping to", "ship to", "nur nach", "ships from", "shipping from"];
const JOINING: &[&str] = &[
    "and",
    "or",
    "to",
    "from",
    "in",
    "the",
    "only",
    "und",
    "oder",
    "nach",
    "aus",
    "nur",
    "et",
    "ou",
    "vers",
    "de",
    "la",
    "le",
    "les",
    "y",
    "a",
    "e",
    "o",
    "en",
    "van",
    "naar",
    "uit",
    "и",
    "в",
    "из",
    "ships",
    "ship",
    "shipping",
    "shipped",
    "versand",
    "countries",
    "other",
    "also",
    "within",
    "all",
    "di",
    "da",
    "do",
    "dos",
    "del",
    "per",
    "für",
    "fur",
    "for",
    "united",
];

const ALSO: &[(&[&str], &[&str])] = &[
    (
        &["WW"],
        &[
            "worldwide",
            "world wide",
            "the world",
            "world",
            "international",
            "internationally",
            "global",
            "globally",
            "anywhere",
            "everywhere",
            "all countries",
            "everywhere in the world",
            "whole world",
            "rest of the world",
            "rest of world",
            "weltweit",
            "ganze welt",
            "monde",
            "monde entier",
            "dans le monde entier",
            "mondial",
            "mundial",
            "mundo",
            "todo el mundo",
            "todo o mundo",
            "mundo inteiro",
            "mondo",
            "tutto il mondo",
            "in tutto il mondo",
            "internazionale",
            "internacional",
            "wereldwijd",
            "hele wereld",
            "весь мир",
            "по всему миру",
            "всему миру",
        ],
    ),
    (
        &["EU"],
        &[
            "Europe",
            "European Union",
            "Europa",
            "Union européenne",
            "Europäische Union",
            "EU-Länder",
            "Unión Europea",
            "Unione europea",
            "União Europeia",
            "Europese Unie",
            "Европа",
            "Европейский союз",
            "ЕС",
            "all of Europe",
            "inside Europe",
            "EU countries",
        ],
    ),
    (
        &["GB"],
        &[
            "Great Britain",
            "Britain",
            "England",
            "Scotland",
            "Wales",
            "Northern Ireland",
            "UK mainland",
            "Grande-Bretagne",
            "Angleterre",
            "Großbritannien",
            "Gran Bretaña",
            "Inglaterra",
            "Gran Bretagna",
            "Inghilterra",
            "Groot-Brittannië",
            "Engeland",
            "Англия",
        ],
    ),
    (
        &["US"],
        &[
            "United States of America",
            "U.S.",
            "U.S.A.",
            "America",
            "the States",
            "Amerika",
            "Etats Unis d'Amérique",
            "USA",
            "EE.UU.",
            "EEUU",
            "США",
            "Vereinigte Staaten von Amerika",
            "CONUS",
            "lower 48",
            "lower 48 states",
            "continental US",
            "continental USA",
        ],
    ),
    (&["NL"], &["Holland", "the Netherlands", "Hollande", "Nederland", "Holanda", "Olanda", "Голландия"]),
    (&["DE"], &["Federal Republic of Germany", "BRD"]),
    (
        &["CZ"],
        &[
            "Czech Republic",
            "République tchèque",
            "Tschechische Republik",
            "República Checa",
            "Repubblica Ceca",
            "República Tcheca",
            "Česko",
        ],
    ),
    (&["TR"], &["Turkey", "Turkiye"]),
    (&["RU"], &["Russian Federation", "РФ", "Российская Федерация"]),
    (&["HK"], &["Hong Kong", "Hongkong", "Гонконг"]),
    (&["MO"], &["Macau", "Macao"]),
    (&["KR"], &["Korea", "Republic of Korea"]),
    (&["CN"], &["PRC", "Mainland China"]),
    (&["MK"], &["Macedonia", "FYROM"]),
    (&["AE"], &["UAE", "Emirates", "Dubai"]),
    (&["BA"], &["Bosnia", "Bosnien"]),
    (&["CI"], &["Ivory Coast"]),
    (&["CD"], &["DR Congo", "Democratic Republic of the Congo"]),
    (&["PS"], &["Palestine"]),
    (&["VN"], &["Viet Nam"]),
    (&["LA"], &["Lao"]),
    (&["BY"], &["Belarus", "Weissrussland", "Белоруссия"]),
    (&["MD"], &["Moldova"]),
    (&["SK"], &["Slovak Republic"]),
    (&["CH"], &["Swiss", "Helvetia"]),
    (&["AT"], &["Österreich"]),
    (&["DK", "NO", "SE"], &["Scandinavia", "Skandinavien", "Scandinavie"]),
    (&["BE", "NL", "LU"], &["Benelux"]),
    (&["DE", "AT", "CH"], &["DACH"]),
    (&["US", "CA", "MX"], &["North America"]),
];

/// ISO 3166-1 alpha-3 codes that sellers use.
const THREE_LETTERS: &[&str] = &[
    "US=USA GB=GBR DE=DEU FR=FRA ES=ESP IT=ITA PT=PRT NL=NLD BE=BEL CH=CHE AT=AUT PL=POL CZ=CZE SK=SVK HU=HUN RO=ROU BG=BGR GR=GRC",
    "TR=TUR RU=RUS UA=UKR BY=BLR SE=SWE NO=NOR DK=DNK FI=FIN IE=IRL IS=ISL CA=CAN MX=MEX BR=BRA AR=ARG CO=COL CL=CHL AU=AUS NZ=NZL",
    "CN=CHN JP=JPN KR=KOR IN=IND PK=PAK TH=THA VN=VNM PH=PHL ID=IDN MY=MYS SG=SGP HK=HKG TW=TWN ZA=ZAF IL=ISR RS=SRB HR=HRV SI=SVN",
    "BA=BIH MK=MKD ME=MNE AL=ALB LT=LTU LV=LVA EE=EST LU=LUX MD=MDA GE=GEO AM=ARM AZ=AZE KZ=KAZ AE=ARE SA=SAU EG=EGY MA=MAR NG=NGA",
];
