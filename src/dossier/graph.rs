//! What hangs together: accounts, personas, listings and indicators, opened step by step from one of them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::Result;

use super::persona::{Evidence, Linked, Member};
use super::{Among, indicator, persona, written};
use crate::config::Config;
use crate::database::Connection;
use crate::persona::weights;
use crate::store::decisions::{CONFIRM, REFUSE};
use crate::store::identity::signed_text_id;
use crate::store::read::Stored;
use crate::store::{marks, personas, read, trail};

/// Nodes that are drawn at most; what else hangs on an opened node is counted.
pub const MOST_NODES: usize = 150;
/// Nodes that one opened node brings at most.
const MOST_OF_ONE: usize = 40;
/// Nodes that are opened at most, beside the first.
pub const MOST_OPEN: usize = 16;
/// Listings of an account that are looked at.
const MOST_LISTINGS: i64 = 500;
/// Hexadecimal digits of a code: enough to tell the nodes of one graph apart.
const DIGITS: usize = 12;

/// What a node stands for. The order is that in which an opened node brings others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Accounts taken for one seller.
    Persona,
    /// An account.
    Vendor,
    /// A payment address, key or contact.
    Indicator,
    /// A listing.
    Listing,
}

/// A node by what it stands for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What it is.
    pub kind: Kind,
    /// Identity; of an indicator its normal form.
    pub id: String,
}

impl Key {
    /// Makes a key.
    pub fn new(kind: Kind, id: impl Into<String>) -> Self {
        Self { kind, id: id.into() }
    }

    /// What an address calls the node by: short, and without the value of an indicator.
    pub fn code(&self) -> String {
        let (letter, id) = match self.kind {
            Kind::Persona => ('p', self.id.clone()),
            Kind::Vendor => ('v', self.id.clone()),
            Kind::Listing => ('l', self.id.clone()),
            Kind::Indicator => ('i', signed_text_id(&self.id)),
        };
        format!("{letter}{}", id.chars().take(DIGITS).collect::<String>())
    }
}

/// A node of the graph.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it stands for.
    pub key: Key,
    /// Name, title or value, as captured; of a persona the first digits of its identity.
    pub label: String,
    /// Of accounts and listings: where.
    pub source: String,
    /// Kind of an indicator, category of a listing.
    pub what: String,
    /// Steps from the first node.
    pub step: usize,
    /// Whether what hangs on it was looked for.
    pub opened: bool,
    /// What hangs on it and is not drawn.
    pub more: usize,
}

/// Why two nodes hang together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Tie {
    /// The account sells the listing.
    Sells,
    /// Account or listing shows the indicator.
    Shows,
    /// The account is of the persona.
    Member,
    /// Two accounts share something; probability that they are one seller.
    Linked(f64),
    /// A person confirmed that two accounts are one seller.
    Confirmed,
    /// A person refused that.
    Refused,
}

/// An edge of the graph.
#[derive(Debug, Clone)]
pub struct Edge {
    /// Places of both nodes.
    pub ends: (usize, usize),
    /// Why.
    pub tie: Tie,
    /// Reasons as sentences; empty where the tie says it all.
    pub sentences: Vec<String>,
    /// Captures that show it.
    pub evidence: Vec<Evidence>,
}

/// A graph; the first node is the one that it began with.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// Nodes, in the order in which they came.
    pub nodes: Vec<Node>,
    /// Edges between them.
    pub edges: Vec<Edge>,
}

impl Graph {
    fn place(&self, key: &Key) -> Option<usize> {
        self.nodes.iter().position(|node| node.key == *key)
    }

    fn node(key: Key, label: &str, source: &str, what: &str) -> Node {
        Node { key, label: label.to_owned(), source: source.to_owned(), what: what.to_owned(), step: 0, opened: false, more: 0 }
    }
}

/// Gathers what hangs on a node and on those that were opened, by their codes, one after the other; `None` where there is no such node among
/// the sources. Codes that the graph does not have by then are left out.
///
/// # Errors
/// The database does not answer, or holds a record that this version cannot read.
pub async fn gather(connection: &mut Connection, first: Key, open: &[String], among: Among<'_>, config: &Config) -> Result<Option<Graph>> {
    let Some(first) = described(connection, first, among).await? else { return Ok(None) };
    let mut graph = Graph::default();
    let code = first.key.code();
    graph.nodes.push(first);
    for code in std::iter::once(&code).chain(open.iter().take(MOST_OPEN)) {
        let Some(at) = graph.nodes.iter().position(|node| node.key.code() == *code) else { continue };
        let Some(key) = graph.nodes.get(at).filter(|node| !node.opened).map(|node| node.key.clone()) else { continue };
        let (near, beyond) = near(connection, &key, among, config).await?;
        let fresh: Vec<Node> = near.into_iter().filter(|node| graph.place(&node.key).is_none()).collect();
        let room = MOST_NODES.saturating_sub(graph.nodes.len()).min(MOST_OF_ONE);
        let step = graph.nodes.get(at).map_or(1, |node| node.step + 1);
        let more = fresh.len().saturating_sub(room) + beyond;
        graph.nodes.extend(fresh.into_iter().take(room).map(|node| Node { step, ..node }));
        if let Some(node) = graph.nodes.get_mut(at) {
            (node.opened, node.more) = (true, more);
        }
    }
    graph.edges = edges(connection, &graph, config).await?;
    Ok(Some(graph))
}

