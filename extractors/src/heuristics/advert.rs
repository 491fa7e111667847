//! What the words of an advertisement say where nothing but words says it: prices with their kinds, what was sold, how it is paid and sent.

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use super::amounts::{self, Amount, Kind};
use super::clauses::{self, Mention, State, Text};
use super::whence::Way;
use super::{phrases, shipping};
use crate::record::{Listing, Offer};

/// Offers that are kept of one text.
const MOST_OFFERS: usize = 40;

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new($text).ok());
    };
}

pattern!(
    PAYS,
    r"(?ix) (?:^|[^\p{L}]) (?: pay | pays | paid\ by | payable | payments? | accept(?:ed|s|ing)? | pay(?:ing)?\ with | money\ orders? | usps\ mo | cash | paypal | venmo | zelle | bitcoins? | btc | monero | xmr | ltc | litecoin | usdt | western\ union | moneygram
      | zahl\w* | bezahl\w* | barzahlung | überweisung | vorkasse | nachnahme | paiement | payer | payable | espèces | virement | pago | pagos | efectivo | (?:por|mediante|con|vía)\ transferencia | transferencia\ bancaria | bizum | pagament[oi] | contanti | bonifico | dinheiro | mbway | mb\ way
      | płatno\w* | gotówk\w+ | przelew\w* | blik | betaling | betalen | contant | tikkie | оплат\w* | налич\w* | перевод\w* | готівк\w* | ödeme | nakit | havale | eft | الدفع | نقدا | نقداً | كاش ) (?:$|[^\p{L}])"
);
pattern!(
    NOT,
    r"(?ix) (?:^|[^\p{L}]) (?: no | not | non | don'?t | do\ not | won'?t | will\ not | can'?t | cannot | never | without | nicht | kein\w* | ohne | pas\ de | pas | sans | aucun\w* | sin | senza | sem | não | nao | nie | bez | geen | niet | zonder | не | без | нет | yok | hayır | olmaz | değil | لا | بدون | need | needs | for\ gas | raise | raising | fund ) (?:$|[^\p{L}])"
);
pattern!(
    SENDS,
    r"(?ix) (?:^|[^\p{L}]) (?: ship | ships | shipped | shipping | postage | mail(?:ed)? | deliver\w* | ffl | ftf | f2f | face\ to\ face | meet | pick\s?up | pick-up | local(?:ly)? | usps | ups | fedex | dhl | in\ person | stealth
      | versand\w* | versende\w* | verschick\w* | abhol\w* | selbstabhol\w* | übergabe | livraison | envoi | expédi\w+ | remise | main\ propre | retrait | colissimo | env[ií]o\w* | recog\w+ | en\ mano | spedi\w+ | ritiro | a\ mano | brevi\ manu | envi\w+ | entrego | em\ mão | em\ mãos | correio
      | wysył\w+ | przesyłk\w+ | odbiór | paczk\w+ | verzend\w+ | ophalen | afhalen | доставк\w* | отправ\w* | пересыл\w* | почт\w* | самовывоз | встреч\w* | сдэк | відправ\w* | пошт\w* | kargo | elden | teslim\w* | شحن | التسليم | توصيل ) (?:$|[^\p{L}])"
);
// "EU only", "nur Deutschland", "тільки Україна".
pattern!(
    ONLY,
    r"(?i)(?:^|[^\p{L}])(?:(EU|USA?|UK|Europe|Germany|Canada|Australia|CONUS|worldwide)\s+only|(?:nur|only)\s+(EU|Deutschland|Österreich))\s*(?:[,.;(!\n]|$)"
);
pattern!(
    MOVES,
    r"(?i)(?:^|[^\p{L}])(?:sent|sends?|sending|posted|posting|goods|all from|leaves?|geht|schicke|mande|mando|wyślę|шлю|высылаю)(?:$|[^\p{L}])"
);
pattern!(PAPER, r"(?i)(?:usps|postal|post office)\s+(?:mo|m\.o\.|money\s+orders?)");
// "prices in EUR", "all USD".
pattern!(
    PRICED_IN,
    r"(?ix) (?:^|[^\p{L}]) (?: prices? (?:\s+(?:are|is|all))? | all | preise | prix | precios | prezzi | ceny | prijzen | цены | все\ цены | fiyatlar ) \s+ (?:(?:prices?|are|in|en|in\ |w|sind|sont|son|sono|в|all|is)\s+){0,3}
        (?P<unit> eur | euros? | € | usd | us\ dollars? | dollars? | \$ | gbp | pounds? | £ | chf | pln | zł | rub | руб\w* | ₽ | uah | грн | try | tl | ₺ ) (?:$|[^\p{L}])"
);
pattern!(SHORT_EURO, r"(?:^|[\s\-–:=(~])(?P<n>\d{1,5})\s?[eE](?:[\s,.;)!]|$)");
pattern!(LINE_END, r"(?:^|\s)(?P<n>\d{2,6})\s*(?:obo|firm|each|ea)?\s*$");
pattern!(
    ESCROW,
    r"(?ix) (?:^|[^\p{L}]) (?: escrow | multi-?sig\w* | finali[sz]e\ early | f\.?e\.?\ only | fe\ listing | half\ up\ front | treuhand\w* | séquestre | гарант\w* | депонент ) (?:$|[^\p{L}])"
);

