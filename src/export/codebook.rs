//! The codebook itself as a data set: JSON, one table in CSV, or SKOS in Turtle, so that others can code with it and check what it says.
//!
//! Definitions, what belongs where, crosswalks to the Firearms Protocol, RAND's study and the Illicit Arms Flows Questionnaire, traits, goods,
//! calibres and risk indicators; not the lexicon, which is the file itself. The same codebook gives the same bytes.

use std::collections::BTreeSet;
use std::fmt::Write;

use anyhow::Result;
use serde_json::{Value, json};
use vigie_extractors::codebook::Codebook;
use vigie_extractors::codebook::schema::{Category, Subtype};

use super::columns;

/// Form of the codebook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// One object: version and lists of categories, goods, traits, calibres and risk indicators.
    Json,
    /// One row per concept.
    Csv,
    /// SKOS in Turtle: a scheme for each list, broader codes, matches in the schemes of others.
    Skos,
}

/// Columns of the table, with what they hold.
pub const COLUMNS: [&str; 17] = [
    "kind",
    "code",
    "broader",
    "name",
    "definition",
    "includes",
    "excludes",
    "protocol",
    "rand",
    "iafq",
    "controlled",
    "watched",
    "default",
    "calibre_kind",
    "aliases",
    "confusable_with",
    "resolution",
];

/// Namespace of the concepts.
const BASE: &str = "urn:vigie:codebook:";

/// The codebook in the form that was asked for, with a line end at its end.
///
/// # Errors
/// A value cannot be written, which no codebook that was read has.
pub fn codebook(codebook: &Codebook, form: Form) -> Result<String> {
    match form {
        Form::Json => Ok(format!("{}\n", serde_json::to_string_pretty(&object(codebook))?)),
        Form::Csv => table(codebook),
        Form::Skos => turtle(codebook),
    }
}

fn object(codebook: &Codebook) -> Value {
    let subtype = |category: &Category, subtype: &Subtype| {
        let full = Full::of(codebook, category, Some(subtype));
        json!({
            "code": subtype.code, "definition": subtype.definition, "includes": subtype.includes, "excludes": subtype.excludes,
            "protocol": full.protocol, "rand": full.rand, "iafq": full.iafq, "controlled": full.controlled, "watched": full.watched,
            "default": subtype.default,
        })
    };
    let category = |category: &Category| {
        let full = Full::of(codebook, category, None);
        json!({
            "code": category.code, "definition": category.definition, "includes": category.includes, "excludes": category.excludes,
            "protocol": full.protocol, "rand": full.rand, "iafq": full.iafq, "controlled": full.controlled, "watched": full.watched,
            "subtypes": category.subtype.iter().map(|one| subtype(category, one)).collect::<Vec<_>>(),
        })
    };
    json!({
        "version": codebook.version(),
        "categories": codebook.categories().iter().map(category).collect::<Vec<_>>(),
        "goods": codebook.goods().iter().map(|good| json!({"code": good.code, "definition": good.definition, "watched": good.watched})).collect::<Vec<_>>(),
        "traits": codebook.traits().iter().map(|one| json!({
            "code": one.code, "definition": one.definition, "includes": one.includes, "excludes": one.excludes,
        })).collect::<Vec<_>>(),
        "calibres": codebook.calibres().iter().map(|one| json!({
            "id": one.id, "name": one.name, "saami": one.saami, "kind": one.kind.code(), "aliases": one.aliases,
            "confusable_with": one.confusable_with, "ambiguous": one.ambiguous,
        })).collect::<Vec<_>>(),
        "risk_indicators": codebook.risks().iter().map(|one| json!({
            "code": one.code, "definition": one.sentence, "weight": one.weight, "resolution": one.resolution,
        })).collect::<Vec<_>>(),
    })
}

/// What a code says once what it leaves out is taken from its category.
struct Full<'a> {
    protocol: &'static str,
    rand: &'a str,
    iafq: &'a str,
    controlled: bool,
    watched: bool,
}

