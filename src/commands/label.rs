//! `vigie label`: a person says what a listing is.

use std::io::{self, Write};

use anyhow::Result;
use serde_json::json;

use crate::cli::{Common, LabelArgs};
use crate::commands::{Usage, crawl, session};
use crate::database::Turn;
use crate::store::labels::{self, Label};
use crate::{audit, classify as classifier, clock, database};

pub(super) async fn run(common: &Common, args: &LabelArgs) -> Result<u8> {
    let config = session::load(common)?;
    let purpose = session::purpose(common, &config)?;
    let (Some(listing), Some(category)) = (&args.listing, &args.category) else {
        let pool = crawl::store(common, &config).await?;
        audit::record(&pool, "label", "list of all", &purpose).await?;
        let labels = labels::all(&mut *pool.acquire().await?).await?;
        let mut out = io::stdout().lock();
        for one in labels {
            let mut line = json!({
                "id": one.listing_id, "source": one.source, "family": one.family, "lang": one.record.language, "title": one.record.title,
                "description": one.record.description, "category_path": one.record.category_path, "label": one.label.category,
                "subtype": one.label.subtype, "label_source": "hand", "author": one.label.author, "at": clock::from_micros(one.at).to_string(),
                "note": one.label.note,
            });
            if let Some(line) = line.as_object_mut() {
                line.retain(|_, value| !value.is_null());
            }
            writeln!(out, "{line}")?;
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
