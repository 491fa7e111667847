//! `vigie eval families`: how well copies of an advertisement are told from other listings, measured on judged pairs.

use std::io::{self, Write};
use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;

use crate::classify as classifier;
use crate::cli::{Common, EvalFamiliesArgs};
use crate::commands::{Usage, session};
use crate::eval::families::{self, Told};

pub(super) fn run(common: &Common, args: &EvalFamiliesArgs) -> Result<u8> {
    let named = args.listings.clone().or_else(|| std::env::var_os("VIGIE_DATA").map(|folder| PathBuf::from(folder).join("listings")));
    let Some(listings) = named else {
        return Err(
            Usage("the pairs name listings of a folder; hint: --listings DIR, or VIGIE_DATA for the folder above it".to_owned()).into()
        );
    };
    let config = session::load(common)?;
    let codebook = classifier::codebook(&config)?;
    let told = families::judge(&codebook, &listings, &families::read(&args.file)?)?;
    let mut out = io::stdout().lock();
    if args.json {
        print_json(&mut out, &told)?
    } else {
        print(&mut out, &told, args.worst)?
    }
    Ok(0)
}

fn print_json(out: &mut impl Write, told: &[Told]) -> io::Result<()> {
    for ((half, site), count) in families::counts(told) {
        let line = json!({
            "half": half, "site": site, "right": count.right, "false_positive": count.false_positive, "false_negative": count.false_negative,
            "precision": count.precision(), "recall": count.recall(), "f1": count.f1(),
        });
        writeln!(out, "{line}")?;
    }
    Ok(())
}

fn print(out: &mut impl Write, told: &[Told], worst: usize) -> io::Result<()> {
    writeln!(
        out,
        "{} pairs\n\n{:<10}{:<8}{:>7}{:>8}{:>8}{:>11}{:>8}{:>8}",
        told.len(),
        "half",
        "site",
        "right",
        "false",
        "missed",
        "precision",
        "recall",
        "F1"
    )?;
    for ((half, site), count) in families::counts(told) {
        writeln!(
            out,
            "{half:<10}{site:<8}{:>7}{:>8}{:>8}{:>11.3}{:>8.3}{:>8.3}",
            count.right,
            count.false_positive,
            count.false_negative,
            count.precision(),
            count.recall(),
            count.f1()
        )?;
    }
    let wrong: Vec<&Told> = told.iter().filter(|one| !one.right()).collect();
    if worst > 0 && !wrong.is_empty() {
        writeln!(out, "\nmistakes, false joins first: {} in all", wrong.len())?;
    }
    let (joined, missed): (Vec<&Told>, Vec<&Told>) = wrong.into_iter().partition(|one| one.joined());
    for one in joined.into_iter().chain(missed).take(worst) {
        let what = match (one.joined(), one.copy) {
            (true, _) => "joined",
            (false, true) => "missed: they share no band",
            (false, false) => "missed",
        };
        writeln!(out, "{what}; {}", one.pair.why)?;
        for ((file, id), title) in [&one.pair.a, &one.pair.b].into_iter().zip(&one.titles) {
            writeln!(out, "    {file} {id} {:?}", title.chars().take(120).collect::<String>())?;
        }
    }
    Ok(())
}
