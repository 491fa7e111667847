//! Shows what is seen on one page.
use scraper::Html;
use vigie_extractors::heuristics::outline::Outline;
use vigie_extractors::heuristics::reader::Reader;
use vigie_extractors::heuristics::{cards, pairs, price};
use vigie_extractors::html;

#[test]
fn show_page() {
    let Ok(file) = std::env::var("PAGE") else { return };
    let url: url::Url = std::env::var("PAGE_URL").unwrap_or("http://x.onion/".into()).parse().unwrap();
    let body = std::fs::read(&file).unwrap();
    let decoded = html::decode(&body, Some("text/html"));
    println!("charset {} {}", decoded.charset, decoded.malformed);
    let parsed = html::parse(&decoded.text);
    let h: &Html = &parsed.html;
    let reader = Reader { url: &url, base: &url, currency: None, crypto: true, fetched_at: "2024-06-15T12:00:00Z".parse().unwrap() };
    let mut outline = Outline::new(h);
    let prices = price::mark(&mut outline, &reader);
    for p in prices.iter().take(40) {
        println!("PRICE {} {:?} old={} {:?}", p.element, p.price.amount, p.old, outline.text_of(p.element, 100));
    }
    let pairs = pairs::find(&outline);
    for p in pairs.iter().take(60) {
        println!("PAIR {:?} = {:?} @{}", p.label, p.value, p.element);
    }
    for g in cards::groups(&outline, &reader) {
        println!(
            "GROUP n={} priced={:.2} score={:.2} {:?}",
            g.cards.len(),
            g.priced,
            g.score,
            outline.elements[g.cards[0]].element().name()
        );
        for c in g.cards.iter().take(3) {
            println!("    {} chrome={} {:?}", c, outline.elements[*c].chrome, outline.text_of(*c, 160));
        }
    }
    let x = super::read(url.as_str(), &body, None, "cryptomarket", None);
    println!("KIND {:?} {} {:?} {:?}", x.page_kind, x.page_kind_probability, x.page_detail, x.problems);
    for l in x.listings.iter().take(3) {
        println!("{}", serde_json::to_string_pretty(l).unwrap().chars().take(2500).collect::<String>());
    }
    for v in &x.vendors {
        println!("{v:?}");
    }
}
#[test]
fn show_money() {
    for t in ["CAD 160", "USD 121.23", "CAD 50", "AUD 85", "$ 121.23"] {
        println!("MONEY {t}: {:?}", vigie_extractors::money::find_prices(t, None, true));
    }
}
#[test]
fn show_titles() {
    let Ok(file) = std::env::var("PAGE") else { return };
    let body = std::fs::read(&file).unwrap();
    let decoded = html::decode(&body, Some("text/html"));
    let parsed = html::parse(&decoded.text);
    let outline = Outline::new(&parsed.html);
    for (at, f) in outline.elements.iter().enumerate() {
        if matches!(f.element().name(), "h1" | "h2" | "title") {
            println!(
                "T {at} {} text={} chrome={} hidden={} {:?}",
                f.element().name(),
                f.text,
                f.chrome,
                f.hidden,
                outline.text_of(at, 100)
            );
            for (a, g) in outline.ancestors(at).take(12) {
                print!("{}#{}.{:?} ", g.element().name(), a, g.element().attr("class"));
            }
            println!();
        }
    }
}
#[test]
fn show_head() {
    let Ok(file) = std::env::var("PAGE") else { return };
    let body = std::fs::read(&file).unwrap();
    let decoded = html::decode(&body, Some("text/html"));
    let parsed = html::parse(&decoded.text);
    for n in parsed.html.tree.root().descendants().filter(|n| n.value().as_element().is_some_and(|e| e.name() == "title")) {
        println!(
            "TITLE {:?} {:?}",
            html::inline_text(n, 200),
            n.ancestors().filter_map(|a| a.value().as_element().map(|e| e.name().to_owned())).collect::<Vec<_>>()
        );
    }
}
