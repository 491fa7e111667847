//! Article numbers and makers that stand in marks of elements, in pictures and links rather than behind a label.

use std::ops::Range;

use super::labels::{Label, label};
use super::numbers::{self, Kind};
use super::outline::{Break, Outline, Run};
use super::reader::Reader;
use super::single::Scene;
use super::subject::Subject;
use super::{columns, stock};
use crate::html::{attr, fold};
use crate::provenance::{Draft, Origin};

/// Fills article number, trade item number, part number and brand where they are still unknown.
pub fn fill(scene: &Scene<'_, '_>, subject: &Subject, reader: &Reader<'_>, draft: &mut Draft) {
    let outline = scene.outline;
    let own = |at: usize| !scene.in_card(at) && !subject.is_foreign(at) && outline.elements.get(at).is_some_and(|facts| !facts.chrome);
    for (at, facts) in outline.elements.iter().enumerate() {
        let element = facts.element();
        let words = outline.marks(at);
        let has = |word: &str| words.iter().any(|own| own == word);
        if draft.listing.sku.is_none() && facts.text <= 60 && own(at) {
            let data = ["data-product-sku", "data-sku", "data-product-code"].iter().find_map(|name| Some((*name, attr(element, name)?)));
            let empty = data.is_some_and(|(_, code)| code.is_empty());
            if let Some((name, code)) = data.filter(|(_, code)| is_code(code)) {
                draft.read(|| outline.attribute_origin("heuristic", at, name), |listing| listing.sku = Some(code.trim().to_owned()));
            } else if (empty || words.iter().any(|word| is_number_mark(word))) && !has("wrapper") {
                let value = behind_label(&outline.text_of(at, 80));
                let content = attr(element, "content").map(str::to_owned).filter(|_| facts.text == 0);
                if let Some(code) = content.or(value).map(|code| unbracketed(&code).to_owned()).filter(|code| is_code(code)) {
                    draft.read(|| outline.origin("heuristic", at, &code), |listing| listing.sku = Some(code.clone()));
                }
            }
        }
        if draft.listing.gtin.is_none()
            && facts.text <= 60
            && words.iter().any(|w| w.starts_with("gtin") || matches!(w.as_str(), "ean" | "ean13" | "upc" | "barcode"))
            && own(at)
        {
            let text = attr(element, "content").map_or_else(|| outline.text_of(at, 80), str::to_owned);
            let code = text.split(|c: char| !c.is_ascii_digit()).find(|digits| is_gtin(digits)).map(str::to_owned);
            if let Some(code) = code {
                draft.read(|| outline.origin("heuristic", at, &code), |listing| listing.gtin = Some(code.clone()));
            }
        }
        if draft.listing.mpn.is_none() && has("mpn") && facts.text <= 60 && own(at) {
            let text = attr(element, "content").map(str::to_owned).or_else(|| behind_label(&outline.text_of(at, 80)));
            if let Some(code) = text.filter(|code| is_code(code)) {
                draft.read(|| outline.origin("heuristic", at, &code), |listing| listing.mpn = Some(code.clone()));
            }
        }
    }
    beside(scene, subject, draft);
    if draft.listing.sku.is_none() || draft.listing.mpn.is_none() {
        written(scene, subject, draft);
    }
    if draft.listing.sku.is_none() {
        loosely_named(scene, subject, draft);
    }
    if draft.listing.gtin.is_none() {
        labelled_gtin(scene, subject, draft);
    }
    if draft.listing.brand.is_none()
        && let Some((brand, origin)) = brand(scene, subject, reader)
    {
        draft.read(|| origin, |listing| listing.brand = Some(brand));
    }
}

/// Words of class and id that name the maker.
#[rustfmt::skip]
const MAKER: &[&str] = &[
    "brand", "brandname", "manufacturer", "manufacturername", "supplier", "marke", "marca", "marque", "marka", "merk", "brend", "producer",
    "producent", "hersteller", "fabricante", "fabrikant", "fabricant", "produttore", "uretici", "proizvoditel", "vyrobce", "tillverkare",
];

