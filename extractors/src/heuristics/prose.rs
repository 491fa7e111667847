//! The description of goods: what the page calls so, without menus, other goods, opinions and terms.

use super::labels::{Label, label};
use super::outline::Outline;
use super::single::Scene;
use super::subject::Subject;
use crate::html::{attr, block_text_limited};

/// Bytes of a description.
const MAX_DESCRIPTION: usize = 64 << 10;
/// Blocks that make up one description: a short text beside the price, a long one below.
const MAX_BLOCKS: usize = 4;

/// A description as it was found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The element that holds it, the largest where there are several.
    pub at: usize,
    /// Its text, blocks on lines of their own.
    pub text: String,
    /// Whether the page itself calls it a description.
    pub named: bool,
}

/// The description: what calls itself so, what stands below such a heading, else the block with most running text.
pub fn find(scene: &Scene<'_, '_>, subject: &Subject) -> Option<Found> {
    let mut blocks = named(scene, subject);
    for at in tabs(scene, subject).into_iter().chain(after_heading(scene, subject)) {
        let outline = scene.outline;
        if !blocks.iter().any(|own| outline.holds(*own, at)) {
            // What a heading names whole takes the place of a part of it, unless it is half the page.
            let swallowed = blocks.iter().filter(|own| outline.holds(at, **own)).count();
            let size = outline.elements.get(at).map_or(0, |facts| facts.text);
            let inner: usize =
                blocks.iter().filter(|own| outline.holds(at, **own)).filter_map(|own| outline.elements.get(*own)).map(|f| f.text).sum();
            if swallowed == 0 || size < inner * 2 {
                blocks.retain(|own| !outline.holds(at, *own));
                blocks.push(at);
            }
        }
    }
    let is_named = !blocks.is_empty();
    if blocks.is_empty() {
        blocks.extend(longest(scene, subject));
    }
    blocks.sort_unstable();
    let mut text = String::new();
    let mut largest: Option<(usize, usize)> = None;
    for at in blocks.into_iter().take(MAX_BLOCKS) {
        let own = text_of(scene, subject, at, is_named);
        if own.is_empty() || text.contains(&own) {
            continue;
        }
        if largest.is_none_or(|(_, length)| own.len() > length) {
            largest = Some((at, own.len()));
        }
        if own.contains(text.as_str()) {
            text.clear();
        }
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&own);
    }
    largest.map(|(at, _)| Found { at, text, named: is_named })
}

fn text_of(scene: &Scene<'_, '_>, subject: &Subject, at: usize, named: bool) -> String {
    let outline = scene.outline;
    let Some(facts) = outline.elements.get(at) else { return String::new() };
    let text = block_text_limited(facts.node, MAX_DESCRIPTION, |node| {
        outline.position(node.id()).is_some_and(|inner| {
            inner != at
                && (outline.elements.get(inner).is_some_and(|f| matches!(f.name, "form" | "nav" | "select" | "button"))
                    || scene.cards.binary_search(&inner).is_ok()
                    || subject.is_foreign(inner)
                    // A block that nothing names may hold more than the description.
                    || (!named && (subject.title_at == Some(inner) || scene.prices.iter().any(|price| price.element == inner))))
        })
    });
    match text.split_once('\n') {
        Some((head, rest)) if label(head).is_some() => rest.trim_start().to_owned(),
        _ => text,
    }
}

fn is_own(scene: &Scene<'_, '_>, subject: &Subject, at: usize) -> bool {
    scene.outline.elements.get(at).is_some_and(|facts| !facts.chrome) && !scene.in_card(at) && !subject.is_foreign(at)
}

/// Elements whose class, id or property says that they describe; of nested ones the outermost.
fn named(scene: &Scene<'_, '_>, subject: &Subject) -> Vec<usize> {
    let outline = scene.outline;
    let title = subject.title_at;
    let start = title.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.first_run);
    let mut found: Vec<usize> = Vec::new();
    for (at, facts) in outline.elements.iter().enumerate() {
        if facts.text < 20
            || facts.text > MAX_DESCRIPTION
            || facts.last_run <= start
            || matches!(facts.name, "a" | "input" | "li" | "label" | "body" | "h1" | "h2" | "h3" | "ul" | "tr" | "td" | "form")
            || found.last().is_some_and(|last| outline.holds(*last, at))
        {
            continue;
        }
        let words = outline.marks(at);
        let is_named = words.iter().any(|w| {
            [
                "description",
                "desc",
                "beschreibung",
                "descriptif",
                "descripcion",
                "descrizione",
                "descricao",
                "omschrijving",
                "opis",
                "aciklama",
            ]
            .contains(&w.as_str())
                || w.ends_with("description")
        });
        // Of the goods' attributes one may be described: that is no description.
        let aside = words.iter().any(|w| {
            matches!(
                w.as_str(),
                "shipping"
                    | "delivery"
                    | "payment"
                    | "category"
                    | "brand"
                    | "vendor"
                    | "return"
                    | "returns"
                    | "warranty"
                    | "cookie"
                    | "meta"
            )
        });
        if is_named && !aside && is_own(scene, subject, at) && title.is_none_or(|t| !outline.holds(at, t)) {
            found.push(at);
        }
    }
    // Many small ones are captions of something.
    if found.len() > 6 {
        found.sort_by_key(|at| std::cmp::Reverse(outline.elements.get(*at).map_or(0, |facts| facts.text)));
        found.truncate(1);
    }
    found
}

