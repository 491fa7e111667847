//! Why a query matches a document, or does not: its tree, each node with its verdict and what the document says there.

use jiff::Timestamp;
use serde::Serialize;

use crate::analysis::{Analysis, analyse};
use crate::document::Document;
use crate::fields::{FIELDS, FieldSpec, Kind, countable};
use crate::query::phrase::window_ends;
use crate::query::{Node, Query, Test, What};
use crate::snippet::Highlighter;
use crate::watching::{Atoms, Plan, Sight};

/// Text shown on either side of a word, bytes.
const AROUND: usize = 40;
/// Places that are shown of one node.
const PLACES: usize = 3;
/// Values that are shown of one field, and characters of each.
const VALUES: (usize, usize) = (8, 120);
/// Nodes of which places are looked for; a query may have thousands.
const LOOKED_UP: usize = 200;

/// A node of a query and what it came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explained {
    /// As written in the query, with its field; or `all of`, `any of`, `not`, `every listing`.
    pub text: String,
    /// Whether the document is in its set.
    pub matched: bool,
    /// What the document says there: for a word that was found, where it stands; for anything else, what the field holds. Empty for
    /// nodes that hold others.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub found: String,
    /// What it is made of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub nodes: Vec<Explained>,
}

impl Query {
    /// Why this document is among the matches, or is not. Each test is judged as watches judge it.
    pub fn explain(&self, document: &Document) -> Explained {
        let mut atoms = Atoms::default();
        let mut plans = Vec::new();
        plan(self.root(), &mut atoms, &mut plans);
        let mut sight = Sight::default();
        sight.see(document, &atoms);
        let text: Vec<char> = self.text().chars().collect();
        Explainer { text: &text, document, sight: &sight, plans: plans.into_iter(), look_up: LOOKED_UP }.node(self.root())
    }
}

/// The plans of all tests, in the order in which the tree is walked.
fn plan(node: &Node, atoms: &mut Atoms, plans: &mut Vec<Plan>) {
    match node {
        Node::All => {}
        Node::And(nodes) | Node::Or(nodes) => nodes.iter().for_each(|node| plan(node, atoms, plans)),
        Node::Not(node) | Node::Boost(node, _) => plan(node, atoms, plans),
        Node::Test(_) => plans.push(atoms.plan(node, &|_| None).0),
    }
}

struct Explainer<'a> {
    text: &'a [char],
    document: &'a Document,
    sight: &'a Sight,
    plans: std::vec::IntoIter<Plan>,
    look_up: usize,
}

