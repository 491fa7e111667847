//! Goods that were named, joined to items: which mention is which good, which amount is whose, what was sold.

use std::ops::Range;

mod settled;

use super::goods::Named;
use super::items::Whole;
use crate::heuristics::amounts::{Amount, Kind};
use crate::heuristics::clauses::{Clause, Mention, State, Text};
use crate::record::Offer;

/// Items of one advertisement at most.
const MOST: usize = 60;
/// Offers of one item at most.
const MOST_OFFERS: usize = 12;

/// An item in the making.
#[derive(Debug)]
struct Good {
    named: Named,
    offers: Vec<Offer>,
    /// Shipping, deposit and the like, which never come first.
    beside: Vec<Offer>,
    state: Option<State>,
    /// Named by the title.
    titled: bool,
    /// Named by the text.
    told: bool,
    /// A line of a list.
    listed: bool,
    /// Its price is told as what the author asks.
    asked: bool,
    /// The clause that named it; 0 for the title.
    clause: usize,
    dropped: bool,
    /// The part of the title that names it.
    part: String,
}

/// Items in the making.
#[derive(Debug, Default)]
pub(super) struct Joined {
    goods: Vec<Good>,
    /// What was named last and is no extra.
    current: Option<usize>,
    /// What became of all of it.
    pub(super) whole_state: Option<State>,
    /// A mark of sale on a line of its own, for the goods of the next line.
    pending: Option<(State, usize)>,
    title_prices: Vec<Amount>,
    packages: Vec<Amount>,
    /// Offers of goods that nothing names but the listing as a whole.
    orphans: Vec<Offer>,
    /// Where the clause begins that is read.
    clause: usize,
}

impl Joined {
    /// Whether the title's first good is an arm.
    pub(super) fn lead(&self, whole: &Whole<'_>) -> bool {
        self.goods.iter().find(|good| !good.named.along).map_or(whole.lead.category.starts_with("firearm."), |good| good.named.is_arm())
    }

    /// Lines of a list that name goods.
    pub(super) fn listed(&self) -> usize {
        self.goods.iter().filter(|good| good.listed && !good.dropped && good.named.category != "unknown").count()
    }

    /// Whether goods were named yet.
    pub(super) fn any(&self) -> bool {
        !self.goods.is_empty()
    }

    /// Goods of the title.
    pub(super) fn announce(&mut self, named: Named, part: &str) {
        let same = self.goods.iter().any(|good| {
            !good.named.along
                && good.named.category == named.category
                && if named.is_arm() {
                    named.model().is_none() || good.named.model() == named.model()
                } else {
                    words(&good.named) == words(&named)
                }
        });
        if !same
            && let Some(at) = self.push(named, true, false)
            && let Some(good) = self.goods.get_mut(at)
        {
            good.part = part.to_lowercase();
        }
    }

    pub(super) fn title_amounts(&mut self, amounts: &[Amount]) {
        self.title_prices = amounts.to_vec();
        self.current = self.goods.iter().position(|good| !good.named.along);
    }

    fn push(&mut self, named: Named, titled: bool, listed: bool) -> Option<usize> {
        if self.goods.len() >= MOST {
            return None;
        }
        let good = Good {
            named,
            offers: Vec::new(),
            beside: Vec::new(),
            state: None,
            titled,
            told: !titled,
            listed,
            asked: false,
            clause: self.clause,
            dropped: false,
            part: String::new(),
        };
        self.goods.push(good);
        Some(self.goods.len() - 1)
    }

    pub(super) fn begin(&mut self, clause: &Clause) {
        self.clause = clause.range.start + 1;
    }

