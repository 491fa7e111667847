//! A small shop on loopback: a test says how many items it has, how its pages are laid out, and how it fails.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// How an item's page looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(crate) enum Layout {
    /// Title, price and vendor can be read.
    Plain,
    /// Price and vendor are in markup that says nothing.
    Renamed,
    /// A page that a script fills.
    Script,
    /// Every fourth item hides its price.
    SomeOnRequest,
}

/// What the shop does.
#[derive(Debug)]
struct State {
    items: AtomicUsize,
    layout: AtomicUsize,
    padding: usize,
    /// Paths that begin so are answered by this head and no body.
    failing: Mutex<Vec<(String, String)>>,
    asked: Mutex<Vec<String>>,
    /// Further pages, by path: content type and body.
    more: Mutex<BTreeMap<String, (String, String)>>,
    dead: AtomicBool,
}

/// A running shop; it serves until the process ends.
pub(crate) struct Shop {
    pub(crate) address: SocketAddr,
    state: Arc<State>,
}

impl Shop {
    /// A shop with so many items, on a host of its own within this process.
    pub(crate) fn open(items: usize) -> Self {
        Self::padded(items, 0)
    }

    /// The same, every page longer by so many bytes.
    pub(crate) fn padded(items: usize, padding: usize) -> Self {
        static HOSTS: AtomicUsize = AtomicUsize::new(1);
        let host = HOSTS.fetch_add(1, Ordering::Relaxed);
        let listener = TcpListener::bind(format!("127.0.4.{host}:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            items: AtomicUsize::new(items),
            layout: AtomicUsize::new(Layout::Plain as usize),
            padding,
            failing: Mutex::default(),
            asked: Mutex::default(),
            more: Mutex::default(),
            dead: AtomicBool::new(false),
        });
        let shop = Self { address, state };
        shop.listen(listener);
        shop
    }

    fn listen(&self, listener: TcpListener) {
        let shared = Arc::clone(&self.state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if shared.dead.load(Ordering::SeqCst) {
                    return;
                }
                let state = Arc::clone(&shared);
                std::thread::spawn(move || serve(stream, &state));
            }
        });
    }

    /// From now on connections are refused.
    pub(crate) fn die(&self) {
        self.state.dead.store(true, Ordering::SeqCst);
        // Wakes whoever listens; the listener goes with its thread.
        drop(TcpStream::connect(self.address));
        while TcpStream::connect(self.address).is_ok() {
            std::thread::yield_now();
        }
    }

    /// Answers again after [`Shop::die`].
    pub(crate) fn come_back(&self) {
        self.state.dead.store(false, Ordering::SeqCst);
        self.listen(TcpListener::bind(self.address).unwrap());
    }

    /// One more page.
    pub(crate) fn put(&self, path: &str, content_type: &str, body: &str) {
        self.state.more.lock().unwrap().insert(path.to_owned(), (content_type.to_owned(), body.to_owned()));
    }

    /// A source file that watches it: name and text. `more` is put before its first section.
    pub(crate) fn source(&self, id: &str, more: &str) -> (String, String) {
        let text = format!(
            "id = \"{id}\"\nname = \"Shop {id}\"\ntype = \"shop\"\nseeds = [\"http://{}/\"]\n\n[scope]\nhosts = [\"{}\"]\nallow_private = true\n\n\
             [authority]\nreference = \"T-1\"\nlegal_basis = \"test\"\napproved_by = \"test\"\nexpires = \"2099-01-01\"\n\n\
             [politeness]\ninterval = \"2ms\"\nconcurrency = 2\n\n{more}",
            self.address,
            self.address.ip()
        );
        (format!("{id}.toml"), text)
    }

    /// A source that is reached by no route here: over I2P, without a router.
    pub(crate) fn beyond_reach(&self, id: &str) -> (String, String) {
        let (name, text) = self.source(id, "");
        let text = text.replace(&self.address.to_string(), "shop.i2p").replace(&self.address.ip().to_string(), "shop.i2p");
        (name, text.replace("type = \"shop\"", "type = \"shop\"\nroute = \"i2p\""))
    }

    pub(crate) fn set_layout(&self, layout: Layout) {
        self.state.layout.store(layout as usize, Ordering::Relaxed);
    }

    pub(crate) fn set_items(&self, items: usize) {
        self.state.items.store(items, Ordering::Relaxed);
    }

    /// From now on paths that begin so are answered by this status line and headers; an empty head ends that.
    pub(crate) fn fail(&self, prefix: &str, head: &str) {
        let mut failing = self.state.failing.lock().unwrap();
        failing.retain(|(known, _)| known != prefix);
        if !head.is_empty() {
            failing.push((prefix.to_owned(), head.to_owned()));
        }
    }

    /// Paths that were asked for, in order.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.asked.lock().unwrap().clone()
    }

    /// Addresses of the shop: start page, lists of ten, items, and the seller's page, which is not there.
    pub(crate) fn pages(&self) -> usize {
        let items = self.state.items.load(Ordering::Relaxed);
        2 + items.div_ceil(10) + items
    }
}

