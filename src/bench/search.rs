//! Questions of each kind to an index of many listings, each in turns with the engine's own answer to the same question.

use std::collections::HashMap;
use std::time::Instant;

use anyhow::{Result, ensure};
use vigie_index::{Document, Index, Opened, Query, Raw, SearchOptions, Searcher, Sort};

use super::Task;
use super::figure::Figure;
use super::mixture::Mixture;
use super::usage::Stretch;
use crate::dice::Dice;

/// Listings of a commit, as the projection writes them.
const BATCH: u64 = 2_000;
/// Listings whose words are asked for.
const SAMPLE: u64 = 20_000;
/// Questions of a kind.
const QUESTIONS: usize = 20;
/// Times that each is asked.
const ROUNDS: usize = 5;
/// Hits asked for.
const LIMIT: usize = 20;
/// Hits before the page that is paged to.
const DEEP: usize = 1_000;

/// One question in both languages.
struct Asked {
    ours: String,
    raw: String,
    /// Words of `raw` may have one letter wrong.
    near: bool,
    options: SearchOptions,
}

/// Times of one kind of question, ms.
#[derive(Default)]
struct Times {
    ours: Vec<f64>,
    raw: Vec<f64>,
    /// Sums of the best time of each question: ours, the engine's, the engine's without a total.
    best: [f64; 3],
    hits: u64,
    matches: u64,
}

/// Builds the index, then asks.
pub(super) fn listings(task: &Task) -> Result<Vec<Figure>> {
    let many = task.listings as u64;
    let mixture = Mixture::new(task)?;
    let folder = task.folder.join("index");
    let Opened::Ready { index, .. } = Index::open(&folder)? else { anyhow::bail!("the folder holds an index already") };
    let (all, mut writing) = (Stretch::begin(), 0.0);
    let mut writer = index.writer()?;
    for begin in (0..many).step_by(BATCH as usize) {
        let batch: Vec<Document> = (begin..(begin + BATCH).min(many)).map(|n| mixture.listing(n)).collect();
        let one = Instant::now();
        writer.apply(&batch, &[], (begin + BATCH).min(many) as i64)?;
        writing += one.elapsed().as_secs_f64();
    }
    let ending = Instant::now();
    writer.finish()?;
    writing += ending.elapsed().as_secs_f64();
    let (_, cpu) = all.end();
    let mut looks = Vec::new();
    for _ in 0..QUESTIONS {
        let begin = Instant::now();
        index.searcher()?;
        looks.push(begin.elapsed().as_secs_f64() * 1_000.0);
    }
    let (searcher, raw) = (index.searcher()?, index.raw()?);
    ensure!(searcher.len() == many, "{} of {many} listings are in the index", searcher.len());
    let work = [("listings", many)];
    let mut figures = vec![
        Figure::new("build", writing, "s", &work),
        Figure::new("build_cpu", cpu * 1e6 / many as f64, "us/listing", &work),
        Figure::new("look", at(&mut looks, 0.5), "ms", &work),
        Figure::new("size", index.size_bytes()? as f64 / many as f64, "bytes/listing", &work),
    ];
    let sample: Vec<Document> = (0..many.min(SAMPLE)).map(|n| mixture.listing(n)).collect();
    for (kind, questions) in questions(&sample) {
        let times = times(&searcher, &raw, &questions, kind)?;
        figures.extend(times.figures(kind, many, questions.len() as u64));
    }
    Ok(figures)
}

