//! What is wrong with a profile: the key, the words of the file near it, what to do.

use regex::Regex;

use super::{Css, Field, Pattern, Profile, Rule};
use crate::html::Selector;
use crate::record::PageKind;

/// Something wrong with a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The key below `[extractor]`, and what is wrong with it.
    pub what: String,
    /// Words of the file near it.
    pub near: String,
    /// What to do.
    pub hint: String,
}

impl Profile {
    /// What is wrong with the profile; empty when all is well.
    pub fn check(&self) -> Vec<Fault> {
        let mut faults = Faults(Vec::new());
        for (at, page) in self.page.iter().enumerate() {
            let place = format!("page[{at}] ({})", page.kind.code());
            faults.css(page.when.as_ref(), &format!("{place}.when"));
            faults.css(page.record.as_ref(), &format!("{place}.record"));
            faults.pattern(page.url.as_ref(), &format!("{place}.url"));
            if page.when.is_none() && page.url.is_none() && at + 1 < self.page.len() {
                faults.add(&place, "has neither `when` nor `url`, so no later rule is ever reached", "kind", "put it last");
            }
            if page.record.is_some() && !matches!(page.kind, PageKind::Index | PageKind::Vendor) {
                let near = page.record.as_ref().map_or("record", |css| css.source.as_str());
                faults.add(&format!("{place}.record"), "is read on pages of kind index and vendor alone", near, "take it away");
            }
            if page.min_records.is_some() && page.record.is_none() {
                faults.add(
                    &format!("{place}.min_records"),
                    "counts records, and there is no `record`",
                    "min_records",
                    "give `record`, too",
                );
            }
            if !page.vendor.is_empty() && page.kind != PageKind::Vendor {
                faults.add(&format!("{place}.vendor"), "is read on pages of kind vendor alone", "vendor", "put its rules under `fields`");
            }
            for (field, one) in &page.expect {
                let place = format!("{place}.expect.{}", field.code());
                faults.pattern(one.pattern.as_ref(), &format!("{place}.pattern"));
                if !(0.0..=1.0).contains(&one.share) {
                    faults.add(&place, &format!("`{}` is no share", one.share), "share", "give a number from 0 to 1");
                }
            }
            for (group, rules) in [("fields", &page.fields), ("vendor", &page.vendor)] {
                for (field, rules) in rules {
                    let place = format!("{place}.{group}.{}", field.code());
                    if rules.0.is_empty() {
                        faults.add(&place, "is an empty list", field.code(), "give a selector, or take it away");
                    }
                    for (nth, rule) in rules.0.iter().enumerate() {
                        let place = if rules.0.len() > 1 { format!("{place}[{nth}]") } else { place.clone() };
                        faults.rule(rule, *field, &place);
                    }
                }
            }
        }
        faults.0
    }
}

struct Faults(Vec<Fault>);

impl Faults {
    fn add(&mut self, place: &str, what: &str, near: &str, hint: &str) {
        self.0.push(Fault { what: format!("{place}: {what}"), near: near.to_owned(), hint: hint.to_owned() });
    }

    fn css(&mut self, css: Option<&Css>, place: &str) {
        if let Some(css) = css
            && let Err(error) = Selector::parse(&css.source)
        {
            let hint = "write a selector such as \"div.price > span\"";
            self.add(place, &format!("`{}` is no CSS selector: {error}", css.source), &css.source, hint);
        }
    }

    fn pattern(&mut self, pattern: Option<&Pattern>, place: &str) {
        if let Some(pattern) = pattern
            && let Err(error) = Regex::new(&pattern.source)
        {
            let hint = "close its brackets; put it between single quotes, where a backslash needs no other";
            self.add(place, &format!("`{}` is no regular expression: {error}", pattern.source), &pattern.source, hint);
        }
    }

    fn rule(&mut self, rule: &Rule, field: Field, place: &str) {
        self.css(rule.select.as_ref(), &format!("{place}.select"));
        self.pattern(rule.regex.as_ref(), &format!("{place}.regex"));
        for (pattern, _) in &rule.replace {
            self.pattern(Some(pattern), &format!("{place}.replace"));
        }
        if rule.select.is_none() && rule.label.is_none() && rule.attr.is_none() && rule.regex.is_none() && rule.default.is_none() {
            self.add(place, "says nothing", field.code(), "give at least one of select, label, attr, regex, default");
        }
        if let Some(label) = rule.label.as_deref() {
            if label.trim().is_empty() {
                self.add(&format!("{place}.label"), "is blank", "label", "give the words before the value");
            }
            if rule.select.is_some() || rule.attr.is_some() || rule.all {
                self.add(&format!("{place}.label"), "stands beside `select`, `attr` or `all`", label, "keep one way of finding the value");
            }
        }
        if let Some(mark) = rule.number.as_deref().filter(|mark| !matches!(*mark, "." | ",")) {
            self.add(&format!("{place}.number"), &format!("`{mark}` is no decimal mark"), mark, "write \".\" or \",\"");
        }
        if let Some(date) = rule.date.as_deref() {
            let day = jiff::civil::date(2024, 2, 29).at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
            if !date.contains('%') || day.is_ok_and(|day| jiff::fmt::strtime::format(date, &day).is_err()) {
                let hint = "write it as in \"%d.%m.%Y\" or \"%b %d, %Y %H:%M\"";
                self.add(&format!("{place}.date"), &format!("`{date}` is no way to write a date"), date, hint);
            }
        }
    }
}
