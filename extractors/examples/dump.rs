//! Scratch: jsonl in, extraction out.
use std::io::BufRead;
use vigie_extractors::page::{Page, extract, extract_explained};
fn main() {
    let explain = std::env::args().nth(1).is_some();
    for line in std::io::stdin().lock().lines() {
        let row: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        let url = url::Url::parse(row["url"].as_str().unwrap()).unwrap();
        let body = std::fs::read(row["path"].as_str().unwrap()).unwrap();
        let fetched_at = "2024-06-15T12:00:00Z".parse().unwrap();
        let page = Page {
            url: &url,
            body: &body,
            content_type: Some("text/html"),
            source_type: row["type"].as_str(),
            profile: None,
            private: &[],
            fetched_at,
        };
        if explain {
            let (e, x) = extract_explained(&page);
            println!("{}", serde_json::json!({"e": e, "x": x}));
        } else {
            println!("{}", serde_json::to_string(&extract(&page)).unwrap());
        }
    }
}
