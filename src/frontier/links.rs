//! From the links of a page to addresses of the frontier: scope, traps, and what a passive reader never touches.

use std::sync::LazyLock;

use regex::Regex;
use url::Url;
use vigie_extractors::canonical::canonical_url;

use crate::config::{Source, Traps};
use crate::frontier::{Target, priority};

/// Addresses that act when they are opened: Vigie reads, it does not act, not even by GET.
static ACTS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)(^|[/?&=_.-])(log-?out|sign-?out|add-?to-?cart|add_to_cart|cart/add|checkout|buy-?now|delete|remove|unsubscribe|send_?message|newmessage|report|vote|like|follow|favou?rites?/add|wishlist/add)([/?&=]|$)",
    )
    .ok()
});

/// Endings of files that are not text: noted on the page, never fetched.
const MEDIA: &[&str] = &[
    "jpg", "jpeg", "png", "gif", "webp", "avif", "svg", "ico", "bmp", "mp4", "webm", "mov", "avi", "mkv", "mp3", "ogg", "wav", "flac",
    "pdf", "zip", "rar", "7z", "gz", "tar", "exe", "apk", "dmg", "iso", "woff", "woff2", "ttf", "css", "js", "stl", "step", "3mf", "obj",
];

/// Bytes of an address that is remembered, at most: longer ones do not fit into an index of PostgreSQL.
const LONGEST: usize = 2_400;

/// An address to be remembered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Canonical address.
    pub address: String,
    /// As it was written: what is fetched.
    pub link: String,
    /// Unit of politeness.
    pub host: String,
    /// Links away from a seed.
    pub depth: i64,
    /// Redirects followed to get here.
    pub hops: i64,
    /// Lower comes first.
    pub priority: i64,
    /// `seed link redirect`.
    pub reason: &'static str,
    /// The address with digits and tokens folded: what a trap repeats.
    pub shape: String,
}

/// A link as the frontier needs it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Absolute address.
    pub url: &'a str,
    /// Whether it leads to the next page of the same grid.
    pub next: bool,
    /// Whether a card named it as a listing's own page.
    pub listing: bool,
}

/// The address to remember for a link found on `target`'s page, or `None` when it is out of scope, a trap, an action or a media file.
pub fn follow(target: &Target, link: Candidate<'_>) -> Option<Found> {
    let url = Url::parse(link.url).ok()?;
    // Pages of one grid are one step from the seed however many there are.
    let depth = if link.next { target.depth } else { target.depth + 1 };
    let rank = if link.listing {
        priority::LISTING
    } else if link.next {
        priority::NEXT
    } else {
        priority::other(depth)
    };
    admit(&target.source, &url, depth, 0, rank, "link")
}

/// The address that a redirect of `target` leads to, when it is in scope and not one hop too many. Where content was before, it is as urgent as
/// a seed: it may be a wall.
pub fn redirect(target: &Target, url: &Url, most_hops: i64) -> Option<Found> {
    if target.hops >= most_hops {
        return None;
    }
    let priority = if target.had_content() { priority::SEED } else { target.priority };
    admit(&target.source, url, target.depth, target.hops + 1, priority, "redirect")
}

/// A seed of a source; its scope was checked with the configuration.
pub fn seed(source: &Source, url: &Url) -> Option<Found> {
    admit(source, url, 0, 0, priority::SEED, "seed")
}

/// A path at which a source may name its mirrors: exempt from `allow` as seeds are, and no more than any other page.
pub fn list(source: &Source, path: &str) -> Option<Found> {
    admit(source, &source.seeds.first()?.join(path).ok()?, 0, 0, priority::other(0), "seed")
}

fn admit(source: &Source, url: &Url, depth: i64, hops: i64, priority: i64, reason: &'static str) -> Option<Found> {
    let url = source.at_primary(url).into_owned();
    let address = canonical_url(&url);
    let mut link = url;
    link.set_fragment(None);
    let url = Url::parse(&address).ok()?;
    source.scope.admits(&url, u32::try_from(depth).unwrap_or(u32::MAX)).ok()?;
    if is_media(&url) || acts(&url) || looks_endless(&url, &source.traps) || address.len().max(link.as_str().len()) > LONGEST {
        return None;
    }
    Some(Found { host: url.host_str()?.to_owned(), shape: shape(&url), address, link: link.into(), depth, hops, priority, reason })
}

