//! `vigie eval linkage`: how well sellers' accounts are linked, in a simulated world.

use std::io::{self, Write};

use anyhow::Result;

use crate::cli::EvalLinkageArgs;
use crate::commands::session;
use crate::config::Database;
use crate::database;
use crate::eval::linkage::style::{self, Style};
use crate::eval::linkage::{self, Found, Score, feed, world};
use crate::telemetry::Progress;

pub(super) async fn run(args: &EvalLinkageArgs) -> Result<u8> {
    if !args.listings.is_empty() {
        let styles = style::of_halves(&args.listings)?;
        let mut out = io::stdout().lock();
        if args.json {
            writeln!(out, "{}", serde_json::to_string(&styles)?)?
        } else {
            print_styles(&mut out, &styles)?
        }
        return Ok(0);
    }
    let world = world::make(args.vendors as usize, args.sources as usize, args.seed)?;
    let folder = std::env::temp_dir().join(format!("vigie-linkage-{}", std::process::id()));
    let found = in_store(&world, &folder, u64::from(args.sources)).await;
    // What cannot be removed is in the folder for temporary files.
    let _ = std::fs::remove_dir_all(&folder);
    let found = found?;
    let mut out = io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&found)?)?
    } else {
        print(&mut out, &found)?
    }
    Ok(0)
}

async fn in_store(world: &world::World, folder: &std::path::Path, sources: u64) -> Result<Found> {
    let progress = Progress::bar(sources, "sources");
    let fed = feed::import(world, folder, |n| progress.at(n as u64)).await;
    progress.done();
    fed?;
    session::tell!("{} accounts of {} sellers are in a temporary store", world.accounts.len(), world.ways.len());
    let pool = database::open_existing(&folder.join("data"), &Database::Sqlite).await?;
    let mut connection = pool.acquire().await?;
    let found = linkage::judge_all(&mut connection, world).await;
    let styles = style::of_world(&mut connection, world).await;
    drop(connection);
    pool.close().await;
    Ok(Found { styles: vec![styles?], ..found? })
}

fn print(out: &mut impl Write, found: &Found) -> io::Result<()> {
    writeln!(out, "{} accounts, {} of them with marks, {} listings", found.accounts.0, found.accounts.1, found.listings)?;
    writeln!(out, "{} pairs share something; {} marks link nobody\n", found.pairs, found.guarded)?;
    let head = |name: &str| format!("{name:<24}{:>7}{:>7}{:>7}{:>11}{:>8}", "right", "wrong", "there", "precision", "recall");
    writeln!(out, "{}", head("links by"))?;
    for (kind, score) in &found.links {
        line(out, kind, score)?;
    }
    writeln!(out, "\n{}", head("united pairs"))?;
    line(out, "of those that share", &found.united)?;
    line(out, "of all", &found.all)?;
    let (all, flagged, united) = found.impersonators;
    writeln!(out, "\nimpersonators: {all}, {flagged} flagged, {united} united with whom they play")?;
    writeln!(out, "copiers of a text with contacts: {}, {} united with whom they copied\n", found.copiers.0, found.copiers.1)?;
    print_styles(out, &found.styles)
}

fn line(out: &mut impl Write, name: &str, score: &Score) -> io::Result<()> {
    let recall = if score.there == 0 { "-".to_owned() } else { format!("{:.3}", score.recall()) };
    writeln!(out, "{name:<24}{:>7}{:>7}{:>7}{:>11.3}{recall:>8}", score.right, score.wrong, score.there, score.precision())
}

fn print_styles(out: &mut impl Write, styles: &[Style]) -> io::Result<()> {
    for style in styles {
        writeln!(
            out,
            "hints by style, {}: {} accounts with enough text, {} pairs of one seller; precision {:.3} at recall 0.5, {:.3} at recall 0.7; \
             the likest account is the right one for {:.3}",
            style.of, style.accounts, style.pairs, style.precision_half, style.precision_seven, style.likest
        )?;
    }
    Ok(())
}
