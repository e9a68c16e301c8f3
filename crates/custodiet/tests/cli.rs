//! The program as a person runs it: real files, real databases, exit codes as documented.

mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;
use support::Desk;

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name)
}

impl Desk {
    fn run<I: AsRef<std::ffi::OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Output {
        self.run_with(arguments, "")
    }

    fn run_with<I: AsRef<std::ffi::OsStr>>(
        &self,
        arguments: impl IntoIterator<Item = I>,
        input: &str,
    ) -> Output {
        self.program(120).args(arguments).write_stdin(input).output().unwrap()
    }

    fn audited(&self) -> Output {
        let townhall = example("townhall");
        self.run([
            "audit",
            "--db",
            "estate.db",
            "--as-of",
            "2026-11-01",
            townhall.to_str().unwrap(),
        ])
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn device<'l>(lines: &'l [Value], address: &str) -> &'l Value {
    lines
        .iter()
        .find(|line| line["addresses"].as_array().unwrap().iter().any(|a| a == address))
        .unwrap_or_else(|| panic!("no device at {address}"))
}

#[test]
fn the_first_command_prints_devices_and_writes_a_report() {
    let desk = Desk::new();
    let output = desk.audited();
    assert_eq!(code(&output), 1, "{}", text(&output.stderr));
    let table = text(&output.stdout);
    assert!(table.contains("Hikvision"), "{table}");
    assert!(table.contains("custodiet-report"), "{table}");
    for name in ["report.html", "devices.csv", "devices.xlsx", "devices.jsonl"] {
        assert!(desk.path("custodiet-report").join(name).metadata().unwrap().len() > 500, "{name}");
    }
    assert!(!desk.path("data").exists(), "--db was given, so the data folder stays untouched");
}

#[test]
fn the_town_hall_is_understood() {
    let desk = Desk::new();
    desk.audited();
    let output = desk.run(["devices", "--db", "estate.db", "--format", "jsonl"]);
    let lines = lines(&output);
    let maker = |address: &str| device(&lines, address)["maker"]["id"].as_str().unwrap().to_owned();
    // Relabelled: the box says TRENDnet, LTS, Amcrest, SUNBA.
    for (address, expected) in [
        ("10.20.30.11", "hikvision"),
        ("10.20.30.12", "hikvision"),
        ("10.20.30.5", "hikvision"),
        ("10.20.30.13", "dahua"),
        ("10.20.30.14", "dahua"),
        ("10.20.30.42", "uniview"),
        ("10.20.30.44", "xiongmai"),
        ("10.20.30.40", "axis"),
    ] {
        assert_eq!(maker(address), expected, "{address}: {}", device(&lines, address));
    }
    for address in ["10.20.30.12", "10.20.30.13", "10.20.30.42"] {
        assert_eq!(device(&lines, address)["rebranded"], true, "{address}");
    }
    // The register says Axis, a Hikvision answers: both are told.
    let contradicted = device(&lines, "10.20.30.19");
    assert_eq!(contradicted["maker"]["id"], "hikvision");
    assert_eq!(contradicted["declared"]["maker"], "axis");
    // … and a wrong register makes no rebrand.
    assert_eq!(
        (&contradicted["brand"], &contradicted["rebranded"]),
        (&"Hikvision".into(), &false.into())
    );
    let conflicts = contradicted["conflicts"].as_array().unwrap();
    assert!(conflicts.iter().any(|c| c["kind"] == "declared-maker"), "{conflicts:?}");
    // What is no camera is not called one.
    for address in ["10.20.10.20", "10.20.10.1", "10.20.10.31"] {
        let kind = device(&lines, address)["kind"].as_str().unwrap();
        assert!(["other-device", "unknown"].contains(&kind), "{address} is a {kind}");
    }
    // A row of four is four devices.
    let library: Vec<_> = lines.iter().filter(|line| line["site"] == "library").collect();
    assert_eq!(library.len(), 5);
    // A council is not bound by the instruction to departments.
    for line in &lines {
        for verdict in line["verdicts"].as_array().unwrap() {
            if verdict["policy"] == "UK-386-A" {
                assert_eq!(verdict["answer"], "not-bound", "{line}");
            }
        }
    }
}

