//! What stands around every page: head, navigation, the visitor, the words.

use askama::Template;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};

use super::assets;
use super::trouble::Trouble;
use super::visitor::Visitor;
use super::words::Locale;
use crate::account::Right;

/// Places of the navigation: address, key of its name, the right that opens it.
const PLACES: &[(&str, &str, Right)] = &[
    ("/", "nav.search", Right::Search),
    ("/alerts", "nav.alerts", Right::Triage),
    ("/watches", "nav.watches", Right::Watches),
    ("/sources", "nav.sources", Right::SeeSources),
    ("/trends", "nav.trends", Right::Trends),
    ("/cases", "nav.cases", Right::Cases),
    ("/subjects", "nav.subjects", Right::DataSubjects),
    ("/log", "nav.log", Right::ReadAudit),
    ("/users", "nav.users", Right::ManageUsers),
];

/// What stands around a page; templates call its methods.
#[derive(Clone)]
pub(super) struct Frame {
    /// Heading of the page, plain text.
    pub(super) title: String,
    pub(super) visitor: Visitor,
    pub(super) locale: Locale,
    /// Path of the page, under which navigation marks the place.
    path: String,
}

/// A place of the navigation.
pub(super) struct Place {
    pub(super) href: &'static str,
    pub(super) name: &'static str,
    pub(super) current: bool,
}

impl Frame {
    pub(super) fn new(visitor: &Visitor, path: &str, title: impl Into<String>) -> Self {
        Self { title: title.into(), visitor: visitor.clone(), locale: visitor.locale, path: path.to_owned() }
    }

    /// The page of a template.
    pub(super) fn page(template: &impl Template) -> Result<Response, Trouble> {
        let text = template.render().map_err(anyhow::Error::from)?;
        Ok(([(CONTENT_TYPE, "text/html; charset=utf-8")], text).into_response())
    }

    pub(super) fn say<'k>(&self, key: &'k str) -> &'k str {
        self.locale.say(key)
    }

    pub(super) fn tell(&self, key: &str, with: &[&str]) -> String {
        self.locale.tell(key, with)
    }

    pub(super) fn asset(&self, name: &str) -> String {
        assets::address(name)
    }

    /// Where the visitor may go.
    pub(super) fn places(&self) -> Vec<Place> {
        let open = PLACES.iter().filter(|(_, _, right)| self.visitor.may(*right));
        open.map(|(href, key, _)| Place {
            href,
            name: self.locale.say(key),
            current: if *href == "/" { self.path == "/" || self.path.starts_with("/listing") } else { self.path.starts_with(href) },
        })
        .collect()
    }

    /// What leads to a first source: key of what to do, and the command.
    pub(super) fn first_steps(&self) -> [(&'static str, &'static str); 3] {
        [("first.init", "vigie init config"), ("first.source", "config/sources/example.toml"), ("first.crawl", "vigie crawl --once")]
    }

    /// Languages to choose from: code, own name, whether it is the one in use.
    pub(super) fn languages(&self) -> Vec<(&'static str, &'static str, bool)> {
        Locale::all().map(|(locale, name)| (locale.code(), name, locale == self.locale)).collect()
    }
}
