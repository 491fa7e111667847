//! The operational export: one row per listing in its latest version. It names vendors and addresses; research gets `tables`.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use jiff::tz::TimeZone;
use rust_decimal::Decimal;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Value, json};
use vigie_extractors::record::{Classification, Firearm, Offer};

use crate::clock::from_micros;
use crate::config::{Config, Marking, SourceType};
use crate::database::Pool;
use crate::export::columns::{self, Column, DESCRIPTION, Kind, cell};
use crate::export::files::{self, Partial};
use crate::export::pseudonym::Pseudonyms;
use crate::export::{Exported, Part};
use crate::rates::{Converted, Rates};
use crate::store::read::{self, Stored};
use crate::store::replicas::Replicas;
use crate::store::sample::{self, Told};
use crate::store::{markings, personas, scam, subjects};

/// What prices are compared in.
const DOLLAR: &str = "USD";
/// Listings held in memory at a time.
const BATCH: usize = 256;

/// What a reader of the folder must know before passing it on.
const NOTICE: &str = "\
Operational export of Vigie: listings.jsonl and listings.csv hold the same rows, one per listing in its latest version, sorted by
source and key. listings.columns.csv describes the columns.

These files name vendors, addresses of pages and contacts that stand in titles and descriptions, and which vendors are judged to be one
seller. They are for those who may read the case. The columns tlp and pap say how far each row may go and what may be done about it,
persona_tlp and persona_pap the same of who is judged to be one seller. With persona_pseudonym a reader can tell who stands behind the
pseudonyms of research data made with the same key. A classification is a lead with a probability, not a finding. For research use
`vigie export tables`, which names nobody.

Cells of listings.csv that a spreadsheet would take for a formula (beginning with = + - @, a tab or a line end, and no plain number)
carry an apostrophe in front. listings.jsonl holds all values exactly, every key in every row, null where nothing is known.
`vigie import --source ID listings.jsonl` reads it.
";

/// Writes `part` of the store as `listings.jsonl`, `listings.csv`, their description `listings.columns.csv` and `listings.README.txt` into `out`; `progress` is
/// told how many rows were written. The key of the pseudonyms is that of the folder `data`, the rates are those beside the configuration. Memory does not grow with the text of the listings, only with their number (their ids and keys).
///
/// # Errors
/// The store does not answer, rates or key cannot be read, or the folder cannot be written. Files of those names are then as they were
/// before.
pub async fn listings(
    pool: &Pool,
    config: &Config,
    data: &Path,
    out: &Path,
    part: &Part,
    mut progress: impl FnMut(u64),
) -> Result<Exported> {
    let (rates, pseudonyms) = (Rates::beside(config.dir.as_deref())?, Pseudonyms::open(data)?);
    let mut jsonl = Partial::create(out, "listings.jsonl")?;
    let mut csv = Partial::create(out, "listings.csv")?;
    let mut description = Partial::create(out, "listings.columns.csv")?;
    let mut notice = Partial::create(out, "listings.README.txt")?;
    notice.write(NOTICE.as_bytes())?;
    description.write(&columns::record(DESCRIPTION)?)?;
    for (column, _) in COLUMNS {
        description.write(&columns::record(column.description())?)?;
    }
    csv.write(&columns::record(COLUMNS.iter().map(|(column, _)| column.name))?)?;
    // One transaction: all rows show the store at one moment, whatever a crawl writes meanwhile.
    let mut snapshot = pool.begin().await?;
    let labels = sample::labels(&mut snapshot).await?;
    let replicas = Replicas::load(&mut snapshot, config).await?;
    let restricted = subjects::restricted_ids(&mut snapshot).await?;
    let (mut rows, mut named) = (0, Vec::new());
    let mut wanted = read::ids(&mut snapshot).await?;
    wanted.retain(|id| part.listings.as_ref().is_none_or(|listings| listings.contains(id)));
    for ids in wanted.chunks(BATCH) {
        let mut batch = read::by_ids(&mut snapshot, ids).await?;
        batch.retain(|stored| part.has_source(&stored.row.source) && !restricted.contains(&stored.row.vendor_id));
        scam::join(&mut snapshot, &mut batch).await?;
        let sellers: BTreeSet<String> = batch.iter().map(|stored| stored.row.vendor_id.clone()).collect();
        let personas = personas::of_accounts(&mut snapshot, &sellers.into_iter().collect::<Vec<_>>()).await?;
        let ids: BTreeSet<String> = personas.values().cloned().collect();
        let markings = markings::of_personas(&mut snapshot, config, &ids.into_iter().collect::<Vec<_>>()).await?;
        for stored in batch {
            let row = Row {
                label: labels.get(&stored.row.id),
                original: replicas.get(&stored.row.source).map(|replica| replica.original.as_str()),
                persona: personas.get(&stored.row.vendor_id).map(|id| (id.as_str(), pseudonyms.persona(id))),
                persona_marking: personas.get(&stored.row.vendor_id).and_then(|id| markings.get(id)).copied(),
                dollars: dollars(&stored, &rates),
                ..Row::new(&stored, config)
            };
            let values: Vec<Value> = COLUMNS.iter().map(|(_, value)| value(&row)).collect();
            jsonl.write(&line(&values)?)?;
            csv.write(&columns::record(COLUMNS.iter().zip(&values).map(|((column, _), value)| cell(column.kind, value)))?)?;
            rows += 1;
            named.push(stored.row.id);
        }
        progress(rows);
    }
    snapshot.rollback().await?;
    let files = files::finish(vec![jsonl, csv, notice, description])?;
    Ok(Exported { rows, files, listings: named })
}

