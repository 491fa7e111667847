//! What a pass should have found, and how a broken layout shows: judged from counts alone.
//!
//! Four rules, by what they need:
//!
//! - **Bounds.** `max_listings` holds for every pass, `min_listings` for those that were not cut. A pass that visits only what is due counts
//!   what was seen lately, too, so that a run right after another misses nothing.
//! - **Fields.** Pages are compared with pages, so these hold for every pass, also of one source, also cut: of at least
//!   [`FEWEST_PAGES`] pages less than half as many gave a field as in the passes before (the median of the last [`COMPARED`] that were not
//!   cut), and chance would do that in at most one of 100,000 passes, if pages gave the field independently of each other. They do not
//!   quite: a seller of most of the goods who hides prices looks the same. Hence it says "look", and once half of the passes compared
//!   look like the new one it says no more.
//! - **Profile.** What the profile of a source requires or expects of its pages holds for every pass, also of one page: a share is missed when so
//!   few pages give the field that chance would do that in at most one of 100 passes. Half of the pages of a kind must be taken by the rules for it.
//! - **Listings.** A whole pass (the first one, a sweep, `--revisit`) that was not cut has less than half of the listings of the whole
//!   passes before. Nothing else is compared by listings: what is due differs from run to run.

use std::collections::BTreeMap;

use serde::Serialize;
use vigie_extractors::profile::{Css, MOST, Profile, Rules};
use vigie_extractors::record::PageKind;

use crate::config::Source;
use crate::fetch::Outcome;
use crate::pipeline::ending::{Reading, wall};
use crate::store::passes::{Pass, Share};

/// With fewer pages of a kind, or listings before, nothing is said.
pub const FEWEST_PAGES: u64 = 20;
/// Passes that a pass is compared with.
pub const COMPARED: usize = 7;
/// How seldom chance may do the same.
const BY_CHANCE: f64 = 1e-5;
/// The same for a share that a person wrote down.
const BY_CHANCE_OF_PROFILE: f64 = 0.01;
/// While nothing is known: how many of the pages that were listings should still be. Boards take old advertisements down.
const STILL_LISTINGS: f64 = 0.5;

/// What pages are expected to give.
const FIELDS: [Field; 6] = [
    Field { code: "page_kind", pages: "pages that were listings before", gave: "still are" },
    Field { code: "title", pages: "listing pages", gave: "gave a title" },
    Field { code: "description", pages: "listing pages", gave: "gave a description" },
    Field { code: "price", pages: "listing pages", gave: "gave a price" },
    Field { code: "vendor", pages: "listing pages", gave: "named a vendor" },
    Field { code: "cards", pages: "index pages", gave: "showed listings" },
];

struct Field {
    code: &'static str,
    pages: &'static str,
    gave: &'static str,
}

/// What a pass saw of one source so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Its beginning, microseconds.
    pub since: i64,
    /// Whether every page is to be visited in it.
    pub whole: bool,
    /// Pages that came.
    pub pages: u64,
    /// What they gave, by the code of the field.
    pub fields: BTreeMap<String, Share>,
}

impl Seen {
    /// Takes in a page; `before` is the kind that it was at the last visit. Only what the server sent now counts.
    pub fn take(&mut self, before: &str, reading: &Reading) {
        let Some(page) = reading.extraction.as_ref().filter(|_| reading.outcome == Outcome::Ok) else { return };
        self.pages += 1;
        if reading.gone() || wall(page).is_some() {
            return;
        }
        for one in &page.expected {
            self.count(&profile_code(one.rules, &one.field), one.filled);
        }
        if before == PageKind::Listing.code() {
            self.count("page_kind", page.page_kind == PageKind::Listing);
        }
        if let Some(listing) = page.listings.first().filter(|_| page.page_kind == PageKind::Listing) {
            self.count("title", !listing.title.trim().is_empty());
            self.count("description", !listing.description.trim().is_empty());
            self.count("price", !listing.offers.is_empty() || listing.price_state.is_some());
            self.count("vendor", listing.vendor.is_some());
        }
        if page.page_kind == PageKind::Index || before == PageKind::Index.code() {
            self.count("cards", !page.listings.is_empty());
        }
    }

