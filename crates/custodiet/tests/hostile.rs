//! Texts of devices, registers and files that were written to break whatever shows them: no terminal, page or spreadsheet
//! obeys them, no output grows without bounds, and the forms for programs keep them as they were.

mod support;

use std::io::Cursor;
use std::net::Ipv4Addr;
use std::path::Path;
use std::time::Duration;

use calamine::{Data, Reader as _, Xlsx};
use model::MacAddr;
use serde_json::{Value, json};
use support::Desk;
use testbed::capture::{Capture, Host};
use testbed::messages::{Identity, sadp_reply};

/// One of each sort. The first letter keeps them apart where something makes keys of them.
const HOSTILE: &[&str] = &[
    "A\u{1b}[31mred\u{1b}[2J\u{1b}]0;title\u{7}\u{1b}]8;;http://x.example\u{1b}\\link\u{1b}]8;;\u{1b}\\",
    "B\u{9b}31mC1\u{9d}0;t\u{9c}\u{85}\u{8d}\u{90}",
    "Cgpj.\u{202e}exe\u{2066}\u{2069}\u{200f}\u{61c}",
    "D\u{200b}\u{2060}\u{feff}\u{180e}\u{200d}\u{e0041}\u{ad}",
    "E\u{0}\u{8}\u{7f}\u{b}\u{c}",
    "=HYPERLINK(\"http://x.example\",\"click\")",
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "L\r\nX-Sent: x",
    "</script><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "]]><x9/>--><!--",
    "javascript:alert(1)",
    "{{7*7}}${7*7}&#60;b&#62;&lt;b&gt;",
    "../../../../etc/passwd",
    "C:\\CON\\..\\x",
    "S\u{2028}U\u{2029}V",
];
/// A title that some web server gives.
const LONG_BYTES: usize = 10_000_000;
/// The largest of all outputs, for the inputs of these tests: far below the long title.
const OUTPUT_BYTES_MAX: usize = 4_000_000;
/// Long enough for a busy machine, short enough to tell that a program waits.
const PATIENCE: Duration = Duration::from_secs(60);

/// What moves a cursor, changes colours, turns the reading direction or hides.
fn steers(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{ad}' | '\u{e0000}'..='\u{e007f}')
}

/// Panics when the bytes are no text for a terminal.
fn is_inert(what: &str, bytes: &[u8]) {
    let text = std::str::from_utf8(bytes).unwrap_or_else(|error| panic!("{what}: {error}"));
    let odd = text.chars().find(|c| steers(*c) && !matches!(c, '\n' | '\t'));
    assert_eq!(odd, None, "{what}:\n{}", text.escape_debug().take(2_000).collect::<String>());
    assert!(bytes.len() <= OUTPUT_BYTES_MAX, "{what}: {} bytes", bytes.len());
}

struct End {
    code: i32,
    out: Vec<u8>,
    told: Vec<u8>,
}

impl Desk {
    /// Runs a command, whose output and words must be inert.
    fn tried(&self, arguments: &[&str]) -> End {
        let output = self.program(160).args(arguments).timeout(PATIENCE).output().unwrap();
        let (out, told) = (output.stdout, output.stderr);
        let what = arguments.join(" ");
        let without_row_ends: Vec<u8> = out.iter().copied().filter(|byte| *byte != b'\r').collect();
        is_inert(&what, if what.contains("csv") { &without_row_ends } else { &out });
        is_inert(&format!("{what}, on standard error"), &told);
        let code = output.status.code().unwrap_or_else(|| panic!("{what}: no end in time"));
        assert!(!String::from_utf8_lossy(&told).contains("panicked"), "{what}");
        End { code, out, told }
    }
}

