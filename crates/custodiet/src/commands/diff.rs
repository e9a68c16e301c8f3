//! `custodiet diff`: what changed between two editions of a register.

use std::io::Write;
use std::path::Path;

use audit::{Alone, Change, DiffSummary, Difference, FieldChange, MappingSource};
use serde::Serialize;
use store::{SourceId, SqliteStore, Store as _};

use super::shared;
use crate::args::{DiffArguments, Format};
use crate::exit::{Exit, Failure};
use crate::place;

pub(crate) fn run(arguments: &DiffArguments) -> Result<Exit, Failure> {
    let store = place::readable(arguments.database.db.as_deref())?;
    let source = SourceId(arguments.older);
    let Some(newer) = &arguments.newer else {
        let (older, newer) = neighbours(&store, source)?;
        return show(&audit::difference(&store, older, newer)?, arguments.format);
    };
    if let Some(newer) = newer.to_str().and_then(|text| text.parse().ok()).map(SourceId) {
        return show(&audit::difference(&store, source, newer)?, arguments.format);
    }
    let options = shared::options(&arguments.reading)?;
    let read = audit::look_at(&store, newer, &options, MappingSource::Remembered);
    let read = read.map_err(|why| unreadable(newer, &why))?;
    show(&audit::difference_to(&store, source, &read)?, arguments.format)
}

fn unreadable(path: &Path, why: &str) -> Failure {
    Failure::input(format!("`{}` was not read: {why}", path.display()))
}

/// The edition before or after: the one that took its place, else the one whose place it took.
fn neighbours(store: &SqliteStore, source: SourceId) -> Result<(SourceId, SourceId), Failure> {
    let editions = store.editions()?;
    let found = editions
        .iter()
        .find(|edition| edition.older == source)
        .or_else(|| editions.iter().rev().find(|edition| edition.newer == source));
    match found {
        Some(edition) => Ok((edition.older, edition.newer)),
        None => Err(Failure::usage(format!(
            "source {} replaced none and was replaced by none: name another source or a file beside it (`custodiet sources` lists all)",
            source.0
        ))),
    }
}

fn show(difference: &Difference<'_>, format: Format) -> Result<Exit, Failure> {
    let mut out = shared::stdout();
    write(difference, format, &mut out)?;
    out.flush()?;
    let is_empty = difference.summary().is_empty();
    Ok(if is_empty { Exit::NothingFound } else { Exit::Findings })
}

#[derive(Serialize)]
struct Last<'a> {
    summary: &'a DiffSummary,
}

/// Writes all differences in the form that was asked for.
pub(crate) fn write(
    difference: &Difference<'_>,
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    match format {
        Format::Jsonl => {
            difference.each(|change| shared::json_line(&change, out))?;
            shared::json_line(&Last { summary: difference.summary() }, out)
        }
        Format::Csv => write_csv(difference, out),
        Format::Table => write_table(difference, out),
    }
}

/// One row a field: what a spreadsheet can filter.
fn write_csv(difference: &Difference<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let failed = |error: csv::Error| Failure::from(std::io::Error::from(error));
    let mut writer = csv::Writer::from_writer(out);
    let header = ["change", "key", "older row", "newer row", "paired by", "field", "old", "new"];
    writer.write_record(header).map_err(failed)?;
    difference.each(|change| {
        for FieldChange { field, old, new } in &change.fields {
            let row = [
                change.change.as_str(),
                &change.key,
                change.older.as_deref().unwrap_or_default(),
                change.newer.as_deref().unwrap_or_default(),
                change.paired_by.map_or("", audit::PairedBy::noun),
                field,
                old,
                new,
            ];
            writer.write_record(row.map(report::inert)).map_err(failed)?;
        }
        Ok::<_, Failure>(())
    })?;
    Ok(writer.flush()?)
}

fn write_table(difference: &Difference<'_>, out: &mut dyn Write) -> Result<(), Failure> {
    let mut rows: Vec<[String; 4]> = Vec::new();
    let mut left_out = 0u64;
    difference.each(|change| {
        if rows.len() < shared::TABLE_ROWS as usize {
            rows.push(table_row(&change));
        } else {
            left_out += 1;
        }
        Ok::<_, Failure>(())
    })?;
    if !rows.is_empty() {
        let (width, colour) = shared::terminal();
        let cells = rows.iter().map(<[String; 4]>::as_slice);
        let grid = report::grid(&["change", "device", "rows", "what"], cells, width, colour);
        out.write_all(grid.as_bytes())?;
    }
    if left_out > 0 {
        writeln!(out, "… and {left_out} more: --format csv or jsonl lists them all")?;
    }
    writeln!(out, "{}", in_words(difference.summary()))?;
    for remark in remarks(difference.summary()) {
        writeln!(out, "{remark}")?;
    }
    Ok(())
}

fn table_row(change: &Change) -> [String; 4] {
    let is_alone = change.alone.is_some();
    let rows: Vec<&str> = change.older.iter().chain(&change.newer).map(String::as_str).collect();
    let change_word = if change.is_move() { "moved" } else { change.change.as_str() };
    let mut what: Vec<String> =
        change.fields.iter().map(|field| field_words(field, is_alone)).collect();
    what.extend(change.alone.and_then(why_alone).map(String::from));
    [change_word.into(), change.key.clone(), rows.join(" → "), what.join("; ")]
}

/// A field before and after, or what a row says that has no other.
fn field_words(change: &FieldChange, is_alone: bool) -> String {
    let FieldChange { field, old, new } = change;
    match (old.is_empty(), new.is_empty()) {
        _ if is_alone => format!("{field} {old}{new}"),
        (true, _) => format!("{field} nothing → {new}"),
        (false, true) => format!("{field} {old} → nothing"),
        (false, false) => format!("{field} {old} → {new}"),
    }
}

const fn why_alone(alone: Alone) -> Option<&'static str> {
    match alone {
        Alone::NotThere => None,
        Alone::NoKey => Some("(no key tells it from other rows)"),
        Alone::KeyUnclear => Some("(its keys stand on several rows, or on that of another device)"),
        Alone::ListedTwice => Some("(the device stands on another row too)"),
    }
}

/// The figures in one sentence.
pub(crate) fn in_words(summary: &DiffSummary) -> String {
    let DiffSummary { unchanged, changed, moved, exchanged, added, gone, .. } = summary;
    if summary.is_empty() {
        return format!("no difference in {unchanged} rows");
    }
    let mut parts = vec![
        format!("{added} added"),
        match moved {
            0 => format!("{changed} changed"),
            _ => format!("{changed} changed ({moved} moved to another site)"),
        },
    ];
    if *exchanged > 0 {
        parts.push(format!("{exchanged} exchanged for another device"));
    }
    parts.push(format!("{gone} gone"));
    parts.push(format!("{unchanged} as before"));
    parts.join(", ")
}

/// What a person should look at.
pub(crate) fn remarks(summary: &DiffSummary) -> Vec<String> {
    let mut remarks = Vec::new();
    for field in &summary.fields_lost {
        remarks.push(format!("no row says `{field}` any more: was the column removed or renamed?"));
    }
    for (count, why) in [
        (summary.without_key, "have no key that tells them from others"),
        (summary.key_unclear, "have keys that stand on several rows, or on that of another device"),
    ] {
        if count > 0 {
            remarks.push(format!(
                "{count} added or gone rows {why}: they could not be paired, look at them"
            ));
        }
    }
    if summary.listed_twice > 0 {
        remarks.push(format!(
            "{} added or gone rows are about devices that stand on another row too",
            summary.listed_twice
        ));
    }
    remarks
}