    fn count(&mut self, field: &str, filled: bool) {
        let share = self.fields.entry(field.to_owned()).or_default();
        share.pages += 1;
        share.filled += u64::from(filled);
    }
}

/// An expectation that a pass missed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Missed {
    /// Source id.
    pub source: String,
    /// `min_listings`, `max_listings`, `layout_changed` or `profile_missed`.
    pub name: &'static str,
    /// What changed: `page_kind title description price vendor cards listings`; of a profile its field, `records`, or `rules` where they took too
    /// few pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
    /// Kind of the pages of which a profile expects it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_kind: Option<&'static str>,
    /// What was expected: the bound; of a field the usual share of pages that give it; the usual number of listings.
    pub expected: Figure,
    /// What was found.
    pub found: Figure,
    /// Pages that a share is of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pages: Option<u64>,
    /// The same for people, with what to do.
    #[serde(skip)]
    pub sentence: String,
}

/// A number of listings or a share of pages.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Figure {
    /// Listings.
    Count(u64),
    /// From 0 to 1.
    Share(f64),
}

/// Compares a pass with what the file of its source expects, and with the passes before, the latest first.
pub fn judge(source: &Source, pass: &Pass, before: &[Pass]) -> Vec<Missed> {
    let mut missed = bounds(source, pass);
    if let Some(profile) = &source.profile {
        missed.extend(of_profile(&source.id, profile, &pass.fields, BY_CHANCE_OF_PROFILE));
    }
    if source.expectations.notice_layout {
        missed.extend(FIELDS.iter().filter_map(|field| layout(pass, before, field)));
        missed.extend(fewer_listings(pass, before));
    }
    missed
}

fn bounds(source: &Source, pass: &Pass) -> Vec<Missed> {
    let (expected, found) = (source.expectations, pass.listings);
    let of = |name, bound: u64, words: &str, hint: &str| Missed {
        source: source.id.clone(),
        name,
        field: None,
        page_kind: None,
        expected: Figure::Count(bound),
        found: Figure::Count(found),
        pages: None,
        sentence: format!("{}: {found} listings seen, {words} {bound} expected; hint: {hint}", source.id),
    };
    let few = expected.min_listings.filter(|least| !pass.cut && found < *least).map(|least| {
        of(
            "min_listings",
            least,
            "at least",
            "look at the site: where its layout changed correct its selectors, where it shrank lower min_listings",
        )
    });
    let many = expected
        .max_listings
        .filter(|most| found > *most)
        .map(|most| of("max_listings", most, "at most", "look for a trap among its addresses; where the site grew raise max_listings"));
    few.into_iter().chain(many).collect()
}

/// The code under which a pass counts what rules of a profile expect.
pub fn profile_code(rules: usize, field: &str) -> String {
    format!("profile {rules} {field}")
}

/// What pages did not give though the profile of their source requires or expects it, from counts by [`profile_code`]. `chance` is how likely it
/// may at most be that chance left so many out; with 1 every page too few counts.
pub fn of_profile(source: &str, profile: &Profile, counted: &BTreeMap<String, Share>, chance: f64) -> Vec<Missed> {
    let mut missed = Vec::new();
    for (number, rules) in profile.page.iter().enumerate() {
        let kind = rules.kind.code();
        let fields = rules.expected().map(|(field, share, _)| {
            let place = rules.fields.get(&field).or_else(|| rules.vendor.get(&field)).map(Rules::place).unwrap_or_default();
            (field.code(), share, "give it", place)
        });
        let place = |css: Option<&Css>| css.map(|css| css.source.clone()).unwrap_or_default();
        let taken = ("rules", MOST, "are taken by the rules for them", place(rules.when.as_ref()));
        let records = ("records", MOST, "hold records enough", place(rules.record.as_ref()));
        for (field, usual, gave, place) in fields.chain([taken, records]) {
            let Some(now) = counted.get(&profile_code(number, field)).filter(|share| share.pages > 0) else { continue };
            if now.rate() >= usual || by_chance(*now, usual) > chance {
                continue;
            }
            let at = if place.is_empty() { String::new() } else { format!(" (`{place}`)") };
            missed.push(Missed {
                source: source.to_owned(),
                name: "profile_missed",
                field: Some(field),
                page_kind: Some(kind),
                expected: Figure::Share(usual),
                found: Figure::Share(now.rate()),
                pages: Some(now.pages),
                sentence: format!(
                    "{source}: profile_missed: {field}{at} of [[extractor.page]] {kind}: {} of {} pages {gave}, {:.0} % expected; hint: \
                     `vigie profile test {source}` shows what its rules find; correct them, or let `vigie profile induce {source}` propose new ones",
                    now.filled,
                    now.pages,
                    usual * 100.0
                ),
            });
        }
    }
    missed
}

