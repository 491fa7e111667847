//! The frontier alone, at a size: addresses remembered, claimed and settled, and how soon it is open again.

use anyhow::Result;

use crate::bench::Task;
use crate::bench::figure::Figure;
use crate::config::Database;
use crate::frontier::measure::{Size, measure};

/// Fills an empty frontier on SQLite.
pub(super) async fn addresses(task: &Task) -> Result<Vec<Figure>> {
    let urls = task.urls as u64;
    let size = Size { urls, hosts: (urls / 1_000).clamp(10, 5_000), visits: (urls / 50).clamp(10, 20_000) };
    let measured = measure(&task.folder.join("data"), &Database::Sqlite, size).await?;
    let work = [("addresses", measured.urls), ("hosts", size.hosts), ("visits", size.visits)];
    let figure = |name, value, unit| Figure::new(name, value, unit, &work);
    Ok(vec![
        figure("inserts", measured.inserts_per_s, "addresses/s"),
        figure("last_inserts", measured.last_inserts_per_s, "addresses/s"),
        figure("claims", measured.claims_per_s, "addresses/s"),
        figure("visits", measured.visits_per_s, "addresses/s"),
        figure("disk", measured.disk_bytes_per_url, "bytes/address"),
        figure("restart", measured.restart_ms, "ms"),
    ])
}