/// The node of a key, if these sources show it.
async fn described(connection: &mut Connection, key: Key, among: Among<'_>) -> Result<Option<Node>> {
    Ok(match key.kind {
        Kind::Persona => {
            let ids = personas::members(connection, std::slice::from_ref(&key.id)).await?;
            let seen = !accounts(connection, &ids, among).await?.is_empty();
            seen.then(|| of_persona(key.id))
        }
        Kind::Vendor => accounts(connection, &[key.id], among).await?.pop(),
        Kind::Listing => read::by_ids(connection, &[key.id])
            .await?
            .pop()
            .filter(|one| among.has_account(&one.row.source, &one.row.vendor_id))
            .map(|one| of_listing(&one)),
        Kind::Indicator => {
            let held = marks::holders(connection, &key.id)
                .await?
                .into_iter()
                .find(|one| among.has_account(&one.source, &one.seller))
                .map(|one| one.mark.kind);
            let kind = match held {
                Some(kind) => Some(kind),
                None => indicator::indicators(connection, &key.id, among).await?.into_iter().next().map(|one| one.kind),
            };
            kind.map(|kind| of_indicator(&kind, &key.id))
        }
    })
}

fn of_persona(id: String) -> Node {
    let label: String = id.chars().take(8).collect();
    Graph::node(Key::new(Kind::Persona, id), &label, "", "")
}

fn of_vendor(id: &str, source: &str, name: &str) -> Node {
    Graph::node(Key::new(Kind::Vendor, id), name, source, "")
}

fn of_listing(one: &Stored) -> Node {
    let category = one.listing.classification.as_ref().map_or("unknown", |found| &found.category);
    Graph::node(Key::new(Kind::Listing, &one.row.id), &one.listing.title, &one.row.source, category)
}

fn of_indicator(kind: &str, value: &str) -> Node {
    Graph::node(Key::new(Kind::Indicator, value), value, "", kind)
}

async fn accounts(connection: &mut Connection, ids: &[String], among: Among<'_>) -> Result<Vec<Node>> {
    let mut found = Vec::new();
    // A listing that names no seller has none, not the one of all such listings.
    for id in ids.iter().filter(|id| !id.is_empty()) {
        let account = trail::seller(connection, id).await?.filter(|account| among.has_account(&account.source, id));
        found.extend(account.map(|account| of_vendor(&account.id, &account.source, &account.name)));
    }
    Ok(found)
}

