//! Asset registers: CSV, XLSX and ODS as people keep them.
//!
//! A register is walked three times and never held in memory: once to find the row of titles, once to understand the
//! columns by their titles and values, once to make an observation of each row. What a spreadsheet has damaged (a
//! serial number turned into `1.23E+11`) is said with its sheet, row and column and left out; nothing is guessed. A
//! column can be taken for something by the user's word: [`Mapping`]; [`preview`] shows what each was taken for.

mod columns;
mod dates;
mod encoding;
mod field;
mod follow;
mod header;
mod json;
mod mapping;
mod merged;
mod notes;
mod ods;
mod package;
mod plan;
mod preview;
mod row;
mod rows;
mod shape;
#[cfg(test)]
mod tests;
mod text;
mod titles;
mod values;
mod xlsx;

use std::collections::BTreeMap;

use model::SourceKind;

use self::dates::Order;
use self::notes::Pen;
use self::plan::{Plan, ROWS_PER_TICK, Tags};
use self::row::{Event, Workbook};
use self::rows::{RowReader, Skipped};
use crate::{
    Flow, Format, Input, IntakeError, Note, Options, Recognition, Severity, Sink, Summary,
};

pub use self::field::Field;
pub use self::mapping::{Mapping, MappingError};
pub use self::preview::{ColumnPreview, Preview, SheetPreview, preview};
pub use self::shape::{Shape, shape};

/// Registers as delimited text.
pub(crate) const CSV: RegisterFormat = RegisterFormat(Kind::Text);
/// Registers as XLSX workbooks.
pub(crate) const XLSX: RegisterFormat = RegisterFormat(Kind::Xlsx);
/// Registers as OpenDocument spreadsheets.
pub(crate) const ODS: RegisterFormat = RegisterFormat(Kind::Ods);

/// Registers and orders as a list of JSON objects.
pub(crate) const JSON: RegisterFormat = RegisterFormat(Kind::Json);

/// A register in one of the forms that people keep it in.
pub(crate) struct RegisterFormat(Kind);

/// The form of a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Xlsx,
    Ods,
    Json,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Xlsx, Self::Ods, Self::Json, Self::Text];

    const fn name(self) -> &'static str {
        match self {
            Self::Text => "CSV",
            Self::Xlsx => "XLSX",
            Self::Ods => "ODS",
            Self::Json => "JSON",
        }
    }

    /// Whether it is read back and forth, or must be known to be small before it is read.
    const fn needs_whole(self) -> bool {
        !matches!(self, Self::Text)
    }

    fn of(head: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.recognise(head) != Recognition::No)
    }

    fn recognise(self, head: &[u8]) -> Recognition {
        let is_zip = head.starts_with(b"PK\x03\x04");
        let holds = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
        match self {
            Self::Text if is_table(head) => Recognition::Perhaps,
            Self::Json if json::is_list(head) => Recognition::Perhaps,
            Self::Ods if is_zip && holds(b"application/vnd.oasis.opendocument.spreadsheet") => {
                Recognition::Sure
            }
            Self::Xlsx if is_zip && (holds(b"xl/workbook.xml") || holds(b"xl/worksheets/")) => {
                Recognition::Sure
            }
            Self::Xlsx
                if is_zip
                    && holds(b"[Content_Types].xml")
                    && !holds(b"word/")
                    && !holds(b"ppt/") =>
            {
                Recognition::Perhaps
            }
            _ => Recognition::No,
        }
    }
}

/// Whether text stands in columns, and either its titles are known or most of its rows have as many cells.
fn is_table(head: &[u8]) -> bool {
    let starts_otherwise = head.trim_ascii_start().first().is_some_and(|b| b"{[<".contains(b));
    let Some(dialect) = text::Dialect::of(head).filter(|_| !starts_otherwise) else { return false };
    let rows = dialect.head_rows(head);
    if header::find(rows.get(..header::ROWS_SEARCHED).unwrap_or(&rows), None).is_some() {
        return true;
    }
    let Some(width) = rows.get(rows.len() / 2).map(row::Row::len) else { return false };
    let alike = rows.iter().filter(|row| row.len() == width).count();
    width >= 3 && rows.len() >= 2 && alike * 10 >= rows.len() * 8
}

