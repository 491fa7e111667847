//! Telephone numbers, messengers, hidden services of I2P, bank accounts and links: as they are written, and what only looks like them.

use vigie_extractors::contacts;
use vigie_extractors::indicators;

fn shown(text: &str) -> Vec<String> {
    indicators::find(text, "page")
        .iter()
        .inspect(|one| assert_eq!(&text[one.start..one.end], one.raw))
        .map(|one| format!("{} {}", one.kind, one.value))
        .collect()
}

fn all(cases: &[(&str, &[&str])]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(text, expected)| shown(text) != *expected)
        .map(|(text, expected)| format!("{text}: {:?} for {expected:?}", shown(text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn none(texts: &[&str]) {
    let wrong: Vec<String> = texts.iter().filter(|text| !shown(text).is_empty()).map(|text| format!("{text}: {:?}", shown(text))).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn telephone_numbers_in_international_writing() {
    all(&[
        ("Tel: +49 170 1234567", &["phone +491701234567"]),
        ("mobile +49 (0) 170 / 123 45 67", &["phone +491701234567"]),
        ("call me at +1 (212) 555-0123.", &["phone +12125550123"]),
        ("tel:+33612345678", &["phone +33612345678"]),
        ("Telefon: 0049 170 1234567", &["phone +491701234567"]),
        ("тел. +7 912 345-67-89", &["phone +79123456789"]),
        ("write us +380 44 123 45 67 any time", &["phone +380441234567"]),
        ("WhatsApp: +44 7700 900123", &["whatsapp +447700900123"]),
        ("whats app number +44 7700 900123", &["whatsapp +447700900123"]),
        ("https://wa.me/447700900123", &["whatsapp +447700900123"]),
        ("https://api.whatsapp.com/send?phone=447700900123&text=hi", &["whatsapp +447700900123"]),
        ("Signal +44 7700 900123", &["signal +447700900123"]),
        ("https://signal.me/#p/+447700900123", &["signal +447700900123"]),
        ("Viber: +380 44 123 45 67", &["viber +380441234567"]),
        ("viber://chat?number=%2B380441234567", &["viber +380441234567"]),
    ]);
    let both = indicators::find("WhatsApp / Signal: +44 7700 900123", "page");
    assert_eq!((both.len(), both[0].kind.as_str(), both[0].also.as_slice()), (1, "signal", ["whatsapp".to_owned()].as_slice()));
}

#[test]
fn what_is_no_telephone_number() {
    none(&[
        "+100000 rounds in stock",
        "+1 2345",
        "GMT+02:00 2024-01-02 12:00",
        "9x19 +P+ 124 gr",
        "price +1.000.000.000 now",
        "order 0049 170 1234567",
        "Item No. 004917012345678",
        "EAN 4006381333931",
        "ISBN 978-3-16-148410-0",
        "serial AB+4917012345678",
        "a+491701234567",
        "+999 123 456 789 0",
        "+00 000 0000000",
        "+1 123 456 7890",
        "7.62x39 +30 rounds",
        "sha+/491701234567+/aaaa",
        "0170 1234567",
        "Tel: 0170 1234567",
        "+4915112345678€",
        "+20 000 000 000",
    ]);
}

#[test]
fn messengers_and_networks() {
    let code = "AbCdEfGhIjKlMnOpQrStUv";
    let key = "Q3dkS0F3Z0ZqdWtIeE5pY2VuNkdtYUE0bWI5Q2p3";
    all(&[
        ("Signal: gunner.42", &["signal gunner.42"]),
        (&format!("https://signal.me/#eu/{key}"), &[&format!("signal signal.me/#eu/{key}")]),
        ("Threema ID: ABCDEFGH", &["threema ABCDEFGH"]),
        ("threema 4XY7K2PD", &["threema 4XY7K2PD"]),
        ("https://threema.id/4XY7K2PD", &["threema 4XY7K2PD"]),
        ("Discord: gunner_99", &["discord gunner_99"]),
        ("discord user - Gunner.99.", &["discord gunner.99"]),
        ("on discord as Gunner#1234", &["discord gunner#1234"]),
        ("join https://discord.gg/AbC123", &["discord discord.gg/AbC123"]),
        ("discord.com/invite/AbC123", &["discord discord.gg/AbC123"]),
        ("https://discord.com/users/123456789012345678", &["discord 123456789012345678"]),
        ("ICQ: 123-456-789", &["icq 123456789"]),
        ("icq 412345678", &["icq 412345678"]),
        ("ICQ# 654321", &["icq 654321"]),
        ("@gunner:matrix.org", &["matrix @gunner:matrix.org"]),
        ("Matrix @gun.ner-99:chat.example.com.", &["matrix @gun.ner-99:chat.example.com"]),
        ("https://matrix.to/#/@gunner:matrix.org", &["matrix @gunner:matrix.org"]),
        ("https://vk.com/gunner_99", &["vk gunner_99"]),
        ("m.vk.com/id12345678", &["vk id12345678"]),
        (&format!("https://chat.whatsapp.com/{code}"), &[&format!("whatsapp chat.whatsapp.com/{code}")]),
        (
            &format!("https://simplex.chat/contact#/?v=2-7&smp=smp%3A%2F%2F{key}"),
            &[&format!("simplex simplex:/contact#/?v=2-7&smp=smp%3A%2F%2F{key}")],
        ),
        (&format!("simplex:/contact#/?v=2-7&smp=smp%3A%2F%2F{key}"), &[&format!("simplex simplex:/contact#/?v=2-7&smp=smp%3A%2F%2F{key}")]),
        (&format!("https://smp16.simplex.im/a#{key}"), &[&format!("simplex smp16.simplex.im/a#{key}")]),
    ]);
}

#[test]
fn what_is_no_handle() {
    none(&[
        "Signal: pistol.22",
        "signal flare 26.5",
        "strong signal: 9.22",
        "THREEMA CONTACTS",
        "threema: contact me",
        "Discord: below",
        "our discord server",
        "Discord: discord",
        "discord #1234",
        "ICQ 2003",
        "the icq number",
        "@media:screen",
        "@gunner: hello",
        "a@gunner:matrix.org/x".split('@').next().unwrap_or_default(),
        "viber and signal",
        "whatsapp me",
        "vk.com",
        "simplex.chat",
        ".i2p",
        "b32.i2p",
        "DVK 1234",
    ]);
}

#[test]
fn hidden_services_of_i2p() {
    let hash = "ukeu3k5oycgaauneqgtnvselmt4yemvoilkln7jpvamvfx7dnkdq";
    all(&[
        ("stats.i2p", &["i2p stats.i2p"]),
        ("see www.gun-shop.i2p.", &["i2p gun-shop.i2p"]),
        ("http://gunshop.i2p/", &["i2p gunshop.i2p"]),
        ("gunshop[.]i2p", &["i2p gunshop.i2p"]),
        (&format!("http://{hash}.b32.i2p"), &[&format!("i2p {hash}.b32.i2p")]),
        (&format!("http://{hash}.b32.i2p/buy?id=4"), &[&format!("url http://{hash}.b32.i2p/buy?id=4"), &format!("i2p {hash}.b32.i2p")]),
    ]);
    none(&[&format!("{}.b32.i2p", &hash[1..]), "the .i2p names", "gunshop.i2ps", "bob@gunshop.i2px"]);
}

#[test]
fn bank_accounts() {
    all(&[
        ("IBAN DE89370400440532013000", &["iban DE89370400440532013000"]),
        ("DE89 3704 0044 0532 0130 00", &["iban DE89370400440532013000"]),
        ("FR14 2004 1010 0505 0001 3M02 606.", &["iban FR1420041010050500013M02606"]),
        ("GB29 NWBK 6016 1331 9268 19", &["iban GB29NWBK60161331926819"]),
        ("NO9386011117947", &["iban NO9386011117947"]),
    ]);
    none(&[
        "DE89370400440532013001",
        "DE88 3704 0044 0532 0130 00",
        "DE8937040044053201300",
        "XDE89370400440532013000",
        "XX89370400440532013000",
        "DE89 370 4004 4053 2013 000",
        "AK47 2004 1010 0505",
    ]);
}

#[test]
fn links_written_as_text() {
    all(&[
        ("see https://example.com/a/b?c=1.", &["url https://example.com/a/b?c=1"]),
        ("hXXps[:]//Example[.]com/Path", &["url https://example.com/Path"]),
        ("hxxp://example[dot]com", &["url http://example.com"]),
        ("(https://en.wikipedia.org/wiki/Glock_(pistol)), and", &["url https://en.wikipedia.org/wiki/Glock_(pistol)"]),
        ("[url=https://example.com/x]here[/url]", &["url https://example.com/x"]),
        ("https://example.com/x[8]", &["url https://example.com/x"]),
        ("www.example.com", &["url www.example.com"]),
        ("example.com/shop/4", &["url example.com/shop/4"]),
        ("http://192.0.2.7:8080/x", &["url http://192.0.2.7:8080/x"]),
        ("https://example.com/?mail=bob@example.org", &["url https://example.com/?mail=bob@example.org", "email bob@example.org"]),
        ("https://a.example/?to=https://b.example/&c=www.c.example/d", &["url https://a.example/?to=https://b.example/&c=www.c.example/d"]),
        ("https://t.me/Some_Seller", &["telegram some_seller"]),
    ]);
    none(&[
        "and/or",
        "9mm/.45",
        "example.com",
        "24.5/26",
        "w/o box.No/returns",
        "http://",
        "https://localhost/x",
        "// comment",
        "a.b/c",
        "url(image.png)",
        "index.html/x",
        "file.php/x",
        "km/h.",
        "5.56/.223",
    ]);
}

#[test]
fn what_was_made_harmless_is_undone() {
    let cases =
        include_str!("../fixtures/vectors/refang.jsonl").lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let (mut links, mut found) = (0, 0);
    for case in cases {
        let (text, expected) = (case["text"].as_str().unwrap(), case["expected"].as_str().unwrap());
        if expected.contains("://") && !expected.contains(char::is_whitespace) {
            links += 1;
            found += usize::from(shown(text).contains(&format!("url {expected}")));
            println!("{text} {:?}", shown(text));
        }
    }
    assert_eq!(found, links);
}

/// Twenty kilobytes of each, which a step that looks at all of them for each would take minutes over.
#[test]
fn many_of_one_kind_take_linear_time() {
    let start = std::time::Instant::now();
    for piece in [
        "+49 ",
        "+491701234567 ",
        "DE89 ",
        "https://a.bc/",
        "http://",
        "@a:b.",
        "discord: ",
        "a.i2p.",
        "www.",
        "x.com/",
        "+",
        "0049 ",
        "icq 1",
    ] {
        indicators::find(&piece.repeat(20_000 / piece.len()), "page");
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn the_documentation_has_a_row_for_every_kind() {
    let text = include_str!("../../../docs/contacts.md");
    let rows: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    assert_eq!(rows, contacts::KINDS);
}
