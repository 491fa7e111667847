//! Identities made from content, so that rebuilding facts gives the same ones.

use sha2::{Digest, Sha256};
use vigie_extractors::record::{Indicator, Listing, Offer};

/// A digest of the parts, each with its length, as 32 hexadecimal digits.
fn digest<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// A listing is its source and its key there; mirrors agree because the key knows no host.
pub fn listing_id(source: &str, key: &str) -> String {
    digest(["listing", source, key])
}

/// A version is its listing and its content.
pub fn version_id(listing: &str, content: &str) -> String {
    digest(["version", listing, content])
}

/// A vendor is a seller account on one source.
pub fn vendor_id(source: &str, name: &str) -> String {
    digest(["vendor", source, &name.trim().to_lowercase()])
}

/// What a listing has in common with its copy on another site: where it stands there, title and vendor. See [`crate::store::replicas`].
pub fn twin(key: &str, title: &str, vendor: &str) -> String {
    digest(["twin", key, &folded(title).to_lowercase(), &vendor.trim().to_lowercase()])
}

/// A persona is named after the least of its accounts.
pub fn persona_id(least: &str) -> String {
    digest(["persona", least])
}

/// A signed text is its words, however a page parts them.
pub fn signed_text_id(words: &str) -> String {
    digest(["signed text", words])
}

/// An alert is a watch, as it was asked, and a version.
pub fn alert_id(watch: &str, query: &str, version: &str) -> String {
    digest(["alert", watch, query, version])
}

/// An alert of what became of a listing is a watch, the version that matches, what happened, and the capture that showed it.
pub fn event_id(watch: &str, query: &str, version: &str, event: &str, capture: &str) -> String {
    digest(["event", watch, query, version, event, capture])
}

/// Hash of what makes a version: title, description, offers, availability, vendor, shipping, category path and indicators in normal form.
/// Counters, ratings and dates are left out: they change without the advertisement changing.
pub fn content_hash(listing: &Listing) -> String {
    let offer = |offer: &Offer| {
        let currency = offer.currency.as_deref().unwrap_or_default();
        let amount =
            offer.amount.parse::<rust_decimal::Decimal>().map_or_else(|_| offer.amount.clone(), |amount| amount.normalize().to_string());
        format!(
            "{} {amount} {currency} {} {}",
            offer.kind,
            offer.quantity.as_deref().unwrap_or_default(),
            offer.unit.as_deref().unwrap_or_default()
        )
    };
    let indicator = |one: &Indicator| format!("{} {} {}", one.kind, one.asset.as_deref().unwrap_or_default(), one.value);
    let mut indicators: Vec<String> = listing.indicators.iter().map(indicator).collect();
    indicators.sort();
    indicators.dedup();
    let shipping = serde_json::to_string(&listing.shipping).unwrap_or_default();
    let parts = [
        folded(&listing.title),
        folded(&listing.description),
        listing.offers.iter().map(offer).collect::<Vec<_>>().join("\n"),
        listing.price_state.clone().unwrap_or_default(),
        listing.availability.clone().unwrap_or_default(),
        listing.vendor.as_ref().map(|vendor| vendor.name.trim().to_lowercase()).unwrap_or_default(),
        sorted(&listing.ships_from),
        sorted(&listing.ships_to),
        sorted(&listing.ships_except),
        shipping,
        if listing.category_of_page { String::new() } else { listing.category_path.join("\n") },
        indicators.join("\n"),
    ];
    digest(parts.iter().map(String::as_str))
}

/// Words of a description from which on it tells its advertisement from others.
const TELLING: usize = 10;

/// What is said in an advertisement, counts and prices of its description aside: two of which this is the same are copies, and goods that
/// differ never have it in common. Of a text that is hardly more than the name of a good its seller's name, or its source, is a part.
pub fn said(source: &str, listing: &Listing) -> String {
    let firearm = listing.firearm.as_ref();
    let classification = listing.classification.as_ref();
    let description = words(&listing.description, char::is_alphabetic);
    let seller =
        listing.vendor.as_ref().map_or_else(|| format!("on {source}"), |vendor| format!("by {}", vendor.name.trim().to_lowercase()));
    let parts = [
        words(&listing.title, char::is_alphanumeric),
        if description.split(' ').nth(TELLING - 1).is_none() { seller } else { String::new() },
        description,
        listing.gtin.clone().unwrap_or_default(),
        firearm.and_then(|one| one.model.clone()).unwrap_or_default(),
        firearm.map(|one| sorted(&one.calibre_ids)).unwrap_or_default(),
        firearm.and_then(|one| one.serial.clone()).unwrap_or_default(),
        classification.map(|one| one.category.clone()).unwrap_or_default(),
        classification.and_then(|one| one.subtype.clone()).unwrap_or_default(),
        listing.intent.clone(),
        listing.split.as_ref().map(|split| split.part.to_string()).unwrap_or_default(),
    ];
    digest(parts.iter().map(String::as_str))
}

