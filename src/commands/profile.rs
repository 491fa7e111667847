//! `vigie profile`: proposes a profile from captured pages of a source, and says how far one reads them.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Context, Result};
use url::Url;
use vigie_extractors::induce;
use vigie_extractors::page::Page;
use vigie_extractors::profile::Profile;

use crate::cli::{Common, FromArgs, ProfileAction, ProfileInduceArgs, ProfileTestArgs};
use crate::commands::{Usage, session};
use crate::config::{Config, Source};
use crate::profile::coverage::{self, Coverage, FieldCoverage};
use crate::profile::sample::{self, Sampled};
use crate::{audit, database};

pub(super) async fn run(common: &Common, action: ProfileAction) -> Result<u8> {
    match action {
        ProfileAction::Induce(args) => induce(common, &args).await,
        ProfileAction::Test(args) => test(common, &args).await,
    }
}

async fn induce(common: &Common, args: &ProfileInduceArgs) -> Result<u8> {
    let config = session::load(common)?;
    // A profile may be made before the source has a file.
    let source = config.source(&args.source).cloned().unwrap_or_else(|| Source::for_import(&args.source, &config.settings));
    let pages = pages(common, &config, "profile induce", &args.source, &args.from).await?;
    let read: Vec<Page<'_>> = pages.iter().map(|one| page(one, &source)).collect();
    let induced = tokio::task::block_in_place(|| induce::induce(&read));
    let mut text = String::new();
    for (number, one) in pages.iter().enumerate() {
        text.push_str(&format!("# page {}: {}\n", number + 1, session::headline(&one.place)));
    }
    let text = format!("{}\n{text}", induced.toml);
    match &args.out {
        Some(file) => {
            let exists = file.exists();
            if exists {
                return Err(Usage(format!("{} is there already; hint: nothing is overwritten, name another file", file.display())).into());
            }
            std::fs::write(file, &text).with_context(|| format!("cannot write {}", file.display()))?;
            session::tell!(
                "{} rules from {} pages written to {}; hint: read them, test them by `vigie profile test {} --profile {}`, put them into the source file",
                induced.profile.page.len(),
                pages.len(),
                file.display(),
                args.source,
                file.display()
            );
        }
        None => write!(io::stdout(), "{text}")?,
    }
    Ok(if induced.profile.page.is_empty() { 3 } else { 0 })
}

async fn test(common: &Common, args: &ProfileTestArgs) -> Result<u8> {
    let config = session::load(common)?;
    let source = config.source(&args.source).cloned().unwrap_or_else(|| Source::for_import(&args.source, &config.settings));
    let pages = pages(common, &config, "profile test", &args.source, &args.from).await?;
    let profile = match (&args.profile, &source.profile) {
        (Some(file), _) => read_profile(file)?,
        (None, Some(profile)) => profile.clone(),
        (None, None) => {
            let why = if config.source(&args.source).is_some() { "has no profile" } else { "is not configured" };
            let hint = "put [[extractor.page]] into its file, or name one with --profile FILE";
            return Err(Usage(format!("the source {:?} {why}; hint: {hint}", args.source)).into());
        }
    };
    let coverage = tokio::task::block_in_place(|| coverage::measure(&pages, &source, &profile));
    let mut out = io::stdout().lock();
    if args.json {
        writeln!(out, "{}", serde_json::to_string(&coverage)?)?;
    } else {
        table(&mut out, &coverage)?;
    }
    for missed in &coverage.missed {
        session::tell!("expectation missed: {}", missed.sentence);
    }
    Ok(if coverage.missed.is_empty() { 0 } else { 3 })
}

/// The `[extractor]` of a file that holds one.
fn read_profile(file: &Path) -> Result<Profile> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let wrong = |what: String| Usage(format!("{}: {what}", file.display()));
    let table: toml::Table = text.parse().map_err(|error| wrong(format!("{error}")))?;
    let section =
        table.get("extractor").cloned().ok_or_else(|| wrong("no [extractor]; hint: `vigie profile induce` writes one".to_owned()))?;
    let profile: Profile = section.try_into().map_err(|error| wrong(format!("[extractor] {error}")))?;
    match profile.check().first() {
        Some(fault) => Err(wrong(format!("[extractor] {}; hint: {}", fault.what, fault.hint)).into()),
        None => Ok(profile),
    }
}

