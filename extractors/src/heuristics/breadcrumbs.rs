//! The trail that leads from the front page to this one.

mod filed;
mod path;
mod site;
mod unnamed;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use url::Url;

use self::unnamed::{are_links, is_called, is_parted, unnamed};
use super::outline::Outline;
use crate::html::{Edge, Node, NodeRef, attr, fold};
use crate::provenance::{Anchor, Origin};

pub use filed::filed;
pub use path::category_path;
pub(super) use site::{is_site, latin};

/// Crumbs of one trail.
const MAX_CRUMBS: usize = 20;
/// Marks between crumbs; text made of nothing else is no crumb.
#[rustfmt::skip]
const MARKS: &[char] =
    &['>', '»', '›', '/', '|', '→', '\\', '-', '–', '·', '•', ':', '<', '«', '‹', '❯', '⟩', '▸', '►', '+', ',', '⇒', '➜'];

/// A crumb: its name and, where it is a link, its address.
pub type Crumb = (String, Option<String>);

/// Names of the first crumb: the front page.
#[rustfmt::skip]
const BEGINNINGS: &[&str] = &[
    "home", "homepage", "home page", "start", "startseite", "accueil", "inicio", "início", "strona główna", "strona glowna", "главная",
    "главная страница", "головна", "anasayfa", "ana sayfa", "الرئيسية", "main", "store", "front page", "hem", "etusivu", "forside",
    "hjem", "thuis", "página inicial", "principal", "domů", "portada", "übersicht", "pagina principale", "index", "overview", "marktplatz",
    "маркет", "mercado", "marché", "annunci", "annonces", "anzeigen", "kleinanzeigen", "anuncios", "ogłoszenia", "объявления", "оголошення", "ilanlar",
    "إعلانات", "advertenties", "listings", "все товары", "spis działów", "список форумов", "lista de foros", "lista dei forum", "foro", "foros", "alle kategorien", "all categories", "toutes les catégories", "board index",
    "browse", "browse all", "browse listings", "all listings", "our listings", "marketplace", "the market", "mercato", "pazar", "bazar", "bazaar", "рынок",
    "السوق", "rynek", "oferty", "wszystkie oferty", "angebote", "alle angebote", "offres", "ofertas", "todas las ofertas", "offerte",
    "aanbod", "items", "all items", "goods", "classifieds", "guns for sale", "for sale", "items for sale", "all ads", "ads",
    "products", "all products", "produkte", "produits", "productos", "prodotti", "товары", "catalog", "catalogue", "katalog", "каталог", "top",
    "list", "liste", "lista", "список", "everything", "alles", "alle", "tout", "tous", "todo", "todos", "todas", "tutto", "tutti", "wszystko", "wszystkie", "все", "всё", "всі", "усе", "усі", "tümü", "hepsi", "الكل", "targ", "ринок",
];
/// Names of the list of everything, behind the front page; forums call a board of theirs a marketplace.
#[rustfmt::skip]
const ALL: &[&str] = &[
    "listings", "all listings", "browse", "browse all", "browse listings", "items", "all items", "products", "all products", "produkte", "produits",
    "productos", "prodotti", "товары", "все товары", "guns for sale", "all ads", "all categories",
    "annunci", "annonces", "anzeigen", "anuncios", "ogłoszenia", "объявления", "оголошення", "ilanlar", "إعلانات", "advertenties", "oferty", "angebote",
    "everything", "alles", "tout", "todo", "tutto", "wszystko", "все", "всё", "всі", "усе", "tümü", "offres", "ofertas", "offerte", "aanbod", "categories", "kategorien", "catégories", "categorías",
    "catalog", "catalogue", "katalog", "каталог", "каталог товаров", "catálogo", "catalogo", "explore", "bazar", "bazaar", "explorar", "explorer", "esplora", "entdecken",
    "categorias", "categorie", "categorieën", "kategorie", "категории", "категорії", "товари", "kategoriler",
];
/// What the last crumb is called where it stands for the page itself.
#[rustfmt::skip]
const ITSELF: &[&str] = &[
    "details", "detail", "product", "product details", "product detail", "item", "item details", "view item", "view listing", "view product", "view ad", "view offer", "listing", "listing details", "view", "artikel", "artikeldetails", "produktdetails",
    "detailansicht", "produkt", "fiche produit", "fiche", "détail", "détails", "produit", "annonce", "détail de l'annonce", "detalle", "detalles", "ficha", "ficha de producto",
    "producto", "anuncio", "scheda", "scheda articolo", "scheda prodotto", "dettaglio", "dettagli", "prodotto", "annuncio", "detalhes", "detalhe", "produto", "anúncio",
    "productdetails", "advertentie", "szczegóły", "karta produktu", "ogłoszenie", "карточка товара", "товар", "описание", "подробно", "подробнее", "объявление", "картка товару",
    "оголошення", "ürün", "ürün detayı", "ilan", "ilan detayı", "التفاصيل", "تفاصيل",
];
/// Marks that lead from one crumb to the next, as no list of links has them.
const ONWARD: &[char] = &['>', '»', '›', '→', '❯', '▸', '►', '⟩', '➜', '⇒'];
/// The same, and what stands for it where text runs from right to left.
const STEPS: &[char] = &['>', '»', '›', '→', '❯', '▸', '►', '⟩', '➜', '⇒', '‹'];

