//! Exchange rates by day, from files that the operator supplies: each `*.csv` of the folder `rates` beside the configuration.
//!
//! Two forms are read. That of the European Central Bank (`eurofxref-hist.csv`): a column `Date`, then a column a currency, each value the
//! units of that currency for one euro, `N/A` for none. And `date,code,price,currency`, a row a quote, for coins: what one unit of `code`
//! costs in `currency`. Days are ISO 8601. A day without a rate takes the last one before it, at most a week
//! back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use jiff::ToSpan;
use jiff::civil::Date;
use rust_decimal::Decimal;

/// Days that a rate is good for when later ones lack: weekends and holidays are bridged, a source that ended is not.
const OLDEST: i64 = 7;
/// Bytes of a file at most; the bank's whole history is 3 MB.
const MOST_BYTES: u64 = 64_000_000;
/// What the bank's values count in.
const EURO: &str = "EUR";

/// What one unit of a code was worth on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Quote {
    /// So many units of it made one euro.
    PerEuro(Decimal),
    /// It cost so much of a currency.
    Price(Decimal, String),
}

/// An amount in another currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Converted {
    /// With two places, rounded half to even; as given where no rate was needed.
    pub amount: Decimal,
    /// Day of the older one of the rates that were used; `None` where none was needed.
    pub day: Option<Date>,
}

/// Rates by code and day.
#[derive(Debug, Clone, Default)]
pub struct Rates {
    by_code: BTreeMap<String, BTreeMap<Date, Quote>>,
}

impl Rates {
    /// Reads the rates beside a configuration; none where there is no such folder.
    ///
    /// # Errors
    /// A file can't be read or has another form; the error names file and line.
    pub fn beside(config: Option<&Path>) -> Result<Self> {
        let mut rates = Self::default();
        let Some(folder) = config.map(|config| config.join("rates")).filter(|folder| folder.is_dir()) else { return Ok(rates) };
        let entries = std::fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))?;
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.map(|entry| entry.path())).collect::<std::io::Result<_>>()?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "csv"));
        files.sort();
        for file in files {
            let size = std::fs::metadata(&file).with_context(|| format!("cannot read {}", file.display()))?.len();
            ensure!(size <= MOST_BYTES, "{}: {size} bytes are more than a file of rates has ({MOST_BYTES})", file.display());
            let text = std::fs::read_to_string(&file).with_context(|| format!("cannot read {}", file.display()))?;
            rates.add(&text).with_context(|| format!("{}", file.display()))?;
        }
        Ok(rates)
    }

    /// Adds the rates of a file. Where two files tell of the same code and day, the later one holds.
    ///
    /// # Errors
    /// The text has neither form; the error names the line.
    pub fn add(&mut self, text: &str) -> Result<()> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
        let heads: Vec<String> = reader.headers()?.iter().map(|head| head.trim_start_matches('\u{feff}').to_ascii_lowercase()).collect();
        let quotes = heads == ["date", "code", "price", "currency"];
        if heads.first().is_none_or(|head| head != "date") || heads.len() < 2 {
            bail!(
                "line 1: the first column is not `Date`; hint: the European Central Bank's eurofxref-hist.csv, or date,code,price,currency"
            );
        }
        for (at, row) in reader.records().enumerate() {
            let row = row?;
            let line = row.position().map_or(at as u64 + 2, csv::Position::line);
            let day: Date = row.get(0).unwrap_or_default().parse().with_context(|| format!("line {line}: no day such as 2024-01-31"))?;
            let cells = heads.iter().zip(row.iter()).skip(1);
            if quotes {
                let cell = |at: usize| row.get(at).unwrap_or_default();
                let price = rate(cell(2)).with_context(|| format!("line {line}, price"))?;
                let (code, currency) = (code(cell(1), line)?, code(cell(3), line)?);
                ensure!(code != currency, "line {line}: {code} is quoted in itself");
                self.put(code, day, Quote::Price(price, currency));
                continue;
            }
            for (head, cell) in cells.filter(|(head, cell)| !head.is_empty() && !cell.is_empty() && *cell != "N/A") {
                let units = rate(cell).with_context(|| format!("line {line}, column {}", head.to_ascii_uppercase()))?;
                self.put(code(head, line)?, day, Quote::PerEuro(units));
            }
        }
        Ok(())
    }

    fn put(&mut self, code: String, day: Date, quote: Quote) {
        self.by_code.entry(code).or_default().insert(day, quote);
    }

    /// What an amount was worth in `to` on a day; `None` where a rate lacks.
    pub fn convert(&self, amount: Decimal, from: &str, to: &str, day: Date) -> Option<Converted> {
        if from == to {
            return Some(Converted { amount, day: None });
        }
        let (in_euro, first) = self.euro(from, day)?;
        let (of_target, second) = self.euro(to, day)?;
        let mut amount = amount.checked_mul(in_euro)?.checked_div(of_target)?.round_dp(2);
        amount.rescale(2);
        Some(Converted { amount, day: [first, second].into_iter().flatten().min() })
    }

    /// Euros of one unit.
    fn euro(&self, code: &str, day: Date) -> Option<(Decimal, Option<Date>)> {
        if code == EURO {
            return Some((Decimal::ONE, None));
        }
        let (of, quote) = self.quote(code, day)?;
        match quote {
            Quote::PerEuro(units) => Some((Decimal::ONE.checked_div(*units)?, Some(of))),
            Quote::Price(price, currency) if currency == EURO => Some((*price, Some(of))),
            // A quote in another coin is not followed: two of them could lead in a circle.
            Quote::Price(price, currency) => match self.quote(currency, of)? {
                (older, Quote::PerEuro(units)) => Some((price.checked_div(*units)?, Some(older))),
                _ => None,
            },
        }
    }

    fn quote(&self, code: &str, day: Date) -> Option<(Date, &Quote)> {
        let (of, quote) = self.by_code.get(code)?.range(..=day).next_back()?;
        let oldest = day.checked_sub(OLDEST.days()).ok()?;
        (*of >= oldest).then_some((*of, quote))
    }
}

