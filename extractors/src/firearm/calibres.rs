//! Calibres of the goods: which of the writings met mean one, which of several means them all, and what an ambiguous one stands for.

use memchr::memmem;

use crate::codebook::Codebook;
use crate::codebook::fold::Gap;
use crate::codebook::lexicon::{Hit, Sense};
use crate::codebook::reading::Reading;
use crate::codebook::schema::Calibre;
use crate::record::{Firearm, Span};

use super::counted;

/// Calibres of one listing at most.
const MOST: usize = 6;
/// Writings of a field that are weighed against each other.
const MET: usize = 48;
/// Tokens of a field in which the words beside an ambiguous writing are looked for.
const BESIDE: usize = 200;

/// What is known of the goods.
pub(super) struct Goods<'a> {
    pub(super) category: &'a str,
    /// They fire blanks alone, or are such.
    pub(super) blank: bool,
}

/// Calibres as written, with what stands for them.
pub(super) fn calibres(codebook: &Codebook, readings: &[&Reading<'_>], goods: &Goods<'_>, arm: &mut Firearm, spans: &mut Vec<Span>) {
    let mut ambiguous: Vec<(usize, bool)> = Vec::new();
    let mut stated: Vec<usize> = Vec::new();
    for (depth, reading) in readings.iter().enumerate() {
        if !stated.is_empty() {
            break;
        }
        // The description may make an ambiguous writing of the title plain, no more.
        let hits = met(codebook, reading, goods.category);
        let mut found_here = false;
        for hit in &hits {
            let Sense::Calibre(index) = hit.sense else { continue };
            let Some(calibre) = codebook.file.calibre.get(index) else { continue };
            if calibre.ambiguous {
                if ambiguous.len() < MOST && !ambiguous.iter().any(|(known, _)| *known == index) {
                    ambiguous.push((index, bare(reading, hit) && !spoken(reading, hit)));
                    spans.push(reading.span(hit.first, hit.last, "calibre"));
                }
            } else if stated.len() < MOST && !stated.contains(&index) && (depth == 0 || !found_here) {
                stated.push(index);
                found_here = true;
                spans.push(reading.span(hit.first, hit.last, "calibre"));
            }
        }
    }
    if !stated.is_empty() {
        let stated: Vec<&Calibre> = stated.iter().filter_map(|&index| codebook.file.calibre.get(index)).collect();
        return tell(arm, &stated, "stated");
    }
    // A number that says what it is comes before one that merely stands there.
    ambiguous.sort_by_key(|(_, bare)| *bare);
    let Some(open) = ambiguous.first().and_then(|&(index, _)| codebook.file.calibre.get(index)) else { return };
    let known = arm.model.is_some() || arm.maker.is_some();
    let meant = meant(codebook, readings, goods, open, known, arm);
    match meant.and_then(|id| codebook.calibre(id)) {
        Some(calibre) => tell(arm, &[calibre], "inferred"),
        None => tell(arm, &[open], "ambiguous"),
    }
}

fn tell(arm: &mut Firearm, calibres: &[&Calibre], basis: &str) {
    arm.calibres = calibres.iter().map(|calibre| calibre.name.clone()).collect();
    arm.calibre_ids = calibres.iter().map(|calibre| calibre.id.clone()).collect();
    arm.calibre_basis = Some(basis.to_owned());
}

/// What an ambiguous writing means beside what else is told.
fn meant<'a>(
    codebook: &'a Codebook,
    readings: &[&Reading<'_>],
    goods: &Goods<'_>,
    open: &'a Calibre,
    known: bool,
    arm: &Firearm,
) -> Option<&'a str> {
    if goods.blank {
        return match open.id.as_str() {
            "9mm" => Some("9mm-pak"),
            "8mm" => Some("8mm-knall"),
            _ => None,
        };
    }
    if goods.category == "replica_airgun" {
        return None;
    }
    let named = |words: &[String]| {
        words.iter().any(|word| {
            arm.model.as_ref().is_some_and(|model| model.eq_ignore_ascii_case(word)) || readings.iter().any(|reading| says(reading, word))
        })
    };
    if let Some((id, _)) = open.beside.iter().find(|(_, words)| named(words)) {
        return Some(id);
    }
    // A bare "9mm" beside a live-firing model or in a box of rounds is the Luger.
    let live = goods.category.starts_with("firearm") || goods.category.starts_with("part");
    let luger = open.id == "9mm" && ((live && known) || goods.category == "ammunition.cartridge");
    codebook.calibre("9x19mm").filter(|_| luger).map(|luger| luger.id.as_str())
}

