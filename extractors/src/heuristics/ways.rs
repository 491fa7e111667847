//! The grammar of places: what a label or a sentence says of where goods come from and where they go, by its prepositions and its
//! words for sending, leaving and arriving, whatever else it says.

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

use super::whence::{FROM, TO, Way};
use crate::country::{only_places, parse_countries};

/// Words of a sentence that are looked at.
const MAX_WORDS: usize = 60;
/// Words of one list of places.
const MAX_PLACE: usize = 16;

/// What the words before a place make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lead {
    /// Goods come from there.
    From,
    /// Goods go there.
    To,
    /// Something is sent: from one country, or to several.
    Sends,
}

/// What one word gives to a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Sends,
    Departs,
    Arrives,
    From,
    To,
    /// "in": as the verb beside it says.
    At,
    Not,
}

/// Words of labels; one that ends with `*` may go on.
#[rustfmt::skip]
const PARTS: &[(Part, &str)] = &[
    (Part::Sends, "ship* send* sent dispatch* despatch* shipment mail* post posts posted posting versand* versend* verschick* versandt expedi* expédi* envoi* envoy* envia* envía* envío* envio* despach* \
        spedi* invi* wysył* wysyl* nadan* nadaj* wysłan* verzend* verzond* verstuur* отправ* отсыл* высыл* шлю шлём шлем пересыл* відправ* надсил* пересил* gönder* kargo* sevk* الشحن شحن يشحن نشحن إرسال يرسل نرسل"),
    (Part::Departs, "leave leaves leaving depart* start* origin* located based stationed kommt geht abgang* herkunft* sitzt sitz part parte salen sale sai saem départ depart provenance provenien* partenza \
        salida procedencia basé situé situado ubicado trova sede vertrek* wychodz* wyjeżdż* rusza wyjazd skąd выезд* уход* уезж* выход* едет откуда виїзд* їде звідки çıkış* kalkış* çıkar kalkar مصدر المصدر يغادر ينطلق"),
    (Part::Arrives, "deliver* reach* arriv* cover* serve* goes destin* lands liefer* ankunft* ankommen erreicht zustell* bestimmung* ziel* livr* dessert desservi* entreg* llega* lleg* recib* consegn* \
        arriva* arrivo recapit* chega* destino* lever* bezorg* aankom* bestemm* dostaw* dostarcz* dociera* dotrze przyjazd достав* приход* прибы* приез* получ* дойд* доход* доезж* прибу* надход* teslim* varış* ulaş* \
        التوصيل توصيل التسليم تسليم الوجهة يصل تصل"),
    (Part::From, "from out ex aus ab von vom depuis desde da dal dalla uit vanuit z ze из с со от з зі із від من dan den"),
    (Part::To, "to into onto towards nach zu vers hacia verso naar para do dla до إلى الى لـ till til"),
    (Part::At, "in at an en à a au aux w na v в во у на по к em no na op"),
    (Part::Not, "no not never don't dont won't wont except excluding nicht kein keine keinen außer pas sauf hors jamais excepto salvo menos non tranne não exceto nie oprócz geen niet behalve не нет кроме ні крім \
        hariç değil لا ليس price prices preis prix precio prezzo цена payment pay value worth tax vat customs made manufactured manufacturer built producer hergestellt fabriqué fabricado prodotto wyprodukowano \
        произведено сделано member since"),
];

static WHOLE: LazyLock<HashMap<&'static str, Part, FxBuildHasher>> = LazyLock::new(|| {
    PARTS
        .iter()
        .rev()
        .flat_map(|(part, words)| words.split_whitespace().filter(|word| !word.ends_with('*')).map(move |word| (word, *part)))
        .collect()
});

