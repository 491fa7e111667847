//! `/graph`: what hangs together, opened step by step. What is open stands in the address, so every state can be kept and shared.

use askama::Template;
use axum::extract::State;
use serde::Deserialize;

use super::dossier::with;
use super::indicator_address;
use super::listing::seller_address;
use crate::dossier::graph::{self, Graph, Key, Kind, MOST_NODES, MOST_OPEN, Node, Tie};
use crate::dossier::indicator;
use crate::shown;
use crate::store::trail;
use crate::web::desk::Desk;
use crate::web::form;
use crate::web::frame::Frame;
use crate::web::graph::{Drawn, Line, draw};
use crate::web::layout::layout;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;

/// Captures that an edge's row shows.
const EVIDENCE: usize = 6;

/// Where the graph begins, and what is open.
#[derive(Debug, Clone, Default, Deserialize)]
pub(in crate::web) struct Asked {
    #[serde(default)]
    listing: String,
    /// `SOURCE:NAME`, or an id.
    #[serde(default)]
    vendor: String,
    #[serde(default)]
    persona: String,
    #[serde(default)]
    indicator: String,
    /// Codes of opened nodes, joined by dots.
    #[serde(default)]
    open: String,
}

/// A node's row in the table.
struct Row {
    /// Key of its kind.
    kind: &'static str,
    label: String,
    source: String,
    what: String,
    opened: bool,
    more: usize,
    /// Opens or closes it; empty for the first node.
    href: String,
    /// Its dossier.
    dossier: String,
}

/// An edge's row.
struct Joined {
    one: String,
    other: String,
    why: String,
    sentences: Vec<String>,
    evidence: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "graph.html")]
struct Page {
    frame: Frame,
    picture: String,
    rows: Vec<Row>,
    edges: Vec<Joined>,
    /// Whether nothing more can be drawn or opened.
    full: bool,
    /// The same graph with nothing opened; empty where nothing is.
    closed: String,
    limited: bool,
}

/// `GET /graph`.
pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor, form::Asked(mut asked): form::Asked<Asked>) -> Answer {
    asked.indicator = indicator::as_kept(&desk.data, asked.indicator.trim())?;
    let open: Vec<String> = asked.open.split('.').filter(|code| !code.is_empty()).take(MOST_OPEN).map(str::to_owned).collect();
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let first = first(&mut connection, &asked).await?.ok_or_else(Trouble::not_found)?;
    let found = graph::gather(&mut connection, first, &open, visitor.among(), &desk.config).await?;
    drop(connection);
    let found = found.ok_or_else(Trouble::not_found)?;
    let opened = if open.is_empty() { String::new() } else { format!(", open {}", open.join(" ")) };
    visitor.log(&desk, "show", &format!("graph {}{opened}", subject(&asked))).await?;

    let rows = rows(&asked, &open, &found);
    let edges: Vec<Joined> = found.edges.iter().map(|edge| joined(&visitor, &found, edge)).collect();
    let page = Page {
        frame: Frame::new(&visitor, "/graph", visitor.locale.tell("graph.title", &[rows.first().map_or("", |row| row.label.as_str())])),
        picture: picture(&visitor, &found, &rows, &edges),
        full: found.nodes.len() >= MOST_NODES || open.len() >= MOST_OPEN,
        closed: if open.is_empty() { String::new() } else { asked.link(&[]) },
        rows,
        edges,
        limited: visitor.among().sources.is_some(),
    };
    Frame::page(&page)
}

impl Asked {
    /// The same graph with other nodes open.
    fn link(&self, open: &[&str]) -> String {
        let joined = open.join(".");
        with(
            "/graph",
            &[
                ("listing", &self.listing),
                ("vendor", &self.vendor),
                ("persona", &self.persona),
                ("indicator", &self.indicator),
                ("open", &joined),
            ],
        )
    }
}

fn subject(asked: &Asked) -> String {
    let all = [("listing", &asked.listing), ("vendor", &asked.vendor), ("persona", &asked.persona), ("indicator", &asked.indicator)];
    all.iter().find(|(_, value)| !value.is_empty()).map(|(name, value)| format!("{name} {value}")).unwrap_or_default()
}

/// The node that the graph begins with.
async fn first(connection: &mut crate::database::Connection, asked: &Asked) -> Result<Option<Key>, Trouble> {
    if !asked.listing.is_empty() {
        let ids = trail::listings_named(connection, &asked.listing).await?;
        return Ok(<[String; 1]>::try_from(ids).ok().map(|[id]| Key::new(Kind::Listing, id)));
    }
    if !asked.vendor.is_empty() && !asked.vendor.contains(':') {
        return Ok(trail::seller(connection, &asked.vendor).await?.map(|account| Key::new(Kind::Vendor, account.id)));
    }
    if let Some((source, name)) = asked.vendor.split_once(':') {
        let account = trail::accounts_named(connection, name, Some(source)).await?.pop();
        return Ok(account.map(|account| Key::new(Kind::Vendor, account.id)));
    }
    let named = [(Kind::Persona, &asked.persona), (Kind::Indicator, &asked.indicator)];
    Ok(named.into_iter().find(|(_, id)| !id.is_empty()).map(|(kind, id)| Key::new(kind, id)))
}

