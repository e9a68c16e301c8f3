//! Registers as XLSX workbooks.

use std::io::SeekFrom;

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};

use super::merged::{Merged, SPANS_MAX, Span};
use super::package;
use super::row::{COLUMNS_MAX, CellKind, Event, Fault, Row, Sheet, Workbook};
use crate::{Flow, Input, IntakeError, ReadSeek, Severity};

/// Cells of one sheet that may be unreadable before the rest is given up: each costs a message.
const BAD_CELLS_MAX: u32 = 1_000;

/// A workbook has no more sheets than this that are worth reading.
const SHEETS_MAX: usize = 256;

/// Excel's own limit; a larger number is made up.
const ROWS_MAX: u32 = 1_048_576;

/// A register as an XLSX workbook. Shared texts are held in memory, rows are not.
pub(super) struct XlsxBook<'a> {
    book: Xlsx<&'a mut dyn ReadSeek>,
    sheets: Vec<Sheet>,
    /// Cells merged downwards, sheet by sheet; none where nobody merged any.
    spans: Vec<Vec<Span>>,
}

impl<'a> XlsxBook<'a> {
    pub(super) fn open(input: &'a mut Input<'_>) -> Result<Self, IntakeError> {
        let merges = package::vet(&mut *input.bytes)?;
        let io = |source| IntakeError::Io { offset: 0, source };
        input.bytes.seek(SeekFrom::Start(0)).map_err(io)?;
        let bytes: &'a mut dyn ReadSeek = &mut *input.bytes;
        let mut book = Xlsx::new(bytes).map_err(|error| broken(&error))?;
        let names = book.sheet_names();
        let sheets =
            names.into_iter().take(SHEETS_MAX).map(|name| Sheet { name: Some(name), unit: "row" });
        let sheets: Vec<_> = sheets.collect();
        let has_spans = (1..=SPANS_MAX).contains(&merges);
        let spans = match has_spans {
            true => sheets.iter().map(|sheet| spans(&mut book, sheet)).collect(),
            false => Vec::new(),
        };
        Ok(Self { sheets, book, spans })
    }
}

/// The cells of a sheet that were merged with those below; of a sheet that is damaged, none.
fn spans(book: &mut Xlsx<&mut dyn ReadSeek>, sheet: &Sheet) -> Vec<Span> {
    let Some(Ok(merged)) = sheet.name.as_deref().map(|name| book.merge_cells_by_sheet_name(name))
    else {
        return Vec::new();
    };
    let span = |area: calamine::Dimensions| {
        let column = usize::try_from(area.start.1).ok()?;
        let rows = (u64::from(area.start.0) + 1, u64::from(area.end.0) + 1);
        (rows.1 > rows.0).then_some(Span { column, rows })
    };
    merged.into_iter().filter_map(span).collect()
}

fn broken(error: &calamine::XlsxError) -> IntakeError {
    let problem = match error {
        calamine::XlsxError::Password => {
            "the workbook has a password: save it without one and give that".to_owned()
        }
        other => format!(
            "the workbook cannot be read ({other}): open it in a spreadsheet program and save it again as XLSX"
        ),
    };
    IntakeError::Broken { place: "workbook".into(), problem }
}

impl Workbook for XlsxBook<'_> {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn walk(
        &mut self,
        sheet: usize,
        each: &mut dyn FnMut(Event<'_>) -> Flow,
    ) -> Result<Flow, IntakeError> {
        let Some(name) = self.sheets.get(sheet).and_then(|sheet| sheet.name.clone()) else {
            return Ok(Flow::Continue);
        };
        let mut cells = match self.book.worksheet_cells_reader(&name) {
            Ok(cells) => cells,
            // Charts and dialogues are sheets too.
            Err(calamine::XlsxError::NotAWorksheet(_)) => return Ok(Flow::Continue),
            Err(error) => return Ok(each(Event::Fault(unreadable(&error, None)))),
        };
        let mut merged = Merged::of(self.spans.get(sheet).cloned().unwrap_or_default());
        let mut row = Row::default();
        let mut text = String::new();
        let mut bad_cells = 0;
        loop {
            let cell = match cells.next_cell() {
                Ok(Some(cell)) => cell,
                Ok(None) => break,
                Err(error) if is_one_cell(&error) && bad_cells < BAD_CELLS_MAX => {
                    bad_cells += 1;
                    if each(Event::Fault(bad_cell(&error, row.number))) == Flow::Stop {
                        return Ok(Flow::Stop);
                    }
                    continue;
                }
                Err(error) => {
                    if give(&mut row, &mut merged, each) == Flow::Stop {
                        return Ok(Flow::Stop);
                    }
                    return Ok(each(Event::Fault(unreadable(&error, Some(row.number)))));
                }
            };
            let (at, column) = cell.get_position();
            let number = u64::from(at.min(ROWS_MAX)) + 1;
            if number != row.number {
                if give(&mut row, &mut merged, each) == Flow::Stop {
                    return Ok(Flow::Stop);
                }
                row.restart(number);
            }
            let column = usize::try_from(column).unwrap_or(usize::MAX);
            if column >= row.len() && column < COLUMNS_MAX {
                row.pad(column);
                let kind = describe(cell.get_value(), &mut text);
                row.push(kind, &text);
            }
        }
        Ok(give(&mut row, &mut merged, each))
    }
}

