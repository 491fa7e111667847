//! Sign-in through a provider of OpenID Connect: one of our own that lies on demand, and a real one.

mod glewlwyd;
mod stand;

use serde_json::{Value, json};
use sqlx::Row;
use vigie::account::totp;

use crate::desk::{Answer, Browser, Client, PASSWORD, Served, add_user};
use crate::instance::Place;
use stand::{SECRET, Stand};

/// What the provider of the tests knows the person by.
const SUB: &str = "248289761001";

/// A desk whose people may sign in through a provider; settings of `[web]` first, then of `[web.oidc]`.
fn desk(place: &Place, issuer: &str, web: &str, oidc: &str) -> Served {
    std::fs::write(place.config().join("secret"), format!("{SECRET}\n")).unwrap();
    let more = format!(
        "{web}\n[web.oidc]\nissuer = \"{issuer}\"\nclient_id = \"vigie\"\nsecret_file = \"secret\"\nname = \"Staff & Co\"\n\
         desk = \"https://desk.example\"\n{oidc}"
    );
    Served::only(place, &more)
}

/// Goes to the provider and back; gives what the desk says then.
fn through(stand: &Stand, client: &mut Client) -> Answer {
    let back = stand.sign_in(&entrance(client, "/signin/provider"));
    client.get(&back)
}

/// Where the desk sends a browser that goes to the provider.
fn entrance(client: &mut Client, path: &str) -> String {
    let answer = client.get(path);
    assert_eq!(answer.status, 303, "{answer:?}");
    answer.header("location").unwrap().to_owned()
}

/// Links a user, who must be there.
fn link(place: &Place, name: &str, more: &[&str]) {
    place.expect(0, &[&["user", "set", name, "--provider-id", SUB], more].concat());
}

/// The reading log's last row.
fn last(place: &Place) -> Value {
    place.rows(&["audit", "list", "--json", "--limit", "2", "--kind", "account"]).remove(0)
}

#[track_caller]
fn refused(place: &Place, answer: &Answer, status: u16, told: &str, logged: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert!(answer.body.contains(told), "{told}: {}", answer.body);
    assert!(answer.body.contains("name=\"password\""), "whoever has a password may still use it");
    assert!(!answer.headers.iter().any(|(name, value)| name == "set-cookie" && value.starts_with("vigie=")), "{answer:?}");
    let row = last(place);
    assert_eq!(row["action"], "sign in by provider refused", "{row}");
    assert!(row["subject"].as_str().unwrap().contains(logged), "{logged}: {row}");
}

