//! `custodiet devices`: lists of the newest results.

use std::io::Write as _;

use audit::Reader;
use store::SortKey;

use super::shared;
use crate::args::{DevicesArguments, Format, Sort};
use crate::exit::{Exit, Failure};
use crate::place;

pub(crate) fn run(arguments: &DevicesArguments) -> Result<Exit, Failure> {
    let store = place::readable(arguments.database.db.as_deref())?;
    let reader = Reader::new(&store, place::knowledge()?)?;
    shared::warn_if_stale(&reader);
    let mut query = shared::query(&arguments.filter)?;
    query.sort = match arguments.sort {
        Sort::Seen => SortKey::Seen,
        Sort::Id => SortKey::Id,
        Sort::Maker => SortKey::Maker,
        Sort::Brand => SortKey::Brand,
        Sort::Model => SortKey::Model,
        Sort::Site => SortKey::Site,
        Sort::Kind => SortKey::Kind,
        Sort::Verdict => SortKey::Verdict,
    };
    query.descending = arguments.reverse;
    query.offset = arguments.offset;
    query.limit = match (arguments.limit, arguments.format) {
        (None, Format::Table) => Some(shared::TABLE_ROWS),
        (limit, _) => limit,
    };
    let mut out = shared::stdout();
    let page = shared::write_devices(&reader, &query, arguments.format, &mut out)?;
    if arguments.format == Format::Table {
        writeln!(
            out,
            "{} shown of {} that match, of {} devices",
            page.shown, page.matching, page.total
        )?;
    }
    out.flush()?;
    Ok(if page.matching > 0 { Exit::Findings } else { Exit::NothingFound })
}
