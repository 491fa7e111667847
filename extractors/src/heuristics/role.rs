//! What a price on a page is: the one asked for, or one of the many that stand beside it.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::labels::{self, Label};
use super::outline::Outline;
use crate::html::{attr, prefix};
use crate::money::{self, Effect, uses};
use crate::quantity;

/// What a price is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Role {
    /// What the goods cost, as far as anything tells.
    #[default]
    Asked,
    /// A former price, a list price, the lowest of the last thirty days.
    Old,
    /// What is saved.
    Saving,
    /// For a kilogram, a round, a hundred pieces.
    PerUnit,
    /// Without tax.
    Net,
    /// The tax that a price holds.
    Tax,
    /// One of several instalments.
    Instalment,
    /// For those who pay in a certain way, or are members.
    Means,
    /// What sending costs, or from what sum on it is free.
    Shipping,
    /// For larger quantities.
    Tier,
    /// What a choice adds.
    Surcharge,
    /// The sum of a basket.
    Basket,
    /// The upper end of a range.
    Upper,
    /// The price before it once more, in another currency.
    Converted,
}

/// Words before or after a price, lower-case; a blank at an end stands for a boundary of a word.
#[rustfmt::skip]
const WORDS: &[(Role, &[&str])] = &[
    (
        Role::Instalment,
        &[
            "instalment", "installment", "interest-free", "interest free", "/mo", "per month", "a month", "monthly", "weekly",
            "fortnight", "monatlich", "im monat", "pro monat", "mtl.", "raten", "monatsrate", "par mois", "mensualité", "/mois", "cuota",
            "al mes", "/mes", "rata ", "rate da", "al mese", "parcela", "sem juros", "por mês", "per maand", "termijn", "в месяц",
            "рассрочк", "в кредит", "на місяць", "розстрочк", "raty", " rat ", "miesięcznie", "taksit", "aylık", "قسط", "أقساط", "شهريا",
            "klarna", "afterpay", "affirm", " down and", " down,", "per day", "layaway", " deposit ", "anzahlung", "acompte", "arrhes", "acconto", "caparra", " señal ", " sinal ",
            "zaliczk", "zadatek", "aanbetaling", "задаток", "предоплат", "передплат", "kapora", "عربون", "x de r$", "en 3 fois", "en 4 fois", "en 3x",
            "en 4x", "fois sans frais", " fois ",
        ],
    ),
    (Role::Shipping, uses::SENDING),
    (Role::Saving, uses::SAVING),
    (
        Role::Net,
        &[
            "excl.", "excl ", "excluding", "exkl.", "ex vat", "ex. vat", "ex tax", "ex. tax", "without tax", "before tax", "+ vat",
            "netto", "net price", "zzgl. mwst", "zzgl. 19", "zzgl. ust", "ohne mwst", "exkl. mwst", "hors tax", " ht", "h.t.", "sin iva",
            "+ iva", "más iva", "iva no incl", "senza iva", "iva escl", "iva esclusa", "sem iva", "excl. btw", "zonder btw", "без ндс",
            "без пдв", "cena netto", "kdv hariç", "+ kdv", "+kdv", "غير شامل", "sans tva", "imponibile", "base imponible",
            "bez dph", "bez vat", "nettó", "áfa nélkül", "fără tva", "exkl. moms", "ekskl. moms", "uden moms", "eks. mva", "alv 0", "χωρίς φπα", "без податку",
            "sans taxe", "sin impuestos", "sem impostos", "senza tasse", "vergisiz", "قبل الضريبة", "nettopreis", "prix net", "netto/",
        ],
    ),
    (
        Role::Old,
        &[
            "was:", "was ", "were ", "original price", "old price", "previous price", "previously", "list price", "msrp", "rrp", "r.r.p",
            "retail price", "lowest price in", "lowest price of", "lowest price during", "uvp", "statt ", "bisher", "vorher",
            "alter preis", "ehemaliger", "niedrigster preis", "günstigster preis", "listenpreis", "ursprünglicher", "ancien prix",
            "au lieu de", "prix conseillé", "prix public", "prix d'origine", "prix initial", "prix le plus bas", "avant:", "antes",
            "precio anterior", "precio original", "precio habitual", "pvp recomendado", "pvpr", "precio más bajo", "prezzo precedente",
            "prezzo originale", "prezzo di listino", "invece di", "anziché", "prima:", "prezzo più basso", "preço anterior",
            "preço antigo", "preço original", "valor de ", "de r$", "de:", "van ", "van:", "adviesprijs", "oude prijs", "was eerst",
            "laagste prijs", "старая цена", "было", "прежняя цена", "розничная цена", "стара ціна", "було", "poprzednia cena",
            "stara cena", "cena regularna", "cena katalogowa", "najniższa cena", "cena z 30 dni", "z ostatnich 30", "eski fiyat",
            "liste fiyat", "piyasa fiyat", "önceki fiyat", "son 30 gün", "السعر القديم", "السعر السابق", "قبل الخصم", "السعر الأصلي",
            "بدلا من", "بدلاً من", "ursprungspreis", "original:",
        ],
    ),
    (
        Role::PerUnit,
        &[
            "per round", "/rd", "/ rd", "/round", "per rd", "per unit", "cost per", "price per 1", "unit price:", "/ 100", "/100",
            "per 100", "pro 100", "je 100", "pour 100", "por 100", "per kg", "/kg", "/ kg", "/ 1 kg", "/l)", "/ l ", "/ 1 l", "/ liter",
            "pro liter", "/m²", "/ m ", "/ 1 m", "pro kg", "je kg", "le kilo", "au kilo", "al kg", "por kg", "por kilo", "za kg",
            "za 1 ", "за кг", "за 1 ", "за патрон", "за 100", "grundpreis", "je schuss", "pro schuss", "prix au", "la cartouche",
            "par cartouche", "por bala", "por cartucho", "a cartuccia", "per cartuccia", "per patroon", "za sztukę", "za nabój",
            "kilogram fiyat", "birim fiyat", "fişek başı", "¢/", "/1000", "/ 1000", "per 1000",
        ],
    ),
    (
        Role::Means,
        &[
            "pix", "à vista", "boleto", "havale", " eft", "bank transfer", "wire price", "wire transfer", "check price", "with crypto",
            "vorkasse", "skonto", "bei überweisung", "par virement", "con transferencia", "contado", "con bonifico", "przy przelewie",
            "при оплате", "members", "member price", "club price", "mitglieder", "per i soci", "бонусных баллах", "bonus", "points",
            "punkte", "بطاقة العضوية", "vip price", "vip-preis", "prix vip", "prix club", "precio socio", "precio vip", "prezzo soci", "preço clube",
            "clubkarte", "kundenkarte", "ledenprijs", "clubprijs", "для членов клуба", "клубная цена", "vip цена", "по карте", "клубна ціна",
            "за карткою", "cena klubowa", "dla klubowicz", "üyelere özel", "üye fiyatı", "kapıda ödeme", "kartlı ödeme",
            "za pobraniem", "nachnahme", "contre remboursement", "contra reembolso", "contrassegno", "cash price", "cash discount", "cash/check", "cash or check", "discount price for", "check discount", "e-check", "echeck", "money order price", "ach price", "barzahlung",
            "gotówk", "en efectivo", "efectivo", "in contanti", "contante betaling", "наличными", "готівкою", "crypto price", "paying by",
            "when paying", "when you pay", "law enforcement", "military price", "trade price", "dealer price",
        ],
    ),
    (
        Role::Tier,
        &[
            " or more", "or above", "and above", "in bulk", "bulk price", "staffelpreis", "mengenrabatt", "prix dégressif",
            "per piece from", "stk. je", "zum preis von je", "или более", "и более", "или больше", "ou plus", "o más", "o più",
            "ou mais", "of meer", "lub więcej", "ve üzeri", "або більше", "buy 2", "buy 3", "buy 5", "buy 10", " each when", "pay only",
        ],
    ),
    (
        Role::Basket,
        &[
            "items -", "item(s)", "subtotal", "cart total", "your cart", "basket", "zwischensumme", "warenkorb:", "articles -",
            "sous-total", "artículo", "articoli -", "itens", "товаров", "товар(", "в корзине", "produktów", "sepet tutar", "سلة",
            "winkelwagen:", "in cart", "toplam tutar",
        ],
    ),
];

