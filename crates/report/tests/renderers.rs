//! Every form of one made-up estate: what it says, that foreign text is inert, that equal input gives
//! equal bytes.

#[path = "../examples/sample/mod.rs"]
mod sample;

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};
use report::{ReportData, ReportError};
use sample::{HOSTILE, report as made_up};

fn csv(data: &ReportData) -> String {
    let mut out = Vec::new();
    report::csv(&data.devices, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn html(data: &ReportData) -> String {
    let mut out = Vec::new();
    report::html(data, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn xlsx(data: &ReportData) -> Vec<u8> {
    let mut out = Vec::new();
    report::xlsx(data, &mut out).unwrap();
    out
}

fn sheet(book: &[u8], name: &str) -> Vec<Vec<Data>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(book)).unwrap();
    book.worksheet_range(name).unwrap().rows().map(<[Data]>::to_vec).collect()
}

#[test]
fn jsonl_is_the_public_form() {
    let mut out = Vec::new();
    report::jsonl(&made_up(2, false).devices[1], &mut out).unwrap();
    insta::assert_snapshot!(String::from_utf8(out).unwrap());
}

#[test]
fn csv_has_stable_columns_and_a_row_for_each_device() {
    insta::assert_snapshot!(csv(&made_up(4, false)));
}

#[test]
fn csv_ends_lines_as_rfc_4180_says_and_never_inside_a_row() {
    let text = csv(&made_up(9, true));
    assert_eq!(text.matches("\r\n").count(), 10);
    assert_eq!(text.matches('\n').count(), 10);
}

#[test]
fn no_csv_cell_opens_a_formula() {
    let text = csv(&made_up(30, true));
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell}");
            assert!(!cell.contains(['\u{1b}', '\u{202e}']), "{cell}");
        }
    }
    assert!(text.contains("'=cmd|"));
}

#[test]
fn the_terminal_gets_a_table_within_its_width() {
    let data = made_up(6, false);
    insta::assert_snapshot!(report::table(&data.devices, 120, false));
    for width in [60, 80, 120] {
        let text = report::table(&data.devices, width, false);
        assert!(text.lines().all(|line| line.chars().count() <= usize::from(width)), "{text}");
        assert!(!text.contains('\u{1b}'));
    }
    assert!(report::table(&data.devices, 120, true).contains("\u{1b}["));
}

#[test]
fn an_address_can_be_copied_from_a_terminal_of_eighty_columns() {
    let devices = made_up(12, false).devices;
    for width in [80, 100, 120] {
        let text = report::table(&devices, width, false);
        for device in &devices {
            let address = device.addresses.first().map(ToString::to_string).unwrap_or_default();
            assert!(text.contains(&address), "{address} at {width}:\n{text}");
            assert!(text.contains(device.level.as_str()), "{width}:\n{text}");
        }
    }
}

#[test]
fn the_terminal_obeys_no_device() {
    let text = report::table(&made_up(6, true).devices, 100, false);
    assert!(!text.contains(['\u{1b}', '\u{202e}']), "{text}");
}

#[test]
fn the_figures_name_their_denominators() {
    insta::assert_snapshot!(report::Figures::of(&made_up(200, false)).to_string());
}

#[test]
fn every_surveillance_device_is_in_one_group_of_makers_and_one_of_verdicts() {
    let figures = report::Figures::of(&made_up(500, false));
    assert_eq!(
        figures.maker_established() + figures.conflicting + figures.maker_unknown,
        figures.surveillance
    );
    assert_eq!(figures.worst.iter().sum::<usize>() + figures.not_judged, figures.surveillance);
    assert_eq!(figures.levels.iter().sum::<usize>(), figures.maker_established());
    assert_eq!(figures.surveillance + figures.kind_unknown + figures.other, figures.devices);
}

#[test]
fn the_workbook_reads_back() {
    let data = made_up(5, false);
    let book = xlsx(&data);
    let names = Xlsx::new(Cursor::new(book.as_slice())).unwrap().sheet_names();
    assert_eq!(names, ["Devices", "Verdicts", "Evidence", "Conflicts", "Sources", "Methods"]);
    let devices = sheet(&book, "Devices");
    assert_eq!(devices.len(), 6);
    assert_eq!(devices[0][0], Data::String("id".into()));
    assert_eq!(devices[0].last(), Some(&Data::String("EX-LA".into())));
    for (row, device) in devices[1..].iter().zip(&data.devices) {
        assert_eq!(row[0], Data::String(device.id.clone()));
        assert_eq!(row[4], Data::Float(device.maker.probability));
    }
    let verdicts: usize = data.devices.iter().map(|device| device.verdicts.len()).sum();
    assert_eq!(sheet(&book, "Verdicts").len(), verdicts + 1);
    let evidence: usize = data.devices.iter().map(|device| device.evidence.len()).sum();
    assert_eq!(sheet(&book, "Evidence").len(), evidence + 1);
}