#[test]
fn a_department_breaks_the_instruction_where_a_council_does_not() {
    let desk = Desk::new();
    let estate = example("department/estate.toml");
    let townhall = example("townhall");
    let output = desk.run([
        "audit",
        "--db",
        "estate.db",
        "--format",
        "jsonl",
        "--as-of",
        "2026-11-01",
        "--estate",
        estate.to_str().unwrap(),
        townhall.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 1, "{}", text(&output.stderr));
    let lines = lines(&output);
    let answer = |address: &str, policy: &str| -> String {
        let verdicts = device(&lines, address)["verdicts"].as_array().unwrap().clone();
        let verdict = verdicts.iter().find(|v| v["policy"] == policy).unwrap();
        verdict["answer"].as_str().unwrap().to_owned()
    };
    // Fitted on 8 February 2023 and 1 December 2022, after the statement.
    assert_eq!(answer("10.20.30.13", "UK-386-A"), "breach");
    assert_eq!(answer("10.20.30.14", "UK-386-A"), "breach");
    // Fitted in May 2021, before it.
    assert_eq!(answer("10.20.30.11", "UK-386-A"), "clear");
    assert_eq!(answer("10.20.30.11", "UK-386-C"), "candidate");
    // No date in any record.
    assert_eq!(answer("10.20.10.77", "UK-386-A"), "not-enough-evidence");
    assert_eq!(answer("10.20.10.77", "UK-386-B"), "breach");
    assert_eq!(answer("10.20.30.40", "UK-386-A"), "clear");
}

#[test]
fn importing_twice_changes_nothing() {
    let desk = Desk::new();
    desk.audited();
    let first = desk.run(["devices", "--db", "estate.db", "--format", "jsonl"]);
    let again = desk.audited();
    assert!(text(&again.stderr).contains("held already"), "{}", text(&again.stderr));
    let second = desk.run(["devices", "--db", "estate.db", "--format", "jsonl"]);
    assert_eq!(text(&first.stdout), text(&second.stdout));
}

#[test]
fn filters_explain_and_report_work_on_what_is_stored() {
    let desk = Desk::new();
    desk.audited();
    let csv = desk.run(["devices", "--db", "estate.db", "--maker", "dahua", "--format", "csv"]);
    assert_eq!(code(&csv), 1);
    assert!(text(&csv.stdout).lines().count() >= 3, "{}", text(&csv.stdout));
    let none = desk.run(["devices", "--db", "estate.db", "--site", "nowhere"]);
    assert_eq!(code(&none), 0);

    let told = desk.run(["explain", "--db", "estate.db", "44-19-B6-00-00-01"]);
    assert_eq!(code(&told), 0, "{}", text(&told.stderr));
    for needed in ["F00000001", "SHA-256", "camera-register.xlsx", "cctv-vlan.pcap", "package "] {
        assert!(
            text(&told.stdout).contains(needed),
            "{needed} is missing:\n{}",
            text(&told.stdout)
        );
    }
    let json = desk.run(["explain", "--db", "estate.db", "--format", "json", "10.20.30.12"]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["device"]["maker"]["id"], "hikvision");
    assert_eq!(code(&desk.run(["explain", "--db", "estate.db", "10.9.9.9"])), 2);

    let again = desk.run(["report", "--db", "estate.db", "elsewhere"]);
    assert_eq!(code(&again), 1);
    let one = std::fs::read(desk.path("custodiet-report/report.html")).unwrap();
    let other = std::fs::read(desk.path("elsewhere/report.html")).unwrap();
    assert!(one == other, "the same results give the same bytes");
}

#[test]
fn another_day_gives_another_judgement() {
    let desk = Desk::new();
    let estate = example("department/estate.toml");
    desk.audited();
    let judge = |as_of: &str| {
        let args = [
            "recompute",
            "--db",
            "estate.db",
            "--estate",
            estate.to_str().unwrap(),
            "--as-of",
            as_of,
        ];
        let output = desk.run(args);
        assert!(code(&output) <= 1, "{}", text(&output.stderr));
        let listed = [
            "devices",
            "--db",
            "estate.db",
            "--policy",
            "UK-386-A",
            "--answer",
            "breach",
            "--format",
            "jsonl",
        ];
        lines(&desk.run(listed)).len()
    };
    assert_eq!(judge("2022-11-01"), 0, "before the statement nothing breaks it");
    assert!(judge("2024-01-01") >= 2);
}

#[test]
fn an_order_is_checked_before_money_is_spent() {
    let desk = Desk::new();
    let estate = example("department/estate.toml");
    let order = desk.write(
        "order.csv",
        "Make,Model,Qty,Site\nHikvision,DS-2CD2143G2-I,4,town-hall\nAxis,P3245-LVE,2,town-hall\n",
    );
    let output = desk.run([
        "check",
        "--format",
        "jsonl",
        "--estate",
        estate.to_str().unwrap(),
        order.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 1, "{}", text(&output.stderr));
    let lines = lines(&output);
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (lines[0]["quantity"].as_u64(), lines[0]["answer"].as_str()),
        (Some(4), Some("breach"))
    );
    assert_eq!(lines[1]["maker"]["id"], "axis");
    assert_ne!(lines[1]["answer"], "breach");
    let order = desk.write(
        "order.json",
        r#"[{"make":"Axis","model":"P3245-LVE","quantity":2,"site":"town-hall"}]"#,
    );
    let output = desk.run(["check", "--estate", estate.to_str().unwrap(), order.to_str().unwrap()]);
    assert_eq!(code(&output), 0, "{}{}", text(&output.stdout), text(&output.stderr));
}

#[test]
fn identify_answers_line_by_line_and_keeps_going() {
    let desk = Desk::new();
    let input = concat!(
        r#"{"id":"a","signals":[{"kind":"http.server","value":"DNVRS-Webs"},{"kind":"http.colour","value":"red"}]}"#,
        "\nno json\n",
        r#"{"id":2,"signals":[]}"#,
        "\n"
    );
    let output = desk.run_with(["identify"], input);
    assert_eq!(code(&output), 1);
    let lines = lines(&output);
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["id"], &lines[1]["id"]), (&Value::from("a"), &Value::from(2)));
    assert_eq!(
        (lines[1]["kind"].as_str(), lines[1]["level"].as_str()),
        (Some("unknown"), Some("unknown"))
    );
    let stderr = text(&output.stderr);
    assert!(stderr.contains("line 2") && stderr.contains("http.colour"), "{stderr}");
    assert_eq!(code(&desk.run_with(["identify"], "rubbish\n")), 3);
    assert_eq!(code(&desk.run_with(["identify"], "")), 0);
}