impl<'a> Full<'a> {
    fn of(codebook: &'a Codebook, category: &'a Category, subtype: Option<&'a Subtype>) -> Self {
        let code = subtype.map(|one| one.code.as_str());
        Full {
            protocol: subtype.and_then(|one| one.protocol).unwrap_or(category.protocol).code(),
            rand: codebook.rand(&category.code, code).unwrap_or_default(),
            iafq: codebook.iafq(&category.code, code).unwrap_or_default(),
            controlled: codebook.is_controlled(&category.code, code),
            watched: codebook.is_watched(&category.code, code, None),
        }
    }
}

fn table(codebook: &Codebook) -> Result<String> {
    let list = |values: &[String]| values.join(" | ");
    let flag = |is: bool| if is { "true" } else { "false" }.to_owned();
    let mut bytes = columns::record(COLUMNS)?;
    let mut row = |cells: [(&str, String); 17]| -> Result<()> {
        debug_assert!(cells.iter().map(|cell| cell.0).eq(COLUMNS));
        bytes.extend(columns::record(cells.iter().map(|cell| columns::harmless(&cell.1)))?);
        Ok(())
    };
    let empty = || COLUMNS.map(|column| (column, String::new()));
    let fill = |filled: &[(&str, String)]| {
        let mut cells = empty();
        for (name, value) in filled {
            cells.iter_mut().filter(|cell| cell.0 == *name).for_each(|cell| cell.1.clone_from(value));
        }
        cells
    };
    let coded = |full: &Full<'_>| {
        [
            ("protocol", full.protocol.to_owned()),
            ("rand", full.rand.to_owned()),
            ("iafq", full.iafq.to_owned()),
            ("controlled", flag(full.controlled)),
            ("watched", flag(full.watched)),
        ]
    };
    let said = |kind: &str, code: &str, definition: &str, includes: &[String], excludes: &[String]| {
        [
            ("kind", kind.to_owned()),
            ("code", code.to_owned()),
            ("definition", definition.to_owned()),
            ("includes", list(includes)),
            ("excludes", list(excludes)),
        ]
    };
    for category in codebook.categories() {
        let mut cells = said("category", &category.code, &category.definition, &category.includes, &category.excludes).to_vec();
        cells.extend(coded(&Full::of(codebook, category, None)));
        cells.extend(category.code.split_once('.').map(|(first, _)| ("broader", first.to_owned())));
        row(fill(&cells))?;
        for one in &category.subtype {
            let mut cells = said("subtype", &one.code, &one.definition, &one.includes, &one.excludes).to_vec();
            cells.extend(coded(&Full::of(codebook, category, Some(one))));
            cells.extend([("broader", category.code.clone()), ("default", flag(one.default))]);
            row(fill(&cells))?;
        }
    }
    for good in codebook.goods() {
        let mut cells = said("good", &good.code, &good.definition, &[], &[]).to_vec();
        cells.extend([("broader", "non_weapon".to_owned()), ("watched", flag(good.watched))]);
        row(fill(&cells))?;
    }
    for one in codebook.traits() {
        row(fill(&said("trait", &one.code, &one.definition, &one.includes, &one.excludes)))?;
    }
    for one in codebook.calibres() {
        let mut aliases: Vec<String> = one.saami.iter().cloned().collect();
        aliases.extend(one.aliases.iter().filter(|alias| **alias != one.name).cloned());
        row(fill(&[
            ("kind", "calibre".to_owned()),
            ("code", one.id.clone()),
            ("name", one.name.clone()),
            ("calibre_kind", one.kind.code().to_owned()),
            ("aliases", list(&aliases)),
            ("confusable_with", list(&one.confusable_with)),
        ]))?;
    }
    for one in codebook.risks() {
        let mut cells = said("risk_indicator", &one.code, &one.sentence, &[], &[]).to_vec();
        cells.push(("resolution", one.resolution.clone()));
        row(fill(&cells))?;
    }
    Ok(String::from_utf8(bytes)?)
}

/// Writes concepts of one scheme.
struct Turtle {
    text: String,
}

impl Turtle {
    fn scheme(&mut self, name: &str, title: &str) -> Result<()> {
        writeln!(self.text, "<{BASE}{name}> a skos:ConceptScheme ;\n  skos:prefLabel {}@en .\n", literal(title))?;
        Ok(())
    }

