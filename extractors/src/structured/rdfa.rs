//! RDFa 1.1 as HTML uses it, of which RDFa Lite is a part: statements written into the attributes of elements.
//!
//! Follows the processing of RDFa Core 1.1 with the rules of HTML+RDFa. Literals are kept as text on one line, without language and
//! datatype; values of `inlist` are values like any other; no vocabulary is fetched. Terms without a vocabulary, which the
//! specification drops, are kept where they describe something typed: shops forget the vocabulary.

use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use rustc_hash::FxBuildHasher;
use url::Url;

use super::attributes::Attributes;
use super::prefixes::expand;
use super::{MAX_NESTING, MAX_PROPERTY, MAX_TEXT, MAX_WALKED, Room, Thing, Value, Written, short_name};
use crate::html::{Element, NodeId, NodeRef, Survey, inline_text_within};

/// Statements of one page.
const MAX_STATEMENTS: usize = 20_000;
/// Bytes of a vocabulary, and of what a prefix stands for: both are written again before each name.
const MAX_SPACE: usize = 300;
/// How often a page may declare prefixes.
const MAX_DECLARATIONS: usize = 200;
/// Something that statements are about.
#[derive(Debug, Clone, Copy)]
enum Place<'a> {
    /// Already met.
    Known(usize),
    /// The target of a link, not looked at until a statement needs it: most never do.
    Target(&'a str),
}

#[derive(Clone, Hash)]
enum Object {
    Text(String),
    Resource(usize),
}

#[derive(Default)]
struct Subject {
    types: Vec<String>,
    properties: Vec<(String, NodeId, Object)>,
    node: Option<NodeId>,
}

/// What holds inside an element.
struct Context<'a> {
    element: NodeId,
    subject: Place<'a>,
    object: Place<'a>,
    /// Predicates that wait for what they lead to, or come from.
    incomplete: Vec<(String, bool)>,
    vocabulary: Option<Rc<str>>,
    prefixes: Rc<HashMap<String, String>>,
}

impl<'a> Attributes<'a> {
    /// What `resource`, `href` or `src` name.
    fn leads_to<'c>(&self, graph: &mut Graph<'_>, prefixes: &HashMap<String, String>) -> Option<Place<'c>>
    where
        'a: 'c,
    {
        self.resource.map(|name| graph.resource(name, prefixes)).or(self.target.map(Place::Target))
    }
}

/// The statements of a page, by what they are about.
struct Graph<'b> {
    base: &'b Url,
    names: Vec<String>,
    numbers: HashMap<String, usize>,
    subjects: HashMap<usize, Subject>,
    order: Vec<usize>,
    statements: usize,
    said: HashSet<u64>,
    declarations: usize,
    text: usize,
    /// Nodes that may be walked over for texts.
    nodes: usize,
}

impl Graph<'_> {
    fn number(&mut self, name: String) -> usize {
        if let Some(number) = self.numbers.get(&name) {
            return *number;
        }
        self.names.push(name.clone());
        self.numbers.insert(name, self.names.len() - 1);
        self.names.len() - 1
    }

    fn blank<'c>(&mut self) -> Place<'c> {
        let name = format!("_:{}", self.names.len());
        Place::Known(self.number(name))
    }

    /// A name in `about` or `resource`: an address, or a short form of one.
    fn resource<'c>(&mut self, name: &str, prefixes: &HashMap<String, String>) -> Place<'c> {
        let name = name.trim();
        let short = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        let known = short.split_once(':').and_then(|(prefix, rest)| expand(prefix, rest, prefixes));
        let full = if short.starts_with("_:") { Some(short.to_owned()) } else { known };
        let full = full.unwrap_or_else(|| self.base.join(name).map_or_else(|_| name.to_owned(), String::from));
        Place::Known(self.number(full))
    }

    fn settle(&mut self, place: Place<'_>) -> usize {
        match place {
            Place::Known(number) => number,
            Place::Target(href) => {
                let full = self.base.join(href.trim()).map_or_else(|_| href.trim().to_owned(), String::from);
                self.number(full)
            }
        }
    }

    fn subject(&mut self, number: usize, node: NodeId) -> Option<&mut Subject> {
        if self.statements >= MAX_STATEMENTS {
            return None;
        }
        self.statements += 1;
        let order = &mut self.order;
        Some(self.subjects.entry(number).or_insert_with(|| {
            order.push(number);
            Subject { node: Some(node), ..Subject::default() }
        }))
    }

    fn state(&mut self, subject: Place<'_>, predicate: &str, node: NodeId, object: Object) {
        if self.statements >= MAX_STATEMENTS {
            return;
        }
        let number = self.settle(subject);
        // A graph is a set: what is said twice is said once.
        let mut hasher = DefaultHasher::new();
        (number, predicate, &object).hash(&mut hasher);
        if !self.said.insert(hasher.finish()) {
            return;
        }
        if let Some(subject) = self.subject(number, node) {
            subject.properties.push((predicate.to_owned(), node, object));
        }
    }
}

