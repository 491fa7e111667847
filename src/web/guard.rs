//! What stands before every route: who asks, whether they may, and the page that says why not.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use askama::Template;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{ACCEPT_LANGUAGE, AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST, ORIGIN, RETRY_AFTER, USER_AGENT};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::desk::Desk;
use super::frame::Frame;
use super::problem::Problem;
use super::trouble::Trouble;
use super::visitor::Visitor;
use super::words::Locale;
use crate::account::{Client, Needs, Right, network, token};
use crate::audit::Purpose;
use crate::clock;
use crate::store::subjects;

/// What a route takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing: signing in, and what the sign-in page looks like.
    Nothing,
    /// A sign-in that may lack its second step.
    SignIn,
    /// Somebody known, whatever the role.
    Known,
    /// A right.
    Right(Right),
}

/// Name of the cookie that holds a sign-in.
pub(super) const COOKIE_NAME: &str = "vigie";
/// Name of the cookie that keeps how pages look.
pub(super) const LOOK: &str = "vigie_look";

/// Knows the visitor of every request, answers with the page of a trouble.
pub(super) async fn know(State(desk): State<Desk>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let is_api = path.starts_with("/api/");
    let visitor = match known(&desk, request.headers(), is_api).await {
        Ok(visitor) => visitor,
        Err(error) => {
            let stranger = Visitor::stranger(Locale::default(), String::new());
            return told(Trouble::from(error), &stranger, is_api);
        }
    };
    // What every page loads besides is kept by the browser.
    if !path.starts_with("/static/")
        && let Err(seconds) = desk.rate.take(&asker(&visitor, &request), clock::micros(clock::now()))
    {
        if is_api {
            return Problem::too_many(seconds).into_response();
        }
        let mut response = told(Trouble { status: StatusCode::TOO_MANY_REQUESTS, why: String::new() }, &visitor, is_api);
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
        return response;
    }
    // A form of another site is refused before anything is done with it, whatever it brings.
    if !request.method().is_safe() && !is_api && !is_ours(request.headers()) {
        return told(Trouble { status: StatusCode::FORBIDDEN, why: visitor.locale.say("trouble.stale").to_owned() }, &visitor, is_api);
    }
    request.extensions_mut().insert(visitor.clone());
    let mut response = next.run(request).await;
    match response.extensions_mut().remove::<Trouble>() {
        Some(trouble) => told(trouble, &visitor, is_api),
        None if matches!(response.status(), StatusCode::METHOD_NOT_ALLOWED | StatusCode::NOT_FOUND)
            && !response.headers().contains_key(CONTENT_TYPE) =>
        {
            told(Trouble { status: response.status(), why: String::new() }, &visitor, is_api)
        }
        None => response,
    }
}

/// Whom a request is counted for: whoever is known by name, else where it comes from.
fn asker(visitor: &Visitor, request: &Request) -> String {
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|connected| network(connected.0.ip()));
    if visitor.name.is_empty() { from.unwrap_or_default() } else { format!("{} {}", visitor.origin.code(), visitor.name) }
}

/// Lets a visitor through to a route, or says what lacks.
pub(super) async fn allow(State(takes): State<Takes>, visitor: Visitor, request: Request, next: Next) -> Response {
    let present = visitor.present.as_ref();
    let allowed = match takes {
        Takes::Nothing => true,
        Takes::SignIn => present.is_some(),
        Takes::Known => visitor.is_known(),
        Takes::Right(right) => visitor.may(right),
    };
    if allowed {
        return next.run(request).await;
    }
    let is_api = request.uri().path().starts_with("/api/");
    if visitor.is_known() {
        if let (true, Takes::Right(right)) = (is_api, takes) {
            return Problem::lacks(right, visitor.role_may(right)).into_response();
        }
        // Whoever does not search begins elsewhere.
        let begins = Frame::new(&visitor, "", "").places().first().map(|place| place.href).filter(|_| request.uri().path() == "/");
        if let Some(begins) = begins {
            return Redirect::to(begins).into_response();
        }
        return Trouble::forbidden().into_response();
    }
    if is_api || request.method() != Method::GET {
        return Trouble { status: StatusCode::UNAUTHORIZED, why: String::new() }.into_response();
    }
    match present.map(|present| present.needs) {
        Some(Needs::Code) => Redirect::to("/signin/code").into_response(),
        Some(Needs::NewPassword) => Redirect::to("/me/password").into_response(),
        Some(Needs::Enrolment) => Redirect::to("/me/codes").into_response(),
        _ => {
            let asked = request.uri().path_and_query().map_or("/", |asked| asked.as_str());
            let next = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", asked).finish();
            Redirect::to(&if asked == "/" { "/signin".to_owned() } else { format!("/signin?{next}") }).into_response()
        }
    }
}

