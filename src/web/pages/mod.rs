//! The pages, one file for each kind.

mod marked;
pub(super) mod signin;
pub(super) mod provider;
pub(super) mod me;
pub(super) mod search;
mod paging;
pub(super) mod listing;
pub(super) mod sources;
pub(super) mod trends;
pub(super) mod export;
pub(super) mod users;
pub(super) mod alerts;
pub(super) mod triage;
pub(super) mod trial;
pub(super) mod watches;
pub(super) mod watch;
pub(super) mod cases;
pub(super) mod subjects;
pub(super) mod log;
pub(super) mod dossier;
pub(super) mod decide;
pub(super) mod indicator;
pub(super) mod graph;

/// Where the dossier of an indicator is.
pub(super) fn indicator_address(value: &str) -> String {
    let pairs = url::form_urlencoded::Serializer::new(String::new()).append_pair("value", value).finish();
    format!("/indicator?{pairs}")
}
