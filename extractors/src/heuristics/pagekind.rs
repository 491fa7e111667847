//! What a page is for, from points given by signs on it.
//!
//! Each sign gives points to a kind; the probability is the softmax of the points. The weights were set by hand on pages of a dozen
//! markets, shops and forums; they are evidence that adds up, not rules that exclude.

use super::cards::Group;
use super::labels::Label;
use super::links::{Target, target};
use super::outline::Outline;
use super::reader::Reader;
use super::single::Scene;
use super::subject::Subject;
use crate::html::attr;
use crate::record::PageKind;
use crate::structured::{Structured, products};

/// A judgement on a page.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// The likeliest kind.
    pub kind: PageKind,
    /// Its share of the points, 0 to 1.
    pub probability: f64,
    /// A finer kind.
    pub detail: Option<String>,
    /// Where the points come from.
    pub because: String,
}

/// Signs of one page.
#[derive(Debug)]
pub struct Signs<'s, 'a> {
    /// The page.
    pub scene: &'s Scene<'s, 'a>,
    /// Lists of cards, best first.
    pub groups: &'s [Group],
    /// Positions of forum posts.
    pub posts: &'s [usize],
    /// What the page declares.
    pub structured: &'s Structured,
    /// Its main title, and the parts that speak of something else.
    pub subject: &'s Subject,
    /// Surroundings of the reading.
    pub reader: &'s Reader<'s>,
}

const KINDS: [PageKind; 7] =
    [PageKind::Listing, PageKind::Index, PageKind::Vendor, PageKind::Thread, PageKind::Login, PageKind::Captcha, PageKind::Other];

/// Points by kind.
#[derive(Debug, Default)]
pub struct Points {
    of: [f64; 7],
    detail: Option<(&'static str, PageKind)>,
}

impl Points {
    /// Adds points to a kind.
    pub fn add(&mut self, kind: PageKind, points: f64) {
        if let Some(at) = KINDS.iter().position(|k| *k == kind)
            && let Some(sum) = self.of.get_mut(at)
        {
            *sum += points;
        }
    }