/// Finds an element that calls itself breadcrumb and reads it, else a line of links that is built like one.
pub fn find(outline: &Outline<'_>, base: &Url) -> Vec<Crumb> {
    let by_class: Vec<Option<bool>> = outline.classes.iter().map(|class| is_named(class.text)).collect();
    let mut named: Vec<Crumb> = Vec::new();
    let mut tried = 0;
    let mut described = outline.described.iter().copied().peekable();
    for (at, facts) in outline.elements.iter().enumerate() {
        let mut told = false;
        while described.next_if_eq(&at).is_some() {
            told = ["aria-label", "data-testid", "itemtype"]
                .iter()
                .any(|name| attr(facts.element(), name).is_some_and(|value| is_named(value) == Some(true)));
        }
        let by_id = if facts.id.is_empty() { None } else { is_named(facts.id) };
        let Some(sure) = by_class.get(facts.class_at).copied().flatten().max(by_id).max(told.then_some(true)) else { continue };
        if !sure && tried >= 16 {
            continue;
        }
        tried += usize::from(!sure);
        // Where each step is called so, the trail is what holds them.
        let whole = if facts.name == "a" { outline.elements.get(facts.parent).unwrap_or(facts) } else { facts };
        let crumbs = read(whole.node, base);
        // Links one after the other, of which the first leads to the front page.
        let rooted_links = |crumbs: &[Crumb]| {
            (3..=7).contains(&crumbs.len())
                && are_links(crumbs)
                && crumbs.first().is_some_and(|(name, href)| href.is_some() && is_front(name, href.as_deref(), base))
        };
        let called = || is_called(facts.class) || is_called(facts.id);
        if crumbs.len() > 1
            && (sure
                || is_trail(&crumbs, facts.node)
                || rooted_links(&crumbs)
                || is_nested(&crumbs, base)
                || (called() && is_parted(outline, at, &crumbs)))
        {
            return without_list(outline, rooted(crumbs, base));
        }
        if sure && named.is_empty() {
            named = crumbs;
        }
    }
    unnamed(outline, base).map_or(named, |crumbs| without_list(outline, rooted(crumbs, base)))
}

/// Without a step to the list of everything, between the front page and the categories: many links of the page are built as those of the
/// steps behind it, and its own is not.
fn without_list(outline: &Outline<'_>, mut crumbs: Vec<Crumb>) -> Vec<Crumb> {
    let url = |at: usize| crumbs.get(at).and_then(|(_, href)| Url::parse(href.as_deref()?).ok());
    let first = usize::from(url(0).is_some_and(|url| is_root(&url)));
    let (Some(list), Some(next)) = (url(first), url(first + 1)) else { return crumbs };
    let own = list.path().trim_matches('/');
    let start = |url: &Url| url.path().trim_start_matches('/').split('/').next().unwrap_or("").to_owned();
    let plain = list.query().is_none()
        && list.fragment().is_none()
        && !own.is_empty()
        && !own.contains(['/', '.'])
        && !own.bytes().any(|b| b.is_ascii_digit());
    let deep = next.path().trim_matches('/').contains('/');
    if !plain || !deep || start(&next) == own {
        return crumbs;
    }
    // "/crates" over "/crate/weapons"
    if own.strip_suffix('s') == Some(start(&next).as_str()) {
        crumbs.remove(first);
        return crumbs;
    }
    let kind = format!("/{}/", start(&next));
    let hrefs = outline.elements.iter().filter(|facts| facts.name == "a").filter_map(|facts| attr(facts.element(), "href")).take(2_000);
    let (mut alike, mut listed) = (std::collections::HashSet::new(), 0);
    for href in hrefs {
        let path = href.split_once("://").and_then(|(_, rest)| rest.find('/').and_then(|at| rest.get(at..))).unwrap_or(href);
        if path.starts_with(&kind) {
            alike.insert(path);
        }
        listed += usize::from(path.trim_matches('/') == own);
    }
    if alike.len() >= 3 && listed >= 2 {
        crumbs.remove(first);
    }
    crumbs
}

