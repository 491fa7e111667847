//! The language of profiles, what they expect of pages, and what is proposed from pages.

use url::Url;
use vigie_extractors::induce::induce;
use vigie_extractors::page::Page;
use vigie_extractors::profile::{Field, Profile};
use vigie_extractors::record::{Extraction, Listing};

use super::read;

fn profile(text: &str) -> Profile {
    let profile: Profile = toml::from_str(text).unwrap();
    assert_eq!(profile.check(), []);
    profile
}

fn listing(rules: &str, body: &str) -> Listing {
    let rules = profile(&format!("[[page]]\nkind = \"listing\"\nfields.title = \"h1\"\n{rules}"));
    let body = format!("<h1>Sabre, model 1796</h1>{body}");
    read("http://lots.example/i/7", body.as_bytes(), Some("text/html"), "shop", Some(&rules)).listings.remove(0)
}

#[test]
fn the_example_of_the_document_is_read_as_it_says() {
    let text = std::fs::read_to_string(format!("{}/../docs/profiles.md", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let block = |name: &str| text.split_once(&format!("```{name}\n")).unwrap().1.split_once("```").unwrap().0;
    let table: toml::Table = block("toml").parse().unwrap();
    let rules: Profile = table["extractor"].clone().try_into().unwrap();
    assert_eq!(rules.check(), []);
    let page = read("http://lots.example/i/7", block("html").as_bytes(), Some("text/html"), "shop", Some(&rules));
    let expected: serde_json::Map<String, serde_json::Value> = serde_json::from_str(block("json")).unwrap();
    for (name, value) in expected {
        let field = Field::ALL.into_iter().find(|field| field.code() == name).unwrap();
        assert_eq!(field.of(&page.listings[0]).as_deref(), value.as_str(), "{name}");
    }
    assert!(page.problems.is_empty() && page.expected.iter().all(|one| one.filled), "{page:?}");
    // Without the profile it is not: else the example would show nothing.
    let general = read("http://lots.example/i/7", block("html").as_bytes(), Some("text/html"), "shop", None);
    assert!(general.listings.first().is_none_or(|listing| Field::ShipsFrom.of(listing).is_none() && Field::Vendor.of(listing).is_none()));
}

#[test]
fn rules_of_a_list_are_tried_until_one_gives_what_can_be_read() {
    let rules = "fields.price = [\"b.gone\", \"b.word\", { select = \"b.sum\" }]";
    let found = listing(rules, "<b class=word>ask us</b> <b class=sum>EUR 12</b> <b class=other>EUR 99</b>");
    assert_eq!(Field::Price.of(&found).as_deref(), Some("12"));
}

#[test]
fn transforms_work_in_the_order_that_is_told() {
    let cases = [
        (
            "fields.category = { select = 'p', split = '/', reverse = true, map = { arms = 'Weapons' } }",
            "<p>Sabres / ARMS /</p>",
            Field::Category,
            "Weapons > Sabres",
        ),
        (
            "fields.sku = { select = 'p', regex = '(\\w+)-\\d+', replace = [['A', 'B'], ['B+', 'C']] }",
            "<p>no AAX-17 here</p>",
            Field::Sku,
            "CX",
        ),
        ("fields.price = { select = 'p', number = ',' }", "<p>34.000 EUR</p>", Field::Price, "34000"),
        ("fields.price = { select = 'p', number = '.' }", "<p>USD 1 234.50</p>", Field::Price, "1234.5"),
        ("fields.posted_at = { select = 'p', date = '%m/%d/%y' }", "<p>03/04/26</p>", Field::PostedAt, "2026-03-04"),
        (
            "fields.posted_at = { select = 'p', date = '%d.%m.%Y %H:%M' }",
            "<p>03.04.2026 21:05</p>",
            Field::PostedAt,
            "2026-04-03T21:05:00Z",
        ),
        (
            "fields.vendor = { select = 'p', country = true, join = '+' }",
            "<p>sent out of Germany or the Netherlands</p>",
            Field::Vendor,
            "DE+NL",
        ),
        (
            "fields.description = { select = 'i', all = true, join = ' / ' }",
            "<i>one</i><i> two </i><i></i>",
            Field::Description,
            "one / two",
        ),
        ("fields.brand = { select = 'i', all = true, index = -1 }", "<i>one</i><i>two</i>", Field::Brand, "two"),
        ("fields.brand = { select = 'i', attr = 'own' }", "<i>one <b>two</b></i>", Field::Brand, "one"),
        ("fields.brand = { select = 'u', default = 'none told' }", "<i>one</i>", Field::Brand, "none told"),
    ];
    for (rules, body, field, expected) in cases {
        assert_eq!(field.of(&listing(rules, body)).as_deref(), Some(expected), "{rules}");
    }
}

#[test]
fn words_before_a_value_lead_to_it_in_every_markup() {
    let rules = "fields.brand = { label = 'Made by' }";
    for body in [
        "<p>Made by: Solingen</p>",
        "<p><b>made by</b> Solingen</p>",
        "<p>Made by: <b>Sol</b>ingen</p>",
        "<table><tr><td>Weight</td><td>2 kg</td></tr><tr><td><b>Made by:</b></td><td><i>Solingen</i></td></tr></table>",
        "<dl><dt>Made by</dt><dd>Solingen</dd><dt>Weight</dt><dd>2 kg</dd></dl>",
        "<div><span>Made by</span></div><div><span>Solingen</span></div>",
        "<p><b>Made by:</b><br>Solingen</p>",
        "<table><tr><th>Weight</th><th>Made by</th></tr><tr><td>2 kg</td><td>Solingen</td></tr></table>",
    ] {
        assert_eq!(listing(rules, body).brand.as_deref(), Some("Solingen"), "{body}");
    }
    for body in ["<dl><dt>Made by</dt><dd></dd><dt>Weight</dt><dd>2 kg</dd></dl>", "<p>Not made by: Solingen</p>", "<p>Made by</p>"] {
        assert_eq!(listing(rules, body).brand, None, "{body}");
    }
    // In a list each record has its own; the head stands outside of it.
    let rules = profile(
        "[[page]]\nkind = \"index\"\nrecord = \"tbody tr\"\nfields.title = \"a\"\nfields.url = { select = \"a\", attr = \"href\" }\nfields.vendor = { label = \"Seen with\" }",
    );
    let body = "<table><thead><tr><th>What<th>Seen with</thead><tbody><tr><td><a href=/i/1>One</a><td>anna<tr><td><a href=/i/2>Two</a><td>bert</tbody></table>";
    let page = read("http://lots.example/", body.as_bytes(), Some("text/html"), "shop", Some(&rules));
    let sellers: Vec<_> = page.listings.iter().map(|listing| Field::Vendor.of(listing).unwrap()).collect();
    assert_eq!(sellers, ["anna", "bert"]);
}

fn expected(page: &Extraction) -> Vec<(String, bool)> {
    page.expected.iter().map(|one| (one.field.clone(), one.filled)).collect()
}

#[test]
fn what_is_required_or_expected_and_not_given_is_a_problem_with_its_place() {
    let rules = profile(
        "[[page]]\nkind = \"listing\"\nwhen = \"h1.lot\"\nrequired = [\"title\", \"price\"]\nexpect.vendor = { share = 0.5, pattern = '^[a-z]+$' }\n\
         fields.title = \"h1.lot\"\nfields.price = \"b.sum\"\nfields.vendor = { label = \"Seen with\" }",
    );
    let read = |body: &str| read("http://lots.example/i/7", body.as_bytes(), Some("text/html"), "shop", Some(&rules));
    let good = read("<h1 class=lot>Sabre</h1><b class=sum>EUR 5</b><p>Seen with: anna</p>");
    assert_eq!(
        expected(&good),
        [("rules", true), ("title", true), ("price", true), ("vendor", true)].map(|(field, met)| (field.to_owned(), met))
    );
    assert!(good.problems.is_empty(), "{:?}", good.problems);
    // Another price on the page does not stand in for the one that is required there.
    let bad = read("<h1 class=lot>Sabre</h1><b>EUR 5</b><p>Seen with: Anna 7</p>");
    assert_eq!(expected(&bad)[2..], [("price".to_owned(), false), ("vendor".to_owned(), false)]);
    let problems: Vec<_> = bad.problems.iter().map(|one| (one.field.as_str(), one.place.as_str(), one.found.as_str())).collect();
    assert!(problems.contains(&("price", "b.sum", "")) && problems.contains(&("vendor", "label Seen with", "Anna 7")), "{problems:?}");
    // A page that looks like one of them, and that no rules take.
    let other = read("<title>Sabre</title><h1>Sabre</h1><p>Price: EUR 5</p><p>Seller: anna</p><button>Buy now</button>");
    assert_eq!((other.page_kind.code(), expected(&other)), ("listing", vec![("rules".to_owned(), false)]));
}

/// A site of a template that no reader of fields can know by its names; `odd` gives one page another look of the price.
fn invented(n: usize, odd: bool) -> (Url, String) {
    let goods = ["Walther P38", "CZ 75 B", "Mauser C96", "Glock 19", "Luger P08", "Steyr M1912", "Colt 1911", "Astra 400"][n % 8];
    let price = 310 + 17 * n;
    let extra = if odd { format!("<p>You save 12.00 EUR</p><p class=\"zq\"><s>{}.00 EUR</s></p>", price + 200) } else { String::new() };
    let body = format!(
        "<html><head><title>{goods} - Depot</title></head><body><div class=\"top\">Balance: 0.00 EUR</div><div class=\"sheet\"><h1 class=\"n\">{goods}</h1>{extra}\
         <div class=\"r\"><span class=\"sum\">{price}.00 EUR</span></div><table><tr><td>Vendor</td><td><a href=\"/u/seller{m}\">seller{m} (4.{m})</a></td></tr>\
         <tr><td>Ships from</td><td>Germany</td></tr></table><p class=\"txt\">Number {n} in our books, kept dry and well oiled for many years.</p>\
         <button>Buy now</button></div><div class=\"foot\">Depot of old arms</div></body></html>",
        m = n % 3
    );
    (Url::parse(&format!("http://depot.example/a/{n}")).unwrap(), body)
}

fn pages<'a>(saved: &'a [(Url, String)]) -> Vec<Page<'a>> {
    let page = |(url, body): &'a (Url, String)| Page {
        url,
        body: body.as_bytes(),
        content_type: Some("text/html"),
        source_type: Some("shop"),
        profile: None,
        private: &[],
        cards: None,
        fetched_at: "2026-03-01T12:00:00Z".parse().unwrap(),
    };
    saved.iter().map(page).collect()
}

