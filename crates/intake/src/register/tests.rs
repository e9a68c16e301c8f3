//! Whole registers, from bytes to observations.

use std::fmt::Write as _;
use std::io::{self, Cursor, Read, Seek, SeekFrom, Write as _};

use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook as Writer};

use super::*;
use crate::ReadSeek;
use crate::notebook::tests::Memory;

/// Reads `source` as what it is and writes down what a person would want to know of it.
fn replay_from(source: &mut dyn ReadSeek, options: &Options) -> String {
    let size_bytes = source.seek(SeekFrom::End(0)).expect("a length");
    let mut input = Input { name: "x", size_bytes, bytes: source };
    let mut memory = Memory::default();
    let outcome = crate::read(&mut input, options, &mut memory);
    let mut text = String::new();
    for observation in &memory.observations {
        writeln!(text, "{}", shown(observation)).unwrap();
    }
    for Note { severity, place, field, message, .. } in &memory.notes {
        let field = field.as_ref().map(|field| format!(" [{field}]")).unwrap_or_default();
        writeln!(text, "{} {place}{field}: {message}", severity.as_str()).unwrap();
    }
    match outcome {
        Ok((kind, summary)) => {
            let Summary { format, records, observations, not_understood, lost, .. } = summary;
            writeln!(
                text,
                "{} ({format}): {records} rows, {observations} observations; not understood {not_understood:?}; lost {lost:?}",
                kind.as_str()
            )
            .unwrap();
        }
        Err(error) => writeln!(text, "{error}").unwrap(),
    }
    text
}

fn shown(observation: &model::Observation) -> String {
    let json = |value: serde_json::Value| value.to_string().replace('"', "");
    let subject = serde_json::to_value(&observation.subject).unwrap();
    let declared = serde_json::to_value(&observation.declared).unwrap();
    let signals: Vec<_> = observation
        .signals
        .iter()
        .map(|signal| format!("{}={}", signal.kind, signal.as_text().unwrap_or_default()))
        .collect();
    format!(
        "{}: {} {}{}",
        observation.place.0,
        json(subject),
        json(declared),
        if signals.is_empty() { String::new() } else { format!(" | {}", signals.join(" ")) },
    )
}

fn replay(bytes: &[u8]) -> String {
    replay_from(&mut Cursor::new(bytes), &Options::default())
}

#[test]
fn the_town_hall() {
    let files = testbed::townhall::files().expect("the example");
    let register =
        files.iter().find(|file| file.name == "camera-register.xlsx").expect("a register");
    insta::assert_snapshot!(replay(&register.bytes));
}

