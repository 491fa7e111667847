//! What goes wrong with a request, as its asker is told.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::database;

/// Why a request has no answer. The guard makes the page of it, or the problem of the API.
#[derive(Debug, Clone)]
pub(super) struct Trouble {
    pub(super) status: StatusCode,
    /// A sentence for the asker; empty where the status says it all.
    pub(super) why: String,
}

/// What a page function gives.
pub(super) type Answer = Result<Response, Trouble>;

impl Trouble {
    /// There is no such thing, or it is not for this visitor: both are answered alike.
    pub(super) fn not_found() -> Self {
        Self { status: StatusCode::NOT_FOUND, why: String::new() }
    }

    /// The role of the visitor does not allow it.
    pub(super) fn forbidden() -> Self {
        Self { status: StatusCode::FORBIDDEN, why: String::new() }
    }

    /// What the store did not take, with the sentence that says why. A failure of the database stays one.
    pub(super) fn refused(error: anyhow::Error) -> Self {
        if database::failed(&error) { error.into() } else { Self::unclear(error.to_string()) }
    }

    /// What was asked cannot be understood.
    pub(super) fn unclear(why: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, why: why.into() }
    }
}

impl From<anyhow::Error> for Trouble {
    fn from(error: anyhow::Error) -> Self {
        if error.chain().any(|cause| cause.is::<vigie_index::QueryError>()) {
            return Self::unclear(format!("{error:#}"));
        }
        tracing::error!("a page could not be made: {error:#}");
        let own = format!("{error:#}");
        let hint = own.split_once("hint: ").map_or("", |(_, hint)| hint);
        let advice = database::advice(&error).unwrap_or(hint).to_owned();
        Self { status: StatusCode::INTERNAL_SERVER_ERROR, why: advice }
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