fn folded(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.push_str(word);
    }
    folded
}

/// The words of a text in lower case; whatever is no character of a word parts them.
fn words(text: &str, of_word: impl Fn(char) -> bool) -> String {
    let mut words = String::with_capacity(text.len());
    if text.is_ascii() {
        for word in text.split(|character: char| !of_word(character)).filter(|word| !word.is_empty()) {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
        words.make_ascii_lowercase();
        return words;
    }
    let mut parted = false;
    let mut push = |character: char| {
        if !of_word(character) {
            parted = true;
            return;
        }
        if std::mem::take(&mut parted) && !words.is_empty() {
            words.push(' ');
        }
        words.push(character);
    };
    text.chars().flat_map(char::to_lowercase).for_each(&mut push);
    words
}

fn sorted(codes: &[String]) -> String {
    let mut codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    codes.sort_unstable();
    codes.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use vigie_extractors::record::Vendor;

    fn listing() -> Listing {
        let offers = vec![Offer { kind: "fixed".into(), amount: "450.00".into(), currency: Some("EUR".into()), ..Offer::default() }];
        Listing { title: "Zoraki 914".into(), description: "Schreckschuss,  neu".into(), offers, ..Listing::default() }
    }

    #[test]
    fn writing_and_counters_make_no_version_but_a_price_does() {
        let first = content_hash(&listing());
        let mut same = listing();
        same.offers[0].amount = "450".into();
        same.description = "Schreckschuss, neu".into();
        same.vendor = None;
        same.feedback_n = Some(12);
        same.posted_at = Some("2026-01-01".into());
        assert_eq!(content_hash(&same), first);
        same.category_path = vec!["Weapons".into()];
        same.category_of_page = true;
        assert_eq!(content_hash(&same), first, "another page shows the card under another category");
        let mut dearer = listing();
        dearer.offers[0].amount = "460".into();
        assert_ne!(content_hash(&dearer), first);
        let mut other = listing();
        other.vendor = Some(Vendor { name: "anna".into(), rating: Some("4.9".into()), ..Vendor::default() });
        assert_ne!(content_hash(&other), first);
    }

    #[test]
    fn words_are_folded_as_characters_are() {
        for text in ["", "  a  B ", "Größe 9mm, ÉTÉ!", "İstanbul ẞ x", "1a 2b\u{a0}c\u{301}d", "ǅ\nЁж"] {
            let slow = text.chars().flat_map(char::to_lowercase).map(|c| if c.is_alphabetic() { c } else { ' ' }).collect::<String>();
            assert_eq!(words(text, char::is_alphabetic), slow.split_whitespace().collect::<Vec<_>>().join(" "), "{text:?}");
            assert_eq!(folded(text), text.split_whitespace().collect::<Vec<_>>().join(" "), "{text:?}");
        }
    }

    #[test]
    fn the_same_is_said_whatever_the_writing_unless_the_goods_differ() {
        let first = said("s", &listing());
        let mut copy = listing();
        copy.title = "ZORAKI 914 !!!".into();
        assert_eq!(said("s", &copy), first);
        assert_ne!(said("t", &copy), first, "the bare name of a good is no copy on another source");
        copy.title = "Zoraki 917".into();
        assert_ne!(said("s", &copy), first);
        copy = listing();
        copy.intent = "wanted".into();
        assert_ne!(said("s", &copy), first);
        let long = |price: &str, seller: &str| Listing {
            description: format!("Blank firing pistol with case, brush and two magazines, for {price} EUR only."),
            vendor: Some(Vendor { name: seller.into(), ..Vendor::default() }),
            ..listing()
        };
        assert_eq!(said("s", &long("90", "anna")), said("t", &long("95", "bert")));
    }
}