impl Format for RegisterFormat {
    fn name(&self) -> &'static str {
        match self.0 {
            Kind::Text => "register (CSV)",
            Kind::Xlsx => "register (XLSX)",
            Kind::Ods => "register (ODS)",
            Kind::Json => "register (JSON)",
        }
    }

    fn kind(&self) -> SourceKind {
        SourceKind::Register
    }

    fn recognise(&self, head: &[u8], _name: &str) -> Recognition {
        self.0.recognise(head)
    }

    fn needs_whole(&self) -> bool {
        self.0.needs_whole()
    }

    fn read(
        &self,
        input: &mut Input<'_>,
        options: &Options,
        sink: &mut dyn Sink,
    ) -> Result<Summary, IntakeError> {
        let size_bytes = input.size_bytes;
        let mut book = open(self.0, input)?;
        let mut pen = Pen::new(self.0.name(), sink);
        let mut tags = Tags::default();
        let mut plans = Vec::new();
        for index in 0..book.sheets().len() {
            let mapping = options.mapping.as_ref();
            let (plan, flow) = plan::plan(&mut *book, index, mapping, &mut tags, &mut |bytes| {
                pen.progress((bytes / 2).min(size_bytes / 2));
                pen.flow()
            })?;
            if flow == Flow::Stop {
                return Ok(pen.summary);
            }
            plans.push(plan);
        }
        note_unused_mapping(options, &plans, &mut pen);
        if !plans.iter().any(Plan::is_register) {
            return no_register(&mut *book, &plans, pen);
        }
        read_sheets(&mut *book, &plans, &tags, size_bytes, &mut pen)?;
        Ok(pen.summary)
    }
}

/// Whether what begins so must be held in memory where it is packed.
fn must_be_held(head: &[u8]) -> bool {
    Kind::of(head).is_some_and(Kind::needs_whole)
}

fn open<'a>(kind: Kind, input: &'a mut Input<'_>) -> Result<Box<dyn Workbook + 'a>, IntakeError> {
    Ok(match kind {
        Kind::Text => Box::new(text::TextBook::open(input)?),
        Kind::Xlsx => Box::new(xlsx::XlsxBook::open(input)?),
        Kind::Ods => Box::new(ods::OdsBook::open(input)?),
        Kind::Json => Box::new(json::JsonBook::open(input)?),
    })
}

fn read_sheets(
    book: &mut dyn Workbook,
    plans: &[Plan],
    tags: &Tags,
    size_bytes: u64,
    pen: &mut Pen<'_>,
) -> Result<(), IntakeError> {
    let rows_all = plans.iter().map(|plan| plan.rows).sum::<u64>().max(1);
    let mut rows_before = 0;
    for (index, plan) in plans.iter().enumerate() {
        let mut behind_bytes = |rows: u64| {
            let share =
                u128::from(size_bytes / 2) * u128::from(rows_before + rows) / u128::from(rows_all);
            size_bytes / 2 + u64::try_from(share).unwrap_or_default()
        };
        observe(book, index, plan, tags, pen, &mut behind_bytes)?;
        rows_before += plan.rows;
        if pen.flow() == Flow::Stop {
            break;
        }
    }
    pen.progress(size_bytes);
    Ok(())
}

/// No sheet has columns about devices: what could not be read on the way there is told, and what to do.
fn no_register(
    book: &mut dyn Workbook,
    plans: &[Plan],
    mut pen: Pen<'_>,
) -> Result<Summary, IntakeError> {
    for (index, plan) in plans.iter().enumerate() {
        book.walk(index, &mut |event| {
            if let Event::Fault(fault) = event {
                pen.fault(&plan.sheet, fault);
            }
            Flow::Continue
        })?;
    }
    if plans.iter().all(|plan| plan.rows == 0 && plan.header.is_none()) {
        return Err(IntakeError::Broken {
            place: "file".into(),
            problem: "no row could be read".into(),
        });
    }
    Err(IntakeError::Broken {
        place: "file".into(),
        problem: "no sheet has columns about devices (make, model, serial, MAC, address): name its columns in a mapping file (--map)".into(),
    })
}

/// Follows a plan: makes the observations of one sheet; how many rows were no devices.
fn observe(
    book: &mut dyn Workbook,
    index: usize,
    plan: &Plan,
    tags: &Tags,
    pen: &mut Pen<'_>,
    behind_bytes: &mut dyn FnMut(u64) -> u64,
) -> Result<BTreeMap<Skipped, u64>, IntakeError> {
    let mut skipped = BTreeMap::new();
    if !plan.is_register() {
        note_no_register(plan, pen);
        return Ok(skipped);
    }
    note_columns(plan, pen);
    let mut reader = RowReader::new(plan, tags);
    let first_row = plan.first_row();
    let mut rows = 0u64;
    book.walk(index, &mut |event| {
        match event {
            Event::Fault(fault) => pen.fault(&plan.sheet, fault),
            Event::Row(row, _) if row.number >= first_row => {
                rows += 1;
                pen.summary.records += 1;
                if let Some(why) = reader.read(row, pen) {
                    *skipped.entry(why).or_default() += 1;
                }
                if rows.is_multiple_of(ROWS_PER_TICK) {
                    pen.progress(behind_bytes(rows));
                }
            }
            Event::Row(..) => {}
        }
        pen.flow()
    })?;
    pen.end_sheet(&plan.sheet, |column| reader.title(column));
    note_skipped(plan, &skipped, pen);
    Ok(skipped)
}

