//! Which of several statements about one product is right: those that a page declares for machines, and what it shows to people.
//!
//! The rules, and why:
//! - What stands near title and buy control is what a buyer pays; a declaration is a copy that a cache, a plugin or a forgotten template may
//!   have left behind. So a shown price that some declaration repeats is taken, and one that stands where prices stand is taken even
//!   when every declaration differs: they are stale, without tax, or of another variant.
//! - A shown price that stands less clearly loses to a clear one, unless only it is confirmed: related goods and instalments
//!   are shown near the buy control, too, but nobody declares them as the price.
//! - Struck-out and former prices, prices for a kilogram, without tax, for another way of paying, instalments and savings never win
//!   while anything else is there, declared or not: declarations that were not updated for a sale hold just these.
//! - The lowest price of a range is nobody's price while a plain one is shown.
//! - A sign that several currencies share is read as the declared one; an unmistakable sign or code outweighs the declaration.
//! - Whether goods are there is a sum: words and marks that are shown, a button that sells, what is declared. No single one of them is
//!   reliable: buttons wait for scripts, templates hold the words for all states, declarations are cached.
//! - The trail that is shown is the shop's own category path; a declared category often is the taxonomy of an advertising network.
//! - The name is the shown heading where the declaration only adds to it: plugins add the site, feeds the brand.
//! - A description on the page that is longer than the declared one is the whole of which the other is the beginning.

use rust_decimal::Decimal;

use super::own::{self, merge};
use crate::heuristics::asked::{self, Candidate, SURE};
use crate::heuristics::labels::Label;
use crate::heuristics::pairs::Pair;
use crate::heuristics::prose;
use crate::heuristics::reader::Reader;
use crate::heuristics::role::Role;
use crate::heuristics::single::{self, Scene};
use crate::heuristics::stock::{self, Sign};
use crate::heuristics::subject::Subject;
use crate::heuristics::{breadcrumbs, codes, fields};
use crate::money;
use crate::provenance::Draft;
use crate::record::Offer;
use crate::structured::{self, Structured};

/// How much a confirmed price may stand less clearly than another and still win.
const CONFIRMED: f64 = 2.0;
/// What a declared availability counts among the signs that are shown.
const DECLARED_STOCK: f64 = 2.0;

/// Fills a listing from what the page declares, as far as that agrees with what it shows.
pub(super) fn settle(draft: &mut Draft, structured: &Structured, scene: &Scene<'_, '_>, subject: &Subject, reader: &Reader<'_>) {
    let mut declared = own::declared(structured, scene, subject, reader);
    let pairs = scene.own_pairs();
    if draft.listing.offers.is_empty() {
        price(draft, &mut declared, structured, scene, &pairs, subject, reader);
    }
    if draft.listing.availability.is_none() {
        availability(draft, &mut declared, scene, &pairs, subject, reader);
    } else if draft.listing.stock.is_none() {
        // A profile told whether there is any, not how much.
        let mut other = Draft::new(reader.traced);
        availability(&mut other, &mut declared, scene, &pairs, subject, reader);
        draft.merge(other, |listing, other| listing.stock = other.stock);
    }
    article(&mut declared, structured, &pairs);
    for own in &mut declared {
        if is_dressed(&own.listing.title, scene, subject) {
            own.withdraw("title", |listing| listing.title.clear());
        }
    }
    if !breadcrumbs::category_path(scene.crumbs, &subject.title).is_empty() {
        for own in &mut declared {
            own.withdraw("category_path", |listing| listing.category_path.clear());
        }
    }
    if declared.iter().any(|own| !own.listing.description.is_empty())
        && let Some(shown) = prose::find(scene, subject)
    {
        for own in &mut declared {
            if !own.listing.description.is_empty() && is_whole(&shown, &own.listing.description) {
                own.withdraw("description", |listing| listing.description.clear());
            }
        }
    }
    for own in declared {
        merge(draft, Some(own));
    }
}

/// Whether a declared name is the shown heading with something added: the site's name behind it, the brand once more before it.
fn is_dressed(declared: &str, scene: &Scene<'_, '_>, subject: &Subject) -> bool {
    let shown = subject.title.as_str();
    let heading = subject.title_at.and_then(|at| scene.outline.elements.get(at)).is_some_and(|facts| facts.name == "h1");
    let rest = declared.strip_prefix(shown).map(str::trim_start);
    let behind = rest.is_some_and(|rest| rest.starts_with(['-', '|', '–', '—', '»', ':', '•']));
    let around = heading && declared != shown && declared.contains(shown) && shown.len() * 2 >= declared.len();
    subject.title_at.is_some() && shown.len() > 3 && (behind || around)
}

