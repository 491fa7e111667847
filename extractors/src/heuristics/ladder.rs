//! Prices by quantity: tables and lists with a number of units and what they cost.

mod heads;

use std::sync::LazyLock;

use regex::Regex;
use rust_decimal::Decimal;

use super::fields;
use super::outline::{Break, Run};
use super::reader::Reader;
use super::single::Scene;
use crate::money::{self, Price};
use crate::provenance::Draft;
use crate::record::Offer;

/// Rungs of one ladder.
const MAX_RUNGS: usize = 30;

/// One line of a ladder.
struct Rung {
    element: usize,
    quantity: Decimal,
    unit: Option<&'static str>,
    price: Price,
}

/// Adds the rungs of the longest ladder outside of cards as offers of kind `ladder`.
pub fn read(scene: &Scene<'_, '_>, reader: &Reader<'_>, draft: &mut Draft) {
    variants(scene, reader, draft);
    let Some(mut rungs) = ladder(scene, reader).or_else(|| one_step(scene, reader, draft)) else { return };
    // "3 pcs: 175 each" begins with the price of one.
    let lead = draft.listing.offers.first().filter(|offer| offer.kind == "fixed" && offer.quantity.is_none());
    if let (Some(lead), Some(lowest)) = (lead, rungs.first())
        && lowest.quantity > Decimal::ONE
        && lead.currency == lowest.price.currency
        && let Ok(amount) = lead.amount.parse::<Decimal>()
        && amount > lowest.price.amount
        && rungs.windows(2).all(|pair| matches!(pair, [a, b] if b.price.amount < a.price.amount))
    {
        let price = Price { amount, ..lowest.price.clone() };
        rungs.insert(0, Rung { element: lowest.element, quantity: Decimal::ONE, unit: lowest.unit, price });
    }
    // Larger quantities cost more where the amount is the sum, less where it is the price of one.
    let sums = rungs.windows(2).all(|pair| matches!(pair, [a, b] if b.price.amount > a.price.amount));
    for rung in rungs {
        let (total, each) = if sums {
            (Some(rung.price.amount), rung.price.amount.checked_div(rung.quantity))
        } else {
            (rung.price.amount.checked_mul(rung.quantity), Some(rung.price.amount))
        };
        let (Some(total), Some(each)) = (total, each) else { continue };
        let offer = Offer {
            amount: total.round_dp(8).normalize().to_string(),
            quantity: Some(rung.quantity.normalize().to_string()),
            unit: Some(rung.unit.unwrap_or("piece").to_owned()),
            unit_amount: Some(each.round_dp(8).normalize().to_string()),
            ..fields::offer_of(&rung.price, "ladder")
        };
        let single = rung.quantity == Decimal::ONE;
        let leads = draft.listing.offers.first().is_some_and(|own| own.amount == offer.amount && own.currency == offer.currency);
        draft.read(|| scene.outline.origin("price_block", rung.element, &rung.price.raw), |listing| listing.offers.push(offer));
        // What one costs is the price, whatever else stands beside it.
        let fixed = draft.listing.offers.first().is_some_and(|own| own.kind == "fixed" && own.quantity.is_none());
        if single && !leads && fixed && reader.crypto {
            draft.lead(draft.listing.offers.len() - 1);
        }
    }
}

/// One lower price for many, below the price: "10 boxes or more $26.25 each".
fn one_step(scene: &Scene<'_, '_>, reader: &Reader<'_>, draft: &Draft) -> Option<Vec<Rung>> {
    let outline = scene.outline;
    let lead = draft.listing.offers.first().filter(|offer| offer.kind == "fixed" && offer.quantity.is_none())?;
    let amount: Decimal = lead.amount.parse().ok()?;
    let near =
        outline.runs.iter().position(|run| run.text.contains(lead.raw.as_str()) && !lead.raw.is_empty() && !scene.in_card(run.element))?;
    let mut from = near;
    while from < outline.runs.len().min(near + 24) {
        let end = (from + 1..outline.runs.len())
            .find(|at| outline.runs.get(*at).is_none_or(|run| run.before == Break::Line))
            .unwrap_or(outline.runs.len());
        let runs = outline.runs.get(from..end)?;
        from = end;
        let element = runs.first()?.element;
        let text = runs.iter().take(6).map(|run| run.text.as_str()).collect::<Vec<_>>().join(" ");
        let lower = if text.len() <= 80 && money::has_two_numbers(&text) { text.to_lowercase() } else { continue };
        let open = OR_MORE.iter().any(|more| lower.contains(more))
            || lower.contains("+ ")
            || ["from ", "ab ", "dès ", "desde ", "od ", "vanaf ", "от "].iter().any(|lead| lower.starts_with(lead));
        if !open || scene.in_card(element) || super::shipping::is_option(outline, element) {
            continue;
        }
        let step = rung(&text, element, reader).filter(|step| {
            let same = step.price.currency == lead.currency && step.price.amount < amount;
            same && step.quantity > Decimal::ONE && step.price.amount * Decimal::TWO > amount
        });
        if let Some(step) = step {
            let price = Price { amount, ..step.price.clone() };
            return Some(vec![Rung { element, quantity: Decimal::ONE, unit: step.unit, price }, step]);
        }
    }
    None
}

