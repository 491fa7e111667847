//! Reading header fields: look-up, text and dates, all lenient as browsers are.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Header fields in order; values are bytes because servers send other charsets than ASCII.
pub type Headers = Vec<(String, Vec<u8>)>;

/// Every value of the header of that name, in any case.
pub fn find<'a>(headers: &'a Headers, name: &'a str) -> impl Iterator<Item = &'a [u8]> {
    headers.iter().filter(move |(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_slice())
}

/// A value as text: UTF-8, or Latin-1 where it is not UTF-8.
pub fn text(value: &[u8]) -> String {
    match std::str::from_utf8(value) {
        Ok(text) => text.to_string(),
        Err(_) => value.iter().map(|&b| char::from(b)).collect(),
    }
}

/// The media type of a `Content-Type` value in lower case, without parameters.
pub fn media_type(content_type: &str) -> String {
    content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// A date of a header by the algorithm of RFC 6265, 5.1.1, which reads all forms of HTTP dates and what servers make of them.
pub fn http_date(value: &str) -> Option<Timestamp> {
    let (mut clock, mut day, mut month, mut year) = (None, None, None, None);
    let tokens = value.split(|c: char| !(c.is_ascii_alphanumeric() || c == ':' || u32::from(c) > 0x7f));
    for token in tokens.filter(|token| !token.is_empty()).take(32) {
        if clock.is_none()
            && let Some(found) = clock_of(token)
        {
            clock = Some(found);
        } else if day.is_none()
            && let Some(found) = digits(token, 1, 2)
        {
            day = Some(found);
        } else if month.is_none()
            && let Some(found) = month_of(token)
        {
            month = Some(found);
        } else if year.is_none()
            && let Some(found) = digits(token, 2, 4)
        {
            year = Some(match found {
                70..=99 => found + 1900,
                0..=69 => found + 2000,
                _ => found,
            });
        }
    }
    let ((hour, minute, second), year) = (clock?, year.filter(|&y| y >= 1601)?);
    let date = Date::new(year, i8::try_from(month?).ok()?, i8::try_from(day?).ok()?).ok()?;
    // A leap second is read as the last ordinary one.
    let time = jiff::civil::Time::new(hour, minute, second.min(59), 0).ok()?;
    date.to_datetime(time).to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// `least` to `most` leading digits that no further digit follows.
fn digits(token: &str, least: usize, most: usize) -> Option<i16> {
    let n = token.bytes().take_while(u8::is_ascii_digit).count();
    if n < least || n > most { None } else { token.get(..n)?.parse().ok() }
}

fn clock_of(token: &str) -> Option<(i8, i8, i8)> {
    let mut parts = token.splitn(3, ':').map(|part| digits(part, 1, 2).and_then(|n| i8::try_from(n).ok()));
    Some((parts.next()??, parts.next()??, parts.next()??))
}

fn month_of(token: &str) -> Option<i16> {
    let start = token.get(..3)?.to_ascii_lowercase();
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    (1..).zip(months).find(|(_, name)| *name == start).map(|(n, _)| n)
}
