//! What a person means by a name: the identities that cases, restrictions and the like are kept by.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::database::Connection;
use crate::dossier::persona;
use crate::store::cases::Kind;
use crate::store::{captures, exports, trail};

/// The identities that are meant, sorted: none where nothing of that name is known.
///
/// # Errors
/// The database does not answer.
pub async fn named(connection: &mut Connection, kind: Kind, asked: &str) -> Result<Vec<String>> {
    Ok(match kind {
        Kind::Listing => trail::listings_named(connection, asked).await?,
        Kind::Vendor => persona::accounts_named(connection, asked, None).await?,
        Kind::Persona => persona::named(connection, asked, None).await?.into_iter().filter_map(|(id, _)| id).collect(),
        Kind::Indicator => {
            let places = trail::places(connection, asked).await?;
            places.into_iter().map(|place| place.record.value).collect::<BTreeSet<_>>().into_iter().collect()
        }
        Kind::Capture => captures::by_ids(connection, &[asked.to_owned()]).await?.into_iter().map(|capture| capture.id).collect(),
        Kind::Export => match asked.parse() {
            Ok(number) => exports::one(connection, number).await?.into_iter().map(|export| export.id.to_string()).collect(),
            Err(_) => Vec::new(),
        },
    })
}
