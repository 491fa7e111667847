//! Reading pages that nobody wrote a profile for.

pub mod asked;
pub mod breadcrumbs;
pub mod card;
pub mod cards;
pub mod codes;
pub mod fields;
pub mod labels;
pub mod ladder;
pub mod links;
pub mod menu;
pub mod outline;
pub mod pagekind;
pub mod pairs;
pub mod phrases;
pub mod price;
pub mod prose;
pub mod reader;
pub mod role;
pub mod shipping;
pub mod single;
pub mod stock;
pub mod subject;
pub mod thread;
pub mod vendor;
pub mod walls;
