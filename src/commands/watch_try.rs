//! `vigie watch try`.

use std::io::{self, Write};

use anyhow::Result;

use crate::audit::{self, Purpose};
use crate::backtest::{self, Count, Estimate, Shown, Trial};
use crate::cli::Common;
use crate::commands::crawl;
use crate::commands::session::{headline, plain};
use crate::config::Config;
use crate::search::{self, Found};

/// Length of the longest bar of a week.
const BAR: u64 = 40;

pub(super) async fn run(common: &Common, config: &Config, purpose: &Purpose, query: &str, shown: Shown, json: bool) -> Result<u8> {
    search::parse(query)?;
    let pool = crawl::store(common, config).await?;
    audit::record(&pool, "watch try", query, purpose).await?;
    let index = search::open(&common.data)?;
    let trial = backtest::run(&pool, &index, query, shown).await?;
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{}", serde_json::to_string(&trial)?)?;
    } else {
        print(&mut out, &trial)?;
    }
    pool.close().await;
    Ok(0)
}

fn print(out: &mut impl Write, trial: &Trial) -> Result<()> {
    writeln!(out, "{} listings in {} families of copies", trial.hits, trial.families)?;
    if let Some(why) = &trial.unwatchable {
        writeln!(out, "cannot be watched: {why}")?;
    }
    for cost in &trial.costs {
        writeln!(out, "slow: {cost}")?;
    }
    if trial.hits == 0 {
        return Ok(());
    }
    weeks(out, trial)?;
    for (name, counts) in [("Vendors", &trial.vendors), ("Sources", &trial.sources), ("Categories", &trial.categories)] {
        values(out, name, counts)?;
    }
    if !trial.samples.is_empty() {
        writeln!(out, "\nNewest")?;
    }
    for one in &trial.samples {
        writeln!(out, "{}  {:<16}{:<16}{}", one.first_seen.get(..10).unwrap_or_default(), one.source, price(one), headline(&one.title))?;
    }
    estimate(out, &trial.estimate)?;
    if !trial.narrower.is_empty() {
        writeln!(out, "\nWhat would narrow it")?;
    }
    for one in &trial.narrower {
        let times = one.times.map(|times| format!(", {times:.1} times as frequent as in the whole index")).unwrap_or_default();
        let share = one.left.saturating_mul(100) / trial.hits;
        writeln!(out, "AND {:<28} leaves {} ({share} %){times}", plain(&one.and), one.left)?;
    }
    Ok(())
}

fn weeks(out: &mut impl Write, trial: &Trial) -> Result<()> {
    let most = trial.weeks.iter().map(|week| week.hits).max().unwrap_or_default().max(1);
    if !trial.weeks.is_empty() {
        writeln!(out, "\nWeek      listings  notifications")?;
    }
    for week in &trial.weeks {
        // What is there is seen, however little it is.
        let length = (week.hits * BAR / most).max(u64::from(week.hits > 0));
        let bar: String = (0..length).map(|_| '#').collect();
        let line = format!("{} {:>9} {:>14}  {bar}", week.week, week.hits, week.notifications);
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn values(out: &mut impl Write, name: &str, counts: &[Count]) -> Result<()> {
    if !counts.is_empty() {
        writeln!(out, "\n{name}")?;
    }
    for one in counts {
        writeln!(out, "{:>9}  {}", one.count, headline(&one.value))?;
    }
    Ok(())
}

fn price(found: &Found) -> String {
    match (&found.price_amount, &found.price_currency) {
        (Some(amount), Some(currency)) => format!("{amount} {currency}"),
        (Some(amount), None) => amount.clone(),
        _ => "no price".to_owned(),
    }
}

fn estimate(out: &mut impl Write, told: &Estimate) -> Result<()> {
    writeln!(out, "\nAbout {:.1} notifications a day", told.a_day)?;
    writeln!(out, "{:>9.1}  for listings not seen before, each family, vendor and source once", told.new_a_day)?;
    writeln!(out, "{:>9.1}  for new versions of listings that match already", told.changed_a_day)?;
    let days = if told.days == 1 { "1 day".to_owned() } else { format!("{} days", told.days) };
    writeln!(out, "counted in {days}, of the weeks from {}", told.weeks.join(", "))?;
    if !told.unknown.is_empty() {
        writeln!(out, "seen in their first week only, so not counted: {}", told.unknown.join(", "))?;
    }
    Ok(())
}
