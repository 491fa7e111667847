//! What an amount in prose is: the price, one for several, shipping, a worth in trade, or something that is no offer at all.

use std::sync::LazyLock;

use super::fields;
use crate::money::{self, Price};
use crate::pattern::Pattern;
use crate::record::Offer;

/// Bytes before and after an amount that are looked at.
const BESIDE: usize = 70;

/// What an amount is said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The price of what is offered.
    Price,
    /// The price of so many.
    For(u32),
    /// The price of all that was named, without a number.
    All,
    /// Beside the price: shipping, deposit, bid and the like; the code of `offers.kind`.
    Code(&'static str),
    /// No offer: what was paid, what shops ask, a saving, a fee.
    Aside,
}

/// An amount of a text with what it is.
#[derive(Debug, Clone)]
pub struct Amount {
    /// The amount as found; places count from the start of the text.
    pub price: Price,
    /// What it is.
    pub kind: Kind,
    /// `piece`, `box`, `round`, where the amount is said to be for each.
    pub unit: Option<&'static str>,
    /// Told as a new price: "reduced to", "now".
    pub replaces: bool,
    /// Words beside it say that it is what the author asks: "asking", "obo", "firm".
    pub asked: bool,
}

impl Amount {
    /// As an offer of a listing or an item.
    pub fn offer(&self) -> Option<Offer> {
        let kind = match self.kind {
            Kind::Price if self.price.from => "from",
            Kind::Price => "fixed",
            Kind::For(_) | Kind::All => "ladder",
            Kind::Code(code) => code,
            Kind::Aside => return None,
        };
        let mut offer = fields::offer_of(&self.price, kind);
        offer.unit = self.unit.map(str::to_owned);
        if let Kind::For(quantity) = self.kind {
            offer.quantity = Some(quantity.to_string());
            offer.unit_amount =
                self.price.amount.checked_div(rust_decimal::Decimal::from(quantity)).map(|each| each.round_dp(8).normalize().to_string());
        }
        Some(offer)
    }
}

macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Option<Pattern>> = LazyLock::new(|| Pattern::new($text));
    };
}

/// Words between what an amount is and the amount itself.
#[rustfmt::skip]
const GLUE: &[&str] = &[
    "is", "was", "are", "of", "for", "at", "about", "around", "only", "just", "like", "to", "a", "an", "the", "flat", "rate", "additional", "extra", "another",
    "usually", "currently", "roughly", "on", "average", "over", "under", "almost", "nearly", "up", "me", "it", "this", "them", "these", "brand", "new",
];

/// What stands before an amount: the words, and where those begin that only join them to the amount.
struct Before<'t> {
    text: &'t str,
    glue: usize,
}

impl<'t> Before<'t> {
    fn of(text: &'t str) -> Self {
        let mut rest = text;
        loop {
            rest = rest.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '=' | '~' | '(' | '*' | '$'));
            let word = rest
                .rfind(|c: char| !c.is_alphanumeric() && c != '_')
                .map_or(0, |at| at + rest.get(at..).and_then(|tail| tail.chars().next()).map_or(1, char::len_utf8));
            let Some(last) = rest.get(word..).filter(|last| GLUE.contains(last) || last.starts_with("approx")) else { break };
            rest = rest.get(..rest.len() - last.len()).unwrap_or_default();
        }
        Self { text, glue: rest.len() }
    }

    /// Whether words of a pattern stand right before the joining ones, or with no more than `most` characters between that all suit.
    fn says(&self, pattern: &LazyLock<Option<Pattern>>, most: usize, suits: impl Fn(char) -> bool) -> bool {
        let Some(pattern) = pattern.as_ref() else { return false };
        pattern.find_iter(self.text).any(|found| bridged(self.text, found.end()..self.glue, most, &suits))
    }

    /// Whether words of a pattern stand before the amount with no more than `most` characters between that all suit.
    fn told(&self, pattern: &LazyLock<Option<Pattern>>, most: usize, suits: impl Fn(char) -> bool) -> bool {
        let Some(pattern) = pattern.as_ref() else { return false };
        pattern.find_iter(self.text).any(|found| bridged(self.text, found.end()..self.text.len(), most, &suits))
    }

    /// As [`Before::says`], with nothing between.
    fn ends(&self, pattern: &LazyLock<Option<Pattern>>) -> bool {
        self.says(pattern, 0, |_| true)
    }
}

