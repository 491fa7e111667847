//! The whole way through a real provider: Glewlwyd of Debian, a process of its own with a database of its own, set up through its interface
//! for administrators, with one-time codes of its own. It signs by RS256.
//!
//! Where it is not installed the test says so and ends, unless `VIGIE_TEST_OIDC_NEEDED` is set: `cargo xtask test` installs it and sets that.

use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sqlx::{Connection, SqliteConnection};
use vigie::account::totp;

use super::{desk, entrance, last, refused, state};
use crate::desk::{Answer, Client, add_user};
use crate::instance::Place;

/// What the package makes its database with.
const TABLES: &str = "/usr/share/dbconfig-common/data/glewlwyd/install/sqlite3";
/// The key pair that it signs with, made for this test.
const KEYS: (&str, &str) = (include_str!("../../fixtures/oidc/rsa.pem"), include_str!("../../fixtures/oidc/rsa.pub.pem"));
/// Where the desk says that it is.
const DESK: &str = "https://desk.example";
/// Anna's secret of one-time codes at the provider.
const CODES: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
/// How long it may take to come up.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running provider; it ends when it is dropped.
struct Glewlwyd {
    child: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Glewlwyd {
    /// Whether it is installed; says so where it is not, and fails where it is needed.
    fn is_there() -> bool {
        let found = Command::new("glewlwyd").arg("--help").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
        if !found {
            assert!(std::env::var_os("VIGIE_TEST_OIDC_NEEDED").is_none(), "glewlwyd does not start");
            println!("skipped: glewlwyd is not installed; hint: `cargo xtask test` installs it");
        }
        found
    }

    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (file, log, settings) = (folder.path().join("db"), folder.path().join("log"), folder.path().join("conf"));
        let mut database = SqliteConnection::connect(&format!("sqlite://{}?mode=rwc", file.display())).await.unwrap();
        let tables = std::fs::read_to_string(TABLES).unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(tables)).execute(&mut database).await.unwrap();
        database.close().await.unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let modules = ["user", "client", "user_auth_scheme", "plugin"].map(|kind| {
            let folder = if kind == "user_auth_scheme" { "scheme" } else { kind };
            format!("{kind}_module_path = \"/usr/lib/glewlwyd/{folder}\"\n")
        });
        let text = format!(
            "port = {}\nbind_address = \"127.0.0.1\"\nexternal_url = \"http://{address}\"\nlogin_url = \"login.html\"\napi_prefix = \"api\"\n\
             log_mode = \"file\"\nlog_level = \"INFO\"\nlog_file = \"{}\"\ncookie_secure = 0\nsession_key = \"GLEWLWYD2_SESSION_ID\"\n\
             session_expiration = 2419200\nadmin_scope = \"g_admin\"\nprofile_scope = \"g_profile\"\nhash_algorithm = \"SHA512\"\n{}\
             database = {{ type = \"sqlite3\" path = \"{}\" }};\n",
            address.port(),
            log.display(),
            modules.concat(),
            file.display()
        );
        std::fs::write(&settings, text).unwrap();
        let mut command = Command::new("glewlwyd");
        command.arg(format!("--config-file={}", settings.display())).stdout(Stdio::null()).stderr(Stdio::null());
        let glewlwyd = Self { child: command.spawn().unwrap(), address: address.to_string(), _folder: folder };
        let until = Instant::now() + PATIENCE;
        while TcpStream::connect(address).is_err() {
            assert!(Instant::now() < until, "glewlwyd does not come up: {}", std::fs::read_to_string(&log).unwrap_or_default());
            std::thread::sleep(Duration::from_millis(50));
        }
        glewlwyd
    }

    fn issuer(&self) -> String {
        format!("http://{}/api/desk", self.address)
    }

    /// A browser in which its administrator is signed in.
    fn admin(&self) -> Client {
        let mut admin = Client::new(&self.address);
        ask(&mut admin, "POST", "/api/auth/", &json!({"username": "admin", "password": "password"}));
        admin
    }

    /// Sets it up: the desk as its client, Anna with a password, which is asked for, and one-time codes, which are not.
    fn set_up(&self, secret: &str) {
        let mut admin = self.admin();
        let parameters = json!({
            "iss": self.issuer(), "jwt-type": "rsa", "jwt-key-size": "256", "key": KEYS.0, "cert": KEYS.1, "access-token-duration": 3600,
            "refresh-token-duration": 3600, "code-duration": 600, "refresh-token-rolling": false, "allow-non-oidc": false,
            "auth-type-code-enabled": true, "auth-type-token-enabled": false, "auth-type-id-token-enabled": true,
            "auth-type-none-enabled": false, "auth-type-password-enabled": false, "auth-type-client-enabled": false,
            "auth-type-device-enabled": false, "auth-type-refresh-enabled": false, "scope": [], "additional-parameters": [],
            "pkce-allowed": true, "pkce-method-plain-allowed": false, "pkce-required": true, "oauth-rar-allowed": false,
            "subject-type": "public", "name-claim": "mandatory", "email-claim": "no", "scope-claim": "no", "code-revoke-replayed": true,
            "jwks-show": true, "jwks-x5c": [], "allowed-scope": ["openid"],
        });
        let plugin = json!({"module": "oidc", "name": "desk", "display_name": "desk", "parameters": parameters});
        ask(&mut admin, "POST", "/api/mod/plugin/", &plugin);
        let codes = json!({
            "issuer": "test", "otp-length": 6, "secret-minimum-size": 16, "hotp-allow": false, "hotp-window": 0, "totp-allow": true,
            "totp-window": 1, "totp-start-offset": 0,
        });
        let scheme = json!({
            "module": "otp", "name": "otp", "display_name": "otp", "expiration": 600, "max_use": 0, "allow_user_register": true,
            "parameters": codes,
        });
        ask(&mut admin, "POST", "/api/mod/scheme/", &scheme);
        demand_codes(&mut admin, true);
        let anna = json!({"username": "anna", "password": "a word of hers", "name": "Anna", "enabled": true, "scope": ["openid"]});
        ask(&mut admin, "POST", "/api/user/", &anna);
        let secret_of_codes = json!({"type": "TOTP", "secret": CODES, "time_step_size": 30});
        let registered = json!({"username": "anna", "scheme_type": "otp", "scheme_name": "otp", "value": secret_of_codes});
        // Only what is asked for can be set up.
        ask(&mut admin, "POST", "/api/delegate/anna/profile/scheme/register/", &registered);
        demand_codes(&mut admin, false);
        let client = json!({
            "client_id": "vigie", "name": "Vigie", "password": secret, "confidential": true, "enabled": true,
            "redirect_uri": [format!("{DESK}/signin/provider/back")], "authorization_type": ["code"],
            "token_endpoint_auth_method": ["client_secret_basic"], "scope": [],
        });
        ask(&mut admin, "POST", "/api/client/", &client);
    }

    /// Where the provider sends a browser on that was sent to it.
    fn sends(&self, person: &mut Client, to: &str) -> String {
        person.headers.clear();
        let answer = person.get(to);
        assert_eq!(answer.status, 302, "{answer:?}");
        answer.header("location").unwrap().to_owned()
    }

    /// Goes to the provider, signs in there where it asks for that, and comes back; gives what the desk says, and the path that led back.
    #[track_caller]
    fn through(&self, browser: &mut Client, person: &mut Client, with_code: bool) -> (Answer, String) {
        let answer = browser.get("/signin/provider?next=/me");
        let entrance = answer.header("location").unwrap_or_else(|| panic!("{}", answer.body)).to_owned();
        let path = entrance.strip_prefix(&format!("http://{}", self.address)).expect("the provider");
        // Its sign-in page, which a browser would run, goes on so where somebody is signed in.
        let on = format!("{path}&g_continue");
        assert!(self.sends(person, path).contains("/login.html"));
        let mut to = self.sends(person, &on);
        if to.contains("login.html") {
            ask(person, "POST", "/api/auth/", &json!({"username": "anna", "password": "a word of hers"}));
            if with_code {
                let code = totp::code(CODES, jiff::Timestamp::now()).unwrap();
                let by_code = json!({"username": "anna", "scheme_type": "otp", "scheme_name": "otp", "value": {"value": code}});
                ask(person, "POST", "/api/auth/", &by_code);
            }
            ask(person, "PUT", "/api/auth/grant/vigie", &json!({"scope": "openid"}));
            to = self.sends(person, &on);
        }
        let back = to.strip_prefix(DESK).unwrap_or_else(|| panic!("{to}")).to_owned();
        (browser.get(&back), back)
    }
}

