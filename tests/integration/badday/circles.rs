//! Sites without an end: redirects in circles, calendars, addresses with a new session each time; and pages that are gone but say 200.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use super::hostile::{Host, html, listing, send};
use super::outing::{MEMORY, Outing};

fn redirect(to: &str, more: &str) -> Vec<u8> {
    format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n").into_bytes()
}

/// Redirects of every kind that leads nowhere.
fn redirecting() -> Host {
    Host::start(|hit, stream| {
        let n = |prefix: &str| hit.path.strip_prefix(prefix).and_then(|n| n.parse::<u32>().ok());
        let bounced = hit.head.contains("cookie: seen=1");
        let bytes = match hit.path.as_str() {
            "/self" => redirect("/self", ""),
            "/there" => redirect("/back", ""),
            "/back" => redirect("/there", ""),
            "/cookie" if bounced => html(&listing("Behind a cookie")),
            "/cookie" => redirect("/cookie", "Set-Cookie: seen=1; Path=/cookie\r\n"),
            "/nowhere" => redirect("javascript:alert(1)", ""),
            "/out" => redirect("http://127.0.0.1:1/", ""),
            _ => redirect(&format!("/on/{}", n("/on/").map_or(0, |n| n + 1)), ""),
        };
        send(stream, &bytes);
    })
}

/// Twenty listings between a calendar and pages that have another address each time.
fn trapping() -> Host {
    let fresh = AtomicU64::new(1);
    Host::start(move |hit, stream| {
        let session = || {
            let n = fresh.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            format!("{n:016x}")
        };
        let page = match hit.path.as_str() {
            "/" => {
                let items: String = (0..20).map(|n| format!("<li><a href=\"/item/{n}\">Thing {n}</a> 450.00 EUR</li>")).collect();
                format!(
                    "<!doctype html><title>Start</title><ul>{items}</ul><a href=/calendar/2026/1>calendar</a> <a href=/s/{}/about>about</a>",
                    session()
                )
            }
            path if path.starts_with("/item/") => listing(&format!("Colt number {path}")),
            path if path.starts_with("/calendar/") => {
                let parts: Vec<u32> = path.split('/').filter_map(|part| part.parse().ok()).collect();
                let (year, month) = (parts.first().copied().unwrap_or(0), parts.get(1).copied().unwrap_or(0));
                format!(
                    "<!doctype html><title>{year} {month}</title><p>Nothing on.<a href=/calendar/{}/{month}>next year</a> <a href=/calendar/{year}/{}>next month</a>",
                    year + 1,
                    month + 1
                )
            }
            _ => {
                let links: String = (0..5).map(|_| format!("<a href=/s/{}/about>about us</a> ", session())).collect();
                format!("<!doctype html><title>About</title><p>We are here. {links}")
            }
        };
        send(stream, &html(&page));
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn circles_and_traps_are_left_and_what_is_beside_them_is_read() {
    let (outing, host, trap) = (Outing::new(), redirecting(), trapping());
    outing.hostile("hostile", &["/self", "/there", "/cookie", "/nowhere", "/out", "/on"].map(|path| host.url(path)));
    outing.hostile("trap", &[trap.url("/")]);
    outing.crawl(&[]).ended(&[0], MEMORY);
    outing.healthy_kept_its_pace();
    let met: Vec<String> = outing
        .kept()
        .await
        .iter()
        .filter(|kept| kept.row.source == "hostile")
        .map(|kept| format!("{} {}", url::Url::parse(&kept.row.address).unwrap().path(), kept.row.outcome))
        .collect();
    let times = |line: &str| met.iter().filter(|one| *one == line).count();
    assert_eq!(times("/self too_many_redirects"), 3, "{met:?}");
    assert_eq!((times("/there redirected"), times("/back redirected")), (1, 1), "a circle of two ends where it began");
    assert_eq!((times("/cookie too_many_redirects"), times("/cookie ok")), (1, 1), "the cookie that was wanted is brought");
    assert_eq!((times("/nowhere bad_redirect"), times("/out redirected")), (1, 1));
    assert_eq!((times("/on/3 redirected"), times("/on/4 too_many_redirects"), times("/on/5 redirected")), (1, 1, 0), "{met:?}");
    assert!(outing.place.listings().iter().any(|row| row["title"] == "Behind a cookie"));
    let hits = trap.hits();
    let asked = |start: &str| hits.iter().filter(|hit| hit.path.starts_with(start)).count();
    assert_eq!(asked("/item/"), 20, "what is beside the traps is read");
    for trap in ["/calendar/", "/s/"] {
        assert!((50..400).contains(&asked(trap)), "{} pages of {trap} were asked for", asked(trap));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_gone_but_says_200_delists_and_never_becomes_a_listing() {
    let gone = Arc::new(AtomicBool::new(false));
    let is_gone = Arc::clone(&gone);
    let host = Host::start(move |hit, stream| {
        let page = match hit.path.as_str() {
            "/" => "<!doctype html><title>Shop</title><ul><li><a href=/item/1>Walther PPK</a> 450.00 EUR<li><a href=/item/2>Sauer 38H</a> 450.00 EUR</ul>".to_owned(),
            "/item/1" if is_gone.load(Ordering::Relaxed) => {
                "<!doctype html><title>Not found</title><h1>Listing not found</h1><p>This item is no longer available.</p><a href=/>Home</a>".to_owned()
            }
            "/item/1" => listing("Walther PPK"),
            "/item/2" => listing("Sauer 38H"),
            _ => "<!doctype html><title>404 Not Found</title><h1>Page not found</h1><p>The page does not exist.</p><a href=/>Home</a>".to_owned(),
        };
        send(stream, &html(&page));
    });
    let outing = Outing::new();
    outing.hostile("hostile", &[host.url("/"), host.url("/item/404")]);
    outing.place.expect(0, &["watch", "add", "all", "source:hostile"]);
    let run = outing.crawl(&[]);
    run.ended(&[0], MEMORY);
    assert_eq!(run.summary["alerts"], 2, "a page that was never there raises none: {}", run.summary);
    gone.store(true, Ordering::Relaxed);
    let run = outing.crawl(&["--revisit", "--source", "hostile"]);
    run.ended(&[0], MEMORY);
    outing.healthy_kept_its_pace();
    assert_eq!((&run.summary["alerts"], &run.summary["versions_new"]), (&0.into(), &0.into()), "{}", run.summary);
    let rows = outing.place.listings();
    let mut titles: Vec<_> =
        rows.iter().filter(|row| row["source"] == "hostile").map(|row| row["title"].as_str().unwrap_or_default()).collect();
    titles.sort_unstable();
    assert_eq!(titles, ["Sauer 38H", "Walther PPK"], "the address that never held anything is no listing");
    let removed = outing.place.rows(&["search", "source:hostile availability:removed", "--json"]);
    assert_eq!(removed.iter().map(|row| row["title"].as_str().unwrap_or_default()).collect::<Vec<_>>(), ["Walther PPK"]);
}
