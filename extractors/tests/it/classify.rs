//! The classifier on listings of many kinds and languages, with their look-alikes.

use std::sync::OnceLock;
use vigie_extractors::codebook::Codebook;
use vigie_extractors::record::{Classification, Listing};

pub(crate) fn codebook() -> &'static Codebook {
    static CODEBOOK: OnceLock<Codebook> = OnceLock::new();
    CODEBOOK.get_or_init(|| Codebook::parse(include_str!("../../../config/codebook.toml")).expect("the shipped codebook"))
}

pub(crate) fn classify(title: &str, description: &str, path: &[&str]) -> Listing {
    let mut listing = Listing {
        title: title.to_owned(),
        description: description.to_owned(),
        category_path: path.iter().map(|p| p.to_string()).collect(),
        ..Listing::default()
    };
    codebook().classify(&mut listing);
    listing
}

pub(crate) fn found(listing: &Listing) -> &Classification {
    listing.classification.as_ref().expect("classified")
}

#[test]
fn shipped_codebook_is_whole() {
    let codebook = codebook();
    assert!(codebook.categories().len() >= 24);
}

/// Title, category, subtype: goods and their look-alikes, each written for this test.
const CASES: &[(&str, &str, Option<&str>)] = &[
    // Head noun
    ("Glock 19 Gen 5 9mm", "firearm.pistol", None),
    ("Glock 19 magazine", "part.magazine", None),
    ("15 round magazine for Glock 19", "part.magazine", None),
    ("Holster for Glock 19, kydex", "accessory", Some("other")),
    ("Glock 19 slide", "part.slide_cylinder", None),
    ("AR-15 lower receiver", "part.frame_receiver", Some("complete")),
    ("AR-15 80% lower", "part.frame_receiver", Some("unfinished")),
    ("AR-15 complete upper 16\" 5.56", "part.frame_receiver", Some("upper")),
    ("Glock 19 w/ 2 mags and holster", "firearm.pistol", None),
    ("AR-15 pistol 7.5\" 300 blackout", "firearm.pistol", None),
    ("Remington 870 12ga pump shotgun", "firearm.shotgun", None),
    ("Smith & Wesson 686 .357 Magnum 6 inch", "firearm.revolver", None),
    ("Mosin Nagant 91/30 plus 60 rounds", "firearm.rifle", None),
    ("Rifle scope 3-9x40 mil-dot", "accessory", Some("other")),
    ("9mm 115gr FMJ 50 rounds", "ammunition.cartridge", Some("live")),
    (".45 ACP x 50", "ammunition.cartridge", Some("live")),
    ("Large rifle primers, 1000 pcs, reloading components", "ammunition.component", None),
    ("Uzi submachine gun full auto", "firearm.submachine_gun", None),
    ("PKM machine gun belt fed", "firearm.machine_gun", None),
    ("RPG-7 rocket launcher", "light_weapon", None),
    ("F1 hand grenade", "explosive", Some("grenade")),
    ("9mm suppressor 1/2x28", "part.suppressor", Some("complete")),
    ("Solvent trap kit 1/2x28", "part.suppressor", Some("solvent_trap")),
    ("AR-15 bolt carrier group", "part.bolt_breech", None),
    ("Mossberg 500 barrel 12ga", "part.barrel", None),
    ("FGC-9 STL files, 3D printed gun files", "design_file", Some("print_file")),
    ("AK-47 full auto conversion manual", "design_file", Some("guide_conversion")),
    ("Glock armorer's manual PDF", "design_file", Some("operators_manual")),
    // Conversion devices: the worst false alarm
    ("Glock switch full auto", "part.conversion_device", Some("to_auto")),
    ("Drop in auto sear AR15", "part.conversion_device", Some("to_auto")),
    ("CMMG .22LR conversion kit for AR-15", "part.conversion_device", Some("calibre_change")),
    ("Conversion kit .22 LR for CZ 75", "part.conversion_device", Some("calibre_change")),
    ("Wechselsystem .22 lfB für Glock 17", "part.conversion_device", Some("calibre_change")),
    ("Kit de conversion 22LR pour Glock 17", "part.conversion_device", Some("calibre_change")),
    ("Binary trigger AR-15", "part.conversion_device", Some("rate_increase")),
    // Look-alikes
    ("Glock 19 airsoft gas blowback", "replica_airgun", Some("airsoft")),
    ("Blank firing pistol Zoraki 914 9mm P.A.K.", "replica_airgun", Some("blank_firing")),
    ("Deactivated AK-47 EU spec with certificate", "replica_airgun", Some("deactivated")),
    ("Air rifle .177 break barrel", "replica_airgun", Some("airgun")),
    ("Toy pistol for kids, Glock style", "replica_airgun", Some("replica")),
    ("Cordless nail gun 18V", "non_weapon", None),
    ("Heat gun 2000W", "non_weapon", None),
    ("Hot glue gun with 20 sticks", "non_weapon", None),
    ("3.5g AK-47 kush sativa", "non_weapon", None),
    ("AK 47 feminized cannabis seeds", "non_weapon", None),
    ("Top Gun DVD special edition", "non_weapon", None),
    ("CS:GO skin AK-47 Redline", "non_weapon", None),
    ("Glock vape pen", "non_weapon", None),
    ("Vogue fashion magazine back issues", "non_weapon", None),
    ("Printer cartridge HP 301", "non_weapon", None),
    // German
    ("Pistole Glock 17 9 mm Luger", "firearm.pistol", None),
    ("Schreckschusspistole Walther P22 9 mm P.A.K.", "replica_airgun", Some("blank_firing")),
    ("Magazin für Glock 17", "part.magazine", None),
    ("Repetierbüchse Mauser 98 .30-06", "firearm.rifle", None),
    ("Bockflinte Beretta 686 12/70", "firearm.shotgun", None),
    ("Schalldämpfer .308 M14x1", "part.suppressor", Some("complete")),
    ("Luftgewehr Weihrauch HW 77 4,5 mm", "replica_airgun", Some("airgun")),
    ("Heißluftpistole Bosch 2000 W", "non_weapon", None),
    ("Dekowaffe MP40 deaktiviert", "replica_airgun", Some("deactivated")),
    ("Munition 9mm Luger 50 Schuss Vollmantel", "ammunition.cartridge", Some("live")),
    ("Zielfernrohr 3-9x40 für Repetierer", "accessory", Some("other")),
    ("Platzpatronen 9 mm P.A.K. 50 Stück", "ammunition.cartridge", Some("blank")),
    // French
    ("Pistolet Glock 17 9mm", "firearm.pistol", None),
    ("Chargeur pistolet Glock 17", "part.magazine", None),
    ("Fusil de chasse juxtaposé calibre 12", "firearm.shotgun", None),
    ("Pistolet d'alarme 9mm à blanc", "replica_airgun", Some("blank_firing")),
    ("Carabine à plomb 4,5 mm", "replica_airgun", Some("airgun")),
    ("Pistolet à colle 60W", "non_weapon", None),
    ("Chargeur de téléphone USB", "non_weapon", None),
    ("Silencieux 22LR", "part.suppressor", Some("complete")),
    ("Cartouches 9 mm Luger boîte de 50", "ammunition.cartridge", Some("live")),
    ("Étui pour Glock 19", "accessory", Some("other")),
    // Other goods
    ("Fake firearms certificate UK", "non_weapon", None),
    ("1 gram uncut cocaine", "non_weapon", None),
    ("Pepper spray 50ml", "other_weapon", None),
    ("Butterfly knife", "other_weapon", None),
    ("Ghost Gunner 3 CNC", "accessory", Some("making_tool")),
];

