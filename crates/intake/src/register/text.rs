//! Registers as delimited text: comma, semicolon, tab or bar; quoted or not; in any encoding.
//!
//! The rows are split here and not by the `csv` crate (which is the oracle of the tests), because a quotation mark
//! that nobody closed must cost one row and not the rest of the file.

use std::borrow::Cow;
use std::io::{BufReader, Read, SeekFrom};

use super::encoding::{Encoding, as_text};
use super::row::{CellKind, Event, Fault, Row, Sheet, Workbook};
use crate::lines::{Line, LineEnds, Lines};
use crate::{Flow, Input, IntakeError, ReadSeek, Severity};

/// A line longer than this is no row of a register: the longest cell that a spreadsheet exports is 32,767 characters.
const LINE_BYTES_MAX: usize = 1024 * 1024;

/// A quoted cell that goes over more lines than this is a quotation mark that nobody closed.
const LINES_PER_ROW_MAX: usize = 100;

/// What separates cells, the most common first.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// How many bytes of the start are looked at to find out how the text is written.
const HEAD_BYTES: u64 = 64 * 1024;

/// How a delimited text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Dialect {
    encoding: Encoding,
    delimiter: u8,
    has_mac_line_ends: bool,
}

impl Dialect {
    /// By the first bytes; `None` for what is no text in columns.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        let encoding = Encoding::of(head)?;
        let text = encoding.decode_head(head);
        if is_binary(&text) {
            return None;
        }
        let has_mac_line_ends = text.contains('\r') && !text.contains('\n');
        let delimiter = declared_delimiter(&text).or_else(|| likely_delimiter(&text))?;
        Some(Self { encoding, delimiter, has_mac_line_ends })
    }

    /// What stands between cells.
    pub(super) const fn delimiter(self) -> u8 {
        self.delimiter
    }

    /// The first rows of `head`, the last one left out unless `head` is all there is.
    pub(super) fn head_rows(self, head: &[u8]) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut records = Records::new(head, self);
        while let Ok(Some(Record::Row)) = records.next_record() {
            let mut row = Row::default();
            records.split_into(&mut row);
            if !row.is_blank() {
                rows.push(row);
            }
            if rows.len() >= 200 {
                break;
            }
        }
        rows
    }
}

/// Control characters of other programs (a vertical tab for a line break in a cell, the end mark of DOS) that make no
/// binary file of a short text.
const STRANGE_FORGIVEN: usize = 4;

/// Control characters do not stand in text, or hardly ever. What steers a terminal does, where somebody wants to hide.
fn is_binary(text: &str) -> bool {
    let is_of_text = |c| matches!(c, '\n' | '\r' | '\t' | '\u{1b}' | '\u{7}' | '\u{8}');
    let strange =
        text.chars().filter(|c| (c.is_control() && !is_of_text(*c)) || *c == '\u{fffd}').count();
    strange.saturating_sub(STRANGE_FORGIVEN) * 200 > text.len()
}

/// Excel's own `sep=;` line.
fn declared_delimiter(text: &str) -> Option<u8> {
    let rest = text.strip_prefix("sep=")?;
    rest.bytes().next().filter(|byte| DELIMITERS.contains(byte))
}

/// The delimiter that gives most lines the same number of columns.
fn likely_delimiter(text: &str) -> Option<u8> {
    let mut best = (0usize, None);
    for delimiter in DELIMITERS {
        let score = consistency(text, delimiter);
        if score > best.0 {
            best = (score, Some(delimiter));
        }
    }
    best.1
}

/// Lines that have the commonest count of `delimiter` (those at the end of the line left out or not: `;` ends a statement
/// in other formats), times that count (up to a few: more columns tell more, but a
/// text with many commas shall not beat a table).
fn consistency(text: &str, delimiter: u8) -> usize {
    let lines = || text.split(['\n', '\r']).filter(|line| !line.trim().is_empty()).take(200);
    let mark = char::from(delimiter);
    let bare = lines().map(|line| {
        delimiters_in(line.trim_end_matches(['\r', ' ']).trim_end_matches(mark), delimiter)
    });
    // A spreadsheet fills each line up, so that headings between the rows have as many; other formats end lines with
    // one `;` at most.
    let full =
        lines().map(|line| delimiters_in(line, delimiter)).map(|n| if n < 3 { 0 } else { n });
    commonest(bare).max(commonest(full))
}

fn commonest(counts: impl Iterator<Item = usize>) -> usize {
    let mut having = std::collections::BTreeMap::new();
    let mut lines = 0usize;
    for count in counts {
        lines += 1;
        *having.entry(count).or_insert(0usize) += 1;
    }
    having
        .into_iter()
        .filter(|(count, having)| *count > 0 && (*having * 3 >= lines || lines <= 3))
        .map(|(count, having)| having * count.min(6))
        .max()
        .unwrap_or(0)
}