fn says(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// A mail without the lines that it answers to.
fn without_quotes(text: &str) -> String {
    static WROTE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?im)^>.*(?:wrote|schrieb|écrit|escribió|ha scritto|napisał|schreef|пиш[уе]т|написал)").ok());
    if !says(&WROTE, text) {
        return text.to_owned();
    }
    text.lines().filter(|line| !line.trim_start().starts_with('>')).collect::<Vec<_>>().join("\n")
}

/// Prices of an advertisement: the first is the one for one unit, the others follow in order with their kinds.
pub fn offers(title: &str, text: &str, currency: Option<&str>, crypto: bool) -> Vec<Offer> {
    let unquoted = without_quotes(text);
    let text = unquoted.as_str();
    let named = |found: &[Amount]| found.iter().find_map(|amount| amount.price.currency.clone());
    let mut titled = amounts::find(title, currency, crypto);
    let read = clauses::read(text, false);
    let currency = currency.map(str::to_owned).or_else(|| named(&titled)).or_else(|| named(&amounts::find(&read.plain, None, crypto)));
    if currency.is_some() {
        titled = amounts::find(title, currency.as_deref(), crypto);
    }
    let mut found = of_clauses(&read, currency.as_deref(), crypto);
    if found.iter().all(|amount| amount.kind != Kind::Price) {
        found.extend(unmarked(&read));
    }
    // In a list each line has its price; in prose the one that is asked is the price, whatever else is named.
    let lines = read.clauses.iter().filter(|clause| found.iter().any(|a| a.kind == Kind::Price && clause.range.contains(&a.price.start)));
    let listed = {
        let mut lines: Vec<usize> = lines.map(|clause| clause.line).collect();
        lines.dedup();
        lines.len() >= 3
    };
    let price = |amount: &&Amount| matches!(amount.kind, Kind::Price | Kind::All);
    let changed = found.iter().rev().find(|amount| amount.replaces);
    let lead = changed
        .or_else(|| titled.iter().find(price))
        .or_else(|| if listed { None } else { found.iter().find(|amount| amount.asked && amount.kind == Kind::Price) })
        .or_else(|| found.iter().find(|amount| amount.kind == Kind::Price))
        .or_else(|| found.iter().find(price));
    let mut offers: Vec<Offer> = Vec::new();
    let lead = lead.map(|amount| Amount { kind: Kind::Price, ..amount.clone() });
    for offer in lead.iter().chain(titled.iter()).chain(found.iter()).filter_map(Amount::offer) {
        let known = offers.iter().any(|own| own.amount == offer.amount && own.currency == offer.currency);
        if !known && offers.len() < MOST_OFFERS {
            offers.push(offer);
        }
    }
    // Without a price of the goods a price of their delivery would pass for it.
    if lead.is_none() { Vec::new() } else { offers }
}

