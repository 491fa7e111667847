//! What stands before a colon, or in the left column: the words by which sites name the fields of an advertisement.
//!
//! The table is long because it is one uniform table in ten languages.

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

use crate::html::prefix;

/// Field that a label names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each is the record field of the same name, or what the comment beside it says")]
pub enum Label {
    Title,
    Description,
    Vendor,
    Price,
    /// The lowest of several prices.
    PriceFrom,
    /// A price that holds no longer.
    OldPrice,
    ShipsFrom,
    ShipsTo,
    ShipsExcept,
    /// Price or method of delivery: never the price of the goods.
    Shipping,
    Category,
    Payments,
    Escrow,
    Stock,
    Availability,
    Sales,
    Rating,
    PositivePercent,
    FeedbackCount,
    Posted,
    Sku,
    Mpn,
    Gtin,
    Brand,
    Since,
    LastSeen,
    Condition,
    /// Known words that only end the value before them.
    Other,
}

#[rustfmt::skip]
const TABLE: &[(Label, &[&str])] = &[
    (Label::Title, &[
        "title", "product name", "item name", "listing", "product title", "titel", "produktname", "artikelbezeichnung", "titre", "nom du produit",
        "título", "nombre del producto", "titolo", "nome prodotto", "nome do produto", "tytuł", "nazwa", "productnaam", "название", "наименование",
    ]),
    (Label::Description, &[
        "description", "product description", "item description", "details", "beschreibung", "produktbeschreibung", "artikelbeschreibung",
        "description du produit", "descriptif", "descripción", "descrizione", "descrição", "opis", "omschrijving", "beschrijving", "описание",
    ]),
    (Label::Vendor, &[
        "vendor", "vendor name", "seller", "seller name", "sold by", "posted by", "merchant", "dealer", "store", "shop", "retailer", "offered by",
        "listed by", "username", "user name", "advertiser", "author", "by", "from vendor", "verkäufer", "verkaeufer", "anbieter", "händler",
        "haendler", "verkauft von", "angeboten von", "benutzername", "vendeur", "vendeuse", "vendu par", "proposé par", "annonceur", "marchand",
        "publié par", "vendedor", "vendedora", "vendido por", "publicado por", "anunciante", "venditore", "venduto da", "inserzionista",
        "sprzedawca", "sprzedający", "sprzedaje", "wystawił", "verkoper", "verkocht door", "aangeboden door", "aanbieder", "продавец",
        "магазин", "поставщик", "автор", "shop name", "store name", "vendor username",
    ]),
    (Label::Price, &[
        "price", "our price", "sale price", "your price", "now", "asking price", "unit price", "item price", "buy it now", "buy now price",
        "price per unit", "total price", "current price", "listing price", "price in usd", "price (usd)", "price usd", "price eur", "price (eur)",
        "cost", "asking", "internet price", "special price", "preis", "verkaufspreis", "stückpreis", "festpreis", "vb", "vhb", "einzelpreis",
        "aktueller preis", "sofortkauf", "prix", "prix de vente", "prix unitaire", "prix actuel", "tarif", "precio", "precio de venta",
        "precio unitario", "prezzo", "prezzo di vendita", "preço", "preco", "valor", "cena", "cena sprzedaży", "cena brutto", "prijs",
        "verkoopprijs", "vraagprijs", "цена", "стоимость",
    ]),
    (Label::PriceFrom, &[
        "from", "price from", "starting at", "starting from", "as low as", "prices from", "ab", "preis ab", "à partir de", "a partir de",
        "dès", "desde", "da", "a partire da", "od", "vanaf", "от", "цена от",
    ]),
    (Label::OldPrice, &[
        "regular price", "list price", "msrp", "rrp", "retail price", "was", "old price", "was price", "you save", "savings", "save", "uvp",
        "statt", "alter preis", "ancien prix", "prix conseillé", "au lieu de", "antes", "precio anterior", "prezzo di listino", "prezzo originale",
        "stara cena", "cena katalogowa", "adviesprijs", "старая цена", "price per round", "cost per round", "price/round", "cpr", "retail",
    ]),
    (Label::ShipsFrom, &[
        "ships from", "ship from", "shipped from", "shipping from", "shipping origin", "origin", "origin country", "country of origin", "sent from",
        "dispatched from", "location", "item location", "seller location", "city", "region", "versand aus", "versand von", "versendet aus",
        "versandt aus", "verschickt aus", "standort", "artikelstandort", "ort", "herkunft", "herkunftsland", "lieferung aus", "expédié de",
        "expédié depuis", "expedie de", "envoi depuis", "envoyé de", "livré depuis", "origine", "pays d'origine", "localisation", "lieu",
        "envía desde", "enviado desde", "envio desde", "envío desde", "se envía desde", "origen", "ubicación", "localidad", "spedito da",
        "spedizione da", "provenienza", "località", "luogo", "enviado de", "envia de", "origem", "localização", "localidade", "wysyłka z",
        "wysyłane z", "lokalizacja", "miejscowość", "kraj pochodzenia", "verzonden vanuit", "verzending vanuit", "verzendt vanuit", "locatie",
        "plaats", "herkomst", "отправка из", "отправляется из", "доставка из", "откуда", "местоположение", "страна отправления", "shipping country",
        "vendor location", "ships from country", "from country",
    ]),
    (Label::ShipsTo, &[
        "ships to", "ship to", "shipping to", "shipped to", "delivers to", "delivery to", "destination", "destinations", "destination country",
        "deliver to", "available in", "versand nach", "versendet nach", "liefert nach", "lieferung nach", "lieferland", "expédie vers",
        "expédié vers", "envoi vers", "livraison vers", "livre à", "livre vers", "livraison en", "expédition vers", "envía a", "envíos a",
        "enviado a", "envío a", "entrega en", "destino", "spedisce a", "spedito a", "spedizione a", "spedizione in", "destinazione", "envia para",
        "enviado para", "envio para", "entrega em", "wysyłka do", "wysyłane do", "dostawa do", "verzendt naar", "verzonden naar", "verzending naar",
        "levert aan", "доставка в", "отправка в", "доставляется в", "куда",
    ]),
    (Label::ShipsExcept, &["does not ship to", "doesn't ship to", "doesn't ship to...", "do not ship to", "not shipping to", "not shipped to", "excluding", "except", "excluded countries", "kein versand nach", "sauf", "hors"]),
    (Label::Shipping, &[
        "shipping", "shipping cost", "shipping price", "shipping options", "shipping option", "postage", "delivery", "postage options",
        "shipping method", "shipping methods", "delivery options", "s/h", "versand", "versandkosten", "versandart", "lieferung", "lieferzeit",
        "livraison", "frais de port", "frais de livraison", "mode de livraison", "envío", "gastos de envío", "opciones de envío", "spedizione",
        "costi di spedizione", "envio", "frete", "portes", "wysyłka", "koszt dostawy", "dostawa", "verzending", "verzendkosten", "levering",
        "доставка", "стоимость доставки",
    ]),
    (Label::Category, &[
        "category", "categories", "sub category", "subcategory", "listed in", "posted in", "product category", "section", "department", "kategorie",
        "kategorien", "rubrik", "catégorie", "catégories", "categorie", "rubrique", "categoría", "categorías", "categoria", "categorie prodotto",
        "categorias", "kategoria", "rubriek", "категория", "категории", "раздел", "рубрика", "filed under",
    ]),
    (Label::Payments, &[
        "payment", "payments", "payment method", "payment methods", "payment options", "accepted payment", "accepted payments", "accepts",
        "currency accepted", "accepted currencies", "accepted currency", "coins", "coin", "pay with", "we accept", "zahlung", "zahlungsart",
        "zahlungsarten", "zahlungsmethoden", "bezahlung", "akzeptiert", "paiement", "moyens de paiement", "modes de paiement", "mode de paiement",
        "pago", "métodos de pago", "formas de pago", "forma de pago", "pagamento", "pagamenti", "metodi di pagamento", "formas de pagamento",
        "płatność", "metody płatności", "forma płatności", "betaling", "betaalmethoden", "betaalwijze", "оплата", "способ оплаты", "способы оплаты",
        "payment type",
    ]),
    (Label::Escrow, &[
        "escrow", "escrow type", "multisig", "purchase type", "treuhand", "treuhänder", "séquestre", "fe enabled", "depósito en garantía", "garanzia",
        "эскроу", "гарант",
    ]),
    (Label::Stock, &[
        "stock", "in stock", "quantity", "quantity left", "items left", "left", "quantity available", "available quantity", "qty", "units available",
        "amount available", "inventory", "units in stock", "lagerbestand", "bestand", "menge", "anzahl", "verfügbare menge", "stück verfügbar", "quantité",
        "quantité disponible", "en stock", "existencias", "cantidad", "unidades disponibles", "quantità", "disponibili", "quantidade", "em estoque", "ilość",
        "liczba sztuk", "dostępna ilość", "aantal", "voorraad", "op voorraad", "количество", "остаток", "в наличии",
    ]),
    (Label::Availability, &[
        "availability", "stock status", "status", "product availability", "verfügbarkeit", "disponibilité", "disponibilidad", "disponibilità",
        "disponibilidade", "dostępność", "beschikbaarheid", "наличие", "available",
    ]),
    (Label::Sales, &[
        "sales", "total sales", "sold", "items sold", "completed sales", "transactions", "successful transactions", "deals", "orders completed", "completed orders",
        "number of sales", "times sold", "verkäufe", "verkauft", "abgeschlossene verkäufe", "ventes", "vendus", "ventas", "vendidos", "vendite", "venduti", "vendas",
        "sprzedaż", "sprzedano", "verkopen", "verkocht", "продажи", "продаж", "продано", "сделок", "сделки", "orders",
    ]),
    (Label::Rating, &[
        "rating", "vendor rating", "seller rating", "average rating", "score", "stars", "overall rating", "feedback score", "bewertung", "note", "évaluation",
        "valoración", "calificación", "valutazione", "avaliação", "ocena", "beoordeling", "рейтинг", "оценка",
    ]),
    (Label::PositivePercent, &[
        "positive feedback", "positive", "positive feedbacks", "positive ratings", "feedback rating", "positive bewertungen", "évaluations positives", "valoraciones positivas",
        "positive reviews",
    ]),
    (Label::FeedbackCount, &["feedback", "feedbacks", "reviews", "ratings", "bewertungen", "avis", "opiniones", "recensioni", "avaliações", "opinie", "отзывы", "отзывов"]),
    (Label::Posted, &[
        "posted", "posted on", "date posted", "listed", "listed on", "date listed", "created", "created on", "date", "added", "added on", "date added", "published",
        "published on", "listing date", "last updated", "updated", "erstellt", "erstellt am", "eingestellt", "eingestellt am", "veröffentlicht", "datum", "anzeigendatum",
        "online seit", "publié", "publié le", "publiée", "publiée le", "parue le", "paru le", "déposée le", "mise en ligne", "mise en ligne le", "mis en ligne le", "date de publication", "ajouté le", "ajoutée le", "annonce du", "online since", "listing created", "ad posted", "aufgegeben am", "eingestellt seit", "inseriert am", "hinzugefügt am", "publicado", "publicado el", "fecha", "publicada", "pubblicato",
        "pubblicato il", "data", "inserito il", "publicado em", "data de publicação", "dodano", "data dodania", "opublikowano", "geplaatst", "geplaatst op", "sinds",
        "опубликовано", "дата", "добавлено", "размещено",
    ]),
    (Label::Sku, &[
        "sku", "item #", "item no", "item no.", "item number", "product code", "product #", "item code", "stock #", "stock number", "model #", "catalog #", "product id",
        "item id", "listing id", "ad id", "listing #", "artikelnummer", "artikel-nr.", "artikel-nr", "art.-nr.", "art-nr", "art. nr.", "bestellnummer", "anzeigennummer",
        "référence", "réf.", "réf", "ref", "ref.", "référence produit", "referencia", "codice", "codice articolo", "código", "referência", "kod produktu", "numer katalogowy",
        "artikelnr", "артикул", "код товара", "n° d'article",
    ]),
    (Label::Mpn, &[
        "mpn", "manufacturer part number", "manufacturer #", "mfg part #", "mfg part number", "part number", "part #", "mfr part number", "mfg #", "mfr #", "model number",
        "model no", "herstellernummer", "hersteller-nr.", "référence fabricant", "codice produttore",
    ]),
    (Label::Gtin, &["upc", "ean", "gtin", "isbn", "barcode", "upc code", "ean-code", "ean code", "upc/ean", "gtin/ean"]),
    (Label::Brand, &[
        "brand", "manufacturer", "maker", "make", "mfg", "hersteller", "marke", "marque", "fabricant", "marca", "fabricante", "produttore", "marka", "producent", "merk",
        "fabrikant", "бренд", "производитель", "марка",
    ]),
    (Label::Since, &[
        "member since", "joined", "join date", "registered", "registered since", "vendor since", "seller since", "registration date", "user since", "account created",
        "registration", "mitglied seit", "registriert seit", "registriert", "angemeldet seit", "membre depuis", "inscrit le", "inscrit depuis", "miembro desde",
        "registrado", "iscritto dal", "membro dal", "membro desde", "zarejestrowany", "na platformie od", "lid sinds", "geregistreerd", "регистрация", "зарегистрирован", "на сайте с",
    ]),
    (Label::LastSeen, &[
        "last seen", "last login", "last active", "last activity", "last online", "last visit", "zuletzt online", "zuletzt aktiv", "letzte anmeldung", "zuletzt gesehen",
        "dernière connexion", "dernière visite", "última conexión", "última visita", "ultimo accesso", "último acesso", "ostatnie logowanie", "laatst gezien", "laatst actief",
        "последний визит", "был в сети", "последняя активность",
    ]),
    (Label::Condition, &["condition", "zustand", "état", "etat", "estado", "condizione", "condizioni", "stan", "staat", "conditie", "состояние"]),
    (Label::Other, &[
        "views", "seen", "favorites", "watchers", "bids", "time left", "ends", "ends in", "ansichten", "vues", "visitas", "visite", "wyświetlenia", "weergaven", "просмотры",
        "просмотров", "product class", "type", "verified seller", "trusted seller", "vendor level", "level", "trust level", "terms and conditions", "refund policy", "weight",
        "gewicht", "poids", "contact", "phone", "telefon", "téléphone", "teléfono", "telefono", "email", "e-mail", "website", "disputes", "won/lost disputes", "user type", "tags",
        "share", "model", "modell", "modèle", "modelo", "modello", "caliber", "calibre", "kaliber", "calibro", "калибр", "модель", "xmr", "ltc", "bch", "btc", "fe",
        "minimum order", "min order", "max order", "unit", "expires", "language", "languages", "currency", "währung", "devise",
    ]),
];

