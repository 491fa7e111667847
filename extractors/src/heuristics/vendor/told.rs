//! What lines without labels tell of an account: since when it is there, what it sold, what buyers think.

use std::sync::LazyLock;

use regex::Regex;

use crate::country::{only_places, parse_countries};
use crate::heuristics::fields;
use crate::heuristics::outline::{Break, Run, join};
use crate::heuristics::pairs::SEPARATORS;
use crate::heuristics::reader::Reader;
use crate::heuristics::single::Scene;
use crate::html::prefix;
use crate::record::Vendor;

/// How many facts of an account the lines of a page tell: since when, how many sales, what buyers think.
pub fn facts(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> usize {
    let told = told(scene);
    usize::from(told.sales.is_some())
        + usize::from(told.rating.is_some())
        + usize::from(told.positive_percent.is_some())
        + usize::from(since(scene, reader).is_some())
}

/// Sales, rating and share of content buyers, as lines without labels tell them: "2,118 items sold", "4.7 out of 5", "98 % positive".
pub(super) fn told(scene: &Scene<'_, '_>) -> Vendor {
    static SALES: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix) (?: ^ | [^\w.,/-] ) (?P<n> [1-9] \d{0,2} (?: [.,'’\ \u{a0}] \d{3} )+ | \d+ (?: [.,] \d+ k | k )? ) \s* (?: [x×] \s* )? (?: (?: items? | articles? | successful | completed | finished | total | erfolgreiche | abgeschlossene | проведённых | успешных | завершённых ) \s+ )?
              (?: sold | sales | deals | orders\ (?:done|completed|finished) | transactions | verkauft\w* | verkäufe\w* | ventes | vendus | ventas | vendidos | vendite | venduti | vendas | sprzedan\w+ | sprzedaży | transakcj\w+ | verkopen | verkocht | продаж\w* | сдел[ок]\w* | продан\w* | угод\w* | satış\w* | مبيعات | عملية\ بيع ) (?: $ | [^\p{L}] )",
        )
        .ok()
    });
    static POSITIVE: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix) (?: positiv\w* | recommend\w* | zufrieden\w* | satisf\w* | poleca\w* | pozytywn\w* | tevreden\w* | положит\w* | рекоменд\w* | позитивн\w* | olumlu | memnun\w* | إيجابي\w* ) [^\d%]{0,24} (?P<a> \d{1,3} (?:[.,]\d+)? ) \s* %
              | (?P<b> \d{1,3} (?:[.,]\d+)? ) \s* % [^\d%]{0,24} (?: positiv\w* | recommend\w* | zufrieden\w* | satisf\w* | kupujących | pozytywn\w* | tevreden\w* | положит\w* | довольн\w* | позитивн\w* | olumlu | memnun\w* | إيجابي\w* )",
        )
        .ok()
    });
    static RATING: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?ix) (?: ^ | [^\w.,/] ) (?P<a> \d{1,2} (?:[.,]\d{1,2})? ) \s* (?: / | out\ of | of | von | sur | de | su | na | van | из | із | z ) \s* (?:5|10) (?:[.,]0+)? (?: $ | [^\d.,%/] ) | [★⭐] \s* (?P<b> \d (?:[.,]\d{1,2})? ) (?: $ | [^\d] ) | (?: ^ | [^\d.,] ) (?P<c> \d [.,] \d{1,2} ) \s* (?: [★⭐] | (?: average | avg | stars? | schnitt | durchschnitt | moyenne | de\ media | média | średni\w* | gemiddeld\w* | ortalama | в\ среднем | средн\w+ ) (?: $ | [^\p{L}] ) )
              | (?: ^ | [^\p{L}] ) (?: rating | rated | score | bewertung | note | valoración | valoracion | puntuación | valutazione | avaliação | ocena | beoordeling | рейтинг | оценка | оцінка | puan ) [:\ \u{a0}]{1,3} (?P<d> \d [.,] \d{1,2} ) (?: $ | [^\d.,%] )",
        )
        .ok()
    });
    let mut vendor = Vendor::default();
    let outline = scene.outline;
    let (mut rated, mut whole) = (0, None);
    let mut from = 0;
    let mut lines = 0;
    while from < outline.runs.len() && lines < 600 {
        let end = outline
            .runs
            .iter()
            .enumerate()
            .skip(from + 1)
            .find(|(_, run)| run.before == Break::Line)
            .map_or(outline.runs.len(), |(at, _)| at);
        let runs = outline.runs.get(from..end).unwrap_or(&[]);
        from = end;
        lines += 1;
        let own = runs
            .first()
            .is_some_and(|run| !scene.in_card(run.element) && outline.elements.get(run.element).is_some_and(|f| !f.chrome && !f.hidden));
        let short = runs.len() <= 8 && runs.iter().map(|run| run.text.len()).sum::<usize>() <= 140;
        if !own || !short || !runs.iter().any(|run| run.text.bytes().any(|byte| byte.is_ascii_digit())) {
            continue;
        }
        let line = join(runs, 200);
        let first = |pattern: &LazyLock<Option<Regex>>| {
            let found = pattern.as_ref()?.captures(&line)?;
            found.iter().skip(1).flatten().next().map(|part| part.as_str().to_owned())
        };
        if vendor.sales.is_none() {
            // Boxes side by side, with nothing between them: "2024-09-02" and "214 sales".
            let alone = runs.iter().find_map(|run| SALES.as_ref()?.captures(&run.text)?.name("n").map(|part| part.as_str().to_owned()));
            vendor.sales = alone.or_else(|| first(&SALES)).and_then(|number| fields::count(&number));
        }
        if vendor.positive_percent.is_none() && line.contains('%') {
            vendor.positive_percent = first(&POSITIVE).and_then(|number| fields::rating(&number));
        }
        let may_rate = line.contains(['5', '★', '⭐']) || line.contains("10");
        if let Some(rating) = if may_rate { first(&RATING) } else { None }.and_then(|number| fields::rating(&number)) {
            rated += 1;
            // Single opinions are whole numbers, their mean is none.
            if vendor.rating.is_none() || (rating.contains('.') && whole.is_none_or(|own: bool| own)) {
                whole = Some(!rating.contains('.'));
                vendor.rating = Some(rating);
            }
        }
    }
    vendor.rating = vendor.rating.take().filter(|_| rated == 1 || whole == Some(false));
    vendor
}

