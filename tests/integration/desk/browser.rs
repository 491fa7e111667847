//! Chromium, driven over WebDriver (<https://www.w3.org/TR/webdriver2/>) by the `chromedriver` of the distribution.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use base64::Engine;
use serde_json::{Value, json};

/// How WebDriver names an element in JSON.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
/// The accessibility checker that pages are looked over with.
const AXE: &str = include_str!("../../fixtures/axe/axe.min.js");

/// Notes on the page that it is about to be left.
const LEAVING: &str = "
    window.leaving = false;
    addEventListener('submit', event => { window.leaving ||= !event.defaultPrevented });
    addEventListener('click', event => {
        const link = event.target.closest('a[href]');
        const elsewhere = link && link.href.split('#')[0] !== location.href.split('#')[0];
        window.leaving ||= elsewhere && !event.defaultPrevented;
    });";

/// How long a page may take that waits for something.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser window of its own; it closes when it is dropped.
pub(crate) struct Browser {
    driver: Child,
    port: u16,
    session: String,
    /// `http://127.0.0.1:port` of the desk.
    base: String,
    /// Name under which pictures are kept.
    pictures: String,
}

/// A driver and its port; nothing where it ended before it had one.
fn start() -> Option<(Child, u16)> {
    let mut driver =
        Command::new("chromedriver").arg("--port=0").stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("chromedriver is there");
    let mut said = BufReader::new(driver.stdout.take().expect("it was asked for")).lines();
    let line = said.find_map(|line| line.ok().filter(|line| line.contains("started successfully on port")));
    let port = line.and_then(|line| line.trim_end_matches('.').rsplit(' ').next()?.parse().ok());
    let Some(port) = port else {
        // It has ended, or says something else than it used to.
        let _ = driver.kill();
        driver.wait().expect("it ends");
        return None;
    };
    std::thread::spawn(move || said.for_each(drop));
    Some((driver, port))
}

