//! Whether the goods are there: words, marks and buttons near title and price, weighed against each other.

mod on_card;
mod words;

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::labels::Label;
use super::outline::{Break, Outline};
use super::pairs::Pair;
use super::role;
use super::single::Scene;
use super::subject::Subject;
use super::{fields, phrases};
use crate::html::{Element, attr, prefix};
use crate::money;
use crate::provenance::{Anchor, Origin};
use crate::quantity::{self, left};

pub use on_card::of_card;
use on_card::short_state;
pub(super) use words::said;
use words::{code, is_denied};

/// A sign that goods are there, or are not.
#[derive(Debug, Clone)]
pub struct Sign {
    /// Code of availability.
    pub code: &'static str,
    /// How much it counts.
    pub weight: f64,
    /// Where it stands.
    pub origin: Origin,
}

/// What a page shows of its stock.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    /// Signs in page order.
    pub signs: Vec<Sign>,
    /// How many are left, and where that stands.
    pub stock: Option<(u64, Origin)>,
}

/// Reads the signs outside of cards and parts about something else: once for what kind of page it is, and for what it says.
pub fn read<'s>(scene: &'s Scene<'_, '_>, pairs: &[Pair], subject: &Subject, crypto: bool) -> &'s Shown {
    scene.stock.get_or_init(|| {
        let mut shown = Shown::default();
        let told = labelled(scene, pairs, subject, &mut shown);
        marks(scene, subject, &mut shown);
        words(scene, &told, subject, &mut shown);
        buttons(scene, subject, crypto, &mut shown);
        shown
    })
}

fn is_own(scene: &Scene<'_, '_>, subject: &Subject, at: usize) -> bool {
    !scene.in_card(at) && !subject.is_foreign(at) && scene.outline.elements.get(at).is_some_and(|facts| !facts.chrome)
}

/// Marks of class and microdata outside of a declared item, and counts in attributes.
fn marks(scene: &Scene<'_, '_>, subject: &Subject, shown: &mut Shown) {
    let outline = scene.outline;
    let mut in_items: Vec<(usize, usize)> = Vec::new();
    for (at, facts) in outline.elements.iter().enumerate() {
        let element = facts.element();
        let data = element.attributes().any(|(own, _)| own.name.starts_with("data-"));
        let count = ["data-stock", "data-product-stock", "data-stock-quantity", "data-available-quantity", "data-inventory"]
            .iter()
            .filter(|_| data)
            .find_map(|name| Some((*name, attr(element, name)?)));
        let Some(class) = outline.classes.get(facts.class_at) else { continue };
        if count.is_none() && class.text.is_empty() {
            continue;
        }
        if let Some((name, value)) = count
            && is_own(scene, subject, at)
            && let Ok(number) = value.trim().parse::<u64>()
        {
            let origin = || outline.attribute_origin("heuristic", at, name);
            shown.signs.push(Sign { code: if number > 0 { "in_stock" } else { "out_of_stock" }, weight: 1.5, origin: origin() });
            if number > 0 {
                shown.stock.get_or_insert_with(|| (number, origin()));
            }
        }
        let Some((code, weight)) = class.stock() else { continue };
        let whole = subject.title_at.is_some_and(|title| outline.holds(at, title));
        if matches!(element.name(), "option" | "li" | "label" | "input" | "body" | "html" | "a") && !whole {
            continue;
        }
        if !is_own(scene, subject, at) || role::is_out_of_sight(outline, at) || (!whole && facts.text > 200) {
            continue;
        }
        let item = outline.ancestors(at).take(4).find(|(_, facts)| matches!(facts.name, "li" | "option" | "label")).map(|(at, _)| at);
        if let Some(item) = item.filter(|_| !whole) {
            in_items.push((item, shown.signs.len()));
        }
        let origin = outline.attribute_origin("heuristic", at, "class");
        shown.signs.push(Sign { code, weight: if whole { 1.5 } else { weight }, origin });
    }
    // Sizes and colours of a choice say each for itself whether it is there.
    let of_choice = |(item, _): &&(usize, usize)| {
        let parent = |at: usize| outline.elements.get(at).map(|facts| facts.parent);
        in_items.iter().any(|(other, _)| other != item && parent(*other) == parent(*item))
    };
    let choices: Vec<usize> = in_items.iter().filter(of_choice).map(|(_, sign)| *sign).collect();
    for sign in choices.into_iter().rev() {
        shown.signs.remove(sign);
    }
}