fn times(searcher: &Searcher, raw: &Raw, questions: &[Asked], kind: &str) -> Result<Times> {
    let mut times = Times::default();
    for asked in questions {
        let query = Query::parse(&asked.ours, 0)?;
        let mut options = asked.options.clone();
        if options.offset > 0 {
            let before = SearchOptions { limit: std::mem::take(&mut options.offset), ..options.clone() };
            options.after = searcher.search(&query, &before)?.hits.pop().map(|hit| hit.cursor);
        }
        let mut best = [f64::INFINITY; 3];
        for _ in 0..ROUNDS {
            let mut begin = Instant::now();
            let mut stop = |best: &mut f64| {
                let time = begin.elapsed().as_secs_f64() * 1_000.0;
                *best = best.min(time);
                begin = Instant::now();
                time
            };
            let [one, two, three] = &mut best;
            let answer = searcher.search(&Query::parse(&asked.ours, 0)?, &options)?;
            times.ours.push(stop(one));
            let peer = raw.answer(&asked.raw, asked.near, &asked.options, true)?;
            times.raw.push(stop(two));
            raw.answer(&asked.raw, asked.near, &asked.options, false)?;
            stop(three);
            let same = answer.total == peer.total && (asked.options.collapse || answer.hits.len() == peer.hits);
            ensure!(
                same,
                "{kind} `{}`: {} hits of {}, the engine has {} of {}",
                asked.ours,
                answer.hits.len(),
                answer.total,
                peer.hits,
                peer.total
            );
            times.hits += answer.hits.len() as u64;
            times.matches += answer.total;
        }
        times.best.iter_mut().zip(best).for_each(|(sum, best)| *sum += best);
    }
    ensure!(times.matches > 0, "no {kind} question found anything");
    Ok(times)
}

impl Times {
    fn figures(mut self, kind: &str, listings: u64, questions: u64) -> Vec<Figure> {
        let work = [("listings", listings), ("questions", questions), ("hits", self.hits), ("matches", self.matches)];
        let [ours, raw, top] = self.best;
        let figure = |name: &str, value: f64, unit: &str| Figure::new(&format!("{kind}_{name}"), value, unit, &work);
        vec![
            figure("p50", at(&mut self.ours, 0.5), "ms"),
            figure("p95", at(&mut self.ours, 0.95), "ms"),
            figure("p99", at(&mut self.ours, 0.99), "ms"),
            figure("raw_p50", at(&mut self.raw, 0.5), "ms"),
            figure("over_raw", ours / raw, "ratio"),
            figure("over_raw_top", ours / top, "ratio"),
        ]
    }
}