/// The pages, logged before any of them is read: those that files hold, else the captures of the instance.
async fn pages(common: &Common, config: &Config, action: &str, source: &str, from: &FromArgs) -> Result<Vec<Sampled>> {
    let purpose = session::purpose(common, config)?;
    let base = match &from.url {
        Some(text) => Some(Url::parse(text).map_err(|error| Usage(format!("--url: {text:?} is no absolute address ({error})")))?),
        None => None,
    };
    let at = &config.settings.database;
    let pool = if database::exists(&common.data, at) { Some(database::open(&common.data, at).await?) } else { None };
    if let Some(pool) = &pool {
        audit::record(pool, action, source, &purpose).await?;
    }
    let pages = if from.from.is_empty() {
        let pool = pool.as_ref().ok_or_else(|| {
            Usage(format!(
                "there are no captures in {}; hint: crawl {source} first, or name saved pages with --from",
                common.data.display()
            ))
        })?;
        sample::of_instance(pool, &common.data.join("archive"), source).await?
    } else {
        sample::of_files(&from.from, base.as_ref())?
    };
    if let Some(pool) = pool {
        pool.close().await;
    }
    if pages.is_empty() {
        let hint = format!("crawl {source} first, or name saved pages with --from");
        return Err(Usage(format!("no captured page of {source}; hint: {hint}")).into());
    }
    Ok(pages)
}

fn page<'a>(one: &'a Sampled, source: &'a Source) -> Page<'a> {
    Page {
        url: &one.body.url,
        body: &one.body.bytes,
        content_type: one.body.content_type.as_deref(),
        source_type: Some(source.kind.code()),
        profile: None,
        private: &source.private,
        cards: None,
        fetched_at: one.body.captured_at,
    }
}

fn table(out: &mut impl Write, coverage: &Coverage) -> Result<()> {
    for (number, rules) in coverage.rules.iter().enumerate() {
        let detail = rules.page_detail.as_ref().map(|detail| format!(" {detail}")).unwrap_or_default();
        writeln!(
            out,
            "{}. {}{detail}: {} pages, {} records; {} pages of this kind by the general reading, too",
            number + 1,
            rules.page_kind,
            rules.pages,
            rules.records,
            rules.same_kind
        )?;
        if rules.pages == 0 {
            continue;
        }
        writeln!(
            out,
            "   {:<17}{:>8}{:>11}{:>8}{:>9}{:>16}{:>10}",
            "FIELD", "OF", "BY RULES", "SHARE", "FILLED", "AS GENERAL", "PROBLEMS"
        )?;
        for one in &rules.fields {
            writeln!(
                out,
                "   {:<17}{:>8}{:>11}{:>8}{:>9}{:>16}{:>10}",
                one.field,
                one.records,
                one.by_profile,
                share(one),
                one.filled,
                format!("{} of {}", one.same, one.compared),
                one.problems
            )?;
            for example in &one.examples {
                writeln!(out, "     {}: {}", session::headline(&example.page), session::headline(&example.what))?;
            }
        }
    }
    let taken: usize = coverage.rules.iter().map(|rules| rules.pages).sum();
    let others: Vec<String> = coverage.not_taken.iter().map(|(kind, n)| format!("{kind} {n}")).collect();
    let others = if others.is_empty() { String::new() } else { format!("; not taken, by the general reading: {}", others.join(", ")) };
    writeln!(out, "{taken} of {} pages taken by rules{others}", coverage.pages)?;
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "a share of records needs no 53 bits")]
fn share(one: &FieldCoverage) -> String {
    if one.records == 0 { "-".to_owned() } else { format!("{:.0} %", 100.0 * one.by_profile as f64 / one.records as f64) }
}
