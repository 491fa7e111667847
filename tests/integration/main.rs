//! Tests through the public surface, in one binary.

mod architecture;
mod archive;
mod config;
mod fetch;
mod market;
mod robots;
