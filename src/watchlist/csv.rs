//! Tables: a watch in each row, by a keyword or a question of ours.

use anyhow::Result;

use super::WatchList;
use super::phrase::phrase;

/// Columns that are read.
const KEYWORD: &str = "keyword";
const QUERY: &str = "query";
const NAME: &str = "name";

/// Where the columns are.
#[derive(Default)]
struct Header {
    keyword: Option<usize>,
    query: Option<usize>,
    name: Option<usize>,
    others: Vec<String>,
}

pub(super) fn read(text: &str, list: &mut WatchList) -> Result<()> {
    let first = text.lines().next().unwrap_or_default();
    let found = [b',', b';', b'\t'].into_iter().find_map(|delimiter| Some((delimiter, header(first, delimiter)?)));
    let (delimiter, header) = found.map_or((b',', None), |(delimiter, header)| (delimiter, Some(header)));
    if let Some(header) = header.as_ref().filter(|header| !header.others.is_empty()) {
        list.notes.push(format!("columns that are not read: {}", header.others.join(", ")));
    }
    let mut rows =
        ::csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(header.is_some()).from_reader(text.as_bytes());
    let mut row = ::csv::StringRecord::new();
    loop {
        let line = rows.position().line();
        match rows.read_record(&mut row) {
            Ok(false) => return Ok(()),
            Err(error) => list.refuse(&format!("line {line}"), &error.to_string()),
            Ok(true) => {
                let line = row.position().map_or(line, ::csv::Position::line);
                take(&row, line, header.as_ref(), list)?;
            }
        }
    }
}

/// The columns of a first line, if it is a header.
fn header(line: &str, delimiter: u8) -> Option<Header> {
    let mut header = Header::default();
    for (place, column) in line.split(char::from(delimiter)).enumerate() {
        let column = column.trim().trim_matches('"').trim();
        match column.to_lowercase().as_str() {
            KEYWORD => header.keyword = Some(place),
            QUERY => header.query = Some(place),
            NAME => header.name = Some(place),
            "" => {}
            _ => header.others.push(super::cut(column, 60).to_owned()),
        }
    }
    (header.keyword.is_some() || header.query.is_some()).then_some(header)
}

fn take(row: &::csv::StringRecord, line: u64, header: Option<&Header>, list: &mut WatchList) -> Result<()> {
    let at = format!("line {line}");
    let Some(header) = header else {
        return match row.iter().filter(|field| !field.trim().is_empty()).collect::<Vec<_>>().as_slice() {
            [] => Ok(()),
            [keyword] => list.take(&at, keyword, phrase(keyword)),
            several => {
                let hint = "hint: name the columns in the first line (keyword, query, name), or put a keyword with commas into quotes";
                list.refuse(&at, &format!("{} columns, and the file has no header; {hint}", several.len()));
                Ok(())
            }
        };
    };
    let field = |place: Option<usize>| place.and_then(|place| row.get(place)).map_or("", str::trim);
    match (field(header.query), field(header.keyword), field(header.name)) {
        ("", "", "") => Ok(()),
        ("", "", _) => {
            list.refuse(&at, "it has a name, but neither keyword nor query");
            Ok(())
        }
        ("", keyword, "") => list.take(&at, keyword, phrase(keyword)),
        ("", keyword, name) => list.take(&at, name, phrase(keyword)),
        (query, _, name) => list.take(&at, name, query.to_owned()),
    }
}