/// Gives a row that is read to its end, with the merged cells that cover it.
fn give(row: &mut Row, merged: &mut Merged, each: &mut dyn FnMut(Event<'_>) -> Flow) -> Flow {
    if row.is_blank() {
        return Flow::Continue;
    }
    merged.lay_over(row);
    each(Event::Row(row, 0))
}

/// Errors after which the next cell can still be had.
const fn is_one_cell(error: &calamine::XlsxError) -> bool {
    use calamine::XlsxError as E;
    matches!(
        error,
        E::CellError(_)
            | E::CellTAttribute(_)
            | E::ParseFloat(_)
            | E::ParseInt(_)
            | E::Unexpected(_)
            | E::Unrecognized { .. }
    )
}

fn bad_cell(error: &calamine::XlsxError, row: u64) -> Fault {
    Fault {
        row: (row > 0).then_some(row),
        severity: Severity::Error,
        problem: format!("a cell in or after this row cannot be read and was left out ({error})"),
        help: "look for a failed formula or an odd cell there; replace it by its value",
        lost: Some("unreadable cell"),
    }
}

fn unreadable(error: &calamine::XlsxError, row: Option<u64>) -> Fault {
    Fault {
        row: row.filter(|row| *row > 0),
        severity: Severity::Error,
        problem: format!(
            "the sheet cannot be read any further ({error}); the rows before are kept"
        ),
        help: "open it in a spreadsheet program, let it repair it, and save it again",
        lost: Some("rest of a damaged sheet"),
    }
}

/// A value as a person reads it.
fn describe(value: &DataRef<'_>, text: &mut String) -> CellKind {
    use std::fmt::Write as _;
    text.clear();
    match value {
        DataRef::Empty => CellKind::Empty,
        DataRef::String(words) | DataRef::DateTimeIso(words) | DataRef::DurationIso(words) => {
            text.push_str(words);
            if matches!(value, DataRef::String(_)) { CellKind::Text } else { CellKind::Date }
        }
        DataRef::SharedString(words) => {
            text.push_str(words);
            CellKind::Text
        }
        DataRef::Int(number) => {
            let _ = write!(text, "{number}");
            CellKind::Number
        }
        DataRef::Float(number) => {
            write_number(*number, text);
            CellKind::Number
        }
        DataRef::Bool(is_so) => {
            text.push_str(if *is_so { "yes" } else { "no" });
            CellKind::Text
        }
        DataRef::DateTime(moment) => {
            write_moment(moment, text);
            CellKind::Date
        }
        DataRef::Error(error) => {
            let _ = write!(text, "{error}");
            CellKind::Error
        }
    }
}

/// Whole numbers without `.0`; what a spreadsheet cannot hold exactly in the form that shows it.
pub(super) fn write_number(number: f64, text: &mut String) {
    use std::fmt::Write as _;
    let _ = if number.abs() >= 1e15 && number.is_finite() {
        let short = format!("{number:E}");
        write!(text, "{}", short.replacen('E', "E+", 1).replacen("E+-", "E-", 1))
    } else {
        write!(text, "{number}")
    };
}

fn write_moment(moment: &ExcelDateTime, text: &mut String) {
    use std::fmt::Write as _;
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    let days = moment.as_f64();
    let has_day = days >= 1.0 && !moment.is_duration();
    if has_day {
        let _ = write!(text, "{year:04}-{month:02}-{day:02}");
    }
    if !has_day || days.fract().abs() > f64::EPSILON {
        let blank = if has_day { " " } else { "" };
        let _ = write!(text, "{blank}{hour:02}:{minute:02}:{second:02}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: f64) -> String {
        let mut text = String::new();
        write_number(value, &mut text);
        text
    }

    #[test]
    fn numbers_are_text_without_ornament() {
        assert_eq!(number(5.0), "5");
        assert_eq!(number(-0.5), "-0.5");
        assert_eq!(number(5.4), "5.4");
        assert_eq!(number(1.23e11), "123000000000");
        assert_eq!(number(1.234_567_890_123_456e17), "1.234567890123456E+17");
    }

    #[test]
    fn moments_are_iso() {
        let shown = |days: f64, is_1904: bool| {
            let mut text = String::new();
            let kind = calamine::ExcelDateTimeType::DateTime;
            write_moment(&ExcelDateTime::new(days, kind, is_1904), &mut text);
            text
        };
        assert_eq!(shown(44328.0, false), "2021-05-12");
        assert_eq!(shown(44328.5, false), "2021-05-12 12:00:00");
        assert_eq!(shown(42866.0, true), "2021-05-12");
        assert_eq!(shown(0.5, false), "12:00:00");
    }
}
