//! `vigie import`.

use anyhow::{Context, Result};

use crate::audit::{self, Purpose};
use crate::cli::{Common, ImportArgs};
use crate::commands::{Usage, session};
use crate::config::{Source, SourceType, source::is_id};
use crate::database;
use crate::pipeline::crawl::Crawl;
use crate::pipeline::import::{Format, Import};
use crate::pipeline::rows::Mapping;
use crate::pipeline::writer::{Writer, adopt_watches};
use crate::store::sources;
use crate::telemetry::Progress;

pub(super) async fn run(common: &Common, args: ImportArgs) -> Result<u8> {
    let config = session::load(common)?;
    if !is_id(&args.source) {
        return Err(Usage(format!("{:?} is no source id; hint: lower-case letters, digits, - and _", args.source)).into());
    }
    let mapping = match &args.map {
        Some(path) => {
            let text = std::fs::read_to_string(path).with_context(|| format!("cannot read the mapping {}", path.display()))?;
            Mapping::parse(&text).map_err(|error| Usage(format!("{}: {error:#}", path.display())))?;
            Some(text)
        }
        None => None,
    };
    let mut files = Vec::new();
    for path in &args.files {
        let format = args.format.or_else(|| Format::of(path));
        let Some(format) = format else {
            return Err(
                Usage(format!("cannot tell from its name what {} holds; hint: give --format warc, jsonl or csv", path.display())).into()
            );
        };
        let size = std::fs::metadata(path).with_context(|| format!("cannot read {}", path.display()))?.len();
        files.push((path, format, size));
    }
    let stop = session::stop_signal()?;
    if let Some(kind) = args.kind.as_deref().and_then(SourceType::of_code).filter(|_| config.source(&args.source).is_none()) {
        let pool = database::open(&common.data, &config.settings.database).await?;
        sources::remember(&mut *pool.acquire().await?, &args.source, kind).await?;
        pool.close().await;
    }
    let mut writer = Writer::open(&common.data, config.clone(), "import").await?;
    let source = writer.config.source(&args.source).cloned().unwrap_or_else(|| Source::for_import(&args.source, &config.settings));
    adopt_watches(&writer.pool, &config).await?;
    Crawl::recover(&mut writer).await?;
    let names: Vec<String> = args.files.iter().map(|path| path.display().to_string()).collect();
    let purpose = Purpose { case: common.case.clone(), purpose: common.purpose.clone() };
    audit::record(&writer.pool, "import", &format!("run {}: {}, from {}", writer.run, args.source, names.join(", ")), &purpose).await?;
    let mut import = Import::prepare(&mut writer, source, mapping.as_deref()).await?;
    let mut bad = 0;
    for (path, format, size) in files {
        let progress = Progress::bar(size, &path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default());
        let tell = progress.clone();
        let imported = import
            .file(path, format, &stop, |bytes, summary| {
                tell.at(bytes.min(size));
                tell.say(format!("{} listings, {} alerts", summary.listings_new, summary.alerts));
            })
            .await;
        progress.done();
        let imported = imported.with_context(|| format!("cannot import {}", path.display()))?;
        bad += imported.bad;
        session::tell!(
            "{}: {} rows, {} of them known already, {} not understood",
            path.display(),
            imported.rows,
            imported.known,
            imported.bad
        );
        if *stop.borrow() {
            break;
        }
    }
    let mut summary = import.finish().await?;
    if bad > 0 {
        summary.missed.push(format!("{bad} rows were not understood; hint: the warnings above name the lines"));
    }
    writer.close(&serde_json::to_string(&summary)?).await?;
    session::report(&summary, args.json)
}