/// Whether a class, id or description calls its element a trail; `false` where the word may mean something else.
fn is_named(value: &str) -> Option<bool> {
    #[rustfmt::skip]
    const SURE: &[&str] = &[
        "breadcrumb", "bread-crumb", "bread_crumb", "crumbs", "pathway", "navpath", "ariane", "brdcrmb", "krumen", "kruimel", "okruszk", "sitemappath", "you are here", "youarehere", "sie sind hier", "vous êtes ici", "estás aquí", "está aquí", "sei qui", "você está aqui", "вы здесь", "вы находитесь", "ви тут", "jesteś tutaj", "u bent hier", "buradasınız", "brotkrümel", "miga de pan", "migas de pan", "хлебные", "хлібні", "أنت هنا", "مسار التنقل",
    ];
    const WEAK: &[&str] = &[
        "path",
        "trail",
        "crumb",
        "bc",
        "ruta",
        "pfad",
        "chemin",
        "percorso",
        "sciezka",
        "migas",
        "migajas",
        "youarehere",
        "caminho",
        "kroshki",
        "krohi",
        "kirinti",
        "navtrail",
        "linktree",
        "whereami",
    ];
    if value.is_empty() {
        return None;
    }
    static FINDER: LazyLock<Option<AhoCorasick>> =
        LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(SURE.iter().chain(WEAK)).ok());
    let mut found = FINDER.as_ref()?.find_overlapping_iter(value).map(|found| found.pattern().as_usize() < SURE.len()).peekable();
    found.peek()?;
    if found.any(|sure| sure) {
        return Some(true);
    }
    let weak = super::cards::humps(value).take(12).any(|word| WEAK.iter().any(|known| word.eq_ignore_ascii_case(known)));
    weak.then_some(false)
}

/// Whether what an element of a doubtful name holds is a trail: short, with marks that lead on.
fn is_trail(crumbs: &[Crumb], node: NodeRef<'_>) -> bool {
    let text = crate::html::inline_text(node, 320);
    let short = text.len() <= 300 && crumbs.len() <= 8 && crumbs.iter().all(|(name, _)| name.chars().count() <= 120);
    let marks = text.matches(ONWARD).count() + text.matches("::").count();
    short && marks + 2 >= crumbs.len() && marks > 0
}

/// Whether each of few links leads to what lies within the one before it, and the last step is this page or holds it.
fn is_nested(crumbs: &[Crumb], base: &Url) -> bool {
    let path =
        |crumb: &Crumb| crumb.1.as_deref().and_then(|href| Url::parse(href).ok()).map(|url| url.path().trim_end_matches('/').to_owned());
    let within = |above: &str, below: &str| above.len() > 1 && below.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'));
    let Some((last, steps)) = crumbs.split_last() else { return false };
    let own = Some(base.path().trim_end_matches('/').to_owned());
    let end = path(last).or(own);
    let paths: Vec<Option<String>> = steps.iter().map(path).chain([end]).collect();
    (2..=7).contains(&crumbs.len()) && paths.windows(2).all(|pair| matches!(pair, [Some(above), Some(below)] if within(above, below)))
}

/// The first crumb of a trail without a link is the front page where the site is called so.
fn rooted(mut crumbs: Vec<Crumb>, base: &Url) -> Vec<Crumb> {
    if let Some((name, href)) = crumbs.first_mut()
        && href.is_none()
        && is_site(name, base)
    {
        *href = base.join("/").ok().map(String::from);
    }
    crumbs
}

/// Whether a crumb is the front page, by its name, its address or the site's name.
fn is_front(name: &str, href: Option<&str>, base: &Url) -> bool {
    let root = href.and_then(|href| base.join(href).ok()).is_some_and(|url| is_root(&url));
    root || is_list_of_all(name.trim().to_lowercase().as_str()) || is_site(name, base)
}

