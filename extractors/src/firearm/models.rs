//! How a model is named: as the listing writes it, without its maker, with the variant that stands behind it; and models that no table has.

use crate::codebook::Codebook;
use crate::codebook::fold::Gap;
use crate::codebook::lexicon::{Hit, Sense};
use crate::codebook::reading::{Reading, Zone};
use crate::record::Firearm;

use super::counted;
use super::naming::Named;

/// Words of a variant behind a model at most.
const VARIANT: usize = 3;
/// Bytes of a model's name at most.
const LONGEST: usize = 40;

/// The model that is named, as it is written there; the codebook's writing where the text's is of another script, evades or differs in form alone.
pub(super) fn written(codebook: &Codebook, reading: &Reading<'_>, named: &Named) -> Option<String> {
    let model = codebook.lexicon.models.get(named.model?)?;
    let maker = codebook.file.maker.get(model.maker)?;
    let names = || std::iter::once(&maker.name).chain(&maker.aliases);
    let canonical = names().filter_map(|name| after(&model.name, name)).min_by_key(|rest| rest.len()).unwrap_or(&model.name);
    let mut first = named.first;
    // "Beretta 92" as one term: the maker's words go.
    let bears = |hit: &&Hit| matches!(hit.sense, Sense::Maker(_)) && hit.first == named.first && hit.last < named.last;
    let from = reading.hits.partition_point(|hit| hit.first < named.first);
    if let Some(maker) = reading.hits.iter().skip(from).take_while(|hit| hit.first == named.first).filter(bears).max_by_key(|hit| hit.last)
    {
        first = maker.last;
    }
    let plain = slice(reading, first, named.last).filter(|_| !(first..named.last).any(|at| evading(reading, at)));
    let Some(plain) = plain.filter(|text| readable(text)) else { return Some(canonical.to_owned()) };
    let last = variant(reading, first, named.last);
    // "kalash" is a name that people gave it.
    if maker.is_pattern()
        && !plain.contains(|c: char| c.is_ascii_digit())
        && canonical.contains(|c: char| c.is_ascii_digit())
        && last == named.last
    {
        return Some(canonical.to_owned());
    }
    let short = |text: &str| {
        let mut letters = key(text);
        for word in ["model", "mod", "no"] {
            letters = letters.strip_prefix(word).map(str::to_owned).unwrap_or(letters);
        }
        // "G19" is Glock's 19.
        let initial = maker.name.chars().next().map(|c| c.to_ascii_lowercase());
        match letters.strip_prefix(|c| Some(c) == initial) {
            Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) && !canonical.starts_with(char::is_alphabetic) => rest.to_owned(),
            _ => letters,
        }
    };
    if last == named.last && (key(plain) == key(canonical) || short(plain) == short(canonical)) {
        return Some(canonical.to_owned());
    }
    let whole = slice(reading, first, last).filter(|text| readable(text)).unwrap_or(plain);
    let whole = if short(plain) == key(plain) { set(whole) } else { short_of(whole) };
    Some(whole)
}

/// A name in one line, with capitals as names have them.
fn set(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.chars().any(char::is_uppercase) || !words.chars().any(char::is_alphabetic) {
        return words;
    }
    let capital = |word: &str| {
        if word.chars().any(|c| c.is_ascii_digit()) || word.chars().count() <= 3 {
            return word.to_uppercase();
        }
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    };
    words.split(' ').map(capital).collect::<Vec<String>>().join(" ")
}

/// "G19 compact": without the initial.
fn short_of(text: &str) -> String {
    let bare = text.trim_start_matches(|c: char| !c.is_ascii_digit());
    set(if bare.is_empty() { text } else { bare })
}

fn after<'t>(name: &'t str, maker: &str) -> Option<&'t str> {
    let rest = name.get(..maker.len()).filter(|head| head.eq_ignore_ascii_case(maker)).and_then(|_| name.get(maker.len()..))?;
    let bare = rest.trim_start_matches([' ', '-']);
    (bare.len() < rest.len() && !bare.is_empty()).then_some(bare)
}

