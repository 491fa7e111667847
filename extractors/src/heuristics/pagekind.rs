//! What a page is for, from points given by signs on it.
//!
//! Each sign gives points to a kind; the probability is the softmax of the points. The weights were set by hand on pages of a dozen
//! markets, shops and forums; they are evidence that adds up, not rules that exclude.

mod headed;
mod words;

use self::headed::{begins_with_card, headed_price, in_filter, order_form};
use self::words::{ACCOUNT, EMPTY, ERROR, NOT_FOUND, OPINIONS, TIPS};
use super::cards::Group;
use super::fields;
use super::labels::Label;
use super::links::{Target, target};
use super::outline::Outline;
use super::pairs::Pair;
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
    /// Whether a link leads to a next page.
    pub paged: bool,
    /// Surroundings of the reading.
    pub reader: &'s Reader<'s>,
}

const KINDS: [PageKind; 7] =
    [PageKind::Listing, PageKind::Index, PageKind::Vendor, PageKind::Thread, PageKind::Login, PageKind::Captcha, PageKind::Other];

/// Points by kind.
#[derive(Debug, Default)]
pub struct Points {
    of: [f64; 7],
    signs: Vec<(PageKind, &'static str, f64)>,
    detail: Option<(&'static str, PageKind)>,
}

impl Points {
    /// Adds points to a kind for a sign, named in words.
    pub fn add(&mut self, kind: PageKind, sign: &'static str, points: f64) {
        if points == 0.0 {
            return;
        }
        if let Some(sum) = KINDS.iter().position(|k| *k == kind).and_then(|at| self.of.get_mut(at)) {
            *sum += points;
            self.signs.push((kind, sign, points));
        }
    }

    /// The points of each kind with the signs that they come from: `listing 3.4 (control to buy 2.2, label 1.2), other 1.0 (any page 1.0)`.
    fn told(&self) -> String {
        let of_kind = |kind: PageKind| {
            let signs: Vec<String> =
                self.signs.iter().filter(|(own, ..)| *own == kind).map(|(_, sign, points)| format!("{sign} {points:.1}")).collect();
            signs.join(", ")
        };
        let kinds = KINDS.iter().zip(self.of).filter(|(kind, _)| self.signs.iter().any(|(own, ..)| own == *kind));
        kinds.map(|(kind, sum)| format!("{} {sum:.1} ({})", kind.code(), of_kind(*kind))).collect::<Vec<_>>().join(", ")
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
    points.add(PageKind::Other, "any page", 1.0);
    super::walls::judge(signs, reader, &mut points);
    errors(signs, &mut points);
    super::service::judge(signs, &mut points);
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
    Judgement { kind: best, probability, detail: detail.map(str::to_owned), because: points.told() }
}

fn is_search(reader: &Reader<'_>, page_title: &str) -> bool {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "search results", "search result", "results for", "suchergebnis", "ergebnisse für", "résultats de", "résultats pour", "resultados de",
        "resultados para", "risultati", "zoekresultaten", "wyniki wyszukiwania", "результаты поиска", "результати пошуку", "arama sonuç", "نتائج البحث",
    ];
    let title = page_title.to_lowercase();
    is_search_address(reader.url) || WORDS.iter().any(|words| title.contains(words))
}

/// Whether an address carries a query for words.
pub fn is_search_address(url: &url::Url) -> bool {
    asks_for_words(url) || url.path().to_ascii_lowercase().contains("search")
}

/// Whether a parameter or a part of the path says that words were searched for, in the languages that we read.
fn asks_for_words(url: &url::Url) -> bool {
    #[rustfmt::skip]
    const NAMES: &[&str] = &[
        "q", "query", "search", "s", "keyword", "keywords", "topsearch", "search_query", "searchtext", "searchterm", "search_term", "searchword",
        "find", "suche", "suchbegriff", "suchwort", "recherche", "motcle", "mot", "buscar", "busqueda", "busca", "palavra", "cerca", "ricerca",
        "zoek", "zoekterm", "zoekwoord", "szukaj", "szukana", "fraza", "phrase", "kelime", "ara", "arama", "aranan", "slovo", "poisk", "poshuk",
    ];
    #[rustfmt::skip]
    const PARTS: &[&str] = &[
        "search", "searchresults", "search-results", "advanced_search_result", "suche", "suchergebnis", "suchergebnisse", "recherche",
        "resultats", "buscar", "busca", "busqueda", "resultados", "cerca", "ricerca", "risultati", "zoeken", "zoekresultaten", "szukaj",
        "wyszukiwarka", "arama", "ara", "poisk", "poshuk",
    ];
    let named = url.query_pairs().any(|(name, value)| NAMES.contains(&&*name.to_ascii_lowercase()) && !value.is_empty());
    named
        || url.path_segments().is_some_and(|mut parts| {
            parts.any(|part| {
                let part = part.to_ascii_lowercase();
                PARTS.contains(&part.split('.').next().unwrap_or(""))
            })
        })
}

/// Text outside of navigation.
pub fn main_text(outline: &Outline<'_>) -> usize {
    outline.runs.iter().filter(|run| outline.elements.get(run.element).is_some_and(|f| !f.chrome)).map(|run| run.text.len()).sum()
}

fn errors(signs: &Signs<'_, '_>, points: &mut Points) {
    let outline = signs.scene.outline;
    let title = signs.scene.page_title.to_lowercase();
    let short = main_text(outline) < 1_200;
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
    // Such pages often show goods all the same, as a consolation; then the page's own heading must say it.
    let headed = |words: &[&str]| {
        let mut headings = outline.elements.iter().enumerate().filter(|(_, facts)| facts.name == "h1" && !facts.chrome);
        let heading = headings.next().map(|(at, _)| outline.text_of(at, 120).to_lowercase()).unwrap_or_default();
        let says = |text: &str| words.iter().any(|word| text.contains(word));
        says(&heading) || (heading.is_empty() && says(&title))
    };
    let lists = is_search(signs.reader, signs.scene.page_title) || target(signs.reader.url) == Target::Category;
    if lists && notice(EMPTY) {
        points.add(PageKind::Index, "empty result", 4.0);
    } else if headed(NOT_FOUND) && signs.scene.controls.is_empty() && signs.posts.is_empty() {
        points.add(PageKind::Other, "heading says it is gone", 6.0);
        points.detail("not_found", PageKind::Other);
    } else if short && no_goods && notice(NOT_FOUND) {
        points.add(PageKind::Other, "notice that it is gone", 4.0);
        points.detail("not_found", PageKind::Other);
    } else if short && no_goods && notice(ERROR) {
        points.add(PageKind::Other, "notice of an error", 3.0);
        points.detail("error", PageKind::Other);
    }
}

fn goods(signs: &Signs<'_, '_>, reader: &Reader<'_>, points: &mut Points) {
    let scene = signs.scene;
    let outline = scene.outline;
    // Goods beside those of the page stand on every kind of page.
    let foreign = |group: &Group| signs.subject.is_list_beside(outline, &group.cards);
    // Posts name their writers by links, and are no goods.
    let posted = |group: &Group| {
        signs.posts.len() > 1
            && group.cards.iter().all(|card| signs.posts.iter().any(|post| post == card || outline.holds(*post, *card)))
            && super::thread::is_thread_address(reader.url.as_str())
    };
    let own = || signs.groups.iter().filter(|g| !g.aside && !foreign(g) && !posted(g));
    let priced_cards: usize = own().filter(|g| g.priced >= 0.34).map(|g| g.cards.len()).sum();
    let cards: usize = own().map(|g| g.cards.len()).max().unwrap_or(0);
    let priced: f64 = match priced_cards {
        0 => 0.0,
        1..=2 => 1.0,
        3..=5 => 2.0,
        6..=19 => 3.0,
        _ => 4.0,
    };
    let unpriced: f64 = match cards {
        0..=3 => 0.0,
        4..=7 => 1.2,
        _ => 1.7,
    };
    points.add(PageKind::Index, "cards", priced.max(unpriced));
    if let Some(list) = signs.groups.first().filter(|group| group.threads && signs.posts.is_empty()) {
        points.add(PageKind::Index, "list of threads", if list.cards.len() < 4 { 1.5 } else { 0.8 });
        points.detail("threads", PageKind::Index);
    }
    // Where most text stands in cards the page is the list; on a listing page the cards are its foot.
    let in_cards: usize =
        own().filter(|g| g.priced >= 0.34).flat_map(|g| &g.cards).filter_map(|at| outline.elements.get(*at)).map(|f| f.text).sum();
    let share = in_cards as f64 / (main_text(outline).max(1) as f64);
    points.add(
        PageKind::Index,
        "share of text in cards",
        if share > 0.6 {
            1.5
        } else if share > 0.35 {
            0.7
        } else {
            0.0
        },
    );
    let in_list = |at: usize| own().any(|g| g.priced >= 0.34 && g.cards.iter().any(|card| outline.holds(*card, at)));
    let list = priced_cards >= 3 && scene.controls.is_empty() && begins_with_card(scene, reader, in_list);
    let declared = products(signs.structured);
    let own = declared.iter().filter(|product| product.values("offers").iter().any(|_| true)).count();
    match declared.len() {
        0 => {}
        // Result pages declare themselves one product "from" the lowest price in the list.
        1 if priced_cards >= 6 && declared.iter().any(|p| p.things("offers").any(|o| o.is(&["AggregateOffer"]))) => {
            points.add(PageKind::Index, "declared from the lowest price", 1.5)
        }
        1 => points.add(PageKind::Listing, "declared product", if own == 1 { 4.0 } else { 2.5 }),
        2..=3 => points.add(PageKind::Listing, "declared products", 1.0),
        _ => points.add(PageKind::Index, "declared products", 1.5),
    }
    if signs.structured.things.iter().any(|t| t.is(&["ItemList", "CollectionPage", "SearchResultsPage", "OfferCatalog"]))
        && declared.len() != 1
    {
        points.add(PageKind::Index, "declared list", 1.2);
    }
    if crate::structured::is_open_graph_product(signs.structured) {
        let priced = signs.structured.open_graph.iter().any(|(name, _)| name.ends_with("price:amount"));
        points.add(PageKind::Listing, "open graph product", if priced { 2.0 } else { 0.8 });
    }
    let pairs = scene.own_pairs();
    // A filter names fields, too, and tells none.
    let has = |label: Label| {
        let told = |pair: &Pair| label != Label::Price || fields::offer(&pair.value, "fixed", reader).is_some();
        pairs.iter().any(|pair| pair.label == label && told(pair) && !in_filter(outline, pair.element))
    };
    // A price in the words of a link is that of what it leads to.
    let leads_away = |at: usize| {
        outline
            .ancestors(at)
            .take(4)
            .find(|(_, f)| f.name == "a")
            .is_some_and(|(_, f)| f.text > 12 && f.element().attr("href").is_some_and(|href| href.len() > 1))
    };
    if signs.paged && signs.posts.is_empty() {
        points.add(PageKind::Index, "leads to a next page", 0.8);
    }
    let price = scene.prices.iter().any(|p| {
        let shown = !p.other && !p.is_balance() && outline.elements.get(p.element).is_some_and(|f| !f.chrome);
        shown && !scene.in_card(p.element) && !leads_away(p.element)
    });
    if scene.controls.is_empty() && signs.subject.title_at.is_some() && !reader.crypto {
        // Nothing to buy: it is asked for, or gone.
        if super::single::in_place_of_price(scene, signs.subject).is_some() {
            points.add(PageKind::Listing, "price on request", 1.5);
        } else if let headed = headed_price(scene, reader)
            && price
            && signs.posts.len() < 2
            && (headed || cards < 4)
        {
            let shown = &super::stock::read(scene, &pairs, signs.subject, reader.crypto).signs;
            // Sold out, or an auction that is over: that is why nothing can be bought.
            let gone = headed && shown.iter().any(|sign| matches!(sign.code, "out_of_stock" | "sold"));
            if !shown.is_empty() && (cards < 4 || gone) {
                points.add(PageKind::Listing, "stock told", if gone { 1.8 } else { 0.8 });
            }
        }
    }
    if !scene.controls.is_empty() {
        points.add(PageKind::Listing, "control to buy", if price { 2.2 } else { 1.0 });
    } else if price && order_form(scene, reader) {
        points.add(PageKind::Listing, "form to order", 1.5);
    }
    for (label, sign, weight) in [
        (Label::Price, "price named", 1.2),
        (Label::Vendor, "vendor named", 0.5),
        (Label::ShipsFrom, "origin named", 0.7),
        (Label::ShipsTo, "destination named", 0.6),
        (Label::Escrow, "escrow named", 0.4),
        (Label::Payments, "payments named", 0.3),
        (Label::Stock, "stock named", 0.4),
        (Label::Sku, "article number named", 0.7),
        (Label::Description, "description named", 0.6),
        (Label::Condition, "condition named", 0.4),
        (Label::Availability, "availability named", 0.4),
        (Label::Category, "category named", 0.3),
        (Label::Brand, "brand named", 0.3),
        (Label::Mpn, "part number named", 0.4),
        (Label::Shipping, "delivery named", 0.3),
    ] {
        if has(label) {
            points.add(PageKind::Listing, sign, weight);
        }
    }
    if price && !list && headed_price(scene, reader) {
        points.add(PageKind::Listing, "price under the heading", if priced_cards < 7 { 1.2 } else { 0.2 });
    }
    if price && share < 0.35 {
        points.add(PageKind::Listing, "price outside of cards", if priced_cards < 7 { 1.0 } else { 0.4 });
    }
    match target(reader.url) {
        Target::Listing => points.add(PageKind::Listing, "address", 0.8),
        Target::Category => points.add(PageKind::Index, "address", 0.8),
        _ if asks_for_words(reader.url) => points.add(PageKind::Index, "address", 0.8),
        _ => {}
    }
    if reader.is_front() {
        points.add(PageKind::Index, "front page", 0.7);
        points.add(PageKind::Listing, "front page", if declared.len() == 1 { -1.0 } else { -2.5 });
    }
    let canonical_type =
        signs.structured.open_graph.iter().find(|(name, _)| name == "og:type").map(|(_, content)| content.to_ascii_lowercase());
    if canonical_type.is_some_and(|kind| kind.contains("product.group") || kind.contains("category")) {
        points.add(PageKind::Index, "open graph group", 1.0);
        points.add(PageKind::Listing, "open graph group", -1.5);
    }
}

fn sellers(signs: &Signs<'_, '_>, reader: &Reader<'_>, points: &mut Points) {
    let scene = signs.scene;
    let pairs = scene.own_pairs();
    let has = |label: Label| pairs.iter().any(|pair| pair.label == label && (label != Label::PositivePercent || pair.value.contains('%')));
    let mut told: f64 = 0.0;
    for (label, weight) in
        [(Label::Since, 1.4), (Label::LastSeen, 1.2), (Label::Sales, 0.6), (Label::Rating, 0.5), (Label::PositivePercent, 0.7)]
    {
        told += if has(label) { weight } else { 0.0 };
    }
    // "/user/password" is no user.
    let at = if super::service::is_addressed(reader.url) { Target::Action } else { target(reader.url) };
    // Lines tell them, too; only where the page is about a name of its own are they looked for.
    let headed = !matches!(at, Target::Listing | Target::Category | Target::Action) && super::vendor::is_headed(scene, reader);
    if headed || at == Target::Vendor {
        let facts = super::vendor::facts(scene, reader);
        // A list of accounts may tell one, too.
        told = told.max(if headed || facts > 1 { facts as f64 * 0.9 } else { 0.0 });
    }
    // A box beside the goods tells of their seller, too.
    let goods = !headed
        && at != Target::Vendor
        && pairs.iter().any(|pair| matches!(pair.label, Label::Price | Label::Category | Label::Brand | Label::Condition));
    let told = if goods { told * 0.4 } else { told };
    points.add(PageKind::Vendor, "facts of an account", told + if at == Target::Vendor { 1.8 } else { 0.0 });
    let title = format!(
        "{} {}",
        scene.page_title,
        scene.outline.elements.iter().position(|f| f.name == "h1").map(|at| scene.outline.text_of(at, 100)).unwrap_or_default()
    )
    .to_lowercase();
    if ACCOUNT.iter().any(|word| title.contains(word)) {
        points.add(PageKind::Vendor, "heading names an account", 1.2);
    }
    if headed && (at == Target::Vendor || told > 0.0) {
        points.add(PageKind::Vendor, "heading is the name in the address", if at == Target::Vendor { 3.0 } else { 1.5 });
    }
    if (told > 0.0 && !goods) || at == Target::Vendor {
        let hits = scene.outline.runs.iter().filter(|run| run.text.len() <= 40 && !scene.in_card(run.element)).take(400).filter(|run| {
            let text = run.text.to_lowercase();
            TIPS.iter().any(|tip| text.contains(tip))
        });
        points.add(PageKind::Vendor, "tips of an account", (hits.take(3).count() as f64) * 0.6);
        if scene.controls.is_empty() {
            points.add(PageKind::Vendor, "nothing to buy", 0.7);
        }
    }
    if feedback_tab(scene) || opinions(scene, reader) {
        points.add(PageKind::Listing, "tab of opinions", -1.0);
        points.add(PageKind::Other, "tab of opinions", 3.5 + told + if at == Target::Vendor { 1.8 } else { 0.0 });
        points.add(PageKind::Vendor, "tab of opinions", -1.0);
        points.detail("feedback", PageKind::Other);
    }
}

/// Whether the address ends in a word for opinions and the heading begins with one.
fn opinions(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> bool {
    let last = reader.url.path_segments().and_then(|mut segments| segments.rfind(|s| !s.is_empty())).unwrap_or("").to_lowercase();
    let stem = last.split('.').next().unwrap_or("");
    let heading = scene.outline.elements.iter().position(|f| matches!(f.name, "h1" | "h2"));
    let heading = heading.map(|at| scene.outline.text_of(at, 100).to_lowercase()).unwrap_or_default();
    let asked = reader.url.query_pairs().any(|(_, value)| OPINIONS.contains(&value.to_lowercase().as_str()));
    (OPINIONS.contains(&stem) || asked) && OPINIONS.iter().any(|word| heading.split(|c: char| !c.is_alphanumeric()).any(|own| own == *word))
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

/// Whether an address is that of a board, which lists threads: `forumdisplay.php?f=24`, `viewforum.php?f=3`, `index.php?board=5.0`.
fn is_board(url: &url::Url) -> bool {
    let last = url.path_segments().and_then(|mut parts| parts.rfind(|part| !part.is_empty())).unwrap_or("");
    ["forumdisplay", "viewforum", "showforum", "forum-view"].iter().any(|word| last.starts_with(word))
        || url.query().is_some_and(|query| query.starts_with("board=") || query.starts_with("/board/") || query.starts_with("showforum="))
}

fn threads(signs: &Signs<'_, '_>, reader: &Reader<'_>, points: &mut Points) {
    let declared = signs.structured.things.iter().any(|t| t.is(&["DiscussionForumPosting", "QAPage"]));
    if declared {
        // An index may declare each of its threads.
        let list = signs.posts.is_empty() && signs.groups.first().is_some_and(|group| group.threads);
        points.add(PageKind::Thread, "declared thread", if list { 0.5 } else { 3.0 });
    }
    let addressed = super::thread::is_thread_address(reader.url.as_str());
    if !addressed && is_board(reader.url) {
        points.add(PageKind::Index, "address of a board", 2.2);
        points.detail("threads", PageKind::Index);
    }
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
    // What happens on a market stands beside every page of it, in lines like posts.
    if !addressed && length * 5 < main_text(outline) {
        told *= 0.5;
    }
    // Blogs and shops call their entries posts too; without an author they are no thread.
    points.add(PageKind::Thread, "posts", if share > 0.0 || addressed { told } else { 0.0 });
}
