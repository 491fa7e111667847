//! Forum threads: posts with author, date and text; the first one is a listing where it reads as an advertisement.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use super::breadcrumbs::Crumb;
use super::fields;
use super::links::{Target, target};
use super::outline::Outline;
use super::reader::Reader;
use super::single::Scene;
use crate::dates::parse_date;
use crate::html::block_text_limited;
use crate::money;
use crate::provenance::{Draft, Origin};
use crate::record::Vendor;

/// Bytes of one post.
const MAX_POST: usize = 64 << 10;

/// A post.
#[derive(Debug, Clone, Default)]
pub struct Post {
    /// Position of its element.
    pub element: usize,
    /// Account of the writer.
    pub author: Option<Vendor>,
    /// When it was written.
    pub posted_at: Option<String>,
    /// That date as written.
    pub dated: String,
    /// Its text.
    pub text: String,
}

/// Positions of the posts of a page: the most frequent signature among elements that call themselves post or message.
pub fn posts(outline: &Outline<'_>) -> Vec<usize> {
    let mut by_signature: HashMap<u64, Vec<usize>> = HashMap::new();
    for (at, facts) in outline.elements.iter().enumerate() {
        let element = facts.element();
        if facts.chrome || facts.text < 15 || !matches!(element.name(), "div" | "article" | "li" | "tr" | "table" | "section" | "tbody") {
            continue;
        }
        let class = element.attr("class").unwrap_or("");
        let id = element.attr("id").unwrap_or("");
        let is_post = class.split_ascii_whitespace().any(|word| {
            let word = word.to_ascii_lowercase();
            matches!(
                word.as_str(),
                "post"
                    | "message"
                    | "postbit"
                    | "postcontainer"
                    | "post_wrapper"
                    | "topic-post"
                    | "cpost"
                    | "forum-post"
                    | "post-container"
                    | "windowbg"
                    | "blockpost"
                    | "post-row"
                    | "message--post"
                    | "postbitlegacy"
                    | "thread-post"
                    | "forumpost"
                    | "tpost"
            )
        }) || is_numbered(id);
        if is_post {
            by_signature.entry(facts.signature).or_default().push(at);
        }
    }
    let best = by_signature.into_values().max_by(|a, b| a.len().cmp(&b.len()).then_with(|| b.cmp(a)));
    let mut posts = best.unwrap_or_default();
    // An element within a post that calls itself post too is no second post.
    let mut end = 0;
    posts.retain(|at| {
        let keep = *at >= end;
        if keep {
            end = outline.inside(*at).end;
        }
        keep
    });
    posts
}

/// `post123`, `post-123`, `p123`, `pid_123`, `msg123`.
fn is_numbered(id: &str) -> bool {
    ["post", "pid", "msg", "p"].iter().any(|lead| {
        id.get(..lead.len()).is_some_and(|start| start.eq_ignore_ascii_case(lead))
            && id.get(lead.len()..).is_some_and(|rest| {
                let digits = rest.trim_start_matches(['-', '_']);
                !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
            })
    })
}

