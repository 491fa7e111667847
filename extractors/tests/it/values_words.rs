//! Labels and phrases, language by language.

use vigie_extractors::heuristics::labels::{Label, label, split};
use vigie_extractors::heuristics::phrases::{availability, escrow, payments, price_words};

/// In the order English, French, German, Spanish, Italian, Portuguese, Dutch, Russian, Ukrainian, Polish, Turkish, Arabic.
#[rustfmt::skip]
const LABELS: &[(Label, [&str; 12])] = &[
    (Label::Vendor, ["Vendor", "Vendeur", "Verkäufer", "Vendedor", "Venditore", "Vendedor", "Verkoper", "Продавец", "Продавець", "Sprzedawca",
    "SATICI", "البائع"]), (Label::ShipsFrom, ["Ships from", "Expédié depuis", "Versand aus", "Se envía desde", "Spedito da", "Enviado de",
    "Verzonden vanuit", "Отправляется из", "Відправка з", "Wysyłka z", "Gönderim yeri", "الشحن من"]), (Label::ShipsTo, ["Ships to", "Livraison vers",
    "Versand nach", "Envíos a", "Spedisce in", "Envia para", "Verzendt naar", "Доставка в", "Доставка до", "Wysyłka do", "Gönderilen ülkeler",
    "الشحن إلى"]), (Label::Payments, ["Payment methods", "Moyens de paiement", "Zahlungsarten", "Formas de pago", "Metodi di pagamento",
    "Formas de pagamento", "Betaalmethoden", "Способы оплаты", "Способи оплати", "Metody płatności", "Ödeme yöntemleri", "طرق الدفع"]),
    (Label::Category, ["Category", "Catégorie", "Kategorie", "Categoría", "Categoria", "Categoria", "Rubriek", "Категория", "Категорія", "Kategoria",
    "Kategori", "الفئة"]), (Label::Stock, ["Quantity left", "Quantité disponible", "Lagerbestand", "Cantidad", "Quantità", "Quantidade", "Aantal",
    "Остаток", "Залишок", "Ilość", "Stok adedi", "الكمية"]), (Label::Sales, ["Sales", "Ventes", "Verkäufe", "Ventas", "Vendite", "Vendas", "Verkopen",
    "Продажи", "Продажі", "Sprzedaż", "Satışlar", "المبيعات"]), (Label::Rating, ["Rating", "Évaluation", "Bewertung", "Valoración", "Valutazione",
    "Avaliação", "Beoordeling", "Рейтинг", "Оцінка", "Ocena", "Puan", "التقييم"]), (Label::Posted, ["Posted", "Publié le", "Eingestellt am",
    "Publicado el", "Pubblicato il", "Publicado em", "Geplaatst op", "Опубликовано", "Опубліковано", "Dodano", "İlan tarihi", "تاريخ النشر"]),
    (Label::Sku, ["SKU", "Référence", "Artikelnummer", "Referencia", "Codice", "Código", "Artikelnr", "Артикул", "Код товару", "Kod produktu",
    "Ürün kodu", "رمز المنتج"]), (Label::Mpn, ["MPN", "Référence fabricant", "Herstellernummer", "Número de pieza", "Codice produttore",
    "Referência do fabricante", "Artikelnummer fabrikant", "Код производителя", "Код виробника", "Kod producenta", "Üretici kodu", "رقم القطعة"]),
    (Label::Gtin, ["Barcode", "Code-barres", "Strichcode", "Código de barras", "Codice a barre", "Código EAN", "Streepjescode", "Штрихкод",
    "Штрих-код", "Kod kreskowy", "Barkod", "الباركود"]), (Label::Brand, ["Brand", "Marque", "Marke", "Marca", "Marca", "Fabricante", "Merk", "Бренд",
    "Виробник", "Marka", "Üretici", "الماركة"]), (Label::Price, ["Price", "Prix", "Preis", "Precio", "Prezzo", "Preço", "Prijs", "Цена", "Ціна",
    "Cena", "Fiyat", "السعر"]), (Label::OldPrice, ["Old price", "Ancien prix", "Alter Preis", "Precio anterior", "Prezzo precedente", "Preço antigo",
    "Oude prijs", "Старая цена", "Стара ціна", "Stara cena", "Eski fiyat", "السعر القديم"]), (Label::PriceFrom, ["Price from", "À partir de",
    "Preis ab", "Desde", "A partire da", "Preço a partir de", "Vanaf", "Цена от", "Ціна від", "Cena od", "Başlangıç fiyatı", "السعر من"]),
    (Label::UnitPrice, ["Price per round", "Prix au kilo", "Grundpreis", "Precio por cartucho", "Prezzo al kg", "Preço por quilo",
    "Prijs per patroon", "Цена за патрон", "Ціна за набій", "Cena za nabój", "Mermi fiyatı", "سعر الطلقة"]), (Label::Condition, ["Condition", "État",
    "Zustand", "Estado", "Condizioni", "Condição", "Staat", "Состояние", "Стан", "Stan", "Ürün durumu", "حالة المنتج"]), (Label::Availability,
    ["Availability", "Disponibilité", "Verfügbarkeit", "Disponibilidad", "Disponibilità", "Disponibilidade", "Beschikbaarheid", "Наличие",
    "Наявність", "Dostępność", "Stok durumu", "التوفر"]), (Label::Since, ["Member since", "Membre depuis", "Mitglied seit", "Miembro desde",
    "Iscritto dal", "Membro desde", "Lid sinds", "На сайте с", "На сайті з", "Użytkownik od", "Üyelik tarihi", "عضو منذ"]), (Label::LastSeen,
    ["Last seen", "Dernière connexion", "Zuletzt online", "Última conexión", "Ultimo accesso", "Último acesso", "Laatst gezien", "Последний визит",
    "Останній візит", "Ostatnie logowanie", "Son görülme", "آخر ظهور"]),
];

