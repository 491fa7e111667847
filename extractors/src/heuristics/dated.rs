//! When goods were offered, where no field says so: a date that stands alone beside the title, behind the seller's name, among the fields of
//! the advertisement; and the dates of a list that are of something else.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::labels::{Label, label};
use super::outline::{Break, Facts, Outline, Run};
use super::pairs::{Pair, SEPARATORS};
use super::reader::Reader;
use super::single::Scene;
use super::subject::Subject;
use crate::html::attr;
use crate::money;

/// Runs beside the title that may be its date.
const NEAR: usize = 16;
/// Runs behind the title that are looked at for fields.
const FIELDS: usize = 160;

/// Whether a text holds a price; "2026 р." is a year.
pub(super) fn is_priced(text: &str) -> bool {
    if !money::has_digit(text) {
        return false;
    }
    let trimmed = text.trim_end();
    let bare = ["р.", "г.", "р", "г", "рік", "року", "год", "года"].iter().find_map(|tail| {
        let head = trimmed.strip_suffix(tail)?.trim_end();
        let year = head.get(head.len().checked_sub(4)?..)?;
        let own = year.bytes().all(|byte| byte.is_ascii_digit()) && matches!(year.get(..2), Some("19" | "20"));
        (own && head.contains(' ')).then_some(head)
    });
    !money::find_prices(bare.unwrap_or(text), None, false).is_empty()
}

/// A date that is the whole of a short text.
pub(super) fn whole(text: &str, reader: &Reader<'_>) -> Option<String> {
    let words = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).count();
    if !(5..=64).contains(&text.len())
        || words > 5
        || text.ends_with(':')
        || !text.chars().any(char::is_numeric)
        || text.contains(['*', '“', '”', '"', '·', '|', '?', '!', '%'])
        || text.bytes().all(|byte| byte.is_ascii_digit())
    {
        return None;
    }
    // Nothing is offered after it was read.
    reader.date(text).filter(|date| date.get(..10) <= reader.fetched_at.to_string().get(..10) && !is_priced(text))
}

/// Words of what a date is about that is none of the offer's.
#[rustfmt::skip]
const OTHER: &[&str] = &[
    "join", "member", "regist", "since 20", "last", "seen", "online", "active", "visit", "expire", "ends", "ending", "until", "valid", "close", "deliver", "arriv", "ship", "sold", "order", "review",
    "feedback", "updated", "edited", "mitglied", "dabei", "angemeldet", "zuletzt", "aktiv", "läuft", "endet", "ende", "bis", "gültig", "liefer", "bearbeitet", "geändert", "membre", "inscri", "dernier", "connexion", "actif",
    "fin ", "jusqu", "livr", "modifi", "miembro", "último", "última", "conexión", "activo", "hasta", "termina", "entrega", "editado", "membro", "iscritt", "ultimo", "ultima", "accesso", "attiv", "fino",
    "scade", "consegn", "ativo", "até", "expira", "laatst", "lid ", "actief", "tot ", "eindig", "lever", "ostatni", "użytkownik", "aktywn", "koniec", "do ", "dostaw", "зарегистр", "с нами", "последн", "был", "онлайн", "актив",
    "до ", "истек", "достав", "отзыв", "зареєстр", "з нами", "останн", "був", "актив", "закінч", "відгук", "üye", "kayıt", "son ", "bitiş", "kadar", "teslim", "عضو", "آخر", "ينتهي", "حتى", "rok", "year", "baujahr", "année", "año", "anno",
    "manufactur", "born", "founded", "stand", "gegründet", "calib", "photo", "foto",
];

/// Whether words before a date say that it is of something else: of an account, of the end of the sale, of how the goods travel.
fn is_other(words: &str) -> bool {
    static FINDER: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(OTHER).ok());
    let lower = format!("{} ", words.to_lowercase());
    let starts = |at: usize| lower.get(..at).is_some_and(|head| !head.ends_with(char::is_alphanumeric));
    FINDER.as_ref().is_some_and(|finder| finder.find_overlapping_iter(&lower).any(|found| starts(found.start())))
}

