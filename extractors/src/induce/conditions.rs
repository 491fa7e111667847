//! By what the pages of a template are known: a selector that matches on all of them and on no other page, else their address.

use std::collections::HashMap;

use super::candidates::selectors;
use super::sheet::{Sheet, compounds};
use super::template::Template;
use crate::html::Selector;
use crate::profile::{Css, Rules};

/// Selectors that are tried on the pages.
const MOST: usize = 120;

/// Selector and pattern of the address, of which at least one is there.
pub(super) fn find(
    template: &Template,
    all: &[Template],
    sheets: &[Sheet<'_>],
    record: Option<&Css>,
    title: Option<&Rules>,
) -> Option<(Option<String>, Option<String>)> {
    let own: Vec<&Sheet<'_>> = template.pages.iter().filter_map(|at| sheets.get(*at)).collect();
    let others: Vec<&Sheet<'_>> = (0..sheets.len()).filter(|at| !template.pages.contains(at)).filter_map(|at| sheets.get(at)).collect();
    let tried = candidates(&own, &others, record, title);
    let on_all = |css: &str| own.iter().all(|sheet| matches(css, sheet));
    let covering: Vec<&String> = tried.iter().filter(|css| on_all(css)).collect();
    if let Some(css) = covering.iter().find(|css| !others.iter().any(|sheet| matches(css, sheet))) {
        return Some((Some((**css).clone()), None));
    }
    // Pages of the same kind may be taken, too; so may those that an earlier rule takes.
    let _ = all;
    let pattern = address(&own, &others);
    let first = covering.first().map(|css| (*css).clone());
    pattern.map(|pattern| (first, Some(pattern)))
}

fn matches(css: &str, sheet: &Sheet<'_>) -> bool {
    if sheet.features.contains(css) {
        return true;
    }
    Selector::parse(css).is_ok_and(|selector| sheet.note.html.select(&selector).next().is_some())
}

/// What is read comes first, then what stands around it, then whatever all the pages and few others have.
fn candidates(own: &[&Sheet<'_>], others: &[&Sheet<'_>], record: Option<&Css>, title: Option<&Rules>) -> Vec<String> {
    let mut tried: Vec<String> = Vec::new();
    if let Some(record) = record {
        tried.push(record.source.clone());
    } else if let Some(css) = title.and_then(|rules| rules.0.first()).and_then(|rule| rule.select.as_ref()) {
        tried.push(css.source.clone());
    }
    let place = |sheet: &Sheet<'_>| {
        if let Some((card, _)) = sheet.cards.first().filter(|_| record.is_some()) {
            return Some(*card);
        }
        let css = title.and_then(|rules| rules.0.iter().find_map(|rule| rule.select.as_ref()?.selector()))?;
        let found = sheet.note.html.select(css).next()?;
        sheet.outline.position(found.id())
    };
    if let Some((sheet, at)) = own.iter().find_map(|sheet| Some((sheet, place(sheet)?))) {
        tried.extend(selectors(sheet, 0, at).into_iter().filter(|one| one.css != "body" && one.cost < 2.5).map(|one| one.css));
        for (_, facts) in sheet.outline.ancestors(at).skip(1).take(8) {
            tried.extend(compounds(facts.element()).into_iter().filter(|one| one.cost < 1.5).map(|one| one.css));
        }
    }
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for sheet in own {
        for css in &sheet.features {
            *counts.entry(css).or_default() += 1;
        }
    }
    let elsewhere = |css: &str| others.iter().filter(|sheet| sheet.features.contains(css)).count();
    let mut common: Vec<&str> = counts.into_iter().filter(|(_, count)| *count == own.len()).map(|(css, _)| css).collect();
    // A word of a link says less than a name of the page's own.
    common.sort_by_key(|css| (elsewhere(css), css.contains('['), !css.starts_with('#'), css.len(), *css));
    tried.extend(common.into_iter().map(str::to_owned));
    let mut seen = std::collections::HashSet::new();
    tried.retain(|css| !css.contains(":nth") && seen.insert(css.clone()));
    tried.truncate(MOST);
    tried
}

/// A pattern of the address, where all pages of the template have one shape and no other page has it.
fn address(own: &[&Sheet<'_>], others: &[&Sheet<'_>]) -> Option<String> {
    let shape = &own.first()?.shape;
    if own.iter().any(|sheet| sheet.shape != *shape) || others.iter().any(|sheet| sheet.shape == *shape) {
        return None;
    }
    let (path, query) = shape.split_once('?').unwrap_or((shape, ""));
    let path: Vec<String> =
        path.split('/').skip(1).map(|part| if part == "*" { "[^/?]+".to_owned() } else { regex::escape(part) }).collect();
    let mut pattern = format!("^https?://[^/]+/{}/?", path.join("/"));
    match query.split('&').next().filter(|name| !name.is_empty()) {
        Some(name) => pattern.push_str(&format!(r"\?(.*&)?{}=", regex::escape(name))),
        None => pattern.push_str("([?#]|$)"),
    }
    Some(pattern)
}
