//! With `VIGIE_DATA`, pages of others with the structured data that is in them, item by item and property by property.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value as Json;
use url::Url;
use vigie_extractors::html;
use vigie_extractors::structured::{self, Thing, Value, open_graph};

/// Where upstream's expectation is not what the specification yields, or is of another kind than what is read here.
/// File, what differs, why.
const DIFFERENT: &[(&str, &str, &str)] = &[
    (
        "schema.org/SearchAction.001.json",
        "upstream makes an item of the constraints of an input element",
        "that is an annotation of schema.org actions; microdata yields the element's text",
    ),
    (
        "schema.org/product-ref.json",
        "upstream gives an item the properties of another that it refers to",
        "the crawl of properties in HTML does not enter an element with itemscope",
    ),
    (
        "songkick/elysianfields_1.json",
        "upstream drops a value that is said twice",
        "arrays in Open Graph are the same property several times, each of them counts",
    ),
    (
        "misc/Portfolio_Niels_Lubberman.json",
        "relations icon and alternate; literals as XML",
        "terms of XHTML+RDFa, which HTML+RDFa does not have; XML literals are kept as their text",
    ),
];

/// A value in a form that can be compared: a text, or an item with its types and properties.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Plain {
    Text(String),
    Item(Item),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
struct Item {
    types: Vec<String>,
    properties: BTreeMap<String, Vec<Plain>>,
}

fn short(name: &str) -> String {
    let name = name.trim().trim_end_matches('/');
    name.rsplit(['/', '#']).next().unwrap().rsplit(':').next().unwrap().to_owned()
}

/// The address of pages of which upstream does not say where they stand.
const UNKNOWN: &str = "http://unknown.example/";

/// Addresses without what their writing leaves open.
fn text(value: &str) -> Plain {
    let folded = html::fold(value);
    Plain::Text(match Url::parse(&folded) {
        // Upstream read some pages without knowing their address.
        Ok(url) if url.has_host() => url.as_str().strip_prefix(UNKNOWN).map_or_else(|| url.to_string(), str::to_owned),
        _ => folded.trim_start_matches('/').to_owned(),
    })
}

impl Item {
    fn add(&mut self, name: &str, value: Plain) {
        self.properties.entry(name.to_owned()).or_default().push(value);
    }

    /// Property values, those of items within included.
    fn count(&self) -> usize {
        self.properties.values().flatten().map(|value| if let Plain::Item(item) = value { 1 + item.count() } else { 1 }).sum()
    }

    /// How many of the values of `other` this one has, too.
    fn shared(&self, other: &Item) -> usize {
        let mut shared = 0;
        for (name, values) in &other.properties {
            let mut own: Vec<&Plain> = self.properties.get(name).into_iter().flatten().collect();
            for value in values {
                let fit = |own: &Plain| match (own, value) {
                    (Plain::Item(own), Plain::Item(value)) => usize::from(own.types == value.types) + own.shared(value),
                    (own, value) => usize::from(own == value),
                };
                if let Some((at, most)) = own.iter().map(|own| fit(own)).enumerate().max_by_key(|(_, most)| *most) {
                    shared += most;
                    own.remove(at);
                }
            }
        }
        shared
    }
}

fn of_thing(thing: &Thing) -> Item {
    let mut item = Item { types: thing.types.clone(), ..Item::default() };
    for (name, values) in &thing.properties {
        for value in values {
            let value = match value {
                Value::Text(own) => text(own),
                Value::Thing(inner) => Plain::Item(of_thing(inner)),
            };
            item.add(name, value);
        }
    }
    item
}

fn list(value: &Json) -> Vec<Json> {
    value.as_array().cloned().unwrap_or_else(|| vec![value.clone()])
}

/// Microdata as upstream writes it: `type`, `properties`.
fn of_microdata(value: &Json) -> Plain {
    if !value.is_object() {
        return text(value.as_str().unwrap_or(""));
    }
    // Items without properties have a "value" of upstream's own.
    let none = serde_json::Map::new();
    let properties = value.get("properties").and_then(Json::as_object).unwrap_or(&none);
    let types = value.get("type").map(list).unwrap_or_default();
    let words = types.iter().filter_map(Json::as_str).flat_map(str::split_whitespace);
    let mut item = Item { types: words.map(short).collect(), ..Item::default() };
    for (name, values) in properties {
        list(values).iter().for_each(|value| item.add(&short(name), of_microdata(value)));
    }
    Plain::Item(item)
}

