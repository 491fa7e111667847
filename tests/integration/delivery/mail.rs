//! Mail: to a real server with TLS and an account, and to one that fails in every way.
//!
//! Where Exim is not installed, or the tests are not run by root, that test says so and ends, unless `VIGIE_TEST_MAIL_NEEDED` is set.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use super::tls::Certified;
use super::{ads, bare, python, undelivered};
use crate::run::Daemon;

/// Prints the mails of a mailbox as JSON, each with its headers, its text and what follows what the server put before it.
const READ: &str = r#"
import email, email.policy, json, mailbox, sys
out = []
for one in mailbox.mbox(sys.argv[1]):
    raw = bytes(one)
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    ours = raw[raw.index(b"From: "):].decode()
    out.append({"headers": [[k, str(v)] for k, v in mail.items()], "text": mail.get_content(), "charset": mail.get_content_charset(),
                "kind": mail.get_content_type(), "ours": ours, "defects": [str(d) for d in mail.defects]})
print(json.dumps(out))
"#;

/// Exim on loopback, with its own configuration, spool and mailbox; ended when it is dropped.
struct Exim {
    daemon: Child,
    folder: tempfile::TempDir,
    tls: u16,
    starttls: u16,
}

impl Exim {
    fn start(certified: &Certified) -> Result<Self, String> {
        let program = ["/usr/sbin/exim4", "/usr/bin/exim4"].into_iter().find(|path| Path::new(path).exists());
        let program = program.ok_or("exim4 is not installed: mail is not tested with a real server")?;
        let folder = tempfile::tempdir().unwrap();
        certified.write(folder.path());
        let shell =
            format!("test $(id -u) = 0 && mkdir {0}/spool && chmod 644 {0}/*.pem && chown -R nobody:nogroup {0}", folder.path().display());
        if !Command::new("sh").args(["-c", &shell]).status().is_ok_and(|status| status.success()) {
            return Err("exim takes root to be started: mail is not tested with a real server".to_owned());
        }
        let port = || TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let (tls, starttls) = (port(), port());
        let configuration = include_str!("exim.conf")
            .replace("FOLDER", folder.path().to_str().unwrap())
            .replace("PORTS", &format!("{tls} : {starttls}"))
            .replace("TLS_PORT", &tls.to_string());
        let file = folder.path().join("exim.conf");
        std::fs::write(&file, configuration).unwrap();
        let said = std::fs::File::create(folder.path().join("said")).unwrap();
        let mut command = Command::new(program);
        command.arg("-C").arg(&file).args(["-bdf", "-q1h"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(said);
        let exim = Self { daemon: command.spawn().unwrap(), folder, tls, starttls };
        for _ in 0..200 {
            if TcpStream::connect(("127.0.0.1", starttls)).is_ok() {
                return Ok(exim);
            }
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        panic!("exim does not start: {}", std::fs::read_to_string(exim.folder.path().join("said")).unwrap());
    }

    fn mailbox(&self) -> PathBuf {
        self.folder.path().join("box")
    }

    fn mails(&self) -> Vec<Value> {
        if !self.mailbox().exists() {
            return Vec::new();
        }
        python(READ, &self.mailbox()).as_array().unwrap().clone()
    }
}

impl Drop for Exim {
    fn drop(&mut self) {
        // An error means that it ended already.
        let _ = self.daemon.kill();
        let _ = self.daemon.wait();
    }
}

fn header<'a>(mail: &'a Value, name: &str) -> &'a str {
    let all: Vec<&str> =
        mail["headers"].as_array().unwrap().iter().filter(|pair| pair[0] == name).map(|pair| pair[1].as_str().unwrap()).collect();
    assert_eq!(all.len(), 1, "{name} in {mail}");
    all[0]
}

/// A mail channel to this machine.
fn channel(name: &str, (server, port): (&str, u16), more: &str) -> String {
    let both = "from = \"vigie@desk.example\"\nallow_private = true\npassword_file = \"../password\"\nuser = \"vigie\"\n";
    format!("[[delivery.mail]]\nname = \"{name}\"\nserver = \"{server}\"\nport = {port}\n{both}{more}\n")
}

#[test]
fn a_real_server_takes_each_notification_over_tls() {
    let certified = Certified::new();
    let exim = match Exim::start(&certified) {
        Ok(exim) => exim,
        Err(why) => {
            assert!(std::env::var_os("VIGIE_TEST_MAIL_NEEDED").is_none(), "{why}");
            println!("{why}");
            return;
        }
    };
    let to = "to = [\"duty@desk.example\"]";
    let channels = [
        channel("duty", ("localhost", exim.tls), to),
        channel(
            "whole",
            ("localhost", exim.starttls),
            "to = [\"a@desk.example\", \"b@desk.example\"]\nsecurity = \"starttls\"\ndetails = true",
        ),
        channel("later", ("localhost", exim.tls), "to = [\"later@desk.example\"]\nwatches = [\"one\"]"),
        channel("nobody", ("localhost", exim.tls), "to = [\"nobody-here@desk.example\"]\nwatches = [\"one\"]"),
        channel("named", ("127.0.0.1", exim.tls), &format!("{to}\nwatches = [\"one\"]")),
        channel("wrong", ("localhost", exim.tls), &format!("{to}\nwatches = [\"one\"]")).replace("../password", "../other"),
    ];
    let files = [("root.pem", certified.root.as_str()), ("password", "a secret\n"), ("other", "another secret\n")];
    let place = bare(&files, &format!("desk = \"https://desk.example/\"\n{}\n[tls]\nextra_roots = \"../root.pem\"\n", channels.concat()));
    place.expect(0, &["watch", "add", "one", "\"number 1\""]);
    place.expect(0, &["import", &ads(&place, 0..3), "--source", "s1"]);
    let mut daemon = Daemon::start(&place, &[]);
    daemon.wait_for("mails and failures", |_| {
        let rows = undelivered(&place);
        rows.len() == 4 && rows.iter().all(|row| row["delivery"]["tries"] != 0)
    });
    let note = |channel: &str| {
        let rows = undelivered(&place);
        let row = rows.iter().find(|row| row["delivery"]["channel"] == channel).unwrap();
        (row["delivery"]["state"].as_str().unwrap().to_owned(), row["delivery"]["note"].as_str().unwrap().to_owned())
    };
    assert_eq!(note("later"), ("due".into(), "answer 451".into()));
    assert_eq!(note("nobody"), ("dead".into(), "answer 550".into()));
    assert_eq!(note("wrong"), ("due".into(), "answer 535: user and password are not accepted".into()));
    let (state, why) = note("named");
    assert!(state == "due" && why.contains("certificate"), "{why}");
    let alerts = place.rows(&["alerts", "--json"]);
    daemon.wait_for("the mailbox", |_| exim.mails().len() >= 8);
    let mails = exim.mails();
    assert_eq!((alerts.len(), mails.len()), (4, 8));
    for mail in &mails {
        assert_eq!(mail["defects"], serde_json::json!([]));
        assert_eq!((mail["kind"].as_str(), mail["charset"].as_str()), (Some("text/plain"), Some("utf-8")));
        assert_eq!(header(mail, "Auto-Submitted"), "auto-generated");
        assert_eq!(header(mail, "From"), "vigie@desk.example");
        assert!(!mail["headers"].to_string().contains("Bcc\""), "a title made a header: {mail}");
        let (id, channel) = header(mail, "Message-ID").trim_matches(['<', '>']).split_once('@').unwrap().0.split_once('.').unwrap();
        let alert = alerts.iter().find(|alert| alert["id"] == id).unwrap();
        let text = mail["text"].as_str().unwrap();
        assert!(text.contains(&format!("Link: https://desk.example/alerts/{id}")), "{text}");
        assert!(header(mail, "Subject").starts_with(&format!("Vigie: {}", alert["watch"].as_str().unwrap())));
        let told = [alert["title"].as_str().unwrap(), alert["vendor"].as_str().unwrap(), alert["url"].as_str().unwrap()];
        match channel {
            "duty" => assert!(!told.iter().any(|one| mail["ours"].as_str().unwrap().contains(one)), "{mail}"),
            _ => {
                assert!(told[1..].iter().all(|one| text.contains(one)) && header(mail, "To") == "a@desk.example, b@desk.example", "{mail}")
            }
        }
    }
    let ids: BTreeSet<&str> = mails.iter().map(|mail| header(mail, "Message-ID")).collect();
    assert_eq!(ids.len(), 8);
    // What is sent again is the same to the byte.
    let id = alerts[0]["id"].as_str().unwrap();
    place.expect(0, &["alerts", "redeliver", id, "--channel", "duty"]);
    daemon.wait_for("the same again", |_| exim.mails().len() > 8);
    let again: Vec<Value> =
        exim.mails().into_iter().filter(|mail| header(mail, "Message-ID").starts_with(&format!("<{id}.duty@"))).collect();
    assert_eq!(again.len(), 2);
    assert_eq!(again[0]["ours"], again[1]["ours"]);
    let said = daemon.said();
    assert!(!said.contains("a secret") && !said.contains("duty@desk"), "{said}");
    daemon.stop();
}

/// A server without TLS whose nth connection ends as `end` says.
fn failing(end: impl Fn(usize) -> End + Send + Sync + 'static) -> (u16, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, taken) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
    let count = Arc::clone(&taken);
    std::thread::spawn(move || {
        for (n, stream) in listener.incoming().enumerate() {
            let Ok(stream) = stream else { return };
            // A client that went away is another case of failing.
            let _ = talk(stream, &end(n), &count);
        }
    });
    (port, taken)
}

/// How a connection ends.
enum End {
    /// The message is taken.
    Taken,
    /// It closes when this command comes.
    Closed(&'static str),
    /// It answers this command so.
    Said(&'static str, &'static str),
}

fn talk(stream: TcpStream, end: &End, taken: &AtomicUsize) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    out.write_all(b"220 failing\r\n")?;
    let mut data = false;
    for line in BufReader::new(stream).lines() {
        let line = line?;
        let command = if data { line.as_str() } else { line.get(..4).unwrap_or_default() };
        if data && command != "." {
            continue;
        }
        let answer = match end {
            End::Closed(at) if *at == command => return Ok(()),
            End::Said(at, answer) if *at == command => answer,
            _ if command == "DATA" => "354 go on",
            _ if command == "QUIT" => "221 bye",
            _ => "250 ok",
        };
        if command == "." && answer.starts_with("250") {
            taken.fetch_add(1, Ordering::SeqCst);
        }
        data = command == "DATA" && answer.starts_with("354");
        out.write_all(format!("{answer}\r\n").as_bytes())?;
    }
    Ok(())
}

#[test]
fn a_server_that_fails_in_mid_dialogue_is_tried_again_and_a_refusal_is_final() {
    let (stumbling, taken) = failing(|n| match n {
        0 => End::Closed("MAIL"),
        1 => End::Closed("DATA"),
        2 => End::Closed("."),
        3 => End::Said("RCPT", "452 too many"),
        4 => End::Said(".", "451 later"),
        5 => End::Said("MAIL", "421 going down"),
        _ => End::Taken,
    });
    let (refusing, none) = failing(|_| End::Said(".", "554 not this"));
    let down = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let plain = |name: &str, port: u16| {
        let more = "to = [\"duty@desk.example\"]\nsecurity = \"none\"";
        channel(name, ("127.0.0.1", port), more).replace("password_file = \"../password\"\nuser = \"vigie\"\n", "")
    };
    let place = bare(&[], &[plain("stumbling", stumbling), plain("refusing", refusing), plain("down", down)].concat());
    place.expect(0, &["import", &ads(&place, 0..1), "--source", "s1"]);
    let mut daemon = Daemon::start(&place, &[]);
    daemon.wait_for("what is taken at last", |_| taken.load(Ordering::SeqCst) >= 1);
    daemon.wait_for("the others", |_| {
        let rows = undelivered(&place);
        let of = |channel: &str| rows.iter().find(|row| row["delivery"]["channel"] == channel).map(|row| row["delivery"].clone());
        of("stumbling").is_none()
            && of("refusing").is_some_and(|row| row["state"] == "dead" && row["note"] == "answer 554" && row["tries"] == 1)
            && of("down").is_some_and(|row| row["tries"].as_i64() >= Some(2) && row["note"].as_str().unwrap().contains("refused"))
    });
    assert_eq!((taken.load(Ordering::SeqCst), none.load(Ordering::SeqCst)), (1, 0));
    daemon.stop();
}
