//! Words on a page that say whether goods are there, how they are paid, and what stands in place of a price.

use crate::html::prefix;

/// Availability code of words on a page; the longest phrases first, since "not in stock" holds "in stock".
pub fn availability(text: &str) -> Option<&'static str> {
    const PHRASES: &[(&str, &[&str])] = &[
        (
            "out_of_stock",
            &[
                "out of stock",
                "sold out",
                "ausverkauft",
                "out-of-stock",
                "not in stock",
                "no stock",
                "currently unavailable",
                "temporarily unavailable",
                "not available",
                "backorder",
                "back order",
                "nicht auf lager",
                "nicht verfügbar",
                "nicht vorrätig",
                "nicht lieferbar",
                "derzeit nicht",
                "rupture de stock",
                "en rupture",
                "indisponible",
                "non disponible",
                "agotado",
                "sin existencias",
                "no disponible",
                "esaurito",
                "non disponibile",
                "esgotado",
                "indisponível",
                "brak w magazynie",
                "niedostępny",
                "wyprzedane",
                "niet op voorraad",
                "uitverkocht",
                "нет в наличии",
                "отсутствует",
                "unavailable",
                "épuisé",
            ],
        ),
        ("sold", &["sold", "verkauft", "vendu", "vendido", "venduto", "sprzedane", "verkocht", "продано"]),
        (
            "reserved",
            &[
                "reserved",
                "sale pending",
                "reserviert",
                "réservé",
                "reservado",
                "riservato",
                "zarezerwowane",
                "gereserveerd",
                "забронировано",
            ],
        ),
        ("expired", &["expired", "abgelaufen", "expiré", "caducado", "scaduto", "wygasło", "verlopen"]),
        (
            "in_stock",
            &[
                "in stock",
                "in-stock",
                "available",
                "unlimited",
                "auf lager",
                "verfügbar",
                "lieferbar",
                "vorrätig",
                "sofort lieferbar",
                "en stock",
                "disponible",
                "disponibile",
                "disponível",
                "em estoque",
                "dostępny",
                "w magazynie",
                "na stanie",
                "op voorraad",
                "beschikbaar",
                "leverbaar",
                "в наличии",
                "есть",
                "∞",
            ],
        ),
    ];
    let text = prefix(text, 200).to_lowercase();
    PHRASES.iter().find(|(_, phrases)| phrases.iter().any(|phrase| text.contains(phrase))).map(|(code, _)| *code)
}

/// Escrow code of words on a page.
pub fn escrow(text: &str) -> Option<&'static str> {
    let text = prefix(text, 300).to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["multisig", "multi-sig", "2/3", "2 of 3"]) {
        Some("multisig")
    } else if has(&["finalize early", "finalise early", "fe only", "fe listing"]) || text.trim() == "fe" {
        Some("finalize_early")
    } else if has(&["no escrow", "direct pay", "direct deal"]) {
        Some("direct")
    } else if has(&["escrow", "treuhand", "séquestre"]) || matches!(text.trim(), "yes" | "ja" | "oui" | "sí" | "si" | "true" | "full") {
        Some("escrow")
    } else if matches!(text.trim(), "no" | "nein" | "non" | "none" | "false") {
        Some("direct")
    } else {
        None
    }
}

/// State of a price of which words stand in place of an amount.
pub fn price_words(value: &str) -> Option<String> {
    let value = prefix(value, 100).to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| value.contains(word));
    if has(&[
        "request",
        "anfrage",
        "demande",
        "consultar",
        "richiesta",
        "consulta",
        "zapytanie",
        "aanvraag",
        "запрос",
        "call",
        "pm ",
        "contact",
    ]) {
        Some("on_request".to_owned())
    } else if has(&["free", "gratis", "gratuit", "kostenlos", "verschenken", "бесплатно"]) {
        Some("free".to_owned())
    } else if has(&["add to cart", "see price in cart", "login", "log in"]) {
        Some("hidden".to_owned())
    } else {
        None
    }
}

/// Payment codes of words on a page, and what they say of escrow.
pub fn payments(text: &str, found: &mut Vec<String>, escrow_code: &mut Option<String>) {
    const WORDS: &[(&str, &[&str])] = &[
        ("BTC", &["btc", "bitcoin", "bitcoins"]),
        ("XMR", &["xmr", "monero"]),
        ("LTC", &["ltc", "litecoin"]),
        ("ETH", &["eth", "ethereum"]),
        ("BCH", &["bch"]),
        ("DASH", &["dash"]),
        ("ZEC", &["zec", "zcash"]),
        ("DOGE", &["doge", "dogecoin"]),
        ("USDT", &["usdt", "tether"]),
        ("cash", &["cash", "bar", "barzahlung", "espèces", "efectivo", "contanti", "dinheiro", "gotówka", "contant", "наличные"]),
        ("card", &["card", "visa", "mastercard", "kreditkarte", "carte", "tarjeta", "carta", "cartão", "karta", "creditcard"]),
        (
            "bank",
            &["bank", "wire", "überweisung", "virement", "transferencia", "bonifico", "przelew", "overschrijving", "sepa", "ach", "zelle"],
        ),
        ("paypal", &["paypal"]),
        ("money_order", &["money order", "postal order", "western union", "moneygram"]),
    ];
    let text = prefix(text, 400).to_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    for (code, known) in WORDS {
        let hit = known.iter().any(|word| if word.contains(' ') { text.contains(word) } else { words.contains(word) });
        if hit && !found.iter().any(|own| own == code) {
            found.push((*code).to_owned());
        }
    }
    if escrow_code.is_none() && text.contains("escrow") {
        *escrow_code = escrow(&text).map(str::to_owned);
    }
}
