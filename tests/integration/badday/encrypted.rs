//! Encrypted connections that cannot be trusted, and certificates of one's own that can.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use super::hostile::{Host, html, listing, own_ip};
use super::outing::{LIMITS, MEMORY, Outing};

/// A certificate authority of the test.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_before = date_time_ymd(2020, 1, 1);
        params.not_after = date_time_ymd(2120, 1, 1);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    /// A server's certificate for this name, valid in these years.
    fn certificate(&self, name: &str, years: (i32, i32)) -> (CertificateDer<'static>, KeyPair) {
        let (params, key) = (params(name, years), KeyPair::generate().unwrap());
        (params.signed_by(&key, &self.issuer).unwrap().der().clone(), key)
    }
}

fn params(name: &str, (from, until): (i32, i32)) -> CertificateParams {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(from, 1, 1);
    params.not_after = date_time_ymd(until, 1, 1);
    params
}

const VALID: (i32, i32) = (2020, 2120);

/// A host that speaks TLS with this certificate and answers every request with these bytes; `farewell` says goodbye as TLS wants it.
fn host(ip: Ipv4Addr, (certificate, key): (CertificateDer<'static>, KeyPair), answer: Vec<u8>, farewell: bool) -> Host {
    vigie::fetch::clearnet::install_crypto_provider();
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    let config = Arc::new(ServerConfig::builder().with_no_client_auth().with_single_cert(vec![certificate], key).unwrap());
    Host::raw_at(ip, move |stream: TcpStream| {
        let connection = ServerConnection::new(Arc::clone(&config)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        let mut head = [0; 4096];
        if stream.read(&mut head).is_ok_and(|n| n > 0) {
            let _ = stream.write_all(&answer).and_then(|()| stream.flush());
            if farewell {
                stream.conn.send_close_notify();
                let _ = stream.flush();
            }
        }
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_cannot_be_trusted_are_refused_and_one_of_ones_own_is_made() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    let page = || html(&listing("Over TLS"));
    let unended = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Who says that this is all?</title>".to_vec();
    let at = |make: &dyn Fn(&str) -> (CertificateDer<'static>, KeyPair)| {
        let ip = own_ip();
        host(ip, make(&ip.to_string()), page(), true)
    };
    let self_signed = |name: &str| {
        let key = KeyPair::generate().unwrap();
        (params(name, VALID).self_signed(&key).unwrap().der().clone(), key)
    };
    let unended_ip = own_ip();
    let hosts: Vec<(&str, Host, &str)> = vec![
        ("trusted", at(&|name| ours.certificate(name, VALID)), "ok"),
        ("expired", at(&|name| ours.certificate(name, (2020, 2021))), "tls_failed"),
        ("not-yet-valid", at(&|name| ours.certificate(name, (2110, 2120))), "tls_failed"),
        ("wrong-name", at(&|_| ours.certificate("shop.example", VALID)), "tls_failed"),
        ("unknown-authority", at(&|name| theirs.certificate(name, VALID)), "tls_failed"),
        ("self-signed", at(&self_signed), "tls_failed"),
        (
            "plain-http",
            Host::raw(|mut stream| {
                let _ = stream.read(&mut [0; 600]).and_then(|_| stream.write_all(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"));
            }),
            "tls_failed",
        ),
        ("cut-handshake", Host::raw(|mut stream| drop(stream.read(&mut [0; 600]))), "tls_failed"),
        (
            "alert",
            Host::raw(|mut stream| {
                let _ = stream.read(&mut [0; 600]).and_then(|_| stream.write_all(&[0x15, 3, 3, 0, 2, 2, 40]));
            }),
            "tls_failed",
        ),
        ("silent", Host::raw(|mut stream| drop(stream.read_to_end(&mut Vec::new()))), "connect_timeout"),
        // Without a goodbye nobody knows whether a body that ends with the connection is whole: somebody on the way may have cut it.
        ("no-goodbye", host(unended_ip, ours.certificate(&unended_ip.to_string(), VALID), unended, false), "connection_lost"),
    ];
    let outing = Outing::new();
    std::fs::write(outing.place.config().join("roots.pem"), &ours.pem).unwrap();
    outing.settings(&format!("[limits]\n{LIMITS}[tls]\nextra_roots = \"roots.pem\"\n"));
    let seeds: Vec<String> = hosts.iter().map(|(name, host, _)| format!("https://{}/{name}", host.address)).collect();
    outing.hostile("hostile", &seeds);
    outing.crawl(&[]).ended(&[0], MEMORY);
    outing.healthy_kept_its_pace();
    let mut met: BTreeMap<String, String> = BTreeMap::new();
    for kept in outing.kept().await.into_iter().filter(|kept| kept.row.source == "hostile") {
        let name = kept.row.address.rsplit('/').next().unwrap_or_default().to_owned();
        let answered = matches!(name.as_str(), "trusted" | "no-goodbye");
        assert_eq!(kept.exchange.is_some(), answered, "{name}: nothing is read over a connection that is not trusted");
        met.insert(name, kept.row.outcome);
    }
    let expected: BTreeMap<String, String> = hosts.iter().map(|(name, _, outcome)| ((*name).to_owned(), (*outcome).to_owned())).collect();
    assert_eq!(met, expected);
    let titles: Vec<_> =
        outing.place.listings().into_iter().filter(|row| row["source"] == "hostile").map(|row| row["title"].clone()).collect();
    assert_eq!(titles, ["Over TLS"]);

    // Trust is what was configured and no more.
    outing.settings(&format!("[limits]\n{LIMITS}"));
    let run = outing.crawl(&["--revisit", "--source", "hostile"]);
    run.ended(&[0], MEMORY);
    assert_eq!(run.outcome("ok"), 0, "{}", run.summary);
}

#[test]
fn a_file_of_roots_that_is_not_there_or_holds_none_is_a_problem_with_its_place() {
    let outing = Outing::new();
    for (file, content, says) in [("missing.pem", None, "cannot read"), ("empty.pem", Some("no certificate here"), "holds no certificate")]
    {
        if let Some(content) = content {
            std::fs::write(outing.place.config().join(file), content).unwrap();
        }
        outing.settings(&format!("[tls]\nextra_roots = \"{file}\"\n"));
        let said = outing.place.refusal(2, &["crawl", "--once"]);
        assert!(said.contains(says) && said.contains("vigie.toml:2:") && said.contains(file), "{said}");
    }
    // What looks like one is looked at when the client is made.
    std::fs::write(outing.place.config().join("broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n").unwrap();
    outing.settings("[tls]\nextra_roots = \"broken.pem\"\n");
    let said = outing.place.refusal(1, &["crawl", "--once"]);
    assert!(said.contains("broken.pem") && said.contains("hint"), "{said}");
}