#[test]
fn a_proposal_reads_pages_that_it_was_not_made_from_and_says_what_speaks_for_it() {
    let saved: Vec<_> = (0..6).map(|n| invented(n, n == 2)).collect();
    let induced = induce(&pages(&saved));
    let table: toml::Table = induced.toml.parse().unwrap();
    let written: Profile = table["extractor"].clone().try_into().unwrap();
    assert_eq!((written.check(), written.page.len()), (vec![], 1), "{}", induced.toml);
    assert!(
        induced.toml.contains("# title: on 6 of 6, as the general reading 6 of 6: Walther P38 | CZ 75 B | Mauser C96"),
        "{}",
        induced.toml
    );
    for n in 6..12 {
        let (url, body) = invented(n, n % 4 == 3);
        let page = read(url.as_str(), body.as_bytes(), Some("text/html"), "shop", Some(&written));
        let listing = &page.listings[0];
        let of = |field: Field| field.of(listing).unwrap_or_default();
        assert_eq!(of(Field::Price), (310 + 17 * n).to_string(), "{}", induced.toml);
        assert_eq!(
            (of(Field::Currency).as_str(), of(Field::Vendor), of(Field::ShipsFrom).as_str()),
            ("EUR", format!("seller{}", n % 3), "DE"),
            "{}",
            induced.toml
        );
        assert!(page.problems.is_empty(), "{:?}", page.problems);
    }
    // The same pages give the same proposal, and what is given decides, not its order of reading.
    assert_eq!(induce(&pages(&saved)).toml, induced.toml);
}

