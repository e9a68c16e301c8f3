//! How a sheet is read: found out in two walks, followed in a third.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use super::Field;
use super::columns::{Column, Watch};
use super::header::{self, Header};
use super::mapping::Mapping;
use super::row::{Event, Row, Sheet, Workbook};
use super::titles::normalise;
use super::values::is_placeholder;
use crate::{Flow, IntakeError};

/// Keys that are watched for repetition; beyond, keys count as their own row's alone.
const TAGS_MAX: usize = 4_000_000;

/// A sheet as it will be read.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    pub(super) sheet: Sheet,
    /// The row with the titles, if one was found.
    pub(super) header: Option<Header>,
    pub(super) columns: Vec<Column>,
    /// Rows below the header that hold something.
    pub(super) rows: u64,
    /// A description alone is a device here, and no note.
    pub(super) text_names_devices: bool,
    /// Tables further down, each below titles of its own.
    pub(super) later: Vec<Table>,
}

/// A table below another one on the same sheet.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) header: Header,
    pub(super) columns: Vec<Column>,
    pub(super) text_names_devices: bool,
}

impl Plan {
    /// The first row that can hold data.
    pub(super) fn first_row(&self) -> u64 {
        self.header.as_ref().map_or(1, |header| header.rows.1 + 1)
    }

    /// Whether the sheet is about devices at all: a list of sites has places, and no camera.
    pub(super) fn is_register(&self) -> bool {
        let has_devices =
            |names: bool, columns: &[Column]| names || columns.iter().any(tells_devices);
        has_devices(self.text_names_devices, &self.columns)
            || self.later.iter().any(|table| has_devices(table.text_names_devices, &table.columns))
    }
}

/// Whether a column is one that only lists of devices have.
fn tells_devices(column: &Column) -> bool {
    const TELLING: &[Field] = &[
        Field::Make,
        Field::Model,
        Field::Serial,
        Field::Mac,
        Field::Address,
        Field::Hostname,
        Field::Kind,
        Field::Firmware,
        Field::Quantity,
    ];
    const DEVICE_WORDS: &[&str] = &["cam", "cctv", "device", "asset", "nvr", "dvr", "kamera"];
    let title = normalise(&column.title);
    match column.field {
        Some(Field::AssetTag) => {
            column.sure == 1.0 || DEVICE_WORDS.iter().any(|word| title.contains(word))
        }
        Some(field) => TELLING.contains(&field),
        None => false,
    }
}

/// This share of descriptions must hold something like a model before they stand for devices.
const MODELS_SHARE_MIN: f64 = 0.3;

/// Whether the descriptions are all there is about the devices, as in a quotation.
fn text_names_devices(columns: &[Column]) -> bool {
    let names = |column: &Column| {
        matches!(
            column.field,
            Some(
                Field::Make
                    | Field::Model
                    | Field::Kind
                    | Field::Serial
                    | Field::Mac
                    | Field::Address
            )
        )
    };
    !columns.iter().any(names)
        && columns
            .iter()
            .any(|column| column.field == Some(Field::Text) && column.models >= MODELS_SHARE_MIN)
}

/// Keys of rows, and those that more than one row has.
#[derive(Debug, Default)]
pub(super) struct Tags {
    seen: HashSet<u64>,
    repeated: HashSet<u64>,
}

impl Tags {
    fn add(&mut self, tag: &str) {
        let hash = hash(tag);
        if self.seen.len() < TAGS_MAX && !self.seen.insert(hash) {
            self.repeated.insert(hash);
        }
    }

    /// Whether the key is the row's own.
    pub(super) fn is_unique(&self, tag: &str) -> bool {
        let hash = hash(tag);
        self.seen.contains(&hash) && !self.repeated.contains(&hash)
    }
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Finds out how a sheet is to be read. `alive` is asked now and then whether to go on, with the bytes behind.
pub(super) fn plan(
    book: &mut dyn Workbook,
    index: usize,
    mapping: Option<&Mapping>,
    tags: &mut Tags,
    alive: &mut dyn FnMut(u64) -> Flow,
) -> Result<(Plan, Flow), IntakeError> {
    let sheet = book.sheets().get(index).cloned().unwrap_or(Sheet { name: None, unit: "row" });
    let header = header::find(&first_rows(book, index)?, mapping);
    let mut plan = Plan {
        sheet,
        header,
        columns: Vec::new(),
        rows: 0,
        text_names_devices: false,
        later: Vec::new(),
    };
    let first_row = plan.first_row();
    let mut watch = Watch::new(plan.header.as_ref(), mapping);
    // Titles of the tables below, each with what is seen above it.
    let mut above: Vec<(Watch, Header)> = Vec::new();
    let flow = book.walk(index, &mut |event| {
        let Event::Row(row, behind_bytes) = event else { return Flow::Continue };
        if row.number < first_row {
            return Flow::Continue;
        }
        plan.rows += 1;
        let current = above.last().map(|(_, header)| header).or(plan.header.as_ref());
        if let Some(header) = another_table(row, current, above.len()) {
            let below = Watch::new(Some(&header), mapping);
            above.push((std::mem::replace(&mut watch, below), header));
            return Flow::Continue;
        }
        watch.add(row);
        let tag = watch.tag.map(|column| row.cell(column).text).unwrap_or_default();
        if !tag.is_empty() && !is_placeholder(tag) {
            tags.add(tag);
        }
        if plan.rows.is_multiple_of(ROWS_PER_TICK) { alive(behind_bytes) } else { Flow::Continue }
    })?;
    let (mut watches, headers): (Vec<_>, Vec<_>) = above.into_iter().unzip();
    watches.push(watch);
    let mut tables = watches.into_iter().map(Watch::finish);
    plan.columns = tables.next().unwrap_or_default();
    plan.text_names_devices = text_names_devices(&plan.columns);
    plan.later = headers
        .into_iter()
        .zip(tables)
        .map(|(header, columns)| {
            let text_names_devices = text_names_devices(&columns);
            Table { header, columns, text_names_devices }
        })
        .collect();
    Ok((plan, flow))
}

/// Tables on one sheet; more is a form that somebody filled in again and again.
const TABLES_MAX: usize = 32;

/// The titles of another table, if this row is that.
fn another_table(row: &Row, current: Option<&Header>, tables: usize) -> Option<Header> {
    let current = current.filter(|_| tables < TABLES_MAX)?;
    Header::another(row).filter(|_| !current.is_repeated_by(row))
}

/// How many rows go by between two looks at whether to go on.
pub(super) const ROWS_PER_TICK: u64 = 4_096;

fn first_rows(book: &mut dyn Workbook, index: usize) -> Result<Vec<Row>, IntakeError> {
    let mut rows = Vec::new();
    book.walk(index, &mut |event| {
        if let Event::Row(row, _) = event {
            rows.push(row.clone());
        }
        if rows.len() < header::ROWS_SEARCHED { Flow::Continue } else { Flow::Stop }
    })?;
    Ok(rows)
}