/// Where an account says that it is: "based in Poland", "from Malta".
pub(super) fn based(scene: &Scene<'_, '_>) -> Vec<String> {
    #[rustfmt::skip]
    const BASED: &[&str] = &[
        "based in", "located in", "sitting in", "living in", "sends from", "ships out of", "ansässig in", "sitzt in", "aus", "basé en", "basé à", "basée en", "situé en",
        "con sede en", "ubicado en", "basado en", "con sede in", "con base in", "sediado em", "gevestigd in", "z siedzibą w", "находится в", "базируется в", "знаходиться в",
    ];
    let runs = scene.outline.runs.iter().filter(|run| run.text.len() <= 120 && !scene.in_card(run.element)).take(400);
    let own = runs.filter(|run| scene.outline.elements.get(run.element).is_some_and(|facts| !facts.chrome && !facts.hidden));
    own.flat_map(|run| run.text.split(SEPARATORS))
        .find_map(|part| {
            let part = part.trim();
            let lower = part.to_lowercase();
            let lead = BASED
                .iter()
                .filter(|_| lower.len() == part.len())
                .find(|lead| lower.strip_prefix(**lead).is_some_and(|rest| rest.starts_with(' ')))?;
            let place = part.get(lead.len()..)?.trim();
            only_places(place).then(|| parse_countries(place).codes)
        })
        .unwrap_or_default()
}

/// The name over a line that says since when its bearer is there, as advertisements show their seller.
pub fn over_since(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Option<(Vendor, usize)> {
    let outline = scene.outline;
    let (at, _) =
        outline.runs.iter().enumerate().filter(|(_, run)| !scene.in_card(run.element)).find(|(_, run)| since_in(run, reader).is_some())?;
    // The smallest box with something before the line.
    let line = outline.runs.get(at)?;
    let (_, facts) = outline.ancestors(line.element).find(|(_, facts)| facts.first_run < at)?;
    if facts.text > 400 || at > facts.first_run + 6 {
        return None;
    }
    outline.runs.get(facts.first_run..at)?.iter().find_map(|run| {
        let name = fields::vendor_name(&run.text);
        let name_like = crate::heuristics::post::is_name(&name)
            || (name.ends_with('.') && crate::heuristics::post::is_name(name.trim_end_matches('.')));
        (!run.flag && name_like && !super::names_role(&name) && !crate::heuristics::post::is_date(&name, reader))
            .then(|| (Vendor { name, ..Vendor::default() }, run.element))
    })
}

/// The date in a line such as "Active since 12 March 2011", outside of cards.
pub(super) fn since(scene: &Scene<'_, '_>, reader: &Reader<'_>) -> Option<String> {
    scene.outline.runs.iter().filter(|run| !scene.in_card(run.element)).filter_map(|run| since_in(run, reader)).next()
}

/// The date behind a word for "since" in one text.
fn since_in(run: &Run, reader: &Reader<'_>) -> Option<String> {
    const SINCE: &[&str] = &[
        "since",
        "joined",
        "seit",
        "depuis",
        "desde",
        "dal",
        "dal:",
        "od",
        "sinds",
        "с",
        "з",
        "від",
        "beri",
        "tarihinden",
        "منذ",
        "üyelik",
        "kayıt",
    ];
    if run.text.len() > 100 || !run.text.chars().any(char::is_numeric) {
        return None;
    }
    let lower = run.text.to_lowercase();
    let word = SINCE.iter().find_map(|word| {
        let at = lower.match_indices(word).map(|(at, _)| at).find(|at| {
            let before = lower.get(..*at).and_then(|head| head.chars().next_back()).is_none_or(|c| !c.is_alphanumeric());
            before && lower.get(at + word.len()..).and_then(|rest| rest.chars().next()).is_some_and(|c| !c.is_alphanumeric())
        })?;
        Some(at + word.len())
    })?;
    let told = lower.get(word..)?.trim_matches(|c: char| c.is_whitespace() || c == ':');
    // "desde abril de 2020"
    let date =
        reader.date(told).or_else(|| reader.date(&format!("1 {told}")).filter(|_| told.chars().next().is_some_and(char::is_alphabetic)))?;
    Some(prefix(&date, 10).to_owned())
}