    /// Notes a finer kind, to be told if the kind wins; the first one stays.
    pub fn detail(&mut self, detail: &'static str, kind: PageKind) {
        self.detail.get_or_insert((detail, kind));
    }
}

/// Judges a page.
pub fn judge(signs: &Signs<'_, '_>) -> Judgement {
    let reader = signs.reader;
    let mut points = Points::default();
    points.add(PageKind::Other, 1.0);
    super::walls::judge(signs, reader, &mut points);
    errors(signs, &mut points);
    goods(signs, reader, &mut points);
    sellers(signs, reader, &mut points);
    threads(signs, reader, &mut points);
    let top = points.of.iter().copied().fold(f64::MIN, f64::max);
    let sum: f64 = points.of.iter().map(|p| (p - top).exp()).sum();
    let best = KINDS.iter().zip(points.of).max_by(|a, b| a.1.total_cmp(&b.1)).map_or(PageKind::Other, |(kind, _)| *kind);
    let probability = (1.0 / sum * 1000.0).round() / 1000.0;
    let detail = points.detail.filter(|(_, kind)| *kind == best).map(|(detail, _)| detail);
    let detail = detail.or(match best {
        PageKind::Index if is_search(reader, signs.scene.page_title) => Some("search"),
        PageKind::Index => Some("grid"),
        _ => None,
    });
    let because = KINDS.iter().zip(points.of).filter(|(_, sum)| *sum != 0.0).map(|(kind, sum)| format!("{} {sum:.1}", kind.code()));
    Judgement { kind: best, probability, detail: detail.map(str::to_owned), because: because.collect::<Vec<_>>().join(", ") }
}

fn is_search(reader: &Reader<'_>, page_title: &str) -> bool {
    is_search_address(reader.url) || page_title.to_lowercase().contains("search results")
}

/// Whether an address carries a query for words.
pub fn is_search_address(url: &url::Url) -> bool {
    let named = url.query_pairs().any(|(name, value)| {
        matches!(&*name.to_ascii_lowercase(), "q" | "query" | "search" | "s" | "keyword" | "keywords" | "topsearch") && !value.is_empty()
    });
    named || url.path().to_ascii_lowercase().contains("search")
}

/// Text outside of navigation.
pub fn main_text(outline: &Outline<'_>) -> usize {
    outline.runs.iter().filter(|run| outline.elements.get(run.element).is_some_and(|f| !f.chrome)).map(|run| run.text.len()).sum()
}

fn errors(signs: &Signs<'_, '_>, points: &mut Points) {
    let outline = signs.scene.outline;
    let title = signs.scene.page_title.to_lowercase();
    let short = main_text(outline) < 1_200;
    const NOT_FOUND: &[&str] = &[
        "not found",
        "404",
        "does not exist",
        "doesn't exist",
        "no longer exists",
        "no longer available",
        "nicht gefunden",
        "existiert nicht",
        "introuvable",
        "n'existe pas",
        "no encontrada",
        "no encontrado",
        "non trovata",
        "não encontrada",
        "nie znaleziono",
        "niet gevonden",
        "не найден",
        "has been removed",
        "page cannot be found",
    ];
    const ERROR: &[&str] = &[
        "internal server error",
        "bad gateway",
        "service unavailable",
        "gateway timeout",
        "forbidden",
        "access denied",
        "error 5",
        "database error",
        "maintenance",
        "suspended",
        "too many requests",
        "fatal error",
    ];
    let notice = |words: &[&str]| {
        let hit = |text: &str| words.iter().any(|word| text.contains(word));
        hit(&title)
            || outline
                .runs
                .iter()
                .filter(|run| run.text.len() <= 80 && outline.elements.get(run.element).is_some_and(|f| !f.chrome && !f.hidden))
                // The name of a link says what is elsewhere.
                .filter(|run| !outline.in_link(run.element))
                .take(80)
                .any(|run| hit(&run.text.to_lowercase()))
    };
    let no_goods = signs.groups.first().is_none_or(|g| g.cards.len() < 4) && signs.scene.controls.is_empty() && signs.posts.is_empty();
    if short && no_goods && notice(NOT_FOUND) {
        points.add(PageKind::Other, 4.0);
        points.detail("not_found", PageKind::Other);
    } else if short && no_goods && notice(ERROR) {
        points.add(PageKind::Other, 3.0);
        points.detail("error", PageKind::Other);
    }
}

fn goods(signs: &Signs<'_, '_>, reader: &Reader<'_>, points: &mut Points) {
    let scene = signs.scene;
    let outline = scene.outline;
    // "Related products" below a product say nothing of the page.
    let groups = || signs.groups.iter().filter(|g| !g.cards.first().is_some_and(|card| signs.subject.is_foreign(*card)));
    let priced_cards: usize = groups().filter(|g| g.priced >= 0.34).map(|g| g.cards.len()).sum();
    let cards: usize = groups().map(|g| g.cards.len()).max().unwrap_or(0);
    let index: f64 = match priced_cards {
        0 => 0.0,
        1..=2 => 1.0,
        3..=5 => 2.0,
        _ => 3.0,
    };
    points.add(
        PageKind::Index,
        index.max(if cards >= 8 {
            1.7
        } else if cards >= 4 {
            1.2
        } else {
            0.0
        }),
    );
    if let Some(list) = signs.groups.first().filter(|group| group.threads && signs.posts.is_empty()) {
        points.add(PageKind::Index, if list.cards.len() < 4 { 1.5 } else { 0.8 });
        points.detail("threads", PageKind::Index);
    }
    // Where most text stands in cards the page is the list; on a listing page the cards are its foot.
    let in_cards: usize = groups()
        .filter(|g| g.priced >= 0.34)
        .flat_map(|g| &g.cards)
        .filter_map(|at| outline.elements.get(*at))
        .map(|f| f.text)
        .sum();
    let share = in_cards as f64 / (main_text(outline).max(1) as f64);
    points.add(
        PageKind::Index,
        if share > 0.6 {
            1.5
        } else if share > 0.35 {
            0.7
        } else {
            0.0
        },
    );
    let declared = products(signs.structured);
    let own = declared.iter().filter(|product| product.values("offers").iter().any(|_| true)).count();
    match declared.len() {
        0 => {}
        // Result pages declare themselves one product "from" the lowest price in the list.
        1 if priced_cards >= 6 && declared.iter().any(|p| p.things("offers").any(|o| o.is(&["AggregateOffer"]))) => {
            points.add(PageKind::Index, 1.5)
        }
        1 => points.add(PageKind::Listing, if own == 1 { 4.0 } else { 2.5 }),
        2..=3 => points.add(PageKind::Listing, 1.0),
        _ => points.add(PageKind::Index, 1.5),
    }
    if signs.structured.things.iter().any(|t| t.is(&["ItemList", "CollectionPage", "SearchResultsPage", "OfferCatalog"]))
        && declared.len() != 1
    {
        points.add(PageKind::Index, 1.2);
    }
    if crate::structured::is_open_graph_product(signs.structured) {
        let priced = signs.structured.open_graph.iter().any(|(name, _)| name.ends_with("price:amount"));
        points.add(PageKind::Listing, if priced { 2.0 } else { 0.8 });
    }
    let pairs = scene.own_pairs();
    let has = |label: Label| pairs.iter().any(|pair| pair.label == label);
    let price =
        scene.prices.iter().any(|p| !p.other && !scene.in_card(p.element) && outline.elements.get(p.element).is_some_and(|f| !f.chrome));
    if !scene.controls.is_empty() {
        points.add(PageKind::Listing, if price { 2.2 } else { 1.0 });
    }
    for (label, weight) in [
        (Label::Price, 1.2),
        (Label::Vendor, 0.5),
        (Label::ShipsFrom, 0.7),
        (Label::ShipsTo, 0.6),
        (Label::Escrow, 0.4),
        (Label::Payments, 0.3),
        (Label::Stock, 0.4),
        (Label::Sku, 0.7),
        (Label::Description, 0.6),
        (Label::Condition, 0.4),
        (Label::Availability, 0.4),
        (Label::Category, 0.3),
        (Label::Brand, 0.3),
        (Label::Mpn, 0.4),
        (Label::Shipping, 0.3),
    ] {
        if has(label) {
            points.add(PageKind::Listing, weight);
        }
    }
    if price && share < 0.35 {
        points.add(PageKind::Listing, if priced_cards < 7 { 1.0 } else { 0.4 });
    }
    match target(reader.url) {
        Target::Listing => points.add(PageKind::Listing, 0.8),
        Target::Category => points.add(PageKind::Index, 0.8),
        _ => {}
    }
    if reader.url.path() == "/" && reader.url.query().is_none() {
        points.add(PageKind::Index, 0.7);
        points.add(PageKind::Listing, -1.0);
    }
    let canonical_type =
        signs.structured.open_graph.iter().find(|(name, _)| name == "og:type").map(|(_, content)| content.to_ascii_lowercase());
    if canonical_type.is_some_and(|kind| kind.contains("product.group") || kind.contains("category")) {
        points.add(PageKind::Index, 1.0);
        points.add(PageKind::Listing, -1.5);
    }
}

fn sellers(signs: &Signs<'_, '_>, reader: &Reader<'_>, points: &mut Points) {
    let scene = signs.scene;
    let pairs = scene.own_pairs();
    let has = |label: Label| pairs.iter().any(|pair| pair.label == label);
    let mut told: f64 = 0.0;
    for (label, weight) in
        [(Label::Since, 1.4), (Label::LastSeen, 1.2), (Label::Sales, 0.6), (Label::Rating, 0.5), (Label::PositivePercent, 0.7)]
    {
        told += if has(label) { weight } else { 0.0 };
    }
    let at = target(reader.url);
    points.add(PageKind::Vendor, told + if at == Target::Vendor { 1.8 } else { 0.0 });
    let title = format!(
        "{} {}",
        scene.page_title,
        scene.outline.elements.iter().position(|f| f.element().name() == "h1").map(|at| scene.outline.text_of(at, 100)).unwrap_or_default()
    )
    .to_lowercase();
    let words = [
        "profile",
        "vendor",
        "seller",
        "profil",
        "vendeur",
        "verkäufer",
        "vendedor",
        "venditore",
        "sprzedawca",
        "verkoper",
        "продавец",
        "профиль",
    ];
    if words.iter().any(|word| title.contains(word)) {
        points.add(PageKind::Vendor, 1.2);
    }
    if at == Target::Vendor && super::vendor::is_headed(scene, reader) {
        points.add(PageKind::Vendor, 3.0);
    }
    if told > 0.0 || at == Target::Vendor {
        let tips = [
            "contact vendor",
            "contact seller",
            "message vendor",
            "send message",
            "send a message",
            "report vendor",
            "user profile",
            "vendor profile",
            "about vendor",
            "seller profile",
            "pgp key",
            "public key",
            "verkäufer kontaktieren",
            "contacter le vendeur",
        ];
        let hits = scene.outline.runs.iter().filter(|run| run.text.len() <= 40 && !scene.in_card(run.element)).take(400).filter(|run| {
            let text = run.text.to_lowercase();
            tips.iter().any(|tip| text.contains(tip))
        });
        points.add(PageKind::Vendor, (hits.take(3).count() as f64) * 0.6);
        if scene.controls.is_empty() {
            points.add(PageKind::Vendor, 0.7);
        }
    }
    if feedback_tab(scene) {
        points.add(PageKind::Other, 3.0 + told + if at == Target::Vendor { 1.8 } else { 0.0 });
        points.add(PageKind::Vendor, -1.0);
        points.detail("feedback", PageKind::Other);
    }
}

/// Whether a selected tab shows opinions rather than the account itself.
fn feedback_tab(scene: &Scene<'_, '_>) -> bool {
    scene.outline.elements.iter().enumerate().any(|(at, facts)| {
        let element = facts.element();
        let class = attr(element, "class").unwrap_or("");
        let chosen = attr(element, "aria-selected") == Some("true")
            || class
                .split_ascii_whitespace()
                .any(|word| matches!(word.to_ascii_lowercase().as_str(), "active" | "selected" | "current" | "pselected" | "is-active"));
        chosen && matches!(element.name(), "li" | "a" | "td" | "button" | "span") && (4..=40).contains(&facts.text) && {
            let text = scene.outline.text_of(at, 60).to_lowercase();
            ["feedback", "reviews", "ratings", "bewertungen", "évaluations", "valoraciones"].iter().any(|word| text.contains(word))
        }
    })
}

fn threads(signs: &Signs<'_, '_>, reader: &Reader<'_>, points: &mut Points) {
    let declared = signs.structured.things.iter().any(|t| t.is(&["DiscussionForumPosting", "QAPage"]));
    if declared {
        points.add(PageKind::Thread, 3.0);
    }
    let addressed = super::thread::is_thread_address(reader.url.as_str());
    if signs.posts.is_empty() {
        return;
    }
    let outline = signs.scene.outline;
    let length: usize = signs.posts.iter().take(50).filter_map(|at| outline.elements.get(*at)).map(|f| f.text).sum();
    let mean = length / signs.posts.len().min(50);
    let authored = signs.posts.iter().take(10).filter(|at| super::thread::read(**at, outline, reader).author.is_some()).count();
    let share = authored as f64 / signs.posts.len().min(10) as f64;
    let mut told = if addressed { 2.5 } else { 0.0 } + 1.6 * share + if mean > 120 { 0.6 } else { 0.0 };
    if signs.posts.len() >= 2 {
        told += 0.8;
    }
    // Blogs and shops call their entries posts too; without an author they are no thread.
    points.add(PageKind::Thread, if share > 0.0 || addressed { told } else { 0.0 });
}
