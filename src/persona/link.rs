//! Links between two accounts: each with a sentence, its weight, the evidence of both sides, and what speaks against it.

use std::collections::{BTreeMap, HashMap};

use crate::persona::mark::{Account, Mark, Name, Proof, Spread};
use crate::persona::weights;

/// Who shows which mark.
pub type Spreads = HashMap<Name, Spread>;

/// A reason to take two accounts for one seller.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The mark that both show.
    pub mark: Name,
    /// The reason as a sentence.
    pub sentence: String,
    /// Probability that both are one seller, by this alone.
    pub probability: f64,
    /// The captures that show it, of the one and of the other, with their times.
    pub evidence: [(String, i64); 2],
    /// What speaks against it.
    pub against: Vec<String>,
}

/// What is known of two accounts together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pair {
    /// Their links, strongest first.
    pub links: Vec<Link>,
    /// Probability that both are one seller, by all links.
    pub probability: f64,
    /// The account that shows a key which the other one proves: it may be played by somebody else.
    pub impersonator: Option<String>,
}

const STANDS: &str = "it also stands on a page of ";
const OF_NOBODY: &str = " that belongs to no seller";

/// The source that an objection names, if it says that the mark stands on a page of nobody there.
pub fn stands_at(against: &str) -> Option<&str> {
    against.strip_prefix(STANDS)?.strip_suffix(OF_NOBODY)
}

/// Links of two accounts.
pub fn judge(one: &Account, other: &Account, spreads: &Spreads) -> Pair {
    let shared: Vec<(&Name, &Mark, &Mark)> =
        one.marks.iter().filter_map(|(name, mark)| Some((name, mark, other.marks.get(name)?))).collect();
    let live = |name: &Name| spreads.get(name).is_none_or(|spread| [one, other].iter().all(|side| spread.guard(&side.source).is_none()));
    let keys = |account: &Account| account.marks.keys().any(|name| name.kind == "pgp_key" && live(name));
    let other_keys = keys(one) && keys(other) && !shared.iter().any(|(name, ..)| name.kind == "pgp_key" && live(name));
    // Proof of one key on both sides outweighs a second key that one of them only shows.
    let proved = shared.iter().any(|(name, mine, its)| name.kind == "pgp_key" && live(name) && mine.proof.min(its.proof) > Proof::Shown);
    let mut suspects = Vec::new();
    let mut impersonator = None;
    for (name, mine, its) in shared.iter().filter(|(name, ..)| !proved && name.kind == "pgp_key" && live(name)) {
        // Two that play one seller show the same besides.
        let elsewhere = spreads.get(*name).is_some_and(|spread| spread.proved);
        for (account, own, across) in [(one, mine, its), (other, its, mine)] {
            if own.proof == Proof::Shown && (elsewhere || across.proof == Proof::Signed) {
                suspects.push(account);
                impersonator = impersonator.or((across.proof == Proof::Signed).then(|| account.id.clone()));
            }
        }
    }
    let mut best = BTreeMap::<&str, f64>::new();
    let mut links = Vec::new();
    for (name, mine, its) in shared {
        let Some(weight) = weights::of(&name.kind).filter(|_| live(name)) else { continue };
        let mut against = Vec::new();
        let mut probability = if name.kind == "pgp_key" {
            of_key(mine, its, spreads.get(name).is_some_and(|spread| spread.proved), &mut against)
        } else {
            weight.probability
        };
        let signed = name.kind == "pgp_key" && mine.proof.min(its.proof) == Proof::Signed;
        if let Some(suspect) = suspects.first() {
            if name.kind == "pgp_key" {
                against.push(format!("{} may be played by somebody else: it shows the key and proves nothing", suspect.called()));
            } else if weight.group != "money" && weight.group != "bank" {
                probability *= weights::IMPERSONATED;
                against.push(format!("{} shows a key that it does not prove, and may have copied this too", suspect.called()));
            }
        }
        if !signed && let Some(spread) = spreads.get(name) {
            // Who copied a text of one account would else be linked with all others of its seller.
            for (side, _) in [(one, mine), (other, its)].into_iter().filter(|(_, mark)| mark.places.is_subset(&spread.common)).take(1) {
                probability *= weights::COPIED;
                against.push(format!("{} shows it only in texts that others show it in too: one may have copied the other", side.called()));
            }
        }
        if other_keys {
            probability *= weights::OTHER_KEYS;
            against.push("each shows a PGP key, and never the same".to_owned());
        }
        if let Some(spread) = spreads.get(name) {
            let more = spread.total().saturating_sub(2);
            if more > 0 {
                against.push(format!("{more} more {} it", if more == 1 { "account shows" } else { "accounts show" }));
            }
            if !signed && let Some(source) = spread.unowned.keys().next() {
                probability *= weights::PUBLIC;
                against.push(format!("{STANDS}{source}{OF_NOBODY}"));
            }
        }
        if unlike(&one.name, &other.name) {
            against.push(format!("the names {:?} and {:?} are unlike", one.name, other.name));
        }
        let group = best.entry(weight.group).or_default();
        *group = group.max(probability);
        let evidence = [(mine.capture.clone(), mine.seen_at), (its.capture.clone(), its.seen_at)];
        links.push(Link { mark: name.clone(), sentence: sentence(name, one, other, signed), probability, evidence, against });
    }
    links.sort_by(|a, b| b.probability.total_cmp(&a.probability).then_with(|| a.mark.cmp(&b.mark)));
    let doubt: f64 = best.values().map(|probability| 1.0 - probability).product();
    let probability = if links.is_empty() { 0.0 } else { (1.0 - doubt).min(0.999) };
    Pair { links, probability, impersonator }
}