/// Whether words, folded and parted by blanks, stand in a field.
fn says(reading: &Reading<'_>, words: &str) -> bool {
    let text = reading.folded.text.as_bytes();
    let whole = |at: usize| text.get(at.wrapping_sub(1)) == Some(&b' ') && text.get(at + words.len()) == Some(&b' ');
    memmem::find_iter(text, words).any(|at| whole(at) && reading.folded.token_at(at) < BESIDE)
}

/// Writings of a field that mean a calibre of the goods, in order of place.
fn met<'r>(codebook: &Codebook, reading: &'r Reading<'_>, category: &str) -> Vec<&'r Hit> {
    let hits: Vec<&Hit> = reading
        .hits
        .iter()
        .filter(|hit| matches!(hit.sense, Sense::Calibre(_)))
        .filter(|hit| plausible(codebook, reading, hit, category) && !excluded(reading, hit))
        .take(MET)
        .collect();
    // "9x18mm Ultra ... 9x18", "270 WSM ... 270": the shorter writing is the longer one's.
    let words = |hit: &Hit| (hit.first..hit.last).map(|at| reading.word(at)).filter(|word| *word != "mm").collect::<Vec<_>>();
    let longer = |hit: &Hit| {
        let short = words(hit);
        hits.iter().any(|other| other.sense != hit.sense && words(other).len() > short.len() && words(other).starts_with(&short))
    };
    hits.iter().copied().filter(|hit| !longer(hit)).collect()
}

/// "Not for use in 9x19mm", "won't chamber .308".
fn excluded(reading: &Reading<'_>, hit: &Hit) -> bool {
    (hit.first.saturating_sub(5)..hit.first).any(|at| {
        reading.word(at) == "not"
            && matches!(reading.word(at + 1), "for" | "to" | "in" | "a")
            && reading.segment(at) == reading.segment(hit.first)
    })
}

fn bare(reading: &Reading<'_>, hit: &Hit) -> bool {
    hit.last == hit.first + 1 && reading.folded.number(hit.first).is_some()
}

/// A number written as a calibre: with a leading point, or with the word for it.
fn spoken(reading: &Reading<'_>, hit: &Hit) -> bool {
    let before = hit.first.checked_sub(1).map_or("", |at| reading.word(at));
    reading.folded.tokens.get(hit.first).is_some_and(|token| token.dotted) || is_calibre(before) || is_calibre(reading.word(hit.last))
}

fn is_calibre(word: &str) -> bool {
    matches!(
        word,
        "cal"
            | "caliber"
            | "calibre"
            | "kaliber"
            | "kal"
            | "calibro"
            | "kalibr"
            | "kalibre"
            | "calibrul"
            | "kaliberu"
            | "кал"
            | "калибр"
            | "калибра"
            | "калибре"
            | "калібр"
            | "калібру"
            | "عيار"
    )
}