/// Adds what is to be chosen among, each with a price of its own, where the first costs what the goods do.
fn variants(scene: &Scene<'_, '_>, reader: &Reader<'_>, draft: &mut Draft) {
    let outline = scene.outline;
    let Some(lead) = draft.listing.offers.first().filter(|offer| matches!(offer.kind.as_str(), "fixed" | "from")) else { return };
    let mut lists: Vec<(usize, Vec<(usize, Price)>)> = Vec::new();
    for (at, facts) in outline.elements.iter().enumerate() {
        if !matches!(facts.name, "option" | "label") || !(4..=100).contains(&facts.text) || facts.chrome || scene.in_card(at) {
            continue;
        }
        let text = outline.text_of(at, 160);
        let mut prices = money::find_prices(&text, reader.currency, reader.crypto);
        let named = text.chars().filter(|c| c.is_alphabetic()).count() >= 3;
        if prices.len() != 1 || !named || rung(&text, at, reader).is_some() {
            continue;
        }
        let Some(price) = prices.pop().filter(|price| price.currency == lead.currency && !price.amount.is_zero()) else { continue };
        match lists.last_mut().filter(|(parent, list)| *parent == facts.parent && list.len() < MAX_RUNGS) {
            Some((_, list)) => list.push((at, price)),
            None => lists.push((facts.parent, vec![(at, price)])),
        }
    }
    // Of several lists in one box the ways to send the goods are another.
    let leads = |price: &Price| lead.amount.parse::<Decimal>().is_ok_and(|amount| amount == price.amount);
    let Some((_, list)) = lists.into_iter().find(|(_, list)| list.len() >= 2 && list.first().is_some_and(|(_, price)| leads(price))) else {
        return;
    };
    let heading = |at: usize| outline.elements.get(at).map_or(0, |facts| facts.first_run);
    let mut before = None;
    for (at, price) in list {
        // A heading between two of them begins another list.
        let first = heading(at);
        let parted = before.is_some_and(|last: usize| first > last);
        if parted {
            break;
        }
        before = outline.elements.get(at).map(|facts| facts.last_run);
        let offer = fields::offer_of(&price, "fixed");
        if !draft.listing.offers.iter().any(|own| own.amount == offer.amount && own.currency == offer.currency) {
            draft.read(|| outline.origin("price_block", at, &price.raw), |listing| listing.offers.push(offer));
        }
    }
}

