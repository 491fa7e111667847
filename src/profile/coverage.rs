//! How far a profile reads pages: by its rules and fields what they give, how often the general reading says the same, what went wrong.

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;
use vigie_extractors::profile::{Field, Profile};
use vigie_extractors::record::{Extraction, Listing};

use crate::config::Source;
use crate::extract;
use crate::pipeline::expectations::{Missed, of_profile, profile_code};
use crate::pipeline::stage::on_all_cores;
use crate::profile::sample::Sampled;
use crate::store::passes::Share;

/// Examples of one problem.
const EXAMPLES: usize = 3;

/// What a profile makes of pages.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Coverage {
    /// Pages that were read.
    pub pages: usize,
    /// By rules of the profile, in its order; those that took no page, too.
    pub rules: Vec<RulesCoverage>,
    /// Pages that no rules took, by what the general reading takes them for.
    pub not_taken: BTreeMap<String, usize>,
    /// Requirements and expectations that the pages miss.
    pub missed: Vec<Missed>,
}

/// What some rules make of the pages that they take.
#[derive(Debug, Clone, Default, Serialize)]
pub struct RulesCoverage {
    /// Page kind.
    pub page_kind: String,
    /// Finer kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_detail: Option<String>,
    /// Pages taken.
    pub pages: usize,
    /// Of these, how many the general reading takes for the same kind.
    pub same_kind: usize,
    /// Records on them.
    pub records: usize,
    /// By field.
    pub fields: Vec<FieldCoverage>,
}

/// One field.
#[derive(Debug, Clone, Default, Serialize)]
pub struct FieldCoverage {
    /// Key in the profile.
    pub field: String,
    /// Records, or accounts, in which it could stand.
    pub records: usize,
    /// Of these, how many the rules of the profile fill.
    pub by_profile: usize,
    /// How many hold it in the end, whoever read it.
    pub filled: usize,
    /// How many both this profile and the general reading alone give.
    pub compared: usize,
    /// How many of these are the same.
    pub same: usize,
    /// Problems with it.
    pub problems: usize,
    /// Some of what differs and of what was not found or understood.
    pub examples: Vec<Example>,
}

/// Something to look at.
#[derive(Debug, Clone, Serialize)]
pub struct Example {
    /// Capture or file.
    pub page: String,
    /// What is the matter.
    pub what: String,
}

/// Reads pages with a profile and without.
pub fn measure(pages: &[Sampled], source: &Source, profile: &Profile) -> Coverage {
    let with = Source { profile: Some(profile.clone()), ..source.clone() };
    let without = Source { profile: None, ..source.clone() };
    let read = on_all_cores(pages, |page| {
        let (extraction, explanations) = extract::page_explained(&page.body, Some(&with));
        let ruled: Vec<(usize, String)> =
            explanations.into_iter().filter(|one| one.from == "profile").filter_map(|one| Some((one.listing?, one.field))).collect();
        (extraction, ruled, extract::page(&page.body, Some(&without), None))
    });
    let mut coverage = Coverage { pages: pages.len(), ..Coverage::default() };
    coverage.rules = profile
        .page
        .iter()
        .map(|rules| RulesCoverage {
            page_kind: rules.kind.code().to_owned(),
            page_detail: rules.detail.clone(),
            fields: Field::ALL
                .into_iter()
                .filter(|field| {
                    rules.fields.contains_key(field) || rules.vendor.contains_key(field) || rules.expected().any(|(own, ..)| own == *field)
                })
                .map(|field| FieldCoverage { field: field.code().to_owned(), ..FieldCoverage::default() })
                .collect(),
            ..RulesCoverage::default()
        })
        .collect();
    let mut counted: BTreeMap<String, Share> = BTreeMap::new();
    for (page, (extraction, ruled, general)) in pages.iter().zip(&read) {
        for one in &extraction.expected {
            let share = counted.entry(profile_code(one.rules, &one.field)).or_default();
            share.pages += 1;
            share.filled += u64::from(one.filled);
        }
        let taken = extraction.rules.and_then(|number| Some((profile.page.get(number)?, coverage.rules.get_mut(number)?)));
        let Some((rules, own)) = taken else {
            *coverage.not_taken.entry(extraction.page_kind.code().to_owned()).or_default() += 1;
            continue;
        };
        own.pages += 1;
        own.same_kind += usize::from(extraction.page_kind == general.page_kind);
        own.records += extraction.listings.len();
        for one in &mut own.fields {
            let Some(field) = Field::ALL.into_iter().find(|field| field.code() == one.field) else { continue };
            if rules.vendor.contains_key(&field) && !rules.fields.contains_key(&field) {
                account(one, field, page, extraction, general);
            } else {
                records(one, field, page, extraction, ruled, general);
            }
        }
    }
    coverage.missed = of_profile(&source.id, profile, &counted, 1.0);
    coverage
}

fn records(
    one: &mut FieldCoverage,
    field: Field,
    page: &Sampled,
    extraction: &Extraction,
    ruled: &[(usize, String)],
    general: &Extraction,
) {
    let by_key: HashMap<&str, &Listing> = general.listings.iter().map(|listing| (listing.key.as_str(), listing)).collect();
    let name = explained(field);
    for (number, listing) in extraction.listings.iter().enumerate() {
        let value = field.of(listing);
        one.records += 1;
        one.filled += usize::from(value.is_some());
        one.by_profile += usize::from(ruled.iter().any(|(own, field)| *own == number && *field == name));
        let other = by_key.get(listing.key.as_str()).and_then(|other| field.of(other));
        compare(one, page, value, other);
    }
    let faults = extraction.problems.iter().filter(|problem| problem.field == field.code());
    for problem in faults {
        one.problems += 1;
        let found = if problem.found.is_empty() { "nothing".to_owned() } else { format!("{:?}", problem.found) };
        example(one, page, format!("{} gives {found}", problem.place));
    }
}

fn account(one: &mut FieldCoverage, field: Field, page: &Sampled, extraction: &Extraction, general: &Extraction) {
    let value = extraction.vendors.first().and_then(|vendor| field.of_vendor(vendor));
    one.records += 1;
    one.filled += usize::from(value.is_some());
    one.by_profile += usize::from(value.is_some());
    let other = general.vendors.first().and_then(|vendor| field.of_vendor(vendor));
    compare(one, page, value, other);
}

fn compare(one: &mut FieldCoverage, page: &Sampled, value: Option<String>, other: Option<String>) {
    if let (Some(value), Some(other)) = (value, other) {
        one.compared += 1;
        if value == other {
            one.same += 1;
        } else {
            let cut = |text: String| text.chars().take(80).collect::<String>();
            example(one, page, format!("{:?} by the profile, {:?} by the general reading", cut(value), cut(other)));
        }
    }
}

fn example(one: &mut FieldCoverage, page: &Sampled, what: String) {
    if one.examples.len() < EXAMPLES {
        one.examples.push(Example { page: page.place.clone(), what });
    }
}

/// The name of a field in explanations.
fn explained(field: Field) -> &'static str {
    match field {
        Field::Category => "category_path",
        Field::VendorUrl => "vendor",
        Field::Rating => "vendor.rating",
        Field::Sales => "vendor.sales",
        Field::Since => "vendor.since",
        Field::LastSeen => "vendor.last_seen",
        Field::Quantity => "stock",
        field => field.code(),
    }
}
