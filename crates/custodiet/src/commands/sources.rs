//! `custodiet sources`: what was read, and which register counts in the place of which.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;

use serde::Serialize;
use store::{Edition, SourceId, SourceRecord, SqliteStore, Store as _};

use super::shared;
use crate::args::{Format, SourcesArguments, SourcesCommand};
use crate::exit::{Exit, Failure};
use crate::place;
use crate::say::say;

pub(crate) fn run(arguments: &SourcesArguments) -> Result<Exit, Failure> {
    let database = arguments.database.db.as_deref();
    match &arguments.command {
        None => list(&place::readable(database)?, Format::Table),
        Some(SourcesCommand::List { format }) => list(&place::readable(database)?, *format),
        Some(SourcesCommand::Replace { older, newer }) => {
            let mut store = opened(database)?;
            let (older, newer) = (SourceId(*older), SourceId(*newer));
            let outcome = audit::replace_source(&mut store, older, newer, shared::now())?;
            let name = name_of(&store, newer)?;
            shared::tell_edition(Path::new(&name), newer, &outcome);
            hint();
            Ok(Exit::NothingFound)
        }
        Some(SourcesCommand::Restore { older }) => {
            let mut store = opened(database)?;
            audit::restore_source(&mut store, SourceId(*older))?;
            say!("source {older} counts again");
            hint();
            Ok(Exit::NothingFound)
        }
    }
}

/// A database that is not there is not made: that would hide a wrong path.
fn opened(database: Option<&Path>) -> Result<SqliteStore, Failure> {
    drop(place::readable(database)?);
    place::writable(database)
}

fn hint() {
    say!("run `custodiet recompute` to judge what counts now");
}

fn name_of(store: &SqliteStore, source: SourceId) -> Result<String, Failure> {
    let sources = store.sources()?;
    let found = sources.into_iter().find(|record| record.id == source);
    Ok(found.map(|record| record.source.name.to_string()).unwrap_or_default())
}

/// One input as it is listed.
#[derive(Serialize)]
struct Line {
    source: SourceId,
    name: String,
    kind: &'static str,
    format: String,
    imported_at: String,
    observations: u64,
    /// `counts`, `read again`, `replaced`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    replaced_by: Option<SourceId>,
    /// Rows that no newer edition has.
    #[serde(skip_serializing_if = "Option::is_none")]
    gone: Option<u64>,
    sha256: String,
}

impl Line {
    fn of(
        record: SourceRecord,
        editions: &BTreeMap<SourceId, Edition>,
        gone: &BTreeMap<SourceId, u64>,
    ) -> Self {
        let edition = editions.get(&record.id);
        let state = match (record.superseded, edition) {
            (true, _) => "read again",
            (false, Some(_)) => "replaced",
            (false, None) => "counts",
        };
        Self {
            source: record.id,
            name: record.source.name.to_string(),
            kind: record.source.kind.as_str(),
            format: record.summary.format,
            imported_at: record.imported_at.to_string(),
            observations: record.summary.observations,
            state,
            replaced_by: edition.map(|edition| edition.newer),
            gone: edition.map(|_| gone.get(&record.id).copied().unwrap_or_default()),
            sha256: record.source.sha256.to_string(),
        }
    }

    fn cells(&self) -> [String; 6] {
        let state = match (self.replaced_by, self.gone) {
            (Some(by), Some(gone)) => format!("replaced by {}, {gone} gone", by.0),
            _ => self.state.into(),
        };
        [
            self.source.0.to_string(),
            self.name.clone(),
            self.format.clone(),
            self.imported_at.chars().take("2026-01-01".len()).collect(),
            self.observations.to_string(),
            state,
        ]
    }
}

const COLUMNS: [&str; 6] = ["source", "name", "format", "imported", "observations", "state"];

fn list(store: &SqliteStore, format: Format) -> Result<Exit, Failure> {
    let editions = store.editions()?.into_iter().map(|edition| (edition.older, edition)).collect();
    let mut gone: BTreeMap<SourceId, u64> = BTreeMap::new();
    for row in store.gone()? {
        *gone.entry(row.older).or_default() += 1;
    }
    let records = store.sources()?.into_iter();
    let lines: Vec<Line> = records.map(|record| Line::of(record, &editions, &gone)).collect();
    let rows: Vec<[String; 6]> = lines.iter().map(Line::cells).collect();
    let mut out = shared::stdout();
    shared::write_list(&COLUMNS, &rows, &lines, format, &mut out)?;
    out.flush()?;
    Ok(Exit::NothingFound)
}