/// The amounts of a text that are not struck out, clause by clause; none of what is sought, none of goods that are gone.
fn of_clauses(text: &Text, currency: Option<&str>, crypto: bool) -> Vec<Amount> {
    let mut found = Vec::new();
    for clause in text.clauses.iter().filter(|clause| clause.role != Mention::Sought) {
        let Some(words) = text.plain.get(clause.range.clone()) else { continue };
        let gone = clause.bullet && matches!(clause.state, Some(State::Sold));
        for mut amount in amounts::find(words, currency, crypto) {
            amount.price.start += clause.range.start;
            amount.price.end += clause.range.start;
            if !gone && amount.kind != Kind::Aside && !text.struck.iter().any(|range| range.contains(&amount.price.start)) {
                amount.replaces |= clause.edit && amount.kind == Kind::Price && amount.asked;
                found.push(amount);
            }
        }
    }
    found
}

/// Amounts of a list that names its currency once, or by a letter: "prices in EUR ... TT-33 1150", "backpack - 120e".
fn unmarked(text: &Text) -> Vec<Amount> {
    let unit = PRICED_IN
        .as_ref()
        .and_then(|named| named.captures(&text.plain))
        .and_then(|found| found.name("unit").map(|unit| unit.as_str().to_lowercase()));
    let currency = unit.as_deref().and_then(|unit| {
        Some(match unit {
            "eur" | "euro" | "euros" | "€" => "EUR",
            "usd" | "dollar" | "dollars" | "us dollar" | "us dollars" | "$" => "USD",
            "gbp" | "pound" | "pounds" | "£" => "GBP",
            "chf" => "CHF",
            "pln" | "zł" => "PLN",
            "uah" | "грн" => "UAH",
            "try" | "tl" | "₺" => "TRY",
            "rub" | "₽" => "RUB",
            other if other.starts_with("руб") => "RUB",
            _ => return None,
        })
    });
    let (pattern, currency) = match currency {
        Some(currency) => (&LINE_END, currency),
        None => (&SHORT_EURO, "EUR"),
    };
    let Some(pattern) = pattern.as_ref() else { return Vec::new() };
    let mut found = Vec::new();
    for clause in text.clauses.iter().filter(|clause| clause.role != Mention::Sought) {
        let Some(words) = text.plain.get(clause.range.clone()) else { continue };
        for number in pattern.captures_iter(words).filter_map(|found| found.name("n")) {
            let start = clause.range.start + number.start();
            let named = words.get(..number.start()).is_some_and(|head| head.chars().filter(|c| c.is_alphabetic()).count() >= 2);
            if named && !text.struck.iter().any(|range| range.contains(&start)) {
                found.extend(amounts::plain(number.as_str(), start, currency));
            }
        }
    }
    if found.len() >= 2 { found } else { Vec::new() }
}

/// What became of all that is offered: told by the title, or by a short clause that names no price.
pub fn state(title: &str, text: &str) -> Option<State> {
    if let Some(state) = clauses::state(title).filter(|state| *state != State::Available) {
        return Some(state);
    }
    let read = clauses::read(text, false);
    let last = read.clauses.len().saturating_sub(1);
    let priced = |words: &str| amounts::find(words, None, false).iter().any(|amount| amount.kind != Kind::Aside);
    let told = read.clauses.iter().enumerate().rev().find(|(place, clause)| {
        let words = read.plain.get(clause.range.clone()).unwrap_or_default();
        let alone = words.split_whitespace().count() <= 9 && !clause.bullet && !priced(words);
        let struck = read.struck.iter().any(|range| range.end <= clause.range.start && clause.range.start - range.end <= 12);
        matches!(clause.state, Some(State::Sold | State::Reserved))
            && alone
            && !struck
            && (*place <= 1 || *place == last || clause.edit || clause.apart)
    });
    let several = read
        .clauses
        .iter()
        .filter(|clause| clause.bullet)
        .filter(|clause| read.plain.get(clause.range.clone()).is_some_and(priced))
        .count()
        > 1;
    told.filter(|(place, clause)| !several || *place <= 1 || clause.edit || *place == last).and_then(|(_, clause)| clause.state)
}