#[test]
fn a_list_as_json_in_each_of_its_forms() {
    let plain = r#"[{"make":"Axis","model":{"name":"P3245-LVE"},"qty":2},{"make":"Dahua","serial":"7A00000PAG00001"}]"#;
    let wrapped = format!("\u{feff}{{\"count\":2,\"results\":{plain}}}");
    let lines = r#"{"make":"Axis","model":{"name":"P3245-LVE"},"qty":2}
{"make":"Dahua","serial":"7A00000PAG00001"}"#;
    let expected = replay(plain.as_bytes());
    assert!(
        expected.starts_with("item 1: {} {make:Axis,model:P3245-LVE,quantity:2}"),
        "{expected}"
    );
    assert!(expected.contains("item 2: {serials:[7A00000PAG00001]} {make:Dahua}"), "{expected}");
    assert_eq!(replay(wrapped.as_bytes()), expected);
    assert_eq!(replay(lines.as_bytes()), expected);
    assert!(replay(br#"[{"make":"Axis","model":"P"},"#).contains("not JSON"));
    assert!(replay(br#"[{"colour":"red"},{"colour":"blue"}]"#).contains("not a known format"));
}

#[test]
fn a_csv_with_everything_that_people_do() {
    let text = "\
CCTV register,,,,,,,
Updated by facilities,,,,,,,
,,,,,,,
Ref,Make,Model,Serial No,MAC,IP,Date fitted,Comments
C1,Hikvision,DS-2CD2143G0-I,F00000001,44-19-B6-00-00-01,10.0.0.1:80,25/04/2022,ok
C2,Dahua,IPC-HDW5442,1.23E+11,44:19:b6:00:00:02 / 44:19:b6:00:00:03,10.0.0.2,03/04/2022,
C3,unknown,?,n/a,-,DHCP,March 2021,no label
C4,Axis,#REF!,F00000004,1217000004,10.0.0.10-12,2019,x3
C5,\"\",same,F00000005,,10.0.0.0/24,soon,
---,---,---,---,---,---,---,---
Ref,Make,Model,Serial No,MAC,IP,Date fitted,Comments
,,,,,,,call the landlord about these
C6,Hik,4MP dome DS-2CD2143G0-I,\"F00000006, F00000007\",,\"10.0.0.6
10.0.0.7\",44328,2 no.
C7,,,,,,,
Total,6,,,,,,
";
    insta::assert_snapshot!(replay(text.as_bytes()));
}

#[test]
fn two_headers_several_sheets_and_lists_that_are_no_registers() {
    let mut workbook = Writer::new();
    let sheet = workbook.add_worksheet().set_name("Hall").unwrap();
    sheet.merge_range(0, 0, 0, 5, "Camera list", &CellFormat::new()).unwrap();
    for (column, title) in (0..).zip(["Asset", "Network", "", "Position", "", "Installed by"]) {
        sheet.write(1, column, title).unwrap();
    }
    for (column, title) in (0..).zip(["No", "MAC", "IP", "Site", "Room", ""]) {
        sheet.write(2, column, title).unwrap();
    }
    for (column, value) in
        (0..).zip(["H1", "44:19:B6:00:00:01", "10.0.0.1", "Hall", "Foyer", "A. Person"])
    {
        sheet.write(3, column, value).unwrap();
    }
    sheet.set_row_hidden(3).unwrap();
    let sheet = workbook.add_worksheet().set_name("Sites").unwrap();
    for (row, line) in
        (0..).zip([["Site", "Address", "Contact"], ["Hall", "1 High Street", "A. Person"]])
    {
        for (column, value) in (0..).zip(line) {
            sheet.write(row, column, value).unwrap();
        }
    }
    insta::assert_snapshot!(replay(&workbook.save_to_buffer().unwrap()), @r#"
        sheet "Hall" row 4: {addresses:[{address:10.0.0.1}],local:H1,macs:[44:19:b6:00:00:01]} {location:Foyer,site:Hall}
        info sheet "Hall" [Installed by]: it is about people: not read
        info sheet "Sites": no columns about devices (make, model, serial, MAC, address) were found: not read
        register (XLSX): 1 rows, 1 observations; not understood {}; lost {}
        "#);
}

/// One sheet with a column of each kind of damage.
fn damaged_workbook() -> Vec<u8> {
    let mut workbook = Writer::new();
    let day = CellFormat::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet().set_name("S").unwrap();
    for (column, title) in (0..).zip(["Asset", "Make", "Model", "Serial", "MAC", "IP", "Fitted"]) {
        sheet.write(0, column, title).unwrap();
    }
    for row in 1..=7u32 {
        sheet.write(row, 0, f64::from(row)).unwrap();
        sheet.write(row, 1, "Axis").unwrap();
    }
    let date = ExcelDateTime::from_ymd(2021, 5, 12).unwrap();
    sheet.write(1, 3, 123_000_000_000f64).unwrap();
    sheet.write(1, 4, 441_906_000_001f64).unwrap();
    sheet.write(1, 6, 44_328f64).unwrap();
    sheet.write(2, 3, 1.234_567_890_123_456_7e17).unwrap();
    sheet.write(2, 4, 12_170_000f64).unwrap();
    sheet.write(2, 5, 192.168).unwrap();
    sheet.write_with_format(3, 2, &date, &day).unwrap();
    sheet.write_with_format(3, 3, &date, &day).unwrap();
    sheet.write_with_format(3, 6, &date, &day).unwrap();
    sheet.write_formula(4, 2, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write(5, 3, "000012345678").unwrap();
    sheet.write(6, 3, 12_345_679f64).unwrap();
    sheet.write(7, 3, 987_654_321_012f64).unwrap();
    workbook.save_to_buffer().unwrap()
}

#[test]
fn what_a_spreadsheet_damaged_is_left_out_and_told() {
    insta::assert_snapshot!(replay(&damaged_workbook()), @r#"
        sheet "S" row 2: {local:1,macs:[44:19:06:00:00:01]} {installed:2021-05-12,make:Axis} | register.make=Axis
        sheet "S" row 3: {local:2} {make:Axis} | register.make=Axis
        sheet "S" row 4: {local:3} {installed:2021-05-12,make:Axis} | register.make=Axis
        sheet "S" row 5: {local:4} {make:Axis} | register.make=Axis
        sheet "S" row 6: {local:5,serials:[000012345678]} {make:Axis} | register.make=Axis register.serial=000012345678
        sheet "S" row 7: {local:6} {make:Axis} | register.make=Axis
        sheet "S" row 8: {local:7,serials:[987654321012]} {make:Axis} | register.make=Axis register.serial=987654321012
        error sheet "S" row 2 [Serial]: `1.23E+11` is a number in scientific form and no serial number: its digits are lost
        info sheet "S" row 2 [Fitted]: `44328` is read as the spreadsheet's count of days
        error sheet "S" row 3 [Serial]: `1.2345678901234566E+17` is a number in scientific form and no serial number: its digits are lost
        error sheet "S" row 3 [MAC]: `12170000` is a number and no MAC address: the spreadsheet turned it into one
        error sheet "S" row 3 [IP]: `192.168` is a number and no network address: the spreadsheet turned it into one
        error sheet "S" row 4 [Model]: `2021-05-12` is a date and no model: the spreadsheet turned it into one
        error sheet "S" row 4 [Serial]: `2021-05-12` is a date and no serial number: the spreadsheet turned it into one
        error sheet "S" row 5 [Model]: `#DIV/0!` is a failed formula and no model
        error sheet "S" row 7 [Serial]: `12345679` seems to have lost zeros at its start: no serial number is taken from it
        register (XLSX): 7 rows, 7 observations; not understood {}; lost {}
        "#);
}

#[test]
fn a_mapping_counts_more_than_what_was_found() {
    let text = "Gerät,Nummer,Bemerkung\nDS-2CD2143G0-I,F00000001,x4\nP3245,F00000002,\n";
    let mapping = Mapping::parse(
        "[columns]\nGERAT = \"model\"\nnummer = \"serial\"\n\"Cost centre\" = \"ignored\"\n",
    )
    .unwrap();
    let options = Options { mapping: Some(mapping), ..Options::default() };
    insta::assert_snapshot!(replay_from(&mut Cursor::new(text), &options), @r#"
        line 2: {serials:[F00000001]} {model:DS-2CD2143G0-I,quantity:4,text:x4} | register.model=DS-2CD2143G0-I register.text=x4 register.serial=F00000001
        line 3: {serials:[F00000002]} {model:P3245} | register.model=P3245 register.serial=F00000002
        warning mapping [Cost centre]: no column has this title
        register (CSV): 2 rows, 2 observations; not understood {}; lost {}
        "#);
}

#[test]
fn a_quotation_has_its_devices_in_the_description() {
    let text = "Item,Description,Qty,Unit price\n1,Hikvision DS-2CD2143G0-I dome,4,120.00\n2,Axis P3245-LVE,1,500.00\n,Total,,980.00\n";
    insta::assert_snapshot!(replay(text.as_bytes()), @r#"
        line 2: {} {quantity:4,text:Hikvision DS-2CD2143G0-I dome} | register.text=Hikvision DS-2CD2143G0-I dome
        line 3: {} {quantity:1,text:Axis P3245-LVE} | register.text=Axis P3245-LVE
        info file [Unit price]: the column is not understood: 3 cells were not read
        info file: rows that are no devices: totals 1
        register (CSV): 3 rows, 2 observations; not understood {"column \"Unit price\"": 3}; lost {}
        "#);
}

#[test]
fn dates_of_a_column_settle_each_other() {
    let csv = |dates: &[&str]| {
        let rows: String = dates.iter().map(|date| format!("Axis,{date}\n")).collect();
        replay(format!("Make,Fitted\n{rows}").as_bytes())
    };
    insta::assert_snapshot!(csv(&["03/04/2022", "13/04/2022"]), @r#"
        line 2: {} {installed:2022-04-03,make:Axis} | register.make=Axis
        line 3: {} {installed:2022-04-13,make:Axis} | register.make=Axis
        register (CSV): 2 rows, 2 observations; not understood {}; lost {}
        "#);
    insta::assert_snapshot!(csv(&["03/04/2022", "04/13/2022"]), @r#"
        line 2: {} {installed:2022-03-04,make:Axis} | register.make=Axis
        line 3: {} {installed:2022-04-13,make:Axis} | register.make=Axis
        register (CSV): 2 rows, 2 observations; not understood {}; lost {}
        "#);
    insta::assert_snapshot!(csv(&["03/04/2022", "04/04/2022"]), @r#"
        line 2: {} {installed_unclear:03/04/2022,make:Axis} | register.make=Axis
        line 3: {} {installed:2022-04-04,make:Axis} | register.make=Axis
        warning file [Fitted]: 1 dates can be read in two ways and count as unclear: no date of the column shows whether the day or the month comes first
        register (CSV): 2 rows, 2 observations; not understood {}; lost {}
        "#);
}

/// A sheet whose site and make are merged downwards, over a title of two rows.
fn merged_workbook() -> Vec<u8> {
    let mut workbook = Writer::new();
    let plain = CellFormat::new();
    let sheet = workbook.add_worksheet().set_name("M").unwrap();
    sheet.merge_range(0, 0, 1, 0, "Site", &plain).unwrap();
    for (column, title) in (1..).zip(["Device", "", "", "", "", ""]) {
        sheet.write(0, column, title).unwrap();
    }
    for (column, title) in (1..).zip(["Make", "Model", "Serial", "Room", "Qty", "Notes"]) {
        sheet.write(1, column, title).unwrap();
    }
    sheet.merge_range(2, 0, 6, 0, "Hall", &plain).unwrap();
    sheet.merge_range(2, 1, 4, 1, "Axis", &plain).unwrap();
    sheet.merge_range(2, 3, 3, 3, "F00000001", &plain).unwrap();
    sheet.merge_range(2, 5, 3, 5, "4", &plain).unwrap();
    for (row, model, room, notes) in [
        (2, "P1", "Foyer", ""),
        (3, "P2", "Stairs", ""),
        (4, "P3", "Lift", ""),
        (5, "", "", "the lift is out of use"),
        (6, "B1", "Roof", ""),
        (7, "B2", "Gate", ""),
    ] {
        for (column, value) in [(2, model), (4, room), (6, notes)] {
            if !value.is_empty() {
                sheet.write(row, column, value).unwrap();
            }
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[test]
fn a_merged_cell_fills_the_rows_it_covers_and_no_others() {
    insta::assert_snapshot!(replay(&merged_workbook()));
}

#[test]
fn ditto_follows_the_row_above_but_for_what_only_one_device_has() {
    let text = "\
Ref,Site,Make,Model,Serial,Qty,Fitted,Notes
C1,Hall,Axis,P3245,F00000001,2,12/05/2021,by the door
C2,as above,\"\"\"\",ditto,\"\"\"\",2,do.,as above
,,,,,,,
C3,\"\"\"\",'',same,,,unknown,
Total,3,,,,,,
C4,ditto,Bosch,-,ditto,,ditto,
";
    insta::assert_snapshot!(replay(text.as_bytes()));
}

#[test]
fn a_ditto_in_the_first_row_has_nothing_to_follow() {
    let told = replay(b"Make,Model,Site\nditto,P1,Hall\nAxis,P2,Hall\n");
    assert!(told.contains("line 2: {} {model:P1,site:Hall}"), "{told}");
    assert!(told.contains("warning line 2 [Make]: `ditto` refers to the row above"), "{told}");
}

#[test]
fn a_credential_in_a_note_is_told_and_not_kept() {
    let text = "\
Make,Model,IP,Location,Notes,Nonsense
Axis,P1,10.0.0.1,Hall,\"back door, admin / pass: letmein\",pw letmein
Axis,P2,rtsp://admin:letmein@10.0.0.2/,Gate code 4711,password reset 2019,
,,,,PIN 4711 opens the cabinet,
Axis (pwd letmein),P3,10.0.0.3,Hall,PIN pad by the pass gate,
";
    let told = replay(text.as_bytes());
    assert!(!told.contains("letmein") && !told.contains("4711"), "{told}");
    insta::assert_snapshot!(told);
}

#[test]
fn a_table_below_another_is_read_by_its_own_titles() {
    let text = "\
CCTV register,,,,,
Camera No,Location,Manufacturer/Model,S/N,IP,Comments
TOWN HALL,,,,,
1,Door,Hikvision DS-2CD0000-I,F00000001,10.0.0.1,
2,Stairs,Axis P0000,ACCC8E000001,10.0.0.2,make and model checked
Camera No,Location,Manufacturer/Model,S/N,IP,Comments
3,Lift,ditto,ACCC8E000002,10.0.0.3,
RECORDERS,,,,,
Ref,Make,Model,Serial,Site,IP
R1,Hikvision,DS-7600NI,F00000009,Town Hall,10.0.0.9
R2,ditto,DS-7600NI,F00000010,Town Hall,10.0.0.10
Total,2,,,,
";
    insta::assert_snapshot!(replay(text.as_bytes()));
}

#[test]
fn a_sheet_with_headings_between_its_rows_is_still_a_table() {
    let rows = "HALL,,,,,\n1,Axis,P1,,,\n,,,,,\nDEPOT,,,,,\n2,Axis,P2,10.0.0.2,,\n3,Axis,P3,10.0.0.3,live,\n4,Axis,P4,10.0.0.4,live,x\n";
    let told =
        replay(format!("List,,,,,\n,,,,,\nRef,Make,Model,IP,Status,Notes\n{rows}").as_bytes());
    assert!(told.contains("register (CSV): 6 rows, 4 observations"), "{told}");
}

#[test]
fn repeated_troubles_are_counted() {
    let rows: String = (0..50).map(|n| format!("Axis,P1,on the label {n}\n")).collect();
    let text = replay(format!("Make,Model,MAC address\n{rows}").as_bytes());
    assert_eq!(text.matches("is no MAC address").count(), 5);
    assert!(
        text.contains("error file [MAC address]: 45 more cells like those told before"),
        "{text}"
    );
}

#[test]
fn every_encoding_is_the_same_register() {
    let text = "Marque;Modèle;Emplacement\nAxis;P3245;Entrée\n";
    let expected = replay(text.as_bytes());
    assert!(expected.contains("location:Entrée,make:Axis,model:P3245"), "{expected}");
    let units: Vec<u16> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    assert_eq!(replay(&little), expected);
    assert_eq!(replay(&big), expected);
    assert_eq!(replay(format!("\u{feff}{text}").as_bytes()), expected);
    let (old, _, _) = encoding_rs::WINDOWS_1252.encode(text);
    let read = replay(&old);
    assert!(read.contains("location:Entrée,make:Axis,model:P3245"), "{read}");
    assert!(read.contains("read as Windows-1252"), "{read}");
}

/// A register with one line of 100 MB, made while it is read.
struct LongLine {
    at: usize,
    start: &'static [u8],
}

const LONG_LINE: LongLine = LongLine { at: 0, start: b"Make,Model\nAxis,P1\n" };

impl LongLine {
    const END: &'static [u8] = b"\nBosch,B1\n";

    const fn filled(&self) -> usize {
        self.start.len() + 100_000_000
    }
}

impl Read for LongLine {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = if self.at < self.start.len() {
            (&self.start[self.at..]).read(into)?
        } else if self.at < self.filled() {
            let count = into.len().min(self.filled() - self.at);
            into[..count].fill(b'x');
            count
        } else {
            Self::END.get(self.at - self.filled()..).unwrap_or_default().read(into)?
        };
        self.at += count;
        Ok(count)
    }
}

impl Seek for LongLine {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let end = self.filled() + Self::END.len();
        self.at = match to {
            SeekFrom::Start(at) => usize::try_from(at).unwrap().min(end),
            SeekFrom::End(_) | SeekFrom::Current(_) => end,
        };
        Ok(self.at as u64)
    }
}

#[test]
fn a_line_of_100_mb_costs_its_row() {
    insta::assert_snapshot!(replay_from(&mut LongLine { at: 0, ..LONG_LINE }, &Options::default()), @r#"
        line 2: {} {make:Axis,model:P1} | register.make=Axis register.model=P1
        line 4: {} {make:Bosch,model:B1} | register.make=Bosch register.model=B1
        error line 3: the line is longer than 1 MiB and was skipped
        register (CSV): 2 rows, 2 observations; not understood {}; lost {"line longer than 1 MiB": 1}
        "#);
}

#[test]
fn a_quotation_mark_that_nobody_closes_costs_no_other_row() {
    let mut long = LongLine { at: 0, start: b"Make,Model\nAxis,P1\nAxis,\"" };
    let told = replay_from(&mut long, &Options::default());
    assert_eq!(told, replay_from(&mut LongLine { at: 0, ..LONG_LINE }, &Options::default()));
    let rows = "Axis,P2\n".repeat(1_000);
    let told = replay(format!("Make,Model\nAxis,P1\nBosch,\"B1\n{rows}").as_bytes());
    assert!(told.contains("line 3: {} {make:Bosch,model:\\B1}"), "{told}");
    assert!(told.contains("warning line 3: a quotation mark is opened and never closed"), "{told}");
    assert!(told.contains("1002 rows, 1002 observations"), "{told}");
}

/// A package of parts that are made of a start, a long run of one piece, and an end.
fn package(parts: &[(&str, &str, &str, usize, &str)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, start, piece, times, end) in parts {
        archive.start_file(*name, options).unwrap();
        archive.write_all(start.as_bytes()).unwrap();
        for _ in 0..*times {
            archive.write_all(piece.as_bytes()).unwrap();
        }
        archive.write_all(end.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn bombs_do_not_go_off() {
    let types = ("[Content_Types].xml", "<Types/>", "", 0, "");
    let cells = format!("<c/>{}", " ".repeat(100_000));
    let bomb = package(&[types, ("xl/worksheets/sheet1.xml", "<worksheet>", &cells, 120, "")]);
    insta::assert_snapshot!(replay(&bomb), @r#"
        the compression of `xl/worksheets/sheet1.xml` is over the limit of 200:1: save the sheet as CSV, which has no such limit
        "#);
    let run = "x".repeat(1_000);
    let long = package(&[types, ("xl/workbook.xml", "<workbook>", &run, 1_100, "")]);
    insta::assert_snapshot!(replay(&long), @r#"
        a text in `xl/workbook.xml` is over the limit of 1 MiB: save the sheet as CSV, which has no such limit
        "#);
    let strings = package(&[
        types,
        ("xl/workbook.xml", "<workbook/>", "", 0, ""),
        ("xl/sharedStrings.xml", "<sst uniqueCount='99999999999999'>", "<si/>", 3, "</sst>"),
    ]);
    insta::assert_snapshot!(replay(&strings), @r#"
        sharedStrings.xml: it says it has 99999999999999 texts and is too small for them; save the sheet as CSV, which has no such limit
        "#);
}

/// The damaged workbook with one part changed.
fn with_part(wanted: &str, change: impl Fn(String) -> String) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(Cursor::new(damaged_workbook())).unwrap();
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut content = String::new();
        part.read_to_string(&mut content).unwrap();
        if part.name() == wanted {
            content = change(content);
        }
        writer.start_file(part.name(), zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn entities_are_not_expanded() {
    let bytes = with_part("xl/sharedStrings.xml", |content| {
        content
            .replacen(
                "<sst",
                "<!DOCTYPE sst [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;\">]><sst",
                1,
            )
            .replace("Axis", "Axis &b;&b;&b;")
    });
    insta::assert_snapshot!(replay(&bytes), @r#"
        workbook: the workbook cannot be read (Xml error: at 0..0: unrecognized entity `&b;`): open it in a spreadsheet program and save it again as XLSX
        "#);
}

#[test]
fn a_sheet_that_ends_early_keeps_its_rows() {
    let bytes = with_part("xl/worksheets/sheet1.xml", |content| {
        let end = content.find("<row r=\"4\"").expect("a fourth row");
        content[..end].to_owned()
    });
    insta::assert_snapshot!(replay(&bytes), @r#"
        sheet "S" row 2: {local:1,macs:[44:19:06:00:00:01]} {installed:2021-05-12,make:Axis} | register.make=Axis
        sheet "S" row 3: {local:2} {make:Axis} | register.make=Axis
        error sheet "S" row 2 [Serial]: `1.23E+11` is a number in scientific form and no serial number: its digits are lost
        info sheet "S" row 2 [Fitted]: `44328` is read as the spreadsheet's count of days
        error sheet "S" row 3 [Serial]: `1.2345678901234566E+17` is a number in scientific form and no serial number: its digits are lost
        error sheet "S" row 3 [MAC]: `12170000` is a number and no MAC address: the spreadsheet turned it into one
        error sheet "S" row 3 [IP]: `192.168` is a number and no network address: the spreadsheet turned it into one
        error sheet "S" row 3: the sheet cannot be read any further (Unexpected end of xml, expecting '</sheetData>'); the rows before are kept
        register (XLSX): 2 rows, 2 observations; not understood {}; lost {"rest of a damaged sheet": 1}
        "#);
    let bytes =
        with_part("xl/worksheets/sheet1.xml", |content| content.replace("#DIV/0!", "#SPILL!"));
    let text = replay(&bytes);
    assert!(text.contains("a cell in or after this row cannot be read"), "{text}");
    assert!(text.contains("sheet \"S\" row 8: {local:7"), "{text}");
}

#[test]
fn a_workbook_that_is_cut_off_is_an_error() {
    let sound = damaged_workbook();
    let text = replay(&sound[..sound.len() / 2]);
    assert!(text.starts_with("file: the spreadsheet is damaged or cut off"), "{text}");
}

#[test]
fn what_is_no_register_is_not_taken_for_one() {
    for bytes in [
        &b"\x00\x01\x02\x03\xff\xfe\x00\x80,\x00,\x01"[..],
        b"{\"a\": 1, \"b\": 2, \"c\": 3}\n{\"a\": 1, \"b\": 2, \"c\": 3}\n",
        b"Dear all,\nplease find the cameras, as agreed, below.\nRegards\n",
        b"lease 10.0.0.1 {\n  starts 2 2026/01/01 00:00:00;\n  ends never;\n}\n",
    ] {
        assert_eq!(CSV.recognise(bytes, "register.csv"), Recognition::No);
    }
    let garbage: Vec<u8> =
        (0..5_000u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[1]).collect();
    assert_eq!(CSV.recognise(&garbage, "register.csv"), Recognition::No);
}

#[test]
fn columns_that_say_nothing_are_an_error_with_help() {
    let text = replay(b"Alpha,Beta,Gamma\n1,2,3\n4,5,6\n");
    assert!(text.contains("name its columns in a mapping file (--map)"), "{text}");
}

#[test]
fn a_preview_of_something_else_names_what_it_is() {
    let refused = |bytes: &[u8]| {
        let mut source = Cursor::new(bytes);
        let size_bytes = bytes.len() as u64;
        let mut input = Input { name: "x", size_bytes, bytes: &mut source };
        preview(&mut input, &Options::default()).unwrap_err().to_string()
    };
    let signals = br#"{"id":1,"signals":[{"kind":"http.server","value":"DNVRS-Webs"}]}"#;
    assert!(refused(signals).starts_with("signals JSONL: `import` and `audit` read it"));
    assert_eq!(refused(b""), "an empty file: nothing can be read of it");
    assert!(refused(b"\0\0\0\0").starts_with("not a known format"));
}

#[test]
fn a_stray_control_character_makes_no_binary_file_of_a_short_register() {
    for stray in ["Front\u{b}door", "\u{1b}[31mred", "door\u{1a}"] {
        let told = replay(format!("Make,Model,Location\nAxis,P3245-LVE,{stray}\n").as_bytes());
        assert!(told.contains("1 rows, 1 observations"), "{told}");
    }
}

#[test]
fn a_preview_says_what_was_found_and_hides_people() {
    let text = "Ref,Make,Type,MAC,Installed by,Admin password,Cost centre\nA1,Axis,P3245-LVE,ACCC8E000001,A. Person,hunter2,CC1\nA2,Axis,P3367-VE,ACCC8E000002,B. Person,hunter3,CC2\n";
    let mut source = Cursor::new(text);
    let mut input = Input { name: "x", size_bytes: text.len() as u64, bytes: &mut source };
    let preview = preview(&mut input, &Options::default()).unwrap();
    let sheet = &preview.sheets[0];
    let mut shown = format!(
        "{} header {:?}, {} rows, {} observations, skipped {:?}\n",
        preview.format, sheet.header_rows, sheet.rows, sheet.observations, sheet.skipped
    );
    for column in &sheet.columns {
        let ColumnPreview { letters, title, field, confidence, because, filled, samples } = column;
        let field = field.map_or("?", Field::as_str);
        writeln!(
            shown,
            "{letters} {title}: {field} {confidence:.2} ({because}) {filled} {samples:?}"
        )
        .unwrap();
    }
    for note in &sheet.notes {
        writeln!(shown, "{} {:?}: {}", note.severity.as_str(), note.field, note.message).unwrap();
    }
    insta::assert_snapshot!(shown, @r#"
        CSV header Some((1, 1)), 2 rows, 2 observations, skipped []
        A Ref: asset-tag 0.75 (its title says so) 2 ["A1", "A2"]
        B Make: make 0.95 (its title says so) 2 ["Axis"]
        C Type: model 0.80 (its values look like models) 2 ["P3245-LVE", "P3367-VE"]
        D MAC: mac 1.00 (its title and its values say so) 2 ["ACCC8E000001", "ACCC8E000002"]
        E Installed by: ignored 0.95 (it is about people: not read) 2 []
        F Admin password: ignored 0.80 (it holds credentials: not read) 2 []
        G Cost centre: ? 0.00 () 2 ["CC1", "CC2"]
        info Some("Installed by"): it is about people: not read
        info Some("Admin password"): it holds credentials: not read
        info Some("Cost centre"): the column is not understood: 2 cells were not read
        "#);
    let again = Mapping::parse(&preview.mapping().to_toml()).unwrap();
    assert_eq!(again.columns.get("Type"), Some(&Field::Model));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        replay(&bytes);
    }

    #[test]
    fn no_table_panics(table in prop::collection::vec(prop::collection::vec("[ -~é\n]{0,12}", 4), 0..12)) {
        let rows: Vec<_> = table.iter().map(|row| row.join(",")).collect();
        replay(format!("Asset No,Serial,MAC,IP,Fitted,Qty,Notes\n{}", rows.join("\n")).as_bytes());
    }

    #[test]
    fn no_damaged_part_panics(
        part in prop::sample::select(vec![
            "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml", "_rels/.rels",
            "xl/_rels/workbook.xml.rels",
        ]),
        at in any::<prop::sample::Index>(),
        patch in "[<>&/\"=0-9a-z ]{0,6}",
        gone in 0usize..8,
    ) {
        replay(&with_part(part, |mut content| {
            let start = content.floor_char_boundary(at.index(content.len()));
            let end = content.floor_char_boundary((start + gone).min(content.len()));
            content.replace_range(start..end, &patch);
            content
        }));
    }

    #[test]
    fn no_damaged_workbook_panics(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let mut bytes = damaged_workbook();
        let position = at.index(bytes.len());
        bytes[position] = byte;
        replay(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        replay(&bytes);
    }
}
