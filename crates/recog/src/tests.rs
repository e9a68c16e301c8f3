use std::collections::BTreeMap;

use knowledge::Layer;
use model::SignalKind;

use super::*;

fn entry(pattern: &str, inside: &str) -> String {
    format!("<fingerprint pattern=\"{pattern}\">{inside}</fingerprint>\n")
}

fn camera(vendor: &str) -> String {
    format!(
        "<param pos=\"0\" name=\"hw.vendor\" value=\"{vendor}\"/><param pos=\"0\" name=\"hw.device\" value=\"IP Camera\"/>"
    )
}

fn database(matches: &str, entries: &[String]) -> String {
    format!(
        "<?xml version=\"1.0\"?>\n<fingerprints matches=\"{matches}\">\n{}</fingerprints>\n",
        entries.concat()
    )
}

fn imported(files: &[(&str, String)]) -> Import {
    let examples = BTreeMap::from([("greeting.bin".to_owned(), b"Acme\xff dome".to_vec())]);
    let sources: Vec<Source<'_>> = files
        .iter()
        .map(|(name, text)| Source { name, bytes: text.as_bytes(), examples: &examples })
        .collect();
    import(Knowledge::embedded(), &sources)
}

/// The knowledge base with what was imported on top.
fn with(import: &Import) -> Knowledge {
    let files = import.files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let added = Layer::new("recog", Texts { files });
    Knowledge::load_layers(&[Knowledge::embedded_layer(), added])
        .expect("an addition is not refused")
}

#[test]
fn a_camera_becomes_a_record_that_argues_its_case() {
    let import = imported(&[(
        "http_servers.xml",
        database(
            "http_header.server",
            &[
                entry(
                    r"^AcmeDome\/([\d.]+) \((\w+)\)$",
                    &format!(
                        "<description>Acme dome</description><example hw.product=\"D1\">AcmeDome/1.2 (D1)</example>\
                         <param pos=\"2\" name=\"hw.product\"/>{}",
                        camera("Dahua")
                    ),
                ),
                entry(
                    "^AcmePrint [0-9]$",
                    "<description>Acme printer</description><example>AcmePrint 1</example><param pos=\"0\" name=\"hw.device\" value=\"Printer\"/>",
                ),
            ],
        ),
    )]);
    assert_eq!(import.left_out, []);
    let [(name, text)] = import.files.as_slice() else { panic!("{import:?}") };
    assert_eq!(name, "fingerprints/recog-http-servers.toml");
    assert!(text.contains("what = \"Recog, http_servers.xml line 3: Acme dome\""), "{text}");
    let knowledge = with(&import);
    let found = knowledge.matches(SignalKind::HttpServer, "AcmeDome/3.4 (D2)");
    let [dome] = found.as_slice() else { panic!("{found:?}") };
    assert!(dome.fingerprint.id.starts_with("recog.http-servers."));
    assert_eq!((dome.fingerprint.rank, &*dome.fingerprint.family), (6, "web"));
    assert_eq!(dome.captures, [("model", "D2".into())]);
    let claims: Vec<String> =
        dome.fingerprint.asserts.iter().map(|a| format!("{} {}", a.claim, a.weight_bits)).collect();
    assert_eq!(claims, ["maker=dahua 9", "brand=Dahua 3", "kind=camera 5"]);
    assert_eq!(
        dome.fingerprint.non_examples,
        [("AcmePrint 1".into(), "Recog calls it: Acme printer".into())]
    );
}

#[test]
fn what_cannot_be_taken_is_counted_with_its_reason() {
    let example = |text: &str| format!("<description>x</description><example>{text}</example>");
    let of = |pattern: &str, text: &str| entry(pattern, &(example(text) + &camera("Acme")));
    let import = imported(&[
        (
            "html_title.xml",
            database(
                "html_title",
                &[
                    of("^Dome(?=x)", "Domex"),
                    of(r"^(D)ome\1", "DomeD"),
                    of("^Dome++", "Dome"),
                    of(r"^Dome\Q", "Dome"),
                    of(&"D".repeat(2_001), "Dome"),
                    of(r"^Dome{1000}{1000}", "Dome"),
                    of("^.*$", "Dome"),
                    of(r"^\d\d$", "12"),
                    of("^Dome$", "Bullet"),
                    entry("^Dome 2$", &camera("Acme")),
                    entry("^Dome 3$", &example("Dome 3")),
                    of("^Dome 4$", "Dome 4"),
                    of("^Dome 4$", "Dome 4"),
                    of("^Dome 5 &nothing;$", "Dome 5"),
                    entry(
                        "^Dome 6$",
                        &("<example _encoding=\"base64\">%</example>".to_owned() + &camera("A")),
                    ),
                    entry("^Dome 7$", &("<example _filename=\"../x\"/>".to_owned() + &camera("A"))),
                    entry(
                        "^Dome (8)$",
                        &format!(
                            "<example hw.product=\"9\">Dome 8</example><param pos=\"1\" name=\"hw.product\"/>{}",
                            camera("A")
                        ),
                    ),
                ],
            ),
        ),
        ("mysql.xml", database("mysql.error", &[of("^Dome$", "Dome")])),
    ]);
    let reasons: Vec<(u64, Reason)> =
        import.left_out.iter().map(|left| (left.line, left.reason)).collect();
    assert_eq!(
        reasons,
        [
            (3, Reason::LookAround),
            (4, Reason::BackReference),
            (5, Reason::Atomic),
            (6, Reason::OtherSyntax),
            (7, Reason::TooLarge),
            (8, Reason::TooLarge),
            (9, Reason::TooBroad),
            (10, Reason::TooBroad),
            (11, Reason::ExampleFails),
            (12, Reason::NoExample),
            (13, Reason::NotConcerned),
            (15, Reason::Twice),
            (16, Reason::Broken),
            (17, Reason::Broken),
            (18, Reason::Broken),
            (19, Reason::ExampleFails),
            (3, Reason::NoSignal),
        ]
    );
    assert_eq!(
        import.counts,
        [
            Count { file: "html_title.xml".into(), read: 17, taken: 1 },
            Count { file: "mysql.xml".into(), read: 1, taken: 0 },
        ]
    );
    with(&import);
}