fn of_key(mine: &Mark, its: &Mark, proved: bool, against: &mut Vec<String>) -> f64 {
    match (mine.proof.min(its.proof), mine.proof.max(its.proof)) {
        (Proof::Signed, _) => weights::KEY_PROVED,
        (Proof::InPart, _) => {
            against.push("a signed text names the account and not its source: it may have been copied".to_owned());
            weights::KEY_PROVED_IN_PART
        }
        (Proof::Shown, Proof::Shown) if proved => {
            against.push("another account proves the key, these two only show it".to_owned());
            weights::KEY_CLAIMED
        }
        (Proof::Shown, Proof::Shown) => {
            against.push("nobody proves the key: anybody can show it".to_owned());
            weights::KEY_SHOWN
        }
        (Proof::Shown, _) => {
            against.push("one side proves the key, the other only shows it".to_owned());
            weights::KEY_CLAIMED
        }
    }
}

fn sentence(name: &Name, one: &Account, other: &Account, signed: bool) -> String {
    let what = match name.kind.as_str() {
        "pgp_key" => "PGP key",
        "payment_address" => "payment address",
        "extended_key" => "extended public key of a wallet",
        "view_key" => "view key",
        "iban" => "IBAN",
        "card_number" => "card number",
        "email" => "e-mail address",
        "jabber" => "Jabber address",
        "onion" => "onion service",
        "i2p" => "I2P site",
        "phone" => "phone number",
        "telegram" => "Telegram name",
        kind => kind,
    };
    if signed {
        return format!("Texts signed with the {what} {} name {} and {}.", name.value, one.called(), other.called());
    }
    format!("{} and {} show the same {what}: {}.", one.called(), other.called(), name.value)
}