    /// Goods that come along with others.
    pub(super) fn along(&mut self, mut named: Named, titled: bool, sure: bool) -> Option<usize> {
        let model = named.model();
        if let Some((at, _)) = self.goods.iter().enumerate().find(|(_, good)| {
            model.is_some() && !good.named.along && !good.dropped && good.named.model() == model && good.named.is_arm() == named.is_arm()
        }) {
            return Some(at);
        }
        named.along = true;
        let kind = named.category.as_str();
        // Of every arm that is sold in its box.
        let usual = [
            "cleaning rod",
            "cleaning kit",
            "cleaning brush",
            "gun lock",
            "trigger lock",
            "cable lock",
            "lock",
            "sight",
            "sights",
            "night sights",
            "iron sights",
            "gun cleaning",
        ];
        if named.because.first().is_some_and(|span| usual.contains(&span.text.to_lowercase().as_str())) {
            return None;
        }
        let fits = match kind {
            "part.magazine" | "ammunition.cartridge" | "ammunition.component" | "accessory" => !named.feature || named.spare,
            "part.suppressor" | "other_weapon" => true,
            _ if kind.starts_with("part.") => {
                named.spare || (sure && kind != "part.other" && named.quantity.is_some_and(|count| count < 20))
            }
            _ => named.is_arm() && named.model().is_some() && !named.refers,
        };
        if !fits || named.refers && named.quantity.is_none() && !named.spare {
            return None;
        }
        let twice = self.goods.iter().position(|good| {
            good.named.category == named.category
                && !good.dropped
                && good.named.along
                && (good.clause != self.clause || titled)
                && (good.titled != titled && good.titled
                    || good.named.quantity == named.quantity && words(&good.named) == words(&named)
                    || (good.titled == titled && named.quantity.is_none() && kind == "part.magazine"))
        });
        match twice.and_then(|at| self.goods.get_mut(at).map(|good| (at, good))) {
            Some((at, good)) => {
                if !good.told && !titled {
                    good.named = named;
                    good.told = true;
                    // What the text tells in parts is not the title's sum.
                    good.titled = false;
                }
                Some(at)
            }
            None => self.push(named, titled, false),
        }
    }

    /// Goods in a list of what an arm is built of and comes with: those that are never built in.
    pub(super) fn along_in_list(&mut self, named: Named) -> Option<usize> {
        self.along(named, false, false)
    }

    /// Goods that a clause is about: known ones, or new ones where the clause offers something.
    pub(super) fn head(&mut self, named: Named, clause: &Clause, listed: bool, offers: bool, whole: &Whole<'_>) -> Option<usize> {
        if let Some(at) = self.known(&named, listed) {
            if let Some(good) = self.goods.get_mut(at) {
                if good.named.along && !named.refers {
                    good.named.along = false;
                }
                good.told = true;
                good.listed |= listed;
                if good.named.quantity.is_none() {
                    good.named.quantity = named.quantity;
                }
                let better = good.named.firearm.is_none() || (good.named.model().is_none() && named.model().is_some());
                if better && named.firearm.is_some() {
                    good.named.firearm = named.firearm.clone();
                    good.named.model = named.model;
                }
                if !good.named.along {
                    self.current = Some(at);
                }
            }
            return Some(at);
        }
        let edit = clause.edit && !offers;
        let takes = whole.intent == "wanted" && (clause.bullet || offers);
        if (!listed && !offers && !takes) || named.refers && !listed || edit || clause.role == Mention::Told {
            return None;
        }
        // In prose a bare part or accessory is a feature of what is sold.
        let arm = named.is_arm()
            && named.model().is_none()
            && named.firearm.as_ref().is_none_or(|arm| arm.maker.is_none() && arm.calibres.is_empty());
        if !listed && (arm || named.feature) {
            return None;
        }
        let at = self.push(named, false, listed)?;
        self.current = Some(at);
        Some(at)
    }

