//! Captures with an index that says which device of each is a camera, run through the whole chain.

use std::path::Path;

use audit::{Context, FileOutcome, Reader, Silent, import_file, recompute};
use knowledge::Knowledge;
use model::{Date, DeviceKind, Level, MacAddr, MakerId, Timestamp};
use report::DeviceLine;
use store::{DeviceQuery, SqliteStore};

use crate::case::{Labels, TrueKind, Truth};
use crate::layout::{CorpusError, Row, cell, rows};
use crate::outcome::{Outcome, because, families, is_listed};
use crate::weights::spoken;

/// The index of a folder of captures, relative to the collections' folder.
const INDEX: &str = "pcap/index.csv";

/// Runs every capture below `root/pcap` through import, resolution and attribution, each by itself. Of one with a
/// camera the device with the camera's hardware address is the answer; of others the first device that is taken
/// for surveillance equipment, if there is one.
///
/// # Errors
/// [`CorpusError`] when the index or a capture cannot be read.
pub(crate) fn captures(
    knowledge: &'static Knowledge,
    root: &Path,
    now: Timestamp,
) -> Result<Vec<Outcome>, CorpusError> {
    let index = root.join(INDEX);
    if !index.is_file() {
        return Ok(Vec::new());
    }
    let labels = Labels::new(knowledge);
    rows(&index)?.iter().map(|row| capture(knowledge, &labels, root, row, now)).collect()
}

fn capture(
    knowledge: &'static Knowledge,
    labels: &Labels,
    root: &Path,
    row: &Row,
    now: Timestamp,
) -> Result<Outcome, CorpusError> {
    let path = root.join(cell(row, "file"));
    let wrong = |problem: String| CorpusError::Capture { path: path.clone(), problem };
    let lines = devices(knowledge, &path, now).map_err(wrong)?;
    let is_negative = cell(row, "cls").starts_with("negative");
    let camera: Option<MacAddr> = cell(row, "mac").parse().ok();
    let found = if is_negative {
        lines.iter().find(|line| line.kind.is_surveillance())
    } else {
        lines.iter().find(|line| camera.is_some_and(|mac| line.macs.contains(&mac)))
    };
    let truth = if is_negative {
        Truth { kind: TrueKind::Other, ..Truth::default() }
    } else {
        let makers = labels.ids(cell(row, "true_maker"));
        Truth { makers, kind: TrueKind::Surveillance, brand: None }
    };
    let corpus = if is_negative { "captures-" } else { "captures" };
    Ok(outcome(knowledge, corpus, cell(row, "file"), truth, found))
}

fn outcome(
    knowledge: &Knowledge,
    corpus: &str,
    id: &str,
    truth: Truth,
    found: Option<&DeviceLine>,
) -> Outcome {
    let answer = found.map_or_else(MakerId::unknown, |line| line.maker.id.clone());
    let evidence = found.map_or(&[][..], |line| &line.evidence);
    Outcome {
        corpus: corpus.to_owned(),
        id: id.to_owned(),
        truth,
        kinds: vec!["capture"],
        kind: found.map_or(DeviceKind::Unknown, |line| line.kind),
        probability: found.map_or(0.0, |line| line.maker.probability),
        level: found.map_or(Level::Unknown, |line| line.level),
        families: families(evidence, &answer),
        is_listed: is_listed(knowledge, &answer),
        because: because(evidence),
        spoken: spoken(evidence),
        answer,
    }
}

/// The devices that one capture shows, by a database that lives in memory.
fn devices(
    knowledge: &'static Knowledge,
    path: &Path,
    now: Timestamp,
) -> Result<Vec<DeviceLine>, String> {
    let mut store = SqliteStore::in_memory().map_err(|error| error.to_string())?;
    let words = |error: audit::AuditError| error.to_string();
    let options = intake::Options::default();
    let report = import_file(&mut store, path, &options, now, &Silent).map_err(words)?;
    if let FileOutcome::Unreadable(why) = report.outcome {
        return Err(why);
    }
    let context = Context::without_estate(Date::default());
    recompute(&mut store, knowledge, &context, Vec::new(), now, &Silent).map_err(words)?;
    let reader = Reader::new(&store, knowledge).map_err(words)?;
    let mut lines = Vec::new();
    reader
        .each_line(&DeviceQuery::default(), |line| {
            lines.push(line);
            Ok::<(), audit::AuditError>(())
        })
        .map_err(words)?;
    Ok(lines)
}
