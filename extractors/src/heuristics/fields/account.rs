//! Names of accounts: in the value of a label, in a link, and without the marks that sites put beside them.

use std::sync::LazyLock;

use url::Url;

use crate::heuristics::labels::Label;
use crate::heuristics::links::Target;
use crate::heuristics::outline::{Outline, Run};
use crate::heuristics::pairs::Pair;
use crate::heuristics::reader::Reader;
use crate::html::{attr, fold};
use crate::pattern::Pattern;
use crate::record::Vendor;

/// The vendor named in a value: the text of its first link, else its first run without counts in brackets.
pub fn vendor_in(pair: &Pair, outline: &Outline<'_>, reader: &Reader<'_>) -> Option<Vendor> {
    let runs = outline.runs.get(pair.runs.clone()).unwrap_or(&[]);
    // In a form to search with what follows is the next box, or what sends it off.
    let asked = |run: &Run| outline.ancestors(run.element).take(2).any(|(_, f)| matches!(f.name, "button" | "option" | "label" | "legend"));
    if runs.first().is_some_and(asked) {
        return None;
    }
    let named = runs.iter().filter(|run| !run.flag).find_map(|run| {
        // The label may share a run with the name.
        let told = crate::heuristics::labels::split(&run.text).filter(|(field, _, value)| *field == Label::Vendor && !value.is_empty());
        let text = match told {
            _ if run.text.contains(pair.value.as_str()) => pair.value.as_str(),
            Some((.., value)) => value,
            None => run.text.as_str(),
        };
        let name = vendor_name(text);
        let link = outline.ancestors(run.element).take(4).find(|(_, f)| f.name == "a");
        let url = link.and_then(|(_, facts)| attr(facts.element(), "href").and_then(|href| reader.absolute(href)));
        is_account_name(&name).then(|| Vendor { name, url: url.map(|url| String::from(&*url)), ..Vendor::default() })
    });
    named.or_else(|| Some(vendor_name(&pair.value)).filter(|name| is_account_name(name)).map(|name| Vendor { name, ..Vendor::default() }))
}

/// The same host, or mirrors of a hidden service among each other: saved pages keep the address that they were saved from.
pub(in crate::heuristics) fn same_site(one: &Url, other: &Url) -> bool {
    let onion = |url: &Url| url.host_str().is_some_and(|host| host.ends_with(".onion"));
    one.host_str() == other.host_str() || (onion(one) && onion(other))
}

/// Whether a text can be an account name at all: not a count in brackets, not a sentence.
fn is_account_name(name: &str) -> bool {
    let word = name.chars().any(char::is_alphabetic) || (name.len() >= 3 && name.bytes().all(|b| b.is_ascii_digit()));
    word && name.len() <= 64 && !name.starts_with(['(', '[']) && name.split_whitespace().count() <= 6
}

/// The seller to whom one of these elements links. A link whose text its address repeats is sure; any other is taken only
/// where no word says that it leads elsewhere.
pub fn vendor_link(elements: impl Iterator<Item = usize>, outline: &Outline<'_>, reader: &Reader<'_>) -> Option<(Vendor, usize)> {
    const ELSEWHERE: &[&str] = &[
        "profile", "feedback", "review", "pgp", "key", "message", "contact", "view", "listings", "store", "shop", "info", "more", "report",
        "favo", "follow", "rating", "all ", "login", "policy",
    ];
    let mut weak = None;
    for at in elements {
        let Some(facts) = outline.elements.get(at) else { continue };
        let element = facts.element();
        if element.name() != "a" || !(2..=400).contains(&facts.text) {
            continue;
        }
        // A card of the seller may be one link: its heading is the name.
        let headed = || {
            let mut inner = outline.inside(at).skip(1).take(12);
            inner.find(|at| {
                outline.elements.get(*at).is_some_and(|f| (2..=60).contains(&f.text) && matches!(f.name, "h2" | "h3" | "h4" | "h5" | "h6"))
            })
        };
        let Some(holder) =
            (if facts.text <= 60 && facts.links == 1 && facts.last_run == facts.first_run + 1 { Some(at) } else { headed() })
                .or_else(|| (facts.text <= 60).then_some(at))
        else {
            continue;
        };
        let Some(url) = attr(element, "href").and_then(|href| reader.absolute(href)) else { continue };
        let class = attr(element, "class").unwrap_or("").to_ascii_lowercase();
        let named = ["vendor", "seller", "merchant", "username"].iter().any(|word| class.contains(word));
        // On markets a seller may be called a shop: "/shop/name".
        let shop =
            || reader.crypto && url.path_segments().is_some_and(|mut parts| matches!(parts.next(), Some("shop" | "store" | "magazin")));
        let shop = !named && url.target() != Target::Vendor && shop();
        if (url.target() != Target::Vendor && !named && !shop) || !same_site(&url, reader.base()) {
            continue;
        }
        // Where advertisements stand deeper under "/v/", its short addresses are no sellers'.
        let own = reader.url.path();
        if own.starts_with("/v/") && url.path().starts_with("/v/") && own.split('/').filter(|part| !part.is_empty()).count() > 2 {
            continue;
        }
        // "/profile" with nothing behind it is that of who is looking.
        let bare = |last: &str| matches!(last, "profile" | "profil" | "perfil" | "profilo" | "profiel" | "me" | "account" | "konto");
        if reader.crypto && url.query().is_none() && url.path_segments().and_then(|mut parts| parts.next_back()).is_some_and(bare) {
            continue;
        }
        let Some(name) = outline.runs_of(holder).iter().find(|run| !run.flag).map(|run| vendor_name(&run.text)) else { continue };
        if !is_account_name(&name) {
            continue;
        }
        let lower = name.to_lowercase();
        let repeated = url.query_pairs().any(|(_, value)| value.to_lowercase() == lower)
            || url.path_segments().is_some_and(|mut s| s.any(|segment| segment.to_lowercase() == lower));
        let vendor = Vendor { name, url: Some(String::from(&*url)), ..Vendor::default() };
        if repeated {
            return Some((vendor, at));
        }
        if weak.is_none()
            && !shop
            && vendor.name.split_whitespace().count() <= 4
            && crate::heuristics::labels::label(&vendor.name).is_none()
            && !ELSEWHERE.iter().any(|word| lower.contains(word))
        {
            weak = Some((vendor, at));
        }
    }
    weak
}

/// An account name without the counts, shares and marks that sites put after it.
pub fn vendor_name(text: &str) -> String {
    static TAIL: LazyLock<Option<Pattern>> =
        LazyLock::new(|| Pattern::new(r"(?x) \s* (?: [\(\[] [^\)\]]* [\)\]]? | [★☆✓✔⭐]+ | \b\d+(?:[.,]\d+)?\s*% ) .* $"));
    let folded = fold(text);
    let bare = match TAIL.as_ref().and_then(|tail| tail.find(&folded)) {
        // A name may itself begin with a bracket.
        Some(found) if found.start() > 0 => folded.get(..found.start()).unwrap_or(&folded),
        _ => folded.as_str(),
    };
    // A picture in letters before or behind it: "👤 korsak", "korsak 🥇".
    let drawn = |c: char| c >= '\u{2600}' && !c.is_alphanumeric() && !('\u{2e80}'..='\u{d7ff}').contains(&c);
    let name = bare.trim_matches(|c: char| c.is_whitespace() || matches!(c, ',' | ':' | ';' | '|' | '@' | '~')).trim_start_matches(drawn);
    name.trim_end_matches(|c: char| drawn(c) || c.is_whitespace() || matches!(c, '\u{fe0f}' | '\u{200d}')).trim().to_owned()
}