/// The longest run of neighbouring rows that read as quantity and price, quantities growing; at least two.
fn ladder(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Option<Vec<Rung>> {
    let outline = scene.outline;
    let mut ladders: Vec<(usize, Vec<Rung>)> = Vec::new();
    for (at, facts) in outline.elements.iter().enumerate() {
        let is_row = matches!(facts.name, "tr" | "li" | "option" | "td" | "div" | "p" | "dt" | "label" | "a" | "span" | "button" | "dl")
            && (3..=120).contains(&facts.text);
        let counts = || outline.runs_of(at).iter().any(|run| money::has_digit(&run.text));
        if !is_row || facts.chrome || !counts() || scene.in_card(at) || super::shipping::is_option(outline, at) {
            continue;
        }
        let whole = || {
            if facts.text <= 80 && !matches!(facts.name, "label" | "a" | "span" | "button") {
                rung(&outline.text_of(at, 160), at, reader)
            } else {
                None
            }
        };
        let Some(rung) = in_parts(outline.runs_of(at), at, reader).or_else(whole) else { continue };
        let same = ladders.last_mut().filter(|(parent, rungs)| {
            let follows = |last: &Rung| last.quantity < rung.quantity && last.price.currency == rung.price.currency;
            *parent == facts.parent && rungs.len() < MAX_RUNGS && rungs.last().is_some_and(follows)
        });
        match same {
            Some((_, rungs)) => rungs.push(rung),
            None => ladders.push((facts.parent, vec![rung])),
        }
    }
    ladders.extend(by_line(scene, reader));
    // What rows say by themselves is surer: the last of the longest counts.
    ladders.splice(0..0, heads::find(scene, reader.crypto));
    // Amounts that rise and fall are no ladder.
    let steady = |rungs: &[Rung]| {
        let mut steps = rungs.windows(2).map(|pair| matches!(pair, [a, b] if b.price.amount > a.price.amount));
        let first = steps.next();
        steps.all(|step| Some(step) == first)
    };
    for (_, rungs) in &mut ladders {
        from_limits(scene, rungs);
    }
    let whole = ladders.into_iter().map(|(_, rungs)| rungs).filter(|rungs| rungs.len() >= 2 && steady(rungs));
    whole.max_by_key(Vec::len)
}

/// "Bis 3", "Bis 9", "Ab 10": what holds up to a number begins behind the one before it.
fn from_limits(scene: &Scene<'_, '_>, rungs: &mut [Rung]) {
    const LIMITS: &[&str] = &["bis ", "up to ", "jusqu'à ", "hasta ", "fino a ", "até ", "tot "];
    let limited = |rung: &Rung| {
        let text = scene.outline.text_of(rung.element, 40).to_lowercase();
        LIMITS.iter().any(|lead| text.starts_with(lead))
    };
    if !rungs.first().is_some_and(limited) {
        return;
    }
    let mut next = Decimal::ONE;
    for rung in rungs {
        if !limited(rung) {
            break;
        }
        let limit = std::mem::replace(&mut rung.quantity, next);
        next = limit.checked_add(Decimal::ONE).unwrap_or(limit);
    }
}

/// Neighbouring lines that read as rungs, where line ends part them or each is a box of its own.
fn by_line(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Vec<(usize, Vec<Rung>)> {
    let outline = scene.outline;
    let mut ladders: Vec<(usize, Vec<Rung>)> = Vec::new();
    let (mut from, mut open) = (0, false);
    while from < outline.runs.len() {
        let end = outline
            .runs
            .iter()
            .enumerate()
            .skip(from + 1)
            .find(|(_, run)| run.before == Break::Line)
            .map_or(outline.runs.len(), |(at, _)| at);
        let runs = outline.runs.get(from..end).unwrap_or(&[]);
        from = end;
        if runs.len() <= 3
            && let Some(rungs) = in_one(runs, reader)
                .filter(|_| runs.first().is_some_and(|run| !scene.in_card(run.element) && !outline.in_link(run.element)))
        {
            ladders.push((runs.first().map_or(0, |run| run.element), rungs));
            open = false;
            continue;
        }
        let digits = runs.len() <= 8 && runs.iter().any(|run| run.text.bytes().any(|byte| byte.is_ascii_digit()));
        let element = runs.first().map_or(0, |run| run.element);
        let own = digits
            && outline.elements.get(element).is_some_and(|facts| !facts.chrome && !facts.hidden)
            && !scene.in_card(element)
            && !super::shipping::is_option(outline, element)
            && !outline.in_link(element);
        let line = |runs: &[Run]| runs.iter().map(|run| run.text.as_str()).collect::<Vec<_>>().join(" ");
        // The first cell of the row may say what stands in the second.
        let cell = runs.iter().rposition(|run| run.before == Break::Cell).unwrap_or(0);
        let found = own.then(|| [runs, runs.get(cell..).unwrap_or(&[])]).and_then(|parts| {
            parts.into_iter().map(line).find_map(|line| if line.len() <= 100 { rung(&line, element, reader) } else { None })
        });
        let Some(rung) = found else {
            open = false;
            continue;
        };
        let follows = |last: &Rung| last.quantity < rung.quantity && last.price.currency == rung.price.currency;
        match ladders.last_mut().filter(|(_, rungs)| open && rungs.len() < MAX_RUNGS && rungs.last().is_some_and(follows)) {
            Some((_, rungs)) => rungs.push(rung),
            None => ladders.push((element, vec![rung])),
        }
        open = true;
    }
    ladders
}

/// Rungs side by side in one text: "5g $95 / 10g $170 / 25g $390".
fn in_one(runs: &[Run], reader: &Reader<'_>) -> Option<Vec<Rung>> {
    let run = runs.iter().find(|run| (12..=240).contains(&run.text.len()))?;
    let marks = ['/', '|', ';', '•', '·', ','];
    if runs.iter().any(|other| other.text.len() > 2 && !std::ptr::eq(other, run)) || run.text.matches(marks).count() == 0 {
        return None;
    }
    let whole = |mark: char| {
        let parts = run.text.split(mark).map(str::trim).filter(|part| !part.is_empty());
        let mut rungs: Vec<Rung> = Vec::new();
        for part in parts {
            let rung = if part.len() <= 60 { rung(part, run.element, reader)? } else { return None };
            if rungs.last().is_some_and(|last| last.quantity >= rung.quantity || last.price.currency != rung.price.currency) {
                return None;
            }
            rungs.push(rung);
        }
        (2..=MAX_RUNGS).contains(&rungs.len()).then_some(rungs)
    };
    let found = run.text.bytes().filter(u8::is_ascii_digit).count() >= 4;
    marks.into_iter().filter(|mark| found && run.text.contains(*mark)).find_map(whole)
}

/// A number of units in an element of its own, and an amount in another behind it: cells of a row, boxes in a line.
fn in_parts(runs: &[Run], element: usize, reader: &Reader<'_>) -> Option<Rung> {
    if !(2..=12).contains(&runs.len()) {
        return None;
    }
    let counted = runs.iter().enumerate().take(6).find_map(|(at, run)| {
        let (quantity, unit) = units(&run.text)?;
        // A bare number may be anything but in the first place.
        (at == 0 || unit.is_some()).then_some((at, quantity, unit))
    });
    let (at, quantity, unit) = counted?;
    // "5" "pcs" "$9": the amount is what follows, nothing else stands between.
    let behind = runs.get(at + 1..)?;
    // In a row of a table a measure is told once, whatever stands between it and the amount.
    let reach =
        if unit.is_some_and(|unit| unit_code(unit).is_some()) && behind.iter().any(|run| run.before == Break::Cell) { 7 } else { 3 };
    let (price, _) = behind.iter().take(reach).enumerate().find_map(|(skip, run)| {
        let text = match behind.get(skip + 1) {
            Some(next) if next.before == Break::Soft && next.text.len() <= 4 => format!("{} {}", run.text, next.text),
            _ => run.text.clone(),
        };
        money::find_prices(&text, reader.currency, reader.crypto)
            .into_iter()
            .find(|price| price.currency.is_some() && !price.amount.is_zero())
            .map(|price| (price, skip))
    })?;
    let unit = unit.and_then(unit_code);
    Some(Rung { element, quantity, unit, price })
}

/// `1`, `1-4`, `10+`, `from 5 pcs`, `od 5 opak.`, `50 rounds`, `5 or more`: how many, and the word behind the number.
fn units(text: &str) -> Option<(Decimal, Option<&str>)> {
    const LEADS: &[&str] = &[
        "from",
        "ab",
        "dès",
        "des",
        "à partir de",
        "desde",
        "a partir de",
        "da",
        "a partire da",
        "od",
        "vanaf",
        "от",
        "від",
        "min",
        "min.",
        "qty",
        "qty:",
        "min. qty",
        "x",
        "×",
        ">=",
        "≥",
        ">",
        "more than",
        "mehr als",
        "über",
        "plus de",
        "más de",
        "più di",
        "mais de",
        "powyżej",
        "meer dan",
        "больше",
        "более",
        "понад",
        "bis",
        "up to",
        "jusqu'à",
        "hasta",
        "fino a",
        "até",
        "tot",
        "tot en met",
    ];
    if text.len() > 40 || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let at = text.find(|c: char| c.is_ascii_digit())?;
    let (lead, rest) = text.split_at(at);
    let lead = lead.trim().to_lowercase();
    if !lead.is_empty() && !LEADS.contains(&lead.as_str()) {
        return None;
    }
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = rest.split_at(digits);
    let quantity: Decimal = Some(number).filter(|number| number.len() <= 6)?.parse().ok()?;
    // "> 1" begins with two.
    let quantity = if matches!(
        lead.as_str(),
        ">" | "more than"
            | "mehr als"
            | "über"
            | "plus de"
            | "más de"
            | "più di"
            | "mais de"
            | "powyżej"
            | "meer dan"
            | "больше"
            | "более"
            | "понад"
    ) {
        quantity.checked_add(Decimal::ONE)?
    } else {
        quantity
    };
    // "1-4", "5 – 9", "10+", "20 or more".
    let mut rest = rest.trim();
    if let Some(end) = rest.strip_prefix(['-', '–', '—']).map(str::trim_start) {
        let digits = end.bytes().take_while(u8::is_ascii_digit).count();
        rest = end.get(digits..)?.trim();
        if digits == 0 {
            return None;
        }
    }
    let rest = rest.trim_matches(|c: char| matches!(c, '+' | ':' | '=' | '-' | '–' | '|') || c.is_whitespace());
    let words = rest.split_whitespace().count();
    let plain = rest.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '(' | ')' | '/'));
    if rest.is_empty() {
        return (!quantity.is_zero()).then_some((quantity, None));
    }
    let unit = rest.split_whitespace().next();
    let known = unit.is_some_and(|unit| unit_code(unit).is_some() || is_piece(unit));
    // "or more", "and up", in any language, begin with a short word.
    let more = (2..=4).contains(&words) && unit.is_some_and(|unit| unit.chars().count() <= 4 && !known);
    let one_word = words == 1 && rest.chars().count() <= 12 && known;
    let counted = known && words <= 3;
    (plain && !quantity.is_zero() && (one_word || counted || (more && OR_MORE.contains(&rest.to_lowercase().as_str()))))
        .then_some((quantity, if known { unit } else { None }))
}

