//! `/vendor` and `/persona/{id}`: accounts, what they offered over time, what links them with others, and who decided what of it.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, State};
use serde::Deserialize;

use super::listing::{LONGEST_NAME, seller_address};
use super::paging::{Paging, paged};
use crate::database::Connection;
use crate::dossier::Role;
use crate::dossier::account::{self, Line, Named, Route, VendorDossier};
use crate::dossier::persona::{self, Copied, Hint, Linked, Member, PersonaDossier, Shared};
use crate::dossier::trade::{self, Busy, Month, Offered, What};
use crate::store::read::Stored;
use crate::store::{personas, trail};
use crate::web::chart;
use crate::web::desk::Desk;
use crate::web::form;
use crate::web::frame::Frame;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;
use crate::{clock, shown};

/// Listings, links and routes on a page.
const LISTINGS: usize = 50;
const LINKS: usize = 20;
const ROUTES: usize = 40;
/// Events that are listed, the newest.
const EVENTS: usize = 60;

/// Which account, and what of it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(in crate::web) struct Asked {
    /// The account by its id, in the place of source and name.
    #[serde(default)]
    id: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    name: String,
    /// Page of the listings.
    #[serde(default)]
    page: usize,
    /// Page of the links to other accounts.
    #[serde(default)]
    links: usize,
    /// Whether accounts are compared by style, in a case.
    #[serde(default)]
    style: String,
}

/// An account of the dossier.
struct Account {
    member: Member,
    record: vigie_extractors::record::Vendor,
    capture: Option<String>,
    /// How busy it was, by month.
    strip: String,
}

/// A line of the list of events.
struct Event {
    at: String,
    /// Key of what happened.
    what: &'static str,
    /// Title of the listing, or the reason of a decision.
    text: String,
    /// The listing; empty for a decision.
    href: String,
    /// The capture that shows it, or who decided.
    shown_by: String,
}

#[derive(Template)]
#[template(path = "dossier.html")]
struct Page {
    frame: Frame,
    persona: Option<String>,
    /// Whether the page is that of the persona.
    is_persona: bool,
    role: Role,
    marked: String,
    accounts: Vec<Account>,
    copies: Vec<Copied>,
    months: Vec<(String, Busy)>,
    events: Vec<Event>,
    more_events: usize,
    offered: Vec<Offered>,
    others: usize,
    listings: Vec<Line>,
    paging: Paging,
    routes: Vec<Route>,
    indicators: Vec<Named>,
    pairs: Vec<Linked>,
    leads: Vec<Linked>,
    lead_paging: Paging,
    shared: Vec<Shared>,
    hints: Option<Vec<Hint>>,
    /// Path of this page, and whether there is a case in which style may be compared.
    here: String,
    case: String,
    asked: Asked,
    graph: String,
    /// The question for its listings; empty where no name can be asked for.
    search: String,
    /// Whether the visitor sees some sources only.
    limited: bool,
}

/// `GET /vendor`.
pub(in crate::web) async fn vendor(State(desk): State<Desk>, visitor: Visitor, form::Asked(asked): form::Asked<Asked>) -> Answer {
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let found = if asked.id.is_empty() {
        trail::accounts_named(&mut connection, &asked.name, Some(&asked.source)).await?.pop()
    } else {
        trail::seller(&mut connection, &asked.id).await?
    };
    let account = found.ok_or_else(Trouble::not_found)?;
    visitor.check_account(&account.source, &account.id)?;
    let subject = format!("vendor {}:{}", account.source, account.name);
    let one = persona::persona(&mut connection, None, std::slice::from_ref(&account.id), visitor.among(), &desk.config).await?;
    let vendor = account::vendor(&mut connection, account, &desk.config).await?;
    let here = seller_address(&vendor.source, &vendor.name);
    answer(&desk, &visitor, &mut connection, Gathered { persona: None, one, vendors: vec![vendor], here, subject, asked }).await
}

/// `GET /persona/{id}`.
pub(in crate::web) async fn persona(
    State(desk): State<Desk>,
    visitor: Visitor,
    Path(id): Path<String>,
    form::Asked(asked): form::Asked<Asked>,
) -> Answer {
    let mut connection = desk.pool.acquire().await.map_err(anyhow::Error::from)?;
    let mut ids = Vec::new();
    let mut vendors = Vec::new();
    for member in personas::members(&mut connection, std::slice::from_ref(&id)).await? {
        let Some(account) = trail::seller(&mut connection, &member).await?.filter(|account| visitor.may_see(&account.source)) else {
            continue;
        };
        visitor.check_account(&account.source, &account.id)?;
        ids.push(member);
        vendors.push(account::vendor(&mut connection, account, &desk.config).await?);
    }
    if ids.is_empty() {
        return Err(Trouble::not_found());
    }
    let one = persona::persona(&mut connection, Some(id.clone()), &ids, visitor.among(), &desk.config).await?;
    let (here, subject) = (format!("/persona/{id}"), format!("persona {id}"));
    answer(&desk, &visitor, &mut connection, Gathered { persona: Some(id), one, vendors, here, subject, asked }).await
}

