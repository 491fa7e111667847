//! One line in, one line out, in order: the pure stages as a filter for scripts.

use std::io::{self, BufRead, BufReader, Read, Write};

use anyhow::Result;
use serde_json::{Value, json};

use crate::pipeline::stage::on_all_cores;

/// A longer line is answered with an error.
const LONGEST_LINE: u64 = 96 << 20;
/// Lines and bytes worked on at a time, so that memory stays bounded.
const BATCH_LINES: usize = 512;
const BATCH_BYTES: usize = 32 << 20;

/// Answers every line of `input` with one line on `output`. A line that `work` refuses, or that is no JSON object, is answered with
/// `{"error", "line"}`. Lines that are there already are worked on together; an answer never waits for a line that is not.
pub(super) fn answer<R: Read>(
    input: &mut BufReader<R>,
    output: &mut impl Write,
    work: impl Fn(Value) -> Result<Value> + Sync,
) -> Result<()> {
    let mut number = 0_u64;
    loop {
        let mut lines = Vec::new();
        let mut bytes = 0;
        while let Some(line) = next_line(input)? {
            number += 1;
            bytes += line.as_ref().map_or(0, Vec::len);
            lines.push((number, line));
            if lines.len() >= BATCH_LINES || bytes >= BATCH_BYTES || !input.buffer().contains(&b'\n') {
                break;
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        let answers = on_all_cores(&lines, |(number, line)| {
            let answer = match line {
                None => Err(anyhow::anyhow!("the line is longer than {} MB", LONGEST_LINE >> 20)),
                Some(line) => parse(line).and_then(&work),
            };
            answer.unwrap_or_else(|error| json!({"error": format!("{error:#}"), "line": number})).to_string()
        });
        for answer in answers {
            writeln!(output, "{answer}")?;
        }
        output.flush()?;
    }
}

fn parse(line: &[u8]) -> Result<Value> {
    if line.trim_ascii().is_empty() {
        anyhow::bail!("the line is empty");
    }
    let value: Value = serde_json::from_slice(line)?;
    if value.is_object() { Ok(value) } else { anyhow::bail!("the line is no JSON object") }
}

/// The next line without its end; `Some(None)` for one that is too long, which is skipped.
fn next_line(input: &mut impl BufRead) -> io::Result<Option<Option<Vec<u8>>>> {
    let mut line = Vec::new();
    if input.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut line)? == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') {
        line.pop();
        return Ok(Some(Some(line)));
    }
    if (line.len() as u64) < LONGEST_LINE {
        return Ok(Some(Some(line)));
    }
    input.skip_until(b'\n')?;
    Ok(Some(None))
}

/// Stdin, buffered.
pub(super) fn stdin() -> BufReader<io::StdinLock<'static>> {
    BufReader::with_capacity(1 << 20, io::stdin().lock())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_out_per_line_in() {
        let input = b"{\"a\":1}\n\nnonsense\n[1]\n{\"a\":2}";
        let mut output = Vec::new();
        answer(&mut BufReader::new(&input[..]), &mut output, |value| Ok(json!({"b": value.get("a")}))).unwrap();
        let lines: Vec<Value> = String::from_utf8(output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 5);
        assert_eq!((&lines[0]["b"], &lines[4]["b"]), (&json!(1), &json!(2)));
        assert_eq!([&lines[1]["line"], &lines[2]["line"], &lines[3]["line"]], [2, 3, 4]);
        assert!(lines[1]["error"].is_string() && lines[3]["error"].is_string());
    }
}