/// Whether the shown description says all that the declared one says, or is called a description and says more.
fn is_whole(shown: &prose::Found, declared: &str) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(4_000).collect::<String>();
    let (own, other) = (letters(&shown.text), letters(declared));
    let start: String = other.chars().take(40).collect();
    own.len() >= other.len() && (shown.named || own.contains(&start))
}

fn amount(offer: &Offer) -> Option<Decimal> {
    offer.amount.parse().ok()
}

fn price(
    draft: &mut Draft,
    declared: &mut [Draft],
    structured: &Structured,
    scene: &Scene<'_, '_>,
    pairs: &[Pair],
    subject: &Subject,
    reader: &Reader<'_>,
) {
    let candidates = asked::candidates(scene, pairs, subject);
    let claims: Vec<(Decimal, &str)> =
        declared.iter().flat_map(|own| &own.listing.offers).filter_map(|offer| Some((amount(offer)?, offer.kind.as_str()))).collect();
    let by_script = structured::products(structured).is_empty() && !structured::is_open_graph_product(structured);
    let Some(shown) = choose(&candidates, &claims, if by_script { SURE - 0.6 } else { SURE }) else { return };
    if claims.is_empty() && shown.score < asked::DOUBTFUL && single::in_place_of_price(scene, subject).is_some() {
        return;
    }
    let chosen = shown.at.price.amount.normalize();
    let code = structured::currency(structured).or_else(|| reader.currency.map(str::to_owned));
    let currency = currency(shown, code.as_deref(), reader);
    let mut repeated = false;
    for own in declared.iter_mut() {
        let position = own.listing.offers.iter().position(|offer| amount(offer) == Some(chosen));
        match position {
            Some(nth) => {
                own.lead(nth);
                if let Some(first) = own.listing.offers.first_mut() {
                    first.currency.clone_from(&currency);
                    // What a range begins with is a plain price where it is shown as one, and the other way round.
                    if matches!(first.kind.as_str(), "from" | "fixed") {
                        if shown.at.price.from { "from" } else { "fixed" }.clone_into(&mut first.kind);
                    }
                }
                repeated = true;
            }
            None => {
                own.withdraw("price", |listing| listing.offers.clear());
            }
        }
    }
    if !repeated {
        let kind = if shown.at.price.from { "from" } else { "fixed" };
        let offer = Offer { currency, ..fields::offer_of(&shown.at.price, kind) };
        let origin = || scene.outline.origin("price_block", shown.at.element, &shown.at.price.raw);
        draft.read(origin, |listing| listing.offers.push(offer));
    }
}

/// The shown price that is asked for; nothing where what is declared is surer than all that is shown. From `sure` points on a price
/// needs no declaration: fewer where only scripts declare, as they hold prices without tax, of other choices and of no one.
fn choose<'s>(candidates: &[Candidate<'s>], claims: &[(Decimal, &str)], sure: f64) -> Option<Candidate<'s>> {
    let visible = || candidates.iter().filter(|c| !c.at.unseen && !c.at.price.amount.is_zero());
    // Without tax, or for another way of paying: still what some buyer pays, where nothing better stands.
    let payable = |role: Role| matches!(role, Role::Asked | Role::Net | Role::Means | Role::PerUnit | Role::Tier);
    let plain = |least: f64| visible().find(move |c| !c.at.other && c.score >= least);
    let best = plain(asked::LEAST).or_else(|| plain(0.0).filter(|_| claims.is_empty())).or_else(|| visible().find(|c| payable(c.at.role)));
    let claimed = |c: &&Candidate<'s>, plain: bool| {
        !c.at.other && claims.iter().any(|(amount, kind)| *amount == c.at.price.amount && (!plain || *kind != "from"))
    };
    let confirmed = visible().find(|c| claimed(c, true)).or_else(|| visible().find(|c| claimed(c, false)));
    let chosen = match (best, confirmed) {
        (Some(best), Some(confirmed)) => {
            let range_only = !claimed(&confirmed, true) && best.score >= SURE;
            if confirmed.score + CONFIRMED >= best.score && !(range_only && confirmed.at.price.amount != best.at.price.amount) {
                confirmed
            } else {
                best
            }
        }
        (Some(best), None) if claims.is_empty() || best.score >= sure => best,
        _ => return None,
    };
    (chosen.score >= 0.0).then_some(*chosen)
}

