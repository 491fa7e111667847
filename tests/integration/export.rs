//! Exports of a store filled by hand, through the functions that the pipeline fills it with.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tempfile::TempDir;
use vigie::config::{self, Config};
use vigie::database::{self, Pool};
use vigie::export::{self, Part, columns, tables};
use vigie::pipeline::rows::{self, Mapping};
use vigie::pipeline::writer::{Taken, facts};
use vigie::store::captures::{self, CaptureRow};
use vigie::store::labels::{self, Label};
use vigie::store::{read, sample};

use crate::server::Facts;
use vigie_extractors::record::{Classification, Extraction, Indicator, Listing, Offer, PageKind, Split, Vendor};

/// Tells a child process which folder to be killed in.
const KILLED: &str = "VIGIE_TEST_KILLED_EXPORT";

/// A data folder with a configuration of one market and one board; the source `old` is not configured.
struct Store {
    folder: TempDir,
    pool: Pool,
    config: Config,
    captures: i64,
    _facts: Facts,
}

impl Store {
    async fn new() -> Self {
        let (folder, facts) = (TempDir::new().unwrap(), Facts::new());
        let dir = folder.path().join("config");
        fs::create_dir_all(dir.join("sources")).unwrap();
        for (id, kind) in [("market", "cryptomarket"), ("board", "classifieds"), ("shop", "shop")] {
            let text = format!(
                "id = \"{id}\"\nname = \"{id}\"\ntype = \"{kind}\"\nroute = \"clearnet\"\nseeds = [\"https://{id}.example/\"]\ntlp = \"red\"\n\
                 [scope]\nhosts = [\"{id}.example\"]\n[authority]\nreference = \"A\"\nlegal_basis = \"b\"\napproved_by = \"c\"\nexpires = \"2099-01-01\"\n"
            );
            fs::write(dir.join("sources").join(format!("{id}.toml")), text).unwrap();
        }
        fs::write(dir.join("codebook.toml"), include_str!("../../config/codebook.toml")).unwrap();
        let config = config::load(Some(&dir)).unwrap();
        let pool = database::open(&folder.path().join("data"), &facts.database()).await.unwrap();
        Self { pool, folder, config, captures: 0, _facts: facts }
    }

