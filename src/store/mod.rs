//! The truth about facts: listings, their versions and sightings, vendors, indicators, each hanging on the capture it was read from.
//!
//! What is derived here depends on the order and content of the captures alone, so it can be deleted and built again from the archive.

pub mod identity;
pub mod fold;
pub mod family;
pub mod save;
pub mod marks;
pub mod personas;
pub mod moves;
pub mod proofs;
pub mod decisions;
pub mod writings;
pub mod read;
pub mod trail;
pub mod apart;
pub mod markings;
pub mod scam;
pub mod captures;
pub mod health;
pub mod authorities;
pub mod watches;
pub mod labels;
pub mod sample;
pub mod alerts;
pub mod triage;
pub mod assignments;
pub mod inbox;
pub mod deliveries;
pub mod cases;
pub mod subjects;
pub mod exports;
pub mod runs;
pub mod passes;
pub mod sources;
pub mod replicas;
pub mod users;
pub mod signins;
pub mod trips;
pub mod tokens;