/// JSON-LD as it stands in the page.
fn of_json(value: &Json) -> Plain {
    match value {
        Json::Object(map) => {
            let mut item = Item::default();
            for (name, value) in map {
                match name.as_str() {
                    "@context" | "@id" => {}
                    "@type" => item.types = list(value).iter().filter_map(Json::as_str).map(short).collect(),
                    _ => list(value)
                        .iter()
                        .filter(|v| !v.is_null())
                        .for_each(|v| item.add(&if name.starts_with('@') { name.clone() } else { short(name) }, of_json(v))),
                }
            }
            Plain::Item(item)
        }
        Json::String(own) => text(own),
        other => text(&other.to_string()),
    }
}

/// RDFa as a graph: one flat item a subject, what it names by address, or as `_` where it has none.
fn of_graph(nodes: &[Json]) -> Vec<Item> {
    let name = |id: &str| if id.starts_with("_:") { Plain::Text("_".to_owned()) } else { text(id) };
    let node = |node: &Json| {
        let mut item = Item::default();
        for (property, values) in node.as_object().unwrap() {
            match property.as_str() {
                "@id" => {}
                "@type" => item.types = list(values).iter().filter_map(Json::as_str).map(short).collect(),
                _ => {
                    for value in list(values) {
                        let id = value.get("@id").and_then(Json::as_str).map(name);
                        item.add(&short(property), id.unwrap_or_else(|| text(value["@value"].as_str().unwrap_or(""))));
                    }
                }
            }
        }
        item.types.sort();
        item
    };
    nodes.iter().map(node).collect()
}

/// The same of what was read: nested things become items of their own, each subject once.
fn flat(things: &[Thing]) -> Vec<Item> {
    let mut by_name: BTreeMap<String, Item> = BTreeMap::new();
    let mut waiting: Vec<&Thing> = things.iter().collect();
    while let Some(thing) = waiting.pop() {
        let mut item = Item { types: thing.types.clone(), ..Item::default() };
        item.types.sort();
        for (name, values) in &thing.properties {
            for value in values {
                let value = match value {
                    Value::Text(own) => text(own),
                    Value::Thing(inner) => {
                        waiting.push(inner);
                        let id = inner.id.clone().unwrap_or_default();
                        if id.starts_with("_:") { Plain::Text("_".to_owned()) } else { text(&id) }
                    }
                };
                item.add(name, value);
            }
        }
        by_name.entry(thing.id.clone().unwrap_or_default()).or_insert(item);
    }
    by_name.into_values().collect()
}

/// Right and known, of items and of values; what was read and is not expected.
#[derive(Default, Clone, Copy)]
struct Figures {
    items: (usize, usize),
    values: (usize, usize),
    beyond: usize,
}

impl Figures {
    fn add(&mut self, other: Figures) {
        self.items = (self.items.0 + other.items.0, self.items.1 + other.items.1);
        self.values = (self.values.0 + other.values.0, self.values.1 + other.values.1);
        self.beyond += other.beyond;
    }
}

fn compare(file: &str, got: Vec<Item>, want: Vec<Item>) -> Figures {
    let mut figures = Figures { items: (0, want.len()), values: (0, want.iter().map(Item::count).sum()), beyond: 0 };
    let mut left: Vec<Item> = got
        .into_iter()
        .map(|mut item| {
            item.properties.values_mut().for_each(|values| values.sort());
            item
        })
        .collect();
    let mut open = Vec::new();
    for mut item in want {
        item.properties.values_mut().for_each(|values| values.sort());
        match left.iter().position(|own| *own == item) {
            Some(at) => {
                figures.items.0 += 1;
                figures.values.0 += item.count();
                left.remove(at);
            }
            None => open.push(item),
        }
    }
    for item in open {
        let best = left.iter().map(|own| own.shared(&item)).enumerate().max_by_key(|(_, shared)| *shared);
        let (at, shared) = best.unwrap_or((0, 0));
        figures.values.0 += shared;
        println!("  {file}: {:?} has {shared} of {} values", item.types, item.count());
        if std::env::var("VIGIE_SHOW").is_ok_and(|v| v == "samples") {
            println!("    want {item:?}\n    got  {:?}", left.get(at));
        }
        if at < left.len() && shared > 0 {
            left.remove(at);
        }
    }
    figures.beyond = left.len();
    if !left.is_empty() {
        println!("  {file}: {} items beyond what is expected", left.len());
        if std::env::var("VIGIE_SHOW").is_ok_and(|v| v == "samples") {
            println!("    {left:?}");
        }
    }
    figures
}

