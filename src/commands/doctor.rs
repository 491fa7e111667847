//! `vigie doctor`.

use std::io::{self, Write};

use anyhow::Result;

use crate::cli::Common;
use crate::commands::{session, sources};
use crate::config::{self, Settings};
use crate::{clock, doctor, telemetry};

pub(super) async fn run(common: &Common, offline: bool, json: bool) -> Result<u8> {
    let loaded = config::load(session::config_dir(common).as_deref());
    telemetry::start(loaded.as_ref().map_or(&Settings::default(), |config| &config.settings));
    let examination = doctor::examine(&common.data, loaded.as_ref(), offline, clock::now()).await;
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(&examination)?)?;
        return Ok(examination.exit_code());
    }
    writeln!(out, "{}\n", session::plain(&examination.conclusion))?;
    for check in &examination.checks {
        writeln!(out, "{:<8} {}", check.grade.code(), check.name)?;
        sources::wrapped(&mut out, &session::plain(&check.measured))?;
        if !check.advice.is_empty() {
            sources::wrapped(&mut out, &format!("-> {}", session::plain(&check.advice)))?;
        }
    }
    Ok(examination.exit_code())
}
