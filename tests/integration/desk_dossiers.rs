//! Dossiers and the link graph as the desk shows them: what is linked, who decides, and what is left out for whoever sees some sources only.

use std::sync::Arc;

use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::{Client, StatusCode};
use serde_json::json;
use vigie::account::Role;
use vigie::account::manage::{self, Change};
use vigie::store::identity::vendor_id;
use vigie::web::{Desk, Server};
use vigie::{clock, config};

use crate::instance::Place;
use crate::persona;

const PASSWORD: &str = "four words in a row";

/// A desk with two investigators: ada sees all, bea the first source alone.
struct Open {
    place: Place,
    server: Server,
    client: Client,
}

/// Somebody who is signed in.
struct Visit<'a> {
    open: &'a Open,
    cookie: String,
}

async fn open() -> Open {
    let place = tokio::task::spawn_blocking(persona::place).await.unwrap();
    let settings = place.config().join("vigie.toml");
    let text = std::fs::read_to_string(&settings).unwrap();
    std::fs::write(&settings, text + "[web]\nlisten = \"127.0.0.1:0\"\nrequire_totp = false\n").unwrap();
    let pool = place.store().await;
    for name in ["ada", "bea"] {
        manage::add(&pool, name, Role::Investigator, Some(PASSWORD), clock::now()).await.unwrap();
    }
    let change = Change { sources: Some(vec!["s1".to_owned()]), ..Change::default() };
    manage::change(&pool, "bea", &change, clock::now()).await.unwrap();
    let config = Arc::new(config::load(Some(&place.config())).unwrap());
    let server = Server::open(Desk::new(pool, place.data(), config).unwrap(), ([127, 0, 0, 1], 0).into()).await.unwrap();
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    Open { place, server, client }
}

impl Open {
    fn address(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address)
    }

    async fn enter(&self, name: &str) -> Visit<'_> {
        let form = self.client.post(self.address("/signin")).header("sec-fetch-site", "same-origin");
        let body = format!("name={name}&password={}", PASSWORD.replace(' ', "+"));
        let answer = form.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::SEE_OTHER);
        let cookie = answer.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        Visit { open: self, cookie }
    }
}

