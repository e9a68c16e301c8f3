//! `custodiet import`: evidence into the database, or a look at how it is understood.

use std::io::Write as _;
use std::path::Path;

use audit::collect;
use intake::{Input, Options};

use super::shared;
use crate::args::ImportArguments;
use crate::exit::{Exit, Failure};
use crate::place;

pub(crate) fn run(arguments: &ImportArguments, quiet: bool) -> Result<Exit, Failure> {
    let options = shared::options(&arguments.reading)?;
    if arguments.preview {
        return preview_all(arguments, &options);
    }
    let mut store = place::writable(arguments.database.db.as_deref())?;
    let imported = shared::import_all(&mut store, &arguments.inputs, &options, quiet)?;
    if imported.nothing_read() {
        return Err(Failure::input("no input could be read"));
    }
    if !quiet {
        anstream::eprintln!("run `custodiet recompute` to judge what was imported");
    }
    Ok(Exit::NothingFound)
}

fn preview_all(arguments: &ImportArguments, options: &Options) -> Result<Exit, Failure> {
    let mut out = shared::stdout();
    let mut read = 0usize;
    for file in collect(&arguments.inputs) {
        let shown = match file {
            Ok(path) => preview(&path, options).map(|text| (path, text)),
            Err((path, error)) => Err(format!("cannot read `{}`: {error}", path.display())),
        };
        match shown {
            Ok((path, text)) => {
                read += 1;
                writeln!(out, "{}\n{text}", path.display())?;
            }
            Err(problem) => anstream::eprintln!("custodiet: {problem}"),
        }
    }
    out.flush()?;
    if read == 0 {
        return Err(Failure::input("no input could be read"));
    }
    Ok(Exit::NothingFound)
}

fn preview(path: &Path, options: &Options) -> Result<String, String> {
    let fail =
        |error: &dyn std::fmt::Display| format!("cannot preview `{}`: {error}", path.display());
    let mut file = std::fs::File::open(path).map_err(|error| fail(&error))?;
    let size_bytes = file.metadata().map_err(|error| fail(&error))?.len();
    let name = path.display().to_string();
    let mut input = Input { name: &name, size_bytes, bytes: &mut file };
    let preview = intake::register::preview(&mut input, options).map_err(|error| fail(&error))?;
    Ok(rendered(&preview))
}

fn rendered(preview: &intake::register::Preview) -> String {
    let (width, colour) = shared::terminal();
    let mut text = String::new();
    for sheet in &preview.sheets {
        use std::fmt::Write as _;
        let header = match sheet.header_row {
            Some(row) => format!("header in row {row}"),
            None => String::from("no header row found"),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "\n{}: {header}, {} rows", sheet.name, sheet.rows);
        let rows: Vec<[String; 4]> = sheet
            .columns
            .iter()
            .map(|column| {
                [
                    column.title.clone(),
                    column.field.map_or_else(|| "not used".into(), |field| field.as_str().into()),
                    format!("{:.0} %", column.sure * 100.0),
                    column.samples.join(" | "),
                ]
            })
            .collect();
        let rows = rows.iter().map(|row| row.as_slice());
        text.push_str(&::report::grid(
            &["column", "taken for", "sure", "values"],
            rows,
            width,
            colour,
        ));
        for note in &sheet.notes {
            let _ = writeln!(text, "{}: {}: {}", note.severity.as_str(), note.place, note.message);
        }
    }
    text
}
