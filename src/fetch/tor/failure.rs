//! From arti's errors to outcomes: whether Tor, the onion service or only a circuit is at fault.

use crate::fetch::failure::{Failure, chain};
use crate::fetch::outcome::Outcome;
use arti_client::{Error, ErrorKind, HasKind};
use std::error::Error as _;
use tor_hsclient::{ConnError, DescriptorErrorDetail, FailedAttemptError};

/// Why a stream could not be had, and the deepest cause, for people. `onion`: it was to lead to an onion service.
pub(super) fn of_stream(error: &Error, onion: bool) -> Failure {
    let detail = chain(error).last().map(ToString::to_string).unwrap_or_default();
    let service = chain(error).find_map(|cause| cause.downcast_ref::<ConnError>());
    let outcome = match service {
        Some(service) => of_service(service),
        None => of_kind(error.kind(), onion),
    };
    (outcome, detail)
}

/// Why an onion service could not be reached. Of several attempts the one that came farthest tells.
fn of_service(error: &ConnError) -> Outcome {
    match error {
        ConnError::InvalidHsId => Outcome::OnionInvalid,
        ConnError::NoHsDirs => Outcome::TorUnavailable,
        // It was asked for in vain so often that nobody may be asked again yet.
        ConnError::NoUsableHsDirs => Outcome::OnionNotFound,
        ConnError::NoUsableIntroPoints => Outcome::OnionIntroductionFailed,
        ConnError::DescriptorDownload(attempts) => {
            let kinds: Vec<ErrorKind> = attempts.sources().map(|attempt| attempt.0.kind()).collect();
            let asked = attempts.sources().any(|attempt| {
                matches!(attempt.0.error, DescriptorErrorDetail::Directory(_)) && attempt.0.kind() == ErrorKind::OnionServiceNotFound
            });
            match kinds.iter().find_map(|kind| of_key(*kind)) {
                Some(key) => key,
                None if asked => Outcome::OnionNotFound,
                None if kinds.contains(&ErrorKind::OnionServiceProtocolViolation) => Outcome::OnionNotFound,
                None => Outcome::TorCircuitFailed,
            }
        }
        ConnError::Failed(attempts) => {
            attempts.sources().map(of_attempt).max_by_key(|(rank, _)| *rank).map_or(Outcome::TorCircuitFailed, |(_, outcome)| outcome)
        }
        _ => of_kind(error.kind(), true),
    }
}

/// How far an attempt came, and what it means.
fn of_attempt(attempt: &FailedAttemptError) -> (u8, Outcome) {
    use FailedAttemptError as F;
    match attempt {
        F::RendezvousCompletionTimeout { .. } => (3, Outcome::OnionRendezvousTimeout),
        F::RendezvousCompletionCircuitError { .. } | F::RendezvousCompletionHandshake { .. } => (3, Outcome::OnionRendezvousFailed),
        F::IntroductionFailed { .. } | F::UnusableIntro { .. } => (2, Outcome::OnionIntroductionFailed),
        F::IntroductionExchange { .. } | F::IntroductionTimeout { .. } | F::IntroductionCircuitObtain { .. } => {
            (1, Outcome::OnionIntroductionFailed)
        }
        // Our own way to the meeting point: no word on the service.
        _ => (0, Outcome::TorCircuitFailed),
    }
}

fn of_key(kind: ErrorKind) -> Option<Outcome> {
    matches!(kind, ErrorKind::OnionServiceMissingClientAuth | ErrorKind::OnionServiceWrongClientAuth).then_some(Outcome::OnionKeyNeeded)
}

fn of_kind(kind: ErrorKind, onion: bool) -> Outcome {
    use ErrorKind as K;
    if let Some(key) = of_key(kind) {
        return key;
    }
    match kind {
        K::OnionServiceNotFound => Outcome::OnionNotFound,
        K::OnionServiceNotRunning | K::OnionServiceProtocolViolation => Outcome::OnionIntroductionFailed,
        K::OnionServiceConnectionFailed => Outcome::OnionRendezvousFailed,
        K::OnionServiceAddressInvalid => Outcome::OnionInvalid,
        K::RemoteConnectionRefused | K::RemoteStreamClosed | K::RemoteStreamReset | K::RemoteStreamError if onion => {
            Outcome::OnionStreamRefused
        }
        K::RemoteConnectionRefused => Outcome::ConnectRefused,
        K::RemoteHostNotFound | K::RemoteHostResolutionFailed => Outcome::DnsFailed,
        K::RemoteNetworkFailed | K::RemoteStreamClosed | K::RemoteStreamReset | K::RemoteStreamError => Outcome::ConnectFailed,
        K::ExitTimeout if onion => Outcome::OnionTimeout,
        K::ExitTimeout | K::RemoteNetworkTimeout => Outcome::ConnectTimeout,
        K::ExitPolicyRejected | K::NoExit => Outcome::TorExitRefused,
        K::ForbiddenStreamTarget => Outcome::PrivateAddressRefused,
        K::InvalidStreamTarget => Outcome::BadUrl,
        K::TorAccessFailed
        | K::BootstrapRequired
        | K::DirectoryExpired
        | K::TorDirectoryError
        | K::TorDirectoryUnusable
        | K::LocalNetworkError
        | K::ClockSkew
        | K::ArtiShuttingDown
        | K::SoftwareDeprecated => Outcome::TorUnavailable,
        // Those that remain, the "bad API usage" of a circuit that broke among them, say something of one circuit.
        _ => Outcome::TorCircuitFailed,
    }
}

/// Whether a broken stream within an answer was the circuit's fault: the cause is arti's, not HTTP's.
pub(super) fn circuit_broke(error: &hyper::Error) -> bool {
    error.source().is_some_and(|cause| chain(cause).any(|cause| cause.is::<std::io::Error>()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::outcome::Fault;

    #[test]
    fn tor_the_onion_and_a_circuit_are_never_taken_for_one_another() {
        for (kind, onion, fault) in [
            (ErrorKind::TorAccessFailed, true, Fault::Route),
            (ErrorKind::LocalNetworkError, false, Fault::Route),
            (ErrorKind::OnionServiceNotFound, true, Fault::Host),
            (ErrorKind::RemoteConnectionRefused, true, Fault::Host),
            (ErrorKind::ExitTimeout, true, Fault::Host),
            (ErrorKind::RemoteHostNotFound, false, Fault::Host),
            (ErrorKind::CircuitCollapse, true, Fault::Page),
            (ErrorKind::BadApiUsage, true, Fault::Page),
        ] {
            assert_eq!(of_kind(kind, onion).fault(), fault, "{kind:?}");
        }
        assert_eq!(of_service(&ConnError::NoHsDirs).fault(), Fault::Route);
        assert_eq!(of_service(&ConnError::NoUsableHsDirs), Outcome::OnionNotFound);
    }
}
