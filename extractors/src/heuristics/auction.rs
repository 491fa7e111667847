//! Prices of an auction: the bid that stands, the price to end it at once, the reserve.

use super::fields;
use super::reader::Reader;
use super::single::Scene;
use crate::money;
use crate::provenance::Draft;

/// Kinds of offers with the words that name them, small letters; a name is the whole of its line, but for a colon.
#[rustfmt::skip]
const NAMES: &[(&str, &[&str])] = &[
    ("bid", &[
        "current bid", "high bid", "highest bid", "starting bid", "start bid", "opening bid", "minimum bid", "winning bid", "final bid", "current price", "start price", "starting price",
        "aktuelles gebot", "aktueller preis", "höchstgebot", "startpreis", "startgebot", "mindestgebot", "enchère actuelle", "enchère en cours", "mise à prix", "prix de départ", "meilleure enchère",
        "puja actual", "puja inicial", "precio de salida", "offerta attuale", "base d'asta", "prezzo di partenza", "lance atual", "lance inicial", "aktualna oferta", "cena wywoławcza", "aktualna cena",
        "huidig bod", "startbod", "hoogste bod", "текущая ставка", "текущая цена", "начальная цена", "стартовая цена", "поточна ставка", "початкова ціна", "güncel teklif", "açılış fiyatı", "المزايدة الحالية",
    ]),
    ("buy_now", &[
        "buy now", "buy it now", "buy now price", "buy it now price", "sofortkauf", "sofort-kauf", "sofort-kaufen", "sofortkaufen", "sofortkaufpreis", "sofort-kaufpreis", "achat immédiat", "prix d'achat immédiat",
        "cómpralo ya", "compra inmediata", "compralo subito", "compra subito", "comprar já", "compre já", "kup teraz", "direct kopen", "nu kopen", "купить сейчас", "блиц-цена", "блиц цена", "купити зараз", "hemen al", "اشتر الآن",
    ]),
    ("reserve", &["reserve price", "reserve", "mindestpreis", "limitpreis", "prix de réserve", "precio de reserva", "prezzo di riserva", "cena minimalna", "минимальная цена", "rezerv fiyat"]),
];

/// Adds the prices of an auction outside of cards. The bid leads: it is what the goods cost now.
pub fn read(scene: &Scene<'_, '_>, reader: &Reader<'_>, draft: &mut Draft) {
    let outline = scene.outline;
    let mut found = Vec::new();
    for (at, run) in outline.runs.iter().enumerate().filter(|(_, run)| run.text.len() <= 60) {
        let (name, own) = run.text.split_once(':').map_or((run.text.as_str(), ""), |(name, own)| (name, own));
        let name = name.trim().to_lowercase();
        let Some((kind, _)) = NAMES.iter().find(|(_, names)| names.contains(&name.as_str())) else { continue };
        let chosen = outline.ancestors(run.element).take(3).any(|(_, f)| matches!(f.name, "a" | "button" | "option"));
        if chosen || scene.in_card(run.element) || found.iter().any(|(known, _, _)| known == kind) {
            continue;
        }
        let near =
            std::iter::once((at, own)).chain(outline.runs.iter().enumerate().skip(at + 1).take(3).map(|(at, run)| (at, run.text.as_str())));
        let price = near.into_iter().find_map(|(at, text)| {
            let price = money::find_prices(text, reader.currency, reader.crypto).into_iter().find(|price| price.currency.is_some())?;
            Some((at, price))
        });
        if let Some((at, price)) = price {
            found.push((*kind, at, price));
        }
    }
    // "Current price" alone is no auction.
    if !found.iter().any(|(kind, ..)| *kind == "bid") || (found.len() < 2 && !mentions_bids(scene)) {
        return;
    }
    for (kind, at, price) in found {
        let Some(run) = outline.runs.get(at) else { continue };
        let offer = fields::offer_of(&price, kind);
        let known = draft.listing.offers.iter().position(|own| own.amount == offer.amount && own.currency == offer.currency);
        let place = match known.and_then(|place| Some((place, draft.listing.offers.get_mut(place)?))) {
            Some((place, own)) => {
                own.kind = kind.to_owned();
                place
            }
            None => {
                draft.read(|| super::single::run_origin(outline, "label", run), |listing| listing.offers.push(offer));
                draft.listing.offers.len() - 1
            }
        };
        if kind == "bid" {
            draft.lead(place);
        }
    }
}

/// Whether the page counts bids or the time left.
fn mentions_bids(scene: &Scene<'_, '_>) -> bool {
    const WORDS: &[&str] = &[
        "time left",
        "bids",
        "bid history",
        "place bid",
        "restzeit",
        "gebote",
        "enchères",
        "temps restant",
        "pujas",
        "offerte",
        "lances",
        "licytuj",
        "biedingen",
        "ставок",
        "teklif",
    ];
    scene.outline.runs.iter().filter(|run| run.text.len() <= 40 && !scene.in_card(run.element)).any(|run| {
        let text = run.text.to_lowercase();
        WORDS.iter().any(|word| text.contains(word))
    })
}
