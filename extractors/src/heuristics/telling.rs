//! Who sells, whence and whither the goods go and how they are paid, told in sentences: "Sold by korsak. Leaves from Serbia, to Europe only."
//! On markets alone, where no field says so.

mod shop;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::byline::is_handle;
use super::outline::{Break, Run, join_with_flags};
use super::phrases;
use super::reader::Reader;
use super::sentences::sentences;
use super::single::{Scene, run_origin};
use super::subject::Subject;
use super::ways::places;
use super::whence::{Way, note};
use crate::html::prefix;
use crate::provenance::Draft;
use crate::record::Vendor;

pub use shop::of_shop;

/// Runs of a page that are looked at.
const MAX_RUNS: usize = 600;
/// Bytes of one run that are looked at.
const MAX_TEXT: usize = 1_500;

/// Beginnings of words for sending, in lower case.
#[rustfmt::skip]
const SENDS: &[&str] = &[
    "ship", "sent from", "send", "dispatch", "goes out", "go out", "we post", "i post", "quitte", "partent", "posta de", "postamos", "verlässt", "gehen raus", "deliver", "mailed", "post from", "posted from", "leaves", "domestic", "versand", "versend", "verschick", "liefer", "geht raus", "kommt aus",
    "expédi", "envoi", "envoy", "livr", "part de", "envía", "envia", "envío", "envio", "enviado", "mandamos", "sale de", "salen", "sai d", "saem d", "saindo", "entrega", "despach",
    "spedi", "invia", "parte da", "wysył", "wysyl", "nadaj", "dostarcz", "verzend", "verzond", "verstuur", "lever", "отправ", "шлю", "шлём", "шлем", "высыла", "достав", "відправ", "надсила",
    "gönder", "kargo", "teslim", "sevk", "شحن", "نشحن", "يشحن", "إرسال", "نرسل", "يرسل", "توصيل",
];
/// Beginnings of words for paying.
#[rustfmt::skip]
const PAYS: &[&str] = &[
    "pay", "paid", "accept", "we take", "i take", "taken here", "zahl", "akzept", "bezahl", "nehme", "paiement", "pay", "réglement", "règlement", "pago", "pagar", "se paga", "acept",
    "aceit", "pagament", "accett", "si paga", "płat", "płac", "przyjm", "betal", "betaal", "accepte", "оплат", "плат", "приним", "прийма", "ödeme", "kabul", "الدفع", "نقبل", "ادفع",
];
/// Words that turn a sentence round.
#[rustfmt::skip]
const NOT: &[&str] = &[
    "no", "not", "never", "don't", "dont", "cannot", "can't", "won't", "except", "unless", "nicht", "kein", "keine", "keinen", "nie", "außer", "wenn", "pas", "jamais", "aucun",
    "sauf", "nunca", "excepto", "salvo", "non", "tranne", "não", "exceto", "geen", "niet", "behalve", "nie", "oprócz", "jeśli", "не", "нет", "кроме", "ні", "крім", "если",
    "hariç", "değil", "لا", "ليس", "باستثناء",
];
/// Words before the name of who sells.
#[rustfmt::skip]
const SOLD_BY: &[&str] = &[
    "sold by ", "offered by ", "listed by ", "posted by ", "brought to you by ", "verkauft von ", "angeboten von ", "eingestellt von ", "vendu par ", "proposé par ", "mis en vente par ",
    "vendido por ", "ofrecido por ", "publicado por ", "oferecido por ", "venduto da ", "offerto da ", "verkocht door ", "aangeboden door ", "sprzedaje ", "sprzedawca ", "wystawia ",
    "wystawione przez ", "продаёт ", "продает ", "продавец ", "продается у ", "выставил ", "продає ", "продавець ", "satan: ", "satıcı ", "satıcı: ", "يبيعه ", "البائع ",
];

static SEND: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(SENDS));

fn finder(words: &[&str]) -> Option<AhoCorasick> {
    AhoCorasick::new(words).ok()
}

