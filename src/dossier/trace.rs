//! The sheet that prepares a request to trace an arm: what the listing tells of the fields that such requests ask for, and what lacks.
//!
//! The fields are those that uniquely identify an arm for tracing: type, maker, model, calibre, serial number, country of manufacture,
//! importer and further markings (International Tracing Instrument, A/60/88, paragraphs 7, 8 and 17). An offer is no recovery: what only a
//! seized arm can tell is left blank, for a person to fill in.

use serde::Serialize;
use vigie_extractors::record::{Firearm, Listing, Span};

use super::listing::ListingDossier;

/// A sheet for one listing.
#[derive(Debug, Clone, Serialize)]
pub struct Sheet {
    /// Identity of the listing.
    pub listing: String,
    /// Source id.
    pub source: String,
    /// Address.
    pub url: String,
    /// As shown.
    pub title: String,
    /// Seller's account.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// The capture that shows all this.
    pub capture: String,
    /// When the listing was seen first and last, RFC 3339, UTC.
    pub seen: (String, String),
    /// The arms, parts and rounds that it offers; the lead one first.
    pub arms: Vec<Arm>,
    /// What only the recovered arm can tell: never filled in.
    pub recovery: Vec<Blank>,
}

/// One arm, part or lot of rounds.
#[derive(Debug, Clone, Serialize)]
pub struct Arm {
    /// Category code of the codebook.
    pub category: String,
    /// How sure that is, 0 to 1.
    pub probability: f64,
    /// The words that decided it.
    pub because: Vec<String>,
    /// What a request asks for, in its order.
    pub fields: Vec<Field>,
    /// Names of the fields that a request requires and the listing does not tell.
    pub lacking: Vec<&'static str>,
}

/// A field of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What the listing tells; left out where it tells nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Whether requests require it.
    pub required: bool,
}

/// A field for a person to fill in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Blank {
    /// Its name.
    pub name: &'static str,
}

const RECOVERY: [&str; 7] = [
    "Requesting agency and reference",
    "Date of recovery",
    "Place of recovery",
    "Circumstances of recovery",
    "Serial number as read on the arm",
    "Photographs of the markings",
    "Purpose of the request and restrictions on use",
];

/// Makes the sheet of a listing.
pub fn sheet(dossier: &ListingDossier) -> Sheet {
    let listing = &dossier.record;
    Sheet {
        listing: dossier.listing.clone(),
        source: dossier.source.clone(),
        url: dossier.url.clone(),
        title: listing.title.clone(),
        vendor: listing.vendor.as_ref().map(|vendor| vendor.name.clone()),
        capture: dossier.capture.clone(),
        seen: (dossier.first_seen.clone(), dossier.last_seen.clone()),
        arms: arms(listing),
        recovery: RECOVERY.map(|name| Blank { name }).to_vec(),
    }
}

fn arms(listing: &Listing) -> Vec<Arm> {
    let goods = ["firearm.", "part.", "ammunition.", "light_weapon", "explosive", "replica_airgun"];
    let of_arms = |category: &str| goods.iter().any(|good| category.starts_with(good));
    let mut arms: Vec<Arm> = listing
        .items
        .iter()
        .filter(|item| of_arms(&item.category))
        .map(|item| arm(&item.category, item.probability, &item.because, item.firearm.as_ref()))
        .collect();
    if arms.is_empty() {
        let (category, probability, because) =
            listing.classification.as_ref().map_or(("unknown", 0.0, &[][..]), |one| (&one.category, one.probability, &one.because));
        arms.push(arm(category, probability, because, listing.firearm.as_ref()));
    }
    arms
}

