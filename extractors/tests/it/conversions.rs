//! Arms that fire live, blanks only, Flobert or nothing, and which way they were changed: pairs of listings with the same words and another
//! meaning; words written to evade filters beside innocent ones; trades that share words with arms.

use crate::classify::{classify, codebook, found};
use std::collections::{BTreeMap, BTreeSet};

/// First level or category, and traits that are told and that are not.
type Meaning = (&'static str, Option<&'static str>, &'static [&'static str], &'static [&'static str]);

const LIVE: Meaning = ("firearm", None, &["converted"], &["blank_firing", "deactivated"]);
const BLANK: Meaning = ("replica_airgun", Some("blank_firing"), &["blank_firing"], &["converted", "reactivated"]);
const ACOUSTIC: Meaning = ("replica_airgun", Some("acoustic"), &[], &["converted", "reactivated"]);
const DEAC: Meaning = ("replica_airgun", Some("deactivated"), &["deactivated"], &["converted", "reactivated"]);
const AGAIN: Meaning = ("firearm", None, &["reactivated"], &["deactivated", "blank_firing"]);
const NEVER: Meaning = ("firearm", None, &[], &["deactivated", "converted", "reactivated"]);
const FLOBERT: Meaning = ("firearm", None, &["flobert"], &["converted", "blank_firing"]);

const CASES: &[(&str, Meaning)] = &[
    ("Zoraki 914 blank firing pistol, 9 mm P.A.K.", BLANK),
    ("Zoraki 914 converted to live 9 mm, shoots real bullets", LIVE),
    ("Schreckschusspistole Ekol Firat 9 mm P.A.K., PTB", BLANK),
    ("Ekol Firat auf scharf umgebaut, verschießt 9 mm kurz", LIVE),
    ("Pistolet d'alarme Blow F92 9 mm à blanc", BLANK),
    ("Blow F92 transformé à balle réelle, testé", LIVE),
    ("Pistolet hukowy Retay 84 FS 9 mm P.A.K.", BLANK),
    ("Retay 84 FS przerobiony na ostrą amunicję", LIVE),
    ("Сигнальный пистолет МР-371, под жевело", BLANK),
    ("МР-371 переделан под боевой патрон, стреляет боевыми", LIVE),
    ("Ekol Tuna kurusıkı tabanca, kutusunda", BLANK),
    ("Ekol Tuna gerçeğe çevrilmiş, 7.65 atar", LIVE),
    ("Salutwaffe K98, nur Platzpatronen, auf Platzpatronen umgebaut", ACOUSTIC),
    ("СХП АКМ охолощенный, только холостыми", ACOUSTIC),
    ("Deactivated Sten Mk II with certificate", DEAC),
    ("Sten Mk II reactivated, fires again", AGAIN),
    ("Dekowaffe Karabiner 98k, unbrauchbar gemacht", DEAC),
    ("Karabiner 98k, nicht deaktiviert, WBK erforderlich", NEVER),
    ("Mauser K98 neutralisé, certificat", DEAC),
    ("Mauser K98, jamais neutralisé, catégorie C", NEVER),
    ("ММГ автомата АКМ, деактивирован, с документами", DEAC),
    ("Lee-Enfield No 4 .303, not deactivated, dealer transfer", NEVER),
    ("Zoraki R1 revolver 6 mm Flobert", FLOBERT),
    ("Alfa revolver 4 mm Flobert", FLOBERT),
];

