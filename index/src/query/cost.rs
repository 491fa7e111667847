//! What makes a query dear to answer. Nothing here is refused: the person who asks decides.

use super::ast::{Node, What};
use super::{MAX_RANKED, Shares};
use crate::fields::{FIELDS, Kind};

/// Words and values from which on a query is called long.
const LONG: usize = 1_000;
/// The share of listings from which on a word is called common.
const COMMON: f64 = 0.2;

pub(super) fn costs(root: &Node, clauses: usize, shares: Shares<'_>) -> Vec<String> {
    let mut costs = Vec::new();
    if matches!(root, Node::All) {
        costs.push("`*` is every listing: a watch of it raises an alert for each; add a word or a field".to_owned());
    } else if !narrows(root) {
        costs.push(
            "nothing in it must be in a listing, so that it is judged for each; add a word or a value that every match holds".to_owned(),
        );
    } else if let Some(share) = rarest(root, shares).filter(|share| *share >= COMMON) {
        costs.push(format!(
            "its words are in {:.0} % of all listings and rule few out; add a rarer word or a value that every match holds",
            share * 100.0
        ));
    }
    if clauses >= LONG {
        let rank = if clauses > MAX_RANKED { ", and too long for hits to be ordered by relevance" } else { "" };
        costs.push(format!("{clauses} words and values{rank}; `OR` of values in one field can be a list of its own"));
    }
    let fronts = open_fronts(root);
    if fronts > 0 {
        costs.push(format!(
            "{fronts} of its patterns begin with `*` or `?`, for which every word of the index is looked at; write the first letters where you know them"
        ));
    }
    costs
}

/// Whether a match must hold some word, value or number of the query.
fn narrows(node: &Node) -> bool {
    match node {
        Node::All | Node::Not(_) => false,
        Node::And(nodes) => nodes.iter().any(narrows),
        Node::Or(nodes) => nodes.iter().all(narrows),
        Node::Boost(node, _) => narrows(node),
        // Every listing has scores and times.
        Node::Test(test) => {
            !matches!((&test.what, FIELDS.get(test.field).map(|spec| spec.kind)), (What::Present, Some(Kind::Score(_) | Kind::Time(_))))
        }
    }
}

/// The share of listings that hold the rarest of what every match holds; nothing where it is not known or rare for all that is known.
fn rarest(node: &Node, shares: Shares<'_>) -> Option<f64> {
    match node {
        Node::All | Node::Not(_) => Some(1.0),
        Node::And(nodes) => nodes.iter().map(|node| rarest(node, shares)).reduce(|one, other| Some(one?.min(other?))).flatten(),
        Node::Or(nodes) => nodes.iter().filter_map(|node| rarest(node, shares)).reduce(f64::max),
        Node::Boost(node, _) => rarest(node, shares),
        Node::Test(test) => match &test.what {
            What::Word { exact, .. } => shares(exact),
            What::Phrase { words, .. } => words.iter().map(|word| shares(word)).reduce(|one, other| Some(one?.min(other?))).flatten(),
            _ => None,
        },
    }
}

fn open_fronts(node: &Node) -> usize {
    match node {
        Node::All => 0,
        Node::Not(node) | Node::Boost(node, _) => open_fronts(node),
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().map(open_fronts).sum(),
        Node::Test(test) => usize::from(matches!(&test.what, What::Wild(pattern) if pattern.beginning().is_empty())),
    }
}
