//! A provider of our own that lies on demand: it answers on loopback, signs by ES256, and what it says can be changed before it says it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use data_encoding::{BASE64, BASE64URL_NOPAD};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

/// Secret of the desk, which asks for being written as in a form.
pub(crate) const SECRET: &str = "s3cret & more%";

/// What it says.
pub(crate) struct Says {
    /// Members of the claims and of the document in the place of those that are right; null takes one away.
    pub(crate) claims: Value,
    pub(crate) metadata: Value,
    /// Head of the token.
    pub(crate) head: Value,
    /// Whether the signature is of something else.
    pub(crate) forged: bool,
    /// Status of the token endpoint, and a body in the place of the right one.
    pub(crate) token: Option<(u16, String)>,
    /// Where the desk is in a browser, which is shown a page that leads back there.
    pub(crate) desk: Option<String>,
    /// It takes requests for a token and never answers.
    pub(crate) silent: bool,
    /// A code that was given, with nonce, challenge and address of return; each is good for once.
    codes: Vec<(String, [String; 3])>,
    /// Requests that came: method and path.
    pub(crate) asked: Vec<String>,
}

/// The provider; it ends with the test.
#[derive(Clone)]
pub(crate) struct Stand {
    pub(crate) issuer: String,
    address: SocketAddr,
    says: Arc<Mutex<Says>>,
    pair: Arc<EcdsaKeyPair>,
}

impl Stand {
    pub(crate) fn open() -> Self {
        Self::named("127.0.0.1")
    }