    /// One capture at a time that shows these listings on their own pages.
    async fn capture(&mut self, source: &str, at: &str, listings: Vec<Listing>) {
        self.captures += 1;
        let capture = CaptureRow {
            id: format!("capture-{}", self.captures),
            seq: self.captures,
            source: source.into(),
            address: format!("https://{source}.example/page/{}", self.captures),
            captured_at: at.parse::<Timestamp>().unwrap().as_microsecond(),
            outcome: "ok".into(),
            bytes: 1_000,
            page_kind: "thread".into(),
            ..CaptureRow::default()
        };
        let extraction = Extraction { page_kind: PageKind::Thread, listings, ..Extraction::default() };
        let mut transaction = database::begin(&self.pool).await.unwrap();
        captures::insert(&mut transaction, std::slice::from_ref(&capture)).await.unwrap();
        let mut seq = self.captures * 1_000;
        facts(&mut transaction, &[Taken { capture, extraction: Some(extraction), gone: false }], &mut seq).await.unwrap();
        transaction.commit().await.unwrap();
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn out(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    async fn listings(&self, name: &str) -> export::Exported {
        export::listings(&self.pool, &self.config, &self.data(), &self.out(name), &Part::default(), |_| ()).await.unwrap()
    }

    async fn tables(&self, name: &str, profile: Option<tables::Profile>) -> export::Exported {
        export::tables(&self.pool, &self.config, &self.data(), &self.out(name), profile, &Part::default(), |_| ()).await.unwrap()
    }
}

/// A pistol offered by a vendor; the number makes key and text.
fn offer(vendor: &str, number: u32, price: &str) -> Listing {
    let letters: String = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
    Listing {
        key: format!("/item/{number}"),
        url: format!("https://market.example/item/{number}"),
        title: format!("Glock 19 {letters}"),
        intent: "offer".into(),
        offers: vec![Offer { kind: "fixed".into(), amount: price.into(), currency: Some("BTC".into()), ..Offer::default() }],
        vendor: Some(vendor).filter(|name| !name.is_empty()).map(|name| Vendor { name: name.into(), ..Vendor::default() }),
        ships_from: vec!["DE".into()],
        classification: Some(Classification {
            category: "firearm.pistol".into(),
            probability: 0.97,
            codebook: "1.0".into(),
            ..Classification::default()
        }),
        ..Listing::default()
    }
}

fn csv_rows(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let header = reader.headers().unwrap().clone();
    let row = |record: csv::StringRecord| header.iter().map(str::to_owned).zip(record.iter().map(str::to_owned)).collect();
    reader.records().map(|record| row(record.unwrap())).collect()
}

fn json_rows(path: &Path) -> Vec<Map<String, Value>> {
    fs::read_to_string(path).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(folder.join("tables.json")).unwrap()).unwrap()
}

/// All files of a folder with their bytes.
fn content(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn listings_come_one_a_row_in_their_latest_version_sorted_by_bytes() {
    let mut store = Store::new().await;
    let mut upper = offer("Anna", 1, "0.50");
    upper.key = "/Item/1".into();
    store.capture("market", "2026-01-05T10:00:00Z", vec![offer("Anna", 2, "0.10"), offer("Anna", 10, "0.20"), upper]).await;
    store.capture("market", "2026-01-06T10:00:00Z", vec![offer("Anna", 2, "0.30")]).await;
    store.capture("old", "2026-01-07T10:00:00Z", vec![offer("", 1, "1")]).await;
    let exported = store.listings("out").await;
    assert_eq!(exported.rows, 4);
    let rows = json_rows(&store.out("out/listings.jsonl"));
    let text = |row: &Map<String, Value>, column: &str| row[column].as_str().unwrap_or_default().to_owned();
    let keys: Vec<(String, String)> = rows.iter().map(|row| (text(row, "source"), text(row, "key"))).collect();
    let expected = [("market", "/Item/1"), ("market", "/item/10"), ("market", "/item/2"), ("old", "/item/1")];
    assert_eq!(keys, expected.map(|(source, key)| (source.to_owned(), key.to_owned())));
    let two = &rows[2];
    assert_eq!((text(two, "price_amount"), text(two, "price_currency"), text(two, "vendor")), ("0.30".into(), "BTC".into(), "Anna".into()));
    assert_eq!((&two["n_versions"], &two["n_sightings"], &two["probability"]), (&2.into(), &2.into(), &0.97.into()));
    assert_eq!((text(two, "first_seen"), text(two, "last_seen")), ("2026-01-05T10:00:00Z".into(), "2026-01-06T10:00:00Z".into()));
    assert_eq!(
        (text(two, "source_type"), text(two, "tlp"), text(two, "capture_id")),
        ("cryptomarket".into(), "red".into(), "capture-2".into())
    );
    assert_eq!((&two["gone_at"], &two["traits"]), (&Value::Null, &Value::Array(Vec::new())));
    assert_eq!((&rows[3]["source_type"], &rows[3]["vendor"]), (&Value::Null, &Value::Null));
    // Keys in the order of the columns, the same rows in both files, each column described.
    let names: Vec<&str> = export::listings::described().map(|column| column.name).collect();
    let first = fs::read_to_string(store.out("out/listings.jsonl")).unwrap();
    let places: Vec<usize> = names.iter().map(|name| first.lines().next().unwrap().find(&format!("\"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{places:?}");
    let table = csv_rows(&store.out("out/listings.csv"));
    assert_eq!(
        table.iter().map(|row| row["listing_id"].clone()).collect::<Vec<_>>(),
        rows.iter().map(|row| text(row, "listing_id")).collect::<Vec<_>>()
    );
    assert_eq!(table[2]["price_amount"], "0.30");
    let described = csv_rows(&store.out("out/listings.columns.csv"));
    assert_eq!(described.iter().map(|row| row["name"].as_str()).collect::<Vec<_>>(), names);
    assert!(fs::read_to_string(store.out("out/listings.README.txt")).unwrap().contains("name vendors"));
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn prices_come_in_dollars_of_their_day_and_sellers_judged_one_carry_one_pseudonym() {
    let mut store = Store::new().await;
    let sold = |vendor: &str, number: u32, price: &str, text: &str, address: &str| {
        let shown = Indicator { kind: "payment_address".into(), value: address.into(), verified: true, ..Indicator::default() };
        Listing { description: text.into(), indicators: vec![shown], ..offer(vendor, number, price) }
    };
    let anna = sold("Anna", 1, "0.50", "Boxed, with two magazines and a cleaning kit.", "address-1");
    store
        .capture("market", "2026-01-05T10:00:00Z", vec![anna, sold("Cleo", 2, "2", "Used for one summer at the range.", "address-2")])
        .await;
    store.capture("board", "2026-01-06T10:00:00Z", vec![sold("Anni", 3, "x", "Meet me in town, cash is fine too.", "address-1")]).await;
    store.listings("without rates").await;
    let rates = store.config.dir.clone().unwrap().join("rates");
    fs::create_dir(&rates).unwrap();
    fs::write(rates.join("coins.csv"), "date,code,price,currency\n2026-01-04,BTC,40000,USD\n").unwrap();
    fs::write(rates.join("euro.csv"), "Date,USD\n2026-01-04,1.25\n").unwrap();
    store.listings("out").await;
    for row in json_rows(&store.out("without rates/listings.jsonl")) {
        assert_eq!((&row["price_usd"], &row["fx_date"]), (&Value::Null, &Value::Null));
    }
    let rows = json_rows(&store.out("out/listings.jsonl"));
    let [anni, anna, cleo] = ["Anni", "Anna", "Cleo"].map(|name| rows.iter().find(|row| row["vendor"] == name).unwrap());
    assert_eq!((&anna["price_usd"], &anna["fx_date"], &cleo["price_usd"]), (&"20000.00".into(), &"2026-01-04".into(), &"80000.00".into()));
    assert_eq!((&anni["price_usd"], &anni["fx_date"]), (&Value::Null, &Value::Null), "what is no number has no worth");
    assert_eq!((&cleo["persona"], &cleo["persona_pseudonym"]), (&Value::Null, &Value::Null));
    assert_eq!((&anna["persona"], &anna["persona_pseudonym"]), (&anni["persona"], &anni["persona_pseudonym"]));
    let pseudonym = anna["persona_pseudonym"].as_str().unwrap();
    assert!(
        pseudonym.starts_with("per_") && pseudonym.len() == 20 && !pseudonym.contains(&anna["persona"].as_str().unwrap()[..8]),
        "{pseudonym}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn cells_of_hostile_listings_are_neutralised_and_numbers_are_not() {
    let mut store = Store::new().await;
    let mut hostile = offer("@SUM(A1)", 1, "-1.50");
    hostile.title = "=HYPERLINK(\"http://a.example\",\"x\")".into();
    hostile.description = "+1\r\n\"quoted\", and more".into();
    hostile.category_path = vec!["-Weapons".into(), "Pistols".into()];
    store.capture("market", "2026-01-05T10:00:00Z", vec![hostile.clone()]).await;
    store.listings("out").await;
    let row = &csv_rows(&store.out("out/listings.csv"))[0];
    assert_eq!(row["title"], format!("'{}", hostile.title));
    assert_eq!((row["vendor"].as_str(), row["price_amount"].as_str()), ("'@SUM(A1)", "-1.50"));
    assert_eq!((row["category_path"].as_str(), row["description"].as_str()), ("'-Weapons > Pistols", "'+1\r\n\"quoted\", and more"));
    let exact = &json_rows(&store.out("out/listings.jsonl"))[0];
    assert_eq!((&exact["title"], &exact["vendor"]), (&hostile.title.into(), &"@SUM(A1)".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_understands_what_was_exported() {
    let mut store = Store::new().await;
    let mut listing = offer("Anna", 7, "1234.50");
    listing.description = "Two lines.\nOf text.".into();
    listing.category_path = vec!["Weapons".into(), "Pistols".into()];
    listing.ships_from = vec!["DE".into(), "FR".into()];
    listing.payments = vec!["BTC".into(), "XMR".into()];
    listing.posted_at = Some("2026-01-03".into());
    listing.availability = Some("in_stock".into());
    store.capture("market", "2026-01-05T10:00:00Z", vec![listing.clone()]).await;
    store.listings("out").await;
    let from_csv = csv_rows(&store.out("out/listings.csv")).remove(0).into_iter().map(|(name, cell)| (name, Value::from(cell))).collect();
    for row in [json_rows(&store.out("out/listings.jsonl")).remove(0), from_csv] {
        let now = "2026-02-01T00:00:00Z".parse().unwrap();
        let origin = rows::origin(&row, &Mapping::default(), "market", "digest", now);
        assert_eq!((origin.address.as_str(), origin.observed_at), (listing.url.as_str(), "2026-01-05T10:00:00Z".parse().ok()));
        let read = rows::read(&row, &Mapping::default(), &origin, true, now, None);
        assert!(read.problems.is_empty(), "{:?}", read.problems);
        let back = &read.listings[0];
        assert_eq!((&back.key, &back.title, &back.description), (&listing.key, &listing.title, &listing.description));
        assert_eq!((&back.category_path, &back.payments, &back.posted_at), (&listing.category_path, &listing.payments, &listing.posted_at));
        assert_eq!((&back.ships_from, &back.availability), (&listing.ships_from, &listing.availability));
        assert_eq!(back.vendor.as_ref().unwrap().name, "Anna");
        assert_eq!((back.offers[0].amount.as_str(), back.offers[0].currency.as_deref()), ("1234.50", Some("BTC")));
    }
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn two_exports_have_the_same_bytes_and_an_empty_store_gives_headers() {
    let mut store = Store::new().await;
    for name in ["empty", "empty again"] {
        assert_eq!(store.listings(name).await.rows + store.tables(name, None).await.rows, 0);
    }
    let empty = content(&store.out("empty"));
    assert_eq!(empty["listings.jsonl"], b"");
    for name in ["listings.csv", "t1_trend.csv", "t3_prices.csv", "t4_origins.csv", "classification_errors.csv", "t10_coverage.csv"] {
        assert_eq!(empty[name].iter().filter(|byte| **byte == b'\n').count(), 1, "{name}");
    }
    assert_eq!(empty, content(&store.out("empty again")));
    let many: Vec<Listing> = (0..600).map(|n| offer(["Anna", "Bert", "Cleo", "Dora"][n as usize % 4], n, "0.25")).collect();
    store.capture("market", "2026-01-05T10:00:00Z", many).await;
    for name in ["one", "two"] {
        assert_eq!((store.listings(name).await.rows, store.tables(name, None).await.rows), (600, 600));
    }
    assert_eq!(content(&store.out("one")), content(&store.out("two")));
    assert_eq!(content(&store.out("one")).len(), 10, "nothing but whole files");
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn weeks_count_what_was_seen_in_them_at_the_price_of_the_week() {
    let mut store = Store::new().await;
    let vendors = ["Anna", "Bert", "Cleo"];
    let week = |price: fn(u32) -> String| (0..3).map(|n| offer(vendors[n as usize], n, &price(n))).collect::<Vec<_>>();
    // Sunday and Monday are in different weeks, in UTC.
    store.capture("market", "2026-01-04T23:59:59Z", week(|n| format!("{}.10", n + 1))).await;
    store.capture("market", "2026-01-05T00:00:00Z", week(|n| format!("{}.20", n + 1))).await;
    store.capture("market", "2026-01-09T00:00:00Z", week(|n| format!("{}.30", n + 1))).await;
    store.tables("out", None).await;
    let rows = csv_rows(&store.out("out/t1_trend.csv"));
    let of = |row: &BTreeMap<String, String>, names: &[&str]| names.iter().map(|name| row[*name].clone()).collect::<Vec<_>>();
    let names =
        ["week", "week_start", "category", "source_type", "origin", "listings", "families", "vendors", "price_currency", "price_median"];
    assert_eq!(of(&rows[0], &names), ["2026-W01", "2025-12-29", "firearm.pistol", "cryptomarket", "DE", "3", "3", "3", "BTC", "2.1"]);
    assert_eq!(of(&rows[1], &names), ["2026-W02", "2026-01-05", "firearm.pistol", "cryptomarket", "DE", "3", "3", "3", "BTC", "2.3"]);
    assert_eq!(rows.len(), 2);
    let prices = csv_rows(&store.out("out/t3_prices.csv"));
    let names = ["category", "currency", "unit", "listings", "median", "q1", "q3", "iqr", "min", "max", "mean", "suppressed"];
    assert_eq!(of(&prices[0], &names), ["firearm.pistol", "BTC", "unstated", "3", "2.3", "1.8", "2.8", "1", "1.3", "3.3", "2.3", ""]);
    let coverage = csv_rows(&store.out("out/t10_coverage.csv"));
    assert_eq!(
        of(&coverage[0], &["outcome", "captures", "bytes", "first_day", "last_day"]),
        ["ok", "3", "3000", "2026-01-04", "2026-01-09"]
    );
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn supply_is_what_is_offered_and_split_things_count_once() {
    let mut store = Store::new().await;
    let mut listings: Vec<Listing> = (0..3).map(|n| offer(["Anna", "Bert", "Cleo"][n as usize], n, "1")).collect();
    let mut wanted = offer("Dora", 3, "9");
    wanted.intent = "wanted".into();
    listings.push(wanted);
    for (key, part) in [(4, 2), (5, 1)] {
        let mut half = offer("Emil", key, "2.5");
        half.split = Some(Split { part, of: 2, group: "cz 75".into() });
        listings.push(half);
    }
    let mut scam = offer("Fritz", 6, "0.001");
    scam.traits = vec!["scam_suspected".into()];
    listings.push(scam);
    store.capture("market", "2026-01-05T10:00:00Z", listings).await;
    store.tables("out", None).await;
    for (file, listings) in [("t1_trend.csv", "5"), ("t4_origins.csv", "5"), ("t3_prices.csv", "4")] {
        let rows = csv_rows(&store.out("out").join(file));
        assert_eq!((rows.len(), rows[0]["listings"].as_str()), (1, listings), "{file}");
    }
    let prices = &csv_rows(&store.out("out/t3_prices.csv"))[0];
    assert_eq!((prices["max"].as_str(), prices["median"].as_str(), prices["vendors"].as_str()), ("5", "1", "4"));
    let manifest = manifest(&store.out("out"));
    assert_eq!(
        manifest["counted"],
        serde_json::json!({"listings_read": 7, "supply_listings": 6, "of_these_parts": 2, "advertisements": 5})
    );
    assert_eq!(manifest["left_out"]["listings_by_intent"], serde_json::json!({"wanted": 1}));
    assert_eq!(manifest["left_out"]["prices_by_reason"], serde_json::json!({"scam_suspected": 1}));
    assert_eq!((&manifest["codebook_versions"]["1.0"], &manifest["coverage"]["captures_by_outcome"]["ok"]), (&7.into(), &1.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn small_cells_are_withheld() {
    let mut store = Store::new().await;
    let mut listings: Vec<Listing> = (0..4).map(|n| offer(["Anna", "Bert"][n as usize % 2], n, "111.11")).collect();
    let mut rare = offer("Cleo", 9, "222.22");
    rare.ships_from = vec!["CZ".into()];
    listings.push(rare);
    store.capture("market", "2026-01-05T10:00:00Z", listings).await;
    let nameless = || (20..24).map(|n| offer("", n, "333.33")).collect::<Vec<_>>();
    store.capture("board", "2026-01-05T10:00:00Z", nameless()).await;
    store.capture("shop", "2026-01-05T10:00:00Z", nameless()).await;
    store.capture("old", "2026-01-05T10:00:00Z", nameless()).await;
    store.tables("out", None).await;
    let rows = csv_rows(&store.out("out/t1_trend.csv"));
    let find = |kind: &str, origin: &str| {
        let row = rows.iter().find(|row| row["source_type"] == kind && row["origin"] == origin).unwrap();
        ["listings", "vendors", "price_n", "price_median", "suppressed"].map(|name| row[name].clone())
    };
    assert_eq!(find("cryptomarket", "DE"), ["4", "", "", "", "vendors prices"]);
    assert_eq!(find("cryptomarket", "CZ"), ["", "", "", "", "listings vendors prices"]);
    assert_eq!(find("classifieds", "DE"), ["4", "0", "4", "333.33", ""]);
    assert_eq!(find("shop", "DE"), ["4", "0", "", "", "prices"]);
    assert_eq!(find("unknown", "DE"), ["4", "0", "", "", "prices"]);
    let manifest = manifest(&store.out("out"));
    assert_eq!((&manifest["protection"]["threshold"], &manifest["tables"][0]["rows_with_suppression"]), (&3.into(), &4.into()));
    // The price of the one Czech offer is not told by week and origin.
    let files = content(&store.out("out"));
    assert!(!String::from_utf8_lossy(&files["t1_trend.csv"]).contains("222.22"));
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn errors_are_estimated_from_a_sample_that_a_person_judged() {
    let mut store = Store::new().await;
    let mut listings: Vec<Listing> = (0..60).map(|n| offer(["Anna", "Bert", "Cleo"][n as usize % 3], n, "1")).collect();
    for listing in &mut listings[40..] {
        listing.classification = Some(Classification { category: "non_weapon".into(), ..Classification::default() });
    }
    let mut wanted = offer("Dora", 99, "9");
    wanted.intent = "wanted".into();
    listings.push(wanted);
    store.capture("market", "2026-01-05T10:00:00Z", listings).await;
    let mut connection = store.pool.acquire().await.unwrap();
    let drawn = sample::next(&mut connection, 30, |_| ()).await.unwrap();
    assert_eq!((drawn.len(), drawn.is_sorted()), (30, true));
    let of = read::by_ids(&mut connection, &drawn).await.unwrap();
    let pistols = of.iter().filter(|one| sample::told(&one.listing).0 == "firearm.pistol").count();
    assert_eq!(pistols, 15, "as many of each category as of any other");
    let label = |category: &str| Label { category: category.into(), author: "anna".into(), ..Label::default() };
    for (n, one) in of.iter().enumerate() {
        let told = sample::told(&one.listing).0;
        // One pistol in five is something else.
        let said = if told == "firearm.pistol" && n % 5 == 0 { "replica_airgun" } else { told.as_str() };
        labels::add(&mut connection, &one.row.id, &label(said)).await.unwrap();
    }
    let replicas = of.iter().enumerate().filter(|(n, one)| n % 5 == 0 && sample::told(&one.listing).0 == "firearm.pistol").count();
    // What somebody happens to notice beyond the sample does not count.
    let noticed = sample::next(&mut connection, 20, |_| ()).await.unwrap();
    assert!(noticed.iter().all(|id| !drawn.contains(id)));
    labels::add(&mut connection, noticed.last().unwrap(), &label("explosive")).await.unwrap();
    drop(connection);
    store.tables("out", None).await;
    let rows = csv_rows(&store.out("out/classification_errors.csv"));
    let row = |category: &str| rows.iter().find(|row| row["category"] == category).unwrap();
    let pistol = row("firearm.pistol");
    assert_eq!((pistol["told"].as_str(), pistol["judged"].as_str(), pistol["right"].clone()), ("40", "15", (15 - replicas).to_string()));
    let number = |name: &str| pistol[name].parse::<f64>().unwrap();
    assert!((number("corrected") - 40.0 * (15 - replicas) as f64 / 15.0).abs() < 0.06, "{pistol:?}");
    assert!(
        number("corrected_low") < number("corrected") && number("corrected") < number("corrected_high") && number("corrected_high") <= 40.0
    );
    assert_eq!((row("replica_airgun")["suppressed"].as_str(), row("replica_airgun")["corrected"].as_str()), ("listings", ""));
    store.listings("out").await;
    let labelled = csv_rows(&store.out("out/listings.csv")).into_iter().filter(|row| !row["label"].is_empty()).count();
    assert_eq!(labelled, 31);
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_name_nobody_and_pseudonyms_stay() {
    let mut store = Store::new().await;
    let listings: Vec<Listing> = (0..4).map(|n| offer(["Annabel", "Bertram", "Cleopatra", "Dorabella"][n as usize], n, "1")).collect();
    store.capture("market", "2026-01-05T10:00:00Z", listings).await;
    store.tables("one", None).await;
    let source = |name: &str| csv_rows(&store.out(name).join("t1_trend.csv"))[0]["source"].clone();
    let first = source("one");
    assert!(first.starts_with("src_") && first.len() == 20, "{first}");
    for (name, bytes) in content(&store.out("one")) {
        let text = String::from_utf8(bytes).unwrap();
        let told = ["Annabel", "annabel", "Bertram", "Glock", "example", "/item", "capture-"].iter().find(|word| text.contains(**word));
        assert_eq!(told, None, "{name}");
        assert!(!text.contains(&*store.folder.path().to_string_lossy()), "{name} tells a path");
        assert!(!text.lines().any(|line| line.split(',').any(|cell| cell == "market")), "{name} names the source");
    }
    store.tables("two", None).await;
    assert_eq!(source("two"), first);
    let key = manifest(&store.out("two"))["pseudonym_key"].clone();
    fs::remove_file(store.data().join("pseudonym.key")).unwrap();
    store.tables("three", None).await;
    assert_ne!(source("three"), first);
    assert_ne!(manifest(&store.out("three"))["pseudonym_key"], key);
}

#[tokio::test(flavor = "multi_thread")]
async fn profiles_translate_or_are_refused() {
    let mut store = Store::new().await;
    let mut listings: Vec<Listing> = (0..4).map(|n| offer(["Anna", "Bert", "Cleo", "Dora"][n as usize], n, "1")).collect();
    listings[0].classification.as_mut().unwrap().category = "firearm.revolver".into();
    store.capture("market", "2026-01-05T10:00:00Z", listings).await;
    store.tables("rand", Some(tables::Profile::Rand)).await;
    let rows = csv_rows(&store.out("rand/t4_origins.csv"));
    assert_eq!((rows.len(), rows[0]["category"].as_str(), rows[0]["listings"].as_str()), (1, "firearms: pistols", "4"));
    assert_eq!(manifest(&store.out("rand"))["categories"]["firearm.revolver"], "firearms: pistols");
    store.tables("iafq", Some(tables::Profile::Iafq)).await;
    assert_eq!(csv_rows(&store.out("iafq/t4_origins.csv")).len(), 2);
    let out = store.out("soska");
    let refused =
        export::tables(&store.pool, &store.config, &store.data(), &out, Some(tables::Profile::Soska), &Part::default(), |_| ()).await;
    assert!(refused.unwrap_err().to_string().contains("soska"));
    assert!(!out.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_export_leaves_no_half_file() {
    if let Some(out) = std::env::var_os(KILLED) {
        let mut store = Store::new().await;
        store.capture("market", "2026-01-05T10:00:00Z", (0..600).map(|n| offer("Anna", n, "1")).collect()).await;
        let die = |rows: u64| {
            if rows > 256 {
                std::process::abort()
            }
        };
        let out = PathBuf::from(out);
        match out.ends_with("tables") {
            true => export::tables(&store.pool, &store.config, &store.data(), &out, None, &Part::default(), die).await.unwrap(),
            false => export::listings(&store.pool, &store.config, &store.data(), &out, &Part::default(), die).await.unwrap(),
        };
        unreachable!("the process ended in the middle");
    }
    let mut store = Store::new().await;
    store.capture("market", "2026-01-05T10:00:00Z", vec![offer("Anna", 1, "1")]).await;
    store.listings("listings").await;
    store.tables("tables", None).await;
    for name in ["listings", "tables"] {
        let before = content(&store.out(name));
        let mut child = Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "export::a_killed_export_leaves_no_half_file", "--test-threads", "1"]).env(KILLED, store.out(name));
        assert!(!child.output().unwrap().status.success());
        let mut after = content(&store.out(name));
        let partial: Vec<String> = after.keys().filter(|name| name.ends_with(".partial")).cloned().collect();
        assert!(!partial.is_empty(), "the export was not in the middle");
        after.retain(|name, _| !partial.contains(name));
        assert_eq!(after, before);
    }
    store.listings("listings").await;
    store.tables("tables", None).await;
    let left: Vec<String> = content(&store.out("listings")).into_keys().chain(content(&store.out("tables")).into_keys()).collect();
    assert!(!left.iter().any(|name| name.ends_with(".partial")), "{left:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_that_cannot_be_written_is_named() {
    let store = Store::new().await;
    fs::write(store.out("file"), "").unwrap();
    let error =
        export::listings(&store.pool, &store.config, &store.data(), &store.out("file"), &Part::default(), |_| ()).await.unwrap_err();
    assert!(format!("{error:#}").contains("--out"), "{error:#}");
}

/// The columns in `docs/export.md` are those of the code. `VIGIE_WRITE_DOCS=1` writes them anew.
#[test]
fn the_document_describes_every_column() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/export.md");
    let text = fs::read_to_string(&path).unwrap();
    let mut expected = text.clone();
    let listing: Vec<&columns::Column> = export::listings::described().collect();
    let sections = tables::TABLES.iter().map(|table| (table.file, table.columns.iter().collect()));
    for (name, columns) in std::iter::once(("listings", listing)).chain(sections) {
        let (begin, end) = (format!("<!-- columns of {name} -->\n"), format!("<!-- end of {name} -->"));
        let (before, rest) = expected.split_once(&begin).unwrap_or_else(|| panic!("docs/export.md has no line {begin:?}"));
        let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("docs/export.md has no line {end:?}"));
        let mut section = String::from("| column | type | unit or codes | meaning | from |\n| --- | --- | --- | --- | --- |\n");
        for column in columns {
            section.push_str(&format!("| `{}` |", column.name));
            column.description()[1..].iter().for_each(|cell| section.push_str(&format!(" {} |", cell.replace('|', "\\|"))));
            section.push('\n');
        }
        expected = format!("{before}{begin}{section}{end}{after}");
    }
    if std::env::var_os("VIGIE_WRITE_DOCS").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap() == expected, "docs/export.md is out of date; hint: run this test with VIGIE_WRITE_DOCS=1");
}
