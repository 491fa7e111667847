//! Scratch.
use vigie_extractors::heuristics::{cards, outline::Outline, price, reader::Reader};
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let body = std::fs::read(&a[1]).unwrap();
    let url = url::Url::parse(&a[2]).unwrap();
    let d = vigie_extractors::html::decode(&body, Some("text/html"));
    let p = vigie_extractors::html::parse(&d.text);
    let mut o = Outline::new(&p.html);
    let r =
        Reader { url: &url, base: &url, currency: None, crypto: false, fetched_at: "2024-06-15T12:00:00Z".parse().unwrap(), traced: false };
    let prices = price::mark(&mut o, &r, None);
    for p in &prices {
        println!(
            "P {} {:?} {:?} unseen={} bare={} | {}",
            p.price.amount,
            p.price.currency,
            p.role,
            p.unseen,
            p.bare,
            o.selector(p.element)
        );
    }
    for g in cards::groups(&o, &r) {
        println!("G priced {} {:?}", g.priced, g.cards.iter().map(|c| (o.selector(*c), o.text_of(*c, 60))).take(5).collect::<Vec<_>>());
    }
}