/// Words of class, id and data attributes, whole.
#[rustfmt::skip]
const MARKS: &[(Role, &[&str])] = &[
    (
        Role::Old,
        &[
            "old", "was", "regular", "msrp", "rrp", "strike", "striked", "strikethrough", "crossed", "before", "uvp", "compare",
            "retail", "list", "listprice", "original", "previous", "former", "pseudo", "antigo", "antiguo", "anterior", "barre", "eski",
            "stara", "normalprice", "streichpreis", "streich", "vorher", "oldprice", "prev", "omnibus", "lowest", "nonsale", "through",
            "line_through", "cheaper", "base", "ancien", "ancienne", "precedente", "ursprung", "vanprijs", "staracena",
        ],
    ),
    (
        Role::Saving,
        &["saving", "savings", "saved", "save", "yousave", "economy", "economia", "economize", "ersparnis", "benefit", "oszczednosc"],
    ),
    (Role::PerUnit, &["perunit", "unitprice", "priceunit", "baseprice", "measureprice", "grundpreis", "pangv", "ppr", "perround", "referenceunit", "kilogram", "ppu"]),
    (Role::Net, &["excl", "exvat", "extax", "netto", "nettoprice", "kdv", "excluding", "net", "ht"]),
    (
        Role::Instalment,
        &[
            "installment", "installments", "instalment", "instalments", "parcelas", "parcela", "parcelamento", "financing", "finance",
            "klarna", "afterpay", "affirm", "monthly", "taksit", "cuotas", "raty", "leasing", "ratenzahlung", "credit", "sezzle", "alma",
            "scalapay",
        ],
    ),
    (
        Role::Shipping,
        &["shipping", "delivery", "freight", "postage", "versand", "frete", "livraison", "spedizione", "dostawa", "kargo", "freeshipping"],
    ),
    (Role::Tier, &["tier", "bulk", "wholesale", "quantitydiscount", "staffel", "volume"]),
    (Role::Means, &["pix", "boleto", "havale", "transfer", "loyalty", "reward", "points", "member", "club"]),
    (Role::Surcharge, &["surcharge", "addon", "aufpreis", "supplement"]),
    (Role::Basket, &["minicart", "subtotal", "carttotal", "basket", "cartdrawer"]),
];