/// Maker and article number of a card, by the marks of its parts, its attributes and the head of its column.
pub fn of_card(outline: &Outline<'_>, card: usize, titled: &Range<usize>, draft: &mut Draft) {
    for at in outline.inside(card).take(MAX_CARD) {
        if draft.listing.brand.is_some() && draft.listing.sku.is_some() {
            break;
        }
        let Some(facts) = outline.elements.get(at) else { continue };
        let element = facts.element();
        let in_title = titled.contains(&facts.first_run) && facts.last_run > facts.first_run;
        let told = element.attributes().any(|(own, _)| own.name.starts_with("data-"));
        let attribute = |names: &[&'static str]| names.iter().filter(|_| told).find_map(|name| Some((*name, attr(element, name)?)));
        if draft.listing.brand.is_none() {
            if let Some((name, value)) =
                attribute(&["data-product-brand", "data-brand", "data-manufacturer", "data-marka"]).filter(|(_, value)| is_name(value))
            {
                draft.read(|| outline.attribute_origin("card", at, name), |listing| listing.brand = Some(fold(value)));
            } else if (2..=40).contains(&facts.text) && !in_title && names_maker(&outline.marks(at), element) {
                let text = behind_label(&outline.text_of(at, 80)).filter(|text| is_name(text));
                if let Some(text) = text {
                    draft.read(|| outline.origin("card", at, &text), |listing| listing.brand = Some(text.clone()));
                }
            }
        }
        if draft.listing.sku.is_none() {
            if let Some((name, code)) = attribute(&["data-product-sku", "data-sku", "data-product-code"]).filter(|(_, code)| is_code(code))
            {
                draft.read(|| outline.attribute_origin("card", at, name), |listing| listing.sku = Some(code.trim().to_owned()));
            } else if (2..=60).contains(&facts.text)
                && !in_title
                && (outline.marks(at).iter().any(|word| is_number_mark(word)) || is_code_box(outline, at))
            {
                let code = behind_label(&outline.text_of(at, 80)).map(|code| unbracketed(&code).to_owned()).filter(|code| is_code(code));
                if let Some(code) = code {
                    draft.read(|| outline.origin("card", at, &code), |listing| listing.sku = Some(code.clone()));
                }
            }
        }
    }
    columns::fill(outline, card, draft);
    stock::of_card(outline, card, titled, draft);
    let first = outline.elements.get(card).map_or(0, |facts| facts.first_run);
    if draft.listing.sku.is_none() || draft.listing.mpn.is_none() {
        for (_, run) in outline.runs_of(card).iter().enumerate().take(MAX_CARD).filter(|(at, _)| !titled.contains(&(first + at))) {
            for (kind, code) in numbers::all(&run.text) {
                keep(draft, kind, code, || super::single::run_origin(outline, "card", run));
            }
        }
    }
    let mut runs =
        outline.runs_of(card).iter().enumerate().take(MAX_CARD).filter(|(at, run)| run.text.len() <= 60 && !titled.contains(&(first + at)));
    if draft.listing.sku.is_none()
        && let Some((run, code)) = runs.find_map(|(_, run)| Some((run, numbered(&run.text)?)))
    {
        draft.read(|| super::single::run_origin(outline, "card", run), |listing| listing.sku = Some(code.clone()));
    }
}

/// Takes a number where none of its kind is known.
fn keep(draft: &mut Draft, kind: Kind, code: String, origin: impl FnOnce() -> Origin) {
    if is_gtin(&code) {
        return;
    }
    match kind {
        Kind::Article if draft.listing.sku.is_none() => draft.read(origin, |listing| listing.sku = Some(code)),
        Kind::Part if draft.listing.mpn.is_none() => draft.read(origin, |listing| listing.mpn = Some(code)),
        _ => {}
    }
}

/// Numbers behind names that are put together from few words, in one run or the name in one and the number in the next.
fn written(scene: &Scene<'_, '_>, subject: &Subject, draft: &mut Draft) {
    let outline = scene.outline;
    let start = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.first_run);
    let own = |at: usize| !scene.in_card(at) && !subject.is_foreign(at) && outline.elements.get(at).is_some_and(|facts| !facts.chrome);
    for (number, run) in outline.runs.iter().enumerate().skip(start.saturating_sub(2)).take(300) {
        let mut found = numbers::all(&run.text).peekable();
        if found.peek().is_some() {
            if own(run.element) {
                for (kind, code) in found {
                    keep(draft, kind, code, || super::single::run_origin(outline, "label", run));
                }
            }
            continue;
        }
        let next = outline.runs.get(number + 1).filter(|next| next.before < Break::Line && next.text.len() <= 40);
        let Some((next, code)) = next.and_then(|next| Some((next, numbers::alone(&next.text)?))) else { continue };
        let Some(kind) = numbers::name(&run.text, false) else { continue };
        if own(run.element) && own(next.element) {
            keep(draft, kind, code, || super::single::run_origin(outline, "label", next));
        }
    }
}