fn bridged(text: &str, between: std::ops::Range<usize>, most: usize, suits: impl Fn(char) -> bool) -> bool {
    let between = text.get(between.start..between.end.max(between.start)).unwrap_or_default();
    between.chars().count() <= most && between.chars().all(suits)
}

pattern!(
    ASIDE_BEFORE,
    r"(?x) \b(?: msrp | rrp | uvp | retail(?:s|ed|ing|\ value|\ price)? | paid | bought | purchased | cost(?:s|ing|ed)? | worth | valued?(?:\ at)? | goes | going | go | went
        | sells? | sold | selling\ new | listed | list\ price | originally | neupreis | np | statt | payé | neuf | nuevo | pagado | pagué | pagato | nuovo | nowy | kosztował[ao]? | betaald | nieuwprijs
        | стоил[аио]? | новый\ стоит | куплен\w* | save | saves | saving | discount | fees? | into | invested | cheapest | compare[ds]? | than | minimum | min | tax | transfers? | insur\w+
        | total\ value | brownells\ price | shop\ price | store\ price | elsewhere | refund\w* | upgrade[ds]? | cash\ back | limit | run\ you | runs\ you )\b"
);
pattern!(
    ASIDE_AFTER,
    r"(?x) ^[\s).,*]* (?: \+?\s*(?:in|into|invested)\b | \b(?: off\b | discount | value\b | worth | retail | msrp | (?:brand\ )? new\b | upgrade | in\ (?:extras|accessories|parts|ammo|gear) | fees?\b | transfers?\b | of\ (?:gear|ammo|stuff|parts) | to\ the\ price | less\b | plus\ tax\ (?:at|in) | at\ the\ (?:store|shop) | at\ (?:walmart|cabela|academy|brownells|turners|midway) | neu\b | neuf\b | gespart | rabatt | de\ réduction | скидк\w+ ) )"
);
pattern!(
    SHIPPING_BEFORE,
    r"(?x) \b(?: shipping | ship | ships | postage | s\s?&\s?h | delivery | versand\w* | porto | livraison | frais\ de\ port | envío | envio | gastos\ de\ envío | spedizione | wysyłk\w+ | przesyłk\w+ | verzend\w+ | verzending
        | доставк\w+ | пересылк\w+ | kargo | الشحن )\b"
);
pattern!(
    SHIPPING_AFTER,
    r"(?x) ^[\s)*]* (?: (?:flat\ rate\ |flat\ |for\ |of\ |in\ |to\ cover\ |de\ |für\ (?:den\ )?|per\ )? (?: shipping\b | postage | s\s?&\s?h\b | to\ ship\b | ship\b | delivery | versand | porto\b | livraison | port\b | frais | envío | envio\b | spedizione | wysyłk | przesyłk | verzend | доставк | пересылк | kargo )
        | for\ (?:non|out)[\w\s-]{0,20}\(?shipping )"
);
pattern!(PLUS_BEFORE, r"(?:\+|\bplus\b|\badd\b|\btack on\b|\bzzgl\.?|\bzuzüglich|\bplus\s+de)\s*(?:an?|additional|extra|another)?[\s$]*$");
pattern!(TRADE, r"(?x) \b(?: trade\ value | trade\ worth | value\ in\ trade | tauschwert | valeur\ d'échange | valor\ de\ cambio )\b");
pattern!(TRADE_AFTER, r"^\W*(?:in\s+)?trades?\b(?:\s+value|\s+worth)?");
pattern!(
    DEPOSIT,
    r"\b(?:deposit|down payment|anzahlung|acompte|arrhes|caparra|acconto|señal|sinal|zadatek|zaliczka|aanbetaling|задаток|аванс|завдаток|kapora)\b(?:\s+(?:required|needed|von|de|di|od))?"
);
pattern!(
    DEPOSIT_AFTER,
    r"^[\s)*]*(?:as\s+|in\s+|non.?refundable\s+|)?(?:an?\s+|de\s+)?(?:deposit|down payment|anzahlung|d'acompte|acompte|arrhes|caparra|acconto|señal|sinal|zadatku|zaliczki|aanbetaling|задат|аванс|завдат|kapora)"
);
pattern!(
    BID,
    r"\b(?:(?:current|starting|opening|highest|top|high|minimum|min)\s+bid|bids?\s+(?:starts?|begins?|at)|bid|mindestgebot|startgebot|startpreis|höchstgebot|enchère(?:\s+actuelle)?|mise à prix|puja|oferta actual|offerta attuale|licytacj\w+|openingsbod|ставка)"
);
pattern!(
    BUY_NOW,
    r"\b(?:buy\s+(?:it\s+)?now|bin|sofort\s*-?\s*kauf\w*|achat immédiat|cómpralo ya|compralo subito|kup teraz|koop nu|блиц|купить сейчас|hemen al)"
);
pattern!(
    RESERVE,
    r"\b(?:reserve(?:\s+price)?|mindestpreis|prix de réserve|precio de reserva|prezzo di riserva|cena minimalna|резервная цена)"
);
pattern!(
    FOR_MANY,
    r"(?x) (?:^|[\s,;(/@:.-]) (?P<n>\d{1,5}|two|three|four|five|six|seven|eight|nine|ten|twelve|twenty|both|pair|zwei|drei|deux|trois|dos|tres|due|tre|dwa|trzy|два|три|двое) \s* (?:x|×|pcs|pieces|boxes|mags|magazines|rounds|rds|of\ them|stück|stk|units?|шт\.?|szt\.?)? \s* (?:for|/|=|@|für|pour|por|per|za|за|voor) \s* (?:only|just)? [\s$*]* $"
);
// The words of the next pattern alone, which is tried where one of them stands.
pattern!(
    ALL_WORDS,
    r"both|all|everything|whole|the lot|the pair|the set|package|bundle|total|combo|zusammen|komplett|le tout|ensemble|todo|tutto|całość|razem|вс[её]|вместе|hepsi"
);
pattern!(
    ALL_BEFORE,
    r"(?x) \b(?: both | all | everything | whole\ (?:lot|thing|package|set|deal) | the\ (?:lot|pair|set|package|bundle) | package(?:\ deal)? | total | combo | altogether | all\ together | alles\ zusammen | zusammen | komplett | le\ tout | l'ensemble | todo | tutto | całość | razem | alles\ samen | всё | все | вместе | hepsi )\b (?:\ (?:of\ (?:it|them)|three|four|five|six|ten|guns|items|mags|\d+))? [\s:,=~-]* (?:(?:is|are|for|at|price|the\ price\ is|shipped|i|will|take|asking|would|be|am|can|this|week|only|just)\b[\s:,(-]*)* [\s$*(]* $"
);
pattern!(
    ALL_AFTER,
    r"(?x) ^[\s)*.-]* (?:shipped\s+|obo\s+|cash\s+|total\s+)* (?:for|if\ you\ (?:buy|take|want)|takes|gets|für|pour|por|per|za|за|voor) \s+ (?:you\s+)? (?: both | all\b | everything | the\ (?:pair|set|lot|whole|two|three|four|package|entire) | it\ all | beide | alles | les\ deux | le\ tout | ambos | todo | entrambi | tutto | oba | wszystk | оба | обе | всё | все\b | ikisi )"
);
pattern!(
    EACH,
    r"(?x) ^[\s)*]* (?: obo \s+ | shipped \s+ | usd \s+ | or\ best\ offer \s+ )? (?: (?:for\ )?each\b | /\s*(?:ea|each|pc|piece|mag(?:azine)?|stk|stück|st|шт|szt|unit)\b | ea\b | apiece\b | a\s?/?\s?piece\b | per\ (?:piece|item|mag(?:azine)?|unit|one)\b | pro\ (?:stück|stk) | je\b | la\ pièce | pièce\b | l'unité | cada\ un[oa]? | c/u | cadaun[oa] | l'uno | za\ sztukę | sztuka | per\ stuk | за\ шт\w* | за\ штуку | adet\b | tanesi )"
);
pattern!(
    PER_BOX,
    r"^[\s)*]*(?:obo\s+|shipped\s+)?(?:/\s*|a\s+|per\s+|pro\s+|la\s+|za\s+|за\s+)(?:box|bx|schachtel|packung|boîte|caja|scatola|pudełko|doos|коробк\w+|пачк\w+)(?:\b|$)"
);
pattern!(
    PER_ROUND,
    r"^[\s)*]*(?:/\s*|a\s+|per\s+|pro\s+|je\s+|la\s+|za\s+|за\s+)(?:round|rounds|rd|rnd|shot|schuss|patrone|cartouche|coup|cartucho|cartuccia|colpo|nabój|patroon|патрон|выстрел|fişek)(?:\b|$)"
);
pattern!(
    EACH_BEFORE,
    r"(?:\b(?:each|apiece|je|jeweils|stück|chacun|chaque|cada uno|ciascuno|każdy|per stuk|каждый|по)\b|\d\s*@)[\s:=~$*(-]*(?:for|is|at|are|zu)?[\s$]*$"
);
pattern!(
    REPLACES,
    r"(?x) (?: price\ (?:drop|cut|change|reduced|lowered|now)(?:ped|ed)? | reduced | lowered | dropp?(?:ed|ing)? | new\ (?:lower\ )?price | now | price\ is\ now | \bedit | update[d]? | changed | neuer\ preis | reduziert | preissenkung | nouveau\ prix | baissé | prix\ baissé | rebajado | ribassato | obniżka | obniżona | nowa\ cena | verlaagd | nieuwe\ prijs | снижен\w* | новая\ цена | indirim\w* ) \b"
);
pattern!(
    BARE,
    r"(?i)(?:[-–—:=,]\s*|\s{2,})(?P<n>\d{1,3}(?:,\d{3})*(?:\.\d{2})?|\d{1,5})\s*(?:shipped|obo|firm|each|ea|plus ship\w*|\+ ?ship\w*)?[\s.)]*$"
);
pattern!(
    OFFERS,
    r"\b(?:asking|ask|sell|selling|mine|yours|my|want|take|for sale|price|now|but|only|get|i'm|let|preis|prix|precio|prezzo|cena|prijs|цена)\b"
);
pattern!(
    ASKED_BEFORE,
    r"\b(?:asking(?:\s+price)?|ask|price[ds]?|take|takes|sell|selling|let\s+(?:it|her|them|this)?\s*go|looking\s+(?:for|to\s+get)|get|want|wanting|sale|firm|mine|yours|have it|preis|vb|vhb|festpreis|prix|precio|prezzo|preço|prijs|vraagprijs|cena|цена|прошу|fiyat|السعر)\b"
);
pattern!(
    ASKED_AFTER,
    r"(?x) ^[\s)*,.]* (?: obo\b | o\.b\.o | or\ best | firm\b | shipped\b | cash\b | ftf\b | plus\ (?:actual\ )?ship | \+\ ?(?:actual\ )?ship | \+\ ?tax | takes\b | gets\b | for\ (?:the\ |this\ |my\ )?(?:gun|rifle|pistol|shotgun|revolver|everything|all|it|package|whole|both|set|lot|complete) | to\ your\ (?:door|ffl) | local | in\ person | delivered | vb\b | vhb\b | fp\b | fest\b | à\ débattre | ferme\b | negociable | trattabili | do\ negocjacji | торг\b )"
);
pattern!(ASKING_AFTER, r"(?i)\basking\b");

