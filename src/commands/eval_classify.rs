//! `vigie eval classify`: how well listings are classified, measured on labelled ones.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use crate::classify as classifier;
use crate::cli::{Common, EvalBy, EvalClassifyArgs};
use crate::commands::session;
use crate::eval::classes::{Count, Interval, Level};
use crate::eval::classify::{Report, first, report};
use crate::eval::fields::{self, Fault, Field};
use crate::eval::judged::{Judged, judge};
use crate::eval::labelled;
use crate::eval::tally::Tally;

pub(super) fn run(common: &Common, args: &EvalClassifyArgs) -> Result<u8> {
    let config = session::load(common)?;
    let codebook = classifier::codebook(&config)?;
    let lines = labelled::read(&codebook, &args.files)?;
    let judged = judge(&codebook, &lines);
    let whole = report(&codebook, &judged);
    let mut parts: BTreeMap<&str, Vec<Judged>> = BTreeMap::new();
    if let Some(by) = args.by {
        for one in &judged {
            let part = match by {
                EvalBy::Source => &one.line.source,
                EvalBy::Lang => &one.line.lang,
            };
            parts.entry(part).or_default().push(one.clone());
        }
    }
    let parts: Vec<(&str, Report)> = parts.iter().map(|(name, judged)| (*name, report(&codebook, judged))).collect();
    if let Some(file) = &args.svg {
        let svg = whole.calibration.svg("Categories");
        std::fs::write(file, svg).with_context(|| format!("cannot write {}", file.display()))?;
    }
    let mut out = io::stdout().lock();
    if args.json {
        let parts: serde_json::Map<String, Value> = parts.iter().map(|(name, report)| ((*name).to_owned(), figures(report))).collect();
        let mut all = figures(&whole);
        if let Some(all) = all.as_object_mut() {
            let faults = fields::worst(&codebook, &judged, args.worst).iter().map(fault).collect();
            all.insert("worst_fields".to_owned(), Value::Array(faults));
        }
        if let Some(all) = all.as_object_mut().filter(|_| args.by.is_some()) {
            all.insert("by".to_owned(), Value::Object(parts));
        }
        writeln!(out, "{all}")?;
    } else {
        print(&mut out, &whole, &parts)?;
        print_worst(&mut out, &judged, args.worst)?;
        print_worst_fields(&mut out, &fields::worst(&codebook, &judged, args.worst.div_ceil(4)))?;
    }
    Ok(0)
}

fn figure(figure: &Interval) -> Value {
    json!({"value": figure.value, "low": figure.low, "high": figure.high})
}

fn count(count: &Count) -> Value {
    json!({
        "right": count.right, "false_positive": count.false_positive, "false_negative": count.false_negative,
        "precision": count.precision(), "recall": count.recall(), "f1": count.f1(),
    })
}

fn level(level: &Level) -> Value {
    let classes = level.classes.iter().map(|class| {
        let mut value = count(&class.count);
        if let Some(value) = value.as_object_mut() {
            value.insert("f1_interval".to_owned(), json!([class.f1.low, class.f1.high]));
        }
        (class.code.clone(), value)
    });
    json!({"classes": classes.collect::<serde_json::Map<String, Value>>(), "macro_f1": figure(&level.macro_f1), "micro": figure(&level.micro)})
}

fn tallies<'a, K: AsRef<str> + 'a>(all: impl Iterator<Item = (&'a K, &'a Tally)>) -> Value {
    let one = |tally: &Tally| {
        json!({
            "right": tally.right, "wrong": tally.wrong, "missing": tally.missing, "spurious": tally.spurious,
            "precision": tally.precision(), "recall": tally.recall(), "f1": tally.f1(),
        })
    };
    Value::Object(all.map(|(name, tally)| (name.as_ref().to_owned(), one(tally))).collect())
}

fn field_figures(report: &Report) -> Value {
    let one = |field: &Field| {
        let Tally { right, wrong, missing, spurious } = field.tally;
        json!({
            "right": right, "wrong": wrong, "missing": missing, "spurious": spurious, "precision": field.tally.precision(),
            "recall": field.tally.recall(), "f1": field.tally.f1(), "stated": field.stated, "stated_right": field.stated_right, "exact": field.exact(),
        })
    };
    Value::Object(report.fields.iter().map(|(name, field)| (name.clone(), one(field))).collect())
}

