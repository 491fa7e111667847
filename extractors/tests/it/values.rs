//! Money, quantities, countries and dates as pages write them.

use jiff::Timestamp;
use proptest::prelude::*;
use rust_decimal::Decimal;
use vigie_extractors::country::parse_countries;
use vigie_extractors::dates::parse_date;
use vigie_extractors::heuristics::labels::{label, split};
use vigie_extractors::heuristics::phrases::{availability, escrow, price_words};
use vigie_extractors::money::{find_prices, parse_amount, parse_price};
use vigie_extractors::quantity;

/// Shows all differences at once.
fn agree(found: impl IntoIterator<Item = (String, String, String)>) {
    let wrong: Vec<String> = found
        .into_iter()
        .filter(|(_, ours, expected)| ours != expected)
        .map(|(text, ours, expected)| format!("{text:?}: {ours:?} instead of {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Each price as `amount CODE`, with `>` before the lower end of a range.
fn prices(text: &str, default: Option<&str>, crypto: bool) -> Vec<String> {
    let show = |p: &vigie_extractors::money::Price| {
        assert_eq!(&text[p.start..p.end], p.raw);
        format!("{}{} {}", if p.from { ">" } else { "" }, p.amount, p.currency.as_deref().unwrap_or("?"))
    };
    find_prices(text, default, crypto).iter().map(show).collect()
}

#[test]
fn amounts_in_all_writings() {
    let cases = [
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("34.000", "34000"),
        ("34,000", "34000"),
        ("1 234,50", "1234.50"),
        ("1\u{a0}234,50", "1234.50"),
        ("1\u{202f}234", "1234"),
        ("1'234.50", "1234.50"),
        ("1’234.50", "1234.50"),
        ("12,34,567.00", "1234567.00"),
        ("12,34,567", "1234567"),
        ("1.234.567", "1234567"),
        ("1,234,567.8", "1234567.8"),
        ("0.125", "0.125"),
        ("0,125", "0.125"),
        ("12.5", "12.5"),
        ("12,50", "12.50"),
        ("0.000523", "0.000523"),
        ("1234.5678", "1234.5678"),
        ("250,-", "250"),
        ("250.-", "250"),
        ("250,--", "250"),
        (".50", "0.50"),
        ("007", "7"),
        ("  42 ", "42"),
        ("1 234 567,89", "1234567.89"),
    ];
    agree(cases.map(|(text, expected)| (text.into(), parse_amount(text).map_or(String::new(), |a| a.to_string()), expected.into())));
    for text in ["", "abc", "1.2.3.4", "12-34", "1,23,4", "1.234,50.2", "9mm", "5 x 3", "99999999999999999999999999999999999999999999"] {
        assert_eq!(parse_amount(text), None, "{text}");
    }
}

#[test]
fn prices_with_signs_codes_and_words() {
    let cases: &[(&str, &[&str])] = &[
        ("$1,234.50", &["1234.5 USD"]),
        ("1.234,50 €", &["1234.5 EUR"]),
        ("€ 34.000", &["34000 EUR"]),
        ("EUR 99", &["99 EUR"]),
        ("99 EUR", &["99 EUR"]),
        ("99 euros", &["99 EUR"]),
        ("£45", &["45 GBP"]),
        ("US$ 10", &["10 USD"]),
        ("CA$10.5", &["10.5 CAD"]),
        ("A$7", &["7 AUD"]),
        ("$100 CAD", &["100 CAD"]),
        ("CAD 50", &["50 CAD"]),
        ("Price: CAD 1,250", &["1250 CAD"]),
        ("€ 10.21 £ 9.30 AUD\u{a0}16.56 CAD\u{a0}15.86", &["10.21 EUR", "9.3 GBP", "16.56 AUD", "15.86 CAD"]),
        ("450 kr", &["450 ?"]),
        ("1 200 zł", &["1200 PLN"]),
        ("15 000 ₽", &["15000 RUB"]),
        ("15000 руб.", &["15000 RUB"]),
        ("500 грн", &["500 UAH"]),
        ("CHF 1'200.-", &["1200 CHF"]),
        ("1200 ₺", &["1200 TRY"]),
        ("R$ 99,90", &["99.9 BRL"]),
        ("¥5000", &["5000 JPY"]),
        ("0.0123 BTC", &["0.0123 BTC"]),
        ("12.5 mBTC", &["0.0125 BTC"]),
        ("50000 sats", &["0.0005 BTC"]),
        ("₿0.5", &["0.5 BTC"]),
        ("1.234 BTC", &["1.234 BTC"]),
        ("2.5 XMR", &["2.5 XMR"]),
        ("XMR 2.517", &["2.517 XMR"]),
        ("0.1 ltc", &["0.1 LTC"]),
        ("3 ETH", &["3 ETH"]),
        ("25¢", &["0.25 USD"]),
        ("$.35", &["0.35 USD"]),
        ("$2.5k", &["2500 USD"]),
        ("1500 USD", &["1500 USD"]),
        ("USD1500", &["1500 USD"]),
        ("1500usd", &["1500 USD"]),
        ("250,- €", &["250 EUR"]),
        ("€250,-", &["250 EUR"]),
        ("$100 $200", &["100 USD", "200 USD"]),
        ("100 € 200 €", &["100 EUR", "200 EUR"]),
        ("EUR 100 EUR 200", &["100 EUR", "200 EUR"]),
        ("Price: $399.99 Was: $449.99", &["399.99 USD", "449.99 USD"]),
        ("Glock 19 $500", &["500 USD"]),
        ("Glock 17 €450", &["450 EUR"]),
        ("from $10", &[">10 USD"]),
        ("ab 10 €", &[">10 EUR"]),
        ("à partir de 10 €", &[">10 EUR"]),
        ("$100 - $200", &[">100 USD", "200 USD"]),
        ("100-200 €", &[">100 EUR", "200 EUR"]),
        ("$100-200", &[">100 USD", "200 USD"]),
        ("₹ 12,34,567", &["1234567 INR"]),
        ("1,299.00 TRY", &["1299 TRY"]),
        ("฿500", &["500 THB"]),
        ("฿0.0123", &["0.0123 BTC"]),
        ("US-Dollar", &[]),
        ("฿1,500", &["1500 THB"]),
        ("฿1.500", &["1.5 BTC"]),
        ("500 Kč", &["500 CZK"]),
        ("25 000 Ft", &["25000 HUF"]),
    ];
    agree(cases.iter().map(|(text, expected)| ((*text).into(), prices(text, None, false).join(", "), expected.join(", "))));
    assert_eq!(prices("฿500", None, true), ["500 BTC"]);
    assert_eq!(prices("450 kr", Some("SEK"), false), ["450 SEK"]);
    assert_eq!(prices("$450", Some("CAD"), false), ["450 CAD"]);
    assert_eq!(prices("asking 450", Some("USD"), false), ["450 USD"]);
}

#[test]
fn what_is_no_price() {
    for text in [
        "50% off",
        ".45 ACP",
        "9mm Luger",
        "1/2 inch",
        "12/05/2014",
        "call +49 170 1234567",
        "10 g",
        "115 grain",
        "7.62x39",
        "Glock 19 Gen 5",
        "AR-15",
        "M1911",
        "5 CAD files",
        "CAD 5 files",
        "Solid CAD 2019",
        "CAD 2019",
        "we try TRY 5",
        "ALL 5 items",
        "TOP 10",
        "PEN 22",
        "FN 509",
        "CZ 75",
        "Sig P320",
        "2 3/4\"",
        "30 round mag",
        "v1.2.3",
        "R700 bolt",
        "12 ga",
        "100 lb",
    ] {
        assert_eq!(prices(text, Some("USD"), true), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_price_field_may_lack_its_currency() {
    let price = |text| parse_price(text, Some("USD"), false).map(|p| (p.amount.to_string(), p.currency, p.from));
    assert_eq!(price("1,234.50"), Some(("1234.5".into(), Some("USD".into()), false)));
    assert_eq!(price("from 20"), Some(("20".into(), Some("USD".into()), true)));
    assert_eq!(price("Price: 20"), Some(("20".into(), Some("USD".into()), false)));
    assert_eq!(price("20 €"), Some(("20".into(), Some("EUR".into()), false)));
    for none in ["on request", "", "20%", "call 555 1234", "Glock 19"] {
        assert_eq!(price(none), None, "{none}");
    }
    assert_eq!(parse_price("3", None, false).unwrap().currency, None);
}

fn amount_of(text: &str) -> String {
    quantity::find(text)
        .map_or("-".into(), |q| format!("{} {}{}", q.quantity, q.unit, q.pack_size.map_or(String::new(), |size| format!(" of {size}"))))
}

#[test]
fn quantities() {
    let cases = [
        ("9mm FMJ box of 50", "1 box of 50"),
        ("2 boxes of 25", "2 box of 25"),
        ("25pcs", "25 piece"),
        ("5 x Glock 17", "5 piece"),
        ("1000 rds", "1000 round"),
        ("1,000 rounds", "1000 round"),
        ("10g MDMA", "10 g"),
        ("3.5 grams", "3.5 g"),
        ("1 kg", "1 kg"),
        ("AR15 build kit", "1 kit"),
        ("100 Stück", "100 piece"),
        ("50 Schuss", "50 round"),
        ("50 cartouches", "50 round"),
        ("boîte de 50", "1 box of 50"),
        ("Schachtel mit 20", "1 box of 20"),
        ("50 патронов", "50 round"),
        ("10 шт", "10 piece"),
        ("5 x 50 rounds", "5 box of 50"),
        ("20 rounds per box", "1 box of 20"),
        ("50 Round Box", "1 box of 50"),
        ("25 Per Box/10 Case", "1 box of 25"),
        ("3 STL files", "3 file"),
        ("3 files", "3 file"),
        ("M855 5.56 can", "-"),
        ("M855 5.56 can of 420", "1 box of 420"),
        (".223 Rem 55 gr 20 ct", "1 box of 20"),
        (".223 Rem 55 gr 20-ct", "1 box of 20"),
        ("30 round magazine", "-"),
        ("30rd mag", "-"),
        ("7.62x39", "-"),
        ("3-9x40 scope", "-"),
        ("12g shotgun", "-"),
        ("Glock 19", "-"),
        ("115 gr", "-"),
        ("$50 pieces of eight", "-"),
        ("10x Diazepam", "10 piece"),
        ("Pistol 9mm 15 rounds", "-"),
        ("9mm 124gr FMJ 20 Bx/25 Cs", "1 box of 20"),
        ("2x 30rd Mags", "-"),
        ("3,000 rounds fired", "-"),
        ("3-pack holster", "1 box of 3"),
    ];
    agree(cases.map(|(text, expected)| (text.into(), amount_of(text), expected.into())));
}

fn places(text: &str) -> String {
    let found = parse_countries(text);
    if found.except.is_empty() { found.codes.join(" ") } else { format!("{} -{}", found.codes.join(" "), found.except.join(" -")) }
}

#[test]
fn countries_and_regions() {
    let cases = [
        ("United States", "US"),
        ("United Kingdom", "GB"),
        ("Worldwide", "WW"),
        ("World Wide", "WW"),
        ("European Union", "EU"),
        ("Europe", "EU"),
        ("Not Specified", ""),
        ("Unknown", ""),
        ("CHINA", "CN"),
        ("Hong Kong", "HK"),
        ("us", "US"),
        ("US, UK, DE", "US GB DE"),
        ("Deutschland", "DE"),
        ("Allemagne", "DE"),
        ("Alemania", "DE"),
        ("Germania", "DE"),
        ("Alemanha", "DE"),
        ("Duitsland", "DE"),
        ("из Германии", "DE"),
        ("в Россию", "RU"),
        ("Россия, Украина", "RU UA"),
        ("Österreich und Schweiz", "AT CH"),
        ("États-Unis", "US"),
        ("Pays-Bas", "NL"),
        ("USA only", "US"),
        ("Ships from Germany to EU", "DE EU"),
        ("Worldwide except US", "WW -US"),
        ("Worldwide except US, Australia and Canada", "WW -US -AU -CA"),
        ("weltweit außer USA", "WW -US"),
        ("monde entier sauf France", "WW -FR"),
        ("EU, no shipping to Sweden", "EU -SE"),
        ("Worldwide. Not to Australia. Ships from Spain", "WW ES -AU"),
        ("New Zealand / Australia", "NZ AU"),
        ("US to US", "US"),
        ("U.S.A.", "US"),
        ("deu", "DE"),
        ("no returns, contact us in it", ""),
        ("CZ 75 IN 9MM AS NEW", ""),
        ("всему миру", "WW"),
        ("Czech Republic", "CZ"),
        ("England", "GB"),
        ("Holland", "NL"),
        ("UK -> EU", "GB EU"),
    ];
    agree(cases.map(|(text, expected)| (text.into(), places(text), expected.into())));
}

#[test]
fn dates_absolute_and_relative() {
    let now: Timestamp = "2020-02-15T12:00:00Z".parse().unwrap();
    let cases = [
        ("2014-12-12T12:33:39-08:00", "2014-12-12T20:33:39Z"),
        ("2019-12-05", "2019-12-05"),
        ("2019-12-05 10:11", "2019-12-05T10:11:00Z"),
        ("28 Oct 2014 16:39:01 +0000", "2014-10-28T16:39:01Z"),
        ("Sep 03 2014", "2014-09-03"),
        ("friday, 03 september 2014", "2014-09-03"),
        ("Sept 3rd, 2014", "2014-09-03"),
        ("20 Février 2012", "2012-02-20"),
        ("Mercredi 19 Novembre 2013", "2013-11-19"),
        ("18 octobre 2012 à 19 h 21 min", "2012-10-18T19:21:00Z"),
        ("11 sept. 2014", "2014-09-11"),
        ("29. Juni 2007", "2007-06-29"),
        ("Montag 5 Januar, 2015", "2015-01-05"),
        ("3 mrz 1999", "1999-03-03"),
        ("Miércoles 31 Diciembre 2014", "2014-12-31"),
        ("Giovedi Maggio 29 2013", "2013-05-29"),
        ("19 Luglio 2013", "2013-07-19"),
        ("22 de dezembro de 2014 às 02:38", "2014-12-22T02:38:00Z"),
        ("5 августа 2014 г. в 12:00", "2014-08-05T12:00:00Z"),
        ("maandag 22 december 2014 om 2:38", "2014-12-22T02:38:00Z"),
        ("vr 27 juni 1997", "1997-06-27"),
        ("xx 16/04/2019 yy", "2019-04-16"),
        ("04/16/2019", "2019-04-16"),
        ("16.04.2019", "2019-04-16"),
        ("03.04.2019", "2019-04-03"),
        ("2019/04/16", "2019-04-16"),
        ("updated 23 march 2000 1:21 pm", "2000-03-23T13:21:00Z"),
        ("published on 16 april 2019", "2019-04-16"),
        ("actualisé le 17 avril 2019", "2019-04-17"),
        ("3 sept à 14h30", "2019-09-03T14:30:00Z"),
        ("10 Feb", "2020-02-10"),
        ("December 24", "2019-12-24"),
        ("yesterday", "2020-02-14"),
        ("today", "2020-02-15"),
        ("day before yesterday", "2020-02-13"),
        ("hier", "2020-02-14"),
        ("avant-hier", "2020-02-13"),
        ("gestern", "2020-02-14"),
        ("vorgestern", "2020-02-13"),
        ("heute", "2020-02-15"),
        ("ayer", "2020-02-14"),
        ("ieri", "2020-02-14"),
        ("ontem", "2020-02-14"),
        ("gisteren", "2020-02-14"),
        ("вчера", "2020-02-14"),
        ("сегодня", "2020-02-15"),
        ("oggi alle 11:00", "2020-02-15T11:00:00Z"),
        ("aujourd'hui", "2020-02-15"),
        ("3 days ago", "2020-02-12"),
        ("vor 2 Tagen", "2020-02-13"),
        ("vor einer Woche", "2020-02-08"),
        ("il y a 3 jours", "2020-02-12"),
        ("il y a sept jours", "2020-02-08"),
        ("hace 2 semanas", "2020-02-01"),
        ("2 settimana fa", "2020-02-01"),
        ("un'ora fa", "2020-02-15T11:00:00Z"),
        ("há 14 min.", "2020-02-15T11:46:00Z"),
        ("1 segundo atrás", "2020-02-15T11:59:59Z"),
        ("17 uur geleden", "2020-02-14T19:00:00Z"),
        ("27 jaar geleden", "1993-02-15"),
        ("две недели назад", "2020-02-01"),
        ("три месяца назад", "2019-11-15"),
        ("одну минуту назад", "2020-02-15T11:59:00Z"),
        ("an hour ago", "2020-02-15T11:00:00Z"),
        ("last month", "2020-01-15"),
        ("неделю назад", "2020-02-08"),
        ("в прошлом году", "2019-02-15"),
        ("5h ago", "2020-02-15T07:00:00Z"),
        ("3d ago", "2020-02-12"),
        ("il y a 2 j", "2020-02-13"),
        ("last week", "2020-02-08"),
        ("vor 3 Stunden", "2020-02-15T09:00:00Z"),
        ("Posted 5 mins ago by x", "2020-02-15T11:55:00Z"),
    ];
    agree(cases.map(|(text, expected)| (text.into(), parse_date(text, now).unwrap_or_default(), expected.into())));
    // Day and month could be exchanged and both readings lie before the time of fetching.
    for none in ["03/04/2019", "", "9mm 115 grain", "in 3 days", "2019-13-45", "99.99.2019", "sept heures", "12 ga 2 3/4"] {
        assert_eq!(parse_date(none, now), None, "{none}");
    }
}

proptest! {
    #[test]
    fn words_and_signs_are_survived(parts in proptest::collection::vec("(from|от|\\+|shipping|per|2 for|/|kg|each|-|–|до|1[.]5|٣|½|⁹⁹|k|Mio|تومان|€|BTC|sats|ago|vor|3 days|März|昨天|🇩🇪|🏴|hariç|İ|ẞ|only|left|box of|x|[(]|[)]|:| )", 0..24)) {
        let text = parts.concat();
        for price in find_prices(&text, Some("EUR"), true) {
            prop_assert_eq!(&text[price.start..price.end], &price.raw);
        }
        let _ = (parse_amount(&text), parse_price(&text, None, false), quantity::find(&text), quantity::left(&text), parse_countries(&text));
        let _ = parse_date(&text, Timestamp::UNIX_EPOCH);
        let _ = (label(&text), split(&text), availability(&text), escrow(&text), price_words(&text));
    }

    #[test]
    fn any_text_is_survived(text in "\\PC{0,80}", currency in proptest::option::of("(USD|SEK|BTC)")) {
        for price in find_prices(&text, currency.as_deref(), true) {
            prop_assert_eq!(&text[price.start..price.end], &price.raw);
        }
        let _ = (parse_amount(&text), parse_price(&text, None, false), quantity::find(&text), parse_countries(&text), parse_date(&text, Timestamp::UNIX_EPOCH));
        let _ = (quantity::left(&text), label(&text), split(&text), availability(&text), escrow(&text), price_words(&text));
    }

    #[test]
    fn dense_text_is_survived(text in "[0-9.,' €$kEURBTC\u{a0}/x-]{0,60}") {
        let mut end = 0;
        for price in find_prices(&text, Some("EUR"), true) {
            prop_assert!(price.start >= end);
            end = price.end;
            prop_assert_eq!(&text[price.start..price.end], &price.raw);
        }
        let _ = (parse_amount(&text), parse_price(&text, Some("EUR"), true), quantity::find(&text), parse_date(&text, Timestamp::UNIX_EPOCH));
    }

    #[test]
    fn amounts_written_out_are_read_back(whole in 0u32..10_000_000, cents in 0u32..100) {
        let expected = Decimal::new(i64::from(whole) * 100 + i64::from(cents), 2);
        let digits = whole.to_string();
        let group = |mark: &str| {
            let mut out = String::new();
            for (at, digit) in digits.chars().enumerate() {
                if at > 0 && (digits.len() - at) % 3 == 0 { out.push_str(mark); }
                out.push(digit);
            }
            out
        };
        for (mark, point) in [(".", ","), (",", "."), (" ", ","), ("'", "."), ("\u{202f}", ","), ("", "."), ("", ",")] {
            prop_assert_eq!(parse_amount(&format!("{}{point}{cents:02}", group(mark))), Some(expected));
        }
    }
}
