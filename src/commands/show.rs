//! `vigie show`.

use std::collections::BTreeSet;
use std::io::{self, Write};

use anyhow::{Context, Result, bail};
use serde::Serialize;

use crate::audit;
use crate::cli::{Common, Dossier, ShowArgs};
use crate::commands::session::{headline, plain};
use crate::commands::{Usage, crawl, session, show_persona};
use crate::database::Connection;
use crate::dossier::account::{self, VendorDossier};
use crate::dossier::indicator::{self, IndicatorDossier};
use crate::dossier::listing::{self, ListingDossier};
use crate::dossier::sheet;
use crate::dossier::trace::{self, Sheet};
use crate::dossier::{Among, Role};
use crate::rates::Rates;
use crate::store::{scam, subjects, trail};

pub(super) async fn run(common: &Common, mut args: ShowArgs) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    if args.html.is_some() && args.kind != Dossier::Trace {
        return Err(Usage("--html writes the trace sheet; hint: vigie show trace LISTING --html FILE".into()).into());
    }
    show_persona::check_style(&args, &purpose)?;
    if args.source.is_some() && !matches!(args.kind, Dossier::Vendor | Dossier::Persona) {
        return Err(Usage("--source narrows vendors; hint: a listing of one source is named SOURCE:KEY".into()).into());
    }
    let currency = args.currency.to_ascii_uppercase();
    if !(2..=6).contains(&currency.len()) || !currency.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(Usage(format!("{:?} is no code of a currency; hint: --currency USD", args.currency)).into());
    }
    let rates = Rates::beside(config.dir.as_deref())?;
    let pool = crawl::store(common, &config).await?;
    if args.kind == Dossier::Indicator {
        args.id = indicator::as_kept(&common.data, &args.id)?;
    }
    let (action, combined) = if args.style { ("show --style", ", combination by style") } else { ("show", "") };
    audit::record(&pool, action, &format!("{:?} {}{combined}", args.kind, args.id).to_lowercase(), &purpose).await?;
    let mut connection = pool.acquire().await?;
    let restricted = if args.include_restricted { BTreeSet::new() } else { subjects::restricted_ids(&mut connection).await? };
    let among = Among { sources: None, restricted: Some(&restricted) };
    let mut out = io::stdout().lock();
    match args.kind {
        Dossier::Listing => {
            let dossier = of_listing(&mut connection, &args.id, &rates, &currency, among).await?;
            if args.json { json(&mut out, &dossier)? } else { print_listing(&mut out, &dossier)? }
        }
        Dossier::Trace => {
            let sheet = trace::sheet(&of_listing(&mut connection, &args.id, &rates, &currency, among).await?);
            match &args.html {
                Some(file) => {
                    std::fs::write(file, sheet::html(&sheet)).with_context(|| format!("cannot write {}", file.display()))?;
                    session::tell!("{}", file.display());
                }
                None if args.json => json(&mut out, &sheet)?,
                None => print_sheet(&mut out, &sheet)?,
            }
        }
        Dossier::Vendor => {
            let accounts = trail::accounts_named(&mut connection, &args.id, args.source.as_deref()).await?;
            if accounts.is_empty() {
                bail!(
                    "no vendor {:?} is known; hint: `vigie search '*' --count-by vendor` lists names, `vigie reextract` \
                       finds the sellers of listings read by an earlier version",
                    args.id
                );
            }
            for one in accounts {
                check(among, &one.source, &one.id)?;
                let dossier = account::vendor(&mut connection, one, &config).await?;
                if args.json { json(&mut out, &dossier)? } else { print_vendor(&mut out, &dossier)? }
            }
        }
        Dossier::Persona => {
            for dossier in show_persona::dossiers(&mut connection, &args, &config, among).await? {
                if args.json { json(&mut out, &dossier)? } else { show_persona::print(&mut out, &dossier)? }
            }
        }
        Dossier::Indicator => {
            let dossiers = indicator::indicators(&mut connection, &args.id, among).await?;
            if dossiers.is_empty() {
                bail!("no page names {:?}; hint: give the normal form, as `vigie indicators --jsonl` prints it", args.id);
            }
            for dossier in dossiers {
                if args.json { json(&mut out, &dossier)? } else { print_indicator(&mut out, &dossier)? }
            }
        }
    }
    drop(connection);
    pool.close().await;
    Ok(0)
}