#[rustfmt::skip]
const OR_MORE: &[&str] = &[
    "or more", "and more", "and up", "and above", "or above", "oder mehr", "und mehr", "ou plus", "et plus", "o más", "y más", "o più", "e più", "ou mais", "e mais",
    "lub więcej", "i więcej", "of meer", "en meer", "или более", "и более", "или больше", "и больше", "або більше", "і більше", "ve üzeri", "veya daha fazla", "ve üstü",
    "أو أكثر", "فأكثر",
];

/// Words for one of many that say nothing of what kind.
fn is_piece(unit: &str) -> bool {
    #[rustfmt::skip]
    const PIECES: &[&str] = &[
        "x", "×", "pc", "pcs", "piece", "pieces", "unit", "units", "ea", "item", "items", "stück", "stk", "st", "pièce", "pièces", "piece(s)", "unité", "unités",
        "unidad", "unidades", "ud", "uds", "pieza", "piezas", "pezzo", "pezzi", "pz", "sztuka", "sztuki", "sztuk", "szt", "opak", "opakowanie", "opakowania",
        "opakowań", "stuk", "stuks", "шт", "штук", "штука", "штуки", "ед", "единиц", "adet", "tane", "peça", "peças", "قطعة", "قطع", "حبة", "ks", "kus", "kusů", "db",
        "pack", "packs", "packung", "packungen", "paquet", "paquets", "paquete", "paquetes", "pacco", "pacchi", "пачка", "пачки", "пачек", "упаковка", "set", "sets",
        "copy", "copies", "lot", "lots", "bundle", "bundles",
    ];
    let lower = unit.trim_end_matches(['.', ')', '(']).to_lowercase();
    PIECES.contains(&lower.as_str())
}

