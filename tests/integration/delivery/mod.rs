//! Webhooks: signed, repeated until they are accepted, dead where they are refused, at least once whatever is killed. The other channels, each
//! in its file, share the receiver and the place.

mod tls;
mod mail;
mod syslog;
mod misp;
mod feed;
mod kills;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use crate::instance::{Place, lines};
use crate::run::{Daemon, settings};

const SECRET: &str = "0123456789abcdef0123456789abcdef";

/// What a receiver got.
#[derive(Clone, Debug)]
struct Received {
    head: String,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Received {
    /// What the receiver knows it by: its key, or all of it.
    fn key(&self) -> &str {
        self.headers.get("idempotency-key").unwrap_or(&self.body)
    }

    fn alert(&self) -> Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }
}

/// What a receiver does with a request.
enum Reply {
    Status(u16),
    Text(u16, &'static str),
    Redirect(String),
    Silence,
    Cut,
}

/// A server on loopback that takes notifications.
struct Receiver {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Receiver {
    /// `answer` is given how often it was asked with this key before.
    fn new(answer: impl Fn(&Received, usize) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received: Arc<Mutex<Vec<Received>>> = Arc::default();
        let (kept, answer) = (Arc::clone(&received), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &kept, &*answer));
            }
        });
        Self { address, received }
    }

    fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }

    /// Its part of the configuration.
    fn channel(&self, name: &str, more: &str) -> String {
        let url = format!("http://{}/hook?token=hidden", self.address);
        format!("[[delivery.webhook]]\nname = \"{name}\"\nurl = \"{url}\"\nsecret_file = \"../secret\"\nallow_private = true\n{more}\n")
    }
}

