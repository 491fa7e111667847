//! Logs and progress, both on stderr; nothing here goes to stdout.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use std::sync::LazyLock;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use regex::Regex;
use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, Settings};

/// Starts the log as configured; a second call changes nothing. `VIGIE_LOG` overrides the level.
pub fn start(settings: &Settings) {
    // A private network has fewer relays than arti would like to choose from, and it says so every second.
    let small = if settings.tor.network.is_some() { ",tor_netdir=error" } else { "" };
    // A broken table on somebody's page is nothing that an operator could act upon.
    let filter = EnvFilter::try_from_env("VIGIE_LOG")
        .unwrap_or_else(|_| EnvFilter::new(format!("warn,html5ever=error,pgp=error,vigie={}{small}", settings.log.level)));
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(|| Veiled)
        .with_ansi(colour)
        .with_target(false)
        // Where nobody reads stderr any more, complaining there about it would end the process.
        .log_internal_errors(false);
    // The only error is that a log was started before.
    let _ = match settings.log.format {
        LogFormat::Text => builder.try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}

/// Where the log goes: stderr, with hidden services made unreadable in whatever a line holds, those of libraries included.
struct Veiled;

impl Write for Veiled {
    // Each event comes as one piece.
    fn write(&mut self, event: &[u8]) -> std::io::Result<usize> {
        std::io::stderr().write_all(veiled(&String::from_utf8_lossy(event)).as_bytes())?;
        Ok(event.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        std::io::stderr().flush()
    }
}

static HIDDEN_SERVICE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)([a-z2-7]{6})(?:[a-z2-7]{50}\.onion|[a-z2-7]{46}(?:[a-z2-7]{4,})?\.b32\.i2p)").ok());

/// A text with of each onion service and each I2P destination only its first letters: enough to tell two apart, too little to visit one.
pub fn veiled(text: &str) -> Cow<'_, str> {
    match HIDDEN_SERVICE.as_ref() {
        Some(service) => service.replace_all(text, "$1..."),
        None => Cow::Borrowed(text),
    }
}

/// A text for a log that is kept: addresses of sources are left out of it.
pub fn masked(text: &str) -> String {
    let word = |word: &str| match word.find("://") {
        Some(at) => {
            let start = word.get(..at).and_then(|scheme| scheme.rfind(|c: char| !c.is_ascii_alphanumeric())).map_or(0, |before| before + 1);
            format!("{}[address]", word.get(..start).unwrap_or_default())
        }
        None => word.to_owned(),
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Progress of long work: a bar or a spinner on a terminal, nothing elsewhere.
#[derive(Debug, Clone)]
pub struct Progress(ProgressBar);

impl Progress {
    /// Work of a known length.
    pub fn bar(length: u64, what: &str) -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(length) } else { ProgressBar::hidden() };
        Self::styled(bar, "{prefix} [{bar:30}] {human_pos}/{human_len} {per_sec} {eta} {msg}", what)
    }

    /// Work of an unknown length.
    pub fn spinner(what: &str) -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        bar.enable_steady_tick(Duration::from_millis(200));
        Self::styled(bar, "{spinner} {prefix} {elapsed_precise} {msg}", what)
    }

    /// No progress is shown.
    pub fn hidden() -> Self {
        Self(ProgressBar::hidden())
    }

    fn styled(bar: ProgressBar, template: &str, what: &str) -> Self {
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_prefix(what.to_owned());
        Self(bar)
    }

    /// Sets the length, once it is known.
    pub fn length(&self, length: u64) {
        self.0.set_length(length);
    }

    /// Moves to a position.
    pub fn at(&self, position: u64) {
        self.0.set_position(position);
    }

    /// Says what is going on.
    pub fn say(&self, message: String) {
        self.0.set_message(message);
    }

    /// Removes the bar.
    pub fn done(&self) {
        self.0.finish_and_clear();
    }
}

#[cfg(test)]
mod tests {
    use super::{masked, veiled};

    #[test]
    fn hidden_services_are_unreadable_in_a_log() {
        let name = "duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad";
        let said = veiled(&format!("http://www.{}.onion/x and {name}.ONION", name.to_uppercase())).into_owned();
        assert_eq!(said, "http://www.DUCKDU.../x and duckdu...");
        assert_eq!(veiled(&format!("{}.b32.i2p:80", &name[..52])), "duckdu...:80");
        assert_eq!(veiled("shop.example, stats.i2p"), "shop.example, stats.i2p");
    }

    #[test]
    fn addresses_are_left_out_of_a_log() {
        let said = masked("robots.txt of https://shop.example:8443 could not be fetched, so nothing there is (http://10.0.0.1/x?y)");
        assert_eq!(said, "robots.txt of [address] could not be fetched, so nothing there is ([address]");
        assert_eq!(masked("its authority expired on 2020-01-01"), "its authority expired on 2020-01-01");
    }
}
