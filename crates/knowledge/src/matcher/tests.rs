use model::SignalKind;

use crate::{Knowledge, Match, Texts};

/// Two domes and a rule that must run on everything; the makers and strings are made up.
pub(crate) const FINGERPRINTS: &str = r#"
[[fingerprint]]
id = "rtsp.server.exampledome"
kind = "rtsp.server"
pattern = '^ExampleDome RTSP/(?<firmware>\d+\.\d+)(?: (?<model>ED-\d+))?$'
rank = 4
asserts = [
  { claim = "platform", value = "exampledome-3", weight_bits = 6.0 },
  { claim = "maker", value = "exampledome|otherdome", weight_bits = 4.5 },
]
because = "the string is compiled into the daemon of every release since 3.0"
source = { what = "manual C, page 41", url = "https://example.org/c.pdf", seen_on = 2025-01-12, confidence = "reported" }
example = [{ input = "ExampleDome RTSP/3.2", captures = { firmware = "3.2" } }]
non_example = [{ input = "ExampleDome RTSP/3.2 OEM", because = "rebadged units run another platform" }]

[[fingerprint]]
id = "rtsp.server.any-case"
kind = "rtsp.server"
pattern = '(?i)dusk rtsp'
rank = 4
family = "dusk"
asserts = [{ claim = "kind", value = "camera", weight_bits = 1 }]
because = "every dusk camera says so"
source = { what = "seen", confidence = "unverified" }
example = [{ input = "DUSK RTSP" }]
non_example = [{ input = "DUSK", because = "a lamp" }]

[[fingerprint]]
id = "rtsp.server.number"
kind = "rtsp.server"
pattern = '^[0-9]+$'
rank = 6
asserts = [{ claim = "brand", value = "Numbers", weight_bits = 0.5 }]
because = "a bare number"
source = { what = "seen", confidence = "unverified" }
no_literal = "the value is digits alone"
example = [{ input = "12" }]
non_example = [{ input = "12a", because = "not a number" }]
"#;

pub(crate) const MAKERS: &str = "\
id,legal_name,short_name,role,country,parent,state_ownership,subject_to_prc_nil,ndaa_889,fcc_covered,notes,source,confidence
exampledome,Example Dome Ltd,ExampleDome,manufacturer,GB,,,no,no,no,,made up,reported
otherdome,Other Dome Ltd,OtherDome,manufacturer,GB,,,unclear,no,no,,made up,reported
";

fn load(text: &str) -> Result<Knowledge, crate::LoadError> {
    Knowledge::load(&Texts {
        files: vec![("makers.csv", MAKERS), ("fingerprints/made-up.toml", text)],
    })
}

fn ids(matches: &[Match<'_>]) -> Vec<String> {
    matches.iter().map(|found| found.fingerprint.id.to_string()).collect()
}

#[test]
fn a_fingerprint_fits_its_own_kind_and_catches_its_groups() {
    let knowledge = load(FINGERPRINTS).unwrap();
    let found = knowledge.matches(SignalKind::RtspServer, "ExampleDome RTSP/3.2 ED-7");
    assert_eq!(ids(&found), ["rtsp.server.exampledome"]);
    assert_eq!(found[0].captures, [("firmware", "3.2".into()), ("model", "ED-7".into())]);
    assert_eq!(found[0].fingerprint.family.as_ref(), "rtsp");
    assert!(knowledge.matches(SignalKind::HttpServer, "ExampleDome RTSP/3.2").is_empty());
    assert_eq!(ids(&knowledge.matches(SignalKind::RtspServer, "42")), ["rtsp.server.number"]);
}

#[test]
fn the_search_for_literals_hides_no_match() {
    let knowledge = load(FINGERPRINTS).unwrap();
    // U+017F and U+212A fold to `s` and `k`: the pattern matches, the literal does not occur.
    for value in ["dusk rtsp", "DuSK RtSp", "du\u{17f}\u{212a} rtsp", "noise dusk RTSP noise"] {
        assert_eq!(
            ids(&knowledge.matches(SignalKind::RtspServer, value)),
            ["rtsp.server.any-case"],
            "{value}"
        );
    }
}

#[test]
fn the_head_of_an_endless_value_is_matched() {
    let knowledge = load(FINGERPRINTS).unwrap();
    let value = format!("dusk rtsp {}", "é".repeat(super::VALUE_BYTES_MAX));
    assert_eq!(knowledge.matches(SignalKind::RtspServer, &value).len(), 1);
    let value = format!("{} dusk rtsp", "é".repeat(super::VALUE_BYTES_MAX));
    assert!(knowledge.matches(SignalKind::RtspServer, &value).is_empty());
}

#[test]
fn what_cannot_be_right_is_refused_with_its_line() {
    let cases = [
        (r#"kind = "rtsp.server""#, r#"kind = "rtsp.colour""#, "signal kind `rtsp.colour`"),
        ("rank = 4", "rank = 7", "rank `7`"),
        ("'(?i)dusk rtsp'", "'dusk('", "does not compile"),
        ("'(?i)dusk rtsp'", "'du.k'", "requires no literal"),
        (
            r#"claim = "kind", value = "camera""#,
            r#"claim = "kind", value = "toaster""#,
            "`toaster`",
        ),
        (r#"claim = "brand""#, r#"claim = "vendor""#, "claim `vendor`"),
        (r#"value = "Numbers""#, r#"value = " ""#, "has no value"),
        (r#"confidence = "unverified""#, r#"confidence = "sure""#, "confidence `sure`"),
        (r#"no_literal = "#, r#"noliteral = "#, "unknown field `noliteral`"),
        (r#"because = "a bare number""#, "", "missing field `because`"),
    ];
    for (right, wrong, problem) in cases {
        let text = FINGERPRINTS.replacen(right, wrong, 1);
        assert_ne!(text, FINGERPRINTS, "{right}");
        let error = load(&text).unwrap_err();
        assert!(error.problem.contains(problem), "{error}");
        assert_eq!(error.file, "fingerprints/made-up.toml");
        assert!(error.line > 1, "{error}");
    }
    let broken = FINGERPRINTS.replacen("rank = 6", "rank = 9", 1);
    let line = 1 + broken.lines().position(|line| line == "rank = 9").unwrap() as u64;
    assert_eq!(load(&broken).unwrap_err().line, line);
}
