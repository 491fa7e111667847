//! The tables: their files, titles and columns.

use crate::export::columns::{Column, Kind};

/// A table of the research export.
#[derive(Debug, Clone, Copy)]
pub struct Table {
    /// Name of its file.
    pub file: &'static str,
    /// What it shows.
    pub title: &'static str,
    /// Its columns in their order; rows are sorted by the leading ones.
    pub columns: &'static [Column],
}

const WHOLE: &str = "advertisements";
const CATEGORY: Column =
    text("category", "code of the codebook, or row of the profile", "Goods of the lead item, as the seller describes them");
const SOURCE: Column = text("source", "src_ and 16 hexadecimal digits", "Keyed pseudonym of the source");
const SOURCE_TYPE: Column = text("source_type", "cryptomarket shop classifieds forum social unknown", "What the source is");
const ORIGIN: Column = text(
    "origin",
    "ISO 3166-1 alpha-2, EU, WW, several, unstated",
    "Where the goods ship from; several where more than one country is named",
);
const LISTINGS: Column = integer("listings", WHOLE, "Offers, one thing paid in parts counted once; withheld below 3");
const FAMILIES: Column = integer("families", WHOLE, "Distinct ones among them, copies counted once; withheld with listings");
const VENDORS: Column = integer("vendors", "accounts", "Named seller accounts, a name on two sources counted twice; 1 and 2 are withheld");
const SUPPRESSED: Column = text(
    "suppressed",
    "listings vendors prices",
    "What is withheld in this row because too few stand behind it; other empty cells have no value",
);

/// T1, T3, T4 and T10 of the plan of tables, and how far its categories can be trusted; the others follow.
pub const TABLES: &[Table] = &[
    Table {
        file: "t1_trend.csv",
        title: "Listings, families, vendors and median price by week, category, source and origin",
        columns: &[
            text("week", "ISO 8601 week, UTC", "Week in which the listing was seen, in its version at the last sighting of that week"),
            Column { name: "week_start", kind: Kind::Date, unit: "ISO 8601 date", meaning: "Monday of that week", from: "computed" },
            CATEGORY,
            SOURCE,
            SOURCE_TYPE,
            ORIGIN,
            LISTINGS,
            FAMILIES,
            VENDORS,
            text("price_currency", "ISO 4217 or the coin's code", "Currency of most prices in the cell; currencies are never added up"),
            integer("price_n", "prices", "Prices in that currency"),
            decimal("price_median", "price_currency for one unit", "Median of these prices; withheld below 3 sellers"),
            integer("price_other_n", "prices", "Prices in other currencies; 1 and 2 are withheld"),
            SUPPRESSED,
        ],
    },
    Table {
        file: "t3_prices.csv",
        title: "Prices by type, currency and unit, over the whole time, latest version",
        columns: &[
            CATEGORY,
            text("subtype", "code of the codebook", "Finer code; empty where none was told and in all rows of a profile"),
            text("currency", "ISO 4217 or the coin's code", "Each currency and coin by itself, at the prices of the day"),
            text("unit", "piece round box file kit g kg other unstated", "What one price buys"),
            integer("listings", "prices", "Priced offers, one thing paid in parts once and only when complete; withheld below 3"),
            FAMILIES,
            VENDORS,
            decimal("median", "currency for one unit", "Median; all figures are withheld below 3 sellers"),
            decimal("q1", "currency for one unit", "Lower quartile, linear interpolation"),
            decimal("q3", "currency for one unit", "Upper quartile"),
            decimal("iqr", "currency for one unit", "q3 - q1"),
            decimal("min", "currency for one unit", "Lowest"),
            decimal("max", "currency for one unit", "Highest"),
            decimal("mean", "currency for one unit", "Arithmetic mean, rounded to 8 digits after the point"),
            SUPPRESSED,
        ],
    },
    Table {
        file: "t4_origins.csv",
        title: "Ships-from by category, over the whole time, latest version",
        columns: &[ORIGIN, CATEGORY, LISTINGS, FAMILIES, VENDORS, SUPPRESSED],
    },
    Table {
        file: "classification_errors.csv",
        title: "Classification: what persons said of a sample, and the numbers of listings corrected by it",
        columns: &[
            CATEGORY,
            integer("told", "supply listings", "Latest versions that the machine put here, parts one by one; withheld below 3"),
            integer(
                "judged",
                "supply listings",
                "Of these judged by a person, in the order of `vigie label --sample 200`; others do not count",
            ),
            integer("right", "supply listings", "Of the judged ones those that are of this category"),
            share("precision", "Share of the told ones that is right; empty where fewer than 10 were judged and not all"),
            share("precision_low", "Lower bound, 95 in 100"),
            share("precision_high", "Upper bound, 95 in 100"),
            decimal("corrected", "supply listings", "How many are in truth of this category; empty until each category was judged"),
            decimal("corrected_low", "supply listings", "Lower bound, 95 in 100"),
            decimal("corrected_high", "supply listings", "Upper bound, 95 in 100"),
            SUPPRESSED,
        ],
    },
    Table {
        file: "t10_coverage.csv",
        title: "Coverage: captures by source and outcome",
        columns: &[
            SOURCE,
            SOURCE_TYPE,
            text("outcome", "outcome code", "How a fetch ended; imported for rows of an import"),
            integer("captures", "captures", "How many"),
            integer("bytes", "bytes", "Size of their bodies as received"),
            Column { name: "first_day", kind: Kind::Date, unit: "ISO 8601 date, UTC", meaning: "Day of the first one", from: "store" },
            Column { name: "last_day", kind: Kind::Date, unit: "ISO 8601 date, UTC", meaning: "Day of the last one", from: "store" },
        ],
    },
];

const fn text(name: &'static str, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Text, unit, meaning, from: "store" }
}

const fn integer(name: &'static str, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Integer, unit, meaning, from: "counted" }
}

const fn share(name: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Share, unit: "0 to 1", meaning, from: "computed" }
}

const fn decimal(name: &'static str, unit: &'static str, meaning: &'static str) -> Column {
    Column { name, kind: Kind::Decimal, unit, meaning, from: "computed" }
}