#[test]
fn a_preview_changes_nothing_and_a_mapping_is_obeyed() {
    let desk = Desk::new();
    let register = desk
        .write("cams.csv", "Kamera,Hersteller,Typ\nK1,Axis,P3245-LVE\nK2,Dahua,IPC-HDW5442TM-AS\n");
    let preview = desk.run(["import", "--preview", register.to_str().unwrap()]);
    assert_eq!(code(&preview), 0, "{}", text(&preview.stderr));
    assert!(text(&preview.stdout).contains("Hersteller"));
    assert!(!desk.path("data").exists());
    let map = desk.write(
        "map.toml",
        "[columns]\n\"Kamera\" = \"asset-tag\"\n\"Hersteller\" = \"make\"\n\"Typ\" = \"model\"\n",
    );
    let output = desk.run([
        "audit",
        "--db",
        "e.db",
        "--format",
        "jsonl",
        "--map",
        map.to_str().unwrap(),
        register.to_str().unwrap(),
    ]);
    assert_eq!(lines(&output)[1]["declared"]["make"], "Dahua");
    let wrong = desk.write("wrong.toml", "[columns]\n\"Kamera\" = \"colour\"\n");
    let output = desk.run([
        "import",
        "--preview",
        "--map",
        wrong.to_str().unwrap(),
        register.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 3);
    assert!(text(&output.stderr).contains("colour"), "{}", text(&output.stderr));
}

#[test]
fn bad_input_is_named_and_the_good_part_counts() {
    let desk = Desk::new();
    let bad = desk.write("garbage.bin", [0u8, 159, 146, 150, 255, 3, 7, 1].repeat(2_000));
    let good = desk.write("cams.csv", "Make,Model,IP\nAxis,P3245-LVE,10.0.0.1\n");
    let output = desk.run(["audit", "--db", "e.db", "--format", "jsonl", bad.to_str().unwrap()]);
    assert_eq!(code(&output), 3);
    assert!(text(&output.stderr).contains("garbage.bin"), "{}", text(&output.stderr));
    let missing = desk.path("missing.csv");
    let output = desk.run([
        "audit",
        "--db",
        "e.db",
        "--format",
        "jsonl",
        bad.to_str().unwrap(),
        missing.to_str().unwrap(),
        good.to_str().unwrap(),
    ]);
    assert!(code(&output) <= 1, "{}", text(&output.stderr));
    assert_eq!(lines(&output).len(), 1);
    let stderr = text(&output.stderr);
    assert!(stderr.contains("garbage.bin") && stderr.contains("missing.csv"), "{stderr}");
    // The report says what was not looked at.
    assert!(code(&desk.run(["report", "--db", "e.db", "r"])) <= 1);
    let page = std::fs::read_to_string(desk.path("r/report.html")).unwrap();
    assert!(page.contains("garbage.bin") && page.contains("missing.csv"));
}

#[test]
fn what_an_estate_file_is_read_as_is_told() {
    let desk = Desk::new();
    let estate = desk.write(
        "estate.toml",
        "[organisation]\nname = \"X\"\nkind = \"school\"\njurisdiction = \"UK\"\n",
    );
    let good = desk.write("cams.csv", "Make,Model\nAxis,P3245-LVE\n");
    let (estate, good) = (estate.to_str().unwrap(), good.to_str().unwrap());
    for command in [vec!["audit", "--db", "e.db", "--format", "csv"], vec!["check"]] {
        let output = desk.run(command.into_iter().chain(["--estate", estate, good]));
        assert!(text(&output.stderr).contains("GB"), "{}", text(&output.stderr));
    }
}

#[test]
fn a_wrong_estate_file_names_its_place() {
    let desk = Desk::new();
    let estate = desk.write(
        "estate.toml",
        "[organisation]\nname = \"X\"\nkind = \"castle\"\njurisdiction = \"GB\"\n",
    );
    let good = desk.write("cams.csv", "Make,Model\nAxis,P3245-LVE\n");
    let output = desk.run([
        "audit",
        "--db",
        "e.db",
        "--estate",
        estate.to_str().unwrap(),
        good.to_str().unwrap(),
    ]);
    assert_eq!(code(&output), 3);
    let stderr = text(&output.stderr);
    assert!(stderr.contains("estate.toml") && stderr.contains("line 3"), "{stderr}");
}

#[test]
fn a_database_that_is_not_ours_or_newer_is_left_alone() {
    let desk = Desk::new();
    let good = desk.write("cams.csv", "Make,Model\nAxis,P3245-LVE\n");
    let other = desk.write("other.db", "not a database at all, but long enough to look at twice");
    let output = desk.run(["audit", "--db", other.to_str().unwrap(), good.to_str().unwrap()]);
    assert_eq!(code(&output), 4);
    assert!(text(&output.stderr).contains("--db"), "{}", text(&output.stderr));
    assert!(std::fs::read_to_string(other).unwrap().starts_with("not a database"));
    assert_eq!(code(&desk.run(["devices", "--db", "nowhere.db"])), 4);
    assert!(!desk.path("nowhere.db").exists());
}

#[test]
fn usage_is_told_with_exit_code_2_and_help_with_0() {
    let desk = Desk::new();
    assert_eq!(code(&desk.run(["audit"])), 2);
    assert_eq!(code(&desk.run(["audit", "--policy", "uk", "x"])), 2);
    assert_eq!(code(&desk.run(["audit", "--db", "e.db", "--policy", "XX-1", "x"])), 2);
    assert_eq!(code(&desk.run(["--help"])), 0);
    assert_eq!(code(&desk.run(["--version"])), 0);
    assert_eq!(code(&desk.run(["policies", "show", "NO-SUCH"])), 2);
}

#[test]
fn cards_and_knowledge_can_be_read() {
    let desk = Desk::new();
    let cards = desk.run(["policies", "list", "--format", "jsonl"]);
    assert_eq!(lines(&cards).len(), 12);
    let card = desk.run(["policies", "show", "UK-386-A"]);
    assert!(
        text(&card.stdout).contains("2022-11-24") && text(&card.stdout).contains("instruction")
    );
    assert_eq!(code(&desk.run(["policies", "test"])), 0);
    assert_eq!(code(&desk.run(["kb", "lint"])), 0);
    for id in ["hikvision", "44:19:b6:00:00:01", "Annke", "DS-2CD2143G2-I"] {
        let shown = desk.run(["kb", "show", id]);
        assert_eq!(code(&shown), 0, "{id}: {}", text(&shown.stderr));
    }
    assert_eq!(code(&desk.run(["kb", "show", "no such thing"])), 2);
}

#[test]
fn completions_and_manual_pages_are_made() {
    let desk = Desk::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(desk.run(["completions", shell]).stdout.len() > 1_000);
    }
    assert_eq!(code(&desk.run(["man", "pages"])), 0);
    assert!(desk.path("pages/custodiet-audit.1").exists());
    let page = std::fs::read_to_string(desk.path("pages/custodiet-import.1")).unwrap();
    let example = "\n.nf\n  custodiet import \\-\\-preview register.xlsx";
    assert!(page.contains(example), "an example keeps its lines: {page}");
}