/// Where the dossier of a node is.
fn dossier_address(node: &Node) -> String {
    match node.key.kind {
        Kind::Listing => format!("/listing/{}", node.key.id),
        Kind::Vendor => seller_address(&node.source, &node.label),
        Kind::Persona => format!("/persona/{}", node.key.id),
        Kind::Indicator => indicator_address(&node.key.id),
    }
}

fn rows(asked: &Asked, open: &[String], found: &Graph) -> Vec<Row> {
    let row = |(at, node): (usize, &Node)| {
        let code = node.key.code();
        let others: Vec<&str> = open.iter().map(String::as_str).filter(|one| *one != code).collect();
        let href = if at == 0 {
            String::new()
        } else if node.opened {
            asked.link(&others)
        } else {
            asked.link(&others.into_iter().chain([code.as_str()]).collect::<Vec<_>>())
        };
        Row {
            kind: kind_key(node.key.kind),
            label: shown::headline(&node.label),
            source: node.source.clone(),
            what: node.what.clone(),
            opened: node.opened,
            more: node.more,
            href,
            dossier: dossier_address(node),
        }
    };
    found.nodes.iter().enumerate().map(row).collect()
}

/// Key of the name of a kind.
fn kind_key(kind: Kind) -> &'static str {
    match kind {
        Kind::Persona => "graph.persona",
        Kind::Vendor => "graph.vendor",
        Kind::Indicator => "graph.indicator",
        Kind::Listing => "graph.listing",
    }
}

/// Key of the name of a tie, and its class.
fn tie_key(tie: Tie) -> (&'static str, &'static str) {
    match tie {
        Tie::Sells => ("tie.sells", "sells"),
        Tie::Shows => ("tie.shows", "shows"),
        Tie::Member => ("tie.member", "member"),
        Tie::Linked(_) => ("tie.linked", "linked"),
        Tie::Confirmed => ("tie.confirmed", "confirmed"),
        Tie::Refused => ("tie.refused", "refused"),
    }
}

fn joined(visitor: &Visitor, found: &Graph, edge: &graph::Edge) -> Joined {
    let label = |at: usize| found.nodes.get(at).map(|node| shown::headline(&node.label)).unwrap_or_default();
    let why = visitor.locale.say(tie_key(edge.tie).0);
    let sure = if let Tie::Linked(probability) = edge.tie { format!(" {}", visitor.locale.percent(&probability)) } else { String::new() };
    let evidence = edge.evidence.iter().take(EVIDENCE).map(|one| (visitor.locale.written(&one.at), one.capture.clone()));
    Joined {
        one: label(edge.ends.0),
        other: label(edge.ends.1),
        why: format!("{why}{sure}"),
        sentences: edge.sentences.iter().map(|sentence| shown::headline(sentence)).collect(),
        evidence: evidence.collect(),
    }
}

fn picture(visitor: &Visitor, found: &Graph, rows: &[Row], edges: &[Joined]) -> String {
    let steps: Vec<usize> = found.nodes.iter().map(|node| node.step).collect();
    let ends: Vec<(usize, usize)> = found.edges.iter().map(|edge| edge.ends).collect();
    let node = |(node, row): (&Node, &Row)| {
        let to_do = visitor.locale.say(if row.href.is_empty() {
            "graph.dossier"
        } else if row.opened {
            "graph.close"
        } else {
            "graph.open"
        });
        let parts = [visitor.locale.say(row.kind), &row.label, &row.source, &row.what];
        let said: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        Drawn {
            kind: node.key.kind,
            label: row.label.clone(),
            href: if row.href.is_empty() { row.dossier.clone() } else { row.href.clone() },
            said: format!("{}: {}", said.join(", "), to_do),
            opened: row.opened,
            more: row.more,
        }
    };
    let nodes: Vec<Drawn> = found.nodes.iter().zip(rows).map(node).collect();
    let line = |(edge, row): (&graph::Edge, &Joined)| {
        let evidence = row.evidence.iter().map(|(at, capture)| format!("{at} {capture}"));
        let said: Vec<String> = std::iter::once(row.why.clone()).chain(row.sentences.iter().cloned()).chain(evidence).collect();
        Line { ends: edge.ends, class: tie_key(edge.tie).1, said: format!("{} / {}: {}", row.one, row.other, said.join(" · ")) }
    };
    let lines: Vec<Line> = found.edges.iter().zip(edges).map(line).collect();
    draw(&layout(&steps, &ends), &nodes, &lines, visitor.locale.say("graph.picture"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_open_stands_in_the_address_and_opening_twice_is_closing() {
        let asked = Asked { vendor: "s1:anna & co".into(), ..Asked::default() };
        let node = |id: &str, opened| Node {
            key: Key::new(Kind::Listing, id),
            label: String::new(),
            source: String::new(),
            what: String::new(),
            step: 1,
            opened,
            more: 0,
        };
        let found = Graph { nodes: vec![node("0123456789abcdef", true), node("11", true), node("22", false)], edges: Vec::new() };
        let rows = rows(&asked, &["l11".to_owned()], &found);
        assert_eq!(rows[0].href, "");
        assert_eq!(rows[1].href, "/graph?vendor=s1%3Aanna+%26+co");
        assert_eq!(rows[2].href, "/graph?vendor=s1%3Aanna+%26+co&open=l11.l22");
    }
}
