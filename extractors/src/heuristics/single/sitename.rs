//! Which of the headings that a page's title repeats is the name of the site.

use crate::heuristics::outline::Outline;
use crate::heuristics::reader::Reader;

/// Links between two headings that make a menu.
const MENU: usize = 3;

/// Whether a text is the name by which the site's host goes: "Red Clay Reloading" at redclayreloading.example. Addresses of hidden services go on
/// behind it.
pub(super) fn is_host(lower: &str, reader: &Reader<'_>) -> bool {
    let letters: String = lower.chars().filter(char::is_ascii_alphanumeric).take(64).collect();
    let host = reader.url.host_str().unwrap_or("");
    let mut labels = host.split('.');
    letters.len() >= 5
        && if host.ends_with(".onion") {
            labels.any(|label| label.replace('-', "").starts_with(&letters))
        } else {
            labels.any(|label| label.replace('-', "") == letters)
        }
}

/// The heading behind one that names the site: that one is a part of the page's title at its beginning or end, a menu and no price
/// stands between the two, and the next one has to do with what else the title says. `priced` are the runs of prices.
pub(super) fn behind(outline: &Outline<'_>, page_title: &str, at: usize, text: &str, priced: &[usize]) -> Option<usize> {
    let facts = outline.elements.get(at)?;
    let title = page_title.to_lowercase();
    let lower = text.to_lowercase();
    let parting = |c: char| !c.is_alphanumeric();
    let rest = title
        .strip_prefix(&lower)
        .filter(|rest| rest.trim_start().starts_with(parting))
        .or_else(|| title.strip_suffix(&lower).filter(|rest| rest.trim_end().ends_with(parting)))?;
    let heads = |name: &str| matches!(name, "h1" | "h2" | "h3" | "h4");
    let next = (facts.end..outline.elements.len())
        .find(|next| outline.elements.get(*next).is_some_and(|f| heads(f.name) && !f.chrome && (3..=250).contains(&f.text)))?;
    let head = outline.elements.get(next)?;
    // Forums have the title of a thread lead to itself.
    let linked = head.links > 0 || outline.in_link(next);
    let between = (facts.end..next).filter_map(|at| outline.elements.get(at)).filter(|facts| facts.name == "a").take(MENU).count();
    if between < MENU || priced.iter().any(|run| (facts.last_run..head.first_run).contains(run)) {
        return None;
    }
    let own = outline.text_of(next, 300).to_lowercase();
    let words = || own.split(parting).filter(|word| word.chars().count() >= 3);
    let shared = words().filter(|word| rest.split(parting).any(|known| known == *word)).count();
    let most = if linked { shared >= 2 && shared == words().count() } else { shared > 0 && shared * 2 >= words().count() };
    (most && head.first_run >= facts.last_run).then_some(next)
}
