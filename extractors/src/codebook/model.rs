//! The linear model: what grams of a text add to the scores of the lexicon's rules.
//!
//! A category's score is `rules * (score of the rules) + bias + sum of value * weight over the grams`; probabilities are its softmax.

use super::Codebook;
use super::grams::{BUCKETS, Gram};
use super::reading::Reading;
use crate::record::Span;
use serde::{Deserialize, Serialize};
use std::fmt;

/// First bytes of a model's file.
const MAGIC: &[u8] = b"vigie model 1\n";
/// Least log-odds of a word that is given as a reason.
const TELLING: f32 = 0.25;
/// Largest file that is read, in bytes.
const LARGEST: usize = 64 << 20;

/// What stands before the weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Name, written on every classification.
    pub name: String,
    /// Version of the codebook whose rules it was trained beside.
    pub codebook: String,
    /// Codes of the categories, in the order of the weights.
    pub categories: Vec<String>,
    /// Factor of the rules' scores.
    pub rules: f32,
    /// By category.
    pub bias: Vec<f32>,
    /// By category: a weight is its byte, signed, times this.
    pub scale: Vec<f32>,
}

/// A model ready for use: a file of a line that names the format, a line of JSON ([`Head`]) and one signed byte for each place of the
/// table and each category.
#[derive(Clone, PartialEq)]
pub struct Model {
    head: Head,
    /// By place of the table, then by category.
    weights: Vec<i8>,
    /// By place of the table: what it adds to all categories on average.
    means: Vec<f32>,
}

/// Why a model was refused, in one sentence with the remedy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelError(pub String);

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ModelError {}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("head", &self.head).field("weights", &self.weights.len()).finish()
    }
}

/// What a listing gives the model to go by; for training.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    /// Scores of the rules, in the order of [`Codebook::categories`].
    pub rules: Vec<f32>,
    /// Places in the table with their values.
    pub grams: Vec<(usize, f32)>,
}

impl Model {
    /// Puts a model together. Weights are by place of the table, then by category; they are rounded to 255 steps a category.
    ///
    /// # Errors
    /// The numbers of categories, biases and weights do not agree, or a number is not finite.
    pub fn new(name: &str, codebook: &Codebook, rules: f32, bias: Vec<f32>, weights: &[f32]) -> Result<Self, ModelError> {
        let categories: Vec<String> = codebook.categories().iter().map(|category| category.code.clone()).collect();
        let count = categories.len();
        let mut largest = vec![0.0_f32; count];
        for row in weights.chunks(count.max(1)) {
            row.iter().zip(&mut largest).for_each(|(weight, most)| *most = most.max(weight.abs()));
        }
        let scale: Vec<f32> = largest.iter().map(|most| most / 127.0).collect();
        let step = |(weight, scale): (&f32, &f32)| if *scale > 0.0 { (weight / scale).round() as i8 } else { 0 };
        let bytes = weights.chunks(count.max(1)).flat_map(|row| row.iter().zip(&scale).map(step)).collect();
        let head = Head { name: name.to_owned(), codebook: codebook.version().to_owned(), categories, rules, bias, scale };
        Self { head, weights: bytes, means: Vec::new() }.checked(codebook)
    }

    /// Reads a model's file for a codebook.
    ///
    /// # Errors
    /// It is no such file, it is cut, or it was trained for other categories.
    pub fn parse(bytes: &[u8], codebook: &Codebook) -> Result<Self, ModelError> {
        let wrong = |why: &str| ModelError(format!("the model {why}; hint: `vigie train` writes one"));
        let rest = bytes.strip_prefix(MAGIC).filter(|_| bytes.len() <= LARGEST).ok_or_else(|| wrong("is no model of this version"))?;
        let end = rest.iter().position(|&byte| byte == b'\n').ok_or_else(|| wrong("is cut within its first lines"))?;
        let (head, weights) = rest.split_at(end);
        let head = serde_json::from_slice(head).map_err(|error| wrong(&format!("has a head that cannot be read ({error})")))?;
        let weights = weights.iter().skip(1).map(|&byte| byte.cast_signed()).collect();
        Self { head, weights, means: Vec::new() }.checked(codebook)
    }

