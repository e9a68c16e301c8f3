//! Inputs that are none, or only in part, as a person gives them: words with the file's name, the documented exit code,
//! and never a program that waits for ever.

mod support;

use std::path::Path;
use std::time::Duration;

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