impl Visit<'_> {
    async fn get(&self, path: &str) -> (StatusCode, String) {
        let answer = self.open.client.get(self.open.address(path)).header(COOKIE, &self.cookie).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    async fn page(&self, path: &str) -> String {
        let (status, page) = self.get(path).await;
        assert_eq!(status, StatusCode::OK, "{path}: {page}");
        page
    }

    /// Posts a form with the token of a page; gives the status and where it leads.
    async fn post(&self, path: &str, page: &str, form: &str) -> (StatusCode, String) {
        let token = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap_or_default();
        let request = self.open.client.post(self.open.address(path)).header(COOKIE, &self.cookie).header("sec-fetch-site", "same-origin");
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(format!("csrf={token}&{form}"));
        let answer = request.send().await.unwrap();
        let to = answer.headers().get(LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
        (answer.status(), to)
    }
}

fn persona_of(page: &str) -> String {
    let id = page.split("href=\"/persona/").nth(1).and_then(|rest| rest.split('"').next());
    format!("/persona/{}", id.unwrap_or_else(|| panic!("no persona in {page}")))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_decides_links_on_the_desk_as_on_the_command_line() {
    let open = open().await;
    let ada = open.enter("ada").await;
    let vendor = ada.page("/vendor?source=s1&name=anna").await;
    assert!(vendor.contains("anna88") && vendor.contains("show the same Telegram name"), "{vendor}");
    let persona = persona_of(&vendor);
    let page = ada.page(&persona).await;
    assert!(page.contains("anna88") && page.contains("/indicator?value=anna_lamps_x"), "{page}");

    let (one, other) = (vendor_id("s1", "anna"), vendor_id("s2", "anna88"));
    let form = format!("one={one}&other={other}&decision=refuse&reason=two+people");
    assert_eq!(ada.post("/persona/decide", "", &form).await.0, StatusCode::FORBIDDEN, "no token of the page");
    let (status, to) = ada.post("/persona/decide", &page, &form).await;
    assert_eq!((status, to.as_str()), (StatusCode::SEE_OTHER, "/vendor?source=s1&name=anna"));
    assert_eq!(ada.get(&persona).await.0, StatusCode::NOT_FOUND);
    let vendor = ada.page(&to).await;
    assert!(vendor.contains("two people") && vendor.contains("refused as one seller") && vendor.contains("ada"), "{vendor}");
    let form = "one=s1:anna&other=s3:bert&decision=confirm&reason=same+parcel";
    let (status, to) = ada.post("/persona/decide", &page, form).await;
    assert!(status == StatusCode::SEE_OTHER && to.starts_with("/persona/"), "{status} {to}");
    for wrong in ["one=s1:anna&other=s1:anna&decision=refuse&reason=x", "one=s1:anna&other=s3:bert&decision=refuse&reason=+"] {
        assert_eq!(ada.post("/persona/decide", &page, wrong).await.0, StatusCode::BAD_REQUEST, "{wrong}");
    }
    let log = tokio::task::spawn_blocking(move || open.place.expect(0, &["show", "persona", "s1:anna"])).await.unwrap();
    assert!(log.contains("refused by ada") && log.contains("confirmed by ada"), "{log}");
}

#[tokio::test(flavor = "multi_thread")]
async fn style_is_compared_only_in_a_case() {
    let open = open().await;
    let ada = open.enter("ada").await;
    let page = ada.page("/vendor?source=s1&name=anna").await;
    assert_eq!(ada.get("/vendor?source=s1&name=anna&style=on").await.0, StatusCode::BAD_REQUEST);
    assert!(!page.contains("name=\"style\""), "no switch outside a case");
    assert_eq!(ada.post("/purpose", &page, "case=C-7&purpose=test").await.0, StatusCode::SEE_OTHER);
    assert!(ada.page("/vendor?source=s1&name=anna").await.contains("name=\"style\""));
    ada.page("/vendor?source=s1&name=anna&style=on").await;
    let pool = open.place.store().await;
    let rows: Vec<String> =
        sqlx::query_scalar("SELECT subject FROM audit WHERE action = 'show' ORDER BY id").fetch_all(&pool).await.unwrap();
    assert_eq!(rows.last().map(String::as_str), Some("vendor s1:anna, combination by style"), "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_other_sources_show_is_left_out_everywhere() {
    let open = open().await;
    let (ada, bea) = (open.enter("ada").await, open.enter("bea").await);
    let persona = persona_of(&ada.page("/vendor?source=s1&name=anna").await);
    for path in
        ["/vendor?source=s2&name=anna88", "/graph?vendor=s2:anna88", "/vendor?source=s1&name=nobody", "/graph", "/indicator?value=none"]
    {
        assert_eq!(bea.get(path).await.0, StatusCode::NOT_FOUND, "{path}");
    }
    let seen =
        ["/vendor?source=s1&name=anna".to_owned(), persona, "/indicator?value=anna_lamps_x".into(), "/graph?indicator=anna_lamps_x".into()];
    for path in seen {
        assert!(ada.page(&path).await.contains("anna88"), "{path}");
        let page = bea.page(&path).await;
        assert!(page.contains("anna") && !page.contains("anna88") && !page.contains(">s2<"), "{path}: {page}");
    }
    let decided = bea.post("/persona/decide", &bea.page("/me").await, "one=s1:anna&other=s2:anna88&decision=refuse&reason=x").await;
    assert_eq!(decided.0, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_many_accounts_of_other_sources_show_something_is_not_told() {
    let open = open().await;
    // Too many on another source for it to link anybody.
    let open = tokio::task::spawn_blocking(move || {
        let row = |n: usize| json!({"id": n.to_string(), "title": "Lamp", "vendor": format!("many{n}"), "description": "Telegram: @anna_lamps_x", "observed_at": "2026-01-02T03:04:05Z"});
        let rows: Vec<String> = (0..14).map(|n| row(n).to_string()).collect();
        let file = open.place.file("many.jsonl", rows.join("\n"));
        open.place.expect(0, &["import", &file, "--source", "s4"]);
        open
    })
    .await
    .unwrap();
    let (ada, bea) = (open.enter("ada").await, open.enter("bea").await);
    assert!(ada.page("/vendor?source=s1&name=anna").await.contains("16 accounts show it"));
    assert!(!bea.page("/vendor?source=s1&name=anna").await.contains("accounts show it"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_graph_opens_and_closes_step_by_step() {
    let open = open().await;
    let ada = open.enter("ada").await;
    let nodes = |page: &str| page.matches("class=\"node ").count();
    let first = ada.page("/graph?indicator=anna_lamps_x").await;
    // The indicator, two accounts, a listing of each.
    assert_eq!(nodes(&first), 5, "{first}");
    let next = first.split("<a href=\"").filter_map(|rest| rest.split('"').next()).find(|href| href.contains("open=v")).unwrap();
    let second = ada.page(&next.replace("&amp;", "&").replace("&#38;", "&")).await;
    // And the persona of that account.
    assert_eq!(nodes(&second), 6, "{second}");
    assert_eq!(nodes(&ada.page("/graph?indicator=anna_lamps_x&open=v000000000000.x").await), 5);
    assert_eq!(nodes(&ada.page("/graph?vendor=s3:bert").await), 2);
}
