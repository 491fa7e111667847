//! Pages that are meant to break a reader: bounded time, bounded memory, no panic.

use std::time::Duration;

use proptest::prelude::*;
use vigie_extractors::codebook::Codebook;
use vigie_extractors::page::{Page, extract_explained};
use vigie_extractors::profile::Profile;
use vigie_extractors::record::{Listing, PageKind};

use super::{families, read};

/// Time on a processor, whatever else the machine does. Generous for an unoptimised build; quadratic work would take minutes.
const BOUND: Duration = Duration::from_secs(60);

/// How long this thread was on a processor.
fn worked() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("the kernel tells");
    Duration::from_nanos(told.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok()).expect("its first number"))
}

fn timed(name: &str, body: &[u8]) -> vigie_extractors::record::Extraction {
    let start = worked();
    let page = read("http://shop.example/x?page=2", body, Some("text/html"), "shop", None);
    let took = worked() - start;
    println!("{name}: {} bytes in {took:?}", body.len());
    assert!(took < BOUND, "{name} took {took:?}");
    page
}

#[test]
fn deep_nesting_is_cut() {
    for tag in ["div", "b", "table><tr><td", "ul><li", "object", "svg><g", "blockquote", "font color=red", "button"] {
        let body = format!("<h1>Deep</h1>{}<p>end", format!("<{tag}>").repeat(100_000));
        timed(tag, body.as_bytes());
    }
    let page = timed("div", format!("{}<a href=/in>x</a>", "<div>".repeat(100_000)).as_bytes());
    assert!(page.problems.iter().any(|p| p.field == "page"), "the reader is told that something was left out");
    assert_eq!(page.links.len(), 1, "a link below the cut is still found: {:?}", page.links);
}

#[test]
fn a_page_that_is_too_long_is_read_up_to_a_point() {
    // The cut falls within a character, which is no fault of the page.
    let body = format!("<title>Long</title><p>{}", "\u{e9}".repeat(5 << 20));
    let page = timed("one long text", body.as_bytes());
    let said: Vec<&str> = page.problems.iter().map(|problem| problem.field.as_str()).collect();
    assert_eq!(said, ["page"], "{:?}", page.problems);
    let page = timed("many elements", "<br>".repeat(1_000_000).as_bytes());
    assert!(page.problems.iter().any(|problem| problem.found.contains("more elements")), "{:?}", page.problems);
}

#[test]
fn trees_that_multiply_are_cut() {
    let many: String = (0..300).map(|n| format!("<b id={n}>")).collect();
    let body = format!("<div>{many}</div>{}", "<div>x</div>".repeat(20_000));
    timed("reopened formatting", body.as_bytes());
    let mixed: String = (0..30_000).map(|n| format!("<p><a href=/{n}><table><tr><td><i>{n}")).collect();
    timed("misnested tables", mixed.as_bytes());
    let desync = "<div><object></div><p><b></object>".repeat(20_000);
    timed("walls", desync.as_bytes());
}

#[test]
fn one_tag_with_very_many_attributes() {
    let attributes: String = (0..300_000).map(|n| format!(" a{n}=1")).collect();
    let page = timed("attributes", format!("<p{attributes}>Text</p><a href=/after>after</a>").as_bytes());
    assert_eq!(page.links.len(), 1);
}

#[test]
fn sixteen_megabytes_are_read() {
    let card =
        "<div class=card><a href=/item/N>Title number N of a long list</a><span class=price>$N.00</span><p>Some words about it.</p></div>";
    let mut body = String::from("<title>Long list</title>");
    let mut n = 0;
    while body.len() < 16 << 20 {
        n += 1;
        body.push_str(&card.replace('N', &n.to_string()));
    }
    let page = timed("16 MB of cards", body.as_bytes());
    assert_eq!(page.page_kind, PageKind::Index);
    timed("16 MB of text", &b"word 12 $ ".repeat(1 << 20)[..]);
    timed("2 MB of <", &vec![b'<'; 2 << 20]);
    timed("2 MB of one comment", format!("<!--{}", "-".repeat(2 << 20)).as_bytes());
    timed("6 MB of quotes", format!("<a href=\"{}", "'\"=".repeat(2 << 20)).as_bytes());
}

