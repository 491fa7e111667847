//! Whether other tools read what we write, and we what they write: warcio our archive, we the captures of wget.

use crate::step::{Done, check, command};
use crate::tools::Tools;
use anyhow::{Context, bail};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

/// A page that links to two advertisements; `wget --recursive` finds all three.
const PAGES: [(&str, &str); 3] = [
    ("/", "<title>Stall</title><p><a href='/item/1'>Quillon 12</a> <a href='/item/2'>Quillon sling</a>"),
    (
        "/item/1",
        "<title>Quillon 12</title><h1>Hunting rifle Quillon 12, .308 Win</h1><script type='application/ld+json'>
        {\"@context\": \"https://schema.org\", \"@type\": \"Product\", \"name\": \"Hunting rifle Quillon 12, .308 Win\",
        \"offers\": {\"@type\": \"Offer\", \"price\": \"840.00\", \"priceCurrency\": \"EUR\"}}</script>",
    ),
    (
        "/item/2",
        "<title>Quillon sling</title><h1>Leather sling for Quillon rifles</h1><script type='application/ld+json'>
        {\"@context\": \"https://schema.org\", \"@type\": \"Product\", \"name\": \"Leather sling for Quillon rifles\",
        \"offers\": {\"@type\": \"Offer\", \"price\": \"35.00\", \"priceCurrency\": \"EUR\"}}</script>",
    ),
];

/// The programs to bring together.
pub(crate) struct Interop<'a> {
    pub(crate) tools: &'a Tools,
    pub(crate) vigie: PathBuf,
    pub(crate) root: &'a Path,
    /// Emptied before use.
    pub(crate) scratch: PathBuf,
}

impl Interop<'_> {
    /// warcio reads each record of a crawled archive and computes its digests anew.
    pub(crate) fn warcio_reads_ours(&self) -> anyhow::Result<Done> {
        let folder = self.fresh("demo")?;
        let log = std::fs::File::create(folder.join("demo.log"))?;
        let mut demo = Command::new("timeout");
        demo.arg("300").arg(&self.vigie).arg("demo").current_dir(&folder).stdout(log.try_clone()?).stderr(log);
        check(demo).with_context(|| format!("see {}", folder.join("demo.log").display()))?;
        let mut warcio = Command::new(&self.tools.python);
        warcio.arg(self.root.join("tests/interop/warc.py")).arg(folder.join("vigie-demo/archive"));
        check(warcio)
    }

    /// What `wget --warc-file` wrote is imported, verified and found.
    pub(crate) fn we_read_wget(&self) -> anyhow::Result<Done> {
        let folder = self.fresh("wget")?;
        let address = serve()?;
        let mut wget = command(&["wget", "--quiet", "--recursive", "--level=1", "--tries=1", "--timeout=20", "--warc-file=stall"]);
        wget.args(["--no-proxy", "--execute", "robots=off"]).arg(format!("http://{address}/"));
        check({
            wget.current_dir(&folder);
            wget
        })?;
        check(self.vigie(&folder, &["import", "stall.warc.gz", "--format", "warc", "--source", "stall"]))?;
        check(self.vigie(&folder, &["verify"]))?;
        let found = self.vigie(&folder, &["search", "Quillon", "--json"]).output()?;
        let titles = String::from_utf8_lossy(&found.stdout);
        for title in ["Hunting rifle Quillon 12, .308 Win", "Leather sling for Quillon rifles"] {
            if !titles.contains(title) {
                bail!("a search does not find \"{title}\" in what wget captured; it printed: {titles}");
            }
        }
        Ok(Done::Passed)
    }

    fn vigie(&self, folder: &Path, words: &[&str]) -> Command {
        let mut command = Command::new("timeout");
        command.arg("120").arg(&self.vigie).args(words).args(["--data", "data"]).current_dir(folder);
        command
    }

    fn fresh(&self, name: &str) -> anyhow::Result<PathBuf> {
        let folder = self.scratch.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

/// Serves the pages on loopback until this process ends.
fn serve() -> anyhow::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?.to_string();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that went away is not ours to mend.
            let _ = answer(stream);
        }
    });
    Ok(address)
}

fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let (mut head, mut buffer) = (Vec::new(), [0; 1024]);
    while !head.windows(4).any(|end| end == b"\r\n\r\n") && head.len() < 16_384 {
        match stream.read(&mut buffer)? {
            0 => return Ok(()),
            n => head.extend_from_slice(buffer.get(..n).unwrap_or_default()),
        }
    }
    let head = String::from_utf8_lossy(&head);
    let path = head.split_whitespace().nth(1).unwrap_or_default();
    let (status, body) = match PAGES.iter().find(|(known, _)| *known == path) {
        Some((_, body)) => ("200 OK", *body),
        None => ("404 Not Found", "<title>Nothing here</title>"),
    };
    let length = body.len();
    let head =
        format!("HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(body.as_bytes())
}