    /// The good that a mention speaks of.
    fn known(&self, named: &Named, listed: bool) -> Option<usize> {
        let live = || self.goods.iter().enumerate().filter(|(_, good)| !good.dropped);
        if let Some(model) = named.model()
            && let Some((at, _)) = live().find(|(_, good)| {
                good.named.model() == Some(model)
                    && (good.named.category == named.category || good.named.is_arm() && named.is_arm())
                    && !(listed && good.listed)
                    && !apart(&good.named, named)
            })
        {
            return Some(at);
        }
        if named.probability < 0.3 {
            // Words that are not known, but stand in the title too.
            let told = words(named);
            let says = |part: &str| told.split(|c: char| !c.is_alphanumeric()).any(|word| word.chars().count() >= 4 && part.contains(word));
            return live().find(|(_, good)| good.titled && !good.listed && says(&good.part)).map(|(at, _)| at);
        }
        let free = |good: &(usize, &Good)| !good.1.named.along && (named.model().is_none() || good.1.named.model().is_none());
        let same = |good: &(usize, &Good)| {
            good.1.named.category == named.category
                || (named.is_arm() && good.1.named.is_arm() && (named.refers || named.model().is_none() || good.1.named.model().is_none()))
        };
        if listed {
            // A line of a list is what the title announced, or something of its own.
            return live().filter(free).filter(same).find(|(_, good)| good.titled && !good.told).map(|(at, _)| at);
        }
        let of_kind: Vec<(usize, &Good)> = live().filter(free).filter(same).collect();
        let maker = |named: &Named| named.firearm.as_ref().and_then(|arm| arm.maker.clone());
        if let Some(made) = maker(named)
            && named.model().is_none()
            && let Some((at, _)) = of_kind.iter().find(|(_, good)| maker(&good.named).as_ref() == Some(&made))
        {
            return Some(*at);
        }
        let last = self.current.filter(|current| of_kind.iter().any(|(at, _)| at == current));
        if let Some(untold) = of_kind.iter().find(|(_, good)| good.titled && !good.told) {
            return Some(untold.0);
        }
        if let Some(at) = last.or_else(|| of_kind.first().map(|(at, _)| *at)) {
            return Some(at);
        }
        // "the scope": one that came along.
        let extra = live().find(|(_, good)| good.named.along && good.named.category == named.category);
        extra.filter(|_| named.refers || named.quantity.is_none()).map(|(at, _)| at)
    }

    /// Goods within a stretch that is struck out are gone.
    pub(super) fn strike(&mut self, at: usize, place: usize, struck: &[Range<usize>], clause: &Clause) {
        let gone = struck.iter().any(|range| range.contains(&place));
        let next = self.pending.take();
        if let Some(good) = self.goods.get_mut(at) {
            if gone {
                good.state = Some(match clause.state {
                    Some(State::Reserved) => State::Reserved,
                    Some(State::Available) => State::Available,
                    _ => State::Sold,
                });
            } else if let Some((state, line)) = next
                && clause.line == line + 1
            {
                good.state = Some(state);
            } else {
                self.pending = next;
            }
        }
    }

    /// What a clause says became of goods: of those that it names, of those above it, or of all.
    pub(super) fn mark(&mut self, clause: &Clause, text: &Text, words: &str, resolved: &[(usize, usize)]) {
        let Some((state, said)) = text.state_at(words, &clause.range) else { return };
        let said = clause.range.start + said;
        if state == State::Available {
            for (_, at) in resolved {
                if let Some(good) = self.goods.get_mut(*at) {
                    good.state.get_or_insert(State::Available);
                }
            }
            return;
        }
        let struck = |place: usize| text.struck.iter().any(|range| range.contains(&place));
        let live: Vec<&(usize, usize)> =
            resolved.iter().filter(|(place, at)| !struck(*place) && self.goods.get(*at).is_some_and(|good| !good.named.along)).collect();
        let nearest = live.iter().rev().find(|(place, _)| *place < said).or_else(|| live.first());
        if let Some((_, at)) = nearest {
            let counted = self.goods.iter().filter(|good| !good.named.along && !good.dropped).count();
            let lead = self.goods.iter().position(|good| !good.named.along);
            if counted <= 1 && lead == Some(*at) {
                self.whole_state = Some(state);
            }
            if let Some(good) = self.goods.get_mut(*at) {
                good.state = Some(state);
            }
            return;
        }
        if !resolved.is_empty() {
            return;
        }
        let struck_before = text.struck.iter().any(|range| range.end <= said && said - range.end <= 12);
        let first = self.goods.iter().all(|good| good.titled || !good.told);
        let several = self.goods.iter().filter(|good| !good.named.along && good.told).count() > 1;
        if struck_before || (several && !clause.apart && !clause.edit && !first) {
            if let Some(good) = self.current.and_then(|at| self.goods.get_mut(at)) {
                good.state = Some(state);
            }
        } else if several && clause.apart && words.split_whitespace().count() <= 3 && !first {
            // Above a line of goods, or below all of them.
            self.pending = Some((state, clause.line));
        } else {
            self.whole_state = Some(state);
        }
    }

