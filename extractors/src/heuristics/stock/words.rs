//! What a short text says of whether goods are there.

use super::super::phrases;

/// Code of a short text, in lower case, that stands where stock is told.
pub(in super::super) fn said(lower: &str) -> Option<&'static str> {
    (lower.len() <= 120).then(|| code(lower, true)).flatten()
}

/// Code of a short text; what speaks of something else is left out.
pub(super) fn code(lower: &str, marked: bool) -> Option<&'static str> {
    #[rustfmt::skip]
    const OTHER: &[&str] = &[
        "quando", "when ", "sobald", "wenn ", "когда", "lorsque", "cuando", "wanneer", "gdy ", "as soon as", "dès que", "коли ",
        "escrow", "sold by", "sold in", "vendu par", "vendus par", "vendue par", "vendu en", "vendus en", "verkauf durch", "venduto da", "vendido por", "payment", "times", "in store", "pick", "email when", "notify", "click", "support", "variant",
        "delivery available", "financing", "shipping available", "not sold", "download", "powiadom", "benachrichtig", "prévenez",
        "m'avertir", "me prévenir", "avísame", "avisarme", "avvisami", "avise-me", "avisem", "op de hoogte", "сообщить", "уведомить",
        "повідомити", "haber ver", "أعلمني", "أبلغني", "check availability", "check stock", "verfügbarkeit prüfen", "sprawdź dostępność",
        "уточняйте", "уточнюйте", "vérifier la disponibilité", "consultar disponibilidad", "verifica disponibilità",
    ];
    // Only beside marks of stock: words that elsewhere mean much else.
    #[rustfmt::skip]
    const MARKED: &[(&str, &[&str])] = &[
        ("out_of_stock", &["brak", "нет", "немає", "yok", "no stock", "derzeit nicht", "discontinued", "coming soon"]),
        (
            "in_stock",
            &[
                "много", "мало", "достаточно", "есть", "available", "versandfertig", "sofort", "lieferbar", "dostępn", "var", "متوفر",
                "в наявності", "є в", "derniers articles", "last items", "disponib", "disponív", "auf lager", "op voorraad", "beschikbaar",
                "leverbaar", "in stock", "в наличии", "stokta", "mevcut", "доступ", "достатньо", "багато", "закінчується", "заканчивается",
            ],
        ),
    ];
    const MORE: &[(&str, &[&str])] = &[
        ("out_of_stock", &["нема в наявності", "товар закончился", "под заказ"]),
        ("in_stock", &["wysyłka w 24", "uit voorraad", "derniers articles en stock", "last items in stock"]),
    ];
    // "Sold: 12" counts sales; "Availability: in stock" names itself.
    let value = match lower.split_once([':', '：']) {
        Some((label, value)) if !value.trim().is_empty() => {
            let known = [
                "stock",
                "avail",
                "verf",
                "dispo",
                "налич",
                "доступ",
                "наявн",
                "dostęp",
                "durum",
                "voorraad",
                "stato",
                "estado",
                "status",
                "статус",
                "beschikb",
                "lager",
                "liefer",
                "التوفر",
                "stok",
            ];
            if !known.iter().any(|word| label.contains(word)) {
                return None;
            }
            value
        }
        _ => lower,
    };
    let find = |table: &[(&'static str, &[&str])]| {
        table.iter().find(|(_, words)| words.iter().any(|word| value.contains(word))).map(|(code, _)| *code)
    };
    let denied = is_denied(value).then_some("out_of_stock");
    let code = denied.or_else(|| find(MORE)).or_else(|| phrases::availability(value)).or_else(|| marked.then(|| find(MARKED)).flatten());
    // Most texts say nothing, so that what they would speak of is asked last.
    code.filter(|_| !is_of_a_way(value) && !OTHER.iter().any(|word| lower.contains(word)))
}

/// "Not available in smaller quantities", "not available for VAT relief": the goods are not to be had in this way.
fn is_of_a_way(lower: &str) -> bool {
    #[rustfmt::skip]
    const GOODS: &[&str] = &[
        "stock", "store", "stores", "order", "sale", "purchase", "delivery", "shipping", "the", "this", "your", "any", "our", "now", "all",
    ];
    let Some((_, after)) = lower.split_once("not available ") else { return false };
    let mut words = after.split_whitespace();
    words.next().is_some_and(|word| matches!(word, "as" | "with" | "for" | "in")) && words.next().is_some_and(|word| !GOODS.contains(&word))
}

/// "This product is no longer available", "non è più disponibile", "stokta mevcut değil": a word that denies, and near it one of being there.
pub(super) fn is_denied(lower: &str) -> bool {
    #[rustfmt::skip]
    const NOT: &[&str] = &[
        "not", "no", "isn't", "aren't", "never", "without", "nicht", "kein", "keine", "keinen", "niet", "geen", "pas", "plus", "aucun", "sans",
        "non", "senza", "nessun", "sin", "ningún", "não", "sem", "nenhum", "не", "нет", "без", "больше", "немає", "нема", "нету", "nie", "brak",
        "bez", "غير", "ليس", "لا", "není", "nincs", "nu", "inte", "ej", "ikke", "ei",
    ];
    /// Denies what stands before it.
    const BEHIND: &[&str] = &["değil", "değildir", "yok", "yoktur", "bulunmuyor", "bulunmamaktadır", "нет", "немає", "отсутствует"];
    #[rustfmt::skip]
    const THERE: &[&str] = &[
        "availab", "stock", "verfügbar", "lieferbar", "bestellbar", "vorrätig", "lager", "erhältlich", "disponib", "disponív", "dispo",
        "existencia", "magazzino", "estoque", "beschikbaar", "leverbaar", "voorraad", "налич", "склад", "доступ", "наявн", "dostępn",
        "magazyn", "stok", "mevcut", "متوفر", "متاح", "skladem", "raktár", "lager", "ordinabil", "bestelbaar",
    ];
    let mut denied = 0;
    let mut there = false;
    for word in lower.split_whitespace().take(40) {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '\'');
        if there && BEHIND.contains(&bare) {
            return true;
        }
        there = THERE.iter().any(|stem| bare.starts_with(stem));
        if there && denied > 0 {
            return true;
        }
        denied = if NOT.contains(&bare) { 4 } else { usize::saturating_sub(denied, 1) };
        // "No minimum order, in stock."
        if word.ends_with([',', '.', ';', '!', ')', '|']) {
            (denied, there) = (0, false);
        }
    }
    false
}
