//! What a model is worth on listings that it was not fitted to: parts kept apart by chance, by family and vendor, or by source.

use std::collections::BTreeMap;

use vigie_extractors::codebook::Codebook;

use super::fit::{Fitted, Given, Settings, crowd, examples, fit, temperature, weight};
use crate::dice::fingerprint;
use crate::eval::judged::Judged;
use crate::eval::labelled::Labelled;
use crate::pipeline::stage::on_all_cores;

/// Parts of a random or grouped split.
const PARTS: u64 = 5;
/// A source with fewer listings is left out together with the other such sources of its file.
const SMALL: usize = 100;

/// How listings are parted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    /// Each by itself: copies of one listing stand on both sides, so that figures are too good.
    Random,
    /// All that share a family or a vendor, directly or through others, stay together.
    Grouped,
    /// Each source by itself. Small ones go together with those of the same file, which as a rule one person wrote: whoever knows how
    /// that person writes knows more than a source to come tells.
    Source,
}

impl Split {
    /// All, from the most lenient to the hardest.
    pub const ALL: [Split; 3] = [Split::Random, Split::Grouped, Split::Source];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Split::Random => "random",
            Split::Grouped => "by family and vendor",
            Split::Source => "leave one source out",
        }
    }

    /// The part that each line belongs to.
    pub fn parts(self, lines: &[Labelled]) -> Vec<u64> {
        match self {
            Split::Random => lines.iter().map(|line| digest(&line.id) % PARTS).collect(),
            Split::Grouped => groups(lines).into_iter().map(|group| digest(&group) % PARTS).collect(),
            Split::Source => {
                let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
                lines.iter().for_each(|line| *sizes.entry(&line.source).or_default() += 1);
                let large: Vec<&str> = sizes.iter().filter(|(_, size)| **size >= SMALL).map(|(source, _)| *source).collect();
                let part = |line: &Labelled| match large.iter().position(|source| *source == line.source) {
                    Some(at) => at as u64,
                    None => (large.len() + line.file) as u64,
                };
                lines.iter().map(part).collect()
            }
        }
    }
}

/// What is used to decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// The rules of the lexicon.
    Rules,
    /// The model without the rules' scores.
    Grams,
    /// Both.
    Both,
}

impl Way {
    /// All.
    pub const ALL: [Way; 3] = [Way::Rules, Way::Grams, Way::Both];

    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Way::Rules => "rules of the lexicon",
            Way::Grams => "linear on grams and signs",
            Way::Both => "the same and rules",
        }
    }

    fn settings(self) -> Settings {
        Settings { rules: if self == Way::Grams { 0.0 } else { Settings::default().rules }, ..Settings::default() }
    }
}

/// Scores of all lines, each by weights that were fitted without the line's part.
pub fn scores(codebook: &Codebook, lines: &[Labelled], given: &[Given], split: Split, way: Way) -> Vec<Vec<f32>> {
    if way == Way::Rules {
        return given.iter().map(|one| one.whole.rules.clone()).collect();
    }
    let parts = split.parts(lines);
    let mut names: Vec<u64> = parts.clone();
    names.sort_unstable();
    names.dedup();
    let fitted: Vec<(u64, Fitted)> = on_all_cores(&names, |&name| {
        let all = lines.iter().zip(given).zip(&parts);
        let rest: Vec<(&Labelled, &Given)> = all.filter(|(_, part)| **part != name).map(|(one, _)| one).collect();
        (name, fit(&examples(codebook, &rest), codebook.categories().len(), way.settings()))
    });
    let of = |part: u64| fitted.iter().find(|(name, _)| *name == part).map(|(_, fitted)| fitted);
    given.iter().zip(&parts).map(|(one, part)| of(*part).map(|fitted| fitted.scores(&one.whole)).unwrap_or_default()).collect()
}

/// Lines with the answers that scores decide for, each at its own temperature.
pub fn judged(codebook: &Codebook, lines: &[Labelled], scores: &[Vec<f32>], temperatures: &[f32]) -> Vec<Judged> {
    let one = |((line, scores), temperature): ((&Labelled, &Vec<f32>), &f32)| {
        let cooled: Vec<f32> = scores.iter().map(|score| score / temperature).collect();
        let (category, probability) = codebook.decide(&cooled);
        Judged { line: line.clone(), category, probability, ..Judged::default() }
    };
    lines.iter().zip(scores).zip(temperatures).map(one).collect()
}