/// Reads the role from marks on the elements `around`, innermost first, and the words beside the price.
///
/// `before` and `after` stand on the price's line, `label` is what stands in front of that. Also says whether
/// only marks tell.
pub fn read(outline: &Outline<'_>, around: &[usize], before: &str, after: &str, label: &str) -> (Role, bool) {
    if let Some(role) = written(before, after, label) {
        return (role, false);
    }
    (marked(outline, around), true)
}

/// Whether an element strikes out what it holds.
pub fn is_struck(element: crate::html::Element<'_>) -> bool {
    matches!(element.name(), "del" | "s" | "strike")
        || attr(element, "style").is_some_and(|style| prefix(style, 400).to_ascii_lowercase().contains("line-through"))
}

/// What words say.
fn written(before: &str, after: &str, label: &str) -> Option<Role> {
    let before = before.trim_end();
    if before.ends_with(['-', '−', '–']) && !before.trim_end_matches(['-', '−', '–']).ends_with(|c: char| c.is_ascii_digit()) {
        // "-50,00 €"; after a number it would be a range.
        let lead = before.trim_end_matches(['-', '−', '–']).trim_end();
        if lead.is_empty() || lead.ends_with('(') {
            return Some(Role::Saving);
        }
    }
    if before.ends_with('+') {
        return Some(Role::Surcharge);
    }
    if is_tax(if before.is_empty() { label } else { before }) {
        return Some(Role::Tax);
    }
    let words = format!(" {} {} | {} ", label, before, after).to_lowercase();
    let told = told(&words);
    if told.is_some() {
        return told;
    }
    if is_multiple(before) {
        return Some(Role::Instalment);
    }
    // What a text says right beside an amount, a label may say in an element of its own.
    match money::effect(if before.is_empty() { label } else { before }, after) {
        Effect::Off => return Some(Role::Saving),
        Effect::Limit => return Some(Role::Shipping),
        Effect::Added | Effect::Asked => {}
    }
    if is_for_more(if before.is_empty() { label } else { before }) {
        return Some(Role::Tier);
    }
    // "(1,18 € / piece)": what stands in brackets goes with another price.
    let measured = after.trim_start_matches(['*', ' ', '\u{a0}']).starts_with(['/']) || begins_with_per(after);
    if before.ends_with('(') && measured {
        return Some(Role::PerUnit);
    }
    // The first rung of a ladder is the plain price, whatever the whole of it is called.
    if [before, label, after].into_iter().any(|words| quantity::pieces(words) == Some(1) && words.trim().len() > 1) {
        return Some(Role::Asked);
    }
    // A name of its own says more than marks that a whole block may share.
    [before, label].into_iter().filter(|words| !words.is_empty()).find_map(labels::label).and_then(|label| match label {
        Label::Price => Some(Role::Asked),
        Label::UnitPrice => Some(Role::PerUnit),
        _ => None,
    })
}