fn rate(text: &str) -> Result<Decimal> {
    let rate: Decimal = text.parse().with_context(|| format!("{text:?} is no decimal number"))?;
    ensure!(rate > Decimal::ZERO, "{text} is no rate");
    Ok(rate)
}

fn code(text: &str, line: u64) -> Result<String> {
    let known = (2..=6).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    ensure!(known, "line {line}: {text:?} is no code of a currency or coin");
    Ok(text.to_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Rates {
        let mut rates = Rates::default();
        rates.add("\u{feff}Date, USD, JPY, CYP,\n2024-01-05, 1.0921, 158.23, N/A,\n2024-01-04, 1.0953, 158.11, N/A,\n").unwrap();
        rates.add("date,code,price,currency\n2024-01-05,BTC,40213.11,EUR\n2024-01-05,XMR,160.50,USD\n").unwrap();
        rates
    }

    fn worth(amount: &str, from: &str, to: &str, day: &str) -> Option<(String, Option<String>)> {
        let converted = rates().convert(amount.parse().unwrap(), from, to, day.parse().unwrap())?;
        Some((converted.amount.to_string(), converted.day.map(|day| day.to_string())))
    }

    #[test]
    fn amounts_are_converted_at_the_rate_of_their_day() {
        let of = |amount: &str, day: &str| Some((amount.to_owned(), Some(day.to_owned())));
        assert_eq!(worth("100", "USD", "EUR", "2024-01-05"), of("91.57", "2024-01-05"));
        assert_eq!(worth("100", "USD", "EUR", "2024-01-04"), of("91.30", "2024-01-04"));
        assert_eq!(worth("0.01", "BTC", "USD", "2024-01-06"), of("439.17", "2024-01-05"));
        assert_eq!(worth("2", "XMR", "EUR", "2024-01-05"), of("293.93", "2024-01-05"));
        assert_eq!(worth("7", "CHF", "CHF", "2024-01-05"), Some(("7".to_owned(), None)));
    }

    #[test]
    fn a_rate_that_is_old_or_of_a_later_day_or_unknown_is_none() {
        assert!(worth("1", "USD", "EUR", "2024-01-12").is_some());
        assert_eq!(worth("1", "USD", "EUR", "2024-01-13"), None);
        assert_eq!(worth("1", "USD", "EUR", "2024-01-03"), None);
        assert_eq!(worth("1", "CYP", "EUR", "2024-01-05"), None);
        assert_eq!(worth("1", "LTC", "EUR", "2024-01-05"), None);
        assert_eq!(worth("79228162514264337593543950335", "BTC", "USD", "2024-01-05"), None);
    }

    #[test]
    fn what_is_no_file_of_rates_is_refused_with_its_line() {
        for (text, place) in [
            ("", "line 1"),
            ("day,USD\n2024-01-05,1\n", "line 1"),
            ("Date,USD\n2024-13-05,1\n", "line 2"),
            ("Date,USD\n2024-01-05,1\n2024-01-06,zero\n", "line 3, column USD"),
            ("Date,USD\n2024-01-05,0\n", "line 2, column USD"),
            ("date,code,price,currency\n2024-01-05,BTC,1,BTC\n", "line 2"),
            ("date,code,price,currency\n2024-01-05,bit coin,1,EUR\n", "line 2"),
        ] {
            let error = format!("{:#}", Rates::default().add(text).unwrap_err());
            assert!(error.contains(place), "{text:?}: {error}");
        }
    }
}
