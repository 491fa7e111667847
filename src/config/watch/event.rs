//! What can happen to what a watch looks for.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// What a watch can fire on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub enum Event {
    /// A listing matches for the first time.
    New,
    /// A listing that matched before says something else and still matches.
    Changed,
    /// A listing that was gone is there again.
    Back,
    /// The page of a listing is gone.
    Removed,
    /// The vendor of the listing was never seen on this source before.
    VendorNew,
    /// Such a vendor is linked to an account on another source.
    VendorMoved,
    /// The listing shows a payment address, key or contact that only other sources showed before.
    IndicatorMoved,
    /// A source stopped answering; the question is asked of the source alone, as in `source:market1`.
    SourceDown,
    /// It answers again.
    SourceBack,
}

impl Event {
    /// The code used in files, records and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Changed => "changed",
            Self::Back => "back",
            Self::Removed => "removed",
            Self::VendorNew => "vendor_new",
            Self::VendorMoved => "vendor_moved",
            Self::IndicatorMoved => "indicator_moved",
            Self::SourceDown => "source_down",
            Self::SourceBack => "source_back",
        }
    }
}

/// What can change of a listing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The first price.
    Price,
    /// Whether and how many there are.
    Stock,
    /// The title.
    Title,
    /// The description.
    Text,
    /// The vendor.
    Vendor,
    /// Anything else that makes a version: shipping, category path, indicators, further offers.
    Other,
}

impl Change {
    /// The code used in files, records and exports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::Stock => "stock",
            Self::Title => "title",
            Self::Text => "text",
            Self::Vendor => "vendor",
            Self::Other => "other",
        }
    }
}