/// Elements of a card that are looked at.
const MAX_CARD: usize = 400;

fn names_maker(words: &[String], element: crate::html::Element<'_>) -> bool {
    const OTHER: &[&str] = &["navbar", "logo", "header", "site", "sku", "filter", "filters"];
    let attributed = || attr(element, "data-test-info-type").is_some_and(|name| name.eq_ignore_ascii_case("brandname"));
    let named = words
        .iter()
        .any(|word| MAKER.contains(&word.as_str()) || MAKER.iter().take(8).any(|maker| word.strip_prefix("product") == Some(maker)))
        || words.windows(2).any(|pair| matches!(pair, [a, b] if (a == "product" || a == "single") && b == "vendor"));
    (named && !words.iter().any(|word| OTHER.contains(&word.as_str()))) || attributed()
}

/// Words of class and id that name an article number.
fn is_number_mark(word: &str) -> bool {
    matches!(
        word,
        "sku"
            | "artikelnummer"
            | "articlenumber"
            | "productcode"
            | "itemcode"
            | "itemnumber"
            | "artnr"
            | "articul"
            | "artikul"
            | "vendorcode"
            | "stokkodu"
            | "urunkodu"
    )
}

/// Whether an element is called a code, and holds a number of goods alone: codes are given to colours and vouchers, too.
fn is_code_box(outline: &Outline<'_>, at: usize) -> bool {
    let Some(facts) = outline.elements.get(at).filter(|facts| (3..=24).contains(&facts.text) && facts.last_run == facts.first_run + 1)
    else {
        return false;
    };
    let marks = outline.marks(at);
    let called = |known: &[&str]| marks.iter().any(|mark| known.contains(&mark.as_str()));
    !facts.class.is_empty()
        && called(&["code", "codigo", "kod", "ref", "reference", "referencia", "artikul", "articul", "partno", "pn", "itemno", "art"])
        && !called(&[
            "promo", "coupon", "voucher", "discount", "color", "colour", "zip", "postal", "post", "country", "qr", "lang", "currency",
        ])
        && outline.runs_of(at).first().is_some_and(|run| numbers::alone(&run.text).is_some())
}

/// "(HTS-55)" and "[HTS-55]" without the brackets.
fn unbracketed(code: &str) -> &str {
    let code = code.trim();
    let inner = code.strip_prefix('(').and_then(|code| code.strip_suffix(')'));
    inner.or_else(|| code.strip_prefix('[').and_then(|code| code.strip_suffix(']'))).unwrap_or(code)
}

/// Values that stand right behind the name of their field in markup that tells nothing: "Бренд" in one `div`, "Кряж" in the next.
fn beside(scene: &Scene<'_, '_>, subject: &Subject, draft: &mut Draft) {
    let outline = scene.outline;
    let start = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.first_run);
    for (number, run) in outline.runs.iter().enumerate().skip(start).filter(|(_, run)| run.text.len() <= 40) {
        let Some(field) = label(&run.text).filter(|field| matches!(field, Label::Brand | Label::Sku | Label::Mpn)) else { continue };
        let Some(value) = outline.runs.get(number + 1).filter(|value| (2..=60).contains(&value.text.len())) else { continue };
        let near = |at: usize| !scene.in_card(at) && !subject.is_foreign(at) && outline.elements.get(at).is_some_and(|facts| !facts.chrome);
        let linked = outline.ancestors(run.element).take(3).any(|(_, f)| matches!(f.name, "a" | "button" | "option" | "select" | "legend"));
        if linked
            || !near(run.element)
            || !near(value.element)
            || label(&value.text).is_some()
            || value.text.ends_with(':')
            || (value.before < Break::Cell && !run.text.ends_with(':'))
        {
            continue;
        }
        let text = value.text.clone();
        draft.read(
            || super::single::run_origin(outline, "label", value),
            |listing| match field {
                Label::Brand if listing.brand.is_none() && is_name(&text) => listing.brand = Some(text),
                Label::Sku if listing.sku.is_none() && is_code(&text) => listing.sku = Some(text),
                Label::Mpn if listing.mpn.is_none() && is_code(&text) => listing.mpn = Some(text),
                _ => {}
            },
        );
    }
}