    /// Gives the amounts of a clause to its goods.
    pub(super) fn amounts(&mut self, clause: &Clause, text: &Text, amounts: &[Amount], resolved: &[(usize, usize)], listed: bool) {
        let struck = |place: usize| text.struck.iter().any(|range| range.contains(&place));
        let first_price = amounts.iter().find(|a| !matches!(a.kind, Kind::Aside | Kind::Code(_))).map(|a| a.price.start);
        let before = resolved.first().is_some_and(|(place, _)| first_price.is_none_or(|price| *place < price));
        for (number, amount) in amounts.iter().enumerate() {
            let Some(offer) = amount.offer() else { continue };
            let at = amount.price.start;
            let bracket = text.plain.get(..at).is_some_and(|head| head.trim_end_matches([' ', '~', '$', '+']).ends_with('('));
            let next = amounts.get(number + 1).map_or(usize::MAX, |next| next.price.start);
            let own = if before {
                resolved
                    .iter()
                    .rev()
                    .find(|(place, at_good)| *place < at && !self.is_along(*at_good))
                    .or_else(|| resolved.iter().rev().find(|(place, _)| *place < at))
            } else {
                resolved.iter().find(|(place, _)| *place > at && *place < next)
            };
            let own = own.map(|(_, good)| *good);
            // A crossed-out amount beside goods that stay was replaced.
            let sold = own
                .or(self.current)
                .and_then(|good| self.goods.get(good))
                .is_some_and(|good| matches!(good.state, Some(State::Sold | State::Reserved)));
            let gone = struck(at) && !sold;
            if gone || (bracket && (!listed || own.is_none() || clause.role == Mention::Along)) {
                continue;
            }
            if amount.kind == Kind::All {
                let lead = self.goods.iter().position(|good| !good.named.along && !good.dropped);
                if let Some(good) = own.or(self.current).filter(|at| Some(*at) == lead).and_then(|at| self.goods.get_mut(at))
                    && amount.asked
                    && !good.asked
                    && !good.listed
                {
                    good.asked = true;
                    good.offers.retain(|known| known.kind == "ladder");
                    good.offers.splice(0..0, Amount { kind: Kind::Price, ..amount.clone() }.offer());
                    continue;
                }
                // "$35 for all three" of one line is what the line costs.
                if listed
                    && let Some(good) =
                        own.and_then(|good| self.goods.get_mut(good)).filter(|good| good.offers.is_empty() && !good.named.along)
                {
                    good.offers.extend(Amount { kind: Kind::Price, ..amount.clone() }.offer());
                    continue;
                }
                self.packages.push(amount.clone());
                let quantity = own.or(self.current).and_then(|good| self.goods.get(good)).filter(|good| !good.offers.is_empty());
                if quantity.is_none() {
                    continue;
                }
            }
            let target = own.or(self.current).or_else(|| self.goods.iter().position(|good| !good.named.along && !good.dropped));
            let Some(good) = target.and_then(|target| self.goods.get_mut(target)) else {
                self.orphans.push(offer);
                continue;
            };
            if good.named.along && (bracket || own.is_none()) {
                continue;
            }
            match amount.kind {
                Kind::Code(_) => {
                    if good.beside.len() < 4 {
                        good.beside.push(offer);
                    }
                }
                _ if amount.replaces || (clause.edit && amount.kind == Kind::Price) => {
                    good.offers.retain(|known| known.kind == "ladder");
                    good.offers.insert(0, offer);
                }
                _ => {
                    let twice = good.offers.iter().any(|known| known.amount == offer.amount && known.kind == offer.kind);
                    let weak = !good.asked && amount.asked && amount.kind == Kind::Price;
                    good.asked |= amount.asked && amount.kind == Kind::Price;
                    if weak && !good.listed {
                        // What is asked comes before what is only named.
                        good.offers.retain(|known| known.kind == "ladder");
                        good.offers.insert(0, offer);
                    } else if !twice && good.offers.len() < MOST_OFFERS && (amount.asked || !good.asked || good.listed) {
                        good.offers.push(offer);
                    }
                }
            }
        }
    }

    fn is_along(&self, at: usize) -> bool {
        self.goods.get(at).is_some_and(|good| good.named.along)
    }
}

/// Whether two mentions of one model are two goods: calibres that exclude each other.
fn apart(one: &Named, other: &Named) -> bool {
    let calibres = |named: &Named| named.firearm.as_ref().map(|arm| arm.calibre_ids.clone()).unwrap_or_default();
    let (one, other) = (calibres(one), calibres(other));
    !one.is_empty() && !other.is_empty() && !one.iter().any(|id| other.contains(id))
}

fn words(named: &Named) -> String {
    named.because.first().map(|span| span.text.to_lowercase()).unwrap_or_default()
}
