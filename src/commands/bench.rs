//! `vigie bench`: starts each part in a process of its own, run by run in turns, and puts the figures together.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, Result, bail, ensure};
use url::Url;

use crate::bench::figure::{self, ratio};
use crate::bench::server::{Server, Show};
use crate::bench::site::Site;
use crate::bench::tor::{self, Stage};
use crate::bench::{self, BENCHES, Bench, Figure, Line, TOR, Task, is_loopback};
use crate::cli::BenchArgs;
use crate::commands::{Usage, session};
use crate::demo::tornet::Network;
use crate::telemetry::Progress;

/// Where the processes of the parts find the network of `tor`.
const STAGE: &str = "stage.json";

/// Ratios printed after the figures they come from: (benchmark, name, over, under).
const RATIOS: &[(&str, &str, &str, &str)] = &[
    ("crawl", "full_over_bare", "full", "bare"),
    ("crawl", "full_over_fetch_parse", "full", "fetch_parse"),
    (TOR, "vigie_crawl_over_curl", "vigie_crawl", "curl"),
    (TOR, "vigie_fetch_over_curl", "vigie_fetch", "curl"),
];

pub(super) async fn run(args: BenchArgs) -> Result<u8> {
    let chosen = choose(&args.names, args.watches)?;
    let base = args.base.as_deref().map(base).transpose()?;
    let site = Site { pages: args.pages as usize };
    if let Some(dir) = &args.write_site {
        site.write(dir)?;
        session::tell!("{} pages written to {}; the first one is {}", site.pages, dir.display(), Site::path(0));
        return Ok(0);
    }
    if let (Some(part), Some(folder)) = (&args.part, &args.folder) {
        return measure(&args, part, folder, base).await;
    }
    let scratch = Scratch::make()?;
    let served = chosen.iter().any(|(bench, _)| bench.served) && base.is_none();
    let server = if served { Some(serve(site).await?) } else { None };
    let ours = server.as_ref().and_then(|server| Url::parse(&format!("http://{}/", server.addresses().first()?)).ok());
    let network = match server.as_ref().and_then(|server| server.addresses().first().copied()) {
        Some(address) if chosen.iter().any(|(bench, _)| bench.name == TOR) => Some(start_network(&scratch.0, address).await?),
        _ => None,
    };
    if let Some((_, stage)) = &network {
        std::fs::write(scratch.0.join(STAGE), serde_json::to_string(stage)?)?;
    }
    let mut parts = Parts { args: &args, asked: base.or(ours), scratch: &scratch.0, runs: BTreeMap::new(), n: 0 };
    let steps = chosen.iter().map(|(_, parts)| parts.len()).sum::<usize>() * args.runs as usize;
    let progress = Progress::bar(steps as u64, "bench");
    let measured = parts.all(&chosen, &progress).await;
    progress.done();
    measured?;
    let lines = parts.lines();
    let mut out = io::stdout().lock();
    if args.json || !out.is_terminal() {
        for line in &lines {
            writeln!(out, "{}", serde_json::to_string(line)?)?;
        }
    } else {
        figure::table(&mut out, &lines)?;
    }
    Ok(0)
}

/// The benchmarks that are named, by NAME or NAME/PART, each with the parts asked for. More watches than `watches` are measured only where that
/// part is named.
fn choose(names: &[String], watches: u32) -> Result<Vec<(Bench, Vec<&'static str>)>> {
    let within = |part: &str| bench::alerts::size(part).is_none_or(|many| many <= watches as usize);
    let mut chosen: Vec<(Bench, Vec<&'static str>)> = BENCHES.iter().map(|bench| (*bench, Vec::new())).collect();
    for name in names {
        let (name, part) = name.split_once('/').map_or((name.as_str(), None), |(name, part)| (name, Some(part)));
        let Some((bench, parts)) = chosen.iter_mut().find(|(bench, _)| bench.name == name) else {
            let known: Vec<&str> = BENCHES.iter().map(|bench| bench.name).collect();
            return Err(Usage(format!("there is no benchmark {name:?}; hint: there are {}", known.join(", "))).into());
        };
        let wanted: Vec<&str> = bench.parts.iter().copied().filter(|one| part.map_or_else(|| within(one), |part| part == *one)).collect();
        if wanted.is_empty() {
            return Err(
                Usage(format!("{name} has no part {:?}; hint: there are {}", part.unwrap_or_default(), bench.parts.join(", "))).into()
            );
        }
        parts.extend(wanted);
    }
    for (bench, parts) in &mut chosen {
        if names.is_empty() && bench.name != TOR {
            parts.extend(bench.parts.iter().filter(|part| within(part)));
        }
    }
    chosen.retain(|(_, parts)| !parts.is_empty());
    Ok(chosen)
}

fn base(text: &str) -> Result<Url> {
    let hint = "hint: benchmarks ask this machine alone, as in http://127.0.0.1:8080/";
    match Url::parse(text) {
        Ok(url) if url.scheme() == "http" && is_loopback(&url) => Ok(url),
        Ok(_) => Err(Usage(format!("{text} is no http address of loopback; {hint}")).into()),
        Err(error) => Err(Usage(format!("{text:?} is no address: {error}; {hint}")).into()),
    }
}

/// The one thing that a process of a part does.
async fn measure(args: &BenchArgs, part: &str, folder: &Path, base: Option<Url>) -> Result<u8> {
    let task = Task {
        bench: args.names.first().cloned().unwrap_or_default(),
        part: part.to_owned(),
        pages: args.pages as usize,
        rows: args.rows as usize,
        listings: args.listings as usize,
        urls: args.urls as usize,
        watches: args.watches as usize,
        seconds: u64::from(args.seconds),
        concurrency: args.concurrency as usize,
        base,
        tor: stage(folder)?,
        folder: folder.to_owned(),
    };
    for figure in bench::run(&task).await? {
        writeln!(io::stdout(), "{}", serde_json::to_string(&figure)?)?;
    }
    Ok(0)
}

/// The network that the process which started this one has, in the folder above that of the part.
fn stage(folder: &Path) -> Result<Option<Stage>> {
    match folder.parent().map(|scratch| scratch.join(STAGE)) {
        Some(file) if file.is_file() => Ok(Some(serde_json::from_slice(&std::fs::read(file)?)?)),
        _ => Ok(None),
    }
}

/// A private Tor network around the site, which takes about half a minute.
async fn start_network(scratch: &Path, site: SocketAddr) -> Result<(Network, Stage)> {
    let folder = scratch.join("network");
    let progress = Progress::spinner("tor");
    let told = progress.clone();
    let started = tokio::task::spawn_blocking(move || tor::network(&folder, site, &|line| told.say(line.to_owned()))).await?;
    progress.done();
    started
}

/// The site in this process, so that the measured ones hold nothing of it.
async fn serve(site: Site) -> Result<Server> {
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let show = Show { address, port: 0, pages: Arc::new(site.all()), latencies: Vec::new() };
    Server::start(vec![show]).await.context("cannot serve the benchmark's site on loopback")
}

/// The processes of the parts and what they measured.
struct Parts<'a> {
    args: &'a BenchArgs,
    asked: Option<Url>,
    scratch: &'a Path,
    /// By benchmark and figure, in the order of the runs.
    runs: BTreeMap<(usize, usize), Vec<Figure>>,
    n: usize,
}

