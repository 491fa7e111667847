//! What is said of a notification outside of the data folder: the one place that decides it.

use serde_json::{Value, json};

use crate::alert::delivery::Alert;

/// What is sent of an alert. Unless the channel or the watch asks for `details`, nothing of the listing but where to read of it: no title,
/// vendor, address or price.
pub fn payload(alert: &Alert, details: bool, desk: Option<&str>) -> Value {
    let mut told = json!({"id": alert.id, "watch": alert.watch, "source": alert.source, "created_at": alert.created_at});
    for (name, text) in [("priority", &alert.priority), ("tlp", &alert.tlp), ("case", &alert.case)] {
        if !text.is_empty() {
            told[name] = json!(text);
        }
    }
    if !alert.events.is_empty() {
        told["events"] = json!(alert.events);
    }
    if !alert.gathered.is_empty() {
        told["gathered"] =
            alert.gathered.iter().map(|one| json!({"id": one.id, "source": one.source, "link": link(&one.id, desk)})).collect();
    }
    if (details || alert.details)
        && let Ok(whole) = serde_json::to_value(Alert { assignee: String::new(), ..alert.clone() })
    {
        // Who works on it is nobody else's business.
        told = whole;
    }
    told["link"] = json!(link(&alert.id, desk));
    told
}

/// Where an alert is read: at the desk, or a name that `vigie alerts --json` knows where there is none.
pub(super) fn link(id: &str, desk: Option<&str>) -> String {
    match desk {
        Some(desk) => format!("{desk}/alerts/{id}"),
        None => urn(id),
    }
}

/// The name of an alert, wherever it is read.
pub(super) fn urn(id: &str) -> String {
    format!("urn:vigie:alert:{id}")
}

/// A text of a payload; empty where it is not told.
pub(super) fn told<'a>(payload: &'a Value, name: &str) -> &'a str {
    payload.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// The first characters of a text on one line, for subjects and fields that end with the line.
pub(super) fn line(text: &str, most: usize) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') { ' ' } else { c }).take(most).collect()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::alert) fn alert() -> Alert {
        serde_json::from_value(json!({
            "seq": 7, "id": "5313296470c617fb", "watch": "glocks", "source": "s1", "url": "https://shop.example/1", "title": "Glock | 19 = <new>",
            "version": 2, "created_at": "2026-11-21T08:00:00.25Z", "listing": "l", "vendor": "anna\r\nBcc: x", "state": "new",
            "priority": "high", "gathered": [{"id": "9e5f", "source": "s2", "url": "https://shop.example/2", "title": "Glock 17"}]
        }))
        .unwrap()
    }

    #[test]
    fn nothing_of_the_listing_is_told_unless_details_are_asked_for() {
        let alert = alert();
        let short = payload(&alert, false, Some("https://desk.example"));
        assert_eq!(
            short,
            json!({"id": alert.id, "watch": "glocks", "source": "s1", "created_at": alert.created_at, "priority": "high",
                "gathered": [{"id": "9e5f", "source": "s2", "link": "https://desk.example/alerts/9e5f"}],
                "link": "https://desk.example/alerts/5313296470c617fb"})
        );
        let asked = Alert { details: true, ..alert.clone() };
        assert_eq!(told(&payload(&asked, false, None), "title"), alert.title, "the watch asks for it");
        let long = payload(&alert, true, None);
        assert_eq!((told(&long, "title"), told(&long, "link")), (alert.title.as_str(), "urn:vigie:alert:5313296470c617fb"));
        assert_eq!((told(&long, "vendor"), told(&long, "url")), (alert.vendor.as_str(), alert.url.as_str()));
        assert_eq!(told(&short, "title"), "");
        assert_eq!(line(&alert.vendor, 7), "anna  B");
    }
}
