//! Cookies of an account that a person gives for a source whose authority allows it, and their end. Whoever calls these writes the reading log
//! before anything changes.

use std::path::Path;

use anyhow::Result;
use jiff::Timestamp;

use crate::account::Refused;
use crate::clock;
use crate::config::{Config, Source, Standing};
use crate::database::{self, Pool, Turn};
use crate::fetch::cookies::netscape::{self, Given};
use crate::frontier::source_state::date_of;
use crate::frontier::{sessions, settle};
use crate::standing::writing;

/// Bytes of a cookie file, at most.
pub const LARGEST: u64 = netscape::LARGEST;

/// Cookies that were read and may be set.
pub struct Offered {
    source: String,
    given: Given,
}

impl Offered {
    /// Reads a file in the Netscape format, which is called `name` in what is said of it.
    ///
    /// # Errors
    /// [`Refused`]: the source is not known, its authority allows no account today, or the file holds nothing that can be used for it.
    pub fn read(config: &Config, id: &str, file: &[u8], name: &str, now: Timestamp) -> Result<Self> {
        let source = allowed(config, id, now)?;
        let given = usable(source, file, name, now)?;
        Ok(Self { source: source.id.clone(), given })
    }

    /// How many there are.
    pub fn n(&self) -> usize {
        self.given.jar.len()
    }

    /// What was read and what was left out, in words.
    pub fn counts(&self) -> String {
        counts(&self.given)
    }

    /// Sets them as the session of the source in the place of the one before; gives its number.
    ///
    /// # Errors
    /// The database does not answer.
    pub async fn set(&self, pool: &Pool, data: &Path, by: &str, now: Timestamp) -> Result<i64> {
        let text = serde_json::to_string(&self.given.jar)?;
        let mut transaction = database::begin_turn(pool, Turn::Sessions).await?;
        let n = sessions::set(&mut transaction, &self.source, &text, by, clock::micros(now)).await?;
        // A crawl under way does it when it takes the session up.
        if writing(None, data).await?.is_none() {
            settle::visit_walled(&mut transaction, &self.source, clock::micros(now)).await?;
        }
        transaction.commit().await?;
        Ok(n)
    }
}

/// Ends the session of a source and forgets its cookies, and those that its servers set without one; tells whether there was one.
///
/// # Errors
/// The database does not answer.
pub async fn clear(pool: &Pool, source: &str, now: Timestamp) -> Result<bool> {
    let mut transaction = database::begin_turn(pool, Turn::Sessions).await?;
    let was = sessions::clear(&mut transaction, source, clock::micros(now)).await?;
    transaction.commit().await?;
    Ok(was)
}

/// Says that no source of this id is configured.
pub fn unknown(config: &Config, id: &str) -> Refused {
    let known: Vec<&str> = config.sources.iter().map(|source| source.id.as_str()).collect();
    Refused(format!("no source {id:?} is configured; hint: there are {}", known.join(", ")))
}

/// The source, if its authority allows an account today.
///
/// # Errors
/// [`Refused`]: there is no such source, or it does not.
pub fn allowed<'c>(config: &'c Config, id: &str, now: Timestamp) -> Result<&'c Source> {
    let source = config.source(id).ok_or_else(|| unknown(config, id))?;
    let refused = |why: &str, hint: &str| Refused(format!("no session is taken for {id}: {why}; hint: {hint}"));
    let today = date_of(now);
    match source.standing(today) {
        _ if source.admits_account(today) => Ok(source),
        Standing::ImportOnly => Err(refused("it is never crawled", "it takes imports alone").into()),
        standing @ (Standing::NoAuthority(_) | Standing::Expired(_)) => Err(refused(&standing.sentence(), &standing.hint()).into()),
        _ => {
            let hint = "have reading with an account authorised, then write access = \"account\" under [authority] in its file";
            Err(refused("its authority is for what is public", hint).into())
        }
    }
}

/// Refuses a file that holds nothing for this source.
fn usable(source: &Source, file: &[u8], name: &str, now: Timestamp) -> Result<Given> {
    if file.len() as u64 > LARGEST {
        return Err(Refused(format!("{name} has more than {LARGEST} bytes; hint: export the cookies of this site alone")).into());
    }
    let given = netscape::read(file, |domain, host_only| source.scope.gets_cookies_of(domain, host_only), now).map_err(|bad| {
        let lines: Vec<String> = bad
            .iter()
            .map(|one| if one.line == 0 { format!("{name}: {}", one.what) } else { format!("{name}:{}: {}", one.line, one.what) })
            .collect();
        Refused(format!(
            "this is no cookie file that can be used, and nothing was stored:\n{}\nhint: export again, or mend these lines",
            lines.join("\n")
        ))
    })?;
    if given.jar.is_empty() {
        let hint = "log in with a browser, then export the cookies of that site in the Netscape format";
        return Err(Refused(format!("{name} holds no cookie for {}: {}; hint: {hint}", source.id, counts(&given))).into());
    }
    Ok(given)
}

fn counts(given: &Given) -> String {
    let mut text = format!("{} cookies", given.jar.len());
    if given.foreign > 0 {
        text.push_str(&format!(", {} of other hosts left out", given.foreign));
    }
    if given.expired > 0 {
        text.push_str(&format!(", {} whose end is over left out", given.expired));
    }
    text
}
