//! Whether the index can be searched, and how far it follows the store.

use vigie_index::{Index, Opened};

use crate::doctor::folder::{files, round};
use crate::doctor::{Check, Instance};
use crate::indexing;
use crate::store::read;

const NAME: &str = "index";

/// Files up to this size together are compared with their checksums, bytes.
const MOST_READ: u64 = 1_000_000_000;

pub(super) async fn check(instance: &Instance<'_>) -> Check {
    let folder = indexing::folder(instance.data);
    let written = match instance.pool {
        None => Ok(0),
        Some(pool) => match pool.acquire().await {
            Ok(mut connection) => read::last_seq(&mut connection).await,
            Err(error) => Err(error.into()),
        },
    };
    let written = match written {
        Ok(written) => written,
        Err(error) => {
            return Check::warning(NAME, format!("the store does not tell what belongs in it: {error:#}"), "See the test of the store.");
        }
    };
    // Opening makes an index where there is none, which is not for a test to do.
    if !folder.join("meta.json").exists() {
        return if written == 0 {
            Check::ok(NAME, "there is none yet, and nothing to find")
        } else {
            Check::failure(NAME, "it is missing: nothing can be found", "Run `vigie reindex`.")
        };
    }
    let writing = instance.writing.is_some();
    let looked = tokio::task::block_in_place(|| -> Result<_, vigie_index::IndexError> {
        Ok(match Index::open(&folder)? {
            Opened::NeedsRebuild { reason } => Err(reason),
            Opened::Ready { index, checkpoint } => {
                // Beside a writer files come and go.
                let whole = !writing && files(&folder) <= MOST_READ;
                Ok((checkpoint, if whole { index.verify()? } else { Vec::new() }, whole))
            }
        })
    });
    let bytes = round(files(&folder));
    match looked {
        Err(error) => Check::failure(NAME, error.to_string(), "See the data folder's disk and rights, then run `vigie reindex`."),
        Ok(Err(reason)) => {
            Check::failure(NAME, format!("{bytes}: {reason}"), "Run `vigie reindex`; nothing is lost, the store has it all.")
        }
        Ok(Ok((_, damaged, _))) if !damaged.is_empty() => Check::failure(
            NAME,
            format!("{bytes}: {} is damaged", damaged.join(", ")),
            "Run `vigie reindex`; nothing is lost, the store has it all.",
        ),
        Ok(Ok((checkpoint, _, whole))) => {
            let behind = written.saturating_sub(checkpoint);
            let checked = if whole { "checksums match" } else { "checksums were not compared" };
            let measured = format!("{bytes}, {behind} changes behind the store; {checked}");
            if behind > 0 && !writing {
                return Check::warning(NAME, measured, "Run `vigie crawl` or `vigie import`, which catch up, or `vigie reindex`.");
            }
            Check::ok(NAME, measured)
        }
    }
}
