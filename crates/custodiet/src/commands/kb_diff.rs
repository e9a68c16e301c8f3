//! `custodiet kb diff`: what differs between two knowledge bases, and which verdicts would change.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use audit::{Cause, Compared, Context, Rejudged, compare_knowledge};
use knowledge::{EntryChange, EntryDifference, Knowledge};
use model::{Answer, PolicyId};
use report::plain;
use serde::Serialize;

use super::shared;
use crate::args::{KbDiffArguments, KbFormat};
use crate::exit::{Exit, Failure};
use crate::place;
use crate::progress::Bar;

/// Causes that are told to a person, heaviest first.
const CAUSES_SHOWN_MAX: usize = 6;

pub(crate) fn run(
    arguments: &KbDiffArguments,
    out: &mut impl Write,
    quiet: bool,
) -> Result<Exit, Failure> {
    let load = |path: &PathBuf| place::load_knowledge(std::slice::from_ref(path));
    let (older, newer) = (load(&arguments.older)?, load(&arguments.newer)?);
    let is_equal = match &arguments.db {
        None => entries(older, newer, arguments.format, out)?,
        Some(db) => verdicts(db, (older, newer), arguments.format, out, quiet)?,
    };
    Ok(if is_equal { Exit::NothingFound } else { Exit::Findings })
}

#[derive(Serialize)]
struct EntryLine<'d> {
    table: &'d str,
    entry: &'d str,
    change: &'d str,
    place: String,
    fields: Vec<FieldLine<'d>>,
}

#[derive(Serialize)]
struct FieldLine<'d> {
    field: &'d str,
    old: &'d str,
    new: &'d str,
}

/// Tells the entries that differ; answers whether there are none.
fn entries(
    older: &Knowledge,
    newer: &Knowledge,
    format: KbFormat,
    out: &mut impl Write,
) -> Result<bool, Failure> {
    let differences = older.differences(newer);
    for difference in &differences {
        match format {
            KbFormat::Table => tell_entry(difference, out)?,
            KbFormat::Jsonl => shared::json_line(&entry_line(difference), out)?,
        }
    }
    if format == KbFormat::Table {
        let mut counts: BTreeMap<(&str, &str), u64> = BTreeMap::new();
        for difference in &differences {
            *counts.entry((difference.table, difference.change.as_str())).or_default() += 1;
        }
        for ((table, change), count) in &counts {
            writeln!(out, "{table}: {count} {change}")?;
        }
        let (old, new) = (older.version(), newer.version());
        let count = differences.len();
        let entries = if count == 1 { "entry differs" } else { "entries differ" };
        writeln!(out, "{count} {entries} between {old} and {new}")?;
    }
    Ok(differences.is_empty())
}

fn entry_line(difference: &EntryDifference) -> EntryLine<'_> {
    let EntryDifference { table, id, change, fields, place } = difference;
    let fields = fields.iter().map(|f| FieldLine { field: f.name, old: &f.old, new: &f.new });
    EntryLine {
        table,
        entry: id,
        change: change.as_str(),
        place: place.to_string(),
        fields: fields.collect(),
    }
}

fn tell_entry(difference: &EntryDifference, out: &mut impl Write) -> Result<(), Failure> {
    let EntryDifference { table, id, change, fields, place } = difference;
    let (id, place) = (plain(id), place.to_string());
    writeln!(out, "{} {table} {id} ({})", change.as_str(), plain(&place))?;
    let width = fields.iter().map(|field| field.name.len()).max().unwrap_or(0);
    for field in fields {
        let (old, new) = (plain(&field.old), plain(&field.new));
        let value = match change {
            EntryChange::Added => new.into_owned(),
            EntryChange::Removed => old.into_owned(),
            EntryChange::Changed => format!("{} → {}", or_nothing(&old), or_nothing(&new)),
        };
        writeln!(out, "  {:width$}  {value}", field.name)?;
    }
    Ok(())
}

fn or_nothing(value: &str) -> &str {
    if value.is_empty() { "nothing" } else { value }
}

#[derive(Serialize)]
struct Summary<'d> {
    old: &'d str,
    new: &'d str,
    devices: u64,
    changed: u64,
    makers: Vec<Count<'d>>,
    answers: Vec<Count<'d>>,
}

#[derive(Serialize)]
struct Count<'d> {
    #[serde(skip_serializing_if = "Option::is_none")]
    policy: Option<&'d str>,
    old: &'d str,
    new: &'d str,
    devices: u64,
}

