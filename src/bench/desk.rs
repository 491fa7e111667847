//! Fifty people at the desk while a polite crawl goes on: how long their pages take, and whether the crawl keeps its pace.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use reqwest::header::{CONTENT_TYPE, COOKIE, ORIGIN, SET_COOKIE};
use tokio::task::JoinSet;

use crate::account::{Role, manage};
use crate::bench::Task;
use crate::bench::crowd;
use crate::bench::figure::Figure;
use crate::bench::growth::{fill, sellers};
use crate::bench::polite::{Hosts, pause};
use crate::bench::site::{Site, WATCHES};
use crate::bench::stand::configure;
use crate::clock;
use crate::config::Database;
use crate::database;
use crate::dice::Dice;
use crate::telemetry;
use crate::web::{Desk, Server};

/// People at the desk.
const USERS: usize = 50;
/// Least and greatest time that somebody looks at a page before asking for the next, milliseconds.
const LOOKS: (u64, u64) = (500, 1_500);
/// Searches that are asked one by one before the crawl begins.
const ALONE: usize = 1_000;
/// A password that is taken.
const PASSWORD: &str = "lantern and feldmark";

/// What is asked for, in the order of the figures.
const KINDS: &[&str] = &["search", "listing", "vendor", "alerts", "trends", "sources"];

/// An answer.
struct Took {
    kind: &'static str,
    /// Milliseconds to its last byte.
    time: f64,
    /// Whether it was the page that was asked for.
    good: bool,
}

/// Searches alone first, then everybody beside the crawl.
pub(super) async fn users(task: &Task) -> Result<Vec<Figure>> {
    let site = Site { pages: 0 };
    let hosts = Hosts::serve(task, |n| site.page(n as usize).into_bytes()).await?;
    let config = configure(&task.folder, &hosts.stalls()?, WATCHES, task.concurrency, None)?;
    telemetry::start(&config.settings);
    fill(task, Arc::clone(&config)).await?;
    let mut of_desk = config.as_ref().clone();
    of_desk.settings.web.require_totp = false;
    let data = task.folder.join("data");
    let pool = database::open_existing(&data, &Database::Sqlite).await?;
    for n in 0..USERS {
        manage::add(&pool, &name(n), Role::Investigator, Some(PASSWORD), clock::now()).await?;
    }
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = Server::open(Desk::new(pool.clone(), data, Arc::new(of_desk))?, anywhere).await?;
    let mut people = Vec::new();
    for n in 0..USERS {
        people.push(Person::enter(server.address, n, task).await?);
    }
    let alone = searches_alone(&mut people).await?;
    let until = Instant::now() + Duration::from_secs(task.seconds);
    let mut working = JoinSet::new();
    for mut person in people {
        working.spawn(async move { person.work(until).await });
    }
    let crawled = hosts.crawl(task, config).await?;
    let mut took = Vec::new();
    while let Some(one) = working.join_next().await {
        took.extend(one?);
    }
    drop(server);
    pool.close().await;
    let listings = ("listings", task.listings as u64);
    let mut figures = quantiles("search_alone", &alone, &[listings]);
    for kind in KINDS {
        let of: Vec<f64> = took.iter().filter(|one| one.kind == *kind).map(|one| one.time).collect();
        ensure!(!of.is_empty(), "nobody asked for {kind}");
        figures.extend(quantiles(kind, &of, &[listings, ("users", USERS as u64)]));
    }
    let (answers, bad) = (took.len() as u64, took.iter().filter(|one| !one.good).count() as u64);
    let work = [("answers", answers), ("errors", bad)];
    figures.push(Figure::new("answers", answers as f64 / task.seconds as f64, "answers/s", &work));
    figures.push(Figure::new("errors", bad as f64 / answers as f64, "of the answers", &work));
    figures.extend(crawled.into_iter().map(|figure| Figure { figure: format!("crawl_{}", figure.figure), ..figure }));
    Ok(figures)
}

fn name(n: usize) -> String {
    format!("user{n}")
}

/// Searches one after the other, by everybody in turn so that nobody asks too much.
async fn searches_alone(people: &mut [Person]) -> Result<Vec<f64>> {
    let mut took = Vec::new();
    let everybody = people.len();
    for n in 0..ALONE {
        if let Some(person) = people.get_mut(n % everybody) {
            let question = person.question();
            person.ask("search", &question, &mut took).await;
        }
    }
    let bad = took.iter().filter(|one| !one.good).count();
    ensure!(bad == 0, "{bad} of {ALONE} searches were not answered with a page");
    Ok(took.into_iter().map(|one| one.time).collect())
}

