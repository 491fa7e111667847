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
    /// Delivering: sending, as who receives sees it.
    Delivers,
    /// A country or place, one.
    Land,
    /// Several.
    Lands,
    /// Things left.
    Stock,
    /// Says nothing by itself.
    Filler,
}

/// The words of each part.
#[rustfmt::skip]
const PARTS: &[(Part, &str)] = &[
    (Part::Sends, "ship|ships|shipped|shipping|shipment|send|sends|sent|sending|dispatch|dispatches|dispatched|mailed|mails|posts|versand|versendet|versandt|versende|verschickt|verschicke|expedie|expediee|expedition|expeditions|envoi|envois|envoye|envoie|envia|enviado|enviamos|envio|envios|spedito|spedisce|spedizione|spedizioni|wysylka|wysylane|wysylany|wysyla|wysylamy|nadanie|nadawane|verzending|verzendt|verzonden|verstuurd|отправка|отправляется|отправляем|отправляю|отправки|шлем|відправка|відправляємо|відправляється|відправки|gonderim|kargo|sevkiyat|الشحن|شحن|يشحن|يرسل|nadania|nadajemy|absendung|abgang|wysylki|go|goes|manda|mandan|mandamos|expedido|expedida|shipper|отправитель|отгрузка|отгружается|odeslani"),
    (Part::Delivers, "deliver|delivers|delivered|delivery|lieferung|liefert|liefere|geliefert|livre|livree|livraison|livraisons|entrega|entregas|consegna|dostawa|dostawy|levering|levert|bezorging|доставка|доставки|доставляем|доставляется|teslimat|التوصيل|التسليم"),
    (Part::From, "from|out|aus|von|ab|depuis|desde|da|uit|vanuit|z|ze|из|из:|с|со|з|зі|із|від|من|origin|origine|origen|herkunft|yeri|gonderildigi|gonderen|ursprung|źródło"),
    (Part::To, "to|nach|in|vers|hacia|para|a|verso|naar|do|na|в|во|на|до|إلى|الى|destination|destinations|destino|destinos|destinazione|destinazioni|bestemming|ziel|ziellander|gonderilen|gonderilebilen|yapilan|olan"),
    (Part::Stock, "stock|inventory|remaining|bestand|lagerbestand|voorraad|existencias|stok|estoque|giacenza|остаток|залишок|المخزون|kalan"),
    (Part::Land, "country|region|place|land|pays|paese|pais|kraj|kraju|страна|страны|страну|країна|країни|ulke|ulkesi|البلد|بلد|location|lugar|luogo|miejsce|plaats|lieu|ort"),
    (Part::Lands, "countries|regions|places|lander|paesi|paises|kraje|krajow|landen|стран|ulkeler|ulkeleri|yerler|yer|bolge|bolgeler|الدول"),
    (Part::Filler, "goods|item|items|product|products|the|is|are|only|we|i|lande|ware|wird|werden|le|la|article|produit|товар|товара|товару|urun|المنتج|current|available|total|level|vendor|seller|order|orders|of|de|der|des|van|du|di|el|los|las|will|be|das|dell|lo|se|can"),
];

static WORDS: LazyLock<HashMap<String, Part, FxBuildHasher>> =
    LazyLock::new(|| PARTS.iter().flat_map(|(part, words)| words.split(['|', ' ']).map(|word| (super::normal(word), *part))).collect());

/// The field that a label names, in its normal form, where each of its words is known.
pub(super) fn of(key: &str) -> Option<Label> {
    if !(8..=48).contains(&key.len()) || !key.contains(' ') {
        return None;
    }
    let (mut sends, mut delivers, mut from, mut to, mut stock, mut count) = (false, false, false, false, false, 0);
    let (mut land, mut lands) = (false, false);
    for word in key.split(' ') {
        count += 1;
        match WORDS.get(word)? {
            Part::Sends => sends = true,
            Part::Delivers => (sends, delivers) = (true, true),
            Part::Land => land = true,
            Part::Lands => lands = true,
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
        // "country of dispatch", "delivery countries"
        (true, false, false, false) if lands || (land && delivers) => Some(Label::ShipsTo),
        (true, false, false, false) if land => Some(Label::ShipsFrom),
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
            ("country of dispatch", Some(Label::ShipsFrom)),
            ("kraj nadania", Some(Label::ShipsFrom)),
            ("gonderim ulkesi", Some(Label::ShipsFrom)),
            ("delivery countries", Some(Label::ShipsTo)),
            ("страна отправки товара из", Some(Label::ShipsFrom)),
            ("shipped out of", Some(Label::ShipsFrom)),
            ("lo manda desde", Some(Label::ShipsFrom)),
            ("can go to", Some(Label::ShipsTo)),
        ] {
            assert_eq!(of(key), expected, "{key}");
        }
    }
}
