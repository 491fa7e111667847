//! Imports: every usual file is read, and the same file twice adds nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::instance::{Instance, Place, lines};

pub(crate) fn text<'v>(row: &'v Value, field: &str) -> &'v str {
    row[field].as_str().unwrap_or_default()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Title, price, currency and vendor of each listing.
fn facts(place: &Place) -> Vec<(String, String, String, String)> {
    let of = |row: &Value| {
        (
            text(row, "title").to_owned(),
            text(row, "price_amount").to_owned(),
            text(row, "price_currency").to_owned(),
            text(row, "vendor").to_owned(),
        )
    };
    place.listings().iter().map(of).collect()
}

fn fact(title: &str, amount: &str, currency: &str, vendor: &str) -> (String, String, String, String) {
    (title.into(), amount.into(), currency.into(), vendor.into())
}

#[test]
pub(crate) fn tables_of_every_kind_are_read() {
    let expected =
        vec![fact("Büchse, 98k \"alt\"", "1200.50", "EUR", "Jäger & Söhne"), fact("Zoraki 914 zwei Zeilen", "95", "EUR", "anna")];
    let table = |comma: char, quote_all: bool| {
        let quoted = |text: &str| {
            if quote_all || text.contains([comma, '"', '\n']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
        };
        let rows = [
            ["id", "title", "price", "currency", "vendor"],
            ["1", "Büchse, 98k \"alt\"", "1.200,50", "EUR", "Jäger & Söhne"],
            ["2", "Zoraki 914\nzwei Zeilen", "95", "eur", "anna"],
        ];
        rows.map(|row| row.map(quoted).join(&comma.to_string())).join("\r\n")
    };
    let western = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("comma.csv", table(',', false).into_bytes()),
        ("semicolon.csv", table(';', false).into_bytes()),
        ("tab.tsv", table('\t', true).into_bytes()),
        ("bom.csv", format!("\u{feff}{}", table(';', true)).into_bytes()),
        ("western.csv", western(&table(';', false))),
        ("packed.csv.gz", gzip(table(',', true).as_bytes())),
    ];
    for (name, content) in files {
        let place = Place::new();
        let file = place.file(name, content);
        place.expect(0, &["import", &file, "--source", "s1"]);
        assert_eq!(facts(&place), expected, "{name}");
    }
}

#[test]
fn lines_are_read_with_marks_line_ends_and_gzip() {
    let lines =
        "\u{feff}{\"id\": 1, \"title\": \"a\", \"price\": 34.125}\r\n\r\n{\"id\": 2, \"title\": \"b\", \"price_amount\": \"34.125\"}";
    for (name, content) in [("rows.jsonl", lines.as_bytes().to_vec()), ("rows.jsonl.gz", gzip(lines.as_bytes()))] {
        let place = Place::new();
        let file = place.file(name, content);
        place.expect(0, &["import", &file, "--source", "s1"]);
        assert_eq!(facts(&place), [fact("a", "34.125", "", ""), fact("b", "34.125", "", "")], "{name}");
    }
}

