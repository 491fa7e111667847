//! Tests through the public surface, in one binary.

#![allow(clippy::disallowed_methods, reason = "test servers are slow on purpose, and a killer waits for its moment")]

mod server;
mod instance;
mod shop;

mod architecture;
mod archive;
mod badday;
mod bench;
mod budget;
mod cases;
mod classify;
mod cli;
mod config;
mod crawl;
mod databases;
mod delivery;
mod desk_alerts;
mod desk;
mod desk_dossiers;
mod desk_api;
mod doctor;
mod documents;
mod dossier;
mod eval;
mod events;
mod expectations;
mod export;
mod families;
mod fetch;
mod i2p;
mod import;
mod market;
mod mirrors;
mod oidc;
mod persona;
mod profile;
mod reading;
mod reading_log;
mod recovery;
mod replicas;
mod robots;
mod run;
mod search;
mod sessions;
mod sources;
mod subjects;
mod tor;
mod users;
mod watch_tools;
mod watches;