/// Fills what is missing from the sentences of a page about one listing.
pub fn read(scene: &Scene<'_, '_>, subject: &Subject, reader: &Reader<'_>, draft: &mut Draft) {
    told(scene, subject, draft);
    let outline = scene.outline;
    let name = draft.listing.vendor.as_ref().map(|vendor| vendor.name.clone()).filter(|_| draft.listing.ships_from.is_empty());
    let behind = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.last_run);
    if let Some((at, place)) = name.and_then(|name| super::byline::beside(outline, &name, behind)) {
        draft.read(|| outline.origin("heuristic", at, &place), |listing| note(Way::From, &place, listing));
    }
    if draft.listing.category_path.is_empty()
        && let Some((at, path)) = super::breadcrumbs::filed(scene, behind, reader)
    {
        draft.read(|| outline.origin("heuristic", at, &path.join(" > ")), |listing| listing.category_path.clone_from(&path));
    }
}

/// Reads the sentences behind the title.
fn told(scene: &Scene<'_, '_>, subject: &Subject, draft: &mut Draft) {
    static PAY: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(PAYS));
    static SOLD: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| finder(SOLD_BY));
    let missing = |draft: &Draft| {
        let listing = &draft.listing;
        listing.ships_from.is_empty() || listing.ships_to.is_empty() || listing.payments.is_empty() || listing.vendor.is_none()
    };
    let outline = scene.outline;
    let from = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.last_run);
    let own = |run: &&Run| {
        outline
            .elements
            .get(run.element)
            .is_some_and(|facts| !facts.hidden && !matches!(facts.name, "option" | "button" | "label" | "textarea"))
            && !scene.in_card(run.element)
            // What stands at the foot of the page is said of the whole shop.
            && (outline.elements.get(run.element).is_some_and(|facts| facts.chrome) || !subject.is_foreign(run.element))
    };
    if !missing(draft) {
        return;
    }
    let runs = outline.runs.get(from.min(outline.runs.len())..(from + MAX_RUNS).min(outline.runs.len())).unwrap_or(&[]);
    // Emphasis and links part no sentence.
    for line in runs.chunk_by(|_, next| next.before == Break::Soft) {
        let Some(run) = line.first().filter(own) else { continue };
        let joined = if line.len() > 1 { Some(join_with_flags(line.get(..line.len().min(24)).unwrap_or(line), MAX_TEXT)) } else { None };
        let text = prefix(joined.as_ref().unwrap_or(&run.text), MAX_TEXT);
        if text.len() < 12 || !text.contains(' ') {
            continue;
        }
        let lower = text.to_lowercase();
        let says = |words: &LazyLock<Option<AhoCorasick>>, text: &str| words.as_ref().is_some_and(|words| words.is_match(text));
        let (sends, pays, sold) = (says(&SEND, &lower), says(&PAY, &lower), says(&SOLD, &lower));
        if !(sends || pays || sold || ONLY.iter().any(|word| lower.contains(word))) {
            continue;
        }
        let chrome = outline.elements.get(run.element).is_some_and(|facts| facts.chrome);
        let same = lower.len() == text.len();
        for part in sentences(&lower, 0..lower.len()) {
            let Some(sentence) = lower.get(part.clone()).map(str::trim) else { continue };
            let written = if same { text.get(part.clone()).unwrap_or(sentence).trim() } else { sentence };
            let turned = sentence.split(|c: char| !c.is_alphanumeric() && c != '\'').any(|word| NOT.contains(&word));
            let origin = || run_origin(outline, "heuristic", run);
            if sends && !turned && !chrome && says(&SEND, sentence) {
                for (way, place) in places(written, None) {
                    draft.read(origin, |listing| note(way, &place, listing));
                }
            }
            let home = sends && !chrome && draft.listing.ships_to.is_empty() && !draft.listing.ships_from.is_empty();
            if home && super::whence::is_domestic(sentence) {
                draft.read(origin, |listing| listing.ships_to.clone_from(&listing.ships_from));
            }
            // "Monero only", "Bezahlung in Monero (1 XMR = 152 €)": a rate in brackets is no amount to pay.
            let bare = sentence.split('(').next().unwrap_or(sentence);
            let told = pays && !turned && says(&PAY, sentence) || is_only_coins(bare);
            if told && draft.listing.payments.is_empty() && !bare.bytes().any(|byte| byte.is_ascii_digit()) {
                draft.read(origin, |listing| phrases::payments(bare, &mut listing.payments, &mut None));
            }
            let kept = !turned && !chrome && draft.listing.escrow.is_none() && (told || sentence.len() <= 64 && (pays || sends));
            if let Some(code) = kept.then(|| phrases::escrow_words(sentence)).flatten() {
                draft.read(origin, |listing| listing.escrow = Some(code.to_owned()));
            }
            if draft.listing.vendor.is_none()
                && !chrome
                && let Some(name) = seller(written, SOLD.as_ref())
            {
                draft.read(origin, |listing| listing.vendor = Some(Vendor { name: name.clone(), ..Vendor::default() }));
            }
        }
    }
}