#[tokio::test(flavor = "multi_thread")]
pub(crate) async fn a_person_whom_an_administrator_named_comes_in_and_nobody_else() {
    let (place, stand) = (Place::new(), Stand::open());
    add_user(&place, "anna", &["--role", "investigator"]);
    add_user(&place, "administrator", &["--role", "administrator"]);
    let served = desk(&place, &stand.issuer, "require_totp = false\n", "");
    let mut client = served.client();
    assert!(client.get("/signin?next=/me").body.contains("Sign in with Staff &#38; Co"));

    // The provider knows the person, and says a name that a user has: that is nothing to go by.
    let answer = through(&stand, &mut client);
    refused(&place, &answer, 401, SUB, &format!("no user has the account {SUB}"));
    assert_eq!(last(&place)["actor"], "(provider)");

    link(&place, "anna", &[]);
    let to = entrance(&mut client, "/signin/provider?next=/me");
    let held = client.cookies["vigie_trip"].clone();
    let answer = client.get(&stand.sign_in(&to));
    assert_eq!((answer.status, answer.header("refresh")), (200, Some("0; url=/me")), "{}", answer.body);
    let cookies: Vec<&str> = answer.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str()).collect();
    assert!(cookies.iter().any(|one| one.starts_with("vigie=") && one.contains("HttpOnly; SameSite=Strict")), "{cookies:?}");
    assert!(cookies.iter().any(|one| one.starts_with("vigie_trip=;") && one.contains("Max-Age=0")), "{cookies:?}");
    assert_eq!((last(&place)["actor"].as_str(), last(&place)["action"].as_str()), (Some("anna"), Some("sign in by provider")));
    let me = client.get("/me");
    assert!(me.status == 200 && me.body.contains("through the provider"), "{}", me.body);
    assert_eq!(client.get("/users").status, 403, "the role is the user's, whatever the provider says");
    let seen = place.rows(&["user", "signins", "anna", "--json"]);
    assert_eq!((seen.len(), seen[0]["provider"].as_bool(), seen[0]["provider_second_factor"].as_bool()), (1, Some(true), Some(false)));

    // Of what goes along the store has digests, of one that is under way too.
    let under_way = entrance(&mut client, "/signin/provider");
    let kept = kept(&place).await;
    assert!(kept.contains(SUB) && kept.contains("sign in by provider"));
    for secret in
        [state(&to), state(&under_way), held, client.cookies["vigie_trip"].clone(), client.cookies["vigie"].clone(), SECRET.to_owned()]
    {
        assert!(secret.len() > 10 && !kept.contains(&secret), "{secret}");
    }

    // Two ways in, then one, then none.
    served.signed_in("anna");
    place.expect(0, &["user", "set", "anna", "--no-password"]);
    assert_eq!(client.get("/me").status, 303, "another way in ends what came by those before");
    assert_eq!(served.client().post("/signin", &[("name", "anna"), ("password", PASSWORD)]).status, 401);
    assert_eq!(through(&stand, &mut client).status, 200);
    assert!(!client.get("/me").body.contains("/me/password") && client.get("/me/password").status == 303);
    let shown = place.expect(0, &["user", "list"]);
    assert!(shown.contains("anna  investigator  active  no one-time codes  provider alone"), "{shown}");
    let said = place.refusal(2, &["user", "set", "anna", "--no-provider-id"]);
    assert!(said.contains("neither a password nor an account"), "{said}");
    let said = place.refusal(2, &["user", "set", "administrator", "--provider-id", SUB]);
    assert!(said.contains("anna's"), "{said}");
    let said = place.refusal(2, &["user", "set", "administrator", "--no-password"]);
    assert!(said.contains("neither"), "{said}");

    // On the page of the user: another account, and none.
    let mut admin = served.signed_in("administrator");
    assert!(admin.get("/users/anna").body.contains(SUB));
    for (id, status) in [("another", 303), ("an\u{e9}", 400), ("", 400)] {
        assert_eq!(admin.post("/users/anna", &[("what", "provider"), ("provider_id", id)]).status, status, "{id}");
    }
    refused(&place, &through(&stand, &mut served.client()), 401, SUB, "no user has");
    // Programs say it too.
    let token = place.expect(0, &["user", "token", "administrator", "--name", "t", "--scope", "manage_users"]).trim().to_owned();
    let mut program = served.client();
    program.headers =
        vec![("Authorization".to_owned(), format!("Bearer {token}")), ("Content-Type".to_owned(), "application/json".to_owned())];
    let told = program.send("PATCH", "/api/v1/users/anna", &json!({"provider_id": SUB}).to_string());
    let told: Value = serde_json::from_str(&told.body).unwrap();
    assert_eq!((told["provider_id"].as_str(), told["has_password"].as_bool()), (Some(SUB), Some(false)), "{told}");
    place.expect(0, &["user", "set", "anna", "--reset-password"]);
    assert_eq!(through(&stand, &mut client).status, 200, "a password that must be changed is not asked of whoever does not use it");
    assert_eq!(client.get("/me").status, 200);
    place.expect(0, &["user", "set", "anna", "--disable"]);
    assert_eq!(client.get("/me").status, 303);
    refused(&place, &through(&stand, &mut client), 401, "disabled", "disabled");
    assert_eq!(last(&place)["actor"], "anna");
    place.expect(0, &["user", "remove", "anna"]);
    refused(&place, &through(&stand, &mut client), 401, SUB, "no user has");
    link(&place, "administrator", &[]);
    assert_eq!(through(&stand, &mut client).status, 200, "the account is free again");
}