/// Signals of one device for each text, of a device with the long title, and a line with half a character.
fn signals() -> String {
    let mut text = String::new();
    for (n, hostile) in HOSTILE.iter().enumerate() {
        let short: String = hostile.chars().take(60).collect();
        let signal = |kind: &str, value: String| json!({"kind": kind, "value": value});
        let line = json!({
            "address": format!("10.0.0.{}", n + 1),
            "observed_at": "2026-01-02T03:04:05Z",
            "signals": [
                signal("http.title", (*hostile).to_owned()),
                signal("http.server", format!("App-webs/{hostile}")),
                signal("device.brand", short.clone()),
                signal("device.model", format!("DS-2CD0000-I{short}")),
                signal("device.firmware", short.clone()),
                signal("device.serial", format!("SN{n:06}{short}")),
                signal("dhcp.hostname", short.clone()),
                signal("firmware.container", format!("Dahua firmware ZIP; vendor={hostile}")),
                signal(hostile, "of an unknown kind".to_owned()),
            ],
        });
        text += &format!("{line}\n");
    }
    let title = "T".repeat(LONG_BYTES);
    let line = json!({"address": "10.0.1.1", "signals": [{"kind": "http.title", "value": title},
        {"kind": "http.server", "value": "DNVRS-Webs"}]});
    text += &format!("{line}\n");
    text += "{\"address\":\"10.0.1.2\",\"signals\":[{\"kind\":\"http.title\",\"value\":\"\\ud800\"}]}\n";
    text
}

fn register_rows() -> Vec<Vec<String>> {
    let titles =
        ["Asset tag", "Make", "Model", "Serial", "IP address", "Site", "Location", "Owner"];
    let mut head: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
    head.push(HOSTILE[0].to_owned());
    head.push(format!("Notes {}", HOSTILE[1]));
    let mut rows = vec![head];
    for (n, hostile) in HOSTILE.iter().enumerate() {
        let make = if n % 2 == 0 { "Hikvision" } else { hostile };
        let mut row =
            vec![format!("T{n}{hostile}"), make.to_owned(), format!("DS-2CD0000-I {hostile}")];
        row.extend([format!("SN{n:06}"), format!("10.0.2.{}", n + 1)]);
        row.extend((0..5).map(|_| (*hostile).to_owned()));
        rows.push(row);
    }
    // Most of a register is as people write it.
    for n in 0..200 {
        let row = format!("K{n},Hikvision,DS-2CD0000-I,SN001{n:03},10.0.6.{n},Depot,Gate,Owner,,");
        rows.push(row.split(',').map(str::to_owned).collect());
    }
    let mut long: Vec<String> =
        "LONG,Hikvision,DS-2CD0000-I,SN000100,10.0.2.100".split(',').map(str::to_owned).collect();
    long.resize(10, "N".repeat(1_000_000));
    rows.push(long);
    rows
}

fn register_csv() -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    register_rows().iter().for_each(|row| writer.write_record(row).unwrap());
    let mut bytes = writer.into_inner().unwrap();
    bytes.extend(b"T\xff\xfe,caf\xe9,DS-2CD0000-I,SN000200,10.0.2.200,caf\xe9,\xc3(,x,x,x\n");
    bytes
}

