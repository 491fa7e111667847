//! Tests through the public surface, in one binary.

mod archive;
mod fetch;
