//! Forum threads: the first post is a listing where it reads as an advertisement; what its author adds below changes it, what others answer
//! does not; other posts that offer goods themselves are listings of their own.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::advert;
use super::amounts::{self, Kind};
use super::breadcrumbs::Crumb;
use super::clauses::{self, State};
use super::outline::{Break, Outline};
use super::post::Post;
pub use super::post::read;
use super::reader::Reader;
use super::single::Scene;
use crate::html::{attr, prefix};
use crate::money;
use crate::provenance::{Draft, Origin};

/// Posts of a page that are read.
const MAX_POSTS: usize = 400;
/// Bytes of a title made of a post's first words.
const MAX_TITLE: usize = 120;
/// Names of boards to buy and sell on.
#[rustfmt::skip]
const BOARDS: &[&str] = &[
    "for sale", "marketplace", "classifieds", "trading post", "buy sell", "buy/sell", "buy, sell", "buy & sell", "sell/trade", "swap",
    "marktplatz", "flohmarkt", "kleinanzeigen", "suche & biete", "biete", "an- und verkauf", "verkauf", "petites annonces", "bourse",
    "achat", "vente", "compra venta", "compraventa", "compra-venta", "mercadillo", "mercado", "anuncios", "mercatino", "vendo", "compro",
    "annunci", "classificados", "compra e venda", "giełda", "ogłoszenia", "sprzedam", "kupię", "vraag en aanbod", "te koop", "барахолка",
    "купля", "продажа", "объявления", "торговля", "куплю", "продам", "купівля", "продаж", "оголошення", "ikinci el", "alım satım",
    "satılık", "ilanlar", "السوق", "بيع وشراء", "للبيع", "سوق", "exchange", "selling", "for trade", "sell & trade", "sale & trade",
    "sales",
];

/// Positions of the posts of a page.
pub fn posts(outline: &Outline<'_>, reader: &Reader<'_>) -> Vec<usize> {
    super::posts::find(outline, reader)
}

/// The advertisements of a thread; the first is that of the thread itself, and has no address of its own.
pub fn listings(scene: &Scene<'_, '_>, positions: &[usize], reader: &Reader<'_>) -> Vec<Draft> {
    let outline = scene.outline;
    let posts: Vec<Post> = positions.iter().take(MAX_POSTS).map(|at| read(*at, outline, reader)).collect();
    let Some(first) = posts.first() else { return Vec::new() };
    let heading = super::single::title(scene, reader)
        .or_else(|| first.subject.clone().map(|text| (None, text)))
        .or_else(|| super::single::main_part(scene.page_title).map(|text| (None, text)));
    let Some((title_at, title)) = heading else { return Vec::new() };
    // A board's name above a thread whose first post has a subject.
    let title = first.subject.clone().filter(|subject| subject.chars().count() >= 4).unwrap_or(title);
    let mut drafts: Vec<Draft> = Vec::new();
    let channel = posts.len() >= 2 && is_channel(&posts);
    if !channel && let Some(draft) = main(scene, title_at, &title, &posts, reader) {
        drafts.push(draft);
    }
    let lead = drafts.first().and_then(|draft| draft.listing.vendor.as_ref()).map(|vendor| vendor.name.clone());
    for (number, post) in posts.iter().enumerate() {
        let main = number == 0 && !channel;
        let own = author(post).is_some() && author(post) == lead.as_deref();
        if main || (own && !channel) || !offers_goods(post, channel, reader) {
            continue;
        }
        drafts.extend(of_post(scene, post, number, reader));
    }
    drafts
}

fn author(post: &Post) -> Option<&str> {
    post.author.as_ref().map(|author| author.name.as_str())
}

/// Posts of one author, or of none, one after the other, each about something else: a channel or a list.
fn is_channel(posts: &[Post]) -> bool {
    let first = posts.first().and_then(author);
    let alone = posts.iter().all(|post| author(post).is_none() || author(post) == first);
    let priced = posts.iter().filter(|post| amounts::find(&post.text, None, false).iter().any(|a| a.kind == Kind::Price)).count();
    alone && priced >= 2 && priced * 2 >= posts.len()
}