/// Whether a text is a name under which shops give article numbers, be it one that elsewhere means something else.
fn is_loose_name(name: &str) -> bool {
    // Where shops without trade item numbers keep their own, they call them `upc` and `ean`.
    #[rustfmt::skip]
    const LOOSE: &[&str] = &[
        "model", "modelo", "modello", "модель", "модель товара", "item", "artikel", "lot", "mã", "код артикула", "productnummer",
        "رقم الموديل", "upc", "ean",
    ];
    let bare = || name.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    numbers::name(name, false) == Some(Kind::Article) || (name.len() <= 40 && LOOSE.contains(&bare().as_str()))
}

/// What cannot be a word, a year or a calibre.
fn is_strict(code: &str) -> bool {
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    let capitals = code.bytes().filter(u8::is_ascii_uppercase).count();
    (4..=32).contains(&code.len())
        && !code.contains(char::is_whitespace)
        && digits > 0
        && (digits >= 5 || (capitals >= 2 && (code.contains('-') || digits >= 3)) || (capitals > 0 && code.contains('-')))
}

/// The number in "Ref: NA-1044" and "Art. NA-1044".
fn numbered(text: &str) -> Option<String> {
    let inline = text.split_once([':', '：']).filter(|(name, value)| is_strict(unbracketed(value)) && is_loose_name(name));
    let spaced = || text.rsplit_once(' ').filter(|(name, code)| code.contains('-') && is_strict(code) && is_loose_name(name));
    inline.or_else(spaced).map(|(_, code)| unbracketed(code).to_owned())
}

/// Article numbers behind names that elsewhere mean something else: "Model: YU-M48-BBL". Only what cannot be a word or a year counts.
fn loosely_named(scene: &Scene<'_, '_>, subject: &Subject, draft: &mut Draft) {
    let outline = scene.outline;
    let start = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.first_run);
    for (number, run) in outline.runs.iter().enumerate().skip(start).filter(|(_, run)| run.text.len() <= 60) {
        // "[STL-45C-250]" right behind the title.
        let bracketed = || {
            let code = unbracketed(&run.text);
            let near = number <= start + 3 && code.len() < run.text.len();
            (near && is_strict(code)).then(|| (run, code.to_owned()))
        };
        let next = || {
            outline
                .runs
                .get(number + 1)
                .filter(|next| is_strict(unbracketed(&next.text)) && is_loose_name(&run.text))
                .map(|next| (next, unbracketed(&next.text).to_owned()))
        };
        let own = numbered(&run.text).map(|code| (run, code));
        let Some((place, code)) = own.or_else(next).or_else(bracketed).filter(|(_, code)| !is_gtin(code)) else {
            continue;
        };
        if scene.in_card(run.element)
            || subject.is_foreign(run.element)
            || outline.elements.get(run.element).is_none_or(|facts| facts.chrome)
        {
            continue;
        }
        draft.read(|| super::single::run_origin(outline, "label", place), |listing| listing.sku = Some(code));
        return;
    }
}

/// Whether a text can be a maker's name.
fn is_name(brand: &str) -> bool {
    (2..=40).contains(&brand.chars().count())
        && brand.split_whitespace().count() <= 5
        && label(brand).is_none()
        && !brand.bytes().all(|b| b.is_ascii_digit())
        && brand.chars().any(char::is_alphabetic)
}

/// "SKU: A-12" without what stands before the colon.
pub fn behind_label(text: &str) -> Option<String> {
    let value = text.rsplit_once([':', '：', '#']).map_or(text, |(_, value)| value);
    // A label in an element of its own has no colon.
    let behind = value.rmatch_indices(' ').filter_map(|(at, _)| value.split_at_checked(at)).find(|(head, _)| label(head).is_some());
    Some(fold(behind.map_or(value, |(_, rest)| rest))).filter(|value| !value.is_empty())
}

