//! What a register was taken for, before anything is made of it.

use std::collections::BTreeMap;

use model::Observation;

use super::columns::{Column, letters};
use super::notes::Pen;
use super::plan::{self, Plan, Tags};
use super::rows::Skipped;
use super::{Field, Kind, Mapping, must_be_held, open};
use crate::{Flow, Input, IntakeError, Note, Options, Sink, packed};

/// Notes of a preview; more would hide the columns.
const NOTES_MAX: usize = 50;

/// Different makes that are kept; an estate has some hundred, whatever the spelling.
const MAKES_MAX: usize = 10_000;

/// What a register was taken for.
#[derive(Debug, Clone, PartialEq)]
pub struct Preview {
    /// The format (`CSV`, `XLSX`, `ODS`).
    pub format: &'static str,
    /// Each sheet; a text file is one without a name.
    pub sheets: Vec<SheetPreview>,
}

/// What a sheet was taken for.
#[derive(Debug, Clone, PartialEq)]
pub struct SheetPreview {
    /// Its name.
    pub name: Option<String>,
    /// First and last row of the header, where one was found.
    pub header_rows: Option<(u64, u64)>,
    /// Each column, from the left.
    pub columns: Vec<ColumnPreview>,
    /// Rows below the header that hold something.
    pub rows: u64,
    /// Devices and rows of devices that would be made of them.
    pub observations: u64,
    /// The makes as written, with the number of devices and rows of devices that have them.
    pub makes: Vec<(String, u64)>,
    /// Rows that are no devices, by what they are.
    pub skipped: Vec<(&'static str, u64)>,
    /// What is wrong or unclear.
    pub notes: Vec<Note>,
}

/// What a column was taken for.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnPreview {
    /// Its letters in a spreadsheet.
    pub letters: String,
    /// Its title.
    pub title: String,
    /// What it was taken for; `None` when it was not understood.
    pub field: Option<Field>,
    /// How sure, from 0 to 1.
    pub confidence: f64,
    /// Why, in words.
    pub because: &'static str,
    /// Cells that hold something.
    pub filled: u64,
    /// Up to five different values; none of a column about people or with credentials.
    pub samples: Vec<String>,
}

impl Preview {
    /// The mapping that gives these columns: shown to the user, confirmed, kept, it reads the next register of this
    /// shape in the same way.
    pub fn mapping(&self) -> Mapping {
        let mut mapping = Mapping::default();
        for column in self.sheets.iter().flat_map(|sheet| &sheet.columns) {
            if let Some(field) = column.field
                && mapping.field(&column.title).is_none()
            {
                mapping.columns.insert(column.title.clone(), field);
            }
        }
        mapping
    }
}

/// Looks at a register and says what each column was taken for; makes nothing of it.
///
/// # Errors
/// [`IntakeError::UnknownFormat`] or [`IntakeError::Unsupported`] when the input is no register; otherwise as reading
/// it.
pub fn preview(input: &mut Input<'_>, options: &Options) -> Result<Preview, IntakeError> {
    let (mut preview, trouble) =
        packed::with_inside(input, must_be_held, |input| preview_unpacked(input, options))?;
    if let (Some(sheet), Some(note)) = (preview.sheets.last_mut(), trouble) {
        sheet.notes.push(note);
    }
    Ok(preview)
}

fn preview_unpacked(input: &mut Input<'_>, options: &Options) -> Result<Preview, IntakeError> {
    let head = super::text::head(input.bytes)?;
    let kind = Kind::of(&head).ok_or_else(|| crate::formats::no_register(&head, input.name))?;
    let mut book = open(kind, input)?;
    let mut tags = Tags::default();
    let mut plans = Vec::new();
    for index in 0..book.sheets().len() {
        let mapping = options.mapping.as_ref();
        let (plan, _) = plan::plan(&mut *book, index, mapping, &mut tags, &mut |_| Flow::Continue)?;
        plans.push(plan);
    }
    let mut sheets = Vec::new();
    for (index, plan) in plans.iter().enumerate() {
        let mut listener = Listener::default();
        let mut pen = Pen::new(kind.name(), &mut listener);
        let skipped = super::observe(&mut *book, index, plan, &tags, &mut pen, &mut |_| 0)?;
        let observations = pen.summary.observations;
        sheets.push(shown(plan, observations, &skipped, listener));
    }
    Ok(Preview { format: kind.name(), sheets })
}

fn shown(
    plan: &Plan,
    observations: u64,
    skipped: &BTreeMap<Skipped, u64>,
    listener: Listener,
) -> SheetPreview {
    SheetPreview {
        name: plan.sheet.name.clone(),
        header_rows: plan.header.as_ref().map(|header| header.rows),
        columns: plan.columns.iter().enumerate().map(shown_column).collect(),
        rows: plan.rows,
        observations,
        makes: listener.makes.into_iter().collect(),
        skipped: skipped.iter().map(|(why, count)| (why.noun(), *count)).collect(),
        notes: listener.notes,
    }
}

fn shown_column((index, column): (usize, &Column)) -> ColumnPreview {
    ColumnPreview {
        letters: letters(index),
        title: column.title.clone(),
        field: column.field,
        confidence: column.sure,
        because: column.because,
        filled: column.filled,
        samples: column.samples.clone(),
    }
}

/// Keeps the notes and the makes, and forgets the observations.
#[derive(Default)]
struct Listener {
    notes: Vec<Note>,
    makes: BTreeMap<String, u64>,
}

impl Sink for Listener {
    fn observation(&mut self, observation: Observation) -> Flow {
        let declared = observation.declared.as_deref();
        if let Some(make) = declared.and_then(|declared| declared.make.as_deref()) {
            let is_full = self.makes.len() >= MAKES_MAX;
            match self.makes.get_mut(make) {
                Some(count) => *count += 1,
                None if is_full => {}
                None => {
                    self.makes.insert(make.to_owned(), 1);
                }
            }
        }
        Flow::Continue
    }

    fn note(&mut self, note: Note) {
        if self.notes.len() < NOTES_MAX {
            self.notes.push(note);
        }
    }

    fn progress(&mut self, _: u64) -> Flow {
        Flow::Continue
    }
}