#[test]
fn two_audits_at_once_both_come_to_an_end() {
    let desk = Desk::new();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..2).map(|_| scope.spawn(|| code(&desk.audited()))).collect();
        for run in runs {
            assert_eq!(run.join().unwrap(), 1);
        }
    });
    let sources = desk.run(["devices", "--db", "estate.db", "--format", "jsonl"]);
    assert!(!lines(&sources).is_empty());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_device_is_told_and_silence_is_no_reason_to_stop() {
    use std::process::Stdio;
    let full = || Stdio::from(std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    let desk = Desk::new();
    let register = desk.write("register.csv", "Make,Model\nHikvision,DS-2CD2143G2-I\n");
    let program = |arguments: &[&str]| {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("custodiet"));
        command.args(arguments).current_dir(desk.folder.path()).stdin(Stdio::null());
        command
    };
    let audit = ["audit", "--db", "a.db", register.to_str().unwrap()];
    let deaf = program(&audit).stderr(full()).output().unwrap();
    assert_eq!(code(&deaf), 0, "a remark that cannot be written stops nothing");
    for arguments in [&audit[..], &["completions", "bash"], &["help", "audit"], &["policies"]] {
        let output = program(arguments).stdout(full()).stderr(Stdio::piped()).output().unwrap();
        assert_eq!(code(&output), 4, "{arguments:?}");
        let told = text(&output.stderr);
        assert!(told.contains("cannot write to standard output: No space left"), "{told}");
    }
    let output = program(&audit).stdout(full()).stderr(full()).output().unwrap();
    assert_eq!(code(&output), 4);
}

