//! Laws of `report`: whatever a device or a register said stays text in every medium.

use model::{
    Conflict, ConflictKind, Declared, DeviceKind, EvidenceItem, Force, Level, MacAddr,
    MakerFinding, Quirk, Verdict,
};
use report::{
    DeclaredLine, DeviceLine, NoteView, PolicyView, ReportData, RunView, SourceLine, SourceView,
};

use crate::Seed;
use crate::feed::Feed;

/// A beginning of a tag that only foreign text has: it never becomes one.
const TAG: &str = "<x9";
/// Devices in the report: more than one, so that shared texts are shared.
const DEVICES: usize = 3;
/// Lines of a table beside those of its rows, and the lines of a row with its rule.
const TABLE_LINES: usize = 8;
const ROW_LINES: usize = 4;
/// Narrower terminals are not asked.
const WIDTH_MIN: u16 = 20;

/// A width, then foreign texts, one a line.
pub(crate) fn check(data: &[u8]) {
    let mut feed = Feed(data);
    let width = WIDTH_MIN + u16::from(feed.byte());
    let mut texts = Texts(feed);
    let data = report_of(&mut texts);
    is_inert_html(&data);
    is_inert_csv(&data);
    is_whole_jsonl(&data);
    is_inert_table(&data, width);
}

/// Foreign texts; empty when none is left.
struct Texts<'a>(Feed<'a>);

impl Texts<'_> {
    fn take(&mut self) -> String {
        let line = String::from_utf8_lossy(self.0.line()).replace('\u{1}', "\n");
        if line.contains('<') { line.replacen('<', TAG, 1) } else { line }
    }

    fn maybe(&mut self) -> Option<String> {
        Some(self.take()).filter(|text| !text.is_empty())
    }
}

fn is_inert_html(data: &ReportData) {
    let mut out = Vec::new();
    report::html(data, &mut out).expect("a Vec takes all");
    let page = String::from_utf8(out).expect("a page is UTF-8");
    assert_eq!(page.matches("<script").count(), 2, "the data, the script and nothing else");
    assert_eq!(page.matches("</script").count(), 2, "the data, the script and nothing else");
    assert!(!page.contains(TAG), "foreign text became a tag");
    assert!(!page.contains(steers_page), "foreign text steers");
}

fn steers_page(character: char) -> bool {
    steers(character) && !matches!(character, '\n' | '\t')
}

fn is_inert_csv(data: &ReportData) {
    let mut out = Vec::new();
    report::csv(&data.devices, &mut out).expect("a Vec takes all");
    let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(&*out)
        .records()
        .map(|row| row.expect("a row as wide as the head"))
        .collect();
    assert_eq!(rows.len(), DEVICES, "a row for each device");
    for cell in rows.iter().flatten() {
        assert!(!cell.trim_start().starts_with(['=', '+', '-', '@']), "{cell:?} opens a formula");
        assert!(!cell.contains(steers), "{cell:?} steers");
    }
}

fn is_whole_jsonl(data: &ReportData) {
    for device in &data.devices {
        let mut out = Vec::new();
        report::jsonl(device, &mut out).expect("a Vec takes all");
        let line = out.strip_suffix(b"\n").expect("a line ends");
        assert!(!line.contains(&b'\n'), "one device, one line");
        let value: serde_json::Value = serde_json::from_slice(line).expect("a line is JSON");
        assert_eq!(value["brand"].as_str(), device.brand.as_deref(), "JSONL keeps what was said");
        assert_eq!(value["id"].as_str(), Some(&*device.id), "JSONL keeps what was said");
    }
}

fn is_inert_table(data: &ReportData, width: u16) {
    let table = report::table(&data.devices, width, false);
    assert!(!table.contains(|c| steers(c) && c != '\n'), "{table:?} steers");
    let lines = table.lines().count();
    assert!(lines <= TABLE_LINES + ROW_LINES * DEVICES, "{lines} lines of {DEVICES} devices");
}

