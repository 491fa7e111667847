//! Maker, model, calibre, rounds and what else a title states of an arm, part or round.

use vigie_extractors::record::Firearm;

use crate::classify::classify;

fn arm(title: &str, path: &[&str]) -> Firearm {
    classify(title, "", path).firearm.unwrap_or_default()
}

#[test]
fn rounds_are_counted_in_all_writings() {
    for (title, rounds) in [
        ("Federal 9mm Luger 115gr FMJ 20 Per Box/10 Case 029465064143", Some(20)),
        ("HSM 220 Swift 55gr V-Max 20RD 25BX/CS", Some(20)),
        ("PMC .223 Rem 55gr FMJ-BT 20 rounds - Case of 1000", Some(1000)),
        ("Hornady Superformance .300 Savage 150gr SST /20", Some(20)),
        ("Magtech .44-40 Winchester 200gr lead FN /50 (Buy 3 $42.38 Each)", Some(150)),
        ("Ammo Inc 357 Sig 124gr FMJ 1000rd case (50RDX20)", Some(1000)),
        ("Norma Tactical .308 Win 150gr FMJ 20/25 - fast shipping!", Some(20)),
        ("9mm Luger Patronen, 5 Packungen zu je 50 Schuss", Some(250)),
        ("Patronen 9 mm Luger 50er Packung", Some(50)),
        ("Cartouches 12/70 plomb 7,5 36g x25", Some(25)),
        ("Munição 9mm Luger caixa 50", Some(50)),
        ("Патроны 9х19, пачка 16", Some(16)),
        ("Патроны 7,62х39 100 шт", Some(100)),
        ("Sterling 9x19 fişek 50'lik kutu 115gr", Some(50)),
        ("1,000 rounds 5.56 NATO M855", Some(1000)),
        ("9mm ammo 2k rounds of ball, 1k per can", Some(2000)),
        ("CCI 22 LR 40gr 100 rd box, free shipping over $250", Some(100)),
        ("Winchester 12 Gauge 2 3/4\" 1 1/8oz #8 shot 25 rounds", Some(25)),
        ("Remington .30-06 ammunition 165gr", None),
        ("Federal AE38 .38 Special ammo P250TMC1", None),
    ] {
        assert_eq!(arm(title, &["Ammunition"]).rounds, rounds, "{title}");
    }
}

#[test]
fn calibres_are_read_in_all_writings() {
    for (title, ids) in [
        ("Barnes VOR-TX 300 Wby Mag 180gr 20 rds", &["300-wby-mag"][..]),
        ("Remington Core-Lokt 338WinMag 225gr 20 rounds", &["338-win-mag"]),
        ("Hornady .300 Winchester Short Magnum 165gr 20 rounds", &["300-wsm"]),
        ("PPU 9.3mmx62 Mauser 285 gr soft point 20 rds", &["9.3x62mm"]),
        ("Lapua 6.5x47 136gr Scenar 50 rds", &["6.5x47mm-lapua"]),
        ("Fiocchi 9x18mm Ultra 100gr FMJ (not for use in 9x19mm Luger) 50 rds", &["9x18mm-ultra"]),
        ("Federal P270WSMTC1 270 WSM 130gr 20 rds", &["270-wsm"]),
        (".308/7.62x51mm 147gr FMJ 100 rounds", &["308-win", "7.62x51mm"]),
        ("50 rds 32 SW Long 98 grain LRN", &["32-sw-long"]),
        ("7.62 mm x 54 R 150gr FMJ 20 rounds", &["7.62x54r"]),
        ("патроны 7.62 на 39, 100 шт", &["7.62x39mm"]),
        ("Munición 8mm fogueo, 50 cartuchos", &["8mm-knall"]),
        ("Platzpatronen 9mm P.A.K., 50 Stk", &["9mm-pak"]),
        ("Naboje hukowe 9 mm, 50 szt", &["9mm-pak"]),
        ("6 mm Flobert Knall Platzpatronen 100 Stück", &["6mm-flobert-knall"]),
        ("Blank cartridges 9mm P.A., 50 pcs", &["9mm-pak"]),
    ] {
        assert_eq!(arm(title, &["Ammunition"]).calibre_ids, ids, "{title}");
    }
    for (title, ids, basis) in [
        ("AKM 7.62, folding stock, 3 mags", &["7.62x39mm"][..], "inferred"),
        ("Mosin-Nagant 91/30 7.62 rifle", &["7.62x54r"], "inferred"),
        ("Rock Island 1911 .45 pistol", &["45-auto"], "inferred"),
        ("Rifle in 7.62, bolt action", &["7.62"], "ambiguous"),
    ] {
        let arm = arm(title, &[]);
        assert_eq!(
            (arm.calibre_ids.as_slice(), arm.calibre_basis.as_deref()),
            (&ids.iter().map(|id| id.to_string()).collect::<Vec<_>>()[..], Some(basis)),
            "{title}"
        );
    }
    // A number of a model is no calibre.
    for title in ["Glock 17 frame, no number", "Glock 22 Gen4 pistol, night sights", "Ruger 10/22 Takedown carbine"] {
        assert!(!arm(title, &[]).calibre_ids.iter().any(|id| id == "17" || id == "22"), "{title}");
    }
}

