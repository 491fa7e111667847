//! How reading costs grow with the page: time and memory of every family of hostile pages, at sizes that double.
//!
//! `growth` tells of all families; `growth WORDS` of those whose names hold the words; `growth --at BYTES [WORDS]` of one size.

#[path = "../../tests/it/pages/families.rs"]
mod families;

use std::process::Command;
use std::time::Duration;

use vigie_extractors_fuzz::reading::{self, Way};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let ["--one", name, bytes, way] = arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        return one(name, bytes.parse().expect("a number"), way);
    }
    let (sizes, words): (Vec<usize>, Option<&String>) = match arguments.first().map(String::as_str) {
        Some("--at") => (vec![arguments[1].parse().expect("a number")], arguments.get(2)),
        _ => (vec![1 << 18, 1 << 19, 1 << 20, 1 << 21], arguments.first()),
    };
    println!("{:46} {:9} {:>9} {:>8} {:>7} {:>8}", "family", "way", "bytes", "ms", "ns/byte", "MB");
    for (name, _) in families::all().into_iter().filter(|(name, _)| words.is_none_or(|words| name.contains(words.as_str()))) {
        for way in ["plain", "explained", "profiled"] {
            let mut last = None;
            for size in &sizes {
                let out =
                    Command::new(std::env::current_exe().expect("this program")).args(["--one", name, &size.to_string(), way]).output();
                let said = out.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned()).unwrap_or_default();
                let [bytes, ms, mb] = said.split(' ').collect::<Vec<_>>()[..] else {
                    println!("{name:46} {way:9} {size:>9} died: {said}");
                    break;
                };
                let (count, time): (f64, f64) = (bytes.parse().unwrap_or(1.0), ms.parse().unwrap_or(0.0));
                let mark = last.filter(|last| time > last * 2.7 && time > 60.0).map_or("", |_| "  GROWS");
                println!("{name:46} {way:9} {bytes:>9} {ms:>8} {:>7.0} {mb:>8}{mark}", time * 1e6 / count);
                last = Some(time);
                if time > 20_000.0 {
                    break;
                }
            }
        }
    }
}

fn one(name: &str, bytes: usize, way: &str) {
    let (_, grow) = families::all().into_iter().find(|(own, _)| *own == name).expect("a family");
    let page = grow(bytes);
    let way = match way {
        "plain" => Way::Plain,
        "explained" => Way::Explained,
        _ => Way::Profiled,
    };
    reading::one(b"<p>$5</p>", way);
    let before = reading::worked();
    reading::one(page.as_bytes(), way);
    let took: Duration = reading::worked() - before;
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|line| line.split_whitespace().next())
        .and_then(|kb| kb.parse::<u64>().ok());
    println!("{} {:.1} {}", page.len(), took.as_secs_f64() * 1e3, peak.unwrap_or(0) >> 10);
}