/// For each line the temperature that suits all other parts, so that none is chosen on what it is measured on.
pub fn temperatures(codebook: &Codebook, lines: &[Labelled], scores: &[Vec<f32>], split: Split) -> Vec<f32> {
    let parts = split.parts(lines);
    let mut names: Vec<u64> = parts.clone();
    names.sort_unstable();
    names.dedup();
    let suited = on_all_cores(&names, |&name| temperature(&known(codebook, lines, scores, |at| parts.get(at) != Some(&name))));
    let of = |part: &u64| names.iter().position(|name| name == part).and_then(|at| suited.get(at)).copied().unwrap_or(1.0);
    parts.iter().map(of).collect()
}

/// Scores with the right category and how much the line counts, of those lines whose place `chosen` takes.
pub fn known<'s>(
    codebook: &Codebook,
    lines: &[Labelled],
    scores: &'s [Vec<f32>],
    chosen: impl Fn(usize) -> bool,
) -> Vec<(&'s [f32], usize, f32)> {
    let place = |label: &Option<String>| codebook.categories().iter().position(|category| Some(&category.code) == label.as_ref());
    let crowd = crowd(lines.iter());
    let one = |(at, (scores, line)): (usize, (&'s Vec<f32>, &Labelled))| {
        let category = place(&line.label).filter(|_| chosen(at))?;
        Some((scores.as_slice(), category, weight(&crowd, line)))
    };
    scores.iter().zip(lines).enumerate().filter_map(one).collect()
}

/// A name for each line, shared by all that share a family or a vendor, directly or through others.
fn groups(lines: &[Labelled]) -> Vec<String> {
    let mut of: BTreeMap<String, String> = BTreeMap::new();
    fn root(of: &BTreeMap<String, String>, mut name: String) -> String {
        while let Some(above) = of.get(&name).filter(|above| **above != name) {
            name.clone_from(above);
        }
        name
    }
    let names = |line: &Labelled| {
        let family = format!("family {} {}", line.source, line.family());
        let vendor = line.vendor.as_ref().map(|vendor| format!("vendor {} {vendor}", line.source));
        (family, vendor)
    };
    for line in lines {
        if let (family, Some(vendor)) = names(line) {
            let (one, other) = (root(&of, family), root(&of, vendor));
            let (low, high) = if one < other { (one, other) } else { (other, one) };
            of.insert(high, low);
        }
    }
    lines.iter().map(|line| root(&of, names(line).0)).collect()
}

/// A text's fingerprint, mixed: a remainder would see its last bits alone.
fn digest(text: &str) -> u64 {
    let print = fingerprint(text.as_bytes());
    print ^ (print >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: usize, family: &str, vendor: Option<&str>) -> Labelled {
        let owned = |text: &str| text.to_owned();
        Labelled { id: id.to_string(), source: owned("s"), family: Some(owned(family)), vendor: vendor.map(owned), ..Labelled::default() }
    }

    #[test]
    fn what_shares_a_vendor_or_a_family_stays_together() {
        let lines = [
            line(0, "f1", Some("anna")),
            line(1, "f2", Some("anna")),
            line(2, "f2", Some("bob")),
            line(3, "f3", None),
            line(4, "f1", None),
        ];
        let groups = groups(&lines);
        assert!([1, 2, 4].iter().all(|&at| groups[at] == groups[0]));
        assert_ne!(groups[3], groups[0]);
        let parts = Split::Grouped.parts(&lines);
        assert!(parts[..3].iter().all(|part| *part == parts[0]) && parts[4] == parts[0]);
    }

    #[test]
    fn large_sources_are_left_out_one_by_one() {
        let mut lines: Vec<Labelled> = (0..250).map(|id| line(id, "f", None)).collect();
        lines.iter_mut().skip(100).take(100).for_each(|line| line.source = "t".to_owned());
        lines.iter_mut().skip(200).for_each(|line| {
            line.source = format!("small {}", line.id);
            line.file = usize::from(line.id.ends_with('1'));
        });
        let parts = Split::Source.parts(&lines);
        assert!(parts[..100].iter().all(|part| *part == parts[0]) && parts[100..200].iter().all(|part| *part == parts[100]));
        assert_ne!(parts[0], parts[100]);
        assert!(parts[200..].iter().all(|part| *part != parts[0] && *part != parts[100]));
        assert!(parts[200..].iter().zip(&lines[200..]).all(|(part, line)| (*part == parts[200]) == (line.file == lines[200].file)));
    }
}