#[cfg(unix)]
#[test]
fn names_of_files_steer_no_terminal_and_begin_no_line() {
    let desk = Desk::new();
    let name = "a\u{1b}]0;title\u{7}\ncustodiet: all is well.csv";
    desk.write(name, "Make,Model\nHikvision,DS-2CD2143G2-I\n");
    let output = desk.run(["audit", "--db", "a.db", "--format", "jsonl", "."]);
    let told = text(&output.stderr);
    assert!(told.contains("a␛]0;title␇␊custodiet: all is well.csv: CSV, 1 records"), "{told}");
    assert!(!desk.run(["import", "--preview", "."]).stdout.contains(&0x1b));
}

#[cfg(target_os = "linux")]
#[test]
fn what_never_ends_is_read_to_a_limit() {
    let desk = Desk::new();
    let register = desk.write("register.csv", "Make,Model\nHikvision,DS-2CD2143G2-I\n");
    for option in ["--map", "--estate"] {
        let arguments = ["audit", "--db", "a.db", option, "/dev/zero", register.to_str().unwrap()];
        let output = desk.run(arguments);
        assert_eq!(code(&output), 3, "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("`/dev/zero` is no "), "{}", text(&output.stderr));
    }
    assert_eq!(code(&desk.run(["audit", "--db", "a.db", "/dev/zero"])), 3);
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_end() {
    let desk = Desk::new();
    std::fs::create_dir(desk.path("evidence")).unwrap();
    desk.write("evidence/register.csv", "Make,Model\nHikvision,DS-2CD2143G2-I\n");
    for name in ["one", "two", "three", "four"] {
        std::os::unix::fs::symlink(".", desk.path("evidence").join(name)).unwrap();
    }
    let output =
        desk.run(["audit", "--db", "a.db", "--format", "jsonl", "evidence", "evidence/one"]);
    assert_eq!(text(&output.stderr).matches("register.csv").count(), 1, "{}", text(&output.stderr));
    assert_eq!(lines(&output).len(), 1);
}

#[test]
fn a_name_that_is_none_gives_no_empty_answer() {
    let desk = Desk::new();
    desk.audited();
    for arguments in [
        &["devices", "--policy", "NOPE"][..],
        &["devices", "--maker", "hikvison"],
        &["report", "--maker", "hikvison"],
        &["explain", "--policy", "NOPE", "10.20.30.12"],
        &["devices", "--kind", "cam"],
    ] {
        let output = desk.run(arguments.iter().chain(&["--db", "estate.db"]));
        assert_eq!(code(&output), 2, "{arguments:?}: {}", text(&output.stdout));
    }
    let unknown = desk.run(["devices", "--maker", "unknown", "--db", "estate.db"]);
    assert_eq!(code(&unknown), 1, "{}", text(&unknown.stderr));
}

#[test]
fn remarks_on_an_order_name_field_and_help() {
    let desk = Desk::new();
    let order =
        desk.write("order.csv", "Make,Model,Serial\nAxis,P3245-LVE,1.23E+11\nAxis,P3245-LVE,\n");
    for arguments in [&["check"][..], &["import", "--preview"]] {
        let output = desk.run(arguments.iter().copied().chain([order.to_str().unwrap()]));
        let told = [text(&output.stdout), text(&output.stderr)].concat();
        assert!(told.contains("error: line 2, Serial: `1.23E+11` is"), "{told}");
        assert!(told.contains("(format the column as text"), "{told}");
    }
}

#[test]
fn a_file_of_another_format_does_not_flood_identify() {
    let desk = Desk::new();
    let output = desk.run_with(["identify"], &"no line of signals\n".repeat(1_500));
    assert_eq!(code(&output), 3);
    let told = text(&output.stderr);
    assert!(told.contains("500 more lines could not be read"), "{told}");
    assert_eq!(told.lines().count(), 1_002);
}

#[test]
fn a_relative_data_folder_is_ignored() {
    let desk = Desk::new();
    let mut command = assert_cmd::Command::cargo_bin("custodiet").unwrap();
    command.current_dir(desk.folder.path()).env("XDG_DATA_HOME", "relative");
    command.env("HOME", desk.path("home")).env_remove("CUSTODIET_DB");
    let output = command.arg("devices").output().unwrap();
    assert_eq!(code(&output), 4);
    assert!(text(&output.stderr).contains("home/.local/share"), "{}", text(&output.stderr));
}

const REGISTER: &str = "\
Asset tag,Make,Model,Serial,IP,Site
C1,Axis,P3245-LVE,AX00A0000011,10.0.0.11,Hall
C2,Axis,P3245-LVE,AX00A0000012,10.0.0.12,Hall
C3,Axis,P3245-LVE,AX00A0000013,10.0.0.13,Hall
";

/// C2 stands at another site, C3 is gone, C4 is new.
const EDITED: &str = "\
Asset tag,Make,Model,Serial,IP,Site
C4,Axis,P3245-LVE,AX00A0000014,10.0.0.14,Hall
C2,Axis,P3245-LVE,AX00A0000012,10.0.0.12,Depot
C1,Axis,P3245-LVE,AX00A0000011,10.0.0.11,Hall
";

#[test]
fn an_edited_register_is_a_difference_and_what_is_gone_is_told() {
    let desk = Desk::new();
    desk.write("cams.csv", REGISTER);
    desk.run(["import", "--db", "e.db", "cams.csv"]);
    std::fs::create_dir(desk.path("new")).unwrap();
    desk.write("new/cams.csv", EDITED);
    // A look before, which stores nothing.
    let look = desk.run(["diff", "--db", "e.db", "1", "new/cams.csv"]);
    assert_eq!(code(&look), 1, "{}", text(&look.stderr));
    assert!(text(&look.stdout).contains("site Hall → Depot"), "{}", text(&look.stdout));
    let import = desk.run(["import", "--db", "e.db", "--format", "jsonl", "new/cams.csv"]);
    assert_eq!(code(&import), 0, "{}", text(&import.stderr));
    let told = lines(&import);
    let kinds: Vec<_> = told.iter().map(|line| line["change"].as_str().unwrap_or("end")).collect();
    assert_eq!(kinds, ["changed", "added", "gone", "end"]);
    assert_eq!(told[0]["fields"][0]["new"], "Depot");
    assert_eq!(told[3]["summary"]["moved"], 1);
    let stderr = text(&import.stderr);
    assert!(stderr.contains("takes the place of `cams.csv`"), "{stderr}");
    assert!(stderr.contains("custodiet sources restore 1"), "{stderr}");
    // Seen later, by either number, in every form.
    for arguments in [["1", "table"], ["2", "jsonl"], ["2", "csv"]] {
        let [source, format] = arguments;
        let diff = desk.run(["diff", "--db", "e.db", source, "--format", format]);
        assert_eq!(code(&diff), 1);
        assert!(text(&diff.stdout).contains("AX00A0000013"), "{}", text(&diff.stdout));
    }
    let same = desk.run(["diff", "--db", "e.db", "1", "cams.csv"]);
    assert_eq!((code(&same), text(&same.stdout)), (0, "no difference in 3 rows\n"));
    let audit = desk.run(["audit", "--db", "e.db", "--format", "jsonl", "cams.csv", "new"]);
    let devices = lines(&audit);
    assert_eq!(devices.len(), 4, "both files again: nothing changed");
    assert!(
        text(&audit.stderr).contains("custodiet sources replace 2 1"),
        "{}",
        text(&audit.stderr)
    );
    let gone: Vec<_> = devices.iter().filter(|line| line["declared"].is_null()).collect();
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0]["serials"][0], "AX00A0000013");
    let conflicts = gone[0]["conflicts"].to_string();
    assert!(conflicts.contains("gone from the register"), "{conflicts}");
    let report = desk.run(["report", "--db", "e.db", "r"]);
    assert!(code(&report) <= 1);
    let page = std::fs::read_to_string(desk.path("r/report.html")).unwrap();
    assert!(page.contains("took its place"), "the page says which edition counts");
    let recompute = desk.run(["recompute", "--db", "e.db"]);
    assert!(text(&recompute.stdout).contains("gone from registers"), "{}", text(&recompute.stdout));
}