/// Code of a word for a measure or a kind of thing.
fn unit_code(unit: &str) -> Option<&'static str> {
    match unit.trim_end_matches('.').to_lowercase().as_str() {
        "g" | "gr" | "gram" | "grams" | "gramm" | "gramme" | "grammes" | "gramos" | "grammi" | "г" | "гр" | "грамм" => Some("g"),
        "kg" | "kilo" | "kilos" | "кг" => Some("kg"),
        "round" | "rounds" | "rd" | "rds" | "rnd" | "rnds" | "schuss" | "cartouches" | "cartouche" | "cartridges" | "cartridge"
        | "patronen" | "patrone" | "cartuchos" | "cartucce" | "patroni" | "naboje" | "naboi" | "nabojów" | "патронов" | "патрони"
        | "патронів" | "патроны" | "fişek" | "mermi" | "طلقة" | "طلقات" | "munições" | "cartuchos." | "kogels" => {
            Some("round")
        }
        "box" | "boxes" | "boîte" | "boîtes" | "schachtel" | "schachteln" | "caja" | "cajas" | "scatola" | "scatole" | "caixa"
        | "caixas" | "doos" | "dozen" | "pudełko" | "pudełka" | "коробка" | "коробки" | "коробок" | "kutu" | "علبة" | "علب" => {
            Some("box")
        }
        _ => None,
    }
}