/// Whether an element, or one of two around it, calls itself a date of the offer.
fn is_called(outline: &Outline<'_>, at: usize) -> bool {
    #[rustfmt::skip]
    const NAMES: &[&str] = &["date", "datum", "fecha", "posted", "published", "postdate", "pubdate", "dateposted", "created", "timeago", "data", "дата", "added", "listed"];
    let names = |facts: &Facts<'_>| {
        let element = facts.element();
        let values = ["class", "id", "data-testid", "data-cy", "itemprop"]
            .into_iter()
            .filter_map(|name| attr(element, name).filter(|value| value.len() <= 120));
        let (mut own, mut other) = (false, false);
        for word in values.flat_map(super::cards::humps).take(24) {
            own |= NAMES.iter().any(|name| word.eq_ignore_ascii_case(name));
            other |= [
                "last", "seen", "since", "member", "joined", "end", "expiry", "expire", "expires", "update", "updated", "review", "comment",
            ]
            .iter()
            .any(|name| word.eq_ignore_ascii_case(name));
        }
        (own, other)
    };
    let around: Vec<(bool, bool)> =
        outline.ancestors(at).take(3).take_while(|(_, facts)| facts.text <= 80).map(|(_, facts)| names(facts)).collect();
    around.iter().any(|(own, _)| *own) && !around.iter().any(|(_, other)| *other)
}

/// The date beside the title that stands alone, or in an element that calls itself one.
pub(super) fn beside_title<'s>(scene: &Scene<'s, '_>, subject: &Subject, reader: &Reader<'_>) -> Option<(&'s Run, String)> {
    let outline = scene.outline;
    let facts = outline.elements.get(subject.title_at?)?;
    let from = facts.first_run.saturating_sub(6);
    let near = outline.runs.get(from..outline.runs.len().min(facts.last_run + NEAR))?;
    near.iter().enumerate().find_map(|(at, run)| {
        // "by grey_heron | Oct 29, 2026 | expires: never"
        let part = || {
            run.text
                .split(SEPARATORS)
                .filter(|part| part.len() < run.text.len() && !is_other(part))
                .find_map(|part| whole(part.trim(), reader))
        };
        let alone = if is_other(&run.text) { None } else { whole(&run.text, reader) };
        let (date, parted) = alone.map(|date| (date, false)).or_else(|| Some((part()?, run.text.starts_with(SEPARATORS))))?;
        let before = at.checked_sub(1).and_then(|at| near.get(at));
        let beside = before.filter(|before| before.text.ends_with(':') || run.before < Break::Line && !parted);
        let named = beside.is_some_and(|before| before.text.chars().any(char::is_alphabetic));
        let other = before.is_some_and(|before| before.text.len() <= 60 && is_other(&before.text) && (named || before.text.ends_with(':')));
        let free = !scene.in_card(run.element) && !subject.is_foreign(run.element) && !outline.in_link(run.element);
        (free && !other && (!named || is_called(outline, run.element))).then_some((run, date))
    })
}

/// On markets: the date on the line of the seller's name, or among the fields of the goods under words that we do not know.
pub(super) fn among_fields<'s>(
    scene: &Scene<'s, '_>,
    subject: &Subject,
    pairs: &[Pair],
    seller: Option<&str>,
    reader: &Reader<'_>,
) -> Option<(&'s Run, String)> {
    let outline = scene.outline;
    let from = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.last_run);
    let fielded = |pair: &&Pair| {
        matches!(
            pair.label,
            Label::ShipsFrom | Label::ShipsTo | Label::Stock | Label::Price | Label::Payments | Label::Escrow | Label::Vendor
        )
    };
    let named: Vec<usize> = pairs.iter().filter(fielded).map(|pair| pair.named).collect();
    let runs = outline.runs.iter().enumerate().skip(from).take(FIELDS);
    let dated = runs.filter(|(_, run)| {
        outline.elements.get(run.element).is_some_and(|facts| !facts.chrome && !facts.hidden)
            && !scene.in_card(run.element)
            && !subject.is_foreign(run.element)
    });
    let dates: Vec<(usize, &Run, String)> = dated.filter_map(|(at, run)| Some((at, run, whole(&run.text, reader)?))).take(8).collect();
    // Opinions of buyers are dated, too, and are many.
    let single = dates.len() <= 2;
    dates.into_iter().find_map(|(at, run, date)| {
        let before = outline.runs.get(at.checked_sub(1)?)?;
        if before.text.len() > 48 || is_other(&before.text) || is_other(&run.text) {
            return None;
        }
        let on_line = run.before == Break::Soft && seller.is_some_and(|name| before.text.contains(name));
        let unknown = label(&before.text).is_none() && before.text.chars().filter(|c| c.is_alphabetic()).count() >= 3;
        let fields = named.iter().filter(|other| at.abs_diff(**other) <= 14).take(2).count();
        let boxed = || {
            let (around, _) = outline.ancestors(run.element).take(4).find(|(around, _)| outline.holds(*around, before.element))?;
            let beside = |named: &&usize| {
                outline
                    .runs
                    .get(**named)
                    .is_some_and(|other| outline.ancestors(around).take(2).any(|(up, _)| outline.holds(up, other.element)))
            };
            Some(named.iter().filter(beside).take(2).count() == 2)
        };
        (on_line || unknown && (fields == 2 && boxed() == Some(true) || single && is_label(before, run) && is_row(outline, before.element)))
            .then_some((run, date))
    })
}