impl Explainer<'_> {
    fn node(&mut self, node: &Node) -> Explained {
        let several = |text: &str, matched, nodes| Explained { text: text.to_owned(), matched, found: String::new(), nodes };
        match node {
            Node::All => several("every listing", true, Vec::new()),
            Node::Boost(node, _) => self.node(node),
            Node::Not(node) => {
                let inner = self.node(node);
                several("not", !inner.matched, vec![inner])
            }
            Node::And(nodes) => {
                let nodes: Vec<_> = nodes.iter().map(|node| self.node(node)).collect();
                several("all of", nodes.iter().all(|node| node.matched), nodes)
            }
            Node::Or(nodes) => {
                let nodes: Vec<_> = nodes.iter().map(|node| self.node(node)).collect();
                several("any of", nodes.iter().any(|node| node.matched), nodes)
            }
            Node::Test(test) => {
                let matched = self.plans.next().is_some_and(|plan| self.sight.passes(&plan, self.document));
                let found = FIELDS.get(test.field).map(|spec| self.found(node, test, spec, matched)).unwrap_or_default();
                Explained { text: self.written(test), matched, found, nodes: Vec::new() }
            }
        }
    }

    /// The test as the query writes it.
    fn written(&self, test: &Test) -> String {
        let (from, to) = (test.columns.0 as usize, test.columns.1 as usize);
        let value: String = match &test.what {
            What::Term(term) if from == 0 => format!("\"{term}\""),
            _ => self.text.get(from.saturating_sub(1)..to.saturating_sub(1)).unwrap_or_default().iter().collect(),
        };
        match FIELDS.get(test.field) {
            Some(spec) if !matches!(spec.kind, Kind::AllText) => format!("{}:{}", spec.name, value.trim()),
            _ => value.trim().to_owned(),
        }
    }

    fn found(&mut self, node: &Node, test: &Test, spec: &FieldSpec, matched: bool) -> String {
        let (title, description) = (("title", &*self.document.title), ("description", &*self.document.description));
        let texts = match spec.kind {
            Kind::AllText => vec![title, description],
            Kind::Text(read) => vec![(spec.name, read(self.document))],
            _ => return says(spec, self.document),
        };
        let names: Vec<&str> = texts.iter().map(|(name, _)| *name).collect();
        if !matched {
            let empty = texts.iter().all(|(_, text)| text.trim().is_empty());
            return format!("{} {}", if empty { "there is no" } else { "not in the" }, names.join(" or "));
        }
        if self.look_up == 0 {
            return format!("in the {}", names.join(" or "));
        }
        self.look_up -= 1;
        let language = self.document.language.as_deref();
        let mut places: Vec<String> = Vec::new();
        let mut more = 0;
        for (name, text) in texts {
            for (from, to) in spans(node, &test.what, text, language) {
                if places.len() < PLACES {
                    places.push(format!("{name}: {}", around(text, from, to)));
                } else {
                    more += 1;
                }
            }
        }
        match (places.is_empty(), more) {
            (true, _) => format!("in the {}", names.join(" or ")),
            (false, 0) => places.join("; "),
            (false, more) => format!("{}; and {more} more", places.join("; ")),
        }
    }
}

/// Where in a text a test finds its words, byte ranges.
fn spans(node: &Node, what: &What, text: &str, language: Option<&str>) -> Vec<(usize, usize)> {
    let What::Phrase { words: wanted, slop: slop @ 1.. } = what else { return Highlighter::new(node).spans(text, language) };
    let words = analyse(Analysis::Exact, text);
    let of_word = |wanted: &String| (0..).zip(&words).filter(|(_, word)| word.text == *wanted).map(|(at, _)| at).collect::<Vec<u32>>();
    let places: Vec<Vec<u32>> = wanted.iter().map(of_word).collect();
    let ends = window_ends(&places, *slop);
    ends.iter().filter_map(|end| words.get(*end as usize)).map(|word| (word.start, word.end)).collect()
}