/// What a page is made of.
struct Gathered {
    persona: Option<String>,
    one: PersonaDossier,
    vendors: Vec<VendorDossier>,
    here: String,
    subject: String,
    asked: Asked,
}

async fn answer(desk: &Desk, visitor: &Visitor, connection: &mut Connection, gathered: Gathered) -> Answer {
    let Gathered { persona, mut one, vendors, here, subject, asked } = gathered;
    let case = visitor.purpose.case.clone().filter(|case| !case.trim().is_empty() && visitor.may_open(case)).unwrap_or_default();
    let by_style = !asked.style.is_empty();
    if by_style && case.is_empty() {
        return Err(Trouble::unclear(visitor.locale.say("style.case")));
    }
    visitor.log(desk, "show", &format!("{subject}{}", if by_style { ", combination by style" } else { "" })).await?;
    if by_style {
        one.hints = Some(persona::hints(connection, &one).await?);
    }
    one.keep(visitor.among());
    let PersonaDossier { accounts: members, copies, pairs, leads, shared, hints, role, .. } = one;

    let sold: Vec<&Stored> = vendors.iter().flat_map(|vendor| &vendor.sold).collect();
    let months = months(&sold);
    let (offered, others) = trade::offered(&sold);
    let (events, more_events) = events(visitor, connection, &sold, pairs.iter().chain(&leads)).await?;
    let link = |name: &str, page: usize| with(&here, &[(name, &page.to_string()), ("style", &asked.style)]);
    let listings = vendors.iter().flat_map(|vendor| vendor.listings.iter().cloned()).collect();
    let (listings, paging) = paged(listings, asked.page, LISTINGS, |page| link("page", page) + "#listings");
    let (leads, lead_paging) = paged(leads, asked.links, LINKS, |page| link("links", page) + "#links");
    let askable = vendors.iter().filter(|vendor| vendor.name.len() <= LONGEST_NAME);
    let names: Vec<String> =
        askable.map(|vendor| format!("account:\"{}\"", quotable(&format!("{}/{}", vendor.source, vendor.name)))).collect();
    let graph = match (&persona, vendors.first()) {
        (Some(id), _) => with("/graph", &[("persona", id)]),
        (None, Some(vendor)) if vendor.name.len() > LONGEST_NAME => with("/graph", &[("vendor", &vendor.vendor)]),
        (None, Some(vendor)) => with("/graph", &[("vendor", &format!("{}:{}", vendor.source, vendor.name))]),
        (None, None) => String::new(),
    };
    let title = match (&persona, vendors.first()) {
        (Some(id), _) => visitor.locale.tell("persona.title", &[id.get(..8).unwrap_or(id)]),
        (None, vendor) => vendor.map(|vendor| shown::headline(&vendor.name)).unwrap_or_default(),
    };
    let is_persona = persona.is_some();
    let role = if is_persona { role } else { vendors.first().map_or(role, |vendor| vendor.role.clone()) };
    let page = Page {
        frame: Frame::new(visitor, "/vendor", title),
        persona: persona.or_else(|| vendors.first().and_then(|vendor| vendor.persona.clone())),
        is_persona,
        marked: format!("TLP:{} PAP:{}", role.marking.tlp.code(), role.marking.pap.code()).to_uppercase(),
        role,
        accounts: accounts(visitor, members, &vendors, &months),
        copies,
        months: told(visitor, &sold, &months),
        events,
        more_events,
        offered,
        others,
        listings,
        paging,
        routes: routes(&vendors),
        indicators: indicators(&vendors),
        pairs,
        leads,
        lead_paging,
        shared,
        hints,
        here,
        case,
        asked,
        graph,
        search: if names.is_empty() { String::new() } else { with("/", &[("q", &names.join(" OR "))]) },
        limited: visitor.among().sources.is_some(),
    };
    Frame::page(&page)
}

/// An address with pairs; those without a value are left out.
pub(in crate::web) fn with(path: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.iter().filter(|(_, value)| !value.is_empty()));
    let query = query.finish();
    let mark = if path.contains('?') { '&' } else { '?' };
    if query.is_empty() { path.to_owned() } else { format!("{path}{mark}{query}") }
}

/// Captured text as it may stand between quotes in a question.
pub(in crate::web) fn quotable(text: &str) -> String {
    text.replace(['"', '\\'], " ")
}

fn months(sold: &[&Stored]) -> Vec<Month> {
    let first = sold.iter().map(|one| one.row.first_seen).min();
    let last = sold.iter().map(|one| one.row.last_seen.max(one.row.gone_at)).max();
    first.zip(last).map(|(first, last)| Month::all(Month::of(first), Month::of(last))).unwrap_or_default()
}

fn told(visitor: &Visitor, sold: &[&Stored], months: &[Month]) -> Vec<(String, Busy)> {
    months.iter().map(|month| visitor.locale.month(month.year, month.month)).zip(trade::busy(sold.iter().copied(), months)).collect()
}

