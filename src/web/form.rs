//! What a visitor asks for in an address or a form.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::trouble::Trouble;
use super::visitor::Visitor;

/// Most bytes of a form.
pub(super) const LARGEST: usize = 256 * 1024;

/// What stands behind the question mark of an address.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        let query = parts.uri.query().unwrap_or_default();
        serde_html_form::from_str(query).map(Self).map_err(|error| Trouble::unclear(error.to_string()))
    }
}

/// A form with nothing but its token.
#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

/// A form that brought back what the page of this visitor gave it.
pub(super) struct Posted<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Posted<T> {
    type Rejection = Trouble;

    async fn from_request(request: Request, _: &S) -> Result<Self, Trouble> {
        let visitor = request.extensions().get::<Visitor>().cloned().ok_or_else(Trouble::forbidden)?;
        let too_large = Trouble { status: StatusCode::PAYLOAD_TOO_LARGE, why: String::new() };
        let body = axum::body::to_bytes(request.into_body(), LARGEST).await.map_err(|_| too_large)?;
        let brought = url::form_urlencoded::parse(&body).find(|(name, _)| name == "csrf").map(|(_, value)| value.into_owned());
        // Nobody is signed in while signing in: the guard has looked at where the form came from, as it does for all of them.
        let right = visitor.present.as_ref().is_none_or(|present| brought.is_some_and(|brought| present.is_form_token(&brought)));
        if !right {
            return Err(Trouble { status: StatusCode::FORBIDDEN, why: visitor.locale.say("trouble.stale").to_owned() });
        }
        serde_html_form::from_bytes(&body).map(Self).map_err(|error| Trouble::unclear(error.to_string()))
    }
}
