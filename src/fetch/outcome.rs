//! How a fetch ended: success or a named failure. An outcome is a value that is stored and counted, not an error.

use std::fmt;
use std::str::FromStr;

/// What becomes of a URL after an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sort {
    /// The answer that was asked for.
    Success,
    /// May go away by itself: worth another try later.
    Transient,
    /// Stays until the server, the source or the configuration changes.
    Lasting,
}

/// What a failure says something about, so that "Tor is down", "this onion is down" and "this page failed" are never taken for one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The way to every host of a route; it says nothing about any of them.
    Route,
    /// The host: nothing of it can be had now, by this address.
    Host,
    /// The page alone, or nothing at all.
    Page,
}

/// Writes the enum, its list, its codes, its sentences and its sorts from one table, so that none can be forgotten.
macro_rules! outcomes {
    ($($variant:ident $code:literal $sort:ident $sentence:literal;)+) => {
        /// How a fetch ended. The codes are stable: they appear in the store, in evidence and in summaries.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Outcome {
            $(#[doc = $sentence] $variant,)+
        }

        impl Outcome {
            /// Every outcome, in the order of declaration.
            pub const ALL: &'static [Outcome] = &[$(Outcome::$variant),+];

            /// The stable code, in snake case.
            pub fn code(self) -> &'static str {
                match self { $(Outcome::$variant => $code),+ }
            }

            /// One sentence for people.
            pub fn sentence(self) -> &'static str {
                match self { $(Outcome::$variant => $sentence),+ }
            }

            fn sort(self) -> Sort {
                match self { $(Outcome::$variant => Sort::$sort),+ }
            }
        }
    };
}

outcomes! {
    Ok "ok" Success "The server sent the page.";
    NotModified "not_modified" Success "The server says that the page has not changed.";
    Redirected "redirected" Success "The server points to another address.";
    NotFound "not_found" Lasting "There is no such page (404).";
    Gone "gone" Lasting "The page was taken away for good (410).";
    Forbidden "forbidden" Lasting "The server refuses this page (403 or 451).";
    Unauthorized "unauthorized" Lasting "The server asks for a login (401 or 407).";
    RateLimited "rate_limited" Transient "The server asks to slow down (429).";
    Unavailable "unavailable" Transient "The server is overloaded or under maintenance (503).";
    ServerError "server_error" Transient "The server failed (another 5xx).";
    ClientError "client_error" Lasting "The server rejects the request (another 4xx).";
    DnsFailed "dns_failed" Transient "The host name could not be resolved.";
    ConnectRefused "connect_refused" Transient "The host refused the connection.";
    ConnectTimeout "connect_timeout" Transient "No connection was made in time (name look-up, TCP and TLS together).";
    ConnectFailed "connect_failed" Transient "The host could not be reached.";
    TlsFailed "tls_failed" Transient "No trustworthy encrypted connection could be made.";
    FirstByteTimeout "first_byte_timeout" Transient "The server did not begin its answer in time.";
    BodyTimeout "body_timeout" Transient "The answer came too slowly and was cut off.";
    ConnectionLost "connection_lost" Transient "The connection ended before the answer was complete.";
    BodyTooLarge "body_too_large" Lasting "The answer is larger than the limit.";
    HeadersTooLarge "headers_too_large" Lasting "The headers of the answer are larger or more than the limit.";
    MediaRefused "media_refused" Lasting "The answer is an image, sound, film or font, which this source does not fetch.";
    DecodeFailed "decode_failed" Lasting "The answer's compression is damaged or unknown.";
    DecompressedTooLarge "decompressed_too_large" Lasting "The answer grows beyond the limit when decompressed.";
    BadRedirect "bad_redirect" Lasting "The server redirects without a usable address.";
    TooManyRedirects "too_many_redirects" Lasting "The page redirects on and on.";
    TorUnavailable "tor_unavailable" Transient "The Tor network can't be used from here: not connected to it, or no circuit can be built.";
    TorCircuitFailed "tor_circuit_failed" Transient "The circuit through Tor broke; another one may hold.";
    TorExitRefused "tor_exit_refused" Transient "No exit of the Tor network reaches this host or port.";
    OnionInvalid "onion_invalid" Lasting "The onion address is no address of version 3: its checksum does not hold.";
    OnionBlocked "onion_blocked" Lasting "The onion address is on the blocklist of this instance.";
    OnionNotFound "onion_not_found" Transient "The onion service has published no descriptor: it is down, or gone.";
    OnionTimeout "onion_timeout" Transient "The onion service was not found and reached in time.";
    OnionIntroductionFailed "onion_introduction_failed" Transient "No introduction point of the onion service passed the request on.";
    OnionRendezvousFailed "onion_rendezvous_failed" Transient "The meeting with the onion service failed.";
    OnionRendezvousTimeout "onion_rendezvous_timeout" Transient "The onion service did not come to the meeting point in time.";
    OnionStreamRefused "onion_stream_refused" Transient "The onion service is up and refuses connections to this port.";
    OnionKeyNeeded "onion_key_needed" Lasting "The onion service serves only clients whose key it knows.";
    I2pUnavailable "i2p_unavailable" Transient "The I2P router on this machine does not answer.";
    I2pUnreachable "i2p_unreachable" Transient "The I2P router can't reach this destination.";
    PrivateAddressRefused "private_address_refused" Lasting "The host has a private or local address, which this source may not visit.";
    UnsupportedRoute "unsupported_route" Lasting "The host can't be reached on this source's route.";
    BadUrl "bad_url" Lasting "The address is not a fetchable http or https address.";
    BadRequest "bad_request" Lasting "The configured headers or cookies can't be sent.";
    HttpProtocolError "http_protocol_error" Transient "The server did not speak proper HTTP.";
    Cancelled "cancelled" Transient "The fetch was stopped by us.";
}

