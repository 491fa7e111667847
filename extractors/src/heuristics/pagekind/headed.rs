//! What stands under the heading of a page: its price, and a form to order by.

use crate::heuristics::cards::humps;
use crate::heuristics::outline::Outline;
use crate::heuristics::reader::Reader;
use crate::heuristics::single::{self, Scene};
use crate::html::attr;

/// Whether an element lies in a form, or in a box that calls itself a filter or a search.
pub(super) fn in_filter(outline: &Outline<'_>, at: usize) -> bool {
    #[rustfmt::skip]
    const FILTERS: &[&str] =
        &[
            "filter", "filters", "facet", "facets", "search", "refine", "suche", "recherche", "arama", "filtro", "filtros", "filtri", "filtry",
            "filtre", "filtres", "filtreler", "filtrele", "filtern", "filtr", "filtra", "filtrar", "refinement", "refinements",
        ];
    outline.ancestors(at).take(8).any(|(_, facts)| {
        let element = facts.element();
        let named = ["class", "id"].into_iter().filter_map(|name| attr(element, name)).flat_map(humps);
        let small = facts.text < 1_500 && !matches!(element.name(), "body" | "main" | "table");
        small && named.take(24).any(|word| FILTERS.iter().any(|known| word.eq_ignore_ascii_case(known)))
    })
}

/// Whether a price stands within some lines after the heading that the page's title repeats, before any card.
pub(super) fn headed_price(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> bool {
    let outline = scene.outline;
    let Some((Some(at), text)) = single::title(scene, reader) else { return false };
    let Some(facts) = outline.elements.get(at) else { return false };
    let own = text.chars().count() >= 4 && !scene.in_card(at) && !facts.chrome;
    own && scene.prices.iter().any(|price| {
        let place = outline
            .elements
            .get(price.element)
            .filter(|f| !f.chrome && f.first_run >= facts.first_run && f.first_run < facts.last_run + 30);
        // Within a sentence it may be the price of anything.
        let placed = place.is_some_and(|f| f.text <= 40) && !scene.in_card(price.element) && !in_filter(outline, price.element);
        placed && !price.other && !price.is_balance() && !outline.in_link(price.element)
    })
}

/// Whether the first price behind the heading stands in one of these cards: the page is their list, whatever else it tells below.
pub(super) fn begins_with_card(scene: &Scene<'_, '_>, reader: &Reader<'_>, in_list: impl Fn(usize) -> bool) -> bool {
    let Some((Some(title), _)) = single::title(scene, reader) else { return false };
    let shown = |at: usize| scene.outline.elements.get(at).is_some_and(|facts| !facts.chrome && !facts.hidden);
    let first = scene
        .prices
        .iter()
        .find(|price| price.element > title && !price.other && !price.unseen && !price.is_balance() && shown(price.element));
    !scene.in_card(title) && first.is_some_and(|price| in_list(price.element))
}

/// Whether a form under the heading is sent to order by: it says how many or which, asks for no password, and stands in no card.
pub(super) fn order_form(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> bool {
    let outline = scene.outline;
    let Some((Some(title), _)) = single::title(scene, reader) else { return false };
    let forms = outline.elements.iter().enumerate().filter(|(at, facts)| {
        let sent = attr(facts.element(), "method").is_some_and(|method| method.eq_ignore_ascii_case("post"));
        *at > title && facts.name == "form" && sent && !facts.chrome && !scene.in_card(*at)
    });
    forms.take(4).any(|(at, _)| {
        let (mut counts, mut chooses, mut secret) = (false, false, false);
        for facts in outline.inside(at).take(200).filter_map(|at| outline.elements.get(at)) {
            let element = facts.element();
            let kind = attr(element, "type").unwrap_or("").to_ascii_lowercase();
            secret |= kind == "password";
            chooses |= facts.name == "select" || kind == "radio";
            let digits =
                attr(element, "value").is_some_and(|value| (1..=3).contains(&value.len()) && value.bytes().all(|b| b.is_ascii_digit()));
            counts |= kind == "number" || (facts.name == "input" && digits && matches!(kind.as_str(), "" | "text"));
        }
        (counts || chooses) && !secret
    })
}
