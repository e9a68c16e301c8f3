//! `identify --firmware`, over headers made from the format facts: no image was to be had.

mod support;

use std::fs::File;

use support::Desk;

fn run(desk: &Desk, arguments: &[&str]) -> (i32, String, String) {
    let output =
        desk.program(160).args(["identify", "--firmware"]).args(arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

/// A Longse file whose chip and sensor are named.
fn longse() -> Vec<u8> {
    [&b"16CV300\0IMX000\0\0\0\0\0\0\x01\0\0\0BURNER_BIN"[..], &[0; 40]].concat()
}

#[test]
fn headers_are_told_in_a_table_and_what_is_none_is_unrecognised() {
    let desk = Desk::new();
    desk.write("base.fls", longse());
    desk.write("video.dav", b"DHAV\xfd\0\0\0");
    desk.write("shared.bin", b"Salted__00000000");
    desk.write("notes.txt", b"Tiandy cameras of the depot");
    let (code, out, told) = run(&desk, &["base.fls", "video.dav", "shared.bin", "notes.txt"]);
    assert_eq!((code, &*told), (1, ""));
    insta::assert_snapshot!(out, @"
     file         container                maker        level      used by                          header
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
     base.fls     Longse / Herospeed FLS   Longse 99%   probable   Longse, Herospeed                chip 16CV300; sensor IMX000
     video.dav    Dahua recording frame    Dahua 85%    possible   Dahua, Lorex, Amcrest, CP PLUS   video, not firmware
     shared.bin   Foscam encrypted image   –            –          Foscam, anybody
     notes.txt    unrecognised             –            –          –                                –
    ");
}

#[test]
fn a_line_carries_verdict_container_and_the_signal_that_gives_the_verdict_again() {
    let desk = Desk::new();
    desk.write("base.fls", longse());
    let (_, out, _) = run(&desk, &["base.fls", "--format", "jsonl"]);
    let line: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(line["id"], "base.fls");
    assert_eq!(line["maker"]["id"], "longse");
    assert_eq!(line["container"]["makers"], serde_json::json!(["longse", "herospeed"]));
    assert_eq!(line["container"]["fields"]["chip"], "16CV300");
    let signal =
        serde_json::json!({"kind": "firmware.container", "value": line["container"]["signal"]});
    let input = serde_json::json!({"id": "base.fls", "signals": [signal]}).to_string();
    let output = desk.program(160).arg("identify").write_stdin(input).output().unwrap();
    let again: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    for field in ["maker", "level", "kind", "evidence"] {
        assert_eq!(again[field], line[field], "{field}");
    }
}

#[test]
fn files_of_any_length_are_read_by_their_head() {
    let desk = Desk::new();
    let path = desk.write("vast.fls", longse());
    File::options().write(true).open(path).unwrap().set_len(5 << 30).unwrap();
    let (code, out, _) = run(&desk, &["vast.fls"]);
    assert_eq!(code, 1);
    assert!(out.contains("Longse"), "{out}");
}

#[test]
fn what_cannot_be_read_is_named_and_the_others_are_told() {
    let desk = Desk::new();
    desk.write("noise.bin", [0x5a; 300]);
    let (code, out, told) = run(&desk, &["missing.bin", "noise.bin", "."]);
    assert_eq!(code, 0, "nothing was recognised");
    assert!(out.contains("unrecognised"), "{out}");
    assert!(told.contains("`missing.bin`") && told.contains("`.`: not a file"), "{told}");
    let (code, out, told) = run(&desk, &["missing.bin"]);
    assert_eq!((code, &*out), (3, ""), "{told}");
    assert!(told.contains("missing.bin"), "{told}");
}
