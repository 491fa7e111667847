//! What goes wrong with a request of a program: problem details after RFC 9457, with a code that programs can rely on.

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value};

use super::trouble::Trouble;
use crate::account::Right;
use crate::database;

/// A problem. Codes are added, never renamed.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    status: StatusCode,
    code: &'static str,
    detail: String,
    /// What a program needs to do something about it.
    more: Map<String, Value>,
}

impl Problem {
    pub(super) fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        Self { status, code, detail: detail.into(), more: Map::new() }
    }

    /// The same with a further member.
    pub(super) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.more.insert(name.to_owned(), value.into());
        self
    }

    /// What was asked cannot be understood.
    pub(super) fn unclear(code: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, detail)
    }

    /// There is no such thing, or it is not for this visitor.
    pub(super) fn not_found() -> Self {
        Trouble::not_found().into()
    }

    /// It stands against what is there.
    pub(super) fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", detail)
    }

    /// The token lacks a scope, or its user the right.
    pub(super) fn lacks(right: Right, role_may: bool) -> Self {
        let (code, detail) = if role_may {
            ("scope_missing", format!("the token was not made for {}; hint: make one with this scope", right.code()))
        } else {
            ("role_forbids", format!("the role of the user has no right to {}", right.code()))
        };
        Self::new(StatusCode::FORBIDDEN, code, detail).with("scope", right.code())
    }

    /// More was asked than is answered; ask again after so many seconds.
    pub(super) fn too_many(seconds: u64) -> Self {
        let detail = format!("more was asked at once than is answered; ask again in {seconds} s");
        Self::new(StatusCode::TOO_MANY_REQUESTS, "too_many_requests", detail).with("retry_after", seconds)
    }

    /// What the store did not take, with the sentence that says why. A failure of the database stays one.
    pub(super) fn refused(error: anyhow::Error) -> Self {
        if database::failed(&error) { error.into() } else { Self::unclear("refused", error.to_string()) }
    }
}

impl From<Trouble> for Problem {
    fn from(trouble: Trouble) -> Self {
        let code = match trouble.status.as_u16() {
            400 => "not_understood",
            401 => "not_authenticated",
            403 => "forbidden",
            404 => "not_found",
            405 => "method_not_allowed",
            409 => "conflict",
            413 => "too_large",
            429 => "too_many_requests",
            _ => "failed",
        };
        Self::new(trouble.status, code, trouble.why)
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        match error.chain().find_map(|cause| cause.downcast_ref::<vigie_index::QueryError>()) {
            Some(one) => {
                let problem = Self::unclear("query_not_understood", one.message.clone());
                problem.with("column", one.column).with("hint", one.hint.clone())
            }
            None => Trouble::from(error).into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut told = Map::new();
        told.insert("type".into(), "about:blank".into());
        told.insert("title".into(), self.status.canonical_reason().unwrap_or("Problem").into());
        told.insert("status".into(), self.status.as_u16().into());
        told.insert("code".into(), self.code.into());
        if !self.detail.is_empty() {
            told.insert("detail".into(), self.detail.into());
        }
        let wait = self.more.get("retry_after").and_then(Value::as_u64);
        told.extend(self.more);
        let mut response = (self.status, [(CONTENT_TYPE, "application/problem+json")], Value::Object(told).to_string()).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"vigie\""));
        }
        if let Some(wait) = wait {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(wait));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_problem_names_its_column_and_what_to_do() {
        let problem = Problem::from(crate::search::parse("glock vender:x").unwrap_err());
        assert_eq!((problem.status, problem.code), (StatusCode::BAD_REQUEST, "query_not_understood"));
        assert_eq!(problem.more.get("column"), Some(&Value::from(7)));
        assert!(problem.more.get("hint").unwrap().as_str().unwrap().contains("vendor"));
    }

    #[test]
    fn whoever_asked_too_much_is_told_when_to_come_again() {
        let response = Problem::too_many(3).into_response();
        assert_eq!(response.headers().get(RETRY_AFTER).unwrap(), "3");
        assert_eq!(response.headers().get(CONTENT_TYPE).unwrap(), "application/problem+json");
    }
}
