//! Charsets, declared well, declared badly and not at all; characters that are not seen; entities.

use encoding_rs::{Encoding, UTF_8};
use vigie_extractors::html::decode;
use vigie_extractors::record::Extraction;

use super::read;

fn encoded(charset: &str, text: &str) -> Vec<u8> {
    match charset {
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        _ => {
            let (bytes, _, lost) = Encoding::for_label(charset.as_bytes()).unwrap().encode(text);
            assert!(!lost, "{charset} can write {text}");
            bytes.into_owned()
        }
    }
}

/// A page of some length, as a guess needs more than a word.
fn page(words: &str) -> String {
    format!("<html><head><title>{words}</title></head><body><h1>{words}</h1><p>{words}. {words}, {words}!</p></body></html>")
}

/// Charset, name after the web's standard, words.
#[rustfmt::skip]
const CHARSETS: &[(&str, &str, &str)] = &[
    ("utf-8", "UTF-8", "Пистолет Макарова, калибр 9 мм, цена договорная"),
    ("windows-1251", "windows-1251", "Продам пистолет Макарова, калибр девять миллиметров, в отличном состоянии, цена договорная"),
    ("koi8-r", "KOI8-R", "Продам пистолет Макарова, калибр девять миллиметров, в отличном состоянии, цена договорная"),
    ("koi8-u", "KOI8-U", "Продаю карабін у доброму стані, ціна договірна, є дозвіл на зброю, її можна оглянути"),
    ("iso-8859-5", "ISO-8859-5", "Продам пистолет Макарова, калибр девять миллиметров, в отличном состоянии, цена договорная"),
    ("shift_jis", "Shift_JIS", "この商品は在庫があります。価格は千円です。送料は別途かかります。"),
    ("euc-jp", "EUC-JP", "この商品は在庫があります。価格は千円です。送料は別途かかります。"),
    ("gbk", "GBK", "本商品有现货，价格一千元，运费另计。请联系卖家了解更多信息。"),
    ("big5", "Big5", "本商品有現貨，價格一千元，運費另計。請聯絡賣家瞭解更多資訊。"),
    ("euc-kr", "EUC-KR", "이 상품은 재고가 있습니다. 가격은 천 원이며 배송비는 별도입니다."),
    ("iso-8859-2", "ISO-8859-2", "Sprzedam pistolet gazowy, stan bardzo dobry, cena do uzgodnienia, wysyłka możliwa również za granicę, żółta skrzynka"),
    ("windows-1250", "windows-1250", "Prodám pistoli ráže devět milimetrů, výborný stav, cena dohodou, možnost zaslání poštou, příslušenství v ceně, žádné vady"),
    ("windows-1252", "windows-1252", "Verkaufe Gehäuse für Büchse, größtenteils unbenützt, Preis nach Übereinkunft, Versand möglich"),
    ("windows-1253", "windows-1253", "Πωλείται κυνηγετικό όπλο σε άριστη κατάσταση, τιμή συζητήσιμη, αποστολή σε όλη την Ελλάδα"),
    ("windows-1254", "windows-1254", "Satılık av tüfeği, çok iyi durumda, fiyatı görüşülür, kargo ile gönderilir, ruhsatlı değişim olabilir, şimdi arayın"),
    ("windows-1255", "windows-1255", "למכירה אקדח במצב מצוין, מחיר לפי הסכמה, משלוח אפשרי לכל הארץ"),
    ("windows-1256", "windows-1256", "للبيع مسدس بحالة ممتازة والسعر قابل للتفاوض والشحن ممكن إلى جميع الدول"),
    ("windows-1257", "windows-1257", "Parduodamas medžioklinis šautuvas, puikios būklės, kaina sutartinė, siuntimas įmanomas į visą šalį, žvėrių"),
    ("windows-874", "windows-874", "ขายปืนสภาพดีมาก ราคาต่อรองได้ จัดส่งทั่วประเทศ สนใจติดต่อผู้ขาย"),
];

#[test]
fn every_charset_is_read_by_header_by_meta_and_without() {
    for (charset, name, words) in CHARSETS {
        let text = page(words);
        let bytes = encoded(charset, &text);
        let header = format!("text/html; charset=\"{charset}\"");
        let read = decode(&bytes, Some(&header));
        assert_eq!((read.charset, read.text.as_str(), read.malformed), (*name, text.as_str(), false), "{charset} by header");

        for meta in [
            format!("<meta charset={charset}>"),
            format!("<META HTTP-EQUIV=\"Content-Type\" CONTENT=\"text/html; charset={charset}\">"),
            format!("<meta content='text/html;charset={charset}' http-equiv=content-type />"),
            format!("<?xml version=\"1.0\" encoding=\"{charset}\"?>"),
            format!("<?xml version='1.0' encoding='{charset}' standalone='yes'?><!DOCTYPE html>"),
        ] {
            let text = format!("{meta}{text}");
            let read = decode(&encoded(charset, &text), Some("text/html"));
            assert_eq!((read.charset, read.text.as_str()), (*name, text.as_str()), "{charset} by {meta}");
        }
    }
}