fn arm(category: &str, probability: f64, because: &[Span], firearm: Option<&Firearm>) -> Arm {
    let unsaid = Firearm::default();
    let told = firearm.unwrap_or(&unsaid);
    let field = |name, value: Option<String>, required| Field { name, value: value.filter(|text| !text.is_empty()), required };
    let calibre = told.calibres.join(", ") + if told.calibre_basis.as_deref() == Some("ambiguous") { " (ambiguous)" } else { "" };
    let state = |wanted: &str| told.markings.iter().any(|marking| marking.kind == "serial" && marking.state == wanted);
    let obliterated = if state("removed") || state("altered") {
        Some("yes, says the seller")
    } else if told.serial.is_some() || state("shown") {
        Some("no")
    } else {
        None
    };
    let markings: Vec<String> = told
        .markings
        .iter()
        .filter(|marking| marking.kind != "serial")
        .map(|marking| format!("{} ({}, {})", marking.text, marking.kind, marking.state))
        .collect();
    let number = |value: Option<u32>, unit: &str| value.map(|value| format!("{value}{unit}"));
    let fields = vec![
        field("Type", (category != "unknown").then(|| category.to_owned()), true),
        field("Manufacturer", told.maker.clone(), true),
        field("Model", told.model.clone(), true),
        field("Calibre or gauge", Some(calibre), true),
        field("Serial number", told.serial.clone(), true),
        field("Serial number obliterated", obliterated.map(str::to_owned), true),
        field("Country of manufacture", told.country_made.clone(), true),
        field("Importer", told.importer.clone(), true),
        field("Additional markings", Some(markings.join("; ")), true),
        field("Year of manufacture", number(told.year, ""), false),
        field("Barrel length", number(told.barrel_mm, " mm"), false),
        field("Capacity", number(told.capacity, " rounds"), false),
        field("Action", told.action.clone(), false),
        field("Made", told.make_mode.clone(), false),
        field("Status", told.status.clone(), false),
        field("Condition", told.condition.clone(), false),
    ];
    let lacking = fields.iter().filter(|field| field.required && field.value.is_none()).map(|field| field.name).collect();
    let because = because.iter().map(|span| span.text.clone()).collect();
    Arm { category: category.to_owned(), probability, because, fields, lacking }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vigie_extractors::record::{Item, Marking};

    fn glock(serial: Option<&str>, state: &str) -> Item {
        let marking = Marking { text: "serial".into(), kind: "serial".into(), state: state.into() };
        let firearm =
            Firearm { maker: Some("Glock".into()), serial: serial.map(str::to_owned), markings: vec![marking], ..Firearm::default() };
        Item { category: "firearm.pistol".into(), firearm: Some(firearm), ..Item::default() }
    }

    fn value<'a>(arm: &'a Arm, name: &str) -> Option<&'a str> {
        arm.fields.iter().find(|field| field.name == name)?.value.as_deref()
    }

    #[test]
    fn what_is_told_is_filled_in_and_what_lacks_is_named() {
        let listing = Listing { items: vec![glock(Some("ABC123"), "shown"), glock(None, "removed")], ..Listing::default() };
        let [shown, removed] = &arms(&listing)[..] else { panic!("two arms") };
        assert_eq!((value(shown, "Manufacturer"), value(shown, "Serial number")), (Some("Glock"), Some("ABC123")));
        assert_eq!(value(shown, "Serial number obliterated"), Some("no"));
        assert_eq!(shown.lacking, ["Model", "Calibre or gauge", "Country of manufacture", "Importer", "Additional markings"]);
        assert_eq!(value(removed, "Serial number obliterated"), Some("yes, says the seller"));
        assert!(removed.lacking.contains(&"Serial number"));
    }

    #[test]
    fn other_goods_of_an_advertisement_are_no_arms_and_nothing_of_the_recovery_is_said() {
        let coat = Item { category: "non_weapon".into(), ..Item::default() };
        let listing = Listing { title: "Glock".into(), items: vec![glock(None, "absent"), coat], ..Listing::default() };
        assert_eq!(arms(&listing).len(), 1);
        let blank = arms(&Listing::default());
        assert_eq!((blank.len(), blank[0].lacking.len()), (1, 9));
        assert_eq!(serde_json::to_value(Blank { name: RECOVERY[1] }).unwrap(), serde_json::json!({"name": "Date of recovery"}));
    }
}
