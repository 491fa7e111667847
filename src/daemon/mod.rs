//! What the daemon has beside the crawl: how it is, for people and for monitoring, and the retention clock.

pub mod health;
mod exposition;
mod metrics;
pub mod endpoint;
pub mod retention;
