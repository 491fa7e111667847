//! Tests through the public surface, in one binary.

mod instance;

mod architecture;
mod archive;
mod config;
mod crawl;
mod export;
mod fetch;
mod market;
mod robots;
