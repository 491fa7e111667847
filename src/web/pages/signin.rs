//! `/signin`: name and password, then a one-time code where the user has them.

use askama::Template;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::account::{Needs, Opened, Refusal, manage};
use crate::audit::{self, Actor, Origin, Purpose};
use crate::clock;
use crate::web::desk::Desk;
use crate::web::form::{Asked, Nothing, Posted};
use crate::web::frame::Frame;
use crate::web::guard::{self, COOKIE_NAME};
use crate::web::trouble::Answer;
use crate::web::visitor::Visitor;
use crate::web::words::Locale;

#[derive(Template)]
#[template(path = "signin.html")]
struct Page {
    frame: Frame,
    problem: String,
    next: String,
    /// Whether there is no user at all.
    nobody: bool,
    /// Name of the provider, and what leads there.
    provider: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "code.html")]
struct CodePage {
    frame: Frame,
    problem: String,
}

/// Where to go once signed in.
#[derive(Debug, Default, Deserialize)]
pub(in crate::web) struct Where {
    #[serde(default)]
    pub(super) next: String,
}

/// What is typed in.
#[derive(Deserialize)]
pub(in crate::web) struct Entered {
    name: String,
    password: String,
    #[serde(default)]
    next: String,
}

/// A one-time code, or a recovery code.
#[derive(Deserialize)]
pub(in crate::web) struct Code {
    code: String,
}

/// `GET /signin`.
pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor, Asked(at): Asked<Where>) -> Answer {
    shown(&desk, &visitor, String::new(), at.next).await
}

pub(super) async fn shown(desk: &Desk, visitor: &Visitor, problem: String, next: String) -> Answer {
    let nobody = manage::list(&desk.pool).await?.is_empty();
    let provider = desk.provider.as_deref().map(|provider| {
        let asked = url::form_urlencoded::Serializer::new(String::new()).append_pair("next", local(&next)).finish();
        (provider.name().to_owned(), format!("/signin/provider?{asked}"))
    });
    Frame::page(&Page { frame: Frame::new(visitor, "/signin", visitor.locale.say("signin.title")), problem, next, nobody, provider })
}

/// `POST /signin`.
pub(in crate::web) async fn enter(
    State(desk): State<Desk>,
    visitor: Visitor,
    from: guard::From,
    Posted(entered): Posted<Entered>,
) -> Answer {
    match desk.door.enter(&entered.name, &entered.password, from.client(), clock::now()).await? {
        Ok(opened) => {
            let way = match opened.needs {
                Needs::Nothing => local(&entered.next).to_owned(),
                needs => next_step(needs).to_owned(),
            };
            log(&desk, &opened.user.name, if opened.needs == Needs::Nothing { "sign in" } else { "sign in, first step" }).await?;
            Ok(with_cookie(&desk, &opened, Redirect::to(&way).into_response()))
        }
        Err(refusal) => {
            log(&desk, &entered.name, "sign in refused").await?;
            let mut page = shown(&desk, &visitor, told(refusal, visitor.locale), entered.next).await?;
            *page.status_mut() = StatusCode::UNAUTHORIZED;
            Ok(page)
        }
    }
}

/// `GET /signin/code`.
pub(in crate::web) async fn code_page(visitor: Visitor) -> Answer {
    if visitor.is_known() {
        return Ok(Redirect::to("/").into_response());
    }
    Frame::page(&CodePage { frame: Frame::new(&visitor, "/signin", visitor.locale.say("signin.title")), problem: String::new() })
}

/// `POST /signin/code`.
pub(in crate::web) async fn code(
    State(desk): State<Desk>,
    visitor: Visitor,
    from: guard::From,
    headers: HeaderMap,
    Posted(given): Posted<Code>,
) -> Answer {
    let held = guard::cookie(&headers, COOKIE_NAME).unwrap_or_default();
    match desk.door.code(held, &given.code, from.client(), clock::now()).await? {
        Ok(opened) => {
            log(&desk, &opened.user.name, "sign in").await?;
            let way = if opened.needs == Needs::Nothing { "/" } else { next_step(opened.needs) };
            Ok(with_cookie(&desk, &opened, Redirect::to(way).into_response()))
        }
        Err(refusal) => {
            log(&desk, &visitor.name, "one-time code refused").await?;
            let frame = Frame::new(&visitor, "/signin", visitor.locale.say("signin.title"));
            let mut page = Frame::page(&CodePage { frame, problem: told(refusal, visitor.locale) })?;
            *page.status_mut() = StatusCode::UNAUTHORIZED;
            Ok(page)
        }
    }
}

/// `POST /signout`.
pub(in crate::web) async fn leave(
    State(desk): State<Desk>,
    visitor: Visitor,
    headers: HeaderMap,
    Posted(Nothing {}): Posted<Nothing>,
) -> Answer {
    desk.door.leave(guard::cookie(&headers, COOKIE_NAME).unwrap_or_default()).await?;
    log(&desk, &visitor.name, "sign out").await?;
    let gone = format!("{COOKIE_NAME}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
    Ok(([(SET_COOKIE, gone)], Redirect::to("/signin")).into_response())
}

async fn log(desk: &Desk, name: &str, what: &str) -> anyhow::Result<()> {
    let name = crate::shown::headline(name);
    let actor = Actor { name: name.clone(), origin: Origin::Web };
    audit::record_as(&desk.log, &actor, what, &name, &Purpose::default()).await?;
    Ok(())
}

/// An answer with the secret that the browser is to hold from now on.
pub(super) fn with_cookie(desk: &Desk, opened: &Opened, mut response: Response) -> Response {
    let secure = if desk.config.settings.web.secure_cookies { "; Secure" } else { "" };
    let age = opened.ends_at.duration_since(clock::now()).as_secs().max(0);
    let cookie = format!("{COOKIE_NAME}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}{secure}", opened.token);
    if let Ok(value) = cookie.parse() {
        response.headers_mut().append(SET_COOKIE, value);
    }
    response
}

pub(super) fn next_step(needs: Needs) -> &'static str {
    match needs {
        Needs::Nothing => "/",
        Needs::Code => "/signin/code",
        Needs::NewPassword => "/me/password",
        Needs::Enrolment => "/me/codes",
    }
}

pub(super) fn told(refusal: Refusal, locale: Locale) -> String {
    match refusal {
        Refusal::Wrong => locale.say("signin.wrong").to_owned(),
        Refusal::Waits { until } => locale.tell("signin.locked", &[&locale.minute(&until)]),
        Refusal::Weak(why) => why.to_owned(),
    }
}

/// A way on this server, else the first page: nobody is sent elsewhere.
pub(super) fn local(next: &str) -> &str {
    let fits = next.starts_with('/') && !next.starts_with("//") && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    if fits { next } else { "/" }
}

#[cfg(test)]
mod tests {
    #[test]
    fn nobody_is_sent_to_another_server() {
        for way in ["https://evil.example/", "//evil.example", "/\\evil.example", "/\t/evil.example", "javascript:alert(1)", "", "evil"] {
            assert_eq!(super::local(way), "/", "{way}");
        }
        assert_eq!(super::local("/listing/3f2a?v=1"), "/listing/3f2a?v=1");
    }
}
