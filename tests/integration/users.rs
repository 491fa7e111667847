//! Users: how they are added and changed, sign in, are locked out, and what their programs come with.

use std::io::Write;
use std::net::IpAddr;
use std::process::Stdio;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sqlx::Row;
use vigie::account::manage::{self, Change};
use vigie::account::{Client, Door, Needs, Opened, Refusal, Refused, Right, Role, token, totp};
use vigie::audit::Purpose;
use vigie::config::Web;
use vigie::database::Pool;

use crate::instance::Place;

const PASSWORD: &str = "four words in a row";

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).unwrap()
}

fn client(last: u8) -> Client<'static> {
    Client { address: IpAddr::from([192, 0, 2, last]), agent: "Firefox\u{7}" }
}

/// A door of a store with Anna, an investigator, who needs no one-time code unless she has a secret.
async fn door(place: &Place, require_totp: bool) -> (Door, Pool) {
    let pool = place.store().await;
    manage::add(&pool, "Anna", Role::Investigator, Some(PASSWORD), at(0)).await.unwrap();
    (Door::new(pool.clone(), Web { require_totp, ..Web::default() }), pool)
}

async fn enter(door: &Door, name: &str, password: &str, from: u8, now: i64) -> Result<Opened, Refusal> {
    door.enter(name, password, client(from), at(now)).await.unwrap()
}