fn base_of(path: &Path, expected: &str) -> Url {
    let name = path.to_string_lossy();
    let address = if name.contains("custom_url") {
        "http://some-example.com/"
    } else if name.contains("7.1") {
        "http://blog.example.com/progress-report"
    } else if name.contains("w3crdfa") || name.contains("wikipedia") {
        "http://www.example.com/index.html"
    } else if name.contains("tovestyrke") {
        "http://www.songkick.com/artists/4971683-tove-styrke"
    } else if name.contains("elysianfields") {
        "http://www.songkick.com/concerts/22895734-elysian-fields-at-owl-music-parlor"
    } else if name.contains("Portfolio") {
        "http://nielslubberman.nl/drupal/"
    } else if expected.contains("http://www.example.com/microdata") {
        "http://www.example.com/microdata/test.html"
    } else {
        UNKNOWN
    };
    Url::parse(address).unwrap()
}

/// Compares one page with one expectation, of which upstream knows several forms.
fn measure(name: &str, page: &Path, expected: &Path) -> Vec<(&'static str, Figures)> {
    let parsed = html::parse(&html::decode(&std::fs::read(page).unwrap(), None).text).html;
    let text = std::fs::read_to_string(expected).unwrap();
    let base = base_of(expected, &text);
    let expected: Json = serde_json::from_str(&text).unwrap();
    let items = |values: &Json, read: fn(&Json) -> Plain| {
        list(values).iter().filter_map(|value| if let Plain::Item(item) = read(value) { Some(item) } else { None }).collect::<Vec<Item>>()
    };
    let got_micro = || structured::microdata(&html::Survey::of(&parsed), &base).iter().map(of_thing).collect::<Vec<Item>>();
    let graph_words = |values: &Json| {
        let mut item = Item::default();
        let pairs = list(values).into_iter().flat_map(|e| e["properties"].as_array().cloned().unwrap_or_default());
        pairs.for_each(|p| item.add(&p[0].as_str().unwrap().to_lowercase(), Plain::Text(html::fold(p[1].as_str().unwrap()))));
        item
    };
    let got_graph = || {
        let mut item = Item::default();
        // Twitter's and Facebook's properties are read beside; they are not of this protocol.
        let beside = |name: &str| name.starts_with("twitter:") || (name.starts_with("fb:") && !text.contains("fb:"));
        open_graph(&html::Survey::of(&parsed))
            .into_iter()
            .filter(|(name, _)| !beside(name))
            .for_each(|(name, content)| item.add(&name, Plain::Text(content)));
        item
    };
    let mut results = Vec::new();
    if let Some(map) = expected.as_object() {
        for (syntax, values) in map {
            let figures = match syntax.as_str() {
                "microdata" if !name.contains("flat") => ("microdata", compare(name, got_micro(), items(values, of_microdata))),
                "json-ld" if !name.contains("flat") => {
                    let got =
                        structured::read(&html::Survey::of(&parsed), &base).things.into_iter().filter(|t| t.written.syntax == "json_ld");
                    ("json_ld", compare(name, got.map(|thing| of_thing(&thing)).collect(), items(values, of_json)))
                }
                "rdfa" => ("rdfa", compare(name, flat(&structured::rdfa(&html::Survey::of(&parsed), &base)), of_graph(&list(values)))),
                "opengraph" if !name.contains("flat") && !list(values).is_empty() => {
                    ("open_graph", compare(name, vec![got_graph()], vec![graph_words(values)]))
                }
                _ => continue,
            };
            results.push(figures);
        }
        return results;
    }
    let first = expected.get(0).cloned().unwrap_or_default();
    if first.get("namespace").is_some() {
        results.push(("open_graph", compare(name, vec![got_graph()], vec![graph_words(&expected)])));
    } else if name.contains("expanded") || name.contains("Portfolio") {
        results.push(("rdfa", compare(name, flat(&structured::rdfa(&html::Survey::of(&parsed), &base)), of_graph(&list(&expected)))));
    } else if first.get("properties").is_some() {
        results.push(("microdata", compare(name, got_micro(), items(&expected, of_microdata))));
    }
    results
}

