//! Structured data: forgiving JSON-LD, microdata with references, and, with `VIGIE_DATA`, the samples and breadcrumbs of others.

use std::path::Path;

use serde_json::{Value as Json, json};
use url::Url;
use vigie_extractors::heuristics::breadcrumbs;
use vigie_extractors::html;
use vigie_extractors::structured::{self, Thing, Value, microdata, open_graph, parse_json_ld};

#[test]
fn slightly_broken_json_ld_is_read() {
    for (what, block) in [
        ("comment", "{\"@type\":\"Product\", // a note\n \"name\":\"x\" /* more */}"),
        ("trailing commas", "{\"@type\":\"Product\",\"name\":\"x\",\"image\":[\"a\",],}"),
        ("raw line end", "{\"@type\":\"Product\",\"name\":\"x\",\"description\":\"a\nb\tc\"}"),
        ("marks", "<!--\n//<![CDATA[\n{\"@type\":\"Product\",\"name\":\"x\"}\n//]]>\n-->"),
        ("semicolon", "{\"@type\":\"Product\",\"name\":\"x\"};"),
        ("escape", "{\"@type\":\"Product\",\"name\":\"x\",\"b\":\"it\\'s\"}"),
        ("entities", "{&quot;@type&quot;:&quot;Product&quot;,&quot;name&quot;:&quot;x&quot;}"),
        ("two objects", "{\"@type\":\"Product\",\"name\":\"x\"}\n{\"@type\":\"Offer\"}"),
    ] {
        let things = parse_json_ld(block).unwrap_or_else(|| panic!("{what} is read"));
        assert_eq!(things[0].text("name"), Some("x"), "{what}");
    }
    assert_eq!(parse_json_ld("null"), Some(Vec::new()));
    assert_eq!(parse_json_ld("{\"a\":"), None);
}

#[test]
fn references_are_joined_once() {
    let page = "<script type=application/ld+json>{\"@graph\":[{\"@id\":\"#a\",\"@type\":\"Product\",\"name\":\"x\",\"offers\":{\"@id\":\"#b\"}},\
        {\"@id\":\"#b\",\"@type\":\"Offer\",\"price\":\"5\",\"itemOffered\":{\"@id\":\"#a\"}}]}</script>";
    let things = structured::read(&html::parse(page).html, &Url::parse("http://x.example/").unwrap()).things;
    assert_eq!(things[0].things("offers").next().unwrap().text("price"), Some("5"));
}

#[test]
fn microdata_references_and_loops() {
    let page = "<div itemscope itemtype=http://schema.org/Product itemref='far'><span itemprop=name>N</span></div>\
        <div id=far><span itemprop=sku>S-1</span></div>\
        <div itemscope id=loop itemref=loop itemprop=self><b itemprop=name>L</b></div>";
    let things = microdata(&html::parse(page).html, &Url::parse("http://x.example/").unwrap());
    assert_eq!((things[0].text("name"), things[0].text("sku")), (Some("N"), Some("S-1")));
}

/// A thing in the form of the samples: type names short, single values without a list.
fn plain(thing: &Thing) -> Json {
    let mut properties = serde_json::Map::new();
    for (name, values) in &thing.properties {
        let list: Vec<Json> = values
            .iter()
            .map(|v| match v {
                Value::Text(t) => json!(html::fold(t)),
                Value::Thing(t) => plain(t),
            })
            .collect();
        properties.insert(name.clone(), Json::Array(list));
    }
    json!({ "type": thing.types, "properties": properties })
}

fn normal(value: &Json) -> Json {
    let list = |value: &Json| value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
    if let Some(properties) = value.get("properties") {
        let types: Vec<Json> = value
            .get("type")
            .map(list)
            .unwrap_or_default()
            .iter()
            .filter_map(Json::as_str)
            .flat_map(str::split_whitespace)
            .map(|t| json!(t.rsplit(['/', '#']).next().unwrap()))
            .collect();
        let properties: serde_json::Map<String, Json> = properties
            .as_object()
            .unwrap()
            .iter()
            .map(|(name, values)| {
                (name.rsplit(['/', '#']).next().unwrap().to_owned(), Json::Array(list(values).iter().map(normal).collect()))
            })
            .collect();
        return json!({ "type": types, "properties": properties });
    }
    value.as_str().map_or_else(|| value.clone(), |text| json!(html::fold(text)))
}

/// Equal, an address counting as equal to its relative form.
fn same(got: &Json, want: &Json) -> bool {
    match (got, want) {
        (Json::String(g), Json::String(w)) => {
            g == w || (g.starts_with("http") && (g.ends_with(w.as_str()) || g.trim_end_matches('/') == w))
        }
        (Json::Array(g), Json::Array(w)) => g.len() == w.len() && g.iter().zip(w).all(|(g, w)| same(g, w)),
        (Json::Object(g), Json::Object(w)) => {
            g.len() == w.len() && g.iter().all(|(name, value)| w.get(name).is_some_and(|other| same(value, other)))
        }
        _ => got == want,
    }
}

