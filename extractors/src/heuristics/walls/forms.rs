//! What the forms of a page ask for.

use super::words;
use crate::heuristics::outline::Outline;
use crate::html::attr;

/// All forms of a page together, and each by itself.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) passwords: usize,
    /// Passwords that are not part of the page's surroundings.
    pub(super) main_passwords: usize,
    /// Boxes and fields that are called a captcha.
    pub(super) captchas: usize,
    /// Whether a captcha stands in a form that asks for more than its solution.
    pub(super) captcha_beside_more: bool,
    pub(super) forms: Vec<Form>,
}

/// One form.
#[derive(Default)]
pub(super) struct Form {
    /// Boxes for a text, but for those of a single letter.
    pub(super) texts: usize,
    /// Boxes for a single letter.
    pub(super) letters: usize,
    pub(super) selects: usize,
    pub(super) checks: usize,
    pub(super) pictures: usize,
    /// Pictures that are clicked.
    pub(super) clicked: usize,
    /// Whether it asks for a name of an account.
    pub(super) account: bool,
    /// Whether it asks for a message, an address, a file or words to look for.
    pub(super) more: bool,
}

impl Form {
    /// Whether it asks for no more than the answer to one question.
    pub(super) fn is_small(&self) -> bool {
        !self.more && self.texts <= 2
    }
}

/// Forms that are looked at; a check has one.
const MOST: usize = 50;

/// Reads the forms of a page.
pub(super) fn asked(outline: &Outline<'_>) -> Asked {
    let mut asked = Asked::default();
    for (at, facts) in outline.elements.iter().enumerate() {
        let element = facts.element();
        let says = |name: &str| attr(element, name).is_some_and(|value| words::BOXES.as_ref().is_some_and(|boxes| boxes.is_match(value)));
        let asks_for_password = || attr(element, "type").is_some_and(|kind| kind.eq_ignore_ascii_case("password"));
        match element.name() {
            "form" if asked.forms.len() < MOST => asked.forms.push(form(outline, at)),
            "input" if asks_for_password() => {
                asked.passwords += 1;
                asked.main_passwords += usize::from(!facts.chrome);
            }
            "input" | "img" | "div" | "label" | "iframe"
                if !facts.hidden && ["name", "id", "class", "src", "alt"].iter().any(|n| says(n)) =>
            {
                asked.captchas += 1;
                if asked.captchas > MOST {
                    continue;
                }
                let around = outline.ancestors(at).find(|(_, facts)| facts.name == "form").map(|(at, _)| form(outline, at));
                asked.captcha_beside_more |= around.is_some_and(|form| form.more || form.texts > 2 || (form.selects > 0 && form.texts > 0));
            }
            _ => {}
        }
    }
    asked
}

fn form(outline: &Outline<'_>, at: usize) -> Form {
    let mut form = Form::default();
    for facts in outline.inside(at).take(400).filter_map(|inner| outline.elements.get(inner)).filter(|facts| !facts.hidden) {
        let element = facts.element();
        let kind = attr(element, "type").unwrap_or("text").to_ascii_lowercase();
        let name = attr(element, "name").or_else(|| attr(element, "id")).unwrap_or("").to_ascii_lowercase();
        match (element.name(), kind.as_str()) {
            ("textarea", _) => form.more |= attr(element, "readonly").is_none() && attr(element, "disabled").is_none(),
            ("select", _) => form.selects += 1,
            ("img", _) => form.pictures += 1,
            ("input", "image") => form.clicked += 1,
            ("input", "checkbox" | "radio") => form.checks += 1,
            ("input", "email" | "tel" | "search" | "file" | "url" | "date") => form.more = true,
            ("input", "text" | "number") => {
                form.more |= matches!(name.as_str(), "q" | "s" | "query" | "search" | "keyword" | "keywords" | "email" | "mail" | "order");
                form.account |= ["user", "login", "account", "nick", "member"].iter().any(|word| name.contains(word))
                    || attr(element, "autocomplete") == Some("username");
                if matches!(attr(element, "maxlength"), Some("1" | "2")) {
                    form.letters += 1;
                } else {
                    form.texts += 1;
                }
            }
            _ => {}
        }
    }
    form
}
