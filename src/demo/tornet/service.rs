//! The tor of an onion service, and when the service can be reached.

use super::control::Control;
use super::daemon::Daemon;
use super::wait;
use anyhow::{Context, Result, bail};
use std::time::Duration;

/// Most that a service gets to publish its descriptors.
const LIMIT: Duration = Duration::from_secs(90);

#[derive(Debug)]
pub(super) struct Service {
    pub(super) name: String,
    pub(super) host: String,
    daemon: Daemon,
    control: Option<Control>,
}

impl Service {
    /// A service whose daemon was just started; it waits for [`Service::watch`] with its network.
    pub(super) fn new(name: &str, daemon: Daemon) -> Result<Self> {
        let file = daemon.folder().join("service/hostname");
        let host = wait::until(LIMIT, || Ok(std::fs::read_to_string(&file).ok().filter(|host| host.ends_with('\n'))))?;
        let host = host.with_context(|| format!("the onion service {name} has no name; {}", daemon.last_words()))?;
        Ok(Self { name: name.to_owned(), host: host.trim().to_owned(), daemon, control: None })
    }

    /// Has it tell what becomes of its descriptors, then lets it begin.
    pub(super) fn watch(&mut self) -> Result<()> {
        let mut control = Control::connect(&self.daemon)?;
        control.ask("SETEVENTS HS_DESC")?;
        control.enable_network()?;
        self.control = Some(control);
        Ok(())
    }

    /// Waits until so many descriptors have arrived at directories. Where not all did in time, what did has to do.
    pub(super) fn ready(&mut self, uploads: usize) -> Result<()> {
        let Some(mut control) = self.control.take() else { return Ok(()) };
        let mut arrived = 0;
        wait::until(LIMIT, || {
            if let Some(dead) = self.daemon.death() {
                bail!(dead);
            }
            while let Some(event) = control.event()? {
                arrived += usize::from(event.starts_with("650 HS_DESC UPLOADED "));
            }
            Ok((arrived >= uploads.max(1)).then_some(()))
        })?;
        if arrived == 0 {
            bail!("the onion service {} published no descriptor within {} s; {}", self.name, LIMIT.as_secs(), self.daemon.last_words());
        }
        Ok(())
    }

    pub(super) fn stop(&mut self) {
        self.daemon.kill();
    }
}