/// Fills what the text says of payment, escrow and shipping, where nothing is known of it yet.
pub fn terms(text: &str, listing: &mut Listing) {
    let read = clauses::read(text, false);
    let bare = (listing.payments.is_empty(), listing.escrow.is_none(), listing.shipping == crate::record::Shipping::default());
    ways(&read, listing);
    for clause in &read.clauses {
        let Some(words) = read.plain.get(clause.range.clone()) else { continue };
        if bare.0 && says(&PAYS, words) {
            for part in affirmed(words) {
                if says(&PAYS, &part) || !listing.payments.is_empty() {
                    let mut escrow = None;
                    phrases::payments(&part, &mut listing.payments, &mut escrow);
                }
            }
        }
        if bare.1 && listing.escrow.is_none() && says(&ESCROW, words) {
            listing.escrow = phrases::escrow(words).map(str::to_owned);
        }
        if bare.2 && says(&SENDS, words) {
            for part in affirmed(words) {
                // "USPS money order" says how it is paid, not how it is sent.
                let part = PAPER.as_ref().map_or_else(|| part.clone(), |paper| paper.replace_all(&part, " ").into_owned());
                if says(&SENDS, &part) {
                    shipping::tell(&part, &mut listing.shipping);
                }
            }
        }
    }
}

/// Where goods come from and go to, as a sentence says it.
fn ways(text: &Text, listing: &mut Listing) {
    for clause in text.clauses.iter().filter(|clause| clause.role != Mention::Sought) {
        let Some(words) = text.plain.get(clause.range.clone()) else { continue };
        if listing.ships_from.is_empty() && listing.ships_to.is_empty() && super::fields::arrow(words.trim_end_matches('.'), listing) {
            continue;
        }
        if !listing.ships_from.is_empty() && !listing.ships_to.is_empty() {
            return;
        }
        if ONLY.as_ref().is_some_and(|only| only.is_match(words)) || says(&MOVES, words) || says(&SENDS, words) {
            way_of(words, listing);
        }
    }
}

/// What one clause about sending says of whence and whither, piece by piece; what is denied says nothing.
fn way_of(words: &str, listing: &mut Listing) {
    let only = ONLY
        .as_ref()
        .and_then(|only| only.captures(words))
        .and_then(|found| found.iter().skip(1).flatten().next().map(|place| place.as_str().to_owned()));
    let words = words.replace("CONUS", "USA");
    // What follows a word of denial is none of it: "from Poland to the EU, not to France".
    let denied = words.split([',', ';', '(', '!']).take_while(|piece| !says(&NOT, piece)).map(|piece| piece.len() + 1).sum::<usize>();
    let codes = |places: &str| crate::country::parse_countries(places);
    let told = super::ways::places(words.get(..denied.min(words.len())).unwrap_or(""), None);
    for (way, place) in told {
        match way {
            Way::From if listing.ships_from.is_empty() => listing.ships_from = codes(&place).codes,
            Way::To if listing.ships_to.is_empty() => listing.ships_to = codes(&place).codes,
            _ => {}
        }
    }
    if listing.ships_to.is_empty()
        && let Some(place) = only
    {
        listing.ships_to = codes(if place.eq_ignore_ascii_case("conus") { "USA" } else { &place }).codes;
    }
}

/// The parts of a clause that deny nothing: of "cash or MO, no PayPal or checks" the first.
fn affirmed(words: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut denied = false;
    let lower = words.replace(['’', '`'], "'");
    for part in lower.split([',', ';', '.', '(', ')', '!', '\n']) {
        for (number, piece) in part.split(" but ").enumerate() {
            let not = says(&NOT, piece);
            // "no PayPal, checks or cards": what follows in the same breath is denied too, until a verb says otherwise.
            let goes_on = denied && number == 0 && piece.split_whitespace().count() <= 3;
            denied = not || goes_on;
            if !denied {
                parts.push(piece.to_owned());
            }
        }
    }
    parts
}

/// Fills what is empty in a listing from its title and description: prices, what was sold, payment, escrow, shipping.
pub fn fill(listing: &mut Listing, currency: Option<&str>, crypto: bool) {
    let (title, text) = (listing.title.clone(), listing.description.clone());
    if listing.offers.is_empty() && listing.price_state.is_none() {
        listing.offers = offers(&title, &text, currency, crypto);
        if listing.offers.first().is_some_and(|offer| offer.amount.parse::<Decimal>().is_ok_and(|amount| amount.is_zero())) {
            listing.price_state = Some("free".to_owned());
            listing.offers.clear();
        }
    }
    if listing.availability.is_none() {
        listing.availability = state(&title, &text).map(|state| state.code().to_owned());
    }
    terms(&text, listing);
}