fn quantiles(kind: &str, times: &[f64], work: &[(&str, u64)]) -> Vec<Figure> {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share: f64| sorted.get((sorted.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
    let work = [work, &[("answers", times.len() as u64)]].concat();
    [("p50", 0.5), ("p99", 0.99)].map(|(name, share)| Figure::new(&format!("{kind}_{name}"), at(share), "ms", &work)).into()
}

/// Somebody signed in.
struct Person {
    client: reqwest::Client,
    base: String,
    cookie: String,
    dice: Dice,
    listings: u64,
    sellers: u64,
}

impl Person {
    async fn enter(desk: SocketAddr, n: usize, task: &Task) -> Result<Self> {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build()?;
        let base = format!("http://{desk}");
        let form = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("name", &name(n))
            .append_pair("password", PASSWORD)
            .append_pair("csrf", "")
            .finish();
        let request = client.post(format!("{base}/signin")).header(ORIGIN, &base);
        let answer = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form).send().await?;
        let cookie = answer.headers().get(SET_COOKIE).and_then(|cookie| cookie.to_str().ok()?.split(';').next());
        let cookie = cookie.with_context(|| format!("the sign-in was answered with {} and no cookie", answer.status()))?.to_owned();
        let dice = Dice::labelled(n as u64, "people");
        Ok(Self { client, base, cookie, dice, listings: task.listings as u64, sellers: sellers(task) })
    }

    /// Searches, opens what was found, its seller and the other pages, until the time is over.
    async fn work(&mut self, until: Instant) -> Vec<Took> {
        let mut took = Vec::new();
        // Nobody waits for the others before beginning.
        self.look().await;
        while Instant::now() < until {
            let question = self.question();
            let found = self.ask("search", &question, &mut took).await;
            self.look().await;
            for link in links(&found, "/listing/").into_iter().take(2) {
                let listing = self.ask("listing", &link, &mut took).await;
                self.look().await;
                if let Some(seller) = links(&listing, "/vendor?").first().filter(|_| self.dice.below(2) == 0) {
                    self.ask("vendor", seller, &mut took).await;
                    self.look().await;
                }
            }
            let other = [("alerts", "/alerts"), ("trends", "/trends"), ("sources", "/sources")];
            if let Some((kind, path)) = self.dice.pick(&other).copied() {
                self.ask(kind, path, &mut took).await;
                self.look().await;
            }
        }
        took
    }

    /// A search as people make them: words of some title, a phrase, the beginning of a word, one seller, a category under a price.
    fn question(&mut self) -> String {
        let row = crowd::row(self.dice.below(self.listings), self.sellers);
        let title = row.get("title").and_then(|title| title.as_str()).unwrap_or_default().replace('"', "");
        let words: Vec<&str> = title.split_whitespace().filter(|word| word.chars().all(char::is_alphanumeric)).collect();
        let word = self.dice.pick(&words).copied().unwrap_or("kit");
        let query = match self.dice.below(10) {
            0..4 => word.to_owned(),
            4..6 => words.iter().take(2).copied().collect::<Vec<_>>().join(" "),
            6 => format!("\"{title}\""),
            7 => format!("{}*", word.get(..3).unwrap_or(word)),
            8 => format!("vendor:seller{}", self.dice.below(self.sellers)),
            _ => format!("category:firearm price:<{}", 100 + self.dice.below(900)),
        };
        format!("/?{}", url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &query).finish())
    }

    /// The page of a path; empty where none came.
    async fn ask(&self, kind: &'static str, path: &str, took: &mut Vec<Took>) -> String {
        let begin = Instant::now();
        let page = self.page(path).await;
        let time = begin.elapsed().as_secs_f64() * 1_000.0;
        if let Err(error) = &page {
            tracing::warn!("{path}: {error:#}");
        }
        took.push(Took { kind, time, good: page.is_ok() });
        page.unwrap_or_default()
    }

    async fn page(&self, path: &str) -> Result<String> {
        let answer = self.client.get(format!("{}{path}", self.base)).header(COOKIE, &self.cookie).send().await?;
        let status = answer.status();
        ensure!(status.is_success(), "answered with {status}");
        Ok(answer.text().await?)
    }

    async fn look(&mut self) {
        pause(Duration::from_millis(LOOKS.0 + self.dice.below(LOOKS.1 - LOOKS.0))).await;
    }
}

/// Addresses of a page's links that begin so.
fn links(page: &str, begin: &str) -> Vec<String> {
    let all = page.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next());
    all.filter(|link| link.starts_with(begin)).map(|link| link.replace("&amp;", "&").replace("&#38;", "&")).collect()
}
