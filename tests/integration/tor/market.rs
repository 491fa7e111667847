//! The mock market as two onion services.

use std::collections::BTreeMap;

use serde_json::Value;
use vigie::demo::{self, TrueState};

use super::stand::{Run, Stand};

pub(super) fn is_crawled_and_nobody_else_is_spoken_to(stand: &Stand) {
    let place = stand.place(&demo::sources(&stand.market), "");
    let first = Run::of(&place, &[], true).ended(&[0]);
    first.met_only(&stand.network().addresses());

    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let rows: BTreeMap<(String, String), Value> = (place.listings().into_iter())
        .map(|row| ((text(&row, "source"), url::Url::parse(&text(&row, "url")).unwrap().path().to_owned()), row))
        .collect();
    for one in stand.market.truth().iter().filter(|one| matches!(one.first, TrueState::Listed(_))) {
        let site = &stand.market.sites()[one.site - 1];
        let row = rows.get(&(site.id.to_owned(), one.path.clone())).unwrap_or_else(|| panic!("not found: {} {}", site.id, one.path));
        assert_eq!(text(row, "title"), one.title);
        assert!(text(row, "url").starts_with(&stand.market.base(site)), "{}", text(row, "url"));
    }
    let pages = first.summary["pages"].as_u64().unwrap();
    assert!(pages > 500 && first.outcomes("ok") > 400, "{}", first.summary);
    let verified = place.expect(0, &["verify", "--json"]);
    let verified: Value = serde_json::from_str(&verified).unwrap();
    assert_eq!(verified["by_type"]["response"], pages, "every answer left its capture: {verified}");

    for (site, front) in stand.market.sites().iter().zip(&stand.sites) {
        let (guests, circuits) = (front.guests(), front.circuits(0).len());
        println!("{}: {guests} connections on {circuits} circuits", site.id);
        assert!(circuits > 0, "{} was reached", site.id);
    }
    // State and directory are there from the first time.
    let second = Run::of(&place, &["--revisit", "--max-pages", "6"], false).ended(&[0]);
    second.met_only(&stand.network().addresses());
    let ready = |run: &Run| run.summary["tor_ready_ms"].as_u64().expect("Tor was used");
    println!("Tor was ready after {} ms at the first start, after {} ms at the second", ready(&first), ready(&second));
}