#[test]
fn undeclared_charsets_are_guessed() {
    let mut wrong = Vec::new();
    for (charset, name, words) in CHARSETS {
        let text = page(words);
        let read = decode(&encoded(charset, &text), Some("text/html"));
        // Charsets that write these words with the same bytes are the same to a reader.
        if read.text != text {
            wrong.push((*charset, *name, read.charset));
        }
    }
    assert!(wrong.is_empty(), "guessed otherwise: {wrong:?}");
}

#[test]
fn marks_at_the_beginning_outdo_what_is_declared() {
    let text = page("Preis 12 €");
    let with_mark = |charset: &str, mark: &[u8]| [mark, &encoded(charset, &text)].concat();
    for (bytes, name) in [
        (with_mark("utf-8", b"\xef\xbb\xbf"), "UTF-8"),
        (with_mark("utf-16le", b"\xff\xfe"), "UTF-16LE"),
        (with_mark("utf-16be", b"\xfe\xff"), "UTF-16BE"),
    ] {
        let read = decode(&bytes, Some("text/html; charset=windows-1252"));
        assert_eq!((read.charset, read.text.as_str(), read.malformed), (name, text.as_str(), false));
    }
    for (charset, name) in [("utf-16le", "UTF-16LE"), ("utf-16be", "UTF-16BE")] {
        // Without a mark, and with a declaration that could not be read at all if it were true.
        for header in [None, Some("text/html"), Some("text/html; charset=utf-8"), Some("text/html; charset=utf-16")] {
            let read = decode(&encoded(charset, &text), header);
            assert_eq!((read.charset, read.text.as_str()), (name, text.as_str()), "{header:?}");
        }
    }
}

#[test]
fn wrong_declarations_are_seen_through() {
    let german = page("Gehäuse für Büchse, größer, 12 €");
    // Declared UTF-8, written in windows-1252: the header, the meta element, both.
    let bytes = encoded("windows-1252", &german);
    let read = decode(&bytes, Some("text/html; charset=utf-8"));
    assert_eq!((read.charset, read.text.as_str()), ("windows-1252", german.as_str()));
    let declared = format!("<meta charset=utf-8>{german}");
    let read = decode(&encoded("windows-1252", &declared), None);
    assert_eq!((read.charset, read.text.as_str()), ("windows-1252", declared.as_str()));
    // The reverse.
    let read = decode(german.as_bytes(), Some("text/html; charset=iso-8859-1"));
    assert_eq!((read.charset, read.text.as_str()), ("UTF-8", german.as_str()));
    // Other charsets that are declared for UTF-8.
    let russian = page("Продам пистолет Макарова, цена договорная");
    let read = decode(russian.as_bytes(), Some("text/html; charset=windows-1251"));
    assert_eq!((read.charset, read.text.as_str()), ("UTF-8", russian.as_str()));
    let read = decode(&encoded("windows-1251", &russian.repeat(3)), Some("text/html; charset=utf-8"));
    assert_eq!((read.charset, read.text.as_str()), ("windows-1251", russian.repeat(3).as_str()));
    // A label that names no charset.
    let read = decode(&encoded("windows-1251", &russian.repeat(3)), Some("text/html; charset=none"));
    assert_eq!(read.charset, "windows-1251");
    // One stray byte makes no other charset of a page.
    let mut stray = russian.repeat(20).into_bytes();
    stray.push(0xff);
    let read = decode(&stray, Some("text/html; charset=utf-8"));
    assert_eq!((read.charset, read.malformed), ("UTF-8", true));
    // Text that was spoilt before it was sent stays as it is.
    let spoilt = page("GehÃ¤use fÃ¼r BÃ¼chse â‚¬ 12");
    let read = decode(spoilt.as_bytes(), Some("text/html; charset=utf-8"));
    assert_eq!((read.text.as_str(), read.malformed), (spoilt.as_str(), false));
}

#[test]
fn every_cut_of_a_text_is_read() {
    for (charset, _, words) in CHARSETS {
        let bytes = encoded(charset, &page(words));
        for cut in bytes.len().saturating_sub(40)..bytes.len() {
            let beginning = bytes.get(..cut).unwrap();
            for header in [None, Some(format!("text/html; charset={charset}"))] {
                let read = decode(beginning, header.as_deref());
                assert!(read.text.starts_with("<html><head><title>"), "{charset} cut at {cut} {header:?}");
            }
        }
    }
    for bytes in [&b"\xff"[..], b"\xfe\xff", b"\xff\xfe<", b"\xef\xbb", b"\xe2\x82", b"\xd8\x00", b"\x1b$B", b"\x81", b"<\0h\0", b"\0"] {
        for header in [None, Some("text/html; charset=utf-8"), Some("text/html; charset=utf-16"), Some("text/html; charset=shift_jis")] {
            let _ = decode(bytes, header);
        }
    }
    let replacement = decode(b"\x1b$)C\x0e!!", Some("text/html; charset=iso-2022-kr"));
    assert_eq!(replacement.charset, "replacement");
    assert_eq!(UTF_8.name(), decode(b"plain", None).charset);
}

