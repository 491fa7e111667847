//! Fifty hosts at intervals of their own: how near politeness comes to the rate that it allows, and whether any gap was too short.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::sync::watch;
use url::Url;

use crate::bench::Task;
use crate::bench::figure::Figure;
use crate::bench::server::{Server, Show};
use crate::bench::stand::{Stall, configure};
use crate::config::Config;
use crate::pipeline::crawl::{Crawl, Options};
use crate::pipeline::writer::Writer;

const HOSTS: u8 = 50;
/// Least and greatest interval, milliseconds.
const INTERVALS: (u64, u64) = (200, 2_000);
/// Seconds until every host has been asked for robots.txt and its first page; what is measured comes after.
const WARM_UP: u64 = 5;

/// From 0.2 s to 2 s, evenly.
fn interval(n: u8) -> Duration {
    Duration::from_millis(INTERVALS.0 + (INTERVALS.1 - INTERVALS.0) * u64::from(n) / u64::from(HOSTS - 1))
}

/// Each host has a latency of its own, 2 to 140 ms, and every fifth request takes half as long again.
fn latencies(n: u8) -> Vec<Duration> {
    let usual = Duration::from_millis(2 + u64::from(n) * 37 % 139);
    vec![usual, usual, usual, usual, usual * 3 / 2]
}

/// A front page that leads to as many pages as can be asked for.
fn pages(n: u8, seconds: u64, body: &impl Fn(u64) -> Vec<u8>) -> HashMap<String, Vec<u8>> {
    let most = seconds * 1_000 / u64::try_from(interval(n).as_millis()).unwrap_or(1) + 20;
    let links: String = (0..most).map(|n| format!("<li><a href=\"/notice/{n}\">Notice {n}</a></li>")).collect();
    let mut pages: HashMap<String, Vec<u8>> =
        (0..most).map(|page| (format!("/notice/{page}"), body(u64::from(n) * 1_000_000 + page))).collect();
    pages.insert("/".into(), notice("Notices", &format!("<ul>{links}</ul>")));
    pages
}

/// A page that offers nothing.
fn notice(title: &str, rest: &str) -> Vec<u8> {
    format!("<!doctype html><title>{title}</title><h1>{title}</h1><p>Nothing is offered here.</p>{rest}").into_bytes()
}

/// Crawls all hosts for a fixed time.
pub(super) async fn hosts(task: &Task) -> Result<Vec<Figure>> {
    let hosts = Hosts::serve(task, |n| notice(&format!("Notice {n}"), "")).await?;
    let config = configure(&task.folder, &hosts.stalls()?, &[], task.concurrency, None)?;
    hosts.crawl(task, config).await
}

/// Fifty hosts on loopback.
pub(super) struct Hosts(Server);

impl Hosts {
    /// Serves them, with pages for as long as the task crawls; each page is made from a number of its own.
    pub(super) async fn serve(task: &Task, body: impl Fn(u64) -> Vec<u8>) -> Result<Self> {
        let shows = (0..HOSTS).map(|n| Show {
            address: IpAddr::V4(Ipv4Addr::new(127, 0, 50 + n / 10, 1 + n % 10)),
            port: 0,
            pages: Arc::new(pages(n, WARM_UP + task.seconds, &body)),
            latencies: latencies(n),
        });
        Ok(Self(Server::start(shows.collect()).await.context("cannot serve fifty hosts on loopback")?))
    }

    /// The hosts with their intervals.
    pub(super) fn stalls(&self) -> Result<Vec<Stall>> {
        let one =
            |(address, n)| Ok(Stall { seed: Url::parse(&format!("http://{address}/"))?, interval: Some(interval(n)), concurrency: 1 });
        self.0.addresses().into_iter().zip(0..HOSTS).map(one).collect()
    }

    /// Crawls all of them for the time of the task, and the warm-up before it.
    pub(super) async fn crawl(&self, task: &Task, config: Arc<Config>) -> Result<Vec<Figure>> {
        let seconds = WARM_UP + task.seconds;
        let mut writer = Writer::open(&task.folder.join("data"), Arc::clone(&config), "crawl").await?;
        let options = Options { once: true, ..Options::default() };
        let (stopper, stop) = watch::channel(false);
        let crawl = Crawl::prepare(&mut writer, &options).await?;
        let begin = std::time::Instant::now();
        let ending = tokio::spawn(async move {
            pause(Duration::from_secs(seconds)).await;
            // Without a receiver the crawl ended before its time, which the counts will tell.
            let _ = stopper.send(true);
        });
        let summary = crawl.run(&options, stop, |_| {}).await?;
        ending.abort();
        writer.close("{}").await?;
        let (from, to) = (begin + Duration::from_secs(WARM_UP), begin + Duration::from_secs(seconds));
        let (mut requests, mut bound, mut short, mut short_by_a_twentieth) = (0_u64, 0.0, 0_u64, 0_u64);
        let mut least = f64::INFINITY;
        let (mut streams, mut at_client, mut silent) = (0.0, 0_u64, 0_u64);
        for (n, address) in (0..HOSTS).zip(self.0.addresses()) {
            let arrivals = self.0.arrivals(usize::from(n));
            let wanted = interval(n).as_secs_f64();
            for pair in arrivals.windows(2) {
                let &[before, after] = pair else { continue };
                let share = (after - before).as_secs_f64() / wanted;
                least = f64::min(least, share);
                short += u64::from(share < 1.0);
                short_by_a_twentieth += u64::from(share < 0.95);
            }
            silent += u64::from(arrivals.len() <= 2);
            requests += arrivals.iter().filter(|at| (from..to).contains(*at)).count() as u64;
            bound += task.seconds as f64 / wanted;
            streams += latencies(n).iter().map(Duration::as_secs_f64).sum::<f64>() / latencies(n).len() as f64 / f64::from(HOSTS);
            let gap = summary.per_host.get(&address.ip().to_string()).and_then(|host| host.min_gap_ms);
            at_client += u64::from(gap.is_some_and(|gap| gap < wanted * 1_000.0));
        }
        let bound = bound.min(task.concurrency as f64 / streams * task.seconds as f64);
        let work = [
            ("hosts", u64::from(HOSTS)),
            ("requests", requests),
            ("hosts_with_a_short_gap_at_the_client", at_client),
            ("gaps_below_the_interval_at_the_server", short),
            ("gaps_below_95_percent_at_the_server", short_by_a_twentieth),
        ];
        ensure!(silent == 0, "{silent} hosts were asked for robots.txt and their first page at most: {:?}", summary.outcomes);
        ensure!(at_client == 0, "{at_client} hosts were asked again before their interval was over");
        Ok(vec![
            Figure::new("share_of_the_bound", requests as f64 / bound, "ratio", &work),
            Figure::new("smallest_gap_at_the_server", least, "of the interval", &work),
        ])
    }
}

#[allow(clippy::disallowed_methods, reason = "a benchmark that lasts a fixed time, not politeness")]
pub(super) async fn pause(time: Duration) {
    tokio::time::sleep(time).await;
}