/// Delimiters outside quotation marks.
fn delimiters_in(line: &str, delimiter: u8) -> usize {
    let mut quoted = false;
    line.bytes()
        .filter(|byte| {
            quoted ^= *byte == b'"';
            !quoted && *byte == delimiter
        })
        .count()
}

/// The first bytes of an input, which then stands at its start again.
pub(super) fn head(bytes: &mut dyn ReadSeek) -> Result<Vec<u8>, IntakeError> {
    let io = |source| IntakeError::Io { offset: 0, source };
    bytes.seek(SeekFrom::Start(0)).map_err(io)?;
    let mut head = Vec::new();
    (&mut *bytes).take(HEAD_BYTES).read_to_end(&mut head).map_err(io)?;
    bytes.seek(SeekFrom::Start(0)).map_err(io)?;
    Ok(head)
}

/// A register as delimited text.
pub(super) struct TextBook<'a> {
    bytes: &'a mut dyn ReadSeek,
    dialect: Dialect,
    sheets: [Sheet; 1],
}

impl<'a> TextBook<'a> {
    pub(super) fn open(input: &'a mut Input<'_>) -> Result<Self, IntakeError> {
        let head = head(input.bytes)?;
        let dialect = Dialect::of(&head).ok_or(IntakeError::UnknownFormat)?;
        Ok(Self { bytes: &mut *input.bytes, dialect, sheets: [Sheet { name: None, unit: "line" }] })
    }
}

impl Workbook for TextBook<'_> {
    fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    fn walk(
        &mut self,
        _sheet: usize,
        each: &mut dyn FnMut(Event<'_>) -> Flow,
    ) -> Result<Flow, IntakeError> {
        self.bytes
            .seek(SeekFrom::Start(0))
            .map_err(|source| IntakeError::Io { offset: 0, source })?;
        let mut records = Records::new(&mut *self.bytes, self.dialect);
        let mut row = Row::default();
        let mut foreign = false;
        loop {
            let event = match records.next_record()? {
                None => return Ok(Flow::Continue),
                Some(Record::Faulty(fault)) => Event::Fault(fault),
                Some(Record::Row) => {
                    let was_utf8 = records.split_into(&mut row);
                    if !was_utf8 && !foreign {
                        foreign = true;
                        if each(Event::Fault(not_utf8(row.number))) == Flow::Stop {
                            return Ok(Flow::Stop);
                        }
                    }
                    if row.is_blank() {
                        continue;
                    }
                    Event::Row(&row, records.lines.offset)
                }
            };
            if each(event) == Flow::Stop {
                return Ok(Flow::Stop);
            }
        }
    }
}

fn not_utf8(line: u64) -> Fault {
    Fault {
        row: Some(line),
        severity: Severity::Info,
        problem: "not UTF-8 from here: lines like this are read as Windows-1252".into(),
        help: "check letters with accents; save the file as `CSV UTF-8` if they are wrong",
        lost: None,
    }
}

enum Record {
    /// Stands in [`Records::record`].
    Row,
    Faulty(Fault),
}

/// Puts lines together where a quoted cell goes over several.
struct Records<'a> {
    lines: Lines<BufReader<LineEnds<Box<dyn Read + 'a>>>>,
    line: Vec<u8>,
    delimiter: u8,
    /// The row in hand.
    record: Vec<u8>,
    /// Its first line.
    number: u64,
    /// Its quotation marks are plain characters.
    unquoted: bool,
    /// Lines that were read ahead and given back, last one first.
    returned: Vec<(u64, Vec<u8>)>,
    /// A line that has its fault behind it and its row before it.
    damaged: Option<(u64, Vec<u8>)>,
    /// A line that was met too long while another row was put together.
    skipped: Option<Fault>,
}

impl<'a> Records<'a> {
    fn new(source: impl Read + 'a, dialect: Dialect) -> Self {
        Self {
            lines: Lines::new(
                as_text(source, dialect.encoding, dialect.has_mac_line_ends),
                LINE_BYTES_MAX,
            ),
            line: Vec::new(),
            delimiter: dialect.delimiter,
            record: Vec::new(),
            number: 0,
            unquoted: false,
            returned: Vec::new(),
            damaged: None,
            skipped: None,
        }
    }

