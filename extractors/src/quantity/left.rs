//! "Only 3 left", "noch 5 Stück", "осталось 4 шт": how many of what is offered are there.
//!
//! The one table of such words: labels, signs of stock beside a button and texts of advertisements are read by it.

use std::sync::LazyLock;

use regex::Regex;

use super::plain;

/// Before the number.
const BEFORE: &str = r"(?:only|just|last|in stock|avail|avail\.|qty avail|qty\.? avail\.|in hand|stock|stock level|units left|items left|pieces left|left|available|units available|quantity available|qty available|available quantity|on hand|quantity on hand|qty on hand|noch|nur noch|auf lager|am lager|lagerbestand|bestand|lagernd|verfügbar|restmenge|plus que|il reste|n'en reste que|il n'en reste que|en stock|quantité en stock|quantité disponible|disponibles?|derniers|quedan|queda|solo quedan|solo queda|sólo quedan|últimas|últimos|ne restano|restano|rimasti|ultimi|ultime|disponibili|disponibilità|giacenza|existencias|disponibilidad|restam|disponível|disponíveis|disponível em estoque|estoque|apenas|em estoque|nog|nog maar|nog slechts|op voorraad|voorraad|beschikbaar|laatste|осталось|осталась|остался|остаток|остаток на складе|в наличии|наличие|доступно|на складе|последние|последний|залишилось|залишилося|залишилась|в наявності|наявність|залишок|на складі|останні|pozostało|pozostały|zostało|zostały|została|ostatnie|ostatnia|dostępnych|w magazynie|na stanie|stan magazynowy|stan|dostępność|dostępna ilość|dostępne|ilość|son|kalan|stokta|stok adedi|stok miktarı|stok|متبقي|المتبقي|المتوفر|الكمية المتوفرة|الكمية المتبقية|بقي|متوفر|باقي|zbývá|zbývají|poslední|skladem|posledních|már csak|raktáron|készleten|utolsó|ultimele|stoc|au mai rămas|endast|kun|bare|i lager|på lager|vain|jäljellä)";
/// What may stand between the word and the number.
const MORE: &str = r"(?:\s|[:(>≥~+]|more than|over|mehr als|über|plus de|más de|più di|mais de|meer dan|более|больше|свыше|понад|більше|ponad|więcej niż|více než|több mint|peste)*";
/// Before a number that a word such as "left" follows; a name there makes it a model ("Glock 19 in stock").
const ADVERB: &str = r"(?:still|about|than|over|als|mehr|ca\.?|circa|de|que|di|dan|ещё|еще|всего|более|больше|понад|більше|ponad|tylko|jeszcze|sadece|yalnızca|فقط|ještě|jen|mint|sólo|solo|solamente|soltanto|have|are|hay|we have|es sind|il y a)";
const UNIT: &str = r"(?:pieces?|pcs|pc|units?|items?|item\(s\)|unit\(s\)|piece\(s\)|stück|stk\.?|exemplaires?|articles?|produits?|pièces?|unidades?|uds?\.?|piezas?|pezzi|pezzo|pz\.?|articoli|unidade|peças|stuks?|штук[аи]?|шт\.?|единиц[аы]?|од\.?|szt\.?|sztuk[ai]?|adet|ürün|tane|قطع|قطعة|وحدات|حبة|ks|kusy|kusů|kus|db|darab|bucăți|buc\.?|st\.?|stykker|kpl)";
/// Behind the number.
const BEHIND: &str = r"(?:left|in stock|in-stock|available|remaining|on hand|on (?:the |our )?(?:shelf|shelves|rack|racks|floor)|in (?:the |our )?(?:shop|case|store|safe)|in hand|in inventory|auf lager|am lager|an lager|verfügbar|vorrätig|lieferbar|übrig|en stock|disponibles?|restants?|restantes?|en existencia|disponibili|disponibile|rimasti|rimaste|in magazzino|em estoque|disponíveis|op voorraad|beschikbaar|в наличии|на складе|осталось|в наявності|на складі|залишилось|w magazynie|na stanie|dostępnych|dostępne|stokta|kaldı|mevcut|متوفر|متبقي|متبقية|فقط|skladem|na skladě|raktáron|készleten|în stoc|i lager|på lager|kvar|tilbage|igjen|jäljellä|varastossa)";
const ONE: &str = r"(?:last one|only one left|letztes stück|dernier exemplaire|último disponible|última unidad|ultimo disponibile|ultimo pezzo|última unidade|laatste exemplaar|последний экземпляр|последняя штука|остання штука|ostatnia sztuka|son adet|son ürün|poslední kus|utolsó darab|ultima bucată)";

