//! What is known of the goods once all was read, and the items that they become.

use super::Joined;
use crate::classify::items::Whole;
use crate::heuristics::amounts::{Amount, Kind};
use crate::record::Item;

impl Joined {
    /// What is known once all was read: the title's price, prices of all together, what the title only announced.
    pub(in crate::classify) fn settle(&mut self) {
        if let Some((state, _)) = self.pending.take() {
            self.whole_state.get_or_insert(state);
        }
        let listed = self.goods.iter().filter(|good| good.listed && !good.dropped).count();
        if listed >= 2 {
            // A title of a list says what kinds of goods it holds.
            for good in self
                .goods
                .iter_mut()
                .filter(|good| good.titled && !good.listed && !(good.named.is_arm() && (good.told || good.named.model().is_some())))
            {
                good.dropped = true;
            }
        }
        for good in self.goods.iter_mut().filter(|good| !good.offers.iter().any(|offer| offer.kind != "ladder") && !good.named.along) {
            // The smallest step of a ladder is no price for one, but the only one there is.
            good.offers.sort_by_key(|offer| offer.quantity.as_ref().and_then(|n| n.parse::<u32>().ok()).unwrap_or(u32::MAX));
        }
        let lead = self.goods.iter().position(|good| !good.named.along && !good.dropped);
        let price = self.title_prices.iter().find(|amount| matches!(amount.kind, Kind::Price | Kind::All)).cloned();
        let unpriced = self.goods.iter().all(|good| good.dropped || good.offers.is_empty());
        if let Some(good) = lead.and_then(|lead| self.goods.get_mut(lead)) {
            let package = self.packages.first().filter(|_| unpriced || listed < 2).cloned();
            if let Some(amount) = price.or(package).filter(|_| good.offers.is_empty()) {
                let amount = Amount { kind: if amount.kind == Kind::All { Kind::Price } else { amount.kind }, ..amount };
                good.offers.extend(amount.offer());
            }
        }
    }

    /// The items, the lead first.
    pub(in crate::classify) fn into_items(mut self, whole: &Whole<'_>, own_traits: impl Fn(&[String]) -> Vec<String>) -> Vec<Item> {
        self.goods.retain(|good| !good.dropped);
        let lead = self.goods.iter().position(|good| !good.named.along && good.named.category == whole.lead.category);
        let lead = lead.or_else(|| self.goods.iter().position(|good| !good.named.along && good.titled));
        let alone = self.goods.iter().filter(|good| good.named.is_arm()).count() <= 1;
        let mut items: Vec<Item> = Vec::new();
        if lead.is_none() && !matches!(whole.lead.category.as_str(), "unknown" | "non_weapon") {
            items.push(Item {
                category: whole.lead.category.clone(),
                subtype: whole.lead.subtype.clone(),
                probability: whole.lead.probability,
                because: whole.lead.because.iter().filter(|s| s.field == "title").take(4).cloned().collect(),
                firearm: whole.arm.cloned(),
                traits: own_traits(whole.traits),
                availability: self.whole_state.map(|state| state.code().to_owned()),
                offers: {
                    let titled = self.title_prices.iter().filter(|amount| amount.kind == Kind::Price).filter_map(Amount::offer);
                    let packed = self.packages.iter().map(|amount| Amount { kind: Kind::Price, ..amount.clone() });
                    let mut offers: Vec<_> = titled.chain(std::mem::take(&mut self.orphans)).collect();
                    offers.extend(packed.filter_map(|amount| amount.offer()));
                    offers.truncate(12);
                    offers
                },
                ..Item::default()
            });
        }
        let state_of_all = self.whole_state;
        for (at, good) in self.goods.into_iter().enumerate() {
            let is_lead = lead == Some(at);
            let state = match (state_of_all, good.state) {
                (Some(all), _) => Some(all),
                (None, own) => own,
            };
            let mut offers = good.offers;
            if !offers.is_empty() {
                offers.extend(good.beside);
            }
            let named = good.named;
            let mut item = Item {
                category: named.category,
                subtype: named.subtype,
                probability: named.probability,
                because: named.because,
                firearm: named.firearm,
                traits: named.traits,
                offers,
                quantity: named.quantity.map(|n| n.to_string()),
                availability: state.map(|state| state.code().to_owned()),
            };
            if is_lead {
                item.category = whole.lead.category.clone();
                item.subtype = whole.lead.subtype.clone();
                item.probability = whole.lead.probability;
                if alone {
                    item.firearm = whole.arm.cloned();
                    item.traits = own_traits(whole.traits);
                }
                items.insert(0, item);
            } else {
                items.push(item);
            }
        }
        items
    }
}