fn says(pattern: &LazyLock<Option<Pattern>>, text: &str) -> bool {
    pattern.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// Every amount of a text with what it is, in order. `currency` is that of amounts whose sign or word does not tell.
pub fn find(text: &str, currency: Option<&str>, crypto: bool) -> Vec<Amount> {
    let prices = money::find_prices(text, currency, crypto);
    let mut found = Vec::with_capacity(prices.len());
    for (number, price) in prices.iter().enumerate() {
        let from = number.checked_sub(1).and_then(|before| prices.get(before)).map_or(0, |before| before.end);
        let to = prices.get(number + 1).map_or(text.len(), |next| next.start);
        let before = clause_before(text, from, price.start);
        let after = text.get(price.end..to).unwrap_or_default();
        let after = crate::html::prefix(after.split('\n').next().unwrap_or_default(), BESIDE).to_lowercase();
        let mut amount = judge(price.clone(), &before, &after);
        // "retails for $180 and the mount for $40, so $220": what is told of the first is told of all.
        let goes_on = found.last().is_some_and(|last: &Amount| last.kind == Kind::Aside)
            && text.get(from..price.start).is_some_and(|between| {
                between.len() <= 60 && !between.contains(['.', '!', '?', ';', '\n']) && !says(&OFFERS, &between.to_lowercase())
            });
        if goes_on && amount.kind == Kind::Price {
            amount.kind = Kind::Aside;
        }
        found.push(amount);
    }
    found
}

/// An amount that stands for itself, as the words of another place say.
pub fn plain(digits: &str, start: usize, currency: &str) -> Option<Amount> {
    let amount = money::parse_amount(digits)?;
    let end = start + digits.len();
    let price = Price {
        amount: amount.normalize(),
        currency: Some(currency.to_owned()),
        start,
        end,
        raw: digits.to_owned(),
        from: false,
        up_to: false,
        per: None,
        role: money::Effect::Asked,
    };
    Some(Amount { price, kind: Kind::Price, unit: None, replaces: false, asked: false })
}

/// A number at the end of a line of a list whose other lines name a currency: `Saiga magazine, **30**`, `rail - 165`.
pub fn bare(text: &str, line: std::ops::Range<usize>, currency: &str) -> Option<Amount> {
    let words = text.get(line.clone())?;
    let found = BARE.as_ref()?.captures(words)?.name("n")?;
    let amount = money::parse_amount(found.as_str())?;
    let (start, end) = (line.start + found.start(), line.start + found.end());
    let price = Price {
        amount: amount.normalize(),
        currency: Some(currency.to_owned()),
        start,
        end,
        raw: found.as_str().to_owned(),
        from: false,
        up_to: false,
        per: None,
        role: money::Effect::Asked,
    };
    Some(judge(price, &clause_before(text, line.start, start), &words.get(found.end()..)?.to_lowercase()))
}

/// What stands before an amount in its sentence, in small letters.
fn clause_before(text: &str, from: usize, to: usize) -> String {
    let mut start = from.max(to.saturating_sub(BESIDE));
    while !text.is_char_boundary(start) {
        start += 1;
    }
    let head = text.get(start..to).unwrap_or_default();
    let sentence = head.rfind(['\n', '!', '?', ';']).map_or(0, |at| at + 1);
    let stop = head.rfind(". ").map_or(0, |at| at + 2);
    head.get(sentence.max(stop)..).unwrap_or(head).to_lowercase()
}

fn judge(price: Price, before: &str, after: &str) -> Amount {
    let joined = Before::of(before);
    let traded = joined.told(&TRADE, 20, |c| !matches!(c, '.' | ';' | '$' | '€' | '£') && !c.is_numeric())
        || before
            .trim_end_matches(|c: char| c.is_whitespace() || c == ':')
            .strip_suffix("trade")
            .is_some_and(|head| !head.ends_with(char::is_alphanumeric));
    let unit = if says(&PER_ROUND, after) {
        Some("round")
    } else if says(&PER_BOX, after) {
        Some("box")
    } else if says(&EACH, after) || says(&EACH_BEFORE, before) {
        Some("piece")
    } else {
        None
    };
    let unit = unit.or_else(|| price.per.filter(|per| per.count == rust_decimal::Decimal::ONE).map(|per| per.unit));
    let plus = says(&PLUS_BEFORE, before);
    let shipped = after.trim_start().starts_with("shipp") || after.trim_start().starts_with("incl");
    let kind = if says(&DEPOSIT_AFTER, after) || joined.ends(&DEPOSIT) {
        Kind::Code("deposit")
    } else if traded || (says(&TRADE_AFTER, after) && !after.contains("trade for")) {
        Kind::Code("trade_value")
    } else if says(&SHIPPING_AFTER, after)
        || (joined.says(&SHIPPING_BEFORE, 45, |c| !matches!(c, '.' | ';' | '!' | '?' | '$' | '€' | '£') && !c.is_numeric()) && !shipped)
        || (plus && shipped)
    {
        Kind::Code("shipping")
    } else if joined.ends(&BUY_NOW) {
        Kind::Code("buy_now")
    } else if joined.ends(&BID) {
        Kind::Code("bid")
    } else if joined.ends(&RESERVE) {
        Kind::Code("reserve")
    } else if says(&ASIDE_AFTER, after) || joined.ends(&ASIDE_BEFORE) || matches!(price.role, money::Effect::Off | money::Effect::Limit) {
        Kind::Aside
    } else if let Some(many) = many(before) {
        many
    } else if (says(&ALL_WORDS, before) && says(&ALL_BEFORE, before)) || says(&ALL_AFTER, after) {
        Kind::All
    } else {
        Kind::Price
    };
    let replaces = kind == Kind::Price
        && joined.told(&REPLACES, 28, |c| !matches!(c, '$' | '€' | '£') && !c.is_numeric())
        && !says(&ASKING_AFTER, after);
    let asked = joined.says(&ASKED_BEFORE, 24, |c| c.is_alphanumeric() || c.is_whitespace() || c == '_')
        || says(&ASKED_AFTER, after)
        || before.trim_matches(|c: char| !c.is_alphanumeric()).is_empty();
    Amount { price, kind, unit, replaces, asked }
}

/// "5 for $65", "both for 300".
fn many(before: &str) -> Option<Kind> {
    let found = FOR_MANY.as_ref()?.captures(before)?;
    let quantity = match found.name("n")?.as_str() {
        "two" | "zwei" | "deux" | "dos" | "due" | "dwa" | "два" | "двое" | "both" | "pair" => 2,
        "three" | "drei" | "trois" | "tres" | "tre" | "trzy" | "три" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "twelve" => 12,
        "twenty" => 20,
        digits => digits.parse().ok()?,
    };
    (quantity >= 2).then_some(Kind::For(quantity))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, String)> {
        find(text, None, false)
            .iter()
            .map(|amount| {
                let kind = amount.offer().map_or_else(|| "aside".to_owned(), |offer| offer.kind);
                (amount.price.amount.to_string(), kind + amount.unit.map_or("", |unit| unit))
            })
            .collect()
    }

    #[test]
    fn every_pattern_is_one() {
        for pattern in [
            &ASIDE_BEFORE,
            &ASIDE_AFTER,
            &SHIPPING_BEFORE,
            &SHIPPING_AFTER,
            &PLUS_BEFORE,
            &TRADE,
            &TRADE_AFTER,
            &DEPOSIT,
            &DEPOSIT_AFTER,
            &BID,
            &BUY_NOW,
            &RESERVE,
            &FOR_MANY,
            &ALL_WORDS,
            &ALL_BEFORE,
            &ALL_AFTER,
            &EACH,
            &PER_BOX,
            &PER_ROUND,
            &EACH_BEFORE,
            &REPLACES,
            &ASKED_BEFORE,
            &ASKED_AFTER,
            &ASKING_AFTER,
        ] {
            assert!(pattern.is_some());
        }
    }

    #[test]
    fn an_amount_is_what_the_words_beside_it_say() {
        for (text, expected) in [
            ("Asking $450 shipped", vec![("450", "fixed")]),
            ("Price: $159 + $15 shipping", vec![("159", "fixed"), ("15", "shipping")]),
            ("I paid $1200 a couple months ago. Asking $1000 for the gun", vec![("1200", "aside"), ("1000", "fixed")]),
            ("Will ship to your valid FFL for $35", vec![("35", "shipping")]),
            ("$15 each, 5 for $65, 10 for $120", vec![("15", "fixedpiece"), ("65", "ladder"), ("120", "ladder")]),
            ("$20 each, $35 for both", vec![("20", "fixedpiece"), ("35", "ladder")]),
            ("$975 cash (firm), $1250 trade value", vec![("975", "fixed"), ("1250", "trade_value")]),
            ("MSRP $595, retails for $600, they go for $400+ new", vec![("595", "aside"), ("600", "aside"), ("400", "aside")]),
            ("$0.45 per round", vec![("0.45", "fixedround")]),
            ("50 € Anzahlung, Versand 8 €", vec![("50", "deposit"), ("8", "shipping")]),
            ("Starting bid $100, buy it now $250, reserve $180", vec![("100", "bid"), ("250", "buy_now"), ("180", "reserve")]),
            ("prix 300 € + 12 € de port", vec![("300", "fixed"), ("12", "shipping")]),
        ] {
            let expected: Vec<(String, String)> = expected.into_iter().map(|(a, k)| (a.to_owned(), k.to_owned())).collect();
            assert_eq!(told(text), expected, "{text}");
        }
    }

    #[test]
    fn a_price_that_takes_the_place_of_another_is_told() {
        let replaced = |text: &str| find(text, None, false).iter().map(|amount| amount.replaces).collect::<Vec<_>>();
        assert_eq!(replaced("$7495 ... REDUCED to $6495"), [false, true]);
        assert_eq!(replaced("EDIT: $480!!!"), [true]);
        assert_eq!(replaced("Neuer Preis: 300 €"), [true]);
        assert_eq!(replaced("Asking $300"), [false]);
    }
}
