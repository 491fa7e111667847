//! The desk, as its users and its enemies meet it.

mod browser;
mod client;
mod hostile;
mod pages;
mod rights;
mod tasks;
mod together;
mod walk;

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

pub(crate) use browser::Browser;
pub(crate) use client::{Answer, Client};

use crate::instance::Place;

/// Password of all users of the tests.
pub(crate) const PASSWORD: &str = "correct horse battery";
/// The roles, by the letters of the tables.
pub(crate) const ROLES: [(char, &str); 5] =
    [('I', "investigator"), ('S', "supervisor"), ('R', "researcher"), ('U', "auditor"), ('A', "administrator")];

/// `vigie serve` over a place; it ends when it is dropped.
pub(crate) struct Served {
    child: Child,
    /// `127.0.0.1:port`.
    pub(crate) address: String,
}

impl Served {
    /// Serves a place on any port, with a user of each role who needs no one-time code.
    pub(crate) fn over(place: &Place) -> Self {
        for (_, role) in ROLES {
            add_user(place, role, &["--role", role]);
        }
        Self::only(place, "require_totp = false")
    }

    /// Serves a place with these lines under `[web]`.
    pub(crate) fn only(place: &Place, settings: &str) -> Self {
        let file = place.config().join("vigie.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, format!("{text}\n[web]\nlisten = \"127.0.0.1:0\"\n{settings}\n")).unwrap();
        let mut child = place.command(&["serve"]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("vigie starts");
        let mut said = BufReader::new(child.stderr.take().unwrap()).lines();
        let line = said.find_map(|line| line.ok().filter(|line| line.contains("http://"))).expect("the desk says where it is");
        let address = line.split_once("http://").unwrap().1.split(';').next().unwrap().to_owned();
        // What it says later must not fill the pipe.
        std::thread::spawn(move || said.for_each(drop));
        Self { child, address }
    }

    /// A browser without anything.
    pub(crate) fn client(&self) -> Client {
        Client::new(&self.address)
    }

    /// A browser that is signed in as the user of a role.
    pub(crate) fn signed_in(&self, name: &str) -> Client {
        let mut client = self.client();
        let answer = client.post("/signin", &[("name", name), ("password", PASSWORD)]);
        assert_eq!(answer.status, 303, "{name}: {}", answer.body);
        client
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Adds a user with the password of all.
pub(crate) fn add_user(place: &Place, name: &str, more: &[&str]) {
    use std::io::Write;
    let mut command = place.command(&[&["user", "add", name, "--password-stdin"], more].concat());
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A few listings of two sources.
pub(crate) fn stocked() -> Place {
    let place = Place::new();
    for (source, rows) in [
        (
            "alpha",
            r#"{"id":"1","title":"Glock 17 Gen 5, 9x19","description":"Two magazines, new.","price":"900","currency":"EUR","vendor":"iron dave","observed_at":"2026-03-01T10:00:00Z"}
{"id":"2","title":"Walther P22 .22LR","description":"Pay to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq","price":"0.02","currency":"BTC","vendor":"anna","observed_at":"2026-04-01T10:00:00Z"}
"#,
        ),
        (
            "beta",
            r#"{"id":"7","title":"AR-15 lower receiver 80%","description":"Pay to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq","price":"120","currency":"USD","vendor":"anna","observed_at":"2026-05-01T10:00:00Z"}
"#,
        ),
    ] {
        let file = place.file(&format!("{source}.jsonl"), rows);
        place.expect(0, &["import", "--source", source, &file]);
    }
    place
}

/// The id of the first listing that a query finds.
pub(crate) fn listing(place: &Place, query: &str) -> String {
    place.rows(&["search", query, "--json"])[0]["listing"].as_str().unwrap().to_owned()
}
