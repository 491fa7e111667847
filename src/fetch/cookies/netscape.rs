//! Cookie files as browsers and their exporters write them (`cookies.txt`, the Netscape format).
//!
//! A line is seven fields with a tab between them: domain, whether its subdomains get the cookie too (`TRUE` or `FALSE`), path, whether it
//! is for encrypted connections only, the end in seconds since 1970 (0: none), name, value. `#HttpOnly_` before the domain marks a cookie that
//! scripts may not see; every other line with `#` at its beginning is a comment. Values are secrets: no message of this module holds one.

use super::Jar;
use super::cookie::{Cookie, LONGEST, is_public_suffix};
use jiff::{SignedDuration, Timestamp};
use url::Host;

/// Bytes of a file, at most.
pub const LARGEST: u64 = 1 << 20;
/// Bad lines that are named one by one.
const MOST_NAMED: usize = 20;
/// Seconds beyond this are milliseconds, as some exporters write them.
const SECONDS: i64 = 100_000_000_000;

/// What a file held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Cookies that can be used.
    pub jar: Jar,
    /// Cookies that were left out because no host in scope would get them.
    pub foreign: usize,
    /// Cookies that were left out because their end is over.
    pub expired: usize,
}

/// A line that is no cookie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1; 0 for the file as a whole.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// Reads a file. `wanted` says whether some host of the source gets cookies of a domain; its second argument is true where subdomains do not.
///
/// # Errors
/// Lines that are no cookies, the first twenty; nothing is taken from a file that has one, because it might be the one that matters.
pub fn read(file: &[u8], wanted: impl Fn(&str, bool) -> bool, now: Timestamp) -> Result<Given, Vec<BadLine>> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    if matches!(file.trim_ascii_start().first(), Some(b'[' | b'{')) {
        let what = "this is JSON; export the cookies in the Netscape format (cookies.txt)".to_owned();
        return Err(vec![BadLine { line: 0, what }]);
    }
    let (mut given, mut bad) = (Given::default(), Vec::new());
    for (at, line) in file.split(|&byte| byte == b'\n' || byte == b'\r').enumerate() {
        // The end of a line may be two bytes; numbers are counted below.
        if line.trim_ascii().is_empty() || (line.starts_with(b"#") && !line.starts_with(b"#HttpOnly_")) {
            continue;
        }
        match cookie(line, now) {
            Ok(cookie) if !wanted(&cookie.domain, cookie.host_only) => given.foreign += 1,
            Ok(cookie) if cookie.expires.is_some_and(|end| end <= now) => given.expired += 1,
            Ok(cookie) => given.jar.give(cookie),
            Err(what) if bad.len() < MOST_NAMED => bad.push(BadLine { line: number(file, at), what }),
            Err(_) => break,
        }
    }
    if bad.is_empty() { Ok(given) } else { Err(bad) }
}

/// The number of a line, from how many single ends of lines stand before it: CRLF is one end of two bytes.
fn number(file: &[u8], ends: usize) -> usize {
    let mut seen = 0;
    let mut lines = 1;
    let mut last = 0;
    for &byte in file {
        if seen == ends {
            break;
        }
        if byte == b'\n' || byte == b'\r' {
            seen += 1;
            lines += usize::from(!(byte == b'\n' && last == b'\r'));
        }
        last = byte;
    }
    lines
}

