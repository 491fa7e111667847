//! The category that a link over the goods leads back to: "← Psychedelics", "Terug naar Tenten".

use super::super::breadcrumbs::{is_list_of_all, is_site};
use super::super::links::Target;
use super::super::reader::Reader;
use super::super::single::Scene;
use super::super::subject::Subject;
use super::{MAX_NAME, Menu, is_kind, shape, shelf};

/// Links over the title that are looked at.
const MAX_BACK: usize = 200;
/// Words of such a link before the name.
#[rustfmt::skip]
const LEADS: &[&str] = &[
    "back to all ", "back to ", "return to ", "more in ", "zurück zu ", "zurück zur ", "zurück zum ", "zurück nach ", "retour à ", "retour aux ", "retour vers ", "volver a ", "regresar a ", "torna a ",
    "torna alle ", "torna ai ", "voltar a ", "voltar para ", "terug naar ", "wróć do ", "powrót do ", "назад к ", "назад в ", "вернуться в ", "вернуться к ", "назад до ", "повернутися до ",
];
/// Names of what is no category behind them.
#[rustfmt::skip]
const LISTS: &[&str] = &[
    "list", "the list", "results", "search", "search results", "overview", "shop", "market", "store", "übersicht", "liste", "la liste", "listado", "lista", "elenco", "lijst",
    "overzicht", "списку", "результатам", "home", "homepage", "accueil", "inicio", "top",
];

/// The link and the name behind its mark or words; a mark alone is believed of a link that is built as those of the menu.
pub(in super::super) fn of_page(scene: &Scene<'_, '_>, subject: &Subject, reader: &Reader<'_>) -> Option<(usize, String)> {
    let outline = scene.outline;
    let title = subject.title_at.unwrap_or(outline.elements.len());
    let links = outline.elements.iter().enumerate().take(title).filter(|(at, facts)| {
        facts.name == "a" && (3..=MAX_NAME).contains(&facts.text) && facts.last_run <= facts.first_run + 2 && !scene.in_card(*at)
    });
    links.take(MAX_BACK).find_map(|(at, _)| {
        let text = outline.text_of(at, MAX_NAME);
        let marked = text.trim_start_matches(|c: char| matches!(c, '←' | '‹' | '«' | '<' | '⟵' | '◀' | '↩' | '↑') || c.is_whitespace());
        let lower = marked.to_lowercase();
        let lead = LEADS.iter().find(|lead| lower.starts_with(**lead)).map_or(0, |lead| lead.len());
        if lead == 0 && marked.len() == text.len() {
            return None;
        }
        let name = marked.get(lead..)?.trim();
        let url = shelf(outline, at, reader)?;
        let known = || {
            let own = url::Url::parse(&url).is_ok_and(|url| super::super::links::target(&url) == Target::Category);
            own || Menu::of(outline, scene.cards, reader, usize::MAX).shapes.contains(&shape(&url))
        };
        let lower = name.to_lowercase();
        let named = is_kind(name) && !is_list_of_all(&lower) && !is_site(name, reader.url) && !LISTS.contains(&lower.as_str());
        (named && (lead > 0 || known())).then(|| (at, name.to_owned()))
    })
}