fn is_media(url: &Url) -> bool {
    url.path().rsplit_once('.').is_some_and(|(_, ending)| MEDIA.contains(&ending.to_ascii_lowercase().as_str()))
}

fn acts(url: &Url) -> bool {
    ACTS.as_ref().is_some_and(|acts| acts.is_match(url.path()) || url.query().is_some_and(|query| acts.is_match(query)))
}

fn looks_endless(url: &Url, traps: &Traps) -> bool {
    let segments: Vec<&str> = url.path().split('/').filter(|segment| !segment.is_empty()).collect();
    let repeated = segments.iter().map(|one| segments.iter().filter(|other| *other == one).count()).max().unwrap_or(0);
    url.as_str().len() > traps.max_url_length
        || segments.len() > traps.max_path_segments
        || repeated > traps.max_repeated_segments
        || url.query_pairs().count() > traps.max_parameters
}

/// The address without host, digits folded to `0`, tokens to `*` and parameters reduced to their names: pages of one kind share it.
pub fn shape(url: &Url) -> String {
    let mut shape = String::new();
    for run in url.path().split_inclusive(|character: char| !character.is_ascii_alphanumeric()) {
        let word = run.trim_end_matches(|character: char| !character.is_ascii_alphanumeric());
        if is_token(word) {
            shape.push('*');
            shape.push_str(run.get(word.len()..).unwrap_or_default());
            continue;
        }
        for character in run.chars() {
            if !character.is_ascii_digit() {
                shape.push(character);
            } else if !shape.ends_with('0') {
                shape.push('0');
            }
        }
    }
    for (name, value) in url.query_pairs() {
        shape.push('&');
        shape.push_str(&name);
        if !value.is_empty() && !value.contains(|character: char| character.is_ascii_digit()) {
            shape.push('=');
            shape.push_str(&value);
        }
    }
    shape
}

/// Whether a word looks like a session or another token that a machine made: long, of letters and digits mixed.
fn is_token(word: &str) -> bool {
    const LEAST: usize = 12;
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let turns = word.as_bytes().windows(2).filter(|pair| pair[0].is_ascii_digit() != pair[1].is_ascii_digit()).count();
    word.len() >= LEAST && digits >= 2 && turns >= 3
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_fold_what_differs_between_pages_of_one_kind() {
        let of = |text: &str| Url::parse(text).map(|url| shape(&url)).unwrap_or_default();
        assert_eq!(of("http://a.example/calendar/2026/11"), of("http://a.example/calendar/1999/2"));
        assert_eq!(of("http://a.example/?listing=12"), of("http://a.example/?listing=98765"));
        assert_ne!(of("http://a.example/?action=show"), of("http://a.example/?action=list"));
        assert_eq!(of("http://a.example/s/5f2a9c1e77b04d3a/item/7"), of("http://a.example/s/0be1f4a6c2d98e17/item/12"));
        assert_ne!(of("http://a.example/glock-19-gen5"), of("http://a.example/beretta-92-fs"));
    }

    #[test]
    fn actions_and_media_are_not_pages_to_read() {
        let url = |text: &str| Url::parse(text).unwrap();
        for text in [
            "http://a.example/logout",
            "http://a.example/?action=delete&id=4",
            "http://a.example/cart/add/7",
            "http://a.example/add-to-cart?id=1",
        ] {
            assert!(acts(&url(text)), "{text}");
        }
        for text in ["http://a.example/removed-muzzle-brake", "http://a.example/listing/4", "http://a.example/shop/like-new-glock"] {
            assert!(!acts(&url(text)), "{text}");
        }
        assert!(is_media(&url("http://a.example/x/picture.JPG")));
    }
}