/// Reads one post.
pub fn read(at: usize, outline: &Outline<'_>, reader: &Reader<'_>) -> Post {
    let range = outline.inside(at);
    let mut post = Post { element: at, ..Post::default() };
    let mut body: Option<(u8, usize)> = None;
    for inner in range.clone().skip(1).take(2_000) {
        let Some(facts) = outline.elements.get(inner) else { continue };
        let element = facts.element();
        let class = element.attr("class").unwrap_or("").to_ascii_lowercase();
        let id = element.attr("id").unwrap_or("").to_ascii_lowercase();
        let words: Vec<&str> =
            class.split(|c: char| !c.is_ascii_alphanumeric()).chain(id.split(|c: char| !c.is_ascii_alphanumeric())).collect();
        let has = |known: &[&str]| words.iter().any(|word| known.contains(word));
        let rank = if has(&["content", "bbwrapper", "cooked", "postcontent", "messagetext", "bodytext"]) {
            2
        } else if has(&["body", "postbody", "message", "text", "inner", "entry"]) {
            1
        } else {
            0
        };
        let other = has(&["author", "user", "signature", "sig", "quote", "header", "meta", "footer", "attribution", "profile"]);
        if rank > 0 && !other && facts.text >= 10 && body.is_none_or(|(known, _)| rank > known) {
            body = Some((rank, inner));
        }
        if post.author.is_none() && (2..=48).contains(&facts.text) {
            let url = (element.name() == "a").then(|| element.attr("href").and_then(|href| reader.absolute(href))).flatten();
            let to_member = url.as_ref().is_some_and(|url| target(url) == Target::Vendor);
            if to_member || (facts.links == 0 && facts.text <= 32 && has(&["author", "username", "poster", "nickname"])) {
                let name = fields::vendor_name(&outline.text_of(inner, 64));
                let name = name.strip_prefix("by ").unwrap_or(&name).to_owned();
                if !name.is_empty() && super::labels::label(&name).is_none() {
                    post.author = Some(Vendor { name, url: url.filter(|_| to_member).map(String::from), ..Vendor::default() });
                }
            }
        }
        if post.posted_at.is_none() {
            let machine = if element.name() == "time" { element.attr("datetime") } else { None };
            let text = || ((6..=60).contains(&facts.text) && facts.links <= 1).then(|| outline.text_of(inner, 80));
            let mut date = |text: &str| {
                let found = parse_date(text, reader.fetched_at);
                if found.is_some() {
                    post.dated = text.to_owned();
                }
                found
            };
            post.posted_at = machine.and_then(&mut date).or_else(|| {
                let dated =
                    has(&["date", "time", "postdate", "posted", "timestamp", "author", "keyinfo", "meta", "info", "smalltext", "header"])
                        || element.name() == "time";
                dated.then(text).flatten().and_then(|text| date(&text))
            });
        }
    }
    if post.posted_at.is_none() {
        let head = outline.runs_of(at).iter().take(10).filter(|run| (8..=48).contains(&run.text.len()));
        let dates = head.filter(|run| run.text.bytes().any(|b| b.is_ascii_digit()));
        let found = dates.into_iter().find_map(|run| Some((parse_date(&run.text, reader.fetched_at)?, run.text.clone())));
        if let Some((date, dated)) = found {
            (post.posted_at, post.dated) = (Some(date), dated);
        }
    }
    let node = body.map_or(at, |(_, inner)| inner);
    if let Some(facts) = outline.elements.get(node) {
        post.text = block_text_limited(facts.node, MAX_POST, |node| {
            node.value().as_element().is_some_and(|element| {
                let class = element.attr("class").unwrap_or("").to_ascii_lowercase();
                element.name() == "blockquote"
                    || class.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| matches!(word, "signature" | "sig" | "quote"))
            })
        });
    }
    post
}

/// The first post as a listing, where title or text read as an advertisement.
pub fn listing(scene: &Scene<'_, '_>, posts: &[usize], reader: &Reader<'_>) -> Option<Draft> {
    let outline = scene.outline;
    let at = *posts.first()?;
    let first = read(at, outline, reader);
    let (title_at, title) =
        super::single::title(scene, reader).or_else(|| super::single::main_part(scene.page_title).map(|text| (None, text)))?;
    let prices = money::find_prices(&first.text, reader.currency, reader.crypto);
    if !reads_as_advertisement(&title, &first.text, !prices.is_empty()) {
        return None;
    }
    let mut draft = Draft::new(reader.traced);
    let title_origin = || super::single::title_origin(scene, title_at, &title);
    draft.read(title_origin, |listing| listing.title = title.clone());
    draft.read(|| outline.origin("post", at, &first.text), |listing| listing.description = first.text.clone());
    let name = first.author.as_ref().map_or("", |author| author.name.as_str());
    draft.read(|| outline.origin("post", at, name), |listing| listing.vendor = first.author.clone());
    draft.read(|| outline.origin("post", at, &first.dated), |listing| listing.posted_at = first.posted_at.clone());
    let in_title = money::find_prices(&title, reader.currency, reader.crypto);
    let titled = !in_title.is_empty();
    if let Some(price) = in_title.first().or_else(|| prices.first()) {
        let origin = || if titled { Origin { raw: price.raw.clone(), ..title_origin() } } else { outline.origin("post", at, &price.raw) };
        draft.read(origin, |listing| listing.offers.push(fields::offer_of(price, if price.from { "from" } else { "fixed" })));
        draft.listing.price_state = Some("shown".to_owned());
    }
    let path = super::breadcrumbs::category_path(scene.crumbs, &title);
    draft.read(|| super::single::breadcrumb_origin(&path), |listing| listing.category_path = path.clone());
    Some(draft)
}

