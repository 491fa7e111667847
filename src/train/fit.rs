//! Fits the linear model to labelled listings: multinomial logistic regression with AdaGrad (Duchi, Hazan and Singer, "Adaptive subgradient
//! methods", JMLR 2011). The same lines in the same order give the same weights, to the bit.

use std::collections::BTreeMap;

use vigie_extractors::codebook::Codebook;
use vigie_extractors::codebook::grams::BUCKETS;
use vigie_extractors::codebook::model::{Evidence, Model, ModelError};

use crate::dice::Dice;
use crate::eval::classify::first;
use crate::eval::labelled::Labelled;
use crate::pipeline::stage::on_all_cores;

/// Share of its weight that a listing keeps whose label is doubted.
const DOUBTED: f32 = 0.05;
/// Probability from which the rules' word counts against a label that no person gave.
const SURE: f64 = 0.8;

/// How it is fitted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Times that every example is gone through.
    pub epochs: usize,
    /// Length of the first step.
    pub rate: f32,
    /// What pulls weights towards nothing, for each example seen.
    pub decay: f32,
    /// Share of every example's label that is spread evenly over all categories, so that a label that is wrong, or a word that
    /// happens to stand in one category alone, does not drive weights up without end (Szegedy et al., "Rethinking the Inception
    /// architecture for computer vision", CVPR 2016).
    pub smoothing: f32,
    /// Factor of the rules at the beginning; with 0 they are left out.
    pub rules: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { epochs: 12, rate: 0.1, decay: 3e-4, smoothing: 0.1, rules: 0.7 }
    }
}

/// What a labelled listing gives to go by.
#[derive(Debug, Clone)]
pub struct Given {
    /// With the site's categories.
    pub whole: Evidence,
    /// Without them, where it has them.
    pub bare: Option<Evidence>,
    /// Whether its label is doubted.
    doubted: bool,
}

/// A labelled listing as the model sees it.
#[derive(Debug, Clone)]
pub struct Example<'a> {
    /// What it gives to go by.
    pub evidence: &'a Evidence,
    /// Its category's place in the codebook.
    pub category: usize,
    /// How much it counts.
    pub weight: f32,
}

/// What was fitted, not yet rounded.
#[derive(Debug, Clone)]
pub struct Fitted {
    /// Factor of the rules.
    pub rules: f32,
    /// By category.
    pub bias: Vec<f32>,
    /// By place of the table, then by category.
    pub weights: Vec<f32>,
}

/// Listings by source and label.
pub(super) type Crowd<'a> = BTreeMap<(&'a str, &'a str), f32>;

/// How many listings each source has of each label.
pub(super) fn crowd<'a>(lines: impl Iterator<Item = &'a Labelled>) -> Crowd<'a> {
    let mut crowd = Crowd::new();
    for line in lines {
        *crowd.entry((&line.source, line.label.as_deref().unwrap_or_default())).or_default() += 1.0;
    }
    crowd
}

/// How much a listing counts: less where there are many of its label on its source.
pub(super) fn weight(crowd: &Crowd<'_>, line: &Labelled) -> f32 {
    crowd.get(&(line.source.as_str(), line.label.as_deref().unwrap_or_default())).map_or(1.0, |count| 1.0 / count.sqrt())
}

/// Reads all lines, on all cores.
pub fn given(codebook: &Codebook, lines: &[Labelled]) -> Vec<Given> {
    on_all_cores(lines, |line| {
        let mut listing = line.listing();
        let whole = codebook.evidence(&listing);
        let doubted = doubted(codebook, line, &whole);
        let bare = (!listing.category_path.is_empty()).then(|| {
            listing.category_path.clear();
            codebook.evidence(&listing)
        });
        Given { whole, bare, doubted }
    })
}

/// Labelled lines as examples: each with the site's categories, and again without where it has them, so that neither is relied upon.
///
/// Many listings of one category on one source count less each: the square root of their number counts.
pub fn examples<'a>(codebook: &Codebook, lines: &[(&Labelled, &'a Given)]) -> Vec<Example<'a>> {
    let crowd = crowd(lines.iter().map(|(line, _)| *line));
    let place = |code: &str| codebook.categories().iter().position(|category| category.code == code);
    let mut all: Vec<Example<'a>> = Vec::with_capacity(lines.len() * 2);
    for (line, given) in lines {
        let Some(category) = line.label.as_deref().and_then(place) else { continue };
        let weight = weight(&crowd, line) * if given.doubted { DOUBTED } else { 1.0 };
        match &given.bare {
            None => all.push(Example { evidence: &given.whole, category, weight }),
            Some(bare) => {
                all.push(Example { evidence: &given.whole, category, weight: weight / 2.0 });
                all.push(Example { evidence: bare, category, weight: weight / 2.0 });
            }
        }
    }
    let mean = all.iter().map(|one| one.weight).sum::<f32>() / all.len().max(1) as f32;
    all.iter_mut().for_each(|one| one.weight = (one.weight / mean).min(8.0));
    all
}

