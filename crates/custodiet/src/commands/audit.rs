//! `custodiet audit`: the whole chain.

use std::io::Write as _;
use std::path::Path;

use audit::{Reader, recompute, report_data};
use store::{DeviceQuery, SortKey, Store as _};

use super::shared;
use crate::args::{AuditArguments, Format};
use crate::exit::{Exit, Failure};
use crate::place;
use crate::progress::Bar;
use crate::say::say;

pub(crate) fn run(arguments: &AuditArguments, quiet: bool) -> Result<Exit, Failure> {
    let knowledge = place::knowledge()?;
    let options = shared::options(&arguments.reading)?;
    // A wrong policy or estate file is told before long work, not after it.
    shared::context_of_file(&arguments.context)?;
    let mut store = place::writable(arguments.database.db.as_deref())?;
    let held_before = store.sources()?.len();
    let request = shared::request(&options, &arguments.edition, false);
    let imported = shared::import_all(&mut store, &arguments.inputs, request, quiet)?;
    if imported.nothing_read() {
        return Err(shared::no_input(&arguments.inputs));
    }
    let found = estate_among(&imported.estates, arguments, quiet)?;
    let context = shared::context(&arguments.context, found, &store)?;
    let unread = imported.all_unread(&store)?;
    let bar = Bar::new(quiet);
    let run = recompute(&mut store, knowledge, &context, unread, shared::now(), &bar)?;
    let reader = Reader::new(&store, knowledge)?;
    if held_before > 0 && !quiet {
        say!(
            "`{}` held {held_before} inputs already; they count too (another file with --db keeps estates apart)",
            store.path().display()
        );
    }
    let mut out = shared::stdout();
    let listed = match arguments.format {
        Format::Table => DeviceQuery {
            sort: SortKey::Verdict,
            limit: Some(shared::TABLE_ROWS),
            ..DeviceQuery::default()
        },
        Format::Jsonl | Format::Csv => DeviceQuery::default(),
    };
    shared::write_devices(&reader, &listed, arguments.format, &mut out)?;
    if arguments.format == Format::Table {
        let nothing = DeviceQuery { limit: Some(0), ..DeviceQuery::default() };
        let data = report_data(&store, &reader, &nothing, 0)?;
        if run.counts.devices > u64::from(shared::TABLE_ROWS) {
            writeln!(
                out,
                "… and {} more: `custodiet devices` lists them all",
                run.counts.devices - u64::from(shared::TABLE_ROWS)
            )?;
        }
        writeln!(out, "\n{}", shared::figures(&run, &data.sources))?;
        for missing in &data.missing_context {
            writeln!(out, "Missing context: {}", report::plain(missing))?;
        }
    }
    let folder = match (&arguments.report, arguments.format) {
        (Some(folder), _) => Some(folder.as_path()),
        (None, Format::Table) => Some(Path::new("custodiet-report")),
        (None, _) => None,
    };
    if let Some(folder) = folder {
        let page = shared::write_report(&store, &reader, &DeviceQuery::default(), folder)?;
        let told = format!(
            "The report is {} (the same facts lie beside it in other forms); the database is {}.",
            page.display(),
            store.path().display()
        );
        match arguments.format {
            Format::Table => writeln!(out, "{}", report::plain(&told))?,
            _ if quiet => {}
            _ => say!("{told}"),
        }
    }
    out.flush()?;
    Ok(if shared::has_findings(&run) { Exit::Findings } else { Exit::NothingFound })
}

/// The one estate file among the inputs, unless another was named.
fn estate_among<'a>(
    found: &'a [std::path::PathBuf],
    arguments: &AuditArguments,
    quiet: bool,
) -> Result<Option<&'a Path>, Failure> {
    match found {
        _ if arguments.context.estate.is_some() => {
            if !found.is_empty() && !quiet {
                say!("the estate file among the inputs is left out: --estate names another");
            }
            Ok(None)
        }
        [] => Ok(None),
        [one] => Ok(Some(one)),
        several => {
            let names: Vec<String> =
                several.iter().map(|path| format!("`{}`", path.display())).collect();
            Err(Failure::usage(format!(
                "several estate files are among the inputs ({}): choose one with --estate",
                names.join(", ")
            )))
        }
    }
}
