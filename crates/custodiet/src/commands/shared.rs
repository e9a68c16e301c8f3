//! What several commands share.

use std::io::{self, BufWriter, IsTerminal as _, Read as _, Write};
use std::path::{Path, PathBuf};

use ::audit::{
    Context, EditionOutcome, EstateSource, FileOutcome, FileReport, ImportRequest, Listed,
    MappingSource, MappingUse, Reader, Replace, RunRecord, Unread, collect, import_as, load_estate,
    load_priors, report_data,
};
use ::report::{CsvWriter, DeviceLine, ReportError, SourceView};
use attribute::Priors;
use intake::Options;
use intake::register::Mapping;
use knowledge::Knowledge;
use model::{Answer, Date, PolicyId, Timestamp};
use store::{DeviceQuery, EditionReason, SortKey, SourceId, SqliteStore, Store};

use super::diff;
use crate::args::{
    ContextArguments, EditionArguments, FilterArguments, Format, PriorsArguments, ReadingArguments,
};
use crate::exit::{Exit, Failure};
use crate::place;
use crate::progress::Bar;
use crate::say::say;

/// Rows of a table on a terminal; more is a matter for `devices`, CSV or the report.
pub(crate) const TABLE_ROWS: u32 = 200;

/// Above this a workbook is of no use to anybody, and the report's lines no longer fit into memory.
const WORKBOOK_DEVICES_MAX: u64 = 100_000;

/// Devices that the page shows in full; it says how many it leaves out.
const PAGE_DEVICES_DETAILED: usize = 25_000;

/// A mapping is written by hand: anything larger is something else.
const MAPPING_BYTES_MAX: u64 = 1024 * 1024;

/// Width of a table where no terminal says.
const WIDTH_DEFAULT: u16 = 120;

/// Remarks on one input that are said at once; the report holds all.
const NOTES_SAID: usize = 8;

pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

pub(crate) fn today() -> Date {
    jiff::tz::Offset::UTC.to_datetime(now()).date()
}

/// Standard output, buffered.
pub(crate) fn stdout() -> BufWriter<io::StdoutLock<'static>> {
    BufWriter::with_capacity(64 * 1024, io::stdout().lock())
}

/// Columns of the terminal, and whether it wants colour.
pub(crate) fn terminal() -> (u16, bool) {
    let stdout = io::stdout();
    let colour = anstream::AutoStream::choice(&stdout) != anstream::ColorChoice::Never;
    let said = std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| width.0);
    (said.or_else(seen).unwrap_or(WIDTH_DEFAULT).clamp(40, 400), colour && stdout.is_terminal())
}

/// Results of other knowledge, rules or priors than are in use are told, with the versions.
pub(crate) fn warn_if_stale(reader: &Reader<'_>) {
    if !reader.is_stale() {
        return;
    }
    let run = reader.run();
    let rested = (run.knowledge.as_str(), run.policies.as_str());
    let used = place::knowledge().map_or("unknown", Knowledge::version);
    let used = (used, assess::policies_version());
    if rested == used {
        say!(
            "custodiet: the results rest on other priors than are built in: `custodiet recompute` renews them"
        );
    } else {
        say!(
            "custodiet: the results rest on knowledge {} and rules {}, now in use are knowledge {} and rules {}: `custodiet recompute` renews them",
            rested.0,
            rested.1,
            used.0,
            used.1
        );
    }
}

pub(crate) fn options(arguments: &ReadingArguments) -> Result<Options, Failure> {
    let mapping = match &arguments.mapping {
        Some(path) => Some(mapping(path)?),
        None => None,
    };
    Ok(Options { mapping, vantage: arguments.vantage.as_deref().map(Into::into) })
}