fn is_code(code: &str) -> bool {
    let code = code.trim();
    (2..=48).contains(&code.len())
        && code.split_whitespace().count() <= 3
        && code.bytes().any(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && !matches!(code.to_ascii_lowercase().as_str(), "n/a" | "na" | "sku" | "none" | "-")
}

/// A trade item number of a known length whose last digit proves the others.
pub fn is_gtin(digits: &str) -> bool {
    if !matches!(digits.len(), 8 | 12..=14) || !digits.bytes().all(|b| b.is_ascii_digit()) || digits.bytes().all(|b| b == b'0') {
        return false;
    }
    let sum: u32 = digits.bytes().rev().enumerate().map(|(at, b)| u32::from(b - b'0') * if at % 2 == 1 { 3 } else { 1 }).sum();
    sum.is_multiple_of(10)
}

/// A number behind one of the names of trade item numbers, in its run or the next.
fn labelled_gtin(scene: &Scene<'_, '_>, subject: &Subject, draft: &mut Draft) {
    #[rustfmt::skip]
    const NAMES: &[&str] = &["ean", "gtin", "upc", "isbn", "barcode", "barkod", "штрих", "strichcode", "kod kreskowy", "código de barras", "codice a barre", "code-barres", "code barre", "streepjescode", "باركود"];
    let outline = scene.outline;
    let code = |run: &Run| run.text.split(|c: char| !c.is_ascii_digit()).find(|digits| is_gtin(digits)).map(str::to_owned);
    // Few pages have a number whose last digit proves the others.
    if !outline.runs.iter().any(|run| run.text.len() <= 80 && code(run).is_some()) {
        return;
    }
    for (number, run) in outline.runs.iter().enumerate().filter(|(_, run)| run.text.len() <= 80) {
        let lower = run.text.to_lowercase();
        let named = NAMES.iter().any(|name| {
            lower.find(name).is_some_and(|at| at == 0 || lower.get(..at).is_some_and(|head| !head.ends_with(char::is_alphanumeric)))
        });
        if !named || scene.in_card(run.element) || subject.is_foreign(run.element) {
            continue;
        }
        let near = outline.runs.get(number..(number + 3).min(outline.runs.len())).unwrap_or(&[]);
        for run in near.iter().filter(|run| run.text.len() <= 80) {
            if let Some(code) = code(run) {
                draft.read(|| super::single::run_origin(outline, "label", run), |listing| listing.gtin = Some(code));
                return;
            }
        }
    }
}

/// The maker by an element that is marked as such, or by a link to its other goods; its text, or the name of its picture.
fn brand(scene: &Scene<'_, '_>, subject: &Subject, reader: &Reader<'_>) -> Option<(String, Origin)> {
    #[rustfmt::skip]
    const SEGMENTS: &[&str] = &[
        "brand", "brands", "marca", "marcas", "marque", "marques", "hersteller", "manufacturer", "manufacturers", "producent",
        "producenci", "marka", "markalar", "marke", "marken", "merk", "merken", "fabricante", "fabricantes", "brend", "brendy",
        "producer", "producers", "marchio", "marchi", "vendor", "proizvoditel", "torgovaya-marka",
    ];
    let outline = scene.outline;
    let start = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.first_run);
    for (at, facts) in outline.elements.iter().enumerate() {
        let element = facts.element();
        if facts.text > 60 || facts.chrome || scene.in_card(at) || subject.is_foreign(at) || facts.last_run + 6 < start {
            continue;
        }
        let words = outline.marks(at);
        let marked = names_maker(&words, element);
        let linked = || {
            let url = attr(element, "href").filter(|_| element.name() == "a").and_then(|href| reader.absolute(href))?;
            let query = url.query().is_some_and(|query| query.contains("manufacturer") || query.contains("brand_id"));
            let path = url.path_segments().is_some_and(|segments| {
                let segments: Vec<&str> = segments.filter(|segment| !segment.is_empty()).collect();
                segments.len() >= 2 && segments.iter().any(|segment| SEGMENTS.contains(&segment.to_ascii_lowercase().as_str()))
            });
            (query || path).then_some(())
        };
        if !marked && linked().is_none() {
            continue;
        }
        let text = behind_label(&outline.text_of(at, 100));
        let found = match text {
            Some(text) => Some((text.clone(), outline.origin("heuristic", at, &text))),
            None => pictured(outline, at),
        };
        if let Some((brand, origin)) = found.filter(|(brand, _)| is_name(brand)) {
            return Some((brand, origin));
        }
    }
    None
}

/// The name of the first picture inside.
fn pictured(outline: &Outline<'_>, at: usize) -> Option<(String, Origin)> {
    outline.inside(at).take(8).find_map(|inner| {
        let element = outline.elements.get(inner)?.element();
        let name = ["alt", "title"]
            .into_iter()
            .find(|name| element.name() == "img" && attr(element, name).is_some_and(|v| !v.trim().is_empty()))?;
        Some((fold(attr(element, name)?), outline.attribute_origin("heuristic", inner, name)))
    })
}