/// The state that goes along with a browser.
fn state(entrance: &str) -> String {
    url::Url::parse(entrance).unwrap().query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned()
}

/// All texts that the store keeps of users and their sign-ins.
async fn kept(place: &Place) -> String {
    let pool = place.store().await;
    let mut kept = String::new();
    for table in ["app_user", "user_session", "provider_trip", "audit"] {
        let rows = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT * FROM {table}"))).fetch_all(&pool).await.unwrap();
        assert!(!rows.is_empty(), "{table}");
        for row in rows {
            kept.extend((0..row.len()).filter_map(|n| row.try_get::<String, _>(n).ok()).map(|text| format!("{text}\n")));
        }
    }
    pool.close().await;
    kept
}

#[test]
pub(crate) fn what_a_provider_says_is_believed_only_if_all_of_it_is_right() {
    let (place, stand) = (Place::new(), Stand::open());
    add_user(&place, "anna", &["--role", "investigator"]);
    let served = desk(&place, &stand.issuer, "require_totp = false\n", "");
    link(&place, "anna", &[]);
    let now = jiff::Timestamp::now().as_second();
    let hs256 = json!({"alg": "HS256", "kid": "one"});
    for (claims, head, why) in [
        (json!({"nonce": "of another trip"}), None, "nonce"),
        (json!({"nonce": null}), None, "nonce"),
        (json!({"aud": "another"}), None, "aud"),
        (json!({"aud": ["vigie", "another"]}), None, "azp"),
        (json!({"iss": "https://login.example"}), None, "another issuer"),
        (json!({"exp": now - 120}), None, "expired"),
        (json!({"exp": null}), None, "cannot be read"),
        (json!({"iat": now + 3_600}), None, "future"),
        (json!({"sub": ""}), None, "names nobody"),
        (json!({}), Some(json!({"alg": "none"})), "not taken"),
        (json!({}), Some(hs256), "not taken"),
        (json!({}), Some(json!({"alg": "ES256", "kid": "two"})), "does not have"),
        (json!({}), Some(json!({"alg": "ES256", "kid": "one", "crit": ["exp"]})), "crit"),
    ] {
        let right = std::mem::replace(&mut stand.says().head, head.clone().unwrap_or(json!({"alg": "ES256", "kid": "one"})));
        stand.says().claims = claims.clone();
        let answer = through(&stand, &mut served.client());
        refused(&place, &answer, 502, "is not accepted here", why);
        stand.says().head = right;
    }
    stand.says().claims = json!({});
    stand.says().forged = true;
    refused(&place, &through(&stand, &mut served.client()), 502, "is not accepted here", "signature");
    stand.says().forged = false;
    for (status, body, code, told, logged) in [
        (400, "{\"error\": \"invalid_grant\"}", 401, "refused the sign-in: invalid_grant", "invalid_grant"),
        (401, "{\"error\": \"invalid_client\"}", 502, "is not accepted here", "client_id and secret"),
        (200, "{\"access_token\": \"x\"}", 502, "is not accepted here", "no ID token"),
        (200, "{\"id_token\": \"a.b\"}", 502, "is not accepted here", "three parts"),
        (200, &"x".repeat(300 << 10), 502, "is not accepted here", "bytes"),
        (302, "", 502, "is not accepted here", "redirects"),
        (503, "", 503, "does not answer", "503"),
    ] {
        stand.says().token = Some((status, body.to_owned()));
        refused(&place, &through(&stand, &mut served.client()), code, told, logged);
    }
    stand.says().token = None;

    // An address that has come in vain so often waits, as after wrong passwords, and the provider is not asked any more.
    let asked = stand.says().asked.len();
    let answer = through(&stand, &mut served.client());
    assert!(answer.status == 401 && answer.body.contains("Too many attempts"), "{}", answer.body);
    assert_eq!(stand.says().asked.len(), asked);
    assert!(!stand.says().asked.iter().any(|one| one.contains("elsewhere")));
}