/// What was asked for, as an import is asked for it.
pub(crate) fn request<'o>(
    options: &'o Options,
    edition: &EditionArguments,
    confirm: bool,
) -> ImportRequest<'o> {
    let mapping = match (confirm, edition.no_map) {
        (true, _) => MappingSource::Preview,
        (false, true) => MappingSource::Nothing,
        (false, false) => MappingSource::Remembered,
    };
    let replace = match (edition.replaces, edition.no_replace) {
        (Some(source), _) => Replace::Source(SourceId(source)),
        (None, true) => Replace::Never,
        (None, false) => Replace::WhereSure,
    };
    ImportRequest { options, mapping, replace, held_before: None }
}

fn mapping(path: &Path) -> Result<Mapping, Failure> {
    let mut text = String::new();
    let file = std::fs::File::open(path);
    let read = file.and_then(|file| file.take(MAPPING_BYTES_MAX + 1).read_to_string(&mut text));
    read.map_err(|source| {
        let message = format!("cannot read the mapping `{}`", path.display());
        Failure::new(Exit::Input, anyhow::Error::new(source).context(message))
    })?;
    if text.len() as u64 > MAPPING_BYTES_MAX {
        let path = path.display();
        return Err(Failure::input(format!(
            "`{path}` is no mapping: it is over the limit of {MAPPING_BYTES_MAX} bytes"
        )));
    }
    Mapping::parse(&text).map_err(|source| {
        let message = format!("the mapping `{}`", path.display());
        Failure::new(Exit::Input, anyhow::Error::new(source).context(message))
    })
}

/// The context that was asked for: an estate file that was named, else one found among the inputs, else that of
/// the last run.
pub(crate) fn context(
    arguments: &ContextArguments,
    found: Option<&Path>,
    store: &dyn Store,
) -> Result<Context, Failure> {
    let (mut context, notes) = context_of(arguments, arguments.estate.as_deref().or(found))?;
    if let Some(source) = &context.estate_source {
        tell_estate_notes(&source.name, &notes);
    }
    if let Some(last) = last_run(store)?.map(|run| run.context) {
        if context.estate_source.is_none() {
            (context.estate, context.estate_source) = (last.estate, last.estate_source);
        }
        if context.priors_source.is_none() && last.priors_source.is_some() {
            (context.priors, context.priors_source) = (last.priors, last.priors_source);
        }
    }
    Ok(context)
}

/// A context without a store behind it, and the remarks on its estate file.
pub(crate) fn context_of_file(
    arguments: &ContextArguments,
) -> Result<(Context, Vec<String>), Failure> {
    context_of(arguments, arguments.estate.as_deref())
}

fn context_of(
    arguments: &ContextArguments,
    estate: Option<&Path>,
) -> Result<(Context, Vec<String>), Failure> {
    let mut context = Context::without_estate(arguments.as_of.unwrap_or_else(today));
    let mut notes = Vec::new();
    if let Some(path) = estate {
        let loaded = load_estate(path)?;
        context.estate = loaded.estate;
        context.estate_source = Some(loaded.source);
        notes = loaded.notes;
    }
    context.policies.clone_from(&arguments.policies);
    known_policies(&context)?;
    if let Some((priors, source)) = priors_of_file(&arguments.priors)? {
        (context.priors, context.priors_source) = (priors, Some(source));
    }
    Ok((context, notes))
}

/// The priors of the file that was named.
pub(crate) fn priors_of_file(
    arguments: &PriorsArguments,
) -> Result<Option<(Priors, EstateSource)>, Failure> {
    let Some(path) = &arguments.priors else { return Ok(None) };
    Ok(Some(load_priors(path, place::knowledge()?)?))
}

/// The priors of the file that was named, else those that are built in.
pub(crate) fn priors(arguments: &PriorsArguments) -> Result<Priors, Failure> {
    Ok(priors_of_file(arguments)?.map(|(priors, _)| priors).unwrap_or_default())
}

pub(crate) fn tell_estate_notes(name: &str, notes: &[String]) {
    for note in notes {
        say!("{}: {}", ::report::plain(name), ::report::plain(note));
    }
}

fn known_policies(context: &Context) -> Result<(), Failure> {
    known_cards(&context.policies)
}