/// "per 100 g", "pro Liter": what follows a price for a measure.
fn begins_with_per(after: &str) -> bool {
    let after = after.trim_start_matches(['*', ' ', '\u{a0}']).to_lowercase();
    ["per ", "pro ", "je ", "par ", "por ", "al ", "za ", "за ", "başına", "لكل "].iter().any(|word| after.starts_with(word))
}

/// "incl. GST", "davon MwSt. 19 %:", "dont TVA", "в т.ч. НДС": what follows is the tax, unless a price was named before.
fn is_tax(words: &str) -> bool {
    #[rustfmt::skip]
    const TAXES: &[&str] = &[
        "gst", "vat", "tax", "taxes", "sales tax", "hst", "pst", "mwst", "mwst.", "ust", "ust.", "umsatzsteuer", "mehrwertsteuer", "tva",
        "iva", "igv", "i.v.a.", "btw", "ндс", "пдв", "podatek", "podatek vat", "kdv", "ضريبة", "ضريبة القيمة المضافة", "moms", "dph", "áfa",
        "impuestos", "imposta", "taxe", "steuer",
    ];
    let lower = words.trim().to_lowercase();
    let mut lower = lower.trim_end_matches([':', ' ', '\u{a0}', '(', '=', '-']);
    // "19 %", "(20%)".
    let rate = lower.trim_end_matches([')', ' ']);
    if let Some(head) = rate.strip_suffix('%') {
        lower = head.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ',' | ' ' | '(' | '\u{a0}'));
    }
    let Some((name, head)) = TAXES.iter().filter_map(|tax| Some((*tax, lower.strip_suffix(tax)?))).max_by_key(|(tax, _)| tax.len()) else {
        return false;
    };
    let parted = !head.ends_with(char::is_alphanumeric);
    let head = head.trim_end_matches(|c: char| c.is_whitespace() || c.is_ascii_digit() || matches!(c, '%' | '(' | '.' | ',' | ':'));
    let last = head.rsplit(|c: char| c.is_whitespace() || c == '(').next().unwrap_or("");
    let part = matches!(
        last,
        "includes"
            | "enthält"
            | "davon"
            | "darin"
            | "dont"
            | "incluye"
            | "cui"
            | "waarvan"
            | "ч"
            | "т.ч"
            | "числе"
            | "числі"
            | "tym"
            | "+"
            | "plus"
    );
    // "Incl. BTW: € 42,35" is what one pays, "(incl. GST A$54.01)" is not.
    let aside = words.contains('(') && !words.contains(':') && matches!(last, "incl" | "including" | "inkl" | "inc" | "inclui" | "включая");
    parted && name.len() > 1 && (part || aside || head.is_empty())
}

