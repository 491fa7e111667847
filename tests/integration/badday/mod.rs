//! Bad days through the whole program: one run of `vigie crawl` meets a hostile host and a healthy one.
//!
//! Each asserts the named outcome, what is kept as evidence, the peak of memory, and that the healthy host was fetched whole and without a
//! pause. `docs/bad-days.md` is the table of them.

mod hostile;
mod outing;

mod bodies;
mod charsets;
mod circles;
mod clocks;
mod configuration;
mod crowd;
mod damage;
mod disk;
mod encrypted;
mod heads;
mod reach;
mod rules;