#[test]
fn the_value_that_we_have_around_a_text_is_allowed_for() {
    let of = |pattern: &str, text: &str| {
        entry(
            pattern,
            &format!("<description>x</description><example>{text}</example>{}", camera("Acme")),
        )
    };
    let import = imported(&[
        ("ssh_banners.xml", database("ssh.banner", &[of("^AcmeShell_[0-9]$", "AcmeShell_1")])),
        ("ftp_banners.xml", database("ftp.banner", &[of("^Acme dome ready", "Acme dome ready")])),
        ("upnp_banners.xml", database("ssdp_header.server", &[of("^Acme/1 UPnP$", "Acme/1 UPnP")])),
        ("mdns.xml", database("mdns.device-info.txt", &[of("^model=AcmeDome$", "model=AcmeDome")])),
        (
            "http_cookies.xml",
            database("http_header.cookie", &[of("^ACMEDOME=", "ACMEDOME=0; path=/")]),
        ),
        (
            "snmp_sysobjid.xml",
            database(
                "snmp.sys_object_id",
                &[of(r"^\.1\.3\.6\.1\.4\.1\.99999\.1$", ".1.3.6.1.4.1.99999.1")],
            ),
        ),
        (
            "telnet_banners.xml",
            database(
                "",
                &[entry(
                    "^Acme\u{ff} dome$",
                    &format!(
                        "<description>x</description><example _filename=\"greeting.bin\"/>{}",
                        camera("Acme")
                    ),
                )],
            ),
        ),
    ]);
    assert_eq!(import.left_out, []);
    let knowledge = with(&import);
    let fits = |kind, value: &str| {
        knowledge
            .matches(kind, value)
            .iter()
            .any(|found| found.fingerprint.id.starts_with("recog."))
    };
    assert!(fits(SignalKind::SshBanner, "SSH-2.0-AcmeShell_2"));
    assert!(!fits(SignalKind::SshBanner, "SSH-2.0-Other-AcmeShell_2"));
    assert!(fits(SignalKind::FtpBanner, "220 Acme dome ready."));
    assert!(fits(SignalKind::FtpBanner, "Acme dome ready."));
    assert!(fits(
        SignalKind::SsdpResponse,
        "HTTP/1.1 200 OK\r\nServer: Acme/1 UPnP\r\nST: x\r\n\r\n"
    ));
    assert!(!fits(SignalKind::SsdpResponse, "HTTP/1.1 200 OK\r\nX: Acme/1 UPnP\r\n\r\n"));
    assert!(fits(SignalKind::MdnsService, "cam _device-info._tcp model=AcmeDome"));
    assert!(fits(SignalKind::HttpCookie, "ACMEDOME"));
    assert!(fits(SignalKind::SnmpSysobjectid, "1.3.6.1.4.1.99999.1"));
    assert!(fits(SignalKind::TelnetBanner, "Acme\u{ff} dome"));
}

#[test]
fn a_broken_file_costs_nothing_but_itself() {
    let good = database(
        "html_title",
        &[entry(
            "^Dome$",
            &format!("<description>x</description><example>Dome</example>{}", camera("Acme")),
        )],
    );
    let large = " ".repeat(FILE_BYTES_MAX + 1);
    let import = imported(&[
        ("a.xml", good.replace("</fingerprints>", "<fingerprint pattern=\"^Cut")),
        ("b.xml", "<nmaprun/>".to_owned()),
        ("c.xml", large),
        ("d.xml", String::new()),
        ("e.xml", good),
    ]);
    let told: Vec<String> = import.problems.iter().map(Problem::to_string).collect();
    assert!(told[0].starts_with("`a.xml` line 4: cannot be read on: "), "{told:?}");
    assert_eq!(
        told[1..],
        [
            "`b.xml` line 1: `nmaprun` is no list of fingerprints: passed over",
            "`c.xml` line 0: more than 16 MiB is no list of fingerprints",
        ]
    );
    let taken: Vec<usize> = import.counts.iter().map(|count| count.taken).collect();
    assert_eq!(taken, [1, 1]);
}

#[test]
fn a_file_may_be_cut_anywhere_and_hold_anything() {
    let whole = database(
        "html_title",
        &[entry(
            r"^D\(o[m-e]{1,2}(?:x|$)",
            &format!("<description>x</description><example>Dome</example>{}", camera("Acme")),
        )],
    );
    for end in 0..whole.len() {
        let import = imported(&[("a.xml", whole[..end].to_owned())]);
        assert_eq!(import.files, [], "{end}");
    }
    let large = entry("(?:a{900}){900}b", &format!("<example>b</example>{}", camera("Acme")));
    let import = imported(&[("a.xml", database("html_title", &vec![large; 1_000]))]);
    assert_eq!(import.left_out.len(), 1_000);
    assert!(import.left_out.iter().all(|left| left.reason == Reason::TooLarge));
}
