//! Joins the stages, and alone draws the arrow from what was read back to the frontier.
//!
//! Fetching is concurrent, the pure stages run on all cores, and one careful writer commits: first the archive, then facts, their alerts
//! and the frontier in one transaction.

pub mod lock;
pub mod stage;
mod marks;
pub mod writer;
pub mod robots;
pub mod authority;
pub mod ending;
pub mod expectations;
pub mod summary;
pub mod rows;
mod table;
mod pieces;
pub mod import;
pub mod crawl;
pub mod rebuild;
