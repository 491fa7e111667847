//! Page in, records and problems out.
//!
//! Nothing here does IO, reads the clock or is asynchronous. Extraction never fails and never panics: what could not be read
//! becomes a [`record::Problem`]. Modules use only modules declared above them.
//!
//! [`page::extract`] reads a page; [`codebook::Codebook::classify`] says what its listings offer; [`indicators::find`] finds payment
//! addresses, keys and contacts in any text.

pub mod record;
pub mod canonical;
pub mod html;
pub(crate) mod pattern;
pub mod money;
pub mod quantity;
pub mod country;
pub mod dates;
pub mod language;
pub mod provenance;
pub(crate) mod runs;
pub mod payment;
pub mod contacts;
pub mod indicators;
pub mod signed;
pub mod profile;
pub mod structured;
pub mod heuristics;
pub mod page;
pub mod induce;
pub mod codebook;
pub mod firearm;
pub mod classify;
pub mod family;