/// Whether a label that no person gave is contradicted by rules that are sure of another first level: an upper among rifles, shells that a
/// program took for a shotgun.
fn doubted(codebook: &Codebook, line: &Labelled, evidence: &Evidence) -> bool {
    let by_machine = matches!(line.label_source.as_deref(), Some("site" | "parser"));
    by_machine && {
        let (said, probability) = codebook.decide(&evidence.rules);
        let own = line.label.as_deref().map(first);
        probability >= SURE && said != "unknown" && said != "non_weapon" && own != Some("non_weapon") && Some(first(&said)) != own
    }
}

/// Fits the weights.
pub fn fit(examples: &[Example<'_>], categories: usize, settings: Settings) -> Fitted {
    let mut fitted = Fitted { rules: settings.rules, bias: vec![0.0; categories], weights: vec![0.0; BUCKETS * categories] };
    let mut seen = Fitted { rules: 1.0, bias: vec![1.0; categories], weights: vec![1e-2; BUCKETS * categories] };
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut dice = Dice(1);
    for _ in 0..settings.epochs {
        for at in (1..order.len()).rev() {
            order.swap(at, dice.below(at as u64 + 1) as usize);
        }
        for one in order.iter().filter_map(|&at| examples.get(at)) {
            step(&mut fitted, &mut seen, one, settings);
        }
    }
    fitted
}

fn step(fitted: &mut Fitted, seen: &mut Fitted, one: &Example<'_>, settings: Settings) {
    let count = fitted.bias.len();
    let mut errors = probabilities(&fitted.scores(one.evidence));
    errors.iter_mut().for_each(|error| *error -= settings.smoothing / count as f32);
    if let Some(right) = errors.get_mut(one.category) {
        *right -= 1.0 - settings.smoothing;
    }
    errors.iter_mut().for_each(|error| *error *= one.weight);
    let move_by = |weight: &mut f32, seen: &mut f32, slope: f32| {
        *seen += slope * slope;
        *weight -= settings.rate * slope / seen.sqrt();
    };
    if settings.rules > 0.0 {
        let slope: f32 = errors.iter().zip(&one.evidence.rules).map(|(error, rule)| error * rule).sum();
        move_by(&mut fitted.rules, &mut seen.rules, slope * 0.1);
        fitted.rules = fitted.rules.max(0.1);
    }
    for ((bias, seen), error) in fitted.bias.iter_mut().zip(&mut seen.bias).zip(&errors) {
        move_by(bias, seen, *error);
    }
    for (bucket, value) in &one.evidence.grams {
        let range = bucket * count..(bucket + 1) * count;
        let (Some(weights), Some(seen)) = (fitted.weights.get_mut(range.clone()), seen.weights.get_mut(range)) else { continue };
        for ((weight, seen), error) in weights.iter_mut().zip(seen).zip(&errors) {
            let slope = error * value + settings.decay * *weight;
            move_by(weight, seen, slope);
        }
    }
}

impl Fitted {
    /// Scores by category.
    pub fn scores(&self, evidence: &Evidence) -> Vec<f32> {
        let count = self.bias.len();
        let mut scores: Vec<f32> = self.bias.iter().zip(&evidence.rules).map(|(bias, rule)| bias + self.rules * rule).collect();
        for (bucket, value) in &evidence.grams {
            let row = self.weights.get(bucket * count..(bucket + 1) * count).unwrap_or_default();
            scores.iter_mut().zip(row).for_each(|(score, weight)| *score += value * weight);
        }
        scores
    }

    /// Divides all that makes a score: probabilities become less sure where `temperature` is above 1 (Guo et al., ICML 2017).
    pub fn cool(&mut self, temperature: f32) {
        self.rules /= temperature;
        self.bias.iter_mut().chain(&mut self.weights).for_each(|number| *number /= temperature);
    }

    /// The model to be written.
    ///
    /// # Errors
    /// A number is not finite.
    pub fn model(&self, name: &str, codebook: &Codebook) -> Result<Model, ModelError> {
        Model::new(name, codebook, self.rules, self.bias.clone(), &self.weights)
    }
}

/// The softmax of scores.
fn probabilities(scores: &[f32]) -> Vec<f32> {
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let mut shares: Vec<f32> = scores.iter().map(|score| (score - top).exp()).collect();
    let sum: f32 = shares.iter().sum();
    shares.iter_mut().for_each(|share| *share /= sum);
    shares
}

/// The temperature between 0.5 and 3 at which the probabilities of examples that were kept apart are the most likely ones; each counts by its
/// weight.
pub fn temperature(scored: &[(&[f32], usize, f32)]) -> f32 {
    let cost = |temperature: f32| -> f64 {
        let one = |(scores, right, weight): &(&[f32], usize, f32)| {
            let cooled: Vec<f32> = scores.iter().map(|score| score / temperature).collect();
            -f64::from(probabilities(&cooled).get(*right).copied().unwrap_or(0.0).max(1e-9)).ln() * f64::from(*weight)
        };
        scored.iter().map(one).sum()
    };
    let steps = (10..=60).map(|step| step as f32 / 20.0);
    steps.map(|step| (cost(step), step)).min_by(|a, b| a.0.total_cmp(&b.0)).map_or(1.0, |(_, step)| step)
}