fn cookie(line: &[u8], now: Timestamp) -> Result<Cookie, String> {
    let line = std::str::from_utf8(line).map_err(|_| "it is not UTF-8".to_owned())?;
    let (line, http_only) = line.strip_prefix("#HttpOnly_").map_or((line, false), |rest| (rest, true));
    let fields: Vec<&str> = line.splitn(7, '\t').collect();
    let (domain, subdomains, path, secure, end, name, value) = match fields.as_slice() {
        [domain, subdomains, path, secure, end, name, value] => (domain, subdomains, path, secure, end, name, *value),
        // Some programs strip the tab before an empty value.
        [domain, subdomains, path, secure, end, name] => (domain, subdomains, path, secure, end, name, ""),
        [_] => return Err("it has no tabs; fields are separated by one tab each, not by spaces".to_owned()),
        fields => return Err(format!("it has {} fields instead of 7, separated by one tab each", fields.len())),
    };
    let flag = |text: &str, what: &str| match text.trim().to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("{what} must be TRUE or FALSE")),
    };
    let (dotted, domain) = domain.trim().strip_prefix('.').map_or((false, domain.trim()), |rest| (true, rest));
    let subdomains = flag(subdomains, "the second field (subdomains)")? || dotted;
    let secure = flag(secure, "the fourth field (secure)")?;
    let bracketed = if domain.contains(':') && !domain.starts_with('[') { format!("[{domain}]") } else { domain.to_owned() };
    let host = Host::parse(bracketed.trim_end_matches('.')).map_err(|_| "the first field is no host".to_owned())?;
    let is_name = matches!(host, Host::Domain(_));
    let domain = host.to_string();
    let sendable = |text: &str| text.bytes().all(|byte| (0x20..0x7f).contains(&byte) && byte != b';');
    if !path.starts_with('/') || path.len() > 1024 || !sendable(path) {
        return Err("the third field is no path: it begins with /".to_owned());
    }
    if name.is_empty() || name.contains('=') || !sendable(name) || !sendable(value) {
        return Err("name or value hold characters that cannot be sent, or the name is empty".to_owned());
    }
    if name.len() + value.len() > LONGEST {
        return Err(format!("name and value have more than {LONGEST} bytes"));
    }
    Ok(Cookie {
        name: name.trim().to_owned(),
        value: value.trim().to_owned(),
        host_only: !subdomains || !is_name || is_public_suffix(&domain),
        domain,
        path: (*path).to_owned(),
        secure,
        expires: expiry(end)?,
        created: now,
        given: true,
        http_only,
    })
}

