//! What a program sends and gets: JSON, without members that nobody knows.

use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::web::form::LARGEST;
use crate::web::problem::Problem;

/// What stands behind the question mark of an address.
pub(in crate::web) struct Asked<T>(pub(in crate::web) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        serde_html_form::from_str(query)
            .map(Self)
            .map_err(|error| unread("unknown_parameter", "parameter_not_understood", &error.to_string()))
    }
}

/// The piece of an address that names a thing.
pub(in crate::web) struct Named(pub(in crate::web) String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(name) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        Ok(Self(name))
    }
}

/// A body in JSON.
pub(in crate::web) struct Body<T>(pub(in crate::web) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().unwrap_or_default().trim() != "application/json" {
            let detail = "a body is application/json; hint: -H 'Content-Type: application/json'";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", detail));
        }
        let body = axum::body::to_bytes(request.into_body(), LARGEST)
            .await
            .map_err(|_| Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", format!("a body has {LARGEST} bytes at most")))?;
        serde_json::from_slice(&body).map(Self).map_err(|error| unread("unknown_member", "body_not_understood", &error.to_string()))
    }
}

/// Why something could not be read. Serde has a sentence for a member that nobody knows, and no other sign.
pub(super) fn unread(unknown: &'static str, other: &'static str, error: &str) -> Problem {
    match error.strip_prefix("unknown field `").and_then(|rest| rest.split_once('`')) {
        Some((member, _)) => Problem::unclear(unknown, error).with("member", member),
        None => Problem::unclear(other, error),
    }
}

/// The answer in JSON.
pub(super) fn answer(value: &impl Serialize) -> Result<Response, Problem> {
    told(StatusCode::OK, value)
}

/// The answer of what was made.
pub(super) fn made(value: &impl Serialize) -> Result<Response, Problem> {
    told(StatusCode::CREATED, value)
}

/// The answer of what was done and leaves nothing to tell.
pub(super) fn done() -> Result<Response, Problem> {
    Ok(StatusCode::NO_CONTENT.into_response())
}

fn told(status: StatusCode, value: &impl Serialize) -> Result<Response, Problem> {
    let text = serde_json::to_string(value).map_err(anyhow::Error::from)?;
    Ok((status, [(CONTENT_TYPE, "application/json")], text).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Small {
        #[serde(rename = "known")]
        _known: u8,
    }

    #[test]
    fn members_that_nobody_knows_are_named() {
        let error = serde_json::from_str::<Small>(r#"{"knwon": 1}"#).err().unwrap();
        let problem = unread("unknown_member", "other", &error.to_string());
        assert!(format!("{problem:?}").contains("knwon") && format!("{problem:?}").contains("unknown_member"));
        let error = serde_html_form::from_str::<Small>("known=1&q=2").err().unwrap();
        assert!(format!("{:?}", unread("unknown_parameter", "other", &error.to_string())).contains("unknown_parameter"));
        let error = serde_json::from_str::<Small>(r#"{"known": "x"}"#).err().unwrap();
        assert!(format!("{:?}", unread("unknown_member", "other", &error.to_string())).contains("other"));
    }
}
