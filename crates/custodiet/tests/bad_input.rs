//! Inputs that are none, or only in part, as a person gives them: words with the file's name, the documented exit code,
//! and never a program that waits for ever.

mod support;

use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use support::Desk;

/// A scan of two hosts.
const SCAN: &str = "#masscan\nopen tcp 80 10.0.0.1 1793697302\nopen tcp 554 10.0.0.2 1793697302\n";
/// Long enough for a busy machine, short enough to tell that a program waits.
const PATIENCE: Duration = Duration::from_secs(60);

/// How a command ended, and what it wrote on standard error.
struct End {
    code: i32,
    told: String,
}

impl Desk {
    fn run(&self, command: &str, inputs: &[&Path]) -> End {
        let output = self
            .program(200)
            .args([command, "--db", "estate.db"])
            .args(inputs)
            .timeout(PATIENCE)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        let code = output.status.code().unwrap_or_else(|| panic!("no end in time: {told}"));
        assert!(!told.contains("panicked"), "{told}");
        End { code, told }
    }
}

#[test]
fn what_holds_nothing_is_refused_in_words() {
    let desk = Desk::new();
    for (name, bytes) in [
        ("empty.csv", &b""[..]),
        ("blank.txt", b"\n\n\n"),
        ("zeros.pcap", &[0; 4_096]),
        ("picture.xlsx", b"\x89PNG\r\n\x1a\n"),
        ("brackets.json", &[b'['; 1_000_000]),
        ("half.xlsx", b"PK\x03\x04\x14\0\0\0"),
    ] {
        let path = desk.write(name, bytes);
        let End { code, told } = desk.run("import", &[&path]);
        assert_eq!(code, 3, "{name}: {told}");
        assert!(told.contains(name), "{name}: {told}");
    }
    let missing = desk.path("missing.csv");
    let End { code, told } = desk.run("import", &[&missing]);
    assert_eq!(code, 3, "{told}");
    assert!(told.contains("missing.csv"), "{told}");
}

#[test]
fn one_input_that_can_be_read_is_enough() {
    let desk = Desk::new();
    let bad = desk.write("bad.xml", b"\x89PNG\r\n\x1a\n");
    let good = desk.write("scan.txt", SCAN);
    let End { code, told } = desk.run("import", &[&bad, &good]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("bad.xml"), "{told}");
    let End { code, told } = desk.run("audit", &[&bad, &good]);
    assert!(code == 0 || code == 1, "{code}: {told}");
    assert!(told.contains("bad.xml"), "{told}");
}

#[test]
fn content_decides_and_a_cut_is_told_with_its_line() {
    let desk = Desk::new();
    let cut = desk.write("scan.pdf", SCAN.trim_end());
    let End { code, told } = desk.run("import", &[&cut]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("line 3") && told.contains("breaks off"), "{told}");
}

#[test]
fn a_folder_that_is_named_like_a_file_is_a_folder() {
    let desk = Desk::new();
    desk.write("register.csv/scan.txt", SCAN);
    let End { code, told } = desk.run("import", &[&desk.path("register.csv")]);
    assert_eq!(code, 0, "{told}");
}

#[cfg(unix)]
#[test]
fn what_never_ends_is_not_waited_for() {
    let desk = Desk::new();
    let pipe = desk.path("pipe.csv");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    let socket = desk.path("socket.csv");
    let _listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    for path in [&*pipe, &*socket, Path::new("/dev/zero")] {
        for command in ["import", "audit"] {
            let End { code, told } = desk.run(command, &[path]);
            assert_eq!(code, 3, "{command} {}: {told}", path.display());
            assert!(told.contains("neither a file nor a folder"), "{command}: {told}");
        }
    }
    // Beside a file that can be read it is only told.
    desk.write("evidence/scan.txt", SCAN);
    std::fs::rename(&pipe, desk.path("evidence/pipe.csv")).unwrap();
    let End { code, told } = desk.run("import", &[&desk.path("evidence")]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("pipe.csv"), "{told}");
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_end() {
    use std::os::unix::fs::symlink;
    let desk = Desk::new();
    desk.write("evidence/deep/scan.txt", SCAN);
    symlink("..", desk.path("evidence/deep/up")).unwrap();
    symlink("nowhere", desk.path("evidence/broken.csv")).unwrap();
    symlink("itself.csv", desk.path("evidence/itself.csv")).unwrap();
    let End { code, told } = desk.run("import", &[&desk.path("evidence")]);
    assert_eq!(code, 0, "{told}");
    for name in ["broken.csv", "itself.csv"] {
        assert!(told.contains(name), "{name}: {told}");
    }
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let closed = desk.write("closed.csv", SCAN);
    std::fs::set_permissions(&closed, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(&closed).is_ok() {
        eprintln!("skipped: nothing is closed to this user");
        return;
    }
    let End { code, told } = desk.run("import", &[&closed]);
    assert_eq!(code, 3, "{told}");
    assert!(told.contains("closed.csv"), "{told}");
}

/// `gzip -9` of a register of 40 rows, cut in its middle.
fn cut_register() -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(b"Make,Model,IP address\n").unwrap();
    for n in 0..40 {
        writeln!(packed, "Axis,P{},10.0.0.{n}", 3_000 + n * 7).unwrap();
    }
    let mut bytes = packed.finish().unwrap();
    bytes.truncate(bytes.len() / 2);
    bytes
}

#[test]
fn what_was_lost_is_told_even_to_those_who_want_quiet() {
    let desk = Desk::new();
    let path = desk.write("register.csv.gz", cut_register());
    let End { code, told } = desk.run("import", &[Path::new("--quiet"), &path]);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("the packed data ends too early"), "{told}");
    let preview = desk.program(20).args(["import", "--preview"]).arg(&path).output().unwrap();
    let shown = String::from_utf8_lossy(&preview.stdout);
    assert!(shown.contains("the packed data ends too early"), "{shown}");
}

#[test]
fn what_identify_leaves_out_is_told_with_its_line() {
    let desk = Desk::new();
    let lines = b"{\"id\":1,\"signals\":[]}\n\
        {\"id\":2,\"signals\":[{\"kind\":\"http.colour\",\"value\":\"x\"}]}\n\
        {\"id\":3,\"signals\":[{\"kind\":\"http.colour\",\"value\":\"\xff\"}]}\n";
    let path = desk.write("lines.jsonl", lines);
    let output = desk.program(20).arg("identify").arg(&path).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(told.contains("lines.jsonl line 3: bytes that are no UTF-8"), "{told}");
    let kind = "line 2 (and 1 more): signal kind `http.colour` is not known to this version";
    assert!(told.contains(kind), "{told}");
    let asked = desk.program(20).args(["identify", "--format", "csv"]).arg(&path).output().unwrap();
    assert_eq!(asked.status.code(), Some(2));
}

#[test]
fn who_stops_reading_a_table_is_no_error() {
    let desk = Desk::new();
    for format in ["csv", "jsonl", "table"] {
        let mut list = std::process::Command::new(env!("CARGO_BIN_EXE_custodiet"))
            .args(["kb", "list", "--format", format])
            .current_dir(desk.path("."))
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(list.stdout.take());
        let end = list.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&end.stderr);
        assert_eq!((end.status.code(), &*told), (Some(0), ""), "{format}");
    }
}