/// Whether neither name holds the other, and less than half of their pairs of letters are the same.
fn unlike(one: &str, other: &str) -> bool {
    let letters = |name: &str| name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<Vec<char>>();
    let (one, other) = (letters(one), letters(other));
    let pairs = |name: &[char]| name.windows(2).map(<[char]>::to_vec).collect::<std::collections::BTreeSet<_>>();
    let (mine, its) = (pairs(&one), pairs(&other));
    let same = mine.intersection(&its).count();
    one != other && same * 4 < mine.len() + its.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::persona::mark::OWN_PAGE;

    fn account(id: &str, marks: &[(&str, Proof, &str)]) -> Account {
        let marks = marks.iter().map(|(kind, proof, place)| {
            let name = Name { kind: (*kind).to_owned(), value: "x".to_owned() };
            (name, Mark { proof: *proof, places: [(*place).to_owned()].into(), capture: id.to_owned(), seen_at: 0 })
        });
        Account { id: id.into(), source: format!("of-{id}"), name: "anna".into(), marks: marks.collect() }
    }

    fn spreads(common: &str) -> Spreads {
        let spread = || Spread { accounts: [("s".to_owned(), 2)].into(), common: [common.to_owned()].into(), ..Spread::default() };
        ["pgp_key", "telegram", "payment_address", "email"]
            .map(|kind| (Name { kind: kind.to_owned(), value: "x".to_owned() }, spread()))
            .into_iter()
            .collect()
    }

    #[test]
    fn proofs_decide_what_a_key_is_worth_and_an_impersonator_gains_nothing_by_copying_more() {
        let proved =
            account("a", &[("pgp_key", Proof::Signed, OWN_PAGE), ("telegram", Proof::Shown, OWN_PAGE), ("email", Proof::Shown, OWN_PAGE)]);
        let same = account("b", &[("pgp_key", Proof::Signed, OWN_PAGE)]);
        let copy =
            account("c", &[("pgp_key", Proof::Shown, OWN_PAGE), ("telegram", Proof::Shown, OWN_PAGE), ("email", Proof::Shown, OWN_PAGE)]);
        assert_eq!(judge(&proved, &same, &spreads("-")).probability, 0.99);
        let played = judge(&proved, &copy, &spreads("-"));
        assert_eq!(played.impersonator.as_deref(), Some("c"));
        assert!(played.probability < weights::THRESHOLD, "{played:?}");
        assert!(played.links.iter().all(|link| !link.against.is_empty()), "{played:?}");
        assert_eq!(judge(&same, &copy, &spreads("-")).impersonator, judge(&copy, &same, &spreads("-")).impersonator);
        let second = Account { id: "d".into(), source: "of-d".into(), ..copy.clone() };
        assert!(judge(&copy, &second, &spreads("-")).probability >= weights::THRESHOLD);
        let mut known = spreads("-");
        known.values_mut().for_each(|spread| spread.proved = true);
        let both = judge(&copy, &second, &known);
        assert!(both.probability < weights::THRESHOLD && both.impersonator.is_none(), "{both:?}");
    }

    #[test]
    fn what_stands_in_copied_texts_alone_unites_nobody_and_two_kinds_do() {
        let (one, other) = (account("a", &[("telegram", Proof::Shown, "f01")]), account("b", &[("telegram", Proof::Shown, "f02")]));
        assert_eq!(judge(&one, &other, &spreads("-")).probability, 0.9);
        assert!(judge(&one, &other, &spreads("f02")).probability < weights::THRESHOLD);
        let marks = [("telegram", Proof::Shown, "f01"), ("email", Proof::Shown, "f01")];
        let both = judge(&account("a", &marks), &account("b", &marks), &spreads("-")).probability;
        assert!((both - 0.993).abs() < 1e-9, "{both}");
        assert_eq!(judge(&one, &account("c", &[]), &spreads("-")), Pair::default());
    }

    #[test]
    fn marks_of_a_source_or_of_too_many_link_nobody() {
        let (one, other) = (account("a", &[("telegram", Proof::Shown, OWN_PAGE)]), account("b", &[("telegram", Proof::Shown, OWN_PAGE)]));
        let name = Name { kind: "telegram".into(), value: "x".into() };
        for spread in [
            Spread { accounts: [("s".to_owned(), weights::MOST_ACCOUNTS + 1)].into(), ..Spread::default() },
            Spread { accounts: [("of-a".to_owned(), weights::MOST_OF_SOURCE + 1)].into(), ..Spread::default() },
            Spread { unowned: [("of-b".to_owned(), "capture".to_owned())].into(), ..Spread::default() },
        ] {
            assert_eq!(judge(&one, &other, &[(name.clone(), spread)].into_iter().collect()), Pair::default());
        }
    }
}
