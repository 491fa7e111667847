//! One writing for each address: the frontier's key, and the host-independent key of a listing.
//!
//! [`canonical_url`] removes what servers ignore (fragment, order of parameters, case of escapes, tracking and session
//! parameters). [`listing_key`] goes further and keeps only what says which advertisement is meant, so that card and page,
//! and all mirrors of a source, give the same key.

use std::borrow::Cow;

use url::{Position, Url};

/// The canonical form of a URL, the frontier's key. Applying it to its own result changes nothing.
///
/// The fragment is dropped; query parameters are sorted by name and value and written as forms write them (`a=&b=1`, space as
/// `+`); escapes are upper-case and unreserved characters are unescaped; the host is lower-case. Parameters that only track
/// the reader or carry a session are left out.
pub fn canonical_url(url: &Url) -> String {
    if !url.has_host() {
        return url[..Position::AfterQuery].to_owned();
    }
    let mut out = url[..Position::BeforeHost].to_owned();
    out.push_str(&url[Position::BeforeHost..Position::AfterHost].to_lowercase());
    out.push_str(&url[Position::AfterHost..Position::BeforePath]);
    normal_path(strip_path_session(url.path()), &mut out);
    let mut pairs = pairs(url.query().unwrap_or_default());
    pairs.retain(|pair| !pair.tracks());
    write_query(&mut pairs, &mut out);
    out
}

/// Identity of an advertisement on its source: path and significant query parameters, without the host.
///
/// Parameter names are folded to lower case, values and path keep theirs (ids may differ by case alone). A trailing slash and
/// a directory index such as `index.php` are dropped. Parameters of tracking, session, language, order and layout go; those of
/// the way that led here (category, search words, page of the list) go only where another parameter or the path names the
/// advertisement.
///
/// ```
/// use url::Url;
/// use vigie_extractors::canonical::listing_key;
/// let card = Url::parse("http://one.onion/welcome?listing=113689&action=show&sort=price").unwrap();
/// let page = Url::parse("http://two.onion/welcome?action=show&listing=113689#reviews").unwrap();
/// assert_eq!(listing_key(&card), "/welcome?action=show&listing=113689");
/// assert_eq!(listing_key(&card), listing_key(&page));
/// ```
pub fn listing_key(url: &Url) -> String {
    let mut out = String::new();
    normal_path(strip_path_session(url.path()), &mut out);
    let last = out.rfind('/').map_or(0, |slash| slash + 1);
    if is_directory_index(&out[last..]) {
        out.truncate(last);
    }
    while out.ends_with('/') {
        out.pop();
    }
    let path_names_it = !out.is_empty() && !looks_like_a_script(&out);
    if out.is_empty() {
        out.push('/');
    }
    let mut pairs = pairs(url.query().unwrap_or_default());
    for pair in &mut pairs {
        pair.name.make_ascii_lowercase();
    }
    pairs.retain(|pair| !pair.tracks() && !pair.presents());
    let named = pairs.iter().any(Pair::identifies);
    if named || path_names_it {
        let kept: Vec<Pair> = pairs.iter().filter(|pair| !pair.leads_here()).cloned().collect();
        // A path such as `/search` names nothing: never drop the last parameter on its account.
        if named || !kept.is_empty() || pairs.iter().all(Pair::is_page_number) {
            pairs = kept;
        }
    }
    write_query(&mut pairs, &mut out);
    out
}

#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Pair {
    name: Vec<u8>,
    value: Vec<u8>,
}