    /// A concept with what is said of it, each a predicate with its object.
    fn concept(&mut self, scheme: &str, code: &str, said: &[(&str, String)]) -> Result<()> {
        write!(self.text, "{} a skos:Concept ;\n  skos:inScheme <{BASE}{scheme}> ;\n  skos:notation {}", iri(scheme, code), literal(code))?;
        for (predicate, object) in said {
            write!(self.text, " ;\n  {predicate} {object}")?;
        }
        self.text.push_str(" .\n\n");
        Ok(())
    }
}

fn turtle(codebook: &Codebook) -> Result<String> {
    let mut out = Turtle {
        text: String::from("@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n\n"),
    };
    writeln!(out.text, "<{BASE}categories> owl:versionInfo {} .\n", literal(codebook.version()))?;
    for (name, title) in [
        ("categories", "Vigie codebook: categories and subtypes"),
        ("goods", "Vigie codebook: goods of listings that are no weapon"),
        ("traits", "Vigie codebook: traits"),
        ("calibres", "Vigie codebook: calibres"),
        ("risk_indicators", "Vigie codebook: risk indicators"),
        ("protocol", "Article 3 of the Firearms Protocol (A/RES/55/255)"),
        ("rand", "Rows of RAND Europe's study RR2091 (2017)"),
        ("iafq", "Rows of UNODC's Illicit Arms Flows Questionnaire"),
    ] {
        out.scheme(name, title)?;
    }
    let english = |text: &str| format!("{}@en", literal(text));
    let notes = |definition: &str, includes: &[String], excludes: &[String]| {
        let mut said = vec![("skos:definition", english(definition))];
        said.extend(includes.iter().map(|one| ("skos:scopeNote", english(&format!("Includes: {one}")))));
        said.extend(excludes.iter().map(|one| ("skos:scopeNote", english(&format!("Excludes: {one}")))));
        said
    };
    let matches = |full: &Full<'_>| {
        [("protocol", full.protocol), ("rand", full.rand), ("iafq", full.iafq)].map(|(scheme, row)| ("skos:broadMatch", iri(scheme, row)))
    };
    let top = |scheme: &str| ("skos:topConceptOf", format!("<{BASE}{scheme}>"));
    let (mut firsts, mut rows) = (BTreeSet::new(), BTreeSet::new());
    for category in codebook.categories() {
        let broader = category.code.split_once('.').map(|(first, _)| first);
        if let Some(first) = broader.filter(|first| firsts.insert((*first).to_owned())) {
            out.concept("categories", first, &[("skos:prefLabel", english(first)), top("categories")])?;
        }
        let full = Full::of(codebook, category, None);
        let mut said = vec![("skos:prefLabel", english(&category.code))];
        said.push(broader.map_or_else(|| top("categories"), |first| ("skos:broader", iri("categories", first))));
        said.extend(notes(&category.definition, &category.includes, &category.excludes));
        said.extend(matches(&full));
        rows.extend([("protocol", full.protocol), ("rand", full.rand), ("iafq", full.iafq)].map(|(scheme, row)| (scheme, row.to_owned())));
        out.concept("categories", &category.code, &said)?;
        for one in &category.subtype {
            let full = Full::of(codebook, category, Some(one));
            let code = format!("{}/{}", category.code, one.code);
            let mut said = vec![("skos:prefLabel", english(&one.code)), ("skos:broader", iri("categories", &category.code))];
            said.extend(notes(&one.definition, &one.includes, &one.excludes));
            said.extend(matches(&full));
            rows.extend(
                [("protocol", full.protocol), ("rand", full.rand), ("iafq", full.iafq)].map(|(scheme, row)| (scheme, row.to_owned())),
            );
            out.concept("categories", &code, &said)?;
        }
    }
    for good in codebook.goods() {
        let mut said = vec![("skos:prefLabel", english(&good.code)), ("skos:broadMatch", iri("categories", "non_weapon")), top("goods")];
        said.extend(notes(&good.definition, &[], &[]));
        out.concept("goods", &good.code, &said)?;
    }
    for one in codebook.traits() {
        let mut said = vec![("skos:prefLabel", english(&one.code)), top("traits")];
        said.extend(notes(&one.definition, &one.includes, &one.excludes));
        out.concept("traits", &one.code, &said)?;
    }
    for one in codebook.calibres() {
        let mut said = vec![("skos:prefLabel", literal(&one.name)), top("calibres")];
        let others: BTreeSet<&String> = one.saami.iter().chain(&one.aliases).filter(|alias| **alias != one.name).collect();
        said.extend(others.into_iter().map(|alias| ("skos:altLabel", literal(alias))));
        said.push(("skos:note", english(one.kind.code())));
        said.extend(one.confusable_with.iter().map(|other| ("skos:related", iri("calibres", other))));
        out.concept("calibres", &one.id, &said)?;
    }
    for one in codebook.risks() {
        let mut said = vec![("skos:prefLabel", english(&one.code)), top("risk_indicators")];
        said.extend(notes(&one.sentence, &[], &[]));
        said.push(("skos:note", english(&one.resolution)));
        out.concept("risk_indicators", &one.code, &said)?;
    }
    for (scheme, row) in rows {
        out.concept(scheme, &row, &[("skos:prefLabel", english(&row)), top(scheme)])?;
    }
    out.text.truncate(out.text.trim_end().len());
    out.text.push('\n');
    Ok(out.text)
}

