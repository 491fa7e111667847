//! What the operating system says that this process used.

use std::fs;
use std::time::Instant;

/// Ticks of the processor's time in a second, as Linux counts them for programs.
const TICKS: f64 = 100.0;

/// Most memory held so far, MB; 0 where the system does not say.
pub(super) fn rss_peak_mb() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    megabytes(&status, "VmHWM:")
}

/// Memory held now, MB; 0 where the system does not say.
pub(super) fn rss_mb() -> f64 {
    megabytes(&fs::read_to_string("/proc/self/status").unwrap_or_default(), "VmRSS:")
}

fn megabytes(status: &str, name: &str) -> f64 {
    let line = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0);
    (kilobytes / 102.4).round() / 10.0
}

/// Seconds of the processor used so far by all threads; 0 where the system does not say.
fn cpu_seconds() -> f64 {
    ticks([11, 12])
}

/// Seconds of the processor used so far by processes that this one started and that have ended; 0 where the system does not say.
pub(super) fn children_seconds() -> f64 {
    ticks([13, 14])
}

fn ticks(places: [usize; 2]) -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the process may hold blanks; what follows its parenthesis does not.
    let fields: Vec<&str> = stat.rsplit_once(") ").map(|(_, rest)| rest.split(' ').collect()).unwrap_or_default();
    places.iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum::<f64>() / TICKS
}

/// A stretch of work.
pub(super) struct Stretch {
    begin: Instant,
    cpu: f64,
}

impl Stretch {
    pub(super) fn begin() -> Self {
        Self { begin: Instant::now(), cpu: cpu_seconds() }
    }

    /// Seconds since it began, and seconds of the processor used since.
    pub(super) fn end(&self) -> (f64, f64) {
        (self.begin.elapsed().as_secs_f64(), cpu_seconds() - self.cpu)
    }
}

/// So many a second.
pub(super) fn rate(n: u64, seconds: f64) -> f64 {
    n as f64 / seconds.max(1e-9)
}