impl Parts<'_> {
    async fn all(&mut self, chosen: &[(Bench, Vec<&'static str>)], progress: &Progress) -> Result<()> {
        let mut filled = None;
        for (bench, parts) in chosen {
            if parts.iter().any(|part| bench.filled.contains(part)) && filled.is_none() {
                let folder = self.folder()?;
                self.one("import", "rows", &folder).await.context("an instance to search in could not be filled")?;
                filled = Some(folder);
            }
            for _ in 0..self.args.runs {
                for part in parts {
                    progress.say(format!("{} {part}", bench.name));
                    let folder = match &filled {
                        Some(folder) if bench.filled.contains(part) => folder.clone(),
                        _ => self.folder()?,
                    };
                    let figures = self.one(bench.name, part, &folder).await?;
                    self.keep(bench.name, part, figures);
                    if filled.as_ref() != Some(&folder) {
                        std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
                    }
                    self.n += 1;
                    progress.at(self.n as u64);
                }
            }
        }
        Ok(())
    }

    fn folder(&self) -> Result<PathBuf> {
        let folder = self.scratch.join(format!("run{}", self.n));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        Ok(folder)
    }

    /// Runs a part in a process of its own.
    async fn one(&self, bench: &str, part: &str, folder: &Path) -> Result<Vec<Figure>> {
        let program = std::env::current_exe().context("cannot find the program itself")?;
        let mut command = Command::new(program);
        let args = self.args;
        command.args(["bench", bench, "--part", part, "--folder"]).arg(folder);
        for (name, value) in [
            ("--pages", args.pages),
            ("--rows", args.rows),
            ("--listings", args.listings),
            ("--urls", args.urls),
            ("--watches", args.watches),
            ("--seconds", args.seconds),
            ("--concurrency", args.concurrency),
        ] {
            command.arg(name).arg(value.to_string());
        }
        if let Some(base) = &self.asked {
            command.args(["--base", base.as_str()]);
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let output = tokio::task::spawn_blocking(move || command.output()).await?.context("cannot start the program itself")?;
        ensure!(output.status.success(), "{bench} {part} did not do its work ({})", output.status);
        let figures = output.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(serde_json::from_slice);
        let figures: Vec<Figure> =
            figures.collect::<Result<_, _>>().with_context(|| format!("{bench} {part} printed what is no figure"))?;
        if figures.is_empty() {
            bail!("{bench} {part} printed no figure");
        }
        Ok(figures)
    }

    fn keep(&mut self, bench: &str, part: &str, figures: Vec<Figure>) {
        let at = BENCHES.iter().position(|one| one.name == bench).unwrap_or(usize::MAX);
        let part = BENCHES.get(at).and_then(|one| one.parts.iter().position(|name| *name == part)).unwrap_or(0);
        for (n, figure) in figures.into_iter().enumerate() {
            self.runs.entry((at, part * 100 + n)).or_default().push(figure);
        }
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines: Vec<Line> = self.runs.values().filter_map(|runs| Line::of(runs)).collect();
        let of = |bench: &str, name: &str| {
            self.runs.values().find(|runs| runs.first().is_some_and(|one| one.bench == bench && one.figure == name))
        };
        for (bench, name, over, under) in RATIOS {
            lines.extend(of(bench, over).zip(of(bench, under)).and_then(|(over, under)| ratio(name, over, under)));
        }
        lines
    }
}

/// A folder that goes away with the benchmark.
struct Scratch(PathBuf);

impl Scratch {
    fn make() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("vigie-bench-{}", std::process::id()));
        std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}; hint: TMPDIR names another place", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What is left behind lies among temporary files.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