/// A name that is none would give an empty answer, and that looks like a clean one.
pub(crate) fn known_cards<'a>(
    policies: impl IntoIterator<Item = &'a PolicyId>,
) -> Result<(), Failure> {
    for policy in policies {
        if !assess::cards().iter().any(|card| card.id == *policy) {
            let message = format!("no rule card `{policy}`: `custodiet policies` lists them");
            return Err(Failure::usage(message));
        }
    }
    Ok(())
}

/// The newest run, if there is one that this version can read.
pub(crate) fn last_run(store: &dyn Store) -> Result<Option<RunRecord>, Failure> {
    Ok(store.run()?.and_then(|text| serde_json::from_str(&text).ok()))
}

/// What became of all inputs.
#[derive(Default)]
pub(crate) struct Imported {
    /// Files that were read now or before.
    pub(crate) read: usize,
    /// Files that could not be read.
    pub(crate) unread: Vec<Unread>,
    /// Estate files among them.
    pub(crate) estates: Vec<PathBuf>,
    /// Registers that took the place of others: the older, then the newer.
    pub(crate) editions: Vec<(SourceId, SourceId)>,
    handed_over: Vec<PathBuf>,
}

impl Imported {
    fn unread(&mut self, path: &Path, why: &str) {
        let name = path.display().to_string();
        self.unread.push(Unread { name, why: why.to_owned() });
    }

    /// These, and those of earlier runs that were not handed over again.
    pub(crate) fn all_unread(self, store: &dyn Store) -> Result<Vec<Unread>, Failure> {
        let former = last_run(store)?.map(|run| run.unread).unwrap_or_default();
        let mut all = self.unread;
        let kept = former.into_iter().filter(|old| {
            !self.handed_over.iter().any(|path| path.display().to_string() == old.name)
        });
        all.extend(kept);
        all.sort();
        all.dedup_by(|one, other| one.name == other.name);
        Ok(all)
    }

    /// Whether there was something to read and none of it could be read.
    pub(crate) fn nothing_read(&self) -> bool {
        self.read == 0
    }
}

/// That none of the inputs could be read; folders without a file are named, for nothing else was said of them.
pub(crate) fn no_input(inputs: &[PathBuf]) -> Failure {
    if !collect(inputs).is_empty() {
        return Failure::input("no input could be read");
    }
    let folders: Vec<String> = inputs.iter().map(|path| format!("`{}`", path.display())).collect();
    Failure::input(format!("no file in {}: nothing to read", folders.join(", ")))
}

/// Imports all inputs and says on standard error what became of each.
pub(crate) fn import_all(
    store: &mut SqliteStore,
    inputs: &[PathBuf],
    request: ImportRequest<'_>,
    quiet: bool,
) -> Result<Imported, Failure> {
    let bar = Bar::new(quiet);
    let mut imported = Imported::default();
    let newest = store.sources()?.last().map_or(SourceId(0), |record| record.id);
    let request = ImportRequest { held_before: Some(newest), ..request };
    let files = collect(inputs);
    if matches!(request.replace, Replace::Source(_)) && files.len() != 1 {
        return Err(Failure::usage("--replaces says what one register replaces: give one file"));
    }
    for file in files {
        let path = match file {
            Ok(path) => path,
            Err((path, error)) => {
                say!("custodiet: cannot read `{}`: {error}", path.display());
                imported.unread(&path, &error.to_string());
                continue;
            }
        };
        imported.handed_over.push(path.clone());
        let report = import_as(store, &path, request, now(), &bar)?;
        if let Some(edition) = replaced(&report) {
            imported.editions.push(edition);
        }
        match &report.outcome {
            FileOutcome::Imported(..) | FileOutcome::AlreadyHeld(_) => imported.read += 1,
            FileOutcome::Unreadable(why) => imported.unread(&path, why),
            FileOutcome::Estate => imported.estates.push(path.clone()),
        }
        tell_of(&report, quiet);
    }
    Ok(imported)
}