/// A term, a short form or an address in `property`, `rel`, `rev` or `typeof`. `bare` says whether a term without a vocabulary stays.
fn term(name: &str, context: &Context<'_>, bare: bool) -> Option<String> {
    match name.split_once(':') {
        Some((prefix, rest)) => Some(expand(prefix, rest, &context.prefixes).unwrap_or_else(|| name.to_owned())),
        None => match &context.vocabulary {
            Some(vocabulary) => Some(format!("{vocabulary}{name}")),
            None if name.eq_ignore_ascii_case("license") => Some("http://www.w3.org/1999/xhtml/vocab#license".to_owned()),
            None => bare.then(|| name.to_owned()),
        },
    }
}

fn terms(names: Option<&str>, context: &Context<'_>, bare: bool) -> Vec<String> {
    names.unwrap_or("").split_ascii_whitespace().take(32).filter_map(|name| term(name, context, bare)).collect()
}

/// Things written as RDFa (`vocab`, `typeof`, `property`, `resource`, `about`, `rel`).
pub fn rdfa(survey: &Survey<'_>, base: &Url) -> Vec<Thing> {
    // Only where something is stated, and around it, does an attribute matter.
    let mut near: HashSet<NodeId, FxBuildHasher> = HashSet::default();
    for node in &survey.stating {
        let _ = std::iter::once(*node).chain(node.ancestors()).all(|node| near.insert(node.id()));
    }
    if near.is_empty() {
        return Vec::new();
    }
    let mut page = base.clone();
    page.set_fragment(None);
    let mut graph = Graph {
        base,
        names: vec![page.to_string()],
        numbers: HashMap::from([(page.to_string(), 0)]),
        subjects: HashMap::new(),
        order: Vec::new(),
        statements: 0,
        said: HashSet::new(),
        declarations: 0,
        text: MAX_TEXT,
        nodes: MAX_WALKED,
    };
    let mut open = vec![Context {
        element: survey.html.root().id(),
        subject: Place::Known(0),
        object: Place::Known(0),
        incomplete: Vec::new(),
        vocabulary: None,
        prefixes: Rc::default(),
    }];
    let root = survey.html.root();
    let mut node = root;
    loop {
        if let (Some(element), Some(above)) = (node.value().as_element(), open.last())
            && let Some(inner) = read_element(node, element, above, &mut graph)
        {
            open.push(inner);
        }
        let inside = node.children().find(|child| near.contains(&child.id()));
        let Some(next) = inside.or_else(|| leave(node, &near, &mut open)) else { break };
        node = next;
    }
    things(graph)
}

/// The next node beside or above one that has been read, the contexts of those that end closed.
fn leave<'a>(mut node: NodeRef<'a>, near: &HashSet<NodeId, FxBuildHasher>, open: &mut Vec<Context<'a>>) -> Option<NodeRef<'a>> {
    loop {
        if open.len() > 1 && open.last().is_some_and(|context| context.element == node.id()) {
            open.pop();
        }
        if let Some(next) = node.next_siblings().find(|next| near.contains(&next.id())) {
            return Some(next);
        }
        node = node.parent()?;
    }
}