async fn of_listing(connection: &mut Connection, asked: &str, rates: &Rates, currency: &str, among: Among<'_>) -> Result<ListingDossier> {
    match trail::listings_named(connection, asked).await?.as_slice() {
        [] => bail!("no listing {asked:?} is known; hint: `vigie search --json` shows the id of each as `listing`"),
        [id] => {
            let dossier = listing::listing(connection, id, rates, currency).await?;
            check(among, &dossier.source, &dossier.vendor)?;
            Ok(dossier)
        }
        several => Err(Usage(format!("{asked:?} may be any of {}; hint: give more digits", several.join(", "))).into()),
    }
}

/// Refuses what is restricted.
pub(super) fn check(among: Among<'_>, source: &str, vendor: &str) -> Result<()> {
    if !among.has_account(source, vendor) {
        bail!(
            "the use of what is held of this seller is restricted; hint: --include-restricted opens it, `vigie subject find {vendor}` tells why"
        );
    }
    Ok(())
}

fn json(out: &mut impl Write, dossier: &impl Serialize) -> Result<()> {
    Ok(writeln!(out, "{}", serde_json::to_string(dossier)?)?)
}

/// Lines of a name and a value; what is not told is left out.
pub(super) fn lines(out: &mut impl Write, told: &[(&str, Option<String>)]) -> Result<()> {
    for (name, value) in told {
        if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
            writeln!(out, "{name:<16}{}", headline(value))?;
        }
    }
    Ok(())
}

fn print_listing(out: &mut impl Write, one: &ListingDossier) -> Result<()> {
    let record = &one.record;
    let classified = record.classification.as_ref();
    lines(
        out,
        &[
            ("listing", Some(one.listing.clone())),
            ("title", Some(record.title.clone())),
            ("source", Some(one.source.clone())),
            ("address", Some(one.url.clone())),
            ("vendor", record.vendor.as_ref().map(|vendor| vendor.name.clone())),
            ("category", classified.map(|found| format!("{} ({:.2})", found.category, found.probability))),
            ("decided by", classified.map(|found| found.because.iter().map(|span| span.text.as_str()).collect::<Vec<_>>().join(", "))),
            ("traits", Some(record.traits.join(", "))),
            ("scam", record.scam.as_ref().map(|scam| format!("{:.2}: {}", scam.score, scam::codes(scam).join(", ")))),
            ("ships", Some(route(&record.ships_from, &record.ships_to))),
            ("availability", record.availability.clone()),
            ("first seen", Some(one.first_seen.clone())),
            ("last seen", Some(one.last_seen.clone())),
            ("gone", one.gone_at.clone()),
            ("versions", Some(one.n_versions.to_string())),
            ("sightings", Some(one.n_sightings.to_string())),
            ("family", Some(one.family.clone())),
        ],
    )?;
    // What the text itself tells is seen there.
    for sign in record.scam.iter().flat_map(|scam| &scam.because).filter(|span| span.field.is_empty()) {
        writeln!(out, "{:<16}{}", "", headline(&sign.text))?;
    }
    if !one.prices.is_empty() {
        writeln!(out, "\nPrices")?;
    }
    for price in &one.prices {
        let worth = price.worth.as_ref().map(|worth| {
            let of = worth.rate_of.as_ref().map(|day| format!(", rate of {day}")).unwrap_or_default();
            format!("  = {} {}{of}", worth.amount, worth.currency)
        });
        let currency = price.currency.as_deref().unwrap_or_default();
        writeln!(out, "{}  {} {currency}{}  {}", price.at, price.amount, worth.unwrap_or_default(), price.capture)?;
    }
    writeln!(out, "\nTimeline")?;
    for event in &one.timeline {
        writeln!(out, "{}  {}  {}", event.at, plain(&event.what), event.capture)?;
    }
    if !record.indicators.is_empty() {
        writeln!(out, "\nIndicators")?;
    }
    for found in &record.indicators {
        let checked = if found.verified { "" } else { "  (not verified)" };
        writeln!(out, "{:<16}{} {}{checked}", found.kind, found.asset.as_deref().unwrap_or_default(), headline(&found.value))?;
    }
    Ok(())
}

fn route(from: &[String], to: &[String]) -> String {
    match (from.is_empty(), to.is_empty()) {
        (true, true) => String::new(),
        _ => format!("from {} to {}", some(from), some(to)),
    }
}

fn some(codes: &[String]) -> String {
    if codes.is_empty() { "?".to_owned() } else { codes.join(", ") }
}

