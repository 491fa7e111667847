//! From a source file as written to a [`Source`]; whatever does not make sense is noted with its place.

mod values;
mod addresses;
mod conduct;

pub(super) use conduct::politeness;
pub(super) use values::{at_least, header_value, or, positive};

use super::problem::Problems;
use super::raw::{Placed, RawExpectations, RawExtractor, RawSource, RawTraps};
use super::settings::Settings;
use super::source::{Budget, Expectations, Profile, Recrawl, Source, SourceType, Traps, is_id};
use super::units::duration_text;
use std::time::Duration;
use toml::Spanned;
use values::coded;
use vigie_extractors::profile::Css;

/// The least interval on public hosts.
const LEAST_PUBLIC_INTERVAL: Duration = Duration::from_millis(100);

/// Gives a source file its meaning. `stem` is the file's name without `.toml`.
pub(super) fn source(raw: RawSource, stem: &str, settings: &Settings, problems: &mut Problems) -> Source {
    let id = id(raw.id, stem, problems);
    let kind = raw.kind.unwrap_or_else(|| {
        problems.missing("type", "write type = \"shop\", or cryptomarket, classifieds, forum, social");
        SourceType::Shop
    });
    let import_only = raw.import_only.unwrap_or(false);
    let route = raw.route.unwrap_or_default();
    let seeds = addresses::urls(&raw.seeds, route, problems);
    let mirrors = addresses::urls(&raw.mirrors, route, problems);
    if raw.seeds.is_empty() && !import_only {
        problems.missing("seeds", "name at least one address, or write import_only = true");
    }
    let scope = addresses::scope(raw.scope, &seeds, &mirrors, route, problems);
    let (authority, authority_blanks) = conduct::authority(raw.authority, problems);
    let access = authority.as_ref().map(|authority| authority.access).unwrap_or_default();
    let politeness = conduct::politeness(raw.politeness, settings.politeness, problems);
    if politeness.interval < LEAST_PUBLIC_INTERVAL && !scope.allow_private {
        let least = duration_text(LEAST_PUBLIC_INTERVAL);
        problems.at(
            0,
            format!("`interval` is below {least} for public hosts"),
            "such a pace is for hosts of your own (allow_private = true)",
        );
    }
    let default = Recrawl::default();
    Source {
        name: raw.name.unwrap_or_else(|| id.clone()),
        id,
        kind,
        route,
        mirror_list: addresses::mirror_list(raw.mirror_list, !mirrors.is_empty(), problems),
        seeds: seeds.into_iter().map(|(url, _)| url).collect(),
        mirrors: mirrors.into_iter().map(|(url, _)| url).collect(),
        replica_of: replica_of(raw.replica_of, stem, problems),
        import_only,
        scope,
        authority,
        authority_blanks,
        politeness,
        budget: Budget {
            pages_per_day: raw.budget.pages_per_day.map(Spanned::into_inner),
            bytes_per_day: raw.budget.bytes_per_day.map(|size| size.get_ref().0),
        },
        robots: conduct::robots(raw.robots, problems),
        headers: conduct::headers(raw.headers, access, problems),
        user_agent: raw.user_agent.map(|text| header_value(text, "user_agent", problems)),
        profile: profile(raw.extractor, problems),
        recrawl: Recrawl {
            listing: or(raw.recrawl.listing, default.listing),
            index: or(raw.recrawl.index, default.index),
            vendor: or(raw.recrawl.vendor, default.vendor),
            thread: or(raw.recrawl.thread, default.thread),
            other: or(raw.recrawl.other, default.other),
        },
        sweep: positive(raw.sweep.every, "every", problems).map(|period| period.0),
        expectations: expectations(raw.expectations, problems),
        private: private(raw.private, problems),
        retention: raw.retention.map_or(settings.retention, |period| period.0),
        tlp: raw.tlp.unwrap_or(settings.tlp),
        pap: raw.pap.unwrap_or(settings.pap),
        traps: traps(raw.traps),
        currency: coded(raw.currency, "currency", |c| (3..=5).contains(&c.len()) && c.chars().all(|c| c.is_ascii_uppercase()), problems),
        language: coded(raw.language, "language", |c| c.len() == 2 && c.chars().all(|c| c.is_ascii_lowercase()), problems),
    }
}

fn id(raw: Placed<String>, stem: &str, problems: &mut Problems) -> String {
    let Some(raw) = raw else {
        problems.missing("id", format!("write id = \"{stem}\", the name of the file"));
        return stem.to_owned();
    };
    let (place, id) = (raw.span().start, raw.into_inner());
    if !is_id(&id) {
        let hint = "use up to 64 lower-case letters, digits, `-` and `_`, a letter or digit first";
        problems.at(place, format!("`{id}` is no id"), hint);
    } else if id != stem {
        problems.at(
            place,
            format!("the id `{id}` is not the name of the file"),
            format!("name the file {id}.toml, or write id = \"{stem}\""),
        );
    }
    id
}

fn replica_of(raw: Placed<String>, own: &str, problems: &mut Problems) -> Option<String> {
    let (place, id) = raw.map(|raw| (raw.span().start, raw.into_inner()))?;
    if !is_id(&id) || id == own {
        problems.at(place, format!("`{id}` is no other source"), "name the id of the original, or write replica_of = \"none\"");
    }
    Some(id)
}

fn profile(raw: Placed<RawExtractor>, problems: &mut Problems) -> Option<Profile> {
    let raw = raw?;
    let section = raw.span().start;
    match raw.into_inner() {
        RawExtractor::Auto => None,
        RawExtractor::Profile(profile) => {
            for fault in profile.check() {
                // What the profile quotes is where the operator wants to look.
                let place = problems.find(&fault.near, section);
                problems.at(place, format!("[extractor] {}", fault.what), fault.hint);
            }
            Some(*profile)
        }
    }
}

/// Selectors of what is masked; one that does not compile would leave private text in.
fn private(raw: Vec<Spanned<String>>, problems: &mut Problems) -> Vec<String> {
    for text in &raw {
        if Css::from(text.get_ref().clone()).selector().is_none() {
            let hint = "write a selector such as \"#account .balance\"";
            problems.at(text.span().start, format!("`{}` is no CSS selector", text.get_ref()), hint);
        }
    }
    raw.into_iter().map(Spanned::into_inner).collect()
}

fn expectations(raw: RawExpectations, problems: &mut Problems) -> Expectations {
    let place = raw.max_listings.as_ref().map_or(0, |max| max.span().start);
    let (min_listings, max_listings) = (raw.min_listings.map(Spanned::into_inner), raw.max_listings.map(Spanned::into_inner));
    if min_listings.zip(max_listings).is_some_and(|(min, max)| min > max) {
        problems.at(place, "`max_listings` is below `min_listings`", "");
    }
    let notice_layout = raw.notice_layout.unwrap_or(Expectations::default().notice_layout);
    Expectations { min_listings, max_listings, notice_layout }
}

fn traps(raw: RawTraps) -> Traps {
    let default = Traps::default();
    Traps {
        max_url_length: raw.max_url_length.unwrap_or(default.max_url_length),
        max_path_segments: raw.max_path_segments.unwrap_or(default.max_path_segments),
        max_repeated_segments: raw.max_repeated_segments.unwrap_or(default.max_repeated_segments),
        max_parameters: raw.max_parameters.unwrap_or(default.max_parameters),
        max_urls: raw.max_urls.unwrap_or(default.max_urls),
        max_per_pattern: raw.max_per_pattern.unwrap_or(default.max_per_pattern),
    }
}