/// The same as a workbook, as far as one may hold it.
fn register_xlsx() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0u32..).zip(register_rows()) {
        for (column, text) in (0u16..).zip(cells) {
            let text: String =
                text.chars().filter(|c| *c >= ' ' || *c == '\n').take(30_000).collect();
            sheet.write_string(row, column, text).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

fn scan_xml() -> String {
    let quoted = |text: &str| {
        let allowed = text.chars().filter(|c| *c >= ' ' || matches!(c, '\t' | '\n' | '\r'));
        allowed.map(|c| format!("&#{};", u32::from(c))).collect::<String>()
    };
    let mut text =
        "<?xml version=\"1.0\"?><nmaprun scanner=\"nmap\" start=\"1793697302\" version=\"7.94\">"
            .to_owned();
    let long = "T".repeat(1_000_000);
    for (n, hostile) in HOSTILE.iter().copied().chain([&*long]).enumerate() {
        let v = if n < HOSTILE.len() { quoted(hostile) } else { hostile.to_owned() };
        text += &format!(
            "<host><status state=\"up\"/><address addr=\"10.0.3.{}\" addrtype=\"ipv4\"/>\
             <address addr=\"58:03:FB:00:00:{:02X}\" addrtype=\"mac\" vendor=\"{v}\"/>\
             <hostnames><hostname name=\"{v}\" type=\"PTR\"/></hostnames><ports><port protocol=\"tcp\" portid=\"80\">\
             <state state=\"open\"/><service name=\"http\" product=\"{v}\" version=\"{v}\" extrainfo=\"{v}\"/>\
             <script id=\"http-title\" output=\"{v}\"><elem key=\"title\">{v}</elem></script>\
             <script id=\"http-server-header\" output=\"{v}\"/></port></ports></host>",
            n + 1,
            n + 1
        );
    }
    text + "</nmaprun>"
}

fn capture() -> Vec<u8> {
    let host = |n: u8| Host {
        mac: MacAddr::new([0x58, 0x03, 0xfb, 0, 1, n]),
        address: Ipv4Addr::new(10, 0, 4, n),
    };
    let mut capture = Capture::new("2026-01-02T03:04:05Z".parse().unwrap());
    for (n, hostile) in (1u8..).zip(HOSTILE) {
        let serial = format!("DS-2CD0000-I20200101AAWR{n:09}");
        let device = Identity {
            model: hostile,
            serial: &serial,
            firmware: hostile,
            mac: host(n).mac,
            address: host(n).address,
        };
        let reply = sadp_reply(device, (0, 0), true);
        capture.udp(host(n), host(250), (37020, 37020), &reply);
        capture.dhcp_request(host(n), hostile, Some(hostile), &[1, 3, 6]);
    }
    capture.into_bytes()
}

/// A desk with all inputs, audited.
fn audited() -> Desk {
    let desk = Desk::new();
    desk.write("signals.jsonl", signals());
    desk.write("register.csv", register_csv());
    desk.write("book.xlsx", register_xlsx());
    desk.write("scan.xml", scan_xml());
    desk.write("office.pcap", capture());
    desk.write(
        "estate.toml",
        "[organisation]\nname = \"\\u001b[31m</script><x9>\\u202e\"\nkind = \"local-authority\"\njurisdiction = \"UK\"\n",
    );
    desk
}

fn audit(desk: &Desk, more: &[&str]) -> End {
    let inputs = ["signals.jsonl", "register.csv", "book.xlsx", "scan.xml", "office.pcap"];
    desk.tried(&[&["audit", "--db", "estate.db"], more, &inputs].concat())
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(bytes).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn no_form_of_the_audit_obeys_a_device() {
    let desk = audited();
    let End { code, out, .. } = audit(&desk, &["--report", "report"]);
    assert!(code <= 1 && !out.is_empty());
    is_inert_page(&std::fs::read(desk.path("report/report.html")).unwrap());
    is_inert_csv(&std::fs::read(desk.path("report/devices.csv")).unwrap());
    is_inert_book(&std::fs::read(desk.path("report/devices.xlsx")).unwrap());
    let jsonl = std::fs::read(desk.path("report/devices.jsonl")).unwrap();
    is_inert("devices.jsonl", &jsonl);
    keeps_what_was_said(&lines(&jsonl));

    let listed = desk.tried(&["devices", "--db", "estate.db", "--format", "jsonl"]).out;
    keeps_what_was_said(&lines(&listed));
    is_inert_csv(&desk.tried(&["devices", "--db", "estate.db", "--format", "csv"]).out);
    desk.tried(&["devices", "--db", "estate.db"]);
    for device in lines(&listed).iter().step_by(40) {
        let id = device["id"].as_str().unwrap();
        let shown = desk.tried(&["explain", "--db", "estate.db", id]);
        assert_eq!(shown.code, 0, "{id}: {}", String::from_utf8_lossy(&shown.told));
        desk.tried(&["explain", "--db", "estate.db", id, "--format", "json"]);
    }
    desk.tried(&["sources", "--db", "estate.db"]);
    desk.tried(&["report", "--db", "estate.db", "again"]);
}

/// A program reads what the device said, to the character.
fn keeps_what_was_said(devices: &[Value]) {
    for (n, hostile) in HOSTILE.iter().enumerate() {
        let address = format!("10.0.0.{}", n + 1);
        let device = devices.iter().find(|device| {
            device["addresses"].as_array().is_some_and(|all| all.iter().any(|one| *one == *address))
        });
        let device = device.unwrap_or_else(|| panic!("no device at {address}"));
        let said: String = hostile.chars().take(60).collect();
        assert_eq!(device["firmware"].as_str(), Some(said.trim()), "{address}");
    }
}

fn is_inert_csv(bytes: &[u8]) {
    assert!(bytes.len() <= OUTPUT_BYTES_MAX);
    let mut rows = csv::Reader::from_reader(bytes);
    let mut count = 0;
    for row in rows.records() {
        count += 1;
        for cell in &row.unwrap() {
            let opens = cell.trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
            assert!(!opens && !cell.contains(steers), "{cell:?}");
        }
    }
    assert!(count > HOSTILE.len(), "{count} rows");
    let text = std::str::from_utf8(bytes).unwrap();
    assert!(text.contains("'=HYPERLINK("), "the text stands there, behind its apostrophe");
}

fn is_inert_book(bytes: &[u8]) {
    assert!(bytes.len() <= OUTPUT_BYTES_MAX);
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    let mut formulas_as_text = 0;
    for name in book.sheet_names() {
        assert_eq!(book.worksheet_formula(&name).unwrap().cells().count(), 0, "{name}");
        for (_, _, cell) in book.worksheet_range(&name).unwrap().used_cells() {
            let Data::String(text) = cell else { continue };
            let odd = text.chars().find(|c| steers(*c) && *c != '\n');
            assert_eq!(odd, None, "{name}: {text:?}");
            formulas_as_text += usize::from(text.starts_with("=HYPERLINK("));
        }
    }
    assert!(formulas_as_text > 0, "what looks like a formula is text");
    let raw = String::from_utf8_lossy(bytes);
    assert!(!raw.contains("hyperlinks"), "no text became a link");
}

/// A page whose every tag is one of its own.
fn is_inert_page(bytes: &[u8]) {
    let page = std::str::from_utf8(bytes).unwrap();
    assert!(page.len() <= OUTPUT_BYTES_MAX, "{} bytes", page.len());
    assert!(!page.contains(|c| steers(c) && !matches!(c, '\n' | '\t')));
    let lower = page.to_ascii_lowercase();
    assert_eq!(lower.matches("<script").count(), 2, "the data, the script and nothing else");
    assert_eq!(lower.matches("</script").count(), 2);
    for mark in ["<img", "<x9", "<!--", "<iframe", "<base", "<object"] {
        assert!(!lower.contains(mark), "{mark}");
    }
    assert!(!lower.contains("href=\"javascript:"));
    // No tag has a handler: foreign text cannot leave the quotes it stands in.
    for tag in lower.split('<').skip(1).filter_map(|rest| rest.split_once('>')).map(|(tag, _)| tag)
    {
        let outside_quotes: String = tag.split('"').step_by(2).collect();
        assert!(
            !outside_quotes.contains("onerror") && !outside_quotes.contains("src=x"),
            "<{tag}>"
        );
    }
    assert!(page.contains("&#60;img src=x onerror") || page.contains("&lt;img src=x onerror"));
    let (_, data) = page.split_once("type=\"application/json\"").unwrap();
    let (_, data) = data.split_once('>').unwrap();
    let (data, _) = data.split_once("</script").unwrap();
    let data: Value = serde_json::from_str(data).unwrap();
    let is_there =
        |text: &Value| text.as_str().is_some_and(|text| text.contains("</script><script>"));
    assert!(
        data["texts"].as_array().unwrap().iter().any(is_there),
        "the text stands there as text"
    );
}

#[test]
fn no_form_of_any_other_command_obeys_a_register() {
    let desk = audited();
    for format in ["table", "jsonl", "csv"] {
        let checked =
            desk.tried(&["check", "--estate", "estate.toml", "register.csv", "--format", format]);
        assert_eq!(checked.code, 1, "{}", String::from_utf8_lossy(&checked.told));
        assert!(!checked.out.is_empty());
    }
    desk.tried(&[
        "audit",
        "--db",
        "other.db",
        "--estate",
        "estate.toml",
        "register.csv",
        "--report",
        "r",
    ]);
    is_inert_page_of_estate(&desk);
    for name in ["register.csv", "book.xlsx"] {
        let shown = desk.tried(&["import", "--preview", name]);
        assert!(!shown.out.is_empty());
    }
    desk.tried(&["import", "--db", "other.db", "--confirm", "book.xlsx"]);
    desk.tried(&["mappings", "--db", "other.db"]);
    let newer = String::from_utf8_lossy(&register_csv()).replace("10.0.2.", "10.9.2.");
    desk.write("newer.csv", newer.replace("javascript:", "\u{1b}[2Jjavascript:"));
    for format in ["table", "jsonl", "csv"] {
        let End { code, out, told } =
            desk.tried(&["diff", "--db", "other.db", "1", "newer.csv", "--format", format]);
        assert_eq!(code, 1, "{}", String::from_utf8_lossy(&told));
        assert!(!out.is_empty());
    }
}

fn is_inert_page_of_estate(desk: &Desk) {
    let page = std::fs::read_to_string(desk.path("r/report.html")).unwrap();
    assert!(!page.contains("<x9") && page.contains("x9"), "the organisation's name is text");
    assert!(!page.contains(|c| steers(c) && !matches!(c, '\n' | '\t')));
}

#[test]
fn a_remembered_mapping_is_shown_inert_and_is_the_same() {
    let desk = Desk::new();
    desk.write(
        "odd.csv",
        "Make \u{9b}31m\u{202e},Model,IP address\nHikvision,DS-2CD0000-I,10.0.0.1\n",
    );
    desk.write("map.toml", "[columns]\n\"Make \\u009b31m\\u202e\" = \"make\"\n");
    assert_eq!(desk.tried(&["import", "--db", "a.db", "--map", "map.toml", "odd.csv"]).code, 0);
    let shown = desk.tried(&["mappings", "--db", "a.db", "show", "1"]).out;
    desk.write("shown.toml", &shown);
    let End { code, told, .. } =
        desk.tried(&["import", "--db", "b.db", "--map", "shown.toml", "odd.csv"]);
    assert_eq!(code, 0, "{}", String::from_utf8_lossy(&told));
    assert!(String::from_utf8_lossy(&shown).contains("\\U0000009B31m\\U0000202E"));
}

#[test]
fn identify_gives_back_ids_as_they_were() {
    let desk = Desk::new();
    let mut input = String::new();
    for hostile in HOSTILE {
        input += &json!({"id": hostile, "signals": [{"kind": "http.title", "value": hostile},
            {"kind": "device.brand", "value": hostile}, {"kind": hostile, "value": "x"}]})
        .to_string();
        input += "\n";
    }
    let title = "T".repeat(LONG_BYTES);
    input += &json!({"id": "long", "signals": [{"kind": "http.title", "value": title},
        {"kind": "http.server", "value": "DNVRS-Webs"}]})
    .to_string();
    let kind = "k".repeat(LONG_BYTES);
    input += &format!("\n{}", json!({"id": 1, "signals": [{"kind": kind, "value": "x"}]}));
    input += "\n{\"id\": 1, \u{1b}[31m\n{\"id\": \"\u{9b}\", \"signals\": 7}\n";
    desk.write("lines.jsonl", input);
    let End { out, told, .. } = desk.tried(&["identify", "lines.jsonl"]);
    assert!(told.len() < 100_000, "{} bytes of words", told.len());
    let answered = lines(&out);
    for (hostile, line) in HOSTILE.iter().zip(&answered) {
        assert_eq!(line["id"], **hostile);
    }
    assert_eq!(answered.len(), HOSTILE.len() + 2);
}

#[test]
fn a_labelled_collection_is_shown_inert() {
    let desk = Desk::new();
    let mut input = String::new();
    for hostile in HOSTILE {
        input += &json!({"id": hostile, "signals": [{"kind": "http.title", "value": hostile},
            {"kind": "http.server", "value": "DNVRS-Webs"}], "truth": {"kind": "camera", "makers": ["axis"], "brand": hostile}})
        .to_string();
        input += "\n";
    }
    desk.write("cases/a.jsonl", &input);
    desk.write("cases/wrong.json", "x");
    for format in ["table", "jsonl"] {
        let End { code, told, .. } = desk.tried(&["evaluate", "cases", "--format", format]);
        assert_eq!(code, 1, "a wrong answer: {}", String::from_utf8_lossy(&told));
    }
    desk.write("cases/b.jsonl", "{\"id\": \"\u{9b}\", \"\\u001b[2J\": 1}\n");
    assert_eq!(desk.tried(&["evaluate", "cases"]).code, 3);
}

#[test]
fn what_others_add_to_the_knowledge_is_their_text() {
    let desk = Desk::new();
    let rows = HOSTILE.iter().enumerate().map(|(n, hostile)| {
        let text = hostile.replace(['\r', '\n', '\0'], " ").replace('"', "\"\"");
        format!("\"Zed{n} {text}\",axis,oem-full,2020,\"{text}\",\"{text}\",\"{text}\",reported\n")
    });
    let head = "name,makers,relation,period,region,note,source,confidence\n".to_owned();
    desk.write("more/brands.csv", rows.fold(head, |text, row| text + &row));
    for (n, hostile) in HOSTILE.iter().enumerate() {
        let name = format!("Zed{n} {}", hostile.replace(['\r', '\n', '\0'], " "));
        let shown = desk.tried(&["--kb", "more", "kb", "show", &name]);
        assert_eq!(shown.code, 0, "{}", String::from_utf8_lossy(&shown.told));
    }
    let line = json!({"id": 1, "signals": [{"kind": "device.brand", "value": "Zed0 A\u{1b}[31mred"},
        {"kind": "http.server", "value": "DNVRS-Webs"}]});
    desk.write("lines.jsonl", line.to_string());
    desk.tried(&["--kb", "more", "identify", "lines.jsonl"]);
    assert!(desk.tried(&["--kb", "more", "kb", "lint"]).code <= 1);
    for format in ["table", "csv", "jsonl"] {
        let list = ["--kb", "more", "kb", "list", "--table", "brands", "--format", format];
        assert_eq!(desk.tried(&list).code, 0, "{format}");
        let diff = ["kb", "diff", "builtin", "more", "--format", format];
        assert_eq!(desk.tried(&diff).code, if format == "csv" { 2 } else { 1 }, "{format}");
    }
    desk.write("broken/fingerprints/x.toml", "[[fingerprint]]\nid = \"\\u001b[31m\\u009b\"\n");
    assert_eq!(desk.tried(&["--kb", "broken", "kb", "show", "hikvision"]).code, 3);
}

#[test]
fn what_recog_adds_is_its_text_in_lists_and_comparisons() {
    let desk = Desk::new();
    let texts = || HOSTILE.iter().enumerate();
    let fingerprints: String = texts()
        .map(|(n, hostile)| {
            let said: String = hostile.chars().filter(|c| !c.is_control()).collect();
            let said = said.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;");
            format!(
                "<fingerprint pattern=\"^Zed{n} \"><description>{said}</description>\
                 <example>Zed{n} {said}</example>\
                 <param pos=\"0\" name=\"hw.vendor\" value=\"Dahua\"/>\
                 <param pos=\"0\" name=\"hw.product\" value=\"{said}\"/>\
                 <param pos=\"0\" name=\"hw.device\" value=\"IP Camera\"/></fingerprint>"
            )
        })
        .collect();
    let tree =
        format!("<fingerprints matches=\"http_header.server\">{fingerprints}</fingerprints>");
    desk.write("xml/a.xml", tree);
    let import = desk.tried(&["kb", "import-recog", "xml", "--out", "recog"]);
    assert_eq!(import.code, 0, "{}", String::from_utf8_lossy(&import.told));
    let list = ["--kb", "recog", "kb", "list", "--table", "fingerprints"];
    let listed = desk.tried(&list);
    assert_eq!(listed.code, 0, "{}", String::from_utf8_lossy(&listed.told));

    let lines: String = texts()
        .map(|(n, hostile)| {
            let server = json!({"kind": "http.server", "value": format!("Zed{n} {hostile}")});
            let line = json!({"address": format!("10.0.0.{}", n + 1), "signals": [server],
                "observed_at": "2026-01-02T03:04:05Z"});
            line.to_string() + "\n"
        })
        .collect();
    desk.write("lines.jsonl", lines);
    desk.tried(&["import", "--db", "a.db", "lines.jsonl"]);
    desk.tried(&["recompute", "--db", "a.db"]);
    for format in ["table", "jsonl"] {
        let diff = ["kb", "diff", "builtin", "recog", "--db", "a.db", "--format", format];
        assert_eq!(desk.tried(&diff).code, 1, "{format}");
    }
}

/// A name that any shell may be given.
const NAME: &str = "x\u{1b}[31mred\u{9b}y\u{202e}z";

#[test]
fn what_quotes_an_argument_quotes_it_inert() {
    let desk = Desk::new();
    desk.write("a.db.txt", "x");
    desk.write("register.csv", "Make,Model,IP address\nHikvision,DS-2CD0000-I,10.0.0.1\n");
    desk.write("evil.toml", "[organisation]\nname = \"x\"\n\"\\u001b[31m\\u009b\" = \"\\u202e\"\n");
    desk.write("map.toml", "[columns]\n\"\\u001b[2J\" = \"\\u009bfoo\"\n");
    let usage: [&[&str]; 9] = [
        &["explain", "--db", "a.db", NAME],
        &["audit", "--policy", NAME, "register.csv"],
        &["audit", "--as-of", NAME, "register.csv"],
        &["devices", "--kind", NAME],
        &["devices", "--maker", NAME],
        &[NAME],
        &["audit", "--reprot", NAME],
        &["kb", "show", NAME],
        &["policies", "show", NAME],
    ];
    desk.tried(&["import", "--db", "a.db", "register.csv"]);
    desk.tried(&["recompute", "--db", "a.db"]);
    for arguments in usage {
        let End { code, told, .. } = desk.tried(arguments);
        assert_eq!(code, 2, "{arguments:?}: {}", String::from_utf8_lossy(&told));
    }
    let input: [&[&str]; 7] = [
        &["audit", "--db", "b.db", NAME],
        &["audit", "--db", "b.db", "--estate", NAME, "register.csv"],
        &["audit", "--db", "b.db", "--estate", "evil.toml", "register.csv"],
        &["import", "--db", "b.db", "--map", NAME, "register.csv"],
        &["import", "--db", "b.db", "--map", "map.toml", "register.csv"],
        &["identify", NAME],
        &["identify", "--firmware", NAME],
    ];
    for arguments in input {
        let End { code, told, .. } = desk.tried(arguments);
        assert_eq!(code, 3, "{arguments:?}: {}", String::from_utf8_lossy(&told));
    }
}

#[test]
fn files_are_called_what_their_owner_likes() {
    let desk = Desk::new();
    let odd = [NAME.to_owned(), "=cmd|x".into(), "<x9>".into(), "a\nb".into(), "-rf".into()];
    for (n, name) in odd.iter().enumerate() {
        let text =
            format!("Make,Model,IP address,Serial\nHikvision,DS-2CD0000-I,10.0.5.{n},SN00000{n}\n");
        desk.write(&format!("in/{name}.csv"), text);
        desk.write(&format!("fw/{name}.fls"), b"16CV300\0IMX000\0\0\0\0\0\0\x01\0\0\0BURNER_BIN");
    }
    let folder = format!("out{NAME}");
    desk.tried(&["audit", "--db", "a.db", "--report", &folder, "in"]);
    let page = std::fs::read_to_string(Path::new(&desk.path(&folder)).join("report.html")).unwrap();
    assert!(!page.contains("<x9") && !page.contains(|c| steers(c) && !matches!(c, '\n' | '\t')));
    for format in ["table", "jsonl", "csv"] {
        let End { out, .. } = desk.tried(&["sources", "--db", "a.db", "list", "--format", format]);
        assert!(!String::from_utf8_lossy(&out).contains("\n=cmd"));
    }
    for format in ["table", "jsonl", "csv"] {
        let names: Vec<String> = odd.iter().map(|name| format!("fw/{name}.fls")).collect();
        let mut arguments = vec!["identify", "--format", format, "--firmware"];
        arguments.extend(names.iter().map(String::as_str));
        assert_eq!(desk.tried(&arguments).code, 1);
    }
}
