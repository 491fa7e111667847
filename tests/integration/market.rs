//! The mock market: it serves what its truth says, the same for the same seed, with all the oddities that it promises.

use reqwest::header::{
    ACCEPT_ENCODING, CONTENT_ENCODING, COOKIE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION, RETRY_AFTER, SET_COOKIE,
};
use reqwest::{Client, Response};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::Read;
use std::time::{Duration, Instant};
use vigie::demo::{self, Market, MarketOptions, TrueListing, TrueState};

fn market(options: MarketOptions) -> Market {
    Market::start(options).expect("loopback addresses are free on any port")
}

fn calm() -> MarketOptions {
    MarketOptions { stumbles: false, ..MarketOptions::default() }
}

fn client() -> Client {
    // Whoever comes first installs it; the others find it there.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().expect("a client")
}

async fn get(client: &Client, market: &Market, site: usize, path: &str) -> Response {
    let url = market.sites()[site - 1].url(path);
    client.get(url).header(COOKIE, "session=test").send().await.expect("the market answers")
}

async fn body(client: &Client, market: &Market, site: usize, path: &str) -> String {
    let bytes = get(client, market, site, path).await.bytes().await.expect("a body");
    match std::str::from_utf8(&bytes) {
        Ok(text) => text.to_owned(),
        // One page is windows-1252: enough of it for what the tests look at.
        Err(_) => bytes
            .iter()
            .map(|byte| match byte {
                0x80 => '€',
                0x84 => '„',
                0x93 => '“',
                0x96 => '–',
                byte => char::from(*byte),
            })
            .collect(),
    }
}

fn plain(html: &str) -> String {
    html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

fn hrefs(html: &str) -> Vec<String> {
    html.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).map(plain).collect()
}

fn state(listing: &TrueListing, visit: u32) -> &TrueState {
    if visit == 1 { &listing.first } else { &listing.second }
}

/// The price as the page writes it: the currency's sign or name, and the digits; cents of zero may be left out there.
fn same_price(text: &str, amount: Decimal, currency: &str) -> bool {
    let signs: &[&str] = match currency {
        "EUR" => &["€", "EUR", "euros"],
        "USD" => &["$", "USD"],
        "GBP" => &["£", "GBP"],
        "BTC" => &["BTC", "฿"],
        _ => &[currency],
    };
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let written = digits(text);
    signs.iter().any(|sign| text.contains(sign))
        && (written == digits(&amount.to_string()) || written == digits(&amount.normalize().to_string()))
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    text.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map_or("", |(found, _)| found)
}

