//! The inbox and the watches of the desk over HTTP: who sees which alerts, what is done with them, and what comes by itself.

use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use vigie::account::manage::{self, Change};
use vigie::account::{Client, Door, Right, Role, token};
use vigie::config;
use vigie::database::{self, Pool};
use vigie::store::alerts::{self, AlertRow};
use vigie::store::{assignments, triage, watches};
use vigie::web::{Desk, Server};

use crate::instance::Place;

const PASSWORD: &str = "four words in a row";

/// An open desk and who is signed in at it.
struct Open {
    place: Place,
    pool: Pool,
    server: Server,
    door: Door,
}

/// A browser that is signed in.
struct Browser {
    cookie: String,
    csrf: String,
    user: i64,
}

impl Open {
    async fn new() -> Self {
        let place = Place::new();
        let settings = format!("database = \"{}\"\n[web]\nrequire_totp = false\n", place.facts.address);
        std::fs::write(place.config().join("vigie.toml"), settings).unwrap();
        let config = Arc::new(config::load(Some(&place.config())).unwrap());
        let pool = place.store().await;
        let door = Door::new(pool.clone(), config.settings.web.clone());
        let desk = Desk::new(pool.clone(), place.data(), config).unwrap();
        let server = Server::open(desk, "127.0.0.1:0".parse().unwrap()).await.unwrap();
        Self { place, pool, server, door }
    }

    async fn user(&self, name: &str, role: Role, sources: &[&str]) -> Browser {
        manage::add(&self.pool, name, role, Some(PASSWORD), Timestamp::now()).await.unwrap();
        if !sources.is_empty() {
            let sources: Vec<String> = sources.iter().map(|source| (*source).to_owned()).collect();
            let change = Change { sources: Some(sources), ..Change::default() };
            manage::change(&self.pool, name, &change, Timestamp::now()).await.unwrap();
        }
        let client = Client { address: IpAddr::from([127, 0, 0, 1]), agent: "test" };
        let opened = self.door.enter(name, PASSWORD, client, Timestamp::now()).await.unwrap().unwrap();
        let present = self.door.present(&opened.token, Timestamp::now()).await.unwrap().unwrap();
        Browser { cookie: format!("vigie={}", opened.token), csrf: present.form_token(), user: opened.user.id }
    }

    /// Raises an alert.
    async fn raise(&self, seq: i64, source: &str, title: &str) -> String {
        let id = format!("{seq:032x}");
        let row = AlertRow {
            id: id.clone(),
            seq,
            watch: "arms".into(),
            source: source.into(),
            title: title.into(),
            n: 1,
            created_at: 1_790_000_000_000_000 + seq,
            state: "new".into(),
            event: "new".into(),
            priority: "normal".into(),
            notice: seq,
            due_at: 1,
            ..AlertRow::default()
        };
        let mut transaction = database::begin(&self.pool).await.unwrap();
        alerts::write(&mut transaction, &[row], &[]).await.unwrap();
        transaction.commit().await.unwrap();
        id
    }

    async fn send(&self, head: String) -> TcpStream {
        let mut stream = TcpStream::connect(self.server.address).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    }