impl Pair {
    fn name(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.name)
    }

    fn value_is(&self, test: impl Fn(u8) -> bool) -> bool {
        !self.value.is_empty() && self.value.iter().all(|&byte| test(byte))
    }

    /// Tells the server who reads, not what is read.
    fn tracks(&self) -> bool {
        let name = self.name().to_ascii_lowercase();
        let long_token = self.value.len() >= 16 && self.value_is(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
        name.starts_with("utm_")
            || name.starts_with("aspsessionid")
            || TRACKING.contains(&name.as_str())
            || (long_token && MAYBE_SESSION.contains(&name.as_str()))
    }

    /// Changes how the same thing is shown.
    fn presents(&self) -> bool {
        let name = self.name();
        let value = String::from_utf8_lossy(&self.value).to_ascii_lowercase();
        match name.as_ref() {
            "lang" | "language" | "locale" | "hl" => self.value.len() <= 8,
            "view" | "display" | "layout" | "mode" | "style" => LAYOUTS.contains(&value.as_str()),
            "order" | "dir" => !self.value_is(|b| b.is_ascii_digit()),
            other => PRESENTATION.contains(&other),
        }
    }

    fn identifies(&self) -> bool {
        let name = self.name();
        let of_another_thing = ["cat", "city", "country", "region", "user", "member", "seller", "vendor", "page", "csid"]
            .iter()
            .any(|part| name.contains(part));
        !self.value.is_empty()
            && !of_another_thing
            && (IDENTITY.contains(&name.as_ref())
                || (name.ends_with("_id") && !self.leads_here())
                || (name.ends_with("id") && self.value_is(|b| b.is_ascii_digit()) && !self.leads_here()))
    }

    fn is_page_number(&self) -> bool {
        matches!(self.name().as_ref(), "page" | "pg" | "start" | "offset" | "paged") && self.value_is(|b| b.is_ascii_digit())
    }

    /// Tells by which list the reader came.
    fn leads_here(&self) -> bool {
        self.is_page_number() || PATHWAY.contains(&self.name().as_ref())
    }
}

const TRACKING: &[&str] = &[
    "fbclid",
    "gclid",
    "gclsrc",
    "dclid",
    "gbraid",
    "wbraid",
    "msclkid",
    "yclid",
    "twclid",
    "ttclid",
    "igshid",
    "mc_cid",
    "mc_eid",
    "_ga",
    "_gl",
    "_hsenc",
    "_hsmi",
    "mkt_tok",
    "phpsessid",
    "jsessionid",
    "cfid",
    "cftoken",
    "oscsid",
    "zenid",
    "sessionid",
    "session_id",
    "phpsession",
    "sess",
    "csrf",
    "csrf_token",
    "csrftoken",
    "xsrf",
    "authenticity_token",
];
/// Session parameters on some sites, something else on others: the value decides.
const MAYBE_SESSION: &[&str] = &["s", "sid", "session", "token", "hash_session", "sess_id", "xid", "st"];
const LAYOUTS: &[&str] = &[
    "grid", "list", "table", "gallery", "compact", "full", "print", "desktop", "mobile", "thumb", "thumbs", "tile", "tiles", "all",
    "detailed", "simple", "cards",
];
const PRESENTATION: &[&str] = &[
    "sort",
    "sortby",
    "sort_by",
    "sortorder",
    "sort_order",
    "orderby",
    "order_by",
    "direction",
    "per_page",
    "perpage",
    "pagesize",
    "page_size",
    "limit",
    "currency",
    "cur",
    "tab",
    "theme",
    "print",
    "printable",
    "ref",
    "referer",
    "referrer",
    "refid",
    "return",
    "return_url",
    "returnurl",
    "redirect",
    "back",
    "backurl",
    "_",
    "ts",
    "nocache",
    "cachebust",
    "rand",
    "rnd",
    "highlight",
    "nojs",
    "amp",
    "aff",
    "affid",
    "affiliate",
    "affiliate_id",
    "campaign",
    "partner",
    "skin",
];
const IDENTITY: &[&str] = &[
    "id", "listing", "offer", "item", "product", "prod", "article", "artikel", "annonce", "anzeige", "ad", "sku", "post", "topic",
    "thread", "tid", "pid", "iid", "lid", "aid", "slug", "p", "hash", "uuid", "guid", "mpn", "upc", "auction", "lot",
];
const PATHWAY: &[&str] = &[
    "q",
    "query",
    "search",
    "keyword",
    "keywords",
    "kw",
    "term",
    "cat",
    "category",
    "category_id",
    "categoryid",
    "cat_id",
    "catid",
    "cid",
    "cpath",
    "sc",
    "subcat",
    "subcategory",
    "from",
    "pos",
    "position",
    "src",
    "list",
    "filter",
    "min",
    "max",
    "price_min",
    "price_max",
];

