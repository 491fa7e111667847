//! Budgets of a day and sweeps on their calendar: what a source may take, and when all of it is visited again.
//!
//! Nothing waits for a day to pass: what the store remembers of the last day or sweep is moved back.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::instance::Place;
use crate::shop::Shop;

/// Runs one pass that ends with this exit code; gives its summary.
fn pass(place: &Place, code: i32) -> Value {
    let printed = place.expect(code, &["crawl", "--once", "--json"]);
    serde_json::from_str(printed.lines().last().unwrap_or_default()).expect("the last line is the summary")
}

async fn change(place: &Place, sql: &'static str) {
    let pool = place.store().await;
    assert!(sqlx::query(sql).execute(&pool).await.unwrap().rows_affected() > 0, "{sql} changes nothing");
    pool.close().await;
}

/// What the store remembers of every source is of another day.
async fn next_day(place: &Place) {
    change(place, "UPDATE source_state SET day = '2020-01-01'").await;
}

/// Why the captures of a run were made, with their number.
async fn reasons(place: &Place, summary: &Value) -> BTreeMap<String, i64> {
    let pool = place.store().await;
    let rows: Vec<(String, i64)> = sqlx::query_as("SELECT reason, COUNT(*) FROM capture WHERE run = $1 GROUP BY reason")
        .bind(summary["run"].as_i64().unwrap())
        .fetch_all(&pool)
        .await
        .unwrap();
    pool.close().await;
    rows.into_iter().collect()
}

fn counted(pairs: &[(&str, usize)]) -> BTreeMap<String, i64> {
    pairs.iter().map(|(reason, n)| ((*reason).to_owned(), *n as i64)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_stops_at_its_pages_of_the_day_others_go_on_and_the_next_day_it_goes_on() {
    let (small, large) = (Shop::open(35), Shop::open(60));
    let place = Place::new();
    place.configure(&[small.source("small", "[budget]\npages_per_day = 20\n"), large.source("large", "")], str::to_owned);
    let summary = pass(&place, 3);
    assert_eq!(small.asked().len(), 20, "robots.txt counts too");
    assert_eq!(large.asked().len(), large.pages() + 1, "the other source is crawled to its end");
    let skipped = &summary["skipped"][0];
    assert_eq!(skipped["source"], "small");
    assert!(skipped["reason"].as_str().unwrap().contains("budget of pages"), "{skipped}");
    assert!(skipped["hint"].as_str().unwrap().contains("[budget]"), "{skipped}");

    pass(&place, 3);
    assert_eq!(small.asked().len(), 20, "the same day nothing more is fetched");

    next_day(&place).await;
    pass(&place, 3);
    assert_eq!(small.asked().len(), 40);
    next_day(&place).await;
    pass(&place, 0);
    assert_eq!(small.asked().len(), small.pages() + 1, "no page was fetched twice, none was forgotten");
    assert_eq!(place.listings().len(), 95);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_stops_at_its_bytes_of_the_day() {
    let shop = Shop::padded(30, 20_000);
    let place = Place::new();
    place.configure(&[shop.source("fat", "[budget]\nbytes_per_day = \"200kB\"\n")], str::to_owned);
    let summary = pass(&place, 3);
    let bytes = summary["bytes"].as_u64().unwrap();
    assert!(summary["skipped"][0]["reason"].as_str().unwrap().contains("budget of bytes"), "{summary}");
    assert!((200_000..260_000).contains(&bytes), "{bytes} bytes: the budget, and the page that went beyond it");
    let asked = shop.asked().len();
    pass(&place, 3);
    assert_eq!(shop.asked().len(), asked, "the same day nothing more is fetched");
    // Three days are enough for what is left.
    for code in [3, 3, 0] {
        next_day(&place).await;
        pass(&place, code);
    }
    assert_eq!(shop.asked().len(), shop.pages() + 1);
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_sweep_visits_everything_on_its_calendar_beside_adaptive_visits() {
    const WEEK_LATER: &str = "UPDATE source_state SET swept_at = swept_at - 604800000000";
    let (swept, other) = (Shop::open(20), Shop::open(20));
    let place = Place::new();
    place.configure(&[swept.source("swept", "[sweep]\nevery = \"7d\"\n"), other.source("other", "")], str::to_owned);
    let pages = swept.pages();
    let first = pass(&place, 0);
    assert_eq!(reasons(&place, &first).await, counted(&[("link", 2 * (pages - 1)), ("robots", 2), ("seed", 2)]));
    assert_eq!(pass(&place, 0)["pages"], 0, "nothing is due, and the sweep is not either");

    // Before the week is over only what changed often enough is due.
    change(&place, "UPDATE source_state SET swept_at = swept_at - 600000000000").await;
    change(&place, "UPDATE url SET due_at = 1 WHERE address LIKE '%/list/1'").await;
    assert_eq!(reasons(&place, &pass(&place, 0)).await, counted(&[("schedule", 2)]));

    change(&place, WEEK_LATER).await;
    change(&place, "UPDATE url SET due_at = 1 WHERE address LIKE '%/item/3'").await;
    let (before, asked) = (other.asked().len(), swept.asked().len());
    assert_eq!(reasons(&place, &pass(&place, 0)).await, counted(&[("schedule", 1), ("sweep", pages)]));
    assert_eq!(swept.asked().len() - asked, pages, "each address once");
    assert_eq!(other.asked().len() - before, 1, "a source without a sweep is visited as before");
    assert_eq!(pass(&place, 0)["pages"], 0, "the next sweep is a week away");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_that_the_budget_cuts_goes_on_the_next_day_and_keeps_its_reason() {
    let shop = Shop::open(20);
    let place = Place::new();
    place.configure(&[shop.source("shop", "[sweep]\nevery = \"7d\"\n")], str::to_owned);
    pass(&place, 0);
    let before = shop.asked().len();
    place.configure(&[shop.source("shop", "[sweep]\nevery = \"7d\"\n[budget]\npages_per_day = 15\n")], str::to_owned);
    change(&place, "UPDATE source_state SET swept_at = swept_at - 604800000000, day = '2020-01-01'").await;
    assert_eq!(reasons(&place, &pass(&place, 3)).await, counted(&[("sweep", 15)]));
    // One page fails at first: the new try is part of the sweep.
    shop.fail("/item/20", "500 Internal Server Error");
    next_day(&place).await;
    let cut = place.spawn_until(&["crawl", "--once", "--json"], || shop.asked().iter().filter(|path| *path == "/item/20").count() > 1);
    shop.fail("/item/20", "");
    let summary: Value = serde_json::from_slice(&cut.wait_with_output().unwrap().stdout).unwrap();
    let made = reasons(&place, &summary).await;
    assert_eq!(made.keys().collect::<Vec<_>>(), ["sweep"], "{made:?}");
    let visited: std::collections::BTreeSet<String> = shop.asked()[before..].iter().cloned().collect();
    assert_eq!(visited.len(), shop.pages(), "every address was visited in the sweep");
}