fn is_about(pair: &Pair) -> bool {
    matches!(pair.label, Label::Availability | Label::Stock)
}

/// "Quantity" heads the steps of a ladder, and the box for how many one wants, as often as it counts what is there.
pub fn is_vague(outline: &Outline<'_>, pair: &Pair) -> bool {
    #[rustfmt::skip]
    const NAMES: &[&str] = &[
        "quantity", "qty", "aantal", "menge", "anzahl", "quantité", "cantidad", "quantità", "quantidade", "количество", "кількість",
        "ilość", "adet", "miktar", "الكمية",
    ];
    let named = outline.runs.get(pair.named).map(|run| run.text.to_lowercase()).unwrap_or_default();
    let named = named.split([':', '：']).next().unwrap_or("").trim();
    pair.label == Label::Stock && NAMES.contains(&named) && left(&pair.value).is_none()
}

/// "Availability: in stock", "Stock: 14". Returns the pairs that told something: "in stock" may be the name of a field, and all that is said.
fn labelled<'p>(scene: &Scene<'_, '_>, pairs: &'p [Pair], subject: &Subject, shown: &mut Shown) -> Vec<&'p Pair> {
    let mut read = Vec::new();
    for pair in pairs.iter().filter(|pair| is_about(pair) && is_own(scene, subject, pair.element)) {
        if pair.value.len() > 80 || role::is_out_of_sight(scene.outline, pair.element) {
            continue;
        }
        // Templates hold the words for all states, and hide most.
        let runs = scene.outline.runs.get(pair.runs.clone()).unwrap_or(&[]);
        let seen: Vec<&str> =
            runs.iter().filter(|run| !role::is_out_of_sight(scene.outline, run.element)).map(|run| run.text.as_str()).collect();
        let value = if seen.len() < runs.len() { seen.join(" ") } else { pair.value.clone() };
        let lower = value.to_lowercase();
        if is_vague(scene.outline, pair) {
            continue;
        }
        let told = left(&value).or_else(|| quantity::pieces(&value));
        let told = told.or_else(|| fields::counted(&value).filter(|_| pair.label == Label::Stock));
        if let Some(told) = told.filter(|told| *told > 0) {
            shown.stock.get_or_insert_with(|| (told, pair.origin(scene.outline)));
        }
        let counted = || told.map(|told| if told > 0 { "in_stock" } else { "out_of_stock" });
        let code = if told == Some(0) { counted() } else { code(&lower, true).or_else(counted) };
        if let Some(code) = code {
            shown.signs.push(Sign { code, weight: 3.0, origin: pair.origin(scene.outline) });
            read.push(pair);
        }
    }
    read
}

/// Words that say whether goods are there only behind a label.
#[rustfmt::skip]
const ANSWERS: &[&str] = &[
    "yes", "no", "ja", "nein", "nee", "oui", "non", "si", "sí", "sì", "sim", "não", "да", "нет", "так", "ні", "tak", "nie", "evet", "hayır", "var", "yok",
    "نعم", "لا", "ano", "ne", "igen", "nem", "da", "nu", "jo", "nej", "nei", "kyllä", "ei", "✓", "✔", "✗", "✘", "❌", "✅",
];

