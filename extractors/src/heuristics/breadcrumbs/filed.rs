//! Categories behind a word that says where the goods are to be found.

use crate::heuristics::links::Target;
use crate::heuristics::outline::Break;
use crate::heuristics::reader::Reader;
use crate::heuristics::single::Scene;
use crate::html::attr;

/// "in Drugs / Opioids": the links to categories behind a word that says where the goods are to be found.
pub fn filed(scene: &Scene<'_, '_>, from: usize, reader: &Reader<'_>) -> Option<(usize, Vec<String>)> {
    const WORDS: &[&str] = &[
        "in",
        "under",
        "listed in",
        "filed under",
        "filed in",
        "posted in",
        "found in",
        "thread in",
        "discussion in",
        "topic in",
        "category is",
        "classé dans",
        "rangé dans",
        "thema in",
        "abgelegt unter",
        "archivado en",
        "tema en",
        "pubblicato in",
        "archiviato in",
        "geplaatst in",
        "zamieszczone w",
        "unter",
        "eingestellt in",
        "dans",
        "en",
        "publié dans",
        "publicado en",
        "sotto",
        "em",
        "w",
        "в",
        "в разделе",
        "раздел",
        "у розділі",
        "içinde",
    ];
    let outline = scene.outline;
    let end = outline.runs.len().min(from + 300);
    let category = |at: usize| {
        let run = outline.runs.get(at).filter(|run| at == 0 || run.before == Break::Soft)?;
        let (_, facts) = outline.ancestors(run.element).take(3).find(|(_, facts)| facts.name == "a")?;
        let url = reader.absolute(attr(facts.element(), "href")?).filter(|url| url.target() == Target::Category)?;
        (!url.as_str().is_empty()).then(|| run.text.clone())
    };
    (from..end).find_map(|at| {
        let run = outline.runs.get(at).filter(|run| run.text.len() <= 120 && !scene.in_card(run.element))?;
        let lead = run.text.trim_end_matches([':', ' ', '\'', '"', '«', '“', '„']).to_lowercase();
        // "(98 % good, 1204 deals) Filed under:"
        let ends = |words: &&str| {
            words.contains(' ') && lead.strip_suffix(*words).is_some_and(|rest| rest.ends_with(|c: char| !c.is_alphanumeric()))
        };
        let told = WORDS.contains(&lead.as_str()) || WORDS.iter().any(ends);
        let path: Vec<String> = told.then(|| {
            let mark = |at: &usize| outline.runs.get(*at).is_some_and(|run| run.before == Break::Soft && run.text.len() <= 4);
            let mut path = Vec::new();
            let mut next = at + 1;
            while let Some(name) = category(next).filter(|_| path.len() < 6) {
                path.push(name);
                next += if mark(&(next + 1)) && category(next + 1).is_none() { 2 } else { 1 };
            }
            path
        })?;
        (!path.is_empty()).then_some((run.element, path))
    })
}
