//! `/signin/provider`: to the provider of OpenID Connect, and back from it.

use askama::Template;
use axum::extract::State;
use axum::http::header::{REFRESH, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::signin::{self, Where, local, next_step, with_cookie};
use crate::account::{Barred, Needs, Opened, Refusal};
use crate::audit::{self, Actor, Origin, Purpose};
use crate::clock;
use crate::oidc::{Brought, Fault, Provider};
use crate::web::desk::Desk;
use crate::web::form::Asked;
use crate::web::frame::Frame;
use crate::web::guard;
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;

/// Name of the cookie that a browser holds during a trip. It comes along from the provider, which the one of a sign-in does not.
const TRIP: &str = "vigie_trip";
/// Seconds that it is kept.
const KEPT: u32 = 600;
/// Who acts in the reading log where no user is known yet; no user has such a name.
const NOBODY: &str = "(provider)";

#[derive(Template)]
#[template(path = "provider.html")]
struct Page {
    frame: Frame,
    /// Where to go on.
    way: String,
}

/// What the provider sends back with a browser.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Back {
    state: String,
    code: String,
    iss: Option<String>,
    error: Option<String>,
}

/// `GET /signin/provider`.
pub(in crate::web) async fn begin(State(desk): State<Desk>, visitor: Visitor, headers: HeaderMap, Asked(at): Asked<Where>) -> Answer {
    let provider = desk.provider.as_deref().ok_or_else(Trouble::not_found)?;
    // Another site could sign somebody in without their knowing, at an hour of its choice.
    if headers.get("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return signin::shown(&desk, &visitor, visitor.locale.say("provider.elsewhere").to_owned(), String::new()).await;
    }
    let now = clock::now();
    let way = local(&at.next);
    let (trip, held) = desk.door.begin_trip(way, now).await?;
    match provider.entrance(&trip, now).await {
        Ok(url) => Ok(holding(&desk, &held, KEPT, Redirect::to(url.as_str()).into_response())),
        Err(fault) => unfit(&desk, &visitor, provider, &fault).await,
    }
}

/// `GET /signin/provider/back`.
pub(in crate::web) async fn back(
    State(desk): State<Desk>,
    visitor: Visitor,
    from: guard::From,
    headers: HeaderMap,
    Asked(back): Asked<Back>,
) -> Answer {
    let provider = desk.provider.as_deref().ok_or_else(Trouble::not_found)?;
    let now = clock::now();
    let held = guard::cookie(&headers, TRIP).unwrap_or_default();
    let (trip, way) = match desk.door.end_trip(&back.state, held, from.client(), now).await? {
        Ok(found) => found,
        Err(refusal @ Refusal::Waits { .. }) => {
            return refused(&desk, &visitor, NOBODY, "too many attempts", signin::told(refusal, visitor.locale)).await;
        }
        Err(_) => return refused(&desk, &visitor, NOBODY, "no trip under way", visitor.locale.say("provider.stale").to_owned()).await,
    };
    let identity = match back.error {
        Some(code) => Err(Fault::Refused(code)),
        None => provider.identity(&trip, Brought { code: &back.code, iss: back.iss.as_deref() }, now).await,
    };
    let identity = match identity {
        Ok(identity) => identity,
        Err(fault) => return unfit(&desk, &visitor, provider, &fault).await,
    };
    match desk.door.enter_as(&identity, from.client(), clock::now()).await? {
        Ok(opened) => {
            let step = if opened.needs == Needs::Nothing { "sign in by provider" } else { "sign in by provider, first step" };
            log(&desk, &opened.user.name, step, &opened.user.name).await?;
            entered(&desk, &visitor, &opened, &way)
        }
        Err(Barred::Unknown) => {
            let why = visitor.locale.tell("provider.unknown", &[provider.name(), &identity.id]);
            refused(&desk, &visitor, NOBODY, &format!("no user has the account {}", identity.id), why).await
        }
        Err(Barred::Disabled { name }) => {
            refused(&desk, &visitor, &name, "the user is disabled", visitor.locale.say("provider.disabled").to_owned()).await
        }
        Err(Barred::Waits { name, until }) => {
            let why = signin::told(Refusal::Waits { until }, visitor.locale);
            refused(&desk, &visitor, &name, "the user is locked out", why).await
        }
    }
}

/// Goes on by a page: a redirect would still count as one of the provider's, without the cookie of a sign-in.
fn entered(desk: &Desk, visitor: &Visitor, opened: &Opened, way: &str) -> Answer {
    let way = if opened.needs == Needs::Nothing { local(way) } else { next_step(opened.needs) };
    let frame = Frame::new(visitor, "/signin", visitor.locale.say("signin.title"));
    let mut page = Frame::page(&Page { frame, way: way.to_owned() })?;
    if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={way}")) {
        page.headers_mut().insert(REFRESH, refresh);
    }
    Ok(holding(desk, "", 0, with_cookie(desk, opened, page)))
}

/// The sign-in page with what is wrong with the provider; passwords still work.
async fn unfit(desk: &Desk, visitor: &Visitor, provider: &Provider, fault: &Fault) -> Answer {
    tracing::warn!("nobody signs in through the provider: {fault}");
    let name = provider.name();
    let (status, why) = match fault {
        Fault::Down(_) => (StatusCode::SERVICE_UNAVAILABLE, visitor.locale.tell("provider.down", &[name])),
        Fault::Misfit(_) | Fault::Untrue(_) => (StatusCode::BAD_GATEWAY, visitor.locale.tell("provider.unfit", &[name])),
        Fault::Refused(code) => (StatusCode::UNAUTHORIZED, visitor.locale.tell("provider.refused", &[name, &crate::shown::headline(code)])),
        Fault::Weak(_) => (StatusCode::UNAUTHORIZED, visitor.locale.tell("provider.weak", &[name])),
    };
    let mut page = refused(desk, visitor, NOBODY, &fault.to_string(), why).await?;
    *page.status_mut() = status;
    Ok(page)
}

/// The sign-in page with a sentence for the visitor; the reading log has the reason.
async fn refused(desk: &Desk, visitor: &Visitor, actor: &str, why: &str, sentence: String) -> Answer {
    log(desk, actor, "sign in by provider refused", &crate::shown::headline(why)).await?;
    let mut page = signin::shown(desk, visitor, sentence, String::new()).await?;
    *page.status_mut() = StatusCode::UNAUTHORIZED;
    Ok(page)
}

async fn log(desk: &Desk, actor: &str, action: &str, subject: &str) -> anyhow::Result<()> {
    let actor = Actor { name: actor.to_owned(), origin: Origin::Web };
    audit::record_as(&desk.log, &actor, action, subject, &Purpose::default()).await?;
    Ok(())
}

/// An answer with what the browser is to hold during a trip, for so many seconds.
fn holding(desk: &Desk, held: &str, seconds: u32, mut response: Response) -> Response {
    let secure = if desk.config.settings.web.secure_cookies { "; Secure" } else { "" };
    let cookie = format!("{TRIP}={held}; Path=/signin/provider; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    if let Ok(value) = cookie.parse() {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}
