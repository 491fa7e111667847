//! Notifications in ArcSight's Common Event Format, version 0 ("Implementing ArcSight Common Event Format", revision 25).

use jiff::Timestamp;
use serde_json::Value;

use crate::alert::payload::{line, told};

/// Characters of a field at most: the least that the format allows for one of those used here.
pub(super) const MOST: usize = 1_023;
/// Of 0 to 10; alerts have no priority yet that could say more.
const SEVERITY: u8 = 5;

/// One event. `externalId` is the alert, `cs4` the idempotency key; title, vendor and address only where the payload has them.
pub(super) fn event(payload: &Value, key: &str) -> String {
    let time = told(payload, "created_at").parse::<Timestamp>().map_or(0, Timestamp::as_millisecond);
    let mut event = format!("CEF:0|Vigie|Vigie|{}|alert|watch matched|{SEVERITY}|rt={time}", header(env!("CARGO_PKG_VERSION")));
    let mut field = |name: &str, text: &str| {
        if !text.is_empty() {
            event.push_str(&format!(" {name}={}", value(text)));
        }
    };
    field("externalId", told(payload, "id"));
    let labelled = [("cs1", "watch", told(payload, "watch")), ("cs2", "source", told(payload, "source"))];
    let more = [("cs3", "link", told(payload, "link")), ("cs4", "key", key), ("cs5", "vendor", told(payload, "vendor"))];
    for (name, label, text) in labelled.into_iter().chain(more).filter(|(_, _, text)| !text.is_empty()) {
        field(&format!("{name}Label"), label);
        field(name, text);
    }
    field("request", told(payload, "url"));
    field("msg", told(payload, "title"));
    event
}

/// A field before the last bar: bars and backslashes are escaped, line ends cannot stand there.
fn header(text: &str) -> String {
    line(text, MOST).replace('\\', "\\\\").replace('|', "\\|")
}

/// A value after it: backslashes, equals signs and line ends are escaped.
fn value(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars().take(MOST) {
        match c {
            '\\' => out.push_str("\\\\"),
            '=' => out.push_str("\\="),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::payload::payload;
    use crate::alert::payload::tests::alert;

    #[test]
    fn an_event_is_one_line_and_its_fields_are_escaped() {
        let short = event(&payload(&alert(), false, None), "k:siem");
        let version = env!("CARGO_PKG_VERSION");
        let start = format!(
            "CEF:0|Vigie|Vigie|{version}|alert|watch matched|5|rt=1795248000250 externalId=5313296470c617fb cs1Label=watch cs1=glocks"
        );
        assert!(short.starts_with(&start), "{short}");
        assert!(!short.contains("msg=") && !short.contains("cs5") && !short.contains("request="), "{short}");
        let long = event(&payload(&alert(), true, None), "k:siem");
        assert!(
            long.ends_with(
                " cs4Label=key cs4=k:siem cs5Label=vendor cs5=anna\\r\\nBcc: x request=https://shop.example/1 msg=Glock | 19 \\= <new>"
            ),
            "{long}"
        );
        assert!(!long.contains('\n') && !long.contains('\r'));
        assert_eq!(header("a|b\\c\nd"), "a\\|b\\\\c d");
        assert_eq!(value(&"x".repeat(5_000)).len(), MOST);
    }
}