    /// One that is known by another name of this machine.
    pub(crate) fn named(host: &str) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let says = Says {
            claims: json!({}),
            metadata: json!({}),
            head: json!({"alg": "ES256", "kid": "one"}),
            forged: false,
            token: None,
            desk: None,
            silent: false,
            codes: Vec::new(),
            asked: Vec::new(),
        };
        let stand = Self {
            issuer: format!("http://{host}:{}/realm", address.port()),
            address,
            says: Arc::new(Mutex::new(says)),
            pair: Arc::new(pair),
        };
        let serving = stand.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let serving = serving.clone();
                std::thread::spawn(move || serving.answer(stream));
            }
        });
        stand
    }

    pub(crate) fn says(&self) -> MutexGuard<'_, Says> {
        self.says.lock().unwrap()
    }

    /// Plays the person who signs in where a browser was sent to; gives the path that the browser is sent back to.
    pub(crate) fn sign_in(&self, entrance: &str) -> String {
        let url = Url::parse(entrance).unwrap();
        let of = |name: &str| url.query_pairs().find(|(key, _)| key == name).unwrap_or_else(|| panic!("no {name} in {url}")).1.into_owned();
        assert!(entrance.starts_with(&format!("{}/auth?keep=1&", self.issuer)), "{entrance}");
        assert_eq!((of("response_type"), of("client_id"), of("code_challenge_method")), ("code".into(), "vigie".into(), "S256".into()));
        let mut says = self.says();
        let code = format!("code {}", says.codes.len());
        says.codes.push((code.clone(), [of("nonce"), of("code_challenge"), of("redirect_uri")]));
        let mut back = Url::parse(&of("redirect_uri")).unwrap();
        back.query_pairs_mut().append_pair("state", &of("state")).append_pair("code", &code).append_pair("iss", &self.issuer);
        format!("{}?{}", back.path(), back.query().unwrap())
    }

    fn answer(&self, mut stream: TcpStream) {
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let (mut line, mut first, mut length, mut authorization) = (String::new(), String::new(), 0, String::new());
        while reader.read_line(&mut line).is_ok_and(|read| read > 2) {
            if first.is_empty() {
                first = line.rsplit_once(' ').unwrap().0.to_owned();
            }
            let (name, value) = line.split_once(':').unwrap_or_default();
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = value.trim().parse().unwrap(),
                "authorization" => authorization = value.trim().to_owned(),
                _ => {}
            }
            line.clear();
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body).unwrap();
        self.says().asked.push(first.clone());
        if let Some(asked) = first.strip_prefix("GET /realm/auth?") {
            let back = self.sign_in(&format!("{}/auth?{asked}", self.issuer));
            let to = format!("{}{back}", self.says().desk.clone().unwrap()).replace('&', "&amp;");
            let page = format!("<!doctype html><title>Provider</title><p><a id=\"on\" href=\"{to}\">It is me</a>");
            let head = format!("Content-Type: text/html\r\nConnection: close\r\nContent-Length: {}", page.len());
            let _ = stream.write_all(format!("HTTP/1.1 200 OK\r\n{head}\r\n\r\n{page}").as_bytes());
            return;
        }
        let (status, text) = match first.as_str() {
            "GET /realm/.well-known/openid-configuration" => (200, self.metadata().to_string()),
            "GET /realm/keys" => (200, self.keys().to_string()),
            "POST /realm/token" if self.says().silent => {
                // Until whoever asks has enough of it.
                let _ = reader.read(&mut [0]);
                return;
            }
            "POST /realm/token" => self.token(&body, &authorization),
            _ => (404, String::new()),
        };
        let head = format!("HTTP/1.1 {status} Said\r\nLocation: /elsewhere\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", text.len());
        // Whoever asked may have gone.
        let _ = stream.write_all(format!("{head}{text}").as_bytes());
    }

    fn metadata(&self) -> Value {
        let at = |place: &str| format!("{}/{place}", self.issuer);
        let mut told = json!({
            "issuer": self.issuer, "authorization_endpoint": format!("{}/auth?keep=1", self.issuer), "token_endpoint": at("token"),
            "jwks_uri": at("keys"), "response_types_supported": ["code"], "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": true,
        });
        changed(&mut told, &self.says().metadata);
        told
    }

    fn keys(&self) -> Value {
        let point = self.pair.public_key().as_ref();
        let (x, y) = (BASE64URL_NOPAD.encode(&point[1..33]), BASE64URL_NOPAD.encode(&point[33..]));
        json!({"keys": [{"kty": "oct", "kid": "one", "k": "AAAA"}, {"kty": "EC", "crv": "P-256", "use": "sig", "kid": "one", "x": x, "y": y}]})
    }

    /// What the code is good for, if it was given to the desk, for this trip, and is brought for the first time.
    fn token(&self, body: &[u8], authorization: &str) -> (u16, String) {
        let of = |name: &str| url::form_urlencoded::parse(body).find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
        let wanted = format!("Basic {}", BASE64.encode(b"vigie:s3cret+%26+more%25"));
        let mut says = self.says();
        if let Some(answer) = &says.token {
            return answer.clone();
        }
        if authorization != wanted {
            return (401, json!({"error": "invalid_client"}).to_string());
        }
        let code = of("code").unwrap_or_default();
        let Some(at) = says.codes.iter().position(|(known, _)| *known == code) else {
            return (400, json!({"error": "invalid_grant"}).to_string());
        };
        let (_, [nonce, challenge, back]) = std::mem::take(&mut says.codes[at]);
        let shown = BASE64URL_NOPAD.encode(&Sha256::digest(of("code_verifier").unwrap_or_default().as_bytes()));
        if shown != challenge {
            return (400, json!({"error": "invalid_grant"}).to_string());
        }
        assert_eq!((of("redirect_uri"), of("grant_type").as_deref()), (Some(back), Some("authorization_code")));
        let now = jiff::Timestamp::now().as_second();
        let mut claims = json!({
            "iss": self.issuer, "sub": "248289761001", "aud": "vigie", "exp": now + 300, "iat": now, "nonce": nonce, "amr": ["pwd"],
            "preferred_username": "administrator", "email": "administrator@desk.example",
        });
        changed(&mut claims, &says.claims);
        let written = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
        let text = format!("{}.{}", written(&says.head), written(&claims));
        let signed = if says.forged { "something else" } else { &text };
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        (200, json!({"access_token": "x", "token_type": "Bearer", "id_token": format!("{text}.{}", BASE64URL_NOPAD.encode(signature.as_ref()))}).to_string())
    }

    /// Whether it is asked for anything at this address.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }
}

fn changed(told: &mut Value, changes: &Value) {
    for (name, value) in changes.as_object().unwrap() {
        if value.is_null() {
            told.as_object_mut().unwrap().remove(name);
        } else {
            told[name] = value.clone();
        }
    }
}