fn shop(title: &str, price: &str) -> Extraction {
    let body = format!(
        "<title>{title} - Shop</title><h1>{title}</h1><div class=price>{price}</div><form action=/cart><button>Add to cart</button></form>\
         <p>One of the things that this shop sells, with a text about it.</p>"
    );
    read("http://shop.example/item/1", body.as_bytes(), Some("text/html; charset=utf-8"), "shop", None)
}

#[test]
fn unseen_characters_change_no_title() {
    for (written, seen) in [
        ("Blank\u{200b}firing pistol", "Blankfiring pistol"),
        ("\u{feff}Blank pistol\u{200e}", "Blank pistol"),
        ("Blank\u{ad}firing pistol", "Blankfiring pistol"),
        ("Blank\u{a0}pistol \u{2009} black", "Blank pistol black"),
        ("Blank \u{2066}pistol\u{2069}", "Blank pistol"),
        ("Blank\u{2060} pistol\u{0}", "Blank pistol"),
        ("Blank &shy;pistol&#8203;", "Blank pistol"),
        ("Bla\u{200d}nk pis\u{200c}tol", "Blank pistol"),
    ] {
        let page = shop(written, "$12.50");
        let title = page.listings.first().map(|listing| listing.title.as_str());
        assert_eq!(title, Some(seen), "{written:?}");
    }
    // Joiners within a flag or a family, and between Persian letters, are part of what is seen.
    for kept in ["می\u{200c}خواهم بفروشم", "Family \u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467} set"] {
        assert_eq!(shop(kept, "$12.50").listings.first().map(|listing| listing.title.as_str()), Some(kept));
    }
}

#[test]
fn amounts_are_read_through_what_is_not_seen() {
    let mut wrong = Vec::new();
    for (written, amount, currency) in [
        ("$1\u{200b}2.50", "12.5", "USD"),
        ("$\u{200b}12.50", "12.5", "USD"),
        ("\u{202a}$12.50\u{202c}", "12.5", "USD"),
        ("\u{200e}12,50\u{a0}€\u{200e}", "12.5", "EUR"),
        ("\u{2066}12.50\u{2069} EUR", "12.5", "EUR"),
        ("1\u{ad}250,00 €", "1250", "EUR"),
        ("1\u{202f}234,50\u{a0}€", "1234.5", "EUR"),
        ("1\u{a0}234,50\u{202f}€", "1234.5", "EUR"),
        ("1\u{2009}234,50 €", "1234.5", "EUR"),
        ("12\u{feff}50 USD", "1250", "USD"),
        ("１２．５０ USD", "12.5", "USD"),
        ("￥１，２００", "1200", "JPY"),
        ("＄１２．５０", "12.5", "USD"),
        ("&euro;&nbsp;1&#46;234", "1234", "EUR"),
        ("&#36;12&period;50", "12.5", "USD"),
        ("&pound;12", "12", "GBP"),
        ("&pound12", "12", "GBP"),
        ("12&thinsp;500&nbsp;&euro;", "12500", "EUR"),
        ("&#x20AC; 12&#44;50", "12.5", "EUR"),
        ("12<!-- -->.<!-- -->50 &#128;", "12.5", "EUR"),
        ("<span>$</span><span>12</span><sup>50</sup>", "12.5", "USD"),
    ] {
        let page = shop("Blank pistol, black", written);
        let offer = page.listings.first().and_then(|listing| listing.offers.first());
        if offer.map(|offer| (offer.amount.as_str(), offer.currency.as_deref())) != Some((amount, Some(currency))) {
            wrong.push((written, offer.cloned()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn broken_entities_are_text() {
    for (written, seen) in [
        ("Fish &chips &am &amp &unknown; &#; &#x; &", "Fish &chips &am & &unknown; &#; &#x; &"),
        ("A &#0; B &#xD800; C &#x110000; D", "A \u{fffd} B \u{fffd} C \u{fffd} D"),
        ("Rest &lt;b&gt; &amp;lt; &quot;", "Rest <b> &lt; \""),
        ("Ends in &ampamp &copyright", "Ends in &amp ©right"),
    ] {
        let page = shop(written, "$12.50");
        assert_eq!(page.listings.first().map(|listing| listing.title.as_str()), Some(seen), "{written:?}");
    }
}
