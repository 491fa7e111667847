//! Goods that a page shows beside its own: similar, recommended, recently seen.

use super::cards::humps;
use super::outline::{Outline, Run};
use crate::html::attr;

/// Words of the headings over them.
#[rustfmt::skip]
const ASIDE: &[&str] = &[
    "related", "similar", "you may also", "you might also", "also bought", "also viewed", "also like", "customers who", "recommended",
    "recommendations", "recently viewed", "recently looked", "you looked at", "recently seen", "more from", "other items", "other listings", "other ads", "other products",
    "featured", "upsell", "cross-sell", "popular now", "best sellers", "bestsellers", "best seller", "trending", "frequently bought",
    "week's specials", "weekly special", "today's special", "special offers", "deals of the", "deal of the", "on sale this", "angebote der woche",
    "offres de la semaine", "ofertas de la semana", "offerte della settimana", "товары недели", "oferty tygodnia",
    "recently closed", "recently sold", "recently ended", "past auctions", "closed auctions", "sold recently", "zuletzt verkauft",
    "beendete auktionen", "ventes terminées", "subastas terminadas", "aste concluse", "zakończone aukcje", "завершённые", "недавно продан",
    "complete your", "goes well with", "accessories for", "people also", "latest listings", "ähnliche", "ähnlich", "passend dazu",
    "kunden kauften", "kunden haben", "das könnte", "könnte ihnen", "zuletzt angesehen", "zuletzt gesehen", "empfehlungen",
    "empfohlen", "weitere artikel", "weitere angebote", "weitere anzeigen", "andere angebote", "zubehör", "topseller", "meistverkauft",
    "similaires", "vous aimerez", "pourrait vous", "pourraient vous", "récemment", "déjà vus", "dans la même catégorie",
    "autres produits", "autres annonces", "recommandé", "meilleures ventes", "ont également", "du même vendeur", "similares",
    "relacionados", "relacionadas", "también te", "también compraron", "recientemente", "recomendado", "destacados", "más vendidos",
    "otros anuncios", "otros productos", "correlati", "simili", "potrebbe interessarti", "potrebbero", "visti di recente",
    "ti potrebbe", "altri prodotti", "altri annunci", "più venduti", "consigliati", "também", "semelhantes", "vistos recentemente",
    "mais vendidos", "outros produtos", "podobne", "powiązane", "polecane", "ostatnio oglądane", "inni klienci", "może ci się",
    "zobacz także", "zobacz też", "inne ogłoszenia", "gerelateerd", "vergelijkbare", "andere klanten", "recent bekeken", "aanbevolen",
    "misschien", "ook interessant", "похожие", "рекоменд", "с этим товаром", "вы смотрели", "недавно просмотр", "также покупают",
    "другие объявления", "хиты продаж", "вам может", "сопутствующие", "схожі", "рекоменду", "з цим товаром", "ви переглядали",
    "інші оголошення", "benzer", "önerilen", "son gezdi", "ilginizi", "birlikte al", "diğer ilanlar", "çok satan", "مشابهة", "ذات صلة",
    "قد يعجبك", "شوهدت", "most viewed", "most watched", "most popular", "viewed most", "hot right now", "looked at this", "also looked at", "top rated", "meist angesehen", "meistgesehen",
    "meistgesucht", "oft angesehen", "beliebteste", "les plus vus", "les plus vues", "les plus consult", "más vistos", "más vistas", "lo más visto", "più visti",
    "più viste", "mais vistos", "mais vistas", "najczęściej oglądane", "najpopularniejsze", "meest bekeken", "populairste", "самые просматриваемые", "часто смотрят",
    "недавно смотрели", "популярное", "популярные", "найпопулярніші", "щойно переглядали", "en çok görüntülenen", "en çok bakılan", "الأكثر مشاهدة", "شاهدت مؤخرا",
];

/// Words in the class or id of the boxes around them.
const BOXES: &[&str] = &[
    "related",
    "similar",
    "upsell",
    "upsells",
    "upselling",
    "crosssell",
    "crosssells",
    "crossselling",
    "recommended",
    "recommendations",
    "recommendation",
    "recently",
    "viewed",
    "lastviewed",
    "suggested",
    "suggestions",
    "alsobought",
    "accessories",
    "aehnliche",
    "similares",
    "relacionados",
    "correlati",
    "connexes",
    "podobne",
    "featured",
    "bestsellers",
];

/// Whether the words of a heading are those over goods beside a page's own.
pub(super) fn names_aside(heading: &str) -> bool {
    let lower = heading.to_lowercase();
    ASIDE.iter().any(|word| lower.contains(word))
}

/// Whether a heading over the first card says that the goods are shown beside those of the page.
pub(super) fn is_aside(outline: &Outline<'_>, cards: &[usize]) -> bool {
    let Some(first_at) = cards.first().copied() else { return false };
    let Some(first) = outline.elements.get(first_at) else { return false };
    let boxed =
        outline.ancestors(first_at).skip(1).take(6).take_while(|(_, facts)| facts.text < 4_000 && !matches!(facts.name, "body" | "main"));
    let named = boxed.into_iter().any(|(_, facts)| {
        let values = ["class", "id"].into_iter().filter_map(|name| attr(facts.element(), name));
        values.flat_map(humps).take(24).any(|word| BOXES.iter().any(|known| word.eq_ignore_ascii_case(known)))
    });
    if named {
        return true;
    }
    let before = outline.runs.get(first.first_run.saturating_sub(4)..first.first_run).unwrap_or(&[]);
    // The heading of the page names what all of it is about: "Waffen & Zubehör".
    let of_choice =
        |run: &Run| outline.ancestors(run.element).take(2).any(|(_, f)| matches!(f.name, "option" | "a" | "button" | "label" | "h1"));
    // Another column of the page may end with a heading and what it is over.
    let elsewhere = |at: usize, run: &Run| {
        let column = outline.ancestors(run.element).take_while(|(at, _)| !outline.holds(*at, first_at)).last();
        column.is_some_and(|(_, facts)| facts.prices > 0 || facts.last_run > at + 2 || facts.last_run > at + 1 && facts.first_run + 3 <= at)
    };
    let start = first.first_run.saturating_sub(4);
    (start..).zip(before).filter(|(at, run)| run.text.len() <= 80 && !of_choice(run) && !elsewhere(*at, run)).any(|(_, run)| {
        let text = run.text.to_lowercase();
        // "Sort by: Featured" names an order.
        let heading = text.split_once(": ").map_or(text.as_str(), |(heading, _)| heading);
        ASIDE.iter().any(|word| heading.contains(word))
    })
}