/// Bare numbers such as 22, 308 or 45 count only where the context speaks of calibre.
fn plausible(codebook: &Codebook, reading: &Reading<'_>, hit: &Hit, category: &str) -> bool {
    let (first, last) = (hit.first, hit.last);
    if !bare(reading, hit) {
        return !coded(reading, first, last) || last - first > 1;
    }
    let next = reading.word(last);
    let before = first.checked_sub(1).map_or("", |at| reading.word(at));
    let gap = |at: usize| reading.folded.tokens.get(at).map_or(Gap::Sentence, |token| token.gap);
    if is_calibre(next) || is_calibre(before) {
        return true;
    }
    if coded(reading, first, last)
        || counted(next)
        || counted::counts(next)
        || matches!(before, "x" | "х" | "×" | "of" | "$" | "model" | "mod" | "gen" | "#" | "part" | "pt" | "no" | "nr" | "cx")
    {
        return false;
    }
    if reading.folded.tokens.get(first).is_some_and(|token| token.dotted) {
        return true;
    }
    if gap(first) == Gap::Slash
        && first > 0
        && reading.folded.number(first - 1).is_some_and(|other| other < 100.0)
        && category.starts_with("ammunition")
    {
        return false;
    }
    let small = reading.folded.number(first).is_some_and(|number| number <= 50.0);
    let pair = matches!(gap(last), Gap::Slash | Gap::Plus) && reading.folded.number(last).is_some_and(|other| other <= 30.0);
    if small && pair || of_model(codebook, reading, hit) {
        return false;
    }
    category.starts_with("ammunition") || category.starts_with("firearm") || category.starts_with("part")
}

/// A number within letters and digits written as one is of a product's code: "P270WSMTC1", "AE38".
fn coded(reading: &Reading<'_>, first: usize, last: usize) -> bool {
    let letters = |at: usize| reading.word(at).starts_with(char::is_alphabetic);
    let glued = |at: usize| at > 0 && reading.folded.tokens.get(at).is_some_and(|token| token.gap == Gap::None);
    let before =
        glued(first) && first > 0 && letters(first - 1) && !matches!(reading.word(first - 1), "x" | "х" | "cal" | "kal" | "кал" | "к");
    let unit = matches!(reading.word(last), "ga" | "g" | "cal" | "mm" | "auto" | "mag" | "caliber" | "к" | "k" | "lik" | "luk" | "s");
    before || last == first + 1 && glued(last) && letters(last) && !unit
}

/// Whether a number is of a model's name: "Glock 22", "Ruger 10/22".
fn of_model(codebook: &Codebook, reading: &Reading<'_>, hit: &Hit) -> bool {
    let maker = |model: usize| codebook.lexicon.models.get(model).map(|model| model.maker);
    // Hits are in order of place; a name of arms is a few words long.
    let from = reading.hits.partition_point(|other| other.first + 8 < hit.first);
    let near = || reading.hits.iter().skip(from).take_while(|other| other.first <= hit.first);
    let beside = |model: usize| {
        near().any(|other| match other.sense {
            Sense::Maker(named) => {
                let shares = codebook.file.maker.get(named).and_then(|named| named.shares);
                (Some(named) == maker(model) || shares.is_some() && shares == maker(model))
                    && other.last <= hit.first
                    && hit.first - other.last <= 1
            }
            _ => false,
        })
    };
    near().any(|other| match other.sense {
        Sense::Model(model, alone) if other.first <= hit.first && hit.last <= other.last => {
            (other.last - other.first > 1 && alone) || beside(model)
        }
        _ => false,
    })
}

/// Words behind a number that make it another measure than a calibre.
fn counted(next: &str) -> bool {
    matches!(
        next,
        "in" | "inch"
            | "inches"
            | "gr"
            | "grain"
            | "grains"
            | "grn"
            | "grs"
            | "%"
            | "fps"
            | "oz"
            | "g"
            | "grams"
            | "x"
            | "yards"
            | "years"
            | "per"
            | "shot"
            | "shots"
            | "days"
            | "usd"
            | "euro"
            | "eur"
            | "case"
            | "cases"
            | "cs"
            | "cm"
            | "bbl"
            | "brl"
            | "barrel"
            | "ft"
            | "lb"
            | "lbs"
            | "nd"
            | "th"
            | "rd"
    )
}