/// The first post as a listing, where title or text read as an advertisement.
fn main(scene: &Scene<'_, '_>, title_at: Option<usize>, title: &str, posts: &[Post], reader: &Reader<'_>) -> Option<Draft> {
    let outline = scene.outline;
    let first = posts.first()?;
    let at = first.element;
    let prices = money::find_prices(&first.text, reader.currency, reader.crypto);
    // A mark before the title ("For Sale") is no part of it, and tells all the same.
    let heading = title_at.map(|at| outline.text_of(at, 300)).filter(|whole| whole.ends_with(title)).unwrap_or_else(|| title.to_owned());
    if !is_marked(outline, title_at)
        && !reads_as_advertisement(&heading, &first.text, !prices.is_empty())
        && !advert::reads_as_offer(&heading, &first.text)
        && !is_traded(scene.crumbs, title, !prices.is_empty())
    {
        return None;
    }
    let mut draft = Draft::new(reader.traced);
    let title_origin = || super::single::title_origin(scene, title_at, title);
    draft.read(title_origin, |listing| listing.title = title.to_owned());
    fill(&mut draft, first, outline);
    let added: Vec<&Post> = posts.iter().skip(1).filter(|post| author(post).is_some() && author(post) == author(first)).collect();
    let mut offers = advert::offers(title, &first.text, reader.currency, reader.crypto);
    let mut place = at;
    if let Some((post, changed)) = added.iter().rev().find_map(|post| Some((post, new_price(post, reader)?))) {
        offers.retain(|offer| offer.kind != "fixed" && offer.kind != "from");
        offers.insert(0, changed);
        place = post.element;
    }
    let in_title = !money::find_prices(title, reader.currency, reader.crypto).is_empty();
    for offer in offers {
        let raw = offer.raw.clone();
        let origin = || match title.contains(raw.as_str()) && in_title {
            true => Origin { raw: raw.clone(), ..title_origin() },
            false => outline.origin("post", place, &raw),
        };
        draft.read(origin, |listing| {
            listing.price_state = Some("shown".to_owned());
            listing.offers.push(offer);
        });
    }
    let own = advert::state(&heading, &first.text).map(|state| (at, state));
    let later = added.iter().rev().find_map(|post| Some((post.element, later_state(&post.text)?)));
    if let Some((place, state)) = later.or(own) {
        draft.read(|| outline.origin("post", place, state.code()), |listing| listing.availability = Some(state.code().to_owned()));
    }
    draft.read(|| outline.origin("post", at, &first.text), |listing| advert::terms(&first.text, listing));
    let path = super::breadcrumbs::category_path(scene.crumbs, title);
    draft.read(|| super::breadcrumbs::origin(&path), |listing| listing.category_path = path.clone());
    Some(draft)
}

/// Whether a mark on the line of a title, set apart from it, says that the thread offers or asks for goods.
fn is_marked(outline: &Outline<'_>, title_at: Option<usize>) -> bool {
    #[rustfmt::skip]
    const MARKS: &[&str] = &[
        "offer", "offers", "offering", "want", "wanted", "want to buy", "want to sell", "for sale", "sale", "sell", "selling", "buy", "buying", "trade", "swap", "biete", "suche",
        "verkaufe", "angebot", "gesuch", "offre", "demande", "vends", "recherche", "vendo", "compro", "oferta", "busco", "cerco", "offerta", "aangeboden", "gevraagd", "te koop",
        "sprzedam", "kupię", "oferuję", "продам", "продаю", "куплю", "предложение", "спрос", "пропоную", "satılık", "alınık", "للبيع", "مطلوب",
    ];
    let Some(facts) = title_at.and_then(|at| outline.elements.get(at)) else { return false };
    let mut first = facts.first_run;
    while outline.runs.get(first).is_some_and(|run| run.before < Break::Line) && first > 0 && facts.first_run - first < 4 {
        first -= 1;
    }
    let near = outline.runs.get(first..facts.last_run.min(facts.first_run + 3)).unwrap_or(&[]);
    near.iter().any(|run| MARKS.contains(&run.text.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str()))
}

/// Text, author and date of a post.
fn fill(draft: &mut Draft, post: &Post, outline: &Outline<'_>) {
    let at = post.element;
    draft.read(|| outline.origin("post", at, &post.text), |listing| listing.description = post.text.clone());
    let name = author(post).unwrap_or("");
    draft.read(|| outline.origin("post", at, name), |listing| listing.vendor = post.author.clone());
    draft.read(|| outline.origin("post", at, &post.dated), |listing| listing.posted_at = post.posted_at.clone());
}

