//! One test binary for all that is tested through the surface.

mod market;