/// Expectations that say the same once more in a form of upstream's own, and formats that are not read.
const LEFT_OUT: &[(&str, &str)] = &[
    ("microformat", "microformats are not read"),
    ("dublincore", "Dublin Core in meta elements is not read: it describes documents, not goods"),
    ("flat", "upstream's flattened form of the file beside it"),
    ("withtext", "upstream's addition of the whole text of an item"),
];

#[test]
fn every_item_of_the_samples_is_read() {
    let Ok(data) = std::env::var("VIGIE_DATA") else {
        println!("skipped: VIGIE_DATA does not name the folder with the samples");
        return;
    };
    let mut files: Vec<PathBuf> = Vec::new();
    for folder in std::fs::read_dir(Path::new(&data).join("structured")).unwrap().filter_map(|e| e.ok()).filter(|e| e.path().is_dir()) {
        files.extend(std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()));
    }
    files.sort();
    let mut sums: BTreeMap<&str, Figures> = BTreeMap::new();
    let mut whole = (0, 0);
    for expected in files.iter().filter(|path| path.extension().is_some_and(|e| e == "json")) {
        let name = expected.strip_prefix(&data).unwrap().to_string_lossy().into_owned();
        if LEFT_OUT.iter().any(|(part, _)| name.contains(part)) {
            continue;
        }
        let stem = expected.file_stem().unwrap().to_string_lossy().replace(".expanded", "");
        let stem = stem.split("_custom_url").next().unwrap();
        let page = expected.with_file_name(format!("{stem}.html"));
        let results = measure(&name, &page, expected);
        assert!(!results.is_empty(), "{name} is of no known form");
        let all = results.iter().all(|(_, figures)| figures.items.0 == figures.items.1);
        let known = DIFFERENT.iter().find(|(file, ..)| name.ends_with(file));
        whole.1 += 1;
        whole.0 += usize::from(all || known.is_some());
        if let Some((_, what, why)) = known {
            assert!(!all, "{name} is right now; take it out of the list");
            println!("  {name}: {what}; {why}");
        }
        for (syntax, figures) in results {
            sums.entry(syntax).or_default().add(figures);
        }
    }
    for (syntax, figures) in &sums {
        println!(
            "{syntax}: items {} of {}, values {} of {}, {} items beyond",
            figures.items.0, figures.items.1, figures.values.0, figures.values.1, figures.beyond
        );
    }
    println!("files as upstream has them, or different for a reason that is listed: {} of {}", whole.0, whole.1);
    assert_eq!(whole.0, whole.1);
}

#[test]
fn samples_without_expectation_yield_what_they_hold() {
    let Ok(data) = std::env::var("VIGIE_DATA") else {
        println!("skipped: VIGIE_DATA does not name the folder with the samples");
        return;
    };
    // Counted by hand in the pages: things at the top, and properties of the first.
    for (file, things, properties) in [
        ("schema.org.invalid/AllocateAction.001.html", 1, 3),
        ("schema.org.invalid/JoinAction.001.html", 1, 2),
        ("custom.invalid/AllocateAction.001.html", 1, 4),
        ("custom.invalid/JoinAction.001.html", 1, 3),
        ("custom.invalid/JSONLD_with_JS_comment.html", 1, 6),
        ("custom.invalid/JSONLD_with_control_characters.html", 1, 1),
        ("custom.invalid/JSONLD_with_control_characters_comment.html", 1, 1),
        ("misc/null_ld_mock.html", 2, 3),
        ("misc/product_microdata.html", 1, 7),
    ] {
        let path = Path::new(&data).join("structured").join(file);
        let parsed = html::parse(&html::decode(&std::fs::read(&path).unwrap(), None).text).html;
        let read = structured::read(&html::Survey::of(&parsed), &Url::parse("http://www.example.com/").unwrap());
        assert_eq!(read.broken, Vec::<String>::new(), "{file}");
        assert_eq!((read.things.len(), read.things[0].properties.len()), (things, properties), "{file}: {:?}", read.things[0]);
    }
}