static WORDS: LazyLock<HashMap<&'static str, Label, FxBuildHasher>> =
    LazyLock::new(|| TABLE.iter().flat_map(|(label, words)| words.iter().map(|word| (*word, *label))).collect());

/// Longest label in the table, in bytes, with room for decoration.
const LONGEST: usize = 48;

/// The field that a text names, colon and decoration aside.
pub fn label(text: &str) -> Option<Label> {
    if text.len() > LONGEST {
        return None;
    }
    let trimmed = text.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, ':' | '：' | '*' | '-' | '–' | '|' | '•' | '[' | ']' | '►' | '»' | '=' | '>')
    });
    let folded: Vec<&str> = trimmed.split_whitespace().collect();
    if folded.is_empty() {
        return None;
    }
    let key = folded.join(" ").to_lowercase();
    WORDS.get(key.as_str()).copied().or_else(|| {
        // "Price (USD)", "Category (main)".
        let (head, _) = key.split_once('(')?;
        WORDS.get(head.trim_end()).copied()
    })
}

/// Splits `Label: value` where the part before the first colon names a field.
pub fn split(text: &str) -> Option<(Label, &str, &str)> {
    let window = prefix(text, LONGEST);
    let at = |mark: usize| {
        let head = text.get(..mark)?;
        let value = text.get(mark..)?.trim_start_matches([':', '：', '#']).trim();
        Some((label(head)?, head.trim(), value))
    };
    // "SKU# 12" and "Item #12" name a number without a colon.
    let number = || {
        let (_, head, value) =
            at(window.find('#')?).or_else(|| Some((Label::Sku, window.split_once('#')?.0.trim(), window.split_once('#')?.1.trim())))?;
        let field = label(&format!("{head} #")).or_else(|| label(head)).filter(|field| matches!(field, Label::Sku | Label::Mpn))?;
        Some((field, head, value))
    };
    window.find([':', '：']).and_then(at).or_else(number)
}
