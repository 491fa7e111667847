//! What a product page is about, and the parts of it that speak of something else.

use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::outline::Outline;
use super::reader::Reader;
use super::single::{self, Scene};
use crate::html::attr;

/// The subject of a page.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    /// The element with the main title, where it stands in one.
    pub title_at: Option<usize>,
    /// The main title; empty where there is none.
    pub title: String,
    /// The smallest element that holds title and buy control.
    pub main: Option<usize>,
    /// Ranges of elements about something else, in page order, none within another.
    foreign: Vec<Range<usize>>,
}

/// Headings of parts about something else: other goods, opinions, terms. Lower-case, at the beginning of the heading or as a whole word in it.
#[rustfmt::skip]
const HEADINGS: &[&str] = &[
    "related", "similar", "you may also", "you might also", "customers also", "also bought", "also viewed", "also like", "recommended",
    "recommendations", "recently viewed", "frequently bought", "bought together", "complete the", "pairs well", "more from",
    "more like this", "other products", "accessories for", "upsell", "people also", "folks who", "who looked at", "also looked at",
    "others bought", "you may need", "goes well with", "best sellers", "bestsellers", "new arrivals", "featured products", "our picks",
    "top sellers", "shop the", "product of the day", "deal of the day", "customer reviews", "reviews", "write a review", "questions",
    "ähnliche", "zubehör", "kunden kauften", "kunden haben", "kunden sahen", "wird oft", "passend dazu", "empfehlung", "empfohlene",
    "das könnte", "zuletzt angesehen", "weitere artikel", "weitere produkte", "bewertungen", "kundenbewertungen", "topseller",
    "produits similaires", "produits associés", "produits complémentaires", "vous aimerez", "vous pourriez", "les clients",
    "avis clients", "avis", "derniers articles vus", "accessoires", "fréquemment achetés", "productos relacionados",
    "productos similares", "también te", "también podría", "te puede", "quienes compraron", "los clientes", "opiniones", "valoraciones",
    "vistos recientemente", "prodotti correlati", "prodotti simili", "potrebbe", "ti potrebbe", "chi ha acquistato", "i clienti",
    "recensioni", "visti di recente", "produtos relacionados", "produtos semelhantes", "quem viu", "quem comprou", "você também",
    "aproveite também", "compre junto", "avaliações", "gerelateerde", "vergelijkbare", "anderen bekeken", "anderen kochten",
    "klanten bekeken", "klanten kochten", "aanbevolen", "ook interessant", "bekijk ook", "beoordelingen", "recent bekeken", "похожие",
    "с этим товаром", "рекомендуем", "рекомендуемые", "вместе с", "вас может", "вам может", "сопутствующие", "аналоги", "аналогичные",
    "отзывы", "недавно просмотренные", "вы смотрели", "вы недавно", "хиты продаж", "також купують", "схожі", "рекомендовані",
    "рекомендуємо", "разом з", "вас може", "відгуки", "супутні", "podobne", "polecane", "polecamy", "klienci kupili", "inni kupili",
    "produkty powiązane", "akcesoria do", "opinie", "ostatnio oglądane", "zobacz także", "zobacz też", "może cię", "produkt dnia",
    "benzer", "ilgili ürünler", "bunu alanlar", "birlikte alınan", "önerilen", "son görüntülenen", "yorumlar", "ilginizi çekebilir",
    "منتجات مشابهة", "منتجات ذات صلة", "قد يعجبك", "شاهد أيضا", "آراء العملاء", "التقييمات", "shipping & returns",
    "recently closed", "recently sold", "recently ended", "past auctions", "past sales", "closed auctions", "more on the shelf", "more in",
    "what's new", "new products", "new arrivals", "specials", "also in stock", "others in", "from the same", "kürzlich verkauft",
    "neue artikel", "neu im shop", "neuheiten", "angebote", "beendete auktionen", "ventes terminées", "nouveautés", "nouveaux produits",
    "promotions", "novedades", "ofertas", "subastas terminadas", "novità", "nuovi prodotti", "aste concluse", "novidades", "lançamentos",
    "nieuwe producten", "nieuw binnen", "afgelopen veilingen", "новинки", "акции", "распродажа", "завершённые", "проданные", "акції",
    "продані", "nowości", "promocje", "zakończone", "yeni ürünler", "fırsat ürünleri", "çok satanlar", "جديدنا", "وصل حديثا",
    "achetés ensemble", "souvent achetés", "zusammen gekauft", "comprados juntos", "acquistati insieme", "comprados em conjunto", "samen gekocht",
    "kupowane razem", "kupowano razem", "покупают вместе", "купують разом", "birlikte al", "other folks", "others looked", "others also", "goes with",
    "go with it", "das passt dazu", "passt dazu", "passt gut zu", "va bien avec", "va bien con", "combina con", "si abbina", "combina com", "past bij",
    "подходит к", "підходить до", "pasuje do", "bought with", "often bought", "zuletzt hereingekommen", "neu eingetroffen", "just arrived", "just in",
    "latest arrivals", "recent arrivals", "dernières arrivées", "derniers arrivages", "recién llegad", "ultimi arrivi", "últimas chegadas", "net binnen",
    "новые поступления", "свежие поступления", "нові надходження", "ostatnio dodane", "son eklenen", "yeni gelen",
    "shipping and returns", "shipping policy", "return policy", "returns policy", "versand und", "rückgabe", "livraison et", "envíos y",
    "spedizioni e", "trocas e devoluções", "доставка и оплата", "оплата и доставка", "newsletter",
];

