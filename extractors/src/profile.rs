//! An extractor written as selectors in a source file, under `[extractor]`.
//!
//! ```toml
//! [extractor]
//! currency = "USD"
//! [[extractor.page]]
//! kind = "index"
//! when = "div.results"
//! record = "div.results > div.card"
//! fields.title = "a.title"
//! fields.price = { select = "span.price", regex = '([0-9.]+)' }
//! ```

use std::collections::BTreeMap;
use std::fmt;
use std::sync::OnceLock;

use regex::Regex;
use scraper::Selector;
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::record::PageKind;

/// How the pages of a source are read. What it does not name is read by the general extractors.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Profile {
    /// Currency of amounts without a sign: ISO 4217 or an asset code.
    pub currency: Option<String>,
    /// Language of pages that do not declare one, ISO 639-1.
    pub language: Option<String>,
    /// Rules by kind of page; the first whose conditions hold is taken.
    pub page: Vec<PageRules>,
}

/// Rules for one kind of page.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PageRules {
    /// What such a page is.
    pub kind: PageKind,
    /// A finer kind, such as `search`.
    #[serde(default)]
    pub detail: Option<String>,
    /// Selector that matches something on such pages.
    #[serde(default)]
    pub when: Option<Css>,
    /// Regular expression that the address of such pages matches.
    #[serde(default)]
    pub url: Option<Pattern>,
    /// Selector of one listing on an index, vendor or thread page; fields are then looked for inside it.
    #[serde(default)]
    pub record: Option<Css>,
    /// Where each field stands.
    #[serde(default)]
    pub fields: BTreeMap<Field, Rule>,
    /// Where the fields of the vendor described by a vendor page stand, the whole page being searched.
    #[serde(default)]
    pub vendor: BTreeMap<Field, Rule>,
}

/// Fields that a profile can fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the record field of the same name")]
pub enum Field {
    Url,
    Title,
    Description,
    Price,
    Currency,
    Quantity,
    Category,
    Availability,
    Stock,
    Sku,
    Gtin,
    Mpn,
    Brand,
    Vendor,
    VendorUrl,
    Rating,
    Sales,
    PositivePercent,
    Since,
    LastSeen,
    ShipsFrom,
    ShipsTo,
    Payments,
    Escrow,
    PostedAt,
    Images,
}

/// Where one field stands: a selector, or a table with more to say.
#[derive(Debug, Clone, Default)]
pub struct Rule {
    /// What is looked for; without it the record or page itself.
    pub select: Option<Css>,
    /// Attribute to read instead of the text; `own` reads only the element's own text.
    pub attr: Option<String>,
    /// Regular expression; its first group, or the whole match, is the value.
    pub regex: Option<Pattern>,
    /// Text at which the value is split into several.
    pub split: Option<String>,
    /// Value where nothing was found.
    pub default: Option<String>,
    /// Take every element that matches, not only the first.
    pub all: bool,
    /// Reverse the order of several values.
    pub reverse: bool,
    /// Take this one of several values, counted from 0; negative counts from the end.
    pub index: Option<i64>,
}

#[derive(Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct FullRule {
    select: Option<Css>,
    attr: Option<String>,
    regex: Option<Pattern>,
    split: Option<String>,
    default: Option<String>,
    all: bool,
    reverse: bool,
    index: Option<i64>,
}

impl<'de> Deserialize<'de> for Rule {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Rule;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a CSS selector, or a table with select, attr, regex, split, default, all, reverse, index")
            }

            fn visit_str<E>(self, text: &str) -> Result<Rule, E> {
                Ok(Rule { select: Some(Css::from(text.to_owned())), ..Rule::default() })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Rule, A::Error> {
                let full = FullRule::deserialize(MapAccessDeserializer::new(map))?;
                let FullRule { select, attr, regex, split, default, all, reverse, index } = full;
                Ok(Rule { select, attr, regex, split, default, all, reverse, index })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A CSS selector, compiled when first used.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "String")]
pub struct Css {
    /// As written.
    pub source: String,
    compiled: OnceLock<Option<Selector>>,
}

impl From<String> for Css {
    fn from(source: String) -> Self {
        Self { source, compiled: OnceLock::new() }
    }
}

impl Css {
    /// The selector, or nothing where it does not compile: see [`Profile::check`].
    pub fn selector(&self) -> Option<&Selector> {
        self.compiled.get_or_init(|| Selector::parse(&self.source).ok()).as_ref()
    }
}

/// A regular expression, compiled when first used.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    /// As written.
    pub source: String,
    compiled: OnceLock<Option<Regex>>,
}

impl From<String> for Pattern {
    fn from(source: String) -> Self {
        Self { source, compiled: OnceLock::new() }
    }
}

impl Pattern {
    /// The expression, or nothing where it does not compile: see [`Profile::check`].
    pub fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(&self.source).ok()).as_ref()
    }
}

impl Profile {
    /// What is wrong with the profile, each fault named by its key below `[extractor]`; empty when all is well.
    pub fn check(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for (at, page) in self.page.iter().enumerate() {
            let place = format!("page[{at}] ({})", page.kind.code());
            check_css(page.when.as_ref(), &format!("{place}.when"), &mut faults);
            check_css(page.record.as_ref(), &format!("{place}.record"), &mut faults);
            check_pattern(page.url.as_ref(), &format!("{place}.url"), &mut faults);
            if page.when.is_none() && page.url.is_none() && at + 1 < self.page.len() {
                faults.push(format!("{place}: has neither `when` nor `url`, so no later rule is ever reached; put it last"));
            }
            for (group, rules) in [("fields", &page.fields), ("vendor", &page.vendor)] {
                for (field, rule) in rules {
                    let place = format!("{place}.{group}.{}", format!("{field:?}").to_ascii_lowercase());
                    check_css(rule.select.as_ref(), &format!("{place}.select"), &mut faults);
                    check_pattern(rule.regex.as_ref(), &format!("{place}.regex"), &mut faults);
                    if rule.select.is_none() && rule.attr.is_none() && rule.regex.is_none() && rule.default.is_none() {
                        faults.push(format!("{place}: says nothing; give at least one of select, attr, regex, default"));
                    }
                }
            }
        }
        faults
    }
}

fn check_css(css: Option<&Css>, place: &str, faults: &mut Vec<String>) {
    if let Some(css) = css
        && let Err(error) = Selector::parse(&css.source)
    {
        faults.push(format!("{place}: `{}` is no CSS selector: {error}", css.source));
    }
}

fn check_pattern(pattern: Option<&Pattern>, place: &str, faults: &mut Vec<String>) {
    if let Some(pattern) = pattern
        && let Err(error) = Regex::new(&pattern.source)
    {
        faults.push(format!("{place}: `{}` is no regular expression: {error}", pattern.source));
    }
}
