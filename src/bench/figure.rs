//! Figures of single runs, and what several runs come to.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::{Deserialize, Serialize};

/// Counts of work done, by name.
pub type Work = BTreeMap<String, u64>;

/// One figure of one run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Name of the benchmark.
    pub bench: String,
    /// What is measured.
    pub figure: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: String,
    /// Work done.
    pub work: Work,
    /// Most memory that the process held, MB.
    pub rss_peak_mb: f64,
}

impl Figure {
    /// A figure of a run; the benchmark's name and the memory are filled in at the end.
    pub fn new(figure: &str, value: f64, unit: &str, work: &[(&str, u64)]) -> Self {
        let work = work.iter().map(|(name, n)| ((*name).to_owned(), *n)).collect();
        Self { figure: figure.to_owned(), value, unit: unit.to_owned(), work, ..Self::default() }
    }
}

/// A figure over all runs, as it is printed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Name of the benchmark.
    pub bench: String,
    /// What is measured.
    pub figure: String,
    /// The median.
    pub value: f64,
    /// Of what.
    pub unit: String,
    /// Runs.
    pub n: usize,
    /// The least.
    pub min: f64,
    /// The middle; the mean of the two in the middle of an even number of runs.
    pub median: f64,
    /// The most.
    pub max: f64,
    /// Work of one run, the least of all runs.
    pub work: Work,
    /// Most memory that a process of it held, MB.
    pub rss_peak_mb: f64,
}

impl Line {
    /// What the runs of one figure come to; `None` without a run.
    pub fn of(runs: &[Figure]) -> Option<Self> {
        let first = runs.first()?;
        let mut values: Vec<f64> = runs.iter().map(|run| run.value).collect();
        values.sort_by(f64::total_cmp);
        let median = (values.get((values.len() - 1) / 2)? + values.get(values.len() / 2)?) / 2.0;
        let least = |name: &String| runs.iter().map(|run| run.work.get(name).copied().unwrap_or(0)).min().unwrap_or(0);
        Some(Self {
            bench: first.bench.clone(),
            figure: first.figure.clone(),
            value: rounded(median),
            unit: first.unit.clone(),
            n: runs.len(),
            min: rounded(*values.first()?),
            median: rounded(median),
            max: rounded(*values.last()?),
            work: first.work.keys().map(|name| (name.clone(), least(name))).collect(),
            rss_peak_mb: runs.iter().map(|run| run.rss_peak_mb).fold(0.0, f64::max),
        })
    }
}

/// How one figure stands to another, from runs made in turns: the median of the ratios of each turn.
pub fn ratio(name: &str, over: &[Figure], under: &[Figure]) -> Option<Line> {
    let turns: Vec<Figure> = over
        .iter()
        .zip(under)
        .filter(|(_, under)| under.value > 0.0)
        .map(|(over, under)| Figure { figure: name.to_owned(), value: over.value / under.value, unit: "ratio".into(), ..over.clone() })
        .collect();
    Line::of(&turns)
}

/// Four digits say all that a measurement knows.
fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return value;
    }
    let digits = 10_f64.powi(3 - value.abs().log10().floor() as i32);
    (value * digits).round() / digits
}

/// Prints a table for people.
///
/// # Errors
/// It cannot be written.
pub fn table(out: &mut dyn Write, lines: &[Line]) -> io::Result<()> {
    let rows: Vec<[String; 6]> = lines
        .iter()
        .map(|line| {
            let work: Vec<String> = line.work.iter().map(|(name, n)| format!("{n} {name}")).collect();
            let spread = format!("{} .. {}", line.min, line.max);
            let memory = format!("{:.0} MB", line.rss_peak_mb);
            [
                format!("{} {}", line.bench, line.figure),
                format!("{} {}", line.median, line.unit),
                spread,
                format!("n={}", line.n),
                memory,
                work.join(", "),
            ]
        })
        .collect();
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    for row in &rows {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(values: &[f64]) -> Vec<Figure> {
        values.iter().enumerate().map(|(n, value)| Figure::new("x", *value, "pages/s", &[("pages", n as u64 + 5)])).collect()
    }

    #[test]
    fn a_line_holds_the_middle_and_the_least_work() {
        let line = Line::of(&runs(&[3.0, 1.0, 2.0, 10.0])).unwrap();
        assert_eq!((line.min, line.median, line.max, line.n), (1.0, 2.5, 10.0, 4));
        assert_eq!(line.work["pages"], 5);
        assert_eq!(Line::of(&[]), None);
        assert_eq!(Line::of(&runs(&[1234.567])).unwrap().value, 1235.0);
    }

    #[test]
    fn ratios_are_taken_turn_by_turn() {
        let line = ratio("r", &runs(&[2.0, 30.0, 8.0]), &runs(&[1.0, 10.0, 2.0])).unwrap();
        assert_eq!((line.min, line.median, line.max), (2.0, 3.0, 4.0));
    }
}