#[test]
fn nothing_is_proposed_from_nothing() {
    assert_eq!(induce(&[]).profile.page.len(), 0);
    let junk: Vec<(Url, String)> = ["", "<", "<p>hello", "\u{0}\u{1}", "{\"a\": 1}"]
        .iter()
        .map(|body| (Url::parse("http://x.example/").unwrap(), (*body).to_owned()))
        .collect();
    let induced = induce(&pages(&junk));
    assert!(induced.profile.page.is_empty() && induced.toml.starts_with("# Proposed from "), "{}", induced.toml);
    assert!(induced.toml.parse::<toml::Table>().unwrap().is_empty());
    // Names and texts of pages cannot leave the comments and strings that they are quoted in.
    let hostile: Vec<(Url, String)> = (0..4)
        .map(|n| {
            let name = format!("A'\"\\\n[x] {n} \u{2028}k = 1");
            (
                Url::parse(&format!("http://x.example/item/{n}")).unwrap(),
                format!(
                    "<title>{name}</title><div class='it\"em a]b'><h1 id='q\"]'>{name}</h1><b class=price>EUR {n}5</b>\
                     <p>Seller: <a href='/user/a{n}\"x'>o'\"brien{n}</a></p><button>Buy now</button></div>"
                ),
            )
        })
        .collect();
    let induced = induce(&pages(&hostile));
    let table: toml::Table = induced.toml.parse().unwrap_or_else(|error| panic!("{error}\n{}", induced.toml));
    assert!(table.keys().all(|key| key == "extractor"), "{}", induced.toml);
}