/// Beginnings of words that may go on.
type Stems = Vec<(&'static str, Part)>;

/// All of them by their first letter, in the order of [`PARTS`].
static STEMS: LazyLock<HashMap<char, Stems, FxBuildHasher>> = LazyLock::new(|| {
    let mut stems: HashMap<char, Stems, FxBuildHasher> = HashMap::default();
    for (part, words) in PARTS {
        for stem in words.split_whitespace().filter_map(|word| word.strip_suffix('*')) {
            stems.entry(stem.chars().next().unwrap_or_default()).or_default().push((stem, *part));
        }
    }
    stems
});

fn part(word: &str) -> Option<Part> {
    WHOLE.get(word).copied().or_else(|| {
        let stems = STEMS.get(&word.chars().next()?)?;
        stems.iter().find(|(stem, _)| word.starts_with(stem)).map(|(_, part)| *part)
    })
}

/// What a label says of the places behind it: "Geht weg aus", "Reaches", "Отправка". A word of leaving, sending or arriving must be
/// among its words, or the last of them be a preposition that stands alone.
pub(super) fn lead(label: &str) -> Option<Lead> {
    if label.len() > 64 {
        return None;
    }
    let lower = label.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty()).take(8).collect();
    if words.is_empty() || words.len() > 6 {
        return None;
    }
    let parts: Vec<Option<Part>> = words.iter().map(|word| part(word)).collect();
    let has = |part: Part| parts.contains(&Some(part));
    let unknown = parts.iter().filter(|part| part.is_none()).count();
    if has(Part::Not) || unknown > 3 {
        return None;
    }
    let (sends, departs, arrives) = (has(Part::Sends), has(Part::Departs), has(Part::Arrives));
    if !(sends || departs || arrives) {
        return match (parts.as_slice(), words.as_slice()) {
            ([Some(Part::From)], [word]) if word.chars().count() >= 2 => Some(Lead::From),
            ([Some(Part::To)], _) => Some(Lead::To),
            _ => None,
        };
    }
    // What stands right before the place tells most.
    match parts.last().copied().flatten() {
        Some(Part::From) => return Some(Lead::From),
        Some(Part::To) => return Some(Lead::To),
        Some(Part::At) if arrives || sends => return Some(Lead::To),
        Some(Part::At) if departs => return Some(if words.contains(&"kommt") && words.contains(&"an") { Lead::To } else { Lead::From }),
        _ => {}
    }
    match (has(Part::From), has(Part::To)) {
        (true, false) => Some(Lead::From),
        (false, true) => Some(Lead::To),
        (true, true) => None,
        _ if arrives => Some(Lead::To),
        _ if departs => Some(Lead::From),
        _ => Some(Lead::Sends),
    }
}

/// The way of places behind such words: what is sent from several countries, or from everywhere, is sent there.
pub(super) fn way(lead: Lead, places: &str) -> Way {
    match lead {
        Lead::From => Way::From,
        Lead::To => Way::To,
        Lead::Sends => {
            let codes = parse_countries(places).codes;
            if codes.len() == 1 && codes.iter().all(|code| code != "WW" && code != "EU") { Way::From } else { Way::To }
        }
    }
}

/// Words before a country within which alone the goods are sent.
#[rustfmt::skip]
const WITHIN: &[&str] = &[
    "within", "inside", "across", "throughout", "innerhalb", "binnen", "dentro", "intérieur", "all'interno", "wewnątrz", "terenie", "по", "внутри", "в пределах", "içinde", "içi", "داخل",
];
/// Words that stand between such a word and the country.
#[rustfmt::skip]
const LINKS: &[&str] = &["the", "of", "von", "de", "du", "des", "do", "da", "dos", "das", "del", "della", "dell'", "di", "la", "l'", "les", "el", "los", "den", "der", "dem", "die", "het", "whole", "all", "any", "alle", "ganz", "ganze", "ganzen", "tout", "toute", "tous", "todo", "toda", "todos", "todas", "tutto", "tutta", "tutti", "hele", "heel", "całej", "całą", "cały", "всей", "всю", "всего", "всём", "всій", "всю", "tüm", "o", "countries", "länder", "pays", "países", "paesi", "landen", "kraje", "krajów", "страны"];
/// Words that lead to a place only right behind a word for sending: elsewhere they are articles.
const WEAK_TO: &[&str] = &["a", "à", "en", "in", "au", "aux", "al", "ai", "alla", "w", "у", "em"];
/// Words between two places of one list.
#[rustfmt::skip]
const AND: &[&str] = &["and", "or", "und", "oder", "sowie", "et", "ou", "y", "e", "o", "i", "oraz", "en", "of", "и", "или", "та", "і", "або", "ve", "veya", "و", "أو", "also", "&"];
/// Words that grow together with the place behind them.
const ELIDED: &[&str] = &["dall'", "dell'", "l'", "d'"];
/// Codes that stand for countries in a sentence where they are written in capitals behind a preposition.
#[rustfmt::skip]
const CODES: &[&str] = &[
    "US", "UK", "GB", "EU", "DE", "NL", "FR", "AU", "NZ", "RU", "CN", "CH", "PL", "UA", "SE", "DK", "ES", "PT", "CZ", "SK", "HU", "RO", "BG", "RS", "HR", "SI", "LT", "LV", "EE", "FI", "GR", "TR", "BY", "KZ",
    "IE", "LU", "JP", "BR", "MX", "ZA", "AE", "IL", "AT", "BE", "IT", "NO",
];

