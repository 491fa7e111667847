//! What every crawler meets sooner or later: endless spaces, loops, huge and slow bodies. Both sites answer these.

use crate::demo::reply::{Asked, Reply};
use crate::dice::{Dice, fingerprint};
use std::time::Duration;

/// The largest body that `/big?mb=` makes, in MiB.
const LARGEST: usize = 256;
/// The longest that `/slow?ms=` takes.
const LONGEST: u64 = 60_000;

/// An answer if the path is one of the oddities.
pub(crate) fn answer(asked: &Asked) -> Option<Reply> {
    let mut parts = asked.path.split('/').skip(1);
    match parts.next()? {
        "calendar" => Some(calendar(parts.next(), parts.next())),
        "maze" => Some(maze(asked.path)),
        "loop" => Some(Reply::redirect(302, if asked.path == "/loop/a" { "/loop/b" } else { "/loop/a" })),
        "out" => Some(Reply::redirect(302, "http://127.0.9.9:9/elsewhere")),
        "big" => Some(big(asked.number("mb").min(LARGEST))),
        "slow" => Some(slow(asked.parameter("ms").and_then(|ms| ms.parse().ok()).unwrap_or(1_000))),
        "img" => Some(Reply::bytes(200, Some("image/gif"), PIXEL.to_vec())),
        _ => None,
    }
}

/// One transparent pixel, GIF89a.
const PIXEL: [u8; 43] = [
    71, 73, 70, 56, 57, 97, 1, 0, 1, 0, 128, 0, 0, 0, 0, 0, 255, 255, 255, 33, 249, 4, 1, 0, 0, 0, 0, 44, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2,
    68, 1, 0, 59,
];

/// A calendar without end: every month links to the next and the one before.
fn calendar(year: Option<&str>, month: Option<&str>) -> Reply {
    let year: i32 = year.and_then(|year| year.parse().ok()).unwrap_or(2026).clamp(1, 999_999);
    let month: i32 = month.and_then(|month| month.parse().ok()).unwrap_or(1).clamp(1, 12);
    let (after, before) = (year * 12 + month, (year * 12 + month - 2).max(12));
    let link = |months: i32| format!("/calendar/{}/{:02}", months / 12, months % 12 + 1);
    let days: String = (1..=28).map(|day| format!("<td>{day}</td>")).collect();
    Reply::html(
        200,
        format!(
            "<!doctype html><html lang=\"en\"><head><title>Events {year}-{month:02}</title></head><body><h1>Events {year}-{month:02}</h1>\
             <table class=\"calendar\"><tr>{days}</tr></table><p>No events this month.</p>\
             <a href=\"{}\">previous month</a> <a rel=\"next\" href=\"{}\">next month</a></body></html>",
            link(before),
            link(after)
        ),
    )
}

/// Two ways deeper at every step, each a page of its own.
fn maze(path: &str) -> Reply {
    let here = crate::demo::html::escape(path.trim_end_matches('/'));
    Reply::html(
        200,
        format!(
            "<!doctype html><html lang=\"en\"><head><title>Tags</title></head><body><h1>Related tags</h1><p>Narrow your selection.</p>\
             <ul><li><a href=\"{here}/new\">new</a></li><li><a href=\"{here}/used\">used</a></li></ul></body></html>"
        ),
    )
}

/// So many MiB of HTML that compresses badly enough to be noticed.
fn big(mebibytes: usize) -> Reply {
    let size = mebibytes * 1024 * 1024;
    let mut dice = Dice::labelled(fingerprint(b"big"), "body");
    let mut body = Vec::with_capacity(size + 64);
    body.extend_from_slice(b"<!doctype html><html lang=\"en\"><head><title>Archive</title></head><body>\n");
    while body.len() < size {
        body.extend_from_slice(format!("<p>{:016x}</p>\n", dice.number()).as_bytes());
    }
    body.truncate(size.max(64));
    Reply::bytes(200, Some("text/html; charset=utf-8"), body)
}

fn slow(milliseconds: u64) -> Reply {
    let mut reply =
        Reply::html(200, "<!doctype html><html lang=\"en\"><head><title>Slow</title></head><body><p>At last.</p></body></html>".into());
    reply.drip = Some(Duration::from_millis(milliseconds.min(LONGEST)));
    reply
}
