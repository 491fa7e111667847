//! What a watch that is dear to judge costs those beside it: the same listings put to two sets of watches in turns, one with it and one without.

use std::time::Instant;

use anyhow::{Result, ensure};
use vigie_index::{Document, Percolator, Query, Searcher};

use super::figure::Figure;
use super::questions::Drawer;

/// Listings put to both sets.
const LISTINGS: usize = 200;
/// Times that each is put to them; the best counts.
const ROUNDS: usize = 3;
/// Words of the long watch.
const WORDS: usize = 10_000;

/// Dear watches by what makes them so. The long one has the listings' own words, and invented ones up to its length.
fn dear(drawer: &mut Drawer) -> Vec<(&'static str, String)> {
    let mut words: Vec<String> = (0..WORDS / 2).map(|_| drawer.word()).collect();
    words.extend((words.len()..WORDS).map(|n| format!("word{n}")));
    vec![
        ("none", String::new()),
        ("stop_words", "and OR the OR of".to_owned()),
        ("not", "NOT glock".to_owned()),
        ("all", "*".to_owned()),
        ("front", "*ock OR *a*".to_owned()),
        ("long", words.join(" OR ")),
    ]
}

/// Judges beside each dear watch, and at last beside all of them. `with` and `without` hold the same watches; ids from `free` on are free.
pub(super) fn beside(
    part: &str,
    mut with: Percolator,
    without: &Percolator,
    free: i64,
    documents: &[Document],
    searcher: &Searcher,
) -> Result<Vec<Figure>> {
    let documents = documents.get(..LISTINGS.min(documents.len())).unwrap_or_default();
    let share = |word: &str| searcher.share(word);
    let many = without.len() as u64;
    let mut figures = Vec::new();
    let dear = dear(&mut Drawer::new(3, documents));
    for (id, (name, text)) in (free..).zip(&dear) {
        if !text.is_empty() {
            let query = Query::parse(text, 0)?;
            query.watchable()?;
            ensure!(!searcher.costs(&query).is_empty(), "the watch {name} is dear, and is not said to be");
            with.add(id, &query, &share);
        }
        figures.push(one(&format!("dear_{name}_{part}"), &with, without, documents, many)?);
        with.remove(id);
    }
    for (id, (_, text)) in (free..).zip(&dear).skip(1) {
        with.add(id, &Query::parse(text, 0)?, &share);
    }
    figures.push(one(&format!("dear_together_{part}"), &with, without, documents, many)?);
    Ok(figures)
}

/// How the time of a listing with the dear watch stands to that without.
fn one(name: &str, with: &Percolator, without: &Percolator, documents: &[Document], many: u64) -> Result<Figure> {
    let (mut sums, mut more) = ([0.0; 2], 0_u64);
    for document in documents {
        let document = std::slice::from_ref(document);
        let mut best = [f64::INFINITY; 2];
        for _ in 0..ROUNDS {
            let begin = Instant::now();
            let fewer = without.matches(document).len();
            let middle = Instant::now();
            let all = with.matches(document).len();
            let [of_fewer, of_all] = &mut best;
            *of_fewer = of_fewer.min((middle - begin).as_secs_f64());
            *of_all = of_all.min(middle.elapsed().as_secs_f64());
            ensure!(all >= fewer, "{all} matches with more watches, {fewer} with fewer");
            more += (all - fewer) as u64;
        }
        sums.iter_mut().zip(best).for_each(|(sum, best)| *sum += best);
    }
    let [without, with] = sums;
    let work = [("watches", many), ("listings", documents.len() as u64), ("matches", more / ROUNDS as u64)];
    Ok(Figure::new(name, with / without, "ratio", &work))
}
