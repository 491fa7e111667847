//! From an exchange to what it means for the source: the page it holds, how the visit ended, whether a person must look.

use std::path::Path;
use std::sync::{Condvar, Mutex, PoisonError};

use vigie_extractors::canonical::canonical_url;
use vigie_extractors::codebook::Codebook;
use vigie_extractors::contacts::CardKey;
use vigie_extractors::record::{Extraction, PageKind};

use crate::archive;
use crate::config::Source;
use crate::extract::{self, Body};
use crate::fetch::{Exchange, Limits, Outcome};
use crate::frontier::Target;
use crate::frontier::pause;
use crate::frontier::visit::Ending;
use crate::{classify, fetch};

/// Where the body of an earlier capture lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Archive file.
    pub segment: String,
    /// First byte of the record.
    pub position: u64,
}

/// What an exchange held.
#[derive(Debug, Clone)]
pub struct Reading {
    /// How it ended, decoding included.
    pub outcome: Outcome,
    /// What was read; `None` where no page came.
    pub extraction: Option<Extraction>,
}

impl Reading {
    /// Whether the server says that there is nothing at the address any more, by its status or by a page that says so with status 200.
    pub fn gone(&self) -> bool {
        matches!(self.outcome, Outcome::NotFound | Outcome::Gone)
            || self.extraction.as_ref().is_some_and(|page| page.page_detail.as_deref() == Some("not_found"))
    }
}

/// Redirects in a row that are followed.
pub const MOST_HOPS: i64 = 5;
/// Bytes of pages, decompressed, that are read at once, unless one alone has more: a tree takes many times the memory of its page, and
/// however many come at once, and however many cores there are, they take the memory of these.
const AT_ONCE: u64 = 2 << 20;
/// A page of up to this many bytes is read at once with any others.
const LIGHT: u64 = 64 << 10;
/// Bytes of pages that are being read.
static READ_NOW: Mutex<u64> = Mutex::new(0);
/// Tells those who wait that a page was read.
static READ: Condvar = Condvar::new();
/// Permission to read a page of so many bytes.
struct Turn(u64);

impl Turn {
    /// Waits until there is room beside what is being read.
    fn wait(bytes: u64) -> Self {
        let bytes = if bytes <= LIGHT { 0 } else { bytes.min(AT_ONCE) };
        let now = READ_NOW.lock().unwrap_or_else(PoisonError::into_inner);
        *READ.wait_while(now, |now| *now + bytes > AT_ONCE).unwrap_or_else(PoisonError::into_inner) += bytes;
        Self(bytes)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        *READ_NOW.lock().unwrap_or_else(PoisonError::into_inner) -= self.0;
        READ.notify_all();
    }
}

/// Decodes, extracts and classifies the page of an exchange. Pure but for the body of an earlier capture, which a revisit of an unchanged
/// page is read from.
pub fn read(
    exchange: &Exchange,
    earlier: Option<&Place>,
    folder: &Path,
    source: &Source,
    codebook: &Codebook,
    cards: &CardKey,
    limits: &Limits,
) -> Reading {
    let not_modified = exchange.outcome == Outcome::NotModified;
    let page = matches!(
        exchange.outcome,
        Outcome::Ok | Outcome::NotFound | Outcome::Gone | Outcome::Forbidden | Outcome::Unauthorized | Outcome::Unavailable
    );
    if !page && !not_modified {
        return Reading { outcome: exchange.outcome, extraction: None };
    }
    let held = earlier.filter(|_| not_modified || exchange.body.is_empty()).and_then(|place| {
        let record = archive::read(folder, &place.segment, place.position).ok()?;
        archive::exchange_of(&record)
    });
    let whole = held.as_ref().unwrap_or(exchange);
    let few = Limits { decompressed: AT_ONCE.min(limits.decompressed), ..limits.clone() };
    let decoded = match fetch::limits::decode(&whole.headers, &whole.body, &few) {
        Err(Outcome::DecompressedTooLarge) if few.decompressed < limits.decompressed => {
            let turn = Turn::wait(AT_ONCE);
            fetch::limits::decode(&whole.headers, &whole.body, limits).map(|bytes| (bytes, turn))
        }
        decided => decided.map(|bytes| {
            let turn = Turn::wait(bytes.len() as u64);
            (bytes, turn)
        }),
    };
    match decoded {
        Err(outcome) => Reading { outcome, extraction: None },
        Ok((bytes, _turn)) => {
            let content_type = whole.content_type();
            let body = Body { url: exchange.url.clone(), bytes, content_type, captured_at: exchange.started_at };
            let mut extraction = extract::page(&body, Some(source), Some(cards));
            if !matches!(exchange.outcome, Outcome::Ok | Outcome::NotModified) {
                // An error page lists nothing and nobody, whatever it shows beside the error.
                extraction.listings.clear();
                extraction.vendors.clear();
            }
            classify::page(codebook, &mut extraction);
            Reading { outcome: exchange.outcome, extraction: Some(extraction) }
        }
    }
}