/// The places of a sentence about sending, and which way, those that goods come from first; `start` is the way of the places that it begins with.
pub(super) fn places(sentence: &str, start: Option<Way>) -> Vec<(Way, String)> {
    let mut written: Vec<&str> = Vec::new();
    // Words behind which a mark stands.
    let mut marked: Vec<bool> = Vec::new();
    for piece in sentence.split_inclusive(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | ')' | ':' | '/')) {
        let mut word = piece.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'');
        let mark = piece.ends_with([',', ';', '(', ')']);
        // "dall'Italia"
        if let Some(lead) = ELIDED.iter().find_map(|lead| word.get(..lead.len()).filter(|own| own.eq_ignore_ascii_case(lead)))
            && written.len() < MAX_WORDS
        {
            word = word.get(lead.len()..).unwrap_or("");
            written.push(lead);
            marked.push(false);
        }
        if word.is_empty() {
            if let Some(last) = marked.last_mut() {
                *last |= mark;
            }
        } else if written.len() < MAX_WORDS {
            written.push(word);
            marked.push(mark);
        }
    }
    let words: Vec<String> = written.iter().map(|word| word.to_lowercase()).collect();
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let mut found: Vec<(Way, String)> = Vec::new();
    // The longest list of places that begins with the word at this place; goods come from one, whatever a mark parts from it.
    let place = |at: usize, way: Way| {
        let goes_on = |more: usize| {
            let word = words.get(at + more).map_or("", String::as_str);
            let parted = way == Way::From && marked.get(at + more - 1).copied().unwrap_or(true);
            // "to any country"
            let any = word == "country" && words.get(at + more - 1).is_some_and(|before| before == "any" || before == "every");
            !word.is_empty()
                && !parted
                && (any || !FROM.contains(&word))
                && !TO.contains(&word)
                && (way == Way::To || !WITHIN.contains(&word))
        };
        let most = (0..MAX_PLACE).take_while(|more| *more == 0 && at < words.len() || *more > 0 && goes_on(*more)).count();
        let sure = written.get(at).is_some_and(|word| CODES.contains(word));
        (1..=most).rev().find_map(|count| {
            let text = if sure { written.get(at..at + count)?.join(" ") } else { words.get(at..at + count)?.join(" ") };
            let long = text.chars().filter(|c| c.is_alphabetic()).count() >= 4
                || matches!(text.as_str(), "eu" | "usa" | "uk" | "us" | "сша" | "ue" | "abd")
                || sure;
            let mixed = || {
                // "the Netherlands, worldwide" names whence and whither.
                let codes = parse_countries(&text).codes;
                codes.len() > 1 && codes.iter().any(|code| code == "WW" || code == "EU" && way == Way::From)
            };
            // "Germany and" ends with the word before the next part of the sentence.
            let open = count > 1 && AND.contains(&word(at + count - 1));
            (long && !open && only_places(&text) && !mixed()).then_some((text, at + count))
        })
    };
    #[rustfmt::skip]
    const ONLY: &[&str] = &["only", "nur", "seulement", "uniquement", "solo", "sólo", "somente", "soltanto", "alleen", "tylko", "только", "тільки", "лише", "sadece", "فقط"];
    let is_only = |text: &str, behind: &str| {
        let wide = parse_countries(text).codes.iter().all(|code| code == "WW" || code == "EU");
        wide || ONLY.contains(&behind) || text.split(' ').any(|word| ONLY.contains(&word))
    };
    let is_wide = |text: &str| parse_countries(text).codes.iter().any(|code| code == "WW");
    // "anywhere in Europe"
    let narrowed = |text: String, end: usize| {
        let inner = |at: usize| matches!(word(at), "in" | "within" | "inside" | "across");
        let next = (end.saturating_sub(2)..=end).rev().find(|at| inner(*at)).map(|at| at + 1);
        let narrow = next.and_then(|next| place(next, Way::To).or_else(|| place(next + 1, Way::To)));
        narrow.filter(|_| is_wide(&text)).unwrap_or((text, end))
    };
    let (mut at, mut last) = (0, None);
    if let Some(way) = start
        && let Some((text, end)) =
            (0..4.min(words.len())).take_while(|at| *at == 0 || LINKS.contains(&word(at - 1))).find_map(|at| place(at, way))
    {
        found.push((way, text));
        (at, last) = (end, Some((way, end)));
    }
    while at < words.len() {
        let own = word(at);
        let before = at.checked_sub(1).map_or("", word);
        let within = WITHIN.contains(&own);
        // "sai do Brasil", but "wysyłka do Polski"
        let out = own == "do" && matches!(before, "sai" | "saem" | "saindo" | "vem");
        let sent = || matches!(part(before), Some(Part::Sends | Part::Arrives));
        // "in alle Länder der EU", "in tutta Europa"
        let whole = |at: usize| {
            let skip = (at + 1..at + 4).take_while(|next| LINKS.contains(&word(*next))).count();
            let region = |text: &str| parse_countries(text).codes.iter().all(|code| code == "WW" || code == "EU");
            skip > 0 && place(at + 1 + skip, Way::To).is_some_and(|(text, _)| region(&text))
        };
        let way = if out {
            Some(Way::From)
        } else if within || TO.contains(&own) || (WEAK_TO.contains(&own) && (sent() || whole(at))) {
            Some(Way::To)
        } else if FROM.contains(&own) {
            Some(Way::From)
        } else {
            None
        };
        if let Some(way) = way {
            // "innerhalb von Deutschland", "from the Netherlands"
            let skip = (at + 1..at + 4).take_while(|next| LINKS.contains(&word(*next))).count();
            let told = place(at + 1, way).or_else(|| (1..=skip).find_map(|skip| place(at + 1 + skip, way)));
            if let Some((text, end)) = told.map(|(text, end)| if way == Way::To { narrowed(text, end) } else { (text, end) }) {
                let single = || matches!(parse_countries(&text).codes.as_slice(), [code] if code != "WW" && code != "EU");
                if within && !found.iter().any(|(way, _)| *way == Way::From) && single() {
                    found.push((Way::From, text.clone()));
                }
                // "в Россию и в Беларусь" is one list.
                let goes_on = last.is_some_and(|(own, end)| own == way && (end..at).all(|between| AND.contains(&word(between))));
                match found.last_mut().filter(|_| goes_on) {
                    Some((_, list)) => {
                        list.push_str(", ");
                        list.push_str(&text);
                    }
                    None => found.push((way, text)),
                }
                (at, last) = (end, Some((way, end)));
                // "from Belgium, EU only"
                let parted = |word: &str| FROM.contains(&word) || TO.contains(&word);
                if way == Way::From
                    && !parted(word(at))
                    && let Some((text, end)) = place(at, Way::To).filter(|(text, end)| is_only(text, word(*end)))
                {
                    found.push((Way::To, text));
                    (at, last) = (end, Some((Way::To, end)));
                }
                continue;
            }
        } else if own == "domestic"
            && let Some(place) = at.checked_sub(1).and_then(|at| written.get(at)).filter(|place| is_country(place))
        {
            // "US domestic": sent and received there.
            found.push((Way::From, (*place).to_owned()));
            found.push((Way::To, (*place).to_owned()));
        } else if let Some((way, name)) = turned(written.get(at).copied().unwrap_or("")) {
            found.push((way, name.to_owned()));
        } else if let Some((text, end)) = place(at, Way::To).filter(|(text, _)| is_wide(text)) {
            let (text, end) = narrowed(text, end);
            found.push((Way::To, text));
            at = end;
            continue;
        }
        at += 1;
    }
    found.sort_by_key(|(way, _)| *way != Way::From);
    found
}