/// Whether words may be the name of a field, in a box of its own before that of the value.
fn is_label(words: &Run, value: &Run) -> bool {
    value.before > Break::Soft
        && words.text.split_whitespace().count() <= 4
        && !words.text.ends_with(['.', '!', '?', ',', '“', '”', '"', '»'])
}

/// Whether the words that an element holds are one of several names of fields: beside it, or beside what it lies in, stand others of its kind.
fn is_row(outline: &Outline<'_>, at: usize) -> bool {
    outline.ancestors(at).take(3).any(|(own, facts)| {
        let beside = outline.elements.get(facts.parent).map_or(own, |parent| parent.end);
        let mut next = facts.parent + 1;
        let (mut alike, mut tried) = (0, 0);
        while next < beside && tried < 40 {
            let Some(other) = outline.elements.get(next) else { break };
            alike += usize::from(other.signature == facts.signature && (2..=60).contains(&other.text));
            tried += 1;
            next = other.end.max(next + 1);
        }
        matches!(facts.name, "div" | "span" | "dt" | "dd" | "tr" | "li" | "td" | "th" | "b" | "label") && alike >= 3 && facts.text <= 80
    })
}

/// "This product was added to our catalog on Tuesday 14 October, 2025.": since when the goods are in the shop.
pub(super) fn entered<'s>(scene: &Scene<'s, '_>, subject: &Subject, reader: &Reader<'_>) -> Option<(&'s Run, String)> {
    #[rustfmt::skip]
    const WORDS: &[&str] = &[
        "added to our catalog on", "added to our catalogue on", "added to our store on", "added to our shop on", "added to catalog on", "added on", "date added",
        "listed on", "listed since", "first listed", "in our shop since", "in our store since", "aufgenommen am", "in den katalog auf", "eingestellt am",
        "im sortiment seit", "im shop seit", "hinzugefügt am", "ajouté le", "ajouté au catalogue le", "mis en ligne le", "en ligne depuis le", "au catalogue depuis le",
        "añadido el", "añadido a nuestro catálogo el", "agregado el", "publicado el", "en catálogo desde el", "aggiunto il", "aggiunto al catalogo il",
        "inserito il", "inserito in catalogo il", "in catalogo dal", "adicionado em", "adicionado ao catálogo em", "adicionado ao nosso catálogo", "publicado em",
        "toegevoegd op", "aan onze catalogus toegevoegd", "in assortiment sinds", "добавлен", "добавлено", "дата добавления", "в каталоге с", "дата поступления",
        "додано", "дата додавання", "в каталозі з", "dodano dnia", "dodany do katalogu", "data dodania", "w ofercie od", "eklenme tarihi", "ekleme tarihi",
        "kataloğumuza eklen", "posted on", "published on", "veröffentlicht am", "inseriert am", "erstellt am", "déposée le", "déposé le", "publiée le", "publié le", "parue le", "paru le",
        "mise en ligne le", "mise en vente le", "publicada el", "subido el", "pubblicato il", "pubblicata il", "inserita il", "publicada em", "anunciado em", "geplaatst op", "opublikowano", "wystawiono",
        "dodane", "опубликовано", "размещено", "опубліковано", "розміщено", "yayınlanma tarihi", "ilan tarihi", "نشر في", "تاريخ النشر", "تاريخ الإضافة", "أضيف في", "أضيف بتاريخ", "přidáno dne", "v nabídce od",
    ];
    static KNOWN: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(WORDS).ok());
    let outline = scene.outline;
    let start = subject.title_at.and_then(|at| outline.elements.get(at)).map_or(0, |facts| facts.first_run);
    let own = |run: &Run| !scene.in_card(run.element) && !subject.is_foreign(run.element);
    let runs = outline.runs.iter().enumerate().skip(start).take(1_000).filter(|(_, run)| (8..=140).contains(&run.text.len()));
    runs.filter(|(_, run)| run.text.contains(' ')).find_map(|(number, run)| {
        let lower = run.text.to_lowercase();
        let found = KNOWN.as_ref()?.find(&lower).filter(|found| found.start() < 60)?;
        let behind = lower.get(found.end()..).unwrap_or("").trim_matches(|c: char| !c.is_alphanumeric());
        let next = || outline.runs.get(number + 1).filter(|next| next.before < Break::Line && next.text.len() <= 40);
        let date = if behind.chars().any(char::is_numeric) { reader.date(behind) } else { next().and_then(|next| reader.date(&next.text)) };
        date.filter(|_| own(run)).map(|date| (run, date))
    })
}