#[test]
pub(crate) fn a_trip_is_one_browsers_and_good_for_once() {
    let (place, stand) = (Place::new(), Stand::open());
    add_user(&place, "anna", &["--role", "investigator"]);
    let served = desk(&place, &stand.issuer, "require_totp = false\n", "");
    link(&place, "anna", &[]);

    // What an enemy signed in with at the provider is brought to the browser of somebody else.
    let (mut enemy, mut other) = (served.client(), served.client());
    let back = stand.sign_in(&entrance(&mut enemy, "/signin/provider"));
    refused(&place, &other.get(&back), 401, "Begin again", "no trip under way");
    entrance(&mut other, "/signin/provider");
    refused(&place, &other.get(&back), 401, "Begin again", "no trip under way");
    assert_eq!(enemy.get(&back).status, 200, "it was not used up by that");
    // A second time, with the cookie of before as well.
    let mut again = served.client();
    let to = entrance(&mut again, "/signin/provider");
    let held = again.cookies["vigie_trip"].clone();
    let back = stand.sign_in(&to);
    assert_eq!(again.get(&back).status, 200);
    again.cookies.insert("vigie_trip".to_owned(), held);
    refused(&place, &again.get(&back), 401, "Begin again", "no trip under way");
    // A code of somebody else in a trip of one's own: the verifier is another.
    let mut client = served.client();
    let stolen = stand.sign_in(&entrance(&mut other, "/signin/provider"));
    let own = stand.sign_in(&entrance(&mut client, "/signin/provider"));
    let (state, code) = (own.split_once("&code=").unwrap().0, stolen.split_once("&code=").unwrap().1);
    refused(&place, &client.get(&format!("{state}&code={code}")), 401, "refused the sign-in: invalid_grant", "invalid_grant");
    let asked = stand.says().asked.len();
    for back in ["/signin/provider/back", "/signin/provider/back?state=&code=x", "/signin/provider/back?state=x&error=y"] {
        refused(&place, &client.get(back), 401, "Begin again", "no trip under way");
    }
    assert_eq!(stand.says().asked.len(), asked, "nothing is asked for nobody's trip");

    // The answer of another provider, or of one that does not say which it is.
    for iss in ["", "&iss=https%3A%2F%2Flogin.example"] {
        let back = stand.sign_in(&entrance(&mut client, "/signin/provider"));
        let (kept, _) = back.split_once("&iss=").unwrap();
        refused(&place, &client.get(&format!("{kept}{iss}")), 502, "is not accepted here", "provider");
    }
    let back = stand.sign_in(&entrance(&mut client, "/signin/provider"));
    let state = back.split_once("&code=").unwrap().0;
    let refusal = client.get(&format!("{state}&error=access_denied%3Cb%3E"));
    refused(&place, &refusal, 401, "refused the sign-in: access_denied&#60;b&#62;", "access_denied");

    // Another site neither begins a sign-in nor says where it leads.
    client.headers = vec![("Sec-Fetch-Site".to_owned(), "cross-site".to_owned())];
    let answer = client.get("/signin/provider");
    assert!(answer.status == 200 && answer.body.contains("begins on this page"), "{}", answer.body);
    client.headers.clear();
    for way in ["https://evil.example/", "//evil.example", "/%5Cevil.example", "%0d%0aX:%20y"] {
        let back = stand.sign_in(&entrance(&mut client, &format!("/signin/provider?next={way}")));
        let answer = client.get(&back);
        assert_eq!((answer.status, answer.header("refresh")), (200, Some("0; url=/")), "{way}");
    }
    let place = Place::new();
    add_user(&place, "anna", &["--role", "investigator"]);
    let none = Served::only(&place, "");
    assert_eq!((none.client().get("/signin/provider").status, none.client().get("/signin/provider/back").status), (404, 404));
    assert!(!none.client().get("/signin").body.contains("/signin/provider"));
}