/// Words of tabs and headings that [`label`] may not know.
fn is_description(text: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "product details", "product description", "about this item", "about this product", "overview", "full description",
        "item description", "artikelbeschreibung", "produktinformationen", "en savoir plus", "description détaillée",
        "descripción del producto", "descrizione prodotto", "descrizione completa", "descrição", "descrição geral",
        "descrição do produto", "sobre o produto", "productbeschrijving", "productomschrijving", "описание товара", "описание",
        "о товаре", "опис", "опис товару", "про товар", "opis produktu", "opis", "szczegóły produktu", "açıklama", "ürün açıklaması",
        "ürün özellikleri", "ürün detayı", "ürün bilgisi", "الوصف", "وصف المنتج", "تفاصيل المنتج",
    ];
    let text = text.trim().trim_end_matches(':').to_lowercase();
    label(&text) == Some(Label::Description) || WORDS.contains(&text.as_str())
}

/// What the tab "Description" opens.
fn tabs(scene: &Scene<'_, '_>, subject: &Subject) -> Vec<usize> {
    let outline = scene.outline;
    let mut ids: Vec<&str> = Vec::new();
    for (at, facts) in outline.elements.iter().enumerate() {
        let element = facts.element();
        if !matches!(element.name(), "a" | "button" | "li" | "label") || !(3..=40).contains(&facts.text) {
            continue;
        }
        let target = attr(element, "href").and_then(|href| href.rsplit_once('#').map(|(_, id)| id));
        let target = target
            .or_else(|| attr(element, "aria-controls"))
            .or_else(|| attr(element, "data-target").or_else(|| attr(element, "data-bs-target")).and_then(|id| id.strip_prefix('#')))
            .or_else(|| attr(element, "for"));
        if let Some(id) = target.filter(|id| !id.is_empty())
            && is_description(&outline.text_of(at, 80))
        {
            ids.push(id);
        }
    }
    if ids.is_empty() {
        return Vec::new();
    }
    let named = outline.elements.iter().enumerate().filter(|(_, facts)| attr(facts.element(), "id").is_some_and(|id| ids.contains(&id)));
    let blocks = named.filter(|(at, facts)| {
        facts.text >= 20 && !matches!(facts.name, "a" | "li" | "button" | "input") && !facts.chrome && !subject.is_foreign(*at)
    });
    blocks.filter(|(at, _)| subject.title_at.is_none_or(|title| !outline.holds(*at, title))).map(|(at, _)| at).take(2).collect()
}

/// The block after a heading such as "Product description".
fn after_heading(scene: &Scene<'_, '_>, subject: &Subject) -> Option<usize> {
    let outline = scene.outline;
    let pair =
        scene.pairs.iter().find(|pair| pair.label == Label::Description && pair.value.len() > 30 && is_own(scene, subject, pair.element));
    if let Some(run) = pair.and_then(|pair| outline.runs.get(pair.runs.start)) {
        // Of a table that "Details" heads, the first cell describes nothing.
        let block = block_around(outline, run.element);
        return block.filter(|at| outline.elements.get(*at).is_some_and(|facts| facts.text > 30));
    }
    let is_heading = |run: &super::outline::Run| {
        let link = || outline.ancestors(run.element).take(2).any(|(_, f)| matches!(f.name, "a" | "button" | "li"));
        run.text.len() <= 60 && is_description(&run.text) && !link()
    };
    let heading = outline.runs.iter().position(|run| is_heading(run) && is_own(scene, subject, run.element))?;
    let next = outline.runs.get(heading + 1..)?.iter().take(12).find(|run| run.text.len() > 30)?;
    block_around(outline, next.element).filter(|at| is_own(scene, subject, *at))
}

/// The nearest element around that is no mere paragraph.
fn block_around(outline: &Outline<'_>, at: usize) -> Option<usize> {
    outline
        .ancestors(at)
        .find(|(_, f)| !matches!(f.name, "p" | "b" | "i" | "em" | "strong" | "span" | "font" | "a" | "small" | "u" | "code"))
        .map(|(at, _)| at)
}

fn longest(scene: &Scene<'_, '_>, subject: &Subject) -> Option<usize> {
    let outline = scene.outline;
    let mut sums: std::collections::BTreeMap<usize, usize> = std::collections::BTreeMap::new();
    for run in outline.runs.iter().filter(|run| run.text.len() >= 25) {
        if !is_own(scene, subject, run.element)
            || outline.ancestors(run.element).take(3).any(|(_, f)| matches!(f.name, "a" | "label" | "option" | "button"))
        {
            continue;
        }
        if let Some(block) = block_around(outline, run.element) {
            *sums.entry(block).or_default() += run.text.len();
        }
    }
    sums.into_iter().filter(|(_, length)| *length >= 60).max_by_key(|(at, length)| (*length, usize::MAX - at)).map(|(at, _)| at)
}
