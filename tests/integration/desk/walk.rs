//! The main tasks of those who use the desk, on the data of the mock market, in a real browser.

use super::browser::Browser;
use super::{PASSWORD, Served, stocked};
use crate::instance::{Instance, Place};

#[test]
pub(crate) fn a_first_user_signs_in_with_a_new_password_and_one_time_codes() {
    if !Browser::is_there() {
        return;
    }
    let place = Place::new();
    let made = place.expect(0, &["user", "add", "ada", "--role", "administrator"]);
    let one_time = made.split_whitespace().last().unwrap().to_owned();
    let served = Served::only(&place, "");
    let browser = Browser::open(&served.address, 1280, false, "first");
    browser.go("/");
    assert!(browser.path().starts_with("/signin"));
    browser.fill("[name=name]", "ada");
    browser.fill("[name=password]", &one_time);
    browser.click("main button.main");
    assert_eq!(browser.path(), "/me/password", "the password that was made up is changed first");
    browser.go("/users");
    assert_eq!(browser.path(), "/me/password", "nothing else is open before");
    browser.fill("[name=new]", PASSWORD);
    browser.fill("[name=again]", PASSWORD);
    browser.click("main button.main");
    assert_eq!(browser.path(), "/me/codes");
    browser.picture("codes");
    assert_eq!(browser.violations(), Vec::<String>::new());
    let secret = browser.run("return document.querySelector('main code').textContent").as_str().unwrap().to_owned();
    let code = vigie::account::totp::code(&secret, jiff::Timestamp::now()).unwrap();
    browser.fill("[name=code]", &code);
    browser.click("main button.main");
    assert!(browser.run("return document.querySelectorAll('main li').length").as_i64().unwrap() >= 10, "recovery codes are shown");
    let recovery = browser.run("return document.querySelector('main li').textContent").as_str().unwrap().trim().to_owned();
    browser.go("/me");
    assert!(browser.text().contains("10"), "{}", browser.text());

    // In another browser: password, then a code; the one that was used already is not taken twice.
    let second = Browser::open(&served.address, 360, true, "second");
    second.sign_in("ada");
    assert_eq!(second.path(), "/signin/code");
    second.picture("code");
    assert_eq!(second.violations(), Vec::<String>::new());
    second.fill("[name=code]", &code);
    second.click("main button.main");
    assert_eq!(second.path(), "/signin/code", "a code is good for once");
    second.fill("[name=code]", &recovery);
    second.click("main button.main");
    second.find(".me");
    second.go("/me");
    assert!(second.path() == "/me", "{}", second.path());
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn an_investigator_finds_reads_and_files() {
    if !Browser::is_there() {
        return;
    }
    let instance = Instance::new();
    instance.crawl(&[]);
    instance.expect(0, &["case", "open", "C-7", "--title", "conversions"]);
    let served = Served::over(&instance);
    let browser = Browser::open(&served.address, 1280, false, "investigator");
    browser.sign_in("investigator");

    // A question by the keyboard, a facet, weeks.
    browser.keys("/");
    browser.keys("glock\u{e007}");
    browser.find(".list li mark");
    let all = browser.run("return document.querySelector('.summary').textContent");
    browser.click(".facet li a");
    assert!(browser.path().contains("category%3A"), "{}", browser.path());
    assert_ne!(browser.run("return document.querySelector('.summary').textContent"), all);
    browser.go("/");
    browser.run("document.querySelector('[data-weeks] a:last-child').focus()");
    browser.keys("\u{e007}");
    browser.find("[name=from]:not([value=''])");
    assert!(browser.path().contains("from="), "{}", browser.path());

    // A listing by the keyboard: why, label, trace sheet, case.
    browser.go("/?q=converted");
    browser.keys("j\u{e007}");
    browser.find("article h1");
    assert!(browser.path().starts_with("/listing/"), "{}", browser.path());
    assert!(
        browser.run("return document.querySelectorAll('article mark').length").as_i64().unwrap() > 0,
        "the words that decided are marked"
    );
    let at = browser.path();
    browser.run("document.querySelector('[name=category]').value = 'part.conversion_device'");
    browser.fill("form[action$='/label'] [name=note]", "threaded barrel on the picture");
    browser.click("form[action$='/label'] button");
    assert_eq!(instance.rows(&["label", "--list"]).len(), 1);
    browser.go(&format!("{at}/trace"));
    browser.picture("trace");
    browser.go(&at);
    browser.fill("form[action='/cases/add'] [name=reference]", "C-7");
    browser.click("form[action='/cases/add'] button");
    browser.find("form[action='/cases/note']");
    assert_eq!(browser.path(), "/cases/C-7");
    browser.fill("form[action='/cases/note'] textarea", "ask for the seller's other listings");
    browser.click("form[action='/cases/note'] button");
    assert!(browser.text().contains("ask for the seller's other listings"));
    browser.picture("case");

    // All of it is in the reading log, and the log is whole.
    let log: Vec<String> = instance
        .rows(&["audit", "list", "--actor", "investigator", "--json", "--limit", "100"])
        .iter()
        .map(|row| row["action"].as_str().unwrap().to_owned())
        .collect();
    for action in ["sign in", "search", "show", "label", "case add", "case note", "case show"] {
        assert!(log.iter().any(|known| known == action), "{action} is not in {log:?}");
    }
    instance.expect(0, &["verify", "--audit"]);
}

#[test]
pub(crate) fn an_auditor_reviews_and_a_language_is_chosen() {
    if !Browser::is_there() {
        return;
    }
    let place = stocked();
    let served = Served::over(&place);
    let browser = Browser::open(&served.address, 1280, true, "auditor");
    browser.sign_in("auditor");
    browser.find("h1");
    assert_eq!(browser.path(), "/log", "an auditor begins at the log");
    browser.go("/log/sample");
    browser.fill("form[action='/log/review'] [name=finding]", "as it should be");
    browser.click("form[action='/log/review'] button");
    assert!(browser.text().contains("as it should be"), "{}", browser.text());
    browser.go("/log/verify");
    assert!(browser.text().contains("Every row follows"), "{}", browser.text());
    browser.picture("verified");
    for (code, word) in [("fr", "Journal de consultation"), ("es", "Registro de consultas")] {
        browser.click(".me summary");
        browser.run(&format!("document.querySelector('[name=locale]').value = '{code}'"));
        browser.click("form[action='/look'] button");
        assert!(browser.text().contains(word), "{}", browser.text());
    }
}
