//! `custodiet report`: the report of the newest results, written again.

use std::io::Write as _;

use audit::Reader;

use super::shared;
use crate::args::ReportArguments;
use crate::exit::{Exit, Failure};
use crate::place;

pub(crate) fn run(arguments: &ReportArguments, quiet: bool) -> Result<Exit, Failure> {
    let store = place::readable(arguments.database.db.as_deref())?;
    let reader = Reader::new(&store, place::knowledge()?)?;
    shared::warn_if_stale(&reader);
    let query = shared::query(&arguments.filter)?;
    let page = shared::write_report(&store, &reader, &query, &arguments.folder)?;
    if !quiet {
        let mut out = shared::stdout();
        writeln!(
            out,
            "The report is {} (the same facts lie beside it in other forms).",
            page.display()
        )?;
        out.flush()?;
    }
    Ok(if shared::has_findings(reader.run()) { Exit::Findings } else { Exit::NothingFound })
}