/// What the class of an element says.
pub(super) fn by_class(class: &str) -> Option<(&'static str, f64)> {
    let class = prefix(class, 300).to_ascii_lowercase();
    let tokens: Vec<&str> = class.split_ascii_whitespace().collect();
    let folded = |token: &str| token.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    let names = |token: &&str, known: &[&str]| {
        let folded = folded(token);
        known.iter().any(|word| folded == *word || (folded.len() <= word.len() + 14 && folded.ends_with(word)))
    };
    if tokens.iter().any(|t| {
        names(
            t,
            &[
                "outofstock",
                "soldout",
                "notinstock",
                "notonstock",
                "stockunavailable",
                "deliverynotavailable",
                "deliverysoldout",
                "nostock",
                "statusnotavailable",
            ],
        )
    }) {
        return Some(("out_of_stock", 2.0));
    }
    if tokens.iter().any(|t| names(t, &["instock", "stockavailable", "statusavailable", "onstock", "textavailable"])) {
        return Some(("in_stock", 2.0));
    }
    let about = tokens.iter().any(|t| t.contains("stock") || t.contains("availab") || t.contains("dispo"));
    if about && tokens.iter().any(|t| matches!(*t, "unavailable" | "out" | "not-available" | "no")) {
        return Some(("out_of_stock", 2.0));
    }
    (about && tokens.iter().any(|t| matches!(*t, "available" | "in" | "yes"))).then_some(("in_stock", 2.0))
}