impl Drop for Glewlwyd {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether a code is asked for after the password before the desk is told who somebody is.
fn demand_codes(admin: &mut Client, demanded: bool) {
    let (scheme, required) = match demanded {
        true => (json!({"2": [{"scheme_type": "otp", "scheme_name": "otp"}]}), json!({"2": 1})),
        false => (json!({}), json!({})),
    };
    let scope = json!({
        "name": "openid", "display_name": "openid", "description": "who", "password_required": true, "password_max_age": 0,
        "scheme": scheme, "scheme_required": required,
    });
    ask(admin, "PUT", "/api/scope/openid", &scope);
}

#[track_caller]
fn ask(client: &mut Client, method: &str, path: &str, body: &Value) {
    client.headers = vec![("Content-Type".to_owned(), "application/json".to_owned())];
    let answer = client.send(method, path, &body.to_string());
    assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_whole_way_through_a_real_provider() {
    if !Glewlwyd::is_there() {
        return;
    }
    let mut glewlwyd = Glewlwyd::start().await;
    let secret = "0123456789abcdef0123456789abcdef";
    glewlwyd.set_up(secret);
    let place = Place::new();
    add_user(&place, "anna", &["--role", "investigator"]);
    let served = desk(&place, &glewlwyd.issuer(), "", "");
    std::fs::write(place.config().join("secret"), format!("{secret}\n")).unwrap();

    // Known there and not here; what is shown is what an administrator is to be given.
    let (mut browser, mut person) = (served.client(), Client::new(&glewlwyd.address));
    let (answer, _) = glewlwyd.through(&mut browser, &mut person, false);
    refused(&place, &answer, 401, "Give an administrator this: ", "no user has the account ");
    let row = last(&place);
    let sub = row["subject"].as_str().unwrap().rsplit(' ').next().unwrap();
    assert!(answer.body.contains(sub), "{}", answer.body);
    place.expect(0, &["user", "set", "anna", "--provider-id", sub, "--no-password"]);

    // There she gave a password alone, and the desk demands a second factor.
    let (answer, _) = glewlwyd.through(&mut browser, &mut Client::new(&glewlwyd.address), false);
    assert_eq!((answer.status, answer.header("refresh")), (200, Some("0; url=/me/codes")), "{}", answer.body);
    assert_eq!(browser.get("/me").header("location"), Some("/me/codes"));

    // Password and code were given there, so that the desk asks for nothing more.
    demand_codes(&mut glewlwyd.admin(), true);
    let (answer, back) = glewlwyd.through(&mut browser, &mut person, true);
    assert_eq!((answer.status, answer.header("refresh")), (200, Some("0; url=/me")), "{}", answer.body);
    assert!(browser.get("/me").body.contains("through the provider"));
    let row = place.rows(&["user", "signins", "anna", "--json"]).remove(0);
    assert_eq!((row["provider"].as_bool(), row["provider_second_factor"].as_bool()), (Some(true), Some(true)), "{row}");
    refused(&place, &browser.get(&back), 401, "Begin again", "no trip under way");

    // Signed in there already, one is not asked again, and the provider says still how one signed in.
    browser.get("/me");
    assert_eq!(browser.post("/signout", &[]).status, 303);
    assert_eq!(browser.get("/me").status, 303);
    let (answer, _) = glewlwyd.through(&mut browser, &mut person, true);
    assert_eq!((answer.status, answer.header("refresh")), (200, Some("0; url=/me")), "{}", answer.body);

    // What it does not take, and what comes of it when it is gone.
    std::fs::write(place.config().join("secret"), "not the secret that it knows\n").unwrap();
    let (answer, _) = glewlwyd.through(&mut browser, &mut person, true);
    refused(&place, &answer, 502, "is not accepted here", "client_id and secret");
    glewlwyd.child.kill().unwrap();
    glewlwyd.child.wait().unwrap();
    std::fs::write(place.config().join("secret"), secret).unwrap();
    let state = state(&entrance(&mut browser, "/signin/provider"));
    refused(&place, &browser.get(&format!("/signin/provider/back?state={state}&code=x")), 503, "does not answer", "refused");
}