fn note(plan: &Plan, severity: Severity, field: Option<&str>, message: String, help: &str) -> Note {
    Note {
        severity,
        place: plan.sheet.whole(),
        field: field.map(Into::into),
        message,
        help: Some(help.into()),
    }
}

fn note_no_register(plan: &Plan, pen: &mut Pen<'_>) {
    if plan.rows > 0 {
        let message =
            "no columns about devices (make, model, serial, MAC, address) were found: not read"
                .into();
        let help = "if it lists devices, name its columns in a mapping file (--map)";
        pen.note(note(plan, Severity::Info, None, message, help));
    }
}

/// What is to be known about the columns before the rows are read.
fn note_columns(plan: &Plan, pen: &mut Pen<'_>) {
    if plan.header.is_none() {
        let message = "no row of titles was found: only columns that show by their values what they are were read";
        let help = "add a row of titles, or name it in a mapping file (header_row)";
        pen.note(note(plan, Severity::Warning, None, message.into(), help));
    }
    for table in &plan.later {
        note_table(plan, table, pen);
    }
    let later = plan.later.iter().flat_map(|table| &table.columns);
    for column in plan.columns.iter().chain(later) {
        let title = Some(column.title.as_str());
        if column.is_private && column.filled > 0 {
            let help = "nothing to do; a mapping file (--map) can name another meaning";
            pen.note(note(plan, Severity::Info, title, column.because.into(), help));
        }
        if column.field.is_none() && column.filled > 0 {
            let name = format!("column \"{}\"", column.title);
            *pen.summary.not_understood.entry(name).or_default() += column.filled;
            let message =
                format!("the column is not understood: {} cells were not read", column.filled);
            let help = "name what it holds in a mapping file (--map), or `ignored`";
            pen.note(note(plan, Severity::Info, title, message, help));
        }
        note_dates(plan, column, pen);
    }
}

/// How the rows below titles further down are read.
fn note_table(plan: &Plan, table: &plan::Table, pen: &mut Pen<'_>) {
    let known = table.columns.iter().filter_map(|column| {
        let field = column.field.filter(|field| *field != Field::Ignored)?;
        Some(format!("{}: {field}", column.title))
    });
    let message = format!(
        "another table begins here and is read by its own titles: {}",
        known.collect::<Vec<_>>().join(", ")
    );
    pen.note(Note {
        severity: Severity::Info,
        place: plan.sheet.place(table.header.rows.0),
        field: None,
        message: message.chars().take(MESSAGE_CHARS_MAX).collect(),
        help: Some(
            "put each table on a sheet of its own if a column is taken for something else".into(),
        ),
    });
}

/// A message is a sentence or two, however many columns a table has.
const MESSAGE_CHARS_MAX: usize = 1_000;

fn note_dates(plan: &Plan, column: &columns::Column, pen: &mut Pen<'_>) {
    let either = column.dates.either;
    let why = match column.order() {
        _ if either == 0 || column.field != Some(Field::Installed) => return,
        Order::DayFirst | Order::MonthFirst => return,
        Order::Unknown => "no date of the column shows whether the day or the month comes first",
        Order::Mixed => "some dates of the column have the day first and some the month",
    };
    let message = format!("{either} dates can be read in two ways and count as unclear: {why}");
    let help = "enter dates as YYYY-MM-DD";
    pen.note(note(plan, Severity::Warning, Some(&column.title), message, help));
}

fn note_skipped(plan: &Plan, skipped: &BTreeMap<Skipped, u64>, pen: &mut Pen<'_>) {
    if !skipped.is_empty() {
        let parts: Vec<_> =
            skipped.iter().map(|(why, count)| format!("{} {count}", why.noun())).collect();
        let message = format!("rows that are no devices: {}", parts.join(", "));
        let help = "look at them if a device is missing";
        pen.note(note(plan, Severity::Info, None, message, help));
    }
}

/// A title that the user names and no sheet has is a slip.
fn note_unused_mapping(options: &Options, plans: &[Plan], pen: &mut Pen<'_>) {
    let Some(mapping) = &options.mapping else { return };
    let known: Vec<String> = plans
        .iter()
        .flat_map(|plan| {
            plan.columns.iter().chain(plan.later.iter().flat_map(|table| &table.columns))
        })
        .map(|column| titles::normalise(&column.title))
        .collect();
    for title in mapping.columns.keys().filter(|title| !known.contains(&titles::normalise(title))) {
        pen.note(Note {
            severity: Severity::Warning,
            place: "mapping".into(),
            field: Some(title.clone()),
            message: "no column has this title".into(),
            help: Some("spell it as the header row does".into()),
        });
    }
}