/// What moves a cursor, changes colours or turns the reading direction.
fn steers(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn report_of(texts: &mut Texts<'_>) -> ReportData {
    let note: NoteView = (texts.take(), texts.take(), texts.maybe(), texts.take(), texts.maybe());
    let source = SourceView {
        name: texts.take(),
        kind: "register".into(),
        format: texts.take(),
        not_understood: vec![(texts.take(), 3)],
        lost: vec![(texts.take(), 1)],
        notes: vec![note],
        ..SourceView::default()
    };
    let policy = PolicyView {
        id: "EX-A".into(),
        title: texts.take(),
        force: Force::Binding,
        instrument: texts.take(),
        duty: texts.take(),
        dates: texts.take(),
        citation: texts.take(),
        notes: texts.take(),
    };
    ReportData {
        missing_context: texts.maybe().into_iter().collect(),
        run: RunView { program: texts.take(), made_at: texts.take(), ..RunView::default() },
        sources: vec![source],
        unread: vec![(texts.take(), texts.take())],
        policies: vec![policy],
        devices: (0..DEVICES).map(|_| device(texts)).collect(),
        ..ReportData::default()
    }
}

fn device(texts: &mut Texts<'_>) -> DeviceLine {
    let maker: model::MakerId = "lantern".parse().expect("an id");
    DeviceLine {
        brand: texts.maybe(),
        model: texts.maybe(),
        firmware: texts.maybe(),
        id: texts.take(),
        kind: DeviceKind::Camera,
        maker: MakerFinding { id: maker.clone(), name: texts.take(), probability: 0.97 },
        alternatives: Vec::new(),
        level: Level::Probable,
        serial: texts.maybe(),
        rebranded: false,
        conflicts: vec![Conflict {
            kind: ConflictKind::DeclaredMaker,
            one: texts.take(),
            other: texts.take(),
        }],
        evidence: evidence(texts),
        addresses: vec![std::net::Ipv4Addr::new(10, 0, 0, 7).into()],
        macs: vec![MacAddr::new([0x58, 0x03, 0xfb, 0, 0, 1])],
        serials: texts.maybe().into_iter().collect(),
        hostnames: texts.maybe().into_iter().collect(),
        site: texts.maybe(),
        zone: texts.maybe(),
        declared: Some(DeclaredLine {
            words: Declared {
                make: texts.maybe().map(Into::into),
                location: texts.maybe().map(Into::into),
                ..Declared::default()
            },
            brand: texts.maybe(),
            maker: Some(maker),
        }),
        sources: vec![SourceLine {
            name: texts.take(),
            kind: "register",
            sha256: "a1".repeat(32),
            places: vec![texts.take()],
        }],
        next: vec![report::AskView {
            ask: texts.take().into(),
            teaches: texts.take(),
            how: texts.take().into(),
        }],
        verdicts: vec![Verdict {
            policy: "EX-A".parse().expect("an id"),
            answer: model::Answer::Candidate,
            force: Force::Binding,
            duty: texts.take(),
            because: vec![texts.take()],
            citation: texts.take(),
        }],
        quirks: vec![Quirk::new("sadp", "misspelt-boolean", texts.take())],
        first_seen: None,
        last_seen: texts.maybe(),
    }
}

fn evidence(texts: &mut Texts<'_>) -> Vec<EvidenceItem> {
    vec![EvidenceItem {
        signal: texts.take(),
        claim: texts.take(),
        weight_bits: 6.0,
        fingerprint: texts.take(),
        source: texts.take(),
        rank: 3,
        family: texts.take(),
    }]
}

pub(crate) fn seeds() -> Vec<Seed> {
    let hostile = "</script><img src=x onerror=1>\n=cmd|' /C calc'!A0\n\u{1b}[31mred\u{202e}\n&amp;'\"<!--\n-->]]>\n\u{1}+1\n@SUM(A1)\n";
    vec![
        Seed::new("hostile", &[b"\x50", hostile.repeat(12).as_bytes()]),
        Seed::new("plain", &[b"\x10", "Kamera Süd №3\nMODEL-0000\nV0.0.0\n".repeat(24).as_bytes()]),
    ]
}
