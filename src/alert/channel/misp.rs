//! MISP: each notification is an event, added by `POST /events/add` of its documented API (checked against no real server).

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::alert::channel::http::Poster;
use crate::alert::channel::sender::{Answer, Line};
use crate::alert::payload::{line, told};
use crate::archive::digest::hex;
use crate::config::{Config, Misp};

/// What MISP says of an event whose identifier it has.
const KNOWN: &str = "already exists";
/// Characters of a text at most; the column of MISP holds more bytes.
const MOST: usize = 1_000;

/// Sends the notifications of one channel to a MISP server.
pub(super) struct Events {
    poster: Poster,
    url: Url,
    key: String,
    misp: Misp,
    /// Markings of sources, and of all others.
    tlp: (BTreeMap<String, &'static str>, &'static str),
}

impl Events {
    pub(super) fn new(misp: &Misp, key: String, config: &Config, line: &Line<'_>) -> Result<Self> {
        let mut url = misp.url.clone();
        let path = format!("{}/events/add", url.path().trim_end_matches('/'));
        url.set_path(&path);
        let of_sources = config.sources.iter().map(|source| (source.id.clone(), source.tlp.code())).collect();
        let poster = Poster::new(&misp.channel, line)?;
        Ok(Self { poster, url, key, misp: misp.clone(), tlp: (of_sources, config.settings.tlp.code()) })
    }

    /// Sends a notification once. MISP knows its event again by the identifier, so no other key is needed.
    pub(super) async fn send(&self, payload: &Value) -> Answer {
        let of_source = self.tlp.0.get(told(payload, "source")).copied().unwrap_or(self.tlp.1);
        let tlp = Some(told(payload, "tlp")).filter(|marked| !marked.is_empty()).unwrap_or(of_source);
        let body = event(payload, &self.misp, tlp).to_string();
        let headers = [("authorization", self.key.as_str()), ("accept", "application/json")];
        match self.poster.post(&self.url, &headers, body).await {
            Ok(response) => match response.weigh() {
                Answer::Refused(said) if response.text.to_lowercase().contains(KNOWN) => Answer::Accepted(format!("{said}; {KNOWN}")),
                answer => answer,
            },
            Err(answer) => answer,
        }
    }
}

/// An event that MISP analysts have not looked at, of unknown threat level. What it holds is for people: nothing is marked for detection.
fn event(payload: &Value, misp: &Misp, tlp: &str) -> Value {
    let id = told(payload, "id");
    let link = told(payload, "link");
    let attribute = |kind: &str, category: &str, value: &str, what: &str| {
        json!({"uuid": uuid(&format!("{id} {what}")), "type": kind, "category": category, "value": line(value, MOST),
            "comment": what, "to_ids": false, "distribution": "5"})
    };
    // A link of MISP has a host; without a desk there is none.
    let kind = if link.starts_with("http") { "link" } else { "text" };
    let mut attributes = vec![attribute(kind, "Internal reference", link, "alert")];
    for (name, kind) in [("url", "url"), ("title", "text"), ("vendor", "text")] {
        let value = told(payload, name);
        if !value.is_empty() {
            attributes.push(attribute(kind, "External analysis", value, name));
        }
    }
    let tags: Vec<Value> = [format!("tlp:{tlp}")].iter().chain(&misp.tags).map(|name| json!({"name": name})).collect();
    json!({"Event": {
        "uuid": uuid(id),
        "info": format!("Vigie: watch {}, source {}", told(payload, "watch"), told(payload, "source")),
        "date": told(payload, "created_at").get(..10).unwrap_or_default(),
        "threat_level_id": "4",
        "analysis": "0",
        "distribution": misp.distribution.to_string(),
        "published": false,
        "Tag": tags,
        "Attribute": attributes,
    }})
}

/// A UUID that is always the same for the same name: the first bits of its SHA-256, in the form of version 5, the newest that MISP takes.
fn uuid(name: &str) -> String {
    let mut bytes: [u8; 32] = Sha256::digest(format!("vigie alert {name}")).into();
    bytes[6] = bytes[6] & 0x0f | 0x50;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hex(&bytes[..16]);
    [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_the_same_for_the_same_alert_and_in_the_form_that_misp_takes() {
        assert_eq!(uuid("a1"), uuid("a1"));
        assert_ne!(uuid("a1"), uuid("a2"));
        let parts: Vec<String> = uuid("a1").split('-').map(str::to_owned).collect();
        assert_eq!(parts.iter().map(String::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert!(parts[2].starts_with('5') && parts[3].starts_with(['8', '9', 'a', 'b']), "{parts:?}");
    }
}
