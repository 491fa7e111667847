//! `vigie label`: a person says what a listing is.

use std::io::{self, Write};

use anyhow::Result;
use serde_json::{Value, json};
use vigie_extractors::record::Listing;

use crate::audit::Purpose;
use crate::cli::{Common, LabelArgs};
use crate::commands::{Usage, crawl, session};
use crate::config::Config;
use crate::database::Turn;
use crate::store::labels::{self, Label};
use crate::store::read::{self, Table};
use crate::store::{sample, subjects};
use crate::telemetry::Progress;
use crate::{audit, classify as classifier, clock, database};

pub(super) async fn run(common: &Common, args: &LabelArgs) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    if let Some(most) = args.sample {
        return draw(common, &config, &purpose, most).await;
    }
    let (Some(listing), Some(category)) = (&args.listing, &args.category) else {
        let pool = crawl::store(common, &config).await?;
        audit::record(&pool, "label --list", "all", &purpose).await?;
        let labels = labels::all(&mut *pool.acquire().await?).await?;
        let mut out = io::stdout().lock();
        for one in labels {
            let label = json!({
                "label": one.label.category, "subtype": one.label.subtype, "label_source": "hand", "author": one.label.author,
                "at": clock::from_micros(one.at).to_string(), "note": one.label.note,
            });
            writeln!(out, "{}", line(&one.listing_id, &one.source, &one.family, &one.record, label))?;
        }
        pool.close().await;
        return Ok(0);
    };
    let codebook = classifier::rules(&config)?;
    let Some(known) = codebook.category(category) else {
        let codes: Vec<&str> = codebook.categories().iter().map(|category| category.code.as_str()).collect();
        return Err(Usage(format!("{category:?} is no category; hint: the categories are {}", codes.join(", "))).into());
    };
    if let Some(subtype) = args.subtype.as_deref().filter(|subtype| codebook.subtype(category, subtype).is_none()) {
        let codes: Vec<&str> = known.subtype.iter().map(|subtype| subtype.code.as_str()).collect();
        let hint = if codes.is_empty() { "it has none".to_owned() } else { format!("it has {}", codes.join(", ")) };
        return Err(Usage(format!("{subtype:?} is no subtype of {category}; hint: {hint}")).into());
    }
    let label = Label {
        category: category.clone(),
        subtype: args.subtype.clone(),
        note: args.note.clone(),
        author: args.author.clone().unwrap_or_else(audit::actor),
    };
    let pool = crawl::store(common, &config).await?;
    audit::record(&pool, "label", &format!("{listing}: {category}"), &purpose).await?;
    let mut transaction = database::begin_turn(&pool, Turn::Labels).await?;
    labels::add(&mut transaction, listing, &label).await?;
    transaction.commit().await?;
    pool.close().await;
    session::tell!(
        "{listing} is {category}, says {}; `vigie label --list` has all labels in the form that `vigie train` reads",
        label.author
    );
    Ok(0)
}

/// Prints what is to be judged next.
async fn draw(common: &Common, config: &Config, purpose: &Purpose, most: u32) -> Result<u8> {
    let pool = crawl::store(common, config).await?;
    audit::record(&pool, "label --sample", &format!("{most} listings to be judged"), purpose).await?;
    let mut connection = pool.acquire().await?;
    let progress = Progress::bar(u64::try_from(read::count(&mut connection, Table::Listing).await?)?, "listings looked at");
    let ids = sample::next(&mut connection, most as usize, |looked| progress.at(looked)).await?;
    progress.done();
    let restricted = subjects::restricted_ids(&mut connection).await?;
    let mut out = io::stdout().lock();
    for one in read::by_ids(&mut connection, &ids).await?.into_iter().filter(|one| !restricted.contains(&one.row.vendor_id)) {
        writeln!(out, "{}", line(&one.row.id, &one.row.source, &one.family, &one.listing, json!({"url": one.row.address})))?;
    }
    drop(connection);
    pool.close().await;
    session::tell!("{} listings; `vigie label ID CATEGORY` for each, whatever else is left out", ids.len());
    Ok(0)
}

/// A listing as `vigie train` reads it, with what else is known of it; without what is not.
fn line(id: &str, source: &str, family: &str, record: &Listing, more: Value) -> Value {
    let mut line = json!({
        "id": id, "source": source, "family": family, "lang": record.language, "title": record.title, "description": record.description,
        "category_path": record.category_path,
    });
    if let (Some(line), Value::Object(more)) = (line.as_object_mut(), more) {
        line.extend(more);
        line.retain(|_, value| !value.is_null());
    }
    line
}