/// Whether an address is that of the front page.
fn is_root(url: &Url) -> bool {
    let front = matches!(
        url.path(),
        "/" | "/index.php"
            | "/index.html"
            | "/index.htm"
            | "/index"
            | "/main"
            | "/home"
            | "/market"
            | "/forum.php"
            | "/forums/"
            | "/forum/"
    );
    let script = url
        .path()
        .rsplit_once('/')
        .is_some_and(|(head, last)| matches!(last, "index.php" | "index.html" | "index.htm") && head.matches('/').count() <= 1);
    // Old boards carry the visitor's session along.
    let bare = url.query_pairs().all(|(name, _)| matches!(&*name, "s" | "sid" | "phpsessid" | "PHPSESSID"));
    (front || script) && bare && url.fragment().is_none()
}

/// Reads the crumbs of an element: its links, and texts between or after them.
pub fn read(root: NodeRef<'_>, base: &Url) -> Vec<Crumb> {
    let mut crumbs: Vec<Crumb> = Vec::new();
    let mut link: Option<(crate::html::NodeId, String, Option<String>)> = None;
    let mut loose = String::new();
    let mut skip: Option<crate::html::NodeId> = None;
    let mut visited = 0_usize;
    for edge in root.traverse() {
        visited += 1;
        // A trail is short; an element that holds a whole page is none.
        if visited > 2_000 || crumbs.len() > MAX_CRUMBS {
            break;
        }
        match edge {
            Edge::Open(node) => match node.value() {
                Node::Text(text) if skip.is_none() => match &mut link {
                    Some((_, name, _)) => name.push_str(text),
                    None => loose.push_str(text),
                },
                Node::Element(element)
                    if matches!(element.name(), "ul" | "ol")
                        && link.is_none()
                        && skip.is_none()
                        && in_item(node, root)
                        && is_choice(node) =>
                {
                    // A menu that drops down from a crumb.
                    skip = Some(node.id());
                }
                _ if skip.is_some() => {}
                Node::Element(element) => match element.name() {
                    "a" if link.is_none() => {
                        settle(&mut loose, &mut crumbs);
                        let href = element
                            .attr("href")
                            .map(str::trim)
                            .filter(|href| !href.is_empty() && !href.starts_with(['#']) && !href.starts_with("javascript:"));
                        link = Some((node.id(), String::new(), href.and_then(|href| base.join(href).ok()).map(String::from)));
                    }
                    "li" | "div" | "br" | "p" | "td" | "h1" | "h2" | "ul" | "ol" if link.is_none() => settle(&mut loose, &mut crumbs),
                    "script" | "style" => break,
                    // A point between steps that lie in elements of their own.
                    _ if link.is_none() && matches!(loose.trim(), "." | "·" | "•" | "-" | "–") => loose.clear(),
                    _ => {}
                },
                _ => {}
            },
            Edge::Close(node) if skip.is_some() => {
                if skip == Some(node.id()) {
                    skip = None;
                }
            }
            Edge::Close(node) => {
                if let Some((id, name, href)) = link.take() {
                    if id == node.id() {
                        // A picture of a house says what it is in its tip.
                        let tip =
                            || node.value().as_element().and_then(|e| attr(e, "title").or_else(|| attr(e, "aria-label"))).unwrap_or("");
                        let name = if name.trim().is_empty() { tip() } else { name.as_str() };
                        let root = || href.as_deref().and_then(|href| Url::parse(href).ok()).is_some_and(|url| is_root(&url));
                        let name = if name.is_empty() && crumbs.is_empty() && root() { "Home" } else { name };
                        push(name, href, &mut crumbs);
                    } else {
                        link = Some((id, name, href));
                    }
                } else if node.value().as_element().is_some_and(|e| matches!(e.name(), "li" | "div" | "p" | "td" | "h1" | "h2")) {
                    settle(&mut loose, &mut crumbs);
                }
            }
        }
    }
    settle(&mut loose, &mut crumbs);
    // A way back at the end of the trail is no part of it.
    if crumbs.len() > 1
        && crumbs.last().is_some_and(|(name, _)| {
            matches!(name.to_lowercase().as_str(), "back" | "zurück" | "retour" | "volver" | "indietro" | "terug" | "wstecz" | "назад")
        })
    {
        crumbs.pop();
    }
    crumbs
}

/// Whether a list offers more than one way on; trails are written as lists within lists, too.
fn is_choice(list: NodeRef<'_>) -> bool {
    list.children().filter(|child| child.value().as_element().is_some_and(|e| e.name() == "li")).take(2).count() > 1
}

/// Whether a list hangs within an item of the trail.
fn in_item(node: NodeRef<'_>, root: NodeRef<'_>) -> bool {
    node.ancestors()
        .take_while(|above| above.id() != root.id())
        .take(6)
        .any(|above| above.value().as_element().is_some_and(|e| e.name() == "li"))
}