#[test]
pub(crate) fn a_second_factor_is_the_providers_or_the_desks_own() {
    let (place, stand) = (Place::new(), Stand::open());
    add_user(&place, "anna", &["--role", "investigator"]);
    let served = desk(&place, &stand.issuer, "", "");
    link(&place, "anna", &[]);
    // Without the word of the provider the desk has one set up.
    let mut client = served.client();
    let answer = through(&stand, &mut client);
    assert_eq!(answer.header("refresh"), Some("0; url=/me/codes"), "{}", answer.body);
    assert_eq!(last(&place)["action"], "sign in by provider, first step");
    let page = client.get("/me/codes");
    let secret = page.body.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let code = totp::code(&secret, jiff::Timestamp::now()).unwrap();
    assert_eq!(client.post("/me/codes", &[("code", &code)]).status, 200);
    assert_eq!(client.get("/me").status, 200);
    // ... and asks for it, counts failures and locks out as after a password.
    let mut client = served.client();
    assert_eq!(through(&stand, &mut client).header("refresh"), Some("0; url=/signin/code"));
    assert_eq!(client.get("/me").header("location"), Some("/signin/code"));
    client.get("/signin/code");
    for _ in 0..6 {
        assert_eq!(client.post("/signin/code", &[("code", "000000")]).status, 401);
    }
    refused(&place, &through(&stand, &mut served.client()), 401, "Too many attempts", "locked out");
    place.expect(0, &["user", "set", "anna", "--enable"]);
    // With it nothing else is asked for.
    stand.says().claims = json!({"amr": ["pwd", "otp"]});
    let mut client = served.client();
    assert_eq!(through(&stand, &mut client).header("refresh"), Some("0; url=/"));
    assert_eq!(client.get("/me").status, 200);
    assert_eq!(last(&place)["action"], "sign in by provider");
    let shown = place.expect(0, &["user", "signins", "anna"]);
    assert!(shown.contains("by the provider  second factor of the provider"), "{shown}");
    drop(served);

    // Where the desk demands a class or a method, nothing else does.
    let place = Place::new();
    add_user(&place, "anna", &["--role", "investigator"]);
    let served = desk(&place, &stand.issuer, "", "acr = [\"gold\"]\namr = [\"otp\", \"hwk\"]\nsecond_factor = []\n");
    link(&place, "anna", &[]);
    assert!(entrance(&mut served.client(), "/signin/provider").contains("acr_values=gold"));
    for (claims, why) in [
        (json!({"amr": ["otp"]}), "acr"),
        (json!({"acr": "silver", "amr": ["otp"]}), "acr"),
        (json!({"acr": "gold", "amr": ["pwd"]}), "amr"),
    ] {
        stand.says().claims = claims;
        refused(&place, &through(&stand, &mut served.client()), 401, "did not ask you for as much", why);
    }
    stand.says().claims = json!({"acr": "gold", "amr": ["otp"]});
    assert_eq!(through(&stand, &mut served.client()).header("refresh"), Some("0; url=/me/codes"), "no method stands for a code here");
}

