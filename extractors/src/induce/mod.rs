//! Proposes a profile from captured pages of one site: what is the same on all pages of a kind is template, what varies is data.
//!
//! The general reading of each page says, not always rightly, where its fields stand. Pages are sorted into templates; for each template and
//! field those selectors are taken that give the general reading's values again on most pages, by names that a redesign is least likely to
//! change. So what it got wrong on a few pages is read as on the others. Pure, and bounded in pages, records and candidates.

mod candidates;
mod choose;
mod conditions;
mod discover;
mod records;
mod sheet;
mod template;
mod write;

use std::collections::BTreeMap;

use crate::page::{self, Annotated, Page};
use crate::profile::{Css, Field, PageRules, Pattern, Profile, REQUIRED, Rule, Rules};
use crate::provenance::Draft;
use crate::record::PageKind;
use choose::Choice;
use sheet::{Sheet, Unit};
use template::Template;

/// Pages that are looked at; of more, every second, third and so on.
pub const MAX_PAGES: usize = 60;
/// Bytes of a page; longer ones are left out.
const MAX_BYTES: usize = 3 << 20;
/// Elements of a page; those with more are left out.
const MAX_ELEMENTS: usize = 30_000;
/// Records of one template.
const MAX_UNITS: usize = 400;

/// Fields of the advertisement on its own page that are looked for.
const LISTING: [Field; 17] = [
    Field::Title,
    Field::Price,
    Field::Vendor,
    Field::VendorUrl,
    Field::ShipsFrom,
    Field::ShipsTo,
    Field::Category,
    Field::Description,
    Field::Availability,
    Field::Stock,
    Field::Sku,
    Field::Gtin,
    Field::Mpn,
    Field::Brand,
    Field::Payments,
    Field::Escrow,
    Field::PostedAt,
];
/// Fields of records in a list.
const RECORD: [Field; 13] = [
    Field::Title,
    Field::Url,
    Field::Price,
    Field::Vendor,
    Field::VendorUrl,
    Field::ShipsFrom,
    Field::ShipsTo,
    Field::Category,
    Field::Availability,
    Field::Stock,
    Field::Brand,
    Field::Escrow,
    Field::PostedAt,
];
/// Fields of an account.
const ACCOUNT: [Field; 7] =
    [Field::Vendor, Field::Rating, Field::Sales, Field::PositivePercent, Field::Since, Field::LastSeen, Field::ShipsFrom];

/// A profile that is proposed; a person confirms it.
#[derive(Debug, Clone, Default)]
pub struct Induced {
    /// The same as `toml` says.
    pub profile: Profile,
    /// `[extractor]` of a source file, with comments: how often each field was found, what it agrees with, samples, doubts. Holds
    /// content of the pages.
    pub toml: String,
}

/// What is proposed for one template.
struct Proposal {
    rules: PageRules,
    choices: Vec<(Field, Choice)>,
    account: Vec<(Field, Choice)>,
    /// What the operator should know, without content.
    notes: Vec<String>,
    /// Numbers of the pages.
    pages: Vec<usize>,
    units: usize,
}