/// Words that leave one way to pay.
const ONLY: &[&str] = &[
    "only",
    "nur ",
    "ausschließlich",
    "seulement",
    "uniquement",
    "solo",
    "sólo",
    "soltanto",
    "somente",
    "alleen",
    "tylko",
    "только",
    "тільки",
    "лише",
    "sadece",
    "فقط",
];

/// "Monero only", "nur Bitcoin".
fn is_only_coins(sentence: &str) -> bool {
    sentence.len() <= 60 && ONLY.iter().any(|word| sentence.contains(word)) && super::deal::is_coins(sentence)
}

/// The name behind "sold by", or before "ships" where it can be nothing but an account's.
fn seller(sentence: &str, sold: Option<&AhoCorasick>) -> Option<String> {
    let lower = sentence.to_lowercase();
    if lower.len() != sentence.len() {
        return None;
    }
    let behind = sold.and_then(|sold| sold.find(&lower)).and_then(|found| {
        let before = lower.get(..found.start())?.chars().next_back();
        let rest = sentence.get(found.end()..).filter(|_| before.is_none_or(|c| !c.is_alphanumeric()))?.trim_start_matches([':', ' ']);
        let name = rest.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '(' | '!' | '?')).next()?.trim_end_matches('.');
        is_handle(name).then(|| name.to_owned())
    });
    behind.or_else(|| {
        #[rustfmt::skip]
        const SHIPS: &[&str] = &[
            "ships", "sends", "sells", "offers", "delivers", "dispatches", "verschickt", "versendet", "liefert", "verkauft", "expédie", "envoie", "vend", "envía", "vende", "envia",
            "spedisce", "invia", "wysyła", "sprzedaje", "verstuurt", "verzendt", "verkoopt", "отправляет", "шлёт", "продаёт", "продает", "відправляє", "продає",
        ];
        let mut words = sentence.split_whitespace();
        let (name, verb) = (words.next()?, words.next()?);
        let marked = name.starts_with(char::is_lowercase)
            || name.bytes().any(|b| b.is_ascii_digit() || b == b'_')
            || name.as_bytes().windows(2).any(|pair| matches!(pair, [a, b] if a.is_ascii_lowercase() && b.is_ascii_uppercase()));
        (marked && SHIPS.contains(&verb.to_lowercase().as_str()) && is_handle(name)).then(|| name.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seller_is_named_by_one_word() {
        let sold = finder(SOLD_BY);
        assert_eq!(seller("Sold by RiverSmith and shipped from NL", sold.as_ref()).as_deref(), Some("RiverSmith"));
        assert_eq!(seller("korsak_22 ships from Serbia", sold.as_ref()).as_deref(), Some("korsak_22"));
        assert_eq!(seller("Vendor ships from Serbia", sold.as_ref()), None);
        assert_eq!(seller("Sold by weight", sold.as_ref()), None);
    }
}
