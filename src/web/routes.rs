//! Every route with what it takes. What does not stand here is not served.

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};

use super::desk::Desk;
use super::guard::{self, Takes};
use super::pages::{
    alerts, cases, decide, dossier, export, graph, indicator, listing, log, me, provider, search, signin, sources, subjects, trends,
    triage, trial, users, watch, watches,
};
use super::{api, assets, events, shield};
use crate::account::Right;

/// A route: address, what it takes, what answers.
type Route = (&'static str, Takes, MethodRouter<Desk>);

fn routes() -> Vec<Route> {
    let right = Takes::Right;
    vec![
        ("/static/{digest}/{name}", Takes::Nothing, get(assets::serve)),
        ("/signin", Takes::Nothing, get(signin::page).post(signin::enter)),
        ("/signin/code", Takes::SignIn, get(signin::code_page).post(signin::code)),
        ("/signin/provider", Takes::Nothing, get(provider::begin)),
        ("/signin/provider/back", Takes::Nothing, get(provider::back)),
        ("/signout", Takes::SignIn, post(signin::leave)),
        ("/me/password", Takes::SignIn, get(me::password_page).post(me::password)),
        ("/me/codes", Takes::SignIn, get(me::codes_page).post(me::codes)),
        ("/me", Takes::Known, get(me::page)),
        ("/me/signins/end", Takes::Known, post(me::end)),
        ("/me/tokens", right(Right::OwnTokens), post(me::make_token)),
        ("/me/tokens/revoke", right(Right::OwnTokens), post(me::revoke_token)),
        ("/look", Takes::Known, post(me::look)),
        ("/purpose", Takes::Known, post(me::purpose)),
        ("/", right(Right::Search), get(search::page)),
        ("/listing/{id}", right(Right::ReadNamed), get(listing::page)),
        ("/listing/{id}/label", right(Right::CorrectLabels), post(listing::label)),
        ("/alerts", right(Right::Triage), get(alerts::page)),
        ("/alerts/events", right(Right::Triage), get(events::stream)),
        ("/alerts/set", right(Right::Triage), post(triage::set)),
        ("/alerts/assign", right(Right::Triage), post(triage::assign)),
        ("/alerts/{id}", right(Right::Triage), get(alerts::one)),
        ("/watches", right(Right::Watches), get(watches::page)),
        ("/watches/new", right(Right::Watches), get(watch::blank).post(watch::add)),
        ("/watches/try", right(Right::Watches), get(trial::fragment)),
        ("/watches/{name}", right(Right::Watches), get(watch::page).post(watch::save)),
        ("/watches/{name}/switch", right(Right::Watches), post(watches::switch)),
        ("/watches/{name}/remove", right(Right::Watches), get(watches::removal).post(watches::remove)),
        ("/cases", right(Right::Cases), get(cases::list)),
        ("/cases/open", right(Right::Cases), post(cases::open)),
        ("/cases/add", right(Right::Cases), post(cases::add)),
        ("/cases/remove", right(Right::Cases), post(cases::remove)),
        ("/cases/note", right(Right::Cases), post(cases::note)),
        ("/cases/close", right(Right::Cases), post(cases::close)),
        ("/cases/{reference}", right(Right::Cases), get(cases::page)),
        ("/subjects", right(Right::DataSubjects), get(subjects::page)),
        ("/subjects/say", right(Right::DataSubjects), post(subjects::say)),
        ("/subjects/told", right(Right::DataSubjects), post(subjects::told)),
        ("/log", right(Right::ReadAudit), get(log::page)),
        ("/log/sample", right(Right::SampleAudit), get(log::sample)),
        ("/log/verify", right(Right::ReadAudit), get(log::verified)),
        ("/log/review", right(Right::SampleAudit), post(log::review)),
        ("/listing/{id}/trace", right(Right::ReadNamed), get(listing::trace)),
        ("/sources", right(Right::SeeSources), get(sources::list)),
        ("/sources/{id}", right(Right::SeeSources), get(sources::page)),
        ("/sources/{id}/session", right(Right::RenewSessions), post(sources::renew)),
        ("/sources/{id}/session/end", right(Right::RenewSessions), post(sources::end)),
        ("/trends", right(Right::Trends), get(trends::page)),
        ("/export", right(Right::Export), get(export::page).post(export::listings)),
        ("/export/research", right(Right::ResearchExport), get(export::research_page).post(export::research)),
        ("/users", right(Right::ManageUsers), get(users::list).post(users::add)),
        ("/users/{name}", right(Right::ManageUsers), get(users::page).post(users::set)),
        ("/users/{name}/signins/end", right(Right::ManageUsers), post(users::end)),
        ("/users/{name}/tokens/revoke", right(Right::ManageUsers), post(users::revoke)),
        ("/users/{name}/remove", right(Right::ManageUsers), get(users::remove_page).post(users::remove)),
        ("/vendor", right(Right::ReadNamed), get(dossier::vendor)),
        ("/persona/{id}", right(Right::ReadNamed), get(dossier::persona)),
        ("/persona/decide", right(Right::DecideLinks), post(decide::decide)),
        ("/indicator", right(Right::ReadNamed), get(indicator::page)),
        ("/graph", right(Right::ReadNamed), get(graph::page)),
        ("/api/v1/openapi.json", Takes::Nothing, get(api::openapi)),
        ("/api/v1/whoami", Takes::Known, get(api::oversight::whoami)),
        ("/api/v1/search", right(Right::Search), get(api::search::ask)),
        ("/api/v1/listings/{id}", right(Right::ReadNamed), get(api::listings::one)),
        ("/api/v1/listings/{id}/versions", right(Right::ReadNamed), get(api::listings::versions)),
        ("/api/v1/listings/{id}/label", right(Right::CorrectLabels), post(api::listings::label)),
        ("/api/v1/labels", right(Right::CorrectLabels), get(api::listings::list)),
        ("/api/v1/vendors", right(Right::ReadNamed), get(api::sellers::vendors)),
        ("/api/v1/vendors/{id}", right(Right::ReadNamed), get(api::sellers::vendor)),
        ("/api/v1/personas/{id}", right(Right::ReadNamed), get(api::sellers::persona)),
        ("/api/v1/indicators", right(Right::ReadNamed), get(api::sellers::indicators)),
        ("/api/v1/alerts", right(Right::Triage), get(api::alerts::list)),
        ("/api/v1/alerts/events", right(Right::Triage), get(api::alerts::events)),
        ("/api/v1/alerts/triage", right(Right::Triage), post(api::alerts::step)),
        ("/api/v1/alerts/{id}", right(Right::Triage), get(api::alerts::one)),
        ("/api/v1/watches", right(Right::Watches), get(api::watches::list).post(api::watches::add)),
        ("/api/v1/watches/try", right(Right::Watches), post(api::watches::trial)),
        ("/api/v1/watches/{name}", right(Right::Watches), get(api::watches::one).patch(api::watches::change).delete(api::watches::remove)),
        ("/api/v1/sources", right(Right::SeeSources), get(api::sources::list)),
        ("/api/v1/sources/{id}", right(Right::SeeSources), get(api::sources::one)),
        ("/api/v1/cases", right(Right::Cases), get(api::cases::list).post(api::cases::open)),
        ("/api/v1/cases/{reference}", right(Right::Cases), get(api::cases::one)),
        ("/api/v1/cases/{reference}/items", right(Right::Cases), post(api::cases::add)),
        ("/api/v1/cases/{reference}/notes", right(Right::Cases), post(api::cases::note)),
        ("/api/v1/cases/{reference}/close", right(Right::Cases), post(api::cases::close)),
        ("/api/v1/subjects", right(Right::DataSubjects), get(api::subjects::list)),
        ("/api/v1/subjects/{vendor}/statements", right(Right::DataSubjects), post(api::subjects::say)),
        ("/api/v1/subjects/{vendor}/notices", right(Right::DataSubjects), post(api::subjects::told)),
        ("/api/v1/users", right(Right::ManageUsers), get(api::oversight::users).post(api::oversight::add)),
        (
            "/api/v1/users/{name}",
            right(Right::ManageUsers),
            get(api::oversight::user).patch(api::oversight::change).delete(api::oversight::remove),
        ),
        ("/api/v1/audit", right(Right::ReadAudit), get(api::oversight::rows)),
    ]
}

/// The paths that are served, places in braces.
pub fn paths() -> Vec<&'static str> {
    routes().into_iter().map(|(path, _, _)| path).collect()
}

/// The desk's router: the shield outside, then who asks, then what the route takes.
pub(super) fn router(desk: Desk) -> Router {
    let mut router = Router::new();
    for (path, takes, route) in routes() {
        router = router.route(path, route.layer(from_fn_with_state(takes, guard::allow)));
    }
    router.layer(from_fn_with_state(desk.clone(), guard::know)).layer(from_fn_with_state(desk.clone(), shield::shield)).with_state(desk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_is_documented_route_by_route_with_its_scopes() {
        let code = |takes: Takes| match takes {
            Takes::Nothing => "",
            Takes::Right(right) => right.code(),
            _ => "known",
        };
        let served: Vec<(&str, &str)> = routes().iter().map(|(path, takes, _)| (*path, code(*takes))).collect();
        for (path, scope) in served.iter().filter(|(path, _)| path.starts_with("/api/")) {
            assert!(api::OPERATIONS.iter().any(|one| (one.path, one.scope) == (*path, *scope)), "{path} is not documented, or not so");
        }
        for one in api::OPERATIONS {
            assert!(served.contains(&(one.path, one.scope)), "{} {} is not served, or not so", one.path, one.scope);
        }
    }
}