/// What class and id say.
fn marked(outline: &Outline<'_>, around: &[usize]) -> Role {
    let all: Vec<_> = around.iter().map(|at| outline.marks(*at)).collect();
    let marks: Vec<&str> = all.iter().flat_map(|marks| marks.iter().map(String::as_str)).take(64).collect();
    // A sale's own marks outweigh those of the block that holds both prices.
    let current = marks.iter().take(6).any(|m| matches!(*m, "current" | "final" | "special" | "now" | "new" | "sale"));
    // "unit-price", "unit_price" and "unitPrice" are one word in two.
    let twofold = |pair: &&[&str]| matches!(pair, [a, b] if (*b == "price" && *a != "base") || *b == "unit");
    let joined: Vec<String> = marks.windows(2).filter(twofold).map(|pair| pair.concat()).collect();
    let is = |known: &[&str]| marks.iter().copied().chain(joined.iter().map(String::as_str)).any(|mark| known.contains(&mark));
    let marked = MARKS.iter().find(|(_, known)| is(known)).map(|(role, _)| *role);
    match marked {
        Some(Role::Old) if current && !marks.iter().take(3).any(|m| matches!(*m, "old" | "was" | "regular" | "non")) => Role::Asked,
        Some(role) => role,
        None => Role::Asked,
    }
}

/// All words of [`WORDS`] in one automaton, with the position of each one's role.
static TOLD: LazyLock<Option<(AhoCorasick, Vec<usize>)>> = LazyLock::new(|| {
    let all = || WORDS.iter().enumerate().flat_map(|(role, (_, known))| known.iter().map(move |word| (role, *word)));
    let automaton = AhoCorasick::new(all().map(|(_, word)| word)).ok()?;
    Some((automaton, all().map(|(role, _)| role).collect()))
});

/// The first role of the table of which a word stands in a text.
fn told(words: &str) -> Option<Role> {
    let (automaton, roles) = TOLD.as_ref()?;
    let first = automaton.find_overlapping_iter(words).filter_map(|found| roles.get(found.pattern().as_usize())).min()?;
    WORDS.get(*first).map(|(role, _)| *role)
}

/// "3 x", "10x de": what follows is paid as often as that.
fn is_multiple(before: &str) -> bool {
    let before = before.trim_end().to_lowercase();
    let before = before.strip_suffix("de").or_else(|| before.strip_suffix("of")).or_else(|| before.strip_suffix("à")).unwrap_or(&before);
    let Some(head) = before.trim_end().strip_suffix(['x', '×', 'х']) else { return false };
    let number = head.trim_end().rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or("");
    number.parse::<u32>().is_ok_and(|n| (2..=60).contains(&n))
}

#[rustfmt::skip]
const UNITS: &[&str] = &[
    "stück", "stk", "stk.", "st.", "pcs", "pcs.", "pieces", "units", "unités", "pièces", "unidades", "uds", "pezzi", "pz", "szt",
    "szt.", "шт", "шт.", "adet", "st", "stuks", "items", "boxes", "or", "more", "+", "or more", "или", "более", "и", "и более", "x",
    "each", "plus", "o", "más", "ou", "mais", "of", "meer", "قطع",
];
/// Words before the number from which on a price holds.
#[rustfmt::skip]
const STARTS: &[&str] = &[
    "ab", "from", "dès", "desde", "da", "od", "от", "від", "vanaf", "min.", "min", "buy", "≥", ">=", "-", "–", "to", "à", "a", "bis", "до",
];
/// Words before the number up to which a price holds: the first step of a ladder.
const UPPER: &[&str] = &["bis", "up", "jusqu'à", "jusqu’à", "hasta", "fino", "até", "tot", "t/m", "до", "do", "<", "حتى"];

/// "ab 3 Stück", "5 or more", "10+", "10 - 19": what follows holds for larger quantities. What begins at one is the plain price.
fn is_for_more(words: &str) -> bool {
    let words = words.trim().trim_end_matches(':').to_lowercase();
    let all: Vec<&str> = words.split_whitespace().collect();
    (1..=5.min(all.len())).any(|count| all.get(all.len() - count..).is_some_and(is_step))
}

/// Whether words are a step of a ladder and nothing else: "1", "bis 9", "5-9 Stück", "Up to 3". Takes any case.
pub fn is_rung(words: &str) -> bool {
    let lower = words.to_lowercase();
    let mut numbers = 0;
    let plain = lower.split([' ', '\u{a0}']).filter(|token| !token.is_empty()).take(6).all(|token| {
        let rest = token.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '–' | '+' | '>' | '≥' | '<' | '='));
        numbers += usize::from(token.bytes().any(|b| b.is_ascii_digit()));
        rest.is_empty() || STARTS.contains(&rest) || UPPER.contains(&rest) || UNITS.contains(&rest)
    });
    plain && (1..=2).contains(&numbers) && lower.len() <= 40
}

