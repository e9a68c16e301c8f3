//! The shape of a register: what stays the same when rows come and go.

use std::collections::BTreeSet;
use std::fmt;

use super::header::{self, ROWS_SEARCHED};
use super::mapping::Mapping;
use super::row::{CellKind, Event, Row, Workbook};
use super::titles::normalise;
use super::values::{looks_like_address, looks_like_mac};
use super::{Kind, RegisterFormat, must_be_held, open, text};
use crate::{Flow, Format as _, Input, IntakeError, packed};

/// The form of a register and the titles of its columns; neither rows nor their number, nor the order of columns and
/// sheets, nor the names of sheets, which often hold a year.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// `CSV`, `XLSX`, …, and what stands between the cells of a text file.
    form: String,
    /// Of each sheet with a header its titles in normal form, in ascending order.
    sheets: Vec<Vec<String>>,
}

impl Shape {
    /// Whether a mapping names at least one of the columns.
    pub fn concerns(&self, mapping: &Mapping) -> bool {
        let titles: BTreeSet<&str> = self.sheets.iter().flatten().map(String::as_str).collect();
        mapping.columns.keys().any(|title| titles.contains(normalise(title).as_str()))
    }

    /// The titles of the columns for people, sheet by sheet.
    pub fn titles(&self) -> String {
        let sheets: Vec<String> = self.sheets.iter().map(|titles| titles.join(", ")).collect();
        format!("{}: {}", self.form, sheets.join(" / "))
    }
}

/// One text for one shape, to be hashed: titles are in normal form, so that no title holds a separator.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "register shape 1\n{}", self.form)?;
        self.sheets.iter().try_for_each(|titles| writeln!(f, "{}", titles.join("\t")))
    }
}

/// Finds the shape of a register without reading all of it; `None` for what is no register or has no titles.
///
/// Nothing that a user says is asked for: the shape must be the same before a mapping is known and after.
///
/// # Errors
/// [`IntakeError`] when the bytes cannot be had or are no workbook.
pub fn shape(input: &mut Input<'_>) -> Result<Option<Shape>, IntakeError> {
    packed::with_inside(input, must_be_held, shape_unpacked).map(|(shape, _)| shape)
}

fn shape_unpacked(input: &mut Input<'_>) -> Result<Option<Shape>, IntakeError> {
    let format = crate::recognise(input)?;
    let head = text::head(input.bytes)?;
    let Some(kind) = Kind::of(&head) else { return Ok(None) };
    if format.is_none_or(|format| format.name() != RegisterFormat(kind).name()) {
        return Ok(None);
    }
    let form = match text::Dialect::of(&head).filter(|_| kind == Kind::Text) {
        Some(dialect) => format!("{} {}", kind.name(), delimiter_name(dialect.delimiter())),
        None => kind.name().to_owned(),
    };
    let mut book = open(kind, input)?;
    let mut sheets = Vec::new();
    for index in 0..book.sheets().len() {
        let titles = titles(&first_rows(&mut *book, index)?);
        if !titles.is_empty() {
            sheets.push(titles);
        }
    }
    sheets.sort();
    Ok((!sheets.is_empty()).then_some(Shape { form, sheets }))
}

const fn delimiter_name(delimiter: u8) -> &'static str {
    match delimiter {
        b',' => "with commas",
        b';' => "with semicolons",
        b'\t' => "with tabs",
        b'|' => "with bars",
        _ => "with other separators",
    }
}

fn first_rows(book: &mut dyn Workbook, index: usize) -> Result<Vec<Row>, IntakeError> {
    let mut rows = Vec::new();
    book.walk(index, &mut |event| {
        if let Event::Row(row, _) = event {
            rows.push(row.clone());
        }
        if rows.len() < ROWS_SEARCHED { Flow::Continue } else { Flow::Stop }
    })?;
    Ok(rows)
}

fn titles(rows: &[Row]) -> Vec<String> {
    let found = header::find(rows, None).map(|header| header.titles);
    let titles = found.or_else(|| unknown_titles(rows)).unwrap_or_default();
    let mut titles: Vec<String> =
        titles.iter().map(|title| normalise(title)).filter(|title| !title.is_empty()).collect();
    titles.sort();
    titles
}

/// The header of a table whose titles nobody knows, for which mappings are made: the first row of different words that
/// is about as wide as the table.
fn unknown_titles(rows: &[Row]) -> Option<Vec<String>> {
    let filled = |row: &Row| row.cells().filter(|cell| cell.kind != CellKind::Empty).count();
    let width = rows.iter().map(filled).max()?;
    let is_header = |row: &&Row| {
        let cells: Vec<_> = row.cells().filter(|cell| cell.kind != CellKind::Empty).collect();
        let different: BTreeSet<&str> = cells.iter().map(|cell| cell.text).collect();
        cells.len() >= 2
            && cells.len() * 2 > width
            && different.len() == cells.len()
            && cells.iter().all(|cell| {
                cell.kind == CellKind::Text
                    && cell.text.chars().any(char::is_alphabetic)
                    && !looks_like_mac(cell.text)
                    && !looks_like_address(cell.text)
            })
    };
    let row = rows.iter().find(is_header)?;
    Some(row.cells().map(|cell| cell.text.to_owned()).collect())
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn shape_of(text: &str) -> Option<Shape> {
        let mut cursor = Cursor::new(text.as_bytes());
        let size_bytes = text.len() as u64;
        shape(&mut Input { name: "cams.csv", size_bytes, bytes: &mut cursor }).unwrap()
    }

    #[test]
    fn rows_and_the_order_of_columns_do_not_matter() {
        let one = shape_of("Ref,Make,Serial No.\n1,Axis,ACCC8E000001\n").unwrap();
        let same = "Town CCTV\n\nMAKE,serial no,Ref\nDahua,0,7\nAxis,1,8\nAxis,2,9\n";
        assert_eq!(shape_of(same), Some(one.clone()));
        for other in [
            "Ref;Make;Serial No.\n1;Axis;ACCC8E000001\n",
            "Ref,Make,Serial No.,Site\n1,Axis,ACCC8E000001,Hall\n",
            "Ref,Make,S/N\n1,Axis,ACCC8E000001\n",
        ] {
            assert_ne!(shape_of(other), Some(one.clone()), "{other}");
        }
    }

    #[test]
    fn titles_that_nobody_knows_are_a_shape_too() {
        let one = shape_of("Qux,Blip,Zonk\nP3245-LVE,Axis,Hall\n").unwrap();
        assert_eq!(shape_of("Qux,Blip,Zonk\nM1,Dahua,Hall\nM2,Dahua,Hall\n"), Some(one.clone()));
        assert_eq!(one.titles(), "CSV with commas: blip, qux, zonk");
        assert!(one.concerns(&Mapping::parse("[columns]\nQUX = \"model\"").unwrap()));
        assert!(!one.concerns(&Mapping::parse("[columns]\nKit = \"model\"").unwrap()));
    }

    #[test]
    fn what_is_no_register_has_no_shape() {
        assert_eq!(shape_of("lease 10.0.0.1 {\n  hardware ethernet 00:00:5e:00:53:01;\n}\n"), None);
        assert_eq!(shape_of("Dear all, see below\n"), None);
    }
}
