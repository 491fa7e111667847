//! `/me`: password, one-time codes, sign-ins and tokens of whoever is signed in.

use askama::Template;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use serde::Deserialize;

use super::signin::{next_step, told, with_cookie};
use crate::account::token::{self, Token};
use crate::account::{Needs, Refused, Right, SignIn};
use crate::audit::Purpose;
use crate::clock;
use crate::web::desk::Desk;
use crate::web::form::Posted;
use crate::web::frame::Frame;
use crate::web::guard::{self, COOKIE_NAME, LOOK};
use crate::web::trouble::{Answer, Trouble};
use crate::web::visitor::Visitor;
use crate::web::words::Locale;

#[derive(Template)]
#[template(path = "me.html")]
struct Page {
    frame: Frame,
    sign_ins: Vec<SignIn>,
    /// Of this very browser.
    here: String,
    tokens: Vec<Token>,
    /// A token that was just made, shown this once.
    made: String,
    problem: String,
    scopes: Vec<&'static str>,
    recovery_left: i64,
    has_password: bool,
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage {
    frame: Frame,
    problem: String,
    /// Whether the old one is asked for.
    old: bool,
}

#[derive(Template)]
#[template(path = "codes.html")]
struct CodesPage {
    frame: Frame,
    problem: String,
    secret: String,
    picture: String,
    /// Recovery codes, shown this once.
    recovery: Vec<String>,
}

/// `GET /me`.
pub(in crate::web) async fn page(State(desk): State<Desk>, visitor: Visitor) -> Answer {
    shown(&desk, &visitor, String::new(), String::new()).await
}

async fn shown(desk: &Desk, visitor: &Visitor, made: String, problem: String) -> Answer {
    let caller = visitor.caller.as_ref().ok_or_else(Trouble::forbidden)?;
    let (id, role) = (caller.user.id, caller.user.role);
    let page = Page {
        frame: Frame::new(visitor, "/me", visitor.locale.say("me")),
        sign_ins: desk.door.sign_ins(id, clock::now()).await?,
        here: visitor.present.as_ref().map(|present| present.sign_in.id.clone()).unwrap_or_default(),
        tokens: token::list(&desk.pool, id).await?,
        made,
        problem,
        scopes: role.rights().filter(|right| right.is_scope()).map(Right::code).collect(),
        has_password: caller.user.has_password,
        recovery_left: desk.door.recovery_left(id).await?,
    };
    Frame::page(&page)
}

/// `GET /me/password`.
pub(in crate::web) async fn password_page(visitor: Visitor) -> Answer {
    // Who signs in through the provider alone has none.
    if visitor.caller.as_ref().is_some_and(|caller| !caller.user.has_password) {
        return Ok(Redirect::to("/me").into_response());
    }
    password_shown(&visitor, String::new())
}

fn password_shown(visitor: &Visitor, problem: String) -> Answer {
    let old = visitor.is_known();
    Frame::page(&PasswordPage { frame: Frame::new(visitor, "/me", visitor.locale.say("me.password")), problem, old })
}

/// Old and new password.
#[derive(Deserialize)]
pub(in crate::web) struct Passwords {
    #[serde(default)]
    old: String,
    new: String,
    again: String,
}

/// `POST /me/password`.
pub(in crate::web) async fn password(
    State(desk): State<Desk>,
    visitor: Visitor,
    from: guard::From,
    headers: HeaderMap,
    Posted(given): Posted<Passwords>,
) -> Answer {
    if given.new != given.again {
        return password_shown(&visitor, visitor.locale.say("me.differ").to_owned());
    }
    let held = guard::cookie(&headers, COOKIE_NAME).unwrap_or_default();
    match desk.door.new_password(held, &given.old, &given.new, from.client(), clock::now()).await? {
        Ok(opened) => {
            visitor.note(&desk, "password changed").await?;
            let way = if opened.needs == Needs::Nothing { "/me" } else { next_step(opened.needs) };
            Ok(with_cookie(&desk, &opened, Redirect::to(way).into_response()))
        }
        Err(refusal) => password_shown(&visitor, told(refusal, visitor.locale)),
    }
}

/// `GET /me/codes`: a secret for an app.
pub(in crate::web) async fn codes_page(State(desk): State<Desk>, visitor: Visitor) -> Answer {
    codes_shown(&desk, &visitor, String::new()).await
}

async fn codes_shown(desk: &Desk, visitor: &Visitor, problem: String) -> Answer {
    let present = visitor.present.as_ref().ok_or_else(Trouble::forbidden)?;
    if matches!(present.needs, Needs::Code | Needs::NewPassword) {
        return Ok(Redirect::to(next_step(present.needs)).into_response());
    }
    let enrolment = desk.door.begin_enrolment(present).await?;
    let frame = Frame::new(visitor, "/me", visitor.locale.say("me.codes"));
    let picture = enrolment.svg.find("<svg").and_then(|at| enrolment.svg.get(at..)).unwrap_or_default().to_owned();
    Frame::page(&CodesPage { frame, problem, secret: enrolment.secret, picture, recovery: Vec::new() })
}

/// A code of the new secret.
#[derive(Deserialize)]
pub(in crate::web) struct Code {
    code: String,
}

/// `POST /me/codes`.
pub(in crate::web) async fn codes(
    State(desk): State<Desk>,
    visitor: Visitor,
    from: guard::From,
    headers: HeaderMap,
    Posted(given): Posted<Code>,
) -> Answer {
    let held = guard::cookie(&headers, COOKIE_NAME).unwrap_or_default();
    match desk.door.confirm_enrolment(held, &given.code, from.client(), clock::now()).await? {
        Ok((opened, recovery)) => {
            visitor.note(&desk, "one-time codes set up").await?;
            let frame = Frame::new(&visitor, "/me", visitor.locale.say("me.codes"));
            let page = CodesPage { frame, problem: String::new(), secret: String::new(), picture: String::new(), recovery };
            Ok(with_cookie(&desk, &opened, Frame::page(&page)?))
        }
        Err(refusal) => codes_shown(&desk, &visitor, told(refusal, visitor.locale)).await,
    }
}

/// Which sign-in ends; all others without it.
#[derive(Deserialize)]
pub(in crate::web) struct Ended {
    #[serde(default)]
    id: Option<String>,
}

/// `POST /me/signins/end`.
pub(in crate::web) async fn end(State(desk): State<Desk>, visitor: Visitor, Posted(ended): Posted<Ended>) -> Answer {
    let caller = visitor.caller.as_ref().ok_or_else(Trouble::forbidden)?;
    desk.door.end(caller.user.id, ended.id.as_deref()).await?;
    visitor.note(&desk, "sign-in ended").await?;
    Ok(Redirect::to("/me").into_response())
}

/// A token to be made.
#[derive(Deserialize)]
pub(in crate::web) struct NewToken {
    name: String,
    #[serde(default)]
    scope: Vec<String>,
    days: u16,
}

/// `POST /me/tokens`.
pub(in crate::web) async fn make_token(State(desk): State<Desk>, visitor: Visitor, Posted(new): Posted<NewToken>) -> Answer {
    let caller = visitor.caller.as_ref().ok_or_else(Trouble::forbidden)?;
    let scopes: Vec<Right> = new.scope.iter().filter_map(|code| Right::from_code(code)).collect();
    match token::make(&desk.pool, &caller.user, &new.name, &scopes, new.days, clock::now()).await {
        Ok((id, made)) => {
            visitor.note(&desk, &format!("token {id} made")).await?;
            shown(&desk, &visitor, made, String::new()).await
        }
        Err(error) => match error.downcast::<Refused>() {
            Ok(refused) => {
                let mut page = shown(&desk, &visitor, String::new(), refused.0).await?;
                *page.status_mut() = StatusCode::BAD_REQUEST;
                Ok(page)
            }
            Err(error) => Err(error.into()),
        },
    }
}

/// A token by its number.
#[derive(Deserialize)]
pub(in crate::web) struct Which {
    id: i64,
}

/// `POST /me/tokens/revoke`.
pub(in crate::web) async fn revoke_token(State(desk): State<Desk>, visitor: Visitor, Posted(which): Posted<Which>) -> Answer {
    let caller = visitor.caller.as_ref().ok_or_else(Trouble::forbidden)?;
    match token::revoke(&desk.pool, &caller.user, which.id, clock::now()).await {
        Ok(()) => visitor.note(&desk, &format!("token {} revoked", which.id)).await?,
        Err(error) if error.is::<Refused>() => return Err(Trouble::not_found()),
        Err(error) => return Err(error.into()),
    }
    Ok(Redirect::to("/me").into_response())
}

/// Language and colours.
#[derive(Deserialize)]
pub(in crate::web) struct Look {
    locale: String,
    theme: String,
}

/// `POST /look`.
pub(in crate::web) async fn look(Posted(look): Posted<Look>) -> Answer {
    let locale = Locale::of(&look.locale).unwrap_or_default();
    let theme = if matches!(look.theme.as_str(), "light" | "dark") { look.theme.as_str() } else { "auto" };
    let cookie = format!("{LOOK}={theme}.{}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000", locale.code());
    Ok(([(SET_COOKIE, cookie)], Redirect::to("/me")).into_response())
}

/// Why is read from now on.
#[derive(Deserialize)]
pub(in crate::web) struct Why {
    case: String,
    purpose: String,
}

/// `POST /purpose`.
pub(in crate::web) async fn purpose(State(desk): State<Desk>, visitor: Visitor, Posted(why): Posted<Why>) -> Answer {
    let present = visitor.present.as_ref().ok_or_else(Trouble::forbidden)?;
    let text = |text: String| Some(text.trim().chars().take(200).collect::<String>()).filter(|text| !text.is_empty());
    let purpose = Purpose { case: text(why.case), purpose: text(why.purpose) };
    if purpose.case.as_deref().is_some_and(|case| !visitor.may_open(case)) {
        return Err(Trouble::forbidden());
    }
    desk.door.set_purpose(present, &purpose).await?;
    Ok(Redirect::to("/").into_response())
}