#[test]
fn rows_that_are_not_understood_are_named_and_the_rest_is_imported() {
    let place = Place::new();
    let file = place.file(
        "rows.jsonl",
        "{\"id\": 1, \"title\": \"a\"}\nnonsense\n[1]\n{\"id\": 4}\n{\"id\": 5, \"title\": \"\\ud800\"}\n{\"id\": 6, \"title\": \"b\"}\n",
    );
    let output = place.run(&["import", &file, "--source", "s1", "--json"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(3), "{said}");
    for line in ["line 2", "line 3", "line 4", "line 5"] {
        assert!(said.contains("rows.jsonl") && said.contains(line), "{line}: {said}");
    }
    assert!(said.contains("neither title nor description"), "{said}");
    let summary = lines(&String::from_utf8(output.stdout).unwrap());
    assert_eq!(summary.last().unwrap()["listings_new"], 2);
    let table = place.file("rows.csv", "id,title,price\n7,good,1\n8,too,many,cells\n9,\"two\nlines\",3\n10,x,y,z\n");
    let said = place.refusal(3, &["import", &table, "--source", "s1"]);
    assert!(said.contains("line 3: 4 cells, but 3 columns") && said.contains("line 6: 4 cells"), "{said}");
    assert_eq!(place.listings().len(), 4);
    let empty = place.file("empty.csv", "\n\n");
    assert!(place.refusal(1, &["import", &empty, "--source", "s1"]).contains("empty.csv"));
    let wide = place.file("wide.csv", b"\xff\xfei\0d\0\n\0");
    assert!(place.refusal(1, &["import", &wide, "--source", "s1"]).contains("UTF-16"));
    let cut = gzip("{\"id\": 11, \"title\": \"c\"}\n".repeat(5_000).as_bytes());
    let cut = place.file("cut.jsonl.gz", &cut[..cut.len() / 2]);
    assert!(place.refusal(3, &["import", &cut, "--source", "s1"]).contains("breaks off in line"));
}

#[test]
fn a_mapping_leads_into_nested_rows_and_says_what_it_does_not_find() {
    let place = Place::new();
    let map = place.file(
        "map.toml",
        "category_separator = \"/\"\n[fields]\nid = \"ref\"\ntitle = \"head.name\"\nprice = \"fields.price\"\nships_from = \"fields.from\"\ncategory_path = \"cat\"\nimages = \"pictures.0.src\"\nsku = \"nowhere\"\n[defaults]\ncurrency = \"USD\"\n",
    );
    let row = json!({
        "ref": "A 1", "head": {"name": "Glock 19"}, "fields": {"price": "1,234.50", "from": "Germany"}, "cat": "Weapons/Pistols",
        "pictures": [{"src": "http://a.example/1.jpg"}],
    });
    let file = place.file("rows.jsonl", format!("{row}\n"));
    let output = place.run(&["import", &file, "--source", "s1", "--map", &map]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("\"nowhere\"") && said.contains("sku") && said.contains("head"), "{said}");
    let check = || {
        let rows = place.listings();
        assert_eq!(text(&rows[0], "url"), "urn:vigie:s1:A+1");
        assert_eq!((text(&rows[0], "price_amount"), text(&rows[0], "price_currency")), ("1234.50", "USD"));
        assert_eq!((&rows[0]["ships_from"], &rows[0]["category_path"]), (&json!(["DE"]), &json!(["Weapons", "Pistols"])));
        rows
    };
    let before = check();
    // The mapping is kept with the rows.
    std::fs::remove_file(&map).unwrap();
    place.expect(0, &["reextract"]);
    assert_eq!(check(), before);
    // With the store lost the archive has the rows and the mapping.
    for file in ["vigie.sqlite", "vigie.sqlite-wal", "vigie.sqlite-shm"] {
        let _ = std::fs::remove_file(place.data().join(file));
    }
    let other = place.file("other.jsonl", "{\"title\": \"another one\"}\n");
    place.expect(0, &["import", &other, "--source", "t1"]);
    let rows = place.listings();
    assert_eq!(rows.len(), 2);
    assert_eq!((text(&rows[0], "url"), text(&rows[0], "price_amount")), ("urn:vigie:s1:A+1", "1234.50"));
}

#[test]
pub(crate) fn versions_follow_the_time_of_observation_and_without_one_the_order_of_the_file() {
    let place = Place::new();
    let row = |id: &str, title: &str, at: Option<&str>| json!({"id": id, "title": title, "observed_at": at}).to_string();
    let dated = [
        row("1", "newest", Some("2026-03-01")),
        row("1", "oldest", Some("2026-01-01")),
        row("1", "middle", Some("2026-02-01")),
        row("2", "first", None),
        row("2", "second", None),
        json!({"title": "without id"}).to_string(),
        json!({"title": "without id"}).to_string(),
    ];
    let file = place.file("rows.jsonl", dated.join("\n"));
    place.expect(0, &["import", &file, "--source", "s1"]);
    let check = || {
        let rows = place.listings();
        let of = |title: &str| {
            rows.iter().find(|row| text(row, "title") == title).unwrap_or_else(|| panic!("{title} is not shown: {rows:?}")).clone()
        };
        let newest = of("newest");
        assert_eq!(
            (&newest["n_versions"], text(&newest, "first_seen"), text(&newest, "last_seen")),
            (&json!(3), "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z")
        );
        assert_eq!(of("second")["n_versions"], 2);
        assert_eq!(of("without id")["n_versions"], 1);
        assert_eq!(rows.len(), 3);
        rows
    };
    let before = check();
    // Later files may be older too.
    let older = place.file("older.jsonl", row("1", "in between", Some("2026-02-15")));
    place.expect(0, &["import", &older, "--source", "s1"]);
    assert_eq!(place.rows(&["search", "newest", "--json"]).len(), 1);
    assert_eq!(place.rows(&["search", "between", "--json"]).len(), 0);
    place.expect(0, &["import", &file, "--source", "s1"]);
    place.expect(0, &["reextract"]);
    let after = place.listings();
    assert_eq!(
        after.iter().map(|row| text(row, "title")).collect::<Vec<_>>(),
        before.iter().map(|row| text(row, "title")).collect::<Vec<_>>()
    );
    place.expect(0, &["verify"]);
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn an_export_and_an_archive_of_ours_come_back_as_they_were() {
    let instance = Instance::new();
    instance.crawl(&["--max-pages", "90"]);
    let before = instance.listings();
    assert!(before.len() > 40, "{}", before.len());
    let out = instance.folder.path().join("out");
    let kept = [
        "key",
        "title",
        "price_amount",
        "price_currency",
        "price_kind",
        "quantity",
        "unit",
        "unit_amount",
        "vendor",
        "category",
        "subtype",
    ];
    let kept: Vec<&str> =
        kept.into_iter().chain(["ships_from", "ships_to", "ships_except", "availability", "payments", "description", "url"]).collect();
    let of = |rows: &[Value]| -> BTreeMap<String, Value> {
        rows.iter()
            .map(|row| (text(row, "key").to_owned(), json!(kept.iter().map(|field| (*field, &row[*field])).collect::<BTreeMap<_, _>>())))
            .collect()
    };
    for name in ["listings.jsonl", "listings.csv"] {
        let place = Place::new();
        let source = String::from("id = \"copy\"\nname = \"Copy\"\ntype = \"cryptomarket\"\nimport_only = true\n");
        std::fs::write(place.config().join("sources/copy.toml"), source).unwrap();
        let file = out.join(name).to_str().unwrap().to_owned();
        // Of one source at a time, as keys are the source's own.
        place.expect(0, &["import", &file, "--source", "copy"]);
        let after = place.listings();
        assert_eq!(after.len(), before.len(), "{name}");
        let (before, after) = (of(&before), of(&after));
        let differ: Vec<String> = before
            .iter()
            .filter(|(key, row)| after.get(*key) != Some(row))
            .map(|(key, row)| format!("{key}\n  {row}\n  {:?}", after.get(key).map(Value::to_string)))
            .collect();
        assert!(differ.is_empty(), "{name}: {} listings differ\n{}", differ.len(), differ.join("\n"));
        place.expect(0, &["import", &file, "--source", "copy"]);
        assert!(place.listings().iter().all(|row| row["n_sightings"] == 1), "the same file twice adds nothing");
        place.expect(0, &["verify"]);
    }
    // The archive itself, into the same source of another instance.
    let archives: Vec<PathBuf> = std::fs::read_dir(instance.data().join("archive")).unwrap().map(|entry| entry.unwrap().path()).collect();
    let place = Place::new();
    for (name, content) in vigie::demo::sources(&instance.market) {
        std::fs::write(place.config().join("sources").join(name), content).unwrap();
    }
    for _ in 0..2 {
        place.expect(0, &["import", archives[0].to_str().unwrap(), "--source", "lantern"]);
    }
    let ours = |rows: &[Value]| -> BTreeSet<String> {
        rows.iter().filter(|row| text(row, "source") == "lantern").map(|row| text(row, "title").to_owned()).collect()
    };
    let (had, got) = (ours(&before), ours(&place.listings()));
    assert!(had.is_subset(&got), "missing: {:?}", had.difference(&got).collect::<Vec<_>>());
    place.expect(0, &["reextract"]);
    assert_eq!(ours(&place.listings()), got);
}

/// A WARC file as wget writes it: WARC/1.0, a request and a response each, headers in another order, digests in Base32.
pub(crate) fn foreign_warc(records: &[(&str, &str)]) -> Vec<Vec<u8>> {
    let record = |kind: &str, uri: &str, content_type: &str, block: &str, n: usize| {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{n:012}>\r\nContent-Type: {content_type}\r\n\
             WARC-Target-URI: <{uri}>\r\nWARC-Date: 2024-05-06T07:08:09Z\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        )
        .into_bytes()
    };
    let mut file = vec![record("warcinfo", "about:blank", "application/warc-fields", "software: Wget/1.21\r\n", 0)];
    for (n, (uri, html)) in records.iter().enumerate() {
        file.push(record("request", uri, "application/http;msgtype=request", "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n", 2 * n + 1));
        let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{html}", html.len());
        file.push(record("response", uri, "application/http;msgtype=response", &http, 2 * n + 2));
    }
    file
}

#[test]
pub(crate) fn captures_of_another_crawler_are_read() {
    let page = |title: &str, price: &str| {
        format!(
            "<html><head><title>{title}</title><script type=\"application/ld+json\">{{\"@context\":\"https://schema.org\",\"@type\":\"Product\",\"name\":\"{title}\",\
             \"description\":\"In good condition.\",\"offers\":{{\"@type\":\"Offer\",\"price\":\"{price}\",\"priceCurrency\":\"EUR\",\"availability\":\"https://schema.org/InStock\"}}}}\
             </script></head><body><h1>{title}</h1><p>In good condition.</p></body></html>"
        )
    };
    let (one, two) = (page("Glock 19 gen 5", "650.00"), page("Walther PPK", "420.00"));
    let members = foreign_warc(&[("http://a.example/item/1", &one), ("http://a.example/item/2", &two)]);
    let whole = members.concat();
    let by_member: Vec<u8> = members.iter().flat_map(|member| gzip(member)).collect();
    for (name, content) in [("plain.warc", whole.clone()), ("members.warc.gz", by_member), ("one.warc.gz", gzip(&whole))] {
        let place = Place::new();
        let file = place.file(name, content);
        place.expect(0, &["import", &file, "--source", "s1"]);
        assert_eq!(
            facts(&place),
            [fact("Glock 19 gen 5", "650", "EUR", ""), fact("Walther PPK", "420", "EUR", "")].map(|one| one),
            "{name}"
        );
        assert!(place.listings().iter().all(|row| text(row, "first_seen") == "2024-05-06T07:08:09Z"), "{name}");
        let again = place.expect(0, &["import", &file, "--source", "s1", "--json"]);
        assert_eq!(lines(&again)[0]["pages"], 0, "{name}: the same file twice adds nothing");
        place.expect(0, &["verify"]);
    }
    let place = Place::new();
    let file = place.file("cut.warc", &whole[..whole.len() - 40]);
    let output = place.run(&["import", &file, "--source", "s1"]);
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(place.listings().len(), 1, "what is whole is read");
}

#[test]
fn listings_that_others_collected_are_read_by_a_mapping() {
    let Some(data) = std::env::var_os("VIGIE_DATA").map(PathBuf::from) else {
        println!("skipped: VIGIE_DATA names no folder of real listings");
        return;
    };
    let place = Place::new();
    let map = place.file(
        "map.toml",
        "[fields]\nid = \"id\"\ntitle = \"title\"\ndescription = \"description\"\nprice = \"fields.price\"\ncurrency = \"fields.currency\"\nships_from = \"fields.ships_from\"\nships_to = \"fields.ships_to\"\nvendor = \"fields.vendor\"\nobserved_at = \"fields.date\"\n",
    );
    let mut read = 0;
    for name in ["agora_gold_dev.jsonl", "gunsforsale_dev.jsonl", "irongrid_dev.jsonl"] {
        let Ok(whole) = std::fs::read_to_string(data.join("listings").join(name)) else { continue };
        let some: Vec<&str> = whole.lines().take(120).collect();
        let file = place.file(name, some.join("\n"));
        let source = name.split('.').next().unwrap().replace('_', "-");
        let output = place.run(&["import", &file, "--source", &source, "--map", &map, "--json"]);
        let summary = lines(&String::from_utf8(output.stdout).unwrap()).pop().unwrap();
        assert!(matches!(output.status.code(), Some(0 | 3)), "{name}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(summary["listings_new"].as_u64().unwrap() as usize * 10 >= some.len() * 9, "{name}: {summary}");
        read += some.len();
        println!("{name}: {} rows, {} listings\n{}", some.len(), summary["listings_new"], String::from_utf8_lossy(&output.stderr));
    }
    assert!(read > 0, "{} holds none of the files", data.display());
    place.expect(0, &["verify"]);
    let rows = place.listings();
    let priced = rows.iter().filter(|row| row["price_amount"].is_string()).count();
    println!("{} listings, {priced} with a price", rows.len());
}