    pub(super) fn checked(mut self, codebook: &Codebook) -> Result<Self, ModelError> {
        let Head { categories, rules, bias, scale, .. } = &self.head;
        let wrong = |why: String| Err(ModelError(format!("the model {why}; hint: train it again with this codebook: `vigie train`")));
        if !categories.iter().eq(codebook.categories().iter().map(|category| &category.code)) {
            return wrong("was trained for other categories than those of codebook.toml".to_owned());
        }
        let (wanted, count) = (BUCKETS * categories.len(), self.weights.len());
        if count != wanted || bias.len() != categories.len() || scale.len() != categories.len() {
            return wrong(format!("has {count} weights where {wanted} belong, or not a bias for each category"));
        }
        if !bias.iter().chain(scale).chain([rules]).all(|number| number.is_finite()) {
            return wrong("has numbers that are none".to_owned());
        }
        let mean = |row: &[i8]| {
            row.iter().zip(scale).map(|(&weight, scale)| f32::from(weight) * scale).fold(0.0, |all, weight| all + weight) / row.len() as f32
        };
        self.means = self.weights.chunks(categories.len().max(1)).map(mean).collect();
        Ok(self)
    }

    /// The model's file.
    pub fn bytes(&self) -> Vec<u8> {
        let head = serde_json::to_string(&self.head).unwrap_or_default();
        let mut bytes = [MAGIC, head.as_bytes(), b"\n"].concat();
        bytes.extend(self.weights.iter().map(|weight| weight.cast_unsigned()));
        bytes
    }

    /// Name, written on every classification.
    pub fn name(&self) -> &str {
        &self.head.name
    }

    /// Bytes of memory that its numbers take.
    pub fn size(&self) -> usize {
        self.weights.len() + 4 * self.means.len() + 8 * self.head.bias.len()
    }

    /// Scores by category: those of the rules with what the grams add.
    pub(crate) fn add(&self, rules: &[f32], grams: &[Gram]) -> Vec<f32> {
        let count = self.head.categories.len();
        let mut sums = vec![0.0_f32; count];
        for gram in grams {
            let row = self.row(gram.bucket, count);
            sums.iter_mut().zip(row).for_each(|(sum, &weight)| *sum += gram.value * f32::from(weight));
        }
        let Head { rules: factor, bias, scale, .. } = &self.head;
        let numbers = rules.iter().zip(&sums).zip(bias.iter().zip(scale));
        numbers.map(|((rule, sum), (bias, scale))| factor * rule + bias + sum * scale).collect()
    }

    /// The words that speak most for a category, the strongest first: what a word's grams add to it beyond what they add to all categories
    /// on average, as log-odds of at least [`TELLING`].
    pub(crate) fn reasons<'r>(
        &self,
        grams: &[Gram],
        category: usize,
        title: &'r Reading<'r>,
        description: &'r Reading<'r>,
    ) -> impl Iterator<Item = Span> + use<'r> {
        let (mut said, mut told) = (vec![0.0_f32; title.len()], vec![0.0_f32; description.len()]);
        let (count, scale) = (self.head.categories.len(), self.head.scale.get(category).copied().unwrap_or_default());
        for gram in grams {
            let own = self.weights.get(gram.bucket * count + category).map_or(0.0, |&weight| f32::from(weight) * scale);
            let share = gram.value * (own - self.means.get(gram.bucket).copied().unwrap_or_default());
            let share = share / (gram.last - gram.first).max(1) as f32;
            let sums = if gram.told { &mut told } else { &mut said };
            sums.get_mut(gram.first..gram.last).into_iter().flatten().for_each(|sum| *sum += share);
        }
        let words = said.into_iter().zip(0..).map(|(sum, at)| (sum, title, at));
        let words = words.chain(told.into_iter().zip(0..).map(|(sum, at)| (sum, description, at)));
        let mut telling: Vec<(f32, &'r Reading<'r>, usize)> = words.filter(|(sum, ..)| *sum >= TELLING).collect();
        telling.sort_by(|a, b| b.0.total_cmp(&a.0));
        telling.into_iter().map(|(_, reading, at)| reading.span(at, at + 1, "learnt"))
    }

    fn row(&self, bucket: usize, count: usize) -> &[i8] {
        self.weights.get(bucket * count..(bucket + 1) * count).unwrap_or_default()
    }
}
