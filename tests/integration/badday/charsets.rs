//! Pages in charsets other than UTF-8, declared, wrongly declared or not declared at all.

use std::collections::BTreeMap;

use encoding_rs::{BIG5, EUC_KR, Encoding, GB18030, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1251};

use super::hostile::{Host, answer, send};
use super::outing::{MEMORY, Outing};

const RUSSIAN: &str = "Пистолет Макарова";
const JAPANESE: &str = "散弾銃の弾薬ケース";
const CHINESE: &str = "手枪弹匣和零件";

/// Long enough for a guess to have something to go by.
fn page(title: &str, words: &str, meta: &str) -> String {
    let more = words.repeat(20);
    format!(
        "<!doctype html><html><head>{meta}<title>{title}</title></head><h1>{title}</h1><p>{more}</p><p class=price>450.00 EUR</p><button>Buy now</button></html>"
    )
}

fn encoded(encoding: &'static Encoding, text: &str) -> Vec<u8> {
    let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect();
    if encoding == UTF_16LE {
        wide(u16::to_le_bytes)
    } else if encoding == UTF_16BE {
        wide(u16::to_be_bytes)
    } else {
        encoding.encode(text).0.into_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_words_of_a_page_are_read_whatever_its_charset_and_what_it_says_of_it() {
    let russian = "Продам пистолет, состояние новое, доставка почтой по всей стране. ";
    let japanese = "新品の弾薬です。送料無料で発送します。お問い合わせください。";
    let chinese = "全新零件，支持邮寄，欢迎联系我们，价格可以商量。";
    // (name, Content-Type, title, bytes)
    let mark = |mark: &[u8], bytes: Vec<u8>| [mark, &bytes].concat();
    let cases: Vec<(&str, &str, &str, Vec<u8>)> = vec![
        ("1251-declared", "text/html; charset=windows-1251", RUSSIAN, encoded(WINDOWS_1251, &page(RUSSIAN, russian, ""))),
        ("1251-in-meta", "text/html", RUSSIAN, encoded(WINDOWS_1251, &page(RUSSIAN, russian, "<meta charset=cp1251>"))),
        ("1251-silent", "text/html", RUSSIAN, encoded(WINDOWS_1251, &page(RUSSIAN, russian, ""))),
        ("1251-unknown-name", "text/html; charset=klingon", RUSSIAN, encoded(WINDOWS_1251, &page(RUSSIAN, russian, ""))),
        ("utf-8-called-latin", "text/html; charset=iso-8859-1", RUSSIAN, page(RUSSIAN, russian, "").into_bytes()),
        ("utf-8-silent", "text/html", JAPANESE, page(JAPANESE, japanese, "").into_bytes()),
        ("shift-jis-declared", "text/html; charset=Shift_JIS", JAPANESE, encoded(SHIFT_JIS, &page(JAPANESE, japanese, ""))),
        ("shift-jis-silent", "text/html", JAPANESE, encoded(SHIFT_JIS, &page(JAPANESE, japanese, ""))),
        ("gb18030-declared", "text/html; charset=gb18030", CHINESE, encoded(GB18030, &page(CHINESE, chinese, ""))),
        ("gb18030-called-gb2312", "text/html; charset=gb2312", CHINESE, encoded(GB18030, &page(CHINESE, chinese, ""))),
        ("gb18030-silent", "text/html", CHINESE, encoded(GB18030, &page(CHINESE, chinese, ""))),
        ("utf-16-le-mark", "text/html", RUSSIAN, mark(b"\xff\xfe", encoded(UTF_16LE, &page(RUSSIAN, russian, "")))),
        ("utf-16-be-mark", "text/html; charset=utf-8", RUSSIAN, mark(b"\xfe\xff", encoded(UTF_16BE, &page(RUSSIAN, russian, "")))),
        ("utf-16-le-declared", "text/html; charset=utf-16", RUSSIAN, encoded(UTF_16LE, &page(RUSSIAN, russian, ""))),
        ("utf-16-be-called-utf-16", "text/html; charset=utf-16", RUSSIAN, encoded(UTF_16BE, &page(RUSSIAN, russian, ""))),
        ("utf-16-le-silent", "text/html", RUSSIAN, encoded(UTF_16LE, &page(RUSSIAN, russian, ""))),
        ("utf-16-be-silent", "", RUSSIAN, encoded(UTF_16BE, &page(RUSSIAN, russian, ""))),
        ("big5-declared", "text/html; charset=big5", "手槍彈匣", encoded(BIG5, &page("手槍彈匣", "全新", ""))),
        ("euc-kr-declared", "text/html; charset=euc-kr", "권총 탄창", encoded(EUC_KR, &page("권총 탄창", "새 제품", ""))),
    ];
    let expected: BTreeMap<String, String> = cases.iter().map(|(name, _, title, _)| (format!("/{name}"), (*title).to_owned())).collect();
    let host = Host::start(move |hit, stream| {
        let Some((_, content_type, _, body)) = cases.iter().find(|(name, ..)| hit.path == format!("/{name}")) else { return };
        let header = if content_type.is_empty() { String::new() } else { format!("Content-Type: {content_type}\r\n") };
        send(stream, &answer(&header, body));
    });
    let outing = Outing::new();
    outing.hostile("hostile", &expected.keys().map(|path| host.url(path)).collect::<Vec<_>>());
    outing.crawl(&[]).ended(&[0], MEMORY);
    outing.healthy_kept_its_pace();
    let text = |row: &serde_json::Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let found: BTreeMap<String, String> =
        outing.place.listings().iter().filter(|row| row["source"] == "hostile").map(|row| (text(row, "key"), text(row, "title"))).collect();
    assert_eq!(found, expected);
    let hits = outing.place.rows(&["search", "пистолет source:hostile", "--json", "--limit", "100"]);
    assert!(hits.len() >= 10, "what was read can be searched: {}", hits.len());
}
