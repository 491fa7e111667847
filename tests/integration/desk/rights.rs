//! Every route and role: allowed, forbidden, not found; and what an enemy tries.

use std::collections::BTreeSet;

use super::{ROLES, Served, add_user, listing, stocked};

/// Routes that need a right, as people would write them: method, path, and the roles that may: investigator, supervisor, researcher,
/// aUditor, administrator. `{listing}` stands for one that is there.
const TABLE: &[(&str, &str, &str)] = &[
    ("GET", "/", "ISR"),
    ("GET", "/listing/{listing}", "IS"),
    ("GET", "/listing/{listing}/trace", "IS"),
    ("POST", "/listing/{listing}/label", "IS"),
    ("GET", "/vendor?source=alpha&name=anna", "IS"),
    ("GET", "/persona/{persona}", "IS"),
    ("POST", "/persona/decide", "IS"),
    ("GET", "/indicator?value=bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq", "IS"),
    ("GET", "/graph?listing={listing}", "IS"),
    ("GET", "/cases", "IS"),
    ("GET", "/cases/C-1", "IS"),
    ("POST", "/cases/open", "IS"),
    ("POST", "/cases/add", "IS"),
    ("POST", "/cases/remove", "IS"),
    ("POST", "/cases/note", "IS"),
    ("POST", "/cases/close", "IS"),
    ("GET", "/alerts", "IS"),
    ("GET", "/alerts/{id}", "IS"),
    ("POST", "/alerts/set", "IS"),
    ("POST", "/alerts/assign", "IS"),
    ("GET", "/watches", "IS"),
    ("GET", "/watches/new", "IS"),
    ("POST", "/watches/new", "IS"),
    ("GET", "/watches/try", "IS"),
    ("GET", "/watches/{name}", "IS"),
    ("POST", "/watches/{name}", "IS"),
    ("POST", "/watches/{name}/switch", "IS"),
    ("GET", "/watches/{name}/remove", "IS"),
    ("POST", "/watches/{name}/remove", "IS"),
    ("GET", "/subjects", "IS"),
    ("POST", "/subjects/say", "IS"),
    ("POST", "/subjects/told", "IS"),
    ("GET", "/log", "U"),
    ("GET", "/log/sample", "U"),
    ("GET", "/log/verify", "U"),
    ("POST", "/log/review", "U"),
    ("GET", "/sources", "ISA"),
    ("GET", "/sources/{source}", "ISA"),
    ("POST", "/sources/{source}/session", "IS"),
    ("POST", "/sources/{source}/session/end", "IS"),
    ("GET", "/trends", "ISR"),
    ("GET", "/export", "IS"),
    ("POST", "/export", "IS"),
    ("GET", "/export/research", "ISR"),
    ("POST", "/export/research", "ISR"),
    ("GET", "/users", "A"),
    ("POST", "/users", "A"),
    ("GET", "/users/{user}", "A"),
    ("POST", "/users/{user}", "A"),
    ("POST", "/users/{user}/signins/end", "A"),
    ("POST", "/users/{user}/tokens/revoke", "A"),
    ("GET", "/users/{user}/remove", "A"),
    ("POST", "/users/{user}/remove", "A"),
    ("POST", "/me/tokens", "ISRUA"),
    ("POST", "/me/tokens/revoke", "ISRUA"),
    ("GET", "/me", "ISRUA"),
    ("POST", "/look", "ISRUA"),
    ("POST", "/purpose", "ISRUA"),
    // Ends the sign-in that the test walks with, so it comes last.
    ("POST", "/me/signins/end", "ISRUA"),
];

/// Routes that take no right: signing in, and what every page loads.
const OPEN: &[&str] = &[
    "/static/{digest}/{name}",
    "/signin",
    "/signin/code",
    "/signin/provider",
    "/signin/provider/back",
    "/signout",
    "/me/password",
    "/me/codes",
];

/// Answers that never end; `desk_alerts` asks for them.
const STREAMS: &[&str] = &["/alerts/events"];

