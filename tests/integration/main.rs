//! Tests through the public surface, in one binary.

mod instance;

mod architecture;
mod archive;
mod cli;
mod config;
mod crawl;
mod export;
mod fetch;
mod import;
mod market;
mod robots;
mod watches;