/// Whether these words alone name a quantity from which on a price holds.
fn is_step(words: &[&str]) -> bool {
    let mut tokens = words.iter().copied().peekable();
    // Up to a number of pieces: the first step of a ladder.
    if tokens.peek().is_some_and(|first| UPPER.contains(first)) {
        return false;
    }
    let mut numbers: Vec<u32> = Vec::new();
    let mut others = 0;
    let mut open = false;
    for token in tokens {
        let (digits, rest) = token.split_at(token.find(|c: char| !c.is_ascii_digit()).unwrap_or(token.len()));
        if let Ok(number) = digits.parse() {
            numbers.push(number);
            if let Some(upper) = rest.strip_prefix(['-', '–']) {
                numbers.extend(upper.parse::<u32>());
            } else {
                open |= rest == "+";
                others += usize::from(!rest.is_empty() && rest != "+" && !UNITS.contains(&rest));
            }
        } else if STARTS.contains(&token) {
            open |= !matches!(token, "-" | "–" | "to" | "a" | "à" | "bis" | "до");
        } else if UNITS.contains(&token) {
            open |= matches!(token, "more" | "более" | "+" | "plus" | "más" | "mais" | "meer");
        } else {
            others += 1;
        }
    }
    others == 0
        && (1..=2).contains(&numbers.len())
        && numbers.first().is_some_and(|first| (2..100_000).contains(first))
        && (open || numbers.len() == 2)
}

/// Words of class, id and `data-` attributes' names, lower-case, in order; `oldPrice` and `old-price` give `old`, `price`.
pub fn marks(element: crate::html::Element<'_>) -> Vec<String> {
    let mut words = Vec::new();
    let mut add = |value: &str| {
        for part in prefix(value, 300).split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).take(24) {
            let mut word = String::new();
            let mut lower = false;
            for c in part.chars() {
                if c.is_ascii_uppercase() && lower && !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                lower = c.is_ascii_lowercase();
                word.push(c.to_ascii_lowercase());
            }
            words.push(word);
        }
    };
    for (own, value) in element.attributes() {
        match &*own.name {
            // "no-footer", "has-discount": what is there, not what it is.
            "class" => prefix(value, 600)
                .split_ascii_whitespace()
                .take(24)
                .filter(|token| !["no-", "has-", "with-", "not-", "hide-"].iter().any(|start| token.starts_with(start)))
                .for_each(&mut add),
            "id" | "itemprop" => add(value),
            name => {
                if let Some(name) = name.strip_prefix("data-")
                    && name.contains("price")
                {
                    add(name);
                }
            }
        }
    }
    words
}

/// Whether an element, or one around it, is of a state that does not hold: hidden by style, attribute or a well-known class, or
/// a part of a template for another state, such as `price__badge-sold-out` below a `price` without `price--sold-out`.
pub fn is_out_of_sight(outline: &Outline<'_>, at: usize) -> bool {
    #[rustfmt::skip]
    const STATES: &[&str] = &["sold-out", "soldout", "out-of-stock", "unavailable", "sale"];
    if outline.elements.get(at).is_some_and(|facts| facts.unseen) {
        return true;
    }
    let parts = outline.ancestors(at).take(4).filter(|(_, facts)| facts.class.contains("__"));
    parts.flat_map(|(_, facts)| facts.class.split_ascii_whitespace().take(24)).any(|token| {
        let token = token.to_ascii_lowercase();
        let Some((block, tail)) = token.split_once("__") else { return false };
        let Some(state) = STATES.iter().find(|state| tail.ends_with(**state)) else { return false };
        let owner = outline.ancestors(at).take(12).find_map(|(_, facts)| {
            let class = facts.class.to_ascii_lowercase();
            class.split_ascii_whitespace().any(|token| token == block).then_some(class)
        });
        let holds = |token: &str| token.strip_prefix(block).is_some_and(|rest| rest.starts_with("--") && rest.contains(state));
        owner.is_some_and(|class| !class.split_ascii_whitespace().any(holds))
    })
}
