//! Keys and identities: the authority's are made by tor's own programs before it starts, and may be kept for the next network.

use super::programs::Programs;
use super::wait;
use anyhow::{Context, Result, bail};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

/// What the authority's folder has in the end, and what is kept of it.
const KEPT: &[&str] = &[
    "keys/authority_identity_key",
    "keys/authority_signing_key",
    "keys/authority_certificate",
    "keys/secret_id_key",
    "keys/ed25519_master_id_secret_key",
    "keys/ed25519_master_id_public_key",
    "fingerprint",
    "fingerprint-ed25519",
];
/// Kept keys that are older are made again, long before the certificate ends.
const FRESH: Duration = Duration::from_secs(60 * 24 * 3_600);
/// Most that making keys takes.
const LIMIT: Duration = Duration::from_secs(60);

/// Puts the keys of the authority into its folder: those kept in `cache`, or new ones.
pub(super) fn prepare(programs: &Programs, folder: &Path, cache: Option<&Path>) -> Result<()> {
    super::daemon::private_folder(&folder.join("keys"))?;
    if cache.is_some_and(|cache| restore(cache, folder)) {
        return Ok(());
    }
    make(programs, folder)?;
    if let Some(cache) = cache {
        // Into place in one step, for networks that start beside this one.
        super::daemon::private_folder(cache)?;
        let parent = cache.join(format!("new-{}", std::process::id()));
        super::daemon::private_folder(&parent.join("keys"))?;
        KEPT.iter().try_for_each(|file| std::fs::copy(folder.join(file), parent.join(file)).map(drop))?;
        let place = cache.join("authority");
        // Keys that are out of date give way; somebody else's fresh ones may stand there as well.
        let _ = std::fs::remove_dir_all(&place);
        if std::fs::rename(&parent, &place).is_err() {
            let _ = std::fs::remove_dir_all(&parent);
        }
    }
    Ok(())
}

/// Copies kept keys; whether they were all there and fresh.
fn restore(cache: &Path, folder: &Path) -> bool {
    let place = cache.join("authority");
    let age = place.join("keys/authority_certificate").metadata().and_then(|metadata| metadata.modified());
    let fresh = age.is_ok_and(|made| made.elapsed().is_ok_and(|age| age < FRESH));
    fresh && KEPT.iter().all(|file| std::fs::copy(place.join(file), folder.join(file)).is_ok())
}

fn make(programs: &Programs, folder: &Path) -> Result<()> {
    let mut gencert = Command::new(&programs.gencert);
    gencert.args(["--create-identity-key", "-m", "12", "--passphrase-fd", "0"]).current_dir(folder.join("keys"));
    finish(gencert, b"not-a-secret\n")?;
    let mut list = Command::new(&programs.tor);
    std::fs::write(folder.join("torrc-keys"), "ORPort 127.0.0.1:1\nAssumeReachable 1\nAddress 127.0.0.1\nSocksPort 0\n")?;
    std::fs::write(folder.join("torrc-defaults"), "")?;
    list.arg("-f").arg(folder.join("torrc-keys")).arg("--defaults-torrc").arg(folder.join("torrc-defaults"));
    list.args(["--quiet", "--list-fingerprint", "--DataDirectory"]).arg(folder);
    finish(list, b"")
}

/// Runs a program to its end, bounded in time.
fn finish(mut command: Command, input: &[u8]) -> Result<()> {
    let name = command.get_program().display().to_string();
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().with_context(|| format!("{name} does not start"))?;
    if let Some(mut stdin) = child.stdin.take() {
        stdin.write_all(input)?;
    }
    let status = wait::until(LIMIT, || Ok(child.try_wait()?))?;
    if !status.is_some_and(|status| status.success()) {
        // It may have ended in between.
        let _ = child.kill();
        let said = child.wait_with_output()?.stderr;
        bail!("{name} failed: {}", String::from_utf8_lossy(&said).trim());
    }
    Ok(())
}

/// Identity by which the authority signs.
pub(super) fn v3_identity(folder: &Path) -> Result<String> {
    read(&folder.join("keys/authority_certificate"), |text| {
        text.lines().find_map(|line| line.strip_prefix("fingerprint ")).map(str::to_owned)
    })
}

/// RSA identity of a relay, as it wrote it down.
pub(super) fn rsa_identity(folder: &Path) -> Result<String> {
    read(&folder.join("fingerprint"), |text| text.split_whitespace().nth(1).map(str::to_owned))
}

/// Ed25519 identity of a relay, as it wrote it down.
pub(super) fn ed_identity(folder: &Path) -> Result<String> {
    read(&folder.join("fingerprint-ed25519"), |text| text.split_whitespace().nth(1).map(str::to_owned))
}

fn read(path: &Path, find: impl Fn(&str) -> Option<String>) -> Result<String> {
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    find(&text).with_context(|| format!("{} is not what tor writes", path.display()))
}
