//! What developers and the integration machine run: `cargo xtask test`.

mod count;
mod step;
mod tools;
mod postgres;
mod tor;
mod interop;
mod test;

use std::process::ExitCode;

const USAGE: &str = "usage: cargo xtask test    every check: format, lints, documents, tests, interoperation, dependencies";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["test"] => match test::run() {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::from(1),
            Err(error) => {
                eprintln!("xtask: {error:#}");
                ExitCode::from(1)
            }
        },
        _ => {
            eprintln!("{USAGE}");
            ExitCode::from(2)
        }
    }
}