/// Whether a word names one country: by its code in capitals, or by a name.
fn is_country(word: &str) -> bool {
    let named = CODES.contains(&word) || word.len() >= 4 && only_places(word) || word == "USA";
    named && matches!(parse_countries(word).codes.as_slice(), [code] if code != "EU" && code != "WW")
}

/// A name that says by its ending which way: "Almanya'dan", "Avrupa'ya".
fn turned(word: &str) -> Option<(Way, &str)> {
    let (name, ending) = word.split_once(['\'', '’'])?;
    let way = match ending {
        "dan" | "den" | "tan" | "ten" | "ndan" | "nden" => Way::From,
        "a" | "e" | "ya" | "ye" | "na" | "ne" => Way::To,
        _ => return None,
    };
    (name.chars().count() >= 3 && only_places(name)).then_some((way, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_lead_to_places() {
        for (label, expected) in [
            ("Geht weg aus", Some(Lead::From)),
            ("Kommt an in", Some(Lead::To)),
            ("Reaches", Some(Lead::To)),
            ("Отправка", Some(Lead::Sends)),
            ("Dostawa", Some(Lead::To)),
            ("Livraison", Some(Lead::To)),
            ("Leaves from", Some(Lead::From)),
            ("Based in", Some(Lead::From)),
            ("from", Some(Lead::From)),
            ("Nicht nach", None),
            ("Made in", None),
            ("Price in", None),
            ("Country", None),
            ("vendor", None),
        ] {
            assert_eq!(lead(label), expected, "{label}");
        }
        assert_eq!(way(Lead::Sends, "Россия"), Way::From);
        assert_eq!(way(Lead::Sends, "Polska, Czechy"), Way::To);
        assert_eq!(way(Lead::Sends, "worldwide"), Way::To);
    }

    #[test]
    fn sentences_tell_the_way() {
        let told = |text: &str, start: Option<Way>| {
            places(text, start)
                .into_iter()
                .map(|(way, place)| format!("{} {place}", if way == Way::From { "from" } else { "to" }))
                .collect::<Vec<_>>()
        };
        let whole = |text: &str| told(text, None);
        assert_eq!(whole("leaves from serbia to europe"), ["from serbia", "to europe"]);
        assert_eq!(whole("saem do brasil por encomenda simples"), ["from brasil"]);
        assert_eq!(whole("versand aus den niederlanden, weltweit"), ["from den niederlanden", "to weltweit"]);
        assert_eq!(whole("enviamos somente dentro do brasil"), ["from do brasil", "to do brasil"]);
        assert_eq!(
            whole("versand aus deutschland nach deutschland, österreich und in die schweiz, versichert"),
            ["from deutschland", "to deutschland österreich und in die schweiz"]
        );
        assert_eq!(whole("Goes out from DE to PL and CZ"), ["from DE", "to PL and CZ"]);
        assert_eq!(whole("Шлю из России в Беларусь и в Казахстан"), ["from россии", "to беларусь, казахстан"]);
        assert_eq!(whole("Almanya'dan tüm Avrupa'ya gönderilir"), ["from Almanya", "to Avrupa"]);
        assert_eq!(whole("all from Finland, EU only, xmr"), ["from finland", "to EU only"]);
        assert_eq!(whole("Ships from Belgium, UK only."), ["from belgium", "to UK only"]);
        assert_eq!(whole("posted anywhere in EU"), ["to EU"]);
        assert_eq!(whole("I post from the Czech Republic to anywhere in the EU, weekly"), ["from the czech republic", "to the eu"]);
        assert_eq!(whole("shipped by us from Poland to any country"), ["from poland", "to any country"]);
        assert_eq!(
            whole("Versendet aus Deutschland innerhalb Deutschlands und nach Österreich"),
            ["from deutschland", "to deutschlands, österreich"]
        );
        assert_eq!(whole("US domestic, vacuum sealed"), ["from US", "to US"]);
        assert_eq!(whole("wir verschicken aus Österreich als Brief in alle Länder der EU"), ["from österreich", "to alle länder der eu"]);
        assert_eq!(whole("Envio: de São Paulo para todo o Brasil"), ["from são paulo", "to o brasil"]);
        assert_eq!(whole("Nadajemy ze Słowacji, na terenie Polski, Czech i Niemiec"), ["from słowacji", "to polski czech i niemiec"]);
        assert_eq!(whole("spedizione dall'italia verso italia e svizzera"), ["from italia", "to italia e svizzera"]);
        assert_eq!(whole("envíos a España y Portugal"), ["to españa y portugal"]);
        assert_eq!(told("Deutschland nach EU-weit, versichert", Some(Way::From)).first().map(String::as_str), Some("from deutschland"));
        assert!(whole("shipped from a friend to you").is_empty());
        assert!(whole("i send you a czech pistol").is_empty());
    }
}
