//! Labels put together of known words: "Gönderilen yerler", "Item stock", "Goods are sent to". No table holds them all.

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

use super::Label;

/// What one word gives to a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// Sending and delivering.
    Sends,
    /// Sending, and whence: "expediteur".
    From,
    /// Whither.
    To,
    /// Things left.
    Stock,
    /// Says nothing by itself.
    Filler,
}

/// The words of each part.
#[rustfmt::skip]
const PARTS: &[(Part, &str)] = &[
    (Part::Sends, "ship|ships|shipped|shipping|shipment|send|sends|sent|sending|dispatch|dispatches|dispatched|deliver|delivers|delivered|delivery|mailed|mails|posts|versand|versendet|versandt|versende|verschickt|verschicke|lieferung|liefert|liefere|geliefert|expedie|expediee|expedition|expeditions|envoi|envois|envoye|envoie|livre|livree|livraison|livraisons|envia|enviado|enviamos|envio|envios|entrega|entregas|spedito|spedisce|spedizione|spedizioni|consegna|wysylka|wysylane|wysylany|wysyla|wysylamy|dostawa|dostawy|nadanie|nadawane|verzending|verzendt|verzonden|verstuurd|levering|levert|bezorging|отправка|отправляется|отправляем|отправляю|отправки|доставка|доставки|доставляем|доставляется|шлем|відправка|відправляємо|відправляється|відправки|gonderim|kargo|teslimat|sevkiyat|الشحن|شحن|يشحن|يرسل|التوصيل|التسليم"),
    (Part::From, "from|aus|von|ab|depuis|desde|da|uit|vanuit|z|ze|из|из:|с|со|з|зі|із|від|من|origin|origine|origen|herkunft|yeri|gonderildigi|gonderen|ursprung|źródło"),
    (Part::To, "to|nach|in|vers|hacia|para|a|verso|naar|do|na|в|во|на|до|إلى|الى|destination|destinations|destino|destinos|destinazione|destinazioni|bestemming|ziel|ziellander|gonderilen|gonderilebilen|yapilan|olan"),
    (Part::Stock, "stock|inventory|remaining|bestand|lagerbestand|voorraad|existencias|stok|estoque|giacenza|остаток|залишок|المخزون|kalan"),
    (Part::Filler, "country|countries|region|regions|place|places|goods|item|items|product|products|the|is|are|only|we|i|land|lander|lande|ware|wird|werden|pays|le|la|article|produit|paese|paesi|pais|paises|kraj|kraju|kraje|krajow|landen|страна|страны|стран|страну|товар|товара|країна|країни|товару|ulke|ulkeler|ulkesi|yerler|yer|bolge|bolgeler|urun|البلد|بلد|الدول|المنتج|current|available|total|level|vendor|seller|order|orders"),
];

static WORDS: LazyLock<HashMap<String, Part, FxBuildHasher>> =
    LazyLock::new(|| PARTS.iter().flat_map(|(part, words)| words.split(['|', ' ']).map(|word| (super::normal(word), *part))).collect());

/// The field that a label names, in its normal form, where each of its words is known.
pub(super) fn of(key: &str) -> Option<Label> {
    if !(8..=48).contains(&key.len()) || !key.contains(' ') {
        return None;
    }
    let (mut sends, mut from, mut to, mut stock, mut count) = (false, false, false, false, 0);
    for word in key.split(' ') {
        count += 1;
        match WORDS.get(word)? {
            Part::Sends => sends = true,
            Part::From => from = true,
            Part::To => to = true,
            Part::Stock => stock = true,
            Part::Filler => {}
        }
    }
    match (sends, from, to, stock) {
        _ if count > 5 => None,
        (true, true, false, false) => Some(Label::ShipsFrom),
        (true, false, true, false) => Some(Label::ShipsTo),
        (false, false, false, true) if count <= 3 => Some(Label::Stock),
        // "gonderilen ulkeler"
        (false, false, true, false) if key.starts_with("gonderil") => Some(Label::ShipsTo),
        (false, true, false, false) if key.starts_with("gonder") => Some(Label::ShipsFrom),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_make_a_label() {
        for (key, expected) in [
            ("goods are sent to", Some(Label::ShipsTo)),
            ("gonderilen yerler", Some(Label::ShipsTo)),
            ("item stock", Some(Label::Stock)),
            ("versand der ware", None),
            ("seller country", None),
            ("we deliver only to", Some(Label::ShipsTo)),
            ("страна отправки товара из", Some(Label::ShipsFrom)),
        ] {
            assert_eq!(of(key), expected, "{key}");
        }
    }
}
