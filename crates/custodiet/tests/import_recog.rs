//! `custodiet kb import-recog`, from XML on the disk to a verdict on its word.

mod support;

use support::Desk;

const SERVERS: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<fingerprints matches="http_header.server" protocol="http" database_type="service">
  <fingerprint pattern="^AcmeDome\/([\d.]+)$">
    <description>Acme dome camera</description>
    <example hw.version="1.2">AcmeDome/1.2</example>
    <example _encoding="base64">QWNtZURvbWUvMy40</example>
    <param pos="0" name="hw.vendor" value="Dahua"/>
    <param pos="0" name="hw.device" value="IP Camera"/>
    <param pos="1" name="hw.version"/>
  </fingerprint>
  <fingerprint pattern="^AcmePrint(?= )">
    <description>Acme printer</description>
    <example>AcmePrint 1</example>
    <param pos="0" name="hw.device" value="Printer"/>
  </fingerprint>
</fingerprints>
"#;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn an_imported_record_speaks_through_kb() {
    let desk = Desk::new();
    desk.write("recog/xml/http_servers.xml", SERVERS);
    desk.write("recog/xml/broken.xml", "<fingerprints><fingerprint");
    desk.write("recog/VERSION", "0.0.0\n");
    desk.write("recog/LICENSE", "Do as you like.\n");
    let import = || {
        desk.program(120).args(["kb", "import-recog", "recog", "--out", "added"]).output().unwrap()
    };
    let done = import();
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let table = text(&done.stdout);
    insta::assert_snapshot!(table, @r"
    file                read   taken  left out
    http_servers.xml       2       1         1
    all                    2       1         1

    left out, because the fingerprint
           1  looks around
    ");
    assert!(text(&done.stderr).contains("`broken.xml` line 1: cannot be read on"));
    let page = std::fs::read_to_string(desk.path("added/README.md")).unwrap();
    for part in [
        "Version: 0.0.0",
        "Do as you like.",
        "http_servers.xml line 11, Acme printer: looks around",
    ] {
        assert!(page.contains(part), "{page}");
    }

    let lint = desk.program(120).args(["--kb", "added", "kb", "lint"]).output().unwrap();
    assert_eq!(lint.status.code(), Some(0), "{}{}", text(&lint.stdout), text(&lint.stderr));

    let line = r#"{"id":1,"signals":[{"kind":"http.server","value":"AcmeDome/5.6"}]}"#;
    let identify = |kb: &[&str]| {
        let mut program = desk.program(120);
        text(&program.args(kb).arg("identify").write_stdin(line).output().unwrap().stdout)
    };
    assert!(identify(&[]).contains(r#""kind":"unknown""#));
    let said = identify(&["--kb", "added"]);
    for part in [
        r#""kind":"camera""#,
        r#""id":"dahua""#,
        r#""level":"possible""#,
        "Recog, http_servers.xml line 3: Acme dome camera",
    ] {
        assert!(said.contains(part), "{said}");
    }

    // A second time over an earlier import, never over something else.
    assert_eq!(import().status.code(), Some(0));
    desk.write("other/notes.txt", "mine");
    let other =
        desk.program(120).args(["kb", "import-recog", "recog", "--out", "other"]).output().unwrap();
    assert_eq!(other.status.code(), Some(2));
    assert!(text(&other.stderr).contains("`other` is not empty, and no earlier import"));
}

#[test]
fn what_is_no_recog_ends_in_words() {
    let desk = Desk::new();
    desk.write("empty/readme.txt", "");
    desk.write("wrong/a.xml", "<nmaprun/>");
    let without_example =
        "<fingerprints matches=\"http_header.server\"><fingerprint pattern=\"^A\"/></fingerprints>";
    desk.write("bare/a.xml", without_example);
    std::fs::create_dir_all(desk.path("folder/b.xml")).unwrap();
    for (folder, words) in [
        ("nowhere", "cannot read `nowhere`"),
        ("empty", "`empty` holds no XML file, and no folder `xml` with one"),
        ("wrong", "`wrong` holds no fingerprints of Recog's"),
        ("folder", "it is no file"),
        ("bare", "`bare`: none of its fingerprints can be taken; `out` was not written"),
    ] {
        let done = desk
            .program(120)
            .args(["kb", "import-recog", folder, "--out", "out"])
            .output()
            .unwrap();
        assert_eq!(done.status.code(), Some(3), "{folder}");
        assert!(text(&done.stderr).contains(words), "{}", text(&done.stderr));
        assert!(!desk.path("out").exists(), "{folder}");
    }
}
