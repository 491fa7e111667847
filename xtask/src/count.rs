//! Reads how many tests passed from the closing lines of test runners.

use std::fmt;
use std::ops::AddAssign;

/// Results of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

impl Counts {
    /// The counts of a closing line of `cargo nextest run` or `cargo test`; any other line gives nothing.
    pub(crate) fn of_line(line: &str) -> Option<Self> {
        let line = line.trim();
        let tail = if let Some(rest) = line.strip_prefix("Summary [") {
            let (_, rest) = rest.split_once(']')?;
            rest.split_once(" run: ")?.1
        } else {
            line.strip_prefix("test result: ")?.split_once(". ")?.1
        };
        let mut counts = Self::default();
        for part in tail.split([',', ';']) {
            let Some((number, word)) = part.trim().split_once(' ') else { continue };
            let Ok(number) = number.parse::<u64>() else { continue };
            match word {
                "skipped" | "ignored" => counts.skipped += number,
                "measured" | "filtered out" => {}
                // "12 passed (1 slow)"
                word if word.starts_with("passed") => counts.passed += number,
                // "1 failed", "1 timed out", "1 exec failed"
                _ => counts.failed += number,
            }
        }
        Some(counts)
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn closing_lines_are_counted() {
        let counts = |passed, failed, skipped| Some(Counts { passed, failed, skipped });
        let of = Counts::of_line;
        assert_eq!(of("     Summary [   0.291s] 22 tests run: 22 passed, 0 skipped"), counts(22, 0, 0));
        assert_eq!(of("Summary [ 1s] 5/9 tests run: 3 passed (1 slow), 1 failed, 1 timed out, 4 skipped"), counts(3, 2, 4));
        assert_eq!(of("Summary [ 1s] 1 test run: 1 passed (1 leaky), 0 skipped"), counts(1, 0, 0));
        let cargo = "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 7 filtered out; finished in 0.10s";
        assert_eq!(of(cargo), counts(3, 1, 2));
        assert_eq!(of("3 passed, 0 failed"), None);
        assert_eq!(of("running 3 tests"), None);
        assert_eq!(counts(1, 2, 3).unwrap().to_string(), "1 passed, 2 failed, 3 skipped");
    }
}
