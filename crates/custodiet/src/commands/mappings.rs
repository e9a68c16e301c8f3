//! `custodiet mappings`: how registers are read, as users confirmed it.

use std::io::Write as _;
use std::path::Path;

use serde::Serialize;
use store::{MappingId, MappingRecord, SqliteStore, Store as _};

use super::shared;
use crate::args::{Format, MappingsArguments, MappingsCommand};
use crate::exit::{Exit, Failure};
use crate::place;
use crate::say::say;

pub(crate) fn run(arguments: &MappingsArguments) -> Result<Exit, Failure> {
    let database = arguments.database.db.as_deref();
    match &arguments.command {
        None => list(&place::readable(database)?, Format::Table),
        Some(MappingsCommand::List { format }) => list(&place::readable(database)?, *format),
        Some(MappingsCommand::Show { id }) => show(&place::readable(database)?, MappingId(*id)),
        Some(MappingsCommand::Forget { id }) => forget(database, MappingId(*id)),
    }
}

#[derive(Serialize)]
struct Line<'a> {
    mapping: MappingId,
    columns: &'a str,
    confirmed_at: String,
    confirmed_with: &'a str,
    toml: &'a str,
}

const COLUMNS: [&str; 4] = ["mapping", "confirmed", "with", "columns"];

fn list(store: &SqliteStore, format: Format) -> Result<Exit, Failure> {
    let records = store.mappings()?;
    let line = |record: &MappingRecord| {
        let mapping = &record.mapping;
        [
            record.id.0.to_string(),
            shared::day(mapping.confirmed_at).to_string(),
            mapping.confirmed_with.clone(),
            mapping.titles.clone(),
        ]
    };
    let rows: Vec<[String; 4]> = records.iter().map(line).collect();
    let lines: Vec<Line<'_>> = records
        .iter()
        .map(|MappingRecord { id, mapping }| Line {
            mapping: *id,
            columns: &mapping.titles,
            confirmed_at: mapping.confirmed_at.to_string(),
            confirmed_with: &mapping.confirmed_with,
            toml: &mapping.body,
        })
        .collect();
    let mut out = shared::stdout();
    shared::write_list(&COLUMNS, &rows, &lines, format, &mut out)?;
    out.flush()?;
    Ok(Exit::NothingFound)
}

fn show(store: &SqliteStore, id: MappingId) -> Result<Exit, Failure> {
    let found = store.mappings()?.into_iter().find(|record| record.id == id);
    let record = found.ok_or_else(|| no_mapping(id))?;
    let mut out = shared::stdout();
    // A comment of TOML ends with its line, whatever the name of the register holds.
    writeln!(
        out,
        "# confirmed on {} with {}",
        shared::day(record.mapping.confirmed_at),
        report::plain(&record.mapping.confirmed_with)
    )?;
    out.write_all(shared::mapping_text(&record.mapping.body).as_bytes())?;
    out.flush()?;
    Ok(Exit::NothingFound)
}

fn forget(database: Option<&Path>, id: MappingId) -> Result<Exit, Failure> {
    // Nothing is remembered in a database that is not there; making an empty one would hide a wrong path.
    drop(place::readable(database)?);
    if !place::writable(database)?.forget_mapping(id)? {
        return Err(no_mapping(id));
    }
    say!("mapping {} is forgotten; what was read by it stays as it is", id.0);
    Ok(Exit::NothingFound)
}

fn no_mapping(id: MappingId) -> Failure {
    Failure::usage(format!("there is no mapping {}: `custodiet mappings` lists them", id.0))
}
