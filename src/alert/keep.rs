//! Watches are added, changed and removed here, whether a command or a page asks for it. What is done stands in the reading log before.

use anyhow::Result;
use vigie_index::{Query, Searcher};

use crate::config::watch::{Moment, Options};
use crate::database::{self, Pool, Turn};
use crate::store::watches;
use crate::{clock, search};

/// A question that can be watched; an error points at the column.
///
/// # Errors
/// It is not understood, or what it asks about moves by itself.
pub fn question(query: &str) -> Result<Query> {
    let understood = search::parse(query)?;
    understood.watchable()?;
    Ok(understood)
}

/// Sentences about what makes a question dear. Before the first crawl there is no index that knows how common words are.
pub fn costs(searcher: Option<&Searcher>, query: &Query) -> Vec<String> {
    searcher.map_or_else(|| query.costs(), |searcher| searcher.costs(query))
}

/// Adds a watch.
///
/// # Errors
/// The question cannot be watched, there is a watch of that name, or the database does not answer.
pub async fn add(pool: &Pool, name: &str, query: &str, options: &Options) -> Result<()> {
    question(query)?;
    let mut transaction = database::begin_turn(pool, Turn::Watches).await?;
    watches::add(&mut transaction, name, query, options).await?;
    transaction.commit().await?;
    Ok(())
}

/// Gives a watch the options that `change` makes of those it has, or with `reset` of the usual ones; gives the new ones. Options that are not
/// understood are not read then.
///
/// # Errors
/// There is none of that name, or the database does not answer.
pub async fn change(pool: &Pool, name: &str, reset: bool, change: impl FnOnce(Options) -> Options) -> Result<Options> {
    let mut transaction = database::begin_turn(pool, Turn::Watches).await?;
    let before = if reset { Options::default() } else { Options::clone(&watches::named(&mut transaction, name).await?.options) };
    let options = change(before);
    watches::set(&mut transaction, name, &options).await?;
    transaction.commit().await?;
    Ok(options)
}

/// Puts another watch in the place of one: a question of its own makes a watch, so the old one is removed and the new one added at once.
/// Where name and question stay, only the options change.
///
/// # Errors
/// The question cannot be watched, the new name is taken, there is no watch of the old one, or the database does not answer.
pub async fn replace(pool: &Pool, before: &str, name: &str, query: &str, options: &Options) -> Result<()> {
    question(query)?;
    let mut transaction = database::begin_turn(pool, Turn::Watches).await?;
    let old = watches::named(&mut transaction, before).await?;
    if old.name == name && old.query == query {
        watches::set(&mut transaction, name, options).await?;
    } else {
        watches::remove(&mut transaction, before).await?;
        watches::add(&mut transaction, name, query, options).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// Removes a watch; its alerts stay.
///
/// # Errors
/// There is none of that name, or the database does not answer.
pub async fn remove(pool: &Pool, name: &str) -> Result<()> {
    let mut transaction = database::begin_turn(pool, Turn::Watches).await?;
    watches::remove(&mut transaction, name).await?;
    transaction.commit().await?;
    Ok(())
}

/// Ends a watch now, or lets one that has ended go on.
pub fn switched(options: Options, on: bool) -> Options {
    let now = clock::now();
    match (on, is_on(&options)) {
        (true, false) => Options { expires: None, ..options },
        (false, true) => Options { expires: Some(Moment(now)), ..options },
        _ => options,
    }
}

/// Whether a watch with these options still matches anything.
pub fn is_on(options: &Options) -> bool {
    options.expires.is_none_or(|end| end.0 > clock::now())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watch_is_switched_off_and_on_again_without_its_other_options_changing() {
        let options = Options { owner: "anna".into(), ..Options::default() };
        let off = switched(options.clone(), false);
        assert!(is_on(&options) && !is_on(&off) && off.owner == "anna");
        assert_eq!(switched(off.clone(), false), off);
        assert_eq!(switched(off, true), options);
        let later = Options { expires: "2999-01-01".parse().ok(), ..Options::default() };
        assert_eq!(switched(later.clone(), true), later, "an end to come stays");
    }
}