fn layout(pass: &Pass, before: &[Pass], field: &Field) -> Option<Missed> {
    let now = *pass.fields.get(field.code).filter(|share| share.pages >= FEWEST_PAGES)?;
    let shares = before.iter().filter(|one| !one.cut).filter_map(|one| one.fields.get(field.code));
    let rates = shares.filter(|share| share.pages >= FEWEST_PAGES).take(COMPARED).map(|share| share.rate()).collect();
    let usual = median(rates).or((field.code == "page_kind").then_some(STILL_LISTINGS))?;
    if now.rate() >= usual / 2.0 || by_chance(now, usual) > BY_CHANCE {
        return None;
    }
    let (filled, pages) = (now.filled, now.pages);
    Some(Missed {
        source: pass.source.clone(),
        name: "layout_changed",
        field: Some(field.code),
        page_kind: None,
        expected: Figure::Share(usual),
        found: Figure::Share(now.rate()),
        pages: Some(pages),
        sentence: format!(
            "{}: layout_changed: {filled} of {pages} {} {}, {:.0} % before; hint: save such a page, see what `vigie extract FILE --url URL --explain` \
             reads, name selectors under [[extractor.page]], then run `vigie reextract`",
            pass.source,
            field.pages,
            field.gave,
            usual * 100.0
        ),
    })
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "listings are counted in far less than 53 bits"
)]
fn fewer_listings(pass: &Pass, before: &[Pass]) -> Option<Missed> {
    let whole = |one: &&Pass| one.whole && !one.cut;
    let usual = median(before.iter().filter(whole).take(COMPARED).map(|one| one.listings as f64).collect())?;
    if !whole(&pass) || usual < FEWEST_PAGES as f64 || pass.listings as f64 >= usual / 2.0 {
        return None;
    }
    let found = pass.listings;
    Some(Missed {
        source: pass.source.clone(),
        name: "layout_changed",
        field: Some("listings"),
        page_kind: None,
        expected: Figure::Count(usual as u64),
        found: Figure::Count(found),
        pages: None,
        sentence: format!(
            "{}: layout_changed: {found} listings in a whole pass, {usual:.0} before; hint: look at the site; where its layout changed name selectors \
             under [[extractor.page]], then run `vigie reextract`",
            pass.source
        ),
    })
}

