//! What each command of the command line does.

pub mod init;
mod label;
pub mod check;
mod session;
mod session_cookies;
mod user;
mod user_password;
mod crawl;
mod run;
mod serve;
mod sources;
mod doctor;
mod import;
mod stream;
mod read;
mod search;
mod show;
mod show_persona;
mod persona;
mod watch_try;
mod watch_explain;
mod watch_import;
mod watch;
mod alerts;
pub mod export;
mod audit;
mod case;
mod subject;
mod retain;
mod verify;
mod rebuild;
mod demo;
mod bench;
mod eval;
mod eval_alerts;
mod eval_classify;
mod eval_families;
mod eval_linkage;
mod profile;
mod tor;
mod train;

use std::fmt;
use std::io::{self, Write};

use anyhow::Result;
use jiff::tz::TimeZone;

use crate::cli::{Cli, CodebookAction, Command};
use crate::config::ConfigError;
use crate::{clock, database, fetch};

/// The command was used wrongly, as opposed to having failed.
#[derive(Debug)]
struct Usage(String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Runs a command; returns its exit code. Errors are printed on stderr.
pub async fn run(cli: Cli) -> u8 {
    fetch::clearnet::install_crypto_provider();
    match dispatch(cli).await {
        Ok(code) => code,
        Err(error) if broken_pipe(&error) => 0,
        Err(error) => {
            match database::advice(&error) {
                Some(advice) => session::tell!("error: {error:#}; hint: {advice}"),
                None => session::tell!("error: {error:#}"),
            }
            if error.is::<ConfigError>() || error.is::<Usage>() || error.chain().any(|cause| cause.is::<vigie_index::QueryError>()) {
                2
            } else {
                1
            }
        }
    }
}

async fn dispatch(cli: Cli) -> Result<u8> {
    let common = cli.common;
    match cli.command {
        Command::Init { dir } => init::run(&dir).map(|()| 0),
        Command::Check { json } => {
            let dir = session::config_dir(&common);
            let today = clock::now().to_zoned(TimeZone::UTC).date();
            check::run(dir.as_deref(), today, json, &mut io::stdout().lock())
        }
        Command::Syntax => {
            writeln!(io::stdout(), "{}", vigie_index::syntax())?;
            Ok(0)
        }
        Command::Demo { tor, serve, json } => demo::run(tor, serve, json).await,
        Command::Crawl(args) => crawl::run(&common, args).await,
        Command::Run(args) => run::run(&common, args).await,
        Command::Serve => serve::run(&common).await,
        Command::Sources { id, json } => sources::run(&common, id.as_deref(), json).await,
        Command::Session { action } => session_cookies::run(&common, action).await,
        Command::User { action } => user::run(&common, action).await,
        Command::Doctor { offline, json } => doctor::run(&common, offline, json).await,
        Command::Extract(args) => read::extract(&common, args),
        Command::Classify { .. } => read::classify(&common),
        Command::Codebook { action: CodebookAction::Export { format } } => read::codebook(&common, format),
        Command::Indicators { .. } => read::indicators(),
        Command::Import(args) => import::run(&common, args).await,
        Command::Search(args) => search::run(&common, args).await,
        Command::Show(args) => show::run(&common, args).await,
        Command::Watch { action } => watch::run(&common, action).await,
        Command::Alerts(args) => alerts::run(&common, args).await,
        Command::Export(args) => {
            let config = session::load(&common)?;
            let purpose = session::purpose(&common, &config)?;
            export::run(&common.data, &config, &args, &purpose, &mut io::stderr()).await
        }
        Command::Verify { audit: true, json, .. } => audit::verify(&common, json).await,
        Command::Verify { bundle, json, .. } => verify::run(&common, bundle, json).await,
        Command::Audit { action } => audit::run(&common, action).await,
        Command::Case { action } => case::run(&common, action).await,
        Command::Subject { action } => subject::run(&common, action).await,
        Command::Retain { json } => retain::run(&common, json).await,
        Command::Reextract => rebuild::reextract(&common).await,
        Command::Bench(args) => bench::run(args).await,
        Command::Profile { action } => profile::run(&common, action).await,
        Command::Eval { action } => eval::run(&common, action).await,
        Command::Train(args) => train::run(&common, &args),
        Command::Persona { action } => persona::run(&common, action).await,
        Command::Label(args) => label::run(&common, &args).await,
        Command::Tor { action } => tor::run(&common, action).await,
        Command::Reindex => rebuild::reindex(&common).await,
    }
}

/// A reader such as `head` that has seen enough is no failure.
fn broken_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe))
}