    /// Asks for a page; gives the status and the answer with its head.
    async fn get(&self, browser: &Browser, path: &str) -> (u16, String) {
        let host = self.server.address;
        answer(self.send(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {}\r\nConnection: close\r\n\r\n", browser.cookie)).await)
            .await
    }

    /// Sends a form of the desk.
    async fn post(&self, browser: &Browser, path: &str, form: &str) -> (u16, String) {
        let (host, body) = (self.server.address, format!("csrf={}&{form}", browser.csrf));
        let head = format!(
            "POST {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {}\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            browser.cookie,
            body.len()
        );
        answer(self.send(head).await).await
    }
}

async fn answer(mut stream: TcpStream) -> (u16, String) {
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await.unwrap();
    let text = String::from_utf8_lossy(&bytes).into_owned();
    (text.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default(), text)
}

/// Reads on until the text stands in what came, or the stream ends; nothing takes ten seconds.
async fn read_until(stream: &mut TcpStream, came: &mut String, wanted: &str) {
    let reading = async {
        let mut buffer = [0; 4096];
        while !came.contains(wanted) {
            let read = stream.read(&mut buffer).await.unwrap();
            if read == 0 {
                break;
            }
            came.push_str(&String::from_utf8_lossy(&buffer[..read]));
        }
    };
    tokio::time::timeout(Duration::from_secs(10), reading).await.unwrap_or_else(|_| panic!("no {wanted:?}"));
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn alerts_of_other_sources_are_nowhere_and_steps_keep_who_took_them() {
    let open = Open::new().await;
    let (anna, bert) = (open.user("anna", Role::Investigator, &["s1"]).await, open.user("bert", Role::Supervisor, &[]).await);
    let mine = open.raise(1, "s1", "Glock <b>17</b>").await;
    let other = open.raise(2, "s2", "Beretta 92").await;

    let (status, page) = open.get(&anna, "/alerts").await;
    assert_eq!(status, 200, "{page}");
    assert!(page.contains("1 alerts") && page.contains("Glock &#60;b&#62;17") && !page.contains("Beretta"), "{page}");
    assert!(page.contains("arms") && !page.contains("/watches/arms"), "a watch that is gone is named, and leads nowhere: {page}");
    assert!(open.get(&bert, "/alerts").await.1.contains("2 alerts"));
    assert_eq!(open.get(&anna, &format!("/alerts/{mine}")).await.0, 200);
    assert_eq!(open.get(&anna, &format!("/alerts/{other}")).await.0, 404);
    assert_eq!(open.get(&anna, "/alerts?state=any&watch=nothing&since=2026-01-01&mine=1&all=1&before=9").await.0, 200);

    // Another's alert among one's own: nothing is done with either.
    for (path, form) in [("/alerts/set", "state=seen"), ("/alerts/assign", "to=anna")] {
        assert_eq!(open.post(&anna, path, &format!("id={mine}&id={other}&{form}")).await.0, 404, "{path}");
    }
    let stranger = Browser { csrf: "made up".into(), ..open.user("carl", Role::Investigator, &[]).await };
    assert_eq!(open.post(&stranger, "/alerts/set", &format!("id={mine}&state=seen")).await.0, 403);
    assert_eq!(open.post(&anna, "/alerts/set", &format!("id={mine}&state=sold")).await.0, 400);
    assert_eq!(open.post(&anna, "/alerts/set", "state=seen").await.0, 400);

    let (status, head) = open.post(&anna, "/alerts/set", &format!("id={mine}&state=in_work&note=why+not&back=state%3Dany&next=abc")).await;
    assert!(status == 303 && head.contains("location: /alerts?state=any#aabc"), "{head}");
    assert_eq!(open.post(&anna, "/alerts/assign", &format!("id={mine}&to=bert")).await.0, 403, "giving to others is a supervisor's");
    assert_eq!(open.post(&anna, "/alerts/assign", &format!("id={mine}&to=anna")).await.0, 303);
    let (status, why) = open.post(&bert, "/alerts/assign", &format!("id={other}&to=anna")).await;
    assert!(status == 400 && why.contains("may not see"), "{why}");
    assert_eq!(open.post(&bert, "/alerts/assign", &format!("id={other}&to=nobody.here")).await.0, 400);
    assert_eq!(open.post(&bert, "/alerts/assign", &format!("id={mine}&id={other}&to=bert")).await.0, 303);

    let mut connection = open.pool.acquire().await.unwrap();
    let ids = [mine.clone(), other.clone()];
    let steps = triage::steps(&mut connection, &ids).await.unwrap();
    assert_eq!(
        steps.iter().map(|step| (step.author.as_str(), step.state.as_str(), step.note.as_str())).collect::<Vec<_>>(),
        [("anna", "in_work", "why not")]
    );
    let given = assignments::of(&mut connection, &ids[..1]).await.unwrap();
    assert_eq!(
        given.iter().map(|one| (one.assignee.as_str(), one.author.as_str())).collect::<Vec<_>>(),
        [("anna", "anna"), ("bert", "bert")]
    );
    drop(connection);
    let rows = open.place.rows(&["alerts", "--json"]);
    assert!(rows.iter().all(|row| row["assignee"] == "bert"), "{rows:?}");
    open.place.expect(0, &["alerts", "assign", &mine, "ANNA"]);
    assert!(open.place.refusal(1, &["alerts", "assign", &other, "anna"]).contains("may not see"));
    open.place.expect(0, &["alerts", "assign", &other]);
    assert_eq!(open.place.rows(&["alerts", "log", &mine, "--json"]).len(), 4);
    let page = open.get(&anna, "/alerts?mine=1").await.1;
    assert!(page.contains("1 alerts") && page.contains("why not") && page.contains("anna has it"), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn new_alerts_come_by_themselves_until_the_sign_in_ends() {
    let open = Open::new().await;
    let anna = open.user("anna", Role::Investigator, &["s1"]).await;
    open.raise(1, "s1", "before").await;
    let head = format!("GET /alerts/events?after=1 HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", open.server.address, anna.cookie);
    let (mut stream, mut came) = (open.send(head).await, String::new());
    read_until(&mut stream, &mut came, "text/event-stream").await;
    open.raise(2, "s2", "another's").await;
    open.raise(3, "s1", "mine").await;
    read_until(&mut stream, &mut came, "id: 3").await;
    assert!(came.contains("event: alert") && came.contains("\"mine\"") && !came.contains("another") && !came.contains("before"), "{came}");

    let rita = open.user("rita", Role::Researcher, &[]).await;
    assert_eq!(open.get(&rita, "/alerts/events").await.0, 403, "alerts are not for researchers");

    // What came while nobody listened is told to a browser that says where it was.
    let head =
        format!("GET /alerts/events HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nLast-Event-ID: 0\r\n\r\n", open.server.address, anna.cookie);
    let (mut again, mut seen) = (open.send(head).await, String::new());
    read_until(&mut again, &mut seen, "id: 3").await;
    assert!(seen.contains("\"before\"") && !seen.contains("another"), "{seen}");
    drop(again);

    open.door.end(anna.user, None).await.unwrap();
    open.raise(4, "s1", "too late").await;
    // The empty piece that ends an answer.
    read_until(&mut stream, &mut came, "\r\n0\r\n\r\n").await;
    assert!(!came.contains("too late"), "{came}");
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn programs_are_told_what_their_token_allows_until_it_is_revoked() {
    let open = Open::new().await;
    open.user("anna", Role::Investigator, &["s1"]).await;
    let user = manage::find(&open.pool, "anna").await.unwrap();
    let mut tokens = Vec::new();
    for scopes in [&[Right::Triage, Right::ReadNamed][..], &[Right::Triage], &[Right::Search]] {
        tokens.push(token::make(&open.pool, &user, "listens", scopes, 1, Timestamp::now()).await.unwrap());
    }
    open.raise(1, "s1", "before").await;
    let host = open.server.address;
    let listen = async |token: &str, more: &str| {
        let head = format!("GET /api/v1/alerts/events HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n{more}\r\n");
        open.send(head).await
    };
    let (mut named, mut came) = (listen(&tokens[0].1, "").await, String::new());
    read_until(&mut named, &mut came, "text/event-stream").await;
    let (mut nameless, mut seen) = (listen(&tokens[1].1, "Last-Event-ID: 0\r\n").await, String::new());
    read_until(&mut nameless, &mut seen, "id: 1").await;
    open.raise(2, "s2", "another's").await;
    open.raise(3, "s1", "mine").await;
    read_until(&mut named, &mut came, "id: 3").await;
    read_until(&mut nameless, &mut seen, "id: 3").await;
    assert!(came.contains("\"title\":\"mine\"") && !came.contains("another") && !came.contains("before"), "{came}");
    assert!(seen.contains("\"watch\":\"arms\"") && !seen.contains("mine") && !seen.contains("title"), "{seen}");
    for (token, status) in [(tokens[2].1.as_str(), "403"), ("vig_nothing", "401")] {
        let (mut refused, mut told) = (listen(token, "").await, String::new());
        read_until(&mut refused, &mut told, "application/problem+json").await;
        assert!(told.starts_with(&format!("HTTP/1.1 {status}")), "{told}");
    }
    token::revoke(&open.pool, &user, tokens[0].0, Timestamp::now()).await.unwrap();
    open.raise(4, "s1", "too late").await;
    read_until(&mut named, &mut came, "\r\n0\r\n\r\n").await;
    assert!(!came.contains("too late"), "{came}");
    read_until(&mut nameless, &mut seen, "id: 4").await;
    let rows = open.place.rows(&["audit", "list", "--actor", "anna", "--json"]);
    assert_eq!(rows.iter().filter(|row| row["action"] == "alerts events" && row["origin"] == "api").count(), 2, "{rows:?}");
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn watches_are_tried_saved_switched_and_removed() {
    let open = Open::new().await;
    let anna = open.user("anna", Role::Investigator, &[]).await;
    let (status, page) = open.post(&anna, "/watches/new", "name=mine&query=price%3A%3C&quiet=at+night").await;
    assert!(status == 400 && page.contains("id=\"problem\"") && page.contains("quiet-problem"), "{page}");
    assert_eq!(open.post(&anna, "/watches/new", "name=new&query=glock&on=changed&priority=high&expires=2999-01-01&act=try").await.0, 200);
    let names = async || -> BTreeSet<String> {
        let all = watches::list(&mut open.pool.acquire().await.unwrap()).await.unwrap();
        all.into_iter().map(|watch| format!("{}: {}", watch.name, watch.query)).collect()
    };
    assert!(names().await.is_empty(), "trying saves nothing");
    assert_eq!(open.post(&anna, "/watches/new", "name=new&query=glock&on=changed&priority=high").await.0, 303);
    assert_eq!(open.post(&anna, "/watches/new", "name=new&query=beretta").await.0, 400, "the name is taken");
    let page = open.get(&anna, "/watches").await.1;
    assert!(page.contains("/watches/%6Eew") && page.contains("priority High"), "{page}");
    assert!(open.get(&anna, "/watches/%6Eew").await.1.contains("value=\"glock\""));
    assert_eq!(open.get(&anna, "/watches/none").await.0, 404);
    assert_eq!(open.get(&anna, "/watches/try?query=glock").await.0, 200);

    assert_eq!(open.post(&anna, "/watches/%6Eew/switch", "on=false").await.0, 303);
    assert!(open.get(&anna, "/watches").await.1.contains("Switch on"));
    assert_eq!(open.post(&anna, "/watches/%6Eew", "name=a%2Fb&query=glock+19").await.0, 303);
    assert_eq!(names().await, BTreeSet::from(["a/b: glock 19".to_owned()]));
    assert_eq!(open.get(&anna, "/watches/a%2Fb/remove").await.0, 200);
    assert_eq!(names().await.len(), 1, "only a form removes");
    assert_eq!(open.post(&anna, "/watches/a%2Fb/remove", "").await.0, 303);
    assert!(names().await.is_empty());
}
