//! Structured data: forgiving JSON-LD, microdata with references, and, with `VIGIE_DATA`, the breadcrumbs of others.

use std::path::Path;

use serde_json::Value as Json;
use url::Url;
use vigie_extractors::heuristics::breadcrumbs;
use vigie_extractors::heuristics::outline::Outline;
use vigie_extractors::html::{self, Survey};
use vigie_extractors::structured::{self, microdata, parse_json_ld};

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
    let things = structured::read(&Survey::of(&html::parse(page).html), &Url::parse("http://x.example/").unwrap()).things;
    assert_eq!(things[0].things("offers").next().unwrap().text("price"), Some("5"));
}

#[test]
fn microdata_references_and_loops() {
    let page = "<div itemscope itemtype=http://schema.org/Product itemref='far'><span itemprop=name>N</span></div>\
        <div id=far><span itemprop=sku>S-1</span></div>\
        <div itemscope id=loop itemref=loop itemprop=self><b itemprop=name>L</b></div>";
    let things = microdata(&Survey::of(&html::parse(page).html), &Url::parse("http://x.example/").unwrap());
    assert_eq!((things[0].text("name"), things[0].text("sku")), (Some("N"), Some("S-1")));
}

#[test]
fn rdfa_follows_its_specification() {
    let page = "<body vocab=http://schema.org/ prefix='gs: http://goods.example/ns#'>\
        <div typeof=Product resource=#one><h1 property=name>Sling</h1><meta property=gs:weight content=310>\
        <a property=url href=/sling>more</a> <img property=image src=s.jpg>\
        <div property=offers typeof=Offer><span property=price content=19.90>19,90 €</span><link property=availability href=http://schema.org/InStock></div>\
        <div rel=isRelatedTo><div typeof=Product><span property=name>Swivel</span></div></div>\
        <b rel=nofollow property=sku>SL-1</b></div>\
        <p about=#one property=mpn>M-1</p></body>";
    let things = structured::rdfa(&Survey::of(&html::parse(page).html), &Url::parse("http://x.example/p").unwrap());
    let own = things.iter().find(|thing| thing.id.as_deref() == Some("http://x.example/p#one")).unwrap();
    let text = |name: &str| own.text(name).unwrap_or("");
    assert_eq!((own.types[0].as_str(), text("name"), text("weight"), text("mpn"), text("sku")), ("Product", "Sling", "310", "M-1", "SL-1"));
    assert_eq!((text("url"), text("image")), ("http://x.example/sling", "http://x.example/s.jpg"));
    let offer = own.things("offers").next().unwrap();
    assert_eq!((offer.text("price"), offer.text("availability")), (Some("19.90"), Some("http://schema.org/InStock")));
    assert_eq!(own.things("isRelatedTo").next().unwrap().text("name"), Some("Swivel"));
}

#[test]
fn trails_are_known_by_their_form() {
    let crumbs = |page: &str| {
        let found = breadcrumbs::find(&Outline::new(&html::parse(page).html), &Url::parse("http://x.example/").unwrap());
        found.into_iter().map(|(name, _)| name).collect::<Vec<_>>().join(" > ")
    };
    assert_eq!(crumbs("<p><a href=/>Home</a> &gt; <a href=/a>Slings</a> &gt; Leather</p>"), "Home > Slings > Leather");
    assert_eq!(
        crumbs("<ul class=breadcrumb><li><a href=/>Home</a><ul><li>» <a href=/a>Slings</a><ul><li>» Leather</ul></ul></ul>"),
        "Home > Slings > Leather"
    );
    assert_eq!(crumbs("<p><a href=/>Home</a> | <a href=/a>About</a> | <a href=/b>Contact</a></p>"), "", "a menu");
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
        let got = breadcrumbs::read(parsed.html.root(), &base);
        let text = |v: &Json| v.as_str().map(html::fold).unwrap_or_default();
        let want: Vec<(String, Option<String>)> =
            row["expected"].as_array().unwrap().iter().map(|c| (text(&c["name"]), c["url"].as_str().map(str::to_owned))).collect();
        known += 1;
        let same_names = got.iter().map(|c| &c.0).eq(want.iter().map(|c| &c.0));
        names += usize::from(same_names);
        // However host and path are written.
        let plain = |u: &str| Url::parse(u).map_or_else(|_| u.to_owned(), String::from);
        let address = |u: &Option<String>| u.as_deref().map(|u| plain(u).trim_end_matches('/').to_owned());
        whole += usize::from(same_names && got.iter().zip(&want).all(|(g, w)| address(&g.1) == address(&w.1)));
        if std::env::var("VIGIE_SHOW").is_ok_and(|v| v == "crumbs")
            && same_names
            && !got.iter().zip(&want).all(|(g, w)| address(&g.1) == address(&w.1))
        {
            println!("  addresses {got:?}\n {want:?}");
        }
        if !same_names && std::env::var("VIGIE_SHOW").is_ok_and(|v| v == "crumbs") {
            println!("  got {:?}\n want {:?}", got.iter().map(|c| &c.0).collect::<Vec<_>>(), want.iter().map(|c| &c.0).collect::<Vec<_>>());
        }
    }
    println!("breadcrumbs: names {names} of {known}, with addresses {whole}");
    assert!(names * 100 >= known * 94, "{names} of {known}");
}