fn key(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn slice<'t>(reading: &'t Reading<'_>, first: usize, last: usize) -> Option<&'t str> {
    let from = reading.folded.tokens.get(first)?.from;
    let to = reading.folded.tokens.get(last.checked_sub(1)?)?.to;
    reading.written.get(from..to).filter(|text| text.len() <= LONGEST && !text.is_empty())
}

fn evading(reading: &Reading<'_>, at: usize) -> bool {
    reading.folded.tokens.get(at).is_some_and(|token| token.evading)
}

/// Letters of the Latin or the Cyrillic script, digits and what stands in a name.
fn readable(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_ascii_alphanumeric()
            || matches!(c, ' ' | '-' | '.' | '/' | '&' | '\'' | '’' | '«' | '»' | '+')
            || ('\u{c0}'..='\u{17f}').contains(&c)
            || ('\u{400}'..='\u{45f}').contains(&c)
            || matches!(c, 'ґ' | 'Ґ')
    })
}

/// The token behind the variant that follows a model: "P-10 C", "M107A1", "686 Silver Pigeon I".
fn variant(reading: &Reading<'_>, first: usize, last: usize) -> usize {
    let mut end = last;
    while end < reading.len() && end < last + VARIANT {
        let Some(token) = reading.folded.tokens.get(end) else { break };
        let word = reading.word(end);
        let digits = word.starts_with(|c: char| c.is_ascii_digit());
        let glued = token.gap == Gap::None;
        // "92" and "fs" of "92FS"; not "19" and "mm" of a length.
        let suffix = glued && word.chars().count() <= if digits { 2 } else { 3 } && !unit(word) && !counted::counts(word);
        let known = matches!(token.gap, Gap::Space | Gap::Hyphen) && is_variant(word);
        // "Вепрь-308", "Special 99": a name without a number, and its number.
        let lettered = end == last && !(first..last).any(|at| reading.folded.number(at).is_some());
        let measured = unit(reading.word(end + 1)) || counted::counts(reading.word(end + 1)) || word.contains('.') || token.dotted;
        let close = token.gap == Gap::Hyphen || token.gap == Gap::Space && word.len() <= 3 && word.len() > 1 && !calibre(reading, end);
        let number = digits && lettered && close && !measured && word.len() <= 4;
        if !(suffix || known || number) {
            break;
        }
        end += 1;
    }
    end
}

fn calibre(reading: &Reading<'_>, at: usize) -> bool {
    let from = reading.hits.partition_point(|hit| hit.first + 8 < at);
    let mut near = reading.hits.iter().skip(from).take_while(|hit| hit.first <= at);
    near.any(|hit| matches!(hit.sense, Sense::Calibre(_)) && at < hit.last)
}

fn unit(word: &str) -> bool {
    matches!(word, "mm" | "in" | "cm" | "cal" | "ga" | "gr" | "rd" | "rds" | "x" | "lr" | "acp" | "mag" | "auto")
}

fn is_variant(word: &str) -> bool {
    matches!(
        word,
        "compact"
            | "subcompact"
            | "c"
            | "sc"
            | "f"
            | "x"
            | "xl"
            | "xs"
            | "plus"
            | "max"
            | "pro"
            | "elite"
            | "match"
            | "target"
            | "sport"
            | "sporting"
            | "classic"
            | "deluxe"
            | "lux"
            | "super"
            | "extreme"
            | "xtreme"
            | "ii"
            | "iii"
            | "iv"
            | "vi"
            | "i"
            | "sf"
            | "sft"
            | "td"
            | "ps"
            | "tac"
            | "tactical"
            | "varmint"
            | "hunter"
            | "sniper"
            | "field"
            | "legion"
            | "carbine"
            | "kadet"
            | "silver"
            | "pigeon"
            | "onyx"
            | "professional"
            | "success"
            | "expert"
            | "military"
            | "sb"
            | "or"
            | "mos"
            | "light"
            | "lite"
            | "combat"
            | "competition"
            | "royal"
            | "standard"
            | "mini"
            | "magnum "
            | "trophy"
            | "safari"
            | "ranger"
            | "компакт"
            | "люкс"
    )
}