fn fault(fault: &Fault<'_>) -> Value {
    json!({
        "id": fault.judged.line.id, "source": fault.judged.line.source, "field": fault.field, "expected": fault.expected, "found": fault.found,
        "stated": fault.stated, "title": fault.judged.line.title,
    })
}

fn figures(report: &Report) -> Value {
    json!({
        "listings": report.listings, "families": report.families, "abstained": report.abstained, "first": level(&report.first),
        "second": level(&report.second), "controlled": count(&report.controlled), "firearms": count(&report.firearms),
        "false_alarms_per_10000": report.false_alarms(), "harmless": report.harmless,
        "rounds_called_firearms": {"count": report.rounds_called_firearms.0, "of": report.rounds_called_firearms.1},
        "calibration": {"error": report.calibration.error,
            "bins": report.calibration.bins.iter().map(|bin| json!([bin.count, bin.said, bin.right])).collect::<Vec<_>>()},
        "codes": tallies(report.codes.iter()), "traits": tallies(report.traits.iter()), "fields": field_figures(report),
        "confusions": report.confusions,
    })
}

fn print(out: &mut impl Write, report: &Report, parts: &[(&str, Report)]) -> io::Result<()> {
    writeln!(out, "{} listings in {} families; {} answers abstain\n", report.listings, report.families, report.abstained)?;
    for (name, level) in [("first level", &report.first), ("second level", &report.second)] {
        writeln!(
            out,
            "{name:<26}{:>7}{:>8}{:>8}{:>11}{:>8}{:>8}{:>17}",
            "right", "false", "missed", "precision", "recall", "F1", "95 % of F1"
        )?;
        for class in &level.classes {
            let Count { right, false_positive, false_negative } = class.count;
            writeln!(
                out,
                "{:<26}{right:>7}{false_positive:>8}{false_negative:>8}{:>11.3}{:>8.3}{:>8.3}    {:.3} .. {:.3}",
                class.code,
                class.count.precision(),
                class.count.recall(),
                class.count.f1(),
                class.f1.low,
                class.f1.high
            )?;
        }
        for (name, figure) in [("macro F1", &level.macro_f1), ("right answers", &level.micro)] {
            writeln!(out, "{name:<26}{:>50.3}    {:.3} .. {:.3}", figure.value, figure.low, figure.high)?;
        }
        writeln!(out)?;
    }
    for (name, count) in [("controlled", &report.controlled), ("firearms", &report.firearms)] {
        writeln!(out, "{name} against the rest: precision {:.3}, recall {:.3}, F1 {:.3}", count.precision(), count.recall(), count.f1())?;
    }
    writeln!(
        out,
        "false alarms: {} of {} harmless listings called controlled, {:.1} in 10,000",
        report.controlled.false_positive,
        report.harmless,
        report.false_alarms()
    )?;
    let (called, rounds) = report.rounds_called_firearms;
    writeln!(out, "ammunition called a firearm: {called} of {rounds}")?;
    writeln!(out, "expected calibration error: {:.3}\n", report.calibration.error)?;
    let codes = report.codes.iter().map(|(name, tally)| ((*name).to_owned(), tally));
    let traits = report.traits.iter().map(|(name, tally)| (format!("trait {name}"), tally));
    for (name, Tally { right, wrong, missing, spurious }) in codes.chain(traits) {
        writeln!(out, "{name:<26}{right:>7} right{wrong:>6} wrong{missing:>6} missing{spurious:>6} spurious")?;
    }
    print_fields(out, report, parts)?;
    if !report.confusions.is_empty() {
        writeln!(out, "\nconfusions of the first level (expected, found)")?;
        for (expected, found, count) in report.confusions.iter().take(15) {
            writeln!(out, "{count:>7}  {expected} called {found}")?;
        }
    }
    if !parts.is_empty() {
        writeln!(
            out,
            "\n{:<28}{:>9}{:>10}{:>10}{:>10}{:>12}{:>12}{:>12}",
            "part", "listings", "micro 1", "macro 1", "micro 2", "firearm P", "firearm R", "alarms/10k"
        )?;
        for (name, part) in parts {
            writeln!(
                out,
                "{name:<28}{:>9}{:>10.3}{:>10.3}{:>10.3}{:>12.3}{:>12.3}{:>12.1}",
                part.listings,
                part.first.micro.value,
                part.first.macro_f1.value,
                part.second.micro.value,
                part.firearms.precision(),
                part.firearms.recall(),
                part.false_alarms()
            )?;
        }
    }
    Ok(())
}