/// The columns, in their order.
pub fn described() -> impl Iterator<Item = &'static Column> {
    COLUMNS.iter().map(|(column, _)| column)
}

/// A JSON object with the columns as keys, in their order.
fn line(values: &[Value]) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut text);
    let mut map = serializer.serialize_map(Some(values.len()))?;
    for ((column, _), value) in COLUMNS.iter().zip(values) {
        map.serialize_entry(column.name, value)?;
    }
    map.end()?;
    text.push(b'\n');
    Ok(text)
}

/// A listing with what its columns are read from.
struct Row<'a> {
    stored: &'a Stored,
    kind: Option<SourceType>,
    marking: Marking,
    persona_marking: Option<Marking>,
    classification: Classification,
    firearm: Firearm,
    offer: Option<&'a Offer>,
    label: Option<&'a Told>,
    original: Option<&'a str>,
    /// Id and pseudonym.
    persona: Option<(&'a str, String)>,
    dollars: Option<Converted>,
}

impl<'a> Row<'a> {
    fn new(stored: &'a Stored, config: &Config) -> Self {
        let source = config.source(&stored.row.source);
        Self {
            stored,
            kind: source.map(|source| source.kind),
            marking: config.marking(&stored.row.source),
            persona_marking: None,
            classification: stored.listing.classification.clone().unwrap_or_default(),
            firearm: stored.listing.firearm.clone().unwrap_or_default(),
            offer: stored.listing.offers.first(),
            label: None,
            original: None,
            persona: None,
            dollars: None,
        }
    }
}

/// The first price on the day on which this version was first seen.
fn dollars(stored: &Stored, rates: &Rates) -> Option<Converted> {
    let offer = stored.listing.offers.first()?;
    let (amount, currency) = (offer.amount.parse::<Decimal>().ok()?, offer.currency.as_deref()?);
    rates.convert(amount, currency, DOLLAR, from_micros(stored.seen_at).to_zoned(TimeZone::UTC).date())
}

/// Text, or null where there is none.
fn text(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { json!(text) }
}

fn maybe(value: Option<&String>) -> Value {
    value.map_or(Value::Null, |value| text(value))
}

fn time(micros: i64) -> Value {
    json!(from_micros(micros).to_string())
}

type Entry = (Column, fn(&Row) -> Value);

const fn column(name: &'static str, kind: Kind, unit: &'static str, meaning: &'static str, from: &'static str) -> Column {
    Column { name, kind, unit, meaning, from }
}