/// `10 pcs: $90`, `10+ | 9,50 €`, `5 x - $45`, `$45 5 pcs`, `50 EUR each from 4`.
fn rung(text: &str, element: usize, reader: &Reader<'_>) -> Option<Rung> {
    static HEAD: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix) ^\s* (?:from|ab|dès|qty:?|>=?)? \s* (?P<n>\d{1,6}) \s* (?: (?:-|–|to|bis) \s* \d{1,6} )? \s* \+? \s*
            (?P<u> x | × | pcs?\.? | pieces? | units? | stück | stk\.? | pi[eè]ces? | unidades | pezzi | szt\.? | stuks? | st\. | pz\.? | uds?\.? | adet | items? | шт\.? | rounds? | rds? | schuss
              | cartouches | box(?:es)? | boîtes? | g | grams? | kg )?
            \s* (?: \+ | or\ more | and\ more | and\ up | or\ above | oder\ mehr | und\ mehr | ou\ plus | et\ plus | o\ más | o\ più | ou\ mais | lub\ więcej | i\ więcej | of\ meer | en\ meer
              | или\ более | и\ более | или\ больше | або\ більше | і\ більше | ve\ üzeri | veya\ daha\ fazla | ve\ üstü | أو\ أكثر )?
            \s* (?: : | = | - | – | — | @ | \| | for | für | pour | à | za )? \s* $",
        )
        .ok()
    });
    // How many, and what they cost.
    let prices = if money::has_two_numbers(text) { money::find_prices(text, reader.currency, reader.crypto) } else { Vec::new() };
    let price = prices.first().filter(|price| price.currency.is_some() && !price.amount.is_zero())?;
    static TAIL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix) ^ \s* (?: (?: each | apiece | ea\.? | je | pro\ stück | pièce | chacun\w* | cada\ un[oa] | l'un[oa] | za\ sztukę | per\ stuk | p\.st\. | за\ шт\.? ) \s* )? (?: [/|:–—-] | for | für | pour | per | par | por | za | за | from | ab | dès | desde | da | od | vanaf | от | від | bei | at )? \s*
            (?P<n>\d{1,6}) \s* \+? \s* (?P<u> x | × | pcs?\.? | pieces? | units? | stück | stk\.? | pi[eè]ces? | unidades? | uds?\.? | pezz[io] | pz | sztuk\w* | szt\.? | stuks | st\. | шт\w*\.? | adet
              | rounds? | rds? | schuss | cartouches | box(?:es)? | boîtes? | g | grams? | kg )? (?: \s* (?: \+ | or\ more | and\ more | oder\ mehr | ou\ plus ) )? \s* $",
        )
        .ok()
    });
    let behind =
        || TAIL.as_ref()?.captures(text.get(price.end..)?).filter(|_| text.get(..price.start).is_some_and(|head| head.trim().is_empty()));
    let head = HEAD.as_ref()?.captures(text.get(..price.start)?).or_else(|| {
        // A bare number behind an amount may be anything.
        behind().filter(|found| found.name("u").is_some() || found.get(0).is_some_and(|whole| whole.as_str().contains(char::is_alphabetic)))
    })?;
    let quantity: Decimal = head.name("n")?.as_str().parse().ok()?;
    let unit = head.name("u").and_then(|unit| match unit.as_str().to_lowercase().as_str() {
        "g" | "gram" | "grams" => Some("g"),
        "kg" => Some("kg"),
        "round" | "rounds" | "rd" | "rds" | "schuss" | "cartouches" => Some("round"),
        "box" | "boxes" | "boîte" | "boîtes" => Some("box"),
        _ => None,
    });
    (!quantity.is_zero()).then(|| Rung { element, quantity, unit, price: price.clone() })
}
