//! What stands around and within payment addresses: URIs, invoices, context, words that forms without checksum need.

use vigie_extractors::indicators;
use vigie_extractors::record::Indicator;

/// What is found besides links, which stand beside the addresses in them.
fn find(text: &str) -> Vec<Indicator> {
    indicators::find(text, "page").into_iter().filter(|one| one.kind != "url").collect()
}

fn one(text: &str) -> Indicator {
    let found = find(text);
    let [one] = found.as_slice() else { panic!("{text}: {found:?}") };
    assert_eq!(&text[one.start..one.end], one.raw);
    one.clone()
}

/// The URI and the address within it.
fn uri(text: &str) -> (Indicator, Indicator) {
    let found = find(text);
    let [uri, address] = found.as_slice() else { panic!("{text}: {found:?}") };
    assert_eq!((uri.kind.as_str(), address.kind.as_str()), ("payment_uri", "payment_address"));
    assert!(text[uri.start..uri.end] == uri.raw && uri.start <= address.start && address.end <= uri.end);
    (uri.clone(), address.clone())
}

#[test]
fn payment_uris_stand_beside_their_address() {
    let btc = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2";
    let (found, address) = uri(&format!("pay <bitcoin:{btc}?amount=0.10&label=order%201>, thanks"));
    assert_eq!((found.form.as_deref(), found.amount.as_deref(), found.verified), (Some("bip21"), Some("0.1"), true));
    assert_eq!(found.value, format!("bitcoin:{btc}?amount=0.10&label=order%201"));
    assert_eq!(address.value, btc);
    let (found, address) = uri("BITCOIN:BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4?AMOUNT=1.");
    assert_eq!(address.value, "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4");
    assert_eq!((found.amount.as_deref(), found.raw.ends_with("=1")), (Some("1"), true));
    let xmr = "496aKKdqF1xQSSEzw7wNrkZkDUsCD5cSmNCfVhVgEps52WERBcLDGzdF5UugmFoHMm9xRJdewvK2TFfAJNwEV25rTcVF5Vp";
    let (found, _) = uri(&format!("monero:{xmr}?tx_amount=0.239&recipient_name=shop"));
    assert_eq!((found.asset.as_deref(), found.form.as_deref(), found.amount.as_deref()), (Some("XMR"), Some("monero"), Some("0.239")));
    let eth = "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359";
    let (found, address) = uri(&format!("ethereum:pay-{eth}@1?value=2.014e18"));
    assert_eq!((found.form.as_deref(), found.amount.as_deref()), (Some("ethereum"), Some("2.014")));
    assert_eq!(address.form.as_deref(), Some("eip55"));
    let (found, address) = uri("bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a?amount=2");
    assert_eq!((found.amount.as_deref(), address.form.as_deref()), (Some("2"), Some("cashaddr")));
    // The prefix alone is part of the address, a word before a colon is no scheme, and another coin's scheme names nothing.
    for text in ["bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a", &format!("wallet: {btc}"), &format!("monero:{btc}")] {
        assert_eq!(one(text).kind, "payment_address", "{text}");
    }
    assert_eq!(find("bitcoin:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3?amount=1"), []);
}

#[test]
fn invoices_tell_amount_and_expiry() {
    // BOLT 11: 250,000 satoshi, one minute.
    let invoice = "lnbc2500u1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpuaztrnwngzn3kdzw5hydlzf03qdgm2hdq27cqv3agm2awhz5se903vruatfhq77w3ls4evs3ch9zw97j25emudupq63nyw24cg27h2rspfj9srp";
    let found = one(invoice);
    assert_eq!((found.kind.as_str(), found.amount.as_deref()), ("lightning_invoice", Some("0.0025")));
    assert_eq!(found.created_at.as_deref(), Some("2017-06-01T10:57:38Z"));
    assert_eq!(found.expires_at.as_deref(), Some("2017-06-01T10:58:38Z"));
    let (head, tail) = invoice.split_at(120);
    let broken = one(&format!("{head}\n{tail}"));
    assert!(broken.repaired && broken.value == invoice);
}

#[test]
fn forms_without_checksum_need_a_word_beside_them() {
    let sol = "7UVttrLkRkZFn4FsTuihX5zCJ1ounF5Ts8CkSqPGN2Dh";
    for text in [format!("SOL: {sol}"), format!("my Phantom wallet is {sol}"), format!("{sol} (Solana)")] {
        let found = one(&text);
        assert_eq!((found.asset.as_deref(), found.verified, found.value.as_str()), (Some("SOL"), false, sol), "{text}");
    }
    assert_eq!(find(&format!("console {sol} absolute")), []);
    assert_eq!(find(&format!("solana {} ", &sol[..31])), []);
    let hex = "83dfd552e63729b472fcbcc8c45ebcc6691702558b68ec7527e1ba403a0f31a8";
    let found = one(&format!("Toncoin: 0:{}", hex.to_uppercase()));
    assert_eq!((found.asset.as_deref(), found.form.as_deref(), found.value), (Some("TON"), Some("raw"), format!("0:{hex}")));
    let found = one(&format!("view key (secret): {hex}"));
    assert_eq!((found.kind.as_str(), found.asset.as_deref(), found.verified), ("view_key", Some("XMR"), false));
    assert_eq!(find(&format!("transaction {hex}")), []);
}

#[test]
fn what_stands_around_an_address_is_its_context() {
    let btc = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2";
    let context = |text: String| one(&text).context;
    assert_eq!(context(format!("https://mempool.space/address/{btc}")), ["explorer"]);
    assert_eq!(context(format!("see mempool.space or ask for {btc}")), Vec::<String>::new());
    assert_eq!(context(format!("2-of-3 multisig escrow: {btc}")), ["escrow", "multisig"]);
    assert_eq!(context(format!("through a mixer, then from Binance to {btc}")), ["exchange", "mixer"]);
    assert_eq!(context(format!("Оплата через гаранта {btc}")), ["escrow"]);
    assert_eq!(context(format!("exchanged mixers' talk, unremixered {btc}")), ["mixer"]);
}

#[test]
fn tags_and_look_alike_letters_are_mended_where_the_checksum_then_holds() {
    let btc = "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2";
    for text in [
        format!("pay {}<b>{}</b> now", &btc[..9], &btc[9..]),
        format!("pay {}<wbr/>{}[b]{}[/b]", &btc[..9], &btc[9..20], &btc[20..]),
        format!("<p>{}<br />{}</p>", &btc[..17], &btc[17..]),
        btc.replacen('B', "В", 1),
        btc.replacen('M', "М", 1).replacen('Y', "<i>Y</i>", 1),
        btc.chars().map(|c| char::from_u32(c as u32 + 0xfee0).unwrap()).collect(),
    ] {
        let found = one(&text);
        assert!(found.repaired && found.verified && found.value == btc, "{text}: {found:?}");
    }
    let ton = "UQCrT9wQSjIWfJIrWitT5dup79QzkHvKs8jWx_UOoKQlXvP_";
    assert!(one(&format!("{}\n{} is mine", &ton[..20], &ton[20..])).repaired);
    assert!(!one(&format!("https://tonviewer.com/{ton}?section=jettons")).repaired);
    // A letter that is another one, and not put back by its looks.
    assert_eq!(find(&btc.replacen('B', "Б", 1)), []);
    assert_eq!(find(&btc.replacen('v', "<b>x</b>", 1)), []);
}