fn print_sheet(out: &mut impl Write, sheet: &Sheet) -> Result<()> {
    writeln!(out, "Trace preparation sheet\n")?;
    lines(
        out,
        &[
            ("title", Some(sheet.title.clone())),
            ("vendor", sheet.vendor.clone()),
            ("address", Some(sheet.url.clone())),
            ("capture", Some(sheet.capture.clone())),
            ("first seen", Some(sheet.seen.0.clone())),
            ("last seen", Some(sheet.seen.1.clone())),
        ],
    )?;
    for (at, arm) in sheet.arms.iter().enumerate() {
        writeln!(out, "\nItem {}: {} ({:.2})", at + 1, arm.category, arm.probability)?;
        for field in arm.fields.iter().filter(|field| field.required || field.value.is_some()) {
            writeln!(out, "  {:<28}{}", field.name, field.value.as_deref().map_or_else(|| "not told".to_owned(), headline))?;
        }
        if !arm.lacking.is_empty() {
            writeln!(out, "  Required and lacking: {}", arm.lacking.join(", "))?;
        }
    }
    let blanks: Vec<&str> = sheet.recovery.iter().map(|blank| blank.name).collect();
    writeln!(out, "\nTo be filled in by hand: {}", blanks.join("; "))?;
    Ok(())
}

fn print_vendor(out: &mut impl Write, one: &VendorDossier) -> Result<()> {
    let record = &one.record;
    lines(
        out,
        &[
            ("vendor", Some(one.name.clone())),
            ("source", Some(one.source.clone())),
            ("address", record.url.clone()),
            ("rating", record.rating.clone()),
            ("sales", record.sales.map(|sales| sales.to_string())),
            ("since", record.since.clone()),
            ("first seen", one.first_seen.clone()),
            ("last seen", one.last_seen.clone()),
            ("capture", one.capture.clone()),
            ("persona", one.persona.clone()),
            ("subject", Some(subject(&one.role))),
        ],
    )?;
    corrected(out, &one.role)?;
    let goods: Vec<String> = one.goods.iter().map(|(category, n)| format!("{category} {n}")).collect();
    lines(out, &[("goods", Some(goods.join(", ")))])?;
    let routes: Vec<String> = one
        .routes
        .iter()
        .take(20)
        .map(|route| format!("{} to {} {}", route.from, if route.to.is_empty() { "?" } else { &route.to }, route.listings))
        .collect();
    lines(out, &[("routes", Some(routes.join(", ")))])?;
    if !one.listings.is_empty() {
        writeln!(out, "\nListings")?;
    }
    for line in &one.listings {
        let price = line.price.as_deref().unwrap_or_default();
        let short = line.listing.get(..12).unwrap_or(&line.listing);
        writeln!(out, "{short}  {:<24}{}  {}", line.category, headline(&line.title), plain(price))?;
    }
    if !one.indicators.is_empty() {
        writeln!(out, "\nIndicators")?;
    }
    for named in &one.indicators {
        let asset = named.asset.as_deref().unwrap_or_default();
        let page = if named.own_page { ", own page" } else { "" };
        writeln!(out, "{:<16}{asset} {}  {} listings{page}  {}", named.kind, headline(&named.value), named.listings, named.capture)?;
    }
    writeln!(out)?;
    Ok(())
}

/// What somebody is in a case, in a line.
pub(super) fn subject(role: &Role) -> String {
    let restricted = if role.restricted { ", use restricted" } else { "" };
    format!("{}, {}, evaluation {}{restricted}", role.subject_category, role.basis, role.evaluation)
}

/// What was corrected, beside what pages show.
pub(super) fn corrected(out: &mut impl Write, role: &Role) -> Result<()> {
    role.corrected.iter().try_for_each(|one| lines(out, &[("corrected", Some(format!("{}: {} ({})", one.field, one.value, one.reason)))]))
}

fn print_indicator(out: &mut impl Write, one: &IndicatorDossier) -> Result<()> {
    let record = &one.record;
    let vendors: Vec<String> = one.vendors.iter().map(|(source, name)| format!("{name} ({source})")).collect();
    lines(
        out,
        &[
            (one.kind.as_str(), Some(one.value.clone())),
            ("asset", record.asset.clone()),
            ("form", record.form.clone()),
            ("verified", Some(if record.verified { "by its checksum".into() } else { "no".into() })),
            ("first seen", Some(one.first_seen.clone())),
            ("last seen", Some(one.last_seen.clone())),
            ("captures", Some(one.n_captures.to_string())),
            ("vendors", Some(vendors.join(", "))),
        ],
    )?;
    writeln!(out, "\nPages")?;
    for page in &one.pages {
        let title = page.title.as_deref().map(|title| format!("  {}", headline(title))).unwrap_or_default();
        writeln!(out, "{}  {}  {}{title}  {}", page.first_seen, page.source, headline(&page.url), page.capture)?;
    }
    writeln!(out)?;
    Ok(())
}