#[test]
pub(crate) fn every_route_is_for_the_roles_of_the_table() {
    let place = stocked();
    place.expect(0, &["case", "open", "C-1", "--title", "one"]);
    let glock = listing(&place, "glock");
    let served = Served::over(&place);
    let (mut allowed, mut forbidden, mut turned_away) = (0, 0, 0);
    for (letter, role) in ROLES {
        let mut client = served.signed_in(role);
        for (method, path, roles) in TABLE {
            let at = path.replace("{listing}", &glock);
            let answer = if *method == "GET" { client.get(&at) } else { client.post(&at, &[("seed", "1")]) };
            // Whoever does not search is led elsewhere from the first page.
            let led_away = *path == "/" && answer.status == 303;
            if roles.contains(letter) {
                assert!(!matches!(answer.status, 401 | 403 | 405 | 500), "{role} {method} {at}: {} {}", answer.status, answer.body);
                allowed += 1;
            } else {
                assert!(answer.status == 403 || led_away, "{role} {method} {at}: {}", answer.status);
                forbidden += 1;
            }
        }
    }
    for (method, path, _) in TABLE {
        let at = path.replace("{listing}", &glock);
        let answer = served.client().send(method, &at, "");
        let expected = if *method == "GET" { 303 } else { 401 };
        assert_eq!(answer.status, expected, "nobody {method} {at}");
        if *method == "GET" {
            assert!(answer.header("location").unwrap().starts_with("/signin"), "{at}: {answer:?}");
        }
        turned_away += 1;
    }
    println!("{allowed} allowed, {forbidden} forbidden, {turned_away} without a sign-in turned away");
    let known: BTreeSet<String> =
        TABLE.iter().map(|(_, path, _)| shape(path)).chain(OPEN.iter().chain(STREAMS).map(|path| shape(path))).collect();
    // Those for programs are compared with their document, scope by scope, and walked in `desk_api`.
    let served: BTreeSet<String> = vigie::web::paths().iter().filter(|path| !path.starts_with("/api/")).map(|path| shape(path)).collect();
    assert_eq!(served, known, "each path that is served stands in the table, and the other way round");
}

/// A path with its places as the table of the server writes them.
fn shape(path: &str) -> String {
    let place = |part: &str| if part.starts_with('{') || part == "C-1" { "{}".to_owned() } else { part.to_owned() };
    let path = path.split('?').next().unwrap_or_default();
    path.split('/').map(place).collect::<Vec<_>>().join("/")
}

#[test]
pub(crate) fn forms_of_others_are_refused() {
    let place = stocked();
    let glock = listing(&place, "glock");
    let served = Served::over(&place);
    let mut tried = 0;
    let mut other = served.signed_in("supervisor");
    other.get("/me");
    let stolen = format!("csrf={}", other.token);
    for (_, path, roles) in TABLE.iter().filter(|(method, _, _)| *method == "POST") {
        // Of somebody who may, so that it is the form that is refused and not the role.
        let (_, role) = ROLES.into_iter().find(|(letter, _)| roles.contains(*letter)).unwrap();
        let at = path.replace("{listing}", &glock);
        // Without the token, with the token of somebody else, from another page, and from a browser that does not say.
        let mut client = served.signed_in(role);
        assert_eq!(client.send("POST", &at, "category=accessory").status, 403, "{role} {at}");
        assert_eq!(client.send("POST", &at, &stolen).status, 403, "{role} {at}");
        client.get("/me");
        for origin in ["http://evil.example", "null", "http://127.0.0.1:1"] {
            client.headers = vec![("Origin".to_owned(), origin.to_owned())];
            assert_eq!(client.post(&at, &[]).status, 403, "{role} {at} {origin}");
        }
        client.headers = vec![("Sec-Fetch-Site".to_owned(), "cross-site".to_owned())];
        assert_eq!(client.post(&at, &[]).status, 403, "{role} {at}");
        tried += 6;
    }
    assert_eq!(place.rows(&["label", "--list"]).len(), 0, "nothing was changed");
    println!("{tried} forms of others refused");
}

#[test]
pub(crate) fn what_is_of_another_source_or_case_is_not_there() {
    let place = stocked();
    for case in ["C-1", "C-2"] {
        place.expect(0, &["case", "open", case, "--title", "one"]);
    }
    let (mine, others) = (listing(&place, "glock"), listing(&place, "receiver"));
    add_user(&place, "narrow", &["--role", "investigator"]);
    place.expect(0, &["user", "set", "narrow", "--only-source", "alpha", "--only-case", "C-1"]);
    let served = Served::over(&place);
    let mut client = served.signed_in("narrow");
    assert_eq!(client.get(&format!("/listing/{mine}")).status, 200);
    for path in
        [format!("/listing/{others}"), format!("/listing/{others}/trace"), format!("/listing/{}", &others[..10]), "/cases/C-2".into()]
    {
        assert_eq!(client.get(&path).status, 404, "{path}");
    }
    assert_eq!(client.post(&format!("/listing/{others}/label"), &[("category", "accessory")]).status, 404);
    let put = [("reference", "C-1"), ("kind", "listing"), ("id", others.as_str())];
    assert_eq!(client.post("/cases/add", &put).status, 404);
    assert_eq!(client.post("/cases/note", &[("reference", "C-2"), ("note", "x")]).status, 404);
    let all = client.get("/");
    assert!(all.body.contains("Glock 17") && !all.body.contains("AR-15"), "only the own source is found");
    for query in ["receiver", "source:beta", "* OR source:beta", "glock) OR (source:beta", "\"lower receiver\"", "NOT source:alpha"] {
        let asked = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", query).finish();
        let found = client.get(&format!("/?{asked}"));
        assert!(!found.body.contains("AR-15"), "{query} shows a listing of another source");
    }
    assert!(!client.get("/cases").body.contains("C-2"));
}