struct Rules {
    /// One of the words without which none of the next three is met.
    told: Regex,
    before: Regex,
    behind: Regex,
    one: Regex,
    unit: Regex,
    name: Regex,
}

static RULES: LazyLock<Option<Rules>> = LazyLock::new(|| {
    const NUMBER: &str = r"(?P<n>[0-9]{1,3}(?:[.,][0-9]{3})+|[0-9]{1,6})";
    let word = r"(?:^|[^\w])";
    Some(Rules {
        told: Regex::new(&format!(r"(?i){BEFORE}|{BEHIND}|{ONE}")).ok()?,
        before: Regex::new(&format!(r"(?i){word}{BEFORE}{MORE}{NUMBER}\+?(?:\s*{UNIT}(?:\W|$)|\s*[)!.,;–-]|\s*$|\s*{BEHIND}(?:\W|$))"))
            .ok()?,
        behind: Regex::new(&format!(
            r"(?i)(?:^|[.,;:!?()>≥~|–•+-]\s*|(?:{BEFORE}|{ADVERB})\s+){NUMBER}\+?\s*(?:{UNIT}\s+)?{BEHIND}(?:\W|$)"
        ))
        .ok()?,
        one: Regex::new(&format!(r"(?i){word}{ONE}(?:\W|$)")).ok()?,
        unit: Regex::new(&format!(r"(?i)^(?:{UNIT}|left|st)$")).ok()?,
        name: Regex::new(&format!(r"(?i)^(?:{BEFORE}|{BEHIND})$")).ok()?,
    })
});

/// How many are left, where a text says so; of "more than 100" the hundred. Only the first 300 bytes are read.
pub fn left(text: &str) -> Option<u64> {
    let text = plain(crate::html::prefix(text, 300));
    let rules = RULES.as_ref()?;
    let numbered = text.bytes().any(|byte| byte.is_ascii_digit());
    if numbered && !rules.told.is_match(&text) {
        return None;
    }
    let number = |rule: &Regex| {
        let found = rule.captures(&text)?;
        let digits: String = found.name("n")?.as_str().chars().filter(char::is_ascii_digit).collect();
        digits.parse::<u64>().ok()
    };
    let counted = || number(&rules.behind).or_else(|| number(&rules.before));
    let counted = if numbered { counted() } else { None };
    counted.or_else(|| rules.one.is_match(&text).then_some(1))
}

/// "1", "4 pcs", "1 Stück", "5 item(s)": a number of goods and nothing else.
pub fn pieces(text: &str) -> Option<u64> {
    let text = text.trim();
    if text.len() > 40 || !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let unit = unit.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let named = || RULES.as_ref().is_some_and(|rules| rules.unit.is_match(unit.trim_matches(['(', ')', ' '])) || rules.unit.is_match(unit));
    number.parse().ok().filter(|_| number.len() <= 6 && (unit.is_empty() || named()))
}

/// Whether a text is a name of the number of goods that are left, and nothing else: "in stock", "Lagerbestand:".
pub fn is_name(text: &str) -> bool {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '：'));
    text.len() <= 48 && RULES.as_ref().is_some_and(|rules| rules.name.is_match(text))
}