static KNOWN: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(HEADINGS).ok());

/// Whole words of class and id with the same meaning.
#[rustfmt::skip]
const MARKS: &[&str] = &[
    "related", "relatedproducts", "upsell", "upsells", "crosssell", "crosssells", "crossselling", "similar", "recommended",
    "recommendations", "recommendation", "recommend", "recentlyviewed", "recently", "alsobought", "alsoviewed", "reviews", "review",
    "comments", "testimonials", "newsletter", "cookie", "cookies", "consent", "gdpr", "minicart", "cartdrawer", "wishlist", "modal",
    "dialog", "popup", "offcanvas", "drawer", "lightbox", "accessories", "accessoires", "miniature", "vitrine", "productoftheday",
    "bestsellers", "bestseller", "topseller",
];
/// The same, two words in a row.
#[rustfmt::skip]
const PAIRS: &[(&str, &str)] = &[
    ("cross", "sell"),
    ("cross", "sells"),
    ("cross", "selling"),
    ("up", "sell"),
    ("up", "sells"),
    ("also", "bought"),
    ("also", "viewed"),
    ("mini", "cart"),
    ("cart", "drawer"),
    ("side", "cart"),
    ("also", "like"),
    ("cart", "sidebar"),
    ("header", "cart"),
    ("product", "slider"),
    ("products", "slider"),
];

