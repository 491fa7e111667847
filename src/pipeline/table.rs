//! Tables of others: CSV with any usual delimiter, in any charset, in bounded memory.

use std::io::{self, BufRead, Read};

use anyhow::{Result, bail};
use serde_json::{Map, Value};
use vigie_extractors::html;

/// A row longer than this is refused: a quote was opened and never closed.
const LONGEST_ROW: u64 = 16 << 20;
/// Columns that only our own export has: in it an apostrophe guards cells that a spreadsheet would take for a formula.
const OWN_COLUMNS: [&str; 2] = ["listing_id", "version_id"];

/// A table being read row by row.
pub(super) struct Table {
    input: csv::Reader<Bounded>,
    header: Vec<String>,
    record: csv::ByteRecord,
    /// Charset of the cells that are no UTF-8, once one was met.
    charset: Option<String>,
    own: bool,
    line: u64,
    ended: bool,
}

impl Table {
    /// Reads the header line. The delimiter is the one of `,` `;` tab and `|` that it has most of.
    ///
    /// # Errors
    /// The file cannot be read, or does not begin with the names of columns.
    pub(super) fn open(mut input: Box<dyn BufRead + Send>) -> Result<Self> {
        let start = input.fill_buf()?;
        if start.starts_with(&[0xff, 0xfe]) || start.starts_with(&[0xfe, 0xff]) {
            bail!("it is UTF-16; hint: save it as CSV in UTF-8");
        }
        let delimiter = delimiter(start);
        let inner = Bounded { inner: input, left: LONGEST_ROW };
        let mut input = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).has_headers(false).from_reader(inner);
        let mut record = csv::ByteRecord::new();
        input.read_byte_record(&mut record)?;
        let mut charset = None;
        let header: Vec<String> =
            record.iter().map(|cell| decoded(cell, &mut charset).trim_start_matches('\u{feff}').trim().to_owned()).collect();
        if header.iter().all(String::is_empty) {
            bail!("it has no header line; hint: the first line names the columns");
        }
        if let Some(twice) =
            header.iter().enumerate().find(|(at, name)| !name.is_empty() && header.iter().take(*at).any(|one| one == *name))
        {
            bail!("two columns are named {:?}; hint: rename one", twice.1);
        }
        let own = OWN_COLUMNS.iter().all(|name| header.iter().any(|column| column == name));
        Ok(Self { input, header, record, charset, own, line: 1, ended: false })
    }

    /// The next row as an object. An error is about one row, unless the file itself cannot be read on.
    pub(super) fn next(&mut self) -> Option<Result<Map<String, Value>>> {
        if self.ended {
            return None;
        }
        self.input.get_mut().left = LONGEST_ROW;
        self.line = self.input.position().line();
        match self.input.read_byte_record(&mut self.record) {
            Ok(false) => None,
            Ok(true) => Some(self.row()),
            Err(error) => {
                self.ended = true;
                Some(Err(error.into()))
            }
        }
    }

    fn row(&mut self) -> Result<Map<String, Value>> {
        if self.record.iter().skip(self.header.len()).any(|cell| !cell.trim_ascii().is_empty()) {
            bail!(
                "{} cells, but {} columns; hint: put cells that hold the delimiter or a quote in quotes",
                self.record.len(),
                self.header.len()
            );
        }
        let mut row = Map::new();
        for (name, cell) in self.header.iter().zip(&self.record).filter(|(name, _)| !name.is_empty()) {
            let mut text = decoded(cell, &mut self.charset);
            if self.own && guarded(&text) {
                text.remove(0);
            }
            row.insert(name.clone(), Value::String(text));
        }
        Ok(row)
    }

    /// Line at which the last row began, or the first of the empty lines before it.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Bytes read so far.
    pub(super) fn bytes(&self) -> u64 {
        self.input.position().byte()
    }
}

/// Whether the apostrophe in front was put there by our export.
fn guarded(text: &str) -> bool {
    text.strip_prefix('\'').is_some_and(|rest| crate::export::columns::harmless(rest) == text)
}

/// The sign that stands most often in the first line outside quotes.
fn delimiter(start: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in start {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => counts.iter_mut().filter(|(one, _)| one == byte).for_each(|(_, n)| *n += 1),
        }
    }
    // Of equally frequent ones the first.
    counts.iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(one, _)| *one)
}

/// UTF-8 where it is; else the charset of the file, guessed from the first cell that has words enough, until then from the cell itself.
fn decoded(cell: &[u8], charset: &mut Option<String>) -> String {
    if let Ok(text) = std::str::from_utf8(cell) {
        return text.to_owned();
    }
    if charset.is_none() {
        // A single accented letter in a short name tells a guesser nothing; Western is what spreadsheets write.
        let guess = html::decode(cell, None).charset;
        *charset = Some(if cell.len() < 200 { "windows-1252".to_owned() } else { guess.to_owned() });
    }
    let kind = charset.as_ref().map(|charset| format!("text/csv; charset={charset}"));
    html::decode(cell, kind.as_deref()).text
}

/// Lets through so many bytes until it is told to let through more.
struct Bounded {
    inner: Box<dyn BufRead + Send>,
    left: u64,
}

impl Read for Bounded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(into.len());
        if most == 0 && !into.is_empty() {
            let what = format!("a row of more than {} MB; hint: is there a quote that is never closed?", LONGEST_ROW >> 20);
            return Err(io::Error::other(what));
        }
        let n = self.inner.read(into.get_mut(..most).unwrap_or_default())?;
        self.left -= n as u64;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &'static [u8]) -> Vec<Result<Map<String, Value>>> {
        let mut table = Table::open(Box::new(text)).unwrap();
        std::iter::from_fn(|| table.next()).collect()
    }

    #[test]
    fn delimiters_quotes_and_charsets() {
        for (text, title) in [
            (&b"id,title\n1,\"a, b\nc\"\n"[..], "a, b\nc"),
            (b"id;\"title\"\r\n1;\"say \"\"x\"\"\"\r\n", "say \"x\""),
            (b"\xef\xbb\xbfid\ttitle\n1\tB\xc3\xbcchse", "B\u{fc}chse"),
            (b"id;title\n1;B\xfcchse", "B\u{fc}chse"),
        ] {
            let row = rows(text).remove(0).unwrap();
            assert_eq!((row["id"].as_str(), row["title"].as_str()), (Some("1"), Some(title)));
        }
    }

    #[test]
    fn a_row_with_too_many_cells_is_named_and_ends_nothing() {
        let mut table = Table::open(Box::new(&b"id,title\n1,a\n2,b,c\n3\n"[..])).unwrap();
        assert!(table.next().unwrap().is_ok());
        assert!(table.next().unwrap().unwrap_err().to_string().contains("3 cells, but 2 columns"));
        assert_eq!(table.line(), 3);
        assert!(table.next().unwrap().is_ok());
        assert_eq!(table.line(), 4);
        assert!(table.next().is_none());
    }

    #[test]
    fn a_quote_that_is_never_closed_ends_in_bounds() {
        let endless = io::BufReader::new(io::Read::chain(&b"id,title\n1,\""[..], io::repeat(b'x')));
        let mut table = Table::open(Box::new(endless)).unwrap();
        assert!(table.next().unwrap().unwrap_err().to_string().contains("never closed"));
        assert!(table.next().is_none());
    }
}