/// Of two editions that are given at once nobody knows which is the newer one.
#[test]
fn editions_that_are_given_at_once_both_count() {
    let desk = Desk::new();
    for (folder, text) in [("new", EDITED), ("old", REGISTER)] {
        std::fs::create_dir(desk.path(folder)).unwrap();
        desk.write(&format!("{folder}/cams.csv"), text);
    }
    let import = desk.run(["import", "--db", "e.db", "new", "old"]);
    let stderr = text(&import.stderr);
    assert!(stderr.contains("2 of its 3 rows are in both, 2 by serial number or MAC"), "{stderr}");
    assert!(stderr.contains("custodiet sources replace 1 2"), "{stderr}");
    assert_eq!(code(&desk.run(["sources", "--db", "e.db", "replace", "2", "1"])), 0);
    let diff = desk.run(["diff", "--db", "e.db", "1"]);
    assert!(text(&diff.stdout).contains("site Hall → Depot"), "{}", text(&diff.stdout));
}

#[test]
fn two_registers_of_one_form_count_until_somebody_says_otherwise() {
    let desk = Desk::new();
    desk.write("cams.csv", REGISTER);
    std::fs::create_dir(desk.path("other")).unwrap();
    desk.write("other/cams.csv", REGISTER.replace("AX00A", "AX00B"));
    let both = ["audit", "--db", "e.db", "--format", "jsonl", "cams.csv", "other"];
    let audit = desk.run(both);
    assert_eq!(lines(&audit).len(), 6);
    let stderr = text(&audit.stderr);
    assert!(stderr.contains("custodiet sources replace 1 2"), "{stderr}");
    assert!(stderr.contains("0 by serial number or MAC"), "{stderr}");
    let state = |desk: &Desk| {
        let list = desk.run(["sources", "--db", "e.db", "list", "--format", "jsonl"]);
        lines(&list)
            .iter()
            .map(|line| line["state"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    let said = desk.run(["sources", "--db", "e.db", "replace", "1", "2"]);
    assert_eq!(code(&said), 0, "{}", text(&said.stderr));
    assert!(
        text(&said.stderr).contains("3 exchanged for another device"),
        "{}",
        text(&said.stderr)
    );
    assert_eq!(state(&desk), ["replaced", "counts"]);
    // Said wrongly or not, no device is lost.
    assert_eq!(lines(&desk.run(both)).len(), 6);
    assert_eq!(code(&desk.run(["sources", "--db", "e.db", "restore", "1"])), 0);
    assert_eq!(state(&desk), ["counts", "counts"]);
    for wrong in [
        vec!["sources", "--db", "e.db", "restore", "1"],
        vec!["sources", "--db", "e.db", "replace", "1", "1"],
        vec!["sources", "--db", "e.db", "replace", "1", "77"],
        vec!["diff", "--db", "e.db", "1"],
        vec!["diff", "--db", "e.db", "1", "77"],
        vec!["import", "--db", "e.db", "--replaces", "77", "cams.csv"],
        vec!["import", "--db", "e.db", "--replaces", "1", "cams.csv", "other"],
        vec!["import", "--db", "e.db", "--replaces", "1", "--no-replace", "cams.csv"],
    ] {
        let output = desk.run(&wrong);
        assert_eq!(code(&output), 2, "{wrong:?}: {}", text(&output.stderr));
    }
    let replaces = ["import", "--db", "e.db", "--replaces", "1", "other/cams.csv"];
    assert_eq!(code(&desk.run(replaces)), 0);
    assert_eq!(state(&desk), ["replaced", "counts"]);
}

#[test]
fn a_mapping_is_remembered_shown_and_forgotten() {
    let desk = Desk::new();
    desk.write("one.csv", "Qux,Blip,Zonk\nP3245-LVE,Axis,AX00A0000011\n");
    desk.write("two.csv", "Qux,Blip,Zonk\nIPC-HDW5442TM-AS,Dahua,AX00A0000012\n");
    desk.write("map.toml", "[columns]\nQux = \"model\"\nBlip = \"make\"\nZonk = \"serial\"\n");
    let first = desk.run(["import", "--db", "e.db", "--map", "map.toml", "one.csv"]);
    assert!(text(&first.stderr).contains("custodiet mappings forget 1"), "{}", text(&first.stderr));
    let preview = desk.run(["import", "--db", "e.db", "--preview", "two.csv"]);
    assert!(text(&preview.stdout).contains("read by mapping 1"), "{}", text(&preview.stdout));
    let next = desk.run(["audit", "--db", "e.db", "--format", "jsonl", "two.csv"]);
    let stderr = text(&next.stderr);
    assert!(stderr.contains("read by mapping 1") && stderr.contains("one.csv"), "{stderr}");
    assert_eq!(lines(&next)[1]["declared"]["make"], "Dahua");
    let list = desk.run(["mappings", "--db", "e.db", "list", "--format", "jsonl"]);
    assert_eq!(lines(&list)[0]["columns"], "CSV with commas: blip, qux, zonk");
    // What is shown is a mapping file.
    let shown = desk.run(["mappings", "--db", "e.db", "show", "1"]);
    desk.write("again.toml", text(&shown.stdout));
    let again = desk.run(["import", "--preview", "--map", "again.toml", "two.csv"]);
    assert_eq!(code(&again), 0, "{}", text(&again.stderr));
    let without = desk.run(["import", "--db", "e.db", "--no-map", "--preview", "two.csv"]);
    assert!(!text(&without.stdout).contains("read by mapping"), "{}", text(&without.stdout));
    assert_eq!(code(&desk.run(["mappings", "--db", "e.db", "forget", "1"])), 0);
    assert_eq!(code(&desk.run(["mappings", "--db", "e.db", "forget", "1"])), 2);
    assert_eq!(code(&desk.run(["mappings", "--db", "e.db", "show", "1"])), 2);
    // What the preview shows is confirmed as it is.
    desk.write("cams.csv", REGISTER);
    desk.run(["import", "--db", "e.db", "--confirm", "cams.csv"]);
    let list = desk.run(["mappings", "--db", "e.db"]);
    assert!(text(&list.stdout).contains("cams.csv"), "{}", text(&list.stdout));
    assert!(!desk.path("data").exists());
}
