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
    /// The counts of the line that closes a run of `cargo nextest`. (The lines that close the test binaries inside stand in the
    /// output of failed tests and count the same tests again.)
    pub(crate) fn of_nextest(line: &str) -> Option<Self> {
        let (_, rest) = line.trim().strip_prefix("Summary [")?.split_once(']')?;
        Some(Self::of_parts(rest.split_once(" run: ")?.1))
    }

    /// The counts of a line that closes one test binary of `cargo test`.
    pub(crate) fn of_cargo(line: &str) -> Option<Self> {
        Some(Self::of_parts(line.trim().strip_prefix("test result: ")?.split_once(". ")?.1))
    }

    fn of_parts(parts: &str) -> Self {
        let mut counts = Self::default();
        for part in parts.split([',', ';']) {
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
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;

    #[test]
    fn closing_lines_are_counted() {
        let counts = |passed, failed, skipped| Some(Counts { passed, failed, skipped });
        let nextest = Counts::of_nextest;
        assert_eq!(nextest("     Summary [   0.291s] 22 tests run: 22 passed, 0 skipped"), counts(22, 0, 0));
        let broken_off = "Summary [ 1s] 5/9 tests run: 3 passed (1 slow), 1 failed, 1 timed out, 4 skipped";
        assert_eq!(nextest(broken_off), counts(3, 2, 4));
        assert_eq!(nextest("Summary [ 1s] 1 test run: 1 passed (1 leaky), 0 skipped"), counts(1, 0, 0));
        let cargo = "test result: FAILED. 3 passed; 1 failed; 2 ignored; 0 measured; 7 filtered out; finished in 0.10s";
        assert_eq!(Counts::of_cargo(cargo), counts(3, 1, 2));
        assert_eq!(nextest(cargo), None);
        assert_eq!(Counts::of_cargo("running 3 tests"), None);
        assert_eq!(counts(1, 2, 3).unwrap().to_string(), "1 passed, 2 failed, 3 skipped");
    }
}
