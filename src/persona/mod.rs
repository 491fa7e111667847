//! Personas: seller accounts judged to be one seller, each link with its reasons and with what speaks against it. Pure: facts in, judgement out.
//!
//! A mark is an indicator that an account shows as its own. Two accounts that share one are linked, by the weight of its kind ([`weights`]) and
//! by what is known of both sides ([`mark`], [`statement`], [`link`]); pairs above a threshold are united ([`union`]). [`style`] gives hints apart.
//! `docs/personas.md` has the weights and their reasons. Nothing is inferred of a person: a persona is a set of accounts.

pub mod weights;
pub mod mark;
pub mod statement;
pub mod link;
pub mod union;
pub mod style;