/// Reads the statements of one element; gives the context of what lies inside where it differs.
fn read_element<'a>(
    node: crate::html::NodeRef<'a>,
    element: Element<'a>,
    above: &Context<'a>,
    graph: &mut Graph<'_>,
) -> Option<Context<'a>> {
    let own = Attributes::of(element)?;
    let mut inner = Context {
        element: node.id(),
        subject: above.subject,
        object: above.object,
        incomplete: Vec::new(),
        vocabulary: above.vocabulary.clone(),
        prefixes: Rc::clone(&above.prefixes),
    };
    let declares = declare(&own, element, &mut inner, graph);
    // Beside a property only full names count as relations: "nofollow" relates nothing.
    let relation = |names: Option<&'a str>| match own.property {
        Some(_) => names.filter(|names| names.split_ascii_whitespace().any(|name| name.contains(':'))),
        None => names,
    };
    let (rel, rev) = (relation(own.rel), relation(own.rev));
    let about = own.about.map(|name| graph.resource(name, &inner.prefixes));
    let root = element.name() == "html";
    let mut skip = false;
    let (mut current, mut typed) = (None, None);
    let subject;
    if rel.is_none() && rev.is_none() {
        if own.property.is_some() && own.content.is_none() && own.datatype.is_none() {
            subject = about.unwrap_or(above.object);
            if own.kind.is_some() {
                typed = about
                    .or_else(|| root.then_some(above.object))
                    .or_else(|| own.leads_to(graph, &inner.prefixes))
                    .or_else(|| Some(graph.blank()));
                current = typed;
            }
        } else {
            let named = about.or_else(|| own.leads_to(graph, &inner.prefixes));
            let fresh = own.kind.is_some() && !matches!(element.name(), "html" | "head" | "body");
            subject = named.or_else(|| fresh.then(|| graph.blank())).unwrap_or_else(|| {
                skip = own.property.is_none() && own.kind.is_none();
                above.object
            });
            typed = own.kind.map(|_| subject);
        }
    } else {
        subject = about.unwrap_or(above.object);
        current = own.leads_to(graph, &inner.prefixes).or_else(|| (own.kind.is_some() && about.is_none()).then(|| graph.blank()));
        typed = own.kind.and(if about.is_some() { about } else { current });
    }
    if let (Some(place), Some(kinds)) = (typed, own.kind) {
        let number = graph.settle(place);
        let kinds = terms(Some(kinds), &inner, true);
        if let Some(typed) = graph.subject(number, node.id()) {
            typed.node = Some(node.id());
            for kind in kinds.iter().map(|kind| short_name(kind)) {
                if !typed.types.iter().any(|own| own == kind) {
                    typed.types.push(kind.to_owned());
                }
            }
        }
    }
    for (names, forward) in [(rel, true), (rev, false)] {
        for predicate in terms(names, &inner, false) {
            match current {
                None => inner.incomplete.push((predicate, forward)),
                Some(object) => relate(graph, (subject, &predicate, object), forward, node.id()),
            }
        }
    }
    if current.is_none() && !inner.incomplete.is_empty() {
        current = Some(graph.blank());
    }
    if own.property.is_some() {
        let settled = graph.settle(subject);
        let bare = graph.subjects.get(&settled).is_some_and(|subject| !subject.types.is_empty());
        let related = rel.is_some() || rev.is_some();
        let predicates = terms(own.property, &inner, bare);
        if !predicates.is_empty() && graph.statements < MAX_STATEMENTS {
            let object = match object(node, &own, related, graph, &inner.prefixes) {
                Some(text) => Some(Object::Text(text)),
                None => {
                    let place = own.leads_to(graph, &inner.prefixes).filter(|_| !related).or(typed);
                    place.map(|place| Object::Resource(graph.settle(place)))
                }
            };
            if let Some(object) = object {
                for predicate in predicates {
                    graph.state(subject, &predicate, node.id(), object.clone());
                }
            }
        }
    }
    if skip {
        // Only what was declared changes.
        inner.incomplete = above.incomplete.clone();
        return declares.then_some(inner);
    }
    for (predicate, forward) in &above.incomplete {
        relate(graph, (above.subject, predicate, subject), *forward, node.id());
    }
    inner.subject = subject;
    inner.object = current.unwrap_or(subject);
    Some(inner)
}

fn relate(graph: &mut Graph<'_>, (subject, predicate, object): (Place<'_>, &str, Place<'_>), forward: bool, node: NodeId) {
    let (from, to) = if forward { (subject, object) } else { (object, subject) };
    let to = graph.settle(to);
    graph.state(from, predicate, node, Object::Resource(to));
}