/// The register whose place was taken, and the one that took it.
fn replaced(report: &FileReport) -> Option<(SourceId, SourceId)> {
    let newer = source(report)?;
    match &report.edition {
        EditionOutcome::Replaced { older, .. } => Some((older.source, newer)),
        _ => None,
    }
}

const fn source(report: &FileReport) -> Option<SourceId> {
    match report.outcome {
        FileOutcome::Imported(source, _) | FileOutcome::AlreadyHeld(source) => Some(source),
        FileOutcome::Unreadable(_) | FileOutcome::Estate => None,
    }
}

fn tell_of(report: &FileReport, quiet: bool) {
    tell_outcome(report, quiet);
    if let Some(source) = source(report).filter(|_| !quiet) {
        tell_mapping(&report.path, &report.mapping);
        tell_edition(&report.path, source, &report.edition);
    }
}

fn tell_mapping(path: &Path, used: &MappingUse) {
    let path = path.display();
    match used {
        MappingUse::None => {}
        MappingUse::Confirmed(id) => say!(
            "{path}: the mapping is remembered for registers with these columns (`custodiet mappings forget {}` forgets it)",
            id.0
        ),
        MappingUse::NotConcerned => {
            say!("{path}: the mapping names none of its columns and is not remembered for it");
        }
        MappingUse::Remembered(record) => say!("{path}: {}", recalled(record)),
        MappingUse::Unusable(id, why) => say!(
            "{path}: mapping {} that is remembered for it cannot be used ({why}): give another with --map",
            id.0
        ),
    }
}

/// Which mapping is used without having been named, since when, and how to have it otherwise.
pub(crate) fn recalled(record: &store::MappingRecord) -> String {
    format!(
        "read by mapping {id}, which was confirmed on {} with `{}`: --map FILE replaces it, --no-map leaves it out, `custodiet mappings forget {id}` forgets it",
        day(record.mapping.confirmed_at),
        record.mapping.confirmed_with,
        id = record.id.0,
    )
}

/// The day of an instant, UTC.
pub(crate) fn day(instant: Timestamp) -> Date {
    jiff::tz::Offset::UTC.to_datetime(instant).date()
}

/// Likenesses that are told of one register; a form that every school uses has many.
const LIKENESSES_SAID: usize = 3;

pub(crate) fn tell_edition(path: &Path, newer: SourceId, edition: &EditionOutcome) {
    let path = path.display();
    match edition {
        EditionOutcome::New => {}
        EditionOutcome::ReplacedBefore(held) => say!(
            "{path}: source {1}, whose place `{0}` (source {2}, imported on {3}) took; to go back to it: `custodiet sources replace {2} {1}`",
            held.name,
            newer.0,
            held.source.0,
            day(held.imported_at)
        ),
        EditionOutcome::Replaced { older, why, summary } => {
            let because = match why {
                EditionReason::Keys => "most devices are in both",
                EditionReason::Said => "as you said",
            };
            say!(
                "{path}: takes the place of `{}` (source {}, imported on {}), {because}: {}",
                older.name,
                older.source.0,
                day(older.imported_at),
                diff::in_words(summary)
            );
            for remark in diff::remarks(summary) {
                say!("  {remark}");
            }
            say!(
                "  `custodiet diff {} {}` shows all; if they are two registers: `custodiet sources restore {0}`",
                older.source.0,
                newer.0
            );
        }
        EditionOutcome::Beside { alike, may_be_more } => {
            // Of registers that have a form and no row in common, one is enough to say what could be said.
            let told =
                alike.iter().enumerate().filter(|(place, one)| *place == 0 || one.paired > 0);
            for (_, one) in told.take(LIKENESSES_SAID) {
                say!(
                    "{path}: counts beside `{}` (source {}, imported on {}), {}: {} of its {} rows are in both, {} by serial number or MAC. If it is a newer edition: `custodiet sources replace {1} {}`",
                    one.held.name,
                    one.held.source.0,
                    day(one.held.imported_at),
                    match (one.same_name, one.same_shape) {
                        (true, true) => "of the same name and columns",
                        (true, false) => "of the same name and other columns",
                        _ => "of another name and the same columns",
                    },
                    one.paired,
                    one.rows,
                    one.strongly,
                    newer.0
                );
            }
            let more =
                alike.iter().filter(|one| one.paired > 0).count().saturating_sub(LIKENESSES_SAID);
            if more > 0 {
                say!("{path}: {more} more registers look like it");
            }
            if *may_be_more {
                say!(
                    "{path}: more registers of its name and columns are held than were compared with it: if it replaces one of them, say so with `custodiet sources replace`"
                );
            }
        }
    }
}

