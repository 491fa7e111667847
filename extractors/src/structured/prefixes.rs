//! Short forms of addresses in RDFa.

use std::collections::HashMap;

/// Prefixes that a page need not declare: the part of the initial context that pages use.
#[rustfmt::skip]
const PREFIXES: &[(&str, &str)] = &[
    ("schema", "http://schema.org/"), ("og", "http://ogp.me/ns#"), ("gr", "http://purl.org/goodrelations/v1#"),
    ("v", "http://rdf.data-vocabulary.org/#"), ("dc", "http://purl.org/dc/terms/"), ("dc11", "http://purl.org/dc/elements/1.1/"),
    ("dcterms", "http://purl.org/dc/terms/"), ("foaf", "http://xmlns.com/foaf/0.1/"), ("cc", "http://creativecommons.org/ns#"),
    ("sioc", "http://rdfs.org/sioc/ns#"), ("skos", "http://www.w3.org/2004/02/skos/core#"), ("rdf", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
    ("rdfa", "http://www.w3.org/ns/rdfa#"), ("rdfs", "http://www.w3.org/2000/01/rdf-schema#"), ("owl", "http://www.w3.org/2002/07/owl#"),
    ("xsd", "http://www.w3.org/2001/XMLSchema#"), ("xhv", "http://www.w3.org/1999/xhtml/vocab#"), ("vcard", "http://www.w3.org/2006/vcard/ns#"),
    ("ical", "http://www.w3.org/2002/12/cal/icaltzd#"), ("rev", "http://purl.org/stuff/rev#"), ("ctag", "http://commontag.org/ns#"),
    ("void", "http://rdfs.org/ns/void#"), ("prov", "http://www.w3.org/ns/prov#"),
];

/// The full form of `prefix:rest`; the page's own prefixes go first, their names in small letters.
pub(super) fn expand(prefix: &str, rest: &str, prefixes: &HashMap<String, String>) -> Option<String> {
    if rest.starts_with("//") {
        return None;
    }
    let prefix = prefix.to_ascii_lowercase();
    let own = prefixes.get(&prefix).map(String::as_str);
    let space = own.or_else(|| PREFIXES.iter().find(|(known, _)| *known == prefix).map(|(_, space)| *space))?;
    Some(format!("{space}{rest}"))
}