/// A model within the words for other goods, "ППШ-41" or "ak47 katlanır": its place in the lexicon.
pub(super) fn within(codebook: &Codebook, reading: &Reading<'_>, arm: &mut Firearm) -> Option<usize> {
    let goods = reading.hits.iter().any(|hit| matches!(hit.sense, Sense::Noun(_)));
    if arm.model.is_some() || !goods {
        return None;
    }
    let &Hit { sense, first, last } = reading.models.iter().find(|hit| reading.zone(hit.first) != Zone::Fit)?;
    let Sense::Model(model, _) = sense else { return None };
    let maker = codebook.lexicon.models.get(model)?.maker;
    arm.model = written(codebook, reading, &Named { model: Some(model), maker, first, last, zone: reading.zone(first) });
    let entry = codebook.file.maker.get(maker).filter(|entry| !entry.is_pattern() && !entry.each && arm.maker.is_none());
    if let Some(entry) = entry {
        arm.maker = Some(entry.name.clone());
    }
    Some(model)
}

/// A model that no table has: the words right behind a maker's name that hold a digit or begin with a capital, and mean nothing else.
pub(super) fn unlisted(codebook: &Codebook, reading: &Reading<'_>, maker: &Named) -> Option<String> {
    let entry = codebook.file.maker.get(maker.maker)?;
    if reading.field != "title" || entry.is_pattern() || evading(reading, maker.first) {
        return None;
    }
    let taken = |at: usize| {
        let from = reading.hits.partition_point(|hit| hit.first + 8 < at);
        reading.hits.iter().skip(from).take_while(|hit| hit.first <= at).any(|hit| {
            at < hit.last
                && matches!(
                    hit.sense,
                    Sense::Noun(_)
                        | Sense::Calibre(_)
                        | Sense::Value(_)
                        | Sense::Link(_)
                        | Sense::Maker(_)
                        | Sense::Trait(..)
                        | Sense::Intent(..)
                        | Sense::Cue(_)
                )
        })
    };
    let word = |at: usize| reading.word(at);
    let mut first = maker.last;
    while matches!(word(first), "mod" | "model" | "modell" | "modele" | "modelo" | "arms" | "firearms" | "usa" | "модель") {
        first += 1;
    }
    let mut end = first;
    let mut digits = false;
    while end < reading.len() && end < first + 4 {
        let token = reading.folded.tokens.get(end)?;
        let this = word(end);
        let number = this.starts_with(|c: char| c.is_ascii_digit());
        let parted = end > maker.last && !matches!(token.gap, Gap::None | Gap::Space | Gap::Hyphen);
        let sign = matches!(this, "&" | "%" | "in");
        if parted || sign || taken(end) || token.dotted || evading(reading, end) || reading.zone(end) != Zone::Head {
            break;
        }
        let measured = number && (unit(word(end + 1)) || counted::counts(word(end + 1)) || this.contains('.') || this.len() > 4);
        let capital = reading.written.get(token.from..).is_some_and(|rest| rest.starts_with(char::is_uppercase));
        let glued = end > first && token.gap == Gap::None;
        let year = number && reading.folded.whole(end).is_some_and(|year| (1935..=2035).contains(&year)) && !glued;
        if measured && !glued || year || !number && !capital && !glued {
            break;
        }
        // After a number, only its suffix or a variant belongs to the name.
        if digits && !glued && !number && !is_variant(this) {
            break;
        }
        digits |= number;
        end += 1;
    }
    let name = slice(reading, first, end).filter(|text| readable(text))?;
    let letters = name.chars().filter(|c| c.is_alphanumeric()).count();
    (letters >= 2 && (digits || letters >= 3)).then(|| set(name))
}
