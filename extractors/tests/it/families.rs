//! Families: what joins, what parts, and how much a hostile text may cost.

use std::time::{Duration, Instant};

use vigie_extractors::family::{BANDS, Sketch, Template};
use vigie_extractors::record::{Listing, Split};

use crate::classify::codebook;

const MARKET: &str = "market";

fn listing(title: &str, description: &str) -> Listing {
    let mut listing = Listing { title: title.into(), description: description.into(), language: Some("en".into()), ..Listing::default() };
    codebook().classify(&mut listing);
    listing
}

fn sketch(listing: &Listing, seller: &str) -> Sketch {
    Sketch::of(listing, MARKET, Some(seller), |_| false)
}

/// Whether two listings are one family: copies, and found as such.
fn joined(one: &Sketch, other: &Sketch) -> bool {
    assert_eq!(one.is_copy(other), other.is_copy(one));
    one.is_copy(other) && one.bands().iter().any(|band| other.bands().contains(band))
}

fn by_one(one: &str, other: &str) -> bool {
    joined(&sketch(&listing(one, ""), "anna"), &sketch(&listing(other, ""), "anna"))
}

fn by_two(one: &str, other: &str) -> bool {
    joined(&sketch(&listing(one, ""), "anna"), &sketch(&listing(other, ""), "bert"))
}

#[test]
fn steps_of_a_price_ladder_are_one_family() {
    for (one, other) in [
        ("5 x Blue Lantern tablets 2mg", "10 x Blue Lantern tablets 2mg"),
        ("1g Harbour Haze *FREE SHIPPING*", "28 grams (1oz) Harbour Haze"),
        ("1/8 oz Harbour Haze", "1/2 oz Harbour Haze"),
        ("3.5g Pale Crystals", "500mg Pale Crystals"),
        ("PPU 9mm Luger 124gr FMJ box of 50", "PPU 9mm Luger 124gr FMJ 500 rounds"),
        ("Harbour Haze 5g - $40", "Harbour Haze 10g - $75"),
    ] {
        assert!(by_one(one, other), "{one} / {other}");
    }
}

#[test]
fn what_makes_goods_differ_parts_them() {
    for (one, other) in [
        ("10 x Blue Lantern tablets 2mg", "10 x Blue Lantern tablets 1mg"),
        ("1g Harbour Haze", "1g Harbour Kush"),
        ("PPU 9mm Luger 124gr FMJ box of 50", "PPU 9mm Luger 115gr FMJ box of 50"),
        ("PPU 9mm Luger 124gr FMJ box of 50", "PPU .45 ACP 230gr FMJ box of 50"),
        ("[WTS] Glock 19 Gen 5 with two magazines", "[WTB] Glock 19 Gen 5 with two magazines"),
        ("Model scan of Utopia passport", "Model scan of Freedonia passport"),
    ] {
        assert!(!by_one(one, other), "{one} / {other}");
    }
}

#[test]
fn three_models_under_one_text_are_three_families() {
    let text = "New in box, comes with two magazines and a cleaning kit. I ship within two days, packed well. Never fired, from a private \
                collection that I must give up for lack of room in the new house.";
    let models = ["Glock 17", "Glock 19", "Glock 26", "Beretta 92FS"].map(|title| sketch(&listing(title, text), "anna"));
    for (at, one) in models.iter().enumerate() {
        for other in &models[at + 1..] {
            assert!(!joined(one, other));
        }
    }
}

#[test]
fn parts_of_a_split_thing_stay_apart() {
    let part = |part| Listing { split: Some(Split { part, of: 2, group: "glock 17".into() }), ..listing("Glock 17, new, with case", "") };
    assert!(!joined(&sketch(&part(1), "anna"), &sketch(&part(2), "anna")));
    assert!(joined(&sketch(&part(1), "anna"), &sketch(&part(1), "anna")));
}

#[test]
fn the_bare_name_of_a_good_is_no_copy() {
    assert!(!by_two("Harbour Haze 5g", "10g Harbour Haze"));
    assert!(!by_two("Glock 19 9mm", "Glock 19 9mm"));
    assert!(by_two(
        "Hornady Superformance 308 Win 150 gr Super Shock Tip (SST) 20 Per Box",
        "HORNADY SUPERFORMANCE .308 WINCHESTER 150GR SST 20RD FREE SHIPPING"
    ));
}

#[test]
fn a_copied_text_joins_and_a_template_does_not() {
    let goods = "Walnut stock refinished by hand last winter, the bore is bright and the action smooth as glass after thirty years.";
    let rules =
        "Orders leave on Monday and Thursday. Ask before you buy anything from this page. I answer within one day and never on Sunday.";
    let of = |title: &str, text: &str| listing(title, &format!("{text} {rules}"));
    let copies = [of("Nice old carbine", goods), of("Nice old carbine, reduced", goods)];
    assert!(joined(&sketch(&copies[0], "anna"), &sketch(&copies[1], "bert")));

    let others = ["Brass lamp", "Tin lamp with shade", "Iron kettle"].map(|title| of(title, &format!("{title} as in the picture.")));
    let mut template = Template::default();
    for one in &others {
        template.learn(sketch(one, "anna").title_key(), one);
    }
    let knows = |one: &Listing, seller: &str| Sketch::of(one, MARKET, Some(seller), |sentence| template.has(sentence));
    let (one, other) = (of("Lamp", "Brass, green shade."), of("Lamp", "Tin, painted red."));
    assert!(sketch(&one, "anna").is_copy(&sketch(&other, "bert")), "the rules of the seller look like a copy");
    assert!(!knows(&one, "anna").is_copy(&knows(&other, "bert")));
}

#[test]
fn an_article_number_joins_what_is_told_otherwise_and_a_figure_parts_it() {
    let (one, other) = ("Hornady Match 6.5 Creedmoor 140gr ELD 090255814996", "6.5 CREEDMOOR HORNADY 140 GRAIN 20CT UPC 090255814996");
    assert!(by_two(one, other));
    assert!(!by_two(one, "Hornady Match 6.5 Creedmoor 120gr ELD 090255814996"));
}

#[test]
fn a_family_learns_what_its_first_listing_did_not_tell() {
    let first = "Hornady Dangerous Game ammunition DGX Bonded 20 rounds 090255382570";
    let mut family = sketch(&listing(first, ""), "anna");
    let copy = sketch(&listing("Hornady Dangerous Game .450 Marlin 480gr DGX Bonded 090255382570", ""), "bert");
    let otherwise = sketch(&listing("Hornady Dangerous Game .375 Ruger 300gr DGX Bonded 090255382570", ""), "carl");
    assert!(family.is_copy(&copy) && family.is_copy(&otherwise));
    family.learn(&copy);
    assert!(!family.is_copy(&otherwise));
}

#[test]
fn a_hostile_text_costs_little() {
    let word = |n: u64| format!("w{} ", n.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let words: String = (0..100_000).map(word).collect();
    for text in [words, "a ".repeat(500_000), "a".repeat(1 << 20), ". ! ".repeat(250_000), "\u{301}".repeat(500_000)] {
        let hostile = Listing { title: text.clone(), description: text, ..Listing::default() };
        let begun = Instant::now();
        let one = sketch(&hostile, "anna");
        let mut template = Template::default();
        template.learn(one.title_key(), &hostile);
        assert!(one.bands().len() <= BANDS && one.is_copy(&one) == one.is_copy(&one.clone()));
        assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
        assert!(serde_json::to_string(&one).unwrap().len() < 128 << 10);
    }
}