#[test]
fn samples_of_others_are_read() {
    let Ok(data) = std::env::var("VIGIE_DATA") else {
        println!("skipped: VIGIE_DATA does not name the folder with the samples");
        return;
    };
    let base = Url::parse("http://www.example.com/microdata/").unwrap();
    let (mut right, mut known) = (0, 0);
    for folder in ["schema.org", "w3c", "misc", "songkick", "websites", "custom.invalid", "schema.org.invalid"] {
        for entry in std::fs::read_dir(Path::new(&data).join("structured").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let expected = path.with_extension("json");
            if path.extension().is_none_or(|e| e != "html") {
                continue;
            }
            let parsed = html::parse(&html::decode(&std::fs::read(&path).unwrap(), None).text);
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if folder.ends_with("invalid") {
                let found = structured::read(&parsed.html, &base);
                known += 1;
                right += usize::from(!found.things.is_empty() && found.broken.is_empty());
                if found.things.is_empty() {
                    println!("  {folder}/{name}: {:?}", found.broken);
                }
                continue;
            }
            let Ok(text) = std::fs::read_to_string(&expected) else { continue };
            let Ok(Json::Array(expected)) = serde_json::from_str(&text) else { continue };
            let first = expected.first().cloned().unwrap_or_default();
            let ok = if first.get("namespace").is_some() {
                let want: Vec<(String, String)> = expected
                    .iter()
                    .flat_map(|e| e["properties"].as_array().cloned().unwrap_or_default())
                    .map(|p| (p[0].as_str().unwrap_or("").to_lowercase(), html::fold(p[1].as_str().unwrap_or(""))))
                    .collect();
                let got = open_graph(&parsed.html);
                want.iter().all(|pair| got.contains(pair) || pair.1.is_empty())
            } else if first.get("properties").is_some() && !name.starts_with("microformat") {
                let got: Vec<Json> = microdata(&parsed.html, &base).iter().map(plain).collect();
                let want: Vec<Json> = expected.iter().map(normal).collect();
                same(&Json::Array(got), &Json::Array(want))
            } else if first.get("@type").is_some() && !name.contains("microformat") {
                let found = structured::read(&parsed.html, &base);
                expected.iter().all(|e| {
                    let kind = e["@type"].as_str().unwrap_or("").to_owned();
                    found.things.iter().any(|t| t.is(&[kind.rsplit('/').next().unwrap()]))
                })
            } else {
                continue;
            };
            known += 1;
            right += usize::from(ok);
            if !ok {
                println!("  {folder}/{name} differs");
            }
        }
    }
    println!("structured samples: {right} of {known}");
    assert!(right * 100 >= known * 75, "{right} of {known}");
}

#[test]
fn breadcrumbs_of_others_are_read() {
    let Ok(data) = std::env::var("VIGIE_DATA") else {
        println!("skipped: VIGIE_DATA does not name the folder with the vectors");
        return;
    };
    let (mut names, mut whole, mut known) = (0, 0, 0);
    for line in std::fs::read_to_string(Path::new(&data).join("vectors/breadcrumbs.jsonl")).unwrap().lines() {
        let row: Json = serde_json::from_str(line).unwrap();
        let base = Url::parse(row["base_url"].as_str().filter(|b| !b.is_empty()).unwrap_or("http://www.example.com")).unwrap();
        let parsed = html::parse(row["html"].as_str().unwrap());
        let got = breadcrumbs::read(parsed.html.tree.root(), &base);
        let text = |v: &Json| v.as_str().map(html::fold).unwrap_or_default();
        let want: Vec<(String, Option<String>)> =
            row["expected"].as_array().unwrap().iter().map(|c| (text(&c["name"]), c["url"].as_str().map(str::to_owned))).collect();
        known += 1;
        let same_names = got.iter().map(|c| &c.0).eq(want.iter().map(|c| &c.0));
        names += usize::from(same_names);
        let address = |u: &Option<String>| u.as_deref().map(|u| u.trim_end_matches('/').to_owned());
        whole += usize::from(same_names && got.iter().zip(&want).all(|(g, w)| address(&g.1) == address(&w.1)));
        if !same_names && std::env::var("VIGIE_SHOW").is_ok_and(|v| v == "crumbs") {
            println!("  got {:?}\n want {:?}", got.iter().map(|c| &c.0).collect::<Vec<_>>(), want.iter().map(|c| &c.0).collect::<Vec<_>>());
        }
    }
    println!("breadcrumbs: names {names} of {known}, with addresses {whole}");
    assert!(names * 100 >= known * 60, "{names} of {known}");
}
