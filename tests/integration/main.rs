//! Tests through the public surface, in one binary.

#![allow(clippy::disallowed_methods, reason = "test servers are slow on purpose, and a killer waits for its moment")]

mod instance;

mod architecture;
mod archive;
mod bench;
mod cli;
mod config;
mod crawl;
mod documents;
mod export;
mod fetch;
mod import;
mod market;
mod recovery;
mod robots;
mod watches;
