//! Vigie: crawls marketplaces politely, keeps every capture as evidence, classifies, searches, alerts, exports.
//!
//! The order of the modules is the flow of data, the reading order and the import rule at once: a module uses only modules
//! declared above it. `tests/integration/architecture.rs` holds the rule.
//!
//! To see the path of a page, begin with [`pipeline::crawl`]: it claims what is due from the [`frontier`], has it [`fetch`]ed, written
//! to the [`archive`], read ([`extract`], [`classify`]) and committed to the [`store`] with its [`alert`]s. `ARCHITECTURE.md` is the map.

pub mod clock;
pub mod dice;
pub mod shown;
pub mod config;
pub mod rates;
pub mod telemetry;
pub mod database;
pub mod audit;
pub mod frontier;
pub mod fetch;
pub mod archive;
pub mod extract;
pub mod classify;
pub mod persona;
pub mod store;
pub mod indexing;
pub mod search;
pub mod alert;
pub mod backtest;
pub mod watchlist;
pub mod export;
pub mod dossier;
pub mod oidc;
pub mod account;
pub mod pipeline;
pub mod standing;
pub mod web;
pub mod doctor;
pub mod daemon;
pub mod profile;
pub mod eval;
pub mod train;
pub mod demo;
pub mod bench;
pub mod cli;
pub mod commands;