/// Short texts: "In stock", "Nur noch 3 auf Lager", "Stok: 5".
fn words(scene: &Scene<'_, '_>, told: &[&Pair], subject: &Subject, shown: &mut Shown) {
    let outline = scene.outline;
    let start = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.first_run);
    let mut looked = 0;
    let near = |number: usize| number < start + 60;
    for (number, run) in outline.runs.iter().enumerate().skip(start) {
        if run.text.len() > 120
            || !is_own(scene, subject, run.element)
            || told.iter().any(|pair| pair.named == number || pair.runs.contains(&number))
        {
            continue;
        }
        looked += 1;
        if looked > 300 {
            break;
        }
        let inner = || outline.ancestors(run.element).take(3);
        if inner().any(|(_, facts)| matches!(facts.name, "option" | "select" | "script"))
            || inner().take(2).any(|(_, facts)| {
                facts.name == "a" && attr(facts.element(), "href").is_some_and(|h| h.len() > 1 && !h.starts_with("javascript"))
            })
        {
            continue;
        }
        // A choice among variants says of itself whether it is there, not of the goods.
        if inner().any(|(at, _)| {
            let marks = outline.marks(at);
            marks.iter().any(|m| matches!(m.as_str(), "variant" | "swatch" | "swatches" | "option" | "tooltip"))
                || marks.iter().any(|m| m == "label") && marks.iter().any(|m| m == "unavailable")
        }) {
            continue;
        }
        let lower = run.text.to_lowercase();
        // A label of its own in front of the count: "En stock" "3 Produits".
        let next = outline.runs.get(number + 1).filter(|next| next.text.len() <= 40 && next.before < super::outline::Break::Line);
        // "In stock" in one block, "4" in the next.
        let below = || {
            let next = outline.runs.get(number + 1).filter(|next| next.before == Break::Line && quantity::pieces(&next.text).is_some());
            next.filter(|_| lower.len() <= 24 && quantity::is_name(&run.text))
        };
        let next = next.or_else(below);
        let joined = next.filter(|next| money::has_digit(&next.text)).map(|next| format!("{} {}", run.text, next.text));
        let marked = inner().any(|(at, _)| {
            let marks = outline.marks(at);
            marks.iter().any(|m| {
                [
                    "stock",
                    "avail",
                    "dispo",
                    "lager",
                    "inventory",
                    "stok",
                    "nalich",
                    "voorraad",
                    "giacenza",
                    "estoque",
                    "delivery",
                    "quantity",
                ]
                .iter()
                .any(|word| m.starts_with(word))
            })
        });
        // "3" in a box whose name says what it counts.
        let counts = || {
            inner().take(2).any(|(at, _)| {
                let marks = outline.marks(at);
                let has = |known: &[&str]| marks.iter().any(|m| known.iter().any(|word| m.starts_with(word)));
                has(&["quantity", "qty", "stock", "inventory", "items"])
                    && has(&["avail", "instock", "left", "remain", "level", "count", "quantity", "dispo"])
            })
        };
        let count = left(&run.text).or_else(|| joined.as_deref().and_then(left));
        let count = count.or_else(|| quantity::pieces(&run.text).filter(|_| counts()));
        // "Dealer Qty Avail:" and "11" in the next cell.
        let on_hand = || {
            let named = lower.ends_with([':', '：'])
                && lower.len() <= 32
                && ["avail", "on hand", "in stock"].iter().any(|word| lower.contains(word));
            let next = outline.runs.get(number + 1).filter(|next| named && next.before < Break::Line);
            next.and_then(|next| quantity::pieces(next.text.trim_end_matches('+')))
        };
        let count = count.or_else(on_hand);
        if lower.ends_with([':', '：']) && count.is_none() {
            continue;
        }
        let counted = count.map(|n| if n > 0 { "in_stock" } else { "out_of_stock" });
        // An answer to another question.
        if counted.is_none() && !marked && lower.len() <= 8 && ANSWERS.contains(&lower.as_str()) {
            continue;
        }
        let code = counted.or_else(|| code(&lower, marked)).or_else(|| near(number).then(|| short_state(&lower)).flatten());
        let Some(code) = code else { continue };
        // "30" "verkauft" counts sales.
        let before = number.checked_sub(1).and_then(|before| outline.runs.get(before));
        let is_count = |text: &str| text.len() <= 8 && text.starts_with(|c: char| c.is_ascii_digit());
        if code == "sold" && before.is_some_and(|before| is_count(&before.text)) {
            continue;
        }
        if role::is_out_of_sight(outline, run.element) {
            continue;
        }
        let most = match code {
            "out_of_stock" if marked => 18,
            _ if marked => 10,
            "out_of_stock" | "sold" | "expired" => 9,
            _ => 5,
        };
        let short = lower.split_whitespace().count() <= most;
        if !short && count.is_none() {
            continue;
        }
        let origin =
            Origin { from: "heuristic", place: outline.selector(run.element), anchor: Anchor::Text(run.node), raw: run.text.clone() };
        if let Some(told) = count.filter(|n| *n > 0) {
            shown.stock.get_or_insert_with(|| (told, origin.clone()));
        }
        let weight = if marked { 3.0 } else { 2.0 };
        shown.signs.push(Sign { code, weight, origin });
    }
}

/// What a button says that only promises a message.
#[rustfmt::skip]
const WAIT: &[&str] = &[
    "notify me", "notify when", "email me", "email when", "back in stock", "back-in-stock", "waitlist", "wait list", "waiting list", "benachrichtig",
    "erinnern", "m'avertir", "m’avertir", "me prévenir", "prévenez", "alerte stock", "être averti", "avísame", "avisarme", "avísenme", "avisar",
    "avvisami", "avvertimi", "avise-me", "avisem", "me avise", "op de hoogte", "mail mij", "сообщить о", "уведомить", "сообщите",
    "повідомити", "powiadom", "gelince haber", "haber ver", "أعلمني", "أبلغني", "نبهني", "sold out", "нет в наличии", "нема в наявності",
    "niedostępny", "نفد",
];
/// Finds one of [`WAIT`].
static WAITS: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(WAIT).ok());

/// Whether an input is a button, and no box whose value nobody reads.
fn is_pressed(element: Element<'_>) -> bool {
    attr(element, "type").is_some_and(|kind| ["submit", "button", "image"].iter().any(|known| kind.eq_ignore_ascii_case(known)))
}