fn refused(error: &anyhow::Error) -> String {
    error.downcast_ref::<Refused>().unwrap_or_else(|| panic!("{error:#}")).to_string()
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_first_sign_in_changes_the_password_and_sets_up_codes_that_are_taken_once() {
    let place = Place::new();
    let (door, pool) = door(&place, true).await;
    let one_time = manage::add(&pool, "bert", Role::Auditor, None, at(0)).await.unwrap().1.unwrap();
    assert_eq!(one_time.len(), 23);
    let first = enter(&door, "BERT", &one_time, 1, 0).await.unwrap();
    assert_eq!((first.needs, first.user.name.as_str(), first.user.role), (Needs::NewPassword, "bert", Role::Auditor));
    assert!(first.ends_at <= at(600), "an unfinished sign-in is short");
    let present = door.present(&first.token, at(1)).await.unwrap().unwrap();
    assert!(refused(&door.begin_enrolment(&present).await.unwrap_err()).contains("not complete"));

    for (new, why) in [("short", "12 characters"), ("bert and his words", "name"), ("Password12345", "anybody"), (&one_time, "in force")] {
        let Err(Refusal::Weak(sentence)) = door.new_password(&first.token, "", new, client(1), at(2)).await.unwrap() else {
            panic!("{new}")
        };
        assert!(sentence.contains(why), "{sentence}");
    }
    let second = door.new_password(&first.token, "", PASSWORD, client(1), at(3)).await.unwrap().unwrap();
    assert_eq!(second.needs, Needs::Enrolment);
    assert!(door.present(&first.token, at(3)).await.unwrap().is_none(), "each step gives another secret");

    let present = door.present(&second.token, at(4)).await.unwrap().unwrap();
    let enrolment = door.begin_enrolment(&present).await.unwrap();
    assert_eq!(door.begin_enrolment(&present).await.unwrap().secret, enrolment.secret, "a page may be loaded again");
    let code = |now: i64| totp::code(&enrolment.secret, at(now)).unwrap();
    assert_eq!(door.confirm_enrolment(&second.token, "000", client(1), at(5)).await.unwrap().unwrap_err(), Refusal::Wrong);
    let (third, recovery) = door.confirm_enrolment(&second.token, &code(5), client(1), at(5)).await.unwrap().unwrap();
    assert_eq!((third.needs, recovery.len()), (Needs::Nothing, 10));
    assert!(third.ends_at == at(5 + 12 * 3_600) && door.present(&second.token, at(5)).await.unwrap().is_none());

    // From now on the password alone opens nothing, and neither does a code that was seen.
    let fourth = enter(&door, "bert", PASSWORD, 1, 10).await.unwrap();
    assert_eq!(fourth.needs, Needs::Code);
    assert_eq!(door.present(&fourth.token, at(10)).await.unwrap().unwrap().needs, Needs::Code);
    for wrong in [code(5).as_str(), "123", "", "aaaaa-aaaaa-aaaaa-aaaaa"] {
        assert_eq!(door.code(&fourth.token, wrong, client(1), at(10)).await.unwrap().unwrap_err(), Refusal::Wrong, "{wrong}");
    }
    let wrong = door.new_password(&fourth.token, PASSWORD, "another four words", client(1), at(10)).await.unwrap();
    assert_eq!(wrong.unwrap_err(), Refusal::Wrong, "no password without the code");
    let fifth = door.code(&fourth.token, &code(40), client(1), at(40)).await.unwrap().unwrap();
    assert_eq!(fifth.needs, Needs::Nothing);
    assert_eq!(door.code(&fifth.token, &code(70), client(1), at(70)).await.unwrap().unwrap_err(), Refusal::Wrong, "it needs none");

    for (code, right) in [(recovery[3].to_uppercase().replace('-', " "), true), (recovery[3].clone(), false), (recovery[4].clone(), true)] {
        let opened = enter(&door, "bert", PASSWORD, 1, 80).await.unwrap();
        assert_eq!(door.code(&opened.token, &code, client(1), at(80)).await.unwrap().is_ok(), right, "{code}");
    }
    assert_eq!(door.recovery_left(fifth.user.id).await.unwrap(), 8);
    let present = door.present(&fifth.token, at(90)).await.unwrap().unwrap();
    assert_eq!(door.recovery_codes(&present).await.unwrap().len(), 10);
    assert_eq!(door.recovery_left(fifth.user.id).await.unwrap(), 10);

    // What was handed out is nowhere in the store.
    let mut held = String::new();
    for table in ["app_user", "user_session", "user_recovery"] {
        for row in sqlx::query(sqlx::AssertSqlSafe(format!("SELECT * FROM {table}"))).fetch_all(&pool).await.unwrap() {
            held.extend((0..row.len()).filter_map(|n| row.try_get::<String, _>(n).ok()));
        }
    }
    assert!(held.contains("$argon2id$"));
    for secret in [&fifth.token, &fourth.token, &recovery[5], &one_time, &PASSWORD.to_owned()] {
        assert!(!held.contains(secret.as_str()), "{secret}");
    }
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn failures_lock_a_user_and_an_address_out_and_unknown_names_look_the_same() {
    let place = Place::new();
    let (door, pool) = door(&place, false).await;
    for name in ["anna", "nobody"] {
        let from = u8::try_from(name.len()).unwrap();
        for _ in 0..6 {
            assert_eq!(enter(&door, name, "wrong", from, 0).await.unwrap_err(), Refusal::Wrong, "{name}");
        }
        for now in [0, 59] {
            let waits = enter(&door, name, PASSWORD, from, now).await.unwrap_err();
            assert_eq!(waits, Refusal::Waits { until: at(60) }, "{name}, whatever the password");
        }
        assert_eq!(enter(&door, name, "wrong", from, 60).await.unwrap_err(), Refusal::Wrong);
        assert_eq!(enter(&door, name, "wrong", from, 61).await.unwrap_err(), Refusal::Waits { until: at(180) }, "twice as long");
    }
    enter(&door, "anna", PASSWORD, 1, 180).await.unwrap();
    assert_eq!(manage::find(&pool, "anna").await.unwrap().failures, 0, "a success forgets them");

    // One address tries names, one after the other.
    for n in 0..20 {
        assert_eq!(enter(&door, &format!("name{n}"), "x", 99, 200).await.unwrap_err(), Refusal::Wrong);
    }
    assert_eq!(enter(&door, "name20", "x", 99, 200).await.unwrap_err(), Refusal::Wrong);
    assert!(matches!(enter(&door, "anna", PASSWORD, 99, 201).await.unwrap_err(), Refusal::Waits { .. }));
    enter(&door, "anna", PASSWORD, 98, 201).await.unwrap();

    // Forty at once are no more guesses than forty one after the other.
    let door = Arc::new(door);
    let tries: Vec<_> = (100..140)
        .map(|from| {
            let door = Arc::clone(&door);
            tokio::spawn(async move { enter(&door, "anna", "wrong", from, 300).await.unwrap_err() })
        })
        .collect();
    let mut looked_at = 0;
    for one in tries {
        looked_at += u32::from(one.await.unwrap() == Refusal::Wrong);
    }
    assert_eq!(looked_at, 6);
    manage::change(&pool, "anna", &Change { disabled: Some(false), ..Change::default() }, at(301)).await.unwrap();
    enter(&door, "anna", PASSWORD, 1, 301).await.unwrap();
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn codes_cannot_be_guessed_by_whoever_has_the_password() {
    let place = Place::new();
    let (door, pool) = door(&place, true).await;
    let opened = enter(&door, "anna", PASSWORD, 1, 0).await.unwrap();
    let present = door.present(&opened.token, at(0)).await.unwrap().unwrap();
    let secret = door.begin_enrolment(&present).await.unwrap().secret;
    let code = |now: i64| totp::code(&secret, at(now)).unwrap();
    door.confirm_enrolment(&opened.token, &code(0), client(1), at(0)).await.unwrap().unwrap();
    // The right password between the guesses does not set the count back.
    for n in 0..6 {
        let opened = enter(&door, "anna", PASSWORD, n, 100).await.unwrap();
        assert_eq!(door.code(&opened.token, "1", client(n), at(100)).await.unwrap().unwrap_err(), Refusal::Wrong);
    }
    assert_eq!(enter(&door, "anna", PASSWORD, 7, 101).await.unwrap_err(), Refusal::Waits { until: at(160) });
    let opened = enter(&door, "anna", PASSWORD, 7, 160).await.unwrap();
    assert_eq!(door.code(&opened.token, &code(160), client(7), at(160)).await.unwrap().unwrap().needs, Needs::Nothing);
    assert_eq!(manage::find(&pool, "anna").await.unwrap().failures, 0);
    // A secret that was taken away opens the way to a new one.
    manage::change(&pool, "anna", &Change { reset_totp: true, ..Change::default() }, at(170)).await.unwrap();
    assert_eq!(enter(&door, "anna", PASSWORD, 7, 180).await.unwrap().needs, Needs::Enrolment);
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn sign_ins_end_by_age_by_idleness_and_by_hand() {
    let place = Place::new();
    let (door, pool) = door(&place, false).await;
    let there = async |token: &str, now: i64| door.present(token, at(now)).await.unwrap();
    let one = enter(&door, "anna", PASSWORD, 1, 0).await.unwrap();
    // In use it lasts its twelve hours; left alone, half an hour.
    for minutes in (0..12 * 60).step_by(25) {
        assert!(there(&one.token, minutes * 60).await.is_some(), "{minutes}");
    }
    assert!(there(&one.token, 12 * 3_600).await.is_none());
    let two = enter(&door, "anna", PASSWORD, 2, 50_000).await.unwrap();
    assert!(there(&two.token, 50_000 + 1_799).await.is_some() && there(&two.token, 50_000 + 1_799 + 1_800).await.is_none());

    let (three, four) =
        (enter(&door, "anna", PASSWORD, 3, 60_000).await.unwrap(), enter(&door, "anna", PASSWORD, 4, 60_001).await.unwrap());
    let (seen, other) = (there(&three.token, 60_002).await.unwrap(), there(&four.token, 60_002).await.unwrap());
    assert!(seen.is_form_token(&seen.form_token()) && !other.is_form_token(&seen.form_token()));
    for bad in ["", "x", "AAAA", &three.token] {
        assert!(!seen.is_form_token(bad), "{bad}");
    }
    assert_eq!(seen.purpose.case, None);
    door.set_purpose(&seen, &Purpose { case: Some("C-7".into()), purpose: Some("tracing".into()) }).await.unwrap();
    let all = door.sign_ins(three.user.id, at(60_002)).await.unwrap();
    assert_eq!(all.iter().map(|one| one.ip.as_str()).collect::<Vec<_>>(), ["192.0.2.4", "192.0.2.3"], "the ended ones are gone");
    assert_eq!((all[0].agent.as_str(), &all[0].id), ("Firefox", &other.sign_in.id));
    // A new password goes on in this browser, with its purpose, and ends the others.
    assert_eq!(
        door.new_password(&three.token, "wrong", "another four words", client(3), at(60_003)).await.unwrap().unwrap_err(),
        Refusal::Wrong
    );
    let five = door.new_password(&three.token, PASSWORD, "another four words", client(3), at(60_004)).await.unwrap().unwrap();
    assert_eq!(there(&five.token, 60_005).await.unwrap().purpose.case.as_deref(), Some("C-7"));
    assert!(there(&three.token, 60_005).await.is_none() && there(&four.token, 60_005).await.is_none());
    assert_eq!(enter(&door, "anna", PASSWORD, 4, 60_006).await.unwrap_err(), Refusal::Wrong);

    let six = enter(&door, "anna", "another four words", 6, 60_010).await.unwrap();
    let id = there(&six.token, 60_010).await.unwrap().sign_in.id;
    assert_eq!(door.end(six.user.id + 1, Some(&id)).await.unwrap(), 0, "of another user");
    assert_eq!(door.end(six.user.id, Some(&id)).await.unwrap(), 1);
    assert!(there(&six.token, 60_010).await.is_none() && there(&five.token, 60_010).await.is_some());
    door.leave(&five.token).await.unwrap();
    assert!(there(&five.token, 60_010).await.is_none() && there("", 60_010).await.is_none());
    // Whoever is shut out is so at once.
    let seven = enter(&door, "anna", "another four words", 6, 60_020).await.unwrap();
    manage::change(&pool, "anna", &Change { disabled: Some(true), ..Change::default() }, at(60_021)).await.unwrap();
    assert!(there(&seven.token, 60_022).await.is_none());
    assert_eq!(enter(&door, "anna", "another four words", 6, 60_023).await.unwrap_err(), Refusal::Wrong);
    manage::change(&pool, "anna", &Change { disabled: Some(false), ..Change::default() }, at(60_024)).await.unwrap();
    assert!(there(&seven.token, 60_025).await.is_none(), "and that sign-in does not come back");
    pool.close().await;
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn tokens_do_what_they_were_made_for_until_they_end() {
    let place = Place::new();
    let (_, pool) = door(&place, false).await;
    let anna = manage::find(&pool, "anna").await.unwrap();
    let make = async |name: &str, scopes: &[Right], days: u16| token::make(&pool, &anna, name, scopes, days, at(0)).await;
    for (name, scopes, days, why) in [
        ("", &[Right::Search][..], 1, "name"),
        ("x", &[], 1, "scope"),
        ("x", &[Right::ManageUsers], 1, "manage_users"),
        ("x", &[Right::Search, Right::OwnTokens], 1, "own_tokens"),
        ("x", &[Right::Search], 0, "days"),
        ("x", &[Right::Search], 400, "days"),
    ] {
        assert!(refused(&make(name, scopes, days).await.unwrap_err()).contains(why), "{why}");
    }
    let (id, secret) = make("dashboard", &[Right::Triage, Right::Search, Right::Search], 30).await.unwrap();
    assert!(secret.starts_with("vig_") && secret.len() == 47);
    let come = async |now: i64| token::caller(&pool, &secret, at(now)).await.unwrap();
    let caller = come(10).await.unwrap();
    assert!(caller.may(Right::Search) && caller.may(Right::Triage) && !caller.may(Right::Export) && !caller.may(Right::ReadContent));
    let listed = token::list(&pool, anna.id).await.unwrap().remove(0);
    assert_eq!((listed.name.as_str(), listed.last_used_at), ("dashboard", Some(at(10))));
    assert_eq!(listed.scopes, [Right::Search, Right::Triage]);
    assert_eq!(listed.expires_at, at(0) + SignedDuration::from_hours(30 * 24));
    for bad in ["", "vig_", &secret[4..], &secret[..46], &format!("{secret}x"), &secret.to_uppercase()] {
        assert!(token::caller(&pool, bad, at(10)).await.unwrap().is_none(), "{bad}");
    }
    let end = 30 * 86_400;
    assert!(come(end - 1).await.is_some() && come(end).await.is_none());
    // A role that may less leaves the token less; shut out, nothing.
    manage::change(&pool, "anna", &Change { role: Some(Role::Researcher), ..Change::default() }, at(20)).await.unwrap();
    let caller = come(20).await.unwrap();
    assert!(caller.may(Right::Search) && !caller.may(Right::Triage) && !caller.may(Right::Trends));
    for (disabled, there) in [(true, false), (false, true)] {
        manage::change(&pool, "anna", &Change { disabled: Some(disabled), ..Change::default() }, at(30)).await.unwrap();
        assert_eq!(come(30).await.is_some(), there);
    }
    let bert = manage::add(&pool, "bert", Role::Auditor, Some(PASSWORD), at(0)).await.unwrap().0;
    assert!(refused(&token::revoke(&pool, &bert, id, at(40)).await.unwrap_err()).contains("no token"), "of another user");
    token::revoke(&pool, &anna, id, at(40)).await.unwrap();
    assert!(come(41).await.is_none());
    assert!(refused(&token::revoke(&pool, &anna, id, at(42)).await.unwrap_err()).contains("no token"));
    // What a user may see goes for the programs too.
    let change = Change { sources: Some(vec!["s1".into()]), cases: Some(vec!["C-1".into(), "C-1".into()]), ..Change::default() };
    manage::change(&pool, "bert", &change, at(50)).await.unwrap();
    let (_, secret) = token::make(&pool, &bert, "log", &[Right::ReadAudit], 1, at(50)).await.unwrap();
    let access = token::caller(&pool, &secret, at(51)).await.unwrap().unwrap().access;
    assert!(access.to_source("s1") && !access.to_source("s2") && access.to_case("C-1") && !access.to_case("C-2"));
    manage::change(&pool, "bert", &Change { sources: Some(Vec::new()), ..Change::default() }, at(52)).await.unwrap();
    let access = token::caller(&pool, &secret, at(53)).await.unwrap().unwrap().access;
    assert!(access.to_source("s2") && !access.to_case("C-2"));
    manage::remove(&pool, "bert", at(60)).await.unwrap();
    assert!(token::caller(&pool, &secret, at(61)).await.unwrap().is_none());
    pool.close().await;
}

/// Runs a command with this on stdin; gives exit code, stdout and stderr.
fn typed(place: &Place, input: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut child = place.command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn users_are_managed_by_commands_that_the_reading_log_knows() {
    let place = Place::new();
    let add = ["user", "add", "anna", "--role", "investigator", "--password-stdin"];
    for (password, why) in [("short\n", "12 characters"), ("my name is anna\n", "name"), ("", "12 characters")] {
        let (code, out, said) = typed(&place, password, &add);
        assert!(code == Some(2) && out.is_empty() && said.contains(why) && said.contains("hint"), "{said}");
    }
    let (code, out, said) = typed(&place, &format!("{PASSWORD}\r\n"), &add);
    assert!(code == Some(0) && out.is_empty(), "{said}");
    let one_time = place.expect(0, &["user", "add", "Bert", "--role", "administrator"]);
    assert_eq!(one_time.trim().len(), 23);
    let cases: &[(&[&str], &str)] = &[
        (&["user", "add", "ANNA", "--role", "auditor"], "names are not given twice"),
        (&["user", "add", "an na", "--role", "auditor"], "no name"),
        (&["user", "add", "аnna", "--role", "auditor"], "no name"),
        (&["user", "add", "carl", "--role", "root"], "supervisor"),
        (&["user", "set", "carl", "--enable"], "user list"),
        (&["user", "set", "anna"], "--role"),
        (&["user", "set", "anna", "--enable", "--disable"], "--disable"),
        (&["user", "token", "anna", "--name", "x", "--scope", "assign"], "the role investigator"),
        (&["user", "token", "anna", "--name", "x", "--scope", "all"], "there are search"),
        (&["user", "token", "anna", "--name", "x", "--scope", "search", "--days", "0"], "--days"),
        (&["user", "token", "anna", "--name", "x"], "--scope"),
        (&["user", "token", "anna", "--revoke", "9"], "no token 9"),
        (&["user", "signins", "carl"], "no user"),
        (&["user", "remove", "carl"], "no user"),
    ];
    for (arguments, why) in cases {
        let said = place.refusal(2, arguments);
        assert!(said.contains(why), "{arguments:?}: {said}");
    }
    let listed = || place.rows(&["user", "list", "--json"]);
    let names: Vec<Value> = listed().iter().map(|row| row["name"].clone()).collect();
    assert_eq!(names, ["anna", "Bert"]);
    assert_eq!((listed()[1]["must_change"].as_bool(), listed()[0]["must_change"].as_bool()), (Some(true), Some(false)));

    place.expect(0, &["user", "set", "ANNA", "--role", "supervisor", "--only-source", "s1", "--only-case", "C-1", "--only-case", "C-2"]);
    let row = &listed()[0];
    assert_eq!(
        (&row["role"], row["sources"].to_string(), row["cases"].to_string()),
        (&"supervisor".into(), r#"["s1"]"#.into(), r#"["C-1","C-2"]"#.into())
    );
    assert!(place.expect(0, &["user", "list"]).contains("anna  supervisor  active  no one-time codes  sources: s1; cases: C-1, C-2"));
    place.expect(0, &["user", "set", "anna", "--all-sources", "--all-cases", "--disable"]);
    assert_eq!((&listed()[0]["sources"], &listed()[0]["state"]), (&Value::Null, &"disabled".into()));
    let reset = place.expect(0, &["user", "set", "anna", "--enable", "--reset-password", "--reset-totp"]);
    assert_eq!((reset.trim().len(), &listed()[0]["state"]), (23, &"active".into()));

    let token = place.expect(0, &["user", "token", "anna", "--name", "dash", "--scope", "triage", "--scope", "search"]);
    let rows = place.rows(&["user", "token", "anna", "--json"]);
    assert_eq!((&rows[0]["state"], rows[0]["scopes"].to_string()), (&"in_force".into(), r#"["search","triage"]"#.into()));
    assert!(!rows[0].to_string().contains(token.trim()));
    place.expect(0, &["user", "token", "anna", "--revoke", "1"]);
    assert!(place.expect(0, &["user", "token", "anna"]).contains("revoked"));

    let pool = place.store().await;
    let door = Door::new(pool.clone(), Web { require_totp: false, ..Web::default() });
    // The commands look at the clock, and so must whoever signs in beside them.
    let now = vigie::clock::now();
    let opened = door.enter("anna", reset.trim(), client(1), now).await.unwrap().unwrap();
    let rows = place.rows(&["user", "signins", "anna", "--json"]);
    assert_eq!((&rows[0]["ip"], &rows[0]["one_time_code"]), (&"192.0.2.1".into(), &false.into()));
    place.expect(0, &["user", "signins", "anna", "--revoke"]);
    assert!(door.present(&opened.token, now).await.unwrap().is_none());
    place.expect(0, &["user", "remove", "anna"]);
    assert!(place.refusal(2, &["user", "set", "anna", "--enable"]).contains("for ever"));
    assert!(place.refusal(2, &["user", "add", "anna", "--role", "auditor"]).contains("or was one"));
    assert_eq!(door.enter("anna", reset.trim(), client(1), now).await.unwrap().unwrap_err(), Refusal::Wrong);

    let log: Vec<(String, String)> = sqlx::query_as("SELECT action, subject FROM audit ORDER BY id").fetch_all(&pool).await.unwrap();
    for wanted in [
        ("user add", "anna: investigator"),
        ("user set", "ANNA: role supervisor; sources s1; cases C-1, C-2"),
        ("user set", "anna: enabled; password reset; one-time codes reset"),
        ("user token", "anna: make \"dash\" for triage search, 90 days"),
        ("user signins", "anna: end all"),
        ("user remove", "anna"),
    ] {
        assert!(log.iter().any(|(action, subject)| (action.as_str(), subject.as_str()) == wanted), "{wanted:?}: {log:?}");
    }
    let logged = format!("{log:?}");
    assert!(!logged.contains(token.trim()) && !logged.contains(reset.trim()) && !logged.contains(PASSWORD));

    // Where the log cannot be written nothing is done.
    sqlx::query("ALTER TABLE audit RENAME TO audit_away").execute(&pool).await.unwrap();
    for arguments in
        [&["user", "remove", "Bert"][..], &["user", "list"], &["user", "set", "Bert", "--reset-password"], &["user", "token", "Bert"]]
    {
        assert!(place.refusal(1, arguments).contains("reading log"), "{arguments:?}");
    }
    let before: Vec<i64> = sqlx::query_scalar("SELECT removed_at FROM app_user WHERE name = 'Bert'").fetch_all(&pool).await.unwrap();
    assert_eq!(before, [0]);
    pool.close().await;
}

#[test]
fn the_documented_rights_are_those_in_force() {
    let text = include_str!("../../docs/users.md");
    let rows: Vec<Vec<&str>> = text
        .lines()
        .filter(|line| line.starts_with("| `") && line.matches('|').count() == 8)
        .map(|line| line.split('|').map(str::trim).collect())
        .collect();
    assert_eq!(rows.len(), Right::ALL.len());
    for (row, right) in rows.iter().zip(Right::ALL) {
        assert_eq!(row[1], format!("`{}`", right.code()));
        for (role, cell) in Role::ALL.into_iter().zip(&row[3..]) {
            assert_eq!(*cell == "yes", role.may(right), "{} {}", role.code(), right.code());
        }
    }
}