/// At most how likely it is that so few of the pages give a field that each gives with this probability (Chernoff's bound).
#[expect(clippy::cast_precision_loss, reason = "pages are counted in far less than 53 bits")]
fn by_chance(share: Share, usual: f64) -> f64 {
    let (rate, usual) = (share.rate(), usual.min(0.99));
    if rate >= usual {
        return 1.0;
    }
    let term = |p: f64, q: f64| if p > 0.0 { p * (p / q).ln() } else { 0.0 };
    (-(share.pages as f64) * (term(rate, usual) + term(1.0 - rate, 1.0 - usual))).exp()
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    let high = *values.get(middle)?;
    if values.len() % 2 == 1 { Some(high) } else { Some((high + values.get(middle.wrapping_sub(1)).copied().unwrap_or(high)) / 2.0) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;

    fn pass(fields: &[(&str, u64, u64)], listings: u64) -> Pass {
        let fields = fields.iter().map(|(code, pages, filled)| ((*code).to_owned(), Share { pages: *pages, filled: *filled })).collect();
        Pass { source: "s".into(), whole: true, listings, fields, ..Pass::default() }
    }

    fn names(pass: &Pass, before: &[Pass]) -> Vec<String> {
        let source = Source::for_import("s", &Settings::default());
        judge(&source, pass, before).iter().map(|one| format!("{} {}", one.name, one.field.unwrap_or_default())).collect()
    }

    #[test]
    fn a_field_is_missed_when_less_than_half_as_many_pages_give_it_and_chance_does_not_explain_it() {
        let usual = [pass(&[("price", 40, 38)], 40), pass(&[("price", 40, 2)], 40), pass(&[("price", 40, 39)], 40)];
        for (pages, filled, missed) in [(20, 0, true), (20, 7, true), (20, 10, false), (19, 0, false), (400, 180, true), (400, 200, false)]
        {
            let found = names(&pass(&[("price", pages, filled)], 40), &usual);
            assert_eq!(found == ["layout_changed price"], missed, "{filled} of {pages}: {found:?}");
        }
        // What three in ten pages give may be missing on twenty of them by chance, on fifty not.
        let seldom = [pass(&[("vendor", 100, 30)], 40)];
        assert!(names(&pass(&[("vendor", 20, 0)], 40), &seldom).is_empty());
        assert_eq!(names(&pass(&[("vendor", 50, 0)], 40), &seldom), ["layout_changed vendor"]);
        // What was never given is not missed, and without an earlier pass nothing is known.
        assert!(names(&pass(&[("vendor", 50, 0)], 40), &[pass(&[("vendor", 50, 0)], 40)]).is_empty());
        assert!(names(&pass(&[("price", 50, 0)], 40), &[]).is_empty());
        // Once most of the passes look like this one it is the usual.
        let gone = vec![pass(&[("price", 40, 0)], 40); 4];
        assert!(names(&pass(&[("price", 40, 0)], 40), &[gone, usual[..1].to_vec()].concat()).is_empty());
    }

    #[test]
    fn pages_that_stop_being_listings_are_missed_without_an_earlier_pass() {
        assert_eq!(names(&pass(&[("page_kind", 20, 0)], 40), &[]), ["layout_changed page_kind"]);
        assert!(names(&pass(&[("page_kind", 60, 20)], 40), &[]).is_empty(), "a board that takes two of three down");
    }

    #[test]
    fn passes_that_were_cut_are_not_held_to_numbers() {
        let usual = [pass(&[], 100)];
        assert_eq!(names(&pass(&[], 49), &usual), ["layout_changed listings"]);
        assert!(names(&pass(&[], 50), &usual).is_empty());
        assert!(names(&Pass { cut: true, ..pass(&[], 0) }, &usual).is_empty());
        assert!(names(&Pass { whole: false, ..pass(&[], 0) }, &usual).is_empty());
        assert!(names(&pass(&[], 0), &[Pass { cut: true, ..pass(&[], 100) }]).is_empty());
        assert!(names(&pass(&[], 0), &[pass(&[], 19)]).is_empty());
        let mut source = Source::for_import("s", &Settings::default());
        source.expectations.min_listings = Some(10);
        source.expectations.max_listings = Some(20);
        let of = |pass: Pass| judge(&source, &pass, &[]).iter().map(|one| one.name).collect::<Vec<_>>();
        assert_eq!(of(pass(&[], 9)), ["min_listings"]);
        assert_eq!(of(Pass { cut: true, ..pass(&[], 9) }), [""; 0]);
        assert_eq!(of(Pass { cut: true, ..pass(&[], 21) }), ["max_listings"]);
        source.expectations.notice_layout = false;
        assert!(judge(&source, &pass(&[("page_kind", 50, 0)], 15), &[]).is_empty());
    }

    #[test]
    fn false_alarms_are_as_rare_as_said() {
        // Pages that give a field or do not, at random, with probabilities that pages of real sites have.
        let mut state = 1_u64;
        let mut draw = |p: f64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((state >> 33) as f64) / f64::from(1_u32 << 31) < p
        };
        let mut alarms = 0;
        for trial in 0..20_000_u64 {
            let (p, pages) = ([0.3, 0.5, 0.7, 0.95][(trial % 4) as usize], 20 + trial % 60);
            let mut one = || Share { pages, filled: (0..pages).filter(|_| draw(p)).count() as u64 };
            let before: Vec<Pass> = (0..3).map(|_| one()).map(|share| pass(&[("price", share.pages, share.filled)], 40)).collect();
            let share = one();
            alarms += names(&pass(&[("price", share.pages, share.filled)], 40), &before).len();
        }
        assert!(alarms <= 1, "{alarms} false alarms in 20,000 passes");
    }
}
