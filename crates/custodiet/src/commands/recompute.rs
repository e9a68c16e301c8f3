//! `custodiet recompute`: the same evidence, judged again.

use std::io::Write as _;

use audit::{recompute, report_data};
use store::{DeviceQuery, Store as _};

use super::shared;
use crate::args::RecomputeArguments;
use crate::exit::{Exit, Failure};
use crate::place;
use crate::progress::Bar;

pub(crate) fn run(arguments: &RecomputeArguments, quiet: bool) -> Result<Exit, Failure> {
    let knowledge = place::knowledge()?;
    let database = arguments.database.db.as_deref();
    // Nothing to recompute in a database that is not there; making an empty one would hide a wrong path.
    drop(place::readable(database)?);
    let mut store = place::writable(database)?;
    if store.sources()?.is_empty() {
        return Err(Failure::input(
            "the database holds no evidence: run `custodiet import INPUT…` first",
        ));
    }
    let mut context = shared::context(&arguments.context, None, &store)?;
    let mut unread = Vec::new();
    if let Some(last) = shared::last_run(&store)? {
        unread = last.unread;
        if context.policies.is_empty() {
            context.policies = last.context.policies;
        }
    }
    let bar = Bar::new(quiet);
    let run = recompute(&mut store, knowledge, &context, unread, shared::now(), &bar)?;
    let reader = audit::Reader::new(&store, knowledge)?;
    let nothing = DeviceQuery { limit: Some(0), ..DeviceQuery::default() };
    let data = report_data(&store, &reader, &nothing, 0)?;
    let mut out = shared::stdout();
    write!(out, "{}", shared::figures(&run, &data.sources))?;
    out.flush()?;
    Ok(if shared::has_findings(&run) { Exit::Findings } else { Exit::NothingFound })
}