impl Browser {
    /// Whether there is a browser; says so where there is none, and fails where one is needed.
    pub(crate) fn is_there() -> bool {
        let found = Command::new("chromedriver").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success());
        if !found {
            assert!(std::env::var_os("VIGIE_TEST_BROWSER_NEEDED").is_none(), "chromedriver does not start");
            println!("skipped: chromedriver is not installed; hint: `cargo xtask test` installs it");
        }
        found
    }

    /// A window this wide, in light or dark.
    pub(crate) fn open(address: &str, width: u32, dark: bool, pictures: &str) -> Self {
        // It looks for a free port twice, once for each version of IP, and ends where the second is taken.
        let (driver, port) = (0..5).find_map(|_| start()).expect("chromedriver; hint: `cargo xtask test` installs it");
        let scheme = if dark { "--force-dark-mode" } else { "--blink-settings=preferredColorScheme=1" };
        let arguments = json!(["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--lang=en-GB", scheme]);
        let options = json!({"args": arguments, "perfLoggingPrefs": {"enableNetwork": true, "enablePage": true}});
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": options, "goog:loggingPrefs": {"performance": "ALL", "browser": "ALL"}, "unhandledPromptBehavior": "ignore",
        }}});
        let mut browser = Self { driver, port, session: String::new(), base: format!("http://{address}"), pictures: pictures.to_owned() };
        browser.session = browser.ask("POST", "/session", &wanted)["sessionId"].as_str().expect("a session").to_owned();
        let features = json!([{"name": "prefers-color-scheme", "value": if dark { "dark" } else { "light" }}]);
        browser.devtools("Emulation.setEmulatedMedia", &json!({"features": features}));
        // A headless window is never as narrow as a telephone.
        browser.devtools(
            "Emulation.setDeviceMetricsOverride",
            &json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}),
        );
        browser
    }

    /// Opens a page of the desk.
    pub(crate) fn go(&self, path: &str) {
        self.command("POST", "/url", &json!({"url": format!("{}{path}", self.base)}));
    }

    /// Status with which the page was answered.
    pub(crate) fn status(&self) -> u64 {
        self.run("return performance.getEntriesByType('navigation')[0].responseStatus").as_u64().unwrap()
    }

    /// Path and query of the page.
    pub(crate) fn path(&self) -> String {
        let url = self.command("GET", "/url", &Value::Null);
        url.as_str().unwrap_or_default().trim_start_matches(&self.base).to_owned()
    }

    /// Runs a script on the page; gives what it returns.
    pub(crate) fn run(&self, script: &str) -> Value {
        self.command("POST", "/execute/sync", &json!({"script": script, "args": []}))
    }

    /// Runs a script until it returns something else than false or nothing; gives that.
    pub(crate) fn wait(&self, script: &str) -> Value {
        let until = Instant::now() + PATIENCE;
        loop {
            let told = self.run(script);
            if !matches!(told, Value::Null | Value::Bool(false)) {
                return told;
            }
            assert!(Instant::now() < until, "{script} at {}: {}", self.path(), self.text());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// The text that is shown.
    pub(crate) fn text(&self) -> String {
        self.run("return document.body.innerText").as_str().unwrap_or_default().to_owned()
    }

    /// The first element that a CSS selector finds; waits for it.
    pub(crate) fn find(&self, selector: &str) -> String {
        let until = Instant::now() + PATIENCE;
        loop {
            let found = self.command("POST", "/elements", &json!({"using": "css selector", "value": selector}));
            if let Some(id) = found.get(0).and_then(|one| one[ELEMENT].as_str()) {
                return id.to_owned();
            }
            assert!(Instant::now() < until, "no {selector} at {}: {}", self.path(), self.text());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Clicks, and waits for the page that a link or a form leads to: the click is answered before that page is there.
    pub(crate) fn click(&self, selector: &str) {
        let id = self.find(selector);
        self.run(LEAVING);
        self.press(&id);
        self.wait("return !window.leaving");
    }

    fn press(&self, id: &str) {
        self.command("POST", &format!("/element/{id}/click"), &json!({}));
    }

    /// Types into a field, in the place of what stands there.
    pub(crate) fn fill(&self, selector: &str, text: &str) {
        let id = self.find(selector);
        self.command("POST", &format!("/element/{id}/clear"), &json!({}));
        self.command("POST", &format!("/element/{id}/value"), &json!({"text": text}));
    }

    /// Presses keys where the focus is.
    pub(crate) fn keys(&self, text: &str) {
        let actions: Vec<Value> = text
            .chars()
            .flat_map(|key| [json!({"type": "keyDown", "value": key.to_string()}), json!({"type": "keyUp", "value": key.to_string()})])
            .collect();
        self.command("POST", "/actions", &json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]}));
    }

    /// Signs in by the form.
    pub(crate) fn sign_in(&self, name: &str) {
        self.go("/signin");
        self.fill("[name=name]", name);
        self.fill("[name=password]", super::PASSWORD);
        self.click("main button.main");
    }

    /// What axe finds wrong with the page, one line each.
    pub(crate) fn violations(&self) -> Vec<String> {
        self.devtools("Runtime.evaluate", &json!({"expression": AXE}));
        let expression = "axe.run().then(found => JSON.stringify(found.violations.map(one => one.id + ' ' + one.nodes.length + ' ' + \
                          one.nodes[0].html.slice(0, 160))))";
        let found = self.devtools("Runtime.evaluate", &json!({"expression": expression, "awaitPromise": true}));
        let text = found["result"]["value"].as_str().unwrap_or_else(|| panic!("axe does not run: {found}")).to_owned();
        serde_json::from_str(&text).unwrap()
    }

    /// How far the page is wider than the window, pixels.
    pub(crate) fn overflow(&self) -> i64 {
        self.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth").as_i64().unwrap()
    }

    /// Bytes that a cold load of a page brings, pictures left out.
    pub(crate) fn weight(&self, path: &str) -> u64 {
        self.devtools("Network.clearBrowserCache", &json!({}));
        self.requests();
        self.go(path);
        self.log("performance")
            .iter()
            .filter(|one| one["message"]["method"] == "Network.loadingFinished")
            .filter_map(|one| one["message"]["params"]["encodedDataLength"].as_f64())
            .sum::<f64>() as u64
    }

    /// Milliseconds from the beginning of the navigation to the first text or picture on the screen
    /// (<https://www.w3.org/TR/paint-timing/>, first-contentful-paint).
    pub(crate) fn first_paint(&self) -> f64 {
        let script = "const all = performance.getEntriesByName('first-contentful-paint'); return all.length ? all[0].startTime : null";
        self.wait(script).as_f64().unwrap()
    }

    /// Presses a button whose answer is a file; gives its name and its bytes.
    pub(crate) fn download(&self, selector: &str) -> (String, Vec<u8>) {
        let folder = tempfile::tempdir().unwrap();
        self.devtools("Browser.setDownloadBehavior", &json!({"behavior": "allow", "downloadPath": folder.path()}));
        self.press(&self.find(selector));
        let until = Instant::now() + PATIENCE;
        loop {
            // While it comes it has another name.
            let mut whole = std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path());
            if let Some(path) = whole.find(|path| path.extension().is_some_and(|extension| extension == "zip")) {
                return (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(path).unwrap());
            }
            assert!(Instant::now() < until, "nothing comes at {}: {}", self.path(), self.text());
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Addresses that were asked since the last look.
    pub(crate) fn requests(&self) -> Vec<String> {
        let sent = |one: &Value| {
            (one["message"]["method"] == "Network.requestWillBeSent").then(|| one["message"]["params"]["request"]["url"].clone())
        };
        self.log("performance").iter().filter_map(sent).filter_map(|url| url.as_str().map(str::to_owned)).collect()
    }

    /// What the console was told since the last look, reports of the content security policy among it.
    pub(crate) fn console(&self) -> Vec<String> {
        let lines = self.command("POST", "/se/log", &json!({"type": "browser"}));
        lines.as_array().unwrap().iter().filter_map(|one| one["message"].as_str().map(str::to_owned)).collect()
    }

    /// Text of a dialog that is open.
    pub(crate) fn dialog(&self) -> Option<String> {
        let answer = self.request("GET", &format!("/session/{}/alert/text", self.session), &Value::Null);
        answer["value"].as_str().map(str::to_owned)
    }

    /// Keeps a picture of the whole page where `VIGIE_PICTURES` names a folder.
    pub(crate) fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("VIGIE_PICTURES").map(PathBuf::from) else { return };
        std::fs::create_dir_all(&folder).unwrap();
        let shot = self.devtools("Page.captureScreenshot", &json!({"captureBeyondViewport": true}));
        let bytes = base64::engine::general_purpose::STANDARD.decode(shot["data"].as_str().unwrap()).unwrap();
        std::fs::write(folder.join(format!("{}-{name}.png", self.pictures)), bytes).unwrap();
    }

    fn log(&self, kind: &str) -> Vec<Value> {
        let lines = self.command("POST", "/se/log", &json!({"type": kind}));
        let lines = lines.as_array().cloned().unwrap_or_default();
        lines.iter().filter_map(|one| serde_json::from_str(one["message"].as_str()?).ok()).collect()
    }

    fn devtools(&self, method: &str, parameters: &Value) -> Value {
        self.command("POST", "/goog/cdp/execute", &json!({"cmd": method, "params": parameters}))
    }

    fn command(&self, method: &str, path: &str, body: &Value) -> Value {
        self.ask(method, &format!("/session/{}{path}", self.session), body)
    }

    /// A command that must succeed; gives its value.
    fn ask(&self, method: &str, path: &str, body: &Value) -> Value {
        let answer = self.request(method, path, body);
        assert!(answer["value"]["error"].is_null(), "{method} {path}: {} {}", answer["value"]["error"], answer["value"]["message"]);
        answer["value"].clone()
    }

    fn request(&self, method: &str, path: &str, body: &Value) -> Value {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("chromedriver listens");
        stream.set_read_timeout(Some(Duration::from_secs(120))).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            self.port,
            body.len()
        );
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        // Chromedriver keeps the connection open whatever is asked: the length says where the answer ends.
        let mut reader = BufReader::new(stream);
        let (mut line, mut length) = (String::new(), 0);
        while reader.read_line(&mut line).unwrap() > 2 {
            if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            }
            line.clear();
        }
        let mut bytes = vec![0; length];
        reader.read_exact(&mut bytes).unwrap();
        serde_json::from_slice(&bytes).unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&bytes)))
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        if !self.session.is_empty() && !std::thread::panicking() {
            self.request("DELETE", &format!("/session/{}", self.session), &Value::Null);
        }
        // It may have ended already.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}