/// Whether an address is that of a thread.
pub fn is_thread_address(url: &str) -> bool {
    let url = url.to_ascii_lowercase();
    ["viewtopic", "showthread", "/threads/", "/thread/", "/topic/", "/t/", "topic=", "/thread-", "tid=", "/comments/"]
        .iter()
        .any(|word| url.contains(word))
}

/// Whether a board is one to buy and sell on: by its name, or by most of its threads.
pub fn is_trading_board<'t>(page_title: &str, crumbs: &[Crumb], titles: impl Iterator<Item = &'t str>) -> bool {
    const BOARDS: &[&str] = &[
        "for sale",
        "marketplace",
        "classifieds",
        "trading post",
        "buy sell",
        "buy/sell",
        "buy, sell",
        "buy & sell",
        "sell/trade",
        "swap",
        "marktplatz",
        "flohmarkt",
        "kleinanzeigen",
        "suche & biete",
        "biete",
        "an- und verkauf",
        "verkauf",
        "petites annonces",
        "bourse",
        "achat",
        "vente",
        "compra venta",
        "compraventa",
        "compra-venta",
        "mercadillo",
        "mercado",
        "anuncios",
        "mercatino",
        "vendo",
        "compro",
        "annunci",
        "classificados",
        "compra e venda",
        "giełda",
        "ogłoszenia",
        "sprzedam",
        "kupię",
        "vraag en aanbod",
        "te koop",
        "барахолка",
        "купля",
        "продажа",
        "объявления",
        "торговля",
        "куплю",
        "продам",
        "барахолка",
        "купівля",
        "продаж",
        "оголошення",
        "ikinci el",
        "alım satım",
        "satılık",
        "ilanlar",
        "السوق",
        "بيع وشراء",
        "للبيع",
        "سوق",
    ];
    let names = |text: &str| {
        let text = text.to_lowercase();
        BOARDS.iter().any(|word| text.contains(word))
    };
    if names(page_title) || crumbs.iter().any(|crumb| names(&crumb.0)) {
        return true;
    }
    let (marked, all) =
        titles.fold((0, 0), |(marked, all), title| (marked + usize::from(reads_as_advertisement(title, "", false)), all + 1));
    all >= 3 && marked * 2 >= all
}

/// Whether a thread's title says that it is the board's own: rules, notices, pinned threads.
pub fn is_notice(title: &str) -> bool {
    const NOTICES: &[&str] = &[
        "rules",
        "read first",
        "read before",
        "announcement",
        "sticky",
        "[pinned]",
        "pinned:",
        "how to",
        "guidelines",
        "faq",
        "feedback thread",
        "regeln",
        "bitte lesen",
        "wichtig",
        "ankündigung",
        "règles",
        "règlement",
        "important",
        "à lire",
        "annonce :",
        "normas",
        "reglas",
        "importante",
        "leer antes",
        "regolamento",
        "regole",
        "leggere",
        "regras",
        "leia",
        "regulamin",
        "zasady",
        "przeczytaj",
        "regels",
        "lezen",
        "правила",
        "важно",
        "прочти",
        "читать",
        "объявление",
        "правил",
        "увага",
        "kurallar",
        "kuralları",
        "duyuru",
        "önemli",
        "قوانين",
        "شروط",
        "تنبيه",
        "هام",
    ];
    let text = title.to_lowercase();
    NOTICES.iter().any(|word| text.contains(word))
}

/// Whether a thread's title, or its beginning beside a price, carries the words by which forums mark advertisements.
pub fn reads_as_advertisement(title: &str, text: &str, priced: bool) -> bool {
    static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix) (?:^|[^\p{L}\d]) (?: wts | wtb | wtt | wtts | fs | fsot | iso | for\ sale | selling | sell | want\ to\ (?:sell|buy|trade) | price\ drop | sold
            | verkaufe | verkauf | biete | suche | zu\ verkaufen | (?:à|a)\ vendre | vends? | vente | recherche | achete | vendo | se\ vende | en\ venta | compro | cerco | vendesi
            | sprzedam | kupi[ęe] | te\ koop | gezocht | продам | продаю | куплю ) (?:$|[^\p{L}\d])",
        )
        .ok()
    });
    let tagged = |text: &str| TAG.as_ref().is_some_and(|tag| tag.is_match(text));
    tagged(title) || (priced && tagged(crate::html::prefix(text, 600)))
}
