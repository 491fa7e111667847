//! What developers and the integration machine run: `cargo xtask test`, `cargo xtask fuzz`, `cargo xtask payment`, `cargo xtask kills`.

mod browser;
mod count;
mod step;
mod tools;
mod postgres;
mod tor;
mod mail;
mod oidc;
mod interop;
mod test;
mod fuzz;
mod payment;
mod kills;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask test                every check: format, lints, documents, tests, interoperation, dependencies
       cargo xtask fuzz [--minutes N]  seeds and fuzzes the extraction, by default for ten minutes
       cargo xtask payment [--changed N]  payment addresses of every form against a referee, by default with ten million changed ones
       cargo xtask kills [--times N]   random kills of a process that raises and delivers alerts, by default a thousand";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["test"] => test::run(),
        ["fuzz"] => fuzz::run(10).map(|()| true),
        ["fuzz", "--minutes", minutes] if minutes.parse::<u64>().is_ok() => fuzz::run(minutes.parse().unwrap_or(10)).map(|()| true),
        ["payment"] => payment::run(payment::CHANGED),
        ["payment", "--changed", changed] if changed.parse::<u64>().is_ok() => payment::run(changed.parse().unwrap_or(payment::CHANGED)),
        ["kills"] => kills::run(kills::TIMES),
        ["kills", "--times", times] if times.parse::<u32>().is_ok() => kills::run(times.parse().unwrap_or(kills::TIMES)),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::from(1)
        }
    }
}
