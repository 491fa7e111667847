//! Columns of a data set: what each one means, and how its values are written as CSV.

use anyhow::Result;
use serde_json::Value;

/// What the values of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text as on the source, or a code.
    Text,
    /// A whole number.
    Integer,
    /// A decimal number written as text, never rounded to a binary fraction.
    Decimal,
    /// A number from 0 to 1.
    Share,
    /// RFC 3339 in UTC.
    Time,
    /// ISO 8601.
    Date,
    /// Codes: a JSON array, `, ` between them in CSV.
    List,
    /// Levels from the outermost: a JSON array, ` > ` between them in CSV.
    Path,
}

impl Kind {
    /// The word for it in column descriptions.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Decimal => "decimal text",
            Self::Share => "number",
            Self::Time => "time",
            Self::Date => "date",
            Self::List => "list",
            Self::Path => "path",
        }
    }
}

/// A column and what it means.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name in the header and in JSON.
    pub name: &'static str,
    /// What its values are.
    pub kind: Kind,
    /// Unit, format or closed set of codes.
    pub unit: &'static str,
    /// What it says.
    pub meaning: &'static str,
    /// Where the value comes from.
    pub from: &'static str,
}

/// Header of a table of columns.
pub const DESCRIPTION: [&str; 5] = ["name", "type", "unit", "meaning", "from"];

impl Column {
    /// The row that describes the column, in the order of [`DESCRIPTION`].
    pub fn description(&self) -> [&'static str; 5] {
        [self.name, self.kind.name(), self.unit, self.meaning, self.from]
    }
}

/// The text of a value in a CSV cell.
pub fn cell(kind: Kind, value: &Value) -> String {
    let separator = if kind == Kind::Path { " > " } else { ", " };
    match value {
        Value::Null => String::new(),
        Value::String(text) => harmless(text),
        Value::Array(values) => harmless(
            &values.iter().map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned)).collect::<Vec<_>>().join(separator),
        ),
        other => other.to_string(),
    }
}

/// Text that a spreadsheet will not take for a formula: an apostrophe is put before a cell that begins with `=`, `+`, `-`, `@`, their
/// full-width forms, a tab or a line end. A plain decimal number stays as it is.
pub fn harmless(text: &str) -> String {
    let risky = text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if risky && !is_decimal(text) { format!("'{text}") } else { text.to_owned() }
}

fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let bare = text.strip_prefix('-').unwrap_or(text);
    bare.split_once('.').map_or_else(|| digits(bare), |(whole, fraction)| digits(whole) && digits(fraction))
}

/// One record of a CSV file, quoted where needed, with a line feed at its end.
///
/// # Errors
/// Out of memory.
pub fn record<I, T>(cells: I) -> Result<Vec<u8>>
where
    I: IntoIterator<Item = T>,
    T: AsRef<[u8]>,
{
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells)?;
    Ok(writer.into_inner()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_neutralised_and_numbers_are_not() {
        for text in ["=1+1", "+49 30", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "－1", "--1", "-", "-.5", "-1.", "-1.2.3", "＝x"] {
            assert_eq!(harmless(text), format!("'{text}"), "{text:?}");
        }
        for text in ["", "-1", "-0.50", "12.30", "a=b", "Glock 19", "'=1", " =1"] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn cells_are_written_by_kind() {
        assert_eq!(cell(Kind::Path, &serde_json::json!(["Weapons", "Pistols"])), "Weapons > Pistols");
        assert_eq!(cell(Kind::List, &serde_json::json!(["=A", "B"])), "'=A, B");
        assert_eq!(cell(Kind::Share, &serde_json::json!(0.25)), "0.25");
        assert_eq!(cell(Kind::Text, &Value::Null), "");
        assert_eq!(record(["a,b", "c\"d", "e\nf", ""]).unwrap(), b"\"a,b\",\"c\"\"d\",\"e\nf\",\n");
    }
}