/// A name in angle brackets; whatever may not stand there is written as a hyphen.
fn iri(scheme: &str, code: &str) -> String {
    let name: String =
        code.chars().map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '/') { c } else { '-' }).collect();
    format!("<{BASE}{scheme}/{name}>")
}

fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config;

    fn shipped() -> Codebook {
        crate::classify::codebook(&config::load(None).unwrap()).unwrap()
    }

    #[test]
    fn every_form_holds_every_code() {
        let book = shipped();
        let json: Value = serde_json::from_str(&codebook(&book, Form::Json).unwrap()).unwrap();
        assert_eq!(json["categories"].as_array().unwrap().len(), book.categories().len());
        assert_eq!(json["calibres"].as_array().unwrap().len(), book.calibres().len());
        let csv = codebook(&book, Form::Csv).unwrap();
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        assert_eq!(reader.headers().unwrap(), &COLUMNS.to_vec());
        let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
        let count = |kind: &str| rows.iter().filter(|row| &row[0] == kind).count();
        let subtypes: usize = book.categories().iter().map(|one| one.subtype.len()).sum();
        assert_eq!(
            [count("category"), count("subtype"), count("good"), count("trait"), count("calibre"), count("risk_indicator")],
            [book.categories().len(), subtypes, book.goods().len(), book.traits().len(), book.calibres().len(), book.risks().len()]
        );
        let switch = rows.iter().find(|row| &row[1] == "calibre_change").unwrap();
        assert_eq!((&switch[2], &switch[7], &switch[10]), ("part.conversion_device", "outside", "false"));
        let skos = codebook(&book, Form::Skos).unwrap();
        assert_eq!(skos, codebook(&book, Form::Skos).unwrap());
        for code in [
            "categories/firearm.pistol>",
            "categories/part.conversion_device/to_auto>",
            "traits/converted>",
            "calibres/9x19mm>",
            "goods/drugs>",
        ] {
            assert!(skos.contains(&format!("<{BASE}{code} a skos:Concept ;")), "{code}");
        }
    }

    #[test]
    fn every_name_that_turtle_refers_to_is_one_that_it_tells() {
        let skos = codebook(&shipped(), Form::Skos).unwrap();
        let told: Vec<&str> =
            skos.lines().filter(|line| line.contains(" a skos:Concept")).filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(told.len(), told.iter().collect::<BTreeSet<_>>().len(), "a name is told twice");
        for line in skos.lines().filter(|line| line.starts_with("  skos:") && line.contains(&format!(" <{BASE}"))) {
            let name = line.split(' ').find(|word| word.starts_with('<')).unwrap();
            assert!(told.contains(&name), "{line}");
        }
        assert_eq!(literal("a \"b\"\\\n"), r#""a \"b\"\\\n""#);
    }
}
