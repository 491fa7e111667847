//! `vigie train`: fits the classifier's model to labelled listings and says what it is worth.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::classify as classifier;
use crate::cli::{Common, TrainArgs};
use crate::commands::{Usage, session};
use crate::eval::classify::report;
use crate::eval::labelled;
use crate::telemetry::Progress;
use crate::train::card::{Made, Trial, card};
use crate::train::fit::{Settings, examples, fit, given, temperature};
use crate::train::splits::{Split, Way, judged, known, scores, temperatures};

/// Fewer listings make no model.
const LEAST: usize = 50;

pub(super) fn run(common: &Common, args: &TrainArgs) -> Result<u8> {
    let config = session::load(common)?;
    let codebook = classifier::rules(&config)?;
    let lines = labelled::read(&codebook, &args.files)?;
    if lines.len() < LEAST {
        return Err(Usage(format!("{} labelled listings are too few; hint: at least {LEAST}, of every category", lines.len())).into());
    }
    let given = given(&codebook, &lines);
    let progress = Progress::bar((Split::ALL.len() * Way::ALL.len() + 1) as u64, "fits");
    let mut trials = Vec::new();
    let mut warmth = 1.0;
    for split in Split::ALL {
        for way in Way::ALL {
            let scores = scores(&codebook, &lines, &given, split, way);
            let shown = split == Split::Source && way == Way::Both;
            if shown {
                // A listing to come is of a source that is not known yet.
                warmth = temperature(&known(&codebook, &lines, &scores, |_| true));
            }
            let judged = judged(&codebook, &lines, &scores, &temperatures(&codebook, &lines, &scores, split));
            let report = report(&codebook, &judged);
            trials.push(Trial { split, way, report, judged: if shown { judged } else { Vec::new() } });
            progress.at(trials.len() as u64);
        }
    }
    let all: Vec<_> = lines.iter().zip(&given).collect();
    let mut fitted = fit(&examples(&codebook, &all), codebook.categories().len(), Settings::default());
    fitted.cool(warmth);
    let model = fitted.model(&args.name, &codebook)?;
    progress.done();
    let bytes = model.bytes();
    std::fs::write(&args.model, &bytes).with_context(|| format!("cannot write {}", args.model.display()))?;
    let mut files = Vec::new();
    for file in &args.files {
        let content = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let digest: String = Sha256::digest(&content).iter().map(|byte| format!("{byte:02x}")).collect();
        files.push((file.file_name().unwrap_or_default().to_string_lossy().into_owned(), digest));
    }
    let made = Made { name: &args.name, lines: &lines, files: &files, temperature: warmth, rules: fitted.rules, bytes: bytes.len() };
    if let Some(file) = &args.card {
        std::fs::write(file, card(&codebook, &made, &trials)).with_context(|| format!("cannot write {}", file.display()))?;
    }
    for Trial { split, way, report, .. } in &trials {
        session::tell!(
            "{:<22}{:<28}first level {:.3}, macro F1 {:.3}; second {:.3}; {:.1} alarms in 10,000; calibration error {:.3}",
            split.name(),
            way.name(),
            report.first.micro.value,
            report.first.macro_f1.value,
            report.second.micro.value,
            report.false_alarms(),
            report.calibration.error
        );
    }
    session::tell!("{} of {} listings, {} bytes: {}", args.name, lines.len(), bytes.len(), args.model.display());
    session::tell!("a file `model.bin` in the folder of the configuration is used in place of the one that is compiled in");
    Ok(0)
}
