//! Registers as OpenDocument spreadsheets.
//!
//! The sheet is read here as a stream: calamine holds an ODS in memory as a whole, repeats cells as often as the file
//! says, and does not come back from a table that ends early.

use std::borrow::Cow;
use std::io::{BufReader, Read, Seek};

use quick_xml::XmlVersion;
use quick_xml::events::{BytesRef, BytesStart, Event as Xml};
use zip::ZipArchive;

use super::merged::{Merged, Span};
use super::package;
use super::row::{COLUMNS_MAX, CellKind, Event, Fault, Row, Sheet, Workbook};
use super::xlsx::write_number;
use crate::{Flow, Input, IntakeError, ReadSeek, Severity};

/// Where the sheets stand in the package.
const CONTENT: &str = "content.xml";

/// A row with text in it that the file repeats more often is one row filled down by mistake.
const REPEATS_MAX: u64 = 1_000;

/// A text of one cell, blanks that are written as a count taken in; Excel allows 32,767.
const CELL_BYTES_MAX: usize = 64 * 1024;

/// Sheets that are worth reading.
const SHEETS_MAX: usize = 256;

/// A register as an OpenDocument spreadsheet.
pub(super) struct OdsBook<'a> {
    archive: ZipArchive<&'a mut dyn ReadSeek>,
    sheets: Vec<Sheet>,
}

impl<'a> OdsBook<'a> {
    pub(super) fn open(input: &'a mut Input<'_>) -> Result<Self, IntakeError> {
        package::vet(&mut *input.bytes)?;
        let bytes: &'a mut dyn ReadSeek = &mut *input.bytes;
        let archive = ZipArchive::new(bytes).map_err(|error| broken(&error))?;
        let mut book = Self { archive, sheets: Vec::new() };
        book.sheets = book.sheet_names()?;
        Ok(book)
    }

    fn sheet_names(&mut self) -> Result<Vec<Sheet>, IntakeError> {
        let mut content = Content::open(&mut self.archive)?;
        let mut sheets = Vec::new();
        while let Ok(Some(name)) = content.next_sheet() {
            sheets.push(Sheet { name: Some(name), unit: "row" });
            if sheets.len() == SHEETS_MAX {
                break;
            }
        }
        Ok(sheets)
    }
}

fn broken(error: &dyn std::fmt::Display) -> IntakeError {
    IntakeError::Broken {
        place: CONTENT.into(),
        problem: format!(
            "the spreadsheet cannot be read ({error}): save it again, without a password, as ODS or XLSX"
        ),
    }
}

impl Workbook for OdsBook<'_> {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn walk(
        &mut self,
        sheet: usize,
        each: &mut dyn FnMut(Event<'_>) -> Flow,
    ) -> Result<Flow, IntakeError> {
        let mut content = Content::open(&mut self.archive)?;
        for _ in 0..=sheet {
            match content.next_sheet() {
                Ok(Some(_)) => {}
                Ok(None) => return Ok(Flow::Continue),
                Err(problem) => return Ok(each(Event::Fault(damaged(&problem, None)))),
            }
        }
        let mut row = Row::default();
        let mut merged = Merged::default();
        let mut number = 0u64;
        loop {
            row.restart(number + 1);
            let repeats = match content.next_row(&mut row, &mut merged) {
                Ok(Some(repeats)) => repeats,
                Ok(None) => return Ok(Flow::Continue),
                Err(problem) => {
                    merged.lay_over(&mut row);
                    if !row.is_blank() && each(Event::Row(&row, 0)) == Flow::Stop {
                        return Ok(Flow::Stop);
                    }
                    return Ok(each(Event::Fault(damaged(&problem, Some(number + 1)))));
                }
            };
            merged.lay_over(&mut row);
            if !row.is_blank() && repeat(&mut row, repeats, each) == Flow::Stop {
                return Ok(Flow::Stop);
            }
            number = number.saturating_add(repeats);
        }
    }
}