#[test]
fn labels_are_known_in_twelve_languages() {
    let all = LABELS.iter().flat_map(|(field, words)| words.iter().map(move |word| (*field, *word)));
    // Portuguese and Spanish share words with Italian: "Referencia", "Estado" and the like stand for one field in all of them.
    let wrong: Vec<String> = all
        .filter(|(field, word)| label(word) != Some(*field))
        .map(|(field, word)| format!("{word}: {:?} instead of {field:?}", label(word)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn labels_are_known_in_any_dress() {
    for (text, field) in [
        ("  Ships From: ", Label::ShipsFrom),
        ("PRIX", Label::Price),
        ("Categorie", Label::Category),
        ("Verkaeufer :", Label::Vendor),
        ("Price (USD)", Label::Price),
        ("► Stock", Label::Stock),
        ("السّعر:", Label::Price),
        ("Ürün\u{a0}Kodu", Label::Sku),
    ] {
        assert_eq!(label(text), Some(field), "{text}");
    }
    assert_eq!(split("Ціна: 2 500 грн"), Some((Label::Price, "Ціна", "2 500 грн")));
    for none in ["", ":", "12", "Glock 19", "a very long text that begins with price but is a whole sentence about it and more"] {
        assert_eq!(label(none), None, "{none}");
    }
}

#[test]
fn availability_in_twelve_languages() {
    let table: &[(&str, &[&str])] = &[
        (
            "in_stock",
            &[
                "In stock",
                "En stock",
                "Auf Lager",
                "Disponible",
                "Disponibile",
                "Em estoque",
                "Op voorraad",
                "В наличии",
                "В наявності",
                "Dostępny",
                "Stokta var",
                "متوفر",
                "Skladem",
                "yes",
            ],
        ),
        (
            "out_of_stock",
            &[
                "Out of stock",
                "Rupture de stock",
                "Nicht auf Lager",
                "Agotado",
                "Non disponibile",
                "Esgotado",
                "Uitverkocht",
                "Нет в наличии",
                "Немає в наявності",
                "Niedostępny",
                "Stokta yok",
                "غير متوفر",
                "Vyprodáno",
                "0 in stock",
                "Derzeit nicht verfügbar",
                "no longer available",
                "нет",
            ],
        ),
        ("sold", &["SOLD", "Vendu", "Verkauft", "Vendido", "Venduto", "Verkocht", "Продано", "Sprzedane", "Satıldı", "مباع"]),
        (
            "reserved",
            &[
                "Reserved",
                "Réservé",
                "Reserviert",
                "Reservado",
                "Riservato",
                "Gereserveerd",
                "Забронировано",
                "Заброньовано",
                "Zarezerwowane",
                "محجوز",
            ],
        ),
    ];
    for (code, words) in table {
        for word in *words {
            assert_eq!(availability(word), Some(*code), "{word}");
        }
    }
    for none in ["Sold by ACME", "120 sold", "Verkauft von Meier", "est", "da", "", "unsold", "Stockholm", "Продавец: Иван"] {
        assert_eq!(availability(none), None, "{none}");
    }
}

#[test]
fn escrow_and_payment_words() {
    for (text, code) in [
        ("Escrow", Some("escrow")),
        ("Treuhand", Some("escrow")),
        ("Séquestre", Some("escrow")),
        ("через гаранта", Some("escrow")),
        ("Emanet", Some("escrow")),
        ("Multisig 2/3", Some("multisig")),
        ("FE", Some("finalize_early")),
        ("Finalize Early (FE)", Some("finalize_early")),
        ("без эскроу", Some("direct")),
        ("keine Treuhand", Some("direct")),
        ("нет", Some("direct")),
        ("так", Some("escrow")),
        ("feather", None),
        ("", None),
    ] {
        assert_eq!(escrow(text), code, "{text}");
    }
    let read = |text: &str| {
        let (mut found, mut code) = (Vec::new(), None);
        payments(text, &mut found, &mut code);
        found.join(" ")
    };
    for (text, codes) in [
        ("Bitcoin, Monero", "BTC XMR"),
        ("Überweisung, Barzahlung, PayPal", "cash bank paypal"),
        ("Virement, carte bancaire, espèces", "cash card bank"),
        ("Efectivo, tarjeta, transferencia", "cash card bank"),
        ("Contanti, bonifico", "cash bank"),
        ("Dinheiro, cartão, Pix", "cash card bank"),
        ("iDEAL, contant", "cash bank"),
        ("наличные, перевод на карту", "cash card"),
        ("готівка, ПриватБанк, накладений платіж", "cash_on_delivery cash card"),
        ("gotówka, przelew, pobranie", "cash_on_delivery cash bank"),
        ("Nakit, kredi kartı, havale", "cash card bank"),
        ("نقدا، تحويل بنكي", "cash bank"),
        ("Amazon gift cards", "gift_card"),
        ("barrel, dashing, ethics", ""),
    ] {
        assert_eq!(read(text), codes, "{text}");
    }
}

#[test]
fn what_stands_in_place_of_a_price() {
    for (text, code) in [
        ("Free shipping", None),
        ("versandkostenfrei", None),
        ("Gratis", Some("free")),
        ("Don", Some("free")),
        ("don't ask", Some("on_request")),
        ("Preis auf Anfrage", Some("on_request")),
        ("Log in to see price", Some("hidden")),
        ("freedom arms", None),
        ("called", None),
    ] {
        assert_eq!(price_words(text).as_deref(), code, "{text}");
    }
}