fn tell_outcome(report: &FileReport, quiet: bool) {
    let path = report.path.display();
    match &report.outcome {
        FileOutcome::Unreadable(problem) => {
            say!("custodiet: `{path}` was not read: {problem}");
        }
        FileOutcome::Imported(_, summary) => {
            let is_grave = |severity: &str| match quiet {
                true => severity == "error",
                false => severity != "info",
            };
            let grave = summary.notes.iter().filter(|note| is_grave(&note.severity));
            // What was lost is told whoever wants to hear nothing.
            if quiet && grave.clone().next().is_none() && summary.lost.is_empty() {
                return;
            }
            say!(
                "{path}: {}, {} records, {} observations",
                summary.format,
                summary.records,
                summary.observations
            );
            for note in grave.clone().take(NOTES_SAID) {
                let (field, help) = (note.field.as_deref(), note.help.as_deref());
                say!("  {}", remark(&note.severity, &note.place, field, &note.message, help));
            }
            let more = grave.count().saturating_sub(NOTES_SAID) as u64 + summary.notes_left_out;
            if more > 0 {
                say!("  {more} more remarks stand in the report");
            }
            for (reason, count) in &summary.lost {
                say!("  left out: {reason} ({count})");
            }
        }
        _ if quiet => {}
        FileOutcome::Estate => say!("{path}: estate file, used as context"),
        FileOutcome::AlreadyHeld(_) => say!("{path}: held already, nothing changed"),
    }
}

/// A remark of a reader: how grave, where, what, and what to do.
pub(crate) fn remark(
    severity: &str,
    place: &str,
    field: Option<&str>,
    message: &str,
    help: Option<&str>,
) -> String {
    let field = field.map(|field| format!(", {field}")).unwrap_or_default();
    let help = help.map(|help| format!(" ({help})")).unwrap_or_default();
    format!("{severity}: {place}{field}: {message}{help}")
}

/// What a filter asks for.
///
/// # Errors
/// A rule card or a maker that is not there.
pub(crate) fn query(filter: &FilterArguments) -> Result<DeviceQuery, Failure> {
    known_cards(&filter.policy)?;
    let knowledge = place::knowledge()?;
    for maker in filter.maker.iter().filter(|maker| !maker.is_unknown()) {
        if knowledge.maker(maker).is_none() {
            return Err(Failure::usage(format!(
                "no maker `{maker}`: give an id that `custodiet kb show NAME` prints, or `unknown`"
            )));
        }
    }
    Ok(DeviceQuery {
        kinds: filter.kind.clone(),
        makers: filter.maker.clone(),
        brands: filter.brand.clone(),
        levels: filter.level.clone(),
        sites: filter.site.clone(),
        zones: filter.zone.clone(),
        answers: filter.answer.clone(),
        policy: filter.policy.clone(),
        rebranded: filter.rebranded,
        conflicting: filter.conflicting,
        key: filter.key.clone(),
        surveillance: filter.surveillance,
        ..DeviceQuery::default()
    })
}

/// A mapping file whose titles steer no terminal: they stand in strings, in which TOML has an escape for every character.
pub(crate) fn mapping_text(body: &str) -> String {
    let mut text = String::with_capacity(body.len());
    for character in body.chars() {
        if character == '\n' || !::report::steers(character) {
            text.push(character);
        } else {
            text.push_str(&format!("\\U{:08X}", u32::from(character)));
        }
    }
    text
}

