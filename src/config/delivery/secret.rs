//! Where secrets are, of channels and of the provider; none of them ever stands in the configuration.

use super::super::problem::Problems;
use super::super::raw::Placed;
use serde::Serialize;
use std::path::{Path, PathBuf};

/// Bytes that a secret of ours has at least; passwords are chosen by others.
pub const LEAST_SECRET: usize = 16;

/// The place of a secret; the secret itself never stands in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Secret {
    /// An environment variable.
    Env(String),
    /// A file; line ends at its end do not count.
    File(PathBuf),
}

impl Secret {
    /// Reads a secret that was made for this purpose.
    ///
    /// # Errors
    /// It is not there, cannot be read or is too short: a sentence with the remedy, without the secret.
    pub fn read(&self) -> Result<Vec<u8>, String> {
        let secret = self.bytes()?;
        if secret.len() < LEAST_SECRET {
            return Err(format!(
                "its secret has {} bytes, at least {LEAST_SECRET} are asked for; hint: `openssl rand -hex 32` makes one",
                secret.len()
            ));
        }
        Ok(secret)
    }

    /// Reads a password or key that somebody else chose.
    ///
    /// # Errors
    /// It is not there, cannot be read, is empty or is no text: a sentence without the secret.
    pub fn text(&self) -> Result<String, String> {
        let text = String::from_utf8(self.bytes()?).map_err(|_| "its secret is no text in UTF-8".to_owned())?;
        if text.is_empty() || text.chars().any(char::is_control) {
            return Err("its secret is empty or holds characters that cannot be sent; hint: one line of text is asked for".to_owned());
        }
        Ok(text)
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        match self {
            Self::Env(name) => Ok(std::env::var_os(name)
                .ok_or_else(|| {
                    format!("the environment variable {name} with its secret is not set; hint: set it for the account that runs vigie")
                })?
                .into_encoded_bytes()),
            Self::File(path) => {
                let mut bytes =
                    std::fs::read(path).map_err(|error| format!("its secret cannot be read from {}: {error}", path.display()))?;
                while bytes.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
                    bytes.pop();
                }
                Ok(bytes)
            }
        }
    }

    /// Takes a relative path from the folder of the configuration.
    pub(in crate::config) fn beside(&mut self, dir: &Path) {
        if let Self::File(path) = self {
            *path = dir.join(&*path);
        }
    }
}

/// The one place that is named of the two; `what` is how their keys begin, `whose` who needs it.
pub(in crate::config) fn resolve(
    env: Placed<String>,
    file: Placed<String>,
    what: &str,
    (whose, place): (&str, usize),
    problems: &mut Problems,
) -> Option<Secret> {
    match (env, file) {
        (Some(variable), None) => Some(Secret::Env(variable.into_inner())),
        (None, Some(file)) => Some(Secret::File(PathBuf::from(file.into_inner()))),
        _ => {
            let hint = format!("name either the environment variable ({what}_env) or the file ({what}_file) that holds it");
            problems.at(place, format!("{whose} needs one place of its {what}"), hint);
            None
        }
    }
}