/// How a visit ended. `changed`: the body differs from the last good visit's.
pub fn ending(target: &Target, exchange: &Exchange, reading: &Reading, changed: bool, now: jiff::Timestamp) -> Ending {
    match reading.outcome {
        Outcome::Ok | Outcome::NotModified => match &reading.extraction {
            Some(_) if target.page_kind == PageKind::Listing.code() && reading.gone() => Ending::Gone,
            Some(page) => Ending::Page { kind: page.page_kind.code().to_owned(), changed },
            None => Ending::Refused,
        },
        Outcome::Redirected => Ending::Redirected,
        // It may have wanted the cookie that it set.
        Outcome::TooManyRedirects if to_itself(exchange) => Ending::Transient { wait: None },
        Outcome::NotFound | Outcome::Gone => Ending::Gone,
        Outcome::RateLimited | Outcome::Unavailable => Ending::Transient { wait: exchange.retry_after(now) },
        outcome if outcome.is_transient() => Ending::Transient { wait: None },
        _ => Ending::Refused,
    }
}

/// Whether a redirect leads nowhere: to the address that it came from, or on after too many others.
pub fn in_circles(target: &Target, exchange: &Exchange) -> bool {
    exchange.outcome == Outcome::Redirected && (target.hops >= MOST_HOPS || to_itself(exchange))
}

fn to_itself(exchange: &Exchange) -> bool {
    exchange.location().is_some_and(|to| canonical_url(&to) == canonical_url(&exchange.url))
}

/// A CAPTCHA, queue or anti-DDoS page holds little else; a page that leads to more places than this only speaks of one.
const LINKS_OF_A_WALL: usize = 15;

/// Whether a page asks for a person: a login wall, a CAPTCHA or a queue.
pub fn wall(page: &Extraction) -> Option<&'static str> {
    match (page.page_kind, page.page_detail.as_deref()) {
        (PageKind::Login, _) => Some(pause::LOGIN),
        _ if page.links.len() > LINKS_OF_A_WALL || !page.listings.is_empty() => None,
        (PageKind::Captcha | PageKind::Other, Some("queue")) => Some(pause::QUEUE),
        (PageKind::Captcha, Some("anti_ddos")) => Some("anti-DDoS page"),
        (PageKind::Captcha, _) => Some("CAPTCHA"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Settings;
    use crate::fetch::Method;

    #[test]
    fn large_pages_wait_for_each_other_and_light_ones_for_nobody() {
        let whole = Turn::wait(64 << 20);
        assert_eq!(whole.0, AT_ONCE, "a page beyond the bound is read, alone");
        let (light, done) = (Turn::wait(LIGHT), std::sync::atomic::AtomicBool::new(false));
        std::thread::scope(|scope| {
            let waits = scope.spawn(|| {
                let turn = Turn::wait(LIGHT + 1);
                assert!(done.load(std::sync::atomic::Ordering::SeqCst), "there was no room before");
                turn
            });
            done.store(true, std::sync::atomic::Ordering::SeqCst);
            drop(whole);
            drop(waits.join().unwrap());
        });
        drop(light);
    }

    #[test]
    fn an_error_page_lists_nothing_and_nobody() {
        let body = "<h1>anna</h1><p>Sales: 12. Rating: 4.9</p><div class=card><a href=/item/1>Glock 19</a><b>$500</b></div>".repeat(2);
        let exchange = |outcome, status| Exchange {
            url: "http://shop.example/seller/anna".parse().unwrap(),
            method: Method::Get,
            route: crate::config::Route::Clearnet,
            outcome,
            detail: None,
            status: Some(status),
            request_head: Vec::new(),
            response_head: Vec::new(),
            headers: vec![("content-type".to_owned(), b"text/html".to_vec())],
            body: body.clone().into_bytes(),
            truncated: None,
            protocol: "http/1.1".to_owned(),
            remote: None,
            started_at: jiff::Timestamp::UNIX_EPOCH,
            first_byte_us: None,
            duration_us: 0,
            held: crate::fetch::Held::default(),
        };
        let source = Source::for_import("shop", &Settings::default());
        let codebook = Codebook::parse(include_str!("../../config/codebook.toml")).unwrap();
        let read = |outcome, status| {
            let reading =
                read(&exchange(outcome, status), None, Path::new("."), &source, &codebook, &CardKey::new([0; 32]), &Limits::default());
            reading.extraction.map(|page| page.listings.len() + page.vendors.len()).unwrap()
        };
        assert!(read(Outcome::Ok, 200) > 0);
        assert_eq!((read(Outcome::Unavailable, 503), read(Outcome::NotFound, 404)), (0, 0));
    }
}
