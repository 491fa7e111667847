//! How well style alone finds the accounts of one seller: in the simulated world, and on halves of real sellers' listings.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Result;
use serde::Serialize;
use serde_json::Value;

use super::world::World;
use crate::database::Connection;
use crate::eval::labelled;
use crate::persona::style::{Model, TEMPLATE, Writings};
use crate::pipeline::stage::on_all_cores;
use crate::store::identity::vendor_id;
use crate::store::writings;

/// Listings of a seller from which on they are parted in halves.
const LEAST_LISTINGS: usize = 8;
/// Accounts that are compared, each with each; of a larger world the first ones.
const MOST_ACCOUNTS: usize = 1_000;

/// Figures of hints by style.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Style {
    /// On what.
    pub of: String,
    /// Accounts that wrote enough.
    pub accounts: usize,
    /// Pairs of them that are of one seller.
    pub pairs: usize,
    /// Share of right pairs among the most probable ones that hold half of all right ones.
    pub precision_half: f64,
    /// The same for seven of ten.
    pub precision_seven: f64,
    /// Share of accounts with another one of their seller for which the likest one is.
    pub likest: f64,
}

/// Each seller's listings in two halves, in the order of the files; sellers with few listings as they are. Once as hints are given, once without any
/// sentence that two accounts have, the halves of a seller too.
///
/// # Errors
/// A file cannot be read.
pub fn of_halves(files: &[PathBuf]) -> Result<Vec<Style>> {
    let mut sold = BTreeMap::<String, Vec<labelled::Labelled>>::new();
    for file in files {
        for (_, one) in labelled::lines(file)? {
            if let Some(vendor) = one.vendor.clone() {
                sold.entry(vendor).or_default().push(one);
            }
        }
    }
    let gather = || {
        let mut writings = Writings::default();
        for (vendor, listings) in &sold {
            for (n, one) in listings.iter().enumerate() {
                let half = usize::from(listings.len() >= LEAST_LISTINGS && n >= listings.len() / 2);
                let price = one.fields.get("price").and_then(Value::as_str);
                writings.add(&format!("{vendor}/{half}"), &one.title, &one.description, price);
            }
        }
        writings
    };
    let seller = |id: &str| id.split('/').next().map(str::to_owned);
    Ok(vec![measure("halves", &gather().model(TEMPLATE), seller), measure("halves, no sentence in both", &gather().model(2), seller)])
}

/// The world's accounts, as the store has their listings.
///
/// # Errors
/// The database does not answer.
pub async fn of_world(connection: &mut Connection, world: &World) -> Result<Style> {
    let sellers: BTreeMap<String, usize> =
        world.accounts.iter().map(|account| (vendor_id(&account.source, &account.name), account.seller)).collect();
    let model = writings::all(connection).await?.model(TEMPLATE);
    Ok(measure("simulated world", &model, |id| sellers.get(id).map(usize::to_string)))
}

fn measure(of: &str, model: &Model, seller: impl Fn(&str) -> Option<String> + Sync) -> Style {
    // An account that wrote too little is not even like itself.
    let ids: Vec<&String> = model.ids().iter().filter(|id| model.likeness(id, id).is_some()).take(MOST_ACCOUNTS).collect();
    let numbered: Vec<usize> = (0..ids.len()).collect();
    let rows = on_all_cores(&numbered, |n| {
        let Some(one) = ids.get(*n) else { return Vec::new() };
        let others = ids.iter().enumerate().filter(|(at, _)| at != n);
        let row = others.filter_map(|(at, other)| {
            let likeness = model.likeness(one, other)?;
            Some((likeness.probability, likeness.writing, seller(one) == seller(other), *n, at))
        });
        row.collect::<Vec<_>>()
    });
    let (mut best_right, mut has_other) = (0, 0);
    for row in &rows {
        has_other += usize::from(row.iter().any(|pair| pair.2));
        let best = row.iter().max_by(|a, b| a.1.total_cmp(&b.1));
        best_right += usize::from(best.is_some_and(|pair| pair.2));
    }
    let mut pairs: Vec<(f64, f64, bool, usize, usize)> = rows.into_iter().flatten().filter(|pair| pair.3 < pair.4).collect();
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| b.1.total_cmp(&a.1)).then_with(|| (a.3, a.4).cmp(&(b.3, b.4))));
    let there = pairs.iter().filter(|pair| pair.2).count();
    let precision_at = |recall: f64| {
        let wanted = (recall * there as f64).ceil() as usize;
        let mut right = 0;
        for (n, pair) in pairs.iter().enumerate() {
            right += usize::from(pair.2);
            if right >= wanted.max(1) {
                return right as f64 / (n + 1) as f64;
            }
        }
        0.0
    };
    Style {
        of: of.to_owned(),
        accounts: ids.len(),
        pairs: there,
        precision_half: precision_at(0.5),
        precision_seven: precision_at(0.7),
        likest: if has_other == 0 { 0.0 } else { f64::from(best_right as u32) / f64::from(has_other as u32) },
    }
}