/// Judges what a database holds by both, and tells the devices that would be judged otherwise; answers whether there
/// are none. Whose estate it is and which rules are asked is taken from the newest results.
fn verdicts(
    db: &Path,
    both: (&'static Knowledge, &'static Knowledge),
    format: KbFormat,
    out: &mut impl Write,
    quiet: bool,
) -> Result<bool, Failure> {
    let store = place::readable(Some(db))?;
    let context = match shared::last_run(&store)? {
        Some(run) => run.context,
        None => Context::without_estate(shared::today()),
    };
    let bar = Bar::new(quiet);
    let compared = compare_knowledge(&store, both, &context, &bar, |device| match format {
        KbFormat::Table => tell_device(&device, out),
        KbFormat::Jsonl => shared::json_line(&device, out),
    })?;
    let summary = summary(&compared, both);
    match format {
        KbFormat::Table => tell_summary(&summary, out)?,
        KbFormat::Jsonl => shared::json_line(&BTreeMap::from([("summary", summary)]), out)?,
    }
    Ok(compared.changed == 0)
}

fn tell_device(device: &Rejudged, out: &mut impl Write) -> Result<(), Failure> {
    let Rejudged { id, address, mac, old, new, causes } = device;
    let keys: Vec<&str> = address.iter().chain(mac).map(String::as_str).collect();
    writeln!(out, "{} {}", plain(id), plain(&keys.join(" ")))?;
    let mut tell = |what: &str, old: &str, new: &str| {
        if old == new { Ok(()) } else { writeln!(out, "  {what}: {old} → {new}") }
    };
    tell("maker", old.maker.as_str(), new.maker.as_str())?;
    tell("kind", old.kind.as_str(), new.kind.as_str())?;
    tell("level", old.level.as_str(), new.level.as_str())?;
    for (policy, answer) in &new.answers {
        let before = old.answers.get(policy).map_or("not asked", |answer| answer.as_str());
        tell(policy.as_str(), before, answer.as_str())?;
    }
    let mut causes: Vec<&Cause> = causes.iter().collect();
    let weight = |cause: &Cause| {
        (cause.new_bits.unwrap_or_default() - cause.old_bits.unwrap_or_default()).abs()
    };
    causes.sort_by(|a, b| weight(b).total_cmp(&weight(a)));
    for Cause { entry, claim, old_bits, new_bits } in causes.iter().take(CAUSES_SHOWN_MAX) {
        let change = match (old_bits, new_bits) {
            (Some(old), Some(new)) => format!(": {old:+} → {new:+} bits"),
            (Some(old), None) => format!(": no more ({old:+} bits)"),
            (None, Some(new)) => format!(": new ({new:+} bits)"),
            (None, None) => String::new(),
        };
        writeln!(out, "  because {} says {}{change}", plain(entry), plain(claim))?;
    }
    if causes.len() > CAUSES_SHOWN_MAX {
        writeln!(out, "  and {} more", causes.len() - CAUSES_SHOWN_MAX)?;
    }
    Ok(())
}

fn summary<'d>(compared: &'d Compared, both: (&'d Knowledge, &'d Knowledge)) -> Summary<'d> {
    let Compared { devices, changed, makers, answers } = compared;
    let maker = makers.iter().map(|((old, new), devices)| Count {
        policy: None,
        old: old.as_str(),
        new: new.as_str(),
        devices: *devices,
    });
    let answer = |((policy, old, new), devices): (&'d (PolicyId, Answer, Answer), &u64)| Count {
        policy: Some(policy.as_str()),
        old: old.as_str(),
        new: new.as_str(),
        devices: *devices,
    };
    Summary {
        old: both.0.version(),
        new: both.1.version(),
        devices: *devices,
        changed: *changed,
        makers: maker.collect(),
        answers: answers.iter().map(answer).collect(),
    }
}

fn tell_summary(summary: &Summary<'_>, out: &mut impl Write) -> Result<(), Failure> {
    let Summary { old, new, devices, changed, makers, answers } = summary;
    for Count { policy, old, new, devices } in makers.iter().chain(answers) {
        writeln!(out, "{}: {old} → {new}: {devices} devices", policy.unwrap_or("maker"))?;
    }
    writeln!(
        out,
        "{changed} of {devices} devices would be judged otherwise by {new} than by {old}; nothing was stored"
    )?;
    Ok(())
}