fn is_directory_index(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.split_once('.').is_some_and(|(stem, suffix)| {
        matches!(stem, "index" | "default") && matches!(suffix, "php" | "html" | "htm" | "asp" | "aspx" | "jsp" | "cgi")
    })
}

fn looks_like_a_script(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    match name.rsplit_once('.') {
        Some((_, suffix)) => matches!(suffix.to_ascii_lowercase().as_str(), "php" | "asp" | "aspx" | "jsp" | "cgi" | "pl" | "do"),
        None => !name.bytes().any(|byte| byte.is_ascii_digit()) && !name.contains('-'),
    }
}

/// `/item;jsessionid=ABC` says the same as `/item`.
fn strip_path_session(path: &str) -> Cow<'_, str> {
    if !path.contains(';') {
        return Cow::Borrowed(path);
    }
    let lower = path.to_ascii_lowercase();
    for mark in [";jsessionid=", ";phpsessid=", ";sid="] {
        if let Some(start) = lower.find(mark) {
            let end = lower[start + 1..].find([';', '/']).map_or(path.len(), |at| start + 1 + at);
            return Cow::Owned([&path[..start], &path[end..]].concat());
        }
    }
    Cow::Borrowed(path)
}

fn hex_digit(byte: Option<&u8>) -> Option<u8> {
    byte.and_then(|&b| char::from(b).to_digit(16)).and_then(|digit| u8::try_from(digit).ok())
}

/// The byte written by an escape at the head of `rest`.
fn escape(rest: &[u8]) -> Option<u8> {
    if rest.first() != Some(&b'%') {
        return None;
    }
    Some(hex_digit(rest.get(1))? << 4 | hex_digit(rest.get(2))?)
}

fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn push_escape(byte: u8, out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    out.push('%');
    out.push(char::from(DIGITS[usize::from(byte >> 4)]));
    out.push(char::from(DIGITS[usize::from(byte & 15)]));
}

fn normal_path(path: Cow<'_, str>, out: &mut String) {
    let mut rest = path.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if let Some(escaped) = escape(rest) {
            if is_unreserved(escaped) {
                out.push(char::from(escaped));
            } else {
                push_escape(escaped, out);
            }
            rest = rest.get(3..).unwrap_or_default();
            continue;
        }
        // A lone per cent sign could become an escape together with what follows, once that is unescaped.
        if byte == b'%' || !byte.is_ascii_graphic() {
            push_escape(byte, out);
        } else {
            out.push(char::from(byte));
        }
        rest = tail;
    }
}

fn form_decode(text: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, tail)) = rest.split_first() {
        if let Some(escaped) = escape(rest) {
            out.push(escaped);
            rest = rest.get(3..).unwrap_or_default();
        } else {
            out.push(if byte == b'+' { b' ' } else { byte });
            rest = tail;
        }
    }
    out
}

fn form_encode(bytes: &[u8], out: &mut String) {
    for &byte in bytes {
        if is_unreserved(byte) {
            out.push(char::from(byte));
        } else if byte == b' ' {
            out.push('+');
        } else {
            push_escape(byte, out);
        }
    }
}

fn pairs(query: &str) -> Vec<Pair> {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            Pair { name: form_decode(name), value: form_decode(value) }
        })
        .collect()
}

fn write_query(pairs: &mut [Pair], out: &mut String) {
    pairs.sort();
    for (number, pair) in pairs.iter().enumerate() {
        out.push(if number == 0 { '?' } else { '&' });
        form_encode(&pair.name, out);
        out.push('=');
        form_encode(&pair.value, out);
    }
}