/// Writes one line of JSON.
pub(crate) fn json_line(
    value: &(impl serde::Serialize + ?Sized),
    out: &mut (impl Write + ?Sized),
) -> Result<(), Failure> {
    ::report::json(value, &mut *out)?;
    Ok(out.write_all(b"\n")?)
}

/// Writes a short list in the form that was asked for: `rows` for people and spreadsheets, `lines` for programs.
pub(crate) fn write_list<const N: usize>(
    columns: &[&str; N],
    rows: &[[String; N]],
    lines: &[impl serde::Serialize],
    format: Format,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    match format {
        Format::Jsonl => {
            lines.iter().try_for_each(|line| json_line(line, &mut *out))?;
        }
        Format::Csv => {
            let failed = |error: csv::Error| Failure::from(io::Error::from(error));
            let mut writer = csv::Writer::from_writer(out);
            writer.write_record(columns).map_err(failed)?;
            for row in rows {
                writer
                    .write_record(row.iter().map(|cell| ::report::inert(cell)))
                    .map_err(failed)?;
            }
            writer.flush()?;
        }
        Format::Table => {
            let (width, colour) = terminal();
            let cells = rows.iter().map(<[String; N]>::as_slice);
            out.write_all(::report::grid(columns, cells, width, colour).as_bytes())?;
        }
    }
    Ok(())
}

/// Writes devices in the form that was asked for, one after another.
pub(crate) fn write_devices(
    reader: &Reader<'_>,
    query: &DeviceQuery,
    format: Format,
    out: &mut dyn Write,
) -> Result<Listed, Failure> {
    match format {
        Format::Jsonl => {
            reader.each_line(query, |line| Ok::<_, Failure>(::report::jsonl(&line, out)?))
        }
        Format::Csv => {
            let mut writer = CsvWriter::new(reader.run().cards.iter().cloned(), &mut *out)?;
            let listed = reader.each_line(query, |line| Ok::<_, Failure>(writer.write(&line)?))?;
            writer.finish()?;
            Ok(listed)
        }
        Format::Table => {
            let (width, colour) = terminal();
            let mut lines: Vec<DeviceLine> = Vec::new();
            let listed = reader.each_line(query, |line| {
                lines.push(line);
                Ok::<_, Failure>(())
            })?;
            out.write_all(::report::table(&lines, width, colour).as_bytes())?;
            Ok(listed)
        }
    }
}

impl From<ReportError> for Failure {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Write(error) => error.into(),
            error => Self::new(Exit::Environment, error),
        }
    }
}

/// Whether a run has something to look at: an answer that asks for action, or statements that cannot both be true.
pub(crate) fn has_findings(run: &RunRecord) -> bool {
    let acting = [Answer::Breach, Answer::Candidate];
    run.counts.conflicting > 0
        || acting.iter().any(|answer| run.counts.by_answer.contains_key(answer.as_str()))
}

/// Figures with their denominators, for people.
pub(crate) fn figures(run: &RunRecord, sources: &[SourceView]) -> String {
    use std::fmt::Write as _;
    let counts = &run.counts;
    let mut text = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        text,
        "{} of {} devices are surveillance equipment, from {} observations of {} inputs; {} addresses showed nothing else.",
        counts.surveillance,
        counts.devices,
        counts.observations,
        sources.len(),
        counts.addresses_only,
    );
    for answer in Answer::ALL {
        if let Some(count) = counts.by_answer.get(answer.as_str()) {
            let _ = writeln!(
                text,
                "  {:<20} {count:>7} of {} (worst answer of {} rule cards as of {})",
                answer.as_str(),
                counts.surveillance,
                run.cards.len(),
                run.context.as_of
            );
        }
    }
    if counts.gone_from_registers > 0 {
        let _ = writeln!(
            text,
            "  {:<20} {:>7} of {} devices (named by an earlier edition alone; their removal is not shown)",
            "gone from registers", counts.gone_from_registers, counts.devices
        );
    }
    if counts.conflicting > 0 {
        let _ = writeln!(
            text,
            "  {:<20} {:>7} of {} devices",
            "with conflicts", counts.conflicting, counts.devices
        );
    }
    text
}

