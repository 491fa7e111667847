//! Which of the prices that a page shows is the one asked for its goods.

use super::labels::{Label, label};
use super::outline::Break;
use super::pairs::Pair;
use super::price::PriceAt;
use super::role::Role;
use super::single::Scene;
use super::subject::Subject;

/// A shown price with what speaks for it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'s> {
    /// Points; above [`SURE`] it stands where the price of a product page stands.
    pub score: f64,
    /// The price.
    pub at: &'s PriceAt,
}

/// Points from which on a price needs no confirmation by what the page declares.
pub const SURE: f64 = 3.0;
/// Points below which nothing speaks for a price.
pub const LEAST: f64 = 0.5;
/// Points below which a price gives way to words that stand in place of one.
pub const DOUBTFUL: f64 = 2.0;
/// Runs that the value of a label takes at the most.
const WIDEST_VALUE: usize = 400;

/// Shown prices outside of cards and of parts about something else, best first; those of equal points in page order.
pub fn candidates<'s>(scene: &Scene<'s, '_>, pairs: &[Pair], subject: &Subject) -> Vec<Candidate<'s>> {
    let outline = scene.outline;
    let title_run = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.first_run);
    let title_end = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(usize::MAX - 2, |facts| facts.last_run);
    let mut found: Vec<Candidate<'s>> = Vec::new();
    for at in scene.prices.iter().filter(|at| !scene.in_card(at.element) && !subject.is_foreign(at.element)) {
        let Some(facts) = outline.elements.get(at.element) else { continue };
        let around: Vec<_> = outline.ancestors(at.element).take(4).map(|(at, _)| outline.marks(at)).collect();
        let has = |known: &[&str]| around.iter().any(|words| words.iter().any(|w| known.iter().any(|k| w.contains(k))));
        let mut score = 0.0;
        score += if has(&["price", "preis", "prix", "precio", "prezzo", "preco", "cena", "prijs", "fiyat", "amount", "cost"]) {
            2.0
        } else {
            0.0
        };
        score += if has(&["current", "final", "special", "main"]) { 0.5 } else { 0.0 };
        score -= if has(&["balance", "wallet", "exchange", "rate", "filter", "slider"]) { 2.5 } else { 0.0 };
        score -= match at.role {
            Role::Asked => 0.0,
            Role::Net | Role::Means => 1.5,
            Role::Old | Role::PerUnit | Role::Tier => 2.5,
            Role::Upper | Role::Converted => 3.0,
            Role::Saving | Role::Instalment | Role::Shipping | Role::Surcharge | Role::Basket | Role::Tax => 5.0,
        };
        let from = pairs.partition_point(|pair| pair.runs.start + WIDEST_VALUE < facts.first_run);
        let near = pairs.iter().skip(from).take_while(|pair| pair.runs.start < facts.last_run).find(|pair| facts.first_run < pair.runs.end);
        score += match near.map(|pair| pair.label) {
            Some(Label::Price) => 2.5,
            Some(Label::PriceFrom) => 1.0,
            Some(Label::OldPrice | Label::UnitPrice | Label::Shipping | Label::Sales | Label::Other) => -2.5,
            _ => 0.0,
        };
        // Some shops write the name of a price below it.
        let below = outline.runs.get(facts.last_run).filter(|run| run.before > Break::Soft);
        score -= if below.is_some_and(|run| label(&run.text) == Some(Label::OldPrice)) { 2.5 } else { 0.0 };
        score -= if at.unseen { 4.0 } else { 0.0 };
        score -= if at.price.amount.is_zero() || at.price.amount.is_sign_negative() { 2.0 } else { 0.0 };
        score -= if facts.chrome { 1.5 } else { 0.0 };
        score -= if facts.name == "option" { 1.5 } else { 0.0 };
        score -= if at.bare { 0.5 } else { 0.0 };
        let choice = outline.ancestors(at.element).take(3).find(|(_, f)| matches!(f.name, "label" | "option" | "li" | "tr"));
        let option = choice.is_some_and(|(above, _)| super::shipping::is_option(outline, above));
        score -= if option { 5.0 } else { 0.0 };
        // One of several to choose from.
        let radio =
            |above: usize| outline.inside(above).take(6).any(|inner| outline.elements.get(inner).is_some_and(|f| f.name == "input"));
        score -= if choice.is_some_and(|(above, f)| f.name == "label" && radio(above)) { 2.0 } else { 0.0 };
        // A price within a sentence is told, not asked.
        let mut own = outline.runs_of(at.element).iter().scan(0, |own, run| {
            *own += run.text.len();
            Some(*own)
        });
        score -= if own.any(|own| own > at.price.raw.len() + 50) { 1.5 } else { 0.0 };
        score -= if subject.title_at.is_some_and(|title| outline.holds(title, at.element)) { 1.5 } else { 0.0 };
        score += if subject.is_main(outline, at.element) { 0.7 } else { 0.0 };
        let distance = facts.first_run as f64 - title_run as f64;
        score += if distance >= 0.0 { 1.0 - (distance / 60.0).min(2.0) } else { 0.3 - (-distance / 30.0).min(2.0) };
        // Boxes with news and bestsellers stand before the goods themselves; what stands right behind their name is theirs.
        score -= if distance < -3.0 { 1.3 } else { 0.0 };
        score += if (title_end..title_end + 2).contains(&facts.first_run) { 1.0 } else { 0.0 };
        let after = scene.controls.partition_point(|control| *control < at.element);
        let nearest = scene.controls.get(after.saturating_sub(1)..scene.controls.len().min(after + 1)).unwrap_or(&[]);
        let control = nearest.iter().map(|control| control.abs_diff(at.element)).min();
        score += control.map_or(0.0, |away| 1.5 - (away as f64 / 30.0).min(1.5));
        found.push(Candidate { score, at });
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.at.element.cmp(&b.at.element)));
    found
}