/// Proposes a profile. Pages that are no markup are left out; without any the profile is empty. `page.profile` is not looked at.
pub fn induce(pages: &[Page<'_>]) -> Induced {
    let step = pages.len().div_ceil(MAX_PAGES).max(1);
    let bare: Vec<(usize, Page<'_>)> = pages
        .iter()
        .enumerate()
        .step_by(step)
        .filter(|(_, page)| page.body.len() <= MAX_BYTES)
        .map(|(number, page)| (number, Page { profile: None, ..*page }))
        .collect();
    let notes: Vec<(usize, &Page<'_>, Annotated)> =
        bare.iter().filter_map(|(number, page)| Some((*number, page, page::annotate(page)?))).collect();
    let sheets: Vec<Sheet<'_>> = notes.iter().map(|(number, page, note)| Sheet::new(*number, page, note)).collect();
    let sheets: Vec<Sheet<'_>> = sheets.into_iter().filter(|sheet| sheet.outline.elements.len() <= MAX_ELEMENTS).collect();
    let templates = template::templates(&sheets);
    let mut proposals = Vec::new();
    let mut skipped = Vec::new();
    for template in &templates {
        match propose(template, &templates, &sheets) {
            Ok(proposal) => proposals.push(proposal),
            Err(why) => skipped.push(why),
        }
    }
    // Lists stand at the foot of other pages, too, so their conditions are looked at last.
    proposals.sort_by_key(|one| match one.rules.kind {
        PageKind::Listing => 0,
        PageKind::Vendor => 1,
        PageKind::Thread => 2,
        _ => 3,
    });
    let toml = write::toml(&proposals, &skipped, sheets.len());
    Induced { profile: Profile { page: proposals.into_iter().map(|one| one.rules).collect(), ..Profile::default() }, toml }
}

fn propose(template: &Template, all: &[Template], sheets: &[Sheet<'_>]) -> Result<Proposal, String> {
    let own: Vec<&Sheet<'_>> = template.pages.iter().filter_map(|at| sheets.get(*at)).collect();
    let pages: Vec<usize> = own.iter().map(|sheet| sheet.number).collect();
    let why = |reason: &str| format!("{} of kind {}: {reason}", count(pages.len(), "page"), template.kind.code());
    let mut proposal = Proposal {
        rules: PageRules { detail: template.detail.clone(), ..PageRules::of(template.kind) },
        choices: Vec::new(),
        account: Vec::new(),
        notes: Vec::new(),
        pages: pages.clone(),
        units: own.len(),
    };
    match template.kind {
        PageKind::Listing => {
            let units = page_units(&own);
            if units.len() < 2 {
                return Err(why("one page does not show what varies; capture more of them"));
            }
            proposal.choices = fields(&LISTING, &units, &mut proposal.notes);
        }
        PageKind::Index | PageKind::Vendor => {
            if let Some((record, units)) = records::find(&own) {
                let choices = fields(&RECORD, &units, &mut proposal.notes);
                let sure = |field| choices.iter().any(|(own, choice)| *own == field && choice.tally.filled * 10 >= choice.tally.known * 9);
                if sure(Field::Title) && sure(Field::Url) {
                    proposal.rules.record = Some(Css::from(record));
                    proposal.units = units.len();
                    proposal.choices = choices;
                } else {
                    proposal
                        .notes
                        .push("no selectors give title and address of the records again: they are left to the general reading".to_owned());
                }
            }
            if template.kind == PageKind::Vendor && own.len() >= 2 {
                let units = account_units(&own);
                proposal.account = fields(&ACCOUNT, &units, &mut proposal.notes);
            }
        }
        PageKind::Thread => {}
        PageKind::Login | PageKind::Captcha | PageKind::Other => return Err(why("left to the general reading")),
    }
    if proposal.choices.is_empty() && proposal.account.is_empty() && template.kind != PageKind::Thread {
        return Err(why("no selector reads its fields as the general reading does"));
    }
    let title = proposal.choices.iter().find(|(field, _)| *field == Field::Title).map(|(_, choice)| &choice.rules);
    let Some((when, url)) = conditions::find(template, all, sheets, proposal.rules.record.as_ref(), title) else {
        return Err(why("nothing tells these pages from the others"));
    };
    proposal.rules.when = when.map(Css::from);
    proposal.rules.url = url.map(Pattern::from);
    expectations(&mut proposal, &own);
    let rules =
        |choices: &[(Field, Choice)]| choices.iter().map(|(field, choice)| (*field, choice.rules.clone())).collect::<BTreeMap<_, _>>();
    proposal.rules.fields = rules(&proposal.choices);
    proposal.rules.vendor = rules(&proposal.account);
    Ok(proposal)
}

/// The pages of a template as one record each.
fn page_units<'s, 'a>(own: &[&'s Sheet<'a>]) -> Vec<Unit<'s, 'a>> {
    let units = own.iter().map(|sheet| {
        let is_listing = sheet.note.extraction.page_kind == PageKind::Listing;
        let draft: Option<&'a Draft> = sheet.note.drafts.first().filter(|_| is_listing);
        Unit { sheet, scope: 0, draft, account: None }
    });
    units.take(MAX_UNITS).collect()
}

fn account_units<'s, 'a>(own: &[&'s Sheet<'a>]) -> Vec<Unit<'s, 'a>> {
    own.iter().map(|sheet| Unit { sheet, scope: 0, draft: None, account: sheet.note.extraction.vendors.first() }).take(MAX_UNITS).collect()
}

/// Rules for each field that selectors read as well as the general reading.
fn fields(wanted: &[Field], units: &[Unit<'_, '_>], notes: &mut Vec<String>) -> Vec<(Field, Choice)> {
    let mut choices: Vec<(Field, Choice)> = Vec::new();
    for field in wanted.iter().copied() {
        let known = units.iter().filter(|unit| unit.known(field).is_some()).count();
        let declared = units.iter().filter(|unit| {
            candidates::origin(field, unit).is_some_and(|origin| matches!(origin.from, "json_ld" | "microdata" | "rdfa" | "open_graph"))
        });
        if known > 0 && declared.count() * 5 >= known * 4 {
            notes.push(format!("{}: the pages declare it in a form made for machines; left to the general reading", field.code()));
            continue;
        }
        if field == Field::Description && known * 2 < units.len() {
            continue;
        }
        let choice = match choose::choose(field, units) {
            None if known * 3 < units.len() => discover::choose(field, units, &choices),
            choice => choice,
        };
        match choice {
            Some(choice) if field == Field::Title && choice.tally.distinct < 2 && choice.tally.filled > 2 => {
                notes.push("title: the same on all pages, so it is no title; left to the general reading".to_owned());
            }
            Some(choice) if field == Field::VendorUrl && !choices.iter().any(|(own, _)| *own == Field::Vendor) => drop(choice),
            Some(choice) => choices.push((field, choice)),
            None if known * 2 > units.len() && field != Field::VendorUrl => {
                notes.push(format!(
                    "{}: the general reading finds it on {known} of {}, no selector gives the same on most; left to it",
                    field.code(),
                    units.len()
                ));
            }
            None => {}
        }
    }
    currency(units, &mut choices, notes);
    choices
}

/// A price without a sign beside it takes its currency from elsewhere on the page; where that is always the same it is written down.
fn currency(units: &[Unit<'_, '_>], choices: &mut Vec<(Field, Choice)>, notes: &mut Vec<String>) {
    let Some(price) = choices.iter().position(|(field, _)| *field == Field::Price) else { return };
    let rules = match choices.get(price) {
        Some((_, choice)) => choice.rules.clone(),
        None => return,
    };
    let read = |unit: &Unit<'_, '_>| {
        let scope = unit.sheet.element(unit.scope)?;
        let fields = BTreeMap::from([(Field::Price, rules.clone())]);
        let listing = page::profiled::reading(&fields, scope, &unit.sheet.outline, &unit.sheet.reader);
        // Where the amounts differ, so may the currencies.
        (Field::Price.of(&listing) == unit.known(Field::Price)).then(|| Field::Currency.of(&listing))
    };
    let (mut compared, mut wrong) = (0, 0);
    let mut codes: Vec<String> = Vec::new();
    for unit in units {
        let Some(code) = unit.known(Field::Currency) else { continue };
        if let Some(own) = read(unit) {
            compared += 1;
            wrong += usize::from(own.as_ref() != Some(&code));
        }
        if !codes.contains(&code) {
            codes.push(code);
        }
    }
    if wrong * 20 <= compared {
        return;
    }
    if let ([only], true) = (codes.as_slice(), units.len() >= 2) {
        let rule = Rules(vec![Rule { default: Some(only.clone()), ..Rule::default() }]);
        let tally = choose::tally(Field::Currency, &rule, &[]);
        choices.insert(price + 1, (Field::Currency, Choice { rules: rule, tally, discovered: false }));
        return;
    }
    if let Some(choice) = choose::choose(Field::Currency, units) {
        choices.insert(price + 1, (Field::Currency, choice));
        return;
    }
    notes.push("price: its currency stands elsewhere and differs; left to the general reading".to_owned());
    choices.remove(price);
}

/// What the pages gave so far is what they are expected to give.
fn expectations(proposal: &mut Proposal, own: &[&Sheet<'_>]) {
    let record = proposal.rules.record.is_some();
    for (field, choice) in proposal.choices.iter().filter(|(field, _)| *field != Field::Currency) {
        let share = choice.tally.filled as f64 / choice.tally.units.max(1) as f64;
        if choice.discovered {
            continue;
        }
        if share >= REQUIRED && matches!(field, Field::Title | Field::Url | Field::Price | Field::Vendor) {
            proposal.rules.required.push(*field);
        } else if share >= 0.5 && choice.tally.units >= 5 && !matches!(field, Field::VendorUrl | Field::Description) {
            // A little below what was seen: other pages differ.
            let share = (share * 16.0).floor() / 20.0;
            proposal.rules.expect.insert(*field, crate::profile::Expectation { share, pattern: None });
        }
    }
    if proposal.account.iter().any(|(field, choice)| *field == Field::Vendor && choice.tally.filled == choice.tally.units)
        && !proposal.choices.iter().any(|(field, _)| *field == Field::Vendor)
    {
        proposal.rules.required.push(Field::Vendor);
    }
    if record {
        let fewest = own.iter().map(|sheet| sheet.cards.len()).min().unwrap_or(0);
        proposal.rules.min_records = Some((fewest / 2).max(1));
    }
}

/// A number with its noun.
fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
