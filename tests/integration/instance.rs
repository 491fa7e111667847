//! An instance of Vigie in a temporary folder beside a mock market, driven by its command line.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use vigie::demo::{self, Market, MarketOptions};

use crate::server::Facts;

/// A data folder and a configuration folder.
pub(crate) struct Place {
    pub(crate) folder: tempfile::TempDir,
    /// Where facts and frontier are.
    pub(crate) facts: Facts,
}

/// A place beside the market that it watches.
pub(crate) struct Instance {
    place: Place,
    pub(crate) market: Market,
}

impl std::ops::Deref for Instance {
    type Target = Place;

    fn deref(&self) -> &Place {
        &self.place
    }
}

/// The built program.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vigie"));
    command.env("NO_COLOR", "1").env_remove("VIGIE_LOG").stdin(Stdio::null());
    command
}

impl Instance {
    /// An instance that watches a market of its own; no request of it is answered by 429 or 503.
    pub(crate) fn new() -> Self {
        Self::with(Facts::new())
    }

    /// The same with this database.
    pub(crate) fn with(facts: Facts) -> Self {
        let market = Market::start(MarketOptions { stumbles: false, ..MarketOptions::default() }).expect("the market starts");
        let instance = Self { place: Place::with(facts), market };
        instance.configure(&demo::sources(&instance.market), |text| text.to_owned());
        instance
    }

    /// Runs a crawl; gives its summary.
    pub(crate) fn crawl(&self, arguments: &[&str]) -> Value {
        let output = self.expect(0, &[&["crawl", "--once", "--json"], arguments].concat());
        serde_json::from_str(output.lines().last().unwrap_or_default()).expect("the last line is the summary")
    }
}

impl Place {
    /// Without sources and without data.
    pub(crate) fn new() -> Self {
        Self::with(Facts::new())
    }

    /// The same with this database.
    pub(crate) fn with(facts: Facts) -> Self {
        let place = Self { folder: tempfile::tempdir().expect("a temporary folder"), facts };
        place.configure(&[], str::to_owned);
        place
    }

    /// Writes the source files, each changed by `change`, and a quiet log.
    pub(crate) fn configure(&self, sources: &[(String, String)], change: impl Fn(&str) -> String) {
        let dir = self.config();
        std::fs::create_dir_all(dir.join("sources")).unwrap();
        self.settings(&self.facts.address);
        for (name, text) in sources {
            std::fs::write(dir.join("sources").join(name), change(text)).unwrap();
        }
    }

    /// Writes `vigie.toml` with this database.
    pub(crate) fn settings(&self, database: &str) {
        std::fs::write(self.config().join("vigie.toml"), format!("database = \"{database}\"\n[log]\nlevel = \"warn\"\n")).unwrap();
    }

    /// The store, past the program.
    pub(crate) async fn store(&self) -> vigie::database::Pool {
        vigie::database::open(&self.data(), &self.facts.database()).await.unwrap()
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn config(&self) -> PathBuf {
        self.folder.path().join("config")
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command.current_dir(self.folder.path()).arg("--data").arg(self.data()).arg("--config").arg(self.config()).args(arguments);
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("vigie runs")
    }

    /// Runs a command that must end with this exit code; gives its stdout.
    pub(crate) fn expect(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("stdout is UTF-8")
    }

    /// Starts a command in the background.
    pub(crate) fn spawn(&self, arguments: &[&str]) -> Child {
        self.command(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("vigie starts")
    }

    /// Starts a command and comes back when `seen` says so, or the command has ended.
    #[expect(clippy::disallowed_methods, reason = "looks again and again until it is so")]
    pub(crate) fn spawn_until(&self, arguments: &[&str], seen: impl Fn() -> bool) -> Child {
        let mut child = self.command(arguments).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("vigie starts");
        while !seen() && child.try_wait().unwrap().is_none() {
            std::thread::sleep(std::time::Duration::from_millis(2));
        }
        child
    }

    /// Writes a file into the folder; gives its path.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// What a command says on stderr when it ends with this exit code and prints nothing.
    pub(crate) fn refusal(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty(), "{arguments:?} prints {}", String::from_utf8_lossy(&output.stdout));
        assert!(!said.is_empty(), "{arguments:?} says nothing");
        said
    }

    /// Starts a command and kills it after a while, at whatever it is then; tells whether it was still at work.
    #[expect(clippy::disallowed_methods, reason = "the kill comes at its own time, whatever the killed process does")]
    pub(crate) fn killed_after(&self, time: std::time::Duration, arguments: &[&str]) -> bool {
        let mut child = self.spawn(arguments);
        std::thread::sleep(time);
        let at_work = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        at_work
    }

    /// The rows of `export listings`.
    pub(crate) fn listings(&self) -> Vec<Value> {
        let out = self.folder.path().join("out");
        self.expect(0, &["export", "listings", "--out", out.to_str().unwrap()]);
        lines(&std::fs::read_to_string(out.join("listings.jsonl")).unwrap())
    }

    /// The rows of a command that prints one JSON object a line.
    pub(crate) fn rows(&self, arguments: &[&str]) -> Vec<Value> {
        lines(&self.expect(0, arguments))
    }
}

/// Runs a command that needs no place on this input.
pub(crate) fn filter(arguments: &[&str], input: &[u8]) -> Output {
    use std::io::Write;
    let mut child = program().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // Beside reading, so that neither side waits for the other.
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    output
}

/// One JSON value a line.
pub(crate) fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// An answer for http://shop.example/item/7 as a WARC record, of the `n`th of January.
pub(crate) fn warc_response(n: u32, status: &str, body: &str) -> String {
    let http = format!("HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {}\r\n\r\n{body}", body.len());
    format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{n:012}>\r\n\
         Content-Type: application/http;msgtype=response\r\nWARC-Target-URI: <http://shop.example/item/7>\r\n\
         WARC-Date: 2026-01-0{n}T03:04:05Z\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
        http.len()
    )
}