    fn next_record(&mut self) -> Result<Option<Record>, IntakeError> {
        self.record.clear();
        self.unquoted = false;
        if let Some((number, line)) = self.damaged.take() {
            self.number = number;
            self.record = line;
            self.unquoted = true;
            return Ok(Some(Record::Row));
        }
        if let Some(fault) = self.skipped.take() {
            return Ok(Some(Record::Faulty(fault)));
        }
        match self.add_line()? {
            None => return Ok(None),
            Some(Line::TooLong) => return Ok(Some(Record::Faulty(too_long(self.number)))),
            Some(Line::Whole) => {}
        }
        if self.record.first() == Some(&b's') && self.number == 1 && self.is_separator_line() {
            self.record.clear();
        }
        if !self.record.contains(&b'"') {
            return Ok(Some(Record::Row));
        }
        self.close_quotes()
    }

    fn is_separator_line(&self) -> bool {
        self.record.strip_prefix(b"sep=") == Some(&[self.delimiter])
    }

    /// Adds lines until every quotation mark is closed.
    fn close_quotes(&mut self) -> Result<Option<Record>, IntakeError> {
        let mut starts = vec![(self.number, 0usize)];
        let mut quotes = Quotes::default();
        quotes.read(&self.record, self.delimiter);
        while quotes.open {
            let start = self.record.len() + 1;
            let number = self.number;
            self.record.push(b'\n');
            let taken = if starts.len() < LINES_PER_ROW_MAX && start < LINE_BYTES_MAX {
                self.add_line()?
            } else {
                None
            };
            let line = self.number;
            self.number = number;
            if taken == Some(Line::TooLong) {
                self.skipped = Some(too_long(line));
            }
            if taken != Some(Line::Whole) {
                self.record.pop();
                return Ok(Some(self.give_back(&starts)));
            }
            starts.push((line, start));
            quotes.read(self.record.get(start - 1..).unwrap_or_default(), self.delimiter);
        }
        Ok(Some(Record::Row))
    }

    /// The quotation mark is never closed: only the line it stands in is damaged.
    fn give_back(&mut self, starts: &[(u64, usize)]) -> Record {
        let mut end = self.record.len();
        for (number, start) in starts.iter().skip(1).rev() {
            let line = self.record.get(*start..end).unwrap_or_default().to_vec();
            self.returned.push((*number, line));
            end = start.saturating_sub(1);
        }
        self.record.truncate(end);
        self.damaged = Some((self.number, std::mem::take(&mut self.record)));
        Record::Faulty(Fault {
            row: Some(self.number),
            severity: Severity::Warning,
            problem: "a quotation mark is opened and never closed: it is read as a character"
                .into(),
            help: "close or remove the quotation mark",
            lost: None,
        })
    }

    fn add_line(&mut self) -> Result<Option<Line>, IntakeError> {
        if let Some((number, line)) = self.returned.pop() {
            self.number = number;
            self.record.extend_from_slice(&line);
            return Ok(Some(Line::Whole));
        }
        let taken = self.lines.next(&mut self.line)?;
        self.number = self.lines.number;
        if taken == Some(Line::Whole) {
            let bare = self.line.strip_prefix(b"\xef\xbb\xbf").filter(|_| self.number == 1);
            self.record.extend_from_slice(bare.unwrap_or(&self.line));
        }
        Ok(taken)
    }

    /// The row in hand as cells; whether it was UTF-8.
    fn split_into(&self, row: &mut Row) -> bool {
        row.restart(self.number);
        let (text, was_utf8) = match std::str::from_utf8(&self.record) {
            Ok(text) => (Cow::Borrowed(text), true),
            Err(_) => {
                (encoding_rs::WINDOWS_1252.decode_without_bom_handling(&self.record).0, false)
            }
        };
        if self.unquoted || !text.contains('"') {
            text.split(char::from(self.delimiter)).for_each(|cell| row.push(CellKind::Text, cell));
        } else {
            split_quoted(&text, char::from(self.delimiter), row);
        }
        was_utf8
    }
}

fn too_long(line: u64) -> Fault {
    Fault {
        row: Some(line),
        severity: Severity::Error,
        problem: "the line is longer than 1 MiB and was skipped".into(),
        help: "a row of a register is far shorter: check the line ends of the file",
        lost: Some("line longer than 1 MiB"),
    }
}

/// Whether a quoted cell is open at the end of what was read.
#[derive(Default)]
struct Quotes {
    open: bool,
}

impl Quotes {
    fn read(&mut self, bytes: &[u8], delimiter: u8) {
        // A mark opens at the start of a cell, and right after one that closed: then it is a doubled mark.
        let mut may_open = !self.open;
        for byte in bytes {
            let is_mark = *byte == b'"';
            let closes = is_mark && self.open;
            self.open = !closes && (self.open || (is_mark && may_open));
            may_open = closes || (!self.open && *byte == delimiter);
        }
    }
}

