//! The daemon: crawls beside its readers, says how it is, stops cleanly, waits where the disk fails, follows its configuration.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use vigie::demo;
use vigie::pipeline::crawl::{Crawl, Options};
use vigie::pipeline::writer::Writer;

use crate::instance::{Instance, Place, lines};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(120);

/// A running `vigie run`; killed when it is dropped.
pub(crate) struct Daemon<'p> {
    place: &'p Place,
    child: Child,
    address: String,
}

impl<'p> Daemon<'p> {
    /// Starts it and waits until it answers.
    pub(crate) fn start(place: &'p Place, arguments: &[&str]) -> Self {
        Self::of(place, place.command(&[&["run", "--json"], arguments].concat()))
    }

    /// Starts this command, which becomes a daemon of the place.
    fn of(place: &'p Place, mut command: Command) -> Self {
        let file = |name| File::create(place.folder.path().join(name)).unwrap();
        let child = command.stdout(file("run.out")).stderr(file("run.err")).spawn().expect("vigie starts");
        let mut daemon = Self { place, child, address: String::new() };
        daemon.wait_for("its address", |daemon| {
            let said = daemon.said();
            let found = said.split("answered at http://").nth(1).and_then(|rest| rest.split_whitespace().next()).map(str::to_owned);
            assert!(daemon.child.try_wait().unwrap().is_none(), "it ended: {said}");
            daemon.address = found.unwrap_or_default();
            !daemon.address.is_empty()
        });
        daemon
    }