#[test]
fn makers_are_told_from_calibres_and_from_what_goods_fit() {
    for (title, maker) in [
        ("Federal American Eagle .223 Rem 55gr FMJ 20 rds", Some("American Eagle")),
        ("CCI Blazer Brass 9mm Luger 115gr FMJ 50 rds", Some("Blazer")),
        ("Federal Power-Shok .308 Win 150gr 20 rounds", Some("Federal")),
        ("DBLTAP 32 H&R Mag 120gr hardcast 20 rounds", Some("DoubleTap")),
        ("Winchester .30-30 Win 150gr Power Point 20 rounds", Some("Winchester")),
        ("FAM Pionki naboje śrutowe 12/70", Some("FAM Pionki")),
        (".338 Federal 200gr ammunition 20 rounds", None),
        ("7x57 Mauser ammo 139gr 20 rounds", None),
    ] {
        assert_eq!(arm(title, &["Ammunition"]).maker.as_deref(), maker, "{title}");
    }
    for (title, maker) in [
        ("Merkel Helix .308 Win Repetierbüchse", "Merkel"),
        ("Huğlu 103C süperpoze av tüfeği 12 kalibre", "Huğlu"),
        ("Heckler & Koch P30 9mm pistol", "Heckler & Koch"),
        ("MecGar magazine for CZ 75, 16 rounds", "Mec-Gar"),
        ("Umarex Glock 17 CO2 air pistol 4.5 mm BB", "Umarex"),
    ] {
        assert_eq!(arm(title, &[]).maker.as_deref(), Some(maker), "{title}");
    }
}

#[test]
fn models_are_named_as_they_are_written_without_their_maker() {
    for (title, model) in [
        ("Glock G19 Gen 5 9mm pistol", "19"),
        ("Beretta 92FS 9mm pistol", "92FS"),
        ("CZ P-10 C 9mm Luger pistol", "P-10 C"),
        ("Beretta 686 Silver Pigeon I 12 gauge over under", "686 Silver Pigeon I"),
        ("Вепрь-308 карабин, ствол 520", "Вепрь-308"),
        ("Hatsan 55S air rifle 5.5 mm", "55S"),
        ("Krico 600 rifle .222 Rem", "600"),
    ] {
        assert_eq!(arm(title, &[]).model.as_deref(), Some(model), "{title}");
    }
}

#[test]
fn barrels_and_capacities_are_measured() {
    for (title, barrel, capacity) in [
        ("BERETTA 1301 Tactical 12Ga 18.5in 7rd semi-auto shotgun", Some(470), Some(7)),
        ("Retay Gordion 20 Gauge, 3\" chamber 26\" barrel, 4rd", Some(660), Some(4)),
        ("Stoeger M3500 12ga 3-1/2\" 28\" shotgun 10+1", Some(711), Some(10)),
        ("Winchester SX4 Field 12/76 71 cm Selbstladeflinte", Some(710), None),
        ("Canik TTI Combat pistol 9mm 4.6 in. grey 18 rd.", Some(117), Some(18)),
        ("Tikka T3x .308 Win rifle in good condition", None, None),
    ] {
        let arm = arm(title, &[]);
        assert_eq!((arm.barrel_mm, arm.capacity), (barrel, capacity), "{title}");
    }
}
