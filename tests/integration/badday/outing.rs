//! One run of `vigie crawl` among hosts of a test, beside a healthy one, with the peak of its memory.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use vigie::archive;
use vigie::fetch::Exchange;
use vigie::store::captures::{self, CaptureRow};

use super::hostile::{Hit, Host, html, listing};
use crate::instance::Place;

/// Pages of the healthy host besides its index.
pub(super) const HEALTHY_PAGES: usize = 30;
/// Least time between two requests to the healthy host.
const HEALTHY_INTERVAL: Duration = Duration::from_millis(100);
/// No pause in the requests to the healthy host is longer than so many of its intervals, whatever other hosts do. That is far above what
/// a busy machine needs and far below what one wait for a hostile host would take.
const MOST_INTERVALS: u32 = 100;
/// Peak of memory of a crawl with the limits of [`LIMITS`], kB. A crawl of nothing but the healthy host takes half of it,
/// most of that the codebook, the model and the code of a debug build.
pub(super) const MEMORY: u64 = 248 << 10;
/// A crawl that takes longer than this hangs.
const HANGS: Duration = Duration::from_secs(90);
/// Whoever refuses to begin says so within this time. Far above what a busy machine needs, and below any wait that is configured.
const AT_ONCE: Duration = Duration::from_secs(20);

/// Limits under which scenarios end soon.
pub(super) const LIMITS: &str = "connect = \"1s\"\nfirst_byte = \"1500ms\"\ntotal = \"2s\"\nbody = \"1MB\"\ndecompressed = \"4MB\"\n";

/// An instance and its healthy host.
pub(super) struct Outing {
    pub(super) place: Place,
    pub(super) healthy: Host,
}

/// What a crawl came to.
pub(super) struct Run {
    pub(super) code: Option<i32>,
    /// The summary; null where none was printed.
    pub(super) summary: Value,
    /// Standard error.
    pub(super) said: String,
    /// Peak of resident memory, kB.
    pub(super) peak: u64,
    /// From its start to its end.
    pub(super) took: Duration,
}

/// A capture with its evidence.
pub(super) struct Kept {
    pub(super) row: CaptureRow,
    /// As the archive has it; `None` where no answer began.
    pub(super) exchange: Option<Exchange>,
}

impl Outing {
    /// A healthy host, and limits under which scenarios end soon.
    pub(super) fn new() -> Self {
        Self::within(LIMITS)
    }

    /// A healthy host, and these lines under `[limits]`.
    pub(super) fn within(limits: &str) -> Self {
        let healthy = Host::start(|hit, stream| {
            let cards: String = (0..HEALTHY_PAGES).map(|n| format!("<li><a href=\"/item/{n}\">Glock {n}</a> 450.00 EUR</li>")).collect();
            let page = match hit.path.strip_prefix("/item/") {
                Some(n) => listing(&format!("Glock 19 number {n}")),
                None => format!("<!doctype html><title>All of it</title><ul>{cards}</ul>"),
            };
            super::hostile::send(stream, &html(&page));
        });
        let outing = Self { place: Place::new(), healthy };
        outing.settings(&format!("[limits]\n{limits}"));
        // All of its pages are known: it must not wait for others, and it has no need to wait for itself.
        let seeds: Vec<String> = std::iter::once("/".to_owned()).chain((0..HEALTHY_PAGES).map(|n| format!("/item/{n}"))).collect();
        let seeds: Vec<String> = seeds.iter().map(|path| outing.healthy.url(path)).collect();
        outing.source("healthy", &seeds, &format!("[politeness]\ninterval = \"{}ms\"\n", HEALTHY_INTERVAL.as_millis()));
        outing
    }

    /// Writes `vigie.toml`.
    pub(super) fn settings(&self, text: &str) {
        std::fs::write(self.place.config().join("vigie.toml"), format!("{text}\n[log]\nlevel = \"warn\"\n")).unwrap();
    }

    /// Writes a source with these seeds, the hosts of which are its scope. `more` goes to the end of its file.
    pub(super) fn source(&self, id: &str, seeds: &[String], more: &str) {
        let mut hosts: Vec<String> = seeds.iter().map(|seed| url::Url::parse(seed).unwrap().host_str().unwrap().to_owned()).collect();
        hosts.sort();
        hosts.dedup();
        // The table before the others is that of the scope.
        let (scope, more) =
            more.split_once("[politeness]").map_or(("", more.to_owned()), |(scope, more)| (scope, format!("[politeness]{more}")));
        let text = format!(
            "id = \"{id}\"\nname = \"{id}\"\ntype = \"shop\"\nseeds = {seeds:?}\n[scope]\nhosts = {hosts:?}\nallow_private = true\n{scope}\
             [authority]\nreference = \"T\"\nlegal_basis = \"test\"\napproved_by = \"test\"\nexpires = \"2099-01-01\"\n{more}"
        );
        std::fs::write(self.place.config().join("sources").join(format!("{id}.toml")), text).unwrap();
    }

    /// A hostile source whose pages are asked for without robots.txt, 20 ms apart.
    pub(super) fn hostile(&self, id: &str, seeds: &[String]) {
        self.source(id, seeds, "[politeness]\ninterval = \"20ms\"\n[robots]\npolicy = \"ignore\"\nreason = \"test\"\n");
    }

