//! Fetching: a request goes in, an exchange with a named outcome comes out. One request is one request: redirects, robots rules,
//! politeness, retries and cookies are decided by the caller, so that every hop is checked and archived like any other.

pub mod outcome;
pub mod headers;
pub mod limits;
mod room;
pub mod exchange;
pub mod cookies;
pub mod address;
pub mod destination;
mod head;
pub(crate) mod resolve;
mod failure;
mod transfer;
pub mod clearnet;
pub mod tor;
pub mod i2p;
pub mod routes;

pub use clearnet::{Clearnet, Transport};
pub use cookies::Jar;
pub use exchange::{Exchange, Method, Request};
pub use limits::Limits;
pub use outcome::{Fault, Outcome};
pub use room::Held;
pub use routes::Routes;
pub use tor::Tor;
