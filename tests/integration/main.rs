//! The one integration test binary.

mod architecture;
mod config;
mod robots;