/// What hangs on a node, the most telling first, and how much more was not looked at.
async fn near(connection: &mut Connection, key: &Key, among: Among<'_>, config: &Config) -> Result<(Vec<Node>, usize)> {
    let mut found = Vec::new();
    let mut beyond = 0;
    match key.kind {
        Kind::Persona => {
            let ids = personas::members(connection, std::slice::from_ref(&key.id)).await?;
            found = accounts(connection, &ids, among).await?;
        }
        Kind::Vendor => {
            let id = std::slice::from_ref(&key.id);
            found.extend(personas::of_accounts(connection, id).await?.into_values().map(of_persona));
            let others = persona::persona(connection, None, id, among, config).await?.leads.into_iter().map(|lead| lead.other);
            found.extend(
                others
                    .filter(|one| among.has_account(&one.source, &one.vendor))
                    .map(|one: Member| of_vendor(&one.vendor, &one.source, &one.name)),
            );
            found.extend(marks::of_accounts(connection, id).await?.iter().map(|held| of_indicator(&held.mark.kind, &held.mark.value)));
            let ids = trail::sold_by(connection, &key.id, MOST_LISTINGS).await?;
            let sold = trail::sales(connection, id).await?.get(&key.id).map_or(0, |sold| sold.0);
            beyond = usize::try_from(sold).unwrap_or(0).saturating_sub(ids.len());
            found.extend(listings(connection, &ids).await?);
        }
        Kind::Listing => {
            for one in read::by_ids(connection, std::slice::from_ref(&key.id)).await? {
                found.extend(accounts(connection, std::slice::from_ref(&one.row.vendor_id), among).await?);
                found.extend(telling(&one).map(|(kind, value)| of_indicator(kind, value)));
            }
        }
        Kind::Indicator => {
            let held = marks::holders(connection, &key.id).await?.into_iter().filter(|held| among.has_account(&held.source, &held.seller));
            found.extend(held.map(|held| of_vendor(&held.seller, &held.source, &held.name)));
            let dossiers = indicator::indicators(connection, &key.id, among).await?;
            let ids: BTreeSet<String> = dossiers.into_iter().flat_map(|one| one.pages).filter_map(|page| page.listing).collect();
            found.extend(listings(connection, &ids.into_iter().collect::<Vec<_>>()).await?);
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|node| seen.insert(node.key.clone()));
    Ok((found, beyond))
}

/// Listings, other goods last.
async fn listings(connection: &mut Connection, ids: &[String]) -> Result<Vec<Node>> {
    let mut nodes: Vec<Node> = read::by_ids(connection, ids).await?.iter().map(of_listing).collect();
    nodes.sort_by(|a, b| (a.what == "non_weapon", &a.label, &a.key).cmp(&(b.what == "non_weapon", &b.label, &b.key)));
    Ok(nodes)
}

/// The addresses, keys and contacts of a listing: kind and value.
fn telling(one: &Stored) -> impl Iterator<Item = (&str, &str)> {
    let indicators = one.listing.indicators.iter().filter(|indicator| weights::of(&indicator.kind).is_some());
    indicators.map(|indicator| (indicator.kind.as_str(), indicator.value.as_str()))
}

/// Every tie between the nodes, whichever of them were opened.
async fn edges(connection: &mut Connection, graph: &Graph, config: &Config) -> Result<Vec<Edge>> {
    let places: HashMap<&Key, usize> = graph.nodes.iter().enumerate().map(|(at, node)| (&node.key, at)).collect();
    let at = |kind: Kind, id: &str| places.get(&Key::new(kind, id)).copied();
    let of =
        |kind: Kind| -> Vec<String> { graph.nodes.iter().filter(|node| node.key.kind == kind).map(|node| node.key.id.clone()).collect() };
    let mut edges = BTreeMap::<(usize, usize), Edge>::new();
    let mut add = |one: Option<usize>, other: Option<usize>, tie: Tie, sentences: Vec<String>, evidence: Vec<Evidence>| {
        let Some(ends) = one.zip(other).filter(|(one, other)| one != other) else { return };
        edges.entry((ends.0.min(ends.1), ends.0.max(ends.1))).or_insert(Edge { ends, tie, sentences, evidence });
    };
    let seen = |capture: &str, at: i64| vec![Evidence { capture: capture.to_owned(), at: written(at) }];
    let vendors = of(Kind::Vendor);
    for (vendor, persona) in personas::of_accounts(connection, &vendors).await? {
        add(at(Kind::Persona, &persona), at(Kind::Vendor, &vendor), Tie::Member, Vec::new(), Vec::new());
    }
    if vendors.len() > 1 {
        for pair in persona::persona(connection, None, &vendors, Among::default(), config).await?.pairs {
            let (one, other) = (at(Kind::Vendor, &pair.one.vendor), at(Kind::Vendor, &pair.other.vendor));
            let tie = tie(&pair);
            let sentences = pair.links.iter().map(|link| link.sentence.clone()).collect();
            add(one, other, tie, sentences, pair.links.into_iter().flat_map(|link| link.evidence).collect());
        }
    }
    for held in marks::of_accounts(connection, &vendors).await? {
        let evidence = seen(&held.capture_id, held.at);
        add(at(Kind::Vendor, &held.seller), at(Kind::Indicator, &held.mark.value), Tie::Shows, Vec::new(), evidence);
    }
    for one in read::by_ids(connection, &of(Kind::Listing)).await? {
        let listing = at(Kind::Listing, &one.row.id);
        let evidence = seen(&one.capture_id, one.seen_at);
        add(at(Kind::Vendor, &one.row.vendor_id), listing, Tie::Sells, Vec::new(), evidence.clone());
        // Also what links nobody: the graph may have begun with it.
        for indicator in &one.listing.indicators {
            add(listing, at(Kind::Indicator, &indicator.value), Tie::Shows, Vec::new(), evidence.clone());
        }
    }
    Ok(edges.into_values().collect())
}

fn tie(pair: &Linked) -> Tie {
    match pair.decision.as_ref().map(|decision| decision.decision.as_str()) {
        Some(CONFIRM) => Tie::Confirmed,
        Some(REFUSE) => Tie::Refused,
        _ => Tie::Linked(pair.probability),
    }
}
