//! `custodiet scan` over loopback: a camera that answers, a scan that is stopped and goes on, and what is refused.

mod support;

use std::net::UdpSocket;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use serde_json::Value;
use support::Desk;
use testbed::messages::{Identity, dhip_reply};

const SCOPE: &str = "[scope]\nowner = \"Example council\"\nauthority = \"a test of this computer\"\nranges = [\"127.0.7.0/24\"]\n";

/// Answers every search with what a recorder says, until the test is over.
fn recorder(address: &str, is_over: &AtomicBool) {
    let socket = UdpSocket::bind((address, 37810)).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(100))).unwrap();
    let mut bytes = [0; 2_048];
    while !is_over.load(Ordering::Relaxed) {
        let Ok((length, from)) = socket.recv_from(&mut bytes) else { continue };
        if bytes[..length].windows(4).any(|word| word == b"DHIP") {
            let identity = Identity {
                address: address.parse().unwrap(),
                mac: "3c:ef:8c:00:00:09".parse().unwrap(),
                serial: "0000000YAZ00000",
                model: "NVR0000-EI",
                firmware: "4.003.0000000.1",
            };
            socket.send_to(&dhip_reply(identity, "NVR", "Dahua", 16), from).unwrap();
        }
    }
}

fn lines(bytes: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(bytes).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_recorder_is_found_named_and_kept_as_evidence() {
    let desk = Desk::new();
    desk.write("scope.toml", SCOPE);
    let is_over = AtomicBool::new(false);
    let output = std::thread::scope(|threads| {
        threads.spawn(|| recorder("127.0.7.9", &is_over));
        let scan =
            ["scan", "--scope", "scope.toml", "--evidence", "heard.jsonl", "--format", "jsonl"];
        let output = desk.program(120).args(scan).args(["-q", "127.0.7.8-9"]).output().unwrap();
        is_over.store(true, Ordering::Relaxed);
        output
    });
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = lines(&output.stdout);
    let found = lines.iter().find(|line| line["address"] == "127.0.7.9").unwrap();
    assert_eq!(found["state"], "camera", "{found}");
    assert_eq!(found["device"]["kind"], "recorder");
    assert_eq!(found["device"]["maker"]["id"], "dahua");
    assert!(found["packets_sent"].as_u64().unwrap() <= 60);
    let summary = &lines.last().unwrap()["summary"];
    assert_eq!((summary["targets"].as_u64(), summary["cameras"].as_u64()), (Some(2), Some(1)));
    assert_eq!(summary["estimate"], Value::Null);
    let audit = desk
        .program(120)
        .args(["audit", "--db", "a.db", "--format", "jsonl", "heard.jsonl"])
        .output()
        .unwrap();
    let devices = self::lines(&audit.stdout);
    assert!(devices.iter().any(|device| device["maker"]["id"] == "dahua"), "{devices:?}");
}

fn begun(desk: &Desk) -> Child {
    let mut program = Command::new(env!("CARGO_BIN_EXE_custodiet"));
    program.current_dir(desk.path(".")).stdout(Stdio::piped()).stderr(Stdio::piped());
    program.args([
        "scan",
        "--scope",
        "scope.toml",
        "--resume",
        "scan.state",
        "--format",
        "jsonl",
        "--max-rate",
        "40",
        "127.0.7.20-29",
    ]);
    program.spawn().unwrap()
}

#[test]
fn a_scan_that_is_stopped_goes_on_where_it_was() {
    let desk = Desk::new();
    desk.write("scope.toml", SCOPE);
    let mut scan = begun(&desk);
    let state = desk.path("scan.state");
    for _ in 0..200 {
        if state.exists() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let told = Command::new("kill").args(["-INT", &scan.id().to_string()]).status().unwrap();
    assert!(told.success());
    assert!(scan.wait().unwrap().code().is_some(), "it ended by itself");
    let output = scan.wait_with_output().unwrap();
    let first = lines(&output.stdout);
    assert_eq!(first.last().unwrap()["summary"]["finished"], false);
    assert!(state.exists());
    let output = begun(&desk).wait_with_output().unwrap();
    let second = lines(&output.stdout);
    assert_eq!(second.last().unwrap()["summary"]["finished"], true, "{second:?}");
    assert!(!state.exists());
    let told = |lines: &[Value]| -> Vec<String> {
        lines.iter().filter_map(|line| line["address"].as_str().map(str::to_owned)).collect()
    };
    let mut all = [told(&first), told(&second)].concat();
    all.sort();
    let expected: Vec<String> = (20..30).map(|n| format!("127.0.7.{n}")).collect();
    assert_eq!(all, expected);
}

#[test]
fn what_nobody_allowed_is_not_asked() {
    let desk = Desk::new();
    desk.write("scope.toml", SCOPE);
    desk.write("wide.toml", SCOPE.replace("127.0.7.0/24", "8.8.8.0/24"));
    desk.write("list.txt", "127.0.7.300\n");
    let cases: [(&[&str], i32, &str); 5] = [
        (&["--scope", "scope.toml", "8.8.8.8"], 2, "public address"),
        (&["--scope", "scope.toml", "127.0.8.1"], 2, "outside the scope"),
        (&["--scope", "wide.toml", "8.8.8.8"], 3, "`wide.toml`"),
        (&["--scope", "scope.toml", "-iL", "list.txt"], 3, "`list.txt`"),
        (&["--scope", "scope.toml"], 2, "no target"),
    ];
    for (arguments, code, words) in cases {
        let output = desk.program(20).arg("scan").args(arguments).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {told}");
        assert!(told.contains(words), "{arguments:?}: {told}");
    }
}

#[test]
fn a_dry_run_shows_every_packet_and_sends_none() {
    let desk = Desk::new();
    desk.write("scope.toml", SCOPE);
    let dry = ["scan", "--scope", "scope.toml", "--dry-run", "--format", "jsonl", "127.0.7.40-41"];
    let output = desk.program(20).args(dry).output().unwrap();
    let lines = lines(&output.stdout);
    let summary = &lines.last().unwrap()["summary"];
    assert_eq!(summary["packets"].as_u64(), Some(u64::try_from(lines.len() - 1).unwrap()));
    assert!(summary["authority"].as_str().unwrap().contains("Example council"));
    assert!(
        lines
            .iter()
            .any(|line| line["port"] == 37810
                && line["bytes"].as_str().unwrap().contains("44484950"))
    );
    let table = desk.program(20).args(&dry[..4]).arg("127.0.7.40").output().unwrap();
    let shown = String::from_utf8_lossy(&table.stdout);
    assert!(shown.starts_with("Nothing is sent. Example council"), "{shown}");
}
