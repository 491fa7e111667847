//! From labelled listings to the linear model of the classifier, and what it is worth on listings that were kept apart.

pub mod fit;
pub mod splits;
pub mod card;