/// Takes up `vocab`, `prefix` and `xmlns:`; says whether there were any.
fn declare(own: &Attributes<'_>, element: Element<'_>, inner: &mut Context<'_>, graph: &mut Graph<'_>) -> bool {
    if let Some(vocabulary) = own.vocab.map(str::trim).filter(|name| name.len() <= MAX_SPACE) {
        inner.vocabulary = Some(Rc::from(vocabulary)).filter(|name: &Rc<str>| !name.is_empty());
        if !vocabulary.is_empty() {
            let object = graph.number(vocabulary.to_owned());
            graph.state(Place::Known(0), "http://www.w3.org/ns/rdfa#usesVocabulary", inner.element, Object::Resource(object));
        }
    }
    if (own.prefix.is_some() || own.xmlns) && graph.declarations < MAX_DECLARATIONS {
        graph.declarations += 1;
        let mut prefixes = (*inner.prefixes).clone();
        let spaces = element.attributes().filter_map(|(own, value)| Some((own.name.strip_prefix("xmlns:")?, value)));
        let mut words = own.prefix.unwrap_or("").split_ascii_whitespace();
        let pairs = std::iter::from_fn(|| Some((words.next()?.trim_end_matches(':'), words.next()?)));
        for (prefix, space) in spaces.chain(pairs).take(64).filter(|(prefix, space)| prefix.len().max(space.len()) <= MAX_SPACE) {
            prefixes.insert(prefix.to_ascii_lowercase(), space.trim().to_owned());
        }
        inner.prefixes = Rc::new(prefixes);
    }
    own.vocab.is_some() || own.prefix.is_some() || own.xmlns
}

/// The text of a property; nothing where its value is a resource.
fn object(
    node: crate::html::NodeRef<'_>,
    own: &Attributes<'_>,
    related: bool,
    graph: &mut Graph<'_>,
    prefixes: &HashMap<String, String>,
) -> Option<String> {
    let written = own.content.or(own.datetime);
    if written.is_none() && own.datatype.is_none() {
        let leads = !related && own.leads_to(graph, prefixes).is_some();
        if leads || (own.kind.is_some() && own.about.is_none()) {
            return None;
        }
    }
    let text = match written {
        Some(text) => text.trim().to_owned(),
        None if graph.text == 0 => String::new(),
        None => inline_text_within(node, MAX_PROPERTY, &mut graph.nodes),
    };
    graph.text = graph.text.saturating_sub(text.len());
    Some(text)
}

/// Nests what is described elsewhere into what names it. What only the page itself names stands for itself, too.
fn things(graph: Graph<'_>) -> Vec<Thing> {
    let mut nested = vec![false; graph.names.len()];
    for (from, subject) in graph.subjects.iter().filter(|(_, subject)| !subject.types.is_empty()) {
        for (_, _, object) in &subject.properties {
            if let Object::Resource(to) = object
                && to != from
                && let Some(flag) = nested.get_mut(*to)
            {
                *flag = true;
            }
        }
    }
    let mut room = Room::new();
    let mut path = Vec::new();
    let mut built = vec![false; graph.names.len()];
    let mut things = Vec::new();
    // The second round is for what names each other in a circle.
    for round in 0..2 {
        for number in &graph.order {
            let waits = if round == 0 { nested.get(*number) == Some(&true) } else { built.get(*number) == Some(&true) };
            if !waits {
                things.extend(build(&graph, *number, &mut path, &mut built, &mut room));
            }
        }
    }
    things
}

fn build(graph: &Graph<'_>, number: usize, path: &mut Vec<usize>, built: &mut [bool], room: &mut Room) -> Option<Thing> {
    let subject = graph.subjects.get(&number)?;
    if path.len() > MAX_NESTING || path.contains(&number) || !room.takes_thing() {
        return None;
    }
    if let Some(flag) = built.get_mut(number) {
        *flag = true;
    }
    path.push(number);
    let written = Written { syntax: "rdfa", node: subject.node, ..Written::default() };
    let mut thing = Thing { types: subject.types.clone(), id: graph.names.get(number).cloned(), properties: Vec::new(), written };
    for (predicate, node, object) in &subject.properties {
        let name = short_name(predicate);
        let value = match object {
            Object::Text(text) if room.takes(text.len()) => Value::Text(text.clone()),
            Object::Text(_) => continue,
            Object::Resource(to) => match build(graph, *to, path, built, room) {
                Some(inner) => Value::Thing(inner),
                None => Value::Text(graph.names.get(*to).cloned().unwrap_or_default()),
            },
        };
        if thing.values(name).is_empty() {
            thing.written.properties.push((name.to_owned(), *node));
        }
        thing.push(name, value);
    }
    path.pop();
    Some(thing)
}