async fn known(desk: &Desk, headers: &HeaderMap, is_api: bool) -> anyhow::Result<Visitor> {
    let look = cookie(headers, LOOK).unwrap_or_default();
    let (theme, chosen) = look.split_once('.').unwrap_or_default();
    let theme = if matches!(theme, "light" | "dark") { theme } else { "auto" }.to_owned();
    let accepted = || Locale::accepted(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?);
    let locale = Locale::of(chosen).or_else(accepted).unwrap_or_default();
    // A browser cannot be made to send a token, and a token opens no page: each way in has its own check.
    if is_api {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let caller = match bearer(headers) {
            Some(held) => token::caller(&desk.pool, held, clock::now()).await?,
            None => None,
        };
        let purpose = Purpose { case: text("vigie-case"), purpose: text("vigie-purpose") };
        let visitor = caller.map_or_else(|| Visitor::stranger(locale, theme), |caller| Visitor::of_program(caller, purpose));
        return closed(desk, visitor).await;
    }
    let present = match cookie(headers, COOKIE_NAME) {
        Some(held) => desk.door.present(held, clock::now()).await?,
        None => None,
    };
    match present {
        Some(present) => closed(desk, Visitor::of_browser(present, locale, theme)).await,
        None => Ok(Visitor::stranger(locale, theme)),
    }
}

/// A visitor with the accounts that are closed to them.
async fn closed(desk: &Desk, mut visitor: Visitor) -> anyhow::Result<Visitor> {
    if visitor.is_known() && !visitor.may(Right::ReadRestricted) {
        visitor.restricted = Arc::new(subjects::restricted_ids(&mut *desk.pool.acquire().await?).await?);
    }
    Ok(visitor)
}

/// The token that a program holds.
pub(super) fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
}

/// A cookie by its name.
pub(super) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
    pairs.find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// Whether a page of this server sent a form. Browsers that do not say are refused.
fn is_ours(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &axum::http::HeaderValue| value.to_str().ok());
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let (Some(origin), Some(host)) = (text(ORIGIN), text(HOST)) else { return false };
    origin.split_once("://").is_some_and(|(_, origin)| origin.eq_ignore_ascii_case(host))
}

/// Where a request comes from, for the door.
pub(super) struct From {
    address: IpAddr,
    agent: String,
}

impl From {
    pub(super) fn client(&self) -> Client<'_> {
        Client { address: self.address, agent: &self.agent }
    }
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for From {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut axum::http::request::Parts, _: &S) -> Result<Self, Trouble> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|connected| connected.0.ip()).ok_or_else(Trouble::forbidden)?;
        let agent = parts.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default().to_owned();
        Ok(Self { address, agent })
    }
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct Page {
    frame: Frame,
    why: String,
}

/// The page of a trouble, or for programs a problem after RFC 9457.
fn told(trouble: Trouble, visitor: &Visitor, is_api: bool) -> Response {
    if is_api {
        return Problem::from(trouble).into_response();
    }
    let title = visitor.locale.say(title_key(trouble.status));
    let page = Page { frame: Frame::new(visitor, "", title), why: trouble.why };
    match Frame::page(&page) {
        Ok(mut response) => {
            *response.status_mut() = trouble.status;
            response
        }
        Err(_) => (trouble.status, title.to_owned()).into_response(),
    }
}

fn title_key(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 => "trouble.400",
        401 => "trouble.401",
        403 => "trouble.403",
        404 => "trouble.404",
        405 => "trouble.405",
        409 => "trouble.409",
        413 => "trouble.413",
        429 => "trouble.429",
        _ => "trouble.500",
    }
}
