//! Markings: how far something may be passed on, and what may be done about it.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// Traffic Light Protocol 2.0 (FIRST, 2022), the strictest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ValueEnum)]
pub enum Tlp {
    /// For everyone.
    #[serde(rename = "clear")]
    Clear,
    /// For the community.
    #[serde(rename = "green")]
    Green,
    /// For the organisation and its clients.
    #[serde(rename = "amber")]
    Amber,
    /// For the organisation alone.
    #[serde(rename = "amber+strict")]
    #[value(name = "amber+strict")]
    AmberStrict,
    /// For those present.
    #[serde(rename = "red")]
    Red,
}

impl Tlp {
    /// The code used in files, records and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::AmberStrict => "amber+strict",
            Self::Red => "red",
        }
    }

    /// The marking of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|one| one.code() == code)
    }
}

/// Permissible Actions Protocol (as MISP's taxonomy has it), the strictest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Pap {
    /// Anything may be done.
    Clear,
    /// Active steps that do not go against the seller, such as blocking.
    Green,
    /// Passive looks only, such as asking a register that the seller does not see.
    Amber,
    /// Nothing that could be noticed outside.
    Red,
}

impl Pap {
    /// The code used in files, records and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Green => "green",
            Self::Amber => "amber",
            Self::Red => "red",
        }
    }

    /// The marking of a code.
    pub fn of_code(code: &str) -> Option<Self> {
        Self::value_variants().iter().copied().find(|one| one.code() == code)
    }
}

/// Both markings of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Marking {
    /// How far it may be passed on.
    pub tlp: Tlp,
    /// What may be done about it.
    pub pap: Pap,
}

impl Marking {
    /// The strictest of each.
    pub fn and(self, tlp: Option<Tlp>, pap: Option<Pap>) -> Self {
        Self { tlp: tlp.map_or(self.tlp, |tlp| tlp.max(self.tlp)), pap: pap.map_or(self.pap, |pap| pap.max(self.pap)) }
    }
}
