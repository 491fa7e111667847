//! Sessions with a person in the loop: a wall pauses, cookies that a person gives resume, their end is met and foreseen; and the authority
//! stands on every capture.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use crate::instance::Place;
use crate::run::Daemon;
use crate::shop::Shop;

/// A club on loopback: who has no cookie that it knows is sent to its login page.
struct Club {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    /// Values of `sid` that open it.
    open: Mutex<BTreeSet<String>>,
    /// A visitor with the first is given the second in its place.
    renewed: Mutex<Option<(String, String)>>,
    /// Path and cookies of each request.
    asked: Mutex<Vec<(String, String)>>,
}

const ITEMS: usize = 6;

impl Club {
    fn open() -> Self {
        static HOSTS: AtomicUsize = AtomicUsize::new(1);
        let listener = TcpListener::bind(format!("127.0.9.{}:0", HOSTS.fetch_add(1, Ordering::Relaxed))).unwrap();
        let (address, state) = (listener.local_addr().unwrap(), Arc::<State>::default());
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let state = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address, state }
    }

    /// A source file; `more` ends it.
    fn source(&self, access: &str, expires: &str, more: &str) -> (String, String) {
        let text = format!(
            "id = \"club\"\nname = \"Club\"\ntype = \"shop\"\nseeds = [\"http://{}/\"]\n[scope]\nhosts = [\"{}\"]\nallow_private = true\n\
             [authority]\nreference = \"T-1\"\nlegal_basis = \"test\"\napproved_by = \"Anna Muster\"\nexpires = \"{expires}\"\naccess = \"{access}\"\n\
             [politeness]\ninterval = \"2ms\"\nconcurrency = 2\n{more}",
            self.address,
            self.address.ip()
        );
        ("club.toml".to_owned(), text)
    }

    /// Cookies as a browser exports them, with those of others among them.
    fn cookies(&self, sid: &str) -> String {
        let host = self.address.ip();
        format!(
            "# Netscape HTTP Cookie File\r\n#HttpOnly_{host}\tFALSE\t/\tFALSE\t0\tsid\t{sid}\r\n{host}\tFALSE\t/\tFALSE\t4000000000\ttheme\tdark-SECRET\r\n\
             .ads.example\tTRUE\t/\tFALSE\t4000000000\tid\tfor-SECRET-others\r\n{host}\tFALSE\t/\tFALSE\t1000000000\told\tlong-SECRET-over\r\n"
        )
    }

    fn lets_in(&self, sids: &[&str]) {
        *self.state.open.lock().unwrap() = sids.iter().map(|sid| (*sid).to_owned()).collect();
    }

    fn asked(&self) -> Vec<(String, String)> {
        self.state.asked.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, state: &State) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece) {
            Ok(n) if n > 0 => request.extend_from_slice(&piece[..n]),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or("/").to_owned();
    let cookies = request.lines().find_map(|line| line.strip_prefix("cookie: ")).unwrap_or_default().to_owned();
    state.asked.lock().unwrap().push((path.clone(), cookies.clone()));
    let sid = cookies.split("; ").find_map(|pair| pair.strip_prefix("sid=")).unwrap_or_default();
    let (status, more, body) = match (path.as_str(), state.open.lock().unwrap().contains(sid)) {
        ("/robots.txt", _) => ("404 Not Found", String::new(), String::new()),
        ("/login", _) => {
            let form = "<form method=post action=/enter><input name=user><input type=password name=password><button>Log in</button></form>";
            ("200 OK", "Set-Cookie: visitor=anonymous; Path=/\r\n".to_owned(), format!("<title>Log in</title><h1>Log in</h1>{form}"))
        }
        (_, false) => ("302 Found", "Location: /login\r\n".to_owned(), String::new()),
        ("/", true) => {
            let cards: String = (1..=ITEMS)
                .map(|n| format!("<div class=card><a href=/item/{n}>Glock 19 no {n}</a> <span class=price>EUR {n}00.00</span></div>"))
                .collect();
            ("200 OK", String::new(), format!("<title>Pistols</title><h1>Pistols</h1>{cards}"))
        }
        (path, true) => {
            let n = path.trim_start_matches("/item/");
            (
                "200 OK",
                String::new(),
                format!(
                    "<title>Glock 19 no {n}</title><h1>Glock 19 no {n}</h1><table><tr><th>Price:</th><td>EUR {n}00.00</td></tr></table>"
                ),
            )
        }
    };
    let renewed = state.renewed.lock().unwrap().clone().filter(|(old, _)| old == sid);
    let renewed = renewed.map(|(_, new)| format!("Set-Cookie: sid={new}; Path=/; HttpOnly\r\n")).unwrap_or_default();
    let head = format!(
        "HTTP/1.1 {status}\r\n{more}{renewed}Content-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    // Whoever asked may be gone.
    let _ = stream.write_all((head + &body).as_bytes());
}

fn standing(place: &Place) -> Value {
    place.rows(&["sources", "--json"]).into_iter().find(|row| row["source"] == "club").unwrap()
}

fn session(place: &Place) -> Value {
    place.rows(&["session", "list", "--json"]).into_iter().next().unwrap_or_default()
}

fn said(output: &std::process::Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// All records of the archive, unpacked.
fn archive(place: &Place) -> String {
    let mut all = Vec::new();
    for file in std::fs::read_dir(place.data().join("archive")).unwrap() {
        flate2::read::MultiGzDecoder::new(std::fs::File::open(file.unwrap().path()).unwrap()).read_to_end(&mut all).unwrap();
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// Every file below a folder but the database, as text.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if !path.file_name().unwrap().to_string_lossy().contains("sqlite") {
            found.push((path.display().to_string(), String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned()));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_session_opens_what_a_login_wall_closes_until_a_wall_ends_it() {
    let (club, place) = (Club::open(), Place::new());
    let cookies = place.file("cookies.txt", club.cookies("first-SECRET"));
    let set = ["session", "set", "club", "--cookies", cookies.as_str()];

    // The wall is met, and for what is public there is no session.
    place.configure(&[club.source("public", "2099-01-01", "")], str::to_owned);
    let output = place.run(&["crawl", "--once"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        said(&output).contains("paused: login wall at /login since ") && said(&output).contains("public reading is still possible"),
        "{}",
        said(&output)
    );
    let row = standing(&place);
    assert_eq!((&row["state"], &row["authority"]["approval"]), (&"paused".into(), &"declared, not verified".into()));
    assert!(!row["do"].as_str().unwrap().contains("session set"), "{row}");
    let refused = place.refusal(2, &set);
    assert!(refused.contains("access = \"account\"") && !refused.contains("SECRET"), "{refused}");
    let gone = club.source("account", "2020-01-01", "");
    place.configure(&[gone], str::to_owned);
    assert!(place.refusal(2, &set).contains("expired on 2020-01-01"));
    assert!(place.refusal(2, &["session", "set", "nosuch", "--cookies", &cookies]).contains("club"));
    assert!(place.rows(&["session", "list", "--json"]).is_empty(), "what was refused is not stored");

    // With the authority it is taken, and the listings come.
    place.configure(&[club.source("account", "2099-01-01", "")], str::to_owned);
    let row = standing(&place);
    assert!(row["do"].as_str().unwrap().contains("`vigie session set club --cookies FILE`"), "{row}");
    club.lets_in(&["first-SECRET", "second-SECRET"]);
    *club.state.renewed.lock().unwrap() = Some(("first-SECRET".into(), "second-SECRET".into()));
    let output = place.run(&set);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let told = said(&output);
    assert!(told.contains("2 cookies, 1 of other hosts left out, 1 whose end is over left out"), "{told}");
    assert!(told.contains("others may read") && told.contains("chmod 600"), "{told}");
    assert_eq!(standing(&place)["state"], "ready", "the pause is over");
    let before = club.asked().len();
    let output = place.run(&["crawl", "--once", "--json"]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert_eq!(place.listings().len(), ITEMS);
    let asked = club.asked().split_off(before);
    let sent = |asked: &[(String, String)], value: &str| asked.iter().filter(|(_, cookies)| cookies.contains(value)).count();
    assert!(sent(&asked, "sid=first-SECRET; theme=dark-SECRET") > 0 && sent(&asked, "sid=second-SECRET") > 0, "{asked:?}");
    assert!(asked.last().unwrap().1.contains("second-SECRET"), "a cookie that the server replaces is followed: {asked:?}");
    assert_eq!(sent(&asked, "visitor") + sent(&asked, "others") + sent(&asked, "over"), 0, "{asked:?}");
    let one = session(&place);
    assert_eq!((&one["standing"], &one["cookies"], &one["server_cookies"]), (&"in_use".into(), &2.into(), &0.into()), "{one}");
    assert_eq!((&one["hosts"][club.address.ip().to_string()], &one["approval"]), (&2.into(), &"declared, not verified".into()));
    let output = place.run(&["session", "list"]);
    assert!(
        said(&output).contains("in_use") && said(&output).contains("approved by Anna Muster (declared, not verified)"),
        "{}",
        said(&output)
    );
    assert!(place.expect(0, &["sources", "club"]).contains("Anna Muster (declared, not verified)"));

    // The server ends it: the wall again, and how long it lasted is remembered.
    club.lets_in(&["third-SECRET"]);
    let output = place.run(&["crawl", "--once", "--revisit"]);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
    let row = standing(&place);
    assert_eq!(
        (&row["state"], &row["session"]["standing"], &row["session"]["wall"]),
        (&"paused".into(), &"walled".into(), &"login wall".into())
    );
    assert!(row["session"]["warning"].as_str().unwrap().contains("met a login wall"), "{row}");
    assert!(place.expect(3, &["doctor", "--offline"]).contains("session set club"));

    // The next one is foreseen to last as long.
    place.file("cookies.txt", club.cookies("third-SECRET"));
    place.expect(0, &set);
    place.expect(0, &["crawl", "--once"]);
    let one = session(&place);
    assert_eq!(
        (&one["standing"], &one["sessions"], &one["ends_because"]),
        (&"in_use".into(), &2.into(), &"earlier_sessions".into()),
        "{one}"
    );
    let warning = one["warning"].as_str().unwrap();
    assert!(warning.contains("The session of club") && warning.contains("earlier ones lasted"), "{warning}");
    assert!(place.expect(0, &["sources"]).split_whitespace().collect::<Vec<_>>().join(" ").contains("earlier ones lasted"));
    assert!(place.expect(3, &["doctor", "--offline"]).contains("earlier ones lasted"));

    // No secret is anywhere but in the database.
    place.expect(0, &["export", "tables", "--out", place.folder.path().join("tables").to_str().unwrap()]);
    let all = archive(&place);
    assert!(all.contains("cookie: sid=masked-") && all.contains("set-cookie: sid=masked-"), "requests and answers are archived masked");
    assert!(!all.contains("SECRET"));
    std::fs::remove_file(&cookies).unwrap();
    for (name, text) in files(place.folder.path()) {
        assert!(!text.contains("SECRET"), "{name}");
    }
    for arguments in
        [&["sources", "--json"][..], &["sources", "club", "--json"], &["session", "list", "--json"], &["check"], &["doctor", "--offline"]]
    {
        assert!(!said(&place.run(arguments)).contains("SECRET"), "{arguments:?}");
    }
    let pool = place.store().await;
    let audit: Vec<(String, String)> = sqlx::query_as("SELECT action, subject FROM audit ORDER BY id").fetch_all(&pool).await.unwrap();
    assert!(audit.iter().all(|(action, subject)| !action.contains("SECRET") && !subject.contains("SECRET")));
    assert_eq!(audit.iter().filter(|(action, subject)| action == "session set" && subject == "club: 2 cookies").count(), 2);

    // Without the authority it is kept and not sent; nor is what servers set beside it.
    place.configure(&[club.source("public", "2099-01-01", "")], str::to_owned);
    assert_eq!(session(&place)["standing"], "not_allowed");
    let before = club.asked().len();
    assert_eq!(place.run(&["crawl", "--once", "--revisit"]).status.code(), Some(3));
    let asked = club.asked().split_off(before);
    assert!(asked.len() > 1 && asked.iter().all(|(_, cookies)| !cookies.contains("SECRET")), "{asked:?}");
    place.configure(&[club.source("account", "2020-01-01", "")], str::to_owned);
    let before = club.asked().len();
    assert_eq!(place.run(&["crawl", "--once", "--revisit"]).status.code(), Some(3));
    assert_eq!(club.asked().len(), before, "nothing is fetched without an authority");

    // Cleared, all of it is gone.
    place.expect(0, &["session", "clear", "club"]);
    assert_eq!(session(&place)["standing"], "cleared");
    let left: Vec<(String,)> =
        sqlx::query_as("SELECT cookies FROM session WHERE cookies <> '' UNION ALL SELECT cookies FROM source_state WHERE cookies <> ''")
            .fetch_all(&pool)
            .await
            .unwrap();
    assert!(left.is_empty(), "{left:?}");
    pool.close().await;
    assert!(place.refusal(2, &["session", "clear", "nosuch"]).contains("nosuch"));
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_running_daemon_takes_sessions_up_and_lets_them_go() {
    let (club, place) = (Club::open(), Place::new());
    let cookies = place.file("cookies.txt", club.cookies("first-SECRET"));
    place.configure(
        &[club.source("account", "2099-01-01", "[recrawl]\nindex = \"500ms\"\nlisting = \"1s\"\nother = \"1s\"\n")],
        str::to_owned,
    );
    std::fs::write(
        place.config().join("vigie.toml"),
        format!("database = \"{}\"\n[log]\nlevel = \"info\"\n[run]\nlisten = \"127.0.0.1:0\"\n", place.facts.address),
    )
    .unwrap();
    let mut daemon = Daemon::start(&place, &[]);
    daemon.wait_for("the wall", |_| standing(&place)["state"] == "paused");
    club.lets_in(&["first-SECRET"]);
    place.expect(0, &["session", "set", "club", "--cookies", &cookies]);
    daemon.wait_for("the listings", |_| place.listings().len() == ITEMS);
    assert_ne!(standing(&place)["state"], "paused");
    club.lets_in(&[]);
    daemon.wait_for("the wall again", |_| standing(&place)["state"] == "paused");
    assert_eq!(session(&place)["standing"], "walled");
    place.file("cookies.txt", club.cookies("next-SECRET"));
    club.lets_in(&["next-SECRET"]);
    place.expect(0, &["session", "set", "club", "--cookies", &cookies]);
    daemon.wait_for("the second session", |_| club.asked().iter().filter(|(_, cookies)| cookies.contains("next-SECRET")).count() > 2);
    place.expect(0, &["session", "clear", "club"]);
    daemon.wait_for("its end", |_| club.asked().last().is_some_and(|(path, cookies)| path != "/robots.txt" && !cookies.contains("SECRET")));
    daemon.wait_for("the last wall", |_| standing(&place)["state"] == "paused");
    let log = daemon.said();
    assert!(log.contains("a session was set") && log.contains("session was cleared") && !log.contains("SECRET"), "{log}");
    daemon.stop();
    let pool = place.store().await;
    let (left,): (i64,) = sqlx::query_as("SELECT COUNT(*) FROM session WHERE cookies <> ''").fetch_one(&pool).await.unwrap();
    assert_eq!(left, 0, "a running crawl does not write back what was cleared");
    let kept: Vec<(String,)> = sqlx::query_as("SELECT cookies FROM source_state").fetch_all(&pool).await.unwrap();
    assert!(kept.iter().all(|(text,)| !text.contains("SECRET")));
    pool.close().await;
    place.expect(0, &["verify"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_to_the_wall_that_came_before_the_session_does_not_pause_again() {
    let (club, place) = (Club::open(), Place::new());
    place.configure(&[club.source("account", "2099-01-01", "")], str::to_owned);
    place.expect(3, &["crawl", "--once"]);
    assert_eq!(standing(&place)["state"], "paused");
    // As a second answer leaves it that was under way when the first one paused the source.
    let pool = place.store().await;
    let sql = "UPDATE url SET due_at = 0, reason = 'redirect', priority = 0 WHERE address LIKE '%/login'";
    assert_eq!(sqlx::query(sql).execute(&pool).await.unwrap().rows_affected(), 1);
    pool.close().await;
    club.lets_in(&["first-SECRET"]);
    let cookies = place.file("cookies.txt", club.cookies("first-SECRET"));
    place.expect(0, &["session", "set", "club", "--cookies", &cookies]);
    place.expect(0, &["crawl", "--once"]);
    assert_eq!((standing(&place)["state"].clone(), place.listings().len()), ("waiting".into(), ITEMS));
}

#[test]
fn files_that_cannot_be_used_are_refused_with_their_lines() {
    let (club, place) = (Club::open(), Place::new());
    place.configure(&[club.source("account", "2099-01-01", "")], str::to_owned);
    let try_it = |content: &[u8]| {
        let file = place.file("cookies.txt", content);
        place.refusal(2, &["session", "set", "club", "--cookies", &file])
    };
    let host = club.address.ip();
    let bad = try_it(
        format!("{host}\tFALSE\t/\tFALSE\t0\tok\tSECRET\n{host} FALSE / FALSE 0 sid SECRET\n{host}\tFALSE\t/\tFALSE\tsoon\tsid\tSECRET\n")
            .as_bytes(),
    );
    assert!(bad.contains("cookies.txt:2: it has no tabs") && bad.contains("cookies.txt:3: ") && !bad.contains("SECRET"), "{bad}");
    assert!(try_it(b"[{\"name\": \"sid\", \"value\": \"SECRET\"}]").contains("JSON"));
    let foreign = try_it(b"other.example\tFALSE\t/\tFALSE\t0\tsid\tSECRET\n");
    assert!(foreign.contains("no cookie for club") && foreign.contains("1 of other hosts left out"), "{foreign}");
    assert!(try_it(&vec![b'#'; 2 << 20]).contains("more than 1048576 bytes"));
    assert!(place.refusal(1, &["session", "set", "club", "--cookies", "/nowhere/cookies.txt"]).contains("cannot open"));
    assert!(!place.data().join("vigie.sqlite").exists(), "nothing was stored");
    let fine = place.file("fine.txt", club.cookies("x"));
    std::process::Command::new("chmod").args(["600", &fine]).status().unwrap();
    let output = place.run(&["session", "set", "club", "--cookies", &fine]);
    assert!(output.status.success() && !said(&output).contains("others may read"), "{}", said(&output));
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn every_capture_names_its_authority_and_a_rebuilt_store_does_too() {
    let (shop, place) = (Shop::open(12), Place::new());
    place.configure(&[shop.source("shop", "")], str::to_owned);
    place.expect(0, &["crawl", "--once"]);
    let rows = place.file("rows.jsonl", "{\"id\": \"1\", \"title\": \"Glock 19\"}\n");
    place.expect(0, &["import", &rows, "--source", "imported"]);
    // The form that docs/sessions.md tells, hashed without the program's help.
    let text =
        "vigie-authority: 1\nsource: shop\nreference: T-1\nlegal_basis: test\napproved_by: test\nexpires: 2099-01-01\naccess: public\n";
    let first = {
        use sha2::{Digest, Sha256};
        let hash: String = Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
        format!("sha256:{hash}")
    };
    let check: Value = serde_json::from_str(&place.expect(0, &["check", "--json"])).unwrap();
    assert_eq!(
        (check["sources"][0]["authority"]["hash"].as_str(), &check["sources"][0]["authority"]["approval"]),
        (Some(first.as_str()), &"declared, not verified".into())
    );
    let count = |place: &Place| -> Value {
        serde_json::from_str::<Value>(&place.expect(0, &["verify", "--json"])).unwrap()["by_authority"].clone()
    };
    let counted = count(&place);
    let captures = counted[&first].as_u64().unwrap();
    assert_eq!((captures > 14, &counted["none"], counted.as_object().unwrap().len()), (true, &1.into(), 2), "{counted}");
    let all = archive(&place);
    assert!(all.contains(text) && all.contains(&format!("WARC-Target-URI: urn:vigie:shop:authority:{first}\r\n")));
    assert!(all.contains(&format!("\"authority\":\"{first}\"")), "the hash is in a block that has a digest, too");

    // Another authority is another hash, from then on.
    place.configure(&[shop.source("shop", "")], |text| text.replace("T-1", "T-2"));
    place.expect(0, &["crawl", "--once", "--revisit"]);
    let counted = count(&place);
    assert_eq!((counted[&first].as_u64(), counted.as_object().unwrap().len()), (Some(captures), 3), "{counted}");
    let stored = async |place: &Place| {
        let pool = place.store().await;
        let captures: Vec<(String, String)> =
            sqlx::query_as("SELECT id, authority FROM capture ORDER BY id").fetch_all(&pool).await.unwrap();
        let authorities: Vec<(String, String, String, i64)> =
            sqlx::query_as("SELECT hash, source, body, first_used FROM authority ORDER BY hash").fetch_all(&pool).await.unwrap();
        pool.close().await;
        (captures, authorities)
    };
    let before = stored(&place).await;
    assert_eq!(before.1.len(), 2);
    assert!(before.1.iter().any(|(hash, source, body, used)| *hash == first && source == "shop" && body == text && *used > 0));
    assert_eq!(before.0.iter().filter(|(_, hash)| *hash == first).count() as u64, captures);
    place.expect(0, &["reextract"]);
    assert_eq!(stored(&place).await, before, "reading again changes neither");

    // With the store lost, the archive alone gives the same rows.
    if place.facts.address == "sqlite" {
        for file in ["vigie.sqlite", "vigie.sqlite-wal", "vigie.sqlite-shm"] {
            let _ = std::fs::remove_file(place.data().join(file));
        }
        place.configure(&[shop.source("shop", "")], |text| text.replace("2099-01-01", "2020-01-01"));
        assert_eq!(place.run(&["crawl", "--once"]).status.code(), Some(3), "nothing is fetched, what is archived is read");
        assert_eq!(stored(&place).await, before);
    }
    let pool = place.store().await;
    sqlx::query("UPDATE capture SET authority = 'sha256:0' WHERE id = (SELECT MIN(id) FROM capture WHERE authority <> '')")
        .execute(&pool)
        .await
        .unwrap();
    pool.close().await;
    assert!(place.expect(1, &["verify"]).contains("missing or is another one"), "a changed hash is found");
}
