//! `vigie eval extract`: how well pages are read, measured on pages with expected values.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::Result;
use serde_json::json;

use crate::cli::{Common, EvalAction, EvalExtractArgs};
use crate::commands::{Usage, session};
use crate::config::Config;
use crate::eval::expected::{self, Family};
use crate::eval::extract::{self, Saved, Scored, fields, macro_f1};
use crate::eval::tally::{self, Fields, Tally};
use crate::pipeline::stage::on_all_cores;
use crate::telemetry::Progress;

/// Fields of the table by family; the table by field has all.
const BY_FAMILY: [&str; 8] = ["page_kind", "listings", "title", "price", "currency", "vendor", "ships_from", "category"];

/// Scores of one way of reading, by family.
struct Way {
    name: &'static str,
    families: BTreeMap<String, Vec<Scored>>,
}

impl Way {
    fn tallies(&self) -> BTreeMap<String, Fields> {
        self.families.iter().map(|(name, pages)| (name.clone(), fields(pages))).collect()
    }
}

pub(super) async fn run(common: &Common, action: EvalAction) -> Result<u8> {
    match action {
        EvalAction::Extract(args) => extract(common, &args),
        EvalAction::Classify(args) => super::eval_classify::run(common, &args),
        EvalAction::Families(args) => super::eval_families::run(common, &args),
        EvalAction::Linkage(args) => super::eval_linkage::run(&args).await,
        EvalAction::Alerts(args) => super::eval_alerts::run(common, &args).await,
    }
}

fn extract(common: &Common, args: &EvalExtractArgs) -> Result<u8> {
    let config = session::load(common)?;
    let families = expected::families(&args.pages)?;
    let progress = Progress::bar(families.len() as u64, "families");
    let mut ways = [("no profile", BTreeMap::new()), ("profile", BTreeMap::new())];
    for (number, family) in families.iter().enumerate() {
        let pages = extract::load(family)?;
        let [(_, bare), (_, profiled)] = &mut ways;
        bare.insert(family.name.clone(), score(&pages, None));
        if let Some(source) = source_of(family, &config, args)? {
            profiled.insert(family.name.clone(), score(&pages, config.source(source).and_then(|source| source.profile.as_ref())));
        }
        progress.at(number as u64 + 1);
    }
    progress.done();
    let ways: Vec<Way> =
        ways.into_iter().filter(|(_, families)| !families.is_empty()).map(|(name, families)| Way { name, families }).collect();
    let mut out = io::stdout().lock();
    if args.json {
        print_json(&mut out, &ways)?
    } else {
        print_tables(&mut out, &ways, args.worst)?
    }
    Ok(0)
}

fn score(pages: &[Saved], profile: Option<&vigie_extractors::profile::Profile>) -> Vec<Scored> {
    on_all_cores(pages, |page| extract::score([page], profile)).into_iter().flatten().collect()
}

/// The configured source whose profile reads a family: the one that `--profile` names, else the one of the same name.
fn source_of<'a>(family: &'a Family, config: &Config, args: &'a EvalExtractArgs) -> Result<Option<&'a str>> {
    let named = args.profile.iter().filter_map(|pair| pair.split_once('=')).find(|(name, _)| *name == family.name);
    let id = named.map_or(family.name.as_str(), |(_, id)| id);
    match config.source(id) {
        Some(source) if source.profile.is_some() => Ok(Some(id)),
        Some(_) if named.is_some() => Err(Usage(format!("the source {id:?} has no profile; hint: [extractor] in its file")).into()),
        None if named.is_some() => Err(Usage(format!("no source {id:?} is configured; hint: `vigie check` lists them")).into()),
        _ => Ok(None),
    }
}

fn print_json(out: &mut impl Write, ways: &[Way]) -> io::Result<()> {
    for way in ways {
        let tallies = way.tallies();
        let mut all = Fields::new();
        tallies.values().for_each(|fields| tally::join(&mut all, fields));
        for (family, fields) in tallies.iter().map(|(name, fields)| (Some(name), fields)).chain([(None, &all)]) {
            for (field, tally) in fields {
                let line = json!({
                    "way": way.name, "family": family, "field": field, "right": tally.right, "wrong": tally.wrong, "missing": tally.missing,
                    "spurious": tally.spurious, "precision": tally.precision(), "recall": tally.recall(), "f1": tally.f1(),
                });
                writeln!(out, "{line}")?;
            }
        }
    }
    Ok(())
}

fn print_tables(out: &mut impl Write, ways: &[Way], worst: usize) -> io::Result<()> {
    for way in ways {
        let tallies = way.tallies();
        let pages: usize = way.families.values().map(Vec::len).sum();
        let mut all = Fields::new();
        tallies.values().for_each(|fields| tally::join(&mut all, fields));
        writeln!(out, "{}: {} families, {pages} pages\n", way.name, tallies.len())?;
        writeln!(
            out,
            "{:<14}{:>7}{:>7}{:>9}{:>10}{:>11}{:>8}{:>8}{:>18}",
            "field", "right", "wrong", "missing", "spurious", "precision", "recall", "F1", "mean F1 of families"
        )?;
        for (field, tally) in &all {
            let Tally { right, wrong, missing, spurious } = tally;
            let mean = macro_f1(&tallies, field).map_or_else(|| "-".to_owned(), |mean| format!("{mean:.3}"));
            writeln!(
                out,
                "{field:<14}{right:>7}{wrong:>7}{missing:>9}{spurious:>10}{:>11.3}{:>8.3}{:>8.3}{mean:>18}",
                tally.precision(),
                tally.recall(),
                tally.f1()
            )?;
        }
        writeln!(out, "\n{:<28}{:>6}{}", "F1 by family", "pages", BY_FAMILY.map(|field| format!("{field:>11}")).join(""))?;
        for (family, fields) in &tallies {
            let cells = BY_FAMILY.map(|field| {
                fields
                    .get(field)
                    .filter(|tally| tally.known() + tally.spurious > 0)
                    .map_or_else(|| format!("{:>11}", "-"), |tally| format!("{:>11.3}", tally.f1()))
            });
            writeln!(out, "{family:<28}{:>6}{}", way.families.get(family).map_or(0, Vec::len), cells.join(""))?;
        }
        print_worst(out, way, worst)?;
        writeln!(out)?;
    }
    Ok(())
}

/// The pages with the lowest share of right values, with what was not right on them.
fn print_worst(out: &mut impl Write, way: &Way, worst: usize) -> io::Result<()> {
    let mut pages: Vec<(&String, &Scored)> =
        way.families.iter().flat_map(|(family, pages)| pages.iter().map(move |page| (family, page))).collect();
    pages.retain(|(_, page)| !page.score.faults.is_empty());
    pages.sort_by(|(_, a), (_, b)| a.score.total().f1().total_cmp(&b.score.total().f1()));
    if worst > 0 && !pages.is_empty() {
        writeln!(out, "\nworst pages")?;
    }
    for (family, page) in pages.into_iter().take(worst) {
        writeln!(out, "{family}/{}: F1 {:.3}", page.file, page.score.total().f1())?;
        for fault in page.score.faults.iter().take(12) {
            writeln!(out, "  {}", vigie_extractors::html::prefix(fault, 200))?;
        }
        if page.score.faults.len() > 12 {
            writeln!(out, "  and {} more", page.score.faults.len() - 12)?;
        }
    }
    Ok(())
}