    /// Its log so far.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(self.place.folder.path().join("run.err")).unwrap()
    }

    pub(crate) fn wait_for(&mut self, what: &str, mut met: impl FnMut(&mut Self) -> bool) {
        let begun = Instant::now();
        while !met(self) {
            assert!(begun.elapsed() < PATIENCE, "{what} did not come: {}", self.said());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Asks the endpoint: status and body.
    pub(crate) fn get(&self, path: &str) -> (u16, String) {
        ask(&self.address, path, "127.0.0.1")
    }

    pub(crate) fn metrics(&self) -> Metrics {
        let (status, text) = self.get("/metrics");
        assert_eq!(status, 200);
        parse(&text)
    }

    pub(crate) fn signal(&self, name: &str) {
        let done = Command::new("sh").args(["-c", &format!("kill -{name} {}", self.child.id())]).status().unwrap();
        assert!(done.success());
    }

    /// Ends it by SIGTERM, which must be quick and clean; gives the summaries of its runs.
    pub(crate) fn stop(mut self) -> Vec<Value> {
        self.signal("TERM");
        let begun = Instant::now();
        let status = self.ended(Duration::from_secs(30));
        assert_eq!(status.code(), Some(0), "{}", self.said());
        assert!(begun.elapsed() < Duration::from_secs(20), "stopping took {:?}", begun.elapsed());
        lines(&std::fs::read_to_string(self.place.folder.path().join("run.out")).unwrap())
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    fn ended(&mut self, within: Duration) -> ExitStatus {
        let begun = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begun.elapsed() < within, "it does not end: {}", self.said());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Daemon<'_> {
    fn drop(&mut self) {
        // An error means that it ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn ask(address: &str, path: &str, host: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream.write_all(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    if path == "/metrics" && head.starts_with("HTTP/1.1 200") {
        assert!(head.contains("content-type: text/plain; version=0.0.4"), "{head}");
    }
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

/// Samples by name and labels.
pub(crate) struct Metrics(BTreeMap<(String, BTreeMap<String, String>), f64>);

impl Metrics {
    /// The sample with these labels, or without any.
    pub(crate) fn get(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let labels = labels.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect();
        self.0.get(&(name.to_owned(), labels)).copied()
    }

    /// The sum of a family.
    pub(crate) fn sum(&self, name: &str) -> f64 {
        self.0.iter().filter(|((one, _), _)| one == name).map(|(_, value)| value).sum()
    }

    /// A family by the value of its only label.
    fn by(&self, name: &str, label: &str) -> BTreeMap<String, f64> {
        self.0.iter().filter(|((one, _), _)| one == name).map(|((_, labels), value)| (labels[label].clone(), *value)).collect()
    }
}

/// A strict reader of the text format 0.0.4: help and type before the samples of each family, each family once, no sample twice.
pub(crate) fn parse(text: &str) -> Metrics {
    let is_name = |name: &str| {
        let letter = |c: char| c.is_ascii_alphabetic() || c == '_' || c == ':';
        name.starts_with(letter) && name.chars().all(|c| letter(c) || c.is_ascii_digit())
    };
    assert!(text.ends_with('\n'), "the last line has no end");
    let (mut samples, mut families) = (BTreeMap::new(), BTreeSet::new());
    let (mut helped, mut typed) = (String::new(), (String::new(), String::new()));
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# HELP ") {
            let (name, help) = rest.split_once(' ').expect("a name and its help");
            assert!(is_name(name) && help.len() > 5 && families.insert(name.to_owned()), "{line}");
            helped = name.to_owned();
        } else if let Some(rest) = line.strip_prefix("# TYPE ") {
            let (name, kind) = rest.split_once(' ').expect("a name and its type");
            assert!(name == helped && ["counter", "gauge"].contains(&kind), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
            typed = (name.to_owned(), kind.to_owned());
        } else {
            let (head, value) = line.rsplit_once(' ').expect("a sample has a value");
            let (name, labels) = match head.split_once('{') {
                Some((name, labels)) => (name, labels_of(labels.strip_suffix('}').expect("labels end"))),
                None => (head, BTreeMap::new()),
            };
            assert_eq!(name, typed.0, "a sample out of its family");
            assert!(labels.keys().all(|label| is_name(label) && !label.contains(':')), "{line}");
            let value: f64 = value.parse().expect("a number");
            assert!(value.is_finite() && (typed.1 == "gauge" || value >= 0.0), "{line}");
            assert!(samples.insert((name.to_owned(), labels), value).is_none(), "twice: {line}");
        }
    }
    Metrics(samples)
}

fn labels_of(text: &str) -> BTreeMap<String, String> {
    let (mut labels, mut rest) = (BTreeMap::new(), text);
    while !rest.is_empty() {
        let (name, after) = rest.split_once("=\"").expect("a label has a quoted value");
        let (mut value, mut end, mut escaped) = (String::new(), None, false);
        for (at, c) in after.char_indices() {
            match (escaped, c) {
                (true, 'n') => value.push('\n'),
                (true, '\\' | '"') => value.push(c),
                (true, other) => panic!("\\{other} is no escape"),
                (false, '"') => {
                    end = Some(at);
                    break;
                }
                (false, '\\') => {}
                (false, other) => value.push(other),
            }
            escaped = !escaped && c == '\\';
        }
        let end = end.expect("the quote is closed");
        assert!(labels.insert(name.to_owned(), value).is_none(), "the label {name} twice");
        rest = &after[end + 1..];
        rest = match rest.strip_prefix(',') {
            Some(more) => {
                assert!(!more.is_empty(), "a comma at the end");
                more
            }
            None => {
                assert!(rest.is_empty(), "{rest} after a label");
                rest
            }
        };
    }
    labels
}

fn root() -> std::path::PathBuf {
    std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into()).into()
}

/// Settings of a daemon under test: a log to read, any free port.
pub(crate) fn settings(place: &Place, more: &str) {
    let facts = &place.facts.address;
    let database = if facts == "sqlite" { String::new() } else { format!("database = \"{facts}\"\n") };
    let text = format!("{database}[log]\nlevel = \"info\"\n[run]\nlisten = \"127.0.0.1:0\"\n{more}");
    std::fs::write(place.config().join("vigie.toml"), text).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn it_crawls_beside_its_readers_and_stops_cleanly() {
    let instance = Instance::new();
    settings(&instance, "");
    let mut daemon = Daemon::start(&instance, &[]);
    daemon.wait_for("the first pages", |daemon| daemon.metrics().sum("vigie_fetches_total") > 20.0);
    assert_eq!(daemon.get("/health"), (200, "ok\n".to_owned()));
    // Everybody else works beside it, but for a second writer.
    instance.expect(0, &["watch", "add", "everything", "*"]);
    let refused = instance.run(&["run"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("another vigie process writes"), "{refused:?}");
    instance.expect(0, &["search", "glock", "--json"]);
    assert!(!instance.listings().is_empty());
    instance.expect(0, &["verify"]);
    daemon.wait_for("alerts of the new watch", |_| !instance.rows(&["alerts", "--json"]).is_empty());
    // When all is crawled, it goes on in peace.
    let mut before = (-1.0, Instant::now());
    daemon.wait_for("the end of what is due", |daemon| {
        let metrics = daemon.metrics();
        let fetched = metrics.sum("vigie_fetches_total");
        if fetched > before.0 {
            before = (fetched, Instant::now());
        }
        let idle = metrics.sum("vigie_addresses_due") == 0.0 && before.1.elapsed() > Duration::from_secs(3);
        idle && metrics.get("vigie_index_lag", &[]) == Some(0.0)
    });
    let metrics = daemon.metrics();
    for name in ["lantern", "feldmark"] {
        assert_eq!(metrics.get("vigie_source_crawled", &[("source", name)]), Some(1.0));
        assert_eq!(metrics.get("vigie_addresses_due", &[("source", name)]), Some(0.0));
        assert!(metrics.get("vigie_addresses_known", &[("source", name)]) > Some(200.0));
    }
    let families = |text: &str, mark: &str| -> BTreeSet<String> {
        let name = |rest: &str| rest.chars().take_while(|c| *c == '_' || c.is_ascii_alphanumeric()).collect::<String>();
        text.split(mark).skip(1).map(name).filter(|name| name.starts_with("vigie_") || name.starts_with("process_")).collect()
    };
    let documented = std::fs::read_to_string(root().join("docs/run.md")).unwrap();
    assert_eq!(families(&daemon.get("/metrics").1, "# HELP "), families(&documented, "`"), "docs/run.md tells every metric and no other");
    assert_eq!(metrics.get("vigie_healthy", &[]), Some(1.0));
    assert!(metrics.get("process_resident_memory_bytes", &[]) > Some(1e6));
    assert!(metrics.get("vigie_last_commit_timestamp_seconds", &[]) > Some(1.7e9));
    assert_eq!(daemon.get("/nowhere").0, 404);
    assert_eq!(ask(&daemon.address, "/metrics", "rebound.example").0, 403, "a name that another could point here");
    let summaries = daemon.stop();
    let [summary] = summaries.as_slice() else { panic!("{summaries:?}") };
    assert_eq!(summary["interrupted"], true);
    // Cards that no page of their own came for are asked about at the end of the run.
    assert!(summary["alerts"].as_f64().unwrap() >= metrics.get("vigie_alerts_total", &[]).unwrap());
    let (fetches, outcomes) = (metrics.by("vigie_fetches_total", "outcome"), summary["outcomes"].as_object().unwrap());
    assert!(fetches["ok"] > 500.0);
    assert_eq!(fetches, outcomes.iter().map(|(code, n)| (code.clone(), n.as_f64().unwrap())).collect());
    for (name, field) in [
        ("vigie_received_bytes_total", "bytes"),
        ("vigie_listings_new_total", "listings_new"),
        ("vigie_versions_new_total", "versions_new"),
    ] {
        assert_eq!(metrics.get(name, &[]), summary[field].as_f64(), "{name}");
    }
    instance.expect(0, &["verify"]);
    assert_eq!(instance.listings().len() as u64, summary["listings_new"].as_u64().unwrap());
    // Its end was clean: the next one has nothing to read again.
    let daemon = Daemon::start(&instance, &[]);
    daemon.stop();
}

#[tokio::test(flavor = "multi_thread")]
async fn sweeps_watches_and_the_configuration_are_followed_while_it_runs() {
    let instance = Instance::new();
    settings(&instance, "");
    let sources = demo::sources(&instance.market);
    // A small part of one site, all of it every few seconds.
    std::fs::remove_dir_all(instance.config().join("sources")).unwrap();
    let small = |text: &str| format!("{}\n[sweep]\nevery = \"8s\"\n", text.replacen("[scope]\n", "[scope]\nmax_depth = 1\n", 1));
    instance.configure(&sources[1..], small);
    settings(&instance, "retention_check = \"1s\"\n");
    let mut daemon = Daemon::start(&instance, &[]);
    daemon.wait_for("the first pass", |daemon| daemon.metrics().sum("vigie_fetches_total") > 8.0);
    // Added while nothing is due, asked at the next sweep.
    instance.expect(0, &["watch", "add", "everything", "*"]);
    instance.market.set_visit(2);
    let asked = instance.market.log().len();
    daemon.wait_for("a sweep", |_| instance.market.log().len() > asked + 5);
    daemon.wait_for("an alert", |daemon| daemon.metrics().get("vigie_alerts_total", &[]) > Some(0.0));
    // A bad configuration is said and changes nothing.
    let file = instance.config().join("sources").join(&sources[1].0);
    let good = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, good.replace("[scope]", "[scoop]")).unwrap();
    daemon.signal("HUP");
    daemon.wait_for("what is wrong with it", |daemon| daemon.said().contains("scoop"));
    daemon.wait_for("the next run", |daemon| daemon.get("/health").0 == 200);
    let asked = instance.market.log().len();
    daemon.wait_for("another sweep", |_| instance.market.log().len() > asked + 5);
    // Retention is counted, and nothing is erased.
    std::fs::write(&file, format!("retention = \"1s\"\n{good}")).unwrap();
    daemon.signal("HUP");
    daemon.wait_for("the count of what is too old", |daemon| {
        daemon.metrics().get("vigie_captures_past_retention", &[("source", "feldmark")]) > Some(5.0)
    });
    assert!(daemon.said().contains("kept longer than its retention of 1s"));
    // An authority that ends stops its source.
    std::fs::write(&file, good.replace("2099-01-01", "2020-01-01")).unwrap();
    daemon.signal("HUP");
    daemon.wait_for("the source to be skipped", |daemon| {
        daemon.metrics().get("vigie_source_crawled", &[("source", "feldmark")]) == Some(0.0)
    });
    assert!(daemon.said().contains("expired on 2020-01-01"));
    let asked = instance.market.log().len();
    std::thread::sleep(Duration::from_secs(12));
    assert_eq!(instance.market.log().len(), asked, "nothing is fetched any more");
    let summaries = daemon.stop();
    assert_eq!(summaries.len(), 4, "a run before each reading of the configuration and one after");
    assert!(summaries[2]["past_retention"]["feldmark"].as_u64() > Some(5), "{}", summaries[2]);
    instance.expect(0, &["verify"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_makes_it_wait_and_nothing_is_lost() {
    if Command::new("prlimit").arg("--version").stdout(Stdio::null()).status().is_err() {
        println!("skipped: there is no prlimit here");
        return;
    }
    let instance = Instance::new();
    settings(&instance, "");
    // What the kernel refuses above a size, it refuses as on a full disk.
    let plain = instance.command(&["run", "--json"]);
    let words: Vec<String> =
        std::iter::once(plain.get_program()).chain(plain.get_args()).map(|word| format!("'{}'", word.to_str().unwrap())).collect();
    let mut limited = Command::new("sh");
    limited.current_dir(instance.folder.path()).env("NO_COLOR", "1");
    limited.args(["-c", &format!("trap '' XFSZ; ulimit -S -f 4400; exec {}", words.join(" "))]);
    let mut daemon = Daemon::of(&instance, limited);
    daemon.wait_for("the disk to be full", |daemon| daemon.get("/health").0 == 503 && daemon.said().contains("the crawl failed"));
    let (status, why) = daemon.get("/health");
    assert_eq!(status, 503);
    assert!(why.contains("waiting to try again"), "{why}");
    assert!(daemon.metrics().get("vigie_failures_total", &[]) >= Some(1.0));
    instance.expect(0, &["verify"]);
    let id = daemon.child.id().to_string();
    assert!(Command::new("prlimit").args(["--pid", &id, "--fsize=unlimited"]).status().unwrap().success());
    daemon.wait_for("the rest", |daemon| {
        daemon.get("/health").0 == 200 && daemon.metrics().get("vigie_listings_new_total", &[]) > Some(300.0)
    });
    daemon.stop();
    instance.expect(0, &["verify"]);
    let rows = instance.listings();
    let urls: BTreeSet<&str> = rows.iter().map(|row| row["url"].as_str().unwrap()).collect();
    assert_eq!(urls.len(), rows.len(), "no listing twice");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_ends_with_its_day_and_the_next_one_goes_on() {
    let instance = Instance::new();
    let config = std::sync::Arc::new(vigie::config::load(Some(&instance.config())).unwrap());
    let (_alive, stop) = tokio::sync::watch::channel(false);
    let mut asked = 0;
    for run in 1..=3 {
        let mut writer = Writer::open(&instance.data(), std::sync::Arc::clone(&config), "run").await.unwrap();
        let mut options = Options { keep_pauses: true, ..Options::default() };
        let crawl = Crawl::prepare(&mut writer, &options).await.unwrap();
        let end = vigie::clock::now() + Duration::from_secs(3);
        options.until = Some(end);
        let summary = crawl.run(&options, stop.clone(), |_| ()).await.unwrap();
        writer.close(&serde_json::to_string(&summary).unwrap()).await.unwrap();
        assert_eq!((summary.run, summary.interrupted), (run, false));
        assert!(summary.pages > 0 && vigie::clock::now() >= end, "{summary:?}");
        let more = instance.market.log().len() - asked;
        assert_eq!(summary.pages, more as u64, "what was sent is counted in its own run");
        asked += more;
    }
    // The interval holds across the ends of the days, and no page is fetched twice.
    for site in instance.market.sites() {
        let log = instance.market.log();
        let times: Vec<Instant> = log.iter().filter(|hit| hit.site == site.number).map(|hit| hit.at).collect();
        let whole = times.last().unwrap().duration_since(times[0]);
        assert!(
            whole >= Duration::from_millis(30) * (times.len() as u32 - 1) * 97 / 100,
            "{}: {} requests in {whole:?}",
            site.id,
            times.len()
        );
        let items: Vec<&String> = log.iter().filter(|hit| hit.site == site.number && hit.status == 200).map(|hit| &hit.path).collect();
        assert_eq!(items.iter().collect::<BTreeSet<_>>().len(), items.len(), "a page came twice");
    }
    instance.expect(0, &["verify"]);
}

#[test]
fn what_it_cannot_run_with_is_refused_in_a_sentence() {
    let place = Place::new();
    assert!(place.refusal(2, &["run"]).contains("no source is configured"));
    place.configure(
        &[(
            "s1.toml".into(),
            "id = \"s1\"\ntype = \"shop\"\nseeds = [\"https://shop.example/\"]\n[scope]\nhosts = [\"shop.example\"]\n".into(),
        )],
        str::to_owned,
    );
    assert!(place.refusal(2, &["run", "--source", "s2"]).contains("there are s1"));
    settings(&place, "");
    let file = place.config().join("vigie.toml");
    for (listen, why) in [("0.0.0.0:9464", "is not loopback"), ("9464", "no address to listen on")] {
        std::fs::write(&file, format!("[run]\nlisten = \"{listen}\"\n")).unwrap();
        let said = place.refusal(2, &["run"]);
        assert!(said.contains(why) && said.contains("vigie.toml:2:"), "{said}");
    }
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    std::fs::write(&file, format!("[run]\nlisten = \"{}\"\n", taken.local_addr().unwrap())).unwrap();
    let refused = place.run(&["run"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("cannot listen on"), "{refused:?}");
}

#[test]
fn the_unit_for_systemd_names_a_command_that_exists_and_gives_no_rights() {
    let unit = std::fs::read_to_string(root().join("config/vigie.service")).unwrap();
    let value = |key: &str| unit.lines().find_map(|line| line.strip_prefix(&format!("{key}="))).unwrap_or_else(|| panic!("no {key}"));
    let words = value("ExecStart").split(' ');
    assert!(matches!(<vigie::cli::Cli as clap::Parser>::try_parse_from(words).unwrap().command, vigie::cli::Command::Run(_)));
    let wanted = [
        ("NoNewPrivileges", "yes"),
        ("ProtectSystem", "strict"),
        ("StateDirectory", "vigie"),
        ("Restart", "on-failure"),
        ("RestartPreventExitStatus", "2"),
        ("CapabilityBoundingSet", ""),
    ];
    for (key, text) in wanted {
        assert_eq!(value(key), text, "{key}");
    }
    assert!(value("MemoryMax").ends_with('G'));
    // systemd judges it where it is installed; the program itself need not be.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("vigie.service");
    std::fs::write(&path, unit.replace("/usr/local/bin/vigie", "/bin/true")).unwrap();
    match Command::new("systemd-analyze").arg("verify").arg(&path).output() {
        Ok(output) => assert!(output.status.success() && output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr)),
        Err(_) => println!("skipped: there is no systemd-analyze here"),
    }
}