fn accounts(visitor: &Visitor, members: Vec<Member>, vendors: &[VendorDossier], months: &[Month]) -> Vec<Account> {
    let mut all = Vec::new();
    for member in members {
        let Some(vendor) = vendors.iter().find(|vendor| vendor.vendor == member.vendor) else { continue };
        let said =
            |(month, busy): (String, Busy)| (visitor.locale.tell("strip.month", &[&month, &busy.on_offer.to_string()]), busy.on_offer);
        let sold: Vec<&Stored> = vendor.sold.iter().collect();
        let bars: Vec<(String, usize)> = told(visitor, &sold, months).into_iter().map(said).collect();
        let name = visitor.locale.tell("strip.of", &[&shown::headline(&member.name)]);
        all.push(Account { strip: chart::strip(&bars, &name), record: vendor.record.clone(), capture: vendor.capture.clone(), member });
    }
    all
}

/// What happened, newest first, and how many older events are left out.
async fn events<'a>(
    visitor: &Visitor,
    connection: &mut Connection,
    sold: &[&Stored],
    pairs: impl Iterator<Item = &'a Linked>,
) -> Result<(Vec<Event>, usize), Trouble> {
    let happened = trade::happened(sold);
    let decided: Vec<&Linked> = pairs.filter(|pair| pair.decision.is_some()).collect();
    let more = happened.len().saturating_sub(EVENTS);
    let mut all = Vec::new();
    for one in happened.into_iter().take(EVENTS) {
        let row = &one.stored.row;
        let (what, capture) = match one.what {
            What::New => ("met.new", trail::ends(connection, &row.id).await?.map(|ends| ends.0).unwrap_or_default()),
            What::Gone => ("met.gone", row.gone_capture.clone()),
        };
        let text = shown::headline(&one.stored.listing.title);
        all.push((one.at, Event { at: String::new(), what, text, href: format!("/listing/{}", row.id), shown_by: capture }));
    }
    for pair in decided {
        let Some(decision) = &pair.decision else { continue };
        let at = decision.at.parse().map_or(0, clock::micros);
        let text = shown::headline(&format!("{} / {}: {}", pair.one.name, pair.other.name, decision.reason));
        let what = decision_key(&decision.decision);
        all.push((at, Event { at: String::new(), what, text, href: String::new(), shown_by: shown::headline(&decision.author) }));
    }
    all.sort_by_key(|one| std::cmp::Reverse(one.0));
    let minute = |at: i64| visitor.locale.minute(&clock::from_micros(at));
    Ok((all.into_iter().map(|(at, event)| Event { at: minute(at), ..event }).collect(), more))
}

/// Key of what a person decided.
pub(in crate::web) fn decision_key(decision: &str) -> &'static str {
    if decision == crate::store::decisions::CONFIRM { "decided.confirm" } else { "decided.refuse" }
}

/// Ways of all accounts, most listings first.
fn routes(vendors: &[VendorDossier]) -> Vec<Route> {
    let mut ways = BTreeMap::<(&str, &str), usize>::new();
    for route in vendors.iter().flat_map(|vendor| &vendor.routes) {
        *ways.entry((&route.from, &route.to)).or_default() += route.listings;
    }
    let mut routes: Vec<Route> =
        ways.into_iter().map(|((from, to), listings)| Route { from: from.to_owned(), to: to.to_owned(), listings }).collect();
    routes.sort_by(|a, b| b.listings.cmp(&a.listings).then_with(|| a.cmp(b)));
    routes.truncate(ROUTES);
    routes
}

/// Indicators of all accounts, by kind and value.
fn indicators(vendors: &[VendorDossier]) -> Vec<Named> {
    let mut all = BTreeMap::<(&str, &str), Named>::new();
    for one in vendors.iter().flat_map(|vendor| &vendor.indicators) {
        match all.entry((&one.kind, &one.value)) {
            std::collections::btree_map::Entry::Vacant(entry) => {
                entry.insert(one.clone());
            }
            std::collections::btree_map::Entry::Occupied(mut entry) => {
                let known = entry.get_mut();
                known.listings += one.listings;
                known.own_page |= one.own_page;
            }
        }
    }
    all.into_values().collect()
}

/// The name of that account of a pair, with its source.
pub(in crate::web) fn name_in(pair: &Linked, id: &str) -> String {
    let member = if pair.one.vendor == id { &pair.one } else { &pair.other };
    format!("{} ({})", shown::headline(&member.name), member.source)
}

/// The address of an account's dossier.
pub(in crate::web) fn member_address(member: &Member) -> String {
    seller_address(&member.source, &member.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_carry_what_was_captured_whole() {
        assert_eq!(with("/vendor?source=a", &[("page", "2"), ("style", "")]), "/vendor?source=a&page=2");
        assert_eq!(with("/graph", &[("vendor", "s1:a&b \"c")]), "/graph?vendor=s1%3Aa%26b+%22c");
        assert_eq!(with("/persona/1", &[]), "/persona/1");
        assert_eq!(quotable("a\"b\\"), "a b ");
    }
}