/// Gives a row as often as the file says it stands there.
fn repeat(row: &mut Row, repeats: u64, each: &mut dyn FnMut(Event<'_>) -> Flow) -> Flow {
    if repeats > REPEATS_MAX {
        let fault = Fault {
            row: Some(row.number),
            severity: Severity::Warning,
            problem: format!("the row stands {repeats} times below itself and is read once"),
            help: "it was probably filled down to the end of the sheet: delete the copies",
            lost: Some("copies of one row"),
        };
        return match each(Event::Fault(fault)) {
            Flow::Stop => Flow::Stop,
            Flow::Continue => each(Event::Row(row, 0)),
        };
    }
    for _ in 0..repeats {
        if each(Event::Row(row, 0)) == Flow::Stop {
            return Flow::Stop;
        }
        row.number += 1;
    }
    Flow::Continue
}

fn damaged(problem: &Problem, row: Option<u64>) -> Fault {
    Fault {
        row,
        severity: Severity::Error,
        problem: format!(
            "the sheet cannot be read any further ({problem}); the rows before are kept"
        ),
        help: "open it in a spreadsheet program, let it repair it, and save it again",
        lost: Some("rest of a damaged sheet"),
    }
}

/// Why `content.xml` ends before its end.
#[derive(Debug, thiserror::Error)]
enum Problem {
    #[error("it is cut off")]
    CutOff,
    #[error("it is no XML: {0}")]
    Xml(#[from] quick_xml::Error),
}

/// `content.xml` as a stream.
struct Content<'a> {
    xml: quick_xml::Reader<BufReader<Box<dyn Read + 'a>>>,
    buffer: Vec<u8>,
}

impl<'a> Content<'a> {
    fn open<R: Read + Seek>(archive: &'a mut ZipArchive<R>) -> Result<Self, IntakeError> {
        let part = archive.by_name(CONTENT).map_err(|error| broken(&error))?;
        let part: Box<dyn Read + 'a> = Box::new(part);
        let mut xml = quick_xml::Reader::from_reader(BufReader::new(part));
        xml.config_mut().expand_empty_elements = true;
        Ok(Self { xml, buffer: Vec::new() })
    }

    /// Goes on to the next sheet and gives its name.
    fn next_sheet(&mut self) -> Result<Option<String>, Problem> {
        loop {
            self.buffer.clear();
            match self.xml.read_event_into(&mut self.buffer)? {
                Xml::Start(tag) if tag.name().as_ref() == "table:table" => {
                    return Ok(Some(
                        attribute(&tag, "table:name").unwrap_or_default().into_owned(),
                    ));
                }
                Xml::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// Adds the cells of the next row of the sheet to `row`; how often the row stands there. `None` at its end.
    fn next_row(&mut self, row: &mut Row, merged: &mut Merged) -> Result<Option<u64>, Problem> {
        loop {
            self.buffer.clear();
            match self.xml.read_event_into(&mut self.buffer)? {
                Xml::Start(tag) if tag.name().as_ref() == "table:table-row" => {
                    let repeats = count(&tag, "table:number-rows-repeated");
                    self.cells_of_row(row, merged)?;
                    return Ok(Some(repeats));
                }
                Xml::End(tag) if tag.name().as_ref() == "table:table" => return Ok(None),
                Xml::Eof => return Err(Problem::CutOff),
                _ => {}
            }
        }
    }

    fn cells_of_row(&mut self, row: &mut Row, merged: &mut Merged) -> Result<(), Problem> {
        let mut column = 0usize;
        loop {
            self.buffer.clear();
            match self.xml.read_event_into(&mut self.buffer)? {
                Xml::Start(tag)
                    if matches!(
                        tag.name().as_ref(),
                        "table:table-cell" | "table:covered-table-cell"
                    ) =>
                {
                    let repeats = count(&tag, "table:number-columns-repeated");
                    let repeats = usize::try_from(repeats).unwrap_or(COLUMNS_MAX).min(COLUMNS_MAX);
                    let rows = count(&tag, "table:number-rows-spanned");
                    if rows > 1 {
                        let last = row.number.saturating_add(rows - 1);
                        merged.add(Span { column, rows: (row.number, last) });
                    }
                    let value = Value::of(&tag);
                    let words = self.words_of_cell()?;
                    let (kind, text) = value.shown(words);
                    if !text.is_empty() {
                        row.pad(column);
                        (0..repeats).for_each(|_| row.push(kind, &text));
                    }
                    column = column.saturating_add(repeats);
                }
                Xml::End(tag) if tag.name().as_ref() == "table:table-row" => return Ok(()),
                Xml::Eof => return Err(Problem::CutOff),
                _ => {}
            }
        }
    }

    /// The paragraphs of a cell; notes that are pinned to it are left out.
    fn words_of_cell(&mut self) -> Result<String, Problem> {
        let mut words = String::new();
        let mut note_depth = 0usize;
        loop {
            self.buffer.clear();
            match self.xml.read_event_into(&mut self.buffer)? {
                Xml::Start(tag) => match tag.name().as_ref() {
                    "office:annotation" => note_depth += 1,
                    "text:p" if !words.is_empty() && note_depth == 0 => words.push('\n'),
                    "text:s" => add_blanks(&mut words, count(&tag, "text:c")),
                    "text:tab" | "text:line-break" => words.push(' '),
                    _ => {}
                },
                Xml::Text(text) if note_depth == 0 => add(&mut words, &text.xml10_content()),
                Xml::CData(text) if note_depth == 0 => add(&mut words, &text.xml10_content()),
                Xml::GeneralRef(entity) if note_depth == 0 => add_entity(&mut words, &entity),
                Xml::End(tag) => match tag.name().as_ref() {
                    "office:annotation" => note_depth = note_depth.saturating_sub(1),
                    "table:table-cell" | "table:covered-table-cell" => return Ok(words),
                    _ => {}
                },
                Xml::Eof => return Err(Problem::CutOff),
                _ => {}
            }
        }
    }
}

fn add(words: &mut String, text: &str) {
    if words.len() + text.len() <= CELL_BYTES_MAX {
        words.push_str(text);
    }
}

fn add_blanks(words: &mut String, count: u64) {
    let room = CELL_BYTES_MAX.saturating_sub(words.len());
    let count = usize::try_from(count).unwrap_or(room).min(room);
    words.extend(std::iter::repeat_n(' ', count));
}

/// Entities that a document declares itself stay as they are written: expanding them is how XML bombs go off.
fn add_entity(words: &mut String, entity: &BytesRef<'_>) {
    if let Ok(Some(character)) = entity.resolve_char_ref() {
        words.push(character);
    } else {
        match quick_xml::escape::resolve_predefined_entity(entity) {
            Some(text) => words.push_str(text),
            None => add(words, &format!("&{};", &**entity)),
        }
    }
}

fn attribute<'t>(tag: &'t BytesStart<'_>, name: &str) -> Option<Cow<'t, str>> {
    let found = tag
        .attributes()
        .with_checks(false)
        .flatten()
        .find(|attribute| attribute.key.as_ref() == name)?;
    match found.normalized_value(XmlVersion::Implicit1_0) {
        Ok(text) => Some(Cow::Owned(text.into_owned())),
        Err(_) => Some(found.value),
    }
}

/// An attribute that counts; one where it is absent or no number.
fn count(tag: &BytesStart<'_>, name: &str) -> u64 {
    attribute(tag, name).and_then(|text| text.parse().ok()).unwrap_or(1)
}

/// What a cell holds beside its words.
enum Value {
    Number(f64),
    Moment(String),
    Bool(bool),
    Words(Option<String>),
}

impl Value {
    fn of(tag: &BytesStart<'_>) -> Self {
        let value = |name| attribute(tag, name).map(Cow::into_owned);
        match attribute(tag, "office:value-type").as_deref() {
            Some("float" | "percentage" | "currency") => {
                match value("office:value").and_then(|text| text.parse().ok()) {
                    Some(number) => Self::Number(number),
                    None => Self::Words(None),
                }
            }
            Some("date") => {
                let day = value("office:date-value").unwrap_or_default();
                Self::Moment(day.trim_end_matches("T00:00:00").to_owned())
            }
            Some("time") => Self::Moment(value("office:time-value").unwrap_or_default()),
            Some("boolean") => {
                Self::Bool(attribute(tag, "office:boolean-value").as_deref() == Some("true"))
            }
            _ => Self::Words(value("office:string-value")),
        }
    }

    fn shown(self, words: String) -> (CellKind, String) {
        match self {
            Self::Number(number) => {
                let mut text = String::new();
                write_number(number, &mut text);
                (CellKind::Number, text)
            }
            Self::Moment(text) => (CellKind::Date, text),
            Self::Bool(is_so) => (CellKind::Text, if is_so { "yes" } else { "no" }.into()),
            Self::Words(Some(text)) if !text.is_empty() => (CellKind::Text, text),
            Self::Words(_) => (CellKind::Text, words),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    /// An ODS package around `content`.
    fn package(content: &str) -> Vec<u8> {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let options = zip::write::SimpleFileOptions::default();
        archive.start_file("mimetype", options).unwrap();
        archive.write_all(b"application/vnd.oasis.opendocument.spreadsheet").unwrap();
        archive.start_file(CONTENT, options).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
        archive.finish().unwrap().into_inner()
    }

    fn walk(content: &str) -> String {
        let bytes = package(content);
        let size_bytes = bytes.len() as u64;
        let mut source = Cursor::new(bytes);
        let mut input = Input { name: "x", size_bytes, bytes: &mut source };
        let mut book = OdsBook::open(&mut input).unwrap();
        let mut found = Vec::new();
        for sheet in 0..book.sheets().len() {
            found.push(book.sheets()[sheet].whole());
            let _ = book.walk(sheet, &mut |event| {
                found.push(match event {
                    Event::Row(row, _) => {
                        let cells: Vec<_> = row.cells().map(|cell| cell.text).collect();
                        let covers = row.covers().iter();
                        let covers: String = covers
                            .map(|over| format!(" ({} over {})", over.text, over.column))
                            .collect();
                        format!("{}: {}{covers}", row.number, cells.join("|"))
                    }
                    Event::Fault(fault) => format!("{:?}! {}", fault.row, fault.problem),
                });
                Flow::Continue
            });
        }
        found.join("\n")
    }

    #[test]
    fn cells_of_every_kind_and_repeats() {
        insta::assert_snapshot!(walk(concat!(
            r#"<office:document-content><table:table table:name="CCTV &amp; more"><table:table-row>"#,
            r#"<table:table-cell office:value-type="string"><text:p>Make</text:p><office:annotation><text:p>note</text:p></office:annotation></table:table-cell>"#,
            r#"<table:table-cell table:number-columns-repeated="2"/>"#,
            r#"<table:table-cell office:value-type="float" office:value="5"><text:p>5.00</text:p></table:table-cell></table:table-row>"#,
            r#"<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>"#,
            r#"<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="date" office:date-value="2021-05-12"/>"#,
            r#"<table:table-cell><text:p>a<text:s text:c="2"/>b</text:p><text:p>c</text:p></table:table-cell></table:table-row>"#,
            r#"<table:table-row table:number-rows-repeated="1048000"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>"#,
            r#"</table:table><table:table table:name="Empty"></table:table></office:document-content>"#,
        )), @r#"
        sheet "CCTV & more"
        1: Make|||5
        5: 2021-05-12|a  b
        c
        6: 2021-05-12|a  b
        c
        Some(7)! the row stands 1048000 times below itself and is read once
        7: x
        sheet "Empty"
        "#);
    }

    #[test]
    fn a_cell_that_spans_rows_covers_them() {
        insta::assert_snapshot!(walk(concat!(
            r#"<x><table:table table:name="s"><table:table-row><table:table-cell table:number-rows-spanned="3">"#,
            r#"<text:p>Hall</text:p></table:table-cell><table:table-cell><text:p>P1</text:p></table:table-cell></table:table-row>"#,
            r#"<table:table-row><table:covered-table-cell/><table:table-cell/></table:table-row>"#,
            r#"<table:table-row><table:covered-table-cell/><table:table-cell><text:p>P2</text:p></table:table-cell></table:table-row>"#,
            r#"<table:table-row><table:table-cell/><table:table-cell><text:p>P3</text:p></table:table-cell></table:table-row>"#,
            r#"</table:table></x>"#,
        )), @r#"
        sheet "s"
        1: Hall|P1
        3: |P2 (Hall over 0)
        4: |P3
        "#);
    }

    #[test]
    fn bombs_and_cut_tables_end() {
        let bomb = concat!(
            r#"<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>"#,
            r#"<x><table:table table:name="s"><table:table-row><table:table-cell><text:p>&b;<text:s text:c="4000000000"/></text:p>"#,
            r#"</table:table-cell></table:table-row><table:table-row><table:table-cell><office:annotation>"#,
        );
        insta::assert_snapshot!(walk(bomb), @r#"
        sheet "s"
        1: &b;
        Some(2)! the sheet cannot be read any further (it is cut off); the rows before are kept
        "#);
    }
}