/// All pages of a site that links from its start page lead to, endless and closed areas left out.
async fn walk(client: &Client, market: &Market, site: usize) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut seen = BTreeSet::from(["/".to_owned()]);
    let mut queue = VecDeque::from(["/".to_owned()]);
    while let Some(path) = queue.pop_front() {
        let html = body(client, market, site, &path).await;
        for href in hrefs(&html) {
            let path = href.strip_prefix(&market.sites()[site - 1].base()).unwrap_or(&href);
            let closed = ["/calendar", "/maze", "/search", "/cart", "/account", "/loop", "/out", "/img", "/print"];
            let stays = path.starts_with('/')
                && !path.contains("sid=")
                && !path.contains("PHPSESSID=")
                && !closed.iter().any(|area| path.starts_with(area));
            if stays && seen.insert(path.to_owned()) {
                queue.push_back(path.to_owned());
            }
        }
        pages.insert(path, html);
    }
    pages
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_say_what_the_truth_says_on_both_visits() {
    let (market, client) = (market(calm()), client());
    for visit in [1, 2] {
        market.set_visit(visit);
        for listing in market.truth() {
            let response = get(&client, &market, listing.site, &listing.path).await;
            let status = response.status().as_u16();
            let html = plain(&body(&client, &market, listing.site, &listing.path).await);
            match state(&listing, visit) {
                TrueState::Listed(price) => {
                    assert_eq!(status, 200, "{}", listing.path);
                    let title = if listing.site == 1 {
                        between(&html, "<h1 class=\"item-title\">", "</h1>")
                    } else {
                        between(between(&html, "<h1", "/h1>"), ">", "<")
                    };
                    assert_eq!(title, listing.title);
                    for paragraph in listing.description.lines() {
                        assert!(html.contains(&format!("<p>{paragraph}</p>")), "{}: {paragraph}", listing.path);
                    }
                    assert!(html.contains(&format!(">{}</a>", listing.vendor)), "{}", listing.path);
                    let cell =
                        if listing.site == 1 { between(&html, "<th>Price:</th><td>", "</td>") } else { between(&html, "<dd>", "</dd>") };
                    // A microdata price has its number twice, in the attribute and in the text: the text is what people read.
                    let written = cell.trim_end_matches("</span>").rsplit('>').next().unwrap_or(cell);
                    match price {
                        Some(amount) => {
                            assert!(same_price(written, *amount, &listing.currency), "{}: {written} is not {amount}", listing.path)
                        }
                        None => assert!(!written.chars().any(|c| c.is_ascii_digit()), "{}: {written}", listing.path),
                    }
                }
                TrueState::Unavailable => assert!(status == 200 && html.contains("no longer available") && !html.contains(&listing.title)),
                TrueState::Gone | TrueState::Absent => assert_eq!(status, 404, "{}", listing.path),
            }
        }
    }
    market.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn every_listing_vendor_and_thread_is_reached_by_links_and_visits_differ_exactly() {
    let (market, client) = (market(calm()), client());
    let truth = market.truth();
    let changed: Vec<&TrueListing> = truth.iter().filter(|listing| listing.first != listing.second).collect();
    let count = |wanted: fn(&TrueListing) -> bool| changed.iter().filter(|listing| wanted(listing)).count();
    assert_eq!(count(|l| matches!((&l.first, &l.second), (TrueState::Listed(_), TrueState::Listed(_)))), 6);
    assert_eq!(count(|l| matches!(l.second, TrueState::Gone | TrueState::Unavailable)), 4);
    assert_eq!(count(|l| matches!(l.first, TrueState::Absent)), 5);
    for site in [1, 2] {
        market.set_visit(1);
        let first = walk(&client, &market, site).await;
        market.set_visit(2);
        let second = walk(&client, &market, site).await;
        for (visit, pages) in [(1, &first), (2, &second)] {
            for listing in truth.iter().filter(|listing| listing.site == site) {
                assert_eq!(
                    pages.contains_key(&listing.path),
                    matches!(state(listing, visit), TrueState::Listed(_)),
                    "visit {visit}: {}",
                    listing.path
                );
            }
            for vendor in market.vendors(site) {
                assert!(
                    pages.values().any(|html| html.contains("<h1") && plain(html).contains(&format!(">{vendor}</h1>"))),
                    "{vendor} has a page"
                );
            }
        }
        assert!(site == 1 || first.keys().filter(|path| path.starts_with("/forum/t/")).count() >= 9);
        // Apart from lists of the newest, lines that name no changed listing are the same; on site 1 save for counters.
        let quiet = |html: &str| -> Vec<String> {
            (html.lines())
                .filter(|line| {
                    !changed.iter().any(|listing| line.contains(&listing.path))
                        && !line.contains("class=\"online\"")
                        && !line.contains("class=\"count\"")
                })
                .map(str::to_owned)
                .collect()
        };
        let mut identical = 0;
        for (path, html) in &first {
            let Some(later) = second.get(path) else { continue };
            identical += usize::from(html == later);
            let own = changed.iter().any(|listing| listing.path == *path);
            if own || path == "/new" || (site == 2 && path == "/") {
                assert_ne!(html, later, "{path}");
            } else {
                assert_eq!(quiet(html), quiet(later), "{path}");
            }
            assert!(site == 2 || !path.starts_with("/item/") || own || html.contains("class=\"online\"") == (html != later), "{path}");
        }
        println!("site {site}: {} pages, {identical} identical on visit 2", first.len());
        assert!(identical * 2 > first.len());
    }
    market.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seed_decides_everything() {
    let (one, again, other) = (market(calm()), market(calm()), market(MarketOptions { seed: 2, ..calm() }));
    assert_eq!(one.truth(), again.truth());
    assert_ne!(one.truth(), other.truth());
    assert_eq!(one.truth().len(), other.truth().len());
    let client = client();
    for path in ["/", "/c/pistols?page=2", "/vendor/QuayNorth", "/vendor/QuayNorth/feedback", one.truth()[0].path.as_str()] {
        assert_eq!(body(&client, &one, 1, path).await, body(&client, &again, 1, path).await, "{path}");
    }
}

#[tokio::test]
async fn codes_are_those_of_the_records() {
    let categories = "firearm.pistol firearm.revolver firearm.rifle firearm.shotgun firearm.submachine_gun firearm.machine_gun firearm.other part.frame_receiver part.barrel part.slide_cylinder part.bolt_breech part.suppressor part.conversion_device part.magazine part.other ammunition.cartridge ammunition.component design_file explosive light_weapon accessory replica_airgun other_weapon non_weapon unknown";
    let subtypes = "blank_firing deactivated acoustic traumatic airgun airsoft replica to_auto rate_increase to_live calibre_change complete unfinished upper solvent_trap parts_kit other live blank less_lethal grenade charge initiator precursor making_tool print_file machining_file guide_making guide_conversion guide_explosive operators_manual";
    let traits = "printed_3d hybrid_3d converted convertible reactivated deactivated blank_firing craft_made kit unfinished modular polymer military_surplus full_auto antique muzzle_loader flobert disguised sawn_off threaded_barrel high_capacity armour_piercing serial_removed serial_altered no_serial serial_shown with_certificate new used licence_required no_questions stealth_shipping shipped_in_parts face_to_face trade escrow finalize_early bulk wanted custom_listing scam_suspected";
    let goods = "drugs documents_fraud counterfeit_money digital_goods poison weapon_service weapon_document services other";
    let known = |list: &str, code: &str| list.split(' ').any(|known| known == code);
    let truth = market(calm()).truth();
    for listing in &truth {
        assert!(known(categories, &listing.category), "{}", listing.category);
        assert!(listing.items.iter().all(|item| known(categories, item)), "{:?}", listing.items);
        assert!(listing.subtype.iter().all(|code| known(subtypes, code)), "{:?}", listing.subtype);
        assert!(listing.traits.iter().all(|code| known(traits, code)), "{}: {:?}", listing.title, listing.traits);
        assert!(listing.good.iter().all(|code| known(goods, code)), "{:?}", listing.good);
        assert_eq!(listing.category == "non_weapon", listing.good.is_some(), "{}", listing.title);
        assert!(known("offer wanted trade service", &listing.intent));
        assert!(!listing.title.is_empty() && listing.description.len() > 25 && !listing.title.contains("  "), "{}", listing.title);
    }
    for code in categories.split(' ') {
        assert!(truth.iter().any(|listing| listing.category == code), "nothing in {code}");
    }
    let paths: BTreeSet<_> = truth.iter().map(|listing| (listing.site, &listing.path)).collect();
    assert_eq!(paths.len(), truth.len());
    for language in ["en", "de", "fr"] {
        assert!(truth.iter().filter(|listing| listing.language == language).count() > 60);
    }
}

#[tokio::test]
async fn any_seed_makes_a_whole_market() {
    let watched = demo::watches().iter().find_map(|(_, query)| query.strip_prefix("address:").map(str::to_owned)).unwrap();
    for seed in 0..12 {
        let market = market(MarketOptions { seed, ..calm() });
        let truth = market.truth();
        let paths: BTreeSet<_> = truth.iter().map(|listing| (listing.site, &listing.path)).collect();
        assert_eq!(paths.len(), truth.len(), "seed {seed}");
        assert_eq!(truth.iter().filter(|listing| listing.first != listing.second).count(), 15, "seed {seed}");
        for site in [1, 2] {
            for vendor in market.vendors(site) {
                let goods = truth.iter().filter(|listing| listing.site == site && listing.vendor == vendor);
                assert!(goods.clone().any(|l| l.first != TrueState::Absent), "seed {seed}: {vendor} has nothing");
            }
        }
        assert!(truth.iter().any(|listing| listing.addresses.contains(&watched)), "seed {seed}");
        let halves = truth.iter().filter_map(|listing| listing.split.as_ref().map(|(_, _, group)| (group, listing.price, &listing.vendor)));
        let halves: Vec<_> = halves.collect();
        assert!(halves.len() == 6 && halves.iter().all(|half| halves.iter().filter(|other| *other == half).count() == 2), "{halves:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn codings_decode_to_the_same_body_and_refusals_are_kept() {
    let (market, client) = (market(calm()), client());
    let mut met = BTreeSet::new();
    for listing in market.truth().iter().filter(|listing| listing.first != TrueState::Absent).step_by(9) {
        let url = market.sites()[listing.site - 1].url(&listing.path);
        let ask = |accept: &'static str| client.get(&url).header(COOKIE, "session=test").header(ACCEPT_ENCODING, accept).send();
        let identity = ask("identity").await.unwrap().bytes().await.unwrap();
        let response = ask("gzip, br, zstd;q=0.5").await.unwrap();
        let coding = response.headers().get(CONTENT_ENCODING).map_or("identity", |value| value.to_str().unwrap()).to_owned();
        let body = response.bytes().await.unwrap();
        let mut decoded = Vec::new();
        match coding.as_str() {
            "gzip" => drop(flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut decoded).unwrap()),
            "br" => drop(brotli::Decompressor::new(&body[..], 4096).read_to_end(&mut decoded).unwrap()),
            "zstd" => decoded = zstd::stream::decode_all(&body[..]).unwrap(),
            _ => decoded = body.to_vec(),
        }
        assert_eq!(decoded, identity, "{coding}");
        met.insert(coding);
        let refused = ask("gzip;q=0, br").await.unwrap();
        assert_ne!(refused.headers().get(CONTENT_ENCODING).map(|value| value.as_bytes()), Some(&b"gzip"[..]));
    }
    assert_eq!(met.len(), 4, "{met:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_in_order_and_complete() {
    let (market, client) = (market(calm()), client());
    let paths: Vec<String> = (0..40).map(|number| format!("/item/1?n={number}")).collect();
    for path in &paths {
        get(&client, &market, 1, path).await;
    }
    let log = market.log();
    assert_eq!(log.iter().map(|hit| hit.path.clone()).collect::<Vec<_>>(), paths);
    assert!(log.iter().all(|hit| hit.status == 404 && hit.host == "127.0.1.1" && hit.method == "GET" && hit.site == 1));
    assert!(log.iter().map(|hit| hit.at).is_sorted());
    market.clear_log();
    let together = (0..30).map(|number| {
        let (client, url) = (client.clone(), market.sites()[number % 2].url("/"));
        tokio::spawn(async move { client.get(url).send().await.unwrap().status().as_u16() })
    });
    for answer in together.collect::<Vec<_>>() {
        assert_eq!(answer.await.unwrap(), 200);
    }
    let log = market.log();
    assert!(log.len() == 30 && log.iter().map(|hit| hit.at).is_sorted() && log.iter().all(|hit| hit.status == 200));
    let counters = market.counters();
    assert_eq!((counters.requests, counters.by_status.get(&404), counters.by_status.get(&200)), (70, Some(&40), Some(&30)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_request_to_some_paths_stumbles() {
    let (market, client) = (market(MarketOptions::default()), client());
    for (site, path, status) in [
        (1, "/c/rifles", 429),
        (1, "/vendor/QuayNorth", 429),
        (1, "/c/ammunition", 503),
        (2, "/ads/munition/", 429),
        (2, "/seller/jagdhof-ritter", 503),
    ] {
        let first = get(&client, &market, site, path).await;
        assert_eq!(first.status().as_u16(), status, "{path}");
        assert_eq!(first.headers().get(RETRY_AFTER).map(|value| value.as_bytes()), (status == 429).then_some(&b"1"[..]));
        assert_eq!(get(&client, &market, site, path).await.status().as_u16(), 200, "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conditional_requests_charsets_and_cookies() {
    let (market, client) = (market(calm()), client());
    let truth = market.truth();
    let changed = truth
        .iter()
        .find(|l| l.site == 2 && matches!((&l.first, &l.second), (TrueState::Listed(a), TrueState::Listed(b)) if a != b))
        .unwrap();
    let url = market.sites()[1].url(&changed.path);
    let first = client.get(&url).send().await.unwrap();
    let (tag, date) = (first.headers()[ETAG].clone(), first.headers()[LAST_MODIFIED].clone());
    assert!(first.headers()[SET_COOKIE].to_str().unwrap().starts_with("session="));
    for (name, value) in [(IF_NONE_MATCH, &tag), (IF_MODIFIED_SINCE, &date)] {
        let ask = || client.get(&url).header(COOKIE, "session=test").header(name.clone(), value.clone()).send();
        market.set_visit(1);
        let same = ask().await.unwrap();
        assert!(same.status().as_u16() == 304 && !same.headers().contains_key(SET_COOKIE) && same.bytes().await.unwrap().is_empty());
        market.set_visit(2);
        assert_eq!(ask().await.unwrap().status().as_u16(), 200);
    }
    market.set_visit(1);
    let mut kinds = BTreeMap::<String, Vec<&TrueListing>>::new();
    for listing in truth.iter().filter(|listing| listing.site == 2 && listing.first != TrueState::Absent) {
        let response = get(&client, &market, 2, &listing.path).await;
        let kind = response.headers()["content-type"].to_str().unwrap().to_owned();
        let bytes = response.bytes().await.unwrap();
        assert_eq!(std::str::from_utf8(&bytes).is_ok(), kind != "text/html; charset=windows-1252", "{}", listing.path);
        assert_eq!(String::from_utf8_lossy(&bytes).contains("<meta charset"), kind == "text/html; charset=utf-8");
        kinds.entry(kind).or_default().push(listing);
    }
    assert!(kinds["text/html; charset=windows-1252"].len() == 1 && kinds["text/html"].len() == 1 && kinds.len() == 3);
    assert_eq!((kinds["text/html; charset=windows-1252"][0].language.as_str(), kinds["text/html"][0].language.as_str()), ("de", "fr"));
}

#[tokio::test(flavor = "multi_thread")]
async fn traps_walls_and_redirects() {
    let (market, client) = (market(calm()), client());
    let location =
        |response: &Response| response.headers().get(LOCATION).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
    for (start, mark) in [("/calendar/2026/11", "rel=\"next\" href=\""), ("/maze/tags", "<li><a href=\"")] {
        let mut seen = BTreeSet::new();
        let mut path = start.to_owned();
        for _ in 0..40 {
            assert!(seen.insert(path.clone()), "{path} came again");
            path = between(&body(&client, &market, 1, &path).await, mark, "\"").to_owned();
        }
    }
    assert!(body(&client, &market, 1, "/calendar/2026/12").await.contains("rel=\"next\" href=\"/calendar/2027/01\""));
    let orders = get(&client, &market, 1, "/account/orders").await;
    assert_eq!((orders.status().as_u16(), location(&orders).as_str()), (302, "/account/login"));
    assert!(body(&client, &market, 1, "/account/login").await.contains("type=\"password\""));
    assert_eq!(location(&get(&client, &market, 1, "/loop/a").await), "/loop/b");
    assert_eq!(location(&get(&client, &market, 1, "/loop/b").await), "/loop/a");
    assert_eq!(location(&get(&client, &market, 1, "/out").await), "http://127.0.9.9:9/elsewhere");
    let soft = get(&client, &market, 1, "/c/winter-sale").await;
    assert!(soft.status().as_u16() == 200 && soft.text().await.unwrap().contains("does not exist"));
    for (site, path) in [(1, "/item/1/x"), (1, "/nothing"), (2, "/ads/nothing/"), (2, "/ads/langwaffen/page/99/"), (2, "/ad/x.html")] {
        assert_eq!(get(&client, &market, site, path).await.status().as_u16(), 404, "{path}");
    }
    let item = market.truth().into_iter().find(|listing| listing.site == 1).unwrap();
    let id = item.path.split('/').nth(2).unwrap();
    assert_eq!(location(&get(&client, &market, 1, &format!("/item/{id}?sid=1")).await), item.path);
    assert_eq!(location(&get(&client, &market, 1, &format!("/item/{id}/other-name")).await), item.path);
    for path in ["/ads/langwaffen", "/ads/langwaffen/page/1/"] {
        assert_eq!(location(&get(&client, &market, 2, path).await), "/ads/langwaffen/");
    }
    for (site, closed) in [(1, "Disallow: /cart/"), (2, "Disallow: /print/")] {
        assert!(body(&client, &market, site, "/robots.txt").await.contains(closed));
    }
    let posted = client.post(market.sites()[0].url("/account/login")).send().await.unwrap();
    assert_eq!(posted.status().as_u16(), 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_can_be_huge_or_slow_and_the_market_ends() {
    let (market, client) = (market(calm()), client());
    let huge = get(&client, &market, 1, "/big?mb=3").await.bytes().await.unwrap();
    assert_eq!(huge.len(), 3 * 1024 * 1024);
    let started = Instant::now();
    assert!(body(&client, &market, 2, "/slow?ms=600").await.ends_with("</html>"));
    assert!(started.elapsed() >= Duration::from_millis(600));
    let url = market.sites()[0].url("/");
    assert_eq!(client.get(&url).send().await.unwrap().status().as_u16(), 200);
    market.stop().await;
    assert!(client.get(&url).send().await.is_err());
    let public = MarketOptions { addresses: [[192, 0, 2, 1].into(), [127, 0, 1, 2].into()], ..calm() };
    assert!(Market::start(public).unwrap_err().to_string().contains("loopback only"));
}

#[tokio::test]
async fn source_files_watches_and_addresses_fit_the_market() {
    let market = market(calm());
    let sources = demo::sources(&market);
    assert_eq!(sources.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["lantern.toml", "feldmark.toml"]);
    for ((_, text), site) in sources.iter().zip(market.sites()) {
        let source: toml::Table = toml::from_str(text).unwrap();
        assert_eq!(source["id"].as_str(), Some(site.id));
        assert_eq!(source["seeds"][0].as_str(), Some(site.url("/").as_str()));
        assert_eq!(source["scope"]["hosts"][0].as_str(), Some(site.address.ip().to_string().as_str()));
        assert_eq!(source["scope"]["allow_private"].as_bool(), Some(true));
        assert!(!text.contains('{'));
    }
    for (name, query) in demo::watches() {
        vigie_index::Query::parse(&query, 0).and_then(|query| query.watchable()).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    for (name, query) in demo::searches() {
        vigie_index::Query::parse(&query, 0).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
    // The program's own reading of the folder that the demo writes.
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("sources")).unwrap();
    for (name, text) in &sources {
        std::fs::write(folder.path().join("sources").join(name), text).unwrap();
    }
    let config = vigie::config::load(Some(folder.path())).unwrap_or_else(|error| panic!("{:?}", error.problems));
    for site in market.sites() {
        let source = config.source(site.id).unwrap();
        assert_eq!(source.standing(jiff::civil::date(2026, 6, 1)), vigie::config::Standing::Crawlable);
    }
    let watches = demo::watches();
    assert!(watches.len() == 6 && demo::searches().len() == 3);
    let watched = watches.iter().find_map(|(_, query)| query.strip_prefix("address:")).unwrap();
    assert!(market.addresses().iter().any(|address| address.valid && address.value == watched));
    let written: BTreeSet<String> = market.truth().into_iter().flat_map(|listing| listing.addresses).collect();
    assert!(written.len() >= 5, "{written:?}");
    assert!(market.addresses().iter().filter(|address| !address.valid).all(|address| !written.contains(&address.value)));
}