#[test]
fn broken_bytes_are_read() {
    let page = read("http://shop.example/", b"\xff\xfe<\0h\0t\0m\0l\0>\0<\0p\0>\0h\0i\0", None, "shop", None);
    assert_eq!(page.page_detail, None);
    let page = [b"<title>a\0b</title><p>\xff".as_slice(), "\u{e9}".repeat(30).as_bytes(), b"\xfe"].concat();
    let page = read("http://shop.example/", &page, Some("text/html; charset=utf-8"), "shop", None);
    assert!(page.problems.iter().any(|p| p.field == "charset"));
    let page = read("http://shop.example/", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01", Some("image/png"), "shop", None);
    assert_eq!((page.page_kind, page.page_detail.as_deref()), (PageKind::Other, Some("binary")));
    let page = read("http://shop.example/", &[0, 1, 2, 3, 4, 5, 6, 7], None, "shop", None);
    assert_eq!(page.page_detail.as_deref(), Some("binary"));
    read("http://shop.example/", b"", None, "shop", None);
}

/// Grows one family to a size, reads it in both ways and gives what came of it.
fn grown(name: &str, bytes: usize) -> vigie_extractors::record::Extraction {
    let (_, grow) = families::all().into_iter().find(|(own, _)| *own == name).unwrap_or_else(|| panic!("a family {name}"));
    let body = grow(bytes);
    let plain = timed(name, body.as_bytes());
    let start = worked();
    let url = url::Url::parse("http://shop.example/x?page=2").unwrap();
    let fetched_at = "2024-06-15T12:00:00Z".parse().unwrap();
    let (content_type, source_type) = (Some("text/html"), Some("shop"));
    let page = Page { url: &url, body: body.as_bytes(), content_type, source_type, profile: None, private: &[], cards: None, fetched_at };
    let (explained, why) = extract_explained(&page);
    let took = worked() - start;
    assert!(took < BOUND, "{name} took {took:?} to explain");
    assert!(plain == explained, "{name}: explaining changes nothing");
    for one in &why {
        assert!(one.start.is_none_or(|start| body.get(start..one.end.unwrap()).is_some()), "{name}: {one:?}");
    }
    plain
}

/// Most memory that this process has had, MiB. Tests of one process share it, so what is held against it is generous.
fn most_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("the kernel tells");
    let kib = status.lines().find_map(|line| line.strip_prefix("VmHWM:")?.split_whitespace().next()?.parse::<u64>().ok());
    kib.expect("its highest memory") >> 10
}

#[test]
fn every_family_of_hostile_pages_is_read() {
    for (name, _) in families::all() {
        grown(name, 8 << 10);
    }
}

/// Each of these once took time that grew with the square of the page, or memory that did: minutes and gigabytes at this size.
#[test]
fn what_once_grew_with_the_square_of_a_page_does_not() {
    for name in [
        "comments of JSON",
        "comments of JSON around braces",
        "CDATA marks of JSON",
        "a list of JSON-LD",
        "products of JSON-LD",
        "literals left open",
        "literals left open in strings",
        "names of a property",
        "one element around many without words",
        "a long thing that many name",
        "a long item that many refer to",
        "a long resource that many name",
        "a long vocabulary",
    ] {
        grown(name, 1 << 20);
    }
    assert!(most_memory() < 2_048, "{} MiB", most_memory());
}

#[test]
fn the_same_page_is_read_the_same() {
    // Two columns of links that suit a title equally well: which one is taken may not hang on the order of a table in memory.
    let card = "<div class=card><a href=/item/#1>Alpha thing of # kinds</a><a href=/item/#2>Bravo thing of # kinds</a> $#.00</div>";
    let body: String = (1..40).map(|n| card.replace('#', &n.to_string())).collect();
    let first = read("http://shop.example/list", body.as_bytes(), Some("text/html"), "shop", None);
    assert!(first.listings.len() > 30);
    for _ in 0..20 {
        assert_eq!(read("http://shop.example/list", body.as_bytes(), Some("text/html"), "shop", None), first);
    }
}

#[test]
fn records_of_a_profile_that_lie_in_one_another_are_bounded() {
    let profile: Profile = toml::from_str(include_str!("../../../fuzz/profile.toml")).unwrap();
    assert_eq!(profile.check(), Vec::new(), "the profile that is fuzzed");
    let one = "<ul class=card><li><a href=/item/#>thing #</a><i class=price>$#</i>";
    let body: String = (1..15_000).map(|n| one.replace('#', &n.to_string())).collect();
    let start = worked();
    let page = read("http://shop.example/list", body.as_bytes(), Some("text/html"), "shop", Some(&profile));
    assert!(worked() - start < BOUND, "{:?}", worked() - start);
    assert!(page.problems.iter().any(|problem| problem.field == "records"), "{:?}", page.problems);
}