fn serve(stream: TcpStream, kept: &Mutex<Vec<Received>>, answer: &dyn Fn(&Received, usize) -> Reply) {
    let mut out = stream.try_clone().unwrap();
    let mut input = BufReader::new(stream);
    loop {
        let mut head = String::new();
        if input.read_line(&mut head).unwrap_or(0) == 0 {
            return;
        }
        let mut headers = BTreeMap::new();
        loop {
            let mut line = String::new();
            if input.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            headers.insert(name.to_ascii_lowercase(), value.to_owned());
        }
        let mut body = vec![0; headers.get("content-length").and_then(|text| text.parse().ok()).unwrap_or(0)];
        if input.read_exact(&mut body).is_err() {
            return;
        }
        let one = Received { head: head.trim_end().to_owned(), headers, body: String::from_utf8(body).unwrap() };
        let before = {
            let mut kept = kept.lock().unwrap();
            let before = kept.iter().filter(|other| other.key() == one.key()).count();
            kept.push(one.clone());
            before
        };
        let answer = match answer(&one, before) {
            Reply::Status(status) => format!("HTTP/1.1 {status} Said\r\nContent-Length: 0\r\n\r\n"),
            Reply::Text(status, text) => format!("HTTP/1.1 {status} Said\r\nContent-Length: {}\r\n\r\n{text}", text.len()),
            Reply::Redirect(to) => format!("HTTP/1.1 307 Elsewhere\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n"),
            Reply::Cut => {
                let _ = out.write_all(b"HTTP/1.1 200 Sa");
                return;
            }
            Reply::Silence => {
                std::thread::sleep(Duration::from_secs(60));
                return;
            }
        };
        if out.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// A place whose only source may not be crawled, so that its daemon delivers alone; quick to try again.
fn place(channels: &[String], delivery: &str) -> Place {
    bare(&[("secret", &format!("{SECRET}\n"))], &format!("{delivery}\n{}", channels.concat()))
}

/// The same with these files beside its configuration and this text in `[delivery]`.
fn bare(files: &[(&str, &str)], delivery: &str) -> Place {
    let place = Place::new();
    for (name, text) in files {
        place.file(name, text);
    }
    let source = "id = \"s0\"\ntype = \"shop\"\nseeds = [\"https://shop.example/\"]\n[scope]\nhosts = [\"shop.example\"]\n";
    place.configure(&[("s0.toml".to_owned(), source.to_owned())], str::to_owned);
    configure(&place, delivery);
    place.expect(0, &["watch", "add", "all", "*"]);
    place
}

fn configure(place: &Place, delivery: &str) {
    settings(place, &format!("[delivery]\nfirst_retry = \"200ms\"\ntimeout = \"2s\"\n{delivery}"));
}

/// What a Python program prints about a file.
fn python(program: &str, file: &Path) -> Value {
    let output = Command::new("python3").args(["-c", program]).arg(file).output().expect("python3 runs");
    assert!(output.status.success(), "{}: {}", file.display(), String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A file of advertisements to import.
fn ads(place: &Place, numbers: std::ops::Range<u32>) -> String {
    let ad = |n: u32| json!({"id": n.to_string(), "title": format!("Advertisement number {n}"), "description": "text", "vendor": format!("vendor {n}")});
    place.file("ads.jsonl", numbers.map(|n| format!("{}\n", ad(n))).collect::<String>())
}

fn undelivered(place: &Place) -> Vec<Value> {
    place.rows(&["alerts", "--undelivered", "--json"])
}

#[test]
pub(crate) fn each_notification_is_signed_and_tried_again_until_it_is_accepted() {
    // This one breaks off in the middle of its first answer to each.
    let short = Receiver::new(|_, before| if before == 0 { Reply::Cut } else { Reply::Status(200) });
    // The first two tries of each fail.
    let receiver = Receiver::new(|_, before| Reply::Status(if before < 2 { [500, 429][before] } else { 200 }));
    let place = place(&[receiver.channel("desk", "details = true"), short.channel("short", "")], "desk = \"https://desk.example\"");
    let file = ads(&place, 0..3);
    place.expect(0, &["import", &file, "--source", "s1"]);
    let mut daemon = Daemon::start(&place, &[]);
    daemon.wait_for("all notifications", |_| undelivered(&place).is_empty());
    let alerts = place.rows(&["alerts", "--json"]);
    let received = receiver.received();
    assert_eq!((alerts.len(), received.len()), (3, 9));
    for alert in &alerts {
        let id = alert["id"].as_str().unwrap();
        let tries: Vec<&Received> = received.iter().filter(|one| one.alert()["id"] == id).collect();
        assert_eq!(tries.len(), 3);
        assert!(tries.iter().all(|one| one.key() == format!("{id}:desk")), "{tries:?}");
        let link = json!(format!("https://desk.example/alerts/{id}"));
        let mut whole = alert.clone();
        whole["link"] = link.clone();
        assert_eq!(tries[0].alert(), whole, "with details a channel gets what `alerts --json` shows");
        let both: Vec<Received> = short.received().into_iter().filter(|one| one.alert()["id"] == id).collect();
        let [cut, one] = both.as_slice() else { panic!("an answer that broke off is no answer: {both:?}") };
        assert_eq!(cut.key(), one.key());
        let told = json!({"id": id, "watch": alert["watch"], "source": alert["source"], "created_at": alert["created_at"], "link": link,
            "events": ["new"], "priority": "normal"});
        assert_eq!(one.alert(), told, "without them nothing of the listing");
    }
    for one in &received {
        assert_eq!(one.head, "POST /hook?token=hidden HTTP/1.1");
        assert_eq!(one.headers["content-type"], "application/json");
        let (at, signed) = one.headers["vigie-signature"].strip_prefix("t=").and_then(|rest| rest.split_once(",v1=")).unwrap();
        let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
        mac.update(format!("{at}.{}", one.body).as_bytes());
        let expected: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(signed, expected);
        let age = jiff::Timestamp::now().as_second() - at.parse::<i64>().unwrap();
        assert!((0..300).contains(&age), "{age}");
    }
    let metrics = daemon.metrics();
    assert_eq!(metrics.get("vigie_notifications_waiting", &[("channel", "desk")]), Some(0.0));
    assert_eq!(metrics.get("vigie_oldest_notification_seconds", &[("channel", "desk")]), Some(0.0));
    // What was sent before can be sent again, under the same key.
    let id = alerts[1]["id"].as_str().unwrap();
    place.expect(0, &["alerts", "redeliver", id, "--channel", "desk"]);
    daemon.wait_for("the same again", |_| receiver.received().len() > 9);
    assert_eq!(receiver.received()[9].key(), format!("{id}:desk"));
    assert!(place.refusal(1, &["alerts", "redeliver", "nothing"]).contains("no alert"));
    assert!(place.refusal(2, &["alerts", "redeliver", "--all", "--channel", "moon"]).contains("there are desk, short"));
    let said = daemon.said();
    assert!(said.contains("not accepted") && !said.contains("hidden") && !said.contains(SECRET), "{said}");
    daemon.stop();
}

#[test]
fn what_is_refused_is_dead_and_a_silent_channel_holds_nobody() {
    let elsewhere = Receiver::new(|_, _| Reply::Status(200));
    let to = format!("http://{}/", elsewhere.address);
    let good = Receiver::new(|_, _| Reply::Status(204));
    let gone = Receiver::new(|_, before| Reply::Status(if before == 0 { 410 } else { 200 }));
    let moved = Receiver::new(move |_, _| Reply::Redirect(to.clone()));
    let silent = Receiver::new(|_, _| Reply::Silence);
    let channels = [
        silent.channel("silent", ""),
        gone.channel("gone", ""),
        moved.channel("moved", "watches = [\"two\"]"),
        good.channel("good", "watches = [\"all\"]\ndetails = true"),
    ];
    let place = place(&channels, "tries = 2");
    place.expect(0, &["watch", "add", "two", "\"number 2\""]);
    let file = ads(&place, 0..7);
    let begun = std::time::Instant::now();
    place.expect(0, &["import", &file, "--source", "s1"]);
    assert!(begun.elapsed() < Duration::from_secs(40), "the import waited for a receiver: {:?}", begun.elapsed());
    let mut daemon = Daemon::start(&place, &[]);
    daemon.wait_for("what the good one takes", |_| good.received().len() >= 7);
    let order: Vec<i64> = good.received().iter().map(|one| one.alert()["seq"].as_i64().unwrap()).collect();
    assert!(order.is_sorted() && order.len() == 7, "in the order of raising: {order:?}");
    assert!(good.received().iter().all(|one| one.alert()["watch"] == "all"));
    daemon.wait_for("what is refused", |_| {
        let rows = undelivered(&place);
        let dead =
            |channel: &str| rows.iter().filter(|row| row["delivery"]["channel"] == channel && row["delivery"]["state"] == "dead").count();
        dead("gone") == 8 && dead("moved") == 1 && dead("silent") >= 1
    });
    let rows = undelivered(&place);
    let note = |channel: &str| {
        rows.iter()
            .find(|row| row["delivery"]["channel"] == channel && row["delivery"]["state"] == "dead")
            .map(|row| (row["delivery"]["note"].as_str().unwrap().to_owned(), row["delivery"]["tries"].as_i64().unwrap()))
            .unwrap()
    };
    assert_eq!(note("gone"), ("status 410".to_owned(), 1));
    assert_eq!(note("moved").1, 1);
    assert!(note("moved").0.contains("redirects are not followed"));
    assert_eq!(note("silent"), ("no answer in time".to_owned(), 2));
    assert!(elsewhere.received().is_empty(), "a redirect was followed");
    let metrics = daemon.metrics();
    assert_eq!(metrics.get("vigie_notifications_dead", &[("channel", "gone")]), Some(8.0));
    let refused = metrics.get("vigie_deliveries_total", &[("channel", "gone"), ("result", "refused")]);
    assert!(refused > Some(0.0) && refused <= Some(8.0), "some were refused during the import: {refused:?}");
    assert!(place.expect(0, &["alerts", "--undelivered"]).contains("dead after 1 tries"));
    // A self-test says so, and what to do.
    let report: Value = serde_json::from_slice(&place.run(&["doctor", "--offline", "--json"]).stdout).unwrap();
    let channels = report["checks"].as_array().unwrap().iter().find(|check| check["name"] == "channels").unwrap();
    assert!(channels["grade"] == "warning" && channels["measured"].as_str().unwrap().contains("dead"), "{channels}");
    place.expect(0, &["alerts", "redeliver", "--all", "--channel", "gone"]);
    daemon.wait_for("what is sent again", |_| !undelivered(&place).iter().any(|row| row["delivery"]["channel"] == "gone"));
    assert_eq!(gone.received().len(), 16);
    daemon.stop();
}

#[test]
pub(crate) fn killed_in_mid_delivery_every_notification_comes_under_one_key() {
    let receiver = Receiver::new(|_, _| {
        std::thread::sleep(Duration::from_millis(5));
        Reply::Status(200)
    });
    let place = place(&[receiver.channel("desk", "")], "");
    // The channel is known from the start; nothing is sent while the import has no secret.
    let secret = place.folder.path().join("secret");
    std::fs::remove_file(&secret).unwrap();
    let file = ads(&place, 0..600);
    let output = place.run(&["import", &file, "--source", "s1"]);
    assert!(output.status.success() && String::from_utf8_lossy(&output.stderr).contains("its secret cannot be read"), "{output:?}");
    assert!(receiver.received().is_empty());
    std::fs::write(&secret, SECRET).unwrap();
    let mut kills = 0;
    for more in [3, 40, 75, 11, 130] {
        let before = receiver.received().len();
        let mut daemon = Daemon::start(&place, &[]);
        daemon.wait_for("more of them", |_| receiver.received().len() >= before + more);
        daemon.kill();
        kills += 1;
    }
    let mut daemon = Daemon::start(&place, &[]);
    daemon.wait_for("all notifications", |_| undelivered(&place).is_empty());
    daemon.stop();
    let alerts = place.rows(&["alerts", "--json"]);
    assert_eq!(alerts.len(), 600);
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for one in receiver.received() {
        assert_eq!(one.key(), format!("{}:desk", one.alert()["id"].as_str().unwrap()));
        *times.entry(one.key().to_owned()).or_default() += 1;
    }
    assert_eq!(times.len(), 600, "every notification came");
    let again: usize = times.values().map(|n| n - 1).sum();
    assert!(again <= kills * 40, "{again} came more than once");
    // The file beside it has each once.
    assert_eq!(lines(&std::fs::read_to_string(place.data().join("alerts.jsonl")).unwrap()).len(), 600);
    place.expect(0, &["verify"]);
}

const SYSLOG: &str = "[[delivery.syslog]]\nname = \"siem\"\naddress = \"siem.example\"\n";
const MISP: &str = "[[delivery.misp]]\nname = \"misp\"\nurl = \"https://misp.example\"\nkey_env = \"K\"\n";
const MAIL: &str = "[[delivery.mail]]\nname = \"duty\"\nserver = \"mail.example\"\nfrom = \"a@b.example\"\nto = [\"b@c.example\"]\n";

#[test]
fn a_webhook_that_could_do_harm_is_refused_in_a_sentence() {
    let good = "name = \"desk\"\nurl = \"https://desk.example/x\"\nsecret_env = \"VIGIE_TEST_SECRET\"\n";
    let cases = [
        (good.replace("https://desk.example/x", "http://desk.example/x"), "not encrypted"),
        (good.replace("https://desk.example/x", "https://10.0.0.9/x"), "loopback or private"),
        (good.replace("https://desk.example/x", "https://anna:pw@desk.example/x"), "user name or password"),
        (good.replace("https://desk.example/x", "https://www.shop.example/x"), "a host of the source `s0`"),
        (good.replace("https://desk.example/x", "desk"), "is no address"),
        (good.replace("desk\"", "Desk 1\""), "no name of a channel"),
        (good.replace("secret_env = \"VIGIE_TEST_SECRET\"", "secret = \"in the open\""), "unknown key `secret`"),
        (good.lines().take(2).map(|line| format!("{line}\n")).collect(), "one place of its secret"),
        (format!("{good}[[delivery.syslog]]\nname = \"desk\"\naddress = \"siem.example\"\n"), "a second channel named `desk`"),
        (format!("{good}{}", SYSLOG.replace("siem.example", "www.shop.example:6514")), "a host of the source `s0`"),
        (format!("{good}{SYSLOG}transport = \"tcp\"\n"), "the syslog `siem` is not encrypted"),
        (format!("{good}{}", MISP.replace("misp.example", "shop.shop.example")), "a host of the source `s0`"),
        (format!("{good}{}distribution = 4\n", MISP), "`4` is no distribution"),
        (format!("{good}{}", MISP.replace("key_env = \"K\"\n", "")), "one place of its key"),
        (format!("{good}{}", MAIL.replace("mail.example", "www.shop.example")), "a host of the source `s0`"),
        (format!("{good}{}", MAIL.replace("mail.example", "127.0.0.1")), "loopback or private"),
        (format!("{good}{MAIL}security = \"none\"\n"), "the mail `duty` is not encrypted"),
        (format!("{good}{MAIL}security = \"none\"\nallow_private = true\n"), "the mail `duty` is not encrypted"),
        (format!("{good}{}", MAIL.replace("b@c.example", "b@c.example\\r\\nBcc: d@e.example")), "is no mail address"),
        (format!("{good}{MAIL}user = \"vigie\"\npassword = \"in the open\"\n"), "unknown key `password`"),
        (format!("{good}{MAIL}user = \"vigie\"\n"), "one place of its password"),
        (format!("[delivery]\ndesk = \"desk\"\n[[delivery.webhook]]\n{good}"), "links can begin with"),
        (format!("{good}[delivery.feed]\nentries = 0\n"), "from 1 to 5000"),
        (format!("{good}[[delivery.webhook]]\n{good}"), "a second channel named `desk`"),
    ];
    let place = Place::new();
    let source = "id = \"s0\"\ntype = \"shop\"\nseeds = [\"https://www.shop.example/\"]\n[scope]\nhosts = [\"*.shop.example\"]\n";
    place.configure(&[("s0.toml".to_owned(), source.to_owned())], str::to_owned);
    let write = |text: &str| {
        let head = if text.starts_with('[') { "" } else { "[[delivery.webhook]]\n" };
        std::fs::write(place.config().join("vigie.toml"), format!("{head}{text}")).unwrap();
    };
    for (text, why) in cases {
        write(&text);
        let output = place.run(&["check"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(2), "{text}: {said}");
        assert!(said.contains(why) && said.contains("vigie.toml"), "{text}: {said}");
    }
    write(&format!("{good}{SYSLOG}{MISP}{MAIL}user = \"vigie\"\npassword_env = \"P\"\n"));
    let shown = place.expect(0, &["check"]);
    assert!(shown.contains("https://desk.example/...") && !shown.contains("desk.example/x"), "{shown}");
    for told in ["[[delivery.syslog]]", "port = 6514", "[[delivery.mail]]", "port = 465", "[[delivery.misp]]", "details = false"] {
        assert!(shown.contains(told), "{told} in {shown}");
    }
    let shown = place.expect(0, &["check", "--json"]);
    assert!(!shown.contains("desk.example/x"), "{shown}");
}
