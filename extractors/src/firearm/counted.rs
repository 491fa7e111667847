//! Words for rounds, pieces and packs behind or before a number, and the numbers that packs of ammunition have.

/// Words that count rounds or pieces behind a number.
pub(super) fn counts(word: &str) -> bool {
    is_round(word) || is_piece(word) || is_pack(word)
}

/// Words for rounds.
pub(super) fn is_round(word: &str) -> bool {
    matches!(
        word,
        "rounds"
            | "round"
            | "rds"
            | "rd"
            | "rnd"
            | "rnds"
            | "rndx"
            | "rdx"
            | "rdsx"
            | "cartridges"
            | "cartridge"
            | "ctg"
            | "ctgs"
            | "shells"
            | "shell"
            | "schuss"
            | "patronen"
            | "patrone"
            | "kugeln"
            | "coups"
            | "cps"
            | "cartouches"
            | "munitions"
            | "balles"
            | "cartuchos"
            | "balas"
            | "tiros"
            | "disparos"
            | "cartucce"
            | "colpi"
            | "municoes"
            | "kogels"
            | "schoten"
            | "naboi"
            | "naboje"
            | "naboj"
            | "nabojow"
            | "nabojov"
            | "pocisk"
            | "pociskow"
            | "патронов"
            | "патрона"
            | "патроны"
            | "патрон"
            | "выстрелов"
            | "набоїв"
            | "набоі"
            | "набої"
            | "набій"
            | "набоя"
            | "маслят"
            | "patronow"
            | "patronov"
            | "fisek"
            | "mermi"
            | "طلقة"
            | "طلقات"
            | "طلقه"
            | "رصاصة"
            | "فشكة"
            | "فشكه"
            | "فشك"
    )
}

/// Words for pieces.
pub(super) fn is_piece(word: &str) -> bool {
    matches!(
        word,
        "ct" | "cnt"
            | "count"
            | "pcs"
            | "pc"
            | "pieces"
            | "piece"
            | "stuck"
            | "stueck"
            | "stk"
            | "st"
            | "pieces "
            | "piezas"
            | "pezzi"
            | "pz"
            | "pecas"
            | "und"
            | "unds"
            | "un"
            | "unid"
            | "unidades"
            | "uds"
            | "ud"
            | "stuks"
            | "шт"
            | "штук"
            | "штуки"
            | "шт "
            | "szt"
            | "sztuk"
            | "adet"
            | "tane"
            | "حبة"
            | "حبه"
            | "حبات"
            | "habbe"
            | "قطعة"
            | "قطع"
            | "kusu"
            | "ks"
            | "kpl"
    )
}

/// A pack behind a number: "50/box", "50er Dose".
pub(super) fn is_pack(word: &str) -> bool {
    matches!(word, "box" | "bx" | "pk" | "pack" | "er" | "lik" | "luk" | "li" | "lu" | "case" | "can" | "crate" | "tin" | "brick" | "slab")
}

/// A pack before a number: "box of 50", "пачка 16", "cx 50".
pub(super) fn is_container(word: &str) -> bool {
    matches!(
        word,
        "box"
            | "case"
            | "pack"
            | "bag"
            | "can"
            | "tin"
            | "brick"
            | "slab"
            | "crate"
            | "bucket"
            | "carton"
            | "sleeve"
            | "tub"
            | "jar"
            | "bulk"
            | "belt"
            | "schachtel"
            | "packung"
            | "packchen"
            | "dose"
            | "karton"
            | "kiste"
            | "vpe"
            | "boite"
            | "paquet"
            | "caisse"
            | "sac"
            | "sachet"
            | "caja"
            | "bolsa"
            | "lata"
            | "estuche"
            | "scatola"
            | "confezione"
            | "sacchetto"
            | "caixa"
            | "cx"
            | "saco"
            | "pacote"
            | "cartela"
            | "doos"
            | "doosje"
            | "zak"
            | "zakje"
            | "blik"
            | "пачка"
            | "пачке"
            | "пачку"
            | "коробка"
            | "коробке"
            | "цинк"
            | "упаковка"
            | "россыпь"
            | "розсип"
            | "пакет"
            | "pudelko"
            | "paczka"
            | "opakowanie"
            | "cegla"
            | "cegle"
            | "puszka"
            | "woreczek"
            | "kutu"
            | "kutusu"
            | "paket"
            | "sandik"
            | "صندوق"
            | "علبة"
            | "كرتون"
            | "boxes"
            | "packs"
            | "cases"
            | "bags"
            | "cans"
            | "cajas"
            | "caixas"
            | "boites"
            | "scatole"
            | "пачек"
            | "пачки"
            | "коробок"
            | "packungen"
            | "schachteln"
            | "lot"
            | "lote"
            | "bloc"
            | "doosjes"
            | "paczki"
            | "paczek"
            | "kutudan"
            | "belts"
            | "mags"
    )
}

/// Several packs behind a number: "5 boxes of 50".
pub(super) fn are_packs(word: &str) -> bool {
    matches!(
        word,
        "boxes"
            | "packs"
            | "cases"
            | "bags"
            | "cans"
            | "cajas"
            | "caixas"
            | "boites"
            | "scatole"
            | "пачек"
            | "пачки"
            | "коробок"
            | "packungen"
            | "schachteln"
            | "packchen"
            | "doosjes"
            | "paczki"
            | "paczek"
            | "belts"
            | "dosen"
            | "kartons"
            | "tins"
            | "bricks"
    )
}

/// Words between a pack and what it holds.
pub(super) fn is_of(word: &str) -> bool {
    matches!(
        word,
        "of" | "de"
            | "von"
            | "van"
            | "com"
            | "con"
            | "a"
            | "à"
            | "di"
            | "da"
            | "по"
            | "mit"
            | "je"
            | "met"
            | "z"
            | "po"
            | "c"
            | "x"
            | "with"
            | "zu"
            | "per"
            | "au"
    )
}

/// Counts that boxes and cases of ammunition have.
pub(super) fn usual(count: u32) -> bool {
    matches!(
        count,
        5 | 6
            | 8
            | 10
            | 12
            | 15
            | 16
            | 18
            | 20
            | 24
            | 25
            | 28
            | 30
            | 32
            | 36
            | 40
            | 48
            | 50
            | 60
            | 64
            | 70
            | 75
            | 80
            | 90
            | 100
            | 120
            | 125
            | 140
            | 150
            | 160
            | 180
            | 200
            | 210
            | 225
            | 235
            | 240
            | 250
            | 260
            | 280
            | 300
            | 320
            | 325
            | 333
            | 350
            | 360
            | 375
            | 400
            | 420
            | 440
            | 450
            | 460
            | 480
            | 500
            | 520
            | 525
            | 550
            | 555
            | 575
            | 600
            | 625
            | 640
            | 650
            | 700
            | 720
            | 750
            | 800
            | 840
            | 900
            | 920
            | 1000
            | 1050
            | 1080
            | 1200
            | 1250
            | 1400
            | 1440
            | 1500
            | 1575
            | 1600
            | 1800
            | 2000
            | 2100
            | 2400
            | 2500
            | 3000
            | 4000
            | 5000
            | 6000
            | 10000
    )
}
