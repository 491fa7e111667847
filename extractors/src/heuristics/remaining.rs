//! How many goods are left, as pages write it.

/// Names of the number of goods that are left.
#[rustfmt::skip]
pub const NAMES: &[&str] = &[
    "in stock", "stock", "available", "quantity available", "units available", "items left", "left", "verfügbar", "auf lager",
    "lagerbestand", "en stock", "disponible", "disponibles", "disponibili", "disponibilità", "disponibilidad", "disponível",
    "em estoque", "op voorraad", "voorraad", "в наличии", "наличие", "в наявності", "dostępność", "dostępne", "stok", "stok adedi",
    "المتوفر",
];

/// Whether a text is [`pieces`] and nothing else.
pub fn is_pieces(lower: &str) -> bool {
    pieces(lower).is_some()
}

/// "1", "4 pcs", "1 Stück": a number of goods and nothing else. Takes small letters.
pub fn pieces(lower: &str) -> Option<u64> {
    const UNITS: &[&str] = &[
        "", "pc", "pcs", "piece", "pieces", "item", "items", "unit", "units", "stück", "stk", "st", "pz", "pezzi", "pezzo", "pièce",
        "pièces", "pcs", "ud", "uds", "unidad", "unidades", "unidade", "szt", "sztuk", "sztuka", "шт", "штук", "adet", "stuks", "stuk",
        "left", "قطعة", "قطع",
    ];
    let digits = lower.find(|c: char| !c.is_ascii_digit()).unwrap_or(lower.len());
    let (number, unit) = lower.split_at(digits);
    let named = UNITS.contains(&unit.trim().trim_matches(['.', '(', ')', ' ']));
    number.parse().ok().filter(|_| named && number.len() <= 6)
}

/// "146 in stock", "Only 3 left", "Noch 2 Stück verfügbar", "осталось 3 шт.", "Current Stock: 62".
pub fn count(lower: &str) -> Option<u64> {
    #[rustfmt::skip]
    const BEFORE: &[&str] = &[
        "only", "stock", "stock:", "available:", "quantity available:", "left:", "quantity on hand", "on hand", "qty available",
        "qty on hand", "nur noch", "noch", "lagerbestand:", "bestand:", "auf lager:", "plus que", "il reste", "reste", "en stock:",
        "stock :", "quedan", "quedan solo", "solo quedan", "sólo quedan", "disponibles:", "existencias:", "solo", "rimasti",
        "disponibili:", "disponibilità:", "restam", "apenas", "em estoque:", "estoque:", "disponível em estoque:", "nog", "nog maar",
        "voorraad:", "op voorraad:", "осталось", "остаток:", "в наличии:", "в наличии", "наличие:", "на складе:", "залишилось",
        "в наявності:", "zostało", "ostatnie", "dostępność:", "stan magazynowy:", "w magazynie:", "ilość:", "stok:", "stok adedi:",
        "son", "kalan", "متبقي", "بقي", "الكمية المتوفرة:", "in stock:", "units available:", "current stock:", "en stock", "in stock",
        "disponibles", "stan:", "dostępna ilość:", "stok miktarı:", "stok adedi",
    ];
    #[rustfmt::skip]
    const AFTER: &[&str] = &[
        "in stock", "left", "left in stock", "available", "units available", "units in stock", "items in stock", "remaining",
        "items left", "pcs in stock", "pieces left", "auf lager", "stück auf lager", "stück verfügbar", "stück lagernd", "lagernd",
        "verfügbar", "vorrätig", "stück vorrätig", "en stock", "article en stock", "articles en stock", "produits",
        "exemplaires en stock", "disponibles", "unidades disponibles", "unidades en stock", "unidades", "disponibili",
        "pezzi disponibili", "pezzi rimasti", "disponíveis", "em estoque", "unidades em estoque", "op voorraad", "stuks op voorraad",
        "beschikbaar", "в наличии", "шт. в наличии", "шт", "шт.", "шт. на складе", "в наявності", "шт. в наявності", "sztuk", "szt.",
        "szt. w magazynie", "sztuk w magazynie", "na stanie", "adet kaldı", "adet", "ürün kaldı", "stokta", "adet stokta", "قطع متبقية",
        "متوفر", "قطعة متوفرة", "items", "stück", "stk.", "stk", "stuks", "produit", "pezzi", "pcs", "pieces",
    ];
    let at = lower.find(|c: char| c.is_ascii_digit())?;
    let end = lower.get(at..)?.find(|c: char| !c.is_ascii_digit()).map_or(lower.len(), |length| at + length);
    let number: u64 = lower.get(at..end)?.parse().ok().filter(|n| *n < 1_000_000)?;
    let tidy = |text: &str| {
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '!' | '.' | '-' | '–' | '>' | '≈' | ':' | '：')).to_owned()
    };
    let (before, after) = (tidy(lower.get(..at)?), tidy(lower.get(end..)?));
    let ends = |known: &[&str], text: &str| known.iter().any(|word| word.trim_end_matches([':', '.', ' ']) == text);
    let last_words = |text: &str| text.rsplit(['.', '!', ',', '(', '|']).next().unwrap_or("").trim().to_owned();
    let before_known = NAMES.contains(&before.as_str()) || ends(BEFORE, &before) || ends(BEFORE, &last_words(&before));
    let after_known =
        ends(AFTER, &after) || after.starts_with("left ") || AFTER.iter().any(|word| word.contains(' ') && after.starts_with(word));
    // A unit alone counts nothing: "10 Stück" may be the pack.
    let unit_alone = matches!(
        after.as_str(),
        "items"
            | "stück"
            | "stk.."
            | "stk"
            | "stuks"
            | "шт"
            | "sztuk"
            | "szt"
            | "adet"
            | "produits"
            | "produit"
            | "unidades"
            | "pezzi"
            | "pcs"
            | "pieces"
    );
    let stocked = |text: &str| {
        [
            "stock",
            "on hand",
            "lager",
            "налич",
            "склад",
            "наявн",
            "magazyn",
            "stok",
            "voorraad",
            "dispon",
            "availab",
            "остал",
            "estoque",
            "left",
            "kal",
        ]
        .iter()
        .any(|word| text.contains(word))
    };
    ((before_known && (after.is_empty() || after_known || unit_alone))
        || (after_known && before.is_empty() && (!unit_alone || stocked(&after)))
        || (before_known && after_known))
        .then_some(number)
        .filter(|_| stocked(&before) || stocked(&after) || before_known)
}