/// Writes the report in every form into a folder: all files are of one run, or those of the former report stay. Answers
/// the page's name.
pub(crate) fn write_report(
    store: &dyn Store,
    reader: &Reader<'_>,
    query: &DeviceQuery,
    folder: &Path,
) -> Result<PathBuf, Failure> {
    std::fs::create_dir_all(folder).map_err(|source| cannot_write(folder, source))?;
    // Most urgent first: the page shows so many and says how many it leaves to the other forms.
    let query = DeviceQuery { sort: SortKey::Verdict, ..query.clone() };
    let page = folder.join("report.html");
    let [csv, xlsx, jsonl] =
        ["devices.csv", "devices.xlsx", "devices.jsonl"].map(|name| folder.join(name));
    let mut drafts = Drafts::default();
    if reader.run().counts.devices <= WORKBOOK_DEVICES_MAX {
        let data = report_data(store, reader, &query, usize::MAX)?;
        drafts.write(&page, |out| Ok(::report::html(&data, out)?))?;
        drafts.write(&csv, |out| Ok(::report::csv(&data.devices, out)?))?;
        drafts.write(&xlsx, |out| Ok(::report::xlsx(&data, out)?))?;
        let each = |out: &mut dyn Write| {
            data.devices.iter().try_for_each(|line| ::report::jsonl(line, out))
        };
        drafts.write(&jsonl, |out| Ok(each(out)?))?;
    } else {
        let data = report_data(store, reader, &query, PAGE_DEVICES_DETAILED)?;
        drafts.write(&page, |out| Ok(::report::html(&data, out)?))?;
        drop(data);
        drafts.write(&csv, |out| write_devices(reader, &query, Format::Csv, out).map(drop))?;
        drafts.write(&jsonl, |out| write_devices(reader, &query, Format::Jsonl, out).map(drop))?;
        say!(
            "devices.xlsx is left out: a workbook of more than {WORKBOOK_DEVICES_MAX} devices cannot be worked with; devices.csv holds them all"
        );
    }
    drafts.publish()?;
    if reader.run().counts.devices > WORKBOOK_DEVICES_MAX {
        // A workbook of a former, smaller report is none of this one.
        let _ = std::fs::remove_file(&xlsx);
    }
    Ok(page)
}

pub(crate) fn cannot_write(path: &Path, source: io::Error) -> Failure {
    let message = format!("cannot write `{}`", path.display());
    Failure::new(Exit::Environment, anyhow::Error::new(source).context(message))
}

/// Files that are written whole, each under another name, before any takes its place.
#[derive(Default)]
pub(crate) struct Drafts(Vec<(PathBuf, PathBuf)>);

impl Drafts {
    pub(crate) fn write(
        &mut self,
        path: &Path,
        write: impl FnOnce(&mut dyn Write) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut draft = path.as_os_str().to_owned();
        draft.push(".part");
        self.0.push((draft.clone().into(), path.to_owned()));
        let written = std::fs::File::create(draft).map_err(Failure::from).and_then(|file| {
            let mut out = BufWriter::with_capacity(256 * 1024, file);
            write(&mut out)?;
            Ok(out.flush()?)
        });
        written.map_err(|failure| failure.context(format!("cannot write `{}`", path.display())))
    }

    pub(crate) fn publish(mut self) -> Result<(), Failure> {
        for (draft, path) in std::mem::take(&mut self.0) {
            std::fs::rename(&draft, &path).map_err(|source| cannot_write(&path, source))?;
        }
        Ok(())
    }
}

impl Drop for Drafts {
    fn drop(&mut self) {
        // What is half written is of no use; that it cannot be removed adds nothing to the message.
        for (draft, _) in &self.0 {
            let _ = std::fs::remove_file(draft);
        }
    }
}