/// Whether a text reads as an offer of goods: it says that something is sold, or lists prices line by line.
pub fn reads_as_offer(title: &str, text: &str) -> bool {
    let read = clauses::read(text, false);
    let mut found = of_clauses(&read, None, true);
    if found.iter().all(|amount| amount.kind != Kind::Price) {
        found.extend(unmarked(&read));
    }
    let prices = found.iter().filter(|amount| amount.kind == Kind::Price).count();
    let mut lines: Vec<usize> = read
        .clauses
        .iter()
        .filter(|clause| found.iter().any(|amount| amount.kind == Kind::Price && clause.range.contains(&amount.price.start)))
        .map(|clause| clause.line)
        .collect();
    lines.dedup();
    super::thread::reads_as_advertisement(title, text, prices > 0) && prices > 0 || lines.len() >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Listing {
        let mut listing = Listing { description: text.to_owned(), ..Listing::default() };
        fill(&mut listing, None, false);
        listing
    }

    #[test]
    fn every_pattern_is_one() {
        for pattern in [&PAYS, &NOT, &SENDS, &ESCROW, &PAPER, &ONLY, &MOVES, &PRICED_IN, &SHORT_EURO, &LINE_END] {
            assert!(pattern.is_some());
        }
    }

    #[test]
    fn what_is_accepted_is_told_from_what_is_refused() {
        assert_eq!(told("Payment by cash or USPS money order, no PayPal or checks.").payments, ["cash", "money_order"]);
        assert_eq!(told("I don't take PayPal. Bitcoin only.").payments, ["BTC"]);
        assert!(told("Selling because I need cash for rent. No PayPal.").payments.is_empty());
        assert_eq!(told("Zahlung per Überweisung oder bar, kein PayPal").payments, ["cash", "bank"]);
    }

    #[test]
    fn ways_of_goods_are_told_in_sentences() {
        let listing = told("Preis 1.100 € in Monero, Versand aus Österreich, Treuhand übers Brett möglich.");
        assert_eq!((listing.ships_from, listing.payments), (vec!["AT".to_owned()], vec!["XMR".to_owned()]));
        let listing = told("all from finland, EU only, xmr");
        assert_eq!((listing.ships_from, listing.ships_to), (vec!["FI".to_owned()], vec!["EU".to_owned()]));
        assert!(told("Guía en regla, transferencia en la intervención de armas.").payments.is_empty());
    }

    #[test]
    fn ways_are_those_that_are_offered() {
        assert_eq!(told("FTF in Ohio or shipped to your FFL.").shipping.methods, ["pickup", "dealer_transfer"]);
        assert!(told("No shipping, no FFL.").shipping.methods.is_empty());
        assert_eq!(told("Versand mit DHL, keine Abholung").shipping.carriers, ["DHL"]);
    }

    #[test]
    fn the_first_price_is_the_one_that_is_asked() {
        let first = |title: &str, text: &str| offers(title, text, None, false).first().map(|offer| offer.amount.clone());
        assert_eq!(first("WTS rifle", "I paid $900 for it. Asking $700 shipped, MSRP $1100"), Some("700".to_owned()));
        assert_eq!(first("WTS rifle $500", "Shipping is $25. Edit: price drop to $450"), Some("450".to_owned()));
        assert_eq!(first("WTS", "Shipping is $25"), None);
        assert_eq!(first("list", "a - $30\nb - $40\nc - $50"), Some("30".to_owned()));
    }

    #[test]
    fn a_sale_of_all_is_told_from_that_of_one() {
        assert_eq!(state("WTS rifle", "Nice rifle $500.\n\nEDIT: Sold"), Some(State::Sold));
        assert_eq!(state("[SOLD] rifle", "Nice"), Some(State::Sold));
        assert_eq!(state("WTS mags", "* mag $10 SOLD\n* grip $20"), None);
    }
}