    /// Crawls what is due to its end.
    pub(super) fn crawl(&self, arguments: &[&str]) -> Run {
        self.run(&[&["crawl", "--once", "--json"], arguments].concat())
    }

    /// Runs a command to its end.
    pub(super) fn run(&self, arguments: &[&str]) -> Run {
        let begin = Instant::now();
        let mut child = self.place.command(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("vigie starts");
        let (out, said) = (collect(child.stdout.take().unwrap()), collect(child.stderr.take().unwrap()));
        let (code, peak) = watch(&mut child);
        let out = out.join().unwrap();
        let summary = out.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_default();
        Run { code, summary, said: said.join().unwrap(), peak, took: begin.elapsed() }
    }

    /// Runs a command that must end at once with this code, in bounded memory, with nothing sent to anybody and nothing changed in the data
    /// folder; gives what it said.
    pub(super) fn refused(&self, code: i32, arguments: &[&str]) -> String {
        let before = (self.healthy.hits().len(), self.written());
        let run = self.run(arguments);
        run.ended(&[code], MEMORY);
        assert!(run.took < AT_ONCE, "{arguments:?} was refused after {:?}", run.took);
        assert!(!run.said.is_empty() && run.summary.is_null(), "{arguments:?}: {} {}", run.said, run.summary);
        assert_eq!(self.healthy.hits().len(), before.0, "{arguments:?} sends something");
        let now = self.written();
        let changed: Vec<_> = now.iter().filter(|(path, bytes)| before.1.get(*path) != Some(*bytes)).map(|(path, _)| path).collect();
        assert!(changed.is_empty() && now.len() == before.1.len(), "{arguments:?} writes {changed:?}");
        run.said
    }

    /// What lies in the data folder, but for the file by which writers know of each other and what SQLite keeps beside a database it reads.
    fn written(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        fn gather(folder: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() {
                    gather(&path, into);
                } else if !path.ends_with("lock") && !path.to_string_lossy().ends_with("-shm") {
                    let bytes = std::fs::read(&path).unwrap();
                    // An empty file says nothing: SQLite makes one beside a database before it looks what that is.
                    if !bytes.is_empty() {
                        into.insert(path, bytes);
                    }
                }
            }
        }
        let mut files = BTreeMap::new();
        gather(&self.place.data(), &mut files);
        files
    }

    /// Every capture, in order, with what the archive holds of it.
    pub(super) async fn kept(&self) -> Vec<Kept> {
        let pool = self.place.store().await;
        let rows = captures::after(&mut pool.acquire().await.unwrap(), 0, 100_000).await.unwrap();
        pool.close().await;
        let folder = self.place.data().join("archive");
        rows.into_iter()
            .map(|row| {
                let record = archive::read(&folder, &row.segment, row.position.unsigned_abs()).unwrap();
                Kept { exchange: archive::exchange_of(&record), row }
            })
            .collect()
    }

    /// The healthy host was fetched whole, each page once, and without a pause.
    pub(super) fn healthy_kept_its_pace(&self) {
        self.healthy_kept_its_pace_since(0);
    }

    /// The same of one run among others: the requests after the first `before`.
    pub(super) fn healthy_kept_its_pace_since(&self, before: usize) {
        let hits = self.healthy_was_not_left_waiting(before);
        let mut items: Vec<&str> = hits.iter().map(|hit| hit.path.as_str()).filter(|path| path.starts_with("/item/")).collect();
        items.sort_unstable();
        let asked = items.len();
        items.dedup();
        assert_eq!((items.len(), asked), (HEALTHY_PAGES, HEALTHY_PAGES), "pages of the healthy host, each once");
    }

    /// There was no pause between the requests after the first `before`, as far as a run came; gives them.
    pub(super) fn healthy_was_not_left_waiting(&self, before: usize) -> Vec<Hit> {
        let hits = self.healthy.hits().split_off(before);
        let longest = hits.windows(2).map(|pair| pair[1].at - pair[0].at).max().unwrap_or_default();
        assert!(longest <= HEALTHY_INTERVAL * MOST_INTERVALS, "the healthy host was left waiting for {longest:?}");
        println!("longest pause of the healthy host: {longest:?}");
        hits
    }
}

impl Run {
    /// The run ended by itself with one of these codes and in memory of at most `most` kB.
    pub(super) fn ended(&self, codes: &[i32], most: u64) {
        println!("peak of memory: {} kB", self.peak);
        assert!(self.code.is_some_and(|code| codes.contains(&code)), "{:?}: {}", self.code, self.said);
        assert!(!self.said.contains("panicked"), "{}", self.said);
        assert!(self.peak > 0 && self.peak <= most, "{} kB of memory, at most {most} are allowed", self.peak);
    }

    pub(super) fn outcome(&self, code: &str) -> u64 {
        self.summary["outcomes"][code].as_u64().unwrap_or(0)
    }
}

fn collect(mut pipe: impl Read + Send + 'static) -> std::thread::JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits for the end of a process; gives its code and the last `VmHWM` that the kernel told of it, kB.
fn watch(child: &mut Child) -> (Option<i32>, u64) {
    let (begin, mut peak) = (Instant::now(), 0);
    loop {
        peak = high_water(child.id()).unwrap_or(peak);
        if let Some(status) = child.try_wait().unwrap() {
            return (status.code(), peak);
        }
        if begin.elapsed() > HANGS {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("the crawl did not end within {HANGS:?}");
        }
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn high_water(pid: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}
