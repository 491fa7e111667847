//! The newest notifications as an Atom feed (RFC 4287): a file that is written beside its place and then put there as a whole.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

use crate::alert::delivery::Alert;
use crate::alert::payload::{line, payload, told, urn};
use crate::archive::digest::new_id;
use crate::clock::from_micros;
use crate::config::Delivery;
use crate::database::{Connection, Pool, meta, set_meta};
use crate::store::{alerts, deliveries};

/// Which alert was the last when the file was written, and how it was told.
const CHECKPOINT: &str = "delivered_feed";
/// Characters of a title at most.
const MOST: usize = 500;

/// Writes the feed where one is configured and it has changed; tells whether it did.
///
/// # Errors
/// The file cannot be written or the store does not answer; the file that is there stays, and the next call writes again.
pub async fn write(pool: &Pool, data: &Path, delivery: &Delivery) -> Result<bool> {
    let Some(feed) = &delivery.feed else { return Ok(false) };
    let path = data.join(&feed.path);
    let mut connection = pool.acquire().await?;
    let newest = deliveries::newest(&mut connection, i64::try_from(feed.entries).unwrap_or(i64::MAX)).await?;
    let desk = delivery.desk.as_deref();
    let here = format!("{} {} {} {}", newest.first().map_or("", String::as_str), feed.entries, feed.details, desk.unwrap_or_default());
    if path.exists() && meta(&mut connection, CHECKPOINT).await?.is_some_and(|before| before == here) {
        return Ok(false);
    }
    let text = text(&instance(&mut connection).await?, &found(&mut connection, &newest).await?, feed.details, desk);
    replace(&path, &text).with_context(|| format!("cannot write the feed to {}", path.display()))?;
    set_meta(&mut connection, CHECKPOINT, &here).await?;
    Ok(true)
}

/// The alerts of these ids, the newest first.
async fn found(connection: &mut Connection, ids: &[String]) -> Result<Vec<Alert>> {
    let mut rows = alerts::by_ids(connection, ids).await?;
    rows.sort_by_key(|row| std::cmp::Reverse(row.seq));
    Ok(rows.into_iter().map(Alert::from).collect())
}

/// The name of the feed, which stays.
async fn instance(connection: &mut Connection) -> Result<String> {
    const NAME: &str = "feed_name";
    if let Some(name) = meta(connection, NAME).await? {
        return Ok(name);
    }
    let name = new_id()?;
    set_meta(connection, NAME, &name).await?;
    Ok(name)
}

fn text(name: &str, alerts: &[Alert], details: bool, desk: Option<&str>) -> String {
    let updated = alerts.first().map_or_else(|| from_micros(0).to_string(), |alert| alert.created_at.clone());
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    text.push_str(&format!("  <id>urn:uuid:{name}</id>\n  <title>Vigie</title>\n  <updated>{}</updated>\n", escaped(&updated)));
    text.push_str(concat!(
        "  <author><name>Vigie</name></author>\n  <generator version=\"",
        env!("CARGO_PKG_VERSION"),
        "\">Vigie</generator>\n"
    ));
    for alert in alerts {
        let payload = payload(alert, details, desk);
        let of = |name: &str| escaped(told(&payload, name));
        let title = if details { format!("{}: {}", of("watch"), escaped(&line(told(&payload, "title"), MOST))) } else { of("watch") };
        let mut content = format!("watch {}, source {}", of("watch"), of("source"));
        for name in ["vendor", "url"].iter().filter(|name| !told(&payload, name).is_empty()) {
            content.push_str(&format!(", {name} {}", of(name)));
        }
        text.push_str(&format!(
            "  <entry>\n    <id>{}</id>\n    <title>{title}</title>\n    <updated>{}</updated>\n    <link rel=\"alternate\" href=\"{}\"/>\n    <category term=\"{}\"/>\n    <content>{content}</content>\n  </entry>\n",
            escaped(&urn(&alert.id)),
            of("created_at"),
            of("link"),
            of("watch"),
        ));
    }
    text.push_str("</feed>\n");
    text
}

/// Text as it stands between tags and within quotes; characters that XML does not know are left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\t' | '\n' | '\r' => out.push(' '),
            '\u{0}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
    out
}

/// Whoever reads finds the old file or the new one, whenever this is cut off.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let mut file = File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    // The rename itself is to survive a power cut, where the file system lets folders be synced.
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::payload::tests::alert;

    #[test]
    fn hostile_texts_stay_texts() {
        let mut alert = alert();
        alert.title = "</title><script>&\u{1}\u{b}\"'".to_owned();
        let text = text("n", &[alert], true, Some("https://desk.example/?a=1&b=\"2"));
        assert!(text.contains("<title>glocks: &lt;/title&gt;&lt;script&gt;&amp;  &quot;'</title>"), "{text}");
        assert!(text.contains("href=\"https://desk.example/?a=1&amp;b=&quot;2/alerts/5313296470c617fb\""), "{text}");
        assert!(!text.contains('\u{1}') && !text.contains("<script"));
    }
}
