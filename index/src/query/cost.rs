//! What makes a query dear to answer. Nothing here is refused: the person who asks decides.

use super::MAX_RANKED;
use super::ast::{Node, What};
use crate::fields::{FIELDS, Kind};

/// Words and values from which on a query is called long.
const LONG: usize = 1_000;

pub(super) fn costs(root: &Node, clauses: usize) -> Vec<String> {
    let mut costs = Vec::new();
    if matches!(root, Node::All) {
        costs.push("`*` is every listing: a watch of it raises an alert for each; add a word or a field".to_owned());
    } else if !narrows(root) {
        costs.push(
            "nothing in it must be in a listing, so that it is judged for each; add a word or a value that every match holds".to_owned(),
        );
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

fn open_fronts(node: &Node) -> usize {
    match node {
        Node::All => 0,
        Node::Not(node) | Node::Boost(node, _) => open_fronts(node),
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().map(open_fronts).sum(),
        Node::Test(test) => usize::from(matches!(&test.what, What::Wild(pattern) if pattern.beginning().is_empty())),
    }
}