fn serve(mut stream: TcpStream, state: &State) {
    let mut request = Vec::new();
    let mut piece = [0; 4096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut piece) {
            Ok(n) if n > 0 => request.extend_from_slice(&piece[..n]),
            _ => return,
        }
    }
    let request = String::from_utf8_lossy(&request).into_owned();
    let path = request.split(' ').nth(1).unwrap_or("/").to_owned();
    state.asked.lock().unwrap().push(path.clone());
    let failure = state.failing.lock().unwrap().iter().find(|(prefix, _)| path.starts_with(prefix.as_str())).map(|(_, head)| head.clone());
    let more = state.more.lock().unwrap().get(&path).cloned();
    let html = |body: String| ("text/html; charset=utf-8".to_owned(), body);
    let answer = match (failure, more.or_else(|| page(state, &path).map(html))) {
        (Some(head), _) => format!("HTTP/1.1 {head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
        (None, None) => "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
        (None, Some((kind, body))) => {
            let head = format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
            if request.starts_with("HEAD ") { head } else { head + &body }
        }
    };
    // Whoever asked may be gone.
    let _ = stream.write_all(answer.as_bytes());
}

fn page(state: &State, path: &str) -> Option<String> {
    let items = state.items.load(Ordering::Relaxed);
    if path == "/gate" {
        let form = "<form method=\"post\" action=\"/login\"><input name=\"user\"><input type=\"password\" name=\"password\"><button>Log in</button></form>";
        return Some(format!(
            "<!DOCTYPE html><html lang=\"en\"><head><title>Log in</title></head><body><h1>Log in</h1>{form}</body></html>"
        ));
    }
    let number = |rest: &str| rest.parse::<usize>().ok().filter(|n| *n > 0);
    let (title, main) = if path == "/" {
        let lists: String = (1..=items.div_ceil(10)).map(|n| format!("<li><a href=\"/list/{n}\">Pistols, page {n}</a></li>\n")).collect();
        ("Shop".to_owned(), format!("<h1>Shop</h1>\n<ul>\n{lists}</ul>\n"))
    } else if let Some(n) = path.strip_prefix("/list/").and_then(number).filter(|n| (n - 1) * 10 < items) {
        let last = (n * 10).min(items);
        let cards: String = ((n - 1) * 10 + 1..=last).map(|item| card(state, item)).collect();
        (format!("Pistols {n}"), format!("<h1>Pistols</h1>\n{cards}"))
    } else {
        let n = path.strip_prefix("/item/").and_then(number).filter(|n| *n <= items)?;
        (title(n), item(state, n))
    };
    let padding = "<!-- padding -->\n".repeat(state.padding / 17);
    if layout(state) == Layout::Script as usize && path.starts_with("/item/") {
        let body = "<div id=\"app\"><p>Loading the shop, one moment please.</p></div><script src=\"/app.js\"></script>";
        return Some(format!("<!DOCTYPE html><html lang=\"en\"><head><title>Shop</title></head><body>{body}{padding}</body></html>"));
    }
    let nav = "<nav><a href=\"/\">Home</a></nav>";
    Some(format!("<!DOCTYPE html><html lang=\"en\"><head><title>{title}</title></head><body>{nav}\n{main}{padding}</body></html>"))
}

fn layout(state: &State) -> usize {
    state.layout.load(Ordering::Relaxed)
}

fn title(n: usize) -> String {
    format!("Glock 19 no {n}")
}

fn price(state: &State, n: usize) -> String {
    let hidden = layout(state) == Layout::SomeOnRequest as usize && n.is_multiple_of(4);
    if hidden { "on request".to_owned() } else { format!("EUR {}.00", 100 + n) }
}

fn card(state: &State, n: usize) -> String {
    let (title, price) = (title(n), price(state, n));
    format!(
        "<div class=\"card\"><a href=\"/item/{n}\">{title}</a> <span class=\"price\">{price}</span> <a href=\"/vendor/anna\">anna</a></div>\n"
    )
}

fn item(state: &State, n: usize) -> String {
    let from = "<tr><th>Ships from:</th><td>Germany</td></tr>";
    let facts = if layout(state) == Layout::Renamed as usize {
        format!(
            "<div class=\"k9\"><b class=\"q\">{}</b><i></i></div><table>{from}<tr><th>Ships to:</th><td>Germany</td></tr></table>",
            100 + n
        )
    } else {
        let vendor = "<tr><th>Vendor:</th><td><a href=\"/vendor/anna\">anna</a></td></tr>";
        format!("<table><tr><th>Price:</th><td>{}</td></tr>{vendor}{from}</table>", price(state, n))
    };
    let text = format!("Used pistol number {n} in good state, two magazines.");
    format!("<h1>{}</h1>\n{facts}\n<div class=\"description\"><p>{text}</p></div>\n", title(n))
}
