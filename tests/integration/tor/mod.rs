//! Crawling over Tor: the real program on a private Tor network.

use vigie::demo::tornet::{Network, Onion, Plan};

#[test]
fn network_comes_up() {
    let started = std::time::Instant::now();
    let folder = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.9.9:0").unwrap();
    let at = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        use std::io::{Read, Write};
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut b = [0; 4096];
            let n = stream.read(&mut b).unwrap();
            eprintln!("asked {:?}", String::from_utf8_lossy(&b[..n]));
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nhello\n").unwrap();
        }
    });
    let plan = Plan {
        onions: vec![Onion { circuit_ids: true, ..Onion::new("a", at) }, Onion::new("b", at)],
        bridge: true,
        exit: Some(vec![("shop.example".into(), "127.0.9.9".parse().unwrap())]),
        keys: Some("/tmp/vigie/tor-keys".into()),
        ..Plan::default()
    };
    let mut network = Network::start(folder.path(), &plan, &|line| eprintln!("{:6.1} {line}", started.elapsed().as_secs_f64())).unwrap();
    eprintln!("{:6.1} up\n{}", started.elapsed().as_secs_f64(), network.settings().unwrap());
    eprintln!("{}", network.bridge_line().unwrap());
    let socks = network.socks().unwrap();
    eprintln!("{:6.1} socks {socks}", started.elapsed().as_secs_f64());
    for url in [
        format!("http://{}/", network.onion("a").unwrap()),
        format!("http://{}/", network.onion("b").unwrap()),
        format!("http://shop.example:{}/", at.port()),
    ] {
        let output = std::process::Command::new("curl")
            .args(["-sS", "--max-time", "20", "--socks5-hostname", &socks.to_string(), &url])
            .output()
            .unwrap();
        eprintln!("{:6.1} {url} {output:?}", started.elapsed().as_secs_f64());
    }
    if let Some(path) = std::env::var_os("KEEP") {
        eprintln!("{path:?} {}", folder.keep().display());
    }
}