#[test]
fn the_direction_of_a_conversion_is_read() {
    let mut wrong = Vec::new();
    for (title, (category, subtype, told, untold)) in CASES {
        let listing = classify(title, "", &[]);
        let got = found(&listing);
        let right = got.category.starts_with(category)
            && subtype.is_none_or(|subtype| got.subtype.as_deref() == Some(subtype))
            && told.iter().all(|code| listing.traits.iter().any(|one| one == code))
            && !untold.iter().any(|code| listing.traits.iter().any(|one| one == code));
        if !right {
            wrong.push(format!("{title}: {} {:?} {:?}", got.category, got.subtype, listing.traits));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn blank_and_flobert_cartridges_are_never_the_luger() {
    for title in [
        "Walther P22 9 mm P.A.K.",
        "Röhm RG 89 9 mm R.K.",
        "Revolver 9 mm R Knall",
        "Pistole 9mm PAK Schreckschuss",
        "Gewehr 9 mm Flobert",
        "Револьвер 9 мм P.A.K.",
        "Kurusıkı tabanca 9 mm P.A.K.",
    ] {
        let ids = classify(title, "", &[]).firearm.unwrap_or_default().calibre_ids;
        assert!(!ids.iter().any(|id| id == "9x19mm" || id == "9mm"), "{title}: {ids:?}");
        assert!(!ids.is_empty(), "{title}");
    }
}

#[test]
fn a_model_of_a_maker_of_both_is_live_unless_blanks_stand_by() {
    for (title, category) in [
        ("Walther P22 .22 LR", "firearm.pistol"),
        ("Walther P99 9x19", "firearm.pistol"),
        ("Walther P22 9 mm P.A.K.", "replica_airgun"),
        ("Walther P99 Schreckschuss", "replica_airgun"),
        ("Walther PPQ M2 SSW PTB", "replica_airgun"),
        ("Zoraki 914", "replica_airgun"),
        ("Zoraki 917", "replica_airgun"),
        ("Ekol Special 99", "replica_airgun"),
        ("Retay G17 9 mm P.A.K.", "replica_airgun"),
    ] {
        let listing = classify(title, "", &[]);
        assert_eq!(found(&listing).category, category, "{title}");
    }
}

#[test]
fn disguised_arms_are_found_and_disguised_others_are_not() {
    for (title, category) in [
        ("G1ock 19 gen 4, like new", "firearm.pistol"),
        ("B.e.r.e.t.t.a 92 9x19", "firearm.pistol"),
        ("p1st0l 9x19, tested", "firearm.pistol"),
        ("sh0tgun 12 ga pump", "firearm.shotgun"),
        ("r e v o l v e r .38 special", "firearm.revolver"),
        ("s\u{200b}ilen\u{200b}cer for .22, quiet", "part.suppressor"),
        ("пиcтoлет маkаров 9х18", "firearm.pistol"),
    ] {
        let listing = classify(title, "", &[]);
        assert_eq!(found(&listing).category, category, "{title}");
        assert!(listing.traits.iter().any(|code| code == "evasive_spelling"), "{title}: {:?}", listing.traits);
    }
    for title in ["c0ca1ne 1 g fishscale", "x a n a x 2 mg bars", "N.e.t.f.l.i.x account lifetime", "xan4x bars 2 mg"] {
        let listing = classify(title, "", &["Other"]);
        assert_eq!(found(&listing).category, "non_weapon", "{title}");
        assert!(!listing.traits.iter().any(|code| code == "evasive_spelling"), "{title}");
    }
}

#[test]
fn trades_that_share_words_with_arms_are_no_arms() {
    for title in [
        "Hot melt glue gun 60 W",
        "Massagepistole mit 6 Aufsätzen",
        "Pistolet à peinture 800 W",
        "Pistola de silicona profesional",
        "Pistola sparachiodi pneumatica",
        "Pistola de pintura elétrica",
        "Verfpistool 700 W",
        "Монтажный пистолет для пены",
        "Пістолет для герметика металевий",
        "Pistolet do kleju na gorąco",
        "Boya tabancası kompresörlü",
        "مسدس رش دهان كهربائي",
        "Auspuff Endschalldämpfer Golf",
        "Silencieux échappement moto",
        "Глушитель ВАЗ 2109 с резонатором",
        "Tłumik końcowy Passat",
        "Egzoz susturucu Fiat",
        "Mitsubishi Colt 1.3, mileage 120000",
        "Beretta boiler spare fan",
        "Remington hair clipper set",
        "Canon EOS camera with lens",
        "Bullet journal dotted A5",
    ] {
        let listing = classify(title, "", &[]);
        assert_eq!(found(&listing).category, "non_weapon", "{title}");
    }
}

#[test]
fn what_is_named_is_named_in_twelve_languages() {
    const LANGUAGES: [&str; 12] = ["en", "de", "fr", "es", "it", "pt", "nl", "ru", "uk", "pl", "tr", "ar"];
    /// Follow from elsewhere: the intent, the spelling, the scam score.
    const WORDLESS: [&str; 3] = ["wanted", "evasive_spelling", "scam_suspected"];
    let book: toml::Table = include_str!("../../../config/codebook.toml").parse().expect("TOML");
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (kind, keys) in [("noun", ["of", "subtype", "good"].as_slice()), ("trait", &["code"]), ("intent", &["code"])] {
        for entry in book[kind].as_array().expect("a list") {
            let name = keys.iter().filter_map(|key| entry.get(key)?.as_str()).collect::<Vec<_>>().join("/");
            let languages = told.entry(format!("{kind} {name}")).or_default();
            for terms in ["terms", "title_terms"].iter().filter_map(|key| entry.get(key)?.as_table()) {
                languages
                    .extend(terms.iter().filter(|(_, terms)| terms.as_array().is_some_and(|all| !all.is_empty())).map(|(l, _)| l.clone()));
            }
        }
    }
    for good in codebook().goods() {
        assert!(told.contains_key(&format!("noun non_weapon/{}", good.code)), "{} has no words", good.code);
    }
    told.retain(|name, _| !WORDLESS.iter().any(|code| *name == format!("trait {code}")));
    let lacking: Vec<String> = told
        .iter()
        .filter_map(|(name, known)| {
            let lacks: Vec<&str> = LANGUAGES.into_iter().filter(|one| !known.contains(*one)).collect();
            (!lacks.is_empty()).then(|| format!("{name}: {lacks:?}"))
        })
        .collect();
    assert!(lacking.is_empty(), "{}", lacking.join("\n"));
}
