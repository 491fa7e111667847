//! The category of a page of cards by its own address: a heading says in words what the last step of the address says.

use super::super::breadcrumbs::{is_list_of_all, is_site, latin};
use super::super::reader::Reader;
use super::super::single::Scene;
use super::index::{bare, parts};
use super::{MAX_LINKS, MAX_NAME, is_kind, name_of, shelf};

/// Headings that are looked at.
const MAX_HEADINGS: usize = 12;

/// The heading, or the part of the page's title, that the last step of the address is made of; under it the entry that leads to the step above.
pub(super) fn of_address(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Option<(usize, Vec<String>)> {
    let outline = scene.outline;
    let path = reader.url.path().trim_end_matches('/');
    let (above, last) = path.rsplit_once('/')?;
    let last = stem(last);
    if last.len() < 4 {
        return None;
    }
    let parts = parts(scene.page_title);
    let suits = |name: &str| {
        let lower = name.to_lowercase();
        plain(name) == last && is_kind(name) && !is_list_of_all(&lower) && !is_site(name, reader.url)
    };
    let (at, name) = outline
        .elements
        .iter()
        .enumerate()
        .filter(|(at, facts)| {
            let heading = matches!(facts.name, "h1" | "h2" | "h3" | "h4") || facts.titled;
            facts.last_run == facts.first_run + 1 && (4..=MAX_NAME).contains(&facts.text) && !facts.hidden && !scene.in_card(*at) && {
                heading || facts.text <= 40 && !outline.in_link(*at) && parts.contains(&outline.text_of(*at, 48).to_lowercase())
            }
        })
        .take(MAX_HEADINGS)
        .map(|(at, _)| (at, bare(&outline.text_of(at, MAX_NAME)).to_owned()))
        .find(|(_, name)| suits(name))?;
    let leads_above = |at: usize| {
        let url = url::Url::parse(&shelf(outline, at, reader)?).ok()?;
        (url.path().trim_end_matches('/') == above && url.query().is_none()).then(|| name_of(outline, at)).flatten()
    };
    let links = outline.elements.iter().enumerate().filter(|(at, facts)| facts.name == "a" && !scene.in_card(*at)).take(MAX_LINKS);
    let over = if above.len() > 1 { links.filter_map(|(at, _)| leads_above(at)).find(|over| is_kind(over)) } else { None };
    let over = over.filter(|over| *over != name && !is_list_of_all(&over.to_lowercase()) && !is_site(over, reader.url));
    Some((at, over.into_iter().chain([name]).collect()))
}

/// The words of a step, without number and ending.
fn stem(step: &str) -> String {
    let step = step.rsplit_once('.').filter(|(_, end)| end.len() <= 5).map_or(step, |(head, _)| head);
    let words: Vec<String> =
        step.split(['-', '_', '+', '.', ' ']).filter(|word| !word.bytes().any(|b| b.is_ascii_digit())).map(plain).collect();
    words.concat()
}

/// Letters alone, of writings in Latin letters that differ by habit in one way; without small words that addresses leave out.
fn plain(text: &str) -> String {
    const SMALL: &[&str] = &["and", "und", "et", "e", "y", "i", "en", "и", "та", "і", "ve", "de", "di", "of"];
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !SMALL.contains(&word.to_lowercase().as_str()));
    let letters: String = words.map(latin).collect();
    let alike = letters.replace("kh", "h").replace("ts", "c").replace("ch", "c").replace("zh", "j").replace(['y', 'j'], "i");
    alike.replace("ii", "i").replace("ae", "a").replace("oe", "o").replace("ue", "u")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_words_in_latin_letters() {
        for (step, name) in [
            ("31-carabines-a-plomb", "Carabines a plomb"),
            ("fixed-blades", "Fixed Blades"),
            ("caccia-pesca.html", "Caccia e pesca"),
            ("psihodeliki", "Психоделики"),
            ("ruzhya", "Ружья"),
            ("messer_dolche", "Messer & Dolche"),
        ] {
            assert_eq!(stem(step), plain(name), "{step}");
        }
    }
}