/// A button that puts the goods into a basket; one that only promises a message says that they are not there.
fn buttons(scene: &Scene<'_, '_>, subject: &Subject, crypto: bool, shown: &mut Shown) {
    #[rustfmt::skip]
    const CART: &[&str] = &[
        "cart", "basket", "bag", "warenkorb", "panier", "carrito", "cesta", "carrello", "carrinho", "comprar", "sacola", "koszyk",
        "winkelwagen", "winkelmand", "корзин", "кошик", "sepet", "السلة", "купить", "buy-button", "addtocart",
    ];
    let outline = scene.outline;
    for (at, facts) in outline.elements.iter().enumerate() {
        let element = facts.element();
        if !matches!(element.name(), "button" | "a" | "input" | "img") || facts.text > 60 || !is_own(scene, subject, at) {
            continue;
        }
        let class = attr(element, "class").unwrap_or("").to_ascii_lowercase();
        if element.name() == "img" {
            // A picture of a button that sells nothing.
            let text = attr(element, "alt").unwrap_or("").trim().to_lowercase();
            let out = phrases::availability(&text).is_some_and(|code| matches!(code, "out_of_stock" | "sold"));
            if text.len() < 40 && (out || WAIT.iter().any(|word| text.contains(word))) && !role::is_out_of_sight(outline, at) {
                shown.signs.push(Sign { code: "out_of_stock", weight: 1.5, origin: outline.attribute_origin("heuristic", at, "alt") });
            }
            continue;
        }
        let text = match element.name() {
            "input" if is_pressed(element) => attr(element, "value").unwrap_or("").to_lowercase(),
            "input" => String::new(),
            _ => outline.text_of(at, 100).to_lowercase(),
        };
        let disabled = attr(element, "disabled").is_some();
        let button =
            element.name() != "a" || attr(element, "href").is_none_or(|href| href.starts_with(['#', 'j'])) || class.contains("btn");
        let out = button && (is_denied(&text) || phrases::availability(&text).is_some_and(|code| matches!(code, "out_of_stock" | "sold")));
        let waits = text.len() > 2 && (out || WAIT.iter().any(|word| text.contains(word)));
        let buys = scene.controls.contains(&at)
            && CART
                .iter()
                .any(|word| text.contains(word) || class.contains(word) || attr(element, "name").is_some_and(|n| n.contains(word)));
        if !(waits || buys) || role::is_out_of_sight(outline, at) {
            continue;
        }
        let origin = outline.origin("heuristic", at, &text);
        if waits {
            // A button that says so and cannot be pressed is no forgotten template.
            shown.signs.push(Sign { code: "out_of_stock", weight: if out && disabled { 2.5 } else { 2.0 }, origin });
        } else if disabled || class.split_ascii_whitespace().any(|c| c == "disabled" || c == "btn-disabled") {
            // Many are disabled until a script runs.
            shown.signs.push(Sign { code: "out_of_stock", weight: 0.4, origin });
        } else if !crypto && subject.is_main(outline, at) {
            shown.signs.push(Sign { code: "in_stock", weight: 1.0, origin });
        }
    }
}

/// The code for which most speaks, with its strongest sign. Words such as "reserved" stand alone: no button says so.
pub fn weigh(signs: &[Sign]) -> Option<&Sign> {
    let mut sums: Vec<(&'static str, f64, &Sign)> = Vec::new();
    for sign in signs {
        match sums.iter_mut().find(|(code, ..)| *code == sign.code) {
            // The tenth sign of a kind says little more than the second.
            Some((_, sum, best)) => {
                *sum += sign.weight * 0.4;
                if sign.weight > best.weight {
                    *best = sign;
                }
            }
            None => sums.push((sign.code, sign.weight, sign)),
        }
    }
    sums.into_iter().filter(|(_, sum, _)| *sum >= 0.9).max_by(|a, b| a.1.total_cmp(&b.1)).map(|(.., sign)| sign)
}