const COLUMNS: &[Entry] = &[
    (column("source", Kind::Text, "source id", "Source that shows the listing", "configuration"), |row| json!(row.stored.row.source)),
    (
        column(
            "source_type",
            Kind::Text,
            "cryptomarket shop classifieds forum social",
            "What the source is; empty where it is not configured, as after an import",
            "configuration",
        ),
        |row| row.kind.map_or(Value::Null, |kind| json!(kind.code())),
    ),
    (
        column("url", Kind::Text, "URL, or urn:vigie:SOURCE:ID of an imported row without one", "Address at the last sighting", "capture"),
        |row| text(&row.stored.row.address),
    ),
    (
        column("key", Kind::Text, "path with its significant parameters", "Identity on the source, the same on all mirrors", "address"),
        |row| json!(row.stored.row.key),
    ),
    (column("title", Kind::Text, "white space folded", "Title as shown", "page"), |row| text(&row.stored.listing.title)),
    (column("price_amount", Kind::Decimal, "price_currency", "First price on the page for one unit", "page"), |row| {
        row.offer.map_or(Value::Null, |offer| text(&offer.amount))
    }),
    (column("price_currency", Kind::Text, "ISO 4217 or the coin's code", "Currency of price_amount", "page"), |row| {
        maybe(row.offer.and_then(|offer| offer.currency.as_ref()))
    }),
    (
        column(
            "price_usd",
            Kind::Decimal,
            "USD",
            "price_amount at the rate of its day; empty where no rate is known",
            "page, files of rates",
        ),
        |row| row.dollars.as_ref().map_or(Value::Null, |worth| json!(worth.amount.to_string())),
    ),
    (column("fx_date", Kind::Date, "ISO 8601 date", "Day of that rate; empty where none was needed", "files of rates"), |row| {
        row.dollars.as_ref().and_then(|worth| worth.day).map_or(Value::Null, |day| json!(day.to_string()))
    }),
    (
        column(
            "price_kind",
            Kind::Text,
            "fixed from ladder bid buy_now reserve deposit shipping trade_value",
            "What price_amount is",
            "page",
        ),
        |row| row.offer.map_or(Value::Null, |offer| text(&offer.kind)),
    ),
    (column("price_state", Kind::Text, "shown on_request free hidden", "Whether a price is shown", "page"), |row| {
        maybe(row.stored.listing.price_state.as_ref())
    }),
    (column("quantity", Kind::Decimal, "unit", "How much price_amount buys, in packs", "page"), |row| {
        maybe(row.offer.and_then(|offer| offer.quantity.as_ref()))
    }),
    (column("unit", Kind::Text, "piece round box file kit g kg other", "Unit of quantity", "page"), |row| {
        maybe(row.offer.and_then(|offer| offer.unit.as_ref()))
    }),
    (column("unit_amount", Kind::Decimal, "price_currency", "Price of one unit, where quantity is known", "page, computed"), |row| {
        maybe(row.offer.and_then(|offer| offer.unit_amount.as_ref()))
    }),
    (column("n_offers", Kind::Integer, "prices", "Prices on the page, other quantities and kinds included", "page"), |row| {
        json!(row.stored.listing.offers.len())
    }),
    (column("vendor", Kind::Text, "name as shown", "Seller account on the source", "page"), |row| {
        row.stored.listing.vendor.as_ref().map_or(Value::Null, |vendor| text(&vendor.name))
    }),
    (column("vendor_url", Kind::Text, "URL", "Address of the vendor page", "page"), |row| {
        maybe(row.stored.listing.vendor.as_ref().and_then(|vendor| vendor.url.as_ref()))
    }),
    (
        column("persona", Kind::Text, "32 hexadecimal digits", "The same for accounts judged to be one seller; empty of others", "store"),
        |row| row.persona.as_ref().map_or(Value::Null, |(id, _)| json!(id)),
    ),
    (column("persona_pseudonym", Kind::Text, "per_ and 16 hexadecimal digits", "Keyed pseudonym of the persona", "store"), |row| {
        row.persona.as_ref().map_or(Value::Null, |(_, pseudonym)| json!(pseudonym))
    }),
    (
        column(
            "persona_tlp",
            Kind::Text,
            "clear green amber amber+strict red",
            "How far it may be passed on who is judged to be one seller",
            "configuration, vigie persona",
        ),
        |row| row.persona_marking.map_or(Value::Null, |marking| json!(marking.tlp.code())),
    ),
    (column("persona_pap", Kind::Text, "clear green amber red", "What may be done about it", "configuration, vigie persona"), |row| {
        row.persona_marking.map_or(Value::Null, |marking| json!(marking.pap.code()))
    }),
    (column("category", Kind::Text, "code of the codebook", "Category of the lead item", "classification"), |row| {
        text(&row.classification.category)
    }),
    (column("subtype", Kind::Text, "code of the codebook", "Finer code within the category", "classification"), |row| {
        maybe(row.classification.subtype.as_ref())
    }),
    (column("good", Kind::Text, "code of the codebook", "Coarse good of a listing that is no weapon", "classification"), |row| {
        maybe(row.classification.good.as_ref())
    }),
    (column("probability", Kind::Share, "0 to 1", "Probability of the category: a lead, never a finding", "classification"), |row| {
        row.stored.listing.classification.as_ref().map_or(Value::Null, |one| json!(one.probability))
    }),
    (
        column("intent", Kind::Text, "offer wanted trade service review discussion unknown", "What the author wants", "classification"),
        |row| text(&row.stored.listing.intent),
    ),
    (column("label", Kind::Text, "code of the codebook", "Category that a person gave; empty where nobody did", "vigie label"), |row| {
        row.label.map_or(Value::Null, |(category, _)| text(category))
    }),
    (column("label_subtype", Kind::Text, "code of the codebook", "Finer code that a person gave", "vigie label"), |row| {
        row.label.map_or(Value::Null, |(_, subtype)| text(subtype))
    }),
    (column("traits", Kind::List, "codes of the codebook", "Properties beside the category", "classification"), |row| {
        json!(row.stored.listing.traits)
    }),
    (column("maker", Kind::Text, "name of the codebook", "Maker of the lead item", "classification"), |row| {
        maybe(row.firearm.maker.as_ref())
    }),
    (column("model", Kind::Text, "without the maker", "Model of the lead item", "classification"), |row| maybe(row.firearm.model.as_ref())),
    (column("calibre_ids", Kind::List, "codes of the codebook", "Calibres of the lead item", "classification"), |row| {
        json!(row.firearm.calibre_ids)
    }),
    (column("calibre_basis", Kind::Text, "stated inferred ambiguous", "What the calibre rests on", "classification"), |row| {
        maybe(row.firearm.calibre_basis.as_ref())
    }),
    (
        column(
            "status",
            Kind::Text,
            "live blank_firing acoustic deactivated converted reactivated replica unknown",
            "State of the arm as the seller describes it",
            "classification",
        ),
        |row| maybe(row.firearm.status.as_ref()),
    ),
    (column("make_mode", Kind::Text, "industrial printed hybrid craft kit unknown", "How the arm was made", "classification"), |row| {
        maybe(row.firearm.make_mode.as_ref())
    }),
    (column("condition", Kind::Text, "new used parts_only unknown", "Condition of the goods", "classification"), |row| {
        maybe(row.firearm.condition.as_ref())
    }),
    (column("n_items", Kind::Integer, "goods", "Goods that could be told apart; 0 when none could", "classification"), |row| {
        json!(row.stored.listing.items.len())
    }),
    (
        column(
            "split_group",
            Kind::Text,
            "folded title without the part number",
            "The same for all parts of one thing paid in parts",
            "title",
        ),
        |row| row.stored.listing.split.as_ref().map_or(Value::Null, |split| text(&split.group)),
    ),
    (column("split_part", Kind::Integer, "from 1", "Number of this part", "title"), |row| {
        row.stored.listing.split.as_ref().map_or(Value::Null, |split| json!(split.part))
    }),
    (column("split_of", Kind::Integer, "0 where the text does not tell", "Number of parts", "title"), |row| {
        row.stored.listing.split.as_ref().map_or(Value::Null, |split| json!(split.of))
    }),
    (column("ships_from", Kind::List, "ISO 3166-1 alpha-2, EU, WW", "Countries of origin", "page"), |row| {
        json!(row.stored.listing.ships_from)
    }),
    (column("ships_to", Kind::List, "ISO 3166-1 alpha-2, EU, WW", "Countries of destination", "page"), |row| {
        json!(row.stored.listing.ships_to)
    }),
    (column("ships_except", Kind::List, "ISO 3166-1 alpha-2, EU", "Countries excluded", "page"), |row| {
        json!(row.stored.listing.ships_except)
    }),
    (column("payments", Kind::List, "coin codes, cash, card, bank ...", "Means of payment accepted", "page"), |row| {
        json!(row.stored.listing.payments)
    }),
    (column("escrow", Kind::Text, "escrow multisig finalize_early direct unknown", "How payment is held", "page"), |row| {
        maybe(row.stored.listing.escrow.as_ref())
    }),
    (
        column("availability", Kind::Text, "in_stock out_of_stock sold reserved expired removed unknown", "As the page says", "page"),
        |row| maybe(row.stored.listing.availability.as_ref()),
    ),
    (column("stock", Kind::Integer, "units", "Units left, as the page says", "page"), |row| json!(row.stored.listing.stock)),
    (column("brand", Kind::Text, "as shown", "Brand field of the page", "page"), |row| maybe(row.stored.listing.brand.as_ref())),
    (column("sku", Kind::Text, "as shown", "Shop's article number", "page"), |row| maybe(row.stored.listing.sku.as_ref())),
    (column("gtin", Kind::Text, "as shown", "Global trade item number", "page"), |row| maybe(row.stored.listing.gtin.as_ref())),
    (column("mpn", Kind::Text, "as shown", "Maker's part number", "page"), |row| maybe(row.stored.listing.mpn.as_ref())),
    (column("n_indicators", Kind::Integer, "count", "Payment addresses, keys and contacts in title and description", "page"), |row| {
        json!(row.stored.listing.indicators.len())
    }),
    (column("risk", Kind::Share, "0 to 1", "Combined risk indicators: a sort order for people", "classification"), |row| {
        row.stored.listing.risk.as_ref().map_or(Value::Null, |risk| json!(risk.score))
    }),
    (column("risk_indicators", Kind::List, "codes of the codebook", "Risk indicators raised", "classification"), |row| {
        json!(row.stored.listing.risk.iter().flat_map(|risk| risk.indicators.iter().map(|one| one.code.as_str())).collect::<Vec<_>>())
    }),
    (column("scam", Kind::Share, "0 to 1", "Signs that nothing will be delivered; apart from risk", "classification, store"), |row| {
        row.stored.listing.scam.as_ref().map_or(Value::Null, |scam| json!(scam.score))
    }),
    (column("scam_signs", Kind::List, "codes of the codebook, copied_text, replica_site", "These signs", "classification, store"), |row| {
        json!(row.stored.listing.scam.as_ref().map(scam::codes).unwrap_or_default())
    }),
    (column("n_versions", Kind::Integer, "count", "Distinct contents seen", "store"), |row| json!(row.stored.row.n_versions)),
    (column("n_sightings", Kind::Integer, "count", "Captures that showed the listing", "store"), |row| json!(row.stored.row.n_sightings)),
    (column("first_seen", Kind::Time, "RFC 3339, UTC", "First sighting", "store"), |row| time(row.stored.row.first_seen)),
    (column("last_seen", Kind::Time, "RFC 3339, UTC", "Latest sighting", "store"), |row| time(row.stored.row.last_seen)),
    (column("gone_at", Kind::Time, "RFC 3339, UTC", "When its page was first found gone; empty while it is there", "store"), |row| {
        if row.stored.row.gone_at == 0 { Value::Null } else { time(row.stored.row.gone_at) }
    }),
    (column("posted_at", Kind::Date, "ISO 8601 date, or time in UTC", "Date of the advertisement, as the page says", "page"), |row| {
        maybe(row.stored.listing.posted_at.as_ref())
    }),
    (column("language", Kind::Text, "ISO 639-1", "Language of title and description", "page"), |row| {
        maybe(row.stored.listing.language.as_ref())
    }),
    (column("category_path", Kind::Path, "outermost first", "The site's own categories", "page"), |row| {
        json!(row.stored.listing.category_path)
    }),
    (column("tlp", Kind::Text, "clear green amber amber+strict red", "How far the row may be passed on", "configuration"), |row| {
        json!(row.marking.tlp.code())
    }),
    (column("pap", Kind::Text, "clear green amber red", "What may be done about it", "configuration"), |row| json!(row.marking.pap.code())),
    (column("family", Kind::Text, "32 hexadecimal digits", "The same for listings that are copies of one another", "store"), |row| {
        text(&row.stored.family)
    }),
    (
        column("replica_of", Kind::Text, "source id", "The source whose site this one copies as a whole; empty where it is none", "store"),
        |row| row.original.map_or(Value::Null, text),
    ),
    (column("codebook_version", Kind::Text, "version", "Codebook that classified the listing", "classification"), |row| {
        text(&row.classification.codebook)
    }),
    (column("model_version", Kind::Text, "version", "Model that classified the listing", "classification"), |row| {
        text(&row.classification.model)
    }),
    (column("listing_id", Kind::Text, "32 hexadecimal digits", "Identity of the listing, from source and key", "store"), |row| {
        json!(row.stored.row.id)
    }),
    (column("version_id", Kind::Text, "32 hexadecimal digits", "Identity of the version, from listing and content", "store"), |row| {
        json!(row.stored.row.version_id)
    }),
    (column("capture_id", Kind::Text, "WARC record id", "Capture that first showed this version: the evidence", "store"), |row| {
        text(&row.stored.capture_id)
    }),
    (column("description", Kind::Text, "paragraphs as line ends", "Description as shown", "page"), |row| {
        text(&row.stored.listing.description)
    }),
];