#[test]
fn what_decided_on_items_is_shown_as_written() {
    let codebook = Codebook::parse(include_str!("../../../../config/codebook.toml")).unwrap();
    let lines =
        ["Zorblatt housing", "Quuxor frobnicator http://shop.example/product/9847d600 SALE", "Blimfark m***o http://shop.example/b"];
    let description: String = lines.iter().enumerate().map(|(n, line)| format!("- {line} - $2{n}5\n")).collect();
    let mut listing = Listing { title: "Glock 19 parts and accessories".to_owned(), description, ..Listing::default() };
    codebook.classify(&mut listing);
    let spans: Vec<_> = listing.items.iter().flat_map(|item| &item.because).filter(|span| span.field == "description").collect();
    assert!(spans.iter().any(|span| span.text.contains("http") || span.text.contains("***")), "{spans:?}");
    for span in spans {
        assert_eq!(listing.description.get(span.start..span.end), Some(span.text.as_str()));
    }
}

#[test]
fn names_and_titles_are_bounded() {
    let long = "Thing ".repeat(5_000);
    let page = timed("a long title", format!("<title>{long}</title><h1>{long}</h1><b>Price:</b> $5 <button>Buy now</button>").as_bytes());
    assert!(page.listings.iter().all(|listing| listing.title.len() <= 2_000), "{:?}", page.listings.first().map(|l| l.title.len()));
    assert_eq!(page.listings.len(), 1);
}

const PARTS: &[&str] = &[
    "<div class=card>",
    "</div>",
    "<a href=/item/1>",
    "<a href='?user=x'>",
    "</a>",
    "<table><tr><th>Price<th>Vendor<th>Title",
    "<tr><td>",
    "</table>",
    "$12.50",
    "1.234,00 €",
    "฿0.001",
    "Price:",
    "Vendor: Bob",
    "Ships from: DE → US",
    "<script type=application/ld+json>{\"@type\":\"Product\",\"name\":\"x\",\"offers\":{\"price\":",
    "</script>",
    "<li itemscope itemtype=Product itemprop=a>",
    "<span itemprop=price content=1>",
    "<h1>",
    "</h1>",
    "<title>x - y</title>",
    "<pre>",
    "<base href=//z>",
    "<template>",
    "<svg><title>",
    "<select><option>",
    "\u{0}",
    "é",
    "<p>",
    "<b>",
    "</b>",
    "<form><button>Buy now</button>",
    "<input type=password>",
    "<div id=post1 class=post>",
    "<time datetime=2020-01-01>",
    "&amp;&#0;",
    "<!--",
    "-->",
    "\u{feff}",
    "(((",
    "||",
    ":",
    "100%",
    "<nav class=breadcrumb>",
];

#[test]
fn a_text_as_long_as_a_list_names_no_account() {
    let places = "Lebanon Lesotho Liberia ".repeat(100);
    for page in [
        format!("<title>Vendor</title><h1>{places}</h1><p>Member since 2020-01-01</p><p>Sales: 40</p>"),
        format!(
            "<h1>Vendor</h1><table><tr><th>Vendor</th><td>{places}</td></tr><tr><th>Sales</th><td>40</td></tr><tr><th>Member since</th><td>2020-01-01</td></tr></table>"
        ),
        format!("<h1>A rifle</h1><p>Vendor: <a href='/vendor/x'>{places}</a></p><p>$300</p><button>Buy now</button>"),
    ] {
        let read = read("http://market.example/vendor/x", page.as_bytes(), Some("text/html"), "cryptomarket", None);
        let names =
            read.vendors.iter().chain(read.listings.iter().filter_map(|listing| listing.vendor.as_ref())).map(|vendor| vendor.name.len());
        assert_eq!(names.filter(|length| *length > 200).count(), 0, "{page}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_never_panic(body in proptest::collection::vec(any::<u8>(), 0..2000)) {
        read("http://shop.example/a/b?c=d", &body, None, "shop", None);
    }

    #[test]
    fn random_markup_never_panics(parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..120)) {
        let page = read("http://market.onion/vendor/bob", parts.concat().as_bytes(), Some("text/html"), "cryptomarket", None);
        for listing in &page.listings {
            prop_assert!(!listing.title.is_empty() && !listing.key.is_empty());
        }
    }

    #[test]
    fn mutated_fixtures_never_panic(which in 0..super::fixtures::CASES.len(), at in any::<prop::sample::Index>(), cut in 0..400_usize, noise in "\\PC{0,40}") {
        let mut body = super::fixtures::body(super::fixtures::CASES[which].0);
        let at = at.index(body.len());
        body.splice(at..(at + cut).min(super::fixtures::body(super::fixtures::CASES[which].0).len()), noise.bytes());
        read("http://shop.example/x", &body, Some("text/html"), "shop", None);
    }
}
