//! The category menu of sites without breadcrumbs: the entries marked as chosen, outermost first.

use super::links::Target;
use super::outline::Outline;
use super::reader::Reader;
use crate::html::attr;

/// Words of a class for the entry that is open.
#[rustfmt::skip]
const CHOSEN: &[&str] = &[
    "selected", "active", "current", "chosen", "is-active", "is-current", "open", "current-cat", "on", "cur", "sel", "here", "act", "aktiv", "gewaehlt", "ausgewaehlt",
    "actif", "active-item", "activo", "seleccionado", "attivo", "selezionato", "ativo", "aktywny", "actief", "aktif",
];
/// Levels of a path.
const MAX_LEVELS: usize = 6;

/// An entry of a menu.
struct Entry {
    link: usize,
    name: String,
    /// How deep its class says that it lies.
    depth: Option<usize>,
    chosen: bool,
}

/// The path to the chosen entry of a menu of categories, each level with the position of its link. Levels above are marked as
/// well, or told by classes such as `depth1`. Empty where no entry, or every other one, is marked.
pub fn chosen(outline: &Outline<'_>, reader: &Reader<'_>) -> Vec<(usize, String)> {
    let entries = entries(outline, reader);
    let marked: Vec<&Entry> = entries.iter().filter(|entry| entry.chosen).collect();
    if marked.len() * 2 > entries.len() {
        return Vec::new();
    }
    let mut path: Vec<&Entry> = marked;
    if let Some((at, deepest)) =
        entries.iter().enumerate().filter(|(_, entry)| entry.chosen).max_by_key(|(at, entry)| (entry.depth, usize::MAX - at))
        && let Some(mut depth) = deepest.depth
    {
        path = vec![deepest];
        for above in entries.iter().take(at).rev() {
            // A chosen entry without such a class is of the first level.
            if let Some(own) = above.depth.or(above.chosen.then_some(0)).filter(|own| *own < depth) {
                depth = own;
                path.push(above);
            }
        }
        path.reverse();
    }
    let mut names: Vec<(usize, String)> = Vec::new();
    for entry in path {
        if !names.iter().any(|(_, known)| *known == entry.name) {
            names.push((entry.link, entry.name.clone()));
        }
    }
    if names.len() > MAX_LEVELS { Vec::new() } else { names }
}

fn entries(outline: &Outline<'_>, reader: &Reader<'_>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (link, facts) in outline.elements.iter().enumerate() {
        let element = facts.element();
        if element.name() != "a" || !(1..=80).contains(&facts.text) {
            continue;
        }
        let around = outline.ancestors(link).take(3).take_while(|(_, f)| f.links == 1).filter_map(|(_, f)| attr(f.element(), "class"));
        let words: Vec<String> = around.flat_map(|class| class.split_ascii_whitespace()).take(24).map(str::to_ascii_lowercase).collect();
        let leads = || attr(element, "href").and_then(|href| reader.absolute(href)).is_some_and(|url| url.target() == Target::Category);
        if !words.iter().any(|word| word.contains("categor")) && !leads() {
            continue;
        }
        // The count of what it holds stands in an element of its own.
        let name = outline.runs_of(link).first().map(|run| run.text.clone()).unwrap_or_default();
        if name.chars().any(char::is_alphabetic) {
            let chosen = words.iter().any(|word| CHOSEN.contains(&word.as_str()))
                || outline
                    .ancestors(link)
                    .take(2)
                    .any(|(_, facts)| attr(facts.element(), "aria-current").is_some_and(|value| !matches!(value.trim(), "" | "false")));
            entries.push(Entry { link, name, depth: words.iter().find_map(|word| depth(word)), chosen });
        }
    }
    entries
}

/// The number in `depth1`, `level-2`.
fn depth(word: &str) -> Option<usize> {
    let number = ["depth", "level", "lvl"].iter().find_map(|lead| word.strip_prefix(lead))?;
    number.trim_start_matches(['-', '_']).parse().ok().filter(|depth| *depth < 20)
}

#[cfg(test)]
mod tests {
    use super::super::address::Addresses;
    use super::*;
    use crate::html;
    use url::Url;

    fn names(page: &str) -> Vec<String> {
        let url = Url::parse("http://x.example/p/1").unwrap();
        let parsed = html::parse(page).html;
        let outline = Outline::new(&parsed);
        let reader = Reader {
            url: &url,
            addresses: &Addresses::new(url.clone()),
            currency: None,
            crypto: false,
            fetched_at: jiff::Timestamp::UNIX_EPOCH,
            order: crate::dates::Order::Unknown,
            traced: false,
        };
        chosen(&outline, &reader).into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn chosen_entries_are_a_path() {
        let page = "<div class=side><div class='category selected'><a href=?category=1>Parts <b>12</b></a></div>\
            <div class='category selected depth1'><a href=?category=4>Barrels <b>3</b></a></div><div class=category><a href=?category=5>Slides <b>4</b></a></div>\
            <div class=category><a href=?category=2>Books</a></div><div class=category><a href=?category=3>Other</a></div></div><ul><li class=active><a href=/>Shop</a></ul>";
        assert_eq!(names(page), ["Parts", "Barrels"]);
        // Only the innermost is marked; the levels above are told by their depth.
        let entry = |(class, name): (&str, &str)| format!("<div class='category {class}'><a href=?category={name}>{name}</a></div>");
        let tree = [
            ("depth0", "Goods"),
            ("depth1", "Books"),
            ("depth1", "Parts"),
            ("depth2", "Slides"),
            ("selected depth2", "Barrels"),
            ("depth0", "Other"),
        ];
        assert_eq!(names(&tree.map(entry).concat()), ["Goods", "Parts", "Barrels"]);
        assert!(names("<ul><li class=active><a href=/>Shop</a><li><a href=/c/1>One</a><li><a href=/c/2>Two</a></ul>").is_empty());
    }
}