/// A price that the author of an advertisement sets anew: "price drop to 450", "jetzt 300 €".
fn new_price(post: &Post, reader: &Reader<'_>) -> Option<crate::record::Offer> {
    static LOWERED: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix) (?:^|[^\p{L}]) (?: price\ (?:drop\w*|cut|change\w*|reduc\w+|lowered|is\ now|now) | reduced | lowered | dropp?(?:ed|ing) | now | new\ price | down\ to | bump | neuer\ preis | preis(?:senkung|update)? | jetzt | nur\ noch | runter | reduziert | nouveau\ prix | baiss\w+ | maintenant
              | rebaj\w+ | bajo | bajado | ahora | nuevo\ precio | lo\ dejo | ribass\w+ | ora | nuovo\ prezzo | scendo | baixei | baixo | agora | novo\ preço | obniż\w+ | teraz | nowa\ cena | verlaagd | nu | nieuwe\ prijs | сни[жз]\w+ | теперь | новая\ цена | торг | цена | знижен\w* | ціна | indirim\w* | yeni\ fiyat | düştü | fiyat | السعر\ الجديد | نزل | تخفيض ) (?:$|[^\p{L}])",
        )
        .ok()
    });
    if !LOWERED.as_ref().is_some_and(|lowered| lowered.is_match(&post.text)) {
        return None;
    }
    let found = amounts::find(&post.text, reader.currency, reader.crypto);
    let price = found.iter().filter(|amount| amount.kind == Kind::Price).rfind(|amount| amount.replaces || amount.asked).or_else(|| {
        let mut prices = found.iter().filter(|amount| amount.kind == Kind::Price);
        prices.next_back()
    });
    price.and_then(amounts::Amount::offer)
}

/// What the author says below became of the goods; "still available" takes "pending" back.
fn later_state(text: &str) -> Option<State> {
    let state = clauses::state(text)?;
    (text.split_whitespace().count() <= 40).then_some(state)
}

/// Whether a post below the first offers goods itself.
fn offers_goods(post: &Post, channel: bool, reader: &Reader<'_>) -> bool {
    let priced = amounts::find(&post.text, reader.currency, reader.crypto).iter().any(|amount| amount.kind == Kind::Price);
    if channel {
        return priced;
    }
    priced && post.text.chars().count() >= 30 && selling(prefix(&post.text, 160))
}

/// A post that is a listing of its own: its address is that of the thread with the post's mark.
fn of_post(scene: &Scene<'_, '_>, post: &Post, number: usize, reader: &Reader<'_>) -> Option<Draft> {
    let outline = scene.outline;
    let title = post.subject.clone().or_else(|| first_words(&post.text))?;
    let mut draft = Draft::new(reader.traced);
    draft.read(|| outline.origin("post", post.element, &title), |listing| listing.title = title.clone());
    fill(&mut draft, post, outline);
    let mut url = reader.url.clone();
    url.set_fragment(Some(&mark_of(outline, post.element).unwrap_or_else(|| format!("post-{}", number + 1))));
    draft.listing.url = url.to_string();
    draft.read(
        || outline.origin("post", post.element, &post.text),
        |listing| {
            // What follows the title in the text is told once.
            let title = std::mem::take(&mut listing.title);
            advert::fill(listing, reader.currency, reader.crypto);
            listing.title = title;
        },
    );
    Some(draft)
}

/// The id of a post, or of an anchor in it.
fn mark_of(outline: &Outline<'_>, at: usize) -> Option<String> {
    let own = outline.elements.get(at)?.element();
    let mark = attr(own, "data-post").or_else(|| attr(own, "id")).or_else(|| attr(own, "data-post-id")).or_else(|| attr(own, "data-id"));
    let inner = || {
        outline.inside(at).skip(1).take(12).find_map(|inner| {
            let element = outline.elements.get(inner)?.element();
            attr(element, "data-post").or_else(|| attr(element, "id")).or_else(|| attr(element, "name")).map(str::to_owned)
        })
    };
    mark.map(str::to_owned).or_else(inner).filter(|mark| (1..=80).contains(&mark.len()))
}