/// A stretch of text on one line, what was found between « and ».
fn around(text: &str, from: usize, to: usize) -> String {
    let (start, end) = (text.floor_char_boundary(from.saturating_sub(AROUND)), text.ceil_char_boundary((to + AROUND).min(text.len())));
    let part = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    let (before, after) = (if start > 0 { "…" } else { "" }, if end < text.len() { "…" } else { "" });
    let line = format!("{before}{}«{}»{}{after}", part(start, from), part(from, to), part(to, end));
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a document says in a field that is no text.
fn says(spec: &FieldSpec, document: &Document) -> String {
    let time = |micros| Timestamp::from_microsecond(micros).map_or_else(|_| micros.to_string(), |at| at.to_string());
    let values: Vec<String> = match spec.kind {
        Kind::Money(read) => read(document).iter().map(|amount| amount.normalize().to_string()).collect(),
        Kind::Score(read) => vec![read(document).to_string()],
        Kind::Time(read) => vec![time(read(document))],
        Kind::Words(read) => read(document).into_iter().map(str::to_owned).collect(),
        _ => countable(spec, document).into_iter().map(String::from).collect(),
    };
    let name = spec.name;
    let shown: Vec<String> = values
        .iter()
        .take(VALUES.0)
        .map(|value| {
            let short: String = value.chars().take(VALUES.1).collect();
            if short.len() < value.len() { format!("{short}…") } else { short }
        })
        .collect();
    match (shown.as_slice(), values.len()) {
        ([], _) => format!("there is no {name}"),
        ([one], _) => format!("the {name} is {one}"),
        (several, all) if all > several.len() => format!("{name}: {} and {} more", several.join(", "), all - several.len()),
        (several, _) => format!("{name}: {}", several.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing() -> Document {
        Document {
            title: "Glock 19 pistol".to_owned(),
            description: "Two magazines,\nno airsoft. Ships from the rifles' home; Glock switch not included.".to_owned(),
            language: Some("en".to_owned()),
            vendor: Some("Zinnsoldat".to_owned()),
            category: "firearm.pistol".to_owned(),
            price_amount: Some(rust_decimal::Decimal::new(180_000, 2)),
            ..Document::default()
        }
    }

    /// The tree on one line: text, verdict, what was found.
    fn told(query: &str) -> String {
        fn line(node: &Explained) -> String {
            let inner: Vec<String> = node.nodes.iter().map(line).collect();
            let inner = if inner.is_empty() { String::new() } else { format!(" ({})", inner.join(", ")) };
            let found = if node.found.is_empty() { String::new() } else { format!(" [{}]", node.found) };
            format!("{}{}{found}{inner}", if node.matched { "+" } else { "-" }, node.text)
        }
        line(&Query::parse(query, 0).unwrap().explain(&listing()))
    }

    #[test]
    fn each_node_says_what_it_came_to_and_why() {
        assert_eq!(told("price:<1500"), "-price:<1500 [the price is 1800]");
        assert_eq!(
            told("glock^2 (vendor:anna OR category:firearm) -airsoft"),
            "-all of (+glock [title: «Glock» 19 pistol; description: …o airsoft. Ships from the rifles' home; «Glock» switch not included.], \
             +any of (-vendor:anna [the vendor is Zinnsoldat], +category:firearm [the category is firearm.pistol]), \
             -not (+airsoft [description: Two magazines, no «airsoft». Ships from the rifles' home; Glock swi…]))"
        );
        assert_eq!(told("title:rifle"), "-title:rifle [not in the title]");
        assert_eq!(
            told("rifle"),
            "+rifle [description: …o magazines, no airsoft. Ships from the «rifles»' home; Glock switch not included.]"
        );
        assert_eq!(told("ships_from:DE"), "-ships_from:DE [there is no ships_from]");
        assert_eq!(
            told("title:(walther OR \"glock pistol\"~1)"),
            "+any of (-title:walther [not in the title], +title:\"glock pistol\"~1 [title: Glock 19 «pistol»])"
        );
        assert_eq!(told("* NOT risk:>=0.5"), "+all of (+every listing, +not (-risk:>=0.5 [the risk is 0]))");
        assert_eq!(
            told("walther@disguised"),
            "-any of (-walther@disguised [not in the title or description], -unmasked:walther@disguised [there is no unmasked])"
        );
    }

    #[test]
    fn a_persona_is_told_by_its_accounts() {
        let query = Query::parse_with("persona:7", 0, &|_| Some(vec!["m1/anna".to_owned(), "m2/Anna B".to_owned()])).unwrap();
        let texts: Vec<String> = query.explain(&listing()).nodes.into_iter().map(|node| node.text).collect();
        assert_eq!(texts, ["account:\"m1/anna\"", "account:\"m2/anna b\""]);
    }

    #[test]
    fn a_long_query_and_a_long_text_are_told_shortly() {
        let words: Vec<String> = (0..5_000).map(|n| format!("w{n}")).collect();
        let document = Document { description: words.join(" "), traits: words.clone(), ..Document::default() };
        let told = Query::parse(&words.join(" "), 0).unwrap().explain(&document);
        assert!(told.matched && told.nodes.len() == 5_000);
        let told = Query::parse("trait:none OR w*", 0).unwrap().explain(&document);
        assert!(told.nodes.iter().all(|node| node.found.len() < 1_000), "{told:?}");
    }
}