impl Subject {
    /// Looks for title, main part and what does not belong to it.
    pub fn new(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Self {
        let outline = scene.outline;
        let found = single::title(scene, reader);
        let title_at = found.as_ref().and_then(|(at, _)| *at);
        let title = found.map(|(_, text)| text).unwrap_or_default();
        let control = |at: usize| scene.controls.iter().any(|control| outline.holds(at, *control));
        let main = title_at.and_then(|title| outline.ancestors(title).map(|(at, _)| at).find(|at| control(*at)));
        let mut subject = Subject { title_at, title, main, foreign: Vec::new() };
        subject.foreign = subject.find_foreign(scene);
        subject
    }

    /// Whether an element lies in a part about something else.
    pub fn is_foreign(&self, at: usize) -> bool {
        let after = self.foreign.partition_point(|range| range.start <= at);
        after > 0 && self.foreign.get(after - 1).is_some_and(|range| range.contains(&at))
    }

    /// Whether cards lie in a part about something else. What holds them is asked: each card of a shop's own list may be called a miniature.
    pub fn is_list_beside(&self, outline: &Outline<'_>, cards: &[usize]) -> bool {
        let parent = cards.first().and_then(|card| outline.elements.get(*card)).map(|facts| facts.parent);
        parent.is_some_and(|parent| self.is_foreign(parent))
    }

    /// Whether an element lies beside the title, where the goods can be bought.
    pub fn is_main(&self, outline: &Outline<'_>, at: usize) -> bool {
        self.main.is_some_and(|main| outline.holds(main, at))
    }

    fn find_foreign(&self, scene: &Scene<'_, '_>) -> Vec<Range<usize>> {
        let outline = scene.outline;
        let holds_title = |at: usize| self.title_at.is_some_and(|title| outline.holds(at, title));
        let mut found: Vec<Range<usize>> = Vec::new();
        // Where the goods themselves are shown in a popup, all its parts are called so.
        let around = self.title_at.into_iter().flat_map(|title| outline.ancestors(title));
        let own: Vec<Rc<[String]>> = around.map(|(at, _)| outline.marks(at)).collect();
        let own: HashSet<&str> = own.iter().flat_map(|marks| marks.iter().map(String::as_str)).take(400).collect();
        let mut seen: Vec<Option<(bool, bool)>> = vec![None; outline.classes.len()];
        for (at, facts) in outline.elements.iter().enumerate() {
            if found.last().is_some_and(|last| last.contains(&at)) {
                continue;
            }
            let element = facts.element();
            if matches!(element.name(), "body" | "main" | "html" | "form" | "label" | "a" | "button" | "tr" | "td") || holds_title(at) {
                continue;
            }
            // Pages repeat their classes; those with names of their own besides are few.
            let known = if facts.id.is_empty() { seen.get(facts.class_at).copied().flatten() } else { None };
            let (by_words, heading) = known.unwrap_or_else(|| {
                let words = outline.marks(at);
                let marked = words.iter().any(|word| MARKS.contains(&word.as_str()) && !own.contains(word.as_str()))
                    || words.windows(2).any(|pair| matches!(pair, [a, b] if PAIRS.iter().any(|(x, y)| x == a && y == b)));
                let named = ["title", "heading", "header", "headline", "caption", "titulo"];
                (marked, words.iter().any(|word| named.contains(&word.as_str())))
            });
            if let Some(seen) = seen.get_mut(facts.class_at).filter(|_| known.is_none() && facts.id.is_empty()) {
                *seen = Some((by_words, heading));
            }
            let marked = by_words || attr(element, "role") == Some("dialog") || element.name() == "dialog";
            // What holds half of the page is its content, whatever it is called.
            let most = outline.elements.first().map_or(0, |root| root.text) / 2;
            if marked && facts.text <= most.max(400) {
                // The tab that leads to opinions is no opinion.
                found.push(at..facts.end);
            } else if let Some(range) = self.headed(outline, at, heading) {
                found.push(range);
            }
        }
        found.sort_by_key(|range| (range.start, usize::MAX - range.end));
        let mut merged: Vec<Range<usize>> = Vec::new();
        for range in found {
            match merged.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        merged
    }

    /// What a heading such as "Related products" speaks for.
    fn headed(&self, outline: &Outline<'_>, at: usize, named: bool) -> Option<Range<usize>> {
        let facts = outline.elements.get(at)?;
        let element = facts.element();
        let level = match element.name() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => *element.name().as_bytes().get(1)?,
            "strong" | "b" => b'7',
            "div" | "p" | "span" | "legend" | "summary" | "td" | "dt" | "font" if named => b'7',
            _ => return None,
        };
        if !(3..=60).contains(&facts.text) || self.title_at.is_some_and(|title| outline.holds(title, at)) {
            return None;
        }
        let text = outline.text_of(at, 120).to_lowercase();
        let known = KNOWN.as_ref().is_some_and(|headings| {
            headings.find_overlapping_iter(&text).any(|found| {
                let heading = HEADINGS.get(found.pattern().as_usize()).copied().unwrap_or("");
                let whole = || !text.get(found.end()..).is_some_and(|rest| rest.starts_with(char::is_alphanumeric));
                heading.contains(' ') || (found.start() == 0 && (heading.len() > 9 || whole()))
            })
        });
        // "Related searches" lead to the goods of this page, or to none.
        if !known || ["search", "such", "recherche", "búsqueda", "ricerch", "busca", "запрос"].iter().any(|word| text.contains(word))
        {
            return None;
        }
        let holds_title = |at: usize| self.title_at.is_some_and(|title| outline.holds(at, title));
        // The widest element that begins with the heading; half a page begins with something by chance.
        let whole = outline.elements.first().map_or(0, |root| root.text);
        let widest = outline
            .ancestors(at)
            .take(8)
            .take_while(|(above, f)| {
                f.first_run == facts.first_run && !holds_title(*above) && f.text * 5 <= (whole * 2).max(facts.text * 5)
            })
            .last();
        let (above, block) = widest?;
        if block.text > facts.text * 2 || block.links > facts.links + 1 {
            return Some(above..block.end);
        }
        // Flat markup: up to the next heading of its level, or the end of the parent.
        let end = outline.elements.get(block.parent).map_or(block.end, |parent| parent.end);
        let next = (block.end..end).find(|inner| {
            outline.elements.get(*inner).is_some_and(|f| {
                let name = f.name.as_bytes();
                matches!(name, [b'h', digit] if *digit <= level && digit.is_ascii_digit())
            })
        });
        Some(at..next.unwrap_or(end))
    }
}