#[test]
pub(crate) fn a_provider_that_is_down_or_does_not_fit_stops_nobody_with_a_password() {
    let place = Place::new();
    add_user(&place, "anna", &["--role", "investigator"]);
    let stand = Stand::open();
    let served = desk(&place, &stand.issuer, "require_totp = false\n", "");
    link(&place, "anna", &[]);
    // It hangs: one waits no longer than ten seconds, and others are served meanwhile.
    let back = {
        let mut client = served.client();
        let back = stand.sign_in(&entrance(&mut client, "/signin/provider"));
        (client, back)
    };
    stand.says().silent = true;
    std::thread::scope(|scope| {
        let hanging = scope.spawn(|| {
            let (mut client, path) = back;
            client.get(&path)
        });
        served.signed_in("anna");
        refused(&place, &hanging.join().unwrap(), 503, "does not answer", "no answer in time");
    });
    stand.says().silent = false;
    let told = doctor(&place);
    assert_eq!((told["grade"].as_str(), told["measured"].as_str().unwrap().contains("1 key")), (Some("ok"), true), "{told}");
    assert!(place.run(&["doctor", "--offline", "--json"]).stdout.windows(9).any(|part| part == b"--offline"));
    drop(served);

    // What it says of itself does not fit, as of the next start.
    for (metadata, why) in [
        (json!({"issuer": "https://login.example"}), "calls itself"),
        (json!({"token_endpoint": "http://login.example/token"}), "token_endpoint"),
        (json!({"code_challenge_methods_supported": ["plain"]}), "PKCE"),
        (json!({"jwks_uri": null}), "cannot be read"),
    ] {
        stand.says().metadata = metadata;
        let served = again(&place);
        refused(&place, &served.client().get("/signin/provider"), 502, "is not accepted here", why);
        served.signed_in("anna");
        let told = doctor(&place);
        assert!(told["grade"] == "warning" && told["measured"].as_str().unwrap().contains(why), "{told}");
    }
    stand.says().metadata = json!({});
    std::fs::remove_file(place.config().join("secret")).unwrap();
    let told = doctor(&place);
    assert!(told["grade"] == "warning" && told["measured"].as_str().unwrap().contains("secret"), "{told}");

    // Nobody is there at all.
    let place = Place::new();
    add_user(&place, "anna", &["--role", "investigator"]);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    assert_ne!(port, stand.port());
    let served = desk(&place, &format!("http://127.0.0.1:{port}"), "require_totp = false\n", "");
    refused(&place, &served.client().get("/signin/provider"), 503, "does not answer", "refused");
    served.signed_in("anna");
    let told = doctor(&place);
    assert!(told["grade"] == "warning" && told["measured"].as_str().unwrap().contains("does not answer"), "{told}");
}

#[test]
pub(crate) fn a_browser_goes_there_and_back_and_is_signed_in() {
    if !Browser::is_there() {
        return;
    }
    // The provider is another site, as it mostly is: what a browser sends along from there is what the way back hangs on.
    let (place, stand) = (Place::new(), Stand::named("localhost"));
    add_user(&place, "anna", &["--role", "investigator"]);
    let served = desk(&place, &stand.issuer, "", "");
    stand.says().desk = Some(format!("http://{}", served.address));
    stand.says().claims = json!({"amr": ["mfa"]});
    let browser = Browser::open(&served.address, 1280, false, "provider");
    browser.go("/me");
    assert!(browser.path().starts_with("/signin?next="), "{}", browser.path());
    browser.picture("signin");
    assert_eq!(browser.violations(), Vec::<String>::new());
    browser.click("main a.act");
    browser.click("#on");
    assert!(browser.text().contains(SUB), "{}", browser.text());
    assert_eq!(browser.violations(), Vec::<String>::new());
    browser.picture("unknown");
    browser.console();
    link(&place, "anna", &[]);
    browser.go("/me");
    browser.click("main a.act");
    browser.click("#on");
    browser.find("summary");
    assert_eq!(browser.path(), "/me", "{}", browser.text());
    assert!(browser.text().contains("through the provider"), "{}", browser.text());
    assert_eq!(browser.console(), Vec::<String>::new());
}

/// The desk of a place whose configuration names a provider already.
fn again(place: &Place) -> Served {
    let file = place.config().join("vigie.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let (before, web) = text.split_once("\n[web]\nlisten = \"127.0.0.1:0\"\n").unwrap();
    std::fs::write(&file, before).unwrap();
    Served::only(place, web)
}

/// What `vigie doctor` says of the provider.
fn doctor(place: &Place) -> Value {
    let output = place.run(&["doctor", "--json"]);
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    told["checks"].as_array().unwrap().iter().find(|check| check["name"] == "provider").unwrap_or_else(|| panic!("{told}")).clone()
}
