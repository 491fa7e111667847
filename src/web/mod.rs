//! The investigator's desk: pages for a browser, usable without JavaScript. See `docs/desk.md`.
//!
//! Each route stands in one table with the right that it takes (`routes`); one guard before all of them (`guard`) knows the visitor.
//! What pages captured is shown as text, never as mark-up, and nothing here opens a connection to anywhere but, where people sign in through one, to
//! the provider that the configuration names (`oidc`).

mod words;
mod tongue;
mod assets;
mod stream;
mod events;
mod rate;
mod desk;
mod visitor;
mod form;
mod frame;
mod trouble;
mod problem;
mod chart;
mod plot;
mod layout;
mod graph;
mod shield;
mod guard;
mod pages;
mod api;
mod routes;
mod server;

pub use desk::Desk;
pub use routes::paths;
pub use server::Server;