/// So many of the times are shorter than what this gives.
fn at(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get((times.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN)
}

/// Words of a sample, by how many of its listings hold them.
struct Words {
    dice: Dice,
    frequent: Vec<String>,
    middle: Vec<String>,
    rare: Vec<String>,
    pairs: Vec<String>,
}

impl Words {
    fn new(sample: &[Document]) -> Self {
        let plain = |word: &&str| word.len() > 2 && word.bytes().all(|byte| byte.is_ascii_lowercase());
        let (mut held, mut pairs) = (HashMap::<String, usize>::new(), Vec::new());
        for document in sample {
            let text = format!("{} {}", document.title, document.description).to_lowercase();
            let mut words: Vec<&str> = text.split_whitespace().collect();
            pairs.extend(words.windows(2).filter(|pair| pair.iter().all(&plain)).take(2).map(|pair| pair.join(" ")));
            words.sort_unstable();
            words.dedup();
            words.into_iter().filter(plain).for_each(|word| *held.entry(word.to_owned()).or_default() += 1);
        }
        let mut words: Vec<(usize, String)> = held.into_iter().map(|(word, many)| (many, word)).collect();
        words.sort_by(|one, other| other.cmp(one));
        let band = |range: std::ops::Range<usize>| -> Vec<String> {
            let share = |many: usize| many * 10_000 / sample.len().max(1);
            let within: Vec<String> =
                words.iter().filter(|(many, _)| range.contains(&share(*many))).map(|(_, word)| word.clone()).collect();
            if within.is_empty() { words.iter().map(|(_, word)| word.clone()).collect() } else { within }
        };
        Self { dice: Dice::labelled(1, "questions"), frequent: band(500..10_001), middle: band(10..200), rare: band(0..2), pairs }
    }

    fn one(&mut self, of: fn(&Self) -> &Vec<String>) -> String {
        let mut dice = self.dice.clone();
        let word = dice.pick(of(self)).cloned().unwrap_or_default();
        self.dice = dice;
        word
    }

    fn frequent(&mut self) -> String {
        self.one(|words| &words.frequent)
    }

    fn middle(&mut self) -> String {
        self.one(|words| &words.middle)
    }
}

/// Questions of each kind, drawn from the words of listings.
fn questions(sample: &[Document]) -> Vec<(&'static str, Vec<Asked>)> {
    let mut words = Words::new(sample);
    let text = |what: &str| format!("title_exact:{what} OR description_exact:{what}");
    let plain = || SearchOptions { limit: LIMIT, ..SearchOptions::default() };
    let both = |ours: String, options: SearchOptions| Asked { raw: ours.clone(), ours, near: false, options };
    let mut kinds: Vec<(&'static str, Vec<Asked>)> = Vec::new();
    let mut kind = |name: &'static str, words: &mut Words, one: &mut dyn FnMut(&mut Words, usize) -> Asked| {
        kinds.push((name, (0..QUESTIONS).map(|n| one(words, n)).collect()));
    };
    kind("frequent", &mut words, &mut |words, _| both(words.frequent(), plain()));
    kind("middle", &mut words, &mut |words, _| both(words.middle(), plain()));
    kind("rare", &mut words, &mut |words, _| both(words.one(|words| &words.rare), plain()));
    kind("phrase", &mut words, &mut |words, _| {
        let pair = format!("\"{}\"", words.one(|words| &words.pairs));
        Asked { raw: text(&pair), ours: pair, near: false, options: plain() }
    });
    kind("boolean", &mut words, &mut |words, _| {
        let (one, other, must, not) = (words.middle(), words.frequent(), words.frequent(), words.middle());
        Asked {
            ours: format!("({one} OR {other}) {must} -{not}"),
            raw: format!("+({one} {other}) +{must} -{not}"),
            near: false,
            options: plain(),
        }
    });
    kind("filters", &mut words, &mut |words, n| {
        let (word, low) = (words.frequent(), words.dice.below(200));
        let (high, scale) = (low + 400, 100_000_000);
        let category = sample.get(n * 7 % sample.len().max(1)).map(|one| one.category.clone()).unwrap_or_default();
        let category = category.split('.').next().unwrap_or_default().to_owned();
        Asked {
            ours: format!("{word} category:\"{category}\" price:[{low} TO {high}]"),
            raw: format!("+{word} +category:\"{category}\" +price:[{} TO {}]", low * scale, high * scale),
            near: false,
            options: SearchOptions { count_by: ["category", "source", "week"].map(str::to_owned).to_vec(), ..plain() },
        }
    });
    kind("newest", &mut words, &mut |words, _| both(words.frequent(), SearchOptions { sort: Sort::NewestFirst, ..plain() }));
    kind("price", &mut words, &mut |words, _| both(words.frequent(), SearchOptions { sort: Sort::PriceDesc, ..plain() }));
    kind("prefix", &mut words, &mut |words, _| {
        let beginning: String = words.middle().chars().take(4).collect();
        // The first text behind all that begin so; there is none of one letter behind `z`, and few words have it there.
        let beginning = beginning.trim_end_matches('z').to_owned();
        let (before, last) = beginning.split_at(beginning.len().saturating_sub(1));
        let after = last.chars().next().and_then(|last| char::from_u32(u32::from(last) + 1)).unwrap_or_default();
        let range = format!("[{beginning} TO {before}{after}}}");
        Asked { ours: format!("{beginning}*"), raw: text(&range), near: false, options: plain() }
    });
    kind("fuzzy", &mut words, &mut |words, _| {
        let word = words.middle();
        Asked { ours: format!("{word}~1"), raw: word, near: true, options: plain() }
    });
    kind("collapse", &mut words, &mut |words, _| both(words.frequent(), SearchOptions { collapse: true, ..plain() }));
    kind("deep", &mut words, &mut |words, _| both(words.frequent(), SearchOptions { offset: DEEP, ..plain() }));
    kinds
}