#[test]
fn goods_and_their_look_alikes() {
    let mut wrong = Vec::new();
    for (title, category, subtype) in CASES {
        let listing = classify(title, "", &[]);
        let c = found(&listing);
        if c.category != *category || (subtype.is_some() && c.subtype.as_deref() != *subtype) {
            wrong.push(format!(
                "{title}: {}/{:?} {:.2} instead of {category}/{subtype:?}, {:?}",
                c.category, c.subtype, c.probability, c.because
            ));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

#[test]
fn documents_are_about_what_stands_beside_them() {
    for (title, category, subtype) in [
        ("Plans de pistolet mitrailleur, PDF", "design_file", Some("guide_making")),
        ("Guide: blank gun conversion", "design_file", None),
        ("3D Dateien Glock 19 Griffstück", "design_file", Some("print_file")),
        ("Glock 17 armorer's manual, scan", "design_file", Some("operators_manual")),
        ("Sourdough for beginners, PDF", "non_weapon", None),
        ("Keyboard case STL files", "non_weapon", None),
        ("Glock 19 with box and manual", "firearm.pistol", None),
    ] {
        let listing = classify(title, "", &[]);
        assert_eq!(found(&listing).category, category, "{title}: {:?}", found(&listing));
        if subtype.is_some() {
            assert_eq!(found(&listing).subtype.as_deref(), subtype, "{title}");
        }
    }
}

#[test]
fn what_opens_a_title_is_the_goods_and_the_arm_behind_it_is_what_it_fits() {
    for (title, category) in [
        ("Lauf P08 9mm, neu brüniert", "part.barrel"),
        ("Canon Blaser R8 .308 Win", "part.barrel"),
        ("tamburo Colt Detective cal 38", "part.slide_cylinder"),
        ("Sacabocados revólver 6 medidas", "non_weapon"),
        ("stvol nareznoy dlya AK", "part.barrel"),
        ("pistolet makarova boyevoy", "firearm.pistol"),
    ] {
        let listing = classify(title, "", &[]);
        assert_eq!(found(&listing).category, category, "{title}: {:?}", found(&listing));
    }
}

#[test]
fn the_first_level_is_decided_before_the_type() {
    // Three types of firearm share what a single other good does not reach.
    let codebook = codebook();
    let scores: Vec<f32> = codebook
        .categories()
        .iter()
        .map(|category| match category.code.as_str() {
            "firearm.pistol" => 1.1,
            "firearm.revolver" | "firearm.rifle" => 1.0,
            "non_weapon" => 1.5,
            _ => -3.0,
        })
        .collect();
    assert_eq!(codebook.decide(&scores).0, "firearm.pistol");
    // Each first level alike, whatever number of types it has.
    let first = |code: &str| code.split('.').next().unwrap_or_default().to_owned();
    let types = |code: &str| codebook.categories().iter().filter(|other| first(&other.code) == first(code)).count() as f32;
    let level: Vec<f32> = codebook.categories().iter().map(|category| -types(&category.code).ln()).collect();
    assert_eq!(codebook.decide(&level).0, "unknown", "no first level stands out");
}

#[test]
fn spans_name_the_words_as_written() {
    let description = "Sp\u{200b}ecial: ГЛОК 19, kein Test 🚀. Seriennummer entfernt!";
    let listing = classify("★ Gl0ck 19 ★ 9mm, keine Fragen", description, &["Waffen"]);
    let c = found(&listing);
    assert_eq!(c.category, "firearm.pistol");
    assert!(!c.because.is_empty());
    let spans = c.because.iter().chain(listing.trait_spans.iter().map(|(_, s)| s));
    for span in spans {
        let field = match span.field.as_str() {
            "title" => listing.title.as_str(),
            "description" => listing.description.as_str(),
            _ => "Waffen",
        };
        assert_eq!(field.get(span.start..span.end), Some(span.text.as_str()), "{span:?}");
    }
    assert!(
        listing.traits.contains(&"serial_removed".to_owned()) && listing.traits.contains(&"no_questions".to_owned()),
        "{:?}",
        listing.traits
    );
}

#[test]
fn converted_look_alikes_are_firearms() {
    for title in [
        "Zoraki 914 blank gun converted to live 9mm",
        "Airsoft pistol converted to fire live ammo",
        "Schreckschusspistole auf scharf umgebaut 9mm",
        "Pistolet d'alarme converti au tir réel",
    ] {
        let listing = classify(title, "", &[]);
        let c = found(&listing);
        assert!(c.category.starts_with("firearm."), "{title}: {c:?}");
        assert!(listing.traits.contains(&"converted".to_owned()), "{title}: {:?}", listing.traits);
        assert_eq!(listing.firearm.as_ref().and_then(|f| f.status.as_deref()), Some("converted"), "{title}");
        assert!(listing.risk.as_ref().is_some_and(|r| r.indicators.iter().any(|i| i.code == "illicit_conversion")), "{title}");
    }
    let plain = classify("Zoraki 914 blank gun, not converted", "", &[]);
    assert_eq!(found(&plain).category, "replica_airgun");
    assert!(!plain.traits.contains(&"converted".to_owned()));
}

#[test]
fn calibres_are_not_confused() {
    let cases: &[(&str, &[&str], &str)] = &[
        ("Glock 19 9mm", &["9x19mm"], "inferred"),
        ("Glock 17 9mm Luger", &["9x19mm"], "stated"),
        ("Blank pistol 9 mm P.A.K.", &["9mm-pak"], "stated"),
        ("Makarov PM 9x18", &["9x18mm"], "stated"),
        ("Walther PPK 9 mm kurz", &["9mm-browning-court"], "stated"),
        ("Walther PPK .380 ACP", &["9mm-browning-court"], "stated"),
        ("Old revolver in .38", &["38"], "ambiguous"),
        ("Rifle 7.62 bolt action", &["7.62"], "ambiguous"),
        ("Rifle .22 single shot", &["22"], "ambiguous"),
        ("Pistol 9mm, no maker", &["9mm"], "ambiguous"),
        ("AR-15 rifle .223 Rem", &["223-rem"], "stated"),
        ("AR-15 rifle 5.56 NATO", &["5.56x45mm"], "stated"),
        ("Hornady 6.5 Creedmoor 140gr 20 rounds", &["6.5-creedmoor"], "stated"),
        ("Ruger Blackhawk .45 Colt", &["45-colt"], "stated"),
        ("S&W Model 10 .38 Special", &["38-special"], "stated"),
    ];
    for (title, ids, basis) in cases {
        let listing = classify(title, "", &[]);
        let arm = listing.firearm.clone().unwrap_or_default();
        assert_eq!(arm.calibre_ids, *ids, "{title}: {:?}", found(&listing));
        assert_eq!(arm.calibre_basis.as_deref(), Some(*basis), "{title}");
    }
}

#[test]
fn fields_of_arms_and_rounds() {
    let arm = classify("Glock 19 Gen4 9mm 4.02\" barrel 15+1", "Used, made in Austria. Serial number BGK123. SKU 998877", &[])
        .firearm
        .unwrap_or_default();
    assert_eq!((arm.maker.as_deref(), arm.model.as_deref()), (Some("Glock"), Some("19")));
    assert_eq!(
        (arm.barrel_mm, arm.capacity, arm.country_made.as_deref(), arm.condition.as_deref()),
        (Some(102), Some(15), Some("AT"), Some("used"))
    );
    assert_eq!(
        (arm.serial.as_deref(), arm.status.as_deref(), arm.make_mode.as_deref()),
        (Some("BGK123"), Some("live"), Some("industrial"))
    );
    let rounds = classify("Federal 9mm Luger 124gr JHP, 5 x 50 rounds, brass case", "", &[]).firearm.unwrap_or_default();
    assert_eq!((rounds.maker.as_deref(), rounds.rounds, rounds.grains), (Some("Federal"), Some(250), Some(124)));
    assert_eq!((rounds.projectile.as_deref(), rounds.casing.as_deref()), (Some("JHP"), Some("brass")));
    let none = classify("Beretta 92FS, SKU 12345, MPN JS92F300", "", &[]).firearm.unwrap_or_default();
    assert_eq!(none.serial, None);
}

#[test]
fn intents() {
    for (title, intent) in [
        ("[WTB] Marlin 336 lever action [LA]", "wanted"),
        ("WTS Glock 17 Gen 3", "offer"),
        ("[WTT] AK-47 for AR-15", "trade"),
        ("Suche Glock 17", "wanted"),
        ("Recherche carabine 22lr", "wanted"),
        ("Куплю ПМ Макаров", "wanted"),
        ("Verkaufe Repetierbüchse Mauser 98", "offer"),
        ("Glock 19 Gen 5", "offer"),
        ("What do you guys think of my new Glock 19?", "discussion"),
        ("asdf qwer", "unknown"),
    ] {
        assert_eq!(classify(title, "", &[]).intent, intent, "{title}");
    }
}

#[test]
fn items_splits_and_abstaining() {
    let listing = classify("AK-74 + 4 mags + holster", "", &[]);
    let categories: Vec<&str> = listing.items.iter().map(|i| i.category.as_str()).collect();
    assert_eq!(categories, ["firearm.rifle", "part.magazine", "accessory"]);
    let (one, two) = (
        classify("Pt.1 Glock 17 9mm w/2 mags", "part 1 of 2", &[]),
        classify("Pt.2 Glock 17 9mm w/2 mags", "part 2 of a two part order", &[]),
    );
    let (one, two) = (one.split.expect("a part"), two.split.expect("a part"));
    assert_eq!((one.part, one.of, two.part, two.of), (1, 2, 2, 2));
    assert_eq!(one.group, two.group);
    assert_eq!(classify("1/2 ounce of tea", "", &[]).split, None);
    let listing = classify("Custom order for a friend", "", &[]);
    assert_eq!(found(&listing).category, "unknown");
    assert!(found(&listing).probability < 0.7);
    assert!(listing.traits.contains(&"custom_listing".to_owned()));
    assert!(listing.items.is_empty());
}

#[test]
fn risk_is_the_documented_combination() {
    let listing = classify("Glock 17, serial number filed off, no questions asked", "Stealth shipping worldwide, vacuum sealed", &[]);
    let risk = listing.risk.expect("risk");
    let codes: Vec<&str> = risk.indicators.iter().map(|i| i.code.as_str()).collect();
    let weights = |code: &str| match code {
        "serial_removed" => 0.5,
        "no_controls" => 0.4,
        "concealed_shipping" => 0.35,
        other => panic!("{other}: {codes:?}"),
    };
    let score = 1.0 - codes.iter().map(|c| 1.0 - weights(c)).product::<f64>();
    assert_eq!(codes.len(), 3, "{codes:?}");
    assert!((risk.score - score).abs() < 1e-3);
    assert!(risk.indicators.iter().all(|i| !i.because.is_empty()));
    assert_eq!(classify("Garden hose", "", &[]).risk, None);
}

#[test]
fn classifying_twice_gives_the_same_and_hostile_text_does_no_harm() {
    let mut listing = classify("WTS Glock 19 w/2 mags", "no serial", &["Weapons"]);
    let first = listing.clone();
    codebook().classify(&mut listing);
    assert_eq!(first, listing);
    let long = "glock 19 9mm 1/2 pt ".repeat(60_000);
    for text in [
        long.as_str(),
        "\u{200b}\u{fe0f}́",
        "....,,,,''''\"\"\"",
        "9.9.9.9.9.9 mm x x x 1/1/1/1",
        "𝕲𝖑𝖔𝖈𝖐 𝟏𝟗",
        "w/ w/ w/ & & +",
        "@$!1!1$@ l33t",
    ] {
        classify(text, text, &[text]);
    }
}

#[test]
fn codebook_has_every_code_of_the_records() {
    let codebook = codebook();
    for code in "firearm.pistol firearm.revolver firearm.rifle firearm.shotgun firearm.submachine_gun firearm.machine_gun firearm.other part.frame_receiver part.barrel part.slide_cylinder part.bolt_breech part.suppressor part.conversion_device part.magazine part.other ammunition.cartridge ammunition.component design_file explosive light_weapon accessory replica_airgun other_weapon non_weapon unknown".split(' ') {
        assert!(codebook.category(code).is_some_and(|c| !c.definition.is_empty() && !c.rand.is_empty() && !c.iafq.is_empty()), "{code}");
    }
    for (category, subtypes) in [
        ("replica_airgun", "blank_firing deactivated acoustic traumatic airgun airsoft replica"),
        ("part.conversion_device", "to_auto rate_increase to_live calibre_change"),
        ("part.frame_receiver", "complete unfinished upper"),
        ("part.suppressor", "complete solvent_trap"),
        ("part.other", "parts_kit other"),
        ("ammunition.cartridge", "live blank less_lethal"),
        ("explosive", "grenade charge initiator precursor"),
        ("accessory", "making_tool other"),
        ("design_file", "print_file machining_file guide_making guide_conversion guide_explosive operators_manual"),
    ] {
        for subtype in subtypes.split(' ') {
            assert!(codebook.subtype(category, subtype).is_some(), "{category}/{subtype}");
        }
    }
    let traits = "printed_3d hybrid_3d converted convertible reactivated deactivated blank_firing craft_made kit unfinished modular polymer military_surplus full_auto antique muzzle_loader flobert disguised sawn_off threaded_barrel high_capacity armour_piercing serial_removed serial_altered no_serial serial_shown with_certificate new used licence_required no_questions stealth_shipping shipped_in_parts face_to_face trade escrow finalize_early bulk wanted custom_listing scam_suspected";
    for code in traits.split(' ') {
        assert!(codebook.traits().iter().any(|t| t.code == code), "{code}");
    }
    assert!(
        !codebook.is_controlled("part.conversion_device", Some("calibre_change"))
            && codebook.is_controlled("part.conversion_device", Some("to_auto"))
    );
    assert!(
        !codebook.is_controlled("replica_airgun", Some("blank_firing"))
            && codebook.is_watched("replica_airgun", Some("blank_firing"), None)
    );
    assert!(codebook.is_watched("non_weapon", None, Some("weapon_document")) && !codebook.is_watched("non_weapon", None, Some("drugs")));
}

#[test]
fn bad_codebooks_are_refused_with_the_place() {
    let whole = include_str!("../../../config/codebook.toml");
    let typo = whole.replacen("definition =", "definitoin =", 1);
    let error = Codebook::parse(&typo).expect_err("unknown key").to_string();
    assert!(error.contains("definitoin") && error.contains("line"), "{error}");
    let stray = whole.replacen("of = \"part.barrel\"", "of = \"part.barell\"", 1);
    let error = Codebook::parse(&stray).expect_err("unknown category").to_string();
    assert!(error.contains("part.barell") && error.contains("noun["), "{error}");
}