fn first_words(text: &str) -> Option<String> {
    let line = text.lines().map(str::trim).find(|line| line.chars().filter(|c| c.is_alphabetic()).count() >= 3)?;
    let line = line.trim_matches('~');
    let sentence = line.find(". ").map_or(line, |end| line.get(..end).unwrap_or(line));
    Some(prefix(sentence, MAX_TITLE).trim().to_owned())
}

/// Whether an address is that of a thread.
pub fn is_thread_address(url: &str) -> bool {
    #[rustfmt::skip]
    const PARTS: &[&str] = &[
        "viewtopic",
        "showthread",
        "/threads/",
        "/thread/",
        "/topic/",
        "/t/",
        "topic=",
        "/thread-",
        "tid=",
        "/comments/",
        "/res/",
        "/discussion/",
        "threadid=",
        "/topics/",
        "/topic-",
        "/sujet",
        "/tema/",
        "/tema-",
        "/temat",
        "/konu/",
        "/konu-",
        "/forum/t",
    ];
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(PARTS).ok());
    FINDER.as_ref().is_some_and(|parts| parts.is_match(url))
        // "/d/412-title", not "/d/oferta/title".
        || url.split_once("/d/").is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()))
        || url.match_indices("/t").any(|(at, _)| {
            // "/t4412-title"
            let rest = url.get(at + 2..).unwrap_or("");
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            digits > 0 && rest.get(digits..).is_some_and(|rest| rest.starts_with('-'))
        })
}

/// Whether words say that their author sells.
fn selling(text: &str) -> bool {
    static SELLS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix) (?:^|[^\p{L}\d]) (?: wts | fs | for\ sale | selling | i\ have | have\ for\ sale | want\ to\ sell | \[b\] | \[v\] | verkaufe | biete | zu\ verkaufen | (?:à|a)\ vendre | je\ vends | vends | vendo | se\ vende | en\ venta | vendesi | in\ vendita
              | sprzedam | te\ koop | verkoop | продам | продаю | отдам | satılık | satıyorum | للبيع ) (?:$|[^\p{L}\d])",
        )
        .ok()
    });
    SELLS.as_ref().is_some_and(|sells| sells.is_match(text))
}

/// Whether a thread of a board to buy and sell on names goods: with a price, or with a title that neither asks nor tells the rules.
fn is_traded(crumbs: &[Crumb], title: &str, priced: bool) -> bool {
    let boards = crumbs.iter().filter(|(name, _)| !name.contains(title)).any(|(name, _)| names_trade(name));
    boards && !is_notice(title) && (priced || !title.contains(['?', '؟']))
}

/// Whether the name of a board says that things are bought and sold there.
fn names_trade(text: &str) -> bool {
    let text = text.to_lowercase();
    BOARDS.iter().any(|word| text.contains(word))
}

/// Whether a board is one to buy and sell on: by its name, or by most of its threads.
pub fn is_trading_board<'t>(page_title: &str, crumbs: &[Crumb], titles: impl Iterator<Item = &'t str>) -> bool {
    if names_trade(page_title) || crumbs.iter().any(|crumb| names_trade(&crumb.0)) {
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
            r"(?ix) (?:^|[^\p{L}\d]) (?: wts | wtb | wtt | wtts | fs | fsot | f/s | iso | for\ sale | selling | sell | want\ to\ (?:sell|buy|trade) | price\ drop | sold | \[b\] | \[v\] | \[s\] | \[t\] | \[a\]
            | verkaufe | verkauf | verkauft | biete | suche | tausche? | zu\ verkaufen | (?:à|a)\ vendre | vends? | vente | recherche | achete | cherche | échange | vendo | vendu | vendido | vendida | venduto | venduta | se\ vende | en\ venta | in\ vendita | compro | cambio | cerco | scambio | vendesi | procuro | troco
            | sprzedam | sprzedane | kupi[ęe] | zamienię | te\ koop | gezocht | verkocht | ruilen | продам | продаю | продается | продаётся | продано | куплю | обменяю | меняю | шукаю | satılık | satılmıştır | satıldı | aranıyor | takas | للبيع | مطلوب ) (?:$|[^\p{L}\d])",
        )
        .ok()
    });
    let tagged = |text: &str| TAG.as_ref().is_some_and(|tag| tag.is_match(text));
    tagged(title) || (priced && tagged(prefix(text, 600)))
}
