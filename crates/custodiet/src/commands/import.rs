//! `custodiet import`: evidence into the database, or a look at how it is understood.

use std::io::Write as _;
use std::path::Path;

use audit::collect;
use intake::register::{ColumnPreview, Preview, SheetPreview};
use intake::{Input, Options};
use knowledge::Knowledge;
use store::SqliteStore;

use super::{diff, shared};
use crate::args::ImportArguments;
use crate::exit::{Exit, Failure};
use crate::place;
use crate::say::say;

pub(crate) fn run(arguments: &ImportArguments, quiet: bool) -> Result<Exit, Failure> {
    let options = shared::options(&arguments.reading)?;
    if arguments.preview {
        return preview_all(arguments, &options);
    }
    let mut store = place::writable(arguments.database.db.as_deref())?;
    let request = shared::request(&options, &arguments.edition, arguments.confirm);
    let imported = shared::import_all(&mut store, &arguments.inputs, request, quiet)?;
    if imported.nothing_read() {
        return Err(shared::no_input(&arguments.inputs));
    }
    let mut out = shared::stdout();
    for (older, newer) in &imported.editions {
        let difference = audit::difference(&store, *older, *newer)?;
        diff::write(&difference, arguments.format, &mut out)?;
    }
    out.flush()?;
    if !quiet {
        say!("run `custodiet recompute` to judge what was imported");
    }
    Ok(Exit::NothingFound)
}

fn preview_all(arguments: &ImportArguments, options: &Options) -> Result<Exit, Failure> {
    let mut out = shared::stdout();
    let mut read = 0usize;
    let store = match arguments.edition.no_map || options.mapping.is_some() {
        true => None,
        false => place::readable_if_there(arguments.database.db.as_deref())?,
    };
    let knowledge = place::knowledge()?;
    for file in collect(&arguments.inputs) {
        let shown = match file {
            Ok(path) => preview(&path, options, store.as_ref(), knowledge).map(|text| (path, text)),
            Err((path, error)) => Err(format!("cannot read `{}`: {error}", path.display())),
        };
        match shown {
            Ok((path, text)) => {
                read += 1;
                writeln!(out, "{}\n{text}", ::report::plain(&path.display().to_string()))?;
            }
            Err(problem) => say!("custodiet: {problem}"),
        }
    }
    out.flush()?;
    if read == 0 {
        return Err(shared::no_input(&arguments.inputs));
    }
    Ok(Exit::NothingFound)
}

fn preview(
    path: &Path,
    options: &Options,
    store: Option<&SqliteStore>,
    knowledge: &Knowledge,
) -> Result<String, String> {
    let fail =
        |error: &dyn std::fmt::Display| format!("cannot preview `{}`: {error}", path.display());
    let mut file = std::fs::File::open(path).map_err(|error| fail(&error))?;
    let size_bytes = file.metadata().map_err(|error| fail(&error))?.len();
    let name = path.display().to_string();
    let mut input = Input { name: &name, size_bytes, bytes: &mut file };
    let mut options = options.clone();
    let mut text = String::new();
    if let Some(store) = store
        && let Some((record, mapping)) =
            audit::remembered_mapping(store, &mut input).map_err(|error| fail(&error))?
    {
        text = format!("{}\n", ::report::plain(&shared::recalled(&record)));
        options.mapping = Some(mapping);
    }
    let preview = intake::register::preview(&mut input, &options).map_err(|error| fail(&error))?;
    text.push_str(&rendered(&preview, knowledge));
    Ok(text)
}

fn rendered(preview: &Preview, knowledge: &Knowledge) -> String {
    use std::fmt::Write as _;
    let mut text = String::new();
    for sheet in &preview.sheets {
        let name = sheet.name.as_deref().unwrap_or(preview.format);
        let header = match sheet.header_rows {
            Some((first, last)) if first == last => format!("header in row {first}"),
            Some((first, last)) => format!("header in rows {first} to {last}"),
            None => String::from("no header row found"),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "\n{}: {header}, {} rows give {} observations",
            ::report::plain(name),
            sheet.rows,
            sheet.observations
        );
        text.push_str(&columns(sheet));
        for line in makes(sheet, knowledge) {
            let _ = writeln!(text, "{}", ::report::plain(&line));
        }
        for (what, count) in &sheet.skipped {
            let _ = writeln!(text, "left out: {} ({count})", ::report::plain(what));
        }
        for note in &sheet.notes {
            let (field, help) = (note.field.as_deref(), note.help.as_deref());
            let severity = note.severity.as_str();
            let remark = shared::remark(severity, &note.place, field, &note.message, help);
            let _ = writeln!(text, "{}", ::report::plain(&remark));
        }
    }
    let _ = writeln!(
        text,
        "\nAs a mapping for --map (--confirm takes it as it is):\n\n{}",
        shared::mapping_text(&preview.mapping().to_toml())
    );
    text
}

/// Makes that are not simply the name of a brand: each with what it was read as, so that a person can object.
fn makes(sheet: &SheetPreview, knowledge: &Knowledge) -> Vec<String> {
    let mut lines = Vec::new();
    let mut unread: Vec<&str> = Vec::new();
    for (make, count) in &sheet.makes {
        let read = attribute::free_text(knowledge, make, attribute::Cell::Make);
        let brands: Vec<_> = read.items.iter().filter_map(|item| item.brand.as_ref()).collect();
        let times = format!("in {count} {}", if *count == 1 { "row" } else { "rows" });
        for item in &read.items {
            if !item.between.is_empty() {
                let names = item.between.join(" and ");
                lines.push(format!("make `{make}` ({times}): as near to {names}, read as none"));
            } else if let Some(brand) = &item.brand
                && !item.sense.is_claim()
            {
                let sense = item.sense.as_str();
                lines.push(format!("make `{make}` ({times}): {} is {sense}", brand.name));
            }
        }
        if let [first, .., last] = &brands[..]
            && first.name != last.name
        {
            let names: Vec<&str> = brands.iter().map(|brand| brand.name.as_str()).collect();
            lines.push(format!("make `{make}` ({times}): names {}", names.join(" and ")));
        }
        let notes: Vec<String> = brands.iter().filter_map(|brand| brand.note()).collect();
        if !notes.is_empty() {
            lines.push(format!("make {} ({times})", notes.join("; ")));
        }
        if brands.is_empty() && read.items.iter().all(|item| item.between.is_empty()) {
            unread.push(make);
        }
    }
    let shown: Vec<&str> = unread.iter().copied().take(MAKES_SHOWN_MAX).collect();
    if !unread.is_empty() {
        let more = if shown.len() < unread.len() { ", …" } else { "" };
        lines.push(format!(
            "makes of no brand known ({}): {}{more}",
            unread.len(),
            shown.join(", ")
        ));
    }
    lines
}

/// Makes that are unknown fill no screen.
const MAKES_SHOWN_MAX: usize = 30;

fn columns(sheet: &SheetPreview) -> String {
    let (width, colour) = shared::terminal();
    let row = |column: &ColumnPreview| {
        [
            format!("{} {}", column.letters, column.title),
            column.field.map_or_else(|| "not used".into(), |field| field.as_str().into()),
            format!("{:.0} %", column.confidence * 100.0),
            column.because.to_owned(),
            column.samples.join(" | "),
        ]
    };
    let rows: Vec<[String; 5]> = sheet.columns.iter().map(row).collect();
    let rows = rows.iter().map(<[String; 5]>::as_slice);
    ::report::grid(&["column", "taken for", "sure", "why", "values"], rows, width, colour)
}