/// The currency of a shown price. Only a sign that several share is decided by the declaration.
fn currency(shown: Candidate<'_>, declared: Option<&str>, reader: &Reader<'_>) -> Option<String> {
    let own = shown.at.price.currency.clone();
    if shown.at.bare {
        return declared.map(str::to_owned).or(own);
    }
    let again =
        declared.and_then(|code| money::parse_price(&shown.at.price.raw, Some(code), reader.crypto)).and_then(|price| price.currency);
    again.or(own)
}

fn availability(draft: &mut Draft, declared: &mut [Draft], scene: &Scene<'_, '_>, pairs: &[Pair], subject: &Subject, reader: &Reader<'_>) {
    let shown = stock::read(scene, pairs, subject, reader.crypto);
    let mut signs: Vec<Sign> = Vec::new();
    for own in declared.iter_mut() {
        let Some(code) = own.listing.availability.clone() else { continue };
        let origin = own.withdraw("availability", |listing| listing.availability = None).unwrap_or_default();
        let known = ["in_stock", "out_of_stock", "sold", "reserved", "expired", "removed"].into_iter().find(|known| *known == code);
        signs.extend(known.map(|code| Sign { code, weight: DECLARED_STOCK, origin }));
    }
    signs.extend(shown.signs.iter().cloned());
    if let Some(sign) = stock::weigh(&signs) {
        // A shop whose goods are sold out calls them so; a listing that is sold is gone.
        draft.read(|| sign.origin.clone(), |listing| listing.availability = Some(sign.code.to_owned()));
    }
    if draft.listing.availability.as_deref() == Some("out_of_stock") {
        // What is counted then is somewhere else: at the maker's, in another shop.
        for own in declared.iter_mut() {
            own.withdraw("stock", |listing| listing.stock = None);
        }
    } else if let Some((count, origin)) = shown.stock.clone().filter(|_| draft.listing.stock.is_none()) {
        draft.read(|| origin, |listing| listing.stock = Some(count));
    }
}

/// Takes back declared article numbers and brands that what is shown contradicts.
fn article(declared: &mut [Draft], structured: &Structured, pairs: &[Pair]) {
    let shown = |label: Label| pairs.iter().find(|pair| pair.label == label).map(|pair| pair.value.as_str());
    let site = structured.open_graph.iter().find(|(name, _)| name == "og:site_name").map(|(_, name)| name.to_lowercase());
    for own in declared {
        // Markup around "SKU TT-WBN" takes the name for a part of the number.
        if let Some(code) = own.listing.sku.as_deref().filter(|code| code.contains([' ', ':'])).and_then(codes::behind_label) {
            own.listing.sku = Some(code);
        }
        // A plugin without an article number writes the number in its data base: digits alone.
        if let (Some(code), Some(value)) = (own.listing.sku.clone(), shown(Label::Sku)) {
            let differs = !value.to_lowercase().contains(&code.to_lowercase());
            // "GUJI-250" is one choice of what is shown as "GUJI".
            let value = value.trim();
            let choice = code.len() > value.len() && code.starts_with(value) && !value.contains(' ') && value.len() > 2;
            // What some declare is the maker's number; and "3021" is the beginning of what is shown as "3021-К".
            let makers = shown(Label::Mpn).is_some_and(|part| part.trim() == code) && value != code;
            let cut = value.strip_prefix(code.as_str()).is_some_and(|rest| rest.starts_with('-') && !rest.contains(' '));
            if choice || makers || cut {
                own.withdraw("sku", |listing| listing.sku = None);
            } else if differs && code.bytes().all(|b| b.is_ascii_digit()) && value.bytes().any(|b| b.is_ascii_digit()) {
                own.withdraw("sku", |listing| listing.sku = None);
            }
        }
        // Themes declare the shop as the brand of everything.
        if let (Some(brand), Some(site)) = (own.listing.brand.clone(), &site) {
            let differs = shown(Label::Brand).is_some_and(|value| !value.to_lowercase().contains(&brand.to_lowercase()));
            if differs && brand.to_lowercase() == *site {
                own.withdraw("brand", |listing| listing.brand = None);
            }
        }
    }
}