#[test]
pub(crate) fn research_is_shown_no_word_of_a_page_and_no_name() {
    let place = stocked();
    let served = Served::over(&place);
    let mut client = served.signed_in("researcher");
    for path in ["/", "/?q=glock", "/?q=category%3Afirearm"] {
        let page = client.get(path);
        assert_eq!(page.status, 200, "{path}");
        assert!(page.body.contains("class=\"badge cat\""), "{path} shows what was found");
        for name in ["Glock 17", "iron dave", "anna", "alpha", "/listing/", "bc1q"] {
            assert!(!page.body.contains(name), "{path} shows {name}");
        }
    }
    for query in ["vendor:anna", "NOT Source:beta", "glock (contact:x OR url:y*)"] {
        let asked = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", query).finish();
        let page = client.get(&format!("/?{asked}"));
        assert!(page.body.contains("id=\"problem\"") && !page.body.contains("class=\"badge cat\""), "{query}");
    }
}

#[test]
pub(crate) fn a_sign_in_cannot_be_fixed_guessed_or_kept() {
    let place = stocked();
    let served = Served::over(&place);
    // A secret that somebody else chose is not taken over, and each sign-in gets one of its own.
    let mut client = served.client();
    client.cookies.insert("vigie".into(), "chosen-by-somebody-else".into());
    assert_eq!(client.get("/").status, 303);
    client.post("/signin", &[("name", "investigator"), ("password", super::PASSWORD)]);
    let first = client.cookies["vigie"].clone();
    assert_ne!(first, "chosen-by-somebody-else");
    assert_eq!(client.get("/").status, 200);
    let cookie = served.signed_in("investigator").cookies["vigie"].clone();
    assert_ne!(cookie, first);
    // Once signed out it opens nothing.
    assert_eq!(client.post("/signout", &[]).status, 303);
    client.cookies.insert("vigie".into(), first);
    assert_eq!(client.get("/").status, 303);
    // Cookies are out of reach of scripts and of other sites.
    let mut fresh = served.client();
    let answer = fresh.post("/signin", &[("name", "investigator"), ("password", super::PASSWORD)]);
    let set = answer.header("set-cookie").unwrap();
    assert!(set.contains("HttpOnly") && set.contains("SameSite=Strict"), "{set}");
    // Guessing ends soon, also with the right password then, and whether there is such a user is not told.
    let mut guesser = served.client();
    let mut told = Vec::new();
    for number in 0..12 {
        let name = if number % 2 == 0 { "administrator" } else { "nobody" };
        told.push(guesser.post("/signin", &[("name", name), ("password", "wrong wrong wrong")]).status);
    }
    assert!(told.iter().all(|status| *status == 401), "{told:?}");
    let late = guesser.post("/signin", &[("name", "administrator"), ("password", super::PASSWORD)]);
    assert_eq!(late.status, 401, "an address that failed so often waits");
    // No way leads to another server.
    let mut client = served.client();
    let answer = client.post("/signin", &[("name", "supervisor"), ("password", super::PASSWORD), ("next", "//evil.example/")]);
    assert!(answer.status == 401 || answer.header("location") == Some("/"), "{answer:?}");
}

#[test]
pub(crate) fn headers_names_and_paths_give_nothing_away() {
    let place = stocked();
    let served = Served::over(&place);
    let mut client = served.signed_in("investigator");
    for path in ["/", "/signin", "/nowhere", "/static/x/desk.css", "/me"] {
        let answer = client.get(path);
        let policy = answer.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"), "{path}");
    }
    assert_eq!(client.get("/").header("cache-control"), Some("no-store"));
    for path in [
        "/static/../Cargo.toml",
        "/static/%2e%2e/%2e%2e/etc/passwd",
        "/static/x/..%2f..%2fvigie.sqlite",
        "/listing/../../etc/passwd",
        "//etc/passwd",
    ] {
        let answer = client.get(path);
        assert!(matches!(answer.status, 400 | 404), "{path}: {}", answer.status);
        assert!(!answer.body.contains("root:") && !answer.body.contains("[package]"), "{path}");
    }
    // A name that somebody else points at this machine is not answered.
    client.headers = vec![("Host".to_owned(), "evil.example".to_owned())];
    assert_eq!(client.get("/").status, 421);
    client.headers.clear();
    // A form larger than any page sends, and a question longer than any person writes.
    let large = "x".repeat(400_000);
    let answer = client.post("/purpose", &[("case", &large), ("purpose", "")]);
    assert!(matches!(answer.status, 0 | 413), "{}", answer.status);
    assert!(matches!(client.get(&format!("/?q={}", "a".repeat(20_000))).status, 200 | 400 | 414 | 431));
    assert_eq!(client.get("/?q=glock%20%28").status, 200, "what is not understood is told on the page");
    let broken = client.get("/?q=price%3Ax");
    assert!(broken.body.contains("id=\"problem\""), "{}", broken.body);
}
