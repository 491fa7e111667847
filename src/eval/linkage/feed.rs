//! Brings the world into a store by the way that all data takes: listings as rows, pages of vendors and of the sources as captures.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use serde_json::json;
use tokio::sync::watch;

use super::world::{Account, World};
use crate::config::{Config, Source};
use crate::pipeline::import::{Format, Import};
use crate::pipeline::writer::Writer;

/// Imports the world into a new data folder. `told` hears of each source.
///
/// # Errors
/// The folder cannot be written.
pub async fn import(world: &World, folder: &Path, mut told: impl FnMut(usize)) -> Result<()> {
    let settings = crate::config::load(None)?.settings;
    let config = Arc::new(Config { sources: Vec::new(), watches: Vec::new(), ..crate::config::load(None)? });
    let data = folder.join("data");
    std::fs::create_dir_all(folder)?;
    let mut writer = Writer::open(&data, config, "import").await?;
    let (_keep, stop) = watch::channel(false);
    for (n, source) in world.sources.iter().enumerate() {
        let (rows, pages) = (folder.join("rows.jsonl"), folder.join("pages.warc"));
        let of_source = || world.accounts.iter().filter(|account| account.source == *source);
        std::fs::write(&rows, of_source().map(listings).collect::<String>())?;
        let (help, foot) = world.common.get(source).cloned().unwrap_or_default();
        let mut warc = capture(&format!("http://{source}.example/help"), &page("Help", &format!("<h1>Help</h1>{}", pre(&help))), 0);
        for (at, account) in of_source().enumerate() {
            warc.push_str(&capture(&format!("http://{source}.example/vendor/{}", account.name), &vendor_page(account, &foot), at + 1));
        }
        std::fs::write(&pages, warc)?;
        let mut import = Import::prepare(&mut writer, Source::for_import(source, &settings), None).await?;
        import.file(&rows, Format::Jsonl, &stop, |_, _| {}).await?;
        import.file(&pages, Format::Warc, &stop, |_, _| {}).await?;
        import.finish().await?;
        told(n + 1);
    }
    writer.close("{}").await
}

fn listings(account: &Account) -> String {
    let row = |(n, (title, description)): (usize, &(String, String))| {
        let row = json!({
            "id": format!("{}-{n}", account.name), "title": title, "description": description, "vendor": account.name,
            "price": price(account.seller, n), "currency": "EUR", "observed_at": "2026-01-02T03:04:05Z",
        });
        format!("{row}\n")
    };
    account.listings.iter().enumerate().map(row).collect()
}

/// Sellers end their prices each in a way of their own.
fn price(seller: usize, n: usize) -> String {
    let ending = ["0", "5", "9", "9.99", "7.50"][seller % 5];
    format!("{}{ending}", 5 + (seller * 37 + n * 11) % 90)
}

fn vendor_page(account: &Account, foot: &[String]) -> String {
    let cards: String = account
        .listings
        .iter()
        .enumerate()
        .map(|(n, (title, _))| {
            format!("<div class=\"card\"><a href=\"/item/{}-{n}\">{}</a><b>$50</b></div>\n", account.name, escaped(title))
        })
        .collect();
    let body = format!(
        "<h1>{name}</h1>\n<table><tr><th>Sales</th><td>12</td></tr><tr><th>Rating</th><td>4.9</td></tr>\
         <tr><th>Member since</th><td>2025-01-02</td></tr></table>\n<p><a href=\"/contact/{name}\">Contact vendor</a></p>\n{}\n\
         <h2>Listings</h2>\n{cards}<div id=\"foot\">{}</div>",
        pre(&account.profile),
        pre(foot),
        name = escaped(&account.name)
    );
    page(&format!("Vendor {}", account.name), &body)
}

fn pre(lines: &[String]) -> String {
    format!("<pre>\n{}</pre>", lines.iter().map(|line| format!("{}\n", escaped(line))).collect::<String>())
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{}</title></head><body>{body}</body></html>",
        escaped(title)
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A response record of a WARC file (ISO 28500).
fn capture(url: &str, html: &str, n: usize) -> String {
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{html}", html.len());
    let mut record = String::with_capacity(http.len() + 400);
    // Writing into a string cannot fail.
    let _ = write!(
        record,
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{n:012}>\r\n\
         Content-Type: application/http;msgtype=response\r\nWARC-Target-URI: <{url}>\r\nWARC-Date: 2026-01-02T03:04:05Z\r\n\
         Content-Length: {}\r\n\r\n{http}\r\n\r\n",
        http.len()
    );
    record
}