/// Loose text may hold several crumbs with marks between them.
fn settle(loose: &mut String, crumbs: &mut Vec<Crumb>) {
    let text = std::mem::take(loose);
    if text.trim_end().ends_with([':', '?', '：']) && crumbs.is_empty() {
        return;
    }
    // The marks of a quotation within a name part nothing.
    let quoted = text.trim_start().find('«').is_some_and(|open| open > 0);
    for part in text.split(|c| matches!(c, '>' | '›' | '→' | '|' | '❯' | '▸' | '►') || c == '»' && !quoted) {
        push(part, None, crumbs);
    }
}

fn push(text: &str, href: Option<String>, crumbs: &mut Vec<Crumb>) {
    let name = fold(text);
    let name = name.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '>' | '»' | '›' | '→' | '/' | '|' | '<' | '«' | '‹' | '❯' | '⟩' | '▸' | '►' | '⇒' | '➜')
    });
    // The closing mark of a quotation is none between crumbs.
    let quoted = name.matches('«').count() > name.matches('»').count() && fold(text).trim_end().ends_with('»');
    let whole = quoted.then(|| fold(text));
    let name = whole.as_deref().and_then(|whole| whole.find(name).and_then(|at| whole.get(at..))).unwrap_or(name);
    let name = name.strip_suffix(" -").or_else(|| name.strip_suffix(" –")).unwrap_or(name);
    let says_something = name.chars().any(|c| c.is_alphanumeric() || !c.is_ascii() && !MARKS.contains(&c) && !c.is_whitespace());
    let is_lead = crumbs.is_empty()
        && [
            "you are here",
            "sie sind hier",
            "vous êtes ici",
            "usted está aquí",
            "estás en",
            "back",
            "return",
            "zurück",
            "retour",
            "volver",
            "indietro",
            "tilbage",
            "tillbaka",
            "terug",
            "wstecz",
            "назад",
            "вы здесь",
            "вы находитесь здесь",
            "ви тут",
            "jesteś tutaj",
            "tu jesteś",
            "buradasınız",
            "u bent hier",
            "je bent hier",
            "sei qui",
            "ti trovi in",
            "você está aqui",
            "você está em",
            "está aquí",
            "أنت هنا",
            "customer service",
            "you are in",
            "your location",
            "estás aquí",
            "je bevindt je hier",
            "back to list",
            "back to results",
            "back to search",
            "zurück zur liste",
            "zurück zur übersicht",
            "retour à la liste",
            "retour aux résultats",
            "volver al listado",
            "torna all'elenco",
            "torna ai risultati",
            "voltar",
            "voltar à lista",
            "terug naar overzicht",
            "wróć",
            "wróć do listy",
            "powrót",
            "вернуться",
            "вернуться к списку",
            "geri",
            "geri dön",
        ]
        .iter()
        .any(|lead| name.trim_end_matches(':').to_lowercase() == *lead);
    let repeats = crumbs.last().is_some_and(|(last, _)| last == name);
    if says_something && !is_lead && !repeats && !is_turn(name) && name.len() <= 200 {
        crumbs.push((name.to_owned(), href));
    }
}

/// Whether a text leads to the goods before or behind these.
fn is_turn(name: &str) -> bool {
    const TURNS: &[&str] = &[
        "prev",
        "previous",
        "next",
        "préc",
        "précédent",
        "suiv",
        "suivant",
        "vorheriger",
        "nächster",
        "zurück",
        "weiter",
        "anterior",
        "siguiente",
        "precedente",
        "successivo",
        "seguente",
        "próximo",
        "seguinte",
        "poprzedni",
        "następny",
        "vorige",
        "volgende",
        "назад",
        "вперёд",
        "вперед",
        "предыдущий",
        "следующий",
        "попередній",
        "наступний",
        "önceki",
        "sonraki",
        "السابق",
        "التالي",
    ];
    TURNS.contains(&name.trim_end_matches('.').to_lowercase().as_str())
}

/// Whether a name, in lower case, is that of the front page or of the list of everything.
pub fn is_list_of_all(name: &str) -> bool {
    BEGINNINGS.contains(&name) || ALL.contains(&name)
}

/// Where a category path stands: in one place only where it has one part.
pub fn origin(path: &[String]) -> Origin {
    let anchor = if path.len() == 1 { Anchor::Page } else { Anchor::Nowhere };
    Origin { from: "breadcrumb", place: "breadcrumbs".to_owned(), anchor, raw: path.join(" > ") }
}