/// The end of a cookie; `None` where it has none.
fn expiry(text: &str) -> Result<Option<Timestamp>, String> {
    let wrong = || "the fifth field (end) is no number of seconds since 1970".to_owned();
    let (whole, fraction) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let end = whole.parse::<i64>().map_err(|_| wrong())?;
    let since =
        if end.unsigned_abs() >= SECONDS.unsigned_abs() { SignedDuration::from_millis(end) } else { SignedDuration::from_secs(end) };
    if end <= 0 {
        return Ok(None);
    }
    Timestamp::UNIX_EPOCH.checked_add(since).map(Some).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T12:00:00Z".parse().unwrap()
    }

    fn all(file: &str) -> Result<Given, Vec<BadLine>> {
        read(file.as_bytes(), |_, _| true, now())
    }

    fn sent(given: &Given, url: &str) -> Option<String> {
        given.jar.header_for(&url.parse().unwrap(), now())
    }

    #[test]
    fn files_of_browsers_and_exporters_are_read() {
        let file = "\u{feff}# Netscape HTTP Cookie File\r\n# http://example/cookie_spec.html\r\n\r\n\
            #HttpOnly_market.example\tFALSE\t/\tTRUE\t1800000000\tsid\tabc=def+/==\r\n\
            .market.example\tTRUE\t/forum\tFALSE\t0\tlang\t\"de\"\r\n\
            MARKET.example\tfalse\t/\tfalse\t1800000000.5\ttheme\tdark\r\n\
            www.market.example\tFALSE\t/\tFALSE\t1800000000000\tms\t1\r\n\
            market.example\tFALSE\t/\tFALSE\t-1\tempty\t\r\n\
            market.example\tFALSE\t/\tFALSE\t0\tstripped\r\n\
            market.example\tFALSE\t/\tFALSE\t1700000000\tover\tx\r\n";
        let given = all(file).unwrap();
        assert_eq!((given.jar.len(), given.foreign, given.expired), (6, 0, 1));
        assert_eq!(sent(&given, "https://market.example/").as_deref(), Some("sid=abc=def+/==; theme=dark; empty=; stripped="));
        assert_eq!(sent(&given, "https://market.example/forum/1").unwrap().split("; ").next(), Some("lang=\"de\""));
        assert_eq!(sent(&given, "http://market.example/").as_deref(), Some("theme=dark; empty=; stripped="), "not over a plain connection");
        assert_eq!(sent(&given, "https://www.market.example/forum").as_deref(), Some("lang=\"de\"; ms=1"));
        assert_eq!(sent(&given, "https://evilmarket.example/forum"), None);
        let first = given.jar.facts().next().unwrap();
        assert!(first.given && first.http_only && first.expires == Some("2027-01-15T08:00:00Z".parse().unwrap()));
        let onion = format!("{}.onion\tFALSE\t/\tTRUE\t0\tsid\t1\n127.0.0.1\tTRUE\t/\tFALSE\t0\tsid\t2\n", "a".repeat(56));
        let given = all(&onion).unwrap();
        assert_eq!(sent(&given, &format!("http://{}.onion/", "a".repeat(56))).as_deref(), Some("sid=1"), "an onion is confidential");
        assert_eq!(sent(&given, "http://127.0.0.1:8080/").as_deref(), Some("sid=2"));
    }

    #[test]
    fn what_is_not_of_the_source_is_left_out_and_counted() {
        let file = "a.example\tFALSE\t/\tFALSE\t0\tsid\t1\nb.example\tFALSE\t/\tFALSE\t0\tsid\t2\n.example\tTRUE\t/\tFALSE\t0\tsid\t3\n";
        let given = read(file.as_bytes(), |domain, _| domain == "a.example", now()).unwrap();
        assert_eq!((given.jar.len(), given.foreign), (1, 2));
        let given = all(".com\tTRUE\t/\tFALSE\t0\tsid\t1\n").unwrap();
        assert_eq!(sent(&given, "http://shop.com/"), None, "nobody gets what is for a public suffix");
    }

    #[test]
    fn bad_lines_are_named_and_no_value_is() {
        let file = "# fine\r\na.example FALSE / FALSE 0 sid SECRET\r\n\r\na.example\tFALSE\t/\tFALSE\tsoon\tsid\tSECRET\r\n\
            a.example\tFALSE\tno\tFALSE\t0\tsid\tSECRET\r\na.example\tFALSE\t/\tmaybe\t0\tsid\tSECRET\r\n\
            a.example\tFALSE\t/\tFALSE\t0\tsid\tSEC\u{1}RET\r\na b\tFALSE\t/\tFALSE\t0\tsid\tSECRET\r\na.example\tFALSE\t/\r\n\
            a.example\tFALSE\t/\tFALSE\t0\tsi=d\tSECRET\r\na.example\tFALSE\t/\tFALSE\t99999999999999999\tsid\tSECRET";
        let bad = all(file).unwrap_err();
        assert_eq!(bad.iter().map(|one| one.line).collect::<Vec<_>>(), [2, 4, 5, 6, 7, 8, 9, 10, 11]);
        assert!(bad.iter().all(|one| !one.what.contains("SECRET") && !one.what.contains("RET")), "{bad:?}");
        assert_eq!(all("[{\"name\": \"sid\"}]").unwrap_err()[0].line, 0);
        assert_eq!(all("one\rtwo\r\nthree\n\nfive").unwrap_err().iter().map(|one| one.line).collect::<Vec<_>>(), [1, 2, 3, 5]);
        assert!(all(&"x\n".repeat(100_000)).unwrap_err().len() <= 20);
        assert!(read(b"a.example\tFALSE\t/\tFALSE\t0\tsid\t\xff\xfe", |_, _| true, now()).is_err());
        assert_eq!(all("").unwrap(), Given::default());
    }

    #[test]
    fn a_cookie_that_a_server_replaces_stays_the_persons() {
        let mut given = all("a.example\tFALSE\t/\tFALSE\t0\tsid\tone\n").unwrap();
        let url = "http://a.example/".parse().unwrap();
        assert!(given.jar.store(&url, "sid=two; Path=/; HttpOnly", now()));
        assert!(given.jar.store(&url, "cart=7", now()));
        assert_eq!(sent(&given, "http://a.example/").as_deref(), Some("sid=two; cart=7"));
        let facts: Vec<(bool, bool)> = given.jar.facts().map(|fact| (fact.given, fact.http_only)).collect();
        assert_eq!(facts, [(true, true), (false, false)]);
        let kept: Jar = serde_json::from_str(&serde_json::to_string(&given.jar).unwrap()).unwrap();
        assert_eq!(kept, given.jar);
    }
}