impl Outcome {
    /// The server did what was asked: a page, a redirect or "not modified".
    pub fn is_success(self) -> bool {
        self.sort() == Sort::Success
    }

    /// The failure may go away by itself, so another try later is worth a request.
    pub fn is_transient(self) -> bool {
        self.sort() == Sort::Transient
    }

    /// What is at fault when it is not the page.
    pub fn fault(self) -> Fault {
        match self {
            Outcome::TorUnavailable | Outcome::I2pUnavailable => Fault::Route,
            Outcome::DnsFailed
            | Outcome::ConnectRefused
            | Outcome::ConnectTimeout
            | Outcome::ConnectFailed
            | Outcome::TlsFailed
            | Outcome::TorExitRefused
            | Outcome::OnionInvalid
            | Outcome::OnionBlocked
            | Outcome::OnionNotFound
            | Outcome::OnionTimeout
            | Outcome::OnionIntroductionFailed
            | Outcome::OnionRendezvousFailed
            | Outcome::OnionRendezvousTimeout
            | Outcome::OnionStreamRefused
            | Outcome::OnionKeyNeeded
            | Outcome::I2pUnreachable => Fault::Host,
            _ => Fault::Page,
        }
    }

    /// The outcome that an HTTP status alone means; a redirect without an address is found by the caller.
    pub fn of_status(status: u16) -> Outcome {
        match status {
            200..=299 => Outcome::Ok,
            304 => Outcome::NotModified,
            301 | 302 | 303 | 307 | 308 => Outcome::Redirected,
            300..=399 => Outcome::BadRedirect,
            401 | 407 => Outcome::Unauthorized,
            403 | 451 => Outcome::Forbidden,
            404 => Outcome::NotFound,
            410 => Outcome::Gone,
            408 => Outcome::Unavailable,
            429 => Outcome::RateLimited,
            400..=499 => Outcome::ClientError,
            503 => Outcome::Unavailable,
            500..=599 => Outcome::ServerError,
            _ => Outcome::HttpProtocolError,
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// A code that names no outcome.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is not the code of an outcome")]
pub struct UnknownOutcome(String);

impl FromStr for Outcome {
    type Err = UnknownOutcome;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        Outcome::ALL.iter().copied().find(|outcome| outcome.code() == code).ok_or_else(|| UnknownOutcome(code.to_string()))
    }
}