/// RFC 4180 with the leniency of spreadsheets: a mark inside an unquoted cell is a character.
fn split_quoted(text: &str, delimiter: char, row: &mut Row) {
    let mut cell = String::new();
    let mut rest = text.chars().peekable();
    let mut quoted = false;
    let mut at_start = true;
    while let Some(character) = rest.next() {
        match character {
            '"' if quoted && rest.peek() == Some(&'"') => {
                rest.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if at_start => quoted = true,
            _ if character == delimiter && !quoted => {
                row.push(CellKind::Text, &cell);
                cell.clear();
                at_start = true;
                continue;
            }
            _ => cell.push(character),
        }
        at_start = false;
    }
    row.push(CellKind::Text, &cell);
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use proptest::prelude::*;

    use super::*;

    fn rows(bytes: &[u8]) -> Vec<String> {
        let mut source = Cursor::new(bytes);
        let size_bytes = bytes.len() as u64;
        let mut input = Input { name: "x", size_bytes, bytes: &mut source };
        let mut found = Vec::new();
        TextBook::open(&mut input)
            .unwrap()
            .walk(0, &mut |event| {
                found.push(match event {
                    Event::Row(row, _) => format!(
                        "{}: {}",
                        row.number,
                        row.cells().map(|cell| cell.text).collect::<Vec<_>>().join("|")
                    ),
                    Event::Fault(fault) => format!("{}! {}", fault.row.unwrap(), fault.problem),
                });
                Flow::Continue
            })
            .unwrap();
        found
    }

    #[test]
    fn the_delimiter_is_found() {
        for text in [
            "Make,Model\nA,B; C\n",
            "Make;Model\nA;B, C\n",
            "Make\tModel\nA\tB, C\n",
            "Make|Model\nA|B, C\n",
            "sep=;\nMake;Model\nA;B\n",
            "Make,Model\rA,\"x, y\"\r",
        ] {
            assert!(rows(text.as_bytes()).iter().any(|row| row.contains("Make|Model")), "{text:?}");
        }
        assert_eq!(Dialect::of(b"one word\nand another line of prose.\n"), None);
        assert_eq!(Dialect::of(b"lease 10.0.0.1 {\n  starts never;\n  ends never;\n}\n"), None);
    }

    #[test]
    fn quoted_cells_go_over_lines_and_line_numbers_stay_right() {
        insta::assert_snapshot!(
            rows(b"Make,Note\nA,\"two\nlines, \"\"said\"\" he\"\n\nB,5\" pipe\nC,\"\"\n").join("\n"),
            @r#"
        1: Make|Note
        2: A|two
        lines, "said" he
        5: B|5" pipe
        6: C|
        "#
        );
    }

    #[test]
    fn an_open_quotation_mark_costs_one_line() {
        insta::assert_snapshot!(
            rows(b"Make,Note\nA,\"open\nB,b\nC,c\n").join("\n"),
            @r#"
        1: Make|Note
        2! a quotation mark is opened and never closed: it is read as a character
        2: A|"open
        3: B|b
        4: C|c
        "#
        );
    }

    #[test]
    fn windows_1252_is_read_and_said() {
        insta::assert_snapshot!(
            rows(b"Make,Site\nA,Caf\xe9 \x80\nB,x\n").join("\n"),
            @"
        1: Make|Site
        2! not UTF-8 from here: lines like this are read as Windows-1252
        2: A|Café €
        3: B|x
        "
        );
    }

    proptest! {
        #[test]
        fn well_formed_text_is_split_as_the_csv_crate_does(
            table in prop::collection::vec(
                prop::collection::vec("[a-z,\";\n é]{0,6}", 3..4), 2..8),
        ) {
            let mut writer = csv::WriterBuilder::new().quote_style(csv::QuoteStyle::Always).from_writer(Vec::new());
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let bytes = writer.into_inner().unwrap();
            let dialect = Dialect { encoding: Encoding::Bytes, delimiter: b',', has_mac_line_ends: false };
            let mut records = Records::new(&bytes[..], dialect);
            for expected in csv::ReaderBuilder::new().has_headers(false).from_reader(&bytes[..]).records() {
                let expected = expected.unwrap();
                prop_assert!(matches!(records.next_record().unwrap(), Some(Record::Row)));
                let mut row = Row::default();
                records.split_into(&mut row);
                let found: Vec<_> = row.cells().map(|cell| cell.text.to_owned()).collect();
                let expected: Vec<_> = expected.iter().map(|cell| cell.trim().to_owned()).collect();
                prop_assert_eq!(found, expected);
            }
            prop_assert!(records.next_record().unwrap().is_none());
        }

        #[test]
        fn any_bytes_are_walked_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let dialect = Dialect { encoding: Encoding::Bytes, delimiter: b',', has_mac_line_ends: false };
            let mut records = Records::new(&bytes[..], dialect);
            let mut row = Row::default();
            while records.next_record().unwrap().is_some() {
                records.split_into(&mut row);
            }
        }
    }
}
