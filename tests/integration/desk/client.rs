//! A browser as far as HTTP goes: cookies, forms with their token, and whatever else a test wants to send.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Keeps cookies and the form token of the page that was seen last.
pub(crate) struct Client {
    address: String,
    pub(crate) cookies: BTreeMap<String, String>,
    pub(crate) token: String,
    /// Sent with each request.
    pub(crate) headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    /// The first header of this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Client {
    pub(crate) fn new(address: &str) -> Self {
        Self { address: address.to_owned(), cookies: BTreeMap::new(), token: String::new(), headers: Vec::new() }
    }

    /// Another window of the same browser.
    pub(crate) fn twin(&self) -> Self {
        let Self { address, cookies, token, headers } = self;
        Self { address: address.clone(), cookies: cookies.clone(), token: token.clone(), headers: headers.clone() }
    }

    pub(crate) fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "")
    }

    /// Sends a form with the token of the page before, as a page of the desk would.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        if self.token.is_empty() && !self.cookies.is_empty() {
            self.get("/me");
        }
        let token = self.token.clone();
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.append_pair("csrf", &token);
        fields.iter().for_each(|(name, value)| {
            form.append_pair(name, value);
        });
        let body = form.finish();
        self.send("POST", path, &body)
    }

    /// Sends a request; `Origin` and content type are those of a page of the desk unless `headers` have others.
    /// Where the desk says that it is too much at once, it waits and asks again.
    pub(crate) fn send(&mut self, method: &str, path: &str, body: &str) -> Answer {
        loop {
            let answer = self.once(method, path, body);
            let Some(wait) = answer.header("retry-after").filter(|_| answer.status == 429) else { return answer };
            std::thread::sleep(Duration::from_secs(wait.parse().unwrap()));
        }
    }

    fn once(&mut self, method: &str, path: &str, body: &str) -> Answer {
        let own = |name: &str| self.headers.iter().any(|(known, _)| known.eq_ignore_ascii_case(name));
        let mut head = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !own("host") {
            head.push_str(&format!("Host: {}\r\n", self.address));
        }
        if method != "GET" && !own("origin") {
            head.push_str(&format!("Origin: http://{}\r\n", self.address));
        }
        if method != "GET" && !own("content-type") {
            head.push_str("Content-Type: application/x-www-form-urlencoded\r\n");
        }
        if !self.cookies.is_empty() {
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            head.push_str(&format!("Cookie: {}\r\n", cookies.join("; ")));
        }
        self.headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
        let mut stream = TcpStream::connect(&self.address).expect("the desk listens");
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).unwrap();
        let mut bytes = Vec::new();
        // A server that refuses a large form may close before it read all of it.
        let _ = stream.read_to_end(&mut bytes);
        let answer = read(&String::from_utf8_lossy(&bytes));
        self.keep(&answer);
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (name, value) = cookie.split(';').next().and_then(|pair| pair.split_once('=')).expect("a cookie");
            self.cookies.insert(name.to_owned(), value.to_owned());
            // The token hangs on the sign-in, which is another one now.
            self.token.clear();
        }
        if let Some(token) = answer.body.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()) {
            self.token = token.to_owned();
        }
    }
}

fn read(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
    let mut lines = head.lines();
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok()).unwrap_or_default();
    let headers: Vec<(String, String)> =
        lines.filter_map(|line| line.split_once(": ")).map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
    let chunked = headers.iter().any(|(name, value)| name == "transfer-encoding" && value == "chunked");
    Answer { status, headers, body: if chunked { whole(body) } else { body.to_owned() } }
}

/// The body of chunks.
fn whole(mut chunks: &str) -> String {
    let mut body = String::new();
    while let Some((size, rest)) = chunks.split_once("\r\n") {
        let Some(piece) = usize::from_str_radix(size, 16).ok().filter(|size| *size > 0).and_then(|size| rest.get(..size)) else { break };
        body.push_str(piece);
        chunks = rest.get(piece.len() + 2..).unwrap_or_default();
    }
    body
}