#[test]
fn the_workbook_holds_no_formula_and_no_text_too_long() {
    let mut data = made_up(3, true);
    data.devices[1].brand = Some("x".repeat(40_000));
    let book = xlsx(&data);
    let mut reader: Xlsx<_> = Xlsx::new(Cursor::new(book.as_slice())).unwrap();
    for name in reader.sheet_names() {
        assert_eq!(reader.worksheet_formula(&name).unwrap().cells().count(), 0, "{name}");
    }
    let devices = sheet(&book, "Devices");
    let Data::String(hostile) = &devices[1][6] else { panic!("{:?}", devices[1][6]) };
    assert!(hostile.starts_with("=cmd|") && hostile.contains('␛'), "{hostile}");
    let Data::String(long) = &devices[2][6] else { panic!("{:?}", devices[2][6]) };
    assert_eq!(long.encode_utf16().count(), 32_767);
    assert!(long.ends_with(" […cut]"));
}

#[test]
fn foreign_text_stays_text_in_the_page() {
    let page = html(&made_up(30, true));
    assert!(!page.contains("<img"));
    assert!(!page.contains("\u{202e}") && !page.contains('\u{1b}'));
    // The data, the script and nothing else.
    assert_eq!(page.matches("<script").count(), 2);
    assert_eq!(page.matches("</script").count(), 2);
    assert!(page.contains("&lt;/script&gt;") || page.contains("&#60;/script&#62;"));
    assert!(HOSTILE.contains("</script>"));
}

#[test]
fn the_page_forbids_itself_the_network() {
    let page = html(&made_up(1, false));
    let policy = page.split_once("Content-Security-Policy\" content=\"").unwrap().1;
    let policy = policy.split_once("\">").unwrap().0;
    assert!(policy.starts_with("default-src &#39;none&#39;; script-src &#39;sha256-"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert!(
        !page.contains("src=\"http") && !page.contains("@import") && !page.contains("url(http")
    );
}

#[test]
fn the_page_shows_unknown_as_unknown() {
    let page = html(&made_up(40, false));
    for said in [
        "surveillance devices: evidence consistent with a listed maker",
        "they are not counted as compliant",
        "Isolation is not shown",
        "Not established",
        "not legal advice",
    ] {
        assert!(page.contains(said), "{said}");
    }
}

#[test]
fn a_large_estate_keeps_the_page_within_bounds_and_says_so() {
    let page = html(&made_up(1_200, false));
    assert!(page.contains("700 further devices are not shown here"));
    assert!(page.contains("The remaining 1,175 are in the device table"));
    assert!(page.len() < 1_200 * 1_000, "{} bytes", page.len());
}

#[test]
fn an_empty_estate_is_no_error() -> Result<(), ReportError> {
    let nothing = ReportData::default();
    assert!(html(&nothing).contains("That is not proof that there is none"));
    assert_eq!(csv(&nothing).lines().count(), 1);
    assert_eq!(sheet(&xlsx(&nothing), "Devices").len(), 1);
    report::html(&nothing, &mut std::io::sink())
}

#[test]
fn equal_input_gives_equal_bytes() {
    let (one, other) = (made_up(50, true), made_up(50, true));
    assert_eq!(html(&one), html(&other));
    assert_eq!(csv(&one), csv(&other));
    assert!(xlsx(&one) == xlsx(&other));
}

#[test]
fn a_destination_that_is_full_is_an_error() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::Error::from(std::io::ErrorKind::StorageFull))
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let data = made_up(3, false);
    assert!(matches!(report::html(&data, &mut Full), Err(ReportError::Write(_))));
    assert!(matches!(report::csv(&data.devices, &mut Full), Err(ReportError::Write(_))));
    assert!(matches!(report::xlsx(&data, &mut Full), Err(ReportError::Write(_))));
    assert!(matches!(report::jsonl(&data.devices[0], &mut Full), Err(ReportError::Write(_))));
}