/// A date behind a place in one line: "Paducah, Kentucky • 11/14/2026", "Київ - 13 листопада 2026 р.", "Madrid, hace 2 días".
pub(super) fn behind_place(text: &str, reader: &Reader<'_>) -> Option<String> {
    if !(10..=90).contains(&text.len()) || !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let parts = text
        .split(SEPARATORS)
        .flat_map(|part| part.split(" - "))
        .flat_map(|part| part.split(" – "))
        .chain(text.split_once(", ").map(|(_, rest)| rest));
    parts
        .map(str::trim)
        .filter(|part| part.len() < text.len() && (5..=32).contains(&part.len()) && part.bytes().any(|byte| byte.is_ascii_digit()))
        .find_map(|part| reader.date(part).filter(|_| !is_priced(part)))
}

/// Whether a date in a list of threads is that of the last word in them: by a name of its box, or by the head of its column.
pub(super) fn is_of_last(outline: &Outline<'_>, card: usize, at: usize, threads: bool) -> bool {
    #[rustfmt::skip]
    const LAST: &[&str] = &["last", "lastpost", "latest", "activity", "bumped", "lastreply", "lastposter", "dernier", "letzter", "ultimo", "ostatni"];
    #[rustfmt::skip]
    const HEADS: &[&str] = &[
        "last", "latest", "activity", "bump", "letzte", "aktivität", "neueste", "dernier", "dernière", "activité", "últim", "ultim", "actividad", "attività", "ostatni", "aktywno", "laatste", "activiteit",
        "последн", "активн", "останн", "остання", "son ", "etkinlik", "آخر", "atividade",
    ];
    // Elsewhere the last of several boxes may be called so.
    let names = if threads { LAST } else { &["lastpost", "lastreply", "lastposter"] };
    let called =
        outline.ancestors(at).take_while(|(up, _)| *up > card).take(6).any(|(_, facts)| {
            super::cards::humps(facts.class).take(12).any(|word| names.iter().any(|name| word.eq_ignore_ascii_case(name)))
        });
    called
        || super::columns::over(outline, card, at).is_some_and(|head| {
            let head = format!("{} ", outline.text_of(head, 60).to_lowercase());
            HEADS.iter().any(|word| head.contains(word))
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_year_is_no_price() {
        assert!(!is_priced("13 листопада 2026 р."));
        assert!(!is_priced("3 марта 2026 г."));
        assert!(is_priced("2000 р."));
        assert!(is_priced("450 р."));
    }

    #[test]
    fn words_before_a_date_say_what_it_is_about() {
        for words in ["Member since", "Последний визит", "Läuft bis", "Üyelik"] {
            assert!(is_other(words), "{words}");
        }
        for words in ["Liegt hier seit", "Online since", "Выставлено"] {
            assert!(!is_other(words) || words.contains("Online"), "{words}");
        }
    }
}
