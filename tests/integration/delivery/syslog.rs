//! Syslog: what a collector reads over each transport, and what can be noticed of one that is not there.

use std::io::Read;
use std::net::{TcpListener, UdpSocket};
use std::sync::{Arc, Mutex};

use serde_json::Value;

use super::tls::Certified;
use super::{ads, bare, undelivered};
use crate::run::Daemon;

/// A message of RFC 5424, taken apart.
#[derive(Debug)]
struct Message {
    head: Vec<String>,
    text: String,
}

fn message(bytes: &[u8]) -> Message {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut parts = text.splitn(8, ' ').map(str::to_owned);
    let head: Vec<String> = parts.by_ref().take(7).collect();
    Message { head, text: parts.next().unwrap() }
}

/// Frames of RFC 6587: the number of octets, a space, the octets.
fn frames(mut bytes: &[u8]) -> Vec<Message> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let space = bytes.iter().position(|byte| *byte == b' ').unwrap();
        let length: usize = std::str::from_utf8(&bytes[..space]).unwrap().parse().unwrap();
        let (frame, rest) = bytes[space + 1..].split_at(length);
        found.push(message(frame));
        bytes = rest;
    }
    found
}

/// Fields of an event in CEF.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let rest = text.split_once(&format!(" {name}="))?.1;
    // A value ends before the next name, which is a word before an equals sign that is not escaped.
    let ends = rest.match_indices('=').filter(|(at, _)| !rest[..*at].ends_with('\\')).map(|(at, _)| rest[..at].rfind(' ').unwrap_or(at));
    Some(&rest[..ends.min().unwrap_or(rest.len())])
}

fn channel(name: &str, address: &str, transport: &str, more: &str) -> String {
    format!("[[delivery.syslog]]\nname = \"{name}\"\naddress = \"{address}\"\ntransport = \"{transport}\"\nallow_private = true\n{more}\n")
}

#[test]
fn a_collector_reads_whole_messages_over_each_transport() {
    let certified = Arc::new(Certified::new());
    let (udp, tcp, tls) =
        (UdpSocket::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let tls_port = tls.local_addr().unwrap().port();
    let channels = [
        channel("datagrams", &udp.local_addr().unwrap().to_string(), "udp", ""),
        channel("counted", &tcp.local_addr().unwrap().to_string(), "tcp", "format = \"json\""),
        channel("encrypted", &format!("localhost:{tls_port}"), "tls", "details = true"),
        channel("named", &format!("127.0.0.1:{tls_port}"), "tls", "watches = [\"one\"]"),
        channel("silent", &free.to_string(), "udp", "watches = [\"one\"]"),
        channel("down", &free.to_string(), "tcp", "watches = [\"one\"]"),
    ];
    let received: Arc<Mutex<Vec<(&str, Message)>>> = Arc::default();
    let kept = Arc::clone(&received);
    std::thread::spawn(move || {
        let mut buffer = [0; 65_536];
        while let Ok(n) = udp.recv(&mut buffer) {
            kept.lock().unwrap().push(("datagrams", message(&buffer[..n])));
        }
    });
    let kept = Arc::clone(&received);
    std::thread::spawn(move || {
        for stream in tcp.incoming() {
            let mut bytes = Vec::new();
            stream.unwrap().read_to_end(&mut bytes).unwrap();
            kept.lock().unwrap().extend(frames(&bytes).into_iter().map(|one| ("counted", one)));
        }
    });
    let (kept, server) = (Arc::clone(&received), Arc::clone(&certified));
    std::thread::spawn(move || {
        for stream in tls.incoming() {
            let bytes = server.read(stream.unwrap());
            kept.lock().unwrap().extend(frames(&bytes).into_iter().map(|one| ("encrypted", one)));
        }
    });
    let place = bare(&[("root.pem", &certified.root)], &format!("{}\n[tls]\nextra_roots = \"../root.pem\"\n", channels.concat()));
    place.expect(0, &["watch", "add", "one", "\"number 1\""]);
    place.expect(0, &["import", &ads(&place, 0..3), "--source", "s1"]);
    let mut daemon = Daemon::start(&place, &[]);
    daemon.wait_for("messages and failures", |_| {
        let rows = undelivered(&place);
        received.lock().unwrap().len() >= 12 && rows.len() == 3 && rows.iter().all(|row| row["delivery"]["tries"] != 0)
    });
    let rows = undelivered(&place);
    let note = |channel: &str| rows.iter().find(|row| row["delivery"]["channel"] == channel).unwrap()["delivery"]["note"].as_str().unwrap();
    assert!(note("named").contains("certificate"), "{}", note("named"));
    assert!(note("silent").contains("refused") && note("down").contains("refused"), "{rows:?}");
    let alerts = place.rows(&["alerts", "--json"]);
    let received = received.lock().unwrap();
    assert_eq!((alerts.len(), received.len()), (4, 12));
    for (channel, message) in received.iter() {
        let [first, at, host, application, process, kind, data] = message.head.as_slice() else { panic!("{message:?}") };
        assert_eq!((first.as_str(), application.as_str(), kind.as_str(), data.as_str()), ("<133>1", "vigie", "alert", "-"));
        assert!(at.parse::<jiff::Timestamp>().is_ok() && !host.is_empty() && process.parse::<u32>().is_ok(), "{message:?}");
        assert!(!message.text.contains('\n'));
        let of = |id: &str| alerts.iter().find(|alert| alert["id"] == id).unwrap();
        if *channel == "counted" {
            let told: Value = serde_json::from_str(&message.text).unwrap();
            let alert = of(told["id"].as_str().unwrap());
            assert_eq!(told["key"], format!("{}:counted", alert["id"].as_str().unwrap()));
            assert!(told.get("title").is_none() && told.get("url").is_none() && told.get("vendor").is_none(), "{told}");
            continue;
        }
        assert!(message.text.starts_with("CEF:0|Vigie|Vigie|"), "{message:?}");
        let alert = of(field(&message.text, "externalId").unwrap());
        assert_eq!(field(&message.text, "cs1"), alert["watch"].as_str());
        assert_eq!(field(&message.text, "cs2"), alert["source"].as_str());
        assert_eq!(field(&message.text, "cs4").unwrap(), format!("{}:{channel}", alert["id"].as_str().unwrap()));
        let details = *channel == "encrypted";
        assert_eq!(field(&message.text, "cs5"), alert["vendor"].as_str().filter(|_| details));
        assert_eq!(field(&message.text, "msg").is_some(), details);
    }
    drop(received);
    daemon.stop();
}
