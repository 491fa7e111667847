//! Snapshots of small pages of our own: what is read from each, in full.

use super::read;

/// File, address, source type.
pub(crate) const CASES: &[(&str, &str, &str)] = &[
    ("shop_jsonld_de", "https://shop.example/deko/karabiner-98", "shop"),
    ("shop_plain_en", "https://range.example/product/steel-target-stand/", "shop"),
    ("shop_microdata_fr", "https://armurerie.example/optiques/lunette-3-9x40.html", "shop"),
    ("shop_shopify_en", "https://prairietack.example/products/leather-rifle-sling", "shop"),
    ("shop_woocommerce_en", "https://quarry.example/product/bench-rest-bag/", "shop"),
    ("shop_magento_de", "https://habicht.example/zielfernrohr-habicht-6x42.html", "shop"),
    ("shop_prestashop_es", "https://optica.example/optica/12-prismaticos-vega-10x42.html", "shop"),
    ("shop_bigcommerce_en", "https://cedarcreek.example/12ga-snap-caps-pair/", "shop"),
    ("shop_nextjs_it", "https://selleria.example/prodotti/fondina-maremma", "shop"),
    ("shop_datalayer_pt", "https://arsenal.example/lanterna-tatica-coruja-900", "shop"),
    ("shop_bitrix_ru", "https://strelok.example/catalog/kobury/k-12/", "shop"),
    ("shop_plain_tr", "https://dagmarket.example/bicaklar/toros-14", "shop"),
    ("shop_plain_ar", "https://badia.example/p/450", "shop"),
    ("shop_ladder_nl", "https://schietsport.example/kleiduiven-oranje", "shop"),
    ("shop_on_request_pl", "https://lampy.example/lampa-brzask", "shop"),
    ("market_listing_en", "http://harbour.example.onion/item/9", "cryptomarket"),
    ("market_index_fr", "http://marche.example.onion/cat/2", "cryptomarket"),
    ("market_vendor_de", "http://markt.example.onion/verkaeufer/eisenhans", "cryptomarket"),
    ("classifieds_listing_fr", "https://annonces.example/a/88213-carabine", "classifieds"),
    ("classifieds_index_de", "https://anzeigen.example/kurzwaffen", "classifieds"),
    ("forum_thread_en", "https://forum.example/viewtopic.php?f=9&t=881", "forum"),
    ("wall_login_es", "http://mercado.example.onion/", "cryptomarket"),
    ("wall_captcha_en", "http://harbour.example.onion/item/9", "cryptomarket"),
    ("wall_queue_en", "http://harbour.example.onion/", "cryptomarket"),
    ("not_found_de", "https://anzeigen.example/anzeige/1", "classifieds"),
];

pub(crate) fn body(name: &str) -> Vec<u8> {
    std::fs::read(format!("{}/tests/fixtures/pages/{name}.html", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

#[test]
fn small_pages_are_read_in_full() {
    for (name, url, source_type) in CASES {
        let page = read(url, &body(name), Some("text/html; charset=utf-8"), source_type, None);
        insta::with_settings!({ snapshot_path => "../../snapshots", prepend_module_to_snapshot => false }, {
            insta::assert_json_snapshot!(*name, page);
        });
    }
}

#[test]
fn private_parts_are_read_by_nobody() {
    let url = url::Url::parse("http://harbour.example.onion/item/9").unwrap();
    let body = body("market_listing_en");
    let private = [".topbar".to_owned(), "p:[".to_owned()];
    let page = vigie_extractors::page::extract(&vigie_extractors::page::Page {
        url: &url,
        body: &body,
        content_type: Some("text/html"),
        source_type: Some("cryptomarket"),
        profile: None,
        private: &private,
        cards: None,
        fetched_at: "2024-06-15T12:00:00Z".parse().unwrap(),
    });
    let json = serde_json::to_string(&page).unwrap();
    assert!(!json.contains("observer77") && !json.contains("/wallet"));
    assert!(page.problems.iter().any(|p| p.field == "private" && p.place == "p:["), "a selector that removes nothing is reported");
}
