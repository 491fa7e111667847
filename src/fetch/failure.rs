//! From the errors of the HTTP stack to named outcomes, by the types in the chain of causes.

use crate::fetch::outcome::Outcome;
use crate::fetch::resolve::Unresolved;
use std::error::Error;
use std::io::ErrorKind;

/// The outcome, and what exactly went wrong, for people.
pub(super) type Failure = (Outcome, String);

/// What was going on when the error came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// Connecting, sending and waiting for the headers.
    Head,
    /// Receiving the body.
    Body,
}

/// The outcome and the deepest cause, for people.
pub(super) fn classify(error: &reqwest::Error, phase: Phase) -> Failure {
    let causes: Vec<&(dyn Error + 'static)> = chain(error).take(32).collect();
    // The deepest cause that is known tells the most.
    let named = causes.iter().rev().find_map(|cause| of_cause(*cause, phase, error.is_connect()));
    let outcome = named.unwrap_or_else(|| {
        if error.is_timeout() {
            if error.is_connect() { Outcome::ConnectTimeout } else { Outcome::FirstByteTimeout }
        } else if error.is_connect() {
            Outcome::ConnectFailed
        } else if error.is_builder() {
            Outcome::BadRequest
        } else if phase == Phase::Body {
            Outcome::ConnectionLost
        } else {
            Outcome::HttpProtocolError
        }
    });
    (outcome, causes.last().map(ToString::to_string).unwrap_or_default())
}

/// As [`classify`], of an error of HTTP over a connection that stands.
pub(super) fn classify_sent(error: &hyper::Error) -> Failure {
    let causes: Vec<&(dyn Error + 'static)> = chain(error).take(32).collect();
    let outcome = causes.iter().rev().find_map(|cause| of_cause(*cause, Phase::Head, false)).unwrap_or(Outcome::ConnectionLost);
    (outcome, causes.last().map(ToString::to_string).unwrap_or_default())
}

/// The error and its causes. `source()` of an `io::Error` skips the error that it wraps, which is the telling one.
pub(super) fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| match (*error).downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
        None => (*error).source(),
    })
}

fn of_cause(cause: &(dyn Error + 'static), phase: Phase, connecting: bool) -> Option<Outcome> {
    if let Some(unresolved) = cause.downcast_ref::<Unresolved>() {
        return Some(match unresolved {
            Unresolved::Private(_) => Outcome::PrivateAddressRefused,
            Unresolved::Hidden(..) => Outcome::UnsupportedRoute,
            Unresolved::Empty(_) | Unresolved::Invalid(_) | Unresolved::Failed(..) => Outcome::DnsFailed,
        });
    }
    if cause.downcast_ref::<rustls::Error>().is_some() {
        return Some(Outcome::TlsFailed);
    }
    if let Some(error) = cause.downcast_ref::<hyper::Error>() {
        return of_hyper(error, phase);
    }
    let error = cause.downcast_ref::<std::io::Error>()?;
    match error.kind() {
        ErrorKind::ConnectionRefused => Some(Outcome::ConnectRefused),
        ErrorKind::TimedOut if connecting => Some(Outcome::ConnectTimeout),
        // A connection that ends within the handshake of TLS.
        ErrorKind::UnexpectedEof if connecting => Some(Outcome::TlsFailed),
        _ if connecting => None,
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe | ErrorKind::UnexpectedEof => {
            Some(Outcome::ConnectionLost)
        }
        // Broken chunks.
        ErrorKind::InvalidInput | ErrorKind::InvalidData => Some(Outcome::HttpProtocolError),
        _ => None,
    }
}

fn of_hyper(error: &hyper::Error, phase: Phase) -> Option<Outcome> {
    if error.is_parse_too_large() {
        Some(Outcome::HeadersTooLarge)
    } else if error.is_parse() {
        Some(Outcome::HttpProtocolError)
    } else if error.is_incomplete_message() || error.is_closed() || error.is_canceled() {
        Some(Outcome::ConnectionLost)
    } else if phase == Phase::Head && error.is_timeout() {
        Some(Outcome::FirstByteTimeout)
    } else {
        None // an io, TLS or HTTP/2 error is its cause
    }
}
