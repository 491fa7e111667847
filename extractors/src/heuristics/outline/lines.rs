//! Runs told as one line.

use super::Run;

/// Joins runs to one line: no blank where an inline element begins or ends within a word.
pub fn join(runs: &[Run], limit: usize) -> String {
    join_all(runs.iter().filter(|run| !run.flag), limit)
}

/// [`join`] with the flags among the words.
pub fn join_with_flags(runs: &[Run], limit: usize) -> String {
    join_all(runs.iter(), limit)
}

fn join_all<'r>(runs: impl Iterator<Item = &'r Run>, limit: usize) -> String {
    let mut out = String::with_capacity(limit.min(64));
    for run in runs {
        if out.len() >= limit {
            break;
        }
        if !out.is_empty() && run.apart {
            out.push(' ');
        }
        out.push_str(&run.text);
    }
    out
}