/// Fields of the part tables.
const BY_PART: [&str; 7] = ["maker", "model", "calibres", "rounds", "grains", "barrel_mm", "capacity"];

fn print_fields(out: &mut impl Write, report: &Report, parts: &[(&str, Report)]) -> io::Result<()> {
    if report.fields.is_empty() {
        return Ok(());
    }
    writeln!(
        out,
        "\n{:<16}{:>8}{:>8}{:>9}{:>10}{:>11}{:>8}{:>8}{:>8}",
        "field", "right", "wrong", "missing", "spurious", "precision", "recall", "stated", "exact"
    )?;
    for (name, field) in &report.fields {
        let Tally { right, wrong, missing, spurious } = field.tally;
        let (precision, recall) = (field.tally.precision(), field.tally.recall());
        write!(out, "{name:<16}{right:>8}{wrong:>8}{missing:>9}{spurious:>10}{precision:>11.3}{recall:>8.3}")?;
        match field.stated {
            0 => writeln!(out, "{:>8}{:>8}", "-", "-")?,
            stated => writeln!(out, "{stated:>8}{:>8.3}", field.exact())?,
        }
    }
    let parts: Vec<_> = parts.iter().filter(|(_, part)| !part.fields.is_empty()).collect();
    if !parts.is_empty() {
        writeln!(out, "\n{:<28}{}", "exact where stated", BY_PART.map(|name| format!("{name:>16}")).join(""))?;
    }
    for (name, part) in parts {
        let cells = BY_PART.map(|field| match part.fields.get(field).filter(|field| field.stated > 0) {
            Some(field) => format!("{:>16}", format!("{:.3} of {}", field.exact(), field.stated)),
            None => format!("{:>16}", "-"),
        });
        writeln!(out, "{name:<28}{}", cells.join(""))?;
    }
    Ok(())
}

/// Values that the text states first.
fn print_worst_fields(out: &mut impl Write, faults: &[Fault<'_>]) -> io::Result<()> {
    if !faults.is_empty() {
        writeln!(out, "\nfields that were not read as a person reads them")?;
    }
    for Fault { judged, field, expected, found, stated } in faults {
        let title: String = judged.line.title.chars().take(100).collect();
        let stated = if *stated { ", as the text states" } else { "" };
        writeln!(out, "{} {title:?}: {field} {expected:?}{stated}; found {found:?}", judged.line.id)?;
    }
    Ok(())
}

/// The surest wrong answers first; those of the wrong first level before those of the wrong second.
fn print_worst(out: &mut impl Write, judged: &[Judged], worst: usize) -> io::Result<()> {
    let mut wrong: Vec<&Judged> = judged.iter().filter(|one| one.category != one.expected()).collect();
    wrong.sort_by(|a, b| {
        let level = |one: &Judged| first(&one.category) == first(one.expected());
        level(a).cmp(&level(b)).then(b.probability.total_cmp(&a.probability))
    });
    if worst > 0 && !wrong.is_empty() {
        writeln!(out, "\nworst of {} wrong answers", wrong.len())?;
    }
    for one in wrong.into_iter().take(worst) {
        let title: String = one.line.title.chars().take(100).collect();
        writeln!(out, "{} {title:?}: {}, called {} ({:.2})", one.line.id, one.expected(), one.category, one.probability)?;
        for span in one.because.iter().take(5) {
            writeln!(out, "    {} {}..{} {:?} {}", span.field, span.start, span.end, span.text, span.why)?;
        }
    }
    Ok(())
}
