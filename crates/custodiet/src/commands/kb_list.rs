//! `custodiet kb list` and `custodiet kb export`: all entries, and the files they stand in.

use std::io::Write;
use std::path::Path;

use knowledge::{Confidence, Knowledge, Record};
use serde::Serialize;

use super::shared;
use crate::args::KbListArguments;
use crate::exit::{Exit, Failure};
use crate::place;

#[derive(Serialize)]
struct Line {
    table: &'static str,
    entry: String,
    confidence: &'static str,
    seen_on: String,
    dispute: String,
    source: String,
    place: String,
}

pub(crate) fn list(arguments: &KbListArguments, out: &mut impl Write) -> Result<Exit, Failure> {
    let KbListArguments { disputed, unverified, table, format } = arguments;
    let is_wanted = |record: &Record<'_>| {
        (!disputed || record.standing.is_disputed())
            && (!unverified || record.confidence == Confidence::Unverified)
            && (table.is_empty() || table.contains(&record.table))
    };
    let knowledge = place::knowledge()?;
    let lines: Vec<Line> = knowledge.records().filter(is_wanted).map(line).collect();
    let rows: Vec<[String; 7]> = lines.iter().map(cells).collect();
    let columns = ["table", "entry", "confidence", "seen on", "dispute", "source", "stands in"];
    shared::write_list(&columns, &rows, &lines, *format, out)?;
    Ok(Exit::NothingFound)
}

fn line(record: Record<'_>) -> Line {
    let field = |name| record.field(name).unwrap_or_default().to_owned();
    Line {
        table: record.table,
        confidence: record.confidence.as_str(),
        seen_on: field("seen on"),
        dispute: field("dispute"),
        source: field("source"),
        place: record.place.to_string(),
        entry: record.id,
    }
}

fn cells(line: &Line) -> [String; 7] {
    let Line { table, entry, confidence, seen_on, dispute, source, place } = line;
    let cells = [*table, entry, confidence, seen_on, dispute, source, place];
    cells.map(str::to_owned)
}

/// Writes the files that are built in into a folder of their own.
pub(crate) fn export(folder: &Path, out: &mut impl Write) -> Result<Exit, Failure> {
    let is_empty = std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if !is_empty {
        let message = format!("`{}` is not empty: name a new folder", folder.display());
        return Err(Failure::usage(message));
    }
    let files = Knowledge::embedded_texts().files;
    for (name, text) in &files {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(folder);
        std::fs::create_dir_all(parent)
            .and_then(|()| std::fs::write(&path, text))
            .map_err(|error| shared::cannot_write(&path, error))?;
    }
    let name = folder.display().to_string();
    writeln!(out, "{} files of knowledge in {}", files.len(), report::plain(&name))?;
    Ok(Exit::NothingFound)
}
